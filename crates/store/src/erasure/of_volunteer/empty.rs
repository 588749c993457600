//! The values of a volunteer's file taken out of every table, row by row, each under the version that was read and each told on the
//! trail with the state that it has from then on.

use naheya_domain::erasure::{NAMELESS, year_of};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::around::Around;
use crate::audit::reason;
use crate::check::StrikeCheck;
use crate::erasure::empty::{emptied, of_merges};
use crate::erasure::{account, begun};
use crate::household::date;
use crate::sealed::act::Act;
use crate::sealed::entity::{
    self, check, follow_up, grant, hours_claim, hours_entry, household, household_member, pair, parting, phone_act,
    proposal, round_volunteer, stay, term_plan, uniq, volunteer,
};
use crate::sealed::record::Record;
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::term::RecordHerAnswer;
use crate::volunteer::CLAIM;
use crate::{Error, claim};

/// Acts whose reasons are about a volunteer, whatever else their events tell of: a move calls off weekends.
const OWN_ACTS: &str = "volunteer.%";

/// Empties everything; says how many rows were emptied or went.
pub(in crate::erasure) async fn all(tx: &Tx, before: &volunteer::Model, around: &Around) -> Result<usize, Error> {
    let files = crate::merge::files_in(tx, before.id).await?;
    let mut rows = of_file(tx, before, &files).await?;
    rows += of_homes(tx, around).await?;
    let checks = of_checks(tx, before, around).await?;
    rows += checks.len();
    rows += of_words(tx, before.id, around).await?;
    rows += of_merges(tx, &files).await?;
    rows += account::close(tx, &around.accounts).await?;
    account::forget_untold(tx, &[before.id]).await?;
    let talks: Vec<Uuid> = around.talks.iter().map(|talk| talk.id).collect();
    drafts(tx, before, around, &[files.as_slice(), checks.as_slice(), talks.as_slice()].concat()).await?;
    crate::import::erase(tx, &files.iter().copied().chain(around.gone()).collect()).await?;
    reasons(tx, around, &files, &checks, &talks).await?;
    struck(tx, before, around).await?;
    Ok(rows)
}

/// Why entries about her or hers were struck out: they are gone, and only the words may still name her.
async fn struck(tx: &Tx, before: &volunteer::Model, around: &Around) -> Result<(), Error> {
    let family = around.people.iter().map(|one| one.name.as_str());
    let names = family.chain([before.name.as_str()]).chain(around.former_names(before));
    let names: Vec<&str> = names.filter(|name| *name != NAMELESS).collect();
    reason::erase_naming(tx, StrikeCheck::NAME, check::Entity::TABLE, &names).await?;
    Ok(())
}

/// Her own row, what she is found by, the claims on her number.
async fn of_file(tx: &Tx, before: &volunteer::Model, files: &[Uuid]) -> Result<usize, Error> {
    let after = volunteer::Model {
        name: NAMELESS.to_owned(),
        birth_on: before.birth_on.as_deref().and_then(year_of),
        political: None,
        education: None,
        work_unit: None,
        trade: None,
        phone_sealed: None,
        phone_bi: None,
        id_no_sealed: None,
        id_no_bi: None,
        languages: String::new(),
        note: None,
        updated_at: tx.now().0,
        ..before.clone()
    };
    tx.change::<volunteer::Entity>(before, after).await?;
    search::reindex(tx, Kind::Volunteer, before.id, &[]).await?;
    for file in files {
        for row in claim::claims(tx, CLAIM, *file).await? {
            tx.remove::<uniq::Entity>(&row).await?;
        }
    }
    Ok(1)
}

/// Homes that are only hers, and who lives in them; a home that she shares is called after whoever stays.
async fn of_homes(tx: &Tx, around: &Around) -> Result<usize, Error> {
    for before in &around.homes {
        let after = household::Model {
            name: NAMELESS.to_owned(),
            address_sealed: None,
            languages: String::new(),
            animals: None,
            capacity_reason: None,
            ..before.clone()
        };
        tx.change::<household::Entity>(before, after).await?;
    }
    for before in &around.people {
        let after = household_member::Model {
            name: NAMELESS.to_owned(),
            birth_on: before.birth_on.as_deref().and_then(year_of),
            id_no_sealed: None,
            id_no_bi: None,
            phone_sealed: None,
            to_on: if around.is_only_hers(before.household_id) { before.to_on.clone() } else { until(tx, before) },
            ..before.clone()
        };
        tx.change::<household_member::Entity>(before, after).await?;
    }
    for (before, name) in &around.shared {
        tx.change::<household::Entity>(before, household::Model { name: name.clone(), ..before.clone() }).await?;
    }
    Ok(around.homes.len() + around.people.len() + around.shared.len())
}

/// In a home that others keep she has moved out: who sleeps there is looked at by name (product.md rule 2), and somebody without
/// one would be looked at for ever. If she does live there, she is entered anew, as one of the family.
fn until(tx: &Tx, own: &household_member::Model) -> Option<String> {
    let today = tx.now().date();
    let left = date(own.to_on.as_deref()).filter(|day| *day < today);
    Some(left.unwrap_or(today).to_string())
}

