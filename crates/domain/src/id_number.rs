//! The citizen's identity number, GB 11643-1999: six digits of region, eight of birth date, three
//! of order (odd for men), one check character by ISO 7064 MOD 11-2.

use std::fmt;

use crate::sex::Sex;
use crate::time::Date;
use crate::typing::compact;

/// The number has neither 18 nor 15 characters (or 15 that hold no date).
pub const LENGTH: &str = "id_number.length";
/// The number has 18 characters but they cannot be right together.
pub const CHECKSUM: &str = "id_number.checksum";
/// The number holds another birth date than the column beside it.
pub const BIRTH_DATE_MISMATCH: &str = "id_number.birth_date_mismatch";
/// The number holds the other sex than the column beside it.
pub const SEX_MISMATCH: &str = "id_number.sex_mismatch";
/// A spreadsheet has turned the number into a quantity; its last digits are gone.
pub const DIGITS_LOST: &str = "id_number.digits_lost";

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = *b"10X98765432";

/// A number that fits its own check character and holds a real date. Numbers once written with 15
/// digits are kept in their 18-character form, so that one person has one number.
///
/// `Debug` hides it and there is no `Display`: it must not reach a log by accident.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdNumber {
    characters: [u8; 18],
    birth_date: Date,
}

impl IdNumber {
    /// Reads a number as people type it: full-width digits, spaces, apostrophes, hyphens and a small
    /// x are put right; the 15 digits used until 1999 are extended.
    ///
    /// # Errors
    /// [`LENGTH`], [`CHECKSUM`] or [`DIGITS_LOST`] (`1.50825E+17`).
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let typed = significant(text);
        if looks_like_quantity(&typed) {
            return Err(DIGITS_LOST);
        }
        match typed.chars().count() {
            18 => Self::from_eighteen(typed.as_bytes().try_into().map_err(|_| CHECKSUM)?),
            15 => Self::from_fifteen(typed.as_bytes().try_into().map_err(|_| LENGTH)?),
            _ => Err(LENGTH),
        }
    }

    /// Whether `text` is written in the 15-digit form, which only people born before 2000 have.
    #[must_use]
    pub fn is_old_form(text: &str) -> bool {
        significant(text).chars().count() == 15
    }

    fn from_eighteen(characters: [u8; 18]) -> Result<Self, &'static str> {
        let check = check_character(&characters).ok_or(CHECKSUM)?;
        let birth_date = birth_date(&characters).ok_or(CHECKSUM)?;
        if characters.last() == Some(&check) { Ok(Self { characters, birth_date }) } else { Err(CHECKSUM) }
    }

    fn from_fifteen(digits: [u8; 15]) -> Result<Self, &'static str> {
        let (region, rest) = digits.split_at(6);
        let mut characters = [b'0'; 18];
        let extended = region.iter().chain(b"19").chain(rest);
        for (to, from) in characters.iter_mut().zip(extended) {
            *to = *from;
        }
        let check = check_character(&characters).ok_or(LENGTH)?;
        let birth_date = birth_date(&characters).ok_or(LENGTH)?;
        if let Some(last) = characters.last_mut() {
            *last = check;
        }
        Ok(Self { characters, birth_date })
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.characters).unwrap_or_default()
    }

    /// The birth date that the number holds.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// The sex that the number holds.
    #[must_use]
    pub fn sex(&self) -> Sex {
        let odd = self.characters.get(16).is_some_and(|digit| digit % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }

    /// The six digits of the county where the number was given; it may be retired since.
    #[must_use]
    pub fn region(&self) -> &str {
        self.as_str().get(..6).unwrap_or_default()
    }

    /// The last four characters, for telling two people of one name apart.
    #[must_use]
    pub fn last_four(&self) -> &str {
        self.as_str().get(14..).unwrap_or_default()
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(hidden)")
    }
}

fn significant(text: &str) -> String {
    let mut typed = compact(text);
    typed.retain(|c| !matches!(c, '\'' | '’' | '‘' | '`' | '´' | '′' | '"' | '“' | '”' | '-'));
    typed.make_ascii_uppercase();
    typed
}

fn looks_like_quantity(typed: &str) -> bool {
    typed.split_once('E').is_some_and(|(mantissa, exponent)| {
        let exponent = exponent.trim_start_matches('+');
        !mantissa.is_empty()
            && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && !exponent.is_empty()
            && exponent.bytes().all(|b| b.is_ascii_digit())
    })
}

