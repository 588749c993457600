//! The class teacher's word: who is asked for it, and how often; and the office's: when the volunteer hears of it.

use naheya_domain::id::StayId;
use naheya_domain::viewer::Place;
use naheya_domain::{Key, Role};
use naheya_store::account::EndGrant;
use naheya_store::notice::ExpandLetters;
use naheya_store::school::AddClass;
use naheya_store::stay::{
    ApproveStay, CallOffWeekend, CancelStay, EndorseStay, RefuseStay, RequestStay, RequestStays, RestoreStays,
    Restored, UndoApproval, Whose,
};
use naheya_store::{Desk, Store, Submission, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{FETCHED, literal, story};

on_both_engines![
    a_weekend_asks_the_teachers_of_the_class_once_and_nobody_about_one_called_off,
    where_a_class_has_no_teacher_the_school_is_asked,
    nobody_is_told_of_a_yes_that_was_taken_back_nor_twice_of_one_given_again,
    a_teachers_no_by_a_slip_is_put_right_after_the_request_is_off_and_the_volunteer_hears_of_it,
    a_teachers_no_is_put_right_by_nobody_once_the_days_have_begun,
    a_teachers_yes_to_what_is_off_is_for_nobody_to_say_where_there_was_no_no,
    a_teachers_word_on_a_weekend_that_is_off_leaves_it_among_those_called_off_together,
];

async fn expand(store: &Store) {
    store.as_system(SystemTask::Job, COUNTY, NOW).save(ExpandLetters).await.unwrap();
}

/// How often somebody was asked about a weekend, in the app.
async fn asked(desk: &Desk) -> usize {
    let (unread, _) = desk.my_notices().await.unwrap();
    unread.iter().filter(|notice| notice.kind == "stay.teacher_asked").count()
}

async fn a_weekend_asks_the_teachers_of_the_class_once_and_nobody_about_one_called_off(ground: Ground) {
    let s = story(&ground).await;
    let class = AddClass { school: s.school, name: "四(1)班".into(), grade: Some(4) };
    let class = system(&s.store).save(class).await.unwrap();
    let beside = desk_as(&s.store, Role::ClassTeacher, Place::Class(class.0)).await;
    let duty = desk_as(&s.store, Role::ClassTeacher, Place::School(s.school.0)).await;
    let second = desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    let request = || RequestStays { new: vec![s.weekend(&[s.pair])] };
    let off = s.mother.save(request()).await.unwrap().made[0];
    s.mother.save(CancelStay { stay: off, reason: "家里有事".into() }).await.unwrap();
    expand(&s.store).await;
    assert_eq!(asked(&s.teacher).await, 0, "called off before anybody was told");
    let sent = || Submission { key: Key::parse("0123456789abcdef").unwrap(), body: [3; 32] };
    let first = s.mother.save_once(request(), sent()).await.unwrap();
    assert_eq!(s.mother.save_once(request(), sent()).await.unwrap(), first, "a double click is one request");
    expand(&s.store).await;
    expand(&s.store).await;
    for (desk, times) in [(&s.teacher, 1), (&second, 1), (&beside, 0), (&duty, 0), (&s.coordinator, 0)] {
        assert_eq!(asked(desk).await, times, "{:?}", desk.viewer());
    }
    assert_eq!(s.teacher.count_to_endorse().await, Ok(1));
    assert_eq!((beside.count_to_endorse().await, s.coordinator.count_to_endorse().await), (Ok(0), Ok(0)));
    s.endorsed(first.made[0], s.child).await;
    assert_eq!(s.teacher.count_to_endorse().await, Ok(0));
    let by_hand = "SELECT kind FROM notices WHERE channel = 'copy' AND kind = 'stay.teacher_asked'";
    assert_eq!(ground.texts(by_hand).await, Vec::<String>::new());
    s.store.close().await.unwrap();
}

async fn where_a_class_has_no_teacher_the_school_is_asked(ground: Ground) {
    let s = story(&ground).await;
    let duty = desk_as(&s.store, Role::ClassTeacher, Place::School(s.school.0)).await;
    system(&s.store).save(EndGrant { grant: s.teacher.viewer().grant }).await.unwrap();
    s.mother.save(RequestStays { new: vec![s.weekend(&[s.pair])] }).await.unwrap();
    expand(&s.store).await;
    assert_eq!((asked(&duty).await, asked(&s.teacher).await), (1, 0));
    s.store.close().await.unwrap();
}

async fn nobody_is_told_of_a_yes_that_was_taken_back_nor_twice_of_one_given_again(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let office = async |minute| s.at(&s.coordinator, NOW.plus_minutes(minute)).await;
    let told = async |minute| {
        let job = s.store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(minute));
        while job.save(ExpandLetters).await.unwrap() > 0 {}
        ground.texts("SELECT channel FROM notices WHERE kind = 'stay.approved'").await.len()
    };
    office(5).await.save(UndoApproval { stay }).await.unwrap();
    assert_eq!(told(10).await, 0);
    office(20).await.save(ApproveStay { stay }).await.unwrap();
    office(22).await.save(UndoApproval { stay }).await.unwrap();
    office(24).await.save(ApproveStay { stay }).await.unwrap();
    assert_eq!(told(33).await, 0, "it can still be taken back");
    assert_eq!(told(34).await, 1);
    s.store.close().await.unwrap();
}

