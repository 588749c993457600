//! Weekends that were approved and must not begin: the guardian has taken the yes back before the child left.

use std::collections::BTreeMap;

use naheya_domain::access::Action;
use naheya_domain::stay::StayState;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::gate::GateLine;
use super::state;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, consent};

/// More weekends than are called back at once.
const MOST: u64 = 200;

/// A child that was to be fetched and is not to be let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The weekend.
    pub line: GateLine,
    /// When the yes was taken back.
    pub since: Timestamp,
}

/// Of these stays those that were approved and wait for a guardian's yes again, and since when.
pub(super) async fn held(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeMap<Uuid, Timestamp>, Error> {
    let fallen = rows.iter().filter(|row| state(row) == StayState::Requested && row.approved_at.is_some());
    let words = consent::words(tx, &fallen.collect::<Vec<_>>()).await?;
    Ok(words.into_iter().filter_map(|(stay, word)| Some((stay, word.against()?.0))).collect())
}

impl Desk {
    /// The weekends of the viewer's class or school from `day` on that must not begin, the next one first: a list printed
    /// before does not know it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn held_back(&self, day: Date) -> Result<Vec<Held>, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        let from = Timestamp::from_shanghai(day.at(0, 0, 0, 0));
        let fallen = Condition::all()
            .add(stay::Column::StartsAt.gte(from.0))
            .add(stay::Column::State.eq(StayState::Requested.code()))
            .add(stay::Column::ApprovedAt.is_not_null());
        let rows = tx.visible::<stay::Entity>().and(fallen).limit(MOST).all(&tx).await?;
        let since = held(&tx, &rows).await?;
        if since.is_empty() {
            return Ok(Vec::new());
        }
        let these = Condition::all().add(stay::Column::Id.is_in(since.keys().copied()));
        let lines = self.gate_lines(these).await?;
        let line = |line: GateLine| Some(Held { since: *since.get(&line.stay.0)?, line });
        Ok(lines.into_iter().filter_map(line).collect())
    }
}
