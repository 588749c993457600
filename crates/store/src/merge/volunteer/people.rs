//! The people of two homes that become one: who stands there twice is one person, with the checks and stays of both
//! entries.

use std::collections::HashSet;

use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Moved, Pair, of_member};
use crate::Error;
use crate::sealed::copy::{read_back, written};
use crate::sealed::entity::{household_member, stay_adult, term_plan, volunteer};
use crate::sealed::tx::Tx;

/// One person's two entries: the row that goes, and the id of the one that stays.
pub(super) struct Twice {
    goes: household_member::Model,
    stays: Uuid,
}

/// An entry that is gone, and what came from it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Folded {
    row: serde_json::Value,
    stays: Uuid,
    moved: Vec<Moved>,
}

/// A list of adults in a term's plan, before and after.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Listed {
    plan: Uuid,
    before: String,
    after: String,
}

/// Her own two entries; and whoever stands in both homes as the same person, the same days. An entry of another volunteer
/// stays: a file points to it.
pub(super) async fn twice(tx: &Tx, pair: &Pair) -> Result<Vec<Twice>, Error> {
    let own = tx.for_rule::<household_member::Entity>().id(pair.other.member_id).one(tx).await?;
    let mut all = vec![Twice { goes: own, stays: pair.kept.member_id }];
    if pair.is_one_home() {
        return Ok(all);
    }
    let (mut there, come) = (living(tx, pair.homes.0.id).await?, living(tx, pair.homes.1.id).await?);
    let files = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::HouseholdId.eq(pair.homes.1.id));
    let files: Vec<Uuid> = files.all(tx).await?.into_iter().map(|row| row.member_id).collect();
    there.retain(|row| row.id != pair.kept.member_id);
    for goes in come.into_iter().filter(|row| !files.contains(&row.id)) {
        if let Some(n) = there.iter().position(|stays| is_same(&goes, stays)) {
            all.push(Twice { goes, stays: there.remove(n).id });
        }
    }
    Ok(all)
}

async fn living(tx: &Tx, home: Uuid) -> Result<Vec<household_member::Model>, Error> {
    let people = tx.for_rule::<household_member::Entity>().and(household_member::Column::HouseholdId.eq(home));
    people.by(household_member::Column::Id).all(tx).await
}

/// The same identity number, or the same name and birth date; and nothing that says that one of them has moved out.
fn is_same(one: &household_member::Model, other: &household_member::Model) -> bool {
    let number = one.id_no_bi.is_some() && one.id_no_bi == other.id_no_bi;
    let two_numbers = one.id_no_bi.is_some() && other.id_no_bi.is_some() && !number;
    let named = one.birth_on.is_some() && (&one.name, &one.birth_on) == (&other.name, &other.birth_on) && !two_numbers;
    let days = |row: &household_member::Model| (row.guest, row.from_on.clone(), row.to_on.clone());
    (number || named) && days(one) == days(other)
}

/// Carries what stands under the entries that go.
pub(super) async fn fold(tx: &Tx, twice: &[Twice]) -> Result<Vec<Folded>, Error> {
    let mut all = Vec::new();
    for one in twice {
        let moved = of_member::carry(tx, one.goes.id, one.stays).await?;
        all.push(Folded { row: written::<household_member::Entity>(&one.goes), stays: one.stays, moved });
    }
    Ok(all)
}

/// Takes the entries away that are under others now.
pub(super) async fn remove(tx: &Tx, twice: &[Twice]) -> Result<(), Error> {
    for one in twice {
        tx.remove::<household_member::Entity>(&one.goes).await?;
    }
    Ok(())
}

/// Plans of a term list the adults of the home: those who stood under an entry that goes stand under the other one.
pub(super) async fn listed(tx: &Tx, pair: &Pair, twice: &[Twice]) -> Result<Vec<Listed>, Error> {
    use term_plan::Column as P;
    let homes = [pair.homes.0.id, pair.homes.1.id];
    let carers = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::HouseholdId.is_in(homes));
    let plans = tx.for_rule::<term_plan::Entity>().and(P::VolunteerId.in_subquery(carers.ids(volunteer::Column::Id)));
    let mut all = Vec::new();
    for plan in plans.and(P::Adults.is_not_null()).by(P::Id).all(tx).await? {
        let before = plan.adults.clone().unwrap_or_default();
        let mut ids: Vec<String> = Vec::new();
        for id in before.split(' ') {
            let stays = twice.iter().find(|one| one.goes.id.to_string() == id);
            let id = stays.map_or_else(|| id.to_owned(), |one| one.stays.to_string());
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let after = ids.join(" ");
        if after != before {
            relist(tx, &plan, &after).await?;
            all.push(Listed { plan: plan.id, before, after });
        }
    }
    Ok(all)
}

async fn relist(tx: &Tx, plan: &term_plan::Model, adults: &str) -> Result<(), Error> {
    let next = term_plan::Model { adults: Some(adults.to_owned()), ..plan.clone() };
    tx.change::<term_plan::Entity>(plan, next).await?;
    Ok(())
}

/// The lists that nobody has answered anew are as they were.
pub(super) async fn unlisted(tx: &Tx, all: &[Listed]) -> Result<(), Error> {
    for one in all {
        let plan = tx.for_rule::<term_plan::Entity>().id(one.plan).first(tx).await?;
        if let Some(plan) = plan.filter(|plan| plan.adults.as_deref() == Some(one.after.as_str())) {
            relist(tx, &plan, &one.before).await?;
        }
    }
    Ok(())
}

/// The entries come back, in the home they were in.
pub(super) async fn put_back(tx: &Tx, folded: &[Folded]) -> Result<(), Error> {
    for one in folded {
        tx.insert::<household_member::Entity>(read_back::<household_member::Entity>(&one.row)?).await?;
    }
    Ok(())
}

/// And what stood under them.
pub(super) async fn unfold(tx: &Tx, folded: &[Folded]) -> Result<(), Error> {
    for one in folded {
        let gone = read_back::<household_member::Entity>(&one.row)?;
        of_member::carry_back(tx, &one.moved, one.stays, gone.id).await?;
    }
    Ok(())
}

/// Tables whose rows stand in the way of unfolding: gone, or built upon something of `ids`.
pub(super) async fn in_the_way(tx: &Tx, folded: &[Folded], ids: &HashSet<Uuid>) -> Result<Vec<&'static str>, Error> {
    let mut tables = Vec::new();
    for one in folded {
        let ids = one.moved.iter().flat_map(Moved::ids).chain(ids.iter().copied()).collect();
        tables.extend(of_member::built_on(tx, one.stays, &ids).await?);
        tables.extend(of_member::missing(tx, &one.moved, one.stays).await?);
    }
    Ok(tables)
}

/// Whether somebody of those who came with the other home stands in a stay that did not.
pub(super) async fn in_new_stays(tx: &Tx, people: &[Uuid], stays: &[Uuid]) -> Result<bool, Error> {
    use stay_adult::Column as A;
    let rows = tx.for_rule::<stay_adult::Entity>().and(A::MemberId.is_in(people.iter().copied())).all(tx).await?;
    Ok(rows.iter().any(|row| !stays.contains(&row.stay_id)))
}
