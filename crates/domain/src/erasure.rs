//! A child's or a volunteer's file erased on a written request (个人信息保护法, art. 47). One person asks, a leader who is another
//! person says yes, and nothing brings it back: what is still under way, and what has to be kept, stands before it.

use uuid::Uuid;

use crate::child::ChildState;
use crate::id::{ChildId, VolunteerId};
use crate::{Date, Refusal};

mod volunteer;

pub use volunteer::{VolunteerFacts, in_the_way_of_volunteer};

/// Stands where a name stood.
pub const NAMELESS: &str = "—";

/// Whose file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// A child's, with the guardians who belong to no other child.
    Child(ChildId),
    /// A volunteer's, with the home that is only hers.
    Volunteer(VolunteerId),
}

impl From<ChildId> for Whose {
    fn from(id: ChildId) -> Whose {
        Whose::Child(id)
    }
}

impl From<VolunteerId> for Whose {
    fn from(id: VolunteerId) -> Whose {
        Whose::Volunteer(id)
    }
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErasureState {
    /// Waits for a leader.
    Asked,
    /// The file is erased.
    Done,
    /// Not erased, and why.
    Refused,
    /// Taken back by whoever asked.
    Withdrawn,
}

impl ErasureState {
    /// Every state.
    pub const ALL: [ErasureState; 4] = [Self::Asked, Self::Done, Self::Refused, Self::Withdrawn];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Whether `by` may say yes or no to what `asker` asked for: never to one's own.
///
/// # Errors
/// `erasure.decided`, `erasure.own`.
pub fn may_decide(state: ErasureState, asker: Uuid, by: Uuid) -> Result<(), Refusal> {
    if state != ErasureState::Asked {
        return Err(Refusal::new("erasure.decided"));
    }
    if asker == by { Err(Refusal::new("erasure.own")) } else { Ok(()) }
}

/// Whether `by` may take back what `asker` asked for.
///
/// # Errors
/// `erasure.decided`, `erasure.not_own`.
pub fn may_withdraw(state: ErasureState, asker: Uuid, by: Uuid) -> Result<(), Refusal> {
    if state != ErasureState::Asked {
        return Err(Refusal::new("erasure.decided"));
    }
    if asker == by { Ok(()) } else { Err(Refusal::new("erasure.not_own")) }
}

/// What is known of a child whose file shall be erased.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and a rule reads them one by one")]
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Where the child is in the programme.
    pub state: ChildState,
    /// The first day on which nothing demands that the file be kept.
    pub free_from: Option<Date>,
    /// The day.
    pub today: Date,
    /// Whether a pair has not ended.
    pub pair: bool,
    /// Whether a weekend has not come to its end.
    pub stay: bool,
    /// Whether a talk is due.
    pub talk: bool,
    /// Whether the child takes part in a round that is open, or is proposed to somebody.
    pub round: bool,
    /// Whether two files wait to become one.
    pub merge: bool,
    /// Whether the processing of the file is restricted: what the guardian disputes is examined first, and no word of it is lost.
    pub restricted: bool,
    /// Whether somebody has uploaded a roster and not imported it yet: what stands in it nobody can tell, and it may be of the
    /// child.
    pub import: bool,
    /// Whether a guardian whose data go with it still signs in.
    pub account: bool,
    /// Whether something else is open that not everybody may know of: a concern, an alarm, an opening in an emergency that nobody
    /// has reviewed, an act of a phone, hours. All of it has one answer.
    pub open: bool,
}

/// What stands in the way, everything at once.
#[must_use]
pub fn in_the_way(facts: &Facts) -> Vec<Refusal> {
    let all = [
        (facts.state != ChildState::Left, "erasure.not_left"),
        (facts.pair, "erasure.pair_open"),
        (facts.stay, "erasure.stay_open"),
        (facts.talk, "erasure.talk_due"),
        (facts.round, "erasure.round_open"),
        (facts.merge, "erasure.merge_open"),
        (facts.restricted, "erasure.restricted"),
        (facts.import, "erasure.import_open"),
        (facts.account, "erasure.account_open"),
        (facts.open, "erasure.not_now"),
    ];
    standing(&all).chain(kept(facts.free_from, facts.today)).collect()
}

/// What of these stands.
fn standing(all: &[(bool, &'static str)]) -> impl Iterator<Item = Refusal> {
    all.iter().filter(|(stands, _)| *stands).map(|(_, code)| Refusal::new(code))
}

/// The county keeps the file until a day that has not come.
fn kept(free_from: Option<Date>, today: Date) -> Option<Refusal> {
    let day = free_from.filter(|day| today < *day)?;
    Some(Refusal::new("erasure.kept").with("until", day.to_string()))
}

/// Whether a file may be erased before which these stand.
///
/// # Errors
/// The first of them.
pub fn may_erase(in_the_way: Vec<Refusal>) -> Result<(), Refusal> {
    in_the_way.into_iter().next().map_or(Ok(()), Err)
}

/// What is kept of a birth date: figures count by age.
#[must_use]
pub fn year_of(birth_on: &str) -> Option<String> {
    let year = birth_on.parse::<Date>().ok()?.year();
    Some(format!("{year:04}-01-01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKER: Uuid = Uuid::from_u128(1);
    const LEADER: Uuid = Uuid::from_u128(2);

    fn day(year: i16) -> Date {
        jiff::civil::date(year, 11, 20)
    }

    fn free() -> Facts {
        Facts {
            state: ChildState::Left,
            free_from: Some(day(2026)),
            today: day(2026),
            pair: false,
            stay: false,
            talk: false,
            round: false,
            merge: false,
            restricted: false,
            import: false,
            account: false,
            open: false,
        }
    }

    fn code(facts: &Facts) -> &'static str {
        may_erase(in_the_way(facts)).err().map_or("allowed", |refusal| refusal.code)
    }

    #[test]
    fn every_state_is_read_back() {
        for state in ErasureState::ALL {
            assert_eq!(ErasureState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn nobody_says_yes_to_ones_own_request() {
        let refused = |state, by| may_decide(state, ASKER, by).err().map(|refusal| refusal.code);
        assert_eq!(refused(ErasureState::Asked, ASKER), Some("erasure.own"));
        assert_eq!(refused(ErasureState::Asked, LEADER), None);
        assert_eq!(refused(ErasureState::Done, LEADER), Some("erasure.decided"));
    }

    #[test]
    fn only_who_asked_takes_it_back() {
        let refused = |state, by| may_withdraw(state, ASKER, by).err().map(|refusal| refusal.code);
        assert_eq!(refused(ErasureState::Asked, LEADER), Some("erasure.not_own"));
        assert_eq!(refused(ErasureState::Asked, ASKER), None);
        assert_eq!(refused(ErasureState::Withdrawn, ASKER), Some("erasure.decided"));
    }

    #[test]
    fn what_is_under_way_stands_before_an_erasure() {
        assert_eq!(code(&free()), "allowed");
        for state in [ChildState::Applying, ChildState::Enrolled, ChildState::Paused] {
            assert_eq!(code(&Facts { state, ..free() }), "erasure.not_left");
        }
        assert_eq!(code(&Facts { pair: true, ..free() }), "erasure.pair_open");
        assert_eq!(code(&Facts { stay: true, ..free() }), "erasure.stay_open");
        assert_eq!(code(&Facts { talk: true, ..free() }), "erasure.talk_due");
        assert_eq!(code(&Facts { round: true, ..free() }), "erasure.round_open");
        assert_eq!(code(&Facts { merge: true, ..free() }), "erasure.merge_open");
        assert_eq!(code(&Facts { restricted: true, ..free() }), "erasure.restricted");
        assert_eq!(code(&Facts { import: true, ..free() }), "erasure.import_open");
        assert_eq!(code(&Facts { account: true, ..free() }), "erasure.account_open");
        assert_eq!(code(&Facts { open: true, ..free() }), "erasure.not_now");
    }

    #[test]
    fn a_file_that_has_to_be_kept_is_kept_until_its_day() {
        assert_eq!(code(&Facts { free_from: Some(day(2027)), ..free() }), "erasure.kept");
        assert_eq!(code(&Facts { free_from: None, ..free() }), "allowed");
    }

    #[test]
    fn of_a_birth_date_the_year_stays() {
        assert_eq!(year_of("2016-03-05").as_deref(), Some("2016-01-01"));
        assert_eq!(year_of("unknown"), None);
    }
}
