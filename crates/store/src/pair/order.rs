//! The list of pairs in the order of one of its columns.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::list::{PairFilter, PairRow, found, names, shown};
use crate::child::PAGE;
use crate::order::{Key, Page, SORTED, Turn, along, cut, in_order, turned};
use crate::sealed::entity::pair;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A column by which the list can be sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PairColumn {
    /// The first day. From the newest down as the list lies, at any length; from the oldest up with fewer rows than
    /// [`SORTED`].
    #[default]
    Begun,
    /// The child's name. Fewer rows than [`SORTED`].
    Child,
    /// The volunteer's name. Fewer rows than [`SORTED`].
    Volunteer,
}

#[derive(Debug, FromQueryResult)]
struct Keyed {
    id: Uuid,
    child_id: Uuid,
    volunteer_id: Uuid,
    begun_on: String,
}

impl Desk {
    /// A page of the pairs that the viewer sees, in the order of a column, from its smallest value up or from the largest
    /// `down`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the list goes on from a pair that is not visible, [`Error::Database`].
    pub async fn pairs_sorted(
        &self,
        filter: &PairFilter,
        by: PairColumn,
        down: bool,
        turn: &Turn,
    ) -> Result<Page<PairRow>, Error> {
        let tx = self.read();
        if by == PairColumn::Begun && down {
            return newest_first(&tx, filter, turn).await;
        }
        let page = cut(keys(&tx, filter, by).await?, down, turn);
        let rows = tx.visible::<pair::Entity>().among(page.rows.iter().copied()).all(&tx).await?;
        let rows = shown(&tx, in_order(rows, &page.rows, |row| row.id)).await?;
        Ok(page.with(rows))
    }
}

async fn newest_first(tx: &Tx, filter: &PairFilter, turn: &Turn) -> Result<Page<PairRow>, Error> {
    use pair::Column as C;
    let rows = along(found(tx, filter).await?, [C::BegunOn, C::Id], true, turn, tx).await?;
    let mut page = turned(rows.limit(PAGE + 1).all(tx).await?, turn, |row| row.id);
    let rows = shown(tx, std::mem::take(&mut page.rows)).await?;
    Ok(page.with(rows))
}

async fn keys(tx: &Tx, filter: &PairFilter, by: PairColumn) -> Result<Vec<(Key, Uuid)>, Error> {
    use pair::Column as C;
    let rows = found(tx, filter).await?.limit(SORTED);
    let rows: Vec<Keyed> = rows.columns([C::Id, C::ChildId, C::VolunteerId, C::BegunOn], tx).await?;
    let people: Vec<(Uuid, Uuid)> = rows.iter().map(|row| (row.child_id, row.volunteer_id)).collect();
    let (children, volunteers) = names(tx, &people).await?;
    let name = |of: &BTreeMap<Uuid, String>, id: Uuid| of.get(&id).cloned().unwrap_or_default();
    let key = |row: &Keyed| match by {
        PairColumn::Begun => row.begun_on.clone(),
        PairColumn::Child => name(&children, row.child_id),
        PairColumn::Volunteer => name(&volunteers, row.volunteer_id),
    };
    Ok(rows.iter().map(|row| (Key::Words(key(row)), row.id)).collect())
}
