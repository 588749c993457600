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
//!
//! Whoever has been refused or sent away queues anew, so that the units next in turn do not depend on each other and their rows and homes
//! are fetched from memory together.
#![expect(clippy::indexing_slicing, reason = "units, homes, pairs and seats are linked by numbers that the board made")]

use crate::board::{BATCH, Board, NONE, Slot, count, exchange};
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
    /// Doubled place in the order; 1 more in the first round, so that the second round wins ties.
    mark: u32,
}

/// Seats that lie beside the home's own numbers; a larger home has its seats elsewhere.
const NEAR: usize = 5;

/// A home, in one cache line. Its seats hold single children in front, groups at the back.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Home {
    places: u32,
    taken: u32,
    singles: u32,
    groups: u32,
    /// Single children before this one sit certainly; [`NONE`] once the home has refused someone, when the singles are a heap, worst on top.
    certain: u32,
    /// Where the seats of a larger home begin.
    far: u32,
    near: [u64; NEAR],
}

/// Working space, kept from order to order.
pub(crate) struct Engine<'b> {
    board: &'b Board,
    slots: Vec<Slot>,
    units: Vec<UnitState>,
    homes: Vec<Home>,
    /// Seats of larger homes. A seat is the doubled rank of the unit (smaller is better) above, its place in the order below.
    far: Vec<u64>,
    /// The order of this run: unit by place.
    order: Vec<u32>,
    queue: Vec<u32>,
    next: Vec<u32>,
}

impl<'b> Engine<'b> {
    /// Takes the board's pairs, or a copy of them; within ties their order changes.
    pub(crate) fn new(board: &'b Board, slots: Vec<Slot>) -> Self {
        Self {
            board,
            slots,
            units: Vec::new(),
            homes: Vec::new(),
            far: Vec::new(),
            order: Vec::new(),
            queue: Vec::new(),
            next: Vec::new(),
        }
    }

    /// Gives the pairs back.
    pub(crate) fn into_slots(self) -> Vec<Slot> {
        self.slots
    }

    /// Runs in the order of lots. The home of each unit, or [`NONE`].
    pub(crate) fn run(&mut self) -> Vec<u32> {
        self.order.clone_from(&self.board.order);
        self.seat_all(&[])
    }

    /// Runs another order of units and of homes within ties; the `promoted` come first and win ties from the beginning.
    pub(crate) fn run_order(&mut self, stream: &mut Stream, promoted: &[bool]) -> Vec<u32> {
        self.slots.copy_from_slice(&self.board.slots);
        self.order.clone_from(&self.board.order);
        stream.shuffle(&mut self.order);
        if !promoted.is_empty() {
            self.order.sort_by_key(|&unit| !promoted[unit as usize]);
        }
        for &unit in &self.board.order {
            let row =
                self.board.pair_starts[unit as usize] as usize..self.board.pair_starts[unit as usize + 1] as usize;
            for tie in self.slots[row].chunk_by_mut(|_, next| !next.begins()) {
                for last in (1..tie.len()).rev() {
                    exchange(tie, last, stream.below(last + 1));
                }
            }
        }
        self.seat_all(promoted)
    }

    fn seat_all(&mut self, promoted: &[bool]) -> Vec<u32> {
        self.set_up(promoted);
        self.queue.clone_from(&self.order);
        while !self.queue.is_empty() {
            let queue = std::mem::take(&mut self.queue);
            for batch in queue.chunks(BATCH) {
                self.fetch(batch);
                batch.iter().for_each(|&unit| self.seek(unit));
            }
            self.queue = std::mem::replace(&mut self.next, queue);
            self.next.clear();
        }
        let home = |unit: &UnitState| if unit.held == NONE { NONE } else { self.slots[unit.held as usize].home() };
        self.units.iter().map(home).collect()
    }

    fn set_up(&mut self, promoted: &[bool]) {
        let board = self.board;
        self.units.clear();
        let start = |&at: &u32| UnitState { ask: at, free: at, held: NONE, mark: 0 };
        self.units.extend(board.pair_starts[..board.sizes.len()].iter().map(start));
        for (place, &unit) in (0_u32..).zip(&self.order) {
            self.units[unit as usize].mark = place * 2 + u32::from(!promoted.get(unit as usize).is_some_and(|&p| p));
        }
        self.homes.clear();
        let mut far = 0;
        self.homes.extend(board.places.iter().map(|&places| {
            let home = Home { places, taken: 0, singles: 0, groups: 0, certain: 0, far, near: [0; NEAR] };
            far += if places as usize > NEAR { places } else { 0 };
            home
        }));
        self.far.clear();
        self.far.resize(far as usize, 0);
    }

