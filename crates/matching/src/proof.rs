//! Certificates of optimality, in the numbers of the instance, and their replay.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::check::Judge;
use crate::exact::Step;
use crate::frame::{Frame, Goal, NEVER, Variable, Weights};
use crate::model::Mode;
use crate::replay::replay;

/// A certificate that no stable matching is worth more than `bound` to one goal; [`Judge::proves`] replays it.
///
/// It is a walk through a tree, first branches first. At each node the checker draws the conclusions that single rows allow, then follows the steps
/// down to [`ProofStep::Close`]. What the rows are is said in the documentation of `frame.rs`; the checker builds them anew from the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// What is counted.
    #[serde(flatten)]
    pub goal: ProofGoal,
    /// The greatest worth that a stable matching can have.
    pub bound: i64,
    /// The walk.
    pub steps: Vec<ProofStep>,
}

/// What a proof counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "goal", rename_all = "snake_case")]
pub enum ProofGoal {
    /// Children placed.
    Size,
    /// Children who keep the home they had, among stable matchings that place at least `placed` children.
    Kept {
        /// The least number of children placed.
        placed: u32,
    },
    /// `prefer` groups not apart, among stable matchings that place at least `placed` children and in which at least `kept` keep their home.
    Together {
        /// The least number of children placed.
        placed: u32,
        /// The least number of children who keep the home they had.
        #[serde(default, skip_serializing_if = "none")]
        kept: u32,
    },
    /// Total fit, among stable matchings that place at least `placed` children, in which at least `kept` keep their home and that leave at least
    /// `together` groups not apart.
    Fit {
        /// The least number of children placed.
        placed: u32,
        /// The least number of children who keep the home they had.
        #[serde(default, skip_serializing_if = "none")]
        kept: u32,
        /// The least number of `prefer` groups not apart.
        together: u32,
    },
}

/// A step of a proof. Weights are whole multiples of 2^-20 and at least 0. A unit is named by its child with the least number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofStep {
    /// Rows weighed and added: a bound for the node. Pairs with which `bound` could not be passed any more are taken out.
    Weigh(RowWeights),
    /// The pair of this unit and volunteer is made in the first branch, out in the second.
    Split(u32, u32),
    /// The `prefer` group at this position in `siblings` is together in the first branch, apart in the second.
    Gather(u32),
    /// The node is closed: it contradicts itself, or its bound or its one matching does not pass `bound`.
    Close,
}

/// The weights of rows; rows that are not named weigh nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowWeights {
    /// Stability rows: unit, volunteer, weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<(u32, u32, i64)>,
    /// Places of homes: volunteer, weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub homes: Vec<(u32, i64)>,
    /// The row of children placed.
    pub placed: i64,
    /// The row of children who keep their home.
    #[serde(skip_serializing_if = "weighs_nothing")]
    pub kept: i64,
    /// The row of groups not apart.
    pub together: i64,
    /// A group is together at a home only when each of its units is there: position in `siblings`, volunteer, unit, weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unions: Vec<(u32, u32, u32, i64)>,
    /// A group is together without a home only when none of its units has one: position in `siblings`, unit, weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<(u32, u32, i64)>,
    /// Combs: volunteer, the units that are its teeth (one as often as it counts) and the groups left out of its shaft, weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub combs: Vec<(u32, Vec<u32>, i64)>,
    /// Envy rows: the pair (unit, volunteer) that names unit and rank, then the others; weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub envies: Vec<(Vec<(u32, u32)>, i64)>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "asked by serde")]
fn none(many: &u32) -> bool {
    *many == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "asked by serde")]
fn weighs_nothing(weight: &i64) -> bool {
    *weight == 0
}

impl From<ProofGoal> for Goal {
    fn from(goal: ProofGoal) -> Self {
        match goal {
            ProofGoal::Size => Self::Size,
            ProofGoal::Kept { placed } => Self::Kept { placed },
            ProofGoal::Together { placed, kept } => Self::Together { placed, kept },
            ProofGoal::Fit { placed, kept, together } => Self::Fit { placed, kept, together },
        }
    }
}

