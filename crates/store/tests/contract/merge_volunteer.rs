//! Two files of one volunteer: found, merged with another person's yes, taken apart without a trace in the rows.
//!
//! Long because: each rule of a merge is tried on its own, on the same ground.

use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::household::{HouseholdDetails, HouseholdForm, MemberDetails, MemberForm};
use naheya_domain::id::{ConcernId, GrantId, MergeId, VolunteerId};
use naheya_domain::merge::{File, MergeKind, VolunteerPart, Why};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_domain::{AreaId, Role};
use naheya_store::account::EndGrant;
use naheya_store::concern::{LiftSuspension, NameInConcern, RaiseConcern, Suspend};
use naheya_store::guardian::AddGuardian;
use naheya_store::household::{AddMember, ChangeHousehold, ChangeMember};
use naheya_store::merge::{ApproveMerge, ProposeMerge, TakeBackTellApart, TellApart, UndoMerge};
use naheya_store::stay::{RequestStay, RestoreStay};
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, Registered, Step, StepVolunteer, VolunteerFilter};
use naheya_store::{Desk, Error, Location, Store, SystemTask};
use uuid::Uuid;

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::rows::{Around, Lot};
use crate::story::{Story, literal, story};
use crate::volunteer::register;

on_both_engines![
    two_files_of_a_volunteer_become_one_and_her_home_comes_along,
    two_volunteers_who_both_sign_in_stay_two_files,
    homes_at_two_addresses_stay_two_files,
    whoever_was_refused_does_not_come_in_through_another_file,
    a_volunteer_with_a_pair_does_not_become_one_who_may_have_none,
    a_child_who_is_in_either_home_tonight_stands_in_the_way,
    whoever_is_kept_away_from_a_child_does_not_come_into_its_home,
    a_home_that_changed_meanwhile_is_compared_again,
    two_files_of_a_volunteer_are_judged_again_when_it_is_agreed_to,
    of_two_proposals_at_once_one_waits_and_of_two_answers_one_counts,
    a_home_that_became_one_meanwhile_is_compared_again,
    a_suspension_of_one_file_reaches_what_stood_under_the_other,
    what_only_a_merge_had_called_off_comes_back_once_they_are_two_files_again,
    a_number_of_a_volunteer_moves_along_and_back,
    a_number_is_claimed_as_long_as_the_file_in_which_it_stands_takes_part,
    what_was_built_upon_a_volunteer_s_rows_stands_in_the_way,
    two_volunteers_told_apart_are_not_suspected_until_it_is_taken_back,
    a_volunteer_who_stands_in_another_home_too_is_found,
    doubles_of_volunteers_are_found_by_phone_and_by_birth,
    a_merge_of_volunteers_taken_apart_leaves_the_rows_as_they_were,
];

/// The code of the rule that said no, or what came instead.
pub fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        other => format!("{other:?}"),
    }
}

/// Proposes what was compared just now.
pub async fn propose(
    desk: &Desk,
    kept: VolunteerId,
    other: VolunteerId,
    parts: &[VolunteerPart],
) -> Result<MergeId, Error> {
    let found = desk.compare_files(kept.into(), other.into()).await?;
    let act = ProposeMerge {
        kept: (kept.into(), found.kept.version),
        other: (other.into(), found.other.version),
        from_other: parts.iter().map(|part| part.code().to_owned()).collect(),
    };
    desk.save(act).await
}

/// The story's volunteer, entered a second time with a home of her own.
pub async fn double(s: &Story) -> Registered {
    register(&system(&s.store), "李样例").await
}

