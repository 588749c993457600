//! A child's or a volunteer's file erased on a written request (个人信息保护法, art. 47): asked for by one person, carried out by a
//! leader who is another. Values go, ids, dates and counts stay, so that figures, ledgers and the trail are whole (ADR 0007).
//! What goes of each table and what stays for which reason stands in [`inventory`]; a column that is in neither list fails a test.

use naheya_domain::access::Action;
use naheya_domain::erasure::{ErasureState, NAMELESS, Whose, may_decide, may_withdraw};
use naheya_domain::id::{AccountId, ChildId, ErasureId, VolunteerId};
use naheya_domain::{Refusal, Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use self::file::File;
use crate::account::display_names;
use crate::carer::lives_in;
use crate::import::{self, PutAside};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, erasure, volunteer};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, assent};

mod account;
mod around;
mod begun;
mod empty;
mod fact;
mod file;
pub mod inventory;
mod of_volunteer;

pub(crate) use begun::is_of_erased;

const TABLE: &str = "erasures";
/// Characters of a reason, at least.
const LEAST: usize = 4;

/// Asks that a file be erased. Nothing but a rule of the programme stands in the way of asking: what is still under way may be
/// over when it is decided.
#[derive(Clone, Debug)]
pub struct AskErasure {
    /// Whose file.
    pub whose: Whose,
    /// On what ground: the request on paper by its day or number, 4 to 200 characters; sealed, and in the trail once it is done.
    pub reason: String,
}

impl Act for AskErasure {
    const NAME: &'static str = "erasure.ask";
    type Answer = ErasureId;

    async fn run(&self, tx: &Tx) -> Result<ErasureId, Error> {
        tx.require(Action::AskErasure)?;
        let file = File::seen(tx, self.whose).await?;
        let reason = assent::words("reason", &self.reason, LEAST)?;
        file.has_left()?;
        not_asked(tx, self.whose).await?;
        let id = Uuid::now_v7();
        let (child_id, volunteer_id) = match self.whose {
            Whose::Child(id) => (Some(id.0), None),
            Whose::Volunteer(id) => (None, Some(id.0)),
        };
        tx.insert::<erasure::Entity>(erasure::Model {
            area_id: tx.area_id(),
            id,
            child_id,
            volunteer_id,
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
            about: about(self.whose),
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
        let file = File::of(tx, whose(&before)?).await?;
        tx.because(&tx.open(TABLE, "reason_sealed", before.id, &before.reason_sealed)?);
        let emptied = file.erase(tx).await?;
        let after = erasure::Model {
            emptied: i32::try_from(emptied).unwrap_or(i32::MAX),
            ..decided(tx, &before, ErasureState::Done)
        };
        tx.change::<erasure::Entity>(&before, after).await?;
        answered(tx, "erasure.done", &before)
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
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = decidable(tx, self.erasure).await?;
        let answer = assent::words("answer", &self.words, 1)?;
        let answer_sealed = Some(tx.seal(TABLE, "answer_sealed", before.id, &answer)?);
        let after = erasure::Model { answer_sealed, ..decided(tx, &before, ErasureState::Refused) };
        tx.change::<erasure::Entity>(&before, after).await?;
        answered(tx, "erasure.refused", &before)
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
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::AskErasure)?;
        let before = tx.visible::<erasure::Entity>().id(self.erasure).one(tx).await?;
        may_withdraw(state(&before), before.by_account, tx.account())?;
        tx.change::<erasure::Entity>(&before, decided(tx, &before, ErasureState::Withdrawn)).await?;
        Ok(())
    }
}

/// Throws away what a colleague, or whoever asks, has uploaded and not imported: it may be of the person whose file waits to be
/// erased, and stands before it. What was uploaded since stays.
#[derive(Clone, Copy, Debug)]
pub struct ThrowUploadAway {
    /// Whose file waits to be erased.
    pub whose: Whose,
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
        File::seen(tx, self.whose).await?;
        if newest(tx, self.whose).await?.is_none_or(|row| state(&row) != ErasureState::Asked) {
            return Err(Error::refused("erasure.decided"));
        }
        import::throw_away(tx, self.account, self.by).await?;
        let (table, id) = about(self.whose);
        tx.note(table, id, "upload");
        tx.note(crate::account::TABLE, Some(self.account.0), "upload");
        Ok(())
    }
}

async fn decidable(tx: &Tx, id: ErasureId) -> Result<erasure::Model, Error> {
    tx.require(Action::EraseFile)?;
    let row = tx.visible::<erasure::Entity>().id(id).one(tx).await?;
    may_decide(state(&row), row.by_account, tx.account())?;
    if let Whose::Volunteer(id) = whose(&row)? {
        let of = tx.for_rule::<volunteer::Entity>().id(id).one(tx).await?;
        if lives_in(tx, of.household_id).await? {
            return Err(Error::refused("erasure.own_home"));
        }
    }
    Ok(row)
}

fn decided(tx: &Tx, before: &erasure::Model, state: ErasureState) -> erasure::Model {
    let mut after = before.clone();
    state.code().clone_into(&mut after.state);
    after.decided_by = Some(tx.account());
    after.decided_at = Some(tx.now().0);
    after
}

/// The letter leads to the person: there the request stands with what came of it.
fn answered(tx: &Tx, kind: &'static str, row: &erasure::Model) -> Result<(), Error> {
    let (table, id) = about(whose(row)?);
    if let Some(id) = id {
        assent::answered(tx, kind, row.by_account, (table, id));
    }
    Ok(())
}

/// Whose file, as letters and the trail name it.
fn about(whose: Whose) -> (&'static str, Option<Uuid>) {
    match whose {
        Whose::Child(id) => (crate::child::TABLE, Some(id.0)),
        Whose::Volunteer(id) => (crate::volunteer::TABLE, Some(id.0)),
    }
}

