//! The story's days: weekends, terms, and how far this weekend has come.

use jiff::ToSpan;
use jiff::civil::{Weekday, date};
use naheya_domain::school_holiday::is_rest_day;
use naheya_domain::{Date, Timestamp};

/// `days` later; earlier when negative.
pub(super) fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

pub(super) fn at(day: Date, hour: i8, minute: i64) -> Timestamp {
    Timestamp::from_shanghai(day.at(hour, 0, 0, 0)).plus_minutes(minute)
}

/// The Friday of the weekend that is running or comes next.
pub(super) fn this_friday(today: Date) -> Date {
    let back = i64::from(today.weekday().to_monday_zero_offset());
    plus(today, 4 - back)
}

/// Whether schools are in term on that Friday: no holiday, no winter or summer break.
pub(super) fn is_term(friday: Date) -> bool {
    let day = (friday.month(), friday.day());
    let winter = (1, 8)..=(2, 25);
    let summer = (7, 8)..=(8, 28);
    !winter.contains(&day) && !summer.contains(&day) && !is_rest_day(friday)
}

/// Every Friday of term from `from` to `to`.
pub(super) fn fridays(from: Date, to: Date) -> Vec<Date> {
    let mut days = Vec::new();
    let mut day = from;
    while day.weekday() != Weekday::Friday {
        day = plus(day, 1);
    }
    while day <= to {
        if is_term(day) {
            days.push(day);
        }
        let next = plus(day, 7);
        if next == day {
            break;
        }
        day = next;
    }
    days
}

/// The two terms that run on `today` or come next: name, first and last day.
pub(super) fn terms_from(today: Date) -> Vec<(String, Date, Date)> {
    let year = today.year();
    let spring = |y: i16| (format!("{y} 年春季学期"), date(y, 2, 26), date(y, 7, 7));
    let autumn = |y: i16| (format!("{y} 年秋季学期"), date(y, 9, 1), date(y + 1, 1, 7));
    let all = [autumn(year - 1), spring(year), autumn(year), spring(year + 1), autumn(year + 1)];
    all.into_iter().filter(|(_, _, to)| *to >= today).take(2).collect()
}

/// How far this weekend has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    /// Requests are coming in and wait for an answer.
    Deciding,
    /// Friday afternoon: children are being fetched.
    AtTheGate,
    /// They are at home.
    AtHome,
    /// Sunday afternoon: they are on their way back.
    GoingBack,
    /// Sunday evening: they are back.
    Back,
}

impl Moment {
    pub(super) fn of(now: Timestamp, friday: Date) -> Moment {
        let sunday = plus(friday, 2);
        if now < at(friday, 16, 50) {
            Moment::Deciding
        } else if now < at(friday, 18, 30) {
            Moment::AtTheGate
        } else if now < at(sunday, 16, 0) {
            Moment::AtHome
        } else if now < at(sunday, 18, 0) {
            Moment::GoingBack
        } else {
            Moment::Back
        }
    }
}
