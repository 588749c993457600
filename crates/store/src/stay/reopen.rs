//! "Here" was said by mistake: the chain gets one more link, the ledger of hours a reversing entry,
//! and the child is on the board again. Nothing is taken out.

use naheya_domain::access::Action;
use naheya_domain::custody::{Deed, Event};
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::close::standing_entry;
use super::{seen, state, tell_carer, tell_role};
use crate::Error;
use crate::custody::{self, Witness};
use crate::sealed::act::Act;
use crate::sealed::entity::{hours_entry, stay};
use crate::sealed::tx::Tx;

/// A confirmation may be corrected this long after it came to the records; after that somebody has to look and write.
const HOURS: i64 = 24;

/// Takes back that the child is here, as long as nothing else has happened to it.
#[derive(Clone, Debug)]
pub struct ReopenStay {
    /// The stay.
    pub stay: StayId,
}

impl Act for ReopenStay {
    const NAME: &'static str = "stay.reopen";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::HandOver)?;
        let before = seen(tx, self.stay).await?;
        let late = |at: i64| tx.now().0 - at > HOURS * 3_600_000;
        let over = matches!(state(&before), StayState::Returned | StayState::Closed);
        if over && heard_at(tx, &before).await?.is_none_or(late) {
            return Err(Error::refused("stay.too_late_to_correct"));
        }
        let made = custody::carry_out(tx, &before, Deed::TakeBack, &Witness::by("staff")).await?;
        reverse_hours(tx, &before).await?;
        let mut row = before.clone();
        row.state = made.state.code().into();
        row.returned_at = None;
        row.closed_at = None;
        tx.change::<stay::Entity>(&before, row).await?;
        tell_role(tx, "stay.return_corrected", "coordinator", before.id, tx.now().0);
        tell_carer(tx, "stay.return_corrected", &before, tx.now().0).await
    }
}

/// When the records heard that the child is here: a phone without network may have said so long before.
async fn heard_at(tx: &Tx, row: &stay::Model) -> Result<Option<i64>, Error> {
    let last = custody::newest(tx, &[row.child_id]).await?;
    let here = last.iter().find(|link| link.stay_id == Some(row.id) && link.kind == Event::Confirmation.code());
    Ok(row.returned_at.map(|at| here.map_or(at, |link| link.server_at.max(at))))
}

/// The hours that the party's close had credited are taken back by an entry of their own.
async fn reverse_hours(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    let party = tx.for_rule::<stay::Entity>().and(stay::Column::PartyId.eq(row.party_id)).all(tx).await?;
    reverse_entry(tx, row.volunteer_id, &party.iter().map(|s| s.id).collect::<Vec<_>>()).await
}

/// The entry of these stays that counts now is taken back, where there is one.
pub(super) async fn reverse_entry(tx: &Tx, volunteer: Uuid, stays: &[Uuid]) -> Result<(), Error> {
    let Some(entry) = standing_entry(tx, volunteer, stays).await? else { return Ok(()) };
    tx.insert::<hours_entry::Entity>(hours_entry::Model {
        id: Uuid::now_v7(),
        kind: "correction".into(),
        minutes: -entry.minutes,
        reason: Some(crate::hours::REOPENED.into()),
        by_account: tx.account(),
        confirmed_by: None,
        entered_at: tx.now().0,
        corrects: Some(entry.id),
        ..entry
    })
    .await
}