    /// Touches what the units of a batch will need, level by level, so that memory answers all of them at once.
    fn fetch(&self, batch: &[u32]) {
        let mut at = [0_u32; BATCH];
        let mut touched = 0;
        for (at, &unit) in at.iter_mut().zip(batch) {
            *at = self.units[unit as usize].ask;
        }
        let mut home = [NONE; BATCH];
        for (home, &at) in home.iter_mut().zip(&at) {
            *home = self.slots.get(at as usize).map_or(NONE, |slot| slot.home());
        }
        for (home, &at) in home.iter_mut().zip(&at) {
            let more = self.slots.get(at as usize + 1).filter(|slot| !slot.begins());
            touched ^= more.and_then(|slot| self.homes.get(slot.home() as usize)).map_or(0, |home| home.taken);
            let full =
                self.homes.get(*home as usize).filter(|home| home.taken == home.places && home.certain < home.singles);
            *home = full.map_or(NONE, |home| low(home.near[0]));
        }
        for place in &mut home {
            *place = self.order.get(*place as usize).copied().unwrap_or(NONE);
        }
        for sitting in &mut home {
            *sitting = self.units.get(*sitting as usize).map_or(NONE, |unit| unit.free);
        }
        for free in &mut home {
            *free = self.slots.get(*free as usize).map_or(NONE, |slot| slot.home());
        }
        for other in home {
            touched ^= self.homes.get(other as usize).map_or(0, |home| home.taken);
        }
        std::hint::black_box(touched);
    }

