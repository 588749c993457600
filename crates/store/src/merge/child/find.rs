//! Files that look like one child's: found along indexes, never by comparing every file with every other, and without
//! opening one of them.

use std::collections::{BTreeSet, HashMap};

use naheya_domain::erasure::NAMELESS;
use naheya_domain::merge::Why;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::compare::{Places, adults, side};
use crate::Error;
use crate::merge::find::{CHUNK, Found, Ranked, Suspect, by_birth};
use crate::sealed::entity::{child, guardian, guardianship};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::search::sounds_alike;

/// Files without a birth date that are looked at.
const WITHOUT: u64 = 2_000;
/// Ties of adults with several children that are looked at.
const TIES: u64 = 60_000;

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
    school_id: Option<Uuid>,
}

#[derive(Debug, FromQueryResult)]
struct Tied {
    guardian_id: Uuid,
    phone_bi: Option<Vec<u8>>,
    child_id: Option<Uuid>,
    name: Option<String>,
}

/// Files that look like one child's, with what is alike.
pub(in crate::merge) async fn alike(tx: &Tx) -> Result<Found, Error> {
    let mut found = Found::default();
    let born = [child::Column::BirthOn, child::Column::Name, child::Column::Id];
    by_birth::<child::Entity>(tx, born, &mut found).await?;
    by_school(tx, &mut found).await?;
    by_phone(tx, &mut found).await?;
    Ok(found)
}

const COLUMNS: [child::Column; 3] = [child::Column::Id, child::Column::Name, child::Column::SchoolId];

/// A file without a birth date, and one of the same name and school.
async fn by_school(tx: &Tx, found: &mut Found) -> Result<(), Error> {
    use child::Column as C;
    let without = tx.visible::<child::Entity>().and(C::BirthOn.is_null()).and(C::SchoolId.is_not_null());
    // Erased files are alike, and nobody's double.
    let without = without.and(C::Name.ne(NAMELESS));
    let without: Vec<Named> = without.by(C::Name).limit(WITHOUT).columns(COLUMNS, tx).await?;
    for chunk in without.chunks(CHUNK) {
        let names: BTreeSet<&str> = chunk.iter().map(|row| row.name.as_str()).collect();
        let rows: Vec<Named> = tx.visible::<child::Entity>().and(C::Name.is_in(names)).columns(COLUMNS, tx).await?;
        let mut by_name: HashMap<&str, Vec<&Named>> = HashMap::new();
        for row in &rows {
            by_name.entry(row.name.as_str()).or_default().push(row);
        }
        for one in chunk {
            let others = by_name.get(one.name.as_str()).into_iter().flatten();
            for other in others.filter(|other| other.id != one.id && other.school_id == one.school_id) {
                found.add(one.id, other.id, Why::School);
            }
        }
    }
    Ok(())
}

/// Children around one adult, or around adults with one phone, whose names are written or sound alike.
async fn by_phone(tx: &Tx, found: &mut Found) -> Result<(), Error> {
    use guardianship::Column as T;
    let several = tx.visible::<guardianship::Entity>().repeated_ids(T::GuardianId);
    let shared = tx.visible::<guardian::Entity>().and(guardian::Column::PhoneBi.is_not_null());
    let shared = shared.repeated_ids(guardian::Column::PhoneBi);
    let shared = tx.visible::<guardian::Entity>().and(guardian::Column::PhoneBi.in_subquery(shared));
    let shared = shared.ids(guardian::Column::Id);
    let ties = tx
        .visible::<guardianship::Entity>()
        .and(Condition::any().add(at(T::GuardianId).in_subquery(several)).add(at(T::GuardianId).in_subquery(shared)))
        .beside(
            tx.visible::<guardian::Entity>(),
            [guardian::Column::Id, guardian::Column::PhoneBi],
            same(guardian::Column::Id, T::GuardianId),
        )
        .beside(
            tx.visible::<child::Entity>(),
            [child::Column::Id, child::Column::Name],
            same(child::Column::Id, T::ChildId),
        )
        .by(T::GuardianId)
        .limit(TIES);
    let picked = vec![
        (at(T::GuardianId), "guardian_id"),
        (at(guardian::Column::PhoneBi), "phone_bi"),
        (at(child::Column::Id), "child_id"),
        (at(child::Column::Name), "name"),
    ];
    let ties: Vec<Tied> = ties.pick(picked, tx).await?;
    let mut around: HashMap<Vec<u8>, Vec<(Uuid, String)>> = HashMap::new();
    for tie in ties {
        let (Some(child), Some(name)) = (tie.child_id, tie.name) else { continue };
        let key = tie.phone_bi.unwrap_or_else(|| tie.guardian_id.as_bytes().to_vec());
        around.entry(key).or_default().push((child, name));
    }
    for children in around.values() {
        let is_alike =
            |one: &(Uuid, String), other: &(Uuid, String)| one.0 != other.0 && sounds_alike(&one.1, &other.1);
        found.add_alike(children, |child| child.0, is_alike, Why::Phone);
    }
    Ok(())
}

/// What the page says of them, read for all of them at once.
pub(in crate::merge) async fn shown(tx: &Tx, found: Ranked) -> Result<Vec<Suspect>, Error> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids = found.iter().flat_map(|(pair, _)| [pair.0, pair.1]);
    let rows = tx.visible::<child::Entity>().among(ids).all(tx).await?;
    let (places, adults) = (Places::of(tx, &rows).await?, adults(tx, rows.iter().map(|row| row.id)).await?);
    let row = |id: Uuid| rows.iter().find(|row| row.id == id);
    let beside = |row: &child::Model| adults.get(&row.id).cloned().unwrap_or_default();
    let suspect = |((one, other), why): ((Uuid, Uuid), BTreeSet<Why>)| {
        let (one, other) = (row(one)?, row(other)?);
        let (beside_one, beside_other) = (beside(one), beside(other));
        let (one, other) = (side(one, &places), side(other, &places));
        Some(Suspect { one, beside_one, other, beside_other, why: why.into_iter().collect() })
    };
    Ok(found.into_iter().filter_map(suspect).collect())
}
