//! The office's yes to a stay, to one or to all that are clean, and its undoing while the codes are not out.

use std::collections::BTreeMap;

use naheya_domain::Refusal;
use naheya_domain::access::Action;
use naheya_domain::code::UNDO_MINUTES;
use naheya_domain::id::StayId;
use naheya_domain::stay::gate::Gate;
use naheya_domain::stay::{StayState, Step};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::decide::{RESTORED, told_back};
use super::fact::{Claim, Dossier, pass};
use super::{APPROVED, SETTLED, TABLE, adults, after, code, seen, tell_carer};
use crate::Error;
use crate::carer::Somebody;
use crate::guardian::tell_guardians_from;
use crate::sealed::act::Act;
use crate::sealed::entity::{outbox, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::is_one_of;

/// Stays that are approved at once.
const MOST: usize = 500;

/// The office's yes. Makes the code, which goes out ten minutes later; until then it can be undone.
#[derive(Clone, Debug)]
pub struct ApproveStay {
    /// Which stay.
    pub stay: StayId,
}

impl Act for ApproveStay {
    const NAME: &'static str = "stay.approve";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ApproveStay)?;
        let before = seen(tx, self.stay).await?;
        for (_, said) in approve(tx, std::slice::from_ref(&before)).await? {
            said?;
        }
        Ok(())
    }
}

/// What came of approving several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Those approved.
    pub approved: Vec<StayId>,
    /// Those that were no longer clean, with the code of the first reason.
    pub left: Vec<(StayId, String)>,
}

/// The office's yes to all that are clean; what is not stays as it was.
#[derive(Clone, Debug)]
pub struct ApproveStays {
    /// Which stays.
    pub stays: Vec<StayId>,
}

impl Act for ApproveStays {
    const NAME: &'static str = "stay.approve_all";
    type Answer = Approved;

    async fn run(&self, tx: &Tx) -> Result<Approved, Error> {
        tx.require(Action::ApproveStay)?;
        let rows = self.rows(tx).await?;
        let mut done = Approved::default();
        for (id, said) in approve(tx, &rows).await? {
            match said {
                Ok(()) => done.approved.push(id),
                Err(refusal) => done.left.push((id, refusal.code.to_owned())),
            }
        }
        Ok(done)
    }
}

