//! Whose an identity number is, when two files become one.

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
