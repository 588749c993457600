//! The 0/1 system of an instance: what a proof of optimality is about. Search and checker read the same definitions here, each from its own
//! reading of the instance; the search itself need not be trusted.
//!
//! Long because: rows, domains and bounds are one definition, read as a whole by whoever checks a proof.
//!
//! For each acceptable pair *p* of a unit *u* of *s* children and a home *v* of *q* places a variable says whether the pair is made. A unit has at
//! most one pair, a home at most *q* children, and for each pair, made or not:
//!
//! *need* · Σ (pairs of *u* that *u* likes no less than *v*) + Σ sizes (other pairs of *v* that cannot make room for *u*) ≥ *need*, *need* = *q* − *s* + 1.
//!
//! Those that cannot make room are the units that *v* likes no less, and groups of another size than *u*. With single children only this is stability
//! itself (A. Kwanashie, D. Manlove, *An Integer Programming Approach to the Hospitals/Residents Problem with Ties*, 2013); with groups it follows from
//! occupancy stability, for of single children and groups of *s* that are *s* children or more some are *s* exactly. When no group has more than two
//! children, occupancy stability follows from it too.
//!
//! A *comb* of a home *v* of *q* places says more: its *teeth* are *q* single children whom *v* ranks no lower than some rank *r*, one of them perhaps several
//! times, its *shaft* are the pairs of *v* of that rank or better (and groups). Either the shaft fills *v*, or *v* would let in any of the teeth, so that each of
//! them has a pair at least as good for it: Σ sizes (shaft) + Σ (other pairs of the teeth that they like no less than *v*) ≥ *q*, where a tooth counts with its
//! pair of *v* too from its second time on. One child as all teeth is the row above. Groups may be left out of the shaft, for each as many teeth fewer as it has
//! children: the rest still makes up what is left of *q*; and since a pair is made or not, no pair need count more often than that. Without ties combs of different teeth describe all stable matchings
//! (M. Baïou, M. Balinski, *The Stable Admissions Polytope*, Mathematical Programming 87, 2000); with ties they still hold.
//!
//! An *envy row* of a unit *u* and one of its ranks *r*: pairs of which no two can be made together, each at a home that *u* likes no less than *r*, by a unit of
//! the size of *u* that the home ranks lower. If one is made, *u* would take its place unless it has something as good: Σ (these pairs) ≤ Σ (pairs of *u* that it
//! likes no less than *r*). Pair by pair it follows from the rows above, but only of whole pairs.
//!
//! A group that is together has all of its units at one home, or none of them anywhere; one that is apart does not. Either may be supposed at a node.
#![expect(clippy::indexing_slicing, reason = "units, homes and pairs are linked by numbers that the frame made")]

mod envy;

/// "No class is certain", "no pair".
pub(crate) const NEVER: u32 = u32::MAX;

/// A pair that may be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable {
    pub unit: u32,
    pub home: u32,
    /// The unit's rank of the home.
    pub own: u32,
    /// The home's rank of the unit.
    pub theirs: u32,
    /// The fit of the unit's members here.
    pub weight: i64,
    /// How many of the unit's members had this home before.
    pub kept: u32,
}

/// The pairs of an instance by unit, best first, and by home, best first.
#[derive(Debug)]
pub(crate) struct Frame {
    pub pairs: Vec<Variable>,
    pub unit_starts: Vec<u32>,
    pub home_starts: Vec<u32>,
    pub by_home: Vec<u32>,
    pub sizes: Vec<u32>,
    pub places: Vec<u32>,
    /// `prefer` groups as units, of at least two units each.
    pub groups: Vec<Vec<u32>>,
    /// Groups and homes that could hold all of their units, with the pairs that this takes.
    pub unions: Vec<Union>,
}

/// A `prefer` group at a home.
#[derive(Debug)]
pub(crate) struct Union {
    pub group: u32,
    pub pairs: Vec<u32>,
}

