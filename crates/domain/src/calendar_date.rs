//! Dates as rosters hold them: a day, or only a year and a month.

use crate::time::Date;
use crate::typing::compact;

/// The text is no date.
pub const UNREADABLE: &str = "date.unreadable";
/// The date lies after today.
pub const IN_FUTURE: &str = "date.in_future";
/// The person is too old or too young for this roster.
pub const AGE_OUT_OF_RANGE: &str = "age.out_of_range";

/// A day or a month of the years 1900 to 2199.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalendarDate {
    /// Year, month and day are known.
    Day(Date),
    /// Only year and month are known; held as the first of the month.
    Month(Date),
}

impl CalendarDate {
    /// Reads `2014.5.6`, `2014年5月6日`, `二〇一四年五月六日`, `2014-05-06`, `2014/5/6`, `2014 5 6`, `20140506`,
    /// each also without the day, with a time of day behind it, or the day number of a spreadsheet (`41765`).
    ///
    /// # Errors
    /// [`UNREADABLE`].
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let typed = in_digits(&without_time(text));
        let typed = typed.trim_start_matches(['\'', '’', '‘']).trim_end_matches(['日', '号', '生', '.', '月', '-']);
        let parts: Vec<&str> =
            typed.split(['.', '-', '/', '年', '月', '。', '、', ',', '—', '–', '\\', '·', '_', ' ']).collect();
        if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit())) {
            return Err(UNREADABLE);
        }
        match parts.as_slice() {
            [run] => from_run(run),
            [year, month] => Self::month_of(year, month),
            [year, month, day] => Self::day_of(year, month, day),
            _ => None,
        }
        .ok_or(UNREADABLE)
    }

    /// Reads a number cell: a spreadsheet's day number, `20140506`, `201405`, or `2014.5` (year and month).
    ///
    /// # Errors
    /// [`UNREADABLE`].
    pub fn from_number(number: f64) -> Result<Self, &'static str> {
        let whole = number.fract() == 0.0;
        if (1900.0..2200.0).contains(&number) && !whole {
            Self::parse(&number.to_string())
        } else {
            Self::from_run_or_serial(number)
        }
    }

    fn from_run_or_serial(number: f64) -> Result<Self, &'static str> {
        let whole = number.trunc();
        if (10_000.0..100_000.0).contains(&whole) {
            return Self::from_serial(number, false).ok_or(UNREADABLE);
        }
        if number.fract() == 0.0 && (190_000.0..22_000_000.0).contains(&number) {
            return from_run(&number.to_string()).ok_or(UNREADABLE);
        }
        Err(UNREADABLE)
    }

    /// The day with a spreadsheet's number: days since 1899-12-30, or since 1904-01-01 in workbooks
    /// made on old Macintosh programs. A time of day is dropped.
    #[must_use]
    pub fn from_serial(serial: f64, since_1904: bool) -> Option<Self> {
        let start = if since_1904 { Date::new(1904, 1, 1) } else { Date::new(1899, 12, 30) }.ok()?;
        if !(1.0..110_000.0).contains(&serial) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "below 110,000 by the check above")]
        let days = serial.trunc() as i64;
        let date = start.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        in_range(date).map(Self::Day)
    }

    fn day_of(year: &str, month: &str, day: &str) -> Option<Self> {
        let date = Date::new(four_digits(year)?, short(month)?, short(day)?).ok()?;
        in_range(date).map(Self::Day)
    }

    fn month_of(year: &str, month: &str) -> Option<Self> {
        let date = Date::new(four_digits(year)?, short(month)?, 1).ok()?;
        in_range(date).map(Self::Month)
    }

    /// The day itself, or the first of the month.
    #[must_use]
    pub fn first_day(self) -> Date {
        match self {
            Self::Day(date) | Self::Month(date) => date,
        }
    }

    /// The day, when it is known.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(date) => Some(date),
            Self::Month(_) => None,
        }
    }

    /// Whether `date` is this day, or lies in this month.
    #[must_use]
    pub fn agrees_with(self, date: Date) -> bool {
        match self {
            Self::Day(day) => day == date,
            Self::Month(first) => first.year() == date.year() && first.month() == date.month(),
        }
    }

    /// Whether it lies after `today` (for a month: whether it has not begun).
    #[must_use]
    pub fn is_in_future(self, today: Date) -> bool {
        self.first_day() > today
    }
}

/// Full years of life on `today`; negative before birth. Somebody born on 29 February has the
/// birthday on 1 March in other years.
#[must_use]
pub fn age_on(birth_date: Date, today: Date) -> i16 {
    let years = today.year() - birth_date.year();
    let had_birthday = (today.month(), today.day()) >= (birth_date.month(), birth_date.day());
    if had_birthday { years } else { years - 1 }
}

