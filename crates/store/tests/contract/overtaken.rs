//! What is said of a return while nobody is woken: it goes out in the morning, as long as it is still so.

use naheya_domain::Timestamp;
use naheya_domain::notice::{Channel, Verdict};
use naheya_store::SystemTask;
use naheya_store::notice::ExpandLetters;

use crate::alarm::{away, confirm};
use crate::ground::{COUNTY, Ground};
use crate::later::{DAY, NEXT, later};
use crate::notice::{claim, leader, settle};
use crate::on_both_engines;
use crate::story::{DUE, Story, story};

on_both_engines![
    what_rests_through_the_night_is_told_in_the_morning_only_while_the_child_is_away,
    an_hour_that_was_moved_once_more_in_the_night_is_told_once,
    a_return_agreed_for_the_same_night_is_told_at_night,
];

/// How many messages of a later return nobody took back, once the quiet hours of a night have ended.
async fn in_the_morning(s: &Story, ground: &Ground, night: Timestamp) -> usize {
    let job = s.store.as_system(SystemTask::Job, COUNTY, night);
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    let morning = night.plus_minutes(10 * 60);
    // One after the other in each lane.
    for _ in 0..9 {
        for handed in claim(&s.store, morning).await {
            settle(&s.store, &handed, Verdict::Taken, morning).await;
        }
    }
    ground.texts("SELECT kind FROM notices WHERE channel = 'sms' AND kind = 'stay.later'").await.len()
}

async fn what_rests_through_the_night_is_told_in_the_morning_only_while_the_child_is_away(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    leader(&s.store, &[Channel::Sms]).await;
    let night = DUE.plus_minutes(200);
    s.at(&s.coordinator, night).await.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(in_the_morning(&s, &ground, night).await, 1, "to the guardian");
    let night = NEXT.plus_minutes(200);
    s.at(&s.coordinator, night).await.save(later(stay, NEXT.plus_minutes(DAY))).await.unwrap();
    s.store.as_system(SystemTask::Job, COUNTY, night).save(ExpandLetters).await.unwrap();
    assert!(confirm(&s, stay, night.plus_minutes(8 * 60)).await);
    assert_eq!(in_the_morning(&s, &ground, night).await, 1, "the child is back by now");
    s.store.close().await.unwrap();
}

async fn an_hour_that_was_moved_once_more_in_the_night_is_told_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    leader(&s.store, &[Channel::Sms]).await;
    let night = DUE.plus_minutes(200);
    for (minutes, by) in [(0, NEXT), (10, NEXT.plus_minutes(DAY))] {
        let now = night.plus_minutes(minutes);
        s.at(&s.coordinator, now).await.save(later(stay, by)).await.unwrap();
        s.store.as_system(SystemTask::Job, COUNTY, now).save(ExpandLetters).await.unwrap();
    }
    assert_eq!(in_the_morning(&s, &ground, night).await, 1);
    s.store.close().await.unwrap();
}

async fn a_return_agreed_for_the_same_night_is_told_at_night(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let night = DUE.plus_minutes(200);
    s.at(&s.coordinator, night).await.save(later(stay, night.plus_minutes(100))).await.unwrap();
    let told = "SELECT COALESCE(to_role, person_kind, 'herself') FROM outbox WHERE kind = 'stay.later_now' ORDER BY 1";
    assert_eq!(ground.texts(told).await, ["class_teacher", "guardians", "herself"], "whoever receives it is up");
    s.store.close().await.unwrap();
}
