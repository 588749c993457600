//! Why each child is where it is, and why a home has a free place: codes with arguments, to be put into words elsewhere.
#![expect(
    clippy::indexing_slicing,
    reason = "numbers were checked when the instance was made; every array here is built to their range"
)]

use serde::Serialize;

use crate::board::{Entry, Join, NONE, Pair, count};
use crate::model::{Instance, Mode};

/// One reason. Ranks are 1-based, as people count choices; children and volunteers are numbers of the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code")]
pub enum Reason {
    /// The child has a home: its `child_rank`th choice, which ranks the child `volunteer_rank`th.
    #[serde(rename = "child.placed")]
    ChildPlaced {
        /// The child.
        child: u32,
        /// Its volunteer.
        volunteer: u32,
        /// The child's rank of the volunteer, 1 for the best.
        child_rank: u32,
        /// The volunteer's rank of the child, 1 for the best.
        volunteer_rank: u32,
        /// Each choice that the child ranks higher, and why it is not that one.
        above: Vec<Missed>,
    },
    /// The child chose nobody.
    #[serde(rename = "child.no_choice")]
    ChildNoChoice {
        /// The child.
        child: u32,
    },
    /// None of the child's choices could become a pair.
    #[serde(rename = "child.none_in_common")]
    ChildNoneInCommon {
        /// The child.
        child: u32,
        /// Each choice and why not.
        above: Vec<Missed>,
    },
    /// Each of the child's possible homes is full.
    #[serde(rename = "child.all_full")]
    ChildAllFull {
        /// The child.
        child: u32,
        /// Each choice and why not.
        above: Vec<Missed>,
    },
    /// The home has free places.
    #[serde(rename = "volunteer.free")]
    VolunteerFree {
        /// The volunteer.
        volunteer: u32,
        /// The number of free places.
        free: u32,
        /// Children whom the volunteer chose and who have a home that they rank higher.
        better_elsewhere: u32,
        /// Children whom the volunteer chose and who have a home that they rank equally: lots or the number of placed children decided.
        equal_elsewhere: u32,
        /// Children whom the volunteer chose and who did not choose the volunteer.
        not_chosen_by: u32,
        /// Children whom the volunteer chose and whom a hard rule strikes out.
        struck_out: u32,
        /// Children whose siblings find no room or no welcome here, or hold another home higher.
        siblings: u32,
    },
}

/// A choice that did not become the child's home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// The volunteer.
    pub volunteer: u32,
    /// The child's rank of the volunteer, 1 for the best.
    pub rank: u32,
    /// Why not.
    pub why: Why,
}

/// Why a choice did not become the child's home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A hard rule strikes the pair out.
    StruckOut,
    /// The volunteer did not choose the child.
    NotChosenBack,
    /// The home has too few places for all siblings, or is not acceptable to or for one of them.
    SiblingsNotAcceptable,
    /// The siblings together rank it no higher than the home they have.
    SiblingsRankLower,
    /// Full with children whom the volunteer ranks higher.
    FullRankedHigher,
    /// Full with children none of whom the volunteer ranks lower, some equally: lots or the number of placed children decided.
    FullRankedEqual,
    /// The siblings could only come if places were lost.
    PlacesWouldBeLost,
}

/// Where each child is, with both ranks (0-based).
pub(crate) struct Seats<'a> {
    pub home_of: &'a [Option<u32>],
}

/// Reasons for all children by number, then for all homes with free places by number.
pub(crate) fn reasons(instance: &Instance, seats: &Seats<'_>) -> Vec<Reason> {
    let view = View::new(instance, seats.home_of);
    let mut row = Vec::new();
    let mut join = Join::new(instance);
    let mut out = Vec::with_capacity(instance.children());
    let mut free = Free::new(&view);
    for child in 0..count(instance.children()) {
        join.row(child, &mut row);
        out.push(view.child(child, &row));
        free.hear(&view, child, &row);
    }
    out.extend(free.tell(instance));
    out
}

