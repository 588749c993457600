use naheya_domain::viewer::Place;
use naheya_domain::{Key, Role};
use naheya_store::child::OpenFile;
use naheya_store::import::{KeepUpload, Uploaded};
use naheya_store::purge::PurgeOld;
use naheya_store::{Error, Submission, SystemTask};

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    an_answer_is_kept_for_ninety_days_and_then_thrown_away,
    whose_upload_lay_for_ninety_days_reads_that_it_is_gone,
];

async fn whose_upload_lay_for_ninety_days_reads_that_it_is_gone(ground: Ground) {
    let store = ground.store().await;
    let clerk = desk_as(&store, Role::Coordinator, Place::County).await;
    let (fixes, schools) = (Vec::new(), Vec::new());
    let sent = Uploaded { kind: "children".into(), name: "a.csv".into(), fixes, schools, bytes: b"x".to_vec() };
    clerk.save(KeepUpload(sent)).await.unwrap();
    let after = |days: i64| store.as_system(SystemTask::Demo, COUNTY, NOW.plus_minutes(days * 24 * 60));
    let told = "SELECT kind FROM outbox WHERE kind LIKE 'import.%' AND to_account IS NOT NULL";
    after(90).save(PurgeOld).await.unwrap();
    assert!(clerk.upload().await.is_ok() && ground.texts(told).await.is_empty());
    after(91).save(PurgeOld).await.unwrap();
    assert_eq!(clerk.upload().await, Err(Error::NotFound));
    assert_eq!(ground.texts(told).await, ["import.lapsed"]);
    after(92).save(PurgeOld).await.unwrap();
    assert_eq!(ground.texts(told).await.len(), 1, "once");
    store.close().await.unwrap();
}

async fn an_answer_is_kept_for_ninety_days_and_then_thrown_away(ground: Ground) {
    let store = ground.store().await;
    let submission = || Submission { key: Key::parse("0123456789abcdef").unwrap(), body: [1; 32] };
    let first = system(&store).save_once(OpenFile { details: details("安小草") }, submission()).await.unwrap();
    let after = |days: i64| store.as_system(SystemTask::Demo, COUNTY, NOW.plus_minutes(days * 24 * 60));
    assert_eq!(after(90).save(PurgeOld).await, Ok(0));
    let again = after(90).save_once(OpenFile { details: details("安小草") }, submission()).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(after(91).save(PurgeOld).await, Ok(1));
    let anew = after(91).save_once(OpenFile { details: details("安小草") }, submission()).await;
    assert_ne!(anew, Ok(first));
    let clerk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(clerk.save(PurgeOld).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}
