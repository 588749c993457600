//! Whose file a role stands for: found by name or number, and chosen before anything is given.

use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::account::{AccountRow, GrantRow};
use uuid::Uuid;

use crate::{Fields, Signed};

/// The field in which a name or number is typed.
const FIELD: &str = "person";

/// Whether the role stands for somebody on file.
pub(super) fn of_file(role: Role) -> bool {
    Place::Person(Uuid::nil()).fits(role)
}

/// The files that a form means, as places with name and number; none where nobody is typed or the role stands for no file.
pub(super) async fn found(me: &Signed, fields: &Fields) -> Result<Vec<(String, String)>, Error> {
    let Some(role) = Role::parse(fields.text("role")).filter(|role| of_file(*role)) else { return Ok(Vec::new()) };
    let Some(typed) = fields.given(FIELD) else { return Ok(Vec::new()) };
    let people = me.desk.people_on_file(role, typed).await?;
    let words = |name: &str, about: &[String]| format!("{name} · {}", about.join("、"));
    Ok(people.iter().map(|one| (format!("person:{}", one.id), words(&one.name, &one.about))).collect())
}

/// Where somebody is named, one of the files that are found is chosen: nobody gets a file by a name alone.
///
/// # Errors
/// `account.no_file` at the name, `account.choose_file` at the place.
pub(super) async fn chosen(me: &Signed, fields: &Fields) -> Result<(), Error> {
    let is_meant = Role::parse(fields.text("role")).is_some_and(of_file) && fields.given(FIELD).is_some();
    if !is_meant {
        return Ok(());
    }
    let found = found(me, fields).await?;
    if found.is_empty() {
        return Err(Error::field(FIELD, "account.no_file"));
    }
    let is_one = found.iter().any(|(place, _)| place == fields.text("place"));
    if is_one { Ok(()) } else { Err(Error::field("place", "account.choose_file")) }
}

/// Whether the account goes by its user name alone because the number in the file for which it stands lets somebody else in.
pub(super) async fn lost_number(me: &Signed, account: &AccountRow) -> Result<bool, Error> {
    for grant in account.grants.iter().filter(|grant| grant.ended_at.is_none()) {
        if let Place::Person(id) = grant.place
            && me.desk.lost_number(id).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The names of the people for whom roles stand, by place, for a reader who sees their files.
pub(super) async fn names(me: &Signed, held: &[GrantRow]) -> Result<Vec<(Place, String)>, Error> {
    let mut all = Vec::new();
    for grant in held {
        let Place::Person(id) = grant.place else { continue };
        if let Some(name) = me.desk.name_on_file(grant.role, id).await? {
            all.push((grant.place.clone(), name));
        }
    }
    Ok(all)
}
