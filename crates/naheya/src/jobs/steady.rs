//! Is the clock on the wall left alone? Deadlines, codes and alarms go by it; the machine's own, which nobody can set, is what
//! it is judged by.

use std::time::Duration;

use naheya_domain::Timestamp;
use tokio::time::Instant;

use crate::clock::now;

/// Milliseconds that the two may run apart between two looks: more than any correction made little by little.
const APART: i64 = 20_000;

/// Both clocks at the last look.
pub(super) struct Steady {
    wall: Timestamp,
    own: Instant,
}

impl Steady {
    pub(super) fn begin() -> Steady {
        Steady { wall: now(), own: Instant::now() }
    }

    /// Tells of a clock that was set since the last look.
    pub(super) fn look(&mut self) {
        let before = std::mem::replace(self, Steady::begin());
        if let Some(seconds) = moved(self.wall.0 - before.wall.0, self.own - before.own) {
            // A machine that slept looks the same: its own clock slept too.
            tracing::warn!(
                seconds,
                "the clock of this machine was set, or it slept: deadlines and alarms go by the new time"
            );
        }
    }
}

/// By how many seconds the wall's clock was set, when its milliseconds are not those that went by.
fn moved(wall: i64, own: Duration) -> Option<i64> {
    let by = wall.saturating_sub(i64::try_from(own.as_millis()).unwrap_or(i64::MAX));
    (by.abs() > APART).then_some(by / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_told_of_and_one_that_was_corrected_a_little_is_not() {
        let minute = Duration::from_secs(60);
        assert_eq!(moved(60_000, minute), None);
        assert_eq!(moved(75_000, minute), None);
        assert_eq!(moved(60_000 + 3_600_000, minute), Some(3_600));
        assert_eq!(moved(60_000 - 86_400_000, minute), Some(-86_400));
    }
}
