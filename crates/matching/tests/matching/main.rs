//! What a matching promises, tried on generated instances against definitions written down a second time, and on hostile documents.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may end here")]

mod brute;
mod document;
mod draw;
mod exact;
mod gather;
mod lot;
mod promise;
mod quality;
mod reason;
mod rerun;
mod sibling;

use naheya_matching::{Draft, Instance, Options, Outcome, solve};

/// Checks and solves.
fn solved(draft: &Draft, seed: &str) -> (Instance, Outcome) {
    let instance = Instance::new(draft.clone()).unwrap();
    let outcome = solve(&instance, &Options { seed: seed.to_owned(), ..Options::default() }).unwrap();
    (instance, outcome)
}
