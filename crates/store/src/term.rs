//! The weekends of a term at once: proposed by the office or the volunteer, agreed to by both sides,
//! and only then asked for, each through the gate of its own.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::access::Action;
use naheya_domain::id::{PairId, SchoolId, TermPlanId};
use naheya_domain::school::clock;
use naheya_domain::stay::StayState;
use naheya_domain::term::{MOST_WEEKENDS, PlanState};
use naheya_domain::weekend::Weekend;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::grant::stands_for;
use crate::guardian::tell_guardians;
use crate::school::{self as calendar, SchoolTerm};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, pair, school, stay, term_plan, term_weekend, volunteer};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::stay::{hour, is_begun};
use crate::{Desk, Error};

mod answer;
mod hers;
mod list;
mod reopen;
mod spoken;

pub use answer::{AnswerPlan, AskAgain, AtHome, Settled};
pub use hers::{HerRecord, RecordHerAnswer};
pub use list::{COUNTED, PlanFile, PlanLine, PlanOut, PlanProgress, PlanWeekend, SiblingPlan};
pub use reopen::{ReopenPlan, RestorePlan};
pub use spoken::{PlanRecord, RecordPlanAnswer};

const TABLE: &str = "term_plans";
/// Pairs of one school planned for at once.
const MOST_PAIRS: u64 = 2_000;

/// For whom a term is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// One pair.
    Pair(PairId),
    /// Every active pair with a child of this school.
    School(SchoolId),
}

/// One weekend that may be proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermFree {
    /// Its days.
    pub weekend: Weekend,
    /// How far a stay of the child on these days is, when one pair is planned for.
    pub taken: Option<StayState>,
    /// For how many of the pairs these days are free and not yet proposed.
    pub free: usize,
}

/// What can be proposed, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermAhead {
    /// The pairs, child and volunteer by name.
    pub pairs: Vec<(PairId, String, String)>,
    /// Pairs that still settle: by day only, not planned for.
    pub settling: usize,
    /// The school's name.
    pub school: String,
    /// The term, where one is on file.
    pub term: Option<SchoolTerm>,
    /// Its weekends.
    pub weekends: Vec<TermFree>,
}

/// The school and the pairs of a plan.
struct Ground {
    school: school::Model,
    term: Option<SchoolTerm>,
    weekends: Vec<Weekend>,
    active: Vec<pair::Model>,
    settling: usize,
    /// Whether one pair is planned for: what was taken out of it may be asked about again, by name. Whoever plans for a whole
    /// school does not ask anew all who said no.
    alone: bool,
}

async fn ground(tx: &Tx, whom: Whom) -> Result<Ground, Error> {
    let pairs = tx.visible::<pair::Entity>().and(pair::Column::State.is_in(["settling", "active"]));
    let (school, pairs) = match whom {
        Whom::Pair(id) => {
            let pair = tx.visible::<pair::Entity>().id(id).and(pair::Column::State.ne("ended")).one(tx).await?;
            let child = tx.visible::<child::Entity>().id(pair.child_id).one(tx).await?;
            let school = child.school_id.ok_or_else(|| Error::refused("plan.no_school"))?;
            (school, vec![pair])
        }
        Whom::School(id) => {
            tx.require(Action::ApproveStay)?;
            let kids = tx.visible::<child::Entity>().and(child::Column::SchoolId.eq(id.0)).ids(child::Column::Id);
            let pairs = pairs.and(pair::Column::ChildId.in_subquery(kids)).by(pair::Column::Id).limit(MOST_PAIRS);
            (id.0, pairs.all(tx).await?)
        }
    };
    let school = tx.for_rule::<school::Entity>().id(school).one(tx).await?;
    let term = calendar::terms(tx, school.id, tx.now().date()).await?.into_iter().next();
    let release_at = hour(Some(school.release_at.clone()), "17:30");
    let mut weekends = calendar::weekends(tx, &school, term.as_ref()).await?;
    weekends.retain(|w| !is_begun(w, &release_at, tx.now()));
    weekends.truncate(MOST_WEEKENDS);
    let (active, settling): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|p| p.state == "active");
    let alone = matches!(whom, Whom::Pair(_));
    Ok(Ground { school, term, weekends, active, settling: settling.len(), alone })
}

