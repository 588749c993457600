//! Invented forests of areas: counts of counties, summed upwards.

use naheya_domain::figure::{Figure, Shown};
use naheya_domain::suppression::{Area, Published, protect};
use proptest::prelude::*;

use crate::outsider::Outsider;

/// Areas, parents first, with all six figures of people.
#[derive(Clone, Debug)]
pub struct Forest {
    pub codes: Vec<u32>,
    pub parents: Vec<Option<usize>>,
    pub counts: Vec<Vec<(Figure, i64)>>,
    /// The area that tells everybody its figures on a page of its own.
    pub public: Option<usize>,
}

/// The figures that count people.
pub fn people() -> impl Iterator<Item = Figure> {
    Figure::ALL.into_iter().filter(|figure| figure.is_people())
}

impl Forest {
    /// Areas by their parents; what is given for areas with others in them is the sum.
    pub fn new(parents: Vec<Option<usize>>, own: impl Fn(usize) -> Vec<(Figure, i64)>) -> Forest {
        let mut counts: Vec<_> = (0..parents.len()).map(own).collect();
        let inner = |place: usize| parents.contains(&Some(place));
        for place in (0..parents.len()).filter(|place| inner(*place)) {
            counts[place].iter_mut().for_each(|(_, n)| *n = 0);
        }
        for place in (0..parents.len()).rev() {
            let Some(parent) = parents[place] else { continue };
            let row = counts[place].clone();
            for ((_, sum), (_, n)) in counts[parent].iter_mut().zip(row) {
                *sum += n;
            }
        }
        let codes = (0..parents.len()).map(|place| 100 + u32::try_from(place).unwrap()).collect();
        Forest { codes, parents, counts, public: None }
    }

    /// One figure only.
    pub fn single(parents: &[Option<usize>], counts: &[i64]) -> Forest {
        Forest::new(parents.to_vec(), |place| vec![(Figure::Volunteers, counts[place])])
    }

    /// What the rule tells.
    pub fn published(&self) -> Published {
        protect(&self.areas()).unwrap()
    }

    pub fn areas(&self) -> Vec<Area<'_>> {
        let area = |place: usize| Area {
            code: self.codes[place],
            parent: self.parents[place],
            counts: &self.counts[place],
            public: self.public == Some(place),
        };
        (0..self.parents.len()).map(area).collect()
    }

    /// What everybody can read of it: all levels, and the page of the area that has one.
    pub fn told(&self, published: &Published, place: usize, figure: Figure) -> Option<Shown> {
        let own = || Some(Shown::of_people(self.count(place, figure)));
        if self.public == Some(place) { own() } else { published.get(place, figure) }
    }

    pub fn count(&self, place: usize, figure: Figure) -> i64 {
        self.counts[place].iter().find(|(f, _)| *f == figure).map_or(0, |(_, n)| *n)
    }

    /// How many areas with none in them make up this count.
    pub fn sources(&self, place: usize, figure: Figure) -> usize {
        let within: Vec<usize> = (0..self.parents.len()).filter(|child| self.parents[*child] == Some(place)).collect();
        if within.is_empty() {
            return usize::from(self.count(place, figure) > 0);
        }
        within.into_iter().map(|child| self.sources(child, figure)).sum()
    }

    /// Every "<5" that loses one of 1 to 4, and every withheld small sum that is known to be small.
    pub fn leaks(&self, told: impl Fn(usize, Figure) -> Option<Shown> + Copy) -> Vec<String> {
        let mut leaks = Vec::new();
        for figure in people() {
            let cells = (0..self.parents.len()).filter_map(|place| Some((place, told(place, figure)?)));
            let hidden: Vec<_> = cells.filter(|(_, shown)| !matches!(shown, Shown::Exact(_))).collect();
            if hidden.is_empty() {
                continue;
            }
            let outsider = Outsider::new(&self.parents, figure, told, |place, figure| self.count(place, figure));
            for (place, shown) in hidden {
                let truth = self.count(place, figure);
                let lost = |n: &i64| *n != truth && !outsider.could_be(place, figure, *n, *n);
                let lost: Vec<i64> = match shown {
                    Shown::Few => (1..=4).filter(lost).collect(),
                    _ if truth < 5 && !outsider.could_be(place, figure, 5, i64::MAX) => vec![5],
                    _ => Vec::new(),
                };
                if !lost.is_empty() {
                    leaks.push(format!("{} of {place} cannot be {lost:?}", figure.key()));
                }
            }
        }
        leaks
    }
}

/// The shape: each area lies in one before it, at most three deep below the top.
pub fn parents(most: usize) -> impl Strategy<Value = Vec<Option<usize>>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..12_u8), 1..most).prop_map(|draws| {
        let mut parents: Vec<Option<usize>> = Vec::new();
        let mut depth: Vec<u8> = Vec::new();
        for (index, alone) in draws {
            let above: Vec<usize> = (0..parents.len()).filter(|place| depth[*place] < 3).collect();
            let parent = if above.is_empty() || alone == 0 { None } else { Some(above[index.index(above.len())]) };
            depth.push(parent.map_or(0, |parent| depth[parent] + 1));
            parents.push(parent);
        }
        parents
    })
}

pub fn count() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0_i64), 4 => 1..5_i64, 4 => 5..9_i64, 2 => 9..40_i64]
}

/// A part of a whole: often all of it.
pub fn part(whole: i64) -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(whole), 2 => 0..=whole, 1 => (whole - 2).max(0)..=whole]
}

fn county() -> impl Strategy<Value = Vec<(Figure, i64)>> {
    (count(), count(), count()).prop_flat_map(|(volunteers, children, pairs)| {
        let active = part(pairs.min(children));
        (part(volunteers), active, part(pairs)).prop_map(move |(families, active, interethnic)| {
            vec![
                (Figure::Volunteers, volunteers),
                (Figure::Families, families),
                (Figure::ChildrenSupported, children),
                (Figure::Pairs, pairs),
                (Figure::PairsActive, active),
                (Figure::PairsInterethnic, interethnic),
            ]
        })
    })
}

/// Forests of up to `most` areas with all figures.
pub fn forest(most: usize) -> impl Strategy<Value = Forest> {
    parents(most).prop_flat_map(|parents| {
        let counties = prop::collection::vec(county(), parents.len());
        counties.prop_map(move |counties| Forest::new(parents.clone(), |place| counties[place].clone()))
    })
}

/// The same; in every second one an area without others in it has a page of its own.
pub fn open_forest(most: usize) -> impl Strategy<Value = Forest> {
    (forest(most), prop::option::of(any::<prop::sample::Index>())).prop_map(|(forest, public)| {
        let parents = &forest.parents;
        let lowest: Vec<usize> = (0..parents.len()).filter(|place| !parents.contains(&Some(*place))).collect();
        let public = public.map(|index| lowest[index.index(lowest.len())]);
        Forest { public, ..forest }
    })
}
