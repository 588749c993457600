//! An outcome as the JSON document of `naheya match`.

use serde::ser::Serializer;
use serde::{Deserialize, Deserializer, Serialize};

use crate::check::{Blocking, Cover, Invalid, Judge};
use crate::frame::Tally;
use crate::model::{Instance, Mode};
use crate::proof::{Proof, ProofGoal};
use crate::reason::Reason;
use crate::rerun::{Moved, Rerun};
use crate::solve::{Outcome, Proven, greatest, proved};

/// The result document: [`serde::Serialize`] gives the same bytes for the same outcome.
#[derive(Debug, Serialize)]
pub struct Report<'o> {
    #[serde(serialize_with = "or_minus_one")]
    assign: &'o [Option<u32>],
    placed: u32,
    fit: i64,
    stable: bool,
    proven_optimal: bool,
    proven: Proven,
    bound: u32,
    seed: &'o str,
    blocking_pairs: &'o [Blocking],
    apart: &'o [usize],
    cover: &'o Cover,
    #[serde(skip_serializing_if = "<[Proof]>::is_empty")]
    proofs: &'o [Proof],
    orders: u32,
    reasons: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<Vec<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moves: Option<&'o [Moved]>,
}

impl<'o> Report<'o> {
    /// The document of an outcome.
    ///
    /// ```
    /// use naheya_matching::{Draft, Instance, Options, Report, solve};
    /// let one = vec![vec![vec![0]]];
    /// let draft = Draft { child_prefs: one.clone(), volunteer_prefs: one, capacity: vec![1], ..Draft::default() };
    /// let instance = Instance::new(draft)?;
    /// let outcome = solve(&instance, &Options::default())?;
    /// let text = serde_json::to_string(&Report::new(&instance, &outcome))?;
    /// assert!(text.starts_with(r#"{"assign":[0],"placed":1,"fit":0,"stable":true,"proven_optimal":true"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(instance: &Instance, outcome: &'o Outcome) -> Self {
        Self {
            assign: &outcome.assign,
            placed: outcome.placed,
            fit: outcome.fit,
            stable: outcome.verdict.stable(),
            proven_optimal: outcome.proven.size,
            proven: outcome.proven,
            bound: outcome.bound,
            seed: &outcome.seed,
            blocking_pairs: &outcome.verdict.blocking,
            apart: &outcome.apart,
            cover: &outcome.cover,
            proofs: &outcome.proofs,
            orders: outcome.orders,
            reasons: outcome.reasons(instance),
            kept: outcome.rerun.as_ref().map(|rerun| rerun.kept),
            moved: outcome.rerun.as_ref().map(children),
            moves: outcome.rerun.as_ref().map(|rerun| rerun.moved.as_slice()),
        }
    }
}

fn children(rerun: &Rerun) -> Vec<u32> {
    rerun.moved.iter().map(|moved| moved.child).collect()
}

fn or_minus_one<S: Serializer>(assign: &[Option<u32>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(assign.iter().map(|home| home.map_or(-1, i64::from)))
}

/// A result document as it was written down, unchecked: ours or another's. What is not there is not claimed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Written {
    /// For each child its volunteer.
    #[serde(deserialize_with = "from_minus_one")]
    pub assign: Vec<Option<u32>>,
    /// The children placed.
    pub placed: Option<u32>,
    /// The total fit.
    pub fit: Option<i64>,
    /// Whether it is called stable.
    pub stable: Option<bool>,
    /// What is called proven.
    #[serde(default)]
    pub proven: Proven,
    /// Whether the size is called proven.
    #[serde(default)]
    pub proven_optimal: bool,
    /// The bound named.
    pub bound: Option<u32>,
    /// The proof by flow.
    pub cover: Option<Cover>,
    /// Certificates.
    #[serde(default)]
    pub proofs: Vec<Proof>,
    /// Children who keep the home they had.
    pub kept: Option<u32>,
    /// Children who do not, by number.
    pub moved: Option<Vec<u32>>,
}

