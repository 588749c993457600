use naheya_domain::Key;
use naheya_store::child::OpenFile;
use naheya_store::purge::PurgeOld;
use naheya_store::{Error, Submission, SystemTask};

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, system};
use crate::on_both_engines;

on_both_engines![an_answer_is_kept_for_ninety_days_and_then_thrown_away];

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
    let clerk = crate::ground::desk_as(&store, naheya_domain::Role::Coordinator, naheya_domain::viewer::Place::County);
    assert_eq!(clerk.await.save(PurgeOld).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}
