//! The rows around a child, table by table: carried over to another file, and back. One list names every table with a
//! `child_id`; a test of the catalogue fails when a new one is missing here, and so does the engine, which lets no file go
//! to which a row still points.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, IdenStatic, Iterable, ModelTrait, TryIntoModel, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::sealed::copy::{read_back, written};
use crate::sealed::entity::{
    child_category, choice, concern, consent, custody_event, follow_up, guardianship, note, pair, picture, proposal,
    round_child, stay, term_plan, thanks, wish,
};
use crate::sealed::record::{OfCounty, Record};
use crate::sealed::tx::Tx;

/// Ids in one question.
const CHUNK: usize = 200;

/// A table whose rows belong to a child.
trait OfChild: OfCounty {
    /// The column with the child.
    fn child() -> Self::Column;

    /// What may stand once beside a child: a second row with the same stays behind.
    fn once() -> Vec<Self::Column> {
        Vec::new()
    }

    /// Rows that stand in an order: their places are moved behind or before those that are there.
    fn order() -> Option<Order<Self::Column>> {
        None
    }
}

/// An order of rows: where the place stands, and the time by which one whole list goes before the other.
#[derive(Clone, Copy)]
struct Order<C> {
    place: C,
    at: Option<C>,
}

/// What came over of one table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Moved {
    table: String,
    /// Rows that came over: which one, and its place before.
    rows: Vec<(Uuid, Option<i32>)>,
    /// Rows that stayed behind, because the same stood in the other file.
    gone: Vec<serde_json::Value>,
}

impl Moved {
    /// Ids of the rows that came over.
    pub(super) fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.rows.iter().map(|(id, _)| *id)
    }

    /// Whether it is of this table.
    pub(super) fn is_of(&self, table: &str) -> bool {
        self.table == table
    }
}

/// Of one table: how many rows stand in the file that stays, how many in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The table's name.
    pub table: &'static str,
    /// In the file that stays.
    pub kept: u64,
    /// In the other one.
    pub other: u64,
}

macro_rules! of_child {
    ($($table:ident $(once [$($once:ident),+])? $(order $place:ident $(at $at:ident)?)?;)+) => {
        $(impl OfChild for $table::Entity {
            fn child() -> $table::Column {
                $table::Column::ChildId
            }
            $(fn once() -> Vec<$table::Column> {
                vec![$($table::Column::$once),+]
            })?
            $(fn order() -> Option<Order<$table::Column>> {
                Some(Order { place: $table::Column::$place, at: None$(.or(Some($table::Column::$at)))? })
            })?
        })+

        /// The tables that are carried over.
        #[cfg(test)]
        pub(crate) const TABLES: &[&str] = &[$(<$table::Entity as Record>::TABLE),+];

        /// Carries every row of `from` over to `to`.
        pub(super) async fn carry(tx: &Tx, from: Uuid, to: Uuid) -> Result<Vec<Moved>, Error> {
            Ok(vec![$(over::<$table::Entity>(tx, from, to).await?),+])
        }

        /// Carries back what [`carry`] carried over: of each table, `from` is where the rows stand now.
        pub(super) async fn carry_back(tx: &Tx, all: &[Moved], from: Uuid, to: Uuid) -> Result<(), Error> {
            for moved in all {
                match moved.table.as_str() {
                    $(<$table::Entity as Record>::TABLE => back::<$table::Entity>(tx, moved, from, to).await?,)+
                    _ => return Err(Error::Database("a table that is carried back is not known".into())),
                }
            }
            Ok(())
        }

        /// Of each table: rows that came over and are no longer there, or name another child by now.
        pub(super) async fn missing(tx: &Tx, all: &[Moved], child: Uuid) -> Result<Vec<&'static str>, Error> {
            let mut tables = Vec::new();
            for moved in all {
                $(if moved.is_of(<$table::Entity as Record>::TABLE) && gone::<$table::Entity>(tx, moved, child).await? {
                    tables.push(<$table::Entity as Record>::TABLE);
                })+
            }
            Ok(tables)
        }

        /// Tables in which rows of `child` that are not among `ids` name one of `ids`: what was built upon them.
        pub(super) async fn built_on(
            tx: &Tx,
            child: Uuid,
            ids: &HashSet<Uuid>,
        ) -> Result<Vec<&'static str>, Error> {
            let mut tables = Vec::new();
            $(if names::<$table::Entity>(tx, child, ids).await? {
                tables.push(<$table::Entity as Record>::TABLE);
            })+
            Ok(tables)
        }

        /// How many rows the viewer sees in each file; tables with none in either are left out.
        pub(super) async fn counts(tx: &Tx, kept: Uuid, other: Uuid) -> Result<Vec<Rows>, Error> {
            let all = vec![$(counted::<$table::Entity>(tx, kept, other).await?),+];
            Ok(all.into_iter().filter(|rows| rows.kept + rows.other > 0).collect())
        }
    };
}

