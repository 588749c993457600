//! The fast engine: children propose, with promotion after Király.
//!
//! Source: Z. Király, *Linear Time Local Approximation Algorithm for Maximum Stable Marriage*, Algorithms 6(3), 2013, 471-484, carried to
//! homes with several places: each place is a copy of the home, and copies are tied. Three rules go beyond Gale and Shapley:
//!
//! * within a tie a child asks a home with a free place first;
//! * a full home passes on a child that sits there *uncertainly* (a home of the same tie still has a free place) and takes the newcomer;
//! * a child refused by all gets a second round, in which it wins ties at homes.
//!
//! Units of several children are let in as [`crate::seat::leavers`] says: no place is ever lost, so a refusal stays right for ever, and the
//! end is occupancy-stable. A home that has once refused someone passes nobody on any more, for the same reason.
#![expect(clippy::indexing_slicing, reason = "units, homes, pairs and seats are linked by numbers that the board made")]

use crate::board::{Board, NONE, Pair, count};
use crate::lot::Stream;
use crate::seat::{Sitting, leavers};

/// Where a unit stands in its list.
#[derive(Debug, Clone, Copy)]
struct UnitState {
    /// The first pair not struck off in this round; its tie is the one at hand.
    ask: u32,
    /// Pairs of this tie before `free` have no free place.
    free: u32,
    /// The pair it sits at, or [`NONE`].
    held: u32,
    /// 1 in the first round, 0 in the second: added to the doubled rank, so that the second round wins ties.
    first_round: u32,
}

/// A home's seats are a stretch of one array: single children in front, groups at the back.
#[derive(Debug, Clone, Copy)]
struct HomeState {
    taken: u32,
    singles: u32,
    groups: u32,
    /// Single children before this one sit certainly; [`NONE`] once the home has refused someone, when the singles are a heap, worst on top.
    certain: u32,
}

/// Working space, kept from order to order.
pub(crate) struct Engine<'b> {
    board: &'b Board,
    pairs: Vec<Pair>,
    units: Vec<UnitState>,
    homes: Vec<HomeState>,
    /// Per seat: doubled rank of the unit (smaller is better) above, its number below, the bits of which are turned by `mask`.
    seats: Vec<u64>,
    order: Vec<u32>,
    waiting: Vec<u32>,
    mask: u32,
}

impl<'b> Engine<'b> {
    pub(crate) fn new(board: &'b Board) -> Self {
        Self {
            board,
            pairs: board.pairs.clone(),
            units: Vec::new(),
            homes: Vec::new(),
            seats: vec![0; board.seat_starts.last().map_or(0, |&n| n as usize)],
            order: (0..board.units()).collect(),
            waiting: Vec::new(),
            mask: 0,
        }
    }

    /// Runs one order; order 0 is that of the lots themselves. The home of each unit, or [`NONE`].
    pub(crate) fn run(&mut self, seed: &str, number: u32) -> Vec<u32> {
        self.set_up(seed, number);
        for k in 0..self.order.len() {
            self.waiting.push(self.order[k]);
            while let Some(unit) = self.waiting.pop() {
                self.seek(unit);
            }
        }
        self.units
            .iter()
            .map(|unit| if unit.held == NONE { NONE } else { self.pairs[unit.held as usize].home })
            .collect()
    }

    fn set_up(&mut self, seed: &str, number: u32) {
        let board = self.board;
        self.pairs.copy_from_slice(&board.pairs);
        self.order.clear();
        self.order.extend(0..board.units());
        self.mask = 0;
        if number > 0 {
            let mut stream = Stream::new(seed, number);
            stream.shuffle(&mut self.order);
            self.mask = count(usize::try_from(stream.next() >> 32).unwrap_or(0));
            for unit in board.pair_starts.windows(2) {
                for tie in self.pairs[unit[0] as usize..unit[1] as usize].chunk_by_mut(|a, b| a.own == b.own) {
                    stream.shuffle(tie);
                }
            }
        }
        self.units.clear();
        let start = |&at: &u32| UnitState { ask: at, free: at, held: NONE, first_round: 1 };
        self.units.extend(board.pair_starts[..board.sizes.len()].iter().map(start));
        self.homes.clear();
        self.homes.resize(board.homes(), HomeState { taken: 0, singles: 0, groups: 0, certain: 0 });
    }

