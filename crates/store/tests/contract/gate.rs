//! Rule 2 at its three gates: each clause alone missing refuses, in its own words, and in the neutral
//! ones where the rule asks for them. What is judged where stands in `naheya_domain::stay::gate`.
//!
//! Long because: the clauses stand in one list, and each is broken at all three gates.

use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::custody::Event;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::household::{HouseholdDetails, HouseholdForm, MemberDetails, MemberForm};
use naheya_domain::id::{GuardianId, MemberId, StayId};
use naheya_domain::stay::NewStay;
use naheya_domain::stay::gate::NEUTRAL;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::Store;
use naheya_store::check::EnterChecks;
use naheya_store::concern::{NameInConcern, RaiseConcern};
use naheya_store::custody::Witness;
use naheya_store::guardian::AddGuardian;
use naheya_store::household::{AddMember, ChangeHousehold, ChangeMember, MoveHousehold};
use naheya_store::stay::{
    ApproveStay, CountWrongCode, EndorseStay, RefuseStay, ReleaseProof, ReleaseStay, ReportStay, RequestStay,
};
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer};

use crate::ground::{Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;
use crate::stay::{code, taken_to};
use crate::story::{FETCHED, Story, literal, story};
use crate::term::{hers, proposed, theirs, with_term};
use crate::volunteer::{DONE, details, line, member};

on_both_engines![
    each_clause_alone_refuses_the_booking,
    each_clause_alone_refuses_the_approval,
    each_clause_alone_refuses_the_release,
    a_teachers_no_to_these_days_refuses_another_booking,
    while_settling_a_day_passes_all_three_gates,
    a_guest_typed_by_name_refuses_the_booking,
    whoever_moves_in_after_the_request_needs_a_query_too,
    whoever_moves_in_after_she_agreed_to_a_term_needs_a_query_too,
    whoever_comes_of_age_before_the_last_day_needs_a_query_too,
    whoever_comes_of_age_after_she_agreed_to_a_term_needs_a_query_too,
    whoever_was_named_and_has_moved_out_needs_none,
    a_guest_who_is_a_child_needs_none,
    a_query_is_entered_before_somebody_comes_or_comes_of_age,
    a_family_that_moves_is_visited_anew,
    the_office_hears_that_a_paper_of_an_approved_weekend_is_gone,
    wrong_codes_typed_at_two_processes_at_once_count_each,
];

/// One clause: what it is about, its code, whether it stays within its circle, the SQL that breaks
/// and mends it.
struct Clause {
    about: &'static str,
    code: &'static str,
    kept: bool,
    broken: String,
    mended: String,
}

fn clause(about: &'static str, code: &'static str, broken: impl Into<String>, mended: impl Into<String>) -> Clause {
    Clause { about, code, kept: false, broken: broken.into(), mended: mended.into() }
}

fn kept(clause: Clause) -> Clause {
    Clause { kept: true, ..clause }
}

fn set(table: &str, column: &str, value: &str) -> String {
    format!("UPDATE {table} SET {column} = {value}")
}

/// A value of one column broken and mended, in every row.
fn column(about: &'static str, code: &'static str, place: (&str, &str), broken: &str, mended: &str) -> Clause {
    clause(about, code, set(place.0, place.1, broken), set(place.0, place.1, mended))
}

/// A check that ends a day before the stay's last day, and one that holds through it.
const SHORT: &str = "2026-11-21";
const LONG: &str = "2027-03-11";

fn ends_early(about: &'static str, code: &'static str, kind: &str, whose: &str) -> Clause {
    let until = |day: &str| format!("UPDATE checks SET valid_until = '{day}' WHERE kind = '{kind}'{whose}");
    clause(about, code, until(SHORT), until(LONG))
}

/// A closed concern about the child, one about the volunteer, one about somebody else of her home.
async fn concerns(s: &Story) -> Vec<(&'static str, uuid::Uuid)> {
    let mut all = Vec::new();
    let home = HomeChoice::Known(s.carer.household);
    let other = RegisterVolunteer { details: details("何样友"), home };
    let other = system(&s.store).save(other).await.unwrap().volunteer;
    let carer = s.carer.volunteer;
    for (about, of) in [("child", None), ("volunteer", Some(carer)), ("another volunteer of the home", Some(other))] {
        let form = ConcernForm { words: "她说不想回去", situations: vec!["mr4"], ..ConcernForm::default() };
        let said = NewConcern::parse(&form).unwrap();
        let raised = RaiseConcern { said, child: of.is_none().then_some(s.child) };
        let id = s.coordinator.save(raised).await.unwrap();
        if of.is_some() {
            let named = NameInConcern { concern: id, child: None, volunteer: of, account: None };
            s.leader.save(named).await.unwrap();
        }
        all.push((about, id.0));
    }
    all
}

/// Another request for the same child a week later, which SQL can move onto the same days.
async fn another(s: &Story) -> StayId {
    let other = RequestStay { new: s.days(&[s.pair], "2026-12-04", "2026-12-06") };
    s.coordinator.save(other).await.unwrap()[0]
}

/// A guardian who lives in the carer's home, by the same phone, and whom no request names.
async fn lives_there(s: &Story) -> (MemberId, GuardianId) {
    let phone = "13900000077";
    let form = MemberForm { name: "王样人", birth_on: "1986-01-02", phone, ..MemberForm::default() };
    let details = MemberDetails::parse(&form, NOW.date()).unwrap();
    let member = system(&s.store).save(AddMember { household: s.carer.household, details }).await.unwrap();
    let form = GuardianForm { name: "王样人", relation: "其他", phone, ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    (member, system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap())
}

/// The clauses of rule 2 that are judged at every gate. `other` is a stay of the same child on other
/// days.
async fn clauses(ground: &Ground, s: &Story, other: StayId) -> Vec<Clause> {
    let form = GuardianForm { name: "李某", relation: "其他", phone: "13900000001", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let same_phone = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let (at_home, lives_there) = lives_there(s).await;
    let failed = literal(ground, is_failed(s, at_home).await);
    let outcome = |outcome: &str| format!("UPDATE checks SET outcome = '{outcome}' WHERE id = {failed}");
    ground.sql(&outcome("due")).await;
    let lives_there = literal(ground, lives_there.0);
    let guest = AddMember { household: s.carer.household, details: member("客样人", "1990-01-02") };
    let guest = literal(ground, system(&s.store).save(guest).await.unwrap().0);
    let (same_phone, other) = (literal(ground, same_phone.0), literal(ground, other.0));
    let (herself, husband) = (literal(ground, s.carer.member.0), literal(ground, s.husband));
    let of = |member: &str| format!(" AND member_id = {member}");
    let moved = |days: i64| {
        let at = |t: Timestamp| t.plus_minutes(days * 24 * 60).0;
        format!(
            "UPDATE stays SET starts_at = {}, ends_at = {} WHERE id = {other}",
            at(FETCHED),
            at(FETCHED.plus_minutes(49 * 60))
        )
    };
    let mut all = vec![
        column("pair paused", "stay.pair_not_active", ("pairs", "state"), "'paused'", "'active'"),
        column("settling, overnight", "stay.settling_day_only", ("pairs", "state"), "'settling'", "'active'"),
        column("volunteer", "stay.volunteer_not_approved", ("volunteers", "state"), "'paused'", "'approved'"),
        clause(
            "agreement",
            "stay.agreement_missing",
            "UPDATE checks SET outcome = 'failed' WHERE kind = 'agreement'",
            "UPDATE checks SET outcome = 'passed' WHERE kind = 'agreement'",
        ),
        ends_early("insurance", "stay.insurance_missing", "insurance", ""),
        ends_early("training", "stay.training_missing", "training", ""),
        ends_early("home visit", "stay.home_visit_missing", "home_visit", ""),
        ends_early("query about herself", "stay.no_offence_missing", "no_offence", &of(&herself)),
        ends_early("query about another adult", "stay.no_offence_missing", "no_offence", &of(&husband)),
        clause(
            "query about a guest nobody named",
            "stay.no_offence_missing",
            format!("UPDATE household_members SET guest = TRUE WHERE id = {guest}"),
            format!("UPDATE household_members SET guest = FALSE WHERE id = {guest}"),
        ),
        column("consent", "stay.consent_missing", ("consents", "to_on"), "'2026-11-21'", "NULL"),
        column("child asked alone", "stay.child_not_asked", ("wishes", "alone"), "FALSE", "TRUE"),
        kept(column("child's no", "stay.child_said_no", ("wishes", "answer"), "'no'", "'yes'")),
        kept(clause(
            "blocked person",
            "stay.person_blocked",
            format!("UPDATE guardianships SET blocked = TRUE WHERE guardian_id = {same_phone}"),
            "UPDATE guardianships SET blocked = FALSE",
        )),
        kept(clause(
            "blocked person who lives there and is said to be out",
            "stay.person_blocked",
            format!("UPDATE guardianships SET blocked = TRUE WHERE guardian_id = {lives_there}"),
            "UPDATE guardianships SET blocked = FALSE",
        )),
        kept(clause(
            "failed query of somebody who lives there and is said to be out",
            "stay.adult_not_approved",
            outcome("failed"),
            outcome("due"),
        )),
        column("child paused", "stay.child_not_taking_part", ("children", "state"), "'paused'", "'enrolled'"),
        clause(
            "child in hospital",
            "stay.child_elsewhere",
            taken_to(&literal(ground, s.child.0), "hospital"),
            "DELETE FROM custody_events",
        ),
        clause("another stay on these days", "stay.overlap", moved(0), moved(14)),
    ];
    for (about, id) in concerns(s).await {
        let id = literal(ground, id);
        let state = |state: &str| format!("UPDATE concerns SET state = '{state}' WHERE id = {id}");
        ground.sql(&state("closed")).await;
        all.push(kept(clause(about, "stay.concern_open", state("raised"), state("closed"))));
    }
    // Whoever came to live there counts in what had been asked for before; here they were known then, and left out.
    ground.sql(&format!("DELETE FROM stay_adults WHERE member_id NOT IN ({herself}, {husband})")).await;
    all
}

/// The teacher's word on a request that is on record.
fn teacher() -> [Clause; 2] {
    ["NULL", "'no'"]
        .map(|word| column("class teacher", "stay.teacher_yes_missing", ("stays", "teacher_answer"), word, "'yes'"))
}

async fn each_clause_alone_refuses_the_booking(ground: Ground) {
    let s = story(&ground).await;
    let ask = RequestStay { new: s.weekend(&[s.pair]) };
    let other = another(&s).await;
    let mut all = clauses(&ground, &s, other).await;
    // No request, no word on it: what counts is her no to a stay on these days that went no further.
    let said_no = format!(
        "UPDATE stays SET teacher_answer = 'no', state = 'refused', starts_at = {}, ends_at = {}",
        FETCHED.0,
        FETCHED.plus_minutes(60).0
    );
    let open = "UPDATE stays SET teacher_answer = NULL, state = 'consented', starts_at = starts_at + 1209600000, \
                ends_at = ends_at + 1209600000";
    all.push(clause("class teacher's no", "stay.teacher_yes_missing", said_no, open));
    for clause in all {
        ground.sql(&clause.broken).await;
        let heard = if clause.kept { NEUTRAL } else { clause.code };
        assert_eq!(code(s.mother.save(ask.clone()).await), heard, "{}", clause.about);
        let all = system(&s.store).against_request(&ask.new).await.unwrap();
        assert_eq!(all.iter().map(|r| r.code).collect::<Vec<_>>(), [clause.code], "{} alone", clause.about);
        ground.sql(&clause.mended).await;
    }
    assert_eq!(s.mother.save(ask.clone()).await.unwrap().len(), 1);
    assert_eq!(code(s.mother.save(ask).await), "stay.overlap");
    s.store.close().await.unwrap();
}

async fn each_clause_alone_refuses_the_approval(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let other = another(&s).await;
    for clause in clauses(&ground, &s, other).await.into_iter().chain(teacher()) {
        ground.sql(&clause.broken).await;
        assert_eq!(code(s.leader.save(ApproveStay { stay }).await), clause.code, "{}", clause.about);
        let line = s.leader.stay_line(stay).await.unwrap();
        let codes: Vec<_> = line.refusals.iter().map(|r| r.code).collect();
        assert_eq!(codes, [clause.code], "{} alone", clause.about);
        if clause.code == "stay.concern_open" {
            // Came after the concern was raised, and so is not among its handlers.
            let late = desk_as(&s.store, Role::Coordinator, Place::County).await;
            assert_eq!(code(late.save(ApproveStay { stay }).await), NEUTRAL, "{}", clause.about);
        }
        ground.sql(&clause.mended).await;
    }
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn each_clause_alone_refuses_the_release(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let other = another(&s).await;
    let digits = s.digits(stay).await;
    let gate = s.at(&s.teacher, FETCHED).await;
    let mut all = clauses(&ground, &s, other).await;
    all.extend(teacher());
    let home = taken_to(&literal(&ground, s.child.0), "guardian");
    all.push(clause("child with its family", "stay.child_elsewhere", home, "DELETE FROM custody_events"));
    let by = |proof| ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    let code_of = || by(ReleaseProof::Code(digits.clone()));
    for clause in all {
        ground.sql(&clause.broken).await;
        let heard = if clause.kept { NEUTRAL } else { clause.code };
        assert_eq!(code(gate.save(code_of()).await), heard, "{}", clause.about);
        let list = by(ReleaseProof::List { called: "样例专干".into() });
        assert_eq!(code(gate.save(list).await), heard, "{} by list", clause.about);
        let card = gate.passing(&[stay]).await.unwrap().against;
        assert_eq!(card[&stay].iter().map(|r| r.code).collect::<Vec<_>>(), [heard], "{} alone", clause.about);
        ground.sql(&clause.mended).await;
    }
    gate.save(code_of()).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_teachers_no_to_these_days_refuses_another_booking(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    s.teacher.save(EndorseStay { stay, yes: false, words: "周六有考试".into() }).await.unwrap();
    s.coordinator.save(RefuseStay { stay, words: String::new() }).await.unwrap();
    let again = RequestStay { new: s.weekend(&[s.pair]) };
    assert_eq!(code(s.mother.save(again).await), "stay.teacher_yes_missing");
    let other = RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") };
    s.mother.save(other).await.unwrap();
    s.store.close().await.unwrap();
}

async fn while_settling_a_day_passes_all_three_gates(ground: Ground) {
    let s = story(&ground).await;
    ground.sql("UPDATE pairs SET state = 'settling'").await;
    let weekend = RequestStay { new: s.weekend(&[s.pair]) };
    assert_eq!(code(s.mother.save(weekend).await), "stay.settling_day_only");
    let day = NewStay { ends_at: FETCHED.plus_minutes(4 * 60), ..s.weekend(&[s.pair]) };
    let stay = s.mother.save(RequestStay { new: day }).await.unwrap()[0];
    s.endorsed(stay, s.child).await;
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let home = s.at(&s.mother, FETCHED.plus_minutes(30)).await;
    home.save(ReportStay { stay, event: Event::Arrival, witness: Witness::by("staff") }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_guest_typed_by_name_refuses_the_booking(ground: Ground) {
    let s = story(&ground).await;
    let new = NewStay { guests: vec!["客样人".into()], ..s.weekend(&[s.pair]) };
    let against = s.mother.against_request(&new).await.unwrap();
    assert_eq!(against.iter().map(|r| r.code).collect::<Vec<_>>(), ["stay.no_offence_missing"]);
    assert_eq!(code(s.mother.save(RequestStay { new }).await), "stay.no_offence_missing");
    s.store.close().await.unwrap();
}

/// Somebody who comes into the carer's home.
pub async fn comes(s: &Story, details: MemberDetails) -> MemberId {
    s.coordinator.save(AddMember { household: s.carer.household, details }).await.unwrap()
}

async fn is_queried(s: &Story, member: MemberId) {
    let lines = vec![line(Subject::Adult(member.0), CheckKind::NoOffence, "passed", DONE)];
    s.coordinator.save(EnterChecks { lines }).await.unwrap();
}

/// A query that came back with a no.
pub async fn is_failed(s: &Story, member: MemberId) -> uuid::Uuid {
    let lines = vec![line(Subject::Adult(member.0), CheckKind::NoOffence, "failed", DONE)];
    s.coordinator.save(EnterChecks { lines }).await.unwrap()[0].0
}

/// Somebody with days in the home: `from_on` and `to_on`, empty for no bound.
pub fn with_days(birth_on: &str, guest: bool, (from_on, to_on): (&str, &str)) -> MemberDetails {
    let form = MemberForm { name: "周样人", birth_on, guest, from_on, to_on, ..MemberForm::default() };
    MemberDetails::parse(&form, NOW.date()).unwrap()
}

/// How often the office was told that an approved weekend lacks a paper.
async fn told(ground: &Ground) -> usize {
    ground.texts("SELECT kind FROM outbox WHERE kind = 'stay.paper_gone'").await.len()
}

async fn whoever_moves_in_after_the_request_needs_a_query_too(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let lodger = comes(&s, with_days("1990-01-02", false, ("2026-11-23", ""))).await;
    assert!(s.leader.stay_line(stay).await.unwrap().is_clean(), "who comes a day after it is not there");
    let earlier = ChangeMember { member: lodger, version: 1, details: with_days("", false, ("2026-11-20", "")) };
    s.coordinator.save(earlier).await.unwrap();
    assert_eq!(code(s.leader.save(ApproveStay { stay }).await), "stay.no_offence_missing");
    let line = s.leader.stay_line(stay).await.unwrap();
    assert_eq!((line.refusals.len(), line.away), (1, vec![]), "nobody has said that he is out");
    is_queried(&s, lodger).await;
    s.leader.save(ApproveStay { stay }).await.unwrap();
    comes(&s, member("何样人", "1990-01-02")).await;
    assert_eq!(told(&ground).await, 1, "the office hears of it");
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    let gate = s.at(&s.teacher, FETCHED).await;
    assert_eq!(code(gate.save(release).await), "stay.no_offence_missing", "at the gate as well");
    s.store.close().await.unwrap();
}

async fn whoever_moves_in_after_she_agreed_to_a_term_needs_a_query_too(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    comes(&s, with_days("1990-01-02", false, ("2026-11-28", ""))).await;
    let parent = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let done = parent.save(theirs(plan)).await.unwrap();
    assert_eq!((done.asked.len(), done.refused), (1, 4), "he is there from the second weekend on");
    let file = s.coordinator.plan(plan).await.unwrap();
    assert_eq!(file.weekends[1].refusal.as_deref(), Some("stay.no_offence_missing"));
    s.store.close().await.unwrap();
}

async fn whoever_comes_of_age_before_the_last_day_needs_a_query_too(ground: Ground) {
    let s = story(&ground).await;
    let son = comes(&s, member("韩大样", "2008-11-23")).await;
    let stay = s.asked().await;
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let next = || RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") };
    assert_eq!(code(s.mother.save(next()).await), "stay.no_offence_missing", "by then he is eighteen");
    is_queried(&s, son).await;
    s.mother.save(next()).await.unwrap();
    s.store.close().await.unwrap();
}

async fn whoever_comes_of_age_after_she_agreed_to_a_term_needs_a_query_too(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    comes(&s, member("韩大样", "2008-11-23")).await;
    let plan = proposed(&s, &s.coordinator).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    let parent = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let later = s.at(&parent, NOW.plus_minutes(5 * 24 * 60)).await;
    let done = later.save(theirs(plan)).await.unwrap();
    assert_eq!((done.asked.len(), done.refused), (0, 4), "he is eighteen by then");
    s.store.close().await.unwrap();
}

async fn whoever_was_named_and_has_moved_out_needs_none(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    ground
        .sql(&format!("UPDATE checks SET valid_until = '{SHORT}' WHERE member_id = {}", literal(&ground, s.husband)))
        .await;
    assert_eq!(code(s.leader.save(ApproveStay { stay }).await), "stay.no_offence_missing");
    let gone = ChangeMember {
        member: MemberId(s.husband),
        version: 1,
        details: with_days("1984-01-02", false, ("", "2026-11-19")),
    };
    s.coordinator.save(gone).await.unwrap();
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_guest_who_is_a_child_needs_none(ground: Ground) {
    let s = story(&ground).await;
    comes(&s, with_days("2018-05-05", true, ("2026-11-20", "2026-11-22"))).await;
    let stay = s.asked().await;
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_query_is_entered_before_somebody_comes_or_comes_of_age(ground: Ground) {
    let s = story(&ground).await;
    let son = comes(&s, member("韩大样", "2008-12-20")).await;
    let guest = comes(&s, with_days("1990-01-02", true, ("2026-12-04", "2026-12-06"))).await;
    let boy = comes(&s, member("韩中样", "2009-12-20")).await;
    let home = Some(s.carer.household);
    let (asked, _) = s.coordinator.check_candidates(CheckKind::NoOffence, home, None, |_| true).await.unwrap();
    let is_asked = |who: MemberId| asked.iter().any(|one| one.subject == Subject::Adult(who.0));
    assert!(is_asked(son) && is_asked(guest) && !is_asked(boy), "{asked:?}");
    s.store.close().await.unwrap();
}

async fn a_family_that_moves_is_visited_anew(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let change = async |address: &str| {
        let home = s.coordinator.volunteer(s.carer.volunteer).await.unwrap().home;
        let form = HouseholdForm { address, ..HouseholdForm::default() };
        let details = HouseholdDetails::parse(&form).unwrap();
        ChangeHousehold { household: home.id, version: home.version, details }
    };
    s.coordinator.save(change("示例小区 1号楼").await).await.unwrap();
    assert!(s.leader.stay_line(stay).await.unwrap().is_clean(), "it is only written otherwise");
    s.coordinator.save(MoveHousehold { change: change("示例小区2号楼").await }).await.unwrap();
    assert_eq!(code(s.leader.save(ApproveStay { stay }).await), "stay.home_visit_missing");
    let visit = line(Subject::Home(s.carer.household.0), CheckKind::HomeVisit, "passed", "2026-11-20");
    s.coordinator.save(EnterChecks { lines: vec![visit] }).await.unwrap();
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn the_office_hears_that_a_paper_of_an_approved_weekend_is_gone(ground: Ground) {
    let s = story(&ground).await;
    let enter = |kind, outcome, on| {
        let husband = Subject::Adult(s.husband);
        s.coordinator.save(EnterChecks { lines: vec![line(husband, kind, outcome, on)] })
    };
    s.approved().await;
    enter(CheckKind::Health, "failed", "2026-11-17").await.unwrap();
    enter(CheckKind::NoOffence, "passed", "2026-11-18").await.unwrap();
    assert_eq!(told(&ground).await, 0, "the weekend asks for no health");
    enter(CheckKind::NoOffence, "failed", "2026-11-19").await.unwrap();
    assert_eq!(told(&ground).await, 1);
    s.store.close().await.unwrap();
}

async fn wrong_codes_typed_at_two_processes_at_once_count_each(ground: Ground) {
    let s = story(&ground).await;
    let second = Store::open(&ground.location, &KEY).await.unwrap();
    let here = s.at(&s.teacher, FETCHED).await;
    let there = second.desk_of_grant(s.teacher.viewer().grant, FETCHED).await.unwrap();
    let mut counted = Vec::new();
    for _ in 0..2 {
        let (one, two) = tokio::join!(here.save(CountWrongCode), there.save(CountWrongCode));
        counted.extend([one.unwrap(), two.unwrap()]);
    }
    counted.sort_unstable();
    assert_eq!(counted, [1, 2, 3, 4]);
    second.close().await.unwrap();
    s.store.close().await.unwrap();
}
