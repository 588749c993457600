//! Rows of one stay: the stay, who is in the home, the custody chain, the talk afterwards.

use naheya_domain::code::Window;
use naheya_domain::{Date, Timestamp};
use uuid::Uuid;

use super::calendar::{at, plus};
use super::story::{Couple, Story};
use crate::Error;
use crate::sealed::entity::{custody_event, follow_up, stay, stay_adult};

/// How far a stay has come: the five instants it has reached, in order: released, arrived, left,
/// returned, closed.
pub(super) struct StayDraft<'a> {
    pub(super) starts: Timestamp,
    pub(super) ends: Timestamp,
    pub(super) party: Uuid,
    pub(super) state: &'static str,
    pub(super) endorsed: bool,
    pub(super) consented: bool,
    pub(super) approved: bool,
    pub(super) code: Option<&'a str>,
    pub(super) plan: Option<&'a str>,
    pub(super) times: &'a [Timestamp],
}

/// A link of the chain: kind, index of its instant, whether the school holds the child afterwards,
/// whether the teacher says so.
const CHAIN: &[(&str, usize, bool, bool)] = &[
    ("release", 0, false, true),
    ("pick_up", 0, false, false),
    ("arrival", 1, false, false),
    ("leaving", 2, false, false),
    ("return", 3, false, false),
    ("confirmation", 4, true, true),
];

