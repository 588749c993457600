//! People who sign in and the grants under which they work.

use naheya_domain::access::Action;
use naheya_domain::id::{AccountId, GrantId};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, grant};
use crate::sealed::tx::Tx;

/// A new account, without a password: its owner sets one with a slip.
#[derive(Clone, Debug)]
pub struct AddAccount {
    /// User name, unique, lower case.
    pub login: String,
    /// Name shown to colleagues.
    pub display_name: String,
    /// `zh-Hans` or `en`.
    pub language: String,
}

impl Act for AddAccount {
    const NAME: &'static str = "account.add";
    type Answer = AccountId;

    async fn run(&self, tx: &Tx) -> Result<AccountId, Error> {
        tx.require(Action::KeepAccount)?;
        if tx.common::<account::Entity>().and(account::Column::Login.eq(&*self.login)).first(tx).await?.is_some() {
            return Err(Error::field("login", "login.taken"));
        }
        let id = Uuid::now_v7();
        tx.insert::<account::Entity>(account::Model {
            id,
            login: self.login.clone(),
            phone_bi: None,
            display_name: self.display_name.clone(),
            password_hash: None,
            state: "invited".into(),
            totp_sealed: None,
            totp_confirmed_at: None,
            totp_last_step: None,
            language: self.language.clone(),
            created_at: tx.now().0,
            version: 1,
        })
        .await?;
        Ok(AccountId(id))
    }
}

/// A role in a place for an account, from a day on.
#[derive(Clone, Debug)]
pub struct AddGrant {
    /// Whose.
    pub account: AccountId,
    /// As what.
    pub role: Role,
    /// Where, in the county of the desk.
    pub place: Place,
    /// First day.
    pub from_on: Date,
    /// Last day, if it is known.
    pub to_on: Option<Date>,
}

impl Act for AddGrant {
    const NAME: &'static str = "grant.add";
    type Answer = GrantId;

    async fn run(&self, tx: &Tx) -> Result<GrantId, Error> {
        tx.require(Action::KeepAccount)?;
        tx.common::<account::Entity>().id(self.account).one(tx).await?;
        let id = Uuid::now_v7();
        tx.insert::<grant::Entity>(grant::Model {
            id,
            account_id: self.account.0,
            area_id: tx.area_id(),
            role: self.role.code().into(),
            place_kind: self.place.kind().into(),
            place_ref: self.place.reference(),
            from_on: self.from_on.to_string(),
            to_on: self.to_on.map(|d| d.to_string()),
            ended_at: None,
            suspended_by: None,
            created_by: tx.account(),
            created_at: tx.now().0,
            version: 1,
        })
        .await?;
        Ok(GrantId(id))
    }
}