impl Frame {
    /// `pairs` in any order; units and homes are numbered from 0.
    pub(crate) fn new(mut pairs: Vec<Variable>, sizes: Vec<u32>, places: Vec<u32>, groups: Vec<Vec<u32>>) -> Self {
        pairs.sort_unstable_by_key(|pair| (pair.unit, pair.own, pair.home));
        let number = |k: usize| u32::try_from(k).unwrap_or(NEVER);
        let starts = |people: usize, of: &dyn Fn(&Variable) -> u32| {
            let mut starts = vec![0_u32; people + 1];
            pairs.iter().for_each(|pair| starts[of(pair) as usize + 1] += 1);
            (0..people).for_each(|k| starts[k + 1] += starts[k]);
            starts
        };
        let unit_starts = starts(sizes.len(), &|pair| pair.unit);
        let home_starts = starts(places.len(), &|pair| pair.home);
        let mut by_home: Vec<u32> = (0..number(pairs.len())).collect();
        by_home.sort_unstable_by_key(|&p| {
            let pair = &pairs[p as usize];
            (pair.home, pair.theirs, pair.unit)
        });
        let mut frame = Self { pairs, unit_starts, home_starts, by_home, sizes, places, groups, unions: Vec::new() };
        for group in 0..frame.groups.len() {
            frame.unite(number(group));
        }
        frame
    }

    fn unite(&mut self, group: u32) {
        let units = &self.groups[group as usize];
        let together: u64 = units.iter().map(|&unit| u64::from(self.sizes[unit as usize])).sum();
        let Some((&first, others)) = units.split_first() else { return };
        let mut unions = Vec::new();
        for p in self.of_unit(first) {
            let home = self.pairs[p].home;
            let found = |&unit: &u32| self.of_unit(unit).find(|&q| self.pairs[q].home == home);
            let rest: Option<Vec<usize>> = others.iter().map(found).collect();
            if let Some(rest) = rest.filter(|_| u64::from(self.places[home as usize]) >= together) {
                let pairs = std::iter::once(p).chain(rest).map(|p| u32::try_from(p).unwrap_or(NEVER)).collect();
                unions.push(Union { group, pairs });
            }
        }
        self.unions.extend(unions);
    }

    pub(crate) fn of_unit(&self, unit: u32) -> std::ops::Range<usize> {
        self.unit_starts[unit as usize] as usize..self.unit_starts[unit as usize + 1] as usize
    }

    pub(crate) fn of_home(&self, home: u32) -> &[u32] {
        &self.by_home[self.home_starts[home as usize] as usize..self.home_starts[home as usize + 1] as usize]
    }

    pub(crate) fn units(&self) -> u32 {
        u32::try_from(self.sizes.len()).unwrap_or(NEVER)
    }

    pub(crate) fn homes(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(NEVER)
    }

    pub(crate) fn size(&self, p: usize) -> u32 {
        self.sizes[self.pairs[p].unit as usize]
    }

    /// The terms of the stability row of a pair; at least [`Frame::need`] together.
    pub(crate) fn row(&self, p: usize) -> Vec<(usize, u32)> {
        let pair = self.pairs[p];
        let better = self.of_unit(pair.unit).filter(|&q| self.pairs[q].own <= pair.own);
        let mut terms: Vec<(usize, u32)> = better.map(|q| (q, self.need(p))).collect();
        let here = self.of_home(pair.home).iter().map(|&q| q as usize);
        let beside = here.filter(|&q| q != p && self.stays(q, p));
        terms.extend(beside.map(|q| (q, self.size(q))));
        terms
    }

    /// Whether *q* cannot make room for *p* at their home.
    pub(crate) fn stays(&self, q: usize, p: usize) -> bool {
        self.pairs[q].theirs <= self.pairs[p].theirs || (self.size(q) > 1 && self.size(q) != self.size(p))
    }

