//! Protects the figures of an invented nation and says what it took: `cargo run --release -p naheya-domain --example protect`.
//!
//! 31 regions, 333 leagues, 2,844 counties, six figures; from a nation where few counties have begun to
//! one where every second count is small. Processor time comes from `/proc`, so it is missing where there
//! is none.

use naheya_domain::figure::{Figure, Shown};
use naheya_domain::suppression::{Area, protect};

const TIMES: u64 = 50;

/// Numbers that look drawn: `SplitMix64`.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        i64::try_from((z ^ (z >> 31)) >> 1).unwrap_or(0) % bound
    }
}

type Row = Vec<(Figure, i64)>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (name, empty, small) in [
        ("nothing", 100, 0),
        ("begun in few", 98, 1),
        ("half", 50, 10),
        ("usual", 5, 10),
        ("many small", 10, 50),
        ("all small", 0, 100),
    ] {
        let nation = nation(empty, small);
        let areas: Vec<Area> = nation
            .iter()
            .map(|(code, parent, counts)| Area { code: *code, parent: *parent, counts, public: false })
            .collect();
        let before = processor_time();
        for _ in 0..TIMES {
            std::hint::black_box(protect(std::hint::black_box(&areas))?);
        }
        let took = (processor_time() - before) / TIMES / 1000;
        let published = protect(&areas)?;
        let told =
            |shown| (0..areas.len()).flat_map(|place| published.area(place)).filter(|(_, s)| *s == shown).count();
        let levels = [0..1, 1..32, 32..365, 365..areas.len()].map(|places| {
            let cells = places.flat_map(|place| published.area(place));
            cells.filter(|(_, shown)| *shown == Shown::Withheld).count()
        });
        println!(
            "{name}: {took} µs, {} small, withheld in nation, regions, leagues, counties {levels:?}",
            told(Shown::Few)
        );
    }
    Ok(())
}

/// Of a hundred counties, how many have none and how many have few.
fn nation(empty: i64, small: i64) -> Vec<(u32, Option<usize>, Row)> {
    let mut draw = Draw(20_261_128);
    let mut areas = vec![(0, None, row([0; 6]))];
    for region in 0..31 {
        areas.push((region + 11, Some(0), row([0; 6])));
    }
    for league in 0..333_u32 {
        areas.push((100 * (league % 31 + 11) + league, Some(1 + league as usize % 31), row([0; 6])));
    }
    for county in 0..2844_u32 {
        let counts = row(draw_county(&mut draw, empty, small));
        areas.push((100_000 + county, Some(32 + county as usize % 333), counts));
    }
    for place in (1..areas.len()).rev() {
        let (_, parent, counts) = areas.get(place).cloned().unwrap_or_default();
        let Some((.., sums)) = parent.and_then(|parent| areas.get_mut(parent)) else { continue };
        for ((_, sum), (_, count)) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    areas
}

fn draw_county(draw: &mut Draw, empty: i64, small: i64) -> [i64; 6] {
    let mut whole = || match draw.below(100) {
        lot if lot < empty => 0,
        lot if lot < empty + small => 1 + draw.below(4),
        _ => 5 + draw.below(200),
    };
    let (volunteers, children, pairs) = (whole(), whole(), whole());
    let mut part = |whole: i64| if draw.below(3) == 0 { whole } else { whole - draw.below(whole / 3 + 1) };
    [volunteers, part(volunteers), children, pairs, part(pairs.min(children)), part(pairs)]
}

fn row(counts: [i64; 6]) -> Row {
    Figure::ALL.into_iter().filter(|figure| figure.is_people()).zip(counts).collect()
}

/// Nanoseconds on a processor so far.
fn processor_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}
