//! Who signs in for a volunteer, and which concerns name her: handed over to the file that stays.

use naheya_domain::viewer::Place;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::grant::grants_at;
use crate::sealed::entity::{concern_person, grant};
use crate::sealed::tx::Tx;

/// Roles that stand for a file, those that ended too.
pub(super) async fn roles(tx: &Tx, volunteer: Uuid) -> Result<Vec<grant::Model>, Error> {
    grants_at(tx, &Place::Person(volunteer)).by(grant::Column::Id).all(tx).await
}

/// Whoever signed in for the one file signs in for the other from now on.
pub(super) async fn hand_over(tx: &Tx, from: Uuid, to: Uuid) -> Result<Vec<Uuid>, Error> {
    let mut ids = Vec::new();
    for before in roles(tx, from).await? {
        ids.push(before.id);
        stand_for(tx, &before, to).await?;
    }
    Ok(ids)
}

/// Those roles stand for the file again which they stood for.
pub(super) async fn hand_back(tx: &Tx, ids: &[Uuid], from: Uuid, to: Uuid) -> Result<(), Error> {
    for before in roles(tx, from).await?.into_iter().filter(|row| ids.contains(&row.id)) {
        stand_for(tx, &before, to).await?;
    }
    Ok(())
}

async fn stand_for(tx: &Tx, before: &grant::Model, volunteer: Uuid) -> Result<(), Error> {
    let mut after = before.clone();
    after.place_ref = Place::Person(volunteer).reference();
    tx.change::<grant::Entity>(before, after).await?;
    Ok(())
}

/// Rows by which concerns name a file or its home.
pub(super) async fn named(tx: &Tx, who: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let rows = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.is_in(who.iter().copied()));
    Ok(rows.all(tx).await?.into_iter().map(|row| row.id).collect())
}

/// A concern that named the one file while two were one may be about either person: it names both from now on. Nobody
/// comes free of a concern because files are taken apart.
pub(super) async fn name_both(tx: &Tx, kept: Uuid, other: Uuid, known: &[Uuid]) -> Result<(), Error> {
    let about = |who: Uuid| tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.eq(who));
    let there = about(other).all(tx).await?;
    for row in about(kept).all(tx).await?.into_iter().filter(|row| !known.contains(&row.id)) {
        if there.iter().any(|named| (named.concern_id, &named.kind) == (row.concern_id, &row.kind)) {
            continue;
        }
        let copy = concern_person::Model { id: Uuid::now_v7(), ref_id: other, ..row };
        tx.insert::<concern_person::Entity>(copy).await?;
    }
    Ok(())
}