    /// The terms of a comb and what they are together at least; `None` when these are not the teeth of one and the groups left out of its shaft.
    pub(crate) fn comb(&self, teeth: &[u32]) -> Option<(Vec<(usize, u32)>, u32)> {
        let pair = |&tooth: &u32| self.pairs.get(tooth as usize);
        let home = teeth.first().and_then(pair)?.home;
        if !teeth.iter().all(|tooth| pair(tooth).is_some_and(|pair| pair.home == home)) {
            return None;
        }
        let (single, left): (Vec<u32>, Vec<u32>) = teeth.iter().partition(|&&tooth| self.size(tooth as usize) == 1);
        let twice = left.iter().enumerate().any(|(k, group)| left[..k].contains(group));
        let right = u32::try_from(single.len()).ok()?;
        let places = u64::from(right) + left.iter().map(|&group| u64::from(self.size(group as usize))).sum::<u64>();
        if twice || places != u64::from(self.places[home as usize]) {
            return None;
        }
        let worst = single.iter().filter_map(pair).map(|pair| pair.theirs).max()?;
        let shaft = self.of_home(home).iter().filter(|&q| !left.contains(q)).map(|&q| q as usize);
        let shaft = shaft.filter(|&q| self.size(q) > 1 || self.pairs[q].theirs <= worst).map(|q| (q, self.size(q)));
        let tooth = |(k, &tooth): (usize, &u32)| {
            let (p, pair, again) = (tooth as usize, self.pairs[tooth as usize], single[..k].contains(&tooth));
            let no_worse = self.of_unit(pair.unit).filter(move |&q| self.pairs[q].own <= pair.own);
            no_worse.filter(move |&q| q != p || again).map(|q| (q, 1))
        };
        let mut terms: Vec<(usize, u32)> = shaft.chain(single.iter().enumerate().flat_map(tooth)).collect();
        terms.sort_unstable();
        terms.dedup_by(|next, term| {
            let same = next.0 == term.0;
            term.1 += if same { next.1 } else { 0 };
            same
        });
        terms.iter_mut().for_each(|(_, factor)| *factor = right.min(*factor));
        Some((terms, right))
    }

    pub(crate) fn need(&self, p: usize) -> u32 {
        self.places[self.pairs[p].home as usize] + 1 - self.size(p)
    }
}

/// What is known of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Made,
    Out,
}

/// What is known of all pairs, at one node of the search.
#[derive(Debug, Clone)]
pub(crate) struct Domain {
    pub states: Vec<State>,
    /// For each unit the worst rank that it will surely have, [`NEVER`] when it may stay without.
    pub certain: Vec<u32>,
    /// For each group whether it is together: [`State::Made`], or apart: [`State::Out`].
    pub groups: Vec<State>,
    /// For each pair the most children that others who cannot make room for it may be.
    most: Vec<u32>,
    /// For each home the rank of the best child that needs it to be full, [`NEVER`] when none does.
    full_by: Vec<u32>,
    /// Pairs and units of which more is known since conclusions were drawn.
    news: Vec<u32>,
    certain_news: Vec<u32>,
    /// Whether no conclusions were drawn yet.
    fresh: bool,
}

/// Numbers to look at, each once.
struct Waiting {
    list: Vec<u32>,
    among: Vec<bool>,
}

impl Waiting {
    fn new(many: u32, all: bool) -> Self {
        Self { list: if all { (0..many).collect() } else { Vec::new() }, among: vec![all; many as usize] }
    }

    fn add(&mut self, which: u32) {
        if !std::mem::replace(&mut self.among[which as usize], true) {
            self.list.push(which);
        }
    }

    fn take(&mut self) -> Vec<u32> {
        self.list.iter().for_each(|&which| self.among[which as usize] = false);
        std::mem::take(&mut self.list)
    }
}

/// The node holds no stable matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contradiction;

impl Domain {
    pub(crate) fn new(frame: &Frame) -> Self {
        let (pairs, units, homes) = (frame.pairs.len(), frame.sizes.len(), frame.places.len());
        Self {
            states: vec![State::Open; pairs],
            certain: vec![NEVER; units],
            groups: vec![State::Open; frame.groups.len()],
            most: vec![NEVER; pairs],
            full_by: vec![NEVER; homes],
            news: Vec::new(),
            certain_news: Vec::new(),
            fresh: true,
        }
    }

    pub(crate) fn set(&mut self, p: usize, state: State) -> Result<bool, Contradiction> {
        match self.states[p] {
            old if old == state => Ok(false),
            State::Open => {
                self.states[p] = state;
                self.news.push(u32::try_from(p).unwrap_or(NEVER));
                Ok(true)
            }
            _ => Err(Contradiction),
        }
    }

