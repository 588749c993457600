//! The only place of this tool that reads the clock.

use std::time::{Duration, Instant};

/// Started when made; says how long ago that was.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to count.
    #[expect(clippy::disallowed_methods, reason = "a tool that measures has to read the clock somewhere")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
