//! Whoever kept the tables of several months finds nothing that was withheld in one of them.
//!
//! The reader of these tests shares nothing with the rule: each count of each month is an unknown with bounds, what is
//! known of them are sums that are nought or more, and what is left open is tried, each value in turn.

use naheya_domain::figure::{Figure, Shown};
use naheya_domain::suppression::{Earlier, Published, hides, lasts, protect, protect_after};
use proptest::prelude::*;

use crate::forest::{Forest, count, parents, part};

use Figure::{ChildrenSupported, Pairs, PairsActive, PairsInterethnic};
use Shown::{Exact, Few, Withheld};

/// The figures of which one month says something of another.
const LASTING: [Figure; 4] = [Pairs, PairsActive, PairsInterethnic, ChildrenSupported];
/// Above every count of these tests.
const MOST: i64 = 500;
/// More steps than any table of these tests takes.
const STEPS: usize = 200_000;

type Cell = (usize, usize, Figure);

/// What is known of some counts: with these signs they are nought, or not less.
struct Known {
    terms: Vec<(usize, i64)>,
    is_sum: bool,
}

/// Several months as they were told.
struct Reader {
    places: usize,
    bounds: Vec<(i64, i64)>,
    known: Vec<Known>,
    guess: Vec<i64>,
}

impl Reader {
    fn new(months: &[Forest], told: impl Fn(Cell) -> Option<Shown>) -> Reader {
        let places = months.first().map_or(0, |month| month.parents.len());
        let mut reader = Reader { places, bounds: Vec::new(), known: Vec::new(), guess: Vec::new() };
        for (m, month) in months.iter().enumerate() {
            for place in 0..places {
                let is_county = !month.parents.contains(&Some(place));
                for figure in LASTING {
                    reader.guess.push(month.count(place, figure));
                    reader.bounds.push(match told((m, place, figure)) {
                        None => (0, 0),
                        Some(Exact(count)) => (count, count),
                        Some(Few) => (1, 4),
                        Some(Withheld) if is_county => (5, MOST),
                        Some(Withheld) => (0, MOST),
                    });
                }
            }
        }
        for (m, month) in months.iter().enumerate() {
            for place in 0..places {
                if month.parents.contains(&Some(place)) {
                    reader.sum(m, place, &month.parents);
                } else {
                    reader.county(m, place);
                }
            }
        }
        reader
    }

    fn at(&self, (m, place, figure): Cell) -> usize {
        let f = LASTING.iter().position(|one| *one == figure).unwrap();
        (m * self.places + place) * LASTING.len() + f
    }

    fn know(&mut self, terms: &[(Cell, i64)], is_sum: bool) {
        let terms = terms.iter().map(|(cell, sign)| (self.at(*cell), *sign)).collect();
        self.known.push(Known { terms, is_sum });
    }

    fn sum(&mut self, m: usize, place: usize, parents: &[Option<usize>]) {
        for figure in LASTING {
            let within = (0..self.places).filter(|child| parents[*child] == Some(place));
            let parts = within.map(|child| ((m, child, figure), -1));
            let terms: Vec<(Cell, i64)> = std::iter::once(((m, place, figure), 1)).chain(parts).collect();
            self.know(&terms, true);
        }
    }

    fn county(&mut self, m: usize, place: usize) {
        for (part, whole) in [(PairsActive, Pairs), (PairsInterethnic, Pairs), (PairsActive, ChildrenSupported)] {
            self.know(&[((m, place, whole), 1), ((m, place, part), -1)], false);
        }
        let Some(then) = m.checked_sub(1) else { return };
        for figure in [Pairs, PairsInterethnic, ChildrenSupported] {
            self.know(&[((m, place, figure), 1), ((then, place, figure), -1)], false);
        }
        for part in [PairsActive, PairsInterethnic] {
            let rest = |m: usize, sign: i64| [((m, place, Pairs), sign), ((m, place, part), -sign)];
            self.know(&[rest(m, 1), rest(then, -1)].concat(), false);
        }
    }

    /// Whether a count can be this one.
    fn could_be(&self, cell: Cell, count: i64) -> bool {
        let mut bounds = self.bounds.clone();
        bounds[self.at(cell)] = (count, count);
        let mut steps = STEPS;
        self.solves(bounds, &mut steps)
    }

