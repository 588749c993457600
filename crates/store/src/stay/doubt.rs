//! What comes to light about a home after a weekend in it was approved: a paper on which it rests is gone, or somebody who must
//! not come near the child lives there. The office hears of it at once, and nobody has to hear of it at the gate with a child
//! beside her; of a child that is there by then it hears at night too.

use naheya_domain::stay::StayState;
use naheya_domain::stay::gate::{Gate, judged};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::fact::{Claim, Dossier};
use super::{adults, state, tell_carer, tell_role};
use crate::Error;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;

/// The clauses about papers of the home and of those in it, and about who is there.
const OF_HOME: [&str; 7] = [
    "stay.agreement_missing",
    "stay.insurance_missing",
    "stay.training_missing",
    "stay.home_visit_missing",
    "stay.no_offence_missing",
    "stay.person_blocked",
    FAILED,
];
/// Those of them for which nobody waits until a child that is there comes back by itself.
const OF_NOW: [&str; 4] = ["stay.home_visit_missing", "stay.no_offence_missing", "stay.person_blocked", FAILED];
/// What the leader alone reads.
const FAILED: &str = "stay.adult_not_approved";
/// The letter about a child that is in such a home.
const NOW: &str = "stay.paper_gone_now";
/// The letter that asks whoever has a child, or receives it, to give it to nobody before she has called.
const KEPT_AWAY: &str = "stay.kept_away";

/// Tells the office of each weekend in these homes that is approved or under way and would not be approved any more for what is
/// known of the home by now. Which paper, and that it was failed, stays where it is seen.
pub(crate) async fn tell_doubts(tx: &Tx, homes: Vec<Uuid>) -> Result<(), Error> {
    if homes.is_empty() {
        return Ok(());
    }
    let rows = counted_on(tx, Condition::all().add(stay::Column::HouseholdId.is_in(homes))).await?;
    tell(tx, &rows).await.map(|_| ())
}

/// Somebody is to be kept away from a child from now on. Of a home in which this person lives the office hears. Where the child
/// is away already, its carer and the class teacher are asked to call before they give it to anybody: what they have read, also
/// on a phone without network, may name this very person. A carer who lives with that person hears nothing.
pub(crate) async fn tell_kept_away(tx: &Tx, child: Uuid) -> Result<(), Error> {
    let rows = counted_on(tx, Condition::all().add(stay::Column::ChildId.eq(child))).await?;
    let with_them = tell(tx, &rows).await?;
    for row in rows.iter().filter(|row| state(row).is_away()) {
        tell_role(tx, KEPT_AWAY, "class_teacher", row.id, tx.now().0);
        if !with_them.contains(&row.id) {
            tell_carer(tx, KEPT_AWAY, row, tx.now().0).await?;
        }
    }
    Ok(())
}

/// The stays among these that are approved and not over, and those of children who are away.
async fn counted_on(tx: &Tx, which: Condition) -> Result<Vec<stay::Model>, Error> {
    use stay::Column as S;
    let approved = Condition::all().add(S::State.eq(StayState::Approved.code())).add(S::EndsAt.gt(tx.now().0));
    let away = S::State.is_in([StayState::Released.code(), StayState::InCare.code()]);
    let open = Condition::any().add(approved).add(away);
    tx.for_rule::<stay::Entity>().and(which).and(open).by(S::Id).all(tx).await
}

/// Tells of those about whose home something is not as it must be. The answer is where somebody lives who is kept away from
/// the child.
async fn tell(tx: &Tx, rows: &[stay::Model]) -> Result<Vec<Uuid>, Error> {
    let mut blocked = Vec::new();
    if rows.is_empty() {
        return Ok(blocked);
    }
    let adults = adults(tx, rows.iter().map(|row| row.id)).await?;
    let claims: Vec<Claim> = rows.iter().map(|row| Claim::of(row, &adults)).collect();
    let dossier = Dossier::of(tx, &claims).await?;
    for (row, claim) in rows.iter().zip(&claims) {
        let against = judged(&dossier.facts(claim, Gate::Approval), Gate::Approval).err().unwrap_or_default();
        let is_of = |codes: &[&str]| against.iter().any(|refusal| codes.contains(&refusal.code));
        if is_of(&["stay.person_blocked"]) {
            blocked.push(row.id);
        }
        if !state(row).is_away() && is_of(&OF_HOME) {
            tell_role(tx, "stay.paper_gone", "coordinator", row.id, tx.now().0);
            if is_of(&[FAILED]) {
                tell_role(tx, "stay.paper_gone", "leader", row.id, tx.now().0);
            }
        } else if state(row).is_away() && is_of(&OF_NOW) {
            for role in ["coordinator", "leader"] {
                tell_role(tx, NOW, role, row.id, tx.now().0);
            }
        }
    }
    Ok(blocked)
}