/// A frame with the names of its units, homes and groups.
pub(crate) struct Named {
    pub frame: Frame,
    /// By unit of the frame: its child with the least number.
    pub units: Vec<u32>,
    pub homes: Vec<u32>,
    /// By group of the frame: its position in the instance's siblings.
    groups: Vec<u32>,
}

#[expect(clippy::indexing_slicing, reason = "every array is built to the range of the instance's numbers")]
impl Named {
    /// The judge's pairs as a frame. Units and homes are numbered in the orders given: children, of whom those that name no unit are passed over.
    pub(crate) fn new(judge: &Judge<'_>, children: &[u32], homes: &[u32]) -> Self {
        let instance = judge.instance();
        let units: Vec<u32> = children.iter().copied().filter(|&child| judge.unit(child) == child).collect();
        let turned = |names: &[u32], people: usize| {
            let mut number = vec![NEVER; people];
            (0_u32..).zip(names).for_each(|(k, &name)| number[name as usize] = k);
            number
        };
        let (unit_at, home_at) = (turned(&units, instance.children()), turned(homes, instance.volunteers()));
        let mut weight: HashMap<(u32, u32), i64> = HashMap::new();
        for fit in &instance.fit {
            *weight.entry((judge.unit(fit.child), fit.volunteer)).or_default() += fit.weight;
        }
        let mut kept: HashMap<(u32, u32), u32> = HashMap::new();
        for &(child, home) in instance.keep().unwrap_or_default() {
            *kept.entry((judge.unit(child), home)).or_default() += 1;
        }
        let pairs = judge.acceptable().map(|(child, home, own, theirs)| Variable {
            unit: unit_at[child as usize],
            home: home_at[home as usize],
            own,
            theirs,
            weight: weight.get(&(child, home)).copied().unwrap_or(0),
            kept: kept.get(&(child, home)).copied().unwrap_or(0),
        });
        let mut groups: Vec<(Vec<u32>, u32)> = Vec::new();
        for (g, group) in (0_u32..).zip(&instance.siblings).filter(|(_, group)| group.mode == Mode::Prefer) {
            let mut members: Vec<u32> =
                group.members.iter().map(|&child| unit_at[judge.unit(child) as usize]).collect();
            members.sort_unstable();
            members.dedup();
            if members.len() > 1 {
                groups.push((members, g));
            }
        }
        groups.sort_unstable();
        let (groups, names) = groups.into_iter().unzip();
        let sizes = units.iter().map(|&child| judge.size(child)).collect();
        let places = homes.iter().map(|&home| instance.capacity(home)).collect();
        Self { frame: Frame::new(pairs.collect(), sizes, places, groups), units, homes: homes.to_vec(), groups: names }
    }

    /// As [`Named::new`], in the order of numbers.
    pub(crate) fn plain(judge: &Judge<'_>) -> Self {
        let numbers = |people: usize| -> Vec<u32> { (0_u32..).take(people).collect() };
        let instance = judge.instance();
        Self::new(judge, &numbers(instance.children()), &numbers(instance.volunteers()))
    }

    /// For each child its volunteer.
    pub(crate) fn assign(&self, judge: &Judge<'_>, home_of: &[u32]) -> Vec<Option<u32>> {
        let mut of_unit = vec![None; judge.instance().children()];
        for (&child, &home) in self.units.iter().zip(home_of) {
            of_unit[child as usize] = self.homes.get(home as usize).copied();
        }
        (0_u32..).take(of_unit.len()).map(|child| of_unit[judge.unit(child) as usize]).collect()
    }

    /// The pairs of an assignment; [`NEVER`] where a unit has none.
    pub(crate) fn made(&self, assign: &[Option<u32>]) -> Vec<u32> {
        let home = |unit: u32| assign[self.units[unit as usize] as usize];
        let pair = |unit: u32| {
            let home = home(unit)?;
            let found = self.frame.of_unit(unit).find(|&p| self.homes[self.frame.pairs[p].home as usize] == home)?;
            u32::try_from(found).ok()
        };
        (0..self.frame.units()).map(|unit| pair(unit).unwrap_or(NEVER)).collect()
    }

