//! Work that the clock starts. Each job is an act that can be run again at any moment: a server that
//! was down does in its first minute what it missed.

mod alarm;
mod operation;
mod steady;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use naheya_domain::{AreaId, Timestamp};
use naheya_store::break_glass::TellLateReviews;
use naheya_store::concern::{HandOnConcerns, RemindConcerns};
use naheya_store::follow_up::MarkMissed;
use naheya_store::pair::LapsePairs;
use naheya_store::proposal::LapseProposals;
use naheya_store::purge::PurgeOld;
use naheya_store::snapshot::TellMoved;
use naheya_store::stay::LapseStays;
use naheya_store::{Act, Error, Store, SystemTask};
use naheya_web::Clock;

const EVERY: Duration = Duration::from_secs(60);

/// Runs until the process ends, by `clock`. Alarms have a round of their own, so that nothing else
/// holds them up; long work has one, so that it holds nothing up.
pub async fn run(store: Store, clock: Clock) {
    tokio::join!(alarm::run(&store, &clock), minutely(&store, &clock), operation::run(&store, &clock));
}

async fn minutely(store: &Store, clock: &Clock) {
    let mut ticks = every(EVERY);
    let mut day = None;
    let mut steady = steady::Steady::begin();
    loop {
        ticks.tick().await;
        steady.look();
        let today = clock().date();
        if day.replace(today) != Some(today) {
            turn("day", new_day(store, clock)).await;
        }
        turn("minute", minute(store, clock)).await;
    }
}

/// What the first minute of a day has to do, and that of a server which begins.
async fn new_day(store: &Store, clock: &Clock) {
    for area in there(store.counties_with_lapsed_pairs(clock()).await) {
        one(store, area, clock, LapsePairs).await;
    }
}

async fn minute(store: &Store, clock: &Clock) {
    for area in there(store.counties_with_late_concerns(clock()).await) {
        one(store, area, clock, RemindConcerns).await;
    }
    for area in there(store.counties_with_lapsed_proposals(clock()).await) {
        one(store, area, clock, LapseProposals).await;
    }
    for area in there(store.counties_with_missed_follow_ups(clock()).await) {
        one(store, area, clock, MarkMissed).await;
    }
    for area in there(store.counties_with_lapsed_stays(clock()).await) {
        one(store, area, clock, LapseStays).await;
    }
    for area in there(store.counties_with_late_reviews(clock()).await) {
        one(store, area, clock, TellLateReviews).await;
    }
    for area in purged_now(counties(store, clock).await, clock()) {
        one(store, area, clock, PurgeOld).await;
        one(store, area, clock, HandOnConcerns).await;
        // Also a pair whose child was away when its last day began.
        one(store, area, clock, LapsePairs).await;
        one(store, area, clock, TellMoved).await;
    }
}

/// One turn of a round. One that falls is told of, and the next turn comes all the same: a fault in a long list must not end
/// the alarms.
pub async fn turn(what: &'static str, work: impl Future<Output = ()>) {
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        tracing::error!(what, "a turn fell");
    }
}

/// What is old is thrown away, and what is told at leisure is looked for, once an hour, in the minute that a county's number
/// says: a nation's counties do not all want the writer in the same one.
fn purged_now(counties: Vec<AreaId>, now: Timestamp) -> Vec<AreaId> {
    let minute = now.0 / 60_000 % 60;
    counties.into_iter().filter(|area| i64::from(area.0) % 60 == minute).collect()
}

fn every(pause: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}

async fn counties(store: &Store, clock: &Clock) -> Vec<AreaId> {
    there(store.counties(clock()).await.map(|all| all.into_iter().map(|(area, _)| area).collect()))
}

/// Counties as they were found; none, and a line in the log, when they could not be read: the next round asks again.
fn there(counties: Result<Vec<AreaId>, Error>) -> Vec<AreaId> {
    counties.unwrap_or_else(|error| {
        tracing::error!(%error, "the counties could not be read");
        Vec::new()
    })
}

/// A job that fails is told of and tried again in a minute; the others go on.
async fn one<A: Act>(store: &Store, area: AreaId, clock: &Clock, act: A) {
    if let Err(error) = store.as_system(SystemTask::Job, area, clock()).save(act).await {
        tracing::error!(%error, job = A::NAME, %area, "a job failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_that_falls_ends_nothing_but_itself() {
        let mut done = 0;
        for n in 0..3 {
            turn("test", async {
                assert_ne!(n, 1, "this one falls");
                done += 1;
            })
            .await;
        }
        assert_eq!(done, 2);
    }

    #[test]
    fn each_county_is_purged_once_in_an_hour() {
        let all: Vec<AreaId> = (150_801..150_931).map(AreaId).collect();
        let mut purged: Vec<AreaId> =
            (0..60).flat_map(|minute| purged_now(all.clone(), Timestamp(minute * 60_000 + 59_999))).collect();
        purged.sort_unstable();
        assert_eq!(purged, all);
    }
}
