//! Plans as those who have to answer them read them.

use std::collections::BTreeMap;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, PairId, StayId, TermPlanId, TermWeekendId, VolunteerId};
use naheya_domain::stay::StayState;
use naheya_domain::term::{Answers, PlanState, Side, Standing};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::answer::{answers, covered, is_open_for, may_put_right, takes_answers, weekends};
use super::by_plan;
use crate::child::PAGE;
use crate::order::{Page, Turn, along, at_most, turned};
use crate::sealed::entity::{child, stay, term_plan, term_weekend, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

/// Plans of a list.
const MOST: u64 = 200;
/// Plans are counted no further.
pub const COUNTED: u64 = 10_000;
/// Rows of one file.
const MOST_OUT: u64 = 5_000;

/// A plan in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// Which.
    pub id: TermPlanId,
    /// The child.
    pub child: ChildId,
    /// The child's name.
    pub child_name: String,
    /// The volunteer's name.
    pub volunteer_name: String,
    /// How far it is.
    pub state: PlanState,
    /// How far it is, in numbers.
    pub progress: PlanProgress,
}

/// How far a plan is, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanProgress {
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// Its first and last day.
    pub span: (Timestamp, Timestamp),
    /// Weekends in it.
    pub all: usize,
    /// Weekends for which the volunteer is still silent.
    pub waits_for_volunteer: usize,
    /// Weekends for which the guardian is still silent.
    pub waits_for_guardian: usize,
    /// Weekends that both want.
    pub agreed: usize,
    /// Of these, those that a rule does not allow yet.
    pub refused: usize,
}

/// A plan in a file that leaves the house: by number, with nobody's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOut {
    /// The number of the child's file.
    pub child_number: String,
    /// The number of the volunteer's.
    pub volunteer_number: String,
    /// How far it is, in numbers.
    pub progress: PlanProgress,
}

/// One weekend of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanWeekend {
    /// Which.
    pub id: TermWeekendId,
    /// The child is fetched.
    pub starts_at: Timestamp,
    /// It is back.
    pub ends_at: Timestamp,
    /// Whether a valid overnight consent covers it.
    pub covered: bool,
    /// What was said.
    pub answers: Answers,
    /// Whether it is over, or has begun.
    pub begun: bool,
    /// Whether the reader, the volunteer, may say something else than somebody wrote down for her.
    pub to_put_right: bool,
    /// The stay it became.
    pub stay: Option<(StayId, StayState)>,
    /// Code of the rule that does not allow it yet.
    pub refusal: Option<String>,
}

impl PlanWeekend {
    /// Whether `side` may still answer, now.
    #[must_use]
    pub fn waits_for(&self, side: Side) -> bool {
        !self.begun && self.answers.standing() == Standing::Open && self.answers.of(side).is_none()
    }

    /// Whether `side` has said something that it may take back: as long as nothing was asked for.
    #[must_use]
    pub fn may_take_back(&self, side: Side) -> bool {
        !self.begun && self.stay.is_none() && self.answers.may_take_back(side)
    }
}

/// A plan in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFile {
    /// Which.
    pub id: TermPlanId,
    /// The pair.
    pub pair: PairId,
    /// The child.
    pub child: ChildId,
    /// Its name.
    pub child_name: String,
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// Her name.
    pub volunteer_name: String,
    /// How far it is.
    pub state: PlanState,
    /// Whether she proposed it herself.
    pub by_volunteer: bool,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// Its weekends, the next one first.
    pub weekends: Vec<PlanWeekend>,
    /// Open plans of brothers and sisters: they can be answered in the same way.
    pub siblings: Vec<SiblingPlan>,
}

/// A plan of a brother or sister.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiblingPlan {
    /// Which.
    pub id: TermPlanId,
    /// The child's name.
    pub child_name: String,
    /// Its weekends, the next one first.
    pub weekends: Vec<PlanWeekend>,
}

