//! Preference lists with ties, stored side by side.

use crate::malformed::{Fault, Malformed, Place};

/// The lists of one side: for each person tie classes of the other side, best first.
///
/// All entries lie in one array of four bytes each; a person's list is a slice of it. The topmost bit begins a tie class; an entry's rank is the
/// 0-based number of its tie class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    starts: Vec<u32>,
    entries: Vec<u32>,
}

/// The bit of an entry that begins a tie class.
pub(crate) const BEGINS: u32 = 1 << 31;

/// The rank of a number in a packed list, by a walk that does not stop: where it would is not to be foreseen.
#[inline]
pub(crate) fn rank_in(list: &[u32], number: u32) -> Option<u32> {
    let (mut classes, mut found) = (0, 0);
    for entry in list {
        classes += entry >> 31;
        found = if entry & !BEGINS == number { classes } else { found };
    }
    found.checked_sub(1)
}

/// One entry of a list: the other person's number and the 0-based rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The number of the person chosen.
    pub other: u32,
    /// The 0-based number of the tie class.
    pub rank: u32,
}

impl Preferences {
    /// Begins with nobody.
    #[must_use]
    pub fn new() -> Self {
        Self { starts: vec![0], entries: Vec::new() }
    }

    /// From nested lists: person, tie class, entry.
    ///
    /// # Errors
    /// [`Fault::EmptyTie`] or [`Fault::TooLarge`], placed under `field`.
    pub(crate) fn from_nested(field: &'static str, lists: &[Vec<Vec<u32>>]) -> Result<Self, Malformed> {
        let mut out = Self::new();
        for (person, list) in lists.iter().enumerate() {
            for (rank, tie) in list.iter().enumerate() {
                let place = Place::field(field).at(person).at(rank);
                if tie.is_empty() {
                    return Err(Malformed::new(place, Fault::EmptyTie));
                }
                for (position, &other) in tie.iter().enumerate() {
                    out.push(other, position == 0).map_err(|fault| Malformed::new(place, fault))?;
                }
            }
            out.end_list();
        }
        Ok(out)
    }

    /// Adds an entry to the list at hand; `begins` when it is the first of its tie class.
    pub(crate) fn push(&mut self, other: u32, begins: bool) -> Result<(), Fault> {
        if self.entries.len() >= (u32::MAX - 1) as usize || other >= BEGINS {
            return Err(Fault::TooLarge);
        }
        self.entries.push(if begins { other | BEGINS } else { other });
        Ok(())
    }

    pub(crate) fn end_list(&mut self) {
        self.starts.push(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
    }

    /// How many people have a list here, an empty one included.
    #[must_use]
    pub fn people(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many entries all lists have together.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// The length of the longest list.
    pub(crate) fn longest(&self) -> usize {
        let lengths = self.starts.iter().zip(self.starts.iter().skip(1)).map(|(start, end)| end - start);
        lengths.max().map_or(0, |length| length as usize)
    }

    fn range(&self, person: u32) -> std::ops::Range<usize> {
        let at = |k: usize| self.starts.get(k).map_or(0, |&s| s as usize);
        let person = person as usize;
        at(person)..at(person + 1)
    }

    /// One person's list, best first; empty for a person who is not there.
    #[must_use]
    pub fn list(&self, person: u32) -> impl ExactSizeIterator<Item = Choice> + '_ {
        let mut classes = 0_u32;
        self.packed(person).iter().map(move |&entry| {
            classes += entry >> 31;
            Choice { other: entry & !BEGINS, rank: classes.wrapping_sub(1) }
        })
    }

    /// One person's list as it is kept: the number, and [`BEGINS`] where a tie class begins.
    pub(crate) fn packed(&self, person: u32) -> &[u32] {
        self.entries.get(self.range(person)).unwrap_or_default()
    }

    /// Where one person's entries stand among all.
    pub(crate) fn start(&self, person: u32) -> u32 {
        self.starts.get(person as usize).copied().unwrap_or(0)
    }

    /// The rank that `person` gives `other`, by a walk through the list.
    #[must_use]
    pub fn rank(&self, person: u32, other: u32) -> Option<u32> {
        self.list(person).find(|choice| choice.other == other).map(|choice| choice.rank)
    }
}

/// One side's choices seen from the other side: who chose a person at which rank, in the order of number.
pub(crate) struct Turned {
    starts: Vec<u32>,
    choices: Vec<(u32, u32)>,
}

impl Turned {
    #[expect(clippy::indexing_slicing, reason = "every number was checked against `others` when the instance was made")]
    pub(crate) fn new(lists: &Preferences, others: usize) -> Self {
        let mut starts = vec![0_u32; others + 1];
        for &entry in &lists.entries {
            starts[(entry & !BEGINS) as usize + 1] += 1;
        }
        for k in 0..others {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut choices = vec![(0, 0); lists.entries.len()];
        for (person, _) in (0_u32..).zip(0..lists.people()) {
            for choice in lists.list(person) {
                let slot = &mut next[choice.other as usize];
                choices[*slot as usize] = (person, choice.rank);
                *slot += 1;
            }
        }
        Self { starts, choices }
    }

    /// Who chose the person, and at which rank.
    pub(crate) fn list(&self, person: u32) -> impl ExactSizeIterator<Item = Choice> + '_ {
        let at = |k: usize| self.starts.get(k).map_or(0, |&s| s as usize);
        let chosen = self.choices.get(at(person as usize)..at(person as usize + 1)).unwrap_or_default();
        chosen.iter().map(|&(other, rank)| Choice { other, rank })
    }
}
