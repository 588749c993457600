//! Two files of one volunteer: the row that stays, what comes over, and the way back.
//!
//! Somebody lives in one home, so two homes of one volunteer are one home that was entered twice: it becomes one with
//! everybody in it, her husband who is a volunteer too included. Homes at two addresses are not merged; whoever has moved
//! writes the new address into the old home first, which is what a family that moves does as well, and its home visit is
//! made anew there. Her own entry among the people of the home becomes one with her other one, and so does whoever else
//! stands in both as the same person.

use naheya_domain::access::Class;
use naheya_domain::id::VolunteerId;
use naheya_domain::merge::{VolunteerPart, volunteer_obstacles};
use sea_orm::{ColumnTrait, Condition, IdenStatic, Iterable, ModelTrait, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::carry::{Moved, of_home, of_member, of_volunteer};
use super::claim::{TAKEN, claims, settle};
use super::compare::Compared;
use crate::Error;
use crate::concern::Suspend;
use crate::concern::suspension::{self, Reached};
use crate::household::{self as home, resealed};
use crate::sealed::act::Act;
use crate::sealed::copy::written;
use crate::sealed::entity::{household, household_member, search_token, uniq, volunteer};
use crate::sealed::record::Record;
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::volunteer::{CLAIM, TABLE};

mod access;
pub(super) mod compare;
mod elsewhere;
mod fact;
mod find;
mod people;
pub(super) mod undo;

pub use elsewhere::Elsewhere;
pub(super) use find::{alike, shown};

/// The two files with their homes, as they are now.
pub(super) struct Pair {
    pub(super) kept: volunteer::Model,
    pub(super) other: volunteer::Model,
    homes: (household::Model, household::Model),
}

impl Pair {
    pub(super) async fn read(tx: &Tx, kept: VolunteerId, other: VolunteerId) -> Result<Pair, Error> {
        let one = async |id: VolunteerId| tx.visible_as::<volunteer::Entity>(Class::Personal).id(id).one(tx).await;
        let (kept, other) = (one(kept).await?, one(other).await?);
        let home = async |id: Uuid| tx.visible_as::<household::Entity>(Class::Personal).id(id).one(tx).await;
        let homes = (home(kept.household_id).await?, home(other.household_id).await?);
        Ok(Pair { kept, other, homes })
    }

    pub(super) fn versions(&self) -> (Compared, Compared) {
        let of = |file: &volunteer::Model, home: &household::Model| Compared {
            file: file.version,
            home: Some(home.version),
        };
        (of(&self.kept, &self.homes.0), of(&self.other, &self.homes.1))
    }

    fn is_one_home(&self) -> bool {
        self.homes.0.id == self.homes.1.id
    }
}

pub(super) fn parts(codes: &[&str]) -> Vec<VolunteerPart> {
    VolunteerPart::ALL.into_iter().filter(|part| codes.contains(&part.code())).collect()
}

/// The rows that would stay, their sealed fields still those of the file they came from.
pub(super) struct After {
    kept: volunteer::Model,
    home: household::Model,
}

impl After {
    fn of(pair: &Pair, parts: &[VolunteerPart]) -> Result<After, Error> {
        let (mut kept, mut home) = (pair.kept.clone(), pair.homes.0.clone());
        for column in columns_of::<volunteer::Entity>(parts, VolunteerPart::columns) {
            kept.try_set(column, pair.other.get(column))?;
        }
        for column in columns_of::<household::Entity>(parts, VolunteerPart::home_columns) {
            home.try_set(column, pair.homes.1.get(column))?;
        }
        Ok(After { kept, home })
    }
}

/// The columns of some parts.
fn columns_of<E: Record>(parts: &[VolunteerPart], of: fn(VolunteerPart) -> &'static [&'static str]) -> Vec<E::Column> {
    let names: Vec<&str> = parts.iter().flat_map(|part| of(*part)).copied().collect();
    E::Column::iter().filter(|column| names.contains(&column.as_str())).collect()
}

/// Whether they may become one; `except` is the proposal that is being judged.
pub(super) async fn judge(tx: &Tx, pair: &Pair, parts: &[VolunteerPart], except: Option<Uuid>) -> Result<After, Error> {
    for file in [pair.kept.id, pair.other.id] {
        crate::erasure::not_asked(tx, VolunteerId(file).into()).await?;
    }
    let after = After::of(pair, parts)?;
    match volunteer_obstacles(&fact::facts(tx, pair, &after, except).await?).into_iter().next() {
        Some(refusal) => Err(Error::Refused(refusal)),
        None => Ok(after),
    }
}

/// What taking a merge apart needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Undo {
    /// The row of the file that is gone.
    pub(super) other: serde_json::Value,
    /// Rows that stayed, before and after: the file, her entry among the people of the home, the home.
    kept: Changed,
    own: Changed,
    home: Changed,
    /// The home that is gone, and what came from it; none when both lived in one.
    other_home: Option<(serde_json::Value, Vec<Moved>)>,
    /// People of the home who stood there twice.
    people: Vec<people::Folded>,
    /// The rows of the file that came over.
    moved: Vec<Moved>,
    /// Lists of adults in which somebody stood under the other entry.
    adults: Vec<people::Listed>,
    /// Roles that stood for the other file.
    roles: Vec<Uuid>,
    /// Concerns in which the file that stays was named before, by the row that names it.
    named: Vec<Uuid>,
    /// What a suspension of one of the files reached in the other.
    suspended: Vec<Reached>,
}

/// A row before and after.
type Changed = (serde_json::Value, serde_json::Value);

