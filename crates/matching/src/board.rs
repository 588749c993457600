//! The board on which the engine plays: units, their acceptable homes, and the order of lots.
//!
//! Units stand in the order of the input, so that memory is read in its order; wherever the wishes leave something open, the place in the order of
//! lots decides, so that nothing depends on the order of the input.
#![expect(
    clippy::indexing_slicing,
    reason = "numbers were checked when the instance was made; every array here is built to their range"
)]

use crate::lot::{Side, Urn};
use crate::model::{Instance, Mode};
use crate::preference::{BEGINS, Turned};

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
    chosen_by: Turned,
    /// For each home the last child looked at and its rank there.
    last: Vec<(u32, u32)>,
}

impl<'i> Join<'i> {
    pub(crate) fn new(instance: &'i Instance) -> Self {
        let chosen_by = Turned::new(&instance.volunteer_prefs, instance.children());
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
    /// The unit's rank of the home among its acceptable homes: the worst of its members'.
    pub own: u32,
    /// The home's rank of the unit: the worst of its members'.
    pub theirs: u32,
}

/// A pair as it is kept, in eight bytes: the topmost bit of the home begins a tie of the unit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    packed: u32,
    pub theirs: u32,
}

impl Slot {
    fn new(home: u32, begins: bool, theirs: u32) -> Self {
        Self { packed: if begins { home | BEGINS } else { home }, theirs }
    }

    pub(crate) fn home(self) -> u32 {
        self.packed & !BEGINS
    }

    pub(crate) fn begins(self) -> bool {
        self.packed & BEGINS != 0
    }
}

/// Changes the places of two pairs of one tie; the bit that begins the tie stays where it is.
pub(crate) fn exchange(slots: &mut [Slot], a: usize, b: usize) {
    let (first, second) = (slots[a], slots[b]);
    slots[a] = Slot::new(second.home(), first.begins(), second.theirs);
    slots[b] = Slot::new(first.home(), second.begins(), first.theirs);
}

/// Units and their acceptable pairs, best first; ties in the order of lots.
///
/// A unit is a child, or the children of a `must` group: they take the same home or none, and a home has room for all of them or for none.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    /// With groups: where the members of each unit begin. Without, each child is a unit and has its own number.
    member_starts: Vec<u32>,
    members: Vec<u32>,
    pub pair_starts: Vec<u32>,
    pub slots: Vec<Slot>,
    pub sizes: Vec<u32>,
    /// Places of each home, no more than there are children who could take one.
    pub places: Vec<u32>,
    /// Units in the order of the lots of their first members.
    pub order: Vec<u32>,
}

/// How many rows are fetched from memory at the same time: enough to hide its latency, few enough to stay in the nearest cache.
pub(crate) const BATCH: usize = 32;

impl Board {
    pub(crate) fn new(instance: &Instance, seed: &str) -> Self {
        let mut board = Self::rows(instance);
        sort_ties(&mut board.slots, &Lots::new(instance, seed));
        let children = Urn::new(seed, Side::Child).order(instance.children(), instance.child_ids.as_deref());
        board.order = if board.members.is_empty() { children } else { board.units_in_order(&children) };
        let listed = (0_u32..).zip(&instance.capacity);
        let listed = listed.map(|(home, &places)| places.min(count(instance.volunteer_prefs.packed(home).len())));
        board.places = listed.collect();
        board
    }

    fn rows(instance: &Instance) -> Self {
        let slots = joined(instance);
        let starts = (0..=count(instance.children())).map(|child| instance.child_prefs.start(child)).collect();
        let mut alone = Self {
            member_starts: Vec::new(),
            members: Vec::new(),
            pair_starts: starts,
            sizes: vec![1; instance.children()],
            slots,
            places: Vec::new(),
            order: Vec::new(),
        };
        if instance.has_must() {
            return alone.grouped(instance);
        }
        alone.leave_out();
        alone
    }

    /// Leaves out what is not acceptable; the rows move together.
    fn leave_out(&mut self) {
        let (mut kept, mut start) = (0, self.pair_starts[0]);
        for unit in 0..self.sizes.len() {
            let end = self.pair_starts[unit + 1];
            let mut begins = false;
            for at in start..end {
                let slot = self.slots[at as usize];
                begins |= slot.begins();
                if slot.theirs != NONE {
                    self.slots[kept] = Slot::new(slot.home(), std::mem::take(&mut begins), slot.theirs);
                    kept += 1;
                }
            }
            start = end;
            self.pair_starts[unit + 1] = count(kept);
        }
        self.slots.truncate(kept);
    }

