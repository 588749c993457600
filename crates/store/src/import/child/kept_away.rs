//! Who is kept away from a child on file does not come back beside it with a roster.

use naheya_domain::person_name::is_same;

use super::Known;
use super::adult::{adult_name, tie_of, told};
use crate::import::ChildLine;
use crate::sealed::entity::{guardian, guardianship};
use crate::sealed::tx::Tx;

/// Whether the line would put somebody who is kept away from the child beside it as another adult: by the same name, also spelled
/// otherwise, or by a number that would be called about the child. What stands in the register already is no news of the line's.
pub(super) fn brings_back(tx: &Tx, line: &ChildLine, ties: &[guardianship::Model], known: &Known) -> bool {
    let blocked = ties.iter().filter(|tie| tie.blocked);
    let kept_away: Vec<&guardian::Model> = blocked.filter_map(|tie| known.guardians.get(&tie.guardian_id)).collect();
    line.guardians.iter().any(|adult| {
        let (name, phone) = (adult_name(adult, &line.details), told(tx, adult, &line.details).map(|(phone, _)| phone));
        let is_one = |away: &&guardian::Model| is_same(&away.name, &name) || phone.is_some() && away.phone_bi == phone;
        let is_known = tie_of(tx, adult, &line.details, ties, known)
            .is_some_and(|(tie, person)| tie.blocked || phone.is_none() || person.phone_bi == phone);
        !is_known && kept_away.iter().any(is_one)
    })
}
