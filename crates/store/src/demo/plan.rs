//! Who is paired with whom and when: drawn first, without any row, so that the counts come out as
//! the programme tells them: 180 volunteers, 180 pairs, 102 of them between Han and another group.

use naheya_domain::Date;

use super::calendar::plus;
use super::lot::Lot;

/// Pairs that go on today.
const RUNNING: usize = 70;
/// Of these pairs the second child of a home (a brother or sister of the first).
const SIBLINGS: [usize; 3] = [11, 31, 51];
/// Pairs of this weekend; the first five children share a class.
pub(super) const WEEKEND: usize = 12;
/// The pair whose child is late.
pub(super) const LATE: usize = 13;
/// The pair that a concern is about.
pub(super) const WORRY: usize = 20;
/// Pairs from here on have not been home for weeks.
pub(super) const LONG_AWAY: usize = 58;
/// Running pairs that have just begun, and after them those that pause.
const SETTLING: [usize; 2] = [66, 67];
const PAUSED: [usize; 2] = [68, 69];
/// Running carers who had another child before.
const EARLIER: usize = 9;
/// Carers whose pairs have ended and who stay approved.
const RESTED: usize = 93;
/// Of their children, those who are paired again today.
const AGAIN: usize = 12;
/// Carers who have left.
const GONE: usize = 8;
/// Pairs in which exactly one of the two is Han.
const MIXED: usize = 102;

/// One pair to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) carer: usize,
    pub(super) child: usize,
    pub(super) begun: Date,
    pub(super) ended: Option<Date>,
    pub(super) state: &'static str,
}

/// A child to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChildPlan {
    pub(super) birth: Date,
    pub(super) han: bool,
    pub(super) sibling_of: Option<usize>,
    /// In the class that the demo's teacher has.
    pub(super) in_first_class: bool,
    pub(super) gone_on: Option<Date>,
}

/// A carer to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct CarerPlan {
    pub(super) han: bool,
    pub(super) joined: Date,
    pub(super) left: Option<Date>,
    pub(super) running: bool,
    pub(super) two_children: bool,
}

/// The whole plan. The first [`RUNNING`] slots go on today.
pub(super) struct Plan {
    pub(super) slots: Vec<Slot>,
    pub(super) carers: Vec<CarerPlan>,
    pub(super) children: Vec<ChildPlan>,
}

impl Plan {
    pub(super) fn draw(lot: &mut Lot, today: Date) -> Plan {
        let mut plan = Plan { slots: Vec::new(), carers: Vec::new(), children: Vec::new() };
        plan.running(lot, today);
        plan.earlier(lot, today);
        plan.over(lot, today);
        plan.mix(lot);
        plan.slots.iter().enumerate().for_each(|(n, slot)| debug_assert!(slot.child < 300, "{n}"));
        plan
    }

    fn carer(&mut self, lot: &mut Lot, first_pair: Date, running: bool) -> usize {
        let joined = plus(first_pair, -lot.between(25, 150));
        self.carers.push(CarerPlan { han: lot.chance(52), joined, left: None, running, two_children: false });
        self.carers.len() - 1
    }

    fn child(&mut self, birth: Date) -> usize {
        self.children.push(ChildPlan { birth, han: false, sibling_of: None, in_first_class: false, gone_on: None });
        self.children.len() - 1
    }

    fn running(&mut self, lot: &mut Lot, today: Date) {
        for n in 0..RUNNING {
            let state = running_state(n);
            let begun = plus(today, -days_running(lot, n));
            let birth =
                plus(today, -if n < 5 { lot.between(9 * 365 + 140, 10 * 365) } else { lot.between(2_700, 5_300) });
            let child = self.child(birth);
            let second = SIBLINGS.contains(&n);
            let (carer, begun) = match self.slots.last().copied() {
                Some(first) if second => {
                    self.mark_siblings(first, child);
                    (first.carer, first.begun)
                }
                _ => (self.carer(lot, begun, true), begun),
            };
            if let Some(new) = self.children.get_mut(child) {
                new.in_first_class = n < 5;
            }
            self.slots.push(Slot { carer, child, begun, ended: None, state });
        }
    }

    fn mark_siblings(&mut self, first: Slot, second: usize) {
        if let Some(child) = self.children.get_mut(second) {
            child.sibling_of = Some(first.child);
        }
        if let Some(carer) = self.carers.get_mut(first.carer) {
            carer.two_children = true;
        }
    }

    /// Some of today's carers had another child before.
    fn earlier(&mut self, lot: &mut Lot, today: Date) {
        let firsts: Vec<Slot> = self.slots.iter().skip(20).step_by(4).take(EARLIER).copied().collect();
        for now in firsts {
            let ended = plus(now.begun, -lot.between(60, 300));
            let begun = plus(ended, -lot.between(400, 900));
            let birth = plus(begun, -lot.between(2_700, 4_000));
            let child = self.child(birth);
            if let Some(carer) = self.carers.get_mut(now.carer) {
                carer.joined = plus(begun, -lot.between(25, 120));
            }
            self.end_file(child, ended, today);
            self.slots.push(Slot { carer: now.carer, child, begun, ended: Some(ended), state: "ended" });
        }
    }

    /// Pairs that are over: of carers who rest, and of carers who have left.
    fn over(&mut self, lot: &mut Lot, today: Date) {
        let again: Vec<Slot> = self.slots.iter().skip(21).step_by(3).take(AGAIN).copied().collect();
        for n in 0..RESTED + GONE {
            let slot = match again.get(n) {
                Some(now) => self.before(lot, *now),
                None => self.long_ago(lot, n, today),
            };
            if n >= RESTED
                && let (Some(carer), Some(ended)) = (self.carers.get_mut(slot.carer), slot.ended)
            {
                carer.left = Some(plus(ended, lot.between(5, 60)).min(plus(today, -10)));
            }
            self.slots.push(slot);
        }
    }

