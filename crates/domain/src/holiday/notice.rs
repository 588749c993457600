//! The State Council's notice as it reads: a paragraph for each holiday, with the days off and the
//! working days in their place. It is what an office has in hand, so it is read as it is.

use super::{HolidayDay, HolidayKind, days, length, named};
use crate::Date;
use crate::school::day;

/// The days of the week as the notice names them behind a day, Monday first.
static WEEK: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];

/// Whether a line is a paragraph of the notice: `一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。`
pub(super) fn is_paragraph(line: &str) -> bool {
    line.split_once(['：', ':']).is_some_and(|(name, told)| {
        let told = told.trim_start();
        !holiday(name).is_empty() && told.starts_with(|c: char| c.is_ascii_digit()) && told.contains('月')
    })
}

/// Whether a line around the paragraphs tells of no day: a heading, a greeting, the day of the notice itself.
pub(super) fn tells_no_day(line: &str) -> bool {
    let next = line.chars().skip(1);
    let dated = line.chars().zip(next).any(|(c, d)| c.is_ascii_digit() && matches!(d, '月' | '-' | '/' | '.'));
    !dated || day(line.trim()).is_ok()
}

/// The year that a notice is about, where it says so: 关于2027年部分节假日安排的通知.
pub(super) fn year(text: &str) -> Option<i16> {
    text.match_indices('年').find_map(|(at, year)| {
        let (before, after) = (text.get(..at)?, text.get(at + year.len()..)?);
        let digits = before.chars().rev().take_while(char::is_ascii_digit).count();
        let said = before.get(before.len() - digits..)?;
        (digits == 4 && !after.starts_with(|c: char| c.is_ascii_digit())).then(|| said.parse().ok()).flatten()
    })
}

/// The days of a paragraph; a day without a year lies in `year`.
///
/// # Errors
/// `date.unreadable`, `date.before_start`, `holiday.too_long`, `holiday.kind_unread`, `holiday.weekday`,
/// `text.too_long`.
pub(super) fn paragraph(line: &str, year: i16) -> Result<Vec<HolidayDay>, &'static str> {
    let (name, told) = line.split_once(['：', ':']).ok_or("required.missing")?;
    let name = named(holiday(name))?;
    let mut all = Vec::new();
    for sentence in told.split(['。', '；', ';']) {
        // “鼓励……安排职工在除夕（2月9日）休息” is advice.
        if !sentence.trim_start().starts_with("鼓励") {
            all.extend(clauses(sentence, year, &name)?);
        }
    }
    if all.is_empty() { Err("date.unreadable") } else { Ok(all) }
}

/// The name without its ordinal: `一、元旦` is `元旦`.
fn holiday(name: &str) -> &str {
    let name = name.trim();
    let is_ordinal = |text: &str| text.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    match name.split_once(['、', '.', '．']) {
        Some((ordinal, rest)) if is_ordinal(ordinal) => rest.trim(),
        _ => name,
    }
}

/// The days of a sentence: each clause says at its end what the days before it are.
fn clauses(sentence: &str, year: i16, name: &str) -> Result<Vec<HolidayDay>, &'static str> {
    let (mut all, mut waiting) = (Vec::new(), Reader::new(year));
    for clause in outside_brackets(sentence) {
        waiting.read(clause)?;
        let kind = if clause.contains("上班") || clause.contains("补班") {
            HolidayKind::Work
        } else if clause.contains("放假") || clause.contains('休') {
            HolidayKind::Off
        } else {
            continue;
        };
        for (first, last) in std::mem::take(&mut waiting.spans) {
            length(first, last)?;
            all.extend(days(first, last, kind, name));
        }
    }
    if waiting.spans.is_empty() { Ok(all) } else { Err("holiday.kind_unread") }
}

/// The clauses of a sentence; a comma in brackets parts none: `2月15日（农历腊月二十八，周日）至23日`.
fn outside_brackets(sentence: &str) -> Vec<&str> {
    let mut inside = false;
    let parts = sentence.split(move |c: char| {
        match c {
            '（' | '(' => inside = true,
            '）' | ')' => inside = false,
            _ => {}
        }
        !inside && matches!(c, '，' | ',')
    });
    parts.collect()
}

/// What a paragraph has told so far: a year and a month hold until others are named.
struct Reader {
    year: i16,
    month: Option<i8>,
    spans: Vec<(Date, Date)>,
}

impl Reader {
    fn new(year: i16) -> Self {
        Self { year, month: None, spans: Vec::new() }
    }

