//! The list of pairs in the order of one of its columns.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::list::{COLUMNS, Listed, PairFilter, PairRow, found, names, shown};
use crate::child::PAGE;
use crate::order::{Key, Page, SORTED, Turn, along, cut, in_order, turned};
use crate::sealed::entity::pair;
use crate::sealed::tx::Tx;
use crate::search::called_in_order;
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

/// Where a pair stands in the list: on the same day the one with the larger id is the newer.
#[derive(Debug, FromQueryResult, PartialEq, Eq, PartialOrd, Ord)]
struct Placed {
    begun_on: String,
    id: Uuid,
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
            return self.newest_first(&tx, filter, turn).await;
        }
        let page = cut(keys(&tx, filter, by).await?, down, turn);
        let rows = told(&tx, &page.rows).await?;
        Ok(page.with(rows))
    }

    async fn newest_first(&self, tx: &Tx, filter: &PairFilter, turn: &Turn) -> Result<Page<PairRow>, Error> {
        use pair::Column as C;
        if let Some(typed) = filter.search.as_deref().filter(|typed| !typed.trim().is_empty()) {
            return self.newest_called(tx, filter, typed, turn).await;
        }
        let rows = along(found(tx, filter).await?, [C::BegunOn, C::Id], true, turn, tx).await?;
        let mut page = turned(rows.limit(PAGE + 1).columns(COLUMNS, tx).await?, turn, |row: &Listed| row.id);
        let rows = shown(tx, std::mem::take(&mut page.rows)).await?;
        Ok(page.with(rows))
    }

    /// A page of the pairs of those whom letters find: the newest by the child and the newest by the volunteer, each along an
    /// index of its own. What else a row tells is read for those on the page alone: of a usual name there are thousands.
    async fn newest_called(
        &self,
        tx: &Tx,
        filter: &PairFilter,
        typed: &str,
        turn: &Turn,
    ) -> Result<Page<PairRow>, Error> {
        use pair::Column as C;
        let all = PairFilter { search: None, ..filter.clone() };
        let rows = along(found(tx, &all).await?, [C::BegunOn, C::Id], true, turn, tx).await?.limit(PAGE + 1);
        let mut placed: Vec<Placed> = Vec::new();
        for named in called_in_order(self, (C::ChildId, C::VolunteerId), typed).await? {
            placed.extend(rows.clone().and(named).columns::<Placed, 2>([C::BegunOn, C::Id], tx).await?);
        }
        placed.sort_unstable();
        // A pair of two who are both called so was found twice.
        placed.dedup();
        if !turn.is_back() {
            placed.reverse();
        }
        placed.truncate(usize::try_from(PAGE + 1).unwrap_or(51));
        let page = turned(placed, turn, |row| row.id);
        let ids: Vec<Uuid> = page.rows.iter().map(|row| row.id).collect();
        let rows = told(tx, &ids).await?;
        Ok(page.with(rows))
    }
}

/// What the list tells of these pairs, in their order.
async fn told(tx: &Tx, ids: &[Uuid]) -> Result<Vec<PairRow>, Error> {
    let rows: Vec<Listed> = tx.visible::<pair::Entity>().among(ids.iter().copied()).columns(COLUMNS, tx).await?;
    shown(tx, in_order(rows, ids, |row| row.id)).await
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