/// Cuts `2014-05-06 00:00:00`, `2014-05-06T00:00:00` and weekdays in brackets down to the date.
fn without_time(text: &str) -> String {
    let trimmed = text.trim();
    let date = match trimmed.split_once([' ', 'T']) {
        Some((date, rest)) if rest.contains(':') => date,
        _ => trimmed,
    };
    if numbers_alone(date) { date.split_whitespace().collect::<Vec<_>>().join(" ") } else { compact(date) }
}

/// `2014 5 6`: spaces are all that parts the numbers.
fn numbers_alone(date: &str) -> bool {
    let mut parts = date.split_whitespace();
    parts.all(|part| part.bytes().all(|b| b.is_ascii_digit())) && (2..=3).contains(&date.split_whitespace().count())
}

/// `二〇一四年五月六日` in digits; a text without 年 is left alone.
fn in_digits(text: &str) -> String {
    match text.split_once('年') {
        Some((year, rest)) if rest.contains('月') => format!("{}年{}", year_in_digits(year), days_in_digits(rest)),
        _ => text.to_owned(),
    }
}

fn chinese_digit(c: char) -> Option<u8> {
    let place = "零一二三四五六七八九".chars().position(|digit| digit == c);
    place.or_else(|| matches!(c, '〇' | '○' | 'O').then_some(0)).and_then(|digit| u8::try_from(digit).ok())
}

fn year_in_digits(year: &str) -> String {
    year.chars().map(|c| chinese_digit(c).map_or(c, |digit| char::from(b'0' + digit))).collect()
}

/// `五月二十六日` becomes `5月26日`.
fn days_in_digits(rest: &str) -> String {
    rest.split_inclusive(['月', '日', '号']).map(below_hundred).collect()
}

/// A number up to 99 in Chinese digits with the word behind it; anything else is left alone.
fn below_hundred(part: &str) -> String {
    let number = part.trim_end_matches(['月', '日', '号']);
    let word = part.get(number.len()..).unwrap_or_default();
    let one = |text: &str| {
        let mut digits = text.chars().filter_map(chinese_digit);
        let first = digits.next();
        first.filter(|_| text.chars().count() == 1)
    };
    let value = match number.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { Some(1) } else { one(tens) };
            let ones = if ones.is_empty() { Some(0) } else { one(ones) };
            tens.zip(ones).map(|(tens, ones)| tens * 10 + ones)
        }
        None => one(number),
    };
    value.map_or_else(|| part.to_owned(), |value| format!("{value}{word}"))
}

fn from_run(run: &str) -> Option<CalendarDate> {
    match run.len() {
        8 => CalendarDate::day_of(run.get(..4)?, run.get(4..6)?, run.get(6..)?),
        6 => CalendarDate::month_of(run.get(..4)?, run.get(4..)?),
        5 => CalendarDate::from_serial(run.parse().ok()?, false),
        _ => None,
    }
}

fn four_digits(year: &str) -> Option<i16> {
    if year.len() == 4 { year.parse().ok() } else { None }
}

fn short(part: &str) -> Option<i8> {
    if part.len() <= 2 { part.parse().ok() } else { None }
}

