//! Files that look like one volunteer's. An identity number stands in one file only, which the register sees to when it is
//! written, so it tells nothing here (`elsewhere.rs` tells where it stands beside a home's people): what tells is the phone,
//! and name and birth date.

use std::collections::{BTreeSet, HashMap};

use naheya_domain::merge::Why;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::compare::{Homes, side};
use crate::Error;
use crate::merge::find::{Found, Ranked, Suspect, by_birth};
use crate::sealed::entity::volunteer;
use crate::sealed::tx::Tx;
use crate::search::sounds_alike;

/// Files with a phone that is another one's too.
const SHARED: u64 = 5_000;

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
    phone_bi: Option<Vec<u8>>,
}

/// Files that look like one volunteer's, with what is alike.
pub(in crate::merge) async fn alike(tx: &Tx) -> Result<Found, Error> {
    let mut found = Found::default();
    let born = [volunteer::Column::BirthOn, volunteer::Column::Name, volunteer::Column::Id];
    by_birth::<volunteer::Entity>(tx, born, &mut found).await?;
    by_phone(tx, &mut found).await?;
    Ok(found)
}

const COLUMNS: [volunteer::Column; 3] = [volunteer::Column::Id, volunteer::Column::Name, volunteer::Column::PhoneBi];

/// One phone, and names that are written or sound alike: husband and wife share a phone and are two.
async fn by_phone(tx: &Tx, found: &mut Found) -> Result<(), Error> {
    use volunteer::Column as V;
    let known = || tx.visible::<volunteer::Entity>().and(V::PhoneBi.is_not_null());
    let shared = known().and(V::PhoneBi.in_subquery(known().repeated_ids(V::PhoneBi)));
    let rows: Vec<Named> = shared.by(V::PhoneBi).limit(SHARED).columns(COLUMNS, tx).await?;
    let mut by_phone: HashMap<Vec<u8>, Vec<Named>> = HashMap::new();
    for row in rows {
        by_phone.entry(row.phone_bi.clone().unwrap_or_default()).or_default().push(row);
    }
    for rows in by_phone.values() {
        found.add_alike(rows, |row| row.id, |one, other| sounds_alike(&one.name, &other.name), Why::Phone);
    }
    Ok(())
}

/// What the page says of them, read for all of them at once.
pub(in crate::merge) async fn shown(tx: &Tx, found: Ranked) -> Result<Vec<Suspect>, Error> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids = found.iter().flat_map(|(pair, _)| [pair.0, pair.1]);
    let rows = tx.visible::<volunteer::Entity>().among(ids).all(tx).await?;
    let homes = Homes::of(tx, &rows).await?;
    let row = |id: Uuid| rows.iter().find(|row| row.id == id);
    let suspect = |((one, other), why): ((Uuid, Uuid), BTreeSet<Why>)| {
        let (one, other) = (row(one)?, row(other)?);
        let (beside_one, beside_other) = (homes.beside(one), homes.beside(other));
        let (one, other) = (side(one, None), side(other, None));
        Some(Suspect { one, beside_one, other, beside_other, why: why.into_iter().collect() })
    };
    Ok(found.into_iter().filter_map(suspect).collect())
}
