//! Follow-ups: the due list, recording, the next one by itself.

use naheya_domain::access::{Action, Class};
use naheya_domain::follow_up::{self, FollowUpAnswers, FollowUpForm, FollowUpState, With};
use naheya_domain::id::{ChildId, FollowUpId};
use naheya_domain::{FieldError, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::area::{in_town, within_any};
use crate::carer::{is_beside, pairs_of};
use crate::order::{Page, Turn, along, beyond, turned};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, follow_up as row, pair};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

mod book;
mod missed;

pub use book::FollowUpEntry;
pub use missed::MarkMissed;

pub(crate) const TABLE: &str = "follow_ups";
/// The cause of one that somebody thought of.
const PLANNED: &str = "planned";
/// The cause of one that a stay brings with it.
pub(crate) const RULE_15: &str = "rule_15";
/// What is due is counted no further.
pub const COUNTED: u64 = 10_000;

/// Plans a contact.
#[derive(Clone, Debug)]
pub struct PlanFollowUp {
    /// About which child.
    pub child: ChildId,
    /// With whom.
    pub with: With,
    /// Until when.
    pub due_at: Timestamp,
}

impl Act for PlanFollowUp {
    const NAME: &'static str = "follow_up.plan";
    type Answer = FollowUpId;

    async fn run(&self, tx: &Tx) -> Result<FollowUpId, Error> {
        tx.require(Action::FollowUp)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        crate::erasure::not_erased(tx, child.id).await?;
        if self.due_at < tx.now() {
            return Err(Error::field("due_on", "date.in_past"));
        }
        let id = plan(tx, child.id, self.with, self.due_at, Cause::Planned(tx.account())).await?;
        Ok(FollowUpId(id))
    }
}

/// The same contact with several children: all of them are planned, or none.
#[derive(Clone, Debug)]
pub struct PlanFollowUps(pub Vec<PlanFollowUp>);

impl Act for PlanFollowUps {
    const NAME: &'static str = "follow_up.plan_all";
    type Answer = Vec<FollowUpId>;

    async fn run(&self, tx: &Tx) -> Result<Vec<FollowUpId>, Error> {
        let mut planned = Vec::with_capacity(self.0.len());
        for one in &self.0 {
            planned.push(one.run(tx).await?);
        }
        Ok(planned)
    }
}

/// Why a follow-up is due, with what it hangs on.
#[derive(Clone, Copy)]
pub(crate) enum Cause {
    /// This account thought of it.
    Planned(Uuid),
    /// A stay of this pair has ended: its first, or every third (rule 15).
    Rule15 { stay: Uuid, pair: Uuid },
    /// The last one was a term ago, and this pair goes on.
    Term(Uuid),
}

/// Writes a due follow-up.
pub(crate) async fn plan(tx: &Tx, child: Uuid, with: With, due_at: Timestamp, cause: Cause) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let (cause, planned_by, stay_id, pair_id) = match cause {
        Cause::Planned(by) => (PLANNED, Some(by), None, None),
        Cause::Rule15 { stay, pair } => (RULE_15, None, Some(stay), Some(pair)),
        Cause::Term(pair) => ("term", None, None, Some(pair)),
    };
    tx.insert::<row::Entity>(row::Model {
        area_id: tx.area_id(),
        id,
        child_id: child,
        with_whom: with.code().into(),
        stay_id,
        pair_id,
        due_at: due_at.0,
        state: FollowUpState::Due.code().into(),
        cause: cause.into(),
        planned_by,
        done_at: None,
        done_by: None,
        way: None,
        alone: None,
        answers_sealed: None,
        tries: 0,
        version: 1,
    })
    .await?;
    Ok(id)
}

/// What was typed about a follow-up that was done.
#[derive(Clone, Debug)]
pub struct RecordFollowUp {
    /// Which.
    pub follow_up: FollowUpId,
    /// How it was asked.
    pub way: String,
    /// `yes` or `no`: was the child alone.
    pub alone: String,
    /// The five answers.
    pub answers: [String; 5],
}

impl Act for RecordFollowUp {
    const NAME: &'static str = "follow_up.record";
    /// The next one, when there is one.
    type Answer = Option<FollowUpId>;

