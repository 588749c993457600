//! What was read a moment ago and cannot have changed since: a session, numbers beside a list, names of schools.
//! Kept for three seconds, for one viewer or one cookie, or for all who see the same ([`Desk::remembered_alike`]). Every change
//! forgets it.
//!
//! On SQLite every change of this process passes through its one writer. On a server other processes write too: there an
//! answer stands as long as the trails of the county and of the nation tell of no change (`audit_heads.changed_n`, asked once
//! in a request), and only what the trail tells of is kept. Sessions, unread letters and views of one's own stand in no
//! trail: there they are read each time, with the session's question (`door.rs`).
//!
//! One viewer's answer that took long to read outlives a change: while the first who asks reads it anew, others have the
//! old one, a minute old at most. What nobody acts upon at once may be read beside the request
//! ([`Desk::remembered_behind`]), and rests twenty times as long as reading took. Who ask the same for the first time wait
//! for one reading. Where children are is never given from before a change.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use naheya_domain::id::GrantId;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role, Timestamp};
use tokio::time::Instant;

use super::db::Engine;
use crate::{Desk, Error, Store};

/// Milliseconds for which something is kept. The bound is for what another process writes beside this one (an
/// import on the machine itself) and for what changes with the clock alone.
const KEPT: i64 = 3_000;
/// Milliseconds for which the others still get the old answer while the first of them reads anew: sixteen readers at
/// once would otherwise all read.
const GRACE: i64 = 500;
/// A question that takes this long is the question of a very large county: while one reads the answer anew, even after a
/// change, the others get the old one, for at most so many milliseconds.
const SLOW: Duration = Duration::from_millis(50);
const OLD: i64 = 60_000;
/// What is read beside the requests is not read again before so many times the span that it took, or half of the age at
/// which it ends: a question of half a second costs a twentieth of a processor, however often the county changes.
const REST: i64 = 20;
/// Things kept at once; then all are let go.
const MOST: usize = 2_000;

/// Who gets an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whom {
    /// Whoever brings the secret that stands in the key.
    Door,
    /// One viewer.
    Viewer(GrantId),
    /// Everybody with this role at this place: they see the same rows.
    Alike(Role, Place),
}

/// For whom, what, and by which filter.
type Key = (AreaId, Whom, &'static str, String);

struct Kept {
    at: Timestamp,
    mark: i64,
    /// Somebody reads it anew.
    renewing: bool,
    /// Something has been changed since.
    stale: bool,
    /// It took long to read: the numbers of a very large county.
    slow: bool,
    /// Milliseconds that reading took.
    took: i64,
    value: Arc<dyn Any + Send + Sync>,
}

/// What is known of a question.
#[derive(Debug, PartialEq, Eq)]
enum Found<T> {
    /// The answer.
    Known(T),
    /// An answer that is no longer new; whoever hears this reads it anew, and others get the old one meanwhile.
    Old(T),
    /// To be read.
    Nothing,
}

/// Empty after every change, but for what took long to read.
#[derive(Default)]
pub(super) struct Memo {
    changes: AtomicU64,
    kept: Mutex<HashMap<Key, Kept>>,
    /// Who is reading what, so that those who ask the same at the same time wait for one answer.
    turns: Mutex<HashMap<Key, Arc<tokio::sync::Mutex<()>>>>,
}

impl Memo {
    /// Something has been committed: nothing that was read before counts any more.
    pub(super) fn forget(&self) {
        // Counted first: who began to read before now keeps nothing.
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, kept| {
            kept.stale = true;
            kept.slow
        });
    }

    fn find<T: Clone + 'static>(&self, key: &Key, asked: Asked, when: Renewed) -> Found<T> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = all.get_mut(key) else { return Found::Nothing };
        // Whoever asked before a change may have what was read after it.
        if kept.mark < asked.mark {
            if !kept.slow {
                all.remove(key);
                return Found::Nothing;
            }
            kept.stale = true;
        }
        let age = asked.now.0.saturating_sub(kept.at.0);
        let grace = if kept.slow { OLD } else { KEPT + GRACE };
        let (true, Some(value)) = ((0..grace).contains(&age), kept.value.downcast_ref::<T>().cloned()) else {
            all.remove(key);
            return Found::Nothing;
        };
        let is_due = match when {
            Renewed::AtOnce => kept.stale || age >= KEPT,
            Renewed::InTurn => age >= KEPT.max(kept.took.saturating_mul(REST)).min(OLD / 2),
        };
        if is_due && !kept.renewing {
            kept.renewing = true;
            return Found::Old(value);
        }
        Found::Known(value)
    }

    /// Keeps an answer, unless something was changed while it was read; one that took long is kept as an old one then.
    fn keep<T: Send + Sync + 'static>(&self, key: Key, asked: Asked, value: T, read: Reading) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = self.changes.load(Ordering::SeqCst) != read.changes;
        if stale && !read.slow {
            kept.remove(&key);
            return;
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        let Reading { slow, took, .. } = read;
        let Asked { now: at, mark } = asked;
        kept.insert(key, Kept { at, mark, renewing: false, stale, slow, took, value: Arc::new(value) });
    }

    /// Reads an answer and keeps it. A reader that fails or goes away leaves its turn to the next who asks.
    async fn read<T>(&self, key: Key, asked: Asked, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        let changes = self.changes.load(Ordering::SeqCst);
        let begun = Instant::now();
        let turn = Renewing { memo: self, key: &key };
        let value = read.await?;
        drop(turn);
        let took = begun.elapsed();
        let slow = may_grow_old(&key, took);
        let took = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        self.keep(key, asked, value.clone(), Reading { changes, slow, took });
        Ok(value)
    }

    /// The answer that is known, or what `read` gives. Those who ask the same meanwhile wait for it.
    async fn through<T>(&self, key: Key, asked: Asked, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        match self.find(&key, asked, Renewed::AtOnce) {
            Found::Known(kept) => return Ok(kept),
            Found::Old(_) => return self.read(key, asked, read).await,
            Found::Nothing => {}
        }
        let turn = self.turn(&key);
        let _held = turn.of.lock().await;
        match self.find(&key, asked, Renewed::AtOnce) {
            Found::Known(kept) => Ok(kept),
            Found::Old(_) | Found::Nothing => self.read(key.clone(), asked, read).await,
        }
    }

    fn turn<'a>(&'a self, key: &'a Key) -> Turn<'a> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Turn { memo: self, key, of: Arc::clone(turns.entry(key.clone()).or_default()) }
    }
}

