//! Matchings found on the way: pairs of the relaxation are made from the surest on.
#![expect(clippy::indexing_slicing, reason = "units, homes and pairs are linked by numbers that the frame made")]

use super::{Search, Stop};
use crate::frame::{Domain, State, made};
use crate::relax::{Look, Relaxation};

/// Looks made after each step of a plunge.
const PLUNGE_LOOKS: u32 = 6;
/// A share so great counts as made in a plunge.
const SURE: f64 = 0.999;
/// Steps of a plunge that may be taken back.
const BACK: u32 = 16;
/// Beyond so many pairs a dive asks whether the search is over.
const LARGE: usize = 2_000;

/// What a step of a plunge made that was not sure.
#[derive(Default)]
struct Stepped {
    first: Option<usize>,
    unsure: usize,
}

impl<'s> Search<'s> {
    /// Makes pairs from the surest on, drawing conclusions, until all is decided.
    pub(super) fn dive(&mut self, domain: &Domain, shares: &[f64]) {
        let mut domain = domain.clone();
        let mut order: Vec<usize> = (0..shares.len()).filter(|&p| domain.states[p] == State::Open).collect();
        order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]));
        let large = self.frame.pairs.len() > LARGE;
        for (k, p) in order.into_iter().enumerate() {
            if domain.states[p] != State::Open {
                continue;
            }
            // On a large frame this takes long enough to ask.
            if large && k % 16 == 0 && (self.over)() {
                return;
            }
            let mut made = domain.clone();
            let possible = made.set(p, State::Made).and_then(|_| made.propagate(self.frame)).is_ok();
            if possible {
                domain = made;
            } else if domain.set(p, State::Out).and_then(|_| domain.propagate(self.frame)).is_err() {
                return;
            }
        }
        self.take(made(self.frame, &domain));
    }

    /// As a dive, but the relaxation is solved anew after each step. Where that leads nowhere, one pair is made instead of several, and left out when that is
    /// what went wrong.
    pub(super) fn plunge(&mut self, domain: &Domain, relaxation: &Relaxation<'s>) -> Result<(), Stop> {
        let (mut domain, mut relaxation) = (domain.clone(), relaxation.clone());
        let (mut back, mut alone) = (BACK, false);
        loop {
            let (before, mut stepped) = ((domain.clone(), relaxation.clone()), Stepped::default());
            let possible = self.step(&mut domain, relaxation.shares(), alone, &mut stepped);
            if possible && domain.decided() {
                self.take(made(self.frame, &domain));
            } else if possible && self.resume(&domain, &mut relaxation)? {
                alone = false;
                continue;
            }
            let Some(first) = stepped.first.filter(|_| back > 0 && !domain.decided()) else { return Ok(()) };
            back -= 1;
            (domain, relaxation) = before;
            if stepped.unsure == 1 {
                let possible = domain.set(first, State::Out).and_then(|_| domain.propagate(self.frame)).is_ok();
                if !possible || domain.decided() || !self.resume(&domain, &mut relaxation)? {
                    return Ok(());
                }
            }
            alone = true;
        }
    }

    /// Makes the sure pairs and some that are not, at most one when `alone`. `false` when that is not possible.
    fn step(&self, domain: &mut Domain, shares: &[f64], alone: bool, stepped: &mut Stepped) -> bool {
        let open = (0..shares.len()).filter(|&p| domain.states[p] == State::Open);
        let mut order: Vec<usize> = open.collect();
        order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]));
        let parts = order.iter().filter(|&&p| shares[p] > 0.2 && shares[p] < SURE).count();
        let most = if alone { 1 } else { 1 + parts / 8 };
        for p in order {
            if domain.states[p] != State::Open {
                continue;
            }
            if shares[p] < SURE {
                if stepped.unsure == most {
                    break;
                }
                stepped.first.get_or_insert(p);
                stepped.unsure += 1;
            }
            let mut made = domain.clone();
            let possible = made.set(p, State::Made).and_then(|_| made.propagate(self.frame)).is_ok();
            if possible {
                *domain = made;
            } else if domain.set(p, State::Out).and_then(|_| domain.propagate(self.frame)).is_err() {
                return false;
            }
        }
        true
    }

    /// Solves the relaxation of a plunge's domain. `false` when there is nothing better in it.
    fn resume(&mut self, domain: &Domain, relaxation: &mut Relaxation<'s>) -> Result<bool, Stop> {
        relaxation.enter(domain);
        for _ in 0..PLUNGE_LOOKS {
            if (self.over)() {
                return Err(Stop::Over);
            }
            let Look { bound, settled, .. } = relaxation.run(domain, self.least());
            if bound.whole() <= self.least() {
                return Ok(false);
            }
            if settled {
                break;
            }
        }
        if let Some(made) = relaxation.whole() {
            self.take(made);
        }
        Ok(true)
    }
}
