//! The weekends that a pair's rest called off and that still lie ahead: once it is over they may take place after all, each judged
//! anew. A carer who is ill for three weekends loses those of the rest of the term with them.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{PairId, StayId};
use naheya_domain::pair::PairState;
use naheya_domain::stay::StayState;
use sea_orm::ColumnTrait;

use super::{OFF_BY_REST, of_pair};
use crate::sealed::entity::{pair, stay};
use crate::{Desk, Error};

/// Weekends shown: a term's.
const MOST: u64 = 30;

impl Desk {
    /// The weekends of a pair that its rest called off and that may still come, from when until when, the next one first;
    /// nothing while it rests, nor where something else stands on the days by now.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Database`].
    pub async fn off_by_rest(&self, pair: PairId) -> Result<Vec<(StayId, Timestamp, Timestamp)>, Error> {
        use stay::Column as S;
        self.require(Action::KeepPair)?;
        let tx = self.read();
        let found = tx.visible::<pair::Entity>().id(pair).one(&tx).await?;
        if found.state != PairState::Active.code() {
            return Ok(Vec::new());
        }
        let off = tx.visible::<stay::Entity>().and(of_pair(&found)).and(S::State.eq(StayState::Cancelled.code()));
        let off = off.and(S::CancelledReason.eq(OFF_BY_REST)).and(S::StartsAt.gt(tx.now().0));
        let off = off.by(S::StartsAt).limit(MOST).all(&tx).await?;
        if off.is_empty() {
            return Ok(Vec::new());
        }
        let open = tx.visible::<stay::Entity>().and(S::ChildId.eq(found.child_id));
        let open = open.and(S::State.is_in(StayState::OPEN)).and(S::EndsAt.gt(tx.now().0)).all(&tx).await?;
        let is_free = |row: &&stay::Model| {
            !open.iter().any(|other| other.starts_at < row.ends_at && row.starts_at < other.ends_at)
        };
        let told = |row: &stay::Model| (StayId(row.id), Timestamp(row.starts_at), Timestamp(row.ends_at));
        Ok(off.iter().filter(is_free).map(told).collect())
    }
}