/// Makes one file of the two.
pub(super) async fn merged(tx: &Tx, pair: &Pair, after: After, parts: &[VolunteerPart]) -> Result<Undo, Error> {
    let (kept, other) = (pair.kept.id, pair.other.id);
    let named = access::named(tx, &[kept, pair.homes.0.id]).await?;
    let twice = people::twice(tx, pair).await?;
    let folded = people::fold(tx, &twice).await?;
    let adults = people::listed(tx, pair, &twice).await?;
    let moved = of_volunteer::carry(tx, other, kept).await?;
    let roles = access::hand_over(tx, other, kept).await?;
    let tokens =
        Condition::all().add(search_token::Column::Kind.eq("volunteer")).add(search_token::Column::PersonId.eq(other));
    tx.clear::<search_token::Entity>(tokens).await?;
    for claim in claims(tx, CLAIM, other).await? {
        tx.remove::<uniq::Entity>(&claim).await?;
    }
    tx.remove::<volunteer::Entity>(&pair.other).await?;
    people::remove(tx, &twice).await?;
    let other_home = if pair.is_one_home() {
        None
    } else {
        let came = of_home::carry(tx, pair.homes.1.id, pair.homes.0.id).await?;
        tx.remove::<household::Entity>(&pair.homes.1).await?;
        Some((written::<household::Entity>(&pair.homes.1), came))
    };
    let suspended = tx.told_as(Suspend::NAME, suspension::widen(tx, kept)).await?;
    let (kept, own, home) = stays(tx, pair, after, parts).await?;
    let other = written::<volunteer::Entity>(&pair.other);
    Ok(Undo { other, kept, own, home, other_home, people: folded, moved, adults, roles, named, suspended })
}

/// Writes what stays: the file, her own entry, the home.
async fn stays(
    tx: &Tx,
    pair: &Pair,
    after: After,
    parts: &[VolunteerPart],
) -> Result<(Changed, Changed, Changed), Error> {
    let columns = columns_of::<volunteer::Entity>(parts, VolunteerPart::columns);
    let mut kept = sealed_anew::<volunteer::Entity>(tx, after.kept, (pair.other.id, pair.kept.id), &columns)?;
    // Also when no field changes: whatever was read of the file before is no longer the whole of it.
    kept.updated_at = tx.now().0;
    settle(tx, &kept, kept.id, TAKEN).await?;
    let kept = tx.change::<volunteer::Entity>(&pair.kept, kept).await?;
    if kept.name != pair.kept.name {
        search::reindex(tx, Kind::Volunteer, kept.id, &[kept.name.as_str()]).await?;
    }
    let own = tx.for_rule::<household_member::Entity>().id(kept.member_id).one(tx).await?;
    let own_after = tx.change::<household_member::Entity>(&own, own_entry(tx, &own, &kept, parts)?).await?;
    let columns = columns_of::<household::Entity>(parts, VolunteerPart::home_columns);
    let ids = (pair.homes.1.id, pair.homes.0.id);
    let home = sealed_anew::<household::Entity>(tx, after.home, ids, &columns)?;
    let home = tx.change::<household::Entity>(&pair.homes.0, home).await?;
    Ok((
        (written::<volunteer::Entity>(&pair.kept), written::<volunteer::Entity>(&kept)),
        (written::<household_member::Entity>(&own), written::<household_member::Entity>(&own_after)),
        (written::<household::Entity>(&pair.homes.0), written::<household::Entity>(&home)),
    ))
}

/// Her entry among the people of the home follows what was chosen for her file.
fn own_entry(
    tx: &Tx,
    own: &household_member::Model,
    kept: &volunteer::Model,
    parts: &[VolunteerPart],
) -> Result<household_member::Model, Error> {
    let mut after = own.clone();
    let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, kept.id, sealed.as_ref());
    for part in parts {
        match part {
            VolunteerPart::Name => after.name.clone_from(&kept.name),
            VolunteerPart::Sex => after.sex = Some(kept.sex.clone()),
            VolunteerPart::BirthOn => after.birth_on.clone_from(&kept.birth_on),
            VolunteerPart::IdNumber => {
                let (number, old) = (open("id_no_sealed", &kept.id_no_sealed)?, own.id_no_sealed.as_ref());
                after.id_no_sealed = resealed(tx, home::MEMBERS, "id_no_sealed", own.id, old, number.as_deref())?;
                after.id_no_bi.clone_from(&kept.id_no_bi);
            }
            VolunteerPart::Phone => {
                let (phone, old) = (open("phone_sealed", &kept.phone_sealed)?, own.phone_sealed.as_ref());
                after.phone_sealed = resealed(tx, home::MEMBERS, "phone_sealed", own.id, old, phone.as_deref())?;
            }
            _ => {}
        }
    }
    Ok(after)
}

/// The fields that came from the other row, sealed for the one in which they stand from now on.
fn sealed_anew<E: Record>(
    tx: &Tx,
    mut after: E::Model,
    (from, to): (Uuid, Uuid),
    columns: &[E::Column],
) -> Result<E::Model, Error> {
    for column in columns {
        let name = column.as_str();
        let anew = match after.get(*column) {
            Value::Bytes(Some(sealed)) if name.ends_with("_sealed") => {
                let text = tx.open(E::TABLE, name, from, &sealed)?;
                Value::Bytes(Some(tx.seal(E::TABLE, name, to, &text)?))
            }
            Value::String(Some(kept)) if Tx::are_sealed(&kept) => {
                let words = tx.read_words(E::TABLE, name, from, Some(&kept))?;
                Value::String(tx.seal_words(E::TABLE, name, to, words.as_deref())?)
            }
            _ => continue,
        };
        after.try_set(*column, anew)?;
    }
    Ok(after)
}
