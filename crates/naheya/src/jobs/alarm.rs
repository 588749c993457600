//! The round that raises alarms: the first one right after the start, so that a server that was down
//! says at once what it missed; then several within each minute.

use std::time::Duration;

use naheya_domain::AreaId;
use naheya_store::{Store, SystemTask};
use naheya_web::Clock;

const EVERY: Duration = Duration::from_secs(15);

pub(super) async fn run(store: &Store, clock: &Clock) {
    let mut ticks = super::every(EVERY);
    loop {
        ticks.tick().await;
        super::turn("alarms", raise_all(store, clock)).await;
    }
}

async fn raise_all(store: &Store, clock: &Clock) {
    for area in super::there(store.counties_to_watch(clock()).await) {
        super::turn("alarms of a county", raise(store, clock, area)).await;
    }
}

async fn raise(store: &Store, clock: &Clock, area: AreaId) {
    match store.as_system(SystemTask::Job, area, clock()).raise_alarms().await {
        Ok(0) => {}
        Ok(raised) => tracing::warn!(raised, %area, "alarms were raised"),
        Err(error) => tracing::error!(%error, %area, "an alarm could not be raised; tried again at once"),
    }
}
