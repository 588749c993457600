//! Seeded chance: the same seed and day give the same story on every machine.

use naheya_domain::{Date, Timestamp};
use uuid::Uuid;

use crate::field;

/// A stream of numbers (splitmix64).
pub(super) struct Lot(u64);

impl Lot {
    pub(super) fn new(seed: &str, day: Date) -> Lot {
        let hash = field::sha256(format!("{seed}|{day}").as_bytes());
        Lot(hash.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(1).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = usize::try_from((high - low).max(0)).unwrap_or(0) + 1;
        low + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the list.
    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let n = self.below(list.len());
        list.get(n).copied().unwrap_or_default()
    }

    /// Puts the list into another order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    /// A UUID v7 of that minute.
    pub(super) fn id(&mut self, at: Timestamp) -> Uuid {
        let mut bytes = [0u8; 10];
        let drawn = self.next().to_be_bytes().into_iter().chain(self.next().to_be_bytes());
        bytes.iter_mut().zip(drawn).for_each(|(byte, new)| *byte = new);
        let millis = u64::try_from(at.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}
