//! What is said of a return while nobody is woken: it goes out in the morning, as long as it is still so.

use naheya_domain::Timestamp;
use naheya_domain::id::StayId;
use naheya_domain::notice::{Channel, Choice, Verdict};
use naheya_domain::stay::RunsFrom;
use naheya_store::notice::ExpandLetters;
use naheya_store::stay::{AnnounceLate, ArrangeHandBack, CancelStay};
use naheya_store::{Letter, SystemTask};

use crate::alarm::{away, confirm, release};
use crate::ground::{COUNTY, Ground, NOW};
use crate::later::{DAY, NEXT, later};
use crate::leave::Leave;
use crate::notice::{chooses, claim, leader, settle};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, story};

on_both_engines![
    what_rests_through_the_night_is_told_in_the_morning_only_while_the_child_is_away,
    an_hour_that_was_moved_once_more_in_the_night_is_told_once,
    a_return_agreed_for_the_same_night_is_told_at_night,
    who_waits_up_for_a_child_hears_at_night_that_it_comes_another_day,
    what_nobody_was_told_of_a_return_pushes_nothing_off_the_page,
    a_carer_hears_of_those_who_come_later_when_one_of_them_gets_another_hour,
    the_office_hears_that_siblings_are_late_when_one_of_them_gets_another_hour,
    a_word_that_nobody_is_late_any_more_is_not_told,
    a_family_hears_of_the_child_that_goes_when_its_sister_is_called_off_before_the_message_went,
];

/// How many messages of a later return nobody took back, once the quiet hours of a night have ended.
async fn in_the_morning(s: &Story, ground: &Ground, night: Timestamp) -> usize {
    let job = s.store.as_system(SystemTask::Job, COUNTY, night);
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    carried(s, night.plus_minutes(10 * 60)).await;
    by_sms(ground, "stay.later").await
}

/// Sends what waits, one after the other in each lane.
async fn carried(s: &Story, now: Timestamp) {
    for _ in 0..9 {
        for handed in claim(&s.store, now).await {
            settle(&s.store, &handed, Verdict::Taken, now).await;
        }
    }
}

/// How many short messages of a kind nobody took back.
async fn by_sms(ground: &Ground, kind: &str) -> usize {
    ground.texts(&format!("SELECT kind FROM notices WHERE channel = 'sms' AND kind = '{kind}'")).await.len()
}

/// Two who went together and are with the carer, of whom the office is told by SMS, as she is.
async fn both_away(s: &Story, ground: &Ground) -> Vec<StayId> {
    leader(&s.store, &[Channel::Sms]).await;
    for desk in [&s.mother, &s.coordinator] {
        chooses(desk, Choice::Sms).await;
    }
    let stays = s.siblings_approved(ground).await;
    release(s, &stays).await;
    stays
}

/// The office arranges another hour for one child alone.
async fn another_hour(s: &Story, stay: StayId, now: Timestamp, by: Timestamp) {
    let act = ArrangeHandBack { stay, to: RunsFrom::School, by, words: "和安样父说好了，早点回来".into() };
    s.at(&s.coordinator, now).await.save(act).await.unwrap();
}

async fn a_carer_hears_of_those_who_come_later_when_one_of_them_gets_another_hour(ground: Ground) {
    let s = story(&ground).await;
    let stays = both_away(&s, &ground).await;
    let night = DUE.plus_minutes(200);
    s.at(&s.coordinator, night).await.save(later(stays[0], NEXT)).await.unwrap();
    s.store.as_system(SystemTask::Job, COUNTY, night).save(ExpandLetters).await.unwrap();
    another_hour(&s, stays[0], night.plus_minutes(10), NEXT.plus_minutes(-120)).await;
    let told = in_the_morning(&s, &ground, night.plus_minutes(10)).await;
    assert_eq!(told, 2, "the carer of the one who still comes later, and that one's guardian");
    s.is_sound(night.plus_minutes(10 * 60)).await;
    s.store.close().await.unwrap();
}

