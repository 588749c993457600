//! A child's file erased on a written request (个人信息保护法, art. 47): asked for by one person, carried out by a leader who is
//! another. Values go, ids, dates and counts stay, so that figures, ledgers and the trail are whole (ADR 0007). What goes of
//! each table and what stays for which reason stands in [`inventory`]; a column that is in neither list fails a test.

use naheya_domain::access::Action;
use naheya_domain::child::ChildState;
use naheya_domain::erasure::{ErasureState, in_the_way, may_decide, may_erase, may_withdraw};
use naheya_domain::id::{AccountId, ChildId, ErasureId};
use naheya_domain::{Refusal, Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::import::{self, PutAside};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, erasure};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, assent};

mod around;
mod begun;
mod empty;
mod fact;
pub mod inventory;

pub(crate) use begun::is_of_erased;

const TABLE: &str = "erasures";
/// Characters of a reason, at least.
const LEAST: usize = 4;

/// Asks that a child's file be erased. Nothing but a rule of the programme stands in the way of asking: what is still under way
/// may be over when it is decided.
#[derive(Clone, Debug)]
pub struct AskErasure {
    /// Whose file.
    pub child: ChildId,
    /// On what ground: the request on paper by its day or number, 4 to 200 characters; sealed, and in the trail once it is done.
    pub reason: String,
}

impl Act for AskErasure {
    const NAME: &'static str = "erasure.ask";
    type Answer = ErasureId;

    async fn run(&self, tx: &Tx) -> Result<ErasureId, Error> {
        tx.require(Action::AskErasure)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        let reason = assent::words("reason", &self.reason, LEAST)?;
        if child.state != ChildState::Left.code() {
            return Err(Error::refused("erasure.not_left"));
        }
        not_asked(tx, child.id).await?;
        let id = Uuid::now_v7();
        tx.insert::<erasure::Entity>(erasure::Model {
            area_id: tx.area_id(),
            id,
            child_id: child.id,
            reason_sealed: tx.seal(TABLE, "reason_sealed", id, &reason)?,
            state: ErasureState::Asked.code().to_owned(),
            by_account: tx.account(),
            asked_at: tx.now().0,
            decided_by: None,
            decided_at: None,
            answer_sealed: None,
            emptied: 0,
            version: 1,
        })
        .await?;
        // Only a leader can answer, whoever asks.
        tx.notify(Letter {
            kind: "erasure.asked",
            to_account: None,
            to_role: Some(Role::Leader.code()),
            to_person: None,
            about: (crate::child::TABLE, Some(child.id)),
            due_at: tx.now().0,
        });
        Ok(ErasureId(id))
    }
}

/// A leader's yes: the file is erased, and nothing brings it back.
#[derive(Clone, Debug)]
pub struct ApproveErasure {
    /// Which request.
    pub erasure: ErasureId,
}

impl Act for ApproveErasure {
    const NAME: &'static str = "erasure.approve";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = decidable(tx, self.erasure).await?;
        // What stands in the way is read and judged while nobody else writes in the county.
        tx.alone_in_county().await?;
        let child = tx.for_rule::<child::Entity>().id(before.child_id).one(tx).await?;
        let around = around::Around::of(tx, &child).await?;
        may_erase(&fact::facts(tx, &child, &around).await?)?;
        tx.because(&tx.open(TABLE, "reason_sealed", before.id, &before.reason_sealed)?);
        let emptied = empty::all(tx, &child, &around).await?;
        let after = erasure::Model {
            emptied: i32::try_from(emptied).unwrap_or(i32::MAX),
            ..decided(tx, &before, ErasureState::Done)
        };
        tx.change::<erasure::Entity>(&before, after).await?;
        answered(tx, "erasure.done", &before);
        Ok(())
    }
}

/// A leader's no, with a reason.
#[derive(Clone, Debug)]
pub struct RefuseErasure {
    /// Which request.
    pub erasure: ErasureId,
    /// Why, 1 to 200 characters; sealed.
    pub words: String,
}

impl Act for RefuseErasure {
    const NAME: &'static str = "erasure.refuse";
    type Answer = ChildId;

