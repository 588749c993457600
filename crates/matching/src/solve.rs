//! From an instance to a checked outcome.
//!
//! Long because: the ways from fast to proven share one best matching, and are read as a whole.
#![expect(clippy::indexing_slicing, reason = "units and children are linked by numbers that the board made")]

use serde::{Deserialize, Serialize};

use crate::board::{Board, NONE, count};
use crate::check::{Cover, Invalid, Judge, Verdict};
use crate::earlier::Earlier;
use crate::engine::Engine;
use crate::exact::{Search as ExactSearch, Searched};
use crate::flow;
use crate::frame::{Goal, Tally, homes_of, tally};
use crate::gather::{Groups, Guests, Seating};
use crate::lot::{Side, Stream, Urn};
use crate::model::{Instance, Mode};
use crate::prior::{self, Prior};
use crate::proof::{Named, Proof, ProofGoal};
use crate::reason::{Reason, Seats, reasons};
use crate::rerun::Rerun;
use crate::sweep;

mod near;

/// Up to so many children [`FULL_ORDERS`] orders are tried.
const SMALL: usize = 20_000;
/// Orders tried on a small instance.
const FULL_ORDERS: u32 = 32;
/// Beyond, as many orders as read about so many entries together. A count and not a clock, so that every machine tries the same.
const ENTRIES_READ: usize = 4_000_000;
/// The local search reads about so many entries, and runs no more often than this.
const ENTRIES_SOUGHT: usize = 400_000;
const RUNS_SOUGHT: usize = 600;
/// Up to so many pairs the fast mode also looks for a proof, for so many stretches of work.
const PAIRS_PROVED: usize = 2_000;
const STRETCHES_PROVED: u32 = 150;

/// How to solve.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The seed from which lots are drawn.
    pub seed: String,
    /// Searches for a proven optimum: most children, then fewest moved from the home they had, then fewest `prefer` groups apart, then most fit.
    /// [`solve_until`] can end the search.
    pub exact: bool,
    /// How many orders to try, at least 1; `None` for 32 up to 20,000 children and fewer beyond, and a local search after them. It stops early
    /// when nothing better can come.
    pub orders: Option<u32>,
    /// Leaves the upper bound out: nothing is proven then. The engine stops after the orders.
    pub without_bound: bool,
}

/// What is proven optimal, each among all stable matchings that are best in what stands before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// No matching places more children.
    pub size: bool,
    /// No matching of this size moves fewer children from the home they had; `None` when no earlier assignment was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<bool>,
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
    /// A proof by flow that no more than [`Judge::bound`] of it are placed; `bound` is this or what a certificate of `proofs` proves.
    pub cover: Cover,
    /// Certificates of the exact search, each replayed by [`Judge::proves`] already.
    pub proofs: Vec<Proof>,
    /// What is proven.
    pub proven: Proven,
    /// Classical blocking pairs, which only `must` groups can leave; none of them blocks by occupancy.
    pub verdict: Verdict,
    /// What became of the earlier assignment; `None` when none was given.
    pub rerun: Option<Rerun>,
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
    solve_until(instance, options, &mut || false)
}

/// As [`solve`]; after each order it says how many were tried of how many at most, and when the answer is `false`, no further one is tried
/// and the best so far comes, checked like any other. Whoever only watches gets what [`solve`] gives.
///
/// ```
/// use naheya_matching::{Draft, Instance, Options, solve, solve_watched};
/// let instance = Instance::new(Draft {
///     child_prefs: vec![vec![vec![0, 1]], vec![vec![0]]],
///     volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![0]]],
///     capacity: vec![1, 1],
///     ..Draft::default()
/// })?;
/// let watched = solve_watched(&instance, &Options::default(), &mut |tried, of| tried <= of)?;
/// assert_eq!(watched, solve(&instance, &Options::default())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`solve`].
pub fn solve_watched(
    instance: &Instance,
    options: &Options,
    watch: &mut dyn FnMut(u32, u32) -> bool,
) -> Result<Outcome, Unsound> {
    solved(instance, options, &mut || false, watch)
}

