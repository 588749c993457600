//! The free days of a school, from its own calendar: weekends, shorter ones in small weeks (小周),
//! holidays, make-up school days.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Weekday;

use crate::Date;

/// Free days in a row up to this many are a weekend or a short holiday; more are a vacation, which is
/// asked for with its own days.
pub const LONGEST: usize = 9;

/// What is known about the school's days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// A day in a big week (大周, two and a half days off), where big and small weeks take turns; in a
    /// small week there is school on Saturday.
    pub big_week: Option<Date>,
    /// Days that differ from the rhythm: whether there is school, and what the day is called. The
    /// school's own stand over the State Council's.
    pub days: BTreeMap<Date, (bool, String)>,
}

/// Free days in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weekend {
    /// The last school day before: the child is fetched after school.
    pub leaves_on: Date,
    /// The first free day.
    pub first: Date,
    /// The last free day: the child is brought back.
    pub last: Date,
    /// What it is called, when it is a holiday.
    pub name: Option<String>,
    /// How many days are free.
    pub days: usize,
}

impl Weekend {
    /// Whether it is too long to be a weekend.
    #[must_use]
    pub fn is_vacation(&self) -> bool {
        self.days > LONGEST
    }

    /// Whether it is a small week's.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.days == 1 && self.name.is_none()
    }

    /// Its free days.
    pub fn free_days(&self) -> impl Iterator<Item = Date> {
        let last = self.last;
        std::iter::successors(Some(self.first), move |day| day.tomorrow().ok().filter(|next| *next <= last))
    }
}

/// The Friday of the week of a day: of the weekend that is running or comes next. A week begins on Monday.
#[must_use]
pub fn friday_of(day: Date) -> Date {
    let from_monday = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_add((4 - from_monday).days()).unwrap_or(day)
}

/// How a stay no longer fits the school's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There is school while the child would be away.
    School,
    /// There is no school on the day on which the gate should let it go.
    NoRelease,
    /// There is no school on the day after the one on which the gate should receive it.
    NoReceive,
}

impl Misfit {
    /// The word in texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Misfit::School => "school",
            Misfit::NoRelease => "no_release",
            Misfit::NoReceive => "no_receive",
        }
    }
}

impl Calendar {
    /// Whether there is school on `day`.
    #[must_use]
    pub fn is_school_day(&self, day: Date) -> bool {
        match (self.days.get(&day), day.weekday()) {
            (Some((open, _)), _) => *open,
            (None, Weekday::Sunday) => false,
            (None, Weekday::Saturday) => self.is_small_week(day),
            (None, _) => true,
        }
    }

    fn is_small_week(&self, day: Date) -> bool {
        let Some(big) = self.big_week else { return false };
        let monday = |d: Date| d.saturating_sub(jiff::Span::new().days(i64::from(d.weekday().to_monday_zero_offset())));
        let days = monday(day).since(monday(big)).map_or(0, |span| span.get_days());
        days.div_euclid(7).rem_euclid(2) == 1
    }

    /// The runs of free days whose eve lies between `from` and `to`.
    #[must_use]
    pub fn weekends_within(&self, from: Date, to: Date) -> Vec<Weekend> {
        let mut found = self.weekends(from, usize::MAX);
        found.retain(|weekend| weekend.leaves_on <= to);
        found
    }

