//! This weekend, seen from any day of the week: requests that wait, children at the gate, at home,
//! on their way back; one who is late.

use jiff::civil::Weekday;
use naheya_domain::{Date, Timestamp};
use uuid::Uuid;

use super::calendar::{Moment, at, is_term, plus, this_friday};
use super::plan::{LATE, WEEKEND};
use super::stay::StayDraft;
use super::story::{Couple, Story};
use crate::Error;
use crate::sealed::entity::wish;

/// The first of the pairs that have asked for next weekend; no brothers and sisters among them.
const NEXT: usize = 36;
const PLANS: &[&str] = &["周六坐班车去镇上的姥姥家，周日一早回来。", "去嘎查看羊羔，住一晚。"];

impl Story<'_> {
    pub(super) fn weekend(&mut self, couples: &[Couple]) -> Result<(), Error> {
        let moment = Moment::of(self.now, this_friday(self.today));
        let mut party: Option<(Uuid, Uuid)> = None;
        for (n, couple) in couples.iter().take(WEEKEND).enumerate() {
            // Brothers and sisters stand one after the other and go together.
            let together = match party {
                Some((carer, party)) if carer == couple.carer.id => (party, false),
                _ => (self.lot.id(self.now), true),
            };
            party = Some((couple.carer.id, together.0));
            self.of_this_weekend(n, couple, together, moment)?;
        }
        match couples.get(LATE) {
            Some(couple) => self.late(couple),
            None => Ok(()),
        }
    }

    fn of_this_weekend(&mut self, n: usize, couple: &Couple, party: (Uuid, bool), moment: Moment) -> Result<(), Error> {
        let (party, first) = party;
        let friday = this_friday(self.today);
        let waits = moment == Moment::Deciding && (5..10).contains(&n);
        let endorsed = !(waits && n == 7);
        let asked = !(waits && n == 9);
        let consented = !(waits && n == 8);
        let reached = if waits { 0 } else { self.reached(n, moment) };
        let travel = couple.carer.home.travel;
        let minute = i64::try_from(n).unwrap_or(0) * 2;
        let (out, home) = (at(friday, 17, 2 + minute / 2), at(plus(friday, 2), 16, minute));
        let all = [out, out.plus_minutes(travel), home, home.plus_minutes(travel), home.plus_minutes(travel + 6)];
        let times: Vec<Timestamp> = all.into_iter().take(reached).filter(|at| *at <= self.now).collect();
        let state = match (waits, consented, times.len()) {
            (true, true, _) => "consented",
            (true, false, _) => "requested",
            (false, _, 0) => "approved",
            (false, _, 1) => "released",
            // Four: she says that the child is back, the school has not said so yet.
            (false, _, 2..=4) => "in_care",
            (false, _, _) => "closed",
        };
        let code = format!("{:06}", self.lot.below(1_000_000));
        let plan = self.lot.pick(PLANS);
        let draft = StayDraft {
            starts: at(friday, 17, 0),
            ends: at(plus(friday, 2), 18, 30),
            party,
            state,
            endorsed,
            consented,
            approved: !waits,
            code: (!waits).then_some(code.as_str()),
            plan: (n == 6).then_some(plan),
            times: &times,
        };
        let stay = self.stay_of(couple, &draft)?;
        self.asked(couple, None);
        if asked {
            self.asked(couple, Some(stay));
        }
        if let (Ok(all), true) = (<[Timestamp; 5]>::try_from(times), first) {
            self.credit(couple, stay, &all, travel);
        }
        Ok(())
    }

    /// Next weekend is asked for already: everybody has said yes, the office has not looked yet.
    pub(super) fn next_weekend(&mut self, couples: &[Couple]) -> Result<(), Error> {
        let friday = plus(this_friday(self.today), 7);
        if !is_term(friday) {
            return Ok(());
        }
        couples.iter().skip(NEXT).take(WEEKEND).try_for_each(|couple| self.ask_for(couple, friday))
    }

    fn ask_for(&mut self, couple: &Couple, friday: Date) -> Result<(), Error> {
        let draft = StayDraft {
            starts: at(friday, 17, 0),
            ends: at(plus(friday, 2), 18, 30),
            party: self.lot.id(self.now),
            state: "consented",
            endorsed: true,
            consented: true,
            approved: false,
            code: None,
            plan: None,
            times: &[],
        };
        let stay = self.stay_of(couple, &draft)?;
        self.asked(couple, None);
        self.asked(couple, Some(stay));
        Ok(())
    }

    /// The weekend of one of very many pairs that runs or comes next: the child is as far as the hour says, or, every other
    /// time, next weekend is asked for.
    pub(super) fn any_weekend(&mut self, n: usize, couple: &Couple, is_this: bool) -> Result<(), Error> {
        let friday = this_friday(self.today);
        if !is_this {
            return self.ask_for(couple, plus(friday, 7));
        }
        let party = self.lot.id(self.now);
        self.of_this_weekend(n % WEEKEND, couple, (party, true), Moment::of(self.now, friday))
    }

    /// How many of the five instants the stay number `n` has reached.
    fn reached(&mut self, n: usize, moment: Moment) -> usize {
        let late_in_list = n % 3 == 2;
        match moment {
            Moment::Deciding => 0,
            Moment::AtTheGate if at(this_friday(self.today), 17, 30) > self.now => usize::from(n < 3),
            Moment::AtTheGate => match n {
                0 | 1 => 2,
                2..=5 => 1,
                _ => 0,
            },
            Moment::AtHome => 2,
            Moment::GoingBack if late_in_list => 4,
            Moment::GoingBack => 2,
            Moment::Back if n == 4 => 4,
            Moment::Back => 5,
        }
    }

    /// The child's own word: on this stay yesterday, or for the term three weeks ago.
    fn asked(&mut self, couple: &Couple, stay: Option<Uuid>) {
        let when = self.now.plus_minutes(if stay.is_some() { -26 * 60 } else { -21 * 24 * 60 });
        let id = self.lot.id(when);
        self.rows.wishes.push(wish::Model {
            area_id: self.area_id,
            id,
            child_id: couple.kid.id,
            occasion: if stay.is_some() { "stay" } else { "term" }.to_owned(),
            stay_id: stay,
            round_id: None,
            answer: "yes".to_owned(),
            words_sealed: None,
            asked_by: couple.kid.room.teacher,
            asked_at: when.0,
            alone: true,
        });
    }

    /// A child who was ill and stayed on, and should have been back some while ago.
    fn late(&mut self, couple: &Couple) -> Result<(), Error> {
        let ends = self.last_return();
        let starts = at(plus(ends.date(), -2), 17, 0);
        let arrived = starts.plus_minutes(25 + couple.carer.home.travel);
        let party = self.lot.id(starts);
        let draft = StayDraft {
            starts,
            ends,
            party,
            state: "in_care",
            endorsed: true,
            consented: true,
            approved: true,
            code: None,
            plan: Some("感冒请假，在家休养两天，按时返校。"),
            times: &[starts.plus_minutes(20), arrived],
        };
        let stay = self.stay_of(couple, &draft)?;
        self.asked(couple, Some(stay));
        Ok(())
    }

    /// The last hour at which children come back that is forty minutes ago or more.
    fn last_return(&self) -> Timestamp {
        let before = self.now.plus_minutes(-40);
        let school_morning =
            !matches!(self.today.weekday(), Weekday::Saturday | Weekday::Sunday) && at(self.today, 8, 0) <= before;
        if at(self.today, 18, 30) <= before {
            at(self.today, 18, 30)
        } else if school_morning {
            at(self.today, 8, 0)
        } else {
            at(plus(self.today, -1), 18, 30)
        }
    }
}
