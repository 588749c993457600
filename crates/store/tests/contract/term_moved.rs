//! A term whose calendar changes between the proposal and the second yes.

use naheya_domain::school::DayDetails;
use naheya_store::school::SetSchoolDay;
use naheya_store::term::AskAgain;

use crate::ground::Ground;
use crate::on_both_engines;
use crate::story::story;
use crate::term::{day, hers, parent, proposed, theirs, with_term};

on_both_engines![a_proposed_weekend_that_became_school_is_not_asked_for];

async fn a_proposed_weekend_that_became_school_is_not_asked_for(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    let saturday = |open| SetSchoolDay {
        school: s.school,
        day: DayDetails { on: day("2026-11-28"), open, name: "补课".into() },
    };
    s.coordinator.save(saturday(true)).await.unwrap();
    let done = parent(&s).await.save(theirs(plan)).await.unwrap();
    assert_eq!((done.yes, done.asked.len(), done.refused), (5, 4, 1));
    let settled = s.coordinator.plan(plan).await.unwrap();
    let why: Vec<&str> = settled.weekends.iter().filter_map(|w| w.refusal.as_deref()).collect();
    assert_eq!(why, ["plan.calendar_moved"]);
    // The day is free again: what both wanted is asked for after all.
    s.coordinator.save(saturday(false)).await.unwrap();
    assert_eq!(s.coordinator.save(AskAgain { plan }).await.unwrap().asked.len(), 1);
    s.store.close().await.unwrap();
}
