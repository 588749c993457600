//! The writers: acts queue up and are committed together, so that many saves share one sync to
//! disk. One writer on SQLite; several on PostgreSQL, each county always on the same one.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use naheya_domain::Viewer;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, TransactionTrait};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::Instant;
use uuid::Uuid;

use super::act::Act;
use super::commit::{Ahead, Commit};
use super::db::{self, Db, Engine};
use super::desk::Submission;
use super::entity::idempotency;
use super::memo::Memo;
use super::trail::{self, Said, Trail};
use super::tx::{Link, Tx, Who, Within};
use crate::Error;
use crate::field::Ring;

/// Acts in one commit at most, and how long a half-full batch waits for more.
pub(super) const BATCH: usize = 64;
/// As many go together at once; of more that wait, half: while they are committed the others are read and parsed, and those who
/// were answered ask anew. All sixty-four of sixty-four clients in one commit would leave the processors idle by turns.
const AT_ONCE: usize = 32;
const PATIENCE: Duration = Duration::from_millis(2);
const QUEUE: usize = 4096;
const POSTGRES_QUEUES: usize = 4;
const RERUNS: u32 = 6;
/// Of these, how often an act that another process may have crossed (both took the next number) is run again.
const CROSSINGS: u32 = 4;

/// How the error of a commit begins whose answer did not come.
pub(crate) const UNHEARD: &str = "commit unheard";

/// A disk that was full is taken for full this long, unless something is saved before.
const STAYS_FULL: Duration = Duration::from_secs(30);

type Parcel = Box<dyn Waiting>;

/// When the disk was last found full.
type FoundFull = Arc<Mutex<Option<Instant>>>;

/// An act with its caller.
trait Waiting: Send + Sync {
    fn who(&self) -> &Who;
    fn name(&self) -> &'static str;
    fn submission(&self) -> Option<&Submission>;
    /// Runs the act; true when it went well.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool>;
    /// Of which type its act is.
    fn kind(&self) -> TypeId;
    fn as_any(&self) -> &dyn Any;
    /// Reads once what all those of its kind would each ask for.
    fn look_ahead<'a>(&'a self, all: Vec<&'a dyn Waiting>, tx: &'a Tx) -> BoxFuture<'a, Result<Option<Ahead>, Error>>;
    /// The answer as kept with the key.
    fn answer(&self) -> String;
    /// Whether the run ended because the disk is full.
    fn found_it_full(&self) -> bool;
    /// The failure, when the server went away meanwhile.
    fn lost(&self) -> Option<Error>;
    /// The failure, when another process may have crossed the act.
    fn crossed(&self) -> Option<Error>;
    /// Puts an answer said before, or a failure, in the place of a run.
    fn settle(&mut self, outcome: Result<String, Error>);
    fn tell(self: Box<Self>);
}

struct Errand<A: Act> {
    act: A,
    who: Who,
    submission: Option<Submission>,
    outcome: Result<A::Answer, Error>,
    caller: oneshot::Sender<Result<A::Answer, Error>>,
}

impl<A: Act> Waiting for Errand<A> {
    fn who(&self) -> &Who {
        &self.who
    }

    fn name(&self) -> &'static str {
        A::NAME
    }

    fn submission(&self) -> Option<&Submission> {
        self.submission.as_ref()
    }

    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let work = async {
                let answer = self.act.run(tx).await?;
                tx.settle().await.map(|()| answer)
            };
            let ran = AssertUnwindSafe(work).catch_unwind().await;
            self.outcome = ran.unwrap_or_else(|_| {
                tracing::error!(act = A::NAME, "an act panicked");
                Err(Error::Database("act panicked".into()))
            });
            self.outcome.is_ok()
        })
    }

    fn kind(&self) -> TypeId {
        TypeId::of::<A>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn look_ahead<'a>(&'a self, all: Vec<&'a dyn Waiting>, tx: &'a Tx) -> BoxFuture<'a, Result<Option<Ahead>, Error>> {
        let alike = all.into_iter().filter_map(|parcel| parcel.as_any().downcast_ref::<Errand<A>>());
        let asked: Vec<(&A, &Viewer)> = alike.map(|errand| (&errand.act, &errand.who.viewer)).collect();
        Box::pin(async move { A::look_ahead(&asked, tx).await })
    }

    fn answer(&self) -> String {
        self.outcome.as_ref().ok().and_then(|a| serde_json::to_string(a).ok()).unwrap_or_default()
    }

    fn found_it_full(&self) -> bool {
        matches!(self.outcome, Err(Error::Full))
    }

    fn lost(&self) -> Option<Error> {
        self.outcome.as_ref().err().filter(|error| db::is_lost(error)).cloned()
    }

    fn crossed(&self) -> Option<Error> {
        self.outcome.as_ref().err().filter(|error| db::may_have_collided(error)).cloned()
    }

    fn settle(&mut self, outcome: Result<String, Error>) {
        self.outcome = outcome.and_then(|text| {
            serde_json::from_str(&text).map_err(|_| Error::Database("a kept answer cannot be read".into()))
        });
    }

    fn tell(self: Box<Self>) {
        // A caller that went away does not undo its act; its key makes the replay safe.
        let _ = self.caller.send(self.outcome);
    }
}

