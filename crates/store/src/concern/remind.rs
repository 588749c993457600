//! Concerns that nobody has taken up in time. Whoever raised one has read within how long somebody does.

use std::collections::BTreeSet;

use naheya_domain::{AreaId, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::TABLE;
use super::hands::free_hands;
use crate::sealed::act::Act;
use crate::sealed::entity::{audit_event, concern};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::sealed::{nation, visible};
use crate::{Error, Store, SystemTask};

/// What the trail keeps of a concern of which its circle was reminded: once is once.
const REMINDED: &str = "reminded";
/// One that waits for longer stands in the list, and nobody is woken for it any more (ms).
const LOOKED_BACK: i64 = 7 * 24 * 3_600_000;

/// Clock-driven: who may take up a concern hears once more when its time is over and nobody has; of several in the same moment
/// by one letter. Returns of how many.
#[derive(Clone, Debug)]
pub struct RemindConcerns;

impl Act for RemindConcerns {
    const NAME: &'static str = "concern.remind";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let waiting = unreminded(tx).await?;
        let (mut told, mut count) = (BTreeSet::new(), 0);
        for (concern, free) in free_hands(tx, waiting).await? {
            if free.is_empty() {
                continue;
            }
            for handler in free {
                if told.insert(handler) {
                    letter(tx, concern, handler);
                }
            }
            tx.note(TABLE, Some(concern), REMINDED);
            count += 1;
        }
        Ok(count)
    }
}

fn letter(tx: &Tx, concern: Uuid, handler: Uuid) {
    tx.notify(Letter {
        kind: "concern.waits",
        to_account: Some(handler),
        to_role: None,
        to_person: None,
        about: ("concern", Some(concern)),
        due_at: tx.now().0,
    });
}

/// Concerns that nobody has taken up, and whose time is over.
fn late(now: Timestamp) -> Condition {
    use concern::Column as C;
    let raised = Condition::all().add(visible::is(C::State, "raised"));
    raised.add(C::TakeUpBy.lt(now.0)).add(C::TakeUpBy.gte(now.0 - LOOKED_BACK))
}

/// Those of them of which nobody was reminded yet.
async fn unreminded(tx: &Tx) -> Result<Vec<Uuid>, Error> {
    use audit_event::Column as C;
    let rows = tx.for_rule::<concern::Entity>().and(late(tx.now())).all(tx).await?;
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    // Another process may be about to remind of the same.
    tx.alone_in_county().await?;
    let about = tx.for_rule::<audit_event::Entity>().and(C::Noun.eq(TABLE)).and(C::RefId.is_in(ids.iter().copied()));
    let events = about.and(C::Fields.eq(REMINDED)).all(tx).await?;
    let reminded: BTreeSet<Uuid> = events.into_iter().filter_map(|event| event.ref_id).collect();
    ids.retain(|id| !reminded.contains(id));
    Ok(ids)
}

impl Store {
    /// The counties with a concern of which [`RemindConcerns`] may have to remind somebody.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_late_concerns(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<concern::Entity>(&tx, [late(now)]).await
    }
}
