//! Random instances for measurements, the same in every run.
#![expect(clippy::indexing_slicing, reason = "a measurement may end here")]

use naheya_matching::{Draft, Fit, Instance, Mode, SiblingGroup};

pub mod shape;

/// A stream of numbers, the same in every run.
struct Stream(u64);

impl Stream {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((u128::from(self.0 ^ (self.0 >> 29)) * bound as u128) >> 64).unwrap_or(0)
    }

    fn number(&mut self, bound: usize) -> u32 {
        u32::try_from(self.below(bound)).unwrap_or(0)
    }
}

/// Each child chooses `length` random homes; each home lists those who chose it in random order; every other entry continues a tie, on both sides.
pub fn instance(children: usize, homes: usize, length: usize, capacity: usize) -> Instance {
    let mut stream = Stream(7);
    let mut chosen_by: Vec<Vec<u32>> = vec![Vec::new(); homes];
    let mut child_prefs = Vec::with_capacity(children);
    for child in 0..children {
        let mut list: Vec<u32> = Vec::with_capacity(length);
        while list.len() < length {
            let home = stream.number(homes);
            if !list.contains(&home) {
                list.push(home);
                if let Some(by) = chosen_by.get_mut(home as usize) {
                    by.push(u32::try_from(child).unwrap_or(0));
                }
            }
        }
        child_prefs.push(tied(&list, &mut stream));
    }
    let volunteer_prefs = chosen_by
        .iter_mut()
        .map(|list| {
            shuffled(list, &mut stream);
            tied(list, &mut stream)
        })
        .collect();
    let capacity = (0..homes).map(|_| 1 + stream.number(capacity)).collect();
    checked(Draft { child_prefs, volunteer_prefs, capacity, ..Draft::default() })
}

fn shuffled(list: &mut [u32], stream: &mut Stream) {
    for last in (1..list.len()).rev() {
        list.swap(last, stream.below(last + 1));
    }
}

fn tied(list: &[u32], stream: &mut Stream) -> Vec<Vec<u32>> {
    let mut ties: Vec<Vec<u32>> = Vec::new();
    for &other in list {
        match ties.last_mut() {
            Some(tie) if stream.below(2) == 0 => tie.push(other),
            _ => ties.push(vec![other]),
        }
    }
    ties
}

/// An event: fewer homes than children with one to three places, wishes within a distance, hard rules, siblings, fit.
pub fn event(children: usize, seed: u64) -> Instance {
    checked(event_draft(children, seed))
}

fn checked(draft: Draft) -> Instance {
    Instance::new(draft).unwrap_or_else(|fault| panic!("{fault}"))
}

/// As [`event`], unchecked.
pub fn event_draft(children: usize, seed: u64) -> Draft {
    let homes = children * 3 / 5;
    let mut stream = Stream(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut draft =
        Draft { capacity: (0..homes).map(|_| [1, 1, 1, 2, 3][stream.below(5)]).collect(), ..Draft::default() };
    let mut chosen_by: Vec<Vec<u32>> = vec![Vec::new(); homes];
    for child in (0_u32..).take(children) {
        let length = 6 + stream.below(5);
        let mut list: Vec<u32> = Vec::new();
        while list.len() < length.min(homes) {
            // Some homes are wished for by many.
            let home = stream.number(homes).min(stream.number(homes));
            if !list.contains(&home) {
                list.push(home);
            }
        }
        for &home in &list {
            match stream.below(20) {
                0 => draft.forbidden.push((child, home)),
                1 => {}
                _ => chosen_by[home as usize].push(child),
            }
            draft.fit.push(Fit { child, volunteer: home, weight: i64::from(stream.number(11)) });
        }
        draft.child_prefs.push(tied(&list, &mut stream));
    }
    for list in &mut chosen_by {
        shuffled(list, &mut stream);
        draft.volunteer_prefs.push(tied(list, &mut stream));
    }
    for group in 0..u32::try_from(children / 10).unwrap_or(0) {
        let mode = if group % 2 == 0 { Mode::Must } else { Mode::Prefer };
        draft.siblings.push(SiblingGroup { members: vec![2 * group, 2 * group + 1], mode });
    }
    draft
}