/// One of those who ask the same at the same time. The last of them leaves nothing behind, also when its page was closed.
struct Turn<'a> {
    memo: &'a Memo,
    key: &'a Key,
    of: Arc<tokio::sync::Mutex<()>>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut turns = self.memo.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // The memo's own and this one.
        if Arc::strong_count(&self.of) <= 2 {
            turns.remove(self.key);
        }
    }
}

/// One who reads an answer anew, as long as that lasts: a page that is closed meanwhile ends it.
struct Renewing<'a> {
    memo: &'a Memo,
    key: &'a Key,
}

impl Drop for Renewing<'_> {
    fn drop(&mut self) {
        let mut all = self.memo.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all.get_mut(self.key) {
            kept.renewing = false;
        }
    }
}

/// Whether an answer is given on after a change. What is known at the door lets people in, and what many look at together
/// tells where children are: both end with every change, however long they took to read.
fn may_grow_old((_, whom, ..): &Key, took: Duration) -> bool {
    matches!(whom, Whom::Viewer(_)) && took >= SLOW
}

/// How an answer was read.
#[derive(Clone, Copy)]
struct Reading {
    /// Changes that had been made when it began.
    changes: u64,
    slow: bool,
    took: i64,
}

/// As of when somebody asks.
#[derive(Clone, Copy)]
struct Asked {
    now: Timestamp,
    /// Up to where the trail tells of changes, on a server; an answer of an earlier mark is not new. Nothing on SQLite.
    mark: i64,
}

/// When an answer that is no longer new is read anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Renewed {
    /// By the next who asks, who waits for it: what somebody changed shows on the page that follows.
    AtOnce,
    /// When its turn comes, beside the request.
    InTurn,
}

impl Desk {
    /// What `read` gives, or gave this viewer three seconds ago when nothing has been changed since. `what`
    /// names the question and `detail` what it depends on besides viewer and moment. Only for what the trail tells of.
    pub(crate) async fn remembered<T>(
        &self,
        what: &'static str,
        detail: String,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        self.remembered_by(self.key(what, detail), read).await
    }

    async fn remembered_by<T>(&self, key: Key, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        // A long reading would be moved about on the stack, which a server's worker has little of.
        let read = Box::pin(read);
        if self.is_system() {
            return read.await;
        }
        let asked = Asked { now: self.now(), mark: self.mark().await? };
        self.store().memo().through(key, asked, read).await
    }

    /// The same for rows that stand in no trail: read each time where other processes write too.
    pub(crate) async fn remembered_alone<T>(
        &self,
        what: &'static str,
        detail: String,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        if self.store().engine() == Engine::Sqlite { self.remembered(what, detail, read).await } else { read.await }
    }

    /// As [`Desk::remembered`], for all who have the same role at the same place, and never an answer from before a change:
    /// those who ask meanwhile wait for one reading. Only for nouns of which such people see the same rows (not for
    /// those that are assigned to an account).
    pub(crate) async fn remembered_alike<T>(
        &self,
        what: &'static str,
        detail: String,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        let viewer = self.viewer();
        let whom = Whom::Alike(viewer.role, viewer.place.clone());
        self.remembered_by((viewer.area, whom, what, detail), read).await
    }

    /// As [`Desk::remembered`], for what a very large county takes long to count and nobody acts upon at once (a chart, a
    /// hint): an old answer is given at once, at most a minute old, and read anew beside the request.
    pub(crate) async fn remembered_behind<T, F>(
        &self,
        what: &'static str,
        detail: String,
        read: impl FnOnce(Desk) -> F + Send,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        if self.is_system() {
            return read(self.clone()).await;
        }
        let (key, asked) = (self.key(what, detail), Asked { now: self.now(), mark: self.mark().await? });
        let old = match self.store().memo().find(&key, asked, Renewed::InTurn) {
            Found::Known(kept) => return Ok(kept),
            Found::Nothing => {
                return self.store().memo().through(key, asked, Box::pin(read(self.clone()))).await;
            }
            Found::Old(kept) => kept,
        };
        let (desk, reading) = (self.clone(), read(self.clone()));
        tokio::spawn(async move {
            if let Err(error) = desk.store().memo().read(key, asked, reading).await {
                tracing::warn!(%error, what, "was not read anew");
            }
        });
        Ok(old)
    }

    fn key(&self, what: &'static str, detail: String) -> Key {
        (self.viewer().area, Whom::Viewer(self.viewer().grant), what, detail)
    }
}

impl Store {
    /// The same at the door, where nobody is anybody's viewer yet: `secret` names the asker and is nowhere else. On a
    /// server another process may have ended what is known here: read each time.
    pub(crate) async fn remembered_at_the_door<T>(
        &self,
        what: &'static str,
        secret: String,
        now: Timestamp,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        if self.engine() != Engine::Sqlite {
            return read.await;
        }
        let key = (AreaId::NATION, Whom::Door, what, secret);
        self.memo().through(key, Asked { now, mark: 0 }, read).await
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
