//! What is known of a child whose file shall be erased.

use naheya_domain::child::ChildState;
use naheya_domain::concern::ConcernState;
use naheya_domain::erasure::Facts;
use naheya_domain::follow_up::FollowUpState;
use naheya_domain::merge::MergeState;
use naheya_domain::phone_act::Standing;
use naheya_domain::round::RoundState;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::around::Around;
use crate::Error;
use crate::concern::suspension::in_force;
use crate::sealed::entity::{
    alarm, break_glass, child, concern, concern_person, follow_up, hours_claim, merge, pair, phone_act, proposal,
    round, round_child, stay,
};
use crate::sealed::tx::Tx;

/// Weekends that have come to their end, or never began.
pub(super) const OVER: [&str; 3] = ["closed", "refused", "cancelled"];

pub(super) async fn facts(tx: &Tx, child: &child::Model, around: &Around) -> Result<Facts, Error> {
    let id = child.id;
    let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::ChildId.eq(id));
    let stays = tx.for_rule::<stay::Entity>().and(stay::Column::ChildId.eq(id));
    let talks = tx.for_rule::<follow_up::Entity>().and(follow_up::Column::ChildId.eq(id));
    Ok(Facts {
        state: ChildState::parse(&child.state).unwrap_or(ChildState::Applying),
        free_from: free_from(tx, child.left_on.as_deref(), child.updated_at).await?,
        today: tx.now().date(),
        pair: pairs.and(pair::Column::State.ne("ended")).first(tx).await?.is_some(),
        stay: stays.and(stay::Column::State.is_not_in(OVER)).first(tx).await?.is_some(),
        talk: talks.and(follow_up::Column::State.eq(FollowUpState::Due.code())).first(tx).await?.is_some(),
        round: in_round(tx, id).await?,
        merge: waits_to_merge(tx, id).await?,
        restricted: !crate::restriction::restricted(tx, &[id]).await?.is_empty(),
        import: crate::import::is_waiting(tx).await?,
        account: around.grants.iter().any(|grant| grant.ended_at.is_none()),
        open: is_open(tx, id, around).await?,
    })
}

/// Whether the file and another one wait to become one.
pub(super) async fn waits_to_merge(tx: &Tx, file: Uuid) -> Result<bool, Error> {
    use merge::Column as C;
    let either = Condition::any().add(C::KeptId.eq(file)).add(C::OtherId.eq(file));
    let asked = tx.for_rule::<merge::Entity>().and(C::State.eq(MergeState::Asked.code())).and(either);
    Ok(asked.first(tx).await?.is_some())
}

/// The first day on which the county no longer keeps the file of somebody who has left.
pub(super) async fn free_from(tx: &Tx, left_on: Option<&str>, updated_at: i64) -> Result<Option<Date>, Error> {
    let years = crate::setting::settings(tx).await?.keep_years;
    let left = left_on.and_then(|day| day.parse::<Date>().ok());
    // Where nobody wrote down the day, it is not earlier than the last change.
    let left = left.unwrap_or_else(|| Timestamp(updated_at).date());
    Ok(left.checked_add(jiff::Span::new().years(years)).ok())
}

async fn in_round(tx: &Tx, child: Uuid) -> Result<bool, Error> {
    let going = tx.for_rule::<round::Entity>().and(round::Column::State.ne(RoundState::Closed.code()));
    let takes_part = tx
        .for_rule::<round_child::Entity>()
        .and(round_child::Column::ChildId.eq(child))
        .and(round_child::Column::Withdrawn.eq(false))
        .and(round_child::Column::RoundId.in_subquery(going.ids(round::Column::Id)));
    let proposals = tx.for_rule::<proposal::Entity>().and(proposal::Column::ChildId.eq(child));
    let is_offered = proposals.and(proposal::Column::State.eq("offered")).first(tx).await?.is_some();
    Ok(is_offered || takes_part.first(tx).await?.is_some())
}

/// Whether something is open that not everybody may know of.
async fn is_open(tx: &Tx, child: Uuid, around: &Around) -> Result<bool, Error> {
    let glasses = tx.for_rule::<break_glass::Entity>().and(break_glass::Column::ChildId.eq(child));
    let is_glass = glasses.and(break_glass::Column::ReviewedAt.is_null()).first(tx).await?.is_some();
    let subjects = around.stays.iter().copied().chain([child]);
    let alarms = tx.for_rule::<alarm::Entity>().holding(alarm::Column::SubjectId, subjects);
    let is_alarm = alarms.and(alarm::Column::ClosedAt.is_null()).first(tx).await?.is_some();
    let waits = [Standing::Kept.code(), Standing::Look.code()];
    let acts = tx.for_rule::<phone_act::Entity>().holding(phone_act::Column::StayId, around.stays.iter().copied());
    let is_act = acts.and(phone_act::Column::State.is_in(waits)).first(tx).await?.is_some();
    let claims =
        tx.for_rule::<hours_claim::Entity>().holding(hours_claim::Column::PairId, around.pairs.iter().copied());
    let is_claim = claims.and(hours_claim::Column::State.eq("open")).first(tx).await?.is_some();
    Ok(is_glass || is_alarm || is_act || is_claim || is_concern(tx, child, around).await?)
}

/// A concern about the child, or one that names somebody of its family, that is open or suspends; and an open one about whoever
/// took the child home, which may need what was written of those weekends.
async fn is_concern(tx: &Tx, child: Uuid, around: &Around) -> Result<bool, Error> {
    use concern::Column as C;
    let naming = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.is_in(around.named()));
    let about = Condition::any()
        .add(C::ChildId.eq(child))
        .add(C::Id.in_subquery(naming.ids(concern_person::Column::ConcernId)));
    let concerns = || tx.for_rule::<concern::Entity>();
    let is_about = concerns().and(in_force()).and(about).first(tx).await?.is_some();
    let carers = concerns().and(C::State.ne(ConcernState::Closed.code())).and(names_carers(tx, child));
    Ok(is_about || carers.first(tx).await?.is_some())
}

/// That a concern names a volunteer of the child's, or the home in which it was.
fn names_carers(tx: &Tx, child: Uuid) -> Condition {
    use concern_person::Column as P;
    let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::ChildId.eq(child));
    let stays = || tx.for_rule::<stay::Entity>().and(stay::Column::ChildId.eq(child));
    let carers = Condition::any()
        .add(P::RefId.in_subquery(pairs.ids(pair::Column::VolunteerId)))
        .add(P::RefId.in_subquery(stays().ids(stay::Column::VolunteerId)))
        .add(P::RefId.in_subquery(stays().ids(stay::Column::HouseholdId)));
    let naming = tx.for_rule::<concern_person::Entity>().and(carers);
    Condition::all().add(concern::Column::Id.in_subquery(naming.ids(P::ConcernId)))
}
