//! The one act that suspends pair, stays, codes and access (product.md rule 4). It asks nothing
//! else and waits for nothing.

use std::collections::HashMap;

use naheya_domain::access::Action;
use naheya_domain::concern::ConcernState;
use naheya_domain::id::ConcernId;
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{mine, pairs_reached, write_entry};
use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::{concern, concern_person, grant, pair, stay};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::stay::homes_of;

/// States of a stay whose child is away.
const AWAY: [&str; 2] = ["released", "in_care"];

/// Suspends everything that a concern reaches.
#[derive(Clone, Debug)]
pub struct Suspend {
    /// Which concern.
    pub concern: ConcernId,
}

/// What was suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    /// Pairs paused.
    pub pairs: usize,
    /// Stays called off before they began.
    pub stays: usize,
    /// Stays under way: the child is not at school, somebody has to fetch it now.
    pub under_way: usize,
    /// Grants that see nothing from this moment.
    pub grants: usize,
}

impl Act for Suspend {
    const NAME: &'static str = "concern.suspend";
    type Answer = Suspended;

    async fn run(&self, tx: &Tx) -> Result<Suspended, Error> {
        tx.require(Action::HandleConcern)?;
        let row = mine(tx, self.concern).await?;
        let mut done = Suspended::default();
        let reached = stop(tx, &row, &mut done).await?;
        (done.pairs, done.grants) = (reached.pairs.len(), reached.grants.len());
        if row.suspended_at.is_none() {
            let mut after = row.clone();
            after.suspended_at = Some(tx.now().0);
            tx.change::<concern::Entity>(&row, after).await?;
        }
        write_entry(tx, row.id, "suspended", "").await?;
        Ok(done)
    }
}

/// What a concern reached that was free until then.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reached {
    concern: Uuid,
    pairs: Vec<Uuid>,
    grants: Vec<Uuid>,
}

async fn stop(tx: &Tx, row: &concern::Model, done: &mut Suspended) -> Result<Reached, Error> {
    let pairs = pairs_reached(tx, row).await?;
    let mut reached = Reached { concern: row.id, pairs: Vec::new(), grants: Vec::new() };
    for before in pairs.iter().filter(|p| p.suspended_by.is_none()) {
        let mut after = before.clone();
        after.suspended_from = Some(std::mem::replace(&mut after.state, "paused".to_owned()));
        after.suspended_by = Some(row.id);
        tx.change::<pair::Entity>(before, after).await?;
        reached.pairs.push(before.id);
    }
    stop_stays(tx, row, &pairs, done).await?;
    reached.grants = stop_grants(tx, row).await?;
    Ok(reached)
}

/// Two files of one volunteer are one: a concern that suspends and names her reaches everything of the file by now, what
/// stood under the other one too. Says what it reached.
pub(crate) async fn widen(tx: &Tx, volunteer: Uuid) -> Result<Vec<Reached>, Error> {
    let naming = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.eq(volunteer));
    let rows = tx
        .for_rule::<concern::Entity>()
        .and(concern::Column::SuspendedAt.is_not_null())
        .and(concern::Column::Id.in_subquery(naming.ids(concern_person::Column::ConcernId)))
        .by(concern::Column::Id)
        .all(tx)
        .await?;
    let mut all = Vec::new();
    for row in rows {
        all.push(stop(tx, &row, &mut Suspended::default()).await?);
    }
    all.retain(|reached| !reached.pairs.is_empty() || !reached.grants.is_empty());
    Ok(all)
}

/// Concerns on account of which nothing begins with whom they name: those that are open, and those that are closed and still
/// suspend.
pub(crate) fn in_force() -> Condition {
    use concern::Column as C;
    Condition::any().add(C::State.ne(ConcernState::Closed.code())).add(C::SuspendedAt.is_not_null())
}

/// Everybody whom a concern that suspends names, each with the newest such concern.
pub(crate) async fn suspended(tx: &Tx) -> Result<HashMap<Uuid, Uuid>, Error> {
    use concern_person::Column as P;
    let stopping = tx.for_rule::<concern::Entity>().and(concern::Column::SuspendedAt.is_not_null());
    let named =
        tx.for_rule::<concern_person::Entity>().and(P::ConcernId.in_subquery(stopping.ids(concern::Column::Id)));
    Ok(named.by(P::ConcernId).all(tx).await?.into_iter().map(|one| (one.ref_id, one.concern_id)).collect())
}