    /// The group is together, or apart.
    pub(crate) fn set_group(&mut self, group: usize, state: State) -> Result<bool, Contradiction> {
        let old = std::mem::replace(&mut self.groups[group], state);
        if old == State::Open || old == state { Ok(old != state) } else { Err(Contradiction) }
    }

    pub(crate) fn open(&self, p: usize) -> bool {
        self.states[p] != State::Out
    }

    /// The pairs that unit has, when everything is decided.
    pub(crate) fn decided(&self) -> bool {
        self.states.iter().all(|&state| state != State::Open)
    }

    /// The unit will surely have a pair.
    pub(crate) fn place(&mut self, unit: usize) -> bool {
        let new = self.certain[unit] == NEVER;
        if new {
            self.certain[unit] = NEVER - 1;
            self.certain_news.push(u32::try_from(unit).unwrap_or(NEVER));
        }
        new
    }

    /// Draws all conclusions that single rows allow, until nothing changes.
    pub(crate) fn propagate(&mut self, frame: &Frame) -> Result<(), Contradiction> {
        let fresh = std::mem::take(&mut self.fresh);
        let (mut homes, mut units) = (Waiting::new(frame.homes(), fresh), Waiting::new(frame.units(), fresh));
        loop {
            for p in self.news.drain(..) {
                homes.add(frame.pairs[p as usize].home);
                units.add(frame.pairs[p as usize].unit);
            }
            self.certain_news.drain(..).for_each(|unit| units.add(unit));
            let mut here = homes.take();
            for &home in &here {
                self.fill_home(frame, home, &mut units)?;
            }
            let there = units.take();
            if here.is_empty() && there.is_empty() {
                for group in 0..self.groups.len() {
                    self.settle_group(frame, group)?;
                }
                if self.news.is_empty() && self.certain_news.is_empty() {
                    return Ok(());
                }
            }
            for unit in there {
                self.settle_unit(frame, unit, &mut here)?;
            }
            for home in here {
                self.close_home(frame, home)?;
            }
        }
    }

    /// A group that is together takes pairs of one home, or none; one that is apart does not take all pairs of a home.
    fn settle_group(&mut self, frame: &Frame, group: usize) -> Result<(), Contradiction> {
        let state = self.groups[group];
        if state == State::Open {
            return Ok(());
        }
        let here = |union: &&Union| union.group as usize == group;
        let mut unions: Vec<&Union> = frame.unions.iter().filter(here).collect();
        unions.retain(|union| union.pairs.iter().all(|&p| self.open(p as usize)));
        if state == State::Out {
            for union in unions {
                let mut rest = union.pairs.iter().filter(|&&p| self.states[p as usize] != State::Made);
                let last = rest.next().ok_or(Contradiction)?;
                if rest.next().is_none() {
                    self.set(*last as usize, State::Out)?;
                }
            }
            return Ok(());
        }
        let units = &frame.groups[group];
        let placed = units.iter().any(|&unit| self.certain[unit as usize] != NEVER);
        if placed {
            for &unit in units {
                self.place(unit as usize);
            }
            if unions.is_empty() {
                return Err(Contradiction);
            }
        }
        for p in units.iter().flat_map(|&unit| frame.of_unit(unit)) {
            let common = unions.iter().any(|union| union.pairs.iter().any(|&q| q as usize == p));
            if !common && self.open(p) {
                self.set(p, State::Out)?;
            }
        }
        if let [only] = unions.as_slice()
            && placed
        {
            for &p in &only.pairs {
                self.set(p as usize, State::Made)?;
            }
        }
        Ok(())
    }