    /// The unit asks down its list until it sits or has been refused by all, twice.
    fn seek(&mut self, unit: u32) {
        let end = self.board.pair_starts[unit as usize + 1];
        loop {
            let state = self.units[unit as usize];
            if state.ask == end {
                if state.first_round == 0 {
                    return;
                }
                // All homes of the list are full for this unit and stay so: no search for free places in the second round.
                let start = self.board.pair_starts[unit as usize];
                self.units[unit as usize] = UnitState { ask: start, free: end, held: NONE, first_round: 0 };
                continue;
            }
            if let Some(pair) = self.free_pair(unit) {
                return self.sit(unit, pair);
            }
            if self.ask_full(unit, state.ask) {
                return;
            }
            let state = &mut self.units[unit as usize];
            state.ask += 1;
            state.free = state.free.max(state.ask);
        }
    }

    /// The next pair of the tie at hand whose home has room. Rooms only shrink, so the search goes on where it stopped.
    fn free_pair(&mut self, unit: u32) -> Option<u32> {
        let end = self.board.pair_starts[unit as usize + 1];
        let size = self.board.sizes[unit as usize];
        let state = &mut self.units[unit as usize];
        let tie = self.pairs[state.ask as usize].own;
        while state.free < end {
            let pair = self.pairs[state.free as usize];
            if pair.own != tie {
                return None;
            }
            let home = pair.home as usize;
            if self.board.places[home] - self.homes[home].taken >= size {
                return Some(state.free);
            }
            state.free += 1;
        }
        None
    }

    fn seat_of(&self, unit: u32, pair: u32) -> u64 {
        let rank = self.pairs[pair as usize].theirs * 2 + self.units[unit as usize].first_round;
        (u64::from(rank) << 32) | u64::from(unit ^ self.mask)
    }

    fn unit_at(&self, seat: u64) -> u32 {
        count(usize::try_from(seat & u64::from(u32::MAX)).unwrap_or(0)) ^ self.mask
    }

    /// Takes a free place.
    fn sit(&mut self, unit: u32, pair: u32) {
        let seat = self.seat_of(unit, pair);
        let size = self.board.sizes[unit as usize];
        let number = self.pairs[pair as usize].home as usize;
        let (start, end) = (self.board.seat_starts[number] as usize, self.board.seat_starts[number + 1] as usize);
        let home = &mut self.homes[number];
        home.taken += size;
        if size == 1 {
            home.singles += 1;
            let singles = &mut self.seats[start..start + home.singles as usize];
            if let Some(last) = singles.last_mut() {
                *last = seat;
            }
            if home.certain == NONE {
                rise(singles);
            }
        } else {
            home.groups += 1;
            self.seats[end - home.groups as usize] = seat;
        }
        self.units[unit as usize].held = pair;
    }

    /// Asks a home without enough room; true when the unit is let in.
    fn ask_full(&mut self, unit: u32, pair: u32) -> bool {
        if self.board.sizes[unit as usize] > 1 {
            return self.ask_as_group(unit, pair);
        }
        let number = self.pairs[pair as usize].home as usize;
        if self.homes[number].certain != NONE {
            if self.pass_on(unit, pair, number) {
                return true;
            }
            self.close(number);
        }
        let start = self.board.seat_starts[number] as usize;
        let singles = self.homes[number].singles as usize;
        let seat = self.seat_of(unit, pair);
        match self.seats[start..start + singles].first().copied() {
            Some(worst) if worst >> 32 > seat >> 32 => {
                self.seats[start] = seat;
                sink(&mut self.seats[start..start + singles], 0);
                self.units[unit as usize].held = pair;
                self.send_away(self.unit_at(worst));
                true
            }
            _ => false,
        }
    }

    /// Passes on a child that sits here uncertainly, and takes the newcomer in its place.
    fn pass_on(&mut self, unit: u32, pair: u32, number: usize) -> bool {
        let start = self.board.seat_starts[number] as usize;
        while self.homes[number].certain < self.homes[number].singles {
            let at = start + self.homes[number].certain as usize;
            self.homes[number].certain += 1;
            let sitting = self.unit_at(self.seats[at]);
            if let Some(other) = self.free_pair(sitting) {
                self.sit(sitting, other);
                self.seats[at] = self.seat_of(unit, pair);
                self.units[unit as usize].held = pair;
                return true;
            }
        }
        false
    }