/// The concern that suspends and names one of these, a person on file or an account; the newest of several.
pub(crate) async fn suspending(tx: &Tx, people: [Uuid; 2]) -> Result<Option<Uuid>, Error> {
    use concern::Column as C;
    let naming = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.is_in(people));
    let named = C::Id.in_subquery(naming.ids(concern_person::Column::ConcernId));
    let stopping = tx.for_rule::<concern::Entity>().and(C::SuspendedAt.is_not_null()).and(named).by_desc(C::Id);
    Ok(stopping.first(tx).await?.map(|row| row.id))
}

/// Whether a concern that suspends names one of these, so that nothing may begin between them.
pub(crate) async fn stops(tx: &Tx, people: [Uuid; 2]) -> Result<bool, Error> {
    use concern::Column as C;
    let naming = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.is_in(people));
    let named = C::Id.in_subquery(naming.ids(concern_person::Column::ConcernId));
    let about = Condition::any().add(C::ChildId.is_in(people)).add(named);
    let stopping = tx.for_rule::<concern::Entity>().and(C::SuspendedAt.is_not_null()).and(about);
    Ok(stopping.first(tx).await?.is_some())
}

/// They are two files again: what [`widen`] reached and no suspension reaches any more is as it was. Stays that were
/// called off stay so until somebody takes them up ([`crate::stay::RestoreStay`]).
pub(crate) async fn narrow(tx: &Tx, all: &[Reached]) -> Result<(), Error> {
    for reached in all {
        let Some(row) = tx.for_rule::<concern::Entity>().id(reached.concern).first(tx).await? else { continue };
        // By now it may name her in both files, or a child of the pair.
        let still: Vec<Uuid> = pairs_reached(tx, &row).await?.into_iter().map(|p| p.id).collect();
        let (others, mut done) = (others(tx, &row).await?, Lifted::default());
        let mut pairs = pairs_under(tx, &row).await?;
        pairs.retain(|pair| reached.pairs.contains(&pair.id) && !still.contains(&pair.id));
        lift_pairs(tx, pairs, &others, &mut done).await?;
        let here = named_by(tx, &row).await?;
        let mut grants = grants_under(tx, &row).await?;
        grants.retain(|grant| reached.grants.contains(&grant.id) && !is_of(grant, &here));
        lift_grants(tx, grants, &others, &mut done).await?;
        let mut stays = stays_under(tx, &row).await?;
        stays.retain(|stay| reached.pairs.contains(&stay.pair_id) && !still.contains(&stay.pair_id));
        stays.retain(|stay| row.child_id != Some(stay.child_id));
        lift_stays(tx, stays, &others).await?;
    }
    Ok(())
}

/// Stays that have not begun are called off, and the gate hears of an approved one what it hears of any that does not begin;
/// those under way lose their codes, stay on the board, and are told to the coordinators as a weekend that has to end now,
/// without a reason.
async fn stop_stays(tx: &Tx, row: &concern::Model, pairs: &[pair::Model], done: &mut Suspended) -> Result<(), Error> {
    let ids: Vec<Uuid> = pairs.iter().map(|p| p.id).collect();
    let mut stays = tx
        .for_rule::<stay::Entity>()
        .and(Condition::any().add(stay::Column::PairId.is_in(ids)).add(stay::Column::ChildId.is_in(row.child_id)))
        .and(stay::Column::State.is_in(["requested", "consented", "approved", "released", "in_care"]))
        .all(tx)
        .await?;
    let there = in_their_homes(tx, row, &stays).await?;
    stays.extend(there);
    for before in stays.iter().filter(|s| s.suspended_by.is_none()) {
        let mut after = before.clone();
        after.suspended_by = Some(row.id);
        after.code_hash = None;
        after.code_sealed = None;
        if AWAY.contains(&before.state.as_str()) {
            done.under_way += 1;
            tx.notify(Letter {
                kind: "stay.end_now",
                to_account: None,
                to_role: Some("coordinator"),
                to_person: None,
                about: ("stay", Some(before.id)),
                due_at: tx.now().0,
            });
        } else {
            "cancelled".clone_into(&mut after.state);
            after.cancelled_reason = Some("stay.not_this_weekend".into());
            done.stays += 1;
            if before.state == "approved" {
                crate::stay::told_without_why(tx, before).await?;
            } else {
                // A yes that had fallen already is none that comes back with the weekend.
                (after.approved_by, after.approved_at) = (None, None);
            }
        }
        tx.change::<stay::Entity>(before, after).await?;
    }
    Ok(())
}

