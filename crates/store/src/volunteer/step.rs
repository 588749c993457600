//! A volunteer rests, comes back, leaves, is refused or screened again: changes of state that need no second signature.

use naheya_domain::access::Action;
use naheya_domain::child::short_text;
use naheya_domain::id::VolunteerId;
use naheya_domain::stay::StayState;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::ahead::STANDING;
use crate::erasure::has_name;
use crate::sealed::act::Act;
use crate::sealed::entity::{grant, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::{Error, claim};

/// A change of state that needs no second signature.
#[derive(Clone, Debug)]
pub enum Step {
    /// A rest: hours and pairs are kept, no weekends.
    Pause,
    /// Back from a rest.
    Resume,
    /// She leaves the programme.
    Leave,
    /// She is not taken; only before her approval, and only by the leader.
    Refuse,
    /// Who left or was refused is looked at anew.
    ScreenAgain,
}

/// A volunteer rests, comes back, leaves, is refused or screened again.
#[derive(Clone, Debug)]
pub struct StepVolunteer {
    /// Who.
    pub volunteer: VolunteerId,
    /// What.
    pub step: Step,
    /// Why, up to 200 characters; kept in the trail. Nobody leaves without one.
    pub reason: String,
}

impl Act for StepVolunteer {
    const NAME: &'static str = "volunteer.step";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let leader = matches!(self.step, Step::Refuse);
        tx.require(if leader { Action::ApproveVolunteer } else { Action::KeepVolunteer })?;
        let before = tx.visible::<volunteer::Entity>().id(self.volunteer).one(tx).await?;
        has_name(&before.name)?;
        let next = self.next();
        let now = VolunteerState::parse(&before.state).ok_or(Error::NotFound)?;
        let resumes = now == VolunteerState::Paused;
        if !now.may_become(next) || (next == VolunteerState::Approved && !resumes) {
            return Err(Error::refused("volunteer.wrong_state"));
        }
        let reason = self.why()?;
        self.nothing_open(tx, before.id).await?;
        if let Some(reason) = reason {
            tx.because(&reason);
        }
        let mut after = before.clone();
        after.state = next.code().into();
        after.updated_at = tx.now().0;
        after.left_on = match next {
            VolunteerState::Left => before.left_on.clone().or_else(|| Some(tx.now().date().to_string())),
            // Until she is approved again she is somebody who left on that day.
            VolunteerState::Screening | VolunteerState::Refused => before.left_on.clone(),
            VolunteerState::Applied | VolunteerState::Approved | VolunteerState::Paused => None,
        };
        if now.is_gone() != next.is_gone() {
            claim::settle(tx, &after, after.id, "volunteer.number_elsewhere").await?;
        }
        tx.change::<volunteer::Entity>(&before, after).await?;
        if next.is_gone() {
            crate::round::drop_out(tx, before.id).await?;
            end_grants(tx, before.id).await?;
        }
        Ok(())
    }
}

impl StepVolunteer {
    fn next(&self) -> VolunteerState {
        match self.step {
            Step::Pause => VolunteerState::Paused,
            Step::Resume => VolunteerState::Approved,
            Step::Leave => VolunteerState::Left,
            Step::Refuse => VolunteerState::Refused,
            Step::ScreenAgain => VolunteerState::Screening,
        }
    }

    /// Nobody goes by one tap: a volunteer who left comes back through a new screening only.
    fn why(&self) -> Result<Option<String>, Error> {
        let leaves = matches!(self.step, Step::Leave);
        let field = if leaves { "leave_reason" } else { "reason" };
        match short_text(&self.reason, 200) {
            Ok(None) if leaves => Err(Error::field(field, "required.missing")),
            read => read.map_err(|code| Error::field(field, code)),
        }
    }

    /// Weekends already arranged are arranged anew first; who leaves or is refused has no pair that goes on, also none of paper.
    async fn nothing_open(&self, tx: &Tx, id: Uuid) -> Result<(), Error> {
        if matches!(self.step, Step::Pause | Step::Leave) {
            let stays = tx
                .for_rule::<stay::Entity>()
                .and(stay::Column::VolunteerId.eq(id))
                .and(stay::Column::State.is_in(STANDING.map(StayState::code)));
            if stays.first(tx).await?.is_some() {
                return Err(Error::refused("volunteer.has_stays"));
            }
        }
        if matches!(self.step, Step::Leave | Step::Refuse) {
            let pairs = tx
                .for_rule::<pair::Entity>()
                .and(pair::Column::VolunteerId.eq(id))
                .and(pair::Column::State.ne("ended"));
            if pairs.first(tx).await?.is_some() {
                return Err(Error::refused("volunteer.has_pairs"));
            }
        }
        Ok(())
    }
}

/// Whoever leaves loses the view the same moment (product.md rule 6).
async fn end_grants(tx: &Tx, volunteer: Uuid) -> Result<(), Error> {
    let grants = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(grant::Column::PlaceKind.eq("person"))
        .and(grant::Column::PlaceRef.eq(volunteer.to_string()))
        .and(grant::Column::Role.is_in(["volunteer", "applicant"]))
        .and(grant::Column::EndedAt.is_null())
        .all(tx)
        .await?;
    for before in grants {
        let mut after = before.clone();
        after.ended_at = Some(tx.now().0);
        tx.change::<grant::Entity>(&before, after).await?;
    }
    Ok(())
}
