//! The rows of one table around a person: over to another file, and back.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, IdenStatic, Iterable, ModelTrait, TryIntoModel, Value};
use uuid::Uuid;

use super::{Around, Moved, Rows};
use crate::Error;
use crate::sealed::copy::{read_back, written};
use crate::sealed::record::OfCounty;
use crate::sealed::tx::Tx;
use crate::words::closed;

/// Ids in one question.
const CHUNK: usize = 200;

async fn rows_of<K, E: Around<K>>(tx: &Tx, whose: Uuid) -> Result<Vec<E::Model>, Error>
where
    E::Model: Send + Sync,
{
    tx.for_rule::<E>().and(<E as Around<K>>::whose().eq(whose)).all(tx).await
}

pub(super) async fn counted<K, E: Around<K>>(tx: &Tx, kept: Uuid, other: Uuid) -> Result<Rows, Error>
where
    E::Model: Send + Sync,
{
    // Seen, not for a rule: whoever is not in a concern's circle does not learn from a number that there is one.
    let of = |whose: Uuid| tx.visible::<E>().and(<E as Around<K>>::whose().eq(whose)).count(tx);
    Ok(Rows { table: E::TABLE, kept: of(kept).await?, other: of(other).await? })
}

pub(super) async fn over<K, E: Around<K>>(tx: &Tx, from: Uuid, to: Uuid) -> Result<Moved, Error>
where
    E::Model: Send + Sync,
{
    let mut moved = Moved { table: E::TABLE.to_owned(), rows: Vec::new(), gone: Vec::new() };
    let rows = rows_of::<K, E>(tx, from).await?;
    if rows.is_empty() {
        return Ok(moved);
    }
    let there = rows_of::<K, E>(tx, to).await?;
    let shift = shift::<K, E>(&rows, &there);
    for row in rows {
        if there.iter().any(|other| is_second::<K, E>(&row, other)) {
            moved.gone.push(written::<E>(&row));
            tx.remove::<E>(&row).await?;
            continue;
        }
        let place = <E as Around<K>>::order().map(|order| number(&row, order.place));
        let mut next = row.clone();
        next.try_set(<E as Around<K>>::whose(), Value::Uuid(Some(to)))?;
        if let (Some(order), Some(place)) = (<E as Around<K>>::order(), place) {
            next.try_set(order.place, Value::Int(Some(place.saturating_add(shift))))?;
        }
        moved.rows.push((id_of::<E>(&row), place));
        tx.change::<E>(&row, next).await?;
    }
    Ok(moved)
}

fn is_second<K, E: Around<K>>(row: &E::Model, other: &E::Model) -> bool {
    let once = <E as Around<K>>::once();
    !once.is_empty() && once.iter().all(|column| row.get(*column) == other.get(*column))
}

/// By how much places are moved: behind the last one that is there, or before the first when those that come are older.
fn shift<K, E: Around<K>>(come: &[E::Model], there: &[E::Model]) -> i32 {
    let Some(order) = <E as Around<K>>::order() else { return 0 };
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

fn id_of<E: OfCounty>(row: &E::Model) -> Uuid {
    crate::sealed::record::ref_id::<E>(row).unwrap_or_default()
}

async fn these<E: OfCounty>(tx: &Tx, ids: &[Uuid]) -> Result<Vec<E::Model>, Error>
where
    E::Model: Send + Sync,
{
    let Some(id) = E::id() else { return Ok(Vec::new()) };
    tx.for_rule::<E>().and(id.is_in(ids.iter().copied())).all(tx).await
}

/// What nobody may learn of by being told that it stands in the way: a concern that names somebody else by now stays there.
/// Letters that have been sent are let go meanwhile.
fn is_silent<E: OfCounty>() -> bool {
    ["concerns", "concern_people", "notices", "outbox"].contains(&E::TABLE)
}

pub(super) async fn gone<K, E: Around<K>>(tx: &Tx, moved: &Moved, whose: Uuid) -> Result<bool, Error>
where
    E::Model: Send + Sync,
{
    if is_silent::<E>() {
        return Ok(false);
    }
    let ids: Vec<Uuid> = moved.ids().collect();
    for chunk in ids.chunks(CHUNK) {
        let rows = these::<E>(tx, chunk).await?;
        let here = rows.iter().filter(|row| row.get(<E as Around<K>>::whose()) == Value::Uuid(Some(whose)));
        if here.count() != chunk.len() {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) async fn names<K, E: Around<K>>(tx: &Tx, whose: Uuid, ids: &HashSet<Uuid>) -> Result<bool, Error>
where
    E::Model: Send + Sync,
{
    if ids.is_empty() || is_silent::<E>() {
        return Ok(false);
    }
    let rows = rows_of::<K, E>(tx, whose).await?;
    let new = rows.iter().filter(|row| !ids.contains(&id_of::<E>(row)));
    Ok(new.into_iter().any(|row| {
        E::Column::iter().filter(|column| column.as_str() != "id").any(|column| match row.get(column) {
            Value::Uuid(Some(id)) => ids.contains(&id),
            _ => false,
        })
    }))
}

pub(super) async fn back<K, E: Around<K>>(tx: &Tx, moved: &Moved, from: Uuid, to: Uuid) -> Result<(), Error>
where
    E::Model: Send + Sync + sea_orm::IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: TryIntoModel<E::Model> + Send,
{
    for chunk in moved.rows.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|(id, _)| *id).collect();
        for row in these::<E>(tx, &ids).await? {
            if row.get(<E as Around<K>>::whose()) != Value::Uuid(Some(from)) {
                if is_silent::<E>() {
                    continue;
                }
                return Err(Error::Stale);
            }
            let id = id_of::<E>(&row);
            let place = chunk.iter().find(|(moved, _)| *moved == id).and_then(|(_, place)| *place);
            let mut next = row.clone();
            next.try_set(<E as Around<K>>::whose(), Value::Uuid(Some(to)))?;
            if let (Some(order), Some(place)) = (<E as Around<K>>::order(), place) {
                next.try_set(order.place, Value::Int(Some(place)))?;
            }
            tx.change::<E>(&row, next).await?;
        }
    }
    for row in &moved.gone {
        tx.insert::<E>(closed::<E>(tx, &read_back::<E>(row)?)?).await?;
    }
    Ok(())
}
