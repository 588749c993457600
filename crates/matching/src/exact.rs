//! The exact search: branch and bound over the pairs of a [`Frame`], with propagation, bounds from weighed rows and a certificate.
#![expect(clippy::indexing_slicing, reason = "units, homes and pairs are linked by numbers that the frame made")]

use crate::frame::{
    Bound, Contradiction, Domain, Frame, Goal, NEVER, SCALE, State, Tally, Weights, homes_of, made, tally,
};
use crate::gains::{Gains, joined, units};
use crate::prior::Prior;
use crate::relax::{Look, Relaxation};

mod plunge;

/// One step of a proof; see [`crate::Proof`].
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The rows weighed so prove a bound; what would exceed it is taken out.
    Weigh(Weights),
    /// The pair is made in the first branch and out in the second.
    Split(u32),
    /// The group is together in the first branch and apart in the second.
    Gather(u32),
    /// The node is closed: nothing in it is worth more.
    Close,
}

/// A matching on the frame: by unit its pair, [`NEVER`] where it has none.
pub(crate) type Made = Vec<u32>;

/// What a search found and proved.
pub(crate) struct Searched {
    pub best: Made,
    /// No matching is worth more than this to the goal.
    pub bound: i64,
    pub steps: Vec<Step>,
    pub closed: bool,
    /// With what a search by another goal may begin.
    pub prior: Option<Prior>,
}

/// Looks made at the bound of one node before it is split.
const ROOT_LOOKS: u32 = 400;
const LOOKS: u32 = 60;
/// Looks in a row that bring the bound no nearer by a [`PART`] of what is left; then a node is split.
const IDLE: u32 = 2;
const PART: i128 = 20;
/// So many pairs are tried before a node is split by one.
const TRIED: usize = 12;
/// So many in a row that are no better end it.
const UNLUCKY: u32 = 3;
/// Nodes of which a search for children or groups splits all but the last without trying.
const UNTRIED: u32 = 20;
/// One part of the bound that may be missing at first.
const MISSING: i64 = 120;
/// So many times as much may be missing after a search in vain.
const FURTHER: i64 = 3;

/// A search for the best matching by one goal.
pub(crate) struct Search<'s> {
    frame: &'s Frame,
    goal: Goal,
    /// Asked between stretches of work; `true` ends the search.
    over: &'s mut dyn FnMut() -> bool,
    stable: &'s dyn Fn(&[u32]) -> bool,
    best: Made,
    reached: i64,
    /// Only what is worth more is looked for.
    cutoff: i64,
    /// Nothing is worth more than this, as is proved already.
    most: i64,
    key: Tally,
    steps: Vec<Step>,
    /// The least bound proved so far, and how.
    proved: Option<(i64, Vec<Step>)>,
    prior: Option<Prior>,
    gains: Gains,
    learnt: Option<Prior>,
    /// Nodes still to be split without trying.
    untried: u32,
}

/// Why a search need not go on.
enum Stop {
    /// It was ended.
    Over,
    /// What was found is as much as was proved to be possible.
    Met,
    /// The nodes to be searched without trying are spent.
    Spent,
}

/// What of a node is still open, with its bound.
struct Node {
    domain: Domain,
    bound: Bound,
    weights: Weights,
}

/// The pair to split by, and where trying its sides ended.
struct Choice<'s> {
    pair: usize,
    tried: [Option<Relaxation<'s>>; 2],
}

impl Choice<'_> {
    fn untried(pair: usize) -> Self {
        Self { pair, tried: [None, None] }
    }
}

impl<'s> Search<'s> {
    pub(crate) fn new(
        frame: &'s Frame,
        goal: Goal,
        best: Made,
        over: &'s mut dyn FnMut() -> bool,
        stable: &'s dyn Fn(&[u32]) -> bool,
    ) -> Self {
        let homes = homes_of(frame, &best);
        let reached = goal.worth(frame, &homes, &best).unwrap_or(i64::MIN / 4);
        let key = tally(frame, &homes, &best);
        let (cutoff, most, steps) = (i64::MIN, i64::MAX, Vec::new());
        let gains = Gains::new(frame.pairs.len() + frame.groups.len());
        Self {
            frame,
            goal,
            over,
            stable,
            best,
            reached,
            cutoff,
            most,
            key,
            steps,
            proved: None,
            prior: None,
            gains,
            learnt: None,
            untried: 0,
        }
    }

