//! A side that has changed its mind about proposed weekends takes back what it said, as long as nothing was asked for, and is
//! asked anew. What a stay has come of is called off instead.

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::id::TermPlanId;
use naheya_domain::pair::PairState;
use naheya_domain::term::{PlanState, Side};
use sea_orm::ColumnTrait;

use super::answer::{answers, weekends};
use crate::Error;
use crate::carer::is_with;
use crate::consent::not_the_carer;
use crate::grant::people_of;
use crate::sealed::act::Act;
use crate::sealed::entity::{pair, plan_record, term_plan, term_weekend};
use crate::sealed::tx::Tx;

/// One side's answers to weekends ahead that were not asked for are taken back. The answer is how many.
#[derive(Clone, Debug)]
pub struct ReopenPlan {
    /// Which plan.
    pub plan: TermPlanId,
    /// Whose answers: one's own, or, for the office, those that were written down for that side.
    pub side: Side,
}

impl Act for ReopenPlan {
    const NAME: &'static str = "term_plan.reopen";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        let plan = tx.visible::<term_plan::Entity>().id(self.plan).one(tx).await?;
        self.may(tx, &plan).await?;
        if plan.state == PlanState::Withdrawn.code() {
            return Err(Error::refused("plan.over"));
        }
        let mut taken_back = 0;
        for before in weekends(tx, plan.id).await? {
            let said = answers(&before);
            if before.stay_id.is_some() || before.starts_at <= tx.now().0 || !said.may_take_back(self.side) {
                continue;
            }
            let said = said.without(self.side);
            let after = term_weekend::Model {
                volunteer_yes: said.volunteer,
                guardian_yes: said.guardian,
                refusal: None,
                ..before.clone()
            };
            tx.change::<term_weekend::Entity>(&before, after).await?;
            taken_back += 1;
        }
        if taken_back == 0 {
            return Err(Error::refused("plan.nothing_to_take_back"));
        }
        ask_anew(tx, &plan).await?;
        Ok(taken_back)
    }
}

impl ReopenPlan {
    /// What somebody said herself, she alone takes back: nobody writes another word over hers.
    async fn may(&self, tx: &Tx, plan: &term_plan::Model) -> Result<(), Error> {
        if tx.is_system() {
            return Err(Error::Forbidden);
        }
        match (tx.viewer().role, self.side) {
            (Role::Volunteer, Side::Volunteer) => tx.require(Action::RequestStay),
            (Role::Guardian, Side::Guardian) => tx.require(Action::GiveConsent),
            (Role::Volunteer | Role::Guardian, _) => Err(Error::Forbidden),
            (_, Side::Volunteer) => {
                tx.require(Action::RequestStay)?;
                if is_with(tx, plan.volunteer_id).await? {
                    return Err(Error::refused("plan.own_home"));
                }
                let Some(by) = plan.volunteer_by else { return Ok(()) };
                let is_hers = people_of(tx, by).await?.contains(&plan.volunteer_id);
                if is_hers { Err(Error::refused("plan.her_own_word")) } else { Ok(()) }
            }
            (_, Side::Guardian) => {
                tx.require(Action::RecordConsent)?;
                not_the_carer(tx, plan.child_id).await?;
                let records = tx.for_rule::<plan_record::Entity>().and(plan_record::Column::PlanId.eq(plan.id));
                let is_written = records.first(tx).await?.is_some();
                if is_written { Ok(()) } else { Err(Error::refused("plan.her_own_word")) }
            }
        }
    }
}

/// A plan that was taken back by a slip is asked about again, with all that was said to it.
#[derive(Clone, Debug)]
pub struct RestorePlan {
    /// Which plan.
    pub plan: TermPlanId,
}

impl Act for RestorePlan {
    const NAME: &'static str = "term_plan.restore";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RequestStay).or_else(|_| tx.require(Action::ApproveStay))?;
        let plan = tx.visible::<term_plan::Entity>().id(self.plan).one(tx).await?;
        if plan.state != PlanState::Withdrawn.code() {
            return Err(Error::refused("plan.not_withdrawn"));
        }
        let pair = tx.for_rule::<pair::Entity>().id(plan.pair_id).one(tx).await?;
        if pair.state == PairState::Ended.code() {
            // It went with the pair, and nobody is asked about that any more.
            return Err(Error::refused("plan.over"));
        }
        ask_anew(tx, &plan).await
    }
}

/// A plan that was closed is asked about again, unless a newer one of the pair is: there is one at a time.
async fn ask_anew(tx: &Tx, plan: &term_plan::Model) -> Result<(), Error> {
    if plan.state == PlanState::Open.code() {
        return Ok(());
    }
    let newer = tx.for_rule::<term_plan::Entity>().and(term_plan::Column::PairId.eq(plan.pair_id));
    if newer.and(term_plan::Column::State.eq(PlanState::Open.code())).first(tx).await?.is_some() {
        return Err(Error::refused("plan.newer"));
    }
    let after = term_plan::Model { state: PlanState::Open.code().into(), ..plan.clone() };
    tx.change::<term_plan::Entity>(plan, after).await?;
    Ok(())
}
