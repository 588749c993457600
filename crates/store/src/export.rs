//! Lists of children that leave the house: one person asks and says what for, another says yes or no, and the file can
//! be fetched for a day. What stands in it is read when it is fetched, by the filter it was asked with.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::export::{Asked, ExportState, lives_until, may_decide, may_take, may_withdraw};
use naheya_domain::id::ExportId;
use naheya_domain::operation::OperationKind;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::account::display_names;
use crate::assent::{self, RECENT};
use crate::sealed::act::Act;
use crate::sealed::entity::export;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

mod kept;
mod out;

use kept::Kept;
pub use out::{MOST, Out, OutRow, Weighed, children_of};
pub(crate) use out::{leave, note_out, still_alone};

const TABLE: &str = "exports";

/// Asks for a list that one person may not take out alone.
#[derive(Clone, Debug)]
pub struct AskExport {
    /// Which list.
    pub out: Out,
    /// What for, 1 to 200 characters; sealed.
    pub purpose: String,
}

impl Act for AskExport {
    const NAME: &'static str = "export.ask";
    type Answer = ExportId;

    async fn run(&self, tx: &Tx) -> Result<ExportId, Error> {
        tx.require(Action::Export)?;
        let purpose = assent::words("purpose", &self.purpose, 1)?;
        let weighed = self.out.weighed(tx).await?;
        if !weighed.needs_second {
            return Err(Error::refused("export.alone"));
        }
        let id = Uuid::now_v7();
        tx.insert::<export::Entity>(export::Model {
            area_id: tx.area_id(),
            id,
            filter_sealed: tx.seal(TABLE, "filter_sealed", id, &Kept::of(&self.out).text()?)?,
            children: i32::try_from(weighed.children).unwrap_or(i32::MAX),
            purpose_sealed: tx.seal(TABLE, "purpose_sealed", id, &purpose)?,
            state: ExportState::Asked.code().to_owned(),
            by_account: tx.account(),
            asked_at: tx.now().0,
            decided_by: None,
            decided_at: None,
            answer_sealed: None,
            taken: 0,
            taken_at: None,
            version: 1,
        })
        .await?;
        assent::asked(tx, "export.asked", (TABLE, id));
        Ok(ExportId(id))
    }
}

/// Another person's yes: the file can be fetched for a day by whoever asked.
#[derive(Clone, Debug)]
pub struct ApproveExport {
    /// Which one.
    pub export: ExportId,
}

impl Act for ApproveExport {
    const NAME: &'static str = "export.approve";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = decidable(tx, self.export).await?;
        decide(tx, &before, ExportState::Approved, None).await?;
        assent::answered(tx, "export.approved", before.by_account, (TABLE, before.id));
        Ok(())
    }
}

/// Another person's no, with a reason.
#[derive(Clone, Debug)]
pub struct RefuseExport {
    /// Which one.
    pub export: ExportId,
    /// Why, 1 to 200 characters; sealed.
    pub words: String,
}

impl Act for RefuseExport {
    const NAME: &'static str = "export.refuse";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = decidable(tx, self.export).await?;
        let answer = tx.seal(TABLE, "answer_sealed", before.id, &assent::words("answer", &self.words, 1)?)?;
        decide(tx, &before, ExportState::Refused, Some(answer)).await?;
        assent::answered(tx, "export.refused", before.by_account, (TABLE, before.id));
        Ok(())
    }
}

/// Whoever asked takes it back before it is decided.
#[derive(Clone, Debug)]
pub struct WithdrawExport {
    /// Which one.
    pub export: ExportId,
}

impl Act for WithdrawExport {
    const NAME: &'static str = "export.withdraw";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = one(tx, self.export).await?;
        may_withdraw(&asked(&before), tx.account())?;
        decide(tx, &before, ExportState::Withdrawn, None).await
    }
}

/// That the file was fetched, with every child in it; judged once more, in the moment it is written down.
struct TakeExport {
    export: ExportId,
    kind: OperationKind,
    children: Vec<Uuid>,
}

impl Act for TakeExport {
    const NAME: &'static str = "export.take";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        note_taken(tx, self.export, self.children.len()).await?;
        note_out(tx, self.kind, &self.children);
        Ok(())
    }
}

/// Writes down that the file was made, when it may be; says until when it may be fetched.
pub(crate) async fn note_taken(tx: &Tx, export: ExportId, children: usize) -> Result<Timestamp, Error> {
    let before = one(tx, export).await?;
    may_take(&asked(&before), tx.account(), tx.now(), children)?;
    let mut after = before.clone();
    after.taken = after.taken.saturating_add(1);
    after.taken_at = Some(tx.now().0);
    let until = lives_until(before.decided_at.map_or(tx.now(), Timestamp));
    tx.change::<export::Entity>(&before, after).await?;
    Ok(until)
}

/// Which list an approved export holds, for whoever asked for it; nothing is read or written down yet.
pub(crate) async fn let_out(tx: &Tx, export: ExportId) -> Result<Out, Error> {
    let row = one(tx, export).await?;
    // Judged before the list is read, so that nobody else learns how long it is now.
    may_take(&asked(&row), tx.account(), tx.now(), 0)?;
    Kept::read(&tx.open(TABLE, "filter_sealed", row.id, &row.filter_sealed)?)
}

