//! What one person proposes and another assents to: the letters to those who may answer and to whoever asked, the words of a
//! reason, and how many wait for the reader. Merges, lists that leave the house, entries of hours and erasures share it; which
//! of them may be assented to, and by whom, each noun judges itself.

use naheya_domain::Role;
use naheya_domain::child::short_text;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::record::OfCounty;
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

/// No further than this is counted what waits.
const MOST: u64 = 100;
/// Of what has been answered a list shows the newest.
pub const RECENT: u64 = 50;
/// Characters of a reason or an answer.
const WORDS: usize = 200;

/// Why, in words: at least `least` characters and at most [`WORDS`].
///
/// # Errors
/// `required.missing`, or what is amiss with the text, at `field`.
pub(crate) fn words(field: &'static str, typed: &str, least: usize) -> Result<String, Error> {
    match short_text(typed, WORDS) {
        Ok(Some(words)) if words.chars().count() >= least => Ok(words),
        Ok(_) => Err(Error::field(field, "required.missing")),
        Err(code) => Err(Error::field(field, code)),
    }
}

/// Tells the other half of the office that something waits: whoever proposed cannot answer.
pub(crate) fn asked(tx: &Tx, kind: &'static str, about: (&'static str, Uuid)) {
    let other = if tx.viewer().role == Role::Leader { Role::Coordinator } else { Role::Leader };
    letter(tx, kind, None, Some(other), about);
}

/// Tells whoever proposed what came of it.
pub(crate) fn answered(tx: &Tx, kind: &'static str, who: Uuid, about: (&'static str, Uuid)) {
    letter(tx, kind, Some(who), None, about);
}

fn letter(tx: &Tx, kind: &'static str, to: Option<Uuid>, role: Option<Role>, about: (&'static str, Uuid)) {
    tx.notify(Letter {
        kind,
        to_account: to,
        to_role: role.map(Role::code),
        to_person: None,
        about: (about.0, Some(about.1)),
        due_at: tx.now().0,
    });
}

/// How many of what `waits` are for the reader to answer: what others proposed, counted no further than a hundred.
async fn for_the_reader<E: OfCounty>(tx: &Tx, waits: Visible<E>, by: E::Column) -> Result<u64, Error>
where
    E::Model: Send + Sync,
{
    waits.and(by.ne(tx.account())).count_to(MOST, tx).await
}

impl Desk {
    /// How many wait for somebody else than the viewer; remembered under `name` until something changes.
    pub(crate) async fn count_waiting<E: OfCounty>(
        &self,
        name: &'static str,
        (state, waiting): (E::Column, &str),
        by: E::Column,
    ) -> Result<u64, Error>
    where
        E::Model: Send + Sync,
    {
        let count = async {
            let tx = self.read();
            for_the_reader(&tx, tx.visible::<E>().and(state.eq(waiting)), by).await
        };
        self.remembered(name, String::new(), count).await
    }
}
