//! Lists in the order of one of their columns, a page at a time. No index holds such an order, so it is offered where a list
//! is short: the keys of all its rows are read and sorted here. A page goes on after a key and an id, so that a row which
//! comes, goes or moves between two looks makes no other one appear twice or not at all.

use std::cmp::Ordering;
use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ModelTrait, Value};
use uuid::Uuid;

use crate::Error;
use crate::child::PAGE;
use crate::sealed::record::{OfCounty, Record};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, at};

/// Lists with fewer rows than this can be put in another order.
pub const SORTED: u64 = 500;

/// What a row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// It has no value there: after everything, whichever way the list is sorted.
    Nothing,
    /// A moment, a day, an amount.
    Number(i64),
    /// A name.
    Words(String),
}

impl From<Option<i64>> for Key {
    fn from(number: Option<i64>) -> Key {
        number.map_or(Key::Nothing, Key::Number)
    }
}

/// A row, as a place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it was sorted by when it was seen. Names stand in no address: where it is missing, the row says it.
    pub key: Option<Key>,
    /// Which row.
    pub id: Uuid,
}

impl Mark {
    /// As addresses have it: `id`, or the number (`-` for none) before it.
    #[must_use]
    pub fn code(&self) -> String {
        match &self.key {
            Some(Key::Nothing) => format!("-_{}", self.id),
            Some(Key::Number(number)) => format!("{number}_{}", self.id),
            Some(Key::Words(_)) | None => self.id.to_string(),
        }
    }

    /// Reads what an address says.
    #[must_use]
    pub fn parse(code: &str) -> Option<Mark> {
        let (key, id) = match code.split_once('_') {
            Some(("-", id)) => (Some(Key::Nothing), id),
            Some((number, id)) => (Some(Key::Number(number.parse().ok()?)), id),
            None => (None, code),
        };
        Some(Mark { key, id: Uuid::try_parse(id).ok()? })
    }
}

/// Where a page of a list begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// With the first row.
    #[default]
    First,
    /// After this row.
    After(Mark),
    /// So that it ends before this row.
    Before(Mark),
}

impl Turn {
    /// The row from which one turns.
    #[must_use]
    pub fn mark(&self) -> Option<&Mark> {
        match self {
            Turn::First => None,
            Turn::After(mark) | Turn::Before(mark) => Some(mark),
        }
    }