/// Children who are away now in a home where somebody lives whom the concern names by another file or by an account: these
/// weekends end now too. What has not begun there rule 2 keeps off.
async fn in_their_homes(tx: &Tx, row: &concern::Model, known: &[stay::Model]) -> Result<Vec<stay::Model>, Error> {
    let away = stay::Column::State.is_in(AWAY);
    let mut away = tx.for_rule::<stay::Entity>().and(away).by(stay::Column::Id).all(tx).await?;
    let homes = homes_of(tx, &[row.id], &away).await?;
    away.retain(|one| homes.contains(&(row.id, one.household_id)) && known.iter().all(|other| other.id != one.id));
    Ok(away)
}

/// The people it is about see nothing any more, under whatever grant.
async fn stop_grants(tx: &Tx, row: &concern::Model) -> Result<Vec<Uuid>, Error> {
    let ids = named_by(tx, row).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let words: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let grants = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(Condition::any().add(grant::Column::AccountId.is_in(ids)).add(grant::Column::PlaceRef.is_in(words)))
        .and(grant::Column::EndedAt.is_null())
        .all(tx)
        .await?;
    let mut stopped = Vec::new();
    for before in grants.iter().filter(|g| g.suspended_by.is_none()) {
        let mut after = before.clone();
        after.suspended_by = Some(row.id);
        tx.change::<grant::Entity>(before, after).await?;
        stopped.push(before.id);
    }
    Ok(stopped)
}

/// Whom a concern names.
pub(super) async fn named_by(tx: &Tx, row: &concern::Model) -> Result<Vec<Uuid>, Error> {
    let named = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::ConcernId.eq(row.id));
    Ok(named.all(tx).await?.into_iter().map(|person| person.ref_id).collect())
}

/// Ends the suspension of a concern, open or closed: pairs are as they were before and grants see
/// again. What another concern has suspended too stays suspended, by that one; stays that were called
/// off stay so until somebody takes them up, every clause judged anew ([`crate::stay::RestoreStay`]).
#[derive(Clone, Debug)]
pub struct LiftSuspension {
    /// Which concern.
    pub concern: ConcernId,
    /// Why it is safe now, 4 to 1,000 characters; stands in the concern's own record.
    pub reason: String,
}

/// What is no longer suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifted {
    /// Pairs as they were before.
    pub pairs: usize,
    /// Grants that see again.
    pub grants: usize,
    /// Pairs and grants that another concern keeps suspended.
    pub kept: usize,
}

impl Act for LiftSuspension {
    const NAME: &'static str = "concern.lift";
    type Answer = Lifted;

    async fn run(&self, tx: &Tx) -> Result<Lifted, Error> {
        tx.require(Action::HandleConcern)?;
        let row = mine(tx, self.concern).await?;
        if row.suspended_at.is_none() {
            return Err(Error::refused("concern.not_suspended"));
        }
        let reason = self.reason.trim();
        match reason.chars().count() {
            0 => return Err(Error::field("lift_reason", "required.missing")),
            1..4 => return Err(Error::field("lift_reason", "text.few_words")),
            1001.. => return Err(Error::field("lift_reason", "text.too_long")),
            _ => {}
        }
        let others = others(tx, &row).await?;
        let mut done = Lifted::default();
        lift_pairs(tx, pairs_under(tx, &row).await?, &others, &mut done).await?;
        lift_stays(tx, stays_under(tx, &row).await?, &others).await?;
        lift_grants(tx, grants_under(tx, &row).await?, &others, &mut done).await?;
        let mut after = row.clone();
        after.suspended_at = None;
        tx.change::<concern::Entity>(&row, after).await?;
        crate::claim::let_go_of(tx, &named_by(tx, &row).await?).await?;
        write_entry(tx, row.id, "lifted", reason).await?;
        Ok(done)
    }
}

