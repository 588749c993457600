//! From an instance to a checked outcome.

use std::time::Duration;

use serde::Serialize;

use crate::board::{Board, NONE};
use crate::check::{Cover, Invalid, Judge, Verdict};
use crate::engine::Engine;
use crate::flow;
use crate::gather::{Groups, Guests, Seating};
use crate::model::{Instance, Mode};
use crate::reason::{Reason, Seats, reasons};

/// Up to so many children [`FULL_ORDERS`] orders are tried.
const SMALL: usize = 20_000;
/// Orders tried on a small instance.
const FULL_ORDERS: u32 = 32;
/// Beyond, as many orders as read about so many entries together. A count and not a clock, so that every machine tries the same.
const ENTRIES_READ: usize = 4_000_000;

/// How to solve.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The seed from which lots are drawn.
    pub seed: String,
    /// Asks for a proven optimum. For now the answer is the fast engine's, proven as far as the bound reaches.
    pub exact: bool,
    /// How long a search for a proven optimum may take. The fast engine does not look at the clock: its result is the same on every machine.
    pub time_limit: Option<Duration>,
    /// How many orders to try, at least 1; `None` for 32 up to 20,000 children and fewer beyond. It stops early when nothing better can come.
    pub orders: Option<u32>,
}

/// A child's home with both ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The volunteer's number.
    pub volunteer: u32,
    /// The child's rank of the volunteer, 0 for the best tie class.
    pub child_rank: u32,
    /// The volunteer's rank of the child, 0 for the best tie class.
    pub volunteer_rank: u32,
}

/// What is proven optimal, each among all stable matchings that are best in what stands before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// No matching places more children.
    pub size: bool,
    /// No matching of this size leaves fewer `prefer` groups apart.
    pub apart: bool,
    /// No matching of this size with so few apart has more fit.
    pub fit: bool,
}

/// A matching that passed the stability check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For each child its volunteer's number.
    pub assign: Vec<Option<u32>>,
    /// The children placed.
    pub placed: u32,
    /// Positions in [`Instance::siblings`] of the `prefer` groups left apart.
    pub apart: Vec<usize>,
    /// The weights of all pairs together.
    pub fit: i64,
    /// No matching places more children than this.
    pub bound: u32,
    /// The proof of the bound; [`Judge::bound`] confirms it.
    pub cover: Cover,
    /// What is proven.
    pub proven: Proven,
    /// Classical blocking pairs, which only `must` groups can leave; none of them blocks by occupancy.
    pub verdict: Verdict,
    /// The seed used.
    pub seed: String,
    /// The orders tried.
    pub orders: u32,
}

/// The engine's result did not pass the check: a fault of this library, never of the instance. Nothing of it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// The result is no matching.
    #[error("the engine made no valid matching: {0}")]
    Invalid(#[from] Invalid),
    /// The result is not stable.
    #[error("the engine made a matching with {0} blocking pairs")]
    Blocked(usize),
}

/// Solves an instance: the largest matching found, then the fewest `prefer` groups apart, then the best fit.
///
/// ```
/// use naheya_matching::{Draft, Instance, Options, solve};
/// // Two children want the first home best; it ranks the second child higher.
/// let instance = Instance::new(Draft {
///     child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0]]],
///     volunteer_prefs: vec![vec![vec![1], vec![0]], vec![vec![0]]],
///     capacity: vec![1, 1],
///     ..Draft::default()
/// })?;
/// let outcome = solve(&instance, &Options { seed: "lantern".into(), ..Options::default() })?;
/// assert_eq!(outcome.assign, [Some(1), Some(0)]);
/// assert!(outcome.proven.size);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Unsound`] when the result fails the independent check, which would be a fault of this library.
pub fn solve(instance: &Instance, options: &Options) -> Result<Outcome, Unsound> {
    let board = Board::new(instance, &options.seed);
    let judge = Judge::new(instance);
    let search =
        Search::new(instance, &board, &judge, &options.seed, options.orders.unwrap_or_else(|| orders(instance)).max(1));
    search.run().outcome(instance, &options.seed, &judge)
}

fn orders(instance: &Instance) -> u32 {
    if instance.children() <= SMALL {
        return FULL_ORDERS;
    }
    let fitting = ENTRIES_READ / instance.child_prefs.entries().max(1);
    u32::try_from(fitting).unwrap_or(FULL_ORDERS).clamp(1, FULL_ORDERS)
}

/// One matching found, with what it is worth; more children, fewer apart, more fit.
struct Found {
    assign: Vec<u32>,
    worth: Worth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    placed: u32,
    together: i64,
    fit: i64,
}

/// The search over seeded orders.
struct Search<'s> {
    instance: &'s Instance,
    board: &'s Board,
    judge: &'s Judge<'s>,
    seed: &'s str,
    orders: u32,
    groups: Groups,
    guests: Option<Guests>,
}

/// The best matching with its bound.
struct Best {
    found: Found,
    bound: u32,
    cover: Cover,
    proven: Proven,
    orders: u32,
}

impl<'s> Search<'s> {
    fn new(instance: &'s Instance, board: &'s Board, judge: &'s Judge<'s>, seed: &'s str, orders: u32) -> Self {
        let groups = Groups::new(instance, board);
        let guests = (!groups.is_empty()).then(|| Guests::new(board));
        Self { instance, board, judge, seed, orders, groups, guests }
    }

