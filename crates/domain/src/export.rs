//! A list of children that leaves the house as a file. Above [`ALONE`] children a second person says yes first
//! (approver is never requester), and the file can be fetched for a day.

use uuid::Uuid;

use crate::{Refusal, Timestamp};

/// Children whom one person may take out of the house alone: in one file, and in all files of [`TOGETHER`].
pub const ALONE: usize = 50;
/// Minutes within which several files of one person are one list: a county goes out school by school otherwise.
pub const TOGETHER: i64 = 24 * 60;
/// Minutes for which an export can be fetched after the second person's yes: a day.
pub const LIVES: i64 = 24 * 60;

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportState {
    /// Waits for another person.
    Asked,
    /// Can be fetched by whoever asked, for a day.
    Approved,
    /// Not this time, and why.
    Refused,
    /// Taken back by whoever asked.
    Withdrawn,
}

impl ExportState {
    /// Every state.
    pub const ALL: [ExportState; 4] = [Self::Asked, Self::Approved, Self::Refused, Self::Withdrawn];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
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

/// What is known of an export when somebody wants the file.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Who asked for it.
    pub by: Uuid,
    /// How far it is.
    pub state: ExportState,
    /// When the second person decided.
    pub decided_at: Option<Timestamp>,
    /// Children in the list when it was asked for: so many the second person saw.
    pub children: usize,
}

/// Whether one person may take so many children out of the house.
///
/// # Errors
/// `export.needs_second` above [`ALONE`].
pub fn alone(children: usize) -> Result<(), Refusal> {
    if children > ALONE { Err(Refusal::new("export.needs_second")) } else { Ok(()) }
}

/// Whether `by` may say yes or no: never to one's own.
///
/// # Errors
/// `export.decided`, `export.own`.
pub fn may_decide(asked: &Asked, by: Uuid) -> Result<(), Refusal> {
    if asked.state != ExportState::Asked {
        return Err(Refusal::new("export.decided"));
    }
    if asked.by == by { Err(Refusal::new("export.own")) } else { Ok(()) }
}

/// Whether `by` may take it back.
///
/// # Errors
/// `export.decided`, `export.not_own`.
pub fn may_withdraw(asked: &Asked, by: Uuid) -> Result<(), Refusal> {
    if asked.state != ExportState::Asked {
        return Err(Refusal::new("export.decided"));
    }
    if asked.by == by { Ok(()) } else { Err(Refusal::new("export.not_own")) }
}

/// The last moment at which the file can be fetched.
#[must_use]
pub fn lives_until(decided_at: Timestamp) -> Timestamp {
    decided_at.plus_minutes(LIVES)
}

/// Whether `by` may fetch the file `now`, in which `children` would stand.
///
/// # Errors
/// `export.not_own`, `export.not_approved`, `export.over` a day after the yes, `export.grown` when more children came
/// into the list than the second person saw.
pub fn may_take(asked: &Asked, by: Uuid, now: Timestamp, children: usize) -> Result<(), Refusal> {
    if asked.by != by {
        return Err(Refusal::new("export.not_own"));
    }
    let decided_at = match (asked.state, asked.decided_at) {
        (ExportState::Approved, Some(at)) => at,
        _ => return Err(Refusal::new("export.not_approved")),
    };
    if now > lives_until(decided_at) {
        return Err(Refusal::new("export.over"));
    }
    if children > asked.children { Err(Refusal::new("export.grown")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERS: Uuid = Uuid::from_u128(1);
    const ANOTHER: Uuid = Uuid::from_u128(2);
    const YES: Timestamp = Timestamp(1_700_000_000_000);

    fn approved() -> Asked {
        Asked { by: HERS, state: ExportState::Approved, decided_at: Some(YES), children: 60 }
    }

    fn waiting() -> Asked {
        Asked { state: ExportState::Asked, decided_at: None, ..approved() }
    }

    fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
        result.err().map_or("allowed", |refusal| refusal.code)
    }

    #[test]
    fn every_state_is_read_back() {
        for state in ExportState::ALL {
            assert_eq!(ExportState::parse(state.code()), Some(state));
        }
        assert_eq!(ExportState::parse("other"), None);
    }

    #[test]
    fn more_than_fifty_children_need_a_second_person() {
        assert!(alone(ALONE).is_ok());
        assert_eq!(code(alone(ALONE + 1)), "export.needs_second");
    }

    #[test]
    fn nobody_says_yes_to_ones_own_export() {
        assert_eq!(code(may_decide(&waiting(), HERS)), "export.own");
        assert!(may_decide(&waiting(), ANOTHER).is_ok());
    }

    #[test]
    fn what_is_decided_stays_decided() {
        assert_eq!(code(may_decide(&approved(), ANOTHER)), "export.decided");
        assert_eq!(code(may_withdraw(&approved(), HERS)), "export.decided");
    }

    #[test]
    fn only_who_asked_takes_it_back() {
        assert_eq!(code(may_withdraw(&waiting(), ANOTHER)), "export.not_own");
        assert!(may_withdraw(&waiting(), HERS).is_ok());
    }

    #[test]
    fn the_file_is_for_whoever_asked() {
        assert_eq!(code(may_take(&approved(), ANOTHER, YES, 60)), "export.not_own");
        assert!(may_take(&approved(), HERS, YES, 60).is_ok());
    }

    #[test]
    fn nothing_is_fetched_before_the_second_yes() {
        assert_eq!(code(may_take(&waiting(), HERS, YES, 60)), "export.not_approved");
    }

    #[test]
    fn the_file_lives_a_day() {
        let last = YES.plus_minutes(LIVES);
        assert!(may_take(&approved(), HERS, last, 60).is_ok());
        assert_eq!(code(may_take(&approved(), HERS, Timestamp(last.0 + 1), 60)), "export.over");
    }

    #[test]
    fn a_list_that_grew_is_asked_for_again() {
        assert_eq!(code(may_take(&approved(), HERS, YES, 61)), "export.grown");
        assert!(may_take(&approved(), HERS, YES, 59).is_ok());
    }

    #[test]
    fn fifty_children_leave_with_one_person_within_a_day_and_a_file_lives_a_day() {
        assert_eq!((ALONE, TOGETHER, LIVES), (50, 24 * 60, 24 * 60));
    }
}
