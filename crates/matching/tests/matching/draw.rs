//! Random instances.

use naheya_matching::{Draft, Fit, Mode, SiblingGroup};
use proptest::prelude::*;

/// Ten thousand cases unless `PROPTEST_CASES` says otherwise; nothing is written beside the tests.
pub fn config() -> ProptestConfig {
    let said = std::env::var_os("PROPTEST_CASES").is_some();
    let usual = ProptestConfig::default();
    ProptestConfig { failure_persistence: None, cases: if said { usual.cases } else { 10_000 }, ..usual }
}

/// What may stand in an instance.
#[derive(Clone, Copy)]
pub struct Shape {
    pub children: usize,
    pub volunteers: usize,
    pub capacity: u32,
    pub ties: bool,
    pub groups: bool,
}

/// Two scores per pair decide both lists: equal scores tie, the greatest means "not listed".
pub fn draft(shape: Shape) -> impl Strategy<Value = Draft> {
    (1..=shape.children, 1..=shape.volunteers, 2..=6_u8).prop_flat_map(move |(n, m, levels)| {
        let scores = || prop::collection::vec(prop::collection::vec(any::<u16>(), m), n);
        let pairs = prop::collection::vec(prop::collection::vec((0..10_u8, -3..9_i64), m), n);
        let capacity = prop::collection::vec(1..=shape.capacity, m);
        let groups = prop::collection::vec((0..5_u8, any::<bool>()), n);
        (scores(), scores(), pairs, capacity, groups).prop_map(move |(own, theirs, pairs, capacity, groups)| {
            let turned: Vec<Vec<u16>> = (0..m).map(|v| theirs.iter().map(|row| row[v]).collect()).collect();
            let mut draft = Draft {
                child_prefs: own.iter().map(|row| list(row, levels, shape.ties)).collect(),
                volunteer_prefs: turned.iter().map(|row| list(row, levels, shape.ties)).collect(),
                capacity,
                ..Draft::default()
            };
            for (child, row) in (0..).zip(&pairs) {
                for (volunteer, &(strike, weight)) in (0..).zip(row) {
                    if strike == 0 {
                        draft.forbidden.push((child, volunteer));
                    }
                    if !(0..=5).contains(&weight) {
                        draft.fit.push(Fit { child, volunteer, weight });
                    }
                }
            }
            if shape.groups {
                draft.siblings = siblings(&groups);
            }
            draft
        })
    })
}

fn list(scores: &[u16], levels: u8, ties: bool) -> Vec<Vec<u32>> {
    let mut listed: Vec<(u16, u16, u32)> = (0..)
        .zip(scores)
        .map(|(other, &score)| (score % u16::from(levels), score, other))
        .filter(|&(level, ..)| level + 1 < u16::from(levels))
        .collect();
    listed.sort_unstable();
    let same_class = |a: &(u16, u16, u32), b: &(u16, u16, u32)| ties && a.0 == b.0;
    listed.chunk_by(same_class).map(|tie| tie.iter().map(|&(.., other)| other).collect()).collect()
}

/// Neighbours of equal kind are siblings: 0 and 1 hold together always, 2 likes to, the rest are alone.
fn siblings(kinds: &[(u8, bool)]) -> Vec<SiblingGroup> {
    let numbered: Vec<(u32, (u8, bool))> = (0..).zip(kinds.iter().copied()).collect();
    let together = |a: &(u32, (u8, bool)), b: &(u32, (u8, bool))| a.1 == b.1;
    let groups = numbered.chunk_by(together).filter(|group| group.len() > 1 && group[0].1.0 < 3);
    groups
        .map(|group| SiblingGroup {
            members: group.iter().map(|&(child, _)| child).collect(),
            mode: if group[0].1.0 < 2 { Mode::Must } else { Mode::Prefer },
        })
        .collect()
}

/// A stream of numbers and orders.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    pub fn mix<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, usize::try_from(self.below(last as u64 + 1)).unwrap());
        }
    }

    pub fn order(&mut self, length: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..length).collect();
        self.mix(&mut order);
        order
    }
}
