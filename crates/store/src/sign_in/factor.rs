//! The second factor: bound once, typed at the door, and once more where a session alone is not enough.

use data_encoding::BASE32_NOPAD;
use naheya_domain::AreaId;
use naheya_domain::id::AccountId;
use naheya_domain::typing::digits_of;
use totp_rs::{Builder, Totp};

use super::{FREE_TRIES_OF_NAME, Tried, forget, is_right};
use crate::field::random;
use crate::sealed::act::Act;
use crate::sealed::entity::{account as account_row, session as session_row};
use crate::sealed::tx::Tx;
use crate::session::Session;
use crate::{Error, account, recovery};

/// What an authenticator app needs once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorSecret {
    /// The secret in base 32, to type in.
    pub base32: String,
    /// The `otpauth:` address, to scan.
    pub address: String,
}

impl Session {
    /// Whether the password is said once more before a second factor is bound: the account works without one, so that its
    /// sessions last for weeks, and whoever finds a browser left open would bind their own.
    #[must_use]
    pub fn says_password_to_bind(&self) -> bool {
        self.grants.iter().any(|held| !held.role.needs_second_factor())
    }

    /// The secret for the authenticator app; the same one until it is confirmed. `password` where
    /// [`Session::says_password_to_bind`].
    ///
    /// # Errors
    /// Refused `factor.exists` once a second factor is confirmed; `factor.password`, `sign_in.wait`.
    pub async fn plan_factor(&self, password: &str) -> Result<FactorSecret, Error> {
        if self.says_password_to_bind() {
            self.prove_password(password).await?;
        }
        let desk = self.at_the_door();
        desk.save(PlanFactor { account: self.viewer.account, fresh: random::<20>()?.to_vec() }).await?;
        let tx = desk.read();
        let row = tx.common::<account_row::Entity>().id(self.viewer.account).one(&tx).await?;
        let base32 = BASE32_NOPAD.encode(&secret_of(&tx, &row)?);
        // RFC 6238 defaults (SHA-1, 6 digits, 30 s), which every app takes; no name of a person.
        let address = format!("otpauth://totp/Naheya:{}?secret={base32}&issuer=Naheya", row.login);
        Ok(FactorSecret { base32, address })
    }

    /// Takes the six digits: confirms a new second factor, or opens the records with a known one. A
    /// recovery code does as well, once. Whoever has just confirmed gets the recovery codes, to be
    /// shown this once; everybody else gets none.
    ///
    /// # Errors
    /// Refused `factor.wrong`, `sign_in.wait`.
    pub async fn pass_factor(&self, digits: &str) -> Result<Vec<String>, Error> {
        let forget = self.count_factor().await?;
        let recovery = recovery::typed(digits);
        let digits = digits_of(digits);
        let codes = recovery::fresh()?;
        let (account, session) = (self.viewer.account, self.id.0);
        let act = PassFactor { account, session, digits, recovery, codes: codes.clone(), forget };
        Ok(if self.at_the_door().save(act).await? { codes } else { Vec::new() })
    }

    /// Counts a try and judges it. By what the tries are forgotten.
    pub(super) async fn prove_password(&self, typed: &str) -> Result<Vec<u8>, Error> {
        let tries = self.count_factor().await?;
        let tx = self.at_the_door().read();
        let row = tx.common::<account_row::Entity>().id(self.viewer.account).one(&tx).await?;
        if is_right(typed, row.password_hash).await? { Ok(tries) } else { Err(Error::refused("factor.password")) }
    }

    /// Counts a try of this account's second factor before it is judged. By what the tries are forgotten when it was right.
    pub(crate) async fn count_factor(&self) -> Result<Vec<u8>, Error> {
        let whose = self.viewer.account.to_string();
        self.store_of().count_try(&self.at_the_door(), &[(Tried::Factor, &whose, FREE_TRIES_OF_NAME)]).await?;
        Ok(Tried::Factor.subject(self.store_of().ring(), &whose))
    }
}

