//! What a search for groups or fit knows beforehand of children placed.

use crate::frame::{Domain, Frame, Goal, SCALE, Weights};
use crate::relax::{Look, Relaxation, Row};

/// Looks made at the bound.
const PRIOR_LOOKS: u32 = 60;

/// Weights and rows with which a search begins.
pub(crate) struct Prior {
    pub weights: Weights,
    pub rows: Vec<Row>,
}

/// Weights with which the bound on children placed is as near to it as some stretches of work bring it, and the rows that this took.
pub(crate) fn prior(frame: &Frame, over: &mut dyn FnMut() -> bool) -> Option<Prior> {
    let mut domain = Domain::new(frame);
    domain.propagate(frame).ok()?;
    let mut relaxation = Relaxation::new(frame, Goal::Size, &domain);
    let mut best: Option<(i128, Weights)> = None;
    for _ in 0..PRIOR_LOOKS {
        if over() {
            return None;
        }
        let Look { weights, bound, settled, .. } = relaxation.run(&domain, i64::MIN / 4);
        if best.as_ref().is_none_or(|&(value, _)| bound.value < value) {
            best = Some((bound.value, weights));
        }
        if settled {
            break;
        }
    }
    best.map(|(_, weights)| Prior { weights, rows: relaxation.binding() })
}

impl Prior {
    /// The weights multiplied so that they outweigh `range`.
    pub(crate) fn outweighing(&self, range: i64) -> Self {
        let mut weights = self.weights.clone();
        let times = range.max(1).saturating_mul(16).min(1 << 38);
        let combs = weights.combs.iter_mut().chain(&mut weights.envies).map(|(_, weight)| weight);
        for weight in weights.pairs.iter_mut().chain(&mut weights.homes).chain(combs) {
            *weight = weight.saturating_mul(times);
        }
        weights.placed = times.saturating_mul(SCALE);
        Self { weights, rows: self.rows.clone() }
    }
}
