//! The days off and the working days in their place, as a county keeps them: the State Council's
//! notice is where they begin, what the county enters stands over it.

use crate::school::day;
use crate::{Date, FieldError};

mod notice;

/// Lines read at once from a paste.
pub const MOST_LINES: usize = 120;
/// From this month on, next year's notice is expected.
pub const NOTICE_MONTH: i8 = 11;

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HolidayKind {
    /// Nobody goes to school or office.
    Off,
    /// A Saturday or Sunday on which schools and offices work.
    Work,
    /// A day like any other: the notice's word does not hold here.
    Plain,
}

impl HolidayKind {
    /// Every kind.
    pub const ALL: [HolidayKind; 3] = [Self::Off, Self::Work, Self::Plain];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Work => "work",
            Self::Plain => "plain",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The kind as notices, tables and people write it; nothing written means a day off.
    ///
    /// # Errors
    /// `holiday.kind_unread`.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        match text.trim().to_lowercase().as_str() {
            "" | "off" | "rest" | "休" | "休息" | "放假" | "放假日" | "假" => Ok(Self::Off),
            "work" | "班" | "上班" | "上学" | "上课" | "上课上班" | "补班" | "调休上班" | "make-up" => {
                Ok(Self::Work)
            }
            "plain" | "平日" | "照常" | "照平常" => Ok(Self::Plain),
            _ => Err("holiday.kind_unread"),
        }
    }
}

/// One day with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayDay {
    /// Which day.
    pub on: Date,
    /// What it is.
    pub kind: HolidayKind,
    /// What it is called, at most 20 characters.
    pub name: String,
}

/// A line of a paste that cannot be read, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Which line.
    pub line: usize,
    /// Why.
    pub code: &'static str,
}

impl HolidayDay {
    /// Days from a form: one day, or all from the first to the last.
    ///
    /// # Errors
    /// `required.missing`, `date.unreadable`, `date.before_start`, `holiday.too_long`,
    /// `choice.unknown`, `text.too_long`.
    pub fn parse(from: &str, to: &str, kind: &str, name: &str) -> Result<Vec<HolidayDay>, Vec<FieldError>> {
        let mut faults = crate::error::Faults::default();
        let first = faults.take("from_on", day(from));
        let last = if to.trim().is_empty() { first } else { faults.take("to_on", day(to)) };
        let kind = faults.take("kind", HolidayKind::parse(kind).ok_or("required.missing"));
        let name = faults.take("name", named(name));
        if let (Some(first), Some(last)) = (first, last)
            && let Err(code) = length(first, last)
        {
            faults.push("to_on", code);
        }
        let all = first.zip(last).zip(kind).zip(name);
        faults.finish(all.map(|(((first, last), kind), name)| days(first, last, kind, &name)))
    }

    /// Days from lines as they are pasted from a table: name, first day, last day, kind, with tabs,
    /// commas or spaces between; the order of the columns is found by what stands in them. A line
    /// with a heading is left out. The State Council's notice is read as it stands: a day without a
    /// year lies in the one that the notice names, otherwise in `year`, and lines around its
    /// paragraphs that tell of no day are left out.
    ///
    /// # Errors
    /// Every line that cannot be read; `holiday.too_many` on the line where it is too much.
    pub fn parse_lines(text: &str, year: i16) -> Result<Vec<HolidayDay>, Vec<LineFault>> {
        let (mut all, mut faults) = (Vec::new(), Vec::new());
        let is_notice = text.lines().any(notice::is_paragraph);
        let year = notice::year(text).filter(|_| is_notice).unwrap_or(year);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        for (count, (n, line)) in lines.enumerate() {
            if count >= MOST_LINES {
                faults.push(LineFault { line: n + 1, code: "holiday.too_many" });
                break;
            }
            let read = if notice::is_paragraph(line) { notice::paragraph(line, year) } else { from_line(line) };
            match read {
                Ok(days) => all.extend(days),
                Err(_) if is_notice && notice::tells_no_day(line) => {}
                // A heading has no day in it.
                Err(_) if count == 0 && !line.contains(|c: char| c.is_ascii_digit()) => {}
                Err(code) => faults.push(LineFault { line: n + 1, code }),
            }
        }
        if faults.is_empty() { Ok(all) } else { Err(faults) }
    }
}

