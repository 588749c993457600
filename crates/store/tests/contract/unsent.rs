//! Messages that do not go out: since when, until they are out.

use naheya_domain::Role;
use naheya_domain::notice::{Channel, Choice, Verdict};
use naheya_domain::viewer::Place;
use naheya_store::SystemTask;
use naheya_store::notice::{Answered, SendTest, SettleNotice};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::notice::{chooses, claim, leader, leave, settle, to};
use crate::on_both_engines;

on_both_engines![messages_that_do_not_go_out_are_told_of_since_when];

async fn messages_that_do_not_go_out_are_told_of_since_when(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[Channel::Mail, Channel::WeCom]).await;
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Mail).await;
    leave(&store, vec![to("stay.approved", she.viewer().account)]).await;
    let grant = leader.viewer().grant;
    let since = async |minutes: i64| {
        let later = store.desk_of_grant(grant, NOW.plus_minutes(minutes)).await.unwrap();
        later.unsent_since().await.unwrap()
    };
    assert_eq!(since(9).await, None);
    assert_eq!(since(10).await, Some(NOW), "nobody takes it up");
    let handed = claim(&store, NOW.plus_minutes(10)).await;
    assert!(settle(&store, &handed[0], Verdict::Refused, NOW.plus_minutes(10)).await);
    assert_eq!(since(11).await, Some(NOW), "it was tried, and comes again");
    let watched = store.watch(NOW.plus_minutes(10)).await.unwrap();
    assert_eq!((watched.waiting, watched.oldest), (1, Some(NOW)), "between two tries too");
    let handed = claim(&store, NOW.plus_minutes(20)).await;
    assert!(settle(&store, &handed[0], Verdict::Taken, NOW.plus_minutes(20)).await);
    assert_eq!(since(21).await, None);

    leader.save(SendTest { channel: Channel::WeCom }).await.unwrap();
    let handed = claim(&store, NOW.plus_minutes(22)).await.remove(0);
    let answered = Answered { verdict: Verdict::Rejected, code: "93000".into(), provider_id: None, settings: true };
    let desk = store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(22));
    assert_eq!(desk.save(SettleNotice { handed, answered }).await, Ok(true));
    assert_eq!(since(22).await, Some(NOW.plus_minutes(22)), "its settings are wrong");
    store.close().await.unwrap();
}
