//! Who is responsible where: a person for an area, in a duty, from a day to a day. Duties are the State's own words: a child
//! director in each village and a child supervisor in each town (国发〔2016〕13号; 民发〔2019〕34号), the grid's workers, the
//! federation's heads.

use crate::child::short_text;
use crate::error::Faults;
use crate::id::{AccountId, StationId};
use crate::person_name::PersonName;
use crate::phone::Phone;
use crate::school::day;
use crate::{Date, FieldError};

/// In which duty somebody is responsible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChargeDuty {
    /// 儿童主任, of a village or gacha.
    ChildDirector,
    /// 儿童督导员, of a town.
    ChildSupervisor,
    /// 妇联主席, of a town or village.
    FederationHead,
    /// 网格员.
    GridWorker,
    /// 党组织书记.
    PartySecretary,
    /// 阵地管理员, of one station.
    StationKeeper,
}

impl ChargeDuty {
    /// Every duty, in the order in which people are listed.
    pub const ALL: [ChargeDuty; 6] = [
        Self::ChildDirector,
        Self::ChildSupervisor,
        Self::FederationHead,
        Self::GridWorker,
        Self::PartySecretary,
        Self::StationKeeper,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ChildDirector => "child_director",
            Self::ChildSupervisor => "child_supervisor",
            Self::FederationHead => "federation_head",
            Self::GridWorker => "grid_worker",
            Self::PartySecretary => "party_secretary",
            Self::StationKeeper => "station_keeper",
        }
    }

    /// The duty with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.code() == code)
    }
}

/// The days of a charge or a station, both included; without an end it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

impl Days {
    /// Parses a first and a last day as typed.
    ///
    /// # Errors
    /// `required.missing`, `date.unreadable`, `date.before_start`.
    pub fn parse(from_on: &str, to_on: &str) -> Result<Days, Vec<FieldError>> {
        let mut faults = Faults::default();
        let from = faults.take("from_on", day(from_on));
        let to = if to_on.trim().is_empty() { None } else { faults.take("to_on", day(to_on)) };
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            faults.push("to_on", "date.before_start");
        }
        faults.finish(from.map(|from| Days { from, to }))
    }

    /// Whether `today` is one of them.
    #[must_use]
    pub fn holds(&self, today: Date) -> bool {
        self.from <= today && self.to.is_none_or(|to| to >= today)
    }

    /// Whether the last of them is over.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        self.to.is_some_and(|to| to < today)
    }

    /// Whether they share a day with `other`.
    #[must_use]
    pub fn meets(&self, other: &Days) -> bool {
        other.to.is_none_or(|to| self.from <= to) && self.to.is_none_or(|to| other.from <= to)
    }
}

/// The first day on which none of these holds: from today on, or the day after the last that is over. None where somebody stays,
/// and where nobody was there yet.
#[must_use]
pub fn first_day_without(all: &[Days], today: Date) -> Option<Date> {
    let mut day = today;
    if !all.iter().any(|one| one.holds(today)) {
        return all.iter().filter_map(|one| one.to).filter(|to| *to < today).max()?.tomorrow().ok();
    }
    while let Some(longest) = all.iter().filter(|one| one.holds(day)).max_by_key(|one| one.to.unwrap_or(Date::MAX)) {
        day = longest.to?.tomorrow().ok()?;
    }
    Some(day)
}

/// Who is responsible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InCharge {
    /// Somebody who signs in, with a phone when the office wrote one down.
    Account(AccountId, Option<Phone>),
    /// Somebody without an account: the phone is the only way.
    Person(PersonName, Phone),
}

/// What somebody typed about who is responsible.
#[derive(Clone, Debug, Default)]
pub struct ChargeForm<'a> {
    /// Code of the duty.
    pub duty: &'a str,
    /// Id of the account; empty for somebody without one.
    pub account: &'a str,
    /// Name of somebody without an account.
    pub name: &'a str,
    /// Phone.
    pub phone: &'a str,
    /// Id of the station; empty for the whole area.
    pub station: &'a str,
    /// First day.
    pub from_on: &'a str,
    /// Last day; empty while it goes on.
    pub to_on: &'a str,
}

/// A charge as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCharge {
    /// In which duty.
    pub duty: ChargeDuty,
    /// Who.
    pub who: InCharge,
    /// At which station; none for the whole area.
    pub station: Option<StationId>,
    /// Which days.
    pub days: Days,
}

impl NewCharge {
    /// Parses the form. Somebody without an account needs a name and a phone; a keeper needs a station.
    ///
    /// # Errors
    /// `required.missing`, `phone.invalid`, `date.unreadable`, `date.before_start`, those of names.
    pub fn parse(form: &ChargeForm<'_>) -> Result<NewCharge, Vec<FieldError>> {
        let mut faults = Faults::default();
        let duty = faults.take("duty", ChargeDuty::parse(form.duty).ok_or("required.missing"));
        let station = StationId::parse(form.station.trim());
        if duty == Some(ChargeDuty::StationKeeper) && station.is_none() {
            faults.push("station", "required.missing");
        }
        let who = who(form, &mut faults);
        let days = Days::parse(form.from_on, form.to_on).map_err(|all| faults.extend(all)).ok();
        let all = duty.zip(who).zip(days).map(|((duty, who), days)| NewCharge { duty, who, station, days });
        faults.finish(all)
    }
}