impl SiblingPlan {
    /// How many of its weekends have the hours of one of `these` and wait for `side`, under a valid overnight consent.
    #[must_use]
    pub fn shared(&self, these: &[&PlanWeekend], side: Side) -> usize {
        let twin = |x: &PlanWeekend| these.iter().any(|y| (x.starts_at, x.ends_at) == (y.starts_at, y.ends_at));
        self.weekends.iter().filter(|x| x.covered && x.waits_for(side) && twin(x)).count()
    }
}

impl Desk {
    /// The plans that the viewer sees and that lie ahead, the newest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn plans(&self) -> Result<Vec<PlanLine>, Error> {
        let tx = self.read();
        let plans = newest(&tx, MOST).await?;
        let rows = weekends_of(&tx, &plans).await?;
        let names = names(&tx, &plans).await?;
        let line = |plan: term_plan::Model| line(&tx, &plan, rows.get(&plan.id)?, &names);
        Ok(plans.into_iter().filter_map(line).collect())
    }

    /// A page of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the list goes on from one that is not there; [`Error::Database`].
    pub async fn plans_page(&self, turn: &Turn) -> Result<Page<PlanLine>, Error> {
        use term_plan::Column as C;
        let tx = self.read();
        let rows = along(ahead(&tx, weekends_ahead(&tx)), [C::ProposedAt, C::Id], true, turn, &tx).await?;
        let mut page = turned(rows.limit(PAGE + 1).all(&tx).await?, turn, |plan| plan.id);
        let plans = std::mem::take(&mut page.rows);
        let rows = weekends_of(&tx, &plans).await?;
        let names = names(&tx, &plans).await?;
        let line = |plan: term_plan::Model| line(&tx, &plan, rows.get(&plan.id)?, &names);
        Ok(page.with(plans.into_iter().filter_map(line).collect()))
    }

    /// How many of them there are, and in how many a weekend waits for an answer; counted no further than [`COUNTED`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_plans(&self) -> Result<(u64, u64), Error> {
        let tx = self.read();
        let all = ahead(&tx, weekends_ahead(&tx)).count_to(COUNTED, &tx).await?;
        Ok((all, ahead(&tx, weekends_waiting(&tx)).count_to(COUNTED, &tx).await?))
    }

    /// The same for a file, by number, and whether there are older ones. Who took it out, and which plans stand in it, is kept in
    /// the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn plans_out(&self) -> Result<(Vec<PlanOut>, bool), Error> {
        use term_plan::Column as C;
        self.require(Action::Export)?;
        let tx = self.read();
        let lying_ahead = ahead(&tx, weekends_ahead(&tx)).by_desc(C::ProposedAt).by_desc(C::Id);
        let (plans, more) = at_most(MOST_OUT, lying_ahead.limit(MOST_OUT + 1).all(&tx).await?);
        let rows = weekends_of(&tx, &plans).await?;
        let numbers = numbers(&tx, &plans).await?;
        let (mut ids, mut out) = (Vec::new(), Vec::new());
        for plan in &plans {
            let weekends = rows.get(&plan.id).map_or(&[][..], Vec::as_slice);
            let Some(progress) = progress(&tx, plan, weekends) else { continue };
            let number = |whose: Uuid| numbers.get(&whose).cloned().unwrap_or_default();
            let (child_number, volunteer_number) = (number(plan.child_id), number(plan.volunteer_id));
            ids.push(plan.id);
            out.push(PlanOut { child_number, volunteer_number, progress });
        }
        self.looked(super::TABLE, ids, "export", None).await?;
        Ok((out, more))
    }

    /// One plan.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn plan(&self, id: TermPlanId) -> Result<PlanFile, Error> {
        let tx = self.read();
        let plan = tx.visible::<term_plan::Entity>().id(id).one(&tx).await?;
        let siblings = siblings(&tx, &plan).await?;
        let of_all: Vec<term_plan::Model> = siblings.iter().cloned().chain([plan.clone()]).collect();
        let names = names(&tx, &of_all).await?;
        let mut others = Vec::with_capacity(siblings.len());
        for sibling in siblings {
            others.push(SiblingPlan {
                id: TermPlanId(sibling.id),
                child_name: names.get(&sibling.child_id).cloned().unwrap_or_default(),
                weekends: shown(&tx, &sibling).await?,
            });
        }
        Ok(PlanFile {
            id: TermPlanId(plan.id),
            pair: PairId(plan.pair_id),
            child: ChildId(plan.child_id),
            child_name: names.get(&plan.child_id).cloned().unwrap_or_default(),
            volunteer: VolunteerId(plan.volunteer_id),
            volunteer_name: names.get(&plan.volunteer_id).cloned().unwrap_or_default(),
            state: PlanState::parse(&plan.state).unwrap_or(PlanState::Withdrawn),
            by_volunteer: plan.by_side == "volunteer",
            proposed_at: Timestamp(plan.proposed_at),
            weekends: shown(&tx, &plan).await?,
            siblings: others,
        })
    }
}

