//! Two files of one person, a child or a volunteer, become one: what may be chosen, what stands in the way, who says yes
//! (approver is never requester) and until when it can be taken apart again.

use uuid::Uuid;

use crate::{Refusal, Timestamp};

mod file;
mod volunteer;

pub use file::{File, MergeKind};
pub use volunteer::{VolunteerFacts, VolunteerPart, is_refused_once, may_have_pair, volunteer_obstacles};

/// Days for which a merge can be taken apart again.
pub const UNDO_DAYS: i64 = 30;

/// What became of two files that somebody looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MergeState {
    /// Proposed as one child; waits for another person.
    Asked,
    /// One file since.
    Done,
    /// Another person said no, and why.
    Refused,
    /// Taken back by whoever proposed it.
    Withdrawn,
    /// Two files again.
    Undone,
    /// Two people: they are not proposed any more.
    Distinct,
}

impl MergeState {
    /// Every state.
    pub const ALL: [MergeState; 6] =
        [Self::Asked, Self::Done, Self::Refused, Self::Withdrawn, Self::Undone, Self::Distinct];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Undone => "undone",
            Self::Distinct => "distinct",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A part of a child's file that one of the two gives. What can only be right together is one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Name.
    Name,
    /// Name in Mongolian script.
    NameMn,
    /// Sex.
    Sex,
    /// Birth date.
    BirthOn,
    /// Identity number.
    IdNumber,
    /// Ethnic group.
    Ethnic,
    /// School and class.
    School,
    /// Student number.
    StudentNumber,
    /// How far the child is in the programme, and since when.
    State,
    /// Town or gacha.
    Town,
    /// Address.
    Address,
    /// Whether the child boards.
    Boards,
    /// Languages.
    Languages,
    /// What must be known at once.
    Vital,
    /// What care needs.
    Care,
    /// Health in detail.
    Health,
    /// Likes.
    Likes,
    /// Own words.
    Words,
    /// Needs and wishes.
    Needs,
    /// How things are in the family.
    Family,
    /// Remarks.
    Note,
    /// Brothers and sisters to stay together with.
    Siblings,
}

impl Part {
    /// Every part, in the order of the comparison.
    pub const ALL: [Part; 22] = [
        Self::Name,
        Self::NameMn,
        Self::Sex,
        Self::BirthOn,
        Self::IdNumber,
        Self::Ethnic,
        Self::School,
        Self::StudentNumber,
        Self::State,
        Self::Town,
        Self::Address,
        Self::Boards,
        Self::Languages,
        Self::Vital,
        Self::Care,
        Self::Health,
        Self::Likes,
        Self::Words,
        Self::Needs,
        Self::Family,
        Self::Note,
        Self::Siblings,
    ];

    /// The word in records and forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameMn => "name_mn",
            Self::Sex => "sex",
            Self::BirthOn => "birth_on",
            Self::IdNumber => "id_number",
            Self::Ethnic => "ethnic",
            Self::School => "school",
            Self::StudentNumber => "student_number",
            Self::State => "state",
            Self::Town => "town",
            Self::Address => "address",
            Self::Boards => "boards",
            Self::Languages => "languages",
            Self::Vital => "vital",
            Self::Care => "care",
            Self::Health => "health",
            Self::Likes => "likes",
            Self::Words => "words",
            Self::Needs => "needs",
            Self::Family => "family",
            Self::Note => "note",
            Self::Siblings => "siblings",
        }
    }

    /// The part with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }

    /// The columns of a child's row that go together with it.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["name"],
            Self::NameMn => &["name_mn"],
            Self::Sex => &["sex"],
            Self::BirthOn => &["birth_on"],
            Self::IdNumber => &["id_no_sealed", "id_no_bi"],
            Self::Ethnic => &["ethnic"],
            Self::School => &["school_id", "class_id"],
            Self::StudentNumber => &["student_no_sealed"],
            Self::State => &["state", "enrolled_on", "left_on"],
            Self::Town => &["town_code"],
            Self::Address => &["address_sealed"],
            Self::Boards => &["boards"],
            Self::Languages => &["languages"],
            Self::Vital => &["vital_sealed"],
            Self::Care => &["care_sealed"],
            Self::Health => &["health_sealed"],
            Self::Likes => &["likes"],
            Self::Words => &["words"],
            Self::Needs => &["needs_sealed"],
            Self::Family => &["family_sealed"],
            Self::Note => &["note_sealed"],
            Self::Siblings => &["sibling_group_id"],
        }
    }

    /// Whether it is of the class secret: compared, never shown.
    #[must_use]
    pub fn is_locked(self) -> bool {
        matches!(self, Self::IdNumber | Self::StudentNumber | Self::Health | Self::Family | Self::Note)
    }
}