impl Ground {
    /// When a stay of this weekend begins and ends.
    fn hours(&self, weekend: &Weekend) -> (Timestamp, Timestamp) {
        let at = |day: Date, text: &str| {
            let (h, m) = text.split_once(':').unwrap_or(("17", "30"));
            Timestamp::from_shanghai(day.at(h.parse().unwrap_or(17), m.parse().unwrap_or(30), 0, 0))
        };
        let usual = |text: &str, usual: &str| clock(text).unwrap_or_else(|_| usual.to_owned());
        let release = usual(&self.school.release_at, "17:30");
        let back = usual(&self.school.return_at, "18:30");
        (at(weekend.leaves_on, &release), at(weekend.last, &back))
    }

    /// The open stays of the children from now on, and the weekends proposed to their pairs already.
    async fn standing(&self, tx: &Tx) -> Result<Standing, Error> {
        let children: Vec<Uuid> = self.active.iter().map(|p| p.child_id).collect();
        let stays = tx
            .for_rule::<stay::Entity>()
            .and(stay::Column::ChildId.is_in(children))
            .and(stay::Column::EndsAt.gt(tx.now().0))
            .and(stay::Column::State.is_in(StayState::OPEN))
            .all(tx)
            .await?;
        let plans = tx
            .for_rule::<term_plan::Entity>()
            .and(term_plan::Column::PairId.is_in(self.active.iter().map(|p| p.id)))
            .and(term_plan::Column::State.eq("open"))
            .all(tx)
            .await?;
        let proposed = tx
            .for_rule::<term_weekend::Entity>()
            .and(term_weekend::Column::PlanId.is_in(plans.iter().map(|p| p.id)))
            .all(tx)
            .await?;
        Ok(Standing { stays, plans, proposed, alone: self.alone })
    }
}

struct Standing {
    stays: Vec<stay::Model>,
    plans: Vec<term_plan::Model>,
    proposed: Vec<term_weekend::Model>,
    alone: bool,
}

impl Standing {
    fn plan(&self, pair: &pair::Model) -> Option<&term_plan::Model> {
        self.plans.iter().find(|plan| plan.pair_id == pair.id)
    }

    fn taken(&self, pair: &pair::Model, weekend: &Weekend) -> Option<StayState> {
        let own: Vec<stay::Model> = self.stays.iter().filter(|s| s.child_id == pair.child_id).cloned().collect();
        crate::stay::taken(&own, weekend)
    }

    /// What the pair's open plan says of the weekend after this day.
    fn row(&self, pair: &pair::Model, eve: Date) -> Option<&term_weekend::Model> {
        let plan = self.plan(pair)?.id;
        self.proposed.iter().find(|w| w.plan_id == plan && Timestamp(w.starts_at).date() == eve)
    }

    fn is_free(&self, pair: &pair::Model, weekend: &Weekend) -> bool {
        let may_be = !weekend.is_vacation() && crate::pair::lasts(pair, weekend.last);
        let again = |row: &term_weekend::Model| self.alone && came_to_nothing(row);
        may_be && self.taken(pair, weekend).is_none() && self.row(pair, weekend.leaves_on).is_none_or(again)
    }
}

/// Whether nobody is asked about a weekend any more: somebody took it out, or what was asked for is no longer open.
fn came_to_nothing(row: &term_weekend::Model) -> bool {
    row.stay_id.is_some() || answer::answers(row).standing() == naheya_domain::term::Standing::Out
}

