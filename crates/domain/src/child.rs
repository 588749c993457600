//! A child's file: what may be written into it and which states it goes through.

use uuid::Uuid;

use crate::birth;
use crate::error::Faults;
use crate::ethnic_group::EthnicGroup;
use crate::id_number::IdNumber;
use crate::language::Languages;
use crate::person_name::PersonName;
use crate::sex::Sex;
use crate::{Date, FieldError};

/// How far a child is in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildState {
    /// On file, not yet taken in.
    Applying,
    /// Takes part.
    Enrolled,
    /// Takes part again later.
    Paused,
    /// Has left: moved away, grown up, asked to.
    Left,
}

impl ChildState {
    /// Every state, in the order of a child's way through the programme.
    pub const ALL: [ChildState; 4] = [Self::Applying, Self::Enrolled, Self::Paused, Self::Left];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Applying => "applying",
            Self::Enrolled => "enrolled",
            Self::Paused => "paused",
            Self::Left => "left",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Whether `next` may follow. A child that left may come back, as an applicant.
    #[must_use]
    pub fn may_become(self, next: ChildState) -> bool {
        matches!(
            (self, next),
            (Self::Applying, Self::Enrolled | Self::Left)
                | (Self::Enrolled, Self::Paused | Self::Left)
                | (Self::Paused, Self::Enrolled | Self::Left)
                | (Self::Left, Self::Applying)
        )
    }
}

/// What somebody typed into the form of a child's file; every field as text, empty when absent.
#[derive(Clone, Debug, Default)]
pub struct ChildForm<'a> {
    /// Name.
    pub name: &'a str,
    /// Name in Mongolian script.
    pub name_mn: &'a str,
    /// `male`, `female` or a word for it.
    pub sex: &'a str,
    /// GB/T 3304 code or name.
    pub ethnic: &'a str,
    /// Identity number, 15 or 18 digits.
    pub id_number: &'a str,
    /// Birth date, when there is no identity number.
    pub birth_on: &'a str,
    /// Student number.
    pub student_number: &'a str,
    /// School.
    pub school_id: Option<Uuid>,
    /// Class within the school.
    pub class_id: Option<Uuid>,
    /// Town or gacha code.
    pub town_code: &'a str,
    /// Where the family lives.
    pub address: &'a str,
    /// Languages spoken, in words or codes.
    pub languages: &'a str,
    /// The vital line: what whoever looks after the child must know at once (allergy, medicine).
    pub vital: &'a str,
    /// What care needs: food, size, habits.
    pub care: &'a str,
    /// What the child likes.
    pub likes: &'a str,
    /// Health in detail; secret.
    pub health: &'a str,
    /// The child's own words about itself.
    pub words: &'a str,
    /// `yes` or `no`: whether the child boards at school.
    pub boards: &'a str,
    /// What the child and its family need or wish for.
    pub needs: &'a str,
    /// How things are in the family; secret.
    pub family: &'a str,
    /// Remarks of whoever kept the roster; secret, because anything may stand there.
    pub note: &'a str,
}

/// A child's file as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildDetails {
    /// Name.
    pub name: PersonName,
    /// Name in Mongolian script.
    pub name_mn: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Ethnic group: counted, never used to choose (product.md rule 11).
    pub ethnic: Option<EthnicGroup>,
    /// Identity number.
    pub id_number: Option<IdNumber>,
    /// Birth date, from the identity number where there is one.
    pub birth_on: Date,
    /// Student number.
    pub student_number: Option<String>,
    /// School.
    pub school_id: Option<Uuid>,
    /// Class.
    pub class_id: Option<Uuid>,
    /// Town or gacha code.
    pub town_code: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Languages.
    pub languages: Languages,
    /// Vital line.
    pub vital: Option<String>,
    /// What care needs.
    pub care: Option<String>,
    /// Likes.
    pub likes: Option<String>,
    /// Health in detail.
    pub health: Option<String>,
    /// Own words.
    pub words: Option<String>,
    /// Whether the child boards at school.
    pub boards: Option<bool>,
    /// What the child and its family need or wish for.
    pub needs: Option<String>,
    /// How things are in the family.
    pub family: Option<String>,
    /// Remarks.
    pub note: Option<String>,
}

