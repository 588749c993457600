//! The child's own words: asked by somebody other than the carer, kept as said, read in the circle.

use naheya_domain::viewer::Place;
use naheya_domain::{Role, stay};
use naheya_store::Error;
use naheya_store::account::AddGrant;
use naheya_store::concern::RaiseConcern;
use naheya_store::stay::{RequestStay, TellNotAsked};
use naheya_store::wish::{Answer, Occasion, RecordPairingWish, RecordWish};

use crate::concern::said;
use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{Story, story};

on_both_engines![
    a_childs_words_are_kept_as_said_and_listed_newest_first,
    the_carer_neither_asks_nor_reads,
    a_no_before_the_term_keeps_the_child_at_school,
    the_last_word_about_a_weekend_is_read_around_the_child_and_never_by_its_carer,
    of_a_child_nobody_asked_the_office_is_told_once_whether_or_not_a_concern_is_open,
];

async fn a_childs_words_are_kept_as_said_and_listed_newest_first(ground: Ground) {
    let s = story(&ground).await;
    let wish = RecordWish {
        child: s.child,
        stay: None,
        answer: Answer::Unsure,
        words: "想先看看她家的狗".into(),
        alone: true,
    };
    s.teacher.save(RecordPairingWish(wish.clone())).await.unwrap();
    let lines = s.teacher.wishes(s.child).await.unwrap();
    assert_eq!(lines[0].words.as_deref(), Some("想先看看她家的狗"));
    assert_eq!((lines[0].occasion, lines[0].answer, lines[0].alone), (Occasion::Pairing, Answer::Unsure, true));
    assert_eq!(lines[1].occasion, Occasion::Term);
    let long = RecordWish { words: "长".repeat(501), ..wish };
    assert_eq!(s.teacher.save(long).await, Err(Error::field("words", "text.too_long")));
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(uuid::Uuid::from_u128(9))).await;
    assert_eq!(other.wishes(s.child).await, Err(Error::NotFound));
    assert_eq!(s.mother.wishes(s.child).await.unwrap_or_default(), []);
    s.store.close().await.unwrap();
}

/// The teacher is the child's weekend mother as well, by the same account.
async fn cares_too(s: &Story) {
    let place = Place::Person(s.carer.volunteer.0);
    let account = s.teacher.viewer().account;
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
}

async fn the_carer_neither_asks_nor_reads(ground: Ground) {
    let s = story(&ground).await;
    cares_too(&s).await;
    let wish = RecordWish { child: s.child, stay: None, answer: Answer::Yes, words: String::new(), alone: true };
    assert_eq!(s.teacher.save(wish.clone()).await, Err(Error::refused("wish.asked_by_carer")));
    assert_eq!(s.teacher.save(RecordPairingWish(wish)).await, Err(Error::refused("wish.asked_by_carer")));
    assert_eq!(s.teacher.wishes(s.child).await, Err(Error::NotFound));
    assert!(!s.coordinator.wishes(s.child).await.unwrap().is_empty());
    s.store.close().await.unwrap();
}

async fn a_no_before_the_term_keeps_the_child_at_school(ground: Ground) {
    let s = story(&ground).await;
    let wish =
        RecordWish { child: s.child, stay: None, answer: Answer::No, words: "这次不想去".into(), alone: true };
    s.teacher.save(wish).await.unwrap();
    let asked = s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await;
    // The home hears no more than that it is not this weekend.
    assert_eq!(asked, Err(Error::refused(stay::gate::NEUTRAL)));
    s.store.close().await.unwrap();
}

async fn the_last_word_about_a_weekend_is_read_around_the_child_and_never_by_its_carer(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    for (answer, words) in [(Answer::Unsure, "再想想"), (Answer::Yes, "想去")] {
        let wish = RecordWish { child: s.child, stay: Some(stay), answer, words: words.into(), alone: true };
        s.teacher.save(wish).await.unwrap();
    }
    let said = s.coordinator.wishes_about(&[stay]).await.unwrap();
    assert_eq!(said.get(&stay).unwrap().words.as_deref(), Some("想去"));
    let beside =
        RecordWish { child: s.child, stay: Some(stay), answer: Answer::Unsure, words: "嗯".into(), alone: false };
    s.teacher.save(beside).await.unwrap();
    let said = s.teacher.wishes_about(&[stay]).await.unwrap();
    assert_eq!(said.get(&stay).unwrap().answer, Answer::Yes, "what the home heard replaces no word that counts");
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(uuid::Uuid::from_u128(9))).await;
    assert!(other.wishes_about(&[stay]).await.unwrap().is_empty());
    cares_too(&s).await;
    assert!(s.teacher.wishes_about(&[stay]).await.unwrap().is_empty());
    s.store.close().await.unwrap();
}

async fn of_a_child_nobody_asked_the_office_is_told_once_whether_or_not_a_concern_is_open(ground: Ground) {
    let s = story(&ground).await;
    let new = s.weekend(&[s.pair]);
    let tell = || TellNotAsked { new: new.clone() };
    assert_eq!(s.mother.save(tell()).await, Ok(0), "she was asked");
    ground.sql("UPDATE wishes SET alone = FALSE").await;
    assert_eq!(code(s.mother.save(RequestStay { new: new.clone() }).await), "stay.child_not_asked");
    s.leader.save(RaiseConcern { child: Some(s.child), ..said("她说不想回去") }).await.unwrap();
    assert_eq!(s.mother.save(tell()).await, Ok(1));
    assert_eq!(s.mother.save(tell()).await, Ok(0), "once");
    assert_eq!(s.teacher.save(tell()).await, Err(Error::Forbidden));
    let told = "SELECT to_role || ' ' || ref_kind FROM outbox WHERE kind = 'stay.child_not_asked'";
    assert_eq!(ground.texts(told).await, ["coordinator children"]);
    s.store.close().await.unwrap();
}
