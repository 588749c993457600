//! A volunteer (周末妈妈): what may be written into the file and which states it goes through.

use crate::child::short_text;
use crate::education::Education;
use crate::error::Faults;
use crate::ethnic_group::EthnicGroup;
use crate::id_number::IdNumber;
use crate::language::Languages;
use crate::person_name::PersonName;
use crate::phone::Phone;
use crate::political_status::PoliticalStatus;
use crate::sex::Sex;
use crate::{Date, FieldError, birth};

/// How far a volunteer is in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VolunteerState {
    /// Has asked to take part.
    Applied,
    /// Registered; checks, interview and home visit are under way, or a leader's signature is missing.
    Screening,
    /// May be paired and may ask for weekends.
    Approved,
    /// Takes a rest; hours and pairs are kept, no weekends.
    Paused,
    /// Has left.
    Left,
    /// Was not taken.
    Refused,
}

impl VolunteerState {
    /// Every state, in the order of a volunteer's way through the programme.
    pub const ALL: [VolunteerState; 6] =
        [Self::Applied, Self::Screening, Self::Approved, Self::Paused, Self::Left, Self::Refused];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Screening => "screening",
            Self::Approved => "approved",
            Self::Paused => "paused",
            Self::Left => "left",
            Self::Refused => "refused",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Whether she takes no part any more: she has left, or was not taken.
    #[must_use]
    pub fn is_gone(self) -> bool {
        match self {
            Self::Left | Self::Refused => true,
            Self::Applied | Self::Screening | Self::Approved | Self::Paused => false,
        }
    }

    /// Whether `next` may follow. Who left or was refused comes back through a new screening.
    #[must_use]
    pub fn may_become(self, next: VolunteerState) -> bool {
        matches!(
            (self, next),
            (Self::Applied, Self::Screening | Self::Refused | Self::Left)
                | (Self::Screening, Self::Approved | Self::Refused | Self::Left)
                | (Self::Approved, Self::Paused | Self::Left)
                | (Self::Paused, Self::Approved | Self::Left)
                | (Self::Left | Self::Refused, Self::Screening)
        )
    }
}

/// What somebody typed into the form of a volunteer; every field as text, empty when absent.
#[derive(Clone, Debug, Default)]
pub struct VolunteerForm<'a> {
    /// Name.
    pub name: &'a str,
    /// `male`, `female` or a word for it.
    pub sex: &'a str,
    /// GB/T 3304 code or name.
    pub ethnic: &'a str,
    /// Identity number, 15 or 18 digits.
    pub id_number: &'a str,
    /// Birth date; year and month are enough beside an identity number.
    pub birth_on: &'a str,
    /// Telephone.
    pub phone: &'a str,
    /// GB/T 4762 code or word.
    pub political: &'a str,
    /// Level of schooling, GB/T 4658 code or word.
    pub education: &'a str,
    /// Where she works.
    pub work_unit: &'a str,
    /// What she does.
    pub trade: &'a str,
    /// Languages spoken, in words or codes.
    pub languages: &'a str,
    /// Anything else worth knowing.
    pub note: &'a str,
}

/// A volunteer's own part of the file as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolunteerDetails {
    /// Name.
    pub name: PersonName,
    /// Sex.
    pub sex: Option<Sex>,
    /// Ethnic group: counted, never used to choose (product.md rule 11).
    pub ethnic: Option<EthnicGroup>,
    /// Identity number.
    pub id_number: Option<IdNumber>,
    /// Birth date, from the identity number where there is one; the first of the month when only
    /// year and month are known.
    pub birth_on: Date,
    /// Telephone.
    pub phone: Phone,
    /// Political status.
    pub political: Option<PoliticalStatus>,
    /// Level of schooling.
    pub education: Option<Education>,
    /// Where she works.
    pub work_unit: Option<String>,
    /// What she does.
    pub trade: Option<String>,
    /// Languages.
    pub languages: Languages,
    /// Anything else.
    pub note: Option<String>,
}

