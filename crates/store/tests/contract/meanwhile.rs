use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::child::{ConfirmFile, OpenFile};
use naheya_store::meanwhile::Record;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![a_change_is_told_with_who_and_when_and_a_look_is_none, what_nobody_sees_is_told_to_nobody,];

async fn a_change_is_told_with_who_and_when_and_a_look_is_none(ground: Ground) {
    let store = ground.store().await;
    let id = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let later = NOW.plus_minutes(5);
    desk.child_fields(id).await.unwrap();
    assert_eq!(desk.changes_since(&[Record::Child(id.0)], later).await.unwrap(), []);
    let job = store.as_system(naheya_store::SystemTask::Demo, COUNTY, later);
    job.save(ConfirmFile { child: id }).await.unwrap();
    let changes = desk.changes_since(&[Record::Child(id.0)], later).await.unwrap();
    assert_eq!((changes.len(), changes[0].at), (1, later));
    assert!(changes[0].wrote("confirmed_at") && !changes[0].wrote("name"));
    let all = desk.changes_since(&[Record::Child(id.0)], NOW).await.unwrap();
    assert_eq!(all.len(), 2, "newest first, and no look: {all:?}");
    store.close().await.unwrap();
}

async fn what_nobody_sees_is_told_to_nobody(ground: Ground) {
    let store = ground.store().await;
    let id = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await;
    let asked = teacher.changes_since(&[Record::Child(id.0)], NOW).await;
    assert_eq!(asked, Err(Error::NotFound));
    assert_eq!(system(&store).changes_since(&[], NOW).await, Ok(Vec::new()), "of no record nothing is told");
    assert_eq!(teacher.changes_since(&[Record::Settings], NOW).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}