    /// Begins with weights of the row of children placed and of what bounds it: whatever would place fewer goes out at once. Fit of pairs that can be
    /// made is within `range`.
    pub(crate) fn with_prior(mut self, prior: &Prior, range: i64) -> Self {
        self.prior = Some(prior.outweighing(range));
        self
    }

    pub(crate) fn run(mut self) -> Searched {
        let closed = self.root().is_ok();
        if closed {
            return Searched { best: self.best, bound: self.reached, steps: self.steps, closed, prior: self.learnt };
        }
        let (bound, steps) = self.proved.unwrap_or((i64::MAX, Vec::new()));
        Searched { best: self.best, bound: bound.max(self.reached), steps, closed, prior: self.learnt }
    }

    fn least(&self) -> i64 {
        self.reached.max(self.cutoff)
    }

    /// Begins the search: what the prior strikes out at once never comes into the relaxation. Then only what is worth almost as much as the bound is looked
    /// for; as long as there is nothing, more may be missing.
    fn root(&mut self) -> Result<(), Stop> {
        let mut domain = Domain::new(self.frame);
        let rows = self.prior.as_mut().map(|prior| std::mem::take(&mut prior.rows));
        if domain.propagate(self.frame).is_err() || self.strike_prior(&mut domain).is_err() {
            self.steps.push(Step::Close);
            return Ok(());
        }
        let mut relaxation = Relaxation::new(self.frame, self.goal, &domain);
        relaxation.add_rows(rows.unwrap_or_default());
        let Some(Node { domain, bound, weights }) = self.narrow(domain, &mut relaxation, 0)? else {
            self.steps.push(Step::Close);
            return Ok(());
        };
        self.learn(0, &weights, &relaxation);
        let begun = self.steps.len();
        let mut missing = if matches!(self.goal, Goal::Fit { .. }) { 1 + bound.whole().abs() / MISSING } else { 1 };
        self.most = bound.whole();
        let mut proof = self.steps.clone();
        proof.extend([Step::Weigh(weights.clone()), Step::Close]);
        loop {
            self.cutoff = (self.most - missing).max(self.reached);
            self.steps.truncate(begun);
            let mut domain = domain.clone();
            let searched = match self.strike(&mut domain, &bound, weights.clone()) {
                _ if self.reached >= self.most => Err(Stop::Met),
                Ok(_) => self.search(&domain, &relaxation),
                Err(Contradiction) => {
                    self.steps.push(Step::Close);
                    Ok(())
                }
            };
            match searched {
                Err(Stop::Met) => {
                    self.steps = proof;
                    return Ok(());
                }
                Err(Stop::Over | Stop::Spent) => {
                    self.proved = Some((self.most, proof));
                    return Err(Stop::Over);
                }
                Ok(()) if self.reached >= self.cutoff => return Ok(()),
                Ok(()) => {
                    self.most = self.cutoff;
                    proof = std::mem::take(&mut self.steps);
                    self.steps = proof.get(..begun).unwrap_or_default().to_vec();
                    missing *= FURTHER;
                }
            }
        }
    }

    /// Closes a domain. Of children and groups every whole number is met by many matchings, so that a few nodes split without trying often find one.
    fn search(&mut self, domain: &Domain, relaxation: &Relaxation<'s>) -> Result<(), Stop> {
        let (begun, mut narrow) = (self.steps.len(), relaxation.narrowed(domain));
        if !matches!(self.goal, Goal::Fit { .. }) {
            self.untried = UNTRIED;
            match self.node(domain.clone(), &mut narrow.clone(), 1) {
                Err(Stop::Spent) => self.steps.truncate(begun),
                done => return done,
            }
            self.untried = 0;
        }
        self.node(domain.clone(), &mut narrow, 1)
    }

    fn strike_prior(&mut self, domain: &mut Domain) -> Result<(), Contradiction> {
        let Some(prior) = self.prior.take() else { return Ok(()) };
        let bound = self.goal.bound(self.frame, domain, &prior.weights);
        self.strike(domain, &bound, prior.weights).map(|_| ())
    }

