//! A person's name as the family writes it.

use std::fmt;

use crate::typing::{half_width, is_invisible};

/// The name holds something that no name holds: control characters, markup, a formula.
pub const INVALID: &str = "name.invalid";
/// The name has more than 40 characters.
pub const TOO_LONG: &str = "name.too_long";
/// There is no name.
pub const MISSING: &str = "required.missing";

const LONGEST: usize = 40;

/// One to 40 characters. Spaces inside Chinese names (`张　三`) are layout and fall away; between
/// two words in letters one space stays. The dot of a name is always `·` (U+00B7).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name as typed.
    ///
    /// # Errors
    /// [`MISSING`], [`TOO_LONG`] or [`INVALID`].
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            return Err(INVALID);
        }
        let name = tidy(text);
        if name.is_empty() {
            return Err(MISSING);
        }
        if name.chars().count() > LONGEST {
            return Err(TOO_LONG);
        }
        let possible = name.chars().all(may_stand_in_name) && name.chars().any(is_letter);
        if possible { Ok(Self(name)) } else { Err(INVALID) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(hidden)")
    }
}

fn tidy(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().map(half_width) {
        if is_invisible(c) {
            gap = true;
            continue;
        }
        let c = one_dot(c);
        if gap && joins_words(c) && name.chars().next_back().is_some_and(joins_words) {
            name.push(' ');
        }
        gap = false;
        name.push(c);
    }
    name
}

fn one_dot(c: char) -> char {
    match c {
        '•' | '・' | '･' | '‧' | '∙' | '⋅' | '●' | '˙' => '·',
        c => c,
    }
}

/// Letters of scripts that part words by spaces.
fn joins_words(c: char) -> bool {
    c.is_alphabetic() && (c < '\u{2E80}')
}

/// Characters of names that old encodings place in the private area count as letters.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// Whether two names are one, however they are written: dots, spaces, invisible marks, brackets and large letters part nobody.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| is_letter(*c) || c.is_ascii_digit()).flat_map(char::to_lowercase)
}

fn may_stand_in_name(c: char) -> bool {
    is_letter(c)
        || c.is_ascii_digit()
        || matches!(c, '·' | ' ' | '-' | '.' | '\'' | '’' | '(' | ')' | '〇')
        || matches!(c, '\u{0300}'..='\u{036F}' | '\u{180B}'..='\u{180F}' | '\u{200C}' | '\u{200D}' | '\u{202F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn parsed(text: &str) -> String {
        PersonName::parse(text).unwrap().into_string()
    }

    #[test]
    fn spaces_of_layout_fall_away_in_chinese_names() {
        assert_eq!(parsed("张　三"), "张三");
        assert_eq!(parsed(" 那 小 满 "), "那小满");
    }

    #[test]
    fn words_in_letters_keep_one_space() {
        assert_eq!(parsed("Sample   Person"), "Sample Person");
        assert_eq!(parsed("ᠨᠢᠭᠡ ᠬᠣᠶᠠᠷ"), "ᠨᠢᠭᠡ ᠬᠣᠶᠠᠷ");
    }

    #[test]
    fn one_dot_stands_for_all_dots_of_names() {
        for text in ["阿依·古丽", "阿依•古丽", "阿依・古丽"] {
            assert_eq!(parsed(text), "阿依·古丽");
        }
    }

    #[test]
    fn a_name_is_the_same_with_another_dot_a_space_or_a_mark_that_shows_nothing() {
        for other in ["阿依古丽", "阿依 古丽", "阿依.古丽", "阿依\u{200D}古丽", "阿\u{FE00}依·古丽"]
        {
            assert!(is_same("阿依·古丽", other), "{other:?}");
        }
        assert!(is_same("Sample Person", "SAMPLE PERSON"));
        for (one, other) in [("阿依古丽", "阿依古兰"), ("白", "白露"), ("王\u{E001}", "王\u{E002}")] {
            assert!(!is_same(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn rare_characters_and_long_names_are_names() {
        assert_eq!(parsed("𠮷𬱖"), "𠮷𬱖");
        assert_eq!(parsed("乌云其木格"), "乌云其木格");
        assert_eq!(parsed("苗"), "苗");
    }

    #[test]
    fn markup_control_characters_and_formulas_are_no_names() {
        for text in ["<b>白</b>", "白\u{0}露", "=1+1", "白;露", "\u{7}", "123", "····", "{白}"] {
            assert_eq!(PersonName::parse(text), Err(INVALID), "{text:?}");
        }
    }

    #[test]
    fn nothing_and_too_much_are_named_as_such() {
        assert_eq!(PersonName::parse(" \u{3000}"), Err(MISSING));
        assert_eq!(PersonName::parse(&"白".repeat(41)), Err(TOO_LONG));
        assert!(PersonName::parse(&"白".repeat(40)).is_ok());
    }

    #[test]
    fn every_dot_that_people_type_is_the_dot_of_a_name() {
        for dot in "·•・･‧∙⋅●˙".chars() {
            assert_eq!(parsed(&format!("阿依{dot}古丽")), "阿依·古丽", "{dot}");
        }
    }

    #[test]
    fn tabs_and_new_lines_are_layout() {
        assert_eq!(parsed("安\t小\n草"), "安小草");
    }

    #[test]
    fn a_space_stays_only_between_two_words_in_letters() {
        assert_eq!(parsed("安 San"), "安San");
        assert_eq!(parsed("San 安"), "San安");
        assert_eq!(parsed("J. Li"), "J.Li");
    }

    #[test]
    fn signs_of_names_stand_in_names() {
        for name in [
            "安小草2",
            "Anna-Maria",
            "O'Neil",
            "O’Neil",
            "安小草(大)",
            "Zoe\u{308}",
            "ᠨᠢ\u{180B}ᠭᠡ",
            "ᠨᠢ\u{202F}ᠭᠡ",
            "葛\u{FE00}",
            "葛\u{E0100}",
            "क\u{200D}ष",
            "क\u{200C}ष",
        ] {
            assert!(PersonName::parse(name).is_ok(), "{name:?}");
        }
        assert_eq!(parsed("\u{E000}"), "\u{E000}", "a character that an old encoding put into the private area");
    }
}