    /// Notes for each pair of the home the most children that others who cannot make room for it may be.
    fn fill_home(&mut self, frame: &Frame, home: u32, units: &mut Waiting) -> Result<(), Contradiction> {
        let here = frame.of_home(home);
        let made = here.iter().filter(|&&p| self.states[p as usize] == State::Made);
        let taken: u32 = made.map(|&p| frame.size(p as usize)).sum();
        let room = frame.places[home as usize].checked_sub(taken).ok_or(Contradiction)?;
        let mut groups = 0;
        for p in here.iter().map(|&p| p as usize) {
            if self.states[p] == State::Open && frame.size(p) > room {
                self.set(p, State::Out)?;
            }
            groups += if self.open(p) && frame.size(p) > 1 { frame.size(p) } else { 0 };
        }
        let mut singles = 0;
        for tie in here.chunk_by(|&a, &b| frame.pairs[a as usize].theirs == frame.pairs[b as usize].theirs) {
            singles +=
                u32::try_from(tie.iter().filter(|&&p| self.open(p as usize) && frame.size(p as usize) == 1).count())
                    .unwrap_or(NEVER);
            for p in tie.iter().map(|&p| p as usize) {
                let mut most = groups + singles - if self.open(p) { frame.size(p) } else { 0 };
                if frame.size(p) > 1 {
                    let leave = here.iter().filter(|&&q| self.open(q as usize) && !frame.stays(q as usize, p));
                    let leave = leave.filter(|&&q| frame.size(q as usize) > 1);
                    most -= leave.map(|&q| frame.size(q as usize)).sum::<u32>();
                }
                if std::mem::replace(&mut self.most[p], most) != most {
                    units.add(frame.pairs[p].unit);
                }
            }
        }
        Ok(())
    }

    /// A unit that finds a home of some rank not surely full will have one at least as good; one that cannot have one fills the home.
    fn settle_unit(&mut self, frame: &Frame, unit: u32, filled: &mut Vec<u32>) -> Result<(), Contradiction> {
        let row = frame.of_unit(unit);
        let sure = row.clone().find(|&p| self.most[p] < frame.need(p)).map_or(NEVER, |p| frame.pairs[p].own);
        let made = row.clone().find(|&p| self.states[p] == State::Made);
        let sure = sure.min(made.map_or(NEVER, |p| frame.pairs[p].own));
        let certain = &mut self.certain[unit as usize];
        *certain = sure.min(*certain);
        let certain = *certain;
        for p in row.clone() {
            let surpassed = made.is_some_and(|made| made != p) || frame.pairs[p].own > certain;
            if surpassed && self.open(p) {
                self.set(p, State::Out)?;
            }
        }
        let mut alive = row.clone().filter(|&p| self.open(p));
        let best = alive.next();
        if certain != NEVER {
            let only = best.ok_or(Contradiction)?;
            if alive.next().is_none() {
                self.set(only, State::Made)?;
            }
        }
        let best = best.map_or(NEVER, |p| frame.pairs[p].own);
        for p in row.take_while(|&p| frame.pairs[p].own < best) {
            if self.most[p] < frame.need(p) {
                return Err(Contradiction);
            }
            let (home, theirs) = (frame.pairs[p].home, frame.pairs[p].theirs);
            if frame.sizes[unit as usize] == 1 && theirs < self.full_by[home as usize] {
                self.full_by[home as usize] = theirs;
                filled.push(home);
            }
        }
        Ok(())
    }

    /// A home that must be full of those it ranks no lower than some rank (and groups) has no room for others.
    fn close_home(&mut self, frame: &Frame, home: u32) -> Result<(), Contradiction> {
        let by = self.full_by[home as usize];
        if by == NEVER {
            return Ok(());
        }
        let worse = |p: usize| frame.size(p) == 1 && frame.pairs[p].theirs > by;
        let mut able = 0_u64;
        for p in frame.of_home(home).iter().map(|&p| p as usize) {
            if worse(p) {
                self.set(p, State::Out)?;
            } else if self.open(p) {
                able += u64::from(frame.size(p));
            }
        }
        let places = u64::from(frame.places[home as usize]);
        if able < places {
            return Err(Contradiction);
        }
        if able == places {
            for p in frame.of_home(home).iter().map(|&p| p as usize) {
                if self.open(p) && !worse(p) {
                    self.set(p, State::Made)?;
                }
            }
        }
        Ok(())
    }
}

/// The pairs of a decided domain: by unit its pair, [`NEVER`] where it has none.
pub(crate) fn made(frame: &Frame, domain: &Domain) -> Vec<u32> {
    let pair = |unit: u32| frame.of_unit(unit).find(|&p| domain.states[p] == State::Made);
    (0..frame.units()).map(|unit| pair(unit).map_or(NEVER, |p| u32::try_from(p).unwrap_or(NEVER))).collect()
}

