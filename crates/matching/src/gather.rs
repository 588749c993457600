//! Bringing `prefer` siblings together by changes that create no blocking pair.
//!
//! A sibling moves into a free place beside the other, or changes places with a child who is not worse off by it. A change is kept only when
//! the group is then together, no other group is torn, and nobody concerned has a reason to leave.
#![expect(clippy::indexing_slicing, reason = "units and homes are linked by numbers that the board made")]

use crate::board::{Board, NONE, Pair, count};
use crate::earlier::Earlier;
use crate::model::{Instance, Mode};
use crate::seat::{Sitting, leavers};

/// Rounds over all groups; a later one profits from places that an earlier one freed.
const ROUNDS: usize = 3;

/// `prefer` groups as units, in the order of lots.
pub(crate) struct Groups {
    groups: Vec<Vec<u32>>,
    /// (unit, group), sorted.
    of_unit: Vec<(u32, u32)>,
}

impl Groups {
    pub(crate) fn new(instance: &Instance, board: &Board) -> Self {
        let unit_of = board.unit_of();
        let place = board.places_in_order();
        let prefer = instance.siblings.iter().filter(|group| group.mode == Mode::Prefer);
        let mut groups: Vec<Vec<u32>> = prefer
            .map(|group| {
                let mut units: Vec<u32> = group.members.iter().map(|&child| unit_of[child as usize]).collect();
                units.sort_unstable_by_key(|&unit| place[unit as usize]);
                units.dedup();
                units
            })
            .filter(|units| units.len() > 1)
            .collect();
        groups.sort_by_cached_key(|units| units.iter().map(|&unit| place[unit as usize]).collect::<Vec<u32>>());
        let numbered = (0_u32..).zip(&groups);
        let mut of_unit: Vec<(u32, u32)> =
            numbered.flat_map(|(g, units)| units.iter().map(move |&unit| (unit, g))).collect();
        of_unit.sort_unstable();
        Self { groups, of_unit }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many groups are not all in one home; a group without any home is not apart.
    pub(crate) fn apart(&self, home_of: &[u32]) -> usize {
        (0..count(self.groups.len())).filter(|&g| self.is_apart(g, home_of)).count()
    }

    pub(crate) fn count(&self) -> u32 {
        count(self.groups.len())
    }

    fn is_apart(&self, group: u32, home_of: &[u32]) -> bool {
        let mut homes = self.groups[group as usize].iter().map(|&unit| home_of[unit as usize]);
        let first = homes.next();
        homes.any(|home| Some(home) != first)
    }

    fn apart_among(&self, units: &[u32], home_of: &[u32]) -> usize {
        let mut touched: Vec<u32> =
            units.iter().flat_map(|&unit| self.of_unit(unit)).map(|&(_, group)| group).collect();
        touched.sort_unstable();
        touched.dedup();
        touched.into_iter().filter(|&group| self.is_apart(group, home_of)).count()
    }

    fn of_unit(&self, unit: u32) -> &[(u32, u32)] {
        let from = self.of_unit.partition_point(|&(other, _)| other < unit);
        let to = self.of_unit.partition_point(|&(other, _)| other <= unit);
        &self.of_unit[from..to]
    }
}

/// Homes that every unit of the group finds acceptable and that could hold them all, in the order of the first unit's list.
fn common_homes(board: &Board, units: &[u32]) -> Vec<u32> {
    let together: u32 = units.iter().map(|&unit| board.sizes[unit as usize]).sum();
    let Some((&first, others)) = units.split_first() else { return Vec::new() };
    let shared = |home: u32| others.iter().all(|&unit| board.pair(unit, home).is_some());
    let homes = board.pairs_of(first).map(|pair| pair.home);
    homes.filter(|&home| board.places[home as usize] >= together && shared(home)).collect()
}

/// Who could come to each home: the board seen from the homes.
pub(crate) struct Guests {
    starts: Vec<u32>,
    units: Vec<u32>,
}

impl Guests {
    pub(crate) fn new(board: &Board) -> Self {
        let mut starts = vec![0_u32; board.homes() + 1];
        board.slots.iter().for_each(|slot| starts[slot.home() as usize + 1] += 1);
        for home in 0..board.homes() {
            starts[home + 1] += starts[home];
        }
        let mut next = starts.clone();
        let mut units = vec![0; board.slots.len()];
        for &unit in &board.order {
            for pair in board.pairs_of(unit) {
                let slot = &mut next[pair.home as usize];
                units[*slot as usize] = unit;
                *slot += 1;
            }
        }
        Self { starts, units }
    }

    pub(crate) fn of(&self, home: u32) -> &[u32] {
        &self.units[self.starts[home as usize] as usize..self.starts[home as usize + 1] as usize]
    }
}

/// A matching that can be changed step by step.
pub(crate) struct Seating<'b> {
    board: &'b Board,
    guests: &'b Guests,
    earlier: Option<&'b Earlier>,
    pub home_of: Vec<u32>,
    sitting: Vec<Vec<u32>>,
    journal: Vec<(u32, u32)>,
}

impl<'b> Seating<'b> {
    /// With an earlier assignment nobody leaves a home for siblings to be together where more of the unit were before.
    pub(crate) fn new(board: &'b Board, guests: &'b Guests, earlier: Option<&'b Earlier>, home_of: Vec<u32>) -> Self {
        let mut sitting = vec![Vec::new(); board.homes()];
        for &unit in &board.order {
            let home = home_of[unit as usize];
            if home != NONE {
                sitting[home as usize].push(unit);
            }
        }
        Self { board, guests, earlier, home_of, sitting, journal: Vec::new() }
    }

