//! Volunteers, their homes, who lives there, and the checks of all of them.

use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role};
use uuid::Uuid;

use super::calendar::{at, plus};
use super::plan::CarerPlan;
use super::story::{Carer, Home, Story};
use crate::Error;
use crate::sealed::entity::{check, household, household_member, volunteer};
use crate::search::Kind;

const UNITS: &[(&str, &str)] = &[
    ("教师", "示例中学"),
    ("医务", "示例医院"),
    ("公务员", "示例旗直机关"),
    ("银行", "示例银行"),
    ("牧民", "示例嘎查"),
    ("个体", "示例商店"),
    ("社区", "示例社区"),
    ("公安", "示例派出所"),
    ("企业", "示例矿业"),
    ("退休", "示例社区"),
    ("电力", "示例供电所"),
    ("文化", "示例乌兰牧骑"),
];
const POLITICAL: &[&str] = &["01", "01", "01", "13", "13", "13", "03", "12", "05"];
const OTHER_GROUPS: &[&str] = &["02", "02", "02", "02", "02", "02", "03", "11", "11", "31"];
const TOWNS: &[&str] = &["100", "100", "100", "101", "101", "102", "200", "201", "202"];
const ANIMALS: &[Option<&str>] = &[None, None, None, Some("一条狗"), Some("一只猫"), Some("羊和一条狗")];

/// How far a volunteer to be has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// Approved; checks kept up.
    Approved,
    /// Approved long ago; some checks have run out.
    Resting,
    /// Has left.
    Left,
    /// Being checked.
    Screening,
    /// Has just asked.
    Applied,
    /// Was not approved.
    Refused,
}

/// A volunteer to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct CarerDraft {
    pub(super) plan: CarerPlan,
    pub(super) stand: Stand,
    /// The query of the husband ends in so many days.
    pub(super) ends_in: Option<i64>,
    /// Signs in under the role's code.
    pub(super) is_demo: bool,
}

