//! A merge of two children's files taken apart.

use std::collections::HashSet;

use sea_orm::ModelTrait;
use uuid::Uuid;

use super::{CLAIM, Undo, carry, claim, claims, named, names_of, of_child};
use crate::Error;
use crate::merge::codes_of;
use crate::sealed::copy::read_back;
use crate::sealed::entity::{child, guardianship, merge, sibling_group, stay, uniq};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::stay::{ask_new_teachers, follow_schools, give_yes_back};

/// Tables whose rows stand in the way: those that moved and are no longer where they came to, and those that name one
/// that moved and are not among them. `children` when the file that stayed has itself become part of another.
pub(in crate::merge) async fn in_the_way(tx: &Tx, row: &merge::Model, undo: &Undo) -> Result<Vec<&'static str>, Error> {
    if tx.for_rule::<child::Entity>().id(row.kept_id).first(tx).await?.is_none() {
        return Ok(vec!["children"]);
    }
    let mut tables = of_child::missing(tx, &undo.moved, row.kept_id).await?;
    let mut ids: HashSet<Uuid> = undo.moved.iter().flat_map(carry::Moved::ids).collect();
    ids.extend(adults(tx, undo).await?);
    tables.extend(of_child::built_on(tx, row.kept_id, &ids).await?);
    tables.dedup();
    Ok(tables)
}

/// The adults who came with ties of the other file.
async fn adults(tx: &Tx, undo: &Undo) -> Result<Vec<Uuid>, Error> {
    let ties = undo.moved.iter().filter(|moved| moved.is_of("guardianships")).flat_map(carry::Moved::ids);
    let ties = tx.for_rule::<guardianship::Entity>().among(ties).all(tx).await?;
    Ok(ties.into_iter().map(|tie| tie.guardian_id).collect())
}

pub(in crate::merge) async fn apart(tx: &Tx, row: &merge::Model, undo: &Undo) -> Result<(), Error> {
    let now = tx.for_rule::<child::Entity>().id(row.kept_id).one(tx).await?;
    let (was, became) = (read_back::<child::Entity>(&undo.kept.0)?, read_back::<child::Entity>(&undo.kept.1)?);
    let mut after = now.clone();
    for column in super::fact::columns_of(&super::parts(&codes_of(row))) {
        // What somebody has changed since is theirs.
        if now.get(column) == became.get(column) {
            after.try_set(column, was.get(column))?;
        }
    }
    after.updated_at = tx.now().0;
    after.sibling_group_id = standing(tx, after.sibling_group_id).await?;
    let mut other = read_back::<child::Entity>(&undo.other)?;
    give_back(tx, &now, &after, &other).await?;
    let after = tx.change::<child::Entity>(&now, after).await?;
    named(tx, &now, &after).await?;
    other.sibling_group_id = standing(tx, other.sibling_group_id).await?;
    search::index(tx, Kind::Child, other.id, &names_of(&other)).await?;
    let schools = [&after, &other].into_iter().filter_map(|child| Some((child.id, child.school_id?))).collect();
    let elsewhere = [&after, &other].into_iter().filter(|child| child.class_id != now.class_id);
    let elsewhere = elsewhere.map(|child| child.id).collect();
    tx.insert::<child::Entity>(other).await?;
    of_child::carry_back(tx, &undo.moved, row.kept_id, row.other_id).await?;
    follow_schools(tx, &schools).await?;
    ask_new_teachers(tx, &elsewhere).await?;
    let asked: Result<Vec<_>, Error> = undo.asked.iter().map(read_back::<stay::Entity>).collect();
    give_yes_back(tx, &asked?).await
}

/// The group, unless it was given up meanwhile.
async fn standing(tx: &Tx, group: Option<Uuid>) -> Result<Option<Uuid>, Error> {
    let Some(group) = group else { return Ok(None) };
    Ok(tx.for_rule::<sibling_group::Entity>().id(group).first(tx).await?.map(|row| row.id))
}

/// The identity number that came from the other file is that file's again.
async fn give_back(tx: &Tx, now: &child::Model, after: &child::Model, other: &child::Model) -> Result<(), Error> {
    let Some(number) = other.id_no_bi.clone() else { return Ok(()) };
    if now.id_no_bi.as_ref() == Some(&number) && after.id_no_bi.as_ref() != Some(&number) {
        for row in claims(tx, CLAIM, now.id).await?.into_iter().filter(|row| row.blind_index == number) {
            tx.remove::<uniq::Entity>(&row).await?;
        }
    }
    claim(tx, CLAIM, number, other.id).await
}
