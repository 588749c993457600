//! The list of children in the order of one of its columns.

use naheya_domain::access::{Class, Scope};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::PAGE;
use super::list::{ChildFilter, ChildRow, ChildView, Listed, last_stay, matching, picked, shown, with_beside};
use crate::order::{Key, Page, SORTED, Turn, along, cut, in_order, turned};
use crate::sealed::entity::{child, search_token};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::search::{self, Kind, says_letters};
use crate::{Desk, Error};

/// A column by which the list can be sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChildColumn {
    /// The name, as the list lies: at any length, from the first one on.
    #[default]
    Name,
    /// The last stay that took place; who has never been away comes last. Fewer rows than [`SORTED`].
    LastStay,
    /// When somebody last said that the file is right. Fewer rows than [`SORTED`].
    Confirmed,
}

#[derive(Debug, FromQueryResult)]
struct Placed {
    id: Uuid,
}

#[derive(Debug, FromQueryResult)]
struct Keyed {
    id: Uuid,
    key: Option<i64>,
}

impl Desk {
    /// A page of the children that the viewer sees, in the order of a column, from its smallest value up or from the
    /// largest `down`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the list goes on by name from a child that is not visible, [`Error::Database`].
    pub async fn children_sorted(
        &self,
        filter: &ChildFilter,
        by: ChildColumn,
        down: bool,
        turn: &Turn,
    ) -> Result<Page<ChildRow>, Error> {
        let tx = self.read();
        let page = match by {
            ChildColumn::Name => return by_name(&tx, filter, &[], turn).await,
            ChildColumn::LastStay | ChildColumn::Confirmed => cut(keys(&tx, filter, by).await?, down, turn),
        };
        let rows = told(&tx, filter, &page.rows).await?;
        Ok(page.with(rows))
    }
}

/// A page by name of those whom the filter finds, but for these. Of those whom letters find in a whole county, by the spellings
/// that are found: see [`search::page`].
pub(crate) async fn by_name(tx: &Tx, filter: &ChildFilter, but: &[Uuid], turn: &Turn) -> Result<Page<ChildRow>, Error> {
    use child::Column as C;
    if let Some(typed) = filter.search.as_deref().filter(|typed| but.is_empty() && is_wide(tx, filter, typed)) {
        let all = ChildFilter { search: None, ..filter.clone() };
        let who = tx.visible::<child::Entity>().and(matching(tx, &all).await?);
        let who = who.and(same(C::Id, search_token::Column::PersonId)).some();
        let page = search::page(tx, Kind::Child, typed, who, turn).await?;
        let rows = told(tx, filter, &page.rows).await?;
        return Ok(page.with(rows));
    }
    let others = (!but.is_empty()).then(|| C::Id.is_not_in(but.iter().copied()));
    let found = tx.visible::<child::Entity>().and(matching(tx, filter).await?).and_if(others);
    let rows = along(found, [C::Name, C::Id], false, turn, tx).await?.limit(PAGE + 1);
    if lies_by_name(tx, filter) {
        let listed: Vec<Listed> = with_beside(tx, rows).pick(picked(tx, filter.view), tx).await?;
        let mut page = turned(listed, turn, |row| row.id);
        let rows = shown(tx, std::mem::take(&mut page.rows));
        return Ok(page.with(rows));
    }
    let page = turned(rows.columns::<Placed, 1>([C::Id], tx).await?, turn, |row| row.id);
    let ids: Vec<Uuid> = page.rows.iter().map(|row| row.id).collect();
    let rows = told(tx, filter, &ids).await?;
    Ok(page.with(rows))
}

/// Whether the first rows by name are the first that an index gives: what stands beside them is told in the same question. In a
/// town and among those whom letters find, thousands would be looked up before they are sorted.
fn lies_by_name(tx: &Tx, filter: &ChildFilter) -> bool {
    let is_whole = filter.search.is_none() && filter.town.is_none() && filter.areas.is_empty();
    is_whole && tx.scope::<child::Entity>(Class::Work) == Scope::County
}

/// Whether most whom letters find stand in the list: among a school's children, or in a state that few are in, those are looked
/// through instead.
fn is_wide(tx: &Tx, filter: &ChildFilter, typed: &str) -> bool {
    let ChildFilter { view, state, school, class, town, areas, stale_since, search: _, after: _ } = filter;
    let is_narrowed = state.is_some() || school.is_some() || class.is_some() || town.is_some() || stale_since.is_some();
    let has_many = matches!(view, ChildView::All | ChildView::Here | ChildView::Paired | ChildView::Waiting);
    let sees_all = tx.scope::<child::Entity>(Class::Work) == Scope::County;
    says_letters(typed) && !is_narrowed && areas.is_empty() && has_many && sees_all
}

/// What the list tells of these children, in their order, where who is on the page was asked first and alone: a search that
/// finds thousands would otherwise look up school and class of all of them before the first fifty are known, and a server
/// would plan the long question anew for each name that is typed.
async fn told(tx: &Tx, filter: &ChildFilter, ids: &[Uuid]) -> Result<Vec<ChildRow>, Error> {
    let rows = tx.visible::<child::Entity>().among(ids.iter().copied());
    let listed: Vec<Listed> = with_beside(tx, rows).pick(picked(tx, filter.view), tx).await?;
    Ok(shown(tx, in_order(listed, ids, |row| row.id)))
}

async fn keys(tx: &Tx, filter: &ChildFilter, by: ChildColumn) -> Result<Vec<(Key, Uuid)>, Error> {
    use child::Column as C;
    let key = if by == ChildColumn::LastStay { last_stay(tx) } else { at(C::ConfirmedAt) };
    let rows = tx.visible::<child::Entity>().and(matching(tx, filter).await?).limit(SORTED);
    let keyed: Vec<Keyed> = rows.pick(vec![(at(C::Id), "id"), (key, "key")], tx).await?;
    let key = |value: Option<i64>| match by {
        // A file that nobody ever confirmed is the oldest.
        ChildColumn::Confirmed => Key::Number(value.unwrap_or(i64::MIN)),
        ChildColumn::Name | ChildColumn::LastStay => value.into(),
    };
    Ok(keyed.into_iter().map(|row| (key(row.key), row.id)).collect())
}
