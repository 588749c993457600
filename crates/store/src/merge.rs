//! Two files of one child: found, compared, proposed by one person, merged by another's yes, taken apart again.
//!
//! A file that becomes part of another is no row any more: no list, count or figure can hold it. What taking it apart
//! needs (its row, the fields that stood before, which rows moved) is kept sealed beside the proposal.

use naheya_domain::access::{Action, Class};
use naheya_domain::child::short_text;
use naheya_domain::id::{ChildId, MergeId};
use naheya_domain::merge::{Asked, MergeState, Part, UNDO_DAYS, may_decide, may_merge, may_withdraw};
use naheya_domain::{Refusal, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::assent;
use crate::sealed::act::Act;
use crate::sealed::copy::written;
use crate::sealed::entity::{child, merge, search_token, uniq};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};

pub(crate) mod carry;
mod compare;
mod fact;
mod find;
mod list;
mod undo;

pub use carry::Rows;
pub use compare::{Comparison, Difference, Side};
pub use find::Suspect;
pub use list::{MergeFile, MergeLine};
pub use undo::UndoMerge;

pub(crate) const TABLE: &str = "merges";
/// Characters of a reason.
const WORDS: usize = 200;
/// The kind of claim on a child's identity number.
const CLAIM: &str = "child_id_no";

/// Proposes that two files become one.
#[derive(Clone, Debug)]
pub struct ProposeMerge {
    /// The file that stays, and the version that was compared.
    pub kept: (ChildId, i32),
    /// The one that becomes part of it, and the version that was compared.
    pub other: (ChildId, i32),
    /// What the other one gives; everything else stays as it is.
    pub from_other: Vec<Part>,
}

impl Act for ProposeMerge {
    const NAME: &'static str = "merge.propose";
    type Answer = MergeId;

    async fn run(&self, tx: &Tx) -> Result<MergeId, Error> {
        tx.require(Action::MergeChild)?;
        tx.alone_in_county().await?;
        let pair = Pair::read(tx, self.kept, self.other).await?;
        let after = fact::chosen(&pair.kept, &pair.other, &self.from_other)?;
        may_merge(&fact::facts(tx, &pair.kept, &pair.other, &after, None).await?)?;
        let row = new_row(tx, &pair, &self.from_other, MergeState::Asked);
        let id = row.id;
        tx.insert::<merge::Entity>(row).await?;
        assent::asked(tx, "merge.asked", (TABLE, id));
        Ok(MergeId(id))
    }
}

/// The two files, as they were compared.
struct Pair {
    kept: child::Model,
    other: child::Model,
}

impl Pair {
    async fn read(tx: &Tx, kept: (ChildId, i32), other: (ChildId, i32)) -> Result<Pair, Error> {
        let one = async |id: ChildId| tx.visible_as::<child::Entity>(Class::Personal).id(id).one(tx).await;
        let pair = Pair { kept: one(kept.0).await?, other: one(other.0).await? };
        if pair.kept.version != kept.1 || pair.other.version != other.1 {
            return Err(Error::Stale);
        }
        Ok(pair)
    }
}

fn new_row(tx: &Tx, pair: &Pair, parts: &[Part], state: MergeState) -> merge::Model {
    let parts: Vec<&str> = Part::ALL.iter().filter(|part| parts.contains(part)).map(|part| part.code()).collect();
    merge::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        kept_id: pair.kept.id,
        other_id: pair.other.id,
        kept_version: pair.kept.version,
        other_version: pair.other.version,
        other_number: pair.other.number.clone(),
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
    }
}

fn parts_of(row: &merge::Model) -> Vec<Part> {
    row.chosen.split(' ').filter_map(Part::parse).collect()
}

/// They are two children: the pair is not shown as suspected any more.
#[derive(Clone, Debug)]
pub struct TellApart {
    /// One.
    pub one: ChildId,
    /// The other.
    pub other: ChildId,
}

impl Act for TellApart {
    const NAME: &'static str = "merge.tell_apart";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::MergeChild)?;
        let one = async |id: ChildId| tx.visible::<child::Entity>().id(id).one(tx).await;
        let pair = Pair { kept: one(self.one).await?, other: one(self.other).await? };
        if pair.kept.id == pair.other.id {
            return Err(Error::refused("merge.same"));
        }
        let known = between(tx, pair.kept.id, pair.other.id, &[MergeState::Distinct, MergeState::Asked]);
        match known.first(tx).await? {
            Some(row) if row.state == MergeState::Asked.code() => Err(Error::refused("merge.waiting")),
            Some(_) => Ok(()),
            None => tx.insert::<merge::Entity>(new_row(tx, &pair, &[], MergeState::Distinct)).await,
        }
    }
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
    type Answer = ChildId;

    async fn run(&self, tx: &Tx) -> Result<ChildId, Error> {
        let before = one(tx, self.merge).await?;
        may_decide(&asked(&before), tx.account())?;
        tx.alone_in_county().await?;
        let kept = (ChildId(before.kept_id), before.kept_version);
        let pair = match Pair::read(tx, kept, (ChildId(before.other_id), before.other_version)).await {
            // Gone meanwhile: compared as it was, it cannot be any more.
            Err(Error::NotFound) => return Err(Error::Stale),
            pair => pair?,
        };
        let parts = parts_of(&before);
        let after = fact::chosen(&pair.kept, &pair.other, &parts)?;
        may_merge(&fact::facts(tx, &pair.kept, &pair.other, &after, Some(before.id)).await?)?;
        let undo = merged(tx, &pair, after, &parts).await?;
        let mut done = decided(tx, &before, MergeState::Done);
        done.undo_sealed = Some(tx.seal(TABLE, "undo_sealed", before.id, &undo.text()?)?);
        tx.change::<merge::Entity>(&before, done).await?;
        assent::answered(tx, "merge.done", before.by_account, (TABLE, before.id));
        Ok(ChildId(before.kept_id))
    }
}

