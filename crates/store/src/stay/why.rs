//! Why a stay does not take place: a code of ours, or somebody's words, which lie sealed in the same column.

use super::TABLE;
use crate::Error;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;

const REFUSAL: &str = "refusal";
const CANCELLED: &str = "cancelled_reason";

/// What a stay that is called off says of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Why<'a> {
    /// A step of ours; pages have its words.
    Code(&'static str),
    /// What somebody typed.
    Words(&'a str),
}

/// Why it is called off, as its row keeps it.
pub(super) fn cancelled(tx: &Tx, row: &stay::Model, why: Why<'_>) -> Result<Option<String>, Error> {
    match why {
        Why::Code(code) => Ok(Some(code.to_owned())),
        Why::Words(words) => tx.seal_words(TABLE, CANCELLED, row.id, Some(words)),
    }
}

/// The office's words to the home, as its row keeps them.
pub(super) fn refused(tx: &Tx, row: &stay::Model, words: &str) -> Result<Option<String>, Error> {
    tx.seal_words(TABLE, REFUSAL, row.id, Some(words))
}

/// The code or the words with which it was refused or called off.
pub(super) fn said(tx: &Tx, row: &stay::Model) -> Result<Option<String>, Error> {
    match tx.read_words(TABLE, REFUSAL, row.id, row.refusal.as_ref())? {
        None => tx.read_words(TABLE, CANCELLED, row.id, row.cancelled_reason.as_ref()),
        said => Ok(said),
    }
}
