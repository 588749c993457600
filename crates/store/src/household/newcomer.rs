//! Who comes to live in a home is there on the weekends that were asked for before: nobody could say otherwise then, and
//! rule 2 of product.md asks for the query of every grown-up who will sleep there.

use naheya_domain::Timestamp;
use naheya_domain::stay::StayState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::is_adult_there;
use crate::Error;
use crate::sealed::entity::{household_member, stay, stay_adult};
use crate::sealed::tx::Tx;

/// Names somebody in the stays of the home that are not over, as far as they live there on its days by now and did not
/// `before`. A guest counts without a name. Whoever lived there already may have been left out, and stays out.
pub(super) async fn join(
    tx: &Tx,
    before: Option<&household_member::Model>,
    now: &household_member::Model,
) -> Result<(), Error> {
    use {stay::Column as S, stay_adult::Column as A};
    let open = tx
        .for_rule::<stay::Entity>()
        .and(S::HouseholdId.eq(now.household_id))
        .and(S::State.is_in(StayState::OPEN))
        .and(S::EndsAt.gt(tx.now().0))
        .all(tx)
        .await?;
    let lives = |m: &household_member::Model, stay: &stay::Model| {
        !m.guest && is_adult_there(m, Timestamp(stay.starts_at).date(), Timestamp(stay.ends_at).date())
    };
    let is_new = |stay: &&stay::Model| lives(now, stay) && before.is_none_or(|m| !lives(m, stay));
    let joined: Vec<Uuid> = open.iter().filter(is_new).map(|stay| stay.id).collect();
    if joined.is_empty() {
        return Ok(());
    }
    let named = tx.for_rule::<stay_adult::Entity>().and(A::MemberId.eq(now.id)).all(tx).await?;
    let unnamed = joined.into_iter().filter(|id| !named.iter().any(|one| one.stay_id == *id));
    let row =
        |stay_id: Uuid| stay_adult::Model { area_id: tx.area_id(), id: Uuid::now_v7(), stay_id, member_id: now.id };
    tx.insert_all::<stay_adult::Entity>(unnamed.map(row).collect()).await
}
