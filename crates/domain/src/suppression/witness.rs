//! Proofs that a small count could be another: a table in whole numbers that says the same to an
//! outsider. It is reached from the true one by moves of one person each; what a move upsets (the
//! known sum of its group, the part that may not exceed its whole) is set right by further moves.
//!
//! The search is bounded, so that it may miss a proof; it never finds a wrong one.
#![expect(clippy::indexing_slicing, reason = "places are those of the board")]

use super::LINKS;
use super::board::{Board, Cell, NONE, PEOPLE, Room, links};
use crate::figure::FEW;

/// How many cells may move for one person.
const DEPTH: usize = 12;
/// How many moves may be tried for one person.
const TRIES: usize = 300;

/// The table that is being moved.
pub(super) struct Witness {
    now: Vec<[i64; PEOPLE]>,
    links: [(usize, usize); LINKS.len()],
    /// Moves of this proof; those of the last person from `step` on.
    moves: Vec<(Cell, i64)>,
    step: usize,
    /// Sums that are off, and by how much.
    off: Vec<(Cell, i64)>,
    tries: usize,
}

impl Witness {
    /// Starts from the true counts.
    pub(super) fn new(board: &Board) -> Witness {
        let now = board.counts().to_vec();
        Witness { now, links: links(), moves: Vec::new(), step: 0, off: Vec::new(), tries: 0 }
    }

    /// Whether the county's small count could be each of 1 to 4.
    pub(super) fn proves(&mut self, board: &mut Board, cell: Cell) -> bool {
        if let Some(known) = self.by_room(board, cell) {
            return known;
        }
        let truth = board.count(cell);
        self.walks(board, cell, 1, FEW - 1 - truth) && self.walks(board, cell, -1, truth - 1)
    }

    /// The answer where none needs to be searched for.
    ///
    /// It is yes where all that moves elsewhere has room by itself: on the way up it falls, so wholes that
    /// stay above the parts of today stay above them; on the way down likewise the other way round. It is
    /// no where there is not the room even if all that is linked gave way.
    fn by_room(&self, board: &mut Board, cell: Cell) -> Option<bool> {
        let (mut proven, mut possible) = (true, true);
        for (cell, need) in self.needs(board, cell) {
            let sum = board.under(cell);
            if sum != NONE {
                let (own, own_most) = board.room(cell);
                let group = board.group(sum, cell.1);
                proven &= group.room.suffices(own, need);
                possible &= group.most.suffices(own_most, need);
            }
        }
        if proven == possible { Some(proven) } else { None }
    }

    /// What must give way in each group for a small count to be each of 1 to 4: a part takes its whole up
    /// with it, a whole its parts down.
    fn needs(&self, board: &Board, (place, f): Cell) -> impl Iterator<Item = (Cell, Room)> + use<> {
        let row = board.counts()[place as usize];
        let linked = self.links.map(|(part, whole)| {
            if !board.binds(place, part, whole) {
                return None;
            }
            let up = Room { fall: FEW - 1 - row[whole], rise: 0 };
            let down = Room { fall: 0, rise: row[part] - 1 };
            if part == f && up.fall > 0 {
                Some(((place, whole), up))
            } else if whole == f && down.rise > 0 {
                Some(((place, part), down))
            } else {
                None
            }
        });
        let itself = Room { fall: FEW - 1 - row[f], rise: row[f] - 1 };
        std::iter::once(((place, f), itself)).chain(linked.into_iter().flatten())
    }

    fn walks(&mut self, board: &mut Board, cell: Cell, way: i64, steps: i64) -> bool {
        let mut walked = true;
        for _ in 0..steps {
            self.step = self.moves.len();
            self.tries = 0;
            walked = self.shift(board, cell, way) && self.settle(board);
            if !walked {
                break;
            }
        }
        self.step = 0;
        self.rewind(board, 0);
        self.off.clear();
        walked
    }

    /// Moves a cell by one, and with it what it would break in the same county.
    fn shift(&mut self, board: &Board, cell: Cell, way: i64) -> bool {
        let (place, f) = cell;
        let next = self.now[place as usize][f] + way;
        let within = if board.count(cell) < FEW { 1..FEW } else { FEW..i64::MAX };
        let back = self.moves[self.step..].contains(&(cell, -way));
        if !board.is_hidden(cell) || !within.contains(&next) || back {
            return false;
        }
        self.tries += 1;
        self.go(board, cell, way);
        self.moves.push((cell, way));
        self.links.into_iter().all(|(part, whole)| {
            let (mine, other) = if way > 0 { (part, whole) } else { (whole, part) };
            let now = self.now[place as usize];
            let stands = f != mine || now[part] <= now[whole] || !board.binds(place, part, whole);
            stands || self.shift(board, (place, other), way)
        })
    }

    fn go(&mut self, board: &Board, cell: Cell, way: i64) {
        let (place, f) = cell;
        self.now[place as usize][f] += way;
        let sum = board.under(cell);
        if sum == NONE {
            return;
        }
        match self.off.iter_mut().find(|(other, _)| *other == (sum, f)) {
            Some((_, by)) => *by += way,
            None => self.off.push(((sum, f), way)),
        }
    }

    /// Sets every sum right again: first with counties where one move is enough.
    fn settle(&mut self, board: &mut Board) -> bool {
        let Some(((sum, f), by)) = self.off.iter().copied().find(|(_, by)| *by != 0) else { return true };
        if self.moves.len() - self.step >= DEPTH {
            return false;
        }
        for alone in [true, false] {
            let mut at = 0;
            while let Some(member) = member(board, sum, f, at) {
                at += 1;
                let before = self.moves.len();
                let moved = self.shift(board, (member, f), -by.signum());
                if moved && alone == (self.moves.len() == before + 1) && self.settle(board) {
                    return true;
                }
                self.rewind(board, before);
                if self.tries > TRIES {
                    return false;
                }
            }
        }
        false
    }

    fn rewind(&mut self, board: &Board, to: usize) {
        while self.moves.len() > to {
            let Some((cell, way)) = self.moves.pop() else { return };
            self.go(board, cell, -way);
        }
    }
}

/// The hidden counties of a group, one after the other; those with the most room first.
fn member(board: &mut Board, sum: u32, f: usize, at: usize) -> Option<u32> {
    let group = board.group(sum, f);
    group.withheld.iter().chain(&group.few).nth(at).copied()
}
