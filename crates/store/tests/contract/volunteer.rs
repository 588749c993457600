use std::collections::HashSet;

use futures_util::future::join_all;
use naheya_domain::check::{APPLICATION, CheckDetails, CheckForm, CheckKind, Standing, Subject};
use naheya_domain::household::{HouseholdDetails, HouseholdForm, MemberDetails, MemberForm};
use naheya_domain::id_number::IdNumber;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm, VolunteerState};
use naheya_domain::{Date, Role};
use naheya_store::account::AddGrant;
use naheya_store::check::{CheckLine, EnterChecks, StrikeCheck, Struck};
use naheya_store::child::OpenFile;
use naheya_store::household::{AddMember, ChangeMember, RaiseCapacity};
use naheya_store::import::Lines;
use naheya_store::order::Turn;
use naheya_store::volunteer::{
    Application, ChangeVolunteer, HomeChoice, RegisterVolunteer, Registered, SignVolunteers, Signature, Step,
    StepVolunteer, VolunteerColumn, VolunteerFilter,
};
use naheya_store::{Desk, Error, Store};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::{child, import, on_both_engines, story};

on_both_engines![
    a_volunteer_is_registered_with_home_and_family_in_one_act,
    whoever_registered_a_volunteer_does_not_sign,
    a_leader_who_is_a_volunteer_signs_for_herself_neither_alone_nor_in_a_batch,
    a_batch_of_the_signer_alone_is_left_to_another_leader,
    nobody_is_signed_while_an_adult_of_the_home_is_unchecked,
    a_failed_check_is_seen_by_the_leader_only,
    a_table_of_checks_is_entered_whole_or_not_at_all,
    a_home_takes_more_than_one_child_only_by_the_leader_with_a_reason,
    a_volunteer_sees_the_own_file_and_nobody_elses,
    an_applicant_sees_each_step_of_her_own_application_and_no_failure,
    whoever_leaves_loses_the_view_the_same_moment,
    nobody_is_refused_while_a_pair_of_paper_goes_on,
    the_list_shows_free_places_and_what_ends_first,
    a_home_with_a_check_that_is_over_has_no_free_place,
    more_than_two_hundred_homes_with_a_place_are_all_found,
    a_check_that_was_renewed_ends_no_more_and_nobody_elses_renews_it,
    a_changed_file_keeps_its_history_without_values,
    a_mistyped_number_that_was_put_right_is_free_for_whose_it_is,
    volunteers_after_those_of_the_demo_get_numbers_of_their_own,
];

pub fn details(name: &str) -> VolunteerDetails {
    let form = VolunteerForm {
        name,
        birth_on: "1985-04-06",
        phone: "13900000001",
        languages: "汉语、蒙古语",
        ..VolunteerForm::default()
    };
    VolunteerDetails::parse(&form, NOW.date()).unwrap()
}

pub fn member(name: &str, birth_on: &str) -> MemberDetails {
    MemberDetails::parse(&MemberForm { name, birth_on, ..MemberForm::default() }, NOW.date()).unwrap()
}

pub fn check(kind: CheckKind, outcome: &str, done_on: &str) -> CheckDetails {
    let form = CheckForm { kind: kind.code(), outcome, done_on, number: "示例0310", ..CheckForm::default() };
    CheckDetails::parse(&form, NOW.date()).unwrap()
}

pub fn line(subject: Subject, kind: CheckKind, outcome: &str, done_on: &str) -> CheckLine {
    CheckLine { subject, details: check(kind, outcome, done_on), second: None }
}

/// A registered volunteer whose husband and child live with her.
pub async fn register(desk: &Desk, name: &str) -> Registered {
    let family = vec![member("韩样夫", "1984-01-02"), member("韩小样", "2017-05-05")];
    let home = HomeChoice::New(HouseholdDetails::default(), family);
    desk.save(RegisterVolunteer { details: details(name), home }).await.unwrap()
}

