//! A line of the ledger of pairs (结对台账). People are named, not yet found: that needs the register.

use naheya_domain::calendar_date::CalendarDate;
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::id_number::IdNumber;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::relation::Relation;
use naheya_domain::sex::Sex;
use naheya_domain::time::Date;
use naheya_domain::typing::half_width;

use super::field::Field;
use super::kind::Kind;
use super::reading::{Ages, Found, Reading};
use super::school_class::SchoolClass;
use super::{RosterEntry, Unread};

/// A pair as a paper ledger tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PairRow {
    /// The volunteer's name.
    pub volunteer_name: PersonName,
    /// The volunteer's phone.
    pub volunteer_phone: Option<Phone>,
    /// The volunteer's identity number, in ledgers that hold it.
    pub volunteer_id_number: Option<IdNumber>,
    /// The child's name.
    pub child_name: PersonName,
    /// The child's identity number, in ledgers that hold it.
    pub child_id_number: Option<IdNumber>,
    /// The child's birth date, or only year and month.
    pub child_birth: Option<CalendarDate>,
    /// The child's sex.
    pub child_sex: Option<Sex>,
    /// The child's ethnic group.
    pub child_ethnic_group: Option<EthnicGroup>,
    /// The child's school and class on the day the ledger was written.
    pub school: Option<SchoolClass>,
    /// The guardian's name.
    pub guardian_name: Option<PersonName>,
    /// The guardian's phone.
    pub guardian_phone: Option<Phone>,
    /// What the guardian is to the child.
    pub guardian_relation: Option<Relation>,
    /// First day; the first of the month when only that is known.
    pub begin: Date,
    /// Last day; `None` when the pair goes on. It may lie in the future.
    pub end: Option<Date>,
    /// The number of the paper agreement.
    pub paper_number: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Words of a list that are not in it.
    pub unread: Vec<Unread>,
}

impl RosterEntry for PairRow {
    const KIND: Kind = Kind::Pairs;

    fn read(reading: &mut Reading<'_>) -> Option<Self> {
        let volunteer = volunteer(reading);
        let child_name = reading.name(Field::Name);
        let child = reading.identity(Ages::Any);
        let child_ethnic_group = reading.ethnic_group();
        let school = SchoolClass::read_optional(reading);
        let guardian = guardian(reading);
        let (begin, end) = period(reading);
        Some(Self {
            volunteer_id_number: reading.id_number(Field::VolunteerIdNumber).good(),
            paper_number: reading.text(Field::PaperNumber),
            notes: reading.text(Field::Notes),
            volunteer_name: volunteer.name?,
            volunteer_phone: volunteer.phone,
            child_name: child_name?,
            child_id_number: child.id_number,
            child_birth: child.birth,
            child_sex: child.sex,
            child_ethnic_group,
            school,
            guardian_name: guardian.name,
            guardian_phone: guardian.phone,
            guardian_relation: guardian.relation,
            begin: begin?,
            end,
            unread: reading.take_unread(),
        })
    }
}

/// Two things in one cell: who, and how to call her.
#[derive(Debug, Default)]
pub(super) struct NamePhone {
    pub name: Option<PersonName>,
    pub relation: Option<Relation>,
    pub phone: Option<Phone>,
}

fn volunteer(reading: &mut Reading<'_>) -> NamePhone {
    if !reading.has_column(Field::VolunteerName) {
        let both = name_and_phone(reading, Field::VolunteerNamePhone);
        if reading.cell(Field::VolunteerNamePhone).is_none() {
            reading.fail(Field::VolunteerNamePhone, "required.missing");
        }
        return both;
    }
    NamePhone {
        name: reading.name(Field::VolunteerName),
        relation: None,
        phone: reading.phone(Field::VolunteerPhone).good(),
    }
}

fn guardian(reading: &mut Reading<'_>) -> NamePhone {
    let both = name_and_phone(reading, Field::GuardianNamePhone);
    let relation = reading.listed(Field::Relation, Relation::from_words);
    NamePhone {
        name: reading.optional_name(Field::GuardianName).or(both.name),
        relation: relation.or(both.relation),
        phone: reading.phone(Field::GuardianPhone).good().or(both.phone),
    }
}

