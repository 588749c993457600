//! Weekends of the term that were proposed a few days ago and wait for somebody's yes.

use uuid::Uuid;

use super::calendar::{at, fridays, plus, terms_from, this_friday};
use super::story::{Couple, Story};
use crate::sealed::entity::{term_plan, term_weekend};

/// Pairs that were asked; the guardian of the second has said yes.
const ASKED: usize = 3;
const SAID_YES: usize = 1;
/// Weekends proposed to each: the last of the term, so that the next ones can be asked for one by one.
const WEEKENDS: usize = 3;

impl Story<'_> {
    pub(super) fn terms_asked(&mut self, couples: &[Couple]) {
        let from = plus(this_friday(self.today), 14);
        let free = terms_from(self.today).into_iter().map(|(_, first, last)| fridays(first.max(from), last));
        let Some(free) = free.into_iter().find(|days| !days.is_empty()) else { return };
        let chosen = free.get(free.len().saturating_sub(WEEKENDS)..).unwrap_or_default();
        for (n, couple) in couples.iter().take(ASKED).enumerate() {
            let yes = (n == SAID_YES).then_some(true);
            let plan = self.plan(couple, yes.is_some());
            for (n, friday) in (1u128..).zip(chosen) {
                self.rows.term_weekends.push(term_weekend::Model {
                    area_id: self.area_id,
                    id: Uuid::from_u128(plan.as_u128() ^ n),
                    plan_id: plan,
                    starts_at: at(*friday, 17, 0).0,
                    ends_at: at(plus(*friday, 2), 18, 30).0,
                    volunteer_yes: None,
                    guardian_yes: yes,
                    stay_id: None,
                    refusal: None,
                    version: 1,
                });
            }
        }
    }

    fn plan(&mut self, couple: &Couple, answered: bool) -> Uuid {
        // Made from the pair's id, so that the story's lots fall as before.
        let id = Uuid::from_u128(couple.id.as_u128() ^ 1);
        self.rows.term_plans.push(term_plan::Model {
            area_id: self.area_id,
            id,
            pair_id: couple.id,
            child_id: couple.kid.id,
            volunteer_id: couple.carer.id,
            state: "open".to_owned(),
            by_side: "office".to_owned(),
            proposed_by: self.staff.coordinator,
            proposed_at: self.now.plus_minutes(-3 * 24 * 60).0,
            adults: None,
            guests_sealed: None,
            going_sealed: None,
            volunteer_by: None,
            guardian_by: answered.then_some(couple.kid.guardian),
            version: 1,
        });
        id
    }
}
