//! What the office's yes to a stay rests on: each clause with its date, who sleeps there, from where to where.

use naheya_domain::access::Action;
use naheya_domain::id::StayId;
use naheya_domain::stay::RunsFrom;
use naheya_domain::stay::gate::Gate;
use naheya_domain::stay::proof::Proof;
use naheya_domain::{Date, Timestamp};

use super::fact::{Claim, Dossier};
use super::{adults, seen};
use crate::child::TABLE as CHILDREN;
use crate::sealed::entity::{account, child, consent, guardian, stay};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// What whoever approves a stay looks at. Its dates are those that the gate asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// When the class teacher answered, and who it was.
    pub teacher: Option<(Timestamp, Option<String>)>,
    /// The guardian who said yes, and through which day; none while there is no yes.
    pub consent: Option<(Option<String>, Option<Date>)>,
    /// Who sleeps there, each with the query about that person.
    pub adults: Vec<(String, Proof)>,
    /// The volunteer's agreement.
    pub agreement: Proof,
    /// Her insurance.
    pub insurance: Proof,
    /// Her training.
    pub training: Proof,
    /// The visit to the home.
    pub home_visit: Proof,
    /// Where the child is fetched.
    pub from: RunsFrom,
    /// Where it is brought.
    pub to: RunsFrom,
    /// What is vital to know about the child.
    pub vital: Option<String>,
}

impl Desk {
    /// What the approval of a stay rests on. Whoever approves sees the checks and consents of the whole county.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Database`].
    pub async fn stay_basis(&self, id: StayId) -> Result<Basis, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let row = seen(&tx, id).await?;
        let claim = Claim::of(&row, &adults(&tx, [row.id]).await?);
        let dossier = Dossier::of(&tx, std::slice::from_ref(&claim)).await?;
        let facts = dossier.facts(&claim, Gate::Approval);
        Ok(Basis {
            teacher: teacher(&tx, &row).await?,
            consent: match dossier.consent(&claim) {
                Some(yes) => Some((giver(&tx, yes).await?, yes.to_on.as_deref().and_then(|day| day.parse().ok()))),
                None => None,
            },
            adults: facts.adults.into_iter().map(|a| (a.name, a.no_offence)).collect(),
            agreement: facts.agreement,
            insurance: facts.insurance,
            training: facts.training,
            home_visit: facts.home_visit,
            from: RunsFrom::parse(&row.start_kind).unwrap_or(RunsFrom::School),
            to: RunsFrom::parse(&row.end_kind).unwrap_or(RunsFrom::School),
            vital: vital(&tx, &row).await?,
        })
    }
}

async fn teacher(tx: &Tx, row: &stay::Model) -> Result<Option<(Timestamp, Option<String>)>, Error> {
    let (Some(at), Some(by)) = (row.endorsed_at, row.endorsed_by) else { return Ok(None) };
    let who = tx.common::<account::Entity>().id(by).first(tx).await?;
    Ok(Some((Timestamp(at), who.map(|a| a.display_name))))
}

async fn giver(tx: &Tx, yes: &consent::Model) -> Result<Option<String>, Error> {
    Ok(tx.visible::<guardian::Entity>().id(yes.guardian_id).first(tx).await?.map(|g| g.name))
}

async fn vital(tx: &Tx, row: &stay::Model) -> Result<Option<String>, Error> {
    match tx.visible::<child::Entity>().id(row.child_id).first(tx).await? {
        Some(child) => tx.open_some(CHILDREN, "vital_sealed", child.id, child.vital_sealed.as_ref()),
        None => Ok(None),
    }
}
