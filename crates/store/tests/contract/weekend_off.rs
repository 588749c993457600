//! A weekend called off for everybody, as when the roads are snowed in.

use naheya_domain::id::{PairId, SchoolId};
use naheya_store::Error;
use naheya_store::pair::PausePair;
use naheya_store::school::AddSchool;
use naheya_store::stay::{CallOffWeekend, CalledOff, CancelStay};

use crate::ground::{Ground, NOW, system};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{literal, story};

on_both_engines![
    a_weekend_is_called_off_for_everybody_but_who_has_gone,
    a_weekend_is_called_off_for_one_school_alone,
    whoever_was_to_fetch_a_child_today_hears_of_it_outside_the_app_too,
    a_volunteer_without_an_account_is_told_by_hand_that_a_weekend_is_off,
];

fn off(school: Option<SchoolId>, reason: &str) -> CallOffWeekend {
    CallOffWeekend { from: NOW, to: NOW.plus_minutes(3 * 24 * 60), school, reason: reason.into() }
}

async fn a_weekend_is_called_off_for_everybody_but_who_has_gone(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let gone = literal(&ground, stays[0].0);
    ground.sql(&format!("UPDATE stays SET state = 'in_care' WHERE id = {gone}")).await;
    let found = s.coordinator.weekend_off(NOW, NOW.plus_minutes(3 * 24 * 60)).await.unwrap();
    assert_eq!((found.all.approved, found.all.waiting, found.away), (1, 0, 1));
    let of_school: Vec<_> = found.schools.iter().map(|(id, _, planned)| (*id, planned.all())).collect();
    assert_eq!(of_school, [(s.school, 1)]);
    assert_eq!(s.coordinator.save(off(None, " ")).await, Err(Error::field("reason", "required.missing")));
    assert_eq!(s.mother.save(off(None, "大雪封路")).await, Err(Error::Forbidden));
    assert_eq!(s.coordinator.save(off(None, "大雪封路")).await, Ok(CalledOff { done: 1, left: 0 }));
    assert_eq!(ground.texts("SELECT state FROM stays ORDER BY state").await, ["cancelled", "in_care"]);
    assert_eq!(code(s.coordinator.save(off(None, "大雪封路")).await), "stay.none_to_call_off");
    s.store.close().await.unwrap();
}

async fn a_weekend_is_called_off_for_one_school_alone(ground: Ground) {
    let s = story(&ground).await;
    s.asked().await;
    let other = AddSchool {
        name: "另一所示例学校".into(),
        town_code: None,
        release_at: "17:30".into(),
        return_at: "18:30".into(),
    };
    let other = system(&s.store).save(other).await.unwrap();
    assert_eq!(code(s.coordinator.save(off(Some(other), "流感")).await), "stay.none_to_call_off");
    let done = s.coordinator.save(off(Some(s.school), "流感")).await;
    assert_eq!(done, Ok(CalledOff { done: 1, left: 0 }), "what still waited is off too");
    s.store.close().await.unwrap();
}

async fn whoever_was_to_fetch_a_child_today_hears_of_it_outside_the_app_too(ground: Ground) {
    let s = story(&ground).await;
    let told = "SELECT COALESCE(to_role, 'herself') FROM outbox WHERE kind = 'stay.stopped_now' ORDER BY 1";
    let hers = s.approved().await;
    s.mother.save(CancelStay { stay: hers, reason: "家里有事".into() }).await.unwrap();
    assert_eq!(ground.texts(told).await, Vec::<String>::new(), "she knows it herself");
    s.approved().await;
    s.coordinator.save(off(None, "大雪封路")).await.unwrap();
    assert_eq!(ground.texts(told).await, ["class_teacher", "herself"]);
    // Also when the weekend goes with its pair.
    s.approved().await;
    s.coordinator.save(PausePair { pair: PairId(s.pair) }).await.unwrap();
    assert_eq!(ground.texts(told).await.len(), 4);
    s.store.close().await.unwrap();
}

async fn a_volunteer_without_an_account_is_told_by_hand_that_a_weekend_is_off(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    s.coordinator.save(CancelStay { stay, reason: "孩子发烧".into() }).await.unwrap();
    let by_hand = "SELECT person_kind FROM outbox WHERE kind = 'stay.stopped_now' AND person_kind IS NOT NULL";
    assert_eq!(ground.texts(by_hand).await, ["volunteers"]);
    s.store.close().await.unwrap();
}
