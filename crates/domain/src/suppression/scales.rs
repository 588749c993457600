//! Weighs all rules of a few counts at once, where moving one after the other leads nowhere: each count is off the truth
//! by an unknown number within bounds, rules narrow the bounds, and what is left open is tried, the truth first.
#![expect(clippy::indexing_slicing, reason = "counts are numbered from nought, and every list of bounds has them all")]

/// After so many tries it is not known.
const TRIES: usize = 300;

/// A rule of some counts, by their places and signs.
#[derive(Debug)]
pub(super) struct Weight {
    /// How much it has to spare in truth.
    pub(super) spare: i64,
    /// Whether it must stay nought.
    pub(super) is_sum: bool,
    pub(super) terms: Vec<(usize, i64)>,
}

/// All rules of counts that hang together.
#[derive(Debug)]
pub(super) struct Scales {
    pub(super) rules: Vec<Weight>,
}

/// By how much a count can be off, from and to.
type Room = (i64, i64);

impl Scales {
    /// Whether the first count can be off by this much.
    pub(super) fn hold(&self, mut rooms: Vec<Room>, by: i64) -> bool {
        let Some((from, to)) = rooms.first_mut() else { return false };
        if by < *from || by > *to {
            return false;
        }
        (*from, *to) = (by, by);
        let mut tries = TRIES;
        self.solves(rooms, &mut tries)
    }

    fn solves(&self, mut rooms: Vec<Room>, tries: &mut usize) -> bool {
        let Some(left) = tries.checked_sub(1) else { return false };
        *tries = left;
        if !self.narrow(&mut rooms) {
            return false;
        }
        let open = (0..rooms.len()).filter(|at| rooms[*at].0 < rooms[*at].1);
        let Some(at) = open.min_by_key(|at| rooms[*at].1 - rooms[*at].0) else { return true };
        let (from, to) = rooms[at];
        let first = 0.clamp(from, to);
        let ways = [(first, first), (from, first - 1), (first + 1, to)];
        ways.into_iter().filter(|(from, to)| from <= to).any(|way| {
            rooms[at] = way;
            self.solves(rooms.clone(), tries)
        })
    }

    /// Draws every conclusion from one rule at a time; false when one cannot hold.
    fn narrow(&self, rooms: &mut [Room]) -> bool {
        loop {
            let mut changed = false;
            for rule in &self.rules {
                match rule.narrow(rooms) {
                    None => return false,
                    Some(more) => changed |= more,
                }
            }
            if !changed {
                return true;
            }
        }
    }
}

impl Weight {
    /// What the other counts leave to each; none when the rule cannot hold.
    fn narrow(&self, rooms: &mut [Room]) -> Option<bool> {
        let ends = |(at, sign): (usize, i64), rooms: &[Room]| {
            let (from, to) = rooms[at];
            if sign > 0 { (from, to) } else { (-to, -from) }
        };
        let (mut least, mut most) = (self.spare, self.spare);
        for term in &self.terms {
            let (low, high) = ends(*term, rooms);
            (least, most) = (least + low, most + high);
        }
        if most < 0 || (self.is_sum && least > 0) {
            return None;
        }
        let mut changed = false;
        for (at, sign) in self.terms.iter().copied() {
            let (low, high) = ends((at, sign), rooms);
            let from = low.max(high - most);
            let to = if self.is_sum { high.min(low - least) } else { high };
            if from > to {
                return None;
            }
            changed |= (from, to) != (low, high);
            (least, most) = (least + from - low, most + to - high);
            rooms[at] = if sign > 0 { (from, to) } else { (-to, -from) };
        }
        Some(changed)
    }
}
