//! A telephone number of mainland China.

use std::fmt;

use crate::typing::compact;

/// The text is no telephone number that can be called from here.
pub const INVALID: &str = "phone.invalid";

/// A mobile number (11 digits, `1[3-9]…`) or a land line with its area code (`0478-…`, kept as
/// digits with one hyphen). `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as typed: spaces, hyphens, dots, brackets, full-width digits and `+86` are put right.
    ///
    /// # Errors
    /// [`INVALID`].
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let typed = compact(text);
        let known = typed
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '—' | '–' | '.' | '(' | ')' | '\'' | '’'));
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if !known || typed.trim_start_matches('(').rfind('+').is_some_and(|at| at > 0) {
            return Err(INVALID);
        }
        mobile(&digits).or_else(|| land_line(&digits)).map(Self).ok_or(INVALID)
    }

    /// Mobile: 11 digits. Land line: area code, hyphen, number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a short message can reach it.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        self.0.starts_with('1')
    }

    /// The last four digits, enough to ask "is it the one ending in …".
    #[must_use]
    pub fn last_four(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default()
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(hidden)")
    }
}

fn without_country(digits: &str) -> &str {
    let after = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"));
    after.filter(|rest| rest.len() >= 10).unwrap_or(digits)
}

fn mobile(digits: &str) -> Option<String> {
    let digits = without_country(digits);
    let second_fits = digits.as_bytes().get(1).is_some_and(|b| (b'3'..=b'9').contains(b));
    (digits.len() == 11 && digits.starts_with('1') && second_fits).then(|| digits.to_owned())
}

/// Area codes: 010 and 02x have three digits, all others four; the number has seven or eight and
/// begins with neither 0 nor 1.
fn land_line(digits: &str) -> Option<String> {
    let national = without_country(digits);
    let digits = if national.len() < digits.len() {
        format!("0{}", national.trim_start_matches('0'))
    } else {
        digits.to_owned()
    };
    let length = if digits.starts_with("010") || digits.starts_with("02") { 3 } else { 4 };
    let (area, number) = digits.split_at_checked(length)?;
    let area_fits = area.starts_with('0') && !area.starts_with("00") && !(area.starts_with("01") && area != "010");
    let number_fits = matches!(number.len(), 7 | 8) && !number.starts_with(['0', '1']);
    (area_fits && number_fits).then(|| format!("{area}-{number}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn mobile_numbers_are_read_in_every_usual_writing() {
        for text in [
            "13900000001",
            "139 0000 0001",
            "139-0000-0001",
            "+86 13900000001",
            "0086-13900000001",
            "８６１３９０００００００１",
            "（+86）13900000001",
            "'13900000001",
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "13900000001", "{text}");
        }
    }

    #[test]
    fn land_lines_keep_their_area_code() {
        for text in ["0478-5550001", "04785550001", "(0478)5550001", "+86 478 5550001"] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "0478-5550001", "{text}");
        }
        assert_eq!(Phone::parse("010-55500001").unwrap().as_str(), "010-55500001");
        assert!(!Phone::parse("0478-5550001").unwrap().is_mobile());
    }

    #[test]
    fn what_cannot_be_called_is_refused() {
        for text in [
            "",
            "12345",
            "1391234567",
            "139123456789",
            "12900000001",
            "5550001",
            "139000000ab",
            "13900000001<",
            "1.39E+10",
            "86+13900000001",
            "1390000000一",
        ] {
            assert_eq!(Phone::parse(text), Err(INVALID), "{text}");
        }
    }

    #[test]
    fn only_the_last_four_digits_are_told() {
        let phone = Phone::parse("13900000123").unwrap();
        assert_eq!(phone.last_four(), "0123");
        assert_eq!(format!("{phone:?}"), "Phone(hidden)");
    }

    #[test]
    fn signs_of_every_kind_part_the_digits_and_a_plus_stands_before_them() {
        for text in ["139—0000—0001", "139–0000–0001", "139.0000.0001", "‘13900000001’", "(139)00000001"] {
            let read = Phone::parse(text).map(|phone| phone.as_str().to_owned());
            let expected = if text.contains('‘') { Err(INVALID) } else { Ok("13900000001".to_owned()) };
            assert_eq!(read, expected, "{text}");
        }
        assert_eq!(Phone::parse("13900000001’").unwrap().as_str(), "13900000001");
        assert_eq!(Phone::parse("1+3900000001"), Err(INVALID));
    }

    #[test]
    fn an_area_code_is_one_that_there_is() {
        for (text, read) in
            [("02055500001", "020-55500001"), ("0295550001", "029-5550001"), ("0105550001", "010-5550001")]
        {
            assert_eq!(Phone::parse(text).unwrap().as_str(), read);
        }
        for text in ["0047-85550001", "0115-5550001", "4785-5550001"] {
            assert_eq!(Phone::parse(text), Err(INVALID), "{text}");
        }
    }

    #[test]
    fn a_land_lines_number_has_seven_or_eight_digits_and_begins_with_two_to_nine() {
        for text in ["0478-5550001", "0478-55500012", "0478-2550001"] {
            assert!(Phone::parse(text).is_ok(), "{text}");
        }
        for text in ["0478-555000", "0478-555000123", "0478-1550001", "0478-0550001"] {
            assert_eq!(Phone::parse(text), Err(INVALID), "{text}");
        }
    }

    #[test]
    fn a_mobile_number_begins_with_thirteen_to_nineteen() {
        for second in 3..=9 {
            assert!(Phone::parse(&format!("1{second}900000001")).unwrap().is_mobile(), "{second}");
        }
        for second in 0..3 {
            assert_eq!(Phone::parse(&format!("1{second}900000001")), Err(INVALID), "{second}");
        }
    }
}