/// The queues of an installation.
pub(crate) struct Writers {
    queues: Vec<mpsc::Sender<Parcel>>,
    /// Rung when a commit left letters behind.
    bell: Arc<Notify>,
    full: FoundFull,
}

impl Writers {
    /// With at most `most` acts in a commit.
    pub(super) fn start(db: &Db, ring: &Arc<Ring>, memo: &Arc<Memo>, most: usize) -> Writers {
        let count = match db.engine {
            Engine::Sqlite => 1,
            Engine::Postgres => POSTGRES_QUEUES,
        };
        let (bell, full) = (Arc::new(Notify::new()), FoundFull::default());
        let queues = (0..count)
            .map(|_| {
                let (queue, parcels) = mpsc::channel(QUEUE);
                let (ring, memo, bell) = (Arc::clone(ring), Arc::clone(memo), Arc::clone(&bell));
                let writer = Writer { db: db.clone(), ring, memo, bell, full: Arc::clone(&full), most: most.max(1) };
                tokio::spawn(writer.work(parcels));
                queue
            })
            .collect();
        Writers { queues, bell, full }
    }

    /// Whether the disk was found full a moment ago, and nothing has been saved since.
    pub(super) fn found_it_full(&self) -> bool {
        let found = *self.full.lock().unwrap_or_else(PoisonError::into_inner);
        found.is_some_and(|at| at.elapsed() < STAYS_FULL)
    }

    /// Returns when a commit left letters, at once if one did since the last time.
    pub(super) async fn letters(&self) {
        self.bell.notified().await;
    }

    pub(super) async fn save<A: Act>(
        &self,
        act: A,
        who: Who,
        submission: Option<Submission>,
    ) -> Result<A::Answer, Error> {
        let (caller, answer) = oneshot::channel();
        let area = usize::try_from(who.viewer.area.0).unwrap_or(0);
        let gone = || Error::Database("the writer is gone".into());
        let outcome = Err(gone());
        let parcel: Parcel = Box::new(Errand { act, who, submission, outcome, caller });
        let queue = self.queues.get(area.checked_rem(self.queues.len()).unwrap_or(0)).ok_or_else(gone)?;
        queue.send(parcel).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Returns when everything queued so far has been answered.
    pub(super) async fn rest(&self) {
        for queue in &self.queues {
            // All permits are free again only when the queue is empty; the writer answers a batch
            // before it takes the next, so one more full round through it is enough.
            let _ = queue.reserve_many(QUEUE).await;
        }
    }
}

struct Writer {
    db: Db,
    ring: Arc<Ring>,
    memo: Arc<Memo>,
    bell: Arc<Notify>,
    full: FoundFull,
    /// Acts in one commit.
    most: usize,
}

impl Writer {
    async fn work(self, mut parcels: mpsc::Receiver<Parcel>) {
        let mut batch = Vec::with_capacity(self.most);
        while parcels.recv_many(&mut batch, self.most.min(AT_ONCE)).await > 0 {
            let most = share(batch.len() + parcels.len(), self.most);
            if batch.len() > 1 && batch.len() < most {
                let more = most - batch.len();
                let _ = tokio::time::timeout(PATIENCE, parcels.recv_many(&mut batch, more)).await;
            }
            for mut group in self.groups(std::mem::take(&mut batch)) {
                self.commit(&mut group).await;
                group.into_iter().for_each(Waiting::tell);
            }
        }
    }

    /// One group a commit. On PostgreSQL a transaction stays within one county (the rule that lets
    /// the tables be spread over machines later).
    fn groups(&self, batch: Vec<Parcel>) -> Vec<Vec<Parcel>> {
        if self.db.engine == Engine::Sqlite {
            return vec![batch];
        }
        let mut groups: BTreeMap<i32, Vec<Parcel>> = BTreeMap::new();
        for parcel in batch {
            groups.entry(parcel.who().viewer.area.0).or_default().push(parcel);
        }
        groups.into_values().collect()
    }