/// Plans that were not withdrawn, the newest first.
async fn newest(tx: &Tx, most: u64) -> Result<Vec<term_plan::Model>, Error> {
    let standing = tx.visible::<term_plan::Entity>().and(term_plan::Column::State.ne("withdrawn"));
    standing.by_desc(term_plan::Column::ProposedAt).by_desc(term_plan::Column::Id).limit(most).all(tx).await
}

/// The plans that stand and have one of these weekends.
fn ahead(tx: &Tx, weekends: Visible<term_weekend::Entity>) -> Visible<term_plan::Entity> {
    let standing = tx.visible::<term_plan::Entity>().and(term_plan::Column::State.ne("withdrawn"));
    standing.and(term_plan::Column::Id.in_subquery(weekends.ids(term_weekend::Column::PlanId)))
}

fn weekends_ahead(tx: &Tx) -> Visible<term_weekend::Entity> {
    tx.for_rule::<term_weekend::Entity>().and(term_weekend::Column::EndsAt.gt(tx.now().0))
}

/// Weekends that have not begun, to which nobody said no and somebody nothing.
fn weekends_waiting(tx: &Tx) -> Visible<term_weekend::Entity> {
    use term_weekend::Column as W;
    let no_no = |said: W| Condition::any().add(said.is_null()).add(said.eq(true));
    tx.for_rule::<term_weekend::Entity>()
        .and(W::StartsAt.gt(tx.now().0))
        .and(no_no(W::VolunteerYes))
        .and(no_no(W::GuardianYes))
        .and(Condition::any().add(W::VolunteerYes.is_null()).add(W::GuardianYes.is_null()))
}

/// Their weekends, the next one first.
async fn weekends_of(tx: &Tx, plans: &[term_plan::Model]) -> Result<BTreeMap<Uuid, Vec<term_weekend::Model>>, Error> {
    let of = term_weekend::Column::PlanId.is_in(plans.iter().map(|plan| plan.id));
    let rows = tx.for_rule::<term_weekend::Entity>().and(of).by(term_weekend::Column::StartsAt).all(tx).await?;
    Ok(by_plan(rows))
}

/// The weekends of a plan as they are read.
async fn shown(tx: &Tx, plan: &term_plan::Model) -> Result<Vec<PlanWeekend>, Error> {
    let rows = weekends(tx, plan.id).await?;
    let covered = covered(tx, plan, &rows).await?;
    let ids: Vec<Uuid> = rows.iter().filter_map(|w| w.stay_id).collect();
    let stays = tx.for_rule::<stay::Entity>().among(ids).all(tx).await?;
    let now = tx.now().0;
    let open = takes_answers(tx, plan).await?;
    let weekend = |(row, covered): (&term_weekend::Model, &bool)| PlanWeekend {
        id: TermWeekendId(row.id),
        starts_at: Timestamp(row.starts_at),
        ends_at: Timestamp(row.ends_at),
        covered: *covered,
        answers: answers(row),
        begun: row.starts_at <= now,
        to_put_right: open && may_put_right(tx, plan, row),
        stay: row
            .stay_id
            .and_then(|id| stays.iter().find(|s| s.id == id))
            .map(|s| (StayId(s.id), crate::stay::state(s))),
        refusal: row.refusal.clone(),
    };
    Ok(rows.iter().zip(&covered).map(weekend).collect())
}