    /// Closes a node: steps of the proof, then [`Step::Close`].
    fn node(&mut self, domain: Domain, relaxation: &mut Relaxation<'s>, depth: u32) -> Result<(), Stop> {
        let Some(Node { domain, bound, .. }) = self.narrow(domain, relaxation, depth)? else {
            self.steps.push(Step::Close);
            return Ok(());
        };
        if self.untried == 1 {
            return Err(Stop::Spent);
        }
        self.untried = self.untried.saturating_sub(1);
        let Some(Choice { pair: p, tried }) = self.choice(&domain, relaxation, bound.value) else {
            self.take(made(self.frame, &domain));
            self.steps.push(Step::Close);
            return Ok(());
        };
        let number = |k: usize| u32::try_from(k).unwrap_or(NEVER);
        self.steps.push(match p.checked_sub(self.frame.pairs.len()) {
            Some(group) => Step::Gather(number(group)),
            None => Step::Split(number(p)),
        });
        // Each side begins where trying it ended, or else here, not where the other side ended; the rows that the first side was missing are there for both.
        let [first, second] = tried;
        let mut first = first.unwrap_or_else(|| relaxation.clone());
        self.side(&domain, p, State::Made, &mut first, depth)?;
        let mut second = second.unwrap_or_else(|| relaxation.clone());
        second.learn(&first);
        drop(first);
        self.side(&domain, p, State::Out, &mut second, depth)?;
        relaxation.learn(&second);
        Ok(())
    }

    fn side(
        &mut self,
        domain: &Domain,
        p: usize,
        state: State,
        relaxation: &mut Relaxation<'s>,
        depth: u32,
    ) -> Result<(), Stop> {
        let mut branch = domain.clone();
        match self.part(&mut branch, p, state) {
            Ok(_) => self.node(branch, relaxation, depth + 1)?,
            Err(Contradiction) => self.steps.push(Step::Close),
        }
        if self.reached >= self.most { Err(Stop::Met) } else { Ok(()) }
    }

    /// Bounds and takes out; what stays open comes back.
    fn narrow(
        &mut self,
        mut domain: Domain,
        relaxation: &mut Relaxation<'s>,
        depth: u32,
    ) -> Result<Option<Node>, Stop> {
        if domain.propagate(self.frame).is_err() {
            return Ok(None);
        }
        relaxation.enter(&domain);
        let looks = if depth == 0 { ROOT_LOOKS } else { LOOKS };
        // Of children and groups more is known once the cutoff has struck.
        let first = u32::from(!matches!(self.goal, Goal::Fit { .. }));
        let (mut idle, mut plunged) = (0, depth != first);
        let mut nearest: Option<(Bound, Weights)> = None;
        for _ in 0..looks {
            if domain.decided() {
                self.take(made(self.frame, &domain));
                return Ok(None);
            }
            if self.reached >= self.most {
                return Err(Stop::Met);
            }
            if (self.over)() {
                return Err(Stop::Over);
            }
            let Look { weights, bound, optimal, settled } = relaxation.run(&domain, self.least());
            self.note_root(depth, &bound, &weights);
            let left = bound.value - i128::from(self.least()) * i128::from(SCALE);
            let before = nearest.as_ref().map_or(i128::MAX, |(nearest, _)| nearest.value);
            if optimal && depth > 0 {
                idle = if before.saturating_sub(bound.value) > left / PART { 0 } else { idle + 1 };
            }
            let settled = settled || idle > IDLE;
            if settled {
                match relaxation.whole() {
                    Some(made) => self.take(made),
                    None if !plunged => {
                        plunged = true;
                        self.plunge(&domain, relaxation)?;
                    }
                    None if depth.is_multiple_of(8) => self.dive(&domain, relaxation.shares()),
                    None => {}
                }
            }
            if bound.whole() <= self.least() {
                self.learn(depth, &weights, relaxation);
                self.steps.push(Step::Weigh(weights));
                return Ok(None);
            }
            let struck = self.strike(&mut domain, &bound, weights.clone());
            if bound.value < before {
                nearest = Some((bound, weights));
            }
            match struck {
                Err(Contradiction) => return Ok(None),
                Ok(true) => {
                    relaxation.enter(&domain);
                    idle = 0;
                }
                Ok(false) if settled => break,
                Ok(false) => {}
            }
        }
        Ok(nearest.map(|(bound, weights)| Node { domain, bound, weights }))
    }

    /// Keeps what the root proves for searches by other goals.
    fn learn(&mut self, depth: u32, weights: &Weights, relaxation: &Relaxation<'s>) {
        if depth == 0 && !matches!(self.goal, Goal::Fit { .. }) {
            self.learnt = Some(Prior { weights: weights.clone(), rows: relaxation.binding() });
        }
    }

    fn note_root(&mut self, depth: u32, bound: &Bound, weights: &Weights) {
        // Later at the root, pairs may have been taken out: only the first steps stand alone.
        if depth == 0 && self.steps.is_empty() && self.proved.as_ref().is_none_or(|&(best, _)| bound.whole() < best) {
            self.proved = Some((bound.whole(), vec![Step::Weigh(weights.clone()), Step::Close]));
        }
    }