impl ApproveStays {
    /// The rows, each once, in the order in which they were named.
    async fn rows(&self, tx: &Tx) -> Result<Vec<stay::Model>, Error> {
        let ids: Vec<Uuid> = self.stays.iter().take(MOST).map(|id| id.0).collect();
        let found = tx.visible::<stay::Entity>().among(ids.iter().copied()).all(tx).await?;
        let mut found: BTreeMap<Uuid, stay::Model> = found.into_iter().map(|row| (row.id, row)).collect();
        if ids.iter().any(|id| !found.contains_key(id)) {
            return Err(Error::NotFound);
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}

/// Says yes to each of these by itself: what speaks against one leaves the others as they are. What they are judged by is read
/// once for all of them.
async fn approve(tx: &Tx, rows: &[stay::Model]) -> Result<Vec<(StayId, Result<(), Refusal>)>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let adults = adults(tx, rows.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    let claims: Vec<Claim> = rows.iter().map(|row| Claim::of(row, &adults)).collect();
    let dossier = Dossier::of(tx, &claims).await?;
    let own = Somebody::at_work(tx).await?.stays_among(tx, rows).await?;
    let mut done = Vec::with_capacity(rows.len());
    for (before, claim) in rows.iter().zip(&claims) {
        let said = match approve_one(tx, before, claim, &dossier, own.contains(&before.id)).await {
            Ok(()) => Ok(()),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(other) => return Err(other),
        };
        done.push((StayId(before.id), said));
    }
    Ok(done)
}

async fn approve_one(
    tx: &Tx,
    before: &stay::Model,
    claim: &Claim,
    dossier: &Dossier,
    is_own: bool,
) -> Result<(), Error> {
    let next = after(before, Step::Approve)?;
    if before.requested_by == tx.account() && !tx.is_system() {
        return Err(Error::refused("stay.approver_is_requester"));
    }
    if is_own {
        return Err(Error::refused("stay.own_weekend"));
    }
    if before.ends_at <= tx.now().0 {
        return Err(Error::refused("stay.over"));
    }
    pass(tx, dossier, claim, Gate::Approval).await?;
    let mut row = before.clone();
    row.state = next;
    row.consent_id = dossier.consent(claim).map(|c| c.id);
    let out = give_yes(tx, &mut row).await?;
    tx.change::<stay::Entity>(before, row).await?;
    told_settled(tx, before, out).await
}

/// The child's guardians hear that it is settled, and the home has its code, when the yes stands.
pub(super) async fn told_settled(tx: &Tx, row: &stay::Model, out: i64) -> Result<(), Error> {
    tell_guardians_from(tx, SETTLED, row.child_id, (TABLE, Some(row.id)), out).await?;
    tell_carer(tx, APPROVED, row, out).await
}

/// Puts the office's yes into a row, with its code. Returns when that goes out: ten minutes later, and until then it is undone.
pub(super) async fn give_yes(tx: &Tx, row: &mut stay::Model) -> Result<i64, Error> {
    let out = tx.now().plus_minutes(UNDO_MINUTES).0;
    row.approved_by = Some(tx.account());
    row.approved_at = Some(tx.now().0);
    row.codes_at = Some(out);
    code::give(tx, row).await?;
    Ok(out)
}

/// Takes the yes back before the codes are out.
#[derive(Clone, Debug)]
pub struct UndoApproval {
    /// Which stay.
    pub stay: StayId,
}

impl Act for UndoApproval {
    const NAME: &'static str = "stay.undo_approval";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ApproveStay)?;
        let before = seen(tx, self.stay).await?;
        take_back(tx, &before).await
    }
}

async fn take_back(tx: &Tx, before: &stay::Model) -> Result<(), Error> {
    let next = after(before, Step::Undo)?;
    if before.codes_at.is_none_or(|at| tx.now().0 >= at) {
        return Err(Error::refused("stay.codes_are_out"));
    }
    let mut row = before.clone();
    row.state = next;
    row.approved_by = None;
    row.approved_at = None;
    code::take_back(&mut row);
    tx.change::<stay::Entity>(before, row).await?;
    if is_told(tx, before).await? { told_back(tx, before).await } else { Ok(()) }
}

/// Whether somebody has heard of this yes: that a weekend which was called off takes place after all is told at once, and does
/// not wait for the codes.
async fn is_told(tx: &Tx, row: &stay::Model) -> Result<bool, Error> {
    use outbox::Column as C;
    let Some(at) = row.approved_at else { return Ok(false) };
    let then = tx.for_rule::<outbox::Entity>().and(is_one_of(C::State, &["queued", "sent", "failed"]));
    let then = then.and(C::DueAt.eq(at)).and(is_one_of(C::Kind, &RESTORED)).and(C::RefId.eq(row.id));
    Ok(then.first(tx).await?.is_some())
}

/// Takes the yes back from every stay that got it together with this one; what has become of some of
/// them since stays as it is.
#[derive(Clone, Debug)]
pub struct UndoApprovals {
    /// One of them.
    pub stay: StayId,
}

impl Act for UndoApprovals {
    const NAME: &'static str = "stay.undo_approvals";
    /// How many it was taken back from.
    type Answer = usize;

    async fn run(&self, tx: &Tx) -> Result<usize, Error> {
        tx.require(Action::ApproveStay)?;
        let one = seen(tx, self.stay).await?;
        let (Some(by), Some(at)) = (one.approved_by, one.approved_at) else {
            return Err(Error::refused("stay.step_impossible"));
        };
        let together = Condition::all()
            .add(stay::Column::State.eq(StayState::Approved.code()))
            .add(stay::Column::ApprovedBy.eq(by))
            .add(stay::Column::ApprovedAt.eq(at));
        let rows = tx.visible::<stay::Entity>().and(together).limit(500).all(tx).await?;
        if rows.is_empty() {
            return Err(Error::refused("stay.step_impossible"));
        }
        for row in &rows {
            take_back(tx, row).await?;
        }
        Ok(rows.len())
    }
}
