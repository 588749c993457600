//! Who comes to live in a home is there on the weekends that were asked for, or agreed to, before: nobody could say otherwise
//! then, and rule 2 of product.md asks for the query of every grown-up who will sleep there.

use naheya_domain::stay::StayState;
use naheya_domain::{Date, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::is_adult_there;
use crate::Error;
use crate::sealed::entity::{household_member, stay, stay_adult, term_plan, term_weekend, volunteer};
use crate::sealed::tx::Tx;
use crate::stay::tell_doubts;

/// Names somebody wherever the home was asked who sleeps there and it is not over, as far as they live there on its days by
/// now and did not `before`. A guest counts without a name. Whoever lived there already may have been left out, and stays out.
/// Of weekends for which a query is missing then the office hears.
pub(super) async fn join(
    tx: &Tx,
    before: Option<&household_member::Model>,
    now: &household_member::Model,
) -> Result<(), Error> {
    let came = |first: Date, last: Date| {
        let lives = |m: &household_member::Model| !m.guest && is_adult_there(m, first, last);
        lives(now) && before.is_none_or(|m| !lives(m))
    };
    let are_joined = join_stays(tx, now, came).await?;
    join_plans(tx, now, came).await?;
    if are_joined || is_new_guest(before, now) { tell_doubts(tx, vec![now.household_id]).await } else { Ok(()) }
}

/// Whether a guest is told of, or the days or the age of one.
fn is_new_guest(before: Option<&household_member::Model>, now: &household_member::Model) -> bool {
    let said = |m: &household_member::Model| (m.guest, m.birth_on.clone(), m.from_on.clone(), m.to_on.clone());
    now.guest && before.is_none_or(|m| said(m) != said(now))
}

/// The stays, each for its own days. One that is called off may take place after all ([`crate::stay::RestoreStay`]), and is judged
/// then by whoever is named for it. Whether there are any.
async fn join_stays(
    tx: &Tx,
    now: &household_member::Model,
    came: impl Fn(Date, Date) -> bool + Sync,
) -> Result<bool, Error> {
    use {stay::Column as S, stay_adult::Column as A};
    let may_be = StayState::OPEN.into_iter().chain([StayState::Cancelled.code()]);
    let open = tx
        .for_rule::<stay::Entity>()
        .and(S::HouseholdId.eq(now.household_id))
        .and(S::State.is_in(may_be))
        .and(S::EndsAt.gt(tx.now().0))
        .all(tx)
        .await?;
    let is_new = |stay: &&stay::Model| came(Timestamp(stay.starts_at).date(), Timestamp(stay.ends_at).date());
    let joined: Vec<Uuid> = open.iter().filter(is_new).map(|stay| stay.id).collect();
    if joined.is_empty() {
        return Ok(false);
    }
    let named = tx.for_rule::<stay_adult::Entity>().and(A::MemberId.eq(now.id)).all(tx).await?;
    let unnamed = joined.into_iter().filter(|id| !named.iter().any(|one| one.stay_id == *id));
    let row =
        |stay_id: Uuid| stay_adult::Model { area_id: tx.area_id(), id: Uuid::now_v7(), stay_id, member_id: now.id };
    tx.insert_all::<stay_adult::Entity>(unnamed.map(row).collect()).await?;
    Ok(true)
}

/// The weekends of a term that she has agreed to and that are not asked for yet: they are asked for with whoever the plan names.
async fn join_plans(
    tx: &Tx,
    now: &household_member::Model,
    came: impl Fn(Date, Date) -> bool + Sync,
) -> Result<(), Error> {
    use {term_plan::Column as P, term_weekend::Column as W, volunteer::Column as V};
    let carers = tx.for_rule::<volunteer::Entity>().and(V::HouseholdId.eq(now.household_id));
    let ahead = tx.for_rule::<term_weekend::Entity>().and(W::StayId.is_null()).and(W::StartsAt.gt(tx.now().0));
    let plans = tx
        .for_rule::<term_plan::Entity>()
        .and(P::VolunteerId.in_subquery(carers.ids(V::Id)))
        .and(P::State.ne("withdrawn"))
        .and(P::Adults.is_not_null())
        .and(P::Id.in_subquery(ahead.clone().ids(W::PlanId)))
        .all(tx)
        .await?;
    let weekends = ahead.and(W::PlanId.is_in(plans.iter().map(|plan| plan.id))).all(tx).await?;
    for before in plans {
        let is_there = |w: &term_weekend::Model| came(Timestamp(w.starts_at).date(), Timestamp(w.ends_at).date());
        let counts = weekends.iter().any(|weekend| weekend.plan_id == before.id && is_there(weekend));
        let named = before.adults.clone().unwrap_or_default();
        if !counts || named.contains(&now.id.to_string()) {
            continue;
        }
        let after = term_plan::Model { adults: Some(format!("{named} {}", now.id)), ..before.clone() };
        tx.change::<term_plan::Entity>(&before, after).await?;
    }
    Ok(())
}