/// Every check that rule 2 and the signature ask for, for everybody in the home.
pub async fn all_checks(desk: &Desk, r: Registered) {
    let file = desk.volunteer(r.volunteer).await.unwrap();
    let adults = file.adults.iter().map(|a| line(Subject::Adult(a.member.id.0), CheckKind::NoOffence, "passed", DONE));
    let her = Subject::Volunteer(r.volunteer.0);
    let mut lines: Vec<CheckLine> = adults.collect();
    lines.push(line(Subject::Adult(r.member.0), CheckKind::Identity, "passed", DONE));
    lines.push(line(Subject::Home(r.household.0), CheckKind::HomeVisit, "passed", DONE));
    for kind in [CheckKind::Interview, CheckKind::Training, CheckKind::Agreement, CheckKind::Insurance] {
        lines.push(line(her, kind, "passed", DONE));
    }
    desk.save(EnterChecks { lines }).await.unwrap();
}

/// A volunteer who may be paired and may ask for weekends.
pub async fn approved(store: &Store, name: &str) -> Registered {
    let desk = system(store);
    let registered = register(&desk, name).await;
    all_checks(&desk, registered).await;
    desk.save(SignVolunteers { what: Signature::One(registered.volunteer) }).await.unwrap();
    registered
}

pub const DONE: &str = "2026-03-12";

async fn a_volunteer_is_registered_with_home_and_family_in_one_act(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let registered = register(&desk, "李样例").await;
    let file = desk.volunteer(registered.volunteer).await.unwrap();
    assert_eq!(file.number, "V2026-000001");
    assert_eq!(file.state, VolunteerState::Screening);
    assert_eq!(file.phone.as_deref(), Some("13900000001"));
    assert_eq!((file.home.name.as_str(), file.home.capacity), ("李样例家", 1));
    assert_eq!(file.members.len(), 3);
    // Two adults are asked for checks, the child of the family is not; herself first.
    let names: Vec<&str> = file.adults.iter().map(|a| a.member.name.as_str()).collect();
    assert_eq!(names, ["李样例", "韩样夫"]);
    let filter = VolunteerFilter { search: Some("lyl".into()), ..VolunteerFilter::default() };
    let (rows, more) = desk.volunteers(&filter).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [registered.volunteer]);
    assert!(!more);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn whoever_registered_a_volunteer_does_not_sign(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let registered = register(&leader, "李样例").await;
    all_checks(&system(&store), registered).await;
    let sign = || SignVolunteers { what: Signature::One(registered.volunteer) };
    assert_eq!(leader.save(sign()).await, Err(Error::refused("volunteer.signs_own")));
    assert_eq!(coordinator.save(sign()).await, Err(Error::Forbidden));
    assert_eq!(other.save(sign()).await.unwrap().approved, 1);
    let file = other.volunteer(registered.volunteer).await.unwrap();
    assert_eq!((file.state, file.joined_on), (VolunteerState::Approved, Some(NOW.date())));
    assert_eq!(other.save(sign()).await, Err(Error::refused("volunteer.wrong_state")));
    store.close().await.unwrap();
}

async fn a_leader_who_is_a_volunteer_signs_for_herself_neither_alone_nor_in_a_batch(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let roster = vec![import::volunteer(2, "苏小禾", "13900000011"), import::volunteer(3, "李样例", "13900000012")];
    let batch = import::import(&coordinator, Lines::Volunteers(roster)).await.batch.unwrap();
    let called = VolunteerFilter { search: Some("苏小禾".into()), ..VolunteerFilter::default() };
    let own = coordinator.volunteers(&called).await.unwrap().0[0].id;
    let (account, place) = (leader.viewer().account, Place::Person(own.0));
    let herself = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&store).save(herself).await.unwrap();
    let sign = |what| SignVolunteers { what };
    let signed = leader.save(sign(Signature::One(own))).await;
    assert_eq!(signed, Err(Error::refused("volunteer.signs_own")), "and not for a check that is missing");
    assert!(leader.volunteer(own).await.unwrap().another_signs);
    assert_eq!(leader.save(sign(Signature::Batch(batch))).await.unwrap().approved, 1, "the others of her batch");
    assert_eq!(other.volunteer(own).await.unwrap().state, VolunteerState::Screening);
    assert!(!other.volunteer(own).await.unwrap().another_signs);
    store.close().await.unwrap();
}

