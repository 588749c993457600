//! Reading the cells of one line into values, noting each fault at its cell.

use std::sync::Arc;

use naheya_domain::calendar_date::{self, CalendarDate, age_on};
use naheya_domain::ethnic_group::{self, EthnicGroup};
use naheya_domain::id_number::{self, IdNumber};
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::{self, Phone};
use naheya_domain::sex::Sex;
use naheya_domain::time::Date;
use naheya_domain::typing::is_invisible;

use super::field::Field;
use super::header::Column;
use super::line::Line;
use super::twin::Likeness;
use super::{CellError, Unread};
use crate::workbook::{Cell, Content};

const REQUIRED: &str = "required.missing";
const TEXT_TOO_LONG: &str = "text.too_long";
const SEX_UNKNOWN: &str = "sex.unknown";
const OUT_OF_ORDER: &str = "date.out_of_order";
/// The longest text of one cell that a record keeps, in characters.
const LONGEST_TEXT: usize = 2_000;

/// One line while it is read.
#[derive(Debug)]
pub struct Reading<'a> {
    sheet: &'a Arc<str>,
    columns: &'a [Column],
    line: &'a Line<'a>,
    /// The day on which ages are counted.
    pub(super) today: Date,
    errors: Vec<CellError>,
    unread: Vec<Unread>,
    likeness: Option<Likeness>,
}

/// What a cell turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    /// Nothing stands there.
    Blank,
    /// Something that cannot be read; noted.
    Bad,
    /// A value.
    Good(T),
}

impl<T> Found<T> {
    pub(super) fn good(self) -> Option<T> {
        match self {
            Self::Good(value) => Some(value),
            Self::Blank | Self::Bad => None,
        }
    }
}

/// Who a line is about, as far as number, date and sex tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    pub id_number: Option<IdNumber>,
    pub birth: Option<CalendarDate>,
    pub sex: Option<Sex>,
    /// Whether the number's cell is filled, even wrongly.
    pub has_number: bool,
}

/// Who belongs on a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ages {
    /// Under 18.
    Minor,
    /// 18 or more.
    Adult,
    /// Anyone: the ledger's children may have grown up since.
    Any,
}

impl<'a> Reading<'a> {
    pub(super) fn new(sheet: &'a Arc<str>, columns: &'a [Column], line: &'a Line<'a>, today: Date) -> Self {
        Self { sheet, columns, line, today, errors: Vec::new(), unread: Vec::new(), likeness: None }
    }

    /// What the cells show.
    pub(super) fn texts(&self) -> Vec<String> {
        self.line.cells.iter().map(|cell| cell.map(|cell| cell.content.text()).unwrap_or_default()).collect()
    }

    /// The value when nothing is wrong, or the faults from the left.
    pub(super) fn finish<T>(mut self, value: Option<T>) -> Result<T, Vec<CellError>> {
        self.errors.sort_by_key(|error| error.index.map_or(u32::MAX, u32::from));
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }

    /// Notes a fault at the column of `field`.
    pub(super) fn fail(&mut self, field: Field, code: &'static str) {
        let column = self.columns.iter().find(|column| column.field == Some(field));
        let header = column.map_or_else(|| usual_words(field).into(), |column| Arc::clone(&column.header));
        self.errors.push(CellError {
            sheet: Arc::clone(self.sheet),
            row: self.line.number,
            column: header,
            index: column.map(|column| column.index),
            code,
        });
    }

    pub(super) fn has_column(&self, field: Field) -> bool {
        self.columns.iter().any(|column| column.field == Some(field))
    }