impl VolunteerDetails {
    /// Parses a form, `today` in Asia/Shanghai. Name, telephone, and identity number or birth date
    /// are required; a volunteer is of age.
    ///
    /// # Errors
    /// Every field that cannot be taken, with the codes of the import.
    pub fn parse(form: &VolunteerForm<'_>, today: Date) -> Result<VolunteerDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let name = faults.take("name", PersonName::parse(form.name));
        let number_typed = !form.id_number.trim().is_empty();
        let id_number = number_typed.then(|| faults.take("id_number", IdNumber::parse(form.id_number))).flatten();
        let birth_on = birth::read(id_number.as_ref(), number_typed, form.birth_on, today, &mut faults);
        if let Some(born) = birth_on {
            birth::of_age(born, today, &mut faults);
        }
        let sex = birth::read_sex(form.sex, id_number.as_ref(), &mut faults);
        let phone = phone(form.phone, &mut faults);
        let ethnic = coded(form.ethnic, "ethnic", "ethnic_group.unknown", &mut faults, |t| {
            EthnicGroup::parse(t).or_else(|| EthnicGroup::from_words(t))
        });
        let political = coded(form.political, "political", "political.unknown", &mut faults, |t| {
            PoliticalStatus::parse(t).or_else(|| PoliticalStatus::from_words(t))
        });
        let education = coded(form.education, "education", "education.unknown", &mut faults, |t| {
            Education::parse(t).or_else(|| Education::from_words(t))
        });
        let mut text =
            |field, value: &str, most| short_text(value, most).map_err(|c| faults.push(field, c)).ok().flatten();
        let work_unit = text("work_unit", form.work_unit, 60);
        let trade = text("trade", form.trade, 40);
        let languages = text("languages", form.languages, 100).unwrap_or_default();
        let note = text("note", form.note, 500);
        let details = name.zip(birth_on).zip(phone).map(|((name, birth_on), phone)| VolunteerDetails {
            name,
            sex,
            ethnic,
            id_number,
            birth_on,
            phone,
            political,
            education: education.map(Education::level),
            work_unit,
            trade,
            languages: Languages::from_words(&languages),
            note,
        });
        faults.finish(details)
    }
}

fn phone(typed: &str, faults: &mut Faults) -> Option<Phone> {
    if typed.trim().is_empty() {
        faults.push("phone", "required.missing");
        return None;
    }
    faults.take("phone", Phone::parse(typed))
}

/// A value of a code list, `code` against `field` when the words name none.
pub(crate) fn coded<T>(
    typed: &str,
    field: &'static str,
    code: &'static str,
    faults: &mut Faults,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let typed = typed.trim();
    if typed.is_empty() { None } else { faults.take(field, read(typed).ok_or(code)) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 20);

    fn codes(form: &VolunteerForm<'_>) -> Vec<(String, &'static str)> {
        VolunteerDetails::parse(form, TODAY).unwrap_err().into_iter().map(|f| (f.field.into_owned(), f.code)).collect()
    }

    #[test]
    fn name_phone_and_birth_date_are_asked_for_at_once() {
        let missing = codes(&VolunteerForm::default());
        let expected = ["name", "birth_on", "phone"].map(|f| (f.to_owned(), "required.missing"));
        assert_eq!(missing, expected);
    }

    #[test]
    fn a_volunteer_is_of_age_on_the_birthday() {
        let form =
            VolunteerForm {
                name: "李样例", phone: "13900000000", birth_on: "2008-11-21", ..VolunteerForm::default()
            };
        assert_eq!(codes(&form), [("birth_on".into(), "age.out_of_range")]);
        let form = VolunteerForm { birth_on: "2008-11-20", ..form };
        assert_eq!(VolunteerDetails::parse(&form, TODAY).unwrap().birth_on, date(2008, 11, 20));
    }

    #[test]
    fn a_number_that_cannot_be_read_is_one_fault_not_two() {
        let form =
            VolunteerForm { name: "李样例", phone: "13900000000", id_number: "12345", ..VolunteerForm::default() };
        assert_eq!(codes(&form), [("id_number".into(), "id_number.length")]);
    }

    #[test]
    fn nobody_is_approved_without_a_screening() {
        for state in VolunteerState::ALL {
            let straight = state.may_become(VolunteerState::Approved);
            assert_eq!(straight, matches!(state, VolunteerState::Screening | VolunteerState::Paused), "{state:?}");
            assert_eq!(VolunteerState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn a_volunteer_goes_through_the_programme_by_these_steps_and_by_no_others() {
        use VolunteerState::{Applied, Approved, Left, Paused, Refused, Screening};
        for state in VolunteerState::ALL {
            let open: &[VolunteerState] = match state {
                Applied => &[Screening, Refused, Left],
                Screening => &[Approved, Refused, Left],
                Approved => &[Paused, Left],
                Paused => &[Approved, Left],
                Left | Refused => &[Screening],
            };
            for next in VolunteerState::ALL {
                assert_eq!(state.may_become(next), open.contains(&next), "{state:?} {next:?}");
            }
            assert_eq!(state.is_gone(), matches!(state, Left | Refused), "{state:?}");
        }
    }

    #[test]
    fn each_text_of_a_volunteers_file_has_its_length() {
        let sound =
            VolunteerForm {
                name: "李样例", phone: "13900000000", birth_on: "1980-05-01", ..VolunteerForm::default()
            };
        let (unit, trade, languages, note) = ("字".repeat(60), "字".repeat(40), "字".repeat(100), "字".repeat(500));
        let full =
            VolunteerForm { work_unit: &unit, trade: &trade, languages: &languages, note: &note, ..sound.clone() };
        assert!(VolunteerDetails::parse(&full, TODAY).is_ok());
        let longer = [&unit, &trade, &languages, &note].map(|text| format!("{text}字"));
        let [unit, trade, languages, note] = &longer;
        let over = VolunteerForm { work_unit: unit, trade, languages, note, ..sound };
        let expected = ["work_unit", "trade", "languages", "note"].map(|field| (field.to_owned(), "text.too_long"));
        assert_eq!(codes(&over), expected);
    }
}