    /// The unit asks once: it sits, or queues for its next home, or has been refused by all, twice.
    fn seek(&mut self, unit: u32) {
        let end = self.board.pair_starts[unit as usize + 1];
        let mut state = self.units[unit as usize];
        if state.ask == end {
            if state.mark & 1 == 0 {
                return;
            }
            // All homes of the list are full for this unit and stay so: no search for free places in the second round.
            let start = self.board.pair_starts[unit as usize];
            state = UnitState { ask: start, free: end, held: NONE, mark: state.mark & !1 };
            self.units[unit as usize] = state;
            if start == end {
                return;
            }
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
        self.next.push(unit);
    }

    /// The next pair of the tie at hand whose home has room. Rooms only shrink, so the search goes on where it stopped.
    fn free_pair(&mut self, unit: u32) -> Option<u32> {
        let end = self.board.pair_starts[unit as usize + 1];
        let size = self.board.sizes[unit as usize];
        let state = &mut self.units[unit as usize];
        while state.free < end {
            let pair = self.slots[state.free as usize];
            if pair.begins() && state.free > state.ask {
                return None;
            }
            let home = &self.homes[pair.home() as usize];
            if home.places - home.taken >= size {
                return Some(state.free);
            }
            state.free += 1;
        }
        None
    }

    fn seat_of(&self, unit: u32, pair: u32) -> u64 {
        let mark = self.units[unit as usize].mark;
        let rank = self.slots[pair as usize].theirs * 2 + (mark & 1);
        (u64::from(rank) << 32) | u64::from(mark >> 1)
    }

    fn unit_at(&self, seat: u64) -> u32 {
        self.order[low(seat) as usize]
    }

    fn seats(&mut self, number: usize) -> &mut [u64] {
        let home = &mut self.homes[number];
        let places = home.places as usize;
        if places <= NEAR {
            return &mut home.near[..places];
        }
        let far = home.far as usize;
        &mut self.far[far..far + places]
    }

    fn singles(&mut self, number: usize) -> &mut [u64] {
        let singles = self.homes[number].singles as usize;
        &mut self.seats(number)[..singles]
    }

    /// Takes a free place.
    fn sit(&mut self, unit: u32, pair: u32) {
        let seat = self.seat_of(unit, pair);
        let size = self.board.sizes[unit as usize];
        let number = self.slots[pair as usize].home() as usize;
        let home = &mut self.homes[number];
        home.taken += size;
        if size == 1 {
            home.singles += 1;
            let closed = home.certain == NONE;
            let singles = self.singles(number);
            if let Some(last) = singles.last_mut() {
                *last = seat;
            }
            if closed {
                rise(singles);
            }
        } else {
            home.groups += 1;
            let at = (home.places - home.groups) as usize;
            self.seats(number)[at] = seat;
        }
        self.units[unit as usize].held = pair;
    }

    /// Asks a home without enough room; true when the unit is let in.
    fn ask_full(&mut self, unit: u32, pair: u32) -> bool {
        if self.board.sizes[unit as usize] > 1 {
            return self.ask_as_group(unit, pair);
        }
        let number = self.slots[pair as usize].home() as usize;
        if self.homes[number].certain != NONE {
            if self.pass_on(unit, pair, number) {
                return true;
            }
            self.close(number);
        }
        let seat = self.seat_of(unit, pair);
        let singles = self.singles(number);
        match singles.first().copied() {
            Some(worst) if worst >> 32 > seat >> 32 => {
                singles[0] = seat;
                sink(singles, 0);
                self.units[unit as usize].held = pair;
                self.send_away(self.unit_at(worst));
                true
            }
            _ => false,
        }
    }

    /// Passes on a child that sits here uncertainly, and takes the newcomer in its place.
    fn pass_on(&mut self, unit: u32, pair: u32, number: usize) -> bool {
        while self.homes[number].certain < self.homes[number].singles {
            let at = self.homes[number].certain as usize;
            self.homes[number].certain += 1;
            let seat = self.seats(number)[at];
            let sitting = self.unit_at(seat);
            if let Some(other) = self.free_pair(sitting) {
                self.sit(sitting, other);
                let seat = self.seat_of(unit, pair);
                self.seats(number)[at] = seat;
                self.units[unit as usize].held = pair;
                return true;
            }
        }
        false
    }

    /// From now on this home refuses.
    fn close(&mut self, number: usize) {
        self.homes[number].certain = NONE;
        heap(self.singles(number));
    }

    fn ask_as_group(&mut self, unit: u32, pair: u32) -> bool {
        let number = self.slots[pair as usize].home() as usize;
        if self.homes[number].certain != NONE {
            self.close(number);
        }
        let size = self.board.sizes[unit as usize];
        let seat = self.seat_of(unit, pair);
        let sitting = self.sitting(number);
        let worse = sitting.iter().filter(|&&other| other >> 32 > seat >> 32);
        let mut worse: Vec<Sitting> = worse.map(|&key| self.sized(key)).filter(|other| other.size <= size).collect();
        worse.sort_unstable();
        let room = self.homes[number].places - self.homes[number].taken;
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

    fn sitting(&mut self, number: usize) -> Vec<u64> {
        let Home { singles, groups, .. } = self.homes[number];
        let seats = self.seats(number);
        [&seats[..singles as usize], &seats[seats.len() - groups as usize..]].concat()
    }

    /// Takes units out of a closed home's seats.
    fn clear_out(&mut self, number: usize, leaving: &[u64]) {
        let mut staying = self.sitting(number);
        staying.retain(|seat| !leaving.contains(seat));
        let (mut taken, mut singles, mut groups) = (0, 0, 0);
        for seat in staying {
            let size = self.board.sizes[self.unit_at(seat) as usize];
            taken += size;
            let seats = self.seats(number);
            if size == 1 {
                seats[singles] = seat;
                singles += 1;
            } else {
                groups += 1;
                let at = seats.len() - groups;
                seats[at] = seat;
            }
        }
        let home = &mut self.homes[number];
        (home.taken, home.singles, home.groups, home.certain) = (taken, count(singles), count(groups), NONE);
        heap(self.singles(number));
    }

    /// The unit lost its seat: it strikes the home off for this round and queues to ask on.
    fn send_away(&mut self, unit: u32) {
        let state = &mut self.units[unit as usize];
        exchange(&mut self.slots, state.held as usize, state.ask as usize);
        state.ask += 1;
        state.free = state.free.max(state.ask);
        state.held = NONE;
        self.next.push(unit);
    }
}

/// The place in the order that a seat holds.
pub(crate) fn low(seat: u64) -> u32 {
    u32::try_from(seat & u64::from(u32::MAX)).unwrap_or(0)
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
