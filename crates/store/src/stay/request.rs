//! Asking for a stay, and for siblings in one home together.

use std::collections::BTreeSet;

use naheya_domain::Viewer;
use naheya_domain::access::Action;
use naheya_domain::id::StayId;
use naheya_domain::stay::gate::{Gate, TeacherWord};
use naheya_domain::stay::{Going, NewStay, RunsFrom, StayState};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fact::{Claim, Dossier, heard, pass};
use super::foreseen::Foreseen;
use super::{TABLE, TEACHER_ASKED, tell_role};
use crate::sealed::act::Act;
use crate::sealed::commit::Ahead;
use crate::sealed::entity::{pair, stay, stay_adult, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A volunteer, or the coordinator for her, asks for a stay. Nothing is kept when a clause is missing.
#[derive(Clone, Debug)]
pub struct RequestStay {
    /// What is asked for.
    pub new: NewStay,
}

impl Act for RequestStay {
    const NAME: &'static str = "stay.request";
    type Answer = Vec<StayId>;

    async fn run(&self, tx: &Tx) -> Result<Vec<StayId>, Error> {
        tx.require(Action::RequestStay)?;
        self.make(tx, tx.account()).await
    }
}

impl RequestStay {
    /// Makes the request in the name of `by`, whoever's act it is in: the weekends of a term that both
    /// sides have agreed to are asked for by the volunteer.
    pub(crate) async fn make(&self, tx: &Tx, by: Uuid) -> Result<Vec<StayId>, Error> {
        let foreseen = Foreseen::still(tx);
        let rows = match foreseen.as_ref().and_then(|foreseen| foreseen.rows(tx, self, by)) {
            Some(rows) => rows?,
            None => self.judged(tx, by).await?,
        };
        if let Some(foreseen) = foreseen {
            foreseen.learn(&rows.stays);
        }
        let made = rows.stays.iter().map(|stay| StayId(stay.id)).collect();
        for stay in &rows.stays {
            tell_role(tx, "stay.requested", "coordinator", stay.id, tx.now().0);
            tell_role(tx, TEACHER_ASKED, "class_teacher", stay.id, tx.now().0);
        }
        tx.insert_all::<stay::Entity>(rows.stays).await?;
        tx.insert_all::<stay_adult::Entity>(rows.adults).await?;
        Ok(made)
    }

    /// Reads what it is judged by, and judges.
    async fn judged(&self, tx: &Tx, by: Uuid) -> Result<Rows, Error> {
        let (claims, dossier) = claims(tx, &self.new).await?;
        for claim in &claims {
            pass(tx, &dossier, claim, Gate::Booking).await?;
        }
        self.rows(tx, by, &claims, &dossier)
    }

    /// The rows of a request that may be made: siblings in one home go together.
    pub(super) fn rows(&self, tx: &Tx, by: Uuid, claims: &[Claim], dossier: &Dossier) -> Result<Rows, Error> {
        let party = Uuid::now_v7();
        let mut rows = Rows::default();
        for claim in claims {
            let id = Uuid::now_v7();
            rows.stays.push(self.row(tx, (id, party, by), claim, dossier)?);
            rows.adults.extend(claim.adults.iter().map(|member| stay_adult::Model {
                area_id: tx.area_id(),
                id: Uuid::now_v7(),
                stay_id: id,
                member_id: *member,
            }));
        }
        Ok(rows)
    }
}

/// What a request writes.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) stays: Vec<stay::Model>,
    pub(super) adults: Vec<stay_adult::Model>,
}

/// What came of asking for several weekends at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// The stays made.
    pub made: Vec<StayId>,
    /// Which of the weekends asked for were not possible, by their place in the request.
    pub left: Vec<usize>,
}

/// Several weekends in one go: each that is possible is asked for, the others are told.
#[derive(Clone, Debug)]
pub struct RequestStays {
    /// The weekends, 1 to 20.
    pub new: Vec<NewStay>,
}

impl Act for RequestStays {
    const NAME: &'static str = "stay.request_all";
    type Answer = Requested;

    async fn look_ahead(asked: &[(&Self, &Viewer)], tx: &Tx) -> Result<Option<Ahead>, Error> {
        Foreseen::of(asked, tx).await
    }

    async fn run(&self, tx: &Tx) -> Result<Requested, Error> {
        tx.require(Action::RequestStay)?;
        if self.new.is_empty() || self.new.len() > 20 {
            return Err(Error::field("weekend", "required.missing"));
        }
        let mut done = Requested::default();
        let mut first = None;
        for (n, new) in self.new.iter().enumerate() {
            match (RequestStay { new: new.clone() }).run(tx).await {
                Ok(made) => done.made.extend(made),
                Err(Error::Refused(refusal)) => {
                    done.left.push(n);
                    first.get_or_insert(refusal);
                }
                Err(other) => return Err(other),
            }
        }
        match first {
            Some(refusal) if done.made.is_empty() => Err(Error::Refused(refusal)),
            _ => Ok(done),
        }
    }
}