fn check_character(characters: &[u8; 18]) -> Option<u8> {
    let mut sum = 0;
    for (character, weight) in characters.iter().zip(WEIGHTS) {
        sum += char::from(*character).to_digit(10)? * weight;
    }
    CHECKS.get(usize::try_from(sum % 11).ok()?).copied()
}

fn birth_date(characters: &[u8; 18]) -> Option<Date> {
    let text = std::str::from_utf8(characters).ok()?;
    let year: i16 = text.get(6..10)?.parse().ok()?;
    let month: i8 = text.get(10..12)?.parse().ok()?;
    let day: i8 = text.get(12..14)?.parse().ok()?;
    Date::new(year, month, day).ok().filter(|date| date.year() >= 1850)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    fn parsed(text: &str) -> IdNumber {
        IdNumber::parse(text).unwrap()
    }

    #[test]
    fn made_up_numbers_with_a_right_check_character_are_taken() {
        for text in ["11010519491231002X", "440524188001010014", "152826199003071123", "15082520140910103X"] {
            assert_eq!(parsed(text).as_str(), text);
        }
    }

    #[test]
    fn what_typing_adds_or_changes_is_put_right() {
        let number = parsed("15082520140910103X");
        for text in [
            " 15082520140910103x ",
            "'15082520140910103X",
            "１５０８２５２０１４０９１０１０３ｘ",
            "150825 20140910 103X",
            "15082520140910103X\u{3000}",
        ] {
            assert_eq!(parsed(text), number, "{text}");
        }
    }

    #[test]
    fn birth_date_sex_and_region_are_read_from_the_number() {
        let number = parsed("152826199003071123");
        assert_eq!(number.birth_date(), Date::new(1990, 3, 7).unwrap());
        assert_eq!(number.sex(), Sex::Female);
        assert_eq!(number.region(), "152826");
        assert_eq!(number.last_four(), "1123");
        assert_eq!(parsed("150825201506010017").sex(), Sex::Male);
    }

    #[test]
    fn fifteen_digits_are_the_same_number_as_eighteen() {
        assert!(IdNumber::is_old_form("152826900307112"));
        assert_eq!(parsed("152826900307112"), parsed("152826199003071123"));
    }

    #[test]
    fn a_wrong_digit_a_wrong_date_and_a_letter_fail_the_check() {
        for text in
            ["150825201506010018", "15082520151301001X", "15082520150601O017", "１５０８２５二零一五零六零一零零一七"]
        {
            assert_eq!(IdNumber::parse(text), Err(CHECKSUM), "{text}");
        }
    }

    #[test]
    fn too_few_or_too_many_characters_are_named_as_such() {
        for text in ["", "1508252015060100", "1508252015060100178", "152826901307112"] {
            assert_eq!(IdNumber::parse(text), Err(LENGTH), "{text}");
        }
    }

    #[test]
    fn a_number_that_became_a_quantity_has_lost_its_digits() {
        for text in ["1.50825E+17", "1.5082520140826e17", "１.50825Ｅ＋17"] {
            assert_eq!(IdNumber::parse(text), Err(DIGITS_LOST), "{text}");
        }
    }

    #[test]
    fn debug_does_not_tell_the_number() {
        assert!(!format!("{:?}", parsed("152826199003071123")).contains("1990"));
    }

    #[test]
    fn marks_that_programs_put_around_a_number_are_no_part_of_it() {
        for mark in ['\'', '’', '‘', '`', '´', '′', '"', '“', '”'] {
            assert_eq!(parsed(&format!("{mark}15082520140910103X{mark}")).as_str(), "15082520140910103X", "{mark}");
        }
        assert_eq!(parsed("150825-20140910-103X").as_str(), "15082520140910103X");
    }

    #[test]
    fn the_last_digit_but_one_tells_the_sex() {
        assert_eq!(parsed("15082520140910103X").sex(), Sex::Male);
        assert_eq!(parsed("440524188001010014").sex(), Sex::Male);
        assert_eq!(parsed("11010519491231002X").sex(), Sex::Female);
    }

    #[test]
    fn only_digits_on_both_sides_of_the_letter_are_a_quantity() {
        for text in ["E17", "1.5E", "1.5E+", "XE17", "1.5EX"] {
            assert_eq!(IdNumber::parse(text), Err(LENGTH), "{text}");
        }
    }

    #[test]
    fn nobody_in_the_files_was_born_before_1850() {
        assert_eq!(parsed("11010518501231002X").birth_date(), Date::new(1850, 12, 31).unwrap());
        assert_eq!(IdNumber::parse("110105184912310020"), Err(CHECKSUM));
    }
}
