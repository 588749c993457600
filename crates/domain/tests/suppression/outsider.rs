//! The outsider: knows what is published and nothing else, and thinks in whole numbers without a gap.
//!
//! Shares nothing with the rule under test: every count is an unknown with bounds, sums and parts narrow
//! the bounds, and what is left open is tried, each value in turn.

use naheya_domain::figure::{Figure, Shown};

/// Above every count of these tests. A bound that nobody published can only make the outsider surer.
const MOST: i64 = 500;
/// Steps of one search, and of those after it. A table that one order of looking does not come to an end with, another one
/// mostly does at once: in thousands of forests there is one that would take the first order for hours.
const STEPS: [usize; 3] = [1_000, 5_000, 25_000];

/// In which order open counts are tried.
#[derive(Clone, Copy, Debug)]
enum Order {
    Tightest,
    First,
    Last,
    Widest,
}

impl Order {
    const ALL: [Order; 4] = [Order::Tightest, Order::First, Order::Last, Order::Widest];
}

/// Figures that say something of one another.
pub const FAMILIES: [&[Figure]; 2] = [
    &[Figure::Volunteers, Figure::Families],
    &[Figure::Pairs, Figure::PairsActive, Figure::PairsInterethnic, Figure::ChildrenSupported],
];

/// What is known of every county: the first is never more than the second.
const PARTS: [(Figure, Figure); 4] = [
    (Figure::Families, Figure::Volunteers),
    (Figure::PairsActive, Figure::Pairs),
    (Figure::PairsInterethnic, Figure::Pairs),
    (Figure::PairsActive, Figure::ChildrenSupported),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bounds(i64, i64);

/// One family of linked figures as published.
pub struct Outsider {
    parents: Vec<Option<usize>>,
    within: Vec<Vec<usize>>,
    figures: &'static [Figure],
    /// Part and whole by their places in `figures`, where both are counted.
    parts: Vec<(usize, usize)>,
    bounds: Vec<Vec<Bounds>>,
    /// Where to look first. It makes nothing possible that is not, and nothing impossible.
    guess: Vec<Vec<i64>>,
}

impl Outsider {
    /// Reads what is told of the figures linked with `figure`.
    pub fn new(
        parents: &[Option<usize>],
        figure: Figure,
        told: impl Fn(usize, Figure) -> Option<Shown>,
        guess: impl Fn(usize, Figure) -> i64,
    ) -> Outsider {
        let mut within = vec![Vec::new(); parents.len()];
        for (place, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                within[*parent].push(place);
            }
        }
        let figures = FAMILIES.into_iter().find(|family| family.contains(&figure)).unwrap();
        let bounds = |place: usize| {
            let one = |figure: &Figure| match told(place, *figure) {
                None => Bounds(0, 0),
                Some(Shown::Exact(n)) => Bounds(n, n),
                Some(Shown::Few) => Bounds(1, 4),
                Some(Shown::Withheld) if within[place].is_empty() => Bounds(5, MOST),
                Some(Shown::Withheld) => Bounds(0, MOST),
            };
            figures.iter().map(one).collect()
        };
        let bounds = (0..parents.len()).map(bounds).collect();
        let place_of = |wanted: Figure| {
            let counted = (0..parents.len()).any(|place| told(place, wanted).is_some());
            figures.iter().position(|figure| *figure == wanted).filter(|_| counted)
        };
        let parts = PARTS.into_iter().filter_map(|(part, whole)| Some((place_of(part)?, place_of(whole)?))).collect();
        let guess = |place: usize| figures.iter().map(|figure| guess(place, *figure)).collect();
        let guess = (0..parents.len()).map(guess).collect();
        Outsider { parents: parents.to_vec(), within, figures, parts, bounds, guess }
    }

    /// Whether a count can lie from `low` to `high`.
    pub fn could_be(&self, place: usize, figure: Figure, low: i64, high: i64) -> bool {
        let f = self.figures.iter().position(|other| *other == figure).unwrap();
        let mut bounds = self.bounds.clone();
        let Bounds(from, to) = bounds[place][f];
        bounds[place][f] = Bounds(from.max(low), to.min(high));
        let searches = STEPS.into_iter().flat_map(|steps| Order::ALL.map(|order| (steps, order)));
        let mut answers = searches.map(|(mut steps, order)| self.solves(bounds.clone(), order, &mut steps));
        answers.find_map(|answer| answer).expect("a table too large for the outsider")
    }

    /// Whether the counts can be; nothing when the steps do not suffice to say.
    fn solves(&self, mut bounds: Vec<Vec<Bounds>>, order: Order, steps: &mut usize) -> Option<bool> {
        if !self.narrow(&mut bounds) {
            return Some(false);
        }
        *steps = steps.checked_sub(1)?;
        let Some((place, f)) = self.open(&bounds, order) else { return Some(true) };
        let Bounds(from, to) = bounds[place][f];
        let first = self.guess[place][f].clamp(from, to);
        let ways = [Bounds(first, first), Bounds(from, first - 1), Bounds(first + 1, to)];
        for way in ways.into_iter().filter(|Bounds(from, to)| from <= to) {
            bounds[place][f] = way;
            if self.solves(bounds.clone(), order, steps)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn open(&self, bounds: &[Vec<Bounds>], order: Order) -> Option<(usize, usize)> {
        let width = |(place, f): &(usize, usize)| bounds[*place][*f].1 - bounds[*place][*f].0;
        let cells = (0..self.parents.len()).flat_map(|place| (0..self.figures.len()).map(move |f| (place, f)));
        let mut open = cells.filter(|cell| width(cell) > 0);
        match order {
            Order::Tightest => open.min_by_key(width),
            Order::First => open.next(),
            Order::Last => open.next_back(),
            Order::Widest => open.max_by_key(width),
        }
    }

    /// Draws every conclusion from one sum or one part at a time; false when one cannot hold.
    fn narrow(&self, bounds: &mut [Vec<Bounds>]) -> bool {
        loop {
            let mut changed = false;
            for f in 0..self.figures.len() {
                for place in 0..self.parents.len() {
                    changed |= self.narrow_sum(bounds, place, f);
                }
            }
            for row in bounds.iter_mut() {
                changed |= self.narrow_parts(row);
            }
            if bounds.iter().flatten().any(|Bounds(from, to)| from > to) {
                return false;
            }
            if !changed {
                return true;
            }
        }
    }

    fn narrow_sum(&self, bounds: &mut [Vec<Bounds>], place: usize, f: usize) -> bool {
        let within = &self.within[place];
        if within.is_empty() {
            return false;
        }
        let low: i64 = within.iter().map(|child| bounds[*child][f].0).sum();
        let high: i64 = within.iter().map(|child| bounds[*child][f].1).sum();
        let mut changed = tighten(&mut bounds[place][f], low, high);
        let Bounds(from, to) = bounds[place][f];
        for child in within {
            let Bounds(least, most) = bounds[*child][f];
            changed |= tighten(&mut bounds[*child][f], from - (high - most), to - (low - least));
        }
        changed
    }

    fn narrow_parts(&self, row: &mut [Bounds]) -> bool {
        let mut changed = false;
        for (part, whole) in self.parts.iter().copied() {
            let (least, most) = (row[part].0, row[whole].1);
            changed |= tighten(&mut row[part], i64::MIN, most);
            changed |= tighten(&mut row[whole], least, i64::MAX);
        }
        changed
    }
}

fn tighten(bounds: &mut Bounds, low: i64, high: i64) -> bool {
    let before = *bounds;
    *bounds = Bounds(before.0.max(low), before.1.min(high));
    *bounds != before
}
