//! What was called off takes place after all: the road is open again, or it was a slip. Every clause of rule 2 is judged anew,
//! and whoever read that it is off reads that it is on.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::code::UNDO_MINUTES;
use naheya_domain::id::StayId;
use naheya_domain::stay::gate::Gate;
use naheya_domain::stay::{StayState, Step};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::approve::give_yes;
use super::decide::{CancelStay, EndorseStay, told_on};
use super::fact::{Claim, Dossier, heard, pass};
use super::moved::at_school;
use super::weekend_off::{CallOffWeekend, MOST};
use super::{TABLE, adults, after, code, seen};
use crate::Error;
use crate::carer::has_stay;
use crate::concern::suspension;
use crate::sealed::act::Act;
use crate::sealed::entity::{audit_event, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::words::SealWords;

/// Events that one act leaves for each stay it calls off, at most: the row, and the alarms that end with it.
const EVENTS: u64 = 4;

/// Takes up a stay that was called off and whose hour lies ahead, or that was called off after its hour a moment
/// ago. One that was approved is approved again when nothing stands against it, by anybody but whoever asked for it or is of the
/// home; else it waits for the office like a request. What its own volunteer called off, she asks for anew.
#[derive(Clone, Debug)]
pub struct RestoreStay {
    /// Which stay.
    pub stay: StayId,
}

impl Act for RestoreStay {
    const NAME: &'static str = "stay.restore";
    /// Whether it is approved.
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        tx.require(Action::ApproveStay)?;
        let before = seen(tx, self.stay).await?;
        after(&before, Step::Restore)?;
        if is_off_by_carer(tx, &before).await? {
            return Err(Error::refused("stay.off_by_carer"));
        }
        let claim = Claim::of(&before, &adults(tx, [before.id]).await?);
        let mut dossier = Dossier::of(tx, std::slice::from_ref(&claim)).await?;
        restore(tx, &before, &claim, &mut dossier).await
    }
}

/// What came of taking up several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Approved as before.
    pub approved: u64,
    /// Wait for the office.
    pub waiting: u64,
    /// Still off: something stands against them, or has happened to them since.
    pub left: u64,
}

/// Takes up every stay that was called off in one act with this one. What has become of some of them since stays as it is.
#[derive(Clone, Debug)]
pub struct RestoreStays {
    /// One of them.
    pub stay: StayId,
}

impl Act for RestoreStays {
    const NAME: &'static str = "stay.restore_all";
    type Answer = Restored;

    async fn run(&self, tx: &Tx) -> Result<Restored, Error> {
        tx.require(Action::ApproveStay)?;
        let one = seen(tx, self.stay).await?;
        let (rows, used) = together(tx, &one).await?;
        let mut done = Restored { left: used, ..Restored::default() };
        if rows.is_empty() {
            return Ok(done);
        }
        let adults = adults(tx, rows.iter().map(|row| row.id)).await?;
        let claims: Vec<Claim> = rows.iter().map(|row| Claim::of(row, &adults)).collect();
        let mut dossier = Dossier::of(tx, &claims).await?;
        for (before, claim) in rows.iter().zip(&claims) {
            match restore(tx, before, claim, &mut dossier).await {
                Ok(true) => done.approved += 1,
                Ok(false) => done.waiting += 1,
                Err(Error::Refused(_)) => done.left += 1,
                Err(other) => return Err(other),
            }
        }
        Ok(done)
    }
}

/// What was done to stays, as the trail has it. Looks are no changes, nor is it one that words were sealed where they lay.
fn changes(tx: &Tx) -> Visible<audit_event::Entity> {
    use audit_event::Column as A;
    tx.for_rule::<audit_event::Entity>()
        .and(A::Noun.eq(TABLE))
        .and(A::Act.not_like("look%"))
        .and(A::Act.ne(SealWords::NAME))
}

/// Whether its volunteer called it off herself: then it never comes back, whatever was written into its row since, as when two
/// files become one. What a concern has called off is nobody's in particular, whoever raised it.
async fn is_off_by_carer(tx: &Tx, row: &stay::Model) -> Result<bool, Error> {
    use audit_event::Column as A;
    let hers = changes(tx).and(A::RefId.eq(row.id)).and(A::Act.eq(CancelStay::NAME));
    Ok(hers.and(A::Role.eq(Role::Volunteer.code())).first(tx).await?.is_some())
}