async fn the_office_hears_that_siblings_are_late_when_one_of_them_gets_another_hour(ground: Ground) {
    let s = story(&ground).await;
    let stays = both_away(&s, &ground).await;
    let night = DUE.plus_minutes(200);
    let late = AnnounceLate { stay: stays[0], minutes: 300, words: "集市堵车".into() };
    s.at(&s.mother, night).await.save(late).await.unwrap();
    s.store.as_system(SystemTask::Job, COUNTY, night).save(ExpandLetters).await.unwrap();
    another_hour(&s, stays[0], night.plus_minutes(10), DUE.plus_minutes(250)).await;
    in_the_morning(&s, &ground, night.plus_minutes(10)).await;
    assert_eq!(by_sms(&ground, "stay.late_announced").await, 1, "the brother is late as she said");
    s.store.close().await.unwrap();
}

async fn a_word_that_nobody_is_late_any_more_is_not_told(ground: Ground) {
    let s = story(&ground).await;
    let stays = both_away(&s, &ground).await;
    let night = DUE.plus_minutes(200);
    let late = AnnounceLate { stay: stays[0], minutes: 300, words: "集市堵车".into() };
    s.at(&s.mother, night).await.save(late).await.unwrap();
    s.store.as_system(SystemTask::Job, COUNTY, night).save(ExpandLetters).await.unwrap();
    for stay in stays {
        another_hour(&s, stay, night.plus_minutes(10), DUE.plus_minutes(250)).await;
    }
    in_the_morning(&s, &ground, night.plus_minutes(10)).await;
    assert_eq!(by_sms(&ground, "stay.late_announced").await, 0, "each has another hour by now");
    s.store.close().await.unwrap();
}

async fn a_family_hears_of_the_child_that_goes_when_its_sister_is_called_off_before_the_message_went(ground: Ground) {
    let s = story(&ground).await;
    leader(&s.store, &[Channel::Sms]).await;
    let stays = s.siblings_approved(&ground).await;
    let out = NOW.plus_minutes(10);
    s.store.as_system(SystemTask::Job, COUNTY, out).save(ExpandLetters).await.unwrap();
    assert_eq!(by_sms(&ground, "stay.settled").await, 1, "one word for both");
    let off = |stay| CancelStay { stay, reason: "家里有事".into() };
    s.at(&s.mother, out).await.save(off(stays[0])).await.unwrap();
    carried(&s, out).await;
    assert_eq!(by_sms(&ground, "stay.settled").await, 1, "the other one still goes");
    s.store.close().await.unwrap();
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

async fn who_waits_up_for_a_child_hears_at_night_that_it_comes_another_day(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let night = DUE.plus_minutes(200);
    for (minutes, by) in [(0, night.plus_minutes(100)), (10, NEXT)] {
        s.at(&s.coordinator, night.plus_minutes(minutes)).await.save(later(stay, by)).await.unwrap();
    }
    let told = ground.texts("SELECT kind FROM outbox WHERE kind LIKE 'stay.later%'").await;
    assert_eq!(told, ["stay.later_now"; 6], "of the hour in the night, and that it is none");
    s.store.close().await.unwrap();
}

async fn what_nobody_was_told_of_a_return_pushes_nothing_off_the_page(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let now = FETCHED.plus_minutes(60);
    let father = |kind, about| Letter {
        kind,
        to_account: None,
        to_role: None,
        to_person: Some(("guardians", s.guardian.0)),
        about,
        due_at: now.0,
    };
    let mut letters = vec![father("plan.proposed", ("rounds", None))];
    letters.extend((0..50).map(|_| father("stay.later_now", ("stays", Some(stay.0)))));
    let job = s.store.as_system(SystemTask::Job, COUNTY, now);
    job.save(Leave(letters)).await.unwrap();
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    assert!(confirm(&s, stay, DUE).await);
    let [by_hand, ..] = s.at(&s.coordinator, DUE).await.notice_queue().await.unwrap();
    let kinds: Vec<&str> = by_hand.iter().map(|row| row.kind.as_str()).collect();
    assert!(kinds.contains(&"plan.proposed") && !kinds.contains(&"stay.later_now"), "{kinds:?}");
    s.store.close().await.unwrap();
}
