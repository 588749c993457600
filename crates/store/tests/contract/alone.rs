//! Areas with children for which nobody is responsible from a day on, told before it happens.

use naheya_domain::Role;
use naheya_domain::charge::{ChargeForm, NewCharge};
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountState, SetAccountState};
use naheya_store::charge::BeginCharge;
use naheya_store::child::OpenFile;
use naheya_store::{Desk, Error};

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    an_area_with_children_is_told_before_its_last_day_and_not_once_somebody_follows,
    an_area_whose_only_account_was_closed_is_alone_today,
];

const TOWN: &str = "150825100";

async fn charge(desk: &Desk, typed: ChargeForm<'_>) {
    let form = ChargeForm { duty: "child_director", from_on: "2026-09-01", ..typed };
    desk.save(BeginCharge { town_code: TOWN.into(), new: NewCharge::parse(&form).unwrap() }).await.unwrap();
}

async fn an_area_with_children_is_told_before_its_last_day_and_not_once_somebody_follows(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let one = ChargeForm { name: "示例乌兰", phone: "19900000001", to_on: "2026-11-30", ..ChargeForm::default() };
    charge(&desk, one).await;
    assert_eq!(desk.areas_alone().await.unwrap(), [], "no child lives there");
    let mut of = details("安小草");
    of.town_code = Some(TOWN.into());
    system(&store).save(OpenFile { details: of }).await.unwrap();
    let told = desk.areas_alone().await.unwrap();
    assert_eq!((told[0].code.as_str(), told[0].children, told.len()), (TOWN, 1, 1));
    assert_eq!(
        (told[0].from.to_string().as_str(), told[0].people.clone()),
        ("2026-12-01", vec!["示例乌兰".to_owned()])
    );
    charge(&desk, ChargeForm { name: "样例图雅", phone: "19900000002", ..ChargeForm::default() }).await;
    assert_eq!(desk.areas_alone().await.unwrap(), []);
    let director = desk_as(&store, Role::TownWorker, Place::Town(TOWN.into())).await;
    assert_eq!(director.areas_alone().await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn an_area_whose_only_account_was_closed_is_alone_today(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let director = desk_as(&store, Role::TownWorker, Place::Town(TOWN.into())).await;
    let account = director.viewer().account;
    charge(&desk, ChargeForm { account: &account.to_string(), ..ChargeForm::default() }).await;
    let mut of = details("安小草");
    of.town_code = Some(TOWN.into());
    system(&store).save(OpenFile { details: of }).await.unwrap();
    assert_eq!(desk.areas_alone().await.unwrap(), []);
    let version = system(&store).account(account).await.unwrap().version;
    let close = SetAccountState { account, state: AccountState::Closed, version };
    system(&store).save(close).await.unwrap();
    let told = desk.areas_alone().await.unwrap();
    assert_eq!((told.len(), told[0].from), (1, NOW.date()));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}
