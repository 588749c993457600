//! Words that somebody typed in a column of text: sealed, behind a mark that no code begins with. A column that holds either a
//! code of ours or somebody's words keeps the code as it is.

use data_encoding::BASE64;
use uuid::Uuid;

use super::Tx;
use crate::Error;
use crate::field::is_sealed;

/// Stands before sealed words.
const MARK: &str = "sealed:";

impl Tx {
    /// Words for a column of text, sealed for their row; empty ones are absent.
    pub(crate) fn seal_words(
        &self,
        table: &str,
        column: &str,
        id: impl Into<Uuid>,
        words: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let sealed = self.seal_some(table, column, id, words)?;
        Ok(sealed.map(|bytes| format!("{MARK}{}", BASE64.encode(&bytes))))
    }

    /// What a column of text says: sealed words opened, a code as it is, and so are words from before words were sealed.
    pub(crate) fn read_words(
        &self,
        table: &str,
        column: &str,
        id: impl Into<Uuid>,
        kept: Option<&String>,
    ) -> Result<Option<String>, Error> {
        let id = id.into();
        let read = |text: &String| match sealed_in(text) {
            Some(sealed) => self.open(table, column, id, &sealed),
            None => Ok(text.clone()),
        };
        kept.map(read).transpose()
    }

    /// [`Tx::seal_words`] where words may stand already: the same ones stay as they lie, so that the trail names no column that
    /// says what it said before.
    pub(crate) fn reseal_words(
        &self,
        table: &str,
        column: &str,
        id: impl Into<Uuid>,
        old: Option<&String>,
        words: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let id = id.into();
        let before = self.read_words(table, column, id, old)?;
        let is_closed = old.is_none_or(|text| Tx::are_sealed(text));
        if is_closed && before.as_deref() == words {
            Ok(old.cloned())
        } else {
            self.seal_words(table, column, id, words)
        }
    }

    /// Whether a column of text holds sealed words.
    pub(crate) fn are_sealed(text: &str) -> bool {
        sealed_in(text).is_some()
    }
}

/// The bytes behind the mark; none of a code, and none of words that only begin like it.
fn sealed_in(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(text.strip_prefix(MARK)?.as_bytes()).ok()?;
    is_sealed(&bytes).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::sealed_in;

    #[test]
    fn words_that_only_begin_like_sealed_ones_are_read_as_they_are() {
        for typed in ["", "sealed:", "sealed: 信在老师那里", "sealed:AQEA", "stay.not_this_weekend"] {
            assert_eq!(sealed_in(typed), None, "{typed}");
        }
    }
}
