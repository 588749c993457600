//! The store and the desk of one viewer. No viewer, no records.
//! Long because: what a store holds is open in this file alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use naheya_domain::access::{self, Action};
use naheya_domain::id::{AccountId, GrantId, SessionId};
use naheya_domain::snapshot::Month;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Key, Role, Timestamp, Viewer};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::act::Act;
use super::db::{Db, Engine, Location};
use super::memo::Memo;
use super::trail;
use super::tx::{Link, Tx, Who, Within};
use super::writer::{BATCH, Writers};
use crate::Error;
use crate::audit::Proofs;
use crate::field::Ring;
use crate::level::{Picture, Pictures};

/// Months that are kept drawn.
const PICTURES: usize = 24;

struct Inner {
    db: Db,
    ring: Arc<Ring>,
    writers: Writers,
    memo: Arc<Memo>,
    /// Code and name of counties that were read once. A county never changes: it is opened, and closed with its records.
    counties: RwLock<HashMap<AreaId, Arc<super::entity::county::Model>>>,
    /// Months of the levels above, as they were last drawn.
    pictures: Mutex<Pictures>,
    telling: tokio::sync::Mutex<()>,
    proofs: Proofs,
}

/// The records of one installation. Has no methods on records: see [`Desk`].
#[derive(Clone)]
pub struct Store(Arc<Inner>);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.0.db.engine)
    }
}

/// The named tasks in which nobody's session stands behind an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemTask {
    /// First start: areas, calendar, the set-up link; and what is made once for older records, or told once of a month.
    SetUp,
    /// Sign-in, sessions, slips: before anybody is known.
    Door,
    /// `naheya import` on the machine itself.
    Import,
    /// Building the demo, and the invented counties of `naheya simulate`.
    Demo,
    /// Public pages: figures, a concern raised by a visitor.
    Public,
    /// Clock-driven work: alarms, letters, long work, what lapses, what is missed, what is thrown away.
    Job,
    /// `naheya doctor`, backup, restore.
    Doctor,
    /// `naheya figures`.
    Figures,
}

impl SystemTask {
    pub(super) fn code(self) -> &'static str {
        match self {
            SystemTask::SetUp => "set_up",
            SystemTask::Door => "door",
            SystemTask::Import => "import",
            SystemTask::Demo => "demo",
            SystemTask::Public => "public",
            SystemTask::Job => "job",
            SystemTask::Doctor => "doctor",
            SystemTask::Figures => "figures",
        }
    }
}

/// Key and body of one submission (product.md rule 7).
#[derive(Clone, Debug)]
pub struct Submission {
    /// The form's or client's key.
    pub key: Key,
    /// SHA-256 of what was submitted, without key and form token.
    pub body: [u8; 32],
}

impl Store {
    /// Opens the records, migrates nothing. `master` is the key file's 32 bytes.
    ///
    /// # Errors
    /// [`Error::Database`] when the place cannot be opened.
    pub async fn open(location: &Location, master: &[u8; 32]) -> Result<Store, Error> {
        Store::open_grouping(location, master, BATCH).await
    }

    /// As [`Store::open`], with at most `most` acts in one commit: what they gain by being committed together is measured
    /// beside one.
    ///
    /// # Errors
    /// [`Error::Database`] when the place cannot be opened.
    pub async fn open_grouping(location: &Location, master: &[u8; 32], most: usize) -> Result<Store, Error> {
        let db = Db::open(location).await?;
        let ring = Arc::new(Ring::new(master)?);
        let memo = Arc::<Memo>::default();
        let writers = Writers::start(&db, &ring, &memo, most);
        let (counties, pictures, proofs) = (RwLock::default(), Mutex::default(), Proofs::default());
        let telling = tokio::sync::Mutex::default();
        Ok(Store(Arc::new(Inner { db, ring, writers, memo, counties, pictures, telling, proofs })))
    }

    /// Which engine holds the records.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.0.db.engine
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(super) fn memo(&self) -> &Memo {
        &self.0.memo
    }

    pub(crate) fn proofs(&self) -> &Proofs {
        &self.0.proofs
    }

    pub(crate) fn ring(&self) -> &Ring {
        &self.0.ring
    }

    fn ring_arc(&self) -> Arc<Ring> {
        Arc::clone(&self.0.ring)
    }

