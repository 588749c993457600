//! Ten codes for the day on which the phone with the authenticator is gone. They are made when the
//! second factor is confirmed, shown once, kept as blind indexes, and each opens the door once.

use naheya_domain::typing::half_width;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::field::random;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, recovery_code};
use crate::sealed::tx::Tx;
use crate::session::Session;
use crate::{Desk, Error, sign_in};

/// Codes of one set.
pub const SET: usize = 10;
/// Letters of one code: 50 random bits.
const LENGTH: usize = 10;
/// Letters and digits that nobody takes for another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const KIND: &str = "recovery code";

/// A fresh set, to be shown once: `ABCDE-FGHJK`.
pub(crate) fn fresh() -> Result<Vec<String>, Error> {
    let mut codes = Vec::with_capacity(SET);
    for _ in 0..SET {
        let bytes = random::<LENGTH>()?;
        let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map(|l| char::from(*l));
        let letters: String = bytes.iter().filter_map(letter).collect();
        let (left, right) = letters.split_at(LENGTH / 2);
        codes.push(format!("{left}-{right}"));
    }
    Ok(codes)
}

/// What was typed as the letters of a code, when it has as many.
pub(crate) fn typed(text: &str) -> Option<String> {
    let letters: String = text.chars().map(half_width).filter(char::is_ascii_alphanumeric).collect();
    (letters.len() == LENGTH).then(|| letters.to_ascii_uppercase())
}

fn blind(tx: &Tx, account: Uuid, letters: &str) -> Vec<u8> {
    tx.ring().blind(KIND, &format!("{account} {letters}"))
}

/// Puts a set of codes in the place of the one before.
pub(crate) async fn put(tx: &Tx, account: Uuid, codes: &[String]) -> Result<(), Error> {
    forget(tx, account).await?;
    let row = |code: &String| recovery_code::Model {
        id: Uuid::now_v7(),
        account_id: account,
        code_bi: blind(tx, account, &typed(code).unwrap_or_default()),
        created_at: tx.now().0,
        used_at: None,
    };
    tx.insert_all::<recovery_code::Entity>(codes.iter().map(row).collect()).await
}

/// Takes an account's codes away: its second factor is bound anew.
pub(crate) async fn forget(tx: &Tx, account: Uuid) -> Result<(), Error> {
    for row in of(tx, account).await? {
        tx.remove::<recovery_code::Entity>(&row).await?;
    }
    Ok(())
}

/// Uses one code up.
pub(crate) async fn spend(tx: &Tx, account: Uuid, letters: &str) -> Result<(), Error> {
    unused(tx, account, letters).await?;
    // Two processes would each find it unused: whoever comes second looks again.
    tx.alone_in_county().await?;
    let row = unused(tx, account, letters).await?;
    let used = recovery_code::Model { used_at: Some(tx.now().0), ..row.clone() };
    tx.change::<recovery_code::Entity>(&row, used).await?;
    Ok(())
}

async fn unused(tx: &Tx, account: Uuid, letters: &str) -> Result<recovery_code::Model, Error> {
    let wanted = blind(tx, account, letters);
    let mut rows = of(tx, account).await?.into_iter();
    rows.find(|row| row.code_bi == wanted && row.used_at.is_none()).ok_or_else(|| Error::refused("factor.wrong"))
}

async fn of(tx: &Tx, account: Uuid) -> Result<Vec<recovery_code::Model>, Error> {
    tx.common::<recovery_code::Entity>().and(recovery_code::Column::AccountId.eq(account)).all(tx).await
}

impl Desk {
    /// How many recovery codes this account still has; none when it has no second factor.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn recovery_codes_left(&self) -> Result<Option<usize>, Error> {
        let tx = self.read();
        let row = tx.common::<account::Entity>().id(self.viewer().account).one(&tx).await?;
        if row.totp_confirmed_at.is_none() {
            return Ok(None);
        }
        Ok(Some(of(&tx, row.id).await?.iter().filter(|code| code.used_at.is_none()).count()))
    }
}

impl Session {
    /// A fresh set of codes for this account, to be shown once; the set before is worth nothing. The second factor is typed
    /// once more: a browser that was left open, or stolen, would make itself a second factor otherwise.
    ///
    /// # Errors
    /// Refused `factor.missing` without a second factor, `factor.wrong`, `sign_in.wait`; [`Error::Database`].
    pub async fn renew_recovery_codes(&self, typed: &str) -> Result<Vec<String>, Error> {
        let desk = self.desk()?;
        let (forget, codes) = (self.count_factor().await?, fresh()?);
        desk.save(Renew { typed: typed.to_owned(), codes: codes.clone(), forget }).await?;
        Ok(codes)
    }
}

struct Renew {
    typed: String,
    codes: Vec<String>,
    forget: Vec<u8>,
}

impl Act for Renew {
    const NAME: &'static str = "recovery_code.renew";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        sign_in::prove_again(tx, &self.typed).await?;
        sign_in::forget(tx, &self.forget).await?;
        put(tx, tx.account(), &self.codes).await
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_ten_different_codes_that_are_read_as_people_type_them() {
        let codes = fresh().unwrap();
        let mut once = codes.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), SET);
        let (one, plain) = (codes.first().unwrap(), codes.first().unwrap().replace('-', ""));
        assert_eq!(typed(&format!(" {} ", one.to_lowercase())), Some(plain));
        for other in ["", "123456", "ABCDE-FGHJ", "ABCDE-FGHJKL"] {
            assert_eq!(typed(other), None, "{other}");
        }
    }
}
