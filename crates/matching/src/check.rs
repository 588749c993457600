//! The stability check: from the lists as given, sharing nothing with the engine.
//!
//! Definitions: blocking pairs of the hospitals/residents problem with ties (weak stability); with sibling groups the classical notion of
//! `McDermid` and Manlove (2010) for residents with sizes, and occupancy stability (Balasundaram, Krishnashree, Limaye, Nasre, FSTTCS 2025).
#![expect(
    clippy::indexing_slicing,
    reason = "numbers were checked when the instance was made; every array here is built to their range"
)]

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::model::{Instance, Mode};
use crate::preference::Turned;

const NOBODY: u32 = u32::MAX;

/// A unit and a home that would both rather have each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocking {
    /// The child, or the children of a `must` group.
    pub children: Vec<u32>,
    /// The volunteer.
    pub volunteer: u32,
    /// Whether the unit could be let in without a place being lost; without `must` groups always true.
    pub occupancy: bool,
}

/// What the check found of a matching.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// All classical blocking pairs, by volunteer, then by first child.
    pub blocking: Vec<Blocking>,
}

impl Verdict {
    /// Occupancy-stable; without `must` groups this is weak stability.
    #[must_use]
    pub fn stable(&self) -> bool {
        self.blocking.iter().all(|pair| !pair.occupancy)
    }
}

/// Why an assignment is no matching at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not one entry per child.
    #[error("the assignment has {found} entries for {children} children")]
    Length {
        /// The instance's children.
        children: usize,
        /// The assignment's entries.
        found: usize,
    },
    /// The child, or its `must` group, and its volunteer are no acceptable pair, or the group is apart.
    #[error("child {child} cannot be with volunteer {volunteer}")]
    NotAcceptable {
        /// The child, or the first of the group.
        child: u32,
        /// The volunteer.
        volunteer: u32,
    },
    /// A home holds more children than it has room for.
    #[error("volunteer {volunteer} has more children than room")]
    Overfull {
        /// The volunteer.
        volunteer: u32,
    },
}

/// An upper bound by covering: each acceptable pair has its child or its volunteer in the cover, so no matching places more children than the
/// cover has children plus its volunteers have places (König, 1931).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Children's numbers, ascending.
    pub children: Vec<u32>,
    /// Volunteers' numbers, ascending.
    pub volunteers: Vec<u32>,
}

/// Judges matchings and covers of one instance.
#[derive(Debug)]
pub struct Judge<'i> {
    instance: &'i Instance,
    /// The unit of each child, named by the unit's first member as listed.
    unit: Vec<u32>,
    /// The size of each unit, at its name.
    size: Vec<u32>,
    lobby: OnceLock<Lobby>,
}

/// Home by home the units that it and they find acceptable.
#[derive(Debug)]
struct Lobby {
    starts: Vec<u32>,
    guests: Vec<Guest>,
}

#[derive(Debug, Clone, Copy)]
struct Guest {
    unit: u32,
    own: u32,
    theirs: u32,
}

impl<'i> Judge<'i> {
    /// Reads the instance.
    #[must_use]
    pub fn new(instance: &'i Instance) -> Self {
        let (unit, size) = if instance.has_must() { units(instance) } else { (Vec::new(), Vec::new()) };
        Self { instance, unit, size, lobby: OnceLock::new() }
    }

