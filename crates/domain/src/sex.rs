//! Sex of a person, GB/T 2261.1-2003 (only the two values that an identity number can carry).

use crate::typing::compact;

/// Male or female; whoever does not know leaves the field empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// 男, code 1.
    Male,
    /// 女, code 2.
    Female,
}

impl Sex {
    /// The code kept in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// Reads a code kept in records.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "male" => Some(Self::Male),
            "female" => Some(Self::Female),
            _ => None,
        }
    }

    /// The code of GB/T 2261.1.
    #[must_use]
    pub fn standard_code(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
        }
    }

    /// Reads the code of GB/T 2261.1; 0 and 9 (unknown, not stated) give `None`.
    #[must_use]
    pub fn from_standard_code(code: &str) -> Option<Self> {
        match code {
            "1" => Some(Self::Male),
            "2" => Some(Self::Female),
            _ => None,
        }
    }

    /// Reads what people write in a roster.
    #[must_use]
    pub fn from_words(text: &str) -> Option<Self> {
        match compact(text).to_lowercase().as_str() {
            "男" | "男性" | "男孩" | "男生" | "男童" | "m" | "male" => Some(Self::Male),
            "女" | "女性" | "女孩" | "女生" | "女童" | "f" | "female" => Some(Self::Female),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_words_are_read_and_others_refused() {
        assert_eq!(Sex::from_words(" 女 "), Some(Sex::Female));
        assert_eq!(Sex::from_words("男性"), Some(Sex::Male));
        assert_eq!(Sex::from_words("不详"), None);
    }

    #[test]
    fn codes_lead_back_to_the_value() {
        for sex in [Sex::Male, Sex::Female] {
            assert_eq!(Sex::parse(sex.code()), Some(sex));
        }
    }

    #[test]
    fn both_are_read_as_rosters_write_them() {
        for (sex, words) in [
            (Sex::Male, ["男", "男性", "男孩", "男生", "男童", "m", "male"]),
            (Sex::Female, ["女", "女性", "女孩", "女生", "女童", "f", "female"]),
        ] {
            for word in words {
                assert_eq!(Sex::from_words(word), Some(sex), "{word}");
            }
        }
    }
}