/// By unit its home, [`NEVER`] where it has none.
pub(crate) fn homes_of(frame: &Frame, made: &[u32]) -> Vec<u32> {
    made.iter().map(|&p| frame.pairs.get(p as usize).map_or(NEVER, |pair| pair.home)).collect()
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Children placed.
    Size,
    /// Children who keep the home they had, among matchings that place at least so many children.
    Kept { placed: u32 },
    /// `prefer` groups not apart, among matchings that place at least so many children and of whom at least so many keep their home.
    Together { placed: u32, kept: u32 },
    /// Fit, among matchings that moreover leave at least so many groups together.
    Fit { placed: u32, kept: u32, together: u32 },
}

/// Weights of rows, whole multiples of 1 / [`SCALE`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Weights {
    /// By pair: its stability row.
    pub pairs: Vec<i64>,
    /// By home: its places.
    pub homes: Vec<i64>,
    pub placed: i64,
    pub kept: i64,
    pub together: i64,
    /// By union, by member: the union is no more than the pair.
    pub unions: Vec<Vec<i64>>,
    /// By group, by member: a group that stays without a home together has no member placed.
    pub without: Vec<Vec<i64>>,
    /// Combs: the pairs of their teeth.
    pub combs: Vec<(Vec<u32>, i64)>,
    /// Envy rows: the pair that names unit and rank, then the others.
    pub envies: Vec<(Vec<u32>, i64)>,
}

/// The unit of [`Weights`].
pub(crate) const SCALE: i64 = 1 << 20;

/// What weights prove of a node.
pub(crate) struct Bound {
    /// No matching of the node is worth more, in 1 / [`SCALE`].
    pub value: i128,
    /// By pair: how much worse a matching with the pair is at least.
    pub loss: Vec<i128>,
    /// By unit: how much worse a matching is at least in which it stays without.
    pub loss_without: Vec<i128>,
    /// By group: how much worse a matching is at least in which it is together, and one in which it is apart.
    pub loss_groups: Vec<(i128, i128)>,
}

impl Bound {
    /// The greatest whole number that a matching of the node can be worth.
    pub(crate) fn whole(&self) -> i64 {
        i64::try_from(self.value.div_euclid(i128::from(SCALE))).unwrap_or(i64::MAX)
    }
}

impl Goal {
    pub(crate) fn of_pair(self, frame: &Frame, p: usize) -> i64 {
        match self {
            Self::Size => i64::from(frame.size(p)),
            Self::Kept { .. } => i64::from(frame.pairs[p].kept),
            Self::Together { .. } => 0,
            Self::Fit { .. } => frame.pairs[p].weight,
        }
    }

    pub(crate) fn of_group(self) -> i64 {
        i64::from(matches!(self, Self::Together { .. }))
    }

    pub(crate) fn least_placed(self) -> u32 {
        match self {
            Self::Size => 0,
            Self::Kept { placed } | Self::Together { placed, .. } | Self::Fit { placed, .. } => placed,
        }
    }

    pub(crate) fn least_kept(self) -> u32 {
        match self {
            Self::Size | Self::Kept { .. } => 0,
            Self::Together { kept, .. } | Self::Fit { kept, .. } => kept,
        }
    }

    /// Whether it matters which groups are together.
    pub(crate) fn grouped(self) -> bool {
        matches!(self, Self::Together { .. } | Self::Fit { .. })
    }

    pub(crate) fn least_together(self) -> u32 {
        match self {
            Self::Fit { together, .. } => together,
            _ => 0,
        }
    }

