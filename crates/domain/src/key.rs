//! The idempotency key of a changing request.

/// A key that the page or the client made up once for one submission: 16 to 64 characters of
/// `A-Z a-z 0-9 - _`. The same key with the same body is answered again; with another body it is
/// refused (product.md rule 7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// # Errors
    /// `key.malformed` when the length or a character is not allowed.
    pub fn parse(text: &str) -> Result<Key, &'static str> {
        let sound = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if (16..=64).contains(&text.len()) && text.bytes().all(sound) {
            Ok(Key(text.to_owned()))
        } else {
            Err("key.malformed")
        }
    }

    /// The key as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