    pub(super) fn cell(&self, field: Field) -> Option<&'a Cell> {
        let at = self.columns.iter().position(|column| column.field == Some(field))?;
        self.line.cells.get(at).copied().flatten()
    }

    /// Notes by what the person of this line is known again in the file. A number that cannot be read
    /// leaves nothing to go by.
    pub(super) fn known_by(&mut self, identity: &Identity, description: Option<String>) {
        if identity.id_number.is_some() || !identity.has_number {
            self.likeness = Some(Likeness { id_number: identity.id_number, description });
        }
    }

    pub(super) fn take_likeness(&mut self) -> Option<Likeness> {
        self.likeness.take()
    }

    /// Words of a list that were not understood, so far.
    pub(super) fn take_unread(&mut self) -> Vec<Unread> {
        std::mem::take(&mut self.unread)
    }

    pub(super) fn keep_unread(&mut self, field: Field, text: String) {
        self.unread.push(Unread { field, text });
    }

    /// The cell unless a formula failed in it: `#N/A` is nobody's name and no school.
    fn sound_cell(&self, field: Field) -> Option<&'a Cell> {
        self.cell(field).filter(|cell| cell.content != Content::Fault)
    }

    /// A text without the characters that show nothing, at most 2,000 characters long.
    pub(super) fn text(&mut self, field: Field) -> Option<String> {
        let text = tidy(&self.sound_cell(field)?.content.text());
        if text.chars().count() > LONGEST_TEXT {
            self.fail(field, TEXT_TOO_LONG);
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn required_text(&mut self, field: Field) -> Option<String> {
        let text = self.text(field);
        if text.is_none() && self.sound_cell(field).is_none() {
            self.fail(field, REQUIRED);
        }
        text
    }

    /// A name that must be there.
    pub(super) fn name(&mut self, field: Field) -> Option<PersonName> {
        let text = self.sound_cell(field).map(|cell| cell.content.text()).unwrap_or_default();
        PersonName::parse(&text).map_err(|code| self.fail(field, code)).ok()
    }

    /// A name that may be missing.
    pub(super) fn optional_name(&mut self, field: Field) -> Option<PersonName> {
        self.sound_cell(field)?;
        self.name(field)
    }

    /// A code from a list; words that are not in it are kept, not refused.
    pub(super) fn listed<T>(&mut self, field: Field, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(field)?;
        let value = read(&text);
        if value.is_none() {
            self.keep_unread(field, text);
        }
        value
    }

    pub(super) fn ethnic_group(&mut self) -> Option<EthnicGroup> {
        let text = tidy(&self.cell(Field::EthnicGroup)?.content.text());
        let group = EthnicGroup::from_words(&text);
        if group.is_none() {
            self.fail(Field::EthnicGroup, ethnic_group::UNKNOWN);
        }
        group
    }

    fn sex(&mut self) -> Option<Sex> {
        let text = self.text(Field::Sex)?;
        let sex = Sex::from_words(&text);
        if sex.is_none() {
            self.fail(Field::Sex, SEX_UNKNOWN);
        }
        sex
    }

    /// A telephone number; of several in one cell the first is kept when all can be called.
    pub(super) fn phone(&mut self, field: Field) -> Found<Phone> {
        let Some(cell) = self.cell(field) else { return Found::Blank };
        self.phone_in(field, &cell.content.text())
    }

    pub(super) fn phone_in(&mut self, field: Field, text: &str) -> Found<Phone> {
        match first_phone(text) {
            Ok(phone) => Found::Good(phone),
            Err(code) => {
                self.fail(field, code);
                Found::Bad
            }
        }
    }

    pub(super) fn id_number(&mut self, field: Field) -> Found<IdNumber> {
        let Some(cell) = self.cell(field) else { return Found::Blank };
        let number = match &cell.content {
            Content::Text(text) => IdNumber::parse(text),
            _ => Err(id_number::DIGITS_LOST),
        };
        match number {
            Ok(number) => Found::Good(number),
            Err(code) => {
                self.fail(field, code);
                Found::Bad
            }
        }
    }

    /// A date that does not lie in the future.
    pub(super) fn past_date(&mut self, field: Field) -> Found<CalendarDate> {
        let found = self.date(field);
        if let Found::Good(date) = found
            && date.is_in_future(self.today)
        {
            self.fail(field, calendar_date::IN_FUTURE);
            return Found::Bad;
        }
        found
    }

    pub(super) fn date(&mut self, field: Field) -> Found<CalendarDate> {
        let Some(cell) = self.cell(field) else { return Found::Blank };
        match date_of(&cell.content) {
            Ok(date) => Found::Good(date),
            Err(code) => {
                self.fail(field, code);
                Found::Bad
            }
        }
    }

    /// Notes that `later` lies before `earlier`.
    pub(super) fn check_order(&mut self, field: Field, earlier: Option<Date>, later: Option<Date>) {
        if let (Some(earlier), Some(later)) = (earlier, later)
            && later < earlier
        {
            self.fail(field, OUT_OF_ORDER);
        }
    }

    /// Identity number, birth date and sex, each alone and against each other.
    pub(super) fn identity(&mut self, ages: Ages) -> Identity {
        let number = self.id_number(Field::IdNumber);
        let date = self.past_date(Field::BirthDate);
        let sex = self.sex();
        if number == Found::Blank && date == Found::Blank && ages != Ages::Any {
            let field = if self.has_column(Field::IdNumber) { Field::IdNumber } else { Field::BirthDate };
            self.fail(field, REQUIRED);
        }
        let agree = self.check_birth_date(number, date, ages);
        if let (Found::Good(number), Some(sex)) = (number, sex)
            && number.sex() != sex
        {
            self.fail(Field::IdNumber, id_number::SEX_MISMATCH);
        }
        let birth = number.good().map(|number| CalendarDate::Day(number.birth_date())).or(date.good());
        if agree {
            self.check_age(birth, number, ages);
        }
        Identity {
            id_number: number.good(),
            birth,
            sex: sex.or(number.good().map(|number| number.sex())),
            has_number: number != Found::Blank,
        }
    }

    /// Whether number and date go together, as far as both can be read.
    fn check_birth_date(&mut self, number: Found<IdNumber>, date: Found<CalendarDate>, ages: Ages) -> bool {
        let Found::Good(number) = number else { return true };
        let old_form = self.cell(Field::IdNumber).is_some_and(|cell| IdNumber::is_old_form(&cell.content.text()));
        let born_too_late = match date {
            Found::Good(date) => date.first_day().year() >= 2000,
            Found::Blank | Found::Bad => ages == Ages::Minor,
        };
        if old_form && born_too_late {
            self.fail(Field::IdNumber, id_number::LENGTH);
            return false;
        }
        let Found::Good(date) = date else { return true };
        let agree = date.agrees_with(number.birth_date()) || self.may_be_october(date, number.birth_date());
        if !agree {
            self.fail(Field::IdNumber, id_number::BIRTH_DATE_MISMATCH);
        }
        agree
    }

    /// `2014.10` typed as a number becomes 2014.1.
    fn may_be_october(&self, date: CalendarDate, birth_date: Date) -> bool {
        let number = self.cell(Field::BirthDate).is_some_and(|cell| matches!(cell.content, Content::Number(_)));
        let first = date.first_day();
        number
            && date.day().is_none()
            && first.month() == 1
            && birth_date.month() == 10
            && first.year() == birth_date.year()
    }

    fn check_age(&mut self, birth: Option<CalendarDate>, number: Found<IdNumber>, ages: Ages) {
        let Some(birth) = birth else { return };
        let field = if self.cell(Field::BirthDate).is_some() || number == Found::Blank {
            Field::BirthDate
        } else {
            Field::IdNumber
        };
        if birth.is_in_future(self.today) {
            if number.good().is_some() {
                self.fail(field, calendar_date::IN_FUTURE);
            }
            return;
        }
        let age = age_on(birth.first_day(), self.today);
        let fits = match ages {
            Ages::Minor => age < 18,
            Ages::Adult => age >= 18,
            Ages::Any => true,
        };
        if !fits {
            self.fail(field, calendar_date::AGE_OUT_OF_RANGE);
        }
    }
}

fn date_of(content: &Content) -> Result<CalendarDate, &'static str> {
    match content {
        Content::Text(text) => CalendarDate::parse(text),
        Content::Number(number) => CalendarDate::from_number(*number),
        Content::Date { serial, since_1904 } => {
            CalendarDate::from_serial(*serial, *since_1904).ok_or(calendar_date::UNREADABLE)
        }
        Content::Flag(_) | Content::Fault => Err(calendar_date::UNREADABLE),
    }
}