    /// The board of units, from the joined rows of children. A unit stands where its first member by number would.
    fn grouped(&self, instance: &Instance) -> Self {
        let mut group_of = vec![NONE; instance.children()];
        for (g, group) in (0_u32..).zip(&instance.siblings) {
            if group.mode == Mode::Must && group.members.len() > 1 {
                group.members.iter().for_each(|&child| group_of[child as usize] = g);
            }
        }
        let mut board = Self {
            member_starts: vec![0],
            members: Vec::with_capacity(instance.children()),
            pair_starts: vec![0],
            slots: Vec::with_capacity(self.slots.len()),
            sizes: Vec::with_capacity(instance.children()),
            places: Vec::new(),
            order: Vec::new(),
        };
        let mut seated = vec![false; instance.siblings.len()];
        for child in 0..count(instance.children()) {
            match group_of[child as usize] {
                NONE => board.push_unit(&[child], self, instance),
                g if !seated[g as usize] => {
                    seated[g as usize] = true;
                    board.push_unit(&instance.siblings[g as usize].members, self, instance);
                }
                _ => {}
            }
        }
        board
    }

    /// A home is acceptable to the unit when it is to every member and has room for all; both ranks are the worst of the members'.
    fn push_unit(&mut self, members: &[u32], alone: &Self, instance: &Instance) {
        let row = |child: u32| alone.pairs_of(child).filter(|pair| pair.theirs != NONE);
        let mut pairs: Vec<Pair> = members.first().into_iter().flat_map(|&child| row(child)).collect();
        for &child in members.iter().skip(1) {
            let mut other: Vec<Pair> = row(child).collect();
            other.sort_unstable_by_key(|pair| pair.home);
            pairs.retain_mut(|pair| merge(pair, &other));
        }
        if members.len() > 1 {
            pairs.retain(|pair| instance.capacity[pair.home as usize] as usize >= members.len());
            pairs.sort_unstable_by_key(|pair| pair.own);
        }
        let mut last = NONE;
        for pair in &pairs {
            self.slots.push(Slot::new(pair.home, pair.own != last, pair.theirs));
            last = pair.own;
        }
        self.pair_starts.push(count(self.slots.len()));
        self.members.extend_from_slice(members);
        self.member_starts.push(count(self.members.len()));
        self.sizes.push(count(members.len()));
    }

    fn units_in_order(&self, children: &[u32]) -> Vec<u32> {
        let unit_of = self.unit_of();
        let mut seen = vec![false; self.sizes.len()];
        let units = children.iter().map(|&child| unit_of[child as usize]);
        units.filter(|&unit| !std::mem::replace(&mut seen[unit as usize], true)).collect()
    }

    /// Each child's unit.
    pub(crate) fn unit_of(&self) -> Vec<u32> {
        if self.members.is_empty() {
            return (0..self.units()).collect();
        }
        let mut unit_of = vec![NONE; self.members.len()];
        for unit in 0..self.units() {
            self.members(unit).for_each(|child| unit_of[child as usize] = unit);
        }
        unit_of
    }

    /// Each unit's place in the order of lots.
    pub(crate) fn places_in_order(&self) -> Vec<u32> {
        let mut place = vec![0; self.order.len()];
        (0_u32..).zip(&self.order).for_each(|(at, &unit)| place[unit as usize] = at);
        place
    }

    pub(crate) fn units(&self) -> u32 {
        count(self.sizes.len())
    }

    pub(crate) fn children(&self) -> usize {
        if self.members.is_empty() { self.sizes.len() } else { self.members.len() }
    }

    pub(crate) fn homes(&self) -> usize {
        self.places.len()
    }

    /// The children of a unit, by number or as the group lists them.
    pub(crate) fn members(&self, unit: u32) -> impl Iterator<Item = u32> + '_ {
        let alone = self.members.is_empty().then_some(unit);
        let at = |k: usize| self.member_starts.get(k).map_or(0, |&start| start as usize);
        let group = &self.members[at(unit as usize)..at(unit as usize + 1)];
        alone.into_iter().chain(group.iter().copied())
    }

    pub(crate) fn slots_of(&self, unit: u32) -> &[Slot] {
        let unit = unit as usize;
        &self.slots[self.pair_starts[unit] as usize..self.pair_starts[unit + 1] as usize]
    }

    pub(crate) fn pairs_of(&self, unit: u32) -> impl Iterator<Item = Pair> + '_ {
        let mut own = NONE;
        self.slots_of(unit).iter().map(move |slot| {
            own = own.wrapping_add(u32::from(slot.begins()));
            Pair { home: slot.home(), own, theirs: slot.theirs }
        })
    }

    pub(crate) fn pair(&self, unit: u32, home: u32) -> Option<Pair> {
        self.pairs_of(unit).find(|pair| pair.home == home)
    }

    /// Carries homes of units over to children; [`NONE`] where a child has none.
    pub(crate) fn assign(&self, home_of_unit: Vec<u32>) -> Vec<u32> {
        if self.members.is_empty() {
            return home_of_unit;
        }
        let mut assign = vec![NONE; self.children()];
        for (unit, &home) in (0_u32..).zip(&home_of_unit) {
            self.members(unit).for_each(|child| assign[child as usize] = home);
        }
        assign
    }
}

