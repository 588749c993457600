//! A volunteer's file erased on a written request: by two people, not while a child's safety needs it, and whole: nothing names her
//! any more, and the children's files go on saying that somebody cared for them.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::figure::HoursKind;
use naheya_domain::follow_up::With;
use naheya_domain::hours::NewService;
use naheya_domain::id::VolunteerId;
use naheya_domain::id_number::IdNumber;
use naheya_domain::setting::Settings;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerState};
use naheya_store::check::{EnterChecks, StrikeCheck};
use naheya_store::concern::{NameInConcern, RaiseConcern};
use naheya_store::draft::KeepDraft;
use naheya_store::erasure::inventory::OF_VOLUNTEER;
use naheya_store::erasure::{ApproveErasure, AskErasure};
use naheya_store::follow_up::{PlanFollowUp, RecordFollowUp};
use naheya_store::hours::EnterService;
use naheya_store::household::{AddMember, MoveVolunteer, Whither};
use naheya_store::setting::ChangeSettings;
use naheya_store::volunteer::{
    ChangeVolunteer, HomeChoice, RegisterVolunteer, Registered, Step, StepVolunteer, VolunteerFilter,
};
use naheya_store::{Desk, Error, Store};

use crate::alarm::{away, confirm};
use crate::erasure::{WHY, asked, code, erase, filled, left as left_child, mark, marked};
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;
use crate::reason::kept_words;
use crate::story::{DUE, Story, literal, story};
use crate::volunteer::{approved, details, line, member, register};

on_both_engines![
    an_erased_volunteer_is_named_nowhere_and_the_trail_is_whole,
    nobody_erases_a_volunteers_file_alone,
    the_childs_file_goes_on_saying_who_had_it_when,
    what_she_said_in_talks_goes_and_what_the_child_said_stays,
    a_volunteer_with_a_child_or_in_service_is_not_erased,
    a_concern_about_her_keeps_her_file_and_is_named_to_its_circle_alone,
    a_query_that_said_no_keeps_her_file_for_good_and_the_leader_alone_reads_why,
    a_county_keeps_volunteers_files_for_as_long_as_it_must,
    who_lives_with_a_carer_is_not_erased_and_a_shared_home_stays_until_the_last,
    a_shared_home_that_has_her_name_in_another_spelling_is_called_after_who_stays,
    the_home_from_which_she_had_moved_is_erased_too,
    why_she_moved_out_stands_beside_no_visit_of_the_home_that_others_keep,
    an_applicant_who_was_not_taken_is_erased,
    an_erased_volunteer_registers_as_a_new_person,
    an_erased_volunteers_file_is_not_filled_again,
    a_page_that_stood_open_keeps_no_words_about_an_erased_volunteers_home,
    a_request_of_before_is_what_the_trail_says_of_it_after_the_step,
];

const NUMBER: &str = "150825198504060024";
/// Why she left, in words that name her.
const GONE: &str = "石样玉搬去外地了";

pub async fn leave(desk: &Desk, volunteer: VolunteerId) {
    desk.save(StepVolunteer { volunteer, step: Step::Leave, reason: GONE.into() }).await.unwrap();
}

/// A volunteer who was in service and has left.
async fn left(s: &Story) -> Registered {
    let hers = approved(&s.store, "石样玉").await;
    leave(&s.coordinator, hers.volunteer).await;
    hers
}

/// A volunteer and her husband, who became one in the same home.
async fn couple(s: &Story) -> (Registered, VolunteerId) {
    let hers = approved(&s.store, "石样玉").await;
    let file = s.leader.volunteer(hers.volunteer).await.unwrap();
    let husband = file.adults.iter().find(|adult| !adult.herself).unwrap().member.id;
    let his = VolunteerDetails { birth_on: jiff::civil::date(1984, 1, 2), ..details("韩样夫") };
    let his = RegisterVolunteer { details: his, home: HomeChoice::Member(husband) };
    (hers, s.coordinator.save(his).await.unwrap().volunteer)
}

async fn ways(desk: &Desk, volunteer: VolunteerId) -> Vec<&'static str> {
    let view = desk.erasure_of(volunteer).await.unwrap();
    view.in_the_way.into_iter().map(|refusal| refusal.code).collect()
}