impl ChildDetails {
    /// Parses a form, `today` in Asia/Shanghai.
    ///
    /// # Errors
    /// Every field that cannot be taken, with the codes of the import (`id_number.checksum`,
    /// `age.out_of_range` …) and `text.too_long`.
    pub fn parse(form: &ChildForm<'_>, today: Date) -> Result<ChildDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let name = faults.take("name", PersonName::parse(form.name));
        let id_number = optional(form.id_number, |t| faults.take("id_number", IdNumber::parse(t)));
        let number_typed = !form.id_number.trim().is_empty();
        let birth_on = birth::read(id_number.as_ref(), number_typed, form.birth_on, today, &mut faults);
        if let Some(born) = birth_on {
            birth::under_age(born, today, &mut faults);
        }
        let sex = birth::read_sex(form.sex, id_number.as_ref(), &mut faults);
        let ethnic = optional(form.ethnic, |t| {
            let known = EthnicGroup::parse(t).or_else(|| EthnicGroup::from_words(t));
            faults.take("ethnic", known.ok_or("ethnic_group.unknown"))
        });
        let mut text =
            |field, value: &str, most| short_text(value, most).map_err(|c| faults.push(field, c)).ok().flatten();
        let name_mn = text("name_mn", form.name_mn, 60);
        let student_number = text("student_number", form.student_number, 40);
        let town_code = text("town_code", form.town_code, 12);
        let address = text("address", form.address, 200);
        let vital = text("vital", form.vital, 120);
        let care = text("care", form.care, 1000);
        let likes = text("likes", form.likes, 200);
        let health = text("health", form.health, 2000);
        let words = text("words", form.words, 500);
        let needs = text("needs", form.needs, 2000);
        let family = text("family", form.family, 2000);
        let note = text("note", form.note, 2000);
        let boards = optional(form.boards, |t| faults.take("boards", yes_or_no(t).ok_or("boards.unknown")));
        let details = name.zip(birth_on).map(|(name, birth_on)| ChildDetails {
            name,
            name_mn,
            sex,
            ethnic,
            id_number,
            birth_on,
            student_number,
            school_id: form.school_id,
            class_id: form.class_id,
            town_code,
            address,
            languages: Languages::from_words(form.languages),
            vital,
            care,
            likes,
            health,
            words,
            boards,
            needs,
            family,
            note,
        });
        faults.finish(details)
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let text = text.trim();
    if text.is_empty() { None } else { parse(text) }
}

/// Trimmed text, `None` when empty. `text.too_long` over `most` characters.
///
/// # Errors
/// As said.
pub fn short_text(text: &str, most: usize) -> Result<Option<String>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > most { Err("text.too_long") } else { Ok(Some(text.to_owned())) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 20);

    fn codes(form: &ChildForm<'_>) -> Vec<(String, &'static str)> {
        ChildDetails::parse(form, TODAY).unwrap_err().into_iter().map(|f| (f.field.into_owned(), f.code)).collect()
    }

    #[test]
    fn a_child_needs_a_name_and_a_birth_date_and_both_are_said_at_once() {
        let all = codes(&ChildForm::default());
        assert_eq!(all, [("name".into(), "required.missing"), ("birth_on".into(), "required.missing")]);
    }

    #[test]
    fn who_is_eighteen_is_no_child_of_the_programme() {
        let form = ChildForm { name: "安小草", birth_on: "2008-11-20", ..ChildForm::default() };
        assert_eq!(codes(&form), [("birth_on".into(), "age.out_of_range")]);
        let form = ChildForm { birth_on: "2008-11-21", ..form };
        assert_eq!(ChildDetails::parse(&form, TODAY).unwrap().birth_on, date(2008, 11, 21));
    }

    #[test]
    fn a_state_is_never_skipped() {
        assert!(!ChildState::Applying.may_become(ChildState::Paused));
        assert!(!ChildState::Left.may_become(ChildState::Enrolled));
        assert!(ChildState::Left.may_become(ChildState::Applying));
    }

    #[test]
    fn a_child_goes_through_the_programme_by_these_steps_and_by_no_others() {
        use ChildState::{Applying, Enrolled, Left, Paused};
        for state in ChildState::ALL {
            let open: &[ChildState] = match state {
                Applying => &[Enrolled, Left],
                Enrolled => &[Paused, Left],
                Paused => &[Enrolled, Left],
                Left => &[Applying],
            };
            for next in ChildState::ALL {
                assert_eq!(state.may_become(next), open.contains(&next), "{state:?} {next:?}");
            }
            assert_eq!(ChildState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn each_text_of_a_childs_file_has_its_length() {
        fn with(field: &str, text: &'static str) -> ChildForm<'static> {
            let mut form = ChildForm { name: "安小草", birth_on: "2016-03-05", ..ChildForm::default() };
            match field {
                "name_mn" => form.name_mn = text,
                "student_number" => form.student_number = text,
                "town_code" => form.town_code = text,
                "address" => form.address = text,
                "vital" => form.vital = text,
                "care" => form.care = text,
                "likes" => form.likes = text,
                "health" => form.health = text,
                "words" => form.words = text,
                "needs" => form.needs = text,
                "family" => form.family = text,
                _ => form.note = text,
            }
            form
        }
        for (field, most) in [
            ("name_mn", 60),
            ("student_number", 40),
            ("town_code", 12),
            ("address", 200),
            ("vital", 120),
            ("care", 1000),
            ("likes", 200),
            ("health", 2000),
            ("words", 500),
            ("needs", 2000),
            ("family", 2000),
            ("note", 2000),
        ] {
            assert!(ChildDetails::parse(&with(field, "字".repeat(most).leak()), TODAY).is_ok(), "{field}");
            let over = "字".repeat(most + 1).leak();
            assert_eq!(codes(&with(field, over)), [(field.to_owned(), "text.too_long")]);
        }
    }

    #[test]
    fn whether_a_child_boards_is_yes_no_or_not_said() {
        let boards = |boards| {
            let form = ChildForm { name: "安小草", birth_on: "2016-03-05", boards, ..ChildForm::default() };
            ChildDetails::parse(&form, TODAY).map(|child| child.boards).map_err(|faults| faults.len())
        };
        assert_eq!([boards("yes"), boards("no"), boards("")], [Ok(Some(true)), Ok(Some(false)), Ok(None)]);
        assert_eq!(boards("perhaps"), Err(1));
    }
}
