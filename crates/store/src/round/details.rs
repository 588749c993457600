//! What is known of a round is changed later: its day is often settled after it was opened, and snow moves it.

use naheya_domain::access::Action;
use naheya_domain::id::RoundId;

use super::RoundDetails;
use crate::household::date;
use crate::sealed::act::Act;
use crate::sealed::entity::round;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A round's name, day and note, to be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundSheet {
    /// Which one.
    pub id: RoundId,
    /// What is known.
    pub details: RoundDetails,
    /// Counts changes; the form carries it back.
    pub version: i32,
}

impl Desk {
    /// A round's name, day and note.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::NotFound`] when the viewer does not see the round.
    pub async fn round_details(&self, id: RoundId) -> Result<RoundSheet, Error> {
        self.require(Action::RunRound)?;
        let tx = self.read();
        let row = tx.visible::<round::Entity>().id(id).one(&tx).await?;
        let details = RoundDetails { name: row.name, held_on: date(row.held_on.as_deref()), note: row.note };
        Ok(RoundSheet { id, details, version: row.version })
    }
}

/// Another name, day or note of a round, whatever step it is at.
#[derive(Clone, Debug)]
pub struct ChangeRound {
    /// Which round.
    pub round: RoundId,
    /// The version that was read.
    pub version: i32,
    /// What holds now.
    pub details: RoundDetails,
}

impl Act for ChangeRound {
    const NAME: &'static str = "round.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RunRound)?;
        let before = tx.visible::<round::Entity>().id(self.round).one(tx).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let mut after = before.clone();
        after.name.clone_from(&self.details.name);
        after.held_on = self.details.held_on.map(|day| day.to_string());
        after.note.clone_from(&self.details.note);
        tx.change::<round::Entity>(&before, after).await?;
        Ok(())
    }
}
