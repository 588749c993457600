//! A merge of two volunteers' files taken apart: her row, her home and the people in it come back with what came from
//! them.

use std::collections::HashSet;

use sea_orm::{ModelTrait, TryIntoModel};
use uuid::Uuid;

use super::{CLAIM, Changed, Moved, TAKEN, Undo, access, claims, of_home, of_volunteer, people, settle};
use crate::Error;
use crate::concern::{LiftSuspension, suspension};
use crate::sealed::act::Act;
use crate::sealed::copy::read_back;
use crate::sealed::entity::{household, household_member, merge, uniq, volunteer};
use crate::sealed::record::{Record, changed};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::words::{closed, said};

/// Tables whose rows stand in the way: those that moved and are no longer where they came to, and those that name one
/// that moved and are not among them. `volunteers` or `households` when what stayed has itself become part of another.
pub(in crate::merge) async fn in_the_way(tx: &Tx, row: &merge::Model, undo: &Undo) -> Result<Vec<&'static str>, Error> {
    let Some(kept) = tx.for_rule::<volunteer::Entity>().id(row.kept_id).first(tx).await? else {
        return Ok(vec!["volunteers"]);
    };
    let home = read_back::<household::Entity>(&undo.home.0)?.id;
    if kept.household_id != home {
        return Ok(vec!["households"]);
    }
    let mut tables = of_volunteer::missing(tx, &undo.moved, row.kept_id).await?;
    let came: &[Moved] = undo.other_home.as_ref().map_or(&[], |(_, came)| came);
    tables.extend(of_home::missing(tx, came, home).await?);
    let ids: HashSet<Uuid> = undo.moved.iter().chain(came).flat_map(Moved::ids).collect();
    tables.extend(people::in_the_way(tx, &undo.people, &ids).await?);
    tables.extend(of_volunteer::built_on(tx, row.kept_id, &ids).await?);
    if undo.other_home.is_some() {
        tables.extend(of_home::built_on(tx, home, &ids).await?);
        let of = |table: &str| came.iter().filter(|moved| moved.is_of(table)).flat_map(Moved::ids).collect::<Vec<_>>();
        let (people, stays) = (of("household_members"), of("stays"));
        if people::in_new_stays(tx, &people, &stays).await? {
            tables.push("stays");
        }
    }
    tables.sort_unstable();
    tables.dedup();
    Ok(tables)
}

pub(in crate::merge) async fn apart(tx: &Tx, row: &merge::Model, undo: &Undo) -> Result<(), Error> {
    let (kept_id, other_id) = (row.kept_id, row.other_id);
    let other = closed::<volunteer::Entity>(tx, &read_back::<volunteer::Entity>(&undo.other)?)?;
    let now = tx.for_rule::<volunteer::Entity>().id(kept_id).one(tx).await?;
    let mut after = restored::<volunteer::Entity>(tx, &now, &undo.kept)?;
    after.updated_at = tx.now().0;
    give_back(tx, &now, &after, &other).await?;
    let after = tx.change::<volunteer::Entity>(&now, after).await?;
    if after.name != now.name {
        search::reindex(tx, Kind::Volunteer, kept_id, &[after.name.as_str()]).await?;
    }
    let own = tx.for_rule::<household_member::Entity>().id(after.member_id).one(tx).await?;
    tx.change::<household_member::Entity>(&own, restored::<household_member::Entity>(tx, &own, &undo.own)?).await?;
    let home = tx.for_rule::<household::Entity>().id(after.household_id).one(tx).await?;
    tx.change::<household::Entity>(&home, restored::<household::Entity>(tx, &home, &undo.home)?).await?;
    if let Some((gone, came)) = &undo.other_home {
        let gone = closed::<household::Entity>(tx, &read_back::<household::Entity>(gone)?)?;
        let id = gone.id;
        tx.insert::<household::Entity>(gone).await?;
        access::name_both(tx, home.id, id, &known(undo)).await?;
        of_home::carry_back(tx, came, home.id, id).await?;
    }
    people::put_back(tx, &undo.people).await?;
    search::index(tx, Kind::Volunteer, other_id, &[other.name.as_str()]).await?;
    tx.insert::<volunteer::Entity>(other).await?;
    access::name_both(tx, kept_id, other_id, &known(undo)).await?;
    of_volunteer::carry_back(tx, &undo.moved, kept_id, other_id).await?;
    people::unfold(tx, &undo.people).await?;
    people::unlisted(tx, &undo.adults).await?;
    access::hand_back(tx, &undo.roles, kept_id, other_id).await?;
    tx.told_as(LiftSuspension::NAME, suspension::narrow(tx, &undo.suspended)).await
}

/// Rows by which concerns named either file before they were one.
fn known(undo: &Undo) -> Vec<Uuid> {
    let came = undo.other_home.iter().flat_map(|(_, came)| came);
    let moved = undo.moved.iter().chain(came).filter(|moved| moved.is_of("concern_people"));
    undo.named.iter().copied().chain(moved.flat_map(Moved::ids)).collect()
}

/// The row as it was before; what somebody has changed since is theirs.
fn restored<E: Record>(tx: &Tx, now: &E::Model, was: &Changed) -> Result<E::Model, Error>
where
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let (before, became) = (read_back::<E>(&was.0)?, read_back::<E>(&was.1)?);
    let mut after = now.clone();
    for column in changed::<E>(&before, &became) {
        let counts = ["version", "updated_at"].contains(&sea_orm::IdenStatic::as_str(&column));
        if !counts && said::<E>(tx, now, column)? == said::<E>(tx, &became, column)? {
            after.try_set(column, before.get(column))?;
        }
    }
    closed::<E>(tx, &after)
}

/// The identity number that came from the other file is that file's again.
async fn give_back(
    tx: &Tx,
    now: &volunteer::Model,
    after: &volunteer::Model,
    other: &volunteer::Model,
) -> Result<(), Error> {
    if now.id_no_bi != after.id_no_bi {
        for row in claims(tx, CLAIM, now.id).await? {
            tx.remove::<uniq::Entity>(&row).await?;
        }
    }
    // Until they are two again, a concern that names either names the file that stayed.
    for file in [after, other] {
        settle(tx, file, now.id, TAKEN).await?;
    }
    Ok(())
}
