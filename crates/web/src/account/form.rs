//! What the account's forms carry, parsed.

use naheya_domain::error::Faults;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_domain::{Date, FieldError, Role};
use naheya_store::account::{Login, NewAccount, NewGrant};

use super::place;
use crate::Posted;

/// The person.
///
/// # Errors
/// Every field that cannot be taken.
pub(super) fn account(posted: &Posted) -> Result<NewAccount, Vec<FieldError>> {
    let mut faults = Faults::default();
    let name = faults.take("name", PersonName::parse(posted.text("name")));
    let login = faults.take("login", Login::parse(posted.text("login")));
    let phone = match posted.given("phone") {
        Some(typed) => faults.take("phone", Phone::parse(typed)).map(Some),
        None => Some(None),
    };
    let new = name.zip(login).zip(phone);
    faults.finish(new.map(|((name, login), phone)| NewAccount { login, phone, name, language: String::new() }))
}

/// A person with the first role; what is wrong with either is said at once.
///
/// # Errors
/// Every field that cannot be taken.
pub(super) fn invitation(posted: &Posted) -> Result<(NewAccount, NewGrant), Vec<FieldError>> {
    match (account(posted), grant(posted)) {
        (Ok(account), Ok(grant)) => Ok((account, grant)),
        (account, grant) => Err(account.err().into_iter().chain(grant.err()).flatten().collect()),
    }
}

/// The role.
///
/// # Errors
/// Every field that cannot be taken.
pub(super) fn grant(posted: &Posted) -> Result<NewGrant, Vec<FieldError>> {
    let mut faults = Faults::default();
    let role = faults.take("role", chosen(posted.text("role"), Role::parse));
    let place = match (role, posted.given("place")) {
        // Whoever works for the whole county has no other place.
        (Some(role), None) if Place::County.fits(role) => Some(Place::County),
        _ => faults.take("place", chosen(posted.text("place"), place::parse)),
    };
    // What is still here is the name of no class of the school.
    let class = if posted.given("class").is_none() { Ok(()) } else { Err("class.unknown") };
    let place = faults.take("class", class).and(place);
    let from_on = faults.take("from_on", day(posted.text("from_on")));
    let to_on = match posted.given("to_on") {
        Some(typed) => faults.take("to_on", day(typed)).map(Some),
        None => Some(None),
    };
    let new = role.zip(place).zip(from_on).zip(to_on);
    faults.finish(new.map(|(((role, place), from_on), to_on)| NewGrant { role, place, from_on, to_on }))
}

fn chosen<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, &'static str> {
    parse(text).ok_or("required.missing")
}

fn day(text: &str) -> Result<Date, &'static str> {
    if text.is_empty() {
        return Err("required.missing");
    }
    text.parse().map_err(|_| "date.unreadable")
}
