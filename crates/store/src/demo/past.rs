//! Thirteen years of weekends: closed stays with their custody chain, the hours that follow from it,
//! hours from paper, notes and talks of the last weeks.

use naheya_domain::hours::{DAILY_CAP, StayTimes, credited_minutes, credited_span};
use naheya_domain::{Date, Timestamp};
use uuid::Uuid;

use super::calendar::{at, fridays, plus, this_friday};
use super::plan::{LATE, LONG_AWAY, WORRY};
use super::story::{Couple, Story};
use crate::Error;
use crate::sealed::entity::{hours_entry, note};

/// Closed stays in all.
const STAYS: usize = 1_040;
/// Weekends before this one that the office looks back on.
const RECENT: i64 = 12;

/// A stay to be told: which pairs go (brothers and sisters together), on which Friday.
struct Weekend {
    friday: Date,
    party: Vec<usize>,
}

const NOTES: &[(&str, &str)] = &[
    ("cooking", "一起包了饺子，孩子擀皮擀得很圆。"),
    ("homework,reading", "写完数学和日记，背会了两首诗。"),
    ("family_call", "睡前给爸爸打了视频，说了很久。"),
    ("outing", "去草原上放风筝，回来洗了澡早早睡。"),
    ("homework,talk", "作业有一点难，讲了三遍，她自己做出来了。"),
    ("gift", "换了一双合脚的棉鞋，穿着不肯脱。"),
    ("outing,talk", "跟着邻居爷爷拉了一会儿马头琴。"),
];

