//! A new number in somebody's file: whoever signs in, or is told, by the old one goes by the new one from then on. The old
//! one may soon be a stranger's, and an alarm about a child must not go there.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use naheya_domain::viewer::Place;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::AccountState;
use crate::grant::{account_of, held_for};
use crate::sealed::entity::{account, grant, guardian, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, contact};

impl Desk {
    /// Whether somebody on file with an account cannot sign in by the number in the file, because it lets somebody else in: a
    /// couple may share a number, and one account goes by it. Theirs goes by its user name alone. Of a file that the reader
    /// does not see, nothing is said.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who keeps neither accounts nor files.
    pub async fn lost_number(&self, person: Uuid) -> Result<bool, Error> {
        if !self.may(Action::KeepAccount) && !self.may(Action::KeepChild) {
            self.require(Action::KeepVolunteer)?;
        }
        let tx = self.read();
        let Some(number) = number_on_file(&tx, person).await? else { return Ok(false) };
        let held = held_for(&tx, &[person]).await?.remove(&person).unwrap_or_default();
        let Some(own) = account_of(&tx, &held).await? else { return Ok(false) };
        let own = tx.common::<account::Entity>().id(own).first(&tx).await?;
        let has_none = own.is_some_and(|own| own.phone_bi.is_none());
        Ok(has_none && free(&tx, number).await?.is_none())
    }
}

/// The number in the file of a guardian or a volunteer whom the reader sees, as it is looked for.
async fn number_on_file(tx: &Tx, person: Uuid) -> Result<Option<Vec<u8>>, Error> {
    if let Some(file) = tx.visible::<guardian::Entity>().id(person).first(tx).await? {
        return Ok(file.phone_bi);
    }
    let file = tx.visible::<volunteer::Entity>().id(person).first(tx).await?;
    Ok(file.and_then(|file| file.phone_bi))
}

/// The number in the file of `person` was `old` and is `new`. An account of theirs that another number was given to keeps it;
/// where somebody else signs in by the new one already, theirs goes by its user name alone. The old one may be the way in again of
/// whoever shared it.
pub(crate) async fn follow(tx: &Tx, person: Uuid, old: Option<&str>, new: Option<&str>) -> Result<(), Error> {
    use {account::Column as A, grant::Column as G};
    let Some(old) = old.filter(|_| old != new) else { return Ok(()) };
    let held = crate::grant::grants_at(tx, &Place::Person(person));
    let accounts = tx.common::<account::Entity>().and(A::Id.in_subquery(held.ids(G::AccountId))).all(tx).await?;
    if accounts.is_empty() {
        return Ok(());
    }
    let (is_anothers, mut gave_up) = (free(tx, index(tx, old)).await?.is_none(), false);
    for before in accounts {
        contact::forget_phone(tx, before.id, old).await?;
        let goes_by_it = before.phone_bi == Some(index(tx, old));
        // It had let somebody else in, and theirs went by its user name alone.
        let has_lost_it = before.phone_bi.is_none() && is_anothers && before.state != AccountState::Closed.code();
        if !goes_by_it && !has_lost_it {
            continue;
        }
        gave_up |= goes_by_it;
        let phone_bi = match new {
            Some(new) => free(tx, index(tx, new)).await?,
            None => None,
        };
        tx.change::<account::Entity>(&before, account::Model { phone_bi, ..before.clone() }).await?;
    }
    if gave_up { freed(tx, index(tx, old), Some(person)).await } else { Ok(()) }
}

/// A number by which nobody signs in any more is the way in again of the one who has it in the file too and went by a user name
/// alone, because it let somebody else in. Of several nobody knows whose it is, and it stays free; `but` is whoever gave it up.
pub(crate) async fn freed(tx: &Tx, number: Vec<u8>, but: Option<Uuid>) -> Result<(), Error> {
    use account::Column as A;
    let Some(number) = free(tx, number).await? else { return Ok(()) };
    let guardians = tx.for_rule::<guardian::Entity>().and(guardian::Column::PhoneBi.eq(number.clone())).all(tx).await?;
    let carers = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::PhoneBi.eq(number.clone())).all(tx).await?;
    let people = guardians.iter().map(|one| one.id).chain(carers.iter().map(|one| one.id));
    let people: Vec<Uuid> = people.filter(|person| Some(*person) != but).collect();
    if people.is_empty() {
        return Ok(());
    }
    let mut theirs = BTreeSet::new();
    for held in held_for(tx, &people).await?.values() {
        theirs.extend(account_of(tx, held).await?.map(|account| account.0));
    }
    let waiting = tx.common::<account::Entity>().among(theirs).and(A::PhoneBi.is_null());
    let waiting = waiting.and(A::State.ne(AccountState::Closed.code())).all(tx).await?;
    if let [before] = waiting.as_slice() {
        let after = account::Model { phone_bi: Some(number), ..before.clone() };
        tx.change::<account::Entity>(before, after).await?;
    }
    Ok(())
}

/// The same, where the number that was in the file lies sealed in its row of `table`.
pub(crate) async fn follow_sealed(
    tx: &Tx,
    table: &str,
    person: Uuid,
    old: Option<&Vec<u8>>,
    new: Option<&str>,
) -> Result<(), Error> {
    let old = tx.open_some(table, "phone_sealed", person, old)?;
    follow(tx, person, old.as_deref(), new).await
}

fn index(tx: &Tx, phone: &str) -> Vec<u8> {
    tx.ring().blind("phone", phone)
}

/// The number, unless somebody signs in by it.
async fn free(tx: &Tx, phone: Vec<u8>) -> Result<Option<Vec<u8>>, Error> {
    let taken = tx.common::<account::Entity>().and(account::Column::PhoneBi.eq(phone.clone())).first(tx).await?;
    Ok(taken.is_none().then_some(phone))
}
