//! Taking an import back: within seven days, whole, and only while nothing was built on it.

use std::collections::HashSet;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::ImportBatchId;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::rows_in;
use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::{
    check, child, child_category, consent, follow_up, guardian, guardianship, hours_claim, hours_entry, household,
    household_member, import_batch, pair, round_child, round_volunteer, search_token, stay, uniq, volunteer, wish,
};
use crate::sealed::record::OfCounty;
use crate::sealed::tx::Tx;

/// Days in which an import can be taken back.
pub const UNDO_DAYS: i64 = 7;

/// Takes an import back. What it added goes; an import that changed files on record stays, since
/// what stood there before is kept nowhere.
#[derive(Clone, Copy, Debug)]
pub struct UndoImport {
    /// Which one.
    pub batch: ImportBatchId,
}

impl Act for UndoImport {
    const NAME: &'static str = "import.undo";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        let before = tx.visible::<import_batch::Entity>().id(self.batch).one(tx).await?;
        if before.undone_at.is_some() {
            return Err(Error::refused("import.undone_already"));
        }
        if tx.now() > Timestamp(before.committed_at).plus_minutes(UNDO_DAYS * 24 * 60) {
            return Err(Error::refused("import.too_late"));
        }
        if before.changed > 0 {
            return Err(Error::refused("import.changed_files"));
        }
        if before.signed_at.is_some() {
            return Err(Error::refused("import.built_on"));
        }
        match before.kind.as_str() {
            "children" => children(tx, before.id).await?,
            "volunteers" => volunteers(tx, before.id).await?,
            _ => pairs(tx, before.id).await?,
        }
        let mut after = before.clone();
        after.undone_at = Some(tx.now().0);
        tx.change::<import_batch::Entity>(&before, after).await?;
        Ok(())
    }
}

/// [`Error::Refused`] when any row of `E` names one of these people.
async fn none_of<E>(tx: &Tx, column: E::Column, ids: &[Uuid]) -> Result<(), Error>
where
    E: OfCounty,
    E::Model: Send + Sync,
{
    if rows_in::<E, _>(tx, column, ids).await?.is_empty() { Ok(()) } else { Err(built_on()) }
}

fn built_on() -> Error {
    Error::refused("import.built_on")
}

async fn children(tx: &Tx, batch: Uuid) -> Result<(), Error> {
    let rows = tx.for_rule::<child::Entity>().and(child::Column::BatchId.eq(batch)).all(tx).await?;
    if rows.iter().any(|c| c.version != 1) {
        return Err(built_on());
    }
    let ids: Vec<Uuid> = rows.iter().map(|c| c.id).collect();
    none_of::<pair::Entity>(tx, pair::Column::ChildId, &ids).await?;
    none_of::<consent::Entity>(tx, consent::Column::ChildId, &ids).await?;
    none_of::<wish::Entity>(tx, wish::Column::ChildId, &ids).await?;
    none_of::<follow_up::Entity>(tx, follow_up::Column::ChildId, &ids).await?;
    none_of::<round_child::Entity>(tx, round_child::Column::ChildId, &ids).await?;
    none_of::<stay::Entity>(tx, stay::Column::ChildId, &ids).await?;
    for row in rows_in::<child_category::Entity, _>(tx, child_category::Column::ChildId, &ids).await? {
        tx.remove::<child_category::Entity>(&row).await?;
    }
    let ties = rows_in::<guardianship::Entity, _>(tx, guardianship::Column::ChildId, &ids).await?;
    for tie in &ties {
        tx.remove::<guardianship::Entity>(tie).await?;
    }
    lonely_guardians(tx, ties.iter().map(|t| t.guardian_id).collect()).await?;
    forget(tx, "child", "child_id_no", &ids).await?;
    for row in &rows {
        tx.remove::<child::Entity>(row).await?;
    }
    Ok(())
}

