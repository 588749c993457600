//! Who stands at a school's gate for a day (product.md rule 3).

use naheya_domain::Role;
use naheya_domain::id::{AccountId, GrantId};
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountState, AddGrant, EndGrant, SetAccountState};
use naheya_store::custody::Witness;
use naheya_store::school::{AddClass, DropDuty, Leaving, MoveTeacher, SetDuty};
use naheya_store::stay::{ReleaseProof, ReleaseStay};
use naheya_store::{Desk, Error};

use crate::account::{invitation, token};
use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{FETCHED, Story, story};

on_both_engines![
    who_is_on_duty_lets_go_children_of_every_class_on_that_day_alone,
    a_teacher_on_duty_begins_with_the_whole_school_and_the_day_after_with_her_class,
    a_duty_that_is_taken_back_opens_no_gate,
    who_teaches_at_a_school_no_more_stands_at_its_gate_no_more,
    nobody_names_herself_for_the_gate,
    who_takes_over_a_class_takes_the_days_at_the_gate_too,
    days_at_the_gate_that_nobody_takes_over_are_the_offices_to_fill,
    a_class_whose_teachers_role_ends_by_its_last_day_is_told_of_before_it_happens,
    a_class_whose_teacher_went_to_another_class_is_told_of,
    days_at_the_gate_after_a_teachers_last_day_are_told_of_before_they_come,
];

const DAY: i64 = 24 * 60;

/// The teacher of another class of the school.
async fn beside(s: &Story) -> Desk {
    let class = AddClass { school: s.school, name: "三(3)班".into(), grade: Some(3) };
    let class = system(&s.store).save(class).await.unwrap();
    desk_as(&s.store, Role::ClassTeacher, Place::Class(class.0)).await
}

async fn named(s: &Story, account: AccountId) {
    s.coordinator.save(SetDuty { school: s.school, on: FETCHED.date(), account }).await.unwrap();
}

/// What she was given for the day.
async fn given(s: &Story, account: AccountId) -> Option<GrantId> {
    let grants = s.leader.account(account).await.unwrap().grants;
    grants.iter().find(|g| g.place == Place::School(s.school.0)).map(|g| g.id)
}