    pub(crate) fn instance(&self) -> &'i Instance {
        self.instance
    }

    /// The child's unit, named by its member with the least number.
    pub(crate) fn unit(&self, child: u32) -> u32 {
        self.unit.get(child as usize).copied().unwrap_or(child)
    }

    /// The number of children of a unit.
    pub(crate) fn size(&self, unit: u32) -> u32 {
        self.size.get(unit as usize).copied().unwrap_or(1)
    }

    /// All acceptable pairs: unit, home, the unit's rank of the home, the home's of the unit.
    pub(crate) fn acceptable(&self) -> impl Iterator<Item = (u32, u32, u32, u32)> + '_ {
        let of_home =
            move |home: u32| self.guests(home).iter().map(move |guest| (guest.unit, home, guest.own, guest.theirs));
        self.homes().flat_map(of_home)
    }

    fn read_lobby(&self) -> Lobby {
        let asked_by = Turned::new(&self.instance.child_prefs, self.instance.volunteers());
        let strikes = !self.instance.forbidden.is_empty();
        let mut listed = vec![(NOBODY, 0_u32); self.instance.children()];
        let mut gathered: Vec<(u32, Guest)> = Vec::new();
        let mut lobby = Lobby { starts: vec![0], guests: Vec::with_capacity(self.instance.child_prefs.entries()) };
        for (home, &capacity) in (0_u32..).zip(&self.instance.capacity) {
            for choice in self.instance.volunteer_prefs.list(home) {
                listed[choice.other as usize] = (home, choice.rank);
            }
            for choice in asked_by.list(home) {
                let (by, theirs) = listed[choice.other as usize];
                if by != home || (strikes && self.instance.is_forbidden(choice.other, home)) {
                    continue;
                }
                let guest = Guest { unit: self.unit(choice.other), own: choice.rank, theirs };
                match self.size(guest.unit) {
                    1 => lobby.guests.push(guest),
                    size if size <= capacity => gathered.push((1, guest)),
                    _ => {}
                }
            }
            self.gather(&mut gathered, &mut lobby.guests);
            lobby.starts.push(u32::try_from(lobby.guests.len()).unwrap_or(u32::MAX));
        }
        lobby
    }

    /// A group is a guest when all its members are, at the worst of their ranks.
    fn gather(&self, members: &mut Vec<(u32, Guest)>, guests: &mut Vec<Guest>) {
        members.sort_unstable_by_key(|(_, guest)| guest.unit);
        members.dedup_by(|next, first| {
            let same = next.1.unit == first.1.unit;
            if same {
                first.0 += 1;
                first.1.own = first.1.own.max(next.1.own);
                first.1.theirs = first.1.theirs.max(next.1.theirs);
            }
            same
        });
        let whole = members.drain(..).filter(|(found, guest)| *found == self.size(guest.unit));
        guests.extend(whole.map(|(_, guest)| guest));
    }

    fn guests(&self, home: u32) -> &[Guest] {
        let lobby = self.lobby.get_or_init(|| self.read_lobby());
        let home = home as usize;
        &lobby.guests[lobby.starts[home] as usize..lobby.starts[home + 1] as usize]
    }

    fn homes(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.instance.volunteers()).unwrap_or(u32::MAX)
    }

    /// Judges a matching: for each child its volunteer.
    ///
    /// # Errors
    /// [`Invalid`] when it is no matching.
    pub fn judge(&self, assign: &[Option<u32>]) -> Result<Verdict, Invalid> {
        if assign.len() != self.instance.children() {
            return Err(Invalid::Length { children: self.instance.children(), found: assign.len() });
        }
        if self.unit.is_empty() {
            return Single::new(self.instance, assign)?.judge();
        }
        let own = self.ranks(assign)?;
        let mut verdict = Verdict::default();
        let mut sitting: Vec<(u32, u32)> = Vec::new();
        for home in self.homes() {
            sitting.clear();
            let here = self.guests(home).iter().filter(|guest| assign[guest.unit as usize] == Some(home));
            sitting.extend(here.map(|guest| (guest.theirs, self.size(guest.unit))));
            let taken: u64 = sitting.iter().map(|&(_, size)| u64::from(size)).sum();
            let Some(room) = u64::from(self.instance.capacity[home as usize]).checked_sub(taken) else {
                return Err(Invalid::Overfull { volunteer: home });
            };
            let last = sitting.iter().map(|&(theirs, _)| theirs).max().unwrap_or(0);
            for guest in self.guests(home) {
                if guest.own < own[guest.unit as usize] && (room > 0 || last > guest.theirs) {
                    self.note(&mut verdict, home, *guest, room, &sitting);
                }
            }
        }
        Ok(verdict)
    }

    /// Each unit's rank of the home it has; the greatest number where it has none.
    fn ranks(&self, assign: &[Option<u32>]) -> Result<Vec<u32>, Invalid> {
        let mut own = vec![u32::MAX; assign.len()];
        for home in self.homes() {
            for guest in self.guests(home).iter().filter(|guest| assign[guest.unit as usize] == Some(home)) {
                own[guest.unit as usize] = guest.own;
            }
        }
        for (child, (&home, &unit)) in (0_u32..).zip(assign.iter().zip(&self.unit)) {
            let apart = assign[unit as usize] != home;
            if let Some(volunteer) = home.filter(|_| apart || own[unit as usize] == u32::MAX) {
                return Err(Invalid::NotAcceptable { child, volunteer });
            }
            if apart {
                return Err(Invalid::NotAcceptable { child: unit, volunteer: assign[unit as usize].unwrap_or(NOBODY) });
            }
        }
        Ok(own)
    }

    /// Notes the pair when the unit fits once all that the home likes less have left.
    fn note(&self, verdict: &mut Verdict, home: u32, guest: Guest, room: u64, sitting: &[(u32, u32)]) {
        let size = u64::from(self.size(guest.unit));
        let worse: Vec<u64> =
            sitting.iter().filter(|&&(theirs, _)| theirs > guest.theirs).map(|&(_, size)| u64::from(size)).collect();
        if room + worse.iter().sum::<u64>() >= size {
            verdict.blocking.push(Blocking {
                children: self.members(guest.unit),
                volunteer: home,
                occupancy: can_swap(&worse, room, size),
            });
        }
    }

    fn members(&self, unit: u32) -> Vec<u32> {
        match self.size(unit) {
            1 => vec![unit],
            _ => (0..).zip(&self.unit).filter(|&(_, &of)| of == unit).map(|(child, _)| child).collect(),
        }
    }

    /// How many `prefer` groups have no home that could hold all of their units.
    pub(crate) fn never_together(&self) -> usize {
        let frame = crate::proof::Named::plain(self).frame;
        let mut possible = vec![false; frame.groups.len()];
        frame.unions.iter().for_each(|union| possible[union.group as usize] = true);
        possible.iter().filter(|&&possible| !possible).count()
    }

    fn has_open_pair(&self, child: u32, closed: &[bool]) -> bool {
        let mut open = self.instance.child_prefs.list(child).filter(|choice| !closed[choice.other as usize]);
        open.any(|choice| {
            let chosen = self.instance.volunteer_prefs.rank(choice.other, child).is_some();
            chosen && !self.instance.is_forbidden(child, choice.other)
        })
    }

    /// The bound that a cover proves; `None` when it leaves an acceptable pair uncovered or names someone who is not there.
    #[must_use]
    pub fn bound(&self, cover: &Cover) -> Option<u64> {
        let mut covered = vec![false; self.instance.children()];
        let mut closed = vec![false; self.instance.volunteers()];
        for &child in &cover.children {
            *covered.get_mut(child as usize)? = true;
        }
        for &home in &cover.volunteers {
            *closed.get_mut(home as usize)? = true;
        }
        let left_open = if self.unit.is_empty() {
            let mut uncovered = (0_u32..).zip(&covered).filter(|&(_, &covered)| !covered).map(|(child, _)| child);
            uncovered.any(|child| self.has_open_pair(child, &closed))
        } else {
            let mut whole = vec![true; covered.len()];
            for (&unit, &child) in self.unit.iter().zip(&covered) {
                whole[unit as usize] &= child;
            }
            let mut open = self.homes().filter(|&home| !closed[home as usize]).flat_map(|home| self.guests(home));
            open.any(|guest| !whole[guest.unit as usize])
        };
        if left_open {
            return None;
        }
        let children = covered.iter().filter(|&&child| child).count() as u64;
        let places = closed.iter().zip(&self.instance.capacity).filter(|&(&closed, _)| closed);
        Some(children + places.map(|(_, &places)| u64::from(places)).sum::<u64>())
    }
}

