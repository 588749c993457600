//! Lots: every order that the wishes leave open is drawn from the seed and the identity, so that anyone can draw it again.

use sha2::block_api::compress256;
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
pub struct Urn {
    /// All that comes before the identity.
    hash: Sha256,
    /// The same as the beginning of one block, and how many bytes of it, when it leaves room in that.
    block: Option<([u8; BLOCK], usize)>,
}

/// Bytes that the hash takes in at a time.
const BLOCK: usize = 64;
/// SHA-256 before the first block: FIPS 180-4, 5.3.3.
const BEGIN: [u32; 8] =
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];

impl Urn {
    /// The urn of a seed, for one side.
    #[must_use]
    pub fn new(seed: &str, side: Side) -> Self {
        let mut start = b"naheya-lot-1\0".to_vec();
        start.extend(side.letter());
        start.extend((seed.len() as u64).to_be_bytes());
        start.extend(seed.as_bytes());
        let mut block = [0; BLOCK];
        let block =
            block.get_mut(..start.len()).map(|front| front.copy_from_slice(&start)).map(|()| (block, start.len()));
        Self { hash: Sha256::new_with_prefix(&start), block }
    }

    /// The lot of an identity.
    #[must_use]
    pub fn lot(&self, id: &str) -> u64 {
        self.lot_of(id.as_bytes())
    }

    fn lot_of(&self, id: &[u8]) -> u64 {
        self.in_one_block(id).unwrap_or_else(|| {
            let digest = self.hash.clone().chain_update(id).finalize();
            digest.as_slice().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
        })
    }

    /// Most identities are short: all that is hashed, its end and its length fit one block.
    fn in_one_block(&self, id: &[u8]) -> Option<u64> {
        let (mut block, start) = self.block?;
        let end = start + id.len();
        if end + 9 > BLOCK {
            return None;
        }
        block.get_mut(start..end)?.copy_from_slice(id);
        *block.get_mut(end)? = 0x80;
        *block.last_chunk_mut()? = (end as u64 * 8).to_be_bytes();
        let mut state = BEGIN;
        compress256(&mut state, &[block]);
        let [first, second, ..] = state;
        Some(u64::from(first) << 32 | u64::from(second))
    }

    /// The lots of `people`, by their given identities or, without any, their numbers.
    pub(crate) fn lots<'a>(&'a self, people: usize, ids: Option<&'a [String]>) -> impl Iterator<Item = u64> + 'a {
        let mut number = Decimal::from(0);
        (0..people).map(move |k| match ids {
            Some(ids) => self.lot(ids.get(k).map_or("", String::as_str)),
            None => {
                let lot = self.lot_of(number.text());
                number.next();
                lot
            }
        })
    }

    /// Which of two comes first, by their given identities or, without any, their numbers.
    pub(crate) fn compare(&self, a: u32, b: u32, ids: Option<&[String]>) -> std::cmp::Ordering {
        let given = |person: u32| ids.map(|ids| ids.get(person as usize).map_or("", String::as_str));
        let lot =
            |person: u32| given(person).map_or_else(|| self.lot_of(Decimal::from(person).text()), |id| self.lot(id));
        let identity = |person: u32| given(person).map_or_else(|| person.to_string(), str::to_owned);
        lot(a).cmp(&lot(b)).then_with(|| identity(a).cmp(&identity(b)))
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

/// A number in decimal digits.
struct Decimal {
    digits: [u8; 10],
    /// Where its first digit stands.
    from: usize,
}

impl From<u32> for Decimal {
    fn from(mut number: u32) -> Self {
        let mut digits = [b'0'; 10];
        let mut from = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
            from -= 1;
            if number == 0 {
                break;
            }
        }
        Self { digits, from }
    }
}

impl Decimal {
    fn text(&self) -> &[u8] {
        self.digits.get(self.from..).unwrap_or_default()
    }

    /// Counts on.
    fn next(&mut self) {
        for (at, digit) in self.digits.iter_mut().enumerate().rev() {
            self.from = self.from.min(at);
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
    }
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