    fn run(self) -> Best {
        let mut engine = Engine::new(self.board);
        let found = self.look(engine.run(self.seed, 0), 0);
        let (_, cover) = flow::bound(self.board, &found.assign);
        let everyone = crate::board::count(self.instance.children());
        // Only what the judge confirms counts as a bound.
        let bound = self.judge.bound(&cover).and_then(|bound| u32::try_from(bound).ok()).unwrap_or(everyone);
        let most = self.most(bound, bound == everyone);
        let mut best = Best { found, bound, cover, proven: Proven::default(), orders: 1 };
        while best.orders < self.orders && best.found.worth < most {
            let next = self.look(engine.run(self.seed, best.orders), best.found.worth.placed);
            best.orders += 1;
            if next.worth > best.found.worth {
                best.found = next;
            }
        }
        let worth = best.found.worth;
        best.proven.size = worth.placed == most.placed;
        best.proven.apart = best.proven.size && worth.together == most.together;
        best.proven.fit = best.proven.apart && worth.fit == most.fit;
        best
    }

    /// The worth of a run; siblings are brought together when it can still be the best.
    fn look(&self, mut home_of: Vec<u32>, placed_before: u32) -> Found {
        let homes = home_of.iter().zip(&self.board.sizes);
        let placed = homes.filter(|&(&home, _)| home != NONE).map(|(_, &size)| size).sum();
        if let Some(guests) = self.guests.as_ref().filter(|_| placed >= placed_before) {
            let mut seating = Seating::new(self.board, guests, home_of);
            seating.gather(&self.groups);
            home_of = seating.home_of;
        }
        let apart = i64::try_from(self.groups.apart(&home_of)).unwrap_or(i64::MAX);
        let assign = self.board.assign(&home_of);
        let fit = total_fit(self.instance, &assign);
        Found { assign, worth: Worth { placed, together: -apart, fit } }
    }

    /// What no matching exceeds. When everyone is placed, groups without a common home are surely apart.
    fn most(&self, placed: u32, everyone: bool) -> Worth {
        let apart = if everyone { self.groups.never_together(self.board) } else { 0 };
        let mut fit = 0;
        if !self.instance.fit.is_empty() {
            for unit in 0..self.board.units() {
                for &child in self.board.members(unit) {
                    let weights = self.board.pairs_of(unit).iter().map(|pair| self.instance.fit(child, pair.home));
                    fit += weights.max().unwrap_or(0).max(0);
                }
            }
        }
        Worth { placed, together: -i64::try_from(apart).unwrap_or(i64::MAX), fit }
    }
}

fn total_fit(instance: &Instance, assign: &[u32]) -> i64 {
    if instance.fit.is_empty() {
        return 0;
    }
    (0_u32..).zip(assign).filter(|&(_, &home)| home != NONE).map(|(child, &home)| instance.fit(child, home)).sum()
}

impl Best {
    fn outcome(self, instance: &Instance, seed: &str, judge: &Judge<'_>) -> Result<Outcome, Unsound> {
        let assign: Vec<Option<u32>> = self.found.assign.iter().map(|&home| (home != NONE).then_some(home)).collect();
        let verdict = judge.judge(&assign)?;
        if !verdict.stable() {
            return Err(Unsound::Blocked(verdict.blocking.len()));
        }
        let home = |child: &u32| assign.get(*child as usize);
        let apart = instance.siblings.iter().enumerate().filter(|(_, group)| {
            group.mode == Mode::Prefer
                && group.members.iter().any(|child| home(child) != group.members.first().and_then(home))
        });
        Ok(Outcome {
            apart: apart.map(|(k, _)| k).collect(),
            placed: self.found.worth.placed,
            fit: self.found.worth.fit,
            bound: self.bound,
            cover: self.cover,
            proven: self.proven,
            verdict,
            seed: seed.to_owned(),
            orders: self.orders,
            assign,
        })
    }
}

impl Outcome {
    /// The child's home with both ranks; `None` for a child without one.
    #[must_use]
    pub fn placement(&self, instance: &Instance, child: u32) -> Option<Placement> {
        let volunteer = self.assign.get(child as usize).copied().flatten()?;
        let child_rank = instance.child_prefs().rank(child, volunteer)?;
        let volunteer_rank = instance.volunteer_prefs().rank(volunteer, child)?;
        Some(Placement { volunteer, child_rank, volunteer_rank })
    }

    /// One reason for each child by number, then one for each home with free places by number.
    ///
    /// ```
    /// use naheya_matching::{Draft, Instance, Options, Reason, Why, solve};
    /// let instance = Instance::new(Draft {
    ///     child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0]]],
    ///     volunteer_prefs: vec![vec![vec![1], vec![0]], vec![vec![0]]],
    ///     capacity: vec![1, 1],
    ///     ..Draft::default()
    /// })?;
    /// let outcome = solve(&instance, &Options::default())?;
    /// let reasons = outcome.reasons(&instance);
    /// let Some(Reason::ChildPlaced { child_rank: 2, above, .. }) = reasons.first() else { panic!() };
    /// assert_eq!(above[0].why, Why::FullRankedHigher);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn reasons(&self, instance: &Instance) -> Vec<Reason> {
        reasons(instance, &Seats { home_of: &self.assign })
    }
}
