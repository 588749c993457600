//! The values of a child's file taken out of every table, row by row, each under the version that was read and each told on the
//! trail with the state that it has from then on.

use naheya_domain::erasure::{NAMELESS, year_of};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::account;
use super::around::{Around, Beside};
use super::begun;
use crate::audit::reason;
use crate::sealed::entity::{
    alarm, break_glass, child, child_category, consent, custody_event, follow_up, guardian, guardianship, hours_claim,
    merge, note, pair, parting, phone_act, picture, plan_record, public_link, restriction, round_child, stay,
    term_plan, uniq, wish,
};
use crate::sealed::record::{OfCounty, Record};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::{Error, claim, sha};

/// Empties everything; says how many rows were emptied or went.
pub(super) async fn all(tx: &Tx, child: &child::Model, around: &Around) -> Result<usize, Error> {
    let mut rows = of_file(tx, child).await?;
    rows += of_words(tx, child.id, around).await?;
    rows += of_weekends(tx, child.id, around).await?;
    rows += of_office(tx, child.id, around).await?;
    rows += of_guardians(tx, around).await?;
    let beside = Beside::of(tx, child.id, around).await?;
    begun::drop_all(tx, child, around, &beside).await?;
    crate::import::erase(tx, &beside.files.iter().copied().chain(around.gone()).collect()).await?;
    reasons(tx, around, &beside).await?;
    Ok(rows)
}

/// Why somebody looked at the file, or did something to what belongs to it, in words. They stand beside each event of an act: a
/// later return is told of the stay, of its alarms and of the chain. The reason of the erasure itself is said after this.
async fn reasons(tx: &Tx, around: &Around, beside: &Beside) -> Result<(), Error> {
    let people: Vec<Uuid> = around.people.iter().map(|person| person.id).collect();
    for (table, ids) in [
        (child::Entity::TABLE, &beside.files),
        (guardian::Entity::TABLE, &people),
        (pair::Entity::TABLE, &around.pairs),
        (stay::Entity::TABLE, &around.stays),
        (custody_event::Entity::TABLE, &beside.links),
        (alarm::Entity::TABLE, &beside.alarms),
        (phone_act::Entity::TABLE, &beside.acts),
        (break_glass::Entity::TABLE, &beside.glasses),
        (term_plan::Entity::TABLE, &around.plans),
        (note::Entity::TABLE, &around.notes),
        (follow_up::Entity::TABLE, &beside.talks),
    ] {
        reason::erase(tx, table, ids.iter().copied()).await?;
    }
    Ok(())
}

/// Every row of `E` that holds one of these ids in `column`, without its values.
pub(super) async fn emptied<E: OfCounty>(
    tx: &Tx,
    column: E::Column,
    ids: &[Uuid],
    empty: impl Fn(E::Model) -> Result<E::Model, Error> + Send + Sync,
) -> Result<usize, Error>
where
    E::Model: Send + Sync,
{
    let rows = tx.for_rule::<E>().holding(column, ids.iter().copied()).all(tx).await?;
    for before in &rows {
        let after = empty(before.clone())?;
        tx.change::<E>(before, after).await?;
    }
    Ok(rows.len())
}

/// What stands where sealed words must stand.
fn nothing<E: Record>(tx: &Tx, column: &str, id: Uuid) -> Result<Vec<u8>, Error> {
    tx.seal(E::TABLE, column, id, NAMELESS)
}

