//! Who of the family receives a child whose stay ends there: the carer must know to whom she brings it, and how to call.

use std::collections::BTreeMap;

use naheya_domain::id::{GuardianId, StayId};
use naheya_domain::stay::RunsFrom;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::state;
use crate::Error;
use crate::sealed::entity::{guardian, guardianship, stay};
use crate::sealed::tx::Tx;

/// Nobody calls more of them.
const MOST: usize = 3;

/// Somebody to whom the child may be handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Which guardian.
    pub id: GuardianId,
    /// Name.
    pub name: String,
    /// GB/T 4761 code.
    pub relation: String,
    /// Phone.
    pub phone: Option<String>,
}

/// Those of these stays that run and end with the family, each with whom to call, in the order of calling. Whoever works away
/// comes after those at home, and never a blocked person. The number is shown for as long as the child is with the carer.
pub(super) async fn receivers(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeMap<StayId, Vec<Receiver>>, Error> {
    let home = rows.iter().filter(|row| state(row).is_away() && row.end_kind == RunsFrom::Guardian.code());
    let home: Vec<&stay::Model> = home.collect();
    family(tx, &home).await
}

/// Whom of the family to call about each of these stays, in the order of calling; never a blocked person.
pub(super) async fn family(tx: &Tx, home: &[&stay::Model]) -> Result<BTreeMap<StayId, Vec<Receiver>>, Error> {
    if home.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut ties = tx
        .for_rule::<guardianship::Entity>()
        .and(guardianship::Column::ChildId.is_in(home.iter().map(|row| row.child_id)))
        .and(guardianship::Column::Blocked.eq(false))
        .all(tx)
        .await?;
    ties.sort_by_key(|tie| (tie.away, tie.contact_order, tie.id));
    let people = tx.for_rule::<guardian::Entity>().among(ties.iter().map(|tie| tie.guardian_id)).all(tx).await?;
    let mut found = BTreeMap::new();
    for row in home {
        let mut mine = Vec::new();
        for tie in ties.iter().filter(|tie| tie.child_id == row.child_id).take(MOST) {
            mine.extend(receiver(tx, tie, &people)?);
        }
        found.insert(StayId(row.id), mine);
    }
    Ok(found)
}

fn receiver(tx: &Tx, tie: &guardianship::Model, people: &[guardian::Model]) -> Result<Option<Receiver>, Error> {
    let of: Uuid = tie.guardian_id;
    let Some(person) = people.iter().find(|person| person.id == of) else { return Ok(None) };
    Ok(Some(Receiver {
        id: GuardianId(person.id),
        name: person.name.clone(),
        relation: tie.relation.clone(),
        phone: tx.open_some("guardians", "phone_sealed", person.id, person.phone_sealed.as_ref())?,
    }))
}
