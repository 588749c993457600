//! The board on which the engine plays: units, their acceptable homes, and the order of lots.
//!
//! Nothing on it depends on the order of the input: units and the homes within a tie stand in the order of lots.
#![expect(
    clippy::indexing_slicing,
    reason = "numbers were checked when the instance was made; every array here is built to their range"
)]

use crate::lot::{Side, Urn};
use crate::model::{Instance, Mode};
use crate::preference::Preferences;

/// "No home", "no unit", "not listed".
pub(crate) const NONE: u32 = u32::MAX;

/// One entry of a child's list with what the other side says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub home: u32,
    /// The child's rank of the home.
    pub own: u32,
    /// The home's rank of the child, or [`NONE`].
    pub theirs: u32,
    pub struck: bool,
}

/// Joins both sides' lists, child by child.
pub(crate) struct Join<'i> {
    instance: &'i Instance,
    chosen_by: Preferences,
    /// For each home the last child looked at and its rank there.
    last: Vec<(u32, u32)>,
}

impl<'i> Join<'i> {
    pub(crate) fn new(instance: &'i Instance) -> Self {
        let chosen_by = instance.volunteer_prefs.transposed(instance.children());
        Self { instance, chosen_by, last: vec![(NONE, NONE); instance.volunteers()] }
    }

    /// The child's list in its own order.
    pub(crate) fn row(&mut self, child: u32, row: &mut Vec<Entry>) {
        row.clear();
        for choice in self.chosen_by.list(child) {
            self.last[choice.other as usize] = (child, choice.rank);
        }
        let strikes = !self.instance.forbidden.is_empty();
        row.extend(self.instance.child_prefs.list(child).map(|choice| {
            let (seen, rank) = self.last[choice.other as usize];
            Entry {
                home: choice.other,
                own: choice.rank,
                theirs: if seen == child { rank } else { NONE },
                struck: strikes && self.instance.is_forbidden(child, choice.other),
            }
        }));
    }
}

/// An acceptable pair of a unit and a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub home: u32,
    /// The unit's rank of the home: the worst of its members'.
    pub own: u32,
    /// The home's rank of the unit: the worst of its members'.
    pub theirs: u32,
}

/// Units and their acceptable pairs, best first; ties in the order of lots.
///
/// A unit is a child, or the children of a `must` group: they take the same home or none, and a home has room for all of them or for none.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    member_starts: Vec<u32>,
    members: Vec<u32>,
    pub pair_starts: Vec<u32>,
    pub pairs: Vec<Pair>,
    pub sizes: Vec<u32>,
    /// Places of each home, no more than there are children who could take one.
    pub places: Vec<u32>,
    pub seat_starts: Vec<u32>,
}

impl Board {
    pub(crate) fn new(instance: &Instance, seed: &str) -> Self {
        let child_place = Urn::new(seed, Side::Child).places(instance.children(), instance.child_ids.as_deref());
        let home_place =
            Urn::new(seed, Side::Volunteer).places(instance.volunteers(), instance.volunteer_ids.as_deref());
        let mut board = Self::with_units(instance, &child_place);
        let mut row = UnitRow::new(instance);
        let alone = row.all_alone();
        for unit in 0..board.units() {
            let first = board.pairs.len();
            match *board.members(unit) {
                [child] => board.pairs.extend_from_slice(alone.of(child)),
                ref members => {
                    row.fill(members);
                    board.pairs.extend_from_slice(&row.pairs);
                }
            }
            sort_ties(&mut board.pairs[first..], &home_place);
            board.pair_starts.push(count(board.pairs.len()));
        }
        board.count_places(instance);
        board
    }

    /// Units in the order of the lots of their first members.
    fn with_units(instance: &Instance, child_place: &[u32]) -> Self {
        let mut child_at = vec![0_u32; child_place.len()];
        for (child, &place) in (0_u32..).zip(child_place) {
            child_at[place as usize] = child;
        }
        let mut group_of = vec![NONE; if instance.has_must() { child_place.len() } else { 0 }];
        for (g, group) in (0_u32..).zip(&instance.siblings) {
            if group.mode == Mode::Must && group.members.len() > 1 {
                group.members.iter().for_each(|&child| group_of[child as usize] = g);
            }
        }
        let mut board = Self {
            member_starts: vec![0],
            members: Vec::with_capacity(child_at.len()),
            pair_starts: vec![0],
            pairs: Vec::with_capacity(instance.child_prefs.entries()),
            sizes: Vec::with_capacity(child_at.len()),
            places: vec![0; instance.volunteers()],
            seat_starts: Vec::new(),
        };
        let mut seated = vec![false; instance.siblings.len()];
        for &child in &child_at {
            match group_of.get(child as usize).copied().filter(|&g| g != NONE) {
                None => board.push_unit(&[child]),
                Some(g) if !seated[g as usize] => {
                    seated[g as usize] = true;
                    let mut members = instance.siblings[g as usize].members.clone();
                    members.sort_unstable_by_key(|&child| child_place[child as usize]);
                    board.push_unit(&members);
                }
                Some(_) => {}
            }
        }
        board
    }