async fn two_files_of_a_volunteer_become_one_and_her_home_comes_along(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let other = double(&s).await;
    let parts = [VolunteerPart::State];
    let merge = propose(&s.coordinator, other.volunteer, s.carer.volunteer, &parts).await.unwrap();
    assert_eq!(code(s.coordinator.save(ApproveMerge { merge }).await), "merge.own");
    assert_eq!(s.leader.save(ApproveMerge { merge }).await, Ok(File::Volunteer(other.volunteer)));
    let file = s.coordinator.volunteer(other.volunteer).await.unwrap();
    assert_eq!((file.members.len(), file.pairs.len()), (3, 1), "who stands in both homes is one person");
    assert_eq!(s.coordinator.volunteer(s.carer.volunteer).await.err(), Some(Error::NotFound));
    assert_eq!(s.coordinator.merged_into(s.carer.volunteer.into()).await, Ok(other.volunteer.into()));
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().child_name, "安小草");
    let mother = s.at(&s.mother, NOW).await;
    assert_eq!(mother.volunteer(other.volunteer).await.unwrap().name, "李样例", "her account comes along");
    s.leader.save(UndoMerge { merge }).await.unwrap();
    let file = s.coordinator.volunteer(s.carer.volunteer).await.unwrap();
    assert_eq!((file.members.len(), file.pairs.len()), (3, 1));
    let mother = s.at(&s.mother, NOW).await;
    assert_eq!(mother.volunteer(other.volunteer).await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn two_volunteers_who_both_sign_in_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let second = desk_as(&s.store, Role::Volunteer, Place::Person(other.volunteer.0)).await;
    assert_eq!(code(propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await), "merge.both_accounts");
    system(&s.store).save(EndGrant { grant: second.viewer().grant }).await.unwrap();
    propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

/// Writes an address into a volunteer's home.
async fn lives(desk: &Desk, volunteer: VolunteerId, address: &str, town: &str) {
    let home = desk.volunteer(volunteer).await.unwrap().home;
    let form = HouseholdForm { address, town_code: town, travel_minutes: "20", ..HouseholdForm::default() };
    let details = HouseholdDetails::parse(&form).unwrap();
    desk.save(ChangeHousehold { household: home.id, version: home.version, details }).await.unwrap();
}

async fn homes_at_two_addresses_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    lives(&s.coordinator, s.carer.volunteer, "示例小区1号楼", "").await;
    lives(&s.coordinator, other.volunteer, "示例小区2号楼", "").await;
    assert_eq!(code(propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await), "merge.two_homes");
    lives(&s.coordinator, other.volunteer, "示例小区 1号楼", "").await;
    propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn whoever_was_refused_does_not_come_in_through_another_file(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let refuse = StepVolunteer { volunteer: other.volunteer, step: Step::Refuse, reason: "不合适".into() };
    s.leader.save(refuse).await.unwrap();
    assert_eq!(code(propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await), "merge.refused_once");
    s.store.close().await.unwrap();
}

async fn a_volunteer_with_a_pair_does_not_become_one_who_may_have_none(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let (kept, gone) = (other.volunteer, s.carer.volunteer);
    assert_eq!(code(propose(&s.leader, kept, gone, &[]).await), "merge.state_with_pair");
    propose(&s.leader, kept, gone, &[VolunteerPart::State]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_child_who_is_in_either_home_tonight_stands_in_the_way(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let with = HomeChoice::Known(other.household);
    let housemate =
        system(&s.store).save(RegisterVolunteer { details: details("何样友", ""), home: with }).await.unwrap();
    s.asked().await;
    propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.map(|_| ()).unwrap();
    ground.sql("UPDATE merges SET state = 'withdrawn'").await;
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    assert_eq!(code(propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await), "merge.child_there");
    // The same with somebody else of the home that would become part of the other one.
    let (volunteer, home) = (literal(&ground, housemate.volunteer.0), literal(&ground, other.household.0));
    ground.sql(&format!("UPDATE stays SET volunteer_id = {volunteer}, household_id = {home}")).await;
    assert_eq!(code(propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await), "merge.child_there");
    ground.sql("UPDATE stays SET state = 'closed'").await;
    propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

fn member(name: &str, phone: &str, id_number: &str, to_on: &str) -> MemberDetails {
    let form = MemberForm { name, phone, id_number, to_on, birth_on: "1985-04-06", ..MemberForm::default() };
    MemberDetails::parse(&form, NOW.date()).unwrap()
}

async fn whoever_is_kept_away_from_a_child_does_not_come_into_its_home(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let phone = "13900000077";
    let uncle = AddMember { household: other.household, details: member("安样叔", phone, "", "") };
    s.coordinator.save(uncle).await.unwrap();
    let form = GuardianForm {
        name: "安样叔",
        relation: "叔叔",
        phone,
        blocked: true,
        blocked_reason: "法院裁定",
        ..GuardianForm::default()
    };
    let details = GuardianDetails::parse(&form).unwrap();
    s.coordinator.save(AddGuardian { child: s.child, details }).await.unwrap();
    assert_eq!(code(propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await), "merge.kept_away_there");
    let stays = [VolunteerPart::State];
    let either_way = propose(&s.leader, other.volunteer, s.carer.volunteer, &stays).await;
    assert_eq!(code(either_way), "merge.kept_away_there");
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-01'").await;
    propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_home_that_changed_meanwhile_is_compared_again(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[VolunteerPart::Home]).await.unwrap();
    assert!(s.leader.merge_file(merge).await.unwrap().is_fresh);
    lives(&s.coordinator, other.volunteer, "示例小区1号楼", "").await;
    assert!(!s.leader.merge_file(merge).await.unwrap().is_fresh);
    assert_eq!(s.leader.save(ApproveMerge { merge }).await, Err(Error::Stale));
    s.store.close().await.unwrap();
}

async fn two_files_of_a_volunteer_are_judged_again_when_it_is_agreed_to(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    desk_as(&s.store, Role::Volunteer, Place::Person(other.volunteer.0)).await;
    assert_eq!(s.leader.merge_file(merge).await.unwrap().comparison.unwrap().obstacles[0].code, "merge.both_accounts");
    assert_eq!(code(s.leader.save(ApproveMerge { merge }).await), "merge.both_accounts");
    s.coordinator.volunteer(other.volunteer).await.unwrap();
    s.store.close().await.unwrap();
}

async fn of_two_proposals_at_once_one_waits_and_of_two_answers_one_counts(ground: Ground) {
    let s = story(&ground).await;
    let (other, third) = (double(&s).await, double(&s).await);
    let (one, two) = tokio::join!(
        propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]),
        propose(&s.leader, third.volunteer, other.volunteer, &[]),
    );
    let mut codes = [code(one.clone()), code(two.clone())];
    codes.sort_unstable_by_key(|code| code != "merge.waiting");
    assert_eq!(codes[0], "merge.waiting");
    let merge = one.or(two).unwrap();
    let (a, b) =
        (desk_as(&s.store, Role::Leader, Place::County).await, desk_as(&s.store, Role::Leader, Place::County).await);
    let (a, b) = tokio::join!(a.save(ApproveMerge { merge }), b.save(ApproveMerge { merge }));
    let mut codes = [code(a), code(b)];
    codes.sort_unstable_by_key(|code| code != "merge.decided");
    assert_eq!(codes[0], "merge.decided");
    assert!(codes[1].starts_with("Ok("), "{codes:?}");
    s.store.close().await.unwrap();
}

/// Husband and wife are both volunteers, and both were entered twice.
async fn a_home_that_became_one_meanwhile_is_compared_again(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let lives_with = async |home| {
        let act = RegisterVolunteer { details: details("何样友", ""), home: HomeChoice::Known(home) };
        system(&s.store).save(act).await.unwrap().volunteer
    };
    let (kept, gone) = (lives_with(s.carer.household).await, lives_with(other.household).await);
    let first = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    let second = propose(&s.coordinator, kept, gone, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge: first }).await.unwrap();
    assert_eq!(s.leader.save(ApproveMerge { merge: second }).await, Err(Error::Stale));
    ground.sql("UPDATE merges SET state = 'withdrawn' WHERE state = 'asked'").await;
    let second = propose(&s.coordinator, kept, gone, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge: second }).await.unwrap();
    let in_the_way = s.leader.merge_file(first).await.unwrap().in_the_way;
    assert_eq!(in_the_way, ["household_members", "volunteers"], "the later one first");
    s.leader.save(UndoMerge { merge: second }).await.unwrap();
    s.leader.save(UndoMerge { merge: first }).await.unwrap();
    assert_eq!(s.coordinator.volunteer(gone).await.unwrap().home.id, other.household);
    s.store.close().await.unwrap();
}

