//! What is typed about schools: names, hours, days that differ from the rhythm.

use crate::calendar_date::CalendarDate;
use crate::child::short_text;
use crate::error::Faults;
use crate::phone::Phone;
use crate::typing::compact;
use crate::{Date, FieldError};

/// A school as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolDetails {
    /// Name, at most 60 characters.
    pub name: String,
    /// Friday release, `HH:MM`.
    pub release_at: String,
    /// Sunday return, `HH:MM`.
    pub return_at: String,
    /// The number at which somebody answers there, where one is known.
    pub phone: Option<Phone>,
}

impl SchoolDetails {
    /// Parses what was typed; the phone may be left empty.
    ///
    /// # Errors
    /// `required.missing`, `text.too_long`, `time.unreadable`, `phone.invalid`.
    pub fn parse(name: &str, hours: [&str; 2], phone: &str) -> Result<SchoolDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let [release_at, return_at] = hours;
        let name = faults.take("name", named(name));
        let release_at = faults.take("release_at", clock(release_at));
        let return_at = faults.take("return_at", clock(return_at));
        let phone = faults.take("phone", given(phone));
        let all = name.zip(release_at).zip(return_at).zip(phone);
        faults.finish(all.map(|(((name, release_at), return_at), phone)| SchoolDetails {
            name,
            release_at,
            return_at,
            phone,
        }))
    }
}

/// A class as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassDetails {
    /// Name, at most 60 characters.
    pub name: String,
    /// Grade, 1 to 12.
    pub grade: Option<i32>,
}

impl ClassDetails {
    /// Parses what was typed.
    ///
    /// # Errors
    /// `required.missing`, `text.too_long`, `grade.out_of_range`.
    pub fn parse(name: &str, grade: &str) -> Result<ClassDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let name = faults.take("name", named(name));
        let grade = match grade.trim() {
            "" => None,
            text => {
                let read = text.parse().ok().filter(|g| (1..=12).contains(g));
                faults.take("grade", read.ok_or("grade.out_of_range"))
            }
        };
        faults.finish(name.map(|name| ClassDetails { name, grade }))
    }
}

/// How nearly two names of schools are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// The same but for blanks, and full or half width.
    Same,
    /// One character more, less or other.
    OneOff,
}

/// Whether a name may be meant where `known` stands on file. Names that differ by a numeral alone
/// (第一小学, 第二小学) are two schools.
#[must_use]
pub fn nearness(named: &str, known: &str) -> Option<Nearness> {
    let plain = |name: &str| -> Vec<char> { compact(name).chars().collect() };
    let (named, known) = (plain(named), plain(known));
    if named == known {
        return Some(Nearness::Same);
    }
    let alike = named.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (named, known) = (named.get(alike..)?, known.get(alike..)?);
    let ends = named.iter().rev().zip(known.iter().rev()).take_while(|(a, b)| a == b).count();
    let rest = |name: &[char]| name.len() - ends;
    let other = |name: &[char]| name.first().is_some_and(|c| is_numeral(*c));
    match (rest(named), rest(known)) {
        (1, 1) if other(named) && other(known) => None,
        (1, 1) if alike + ends > 1 => Some(Nearness::OneOff),
        (0, 1) | (1, 0) if alike + ends > 1 => Some(Nearness::OneOff),
        _ => None,
    }
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c)
}

/// How the weekends of a school follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// Every weekend is free.
    Weekly,
    /// Big and small weeks (大/小周) take turns; this day lies in a big one.
    BigSmall(Date),
}

impl Rhythm {
    /// Parses what was typed; `kind` is `weekly` or `big_small`, which needs a day in a big week.
    ///
    /// # Errors
    /// `required.missing`, `date.unreadable`.
    pub fn parse(kind: &str, anchor: &str) -> Result<Rhythm, Vec<FieldError>> {
        let mut faults = Faults::default();
        let rhythm = match kind {
            "weekly" => Some(Rhythm::Weekly),
            "big_small" => faults.take("anchor", day(anchor)).map(Rhythm::BigSmall),
            _ => {
                faults.push("rhythm", "required.missing");
                None
            }
        };
        faults.finish(rhythm)
    }

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Rhythm::Weekly => "weekly",
            Rhythm::BigSmall(_) => "big_small",
        }
    }
}

/// A day on which a school differs from its rhythm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayDetails {
    /// Which day.
    pub on: Date,
    /// Whether there is school on it.
    pub open: bool,
    /// What it is called.
    pub name: String,
}

impl DayDetails {
    /// Parses what was typed; `kind` is `open` or `closed`.
    ///
    /// # Errors
    /// `required.missing`, `text.too_long`, `date.unreadable`.
    pub fn parse(on: &str, kind: &str, name: &str) -> Result<DayDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let on = faults.take("on_date", day(on));
        let open = faults.take("kind", is_open(kind).ok_or("required.missing"));
        let name = faults.take("name", named(name));
        let all = on.zip(open).zip(name);
        faults.finish(all.map(|((on, open), name)| DayDetails { on, open, name }))
    }
}

fn is_open(kind: &str) -> Option<bool> {
    match kind {
        "open" => Some(true),
        "closed" => Some(false),
        _ => None,
    }
}

fn given(phone: &str) -> Result<Option<Phone>, &'static str> {
    match phone.trim() {
        "" => Ok(None),
        typed => Phone::parse(typed).map(Some),
    }
}

fn named(text: &str) -> Result<String, &'static str> {
    short_text(text, 60)?.ok_or("required.missing")
}