async fn an_erased_volunteer_is_named_nowhere_and_the_trail_is_whole(ground: Ground) {
    let s = story(&ground).await;
    let hers = left(&s).await;
    let before = s.leader.erasure_of(hers.volunteer).await.unwrap();
    assert_eq!((before.name.as_str(), before.people.len()), ("石样玉", 2), "the home is nobody else's");
    assert!(["韩样夫", "韩小样"].iter().all(|name| before.people.iter().any(|one| one == name)), "{:?}", before.people);
    assert_eq!(before.in_the_way, []);
    erase(&s, hers.volunteer).await;
    let file = s.leader.volunteer(hers.volunteer).await.unwrap();
    assert_eq!((file.name.as_str(), file.home.name.as_str(), file.phone), ("—", "—", None));
    assert_eq!(
        (file.state, file.birth_on.map(|day| day.to_string())),
        (VolunteerState::Left, Some("1985-01-01".into()))
    );
    assert!(file.members.iter().all(|one| one.name == "—") && file.members.len() == 3, "{:?}", file.members);
    assert!(file.checks.iter().all(|cell| cell.number.is_none()), "{:?}", file.checks);
    let told: Vec<&str> = file.history.iter().filter_map(|event| event.reason.as_deref()).collect();
    assert!(told.contains(&WHY) && told.iter().all(|words| !words.contains("石样玉")), "{told:?}");
    let found = VolunteerFilter { search: Some("石样玉".into()), ..VolunteerFilter::default() };
    assert_eq!(s.leader.volunteers(&found).await.unwrap().0.len(), 0);
    let names =
        "SELECT name FROM volunteers UNION SELECT name FROM household_members UNION SELECT name FROM households";
    let named = ground.texts(names).await;
    assert!(named.iter().all(|name| !name.contains("石样玉")), "{named:?}");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn nobody_erases_a_volunteers_file_alone(ground: Ground) {
    let s = story(&ground).await;
    let hers = left(&s).await;
    let ask = || AskErasure { whose: hers.volunteer.into(), reason: WHY.into() };
    assert_eq!(s.teacher.save(ask()).await, Err(Error::Forbidden));
    assert_eq!(s.mother.save(ask()).await, Err(Error::Forbidden));
    let erasure = asked(&s.leader, hers.volunteer).await;
    assert_eq!(code(s.coordinator.save(ask()).await), "erasure.asked_already");
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.own");
    assert_eq!(s.coordinator.save(ApproveErasure { erasure }).await, Err(Error::Forbidden));
    let home = desk_as(&s.store, Role::Leader, Place::County).await;
    let own = naheya_store::account::AddGrant {
        account: home.viewer().account,
        role: Role::Volunteer,
        place: Place::Person(hers.volunteer.0),
        from_on: NOW.date(),
        to_on: None,
    };
    let own = system(&s.store).save(own).await.unwrap();
    s.leader.save(naheya_store::grant::EndGrant { grant: own }).await.unwrap();
    assert_eq!(code(home.save(ApproveErasure { erasure }).await), "erasure.own_home");
    let other = desk_as(&s.store, Role::Leader, Place::County).await;
    assert_eq!(other.erasures_to_decide().await.unwrap().len(), 1);
    other.save(ApproveErasure { erasure }).await.unwrap();
    assert_eq!(code(s.coordinator.save(ask()).await), "volunteer.erased");
    s.store.close().await.unwrap();
}

async fn the_childs_file_goes_on_saying_who_had_it_when(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    confirm(&s, stay, DUE).await;
    let later = DUE.plus_minutes(24 * 60);
    let hers = s.carer.volunteer;
    ground.sql("UPDATE follow_ups SET state = 'missed'").await;
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-23'").await;
    leave(&s.at(&s.coordinator, later).await, hers).await;
    let kept = [
        "SELECT kind || ' ' || holder_kind || ' ' || seq FROM custody_events ORDER BY seq",
        "SELECT kind || ' ' || minutes || ' ' || starts_at FROM hours_entries ORDER BY starts_at",
        "SELECT begun_on || ' ' || ended_on FROM pairs",
    ];
    let told = async || {
        let mut told = Vec::new();
        for sql in kept {
            let lines = ground.texts(sql).await;
            assert!(!lines.is_empty(), "{sql}");
            told.push(lines);
        }
        told
    };
    let before = told().await;
    let erasure = asked(&s.at(&s.coordinator, later).await, hers).await;
    let leader = s.at(&s.leader, later).await;
    leader.save(ApproveErasure { erasure }).await.unwrap();
    assert_eq!(told().await, before);
    let weekends = leader.child_weekends(s.child).await.unwrap();
    assert_eq!(weekends.iter().map(|one| one.volunteer.as_str()).collect::<Vec<_>>(), ["—"]);
    assert!(!leader.child_trail(s.child).await.unwrap().is_empty());
    let signs_in = "SELECT state FROM accounts WHERE display_name = '—'";
    assert_eq!(ground.texts(signs_in).await, ["closed"], "nobody signs in as her any more");
    let found = s.store.verify(COUNTY, true, later).await.unwrap();
    assert!(found.iter().all(|f| ["pairs", "follow_ups", "rollups"].contains(&f.table)), "put in by SQL: {found:?}");
    s.store.close().await.unwrap();
}

/// A talk of the office's with somebody, planned and done.
async fn talked(s: &Story, with: With) {
    let plan = PlanFollowUp { child: s.child, with, due_at: NOW.plus_minutes(60) };
    let follow_up = s.coordinator.save(plan).await.unwrap();
    let answers = std::array::from_fn(|_| "李样例说都好".to_owned());
    let alone = if with == With::Child { "yes" } else { "" };
    s.coordinator.save(RecordFollowUp { follow_up, way: "phone".into(), alone: alone.into(), answers }).await.unwrap();
}

async fn what_she_said_in_talks_goes_and_what_the_child_said_stays(ground: Ground) {
    let s = story(&ground).await;
    let hers = s.carer.volunteer;
    talked(&s, With::Volunteer).await;
    talked(&s, With::Child).await;
    ground.sql("UPDATE follow_ups SET state = 'missed' WHERE state = 'due'").await;
    let due = PlanFollowUp { child: s.child, with: With::Volunteer, due_at: NOW.plus_minutes(60) };
    s.coordinator.save(due).await.unwrap();
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-20'").await;
    leave(&s.coordinator, hers).await;
    assert_eq!(ways(&s.leader, hers).await, ["erasure.talk_due"]);
    ground.sql("UPDATE follow_ups SET state = 'missed' WHERE state = 'due'").await;
    erase(&s, hers).await;
    let kept = "SELECT with_whom FROM follow_ups WHERE answers_sealed IS NOT NULL";
    assert_eq!(ground.texts(kept).await, ["child"]);
    s.store.close().await.unwrap();
}

async fn a_volunteer_with_a_child_or_in_service_is_not_erased(ground: Ground) {
    let s = story(&ground).await;
    let hers = s.carer.volunteer;
    let ask = || AskErasure { whose: hers.into(), reason: WHY.into() };
    assert_eq!(code(s.coordinator.save(ask()).await), "erasure.not_gone");
    away(&s).await;
    assert_eq!(
        ways(&s.coordinator, hers).await[..5],
        ["erasure.not_gone", "erasure.with_child", "erasure.pair_open", "erasure.stay_open", "erasure.account_open"]
    );
    ground.sql("UPDATE volunteers SET state = 'left'").await;
    let erasure = asked(&s.coordinator, hers).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.with_child");
    s.store.close().await.unwrap();
}

async fn a_concern_about_her_keeps_her_file_and_is_named_to_its_circle_alone(ground: Ground) {
    let s = story(&ground).await;
    let hers = left(&s).await;
    let said = NewConcern::parse(&ConcernForm { words: "孩子说起她", ..ConcernForm::default() }).unwrap();
    let concern = s.leader.save(RaiseConcern { said, child: None }).await.unwrap();
    let volunteer = Some(hers.volunteer);
    assert_eq!(ways(&s.leader, hers.volunteer).await, Vec::<&str>::new(), "nobody is named yet");
    s.leader.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
    let view = s.leader.erasure_of(hers.volunteer).await.unwrap();
    assert_eq!(view.in_the_way.len(), 1);
    assert_eq!(view.in_the_way[0].code, "erasure.concern_open");
    assert_eq!(view.in_the_way[0].args, [("number", "2026-0001".to_owned())]);
    // Whoever came later is not in its circle.
    let outside = desk_as(&s.store, Role::Coordinator, Place::County).await;
    assert_eq!(ways(&outside, hers.volunteer).await, ["erasure.not_now"]);
    let erasure = asked(&outside, hers.volunteer).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.concern_open");
    s.store.close().await.unwrap();
}

async fn a_query_that_said_no_keeps_her_file_for_good_and_the_leader_alone_reads_why(ground: Ground) {
    let s = story(&ground).await;
    let hers = left(&s).await;
    let lines = vec![line(Subject::Adult(hers.member.0), CheckKind::NoOffence, "failed", "2026-11-01")];
    let checks = s.coordinator.save(EnterChecks { lines }).await.unwrap();
    assert_eq!(ways(&s.leader, hers.volunteer).await, ["erasure.barred"]);
    assert_eq!(ways(&s.coordinator, hers.volunteer).await, ["erasure.not_now"]);
    let erasure = asked(&s.coordinator, hers.volunteer).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.barred");
    let another = desk_as(&s.store, Role::Leader, Place::County).await;
    for leader in [&s.leader, &another] {
        leader.save(StrikeCheck { check: checks[0], reason: "录到别人名下了".into() }).await.unwrap();
    }
    s.leader.save(ApproveErasure { erasure }).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_county_keeps_volunteers_files_for_as_long_as_it_must(ground: Ground) {
    let s = story(&ground).await;
    let hers = left(&s).await;
    let (held, version) = s.leader.settings().await.unwrap();
    s.leader.save(ChangeSettings { version, settings: Settings { keep_years: 3, ..held } }).await.unwrap();
    let erasure = asked(&s.coordinator, hers.volunteer).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.kept");
    let later = s.at(&s.leader, NOW.plus_minutes((3 * 365 + 2) * 24 * 60)).await;
    later.save(ApproveErasure { erasure }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn who_lives_with_a_carer_is_not_erased_and_a_shared_home_stays_until_the_last(ground: Ground) {
    let s = story(&ground).await;
    let (hers, his) = couple(&s).await;
    leave(&s.coordinator, hers.volunteer).await;
    let erasure = asked(&s.coordinator, hers.volunteer).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.lives_with_carer");
    leave(&s.coordinator, his).await;
    s.leader.save(ApproveErasure { erasure }).await.unwrap();
    let home = s.leader.volunteer(his).await.unwrap();
    let names: Vec<&str> = home.members.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((home.home.name.as_str(), home.name.as_str()), ("韩样夫家", "韩样夫"), "it was called after her");
    assert_eq!(names.iter().filter(|name| **name == "—").count(), 1, "hers alone: {names:?}");
    let own = home.members.iter().find(|one| one.name == "—").unwrap();
    assert_eq!(own.to_on, Some(NOW.date()), "nobody is asked for the checks of somebody without a name");
    erase(&s, his).await;
    let home = s.leader.volunteer(his).await.unwrap();
    assert!(home.home.name == "—" && home.members.iter().all(|one| one.name == "—"), "{:?}", home.members);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_shared_home_that_has_her_name_in_another_spelling_is_called_after_who_stays(ground: Ground) {
    let s = story(&ground).await;
    let (hers, his) = couple(&s).await;
    leave(&s.coordinator, his).await;
    leave(&s.coordinator, hers.volunteer).await;
    ground.sql("UPDATE households SET name = '石样王家' WHERE name = '石样玉家'").await;
    erase(&s, hers.volunteer).await;
    assert_eq!(s.leader.volunteer(his).await.unwrap().home.name, "韩样夫家");
    s.store.close().await.unwrap();
}

async fn the_home_from_which_she_had_moved_is_erased_too(ground: Ground) {
    let s = story(&ground).await;
    let hers = approved(&s.store, "石样玉").await;
    let moved =
        MoveVolunteer { volunteer: hers.volunteer, to: Whither::OwnHome, reason: "石样玉自己租了房".into() };
    s.coordinator.save(moved).await.unwrap();
    leave(&s.coordinator, hers.volunteer).await;
    let family = "SELECT name FROM household_members WHERE name = '韩样夫'";
    assert_eq!(ground.texts(family).await.len(), 2, "one of them in the carer's home");
    erase(&s, hers.volunteer).await;
    assert_eq!(ground.texts(family).await.len(), 1);
    let homes = ground.texts("SELECT name FROM households ORDER BY name").await;
    assert_eq!(homes.iter().filter(|name| *name == "—").count(), 2, "{homes:?}");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn why_she_moved_out_stands_beside_no_visit_of_the_home_that_others_keep(ground: Ground) {
    let s = story(&ground).await;
    let (hers, _) = couple(&s).await;
    let moved =
        MoveVolunteer { volunteer: hers.volunteer, to: Whither::OwnHome, reason: "石样玉自己租了房".into() };
    s.coordinator.save(moved).await.unwrap();
    leave(&s.coordinator, hers.volunteer).await;
    erase(&s, hers.volunteer).await;
    assert_eq!(kept_words(&ground, "volunteer.move_home").await, BTreeSet::from([String::new()]));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn an_applicant_who_was_not_taken_is_erased(ground: Ground) {
    let s = story(&ground).await;
    let hers = register(&s.coordinator, "石样玉").await;
    assert_eq!(ways(&s.leader, hers.volunteer).await, ["erasure.not_gone"]);
    let refuse = StepVolunteer { volunteer: hers.volunteer, step: Step::Refuse, reason: String::new() };
    s.leader.save(refuse).await.unwrap();
    erase(&s, hers.volunteer).await;
    let file = s.leader.volunteer(hers.volunteer).await.unwrap();
    assert_eq!((file.name.as_str(), file.state), ("—", VolunteerState::Refused));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn an_erased_volunteer_registers_as_a_new_person(ground: Ground) {
    let s = story(&ground).await;
    let again = async || {
        let details = VolunteerDetails { id_number: IdNumber::parse(NUMBER).ok(), ..details("石样玉") };
        let home = HomeChoice::New(naheya_domain::household::HouseholdDetails::default(), Vec::new());
        s.coordinator.save(RegisterVolunteer { details, home }).await
    };
    let first = again().await.unwrap();
    leave(&s.coordinator, first.volunteer).await;
    assert_eq!(again().await.err(), Some(Error::field("id_number", "duplicate.in_register")));
    erase(&s, first.volunteer).await;
    let second = again().await.unwrap();
    assert!(second.volunteer != first.volunteer && second.household != first.household);
    let (old, new) = (s.leader.volunteer(first.volunteer).await, s.leader.volunteer(second.volunteer).await);
    let (old, new) = (old.unwrap(), new.unwrap());
    assert_ne!(old.number, new.number);
    assert_eq!((old.name.as_str(), new.name.as_str(), new.state), ("—", "石样玉", VolunteerState::Screening));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn an_erased_volunteers_file_is_not_filled_again(ground: Ground) {
    let s = story(&ground).await;
    let hers = left(&s).await;
    erase(&s, hers.volunteer).await;
    let volunteer = hers.volunteer;
    let back = StepVolunteer { volunteer, step: Step::ScreenAgain, reason: String::new() };
    assert_eq!(code(s.coordinator.save(back).await), "volunteer.erased");
    let version = s.leader.volunteer(volunteer).await.unwrap().version;
    let change = ChangeVolunteer { volunteer, version, details: details("石样玉") };
    assert_eq!(code(s.coordinator.save(change).await), "volunteer.erased");
    let add = AddMember { household: hers.household, details: member("韩样母", "1955-03-04") };
    assert_eq!(code(s.coordinator.save(add).await), "volunteer.erased");
    let lines = vec![line(Subject::Home(hers.household.0), CheckKind::HomeVisit, "passed", "2026-11-01")];
    assert_eq!(code(s.coordinator.save(EnterChecks { lines }).await), "volunteer.erased");
    let span = (NOW.plus_minutes(-600), NOW.plus_minutes(-540));
    let new = NewService { kind: HoursKind::Training, span, words: "石样玉讲急救".into() };
    assert_eq!(code(s.coordinator.save(EnterService { volunteer, others: vec![], new }).await), "volunteer.erased");
    let details = details("石样玉");
    let there = RegisterVolunteer { details, home: HomeChoice::Known(hers.household) };
    assert_eq!(code(s.coordinator.save(there).await), "volunteer.erased");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_page_that_stood_open_keeps_no_words_about_an_erased_volunteers_home(ground: Ground) {
    let s = story(&ground).await;
    let hers = left(&s).await;
    let family = s.leader.volunteer(hers.volunteer).await.unwrap().members;
    let husband = family.iter().find(|one| one.name == "韩样夫").unwrap().id;
    erase(&s, hers.volunteer).await;
    let begin = async |form: &str| {
        let typed = KeepDraft { form: form.into(), body: "address=石样玉家".into(), page: None };
        s.coordinator.save(typed).await.unwrap();
        s.coordinator.draft(form).await.unwrap().is_some()
    };
    assert!(!begin(&format!("household-{}", hers.household)).await);
    assert!(!begin(&format!("volunteer-of-{husband}")).await);
    assert!(begin(&format!("household-{}", s.carer.household)).await, "another home");
    s.store.close().await.unwrap();
}

/// The table of requests got a column for volunteers: rows that the trail tells of from before stay what they were.
async fn a_request_of_before_is_what_the_trail_says_of_it_after_the_step(ground: Ground) {
    let s = story(&ground).await;
    let child = left_child(&s, "石小榴").await;
    asked(&s.coordinator, child).await;
    s.store.close().await.unwrap();
    let columns = "area_id, id, child_id, reason_sealed, state, by_account, asked_at, decided_by, decided_at, \
                   answer_sealed, emptied, version";
    let copied = format!("CREATE TABLE erasures_before AS SELECT {columns} FROM erasures");
    for sql in [
        copied.as_str(),
        "DROP TABLE erasures",
        "ALTER TABLE erasures_before RENAME TO erasures",
        "DELETE FROM seaql_migrations WHERE version = 'm0049_volunteer_erasure'",
    ] {
        ground.sql(sql).await;
    }
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.upgrade(NOW).await.unwrap();
    assert_eq!(store.check_schema().await, Ok(()));
    let found = store.verify(COUNTY, true, NOW).await.unwrap();
    assert!(found.iter().all(|f| f.table == "pairs"), "{found:?}");
    assert_eq!(ground.texts("SELECT state FROM erasures").await, ["asked"]);
    store.close().await.unwrap();
}

/// Puts a mark into every column whose values go with a volunteer's file, erases it, and looks for the mark.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_stays_in_a_column_whose_values_go_with_a_volunteer() {
    let ground = Ground::sqlite();
    let s = story(&ground).await;
    let ids = filled(&ground, &s).await;
    let (pair, volunteer, home) = (&ids.pair, &ids.volunteer, &ids.home);
    let account = literal(&ground, s.mother.viewer().account.0);
    let grant = literal(&ground, s.mother.viewer().grant.0);
    for sql in [
        format!("UPDATE follow_ups SET with_whom = 'volunteer', pair_id = {pair}"),
        format!("UPDATE phone_acts SET grant_id = {grant}"),
        format!("UPDATE merges SET kept_id = {volunteer}, kind = 'volunteer'"),
        format!("UPDATE uniq SET kind = 'volunteer_id_no', ref_id = {volunteer}"),
        format!("UPDATE contacts SET id = {account}"),
        format!("UPDATE drafts SET form = 'volunteer-{}'", s.carer.volunteer),
    ] {
        ground.sql(&sql).await;
    }
    leave(&s.coordinator, s.carer.volunteer).await;
    let rows = |table: &str| match table {
        "volunteers" => format!("id = {volunteer}"),
        "households" => format!("id = {home}"),
        "household_members" | "checks" => format!("household_id = {home}"),
        "search_tokens" => format!("person_id = {volunteer}"),
        "uniq" => format!("ref_id = {volunteer}"),
        "accounts" | "contacts" => format!("id = {account}"),
        "drafts" => format!("account_id = {}", ids.stay),
        "pairs" => format!("id = {pair}"),
        "phone_acts" => format!("grant_id = {grant}"),
        "merges" => format!("kept_id = {volunteer}"),
        "audit_reasons" => {
            format!("n IN (SELECT n FROM audit_events WHERE noun = 'volunteers' AND ref_id = {volunteer})")
        }
        _ => format!("pair_id = {pair}"),
    };
    mark(&ground, OF_VOLUNTEER, &rows).await;
    erase(&s, s.carer.volunteer).await;
    assert_eq!(marked(&ground, OF_VOLUNTEER, &rows).await, Vec::<String>::new());
    let born = ground.texts("SELECT DISTINCT birth_on FROM volunteers").await;
    assert_eq!(born, ["1985-01-01"]);
    s.store.close().await.unwrap();
}
