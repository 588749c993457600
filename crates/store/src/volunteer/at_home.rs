//! Somebody who lives in a home on file becomes a volunteer there: one flat has one capacity and one home visit, and whoever
//! lives in it stands there once, with the checks that were made of them.

use naheya_domain::access::Class;
use naheya_domain::id::MemberId;
use naheya_domain::id_number::IdNumber;
use naheya_domain::volunteer::VolunteerDetails;
use sea_orm::ColumnTrait;

use super::{agree, home_name, own_entry};
use crate::Error;
use crate::household::{MEMBERS, filled_member, is_adult_there};
use crate::sealed::entity::{household, household_member, volunteer};
use crate::sealed::tx::Tx;

/// The entry of an adult of a home who may become a volunteer with what is typed.
///
/// # Errors
/// `volunteer.is_registered`, `volunteer.not_at_home` for guests, children and whoever has moved out; at the name
/// `volunteer.other_person` where name, birth date or identity number say otherwise than the entry.
pub(super) async fn entry(tx: &Tx, of: MemberId, d: &VolunteerDetails) -> Result<household_member::Model, Error> {
    let row = tx.visible_as::<household_member::Entity>(Class::Personal).id(of).one(tx).await?;
    let own = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::MemberId.eq(row.id)).first(tx).await?;
    if own.is_some() {
        return Err(Error::refused("volunteer.is_registered"));
    }
    let today = tx.now().date();
    if row.guest || !is_adult_there(&row, today, today) {
        return Err(Error::refused("volunteer.not_at_home"));
    }
    let number = d.id_number.as_ref().map(|n| tx.ring().blind("id_no", n.as_str()));
    let is_numbered_otherwise = number.is_some() && row.id_no_bi.is_some() && number != row.id_no_bi;
    let is_born_otherwise = row.birth_on.as_ref().is_some_and(|day| *day != d.birth_on.to_string());
    if row.name != d.name.as_str() || is_numbered_otherwise || is_born_otherwise {
        return Err(Error::field("name", "volunteer.other_person"));
    }
    Ok(row)
}

/// What is typed, with the number of the entry where none is.
pub(super) fn with_number(
    tx: &Tx,
    row: &household_member::Model,
    typed: &VolunteerDetails,
) -> Result<VolunteerDetails, Error> {
    let mut details = typed.clone();
    if details.id_number.is_none() {
        let kept = tx.open_some(MEMBERS, "id_no_sealed", row.id, row.id_no_sealed.as_ref())?;
        details.id_number = kept.and_then(|n| IdNumber::parse(&n).ok());
        agree(details.id_number.as_ref(), Some(details.birth_on), details.sex)?;
    }
    Ok(details)
}

/// Writes what is known of a volunteer into the own entry among the people of the home; since when and how long stays.
pub(super) async fn fill(tx: &Tx, own: &household_member::Model, d: &VolunteerDetails) -> Result<(), Error> {
    let mut changed = filled_member(tx, own.clone(), &own_entry(d))?;
    changed.from_on.clone_from(&own.from_on);
    changed.to_on.clone_from(&own.to_on);
    tx.change::<household_member::Entity>(own, changed).await?;
    Ok(())
}

/// A home that is called after her has her name as it was put right.
pub(super) async fn rename(tx: &Tx, before: &volunteer::Model, name: &str) -> Result<(), Error> {
    let home = tx.for_rule::<household::Entity>().id(before.household_id).one(tx).await?;
    if home.name == home_name(&before.name) {
        let after = household::Model { name: home_name(name), ..home.clone() };
        tx.change::<household::Entity>(&home, after).await?;
    }
    Ok(())
}
