//! A child's whole file opened in an emergency (product.md rule 13): opening it, ending it, saying what it was. What is read through
//! an opening stands in [`file`]; which rows it reaches is said by the fence alone.

use naheya_domain::access::Action;
use naheya_domain::break_glass::{GlassState, REASON_LEAST, Verdict, WORDS_MOST, may_review, review_by, told, until};
use naheya_domain::child::{ChildState, short_text};
use naheya_domain::id::{BreakGlassId, ChildId, SchoolId, SessionId};
use naheya_domain::person_name::PersonName;
use naheya_domain::typing::hyphened;
use naheya_domain::{FieldError, Role};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::account::AccountState;
use crate::merge::child_numbered_before;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, break_glass, child};
use crate::sealed::glass;
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::session::Session;
use crate::sign_in::{self, FREE_TRIES_OF_NAME, Tried};
use crate::{Error, Submission};

pub mod file;
mod late;
mod list;

pub(crate) use file::LOOK;
pub use late::TellLateReviews;
pub use list::{GlassLine, GlassSheet, GlassView};

pub(crate) const TABLE: &str = "break_glasses";
/// More children of one name than a school ever had.
const NAMESAKES: u64 = 100;

/// Which child somebody means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// One whose file she sees a part of.
    Child(ChildId),
    /// The number of a file, whole.
    Number(String),
    /// The whole name, and the school.
    Named {
        /// As it stands in the file.
        name: String,
        /// Where the child learns; nothing when nothing was chosen.
        school: Option<SchoolId>,
    },
}

/// What somebody says who opens a file in an emergency.
#[derive(Clone, Debug)]
pub struct Emergency {
    /// Whose.
    pub whom: Whom,
    /// Why; sealed.
    pub reason: String,
    /// The second factor, typed now.
    pub digits: String,
}