/// A concern about this volunteer, which suspends.
async fn suspended(s: &Story, volunteer: VolunteerId) -> ConcernId {
    let form = ConcernForm { words: "手上有伤", situations: vec!["mr4"], ..ConcernForm::default() };
    let raise = RaiseConcern { said: NewConcern::parse(&form).unwrap(), child: None };
    let concern = s.leader.save(raise).await.unwrap();
    let name = NameInConcern { concern, child: None, volunteer: Some(volunteer), account: None };
    s.leader.save(name).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    concern
}

async fn what_only_a_merge_had_called_off_comes_back_once_they_are_two_files_again(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let other = double(&s).await;
    suspended(&s, other.volunteer).await;
    let merge = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["cancelled"]);
    assert!(s.coordinator.save(RestoreStay { stay }).await.is_err(), "it is suspended");
    s.coordinator.save(UndoMerge { merge }).await.unwrap();
    s.coordinator.save(RestoreStay { stay }).await.unwrap();
    assert_eq!(ground.texts("SELECT state FROM stays WHERE suspended_by IS NULL").await, ["approved"]);
    s.store.close().await.unwrap();
}

async fn a_suspension_of_one_file_reaches_what_stood_under_the_other(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let concern = suspended(&s, other.volunteer).await;
    // Begun after the concern: who merges need not know of it.
    let late = desk_as(&s.store, Role::Coordinator, Place::County).await;
    let merge = propose(&late, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    let pair = async || ground.texts("SELECT state FROM pairs").await;
    assert_eq!(pair().await, ["paused"]);
    let mother = async || s.store.desk_of_grant(s.mother.viewer().grant, NOW).await;
    assert_eq!(mother().await.err(), Some(Error::NotFound), "she sees nothing, whichever file was named");
    let told = "SELECT act FROM audit_events WHERE noun = 'pairs' AND fields LIKE '%suspended_by%'";
    assert_eq!(ground.texts(told).await, ["concern.suspend"], "told to nobody outside the circle");
    late.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(pair().await, ["active"]);
    mother().await.unwrap();
    let still = "SELECT ended_on FROM pairs WHERE suspended_by IS NOT NULL";
    assert_eq!(ground.texts(still).await, Vec::<String>::new());
    // And the other way round: lifted while they are one, everything is free.
    let merge = propose(&late, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    s.leader.save(LiftSuspension { concern, reason: "公安查过，家里安全".into() }).await.unwrap();
    assert_eq!(pair().await, ["active"]);
    mother().await.unwrap();
    late.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(pair().await, ["active"]);
    s.store.close().await.unwrap();
}

const NUMBER: &str = "150825198504060024";

fn details(name: &str, id_number: &str) -> VolunteerDetails {
    let form =
        VolunteerForm { name, id_number, birth_on: "1985-04-06", phone: "13900000001", ..VolunteerForm::default() };
    VolunteerDetails::parse(&form, NOW.date()).unwrap()
}

async fn numbered(desk: &Desk, name: &str) -> Result<Registered, Error> {
    let home = HomeChoice::New(HouseholdDetails::default(), Vec::new());
    desk.save(RegisterVolunteer { details: details(name, NUMBER), home }).await
}

async fn a_number_of_a_volunteer_moves_along_and_back(ground: Ground) {
    let s = story(&ground).await;
    let other = numbered(&s.coordinator, "李样例").await.unwrap();
    let again = async || numbered(&s.coordinator, "李样列").await.map(|_| ());
    let taken = || Err(Error::field("id_number", "duplicate.in_register"));
    assert_eq!(again().await, taken());
    let merge = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[VolunteerPart::IdNumber]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    assert_eq!(again().await, taken(), "it is hers in the file that stayed");
    s.leader.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(again().await, taken(), "and the other one's again");
    // Not chosen, the number is free; once somebody else has it, the file cannot come back with it.
    let merge = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    again().await.unwrap();
    assert_eq!(code(s.leader.save(UndoMerge { merge }).await), "merge.number_taken");
    s.store.close().await.unwrap();
}

async fn a_number_is_claimed_as_long_as_the_file_in_which_it_stands_takes_part(ground: Ground) {
    let s = story(&ground).await;
    let other = numbered(&s.coordinator, "李样例").await.unwrap();
    let leave = StepVolunteer { volunteer: other.volunteer, step: Step::Leave, reason: "搬家了".into() };
    s.coordinator.save(leave).await.unwrap();
    let merge = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[VolunteerPart::IdNumber]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    let there = s.store.as_system(SystemTask::Demo, AreaId(150_824), NOW);
    there.open_county().await.unwrap();
    let again = async || numbered(&there, "李样例").await.map(|_| ());
    assert_eq!(again().await, Err(Error::field("id_number", "duplicate.in_register")));
    s.leader.save(UndoMerge { merge }).await.unwrap();
    again().await.unwrap();
    s.store.close().await.unwrap();
}

async fn what_was_built_upon_a_volunteer_s_rows_stands_in_the_way(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = propose(&s.coordinator, other.volunteer, s.carer.volunteer, &[VolunteerPart::State]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    assert_eq!(s.leader.merge_file(merge).await.unwrap().in_the_way, Vec::<&str>::new());
    let mut new = s.weekend(&[s.pair]);
    new.adults = vec![other.member.0];
    let mother = s.at(&s.mother, NOW).await;
    mother.save(RequestStay { new }).await.unwrap();
    assert_eq!(s.leader.merge_file(merge).await.unwrap().in_the_way, ["stays"]);
    assert_eq!(code(s.leader.save(UndoMerge { merge }).await), "merge.built_on");
    s.store.close().await.unwrap();
}

async fn two_volunteers_told_apart_are_not_suspected_until_it_is_taken_back(ground: Ground) {
    let s = story(&ground).await;
    let (one, other) = (File::Volunteer(s.carer.volunteer), File::Volunteer(double(&s).await.volunteer));
    let suspects = async || s.coordinator.suspects(MergeKind::Volunteer).await.unwrap().0.len();
    assert_eq!(suspects().await, 1);
    assert_eq!(s.coordinator.save(TellApart { one, other: File::Child(s.child) }).await, Err(Error::NotFound));
    s.coordinator.save(TellApart { one, other }).await.unwrap();
    assert_eq!(suspects().await, 0);
    let told = s.leader.told_apart(MergeKind::Volunteer).await.unwrap();
    assert_eq!(s.leader.compare_files(other, one).await.unwrap().told_apart.map(|told| told.id), Some(told[0].id));
    assert_eq!(s.leader.told_apart(MergeKind::Child).await.unwrap().len(), 0);
    assert_eq!(s.leader.save(TakeBackTellApart { merge: told[0].id }).await, Ok(one));
    assert_eq!(suspects().await, 1);
    s.store.close().await.unwrap();
}

async fn a_volunteer_who_stands_in_another_home_too_is_found(ground: Ground) {
    let s = story(&ground).await;
    let hers = numbered(&s.coordinator, "何样友").await.unwrap();
    let found = async || s.coordinator.volunteers_elsewhere().await.unwrap();
    assert_eq!(found().await, []);
    let there = member("何样女", "", NUMBER, "");
    let entry = s.coordinator.save(AddMember { household: s.carer.household, details: there }).await.unwrap();
    let twice = &found().await[0];
    assert_eq!((twice.file.id, twice.entry.0, twice.own), (hers.volunteer.into(), entry, false));
    assert_eq!(twice.home, ("李样例家".to_owned(), s.carer.volunteer));
    let out = ChangeMember { member: entry, version: 1, details: member("何样女", "", "", "2026-11-01") };
    s.coordinator.save(out).await.unwrap();
    assert_eq!(found().await, [], "she has moved out there");
    let own = AddMember { household: hers.household, details: member("何样友", "", NUMBER, "") };
    s.coordinator.save(own).await.unwrap();
    assert!(found().await[0].own);
    assert_eq!(s.teacher.volunteers_elsewhere().await.err(), Some(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn doubles_of_volunteers_are_found_by_phone_and_by_birth(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(s.coordinator.suspects(MergeKind::Volunteer).await.unwrap().0, []);
    let other = double(&s).await;
    let found = s.coordinator.suspects(MergeKind::Volunteer).await.unwrap().0;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].other.id, found[0].why.clone()), (other.volunteer.into(), vec![Why::Birth, Why::Phone]));
    assert_eq!(s.coordinator.suspects(MergeKind::Child).await.unwrap().0, []);
    assert_eq!(s.teacher.suspects(MergeKind::Volunteer).await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

/// Tables with rows of a volunteer, her home and her entry in it, and the column that says whose they are.
const AROUND: [(&str, &str); 19] = [
    ("volunteers", "household_id"),
    ("households", "id"),
    ("household_members", "household_id"),
    ("search_tokens", "person_id"),
    ("uniq", "ref_id"),
    ("checks", "household_id"),
    ("checks", "volunteer_id"),
    ("checks", "member_id"),
    ("round_volunteers", "volunteer_id"),
    ("choices", "volunteer_id"),
    ("proposals", "volunteer_id"),
    ("pairs", "volunteer_id"),
    ("stays", "volunteer_id"),
    ("stay_adults", "member_id"),
    ("term_plans", "volunteer_id"),
    ("custody_events", "holder_id"),
    ("hours_entries", "volunteer_id"),
    ("hours_claims", "volunteer_id"),
    ("concern_people", "ref_id"),
];

/// Roles that stand for a person, those that ended too.
async fn roles(ground: &Ground, columns: &str) -> Vec<String> {
    ground.texts(&format!("SELECT {columns} FROM grants WHERE place_kind = 'person' ORDER BY 1")).await
}

/// Ends every role that stands for one of these, as an office does.
async fn end_roles(ground: &Ground, store: &Store, carers: &[VolunteerId]) {
    let sqlite = matches!(ground.location, Location::Folder(_));
    let id = if sqlite { "lower(hex(id))" } else { "id::text" };
    for line in roles(ground, &format!("{id} || ' ' || place_ref")).await {
        let (grant, place) = line.split_once(' ').unwrap();
        if carers.iter().any(|carer| carer.0.to_string() == place) {
            let grant = GrantId(Uuid::parse_str(grant).unwrap());
            system(store).save(EndGrant { grant }).await.unwrap();
        }
    }
}

/// Volunteers of the demo, two by two as a lot draws them, with what a lot chooses from each. Each has an address and an
/// account of her own there, so the other one's account is ended and her home written to the same address first.
async fn a_merge_of_volunteers_taken_apart_leaves_the_rows_as_they_were(ground: Ground) {
    let store = ground.told().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let carers = coordinator.volunteers(&VolunteerFilter::default()).await.unwrap().0;
    let around = Around::of(&ground, &AROUND).await;
    let (mut lot, mut done) = (Lot(32), 0);
    for carer in &carers {
        lives(&coordinator, carer.id, "示例小区1号楼", "150825100").await;
    }
    end_roles(&ground, &store, &carers.iter().map(|carer| carer.id).collect::<Vec<_>>()).await;
    for _ in 0..300 {
        let (kept, other) = (carers[lot.below(carers.len())].id, carers[lot.below(carers.len())].id);
        let parts: Vec<VolunteerPart> = VolunteerPart::ALL.into_iter().filter(|_| lot.below(2) == 0).collect();
        let Ok(merge) = propose(&coordinator, kept, other, &parts).await else { continue };
        let mut ids = Vec::new();
        for of in [kept, other] {
            let file = coordinator.volunteer(of).await.unwrap();
            ids.extend([of.0, file.home.id.0]);
            ids.extend(file.members.iter().map(|member| member.id.0));
        }
        let of_all = async || (around.rows(&ids).await, roles(&ground, "place_ref || ' ' || role").await);
        let before = of_all().await;
        leader.save(ApproveMerge { merge }).await.unwrap();
        assert_ne!(of_all().await, before);
        if done % 4 == 0 {
            assert_eq!(store.examine(true, NOW).await.unwrap(), []);
        }
        coordinator.save(UndoMerge { merge }).await.unwrap();
        assert_eq!(of_all().await, before, "{parts:?}");
        done += 1;
        if done == 12 {
            break;
        }
    }
    assert!(done >= 8, "the lot drew too few that can be merged: {done}");
    assert_eq!(store.examine(true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}
