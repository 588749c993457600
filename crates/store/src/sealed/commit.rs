//! What the acts of one commit have in common. New rows wait until somebody reads, and then go out together, table by
//! table: sixty-four acts that each write a few rows ask the engine a few times, not hundreds of times. And what several
//! acts are about to ask alike is read once for all of them ([`super::act::Act::look_ahead`]).

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel};

use super::{copy, trail};
use crate::Error;

/// Rows written at once that wait for others. More are a statement of their own anyway, and would only be held longer.
const FEW: usize = 64;

/// What was read for acts of one kind, before the first of them ran.
pub(crate) type Ahead = Arc<dyn Any + Send + Sync>;

/// One commit in the making.
#[derive(Default)]
pub(super) struct Commit {
    /// Nothing waits when acts run guarded: there each must hear of its own rows' faults.
    waiting: Option<tokio::sync::Mutex<Waiting>>,
    ahead: Mutex<BTreeMap<(i32, TypeId), Ahead>>,
    written: Mutex<BTreeSet<(&'static str, &'static str)>>,
}

/// What an act left in its commit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Left {
    /// Rows of its own stand in the transaction: its failure takes everything back.
    pub(super) written: bool,
    /// It had new rows, written or waiting.
    pub(super) any: bool,
    /// The engine refused rows that waited, of this act or of one before.
    pub(super) spoilt: bool,
}

#[derive(Default)]
struct Waiting {
    /// By the table's place in the order of references.
    before: BTreeMap<usize, Box<dyn Rows>>,
    own: BTreeMap<usize, Box<dyn Rows>>,
    left: Left,
}

/// New rows of one table.
trait Rows: Send {
    fn join(&mut self, more: Box<dyn Rows>);
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
    fn write<'a>(self: Box<Self>, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), Error>>;
}

struct Of<E: EntityTrait>(Vec<E::Model>);

impl<E> Rows for Of<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    fn join(&mut self, more: Box<dyn Rows>) {
        if let Ok(more) = more.into_any().downcast::<Of<E>>() {
            self.0.extend(more.0);
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }

    fn write<'a>(self: Box<Self>, tx: &'a DatabaseTransaction) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(trail::insert_all::<E>(tx, self.0))
    }
}

fn put(rows: &mut BTreeMap<usize, Box<dyn Rows>>, place: usize, more: Box<dyn Rows>) {
    match rows.get_mut(&place) {
        Some(there) => there.join(more),
        None => {
            rows.insert(place, more);
        }
    }
}

impl Commit {
    /// One whose new rows wait for each other.
    pub(super) fn together() -> Commit {
        Commit { waiting: Some(tokio::sync::Mutex::default()), ..Commit::default() }
    }

    /// Takes new rows of `table`, to be written before anything is read. Gives them back when they are to be written now.
    pub(super) async fn take<E>(&self, table: &'static str, rows: Vec<E::Model>) -> Vec<E::Model>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        let Some(waiting) = self.waiting.as_ref().filter(|_| rows.len() <= FEW) else { return rows };
        let Some(place) = copy::place(table) else { return rows };
        let mut waiting = waiting.lock().await;
        waiting.left.any = true;
        put(&mut waiting.own, place, Box::new(Of::<E>(rows)));
        Vec::new()
    }

    /// Writes what waits, parents before those that refer to them.
    pub(super) async fn flush(&self, tx: &DatabaseTransaction) -> Result<(), Error> {
        let Some(waiting) = &self.waiting else { return Ok(()) };
        // Held while writing: whoever reads at the same time reads after it.
        let mut waiting = waiting.lock().await;
        waiting.left.written |= !waiting.own.is_empty();
        let mut rows = std::mem::take(&mut waiting.before);
        for (place, own) in std::mem::take(&mut waiting.own) {
            put(&mut rows, place, own);
        }
        for rows in rows.into_values() {
            if let Err(error) = rows.write(tx).await {
                waiting.left.spoilt = true;
                return Err(error);
            }
        }
        Ok(())
    }

    /// An act has ended: its rows wait on for the commit, or are dropped when it failed.
    pub(super) async fn end(&self, went_well: bool) -> Left {
        let Some(waiting) = &self.waiting else { return Left::default() };
        let mut waiting = waiting.lock().await;
        let own = std::mem::take(&mut waiting.own);
        if went_well {
            own.into_iter().for_each(|(place, rows)| put(&mut waiting.before, place, rows));
        }
        std::mem::take(&mut waiting.left)
    }

    /// Notes that an act wrote into a table.
    pub(super) fn wrote(&self, act: &'static str, table: &'static str) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert((act, table));
    }

    /// Whether an act other than `act` wrote into one of `tables` in this commit.
    pub(super) fn others_wrote(&self, act: &str, tables: &[&str]) -> bool {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().any(|(by, table)| *by != act && tables.contains(table))
    }

    /// Keeps what was read for acts of this type in a county.
    pub(super) fn keep(&self, kind: (i32, TypeId), ahead: Ahead) {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, ahead);
    }

    /// What was read for acts of this type in a county.
    pub(super) fn ahead<T: Send + Sync + 'static>(&self, kind: (i32, TypeId)) -> Option<Arc<T>> {
        let ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        ahead.and_then(|ahead| ahead.downcast::<T>().ok())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
