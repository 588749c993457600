//! Accounts in which the people sign in whose data go, and which are nothing else.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::erasure::NAMELESS;
use naheya_domain::id::AccountId;
use naheya_domain::notice::{Channel, NoticeState};
use naheya_domain::viewer::Place;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::empty::emptied;
use crate::account::AccountState;
use crate::account::phone::freed;
use crate::sealed::entity::{account, contact, grant, notice};
use crate::sealed::tx::Tx;
use crate::{Error, session};

/// The roles in the county that name these people on file.
pub(super) async fn roles(tx: &Tx, people: &[Uuid]) -> Result<Vec<grant::Model>, Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let places = people.iter().map(|person| Place::Person(*person).reference());
    let here = tx.common::<grant::Entity>().and(grant::Column::AreaId.eq(tx.area_id()));
    let of = here.and(grant::Column::PlaceKind.eq(Place::Person(Uuid::nil()).kind()));
    of.and(grant::Column::PlaceRef.is_in(places)).all(tx).await
}

/// Accounts all of whose roles are among these `grants` and of these kinds: somebody who is a teacher as well keeps hers.
pub(super) async fn only_of(tx: &Tx, grants: &[grant::Model], kinds: &[Role]) -> Result<Vec<account::Model>, Error> {
    let is_ours = |grant: &grant::Model| kinds.iter().any(|kind| kind.code() == grant.role);
    let ours: BTreeSet<Uuid> = grants.iter().filter(|grant| is_ours(grant)).map(|grant| grant.id).collect();
    let ids: Vec<Uuid> = grants.iter().map(|grant| grant.account_id).collect();
    let all = tx.common::<grant::Entity>().holding(grant::Column::AccountId, ids.clone()).all(tx).await?;
    let is_more = |account: Uuid| all.iter().any(|grant| grant.account_id == account && !ours.contains(&grant.id));
    let found = tx.common::<account::Entity>().among(ids).all(tx).await?;
    Ok(found.into_iter().filter(|account| !is_more(account.id)).collect())
}

/// Nobody signs in by them any more, and nothing in them names anybody: their roles had ended before.
pub(super) async fn close(tx: &Tx, accounts: &[account::Model]) -> Result<usize, Error> {
    for before in accounts {
        let after = account::Model {
            login: before.id.simple().to_string(),
            phone_bi: None,
            display_name: NAMELESS.to_owned(),
            password_hash: None,
            totp_sealed: None,
            state: AccountState::Closed.code().to_owned(),
            ..before.clone()
        };
        tx.change::<account::Entity>(before, after).await?;
        session::end_all(tx, AccountId(before.id), None).await?;
    }
    for number in accounts.iter().filter_map(|account| account.phone_bi.clone()) {
        freed(tx, number, None).await?;
    }
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.id).collect();
    let reached = emptied::<contact::Entity>(tx, contact::Column::Id, &ids, |row| {
        Ok(contact::Model { mail_sealed: None, phone_sealed: None, ..row })
    })
    .await?;
    Ok(accounts.len() + reached)
}

/// Texts that wait to be told to these people by hand go: whoever has no name and no number any more is called by nobody.
pub(super) async fn forget_untold(tx: &Tx, people: &[Uuid]) -> Result<(), Error> {
    use notice::Column as N;
    let waits = Condition::all().add(N::Channel.eq(Channel::Copy.code())).add(N::State.eq(NoticeState::Queued.code()));
    tx.clear::<notice::Entity>(waits.add(N::PersonId.is_in(people.iter().copied()))).await?;
    Ok(())
}
