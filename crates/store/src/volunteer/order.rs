//! The list of volunteers in the order of one of its columns.

use naheya_domain::Date;
use naheya_domain::access::{Class, Scope};
use naheya_domain::volunteer::VolunteerState;
use uuid::Uuid;

use super::around::Around;
use super::beside::minutes;
use super::list::{COLUMNS, Listed, VolunteerFilter, VolunteerRow, shown};
use crate::child::PAGE;
use crate::order::{Key, Page, Turn, along, cut, in_order, turned};
use crate::sealed::entity::{search_token, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, same};
use crate::search::{self, Kind, says_letters};
use crate::{Desk, Error};

/// Lists with fewer rows than this can be put in another order: homes, checks and hours are read for each of them.
pub const MOST_SORTED: u64 = 300;

/// A column by which the list can be sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VolunteerColumn {
    /// The name, as the list lies: at any length, from the first one on.
    #[default]
    Name,
    /// The check due first; one that is missing comes before all. Fewer rows than [`MOST_SORTED`].
    NextCheck,
    /// Hours of the year. Fewer rows than [`MOST_SORTED`].
    Hours,
}

impl Desk {
    /// A page of the volunteers that the viewer sees, in the order of a column, from its smallest value up or from the
    /// largest `down`. Those with expiring checks have an order of their own: see [`Desk::volunteers`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when the list goes on by name from somebody who is not visible, [`Error::Database`].
    pub async fn volunteers_sorted(
        &self,
        filter: &VolunteerFilter,
        by: VolunteerColumn,
        down: bool,
        turn: &Turn,
    ) -> Result<Page<VolunteerRow>, Error> {
        let tx = self.read();
        let typed = filter.search.as_deref().filter(|typed| is_wide(&tx, filter, typed));
        if let (VolunteerColumn::Name, Some(typed)) = (by, typed) {
            return self.by_spelling(&tx, filter, typed, turn).await;
        }
        let found = tx.visible::<volunteer::Entity>().and(self.matching_volunteers(&tx, filter).await?);
        if by == VolunteerColumn::Name {
            return by_name(&tx, found, turn).await;
        }
        let listed: Vec<Listed> = found.limit(MOST_SORTED).columns(COLUMNS, &tx).await?;
        let keys = match by {
            VolunteerColumn::Hours => by_hours(&tx, &listed).await?,
            VolunteerColumn::Name | VolunteerColumn::NextCheck => by_check(&tx, &listed).await?,
        };
        let page = cut(keys, down, turn);
        let on_it = listed.into_iter().filter(|row| page.rows.contains(&row.id)).collect();
        let rows = shown(&tx, in_order(on_it, &page.rows, |row: &Listed| row.id)).await?;
        Ok(page.with(rows))
    }

    /// Those whom letters find in a whole county: see [`search::page`].
    async fn by_spelling(
        &self,
        tx: &Tx,
        filter: &VolunteerFilter,
        typed: &str,
        turn: &Turn,
    ) -> Result<Page<VolunteerRow>, Error> {
        use volunteer::Column as C;
        let all = VolunteerFilter { search: None, ..filter.clone() };
        let who = tx.visible::<volunteer::Entity>().and(self.matching_volunteers(tx, &all).await?);
        let who = who.and(same(C::Id, search_token::Column::PersonId)).some();
        let page = search::page(tx, Kind::Volunteer, typed, who, turn).await?;
        let on_it = tx.visible::<volunteer::Entity>().among(page.rows.iter().copied());
        let listed: Vec<Listed> = on_it.columns(COLUMNS, tx).await?;
        let rows = shown(tx, in_order(listed, &page.rows, |row: &Listed| row.id)).await?;
        Ok(page.with(rows))
    }
}

/// Whether most whom letters find stand in the list: in a town, or in a state that few are in, those are looked through instead.
fn is_wide(tx: &Tx, filter: &VolunteerFilter, typed: &str) -> bool {
    let has_many = matches!(filter.state, None | Some(VolunteerState::Approved));
    let is_narrowed = filter.places_free || filter.town.is_some() || !filter.areas.is_empty();
    let sees_all = tx.scope::<volunteer::Entity>(Class::Work) == Scope::County;
    says_letters(typed) && has_many && !is_narrowed && sees_all
}

async fn by_name(tx: &Tx, found: Visible<volunteer::Entity>, turn: &Turn) -> Result<Page<VolunteerRow>, Error> {
    use volunteer::Column as C;
    let rows = along(found, [C::Name, C::Id], false, turn, tx).await?;
    let listed: Vec<Listed> = rows.limit(PAGE + 1).columns(COLUMNS, tx).await?;
    let mut page = turned(listed, turn, |row| row.id);
    let rows = shown(tx, std::mem::take(&mut page.rows)).await?;
    Ok(page.with(rows))
}

async fn by_hours(tx: &Tx, listed: &[Listed]) -> Result<Vec<(Key, Uuid)>, Error> {
    let minutes = minutes(tx, listed).await?;
    let key = |row: &Listed| Key::Number(minutes.get(&row.id).map_or(0, |minutes| minutes.this_year));
    Ok(listed.iter().map(|row| (key(row), row.id)).collect())
}

async fn by_check(tx: &Tx, listed: &[Listed]) -> Result<Vec<(Key, Uuid)>, Error> {
    let today = tx.now().date();
    let around = Around::of(tx, listed).await?;
    let key = |row: &Listed| match around.next_check(row, today) {
        Some(next) => Key::Number(next.until.map_or(i64::MIN, day)),
        None => Key::Nothing,
    };
    Ok(listed.iter().map(|row| (key(row), row.id)).collect())
}

/// Days in their order.
fn day(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}