/// Each table keeps its sealed fields under the whole installation, not under a county.
fn secret_of(tx: &Tx, row: &account_row::Model) -> Result<Vec<u8>, Error> {
    let sealed = row.totp_sealed.as_ref().ok_or(Error::NotFound)?;
    tx.ring().open(spot(row.id), sealed)
}

fn spot(id: uuid::Uuid) -> crate::field::Spot<'static> {
    crate::field::Spot { table: account::TABLE, column: "totp_sealed", area: AreaId::NATION.0, id }
}

struct PlanFactor {
    account: AccountId,
    fresh: Vec<u8>,
}

impl Act for PlanFactor {
    const NAME: &'static str = "factor.plan";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = tx.common::<account_row::Entity>().id(self.account).one(tx).await?;
        if row.totp_confirmed_at.is_some() {
            return Err(Error::refused("factor.exists"));
        }
        if row.totp_sealed.is_some() {
            return Ok(());
        }
        let sealed = tx.ring().seal(spot(row.id), &self.fresh)?;
        let after = account_row::Model { totp_sealed: Some(sealed), ..row.clone() };
        tx.change::<account_row::Entity>(&row, after).await?;
        Ok(())
    }
}

struct PassFactor {
    account: AccountId,
    session: uuid::Uuid,
    digits: String,
    recovery: Option<String>,
    codes: Vec<String>,
    forget: Vec<u8>,
}

impl Act for PassFactor {
    const NAME: &'static str = "factor.pass";
    /// Whether the second factor was confirmed just now.
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        let row = tx.common::<account_row::Entity>().id(self.account).one(tx).await?;
        let confirmed = row.totp_confirmed_at.is_some();
        match self.recovery.as_deref().filter(|_| confirmed) {
            Some(letters) => recovery::spend(tx, row.id, letters).await?,
            None => check(tx, &row, &self.digits).await?,
        }
        if !confirmed {
            recovery::put(tx, row.id, &self.codes).await?;
        }
        let session = tx.common::<session_row::Entity>().id(self.session).one(tx).await?;
        let open = session_row::Model { factor_at: Some(tx.now().0), ..session.clone() };
        tx.change::<session_row::Entity>(&session, open).await?;
        forget(tx, &self.forget).await?;
        Ok(!confirmed)
    }
}

async fn check(tx: &Tx, row: &account_row::Model, digits: &str) -> Result<(), Error> {
    let step = totp(secret_of(tx, row)?)?
        .check(digits, u64::try_from(tx.now().0 / 1000).unwrap_or_default())
        .and_then(|step| i64::try_from(step).ok());
    // A code counts once (RFC 6238, 5.2).
    let Some(step) = step.filter(|s| row.totp_last_step.is_none_or(|last| *s > last)) else {
        return Err(Error::refused("factor.wrong"));
    };
    let after = account_row::Model {
        totp_last_step: Some(step),
        totp_confirmed_at: row.totp_confirmed_at.or(Some(tx.now().0)),
        ..row.clone()
    };
    tx.change::<account_row::Entity>(row, after).await?;
    Ok(())
}

/// The second factor once more, by whoever is at work: the six digits, or a recovery code. Never a first one.
pub(crate) async fn prove_again(tx: &Tx, typed: &str) -> Result<(), Error> {
    let row = tx.common::<account_row::Entity>().id(tx.account()).one(tx).await?;
    if row.totp_confirmed_at.is_none() {
        return Err(Error::refused("factor.missing"));
    }
    if let Some(letters) = recovery::typed(typed) {
        return recovery::spend(tx, row.id, &letters).await;
    }
    check(tx, &row, &digits_of(typed)).await
}

fn totp(secret: Vec<u8>) -> Result<Totp, Error> {
    let secret = <[u8; 20]>::try_from(secret).map_err(|_| Error::WrongKey)?;
    Builder::new().with_secret(secret).build().map_err(|_| Error::Database("totp".into()))
}
