//! Texts without a choice in them, cut into pieces when the program is built: a page of fifty rows asks for hundreds, and
//! Fluent takes microseconds for each.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Lang;

/// A part of a text.
enum Piece {
    /// Letters.
    Text(&'static str),
    /// The place of a word with this name.
    Word(&'static str),
}

include!(concat!(env!("OUT_DIR"), "/plain.rs"));

type Texts = HashMap<&'static str, &'static [Piece]>;

fn texts(lang: Lang) -> &'static Texts {
    static OF_ZH: LazyLock<Texts> = LazyLock::new(|| ZH.iter().copied().collect());
    static OF_EN: LazyLock<Texts> = LazyLock::new(|| EN.iter().copied().collect());
    match lang {
        Lang::Zh => &OF_ZH,
        Lang::En => &OF_EN,
    }
}

/// The text `id` with `words` put in; none where Fluent has to choose, or where a word is missing.
pub(super) fn put_together(lang: Lang, id: &str, words: &[(&str, String)]) -> Option<String> {
    let pieces = *texts(lang).get(id)?;
    let mut text = String::with_capacity(64);
    for piece in pieces {
        text.push_str(match piece {
            Piece::Text(letters) => letters,
            Piece::Word(name) => words.iter().find(|(given, _)| given == name).map(|(_, word)| word.as_str())?,
        });
    }
    Some(text)
}
