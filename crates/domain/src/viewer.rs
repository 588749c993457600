//! Who is looking: one account under one of its grants.

use uuid::Uuid;

use crate::id::{AccountId, GrantId};
use crate::{AreaId, Role};

/// Where a grant holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The whole county (or, for `higher_level`, every county below the code of the grant).
    County,
    /// A town or gacha and everything below it: a 9- or 12-digit code.
    Town(String),
    /// A school: the person on duty.
    School(Uuid),
    /// A class: the class teacher.
    Class(Uuid),
    /// The volunteer or guardian that the account itself is.
    Person(Uuid),
    /// A base or a department.
    Unit(Uuid),
}

impl Place {
    /// Whether `role` can be held in this kind of place: a teacher in a class, a volunteer as the
    /// person on file, the federation in the county.
    #[must_use]
    pub fn fits(&self, role: Role) -> bool {
        match role {
            Role::TownWorker => matches!(self, Place::Town(_)),
            Role::ClassTeacher => matches!(self, Place::Class(_) | Place::School(_)),
            Role::Volunteer | Role::Applicant | Role::Guardian => matches!(self, Place::Person(_)),
            Role::BaseKeeper | Role::Partner => matches!(self, Place::Unit(_) | Place::County),
            Role::Coordinator | Role::Leader | Role::Treasurer | Role::HigherLevel | Role::Auditor | Role::ItAdmin => {
                matches!(self, Place::County)
            }
        }
    }

    /// The word kept in the record beside the place's id or code.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Place::County => "county",
            Place::Town(_) => "town",
            Place::School(_) => "school",
            Place::Class(_) => "class",
            Place::Person(_) => "person",
            Place::Unit(_) => "unit",
        }
    }

    /// The place's id or code, empty for the county.
    #[must_use]
    pub fn reference(&self) -> String {
        match self {
            Place::County => String::new(),
            Place::Town(code) => code.clone(),
            Place::School(id) | Place::Class(id) | Place::Person(id) | Place::Unit(id) => id.to_string(),
        }
    }

    /// Puts a place together from its two stored words. `None` when they do not fit.
    #[must_use]
    pub fn parse(kind: &str, reference: &str) -> Option<Place> {
        let id = || Uuid::try_parse(reference).ok();
        match kind {
            "county" => Some(Place::County),
            "town" => (!reference.is_empty()).then(|| Place::Town(reference.to_owned())),
            "school" => id().map(Place::School),
            "class" => id().map(Place::Class),
            "person" => id().map(Place::Person),
            "unit" => id().map(Place::Unit),
            _ => None,
        }
    }
}

/// A person at work under one grant. Made only by the store, from a checked session or from a
/// named system task; every record read or written is judged by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub account: AccountId,
    /// Under which grant; nil for system tasks.
    pub grant: GrantId,
    /// As what.
    pub role: Role,
    /// In which county.
    pub area: AreaId,
    /// Where in it.
    pub place: Place,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> [Place; 6] {
        let id = Uuid::from_u128(1);
        let town = Place::Town("150825100".into());
        [Place::County, town, Place::School(id), Place::Class(id), Place::Person(id), Place::Unit(id)]
    }

    #[test]
    fn each_role_is_held_in_its_own_kind_of_place_and_in_no_other() {
        for role in Role::ALL {
            let kinds: &[&str] = match role {
                Role::TownWorker => &["town"],
                Role::ClassTeacher => &["school", "class"],
                Role::Volunteer | Role::Applicant | Role::Guardian => &["person"],
                Role::BaseKeeper | Role::Partner => &["county", "unit"],
                Role::Coordinator
                | Role::Leader
                | Role::Treasurer
                | Role::HigherLevel
                | Role::Auditor
                | Role::ItAdmin => &["county"],
            };
            for place in places() {
                assert_eq!(place.fits(role), kinds.contains(&place.kind()), "{role:?} {place:?}");
            }
        }
    }

    #[test]
    fn a_place_is_read_back_from_its_two_words() {
        for place in places() {
            assert_eq!(Place::parse(place.kind(), &place.reference()), Some(place));
        }
        for kind in ["town", "school", "class", "person", "unit"] {
            assert_eq!(Place::parse(kind, ""), None, "{kind}");
        }
        assert_eq!(Place::parse("nation", ""), None);
    }
}
