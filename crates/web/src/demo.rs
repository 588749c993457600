//! The demo's clock, on every page of a demo and nowhere else: put forward, so that a whole weekend
//! can be played through in a minute. Never back, since custody and trail know no way back.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::{DateTime, Weekday};
use naheya_domain::Timestamp;

use crate::answer::{Toast, local_path, see_other_saying};
use crate::{Answer, App, Knock, Posted, Problem, Route, Visitor};

/// The furthest that one step may go, in days: a demo is a rehearsal, not a time machine.
const FURTHEST_DAYS: i64 = 400;
/// A little longer than the ten minutes in which an approval can be taken back.
const SOON_MINUTES: i64 = 11;

/// How far the demo's clock is ahead of the wall's.
#[derive(Debug, Default)]
pub struct DemoClock(AtomicI64);

impl DemoClock {
    /// A clock that is `ahead` milliseconds ahead.
    #[must_use]
    pub fn new(ahead: i64) -> DemoClock {
        DemoClock(AtomicI64::new(ahead))
    }

    /// What it shows when the wall's clock shows `wall`.
    #[must_use]
    pub fn at(&self, wall: Timestamp) -> Timestamp {
        Timestamp(wall.0.saturating_add(self.0.load(Ordering::Acquire)))
    }

    /// Puts it so many milliseconds ahead, unless it is further already.
    pub fn put(&self, ahead: i64) {
        self.0.fetch_max(ahead, Ordering::AcqRel);
    }
}

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::post("/demo/clock", Knock::Public, "demo", put_forward)]
}

async fn put_forward(State(app): State<App>, you: Visitor, posted: Posted) -> Answer {
    let Some(clock) = &app.settings.demo else { return Err(Problem::not_found()) };
    let back = local_path(posted.text("back"));
    let Some(to) = wanted(posted.text("to"), posted.text("at"), you.now) else {
        return see_other_saying(back, Toast::new("demo-clock-unreadable"));
    };
    if to <= you.now || to.minutes_since(you.now) > FURTHEST_DAYS * 24 * 60 {
        return see_other_saying(back, Toast::new("demo-clock-forward_only"));
    }
    clock.put(app.store.put_demo_clock(to.0 - you.now.0, you.now).await?);
    see_other_saying(back, Toast::new("demo-clock-moved").with("at", you.w().when(to)))
}

/// The moment that a button or the field names.
pub fn wanted(to: &str, at: &str, now: Timestamp) -> Option<Timestamp> {
    match to {
        "soon" => Some(now.plus_minutes(SOON_MINUTES)),
        "morning" => now.date().tomorrow().ok().map(|day| Timestamp::from_shanghai(day.at(8, 0, 0, 0))),
        "friday" => next(Weekday::Friday, (16, 40), now),
        "sunday" => next(Weekday::Sunday, (17, 50), now),
        _ => at.parse::<DateTime>().ok().map(Timestamp::from_shanghai),
    }
}

/// The next time that it is this weekday and this hour and minute.
fn next(weekday: Weekday, (hour, minute): (i8, i8), now: Timestamp) -> Option<Timestamp> {
    let today = now.date();
    (0..8).find_map(|days| {
        let day = today.checked_add(days.days()).ok()?;
        let at = Timestamp::from_shanghai(day.at(hour, minute, 0, 0));
        (day.weekday() == weekday && at > now).then_some(at)
    })
}