    pub(crate) fn steps_out(&self, steps: &[Step]) -> Vec<ProofStep> {
        let step = |step: &Step| match step {
            Step::Close => ProofStep::Close,
            Step::Gather(group) => ProofStep::Gather(self.groups[*group as usize]),
            Step::Split(p) => {
                let pair = self.frame.pairs[*p as usize];
                ProofStep::Split(self.units[pair.unit as usize], self.homes[pair.home as usize])
            }
            Step::Weigh(weights) => ProofStep::Weigh(self.weights_out(weights)),
        };
        steps.iter().map(step).collect()
    }

    fn weights_out(&self, weights: &Weights) -> RowWeights {
        let frame = &self.frame;
        let name = |p: usize| (self.units[frame.pairs[p].unit as usize], self.homes[frame.pairs[p].home as usize]);
        let mut out = RowWeights {
            placed: weights.placed,
            kept: weights.kept,
            together: weights.together,
            ..RowWeights::default()
        };
        let heavy =
            |list: &[i64]| -> Vec<(usize, i64)> { list.iter().copied().enumerate().filter(|&(_, w)| w > 0).collect() };
        out.pairs = heavy(&weights.pairs).into_iter().map(|(p, w)| (name(p).0, name(p).1, w)).collect();
        out.homes = heavy(&weights.homes).into_iter().map(|(v, w)| (self.homes[v], w)).collect();
        for (union, list) in frame.unions.iter().zip(&weights.unions) {
            for (m, weight) in heavy(list) {
                let (unit, home) = name(union.pairs[m] as usize);
                out.unions.push((self.groups[union.group as usize], home, unit, weight));
            }
        }
        for (g, list) in weights.without.iter().enumerate() {
            let unit = |m: usize| self.units[frame.groups[g][m] as usize];
            out.without.extend(heavy(list).into_iter().map(|(m, weight)| (self.groups[g], unit(m), weight)));
        }
        for (teeth, weight) in weights.combs.iter().filter(|(_, weight)| *weight > 0) {
            let home = teeth.first().map_or(NEVER, |&p| name(p as usize).1);
            let mut units: Vec<u32> = teeth.iter().map(|&p| name(p as usize).0).collect();
            units.sort_unstable();
            out.combs.push((home, units, *weight));
        }
        for (row, weight) in weights.envies.iter().filter(|(_, weight)| *weight > 0) {
            let mut pairs: Vec<(u32, u32)> = row.iter().map(|&p| name(p as usize)).collect();
            if let Some((_, others)) = pairs.split_first_mut() {
                others.sort_unstable();
            }
            out.envies.push((pairs, *weight));
        }
        out.combs.sort_unstable();
        out.envies.sort_unstable();
        out.pairs.sort_unstable();
        out.homes.sort_unstable();
        out.unions.sort_unstable();
        out.without.sort_unstable();
        out
    }

    /// The steps in numbers of the frame; `None` when one names something that is not there.
    fn steps_in(&self, steps: &[ProofStep]) -> Option<Vec<Step>> {
        let names = (0_usize..).zip(&self.frame.pairs);
        let pair_at: HashMap<(u32, u32), usize> =
            names.map(|(p, pair)| ((self.units[pair.unit as usize], self.homes[pair.home as usize]), p)).collect();
        let step = |step: &ProofStep| match step {
            ProofStep::Close => Some(Step::Close),
            ProofStep::Gather(position) => {
                let group = self.groups.iter().position(|group| group == position)?;
                u32::try_from(group).ok().map(Step::Gather)
            }
            ProofStep::Split(unit, home) => Some(Step::Split(u32::try_from(*pair_at.get(&(*unit, *home))?).ok()?)),
            ProofStep::Weigh(weights) => self.weights_in(weights, &pair_at).map(Step::Weigh),
        };
        steps.iter().map(step).collect()
    }