    /// From now on this home refuses.
    fn close(&mut self, number: usize) {
        let start = self.board.seat_starts[number] as usize;
        let home = &mut self.homes[number];
        home.certain = NONE;
        heap(&mut self.seats[start..start + home.singles as usize]);
    }

    fn ask_as_group(&mut self, unit: u32, pair: u32) -> bool {
        let number = self.pairs[pair as usize].home as usize;
        if self.homes[number].certain != NONE {
            self.close(number);
        }
        let size = self.board.sizes[unit as usize];
        let seat = self.seat_of(unit, pair);
        let mut worse: Vec<Sitting> =
            self.sitting(number).filter(|&other| other >> 32 > seat >> 32).map(|key| self.sized(key)).collect();
        worse.retain(|other| other.size <= size);
        worse.sort_unstable();
        let room = self.board.places[number] - self.homes[number].taken;
        let Some(leaving) = leavers(&worse, room, size) else { return false };
        let leaving: Vec<u64> = leaving.into_iter().map(|k| worse[k].key).collect();
        self.clear_out(number, &leaving);
        self.sit(unit, pair);
        for seat in leaving {
            self.send_away(self.unit_at(seat));
        }
        true
    }

    fn sized(&self, key: u64) -> Sitting {
        Sitting { key, size: self.board.sizes[self.unit_at(key) as usize] }
    }

    fn sitting(&self, number: usize) -> impl Iterator<Item = u64> + '_ {
        let (start, end) = (self.board.seat_starts[number] as usize, self.board.seat_starts[number + 1] as usize);
        let home = self.homes[number];
        let singles = &self.seats[start..start + home.singles as usize];
        singles.iter().chain(&self.seats[end - home.groups as usize..end]).copied()
    }

    /// Takes units out of a closed home's seats.
    fn clear_out(&mut self, number: usize, leaving: &[u64]) {
        let (start, end) = (self.board.seat_starts[number] as usize, self.board.seat_starts[number + 1] as usize);
        let staying: Vec<u64> = self.sitting(number).filter(|seat| !leaving.contains(seat)).collect();
        let (mut taken, mut singles, mut groups) = (0, 0, 0);
        for seat in staying {
            let size = self.board.sizes[self.unit_at(seat) as usize];
            taken += size;
            if size == 1 {
                self.seats[start + singles] = seat;
                singles += 1;
            } else {
                groups += 1;
                self.seats[end - groups] = seat;
            }
        }
        heap(&mut self.seats[start..start + singles]);
        self.homes[number] = HomeState { taken, singles: count(singles), groups: count(groups), certain: NONE };
    }

    /// The unit lost its seat: it strikes the home off for this round and waits to ask on.
    fn send_away(&mut self, unit: u32) {
        let state = &mut self.units[unit as usize];
        self.pairs.swap(state.held as usize, state.ask as usize);
        state.ask += 1;
        state.free = state.free.max(state.ask);
        state.held = NONE;
        self.waiting.push(unit);
    }
}

/// Restores the heap (greatest on top) after its last element was added.
fn rise(heap: &mut [u64]) {
    let mut at = heap.len().saturating_sub(1);
    while at > 0 {
        let above = (at - 1) / 2;
        if heap[above] >= heap[at] {
            return;
        }
        heap.swap(above, at);
        at = above;
    }
}

/// Restores the heap below an element that may be too small.
fn sink(heap: &mut [u64], mut at: usize) {
    loop {
        let mut greatest = at;
        for below in [2 * at + 1, 2 * at + 2] {
            if below < heap.len() && heap[below] > heap[greatest] {
                greatest = below;
            }
        }
        if greatest == at {
            return;
        }
        heap.swap(at, greatest);
        at = greatest;
    }
}

fn heap(seats: &mut [u64]) {
    for at in (0..seats.len() / 2).rev() {
        sink(seats, at);
    }
}
