//! One viewer's hold on the records: on a reader, or inside the writer's transaction. Every row
//! written through it is checked against the viewer's county and leaves its audit event by itself.

use std::any::TypeId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use naheya_domain::access::{self, Action, Class, Scope};
use naheya_domain::id::SessionId;
use naheya_domain::{AreaId, Timestamp, Viewer};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, IdenStatic, IntoActiveModel, ModelTrait, QueryFilter, Value,
};
use uuid::Uuid;

use super::act::Act;
use super::commit::Commit;
use super::reader::{Conn, Readers};
use super::record::{self, Common, OfCounty, Record};
use super::tally::{self, Tally};
use super::trail::{Event, Letter, Trail};
use super::visible::{self, Visible};
use crate::Error;
use crate::field::{Ring, Spot};

mod many;
mod through;
mod words;

#[derive(Clone)]
pub(super) enum Link {
    Reader(Arc<Readers>),
    Pool(DatabaseConnection),
    Write(Within),
}

/// Inside a transaction, together with whatever else is in its commit.
#[derive(Clone)]
pub(super) struct Within {
    pub(super) transaction: Arc<DatabaseTransaction>,
    pub(super) commit: Arc<Commit>,
}

impl Within {
    /// The transaction, once every row that waited stands in it.
    async fn settled(&self) -> Result<&DatabaseTransaction, Error> {
        self.commit.flush(&self.transaction).await?;
        Ok(&self.transaction)
    }
}

/// Who works, when, and how far.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) viewer: Viewer,
    /// The session whose browser asks; none for jobs and what is done on somebody's behalf.
    pub(crate) session: Option<SessionId>,
    /// A named task of the system itself: sees the whole county.
    pub(crate) system: Option<&'static str>,
    pub(crate) now: Timestamp,
}

impl Who {
    fn role_code(&self) -> &'static str {
        if self.system.is_some() { "system" } else { self.viewer.role.code() }
    }
}

/// The handle that reads and acts work with.
pub struct Tx {
    link: Link,
    who: Who,
    /// The one child that is read through an opening made in an emergency.
    glass: Option<Uuid>,
    ring: Arc<Ring>,
    act: &'static str,
    trail: Mutex<Trail>,
    tally: Mutex<Tally>,
    reason: Mutex<Option<String>>,
    wrote: AtomicBool,
}

impl Tx {
    pub(super) fn new(link: Link, who: Who, ring: Arc<Ring>, act: &'static str) -> Tx {
        Tx {
            link,
            who,
            glass: None,
            ring,
            act,
            trail: Mutex::default(),
            tally: Mutex::default(),
            reason: Mutex::default(),
            wrote: AtomicBool::new(false),
        }
    }

