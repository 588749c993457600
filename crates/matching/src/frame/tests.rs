//! That stability rows say what stability is, before all tiny doors.
use super::*;

/// One home and those who wish for it alone, by size and by the home's rank: nothing else decides who is there.
struct Door {
    places: u32,
    units: Vec<(u32, u32)>,
}

impl Door {
    /// The doors of 1 to 4 places before which 1 to 4 units stand, of any of the sizes, in any order of ranks with any ties.
    fn all(sizes: &[u32]) -> Vec<Self> {
        let mut doors = Vec::new();
        let mut rows: Vec<Vec<(u32, u32)>> = vec![Vec::new()];
        for _ in 0..4 {
            let longer = |row: &Vec<(u32, u32)>| {
                let units = sizes.iter().flat_map(|&size| (0..4).map(move |rank| (size, rank)));
                units.map(|unit| [row.as_slice(), &[unit]].concat()).collect::<Vec<_>>()
            };
            rows = rows.iter().flat_map(longer).collect();
            for places in 1..=4 {
                let fitting = rows.iter().filter(|row| row.iter().all(|&(size, _)| size <= places));
                doors.extend(fitting.map(|row| Self { places, units: row.clone() }));
            }
        }
        doors
    }

    fn frame(&self) -> Frame {
        let units = (0_u32..).zip(&self.units);
        let pair = |(unit, &(_, theirs))| Variable { unit, home: 0, own: 0, theirs, weight: 0, kept: 0 };
        let sizes = self.units.iter().map(|&(size, _)| size).collect();
        Frame::new(units.map(pair).collect(), sizes, vec![self.places], Vec::new())
    }

    fn among(&self, set: usize) -> impl Iterator<Item = (u32, u32)> {
        self.units.iter().enumerate().filter(move |(k, _)| set >> k & 1 == 1).map(|(_, &unit)| unit)
    }

    fn sum(&self, set: usize) -> u32 {
        self.among(set).map(|(size, _)| size).sum()
    }

    /// Occupancy stability as it is defined: nobody outside is let in for some inside whom the home ranks lower, with no place lost.
    fn is_stable(&self, inside: usize) -> bool {
        let room = self.places - self.sum(inside);
        let outside = (1 << self.units.len()) - 1 - inside;
        self.among(outside).all(|(size, rank)| {
            let worse = |set: &usize| set & !inside == 0 && self.among(*set).all(|(_, other)| other > rank);
            let mut leaving = (0..=inside).filter(worse).map(|set| self.sum(set));
            !leaving.any(|leaving| leaving <= size && room + leaving >= size)
        })
    }

    fn rows_hold(&self, frame: &Frame, inside: usize) -> bool {
        assert_eq!(frame.pairs.len(), self.units.len());
        (0..frame.pairs.len()).all(|p| {
            let made = frame.row(p).into_iter().filter(|&(q, _)| inside >> frame.pairs[q].unit & 1 == 1);
            made.map(|(_, times)| times).sum::<u32>() >= frame.need(p)
        })
    }

    fn matchings(&self) -> impl Iterator<Item = usize> {
        (0..1 << self.units.len()).filter(|&inside| self.sum(inside) <= self.places)
    }
}

/// Of free places, single children and groups of one size, some are exactly as many as another group of that size needs: rows and stability are the same.
#[test]
fn a_group_makes_room_for_another_of_its_size() {
    for size in 2..=3 {
        for door in Door::all(&[1, size]) {
            let frame = door.frame();
            for inside in door.matchings() {
                let stable = door.is_stable(inside);
                assert_eq!(door.rows_hold(&frame, inside), stable, "{inside:b} of {:?}, {}", door.units, door.places);
            }
        }
    }
}

/// A group of three need not leave for one of two, and so no row may ask it to.
#[test]
fn no_row_asks_for_more_than_stability_among_groups_of_different_sizes() {
    for door in Door::all(&[1, 2, 3]) {
        let frame = door.frame();
        for inside in door.matchings().filter(|&inside| door.is_stable(inside)) {
            assert!(door.rows_hold(&frame, inside), "{inside:b} of {:?}, {}", door.units, door.places);
        }
    }
}

/// Teeth that count several times and groups left out of the shaft ask for no more than stability does.
#[test]
fn combs_hold_of_all_that_is_stable() {
    for door in Door::all(&[1, 2]) {
        let frame = door.frame();
        let size = |p: u32| frame.size(p as usize);
        let (mut combs, mut longer) = (Vec::new(), vec![Vec::new()]);
        while let Some(teeth) = longer.pop() {
            let taken: u32 = teeth.iter().map(|&p| size(p)).sum();
            let next = (0_u32..4).take(frame.pairs.len()).filter(|&p| taken + size(p) <= door.places);
            let next = next.filter(|&p| teeth.last().is_none_or(|&last| last < p || (last == p && size(p) == 1)));
            longer.extend(next.map(|p| [teeth.as_slice(), &[p]].concat()));
            combs.extend(frame.comb(&teeth));
        }
        for inside in door.matchings().filter(|&inside| door.is_stable(inside)) {
            for (terms, right) in &combs {
                let made = terms.iter().filter(|&&(q, _)| inside >> frame.pairs[q].unit & 1 == 1);
                let sum: u32 = made.map(|&(_, times)| times).sum();
                assert!(sum >= *right, "{inside:b} of {:?}, {}: {terms:?}", door.units, door.places);
            }
        }
    }
}
