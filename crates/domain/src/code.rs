//! The six digits with which a child is let go: one per stay, used once, valid around the agreed
//! hour. Random bytes are passed in; what is kept is a keyed hash bound to the stay.

use crate::Timestamp;
use crate::typing::compact;

/// Wrong entries after which a reader waits.
pub const TRIES: i32 = 5;
/// Minutes of waiting after [`TRIES`] wrong entries.
pub const PAUSE_MINUTES: i64 = 5;
/// Minutes between an approval and its codes going out: so long it can be undone.
pub const UNDO_MINUTES: i64 = 10;

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(..)")
    }
}

impl Code {
    /// A code out of eight random bytes. The remainder of 2^64 by a million favours some codes by
    /// less than one part in 10^13.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Code {
        Code(format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000))
    }

    /// Reads what was typed: spaces between the digits and full-width digits are fine.
    ///
    /// # Errors
    /// `required.missing`, `code.malformed`.
    pub fn parse(text: &str) -> Result<Code, &'static str> {
        let digits = compact(text).replace('-', "");
        if digits.is_empty() {
            return Err("required.missing");
        }
        if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Code(digits))
        } else {
            Err("code.malformed")
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// From when to when a code lets a child go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First instant.
    pub from: Timestamp,
    /// Last instant.
    pub to: Timestamp,
}

/// How an instant lies to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before it.
    Early,
    /// In it.
    Within,
    /// After it.
    Late,
}

impl Window {
    /// One hour before the agreed time to an hour and a half after it.
    #[must_use]
    pub fn around(agreed: Timestamp) -> Window {
        Window { from: agreed.plus_minutes(-60), to: agreed.plus_minutes(90) }
    }

    /// Six hours before the agreed return to six hours after it: families are early, roads are long.
    #[must_use]
    pub fn back(agreed: Timestamp) -> Window {
        Window { from: agreed.plus_minutes(-360), to: agreed.plus_minutes(360) }
    }

    /// Where `now` lies.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Moment {
        if now < self.from {
            Moment::Early
        } else if now > self.to {
            Moment::Late
        } else {
            Moment::Within
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_code_made_is_read_back(bytes in any::<[u8; 8]>()) {
            let code = Code::from_random(bytes);
            prop_assert_eq!(Code::parse(code.as_str()).unwrap(), code);
        }

        #[test]
        fn whatever_is_typed_is_six_digits_or_a_fault(text in ".{0,20}") {
            if let Ok(code) = Code::parse(&text) {
                prop_assert!(code.as_str().len() == 6 && code.as_str().bytes().all(|b| b.is_ascii_digit()));
            }
        }
    }

    #[test]
    fn digits_are_read_as_people_type_them() {
        for text in ["407296", "407 296", "４０７２９６", "407-296"] {
            assert_eq!(Code::parse(text).unwrap().as_str(), "407296");
        }
        assert_eq!(Code::parse("40729"), Err("code.malformed"));
        assert_eq!(Code::parse(" "), Err("required.missing"));
    }

    #[test]
    fn a_window_has_two_edges() {
        let window = Window::around(Timestamp(10_000_000));
        assert_eq!(window.at(window.from), Moment::Within);
        assert_eq!(window.at(window.to), Moment::Within);
        assert_eq!(window.at(Timestamp(window.from.0 - 1)), Moment::Early);
        assert_eq!(window.at(Timestamp(window.to.0 + 1)), Moment::Late);
    }

    #[test]
    fn a_code_holds_from_an_hour_before_to_an_hour_and_a_half_after_and_six_hours_around_the_return() {
        let agreed = Timestamp(1_795_140_000_000);
        let minutes = |window: Window| [window.from, window.to].map(|at| at.minutes_since(agreed));
        assert_eq!(minutes(Window::around(agreed)), [-60, 90]);
        assert_eq!(minutes(Window::back(agreed)), [-360, 360]);
    }

    #[test]
    fn a_code_is_six_digits_and_nothing_else() {
        for text in ["40729x", "x07296", "4072961"] {
            assert_eq!(Code::parse(text), Err("code.malformed"), "{text}");
        }
        assert_eq!(Code::from_random(1_000_000_u64.to_be_bytes()).as_str(), "000000");
        assert_eq!(Code::from_random(999_999_u64.to_be_bytes()).as_str(), "999999");
    }

    #[test]
    fn five_wrong_entries_wait_five_minutes_and_a_yes_is_undone_for_ten() {
        assert_eq!((TRIES, PAUSE_MINUTES, UNDO_MINUTES), (5, 5, 10));
    }
}
