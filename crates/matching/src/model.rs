//! The instance: who takes part and what each side wishes.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::malformed::{Fault, Malformed, Place};
use crate::preference::Preferences;

/// The greatest weight of a pair, up or down; sums over two billion children still fit 64 bits.
pub const FIT_LIMIT: i64 = 1_000_000_000;

/// The greatest number of people on one side; a rank doubled must fit 32 bits.
pub(crate) const PEOPLE_LIMIT: usize = (1 << 31) - 2;

/// How strongly siblings hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One home for all of them, or none.
    Must,
    /// Free agents, brought together where nobody is hurt by it.
    Prefer,
}

/// Children of one family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiblingGroup {
    /// The children's numbers, each once.
    pub members: Vec<u32>,
    /// How strongly they hold together.
    pub mode: Mode,
}

/// The weight of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// The child's number.
    pub child: u32,
    /// The volunteer's number.
    pub volunteer: u32,
    /// The weight, at most [`FIT_LIMIT`] up or down; more is better.
    pub weight: i64,
}

/// Everything an instance is made of, in plain nested lists, unchecked. [`Instance::new`] checks it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// For each child tie classes of volunteers, best first; empty when the child chose nobody.
    pub child_prefs: Vec<Vec<Vec<u32>>>,
    /// For each volunteer tie classes of children, best first.
    pub volunteer_prefs: Vec<Vec<Vec<u32>>>,
    /// For each volunteer how many children the home has room for, at least 1.
    pub capacity: Vec<u32>,
    /// Sibling groups; a child is in at most one `must` group.
    pub siblings: Vec<SiblingGroup>,
    /// Pairs (child, volunteer) struck out by a hard rule.
    pub forbidden: Vec<(u32, u32)>,
    /// Weights of pairs, each pair at most once; a pair without one weighs 0.
    pub fit: Vec<Fit>,
    /// Children's identities, unique, from which lots are drawn; `None` takes the numbers.
    pub child_ids: Option<Vec<String>>,
    /// Volunteers' identities.
    pub volunteer_ids: Option<Vec<String>>,
}

/// A checked instance of two-way choice: hospitals/residents with ties, incomplete lists, capacities and sibling groups.
///
/// A pair is *acceptable* when each lists the other and no hard rule strikes it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    pub(crate) child_prefs: Preferences,
    pub(crate) volunteer_prefs: Preferences,
    pub(crate) capacity: Vec<u32>,
    pub(crate) siblings: Vec<SiblingGroup>,
    /// Sorted, each pair once.
    pub(crate) forbidden: Vec<(u32, u32)>,
    /// Sorted by child, then volunteer.
    pub(crate) fit: Vec<Fit>,
    pub(crate) child_ids: Option<Vec<String>>,
    pub(crate) volunteer_ids: Option<Vec<String>>,
    /// Pairs of an earlier assignment that the result is to stay near to, sorted.
    pub(crate) keep: Option<Vec<(u32, u32)>>,
}

impl Instance {
    /// Checks a draft.
    ///
    /// ```
    /// use naheya_matching::{Draft, Instance};
    /// let draft = Draft {
    ///     child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0, 1]]],
    ///     volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![1]]],
    ///     capacity: vec![1, 1],
    ///     ..Draft::default()
    /// };
    /// let instance = Instance::new(draft)?;
    /// assert_eq!((instance.children(), instance.volunteers()), (2, 2));
    /// # Ok::<(), naheya_matching::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// The first fault and its place.
    pub fn new(draft: Draft) -> Result<Self, Malformed> {
        Self {
            child_prefs: Preferences::from_nested("child_prefs", &draft.child_prefs)?,
            volunteer_prefs: Preferences::from_nested("volunteer_prefs", &draft.volunteer_prefs)?,
            capacity: draft.capacity,
            siblings: draft.siblings,
            forbidden: draft.forbidden,
            fit: draft.fit,
            child_ids: draft.child_ids,
            volunteer_ids: draft.volunteer_ids,
            keep: None,
        }
        .checked()
    }

    /// The same instance with pairs (child, volunteer) of an earlier assignment: of the largest matchings one is looked for that changes as few of them
    /// as possible. Whoever dropped out is not in the instance, and so not in the pairs; a home may have more of them than it has places now.
    ///
    /// ```
    /// use naheya_matching::{Draft, Instance, Options, solve};
    /// // Both homes are equal to the child, who was with the second.
    /// let draft = Draft {
    ///     child_prefs: vec![vec![vec![0, 1]]],
    ///     volunteer_prefs: vec![vec![vec![0]], vec![vec![0]]],
    ///     capacity: vec![1, 1],
    ///     ..Draft::default()
    /// };
    /// let instance = Instance::new(draft)?.keeping(vec![(0, 1)])?;
    /// let outcome = solve(&instance, &Options::default())?;
    /// assert_eq!(outcome.assign, [Some(1)]);
    /// assert_eq!(outcome.rerun.map(|rerun| rerun.kept), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Someone who is not there, a child twice, or [`Fault::Foreign`], with the place in `keep`.
    pub fn keeping(mut self, keep: Vec<(u32, u32)>) -> Result<Self, Malformed> {
        self.keep = Some(keep);
        self.check_keep()?;
        Ok(self)
    }

