//! Files that look like one volunteer's. An identity number stands in one file only, which the register sees to when it is
//! written, so it tells nothing here (`elsewhere.rs` tells where it stands beside a home's people): what tells is the phone,
//! and name and birth date.

use std::collections::{BTreeSet, HashMap};

use naheya_domain::merge::Why;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::compare::{Homes, side};
use crate::Error;
use crate::merge::find::{Found, GROUPS, Ranked, Suspect};
use crate::sealed::entity::volunteer;
use crate::sealed::tx::Tx;
use crate::search::sounds_alike;

/// Files with a phone that is another one's too.
const SHARED: u64 = 5_000;

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
    birth_on: Option<String>,
    phone_bi: Option<Vec<u8>>,
}

/// Files that look like one volunteer's, with what is alike.
pub(in crate::merge) async fn alike(tx: &Tx) -> Result<Found, Error> {
    let mut found = Found::default();
    by_birth(tx, &mut found).await?;
    by_phone(tx, &mut found).await?;
    Ok(found)
}

/// Whoever shares name and birth date stands side by side in the index.
async fn by_birth(tx: &Tx, found: &mut Found) -> Result<(), Error> {
    use volunteer::Column as V;
    let dated = tx.visible::<volunteer::Entity>().and(V::BirthOn.is_not_null());
    let twice = tx.visible::<volunteer::Entity>().repeated([V::BirthOn, V::Name], dated, GROUPS);
    let rows: Vec<Named> = twice.columns(COLUMNS, tx).await?;
    let mut groups: HashMap<_, Vec<Uuid>> = HashMap::new();
    for row in &rows {
        groups.entry((&row.birth_on, &row.name)).or_default().push(row.id);
    }
    for ids in groups.values() {
        found.add_each(ids, Why::Birth);
    }
    Ok(())
}

const COLUMNS: [volunteer::Column; 4] =
    [volunteer::Column::Id, volunteer::Column::Name, volunteer::Column::BirthOn, volunteer::Column::PhoneBi];

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
        each_two(rows, |one, other| {
            if sounds_alike(&one.name, &other.name) {
                found.add(one.id, other.id, Why::Phone);
            }
        });
    }
    Ok(())
}

fn each_two(rows: &[Named], mut look: impl FnMut(&Named, &Named)) {
    for (n, one) in rows.iter().enumerate() {
        for other in rows.iter().skip(n + 1) {
            look(one, other);
        }
    }
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
