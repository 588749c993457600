//! Staying near to an earlier assignment: it is repaired first, and what the engine finds beyond is drawn near to it.
#![expect(clippy::indexing_slicing, reason = "units and homes are linked by numbers that the board made")]

use super::{Best, ENTRIES_SOUGHT, Found, Search, Worth};
use crate::board::{NONE, count};
use crate::lot::Stream;
use crate::repair::{Ground, Repair};

/// Beyond so many children what is larger is too far away to be drawn near in little time.
const NEARBY: usize = 2_000;
/// Repairs in other orders, at most, and how many of them when only fewer moves are to be won.
const REPAIRS: usize = 200;
const SHUFFLES: usize = 32;
/// Taking parts of the difference to the earlier assignment back reads about so many entries.
const ENTRIES_DRAWN: usize = 1_000_000;
/// Numbers of orders from here on are those of repairs.
const NUMBERS: u32 = 1 << 31;

impl Search<'_> {
    fn ground(&self) -> Option<Ground<'_>> {
        let (earlier, guests) = self.earlier.as_ref().zip(self.guests.as_ref())?;
        Some(Ground { board: self.board, guests, earlier, homes: &earlier.homes })
    }

    /// Puts a repaired matching in the place of the best, unless it is smaller and more is asked for: on a large instance no more than two thirds of
    /// the bound.
    pub(super) fn stay_near(&self, best: &mut Best, most: Worth) {
        let Some(near) = self.repaired(most) else { return };
        let enough = self.repairs_alone() && 3 * near.worth.placed >= 2 * most.placed;
        if enough || near.worth > best.found.worth {
            best.found = near;
        } else {
            let first = Found { assign: std::mem::take(&mut best.found.assign), worth: best.found.worth };
            best.found = self.drawn(first);
        }
    }

    /// Whether nothing but repairs is tried as long as they place enough: another matching of a large instance would be far away.
    pub(super) fn repairs_alone(&self) -> bool {
        self.earlier.is_some() && self.instance.children() > NEARBY
    }

    /// The best of several repairs: in those after the first, units that stayed without a home win ties.
    fn repaired(&self, most: Worth) -> Option<Found> {
        let ground = self.ground()?;
        let start = &ground.earlier.of_unit;
        let mut last = Repair::new(ground, &self.board.order, &[], start).run();
        let mut best = last.clone().map(|home_of| self.look(home_of, 0));
        let runs = match self.options.orders {
            Some(orders) => (orders as usize).saturating_sub(1),
            None if self.repairs_alone() => 0,
            None => (ENTRIES_SOUGHT / self.board.slots.len().max(1)).min(REPAIRS),
        };
        let mut promoted = vec![false; start.len()];
        let mut order = self.board.order.clone();
        for run in 0..runs {
            let reached = best.as_ref().map_or((0, 0), |best| (best.worth.placed, best.worth.kept));
            if reached.0 >= most.placed && (reached.1 >= most.kept || run >= SHUFFLES) {
                break;
            }
            let mut stream = Stream::new(&self.options.seed, NUMBERS + count(run));
            for &unit in &self.board.order {
                let without = last.as_ref().is_some_and(|home_of| home_of[unit as usize] == NONE);
                let stays = promoted[unit as usize] && stream.below(8) > 0;
                promoted[unit as usize] = stays || without;
            }
            stream.shuffle(&mut order);
            last = Repair::new(ground, &order, &promoted, start).run();
            if let Some(home_of) = &last {
                let next = self.look(home_of.clone(), best.as_ref().map_or(0, |best| best.worth.placed));
                if best.as_ref().is_none_or(|best| next.worth > best.worth) {
                    best = Some(next);
                }
            }
        }
        if self.repairs_alone() { best } else { best.map(|best| self.drawn(best)) }
    }

    /// Takes a matching back to the earlier assignment wherever it is worth more for it: first in parts that have no home in common, then unit by unit.
    pub(super) fn drawn(&self, mut found: Found) -> Found {
        let Some(ground) = self.ground().filter(|ground| found.worth.kept < ground.earlier.children()) else {
            return found;
        };
        let earlier = ground.earlier;
        let mut home_of = self.by_unit(&found);
        let gained = |(&home, &had): (&u32, &u32)| home != NONE && had == NONE;
        let promoted: Vec<bool> = home_of.iter().zip(&earlier.of_unit).map(gained).collect();
        let mut parts = self.parts(&home_of, &earlier.of_unit);
        parts.extend(parts.concat().into_iter().map(|unit| vec![unit]));
        for part in parts.into_iter().take(ENTRIES_DRAWN / self.board.slots.len().max(1)) {
            if part.iter().all(|&unit| home_of[unit as usize] == earlier.of_unit[unit as usize]) {
                continue;
            }
            let mut start = home_of.clone();
            for &unit in &part {
                start[unit as usize] = earlier.of_unit[unit as usize];
            }
            let Some(back) = Repair::new(ground, &self.board.order, &promoted, &start).run() else { continue };
            let next = self.look(back, found.worth.placed);
            if next.worth > found.worth {
                home_of = self.by_unit(&next);
                found = next;
            }
        }
        found
    }

    fn by_unit(&self, found: &Found) -> Vec<u32> {
        let home = |unit| self.board.members(unit).next().map_or(NONE, |child| found.assign[child as usize]);
        (0..self.board.units()).map(home).collect()
    }

    /// Units that are not where they were, in parts that have no home in common.
    fn parts(&self, home_of: &[u32], had: &[u32]) -> Vec<Vec<u32>> {
        let mut root: Vec<u32> = (0..count(self.board.homes())).collect();
        let moved = |&&unit: &&u32| had[unit as usize] != NONE && had[unit as usize] != home_of[unit as usize];
        let moved: Vec<u32> = self.board.order.iter().filter(moved).copied().collect();
        for &unit in &moved {
            let (from, to) = (had[unit as usize], home_of[unit as usize]);
            if to != NONE {
                let (from, to) = (rooted(&mut root, from), rooted(&mut root, to));
                root[from as usize] = to;
            }
        }
        let mut part_at = vec![NONE; root.len()];
        let mut parts: Vec<Vec<u32>> = Vec::new();
        for unit in moved {
            let at = &mut part_at[rooted(&mut root, had[unit as usize]) as usize];
            if *at == NONE {
                *at = count(parts.len());
                parts.push(Vec::new());
            }
            parts[*at as usize].push(unit);
        }
        parts
    }
}

fn rooted(root: &mut [u32], mut home: u32) -> u32 {
    while root[home as usize] != home {
        let above = root[root[home as usize] as usize];
        root[home as usize] = above;
        home = above;
    }
    home
}