    /// The first pair of a child that is paired again today.
    fn before(&mut self, lot: &mut Lot, now: Slot) -> Slot {
        let ended = plus(now.begun, -lot.between(40, 160));
        let begun = plus(ended, -lot.between(300, 500));
        if let Some(child) = self.children.get_mut(now.child) {
            child.birth = child.birth.min(plus(begun, -2_500));
        }
        let carer = self.carer(lot, begun, false);
        Slot { carer, child: now.child, begun, ended: Some(ended), state: "ended" }
    }

    fn long_ago(&mut self, lot: &mut Lot, n: usize, today: Date) -> Slot {
        // Spread over the thirteen years, the last one ending some months ago.
        let back = 13 * 365 - i64::try_from(n.saturating_sub(AGAIN)).unwrap_or(0) * 43;
        let begun = plus(today, -(back + lot.between(-60, 20)).max(420));
        let ended = plus(begun, lot.between(350, 1_300)).min(plus(today, -lot.between(60, 300)));
        let birth = plus(begun, -lot.between(2_700, 4_000));
        let child = self.child(birth);
        self.end_file(child, ended, today);
        let carer = self.carer(lot, begun, false);
        Slot { carer, child, begun, ended: Some(ended), state: "ended" }
    }

    /// Who is fifteen, or ended two years ago, has left the programme.
    fn end_file(&mut self, child: usize, ended: Date, today: Date) {
        if let Some(child) = self.children.get_mut(child) {
            let grown = plus(child.birth, 15 * 365) < today;
            child.gone_on = (grown || plus(ended, 730) < today).then_some(ended);
        }
    }

    /// Decides who is Han so that exactly [`MIXED`] pairs are mixed. Brothers and sisters are alike;
    /// children with two pairs are drawn; the others fill up.
    fn mix(&mut self, lot: &mut Lot) {
        let mut pairs_of = vec![0usize; self.children.len()];
        for slot in &self.slots {
            if let Some(count) = pairs_of.get_mut(slot.child) {
                *count += 1;
            }
        }
        let mut free: Vec<usize> = Vec::new();
        for child in 0..self.children.len() {
            let has_sibling = self.children.iter().any(|c| c.sibling_of == Some(child));
            let alone = self.children.get(child).is_some_and(|c| c.sibling_of.is_none()) && !has_sibling;
            if alone && pairs_of.get(child) == Some(&1) {
                free.push(child);
            } else {
                let like = self.children.get(child).and_then(|c| c.sibling_of).and_then(|s| self.children.get(s));
                let han = like.map_or_else(|| lot.chance(45), |sibling| sibling.han);
                self.set_han(child, han);
            }
        }
        let is_free = |slot: &Slot| free.contains(&slot.child);
        let mixed = self.slots.iter().filter(|s| !is_free(s) && self.is_mixed(s)).count();
        let mut open: Vec<Slot> = self.slots.iter().filter(|s| is_free(s)).copied().collect();
        lot.shuffle(&mut open);
        for (n, slot) in open.into_iter().enumerate() {
            let carer_is_han = self.carers.get(slot.carer).is_some_and(|c| c.han);
            self.set_han(slot.child, if n < MIXED.saturating_sub(mixed) { !carer_is_han } else { carer_is_han });
        }
    }

    fn set_han(&mut self, child: usize, han: bool) {
        if let Some(child) = self.children.get_mut(child) {
            child.han = han;
        }
    }

    fn is_mixed(&self, slot: &Slot) -> bool {
        self.carers.get(slot.carer).map(|c| c.han) != self.children.get(slot.child).map(|c| c.han)
    }
}

fn running_state(n: usize) -> &'static str {
    if SETTLING.contains(&n) {
        "settling"
    } else if PAUSED.contains(&n) {
        "paused"
    } else {
        "active"
    }
}

fn days_running(lot: &mut Lot, n: usize) -> i64 {
    if SETTLING.contains(&n) {
        lot.between(8, 20)
    } else if n < 5 {
        lot.between(240, 500)
    } else {
        lot.between(150, 1_500)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn on_any_day_the_plan_has_180_pairs_of_which_102_are_mixed_and_168_children() {
        for month in 1..=12 {
            for seed in ["naheya", "2"] {
                let today = date(2026, month, 9 + month);
                let plan = Plan::draw(&mut Lot::new(seed, today), today);
                assert_eq!(plan.slots.len(), 180);
                assert_eq!(plan.slots.iter().filter(|s| plan.is_mixed(s)).count(), MIXED);
                assert_eq!(plan.children.len(), 168);
                assert_eq!(plan.carers.iter().filter(|c| c.left.is_none()).count(), 160);
                assert_eq!(plan.slots.iter().filter(|s| s.ended.is_none()).count(), RUNNING);
            }
        }
    }

    #[test]
    fn no_pair_begins_before_its_carer_joined_or_ends_before_it_begins() {
        let today = date(2026, 11, 23);
        let plan = Plan::draw(&mut Lot::new("naheya", today), today);
        for slot in &plan.slots {
            assert!(plan.carers.get(slot.carer).is_some_and(|c| c.joined < slot.begun));
            assert!(slot.ended.is_none_or(|ended| slot.begun < ended && ended < today), "{slot:?}");
        }
    }
}
