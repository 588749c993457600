use naheya_domain::Role;
use naheya_domain::follow_up::{FollowUpState, With};
use naheya_domain::viewer::Place;
use naheya_store::child::OpenFile;
use naheya_store::follow_up::{MarkMissed, NoAnswer, PlanFollowUp, RecordFollowUp};
use naheya_store::{Error, SystemTask};

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    a_planned_contact_is_recorded_once_with_its_answers,
    a_child_asked_beside_its_carer_was_not_asked,
    what_is_long_overdue_counts_as_missed,
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
    assert_eq!(desk.count_follow_ups_due().await.unwrap(), 1);
    store.close().await.unwrap();
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
