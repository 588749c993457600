//! Whoever lives in a home on file and becomes a volunteer too.

use naheya_domain::Role;
use naheya_domain::household::{MemberDetails, MemberForm};
use naheya_domain::id::{MemberId, VolunteerId};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_store::Error;
use naheya_store::household::AddMember;
use naheya_store::volunteer::{ChangeVolunteer, HomeChoice, RegisterVolunteer, VolunteerFile};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::volunteer::{details, register};

on_both_engines![
    a_husband_who_becomes_a_volunteer_does_so_in_the_home_he_lives_in,
    only_an_adult_of_a_home_is_registered_in_it_and_as_nobody_else,
    a_name_that_is_put_right_is_put_right_in_the_homes_too,
];

const BORN: &str = "1984-01-02";
const NUMBER: &str = "150825198401020038";

/// The husband of the home that tests register registers, as somebody types him.
fn typed(name: &str, birth_on: &str, home: MemberId) -> RegisterVolunteer {
    let form = VolunteerForm { name, birth_on, phone: "13900000002", ..VolunteerForm::default() };
    let details = VolunteerDetails::parse(&form, NOW.date()).unwrap();
    RegisterVolunteer { details, home: HomeChoice::Member(home) }
}

fn called(file: &VolunteerFile, name: &str) -> MemberId {
    file.members.iter().find(|member| member.name == name).unwrap().id
}

async fn a_husband_who_becomes_a_volunteer_does_so_in_the_home_he_lives_in(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = register(&desk, "李样例").await;
    let his = called(&desk.volunteer(hers.volunteer).await.unwrap(), "韩样夫");
    let done = desk.save(typed("韩样夫", BORN, his)).await.unwrap();
    assert_eq!((done.household, done.member), (hers.household, his), "one flat has one capacity");
    let file = desk.volunteer(done.volunteer).await.unwrap();
    assert_eq!(file.members.len(), 3, "nobody stands there twice");
    assert!(file.adults.iter().any(|adult| adult.herself && adult.member.id == his));
    let again = desk.save(typed("韩样夫", BORN, his)).await;
    assert_eq!(again, Err(Error::refused("volunteer.is_registered")));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn only_an_adult_of_a_home_is_registered_in_it_and_as_nobody_else(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = register(&desk, "李样例").await;
    let other =
        MemberForm { name: "韩样叔", birth_on: BORN, guest: true, from_on: "2026-11-01", ..MemberForm::default() };
    let details = MemberDetails::parse(&other, NOW.date()).unwrap();
    let guest = desk.save(AddMember { household: hers.household, details }).await.unwrap();
    let numbered = MemberForm { name: "韩样父", id_number: NUMBER, ..MemberForm::default() };
    let details = MemberDetails::parse(&numbered, NOW.date()).unwrap();
    let numbered = desk.save(AddMember { household: hers.household, details }).await.unwrap();
    let file = desk.volunteer(hers.volunteer).await.unwrap();
    let (his, child) = (called(&file, "韩样夫"), called(&file, "韩小样"));
    let not_there = Err(Error::refused("volunteer.not_at_home"));
    assert_eq!(desk.save(typed("韩小样", BORN, child)).await, not_there, "a child");
    assert_eq!(desk.save(typed("韩样叔", BORN, guest)).await, not_there, "a guest");
    let somebody_else = Err(Error::field("name", "volunteer.other_person"));
    assert_eq!(desk.save(typed("韩样兄", BORN, his)).await, somebody_else, "another name");
    assert_eq!(desk.save(typed("韩样夫", "1984-01-03", his)).await, somebody_else, "another birth date");
    let done = desk.save(typed("韩样父", BORN, numbered)).await.unwrap();
    assert!(desk.volunteer(done.volunteer).await.unwrap().has_id_number, "the number of the entry is not lost");
    store.close().await.unwrap();
}

async fn a_name_that_is_put_right_is_put_right_in_the_homes_too(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = register(&desk, "李样利").await;
    let entry = called(&desk.volunteer(hers.volunteer).await.unwrap(), "韩样夫");
    let his = desk.save(typed("韩样夫", BORN, entry)).await.unwrap().volunteer;
    let change = async |volunteer: VolunteerId, details: VolunteerDetails| {
        let version = desk.volunteer(volunteer).await.unwrap().version;
        desk.save(ChangeVolunteer { volunteer, version, details }).await.unwrap();
    };
    change(hers.volunteer, details("李样例")).await;
    change(his, typed("韩样福", BORN, entry).details).await;
    assert_eq!(desk.volunteer(his).await.unwrap().home.name, "李样例家", "after her, and not after him");
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}
