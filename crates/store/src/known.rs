//! A browser from which somebody signed in before: strangers who try that person's name elsewhere do not keep them waiting
//! there. It says who signed in to nobody, and stands in no table.

use data_encoding::HEXLOWER;
use naheya_domain::id::AccountId;
use subtle::ConstantTimeEq;

use crate::Error;
use crate::field::{Ring, random};

const KIND: &str = "known browser";

/// A word for a browser that is new to this account.
pub(crate) fn fresh(ring: &Ring, account: AccountId) -> Result<String, Error> {
    let number = HEXLOWER.encode(&random::<16>()?);
    let proof = proof(ring, account, &number);
    Ok(format!("{number}{proof}"))
}

fn proof(ring: &Ring, account: AccountId, number: &str) -> String {
    HEXLOWER.encode(&ring.code_hash(KIND, &account.to_string(), number))
}

/// The number of the browser, when the word was made for this account.
pub(crate) fn number<'a>(ring: &Ring, account: AccountId, word: &'a str) -> Option<&'a str> {
    let (number, said) = word.split_at_checked(32)?;
    // How long it takes to compare must not tell how much of a word that was made up is right.
    let own: bool = said.as_bytes().ct_eq(proof(ring, account, number).as_bytes()).into();
    own.then_some(number)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_for_one_account_and_cannot_be_made_up() {
        let ring = Ring::new(&[7; 32]).unwrap();
        let (hers, his) = (AccountId::new(), AccountId::new());
        let word = fresh(&ring, hers).unwrap();
        assert_eq!(number(&ring, hers, &word), word.get(..32));
        assert_ne!(fresh(&ring, hers).unwrap(), word);
        assert_eq!(number(&ring, his, &word), None);
        let other = word.replacen(|_: char| true, if word.starts_with('0') { "1" } else { "0" }, 1);
        for made_up in ["", "0", "周", &"0".repeat(64), &word[..63], &other] {
            assert_eq!(number(&ring, hers, made_up), None, "{made_up}");
        }
    }
}