/// As [`solve`]; between stretches of work the exact search asks whether it is over, and when it is, the best found so far comes with an honest
/// bound.
///
/// ```
/// use naheya_matching::{Draft, Instance, Options, solve_until};
/// let instance = Instance::new(Draft {
///     child_prefs: vec![vec![vec![0, 1]], vec![vec![0]]],
///     volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![0]]],
///     capacity: vec![1, 1],
///     ..Draft::default()
/// })?;
/// let mut stretches = 0..100;
/// let mut over = || stretches.next().is_none();
/// let outcome = solve_until(&instance, &Options { exact: true, ..Options::default() }, &mut over)?;
/// assert!(outcome.placed <= outcome.bound);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`solve`].
pub fn solve_until(instance: &Instance, options: &Options, over: &mut dyn FnMut() -> bool) -> Result<Outcome, Unsound> {
    solved(instance, options, over, &mut |_, _| true)
}

/// Hears after each order how many were tried of how many at most; `false` ends the trying.
type Watch<'w> = &'w mut dyn FnMut(u32, u32) -> bool;

fn solved(
    instance: &Instance,
    options: &Options,
    over: &mut dyn FnMut() -> bool,
    watch: Watch<'_>,
) -> Result<Outcome, Unsound> {
    let judge = Judge::new(instance);
    let swift = sweep::suits(instance).then(|| sweep::run(instance, &options.seed));
    let lone = options.without_bound && options.orders == Some(1);
    let swift = match swift {
        Some(home_of) if lone && instance.siblings.is_empty() && instance.keep.is_none() => {
            let placed = count(home_of.iter().filter(|&&home| home != NONE).count());
            let worth = Worth { placed, kept: 0, together: 0, fit: total_fit(instance, &home_of) };
            return Best::unproven(instance, Found { assign: home_of, worth }).outcome(instance, &options.seed, &judge);
        }
        swift => swift,
    };
    let mut board = Board::new(instance, &options.seed);
    let first = swift.unwrap_or_else(|| {
        let slots = std::mem::take(&mut board.slots);
        let mut engine = Engine::new(&board, slots);
        let first = engine.run();
        board.slots = engine.into_slots();
        first
    });
    let search = Search::new(instance, &board, &judge, options);
    let found = search.look(first, 0);
    if lone {
        let mut best = Best::unproven(instance, found);
        let most = search.most(best.bound);
        search.stay_near(&mut best, most);
        drop(search);
        drop(board);
        return best.outcome(instance, &options.seed, &judge);
    }
    search.run(found, over, watch).outcome(instance, &options.seed, &judge)
}

fn orders(instance: &Instance) -> u32 {
    if instance.children() <= SMALL {
        return FULL_ORDERS;
    }
    let fitting = ENTRIES_READ / instance.child_prefs.entries().max(1);
    u32::try_from(fitting).unwrap_or(FULL_ORDERS).clamp(1, FULL_ORDERS)
}

/// One matching found, with what it is worth; more children, more who keep their home, fewer apart, more fit.
struct Found {
    assign: Vec<u32>,
    worth: Worth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    placed: u32,
    /// Children who have the home that they had before.
    kept: u32,
    together: i64,
    fit: i64,
}

/// The search over seeded orders, and beyond.
struct Search<'s> {
    instance: &'s Instance,
    board: &'s Board,
    judge: &'s Judge<'s>,
    options: &'s Options,
    groups: Groups,
    guests: Option<Guests>,
    earlier: Option<Earlier>,
}

/// The best matching with its bound.
struct Best {
    found: Found,
    bound: u32,
    cover: Cover,
    proofs: Vec<Proof>,
    proven: Proven,
    orders: u32,
}

impl<'s> Search<'s> {
    fn new(instance: &'s Instance, board: &'s Board, judge: &'s Judge<'s>, options: &'s Options) -> Self {
        let groups = Groups::new(instance, board);
        let earlier = Earlier::new(instance, board);
        let guests = (!groups.is_empty() || earlier.is_some()).then(|| Guests::new(board));
        Self { instance, board, judge, options, groups, guests, earlier }
    }

