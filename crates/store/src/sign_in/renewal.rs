//! A password that its owner changes: the old one is said once more, and every other browser is signed out.

use naheya_domain::id::SessionId;

use super::forget;
use crate::sealed::act::Act;
use crate::sealed::entity::account as account_row;
use crate::sealed::tx::Tx;
use crate::session::{self, Session};
use crate::{Error, password, slip};

impl Session {
    /// Gives the account another password. How many other sessions of it ended: whoever knew the old one is out.
    ///
    /// # Errors
    /// Invalid `password` (see [`password::judge`]); refused `factor.password` when `old` is not right, `sign_in.wait`;
    /// [`Error::Forbidden`] while the second factor is due, or when the session has ended meanwhile; [`Error::Database`].
    pub async fn change_password(&self, old: &str, new: &str) -> Result<u64, Error> {
        let desk = self.desk()?;
        let tx = desk.read();
        let row = tx.common::<account_row::Entity>().id(self.viewer.account).one(&tx).await?;
        password::judge(new, &row.login).map_err(|code| Error::field("password", code))?;
        let forget = self.prove_password(old).await?;
        desk.save(ChangePassword { keep: self.id, hash: password::hash(new).await?, forget }).await
    }
}

struct ChangePassword {
    keep: SessionId,
    hash: String,
    forget: Vec<u8>,
}

impl Act for ChangePassword {
    const NAME: &'static str = "password.change";
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        let account = tx.viewer().account;
        // Whoever locks or closes an account ends its sessions, and so does who changed the password first: neither is undone here.
        if !session::is_open(tx, account, self.keep).await? {
            return Err(Error::Forbidden);
        }
        slip::set_password(tx, account, &self.hash).await?;
        forget(tx, &self.forget).await?;
        session::end_all(tx, account, Some(self.keep)).await
    }
}
