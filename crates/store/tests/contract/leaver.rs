//! Whose role ends, or whose account is closed, while a child is with her; and who comes back after she had left.

use naheya_domain::Role;
use naheya_domain::id::VolunteerId;
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountState, EndGrant, SetAccountState};
use naheya_store::import::Lines;
use naheya_store::volunteer::{Registered, SignVolunteers, Signature, Step, StepVolunteer, VolunteerFilter};
use naheya_store::{Desk, Error};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::story::story;
use crate::volunteer::{all_checks, approved};
use crate::{import, on_both_engines};

on_both_engines![
    whoever_has_a_child_keeps_her_role_until_it_is_back,
    whoever_comes_back_from_a_signed_import_waits_for_a_signature_of_her_own,
    of_whoever_comes_back_the_office_hears_that_the_account_has_no_role,
];

async fn whoever_has_a_child_keeps_her_role_until_it_is_back(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    let (account, grant) = (s.mother.viewer().account, s.mother.viewer().grant);
    let version = system(&s.store).account(account).await.unwrap().version;
    let set = |state| SetAccountState { account, state, version };
    let away = Error::refused("grant.child_away");
    assert_eq!(s.leader.save(EndGrant { grant }).await, Err(away.clone()));
    assert_eq!(s.leader.save(set(AccountState::Closed)).await, Err(away));
    assert!(s.store.desk_of_grant(grant, NOW).await.is_ok(), "she still sees whom to bring back");
    // A phone in wrong hands waits for nothing.
    s.leader.save(set(AccountState::Locked)).await.unwrap();
    ground.sql("UPDATE stays SET state = 'returned'").await;
    s.leader.save(EndGrant { grant }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn leaves_and_comes_back(office: &Desk, volunteer: VolunteerId) {
    for step in [Step::Leave, Step::ScreenAgain] {
        office.save(StepVolunteer { volunteer, step, reason: "去外地两年".into() }).await.unwrap();
    }
}

async fn whoever_comes_back_from_a_signed_import_waits_for_a_signature_of_her_own(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let roster = Lines::Volunteers(vec![import::volunteer(2, "苏小禾", "13900000011")]);
    let batch = import::import(&office, roster).await.batch.unwrap();
    leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.unwrap();
    let her = office.volunteers(&VolunteerFilter::default()).await.unwrap().0[0].id;
    leaves_and_comes_back(&office, her).await;
    let file = office.volunteer(her).await.unwrap();
    let member = file.adults.iter().find(|adult| adult.herself).unwrap().member.id;
    all_checks(&system(&store), Registered { volunteer: her, household: file.home.id, member }).await;
    let waiting = leader.volunteers_to_sign().await.unwrap();
    assert_eq!(waiting.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [her]);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn of_whoever_comes_back_the_office_hears_that_the_account_has_no_role(ground: Ground) {
    let store = ground.store().await;
    let her = approved(&store, "李样例").await.volunteer;
    desk_as(&store, Role::Volunteer, Place::Person(her.0)).await;
    leaves_and_comes_back(&desk_as(&store, Role::Coordinator, Place::County).await, her).await;
    system(&store).save(SignVolunteers { what: Signature::One(her) }).await.unwrap();
    let told = ground.texts("SELECT to_role FROM outbox WHERE kind = 'volunteer.role_due'").await;
    assert_eq!(told, ["coordinator"]);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}
