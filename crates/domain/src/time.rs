//! Time as the records keep it: instants are milliseconds UTC, dates are calendar dates in
//! Asia/Shanghai. The clock is always passed in.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// A calendar date (Asia/Shanghai where it was derived from an instant).
pub type Date = jiff::civil::Date;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Asia/Shanghai has kept UTC+8 without summer time since 1991.
const SHANGHAI_MILLIS: i64 = 8 * 60 * 60 * 1000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

impl Timestamp {
    /// The calendar date in Asia/Shanghai. Instants outside years -9999..9999 give the nearest date.
    #[must_use]
    pub fn date(self) -> Date {
        self.shanghai().date()
    }

    /// Wall-clock date and time in Asia/Shanghai, to the millisecond.
    #[must_use]
    pub fn shanghai(self) -> DateTime {
        let millis = self.0.saturating_add(SHANGHAI_MILLIS);
        jiff::Timestamp::from_millisecond(millis).map_or_else(
            |_| if millis < 0 { DateTime::MIN } else { DateTime::MAX },
            |at| jiff::tz::TimeZone::UTC.to_datetime(at),
        )
    }

    /// The instant of a wall-clock time in Asia/Shanghai.
    #[must_use]
    pub fn from_shanghai(at: DateTime) -> Timestamp {
        let days = i64::from(days_from_epoch(at.date()));
        let time = at.time();
        let secs = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
        Timestamp(days * DAY_MILLIS + secs * 1000 + i64::from(time.millisecond()) - SHANGHAI_MILLIS)
    }

    /// `minutes` later (earlier when negative).
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(minutes.saturating_mul(60_000)))
    }

    /// Whole minutes from `earlier` to `self`, rounded towards zero; negative when `earlier` is later.
    #[must_use]
    pub fn minutes_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0) / 60_000
    }
}

/// Days from 1970-01-01 to `date`.
fn days_from_epoch(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    date.since(epoch).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn midnight_in_shanghai_is_four_in_the_afternoon_in_greenwich_the_day_before() {
        let at = Timestamp::from_shanghai(date(2026, 11, 20).at(0, 0, 0, 0));
        assert_eq!(at.0, 1_795_104_000_000);
        assert_eq!(at.date(), date(2026, 11, 20));
        assert_eq!(Timestamp(at.0 - 1).date(), date(2026, 11, 19));
    }

    #[test]
    fn wall_clock_and_instant_are_inverse() {
        let wall = date(2014, 2, 28).at(23, 59, 58, 0);
        assert_eq!(Timestamp::from_shanghai(wall).shanghai(), wall);
    }

    #[test]
    fn an_absurd_instant_does_not_panic() {
        assert_eq!(Timestamp(i64::MAX).shanghai(), DateTime::MAX);
        assert_eq!(Timestamp(i64::MIN).shanghai(), DateTime::MIN);
    }

    #[test]
    fn a_second_and_a_millisecond_count_and_minutes_are_whole() {
        let wall = date(2026, 11, 20).at(17, 30, 1, 2_000_000);
        let at = Timestamp::from_shanghai(wall);
        assert_eq!(at.shanghai(), wall);
        assert_eq!(at.0, Timestamp::from_shanghai(date(2026, 11, 20).at(17, 30, 0, 0)).0 + 1_002);
        let minutes = |millis: i64| Timestamp(at.0 + millis).minutes_since(at);
        assert_eq!([59_999, 60_000, -59_999, -60_000].map(minutes), [0, 1, 0, -1]);
    }
}
