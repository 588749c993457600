//! A number that changes: in the file, for signing in, for being told.

use naheya_domain::calendar_date::CalendarDate;
use naheya_domain::id::{AccountId, VolunteerId};
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerDetails;
use naheya_domain::{Role, Timestamp};
use naheya_store::account::{AccountState, SetAccountState};
use naheya_store::contact::{Contact, KeepContact};
use naheya_store::import::{Lines, UndoImport, VolunteerLine};
use naheya_store::sign_in::SignIn;
use naheya_store::volunteer::ChangeVolunteer;
use naheya_store::{Desk, Error, Location, Store};

use crate::account::{PASSWORD, invitation, token};
use crate::ground::{Ground, NOW, desk_as};
use crate::import::{child, import};
use crate::on_both_engines;
use crate::volunteer::{approved, details};

on_both_engines![
    a_new_number_in_the_file_is_the_one_to_sign_in_by,
    a_number_by_which_somebody_else_signs_in_stays_theirs,
    who_shared_a_number_signs_in_by_it_once_it_lets_nobody_else_in,
    who_had_lost_the_way_in_by_a_number_gets_it_back_with_another,
    a_new_number_in_a_roster_of_volunteers_is_the_one_to_sign_in_by_until_it_is_taken_back,
    a_new_number_in_a_roster_of_children_is_the_one_their_mother_signs_in_by,
];

const OLD: &str = "13900000001";
const NEW: &str = "13900000002";

async fn lets_in(store: &Store, login: &str, at: Timestamp) -> bool {
    let given = SignIn {
        login: login.into(),
        password: PASSWORD.into(),
        address: String::new(),
        known: None,
        agent: String::new(),
        shared: false,
    };
    store.sign_in(&given, at).await.is_ok()
}

/// The account of a volunteer who signs in by her phone.
async fn invited(office: &Desk, login: &str, volunteer: VolunteerId, phone: &str) -> AccountId {
    let mut new = invitation(login, Role::Volunteer);
    new.account.phone = Some(Phone::parse(phone).unwrap());
    new.grant.place = Place::Person(volunteer.0);
    office.save(new).await.unwrap()
}

fn moved_to(phone: &str) -> VolunteerDetails {
    VolunteerDetails { phone: Phone::parse(phone).unwrap(), ..details("李样例") }
}

async fn a_new_number_in_the_file_is_the_one_to_sign_in_by(ground: Ground) {
    let store = ground.store().await;
    let carer = approved(&store, "李样例").await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let account = invited(&office, "li-yangli", carer.volunteer, OLD).await;
    let cookie = token(&store, account).await;
    let session = store.session(&cookie, NOW).await.unwrap().unwrap();
    let her = store.desk_of_grant(session.viewer.grant, NOW).await.unwrap();
    let contact = Contact { phone: Some(OLD.into()), ..Contact::default() };
    her.save(KeepContact { contact }).await.unwrap();
    assert!(lets_in(&store, OLD, NOW).await);
    let version = office.volunteer(carer.volunteer).await.unwrap().version;
    office.save(ChangeVolunteer { volunteer: carer.volunteer, version, details: moved_to(NEW) }).await.unwrap();
    assert!(lets_in(&store, NEW, NOW).await);
    assert!(!lets_in(&store, OLD, NOW).await, "soon a stranger's");
    assert_eq!(her.my_contact().await.unwrap().phone, None, "the number in the file is called");
    store.close().await.unwrap();
}

async fn a_number_by_which_somebody_else_signs_in_stays_theirs(ground: Ground) {
    let store = ground.store().await;
    let carer = approved(&store, "李样例").await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = invited(&office, "li-yangli", carer.volunteer, OLD).await;
    let friend = approved(&store, "何样友").await.volunteer;
    let other = invited(&office, "han-yangfu", friend, NEW).await;
    for account in [hers, other] {
        token(&store, account).await;
    }
    let version = office.volunteer(carer.volunteer).await.unwrap().version;
    office.save(ChangeVolunteer { volunteer: carer.volunteer, version, details: moved_to(NEW) }).await.unwrap();
    assert!(lets_in(&store, NEW, NOW).await && lets_in(&store, "li-yangli", NOW).await);
    assert!(!lets_in(&store, OLD, NOW).await);
    assert_eq!(office.lost_number(carer.volunteer.0).await, Ok(true), "and the office hears that she goes by name");
    assert_eq!(office.lost_number(friend.0).await, Ok(false), "whose number it is signs in by it");
    let version = office.volunteer(carer.volunteer).await.unwrap().version;
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.lost_number(carer.volunteer.0).await, Err(Error::Forbidden));
    office.save(ChangeVolunteer { volunteer: carer.volunteer, version, details: moved_to(OLD) }).await.unwrap();
    assert_eq!(office.lost_number(carer.volunteer.0).await, Ok(false), "a number that opens nothing is nobody else's");
    store.close().await.unwrap();
}