    fn run(self, found: Found, over: &mut dyn FnMut() -> bool, watch: Watch<'_>) -> Best {
        let mut best = Best::unproven(self.instance, found);
        if !self.options.without_bound {
            let (_, cover) = flow::bound(self.board, &best.found.assign);
            // Only what the judge confirms counts as a bound.
            if let Some(bound) = self.judge.bound(&cover).and_then(|bound| u32::try_from(bound).ok()) {
                (best.bound, best.cover) = (bound, cover);
            }
        }
        let mut most = self.most(best.bound);
        self.stay_near(&mut best, most);
        if !self.repairs_alone() {
            self.try_orders(&mut best, most, watch);
        }
        if self.options.exact {
            self.prove(&mut best, over, true);
        } else if self.options.orders.is_none() && !self.options.without_bound && self.board.slots.len() <= PAIRS_PROVED
        {
            let mut left = STRETCHES_PROVED;
            let mut spent = || {
                left = left.saturating_sub(1);
                left == 0
            };
            self.prove(&mut best, &mut spent, false);
        }
        most = self.most(best.bound);
        let worth = best.found.worth;
        let by_proof = proved(&best.proofs, self.tallied(worth));
        best.proven.size = !self.options.without_bound && worth.placed == best.bound;
        let near = best.proven.size && (worth.kept == most.kept || by_proof.kept);
        best.proven.kept = self.earlier.as_ref().map(|_| near);
        best.proven.apart = near && (worth.together == most.together || by_proof.apart);
        best.proven.fit = best.proven.apart && (worth.fit == most.fit || by_proof.fit);
        best
    }

    /// Tries the orders, then searches beside the best: those who stayed without come first in the next order and win ties there.
    fn try_orders(&self, best: &mut Best, most: Worth, watch: Watch<'_>) {
        let all = self.options.orders.unwrap_or_else(|| orders(self.instance)).max(1);
        if best.found.worth >= most || (all == 1 && self.options.orders.is_some()) {
            return;
        }
        let lone = self.options.orders.is_some() || self.instance.children() > SMALL;
        let runs = if lone { 0 } else { (ENTRIES_SOUGHT / self.board.slots.len().max(1)).min(RUNS_SOUGHT) };
        let of = all.saturating_add(u32::try_from(runs).unwrap_or(u32::MAX));
        let mut engine = Engine::new(self.board, self.board.slots.clone());
        while best.orders < all && best.found.worth < most {
            let mut stream = Stream::new(&self.options.seed, best.orders);
            let home_of = engine.run_order(&mut stream, &[]);
            self.keep(best, home_of);
            if !watch(best.orders, of) {
                return;
            }
        }
        let mut promoted = vec![false; self.board.sizes.len()];
        for _ in 0..runs {
            if best.found.worth.placed >= most.placed {
                return;
            }
            let mut stream = Stream::new(&self.options.seed, best.orders);
            let home_of = engine.run_order(&mut stream, &promoted);
            for &unit in &self.board.order {
                let stays = promoted[unit as usize] && stream.below(8) > 0;
                promoted[unit as usize] = stays || home_of[unit as usize] == NONE;
            }
            self.keep(best, home_of);
            if !watch(best.orders, of) {
                return;
            }
        }
    }

    fn keep(&self, best: &mut Best, home_of: Vec<u32>) {
        let next = self.look(home_of, best.found.worth.placed);
        best.orders += 1;
        if next.worth > best.found.worth {
            best.found = self.drawn(next);
        }
    }

