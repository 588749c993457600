use naheya_domain::code::Code;
use naheya_domain::follow_up::{FollowUpState, With, next_due};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::account::AddGrant;
use naheya_store::child::OpenFile;
use naheya_store::custody::Witness;
use naheya_store::follow_up::{DropFollowUp, FollowUpFilter, MarkMissed, NoAnswer, PlanFollowUp, RecordFollowUp};
use naheya_store::stay::{ApproveStay, CarerCode, ConfirmReturn, ReleaseProof, ReleaseStay, RequestStay};
use naheya_store::{Error, SystemTask};

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, story};

on_both_engines![
    a_planned_contact_is_recorded_once_with_its_answers,
    a_child_asked_beside_its_carer_was_not_asked,
    the_carer_writes_down_no_talk_with_the_child,
    what_somebody_planned_is_dropped_and_what_makes_itself_is_not,
    what_is_long_overdue_counts_as_missed,
    what_was_missed_is_told_once_in_a_morning_to_the_office_and_to_whoever_had_planned_it,
    what_was_missed_lately_is_a_list_of_its_own_and_is_still_tried,
    whoever_was_missed_is_asked_again_after_a_term_while_the_pair_goes_on,
    after_the_first_stay_and_every_third_a_talk_makes_itself,
];

fn answers(alone: &str) -> impl Fn(naheya_domain::id::FollowUpId) -> RecordFollowUp {
    let alone = alone.to_owned();
    move |follow_up| RecordFollowUp {
        follow_up,
        way: "talk".into(),
        alone: alone.clone(),
        answers: ["睡得好".into(), String::new(), String::new(), "想学马头琴".into(), String::new()],
    }
}

