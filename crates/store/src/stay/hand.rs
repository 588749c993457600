//! Letting the child go, what the volunteer reports, and receiving the child.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::code::{Code, Moment, Window};
use naheya_domain::custody::{Deed, Event, Holder};
use naheya_domain::id::StayId;
use naheya_domain::stay::Leg;
use naheya_domain::stay::gate::Gate;

use super::close::close;
use super::decide::reason;
use super::fact::{Claim, Dossier, pass};
use super::told_family::{BACK, LEFT, tell_family_of};
use super::{TOLD_WITHIN, adults, code, seen, tell_carer, tell_role};
use crate::carer::not_own;
use crate::custody::{self, Witness};
use crate::sealed::act::Act;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, Submission};

/// The letter that asks whether a child is back that is entered so long before its hour.
const BACK_EARLY: &str = "stay.received_early";

/// By what the adult at the gate is known.
#[derive(Clone, Debug)]
pub enum ReleaseProof {
    /// The code of this stay, and known by sight or identity card.
    Code(Code),
    /// The printed list, after a call to the coordinator: who was spoken to.
    List {
        /// Name of the coordinator who answered.
        called: String,
    },
}

/// The child goes with the volunteer of the stay: siblings in one act.
#[derive(Clone, Debug)]
pub struct ReleaseStay {
    /// The stay, or those of siblings who go together.
    pub stays: Vec<StayId>,
    /// How the adult is known.
    pub proof: ReleaseProof,
    /// The phone's clock, where a phone reports.
    pub witness: Witness,
}

impl Act for ReleaseStay {
    const NAME: &'static str = "stay.release";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::HandOver)?;
        if self.stays.is_empty() || self.stays.len() > 6 {
            return Err(Error::field("stays", "required.missing"));
        }
        let mut party = None;
        for id in &self.stays {
            let before = seen(tx, *id).await?;
            if *party.get_or_insert(before.party_id) != before.party_id {
                return Err(Error::field("stays", "stay.not_together"));
            }
            self.release(tx, before).await?;
        }
        Ok(())
    }
}

impl ReleaseStay {
    pub(super) async fn release(&self, tx: &Tx, before: stay::Model) -> Result<(), Error> {
        // One adult hands the child over to another.
        not_own(tx, &before, "stay.own_release").await?;
        let witness = self.judge(tx, &before).await?;
        let claim = Claim::of(&before, &adults(tx, [before.id]).await?);
        let dossier = Dossier::of(tx, std::slice::from_ref(&claim)).await?;
        pass(tx, &dossier, &claim, Gate::Release).await?;
        let made = custody::carry_out(tx, &before, Deed::Release, &witness).await?;
        let mut row = before.clone();
        row.state = made.state.code().into();
        row.released_at = Some(witness.at(None, tx.now()).0);
        tx.change::<stay::Entity>(&before, row).await?;
        crate::alarm::end(tx, &before, |a| a == Alarm::NotFetched, Ended::Released, None).await?;
        if matches!(self.proof, ReleaseProof::List { .. }) {
            tell_role(tx, "stay.released_by_list", "coordinator", before.id, tx.now().0);
        }
        tell_family_of(tx, LEFT, &before).await?;
        crate::phone_act::settle(tx, before.id).await
    }

    async fn judge(&self, tx: &Tx, row: &stay::Model) -> Result<Witness, Error> {
        match &self.proof {
            ReleaseProof::Code(typed) => {
                code::not_paused(tx).await?;
                code::judge(tx, row, typed)?;
                Ok(Witness { how: "code", ..self.witness.clone() })
            }
            ReleaseProof::List { called } => {
                let called = reason(called, 100, "called")?;
                match code::moment(tx, row) {
                    Err(Error::Refused(r)) if r.code == "code.expired" && may_still_go(tx, row) => {}
                    other => other?,
                }
                Ok(Witness { how: "list", note: Some(called.to_owned()), ..self.witness.clone() })
            }
        }
    }
}

/// With the coordinator on the phone a late carer still gets the child, as long as the stay lasts. The office writes it down
/// afterwards too: a child that left and was never let go in the records would be missed by nobody.
fn may_still_go(tx: &Tx, row: &stay::Model) -> bool {
    let is_office = tx.require(Action::CloseLateReturn).is_ok();
    tx.now().0 < row.ends_at + if is_office { TOLD_WITHIN } else { 0 }
}

/// The volunteer, or the coordinator for her, says how far they are.
#[derive(Clone, Debug)]
pub struct ReportStay {
    /// The stay.
    pub stay: StayId,
    /// [`Event::PickUp`], [`Event::Arrival`], [`Event::Leaving`] or [`Event::Return`].
    pub event: Event,
    /// The phone's clock.
    pub witness: Witness,
}