/// A whole day; a month alone is none.
///
/// # Errors
/// `required.missing`, `date.unreadable`.
pub fn day(text: &str) -> Result<Date, &'static str> {
    if text.trim().is_empty() {
        return Err("required.missing");
    }
    CalendarDate::parse(text)?.day().ok_or("date.unreadable")
}

/// An hour of the day as `HH:MM`; `8:05` and full-width signs are read too.
///
/// # Errors
/// `required.missing`, `time.unreadable`.
pub fn clock(text: &str) -> Result<String, &'static str> {
    let text = text.trim().replace('：', ":");
    if text.is_empty() {
        return Err("required.missing");
    }
    let parts = text.split_once(':').and_then(|(h, m)| Some((h.parse::<u8>().ok()?, m.parse::<u8>().ok()?)));
    match parts {
        Some((hour @ 0..=23, minute @ 0..=59)) => Ok(format!("{hour:02}:{minute:02}")),
        _ => Err("time.unreadable"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_read_as_people_write_it() {
        assert_eq!(clock("8:05").as_deref(), Ok("08:05"));
        assert_eq!(clock("17：00").as_deref(), Ok("17:00"));
        for wrong in ["24:00", "12:60", "noon", "1700", ":"] {
            assert_eq!(clock(wrong), Err("time.unreadable"), "{wrong}");
        }
    }

    #[test]
    fn a_school_written_otherwise_is_told_from_another_school() {
        for (named, known, near) in [
            ("示例第一小学", "示例第一小学", Some(Nearness::Same)),
            ("示例第1小学", "示例 第１小学", Some(Nearness::Same)),
            ("示例第一小学", "示例第一小", Some(Nearness::OneOff)),
            ("示例蒙族小学", "示例蒙古族小学", Some(Nearness::OneOff)),
            ("示列小学", "示例小学", Some(Nearness::OneOff)),
            ("示例第一小学", "示例第二小学", None),
            ("示例小学", "示范中学", None),
            ("一中", "二中", None),
            ("甲小", "乙小", None),
        ] {
            assert_eq!(nearness(named, known), near, "{named} {known}");
            assert_eq!(nearness(known, named), near, "{known} {named}");
        }
    }

    #[test]
    fn everything_wrong_with_a_school_is_said_at_once() {
        let faults = SchoolDetails::parse("", ["x", ""], "5550").map_err(|all| all.len());
        assert_eq!(faults, Err(4));
    }

    #[test]
    fn a_school_may_have_no_phone_and_none_that_cannot_be_called() {
        let read = |typed| SchoolDetails::parse("示例小学", ["17:00", "18:30"], typed).map(|school| school.phone);
        assert_eq!(read(" "), Ok(None));
        let kept = read("0478 5550002").map(|phone| phone.map(|phone| phone.as_str().to_owned()));
        assert_eq!(kept, Ok(Some("0478-5550002".to_owned())));
        let faults = read("门卫室").map_err(|all| all.iter().map(|fault| fault.code).collect::<Vec<_>>());
        assert_eq!(faults, Err(vec!["phone.invalid"]));
    }

    #[test]
    fn a_grade_is_one_of_twelve() {
        assert_eq!(ClassDetails::parse("一班", "3").map(|c| c.grade), Ok(Some(3)));
        assert_eq!(ClassDetails::parse("一班", "").map(|c| c.grade), Ok(None));
        assert!(ClassDetails::parse("一班", "13").is_err());
    }

    #[test]
    fn one_numeral_against_another_is_another_school_and_against_a_word_it_is_not() {
        assert_eq!(nearness("示例一小学", "示例大小学"), Some(Nearness::OneOff));
        assert_eq!(nearness("示例大小学", "示例一小学"), Some(Nearness::OneOff));
        assert_eq!(nearness("示例1小学", "示例2小学"), None);
    }

    #[test]
    fn names_that_share_two_characters_may_be_meant_and_that_share_one_are_not() {
        for (named, known, near) in [
            ("甲乙丙", "甲丁丙", Some(Nearness::OneOff)),
            ("大中学", "中学", Some(Nearness::OneOff)),
            ("中学", "学", None),
            ("甲乙", "丙丁", None),
        ] {
            assert_eq!(nearness(named, known), near, "{named} {known}");
        }
    }

    #[test]
    fn weekends_are_all_free_or_take_turns_from_a_day_on() {
        let read = |kind, anchor| Rhythm::parse(kind, anchor).map_err(|faults| faults.len());
        assert_eq!(read("weekly", ""), Ok(Rhythm::Weekly));
        assert_eq!(read("big_small", "2026-11-18"), Ok(Rhythm::BigSmall(jiff::civil::date(2026, 11, 18))));
        assert_eq!((read("big_small", ""), read("", "2026-11-18")), (Err(1), Err(1)));
    }

    #[test]
    fn a_day_of_the_calendar_is_open_or_closed_and_has_a_name() {
        let read = |kind, name: &str| DayDetails::parse("2026-12-25", kind, name).map(|day| day.open);
        assert_eq!((read("open", "排练").ok(), read("closed", "放假").ok()), (Some(true), Some(false)));
        assert!(read("", "放假").is_err() && read("closed", " ").is_err());
        assert!(read("closed", &"放".repeat(60)).is_ok() && read("closed", &"放".repeat(61)).is_err());
    }

    #[test]
    fn grades_are_one_to_twelve() {
        let grade = |grade| ClassDetails::parse("一班", grade).map(|class| class.grade).ok();
        assert_eq!((grade("0"), grade("1"), grade("12")), (None, Some(Some(1)), Some(Some(12))));
    }
}
