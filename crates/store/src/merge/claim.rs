//! Whose an identity number is, when two files become one.

use naheya_domain::id_number::IdNumber;
use uuid::Uuid;

use crate::Error;
pub(super) use crate::claim::{claims, settle};
use crate::sealed::tx::Tx;

/// Somebody else has the number by now.
pub(super) const TAKEN: &str = "merge.number_taken";

/// The identity number belongs to this person; [`TAKEN`] when another one has it by now.
pub(super) async fn claim(tx: &Tx, kind: &str, number: Vec<u8>, whose: Uuid) -> Result<(), Error> {
    crate::claim::take(tx, kind, number, whose, TAKEN).await
}

/// Whether a birth date is the one that an identity number tells, as far as both are there and the number can be read.
pub(super) fn tells(number: Option<&str>, birth_on: Option<&str>) -> bool {
    let born = number.and_then(|number| IdNumber::parse(number).ok()).map(|number| number.birth_date().to_string());
    born.is_none() || birth_on.is_none() || born.as_deref() == birth_on
}