    fn solves(&self, mut bounds: Vec<(i64, i64)>, steps: &mut usize) -> bool {
        if !self.narrow(&mut bounds) {
            return false;
        }
        *steps = steps.checked_sub(1).expect("tables too large for the reader");
        let open = (0..bounds.len()).filter(|at| bounds[*at].0 < bounds[*at].1);
        let Some(at) = open.min_by_key(|at| bounds[*at].1 - bounds[*at].0) else { return true };
        let (from, to) = bounds[at];
        let first = self.guess[at].clamp(from, to);
        let ways = [(first, first), (from, first - 1), (first + 1, to)];
        ways.into_iter().filter(|(from, to)| from <= to).any(|way| {
            bounds[at] = way;
            self.solves(bounds.clone(), steps)
        })
    }

    /// Draws every conclusion from one thing known at a time; false when it cannot be.
    fn narrow(&self, bounds: &mut [(i64, i64)]) -> bool {
        let mut changed = true;
        while changed {
            changed = false;
            for known in &self.known {
                changed |= conclude(known, bounds);
            }
            if bounds.iter().any(|(from, to)| from > to) {
                return false;
            }
        }
        true
    }
}

/// The most, and the least, that a term can be.
fn ends((at, sign): (usize, i64), bounds: &[(i64, i64)]) -> (i64, i64) {
    let (from, to) = bounds[at];
    if sign > 0 { (from, to) } else { (-to, -from) }
}

fn conclude(known: &Known, bounds: &mut [(i64, i64)]) -> bool {
    let all = known.terms.iter().map(|term| ends(*term, bounds));
    let (least, most) = all.fold((0, 0), |(least, most), (low, high)| (least + low, most + high));
    let mut changed = false;
    for (at, sign) in known.terms.iter().copied() {
        let (low, high) = ends((at, sign), bounds);
        // What the others leave to it: at least so much, and of a sum at most so much.
        let (from, to) = (-(most - high), if known.is_sum { -(least - low) } else { i64::MAX / 2 });
        let (from, to) = if sign > 0 { (from, to) } else { (-to, -from) };
        let before = bounds[at];
        bounds[at] = (before.0.max(from), before.1.min(to));
        changed |= bounds[at] != before;
        if changed {
            return true;
        }
    }
    false
}

/// Tells month after month, each after those before it.
fn tell(months: &[Forest]) -> Vec<Published> {
    let mut published: Vec<Published> = Vec::new();
    for (m, month) in months.iter().enumerate() {
        let areas: Vec<_> = months[..m].iter().map(Forest::areas).collect();
        let before: Vec<Earlier> =
            areas.iter().zip(&published).map(|(areas, told)| Earlier { areas, told, since: &[] }).collect();
        let told = protect_after(&month.areas(), &before).unwrap();
        published.push(told);
    }
    published
}

/// What cannot be told otherwise: zeros, and which counties have few.
fn by_law(month: &Forest, place: usize, figure: Figure) -> Shown {
    let is_county = !month.parents.contains(&Some(place));
    match month.count(place, figure) {
        0 => Exact(0),
        1..5 if is_county => Few,
        _ => Withheld,
    }
}

/// Every "<5" of a county that loses a count to what a month tells, though it needed not be told.
fn leaks(months: &[Forest], told: impl Fn(Cell) -> Option<Shown>) -> Vec<String> {
    let mut leaks = Vec::new();
    for (last, newest) in months.iter().enumerate() {
        let months = &months[..=last];
        let least = |(m, place, figure): Cell| {
            if m < last { told((m, place, figure)) } else { Some(by_law(newest, place, figure)) }
        };
        let (reader, before) = (Reader::new(months, &told), Reader::new(months, least));
        for (m, month) in months.iter().enumerate() {
            let counties = (0..month.parents.len()).filter(|place| !month.parents.contains(&Some(*place)));
            let cells = counties.flat_map(|place| LASTING.map(|figure| (m, place, figure)));
            for cell in cells.filter(|cell| told(*cell) == Some(Few)) {
                let lost = (1..5).filter(|n| !reader.could_be(cell, *n) && before.could_be(cell, *n));
                let lost: Vec<i64> = lost.collect();
                if !lost.is_empty() {
                    leaks.push(format!("{last}: {} of {} in {m} cannot be {lost:?}", cell.2.key(), cell.1));
                }
            }
        }
    }
    leaks
}

fn shown(published: &[Published], (m, place, figure): Cell) -> Option<Shown> {
    published[m].get(place, figure)
}

fn assert_no_leaks(months: &[Forest]) -> Vec<Published> {
    let published = tell(months);
    assert_eq!(leaks(months, |cell| shown(&published, cell)), Vec::<String>::new());
    published
}