impl Act for ReportStay {
    const NAME: &'static str = "stay.report";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ReportCustody)?;
        if !matches!(self.event, Event::PickUp | Event::Arrival | Event::Leaving | Event::Return) {
            return Err(Error::field("event", "choice.unknown"));
        }
        let before = seen(tx, self.stay).await?;
        let made = custody::carry_out(tx, &before, Deed::Say(self.event), &self.witness).await?;
        let at = self.witness.at(before.released_at, tx.now()).0;
        let mut row = before.clone();
        row.state = made.state.code().into();
        match self.event {
            Event::Arrival => row.arrived_at = Some(at),
            Event::Leaving => row.left_at = Some(at),
            _ => {}
        }
        tx.change::<stay::Entity>(&before, row).await?;
        Ok(())
    }
}

/// Whoever receives the child says that it is here. In time, this closes the stay; when the alarm had
/// reached the coordinator, a person with a reason does ([`super::CloseLate`]).
#[derive(Clone, Debug)]
pub struct ConfirmReturn {
    /// The stay.
    pub stay: StayId,
    /// The phone's clock.
    pub witness: Witness,
}

impl Act for ConfirmReturn {
    const NAME: &'static str = "stay.confirm_return";
    /// Whether the stay is closed; if not, it waits for a reason.
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        tx.require(Action::HandOver)?;
        let before = seen(tx, self.stay).await?;
        not_the_carer(tx, &before).await?;
        confirm(tx, &before, &self.witness).await
    }
}

/// That a child is back is never the word of its carer or her home alone, whatever other role somebody there has.
pub(super) async fn not_the_carer(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    not_own(tx, row, "stay.own_return").await
}

/// The child is where the stay ends, or at school instead of with its family: then the office closes the stay once it knows
/// why. Whether this closes the stay.
pub(super) async fn confirm(tx: &Tx, before: &stay::Model, witness: &Witness) -> Result<bool, Error> {
    let is_early = is_early(tx, before).await?;
    let row = receive(tx, before, Deed::Receive, witness).await?;
    tell_family_of(tx, BACK, before).await?;
    if is_early {
        tell_early(tx, before).await?;
    }
    let late = tx.now().minutes_since(Timestamp(before.ends_at));
    let elsewhere = custody::received_at(tx, before) != custody::port(&before.end_kind);
    let needs_reason = late >= super::late::ladder(tx, before).await?.needs_reason_from();
    // What the carer announces after the office was called takes nothing back.
    if elsewhere || needs_reason || crate::alarm::has_reached_office(tx, before).await? {
        tell_role(tx, "stay.returned_late", "coordinator", before.id, tx.now().0);
        return Ok(false);
    }
    crate::alarm::end(tx, before, Alarm::is_late, Ended::Confirmed, None).await?;
    close(tx, row).await?;
    Ok(true)
}

/// Whether nobody brings the child yet: it is with its carer, its hour is far, and she has not said that they have left. A tap on
/// another name, or far away, would end the waiting for it, and nobody would know.
pub(super) async fn is_early(tx: &Tx, row: &stay::Model) -> Result<bool, Error> {
    if tx.now() >= Window::back(Timestamp(row.ends_at)).from {
        return Ok(false);
    }
    let leg = custody::legs(tx, &[row.id]).await?.remove(&row.id).unwrap_or_default();
    let newest = custody::newest(tx, &[row.child_id]).await?;
    let with_her = newest.iter().any(|link| custody::holder(link) == Holder::Volunteer(row.volunteer_id));
    Ok(with_her && !matches!(leg, Leg::Returning(_) | Leg::SaidBack(_)))
}

/// Carer and office are asked whether it is so.
pub(super) async fn tell_early(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    tell_role(tx, BACK_EARLY, "coordinator", row.id, tx.now().0);
    tell_carer(tx, BACK_EARLY, row, tx.now().0).await
}

/// Puts into the chain and the row that the child was received.
async fn receive(tx: &Tx, before: &stay::Model, deed: Deed, witness: &Witness) -> Result<stay::Model, Error> {
    let made = custody::carry_out(tx, before, deed, witness).await?;
    let mut row = before.clone();
    row.state = made.state.code().into();
    row.returned_at = Some(witness.at(before.released_at, tx.now()).0);
    tx.change::<stay::Entity>(before, row).await
}

impl Desk {
    /// [`ReleaseStay`] once for its key; a wrong code is counted.
    ///
    /// # Errors
    /// As the act.
    pub async fn release(&self, act: ReleaseStay, submission: Submission) -> Result<(), Error> {
        match self.save_once(act, submission).await {
            Err(Error::Refused(refusal)) if refusal.code == "code.wrong" => {
                self.save(code::CountWrongCode).await?;
                Err(Error::Refused(refusal))
            }
            other => other,
        }
    }
}

/// Whether the window of a stay is open, for the reads.
pub(super) fn is_within(row: &stay::Model, now: Timestamp) -> bool {
    code::window(row).at(now) == Moment::Within && row.codes_at.is_some_and(|at| now.0 >= at)
}