/// What is wrong with a written result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is no matching.
    #[error("it is no matching: {0}")]
    Invalid(#[from] Invalid),
    /// It is not stable.
    #[error("it is not stable: volunteer {volunteer} and children {children:?} would rather have each other")]
    Blocked {
        /// The volunteer of the first blocking pair.
        volunteer: u32,
        /// Its children.
        children: Vec<u32>,
    },
    /// A number is another than the one named.
    #[error("{field} is {found}, not {named}")]
    Number {
        /// The field.
        field: &'static str,
        /// The number named.
        named: i64,
        /// The number found.
        found: i64,
    },
    /// Others moved than those named.
    #[error("the children moved are {0:?}")]
    Moved(Vec<u32>),
    /// It is called unstable and is stable.
    #[error("it is called not stable, and is")]
    CalledUnstable,
    /// The bound is not proved by what comes with it.
    #[error("the bound {0} is not proved by its cover or a certificate")]
    Bound(u32),
    /// A certificate does not prove what it claims.
    #[error("certificate {0} does not prove its bound")]
    Proof(usize),
    /// Something is called proven without proof.
    #[error("{0} is called proven without proof")]
    Unproven(&'static str),
}

impl Written {
    /// Checks a result against its instance: that it is a stable matching, that its numbers are right and that what is called proven is proved.
    ///
    /// ```
    /// use naheya_matching::{Draft, Instance, Options, Report, Written, solve};
    /// let one = vec![vec![vec![0]]];
    /// let draft = Draft { child_prefs: one.clone(), volunteer_prefs: one, capacity: vec![1], ..Draft::default() };
    /// let instance = Instance::new(draft)?;
    /// let text = serde_json::to_string(&Report::new(&instance, &solve(&instance, &Options::default())?))?;
    /// let mut written: Written = serde_json::from_str(&text)?;
    /// assert_eq!(written.check(&instance), Ok(()));
    /// written.assign = vec![None];
    /// assert!(written.check(&instance).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first [`Wrong`] found.
    pub fn check(&self, instance: &Instance) -> Result<(), Wrong> {
        let judge = Judge::new(instance);
        let verdict = judge.judge(&self.assign)?;
        if let Some(pair) = verdict.blocking.iter().find(|pair| pair.occupancy) {
            return Err(Wrong::Blocked { volunteer: pair.volunteer, children: pair.children.clone() });
        }
        if self.stable == Some(false) {
            return Err(Wrong::CalledUnstable);
        }
        let placed = self.assign.iter().flatten().count();
        let placed = u32::try_from(placed).unwrap_or(u32::MAX);
        let pairs = (0_u32..).zip(&self.assign).filter_map(|(child, &home)| Some((child, home?)));
        let fit: i64 = pairs.map(|(child, home)| instance.fit(child, home)).sum();
        same("placed", self.placed.map(i64::from), i64::from(placed))?;
        same("fit", self.fit, fit)?;
        let rerun = Rerun::new(&judge, &self.assign).unwrap_or_default();
        same("kept", self.kept.map(i64::from), i64::from(rerun.kept))?;
        if self.moved.as_ref().is_some_and(|moved| *moved != children(&rerun)) {
            return Err(Wrong::Moved(children(&rerun)));
        }
        for (k, proof) in self.proofs.iter().enumerate() {
            if !judge.proves(proof) {
                return Err(Wrong::Proof(k));
            }
        }
        self.check_proven(instance, &judge, placed, rerun.kept, fit)
    }

    fn check_proven(
        &self,
        instance: &Instance,
        judge: &Judge<'_>,
        placed: u32,
        kept: u32,
        fit: i64,
    ) -> Result<(), Wrong> {
        let by_cover = self.cover.as_ref().and_then(|cover| judge.bound(cover));
        let by_proof = self.proofs.iter().filter(|proof| proof.goal == ProofGoal::Size).map(|proof| proof.bound);
        let least = by_proof.chain(by_cover.and_then(|bound| i64::try_from(bound).ok())).min();
        if let Some(bound) = self.bound.filter(|&bound| least.is_none_or(|least| i64::from(bound) < least)) {
            return Err(Wrong::Bound(bound));
        }
        if (self.proven.size || self.proven_optimal) && least != Some(i64::from(placed)) {
            return Err(Wrong::Unproven("size"));
        }
        let (most_together, most_fit) = greatest(instance, judge, placed);
        let (whole, apart) = groups(instance, judge, &self.assign);
        let by = proved(&self.proofs, Tally { placed, kept, together: u32::try_from(whole).unwrap_or(0), fit });
        let all_kept = kept as usize == instance.keep().map_or(0, <[_]>::len);
        let near = self.proven.size && (all_kept || by.kept);
        if self.proven.kept == Some(true) && !near {
            return Err(Wrong::Unproven("kept"));
        }
        if self.proven.apart && !(near && (-apart == most_together || by.apart)) {
            return Err(Wrong::Unproven("apart"));
        }
        if self.proven.fit && !(self.proven.apart && (fit == most_fit || by.fit)) {
            return Err(Wrong::Unproven("fit"));
        }
        Ok(())
    }
}

/// `prefer` groups of several units: how many are not apart, how many are.
fn groups(instance: &Instance, judge: &Judge<'_>, assign: &[Option<u32>]) -> (i64, i64) {
    let (mut whole, mut apart) = (0, 0);
    for group in instance.siblings().iter().filter(|group| group.mode == Mode::Prefer) {
        let unit = |child: &u32| judge.unit(*child);
        let home = |child: &u32| assign.get(*child as usize).copied().flatten();
        let first = group.members.first();
        if group.members.iter().any(|child| Some(unit(child)) != first.map(unit)) {
            let torn = group.members.iter().any(|child| Some(home(child)) != first.map(home));
            (whole, apart) = if torn { (whole, apart + 1) } else { (whole + 1, apart) };
        }
    }
    (whole, apart)
}

fn same(field: &'static str, named: Option<i64>, found: i64) -> Result<(), Wrong> {
    match named {
        Some(named) if named != found => Err(Wrong::Number { field, named, found }),
        _ => Ok(()),
    }
}

fn from_minus_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Option<u32>>, D::Error> {
    let numbers = Vec::<i64>::deserialize(deserializer)?;
    let home = |&number: &i64| match number {
        -1 => Ok(None),
        _ => u32::try_from(number).map(Some).map_err(|_| serde::de::Error::custom("a volunteer's number or -1")),
    };
    numbers.iter().map(home).collect()
}
