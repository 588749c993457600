//! A line of the volunteers' roster (志愿者花名册).

use naheya_domain::calendar_date::CalendarDate;
use naheya_domain::education::Education;
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::id_number::IdNumber;
use naheya_domain::language::Language;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::political_status::PoliticalStatus;
use naheya_domain::sex::Sex;
use naheya_domain::time::Date;

use super::child::languages;
use super::field::Field;
use super::kind::Kind;
use super::reading::{Ages, Found, Reading};
use super::{RosterEntry, Unread};

/// A volunteer as a roster tells of her.
#[derive(Clone, Debug, PartialEq)]
pub struct VolunteerRow {
    /// Name.
    pub name: PersonName,
    /// Phone.
    pub phone: Phone,
    /// Identity number, when the roster has it.
    pub id_number: Option<IdNumber>,
    /// Birth date; without identity number often only year and month.
    pub birth: CalendarDate,
    /// Sex; from the identity number when the roster does not say.
    pub sex: Option<Sex>,
    /// Ethnic group.
    pub ethnic_group: Option<EthnicGroup>,
    /// Political status.
    pub political_status: Option<PoliticalStatus>,
    /// Level of schooling.
    pub education: Option<Education>,
    /// Employer and post, in the roster's words.
    pub employer: Option<String>,
    /// Town or sumu.
    pub town: Option<String>,
    /// Village or gacha.
    pub village: Option<String>,
    /// Where she lives.
    pub address: Option<String>,
    /// What she is good at.
    pub strengths: Option<String>,
    /// Languages, each once.
    pub languages: Vec<Language>,
    /// The day she joined; the first of the month when only that is known.
    pub joined: Option<Date>,
    /// Notes.
    pub notes: Option<String>,
    /// Words of a list that are not in it.
    pub unread: Vec<Unread>,
}

impl RosterEntry for VolunteerRow {
    const KIND: Kind = Kind::Volunteers;

    fn read(reading: &mut Reading<'_>) -> Option<Self> {
        let name = reading.name(Field::Name);
        let phone = reading.phone(Field::Phone);
        if phone == Found::Blank {
            reading.fail(Field::Phone, "required.missing");
        }
        let identity = reading.identity(Ages::Adult);
        let ethnic_group = reading.ethnic_group();
        let phone = phone.good();
        let description =
            name.as_ref().zip(phone.as_ref()).map(|(name, phone)| format!("{}\n{}", name.as_str(), phone.as_str()));
        reading.known_by(&identity, description);
        let joined = reading.past_date(Field::Joined).good().map(CalendarDate::first_day);
        Some(Self {
            political_status: reading.listed(Field::PoliticalStatus, PoliticalStatus::from_words),
            education: reading.listed(Field::Education, Education::from_words),
            employer: reading.text(Field::Employer),
            town: reading.text(Field::Town),
            village: reading.text(Field::Village),
            address: reading.text(Field::Address),
            strengths: reading.text(Field::Strengths),
            languages: languages(reading),
            notes: reading.text(Field::Notes),
            name: name?,
            phone: phone?,
            id_number: identity.id_number,
            birth: identity.birth?,
            sex: identity.sex,
            ethnic_group,
            joined,
            unread: reading.take_unread(),
        })
    }
}