fn state(row: &erasure::Model) -> ErasureState {
    ErasureState::parse(&row.state).unwrap_or(ErasureState::Withdrawn)
}

fn whose(row: &erasure::Model) -> Result<Whose, Error> {
    match (row.child_id, row.volunteer_id) {
        (Some(id), _) => Ok(Whose::Child(ChildId(id))),
        (None, Some(id)) => Ok(Whose::Volunteer(VolunteerId(id))),
        (None, None) => Err(Error::NotFound),
    }
}

async fn newest(tx: &Tx, whose: Whose) -> Result<Option<erasure::Model>, Error> {
    use erasure::Column as C;
    let of = match whose {
        Whose::Child(id) => C::ChildId.eq(id.0),
        Whose::Volunteer(id) => C::VolunteerId.eq(id.0),
    };
    tx.for_rule::<erasure::Entity>().and(of).by_desc(C::AskedAt).by_desc(C::Id).first(tx).await
}

/// Refuses what would fill a child's erased file again.
pub(crate) async fn not_erased(tx: &Tx, child: Uuid) -> Result<(), Error> {
    let is_done = newest(tx, Whose::Child(ChildId(child))).await?.is_some_and(|row| state(&row) == ErasureState::Done);
    if is_done { Err(Error::refused("child.erased")) } else { Ok(()) }
}

/// Refuses what would fill a volunteer's erased file, or her home's, again: no name that was typed is a dash.
pub(crate) fn has_name(name: &str) -> Result<(), Error> {
    if name == NAMELESS { Err(Error::refused("volunteer.erased")) } else { Ok(()) }
}

/// Refuses what may not happen to a file that is erased, or shall be: what is merged with it would go too.
pub(crate) async fn not_asked(tx: &Tx, whose: Whose) -> Result<(), Error> {
    let erased = match whose {
        Whose::Child(_) => "child.erased",
        Whose::Volunteer(_) => "volunteer.erased",
    };
    match newest(tx, whose).await?.map(|row| state(&row)) {
        Some(ErasureState::Done) => Err(Error::refused(erased)),
        Some(ErasureState::Asked) => Err(Error::refused("erasure.asked_already")),
        Some(ErasureState::Refused | ErasureState::Withdrawn) | None => Ok(()),
    }
}

/// A request as the person's page shows it.
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
    /// The person's name; a dash once it is erased.
    pub name: String,
    /// The number of the file.
    pub number: String,
    /// The newest request.
    pub newest: Option<ErasureLine>,
    /// What stands in the way today.
    pub in_the_way: Vec<Refusal>,
    /// Whose data go with it: guardians who belong to no other child, people of a home that is nobody else's.
    pub people: Vec<String>,
    /// What imports have put aside in which the person may stand.
    pub aside: PutAside,
}

impl Desk {
    /// What would go with a file and what stands in the way, as far as the viewer may know; the look stands in the trail before
    /// this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn erasure_of(&self, whose: impl Into<Whose>) -> Result<ErasureView, Error> {
        let whose = whose.into();
        self.require(Action::AskErasure)?;
        let tx = self.read();
        let file = File::seen(&tx, whose).await?;
        let newest = match newest(&tx, whose).await? {
            Some(row) => Some(line(&tx, &row).await?),
            None => None,
        };
        let (in_the_way, people) = file.judged(&tx).await?;
        let (name, number) = file.said();
        let (name, number) = (name.to_owned(), number.to_owned());
        let aside = import::put_aside(&tx).await?;
        let view = ErasureView { name, number, newest, in_the_way, people, aside };
        let (table, id) = about(whose);
        self.looked(table, id.into_iter().collect(), "work", None).await?;
        Ok(view)
    }

    /// The requests that wait for the viewer's answer, oldest first: whose file, its number, when it was asked for. One's own
    /// waits for another leader.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn erasures_to_decide(&self) -> Result<Vec<(Whose, String, Timestamp)>, Error> {
        use erasure::Column as C;
        self.require(Action::EraseFile)?;
        let tx = self.read();
        let asked = tx.visible::<erasure::Entity>().and(C::State.eq(ErasureState::Asked.code()));
        let others = asked.and(C::ByAccount.ne(tx.account())).by(C::AskedAt).by(C::Id);
        let rows = others.limit(assent::RECENT).all(&tx).await?;
        let children: Vec<Uuid> = rows.iter().filter_map(|row| row.child_id).collect();
        let children = tx.visible::<child::Entity>().among(children).all(&tx).await?;
        let carers: Vec<Uuid> = rows.iter().filter_map(|row| row.volunteer_id).collect();
        let carers = tx.visible::<volunteer::Entity>().among(carers).all(&tx).await?;
        let number = |whose: Whose| match whose {
            Whose::Child(id) => children.iter().find(|file| file.id == id.0).map(|file| file.number.clone()),
            Whose::Volunteer(id) => carers.iter().find(|file| file.id == id.0).map(|file| file.number.clone()),
        };
        let line = |row: &erasure::Model| {
            let whose = whose(row).ok()?;
            Some((whose, number(whose)?, Timestamp(row.asked_at)))
        };
        Ok(rows.iter().filter_map(line).collect())
    }

    /// Whose file a request is about.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn whose_erasure(&self, id: ErasureId) -> Result<Whose, Error> {
        self.require(Action::AskErasure)?;
        let tx = self.read();
        whose(&tx.visible::<erasure::Entity>().id(id).one(&tx).await?)
    }
}

async fn line(tx: &Tx, row: &erasure::Model) -> Result<ErasureLine, Error> {
    let names = display_names(tx, [Some(row.by_account), row.decided_by]).await?;
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
