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
use crate::preference::{Turned, rank_in};

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

/// A unit before a home, with both ranks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guest {
    pub unit: u32,
    pub own: u32,
    pub theirs: u32,
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

    pub(crate) fn guests(&self, home: u32) -> &[Guest] {
        let lobby = self.lobby.get_or_init(|| self.read_lobby());
        let home = home as usize;
        &lobby.guests[lobby.starts[home] as usize..lobby.starts[home + 1] as usize]
    }

    fn homes(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.instance.volunteers()).unwrap_or(u32::MAX)
    }

    /// Judges a matching: for each child its volunteer.
    ///
    /// ```
    /// use naheya_matching::{Draft, Instance, Judge};
    /// let instance = Instance::new(Draft {
    ///     child_prefs: vec![vec![vec![0]], vec![vec![0]]],
    ///     volunteer_prefs: vec![vec![vec![1], vec![0]]],
    ///     capacity: vec![1],
    ///     ..Draft::default()
    /// })?;
    /// let judge = Judge::new(&instance);
    /// assert!(judge.judge(&[None, Some(0)])?.stable());
    /// // Child 1 and the home would both rather have each other.
    /// assert!(!judge.judge(&[Some(0), None])?.stable());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

/// The check without `must` groups: in one walk through each side's lists. What each child's list makes a question to a home is dealt to stacks of
/// homes, so that the homes' lists too are read a few at a time.
struct Single<'i> {
    instance: &'i Instance,
    assign: &'i [Option<u32>],
    /// By stack of homes, in the order of children.
    stacks: Vec<Vec<Question>>,
}

/// A child who has a home or would rather have it.
#[derive(Clone, Copy)]
struct Question {
    home: u32,
    child: u32,
}

/// Over the child: it has the home.
const HAS: u32 = 1 << 31;
/// How many homes are in one stack, as a power of two.
const STACK_BITS: u32 = 12;

impl<'i> Single<'i> {
    fn new(instance: &'i Instance, assign: &'i [Option<u32>]) -> Result<Self, Invalid> {
        let mut stacks = vec![Vec::new(); (instance.volunteers() >> STACK_BITS) + 1];
        let mut ask = |home: u32, child: u32| stacks[(home >> STACK_BITS) as usize].push(Question { home, child });
        let mut better: Vec<u32> = Vec::new();
        for (child, &has) in (0_u32..).zip(assign) {
            better.clear();
            let (mut rank, mut found) = (0, has.is_none());
            let mut safe = 0;
            for choice in instance.child_prefs.list(child) {
                if choice.rank != rank {
                    (rank, safe) = (choice.rank, better.len());
                }
                if has == Some(choice.other) {
                    found = !instance.is_forbidden(child, choice.other);
                    better.truncate(safe);
                    break;
                }
                better.push(choice.other);
            }
            if let Some(volunteer) = has {
                if !found {
                    return Err(Invalid::NotAcceptable { child, volunteer });
                }
                ask(volunteer, child | HAS);
            }
            better.iter().for_each(|&home| ask(home, child));
        }
        Ok(Self { instance, assign, stacks })
    }

    fn judge(&self) -> Result<Verdict, Invalid> {
        let mut verdict = Verdict::default();
        for (stack, questions) in (0_u32..).zip(&self.stacks) {
            self.ask(stack << STACK_BITS, questions, &mut verdict)?;
        }
        verdict.blocking.sort_unstable_by(|a, b| (a.volunteer, &a.children).cmp(&(b.volunteer, &b.children)));
        Ok(verdict)
    }

    /// Asks the homes from the first on: whether they have chosen whom they have, and whom they would rather have.
    fn ask(&self, first: u32, questions: &[Question], verdict: &mut Verdict) -> Result<(), Invalid> {
        let lists = &self.instance.volunteer_prefs;
        let homes = self.instance.capacity.iter().skip(first as usize).take(1 << STACK_BITS);
        // By home: its free places, and the rank of the last whom it has.
        let mut seats: Vec<(u32, u32)> = homes.map(|&capacity| (capacity, 0)).collect();
        for question in questions.iter().filter(|question| question.child & HAS != 0) {
            let Some(rank) = rank_in(lists.packed(question.home), question.child & !HAS) else {
                return Err(self.unwelcome());
            };
            let (free, last) = &mut seats[(question.home - first) as usize];
            *last = rank.max(*last);
            *free = free.checked_sub(1).ok_or(Invalid::Overfull { volunteer: question.home })?;
        }
        for &Question { home, child } in questions.iter().filter(|question| question.child & HAS == 0) {
            let (free, last) = seats[(home - first) as usize];
            let wanted = rank_in(lists.packed(home), child).is_some_and(|rank| free > 0 || rank < last);
            if wanted && !self.instance.is_forbidden(child, home) {
                verdict.blocking.push(Blocking { children: vec![child], volunteer: home, occupancy: true });
            }
        }
        Ok(())
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