impl Emergency {
    /// What is missing, all at once.
    fn check(&self, needs_digits: bool) -> Result<(), Error> {
        let mut faults = Vec::new();
        let empty = |text: &str| text.trim().is_empty();
        if let Whom::Named { name, school } = &self.whom {
            let missing = [("name", empty(name)), ("school", school.is_none())].into_iter().filter(|(_, lacks)| *lacks);
            faults.extend(missing.map(|(field, _)| FieldError::new(field, "required.missing")));
        }
        match short_text(&self.reason, WORDS_MOST) {
            Ok(Some(reason)) if reason.chars().count() >= REASON_LEAST => {}
            Ok(_) => faults.push(FieldError::new("reason", "required.missing")),
            Err(code) => faults.push(FieldError::new("reason", code)),
        }
        if needs_digits && empty(&self.digits) {
            faults.push(FieldError::new("digits", "required.missing"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

impl Session {
    /// Opens a child's file in an emergency: two others are told in the same act. Tries are counted before they are judged, and
    /// each wrong one stands in the trail. In a demo nobody has a second factor, and none is asked for.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that do not open one; [`Error::NotFound`] for a file that is not seen; `required.missing` at
    /// what was left empty; `factor.missing`, `factor.wrong`, `sign_in.wait`;
    /// `break_glass.not_found` and `break_glass.several` at the name or number; `break_glass.another` while another child's is
    /// open; `break_glass.nobody_to_tell`.
    pub async fn break_glass(&self, given: Emergency, submission: Submission) -> Result<BreakGlassId, Error> {
        let desk = self.desk()?;
        desk.require(Action::BreakGlass)?;
        let is_demo = self.store_of().is_demo(desk.now()).await?;
        given.check(!is_demo)?;
        let whose = self.viewer.account.to_string();
        let counted = [(Tried::Factor, !is_demo), (Tried::Glass, !matches!(given.whom, Whom::Child(_)))];
        let counted = counted.into_iter().filter(|(_, counts)| *counts);
        let tries: Vec<_> = counted.map(|(of, _)| (of, whose.as_str(), FREE_TRIES_OF_NAME)).collect();
        if !tries.is_empty() {
            self.store_of().count_try(&self.at_the_door(), &tries).await?;
        }
        let ring = self.store_of().ring();
        let act = OpenGlass {
            session: self.id,
            factor: (!is_demo).then_some(given.digits),
            forget: tries.iter().map(|(of, value, _)| of.subject(ring, value)).collect(),
            whom: given.whom,
            reason: given.reason.trim().to_owned(),
        };
        let done = desk.save_once(act, submission).await;
        if let Err(Error::Invalid(_) | Error::Refused(_) | Error::NotFound) = &done {
            desk.save(NoteWrong).await?;
        }
        done
    }

    /// Whether somebody who may open a file in an emergency has no second factor yet to do it with.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn lacks_factor(&self) -> Result<bool, Error> {
        let desk = self.desk()?;
        if !desk.may(Action::BreakGlass) || self.store_of().is_demo(desk.now()).await? {
            return Ok(false);
        }
        Ok(desk.recovery_codes_left().await?.is_none())
    }
}

/// A try that opened nothing.
struct NoteWrong;

impl Act for NoteWrong {
    const NAME: &'static str = "break_glass.wrong";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.note(TABLE, None, "");
        Ok(())
    }
}

/// Opens it. Only a session hands this in: it knows what was typed to prove who is there.
struct OpenGlass {
    session: SessionId,
    factor: Option<String>,
    forget: Vec<Vec<u8>>,
    whom: Whom,
    reason: String,
}

impl Act for OpenGlass {
    const NAME: &'static str = "break_glass.open";
    type Answer = BreakGlassId;

    async fn run(&self, tx: &Tx) -> Result<BreakGlassId, Error> {
        tx.require(Action::BreakGlass)?;
        if let Some(typed) = &self.factor {
            sign_in::prove_again(tx, typed).await?;
        }
        let child = meant(tx, &self.whom).await?;
        // Two processes would each find nothing open, and open two children at once.
        tx.alone_in_county().await?;
        let open = open_now(tx).await?;
        if open.iter().any(|row| row.child_id != child) {
            return Err(Error::refused("break_glass.another"));
        }
        if let Some(row) = open.iter().find(|row| is_here(tx, row)) {
            return Ok(BreakGlassId(row.id));
        }
        // Only what is told to two clears wrong guesses away.
        for subject in &self.forget {
            sign_in::forget(tx, subject).await?;
        }
        let two = told(&at_work(tx, Role::Leader).await?, &at_work(tx, Role::Coordinator).await?, tx.account())?;
        let row = self.row(tx, child, two)?;
        let id = row.id;
        tx.insert::<break_glass::Entity>(row).await?;
        for account in two {
            tell(tx, "break_glass.opened", account, id);
        }
        Ok(BreakGlassId(id))
    }
}

impl OpenGlass {
    fn row(&self, tx: &Tx, child: Uuid, [first, second]: [Uuid; 2]) -> Result<break_glass::Model, Error> {
        let id = Uuid::now_v7();
        Ok(break_glass::Model {
            area_id: tx.area_id(),
            id,
            child_id: child,
            account_id: tx.account(),
            role: tx.viewer().role.code().to_owned(),
            session_id: self.session.0,
            reason_sealed: tx.seal(TABLE, "reason_sealed", id, &self.reason)?,
            opened_at: tx.now().0,
            until_at: until(tx.now()).0,
            ended_at: None,
            told_first: first,
            told_second: second,
            review_by: review_by(tx.now()).0,
            verdict: None,
            reviewed_by: None,
            reviewed_at: None,
            words_sealed: None,
            late_at: None,
            version: 1,
        })
    }
}

/// The child that is meant: by a whole name at a school, by a whole number, or by a file that is seen anyway. Nobody browses here.
async fn meant(tx: &Tx, whom: &Whom) -> Result<Uuid, Error> {
    match whom {
        Whom::Child(id) => Ok(tx.visible::<child::Entity>().id(*id).one(tx).await?.id),
        Whom::Number(number) => numbered(tx, &hyphened(number)).await,
        Whom::Named { name, school } => named(tx, name, *school).await,
    }
}

/// By the number on the file, or on the paper of one that has become part of another.
async fn numbered(tx: &Tx, number: &str) -> Result<Uuid, Error> {
    let found = tx.for_rule::<child::Entity>().and(child::Column::Number.eq(number)).first(tx).await?;
    match found {
        Some(row) => Ok(row.id),
        None => child_numbered_before(tx, number).await?.ok_or_else(|| Error::field("number", "break_glass.not_found")),
    }
}

/// By the name as files have it, whatever spaces and dots were typed. One who has left hides nobody of the same name.
async fn named(tx: &Tx, name: &str, school: Option<SchoolId>) -> Result<Uuid, Error> {
    use child::Column as C;
    let name = PersonName::parse(name).map_or_else(|_| name.trim().to_owned(), PersonName::into_string);
    let all = tx.for_rule::<child::Entity>().and(C::SchoolId.eq(school.map(|id| id.0))).and(C::Name.eq(name));
    let (left, here): (Vec<_>, Vec<_>) =
        all.limit(NAMESAKES).all(tx).await?.into_iter().partition(|row| row.state == ChildState::Left.code());
    match (here.as_slice(), left.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one.id),
        ([], []) => Err(Error::field("name", "break_glass.not_found")),
        _ => Err(Error::field("name", "break_glass.several")),
    }
}

/// The openings of whoever is at work that are not over: of one child, once in each session.
async fn open_now(tx: &Tx) -> Result<Vec<break_glass::Model>, Error> {
    use break_glass::Column as C;
    let mine = tx.for_rule::<break_glass::Entity>().and(C::AccountId.eq(tx.account())).and(C::UntilAt.gt(tx.now().0));
    let mut open = Vec::new();
    for row in mine.all(tx).await? {
        if glass::opening(tx, &row).await?.is_hers(tx.account(), tx.now()) {
            open.push(row);
        }
    }
    Ok(open)
}

/// Whether it was made in the session that asks.
fn is_here(tx: &Tx, row: &break_glass::Model) -> bool {
    tx.session().is_some_and(|session| session.0 == row.session_id)
}

/// Who holds a role today and can sign in, the longest known first.
async fn at_work(tx: &Tx, role: Role) -> Result<Vec<Uuid>, Error> {
    let holders = crate::grant::holders(tx, &[role]).await?;
    let active = account::Column::State.eq(AccountState::Active.code());
    let mut people = tx.common::<account::Entity>().among(holders).and(active).all(tx).await?;
    people.sort_by_key(|account| (account.created_at, account.id));
    Ok(people.into_iter().map(|account| account.id).collect())
}

/// The leaders at work, for a coordinator who may have to stand in for them. Nobody else has to know.
async fn leaders_beside(tx: &Tx) -> Result<Option<Vec<Uuid>>, Error> {
    if tx.viewer().role == Role::Coordinator { at_work(tx, Role::Leader).await.map(Some) } else { Ok(None) }
}

/// Whether a leader other than who opened it is among them.
fn is_led(leaders: Option<&[Uuid]>, row: &break_glass::Model) -> bool {
    leaders.is_none_or(|leaders| leaders.iter().any(|leader| *leader != row.account_id))
}

fn tell(tx: &Tx, kind: &'static str, account: Uuid, id: Uuid) {
    tx.notify(Letter {
        kind,
        to_account: Some(account),
        to_role: None,
        to_person: None,
        about: (TABLE, Some(id)),
        due_at: tx.now().0,
    });
}

/// Ends an opening before its time: by whoever opened it, or by any leader or coordinator, two of whom were told when it was
/// opened. What is over stays so.
#[derive(Clone, Debug)]
pub struct EndGlass {
    /// Which one.
    pub glass: BreakGlassId,
}

impl Act for EndGlass {
    const NAME: &'static str = "break_glass.end";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = tx.visible::<break_glass::Entity>().id(self.glass).one(tx).await?;
        if before.account_id != tx.account() {
            tx.require(Action::ReviewBreakGlass)?;
        }
        if glass::opening(tx, &before).await?.state(tx.now()) != GlassState::Open {
            return Ok(());
        }
        let after = break_glass::Model { ended_at: Some(tx.now().0), ..before.clone() };
        tx.change::<break_glass::Entity>(&before, after).await?;
        Ok(())
    }
}

/// Somebody else says what an opening was: the second signature.
#[derive(Clone, Debug)]
pub struct ReviewGlass {
    /// Which one.
    pub glass: BreakGlassId,
    /// What it was; nothing when nothing was chosen.
    pub verdict: Option<Verdict>,
    /// Why, 1 to 200 characters; sealed.
    pub words: String,
}

impl Act for ReviewGlass {
    const NAME: &'static str = "break_glass.review";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ReviewBreakGlass)?;
        let before = tx.visible::<break_glass::Entity>().id(self.glass).one(tx).await?;
        let is_led = is_led(leaders_beside(tx).await?.as_deref(), &before);
        may_review(&glass::opening(tx, &before).await?, tx.account(), tx.viewer().role, is_led, tx.now())?;
        let (verdict, words) = self.said()?;
        let after = break_glass::Model {
            verdict: Some(verdict.code().to_owned()),
            reviewed_by: Some(tx.account()),
            reviewed_at: Some(tx.now().0),
            words_sealed: Some(tx.seal(TABLE, "words_sealed", before.id, &words)?),
            ..before.clone()
        };
        tx.change::<break_glass::Entity>(&before, after).await?;
        tell(tx, "break_glass.reviewed", before.account_id, before.id);
        Ok(())
    }
}

impl ReviewGlass {
    fn said(&self) -> Result<(Verdict, String), Error> {
        let words = short_text(&self.words, WORDS_MOST);
        if let (Some(verdict), Ok(Some(words))) = (self.verdict, &words) {
            return Ok((verdict, words.clone()));
        }
        let mut faults = Vec::new();
        if self.verdict.is_none() {
            faults.push(FieldError::new("verdict", "required.missing"));
        }
        match words {
            Ok(Some(_)) => {}
            Ok(None) => faults.push(FieldError::new("words", "required.missing")),
            Err(code) => faults.push(FieldError::new("words", code)),
        }
        Err(Error::Invalid(faults))
    }
}
