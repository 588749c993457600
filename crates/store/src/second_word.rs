//! What one person may not do alone, where nothing has to be kept of it but that somebody said so: the first word stands in the
//! trail for some days, and whoever else says the same does it (docs/adr/0013). Proposals with a life of their own are in
//! `assent.rs`.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::Error;
use crate::account::display_names;
use crate::audit::reason::words_of;
use crate::sealed::entity::audit_event;
use crate::sealed::tx::Tx;

/// So many days a first word waits for a second.
const DAYS: i64 = 14;
/// What the trail says of a row that is new: nobody has said anything of it before.
pub(crate) const NEW: &str = "*";

/// A first word as a page tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstWord {
    /// Who said it; none where the account is gone.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why, where a reason was given.
    pub why: Option<String>,
    /// Whether the viewer said it herself: somebody else has to say the second.
    pub own: bool,
}

/// The first words about some rows of a table, the newest first, as far as they wait. `word` is what the trail says of them; an
/// event about a field that begins with `over` ends what was said of the row before.
async fn waiting(
    tx: &Tx,
    (table, ids): (&'static str, &[Uuid]),
    word: &str,
    over: &str,
) -> Result<Vec<audit_event::Model>, Error> {
    use audit_event::Column as C;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let which = Condition::any().add(C::Fields.eq(word)).add(C::Fields.like(format!("%{over}%")));
    let about = tx.for_rule::<audit_event::Entity>().and(C::Noun.eq(table)).and(C::RefId.is_in(ids.iter().copied()));
    let since = tx.now().plus_minutes(-DAYS * 24 * 60);
    let mut waiting: Vec<audit_event::Model> = Vec::new();
    for event in about.and(C::At.gte(since.0)).and(which).by(C::N).all(tx).await? {
        if event.fields == word {
            waiting.push(event);
        } else if event.fields.split(',').any(|field| field.starts_with(over)) {
            waiting.retain(|first| first.ref_id != event.ref_id);
        }
    }
    waiting.reverse();
    Ok(waiting)
}

/// Whether somebody else than who is at work has said this of a row.
pub(crate) async fn is_said_by_another(
    tx: &Tx,
    (table, id): (&'static str, Uuid),
    word: &str,
    over: &str,
) -> Result<bool, Error> {
    let words = waiting(tx, (table, std::slice::from_ref(&id)), word, over).await?;
    Ok(words.iter().any(|first| first.account_id != tx.account()))
}

/// What was said last of each of these rows, for those of which something waits. Where somebody else said it too, that stands:
/// the viewer may say the second word then.
pub(crate) async fn first_words(
    tx: &Tx,
    (table, ids): (&'static str, &[Uuid]),
    word: &str,
    over: &str,
) -> Result<HashMap<Uuid, FirstWord>, Error> {
    let events = waiting(tx, (table, ids), word, over).await?;
    if events.is_empty() {
        return Ok(HashMap::new());
    }
    let people = display_names(tx, events.iter().map(|event| Some(event.account_id))).await?;
    let mut reasons = words_of(tx, &events).await?;
    let mut all: HashMap<Uuid, FirstWord> = HashMap::new();
    for event in &events {
        let own = event.account_id == tx.account();
        let Some(id) = event.ref_id else { continue };
        if all.get(&id).is_some_and(|said| own || !said.own) {
            continue;
        }
        let (by, why) = (people.get(&event.account_id).cloned(), reasons.remove(&event.n));
        all.insert(id, FirstWord { by, at: Timestamp(event.at), why, own });
    }
    Ok(all)
}
