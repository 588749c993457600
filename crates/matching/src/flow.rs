//! The upper bound: a greatest bipartite flow with places, and the cover that proves it.
//!
//! Source: J. Hopcroft, R. Karp, *An n^5/2 Algorithm for Maximum Matchings in Bipartite Graphs*, SIAM J. Comput. 2(4), 1973. Stability is left
//! out and `must` groups may be split here, so no stable matching places more.
#![expect(clippy::indexing_slicing, reason = "children, homes and seats are linked by numbers that the board made")]

use std::collections::VecDeque;

use crate::board::{Board, NONE, count};
use crate::check::Cover;

/// A flow in the making.
struct Flow<'b> {
    board: &'b Board,
    unit_of: Vec<u32>,
    seat_starts: Vec<u32>,
    home_of: Vec<u32>,
    /// Children by seat; the first `taken` seats of a home are taken.
    seats: Vec<u32>,
    taken: Vec<u32>,
    /// Layers of the search at hand, [`NONE`] where it has not come.
    child_layer: Vec<u32>,
    home_layer: Vec<u32>,
    next_pair: Vec<u32>,
    next_seat: Vec<u32>,
}

/// The bound and its cover, beginning from a matching found already: for each child its home or [`NONE`].
pub(crate) fn bound(board: &Board, assign: &[u32]) -> (u32, Cover) {
    let mut flow = Flow::new(board, assign);
    while flow.layers() {
        flow.augment_all();
    }
    flow.cut()
}

impl<'b> Flow<'b> {
    fn new(board: &'b Board, assign: &[u32]) -> Self {
        let children = assign.len();
        let mut seat_starts = vec![0_u32];
        let mut seats = 0_u32;
        for places in &board.places {
            seats += places;
            seat_starts.push(seats);
        }
        let mut flow = Self {
            board,
            unit_of: board.unit_of(),
            seat_starts,
            home_of: vec![NONE; children],
            seats: vec![NONE; seats as usize],
            taken: vec![0; board.homes()],
            child_layer: vec![NONE; children],
            home_layer: vec![NONE; board.homes()],
            next_pair: vec![0; children],
            next_seat: vec![0; board.homes()],
        };
        for (child, &home) in (0_u32..).zip(assign) {
            if home != NONE {
                flow.take(child, home);
            }
        }
        flow
    }

    fn take(&mut self, child: u32, home: u32) {
        let seat = self.seat_starts[home as usize] + self.taken[home as usize];
        self.seats[seat as usize] = child;
        self.taken[home as usize] += 1;
        self.home_of[child as usize] = home;
    }

    fn has_room(&self, home: u32) -> bool {
        self.taken[home as usize] < self.board.places[home as usize]
    }

    /// Numbers the layers from all unplaced children; true when a home with room is in reach.
    fn layers(&mut self) -> bool {
        self.child_layer.fill(NONE);
        self.home_layer.fill(NONE);
        self.next_seat.fill(0);
        let mut queue = VecDeque::new();
        for child in 0..count(self.home_of.len()) {
            self.next_pair[child as usize] = self.board.pair_starts[self.unit_of[child as usize] as usize];
            if self.home_of[child as usize] == NONE {
                self.child_layer[child as usize] = 0;
                queue.push_back(child);
            }
        }
        let mut nearest = NONE;
        while let Some(child) = queue.pop_front() {
            let layer = self.child_layer[child as usize];
            if layer > nearest {
                break;
            }
            for home in self.board.slots_of(self.unit_of[child as usize]).iter().map(|slot| slot.home()) {
                if self.home_layer[home as usize] != NONE {
                    continue;
                }
                self.home_layer[home as usize] = layer;
                if self.has_room(home) {
                    nearest = layer;
                }
                let start = self.seat_starts[home as usize];
                for seat in start..start + self.taken[home as usize] {
                    let other = self.seats[seat as usize];
                    self.child_layer[other as usize] = layer + 1;
                    queue.push_back(other);
                }
            }
        }
        nearest != NONE
    }

    fn augment_all(&mut self) {
        let mut path = Vec::new();
        for child in 0..count(self.home_of.len()) {
            if self.home_of[child as usize] == NONE {
                self.augment(child, &mut path);
            }
        }
    }

    /// Walks down the layers from an unplaced child; each step is a child and the seat it would take, at the home where its pair pointer stands.
    fn augment(&mut self, child: u32, path: &mut Vec<(u32, u32)>) {
        path.clear();
        let mut child = child;
        loop {
            match self.step(child) {
                Step::Room(home) => {
                    self.take(child, home);
                    for (mover, seat) in path.drain(..) {
                        self.seats[seat as usize] = mover;
                        self.home_of[mover as usize] = self.board.slots[self.next_pair[mover as usize] as usize].home();
                    }
                    return;
                }
                Step::Seat(seat) => {
                    path.push((child, seat));
                    child = self.seats[seat as usize];
                }
                Step::Dead => match path.pop() {
                    Some((before, _)) => child = before,
                    None => return,
                },
            }
        }
    }

    fn step(&mut self, child: u32) -> Step {
        let layer = self.child_layer[child as usize];
        let end = self.board.pair_starts[self.unit_of[child as usize] as usize + 1];
        while self.next_pair[child as usize] < end {
            let home = self.board.slots[self.next_pair[child as usize] as usize].home();
            if self.home_layer[home as usize] == layer {
                if self.has_room(home) {
                    return Step::Room(home);
                }
                if let Some(seat) = self.next_inner(home, layer + 1) {
                    return Step::Seat(seat);
                }
            }
            self.next_pair[child as usize] += 1;
        }
        Step::Dead
    }

    /// The next seat of the home not tried yet in this phase whose child lies one layer on.
    fn next_inner(&mut self, home: u32, layer: u32) -> Option<u32> {
        let start = self.seat_starts[home as usize];
        while self.next_seat[home as usize] < self.taken[home as usize] {
            let seat = start + self.next_seat[home as usize];
            self.next_seat[home as usize] += 1;
            if self.child_layer[self.seats[seat as usize] as usize] == layer {
                return Some(seat);
            }
        }
        None
    }

    /// After the last search: children out of reach and homes within reach cover all pairs.
    fn cut(&self) -> (u32, Cover) {
        let children = (0..).zip(&self.child_layer).filter(|&(_, &layer)| layer == NONE).map(|(child, _)| child);
        let volunteers = (0..).zip(&self.home_layer).filter(|&(_, &layer)| layer != NONE).map(|(home, _)| home);
        let cover = Cover { children: children.collect(), volunteers: volunteers.collect() };
        let placed = self.home_of.iter().filter(|&&home| home != NONE).count();
        (count(placed), cover)
    }
}

enum Step {
    Room(u32),
    Seat(u32),
    Dead,
}
