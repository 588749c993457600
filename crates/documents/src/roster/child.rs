//! A line of the children's roster (儿童花名册).

use naheya_domain::calendar_date::{self, CalendarDate};
use naheya_domain::category::{self, Category};
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::id_number::IdNumber;
use naheya_domain::language::{Language, Languages};
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::relation::Relation;
use naheya_domain::sex::Sex;
use naheya_domain::time::Date;

use super::field::Field;
use super::kind::Kind;
use super::pair::name_and_phone;
use super::reading::{Ages, Reading};
use super::school_class::SchoolClass;
use super::{RosterEntry, Unread};

/// A child as a roster tells of her.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildRow {
    /// Name.
    pub name: PersonName,
    /// Identity number, when the roster has it.
    pub id_number: Option<IdNumber>,
    /// Birth date; from the identity number when there is one.
    pub birth_date: Date,
    /// Sex; from the identity number when the roster does not say.
    pub sex: Option<Sex>,
    /// Ethnic group.
    pub ethnic_group: Option<EthnicGroup>,
    /// Student number (学籍号).
    pub student_number: Option<String>,
    /// School and class.
    pub school: SchoolClass,
    /// Whether she boards.
    pub boards: Option<bool>,
    /// Town or sumu.
    pub town: Option<String>,
    /// Village or gacha.
    pub village: Option<String>,
    /// Where she lives.
    pub address: Option<String>,
    /// Where she is registered.
    pub domicile: Option<String>,
    /// The guardian first, then father and mother where they have columns of their own.
    pub guardians: Vec<GuardianEntry>,
    /// Categories, each once.
    pub categories: Vec<Category>,
    /// Languages, each once.
    pub languages: Vec<Language>,
    /// Health, in the roster's words.
    pub health: Option<String>,
    /// Needs and wishes.
    pub needs: Option<String>,
    /// The family's situation.
    pub family: Option<String>,
    /// What she likes and is good at.
    pub strengths: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Words of a list that are not in it.
    pub unread: Vec<Unread>,
}

/// An adult of the child's, as far as the line names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianEntry {
    /// Name; missing where the roster has only a phone.
    pub name: Option<PersonName>,
    /// What she is to the child.
    pub relation: Option<Relation>,
    /// Phone.
    pub phone: Option<Phone>,
}

impl RosterEntry for ChildRow {
    const KIND: Kind = Kind::Children;

    fn read(reading: &mut Reading<'_>) -> Option<Self> {
        let name = reading.name(Field::Name);
        let identity = reading.identity(Ages::Minor);
        if let Some(CalendarDate::Month(_)) = identity.birth
            && !identity.has_number
        {
            reading.fail(Field::BirthDate, calendar_date::UNREADABLE);
        }
        let ethnic_group = reading.ethnic_group();
        let school = SchoolClass::read(reading);
        reading.known_by(&identity, description(name.as_ref(), identity.birth, school.as_ref()));
        let guardians = guardians(reading);
        let categories = categories(reading);
        let languages = languages(reading);
        let boards = reading.listed(Field::Boarding, yes_or_no);
        Some(Self {
            student_number: reading.text(Field::StudentNumber),
            town: reading.text(Field::Town),
            village: reading.text(Field::Village),
            address: reading.text(Field::Address),
            domicile: reading.text(Field::Domicile),
            health: reading.text(Field::Health),
            needs: reading.text(Field::Needs),
            family: reading.text(Field::Family),
            strengths: reading.text(Field::Strengths),
            notes: reading.text(Field::Notes),
            name: name?,
            id_number: identity.id_number,
            birth_date: identity.birth?.first_day(),
            sex: identity.sex,
            ethnic_group,
            school: school?,
            boards,
            guardians,
            categories,
            languages,
            unread: reading.take_unread(),
        })
    }
}

/// Without an identity number, name, birth date and school are the person.
fn description(name: Option<&PersonName>, birth: Option<CalendarDate>, school: Option<&SchoolClass>) -> Option<String> {
    Some(format!("{}\n{}\n{}", name?.as_str(), birth?.day()?, school?.school))
}

fn guardians(reading: &mut Reading<'_>) -> Vec<GuardianEntry> {
    let relation = reading.listed(Field::Relation, Relation::from_words);
    let of_roster = entry(reading, [Field::GuardianName, Field::GuardianPhone, Field::GuardianNamePhone], relation);
    let father = entry(reading, [Field::FatherName, Field::FatherPhone, Field::FatherNamePhone], Relation::parse("51"));
    let mother = entry(reading, [Field::MotherName, Field::MotherPhone, Field::MotherNamePhone], Relation::parse("52"));
    let mut all: Vec<GuardianEntry> = Vec::new();
    for guardian in [of_roster, father, mother].into_iter().flatten() {
        let known = all.iter_mut().find(|other| other.name.is_some() && other.name == guardian.name);
        match known {
            Some(known) => {
                known.relation = known.relation.or(guardian.relation);
                known.phone = known.phone.take().or(guardian.phone);
            }
            None => all.push(guardian),
        }
    }
    all
}

fn entry(
    reading: &mut Reading<'_>,
    [name, phone, both]: [Field; 3],
    relation: Option<Relation>,
) -> Option<GuardianEntry> {
    let from_both = name_and_phone(reading, both);
    let name = reading.optional_name(name).or(from_both.name);
    let phone = reading.phone(phone).good().or(from_both.phone);
    if name.is_none() && phone.is_none() {
        return None;
    }
    Some(GuardianEntry { name, relation: relation.or(from_both.relation), phone })
}

fn categories(reading: &mut Reading<'_>) -> Vec<Category> {
    let Some(text) = reading.text(Field::Categories) else { return Vec::new() };
    Category::from_words(&text).unwrap_or_else(|code| {
        debug_assert_eq!(code, category::UNKNOWN);
        reading.fail(Field::Categories, code);
        Vec::new()
    })
}

pub(super) fn languages(reading: &mut Reading<'_>) -> Vec<Language> {
    let Some(text) = reading.text(Field::Languages) else { return Vec::new() };
    let read = Languages::from_words(&text);
    for word in read.unknown {
        reading.keep_unread(Field::Languages, word);
    }
    read.known
}

fn yes_or_no(text: &str) -> Option<bool> {
    match naheya_domain::typing::compact(text).to_lowercase().as_str() {
        "是" | "√" | "✓" | "✔" | "寄宿" | "住校" | "有" | "true" | "1" | "y" | "yes" | "寄宿生" | "住宿" | "住宿生" => {
            Some(true)
        }
        "否" | "×" | "✗" | "x" | "走读" | "不" | "不是" | "false" | "0" | "n" | "no" | "走读生" | "不住校"
        | "不寄宿" | "非寄宿" => Some(false),
        _ => None,
    }
}