/// Numbers of papers and what was noted beside them, of her, of those who go with her, and of homes that are only hers. What was
/// looked at when, and how it came out, stays.
async fn of_checks(tx: &Tx, row: &volunteer::Model, around: &Around) -> Result<Vec<Uuid>, Error> {
    use check::Column as C;
    let people = around.people.iter().map(|one| one.id);
    let homes = around.homes.iter().map(|home| home.id);
    let hers =
        Condition::any().add(C::VolunteerId.eq(row.id)).add(C::MemberId.is_in(people)).add(C::HouseholdId.is_in(homes));
    let found = tx.for_rule::<check::Entity>().and(hers).all(tx).await?;
    for before in &found {
        let after = check::Model { number: None, note_sealed: None, ..before.clone() };
        tx.change::<check::Entity>(before, after).await?;
    }
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// What she said, wrote or had planned, and why her pairs ended; of a pair's end the child's own words stay with the child.
async fn of_words(tx: &Tx, id: Uuid, around: &Around) -> Result<usize, Error> {
    for before in &around.talks {
        let after = follow_up::Model { answers_sealed: None, ..before.clone() };
        tx.change::<follow_up::Entity>(before, after).await?;
    }
    let mut rows = around.talks.len();
    rows += emptied::<pair::Entity>(tx, pair::Column::VolunteerId, &[id], |row| {
        Ok(pair::Model { end_reason: None, ..row })
    })
    .await?;
    rows += emptied::<parting::Entity>(tx, parting::Column::PairId, &around.pairs, |row| {
        Ok(parting::Model { at_once_sealed: None, ..row })
    })
    .await?;
    rows += emptied::<term_plan::Entity>(tx, term_plan::Column::VolunteerId, &[id], |row| {
        Ok(term_plan::Model { guests_sealed: None, going_sealed: None, ..row })
    })
    .await?;
    rows += emptied::<hours_claim::Entity>(tx, hours_claim::Column::VolunteerId, &[id], |row| {
        Ok(hours_claim::Model { words_sealed: None, answer_sealed: None, ..row })
    })
    .await?;
    let roles: Vec<Uuid> = around.grants.iter().map(|grant| grant.id).collect();
    rows += emptied::<phone_act::Entity>(tx, phone_act::Column::GrantId, &roles, |row| {
        Ok(phone_act::Model { body_sealed: None, ..row })
    })
    .await?;
    Ok(rows)
}

/// Forms that somebody has begun about her, her home, her pairs or her hours, searches for her, and all of the accounts that go.
async fn drafts(tx: &Tx, row: &volunteer::Model, around: &Around, beside: &[Uuid]) -> Result<(), Error> {
    let hours = tx.for_rule::<hours_entry::Entity>().and(hours_entry::Column::VolunteerId.eq(row.id)).all(tx).await?;
    let weekends = around.pairs.iter().chain(&around.plans).chain(&around.claims).chain(beside).copied();
    let about = around.gone().chain(weekends).chain(hours.iter().map(|entry| entry.id)).collect();
    let names: Vec<&str> = around.former_names(row).chain([row.name.as_str()]).collect();
    begun::drop_of_volunteer(tx, row, &names, about, &around.accounts).await
}

/// Why somebody looked at her file, or did something to what belongs to it, in words. Of weekends and plans, which are the
/// children's too, the reasons of acts about her.
async fn reasons(tx: &Tx, around: &Around, files: &[Uuid], checks: &[Uuid], talks: &[Uuid]) -> Result<(), Error> {
    let homes: Vec<Uuid> = around.homes.iter().map(|home| home.id).collect();
    let people: Vec<Uuid> = around.people.iter().map(|one| one.id).collect();
    let roles: Vec<Uuid> = around.grants.iter().map(|grant| grant.id).collect();
    let accounts: Vec<Uuid> = around.accounts.iter().map(|account| account.id).collect();
    for (table, ids) in [
        (volunteer::Entity::TABLE, files),
        (household::Entity::TABLE, homes.as_slice()),
        (household_member::Entity::TABLE, people.as_slice()),
        (check::Entity::TABLE, checks),
        (follow_up::Entity::TABLE, talks),
        (pair::Entity::TABLE, around.pairs.as_slice()),
        (hours_claim::Entity::TABLE, around.claims.as_slice()),
        (round_volunteer::Entity::TABLE, around.places.as_slice()),
        (grant::Entity::TABLE, roles.as_slice()),
        (entity::account::Entity::TABLE, accounts.as_slice()),
    ] {
        reason::erase(tx, table, ids.iter().copied()).await?;
    }
    reason::erase_whole_acts(tx, OWN_ACTS, volunteer::Entity::TABLE, files.iter().copied()).await?;
    for (table, ids) in [
        (stay::Entity::TABLE, &around.stays),
        (term_plan::Entity::TABLE, &around.plans),
        (proposal::Entity::TABLE, &around.offers),
    ] {
        reason::erase_of_acts(tx, OWN_ACTS, table, ids.iter().copied()).await?;
    }
    // How she gave an answer that the office wrote down.
    let plans = around.plans.iter().copied();
    reason::erase_of_acts(tx, RecordHerAnswer::NAME, term_plan::Entity::TABLE, plans).await?;
    Ok(())
}
