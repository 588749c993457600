//! The figures of a month as a county's leader signs them and the levels above see them (R23): when they are due, when
//! totals are drawn, and how a correction follows.

use jiff::ToSpan;
use jiff::civil::date;

use crate::{Date, Timestamp};

/// A calendar month (Asia/Shanghai).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

/// Day of the following month on which the leader's signature is due.
pub const DUE_DAY: i8 = 5;
/// Day of the following month from which totals are shown. They are made once, of what was signed before, and do not
/// move afterwards: whoever compared a total before and after a county came in would learn that county's number.
pub const TOTAL_DAY: i8 = 10;
/// Minutes until what was signed before the totals is surely on record: a signature may wait its turn, and on a server the
/// clocks of two processes differ.
const SETTLED_AFTER: i64 = 5;

impl Month {
    /// The month in which a day lies.
    #[must_use]
    pub fn of(day: Date) -> Month {
        Month { first: day.first_of_month() }
    }

    /// Reads `2026-10`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Month> {
        let plain = text.len() == 7
            && text.bytes().enumerate().all(|(n, b)| (n == 4) == (b == b'-') && (n == 4 || b.is_ascii_digit()));
        let whole: Date = plain.then(|| format!("{text}-01")).and_then(|day| day.parse().ok())?;
        (whole.year() >= 2000).then(|| Month::of(whole))
    }

    /// The last month that was over before this day.
    #[must_use]
    pub fn over_by(day: Date) -> Month {
        Month::of(day).earlier(1)
    }

    /// `count` months earlier.
    #[must_use]
    pub fn earlier(self, count: i32) -> Month {
        Month { first: self.first.saturating_sub(count.months()) }
    }

    /// `count` months later.
    #[must_use]
    pub fn later(self, count: i32) -> Month {
        self.earlier(-count)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.first.year()
    }

    /// 1 to 12.
    #[must_use]
    pub fn number(self) -> i8 {
        self.first.month()
    }

    /// The day as of which its figures stand.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    /// Whether all of it lies behind `today`.
    #[must_use]
    pub fn is_over(self, today: Date) -> bool {
        self.last_day() < today
    }

    /// Whether its signature is overdue on `today`.
    #[must_use]
    pub fn is_late(self, today: Date) -> bool {
        today > self.next(DUE_DAY)
    }

    /// Of what its totals are made: what is signed at or after this instant is not in them.
    #[must_use]
    pub fn totals_at(self) -> Timestamp {
        Timestamp::from_shanghai(self.next(TOTAL_DAY).at(0, 0, 0, 0))
    }

    /// From when they are shown: five minutes later.
    #[must_use]
    pub fn shown_at(self) -> Timestamp {
        self.totals_at().plus_minutes(SETTLED_AFTER)
    }

    fn next(self, day: i8) -> Date {
        let next = self.later(1);
        date(next.year(), next.number(), day)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// How a month's figures stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SnapshotState {
    /// Signed, and seen above.
    Signed,
    /// Signed; somebody above asks the county to check it.
    Asked,
    /// A later edition took its place.
    Replaced,
}

impl SnapshotState {
    /// Every state.
    pub const ALL: [SnapshotState; 3] = [Self::Signed, Self::Asked, Self::Replaced];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Asked => "asked",
            Self::Replaced => "replaced",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<SnapshotState> {
        SnapshotState::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_reads_back_as_it_is_written_and_nothing_else_reads() {
        let month = Month::parse("2026-10");
        assert_eq!(month.map(|m| m.to_string()).as_deref(), Some("2026-10"));
        for wrong in ["2026-13", "2026-1", "202610", "0001-01", "2026/10", "二〇二六-1", ""] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_month_is_due_on_the_fifth_and_its_totals_come_on_the_tenth() {
        let december = Month::of(date(2025, 12, 3));
        assert_eq!(december.last_day(), date(2025, 12, 31));
        assert!(!december.is_over(date(2025, 12, 31)) && december.is_over(date(2026, 1, 1)));
        assert!(!december.is_late(date(2026, 1, 5)) && december.is_late(date(2026, 1, 6)));
        assert_eq!(december.totals_at(), Timestamp::from_shanghai(date(2026, 1, 10).at(0, 0, 0, 0)));
        assert_eq!(december.shown_at(), Timestamp::from_shanghai(date(2026, 1, 10).at(0, 5, 0, 0)));
    }

    #[test]
    fn months_follow_one_another_over_the_end_of_a_year() {
        let january = Month::of(date(2026, 1, 31));
        assert_eq!(january.earlier(1).to_string(), "2025-12");
        assert_eq!(january.earlier(1).later(1), january);
        assert_eq!(Month::over_by(date(2026, 1, 1)).to_string(), "2025-12");
    }

    #[test]
    fn states_lead_back() {
        for state in SnapshotState::ALL {
            assert_eq!(SnapshotState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn a_moment_is_no_month_and_no_month_is_older_than_the_century() {
        assert_eq!(Month::parse("2026-10-05T00"), None);
        assert_eq!(Month::parse("2000-01").map(|m| m.to_string()).as_deref(), Some("2000-01"));
        assert_eq!(Month::parse("1999-12"), None);
    }
}