impl Story<'_> {
    pub(super) fn carer(&mut self, draft: CarerDraft) -> Result<Carer, Error> {
        let mongol = !draft.plan.han && self.lot.chance(85);
        let name = self.names.adult(&mut self.lot, mongol, false);
        let since = at(draft.plan.joined, 10, 0);
        let id = self.lot.id(since);
        let household = self.lot.id(since);
        let travel = self.lot.between(2, 9) * 5;
        self.household(household, &name, draft, travel)?;
        let adults = self.members(household, &name, mongol, draft.plan.joined)?;
        let is_in = draft.stand != Stand::Applied;
        let role = if is_in { Role::Volunteer } else { Role::Applicant };
        let account = if draft.is_demo { self.account(role.code(), &name) } else { self.of_carer(&name, is_in, since) };
        self.volunteer(id, household, adults.first().copied().unwrap_or(id), &name, draft, account)?;
        self.checks(id, household, &adults, draft)?;
        self.findable(Kind::Volunteer, id, &[&name]);
        if !matches!(draft.stand, Stand::Left | Stand::Refused) {
            self.grant(account, role, &Place::Person(id));
        }
        Ok(Carer { id, home: Home { id: household, travel, adults }, account })
    }

    fn household(&mut self, id: Uuid, name: &str, draft: CarerDraft, travel: i64) -> Result<(), Error> {
        let town = self.lot.pick(TOWNS);
        let address = format!("示例小区{}号楼{}室", self.lot.between(1, 20), self.lot.between(101, 602));
        let languages = if draft.plan.han && self.lot.chance(75) { "zh" } else { "mn,zh" };
        let more = if draft.plan.two_children { "兄弟姐妹不分开" } else { "" };
        let capacity_reason = self.seal_words("households", "capacity_reason", id, more)?;
        let row = household::Model {
            area_id: self.area_id,
            id,
            name: format!("{name}家"),
            town_code: Some(format!("{:06}{town}", self.area_id)),
            address_sealed: Some(self.seal("households", "address_sealed", id, &address)?),
            rooms: i32::try_from(self.lot.between(2, 4)).ok(),
            languages: languages.to_owned(),
            animals: self.lot.pick(ANIMALS).map(str::to_owned),
            travel_minutes: i32::try_from(travel).unwrap_or(20),
            capacity: if draft.plan.two_children { 2 } else { 1 },
            capacity_reason,
            capacity_by: draft.plan.two_children.then_some(self.staff.leader),
            version: 1,
        };
        self.rows.households.push(row);
        Ok(())
    }

    /// The volunteer, mostly a husband, sometimes his mother, sometimes a child of their own.
    /// Returns the grown-ups, the volunteer first.
    fn members(&mut self, home: Uuid, name: &str, mongol: bool, joined: Date) -> Result<Vec<Uuid>, Error> {
        let birth = plus(joined, -self.lot.between(28 * 365, 50 * 365));
        let mut adults = vec![self.member(home, name, "01", "2", birth, true)?];
        if self.lot.chance(82) {
            let husband = self.names.adult(&mut self.lot, mongol, true);
            let born = plus(birth, -self.lot.between(-500, 1_500));
            adults.push(self.member(home, &husband, "10", "1", born, true)?);
        }
        if self.lot.chance(14) {
            let mother = self.names.adult(&mut self.lot, mongol, false);
            adults.push(self.member(home, &mother, "52", "2", plus(birth, -24 * 365), false)?);
        }
        if self.lot.chance(40) {
            let own = self.names.child(&mut self.lot, mongol);
            let born = plus(self.today, -self.lot.between(6 * 365, 15 * 365));
            self.member(home, &own, "30", "2", born, false)?;
        }
        Ok(adults)
    }

    fn member(
        &mut self,
        home: Uuid,
        name: &str,
        relation: &str,
        sex: &str,
        birth: Date,
        has_phone: bool,
    ) -> Result<Uuid, Error> {
        let id = self.lot.id(self.opened());
        let phone = if has_phone { Some(self.phone()) } else { None };
        let row = household_member::Model {
            area_id: self.area_id,
            id,
            household_id: home,
            name: name.to_owned(),
            relation: relation.to_owned(),
            birth_on: Some(birth.to_string()),
            sex: Some(sex.to_owned()),
            id_no_sealed: None,
            id_no_bi: None,
            phone_sealed: self.seal_some("household_members", "phone_sealed", id, phone.as_deref())?,
            guest: false,
            from_on: None,
            to_on: None,
            version: 1,
        };
        self.rows.members.push(row);
        Ok(id)
    }

    fn volunteer(
        &mut self,
        id: Uuid,
        household: Uuid,
        member: Uuid,
        name: &str,
        draft: CarerDraft,
        account: Uuid,
    ) -> Result<(), Error> {
        let plan = draft.plan;
        let approved = matches!(draft.stand, Stand::Approved | Stand::Resting | Stand::Left);
        let approved_at = at(plan.joined, 15, 30);
        let (trade, unit) = self.lot.pick(UNITS);
        let phone = self.phone();
        let ethnic = if plan.han { "01" } else { self.lot.pick(OTHER_GROUPS) };
        let birth = self.rows.members.iter().find(|m| m.id == member).and_then(|m| m.birth_on.clone());
        let number = self.before.carers + self.rows.volunteers.len() + 1;
        let row = volunteer::Model {
            area_id: self.area_id,
            id,
            number: format!("V{}-{number:06}", plan.joined.year()),
            household_id: household,
            member_id: member,
            name: name.to_owned(),
            sex: "2".to_owned(),
            ethnic: Some(ethnic.to_owned()),
            birth_on: birth,
            political: Some(self.lot.pick(POLITICAL).to_owned()),
            work_unit: Some(unit.to_owned()),
            trade: Some(trade.to_owned()),
            phone_sealed: Some(self.seal("volunteers", "phone_sealed", id, &phone)?),
            phone_bi: Some(self.tx.ring().blind("phone", &phone)),
            id_no_sealed: None,
            id_no_bi: None,
            languages: if plan.han { "zh" } else { "mn,zh" }.to_owned(),
            state: stand_code(draft.stand).to_owned(),
            joined_on: approved.then(|| plan.joined.to_string()),
            left_on: plan.left.map(|day| day.to_string()),
            registered_by: self.staff.coordinator,
            approved_by: approved.then_some(self.staff.leader),
            approved_at: approved.then_some(approved_at.0),
            account_id: Some(account),
            batch_id: None,
            note: None,
            created_at: at(plan.joined, 9, 0).0,
            updated_at: approved_at.0,
            version: 1,
            education: None,
        };
        self.rows.volunteers.push(row);
        Ok(())
    }

    fn checks(&mut self, id: Uuid, home: Uuid, adults: &[Uuid], draft: CarerDraft) -> Result<(), Error> {
        let first = plus(draft.plan.joined, -10);
        let fresh = match draft.stand {
            Stand::Applied => return Ok(()),
            Stand::Left | Stand::Refused => first,
            Stand::Resting => plus(self.today, -self.lot.between(40, 700)).max(first),
            Stand::Approved | Stand::Screening => plus(self.today, -self.lot.between(30, 200)).max(first),
        };
        let one = |kind, member, volunteer, done| Line { kind, home, member, volunteer, done, until: None };
        for (n, adult) in adults.iter().enumerate() {
            let member = Some(*adult);
            self.check(one("identity", member, None, first), draft);
            let until = draft.ends_in.filter(|_| n == 1).map(|days| plus(self.today, days));
            let done = until.map_or(fresh, |until| plus(until, -364));
            self.check(Line { until, ..one("no_offence", member, None, done) }, draft);
            self.check(one("health", member, None, fresh), draft);
        }
        self.check(one("home_visit", None, None, fresh), draft);
        for kind in ["interview", "references", "agreement"] {
            self.check(one(kind, None, Some(id), first), draft);
        }
        for kind in ["training", "insurance"] {
            self.check(one(kind, None, Some(id), fresh), draft);
        }
        Ok(())
    }

    fn check(&mut self, line: Line, draft: CarerDraft) {
        let due = draft.stand == Stand::Screening && matches!(line.kind, "no_offence" | "home_visit" | "insurance");
        let failed = draft.stand == Stand::Refused && line.kind == "home_visit";
        let days = match line.kind {
            "no_offence" | "health" | "home_visit" | "insurance" => Some(364),
            "training" => Some(729),
            _ => None,
        };
        let entered = at(line.done, 16, 0);
        let id = self.lot.id(entered);
        let number = matches!(line.kind, "no_offence" | "insurance").then(|| {
            let running = self.rows.checks.len() + 1;
            format!("示{}-{running:05}", line.done.year())
        });
        let outcome = if failed { "failed" } else { "passed" };
        self.rows.checks.push(check::Model {
            area_id: self.area_id,
            id,
            kind: line.kind.to_owned(),
            household_id: line.home,
            member_id: line.member,
            volunteer_id: line.volunteer,
            outcome: if due { "due" } else { outcome }.to_owned(),
            done_on: (!due).then(|| line.done.to_string()),
            number: number.filter(|_| !due),
            valid_until: days
                .filter(|_| !due && !failed)
                .map(|days| line.until.unwrap_or_else(|| plus(line.done, days)).to_string()),
            by_account: self.staff.coordinator,
            second_by: (line.kind == "interview").then_some(self.staff.leader),
            note_sealed: None,
            entered_at: entered.0,
            version: 1,
        });
    }
}

struct Line {
    kind: &'static str,
    home: Uuid,
    member: Option<Uuid>,
    volunteer: Option<Uuid>,
    done: Date,
    until: Option<Date>,
}

fn stand_code(stand: Stand) -> &'static str {
    match stand {
        Stand::Approved | Stand::Resting => "approved",
        Stand::Left => "left",
        Stand::Screening => "screening",
        Stand::Applied => "applied",
        Stand::Refused => "refused",
    }
}