async fn one(tx: &Tx, id: ExportId) -> Result<export::Model, Error> {
    tx.require(Action::Export)?;
    tx.visible::<export::Entity>().id(id).one(tx).await
}

async fn decidable(tx: &Tx, id: ExportId) -> Result<export::Model, Error> {
    let row = one(tx, id).await?;
    may_decide(&asked(&row), tx.account())?;
    Ok(row)
}

async fn decide(tx: &Tx, before: &export::Model, state: ExportState, answer: Option<Vec<u8>>) -> Result<(), Error> {
    let mut after = before.clone();
    after.state = state.code().to_owned();
    after.decided_by = Some(tx.account());
    after.decided_at = Some(tx.now().0);
    after.answer_sealed = answer;
    tx.change::<export::Entity>(before, after).await?;
    Ok(())
}

fn asked(row: &export::Model) -> Asked {
    Asked {
        by: row.by_account,
        state: ExportState::parse(&row.state).unwrap_or(ExportState::Withdrawn),
        decided_at: row.decided_at.map(Timestamp),
        children: usize::try_from(row.children).unwrap_or_default(),
    }
}

/// An export as the office's list shows it.
#[derive(Clone, Debug)]
pub struct ExportLine {
    /// Which one.
    pub id: ExportId,
    /// Which list.
    pub out: Out,
    /// How many children when it was asked for.
    pub children: i32,
    /// What for.
    pub purpose: String,
    /// How far it is.
    pub state: ExportState,
    /// Who asked.
    pub by: Option<String>,
    /// Whether that was the reader, who then cannot decide.
    pub own: bool,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why not.
    pub answer: Option<String>,
    /// Until when the reader can fetch it; none when that is not, or no longer, so.
    pub open_until: Option<Timestamp>,
    /// How often it was fetched.
    pub taken: i32,
    /// When last.
    pub taken_at: Option<Timestamp>,
}

impl Desk {
    /// What waits, oldest first, and the newest 50 that were decided.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn exports(&self) -> Result<(Vec<ExportLine>, Vec<ExportLine>), Error> {
        use export::Column as C;
        self.require(Action::Export)?;
        let tx = self.read();
        let all = || tx.visible::<export::Entity>();
        let waiting = all().and(C::State.eq(ExportState::Asked.code())).by(C::AskedAt).by(C::Id).all(&tx).await?;
        let done = all().and(C::State.ne(ExportState::Asked.code())).by_desc(C::AskedAt).by_desc(C::Id);
        let done = done.limit(RECENT).all(&tx).await?;
        Ok((lines(&tx, waiting).await?, lines(&tx, done).await?))
    }

    /// How many wait for somebody else than the viewer, counted no further than 100.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn count_exports(&self) -> Result<u64, Error> {
        use export::Column as C;
        self.require(Action::Export)?;
        let waits = (C::State, ExportState::Asked.code());
        self.count_waiting::<export::Entity>("exports.count", waits, C::ByAccount).await
    }

    /// How many children a file with this list would hold, and whether the viewer may take it out alone.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn weigh_export(&self, out: &Out) -> Result<Weighed, Error> {
        self.require(Action::Export)?;
        out.weighed(&self.read()).await
    }

    /// The rows of an approved export, for whoever asked for it. That it was fetched, and every child in it, stands in
    /// the trail first.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `export.not_own`, `export.not_approved`, `export.over`, `export.grown`.
    pub async fn take_export(&self, id: ExportId) -> Result<Vec<OutRow>, Error> {
        let tx = self.read();
        let row = one(&tx, id).await?;
        let out = let_out(&tx, id).await?;
        // Counted first: a list that has grown is not read.
        let children = usize::try_from(out.children(&tx).await?).unwrap_or(usize::MAX);
        may_take(&asked(&row), tx.account(), tx.now(), children)?;
        let rows = out.read(&tx, MOST).await?;
        self.save(TakeExport { export: id, kind: out.kind(), children: children_of(&rows) }).await?;
        Ok(rows)
    }
}

/// Exports with the names around them.
async fn lines(tx: &Tx, rows: Vec<export::Model>) -> Result<Vec<ExportLine>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people = display_names(tx, rows.iter().flat_map(|row| [Some(row.by_account), row.decided_by])).await?;
    rows.into_iter().map(|row| line(tx, &people, row)).collect()
}

fn line(tx: &Tx, people: &HashMap<Uuid, String>, row: export::Model) -> Result<ExportLine, Error> {
    let asked = asked(&row);
    let open = may_take(&asked, tx.account(), tx.now(), 0).is_ok();
    Ok(ExportLine {
        id: ExportId(row.id),
        out: Kept::read(&tx.open(TABLE, "filter_sealed", row.id, &row.filter_sealed)?)?,
        children: row.children,
        purpose: tx.open(TABLE, "purpose_sealed", row.id, &row.purpose_sealed)?,
        state: asked.state,
        by: people.get(&row.by_account).cloned(),
        own: row.by_account == tx.account(),
        asked_at: Timestamp(row.asked_at),
        decided_by: row.decided_by.and_then(|id| people.get(&id).cloned()),
        decided_at: asked.decided_at,
        answer: tx.open_some(TABLE, "answer_sealed", row.id, row.answer_sealed.as_ref())?,
        open_until: asked.decided_at.filter(|_| open).map(lives_until),
        taken: row.taken,
        taken_at: row.taken_at.map(Timestamp),
    })
}