    /// Runs a group until it is committed or has failed for good.
    async fn commit(&self, batch: &mut [Parcel]) {
        let mut guarded = false;
        for round in 0..RERUNS {
            let outcome = self.commit_together(batch, guarded, round < CROSSINGS).await;
            if outcome.is_err() {
                self.db.renew().await;
            }
            match outcome {
                Ok(true) => return,
                Ok(false) => guarded = true,
                Err(error) if self.is_worth_another_try(&error) => {
                    tracing::warn!(%error, round, "batch is run again");
                    tokio::time::sleep(Duration::from_millis(5 << round)).await;
                }
                Err(error) => {
                    if error == Error::Full {
                        self.is_full(Some(Instant::now()));
                    }
                    return fail(batch, &error);
                }
            }
        }
        fail(batch, &Error::Database("busy".into()));
    }

    /// Nothing was committed: another process was in the way, or the server went away before it was asked to commit. What a
    /// file's own disk says stays said.
    fn is_worth_another_try(&self, error: &Error) -> bool {
        let is_lost = self.db.engine == Engine::Postgres && db::is_lost(error);
        is_lost || db::may_be_rerun(error) || db::may_have_collided(error) || said_elsewhere(error)
    }

    /// `Ok(false)`: an act failed after it had written; nothing was committed, run again guarded. A patient run gives the
    /// batch back also for an act that another process crossed.
    async fn commit_together(&self, batch: &mut [Parcel], guarded: bool, patient: bool) -> Result<bool, Error> {
        let all = Arc::new(self.db.begin().await?);
        let mut said = said_before(&all, batch).await?;
        let commit = Arc::new(if guarded { Commit::default() } else { Commit::together() });
        if !guarded {
            self.look_ahead(&all, &commit, batch, &said).await?;
        }
        let mut trails = BTreeMap::<i32, Trail>::new();
        let mut changes = false;
        for parcel in batch.iter_mut() {
            if let Some(outcome) = heard(&said, parcel.as_ref()) {
                parcel.settle(outcome);
                continue;
            }
            let point = if guarded { Arc::new(all.begin().await?) } else { Arc::clone(&all) };
            let within = Within { transaction: Arc::clone(&point), commit: Arc::clone(&commit) };
            let tx = Tx::new(Link::Write(within), parcel.who().clone(), Arc::clone(&self.ring), parcel.name());
            let went_well = parcel.run(&tx).await;
            let (wrote, mut left) = tx.close();
            let rows = commit.end(went_well).await;
            if parcel.found_it_full() {
                // SQLite may have taken the whole transaction back already.
                return Err(Error::Full);
            }
            if let (Engine::Postgres, Some(error)) = (self.db.engine, parcel.lost()) {
                return Err(error);
            }
            if let (true, true, Some(error)) = (guarded, patient, parcel.crossed()) {
                return Err(error);
            }
            if guarded {
                let point = Arc::into_inner(point).ok_or_else(held)?;
                if went_well { point.commit().await? } else { point.rollback().await? }
            } else if rows.spoilt || (!went_well && (wrote || rows.written)) {
                drop(point);
                Arc::into_inner(all).ok_or_else(held)?.rollback().await?;
                return Ok(false);
            }
            if went_well {
                changes |= wrote || rows.any;
                keep_answer(parcel.as_ref(), &mut left, &mut said);
                trails.entry(parcel.who().viewer.area.0).or_default().join(left);
            }
        }
        match commit.flush(&all).await {
            Ok(()) => {}
            Err(Error::Full) => return Err(Error::Full),
            // One of them has a fault that its act could not know of: which one, the guarded run tells.
            Err(_) => {
                Arc::into_inner(all).ok_or_else(held)?.rollback().await?;
                return Ok(false);
            }
        }
        let wakes = trails.values().any(|t| t.wakes || !t.letters.is_empty());
        trail::write(&all, &self.ring, trails).await?;
        let all = Arc::into_inner(all).ok_or_else(held)?;
        if let Err(error) = all.commit().await {
            self.on_failed_commit(&error);
            return Err(unheard(error.into()));
        }
        if changes {
            self.memo.forget();
            self.is_full(None);
        }
        if wakes {
            self.bell.notify_one();
        }
        Ok(true)
    }

    fn is_full(&self, found: Option<Instant>) {
        *self.full.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }

    /// Lets each kind of which there are several read ahead.
    async fn look_ahead(
        &self,
        all: &Arc<DatabaseTransaction>,
        commit: &Arc<Commit>,
        batch: &[Parcel],
        said: &Heard,
    ) -> Result<(), Error> {
        let mut kinds = HashMap::<(i32, TypeId), Vec<&dyn Waiting>>::new();
        for parcel in batch.iter().filter(|parcel| heard(said, parcel.as_ref()).is_none()) {
            kinds.entry((parcel.who().viewer.area.0, parcel.kind())).or_default().push(parcel.as_ref());
        }
        for ((area, kind), alike) in kinds {
            let [first, _, ..] = alike.as_slice() else { continue };
            let within = Within { transaction: Arc::clone(all), commit: Arc::clone(commit) };
            let tx = Tx::new(Link::Write(within), first.who().clone(), Arc::clone(&self.ring), first.name());
            if let Some(ahead) = first.look_ahead(alike.clone(), &tx).await? {
                commit.keep((area, kind), ahead);
            }
        }
        Ok(())
    }

