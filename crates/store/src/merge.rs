//! Two files of one person, a child or a volunteer: found, compared, proposed by one person, merged by another's yes, taken
//! apart again.
//!
//! A file that becomes part of another is no row any more: no list, count or figure can hold it. What taking it apart
//! needs (its row, the fields that stood before, which rows moved) is kept sealed beside the proposal.

use naheya_domain::access::Action;
use naheya_domain::child::short_text;
use naheya_domain::id::MergeId;
use naheya_domain::merge::{
    Asked, File, MergeKind, MergeState, Part, UNDO_DAYS, VolunteerPart, may_decide, may_withdraw,
};
use naheya_domain::{Refusal, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::Error;
use crate::assent;
use crate::sealed::act::Act;
use crate::sealed::entity::merge;
use crate::sealed::tx::Tx;

pub(crate) mod carry;
mod child;
mod claim;
mod compare;
mod find;
mod list;
mod undo;
mod volunteer;

pub use crate::assent::RECENT;
pub use carry::Rows;
pub use compare::{Compared, Comparison, Difference, Side, ToldApart};
pub use find::Suspect;
pub(crate) use list::child_numbered_before;
pub use list::{MergeFile, MergeLine};
pub use undo::UndoMerge;
pub use volunteer::Elsewhere;

pub(crate) const TABLE: &str = "merges";
/// Characters of a reason.
const WORDS: usize = 200;

/// Proposes that two files of one kind become one.
#[derive(Clone, Debug)]
pub struct ProposeMerge {
    /// The file that stays, and the version that was compared.
    pub kept: (File, Compared),
    /// The one that becomes part of it, and the version that was compared.
    pub other: (File, Compared),
    /// Codes of the parts that the other one gives; everything else stays as it is.
    pub from_other: Vec<String>,
}

impl Act for ProposeMerge {
    const NAME: &'static str = "merge.propose";
    type Answer = MergeId;

    async fn run(&self, tx: &Tx) -> Result<MergeId, Error> {
        tx.require(Action::MergeFiles)?;
        tx.alone_in_county().await?;
        let (two, parts) = (Two::read(tx, self.kept.0, self.other.0).await?, self.parts());
        two.as_compared((self.kept.1, self.other.1))?;
        two.judge(tx, &parts, None).await?;
        let row = new_row(tx, &two, &parts, MergeState::Asked);
        let id = row.id;
        tx.insert::<merge::Entity>(row).await?;
        assent::asked(tx, "merge.asked", (TABLE, id));
        Ok(MergeId(id))
    }
}

impl ProposeMerge {
    /// What was chosen, in the order of the comparison; other words mean nothing.
    fn parts(&self) -> Vec<&'static str> {
        let known: Vec<&'static str> = match self.kept.0.kind() {
            MergeKind::Child => Part::ALL.iter().map(|part| part.code()).collect(),
            MergeKind::Volunteer => VolunteerPart::ALL.iter().map(|part| part.code()).collect(),
        };
        known.into_iter().filter(|code| self.from_other.iter().any(|chosen| chosen == code)).collect()
    }
}

/// Two files of one kind, as they are now.
enum Two {
    Children(Box<child::Pair>),
    Volunteers(Box<volunteer::Pair>),
}

impl Two {
    async fn read(tx: &Tx, kept: File, other: File) -> Result<Two, Error> {
        match (kept, other) {
            (File::Child(kept), File::Child(other)) => {
                Ok(Two::Children(Box::new(child::Pair::read(tx, kept, other).await?)))
            }
            (File::Volunteer(kept), File::Volunteer(other)) => {
                Ok(Two::Volunteers(Box::new(volunteer::Pair::read(tx, kept, other).await?)))
            }
            _ => Err(Error::NotFound),
        }
    }

    fn files(&self) -> (File, File) {
        match self {
            Two::Children(pair) => (MergeKind::Child.file(pair.kept.id), MergeKind::Child.file(pair.other.id)),
            Two::Volunteers(pair) => {
                (MergeKind::Volunteer.file(pair.kept.id), MergeKind::Volunteer.file(pair.other.id))
            }
        }
    }