fn first_phone(text: &str) -> Result<Phone, &'static str> {
    let whole = Phone::parse(text);
    if whole.is_ok() {
        return whole;
    }
    // `13900000001（妈妈）`: whose it is stands in brackets behind it.
    let text = match text.split_once(['(', '（']) {
        Some((before, words)) if !before.trim().is_empty() && !words.contains(|c: char| c.is_numeric()) => before,
        _ => text,
    };
    let parts: Vec<&str> = text
        .split([' ', '\u{3000}', '\n', '\r', '\t', '、', '/', '／', ',', '，', ';', '；', '或'])
        .filter(|part| !part.trim().is_empty())
        .collect();
    let phones: Result<Vec<Phone>, _> = parts.into_iter().map(Phone::parse).collect();
    phones?.into_iter().next().ok_or(phone::INVALID)
}

/// The text without control characters and without space around it.
pub(super) fn tidy(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| *c == '\n' || *c == ' ' || !(c.is_control() || (is_invisible(*c) && !c.is_whitespace())))
        .collect();
    kept.trim_matches(is_invisible).to_owned()
}

/// The words that usually stand above a field, for faults of a missing column.
pub(super) fn usual_words(field: Field) -> &'static str {
    match field {
        Field::Name => "姓名",
        Field::IdNumber => "身份证号",
        Field::BirthDate => "出生日期",
        Field::School => "学校",
        Field::SchoolClass => "学校班级",
        Field::Phone | Field::VolunteerPhone => "联系电话",
        Field::VolunteerName => "周末妈妈",
        Field::PairBegin => "结对时间",
        Field::PairEnd => "结束时间",
        Field::GuardianPhone => "监护人电话",
        Field::GuardianNamePhone => "监护人及电话",
        _ => "",
    }
}
