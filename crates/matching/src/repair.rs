//! The repair of an assignment that is stable no more, with as few changes as the way allows.
//!
//! Sources: H. Abeledo, U. Rothblum, *Paths to marriage stability*, Discrete Applied Mathematics 63, 1995; Q. Wu, A. Roth, *The lattice of envy-free
//! matchings*, Games and Economic Behavior 109, 2018.
//!
//! First nobody shall envy anyone whom the home ranks lower: who does, and who has no home, asks the best home that lets it in, and whoever is sent away
//! for it asks on. Homes only get better by that, so it ends. What is then left are free places that someone would rather have: each goes to the one
//! the home ranks highest, whose own place is the next one free. Children only get better by that, so it ends too. Among equals whoever is
//! where it was before stays. With groups neither need end, so that steps are counted.
#![expect(clippy::indexing_slicing, reason = "units and homes are linked by numbers that the board made")]

use crate::board::{Board, NONE, Pair, count};
use crate::earlier::Earlier;
use crate::gather::Guests;
use crate::seat::{Sitting, leavers};

/// Moves for each unit, in the mean, before a repair is given up.
const MOVES: usize = 40;

/// What a repair goes by.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'b> {
    pub board: &'b Board,
    pub guests: &'b Guests,
    pub earlier: &'b Earlier,
    /// Homes in an order that no number decides.
    pub homes: &'b [u32],
}

/// A matching under repair.
pub(crate) struct Repair<'b> {
    ground: Ground<'b>,
    order: &'b [u32],
    /// By unit its place in the order.
    place: Vec<u32>,
    /// Units that win ties at homes.
    promoted: &'b [bool],
    home_of: Vec<u32>,
    sitting: Vec<Vec<u32>>,
    /// Units without a home that may still find one.
    asking: Vec<u32>,
    left: usize,
}

impl<'b> Repair<'b> {
    /// Begins with `start`, the home of each unit; where a home has too few places, those stay who were there before, and of them those whom it ranks
    /// highest.
    pub(crate) fn new(ground: Ground<'b>, order: &'b [u32], promoted: &'b [bool], start: &[u32]) -> Self {
        let mut place = vec![0; order.len()];
        (0_u32..).zip(order).for_each(|(at, &unit)| place[unit as usize] = at);
        let mut repair = Self {
            ground,
            order,
            place,
            promoted,
            home_of: vec![NONE; start.len()],
            sitting: vec![Vec::new(); ground.board.homes()],
            asking: Vec::new(),
            left: MOVES * start.len() + 100,
        };
        let mut seats: Vec<(u32, bool, u32, u32, u32)> = Vec::new();
        for &unit in order {
            let pair = ground.board.pair(unit, start[unit as usize]);
            match pair {
                Some(pair) => {
                    let comes = !ground.earlier.stays(unit, pair.home);
                    seats.push((pair.home, comes, repair.rank(unit, pair), repair.place[unit as usize], unit));
                }
                None => repair.asking.push(unit),
            }
        }
        seats.sort_unstable();
        for (home, .., unit) in seats {
            if repair.room(home) >= ground.board.sizes[unit as usize] {
                repair.put(unit, home);
            } else {
                repair.asking.push(unit);
            }
        }
        let place = &repair.place;
        repair.asking.sort_unstable_by_key(|&unit| std::cmp::Reverse(place[unit as usize]));
        repair
    }

    /// The home of each unit once nobody has a reason to leave; `None` when that took too many moves.
    pub(crate) fn run(mut self) -> Option<Vec<u32>> {
        loop {
            self.ask();
            let mut calm = true;
            for &unit in self.order {
                if self.envies(unit) {
                    calm = false;
                    self.seek(unit);
                    self.ask();
                }
            }
            for &home in self.ground.homes {
                calm &= !self.fill(home);
            }
            if self.left == 0 {
                return None;
            }
            if calm {
                return Some(self.home_of);
            }
        }
    }

    fn ask(&mut self) {
        while let Some(unit) = self.asking.pop() {
            if self.home_of[unit as usize] == NONE {
                self.seek(unit);
            }
        }
    }

    /// The home's rank of the unit: smaller is better.
    fn rank(&self, unit: u32, pair: Pair) -> u32 {
        pair.theirs * 2 + u32::from(!self.promoted.get(unit as usize).is_some_and(|&promoted| promoted))
    }

    fn size(&self, unit: u32) -> u32 {
        self.ground.board.sizes[unit as usize]
    }

    fn room(&self, home: u32) -> u32 {
        let taken: u32 = self.sitting[home as usize].iter().map(|&unit| self.size(unit)).sum();
        self.ground.board.places[home as usize].saturating_sub(taken)
    }