    fn weights_in(&self, rows: &RowWeights, pair_at: &HashMap<(u32, u32), usize>) -> Option<Weights> {
        let frame = &self.frame;
        let mut weights = Weights {
            pairs: vec![0; frame.pairs.len()],
            homes: vec![0; frame.places.len()],
            placed: rows.placed,
            kept: rows.kept,
            together: rows.together,
            unions: frame.unions.iter().map(|union| vec![0; union.pairs.len()]).collect(),
            without: frame.groups.iter().map(|units| vec![0; units.len()]).collect(),
            combs: Vec::new(),
            envies: Vec::new(),
        };
        for (pairs, weight) in &rows.envies {
            let number = |pair: &(u32, u32)| u32::try_from(*pair_at.get(pair)?).ok();
            let row: Vec<u32> = pairs.iter().map(number).collect::<Option<_>>()?;
            if !frame.is_envy(&row) {
                return None;
            }
            weights.envies.push((row, *weight));
        }
        for (home, units, weight) in &rows.combs {
            let tooth = |unit: &u32| u32::try_from(*pair_at.get(&(*unit, *home))?).ok();
            let teeth: Vec<u32> = units.iter().map(tooth).collect::<Option<_>>()?;
            frame.comb(&teeth)?;
            weights.combs.push((teeth, *weight));
        }
        for &(unit, home, weight) in &rows.pairs {
            weights.pairs[*pair_at.get(&(unit, home))?] = weight;
        }
        for &(home, weight) in &rows.homes {
            *weights.homes.get_mut(home as usize)? = weight;
        }
        let group = |position: u32| self.groups.iter().position(|&group| group == position);
        for &(position, home, unit, weight) in &rows.unions {
            let (g, p) = (group(position)?, *pair_at.get(&(unit, home))?);
            let p = u32::try_from(p).ok()?;
            let here = |union: &crate::frame::Union| union.group as usize == g && union.pairs.contains(&p);
            let k = frame.unions.iter().position(here)?;
            let m = frame.unions[k].pairs.iter().position(|&other| other == p)?;
            weights.unions[k][m] = weight;
        }
        for &(position, unit, weight) in &rows.without {
            let g = group(position)?;
            let m = frame.groups[g].iter().position(|&other| self.units[other as usize] == unit)?;
            weights.without[g][m] = weight;
        }
        Some(weights)
    }
}

impl Judge<'_> {
    /// Replays a proof: whether no stable matching (occupancy-stable with `must` groups) is worth more than its bound.
    ///
    /// ```
    /// use naheya_matching::{Draft, Fit, Instance, Judge, Options, solve};
    /// // Both children are welcome at both homes, so fit decides.
    /// let instance = Instance::new(Draft {
    ///     child_prefs: vec![vec![vec![0, 1]], vec![vec![0, 1]]],
    ///     volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![0, 1]]],
    ///     capacity: vec![1, 1],
    ///     fit: vec![Fit { child: 0, volunteer: 0, weight: 5 }, Fit { child: 1, volunteer: 0, weight: 7 }],
    ///     ..Draft::default()
    /// })?;
    /// let outcome = solve(&instance, &Options { exact: true, ..Options::default() })?;
    /// assert!(outcome.proven.fit && outcome.fit == 7);
    /// let judge = Judge::new(&instance);
    /// for proof in &outcome.proofs {
    ///     assert!(judge.proves(proof));
    ///     let mut bolder = proof.clone();
    ///     bolder.bound -= 1;
    ///     assert!(!judge.proves(&bolder));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn proves(&self, proof: &Proof) -> bool {
        let named = Named::plain(self);
        let Some(steps) = named.steps_in(&proof.steps) else { return false };
        let stable = |homes: &[u32]| self.judge(&named.assign(self, homes)).is_ok_and(|verdict| verdict.stable());
        replay(&named.frame, proof.goal.into(), proof.bound, &steps, &stable)
    }
}
