//! Another county joins an installation that serves already, and takes nothing from the one before.

use naheya_domain::area_code::AreaLevel;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role};
use naheya_store::county::{JoinCounty, NameCounty, Newcomer};
use naheya_store::{Desk, Error, Store, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;

on_both_engines![
    a_county_joins_with_an_administrator_a_leader_and_its_towns,
    a_county_joins_once_and_never_as_the_first,
    the_county_that_was_opened_first_keeps_the_public_page,
    what_is_said_without_an_account_goes_where_somebody_hears_it,
    a_county_and_its_league_have_another_name_and_the_same_number,
];

/// With a smaller number than the sample county's, and in another league.
const OTHER: AreaId = AreaId(150_122);

fn machine(store: &Store, area: AreaId) -> Desk {
    store.as_system(SystemTask::SetUp, area, NOW.plus_minutes(1))
}

fn newcomer(login: &str) -> Newcomer {
    Newcomer { login: login.into(), name: "样例".into() }
}

fn joining() -> JoinCounty {
    JoinCounty { admin: newcomer("it-there"), leader: newcomer("lead-there") }
}

async fn a_county_joins_with_an_administrator_a_leader_and_its_towns(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(leader.save(joining()).await, Err(Error::Forbidden));
    let desk = machine(&store, OTHER);
    for slip in desk.save(joining()).await.unwrap() {
        assert!(desk.slip_code(slip).await.unwrap().0.len() > 10);
    }
    let roles = ground.texts("SELECT role FROM grants WHERE area_id = 150122 ORDER BY role").await;
    assert_eq!(roles, ["it_admin", "leader"]);
    let towns = desk.towns().await.unwrap();
    assert!(!towns.is_empty() && towns.iter().all(|town| town.level == AreaLevel::Town && !town.own));
    let above = ground.texts("SELECT name FROM areas WHERE code IN ('15', '1501', '150122') ORDER BY code").await;
    assert_eq!(above, ["内蒙古自治区", "呼和浩特市", "托克托县"], "levels above are called by their names");
    assert_eq!(store.verify(OTHER, true, NOW.plus_minutes(2)).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_county_joins_once_and_never_as_the_first(ground: Ground) {
    let store = ground.store().await;
    assert_eq!(machine(&store, OTHER).save(joining()).await, Err(Error::refused("county.first")));
    desk_as(&store, Role::Leader, Place::County).await;
    let taken = JoinCounty { leader: newcomer("it-there"), ..joining() };
    assert_eq!(machine(&store, OTHER).save(taken).await, Err(Error::field("leader_login", "login.taken")));
    assert_eq!(store.counties(NOW).await.unwrap().len(), 1, "with its people or not at all");
    machine(&store, OTHER).save(joining()).await.unwrap();
    assert_eq!(machine(&store, OTHER).save(joining()).await, Err(Error::refused("county.joined")));
    assert_eq!(machine(&store, AreaId(999_999)).save(joining()).await, Err(Error::refused("county.unknown")));
    store.close().await.unwrap();
}

async fn the_county_that_was_opened_first_keeps_the_public_page(ground: Ground) {
    let store = ground.store().await;
    desk_as(&store, Role::Leader, Place::County).await;
    machine(&store, OTHER).save(joining()).await.unwrap();
    let first = store.public_county(NOW).await.unwrap();
    assert_eq!(first.map(|(area, _)| area), Some(COUNTY), "the newcomer has the smaller number");
    store.close().await.unwrap();
}

async fn what_is_said_without_an_account_goes_where_somebody_hears_it(ground: Ground) {
    let store = ground.store().await;
    let hear = async || -> Vec<i32> {
        store.counties_that_hear(NOW).await.unwrap().into_iter().map(|(area, _)| area.0).collect()
    };
    assert_eq!(hear().await, [COUNTY.0], "nobody works yet, and one has to do");
    // As an import opens it: nobody has a role there.
    machine(&store, OTHER).open_county().await.unwrap();
    desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(hear().await, [COUNTY.0]);
    machine(&store, OTHER).save(joining()).await.unwrap();
    assert_eq!(hear().await, [COUNTY.0, OTHER.0], "the county of the public page comes first");
    store.close().await.unwrap();
}

async fn a_county_and_its_league_have_another_name_and_the_same_number(ground: Ground) {
    let store = ground.store().await;
    let named = |name: &str| NameCounty { name: name.into() };
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(leader.save(named("示例市")).await, Err(Error::Forbidden));
    assert_eq!(machine(&store, OTHER).save(named("示例市")).await, Err(Error::refused("county.absent")));
    assert_eq!(machine(&store, COUNTY).save(named("旗")).await, Err(Error::field("name", "text.too_short")));
    machine(&store, COUNTY).save(named("示例旗")).await.unwrap();
    machine(&store, AreaId(150_800)).save(named("示例市")).await.unwrap();
    assert_eq!(store.counties(NOW).await.unwrap(), [(COUNTY, "示例旗".to_owned())]);
    let names = ground.texts("SELECT name FROM areas WHERE code IN ('1508', '150825') ORDER BY code").await;
    assert_eq!(names, ["示例市", "示例旗"]);
    assert_eq!(store.verify(COUNTY, true, NOW.plus_minutes(2)).await.unwrap(), []);
    store.close().await.unwrap();
}