/// Adults to whom no child is tied any more, and who have no account and no consent on file.
async fn lonely_guardians(tx: &Tx, ids: HashSet<Uuid>) -> Result<(), Error> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let tied = rows_in::<guardianship::Entity, _>(tx, guardianship::Column::GuardianId, &ids).await?;
    let said = rows_in::<consent::Entity, _>(tx, consent::Column::GuardianId, &ids).await?;
    let kept: HashSet<Uuid> = tied.iter().map(|t| t.guardian_id).chain(said.iter().map(|c| c.guardian_id)).collect();
    for row in rows_in::<guardian::Entity, _>(tx, guardian::Column::Id, &ids).await? {
        if !kept.contains(&row.id) && row.account_id.is_none() {
            tx.remove::<guardian::Entity>(&row).await?;
        }
    }
    Ok(())
}

async fn volunteers(tx: &Tx, batch: Uuid) -> Result<(), Error> {
    let rows = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::BatchId.eq(batch)).all(tx).await?;
    if rows.iter().any(|v| v.version != 1) {
        return Err(built_on());
    }
    let ids: Vec<Uuid> = rows.iter().map(|v| v.id).collect();
    let homes: Vec<Uuid> = rows.iter().map(|v| v.household_id).collect();
    none_of::<pair::Entity>(tx, pair::Column::VolunteerId, &ids).await?;
    none_of::<stay::Entity>(tx, stay::Column::VolunteerId, &ids).await?;
    none_of::<hours_entry::Entity>(tx, hours_entry::Column::VolunteerId, &ids).await?;
    none_of::<hours_claim::Entity>(tx, hours_claim::Column::VolunteerId, &ids).await?;
    none_of::<round_volunteer::Entity>(tx, round_volunteer::Column::VolunteerId, &ids).await?;
    none_of::<check::Entity>(tx, check::Column::HouseholdId, &homes).await?;
    let members = rows_in::<household_member::Entity, _>(tx, household_member::Column::HouseholdId, &homes).await?;
    let living = rows_in::<volunteer::Entity, _>(tx, volunteer::Column::HouseholdId, &homes).await?;
    if members.len() != rows.len() || living.len() != rows.len() {
        return Err(built_on());
    }
    forget(tx, "volunteer", crate::volunteer::CLAIM, &ids).await?;
    for row in &rows {
        tx.remove::<volunteer::Entity>(row).await?;
    }
    for row in &members {
        tx.remove::<household_member::Entity>(row).await?;
    }
    for row in rows_in::<household::Entity, _>(tx, household::Column::Id, &homes).await? {
        tx.remove::<household::Entity>(&row).await?;
    }
    Ok(())
}

async fn pairs(tx: &Tx, batch: Uuid) -> Result<(), Error> {
    let rows = tx.for_rule::<pair::Entity>().and(pair::Column::BatchId.eq(batch)).all(tx).await?;
    if rows.iter().any(|p| p.version != 1) {
        return Err(built_on());
    }
    let ids: Vec<Uuid> = rows.iter().map(|p| p.id).collect();
    none_of::<stay::Entity>(tx, stay::Column::PairId, &ids).await?;
    none_of::<hours_entry::Entity>(tx, hours_entry::Column::PairId, &ids).await?;
    none_of::<hours_claim::Entity>(tx, hours_claim::Column::PairId, &ids).await?;
    none_of::<follow_up::Entity>(tx, follow_up::Column::PairId, &ids).await?;
    for row in &rows {
        tx.remove::<pair::Entity>(row).await?;
    }
    Ok(())
}

/// Names and identity numbers of people who are gone.
async fn forget(tx: &Tx, kind: &str, claim: &str, ids: &[Uuid]) -> Result<(), Error> {
    for chunk in ids.chunks(super::CHUNK) {
        let of = Condition::all()
            .add(search_token::Column::Kind.eq(kind))
            .add(search_token::Column::PersonId.is_in(chunk.iter().copied()));
        tx.clear::<search_token::Entity>(of).await?;
        let claims = tx
            .common::<uniq::Entity>()
            .and(uniq::Column::Kind.eq(claim))
            .and(uniq::Column::RefId.is_in(chunk.iter().copied()))
            .all(tx)
            .await?;
        for row in claims {
            tx.remove::<uniq::Entity>(&row).await?;
        }
    }
    Ok(())
}