impl Desk {
    /// The weekends of the term that may be proposed.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Refused`] with `plan.no_school`.
    pub async fn term_ahead(&self, whom: Whom) -> Result<TermAhead, Error> {
        self.require(Action::RequestStay).or_else(|_| self.require(Action::ApproveStay))?;
        let tx = self.read();
        let ground = ground(&tx, whom).await?;
        let standing = ground.standing(&tx).await?;
        let weekends = ground.weekends.iter().map(|weekend| TermFree {
            taken: match ground.active.as_slice() {
                [only] => standing.taken(only, weekend),
                _ => None,
            },
            free: ground.active.iter().filter(|pair| standing.is_free(pair, weekend)).count(),
            weekend: weekend.clone(),
        });
        Ok(TermAhead {
            weekends: weekends.collect(),
            pairs: named(&tx, &ground.active).await?,
            settling: ground.settling,
            term: ground.term.clone(),
            school: ground.school.name.clone(),
        })
    }
}

async fn named(tx: &Tx, pairs: &[pair::Model]) -> Result<Vec<(PairId, String, String)>, Error> {
    let kids = Condition::all().add(child::Column::Id.is_in(pairs.iter().map(|p| p.child_id)));
    let kids = tx.visible::<child::Entity>().and(kids).all(tx).await?;
    let carers = Condition::all().add(volunteer::Column::Id.is_in(pairs.iter().map(|p| p.volunteer_id)));
    let carers = tx.visible::<volunteer::Entity>().and(carers).all(tx).await?;
    let line = |p: &pair::Model| {
        let child = kids.iter().find(|c| c.id == p.child_id)?.name.clone();
        let carer = carers.iter().find(|v| v.id == p.volunteer_id).map(|v| v.name.clone()).unwrap_or_default();
        Some((PairId(p.id), child, carer))
    };
    Ok(pairs.iter().filter_map(line).collect())
}

/// What came of a proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// The plans that were made or grew.
    pub plans: Vec<TermPlanId>,
    /// Weekends proposed, over all pairs.
    pub weekends: usize,
    /// Weekends left out, over all pairs, because a stay or a proposal stands on them.
    pub left: usize,
}

/// Weekends of the term are proposed: to both sides of one pair, or of every pair of a school.
#[derive(Clone, Debug)]
pub struct ProposePlans {
    /// To whom.
    pub whom: Whom,
    /// The weekends, by the last school day before each.
    pub weekends: Vec<Date>,
}

impl Act for ProposePlans {
    const NAME: &'static str = "term_plan.propose";
    type Answer = Proposed;

    async fn run(&self, tx: &Tx) -> Result<Proposed, Error> {
        tx.require(Action::RequestStay).or_else(|_| tx.require(Action::ApproveStay))?;
        let chosen: BTreeSet<Date> = self.weekends.iter().copied().collect();
        if chosen.is_empty() || chosen.len() > MOST_WEEKENDS {
            return Err(Error::field("weekend", "required.missing"));
        }
        let ground = ground(tx, self.whom).await?;
        let weekends: Vec<&Weekend> = ground.weekends.iter().filter(|w| chosen.contains(&w.leaves_on)).collect();
        if weekends.len() != chosen.len() {
            // The calendar has changed since the page was sent.
            return Err(Error::field("weekend", "choice.unknown"));
        }
        if ground.active.is_empty() {
            return Err(Error::refused(if ground.settling > 0 { "plan.settling" } else { "plan.nobody" }));
        }
        let standing = ground.standing(tx).await?;
        let mut done = Proposed::default();
        for pair in &ground.active {
            let free: Vec<&Weekend> = weekends.iter().copied().filter(|w| standing.is_free(pair, w)).collect();
            done.left += weekends.len() - free.len();
            if free.is_empty() {
                continue;
            }
            done.weekends += free.len();
            let spans = free.into_iter().map(|w| ground.hours(w)).collect();
            done.plans.push(propose(tx, pair, &standing, spans).await?);
        }
        if done.plans.is_empty() { Err(Error::refused("plan.all_taken")) } else { Ok(done) }
    }
}