    /// The pairs of the earlier assignment by child; `None` when there is none to stay near to.
    #[must_use]
    pub fn keep(&self) -> Option<&[(u32, u32)]> {
        self.keep.as_deref()
    }

    /// The number of children.
    #[must_use]
    pub fn children(&self) -> usize {
        self.child_prefs.people()
    }

    /// The number of volunteers.
    #[must_use]
    pub fn volunteers(&self) -> usize {
        self.volunteer_prefs.people()
    }

    /// How many children the home has room for; 0 for a volunteer who is not there.
    #[must_use]
    pub fn capacity(&self, volunteer: u32) -> u32 {
        self.capacity.get(volunteer as usize).copied().unwrap_or(0)
    }

    /// The children's lists.
    #[must_use]
    pub fn child_prefs(&self) -> &Preferences {
        &self.child_prefs
    }

    /// The volunteers' lists.
    #[must_use]
    pub fn volunteer_prefs(&self) -> &Preferences {
        &self.volunteer_prefs
    }

    /// The sibling groups in the order given.
    #[must_use]
    pub fn siblings(&self) -> &[SiblingGroup] {
        &self.siblings
    }

    /// Whether a hard rule strikes the pair out.
    #[must_use]
    pub fn is_forbidden(&self, child: u32, volunteer: u32) -> bool {
        self.forbidden.binary_search(&(child, volunteer)).is_ok()
    }

    /// Whether each lists the other and no hard rule strikes the pair out.
    #[must_use]
    pub fn acceptable(&self, child: u32, volunteer: u32) -> bool {
        self.child_prefs.rank(child, volunteer).is_some()
            && self.volunteer_prefs.rank(volunteer, child).is_some()
            && !self.is_forbidden(child, volunteer)
    }

    /// The weight of a pair, 0 where none was given.
    #[must_use]
    pub fn fit(&self, child: u32, volunteer: u32) -> i64 {
        let found = self.fit.binary_search_by_key(&(child, volunteer), |f| (f.child, f.volunteer));
        found.ok().and_then(|k| self.fit.get(k)).map_or(0, |f| f.weight)
    }

    /// The child's identity: the one given, or the number.
    #[must_use]
    pub fn child_id(&self, child: u32) -> String {
        id_of(self.child_ids.as_ref(), child)
    }

    /// The volunteer's identity: the one given, or the number.
    #[must_use]
    pub fn volunteer_id(&self, volunteer: u32) -> String {
        id_of(self.volunteer_ids.as_ref(), volunteer)
    }

    pub(crate) fn has_must(&self) -> bool {
        self.siblings.iter().any(|group| group.mode == Mode::Must && group.members.len() > 1)
    }

    /// Checks all that single entries cannot show, and sorts what is looked up.
    pub(crate) fn checked(mut self) -> Result<Self, Malformed> {
        self.check_sizes()?;
        check_lists("child_prefs", &self.child_prefs, self.volunteers())?;
        check_lists("volunteer_prefs", &self.volunteer_prefs, self.children())?;
        self.check_siblings()?;
        self.check_pairs()?;
        check_ids("child_ids", self.child_ids.as_deref(), self.children())?;
        check_ids("volunteer_ids", self.volunteer_ids.as_deref(), self.volunteers())?;
        self.forbidden.sort_unstable();
        self.forbidden.dedup();
        self.check_keep()?;
        Ok(self)
    }

    fn check_keep(&mut self) -> Result<(), Malformed> {
        let Some(mut keep) = self.keep.take() else { return Ok(()) };
        let mut seen = HashSet::with_capacity(keep.len());
        for (k, &(child, volunteer)) in keep.iter().enumerate() {
            let place = Place::field("keep").at(k);
            check_number(place.at(0), child, self.children())?;
            check_number(place.at(1), volunteer, self.volunteers())?;
            if !seen.insert(child) {
                return Err(Malformed::new(place.at(0), Fault::Twice(format!("child {child}"))));
            }
            if !self.acceptable(child, volunteer) {
                return Err(Malformed::new(place, Fault::Foreign));
            }
        }
        keep.sort_unstable();
        self.keep = Some(keep);
        Ok(())
    }