/// The child's own row, what it is found by, the claim on its number, why it was in the programme.
async fn of_file(tx: &Tx, before: &child::Model) -> Result<usize, Error> {
    let after = child::Model {
        name: NAMELESS.to_owned(),
        name_mn: None,
        birth_on: before.birth_on.as_deref().and_then(year_of),
        class_id: None,
        languages: String::new(),
        vital_sealed: None,
        care_sealed: None,
        words: None,
        likes: None,
        id_no_sealed: None,
        id_no_bi: None,
        student_no_sealed: None,
        address_sealed: None,
        health_sealed: None,
        sibling_group_id: None,
        boards: None,
        needs_sealed: None,
        family_sealed: None,
        note_sealed: None,
        updated_at: tx.now().0,
        ..before.clone()
    };
    tx.change::<child::Entity>(before, after).await?;
    search::reindex(tx, Kind::Child, before.id, &[]).await?;
    for row in claim::claims(tx, "child_id_no", before.id).await? {
        tx.remove::<uniq::Entity>(&row).await?;
    }
    let of = tx.for_rule::<child_category::Entity>().and(child_category::Column::ChildId.eq(before.id));
    let categories = of.all(tx).await?;
    tx.remove_all::<child_category::Entity>(&categories).await?;
    Ok(1 + categories.len())
}

/// What was said and written of the child: by it, by volunteers, in talks, and the pictures' bytes.
async fn of_words(tx: &Tx, child: Uuid, around: &Around) -> Result<usize, Error> {
    let ids = [child];
    let mut rows =
        emptied::<wish::Entity>(tx, wish::Column::ChildId, &ids, |row| Ok(wish::Model { words_sealed: None, ..row }))
            .await?;
    rows += emptied::<note::Entity>(tx, note::Column::ChildId, &ids, |row| {
        Ok(note::Model { words_sealed: nothing::<note::Entity>(tx, "words_sealed", row.id)?, ..row })
    })
    .await?;
    rows += emptied::<picture::Entity>(tx, picture::Column::ChildId, &ids, |row| {
        let bytes_sealed = tx.seal_bytes(picture::Entity::TABLE, "bytes_sealed", row.id, &[])?;
        Ok(picture::Model { sha256: sha(&[]), bytes_sealed, hidden: true, ..row })
    })
    .await?;
    rows += emptied::<follow_up::Entity>(tx, follow_up::Column::ChildId, &ids, |row| {
        Ok(follow_up::Model { answers_sealed: None, ..row })
    })
    .await?;
    rows += emptied::<round_child::Entity>(tx, round_child::Column::ChildId, &ids, |row| {
        Ok(round_child::Model { words: None, care: None, apart_reason: None, ..row })
    })
    .await?;
    rows += emptied::<parting::Entity>(tx, parting::Column::PairId, &around.pairs, |row| {
        Ok(parting::Model { talk_sealed: None, at_once_sealed: None, ..row })
    })
    .await?;
    Ok(rows)
}

/// Weekends: plans, codes, words of teachers and of those who were late; what phones said; alarms.
async fn of_weekends(tx: &Tx, child: Uuid, around: &Around) -> Result<usize, Error> {
    let ids = [child];
    let mut rows = emptied::<stay::Entity>(tx, stay::Column::ChildId, &ids, |row| Ok(bare_stay(row))).await?;
    // A ledger: its links stay, only the words beside them go.
    rows += emptied::<custody_event::Entity>(tx, custody_event::Column::ChildId, &ids, |row| {
        Ok(custody_event::Model { note_sealed: None, ..row })
    })
    .await?;
    rows += emptied::<term_plan::Entity>(tx, term_plan::Column::ChildId, &ids, |row| {
        Ok(term_plan::Model { guests_sealed: None, going_sealed: None, ..row })
    })
    .await?;
    rows += emptied::<plan_record::Entity>(tx, plan_record::Column::PlanId, &around.plans, |row| {
        let evidence_sealed = nothing::<plan_record::Entity>(tx, "evidence_sealed", row.id)?;
        Ok(plan_record::Model { evidence_sealed, ..row })
    })
    .await?;
    rows += emptied::<phone_act::Entity>(tx, phone_act::Column::StayId, &around.stays, |row| {
        Ok(phone_act::Model { body_sealed: None, ..row })
    })
    .await?;
    let subjects: Vec<Uuid> = around.stays.iter().copied().chain(ids).collect();
    rows += emptied::<alarm::Entity>(tx, alarm::Column::SubjectId, &subjects, |row| {
        Ok(alarm::Model { closed_words_sealed: None, ..row })
    })
    .await?;
    Ok(rows)
}

