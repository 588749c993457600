//! Work that the clock starts. Each job is an act that can be run again at any moment: a server that
//! was down does in its first minute what it missed.

mod alarm;
mod operation;

use std::time::Duration;

use naheya_domain::AreaId;
use naheya_store::follow_up::MarkMissed;
use naheya_store::proposal::LapseProposals;
use naheya_store::purge::PurgeOld;
use naheya_store::{Act, Store, SystemTask};
use naheya_web::Clock;

const EVERY: Duration = Duration::from_secs(60);

/// Runs until the process ends, by `clock`. Alarms have a round of their own, so that nothing else
/// holds them up; long work has one, so that it holds nothing up.
pub async fn run(store: Store, clock: Clock) {
    tokio::join!(alarm::run(&store, &clock), minutely(&store, &clock), operation::run(&store, &clock));
}

async fn minutely(store: &Store, clock: &Clock) {
    let mut ticks = every(EVERY);
    loop {
        ticks.tick().await;
        for area in counties(store, clock).await {
            each(store, area, clock).await;
        }
    }
}

fn every(pause: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}

async fn counties(store: &Store, clock: &Clock) -> Vec<AreaId> {
    match store.counties(clock()).await {
        Ok(counties) => counties.into_iter().map(|(area, _)| area).collect(),
        Err(error) => {
            tracing::error!(%error, "the counties could not be read");
            Vec::new()
        }
    }
}

async fn each(store: &Store, area: AreaId, clock: &Clock) {
    one(store, area, clock, LapseProposals).await;
    one(store, area, clock, MarkMissed).await;
    one(store, area, clock, PurgeOld).await;
}

/// A job that fails is told of and tried again in a minute; the others go on.
async fn one<A: Act>(store: &Store, area: AreaId, clock: &Clock, act: A) {
    if let Err(error) = store.as_system(SystemTask::Job, area, clock()).save(act).await {
        tracing::error!(%error, job = A::NAME, %area, "a job failed");
    }
}
