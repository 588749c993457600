//! A volunteer's home and the people in it. Every adult counts: rule 2 asks for a valid no-offence
//! query of each one who will sleep there, household or guest.

use crate::calendar_date::{CalendarDate, age_on};
use crate::child::short_text;
use crate::error::Faults;
use crate::id_number::IdNumber;
use crate::language::Languages;
use crate::person_name::PersonName;
use crate::phone::Phone;
use crate::relation::Relation;
use crate::sex::Sex;
use crate::volunteer::coded;
use crate::{Date, FieldError, Refusal, birth};

/// Children a home takes unless a leader says otherwise (product.md rule 1).
pub const USUAL_CAPACITY: i32 = 1;
/// Children a home may take at most.
pub const MOST_CAPACITY: i32 = 3;
/// The longest way from the school, in minutes.
const LONGEST_WAY: i32 = 600;
/// The most rooms a form takes.
const MOST_ROOMS: i32 = 50;

/// What somebody typed about a home; every field as text, empty when absent.
#[derive(Clone, Debug, Default)]
pub struct HouseholdForm<'a> {
    /// Town or gacha code.
    pub town_code: &'a str,
    /// Address.
    pub address: &'a str,
    /// Rooms.
    pub rooms: &'a str,
    /// Languages spoken at home.
    pub languages: &'a str,
    /// Animals.
    pub animals: &'a str,
    /// Minutes from the school, one way.
    pub travel_minutes: &'a str,
}

/// A home as it may be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HouseholdDetails {
    /// Town or gacha code.
    pub town_code: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Rooms.
    pub rooms: Option<i32>,
    /// Languages spoken at home.
    pub languages: Languages,
    /// Animals.
    pub animals: Option<String>,
    /// Minutes from the school, one way; 0 when nobody has said.
    pub travel_minutes: i32,
}

impl HouseholdDetails {
    /// Parses a form.
    ///
    /// # Errors
    /// `number.out_of_range`, `text.too_long`, `town.unknown`.
    pub fn parse(form: &HouseholdForm<'_>) -> Result<HouseholdDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let rooms = whole(form.rooms, "rooms", MOST_ROOMS, &mut faults);
        let travel_minutes = whole(form.travel_minutes, "travel_minutes", LONGEST_WAY, &mut faults).unwrap_or(0);
        let town_code = coded(form.town_code, "town_code", "town.unknown", &mut faults, |t| {
            let digits = t.bytes().all(|b| b.is_ascii_digit());
            (digits && matches!(t.len(), 6 | 9 | 12)).then(|| t.to_owned())
        });
        let mut text =
            |field, value: &str, most| short_text(value, most).map_err(|c| faults.push(field, c)).ok().flatten();
        let address = text("address", form.address, 200);
        let languages = text("home_languages", form.languages, 100).unwrap_or_default();
        let animals = text("animals", form.animals, 100);
        let details = HouseholdDetails {
            town_code,
            address,
            rooms,
            languages: Languages::from_words(&languages),
            animals,
            travel_minutes,
        };
        faults.finish(Some(details))
    }
}

fn whole(typed: &str, field: &'static str, most: i32, faults: &mut Faults) -> Option<i32> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let read = typed.parse::<i32>().ok().filter(|n| (0..=most).contains(n));
    faults.take(field, read.ok_or("number.out_of_range"))
}

/// What somebody typed about a person in the home; every field as text, empty when absent.
#[derive(Clone, Debug, Default)]
pub struct MemberForm<'a> {
    /// Name.
    pub name: &'a str,
    /// What this person is to the volunteer, code or word.
    pub relation: &'a str,
    /// Birth date, when there is no identity number.
    pub birth_on: &'a str,
    /// `male`, `female` or a word for it.
    pub sex: &'a str,
    /// Identity number.
    pub id_number: &'a str,
    /// Telephone.
    pub phone: &'a str,
    /// A guest: sleeps there, but does not live there.
    pub guest: bool,
    /// First day of the stay in the home; for guests.
    pub from_on: &'a str,
    /// Last day.
    pub to_on: &'a str,
}

/// A person in the home as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberDetails {
    /// Name.
    pub name: PersonName,
    /// What this person is to the volunteer.
    pub relation: Option<Relation>,
    /// Birth date. Without one the person counts as an adult.
    pub birth_on: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Identity number.
    pub id_number: Option<IdNumber>,
    /// Telephone.
    pub phone: Option<Phone>,
    /// A guest.
    pub guest: bool,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
}

