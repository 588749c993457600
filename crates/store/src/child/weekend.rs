//! A child's weekends, and who the child is above every view of its file.

use naheya_domain::Timestamp;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::StayState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::TABLE;
use super::list::{ChildFilter, ChildRow, rows_of};
use crate::sealed::entity::{child, stay, volunteer};
use crate::{Desk, Error};

/// Weekends of one child that are shown; ten years have fewer.
const MOST: u64 = 500;

/// A weekend at a volunteer's home, or one that is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weekend {
    /// Which stay.
    pub id: StayId,
    /// Her name.
    pub volunteer: String,
    /// From when, as agreed.
    pub starts_at: Timestamp,
    /// Until when, as agreed.
    pub ends_at: Timestamp,
    /// When the child was fetched.
    pub released_at: Option<Timestamp>,
    /// When the child was back.
    pub returned_at: Option<Timestamp>,
    /// State.
    pub state: StayState,
}

impl Weekend {
    /// Whether the child went.
    #[must_use]
    pub fn took_place(&self) -> bool {
        use StayState::{Closed, InCare, Released, Returned};
        matches!(self.state, Released | InCare | Returned | Closed)
    }
}

impl Desk {
    /// Every weekend of a child, also those that came to nothing, as far as the reader sees it, newest first. The look is on
    /// the trail before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn child_weekends(&self, id: ChildId) -> Result<Vec<Weekend>, Error> {
        let tx = self.read();
        tx.visible::<child::Entity>().id(id).one(&tx).await?;
        let rows = tx
            .visible::<stay::Entity>()
            .and(stay::Column::ChildId.eq(id.0))
            .by_desc(stay::Column::StartsAt)
            .limit(MOST)
            .all(&tx)
            .await?;
        let people = tx.for_rule::<volunteer::Entity>().among(rows.iter().map(|s| s.volunteer_id)).all(&tx).await?;
        let name = |id: Uuid| people.iter().find(|v| v.id == id).map(|v| v.name.clone()).unwrap_or_default();
        let one = |s: stay::Model| {
            Some(Weekend {
                id: StayId(s.id),
                volunteer: name(s.volunteer_id),
                starts_at: Timestamp(s.starts_at),
                ends_at: Timestamp(s.ends_at),
                released_at: s.released_at.map(Timestamp),
                returned_at: s.returned_at.map(Timestamp),
                state: StayState::parse(&s.state)?,
            })
        };
        let weekends = rows.into_iter().filter_map(one).collect();
        self.looked(TABLE, vec![id.0], "work", None).await?;
        Ok(weekends)
    }

    /// A child as a row of the list. No look at the file.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn child_row(&self, id: ChildId) -> Result<ChildRow, Error> {
        rows_of(&self.read(), &ChildFilter::default(), vec![id.0]).await?.pop().ok_or(Error::NotFound)
    }
}
