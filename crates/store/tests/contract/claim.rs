//! Whose an identity number is over all counties, as volunteers come and go.

use naheya_domain::household::HouseholdDetails;
use naheya_domain::id::VolunteerId;
use naheya_domain::id_number::IdNumber;
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerDetails;
use naheya_domain::{AreaId, Role};
use naheya_store::concern::{CloseConcern, NameInConcern, TakeUpConcern};
use naheya_store::volunteer::{ChangeVolunteer, HomeChoice, RegisterVolunteer, Step, StepVolunteer};
use naheya_store::{Desk, Error, Store, SystemTask};

use crate::concern::said;
use crate::ground::{Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;
use crate::volunteer::details;

on_both_engines![
    whoever_has_left_is_registered_elsewhere_and_comes_back_once_she_is_free_there,
    whoever_was_not_taken_may_be_registered_elsewhere,
    a_number_is_not_let_go_while_a_concern_about_her_is_open,
    numbers_of_those_who_had_left_before_are_free_after_the_next_start,
];

const NUMBER: &str = "150825198504060024";

fn numbered() -> VolunteerDetails {
    VolunteerDetails { id_number: IdNumber::parse(NUMBER).ok(), ..details("李样例") }
}

async fn registered(desk: &Desk) -> Result<VolunteerId, Error> {
    let home = HomeChoice::New(HouseholdDetails::default(), Vec::new());
    Ok(desk.save(RegisterVolunteer { details: numbered(), home }).await?.volunteer)
}

async fn steps(desk: &Desk, volunteer: VolunteerId, step: Step) -> Result<(), Error> {
    desk.save(StepVolunteer { volunteer, step, reason: "搬家了".into() }).await
}

/// Another county of the installation.
async fn elsewhere(store: &Store) -> Desk {
    let desk = store.as_system(SystemTask::Demo, AreaId(150_824), NOW);
    desk.open_county().await.unwrap();
    desk
}

fn taken() -> Result<VolunteerId, Error> {
    Err(Error::field("id_number", "duplicate.in_register"))
}

async fn whoever_has_left_is_registered_elsewhere_and_comes_back_once_she_is_free_there(ground: Ground) {
    let store = ground.store().await;
    let (home, abroad) = (system(&store), elsewhere(&store).await);
    let hers = registered(&home).await.unwrap();
    assert_eq!(registered(&abroad).await, taken());
    steps(&home, hers, Step::Leave).await.unwrap();
    assert_eq!(registered(&home).await, taken(), "she comes back in her own file");
    let other = registered(&abroad).await.unwrap();
    let refused = Err(Error::refused("volunteer.number_elsewhere"));
    assert_eq!(steps(&home, hers, Step::ScreenAgain).await, refused);
    let moved = VolunteerDetails { phone: Phone::parse("13900000009").unwrap(), ..numbered() };
    let version = home.volunteer(hers).await.unwrap().version;
    home.save(ChangeVolunteer { volunteer: hers, version, details: moved }).await.unwrap();
    steps(&abroad, other, Step::Leave).await.unwrap();
    steps(&home, hers, Step::ScreenAgain).await.unwrap();
    assert_eq!(steps(&abroad, other, Step::ScreenAgain).await, refused, "hers here again");
    store.close().await.unwrap();
}

async fn whoever_was_not_taken_may_be_registered_elsewhere(ground: Ground) {
    let store = ground.store().await;
    let (home, abroad) = (system(&store), elsewhere(&store).await);
    let hers = registered(&home).await.unwrap();
    steps(&home, hers, Step::Refuse).await.unwrap();
    registered(&abroad).await.unwrap();
    store.close().await.unwrap();
}

async fn a_number_is_not_let_go_while_a_concern_about_her_is_open(ground: Ground) {
    let store = ground.store().await;
    let (home, abroad) = (system(&store), elsewhere(&store).await);
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let hers = registered(&home).await.unwrap();
    let concern = leader.save(said("手上有伤")).await.unwrap();
    leader.save(NameInConcern { concern, child: None, volunteer: Some(hers), account: None }).await.unwrap();
    steps(&home, hers, Step::Leave).await.unwrap();
    assert_eq!(registered(&abroad).await, taken(), "nobody there knows of it");
    leader.save(TakeUpConcern { concern }).await.unwrap();
    leader.save(CloseConcern { concern, result: "查过，没有这回事".into() }).await.unwrap();
    registered(&abroad).await.unwrap();
    store.close().await.unwrap();
}

async fn numbers_of_those_who_had_left_before_are_free_after_the_next_start(ground: Ground) {
    let store = ground.store().await;
    registered(&system(&store)).await.unwrap();
    store.close().await.unwrap();
    ground.sql("UPDATE volunteers SET state = 'left'").await;
    ground.sql("DELETE FROM meta WHERE key = 'numbers_of_gone'").await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.prepare(NOW).await.unwrap();
    registered(&elsewhere(&store).await).await.unwrap();
    store.close().await.unwrap();
}
