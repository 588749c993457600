//! Whether an account may be used, and its second factor: both end what is signed in by it.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use naheya_domain::id::AccountId;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::phone::freed;
use super::{AccountState, in_my_county};
use crate::concern::hands::hand_on;
use crate::grant::stands_for;
use crate::sealed::act::Act;
use crate::sealed::entity::account;
use crate::sealed::tx::Tx;
use crate::{Error, session};

/// Those of these accounts that somebody can sign in to: what lies in one that nobody has opened yet, or that is locked or
/// closed, reaches nobody.
pub(crate) async fn let_in(tx: &Tx, accounts: impl IntoIterator<Item = Uuid> + Send) -> Result<BTreeSet<Uuid>, Error> {
    let accounts: BTreeSet<Uuid> = accounts.into_iter().collect();
    if accounts.is_empty() {
        return Ok(accounts);
    }
    let open = account::Column::State.eq(AccountState::Active.code());
    let open = tx.common::<account::Entity>().among(accounts).and(open).all(tx).await?;
    Ok(open.into_iter().map(|account| account.id).collect())
}

/// The account that stands for somebody on file, where somebody can sign in to it; else word goes to the person.
pub(crate) async fn reads_for(tx: &Tx, person: Uuid) -> Result<Option<Uuid>, Error> {
    Ok(let_in(tx, stands_for(tx, person).await?).await?.first().copied())
}

/// Locks, unlocks or closes an account; whoever is out is out at once. One that is closed holds no role and no phone any more:
/// questions go to whoever is left, and a person who comes back, or who has the number now, gets a new account. Who shared the
/// number and went by a user name alone signs in by it.
#[derive(Clone, Debug)]
pub struct SetAccountState {
    /// Whose.
    pub account: AccountId,
    /// To what. `Invited` is not a state one can be put into.
    pub state: AccountState,
    /// The version that was seen.
    pub version: i32,
}

impl Act for SetAccountState {
    const NAME: &'static str = "account.state";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepAccount)?;
        let row = in_my_county(tx, self.account).await?;
        crate::grant::may_handle(tx, self.account).await?;
        let allowed = match self.state {
            AccountState::Invited => false,
            AccountState::Active => row.state == "locked" && row.password_hash.is_some(),
            AccountState::Locked => row.state == "active",
            AccountState::Closed => true,
        };
        if !allowed {
            return Err(Error::refused("account.state"));
        }
        if row.version != self.version {
            return Err(Error::Stale);
        }
        let mut after = account::Model { state: self.state.code().to_owned(), ..row.clone() };
        if self.state == AccountState::Closed {
            after.phone_bi = None;
            crate::grant::end_all(tx, self.account).await?;
            crate::saved_view::forget(tx, self.account).await?;
        }
        tx.change::<account::Entity>(&row, after).await?;
        if let Some(number) = row.phone_bi.filter(|_| self.state == AccountState::Closed) {
            freed(tx, number, None).await?;
        }
        if self.state != AccountState::Active {
            session::end_all(tx, self.account, None).await?;
        }
        hand_on(tx, self.account.0).await
    }
}

/// Takes the second factor off an account (phone lost), in person; it is set up anew at the next sign-in.
#[derive(Clone, Debug)]
pub struct ResetFactor {
    /// Whose.
    pub account: AccountId,
}

impl Act for ResetFactor {
    const NAME: &'static str = "account.reset_factor";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepAccount)?;
        let row = in_my_county(tx, self.account).await?;
        crate::grant::may_handle(tx, self.account).await?;
        let after = account::Model { totp_sealed: None, totp_confirmed_at: None, totp_last_step: None, ..row.clone() };
        tx.change::<account::Entity>(&row, after).await?;
        crate::recovery::forget(tx, row.id).await?;
        crate::grant::tell_of_reset(tx, self.account).await?;
        session::end_all(tx, self.account, None).await?;
        Ok(())
    }
}
