use naheya_domain::Role;
use naheya_domain::setting::Settings;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::audit::AuditFilter;
use naheya_store::setting::ChangeSettings;

use crate::ground::{Ground, desk_as};
use crate::on_both_engines;

on_both_engines![
    a_setting_is_the_countys_audited_and_told_to_a_second_setter,
    the_trail_is_read_by_auditor_and_leader_and_its_broken_head_shows,
];

async fn a_setting_is_the_countys_audited_and_told_to_a_second_setter(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let (held, version) = leader.settings().await.unwrap();
    assert_eq!((held.clone(), version), (Settings::default(), 0));
    let set = Settings { daily_cap: 360, ..held };
    leader.save(ChangeSettings { version, settings: set.clone() }).await.unwrap();
    let (held, newer) = leader.settings().await.unwrap();
    assert_eq!((held, newer), (set.clone(), 1));
    let late = leader.save(ChangeSettings { version, settings: Settings::default() }).await;
    assert_eq!(late, Err(Error::Stale));
    leader.save(ChangeSettings { version: newer, settings: Settings { daily_cap: 420, ..set } }).await.unwrap();
    let clerk = desk_as(&store, Role::Coordinator, Place::County).await;
    let refused = clerk.save(ChangeSettings { version: 2, settings: Settings::default() }).await;
    assert_eq!(refused, Err(Error::Forbidden));
    let (trail, _) =
        leader.audit_events(&AuditFilter { noun: Some("settings".into()), ..AuditFilter::default() }).await.unwrap();
    let told: Vec<&str> = trail.iter().map(|row| row.fields.as_str()).collect();
    assert!(told.contains(&"hours.daily_cap") && told.contains(&"*"), "{told:?}");
    assert!(!told.iter().any(|fields| fields.contains("360")), "ids and names, never values: {told:?}");
    store.close().await.unwrap();
}

async fn the_trail_is_read_by_auditor_and_leader_and_its_broken_head_shows(ground: Ground) {
    let store = ground.store().await;
    let auditor = desk_as(&store, Role::Auditor, Place::County).await;
    let clerk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(clerk.audit_events(&AuditFilter::default()).await, Err(Error::Forbidden));
    assert_eq!(clerk.prove_chain().await, Err(Error::Forbidden));
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let (held, version) = leader.settings().await.unwrap();
    leader.save(ChangeSettings { version, settings: Settings { stale_months: 4, ..held } }).await.unwrap();
    assert!(auditor.chain_head().await.unwrap().whole);
    assert_eq!(auditor.prove_chain().await, Ok(Vec::new()));
    let n = auditor.chain_head().await.unwrap().n.unwrap();
    ground.sql(&format!("DELETE FROM audit_events WHERE n = {n}")).await;
    assert!(!auditor.chain_head().await.unwrap().whole);
    store.close().await.unwrap();
}