/// Reads `监护白 13900000001`, `监护白（母亲）13900000001`, `13900000001监护白`, or a name alone.
pub(super) fn name_and_phone(reading: &mut Reading<'_>, field: Field) -> NamePhone {
    let Some(cell) = reading.cell(field) else { return NamePhone::default() };
    let (words, digits) = part_digits(&cell.content.text());
    let phone = if digits.is_empty() { None } else { reading.phone_in(field, &digits).good() };
    let mut words: Vec<&str> = words.split(is_mark).filter(|word| !word.is_empty() && !is_label(word)).collect();
    let at = words.iter().position(|word| words.len() > 1 && Relation::from_words(word).is_some());
    let relation = at.and_then(|at| Relation::from_words(words.remove(at)));
    let name = if words.is_empty() {
        None
    } else {
        PersonName::parse(&words.concat()).map_err(|code| reading.fail(field, code)).ok()
    };
    NamePhone { name, relation, phone }
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | ':' | ',' | '，' | '、' | ';' | '/' | '-' | '—' | '|' | '+')
}

fn is_label(word: &str) -> bool {
    matches!(word, "电话" | "联系电话" | "手机" | "手机号" | "姓名" | "监护人" | "家长" | "tel" | "Tel" | "TEL")
}

/// The words and the first telephone number of a cell. Marks inside the number stay with it.
fn part_digits(text: &str) -> (String, String) {
    let text: String = text.chars().map(half_width).collect();
    let in_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+');
    let mut words = String::new();
    let mut numbers: Vec<String> = vec![String::new()];
    for c in text.chars() {
        if in_number(c) {
            if let Some(number) = numbers.last_mut() {
                number.push(c);
            }
        } else {
            if numbers.last().is_some_and(|number| number.chars().filter(char::is_ascii_digit).count() >= 11) {
                numbers.push(String::new());
            }
            words.push(if c.is_ascii_whitespace() { ' ' } else { c });
        }
    }
    let first = numbers.into_iter().find(|number| number.contains(|c: char| c.is_ascii_digit())).unwrap_or_default();
    (words, first)
}

fn period(reading: &mut Reading<'_>) -> (Option<Date>, Option<Date>) {
    if !reading.has_column(Field::PairBegin) && reading.has_column(Field::PairSpan) {
        return span(reading);
    }
    let begin = reading.past_date(Field::PairBegin);
    if begin == Found::Blank {
        reading.fail(Field::PairBegin, "required.missing");
    }
    let begin = begin.good().map(CalendarDate::first_day);
    let end = if goes_on(reading) { None } else { reading.date(Field::PairEnd).good().map(CalendarDate::first_day) };
    reading.check_order(Field::PairEnd, begin, end);
    (begin, end)
}

fn goes_on(reading: &Reading<'_>) -> bool {
    reading.cell(Field::PairEnd).is_some_and(|cell| is_until_now(&cell.content.text()))
}

fn is_until_now(text: &str) -> bool {
    matches!(
        naheya_domain::typing::compact(text).as_str(),
        "至今" | "今" | "现在" | "目前" | "继续" | "结对中" | "进行中" | "长期" | "在结对" | "未结束"
    )
}

/// `2019.10-2025.6`, `2019.10至今`, `2019年10月至2025年6月`.
fn span(reading: &mut Reading<'_>) -> (Option<Date>, Option<Date>) {
    let Some(text) = reading.text(Field::PairSpan) else {
        reading.fail(Field::PairSpan, "required.missing");
        return (None, None);
    };
    let marks = ["至", "到", "~", "～", "—", "–", "-"];
    let (from, to) = marks.iter().find_map(|mark| text.split_once(mark)).unwrap_or((&text, ""));
    let to = to.trim_matches(|c: char| c.is_whitespace() || matches!(c, '—' | '-' | '至'));
    let begin = CalendarDate::parse(from);
    let end = if to.is_empty() || is_until_now(to) { None } else { Some(CalendarDate::parse(to)) };
    if begin.is_err() || end.is_some_and(|end| end.is_err()) {
        reading.fail(Field::PairSpan, naheya_domain::calendar_date::UNREADABLE);
        return (None, None);
    }
    let begin = begin.ok();
    if begin.is_some_and(|begin| begin.is_in_future(reading.today)) {
        reading.fail(Field::PairSpan, naheya_domain::calendar_date::IN_FUTURE);
    }
    let first_day = |date: Option<CalendarDate>| date.map(CalendarDate::first_day);
    let (begin, end) = (first_day(begin), first_day(end.and_then(Result::ok)));
    reading.check_order(Field::PairSpan, begin, end);
    (begin, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_number_of_one_cell_are_parted() {
        for (text, words, digits) in [
            ("监护白 13900000001", "监护白 ", "13900000001"),
            ("监护白１３９０００００００１", "监护白", "13900000001"),
            ("13900000001/13900000002 监护白", "/ 监护白", "13900000001"),
            ("监护白（母亲）0478-5550001", "监护白(母亲)", "0478-5550001"),
            ("监护白", "监护白", ""),
        ] {
            assert_eq!(part_digits(text), (words.to_owned(), digits.to_owned()), "{text}");
        }
    }
}
