//! Files that look like one volunteer's. An identity number stands in one file only, which the register sees to when it is
//! written, so it tells nothing here (`elsewhere.rs` tells where it stands beside a home's people): what tells is the phone,
//! and name and birth date.

use std::collections::HashMap;

use naheya_domain::merge::Why;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::compare::{beside, side};
use crate::Error;
use crate::merge::find::{CHUNK, Found, GROUPS, Group, Ranked, Suspect};
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

/// Files that look like one volunteer's, those with most reasons first; and whether more follow.
pub(in crate::merge) async fn suspects(tx: &Tx) -> Result<(Vec<Suspect>, bool), Error> {
    let mut found = Found::default();
    by_birth(tx, &mut found).await?;
    by_phone(tx, &mut found).await?;
    let (found, more) = found.ranked(tx).await?;
    Ok((shown(tx, found).await?, more))
}

/// Whoever shares name and birth date stands side by side in the index.
async fn by_birth(tx: &Tx, found: &mut Found) -> Result<(), Error> {
    use volunteer::Column as V;
    let dated = tx.visible::<volunteer::Entity>().and(V::BirthOn.is_not_null());
    let groups: Vec<Group> = dated.repeated([V::BirthOn, V::Name], GROUPS, tx).await?;
    for chunk in groups.chunks(CHUNK) {
        let any = chunk.iter().fold(Condition::any(), |any, group| {
            any.add(Condition::all().add(V::BirthOn.eq(group.birth_on.clone())).add(V::Name.eq(group.name.as_str())))
        });
        let rows: Vec<Named> = tx.visible::<volunteer::Entity>().and(any).columns(COLUMNS, tx).await?;
        each_two(&rows, |one, other| {
            if (&one.name, &one.birth_on) == (&other.name, &other.birth_on) {
                found.add(one.id, other.id, Why::Birth);
            }
        });
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

async fn shown(tx: &Tx, found: Ranked) -> Result<Vec<Suspect>, Error> {
    let ids = found.iter().flat_map(|(pair, _)| [pair.0, pair.1]);
    let rows = tx.visible::<volunteer::Entity>().among(ids).all(tx).await?;
    let row = |id: Uuid| rows.iter().find(|row| row.id == id);
    let mut all = Vec::new();
    for ((one, other), why) in found {
        let (Some(one), Some(other)) = (row(one), row(other)) else { continue };
        all.push(Suspect {
            one: side(one, None),
            beside_one: beside(tx, one).await?,
            other: side(other, None),
            beside_other: beside(tx, other).await?,
            why: why.into_iter().collect(),
        });
    }
    Ok(all)
}