    /// The desk of a viewer at `now`. Viewers come from a checked session ([`crate::session`]).
    #[must_use]
    pub(crate) fn desk(&self, viewer: Viewer, now: Timestamp) -> Desk {
        Desk { store: self.clone(), who: Who { viewer, session: None, system: None, now }, known: Arc::default() }
    }

    /// The same in a session, with what the door has read for this request.
    pub(crate) fn desk_in(&self, session: SessionId, viewer: Viewer, now: Timestamp, known: Arc<Mutex<Known>>) -> Desk {
        Desk { store: self.clone(), who: Who { viewer, session: Some(session), system: None, now }, known }
    }

    /// The desk of a grant that stands in the records, without a session: for jobs that act on
    /// somebody's behalf and for tests of the fence. Absent, ended or suspended grants give
    /// [`Error::NotFound`].
    ///
    /// # Errors
    /// As said.
    pub async fn desk_of_grant(&self, grant: GrantId, now: Timestamp) -> Result<Desk, Error> {
        let tx = self.as_system(SystemTask::Door, AreaId::NATION, now).read();
        let row = tx.common::<super::entity::grant::Entity>().id(grant.0).one(&tx).await?;
        let viewer = viewer_of(&row, now).ok_or(Error::NotFound)?;
        Ok(self.desk(viewer, now))
    }

    /// The one hole in the fence: a desk that sees a whole county without a person behind it. Every
    /// act done there is audited under the role `system` with the task's name as account reason.
    #[must_use]
    pub fn as_system(&self, task: SystemTask, area: AreaId, now: Timestamp) -> Desk {
        let viewer = Viewer {
            account: AccountId(Uuid::nil()),
            grant: GrantId(Uuid::nil()),
            role: Role::ItAdmin,
            area,
            place: Place::County,
        };
        let who = Who { viewer, session: None, system: Some(task.code()), now };
        Desk { store: self.clone(), who, known: Arc::default() }
    }

    /// The county of a desk: its code and its name. `None` before it is opened.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn county(
        &self,
        tx: &Tx,
        area: AreaId,
    ) -> Result<Option<Arc<super::entity::county::Model>>, Error> {
        use super::entity::county;
        let known = self.0.counties.read().unwrap_or_else(PoisonError::into_inner).get(&area).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let found = tx.common::<county::Entity>().and(county::Column::AreaId.eq(area.0)).first(tx).await?.map(Arc::new);
        if let Some(found) = &found {
            let mut counties = self.0.counties.write().unwrap_or_else(PoisonError::into_inner);
            counties.insert(area, Arc::clone(found));
        }
        Ok(found)
    }

    /// A month as it was last drawn, with what it was drawn from.
    pub(crate) fn picture(&self, key: &(Month, bool, bool)) -> Option<(String, Arc<Picture>)> {
        self.0.pictures.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a drawn month; of some years at most.
    pub(crate) fn keep_picture(&self, key: (Month, bool, bool), drawn: (String, Arc<Picture>)) {
        let mut pictures = self.0.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        if pictures.len() >= PICTURES {
            pictures.clear();
        }
        pictures.insert(key, drawn);
    }

    /// Held by whoever works out what may be told of months.
    pub(crate) fn telling(&self) -> &tokio::sync::Mutex<()> {
        &self.0.telling
    }

    /// Counts anew how the rows spread, by which SQLite chooses its indexes, and lets every connection know (a change
    /// of the schema makes each read it again). After many rows came at once, and every night. PostgreSQL does so by
    /// itself. <https://www.sqlite.org/lang_analyze.html>
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn tend(&self) -> Result<(), Error> {
        self.0.db.analyse().await
    }

    /// Waits until something was saved that tells somebody. Jobs wait here, and look by themselves now and then:
    /// another process may have saved it.
    pub async fn letters(&self) {
        self.0.writers.letters().await;
    }

    /// Whether the disk was found full a moment ago and nothing has been saved since: nobody can sign in then, nor open a
    /// file.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.writers.found_it_full()
    }

    /// Waits for what is being written and closes every connection.
    ///
    /// # Errors
    /// [`Error::Database`] when a connection does not close.
    pub async fn close(self) -> Result<(), Error> {
        self.0.writers.rest().await;
        self.0.db.close().await
    }
}