impl Story<'_> {
    /// A stay that is over.
    pub(super) fn stay(
        &mut self,
        couple: &Couple,
        friday: Date,
        party: Uuid,
        state: &'static str,
        times: &[Timestamp],
    ) -> Result<Uuid, Error> {
        let draft = StayDraft {
            starts: at(friday, 17, 0),
            ends: at(plus(friday, 2), 18, 30),
            party,
            state,
            endorsed: true,
            consented: true,
            approved: true,
            code: None,
            plan: None,
            times,
        };
        self.stay_of(couple, &draft)
    }

    pub(super) fn stay_of(&mut self, couple: &Couple, draft: &StayDraft<'_>) -> Result<Uuid, Error> {
        let requested = at(plus(draft.starts.date(), -4), 20, self.lot.between(0, 100)).min(self.now.plus_minutes(-90));
        let id = self.lot.id(requested);
        let row = self.stay_row(id, couple, draft, requested)?;
        self.rows.stays.push(row);
        for adult in couple.carer.home.adults.clone() {
            let tie = self.lot.id(requested);
            let row = stay_adult::Model { area_id: self.area_id, id: tie, stay_id: id, member_id: adult };
            self.rows.stay_adults.push(row);
        }
        self.chain(id, couple, draft);
        Ok(id)
    }

    fn stay_row(
        &mut self,
        id: Uuid,
        couple: &Couple,
        draft: &StayDraft<'_>,
        requested: Timestamp,
    ) -> Result<stay::Model, Error> {
        let reached = |n: usize| draft.times.get(n).map(|at| at.0);
        let endorsed = requested.plus_minutes(18 * 60).min(self.now.plus_minutes(-60));
        let approved = requested.plus_minutes(40 * 60).min(self.now.plus_minutes(-30));
        let school = Some(couple.kid.room.school);
        let window = Window::around(draft.starts);
        let ring = self.tx.ring();
        let code_hash = draft.code.map(|code| ring.code_hash("stay", &id.to_string(), code));
        Ok(stay::Model {
            area_id: self.area_id,
            id,
            pair_id: couple.id,
            child_id: couple.kid.id,
            volunteer_id: couple.carer.id,
            household_id: couple.carer.home.id,
            party_id: draft.party,
            starts_at: draft.starts.0,
            ends_at: draft.ends.0,
            start_kind: "school".to_owned(),
            start_school_id: school,
            end_kind: "school".to_owned(),
            end_school_id: school,
            state: draft.state.to_owned(),
            plan_sealed: self.seal_some("stays", "plan_sealed", id, draft.plan)?,
            requested_by: couple.carer.account,
            requested_at: requested.0,
            teacher_answer: draft.endorsed.then(|| "yes".to_owned()),
            teacher_words_sealed: None,
            endorsed_by: draft.endorsed.then_some(couple.kid.room.teacher),
            endorsed_at: draft.endorsed.then_some(endorsed.0),
            consent_id: draft.consented.then_some(couple.overnight),
            approved_by: draft.approved.then_some(self.staff.coordinator),
            approved_at: draft.approved.then_some(approved.0),
            codes_at: draft.approved.then_some(approved.plus_minutes(10).0),
            refusal: None,
            cancelled_reason: None,
            code_sealed: self.seal_some("stays", "code_sealed", id, draft.code)?,
            code_hash,
            code_from: draft.code.map(|_| window.from.0),
            code_to: draft.code.map(|_| window.to.0),
            return_code_sealed: None,
            return_code_hash: None,
            released_at: reached(0),
            arrived_at: reached(1),
            left_at: reached(2),
            returned_at: reached(3),
            closed_at: reached(4),
            late_until: None,
            late_words_sealed: None,
            late_closed_by: None,
            late_closed_reason_sealed: None,
            suspended_by: None,
            day_only: false,
            version: 1,
        })
    }

    fn chain(&mut self, stay: Uuid, couple: &Couple, draft: &StayDraft<'_>) {
        let teacher = couple.kid.room.teacher;
        for (kind, n, at_school, by_teacher) in CHAIN {
            let Some(at) = draft.times.get(*n).copied() else { break };
            let at = if *kind == "pick_up" { at.plus_minutes(1) } else { at };
            let id = self.lot.id(at);
            let how = if *kind == "release" && draft.code.is_none() && self.lot.chance(20) { "list" } else { "code" };
            let seq = self.next_link(couple.kid.id);
            self.rows.custody.push(custody_event::Model {
                area_id: self.area_id,
                id,
                stay_id: Some(stay),
                child_id: couple.kid.id,
                seq,
                kind: (*kind).to_owned(),
                holder_kind: if *at_school { "school" } else { "volunteer" }.to_owned(),
                holder_id: (!*at_school).then_some(couple.carer.id),
                how: if *kind == "release" { how } else { "sight" }.to_owned(),
                by_account: if *by_teacher { teacher } else { couple.carer.account },
                phone_at: Some(at.0 - 1_500),
                phone_offset: Some(480),
                server_at: at.0,
                note_sealed: None,
            });
        }
    }

    /// After the first stay and every third, somebody else asks the child alone within 48 hours.
    pub(super) fn talk_after(&mut self, couple: &Couple, stay: Uuid, friday: Date, is_last: bool) -> Result<(), Error> {
        let due = at(plus(friday, 4), 18, 30);
        let open = is_last && self.lot.chance(60);
        let done = at(plus(friday, 3), 12, self.lot.between(0, 180));
        let open = open || done > self.now;
        let row =
            self.follow_up_row(couple.kid.id, due, if open { None } else { Some(done) }, couple.kid.room.teacher)?;
        self.rows.follow_ups.push(follow_up::Model {
            stay_id: Some(stay),
            pair_id: Some(couple.id),
            cause: "rule_15".to_owned(),
            ..row
        });
        Ok(())
    }

    /// A talk with the child, planned by the office; done at `done` or still open.
    pub(super) fn follow_up_row(
        &mut self,
        child: Uuid,
        due: Timestamp,
        done: Option<Timestamp>,
        by: Uuid,
    ) -> Result<follow_up::Model, Error> {
        let id = self.lot.id(due.min(self.now));
        // Five answers in the order of the questions; the demo tells the first three.
        let said = done.map(|_| [self.lot.pick(SLEEP), self.lot.pick(FOOD), self.lot.pick(ANSWERS), "", ""]);
        let said = said.map(|said| serde_json::to_string(&said).unwrap_or_default());
        Ok(follow_up::Model {
            area_id: self.area_id,
            id,
            child_id: child,
            with_whom: "child".to_owned(),
            stay_id: None,
            pair_id: None,
            due_at: due.0,
            state: if done.is_some() { "done" } else { "due" }.to_owned(),
            cause: "planned".to_owned(),
            planned_by: None,
            done_at: done.map(|at| at.0),
            done_by: done.map(|_| by),
            way: done.map(|_| "talk".to_owned()),
            alone: done.map(|_| true),
            answers_sealed: self.seal_some("follow_ups", "answers_sealed", id, said.as_deref())?,
            tries: 0,
            version: 1,
        })
    }
}

const SLEEP: &[&str] = &["自己一张床，睡得好。", "跟姐姐一个屋，睡得香。", "第一晚有点睡不着，后来好了。"];
const FOOD: &[&str] = &["吃了饺子和炖羊肉。", "早上有奶茶和炒米。", "吃得饱，还带了水果回来。"];
const ANSWERS: &[&str] = &[
    "高兴，下次还想去。",
    "说一起写了作业，阿姨讲得慢，听得懂。",
    "说有一点想家，打过电话就好了。",
    "说喜欢家里的小狗，想多待一天。",
];
