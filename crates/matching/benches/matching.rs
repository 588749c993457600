//! How long a whole solve takes: lots, lists joined, orders, stability check, and unless said otherwise the bound with its proof.

mod draw;

use draw::shape::{NAMES, shape};
use draw::{event, instance};
use naheya_matching::{Instance, Options, solve, solve_until};

fn main() {
    divan::main();
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
    measure_drawn(bencher, &|seed| event(children, seed));
}

fn measure_drawn(bencher: divan::Bencher<'_, '_>, draw: &dyn Fn(u64) -> Instance) {
    let mut seed = 0;
    let options = Options { seed: "bench".into(), exact: true, ..Options::default() };
    bencher
        .with_inputs(|| {
            seed += 1;
            draw(seed)
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

/// Events of 100 children of each shape.
#[divan::bench(args = NAMES, sample_count = 2)]
fn exact_shape_of_100(bencher: divan::Bencher<'_, '_>, name: &str) {
    measure_drawn(bencher, &|seed| shape(name, 100, seed).unwrap_or_else(|| panic!("no shape {name}")));
}
