//! Envy rows that are missed.
#![expect(clippy::indexing_slicing, reason = "units, homes and pairs are linked by numbers that the frame made")]

use super::{MISSED, Relaxation, Row};

/// Pairs from which a row is begun, those with the greatest shares first.
const SEEDS: usize = 3;
/// Shares that are less count as none.
const NONE: f64 = 1e-6;

impl Relaxation<'_> {
    /// For each unit the row missed most.
    pub(super) fn missed_envies(&self, missed: &mut Vec<(f64, Row)>) {
        let mut able: Vec<u32> = Vec::new();
        for unit in 0..self.frame.units() {
            able.clear();
            missed.extend(self.missed_envy(unit, &mut able).map(|(by, row)| (by, Row::Envy(row))));
        }
    }

    fn missed_envy(&self, unit: u32, able: &mut Vec<u32>) -> Option<(f64, Vec<u32>)> {
        let frame = self.frame;
        let pairs: Vec<u32> = (0_u32..).skip(frame.of_unit(unit).start).take(frame.of_unit(unit).len()).collect();
        let mut found: Option<(f64, Vec<u32>)> = None;
        let mut has = 0.0;
        for tie in pairs.chunk_by(|&a, &b| frame.pairs[a as usize].own == frame.pairs[b as usize].own) {
            has += tie.iter().map(|&p| self.shares[p as usize]).sum::<f64>();
            if has > 1.0 - MISSED {
                break;
            }
            for &p in tie {
                let here = frame.of_home(frame.pairs[p as usize].home).iter().rev().copied();
                let lower = here.take_while(|&q| frame.pairs[q as usize].theirs > frame.pairs[p as usize].theirs);
                able.extend(lower.filter(|&q| self.shares[q as usize] > NONE && frame.yields(q as usize, p as usize)));
            }
            if able.iter().map(|&q| self.shares[q as usize]).sum::<f64>() < has + MISSED {
                continue;
            }
            able.sort_by(|&a, &b| self.shares[b as usize].total_cmp(&self.shares[a as usize]));
            for seed in 0..able.len().min(SEEDS) {
                let (by, mut row) = self.exclusive(able, seed);
                if by - has > MISSED && found.as_ref().is_none_or(|&(most, _)| by - has > most) {
                    row.insert(0, tie[0]);
                    found = Some((by - has, row));
                }
            }
        }
        found
    }

    /// Pairs no two of which can be made together, from one on, and their shares in all.
    fn exclusive(&self, able: &[u32], seed: usize) -> (f64, Vec<u32>) {
        let mut row = vec![able[seed]];
        for &q in able {
            if row.iter().all(|&other| self.frame.exclude(q as usize, other as usize)) {
                row.push(q);
            }
        }
        (row.iter().map(|&q| self.shares[q as usize]).sum(), row)
    }
}