fn from_line(line: &str) -> Result<Vec<HolidayDay>, &'static str> {
    let parts = line.split(['\t', ',', '，', ';', '；', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let (mut dates, mut kind, mut name): (Vec<Date>, _, Option<&str>) = (Vec::new(), None, None);
    for part in parts {
        let is_date = part.starts_with(|c: char| c.is_ascii_digit());
        match (is_date, HolidayKind::read(part)) {
            (true, _) => dates.push(day(part)?),
            (false, Ok(read)) => kind = Some(read),
            (false, Err(_)) if name.is_none() => name = Some(part),
            (false, Err(code)) => return Err(code),
        }
    }
    let (first, last) = match dates.as_slice() {
        [] => return Err("required.missing"),
        [one] => (*one, *one),
        [first, last] => (*first, *last),
        _ => return Err("date.unreadable"),
    };
    length(first, last)?;
    Ok(days(first, last, kind.unwrap_or(HolidayKind::Off), &named(name.unwrap_or_default())?))
}

fn named(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err("holiday.unnamed"),
        n if n > 20 => Err("text.too_long"),
        _ => Ok(name.to_owned()),
    }
}

fn length(first: Date, last: Date) -> Result<(), &'static str> {
    let days = last.since(first).map_or(0, |span| span.get_days());
    match days {
        n if n < 0 => Err("date.before_start"),
        n if n > 60 => Err("holiday.too_long"),
        _ => Ok(()),
    }
}

fn days(first: Date, last: Date, kind: HolidayKind, name: &str) -> Vec<HolidayDay> {
    let each = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
    each.map(|on| HolidayDay { on, kind, name: name.to_owned() }).collect()
}