of_child! {
    guardianship once [GuardianId] order ContactOrder;
    child_category once [Code, ToOn];
    consent;
    wish;
    round_child once [RoundId];
    choice once [RoundId, Side, VolunteerId];
    proposal;
    pair;
    stay;
    custody_event order Seq at ServerAt;
    term_plan;
    note;
    picture;
    thanks;
    follow_up;
    concern;
}

async fn rows_of<E: OfChild>(tx: &Tx, child: Uuid) -> Result<Vec<E::Model>, Error>
where
    E::Model: Send + Sync,
{
    tx.for_rule::<E>().and(E::child().eq(child)).all(tx).await
}

async fn counted<E: OfChild>(tx: &Tx, kept: Uuid, other: Uuid) -> Result<Rows, Error>
where
    E::Model: Send + Sync,
{
    // Seen, not for a rule: whoever is not in a concern's circle does not learn from a number that there is one.
    let of = |child: Uuid| tx.visible::<E>().and(E::child().eq(child)).count(tx);
    Ok(Rows { table: E::TABLE, kept: of(kept).await?, other: of(other).await? })
}

async fn over<E: OfChild>(tx: &Tx, from: Uuid, to: Uuid) -> Result<Moved, Error>
where
    E::Model: Send + Sync,
{
    let mut moved = Moved { table: E::TABLE.to_owned(), rows: Vec::new(), gone: Vec::new() };
    let rows = rows_of::<E>(tx, from).await?;
    if rows.is_empty() {
        return Ok(moved);
    }
    let there = rows_of::<E>(tx, to).await?;
    let shift = shift::<E>(&rows, &there);
    for row in rows {
        if there.iter().any(|other| is_second::<E>(&row, other)) {
            moved.gone.push(written::<E>(&row));
            tx.remove::<E>(&row).await?;
            continue;
        }
        let place = E::order().map(|order| number(&row, order.place));
        let mut next = row.clone();
        next.try_set(E::child(), Value::Uuid(Some(to)))?;
        if let (Some(order), Some(place)) = (E::order(), place) {
            next.try_set(order.place, Value::Int(Some(place.saturating_add(shift))))?;
        }
        moved.rows.push((id_of::<E>(&row), place));
        tx.change::<E>(&row, next).await?;
    }
    Ok(moved)
}

fn is_second<E: OfChild>(row: &E::Model, other: &E::Model) -> bool {
    let once = E::once();
    !once.is_empty() && once.iter().all(|column| row.get(*column) == other.get(*column))
}