impl MemberDetails {
    /// Parses a form, `today` in Asia/Shanghai. The name is required, and for a guest the days.
    ///
    /// # Errors
    /// Every field that cannot be taken.
    pub fn parse(form: &MemberForm<'_>, today: Date) -> Result<MemberDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let name = faults.take("name", PersonName::parse(form.name));
        let relation = coded(form.relation, "relation", "relation.unknown", &mut faults, |t| {
            Relation::parse(t).or_else(|| Relation::from_words(t))
        });
        let number_typed = !form.id_number.trim().is_empty();
        let id_number = number_typed.then(|| faults.take("id_number", IdNumber::parse(form.id_number))).flatten();
        let dated = number_typed || !form.birth_on.trim().is_empty();
        let birth_on =
            dated.then(|| birth::read(id_number.as_ref(), number_typed, form.birth_on, today, &mut faults)).flatten();
        let sex = birth::read_sex(form.sex, id_number.as_ref(), &mut faults);
        let phone = coded(form.phone, "phone", "phone.invalid", &mut faults, |t| Phone::parse(t).ok());
        let from_on = day(form.from_on, "from_on", &mut faults);
        let to_on = day(form.to_on, "to_on", &mut faults);
        if form.guest && form.from_on.trim().is_empty() {
            faults.push("from_on", "required.missing");
        }
        if from_on.zip(to_on).is_some_and(|(from, to)| to < from) {
            faults.push("to_on", "date.before_start");
        }
        let details = name.map(|name| MemberDetails {
            name,
            relation,
            birth_on,
            sex,
            id_number,
            phone,
            guest: form.guest,
            from_on,
            to_on,
        });
        faults.finish(details)
    }
}

pub(crate) fn day(typed: &str, field: &'static str, faults: &mut Faults) -> Option<Date> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    faults.take(field, CalendarDate::parse(typed).and_then(|d| d.day().ok_or("date.unreadable")))
}

/// Whether somebody born on `born` needs an adult's checks on `on`: from the 18th birthday, and
/// whoever's birth date nobody knows.
#[must_use]
pub fn is_adult(born: Option<Date>, on: Date) -> bool {
    born.is_none_or(|born| age_on(born, on) >= 18)
}

/// Whether somebody is in the home between the two days: every night for those who live there.
#[must_use]
pub fn is_there(from: Option<Date>, to: Option<Date>, first: Date, last: Date) -> bool {
    from.is_none_or(|from| from <= last) && to.is_none_or(|to| to >= first)
}