    fn versions(&self) -> (Compared, Compared) {
        match self {
            Two::Children(pair) => {
                let of = |file| Compared { file, home: None };
                (of(pair.kept.version), of(pair.other.version))
            }
            Two::Volunteers(pair) => pair.versions(),
        }
    }

    fn other_number(&self) -> String {
        match self {
            Two::Children(pair) => pair.other.number.clone(),
            Two::Volunteers(pair) => pair.other.number.clone(),
        }
    }

    fn as_compared(&self, versions: (Compared, Compared)) -> Result<(), Error> {
        if self.versions() == versions { Ok(()) } else { Err(Error::Stale) }
    }

    async fn judge(&self, tx: &Tx, parts: &[&str], except: Option<Uuid>) -> Result<(), Error> {
        match self {
            Two::Children(pair) => child::judge(tx, pair, &child::parts(parts), except).await.map(drop),
            Two::Volunteers(pair) => volunteer::judge(tx, pair, &volunteer::parts(parts), except).await.map(drop),
        }
    }

    /// Makes one file of the two, when they may become one; says what taking it apart needs.
    async fn join(&self, tx: &Tx, parts: &[&str], except: Uuid) -> Result<String, Error> {
        match self {
            Two::Children(pair) => {
                let parts = child::parts(parts);
                let after = child::judge(tx, pair, &parts, Some(except)).await?;
                undo_kept(&child::merged(tx, pair, after, &parts).await?)
            }
            Two::Volunteers(pair) => {
                let parts = volunteer::parts(parts);
                let after = volunteer::judge(tx, pair, &parts, Some(except)).await?;
                undo_kept(&volunteer::merged(tx, pair, after, &parts).await?)
            }
        }
    }
}

fn new_row(tx: &Tx, two: &Two, parts: &[&str], state: MergeState) -> merge::Model {
    let ((kept, other), versions) = (two.files(), two.versions());
    merge::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        kept_id: kept.id(),
        other_id: other.id(),
        kept_version: versions.0.file,
        other_version: versions.1.file,
        other_number: two.other_number(),
        chosen: parts.join(" "),
        state: state.code().to_owned(),
        by_account: tx.account(),
        asked_at: tx.now().0,
        decided_by: None,
        decided_at: None,
        answer_sealed: None,
        undone_by: None,
        undone_at: None,
        undo_sealed: None,
        version: 1,
        // What was proposed before there was another kind has none.
        kind: (kept.kind() != MergeKind::Child).then(|| kept.kind().code().to_owned()),
        kept_home_version: versions.0.home,
        other_home_version: versions.1.home,
    }
}

/// What was compared when it was proposed.
fn compared(row: &merge::Model) -> (Compared, Compared) {
    let of = |file, home| Compared { file, home };
    (of(row.kept_version, row.kept_home_version), of(row.other_version, row.other_home_version))
}

/// Whose files.
fn kind_of(row: &merge::Model) -> MergeKind {
    kind_said(row.kind.as_deref())
}

/// The kind of files that a row's word means; those of a child have none.
fn kind_said(word: Option<&str>) -> MergeKind {
    word.and_then(MergeKind::parse).unwrap_or(MergeKind::Child)
}

/// The two files that a row names, the one that stays first.
fn files_of(row: &merge::Model) -> (File, File) {
    let kind = kind_of(row);
    (kind.file(row.kept_id), kind.file(row.other_id))
}

fn table_of(kind: MergeKind) -> &'static str {
    match kind {
        MergeKind::Child => crate::child::TABLE,
        MergeKind::Volunteer => crate::volunteer::TABLE,
    }
}

/// Codes of what the other file gives.
fn codes_of(row: &merge::Model) -> Vec<&str> {
    row.chosen.split(' ').filter(|code| !code.is_empty()).collect()
}

/// What taking the merge apart needs, as text to be sealed.
fn undo_kept(undo: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(undo).map_err(|_| Error::Database("a merge cannot be kept".into()))
}