async fn a_batch_of_the_signer_alone_is_left_to_another_leader(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let roster = vec![import::volunteer(2, "苏小禾", "13900000011")];
    let batch = import::import(&coordinator, Lines::Volunteers(roster)).await.batch.unwrap();
    let own = coordinator.volunteers(&VolunteerFilter::default()).await.unwrap().0[0].id;
    let (account, place) = (leader.viewer().account, Place::Person(own.0));
    let herself = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&store).save(herself).await.unwrap();
    let sign = SignVolunteers { what: Signature::Batch(batch) };
    assert_eq!(leader.save(sign.clone()).await, Err(Error::refused("volunteer.signs_own")));
    assert_eq!(other.save(sign).await.unwrap().approved, 1, "the batch was not closed");
    store.close().await.unwrap();
}

async fn nobody_is_signed_while_an_adult_of_the_home_is_unchecked(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let registered = register(&desk, "李样例").await;
    all_checks(&desk, registered).await;
    // A further adult moves in after the queries were made.
    let add = AddMember { household: registered.household, details: member("周样老", "1955-01-01") };
    let newcomer = desk.save(add).await.unwrap();
    let sign = || SignVolunteers { what: Signature::One(registered.volunteer) };
    let Err(Error::Refused(refusal)) = desk.save(sign()).await else { panic!("signed") };
    assert_eq!((refusal.code, refusal.args), ("volunteer.check_missing", vec![("kind", "no_offence".into())]));
    let lines = vec![line(Subject::Adult(newcomer.0), CheckKind::NoOffence, "passed", "2025-11-20")];
    desk.save(EnterChecks { lines }).await.unwrap();
    // Done a year ago, it held until yesterday.
    assert!(matches!(desk.save(sign()).await, Err(Error::Refused(_))));
    let lines = vec![line(Subject::Adult(newcomer.0), CheckKind::NoOffence, "passed", "2025-11-21")];
    desk.save(EnterChecks { lines }).await.unwrap();
    assert_eq!(desk.save(sign()).await.unwrap().approved, 1);
    store.close().await.unwrap();
}

