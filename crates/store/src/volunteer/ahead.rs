//! What stands before a volunteer: her weekends that are not over. They are arranged anew before she rests or leaves.

use naheya_domain::Timestamp;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::StayState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::pair::PLANNED;
use crate::sealed::entity::{child, stay};
use crate::sealed::tx::Tx;

/// States of a weekend that keep her from resting and from leaving.
pub(super) const STANDING: [StayState; 6] = [
    StayState::Requested,
    StayState::Consented,
    StayState::Approved,
    StayState::Released,
    StayState::InCare,
    StayState::Returned,
];

/// A weekend of hers that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayAhead {
    /// Which one.
    pub id: StayId,
    /// The child.
    pub child: ChildId,
    /// The child's name, when this reader sees the child.
    pub child_name: Option<String>,
    /// From.
    pub starts_at: Timestamp,
    /// To.
    pub ends_at: Timestamp,
    /// How far it is.
    pub state: StayState,
}

impl StayAhead {
    /// Whether it lies ahead and can be called off: nobody has gone yet.
    #[must_use]
    pub fn is_planned(&self, now: Timestamp) -> bool {
        PLANNED.contains(&self.state.code()) && self.ends_at > now
    }
}

/// Her weekends that are not over and that this reader sees, the next one first.
pub(super) async fn of(tx: &Tx, volunteer: Uuid) -> Result<Vec<StayAhead>, Error> {
    let rows = tx
        .visible::<stay::Entity>()
        .and(stay::Column::VolunteerId.eq(volunteer))
        .and(stay::Column::State.is_in(STANDING.map(StayState::code)))
        .by(stay::Column::StartsAt)
        .by(stay::Column::Id)
        .all(tx)
        .await?;
    let children = tx.visible::<child::Entity>().among(rows.iter().map(|row| row.child_id)).all(tx).await?;
    let name = |id: Uuid| children.iter().find(|c| c.id == id).map(|c| c.name.clone());
    let one = |row: stay::Model| {
        Some(StayAhead {
            id: StayId(row.id),
            child: ChildId(row.child_id),
            child_name: name(row.child_id),
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            state: StayState::parse(&row.state)?,
        })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}
