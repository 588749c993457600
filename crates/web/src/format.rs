//! Dates, times, amounts and names as a reader sees them. Values come in plain, words go out.

use jiff::civil::Weekday;
use naheya_domain::{Date, Timestamp};

use crate::words::{Lang, Words};

/// Something that falls on a calendar day in Asia/Shanghai.
pub trait Day {
    /// That day.
    fn day(&self) -> Date;
}

impl Day for Date {
    fn day(&self) -> Date {
        *self
    }
}

impl Day for Timestamp {
    fn day(&self) -> Date {
        self.date()
    }
}

impl<T: Day + ?Sized> Day for &T {
    fn day(&self) -> Date {
        (**self).day()
    }
}

/// Something that is an instant.
pub trait Moment {
    /// That instant.
    fn moment(&self) -> Timestamp;
}

impl Moment for Timestamp {
    fn moment(&self) -> Timestamp {
        *self
    }
}

impl<T: Moment + ?Sized> Moment for &T {
    fn moment(&self) -> Timestamp {
        (**self).moment()
    }
}

/// A whole number of anything.
pub trait Whole {
    /// The number; beyond `i64` the nearest one.
    fn whole(&self) -> i64;
}

macro_rules! whole {
    ($($kind:ty),+) => {$(
        impl Whole for $kind {
            fn whole(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )+};
}
whole!(u8, u16, u32, u64, usize, i16, i32, i64);

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i64 {
        (**self).whole()
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month(date: Date) -> &'static str {
    usize::try_from(date.month()).ok().and_then(|m| MONTHS.get(m.saturating_sub(1))).copied().unwrap_or("")
}

impl Words {
    /// `11月20日` / `20 Nov`.
    pub fn day(&self, on: impl Day) -> String {
        let d = on.day();
        match self.lang {
            Lang::Zh => format!("{}月{}日", d.month(), d.day()),
            Lang::En => format!("{} {}", d.day(), month(d)),
        }
    }

    /// `11月20日 周五` / `Fri 20 Nov`.
    pub fn date(&self, on: impl Day) -> String {
        let d = on.day();
        match self.lang {
            Lang::Zh => format!("{} {}", self.day(d), self.weekday(d)),
            Lang::En => format!("{} {}", self.weekday(d), self.day(d)),
        }
    }

    /// `2026年11月20日` / `20 Nov 2026`.
    pub fn long_date(&self, on: impl Day) -> String {
        let d = on.day();
        match self.lang {
            Lang::Zh => format!("{}年{}", d.year(), self.day(d)),
            Lang::En => format!("{} {}", self.day(d), d.year()),
        }
    }

    /// `2026年11月` / `Nov 2026`.
    pub fn month(&self, on: impl Day) -> String {
        let d = on.day();
        match self.lang {
            Lang::Zh => format!("{}年{}月", d.year(), d.month()),
            Lang::En => format!("{} {}", month(d), d.year()),
        }
    }

    /// `周五` / `Fri`.
    pub fn weekday(&self, on: impl Day) -> String {
        let (zh, en) = match on.day().weekday() {
            Weekday::Monday => ("周一", "Mon"),
            Weekday::Tuesday => ("周二", "Tue"),
            Weekday::Wednesday => ("周三", "Wed"),
            Weekday::Thursday => ("周四", "Thu"),
            Weekday::Friday => ("周五", "Fri"),
            Weekday::Saturday => ("周六", "Sat"),
            Weekday::Sunday => ("周日", "Sun"),
        };
        match self.lang {
            Lang::Zh => zh.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    /// `17:30`, in Asia/Shanghai.
    pub fn time(&self, at: impl Moment) -> String {
        let wall = at.moment().shanghai();
        format!("{:02}:{:02}", wall.hour(), wall.minute())
    }

    /// `11月20日 周五 17:30` / `Fri 20 Nov 17:30`.
    pub fn when(&self, at: impl Moment) -> String {
        let at = at.moment();
        format!("{} {}", self.date(at), self.time(at))
    }

    /// As [`Words::when`], and without the date when it is in the six days after `today`: `周五 17:30`.
    pub fn soon(&self, at: impl Moment, today: Date) -> String {
        let at = at.moment();
        let near = today.until(at.date()).is_ok_and(|span| (0..=6).contains(&span.get_days()));
        if near { format!("{} {}", self.weekday(at), self.time(at)) } else { self.when(at) }
    }

    /// A number that was counted no further than `most`: then in words, that there are at least so many.
    pub fn counted(&self, number: u64, most: u64) -> String {
        if number < most { self.count(number) } else { self.t1("frame-at-least", "n", self.count(number)) }
    }

    /// `11月20—22日` / `20–22 Nov`; with both months when they differ; one day alone as [`Words::day`].
    pub fn span(&self, from: impl Day, to: impl Day) -> String {
        let (from, to) = (from.day(), to.day());
        let same_month = from.year() == to.year() && from.month() == to.month();
        match self.lang {
            _ if from == to => self.day(from),
            Lang::Zh if same_month => format!("{}月{}—{}日", from.month(), from.day(), to.day()),
            Lang::En if same_month => format!("{}–{}", from.day(), self.day(to)),
            Lang::Zh => format!("{}—{}", self.day(from), self.day(to)),
            Lang::En => format!("{} – {}", self.day(from), self.day(to)),
        }
    }

    /// As [`Words::span`], with the year unless it is that of `today`: `2025年12月19—21日`.
    #[must_use]
    pub fn span_of(&self, from: impl Day, to: impl Day, today: Date) -> String {
        let (from, to) = (from.day(), to.day());
        match self.lang {
            _ if from.year() == today.year() => self.span(from, to),
            Lang::Zh => format!("{}年{}", from.year(), self.span(from, to)),
            Lang::En => format!("{} {}", self.span(from, to), to.year()),
        }
    }

    /// As [`Words::when`], with the year in place of the weekday unless it is that of `today`.
    #[must_use]
    pub fn when_of(&self, at: impl Moment, today: Date) -> String {
        let at = at.moment();
        if at.date().year() == today.year() {
            return self.when(at);
        }
        format!("{} {}", self.long_date(at), self.time(at))
    }

    /// A number with thousands separators: `20,413`.
    pub fn count(&self, number: impl Whole) -> String {
        grouped(number.whole())
    }

    /// Hours from minutes, to half an hour and never rounded up: `1,284.5`.
    pub fn hours(&self, minutes: impl Whole) -> String {
        let minutes = minutes.whole();
        let half = if minutes.rem_euclid(60) >= 30 { ".5" } else { "" };
        format!("{}{half}", grouped(minutes.div_euclid(60)))
    }

    /// Whole years from `born` to `on`: the age that goes with `岁`.
    pub fn age(&self, born: impl Day, on: impl Day) -> i64 {
        let (born, on) = (born.day(), on.day());
        let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
        i64::from(on.year()) - i64::from(born.year()) - i64::from(!had_birthday)
    }
}

fn grouped(number: i64) -> String {
    let digits = grouped_unsigned(number.unsigned_abs());
    if number < 0 { format!("-{digits}") } else { digits }
}

fn grouped_unsigned(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The character that stands in a person's mark: the first of the name.
#[must_use]
pub fn initial(name: &str) -> String {
    name.chars().find(|c| !c.is_whitespace()).map(String::from).unwrap_or_default()
}
