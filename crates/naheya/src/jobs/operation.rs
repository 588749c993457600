//! Long work: what a request left, and what a process that fell had in hand. The request that asks begins at once; this
//! round finds the rest.

use std::time::Duration;

use naheya_store::Store;
use naheya_web::{Clock, operation};

const EVERY: Duration = Duration::from_secs(5);

/// Each county with something to do in turn, until the process ends.
pub(super) async fn run(store: &Store, clock: &Clock) {
    let mut ticks = super::every(EVERY);
    loop {
        ticks.tick().await;
        for area in super::there(store.counties_with_operations(clock()).await) {
            if let Err(error) = operation::work(store, clock, area).await {
                tracing::error!(%error, %area, "long work was not carried out");
            }
        }
    }
}
