//! What splits by a pair brought so far, so that few need be tried before the next.
//!
//! Source: T. Achterberg, T. Koch, A. Martin, *Branching Rules Revisited*, 2005: pseudo-costs, made reliable by trying.
#![expect(clippy::indexing_slicing, reason = "pairs are numbered by the frame")]

use crate::frame::SCALE;

/// What was seen so often is not tried again.
const KNOWN: u32 = 2;

/// How much nearer the bound came, by pair and for each whole pair that was made or left out more than before.
#[derive(Default)]
pub(crate) struct Gains {
    made: Vec<(f64, u32)>,
    out: Vec<(f64, u32)>,
    all: [(f64, u32); 2],
}

impl Gains {
    pub(crate) fn new(pairs: usize) -> Self {
        Self { made: vec![(0.0, 0); pairs], out: vec![(0.0, 0); pairs], all: [(0.0, 0); 2] }
    }

    pub(crate) fn known(&self, p: usize) -> bool {
        self.made[p].1 >= KNOWN
    }

    pub(crate) fn note(&mut self, p: usize, share: f64, [made, out]: [f64; 2]) {
        let add = |sum: &mut (f64, u32), gain: f64| *sum = (sum.0 + gain, sum.1 + 1);
        let (made, out) = (made / (1.0 - share), out / share);
        let [all_made, all_out] = &mut self.all;
        add(&mut self.made[p], made);
        add(all_made, made);
        add(&mut self.out[p], out);
        add(all_out, out);
    }

    /// What is to be expected of a split.
    pub(crate) fn score(&self, p: usize, share: f64) -> f64 {
        let mean = |own: (f64, u32), all: (f64, u32)| {
            let (sum, times) = if own.1 > 0 { own } else { all };
            if times == 0 { 1.0 } else { sum / f64::from(times) }
        };
        let [made, out] = self.all;
        joined([mean(self.made[p], made) * (1.0 - share), mean(self.out[p], out) * share])
    }
}

/// Both sides count, the worse one most.
pub(crate) fn joined([made, out]: [f64; 2]) -> f64 {
    made.min(out) * 8.0 + made.max(out)
}

#[expect(clippy::cast_precision_loss, reason = "a guess at what a split brings")]
pub(crate) fn units(value: i128) -> f64 {
    value as f64 / SCALE as f64
}