/// Whether a home with `taken` running pairs may be set to take `capacity` children.
///
/// # Errors
/// `capacity.out_of_range`, `capacity.below_pairs`, `capacity.reason_missing` (anything above 1
/// needs the leader's reason: siblings first, product.md rule 1).
pub fn may_set_capacity(capacity: i32, taken: u64, reason: Option<&str>) -> Result<(), Refusal> {
    if !(USUAL_CAPACITY..=MOST_CAPACITY).contains(&capacity) {
        return Err(Refusal::new("capacity.out_of_range"));
    }
    if u64::try_from(capacity).unwrap_or(0) < taken {
        return Err(Refusal::new("capacity.below_pairs"));
    }
    let said = reason.is_some_and(|r| !r.trim().is_empty());
    if capacity > USUAL_CAPACITY && !said {
        return Err(Refusal::new("capacity.reason_missing"));
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 20);

    #[test]
    fn whoever_has_no_birth_date_counts_as_an_adult() {
        assert!(is_adult(None, TODAY));
        assert!(is_adult(Some(date(2008, 11, 20)), TODAY));
        assert!(!is_adult(Some(date(2008, 11, 21)), TODAY));
    }

    #[test]
    fn a_guest_is_there_on_the_days_given_and_the_family_always() {
        let (friday, sunday) = (date(2026, 11, 20), date(2026, 11, 22));
        assert!(is_there(None, None, friday, sunday));
        assert!(is_there(Some(sunday), Some(date(2026, 11, 30)), friday, sunday));
        assert!(!is_there(Some(date(2026, 11, 23)), None, friday, sunday));
        assert!(!is_there(None, Some(date(2026, 11, 19)), friday, sunday));
    }

    #[test]
    fn a_home_takes_one_child_and_more_only_with_a_reason_up_to_three() {
        assert_eq!(may_set_capacity(1, 0, None), Ok(()));
        assert_eq!(may_set_capacity(2, 0, Some(" ")).unwrap_err().code, "capacity.reason_missing");
        assert_eq!(may_set_capacity(3, 3, Some("兄弟俩")), Ok(()));
        assert_eq!(may_set_capacity(4, 0, Some("x")).unwrap_err().code, "capacity.out_of_range");
        assert_eq!(may_set_capacity(1, 2, None).unwrap_err().code, "capacity.below_pairs");
    }

    #[test]
    fn a_guest_needs_a_first_day_and_an_order_of_days() {
        let form = MemberForm { name: "周样老", guest: true, ..MemberForm::default() };
        let faults = MemberDetails::parse(&form, TODAY).unwrap_err();
        assert_eq!(faults, [FieldError::new("from_on", "required.missing")]);
        let form = MemberForm { from_on: "2026-11-22", to_on: "2026-11-20", ..form };
        assert_eq!(MemberDetails::parse(&form, TODAY).unwrap_err(), [FieldError::new("to_on", "date.before_start")]);
    }

    #[test]
    fn numbers_of_a_home_are_whole_and_sensible() {
        let form = HouseholdForm { rooms: "-1", travel_minutes: "很近", ..HouseholdForm::default() };
        let codes: Vec<_> = HouseholdDetails::parse(&form).unwrap_err().into_iter().map(|f| f.field).collect();
        assert_eq!(codes, ["rooms", "travel_minutes"]);
    }

    #[test]
    fn a_town_has_six_nine_or_twelve_digits() {
        let town = |town_code| {
            let form = HouseholdForm { town_code, ..HouseholdForm::default() };
            HouseholdDetails::parse(&form).map(|home| home.town_code).map_err(|faults| faults.first().unwrap().code)
        };
        for code in ["150825", "150825100", "150825100001"] {
            assert_eq!(town(code), Ok(Some(code.to_owned())));
        }
        for code in ["15082", "15082510", "15082X", "１５０８２５", "一五〇八二五"] {
            assert_eq!(town(code), Err("town.unknown"), "{code}");
        }
    }

    #[test]
    fn a_home_has_up_to_fifty_rooms_ten_hours_of_way_and_words_of_a_length() {
        let faults = |form: HouseholdForm<'_>| {
            let faults = HouseholdDetails::parse(&form).err().unwrap_or_default();
            faults.into_iter().map(|f| (f.field.into_owned(), f.code)).collect::<Vec<_>>()
        };
        let form = HouseholdForm { rooms: "50", travel_minutes: "600", ..HouseholdForm::default() };
        assert_eq!(faults(form), []);
        let form = HouseholdForm { rooms: "0", travel_minutes: "0", ..HouseholdForm::default() };
        assert_eq!(faults(form), []);
        let out = |field: &str| (field.to_owned(), "number.out_of_range");
        let form = HouseholdForm { rooms: "51", travel_minutes: "601", ..HouseholdForm::default() };
        assert_eq!(faults(form), [out("rooms"), out("travel_minutes")]);
        let long = |n| "字".repeat(n);
        let (a, l, n) = (long(200), long(100), long(100));
        assert_eq!(faults(HouseholdForm { address: &a, languages: &l, animals: &n, ..HouseholdForm::default() }), []);
        let (a, l, n) = (long(201), long(101), long(101));
        let over = HouseholdForm { address: &a, languages: &l, animals: &n, ..HouseholdForm::default() };
        let too_long = ["address", "home_languages", "animals"].map(|field| (field.to_owned(), "text.too_long"));
        assert_eq!(faults(over), too_long);
        let nothing = HouseholdDetails::parse(&HouseholdForm::default()).unwrap();
        assert_eq!((nothing.rooms, nothing.travel_minutes), (None, 0));
    }

    #[test]
    fn who_lives_there_needs_no_days_and_a_guest_may_come_and_go_on_one() {
        let form = MemberForm { name: "周样老", ..MemberForm::default() };
        assert_eq!(MemberDetails::parse(&form, TODAY).unwrap().from_on, None);
        let form = MemberForm { guest: true, from_on: "2026-11-20", to_on: "2026-11-20", ..form };
        let read = MemberDetails::parse(&form, TODAY).unwrap();
        assert_eq!((read.from_on, read.to_on), (Some(TODAY), Some(TODAY)));
    }

    #[test]
    fn the_birth_date_of_who_lives_there_is_told_by_the_number_or_by_hand_or_not_at_all() {
        let born = |id_number, birth_on| {
            let form = MemberForm { name: "周样老", id_number, birth_on, ..MemberForm::default() };
            MemberDetails::parse(&form, TODAY)
                .map(|member| member.birth_on)
                .map_err(|faults| faults.first().unwrap().code)
        };
        assert_eq!(born("", ""), Ok(None));
        assert_eq!(born("", "1960-05-01"), Ok(Some(date(1960, 5, 1))));
        assert_eq!(born("12345", ""), Err("id_number.length"));
    }

    #[test]
    fn a_guest_is_there_on_the_first_and_on_the_last_day() {
        let (friday, sunday) = (date(2026, 11, 20), date(2026, 11, 22));
        assert!(is_there(None, Some(friday), friday, sunday));
        assert!(is_there(Some(sunday), None, friday, sunday));
    }

    #[test]
    fn a_home_that_takes_more_than_one_child_says_why() {
        assert_eq!(may_set_capacity(2, 0, None).unwrap_err().code, "capacity.reason_missing");
        assert_eq!(may_set_capacity(0, 0, None).unwrap_err().code, "capacity.out_of_range");
    }

    #[test]
    fn the_number_of_who_lives_there_tells_the_birth_date() {
        let form = MemberForm { name: "周样小", id_number: "15082520140910103X", ..MemberForm::default() };
        assert_eq!(MemberDetails::parse(&form, TODAY).unwrap().birth_on, Some(date(2014, 9, 10)));
    }
}