/// What taking the merge apart needs, while it is kept.
fn undo_of<T: DeserializeOwned>(tx: &Tx, row: &merge::Model) -> Result<Option<T>, Error> {
    let Some(text) = tx.open_some(TABLE, "undo_sealed", row.id, row.undo_sealed.as_ref())? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| Error::Database("a merge cannot be read".into()))
}

/// They are two people: the pair is not shown as suspected any more.
#[derive(Clone, Debug)]
pub struct TellApart {
    /// One.
    pub one: File,
    /// The other.
    pub other: File,
}

impl Act for TellApart {
    const NAME: &'static str = "merge.tell_apart";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::MergeFiles)?;
        let two = Two::read(tx, self.one, self.other).await?;
        if self.one == self.other {
            return Err(Error::refused("merge.same"));
        }
        let known = between(tx, self.one.id(), self.other.id(), &[MergeState::Distinct, MergeState::Asked]);
        match known.first(tx).await? {
            Some(row) if row.state == MergeState::Asked.code() => Err(Error::refused("merge.waiting")),
            Some(_) => Ok(()),
            None => tx.insert::<merge::Entity>(new_row(tx, &two, &[], MergeState::Distinct)).await,
        }
    }
}

/// That they are two people was an error: they may be suspected and proposed again. The trail keeps who said so, and that
/// it had been said.
#[derive(Clone, Debug)]
pub struct TakeBackTellApart {
    /// Which word.
    pub merge: MergeId,
}

impl Act for TakeBackTellApart {
    const NAME: &'static str = "merge.take_back";
    type Answer = File;

    async fn run(&self, tx: &Tx) -> Result<File, Error> {
        let row = one(tx, self.merge).await?;
        if row.state != MergeState::Distinct.code() {
            return Err(Error::refused("merge.not_distinct"));
        }
        tx.remove::<merge::Entity>(&row).await?;
        Ok(files_of(&row).0)
    }
}

/// Whether a proposal with one of them waits already; `except` is the one that is being judged.
async fn waiting(tx: &Tx, both: [Uuid; 2], except: Option<Uuid>) -> Result<bool, Error> {
    use merge::Column as C;
    let either = Condition::any().add(C::KeptId.is_in(both)).add(C::OtherId.is_in(both));
    let asked = tx.for_rule::<merge::Entity>().and(C::State.eq("asked")).and(either);
    Ok(asked.and_if(except.map(|id| C::Id.ne(id))).first(tx).await?.is_some())
}

/// What was said of these two, whichever of them was to stay.
fn between(tx: &Tx, one: Uuid, other: Uuid, states: &[MergeState]) -> crate::sealed::visible::Visible<merge::Entity> {
    use merge::Column as C;
    let both = [one, other];
    tx.for_rule::<merge::Entity>()
        .and(C::KeptId.is_in(both))
        .and(C::OtherId.is_in(both))
        .and(C::State.is_in(states.iter().map(|state| state.code())))
}

/// Another person's yes: the files are one from now on.
#[derive(Clone, Debug)]
pub struct ApproveMerge {
    /// Which proposal.
    pub merge: MergeId,
}

impl Act for ApproveMerge {
    const NAME: &'static str = "merge.approve";
    type Answer = File;

    async fn run(&self, tx: &Tx) -> Result<File, Error> {
        let before = one(tx, self.merge).await?;
        may_decide(&asked(&before), tx.account())?;
        tx.alone_in_county().await?;
        let (kept, other) = files_of(&before);
        let two = match Two::read(tx, kept, other).await {
            // Gone meanwhile: compared as it was, it cannot be any more.
            Err(Error::NotFound) => return Err(Error::Stale),
            two => two?,
        };
        two.as_compared(compared(&before))?;
        let undo = two.join(tx, &codes_of(&before), before.id).await?;
        let mut done = decided(tx, &before, MergeState::Done);
        done.undo_sealed = Some(tx.seal(TABLE, "undo_sealed", before.id, &undo)?);
        tx.change::<merge::Entity>(&before, done).await?;
        assent::answered(tx, "merge.done", before.by_account, (TABLE, before.id));
        Ok(kept)
    }
}