    /// What is wrong, by this calendar, with a child being away from `first` to `last`; none when
    /// school lets it go and takes it back as it should.
    #[must_use]
    pub fn against(&self, first: Date, last: Date, from_school: bool, to_school: bool) -> Option<Misfit> {
        let after =
            std::iter::successors(first.tomorrow().ok(), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
        if first == last {
            return (self.is_school_day(first)).then_some(Misfit::School);
        }
        if after.take(70).any(|day| self.is_school_day(day)) {
            return Some(Misfit::School);
        }
        // Nobody stands at the gate on a free day.
        if from_school && !self.is_school_day(first) {
            return Some(Misfit::NoRelease);
        }
        // And nobody calls the roll on the eve of another one.
        let next = last.tomorrow().ok();
        if to_school && next.is_some_and(|day| !self.is_school_day(day)) {
            return Some(Misfit::NoReceive);
        }
        None
    }

    /// The first `most` runs of free days whose eve is `from` or later, looked for half a year ahead.
    #[must_use]
    pub fn weekends(&self, from: Date, most: usize) -> Vec<Weekend> {
        let ahead = std::iter::successors(Some(from), |day| day.tomorrow().ok()).take(190);
        let mut found: Vec<Weekend> = Vec::new();
        let mut eve = None;
        let mut run: Option<Weekend> = None;
        for day in ahead {
            if self.is_school_day(day) {
                found.extend(run.take());
                eve = Some(day);
            } else {
                let name = self.days.get(&day).map(|(_, name)| name.clone()).filter(|name| !name.is_empty());
                run = match (run, eve) {
                    (Some(run), _) => Some(Weekend { last: day, days: run.days + 1, name: run.name.or(name), ..run }),
                    (None, Some(leaves_on)) => Some(Weekend { leaves_on, first: day, last: day, name, days: 1 }),
                    (None, None) => None,
                };
            }
            if found.len() >= most {
                break;
            }
        }
        found.truncate(most);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn days(of: &Weekend) -> (Date, Date, usize) {
        (of.leaves_on, of.last, of.days)
    }

    #[test]
    fn a_week_begins_on_monday_and_has_one_friday() {
        for day in 16..=22 {
            assert_eq!(friday_of(date(2026, 11, day)), date(2026, 11, 20), "{day}");
        }
        assert_eq!(friday_of(date(2026, 11, 23)), date(2026, 11, 27));
    }

    #[test]
    fn a_weekend_begins_after_school_on_friday_and_ends_on_sunday() {
        let all = Calendar::default().weekends(date(2026, 11, 20), 2);
        let told: Vec<_> = all.iter().map(days).collect();
        assert_eq!(told, [(date(2026, 11, 20), date(2026, 11, 22), 2), (date(2026, 11, 27), date(2026, 11, 29), 2)]);
        // On a Saturday this weekend has begun: the next one is the first.
        let next = Calendar::default().weekends(date(2026, 11, 21), 1);
        assert_eq!(next.first().map(|w| w.leaves_on), Some(date(2026, 11, 27)));
    }

    #[test]
    fn in_a_small_week_there_is_school_on_saturday() {
        let calendar = Calendar { big_week: Some(date(2026, 11, 18)), ..Calendar::default() };
        let told: Vec<_> = calendar.weekends(date(2026, 11, 20), 3).iter().map(days).collect();
        assert_eq!(
            told,
            [
                (date(2026, 11, 20), date(2026, 11, 22), 2),
                (date(2026, 11, 28), date(2026, 11, 29), 1),
                (date(2026, 12, 4), date(2026, 12, 6), 2)
            ]
        );
        // The anchor may lie ahead as well.
        let ahead = Calendar { big_week: Some(date(2026, 12, 2)), ..Calendar::default() };
        assert_eq!(ahead.weekends(date(2026, 11, 20), 3), calendar.weekends(date(2026, 11, 20), 3));
    }

    #[test]
    fn holidays_lengthen_a_weekend_and_make_up_days_shorten_it() {
        let day = |d, open, name: &str| (d, (open, name.to_owned()));
        let calendar = Calendar {
            big_week: None,
            days: BTreeMap::from([day(date(2026, 12, 25), false, "放假"), day(date(2026, 12, 19), true, "排练")]),
        };
        let all = calendar.weekends(date(2026, 12, 14), 2);
        assert_eq!(
            all.iter().map(days).collect::<Vec<_>>(),
            [(date(2026, 12, 19), date(2026, 12, 20), 1), (date(2026, 12, 24), date(2026, 12, 27), 3)]
        );
        assert_eq!(all.get(1).and_then(|w| w.name.as_deref()), Some("放假"));
        let free: Vec<Date> = all.iter().flat_map(Weekend::free_days).collect();
        assert_eq!(free.len(), 4);
    }

    #[test]
    fn a_stay_fits_while_there_is_no_school_in_it_and_somebody_at_the_gate() {
        let day = |d, open| (d, (open, String::new()));
        let (friday, sunday) = (date(2026, 11, 27), date(2026, 11, 29));
        let plain = Calendar::default();
        assert_eq!(plain.against(friday, sunday, true, true), None);
        let make_up = Calendar { days: BTreeMap::from([day(date(2026, 11, 28), true)]), ..plain.clone() };
        assert_eq!(make_up.against(friday, sunday, true, true), Some(Misfit::School));
        let early = Calendar { days: BTreeMap::from([day(friday, false)]), ..plain.clone() };
        assert_eq!(early.against(friday, sunday, true, true), Some(Misfit::NoRelease));
        assert_eq!(early.against(friday, sunday, false, true), None);
        let longer = Calendar { days: BTreeMap::from([day(date(2026, 11, 30), false)]), ..plain.clone() };
        assert_eq!(longer.against(friday, sunday, true, true), Some(Misfit::NoReceive));
        assert_eq!(longer.against(friday, sunday, true, false), None, "the family receives it");
        assert_eq!(longer.against(friday, date(2026, 11, 30), true, true), None);
        // A day of a pair that settles, on a free day.
        let saturday = date(2026, 11, 28);
        assert_eq!(plain.against(saturday, saturday, true, true), None);
        assert_eq!(make_up.against(saturday, saturday, true, true), Some(Misfit::School));
    }

    #[test]
    fn the_weekends_of_a_term_end_with_it() {
        let all = Calendar::default().weekends_within(date(2026, 11, 23), date(2026, 12, 15));
        assert_eq!(all.iter().map(|w| w.leaves_on.day()).collect::<Vec<_>>(), [27, 4, 11]);
    }

    #[test]
    fn a_long_run_is_a_vacation() {
        let closed = (10..=25).map(|d| (date(2027, 1, d), (false, "寒假".to_owned())));
        let calendar = Calendar { big_week: None, days: closed.collect() };
        let all = calendar.weekends(date(2027, 1, 4), 1);
        assert!(all.first().is_some_and(Weekend::is_vacation));
    }

    #[test]
    fn nine_free_days_are_a_holiday_and_ten_a_vacation() {
        let run = |last: i8| {
            let closed = (9..=last).map(|d| (date(2027, 1, d), (false, String::new())));
            Calendar { big_week: None, days: closed.collect() }.weekends(date(2027, 1, 8), 1)
        };
        assert!(run(17).first().is_some_and(|w| w.days == 9 && !w.is_vacation()));
        assert!(run(18).first().is_some_and(|w| w.days == 10 && w.is_vacation()));
    }

    #[test]
    fn one_free_day_without_a_name_is_a_small_weeks() {
        let sunday = |days: &[(Date, bool, &str)]| {
            let days = days.iter().map(|(day, open, name)| (*day, (*open, (*name).to_owned()))).collect();
            let all = Calendar { big_week: None, days }.weekends(date(2026, 11, 20), 1);
            all.first().is_some_and(Weekend::is_small)
        };
        let school_on_saturday = (date(2026, 11, 21), true, "补课");
        assert!(sunday(&[school_on_saturday]));
        assert!(sunday(&[school_on_saturday, (date(2026, 11, 22), false, "")]), "a free day that nobody named");
        assert!(!sunday(&[school_on_saturday, (date(2026, 11, 22), false, "校庆")]));
        assert!(!sunday(&[]), "two days");
    }

    #[test]
    fn a_big_week_is_told_from_any_of_its_days() {
        for day in 16..=22 {
            let calendar = Calendar { big_week: Some(date(2026, 11, day)), ..Calendar::default() };
            let saturdays = [14, 21, 28].map(|d| calendar.is_school_day(date(2026, 11, d)));
            assert_eq!(saturdays, [true, false, true], "{day}");
        }
    }

    #[test]
    fn weekends_are_found_whose_eve_is_the_last_day_looked_at() {
        let until = |day| Calendar::default().weekends_within(date(2026, 11, 23), date(2026, 11, day)).len();
        assert_eq!((until(26), until(27)), (0, 1));
    }

    #[test]
    fn a_stay_does_not_fit_when_there_is_school_on_its_last_day() {
        let sunday = date(2026, 11, 29);
        let make_up = Calendar { days: BTreeMap::from([(sunday, (true, "补课".to_owned()))]), ..Calendar::default() };
        assert_eq!(make_up.against(date(2026, 11, 27), sunday, true, true), Some(Misfit::School));
        assert_eq!(make_up.against(date(2026, 11, 27), date(2026, 11, 28), true, true), None);
    }
}