impl RequestStay {
    fn row(
        &self,
        tx: &Tx,
        (id, party, by): (Uuid, Uuid, Uuid),
        claim: &Claim,
        dossier: &Dossier,
    ) -> Result<stay::Model, Error> {
        let new = &self.new;
        let school = |at: RunsFrom| {
            (at == RunsFrom::School).then(|| dossier.child(claim.child).and_then(|c| c.school_id)).flatten()
        };
        let going = match &new.going {
            Going::Nowhere => None,
            Going::Away(plan) => Some(plan.as_str()),
        };
        // Who brings and receives stands before where they go: the office reads both.
        let plan: Vec<&str> = new.hands.as_deref().into_iter().chain(going).collect();
        let plan = plan.join("\n");
        let consent = dossier.consent(claim).map(|c| c.id);
        let state = if consent.is_some() { StayState::Consented } else { StayState::Requested };
        Ok(stay::Model {
            area_id: tx.area_id(),
            id,
            pair_id: claim.pair,
            child_id: claim.child,
            volunteer_id: claim.volunteer,
            household_id: claim.household,
            party_id: party,
            starts_at: claim.starts_at,
            ends_at: claim.ends_at,
            start_kind: new.start.code().into(),
            start_school_id: school(new.start),
            end_kind: new.end.code().into(),
            end_school_id: school(new.end),
            state: state.code().into(),
            plan_sealed: tx.seal_some(TABLE, "plan_sealed", id, Some(&plan))?,
            requested_by: by,
            requested_at: tx.now().0,
            teacher_answer: None,
            teacher_words_sealed: None,
            endorsed_by: None,
            endorsed_at: None,
            consent_id: consent,
            approved_by: None,
            approved_at: None,
            codes_at: None,
            refusal: None,
            cancelled_reason: None,
            code_sealed: None,
            code_hash: None,
            code_from: None,
            code_to: None,
            return_code_sealed: None,
            return_code_hash: None,
            released_at: None,
            arrived_at: None,
            left_at: None,
            returned_at: None,
            closed_at: None,
            late_until: None,
            late_words_sealed: None,
            late_closed_by: None,
            late_closed_reason_sealed: None,
            suspended_by: None,
            day_only: claim.day_only,
            version: 1,
        })
    }
}

/// One claim for each pair asked for, and what is known about their people: pairs that the viewer sees, all of one
/// volunteer, adults of her home. The volunteer herself always counts as there.
pub(super) async fn claims(tx: &Tx, new: &NewStay) -> Result<(Vec<Claim>, Dossier), Error> {
    let pairs = tx.visible::<pair::Entity>().among(new.pairs.clone()).all(tx).await?;
    if pairs.len() != new.pairs.len() {
        return Err(Error::NotFound);
    }
    let theirs: Vec<&pair::Model> = pairs.iter().collect();
    let carer = tx.for_rule::<volunteer::Entity>().id(carer_of(&theirs)?).one(tx).await?;
    let claims = claims_of(new, &theirs, &carer);
    let home = carer.household_id;
    let dossier = Dossier::with(tx, &claims, pairs, vec![carer]).await?;
    if new.adults.iter().all(|adult| dossier.lives_in(home, *adult)) {
        Ok((claims, dossier))
    } else {
        Err(Error::field("adults", "choice.unknown"))
    }
}

/// The one volunteer of these pairs.
pub(super) fn carer_of(pairs: &[&pair::Model]) -> Result<Uuid, Error> {
    let homes: BTreeSet<Uuid> = pairs.iter().map(|p| p.volunteer_id).collect();
    match (homes.first(), homes.len()) {
        (Some(carer), 1) => Ok(*carer),
        _ => Err(Error::field("pairs", "stay.one_home")),
    }
}

/// One claim for each pair asked for.
pub(super) fn claims_of(new: &NewStay, pairs: &[&pair::Model], carer: &volunteer::Model) -> Vec<Claim> {
    let adults: BTreeSet<Uuid> = new.adults.iter().copied().chain([carer.member_id]).collect();
    let one = |p: &&pair::Model| Claim {
        stay: None,
        pair: p.id,
        child: p.child_id,
        volunteer: carer.id,
        household: carer.household_id,
        starts_at: new.starts_at.0,
        ends_at: new.ends_at.0,
        start: new.start,
        day_only: new.is_day_only(),
        adults: adults.iter().copied().collect(),
        guests: new.guests.clone(),
        teacher: TeacherWord::Open,
        requested_at: None,
        suspended: None,
    };
    pairs.iter().map(one).collect()
}

impl Desk {
    /// All that stands against a request, in the words this viewer may hear; empty when it may be made.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`], [`Error::Database`].
    pub async fn against_request(&self, new: &NewStay) -> Result<Vec<naheya_domain::Refusal>, Error> {
        let tx = self.read();
        let (claims, dossier) = claims(&tx, new).await?;
        let mut all = Vec::new();
        for claim in &claims {
            for refusal in heard(&tx, &dossier, claim, Gate::Booking).await? {
                if !all.contains(&refusal) {
                    all.push(refusal);
                }
            }
        }
        Ok(all)
    }
}