    /// Brings together the groups that can be.
    pub(crate) fn gather(&mut self, groups: &Groups) {
        for _ in 0..ROUNDS {
            let mut moved = false;
            for group in 0..count(groups.groups.len()) {
                moved |= groups.is_apart(group, &self.home_of) && self.unite(groups, &groups.groups[group as usize]);
            }
            if !moved {
                return;
            }
        }
    }

    fn unite(&mut self, groups: &Groups, units: &[u32]) -> bool {
        let mut homes = common_homes(self.board, units);
        homes.sort_by_key(|home| !units.iter().any(|&unit| self.home_of[unit as usize] == *home));
        homes.into_iter().any(|home| {
            self.journal.clear();
            let united = units.iter().all(|&unit| self.home_of[unit as usize] == home || self.bring(unit, home, units));
            if united && self.mends(groups) {
                return true;
            }
            self.undo(0);
            false
        })
    }

    /// Whether fewer groups are apart than before the journal began.
    fn mends(&self, groups: &Groups) -> bool {
        let touched: Vec<u32> = self.journal.iter().map(|&(unit, _)| unit).collect();
        let mut before = self.home_of.clone();
        for &(unit, home) in self.journal.iter().rev() {
            before[unit as usize] = home;
        }
        groups.apart_among(&touched, &self.home_of) < groups.apart_among(&touched, &before)
    }

    fn undo(&mut self, to: usize) {
        while self.journal.len() > to {
            if let Some((unit, home)) = self.journal.pop() {
                self.put(unit, home);
            }
        }
    }

    /// Brings one sibling into the home, keeping everybody content.
    fn bring(&mut self, unit: u32, home: u32, group: &[u32]) -> bool {
        if self.board.sizes[unit as usize] != 1 {
            return false;
        }
        let from = self.home_of[unit as usize];
        if self.room(home) > 0 {
            return self.try_moves(&[(unit, home)], &[home, from]);
        }
        if from == NONE {
            return false;
        }
        let others: Vec<u32> =
            self.sitting[home as usize].iter().copied().filter(|other| !group.contains(other)).collect();
        others
            .into_iter()
            .any(|other| self.goes_gladly(other, from) && self.try_moves(&[(other, from), (unit, home)], &[home, from]))
    }

    /// A child alone that finds the other home at least as good as the one it has.
    fn goes_gladly(&self, unit: u32, home: u32) -> bool {
        self.board.sizes[unit as usize] == 1
            && self.board.pair(unit, home).is_some_and(|pair| pair.own <= self.own(unit))
    }

    fn leaves_what_it_had(&self, unit: u32, home: u32) -> bool {
        let kept = |home: u32| self.earlier.map_or(0, |earlier| earlier.kept_at(self.board, unit, home));
        kept(home) < kept(self.home_of[unit as usize])
    }

    fn try_moves(&mut self, moves: &[(u32, u32)], homes: &[u32]) -> bool {
        if moves.iter().any(|&(unit, home)| self.leaves_what_it_had(unit, home)) {
            return false;
        }
        let before = self.journal.len();
        for &(unit, home) in moves {
            self.journal.push((unit, self.home_of[unit as usize]));
            self.put(unit, home);
        }
        let calm = homes.iter().all(|&home| home == NONE || self.home_is_calm(home))
            && moves.iter().all(|&(unit, _)| self.unit_is_calm(unit));
        if !calm {
            self.undo(before);
        }
        calm
    }

    fn put(&mut self, unit: u32, home: u32) {
        let old = std::mem::replace(&mut self.home_of[unit as usize], home);
        if old != NONE {
            self.sitting[old as usize].retain(|&other| other != unit);
        }
        if home != NONE {
            self.sitting[home as usize].push(unit);
        }
    }

    fn room(&self, home: u32) -> u32 {
        let taken: u32 = self.sitting[home as usize].iter().map(|&unit| self.board.sizes[unit as usize]).sum();
        self.board.places[home as usize].saturating_sub(taken)
    }

    /// The unit's rank of the home it has; the greatest number where it has none.
    fn own(&self, unit: u32) -> u32 {
        self.board.pair(unit, self.home_of[unit as usize]).map_or(u32::MAX, |pair| pair.own)
    }

    fn home_is_calm(&self, home: u32) -> bool {
        self.guests.of(home).iter().all(|&unit| {
            self.board.pair(unit, home).is_none_or(|pair| pair.own >= self.own(unit) || !self.admits(unit, pair))
        })
    }

    fn unit_is_calm(&self, unit: u32) -> bool {
        let own = self.own(unit);
        self.board.pairs_of(unit).take_while(|pair| pair.own < own).all(|pair| !self.admits(unit, pair))
    }

    fn admits(&self, unit: u32, pair: Pair) -> bool {
        let size = self.board.sizes[unit as usize];
        let room = self.room(pair.home);
        if room >= size {
            return true;
        }
        let sitting = self.sitting[pair.home as usize].iter().filter_map(|&other| {
            let theirs = self.board.pair(other, pair.home)?.theirs;
            Some(Sitting { key: u64::from(theirs), size: self.board.sizes[other as usize] })
        });
        let worse: Vec<Sitting> =
            sitting.filter(|other| other.key > u64::from(pair.theirs) && other.size <= size).collect();
        !worse.is_empty() && leavers(&worse, room, size).is_some()
    }
}
