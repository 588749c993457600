//! Weekends to come beside the next one: those that are settled, and those that were and are off or held back. A letter says so
//! of several at once, and this is where it leads.

use std::collections::BTreeMap;

use naheya_domain::Timestamp;
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::{stay, volunteer};
use crate::sealed::tx::Tx;
use crate::stay::{has_fallen, is_off, state};

/// Weekends that are off and shown.
const MOST: u64 = 20;

/// A weekend to come, after the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyAhead {
    /// The volunteer's name.
    pub volunteer: String,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// Whether it was settled and does not take place, or is held back for now. Nobody reads here why.
    pub is_off: bool,
}

/// Of a child's weekends, of which these are shown, all to come but the `next` one, in their order.
pub(super) async fn ahead(
    tx: &Tx,
    child: Uuid,
    shown: &[stay::Model],
    next: Option<StayId>,
) -> Result<Vec<FamilyAhead>, Error> {
    let now = tx.now().0;
    let is_told = |row: &stay::Model| row.codes_at.is_some_and(|out| out <= now);
    let is_said = |row: &stay::Model| (state(row) == StayState::Approved && is_told(row)) || has_fallen(row);
    let said = |row: &&stay::Model| row.ends_at > now && is_said(row);
    let others = shown.iter().filter(said).filter(|row| Some(StayId(row.id)) != next);
    let mut rows = off(tx, child, shown).await?;
    rows.extend(others.cloned());
    rows.sort_by_key(|row| row.starts_at);
    let carers = tx.for_rule::<volunteer::Entity>().among(rows.iter().map(|row| row.volunteer_id)).all(tx).await?;
    let names: BTreeMap<Uuid, String> = carers.into_iter().map(|carer| (carer.id, carer.name)).collect();
    let line = |row: stay::Model| FamilyAhead {
        volunteer: names.get(&row.volunteer_id).cloned().unwrap_or_default(),
        starts_at: Timestamp(row.starts_at),
        ends_at: Timestamp(row.ends_at),
        is_off: is_off(state(&row)) || has_fallen(&row),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Those that had been approved and are off; none in whose days the child goes after all.
async fn off(tx: &Tx, child: Uuid, shown: &[stay::Model]) -> Result<Vec<stay::Model>, Error> {
    use stay::Column as C;
    let over = C::State.is_in([StayState::Refused.code(), StayState::Cancelled.code()]);
    let off = Condition::all().add(C::ChildId.eq(child)).add(over).add(C::ApprovedAt.is_not_null());
    let to_come = tx.visible::<stay::Entity>().and(off.add(C::EndsAt.gt(tx.now().0)));
    let mut rows = to_come.by(C::StartsAt).by(C::Id).limit(MOST).all(tx).await?;
    let meets = |one: &stay::Model, other: &stay::Model| one.starts_at < other.ends_at && other.starts_at < one.ends_at;
    rows.retain(|row| !shown.iter().any(|other| state(other).is_open() && meets(row, other)));
    rows.dedup_by_key(|row| row.starts_at);
    Ok(rows)
}
