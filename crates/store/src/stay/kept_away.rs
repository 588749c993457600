//! Whom a child must be kept from, among the people of the homes that want to take it for some days.

use std::collections::BTreeSet;

use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::guardian::TABLE as GUARDIANS;
use crate::household::MEMBERS;
use crate::sealed::entity::{guardian, guardianship, household_member, volunteer};
use crate::sealed::tx::Tx;

/// Ties that are blocked: (child, person), and (child, id of the person).
type Blocked = (Vec<(Uuid, guardian::Model)>, BTreeSet<(Uuid, Uuid)>);

/// The people whom these children must not be given to.
pub(super) async fn blocked(tx: &Tx, children: &[Uuid]) -> Result<Blocked, Error> {
    let ties = tx
        .for_rule::<guardianship::Entity>()
        .holding(guardianship::Column::ChildId, children.iter().copied())
        .and(guardianship::Column::Blocked.eq(true))
        .all(tx)
        .await?;
    if ties.is_empty() {
        return Ok((Vec::new(), BTreeSet::new()));
    }
    let people = tx.for_rule::<guardian::Entity>().among(ties.iter().map(|t| t.guardian_id)).all(tx).await?;
    let ids = ties.iter().map(|t| (t.child_id, t.guardian_id)).collect();
    let find = |t: &guardianship::Model| people.iter().find(|g| g.id == t.guardian_id).map(|g| (t.child_id, g.clone()));
    Ok((ties.iter().filter_map(find).collect(), ids))
}

/// Whom of these homes each child must be kept from, as (child, member): the same identity number as a guardian who is
/// blocked, or the same phone.
pub(super) fn kept_away(
    tx: &Tx,
    blocked: &[(Uuid, guardian::Model)],
    members: &[household_member::Model],
    volunteers: &[volunteer::Model],
) -> Result<BTreeSet<(Uuid, Uuid)>, Error> {
    let same = |a: &Option<Vec<u8>>, b: &Option<Vec<u8>>| a.is_some() && a == b;
    let mut all = BTreeSet::new();
    for (child, person) in blocked {
        let phone = tx.open_some(GUARDIANS, "phone_sealed", person.id, person.phone_sealed.as_ref())?;
        for member in members {
            let number = tx.open_some(MEMBERS, "phone_sealed", member.id, member.phone_sealed.as_ref())?;
            let carer = volunteers.iter().find(|v| v.member_id == member.id);
            let is_carer =
                |v: &volunteer::Model| same(&person.id_no_bi, &v.id_no_bi) || same(&person.phone_bi, &v.phone_bi);
            let is_member = same(&person.id_no_bi, &member.id_no_bi) || (phone.is_some() && phone == number);
            if is_member || carer.is_some_and(is_carer) {
                all.insert((*child, member.id));
            }
        }
    }
    Ok(all)
}
