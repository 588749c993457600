//! A volunteer who leaves a home: what goes with her, and what is due anew where she was and where she comes.

use naheya_domain::Role;
use naheya_domain::check::Standing;
use naheya_domain::household::HouseholdDetails;
use naheya_domain::id::{MemberId, VolunteerId};
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_store::account::AddGrant;
use naheya_store::concern::NameInConcern;
use naheya_store::custody::Witness;
use naheya_store::household::{MoveVolunteer, Whither};
use naheya_store::stay::{ReleaseProof, ReleaseStay, RequestStay, RestoreStay};
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, Registered};
use naheya_store::{Desk, Error};

use crate::concern::said;
use crate::ground::{Ground, NOW, system};
use crate::on_both_engines;
use crate::story::{FETCHED, Story, child_of, literal, pair, story};
use crate::volunteer::{approved, details};

on_both_engines![
    a_husband_who_moves_out_takes_his_checks_along_and_both_homes_are_visited_anew,
    what_she_had_planned_in_the_old_home_is_called_off_and_asked_for_anew_in_the_new_one,
    what_her_move_called_off_does_not_come_back_in_the_old_home,
    nobody_moves_while_a_child_is_with_her,
    whoever_moves_in_counts_on_the_weekends_of_the_other_volunteer_there,
    a_home_takes_in_no_volunteer_for_whose_children_it_has_no_place,
    nobody_moves_in_the_own_home_nor_nowhere,
    rule_2_a_concern_about_her_is_one_about_the_home_she_moves_into,
];

fn moves(volunteer: VolunteerId, to: Whither) -> MoveVolunteer {
    MoveVolunteer { volunteer, to, reason: "分开住了".into() }
}

/// The husband of the story's home becomes a volunteer there.
async fn husband(s: &Story) -> Registered {
    let mut his = details("韩样夫");
    his.birth_on = "1984-01-02".parse().unwrap();
    his.phone = Phone::parse("13900000002").unwrap();
    let home = HomeChoice::Member(MemberId(s.husband));
    s.coordinator.save(RegisterVolunteer { details: his, home }).await.unwrap()
}

async fn number(desk: &Desk, volunteer: VolunteerId) -> Whither {
    Whither::HomeOf(desk.volunteer(volunteer).await.unwrap().number.to_lowercase())
}

/// Until when the visits to homes hold, by what was entered.
async fn visits(ground: &Ground) -> Vec<String> {
    ground.texts("SELECT valid_until FROM checks WHERE kind = 'home_visit' ORDER BY id").await
}