    fn push_unit(&mut self, members: &[u32]) {
        self.members.extend_from_slice(members);
        self.member_starts.push(count(self.members.len()));
        self.sizes.push(count(members.len()));
    }

    /// A home's places beyond all who could take one are never used; leaving them out keeps the seats within the pairs.
    fn count_places(&mut self, instance: &Instance) {
        let mut wanted = vec![0_u64; self.places.len()];
        for unit in 0..self.units() {
            for pair in self.pairs_of(unit) {
                wanted[pair.home as usize] += u64::from(self.sizes[unit as usize]);
            }
        }
        self.seat_starts = vec![0];
        let mut seats = 0_u32;
        for (home, &wanted) in wanted.iter().enumerate() {
            self.places[home] = u32::try_from(wanted).unwrap_or(u32::MAX).min(instance.capacity[home]);
            seats += self.places[home];
            self.seat_starts.push(seats);
        }
    }

    pub(crate) fn units(&self) -> u32 {
        count(self.sizes.len())
    }

    pub(crate) fn homes(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn members(&self, unit: u32) -> &[u32] {
        let unit = unit as usize;
        &self.members[self.member_starts[unit] as usize..self.member_starts[unit + 1] as usize]
    }

    pub(crate) fn pairs_of(&self, unit: u32) -> &[Pair] {
        let unit = unit as usize;
        &self.pairs[self.pair_starts[unit] as usize..self.pair_starts[unit + 1] as usize]
    }

    /// Carries homes of units over to children; [`NONE`] where a child has none.
    pub(crate) fn assign(&self, home_of_unit: &[u32]) -> Vec<u32> {
        let mut assign = vec![NONE; self.members.len()];
        for (unit, &home) in (0_u32..).zip(home_of_unit) {
            for &child in self.members(unit) {
                assign[child as usize] = home;
            }
        }
        assign
    }
}

/// Builds the acceptable pairs of one unit.
pub(crate) struct UnitRow<'i> {
    join: Join<'i>,
    member_row: Vec<Entry>,
    pub pairs: Vec<Pair>,
}

impl<'i> UnitRow<'i> {
    pub(crate) fn new(instance: &'i Instance) -> Self {
        Self { join: Join::new(instance), member_row: Vec::new(), pairs: Vec::new() }
    }

    /// The acceptable pairs of every child for itself, read in the order of the input: in the order of lots each row would be a walk through all memory.
    fn all_alone(&mut self) -> Alone {
        let children = self.join.instance.children();
        let mut alone = Alone { starts: vec![0], pairs: Vec::with_capacity(self.join.instance.child_prefs.entries()) };
        for child in 0..count(children) {
            self.fill(&[child]);
            alone.pairs.extend_from_slice(&self.pairs);
            alone.starts.push(count(alone.pairs.len()));
        }
        alone
    }

    /// A home is acceptable to the unit when it is to every member and has room for all; both ranks are the worst of the members'.
    pub(crate) fn fill(&mut self, members: &[u32]) {
        self.pairs.clear();
        for (k, &child) in members.iter().enumerate() {
            self.join.row(child, &mut self.member_row);
            let open = self.member_row.iter().filter(|entry| entry.theirs != NONE && !entry.struck);
            let open = open.map(|entry| Pair { home: entry.home, own: entry.own, theirs: entry.theirs });
            if k == 0 {
                self.pairs.extend(open);
            } else {
                let mut other: Vec<Pair> = open.collect();
                other.sort_unstable_by_key(|pair| pair.home);
                self.pairs.retain_mut(|pair| merge(pair, &other));
            }
        }
        if members.len() > 1 {
            let capacity = &self.join.instance.capacity;
            self.pairs.retain(|pair| capacity[pair.home as usize] as usize >= members.len());
            self.pairs.sort_unstable_by_key(|pair| pair.own);
        }
    }
}

/// Acceptable pairs child by child.
struct Alone {
    starts: Vec<u32>,
    pairs: Vec<Pair>,
}

impl Alone {
    fn of(&self, child: u32) -> &[Pair] {
        let child = child as usize;
        &self.pairs[self.starts[child] as usize..self.starts[child + 1] as usize]
    }
}

fn merge(pair: &mut Pair, other: &[Pair]) -> bool {
    let Ok(k) = other.binary_search_by_key(&pair.home, |pair| pair.home) else { return false };
    pair.own = pair.own.max(other[k].own);
    pair.theirs = pair.theirs.max(other[k].theirs);
    true
}

fn sort_ties(pairs: &mut [Pair], home_place: &[u32]) {
    for tie in pairs.chunk_by_mut(|a, b| a.own == b.own) {
        if tie.len() > 1 {
            tie.sort_unstable_by_key(|pair| home_place[pair.home as usize]);
        }
    }
}

pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