/// The check without `must` groups: in one walk through each side's lists, with little beside them in memory.
struct Single<'i> {
    instance: &'i Instance,
    assign: &'i [Option<u32>],
    /// Each child's rank of the home it has; the greatest number where it has none.
    own: Vec<u32>,
}

/// A child whom a home would rather have: child, home.
type Candidate = (u32, u32);

/// How many lists are fetched from memory at the same time.
const BATCH: usize = 32;

impl<'i> Single<'i> {
    fn new(instance: &'i Instance, assign: &'i [Option<u32>]) -> Result<Self, Invalid> {
        let mut own = Vec::with_capacity(assign.len());
        for (child, &home) in (0_u32..).zip(assign) {
            let Some(volunteer) = home else {
                own.push(u32::MAX);
                continue;
            };
            let rank = instance.child_prefs.rank(child, volunteer);
            match rank.filter(|_| !instance.is_forbidden(child, volunteer)) {
                Some(rank) => own.push(rank),
                None => return Err(Invalid::NotAcceptable { child, volunteer }),
            }
        }
        Ok(Self { instance, assign, own })
    }

    fn judge(&self) -> Result<Verdict, Invalid> {
        let bars = self.bars()?;
        let mut verdict = Verdict::default();
        let mut batch: Vec<Candidate> = Vec::with_capacity(BATCH);
        for (child, &own) in (0_u32..).zip(&self.own) {
            let better = self.instance.child_prefs.list(child).take_while(|choice| choice.rank < own);
            for home in better.map(|choice| choice.other).filter(|&home| bars[home as usize] > 0) {
                batch.push((child, home));
                if batch.len() == BATCH {
                    self.ask(&bars, &mut batch, &mut verdict);
                }
            }
        }
        self.ask(&bars, &mut batch, &mut verdict);
        verdict.blocking.sort_unstable_by(|a, b| (a.volunteer, &a.children).cmp(&(b.volunteer, &b.children)));
        Ok(verdict)
    }