/// The stays that were called off in one act with this one and to which nothing was done since, by their hour, and how many
/// others there are.
async fn together(tx: &Tx, one: &stay::Model) -> Result<(Vec<stay::Model>, u64), Error> {
    use audit_event::Column as A;
    let by_act = || changes(tx).and(A::Act.eq(CallOffWeekend::NAME));
    let off = by_act().and(A::RefId.eq(one.id)).by_desc(A::N).first(tx).await?;
    let off = off.ok_or_else(|| Error::refused("stay.step_impossible"))?;
    // An act's events stand side by side in the trail.
    let wide = i64::try_from(MOST * EVENTS).unwrap_or(i64::MAX);
    let near = by_act().and(A::N.gte(off.n.saturating_sub(wide))).and(A::N.lte(off.n.saturating_add(wide)));
    let same = near.and(A::At.eq(off.at)).and(A::AccountId.eq(off.account_id)).all(tx).await?;
    let last = same.iter().map(|event| event.n).max().unwrap_or(off.n);
    let ids: BTreeSet<Uuid> = same.iter().filter_map(|event| event.ref_id).collect();
    // The school's word on what is off uses nothing.
    let since = changes(tx).and(A::Act.ne(EndorseStay::NAME)).holding(A::RefId, ids.iter().copied());
    let since = since.and(A::N.gt(last)).all(tx).await?;
    let used: BTreeSet<Uuid> = since.iter().filter_map(|event| event.ref_id).collect();
    let rows = tx.visible::<stay::Entity>().among(ids.difference(&used).copied());
    let rows = rows.and(stay::Column::State.eq(StayState::Cancelled.code()));
    let rows = rows.by(stay::Column::StartsAt).by(stay::Column::Id).all(tx).await?;
    Ok((rows, used.len() as u64))
}

/// Judges it anew and takes it up; whether it is approved.
async fn restore(tx: &Tx, before: &stay::Model, claim: &Claim, dossier: &mut Dossier) -> Result<bool, Error> {
    let mut row = before.clone();
    row.state = after(before, Step::Restore)?;
    if before.starts_at <= tx.now().0 && !is_slip(tx, before).await? {
        return Err(Error::refused("stay.begun"));
    }
    if dossier.volunteer(before.volunteer_id).is_none_or(|carer| carer.household_id != before.household_id) {
        // Everything was agreed on for the home in which she lived: a visit there would send the child to where she is not.
        return Err(Error::refused("stay.carer_moved"));
    }
    if let Some(school) = dossier.child(before.child_id).and_then(|child| child.school_id) {
        // It may have changed school while the weekend was off.
        row = at_school(&row, school);
    }
    let claim = &unmarked(tx, claim).await?;
    pass(tx, dossier, claim, Gate::Booking).await?;
    row.suspended_by = None;
    row.consent_id = dossier.consent(claim).map(|c| c.id);
    row.state = after(&row, Step::Consent)?;
    (row.cancelled_reason, row.approved_by, row.approved_at) = (None, None, None);
    code::take_back(&mut row);
    let may_again =
        before.approved_at.is_some() && before.requested_by != tx.account() && !has_stay(tx, before).await?;
    let is_approved = may_again && heard(tx, dossier, claim, Gate::Approval).await?.is_empty();
    if is_approved {
        row.state = after(&row, Step::Approve)?;
        give_yes(tx, &mut row).await?;
    }
    let row = tx.change::<stay::Entity>(before, row).await?;
    dossier.learn(std::slice::from_ref(&row));
    told_on(tx, &row).await?;
    Ok(is_approved)
}

/// Whether it was called off a moment ago, when its hour had come and nobody had fetched the child yet: that is taken back like
/// any slip.
async fn is_slip(tx: &Tx, row: &stay::Model) -> Result<bool, Error> {
    use audit_event::Column as A;
    let last = changes(tx).and(A::RefId.eq(row.id)).by_desc(A::N).first(tx).await?;
    let by_hand = [CancelStay::NAME, CallOffWeekend::NAME];
    let since = tx.now().plus_minutes(-UNDO_MINUTES).0;
    Ok(row.ends_at > tx.now().0 && last.is_some_and(|last| by_hand.contains(&last.act.as_str()) && last.at >= since))
}

/// The claim without a mark that outlived its suspension: an earlier version left it on what a concern had called off.
async fn unmarked(tx: &Tx, claim: &Claim) -> Result<Claim, Error> {
    let lasts = match claim.suspended {
        Some(concern) => suspension::lasts(tx, concern).await?,
        None => false,
    };
    Ok(Claim { suspended: claim.suspended.filter(|_| lasts), ..claim.clone() })
}
