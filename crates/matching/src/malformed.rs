//! What is wrong with an instance, and where.

use std::fmt;

/// An instance that cannot be used: the first fault found and the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct Malformed {
    /// Where, written as a path into the document, such as `child_prefs[3][0][1]`: list, tie class, position, all 0-based.
    pub place: Place,
    /// What.
    pub fault: Fault,
}

/// A path into an instance: a field and up to three 0-based positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The field's name; `document` for the whole.
    pub field: &'static str,
    positions: [usize; 3],
    depth: usize,
}

impl Place {
    /// The field as a whole.
    #[must_use]
    pub const fn field(field: &'static str) -> Self {
        Self { field, positions: [0; 3], depth: 0 }
    }

    /// The same path one step deeper; deeper than three steps it stays where it is.
    #[must_use]
    pub fn at(mut self, position: usize) -> Self {
        if let Some(slot) = self.positions.get_mut(self.depth) {
            *slot = position;
            self.depth += 1;
        }
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        self.positions.iter().take(self.depth).try_for_each(|position| write!(f, "[{position}]"))
    }
}

/// The kinds of faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not JSON, or cut off; the reader's words, with line and column.
    #[error("not readable as JSON: {0}")]
    Syntax(String),
    /// A value of another kind stands here.
    #[error("{0}")]
    WrongType(String),
    /// A number with a fraction or too large for a whole number.
    #[error("must be a whole number")]
    NotWhole,
    /// A number outside `least..=most`.
    #[error("must be between {least} and {most}")]
    OutOfRange {
        /// The least number allowed.
        least: i64,
        /// The greatest number allowed.
        most: i64,
    },
    /// A list whose number of entries disagrees with the numbers of children or volunteers.
    #[error("has {found} entries, expected {expected}")]
    Length {
        /// The number that the rest of the instance asks for.
        expected: usize,
        /// The number found.
        found: usize,
    },
    /// A required field is missing.
    #[error("is missing")]
    Missing,
    /// The same field stands twice in one object.
    #[error("stands twice")]
    FieldTwice,
    /// `format` is not [`crate::FORMAT`].
    #[error("must be \"naheya-hrt-1\"")]
    Format,
    /// A sibling group's `mode` is neither `must` nor `prefer`.
    #[error("must be \"must\" or \"prefer\"")]
    Mode,
    /// A tie class without members.
    #[error("is an empty tie class")]
    EmptyTie,
    /// A sibling group without members.
    #[error("has no members")]
    EmptyGroup,
    /// Someone, or a pair, stands twice where once is allowed.
    #[error("{0} stands there already")]
    Twice(String),
    /// A child in more than one `must` group.
    #[error("child {0} is in another \"must\" group already")]
    TwoMustGroups(u32),
    /// A pair to be kept that cannot be: one side did not choose the other, or a hard rule strikes the pair out.
    #[error("cannot be kept: each must have chosen the other, and no rule strike the pair out")]
    Foreign,
    /// More people or entries than the engine counts (2^31 - 2 people a side, 2^32 - 2 entries).
    #[error("holds more than the engine can count")]
    TooLarge,
}

impl Malformed {
    pub(crate) const fn new(place: Place, fault: Fault) -> Self {
        Self { place, fault }
    }
}
