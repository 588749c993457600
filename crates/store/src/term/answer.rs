//! What the two sides say to proposed weekends, and asking for those that both want.

use naheya_domain::access::Action;
use naheya_domain::error::Refusal;
use naheya_domain::household::is_adult;
use naheya_domain::id::{StayId, TermPlanId, TermWeekendId};
use naheya_domain::stay::gate::{Circle, NEUTRAL, TeacherWord, spoken};
use naheya_domain::stay::{Going, NewStay, RunsFrom};
use naheya_domain::term::{Answers, PlanState, Side, Standing};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::TABLE;
use crate::Error;
use crate::consent::not_the_carer;
use crate::grant::stands_for;
use crate::guardian::tell_guardians;
use crate::household::date;
use crate::school::calendar;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, household_member, school, term_plan, term_weekend, volunteer};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::stay::RequestStay;
use crate::stay::fact::{Claim, Dossier};

/// Who sleeps in the home and whether they go away: said by the volunteer with her yes, for all the
/// weekends; each stay can be called off and asked for anew where it is otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtHome {
    /// Members of the household, 1 to 12.
    pub adults: Vec<Uuid>,
    /// Others, by name.
    pub guests: Vec<String>,
    /// Going away?
    pub going: Going,
}

/// What came of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Weekends answered with yes.
    pub yes: usize,
    /// Weekends taken out.
    pub out: usize,
    /// Stays asked for now.
    pub asked: Vec<StayId>,
    /// Weekends that both want and a rule does not allow yet.
    pub refused: usize,
}

/// One side's answer to all the weekends that can be agreed to now: those under a valid overnight
/// consent to which this side has said nothing yet. With one touch, and nothing chosen beforehand.
#[derive(Clone, Debug)]
pub struct AnswerPlan {
    /// Which plan.
    pub plan: TermPlanId,
    /// Whether any of them is wanted.
    pub yes: bool,
    /// Those taken out of a yes.
    pub out: Vec<TermWeekendId>,
    /// The volunteer's home; needed with her yes.
    pub home: Option<AtHome>,
    /// Plans of brothers and sisters that are answered in the same way, for the weekends that both have.
    pub also: Vec<TermPlanId>,
}

impl Act for AnswerPlan {
    const NAME: &'static str = "term_plan.answer";
    type Answer = Settled;

    async fn run(&self, tx: &Tx) -> Result<Settled, Error> {
        let side = side_of(tx)?;
        let before = open_plan(tx, self.plan).await?;
        if side == Side::Guardian && self.yes {
            not_the_carer(tx, before.child_id).await?;
        }
        let guardian = match (side, &tx.viewer().place) {
            (Side::Guardian, Place::Person(id)) => Some(*id),
            _ => None,
        };
        self.keep(tx, side, before, guardian).await
    }
}

/// The plan, while it still takes answers.
pub(super) async fn open_plan(tx: &Tx, plan: TermPlanId) -> Result<term_plan::Model, Error> {
    let plan = tx.visible::<term_plan::Entity>().id(plan).one(tx).await?;
    if takes_answers(tx, &plan).await? { Ok(plan) } else { Err(Error::refused("plan.over")) }
}

/// Whether a plan still takes answers: an open one, and for the volunteer herself one that was closed by what somebody else wrote
/// down for her, unless a newer one is being asked about.
pub(super) async fn takes_answers(tx: &Tx, plan: &term_plan::Model) -> Result<bool, Error> {
    if plan.state != PlanState::Settled.code() || !is_written_for_her(tx, plan) {
        return Ok(plan.state == PlanState::Open.code());
    }
    let others = tx.for_rule::<term_plan::Entity>().and(term_plan::Column::PairId.eq(plan.pair_id));
    Ok(others.and(term_plan::Column::State.eq(PlanState::Open.code())).first(tx).await?.is_none())
}

/// Whether the volunteer is at work and somebody else wrote her answer down.
fn is_written_for_her(tx: &Tx, plan: &term_plan::Model) -> bool {
    let is_her = !tx.is_system() && tx.viewer().role == Role::Volunteer;
    is_her && plan.volunteer_by.is_some_and(|by| by != tx.account())
}

/// Whether the volunteer may say something else than somebody wrote down for her: as long as the weekend was not asked for, and
/// the guardian did not take it out.
pub(super) fn may_put_right(tx: &Tx, plan: &term_plan::Model, row: &term_weekend::Model) -> bool {
    let stands = row.volunteer_yes.is_some() && row.guardian_yes != Some(false) && row.stay_id.is_none();
    stands && row.starts_at > tx.now().0 && is_written_for_her(tx, plan)
}

