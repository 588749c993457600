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

/// Four units of one or two children before three homes, with ranks drawn from a number.
fn drawn(seed: u64) -> Frame {
    let mut state = seed;
    let mut below = |many: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % many).unwrap_or(0)
    };
    let sizes: Vec<u32> = (0..4).map(|_| 1 + below(4) / 3).collect();
    let places: Vec<u32> = (0..3).map(|_| 1 + below(3)).collect();
    let mut pairs = Vec::new();
    for (unit, home) in (0..4).flat_map(|unit| (0..3).map(move |home| (unit, home))) {
        if sizes[unit as usize] <= places[home as usize] && below(6) > 0 {
            pairs.push(Variable { unit, home, own: below(3), theirs: below(3), weight: 0, kept: 0 });
        }
    }
    Frame::new(pairs, sizes, places, Vec::new())
}

/// All whole points that satisfy the rows of units, homes and stability: which pairs are made.
fn points(frame: &Frame) -> Vec<Vec<bool>> {
    let mut points = vec![vec![false; frame.pairs.len()]];
    for unit in 0..frame.units() {
        let with = |point: &Vec<bool>, p: usize| {
            let mut point = point.clone();
            point[p] = true;
            point
        };
        let more: Vec<_> = points.iter().flat_map(|point| frame.of_unit(unit).map(|p| with(point, p))).collect();
        points.extend(more);
    }
    points.retain(|point| {
        let sum = |terms: &mut dyn Iterator<Item = (usize, u32)>| -> u32 {
            terms.filter(|&(p, _)| point[p]).map(|(_, times)| times).sum()
        };
        let here = |home: u32| frame.of_home(home).iter().map(|&p| (p as usize, frame.size(p as usize)));
        (0..frame.homes()).all(|home| sum(&mut here(home)) <= frame.places[home as usize])
            && (0..frame.pairs.len()).all(|p| sum(&mut frame.row(p).into_iter()) >= frame.need(p))
    });
    points
}

/// Whatever the checker takes for an envy row holds of all that is stable, and of nothing that two pairs of it make.
#[test]
fn envy_rows_hold_of_all_that_is_stable() {
    let (mut short, mut long) = (0, 0);
    for frame in (0..300).map(drawn) {
        let points = points(&frame);
        let all: Vec<u32> = (0_u32..).take(frame.pairs.len()).collect();
        let mut rows: Vec<Vec<u32>> = all.iter().map(|&least| vec![least]).collect();
        while let Some(row) = rows.pop() {
            if row.len() > 1 {
                let least = |point: &Vec<bool>| {
                    let made = frame.envy(&row).filter(|&(p, _)| point[p]);
                    made.map(|(_, factor)| factor).sum::<i32>()
                };
                assert!(points.iter().all(|point| least(point) >= 0), "{row:?} of {:?}", frame.pairs);
                let (short, long) = (&mut short, &mut long);
                *(if row.len() == 2 { short } else { long }) += 1;
            }
            let after = all.iter().filter(|&&q| row.len() == 1 || row.last().is_some_and(|&last| q > last));
            rows.extend(after.map(|&q| [row.as_slice(), &[q]].concat()).filter(|row| frame.is_envy(row)));
        }
    }
    assert!(short > 100 && long > 100, "{short}, {long}");
}

/// One home of two places and one of one: unit 0 comes first at both, and likes the first better.
#[test]
fn an_envy_row_that_asks_for_too_much_is_none() {
    let pair = |unit, home, own, theirs| Variable { unit, home, own, theirs, weight: 0, kept: 0 };
    let pairs = vec![
        pair(0, 0, 0, 0),
        pair(0, 1, 1, 0),
        pair(1, 0, 0, 1),
        pair(1, 1, 0, 1),
        pair(2, 0, 0, 1),
        pair(3, 0, 0, 0),
    ];
    let frame = Frame::new(pairs, vec![1; 4], vec![2, 1], Vec::new());
    // Either pair of unit 1, and so both; that of unit 2, but not beside unit 1, for there are two places.
    assert!(frame.is_envy(&[0, 2]) && frame.is_envy(&[1, 2, 3]) && frame.is_envy(&[0, 4]));
    assert!(!frame.is_envy(&[0, 2, 4]));
    // Not at a home that unit 0 ranks lower, not by one whom the home ranks the same, not its own pair, not twice, nothing that is not there.
    for row in [[0, 3], [0, 5], [1, 0], [0, 9], [9, 2]] {
        assert!(!frame.is_envy(&row), "{row:?}");
    }
    assert!(!frame.is_envy(&[0, 2, 2]) && !frame.is_envy(&[]));
}
