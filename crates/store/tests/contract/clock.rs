//! The clock goes only where it has something to do: with 2,844 counties it would otherwise leave nobody a turn.

use std::collections::BTreeSet;

use naheya_domain::AreaId;
use naheya_domain::follow_up::{MISSED_AFTER_DAYS, With};
use naheya_domain::stay::StayState;
use naheya_store::audit::AuditFilter;
use naheya_store::follow_up::{MarkMissed, PlanFollowUp};
use naheya_store::notice::ExpandLetters;
use naheya_store::operation::run::{ClaimOperation, FailOperation};
use naheya_store::operation::{Asked, StartOperation};
use naheya_store::stay::LapseStays;
use naheya_store::{Error, Store, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, story};

on_both_engines![
    a_letter_that_is_due_calls_the_clock_until_it_is_a_notice,
    a_child_who_was_not_fetched_or_is_not_back_calls_the_clock,
    work_that_waits_or_is_in_hand_calls_the_clock,
    a_follow_up_nobody_made_calls_the_clock_until_it_is_marked,
    a_weekend_that_never_began_ends_when_no_phone_can_tell_of_it_any_more,
];

/// Another county, in which nothing happens.
async fn neighbour(store: &Store) {
    store.as_system(SystemTask::Demo, AreaId(150_826), NOW).open_county().await.unwrap();
}

async fn a_letter_that_is_due_calls_the_clock_until_it_is_a_notice(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    let job = story.store.as_system(SystemTask::Job, COUNTY, NOW);
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    assert_eq!(story.store.counties_with_letters(NOW).await.unwrap(), BTreeSet::new());
    story.approved().await;
    assert_eq!(story.store.counties_with_letters(NOW).await.unwrap(), BTreeSet::from([COUNTY]));
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    assert_eq!(story.store.counties_with_letters(NOW).await.unwrap(), BTreeSet::new());
    story.store.close().await.unwrap();
}

async fn a_child_who_was_not_fetched_or_is_not_back_calls_the_clock(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    let stay = story.approved().await;
    assert_eq!(story.store.counties_to_watch(FETCHED.plus_minutes(-1)).await.unwrap(), []);
    assert_eq!(story.store.counties_to_watch(FETCHED).await.unwrap(), [COUNTY], "nobody has come for her");
    let day_after = DUE.plus_minutes(24 * 60);
    assert_eq!(story.store.counties_to_watch(day_after).await.unwrap(), [], "never let go, and long over");
    let away = format!("UPDATE stays SET state = 'in_care' WHERE id = {}", crate::story::literal(&ground, stay.0));
    ground.sql(&away).await;
    assert_eq!(story.store.counties_to_watch(DUE.plus_minutes(-1)).await.unwrap(), []);
    assert_eq!(story.store.counties_to_watch(DUE).await.unwrap(), [COUNTY], "not back");
    assert_eq!(story.store.counties_to_watch(day_after).await.unwrap(), [COUNTY], "still not back");
    story.store.close().await.unwrap();
}

async fn work_that_waits_or_is_in_hand_calls_the_clock(ground: Ground) {
    let store = ground.store().await;
    neighbour(&store).await;
    let auditor = desk_as(&store, naheya_domain::Role::Auditor, naheya_domain::viewer::Place::County).await;
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), []);
    let asked = Asked::AuditEvents(AuditFilter::default());
    auditor.save(StartOperation { asked, total: 2_000, language: "zh-Hans".into(), awaited_until: NOW }).await.unwrap();
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), [COUNTY]);
    let job = store.as_system(SystemTask::Job, COUNTY, NOW);
    let held = job.save(ClaimOperation).await.unwrap().unwrap();
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), [COUNTY], "its process may fall");
    assert!(job.save(FailOperation { held, code: "operation.given_up".into() }).await.unwrap());
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_follow_up_nobody_made_calls_the_clock_until_it_is_marked(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    story.coordinator.save(PlanFollowUp { child: story.child, with: With::Child, due_at: NOW }).await.unwrap();
    let given_up = NOW.plus_minutes(MISSED_AFTER_DAYS * 24 * 60);
    assert_eq!(story.store.counties_with_missed_follow_ups(given_up).await.unwrap(), []);
    let after = given_up.plus_minutes(1);
    assert_eq!(story.store.counties_with_missed_follow_ups(after).await.unwrap(), [COUNTY]);
    assert_eq!(story.store.as_system(SystemTask::Job, COUNTY, after).save(MarkMissed).await, Ok(1));
    assert_eq!(story.store.counties_with_missed_follow_ups(after).await.unwrap(), []);
    story.store.close().await.unwrap();
}

async fn a_weekend_that_never_began_ends_when_no_phone_can_tell_of_it_any_more(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    let approved = story.approved().await;
    let three_days = DUE.plus_minutes(72 * 60);
    assert_eq!(story.store.counties_with_lapsed_stays(three_days).await.unwrap(), []);
    let after = three_days.plus_minutes(1);
    assert_eq!(story.store.counties_with_lapsed_stays(after).await.unwrap(), [COUNTY]);
    assert_eq!(story.coordinator.save(LapseStays).await, Err(Error::Forbidden));
    assert_eq!(story.store.as_system(SystemTask::Job, COUNTY, after).save(LapseStays).await, Ok(1));
    let line = story.coordinator.stay_line(approved).await.unwrap();
    assert_eq!((line.state, line.words.as_deref()), (StayState::Cancelled, Some("stay.nobody_fetched")));
    assert_eq!(story.store.counties_with_lapsed_stays(after).await.unwrap(), []);
    story.store.close().await.unwrap();
}