async fn who_shared_a_number_signs_in_by_it_once_it_lets_nobody_else_in(ground: Ground) {
    let store = ground.store().await;
    let carer = approved(&store, "李样例").await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = invited(&office, "li-yangli", carer.volunteer, OLD).await;
    let friend = approved(&store, "何样友").await.volunteer;
    let other = invited(&office, "han-yangfu", friend, NEW).await;
    for account in [hers, other] {
        token(&store, account).await;
    }
    let file = office.volunteer(friend).await.unwrap();
    let details = VolunteerDetails { phone: Phone::parse(NEW).unwrap(), ..details("何样友") };
    office.save(ChangeVolunteer { volunteer: friend, version: file.version, details }).await.unwrap();
    let version = office.volunteer(carer.volunteer).await.unwrap().version;
    office.save(ChangeVolunteer { volunteer: carer.volunteer, version, details: moved_to(NEW) }).await.unwrap();
    assert_eq!(office.lost_number(carer.volunteer.0).await, Ok(true));
    let version = office.account(other).await.unwrap().version;
    office.save(SetAccountState { account: other, state: AccountState::Closed, version }).await.unwrap();
    assert_eq!(office.lost_number(carer.volunteer.0).await, Ok(false));
    assert!(office.account(hers).await.unwrap().has_phone);
    assert!(lets_in(&store, NEW, NOW).await, "it lets her in");
    store.close().await.unwrap();
}

async fn who_had_lost_the_way_in_by_a_number_gets_it_back_with_another(ground: Ground) {
    let store = ground.store().await;
    let carer = approved(&store, "李样例").await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = invited(&office, "li-yangli", carer.volunteer, OLD).await;
    let friend = approved(&store, "何样友").await.volunteer;
    let other = invited(&office, "han-yangfu", friend, NEW).await;
    for account in [hers, other] {
        token(&store, account).await;
    }
    for phone in [NEW, OLD] {
        let version = office.volunteer(carer.volunteer).await.unwrap().version;
        office.save(ChangeVolunteer { volunteer: carer.volunteer, version, details: moved_to(phone) }).await.unwrap();
    }
    assert!(lets_in(&store, OLD, NOW).await && lets_in(&store, NEW, NOW).await);
    assert!(office.account(hers).await.unwrap().has_phone);
    store.close().await.unwrap();
}

/// What a roster of volunteers says of somebody who has moved to another number.
fn in_roster(phone: &str) -> VolunteerLine {
    let birth = CalendarDate::parse("1985-04-06").unwrap();
    VolunteerLine { row: 2, details: moved_to(phone), birth, town_code: None, address: None, joined_on: None }
}

async fn a_new_number_in_a_roster_of_volunteers_is_the_one_to_sign_in_by_until_it_is_taken_back(ground: Ground) {
    let store = ground.store().await;
    let carer = approved(&store, "李样例").await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let account = invited(&office, "li-yangli", carer.volunteer, OLD).await;
    token(&store, account).await;
    let batch = import(&office, Lines::Volunteers(vec![in_roster(NEW)])).await.batch.unwrap();
    assert!(lets_in(&store, NEW, NOW).await);
    assert!(!lets_in(&store, OLD, NOW).await, "soon a stranger's");
    assert_eq!(office.save(UndoImport { batch }).await, Ok(0));
    assert!(lets_in(&store, OLD, NOW).await, "the file says so again");
    assert!(!lets_in(&store, NEW, NOW).await);
    store.close().await.unwrap();
}

async fn a_new_number_in_a_roster_of_children_is_the_one_their_mother_signs_in_by(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&office, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let id = if matches!(ground.location, Location::Folder(_)) { "lower(hex(id))" } else { "id::text" };
    let mother = &ground.texts(&format!("SELECT {id} FROM guardians")).await[0];
    let mut hers = invitation("jianhu-bai", Role::Guardian);
    hers.account.phone = Some(Phone::parse(OLD).unwrap());
    hers.grant.place = Place::Person(mother.parse().unwrap());
    let account = office.save(hers).await.unwrap();
    token(&store, account).await;
    let mut moved = child(2, "安小草", "", "4(3)班");
    moved.guardians[0].phone = Phone::parse(NEW).ok();
    import(&office, Lines::Children(vec![moved])).await;
    assert!(lets_in(&store, NEW, NOW).await);
    assert!(!lets_in(&store, OLD, NOW).await, "soon a stranger's");
    store.close().await.unwrap();
}
