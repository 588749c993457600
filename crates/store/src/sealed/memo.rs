//! What was read a moment ago and cannot have changed since: a session, numbers beside a list, names of schools.
//! Kept for one viewer or one cookie, on SQLite alone, where every change of this process passes through its one writer.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use naheya_domain::id::GrantId;
use naheya_domain::{AreaId, Timestamp};
use uuid::Uuid;

use super::db::Engine;
use crate::{Desk, Error, Store};

/// Milliseconds for which something is kept. The bound is for what another process writes beside this one (an
/// import on the machine itself) and for what changes with the clock alone.
const KEPT: i64 = 3_000;
/// Milliseconds for which the others still get the old answer while the first of them reads anew: sixteen readers at
/// once would otherwise all read.
const GRACE: i64 = 500;
/// Things kept at once; then all are let go.
const MOST: usize = 2_000;

/// For whom, what, and by which filter.
type Key = (AreaId, GrantId, &'static str, String);

struct Kept {
    at: Timestamp,
    /// Somebody reads it anew.
    renewing: bool,
    value: Arc<dyn Any + Send + Sync>,
}

/// Empty after every change.
#[derive(Default)]
pub(super) struct Memo {
    changes: AtomicU64,
    kept: Mutex<HashMap<Key, Kept>>,
}

impl Memo {
    /// Something has been committed: nothing that was read before counts any more.
    pub(super) fn forget(&self) {
        // Counted first: who began to read before now keeps nothing.
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn find<T: Clone + 'static>(&self, key: &Key, now: Timestamp) -> Option<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get_mut(key)?;
        let age = now.0.saturating_sub(found.at.0);
        if (KEPT..KEPT + GRACE).contains(&age) && !found.renewing {
            found.renewing = true;
            return None;
        }
        let fresh = (0..KEPT + GRACE).contains(&age);
        if fresh { found.value.downcast_ref().cloned() } else { None }
    }

    fn keep<T: Send + Sync + 'static>(&self, key: Key, at: Timestamp, value: T, changes: u64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if self.changes.load(Ordering::SeqCst) != changes {
            return;
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, Kept { at, renewing: false, value: Arc::new(value) });
    }
}

impl Desk {
    /// What `read` gives, or gave this viewer three seconds ago when nothing has been changed since. `what`
    /// names the question and `detail` what it depends on besides viewer and moment.
    pub(crate) async fn remembered<T>(
        &self,
        what: &'static str,
        detail: String,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        if self.is_system() {
            return read.await;
        }
        let key = (self.viewer().area, self.viewer().grant, what, detail);
        self.store().remembered(key, self.now(), read).await
    }
}

impl Store {
    /// The same at the door, where nobody is anybody's viewer yet: `secret` names the asker and is nowhere else.
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
        self.remembered((AreaId::NATION, GrantId(Uuid::nil()), what, secret), now, read).await
    }

    async fn remembered<T>(
        &self,
        key: Key,
        now: Timestamp,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        if self.engine() != Engine::Sqlite {
            return read.await;
        }
        let memo = self.memo();
        let changes = memo.changes.load(Ordering::SeqCst);
        if let Some(kept) = memo.find(&key, now) {
            return Ok(kept);
        }
        let value = read.await?;
        memo.keep(key, now, value.clone(), changes);
        Ok(value)
    }
}
