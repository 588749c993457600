//! Whose file a role stands for: found by name and number, and of one account.

use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::account::{AddGrant, EndGrant};
use naheya_store::import::Lines;
use naheya_store::volunteer::{Step, StepVolunteer};

use crate::ground::{Ground, NOW, desk_as};
use crate::import::{child, import};
use crate::on_both_engines;
use crate::volunteer::approved;

on_both_engines![
    a_file_that_has_an_account_gets_no_second_one,
    people_on_file_are_found_by_name_and_told_apart_by_number,
];

async fn a_file_that_has_an_account_gets_no_second_one(ground: Ground) {
    let store = ground.store().await;
    let place = Place::Person(approved(&store, "李样例").await.volunteer.0);
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = desk_as(&store, Role::Volunteer, place.clone()).await;
    let account = desk_as(&store, Role::ClassTeacher, Place::County).await.viewer().account;
    let add = || AddGrant { account, role: Role::Volunteer, place: place.clone(), from_on: NOW.date(), to_on: None };
    assert_eq!(office.save(add()).await.unwrap_err(), Error::refused("grant.has_account"));
    office.save(EndGrant { grant: hers.viewer().grant }).await.unwrap();
    office.save(add()).await.unwrap();
    store.close().await.unwrap();
}

async fn people_on_file_are_found_by_name_and_told_apart_by_number(ground: Ground) {
    let store = ground.store().await;
    let (one, other) = (approved(&store, "李样例").await, approved(&store, "李样例").await);
    let left = StepVolunteer { volunteer: other.volunteer, step: Step::Leave, reason: "搬家了".into() };
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let found = async |typed: &str| office.people_on_file(Role::Volunteer, typed).await.unwrap();
    let numbers: Vec<String> = found("李样").await.into_iter().flat_map(|one| one.about).collect();
    assert_eq!(numbers, ["V2026-000001", "V2026-000002"]);
    office.save(left).await.unwrap();
    assert_eq!(found("lyl").await.iter().map(|one| one.id).collect::<Vec<_>>(), [one.volunteer.0], "she has left");
    assert_eq!(found("v2026-000001").await.len(), 1, "by number");
    assert_eq!(found("").await, []);
    import(&office, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let mothers = office.people_on_file(Role::Guardian, "监护").await.unwrap();
    assert_eq!((mothers.len(), mothers[0].name.as_str()), (1, "监护白"));
    assert!(mothers[0].about[0].starts_with("安小草 "), "by whose mother she is: {mothers:?}");
    assert_eq!(office.people_on_file(Role::ClassTeacher, "李样例").await.unwrap(), [], "a teacher is no file");
    let keeper = desk_as(&store, Role::ItAdmin, Place::County).await;
    assert_eq!(
        keeper.people_on_file(Role::Volunteer, "李样例").await.unwrap(),
        [],
        "whoever sees no files finds nobody"
    );
    store.close().await.unwrap();
}
