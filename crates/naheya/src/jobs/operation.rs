//! Long work: what a request left, and what a process that fell had in hand. The request that asks begins at once; this
//! round finds the rest.

use std::time::Duration;

use naheya_domain::AreaId;
use naheya_store::Store;
use naheya_web::{Clock, operation};

const EVERY: Duration = Duration::from_secs(5);

/// Each county with something to do in turn, until the process ends.
pub(super) async fn run(store: &Store, clock: &Clock) {
    let mut ticks = super::every(EVERY);
    loop {
        ticks.tick().await;
        super::turn("long work", work_all(store, clock)).await;
    }
}

async fn work_all(store: &Store, clock: &Clock) {
    for area in super::there(store.counties_with_operations(clock()).await) {
        super::turn("long work of a county", work(store, clock, area)).await;
    }
}

async fn work(store: &Store, clock: &Clock, area: AreaId) {
    if let Err(error) = operation::work(store, clock, area).await {
        tracing::error!(%error, %area, "long work was not carried out");
    }
}
