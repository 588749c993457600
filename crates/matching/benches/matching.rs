//! How long a whole solve takes: lots, lists joined, orders, bound with its proof, stability check.

use naheya_matching::{Draft, Instance, Options, solve};

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

/// A province, one order.
#[divan::bench(sample_count = 10)]
fn province_100000_by_100000_one_order(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, &instance(100_000, 100_000, 10, 1), Some(1));
}

/// A province, as many orders as are tried by default.
#[divan::bench(sample_count = 5)]
fn province_100000_by_100000(bencher: divan::Bencher<'_, '_>) {
    measure(bencher, &instance(100_000, 100_000, 10, 1), None);
}