async fn a_failed_check_is_seen_by_the_leader_only(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let registered = register(&coordinator, "李样例").await;
    let her = Subject::Adult(registered.member.0);
    let ids = coordinator
        .save(EnterChecks { lines: vec![line(her, CheckKind::NoOffence, "failed", "2026-03-12")] })
        .await
        .unwrap();
    let cell = |file: naheya_store::volunteer::VolunteerFile| file.adults[0].cells[1].clone();
    let seen = cell(coordinator.volunteer(registered.volunteer).await.unwrap());
    assert_eq!((seen.standing, seen.done_on, seen.number), (Standing::Due, None, None));
    let seen = cell(leader.volunteer(registered.volunteer).await.unwrap());
    assert_eq!(seen.standing, Standing::Failed);
    let table = coordinator.check_candidates(CheckKind::NoOffence, None, None, |_| true).await.unwrap();
    assert!(table.0.iter().all(|c| c.cell.standing != Standing::Failed));
    let strike = || StrikeCheck { check: ids[0], reason: "录错人".into() };
    assert_eq!(coordinator.save(strike()).await, Err(Error::Forbidden));
    assert_eq!(leader.save(strike()).await, Ok(Struck::Waits));
    let another = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(another.save(strike()).await, Ok(Struck::Gone));
    let seen = cell(leader.volunteer(registered.volunteer).await.unwrap());
    assert_eq!(seen.standing, Standing::Missing);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_table_of_checks_is_entered_whole_or_not_at_all(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let registered = register(&coordinator, "李样例").await;
    let good = line(Subject::Adult(registered.member.0), CheckKind::NoOffence, "passed", DONE);
    let wrong = line(Subject::Home(registered.household.0), CheckKind::NoOffence, "passed", DONE);
    let alone = line(Subject::Volunteer(registered.volunteer.0), CheckKind::Interview, "passed", DONE);
    let Err(Error::Invalid(faults)) = coordinator.save(EnterChecks { lines: vec![good.clone(), wrong, alone] }).await
    else {
        panic!("entered")
    };
    let said: Vec<_> = faults.iter().map(|f| (f.field.as_ref(), f.code)).collect();
    assert_eq!(said, [("lines[1].kind", "check.wrong_subject"), ("lines[2].second", "required.missing")]);
    let standing = |file: naheya_store::volunteer::VolunteerFile| file.adults[0].cells[1].standing;
    assert_eq!(standing(coordinator.volunteer(registered.volunteer).await.unwrap()), Standing::Missing);
    coordinator.save(EnterChecks { lines: vec![good] }).await.unwrap();
    let until = jiff::civil::date(2027, 3, 11);
    assert_eq!(standing(coordinator.volunteer(registered.volunteer).await.unwrap()), Standing::Valid(Some(until)));
    store.close().await.unwrap();
}

async fn a_home_takes_more_than_one_child_only_by_the_leader_with_a_reason(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let registered = register(&coordinator, "李样例").await;
    let raise =
        |capacity, reason: &str| RaiseCapacity { household: registered.household, capacity, reason: reason.into() };
    assert_eq!(coordinator.save(raise(2, "兄弟俩")).await, Err(Error::Forbidden));
    assert_eq!(leader.save(raise(2, " ")).await, Err(Error::refused("capacity.reason_missing")));
    assert_eq!(leader.save(raise(4, "兄弟")).await, Err(Error::refused("capacity.out_of_range")));
    leader.save(raise(2, "兄弟俩")).await.unwrap();
    let home = leader.volunteer(registered.volunteer).await.unwrap().home;
    assert_eq!((home.capacity, home.capacity_reason.as_deref()), (2, Some("兄弟俩")));
    store.close().await.unwrap();
}

async fn a_volunteer_sees_the_own_file_and_nobody_elses(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let hers = register(&desk, "李样例").await;
    let other = register(&desk, "乌云·例").await;
    let volunteer = desk_as(&store, Role::Volunteer, Place::Person(hers.volunteer.0)).await;
    assert_eq!(volunteer.volunteer(hers.volunteer).await.unwrap().name, "李样例");
    assert_eq!(volunteer.volunteer(other.volunteer).await, Err(Error::NotFound));
    assert_eq!(volunteer.volunteer_id_number(hers.volunteer).await, Err(Error::NotFound));
    let teacher = desk_as(&store, Role::ItAdmin, Place::County).await;
    assert_eq!(teacher.volunteer(hers.volunteer).await, Err(Error::NotFound));
    assert_eq!(teacher.volunteers(&VolunteerFilter::default()).await.unwrap().0, []);
    store.close().await.unwrap();
}

async fn an_applicant_sees_each_step_of_her_own_application_and_no_failure(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let registered = register(&desk, "李样例").await;
    let her = desk_as(&store, Role::Applicant, Place::Person(registered.volunteer.0)).await;
    let done = |own: &Application| own.steps.iter().filter(|step| step.1).map(|step| step.0).collect::<Vec<_>>();
    let own = her.my_application().await.unwrap().unwrap();
    assert_eq!((own.steps.len(), done(&own), own.is_open(), own.is_signed()), (5, vec![], true, false));
    let herself = Subject::Adult(registered.member.0);
    let lines = vec![
        line(herself, CheckKind::Identity, "passed", DONE),
        line(herself, CheckKind::NoOffence, "passed", DONE),
        line(Subject::Home(registered.household.0), CheckKind::HomeVisit, "failed", "2026-03-02"),
    ];
    desk.save(EnterChecks { lines }).await.unwrap();
    let own = her.my_application().await.unwrap().unwrap();
    assert_eq!(done(&own), [CheckKind::Identity], "her husband is unchecked, and a failure is the leader's to tell");
    all_checks(&desk, registered).await;
    desk.save(SignVolunteers { what: Signature::One(registered.volunteer) }).await.unwrap();
    let own = her.my_application().await.unwrap().unwrap();
    assert_eq!((done(&own), own.is_signed()), (APPLICATION.to_vec(), true));
    let told = ground.texts("SELECT kind FROM outbox WHERE kind LIKE 'volunteer.%' ORDER BY kind").await;
    assert_eq!(told, ["volunteer.role_due", "volunteer.signed"]);
    let other = desk_as(&store, Role::Applicant, Place::Person(uuid::Uuid::from_u128(9))).await;
    assert_eq!(other.my_application().await, Ok(None));
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(office.my_application().await, Ok(None));
    store.close().await.unwrap();
}

async fn whoever_leaves_loses_the_view_the_same_moment(ground: Ground) {
    let store = ground.store().await;
    let registered = approved(&store, "李样例").await;
    let volunteer = desk_as(&store, Role::Volunteer, Place::Person(registered.volunteer.0)).await;
    let grant = volunteer.viewer().grant;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let step = |step| StepVolunteer { volunteer: registered.volunteer, step, reason: "搬到外地".into() };
    coordinator.save(step(Step::Pause)).await.unwrap();
    coordinator.save(step(Step::Resume)).await.unwrap();
    assert_eq!(coordinator.save(step(Step::Refuse)).await, Err(Error::Forbidden));
    let without = StepVolunteer { volunteer: registered.volunteer, step: Step::Leave, reason: " ".into() };
    assert_eq!(coordinator.save(without).await, Err(Error::field("leave_reason", "required.missing")));
    coordinator.save(step(Step::Leave)).await.unwrap();
    assert!(matches!(store.desk_of_grant(grant, NOW).await, Err(Error::NotFound)));
    // Coming back needs a new screening; nobody is approved by the way.
    assert_eq!(coordinator.save(step(Step::Resume)).await, Err(Error::refused("volunteer.wrong_state")));
    coordinator.save(step(Step::ScreenAgain)).await.unwrap();
    assert_eq!(coordinator.save(step(Step::Resume)).await, Err(Error::refused("volunteer.wrong_state")));
    store.close().await.unwrap();
}

async fn nobody_is_refused_while_a_pair_of_paper_goes_on(ground: Ground) {
    let store = ground.store().await;
    let registered = register(&system(&store), "李样例").await;
    let child = system(&store).save(OpenFile { details: child::details("安小草") }).await.unwrap();
    story::pair(&ground, child, registered).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let refuse =
        || StepVolunteer { volunteer: registered.volunteer, step: Step::Refuse, reason: "材料不实".into() };
    assert_eq!(leader.save(refuse()).await, Err(Error::refused("volunteer.has_pairs")));
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-20'").await;
    leader.save(refuse()).await.unwrap();
    store.close().await.unwrap();
}

async fn the_list_shows_free_places_and_what_ends_first(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let one = approved(&store, "李样例").await;
    let two = approved(&store, "乌云·例").await;
    let early = vec![line(Subject::Home(two.household.0), CheckKind::HomeVisit, "passed", "2026-03-13")];
    desk.save(EnterChecks { lines: early }).await.unwrap();
    let file = desk.volunteer(two.volunteer).await.unwrap();
    let husband = file.adults.iter().find(|a| !a.herself).unwrap().member.id;
    let mut soon = check(CheckKind::NoOffence, "passed", "2026-03-14");
    soon.valid_until = Some(jiff::civil::date(2026, 11, 30));
    let lines = vec![CheckLine { subject: Subject::Adult(husband.0), details: soon, second: None }];
    desk.save(EnterChecks { lines }).await.unwrap();
    let by =
        |day| VolunteerFilter { expiring_by: Some(jiff::civil::date(2026, 12, day)), ..VolunteerFilter::default() };
    let (rows, _) = desk.volunteers(&by(20)).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [two.volunteer]);
    let next = rows[0].next_check.clone().unwrap();
    assert_eq!((next.kind, next.whose.as_deref()), (CheckKind::NoOffence, Some("韩样夫")));
    assert_eq!(desk.count_volunteers(&by(20)).await.unwrap(), 1);
    let free = VolunteerFilter { places_free: true, ..VolunteerFilter::default() };
    let (rows, _) = desk.volunteers(&free).await.unwrap();
    assert_eq!(rows.iter().map(|r| (r.id, r.taken)).collect::<Vec<_>>(), [(two.volunteer, 0), (one.volunteer, 0)]);
    store.close().await.unwrap();
}

