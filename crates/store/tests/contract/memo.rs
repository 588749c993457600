//! What a desk remembers for a moment: never past a change, never for somebody else, never for long.

use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::{Location, Store};

use crate::child::details;
use crate::ground::{Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    what_is_remembered_ends_with_the_next_change_and_is_nobody_elses,
    what_another_process_changed_is_seen_at_once_on_a_server_and_soon_on_a_file,
];

async fn what_is_remembered_ends_with_the_next_change_and_is_nobody_elses(ground: Ground) {
    let store = ground.store().await;
    let all = ChildFilter::default();
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await;
    assert_eq!(office.count_children(&all).await.unwrap(), 0);
    system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    assert_eq!(office.count_children(&all).await.unwrap(), 1, "a change is seen at once");
    assert_eq!(teacher.count_children(&all).await.unwrap(), 0, "what one may see is not told to another");
    let search = ChildFilter { search: Some("白".into()), ..ChildFilter::default() };
    assert_eq!(office.count_children(&search).await.unwrap(), 0, "another question has another answer");
    // What another process writes is seen when the moment is over, whatever it was.
    ground.sql("DELETE FROM search_tokens").await;
    ground.sql("DELETE FROM children").await;
    let later = store.desk_of_grant(office.viewer().grant, NOW.plus_minutes(1)).await.unwrap();
    assert_eq!(later.count_children(&all).await.unwrap(), 0);
    store.close().await.unwrap();
}

async fn what_another_process_changed_is_seen_at_once_on_a_server_and_soon_on_a_file(ground: Ground) {
    let store = ground.store().await;
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    let grant = desk_as(&store, Role::Coordinator, Place::County).await.viewer().grant;
    let all = ChildFilter::default();
    let counted = async |at| store.desk_of_grant(grant, at).await.unwrap().count_children(&all).await.unwrap();
    assert_eq!(counted(NOW).await, 0);
    system(&other).save(OpenFile { details: details("安小草") }).await.unwrap();
    // A file is remembered for three seconds whoever writes beside this process; a server's trail tells of it.
    let soon = match ground.location {
        Location::Folder(_) => NOW.plus_minutes(1),
        Location::Postgres(_) => NOW,
    };
    assert_eq!(counted(soon).await, 1);
    other.close().await.unwrap();
    store.close().await.unwrap();
}
