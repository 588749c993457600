//! The State Council's days off and the workdays moved for them. The notice comes each November for
//! the year after; a county can enter further days in its records, this table is the start.
//! Source for 2026: the notice on www.gov.cn of November 2025 (number 7047091).

use jiff::civil::{Weekday, date};

use crate::time::Date;

/// A run of days with one meaning, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The holiday's Chinese name, also for the workdays moved for it.
    pub name: &'static str,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// `true`: days off. `false`: a Saturday or Sunday on which schools and offices work.
    pub rest: bool,
}

/// Every span known, by date.
pub const SPANS: &[Span] = &[
    Span { name: "元旦", from: date(2026, 1, 1), to: date(2026, 1, 3), rest: true },
    Span { name: "元旦", from: date(2026, 1, 4), to: date(2026, 1, 4), rest: false },
    Span { name: "春节", from: date(2026, 2, 14), to: date(2026, 2, 14), rest: false },
    Span { name: "春节", from: date(2026, 2, 15), to: date(2026, 2, 23), rest: true },
    Span { name: "春节", from: date(2026, 2, 28), to: date(2026, 2, 28), rest: false },
    Span { name: "清明节", from: date(2026, 4, 4), to: date(2026, 4, 6), rest: true },
    Span { name: "劳动节", from: date(2026, 5, 1), to: date(2026, 5, 5), rest: true },
    Span { name: "劳动节", from: date(2026, 5, 9), to: date(2026, 5, 9), rest: false },
    Span { name: "端午节", from: date(2026, 6, 19), to: date(2026, 6, 21), rest: true },
    Span { name: "国庆节", from: date(2026, 9, 20), to: date(2026, 9, 20), rest: false },
    Span { name: "中秋节", from: date(2026, 9, 25), to: date(2026, 9, 27), rest: true },
    Span { name: "国庆节", from: date(2026, 10, 1), to: date(2026, 10, 7), rest: true },
    Span { name: "国庆节", from: date(2026, 10, 10), to: date(2026, 10, 10), rest: false },
];

fn span_of(day: Date) -> Option<&'static Span> {
    SPANS.iter().find(|span| span.from <= day && day <= span.to)
}

/// Whether nobody goes to school or office: a holiday, or a weekend that was not moved.
#[must_use]
pub fn is_rest_day(day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    span_of(day).map_or(weekend, |span| span.rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_and_weekends_are_rest_days() {
        for day in [date(2026, 10, 1), date(2026, 2, 23), date(2026, 9, 5), date(2026, 9, 6), date(2027, 9, 4)] {
            assert!(is_rest_day(day), "{day}");
        }
    }

    #[test]
    fn moved_weekends_are_workdays() {
        for day in [date(2026, 9, 20), date(2026, 10, 10), date(2026, 1, 4)] {
            assert!(!is_rest_day(day), "{day}");
        }
        assert!(is_rest_day(date(2026, 9, 19)));
        assert!(!is_rest_day(date(2026, 9, 7)));
    }

    #[test]
    fn moved_workdays_fall_on_weekends_and_spans_do_not_overlap() {
        for pair in SPANS.windows(2) {
            if let [first, second] = pair {
                assert!(first.from <= first.to && first.to < second.from, "{}", second.name);
            }
        }
        for span in SPANS.iter().filter(|span| !span.rest) {
            assert!(matches!(span.from.weekday(), Weekday::Saturday | Weekday::Sunday), "{}", span.from);
        }
    }
}