async fn a_home_with_a_check_that_is_over_has_no_free_place(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let one = approved(&store, "李样例").await;
    let two = approved(&store, "乌云·例").await;
    let mut over = check(CheckKind::Insurance, "passed", "2026-03-14");
    over.valid_until = NOW.date().yesterday().ok();
    let lines = vec![CheckLine { subject: Subject::Volunteer(two.volunteer.0), details: over, second: None }];
    desk.save(EnterChecks { lines }).await.unwrap();
    let found = async |filter: VolunteerFilter| {
        let (rows, _) = desk.volunteers(&filter).await.unwrap();
        assert_eq!(desk.count_volunteers(&filter).await.unwrap(), rows.len() as u64);
        rows.iter().map(|row| (row.id, row.over)).collect::<Vec<_>>()
    };
    let free = VolunteerFilter { places_free: true, ..VolunteerFilter::default() };
    assert_eq!(found(free).await, [(one.volunteer, false)]);
    let (today, yesterday) = (NOW.date(), NOW.date().yesterday().ok());
    let ended = VolunteerFilter { expiring_by: yesterday, ..VolunteerFilter::default() };
    assert_eq!(found(ended).await, [(two.volunteer, true)]);
    let soon = VolunteerFilter { expiring_from: Some(today), expiring_by: Some(today), ..VolunteerFilter::default() };
    assert_eq!(found(soon).await, [], "what is over does not end soon");
    store.close().await.unwrap();
}

