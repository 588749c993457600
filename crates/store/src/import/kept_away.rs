//! A roster brings nobody back beside a child who is kept away from it, and gives nobody else that number.

use std::collections::HashMap;

use naheya_domain::person_name::is_same;
use uuid::Uuid;

use crate::sealed::entity::{guardian, guardianship};

/// Whether an adult of a roster who is not on file by this name is one who is kept away from the child: spelled otherwise, or
/// with another number that a brother's line has too, or told by the number alone.
pub(super) fn comes_back(
    ties: &[guardianship::Model],
    people: &HashMap<Uuid, guardian::Model>,
    name: &str,
    phone: Option<&Vec<u8>>,
) -> bool {
    kept_away(ties, people).any(|one| is_same(&one.name, name)) || has_number(ties, people, phone)
}

/// Whether this is the number of somebody who is kept away from the child.
pub(super) fn has_number(
    ties: &[guardianship::Model],
    people: &HashMap<Uuid, guardian::Model>,
    phone: Option<&Vec<u8>>,
) -> bool {
    phone.is_some() && kept_away(ties, people).any(|one| one.phone_bi.as_ref() == phone)
}

fn kept_away<'k>(
    ties: &'k [guardianship::Model],
    people: &'k HashMap<Uuid, guardian::Model>,
) -> impl Iterator<Item = &'k guardian::Model> {
    ties.iter().filter(|tie| tie.blocked).filter_map(|tie| people.get(&tie.guardian_id))
}