/// Why two files look like one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The same name and birth date.
    Birth,
    /// Names that are written or sound alike, and the same phone: an adult's beside a child, a volunteer's own.
    Phone,
    /// The same name and school, and a birth date is missing.
    School,
}

impl Why {
    /// The word in texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::Phone => "phone",
            Self::School => "school",
        }
    }
}

/// What is known of two files when they are to become one.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and a rule reads them one by one")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// They are one and the same file.
    pub same: bool,
    /// Another proposal with one of them waits.
    pub waiting: bool,
    /// One of the children is with a volunteer, or on the way.
    pub away: bool,
    /// Both have a pair that has not ended.
    pub both_paired: bool,
    /// Both have a stay that has not come to its end.
    pub both_stay: bool,
    /// A stay of one was at the same time as a stay of the other.
    pub overlap: bool,
    /// Both take part in a round that goes on.
    pub both_in_round: bool,
    /// A proposal to one of them waits for its answer.
    pub offered: bool,
    /// Somebody is kept away in one file and not in the other.
    pub kept_away: bool,
    /// The identity number that would stay tells another birth date than the one that would stay.
    pub number_and_birth: bool,
    /// It would have left and still have a pair.
    pub left_with_pair: bool,
}

/// Everything that stands in the way, in the order in which it is to be settled.
#[must_use]
pub fn obstacles(facts: &Facts) -> Vec<Refusal> {
    let all = [
        (facts.same, "merge.same"),
        (facts.waiting, "merge.waiting"),
        (facts.away, "merge.away"),
        (facts.both_paired, "merge.both_paired"),
        (facts.both_stay, "merge.both_stay"),
        (facts.overlap, "merge.overlap"),
        (facts.both_in_round, "merge.both_in_round"),
        (facts.offered, "merge.offered"),
        (facts.kept_away, "merge.kept_away"),
        (facts.number_and_birth, "merge.number_and_birth"),
        (facts.left_with_pair, "merge.left_with_pair"),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, code)| Refusal::new(code)).collect()
}

/// Whether the two files may become one.
///
/// # Errors
/// The first of [`obstacles`].
pub fn may_merge(facts: &Facts) -> Result<(), Refusal> {
    obstacles(facts).into_iter().next().map_or(Ok(()), Err)
}

/// A proposal as far as deciding needs it.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Who proposed it.
    pub by: Uuid,
    /// How far it is.
    pub state: MergeState,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// Whether `by` may say yes or no: never to one's own.
///
/// # Errors
/// `merge.decided`, `merge.own`.
pub fn may_decide(asked: &Asked, by: Uuid) -> Result<(), Refusal> {
    if asked.state != MergeState::Asked {
        return Err(Refusal::new("merge.decided"));
    }
    if asked.by == by { Err(Refusal::new("merge.own")) } else { Ok(()) }
}

/// Whether `by` may take the proposal back.
///
/// # Errors
/// `merge.decided`, `merge.not_own`.
pub fn may_withdraw(asked: &Asked, by: Uuid) -> Result<(), Refusal> {
    if asked.state != MergeState::Asked {
        return Err(Refusal::new("merge.decided"));
    }
    if asked.by == by { Ok(()) } else { Err(Refusal::new("merge.not_own")) }
}

/// The last moment at which a merge can be taken apart.
#[must_use]
pub fn undo_until(decided_at: Timestamp) -> Timestamp {
    decided_at.plus_minutes(UNDO_DAYS * 24 * 60)
}

