//! The register of stays: all that a viewer sees, newest first, page by page.

use naheya_domain::Timestamp;
use naheya_domain::id::{ChildId, PairId, StayId, VolunteerId};
use naheya_domain::stay::StayState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::order::beyond;
use crate::sealed::entity::{child, stay, volunteer};
use crate::{Desk, Error};

/// Rows of a page.
const PAGE: u64 = 50;

/// A stay in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub id: StayId,
    /// Of which pair.
    pub pair: PairId,
    /// The child.
    pub child: ChildId,
    /// The child's name; empty when the viewer does not, or no longer, see the child.
    pub child_name: String,
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// Her name; empty when the viewer sees no volunteers.
    pub volunteer_name: String,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// State.
    pub state: StayState,
}

impl Desk {
    /// A page of the stays that the viewer sees, in `state` when one is given, after the row `after`
    /// (its begin and id); and whether more follow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn stay_register(
        &self,
        state: Option<StayState>,
        after: Option<(Timestamp, StayId)>,
    ) -> Result<(Vec<Entry>, bool), Error> {
        use stay::Column as S;
        let tx = self.read();
        let rows = tx.visible::<stay::Entity>().and_if(state.map(|state| S::State.eq(state.code())));
        let after = after.map(|(starts, id)| [starts.0.into(), id.0.into()]);
        let mut found = beyond(rows, [S::StartsAt, S::Id], true, after).limit(PAGE + 1).all(&tx).await?;
        let more = found.len() as u64 > PAGE;
        found.truncate(usize::try_from(PAGE).unwrap_or(50));
        let (kids, mothers): (Vec<Uuid>, Vec<Uuid>) = found.iter().map(|s| (s.child_id, s.volunteer_id)).unzip();
        let kids = tx.visible::<child::Entity>().among(kids).all(&tx).await?;
        let mothers = tx.visible::<volunteer::Entity>().among(mothers).all(&tx).await?;
        let entry = |s: stay::Model| {
            Some(Entry {
                id: StayId(s.id),
                pair: PairId(s.pair_id),
                child: ChildId(s.child_id),
                child_name: kids.iter().find(|c| c.id == s.child_id).map(|c| c.name.clone()).unwrap_or_default(),
                volunteer: VolunteerId(s.volunteer_id),
                volunteer_name: mothers
                    .iter()
                    .find(|v| v.id == s.volunteer_id)
                    .map(|v| v.name.clone())
                    .unwrap_or_default(),
                starts_at: Timestamp(s.starts_at),
                ends_at: Timestamp(s.ends_at),
                state: StayState::parse(&s.state)?,
            })
        };
        Ok((found.into_iter().filter_map(entry).collect(), more))
    }
}
