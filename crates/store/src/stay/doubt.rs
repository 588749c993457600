//! Weekends that were approved, and a paper that they rest on is gone since: the office hears of it at once, and nobody has to
//! hear of it at the gate with a child beside her.

use naheya_domain::stay::StayState;
use naheya_domain::stay::gate::{Gate, judged};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::fact::{Claim, Dossier};
use super::{adults, tell_role};
use crate::Error;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;

/// The clauses about papers of the home and of those in it.
const PAPERS: [&str; 5] = [
    "stay.agreement_missing",
    "stay.insurance_missing",
    "stay.training_missing",
    "stay.home_visit_missing",
    "stay.no_offence_missing",
];

/// Tells the coordinators of each approved weekend of these homes that is not begun and would not be approved any more for
/// want of a paper. Which one, and that it was failed, stays where it is seen.
pub(crate) async fn tell_doubts(tx: &Tx, homes: Vec<Uuid>) -> Result<(), Error> {
    use stay::Column as S;
    if homes.is_empty() {
        return Ok(());
    }
    let rows = tx
        .for_rule::<stay::Entity>()
        .and(S::HouseholdId.is_in(homes))
        .and(S::State.eq(StayState::Approved.code()))
        .and(S::EndsAt.gt(tx.now().0))
        .all(tx)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let adults = adults(tx, rows.iter().map(|row| row.id)).await?;
    let claims: Vec<Claim> = rows.iter().map(|row| Claim::of(row, &adults)).collect();
    let dossier = Dossier::of(tx, &claims).await?;
    for (row, claim) in rows.iter().zip(&claims) {
        let against = judged(&dossier.facts(claim, Gate::Approval), Gate::Approval).err().unwrap_or_default();
        if against.iter().any(|refusal| PAPERS.contains(&refusal.code)) {
            tell_role(tx, "stay.paper_gone", "coordinator", row.id, tx.now().0);
        }
    }
    Ok(())
}
