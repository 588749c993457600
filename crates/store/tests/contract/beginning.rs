use naheya_domain::Role;
use naheya_domain::notice::{Channel, Verdict};
use naheya_domain::phone::Phone;
use naheya_domain::setting::Settings;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::beginning::Step;
use naheya_store::notice::SendTest;
use naheya_store::setting::ChangeSettings;

use crate::ground::{Ground, NOW, desk_as};
use crate::notice::{claim, leader, settle};
use crate::on_both_engines;

on_both_engines![
    a_new_county_is_told_its_first_steps_and_which_of_them_are_done,
    a_channel_is_connected_once_a_message_has_arrived_by_it,
    a_county_in_which_a_child_has_gone_is_told_no_first_steps,
];

async fn a_new_county_is_told_its_first_steps_and_which_of_them_are_done(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let steps = leader.first_steps().await.unwrap();
    assert_eq!(steps, Step::ALL.map(|step| (step, false)));
    let office_phone = Some(Phone::parse("0478-5550001").unwrap());
    let settings = Settings { office_phone, ..Settings::default() };
    leader.save(ChangeSettings { version: 0, settings }).await.unwrap();
    let steps = leader.first_steps().await.unwrap();
    assert_eq!(steps, Step::ALL.map(|step| (step, step == Step::Phone)));
    let keeper = desk_as(&store, Role::ItAdmin, Place::County).await;
    assert_eq!(keeper.first_steps().await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn a_channel_is_connected_once_a_message_has_arrived_by_it(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[Channel::WeCom]).await;
    let is_done = async || leader.first_steps().await.unwrap().contains(&(Step::Channel, true));
    assert!(!is_done().await, "its settings may be wrong");
    for (verdict, done) in [(Verdict::Rejected, false), (Verdict::Taken, true)] {
        leader.save(SendTest { channel: Channel::WeCom }).await.unwrap();
        let handed = claim(&store, NOW).await.remove(0);
        assert!(settle(&store, &handed, verdict, NOW).await);
        assert_eq!(is_done().await, done, "{verdict:?}");
    }
    store.close().await.unwrap();
}

async fn a_county_in_which_a_child_has_gone_is_told_no_first_steps(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(office.first_steps().await.unwrap(), []);
    store.close().await.unwrap();
}