    /// For each home the rank below which it would take a child: that of the last it has, or any while it has room.
    fn bars(&self) -> Result<Vec<u32>, Invalid> {
        let mut starts = vec![0_u32; self.instance.volunteers() + 1];
        self.assign.iter().flatten().for_each(|&home| starts[home as usize + 1] += 1);
        for home in 0..self.instance.volunteers() {
            starts[home + 1] += starts[home];
        }
        let mut next = starts.clone();
        let mut sitting = vec![NOBODY; starts.last().map_or(0, |&all| all as usize)];
        for (child, home) in (0_u32..).zip(self.assign) {
            if let Some(home) = *home {
                sitting[next[home as usize] as usize] = child;
                next[home as usize] += 1;
            }
        }
        let mut bars = Vec::with_capacity(self.instance.volunteers());
        for (home, &capacity) in (0_u32..).zip(&self.instance.capacity) {
            // In the order of numbers, as they were dealt out.
            let here = &sitting[starts[home as usize] as usize..starts[home as usize + 1] as usize];
            let sits = |child: u32| here.first() == Some(&child) || here.binary_search(&child).is_ok();
            let (mut welcome, mut bar) = (0, 0);
            for choice in self.instance.volunteer_prefs.list(home).filter(|choice| sits(choice.other)) {
                welcome += 1;
                bar = choice.rank;
            }
            if welcome < here.len() {
                return Err(self.unwelcome());
            }
            let free =
                u64::from(capacity).checked_sub(here.len() as u64).ok_or(Invalid::Overfull { volunteer: home })?;
            bars.push(if free > 0 { NOBODY } else { bar });
        }
        Ok(bars)
    }

    /// Notes those of the batch whom the home would rather have; the homes' lists are fetched before the first is read.
    fn ask(&self, bars: &[u32], batch: &mut Vec<Candidate>, verdict: &mut Verdict) {
        let lists = &self.instance.volunteer_prefs;
        std::hint::black_box(batch.iter().map(|&(_, home)| lists.start(home)).fold(0, |a, b| a ^ b));
        let first = |&(_, home): &Candidate| lists.packed(home).first().copied().unwrap_or(0);
        std::hint::black_box(batch.iter().map(first).fold(0, |a, b| a ^ b));
        for (child, home) in batch.drain(..) {
            let bar = bars[home as usize];
            let mut above = lists.list(home).take_while(|choice| choice.rank < bar);
            if above.any(|choice| choice.other == child) && !self.instance.is_forbidden(child, home) {
                verdict.blocking.push(Blocking { children: vec![child], volunteer: home, occupancy: true });
            }
        }
    }

    /// A child at a home that did not choose it.
    fn unwelcome(&self) -> Invalid {
        let placed = (0_u32..).zip(self.assign).filter_map(|(child, &home)| Some((child, home?)));
        let mut refused = placed.filter(|&(child, home)| self.instance.volunteer_prefs.rank(home, child).is_none());
        let (child, volunteer) = refused.next().unwrap_or((NOBODY, NOBODY));
        Invalid::NotAcceptable { child, volunteer }
    }
}

fn units(instance: &Instance) -> (Vec<u32>, Vec<u32>) {
    let children = u32::try_from(instance.children()).unwrap_or(u32::MAX);
    let mut unit: Vec<u32> = (0..children).collect();
    let mut size = vec![1; unit.len()];
    for group in instance.siblings.iter().filter(|group| group.mode == Mode::Must) {
        let name = group.members.iter().copied().min().unwrap_or(0);
        for &child in &group.members {
            unit[child as usize] = name;
        }
        size[name as usize] = u32::try_from(group.members.len()).unwrap_or(u32::MAX);
    }
    (unit, size)
}

/// Whether some of `worse` can leave so that `size` fits into the room and no place is lost.
fn can_swap(worse: &[u64], room: u64, size: u64) -> bool {
    let mut sums = std::collections::BTreeSet::from([0_u64]);
    for &leaving in worse {
        let more: Vec<u64> = sums.iter().map(|sum| sum + leaving).filter(|&sum| sum <= size).collect();
        sums.extend(more);
    }
    sums.iter().any(|sum| sum + room >= size)
}