    async fn run(&self, tx: &Tx) -> Result<Option<FollowUpId>, Error> {
        tx.require(Action::FollowUp)?;
        let before = tx.visible::<row::Entity>().id(self.follow_up).one(tx).await?;
        let with = With::parse(&before.with_whom).ok_or(Error::NotFound)?;
        let answers = parsed(&self.way, &self.alone, &self.answers, with);
        record(tx, before, with, answers).await
    }
}

fn parsed(way: &str, alone: &str, said: &[String; 5], with: With) -> Result<FollowUpAnswers, Vec<FieldError>> {
    let [a, b, c, d, e] = said;
    FollowUpAnswers::parse(&FollowUpForm { way, alone, answers: [a, b, c, d, e] }, with)
}

/// Writes down what was said, and plans the next one.
async fn record(
    tx: &Tx,
    before: row::Model,
    with: With,
    answers: Result<FollowUpAnswers, Vec<FieldError>>,
) -> Result<Option<FollowUpId>, Error> {
    if before.state == FollowUpState::Done.code() {
        return Err(Error::refused("follow_up.done_already"));
    }
    if is_carer(tx, before.child_id).await? {
        return Err(Error::refused("follow_up.by_the_carer"));
    }
    let answers = answers?;
    let text = serde_json::to_string(&answers.answers).map_err(|_| Error::Database("answers".into()))?;
    let mut after = before.clone();
    FollowUpState::Done.code().clone_into(&mut after.state);
    after.done_at = Some(tx.now().0);
    after.done_by = Some(tx.account());
    after.way = Some(answers.way.into());
    after.alone = answers.alone;
    after.answers_sealed = Some(tx.seal(TABLE, "answers_sealed", before.id, &text)?);
    tx.change::<row::Entity>(&before, after).await?;
    next(tx, &before, with).await
}

/// A talk that nobody had planned: somebody went by. It takes the place of one that is due with the same person.
#[derive(Clone, Debug)]
pub struct WriteTalk {
    /// About which child.
    pub child: ChildId,
    /// With whom, as typed.
    pub with: String,
    /// How it was asked.
    pub way: String,
    /// `yes` or `no`: was the child alone.
    pub alone: String,
    /// The five answers.
    pub answers: [String; 5],
}

impl Act for WriteTalk {
    const NAME: &'static str = "follow_up.write";
    /// The next one, when there is one.
    type Answer = Option<FollowUpId>;

    async fn run(&self, tx: &Tx) -> Result<Option<FollowUpId>, Error> {
        tx.require(Action::FollowUp)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        crate::erasure::not_erased(tx, child.id).await?;
        let with = With::parse(&self.with).ok_or_else(|| Error::field("with", "required.missing"))?;
        let answers = parsed(&self.way, &self.alone, &self.answers, with)?;
        let waiting = tx
            .visible::<row::Entity>()
            .and(row::Column::ChildId.eq(child.id))
            .and(row::Column::WithWhom.eq(with.code()))
            .and(row::Column::State.eq(FollowUpState::Due.code()))
            .by(row::Column::DueAt)
            .first(tx)
            .await?;
        let before = match waiting {
            Some(due) => due,
            None => {
                let id = plan(tx, child.id, with, tx.now(), Cause::Planned(tx.account())).await?;
                tx.visible::<row::Entity>().id(id).one(tx).await?
            }
        };
        record(tx, before, with, Ok(answers)).await
    }
}

/// Somebody other than the carer asks (rule 15): whoever is the volunteer of a pair of this child, or lives with her, may not
/// record it, nor read what the child said, whatever other role the account holds.
async fn is_carer(tx: &Tx, child: Uuid) -> Result<bool, Error> {
    let pairs = pairs_of(tx, [child]).await?;
    is_beside(tx, &pairs.into_iter().map(|(_, carer)| carer).collect()).await
}