    /// The unit's rank of the home it has; the greatest number where it has none.
    fn own(&self, unit: u32) -> u32 {
        match self.home_of[unit as usize] {
            NONE => u32::MAX,
            home => self.ground.board.pair(unit, home).map_or(u32::MAX, |pair| pair.own),
        }
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

    /// Those whom the home ranks lower than the unit and who take no more places, best first; who was there before is sent away after an equal who was not.
    fn worse(&self, unit: u32, pair: Pair) -> Vec<(Sitting, u32)> {
        let (board, earlier) = (self.ground.board, self.ground.earlier);
        let rank = self.rank(unit, pair);
        let sitting = self.sitting[pair.home as usize].iter().filter_map(|&other| {
            let theirs = self.rank(other, board.pair(other, pair.home)?);
            let comes = u64::from(!earlier.stays(other, pair.home));
            let key = u64::from(theirs) << 32 | comes << 31 | u64::from(self.place[other as usize]);
            let worse = theirs > rank && self.size(other) <= self.size(unit);
            worse.then_some((Sitting { key, size: self.size(other) }, other))
        });
        let mut worse: Vec<(Sitting, u32)> = sitting.collect();
        worse.sort_unstable();
        worse
    }

    /// Who would leave for the unit to be let in; `None` when it is not.
    fn leaving(&self, unit: u32, pair: Pair) -> Option<Vec<u32>> {
        let (room, size) = (self.room(pair.home), self.size(unit));
        if room >= size {
            return Some(Vec::new());
        }
        let worse = self.worse(unit, pair);
        let sitting: Vec<Sitting> = worse.iter().map(|&(sitting, _)| sitting).collect();
        let leaving = if sitting.is_empty() { None } else { leavers(&sitting, room, size) };
        Some(leaving?.into_iter().map(|k| worse[k].1).collect())
    }

    /// Whether some home that the unit ranks higher has someone whose place it could take.
    fn envies(&self, unit: u32) -> bool {
        let own = self.own(unit);
        let better = self.ground.board.pairs_of(unit).take_while(|pair| pair.own < own);
        let mut full = better.filter(|pair| !self.sitting[pair.home as usize].is_empty());
        full.any(|pair| !self.worse(unit, pair).is_empty() && self.leaving(unit, pair).is_some())
    }

    /// The unit goes to the best home that lets it in, if it ranks any higher than the one it has: among equals to where it was, then to where nobody leaves,
    /// then to where nobody leaves who was there before.
    fn seek(&mut self, unit: u32) {
        let own = self.own(unit);
        let mut best: Option<(u32, u32, u32, Vec<u32>)> = None;
        for pair in self.ground.board.pairs_of(unit) {
            if pair.own >= own || best.as_ref().is_some_and(|&(own, ..)| pair.own > own) {
                break;
            }
            let Some(leaving) = self.leaving(unit, pair) else { continue };
            let stay = |&&other: &&u32| self.ground.earlier.stays(other, pair.home);
            let cost = match leaving.iter().filter(stay).count() {
                _ if self.ground.earlier.stays(unit, pair.home) => 0,
                0 => 1 + u32::from(!leaving.is_empty()),
                many => 2 + count(many),
            };
            if best.as_ref().is_none_or(|&(_, least, ..)| cost < least) {
                best = Some((pair.own, cost, pair.home, leaving));
            }
        }
        if let Some((.., home, leaving)) = best {
            self.let_in(unit, home, leaving);
        }
    }

    fn let_in(&mut self, unit: u32, home: u32, leaving: Vec<u32>) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return;
        }
        for other in leaving {
            self.put(other, NONE);
            self.asking.push(other);
        }
        self.put(unit, home);
    }

    /// Free places go to those whom the home ranks highest of all who would rather have one; `true` when any did. Among equals to who was there before, then
    /// to who has no home, then to who is not where it was.
    fn fill(&mut self, home: u32) -> bool {
        let mut vacant = vec![home];
        let mut filled = false;
        while let Some(home) = vacant.pop() {
            while let Some((unit, pair)) = self.next_guest(home) {
                let Some(leaving) = self.leaving(unit, pair) else { break };
                filled = true;
                let from = self.home_of[unit as usize];
                self.let_in(unit, home, leaving);
                if self.left == 0 {
                    return filled;
                }
                if from != NONE {
                    vacant.push(from);
                }
                self.ask();
            }
        }
        filled
    }

    fn next_guest(&self, home: u32) -> Option<(u32, Pair)> {
        let room = self.room(home);
        if room == 0 {
            return None;
        }
        let earlier = self.ground.earlier;
        let mut best: Option<((u32, u32, u32), u32, Pair)> = None;
        for &unit in self.ground.guests.of(home) {
            let Some(pair) = self.ground.board.pair(unit, home) else { continue };
            let rank = self.rank(unit, pair);
            if best.is_some_and(|((least, ..), ..)| rank > least) || pair.own >= self.own(unit) {
                continue;
            }
            let cost = match self.home_of[unit as usize] {
                _ if earlier.stays(unit, home) => 0,
                NONE => 1,
                has => 2 + u32::from(earlier.stays(unit, has)),
            };
            let key = (rank, cost, self.place[unit as usize]);
            if best.is_none_or(|(least, ..)| key < least) && self.leaving(unit, pair).is_some() {
                best = Some((key, unit, pair));
            }
        }
        best.map(|(_, unit, pair)| (unit, pair))
    }
}