/// The year whose notice should be there by `today` and is not; `known` tells whether a year has days.
#[must_use]
pub fn missing_year(today: Date, known: impl Fn(i16) -> bool) -> Option<i16> {
    let due = [today.year(), today.year().saturating_add(1)];
    let due = if today.month() >= NOTICE_MONTH { due.as_slice() } else { due.get(..1).unwrap_or_default() };
    due.iter().copied().find(|year| !known(*year))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_pasted_table_is_read_with_heading_and_in_any_order() {
        let text = "节日\t开始\t结束\t类型\n元旦\t2027-01-01\t2027-01-03\toff\n2027年2月6日 春节 上班\n春节,2027/2/7,2027/2/13,休\n";
        let days = HolidayDay::parse_lines(text, 2026).unwrap();
        assert_eq!(days.len(), 3 + 1 + 7);
        let make_up = days.iter().find(|d| d.on == date(2027, 2, 6)).unwrap();
        assert_eq!((make_up.kind, make_up.name.as_str()), (HolidayKind::Work, "春节"));
    }

    #[test]
    fn every_line_that_cannot_be_read_is_named() {
        let faults = HolidayDay::parse_lines(
            "元旦 2027-01-01\n春节 何时\n 2027-02-30 春节\n2027-05-05 2027-05-01 劳动节\n2027-06-01",
            2027,
        )
        .err()
        .unwrap();
        let told: Vec<_> = faults.iter().map(|f| (f.line, f.code)).collect();
        assert_eq!(
            told,
            [(2, "holiday.kind_unread"), (3, "date.unreadable"), (4, "date.before_start"), (5, "holiday.unnamed")]
        );
    }

    #[test]
    fn next_years_notice_is_missed_from_november_on() {
        let only_2026 = |year| year == 2026;
        assert_eq!(missing_year(date(2026, 10, 31), only_2026), None);
        assert_eq!(missing_year(date(2026, 11, 1), only_2026), Some(2027));
        assert_eq!(missing_year(date(2027, 1, 2), only_2026), Some(2027));
        assert_eq!(missing_year(date(2026, 12, 1), |_| true), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_pasted_makes_it_fall_over(text in "\\PC{0,200}") {
            let _ = HolidayDay::parse_lines(&text, 2027);
            let _ = HolidayDay::parse_lines(&format!("春节：2月5日{text}"), 2027);
        }
    }

    #[test]
    fn kinds_are_read_as_people_write_them() {
        let read = |words: &[&str], kind| {
            for word in words {
                assert_eq!(HolidayKind::read(word), Ok(kind), "{word}");
            }
        };
        read(&["", "off", "rest", "休", "休息", "放假", "放假日", "假"], HolidayKind::Off);
        let work = ["work", "Work ", "班", "上班", "上学", "上课", "上课上班", "补班", "调休上班", "make-up"];
        read(&work, HolidayKind::Work);
        read(&["plain", "平日", "照常", "照平常"], HolidayKind::Plain);
        assert_eq!(HolidayKind::read("春节"), Err("holiday.kind_unread"));
        assert!(HolidayKind::ALL.into_iter().all(|kind| HolidayKind::parse(kind.code()) == Some(kind)));
    }

    #[test]
    fn days_of_a_form_are_one_or_all_up_to_the_last_and_sixty_one_at_most() {
        let read = |from, to| HolidayDay::parse(from, to, "off", "寒假").map(|days| days.len());
        let fault = |code| Err(vec![FieldError::new("to_on", code)]);
        assert_eq!(read("2027-01-01", ""), Ok(1));
        assert_eq!(read("2027-01-01", "2027-01-01"), Ok(1));
        assert_eq!(read("2027-01-02", "2027-01-01"), fault("date.before_start"));
        assert_eq!(
            (read("2027-01-01", "2027-03-02"), read("2027-01-01", "2027-03-03")),
            (Ok(61), fault("holiday.too_long"))
        );
    }

    #[test]
    fn a_holiday_has_a_name_of_twenty_characters_at_most() {
        let read = |name: &str| {
            HolidayDay::parse("2027-01-01", "", "off", name).map_err(|faults| faults.first().unwrap().code)
        };
        assert!(read(&"节".repeat(20)).is_ok());
        assert_eq!(read(&"节".repeat(21)), Err("text.too_long"));
        assert_eq!(read(" "), Err("holiday.unnamed"));
    }

    #[test]
    fn a_line_without_a_day_has_nothing_to_say_and_gaps_between_columns_are_no_columns() {
        let read = |text: &str| {
            let faults = |faults: Vec<LineFault>| faults.iter().map(|f| (f.line, f.code)).collect::<Vec<_>>();
            HolidayDay::parse_lines(text, 2027).map(|days| days.len()).map_err(faults)
        };
        assert_eq!(read("元旦 2027-01-01\n休 春节"), Err(vec![(2, "required.missing")]));
        assert_eq!(read("元旦,, 2027-01-01\t\t休"), Ok(1));
        assert_eq!(read("元旦 2027-01-01 2027-01-02 2027-01-03"), Err(vec![(1, "date.unreadable")]));
    }

    #[test]
    fn a_hundred_and_twenty_lines_are_read_and_empty_ones_do_not_count() {
        let lines = |count: usize| vec!["元旦 2027-01-01"; count].join("\n\n");
        assert_eq!(HolidayDay::parse_lines(&lines(120), 2027).map(|days| days.len()), Ok(120));
        let faults = HolidayDay::parse_lines(&lines(121), 2027).err().unwrap();
        assert_eq!(faults, [LineFault { line: 241, code: "holiday.too_many" }]);
    }
}
