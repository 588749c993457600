//! What went out before the clock was set back lies ahead, and holds up nothing that is to go now.

use naheya_domain::Role;
use naheya_domain::notice::{Channel, Choice, Verdict};
use naheya_domain::viewer::Place;
use naheya_store::channel::ChangeLimits;

use crate::ground::{Ground, NOW, desk_as};
use crate::notice::{chooses, claim, leader, leave, settle, to, to_role};
use crate::on_both_engines;

on_both_engines![
    a_robots_minute_is_not_full_of_what_it_was_given_before_the_clock_was_set_back,
    a_cap_is_not_reached_by_what_was_sent_before_the_clock_was_set_back,
];

async fn a_robots_minute_is_not_full_of_what_it_was_given_before_the_clock_was_set_back(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::WeCom]).await;
    leave(&store, vec![to_role("alarm.coordinator", Role::Coordinator); 21]).await;
    let ahead = NOW.plus_minutes(60);
    for _ in 0..20 {
        let handed = claim(&store, ahead).await;
        assert!(settle(&store, &handed[0], Verdict::Taken, ahead).await);
    }
    assert_eq!(claim(&store, ahead).await, []);
    assert_eq!(claim(&store, NOW).await.len(), 1);
    store.close().await.unwrap();
}

async fn a_cap_is_not_reached_by_what_was_sent_before_the_clock_was_set_back(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[Channel::Sms]).await;
    let (mut limits, version) = leader.notice_limits().await.unwrap();
    (limits.caps.sms.day, limits.caps.sms.week) = (1, 1);
    leader.save(ChangeLimits { version, limits }).await.unwrap();
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Sms).await;
    let account = she.viewer().account;
    leave(&store, vec![to("stay.approved", account); 2]).await;
    let ahead = NOW.plus_minutes(10 * 24 * 60);
    let first = claim(&store, ahead).await;
    assert!(settle(&store, &first[0], Verdict::Taken, ahead).await);
    assert_eq!(claim(&store, NOW).await.len(), 1, "one that went on a day that is still to come");
    store.close().await.unwrap();
}
