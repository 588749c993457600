//! What belongs to a child and goes with its file: rows by their ids, and the guardians who belong to no other child, with the
//! accounts in which they sign in.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::erasure::ErasureState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::account;
use crate::Error;
use crate::sealed::entity::{
    self, alarm, break_glass, child, custody_event, erasure, follow_up, grant, guardian, guardianship, hours_entry,
    note, pair, phone_act, stay, term_plan,
};
use crate::sealed::record::OfCounty;
use crate::sealed::tx::Tx;

/// Around one child.
pub(super) struct Around {
    /// What adults are to the child.
    pub(super) ties: Vec<guardianship::Model>,
    /// Guardians who belong to no other child that is on file.
    pub(super) people: Vec<guardian::Model>,
    /// Every role of these guardians, here and elsewhere.
    pub(super) grants: Vec<grant::Model>,
    /// Accounts that are nothing else than one of these guardians.
    pub(super) accounts: Vec<entity::account::Model>,
    /// Pairs.
    pub(super) pairs: Vec<Uuid>,
    /// Weekends.
    pub(super) stays: Vec<Uuid>,
    /// Proposed weekends of a term.
    pub(super) plans: Vec<Uuid>,
    /// Notes.
    pub(super) notes: Vec<Uuid>,
}

impl Around {
    pub(super) async fn of(tx: &Tx, child: &child::Model) -> Result<Around, Error> {
        let id = child.id;
        let ties = tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.eq(id)).all(tx).await?;
        let people = alone(tx, &ties).await?;
        let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
        let grants = account::roles(tx, &ids).await?;
        let accounts = account::only_of(tx, &grants, &[Role::Guardian]).await?;
        let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::ChildId.eq(id)).all(tx).await?;
        let stays = tx.for_rule::<stay::Entity>().and(stay::Column::ChildId.eq(id)).all(tx).await?;
        let plans = tx.for_rule::<term_plan::Entity>().and(term_plan::Column::ChildId.eq(id)).all(tx).await?;
        let notes = tx.for_rule::<note::Entity>().and(note::Column::ChildId.eq(id)).all(tx).await?;
        Ok(Around {
            ties,
            people,
            grants,
            accounts,
            pairs: pairs.into_iter().map(|row| row.id).collect(),
            stays: stays.into_iter().map(|row| row.id).collect(),
            plans: plans.into_iter().map(|row| row.id).collect(),
            notes: notes.into_iter().map(|row| row.id).collect(),
        })
    }

    /// Ids that name nobody any more, beside the file's own: what adults were to the child, and who goes with it.
    pub(super) fn gone(&self) -> impl Iterator<Item = Uuid> {
        self.ties.iter().map(|tie| tie.id).chain(self.people.iter().map(|person| person.id))
    }

    /// Everybody whom a concern could name to mean these guardians.
    pub(super) fn named(&self) -> Vec<Uuid> {
        let people = self.ties.iter().map(|tie| tie.guardian_id);
        people.chain(self.grants.iter().map(|grant| grant.account_id)).collect()
    }
}

/// Those of the adults who stand with no other child whose file is not erased.
async fn alone(tx: &Tx, ties: &[guardianship::Model]) -> Result<Vec<guardian::Model>, Error> {
    let own: BTreeSet<Uuid> = ties.iter().map(|tie| tie.id).collect();
    let adults: Vec<Uuid> = ties.iter().map(|tie| tie.guardian_id).collect();
    let all = tx.for_rule::<guardianship::Entity>().holding(guardianship::Column::GuardianId, adults.clone());
    let others: Vec<guardianship::Model> =
        all.all(tx).await?.into_iter().filter(|tie| !own.contains(&tie.id)).collect();
    let children = others.iter().map(|tie| tie.child_id);
    let gone = tx.for_rule::<erasure::Entity>().holding(erasure::Column::ChildId, children);
    let gone = gone.and(erasure::Column::State.eq(ErasureState::Done.code())).all(tx).await?;
    let is_gone = |child: Uuid| gone.iter().any(|row| row.child_id == Some(child));
    let stays = |adult: Uuid| others.iter().any(|tie| tie.guardian_id == adult && !is_gone(tie.child_id));
    let people = tx.for_rule::<guardian::Entity>().among(adults).by(guardian::Column::Id).all(tx).await?;
    Ok(people.into_iter().filter(|person| !stays(person.id)).collect())
}

/// Rows that events tell of and begun forms are about, beside those of [`Around`].
pub(super) struct Beside {
    /// The file, and those that had become part of it.
    pub(super) files: Vec<Uuid>,
    /// Talks.
    pub(super) talks: Vec<Uuid>,
    /// Links of the custody chain.
    pub(super) links: Vec<Uuid>,
    /// Acts of phones.
    pub(super) acts: Vec<Uuid>,
    /// Alarms.
    pub(super) alarms: Vec<Uuid>,
    /// Openings in an emergency.
    pub(super) glasses: Vec<Uuid>,
    /// Hours with the child.
    pub(super) hours: Vec<Uuid>,
}

impl Beside {
    pub(super) async fn of(tx: &Tx, child: Uuid, around: &Around) -> Result<Beside, Error> {
        let (own, stays) = ([child], &around.stays);
        let subjects: Vec<Uuid> = stays.iter().copied().chain(own).collect();
        Ok(Beside {
            files: crate::merge::files_in(tx, child).await?,
            talks: ids::<follow_up::Entity>(tx, follow_up::Column::ChildId, &own, |row| row.id).await?,
            links: ids::<custody_event::Entity>(tx, custody_event::Column::ChildId, &own, |row| row.id).await?,
            acts: ids::<phone_act::Entity>(tx, phone_act::Column::StayId, stays, |row| row.id).await?,
            alarms: ids::<alarm::Entity>(tx, alarm::Column::SubjectId, &subjects, |row| row.id).await?,
            glasses: ids::<break_glass::Entity>(tx, break_glass::Column::ChildId, &own, |row| row.id).await?,
            hours: ids::<hours_entry::Entity>(tx, hours_entry::Column::PairId, &around.pairs, |row| row.id).await?,
        })
    }
}

/// The ids of the rows that hold one of these in `column`.
pub(super) async fn ids<E: OfCounty>(
    tx: &Tx,
    column: E::Column,
    of: &[Uuid],
    id: impl Fn(&E::Model) -> Uuid + Send + Sync,
) -> Result<Vec<Uuid>, Error>
where
    E::Model: Send + Sync,
{
    let rows = tx.for_rule::<E>().holding(column, of.iter().copied()).all(tx).await?;
    Ok(rows.iter().map(id).collect())
}
