//! Two files of one volunteer: what may be chosen, and what stands in the way.

use crate::Refusal;
use crate::volunteer::VolunteerState;

/// A part of a volunteer's file that one of the two gives. What can only be right together is one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolunteerPart {
    /// Name.
    Name,
    /// Sex.
    Sex,
    /// Birth date.
    BirthOn,
    /// Identity number.
    IdNumber,
    /// Ethnic group.
    Ethnic,
    /// Political status.
    Political,
    /// Schooling.
    Education,
    /// Where she works.
    WorkUnit,
    /// What she does there.
    Trade,
    /// Phone.
    Phone,
    /// Languages.
    Languages,
    /// How far she is in the programme, since when, and who signed.
    State,
    /// Remarks.
    Note,
    /// What is known of the home: address, rooms, languages, animals, the way, how many children it takes.
    Home,
}

impl VolunteerPart {
    /// Every part, in the order of the comparison.
    pub const ALL: [VolunteerPart; 14] = [
        Self::Name,
        Self::Sex,
        Self::BirthOn,
        Self::IdNumber,
        Self::Ethnic,
        Self::Political,
        Self::Education,
        Self::WorkUnit,
        Self::Trade,
        Self::Phone,
        Self::Languages,
        Self::State,
        Self::Note,
        Self::Home,
    ];

    /// The word in records and forms; where a child's file has the same part, the same word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Sex => "sex",
            Self::BirthOn => "birth_on",
            Self::IdNumber => "id_number",
            Self::Ethnic => "ethnic",
            Self::Political => "political",
            Self::Education => "education",
            Self::WorkUnit => "work_unit",
            Self::Trade => "trade",
            Self::Phone => "phone",
            Self::Languages => "languages",
            Self::State => "state",
            Self::Note => "note",
            Self::Home => "home",
        }
    }

    /// The part with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }

    /// The columns of a volunteer's row that go together with it.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["name"],
            Self::Sex => &["sex"],
            Self::BirthOn => &["birth_on"],
            Self::IdNumber => &["id_no_sealed", "id_no_bi"],
            Self::Ethnic => &["ethnic"],
            Self::Political => &["political"],
            Self::Education => &["education"],
            Self::WorkUnit => &["work_unit"],
            Self::Trade => &["trade"],
            Self::Phone => &["phone_sealed", "phone_bi"],
            Self::Languages => &["languages"],
            Self::State => &["state", "joined_on", "left_on", "approved_by", "approved_at"],
            Self::Note => &["note"],
            Self::Home => &[],
        }
    }

    /// The columns of a home's row that go together with it.
    #[must_use]
    pub fn home_columns(self) -> &'static [&'static str] {
        match self {
            Self::Home => &[
                "name",
                "town_code",
                "address_sealed",
                "rooms",
                "languages",
                "animals",
                "travel_minutes",
                "capacity",
                "capacity_reason",
                "capacity_by",
            ],
            _ => &[],
        }
    }

    /// Whether it is of the class secret: compared, never shown.
    #[must_use]
    pub fn is_locked(self) -> bool {
        self == Self::IdNumber
    }
}

/// What is known of two volunteers' files when they are to become one.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and a rule reads them one by one")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VolunteerFacts {
    /// They are one and the same file.
    pub same: bool,
    /// Another proposal with one of them waits.
    pub waiting: bool,
    /// A child is in one of the homes, or on the way.
    pub away: bool,
    /// Both sign in: a role that has not ended stands for each.
    pub both_accounts: bool,
    /// A stay with one was at the same time as a stay with the other.
    pub overlap: bool,
    /// Both had a pair with the same child on the same days.
    pub same_child: bool,
    /// The same time was credited in both.
    pub hours_twice: bool,
    /// Both take part in a round that goes on.
    pub both_in_round: bool,
    /// A proposal to one of them waits for its answer.
    pub offered: bool,
    /// The homes stand at two addresses, or in two towns.
    pub two_homes: bool,
    /// More children would have a pair in the home than it takes.
    pub no_room: bool,
    /// Somebody in the homes is kept away from a child who has a pair with somebody there.
    pub kept_away: bool,
    /// One of them was refused, the other one is or was in the programme.
    pub refused_once: bool,
    /// The identity number that would stay tells another birth date than the one that would stay.
    pub number_and_birth: bool,
    /// She would have a pair in a state in which nobody has one.
    pub state_with_pair: bool,
}

