//! Figures for the levels above: no subtraction gives a small count back, and little is withheld for it.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may end here")]

mod forest;
mod least;
mod months;
mod outsider;
mod promise;
mod rule;