fn in_range(date: Date) -> Option<Date> {
    (1900..2200).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn date(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn a_day_is_read_in_every_usual_writing() {
        for text in [
            "2014.5.6",
            "2014.05.06",
            "2014年5月6日",
            "2014年5月6号",
            "2014-05-06",
            "2014/5/6",
            "20140506",
            " 2014．5．6 ",
            "2014 年 5 月 6 日",
            "2014-05-06 00:00:00",
            "2014/5/6 0:00",
            "2014-05-06T00:00:00",
            "41765",
            "２０１４-５-６",
            "2014.5.6.",
            "二〇一四年五月六日",
            "二零一四年五月六号",
            "2014年五月六日",
            "2014 5 6",
            "2014·5·6",
            "'2014-05-06",
        ] {
            assert_eq!(CalendarDate::parse(text), Ok(CalendarDate::Day(date(2014, 5, 6))), "{text}");
        }
    }

    #[test]
    fn year_and_month_alone_are_a_month() {
        for text in ["2014.5", "2014.05", "2014年5月", "2014-05", "2014/5", "201405"] {
            assert_eq!(CalendarDate::parse(text), Ok(CalendarDate::Month(date(2014, 5, 1))), "{text}");
        }
        let month = CalendarDate::parse("2014.5").unwrap();
        assert!(month.agrees_with(date(2014, 5, 31)));
        assert!(!month.agrees_with(date(2014, 6, 1)));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2014",
            "2014.13.40",
            "2024.13",
            "2014.2.30",
            "二零零一",
            "14.5.6",
            "5.6.2014",
            "2014..5",
            "不详",
            "2014.5.6.7",
            "1850.1.1",
            "99999999999999999999",
            "2014.005.06",
            "-2014.5.6",
        ] {
            assert_eq!(CalendarDate::parse(text), Err(UNREADABLE), "{text}");
        }
    }

    #[test]
    fn number_cells_hold_day_numbers_runs_of_digits_or_year_and_month() {
        let day = Ok(CalendarDate::Day(date(2014, 5, 6)));
        assert_eq!(CalendarDate::from_number(41765.0), day);
        assert_eq!(CalendarDate::from_number(41765.75), day);
        assert_eq!(CalendarDate::from_number(20_140_506.0), day);
        assert_eq!(CalendarDate::from_number(2014.5), Ok(CalendarDate::Month(date(2014, 5, 1))));
        for number in [f64::NAN, f64::INFINITY, -1.0, 2014.0, 2014.13, 0.0, 1e300] {
            assert_eq!(CalendarDate::from_number(number), Err(UNREADABLE), "{number}");
        }
    }

    #[test]
    fn old_macintosh_workbooks_count_from_1904() {
        assert_eq!(CalendarDate::from_serial(40303.0, true), Some(CalendarDate::Day(date(2014, 5, 6))));
    }

    #[test]
    fn age_changes_on_the_birthday() {
        assert_eq!(age_on(date(2008, 9, 2), date(2026, 9, 1)), 17);
        assert_eq!(age_on(date(2008, 9, 1), date(2026, 9, 1)), 18);
        assert_eq!(age_on(date(2008, 2, 29), date(2026, 2, 28)), 17);
        assert_eq!(age_on(date(2008, 2, 29), date(2026, 3, 1)), 18);
    }

    #[test]
    fn tomorrow_and_next_month_are_in_the_future() {
        let today = date(2026, 9, 1);
        assert!(CalendarDate::parse("2026.9.2").unwrap().is_in_future(today));
        assert!(CalendarDate::parse("2026.10").unwrap().is_in_future(today));
        assert!(!CalendarDate::parse("2026.9").unwrap().is_in_future(today));
    }

    #[test]
    fn a_sign_before_a_number_makes_it_no_date() {
        for text in ["2014.+5.6", "+2014.5.6", "2014.5.+6"] {
            assert_eq!(CalendarDate::parse(text), Err(UNREADABLE), "{text}");
        }
    }

    #[test]
    fn spaces_part_numbers_where_nothing_else_does() {
        assert_eq!(CalendarDate::parse("2014 5"), Ok(CalendarDate::Month(date(2014, 5, 1))));
        assert_eq!(CalendarDate::parse("2014年 5月6日"), Ok(CalendarDate::Day(date(2014, 5, 6))));
        assert_eq!(CalendarDate::parse("2014 5 6 7"), Err(UNREADABLE));
    }

    #[test]
    fn chinese_numbers_up_to_thirty_one_are_read() {
        for (text, month, day) in [
            ("二○一四年十月十日", 10, 10),
            ("二O一四年十二月二十日", 12, 20),
            ("二〇一四年十一月十六日", 11, 16),
            ("二〇一四年一月三十一日", 1, 31),
        ] {
            assert_eq!(CalendarDate::parse(text), Ok(CalendarDate::Day(date(2014, month, day))), "{text}");
        }
        for text in ["二〇一四年十三月一日", "二〇一四年五月六七日", "二〇一四年二三十月一日"]
        {
            assert_eq!(CalendarDate::parse(text), Err(UNREADABLE), "{text}");
        }
    }

    #[test]
    fn a_day_agrees_with_itself_and_a_month_with_its_own_year() {
        let day = CalendarDate::Day(date(2014, 5, 6));
        assert!(day.agrees_with(date(2014, 5, 6)) && !day.agrees_with(date(2014, 5, 7)));
        let month = CalendarDate::Month(date(2014, 5, 1));
        assert!(!month.agrees_with(date(2015, 5, 1)));
    }

    #[test]
    fn dates_are_of_the_years_1900_to_2199() {
        for (text, reads) in [("1899.12.31", false), ("1900.1.1", true), ("2199.12.31", true), ("2200.1.1", false)] {
            assert_eq!(CalendarDate::parse(text).is_ok(), reads, "{text}");
        }
        for serial in [0.0, 0.5, 110_000.0] {
            assert_eq!(CalendarDate::from_serial(serial, false), None, "{serial}");
        }
    }
}