    /// Whether one turns back.
    #[must_use]
    pub fn is_back(&self) -> bool {
        matches!(self, Turn::Before(_))
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// The row before which the previous page ends, when there is one.
    pub previous: Option<Mark>,
    /// The row after which the next page begins, when there is one.
    pub next: Option<Mark>,
}

impl<T> Page<T> {
    /// The same ways from another kind of rows.
    pub(crate) fn with<U>(self, rows: Vec<U>) -> Page<U> {
        Page { rows, previous: self.previous, next: self.next }
    }
}

/// The rows of a list as an index gives them: by these columns, the last of which is the id, from the smallest up or from the
/// largest `down`, and beyond the row from which one turns. Who turns back gets them the other way round, as [`turned`] takes
/// them.
pub(crate) async fn along<E: OfCounty, const N: usize>(
    rows: Visible<E>,
    columns: [E::Column; N],
    down: bool,
    turn: &Turn,
    tx: &Tx,
) -> Result<Visible<E>, Error>
where
    E::Model: Send + Sync,
{
    let place = match turn.mark() {
        Some(mark) => {
            let row = tx.visible::<E>().id(mark.id).one(tx).await?;
            Some(columns.map(|column| row.get(column)))
        }
        None => None,
    };
    Ok(beyond(rows, columns, down != turn.is_back(), place))
}

/// The rows beyond a place, that is the values which a row has in these columns; all of them where there is none.
pub(crate) fn beyond<E: Record, const N: usize>(
    rows: Visible<E>,
    columns: [E::Column; N],
    down: bool,
    place: Option<[Value; N]>,
) -> Visible<E>
where
    E::Model: Send + Sync,
{
    let further = place.map(|place| {
        let here = Expr::tuple(columns.map(at));
        let there = Expr::tuple(place.map(Expr::val));
        if down { here.lt(there) } else { here.gt(there) }
    });
    let sorted = |rows: Visible<E>, column| if down { rows.by_desc(column) } else { rows.by(column) };
    columns.into_iter().fold(rows.and_if(further), sorted)
}

/// A page of rows that an index gave in their order, one more than a page holds, read backwards where one turns back.
pub(crate) fn turned<T>(rows: Vec<T>, turn: &Turn, id: impl Fn(&T) -> Uuid) -> Page<T> {
    turned_by(PAGE, rows, turn, id)
}

/// The same with pages of another length.
pub(crate) fn turned_by<T>(size: u64, rows: Vec<T>, turn: &Turn, id: impl Fn(&T) -> Uuid) -> Page<T> {
    let (mut rows, more) = at_most(size, rows);
    if turn.is_back() {
        rows.reverse();
    }
    let mark = |row: Option<&T>| row.map(|row| Mark { key: None, id: id(row) });
    let (is_before, is_after) = match turn {
        Turn::First => (false, more),
        Turn::After(_) => (true, more),
        Turn::Before(_) => (more, true),
    };
    let previous = mark(rows.first()).filter(|_| is_before);
    let next = mark(rows.last()).filter(|_| is_after);
    Page { rows, previous, next }
}

/// The first rows of a list of which one more was asked for, and whether there are more.
pub(crate) fn at_most<T>(most: u64, mut rows: Vec<T>) -> (Vec<T>, bool) {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    (rows, more)
}

/// A page of a list whose keys are all known, from the smallest up or from the largest `down`.
pub(crate) fn cut(mut keys: Vec<(Key, Uuid)>, down: bool, turn: &Turn) -> Page<Uuid> {
    let size = usize::try_from(PAGE).unwrap_or(50);
    keys.sort_unstable_by(|one, other| compared(one, other, down));
    let stands_before = |one: &(Key, Uuid), other: &(Key, Uuid)| compared(one, other, down) == Ordering::Less;
    let place = turn.mark().and_then(|mark| {
        let known = mark.key.clone().map(|key| (key, mark.id));
        known.or_else(|| keys.iter().find(|(_, id)| *id == mark.id).cloned())
    });
    let first = match &place {
        None => 0,
        Some(place) if turn.is_back() => keys.partition_point(|one| stands_before(one, place)).saturating_sub(size),
        Some(place) => keys.partition_point(|one| !stands_before(place, one)),
    };
    let last = keys.len().min(first + size);
    let mark = |row: Option<&(Key, Uuid)>| row.map(|(key, id)| Mark { key: Some(key.clone()), id: *id });
    let page = keys.get(first..last).unwrap_or_default();
    Page {
        previous: mark(page.first()).filter(|_| first > 0),
        next: mark(page.last()).filter(|_| last < keys.len()),
        rows: page.iter().map(|(_, id)| *id).collect(),
    }
}

fn compared(one: &(Key, Uuid), other: &(Key, Uuid), down: bool) -> Ordering {
    let is_nothing = |place: &(Key, Uuid)| place.0 == Key::Nothing;
    let values = if down { other.cmp(one) } else { one.cmp(other) };
    is_nothing(one).cmp(&is_nothing(other)).then(values)
}

/// Rows in the order of their ids.
pub(crate) fn in_order<T>(mut rows: Vec<T>, ids: &[Uuid], id: impl Fn(&T) -> Uuid) -> Vec<T> {
    let places: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    rows.sort_by_key(|row| places.get(&id(row)).copied());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    /// A hundred and twenty rows, three of each key, the first of them without a value.
    fn keys() -> Vec<(Key, Uuid)> {
        let key = |n: u128| Key::from(i64::try_from(n / 3).ok().filter(|n| *n > 0));
        (0..120).map(|n| (key(n), id(n))).collect()
    }

    fn walked(down: bool) -> Vec<Vec<Uuid>> {
        let (mut pages, mut turn) = (Vec::new(), Turn::First);
        loop {
            let page = cut(keys(), down, &turn);
            pages.push(page.rows);
            match page.next {
                Some(mark) => turn = Turn::After(Mark::parse(&mark.code()).unwrap_or(mark)),
                None => return pages,
            }
        }
    }

    #[test]
    fn pages_lose_and_repeat_no_row_whichever_way_they_are_sorted() {
        let up = (3..120).chain(0..3).map(id).collect::<Vec<_>>();
        let down = (3..120).rev().chain((0..3).rev()).map(id).collect::<Vec<_>>();
        assert_eq!((walked(false).concat(), walked(true).concat()), (up, down), "what has no value stands last");
        assert_eq!(walked(true).iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    }

    #[test]
    fn the_way_back_leads_to_the_page_before() {
        for down in [false, true] {
            let first = cut(keys(), down, &Turn::First);
            let second = cut(keys(), down, &Turn::After(first.next.clone().unwrap_or(Mark { key: None, id: id(0) })));
            let back = second.previous.map(Turn::Before).map(|turn| cut(keys(), down, &turn));
            assert_eq!(back, Some(first));
        }
    }

    #[test]
    fn a_row_that_moved_takes_no_other_one_with_it() {
        let first = cut(keys(), false, &Turn::First);
        let Some(mark) = first.next else { panic!("one page") };
        // The last row of the first page goes to the end of the list before the next page is asked for.
        let mut moved = keys();
        moved.iter_mut().filter(|(_, id)| *id == mark.id).for_each(|(key, _)| *key = Key::Number(1_000));
        let second = cut(moved, false, &Turn::After(mark));
        assert_eq!(second.rows.first(), Some(&id(53)));
    }

    #[test]
    fn names_are_looked_up_because_they_stand_in_no_address() {
        let names = ["白", "石", "安"].map(|name| Key::Words(name.into()));
        let keys: Vec<(Key, Uuid)> = names.into_iter().zip((0..3).map(id)).collect();
        let mark = Mark { key: Some(Key::Words("白".into())), id: id(0) };
        assert_eq!(mark.code(), id(0).to_string());
        let after = Mark::parse(&mark.code()).map(Turn::After);
        let sorted: Vec<Uuid> = cut(keys.clone(), false, &Turn::First).rows;
        let behind = sorted.iter().copied().skip_while(|one| *one != id(0)).skip(1).collect();
        assert_eq!(after.map(|turn| cut(keys, false, &turn).rows), Some(behind));
    }

    #[test]
    fn what_is_no_place_is_none() {
        for odd in ["", "_", "x", "-_", "1_x", "9999999999999999999999_00000000-0000-0000-0000-000000000000"] {
            assert_eq!(Mark::parse(odd), None, "{odd}");
        }
    }
}