/// By how much places are moved: behind the last one that is there, or before the first when those that come are older.
fn shift<E: OfChild>(come: &[E::Model], there: &[E::Model]) -> i32 {
    let Some(order) = E::order() else { return 0 };
    let places = |rows: &[E::Model]| {
        let all: Vec<i32> = rows.iter().map(|row| number(row, order.place)).collect();
        (all.iter().min().copied(), all.iter().max().copied())
    };
    let newest = |rows: &[E::Model]| {
        let last = rows.iter().max_by_key(|row| number(*row, order.place))?;
        order.at.map(|at| instant(last, at))
    };
    let ((Some(first_come), Some(last_come)), (Some(first), Some(last))) = (places(come), places(there)) else {
        return 0;
    };
    if newest(come) < newest(there) { first - last_come - 1 } else { last - first_come + 1 }
}

fn number<M: ModelTrait>(row: &M, column: <M::Entity as sea_orm::EntityTrait>::Column) -> i32 {
    if let Value::Int(Some(number)) = row.get(column) { number } else { 0 }
}

fn instant<M: ModelTrait>(row: &M, column: <M::Entity as sea_orm::EntityTrait>::Column) -> i64 {
    if let Value::BigInt(Some(at)) = row.get(column) { at } else { 0 }
}

fn id_of<E: OfChild>(row: &E::Model) -> Uuid {
    crate::sealed::record::ref_id::<E>(row).unwrap_or_default()
}

async fn these<E: OfChild>(tx: &Tx, ids: &[Uuid]) -> Result<Vec<E::Model>, Error>
where
    E::Model: Send + Sync,
{
    let Some(id) = E::id() else { return Ok(Vec::new()) };
    tx.for_rule::<E>().and(id.is_in(ids.iter().copied())).all(tx).await
}

/// What nobody may learn of by being told that it stands in the way: a concern that names another child by now stays there.
fn is_silent<E: OfChild>() -> bool {
    E::TABLE == <concern::Entity as Record>::TABLE
}

async fn gone<E: OfChild>(tx: &Tx, moved: &Moved, child: Uuid) -> Result<bool, Error>
where
    E::Model: Send + Sync,
{
    if is_silent::<E>() {
        return Ok(false);
    }
    let ids: Vec<Uuid> = moved.ids().collect();
    for chunk in ids.chunks(CHUNK) {
        let rows = these::<E>(tx, chunk).await?;
        let here = rows.iter().filter(|row| row.get(E::child()) == Value::Uuid(Some(child)));
        if here.count() != chunk.len() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn names<E: OfChild>(tx: &Tx, child: Uuid, ids: &HashSet<Uuid>) -> Result<bool, Error>
where
    E::Model: Send + Sync,
{
    if ids.is_empty() || is_silent::<E>() {
        return Ok(false);
    }
    let rows = rows_of::<E>(tx, child).await?;
    let new = rows.iter().filter(|row| !ids.contains(&id_of::<E>(row)));
    Ok(new.into_iter().any(|row| {
        E::Column::iter().filter(|column| column.as_str() != "id").any(|column| match row.get(column) {
            Value::Uuid(Some(id)) => ids.contains(&id),
            _ => false,
        })
    }))
}

async fn back<E: OfChild>(tx: &Tx, moved: &Moved, from: Uuid, to: Uuid) -> Result<(), Error>
where
    E::Model: Send + Sync + sea_orm::IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: TryIntoModel<E::Model> + Send,
{
    for chunk in moved.rows.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|(id, _)| *id).collect();
        for row in these::<E>(tx, &ids).await? {
            if row.get(E::child()) != Value::Uuid(Some(from)) {
                if is_silent::<E>() {
                    continue;
                }
                return Err(Error::Stale);
            }
            let id = id_of::<E>(&row);
            let place = chunk.iter().find(|(moved, _)| *moved == id).and_then(|(_, place)| *place);
            let mut next = row.clone();
            next.try_set(E::child(), Value::Uuid(Some(to)))?;
            if let (Some(order), Some(place)) = (E::order(), place) {
                next.try_set(order.place, Value::Int(Some(place)))?;
            }
            tx.change::<E>(&row, next).await?;
        }
    }
    for row in &moved.gone {
        tx.insert::<E>(read_back::<E>(row)?).await?;
    }
    Ok(())
}
