use naheya_store::audit::OwnRecord;
use naheya_store::child::OpenFile;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, system};
use crate::on_both_engines;
use crate::story::story;

on_both_engines![
    untouched_records_have_no_finding,
    a_row_changed_behind_the_programs_back_is_named,
    a_row_taken_away_is_named,
    a_cut_tail_of_the_trail_is_found,
    a_changed_event_breaks_the_chain,
    what_one_did_on_a_day_is_told_to_oneself_and_to_nobody_else,
];

async fn two_children(ground: &Ground) -> (naheya_store::Store, String) {
    let store = ground.store().await;
    let desk = system(&store);
    let first = desk.save(OpenFile { details: details("安小草") }).await.unwrap();
    desk.save(OpenFile { details: details("白云朵") }).await.unwrap();
    (store, first.to_string())
}

pub async fn findings(store: &naheya_store::Store) -> Vec<(&'static str, &'static str, String)> {
    let found = store.verify(COUNTY, true, NOW).await.unwrap();
    found.into_iter().map(|f| (f.code, f.table, f.row)).collect()
}

async fn untouched_records_have_no_finding(ground: Ground) {
    let (store, _) = two_children(&ground).await;
    assert_eq!(findings(&store).await, []);
    store.close().await.unwrap();
}

async fn a_row_changed_behind_the_programs_back_is_named(ground: Ground) {
    let (store, id) = two_children(&ground).await;
    ground.sql("UPDATE children SET likes = 'x' WHERE name = '安小草'").await;
    assert_eq!(findings(&store).await, [("row.changed", "children", id)]);
    store.close().await.unwrap();
}

async fn a_row_taken_away_is_named(ground: Ground) {
    let (store, id) = two_children(&ground).await;
    ground.sql("DELETE FROM children WHERE name = '安小草'").await;
    assert_eq!(findings(&store).await, [("row.missing", "children", id)]);
    store.close().await.unwrap();
}

async fn a_cut_tail_of_the_trail_is_found(ground: Ground) {
    let (store, _) = two_children(&ground).await;
    ground
        .sql("DELETE FROM audit_events WHERE area_id = 150825 AND n = (SELECT max(n) FROM audit_events WHERE area_id = 150825)")
        .await;
    let codes: Vec<_> = findings(&store).await.into_iter().map(|f| f.0).collect();
    assert!(codes.contains(&"audit.tail_cut"), "{codes:?}");
    store.close().await.unwrap();
}

async fn a_changed_event_breaks_the_chain(ground: Ground) {
    let (store, _) = two_children(&ground).await;
    ground.sql("UPDATE audit_events SET act = 'other' WHERE area_id = 150825 AND n = 2").await;
    assert_eq!(findings(&store).await, [("audit.chain_broken", "audit_events", "2".to_owned())]);
    store.close().await.unwrap();
}

async fn what_one_did_on_a_day_is_told_to_oneself_and_to_nobody_else(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.coordinator.looked("children", vec![s.child.0], "work", None).await.unwrap();
    let told = s.coordinator.own_acts(NOW.date()).await.unwrap();
    let acts: Vec<&str> = told.iter().map(|one| one.act.as_str()).collect();
    assert_eq!(acts, ["stay.approve"], "a look is told by the file itself");
    let record = OwnRecord { noun: "stays".into(), id: stay.0, name: Some("安小草".into()) };
    assert!(told[0].about.contains(&record), "{told:?}");
    let yesterday = NOW.date().yesterday().unwrap();
    assert!(s.coordinator.own_acts(yesterday).await.unwrap().is_empty());
    assert!(s.leader.own_acts(NOW.date()).await.unwrap().is_empty(), "what a colleague did is not hers");
    assert!(s.mother.own_acts(NOW.date()).await.unwrap().is_empty(), "and the trail is not for everybody");
    s.store.close().await.unwrap();
}