async fn who_is_on_duty_lets_go_children_of_every_class_on_that_day_alone(ground: Ground) {
    let s = story(&ground).await;
    let teacher = beside(&s).await;
    let account = teacher.viewer().account;
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = || ReleaseStay { stays: vec![stay], proof: proof.clone(), witness: Witness::default() };
    assert_eq!(s.at(&teacher, FETCHED).await.save(release()).await, Err(Error::NotFound), "not her class");
    named(&s, account).await;
    named(&s, account).await;
    let grant = given(&s, account).await.unwrap();
    let at = async |minutes| s.store.desk_of_grant(grant, FETCHED.plus_minutes(minutes)).await;
    for other_day in [-DAY, DAY] {
        assert_eq!(at(other_day).await.err(), Some(Error::NotFound));
    }
    let gate = at(0).await.unwrap();
    assert_eq!(gate.gate_list(FETCHED.date()).await.unwrap().len(), 1);
    gate.save(release()).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_teacher_on_duty_begins_with_the_whole_school_and_the_day_after_with_her_class(ground: Ground) {
    let s = story(&ground).await;
    let mut invite = invitation("teacher-wang", Role::ClassTeacher);
    invite.grant.place = Place::Class(s.class.0);
    let account = system(&s.store).save(invite).await.unwrap();
    named(&s, account).await;
    let cookie = token(&s.store, account).await;
    let place = async |at| s.store.session(&cookie, at).await.unwrap().unwrap().viewer.place;
    assert_eq!(place(FETCHED).await, Place::School(s.school.0));
    assert_eq!(place(FETCHED.plus_minutes(DAY)).await, Place::Class(s.class.0));
    s.store.close().await.unwrap();
}

async fn a_duty_that_is_taken_back_opens_no_gate(ground: Ground) {
    let s = story(&ground).await;
    let account = beside(&s).await.viewer().account;
    named(&s, account).await;
    let grant = given(&s, account).await.unwrap();
    let duty = s.coordinator.school(s.school).await.unwrap().duties[0].id;
    s.coordinator.save(DropDuty { school: s.school, duty }).await.unwrap();
    assert_eq!(s.store.desk_of_grant(grant, FETCHED).await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn who_teaches_at_a_school_no_more_stands_at_its_gate_no_more(ground: Ground) {
    let s = story(&ground).await;
    let teacher = beside(&s).await;
    let account = teacher.viewer().account;
    named(&s, account).await;
    let grant = given(&s, account).await.unwrap();
    s.coordinator.save(EndGrant { grant: teacher.viewer().grant }).await.unwrap();
    assert_eq!(s.store.desk_of_grant(grant, FETCHED).await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn nobody_names_herself_for_the_gate(ground: Ground) {
    let s = story(&ground).await;
    let account = s.coordinator.viewer().account;
    let add = AddGrant {
        account,
        role: Role::ClassTeacher,
        place: Place::Class(s.class.0),
        from_on: NOW.date(),
        to_on: None,
    };
    s.leader.save(add).await.unwrap();
    let own = SetDuty { school: s.school, on: FETCHED.date(), account };
    assert_eq!(s.coordinator.save(own).await, Err(Error::refused("grant.own")));
    s.store.close().await.unwrap();
}

async fn told(ground: &Ground) -> Vec<String> {
    ground.texts("SELECT kind FROM outbox WHERE kind LIKE 'duty.%' ORDER BY kind").await
}

async fn who_takes_over_a_class_takes_the_days_at_the_gate_too(ground: Ground) {
    let s = story(&ground).await;
    let leaver = s.teacher.viewer();
    named(&s, leaver.account).await;
    let next = desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await.viewer().account;
    s.coordinator.save(EndGrant { grant: leaver.grant }).await.unwrap();
    let duties = s.coordinator.school(s.school).await.unwrap().duties;
    assert_eq!(duties.len(), 1);
    assert!(duties[0].teaches && duties[0].on_date == FETCHED.date().to_string());
    let gate = s.store.desk_of_grant(given(&s, next).await.unwrap(), FETCHED).await.unwrap();
    assert_eq!(gate.viewer().place, Place::School(s.school.0));
    assert_eq!(told(&ground).await, ["duty.handed_on", "duty.moved"]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn days_at_the_gate_that_nobody_takes_over_are_the_offices_to_fill(ground: Ground) {
    let s = story(&ground).await;
    // The teacher of another class is no successor.
    beside(&s).await;
    let leaver = s.teacher.viewer().account;
    named(&s, leaver).await;
    let version = s.leader.account(leaver).await.unwrap().version;
    s.leader.save(SetAccountState { account: leaver, state: AccountState::Closed, version }).await.unwrap();
    let duties = s.coordinator.school(s.school).await.unwrap().duties;
    assert!(duties.len() == 1 && !duties[0].teaches, "{duties:?}");
    assert_eq!(told(&ground).await, ["duty.open"]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

/// The teachers' roles end with the day so many days from now.
async fn last_day(ground: &Ground, days: i64) {
    let last = NOW.plus_minutes(days * DAY).date();
    ground.sql(&format!("UPDATE grants SET to_on = '{last}' WHERE role = 'class_teacher'")).await;
}

async fn leaving(s: &Story, days: i64) -> Leaving {
    s.at(&s.coordinator, NOW.plus_minutes(days * DAY)).await.teachers_leaving().await.unwrap()
}

async fn a_class_whose_teachers_role_ends_by_its_last_day_is_told_of_before_it_happens(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(leaving(&s, 0).await, Leaving::default());
    last_day(&ground, 20).await;
    assert_eq!(leaving(&s, 6).await, Leaving::default(), "not yet");
    for days in [7, 20, 21, 34] {
        let found = leaving(&s, days).await;
        let lines: Vec<_> = found.classes.iter().map(|line| (line.class, line.from, line.teachers.len())).collect();
        assert_eq!(lines, [(s.class, NOW.plus_minutes(21 * DAY).date(), 1)], "{days}");
        assert!(found.classes[0].children > 0);
    }
    assert_eq!(leaving(&s, 35).await, Leaving::default());
    let teacher = s.at(&s.teacher, NOW).await;
    assert_eq!(teacher.teachers_leaving().await, Err(Error::Forbidden));
    // Whoever comes after her the day before is enough.
    desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    assert_eq!(leaving(&s, 8).await, Leaving::default());
    s.store.close().await.unwrap();
}

async fn a_class_whose_teacher_went_to_another_class_is_told_of(ground: Ground) {
    let s = story(&ground).await;
    let other = AddClass { school: s.school, name: "三(3)班".into(), grade: Some(3) };
    let to = system(&s.store).save(other).await.unwrap();
    let account = s.teacher.viewer().account;
    s.coordinator.save(MoveTeacher { account, from: s.class, to }).await.unwrap();
    for days in [0, 13] {
        let found = leaving(&s, days).await.classes;
        let lines: Vec<_> = found.iter().map(|line| (line.class, line.from, line.teachers.len())).collect();
        assert_eq!(lines, [(s.class, NOW.date(), 1)], "{days}");
    }
    assert_eq!(leaving(&s, 15).await, Leaving::default());
    desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    assert_eq!(leaving(&s, 1).await, Leaving::default(), "somebody has come after her");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn days_at_the_gate_after_a_teachers_last_day_are_told_of_before_they_come(ground: Ground) {
    let s = story(&ground).await;
    let account = s.teacher.viewer().account;
    for days in [2, 5, 6] {
        let on = NOW.plus_minutes(days * DAY).date();
        s.coordinator.save(SetDuty { school: s.school, on, account }).await.unwrap();
    }
    let place = s.class.0;
    let own = format!("role = 'class_teacher' AND place_kind = 'class' AND place_ref = '{place}'");
    let last = NOW.plus_minutes(3 * DAY).date();
    ground.sql(&format!("UPDATE grants SET to_on = '{last}' WHERE {own}")).await;
    let marked: Vec<bool> =
        s.coordinator.school(s.school).await.unwrap().duties.iter().map(|duty| duty.teaches).collect();
    assert_eq!(marked, [true, false, false], "and the school's page marks them");
    let found = leaving(&s, 0).await.duties;
    let lines: Vec<_> = found.iter().map(|line| (line.school, line.first, line.days)).collect();
    assert_eq!(lines, [(s.school, NOW.plus_minutes(5 * DAY).date(), 2)], "the first day she is still there");
    let second = AddClass { school: s.school, name: "三(3)班".into(), grade: Some(3) };
    let class = system(&s.store).save(second).await.unwrap();
    let (role, place) = (Role::ClassTeacher, Place::Class(class.0));
    let add = AddGrant { account, role, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    let found = leaving(&s, 1).await;
    assert_eq!((found.duties, found.classes.len()), (Vec::new(), 1), "she teaches there in another class");
    s.store.close().await.unwrap();
}
