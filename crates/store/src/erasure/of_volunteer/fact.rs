//! What is known of a volunteer whose file shall be erased, as far as the reader may know it.

use naheya_domain::access::{self, Action};
use naheya_domain::check::{CheckKind, Standing, Subject};
use naheya_domain::concern::ConcernState;
use naheya_domain::erasure::VolunteerFacts;
use naheya_domain::follow_up::FollowUpState;
use naheya_domain::hours::ClaimState;
use naheya_domain::phone_act::Standing as Told;
use naheya_domain::round::RoundState;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, Condition};

use super::around::Around;
use crate::Error;
use crate::check::CheckBook;
use crate::erasure::fact::{OVER, free_from, waits_to_merge};
use crate::sealed::entity::{
    alarm, concern, concern_person, follow_up, hours_claim, pair, phone_act, proposal, round, round_volunteer, stay,
    volunteer,
};
use crate::sealed::tx::Tx;

/// Weekends in which a child is with her, or on the way.
const AWAY: [&str; 2] = ["released", "in_care"];

pub(in crate::erasure) async fn facts(
    tx: &Tx,
    row: &volunteer::Model,
    around: &Around,
) -> Result<VolunteerFacts, Error> {
    let stays = || tx.for_rule::<stay::Entity>().and(stay::Column::VolunteerId.eq(row.id));
    let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::VolunteerId.eq(row.id));
    let talks = tx.for_rule::<follow_up::Entity>().holding(follow_up::Column::PairId, around.pairs.iter().copied());
    let claims = tx.for_rule::<hours_claim::Entity>().and(hours_claim::Column::VolunteerId.eq(row.id));
    let due = FollowUpState::Due.code();
    let (concerns, is_other_concern) = concerns(tx, row, around).await?;
    let said_no = said_no(tx, row).await?;
    let may_know = tx.is_system() || access::may(tx.viewer().role, Action::ApproveVolunteer);
    Ok(VolunteerFacts {
        state: VolunteerState::parse(&row.state).unwrap_or(VolunteerState::Applied),
        free_from: free_from(tx, row.left_on.as_deref(), row.updated_at).await?,
        today: tx.now().date(),
        with_child: stays().and(stay::Column::State.is_in(AWAY)).first(tx).await?.is_some(),
        pair: pairs.and(pair::Column::State.ne("ended")).first(tx).await?.is_some(),
        stay: stays().and(stay::Column::State.is_not_in(OVER)).first(tx).await?.is_some(),
        talk: talks.and(follow_up::Column::State.eq(due)).first(tx).await?.is_some()
            || around.talks.iter().any(|talk| talk.state == due),
        round: in_round(tx, row).await?,
        lives_with_carer: around.lives_with_carer(tx, row),
        hours: claims.and(hours_claim::Column::State.eq(ClaimState::Open.code())).first(tx).await?.is_some(),
        merge: waits_to_merge(tx, row.id).await?,
        import: crate::import::is_waiting(tx).await?,
        account: around.grants.iter().any(|grant| grant.ended_at.is_none()),
        barred: said_no && may_know,
        concerns,
        open: is_other_concern || (said_no && !may_know) || is_open(tx, around).await?,
    })
}

/// Whether what is known of her offences says no: the last query decides, and one that was struck out says nothing.
async fn said_no(tx: &Tx, row: &volunteer::Model) -> Result<bool, Error> {
    let book = CheckBook::of_homes(tx, vec![row.household_id]).await?;
    let today = tx.now().date();
    Ok(book.standing(CheckKind::NoOffence, Subject::Adult(row.member_id), today) == Standing::Failed)
}

async fn in_round(tx: &Tx, row: &volunteer::Model) -> Result<bool, Error> {
    let going = tx.for_rule::<round::Entity>().and(round::Column::State.ne(RoundState::Closed.code()));
    let takes_part = tx
        .for_rule::<round_volunteer::Entity>()
        .and(round_volunteer::Column::VolunteerId.eq(row.id))
        .and(round_volunteer::Column::Withdrawn.eq(false))
        .and(round_volunteer::Column::RoundId.in_subquery(going.ids(round::Column::Id)));
    let proposals = tx.for_rule::<proposal::Entity>().and(proposal::Column::VolunteerId.eq(row.id));
    let is_offered = proposals.and(proposal::Column::State.eq("offered")).first(tx).await?.is_some();
    Ok(is_offered || takes_part.first(tx).await?.is_some())
}

/// Numbers of the concerns that need her file and that the reader handles, and whether there are others: those that name her or
/// her home and are open or suspend, and open ones about a child that she took home.
async fn concerns(tx: &Tx, row: &volunteer::Model, around: &Around) -> Result<(Vec<String>, bool), Error> {
    use concern::Column as C;
    let is_open = || C::State.ne(ConcernState::Closed.code());
    let naming = concern_person::Column::RefId.is_in(around.named(row));
    let naming = tx.for_rule::<concern_person::Entity>().and(naming).ids(concern_person::Column::ConcernId);
    let about_her = Condition::all()
        .add(Condition::any().add(is_open()).add(C::SuspendedAt.is_not_null()))
        .add(C::Id.in_subquery(naming));
    let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::VolunteerId.eq(row.id));
    let stays = tx.for_rule::<stay::Entity>().and(stay::Column::VolunteerId.eq(row.id));
    let children = Condition::any()
        .add(C::ChildId.in_subquery(pairs.ids(pair::Column::ChildId)))
        .add(C::ChildId.in_subquery(stays.ids(stay::Column::ChildId)));
    let about_children = Condition::all().add(is_open()).add(children);
    let standing = Condition::any().add(about_her).add(about_children);
    let all = tx.for_rule::<concern::Entity>().and(standing.clone()).count(tx).await?;
    let seen = crate::concern::of_reader(tx).await?.and(standing).by(C::Number).all(tx).await?;
    let is_other = all > seen.len() as u64;
    Ok((seen.into_iter().map(|row| row.number).collect(), is_other))
}

/// Whether something else of her weekends is open: an alarm, or what a phone said and nobody has looked at.
async fn is_open(tx: &Tx, around: &Around) -> Result<bool, Error> {
    let stays = || around.stays.iter().copied();
    let alarms = tx.for_rule::<alarm::Entity>().holding(alarm::Column::SubjectId, stays());
    let is_alarm = alarms.and(alarm::Column::ClosedAt.is_null()).first(tx).await?.is_some();
    let waits = [Told::Kept.code(), Told::Look.code()];
    let acts = tx.for_rule::<phone_act::Entity>().holding(phone_act::Column::StayId, stays());
    let is_act = acts.and(phone_act::Column::State.is_in(waits)).first(tx).await?.is_some();
    Ok(is_alarm || is_act)
}
