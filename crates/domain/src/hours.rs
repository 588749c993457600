//! How a volunteer's hours are credited (product.md, "Hours"): from arriving at the home to leaving
//! it, never more than the cap in one calendar day, in whole minutes.

mod claim;

pub use claim::{
    ClaimState, CorrectionForm, MOST_HOURS_A_YEAR, NewCorrection, NewPaper, NewService, PaperForm, ServiceForm,
    may_decide,
};

use crate::{Date, Timestamp};

/// The most that one calendar day in Asia/Shanghai counts, in minutes, unless a setting says otherwise.
pub const DAILY_CAP: i32 = 8 * 60;

/// What the custody chain says of one stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StayTimes {
    /// The child was handed to the volunteer.
    pub picked_up: Option<Timestamp>,
    /// They arrived at the home.
    pub arrived: Option<Timestamp>,
    /// They left the home.
    pub left: Option<Timestamp>,
    /// The child was handed back.
    pub returned: Option<Timestamp>,
}

/// From when to when a stay is credited: arrival to leaving; where one of them is unknown, pick-up
/// or return less the way (`travel`, minutes). Never from before the pick-up, nor beyond the return. `None` when it
/// cannot be told, or nothing is left.
#[must_use]
pub fn credited_span(times: &StayTimes, travel: i64) -> Option<(Timestamp, Timestamp)> {
    let arrived = times.arrived.map(|at| times.picked_up.map_or(at, |picked_up| at.max(picked_up)));
    let left = times.left.map(|at| times.returned.map_or(at, |returned| at.min(returned)));
    let from = arrived.or_else(|| times.picked_up.map(|at| at.plus_minutes(travel)))?;
    let to = left.or_else(|| times.returned.map(|at| at.plus_minutes(-travel)))?;
    (from < to).then_some((from, to))
}

/// The minutes credited for a span: each calendar day counts at most `cap` minutes.
#[must_use]
pub fn credited_minutes(from: Timestamp, to: Timestamp, cap: i32) -> i32 {
    let (mut start, mut sum) = (from, 0i64);
    while start < to {
        let end = day_after(start.date()).min(to);
        if end <= start {
            break;
        }
        sum += end.minutes_since(start).min(i64::from(cap));
        start = end;
    }
    i32::try_from(sum).unwrap_or(i32::MAX)
}

/// Whether two spans share a moment; touching ends do not.
#[must_use]
pub fn overlap(one: (Timestamp, Timestamp), other: (Timestamp, Timestamp)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

fn day_after(day: Date) -> Timestamp {
    day.tomorrow().map_or(Timestamp(i64::MAX), |next| Timestamp::from_shanghai(next.at(0, 0, 0, 0)))
}

/// The day to which an entry counts that ended then: the end is not included, so that what ends at midnight belongs to the
/// day before. Figures, totals, years and the volunteer's book all take it from here.
#[must_use]
pub fn counted_on(ended: Timestamp) -> Date {
    Timestamp(ended.0.saturating_sub(1)).date()
}

/// From an instant to an instant, the end not included.
pub type Span = (Timestamp, Timestamp);

/// What one calendar day of an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCredit {
    /// The day in Asia/Shanghai.
    pub day: Date,
    /// Minutes between begin and end of the entry on this day.
    pub spent: i64,
    /// Minutes of them that count.
    pub credited: i32,
}

impl DayCredit {
    /// Whether the cap of the day took something away.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        i64::from(self.credited) < self.spent
    }
}

/// What `new` counts on each of its days beside what stands in the ledger already: at most `cap`
/// minutes in each calendar day, all entries together. First day first.
#[must_use]
pub fn credited_days(new: Span, standing: &[Span], cap: i32) -> Vec<DayCredit> {
    let taken: Vec<(Date, i64)> = standing.iter().flat_map(|span| by_day(*span)).collect();
    let credit = |(day, spent): (Date, i64)| {
        let used: i64 = taken.iter().filter(|(of, _)| *of == day).map(|(_, minutes)| minutes).sum();
        let left = i64::from(cap).saturating_sub(used).max(0);
        DayCredit { day, spent, credited: i32::try_from(spent.min(left)).unwrap_or(0) }
    };
    by_day(new).into_iter().map(credit).collect()
}

/// Minutes credited for `new` beside what stands in the ledger already: the sum of its days.
#[must_use]
pub fn credited_beside(new: Span, standing: &[Span], cap: i32) -> i32 {
    credited_days(new, standing, cap).iter().map(|day| day.credited).sum()
}

/// The part of `new` that no standing entry covers, the longest where there are several: two
/// children in one home at the same time are one service. None when all of it is covered.
#[must_use]
pub fn uncovered(new: Span, standing: &[Span]) -> Option<Span> {
    let mut parts = vec![new];
    for taken in standing {
        parts = parts.into_iter().flat_map(|part| cut(part, *taken)).collect();
    }
    parts.into_iter().filter(|part| part.0 < part.1).max_by_key(|part| part.1.0 - part.0.0)
}