/// The open plans, as far as the reader sees them, of the child's brothers and sisters.
async fn siblings(tx: &Tx, plan: &term_plan::Model) -> Result<Vec<term_plan::Model>, Error> {
    let child = tx.for_rule::<child::Entity>().id(plan.child_id).one(tx).await?;
    let Some(group) = child.sibling_group_id else { return Ok(Vec::new()) };
    let kids = tx.for_rule::<child::Entity>().and(child::Column::SiblingGroupId.eq(group)).ids(child::Column::Id);
    tx.visible::<term_plan::Entity>()
        .and(term_plan::Column::ChildId.in_subquery(kids))
        .and(term_plan::Column::ChildId.ne(plan.child_id))
        .and(term_plan::Column::State.eq(PlanState::Open.code()))
        .by(term_plan::Column::Id)
        .all(tx)
        .await
}

/// The names of children and volunteers, by their ids.
async fn names(tx: &Tx, plans: &[term_plan::Model]) -> Result<BTreeMap<Uuid, String>, Error> {
    let kids = tx.visible::<child::Entity>().among(plans.iter().map(|p| p.child_id));
    let mut names: BTreeMap<Uuid, String> = kids.all(tx).await?.into_iter().map(|c| (c.id, c.name)).collect();
    // Who takes the child is the guardian's to know, as on the family's page.
    let carers = tx.for_rule::<volunteer::Entity>();
    let carers = carers.among(plans.iter().map(|p| p.volunteer_id)).all(tx).await?;
    names.extend(carers.into_iter().map(|v| (v.id, v.name)));
    Ok(names)
}

/// The numbers of the files of children and volunteers, by their ids.
async fn numbers(tx: &Tx, plans: &[term_plan::Model]) -> Result<BTreeMap<Uuid, String>, Error> {
    let kids = tx.visible::<child::Entity>().among(plans.iter().map(|p| p.child_id));
    let carers = tx.visible::<volunteer::Entity>();
    let carers = carers.among(plans.iter().map(|p| p.volunteer_id));
    let mut numbers: BTreeMap<Uuid, String> = kids.all(tx).await?.into_iter().map(|c| (c.id, c.number)).collect();
    numbers.extend(carers.all(tx).await?.into_iter().map(|v| (v.id, v.number)));
    Ok(numbers)
}

fn line(
    tx: &Tx,
    plan: &term_plan::Model,
    rows: &[term_weekend::Model],
    names: &BTreeMap<Uuid, String>,
) -> Option<PlanLine> {
    Some(PlanLine {
        id: TermPlanId(plan.id),
        child: ChildId(plan.child_id),
        child_name: names.get(&plan.child_id).cloned().unwrap_or_default(),
        volunteer_name: names.get(&plan.volunteer_id).cloned().unwrap_or_default(),
        state: PlanState::parse(&plan.state).unwrap_or(PlanState::Withdrawn),
        progress: progress(tx, plan, rows)?,
    })
}

/// How far a plan is; nothing when all its weekends lie behind.
fn progress(tx: &Tx, plan: &term_plan::Model, rows: &[term_weekend::Model]) -> Option<PlanProgress> {
    let (first, last) = (rows.first()?, rows.last()?);
    let waits = |side| rows.iter().filter(|w| is_open_for(w, side, tx.now())).count();
    let agreed = |w: &&term_weekend::Model| answers(w).standing() == Standing::Agreed;
    (last.ends_at > tx.now().0).then(|| PlanProgress {
        proposed_at: Timestamp(plan.proposed_at),
        span: (Timestamp(first.starts_at), Timestamp(last.ends_at)),
        all: rows.len(),
        waits_for_volunteer: waits(Side::Volunteer),
        waits_for_guardian: waits(Side::Guardian),
        agreed: rows.iter().filter(agreed).count(),
        refused: rows.iter().filter(|w| w.refusal.is_some() && w.stay_id.is_none()).count(),
    })
}
