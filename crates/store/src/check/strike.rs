//! An entry that was a slip of the pen is struck out. What was not in order is struck on two words: one leader says that it was
//! a slip, another that it was.

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::check::Outcome;
use naheya_domain::id::CheckId;
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};

use super::TABLE;
use crate::Error;
use crate::carer::lives_in;
use crate::sealed::act::Act;
use crate::sealed::entity::{check, volunteer};
use crate::sealed::record::Record;
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::second_word::{NEW, is_said_by_another};
use crate::stay::{reason, tell_doubts};

/// What the trail says of an entry that one leader has called a slip.
pub(super) const ASKED: &str = "strike_asked";

/// A leader takes an entry away that was a slip of the pen; the trail keeps that it stood here. One that says no stays until a
/// second leader has said so too: whoever it keeps away from children is not let in by one person alone.
#[derive(Clone, Debug)]
pub struct StrikeCheck {
    /// Which entry.
    pub check: CheckId,
    /// Why, up to 200 characters.
    pub reason: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Struck {
    /// The entry is gone.
    Gone,
    /// It stands until another leader says the same.
    Waits,
}

impl Act for StrikeCheck {
    const NAME: &'static str = "check.strike";
    type Answer = Struck;

    async fn run(&self, tx: &Tx) -> Result<Struck, Error> {
        tx.require(Action::ApproveVolunteer)?;
        let reason = reason(&self.reason, 200, "reason")?;
        let row = tx.visible::<check::Entity>().id(self.check).one(tx).await?;
        if lives_in(tx, row.household_id).await? {
            return Err(Error::refused("check.own_home"));
        }
        tx.because(reason);
        let by_two = row.outcome == Outcome::Failed.code() && !tx.is_system();
        if by_two && !is_said_by_another(tx, (TABLE, row.id), ASKED, NEW).await? {
            tx.note(TABLE, Some(row.id), ASKED);
            tell_leaders(tx, &row).await?;
            return Ok(Struck::Waits);
        }
        tx.remove::<check::Entity>(&row).await?;
        tell_doubts(tx, vec![row.household_id]).await?;
        Ok(Struck::Gone)
    }
}

/// The leaders hear that an entry waits for the second of them. The letter leads to the file in which it stands.
async fn tell_leaders(tx: &Tx, row: &check::Model) -> Result<(), Error> {
    let of_home = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::HouseholdId.eq(row.household_id));
    let first = of_home.by(volunteer::Column::Id).first(tx).await?.map(|volunteer| volunteer.id);
    tx.notify(Letter {
        kind: "check.strike_asked",
        to_account: None,
        to_role: Some(Role::Leader.code()),
        to_person: None,
        about: (volunteer::Entity::TABLE, row.volunteer_id.or(first)),
        due_at: tx.now().0,
    });
    Ok(())
}
