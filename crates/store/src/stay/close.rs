//! Closing a stay: the volunteer's hours, and the talk with the child that makes itself.

use naheya_domain::Timestamp;
use naheya_domain::follow_up::With;
use naheya_domain::hours::{Span, StayTimes, credited_beside, credited_span, uncovered};
use naheya_domain::stay::{StayState, Step};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::reopen::reverse_entry;
use super::{after, has_left, state};
use crate::Error;
use crate::follow_up::{Cause, RULE_15, plan};
use crate::hours::{in_force, span_of, standing};
use crate::sealed::entity::{follow_up, hours_entry, household, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;

const TWO_DAYS: i64 = 48 * 3_600_000;

/// Closes a stay whose child has been received.
pub(super) async fn close(tx: &Tx, before: stay::Model) -> Result<(), Error> {
    let mut row = before.clone();
    row.state = after(&before, Step::Close)?;
    row.closed_at = Some(tx.now().0);
    let row = tx.change::<stay::Entity>(&before, row).await?;
    credit(tx, &row).await?;
    plan_talk(tx, &row).await
}

/// One entry for the volunteer when the last of the siblings who went is back. One who stayed behind keeps no hours back; when
/// it goes after all, what had been credited by then is credited anew together with it.
pub(super) async fn credit(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    let party = tx.for_rule::<stay::Entity>().and(stay::Column::PartyId.eq(row.party_id)).all(tx).await?;
    let went: Vec<&stay::Model> = party.iter().filter(|s| has_left(s)).collect();
    if went.iter().any(|s| state(s) != StayState::Closed) {
        return Ok(());
    }
    let ids: Vec<Uuid> = party.iter().map(|s| s.id).collect();
    reverse_entry(tx, row.volunteer_id, &ids).await?;
    let home = tx.for_rule::<household::Entity>().id(row.household_id).first(tx).await?;
    let travel = home.map_or(0, |h| i64::from(h.travel_minutes));
    let spans: Vec<Span> = went.iter().filter_map(|s| credited_span(&times(s), travel)).collect();
    let Some(from) = spans.iter().map(|s| s.0).min() else { return Ok(()) };
    let Some(to) = spans.iter().map(|s| s.1).max() else { return Ok(()) };
    let standing: Vec<Span> = standing(tx, row.volunteer_id, (from, to)).await?.iter().map(span_of).collect();
    let Some(span) = uncovered((from, to), &standing) else { return Ok(()) };
    let cap = crate::setting::settings(tx).await?.daily_cap;
    // Closed again after a mistake: the first entry stands reversed, this one corrects it.
    let first = of_stays(tx, row.volunteer_id, &ids).and(hours_entry::Column::Kind.eq("stay")).first(tx).await?;
    let first = first.map(|e| e.id);
    tx.insert::<hours_entry::Entity>(hours_entry::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        volunteer_id: row.volunteer_id,
        pair_id: Some(row.pair_id),
        stay_id: Some(row.id),
        kind: if first.is_some() { "correction" } else { "stay" }.into(),
        starts_at: span.0.0,
        ends_at: span.1.0,
        minutes: credited_beside(span, &standing, cap),
        reason: None,
        paper_number: None,
        by_account: tx.account(),
        confirmed_by: None,
        entered_at: tx.now().0,
        corrects: first,
    })
    .await
}

/// Whether two people have corrected what the hours of its party are, and nothing was credited since.
pub(super) async fn is_corrected(tx: &Tx, row: &stay::Model) -> Result<bool, Error> {
    let party = tx.for_rule::<stay::Entity>().and(stay::Column::PartyId.eq(row.party_id)).all(tx).await?;
    let ids: Vec<Uuid> = party.iter().map(|s| s.id).collect();
    let entries = of_stays(tx, row.volunteer_id, &ids).all(tx).await?;
    Ok(entries.iter().max_by_key(|entry| entry.id).is_some_and(|newest| newest.confirmed_by.is_some()))
}

/// The entries of these stays. They are looked for among their volunteer's: those of a stay are listed nowhere, and the
/// county has one for each weekend that ever was.
fn of_stays(tx: &Tx, volunteer: Uuid, stays: &[Uuid]) -> Visible<hours_entry::Entity> {
    let own = tx.for_rule::<hours_entry::Entity>().and(hours_entry::Column::VolunteerId.eq(volunteer));
    own.and(hours_entry::Column::StayId.is_in(stays.to_vec()))
}

/// The entry of these stays that counts now: the newest that nothing has reversed.
pub(super) async fn standing_entry(
    tx: &Tx,
    volunteer: Uuid,
    stays: &[Uuid],
) -> Result<Option<hours_entry::Model>, Error> {
    let mut entries = of_stays(tx, volunteer, stays).all(tx).await?;
    entries.sort_by_key(|entry| entry.id);
    Ok(in_force(entries).pop())
}

/// What the row knows; where nobody said "picked up", the release counts.
fn times(row: &stay::Model) -> StayTimes {
    StayTimes {
        picked_up: row.released_at.map(Timestamp),
        arrived: row.arrived_at.map(Timestamp),
        left: row.left_at.map(Timestamp),
        returned: row.returned_at.map(Timestamp),
    }
}

/// Rule 15: after a pair's first stay and every third, somebody other than the carer asks the child
/// alone within 48 hours.
async fn plan_talk(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    let closed = tx
        .for_rule::<stay::Entity>()
        .and(stay::Column::ChildId.eq(row.child_id))
        .and(stay::Column::PairId.eq(row.pair_id))
        .and(stay::Column::State.eq(StayState::Closed.code()))
        .count(tx)
        .await?;
    if closed != 1 && closed % 3 != 0 {
        return Ok(());
    }
    let due_at = row.returned_at.unwrap_or(tx.now().0) + TWO_DAYS;
    let of_child = tx.for_rule::<follow_up::Entity>().and(follow_up::Column::ChildId.eq(row.child_id));
    let planned = of_child.and(follow_up::Column::StayId.eq(row.id));
    if let Some(planned) = planned.and(follow_up::Column::Cause.eq(RULE_15)).first(tx).await? {
        // The child came later than was first written down: the talk has its two days from then.
        if planned.state == "due" && planned.due_at != due_at {
            tx.change::<follow_up::Entity>(&planned, follow_up::Model { due_at, ..planned.clone() }).await?;
        }
        return Ok(());
    }
    let cause = Cause::Rule15 { stay: row.id, pair: row.pair_id };
    plan(tx, row.child_id, With::Child, Timestamp(due_at), cause).await?;
    Ok(())
}
