//! Lots: every order that the wishes leave open is drawn from the seed and the identity, so that anyone can draw it again.

use sha2::{Digest, Sha256};

/// What a lot is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A child.
    Child,
    /// A volunteer.
    Volunteer,
    /// One of the orders tried, by its decimal number.
    Order,
}

impl Side {
    const fn letter(self) -> &'static [u8] {
        match self {
            Self::Child => b"c",
            Self::Volunteer => b"v",
            Self::Order => b"o",
        }
    }
}

/// The urn of one seed and side.
///
/// A lot is the first eight bytes, big-endian, of SHA-256 over: `naheya-lot-1`, a zero byte, the letter `c`, `v` or `o`, the seed's length in bytes
/// as eight bytes big-endian, the seed, the identity. The smaller lot comes first; equal lots are ordered by identity.
///
/// ```
/// use naheya_matching::{Side, Urn};
/// let urn = Urn::new("drawn in public", Side::Child);
/// assert_eq!(urn.lot("a"), Urn::new("drawn in public", Side::Child).lot("a"));
/// assert_ne!(urn.lot("a"), urn.lot("b"));
/// ```
#[derive(Clone)]
pub struct Urn(Sha256);

impl Urn {
    /// The urn of a seed, for one side.
    #[must_use]
    pub fn new(seed: &str, side: Side) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"naheya-lot-1\0");
        hash.update(side.letter());
        hash.update((seed.len() as u64).to_be_bytes());
        hash.update(seed.as_bytes());
        Self(hash)
    }

    /// The lot of an identity.
    #[must_use]
    pub fn lot(&self, id: &str) -> u64 {
        let digest = self.0.clone().chain_update(id.as_bytes()).finalize();
        digest.as_slice().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    /// The lots of `people`, by their given identities or, without any, their numbers.
    pub(crate) fn lots<'a>(&'a self, people: usize, ids: Option<&'a [String]>) -> impl Iterator<Item = u64> + 'a {
        let mut digits = String::new();
        (0_u32..).zip(0..people).map(move |(number, k)| match ids {
            Some(ids) => self.lot(ids.get(k).map_or("", String::as_str)),
            None => self.lot(decimal(number, &mut digits)),
        })
    }

    /// `people` in the order of lots.
    #[must_use]
    pub(crate) fn order(&self, people: usize, ids: Option<&[String]>) -> Vec<u32> {
        let id = |k: u32| ids.and_then(|ids| ids.get(k as usize)).map_or("", String::as_str);
        let mut order: Vec<(u64, u32)> = self.lots(people, ids).zip(0..).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1))).then(a.1.cmp(&b.1)));
        order.into_iter().map(|(_, k)| k).collect()
    }
}

impl std::fmt::Debug for Urn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Urn")
    }
}

fn decimal(number: u32, text: &mut String) -> &str {
    let mut digits = [b'0'; 10];
    let mut rest = number;
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        length += 1;
        if rest == 0 {
            break;
        }
    }
    text.clear();
    text.extend(digits.iter().skip(digits.len() - length).map(|&digit| char::from(digit)));
    text
}

/// A stream of numbers for one order: a counter and a mixing function (`SplitMix64`: Steele, Lea, Flood, OOPSLA 2014). Not for secrets.
#[derive(Debug, Clone)]
pub(crate) struct Stream(u64);

impl Stream {
    pub(crate) fn new(seed: &str, order: u32) -> Self {
        Self(Urn::new(seed, Side::Order).lot(&order.to_string()))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is at least 1; the bias is below `bound` / 2^64.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * bound as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