impl AnswerPlan {
    /// Keeps the answer of one side to this plan and to those of brothers and sisters; `guardian` is the person who gave
    /// it on the guardians' side.
    pub(super) async fn keep(
        &self,
        tx: &Tx,
        side: Side,
        before: term_plan::Model,
        guardian: Option<Uuid>,
    ) -> Result<Settled, Error> {
        let rows = weekends(tx, before.id).await?;
        let mut others = Vec::new();
        for id in self.also.iter().filter(|id| id.0 != before.id) {
            let plan = open_plan(tx, *id).await?;
            let theirs = weekends(tx, plan.id).await?;
            others.push((self.same_days(&rows, &theirs), plan, theirs));
        }
        let mut done = Settled::default();
        self.keep_one(tx, (side, guardian), before, rows, &mut done).await?;
        for ((answer, shared), plan, mut theirs) in others {
            theirs.retain(|row| shared.contains(&row.id));
            answer.keep_one(tx, (side, guardian), plan, theirs, &mut done).await?;
        }
        Ok(done)
    }

    /// The same answer to another plan, and which of its weekends it is about: those of the same hours.
    fn same_days(&self, mine: &[term_weekend::Model], theirs: &[term_weekend::Model]) -> (AnswerPlan, Vec<Uuid>) {
        let twin = |row: &term_weekend::Model| {
            mine.iter().find(|m| (m.starts_at, m.ends_at) == (row.starts_at, row.ends_at)).map(|m| m.id)
        };
        let is_out = |row: &&term_weekend::Model| twin(row).is_some_and(|id| self.out.iter().any(|out| out.0 == id));
        let out = theirs.iter().filter(is_out).map(|row| TermWeekendId(row.id)).collect();
        let shared = theirs.iter().filter(|row| twin(row).is_some()).map(|row| row.id).collect();
        (AnswerPlan { out, also: Vec::new(), ..self.clone() }, shared)
    }

    /// Answers those of `rows` that can be agreed to now.
    async fn keep_one(
        &self,
        tx: &Tx,
        (side, guardian): (Side, Option<Uuid>),
        before: term_plan::Model,
        rows: Vec<term_weekend::Model>,
        done: &mut Settled,
    ) -> Result<(), Error> {
        let covered = covered(tx, &before, &rows).await?;
        let now = tx.now();
        let is_asked = |w: &term_weekend::Model| is_open_for(w, side, now) || may_put_right(tx, &before, w);
        let mine = rows.into_iter().zip(covered).filter(|(w, covered)| *covered && is_asked(w));
        let mine: Vec<term_weekend::Model> = mine.map(|(w, _)| w).collect();
        if mine.is_empty() {
            return Err(Error::refused("plan.nothing_to_answer"));
        }
        let plan = self.keep_home(tx, side, before, guardian).await?;
        for row in mine {
            self.answer(tx, side, &plan, row, done).await?;
        }
        settle(tx, plan, side).await
    }
}

/// On whose side the viewer answers.
fn side_of(tx: &Tx) -> Result<Side, Error> {
    match tx.viewer().role {
        _ if tx.is_system() => Err(Error::Forbidden),
        Role::Volunteer => tx.require(Action::RequestStay).map(|()| Side::Volunteer),
        Role::Guardian => tx.require(Action::GiveConsent).map(|()| Side::Guardian),
        _ => Err(Error::Forbidden),
    }
}

pub(super) async fn weekends(tx: &Tx, plan: Uuid) -> Result<Vec<term_weekend::Model>, Error> {
    let rows = tx.for_rule::<term_weekend::Entity>().and(term_weekend::Column::PlanId.eq(plan));
    rows.by(term_weekend::Column::StartsAt).all(tx).await
}

pub(super) fn answers(row: &term_weekend::Model) -> Answers {
    Answers { volunteer: row.volunteer_yes, guardian: row.guardian_yes }
}

/// Whether this side may still say something to the weekend.
pub(super) fn is_open_for(row: &term_weekend::Model, side: Side, now: Timestamp) -> bool {
    let said = answers(row);
    said.standing() == Standing::Open && said.of(side).is_none() && row.starts_at > now.0
}

/// For each weekend, whether a valid overnight consent covers it.
pub(super) async fn covered(
    tx: &Tx,
    plan: &term_plan::Model,
    weekends: &[term_weekend::Model],
) -> Result<Vec<bool>, Error> {
    let claims: Vec<Claim> = weekends.iter().map(|w| claim(plan, w)).collect();
    let dossier = Dossier::of(tx, &claims).await?;
    Ok(claims.iter().map(|claim| dossier.consent(claim).is_some()).collect())
}

