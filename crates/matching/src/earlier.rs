//! The earlier assignment that a re-run stays near to, on the board.
#![expect(clippy::indexing_slicing, reason = "units and children are linked by numbers that the board made")]

use crate::board::{Board, NONE, count};
use crate::model::Instance;

/// Who had which home, by child and by unit.
pub(crate) struct Earlier {
    of_child: Vec<u32>,
    /// By unit the home where most of its members were, [`NONE`] where that cannot be any more.
    pub of_unit: Vec<u32>,
    /// Homes as units in the order of lots first name them.
    pub homes: Vec<u32>,
    children: u32,
}

impl Earlier {
    /// `None` when the instance names no earlier assignment.
    pub(crate) fn new(instance: &Instance, board: &Board) -> Option<Self> {
        let keep = instance.keep()?;
        let mut of_child = vec![NONE; instance.children()];
        for &(child, home) in keep {
            of_child[child as usize] = home;
        }
        let mut earlier = Self { of_child, of_unit: Vec::new(), homes: Vec::new(), children: count(keep.len()) };
        let mut named = vec![false; board.homes()];
        let all = board.order.iter().flat_map(|&unit| board.pairs_of(unit)).map(|pair| pair.home);
        earlier.homes = all.filter(|&home| !std::mem::replace(&mut named[home as usize], true)).collect();
        let best = |unit: u32| {
            let mut best = (0, NONE);
            for pair in board.pairs_of(unit) {
                let kept = earlier.kept_at(board, unit, pair.home);
                if kept > best.0 {
                    best = (kept, pair.home);
                }
            }
            best.1
        };
        earlier.of_unit = (0..board.units()).map(best).collect();
        Some(earlier)
    }

    /// How many of the unit's members had this home.
    pub(crate) fn kept_at(&self, board: &Board, unit: u32, home: u32) -> u32 {
        if home == NONE {
            return 0;
        }
        count(board.members(unit).filter(|&child| self.of_child[child as usize] == home).count())
    }

    /// How many children keep the home they had.
    pub(crate) fn kept(&self, assign: &[u32]) -> u32 {
        let same = self.of_child.iter().zip(assign).filter(|&(&had, &has)| had != NONE && had == has);
        count(same.count())
    }

    /// How many children had a home.
    pub(crate) fn children(&self) -> u32 {
        self.children
    }

    /// Whether the unit sits where it was.
    pub(crate) fn stays(&self, unit: u32, home: u32) -> bool {
        home != NONE && self.of_unit[unit as usize] == home
    }
}