    /// The bound that weights prove: rows are weighed and added, and each unit takes what is then best for it. Negative weights count as 0.
    pub(crate) fn bound(self, frame: &Frame, domain: &Domain, weights: &Weights) -> Bound {
        let at = |list: &[i64], k: usize| i128::from(list.get(k).copied().unwrap_or(0).max(0));
        let inner = |list: &[Vec<i64>], k: usize, member: usize| list.get(k).map_or(0, |list| at(list, member));
        let (placed, together) = (i128::from(weights.placed.max(0)), i128::from(weights.together.max(0)));
        let kept = i128::from(weights.kept.max(0));
        let mut value = -placed * i128::from(self.least_placed()) - together * i128::from(self.least_together());
        value -= kept * i128::from(self.least_kept());
        let mut worth: Vec<i128> = (0..frame.pairs.len())
            .map(|p| {
                i128::from(self.of_pair(frame, p)) * i128::from(SCALE)
                    + i128::from(frame.size(p)) * placed
                    + i128::from(frame.pairs[p].kept) * kept
                    - i128::from(frame.size(p)) * at(&weights.homes, frame.pairs[p].home as usize)
            })
            .collect();
        for unit in 0..frame.units() {
            let mut sum = 0;
            let row: Vec<usize> = frame.of_unit(unit).rev().collect();
            for tie in row.chunk_by(|&a, &b| frame.pairs[a].own == frame.pairs[b].own) {
                sum += tie.iter().map(|&p| at(&weights.pairs, p) * i128::from(frame.need(p))).sum::<i128>();
                tie.iter().for_each(|&p| worth[p] += sum);
            }
            value -= sum;
        }
        for home in 0..frame.homes() {
            value += at(&weights.homes, home as usize) * i128::from(frame.places[home as usize]);
            let here: Vec<usize> = frame.of_home(home).iter().rev().map(|&p| p as usize).collect();
            let all: i128 = here.iter().map(|&p| at(&weights.pairs, p)).sum();
            let mut sum = 0;
            for tie in here.chunk_by(|&a, &b| frame.pairs[a].theirs == frame.pairs[b].theirs) {
                sum += tie.iter().map(|&p| at(&weights.pairs, p)).sum::<i128>();
                for &p in tie {
                    let size = i128::from(frame.size(p));
                    let rows = if size > 1 {
                        let left = here.iter().filter(|&&row| !frame.stays(p, row));
                        all - left.map(|&row| at(&weights.pairs, row)).sum::<i128>()
                    } else {
                        sum
                    };
                    worth[p] += size * (rows - at(&weights.pairs, p));
                }
            }
        }
        for (teeth, weight) in weights.combs.iter().filter(|(_, weight)| *weight > 0) {
            let Some((terms, right)) = frame.comb(teeth) else { continue };
            let weight = i128::from(*weight);
            terms.into_iter().for_each(|(p, factor)| worth[p] += weight * i128::from(factor));
            value -= weight * i128::from(right);
        }
        for (row, weight) in weights.envies.iter().filter(|(_, weight)| *weight > 0) {
            frame.envy(row).for_each(|(p, factor)| worth[p] += i128::from(*weight) * i128::from(factor));
        }
        let (gained, loss_groups) =
            self.groups(frame, domain, &mut worth, together, &|k, m| inner(&weights.unions, k, m), &|g, m| {
                inner(&weights.without, g, m)
            });
        value += gained;
        let loss_without = vec![0; frame.sizes.len()];
        let mut bound = Bound { value, loss: vec![0; worth.len()], loss_without, loss_groups };
        for unit in 0..frame.units() {
            let may_stay = domain.certain[unit as usize] == NEVER;
            let open = frame.of_unit(unit).filter(|&p| domain.open(p));
            let best = open.map(|p| worth[p]).chain(may_stay.then_some(0)).max().unwrap_or(0);
            bound.value += best;
            frame.of_unit(unit).for_each(|p| bound.loss[p] = best - worth[p]);
            bound.loss_without[unit as usize] = best;
        }
        bound
    }