    /// Searches for a better matching and for proofs that there is none. With `all`, for each goal in turn; else for the size and what is kept.
    fn prove(&self, best: &mut Best, over: &mut dyn FnMut() -> bool, all: bool) {
        let most = self.most(best.bound);
        let near = best.found.worth.kept == most.kept;
        if best.found.worth.placed == best.bound && ((near && !all) || best.found.worth == most) {
            return;
        }
        let children = Urn::new(&self.options.seed, Side::Child);
        let children = children.order(self.instance.children(), self.instance.child_ids.as_deref());
        let homes = Urn::new(&self.options.seed, Side::Volunteer);
        let homes = homes.order(self.instance.volunteers(), self.instance.volunteer_ids.as_deref());
        let named = Named::new(self.judge, &self.named_units(&children), &homes);
        let mut prior = None;
        if best.found.worth.placed < best.bound {
            (_, prior) = self.pursue(best, &named, ProofGoal::Size, None, over);
        }
        let most = self.most(best.bound);
        let worth = best.found.worth;
        let done = worth.together >= most.together && worth.fit >= most.fit && worth.kept >= most.kept;
        if worth.placed < best.bound || done || (!all && worth.kept >= most.kept) {
            return;
        }
        let placed = worth.placed;
        let mut prior = prior.or_else(|| prior::prior(&named.frame, over));
        if worth.kept < most.kept && !self.pursue(best, &named, ProofGoal::Kept { placed }, prior.as_ref(), over).0 {
            return;
        }
        if !all {
            return;
        }
        let kept = best.found.worth.kept;
        if best.found.worth.together < most.together {
            let goal = ProofGoal::Together { placed, kept };
            let (closed, learnt) = self.pursue(best, &named, goal, prior.as_ref(), over);
            if !closed {
                return;
            }
            // Rows that bind there mostly do so here too.
            if let Some((prior, learnt)) = prior.as_mut().zip(learnt) {
                prior.rows = learnt.rows;
            }
        }
        if best.found.worth.fit < most.fit {
            let together = self.tallied(best.found.worth).together;
            self.pursue(best, &named, ProofGoal::Fit { placed, kept, together }, prior.as_ref(), over);
        }
    }

    fn tallied(&self, Worth { placed, kept, together, fit }: Worth) -> Tally {
        let together = self.groups.count() - u32::try_from(-together).unwrap_or(0);
        Tally { placed, kept, together, fit }
    }

    /// Units by name in the order of lots: the place of a unit is that of its first member.
    fn named_units(&self, children: &[u32]) -> Vec<u32> {
        let mut seen = vec![false; children.len()];
        let names = children.iter().map(|&child| self.judge.unit(child));
        names.filter(|&name| !std::mem::replace(&mut seen[name as usize], true)).collect()
    }

    /// Searches by one goal and keeps what the judge confirms. `true` when the search closed; with what the next may begin.
    fn pursue(
        &self,
        best: &mut Best,
        named: &Named,
        goal: ProofGoal,
        prior: Option<&Prior>,
        over: &mut dyn FnMut() -> bool,
    ) -> (bool, Option<Prior>) {
        let assign: Vec<Option<u32>> = best.found.assign.iter().map(|&home| (home != NONE).then_some(home)).collect();
        let stable = |homes: &[u32]| {
            let assign = named.assign(self.judge, homes);
            self.judge.judge(&assign).is_ok_and(|verdict| verdict.stable())
        };
        let range = match goal {
            ProofGoal::Size => None,
            ProofGoal::Kept { .. } => self.earlier.as_ref().map(|earlier| i64::from(earlier.children())),
            ProofGoal::Together { .. } => Some(i64::from(self.groups.count())),
            ProofGoal::Fit { .. } => Some(self.instance.fit.iter().map(|fit| fit.weight.abs()).sum()),
        };
        let mut search = ExactSearch::new(&named.frame, Goal::from(goal), named.made(&assign), over, &stable);
        if let Some((prior, range)) = prior.zip(range) {
            search = search.with_prior(prior, range);
        }
        let Searched { best: made, bound, steps, closed, prior } = search.run();
        let homes = homes_of(&named.frame, &made);
        let Tally { placed, kept, together, fit } = tally(&named.frame, &homes, &made);
        let together = i64::from(together) - i64::from(self.groups.count());
        let worth = Worth { placed, kept, together, fit };
        if worth > best.found.worth {
            let assign = named.assign(self.judge, &homes).into_iter().map(|home| home.unwrap_or(NONE)).collect();
            best.found = Found { assign, worth };
        }
        let proof = Proof { goal, bound, steps: named.steps_out(&steps) };
        if steps.is_empty() || !self.judge.proves(&proof) {
            return (false, prior);
        }
        if goal == ProofGoal::Size {
            best.bound = best.bound.min(u32::try_from(bound).unwrap_or(u32::MAX));
        }
        best.proofs.push(proof);
        (closed, prior)
    }