/// What taking a merge apart needs.
#[derive(Debug, Serialize, Deserialize)]
struct Undo {
    /// The row of the file that is gone.
    other: serde_json::Value,
    /// The row of the file that stayed, before and after.
    kept: (serde_json::Value, serde_json::Value),
    /// The rows that came over.
    moved: Vec<carry::Moved>,
}

impl Undo {
    fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|_| Error::Database("a merge cannot be kept".into()))
    }

    fn of(tx: &Tx, row: &merge::Model) -> Result<Option<Undo>, Error> {
        let Some(text) = tx.open_some(TABLE, "undo_sealed", row.id, row.undo_sealed.as_ref())? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|_| Error::Database("a merge cannot be read".into()))
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

/// Makes one file of the two.
async fn merged(tx: &Tx, pair: &Pair, after: child::Model, parts: &[Part]) -> Result<Undo, Error> {
    let moved = carry::carry(tx, pair.other.id, pair.kept.id).await?;
    let tokens = Condition::all()
        .add(search_token::Column::Kind.eq("child"))
        .add(search_token::Column::PersonId.eq(pair.other.id));
    tx.clear::<search_token::Entity>(tokens).await?;
    for claim in claims(tx, pair.other.id).await? {
        tx.remove::<uniq::Entity>(&claim).await?;
    }
    tx.remove::<child::Entity>(&pair.other).await?;
    let mut after = fact::sealed_anew(tx, after, pair.other.id, parts)?;
    // Also when no field changes: whatever was read of the file before is no longer the whole of it.
    after.updated_at = tx.now().0;
    if let Some(number) = after.id_no_bi.clone().filter(|number| Some(number) != pair.kept.id_no_bi.as_ref()) {
        claim(tx, number, pair.kept.id).await?;
    }
    let after = tx.change::<child::Entity>(&pair.kept, after).await?;
    named(tx, &pair.kept, &after).await?;
    let rows = (written::<child::Entity>(&pair.kept), written::<child::Entity>(&after));
    Ok(Undo { other: written::<child::Entity>(&pair.other), kept: rows, moved })
}

/// Found by its name from now on.
async fn named(tx: &Tx, before: &child::Model, after: &child::Model) -> Result<(), Error> {
    if (&before.name, &before.name_mn) == (&after.name, &after.name_mn) {
        return Ok(());
    }
    search::reindex(tx, Kind::Child, after.id, &names_of(after)).await
}

fn names_of(row: &child::Model) -> Vec<&str> {
    [Some(row.name.as_str()), row.name_mn.as_deref()].into_iter().flatten().collect()
}

async fn claims(tx: &Tx, child: Uuid) -> Result<Vec<uniq::Model>, Error> {
    tx.common::<uniq::Entity>().and(uniq::Column::Kind.eq(CLAIM)).and(uniq::Column::RefId.eq(child)).all(tx).await
}

/// The identity number belongs to this child; `merge.number_taken` when another one has it by now.
async fn claim(tx: &Tx, number: Vec<u8>, child: Uuid) -> Result<(), Error> {
    let same = uniq::Column::BlindIndex.eq(number.clone());
    let known = tx.common::<uniq::Entity>().and(uniq::Column::Kind.eq(CLAIM)).and(same).first(tx).await?;
    match known {
        Some(claim) if claim.ref_id == child => Ok(()),
        Some(_) => Err(Error::refused("merge.number_taken")),
        None => {
            let row = uniq::Model { kind: CLAIM.into(), blind_index: number, area_id: tx.area_id(), ref_id: child };
            tx.insert::<uniq::Entity>(row).await
        }
    }
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
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
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
        Ok(())
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
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = one(tx, self.merge).await?;
        may_withdraw(&asked(&before), tx.account())?;
        tx.change::<merge::Entity>(&before, decided(tx, &before, MergeState::Withdrawn)).await?;
        Ok(())
    }
}

async fn one(tx: &Tx, id: MergeId) -> Result<merge::Model, Error> {
    tx.require(Action::MergeChild)?;
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
