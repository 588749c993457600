//! How people type: full-width letters and digits, spaces of many kinds, marks that mean "nothing".
//! Value types read through these so that each treats the same slip alike.

/// The half-width form of a full-width letter, digit or mark (U+FF01 to U+FF5E, U+3000); every
/// other character as it is.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Whether `c` shows nothing: white space, or one of the invisible marks that spreadsheets and
/// chat programs leave behind (zero-width space, byte order mark, direction marks).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}'
        )
}

/// `text` in half-width characters without anything invisible.
#[must_use]
pub fn compact(text: &str) -> String {
    text.chars().map(half_width).filter(|c| !is_invisible(*c)).collect()
}

/// The digits of `text`, full-width ones too.
#[must_use]
pub fn digits_of(text: &str) -> String {
    text.chars().map(half_width).filter(char::is_ascii_digit).collect()
}

/// `text` as [`compact`] makes it, with one hyphen for a dash of any kind: numbers of files such as `2026-000014`.
#[must_use]
pub fn hyphened(text: &str) -> String {
    let mut number = String::with_capacity(text.len());
    for c in compact(text).chars().map(|c| if is_dash(c) { '-' } else { c }) {
        // A Chinese keyboard writes a dash as two.
        if c != '-' || !number.ends_with('-') {
            number.push(c);
        }
    }
    number
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '—' | '–' | '－' | '−' | '─' | '‐' | '‑')
}

/// Whether `text` is one of the ways to write "nothing here" in a roster: empty, `无`, `暂无`, `没有`, or marks alone, such as
/// `-`, `——`, `/`, `、`.
#[must_use]
pub fn means_nothing(text: &str) -> bool {
    let text = compact(text);
    matches!(text.as_str(), "无" | "暂无" | "没有")
        || text.chars().all(|c| is_dash(c) || matches!(c, '/' | '\\' | '、' | '\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_invisible_characters_are_put_right() {
        assert_eq!(compact("１５ ０\u{3000}８Ｘ\u{FEFF}"), "1508X");
    }

    #[test]
    fn digits_are_found_between_whatever_stands_there() {
        assert_eq!(digits_of("１２３ 45６"), "123456");
    }

    #[test]
    fn a_dash_of_any_kind_in_a_number_is_one_hyphen() {
        for text in ["2026-000014", "2026——000014", " ２０２６－０００ ０１４", "2026–000014"] {
            assert_eq!(hyphened(text), "2026-000014", "{text:?}");
        }
    }

    #[test]
    fn the_marks_of_a_roster_mean_nothing() {
        for text in ["", " ", "无", " 无\u{3000}", "-", "—", "——", "/", "／", "暂无"] {
            assert!(means_nothing(text), "{text:?}");
        }
        for text in ["不详", "无名", "0", "同上", "A-1"] {
            assert!(!means_nothing(text), "{text:?}");
        }
    }

    #[test]
    fn marks_that_nobody_sees_fall_away() {
        let marks = "\u{200B}\u{200E}\u{200F}\u{202A}\u{202E}\u{2060}\u{2066}\u{2069}\u{FEFF}\u{AD}\u{3000}\u{A0}";
        for mark in marks.chars() {
            assert_eq!(compact(&format!("1{mark}5")), "15", "{mark:?}");
        }
        assert_eq!(half_width('\u{3000}'), ' ');
    }

    #[test]
    fn every_dash_is_a_hyphen_and_alone_it_means_nothing() {
        for dash in "-—–－−─‐‑".chars() {
            assert_eq!(hyphened(&format!("2026{dash}14")), "2026-14", "{dash:?}");
            assert!(means_nothing(&dash.to_string()), "{dash:?}");
        }
        for text in ["没有", "\\", "、", "'"] {
            assert!(means_nothing(text), "{text}");
        }
    }
}