/// The pair goes on: the same person is asked again after a term.
async fn next(tx: &Tx, done: &row::Model, with: With) -> Result<Option<FollowUpId>, Error> {
    let open = tx
        .for_rule::<pair::Entity>()
        .and(pair::Column::ChildId.eq(done.child_id))
        .and(pair::Column::State.ne("ended"))
        .first(tx)
        .await?;
    let waiting = tx
        .for_rule::<row::Entity>()
        .and(row::Column::ChildId.eq(done.child_id))
        .and(row::Column::WithWhom.eq(with.code()))
        .and(row::Column::State.eq(FollowUpState::Due.code()))
        .first(tx)
        .await?;
    match (open, waiting) {
        (Some(pair), None) => {
            let due = follow_up::next_due(tx.now());
            let id = plan(tx, done.child_id, with, due, Cause::Term(pair.id)).await?;
            Ok(Some(FollowUpId(id)))
        }
        _ => Ok(None),
    }
}

/// Nobody answered: kept as a try, asked again tomorrow; also of one that was missed, as long as somebody tries.
#[derive(Clone, Debug)]
pub struct NoAnswer {
    /// Which.
    pub follow_up: FollowUpId,
}

impl Act for NoAnswer {
    const NAME: &'static str = "follow_up.no_answer";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::FollowUp)?;
        let before = tx.visible::<row::Entity>().id(self.follow_up).one(tx).await?;
        if before.state == FollowUpState::Done.code() {
            return Err(Error::refused("follow_up.done_already"));
        }
        let mut after = before.clone();
        after.tries += 1;
        tx.change::<row::Entity>(&before, after).await?;
        Ok(())
    }
}

/// What somebody had planned is not needed after all: it goes, and the trail keeps that it was there. What makes itself stays,
/// and what is overdue counts as late or missed.
#[derive(Clone, Debug)]
pub struct DropFollowUp {
    /// Which.
    pub follow_up: FollowUpId,
}

impl Act for DropFollowUp {
    const NAME: &'static str = "follow_up.drop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::FollowUp)?;
        let before = tx.visible::<row::Entity>().id(self.follow_up).one(tx).await?;
        if before.state == FollowUpState::Done.code() {
            return Err(Error::refused("follow_up.done_already"));
        }
        if before.cause != PLANNED {
            return Err(Error::refused("follow_up.makes_itself"));
        }
        if before.due_at < tx.now().0 {
            return Err(Error::refused("follow_up.overdue"));
        }
        if is_carer(tx, before.child_id).await? {
            return Err(Error::refused("follow_up.by_the_carer"));
        }
        tx.remove::<row::Entity>(&before).await
    }
}

/// A follow-up in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpRow {
    /// Which.
    pub id: FollowUpId,
    /// About which child.
    pub child: ChildId,
    /// The child's name.
    pub child_name: String,
    /// With whom.
    pub with: With,
    /// Until when.
    pub due_at: Timestamp,
    /// State.
    pub state: FollowUpState,
    /// `rule_15`, `term`, `planned`.
    pub cause: String,
    /// Tries without an answer.
    pub tries: i32,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// How.
    pub way: Option<String>,
}

/// Which of the follow-ups that are due, or were missed, a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUpFilter {
    /// Only those of children of this town or gacha (code); `none`: of no town of the county.
    pub town: Option<String>,
    /// Only those of children of one of these areas (codes), beside the town.
    pub areas: Vec<String>,
    /// Only those past their due time.
    pub late: bool,
    /// Instead of those that are due, those that were missed lately: see [`follow_up::MISSED_SHOWN_DAYS`].
    pub missed: bool,
    /// After this row (its due time and id): the next page.
    pub after: Option<(Timestamp, FollowUpId)>,
}

/// The follow-ups that the filter finds, wherever the page begins.
pub(crate) async fn found(tx: &Tx, filter: &FollowUpFilter) -> Result<Visible<row::Entity>, Error> {
    let state = if filter.missed { FollowUpState::Missed } else { FollowUpState::Due };
    let mut narrow = Condition::all().add(row::Column::State.eq(state.code()));
    if filter.missed {
        let days = follow_up::MISSED_AFTER_DAYS + follow_up::MISSED_SHOWN_DAYS;
        narrow = narrow.add(row::Column::DueAt.gte(tx.now().plus_minutes(-days * 24 * 60).0));
    }
    if let Some(town) = &filter.town {
        let there = tx.visible::<child::Entity>().and(in_town(tx, child::Column::TownCode, town).await?);
        narrow = narrow.add(row::Column::ChildId.in_subquery(there.ids(child::Column::Id)));
    }
    if !filter.areas.is_empty() {
        let there = tx.visible::<child::Entity>().and(within_any(child::Column::TownCode, &filter.areas));
        narrow = narrow.add(row::Column::ChildId.in_subquery(there.ids(child::Column::Id)));
    }
    if filter.late {
        narrow = narrow.add(row::Column::DueAt.lt(tx.now().0));
    }
    Ok(tx.visible::<row::Entity>().and(narrow))
}