/// Every child's list with what the homes say; [`NONE`] where the pair is not acceptable.
fn joined(instance: &Instance) -> Vec<Slot> {
    let lists = &instance.child_prefs;
    let mut slots = Vec::with_capacity(lists.entries());
    for child in 0..count(instance.children()) {
        slots.extend(lists.packed(child).iter().map(|&packed| Slot { packed, theirs: NONE }));
    }
    let mut batch = Vec::with_capacity(BATCH);
    for home in 0..count(instance.volunteers()) {
        for choice in instance.volunteer_prefs.list(home) {
            let row = lists.start(choice.other)..lists.start(choice.other + 1);
            batch.push((row, home, choice.rank));
            if batch.len() == BATCH {
                note(&mut slots, &mut batch);
            }
        }
    }
    note(&mut slots, &mut batch);
    for &(child, home) in &instance.forbidden {
        note(&mut slots, &mut vec![(lists.start(child)..lists.start(child + 1), home, NONE)]);
    }
    slots
}

/// Notes ranks in rows, all of which are fetched before the first is read.
fn note(slots: &mut [Slot], batch: &mut Vec<(std::ops::Range<u32>, u32, u32)>) {
    let mut touched = 0;
    for (row, ..) in batch.iter() {
        let ends = [row.start, row.end.saturating_sub(1)];
        ends.iter().for_each(|&at| touched ^= slots.get(at as usize).map_or(0, |slot| slot.packed));
    }
    std::hint::black_box(touched);
    for (row, home, rank) in batch.drain(..) {
        let row = &mut slots[row.start as usize..row.end as usize];
        if let Some(slot) = row.iter_mut().find(|slot| slot.home() == home) {
            slot.theirs = rank;
        }
    }
}

/// Volunteers' lots, shortened to a byte where that decides: so the lots of many fit into the nearer caches, and two bytes are seldom equal.
pub(crate) struct Lots<'i> {
    urn: Urn,
    ids: Option<&'i [String]>,
    short: Vec<u8>,
}

impl<'i> Lots<'i> {
    pub(crate) fn new(instance: &'i Instance, seed: &str) -> Self {
        let urn = Urn::new(seed, Side::Volunteer);
        let ids = instance.volunteer_ids.as_deref();
        let short = urn.lots(instance.volunteers(), ids).map(|lot| lot.to_be_bytes()[0]).collect();
        Self { urn, ids, short }
    }

    /// The first byte of a home's lot.
    pub(crate) fn short(&self, home: u32) -> u8 {
        self.short[home as usize]
    }

    /// Whether the first of two homes comes first.
    pub(crate) fn less(&self, a: u32, b: u32) -> bool {
        let (short_a, short_b) = (self.short[a as usize], self.short[b as usize]);
        if short_a == short_b { self.urn.compare(a, b, self.ids).is_lt() } else { short_a < short_b }
    }

    fn compare(&self, a: u32, b: u32) -> std::cmp::Ordering {
        self.short[a as usize].cmp(&self.short[b as usize]).then_with(|| self.urn.compare(a, b, self.ids))
    }
}

/// Brings the homes of each tie into the order of lots.
fn sort_ties(slots: &mut [Slot], lots: &Lots<'_>) {
    let mut keyed: Vec<(u32, u32)> = Vec::new();
    for tie in slots.chunk_by_mut(|_, next| !next.begins()) {
        if tie.len() < 2 {
            continue;
        }
        keyed.clear();
        keyed.extend(tie.iter().map(|slot| (slot.home(), slot.theirs)));
        keyed.sort_unstable_by(|a, b| lots.compare(a.0, b.0));
        for (k, (slot, &(home, theirs))) in tie.iter_mut().zip(&keyed).enumerate() {
            *slot = Slot::new(home, k == 0, theirs);
        }
    }
}

fn merge(pair: &mut Pair, other: &[Pair]) -> bool {
    let Ok(k) = other.binary_search_by_key(&pair.home, |pair| pair.home) else { return false };
    pair.own = pair.own.max(other[k].own);
    pair.theirs = pair.theirs.max(other[k].theirs);
    true
}

pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
