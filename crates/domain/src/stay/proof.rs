//! How long a check holds, as the gate asks it.

use crate::Date;
use crate::check::{Check, CheckKind, Outcome, Subject};

/// Whether a check was passed, and through which day it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Never done, not passed, or withdrawn.
    Missing,
    /// Passed; holds through this day.
    Until(Date),
    /// Passed; holds until somebody says otherwise.
    Open,
}

impl Proof {
    /// What the checks of one subject prove for `kind`: the last one done decides, and what the
    /// programme renews ends after its usual period when no last day was written down.
    #[must_use]
    pub fn of(checks: &[Check], kind: CheckKind, subject: Subject) -> Proof {
        let known = checks.iter().filter(|c| c.kind == kind && c.subject == subject && c.outcome != Outcome::Due);
        match known.max_by_key(|c| (c.done_on, c.entered_at)) {
            Some(Check { outcome: Outcome::Passed, done_on, valid_until, .. }) => {
                Proof::passed(kind, *done_on, *valid_until)
            }
            _ => Proof::Missing,
        }
    }

    fn passed(kind: CheckKind, done_on: Option<Date>, valid_until: Option<Date>) -> Proof {
        match (valid_until, done_on) {
            (Some(until), _) => Proof::Until(until),
            (None, _) if kind.years().is_none() => Proof::Open,
            (None, Some(done)) => kind.holds_until(done).map_or(Proof::Missing, Proof::Until),
            (None, None) => Proof::Missing,
        }
    }

    /// Whether it holds through `last`.
    #[must_use]
    pub fn covers(self, last: Date) -> bool {
        match self {
            Proof::Missing => false,
            Proof::Until(until) => until >= last,
            Proof::Open => true,
        }
    }

    /// The last day, when there is one.
    #[must_use]
    pub fn until(self) -> Option<Date> {
        match self {
            Proof::Until(until) => Some(until),
            Proof::Missing | Proof::Open => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn check(outcome: Outcome, done_on: Date, valid_until: Option<Date>) -> Check {
        let subject = Subject::Adult(Uuid::nil());
        Check {
            kind: CheckKind::NoOffence,
            subject,
            outcome,
            done_on: Some(done_on),
            number: None,
            valid_until,
            entered_at: 0,
        }
    }

    fn proof(checks: &[Check]) -> Proof {
        Proof::of(checks, CheckKind::NoOffence, Subject::Adult(Uuid::nil()))
    }

    #[test]
    fn a_yearly_query_without_an_end_holds_one_year() {
        let proof = proof(&[check(Outcome::Passed, date(2025, 11, 23), None)]);
        assert!(proof.covers(date(2026, 11, 22)));
        assert!(!proof.covers(date(2026, 11, 23)));
    }

    #[test]
    fn a_later_failure_takes_an_older_pass_away() {
        let pass = check(Outcome::Passed, date(2026, 1, 5), Some(date(2027, 1, 4)));
        let failure = check(Outcome::Failed, date(2026, 6, 1), None);
        assert_eq!(proof(&[pass.clone(), failure]), Proof::Missing);
        assert_eq!(proof(&[pass]), Proof::Until(date(2027, 1, 4)));
        assert_eq!(proof(&[]), Proof::Missing);
    }

    #[test]
    fn only_a_check_of_this_kind_about_this_person_proves_anything() {
        let pass = check(Outcome::Passed, date(2026, 1, 5), Some(date(2027, 1, 4)));
        let other_kind = Check { kind: CheckKind::Health, ..pass.clone() };
        let other_person = Check { subject: Subject::Adult(Uuid::from_u128(1)), ..pass.clone() };
        for check in [other_kind, other_person] {
            assert_eq!(proof(&[check]), Proof::Missing);
        }
        assert_eq!(proof(&[pass]).until(), Some(date(2027, 1, 4)));
    }

    #[test]
    fn a_query_that_was_only_asked_for_neither_proves_nor_takes_away() {
        let pass = check(Outcome::Passed, date(2026, 1, 5), Some(date(2027, 1, 4)));
        let asked = check(Outcome::Due, date(2026, 6, 1), None);
        assert_eq!(proof(&[pass, asked.clone()]), Proof::Until(date(2027, 1, 4)));
        assert_eq!(proof(&[asked]), Proof::Missing);
    }

    #[test]
    fn of_two_on_one_day_the_later_entry_decides() {
        let pass = check(Outcome::Passed, date(2026, 1, 5), Some(date(2027, 1, 4)));
        let failure = Check { outcome: Outcome::Failed, entered_at: 1, ..pass.clone() };
        assert_eq!(proof(&[failure.clone(), pass.clone()]), Proof::Missing);
        let healed = Check { entered_at: 2, ..pass };
        assert_eq!(proof(&[healed, failure]), Proof::Until(date(2027, 1, 4)));
    }

    #[test]
    fn what_does_not_end_by_itself_holds_without_an_end_and_what_does_needs_a_day() {
        let identity = Check { kind: CheckKind::Identity, ..check(Outcome::Passed, date(2020, 1, 5), None) };
        let subject = identity.subject;
        assert_eq!(Proof::of(&[identity], CheckKind::Identity, subject), Proof::Open);
        let undated = Check { done_on: None, ..check(Outcome::Passed, date(2026, 1, 5), None) };
        assert_eq!(proof(&[undated]), Proof::Missing);
        assert_eq!((Proof::Open.until(), Proof::Missing.until()), (None, None));
    }
}
