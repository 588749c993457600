//! Who must leave a home so that a group fits in.

/// A unit that sits in a home and that the home likes strictly less than the newcomer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sitting {
    /// The home's rank of it, then the lot: smaller is better.
    pub key: u64,
    pub size: u32,
}

/// Chooses who leaves: positions in `worse`, which is sorted best first. `None` when nobody can be let in.
///
/// No place may be lost, so those who leave take at most `size` places, and with the `room` there is at least `size`. Among all such sets the one
/// chosen loses the least liked: for each unit, from the best on, it stays whenever the rest can still make room. So nobody who left can
/// come back by sending away others: with the set they would have sent away, a better choice would have been at hand.
#[expect(clippy::indexing_slicing, reason = "`reach` has one row more than `worse`")]
pub(crate) fn leavers(worse: &[Sitting], room: u32, size: u32) -> Option<Vec<usize>> {
    let need = size.saturating_sub(room) as usize;
    let size = size as usize;
    // Bit t of reach[k]: some of worse[k..] take exactly t places together.
    let mut reach = vec![Sums::zero(size)];
    for sitting in worse.iter().rev() {
        let next = reach[reach.len() - 1].with(sitting.size as usize);
        reach.push(next);
    }
    reach.reverse();
    // Places taken so far plus those still to be taken must end in need..=size.
    let ends = |k: usize, taken: usize| (need.max(taken)..=size).any(|sum| reach[k].holds(sum - taken));
    if !ends(0, 0) {
        return None;
    }
    let (mut taken, mut out) = (0, Vec::new());
    for (k, sitting) in worse.iter().enumerate() {
        if !ends(k + 1, taken) {
            taken += sitting.size as usize;
            out.push(k);
        }
    }
    Some(out)
}

/// A set of sums from 0 to a limit, one bit each.
struct Sums(Vec<u64>);

impl Sums {
    fn zero(limit: usize) -> Self {
        let mut words = vec![0; limit / 64 + 1];
        if let Some(word) = words.first_mut() {
            *word = 1;
        }
        Self(words)
    }

    fn holds(&self, sum: usize) -> bool {
        self.0.get(sum / 64).is_some_and(|word| word >> (sum % 64) & 1 == 1)
    }

    /// These sums, and each of them with `more` added.
    fn with(&self, more: usize) -> Self {
        let (words, bits) = (more / 64, more % 64);
        let shifted = |k: usize| -> u64 {
            let at = |k: Option<usize>| k.and_then(|k| self.0.get(k)).copied().unwrap_or(0);
            let low = at(k.checked_sub(words)) << bits;
            if bits == 0 { low } else { low | at(k.checked_sub(words + 1)) >> (64 - bits) }
        };
        Self(self.0.iter().enumerate().map(|(k, word)| word | shifted(k)).collect())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may end here")]
    use super::*;

    fn sitting(sizes: &[u32]) -> Vec<Sitting> {
        sizes.iter().zip(0..).map(|(&size, key)| Sitting { key, size }).collect()
    }

    #[test]
    fn a_single_child_never_throws_out_two_brothers() {
        assert_eq!(leavers(&sitting(&[2]), 0, 1), None);
    }

    #[test]
    fn the_least_liked_leave() {
        assert_eq!(leavers(&sitting(&[1, 1, 1]), 0, 2).unwrap(), [1, 2]);
        assert_eq!(leavers(&sitting(&[1, 1, 1]), 1, 2).unwrap(), [2]);
        assert_eq!(leavers(&sitting(&[1, 2]), 0, 2).unwrap(), [1]);
    }

    #[test]
    fn with_room_nobody_leaves() {
        assert!(leavers(&sitting(&[1, 1]), 2, 2).unwrap().is_empty());
    }

    #[test]
    fn no_set_of_the_right_size_means_no() {
        assert_eq!(leavers(&sitting(&[2, 2]), 0, 3), None);
        assert_eq!(leavers(&[], 0, 2), None);
    }

    #[test]
    fn sums_carry_over_from_word_to_word() {
        assert_eq!(leavers(&sitting(&[40, 40, 60, 63]), 0, 100).unwrap(), [1, 2]);
        assert_eq!(leavers(&sitting(&[64, 64]), 0, 128).unwrap(), [0, 1]);
        assert_eq!(leavers(&sitting(&[64, 64]), 0, 127), None);
    }
}
