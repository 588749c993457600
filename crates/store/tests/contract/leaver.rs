//! Whose role ends, or whose account is closed, while a child is with her; who may not leave yet; and who comes back after she had
//! left.

use naheya_domain::Role;
use naheya_domain::child::ChildState;
use naheya_domain::id::VolunteerId;
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountState, EndGrant, SetAccountState};
use naheya_store::child::ChangeState;
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
    whoever_has_a_weekend_ahead_neither_rests_nor_leaves,
    a_child_with_a_pair_does_not_leave_the_programme,
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

async fn whoever_has_a_weekend_ahead_neither_rests_nor_leaves(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    let volunteer = s.carer.volunteer;
    let step = |step| StepVolunteer { volunteer, step, reason: "搬到外地".into() };
    for state in ["requested", "consented", "approved", "released", "in_care"] {
        ground.sql(&format!("UPDATE stays SET state = '{state}'")).await;
        for to in [Step::Pause, Step::Leave] {
            let has_stays = Err(Error::refused("volunteer.has_stays"));
            assert_eq!(s.coordinator.save(step(to)).await, has_stays, "{state}");
        }
    }
    ground.sql("UPDATE stays SET state = 'cancelled'").await;
    assert_eq!(s.coordinator.save(step(Step::Leave)).await, Err(Error::refused("volunteer.has_pairs")));
    s.coordinator.save(step(Step::Pause)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_child_with_a_pair_does_not_leave_the_programme(ground: Ground) {
    let s = story(&ground).await;
    ground.sql("UPDATE children SET state = 'enrolled'").await;
    let to = |next| ChangeState { child: s.child, next };
    let impossible = Err(Error::refused("child.state_not_possible"));
    assert_eq!(s.coordinator.save(to(ChildState::Applying)).await, impossible);
    for state in ["settling", "active", "paused"] {
        ground.sql(&format!("UPDATE pairs SET state = '{state}'")).await;
        let open = Err(Error::refused("child.pair_open"));
        assert_eq!(s.coordinator.save(to(ChildState::Left)).await, open, "{state}");
    }
    s.coordinator.save(to(ChildState::Paused)).await.unwrap();
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-20'").await;
    s.coordinator.save(to(ChildState::Left)).await.unwrap();
    s.store.close().await.unwrap();
}
