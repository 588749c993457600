//! Whose an identity number is: one that was written down wrongly is free again once it has been put right, and that of a
//! volunteer who takes no part any more is free for another county.

use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{AreaId, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::backfill::{Mark, is_made};
use crate::concern::suspension::in_force;
use crate::sealed::act::Act;
use crate::sealed::entity::{concern, concern_person, uniq, volunteer};
use crate::sealed::tx::Tx;
use crate::volunteer::CLAIM;
use crate::{Error, Store, SystemTask};

/// Set when the numbers of those who were gone before are free.
const MADE: &str = "numbers_of_gone";

/// The number of a file was `old` and is `new`: whoever the old one belongs to may be registered with it.
pub(crate) async fn release(
    tx: &Tx,
    kind: &str,
    whose: Uuid,
    old: Option<&Vec<u8>>,
    new: Option<&Vec<u8>>,
) -> Result<(), Error> {
    match old.filter(|_| new.is_some() && old != new) {
        Some(number) => drop_claim(tx, kind, number, whose).await,
        None => Ok(()),
    }
}

async fn drop_claim(tx: &Tx, kind: &str, number: &[u8], whose: Uuid) -> Result<(), Error> {
    match claimed(tx, kind, number).await? {
        Some(claim) if claim.ref_id == whose => tx.remove::<uniq::Entity>(&claim).await,
        _ => Ok(()),
    }
}

/// Who has claimed this number in the installation.
async fn claimed(tx: &Tx, kind: &str, number: &[u8]) -> Result<Option<uniq::Model>, Error> {
    use uniq::Column as U;
    tx.common::<uniq::Entity>().and(U::Kind.eq(kind)).and(U::BlindIndex.eq(number.to_vec())).first(tx).await
}

/// The claims of this kind that somebody has.
pub(crate) async fn claims(tx: &Tx, kind: &str, whose: Uuid) -> Result<Vec<uniq::Model>, Error> {
    use uniq::Column as U;
    tx.common::<uniq::Entity>().and(U::Kind.eq(kind)).and(U::RefId.eq(whose)).all(tx).await
}

/// The number belongs to this person; the refusal `taken` when another one has it by now.
pub(crate) async fn take(tx: &Tx, kind: &str, number: Vec<u8>, whose: Uuid, taken: &'static str) -> Result<(), Error> {
    match claimed(tx, kind, &number).await? {
        Some(claim) if claim.ref_id == whose => Ok(()),
        Some(_) => Err(Error::refused(taken)),
        None => {
            let row = uniq::Model { kind: kind.into(), blind_index: number, area_id: tx.area_id(), ref_id: whose };
            tx.insert::<uniq::Entity>(row).await
        }
    }
}

/// Whether the number of this volunteer is the county's: she takes part, or a concern that names her (as `named`, her file
/// or the one that it is part of) is open or suspends. Another county's office cannot know of it and would take her in.
pub(crate) async fn holds(tx: &Tx, row: &volunteer::Model, named: Uuid) -> Result<bool, Error> {
    let is_gone = VolunteerState::parse(&row.state).is_some_and(VolunteerState::is_gone);
    Ok(!is_gone || is_open_about(tx, named).await?)
}

async fn is_open_about(tx: &Tx, person: Uuid) -> Result<bool, Error> {
    let naming = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.eq(person));
    let named = concern::Column::Id.in_subquery(naming.ids(concern_person::Column::ConcernId));
    Ok(tx.for_rule::<concern::Entity>().and(in_force()).and(named).first(tx).await?.is_some())
}

/// Whether another volunteer on file here than `but` has this number: who has left keeps it in her file.
pub(crate) async fn is_on_file(tx: &Tx, number: &[u8], but: [Uuid; 2]) -> Result<bool, Error> {
    use volunteer::Column as V;
    let others = tx.for_rule::<volunteer::Entity>().and(V::Id.is_not_in(but));
    Ok(others.and(V::IdNoBi.eq(number.to_vec())).first(tx).await?.is_some())
}

/// A volunteer's state or file has changed: her number is claimed while it [`holds`], and free otherwise. The refusal `taken`
/// when somebody else has it by now.
pub(crate) async fn settle(tx: &Tx, row: &volunteer::Model, named: Uuid, taken: &'static str) -> Result<(), Error> {
    let Some(number) = row.id_no_bi.clone() else { return Ok(()) };
    if is_on_file(tx, &number, [row.id, named]).await? {
        return Err(Error::refused(taken));
    }
    if holds(tx, row, named).await? {
        return take(tx, CLAIM, number, row.id, taken).await;
    }
    let_go(tx, row).await
}

/// What was open about these people may be over: whoever of them is gone is another county's to register.
pub(crate) async fn let_go_of(tx: &Tx, people: &[Uuid]) -> Result<(), Error> {
    for row in tx.for_rule::<volunteer::Entity>().among(people.iter().copied()).all(tx).await? {
        if !holds(tx, &row, row.id).await? {
            let_go(tx, &row).await?;
        }
    }
    Ok(())
}

async fn let_go(tx: &Tx, row: &volunteer::Model) -> Result<(), Error> {
    match &row.id_no_bi {
        Some(number) => drop_claim(tx, CLAIM, number, row.id).await,
        None => Ok(()),
    }
}

impl Store {
    /// Frees the numbers of those who had left or were not taken before a number was let go then. Once an installation.
    pub(crate) async fn free_numbers_of_gone(&self, now: Timestamp) -> Result<(), Error> {
        let nation = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        if is_made(&nation.read(), MADE).await? {
            return Ok(());
        }
        for (area, _) in self.counties(now).await? {
            self.as_system(SystemTask::SetUp, area, now).save(FreeNumbers).await?;
        }
        nation.save(Mark(MADE)).await
    }
}

struct FreeNumbers;

impl Act for FreeNumbers {
    const NAME: &'static str = "volunteer.free_numbers";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        use volunteer::Column as V;
        tx.alone_in_county().await?;
        let gone = VolunteerState::ALL.into_iter().filter(|state| state.is_gone()).map(VolunteerState::code);
        let gone = tx.for_rule::<volunteer::Entity>().and(V::State.is_in(gone)).and(V::IdNoBi.is_not_null());
        let gone: Vec<Uuid> = gone.all(tx).await?.into_iter().map(|row| row.id).collect();
        for some in gone.chunks(1_000) {
            let_go_of(tx, some).await?;
        }
        Ok(())
    }
}
