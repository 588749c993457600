//! Categories over time: from a day, to a day, never lost, read by few.

use naheya_domain::category::Category;
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role};
use naheya_store::Error;
use naheya_store::category::{AddCategory, EndCategory};
use naheya_store::child::OpenFile;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    a_category_holds_from_a_day_to_a_day_and_stays_on_file,
    a_category_stands_once_while_it_goes_on,
    who_reads_no_categories_adds_none,
];

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

async fn a_category_holds_from_a_day_to_a_day_and_stays_on_file(ground: Ground) {
    let store = ground.store().await;
    let child = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let me = desk_as(&store, Role::Coordinator, Place::County).await;
    let add = AddCategory { child, category: Category::LeftBehind, from_on: day("2025-09-01"), basis: "家访".into() };
    let id = me.save(add.clone()).await.unwrap();
    let end = |to: &str| EndCategory { child, category: id, to_on: day(to) };
    assert_eq!(me.save(end("2025-08-31")).await, Err(Error::field("to_on", "date.before_start")));
    assert_eq!(me.save(end("2026-11-21")).await, Err(Error::field("to_on", "date.in_future")));
    me.save(end("2026-06-30")).await.unwrap();
    assert_eq!(me.save(end("2026-06-30")).await, Err(Error::refused("category.ended_already")));
    me.save(AddCategory { from_on: NOW.date(), ..add }).await.unwrap();
    let lines = me.child_secret(child, "核对类别").await.unwrap().categories;
    let read: Vec<(&str, Option<Date>, Option<Date>)> =
        lines.iter().map(|l| (l.code.as_str(), l.from_on, l.to_on)).collect();
    assert_eq!(read, [("LS", Some(NOW.date()), None), ("LS", Some(day("2025-09-01")), Some(day("2026-06-30")))]);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_category_stands_once_while_it_goes_on(ground: Ground) {
    let store = ground.store().await;
    let child = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let me = desk_as(&store, Role::Leader, Place::County).await;
    let add = AddCategory { child, category: Category::SingleParent, from_on: NOW.date(), basis: String::new() };
    me.save(add.clone()).await.unwrap();
    assert_eq!(me.save(add.clone()).await, Err(Error::field("code", "category.already_there")));
    let long = AddCategory { category: Category::PoorFamily, basis: "长".repeat(201), ..add.clone() };
    assert_eq!(me.save(long).await, Err(Error::field("basis", "text.too_long")));
    let ahead = AddCategory { category: Category::PoorFamily, from_on: day("2026-11-21"), ..add };
    assert_eq!(me.save(ahead).await, Err(Error::field("from_on", "date.in_future")));
    store.close().await.unwrap();
}

async fn who_reads_no_categories_adds_none(ground: Ground) {
    let store = ground.store().await;
    let mut details = details("安小草");
    details.town_code = Some("150825100".into());
    let child = system(&store).save(OpenFile { details }).await.unwrap();
    let add = AddCategory { child, category: Category::Hiv, from_on: NOW.date(), basis: String::new() };
    system(&store).save(add.clone()).await.unwrap();
    // Trying would otherwise tell that it is there already.
    let town = desk_as(&store, Role::TownWorker, Place::Town("150825100".into())).await;
    assert_eq!(town.save(add.clone()).await, Err(Error::NotFound));
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(uuid::Uuid::from_u128(9))).await;
    assert_eq!(teacher.save(add).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}