/// Another concern that suspends, and whom it reaches.
struct Other {
    id: Uuid,
    child: Option<Uuid>,
    pairs: Vec<Uuid>,
    people: Vec<Uuid>,
}

async fn others(tx: &Tx, row: &concern::Model) -> Result<Vec<Other>, Error> {
    let rows = tx
        .for_rule::<concern::Entity>()
        .and(concern::Column::SuspendedAt.is_not_null())
        .and(concern::Column::Id.ne(row.id))
        .all(tx)
        .await?;
    let mut others = Vec::with_capacity(rows.len());
    for other in rows {
        let pairs = pairs_reached(tx, &other).await?.into_iter().map(|p| p.id).collect();
        let people = named_by(tx, &other).await?;
        others.push(Other { id: other.id, child: other.child_id, pairs, people });
    }
    Ok(others)
}

async fn pairs_under(tx: &Tx, row: &concern::Model) -> Result<Vec<pair::Model>, Error> {
    tx.for_rule::<pair::Entity>().and(pair::Column::SuspendedBy.eq(row.id)).all(tx).await
}

async fn lift_pairs(tx: &Tx, pairs: Vec<pair::Model>, others: &[Other], done: &mut Lifted) -> Result<(), Error> {
    for before in pairs {
        let mut after = before.clone();
        after.suspended_by = others.iter().find(|o| o.pairs.contains(&before.id)).map(|o| o.id);
        if after.suspended_by.is_some() {
            done.kept += 1;
        } else {
            let from = after.suspended_from.take();
            if before.state == "paused" {
                after.state = from.unwrap_or(after.state);
            }
            done.pairs += 1;
        }
        tx.change::<pair::Entity>(&before, after).await?;
    }
    Ok(())
}

async fn stays_under(tx: &Tx, row: &concern::Model) -> Result<Vec<stay::Model>, Error> {
    tx.for_rule::<stay::Entity>().and(stay::Column::SuspendedBy.eq(row.id)).all(tx).await
}

/// Stays lose the mark, unless another concern reaches them: those under way go on without the codes that are gone for good,
/// those called off may be taken up.
async fn lift_stays(tx: &Tx, stays: Vec<stay::Model>, others: &[Other]) -> Result<(), Error> {
    let ids: Vec<Uuid> = others.iter().map(|other| other.id).collect();
    let homes = homes_of(tx, &ids, &stays).await?;
    for before in stays {
        let lives_there =
            |o: &&Other| AWAY.contains(&before.state.as_str()) && homes.contains(&(o.id, before.household_id));
        let reaches =
            |o: &&Other| o.pairs.contains(&before.pair_id) || o.child == Some(before.child_id) || lives_there(o);
        let mut after = before.clone();
        after.suspended_by = others.iter().find(reaches).map(|o| o.id);
        tx.change::<stay::Entity>(&before, after).await?;
    }
    Ok(())
}

/// Whether this concern suspends by now.
pub(crate) async fn lasts(tx: &Tx, concern: Uuid) -> Result<bool, Error> {
    let row = tx.for_rule::<concern::Entity>().id(concern).first(tx).await?;
    Ok(row.is_some_and(|row| row.suspended_at.is_some()))
}

async fn grants_under(tx: &Tx, row: &concern::Model) -> Result<Vec<grant::Model>, Error> {
    let here = grant::Column::AreaId.eq(tx.area_id());
    tx.common::<grant::Entity>().and(here).and(grant::Column::SuspendedBy.eq(row.id)).all(tx).await
}

/// Whether a grant is somebody's of these: the account's own, or for a place that is one of them.
fn is_of(grant: &grant::Model, people: &[Uuid]) -> bool {
    let place = Uuid::try_parse(&grant.place_ref).ok();
    people.iter().any(|person| *person == grant.account_id || Some(*person) == place)
}

async fn lift_grants(tx: &Tx, grants: Vec<grant::Model>, others: &[Other], done: &mut Lifted) -> Result<(), Error> {
    for before in grants {
        let reached = |o: &&Other| is_of(&before, &o.people);
        let mut after = before.clone();
        after.suspended_by = others.iter().find(reached).map(|o| o.id);
        let count = if after.suspended_by.is_some() { &mut done.kept } else { &mut done.grants };
        *count += 1;
        tx.change::<grant::Entity>(&before, after).await?;
    }
    Ok(())
}
