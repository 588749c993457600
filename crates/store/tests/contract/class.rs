//! Children, classes and schools that change places: whose yes counts then, and what goes along.

use naheya_domain::Role;
use naheya_domain::child::ChildDetails;
use naheya_domain::id::{ClassId, StayId};
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use naheya_store::account::AddGrant;
use naheya_store::child::OpenFile;
use naheya_store::school::{AddClass, CloseClass, CloseSchool, MoveClass};
use naheya_store::stay::{ApproveStay, CancelStay, EndorseStay, RequestStay, RestoreStay};
use naheya_store::{Desk, Error};

use crate::child::{TOLD, details, goes_to, let_go_at, other_school};
use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{Story, story};

on_both_engines![
    a_weekend_of_a_child_in_another_class_needs_the_yes_of_the_teacher_of_now,
    a_class_that_goes_to_another_school_takes_children_teacher_and_weekends_along,
    a_school_with_a_class_or_a_child_is_not_closed,
    a_request_that_nobody_answered_is_put_to_the_teacher_of_the_new_class,
    a_yes_stands_where_whoever_gave_it_teaches_the_new_class_too,
    a_weekend_that_was_off_when_the_child_changed_class_comes_back_without_the_old_yes,
];

/// Another class of the child's school, and whoever teaches it.
async fn other_class(s: &Story) -> (ClassId, Desk) {
    let class = AddClass { school: s.school, name: "三(3)班".into(), grade: Some(3) };
    let class = system(&s.store).save(class).await.unwrap();
    (class, desk_as(&s.store, Role::ClassTeacher, Place::Class(class.0)).await)
}

async fn asked(desk: &Desk) -> Vec<(StayId, Option<bool>)> {
    desk.to_endorse().await.unwrap().into_iter().map(|line| (line.stay, line.teacher)).collect()
}

async fn a_weekend_of_a_child_in_another_class_needs_the_yes_of_the_teacher_of_now(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    assert_eq!(asked(&s.teacher).await, [(stay, Some(true))]);
    let (class, teacher) = other_class(&s).await;
    goes_to(&s, (s.school, class), details("安小草")).await;
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Consented);
    assert!(asked(&s.teacher).await.is_empty(), "whoever taught the child before sees it no more");
    assert_eq!(asked(&teacher).await, [(stay, None)], "and whoever teaches it now is asked");
    let letters = "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind = 'stay.teacher_asked'";
    assert_eq!(ground.texts(letters).await.len(), 2);
    let early = s.coordinator.save(ApproveStay { stay }).await.unwrap_err();
    assert!(format!("{early:?}").contains("stay.teacher_yes_missing"), "{early:?}");
    teacher.save(EndorseStay { stay, yes: true, words: String::new() }).await.unwrap();
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_class_that_goes_to_another_school_takes_children_teacher_and_weekends_along(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let (other, _) = other_school(&s).await;
    s.coordinator.save(MoveClass { class: s.class, version: 1, to: other }).await.unwrap();
    assert_eq!(let_go_at(&s).await, [other], "the new school lets the child go");
    assert_eq!(ground.texts(TOLD).await, ["class_teacher", "herself"]);
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Approved, "its teacher has said yes");
    assert_eq!(asked(&s.teacher).await, [(stay, Some(true))]);
    let file = s.coordinator.school(s.school).await.unwrap();
    assert!(file.school.classes.is_empty());
    s.coordinator.save(CloseSchool { school: s.school, version: file.version }).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_school_with_a_class_or_a_child_is_not_closed(ground: Ground) {
    let s = story(&ground).await;
    let (other, class) = other_school(&s).await;
    let close = |school| s.coordinator.save(CloseSchool { school, version: 1 });
    assert_eq!(close(other).await, Err(Error::refused("school.has_classes")));
    s.coordinator.save(CloseClass { class, version: 1 }).await.unwrap();
    let alone = ChildDetails { school_id: Some(other.0), ..details("石小榴") };
    system(&s.store).save(OpenFile { details: alone }).await.unwrap();
    let refused = close(other).await.unwrap_err();
    assert!(format!("{refused:?}").contains("school.has_children"), "{refused:?}");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_request_that_nobody_answered_is_put_to_the_teacher_of_the_new_class(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap()[0];
    let (class, teacher) = other_class(&s).await;
    goes_to(&s, (s.school, class), details("安小草")).await;
    assert_eq!(asked(&teacher).await, [(stay, None)]);
    let letters = "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind = 'stay.teacher_asked'";
    assert_eq!(ground.texts(letters).await.len(), 2);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_yes_stands_where_whoever_gave_it_teaches_the_new_class_too(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let (class, _) = other_class(&s).await;
    let both = AddGrant {
        account: s.teacher.viewer().account,
        role: Role::ClassTeacher,
        place: Place::Class(class.0),
        from_on: NOW.date(),
        to_on: None,
    };
    system(&s.store).save(both).await.unwrap();
    goes_to(&s, (s.school, class), details("安小草")).await;
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Approved);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_weekend_that_was_off_when_the_child_changed_class_comes_back_without_the_old_yes(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.coordinator.save(CancelStay { stay, reason: "大雪封路".into() }).await.unwrap();
    let (class, teacher) = other_class(&s).await;
    goes_to(&s, (s.school, class), details("安小草")).await;
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(false), "it waits for the office");
    assert_eq!(asked(&teacher).await, [(stay, None)]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}
