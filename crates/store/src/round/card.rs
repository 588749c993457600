//! What stands in a child's row of a round in somebody's own words: the card, and why siblings may part. It lies sealed.

use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::round_child;
use crate::sealed::tx::Tx;

const TABLE: &str = "round_children";
const WORDS: &str = "words";
const CARE: &str = "care";
const APART: &str = "apart_reason";

/// The child's own words from the file, for a new row.
pub(super) fn begun(tx: &Tx, row: Uuid, words: Option<&str>) -> Result<Option<String>, Error> {
    tx.seal_words(TABLE, WORDS, row, words)
}

/// The row with another card.
pub(super) fn written(
    tx: &Tx,
    row: &round_child::Model,
    words: Option<&str>,
    care: Option<&str>,
) -> Result<round_child::Model, Error> {
    let again = |column, old: &Option<String>, new| tx.reseal_words(TABLE, column, row.id, old.as_ref(), new);
    Ok(round_child::Model {
        words: again(WORDS, &row.words, words)?,
        care: again(CARE, &row.care, care)?,
        ..row.clone()
    })
}

/// The child's words and what care needs.
pub(crate) fn on_card(tx: &Tx, row: &round_child::Model) -> Result<(Option<String>, Option<String>), Error> {
    let read = |column, kept: &Option<String>| tx.read_words(TABLE, column, row.id, kept.as_ref());
    Ok((read(WORDS, &row.words)?, read(CARE, &row.care)?))
}

/// The row in which a leader lets it part for a reason, or takes that back.
pub(super) fn parted(tx: &Tx, row: &round_child::Model, reason: Option<&str>) -> Result<round_child::Model, Error> {
    Ok(round_child::Model {
        apart_by: reason.is_some().then(|| tx.account()),
        apart_reason: tx.seal_words(TABLE, APART, row.id, reason)?,
        ..row.clone()
    })
}

/// Why it may part.
pub(super) fn apart(tx: &Tx, row: &round_child::Model) -> Result<Option<String>, Error> {
    tx.read_words(TABLE, APART, row.id, row.apart_reason.as_ref())
}