/// Everything that stands in the way, in the order in which it is to be settled.
#[must_use]
pub fn volunteer_obstacles(facts: &VolunteerFacts) -> Vec<Refusal> {
    let all = [
        (facts.same, "merge.same"),
        (facts.waiting, "merge.waiting"),
        (facts.away, "merge.child_there"),
        (facts.both_accounts, "merge.both_accounts"),
        (facts.overlap, "merge.stays_overlap"),
        (facts.same_child, "merge.same_child"),
        (facts.hours_twice, "merge.hours_twice"),
        (facts.both_in_round, "merge.both_in_round"),
        (facts.offered, "merge.offered"),
        (facts.two_homes, "merge.two_homes"),
        (facts.no_room, "merge.no_room"),
        (facts.kept_away, "merge.kept_away_there"),
        (facts.refused_once, "merge.refused_once"),
        (facts.number_and_birth, "merge.number_and_birth"),
        (facts.state_with_pair, "merge.state_with_pair"),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, code)| Refusal::new(code)).collect()
}

/// Whether one of two states is a refusal and the other one was given by a signature: what the leader refused does not
/// come in through another file.
#[must_use]
pub fn is_refused_once(one: VolunteerState, other: VolunteerState) -> bool {
    let refused = |state| state == VolunteerState::Refused;
    refused(one) != refused(other)
}

/// Whether a volunteer in this state may have a pair that has not ended.
#[must_use]
pub fn may_have_pair(state: VolunteerState) -> bool {
    matches!(state, VolunteerState::Approved | VolunteerState::Paused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_volunteer_are_read_back() {
        for part in VolunteerPart::ALL {
            assert_eq!(VolunteerPart::parse(part.code()), Some(part));
        }
        assert_eq!(VolunteerPart::parse("school"), None);
    }

    #[test]
    fn no_column_of_a_volunteer_belongs_to_two_parts() {
        let mut all: Vec<&str> = VolunteerPart::ALL.iter().flat_map(|part| part.columns()).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn each_obstacle_of_a_volunteer_alone_is_enough() {
        let free = VolunteerFacts::default();
        assert_eq!(volunteer_obstacles(&free), []);
        for (facts, says) in [
            (VolunteerFacts { same: true, ..free }, "merge.same"),
            (VolunteerFacts { waiting: true, ..free }, "merge.waiting"),
            (VolunteerFacts { away: true, ..free }, "merge.child_there"),
            (VolunteerFacts { both_accounts: true, ..free }, "merge.both_accounts"),
            (VolunteerFacts { overlap: true, ..free }, "merge.stays_overlap"),
            (VolunteerFacts { same_child: true, ..free }, "merge.same_child"),
            (VolunteerFacts { hours_twice: true, ..free }, "merge.hours_twice"),
            (VolunteerFacts { both_in_round: true, ..free }, "merge.both_in_round"),
            (VolunteerFacts { offered: true, ..free }, "merge.offered"),
            (VolunteerFacts { two_homes: true, ..free }, "merge.two_homes"),
            (VolunteerFacts { no_room: true, ..free }, "merge.no_room"),
            (VolunteerFacts { kept_away: true, ..free }, "merge.kept_away_there"),
            (VolunteerFacts { refused_once: true, ..free }, "merge.refused_once"),
            (VolunteerFacts { number_and_birth: true, ..free }, "merge.number_and_birth"),
            (VolunteerFacts { state_with_pair: true, ..free }, "merge.state_with_pair"),
        ] {
            let codes: Vec<&str> = volunteer_obstacles(&facts).iter().map(|refusal| refusal.code).collect();
            assert_eq!(codes, [says]);
        }
    }

    #[test]
    fn a_refusal_and_anything_else_do_not_become_one() {
        use VolunteerState::{Approved, Refused, Screening};
        assert!(is_refused_once(Refused, Approved) && is_refused_once(Screening, Refused));
        assert!(!is_refused_once(Refused, Refused) && !is_refused_once(Approved, Screening));
    }

    #[test]
    fn only_an_approved_or_resting_volunteer_has_a_pair() {
        let may: Vec<VolunteerState> = VolunteerState::ALL.into_iter().filter(|state| may_have_pair(*state)).collect();
        assert_eq!(may, [VolunteerState::Approved, VolunteerState::Paused]);
    }

    #[test]
    fn each_part_has_columns_and_those_of_the_home_stand_with_it_alone() {
        for part in VolunteerPart::ALL {
            let home = part == VolunteerPart::Home;
            assert_eq!((part.columns().is_empty(), part.home_columns().is_empty()), (home, !home), "{part:?}");
            assert_eq!(part.is_locked(), part == VolunteerPart::IdNumber, "{part:?}");
        }
    }
}
