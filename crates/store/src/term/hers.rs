//! A volunteer's answer to proposed weekends that she gave the office by phone or in person: not everybody has a phone that
//! opens a page. The coordinator writes it down with how it was said, never for the own home. What she says herself later comes
//! in its place (`answer.rs`).

use naheya_domain::access::Action;
use naheya_domain::id::{TermPlanId, TermWeekendId};
use naheya_domain::term::Side;
use naheya_domain::{Role, Timestamp};
use sea_orm::ColumnTrait;

use super::answer::{AnswerPlan, AtHome, Settled, open_plan};
use crate::assent::words;
use crate::audit::reason;
use crate::carer::is_with;
use crate::grant::{people_of, stands_for};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, audit_event, term_plan};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A volunteer's answer to all the weekends that can be agreed to now, written down by the coordinator.
#[derive(Clone, Debug)]
pub struct RecordHerAnswer {
    /// Which plan.
    pub plan: TermPlanId,
    /// Whether any of the weekends is wanted.
    pub yes: bool,
    /// Those taken out of a yes.
    pub out: Vec<TermWeekendId>,
    /// Her home; needed with her yes.
    pub home: Option<AtHome>,
    /// Plans of brothers and sisters that were answered in the same way.
    pub also: Vec<TermPlanId>,
    /// How it was said and who heard it, 2 to 200 characters; kept in the trail.
    pub said: String,
}

impl Act for RecordHerAnswer {
    const NAME: &'static str = "term_plan.record_hers";
    type Answer = Settled;

    async fn run(&self, tx: &Tx) -> Result<Settled, Error> {
        tx.require(Action::RequestStay)?;
        if !tx.is_system() && tx.viewer().role == Role::Volunteer {
            return Err(Error::Forbidden);
        }
        let said = words("said", &self.said, 2)?;
        let plan = open_plan(tx, self.plan).await?;
        if is_with(tx, plan.volunteer_id).await? {
            return Err(Error::refused("plan.own_home"));
        }
        let about = (super::TABLE, Some(plan.id));
        // What others wrote down, she reads and puts right.
        let to_account = stands_for(tx, plan.volunteer_id).await?;
        if to_account.is_some() {
            let due_at = tx.now().0;
            tx.notify(Letter { kind: "plan.recorded", to_account, to_role: None, to_person: None, about, due_at });
        }
        let (yes, out, also) = (self.yes, self.out.clone(), self.also.clone());
        let answer = AnswerPlan { plan: self.plan, yes, out, home: self.home.clone(), also };
        let done = answer.keep(tx, Side::Volunteer, plan, None).await?;
        tx.because(&said);
        for id in std::iter::once(self.plan).chain(self.also.iter().copied().filter(|id| *id != self.plan)) {
            tx.note(super::TABLE, Some(id.0), "answers");
        }
        Ok(done)
    }
}

/// An answer of the volunteer's that was written down for her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HerRecord {
    /// Who wrote it down.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How it was said; none once it was erased.
    pub said: Option<String>,
}

impl Desk {
    /// What was written down for the volunteer and still stands; nothing when she answered herself.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn her_plan_record(&self, plan: TermPlanId) -> Result<Option<HerRecord>, Error> {
        use audit_event::Column as A;
        let tx = self.read();
        let plan = tx.visible::<term_plan::Entity>().id(plan).one(&tx).await?;
        let Some(by) = plan.volunteer_by else { return Ok(None) };
        if people_of(&tx, by).await?.contains(&plan.volunteer_id) {
            return Ok(None);
        }
        let staff = tx.common::<account::Entity>().id(by).first(&tx).await?;
        let about = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(super::TABLE)).and(A::RefId.eq(plan.id));
        let told = about.and(A::Act.eq(RecordHerAnswer::NAME)).and(A::Reason.is_not_null());
        let Some(event) = told.by_desc(A::N).first(&tx).await? else { return Ok(None) };
        let said = reason::words_of(&tx, std::slice::from_ref(&event)).await?.remove(&event.n);
        let by = staff.map(|account| account.display_name).unwrap_or_default();
        Ok(Some(HerRecord { by, at: Timestamp(event.at), said }))
    }
}