    /// After a failed sync nobody knows what is on the disk: the process ends, and the next start
    /// reads what is really there. A full disk is known: the last frame of a commit is the one that
    /// makes it one, and it was not written. A lost connection to a server is answered as an error; the key
    /// of the submission makes its repetition safe.
    fn on_failed_commit(&self, error: &sea_orm::DbErr) {
        if db::is_full(error) {
            return;
        }
        let safe = Error::Database(db::safe_text(error));
        if self.db.engine == Engine::Sqlite && !db::may_be_rerun(&safe) {
            tracing::error!(error = %safe, "commit failed; ending the process");
            std::process::exit(70);
        }
    }
}

/// How many of `waiting` acts go into the next commit, of which none takes more than `most`.
fn share(waiting: usize, most: usize) -> usize {
    (waiting / 2).max(AT_ONCE).min(most)
}

/// A commit whose answer did not come may be kept or not: it is not asked for again here, the submission's key says which.
fn unheard(error: Error) -> Error {
    let is_lost = db::is_lost(&error);
    match error {
        Error::Database(text) if is_lost => Error::Database(format!("{UNHEARD}: {text}")),
        other => other,
    }
}

fn held() -> Error {
    Error::Database("a transaction is still held".into())
}

fn fail(batch: &mut [Parcel], error: &Error) {
    tracing::error!(%error, acts = batch.len(), "batch failed");
    for parcel in batch {
        parcel.settle(Err(error.clone()));
    }
}

/// Two processes said the same key at once: the second reads the first one's answer.
fn said_elsewhere(error: &Error) -> bool {
    matches!(error, Error::Database(text) if text.contains("idempotency"))
}

type Heard = HashMap<(i32, Uuid, String), (Vec<u8>, String)>;

/// The answers kept for the keys of this batch, in one read.
#[expect(clippy::disallowed_methods, reason = "the fence: keys are looked up before acts run")]
async fn said_before(tx: &DatabaseTransaction, batch: &[Parcel]) -> Result<Heard, Error> {
    let mut keys: BTreeMap<(i32, Uuid), Vec<&str>> = BTreeMap::new();
    for parcel in batch {
        if let Some(submission) = parcel.submission() {
            let viewer = &parcel.who().viewer;
            keys.entry((viewer.area.0, viewer.account.0)).or_default().push(submission.key.as_str());
        }
    }
    if keys.is_empty() {
        return Ok(Heard::new());
    }
    let of_account = |((area, account), keys): ((i32, Uuid), Vec<&str>)| {
        Condition::all()
            .add(idempotency::Column::AreaId.eq(area))
            .add(idempotency::Column::AccountId.eq(account))
            .add(idempotency::Column::Key.is_in(keys))
    };
    let any = keys.into_iter().map(of_account).fold(Condition::any(), Condition::add);
    let rows = idempotency::Entity::find().filter(any).all(tx).await?;
    Ok(rows.into_iter().map(|r| ((r.area_id, r.account_id, r.key), (r.body_hash, r.answer))).collect())
}

/// What was said to this key before: the same answer, or that the body differs.
fn heard(said: &Heard, parcel: &dyn Waiting) -> Option<Result<String, Error>> {
    let submission = parcel.submission()?;
    let viewer = &parcel.who().viewer;
    let (body, answer) = said.get(&(viewer.area.0, viewer.account.0, submission.key.as_str().to_owned()))?;
    let same = body.as_slice() == submission.body;
    Some(if same { Ok(answer.clone()) } else { Err(Error::KeyReused) })
}

fn keep_answer(parcel: &dyn Waiting, left: &mut Trail, said: &mut Heard) {
    let Some(submission) = parcel.submission() else { return };
    let viewer = &parcel.who().viewer;
    let (account, key) = (viewer.account.0, submission.key.as_str().to_owned());
    let answer = parcel.answer();
    said.insert((viewer.area.0, account, key.clone()), (submission.body.to_vec(), answer.clone()));
    left.said.push(Said { account, key, body_hash: submission.body.to_vec(), answer, at: parcel.who().now.0 });
}

#[cfg(test)]
mod tests {
    use super::{BATCH, share};

    #[test]
    fn half_of_many_go_together_and_no_more_than_a_commit_takes() {
        for (waiting, together) in [(1, 32), (32, 32), (64, 32), (66, 33), (100, 50), (128, 64), (4_000, 64)] {
            assert_eq!(share(waiting, BATCH), together, "{waiting}");
        }
        assert_eq!(share(64, 1), 1, "each act in a commit of its own");
    }
}