async fn a_planned_contact_is_recorded_once_with_its_answers(ground: Ground) {
    let store = ground.store().await;
    let child = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let plan = PlanFollowUp { child, with: With::Child, due_at: NOW.plus_minutes(60) };
    let id = desk.save(plan).await.unwrap();
    desk.save(NoAnswer { follow_up: id }).await.unwrap();
    assert_eq!(desk.follow_ups_due(10).await.unwrap()[0].tries, 1);
    desk.save(answers("yes")(id)).await.unwrap();
    assert_eq!(desk.save(answers("yes")(id)).await, Err(Error::refused("follow_up.done_already")));
    let (row, said) = desk.follow_up(id).await.unwrap();
    assert_eq!(row.state, FollowUpState::Done);
    assert_eq!(said[3], "想学马头琴");
    assert_eq!(desk.follow_ups_due(10).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_child_asked_beside_its_carer_was_not_asked(ground: Ground) {
    let store = ground.store().await;
    let child = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = desk.save(PlanFollowUp { child, with: With::Child, due_at: NOW }).await.unwrap();
    assert_eq!(desk.save(answers("no")(id)).await, Err(Error::field("alone", "follow_up.not_alone")));
    assert_eq!(desk.follow_ups_due(10).await.unwrap().len(), 1);
    store.close().await.unwrap();
}

async fn the_carer_writes_down_no_talk_with_the_child(ground: Ground) {
    let s = story(&ground).await;
    let plan = PlanFollowUp { child: s.child, with: With::Child, due_at: NOW.plus_minutes(60) };
    let id = s.coordinator.save(plan).await.unwrap();
    // The coordinator is the child's weekend mother as well, by the same account.
    let place = Place::Person(s.carer.volunteer.0);
    let account = s.coordinator.viewer().account;
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    let own = s.coordinator.save(answers("yes")(id)).await;
    assert_eq!(own, Err(Error::refused("follow_up.by_the_carer")));
    s.leader.save(answers("yes")(id)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn what_somebody_planned_is_dropped_and_what_makes_itself_is_not(ground: Ground) {
    let s = story(&ground).await;
    let planned = PlanFollowUp { child: s.child, with: With::Child, due_at: NOW.plus_minutes(60) };
    let id = s.coordinator.save(planned.clone()).await.unwrap();
    s.coordinator.save(DropFollowUp { follow_up: id }).await.unwrap();
    assert_eq!(s.coordinator.follow_ups_due(10).await.unwrap(), []);
    let id = s.coordinator.save(planned).await.unwrap();
    let late = s.at(&s.coordinator, NOW.plus_minutes(61)).await;
    let overdue = late.save(DropFollowUp { follow_up: id }).await;
    assert_eq!(overdue, Err(Error::refused("follow_up.overdue")), "a figure gets no better by it");
    let next = s.coordinator.save(answers("yes")(id)).await.unwrap().unwrap();
    let drop = async |follow_up| s.coordinator.save(DropFollowUp { follow_up }).await;
    assert_eq!(drop(id).await, Err(Error::refused("follow_up.done_already")));
    assert_eq!(drop(next).await, Err(Error::refused("follow_up.makes_itself")), "the term's own");
    s.store.close().await.unwrap();
}

async fn what_is_long_overdue_counts_as_missed(ground: Ground) {
    let store = ground.store().await;
    let child = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = desk.save(PlanFollowUp { child, with: With::Teacher, due_at: NOW }).await.unwrap();
    let later = |days: i64| store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(days * 24 * 60));
    assert_eq!(later(14).save(MarkMissed).await, Ok(0));
    assert_eq!(later(15).save(MarkMissed).await, Ok(1));
    assert_eq!(desk.follow_up(id).await.unwrap().0.state, FollowUpState::Missed);
    assert_eq!(desk.save(MarkMissed).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn what_was_missed_is_told_once_in_a_morning_to_the_office_and_to_whoever_had_planned_it(ground: Ground) {
    let store = ground.store().await;
    let child = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let minutes = [0, 30, 27 * 60];
    for (desk, after) in [&leader, &office, &leader].into_iter().zip(minutes) {
        let with = if after == 0 { With::Teacher } else { With::Child };
        desk.save(PlanFollowUp { child, with, due_at: NOW.plus_minutes(after) }).await.unwrap();
    }
    let told = "SELECT COALESCE(to_role, 'who planned it') FROM outbox WHERE kind = 'follow_up.missed' ORDER BY 1";
    let once = ["coordinator", "who planned it"];
    for (after, expected) in minutes.into_iter().zip([&once[..], &once[..], &[once[0], once[0], once[1], once[1]]]) {
        let now = NOW.plus_minutes(14 * 24 * 60 + after + 1);
        assert_eq!(store.as_system(SystemTask::Job, COUNTY, now).save(MarkMissed).await, Ok(1));
        assert_eq!(ground.texts(told).await, expected, "{after} minutes later");
    }
    store.close().await.unwrap();
}

async fn what_was_missed_lately_is_a_list_of_its_own_and_is_still_tried(ground: Ground) {
    let store = ground.store().await;
    let child = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = office.save(PlanFollowUp { child, with: With::Teacher, due_at: NOW }).await.unwrap();
    let missed = FollowUpFilter { missed: true, ..FollowUpFilter::default() };
    let later =
        async |days: i64| store.desk_of_grant(office.viewer().grant, NOW.plus_minutes(days * 24 * 60)).await.unwrap();
    let job = store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(15 * 24 * 60));
    job.save(MarkMissed).await.unwrap();
    let office = later(16).await;
    assert_eq!((office.count_follow_ups(&missed).await, office.follow_ups_due(10).await), (Ok(1), Ok(vec![])));
    office.save(NoAnswer { follow_up: id }).await.unwrap();
    assert_eq!(office.follow_ups_found(&missed, 10).await.unwrap()[0].tries, 1);
    assert_eq!(
        later(46).await.count_follow_ups(&missed).await,
        Ok(0),
        "after so long it stands in the child's file alone"
    );
    store.close().await.unwrap();
}

async fn whoever_was_missed_is_asked_again_after_a_term_while_the_pair_goes_on(ground: Ground) {
    let s = story(&ground).await;
    s.coordinator.save(PlanFollowUp { child: s.child, with: With::Child, due_at: NOW }).await.unwrap();
    let missed_at = NOW.plus_minutes(15 * 24 * 60);
    assert_eq!(s.store.as_system(SystemTask::Job, COUNTY, missed_at).save(MarkMissed).await, Ok(1));
    let due = s.coordinator.follow_ups_due(10).await.unwrap();
    let due: Vec<_> = due.iter().map(|row| (row.with, row.cause.as_str(), row.due_at)).collect();
    assert_eq!(due, [(With::Child, "term", next_due(missed_at))]);
    s.store.close().await.unwrap();
}

/// A weekend so many weeks later, from the gate to the gate.
async fn went(s: &Story, weeks: i64, first: &str, last: &str) {
    let stay = s.mother.save(RequestStay { new: s.days(&[s.pair], first, last) }).await.unwrap()[0];
    s.endorsed(stay, s.child).await;
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let later = |at: Timestamp| at.plus_minutes(weeks * 7 * 24 * 60);
    let home = s.at(&s.mother, later(FETCHED)).await.my_stay(stay).await.unwrap();
    let CarerCode::Open(digits, _) = home.code else { panic!("{:?}", home.code) };
    let proof = ReleaseProof::Code(Code::parse(&digits).unwrap());
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, later(FETCHED)).await.save(release).await.unwrap();
    let here = ConfirmReturn { stay, witness: Witness::by("sight") };
    assert!(s.at(&s.teacher, later(DUE)).await.save(here).await.unwrap());
}

async fn after_the_first_stay_and_every_third_a_talk_makes_itself(ground: Ground) {
    let s = story(&ground).await;
    let weekends = [
        ("2026-11-20", "2026-11-22"),
        ("2026-11-27", "2026-11-29"),
        ("2026-12-04", "2026-12-06"),
        ("2026-12-11", "2026-12-13"),
    ];
    let mut talks = Vec::new();
    for (weeks, (first, last)) in (0..).zip(weekends) {
        went(&s, weeks, first, last).await;
        talks.push(ground.texts("SELECT with_whom FROM follow_ups WHERE cause = 'rule_15'").await.len());
    }
    assert_eq!(talks, [1, 1, 2, 2]);
    s.store.close().await.unwrap();
}
