//! The one act that suspends pair, stays, codes and access (product.md rule 4). It asks nothing
//! else and waits for nothing.

use naheya_domain::access::Action;
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
        let pairs = pairs_reached(tx, &row).await?;
        for before in pairs.iter().filter(|p| p.suspended_by.is_none()) {
            let mut after = before.clone();
            after.suspended_from = Some(std::mem::replace(&mut after.state, "paused".to_owned()));
            after.suspended_by = Some(row.id);
            tx.change::<pair::Entity>(before, after).await?;
            done.pairs += 1;
        }
        stop_stays(tx, &row, &pairs, &mut done).await?;
        done.grants = stop_grants(tx, &row).await?;
        if row.suspended_at.is_none() {
            let mut after = row.clone();
            after.suspended_at = Some(tx.now().0);
            tx.change::<concern::Entity>(&row, after).await?;
        }
        write_entry(tx, row.id, "suspended", "").await?;
        Ok(done)
    }
}

/// Stays that have not begun are called off; those under way lose their codes, stay on the board, and
/// are told to the coordinators as a weekend that has to end now, without a reason.
async fn stop_stays(tx: &Tx, row: &concern::Model, pairs: &[pair::Model], done: &mut Suspended) -> Result<(), Error> {
    let ids: Vec<Uuid> = pairs.iter().map(|p| p.id).collect();
    let stays = tx
        .for_rule::<stay::Entity>()
        .and(Condition::any().add(stay::Column::PairId.is_in(ids)).add(stay::Column::ChildId.is_in(row.child_id)))
        .and(stay::Column::State.is_in(["requested", "consented", "approved", "released", "in_care"]))
        .all(tx)
        .await?;
    for before in stays.iter().filter(|s| s.suspended_by.is_none()) {
        let mut after = before.clone();
        after.suspended_by = Some(row.id);
        after.code_hash = None;
        after.code_sealed = None;
        if matches!(before.state.as_str(), "released" | "in_care") {
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
        }
        tx.change::<stay::Entity>(before, after).await?;
    }
    Ok(())
}

/// The people it is about see nothing any more, under whatever grant.
async fn stop_grants(tx: &Tx, row: &concern::Model) -> Result<usize, Error> {
    let named =
        tx.for_rule::<concern_person::Entity>().and(concern_person::Column::ConcernId.eq(row.id)).all(tx).await?;
    let ids: Vec<Uuid> = named.into_iter().map(|p| p.ref_id).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let words: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let grants = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(Condition::any().add(grant::Column::AccountId.is_in(ids)).add(grant::Column::PlaceRef.is_in(words)))
        .and(grant::Column::EndedAt.is_null())
        .all(tx)
        .await?;
    let mut count = 0;
    for before in grants.iter().filter(|g| g.suspended_by.is_none()) {
        let mut after = before.clone();
        after.suspended_by = Some(row.id);
        tx.change::<grant::Entity>(before, after).await?;
        count += 1;
    }
    Ok(count)
}

/// Ends the suspension of a concern, open or closed: pairs are as they were before and grants see
/// again. What another concern has suspended too stays suspended, by that one; stays that were called
/// off stay called off.
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
            0..4 => return Err(Error::field("lift_reason", "required.missing")),
            1001.. => return Err(Error::field("lift_reason", "text.too_long")),
            _ => {}
        }
        let others = others(tx, &row).await?;
        let mut done = Lifted::default();
        lift_pairs(tx, &row, &others, &mut done).await?;
        lift_stays(tx, &row).await?;
        lift_grants(tx, &row, &others, &mut done).await?;
        let mut after = row.clone();
        after.suspended_at = None;
        tx.change::<concern::Entity>(&row, after).await?;
        write_entry(tx, row.id, "lifted", reason).await?;
        Ok(done)
    }
}

/// Another concern that suspends, and whom it reaches.
struct Other {
    id: Uuid,
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
        let people =
            tx.for_rule::<concern_person::Entity>().and(concern_person::Column::ConcernId.eq(other.id)).all(tx).await?;
        others.push(Other { id: other.id, pairs, people: people.into_iter().map(|p| p.ref_id).collect() });
    }
    Ok(others)
}

async fn lift_pairs(tx: &Tx, row: &concern::Model, others: &[Other], done: &mut Lifted) -> Result<(), Error> {
    let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::SuspendedBy.eq(row.id)).all(tx).await?;
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

/// Stays that were under way lose the mark; their codes are gone for good.
async fn lift_stays(tx: &Tx, row: &concern::Model) -> Result<(), Error> {
    let stays = tx
        .for_rule::<stay::Entity>()
        .and(stay::Column::SuspendedBy.eq(row.id))
        .and(stay::Column::State.ne("cancelled"))
        .all(tx)
        .await?;
    for before in stays {
        let mut after = before.clone();
        after.suspended_by = None;
        tx.change::<stay::Entity>(&before, after).await?;
    }
    Ok(())
}

async fn lift_grants(tx: &Tx, row: &concern::Model, others: &[Other], done: &mut Lifted) -> Result<(), Error> {
    let grants = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(grant::Column::SuspendedBy.eq(row.id))
        .all(tx)
        .await?;
    for before in grants {
        let place = Uuid::try_parse(&before.place_ref).ok();
        let reached = |o: &&Other| o.people.iter().any(|p| *p == before.account_id || Some(*p) == place);
        let mut after = before.clone();
        after.suspended_by = others.iter().find(reached).map(|o| o.id);
        let count = if after.suspended_by.is_some() { &mut done.kept } else { &mut done.grants };
        *count += 1;
        tx.change::<grant::Entity>(&before, after).await?;
    }
    Ok(())
}