    /// Takes out what the bound allows; the weights become a step of the proof when that helps.
    fn strike(&mut self, domain: &mut Domain, bound: &Bound, weights: Weights) -> Result<bool, Contradiction> {
        let mut less = domain.clone();
        let struck = self.goal.strike(self.frame, &mut less, bound, self.least());
        if struck == Ok(false) {
            return Ok(false);
        }
        self.steps.push(Step::Weigh(weights));
        struck?;
        less.propagate(self.frame)?;
        *domain = less;
        Ok(true)
    }

    /// Takes a side of a split by a pair, or by the group whose number comes after all pairs.
    fn part(&self, domain: &mut Domain, p: usize, state: State) -> Result<bool, Contradiction> {
        match p.checked_sub(self.frame.pairs.len()) {
            Some(group) => domain.set_group(group, state),
            None => domain.set(p, state),
        }
    }

    /// The open pair or group to split by: the one that brings the bound nearest on both sides, as far as was seen at other nodes and by trying a few here.
    fn choice(&mut self, domain: &Domain, relaxation: &Relaxation<'s>, value: i128) -> Option<Choice<'s>> {
        let mut shares = relaxation.shares().to_vec();
        shares.extend(relaxation.together());
        let states = [domain.states.as_slice(), domain.groups.as_slice()].concat();
        let open: Vec<usize> = (0..self.frame.pairs.len()).filter(|&p| states[p] == State::Open).collect();
        let all = (0..shares.len()).filter(|&p| states[p] == State::Open);
        let mut parted: Vec<usize> = all.filter(|&p| (0.05..=0.95).contains(&shares[p])).collect();
        if parted.len() < 2 || self.untried > 0 {
            let nearest = open.into_iter().min_by(|&a, &b| (shares[a] - 0.6).abs().total_cmp(&(shares[b] - 0.6).abs()));
            return nearest.map(Choice::untried);
        }
        parted.sort_by(|&a, &b| {
            // Groups are few and decide much: they are looked at first.
            let group = |p: usize| p >= self.frame.pairs.len();
            let by = self.gains.score(b, shares[b]).total_cmp(&self.gains.score(a, shares[a]));
            group(b).cmp(&group(a)).then(by).then((shares[a] - 0.5).abs().total_cmp(&(shares[b] - 0.5).abs()))
        });
        let (mut best, mut idle): (Option<(f64, Choice<'s>)>, u32) = (None, 0);
        for p in parted.into_iter().take(TRIED) {
            if idle >= UNLUCKY {
                break;
            }
            let (mut score, mut choice) = (self.gains.score(p, shares[p]), Choice::untried(p));
            if !self.gains.known(p) {
                let gains = self.try_both(domain, relaxation, value, &mut choice);
                let Some(gains) = gains else { return Some(choice) };
                self.gains.note(p, shares[p], gains);
                score = joined(gains);
            }
            idle += 1;
            if best.as_ref().is_none_or(|&(most, _)| score > most) {
                (best, idle) = (Some((score, choice)), 0);
            }
        }
        best.map(|(_, choice)| choice)
    }

    /// How much nearer the bound comes on both sides of a pair; `None` as soon as one side closes.
    fn try_both(
        &self,
        domain: &Domain,
        relaxation: &Relaxation<'s>,
        value: i128,
        choice: &mut Choice<'s>,
    ) -> Option<[f64; 2]> {
        let least = i128::from(self.least()) * i128::from(SCALE);
        let mut gains = [0.0; 2];
        for ((gain, state), tried) in gains.iter_mut().zip([State::Made, State::Out]).zip(&mut choice.tried) {
            let mut branch = domain.clone();
            self.part(&mut branch, choice.pair, state).and_then(|_| branch.propagate(self.frame)).ok()?;
            let reached = tried.insert(relaxation.clone()).probe(&branch);
            if reached <= least {
                return None;
            }
            *gain = units((value - reached).max(0));
        }
        Some(gains)
    }

    /// Keeps a matching when it is stable and better.
    fn take(&mut self, made: Made) {
        let homes = homes_of(self.frame, &made);
        let Some(worth) = self.goal.worth(self.frame, &homes, &made) else { return };
        let key = tally(self.frame, &homes, &made);
        if (worth, key) > (self.reached, self.key) && (self.stable)(&homes) {
            (self.reached, self.key, self.best) = (worth, key, made);
        }
    }
}