impl Story<'_> {
    /// Tells the past of all pairs, `couples` in the order of the plan.
    pub(super) fn past(&mut self, couples: &[Couple]) -> Result<(), Error> {
        let recent = self.recent(couples);
        let older = self.older(couples, STAYS.saturating_sub(recent.iter().map(|w| w.party.len()).sum()));
        let last = plus(this_friday(self.today), -7);
        let mut all: Vec<Weekend> = older.into_iter().chain(recent).collect();
        all.sort_by_key(|weekend| (weekend.friday, weekend.party.first().copied()));
        let mut done: Vec<usize> = vec![0; couples.len()];
        for weekend in all {
            let noted = weekend.friday > plus(self.today, -RECENT * 7 - 7);
            let party = self.lot.id(at(plus(weekend.friday, -4), 20, 0));
            for (n, index) in weekend.party.iter().enumerate() {
                let Some(couple) = couples.get(*index) else { continue };
                let stay = self.closed_stay(couple, weekend.friday, party, n == 0)?;
                if noted && n == 0 {
                    self.note(couple, stay, weekend.friday)?;
                }
                if let Some(count) = done.get_mut(*index) {
                    *count += 1;
                    if *count % 3 == 1 {
                        self.talk_after(couple, stay, weekend.friday, weekend.friday == last)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Nine to eleven children on each of the last weekends of term.
    fn recent(&mut self, couples: &[Couple]) -> Vec<Weekend> {
        let this = this_friday(self.today);
        let mut weekends = Vec::new();
        for friday in fridays(plus(this, -7 * RECENT), plus(this, -1)) {
            let mut order: Vec<usize> = (0..LONG_AWAY).filter(|n| ![LATE, WORRY].contains(n)).collect();
            self.lot.shuffle(&mut order);
            let most = usize::try_from(self.lot.between(9, 11)).unwrap_or(9);
            let (mut gone, mut count) = (Vec::new(), 0);
            for index in order {
                let party = party_of(couples, index);
                if count >= most || gone.contains(&index) {
                    continue;
                }
                count += party.len();
                gone.extend(party.iter().copied());
                weekends.push(Weekend { friday, party });
            }
        }
        weekends
    }

    /// The years before, pair by pair; what comes from paper takes the year's place.
    fn older(&mut self, couples: &[Couple], count: usize) -> Vec<Weekend> {
        let until = plus(this_friday(self.today), -7 * (RECENT + 1));
        let mut free = Vec::new();
        for (index, couple) in couples.iter().enumerate() {
            let last = couple.ended.map_or(until, |ended| ended.min(until));
            let first = plus(couple.begun, 25);
            for year in couple.begun.year()..=last.year() {
                let from = first.max(Date::new(year, 1, 1).unwrap_or(first));
                let to = last.min(Date::new(year, 12, 28).unwrap_or(last));
                let mut days = fridays(from, to);
                let age = self.today.year() - year;
                let on_paper = couple.ended.is_some() && self.lot.chance(if age > 9 { 60 } else { 25 });
                if on_paper {
                    self.paper(couple, year);
                    continue;
                }
                self.lot.shuffle(&mut days);
                free.extend(days.into_iter().take(9).map(|friday| (friday, index)));
            }
        }
        self.lot.shuffle(&mut free);
        let mut weekends = Vec::new();
        let mut told = 0;
        for (friday, index) in free {
            let party = party_of(couples, index);
            if told + party.len() > count || party.first() != Some(&index) {
                continue;
            }
            told += party.len();
            weekends.push(Weekend { friday, party });
        }
        weekends
    }

    /// One entry per pair and year, as the paper ledger has it.
    fn paper(&mut self, couple: &Couple, year: i16) {
        let first = Date::new(year, 1, 1).map_or(couple.begun, |day| day.max(couple.begun));
        let end = couple.ended.unwrap_or(self.today);
        let last = Date::new(year, 12, 31).map_or(end, |day| day.min(end));
        if plus(first, 14) > last {
            return;
        }
        let entered = at(plus(self.today, -900), 11, 0);
        let id = self.lot.id(entered);
        let running = self.rows.hours.len() + 1;
        let minutes = self.lot.between(10, 24) * 60;
        self.rows.hours.push(hours_entry::Model {
            area_id: self.area_id,
            id,
            volunteer_id: couple.carer.id,
            pair_id: Some(couple.id),
            stay_id: None,
            kind: "paper".to_owned(),
            starts_at: at(first, 0, 0).0,
            ends_at: at(plus(last, 1), 0, 0).0 - 1,
            minutes: i32::try_from(minutes).unwrap_or(0),
            reason: None,
            paper_number: Some(format!("纸{year}-{running:03}")),
            by_account: self.staff.coordinator,
            confirmed_by: Some(self.staff.leader),
            entered_at: entered.0,
            corrects: None,
        });
    }

    pub(super) fn closed_stay(
        &mut self,
        couple: &Couple,
        friday: Date,
        party: Uuid,
        credited: bool,
    ) -> Result<Uuid, Error> {
        let travel = couple.carer.home.travel;
        let released = at(friday, 17, self.lot.between(3, 40));
        let arrived = released.plus_minutes(travel + self.lot.between(0, 12));
        let left = at(plus(friday, 2), 15, self.lot.between(20, 110));
        let returned = left.plus_minutes(travel + self.lot.between(0, 8));
        let times = [released, arrived, left, returned, returned.plus_minutes(self.lot.between(2, 9))];
        let stay = self.stay(couple, friday, party, "closed", &times)?;
        if credited {
            self.credit(couple, stay, &times, travel);
        }
        Ok(stay)
    }

    /// The hours that the custody chain gives.
    pub(super) fn credit(&mut self, couple: &Couple, stay: Uuid, times: &[Timestamp; 5], travel: i64) {
        let [released, arrived, left, returned, closed] = *times;
        let known =
            StayTimes { picked_up: Some(released), arrived: Some(arrived), left: Some(left), returned: Some(returned) };
        let Some((from, to)) = credited_span(&known, travel) else { return };
        let id = self.lot.id(closed);
        self.rows.hours.push(hours_entry::Model {
            area_id: self.area_id,
            id,
            volunteer_id: couple.carer.id,
            pair_id: Some(couple.id),
            stay_id: Some(stay),
            kind: "stay".to_owned(),
            starts_at: from.0,
            ends_at: to.0,
            minutes: credited_minutes(from, to, DAILY_CAP),
            reason: None,
            paper_number: None,
            by_account: couple.kid.room.teacher,
            confirmed_by: None,
            entered_at: closed.0,
            corrects: None,
        });
    }

    fn note(&mut self, couple: &Couple, stay: Uuid, friday: Date) -> Result<(), Error> {
        let saved = at(plus(friday, 2), 20, self.lot.between(0, 90));
        let id = self.lot.id(saved);
        let (kinds, words) = self.lot.pick(NOTES);
        let row = note::Model {
            area_id: self.area_id,
            id,
            stay_id: Some(stay),
            child_id: couple.kid.id,
            author: couple.carer.account,
            kinds: kinds.to_owned(),
            words_sealed: self.seal("notes", "words_sealed", id, words)?,
            state: "saved".to_owned(),
            saved_at: Some(saved.0),
            corrects: None,
            created_at: saved.0,
            version: 1,
        };
        self.rows.notes.push(row);
        Ok(())
    }
}

/// The pair and, when a brother or sister is with the same carer today, that pair too.
fn party_of(couples: &[Couple], index: usize) -> Vec<usize> {
    let Some(one) = couples.get(index) else { return Vec::new() };
    let together = |(_, other): &(usize, &Couple)| {
        other.carer.id == one.carer.id && other.begun == one.begun && other.ended == one.ended
    };
    couples.iter().enumerate().filter(together).map(|(n, _)| n).collect()
}
