//! Preference lists with ties, stored side by side.

use crate::malformed::{Fault, Malformed, Place};

/// The lists of one side: for each person tie classes of the other side, best first.
///
/// All entries lie in one array; a person's list is a slice of it. An entry's rank is the 0-based number of its tie class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    starts: Vec<u32>,
    others: Vec<u32>,
    ranks: Vec<u32>,
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
        Self { starts: vec![0], others: Vec::new(), ranks: Vec::new() }
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
                for &other in tie {
                    out.push(other, rank).map_err(|fault| Malformed::new(place, fault))?;
                }
            }
            out.end_list();
        }
        Ok(out)
    }

    pub(crate) fn push(&mut self, other: u32, rank: usize) -> Result<(), Fault> {
        if self.others.len() >= (u32::MAX - 1) as usize {
            return Err(Fault::TooLarge);
        }
        let rank = u32::try_from(rank).map_err(|_| Fault::TooLarge)?;
        self.others.push(other);
        self.ranks.push(rank);
        Ok(())
    }

    pub(crate) fn end_list(&mut self) {
        self.starts.push(u32::try_from(self.others.len()).unwrap_or(u32::MAX));
    }

    /// How many people have a list here, an empty one included.
    #[must_use]
    pub fn people(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many entries all lists have together.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.others.len()
    }

    fn range(&self, person: u32) -> std::ops::Range<usize> {
        let at = |k: usize| self.starts.get(k).map_or(0, |&s| s as usize);
        let person = person as usize;
        at(person)..at(person + 1)
    }

    /// One person's list, best first; empty for a person who is not there.
    #[must_use]
    pub fn list(&self, person: u32) -> impl ExactSizeIterator<Item = Choice> + '_ {
        let range = self.range(person);
        let others = self.others.get(range.clone()).unwrap_or_default();
        let ranks = self.ranks.get(range).unwrap_or_default();
        others.iter().zip(ranks).map(|(&other, &rank)| Choice { other, rank })
    }

    /// One person's list as the bare numbers of those chosen.
    #[must_use]
    pub fn others(&self, person: u32) -> &[u32] {
        self.others.get(self.range(person)).unwrap_or_default()
    }

    /// The rank that `person` gives `other`, by a walk through the list.
    #[must_use]
    pub fn rank(&self, person: u32, other: u32) -> Option<u32> {
        self.list(person).find(|choice| choice.other == other).map(|choice| choice.rank)
    }

    /// The same choices seen from the other side: for each of `others` people, who chose them at which rank, in the order of number.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "every number was checked against `others` when the instance was made")]
    pub(crate) fn transposed(&self, others: usize) -> Self {
        let mut starts = vec![0_u32; others + 1];
        for &other in &self.others {
            starts[other as usize + 1] += 1;
        }
        for k in 0..others {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut out = Self { starts, others: vec![0; self.others.len()], ranks: vec![0; self.others.len()] };
        let mut person = 0_u32;
        for (entry, (&other, &rank)) in self.others.iter().zip(&self.ranks).enumerate() {
            while self.starts[person as usize + 1] as usize <= entry {
                person += 1;
            }
            let slot = &mut next[other as usize];
            out.others[*slot as usize] = person;
            out.ranks[*slot as usize] = rank;
            *slot += 1;
        }
        out
    }
}
