//! Work beside the request: asked for by a person, taken up by a process ([`run`]), its file sealed in parts and
//! fetched for a day by whoever asked, under the grant with which it was asked for; or what it wrote, where that is no
//! file ([`write`]).

use naheya_domain::access::Action;
use naheya_domain::id::OperationId;
use naheya_domain::operation::{
    Lease, OPEN, OperationKind, OperationState, is_told, may_fetch, may_stop, seconds_left,
};
use naheya_domain::{AreaId, Refusal, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{operation, operation_part};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::sealed::{nation, visible};
use crate::{Desk, Error, Store, SystemTask, account, audit, export, figure, round, volunteer};

mod asked;
pub mod proof;
pub mod run;
pub mod write;

pub use asked::{Asked, Roster};

const TABLE: &str = "operations";
const PARTS: &str = "operation_parts";
/// Operations of one's own list.
const RECENT: u64 = 50;

/// Asks for work beside the request. Who has asked for the same and still waits for it gets that one.
#[derive(Clone, Debug)]
pub struct StartOperation {
    /// What.
    pub asked: Asked,
    /// Rows to go through, as they were counted.
    pub total: u64,
    /// The language of the file's words.
    pub language: String,
    /// Until when the request waits for it.
    pub awaited_until: Timestamp,
}

impl Act for StartOperation {
    const NAME: &'static str = "operation.start";
    type Answer = OperationId;

    async fn run(&self, tx: &Tx) -> Result<OperationId, Error> {
        tx.alone_in_county().await?;
        may_ask(tx, &self.asked, self.total).await?;
        let open = tx.for_rule::<operation::Entity>().and(own(tx)).and(unended()).all(tx).await?;
        let text = self.asked.text()?;
        for row in &open {
            if tx.open(TABLE, "asked_sealed", row.id, &row.asked_sealed)? == text {
                return Ok(OperationId(row.id));
            }
        }
        if open.len() >= OPEN {
            return Err(Error::refused("operation.many"));
        }
        let id = Uuid::now_v7();
        tx.insert::<operation::Entity>(operation::Model {
            area_id: tx.area_id(),
            id,
            kind: self.asked.kind().code().to_owned(),
            asked_sealed: tx.seal(TABLE, "asked_sealed", id, &text)?,
            language: self.language.clone(),
            by_account: tx.account(),
            grant_id: tx.viewer().grant.0,
            asked_at: tx.now().0,
            awaited_until: self.awaited_until.0,
            seen_at: None,
            state: OperationState::Waiting.code().to_owned(),
            turn: 0,
            lease_until: None,
            begun_at: None,
            done: 0,
            total: i32::try_from(self.total).unwrap_or(i32::MAX),
            ended_at: None,
            failure: None,
            expires_at: None,
            result: None,
            taken: 0,
            version: 1,
        })
        .await?;
        tx.note(TABLE, Some(id), self.asked.kind().code());
        Ok(OperationId(id))
    }
}

/// Whether the viewer may have such a file at all, as the direct way judges it.
async fn may_ask(tx: &Tx, asked: &Asked, rows: u64) -> Result<(), Error> {
    match asked {
        Asked::LetOut(kind, id) => {
            let out = export::let_out(tx, *id).await?;
            if out.kind() == *kind { Ok(()) } else { Err(Error::NotFound) }
        }
        Asked::Volunteers(_) => {
            tx.require(Action::Export)?;
            let alone = usize::try_from(rows).is_ok_and(|n| n <= volunteer::MOST_ALONE);
            if alone || tx.require(Action::ApproveVolunteer).is_ok() {
                return Ok(());
            }
            Err(Error::refused("volunteer.export_needs_leader"))
        }
        Asked::Accounts(_) => {
            tx.require(Action::Export)?;
            tx.require(Action::KeepAccount)
        }
        Asked::AuditEvents(_) | Asked::Report(_) | Asked::Import(_) | Asked::Run(..) | Asked::Proof => {
            tx.require(asked.kind().action())
        }
    }
}

/// Whoever asked stops it: what was made so far is thrown away, and nothing has left the house.
#[derive(Clone, Debug)]
pub struct StopOperation {
    /// Which one.
    pub operation: OperationId,
}

impl Act for StopOperation {
    const NAME: &'static str = "operation.stop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.alone_in_county().await?;
        let before = mine(tx, self.operation).await?;
        may_stop(state(&before))?;
        let mut after = before.clone();
        after.state = OperationState::Stopped.code().to_owned();
        after.ended_at = Some(tx.now().0);
        tx.change::<operation::Entity>(&before, after).await?;
        tx.note(TABLE, Some(before.id), "state");
        Ok(())
    }
}