/// A home that may take a child once its checks are entered.
async fn home(desk: &Desk, n: u32) -> Registered {
    let name: String = ['示', char::from_u32(0x4e00 + n).unwrap()].into_iter().collect();
    let home = HomeChoice::New(HouseholdDetails::default(), Vec::new());
    desk.save(RegisterVolunteer { details: details(&name), home }).await.unwrap()
}

fn asked_for(r: Registered) -> Vec<CheckLine> {
    let her = Subject::Volunteer(r.volunteer.0);
    let own = [CheckKind::Training, CheckKind::Agreement, CheckKind::Insurance];
    let mut lines: Vec<CheckLine> = own.into_iter().map(|kind| line(her, kind, "passed", DONE)).collect();
    lines.push(line(Subject::Home(r.household.0), CheckKind::HomeVisit, "passed", DONE));
    lines.push(line(Subject::Adult(r.member.0), CheckKind::NoOffence, "passed", DONE));
    lines
}

async fn more_than_two_hundred_homes_with_a_place_are_all_found(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let homes = join_all((0..206).map(|n| home(&desk, n))).await;
    // Three of those that are looked through first are not ready.
    let ready: HashSet<_> = homes[3..].iter().map(|r| r.volunteer).collect();
    for some in homes[3..].chunks(80) {
        let lines = some.iter().flat_map(|r| asked_for(*r)).collect();
        desk.save(EnterChecks { lines }).await.unwrap();
    }
    let free = VolunteerFilter { places_free: true, ..VolunteerFilter::default() };
    assert_eq!(desk.count_volunteers(&free).await.unwrap(), 203);
    let (mut found, mut turn) = (HashSet::new(), Turn::First);
    loop {
        let page = desk.volunteers_sorted(&free, VolunteerColumn::Name, false, &turn).await.unwrap();
        found.extend(page.rows.iter().map(|row| row.id));
        let Some(mark) = page.next else { break };
        turn = Turn::After(mark);
    }
    assert_eq!(found, ready);
    store.close().await.unwrap();
}

