//! Two lines for one person in one file.

use std::collections::{HashMap, HashSet};

use naheya_domain::id_number::IdNumber;

use super::field::Field;

/// By what a person is known in a file: the identity number, and what stands for it without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// The number, when the row has one.
    pub id_number: Option<IdNumber>,
    /// Name, birth date and school; for volunteers name and phone. `None` when one of them is not known.
    pub description: Option<String>,
}

/// Who was met so far.
#[derive(Debug, Default)]
pub(super) struct Twins {
    numbers: HashSet<IdNumber>,
    /// Whether somebody without a number had this description.
    descriptions: HashMap<String, bool>,
}

impl Twins {
    /// Notes a person. When she was met before, the field that shows it.
    ///
    /// Two people with one description and two different numbers are two people.
    pub(super) fn add(&mut self, likeness: Likeness) -> Option<Field> {
        let number_known = likeness.id_number.is_some_and(|number| !self.numbers.insert(number));
        let numberless = likeness.id_number.is_none();
        let met = likeness.description.map(|description| {
            let before = self.descriptions.get(&description).copied();
            let either_without = before == Some(true) || (before.is_some() && numberless);
            self.descriptions.insert(description, before == Some(true) || numberless);
            either_without
        });
        match (number_known, met) {
            (true, _) => Some(Field::IdNumber),
            (false, Some(true)) => Some(Field::Name),
            _ => None,
        }
    }
}