    /// Groups: the worth of being together, against the weights of what it takes; and what is lost by group when it is together, and when not.
    fn groups(
        self,
        frame: &Frame,
        domain: &Domain,
        worth: &mut [i128],
        together: i128,
        of_union: &dyn Fn(usize, usize) -> i128,
        of_without: &dyn Fn(usize, usize) -> i128,
    ) -> (i128, Vec<(i128, i128)>) {
        if !self.grouped() {
            return (0, Vec::new());
        }
        let gain = i128::from(self.of_group() * SCALE) + together;
        let mut best: Vec<Option<i128>> = vec![None; frame.groups.len()];
        let mut value = 0;
        for (k, union) in frame.unions.iter().enumerate() {
            let mut cost = 0;
            for (m, &p) in union.pairs.iter().enumerate() {
                worth[p as usize] += of_union(k, m);
                cost += of_union(k, m);
            }
            if union.pairs.iter().all(|&p| domain.open(p as usize)) {
                best[union.group as usize] = best[union.group as usize].max(Some(gain - cost));
            }
        }
        for (g, units) in frame.groups.iter().enumerate() {
            let mut cost = 0;
            for (m, &unit) in units.iter().enumerate() {
                frame.of_unit(unit).for_each(|p| worth[p] -= of_without(g, m));
                cost += of_without(g, m);
            }
            value += cost;
            if units.iter().all(|&unit| domain.certain[unit as usize] == NEVER) {
                best[g] = best[g].max(Some(gain - cost));
            }
        }
        let mut losses = Vec::with_capacity(best.len());
        for (best, &state) in best.into_iter().zip(&domain.groups) {
            let most = match state {
                State::Open => best.unwrap_or(0).max(0),
                State::Made => best.unwrap_or(0),
                State::Out => 0,
            };
            value += most;
            losses.push((best.map_or(0, |best| most - best), most));
        }
        (value, losses)
    }

    /// What a matching is worth to the goal; `None` when it misses what the goal takes for granted.
    pub(crate) fn worth(self, frame: &Frame, home_of: &[u32], pair_of: &[u32]) -> Option<i64> {
        let Tally { placed, kept, together, fit } = tally(frame, home_of, pair_of);
        if placed < self.least_placed() || kept < self.least_kept() || together < self.least_together() {
            return None;
        }
        Some(match self {
            Self::Size => i64::from(placed),
            Self::Kept { .. } => i64::from(kept),
            Self::Together { .. } => i64::from(together),
            Self::Fit { .. } => fit,
        })
    }

    /// Takes out what would cost so much that no more than `reached` could come of it. `true` when something was.
    pub(crate) fn strike(
        self,
        frame: &Frame,
        domain: &mut Domain,
        bound: &Bound,
        reached: i64,
    ) -> Result<bool, Contradiction> {
        let enough = (i128::from(reached) + 1) * i128::from(SCALE);
        let mut changed = false;
        for p in 0..frame.pairs.len() {
            if domain.open(p) && bound.value - bound.loss[p] < enough {
                changed |= domain.set(p, State::Out)?;
            }
        }
        for (unit, &loss) in bound.loss_without.iter().enumerate() {
            if bound.value - loss < enough {
                changed |= domain.place(unit);
            }
        }
        for (group, &(together, apart)) in bound.loss_groups.iter().enumerate() {
            if domain.groups[group] != State::Open {
                continue;
            }
            if bound.value - together < enough {
                changed |= domain.set_group(group, State::Out)?;
            }
            if bound.value - apart < enough {
                changed |= domain.set_group(group, State::Made)?;
            }
        }
        Ok(changed)
    }
}

/// What is counted of a matching; the greater is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tally {
    pub placed: u32,
    pub kept: u32,
    pub together: u32,
    pub fit: i64,
}

/// Counts a matching: for each unit its home and its pair, [`NEVER`] where it has none.
pub(crate) fn tally(frame: &Frame, home_of: &[u32], pair_of: &[u32]) -> Tally {
    let placed = frame.sizes.iter().zip(home_of).filter(|&(_, &home)| home != NEVER).map(|(&size, _)| size).sum();
    let whole = |units: &&Vec<u32>| units.windows(2).all(|two| home_of[two[0] as usize] == home_of[two[1] as usize]);
    let together = u32::try_from(frame.groups.iter().filter(whole).count()).unwrap_or(NEVER);
    let made = || pair_of.iter().filter(|&&p| p != NEVER).map(|&p| frame.pairs[p as usize]);
    let (kept, fit) = (made().map(|pair| pair.kept).sum(), made().map(|pair| pair.weight).sum());
    Tally { placed, kept, together, fit }
}

#[cfg(test)]
mod tests;