/// What of a grant makes a viewer.
pub(crate) struct Holding<'a> {
    pub(crate) id: Uuid,
    pub(crate) account: Uuid,
    pub(crate) area_id: i32,
    pub(crate) role: &'a str,
    /// Kind and reference.
    pub(crate) place: (&'a str, &'a str),
    pub(crate) from_on: &'a str,
    pub(crate) to_on: Option<&'a str>,
    /// Ended or suspended.
    pub(crate) stopped: bool,
}

impl Holding<'_> {
    /// The viewer on this day; none when the grant has not begun, is over or suspended.
    pub(crate) fn viewer(&self, now: Timestamp) -> Option<Viewer> {
        let today = now.date().to_string();
        let begun = self.from_on <= today.as_str();
        let over = self.stopped || self.to_on.is_some_and(|to| to < today.as_str());
        if !begun || over {
            return None;
        }
        Some(Viewer {
            account: AccountId(self.account),
            grant: GrantId(self.id),
            role: Role::parse(self.role)?,
            area: AreaId(self.area_id),
            place: Place::parse(self.place.0, self.place.1)?,
        })
    }
}

/// The viewer that a grant makes on this day; none when it has not begun, is over or suspended.
pub(crate) fn viewer_of(row: &super::entity::grant::Model, now: Timestamp) -> Option<Viewer> {
    let holding = Holding {
        id: row.id,
        account: row.account_id,
        area_id: row.area_id,
        role: &row.role,
        place: (&row.place_kind, &row.place_ref),
        from_on: &row.from_on,
        to_on: row.to_on.as_deref(),
        stopped: row.ended_at.is_some() || row.suspended_by.is_some(),
    };
    holding.viewer(now)
}

/// What one viewer can read and do. Methods on records stand in the file of their noun.
#[derive(Clone, Debug)]
pub struct Desk {
    store: Store,
    who: Who,
    known: Arc<Mutex<Known>>,
}

/// What was read once for a request, on a server; unknown again when the request has saved.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// What the heads of the trail stood at.
    pub(crate) mark: Option<i64>,
    /// The reader's unread notices.
    pub(crate) unread: Option<u64>,
    /// Whether the reader keeps views of lists.
    pub(crate) views: Option<bool>,
}