    async fn run(&self, tx: &Tx) -> Result<ChildId, Error> {
        let before = decidable(tx, self.erasure).await?;
        let answer = assent::words("answer", &self.words, 1)?;
        let answer_sealed = Some(tx.seal(TABLE, "answer_sealed", before.id, &answer)?);
        let after = erasure::Model { answer_sealed, ..decided(tx, &before, ErasureState::Refused) };
        tx.change::<erasure::Entity>(&before, after).await?;
        answered(tx, "erasure.refused", &before);
        Ok(ChildId(before.child_id))
    }
}

/// Whoever asked takes it back before it is decided.
#[derive(Clone, Debug)]
pub struct WithdrawErasure {
    /// Which request.
    pub erasure: ErasureId,
}

impl Act for WithdrawErasure {
    const NAME: &'static str = "erasure.withdraw";
    type Answer = ChildId;

    async fn run(&self, tx: &Tx) -> Result<ChildId, Error> {
        tx.require(Action::AskErasure)?;
        let before = tx.visible::<erasure::Entity>().id(self.erasure).one(tx).await?;
        may_withdraw(state(&before), before.by_account, tx.account())?;
        tx.change::<erasure::Entity>(&before, decided(tx, &before, ErasureState::Withdrawn)).await?;
        Ok(ChildId(before.child_id))
    }
}

/// Throws away what a colleague, or whoever asks, has uploaded and not imported: it may be of the child whose file waits to be
/// erased, and stands before it. What was uploaded since stays.
#[derive(Clone, Copy, Debug)]
pub struct ThrowUploadAway {
    /// Whose file waits to be erased.
    pub child: ChildId,
    /// Whose upload.
    pub account: AccountId,
    /// When it was uploaded, or last worked on, as the page said.
    pub by: Timestamp,
}

impl Act for ThrowUploadAway {
    const NAME: &'static str = "erasure.throw_upload";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::AskErasure)?;
        tx.require(Action::Import)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        if newest(tx, child.id).await?.is_none_or(|row| state(&row) != ErasureState::Asked) {
            return Err(Error::refused("erasure.decided"));
        }
        import::throw_away(tx, self.account, self.by).await?;
        tx.note(crate::child::TABLE, Some(child.id), "upload");
        tx.note(crate::account::TABLE, Some(self.account.0), "upload");
        Ok(())
    }
}

async fn decidable(tx: &Tx, id: ErasureId) -> Result<erasure::Model, Error> {
    tx.require(Action::EraseFile)?;
    let row = tx.visible::<erasure::Entity>().id(id).one(tx).await?;
    may_decide(state(&row), row.by_account, tx.account())?;
    Ok(row)
}

fn decided(tx: &Tx, before: &erasure::Model, state: ErasureState) -> erasure::Model {
    let mut after = before.clone();
    state.code().clone_into(&mut after.state);
    after.decided_by = Some(tx.account());
    after.decided_at = Some(tx.now().0);
    after
}

/// The letter leads to the child: there the request stands with what came of it.
fn answered(tx: &Tx, kind: &'static str, row: &erasure::Model) {
    assent::answered(tx, kind, row.by_account, (crate::child::TABLE, row.child_id));
}

fn state(row: &erasure::Model) -> ErasureState {
    ErasureState::parse(&row.state).unwrap_or(ErasureState::Withdrawn)
}

async fn newest(tx: &Tx, child: Uuid) -> Result<Option<erasure::Model>, Error> {
    use erasure::Column as C;
    let of = tx.for_rule::<erasure::Entity>().and(C::ChildId.eq(child));
    of.by_desc(C::AskedAt).by_desc(C::Id).first(tx).await
}

/// Refuses what would fill an erased file again.
pub(crate) async fn not_erased(tx: &Tx, child: Uuid) -> Result<(), Error> {
    let is_done = newest(tx, child).await?.is_some_and(|row| state(&row) == ErasureState::Done);
    if is_done { Err(Error::refused("child.erased")) } else { Ok(()) }
}

