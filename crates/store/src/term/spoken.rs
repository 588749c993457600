//! A guardian's answer to proposed weekends that was given on paper, by voice or on the phone: not everybody has a phone
//! that opens a link. Staff or the class teacher write it down with what proves it, never the volunteer (product.md rule 14).

use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Class, Scope};
use naheya_domain::id::{GuardianId, TermPlanId, TermWeekendId};
use naheya_domain::term::Side;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::answer::{AnswerPlan, Settled, open_plan};
use crate::consent::{Proof, guardian_of, not_the_carer};
use crate::guardian::tell_guardian;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, guardian, plan_record, term_plan};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "plan_records";

/// A guardian's answer to all the weekends that can be agreed to now, written down by somebody else.
#[derive(Clone, Debug)]
pub struct RecordPlanAnswer {
    /// Which plan.
    pub plan: TermPlanId,
    /// Who gave it.
    pub guardian: GuardianId,
    /// Whether any of the weekends is wanted.
    pub yes: bool,
    /// Those taken out of a yes.
    pub out: Vec<TermWeekendId>,
    /// Plans of brothers and sisters that were answered in the same way.
    pub also: Vec<TermPlanId>,
    /// `paper`, `voice` or `phone`.
    pub how: String,
    /// What proves it: where the paper lies, who heard it; sealed, 1 to 300 characters.
    pub evidence: String,
}

impl Act for RecordPlanAnswer {
    const NAME: &'static str = "term_plan.record";
    type Answer = Settled;

    async fn run(&self, tx: &Tx) -> Result<Settled, Error> {
        tx.require(Action::RecordConsent)?;
        let proof = Proof::parse(&self.how, &self.evidence)?;
        let person = tx.for_rule::<guardian::Entity>().id(self.guardian).first(tx).await?;
        let person = person.ok_or_else(|| Error::field("guardian", "guardian.unknown"))?;
        let plan = open_plan(tx, self.plan).await?;
        self.prove(tx, &plan, &proof).await?;
        for id in self.also.iter().filter(|id| **id != self.plan) {
            self.prove(tx, &open_plan(tx, *id).await?, &proof).await?;
        }
        // What others wrote down, the guardian reads and can call off.
        tell_guardian(tx, "plan.recorded", person.id, (super::TABLE, Some(plan.id))).await?;
        let (yes, out, also) = (self.yes, self.out.clone(), self.also.clone());
        let answer = AnswerPlan { plan: self.plan, yes, out, home: None, also };
        answer.keep(tx, Side::Guardian, plan, Some(self.guardian.0)).await
    }
}

impl RecordPlanAnswer {
    /// The proof is kept with each plan; the guardian may decide for its child.
    async fn prove(&self, tx: &Tx, plan: &term_plan::Model, proof: &Proof<'_>) -> Result<(), Error> {
        not_the_carer(tx, plan.child_id).await?;
        guardian_of(tx, plan.child_id, self.guardian.0).await?;
        let id = Uuid::now_v7();
        tx.insert::<plan_record::Entity>(plan_record::Model {
            area_id: tx.area_id(),
            id,
            plan_id: plan.id,
            guardian_id: self.guardian.0,
            how: proof.how.into(),
            evidence_sealed: tx.seal(TABLE, "evidence_sealed", id, proof.evidence)?,
            by_account: tx.account(),
            at: tx.now().0,
        })
        .await?;
        Ok(())
    }
}

/// An answer that was written down for a guardian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRecord {
    /// Who gave it.
    pub guardian_name: String,
    /// `paper`, `voice` or `phone`.
    pub how: String,
    /// What proves it; for readers of personal fields.
    pub evidence: Option<String>,
    /// Who wrote it down.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Desk {
    /// What was written down for the guardians of a plan's child, the newest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn plan_records(&self, plan: TermPlanId) -> Result<Vec<PlanRecord>, Error> {
        let tx = self.read();
        let rows = tx
            .visible::<plan_record::Entity>()
            .and(plan_record::Column::PlanId.eq(plan.0))
            .by_desc(plan_record::Column::At)
            .by_desc(plan_record::Column::Id)
            .all(&tx)
            .await?;
        let people = tx.for_rule::<guardian::Entity>();
        let people = people.and(guardian::Column::Id.is_in(rows.iter().map(|r| r.guardian_id))).all(&tx).await?;
        let staff = tx.common::<account::Entity>();
        let staff = staff.and(account::Column::Id.is_in(rows.iter().map(|r| r.by_account))).all(&tx).await?;
        let readable = tx.scope::<plan_record::Entity>(Class::Personal) != Scope::Nothing;
        let told = |row: plan_record::Model| {
            let sealed = readable.then_some(&row.evidence_sealed);
            Ok(PlanRecord {
                evidence: tx.open_some(TABLE, "evidence_sealed", row.id, sealed)?,
                guardian_name: people
                    .iter()
                    .find(|p| p.id == row.guardian_id)
                    .map(|p| p.name.clone())
                    .unwrap_or_default(),
                by: staff.iter().find(|a| a.id == row.by_account).map(|a| a.display_name.clone()).unwrap_or_default(),
                at: Timestamp(row.at),
                how: row.how,
            })
        };
        rows.into_iter().map(told).collect()
    }
}