fn bare_stay(row: stay::Model) -> stay::Model {
    stay::Model {
        plan_sealed: None,
        teacher_words_sealed: None,
        refusal: None,
        cancelled_reason: None,
        code_sealed: None,
        code_hash: None,
        return_code_sealed: None,
        return_code_hash: None,
        late_words_sealed: None,
        late_closed_reason_sealed: None,
        ..row
    }
}

/// What the office wrote down: proofs of consents, why a pair ended or a file was opened, corrections of hours, what a merge kept.
async fn of_office(tx: &Tx, child: Uuid, around: &Around) -> Result<usize, Error> {
    let ids = [child];
    let mut rows = emptied::<consent::Entity>(tx, consent::Column::ChildId, &ids, |row| {
        Ok(consent::Model { evidence_sealed: None, withdrawn_how: None, ..row })
    })
    .await?;
    rows += emptied::<pair::Entity>(tx, pair::Column::ChildId, &ids, |row| Ok(pair::Model { end_reason: None, ..row }))
        .await?;
    rows += emptied::<break_glass::Entity>(tx, break_glass::Column::ChildId, &ids, |row| {
        let reason_sealed = nothing::<break_glass::Entity>(tx, "reason_sealed", row.id)?;
        Ok(break_glass::Model { reason_sealed, words_sealed: None, ..row })
    })
    .await?;
    rows += emptied::<restriction::Entity>(tx, restriction::Column::ChildId, &ids, |row| {
        let ground_sealed = nothing::<restriction::Entity>(tx, "ground_sealed", row.id)?;
        Ok(restriction::Model { ground_sealed, lifted_sealed: None, ..row })
    })
    .await?;
    rows += emptied::<hours_claim::Entity>(tx, hours_claim::Column::PairId, &around.pairs, |row| {
        Ok(hours_claim::Model { words_sealed: None, answer_sealed: None, ..row })
    })
    .await?;
    // Also of a file that had become part of one that became part of this: its row lies sealed there.
    rows += of_merges(tx, &crate::merge::files_in(tx, child).await?).await?;
    Ok(rows)
}

/// What merges of these files kept: the rows that went, and why somebody did not agree.
pub(super) async fn of_merges(tx: &Tx, files: &[Uuid]) -> Result<usize, Error> {
    let mut rows = 0;
    for column in [merge::Column::KeptId, merge::Column::OtherId] {
        rows += emptied::<merge::Entity>(tx, column, files, |row| {
            Ok(merge::Model { answer_sealed: None, undo_sealed: None, ..row })
        })
        .await?;
    }
    Ok(rows)
}

/// Who belonged to this child alone, with links and accounts; of the others what they were to it.
async fn of_guardians(tx: &Tx, around: &Around) -> Result<usize, Error> {
    let ties: Vec<Uuid> = around.ties.iter().map(|tie| tie.id).collect();
    let links = tx.common::<public_link::Entity>().holding(public_link::Column::RefId, ties).all(tx).await?;
    for link in &links {
        tx.remove::<public_link::Entity>(link).await?;
    }
    tx.remove_all::<guardianship::Entity>(&around.ties).await?;
    for before in &around.people {
        let after = guardian::Model {
            name: NAMELESS.to_owned(),
            phone_sealed: None,
            phone_bi: None,
            id_no_sealed: None,
            id_no_bi: None,
            address_sealed: None,
            ..before.clone()
        };
        tx.change::<guardian::Entity>(before, after).await?;
        crate::guardian::forget(tx, &[before.id]).await?;
        crate::guardian::keep(tx, crate::guardian::rows(tx.area_id(), before.id, NAMELESS)).await?;
    }
    let people: Vec<Uuid> = around.people.iter().map(|person| person.id).collect();
    account::forget_untold(tx, &people).await?;
    Ok(around.ties.len() + around.people.len() + account::close(tx, &around.accounts).await?)
}
