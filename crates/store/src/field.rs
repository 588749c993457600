//! Sealed fields, blind indexes and the keys behind them. No database in here.
//!
//! A sealed field is `alg (1) | key version (1) | reserved (1) | nonce (12) | ciphertext + tag`,
//! AES-256-GCM-SIV (RFC 8452). The additional data is `table|column|area|row id`, so that a value
//! copied to another row or column does not open. Equality of sealed values goes through a keyed
//! HMAC-SHA-256, cut to 16 bytes.

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::Error;

type HmacSha256 = Hmac<Sha256>;

const ALG_AES_256_GCM_SIV: u8 = 1;
const KEY_VERSION: u8 = 1;
const HEAD: usize = 3;
const NONCE: usize = 12;
const TAG: usize = 16;

/// Where a sealed value lies; part of what is authenticated.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// Table name.
    pub table: &'a str,
    /// Column name.
    pub column: &'a str,
    /// County of the row.
    pub area: i32,
    /// Id of the row.
    pub id: Uuid,
}

impl Spot<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}|{}|{}|", self.table, self.column, self.area).into_bytes();
        bytes.extend_from_slice(self.id.as_bytes());
        bytes
    }
}

/// The keys of one installation, derived from the master key of its key file.
pub struct Ring {
    cipher: Aes256GcmSiv,
    blind: HmacSha256,
    row: HmacSha256,
    chain: HmacSha256,
    code: HmacSha256,
    phone: HmacSha256,
    reason: HmacSha256,
    check: [u8; 16],
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ring(..)")
    }
}

impl Ring {
    /// Derives all keys from the 32 bytes of the key file, one HMAC label each.
    ///
    /// # Errors
    /// [`Error::WrongKey`] never in practice: HMAC takes keys of any length.
    pub fn new(master: &[u8; 32]) -> Result<Ring, Error> {
        let derive = |label: &str| -> Result<Zeroizing<[u8; 32]>, Error> {
            let mut mac = <HmacSha256 as KeyInit>::new_from_slice(master).map_err(|_| Error::WrongKey)?;
            mac.update(label.as_bytes());
            Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
        };
        let keyed = |label: &str| -> Result<HmacSha256, Error> {
            <HmacSha256 as KeyInit>::new_from_slice(derive(label)?.as_slice()).map_err(|_| Error::WrongKey)
        };
        let field = derive("naheya field 1")?;
        let mut check = [0u8; 16];
        check.copy_from_slice(derive("naheya check 1")?.get(..16).unwrap_or_default());
        Ok(Ring {
            cipher: Aes256GcmSiv::new_from_slice(field.as_slice()).map_err(|_| Error::WrongKey)?,
            blind: keyed("naheya blind 1")?,
            row: keyed("naheya row 1")?,
            chain: keyed("naheya chain 1")?,
            code: keyed("naheya code 1")?,
            phone: keyed("naheya phone 1")?,
            reason: keyed("naheya reason 1")?,
            check,
        })
    }