fn who(form: &ChargeForm<'_>, faults: &mut Faults) -> Option<InCharge> {
    if let Some(account) = AccountId::parse(form.account.trim()) {
        let phone = phone_or_none(form.phone, faults)?;
        return Some(InCharge::Account(account, phone));
    }
    let name = faults.take("name", PersonName::parse(form.name));
    let phone = faults.take("phone", required_phone(form.phone));
    name.zip(phone).map(|(name, phone)| InCharge::Person(name, phone))
}

fn required_phone(text: &str) -> Result<Phone, &'static str> {
    if text.trim().is_empty() { Err("required.missing") } else { Phone::parse(text) }
}

/// A phone that may be left out. The outer `None` is a fault that has been noted.
#[expect(clippy::option_option, reason = "left out and unreadable are two answers")]
fn phone_or_none(text: &str, faults: &mut Faults) -> Option<Option<Phone>> {
    if text.trim().is_empty() { Some(None) } else { faults.take("phone", Phone::parse(text)).map(Some) }
}

/// The phone of somebody responsible, as changed: one who has no account keeps one.
///
/// # Errors
/// `required.missing`, `phone.invalid`.
pub fn changed_phone(text: &str, has_account: bool) -> Result<Option<Phone>, &'static str> {
    match short_text(text, 40)? {
        None if has_account => Ok(None),
        None => Err("required.missing"),
        Some(typed) => Phone::parse(&typed).map(Some),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn form<'a>() -> ChargeForm<'a> {
        ChargeForm {
            duty: "child_director",
            name: "示例",
            phone: "199 0000 0001",
            from_on: "2026-09-01",
            ..ChargeForm::default()
        }
    }

    fn codes(form: &ChargeForm<'_>) -> Vec<(String, &'static str)> {
        NewCharge::parse(form).unwrap_err().into_iter().map(|f| (f.field.into_owned(), f.code)).collect()
    }

    #[test]
    fn who_has_no_account_needs_a_name_and_a_phone() {
        assert!(NewCharge::parse(&form()).is_ok());
        let without = ChargeForm { name: "", phone: "", ..form() };
        assert_eq!(codes(&without), [("name".into(), "required.missing"), ("phone".into(), "required.missing")]);
        let account = AccountId::new().to_string();
        let kept = NewCharge::parse(&ChargeForm { account: &account, ..without.clone() }).unwrap();
        assert!(matches!(kept.who, InCharge::Account(_, None)));
    }

    #[test]
    fn a_keeper_is_kept_at_a_station() {
        let keeper = ChargeForm { duty: "station_keeper", ..form() };
        assert_eq!(codes(&keeper), [("station".into(), "required.missing")]);
    }

    #[test]
    fn every_fault_is_said_at_once() {
        let wrong = ChargeForm { duty: "king", to_on: "2026-08-31", phone: "1", ..form() };
        let said = codes(&wrong);
        let expected = [("duty", "required.missing"), ("phone", "phone.invalid"), ("to_on", "date.before_start")];
        assert_eq!(said, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn the_last_day_belongs_to_it() {
        let days = Days { from: date(2026, 9, 1), to: Some(date(2026, 11, 20)) };
        assert!(days.holds(date(2026, 9, 1)) && days.holds(date(2026, 11, 20)));
        assert!(!days.holds(date(2026, 8, 31)) && !days.holds(date(2026, 11, 21)));
        assert!(days.is_over(date(2026, 11, 21)) && !days.is_over(date(2026, 11, 20)));
    }

    #[test]
    fn two_terms_that_share_a_day_meet() {
        let of = |from, to: Option<Date>| Days { from, to };
        let autumn = of(date(2026, 9, 1), Some(date(2026, 11, 20)));
        assert!(autumn.meets(&of(date(2026, 11, 20), None)));
        assert!(!autumn.meets(&of(date(2026, 11, 21), None)));
        assert!(of(date(2026, 1, 1), None).meets(&autumn));
        assert!(!of(date(2026, 1, 1), Some(date(2026, 8, 31))).meets(&autumn));
    }

    #[test]
    fn a_phone_is_taken_away_only_from_who_has_an_account() {
        assert_eq!(changed_phone(" ", true), Ok(None));
        assert_eq!(changed_phone("", false), Err("required.missing"));
        assert!(changed_phone("0478-5550002", false).unwrap().is_some());
    }

    #[test]
    fn every_duty_is_found_by_its_code() {
        for duty in ChargeDuty::ALL {
            assert_eq!(ChargeDuty::parse(duty.code()), Some(duty));
        }
    }

    #[test]
    fn days_begin_and_end_on_one_or_go_on() {
        assert!(Days::parse("2026-09-01", "2026-09-01").is_ok());
        assert!(Days::parse("2026-09-01", "2026-08-31").is_err());
        let on = Days::parse("2026-09-01", " ").unwrap();
        assert_eq!(on.to, None);
        assert!(on.holds(date(2040, 1, 1)) && !on.is_over(date(2040, 1, 1)));
    }

    #[test]
    fn days_meet_at_either_end() {
        let of = |from, to: Option<Date>| Days { from, to };
        let autumn = of(date(2026, 9, 1), Some(date(2026, 11, 20)));
        assert!(autumn.meets(&of(date(2026, 1, 1), Some(date(2026, 9, 1)))));
        assert!(!of(date(2026, 11, 21), None).meets(&autumn));
    }

    #[test]
    fn a_keeper_with_a_station_and_another_duty_without_one_are_taken() {
        let station = StationId::new().to_string();
        let keeper = ChargeForm { duty: "station_keeper", station: &station, ..form() };
        assert!(NewCharge::parse(&keeper).unwrap().station.is_some());
        assert!(NewCharge::parse(&ChargeForm { station: &station, ..form() }).is_ok());
    }
}