/// A total and its counties, one figure.
fn flat<const N: usize>(figure: Figure, months: &[[i64; N]]) -> Vec<Forest> {
    let parents: Vec<Option<usize>> = std::iter::once(None).chain([Some(0); N]).collect();
    let month = |row: &[i64; N]| {
        Forest::new(parents.clone(), |place| vec![(figure, place.checked_sub(1).map_or(0, |county| row[county]))])
    };
    months.iter().map(month).collect()
}

#[test]
fn months_told_each_by_itself_give_a_withheld_count_back_and_the_reader_sees_it() {
    let months = flat(Pairs, &[[20, 0], [20, 3], [20, 5]]);
    let alone: Vec<Published> = months.iter().map(|month| protect(&month.areas()).unwrap()).collect();
    let middle: Vec<_> = (0..3).map(|place| shown(&alone, (1, place, Pairs))).collect();
    assert_eq!(middle, [Some(Exact(23)), Some(Withheld), Some(Few)]);
    let found = ["1: pairs of 2 in 1 cannot be [4]", "2: pairs of 2 in 1 cannot be [1, 2]"];
    assert_eq!(leaks(&months, |cell| shown(&alone, cell)), found);
}

#[test]
fn what_was_told_before_and_after_does_not_give_a_withheld_count_back() {
    let months = flat(Pairs, &[[20, 0], [20, 3], [20, 5]]);
    let published = assert_no_leaks(&months);
    assert_eq!(shown(&published, (1, 2, Pairs)), Some(Few));
    assert_eq!(shown(&published, (1, 0, Pairs)), Some(Withheld), "20 told before leaves no room below 20");
    assert_no_leaks(&flat(ChildrenSupported, &[[9, 30, 1], [9, 30, 1], [9, 31, 2], [9, 31, 5], [9, 31, 5]]));
}

#[test]
fn a_count_that_grew_enough_takes_a_small_one_as_it_would_alone() {
    let months = flat(Pairs, &[[20, 0, 9], [26, 2, 9], [32, 2, 9], [38, 2, 9]]);
    let published = assert_no_leaks(&months);
    let told: Vec<_> = (0..4).map(|m| shown(&published, (m, 0, Pairs))).collect();
    assert_eq!(told, [29, 37, 43, 49].map(|total| Some(Exact(total))));
}

/// One county with pairs and a part of them.
fn county(part: Figure, months: &[[i64; 2]]) -> Vec<Forest> {
    let rows = |[pairs, other]: &[i64; 2]| {
        let [pairs, other] = [*pairs, *other];
        Forest::new(vec![None, Some(0), Some(0)], move |place| match place {
            1 => vec![(Pairs, pairs), (part, other), (ChildrenSupported, 50)],
            _ => vec![(Pairs, 40), (part, 10), (ChildrenSupported, 50)],
        })
    };
    months.iter().map(rows).collect()
}

#[test]
fn one_pair_more_does_not_tell_that_the_first_interethnic_pair_is_one() {
    let months = county(PairsInterethnic, &[[10, 0], [11, 1]]);
    let alone: Vec<Published> = months.iter().map(|month| protect(&month.areas()).unwrap()).collect();
    assert_eq!(leaks(&months, |cell| shown(&alone, cell)), ["1: pairs_interethnic of 1 in 1 cannot be [2, 3, 4]"]);
    let published = assert_no_leaks(&months);
    assert_eq!(shown(&published, (1, 1, PairsInterethnic)), Some(Few));
    assert_eq!(shown(&published, (1, 1, Pairs)), Some(Withheld));
}

#[test]
fn active_pairs_told_again_do_not_tell_how_few_there_were() {
    let months = county(PairsActive, &[[10, 4], [13, 7]]);
    let alone: Vec<Published> = months.iter().map(|month| protect(&month.areas()).unwrap()).collect();
    assert_eq!(leaks(&months, |cell| shown(&alone, cell)), ["1: pairs_active of 1 in 0 cannot be [1, 2, 3]"]);
    assert_no_leaks(&months);
}

#[test]
fn what_a_county_said_after_the_totals_is_known_too() {
    let months = flat(Pairs, &[[20, 0], [20, 3]]);
    let areas = months[0].areas();
    // The first county was late: its month is in no total, but in its own row.
    let mut without = areas.clone();
    (without[0].counts, without[1].counts) = (&[], &[]);
    let told = protect(&without).unwrap();
    let code = areas[1].code;
    let tell = |since: &[(u32, Vec<(Figure, i64)>)]| {
        protect_after(&months[1].areas(), &[Earlier { areas: &without, told: &told, since }]).unwrap()
    };
    assert_eq!(tell(&[]).get(0, Pairs), Some(Exact(23)));
    assert_eq!(tell(&[(code, vec![(Pairs, 20)])]).get(0, Pairs), Some(Withheld));
}