/// That whoever asked looks at its page: then nobody need be told of its end.
#[derive(Clone, Debug)]
pub struct SeeOperation {
    /// Which one.
    pub operation: OperationId,
}

impl Act for SeeOperation {
    const NAME: &'static str = "operation.see";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.alone_in_county().await?;
        let before = mine(tx, self.operation).await?;
        if state(&before).is_open() {
            let mut after = before.clone();
            after.seen_at = Some(tx.now().0);
            tx.change::<operation::Entity>(&before, after).await?;
        }
        Ok(())
    }
}

/// That the file was fetched; judged in the moment it is written down.
struct FetchOperation {
    operation: OperationId,
}

impl Act for FetchOperation {
    const NAME: &'static str = "operation.fetch";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = mine(tx, self.operation).await?;
        fetchable(tx, &before)?;
        if !leaves_file(&before) {
            return Err(Error::refused("operation.over"));
        }
        let mut after = before.clone();
        after.taken = after.taken.saturating_add(1);
        tx.change::<operation::Entity>(&before, after).await?;
        tx.note(TABLE, Some(before.id), "file");
        Ok(())
    }
}

/// The right itself is asked for again: a grant may have changed its role's table since.
fn fetchable(tx: &Tx, row: &operation::Model) -> Result<(), Error> {
    let kind = OperationKind::parse(&row.kind).ok_or(Error::NotFound)?;
    tx.require(kind.action())?;
    let grants = (row.grant_id, tx.viewer().grant.0);
    Ok(may_fetch(state(row), row.expires_at.map(Timestamp), grants, tx.now())?)
}

fn leaves_file(row: &operation::Model) -> bool {
    OperationKind::parse(&row.kind).is_some_and(OperationKind::leaves_file)
}

/// Clock-driven, with what else is old: files whose day is over, and operations that ended before it.
pub(crate) async fn purge(tx: &Tx) -> Result<u64, Error> {
    use operation::Column as C;
    let now = tx.now();
    let over = tx.for_rule::<operation::Entity>().and(C::ExpiresAt.lt(now.0)).ids(C::Id);
    let parts = Condition::all().add(operation_part::Column::OperationId.in_subquery(over));
    let parts = tx.clear::<operation_part::Entity>(parts).await?;
    let limit = now.plus_minutes(-naheya_domain::operation::LIVES).0;
    Ok(parts + tx.clear::<operation::Entity>(Condition::all().add(C::EndedAt.lt(limit))).await?)
}

/// An operation as whoever asked for it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationLine {
    /// Which one.
    pub id: OperationId,
    /// What it makes.
    pub kind: OperationKind,
    /// How far it is.
    pub state: OperationState,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Rows gone through.
    pub done: i64,
    /// Of so many.
    pub total: i64,
    /// Seconds that the rest takes, should it go on as it went.
    pub seconds_left: Option<i64>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it came to nothing: a refusal's code.
    pub failure: Option<String>,
    /// Until when the file can be fetched; none when that is not, or no longer, so.
    pub open_until: Option<Timestamp>,
    /// What it wrote, where that is no file: the batch of an import, the round of a run.
    pub result: Option<Uuid>,
    /// How often it was fetched.
    pub taken: i32,
}

impl OperationLine {
    /// How many in a hundred are done; all of them only when the file is there.
    #[must_use]
    pub fn percent(&self) -> i64 {
        if self.state == OperationState::Done {
            return 100;
        }
        (self.done.saturating_mul(100) / self.total.max(1)).clamp(0, 99)
    }
}

impl Desk {
    /// How much there is to go through: rows of a list, records of a report, people of a round; nothing for an upload,
    /// which has to be read for it.
    ///
    /// # Errors
    /// What the direct way would say; [`Error::Database`].
    pub async fn rows_of_operation(&self, asked: &Asked) -> Result<u64, Error> {
        let tx = self.read();
        match asked {
            Asked::LetOut(_, id) => export::let_out(&tx, *id).await?.rows(&tx).await,
            Asked::Accounts(view) => {
                self.require(Action::KeepAccount)?;
                account::rows_out(&tx, *view).await
            }
            Asked::Report(_) => {
                self.require(Action::SeeReport)?;
                figure::records(&tx).await
            }
            Asked::Run(round, _) => {
                self.require(Action::RunRound)?;
                round::people(&tx, *round).await
            }
            Asked::Import(_) => {
                self.require(Action::Import)?;
                Ok(0)
            }
            Asked::Volunteers(filter) => {
                self.require(Action::Export)?;
                volunteer::rows_out(&tx, filter).await
            }
            Asked::AuditEvents(filter) => {
                self.require(Action::Audit)?;
                audit::rows_out(&tx, filter).await
            }
            Asked::Proof => {
                self.require(Action::Audit)?;
                audit::chained(&tx).await
            }
        }
    }