/// The first rows of the list, longest overdue first.
pub(crate) async fn first_rows(tx: &Tx, filter: &FollowUpFilter, most: u64) -> Result<Vec<FollowUpRow>, Error> {
    let after = filter.after.map(|(due, id)| [due.0.into(), id.0.into()]);
    let rows = beyond(found(tx, filter).await?, [row::Column::DueAt, row::Column::Id], false, after);
    shown(tx, rows.limit(most).all(tx).await?).await
}

impl FollowUpRow {
    /// Whether it may be dropped: somebody planned it, and its time is still to come.
    #[must_use]
    pub fn may_go(&self, now: Timestamp) -> bool {
        self.cause == PLANNED && self.state != FollowUpState::Done && self.due_at >= now
    }
}

impl Desk {
    /// What is due, longest overdue first; at most `most`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn follow_ups_due(&self, most: u64) -> Result<Vec<FollowUpRow>, Error> {
        let found = async { self.follow_ups_found(&FollowUpFilter::default(), most).await };
        self.remembered("follow_ups.due", most.to_string(), found).await
    }

    /// A page of those that the filter finds, longest overdue first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the list goes on from one that is not there; [`Error::Database`].
    pub async fn follow_ups_page(&self, filter: &FollowUpFilter, turn: &Turn) -> Result<Page<FollowUpRow>, Error> {
        let tx = self.read();
        let rows = along(found(&tx, filter).await?, [row::Column::DueAt, row::Column::Id], false, turn, &tx).await?;
        let mut page = turned(rows.limit(crate::child::PAGE + 1).all(&tx).await?, turn, |row| row.id);
        let rows = std::mem::take(&mut page.rows);
        Ok(page.with(shown(&tx, rows).await?))
    }

    /// How many the filter finds, counted no further than [`COUNTED`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_follow_ups(&self, filter: &FollowUpFilter) -> Result<u64, Error> {
        let tx = self.read();
        found(&tx, filter).await?.count_to(COUNTED, &tx).await
    }

    /// Those of them that the filter finds, in the same order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn follow_ups_found(&self, filter: &FollowUpFilter, most: u64) -> Result<Vec<FollowUpRow>, Error> {
        first_rows(&self.read(), filter, most).await
    }

    /// One of them, with its answers in the order of the questions (empty while it is due, and for the child's carer).
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn follow_up(&self, id: FollowUpId) -> Result<(FollowUpRow, Vec<String>), Error> {
        let tx = self.read();
        let one = tx.visible::<row::Entity>().id(id).one(&tx).await?;
        let sealed = if is_carer(&tx, one.child_id).await? { None } else { one.answers_sealed.as_ref() };
        let text = tx.open_some(TABLE, "answers_sealed", one.id, sealed)?;
        let answers = text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default();
        if sealed.is_some() {
            self.looked(TABLE, vec![one.id], "answers", None).await?;
        }
        let row = shown(&tx, vec![one]).await?.into_iter().next().ok_or(Error::NotFound)?;
        Ok((row, answers))
    }
}

pub(crate) async fn shown(tx: &Tx, rows: Vec<row::Model>) -> Result<Vec<FollowUpRow>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.child_id).collect();
    let children = tx.visible_as::<child::Entity>(Class::Work).among(ids).all(tx).await?;
    let name = |id: Uuid| children.iter().find(|c| c.id == id).map(|c| c.name.clone()).unwrap_or_default();
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            Some(FollowUpRow {
                id: FollowUpId(r.id),
                child: ChildId(r.child_id),
                child_name: name(r.child_id),
                with: With::parse(&r.with_whom)?,
                due_at: Timestamp(r.due_at),
                state: FollowUpState::parse(&r.state)?,
                cause: r.cause,
                tries: r.tries,
                done_at: r.done_at.map(Timestamp),
                way: r.way,
            })
        })
        .collect())
}