/// The units and homes of a finished matching.
struct View<'a> {
    instance: &'a Instance,
    home_of: &'a [Option<u32>],
    /// For each child of a `must` group its group; empty without groups.
    group_of: Vec<u32>,
    /// For each group the acceptable homes with the ranks of the whole, sorted by home.
    groups: Vec<Vec<(u32, u32, u32)>>,
    taken: Vec<u32>,
    /// The worst rank of a unit that sits in the home.
    last: Vec<u32>,
}

impl<'a> View<'a> {
    fn new(instance: &'a Instance, home_of: &'a [Option<u32>]) -> Self {
        let homes = instance.volunteers();
        let mut view = View {
            instance,
            home_of,
            group_of: Vec::new(),
            groups: Vec::new(),
            taken: vec![0; homes],
            last: vec![0; homes],
        };
        view.read_groups();
        view.read_homes();
        view
    }

    fn read_groups(&mut self) {
        if !self.instance.has_must() {
            return;
        }
        self.group_of = vec![NONE; self.instance.children()];
        let mut row = UnitRow::new(self.instance);
        for (g, group) in (0_u32..).zip(&self.instance.siblings) {
            let mut homes = Vec::new();
            if group.mode == Mode::Must && group.members.len() > 1 {
                group.members.iter().for_each(|&child| self.group_of[child as usize] = g);
                row.fill(&group.members);
                homes.extend(row.pairs.iter().map(|pair| (pair.home, pair.own, pair.theirs)));
                homes.sort_unstable();
            }
            self.groups.push(homes);
        }
    }

    fn read_homes(&mut self) {
        let mut join = Join::new(self.instance);
        let mut row = Vec::new();
        for (child, &home) in (0_u32..).zip(self.home_of) {
            let Some(home) = home else { continue };
            join.row(child, &mut row);
            let alone = row.iter().find(|entry| entry.home == home).map_or(0, |entry| entry.theirs);
            let theirs = self.group_ranks(child, home).map_or(alone, |(_, theirs)| theirs);
            self.taken[home as usize] += 1;
            self.last[home as usize] = self.last[home as usize].max(theirs);
        }
    }

    fn group(&self, child: u32) -> Option<&[(u32, u32, u32)]> {
        let group = self.group_of.get(child as usize).copied().filter(|&group| group != NONE)?;
        self.groups.get(group as usize).map(Vec::as_slice)
    }

    /// Both ranks of the child's group and the home; `None` for a child alone and where the home is not acceptable.
    fn group_ranks(&self, child: u32, home: u32) -> Option<(u32, u32)> {
        let homes = self.group(child)?;
        let k = homes.binary_search_by_key(&home, |&(home, ..)| home).ok()?;
        homes.get(k).map(|&(_, own, theirs)| (own, theirs))
    }

    fn child(&self, child: u32, row: &[Entry]) -> Reason {
        let home = self.home_of[child as usize];
        let mine = home.and_then(|home| row.iter().find(|entry| entry.home == home));
        let above = row.iter().take_while(|entry| mine.is_none_or(|mine| entry.own < mine.own));
        let above: Vec<Missed> = above
            .map(|entry| Missed { volunteer: entry.home, rank: entry.own + 1, why: self.why(child, entry) })
            .collect();
        if let Some(mine) = mine {
            let (child_rank, volunteer_rank) = (mine.own + 1, mine.theirs + 1);
            return Reason::ChildPlaced { child, volunteer: mine.home, child_rank, volunteer_rank, above };
        }
        let possible = |why| !matches!(why, Why::StruckOut | Why::NotChosenBack | Why::SiblingsNotAcceptable);
        match above.iter().any(|missed| possible(missed.why)) {
            true => Reason::ChildAllFull { child, above },
            false if row.is_empty() => Reason::ChildNoChoice { child },
            false => Reason::ChildNoneInCommon { child, above },
        }
    }

    fn why(&self, child: u32, entry: &Entry) -> Why {
        if entry.struck {
            return Why::StruckOut;
        }
        if entry.theirs == NONE {
            return Why::NotChosenBack;
        }
        let mut theirs = entry.theirs;
        if self.group(child).is_some() {
            let Some((own, by_home)) = self.group_ranks(child, entry.home) else { return Why::SiblingsNotAcceptable };
            let has = self.home_of[child as usize].and_then(|home| self.group_ranks(child, home));
            if has.is_some_and(|(has, _)| own >= has) {
                return Why::SiblingsRankLower;
            }
            theirs = by_home;
        }
        match self.last[entry.home as usize].cmp(&theirs) {
            _ if self.taken[entry.home as usize] == 0 => Why::PlacesWouldBeLost,
            std::cmp::Ordering::Less => Why::FullRankedHigher,
            std::cmp::Ordering::Equal => Why::FullRankedEqual,
            std::cmp::Ordering::Greater => Why::PlacesWouldBeLost,
        }
    }
}