    /// Tells whether a database belongs to this key, without saying anything about the key.
    #[must_use]
    pub fn check(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.check)
    }

    /// Seals `plain` for its spot, with a fresh nonce from the system.
    ///
    /// # Errors
    /// [`Error::Database`] when the system gives no random bytes.
    pub fn seal(&self, spot: Spot<'_>, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = random()?;
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: &spot.bytes() })
            .map_err(|_| Error::Database("seal".into()))?;
        let mut out = Vec::with_capacity(HEAD + NONCE + sealed.len());
        out.extend_from_slice(&[ALG_AES_256_GCM_SIV, KEY_VERSION, 0]);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Ring::seal`] made for the same spot.
    ///
    /// # Errors
    /// [`Error::WrongKey`] for anything else.
    pub fn open(&self, spot: Spot<'_>, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let (head, rest) = sealed.split_at_checked(HEAD).ok_or(Error::WrongKey)?;
        if head != [ALG_AES_256_GCM_SIV, KEY_VERSION, 0] {
            return Err(Error::WrongKey);
        }
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or(Error::WrongKey)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Error::WrongKey)?;
        self.cipher.decrypt(&Nonce::from(nonce), Payload { msg: body, aad: &spot.bytes() }).map_err(|_| Error::WrongKey)
    }

    /// Opens a text.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when it does not open or is no UTF-8.
    pub fn open_text(&self, spot: Spot<'_>, sealed: &[u8]) -> Result<String, Error> {
        String::from_utf8(self.open(spot, sealed)?).map_err(|_| Error::WrongKey)
    }

    /// The blind index of `value` among values of `kind` (`id_no`, `phone`, `login` …).
    #[must_use]
    pub fn blind(&self, kind: &str, value: &str) -> Vec<u8> {
        short(&self.blind, &[kind.as_bytes(), value.as_bytes()])
    }

    /// The MAC of a row's state, kept in the audit event of the change.
    #[must_use]
    pub fn row_mac(&self, state: &[u8]) -> Vec<u8> {
        short(&self.row, &[state])
    }

    /// The MAC that closes a chain: who re-makes it without the key is found out.
    #[must_use]
    pub fn chain_mac(&self, area: i32, n: i64, hash: &[u8]) -> Vec<u8> {
        short(&self.chain, &[&area.to_be_bytes(), &n.to_be_bytes(), hash])
    }

    /// The MAC of a reason's words with the random bytes before them, which stands for them in their audit event.
    #[must_use]
    pub fn reason_mac(&self, words: &[u8]) -> Vec<u8> {
        short(&self.reason, &[words])
    }

    /// The key of what lies unsent on phones of `account`: 32 bytes.
    #[must_use]
    pub fn phone_key(&self, account: &str) -> [u8; 32] {
        let mut mac = self.phone.clone();
        mac.update(account.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The keyed hash of a one-time code or link token, so that the table alone opens nothing.
    #[must_use]
    pub fn code_hash(&self, kind: &str, bound_to: &str, code: &str) -> Vec<u8> {
        short(&self.code, &[kind.as_bytes(), bound_to.as_bytes(), code.as_bytes()])
    }
}

/// HMAC over length-prefixed parts, 16 bytes.
fn short(keyed: &HmacSha256, parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = keyed.clone();
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().iter().copied().take(16).collect()
}

/// Whether bytes look like what [`Ring::seal`] makes, by their head and length.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.len() >= HEAD + NONCE + TAG && bytes.starts_with(&[ALG_AES_256_GCM_SIV, KEY_VERSION, 0])
}

/// `N` random bytes from the system.
///
/// # Errors
/// [`Error::Database`] when the system has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Database("no randomness".into()))?;
    Ok(bytes)
}

/// SHA-256 of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn spot(id: u128, area: i32) -> Spot<'static> {
        Spot { table: "children", column: "address_sealed", area, id: Uuid::from_u128(id) }
    }

    #[test]
    fn a_sealed_field_opens_only_at_its_own_row_column_and_county() {
        let ring = Ring::new(&[7; 32]).unwrap();
        let sealed = ring.seal(spot(1, 150_825), b"somewhere").unwrap();
        assert_eq!(ring.open_text(spot(1, 150_825), &sealed).unwrap(), "somewhere");
        assert_eq!(ring.open(spot(2, 150_825), &sealed), Err(Error::WrongKey));
        assert_eq!(ring.open(spot(1, 150_826), &sealed), Err(Error::WrongKey));
        let elsewhere = Spot { column: "phone_sealed", ..spot(1, 150_825) };
        assert_eq!(ring.open(elsewhere, &sealed), Err(Error::WrongKey));
    }

    #[test]
    fn another_key_opens_nothing_and_has_another_check() {
        let (one, two) = (Ring::new(&[7; 32]).unwrap(), Ring::new(&[8; 32]).unwrap());
        let sealed = one.seal(spot(1, 1), b"x").unwrap();
        assert_eq!(two.open(spot(1, 1), &sealed), Err(Error::WrongKey));
        assert_ne!(one.check(), two.check());
    }

    #[test]
    fn a_cut_or_changed_value_is_refused_without_panic() {
        let ring = Ring::new(&[7; 32]).unwrap();
        let sealed = ring.seal(spot(1, 1), b"x").unwrap();
        for cut in 0..sealed.len() {
            assert_eq!(ring.open(spot(1, 1), sealed.get(..cut).unwrap()), Err(Error::WrongKey));
        }
    }

    #[test]
    fn the_same_value_has_the_same_blind_index_within_its_kind_only() {
        let ring = Ring::new(&[7; 32]).unwrap();
        assert_eq!(ring.blind("phone", "1"), ring.blind("phone", "1"));
        assert_ne!(ring.blind("phone", "1"), ring.blind("id_no", "1"));
        assert_ne!(ring.blind("ab", "c"), ring.blind("a", "bc"));
    }
}