fn word(stay: StayId, yes: bool) -> EndorseStay {
    EndorseStay { stay, yes, words: String::new() }
}

async fn a_teachers_no_by_a_slip_is_put_right_after_the_request_is_off_and_the_volunteer_hears_of_it(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    s.teacher.save(word(stay, false)).await.unwrap();
    s.coordinator.save(RefuseStay { stay, words: String::new() }).await.unwrap();
    let again = || RequestStay { new: s.weekend(&[s.pair]) };
    assert_eq!(code(s.mother.save(again()).await), "stay.teacher_yes_missing", "the no stands for these days");
    let lines = s.teacher.turned_down().await.unwrap();
    assert_eq!(lines.iter().map(|line| line.stay).collect::<Vec<_>>(), [stay]);
    s.teacher.save(word(stay, true)).await.unwrap();
    assert!(s.teacher.turned_down().await.unwrap().is_empty());
    let herself = literal(&ground, s.mother.viewer().account.0);
    let hers = format!("SELECT kind FROM outbox WHERE kind = 'stay.may_ask_again' AND to_account = {herself}");
    assert_eq!(ground.texts(&hers).await.len(), 1);
    let office = "SELECT to_role FROM outbox WHERE kind = 'stay.teacher_said_yes'";
    assert_eq!(ground.texts(office).await, ["coordinator"]);
    s.mother.save(again()).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_teachers_no_is_put_right_by_nobody_once_the_days_have_begun(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    s.teacher.save(word(stay, false)).await.unwrap();
    s.coordinator.save(RefuseStay { stay, words: String::new() }).await.unwrap();
    let teacher = s.at(&s.teacher, FETCHED).await;
    assert!(teacher.turned_down().await.unwrap().is_empty());
    assert_eq!(code(teacher.save(word(stay, true)).await), "stay.step_impossible");
    s.store.close().await.unwrap();
}

async fn a_teachers_yes_to_what_is_off_is_for_nobody_to_say_where_there_was_no_no(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    s.mother.save(CancelStay { stay, reason: "家里有事".into() }).await.unwrap();
    assert!(s.teacher.turned_down().await.unwrap().is_empty());
    for yes in [true, false] {
        assert_eq!(code(s.teacher.save(word(stay, yes)).await), "stay.step_impossible");
    }
    s.store.close().await.unwrap();
}

async fn a_teachers_word_on_a_weekend_that_is_off_leaves_it_among_those_called_off_together(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    s.teacher.save(word(stay, false)).await.unwrap();
    let off = CallOffWeekend {
        from: NOW,
        to: NOW.plus_minutes(3 * 24 * 60),
        whose: Whose::Everybody,
        reason: "大雪封路".into(),
    };
    s.coordinator.save(off).await.unwrap();
    s.teacher.save(word(stay, true)).await.unwrap();
    let back = s.coordinator.save(RestoreStays { stay }).await;
    assert_eq!(back, Ok(Restored { approved: 0, waiting: 1, left: 0 }));
    s.store.close().await.unwrap();
}
