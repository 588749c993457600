//! The list of imports: how far it goes, what stands in its file, what waits for a signature.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::household::{HouseholdDetails, HouseholdForm};
use naheya_domain::viewer::Place;
use naheya_store::household::ChangeHousehold;
use naheya_store::import::{Lines, UndoImport};
use naheya_store::order::Turn;
use naheya_store::volunteer::VolunteerFilter;
use uuid::Uuid;

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::import::{import, volunteer};
use crate::on_both_engines;
use crate::story::literal;

on_both_engines![
    the_list_of_imports_goes_on_and_its_file_says_when_it_ends_before_the_list,
    volunteers_wait_for_the_signature_however_many_imports_come_after_them,
    a_home_of_which_more_was_said_since_stays_when_its_import_is_taken_back,
];

/// So many imports of the hours after now, a millisecond apart, in which nobody was new.
async fn imports(ground: &Ground, count: i64) {
    let by = literal(ground, Uuid::now_v7());
    let row = |n: i64| {
        let id = literal(ground, Uuid::now_v7());
        format!("({}, {id}, 'children', {id}, 1, 0, 0, 1, 0, {}, {by}, 1)", COUNTY.0, NOW.0 + 1 + n)
    };
    for rows in (0..count).map(row).collect::<Vec<String>>().chunks(500) {
        let sql = format!(
            "INSERT INTO import_batches (area_id, id, kind, file_hash, rows, fresh, changed, unchanged, invalid, \
             committed_at, by_account, version) VALUES {}",
            rows.join(", ")
        );
        ground.sql(&sql).await;
    }
}

async fn the_list_of_imports_goes_on_and_its_file_says_when_it_ends_before_the_list(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    imports(&ground, 5_000).await;
    let (rows, more) = desk.imports_out().await.unwrap();
    assert_eq!((rows.len(), more), (5_000, false));
    imports(&ground, 1).await;
    let (rows, more) = desk.imports_out().await.unwrap();
    assert_eq!((rows.len(), more), (5_000, true));
    assert_eq!(desk.count_imports().await, Ok(5_001));
    let first = desk.imports(&Turn::First).await.unwrap();
    let second = desk.imports(&Turn::After(first.next.clone().unwrap())).await.unwrap();
    let seen: BTreeSet<Uuid> = first.rows.iter().chain(&second.rows).map(|batch| batch.id.0).collect();
    assert_eq!((seen.len(), first.previous.is_some(), second.next.is_some()), (100, false, true));
    let back = desk.imports(&Turn::Before(second.previous.clone().unwrap())).await.unwrap();
    assert_eq!(back.rows, first.rows);
    store.close().await.unwrap();
}

async fn volunteers_wait_for_the_signature_however_many_imports_come_after_them(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let batch = import(&office, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await.batch;
    imports(&ground, 101).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let waiting: Vec<_> = leader.imports_to_sign().await.unwrap().into_iter().map(|waits| waits.id).collect();
    assert_eq!(waiting, batch.into_iter().collect::<Vec<_>>());
    assert_eq!(office.imports_to_sign().await.unwrap(), [], "who does not sign has nothing to sign");
    store.close().await.unwrap();
}

async fn a_home_of_which_more_was_said_since_stays_when_its_import_is_taken_back(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let both = vec![volunteer(4, "苏小禾", "13900000011"), volunteer(5, "其小草", "13900000012")];
    let batch = import(&office, Lines::Volunteers(both)).await.batch.unwrap();
    let (rows, _) = office.volunteers(&VolunteerFilter::default()).await.unwrap();
    let she = rows.iter().find(|row| row.name == "苏小禾").unwrap().id;
    let home = office.volunteer(she).await.unwrap().home;
    let form = HouseholdForm { address: "示例镇", rooms: "3", travel_minutes: "20", ..HouseholdForm::default() };
    let details = HouseholdDetails::parse(&form).unwrap();
    office.save(ChangeHousehold { household: home.id, version: home.version, details }).await.unwrap();
    assert_eq!(office.save(UndoImport { batch }).await, Ok(1));
    let kept = office.kept_of_import(batch).await.unwrap();
    assert_eq!(kept.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["苏小禾"]);
    assert_eq!(ground.texts("SELECT CAST(rooms AS TEXT) FROM households").await, ["3"]);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}
