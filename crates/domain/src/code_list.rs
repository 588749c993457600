//! The shape that all lists of codes share: a code of the standard, its official name, and the
//! words people write instead.

use crate::typing::compact;

/// One line of a list.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// The code of the standard, kept in records.
    pub code: &'static str,
    /// The official Chinese name.
    pub name: &'static str,
    /// Short forms and everyday words, without the official name.
    pub words: &'static [&'static str],
}

impl Entry {
    pub(crate) const fn new(code: &'static str, name: &'static str, words: &'static [&'static str]) -> Self {
        Self { code, name, words }
    }
}

/// The line with this code.
pub(crate) fn by_code(list: &'static [Entry], code: &str) -> Option<&'static Entry> {
    list.iter().find(|entry| entry.code == code)
}

/// The line whose official name or one of whose everyday words this is, however it was spaced.
pub(crate) fn by_words(list: &'static [Entry], text: &str) -> Option<&'static Entry> {
    let text = compact(text);
    list.iter().find(|entry| entry.name == text || entry.words.contains(&text.as_str()))
}

/// A value type over a list: parse by code, read from words, tell code and name.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident in $list:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(&'static crate::code_list::Entry);

        impl $name {
            /// Reads a code kept in records.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                crate::code_list::by_code($list, code).map(Self)
            }

            /// Reads what people write: the official name or a usual short form.
            #[must_use]
            pub fn from_words(text: &str) -> Option<Self> {
                crate::code_list::by_words($list, text).map(Self)
            }

            /// The code kept in records.
            #[must_use]
            pub fn code(self) -> &'static str {
                self.0.code
            }

            /// The official Chinese name.
            #[must_use]
            pub fn name(self) -> &'static str {
                self.0.name
            }

            /// Every value, in the order of the standard.
            pub fn all() -> impl Iterator<Item = Self> {
                $list.iter().map(Self)
            }
        }
    };
}

pub(crate) use coded;