/// The same of a file that shall be erased: what is merged with it would go too.
pub(crate) async fn not_asked(tx: &Tx, child: Uuid) -> Result<(), Error> {
    match newest(tx, child).await?.map(|row| state(&row)) {
        Some(ErasureState::Done) => Err(Error::refused("child.erased")),
        Some(ErasureState::Asked) => Err(Error::refused("erasure.asked_already")),
        Some(ErasureState::Refused | ErasureState::Withdrawn) | None => Ok(()),
    }
}

/// A request as the child's page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureLine {
    /// Which one.
    pub id: ErasureId,
    /// How far it is.
    pub state: ErasureState,
    /// On what ground.
    pub reason: String,
    /// Who asked.
    pub by: Option<String>,
    /// Whether that was the reader, who then cannot decide.
    pub own: bool,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why not.
    pub answer: Option<String>,
}

/// What a page says before a file is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureView {
    /// The child's name; a dash once it is erased.
    pub name: String,
    /// The number of the file.
    pub number: String,
    /// The newest request.
    pub newest: Option<ErasureLine>,
    /// What stands in the way today.
    pub in_the_way: Vec<Refusal>,
    /// Guardians whose data go with it: they belong to no other child.
    pub guardians: Vec<String>,
    /// What imports have put aside in which the child may stand.
    pub aside: PutAside,
}

impl Desk {
    /// What would go with a child's file and what stands in the way; the look stands in the trail before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn erasure_of(&self, child: ChildId) -> Result<ErasureView, Error> {
        self.require(Action::AskErasure)?;
        let tx = self.read();
        let row = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let newest = match newest(&tx, row.id).await? {
            Some(row) => Some(line(&tx, &row).await?),
            None => None,
        };
        let around = around::Around::of(&tx, &row).await?;
        let view = ErasureView {
            in_the_way: in_the_way(&fact::facts(&tx, &row, &around).await?),
            guardians: around.people.iter().map(|person| person.name.clone()).collect(),
            aside: import::put_aside(&tx).await?,
            newest,
            name: row.name,
            number: row.number,
        };
        self.looked(crate::child::TABLE, vec![child.0], "work", None).await?;
        Ok(view)
    }

    /// The requests that wait for the viewer's answer, oldest first: whose file, its number, when it was asked for. One's own
    /// waits for another leader.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn erasures_to_decide(&self) -> Result<Vec<(ChildId, String, Timestamp)>, Error> {
        use erasure::Column as C;
        self.require(Action::EraseFile)?;
        let tx = self.read();
        let asked = tx.visible::<erasure::Entity>().and(C::State.eq(ErasureState::Asked.code()));
        let others = asked.and(C::ByAccount.ne(tx.account())).by(C::AskedAt).by(C::Id);
        let rows = others.limit(assent::RECENT).all(&tx).await?;
        let files = tx.visible::<child::Entity>().among(rows.iter().map(|row| row.child_id)).all(&tx).await?;
        let number = |id: Uuid| files.iter().find(|file| file.id == id).map(|file| file.number.clone());
        let line = |row: &erasure::Model| Some((ChildId(row.child_id), number(row.child_id)?, Timestamp(row.asked_at)));
        Ok(rows.iter().filter_map(line).collect())
    }

    /// Whose file a request is about.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn child_of_erasure(&self, id: ErasureId) -> Result<ChildId, Error> {
        self.require(Action::AskErasure)?;
        let tx = self.read();
        Ok(ChildId(tx.visible::<erasure::Entity>().id(id).one(&tx).await?.child_id))
    }
}

async fn line(tx: &Tx, row: &erasure::Model) -> Result<ErasureLine, Error> {
    let names = assent::names(tx, [Some(row.by_account), row.decided_by]).await?;
    Ok(ErasureLine {
        id: ErasureId(row.id),
        state: state(row),
        reason: tx.open(TABLE, "reason_sealed", row.id, &row.reason_sealed)?,
        by: names.get(&row.by_account).cloned(),
        own: row.by_account == tx.account(),
        asked_at: Timestamp(row.asked_at),
        decided_by: row.decided_by.and_then(|id| names.get(&id).cloned()),
        decided_at: row.decided_at.map(Timestamp),
        answer: tx.open_some(TABLE, "answer_sealed", row.id, row.answer_sealed.as_ref())?,
    })
}