/// The weekend as a claim: only its child and its days are asked about.
fn claim(plan: &term_plan::Model, weekend: &term_weekend::Model) -> Claim {
    Claim {
        stay: None,
        pair: plan.pair_id,
        child: plan.child_id,
        volunteer: plan.volunteer_id,
        household: Uuid::nil(),
        starts_at: weekend.starts_at,
        ends_at: weekend.ends_at,
        start: RunsFrom::School,
        day_only: false,
        adults: Vec::new(),
        guests: Vec::new(),
        teacher: TeacherWord::Open,
        requested_at: None,
        suspended: None,
    }
}

impl AnswerPlan {
    /// Who answered, and the volunteer's home with her yes.
    async fn keep_home(
        &self,
        tx: &Tx,
        side: Side,
        before: term_plan::Model,
        guardian: Option<Uuid>,
    ) -> Result<term_plan::Model, Error> {
        let mut after = before.clone();
        match side {
            Side::Guardian => after.guardian_by = guardian,
            Side::Volunteer => {
                after.volunteer_by = Some(tx.account());
                if self.yes {
                    let home = self.home.as_ref().ok_or_else(|| Error::field("adults", "required.missing"))?;
                    let young = young_at_home(tx, after.volunteer_id).await?;
                    let ids: Vec<String> = home.adults.iter().chain(&young).map(ToString::to_string).collect();
                    after.adults = Some(ids.join(" "));
                    after.guests_sealed =
                        tx.seal_some(TABLE, "guests_sealed", after.id, Some(&home.guests.join("、")))?;
                    let going = match &home.going {
                        Going::Nowhere => None,
                        Going::Away(plan) => Some(plan.as_str()),
                    };
                    after.going_sealed = tx.seal_some(TABLE, "going_sealed", after.id, going)?;
                }
            }
        }
        tx.change::<term_plan::Entity>(&before, after).await
    }

    async fn answer(
        &self,
        tx: &Tx,
        side: Side,
        plan: &term_plan::Model,
        before: term_weekend::Model,
        done: &mut Settled,
    ) -> Result<(), Error> {
        let yes = self.yes && !self.out.iter().any(|id| id.0 == before.id);
        let mut stood = answers(&before);
        if side == Side::Volunteer {
            // What stands here was written down for her: her own word comes in its place.
            stood.volunteer = None;
        }
        let said = stood.with(side, yes);
        let mut after = before.clone();
        after.volunteer_yes = said.volunteer;
        after.guardian_yes = said.guardian;
        if yes {
            done.yes += 1;
        } else {
            done.out += 1;
        }
        if said.standing() == Standing::Agreed {
            ask_for(tx, plan, &mut after, done).await?;
        } else {
            after.refusal = None;
        }
        tx.change::<term_weekend::Entity>(&before, after).await?;
        Ok(())
    }
}

/// Who lives in her home and is not of age yet. Nobody asks her whether they are there, and the weekends are asked for up to a
/// term later: on those after their birthday they count.
async fn young_at_home(tx: &Tx, carer: Uuid) -> Result<Vec<Uuid>, Error> {
    let carer = tx.for_rule::<volunteer::Entity>().id(carer).one(tx).await?;
    let of_home = household_member::Column::HouseholdId.eq(carer.household_id);
    let members = tx.for_rule::<household_member::Entity>().and(of_home).all(tx).await?;
    let is_young = |m: &&household_member::Model| !m.guest && !is_adult(date(m.birth_on.as_deref()), tx.now().date());
    Ok(members.iter().filter(is_young).map(|m| m.id).collect())
}

/// A weekend that both want becomes a request, if rule 2 lets it; else the rule is kept beside it and
/// the others go on.
async fn ask_for(
    tx: &Tx,
    plan: &term_plan::Model,
    weekend: &mut term_weekend::Model,
    done: &mut Settled,
) -> Result<(), Error> {
    if !fits(tx, plan, weekend).await? {
        weekend.refusal = Some("plan.calendar_moved".to_owned());
        done.refused += 1;
        return Ok(());
    }
    let new = new_stay(tx, plan, weekend)?;
    match (RequestStay { new }).make(tx, plan.volunteer_by.unwrap_or(plan.proposed_by)).await {
        Ok(made) => {
            weekend.stay_id = made.first().map(|id| id.0);
            weekend.refusal = None;
            done.asked.extend(made);
        }
        Err(error) => {
            weekend.refusal = Some(neutral(error)?.code.to_owned());
            done.refused += 1;
        }
    }
    Ok(())
}