impl Desk {
    /// Who is at this desk.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.who.viewer
    }

    /// When the request came in.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.who.now
    }

    /// The store behind the desk.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The same desk acting for an anonymous visitor: idempotency keys are kept by the visitor's id.
    #[must_use]
    pub fn for_visitor(mut self, visitor: Uuid) -> Desk {
        self.who.viewer.account = AccountId(visitor);
        self
    }

    /// The same system desk on behalf of a person known by a link (a guardian's consent link): sees
    /// exactly what that role at that place sees.
    #[must_use]
    pub(crate) fn narrowed(mut self, account: Uuid, role: Role, place: Place) -> Desk {
        self.who.system = None;
        self.who.viewer.account = AccountId(account);
        self.who.viewer.role = role;
        self.who.viewer.place = place;
        self
    }

    /// Whether a named task of the system is at work instead of a person.
    #[must_use]
    pub(crate) fn is_system(&self) -> bool {
        self.who.system.is_some()
    }

    /// Whether the public reads.
    #[must_use]
    pub(crate) fn is_public(&self) -> bool {
        self.who.system == Some(SystemTask::Public.code())
    }

    /// Whether the viewer's role may do `action` at all (pages show or hide a button by it).
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.who.system.is_some() || access::may(self.who.viewer.role, action)
    }

    /// [`Error::Forbidden`] unless the role may do `action`.
    ///
    /// # Errors
    /// As said.
    pub fn require(&self, action: Action) -> Result<(), Error> {
        if self.may(action) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// A hold on the readers.
    pub(crate) fn read(&self) -> Tx {
        Tx::new(self.store.0.db.reader(), self.who.clone(), self.store.ring_arc(), "read")
    }

    /// Up to where the trails of the county and of the nation tell of changes: it moves with every change that any process
    /// makes, and stays when files were only looked at. Asked once in a request, and on a server alone; on SQLite it is nothing.
    pub(super) async fn mark(&self) -> Result<i64, Error> {
        if self.store.engine() == Engine::Sqlite {
            return Ok(0);
        }
        if let Some(mark) = self.known().mark {
            return Ok(mark);
        }
        let mark = trail::changed(&self.read(), [self.who.viewer.area, AreaId::NATION]).await?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).mark = Some(mark);
        Ok(mark)
    }

    /// What has been read for this request already.
    pub(crate) fn known(&self) -> Known {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_known(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known::default();
    }

    /// A hold on the records at one moment, while others go on writing. Nothing is written through it.
    pub(crate) async fn frozen(&self) -> Result<Tx, Error> {
        let transaction = self.store.0.db.moment().await?;
        Ok(self.within(transaction))
    }

    /// At most so many of them, all at the same moment, for what is read side by side; at least one.
    pub(crate) async fn frozen_together(&self, most: usize) -> Result<Vec<Tx>, Error> {
        let moments = self.store.0.db.moments(most).await?;
        Ok(moments.into_iter().map(|moment| self.within(moment)).collect())
    }

    fn within(&self, transaction: sea_orm::DatabaseTransaction) -> Tx {
        let within = Within { transaction: Arc::new(transaction), commit: Arc::default() };
        Tx::new(Link::Write(within), self.who.clone(), self.store.ring_arc(), "read")
    }

    /// Runs an act; when this returns `Ok` the change is on disk.
    ///
    /// # Errors
    /// What the act says, or [`Error::Database`].
    pub async fn save<A: Act>(&self, act: A) -> Result<A::Answer, Error> {
        let saved = self.store.0.writers.save(act, self.who.clone(), None).await;
        self.forget_known();
        saved
    }

    /// Runs an act once for its key: the same submission again gets the same answer.
    ///
    /// # Errors
    /// [`Error::KeyReused`] when the key came with another body before; else as [`Desk::save`].
    pub async fn save_once<A: Act>(&self, act: A, submission: Submission) -> Result<A::Answer, Error> {
        let saved = self.store.0.writers.save(act, self.who.clone(), Some(submission)).await;
        self.forget_known();
        saved
    }

    /// What was answered to this submission before; nothing where it is new. For a form whose second sending does not find any
    /// more what the first one took.
    ///
    /// # Errors
    /// [`Error::KeyReused`], [`Error::Database`].
    pub async fn answered(&self, submission: Submission) -> Result<Option<serde_json::Value>, Error> {
        match self.save_once(Again, submission).await {
            Err(Error::NotFound) => Ok(None),
            answered => answered.map(Some),
        }
    }

    /// Records that the viewer knocked where it is not allowed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn refused(&self, noun: &'static str) -> Result<(), Error> {
        self.save(Refused { noun }).await
    }

    /// Records that a file was looked at; to be awaited before the page is sent (product.md rule 5).
    ///
    /// # Errors
    /// [`Error::Database`]: then the page is not sent.
    pub async fn looked(
        &self,
        noun: &'static str,
        ids: Vec<Uuid>,
        fields: &'static str,
        reason: Option<String>,
    ) -> Result<(), Error> {
        let ids = ids.into_iter().map(Some).collect();
        self.save(Look { noun, ids, fields, reason }).await
    }

    /// Records that a list leaves the house whose rows are known by no id, as areas and days are.
    pub(crate) async fn left(&self, noun: &'static str) -> Result<(), Error> {
        self.save(Look { noun, ids: vec![None], fields: "export", reason: None }).await
    }
}

/// A look at files: an act of its own, so that it is committed before the page is sent.
struct Look {
    noun: &'static str,
    ids: Vec<Option<Uuid>>,
    fields: &'static str,
    reason: Option<String>,
}

impl Act for Look {
    const NAME: &'static str = trail::LOOK;
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if let Some(reason) = &self.reason {
            tx.because(reason);
        }
        for id in &self.ids {
            tx.note(self.noun, *id, self.fields);
        }
        Ok(())
    }
}

/// Only asks whether its key is known, and leaves nothing.
struct Again;

impl Act for Again {
    const NAME: &'static str = Refused::NAME;
    type Answer = serde_json::Value;

    async fn run(&self, _: &Tx) -> Result<serde_json::Value, Error> {
        Err(Error::NotFound)
    }
}

/// A knock at a door that is not open to this role.
struct Refused {
    noun: &'static str,
}

impl Act for Refused {
    const NAME: &'static str = "refused";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.note(self.noun, None, "");
        Ok(())
    }
}