/// When its days are over, the file that is gone is gone: its row is kept no longer.
pub(crate) async fn let_go(tx: &Tx) -> Result<(), Error> {
    use merge::Column as C;
    let limit = tx.now().plus_minutes(-UNDO_DAYS * 24 * 60).0;
    let over = tx.for_rule::<merge::Entity>().and(C::State.eq(MergeState::Done.code())).and(C::DecidedAt.lt(limit));
    for before in over.and(C::UndoSealed.is_not_null()).all(tx).await? {
        let mut after = before.clone();
        after.undo_sealed = None;
        tx.change::<merge::Entity>(&before, after).await?;
    }
    Ok(())
}

/// Another person's no, with a reason.
#[derive(Clone, Debug)]
pub struct RefuseMerge {
    /// Which proposal.
    pub merge: MergeId,
    /// Why, 1 to 200 characters; sealed.
    pub words: String,
}

impl Act for RefuseMerge {
    const NAME: &'static str = "merge.refuse";
    type Answer = File;

    async fn run(&self, tx: &Tx) -> Result<File, Error> {
        let before = one(tx, self.merge).await?;
        may_decide(&asked(&before), tx.account())?;
        let words = match short_text(&self.words, WORDS) {
            Ok(Some(words)) => words,
            Ok(None) => return Err(Error::field("answer", "required.missing")),
            Err(code) => return Err(Error::field("answer", code)),
        };
        let mut after = decided(tx, &before, MergeState::Refused);
        after.answer_sealed = Some(tx.seal(TABLE, "answer_sealed", before.id, &words)?);
        tx.change::<merge::Entity>(&before, after).await?;
        assent::answered(tx, "merge.refused", before.by_account, (TABLE, before.id));
        Ok(files_of(&before).0)
    }
}

/// Whoever proposed takes it back before it is decided.
#[derive(Clone, Debug)]
pub struct WithdrawMerge {
    /// Which proposal.
    pub merge: MergeId,
}

impl Act for WithdrawMerge {
    const NAME: &'static str = "merge.withdraw";
    type Answer = File;

    async fn run(&self, tx: &Tx) -> Result<File, Error> {
        let before = one(tx, self.merge).await?;
        may_withdraw(&asked(&before), tx.account())?;
        tx.change::<merge::Entity>(&before, decided(tx, &before, MergeState::Withdrawn)).await?;
        Ok(files_of(&before).0)
    }
}

/// A child's file and those that became one with it: whoever looked there has looked at this child.
pub(crate) async fn files_in(tx: &Tx, child: Uuid) -> Result<Vec<Uuid>, Error> {
    let (mut files, mut seen) = (vec![child], 0);
    while let Some(kept) = files.get(seen).copied() {
        seen += 1;
        let into = tx.for_rule::<merge::Entity>().and(merge::Column::KeptId.eq(kept));
        for row in into.and(merge::Column::State.eq(MergeState::Done.code())).all(tx).await? {
            if !files.contains(&row.other_id) {
                files.push(row.other_id);
            }
        }
    }
    Ok(files)
}

async fn one(tx: &Tx, id: MergeId) -> Result<merge::Model, Error> {
    tx.require(Action::MergeFiles)?;
    tx.visible::<merge::Entity>().id(id).one(tx).await
}

fn asked(row: &merge::Model) -> Asked {
    Asked {
        by: row.by_account,
        state: MergeState::parse(&row.state).unwrap_or(MergeState::Withdrawn),
        decided_at: row.decided_at.map(Timestamp),
    }
}

fn decided(tx: &Tx, before: &merge::Model, state: MergeState) -> merge::Model {
    let mut after = before.clone();
    state.code().clone_into(&mut after.state);
    after.decided_by = Some(tx.account());
    after.decided_at = Some(tx.now().0);
    after
}

/// What stands in the way of taking a merge apart, in words of its own.
fn built_on(table: &'static str) -> Error {
    Error::Refused(Refusal::new("merge.built_on").with("table", table))
}