    /// The viewer's own operations under this grant, newest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn operations(&self) -> Result<Vec<OperationLine>, Error> {
        use operation::Column as C;
        let tx = self.read();
        let rows = tx.for_rule::<operation::Entity>().and(own(&tx)).by_desc(C::AskedAt).by_desc(C::Id);
        Ok(rows.limit(RECENT).all(&tx).await?.iter().filter_map(|row| line(&tx, row)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not the viewer's.
    pub async fn operation(&self, id: OperationId) -> Result<OperationLine, Error> {
        let tx = self.read();
        line(&tx, &mine(&tx, id).await?).ok_or(Error::NotFound)
    }

    /// The finished file. That it was fetched stands in the trail first.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `operation.not_done`, `operation.over`.
    pub async fn fetch_operation(&self, id: OperationId) -> Result<Vec<u8>, Error> {
        self.save(FetchOperation { operation: id }).await?;
        let tx = self.read();
        let parts = tx.for_rule::<operation_part::Entity>().and(operation_part::Column::OperationId.eq(id.0));
        let mut file = Vec::new();
        for part in parts.by(operation_part::Column::Number).all(&tx).await? {
            file.extend(tx.open_bytes(PARTS, "part_sealed", spot(id.0, part.number), &part.part_sealed)?);
        }
        Ok(file)
    }
}

/// Rows that this account asked for under this grant. Nobody else's are ever read for a person.
fn own(tx: &Tx) -> Condition {
    use operation::Column as C;
    Condition::all().add(C::ByAccount.eq(tx.account())).add(C::GrantId.eq(tx.viewer().grant.0))
}

async fn mine(tx: &Tx, id: OperationId) -> Result<operation::Model, Error> {
    tx.for_rule::<operation::Entity>().and(own(tx)).id(id).one(tx).await
}

fn unended() -> Condition {
    let open = [OperationState::Waiting.code(), OperationState::Running.code()];
    Condition::all().add(visible::is_one_of(operation::Column::State, &open))
}

impl Store {
    /// The counties with work that waits, or that is in the hands of a process.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_operations(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<operation::Entity>(&tx, [unended()]).await
    }
}

fn state(row: &operation::Model) -> OperationState {
    OperationState::parse(&row.state).unwrap_or(OperationState::Failed)
}

fn lease(row: &operation::Model) -> Lease {
    Lease { state: state(row), turn: row.turn, until: row.lease_until.map(Timestamp) }
}

/// Each part is sealed for its own place: two of them changed about do not open.
fn spot(operation: Uuid, number: i32) -> Uuid {
    Uuid::from_u128(operation.as_u128().wrapping_add(u128::from(number.unsigned_abs()) + 1))
}

fn line(tx: &Tx, row: &operation::Model) -> Option<OperationLine> {
    let (done, total, state) = (i64::from(row.done), i64::from(row.total), state(row));
    let begun = row.begun_at.map(Timestamp).filter(|_| state == OperationState::Running);
    Some(OperationLine {
        id: OperationId(row.id),
        kind: OperationKind::parse(&row.kind)?,
        state,
        asked_at: Timestamp(row.asked_at),
        done,
        total,
        seconds_left: begun.and_then(|begun| seconds_left(done, total, begun, tx.now())),
        ended_at: row.ended_at.map(Timestamp),
        failure: row.failure.clone(),
        open_until: row.expires_at.map(Timestamp).filter(|_| leaves_file(row) && fetchable(tx, row).is_ok()),
        result: row.result,
        taken: row.taken,
    })
}

/// Tells whoever asked that it ended, unless they are there to see it.
fn tell(tx: &Tx, row: &operation::Model, kind: &'static str) {
    if is_told(Timestamp(row.awaited_until), row.seen_at.map(Timestamp), tx.now()) {
        tx.notify(Letter {
            kind,
            to_account: Some(row.by_account),
            to_role: None,
            to_person: None,
            about: (TABLE, Some(row.id)),
            due_at: tx.now().0,
        });
    }
}

/// The code by which a page says why work came to nothing.
#[must_use]
pub fn failure_of(error: &Error) -> String {
    match error {
        Error::Refused(Refusal { code, .. }) => (*code).to_owned(),
        Error::NotFound | Error::Forbidden => "operation.right_gone".to_owned(),
        Error::Stale => "operation.changed".to_owned(),
        _ => "operation.broken".to_owned(),
    }
}