async fn a_check_that_was_renewed_ends_no_more_and_nobody_elses_renews_it(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let one = approved(&store, "李样例").await;
    let file = desk.volunteer(one.volunteer).await.unwrap();
    let husband = file.adults.iter().find(|a| !a.herself).unwrap().member.id;
    let today = NOW.date();
    let enter = async |subject: Subject, done_on: &str, until: Option<Date>| {
        let mut details = check(CheckKind::NoOffence, "passed", done_on);
        details.valid_until = until;
        desk.save(EnterChecks { lines: vec![CheckLine { subject, details, second: None }] }).await.unwrap();
    };
    let ended = || VolunteerFilter { expiring_by: today.yesterday().ok(), ..VolunteerFilter::default() };
    let found = async || desk.volunteers(&ended()).await.unwrap().0.len();
    enter(Subject::Adult(husband.0), "2026-03-14", today.yesterday().ok()).await;
    assert_eq!(found().await, 1);
    enter(Subject::Adult(one.member.0), "2026-03-15", today.tomorrow().ok()).await;
    assert_eq!(found().await, 1, "hers does not renew his");
    enter(Subject::Adult(husband.0), "2026-03-16", today.tomorrow().ok()).await;
    assert_eq!(found().await, 0);
    store.close().await.unwrap();
}

async fn a_changed_file_keeps_its_history_without_values(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let registered = register(&coordinator, "李样例").await;
    let mut changed = details("李示范");
    changed.trade = Some("教师".into());
    let act = |version| ChangeVolunteer { volunteer: registered.volunteer, version, details: changed.clone() };
    coordinator.save(act(1)).await.unwrap();
    assert_eq!(coordinator.save(act(1)).await, Err(Error::Stale));
    let file = coordinator.volunteer(registered.volunteer).await.unwrap();
    let event = file.history.iter().find(|e| e.act == "volunteer.change" && e.fields.contains("trade")).unwrap();
    assert!(!event.fields.contains("phone"), "an unchanged phone is not named: {}", event.fields);
    assert!(file.history.iter().all(|e| !e.fields.contains("教师")));
    assert_eq!(file.members.iter().find(|m| m.relation == "01").unwrap().name, "李示范");
    let home = HouseholdForm { travel_minutes: "20", ..HouseholdForm::default() };
    assert_eq!(HouseholdDetails::parse(&home).unwrap().travel_minutes, 20);
    let own = ChangeMember { member: registered.member, version: 2, details: member("别人", "1985-04-06") };
    assert_eq!(coordinator.save(own).await, Err(Error::refused("member.is_volunteer")));
    store.close().await.unwrap();
}

async fn a_mistyped_number_that_was_put_right_is_free_for_whose_it_is(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let with = |number| VolunteerDetails { id_number: IdNumber::parse(number).ok(), ..details("李样例") };
    let known = |details| RegisterVolunteer { details, home: HomeChoice::New(HouseholdDetails::default(), vec![]) };
    let (wrong, right) = (with("150825198504060024"), with("150825198504060040"));
    let first = desk.save(known(wrong.clone())).await.unwrap().volunteer;
    let version = desk.volunteer(first).await.unwrap().version;
    desk.save(ChangeVolunteer { volunteer: first, version, details: right.clone() }).await.unwrap();
    desk.save(known(wrong)).await.unwrap();
    assert_eq!(desk.save(known(right)).await.err(), Some(Error::field("id_number", "duplicate.in_register")));
    store.close().await.unwrap();
}

async fn volunteers_after_those_of_the_demo_get_numbers_of_their_own(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let number = async |name: &str| desk.volunteer(register(&desk, name).await.volunteer).await.unwrap().number;
    assert!(number("李样例").await < number("何样友").await);
    store.close().await.unwrap();
}