async fn a_husband_who_moves_out_takes_his_checks_along_and_both_homes_are_visited_anew(ground: Ground) {
    let s = story(&ground).await;
    let his = husband(&s).await;
    s.approved().await;
    s.coordinator.save(moves(his.volunteer, Whither::OwnHome)).await.unwrap();
    let (old, new) = (s.coordinator.volunteer(s.carer.volunteer), s.coordinator.volunteer(his.volunteer));
    let (old, new) = (old.await.unwrap(), new.await.unwrap());
    assert_ne!(new.home.id, s.carer.household);
    assert_eq!(new.adults.iter().map(|adult| adult.member.id).collect::<Vec<_>>(), [MemberId(s.husband)]);
    assert!(old.adults.iter().all(|adult| adult.herself), "he sleeps there no more");
    let here = literal(&ground, new.home.id.0);
    let found = format!("SELECT kind FROM checks WHERE household_id = {here}");
    assert_eq!(ground.texts(&found).await, ["no_offence"]);
    assert_eq!(visits(&ground).await, ["2026-11-19"], "the old home has to be seen without him");
    let told = "SELECT kind FROM outbox WHERE kind = 'stay.paper_gone'";
    assert_eq!(ground.texts(told).await.len(), 1, "her weekend rests on that visit");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn what_she_had_planned_in_the_old_home_is_called_off_and_asked_for_anew_in_the_new_one(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    s.leader.save(moves(s.carer.volunteer, Whither::OwnHome)).await.unwrap();
    let stays = ground.texts("SELECT state || ' ' || cancelled_reason FROM stays").await;
    assert_eq!(stays, ["cancelled volunteer.moved_home"]);
    let mut new = s.weekend(&[s.pair]);
    new.adults = vec![s.carer.member.0];
    let Err(Error::Refused(refusal)) = s.mother.save(RequestStay { new }).await else { panic!("not visited yet") };
    assert_eq!(refusal.code, "stay.home_visit_missing");
    let file = s.leader.volunteer(s.carer.volunteer).await.unwrap();
    assert_eq!((file.home.capacity, file.home.taken), (1, 1));
    let kept =
        |kind: &str| file.checks.iter().any(|c| c.kind.code() == kind && matches!(c.standing, Standing::Valid(_)));
    assert!(kept("training") && kept("agreement") && !kept("home_visit"));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn what_her_move_called_off_does_not_come_back_in_the_old_home(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.leader.save(moves(s.carer.volunteer, Whither::OwnHome)).await.unwrap();
    let back = s.coordinator.save(RestoreStay { stay }).await;
    assert_eq!(back, Err(Error::refused("stay.carer_moved")));
    s.store.close().await.unwrap();
}

async fn nobody_moves_while_a_child_is_with_her(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let proof = ReleaseProof::List { called: "样例专干".into() };
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let office = s.at(&s.coordinator, FETCHED.plus_minutes(60)).await;
    let moved = office.save(moves(s.carer.volunteer, Whither::OwnHome)).await;
    assert_eq!(moved, Err(Error::refused("volunteer.child_there")));
    s.store.close().await.unwrap();
}

async fn whoever_moves_in_counts_on_the_weekends_of_the_other_volunteer_there(ground: Ground) {
    let s = story(&ground).await;
    let other = approved(&s.store, "王样例").await;
    let stay = s.approved().await;
    let to = number(&s.coordinator, s.carer.volunteer).await;
    s.coordinator.save(moves(other.volunteer, to)).await.unwrap();
    let there = s.coordinator.stay_basis(stay).await.unwrap().adults;
    assert!(there.iter().any(|(name, _)| name == "王样例"), "{there:?}");
    assert_eq!(visits(&ground).await, ["2026-11-19", "2026-11-19"]);
    let moved = s.coordinator.volunteer(other.volunteer).await.unwrap();
    assert_eq!(moved.home.id, s.carer.household);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_home_takes_in_no_volunteer_for_whose_children_it_has_no_place(ground: Ground) {
    let s = story(&ground).await;
    let his = husband(&s).await;
    s.coordinator.save(moves(his.volunteer, Whither::OwnHome)).await.unwrap();
    let other = approved(&s.store, "王样例").await;
    let (second, _) = child_of(&s.store, "安小满", s.school, s.class).await;
    pair(&ground, second, other).await;
    let to = number(&s.coordinator, other.volunteer).await;
    let full = s.coordinator.save(moves(s.carer.volunteer, to.clone())).await;
    assert_eq!(full, Err(Error::refused("volunteer.no_place_there")));
    s.coordinator.save(moves(his.volunteer, to)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn nobody_moves_in_the_own_home_nor_nowhere(ground: Ground) {
    let s = story(&ground).await;
    let his = husband(&s).await;
    let to = |number: &str| moves(his.volunteer, Whither::HomeOf(number.into()));
    for (number, code) in [(" ", "required.missing"), ("V1999-000001", "volunteer.number_unknown")] {
        assert_eq!(s.coordinator.save(to(number)).await, Err(Error::field("to_number", code)));
    }
    let home = number(&s.coordinator, s.carer.volunteer).await;
    let there = s.coordinator.save(moves(his.volunteer, home)).await;
    assert_eq!(there, Err(Error::field("to_number", "volunteer.lives_there")));
    let unsaid = MoveVolunteer { reason: " ".into(), ..moves(his.volunteer, Whither::OwnHome) };
    assert_eq!(s.coordinator.save(unsaid).await, Err(Error::field("move_reason", "required.missing")));
    let (account, place) = (s.leader.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    let own = s.leader.save(moves(his.volunteer, Whither::OwnHome)).await;
    assert_eq!(own, Err(Error::refused("household.own_home")));
    s.store.close().await.unwrap();
}

async fn rule_2_a_concern_about_her_is_one_about_the_home_she_moves_into(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let home = HomeChoice::New(HouseholdDetails::default(), Vec::new());
    let other = s.coordinator.save(RegisterVolunteer { details: details("王样例"), home }).await.unwrap();
    let concern = s.teacher.save(said("那个人")).await.unwrap();
    let volunteer = Some(other.volunteer);
    s.coordinator.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
    let told = async || {
        let refusals = s.leader.stay_line(stay).await.unwrap().refusals;
        refusals.iter().any(|refusal| refusal.code == "stay.concern_open")
    };
    assert!(!told().await);
    let to = number(&s.coordinator, s.carer.volunteer).await;
    s.coordinator.save(moves(other.volunteer, to)).await.unwrap();
    assert!(told().await);
    s.store.close().await.unwrap();
}