/// Homes with free places, and what became of the children they chose.
struct Free {
    reasons: Vec<Option<Reason>>,
    /// For each such home how many of those it chose were heard of; the others did not choose it.
    heard: Vec<u32>,
}

impl Free {
    fn new(view: &View<'_>) -> Self {
        let homes = (0_u32..).zip(view.instance.capacity.iter().zip(&view.taken));
        let reason = |(volunteer, (&capacity, &taken)): (u32, (&u32, &u32))| {
            let free = capacity.saturating_sub(taken);
            (free > 0).then_some(Reason::VolunteerFree {
                volunteer,
                free,
                better_elsewhere: 0,
                equal_elsewhere: 0,
                not_chosen_by: 0,
                struck_out: 0,
                siblings: 0,
            })
        };
        Self { reasons: homes.map(reason).collect(), heard: vec![0; view.taken.len()] }
    }

    fn hear(&mut self, view: &View<'_>, child: u32, row: &[Entry]) {
        let home = view.home_of[child as usize];
        let mine = home.and_then(|home| row.iter().find(|entry| entry.home == home)).map(|entry| entry.own);
        for entry in row.iter().filter(|entry| entry.theirs != NONE) {
            self.heard[entry.home as usize] += 1;
            let Some(Reason::VolunteerFree { better_elsewhere, equal_elsewhere, struck_out, siblings, .. }) =
                &mut self.reasons[entry.home as usize]
            else {
                continue;
            };
            match mine {
                _ if home == Some(entry.home) => {}
                _ if entry.struck => *struck_out += 1,
                Some(own) if own < entry.own => *better_elsewhere += 1,
                _ if view.group(child).is_some() => *siblings += 1,
                _ => *equal_elsewhere += 1,
            }
        }
    }

    fn tell(self, instance: &Instance) -> impl Iterator<Item = Reason> {
        let homes = (0_u32..).zip(self.reasons.into_iter().zip(self.heard));
        homes.filter_map(|(home, (reason, heard))| {
            let mut reason = reason?;
            if let Reason::VolunteerFree { not_chosen_by, .. } = &mut reason {
                *not_chosen_by = count(instance.volunteer_prefs.packed(home).len()).saturating_sub(heard);
            }
            Some(reason)
        })
    }
}

/// Builds the acceptable pairs of one group, with ranks as listed.
struct UnitRow<'i> {
    join: Join<'i>,
    instance: &'i Instance,
    member_row: Vec<Entry>,
    pairs: Vec<Pair>,
}

impl<'i> UnitRow<'i> {
    fn new(instance: &'i Instance) -> Self {
        Self { join: Join::new(instance), instance, member_row: Vec::new(), pairs: Vec::new() }
    }

    /// A home is acceptable to the group when it is to every member and has room for all; both ranks are the worst of the members'.
    fn fill(&mut self, members: &[u32]) {
        self.pairs.clear();
        for (k, &child) in members.iter().enumerate() {
            self.join.row(child, &mut self.member_row);
            let open = self.member_row.iter().filter(|entry| entry.theirs != NONE && !entry.struck);
            let open = open.map(|entry| Pair { home: entry.home, own: entry.own, theirs: entry.theirs });
            if k == 0 {
                self.pairs.extend(open);
            } else {
                let other: Vec<Pair> = open.collect();
                self.pairs.retain_mut(|pair| match other.iter().find(|other| other.home == pair.home) {
                    Some(other) => {
                        pair.own = pair.own.max(other.own);
                        pair.theirs = pair.theirs.max(other.theirs);
                        true
                    }
                    None => false,
                });
            }
        }
        self.pairs.retain(|pair| self.instance.capacity(pair.home) as usize >= members.len());
    }
}
