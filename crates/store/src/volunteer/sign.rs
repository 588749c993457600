//! The leader's second signature: on one volunteer, or on a whole imported batch. Whoever registered or imported her, or
//! is her or lives with her, does not sign (product.md, "Approver ≠ requester").

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::id::{ImportBatchId, VolunteerId};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::carer::{Somebody, lives_in};
use crate::check::CheckBook;
use crate::grant::{grants_at, stands_for};
use crate::household::adults_there;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, grant, import_batch, volunteer};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Who are looked through for a signature: so many at once wait only where a paper ledger was typed off.
const MOST_SCREENED: u64 = 100;

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub enum Signature {
    /// One volunteer, whose screening is complete.
    One(VolunteerId),
    /// All volunteers of an imported batch who are still being screened. They stood on a paper that
    /// the programme has kept; their checks are entered afterwards and no weekend opens without them.
    Batch(ImportBatchId),
}

/// The leader signs; who is signed is approved.
#[derive(Clone, Debug)]
pub struct SignVolunteers {
    /// What.
    pub what: Signature,
}

/// How many a signature approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Signed {
    /// Volunteers approved by it.
    pub approved: u64,
}

impl Act for SignVolunteers {
    const NAME: &'static str = "volunteer.sign";
    type Answer = Signed;

    async fn run(&self, tx: &Tx) -> Result<Signed, Error> {
        tx.require(Action::ApproveVolunteer)?;
        match self.what {
            Signature::One(id) => one(tx, id).await,
            Signature::Batch(id) => batch(tx, id).await,
        }
    }
}

async fn one(tx: &Tx, id: VolunteerId) -> Result<Signed, Error> {
    let row = tx.visible::<volunteer::Entity>().id(id).one(tx).await?;
    if needs_another(tx, &row).await? {
        return Err(Error::refused("volunteer.signs_own"));
    }
    if row.state != VolunteerState::Screening.code() {
        return Err(Error::refused("volunteer.wrong_state"));
    }
    screened(tx, &row).await?;
    tx.change::<volunteer::Entity>(&row, approved_now(tx, row.clone())).await?;
    tell(tx, row.id).await?;
    Ok(Signed { approved: 1 })
}

/// Whoever applied with an account hears that it came to a good end, and the office that the account lacks the role. So does
/// the account of whoever comes back: it signs in nowhere, and nobody else would think of it.
async fn tell(tx: &Tx, volunteer: Uuid) -> Result<(), Error> {
    use grant::Column as G;
    let letter = |kind, to_account, to_role| Letter {
        kind,
        to_account,
        to_role,
        to_person: None,
        about: ("volunteers", Some(volunteer)),
        due_at: tx.now().0,
    };
    let role_due = letter("volunteer.role_due", None, Some(Role::Coordinator.code()));
    let Some(account) = stands_for(tx, volunteer).await? else {
        if comes_back(tx, volunteer).await? {
            tx.notify(role_due);
        }
        return Ok(());
    };
    let applied = tx
        .common::<grant::Entity>()
        .and(G::AccountId.eq(account))
        .and(G::Role.eq(Role::Applicant.code()))
        .and(G::PlaceRef.eq(volunteer.to_string()))
        .and(G::EndedAt.is_null());
    if applied.first(tx).await?.is_some() {
        tx.notify(letter("volunteer.signed", Some(account), None));
        tx.notify(role_due);
    }
    Ok(())
}

/// Whether every role that she had is over, and the account in which she had it is not closed.
async fn comes_back(tx: &Tx, volunteer: Uuid) -> Result<bool, Error> {
    let given = grants_at(tx, &Place::Person(volunteer)).all(tx).await?;
    if given.iter().any(|row| row.ended_at.is_none()) {
        return Ok(false);
    }
    let open = tx.common::<account::Entity>().among(given.iter().map(|row| row.account_id));
    Ok(open.and(account::Column::State.ne("closed")).first(tx).await?.is_some())
}

async fn batch(tx: &Tx, id: ImportBatchId) -> Result<Signed, Error> {
    let before = tx.visible::<import_batch::Entity>().id(id).one(tx).await?;
    another(tx, before.by_account)?;
    if before.kind != "volunteers" || before.undone_at.is_some() || before.signed_at.is_some() {
        return Err(Error::refused("import.not_to_sign"));
    }
    let mut rows = tx
        .visible::<volunteer::Entity>()
        .and(volunteer::Column::BatchId.eq(before.id))
        .and(volunteer::Column::State.eq(VolunteerState::Screening.code()))
        .by(volunteer::Column::Id)
        .all(tx)
        .await?;
    // Whoever of the signer's own home is in it waits for another leader, and a batch of them alone does too.
    let waiting = rows.len();
    let homes: BTreeSet<Uuid> = rows.iter().map(|row| row.household_id).collect();
    let own = Somebody::at_work(tx).await?.homes_among(tx, &homes).await?;
    rows.retain(|row| !own.contains(&row.household_id));
    if rows.is_empty() && waiting > 0 {
        return Err(Error::refused("volunteer.signs_own"));
    }
    let approved = rows.len() as u64;
    let changes = rows.into_iter().map(|row| (row.clone(), approved_now(tx, row)));
    tx.change_all::<volunteer::Entity>(changes.collect()).await?;
    let mut after = before.clone();
    after.signed_by = Some(tx.account());
    after.signed_at = Some(tx.now().0);
    tx.change::<import_batch::Entity>(&before, after).await?;
    Ok(Signed { approved })
}