#[test]
fn a_late_number_that_waits_gives_no_small_count_away_to_whoever_does_not_know_it() {
    let [first, mixed] = [vec![(Pairs, 20), (PairsInterethnic, 10)], vec![(Pairs, 6), (PairsInterethnic, 4)]];
    let month = |second: Vec<(Figure, i64)>| {
        let rows = [vec![(Pairs, 0), (PairsInterethnic, 0)], first.clone(), second];
        Forest::new(vec![None, Some(0), Some(0)], move |place| rows[place].clone())
    };
    // The second county was late, and its four interethnic pairs keep its own row from being told.
    let months = [month(Vec::new()), month(mixed.clone())];
    let (before, areas) = (months[0].areas(), months[1].areas());
    let told = protect(&before).unwrap();
    let since = [(areas[2].code, mixed)];
    let last = protect_after(&areas, &[Earlier { areas: &before, told: &told, since: &since }]).unwrap();
    let published = [told, last];
    assert_eq!(shown(&published, (1, 2, PairsInterethnic)), Some(Few));
    assert_eq!(leaks(&months, |cell| shown(&published, cell)), Vec::<String>::new());
}

#[test]
fn what_was_told_is_read_back_as_it_was() {
    let mut months = county(PairsInterethnic, &[[10, 0], [11, 1]]);
    let last = months.pop().unwrap();
    let areas = last.areas();
    let published = protect(&areas).unwrap();
    let text = published.to_text(&areas);
    assert_eq!(Published::from_text(&areas, &text), published);
    assert_eq!(hides(&text).collect::<Vec<_>>(), [areas[1].code, areas[2].code]);
    assert!(LASTING.into_iter().all(lasts) && !lasts(Figure::Volunteers));
}

/// A county's next month: pairs begun, those of them interethnic, pairs ended, children.
type Step = (i64, i64, i64, i64);

fn step() -> impl Strategy<Value = Step> {
    let few = || prop_oneof![4 => Just(0_i64), 3 => 1..3_i64, 1 => 3..8_i64];
    (few(), 0..3_i64, few(), few())
}

fn next([pairs, active, interethnic, children]: [i64; 4], (begun, mixed, ended, more): Step) -> [i64; 4] {
    let running = (active + begun - ended).max(0);
    [pairs + begun, running, interethnic + mixed.min(begun), (children + more).max(running)]
}

fn begin() -> impl Strategy<Value = [i64; 4]> {
    (count(), count()).prop_flat_map(|(pairs, children)| {
        let parts = (part(pairs), part(pairs));
        parts.prop_map(move |(active, mixed)| [pairs, active, mixed, children.max(active)])
    })
}

fn story(areas: usize, months: usize) -> impl Strategy<Value = Vec<Forest>> {
    parents(areas).prop_flat_map(move |parents| {
        let steps = prop::collection::vec(step(), months - 1);
        let counties = prop::collection::vec((begin(), steps), parents.len());
        counties.prop_map(move |counties| {
            let rows = |m: usize| {
                let row = |place: usize| {
                    let (first, steps) = &counties[place];
                    let row = steps[..m].iter().fold(*first, |row, step| next(row, *step));
                    LASTING.into_iter().zip(row).collect()
                };
                Forest::new(parents.clone(), row)
            };
            (0..months).map(rows).collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_month_gives_back_what_another_withholds(months in story(5, 3)) {
        let published = tell(&months);
        let leaks = leaks(&months, |cell| shown(&published, cell));
        prop_assert!(leaks.is_empty(), "{leaks:?}\n{published:?}");
    }

    #[test]
    fn what_is_told_of_a_month_is_true_whatever_was_told_before(months in story(10, 3)) {
        for (month, published) in months.iter().zip(tell(&months)) {
            let alone = protect(&month.areas()).unwrap();
            for place in 0..month.parents.len() {
                for figure in LASTING {
                    let (told, before) = (published.get(place, figure), alone.get(place, figure));
                    let more = matches!((told, before), (Some(Withheld), Some(Exact(5..))));
                    prop_assert!(told == before || more, "{told:?} {before:?}");
                }
            }
        }
    }
}
