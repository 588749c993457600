//! The stability check: from the lists as given, sharing nothing with the engine.
//!
//! Definitions: blocking pairs of the hospitals/residents problem with ties (weak stability); with sibling groups the classical notion of
//! `McDermid` and Manlove (2010) for residents with sizes, and occupancy stability (Balasundaram, Krishnashree, Limaye, Nasre, FSTTCS 2025).
#![expect(
    clippy::indexing_slicing,
    reason = "numbers were checked when the instance was made; every array here is built to their range"
)]

use serde::Serialize;

use crate::model::{Instance, Mode};

const NOBODY: u32 = u32::MAX;

/// A unit and a home that would both rather have each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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
    starts: Vec<u32>,
    /// Home by home the units that it and they find acceptable.
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
        let (unit, size) = units(instance);
        let mut judge = Self { instance, unit, size, starts: vec![0], guests: Vec::new() };
        judge.read_guests();
        judge
    }

    fn read_guests(&mut self) {
        let asked_by = self.instance.child_prefs.transposed(self.instance.volunteers());
        let strikes = !self.instance.forbidden.is_empty();
        let mut listed = vec![(NOBODY, 0_u32); self.instance.children()];
        let mut gathered: Vec<(u32, Guest)> = Vec::new();
        self.guests.reserve(asked_by.entries());
        for (home, &capacity) in (0_u32..).zip(&self.instance.capacity) {
            for choice in self.instance.volunteer_prefs.list(home) {
                listed[choice.other as usize] = (home, choice.rank);
            }
            for choice in asked_by.list(home) {
                let (by, theirs) = listed[choice.other as usize];
                if by != home || (strikes && self.instance.is_forbidden(choice.other, home)) {
                    continue;
                }
                let guest = Guest { unit: self.unit[choice.other as usize], own: choice.rank, theirs };
                match self.size[guest.unit as usize] {
                    1 => self.guests.push(guest),
                    size if size <= capacity => gathered.push((1, guest)),
                    _ => {}
                }
            }
            self.gather(&mut gathered);
            self.starts.push(u32::try_from(self.guests.len()).unwrap_or(u32::MAX));
        }
    }

    /// A group is a guest when all its members are, at the worst of their ranks.
    fn gather(&mut self, members: &mut Vec<(u32, Guest)>) {
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
        let whole = members.drain(..).filter(|(found, guest)| *found == self.size[guest.unit as usize]);
        self.guests.extend(whole.map(|(_, guest)| guest));
    }

    fn guests(&self, home: u32) -> &[Guest] {
        let home = home as usize;
        &self.guests[self.starts[home] as usize..self.starts[home + 1] as usize]
    }

    fn homes(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.instance.volunteers()).unwrap_or(u32::MAX)
    }

    /// Judges a matching: for each child its volunteer.
    ///
    /// # Errors
    /// [`Invalid`] when it is no matching.
    pub fn judge(&self, assign: &[Option<u32>]) -> Result<Verdict, Invalid> {
        let own = self.ranks(assign)?;
        let mut verdict = Verdict::default();
        let mut sitting: Vec<(u32, u32)> = Vec::new();
        for home in self.homes() {
            sitting.clear();
            let here = self.guests(home).iter().filter(|guest| assign[guest.unit as usize] == Some(home));
            sitting.extend(here.map(|guest| (guest.theirs, self.size[guest.unit as usize])));
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
        if assign.len() != self.unit.len() {
            return Err(Invalid::Length { children: self.unit.len(), found: assign.len() });
        }
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
        let size = u64::from(self.size[guest.unit as usize]);
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
        match self.size[unit as usize] {
            1 => vec![unit],
            _ => (0..).zip(&self.unit).filter(|&(_, &of)| of == unit).map(|(child, _)| child).collect(),
        }
    }

    /// The bound that a cover proves; `None` when it leaves an acceptable pair uncovered or names someone who is not there.
    #[must_use]
    pub fn bound(&self, cover: &Cover) -> Option<u64> {
        let mut covered = vec![false; self.unit.len()];
        let mut closed = vec![false; self.instance.volunteers()];
        for &child in &cover.children {
            *covered.get_mut(child as usize)? = true;
        }
        for &home in &cover.volunteers {
            *closed.get_mut(home as usize)? = true;
        }
        let mut whole = vec![true; self.unit.len()];
        for (&unit, &child) in self.unit.iter().zip(&covered) {
            whole[unit as usize] &= child;
        }
        let open = self.homes().filter(|&home| !closed[home as usize]);
        let mut left = open.flat_map(|home| self.guests(home));
        if left.any(|guest| !whole[guest.unit as usize]) {
            return None;
        }
        let children = covered.iter().filter(|&&child| child).count() as u64;
        let places = closed.iter().zip(&self.instance.capacity).filter(|&(&closed, _)| closed);
        Some(children + places.map(|(_, &places)| u64::from(places)).sum::<u64>())
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