fn cut(part: Span, taken: Span) -> Vec<Span> {
    if !overlap(part, taken) {
        return vec![part];
    }
    [(part.0, taken.0), (taken.1, part.1)].into_iter().filter(|(from, to)| from < to).collect()
}

/// Minutes by calendar day, first day first.
fn by_day((from, to): Span) -> Vec<(Date, i64)> {
    let (mut days, mut at) = (Vec::new(), from);
    while at < to {
        let end = day_after(at.date()).min(to);
        if end <= at {
            break;
        }
        days.push((at.date(), end.minutes_since(at)));
        at = end;
    }
    days
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn at(day: i8, hour: i8, minute: i8) -> Timestamp {
        Timestamp::from_shanghai(date(2026, 11, day).at(hour, minute, 0, 0))
    }

    #[test]
    fn a_weekend_counts_each_day_up_to_eight_hours() {
        // Friday 17:40 to midnight is 380 minutes, Saturday and Sunday are capped.
        assert_eq!(credited_minutes(at(20, 17, 40), at(22, 16, 30), DAILY_CAP), 380 + 480 + 480);
        assert_eq!(credited_minutes(at(21, 9, 0), at(21, 12, 30), DAILY_CAP), 210);
    }

    #[test]
    fn the_cap_is_by_the_calendar_day_in_shanghai() {
        assert_eq!(credited_minutes(at(20, 23, 0), at(21, 1, 0), 60), 120);
        assert_eq!(credited_minutes(at(21, 0, 0), at(21, 2, 0), 60), 60);
    }

    #[test]
    fn an_unknown_arrival_or_leaving_is_told_from_the_way() {
        let times = StayTimes { picked_up: Some(at(20, 17, 0)), returned: Some(at(22, 18, 0)), ..StayTimes::default() };
        assert_eq!(credited_span(&times, 40), Some((at(20, 17, 40), at(22, 17, 20))));
        let known = StayTimes { arrived: Some(at(20, 18, 0)), ..times };
        assert_eq!(credited_span(&known, 40).unwrap().0, at(20, 18, 0));
        assert_eq!(credited_span(&StayTimes::default(), 40), None);
    }

    #[test]
    fn no_hour_counts_from_before_the_release_nor_beyond_the_confirmed_return() {
        let chain = (at(20, 17, 0), at(22, 18, 0));
        let said = |arrived, left| StayTimes {
            picked_up: Some(chain.0),
            arrived: Some(arrived),
            left: Some(left),
            returned: Some(chain.1),
        };
        assert_eq!(credited_span(&said(at(7, 17, 0), at(29, 18, 0)), 40), Some(chain));
        assert_eq!(credited_span(&said(at(23, 9, 0), at(24, 9, 0)), 40), None);
    }

    #[test]
    fn a_span_that_ends_before_it_begins_counts_nothing() {
        assert_eq!(credited_minutes(at(21, 9, 0), at(21, 9, 0), DAILY_CAP), 0);
        assert_eq!(credited_minutes(at(21, 9, 0), at(20, 9, 0), DAILY_CAP), 0);
        assert_eq!(credited_minutes(Timestamp(i64::MAX - 5), Timestamp(i64::MAX), DAILY_CAP), 0);
    }

    #[test]
    fn what_ends_at_midnight_counts_to_the_day_that_ends_with_it() {
        assert_eq!(counted_on(at(21, 0, 0)), date(2026, 11, 20));
        assert_eq!(counted_on(at(21, 0, 1)), date(2026, 11, 21));
        assert_eq!(counted_on(Timestamp(i64::MIN)), Timestamp(i64::MIN).date());
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        assert!(!overlap((at(20, 9, 0), at(20, 10, 0)), (at(20, 10, 0), at(20, 11, 0))));
        assert!(overlap((at(20, 9, 0), at(20, 10, 1)), (at(20, 10, 0), at(20, 11, 0))));
    }

    fn spans() -> impl Strategy<Value = Span> {
        (0i64..20_000, 1i64..6_000).prop_map(|(from, length)| {
            let start = at(1, 0, 0).plus_minutes(from);
            (start, start.plus_minutes(length))
        })
    }

    proptest! {
        #[test]
        fn no_day_is_credited_beyond_the_cap_whatever_stands(new in spans(), standing in proptest::collection::vec(spans(), 0..4)) {
            let days = by_day(new);
            prop_assert_eq!(days.iter().map(|(_, m)| m).sum::<i64>(), new.1.minutes_since(new.0));
            let alone = credited_beside(new, &[], DAILY_CAP);
            prop_assert_eq!(alone, credited_minutes(new.0, new.1, DAILY_CAP));
            prop_assert!(alone <= DAILY_CAP * i32::try_from(days.len()).unwrap());
            prop_assert!((0..=alone).contains(&credited_beside(new, &standing, DAILY_CAP)));
        }

        #[test]
        fn any_chain_credits_within_its_bounds_and_the_days_make_the_sum(
            picked in 0i64..10_000, way in -9_000i64..240, home in 0i64..6_000, back in -9_000i64..240,
            travel in 0i64..240, knows in 0u8..4, standing in proptest::collection::vec(spans(), 0..3), cap in 0i32..1_500,
        ) {
            let picked_up = at(1, 0, 0).plus_minutes(picked);
            let arrived = picked_up.plus_minutes(way);
            let left = arrived.plus_minutes(home);
            let returned = left.plus_minutes(back);
            let times = StayTimes {
                picked_up: Some(picked_up),
                arrived: (knows & 1 != 0).then_some(arrived),
                left: (knows & 2 != 0).then_some(left),
                returned: Some(returned),
            };
            if let Some(span) = credited_span(&times, travel) {
                prop_assert!(picked_up <= span.0 && span.0 < span.1 && span.1 <= returned);
                let days = credited_days(span, &standing, cap);
                prop_assert!(days.iter().all(|d| d.credited >= 0 && d.credited <= cap && i64::from(d.credited) <= d.spent));
                prop_assert!(days.is_sorted_by(|a, b| a.day < b.day));
                prop_assert_eq!(days.iter().map(|d| d.spent).sum::<i64>(), span.1.minutes_since(span.0));
                prop_assert_eq!(days.iter().map(|d| d.credited).sum::<i32>(), credited_beside(span, &standing, cap));
            }
        }

        #[test]
        fn a_longer_stay_never_counts_less(span in spans(), earlier in 0i64..3_000, later in 0i64..3_000, standing in proptest::collection::vec(spans(), 0..3)) {
            let longer = (span.0.plus_minutes(-earlier), span.1.plus_minutes(later));
            prop_assert!(credited_beside(span, &standing, DAILY_CAP) <= credited_beside(longer, &standing, DAILY_CAP));
        }

        #[test]
        fn what_is_uncovered_meets_nothing_that_stands(new in spans(), standing in proptest::collection::vec(spans(), 0..4)) {
            match uncovered(new, &standing) {
                Some(part) => {
                    prop_assert!(part.0 >= new.0 && part.1 <= new.1);
                    prop_assert!(standing.iter().all(|s| !overlap(*s, part)));
                }
                None => prop_assert!(standing.iter().any(|s| overlap(*s, new))),
            }
        }
    }

    #[test]
    fn who_arrives_as_they_leave_has_given_no_hour() {
        let moment = Some(at(20, 17, 0));
        let times = StayTimes { picked_up: moment, arrived: moment, left: moment, returned: moment };
        assert_eq!(credited_span(&times, 0), None);
        let minute = StayTimes { returned: Some(at(20, 17, 1)), left: Some(at(20, 17, 1)), ..times };
        assert_eq!(credited_span(&minute, 0), Some((at(20, 17, 0), at(20, 17, 1))));
    }

    #[test]
    fn what_stands_on_a_day_counts_against_its_cap_and_against_no_other_days() {
        let new = (at(21, 9, 0), at(21, 15, 0));
        let (same, other) = ((at(21, 16, 0), at(21, 20, 0)), (at(20, 8, 0), at(20, 20, 0)));
        assert_eq!(credited_beside(new, &[same], DAILY_CAP), 240);
        assert_eq!(credited_beside(new, &[other], DAILY_CAP), 360);
        let full = (at(21, 0, 0), at(21, 8, 0));
        assert_eq!(credited_beside(new, &[full], DAILY_CAP), 0);
        assert_eq!(credited_beside(new, &[full, same], DAILY_CAP), 0);
        let capped = credited_days(new, &[same], DAILY_CAP);
        assert_eq!(capped, [DayCredit { day: date(2026, 11, 21), spent: 360, credited: 240 }]);
        assert!(capped.iter().all(DayCredit::is_capped));
        assert!(!credited_days(new, &[], DAILY_CAP).iter().any(DayCredit::is_capped));
    }

    #[test]
    fn of_what_no_other_entry_covers_the_longest_part_counts() {
        let hours = |from, to| (at(21, from, 0), at(21, to, 0));
        let of = |standing: &[Span]| uncovered(hours(8, 20), standing);
        assert_eq!(of(&[]), Some(hours(8, 20)));
        assert_eq!(of(&[hours(10, 11)]), Some(hours(11, 20)));
        assert_eq!(of(&[hours(17, 18)]), Some(hours(8, 17)));
        assert_eq!(of(&[hours(7, 9), hours(19, 21)]), Some(hours(9, 19)));
        assert_eq!(of(&[hours(8, 12), hours(12, 20)]), None);
    }
}