async fn propose(
    tx: &Tx,
    pair: &pair::Model,
    standing: &Standing,
    spans: Vec<(Timestamp, Timestamp)>,
) -> Result<TermPlanId, Error> {
    let plan = match standing.plan(pair) {
        Some(plan) => plan.id,
        None => begin(tx, pair).await?,
    };
    let (again, fresh): (Vec<_>, Vec<_>) =
        spans.into_iter().partition(|(from, _)| standing.row(pair, from.date()).is_some());
    for (from, to) in again {
        let Some(before) = standing.row(pair, from.date()) else { continue };
        let after = term_weekend::Model {
            starts_at: from.0,
            ends_at: to.0,
            volunteer_yes: None,
            guardian_yes: None,
            stay_id: None,
            refusal: None,
            ..before.clone()
        };
        tx.change::<term_weekend::Entity>(before, after).await?;
    }
    let rows = fresh.into_iter().map(|(from, to)| term_weekend::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        plan_id: plan,
        starts_at: from.0,
        ends_at: to.0,
        volunteer_yes: None,
        guardian_yes: None,
        stay_id: None,
        refusal: None,
        version: 1,
    });
    tx.insert_all::<term_weekend::Entity>(rows.collect()).await?;
    let about = ("term_plans", Some(plan));
    let carer = stands_for(tx, pair.volunteer_id).await?;
    if let Some(account) = carer.filter(|account| *account != tx.account()) {
        let due_at = tx.now().0;
        tx.notify(Letter {
            kind: "plan.proposed",
            to_account: Some(account),
            to_role: None,
            to_person: None,
            about,
            due_at,
        });
    }
    tell_guardians(tx, "plan.proposed", pair.child_id, about).await?;
    Ok(TermPlanId(plan))
}

async fn begin(tx: &Tx, pair: &pair::Model) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let hers = !tx.is_system() && tx.viewer().role == Role::Volunteer;
    tx.insert::<term_plan::Entity>(term_plan::Model {
        area_id: tx.area_id(),
        id,
        pair_id: pair.id,
        child_id: pair.child_id,
        volunteer_id: pair.volunteer_id,
        state: PlanState::Open.code().into(),
        by_side: if hers { "volunteer" } else { "office" }.into(),
        proposed_by: tx.account(),
        proposed_at: tx.now().0,
        adults: None,
        guests_sealed: None,
        going_sealed: None,
        volunteer_by: None,
        guardian_by: None,
        version: 1,
    })
    .await?;
    Ok(id)
}

/// A proposal is taken back; what has been asked for already stays.
#[derive(Clone, Debug)]
pub struct WithdrawPlan {
    /// Which.
    pub plan: TermPlanId,
}

impl Act for WithdrawPlan {
    const NAME: &'static str = "term_plan.withdraw";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RequestStay).or_else(|_| tx.require(Action::ApproveStay))?;
        let before = tx.visible::<term_plan::Entity>().id(self.plan).one(tx).await?;
        if before.state != PlanState::Open.code() {
            return Err(Error::refused("plan.over"));
        }
        let after = term_plan::Model { state: PlanState::Withdrawn.code().into(), ..before.clone() };
        tx.change::<term_plan::Entity>(&before, after).await?;
        Ok(())
    }
}

/// A pair is over: nobody is asked any more about what was proposed to it.
pub(crate) async fn withdraw_of(tx: &Tx, pair: Uuid) -> Result<(), Error> {
    use term_plan::Column as P;
    let of_pair = tx.for_rule::<term_plan::Entity>().and(P::PairId.eq(pair));
    for before in of_pair.and(P::State.eq(PlanState::Open.code())).all(tx).await? {
        let after = term_plan::Model { state: PlanState::Withdrawn.code().into(), ..before.clone() };
        tx.change::<term_plan::Entity>(&before, after).await?;
    }
    Ok(())
}

/// Rows by the plan they belong to.
fn by_plan(rows: Vec<term_weekend::Model>) -> BTreeMap<Uuid, Vec<term_weekend::Model>> {
    let mut all: BTreeMap<Uuid, Vec<term_weekend::Model>> = BTreeMap::new();
    for row in rows {
        all.entry(row.plan_id).or_default().push(row);
    }
    all
}
