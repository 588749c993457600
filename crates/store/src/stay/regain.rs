//! A child comes back from hospital, or from the police, to the volunteer's home while its stay goes on. As long as nobody writes
//! that down, the records have it there, and nothing rings when it is not back.

use std::cmp::Ordering;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::custody::{Deed, Holder};
use naheya_domain::id::StayId;

use super::hand::not_the_carer;
use super::later::{Later, is_near, known, letter, spoken};
use super::{TABLE, seen, state, tell_carer, tell_role};
use crate::custody::{self, Witness};
use crate::guardian::tell_guardians;
use crate::sealed::act::Act;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

impl Desk {
    /// Who is to be spoken to before a child is written down as being with its carer again, and what to bear in mind.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that end no alarm of a late return; [`Error::NotFound`]; `stay.step_impossible` when the
    /// child is neither in hospital nor with the police, `stay.must_end` when the stay has to end at once.
    pub async fn regain(&self, id: StayId) -> Result<Later, Error> {
        self.require(Action::CloseLateReturn)?;
        let tx = self.read();
        let row = seen(&tx, id).await?;
        must_not_end(&row)?;
        let newest = custody::newest(&tx, &[row.child_id]).await?;
        let is_there = newest.iter().any(|link| matches!(custody::holder(link), Holder::Hospital | Holder::Police));
        if !(state(&row).is_away() && is_there) {
            return Err(Error::refused("stay.step_impossible"));
        }
        let known = known(&tx, &row, std::slice::from_ref(&row)).await?;
        let agreed = Timestamp(row.ends_at);
        // As long as the hour that was agreed lies ahead, it stands.
        Ok(if agreed > tx.now() { Later { suggested: agreed, ..known } } else { known })
    }
}

/// A child whose stay has to end at once goes from there to school or to its family.
fn must_not_end(row: &stay::Model) -> Result<(), Error> {
    if row.suspended_by.is_some() && state(row).is_away() { Err(Error::refused("stay.must_end")) } else { Ok(()) }
}

/// The office has spoken to carer and family: the carer has the child again, and brings it back by this hour. From then on the
/// ladder is climbed from its first step. The words stand in the chain, and in the trail as the act's reason.
#[derive(Clone, Debug)]
pub struct Regain {
    /// The stay.
    pub stay: StayId,
    /// When the child is to be back: the hour agreed before or another one, after now, and as far ahead as a later return
    /// ([`super::AgreeLater`]).
    pub by: Timestamp,
    /// Who was spoken to and how the child is, 4 to 200 characters.
    pub words: String,
}

impl Act for Regain {
    const NAME: &'static str = "stay.regain";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        crate::alarm::by_a_person(tx)?;
        let before = seen(tx, self.stay).await?;
        not_the_carer(tx, &before).await?;
        must_not_end(&before)?;
        let words = spoken(&self.words)?;
        is_near(self.by, Timestamp(before.ends_at), tx.now())?;
        tx.because(words);
        let witness = Witness { note: Some(words.to_owned()), ..Witness::by("staff") };
        custody::carry_out(tx, &before, Deed::Regain, &witness).await?;
        let mut row = before.clone();
        row.ends_at = self.by.0;
        // What was said before the child was there puts off no alarm.
        (row.late_until, row.late_words_sealed) = (None, None);
        let row = tx.change::<stay::Entity>(&before, row).await?;
        crate::alarm::end(tx, &row, Alarm::is_late, Ended::Words, Some(words)).await?;
        let kind = match row.ends_at.cmp(&before.ends_at) {
            Ordering::Equal => return Ok(()),
            Ordering::Less => "stay.hand_back",
            Ordering::Greater => letter(tx, Timestamp(before.ends_at), self.by).await?,
        };
        tell_guardians(tx, kind, row.child_id, (TABLE, Some(row.id))).await?;
        tell_role(tx, kind, "class_teacher", row.id, tx.now().0);
        tell_carer(tx, kind, &row, tx.now().0).await
    }
}