    /// Reads `1月28日（周四）至2月4日（周四）` and the like, also several days with “、” between.
    fn read(&mut self, clause: &str) -> Result<(), &'static str> {
        let (mut number, mut goes_on): (Option<i16>, bool) = (None, false);
        let (mut before, mut of_week) = (' ', false);
        for c in clause.chars() {
            if let Some(digit) = c.to_digit(10) {
                let digit = i16::try_from(digit).map_err(|_| "date.unreadable")?;
                let so_far = number.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(digit));
                number = Some(so_far.ok_or("date.unreadable")?);
                continue;
            }
            let names_day = std::mem::take(&mut of_week) && WEEK.contains(&c);
            match (c, number.take()) {
                _ if names_day => self.is_that(c)?,
                ('年', Some(year)) if year >= 1000 => self.year = year,
                ('月', Some(month)) => self.month = i8::try_from(month).ok(),
                ('日' | '号', Some(day)) => {
                    self.take(day, goes_on)?;
                    goes_on = false;
                }
                ('至' | '到' | '—' | '–' | '-' | '~' | '～', _) => goes_on = !self.spans.is_empty(),
                _ => of_week = c == '周' || (before, c) == ('星', '期'),
            }
            before = c;
        }
        Ok(())
    }

    fn take(&mut self, day: i16, goes_on: bool) -> Result<(), &'static str> {
        let date = |year, month| i8::try_from(day).ok().and_then(|day| Date::new(year, month, day).ok());
        let month = self.month.ok_or("date.unreadable")?;
        let on = date(self.year, month).ok_or("date.unreadable")?;
        match self.spans.last_mut() {
            Some((first, last)) if goes_on => {
                // From December into January, as New Year may lie.
                let next = if on < *first { date(self.year.saturating_add(1), month) } else { Some(on) };
                *last = next.ok_or("date.unreadable")?;
            }
            _ => self.spans.push((on, on)),
        }
        Ok(())
    }

    /// The day of the week that stands behind a day shows that the year is the right one.
    fn is_that(&self, name: char) -> Result<(), &'static str> {
        let Some((_, day)) = self.spans.last() else { return Ok(()) };
        let at = usize::try_from(day.weekday().to_monday_zero_offset()).ok().and_then(|n| WEEK.get(n));
        if at == Some(&name) { Ok(()) } else { Err("holiday.weekday") }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    const OF_2026: &str = "国务院办公厅关于2026年\n部分节假日安排的通知\n国办发明电〔2025〕7号\n\
        经国务院批准，现将2026年元旦、春节放假调休日期的具体安排通知如下。\n\
        一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n\
        二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。\n\
        三、端午节：6月19日（周五）至21日（周日）放假，共3天。\n\
        节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。\n国务院办公厅\n2025年11月4日\n";

    #[test]
    fn the_notice_is_read_as_it_stands() {
        // The year of the notice holds, whichever year the page shows.
        let all = HolidayDay::parse_lines(OF_2026, 2027).unwrap();
        assert_eq!(all.len(), 3 + 1 + 9 + 2 + 3);
        let on = |day| all.iter().find(|d| d.on == day).map(|d| (d.kind, d.name.as_str()));
        assert_eq!(on(date(2026, 1, 4)), Some((HolidayKind::Work, "元旦")));
        assert_eq!(on(date(2026, 2, 23)), Some((HolidayKind::Off, "春节")));
        assert_eq!(on(date(2026, 2, 28)), Some((HolidayKind::Work, "春节")));
    }

    #[test]
    fn a_new_year_from_december_on_and_a_day_with_no_bridge_are_read() {
        let all = HolidayDay::parse_lines("元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023).unwrap();
        let on: Vec<_> = all.iter().map(|d| d.on).collect();
        assert_eq!(on, [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]);
        let all = HolidayDay::parse_lines("一、元旦：1月1日（周三）放假1天，不调休。", 2025).unwrap();
        assert_eq!((all.len(), all.first().unwrap().kind), (1, HolidayKind::Off));
        let advice = "二、春节：2月10日至17日放假调休，共8天。鼓励各单位安排职工在除夕（2月9日）休息。";
        assert_eq!(HolidayDay::parse_lines(advice, 2024).unwrap().len(), 8);
    }

    #[test]
    fn a_paragraph_of_another_year_is_told_by_its_days_of_the_week() {
        let line = "一、元旦：1月1日（周五）至3日（周日）放假，共3天。";
        assert_eq!(HolidayDay::parse_lines(line, 2027).unwrap().len(), 3);
        let faults = HolidayDay::parse_lines(line, 2026).err().unwrap();
        assert_eq!(faults.iter().map(|f| (f.line, f.code)).collect::<Vec<_>>(), [(1, "holiday.weekday")]);
    }

    #[test]
    fn in_a_notice_no_line_with_a_day_is_passed_over() {
        let told = |more: &str| HolidayDay::parse_lines(&format!("元旦：1月1日放假。\n{more}"), 2027);
        assert!(told("请各校照办\n2026年11月4日").is_ok());
        let codes = |more: &str| told(more).err().unwrap().iter().map(|f| f.code).collect::<Vec<_>>();
        assert_eq!(codes("春节 2027-02-30"), ["date.unreadable"]);
        assert_eq!(codes("二、春节：2月5日"), ["holiday.kind_unread"]);
        assert_eq!(codes("二、春节：2月30日放假"), ["date.unreadable"]);
    }

    fn read(line: &str, year: i16) -> Result<Vec<(i8, i8, HolidayKind)>, &'static str> {
        let days = HolidayDay::parse_lines(line, year).map_err(|faults| faults.first().unwrap().code)?;
        Ok(days.iter().map(|d| (d.on.month(), d.on.day(), d.kind)).collect())
    }

    #[test]
    fn every_sign_between_two_days_joins_them() {
        for sign in ["至", "到", "—", "–", "-", "~", "～"] {
            let line = format!("二、春节：2月5日{sign}8日放假");
            assert_eq!(read(&line, 2027).map(|days| days.len()), Ok(4), "{sign}");
        }
        assert_eq!(read("二、春节：2月5号至8号放假", 2027).map(|days| days.len()), Ok(4));
        assert_eq!(read("二、春节：2月5日、8日放假", 2027).map(|days| days.len()), Ok(2), "two days, none between");
    }

    #[test]
    fn after_a_span_the_next_day_stands_alone() {
        assert_eq!(read("二、春节：2月5日至6日、9日放假", 2027).map(|days| days.len()), Ok(3));
        assert_eq!(read("一、元旦：1月4日至4日放假", 2027).map(|days| days.len()), Ok(1), "a span of one day");
    }

    #[test]
    fn a_comma_in_brackets_parts_nothing_and_one_outside_does() {
        let whole = "二、春节：2月5日（农历腊月二十九，周五）至8日(农历正月初二,周一)放假";
        assert_eq!(read(whole, 2027).map(|days| days.len()), Ok(4));
        for comma in ["，", ","] {
            let line = format!("二、春节：2月5日放假{comma}2月7日补班");
            let expected = vec![(2, 5, HolidayKind::Off), (2, 7, HolidayKind::Work)];
            assert_eq!(read(&line, 2027), Ok(expected), "{comma}");
        }
    }

    #[test]
    fn a_day_of_the_week_is_checked_however_it_is_written_and_other_words_are_not() {
        assert_eq!(read("一、元旦：1月1日（星期五）放假", 2027).map(|days| days.len()), Ok(1));
        assert_eq!(read("一、元旦：1月1日（星期六）放假", 2027), Err("holiday.weekday"));
        assert_eq!(read("一、元旦：1月1日起一周内放假", 2027).map(|days| days.len()), Ok(1));
    }

    #[test]
    fn a_holiday_is_called_as_it_is_with_or_without_its_ordinal() {
        let name = |line: &str| HolidayDay::parse_lines(line, 2027).map(|days| days.first().unwrap().name.clone());
        for line in ["元旦：1月1日放假", "一、元旦：1月1日放假", "1.元旦：1月1日放假", "十一．元旦：1月1日放假"]
        {
            assert_eq!(name(line).as_deref(), Ok("元旦"), "{line}");
        }
        assert_eq!(name("元旦、春节：1月1日放假").as_deref(), Ok("元旦、春节"), "that is no ordinal");
    }

    #[test]
    fn a_span_is_no_longer_than_sixty_one_days_in_a_notice_too() {
        assert_eq!(read("一、寒假：1月1日至3月3日放假", 2027), Err("holiday.too_long"));
    }

    #[test]
    fn only_four_digits_before_the_word_are_a_year() {
        assert_eq!(year("关于2027年部分节假日安排的通知"), Some(2027));
        assert_eq!(year("第12027年，共27年"), None);
        assert_eq!(year("2027年1月1日 2026年度"), Some(2026), "a date's year is the date's");
    }

    #[test]
    fn a_comma_in_brackets_ends_no_span_though_a_word_before_it_says_what_the_days_are() {
        for line in ["二、春节：2月5日（周五休息，除夕）至8日放假", "二、春节：2月5日(周五休息,除夕)至8日放假"]
        {
            assert_eq!(read(line, 2027).map(|days| days.len()), Ok(4), "{line}");
        }
    }

    #[test]
    fn a_span_from_december_goes_into_january_of_the_next_year() {
        let days = HolidayDay::parse_lines("元旦：12月31日至1月2日放假", 2026).unwrap();
        let on: Vec<_> = days.iter().map(|day| day.on).collect();
        assert_eq!(on, [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]);
    }

    #[test]
    fn the_day_of_the_week_belongs_to_the_day_before_it() {
        assert_eq!(read("二、春节：2月13日（周六）、2月28日（周日）上班", 2027).map(|days| days.len()), Ok(2));
    }

    #[test]
    fn a_line_with_any_writing_of_a_day_is_not_passed_over_in_a_notice() {
        for line in ["补课 2/5", "补课 2.5", "补课 2-5", "补课 2月5日"] {
            let text = format!("元旦：1月1日放假。\n{line}");
            assert!(HolidayDay::parse_lines(&text, 2027).is_err(), "{line}");
        }
    }
}
