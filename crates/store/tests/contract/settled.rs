//! What a family was promised on the paper that it answered: it hears where and when its child goes, and that this has changed.

use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::SystemTask;
use naheya_store::consent::{Purpose, WithdrawConsent};
use naheya_store::guardian::AddGuardian;
use naheya_store::notice::{ExpandLetters, PassOn};
use naheya_store::stay::{CancelStay, EndorseStay, RestoreStay, UndoApproval};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{Story, story};

on_both_engines![
    a_family_hears_once_that_a_weekend_is_settled_and_not_while_it_can_be_taken_back,
    a_family_hears_of_the_child_that_goes_when_its_brothers_approval_was_taken_back,
    brothers_and_sisters_approved_together_are_one_word_to_their_family,
    a_family_hears_that_a_weekend_is_off_when_it_was_told_that_it_is_settled,
    a_carer_without_an_account_in_use_is_told_by_hand_that_a_weekend_does_not_begin,
    whoever_is_told_by_hand_hears_how_a_weekend_stands_now,
    whoever_takes_the_consent_back_knows_and_the_rest_of_the_family_is_told,
];

/// Makes notices of all letters that are due then, and counts those that say a weekend is settled.
async fn told(s: &Story, ground: &Ground, now: Timestamp) -> usize {
    let job = s.store.as_system(SystemTask::Job, COUNTY, now);
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    ground.texts("SELECT person_kind FROM notices WHERE kind = 'stay.settled'").await.len()
}

async fn unsettled(ground: &Ground) -> usize {
    ground.texts("SELECT kind FROM outbox WHERE kind = 'stay.unsettled'").await.len()
}

async fn a_family_hears_once_that_a_weekend_is_settled_and_not_while_it_can_be_taken_back(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    assert_eq!(told(&s, &ground, NOW.plus_minutes(9)).await, 0);
    assert_eq!(told(&s, &ground, NOW.plus_minutes(10)).await, 1);
    assert_eq!(told(&s, &ground, NOW.plus_minutes(60)).await, 1);
    s.store.close().await.unwrap();
}

async fn a_family_hears_of_the_child_that_goes_when_its_brothers_approval_was_taken_back(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let office = s.at(&s.coordinator, NOW.plus_minutes(5)).await;
    office.save(UndoApproval { stay: stays[0] }).await.unwrap();
    assert_eq!(told(&s, &ground, NOW.plus_minutes(10)).await, 1, "the other one still goes");
    s.store.close().await.unwrap();
}

async fn brothers_and_sisters_approved_together_are_one_word_to_their_family(ground: Ground) {
    let s = story(&ground).await;
    s.siblings_approved(&ground).await;
    assert_eq!(told(&s, &ground, NOW.plus_minutes(10)).await, 1);
    s.store.close().await.unwrap();
}

async fn a_family_hears_that_a_weekend_is_off_when_it_was_told_that_it_is_settled(ground: Ground) {
    let s = story(&ground).await;
    let off = |stay| CancelStay { stay, reason: "家里有事".into() };
    let stay = s.approved().await;
    s.mother.save(off(stay)).await.unwrap();
    assert_eq!(unsettled(&ground).await, 0, "it has heard of none");
    let stay = s.approved().await;
    s.at(&s.mother, NOW.plus_minutes(20)).await.save(off(stay)).await.unwrap();
    assert_eq!(unsettled(&ground).await, 1);
    s.store.close().await.unwrap();
}

async fn a_carer_without_an_account_in_use_is_told_by_hand_that_a_weekend_does_not_begin(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    ground.sql("UPDATE accounts SET state = 'locked' WHERE login LIKE 'volunteer-%'").await;
    s.teacher.save(EndorseStay { stay, yes: false, words: String::new() }).await.unwrap();
    let told = "SELECT person_kind FROM outbox WHERE kind = 'stay.stopped_now' AND person_kind IS NOT NULL";
    assert_eq!(ground.texts(told).await, ["volunteers"], "she would stand at the gate");
    s.store.close().await.unwrap();
}

async fn whoever_is_told_by_hand_hears_how_a_weekend_stands_now(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    s.coordinator.save(CancelStay { stay, reason: "大雪封路".into() }).await.unwrap();
    let then = NOW.plus_minutes(5);
    let back = s.at(&s.coordinator, then).await.save(RestoreStay { stay }).await;
    assert_eq!(back, Ok(true));
    told(&s, &ground, then).await;
    let office = s.at(&s.leader, then).await;
    let hers = async || {
        let [by_hand, ..] = office.notice_queue().await.unwrap();
        let hers = by_hand.into_iter().filter(|row| row.person.as_ref().is_some_and(|(kind, _)| kind == "volunteers"));
        hers.filter(|row| row.about == Some(stay)).map(|row| (row.kind, row.id)).collect::<Vec<_>>()
    };
    let first = hers().await;
    assert_eq!(first.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["stay.restored_now"]);
    office.save(PassOn { id: first[0].1 }).await.unwrap();
    assert!(hers().await.is_empty(), "that it was off is over");
    s.store.close().await.unwrap();
}

async fn whoever_takes_the_consent_back_knows_and_the_rest_of_the_family_is_told(ground: Ground) {
    let s = story(&ground).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", phone: "13900000010", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    s.approved().await;
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let given = s.coordinator.consents(s.child).await.unwrap();
    let consent = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let back = WithdrawConsent { consent, how: String::new() };
    s.at(&father, NOW.plus_minutes(20)).await.save(back).await.unwrap();
    assert_eq!(unsettled(&ground).await, 1);
    s.store.close().await.unwrap();
}
