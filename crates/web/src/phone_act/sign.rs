//! Half a sign, as a phone's script may write it down (`\ud83d` alone), is no text: the act would be unreadable, and with it
//! every other act of the delivery.

/// What stands in its place.
const UNREADABLE: &[u8] = b"\\ufffd";

/// The same JSON with every half sign replaced.
#[must_use]
pub fn whole(json: &[u8]) -> Vec<u8> {
    let mut made = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(first) = rest.first() {
        let taken = match (unit(rest), *first) {
            (Some(high), _) if (0xd800..0xdc00).contains(&high) => {
                let low = rest.get(6..).and_then(unit).filter(|low| (0xdc00..0xe000).contains(low));
                if low.is_some() { 12 } else { 0 }
            }
            (Some(low), _) if (0xdc00..0xe000).contains(&low) => 0,
            (Some(_), _) => 6,
            // What is behind a backslash is part of the same sign: an escaped backslash begins no other.
            (None, b'\\') => 2,
            (None, _) => 1,
        };
        let (sign, behind) = match taken {
            0 => (UNREADABLE, rest.get(6..)),
            taken => (rest.get(..taken).unwrap_or(rest), rest.get(taken..)),
        };
        made.extend_from_slice(sign);
        rest = behind.unwrap_or_default();
    }
    made
}

/// The number of a sign that is written as `\u` and four digits.
fn unit(json: &[u8]) -> Option<u16> {
    let digits = json.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}