    /// Where to ask; what this commit holds back is written first.
    pub(super) async fn conn(&self) -> Result<Conn<'_>, Error> {
        Ok(match &self.link {
            Link::Reader(readers) => Conn::Reader(readers),
            Link::Pool(pool) => Conn::Pool(pool),
            Link::Write(within) => Conn::Within(within.settled().await?),
        })
    }

    /// What was read for several acts of type `A` in this commit, as long as no other kind of act has written into one of
    /// `tables` since.
    pub(crate) fn ahead<A: Act, T: Send + Sync + 'static>(&self, tables: &[&str]) -> Option<Arc<T>> {
        let Link::Write(within) = &self.link else { return None };
        if within.commit.others_wrote(A::NAME, tables) {
            None
        } else {
            within.commit.ahead((self.area_id(), TypeId::of::<A>()))
        }
    }

    /// The same moment of the records, seen in another county (only for `doctor`).
    pub(crate) fn in_area(&self, area: AreaId) -> Tx {
        let mut who = self.who.clone();
        who.viewer.area = area;
        Tx::new(self.link.clone(), who, Arc::clone(&self.ring), self.act)
    }

    /// The same moment of the records as somebody else sees it: the system asks whether a letter may reach a role's
    /// holder. Only read through.
    pub(crate) fn seen_by(&self, viewer: &Viewer) -> Result<Tx, Error> {
        if !self.is_system() || viewer.area != self.area() {
            return Err(Error::Forbidden);
        }
        let who = Who { viewer: viewer.clone(), session: None, system: None, now: self.who.now };
        Ok(Tx::new(self.link.clone(), who, Arc::clone(&self.ring), self.act))
    }

    /// The same transaction in the hands of somebody whose act has waited for this one. What it leaves
    /// behind is taken over by [`Tx::join`].
    pub(crate) fn on_behalf(&self, viewer: Viewer) -> Tx {
        let who = Who { viewer, session: None, system: None, now: self.who.now };
        Tx::new(self.link.clone(), who, Arc::clone(&self.ring), self.act)
    }

    /// Takes over what another hold on the same transaction wrote and left behind; also when its act failed.
    pub(crate) fn join(&self, other: Tx) {
        let moved = other.with_tally(std::mem::take);
        self.with_tally(|tally| tally.join(moved));
        let (wrote, left) = other.close();
        self.wrote.fetch_or(wrote, Ordering::Relaxed);
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).join(left);
    }

    /// When the act has run: works out what it did to the running totals.
    pub(super) async fn settle(&self) -> Result<(), Error> {
        let moved = tally::settled(self).await?;
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).count(moved);
        Ok(())
    }

    pub(super) fn with_tally<T>(&self, work: impl FnOnce(&mut Tally) -> T) -> T {
        work(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// On a server, waits until no other process is in the middle of a change in this county. SQLite has one writer.
    pub(crate) async fn alone_in_county(&self) -> Result<(), Error> {
        use sea_orm::ConnectionTrait;
        let transaction = self.transaction("counties").await?;
        if transaction.get_database_backend() == sea_orm::DbBackend::Postgres {
            super::trail::lock_head(transaction, self.area_id()).await?;
        }
        Ok(())
    }

    /// Whether it wrote, and what it left behind.
    pub(super) fn close(self) -> (bool, Trail) {
        (self.wrote.into_inner(), self.trail.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Who is at work.
    pub fn viewer(&self) -> &Viewer {
        &self.who.viewer
    }

    /// The county.
    pub fn area(&self) -> AreaId {
        self.who.viewer.area
    }

    /// The county's number, as it stands in rows.
    pub fn area_id(&self) -> i32 {
        self.who.viewer.area.0
    }

    /// The account at work, as it stands in rows.
    pub fn account(&self) -> Uuid {
        self.who.viewer.account.0
    }

    /// When the request came in.
    pub fn now(&self) -> Timestamp {
        self.who.now
    }

    /// Whether a named task of the system is at work instead of a person.
    pub fn is_system(&self) -> bool {
        self.who.system.is_some()
    }

    /// Whether the clock is at work: no person stands behind it.
    pub fn is_clock(&self) -> bool {
        self.who.system == Some(super::desk::SystemTask::Job.code())
    }

    /// The first line of every act: [`Error::Forbidden`] unless the viewer's role may do `action`.
    pub fn require(&self, action: Action) -> Result<(), Error> {
        if self.is_system() || access::may(self.who.viewer.role, action) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// How far the viewer sees a table in `class`.
    pub fn scope<E: OfCounty>(&self, class: Class) -> Scope {
        match self.glass {
            Some(child) => access::through_glass(E::NOUN, child),
            None if self.is_system() => Scope::County,
            None => access::scope(&self.who.viewer, E::NOUN, class),
        }
    }

    /// The rows that the viewer may see for work.
    pub fn visible<E: OfCounty>(&self) -> Visible<E>
    where
        E::Model: Send + Sync,
    {
        self.visible_as::<E>(Class::Work)
    }

    /// The rows that the viewer may see in `class`.
    pub fn visible_as<E: OfCounty>(&self, class: Class) -> Visible<E>
    where
        E::Model: Send + Sync,
    {
        let scope = self.scope::<E>(class);
        visible::start::<E>(self.in_county::<E>().add(E::narrow(&scope, self.area_id())))
    }

    /// All rows of the county, for a rule to judge by (the check of a guest, another stay of the
    /// same child). What is read this way must never be shown: it answers yes or no.
    pub fn for_rule<E: OfCounty>(&self) -> Visible<E>
    where
        E::Model: Send + Sync,
    {
        visible::start::<E>(self.in_county::<E>())
    }

    /// Rows of a table of the whole installation. Who may see them is decided by the caller.
    pub fn common<E: Common>(&self) -> Visible<E>
    where
        E::Model: Send + Sync,
    {
        visible::start::<E>(record::everything())
    }

    fn in_county<E: Record>(&self) -> sea_orm::Condition {
        match E::area() {
            Some(column) => sea_orm::Condition::all().add(column.eq(self.area_id())),
            None => record::nothing(),
        }
    }

    /// Writes a new row.
    pub async fn insert<E>(&self, row: E::Model) -> Result<(), Error>
    where
        E: Record,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        self.insert_all::<E>(vec![row]).await
    }

    /// Writes new rows, many at a time.
    pub async fn insert_all<E>(&self, rows: Vec<E::Model>) -> Result<(), Error>
    where
        E: Record,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            self.own_county::<E>(row)?;
            if E::AUDITED {
                self.event_of::<E>(row, "*".to_owned());
            }
        }
        let marks: Vec<tally::Marks> = rows.iter().map(tally::marks).collect();
        tally::foresee(self, &[], &marks).await?;
        let Link::Write(within) = &self.link else { return Err(only_reads()) };
        within.commit.wrote(self.act, E::TABLE);
        let now = within.commit.take::<E>(E::TABLE, rows).await;
        if !now.is_empty() {
            super::trail::insert_all::<E>(self.transaction(E::TABLE).await?, now).await?;
        }
        tally::moved(self, &[], &marks);
        Ok(())
    }

    /// Puts `after` in the place of `before`. Only the columns that differ are written; `version`
    /// is counted up here. [`Error::Stale`] when somebody else changed the row since it was read.
    #[expect(clippy::disallowed_methods, reason = "the fence: changes are written here")]
    pub async fn change<E>(&self, before: &E::Model, mut after: E::Model) -> Result<E::Model, Error>
    where
        E: Record,
        E::Model: Send + Sync,
    {
        self.own_county::<E>(before)?;
        self.own_county::<E>(&after)?;
        let columns = record::changed::<E>(before, &after);
        if columns.is_empty() {
            return Ok(after);
        }
        let mut update = E::update_many().filter(record::by_key::<E>(before));
        if let Some(version) = E::version() {
            let Value::Int(Some(seen)) = before.get(version) else { return Err(Error::Stale) };
            after.try_set(version, Value::Int(Some(seen.saturating_add(1))))?;
            update = update.filter(version.eq(seen)).col_expr(version, value(after.get(version)));
        }
        for column in columns.iter().filter(|c| E::version().is_none_or(|v| v.as_str() != c.as_str())) {
            update = update.col_expr(*column, value(after.get(*column)));
        }
        let (said, says) = ([tally::marks(before)], [tally::marks(&after)]);
        tally::foresee(self, &said, &says).await?;
        let done = update.exec(self.transaction(E::TABLE).await?).await?;
        if done.rows_affected != 1 {
            return Err(Error::Stale);
        }
        tally::moved(self, &said, &says);
        if E::AUDITED {
            let names: Vec<&str> = columns.iter().map(IdenStatic::as_str).collect();
            self.event_of::<E>(&after, names.join(","));
        }
        Ok(after)
    }

    /// Takes a row away: only for lists that are not ledgers (choices before the run, drafts).
    #[expect(clippy::disallowed_methods, reason = "the fence: rows are removed here")]
    pub async fn remove<E: Record>(&self, row: &E::Model) -> Result<(), Error> {
        self.own_county::<E>(row)?;
        let said = [tally::marks(row)];
        tally::foresee(self, &said, &[]).await?;
        let done = E::delete_many().filter(record::by_key::<E>(row)).exec(self.transaction(E::TABLE).await?).await?;
        if done.rows_affected != 1 {
            return Err(Error::Stale);
        }
        tally::moved(self, &said, &[]);
        if E::AUDITED {
            self.push(E::TABLE, record::ref_id::<E>(row), "-".to_owned(), None);
        }
        Ok(())
    }

    /// Takes away every row of the county that meets `condition`, from tables without audit
    /// (search tokens, drafts, old answers). Returns how many.
    #[expect(clippy::disallowed_methods, reason = "the fence: rows are removed here")]
    pub async fn clear<E: OfCounty>(&self, condition: sea_orm::Condition) -> Result<u64, Error> {
        if E::AUDITED {
            return Err(Error::Forbidden);
        }
        let only = self.in_county::<E>().add(condition);
        Ok(E::delete_many().filter(only).exec(self.transaction(E::TABLE).await?).await?.rows_affected)
    }

    /// Seals a text for its row.
    pub fn seal(&self, table: &str, column: &str, id: impl Into<Uuid>, text: &str) -> Result<Vec<u8>, Error> {
        self.ring.seal(self.spot(table, column, id.into()), text.as_bytes())
    }

    /// Seals a text that may be absent; an empty one is absent.
    pub fn seal_some(
        &self,
        table: &str,
        column: &str,
        id: impl Into<Uuid>,
        text: Option<&str>,
    ) -> Result<Option<Vec<u8>>, Error> {
        let id = id.into();
        text.filter(|t| !t.is_empty()).map(|t| self.seal(table, column, id, t)).transpose()
    }

    /// Opens a sealed text.
    pub fn open(&self, table: &str, column: &str, id: impl Into<Uuid>, sealed: &[u8]) -> Result<String, Error> {
        self.ring.open_text(self.spot(table, column, id.into()), sealed)
    }

    /// Opens a sealed text that may be absent.
    pub fn open_some(
        &self,
        table: &str,
        column: &str,
        id: impl Into<Uuid>,
        sealed: Option<&Vec<u8>>,
    ) -> Result<Option<String>, Error> {
        let id = id.into();
        sealed.map(|s| self.open(table, column, id, s)).transpose()
    }

    /// Sealed bytes (pictures).
    pub fn seal_bytes(&self, table: &str, column: &str, id: impl Into<Uuid>, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        self.ring.seal(self.spot(table, column, id.into()), bytes)
    }

    /// Opens sealed bytes.
    pub fn open_bytes(&self, table: &str, column: &str, id: impl Into<Uuid>, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        self.ring.open(self.spot(table, column, id.into()), sealed)
    }

    /// The keys, for blind indexes and codes.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    fn spot<'a>(&self, table: &'a str, column: &'a str, id: Uuid) -> Spot<'a> {
        Spot { table, column, area: self.area_id(), id }
    }

    /// Gives the reason that stands in every audit event of this act from now on (opening what is
    /// locked, break-glass, a correction).
    pub fn because(&self, reason: &str) {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.to_owned());
    }

    /// Leaves an audit event that belongs to no change of a row: a look, an export, a refusal.
    pub fn note(&self, noun: &'static str, id: Option<Uuid>, fields: &str) {
        self.push(noun, id, fields.to_owned(), None);
    }

    /// Puts a letter into the outbox.
    pub fn notify(&self, letter: Letter) {
        let at = self.who.now.0;
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).letters.push((at, letter));
    }

    /// Wakes whoever carries notices out, once this is committed.
    pub fn wake(&self) {
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).wakes = true;
    }

    fn event_of<E: Record>(&self, row: &E::Model, fields: String) {
        let mac = self.ring.row_mac(&record::state_bytes::<E>(row));
        self.push(E::TABLE, record::ref_id::<E>(row), fields, Some(mac));
    }

    /// What `work` leaves bears the name of another act: whoever may not read of that one does not read of it here.
    pub(crate) async fn told_as<T>(&self, act: &'static str, work: impl Future<Output = T>) -> T {
        let trail = || self.trail.lock().unwrap_or_else(PoisonError::into_inner);
        let before = trail().events.len();
        let done = work.await;
        trail().tell_as(act, before);
        done
    }

    fn push(&self, noun: &'static str, ref_id: Option<Uuid>, fields: String, row_mac: Option<Vec<u8>>) {
        let reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let event = Event {
            at: self.who.now.0,
            account: self.account(),
            role: self.who.role_code(),
            act: self.act,
            noun,
            ref_id,
            fields,
            reason,
            row_mac,
        };
        self.trail.lock().unwrap_or_else(PoisonError::into_inner).events.push(event);
    }

    /// Rows are written into the viewer's own county only.
    fn own_county<E: Record>(&self, row: &E::Model) -> Result<(), Error> {
        match E::area() {
            Some(column) if row.get(column) != Value::Int(Some(self.area_id())) => Err(Error::NotFound),
            _ => Ok(()),
        }
    }

    /// To write into `table` now.
    async fn transaction(&self, table: &'static str) -> Result<&DatabaseTransaction, Error> {
        let Link::Write(within) = &self.link else { return Err(only_reads()) };
        tracing::trace!(target: "naheya_store::change", table);
        within.commit.wrote(self.act, table);
        self.wrote.store(true, Ordering::Relaxed);
        within.settled().await
    }
}

fn only_reads() -> Error {
    Error::Database("a read cannot write".into())
}

fn value(value: Value) -> sea_orm::sea_query::SimpleExpr {
    sea_orm::sea_query::SimpleExpr::Value(value)
}