/// Whether a merge may be taken apart `now`.
///
/// # Errors
/// `merge.not_done`, `merge.too_late`.
pub fn may_undo(asked: &Asked, now: Timestamp) -> Result<(), Refusal> {
    match (asked.state, asked.decided_at) {
        (MergeState::Done, Some(at)) if now <= undo_until(at) => Ok(()),
        (MergeState::Done, _) => Err(Refusal::new("merge.too_late")),
        _ => Err(Refusal::new("merge.not_done")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERS: Uuid = Uuid::from_u128(1);
    const ANOTHER: Uuid = Uuid::from_u128(2);
    const YES: Timestamp = Timestamp(1_700_000_000_000);

    fn waiting() -> Asked {
        Asked { by: HERS, state: MergeState::Asked, decided_at: None }
    }

    fn done() -> Asked {
        Asked { state: MergeState::Done, decided_at: Some(YES), ..waiting() }
    }

    fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
        result.err().map_or("allowed", |refusal| refusal.code)
    }

    #[test]
    fn a_kind_and_its_file_belong_together() {
        for kind in MergeKind::ALL {
            assert_eq!(MergeKind::parse(kind.code()), Some(kind));
            assert_eq!((kind.file(HERS).kind(), kind.file(HERS).id()), (kind, HERS));
        }
    }

    #[test]
    fn states_and_parts_are_read_back() {
        for state in MergeState::ALL {
            assert_eq!(MergeState::parse(state.code()), Some(state));
        }
        for part in Part::ALL {
            assert_eq!(Part::parse(part.code()), Some(part));
        }
        assert_eq!((MergeState::parse("other"), Part::parse("other")), (None, None));
    }

    #[test]
    fn no_column_belongs_to_two_parts() {
        let mut all: Vec<&str> = Part::ALL.iter().flat_map(|part| part.columns()).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn each_obstacle_alone_is_enough() {
        let free = Facts::default();
        assert!(may_merge(&free).is_ok());
        for (facts, says) in [
            (Facts { same: true, ..free }, "merge.same"),
            (Facts { waiting: true, ..free }, "merge.waiting"),
            (Facts { away: true, ..free }, "merge.away"),
            (Facts { both_paired: true, ..free }, "merge.both_paired"),
            (Facts { both_stay: true, ..free }, "merge.both_stay"),
            (Facts { overlap: true, ..free }, "merge.overlap"),
            (Facts { both_in_round: true, ..free }, "merge.both_in_round"),
            (Facts { offered: true, ..free }, "merge.offered"),
            (Facts { kept_away: true, ..free }, "merge.kept_away"),
            (Facts { number_and_birth: true, ..free }, "merge.number_and_birth"),
            (Facts { left_with_pair: true, ..free }, "merge.left_with_pair"),
        ] {
            assert_eq!(code(may_merge(&facts)), says);
        }
    }

    #[test]
    fn nobody_says_yes_to_the_own_proposal() {
        assert_eq!(code(may_decide(&waiting(), HERS)), "merge.own");
        assert!(may_decide(&waiting(), ANOTHER).is_ok());
    }

    #[test]
    fn what_is_decided_stays_decided() {
        assert_eq!(code(may_decide(&done(), ANOTHER)), "merge.decided");
        assert_eq!(code(may_withdraw(&done(), HERS)), "merge.decided");
    }

    #[test]
    fn only_who_proposed_takes_it_back() {
        assert_eq!(code(may_withdraw(&waiting(), ANOTHER)), "merge.not_own");
        assert!(may_withdraw(&waiting(), HERS).is_ok());
    }

    #[test]
    fn a_merge_is_taken_apart_within_thirty_days() {
        let last = YES.plus_minutes(UNDO_DAYS * 24 * 60);
        assert!(may_undo(&done(), last).is_ok());
        assert_eq!(code(may_undo(&done(), Timestamp(last.0 + 1))), "merge.too_late");
        assert_eq!(code(may_undo(&waiting(), YES)), "merge.not_done");
    }

    #[test]
    fn what_is_secret_is_compared_and_never_shown() {
        use Part::{Family, Health, IdNumber, Note, StudentNumber};
        let locked: Vec<Part> = Part::ALL.into_iter().filter(|part| part.is_locked()).collect();
        let secret = [IdNumber, StudentNumber, Health, Family, Note];
        assert!(locked.len() == secret.len() && secret.iter().all(|part| locked.contains(part)), "{locked:?}");
    }

    #[test]
    fn thirty_days_are_counted_from_the_yes() {
        assert_eq!(undo_until(YES), Timestamp(YES.0 + 30 * 24 * 60 * 60 * 1000));
    }
}