/// Whether the school still lets the child go on these days: its calendar may have changed since they were proposed.
async fn fits(tx: &Tx, plan: &term_plan::Model, weekend: &term_weekend::Model) -> Result<bool, Error> {
    let child = tx.for_rule::<child::Entity>().id(plan.child_id).one(tx).await?;
    let Some(school) = child.school_id else { return Ok(true) };
    let school = tx.for_rule::<school::Entity>().id(school).first(tx).await?;
    let calendar = calendar(tx, school.as_ref(), tx.now().date()).await?;
    let (first, last) = (Timestamp(weekend.starts_at).date(), Timestamp(weekend.ends_at).date());
    Ok(calendar.against(first, last, true, true).is_none())
}

/// The rule's code as everybody may read it; faults that are no rule's stay faults.
fn neutral(error: Error) -> Result<Refusal, Error> {
    match error {
        // Who asks may hear more than those who read it beside the weekend.
        Error::Refused(refusal) => {
            let outside = Circle { wishes: false, checks: false, concerns: false };
            Ok(spoken(vec![refusal], outside).into_iter().next().unwrap_or_else(|| Refusal::new(NEUTRAL)))
        }
        // The pair is no longer there for whoever answers, or somebody named has left the home.
        Error::NotFound => Ok(Refusal::new("stay.pair_not_active")),
        Error::Invalid(_) => Ok(Refusal::new("plan.home_changed")),
        other => Err(other),
    }
}

fn new_stay(tx: &Tx, plan: &term_plan::Model, weekend: &term_weekend::Model) -> Result<NewStay, Error> {
    let adults = plan.adults.as_deref().unwrap_or_default().split(' ').filter_map(|id| Uuid::try_parse(id).ok());
    let guests = tx.open_some(TABLE, "guests_sealed", plan.id, plan.guests_sealed.as_ref())?.unwrap_or_default();
    let going = tx.open_some(TABLE, "going_sealed", plan.id, plan.going_sealed.as_ref())?;
    Ok(NewStay {
        pairs: vec![plan.pair_id],
        starts_at: Timestamp(weekend.starts_at),
        ends_at: Timestamp(weekend.ends_at),
        start: RunsFrom::School,
        end: RunsFrom::School,
        hands: None,
        adults: adults.collect(),
        guests: guests.split('、').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        going: going.map_or(Going::Nowhere, Going::Away),
    })
}

/// Closes a plan in which nothing is open any more, opens one in which something is again, and tells whoever comes next.
async fn settle(tx: &Tx, before: term_plan::Model, side: Side) -> Result<(), Error> {
    let about = ("term_plans", Some(before.id));
    let due_at = tx.now().0;
    let open = |w: &term_weekend::Model| answers(w).standing() == Standing::Open && w.starts_at > tx.now().0;
    let rows = weekends(tx, before.id).await?;
    let state = if rows.iter().any(open) { PlanState::Open } else { PlanState::Settled };
    if before.state != state.code() {
        let after = term_plan::Model { state: state.code().into(), ..before.clone() };
        tx.change::<term_plan::Entity>(&before, after).await?;
    }
    if state == PlanState::Settled {
        tx.notify(Letter {
            kind: "plan.settled",
            to_account: None,
            to_role: Some("coordinator"),
            to_person: None,
            about,
            due_at,
        });
        return Ok(());
    }
    match side {
        Side::Volunteer => tell_guardians(tx, "plan.answered", before.child_id, about).await,
        Side::Guardian => {
            let to_account = stands_for(tx, before.volunteer_id).await?;
            if to_account.is_some() {
                tx.notify(Letter { kind: "plan.answered", to_account, to_role: None, to_person: None, about, due_at });
            }
            Ok(())
        }
    }
}

/// What both want and a rule refused is asked for again, once the rule is met.
#[derive(Clone, Debug)]
pub struct AskAgain {
    /// Which plan.
    pub plan: TermPlanId,
}

impl Act for AskAgain {
    const NAME: &'static str = "term_plan.ask_again";
    type Answer = Settled;

    async fn run(&self, tx: &Tx) -> Result<Settled, Error> {
        tx.require(Action::RequestStay)?;
        let plan = tx.visible::<term_plan::Entity>().id(self.plan).one(tx).await?;
        if plan.state == PlanState::Withdrawn.code() {
            return Err(Error::refused("plan.over"));
        }
        let mut done = Settled::default();
        for before in weekends(tx, plan.id).await? {
            if before.refusal.is_none() || before.stay_id.is_some() || before.starts_at <= tx.now().0 {
                continue;
            }
            let mut after = before.clone();
            ask_for(tx, &plan, &mut after, &mut done).await?;
            tx.change::<term_weekend::Entity>(&before, after).await?;
        }
        Ok(done)
    }
}
