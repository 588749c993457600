//! Accounts by what somebody types of a name.

use naheya_domain::access::Action;
use naheya_domain::name_order::by_sound;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{AccountRow, AccountView, with_grants};
use crate::sealed::entity::account;
use crate::search::matches;
use crate::{Desk, Error};

/// Accounts read for one search: more than a county has.
const MOST_READ: u64 = 200_000;
/// Accounts that a search shows; more letters find fewer.
pub const MOST_FOUND: usize = 50;

/// What is read of an account to find it.
#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    login: String,
    display_name: String,
}

impl Desk {
    /// The accounts of a view whose name, pinyin, initials or user name begin as typed, by name; at most [`MOST_FOUND`].
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn find_accounts(&self, view: AccountView, typed: &str) -> Result<Vec<AccountRow>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let login = typed.trim().to_lowercase();
        if login.is_empty() {
            return Ok(Vec::new());
        }
        let names = [account::Column::Id, account::Column::Login, account::Column::DisplayName];
        let all = tx.common::<account::Entity>().and(view.condition(&tx)).limit(MOST_READ);
        let mut found: Vec<Named> = all.columns(names, &tx).await?;
        found.retain(|one| one.login.starts_with(&login) || matches(&one.display_name, typed));
        found.sort_by_cached_key(|one| by_sound(&one.display_name));
        found.truncate(MOST_FOUND);
        let mut people = tx.common::<account::Entity>().among(found.iter().map(|one| one.id)).all(&tx).await?;
        people.sort_by_cached_key(|one| by_sound(&one.display_name));
        with_grants(&tx, people).await
    }
}
