//! How long a whole solve takes: lots, lists joined, orders, stability check, and unless said otherwise the bound with its proof.
#![expect(clippy::indexing_slicing, reason = "a bench may end here")]

use naheya_matching::{Draft, Fit, Instance, Mode, Options, SiblingGroup, solve, solve_until};

fn main() {
    divan::main();
}

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
fn instance(children: usize, homes: usize, length: usize, capacity: usize) -> Instance {
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
            for last in (1..list.len()).rev() {
                list.swap(last, stream.below(last + 1));
            }
            tied(list, &mut stream)
        })
        .collect();
    let capacity = (0..homes).map(|_| 1 + stream.number(capacity)).collect();
    Instance::new(Draft { child_prefs, volunteer_prefs, capacity, ..Draft::default() })
        .unwrap_or_else(|fault| panic!("{fault}"))
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
fn event(children: usize, seed: u64) -> Instance {
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
        for last in (1..list.len()).rev() {
            list.swap(last, stream.below(last + 1));
        }
        draft.volunteer_prefs.push(tied(list, &mut stream));
    }
    for group in 0..u32::try_from(children / 10).unwrap_or(0) {
        let mode = if group % 2 == 0 { Mode::Must } else { Mode::Prefer };
        draft.siblings.push(SiblingGroup { members: vec![2 * group, 2 * group + 1], mode });
    }
    Instance::new(draft).unwrap_or_else(|fault| panic!("{fault}"))
}

fn measure(bencher: divan::Bencher<'_, '_>, instance: &Instance, orders: Option<u32>) {
    let options = Options { seed: "bench".into(), orders, ..Options::default() };
    bencher.bench_local(|| solve(instance, &options).map(|outcome| outcome.placed));
}

/// The programme's size; lists of 10.
#[divan::bench]
fn event_180_by_180(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, &instance(180, 180, 10, 1), None);
}

/// All of the programme's children and homes over the years; lists of 10.
#[divan::bench]
fn county_1045_by_1205(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, &instance(1_045, 1_205, 10, 1), None);
}

/// More children than places: the bound is out of reach and all orders run.
#[divan::bench]
fn short_180_by_100_homes_of_1_or_2(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, &instance(180, 100, 3, 2), None);
}

fn measure_order(bencher: divan::Bencher<'_, '_>, instance: &Instance) {
    let options = Options { seed: "bench".into(), orders: Some(1), without_bound: true, ..Options::default() };
    bencher.bench_local(|| solve(instance, &options).map(|outcome| outcome.placed));
}

/// A province, one order, without the bound.
#[divan::bench(sample_count = 10)]
fn province_100000_by_100000_one_order(bencher: divan::Bencher<'_, '_>) {
    measure_order(bencher, &instance(100_000, 100_000, 10, 1));
}

/// A nation, one order, without the bound.
#[divan::bench(sample_count = 3)]
fn nation_1000000_by_1000000_one_order(bencher: divan::Bencher<'_, '_>) {
    measure_order(bencher, &instance(1_000_000, 1_000_000, 10, 1));
}

/// The exact search ends after so much work, proven or not.
const STRETCHES: i32 = 400;

fn measure_exact(bencher: divan::Bencher<'_, '_>, children: usize) {
    let mut seed = 0;
    let options = Options { seed: "bench".into(), exact: true, ..Options::default() };
    bencher
        .with_inputs(|| {
            seed += 1;
            event(children, seed)
        })
        .bench_local_values(|instance| {
            let mut left = STRETCHES;
            let mut over = || {
                left -= 1;
                left < 0
            };
            solve_until(&instance, &options, &mut over).map(|outcome| outcome.proven)
        });
}

/// An event of 100 children, size first, then siblings, then fit as far as the work allows; a new event each time.
#[divan::bench(sample_count = 10)]
fn exact_event_of_100(bencher: divan::Bencher<'_, '_>) {
    measure_exact(bencher, 100);
}

/// An event of 300 children.
#[divan::bench(sample_count = 5)]
fn exact_event_of_300(bencher: divan::Bencher<'_, '_>) {
    measure_exact(bencher, 300);
}

/// An event of 500 children.
#[divan::bench(sample_count = 3)]
fn exact_event_of_500(bencher: divan::Bencher<'_, '_>) {
    measure_exact(bencher, 500);
}

/// A province, as many orders as are tried by default.
#[divan::bench(sample_count = 5)]
fn province_100000_by_100000(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, &instance(100_000, 100_000, 10, 1), None);
}