    /// The worth of a run; siblings are brought together when it can still be the best.
    fn look(&self, mut home_of: Vec<u32>, placed_before: u32) -> Found {
        let homes = home_of.iter().zip(&self.board.sizes);
        let placed = homes.filter(|&(&home, _)| home != NONE).map(|(_, &size)| size).sum();
        if let Some(guests) = self.guests.as_ref().filter(|_| placed >= placed_before) {
            let mut seating = Seating::new(self.board, guests, self.earlier.as_ref(), home_of);
            seating.gather(&self.groups);
            home_of = seating.home_of;
        }
        let apart = i64::try_from(self.groups.apart(&home_of)).unwrap_or(i64::MAX);
        let assign = self.board.assign(home_of);
        let fit = total_fit(self.instance, &assign);
        let kept = self.earlier.as_ref().map_or(0, |earlier| earlier.kept(&assign));
        Found { assign, worth: Worth { placed, kept, together: -apart, fit } }
    }

    /// What no matching exceeds.
    fn most(&self, placed: u32) -> Worth {
        let (together, fit) = greatest(self.instance, self.judge, placed);
        let kept = self.earlier.as_ref().map_or(0, Earlier::children);
        Worth { placed, kept, together, fit }
    }
}

/// What no matching exceeds in groups together (0 down from none apart) and in fit. When everyone is placed, groups without a common home are surely
/// apart.
pub(crate) fn greatest(instance: &Instance, judge: &Judge<'_>, placed: u32) -> (i64, i64) {
    let prefers = instance.siblings.iter().any(|group| group.mode == Mode::Prefer && group.members.len() > 1);
    let apart = if prefers && placed as usize == instance.children() { judge.never_together() } else { 0 };
    let mut fit = 0;
    let mut rest = instance.fit.as_slice();
    while let Some(first) = rest.first() {
        let end = rest.partition_point(|fit| fit.child == first.child);
        let (row, next) = rest.split_at(end);
        let possible = row.iter().filter(|fit| fit.weight > 0 && instance.acceptable(fit.child, fit.volunteer));
        fit += possible.map(|fit| fit.weight).max().unwrap_or(0);
        rest = next;
    }
    (-i64::try_from(apart).unwrap_or(i64::MAX), fit)
}

/// Which gaps proofs close.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ByProof {
    pub kept: bool,
    pub apart: bool,
    pub fit: bool,
}

/// Whether proofs close the gap for what is kept, for groups after it, and for fit after both.
pub(crate) fn proved(proofs: &[Proof], found: Tally) -> ByProof {
    let mut by = ByProof::default();
    for proof in proofs {
        match proof.goal {
            ProofGoal::Size => {}
            ProofGoal::Kept { placed } => {
                by.kept |= placed <= found.placed && proof.bound <= i64::from(found.kept);
            }
            ProofGoal::Together { placed, kept } => {
                let about = placed <= found.placed && kept <= found.kept;
                by.apart |= about && proof.bound <= i64::from(found.together);
            }
            ProofGoal::Fit { placed, kept, together } => {
                let about = placed <= found.placed && kept <= found.kept && together <= found.together;
                by.fit |= about && proof.bound <= found.fit;
            }
        }
    }
    by
}

fn total_fit(instance: &Instance, assign: &[u32]) -> i64 {
    if instance.fit.is_empty() {
        return 0;
    }
    (0_u32..).zip(assign).filter(|&(_, &home)| home != NONE).map(|(child, &home)| instance.fit(child, home)).sum()
}

impl Best {
    /// A matching of which nothing is known: no more children than there are.
    fn unproven(instance: &Instance, found: Found) -> Self {
        let bound = count(instance.children());
        let cover = Cover { children: (0..bound).collect(), volunteers: Vec::new() };
        Self { found, bound, cover, proofs: Vec::new(), proven: Proven::default(), orders: 1 }
    }

    fn outcome(self, instance: &Instance, seed: &str, judge: &Judge<'_>) -> Result<Outcome, Unsound> {
        let assign: Vec<Option<u32>> =
            self.found.assign.into_iter().map(|home| (home != NONE).then_some(home)).collect();
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
            rerun: Rerun::new(judge, &assign),
            apart: apart.map(|(k, _)| k).collect(),
            placed: self.found.worth.placed,
            fit: self.found.worth.fit,
            bound: self.bound,
            cover: self.cover,
            proofs: self.proofs,
            proven: self.proven,
            verdict,
            seed: seed.to_owned(),
            orders: self.orders,
            assign,
        })
    }
}

impl Outcome {
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