    fn check_sizes(&self) -> Result<(), Malformed> {
        for (field, people) in [("child_prefs", self.children()), ("volunteer_prefs", self.volunteers())] {
            if people > PEOPLE_LIMIT {
                return Err(Malformed::new(Place::field(field), Fault::TooLarge));
            }
        }
        if self.capacity.len() != self.volunteers() {
            let fault = Fault::Length { expected: self.volunteers(), found: self.capacity.len() };
            return Err(Malformed::new(Place::field("capacity"), fault));
        }
        match self.capacity.iter().position(|&places| places == 0) {
            Some(v) => {
                let fault = Fault::OutOfRange { least: 1, most: i64::from(u32::MAX) };
                Err(Malformed::new(Place::field("capacity").at(v), fault))
            }
            None => Ok(()),
        }
    }

    fn check_siblings(&self) -> Result<(), Malformed> {
        let mut held = HashSet::new();
        for (g, group) in self.siblings.iter().enumerate() {
            let place = Place::field("siblings").at(g);
            if group.members.is_empty() {
                return Err(Malformed::new(place, Fault::EmptyGroup));
            }
            let mut seen = HashSet::new();
            for (k, &child) in group.members.iter().enumerate() {
                check_number(place.at(k), child, self.children())?;
                if !seen.insert(child) {
                    return Err(Malformed::new(place.at(k), Fault::Twice(format!("child {child}"))));
                }
                if group.mode == Mode::Must && !held.insert(child) {
                    return Err(Malformed::new(place.at(k), Fault::TwoMustGroups(child)));
                }
            }
        }
        Ok(())
    }

    fn check_pairs(&mut self) -> Result<(), Malformed> {
        for (k, &(child, volunteer)) in self.forbidden.iter().enumerate() {
            let place = Place::field("forbidden").at(k);
            check_number(place.at(0), child, self.children())?;
            check_number(place.at(1), volunteer, self.volunteers())?;
        }
        let mut order: Vec<usize> = (0..self.fit.len()).collect();
        for (k, fit) in self.fit.iter().enumerate() {
            let place = Place::field("fit").at(k);
            check_number(place.at(0), fit.child, self.children())?;
            check_number(place.at(1), fit.volunteer, self.volunteers())?;
            if fit.weight.checked_abs().is_none_or(|weight| weight > FIT_LIMIT) {
                return Err(Malformed::new(place.at(2), Fault::OutOfRange { least: -FIT_LIMIT, most: FIT_LIMIT }));
            }
        }
        let pair = |k: &usize| self.fit.get(*k).map(|fit| (fit.child, fit.volunteer));
        order.sort_by_key(pair);
        for (before, after) in order.iter().zip(order.iter().skip(1)) {
            if pair(before) == pair(after) {
                return Err(Malformed::new(Place::field("fit").at(*after), Fault::Twice("this pair".into())));
            }
        }
        self.fit.sort_unstable_by_key(|fit| (fit.child, fit.volunteer));
        Ok(())
    }
}

fn id_of(ids: Option<&Vec<String>>, number: u32) -> String {
    ids.and_then(|ids| ids.get(number as usize).cloned()).unwrap_or_else(|| number.to_string())
}

fn check_number(place: Place, number: u32, people: usize) -> Result<(), Malformed> {
    if (number as usize) < people {
        return Ok(());
    }
    let most = i64::try_from(people).unwrap_or(i64::MAX) - 1;
    Err(Malformed::new(place, Fault::OutOfRange { least: 0, most }))
}

fn check_lists(field: &'static str, lists: &Preferences, others: usize) -> Result<(), Malformed> {
    let mut last_seen_by = vec![u32::MAX; others];
    for (p, person) in (0..lists.people()).zip(0_u32..) {
        let (mut tie, mut position) = (0, 0);
        for choice in lists.list(person) {
            if choice.rank != tie {
                (tie, position) = (choice.rank, 0);
            }
            let place = || Place::field(field).at(p).at(tie as usize).at(position);
            let Some(seen) = last_seen_by.get_mut(choice.other as usize) else {
                return check_number(place(), choice.other, others);
            };
            if *seen == person {
                return Err(Malformed::new(place(), Fault::Twice(choice.other.to_string())));
            }
            *seen = person;
            position += 1;
        }
    }
    Ok(())
}

fn check_ids(field: &'static str, ids: Option<&[String]>, people: usize) -> Result<(), Malformed> {
    let Some(ids) = ids else { return Ok(()) };
    if ids.len() != people {
        return Err(Malformed::new(Place::field(field), Fault::Length { expected: people, found: ids.len() }));
    }
    let mut seen = HashSet::with_capacity(ids.len());
    match ids.iter().position(|id| !seen.insert(id.as_str())) {
        Some(k) => Err(Malformed::new(Place::field(field).at(k), Fault::Twice("this id".into()))),
        None => Ok(()),
    }
}