/// Approved from the day the roster gives (加入时间), else from today.
fn approved_now(tx: &Tx, row: volunteer::Model) -> volunteer::Model {
    volunteer::Model {
        state: VolunteerState::Approved.code().into(),
        joined_on: row.joined_on.clone().or_else(|| Some(tx.now().date().to_string())),
        left_on: None,
        approved_by: Some(tx.account()),
        approved_at: Some(tx.now().0),
        updated_at: tx.now().0,
        ..row
    }
}

/// Whether another leader signs: this one registered her, is her, or lives with her.
pub(super) async fn needs_another(tx: &Tx, row: &volunteer::Model) -> Result<bool, Error> {
    Ok(another(tx, row.registered_by).is_err() || lives_in(tx, row.household_id).await?)
}

/// Two people stand behind an approval. A task of the machine itself signs for nobody.
fn another(tx: &Tx, first: Uuid) -> Result<(), Error> {
    if first == tx.account() && !tx.is_system() { Err(Error::refused("volunteer.signs_own")) } else { Ok(()) }
}

/// What must be in order before the signature: who she is, every adult's no-offence query, the home
/// visit, the interview. Training, agreement and insurance are asked for before a weekend.
async fn screened(tx: &Tx, row: &volunteer::Model) -> Result<(), Error> {
    let book = CheckBook::of_homes(tx, vec![row.household_id]).await?;
    match missing(tx, &book, row).await? {
        None => Ok(()),
        Some(kind) => Err(naheya_domain::Refusal::new("volunteer.check_missing").with("kind", kind.code()).into()),
    }
}

/// The first of these checks that does not hold today.
async fn missing(tx: &Tx, book: &CheckBook, row: &volunteer::Model) -> Result<Option<CheckKind>, Error> {
    let today = tx.now().date();
    let own = [
        (CheckKind::Identity, Subject::Adult(row.member_id)),
        (CheckKind::HomeVisit, Subject::Home(row.household_id)),
        (CheckKind::Interview, Subject::Volunteer(row.id)),
    ];
    // The people of the home are read only where nothing else is missing.
    if let Some((kind, _)) = own.into_iter().find(|(kind, subject)| !book.holds(*kind, *subject, today)) {
        return Ok(Some(kind));
    }
    let adults = adults_there(tx, row.household_id, today, today).await?;
    let lacks = adults.iter().any(|adult| !book.holds(CheckKind::NoOffence, Subject::Adult(adult.id), today));
    Ok(lacks.then_some(CheckKind::NoOffence))
}

/// Whether nothing but the signature is missing of one who is being screened.
pub(super) async fn is_ready(tx: &Tx, book: &CheckBook, row: &volunteer::Model) -> Result<bool, Error> {
    Ok(row.state == VolunteerState::Screening.code() && missing(tx, book, row).await?.is_none())
}

impl Desk {
    /// Those of whom nothing but the reader's signature is missing, first come first. An import is signed as a whole; whoever
    /// of it comes back later, or lives with its signer, is signed alone. Among more than a hundred who are being screened the
    /// later ones wait for their turn.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn volunteers_to_sign(&self) -> Result<Vec<(VolunteerId, String)>, Error> {
        use volunteer::Column as V;
        if !self.may(Action::ApproveVolunteer) {
            return Ok(Vec::new());
        }
        let ready = async {
            let tx = self.read();
            let screened = tx.visible::<volunteer::Entity>().and(V::State.eq(VolunteerState::Screening.code()));
            let signed = tx.for_rule::<import_batch::Entity>().and(import_batch::Column::SignedAt.is_not_null());
            let signed = V::BatchId.in_subquery(signed.ids(import_batch::Column::Id));
            let alone = Condition::any().add(V::BatchId.is_null()).add(signed);
            let rows = screened.and(alone).by(V::Id).limit(MOST_SCREENED).all(&tx).await?;
            let book = CheckBook::of_homes(&tx, rows.iter().map(|row| row.household_id).collect()).await?;
            let mut ready = Vec::new();
            for row in rows {
                if is_ready(&tx, &book, &row).await? && !needs_another(&tx, &row).await? {
                    ready.push((VolunteerId(row.id), row.name));
                }
            }
            Ok(ready)
        };
        self.remembered("volunteers.to_sign", String::new(), ready).await
    }
}
