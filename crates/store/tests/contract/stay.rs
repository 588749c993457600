use naheya_domain::code::Code;
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::custody::Event;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use naheya_domain::stay::gate::NEUTRAL;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::concern::RaiseConcern;
use naheya_store::consent::{Purpose, WithdrawConsent};
use naheya_store::custody::Witness;
use naheya_store::guardian::AddGuardian;
use naheya_store::stay::{
    ApproveStay, CancelStay, CloseLate, ConfirmReturn, EndorseStay, Outcome, RefuseStay, ReleaseProof, ReleaseStay,
    ReportStay, RequestStay, UndoApproval, Where,
};
use naheya_store::{Desk, Error};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, child_of, consent, literal, pair, story};

on_both_engines![
    each_clause_alone_refuses_the_booking,
    each_clause_alone_refuses_the_approval,
    each_clause_alone_refuses_the_release,
    a_teachers_no_to_these_days_refuses_another_booking,
    the_teachers_yes_is_needed_for_approval,
    whoever_asked_does_not_approve,
    an_approval_is_undone_until_the_codes_are_out,
    a_code_lets_one_child_go_once_and_in_its_window,
    five_wrong_codes_pause_the_gate_and_tell_the_coordinator,
    the_printed_list_needs_a_call,
    a_weekend_runs_from_request_to_hours_and_a_talk,
    siblings_go_with_one_code_in_one_act_and_count_once,
    a_late_return_is_closed_by_a_person_with_a_reason,
    a_withdrawn_consent_takes_the_code_and_after_release_calls_the_office,
    a_teacher_of_another_class_sees_nothing,
];

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// One clause: its own code, whether it stays within its circle, the SQL that breaks and mends it.
struct Clause {
    code: &'static str,
    kept: bool,
    broken: String,
    mended: String,
}

fn clause(code: &'static str, broken: impl Into<String>, mended: impl Into<String>) -> Clause {
    Clause { code, kept: false, broken: broken.into(), mended: mended.into() }
}

/// Clauses of rule 2 that can be broken from outside at any gate.
async fn clauses(ground: &Ground, s: &Story) -> Vec<Clause> {
    let form = ConcernForm { words: "她说不想回去", situations: vec!["mr4"], ..ConcernForm::default() };
    let said = NewConcern::parse(&form).unwrap();
    s.coordinator.save(RaiseConcern { said, child: Some(s.child) }).await.unwrap();
    ground.sql("UPDATE concerns SET state = 'closed'").await;
    let form = GuardianForm { name: "李某", relation: "其他", phone: "13900000001", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let same_phone = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let (same_phone, husband) = (literal(ground, same_phone.0), literal(ground, s.husband));
    let child = literal(ground, s.child.0);
    let until = |kind: &str, day: &str| format!("UPDATE checks SET valid_until = '{day}' WHERE kind = '{kind}'");
    let set = |table: &str, column: &str, value: &str| format!("UPDATE {table} SET {column} = {value}");
    let (short, long) = ("2026-11-21", "2027-03-11");
    let hospital = format!(
        "INSERT INTO custody_events (area_id, id, child_id, seq, kind, holder_kind, how, by_account, server_at) \
         VALUES (150825, {child}, {child}, 900, 'hospital', 'hospital', 'staff', {child}, 0)"
    );
    let guest =
        format!("UPDATE checks SET valid_until = '{short}' WHERE kind = 'no_offence' AND member_id = {husband}");
    vec![
        clause("stay.pair_not_active", set("pairs", "state", "'paused'"), set("pairs", "state", "'active'")),
        clause("stay.settling_day_only", set("pairs", "state", "'settling'"), set("pairs", "state", "'active'")),
        clause(
            "stay.volunteer_not_approved",
            set("volunteers", "state", "'paused'"),
            set("volunteers", "state", "'approved'"),
        ),
        clause(
            "stay.agreement_missing",
            "UPDATE checks SET outcome = 'failed' WHERE kind = 'agreement'",
            "UPDATE checks SET outcome = 'passed' WHERE kind = 'agreement'",
        ),
        clause("stay.insurance_missing", until("insurance", short), until("insurance", long)),
        clause("stay.training_missing", until("training", short), until("training", long)),
        clause("stay.home_visit_missing", until("home_visit", short), until("home_visit", long)),
        clause("stay.no_offence_missing", guest, until("no_offence", long)),
        clause("stay.consent_missing", set("consents", "to_on", "'2026-11-21'"), set("consents", "to_on", "NULL")),
        clause("stay.child_not_asked", set("wishes", "alone", "FALSE"), set("wishes", "alone", "TRUE")),
        Clause {
            kept: true,
            ..clause("stay.child_said_no", set("wishes", "answer", "'no'"), set("wishes", "answer", "'yes'"))
        },
        Clause {
            kept: true,
            ..clause("stay.concern_open", set("concerns", "state", "'raised'"), set("concerns", "state", "'closed'"))
        },
        Clause {
            kept: true,
            ..clause(
                "stay.person_blocked",
                format!("UPDATE guardianships SET blocked = TRUE WHERE guardian_id = {same_phone}"),
                "UPDATE guardianships SET blocked = FALSE",
            )
        },
        clause(
            "stay.child_not_taking_part",
            set("children", "state", "'paused'"),
            set("children", "state", "'enrolled'"),
        ),
        clause("stay.child_elsewhere", hospital, "DELETE FROM custody_events"),
    ]
}

async fn each_clause_alone_refuses_the_booking(ground: Ground) {
    let s = story(&ground).await;
    let ask = RequestStay { new: s.weekend(&[s.pair]) };
    for clause in clauses(&ground, &s).await {
        ground.sql(&clause.broken).await;
        let heard = if clause.kept { NEUTRAL } else { clause.code };
        assert_eq!(code(s.mother.save(ask.clone()).await), heard, "{}", clause.code);
        let all = system(&s.store).against_request(&ask.new).await.unwrap();
        assert_eq!(all.iter().map(|r| r.code).collect::<Vec<_>>(), [clause.code], "the only one missing");
        ground.sql(&clause.mended).await;
    }
    assert_eq!(s.mother.save(ask.clone()).await.unwrap().len(), 1);
    assert_eq!(code(s.mother.save(ask).await), "stay.overlap");
    s.store.close().await.unwrap();
}

async fn each_clause_alone_refuses_the_approval(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    for clause in clauses(&ground, &s).await {
        ground.sql(&clause.broken).await;
        assert_eq!(code(s.leader.save(ApproveStay { stay }).await), clause.code);
        let line = s.leader.stay_line(stay).await.unwrap();
        assert_eq!(line.refusals.iter().map(|r| r.code).collect::<Vec<_>>(), [clause.code], "the only one missing");
        if clause.code == "stay.concern_open" {
            // Came after the concern was raised, and so is not among its handlers.
            let other = desk_as(&s.store, Role::Coordinator, Place::County).await;
            assert_eq!(code(other.save(ApproveStay { stay }).await), NEUTRAL);
        }
        ground.sql(&clause.mended).await;
    }
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

fn by_code(stay: StayId, code: &Code) -> ReleaseStay {
    ReleaseStay { stays: vec![stay], proof: ReleaseProof::Code(code.clone()), witness: Witness::default() }
}

async fn each_clause_alone_refuses_the_release(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let digits = s.digits(stay).await;
    let gate = s.at(&s.teacher, FETCHED).await;
    let mut clauses = clauses(&ground, &s).await;
    clauses.push(clause(
        "stay.teacher_yes_missing",
        "UPDATE stays SET teacher_answer = NULL",
        "UPDATE stays SET teacher_answer = 'yes'",
    ));
    for clause in clauses {
        ground.sql(&clause.broken).await;
        let heard = if clause.kept { NEUTRAL } else { clause.code };
        assert_eq!(code(gate.save(by_code(stay, &digits)).await), heard, "{}", clause.code);
        let list = ReleaseProof::List { called: "样例专干".into() };
        let list = ReleaseStay { proof: list, ..by_code(stay, &digits) };
        assert_eq!(code(gate.save(list).await), heard, "{} by list", clause.code);
        ground.sql(&clause.mended).await;
    }
    gate.save(by_code(stay, &digits)).await.unwrap();
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

async fn the_teachers_yes_is_needed_for_approval(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    ground.sql("UPDATE stays SET teacher_answer = NULL").await;
    assert_eq!(code(s.leader.save(ApproveStay { stay }).await), "stay.teacher_yes_missing");
    s.teacher.save(EndorseStay { stay, yes: false, words: String::new() }).await.unwrap();
    assert_eq!(code(s.leader.save(ApproveStay { stay }).await), "stay.teacher_yes_missing");
    s.teacher.save(EndorseStay { stay, yes: true, words: String::new() }).await.unwrap();
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn whoever_asked_does_not_approve(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.coordinator.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap()[0];
    s.endorsed(stay, s.child).await;
    assert_eq!(code(s.coordinator.save(ApproveStay { stay }).await), "stay.approver_is_requester");
    assert_eq!(s.mother.save(ApproveStay { stay }).await, Err(Error::Forbidden));
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn an_approval_is_undone_until_the_codes_are_out(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let later = s.at(&s.coordinator, NOW.plus_minutes(9)).await;
    later.save(UndoApproval { stay }).await.unwrap();
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Consented);
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let too_late = s.at(&s.coordinator, NOW.plus_minutes(10)).await;
    assert_eq!(code(too_late.save(UndoApproval { stay }).await), "stay.codes_are_out");
    s.store.close().await.unwrap();
}

async fn a_code_lets_one_child_go_once_and_in_its_window(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let digits = s.digits(stay).await;
    let wrong = Code::parse(if digits.as_str() == "000001" { "000002" } else { "000001" }).unwrap();
    let early = s.at(&s.teacher, FETCHED.plus_minutes(-61)).await;
    assert_eq!(code(early.try_code(&digits).await), "code.not_yet");
    let late = s.at(&s.teacher, FETCHED.plus_minutes(91)).await;
    assert_eq!(code(late.try_code(&digits).await), "code.expired");
    let gate = s.at(&s.teacher, FETCHED).await;
    assert_eq!(code(gate.try_code(&wrong).await), "code.wrong");
    assert_eq!(gate.try_code(&digits).await.unwrap(), [stay]);
    gate.save(by_code(stay, &digits)).await.unwrap();
    assert_eq!(code(gate.try_code(&digits).await), "code.used");
    assert_eq!(code(gate.save(by_code(stay, &digits)).await), "code.used");
    let class = naheya_store::school::AddClass { school: s.school, name: "四(1)班".into(), grade: Some(4) };
    let class = system(&s.store).save(class).await.unwrap();
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(class.0)).await;
    assert_eq!(code(s.at(&other, FETCHED).await.try_code(&digits).await), "code.other_school");
    s.store.close().await.unwrap();
}

async fn five_wrong_codes_pause_the_gate_and_tell_the_coordinator(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let digits = s.digits(stay).await;
    let wrong = Code::parse(if digits.as_str() == "000001" { "000002" } else { "000001" }).unwrap();
    let gate = s.at(&s.teacher, FETCHED).await;
    for _ in 0..5 {
        assert_eq!(code(gate.try_code(&wrong).await), "code.wrong");
    }
    assert_eq!(code(gate.try_code(&digits).await), "code.paused");
    assert_eq!(code(gate.save(by_code(stay, &digits)).await), "code.paused");
    let list = ReleaseProof::List { called: "样例专干".into() };
    gate.save(ReleaseStay { proof: list, ..by_code(stay, &digits) }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn the_printed_list_needs_a_call(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let gate = s.at(&s.teacher, FETCHED.plus_minutes(120)).await;
    let list = |called: &str| ReleaseStay {
        stays: vec![stay],
        proof: ReleaseProof::List { called: called.into() },
        witness: Witness::default(),
    };
    assert_eq!(gate.save(list(" ")).await, Err(Error::field("called", "required.missing")));
    gate.save(list("样例专干")).await.unwrap();
    assert!(gate.gate_list(FETCHED.date()).await.unwrap()[0].released_at.is_some());
    s.store.close().await.unwrap();
}

async fn report(desk: &Desk, stay: StayId, event: Event) -> Result<(), Error> {
    desk.save(ReportStay { stay, event, witness: Witness::by("staff") }).await
}

async fn confirm(s: &Story, stay: StayId, now: Timestamp) -> Result<bool, Error> {
    s.at(&s.teacher, now).await.save(ConfirmReturn { stay, witness: Witness::by("sight") }).await
}

async fn a_weekend_runs_from_request_to_hours_and_a_talk(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let digits = s.digits(stay).await;
    assert_eq!(code(report(&s.mother, stay, Event::PickUp).await), "stay.not_released");
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &digits)).await.unwrap();
    report(&s.at(&s.mother, FETCHED.plus_minutes(5)).await, stay, Event::PickUp).await.unwrap();
    report(&s.at(&s.mother, FETCHED.plus_minutes(30)).await, stay, Event::Arrival).await.unwrap();
    let leaving = s.at(&s.mother, DUE.plus_minutes(-40)).await;
    report(&leaving, stay, Event::Leaving).await.unwrap();
    assert_eq!(code(report(&leaving, stay, Event::Leaving).await), "custody.out_of_order");
    assert_eq!(leaving.save(ConfirmReturn { stay, witness: Witness::by("sight") }).await, Err(Error::Forbidden));
    report(&leaving, stay, Event::Return).await.unwrap();
    let office = s.at(&s.coordinator, DUE.plus_minutes(-10)).await;
    assert_eq!(office.whereabouts().await.unwrap()[0].place, Where::Away, "until somebody receives the child");
    assert!(confirm(&s, stay, DUE.plus_minutes(-10)).await.unwrap());
    assert_eq!(code(confirm(&s, stay, DUE).await), "stay.step_impossible");
    let file = s.coordinator.volunteer(s.carer.volunteer).await.unwrap();
    // Friday 18:00 to midnight, Saturday and Sunday capped at eight hours.
    assert_eq!(file.years.iter().map(|y| y.minutes).sum::<i64>(), (6 + 8 + 8) * 60);
    let talks = system(&s.store).follow_ups_of(s.child).await.unwrap();
    assert_eq!(talks.len(), 1, "after the first stay");
    s.store.close().await.unwrap();
}

async fn siblings_go_with_one_code_in_one_act_and_count_once(ground: Ground) {
    let s = story(&ground).await;
    let (brother, _) = child_of(&s.store, "安小满", s.school, s.class).await;
    let second = pair(&ground, brother, s.carer).await;
    let stays = s.mother.save(RequestStay { new: s.weekend(&[s.pair, second]) }).await.unwrap();
    for stay in &stays {
        let child = s.leader.stay_line(*stay).await.unwrap().child;
        s.endorsed(*stay, child).await;
        s.coordinator.save(ApproveStay { stay: *stay }).await.unwrap();
    }
    let digits = s.digits(stays[0]).await;
    let gate = s.at(&s.teacher, FETCHED).await;
    let mut found = gate.try_code(&digits).await.unwrap();
    found.sort();
    assert_eq!(found.len(), 2);
    gate.save(ReleaseStay { stays: found.clone(), ..by_code(stays[0], &digits) }).await.unwrap();
    for stay in found {
        assert!(confirm(&s, stay, DUE).await.unwrap());
    }
    let file = s.coordinator.volunteer(s.carer.volunteer).await.unwrap();
    let minutes: i64 = file.years.iter().map(|y| y.minutes).sum();
    assert!((1..=(7 + 8 + 8) * 60).contains(&minutes), "{minutes}: once for the volunteer");
    s.store.close().await.unwrap();
}

async fn a_late_return_is_closed_by_a_person_with_a_reason(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &s.digits(stay).await)).await.unwrap();
    let office = s.at(&s.coordinator, DUE.plus_minutes(52)).await;
    let board = office.whereabouts().await.unwrap();
    assert_eq!(board[0].place, Where::Late(52));
    assert!(board[0].carer_phone.is_some() && board[0].guardian.is_some());
    assert!(!confirm(&s, stay, DUE.plus_minutes(52)).await.unwrap(), "received, and still open");
    let close = |reason: &str| CloseLate { stay, outcome: Outcome::Back, reason: reason.into() };
    assert_eq!(office.save(close("")).await, Err(Error::field("reason", "required.missing")));
    assert_eq!(s.teacher.save(close("车陷在雪里")).await, Err(Error::Forbidden));
    office.save(close("车陷在雪里，人都好")).await.unwrap();
    assert_eq!(office.stay_line(stay).await.unwrap().state, StayState::Closed);
    s.store.close().await.unwrap();
}

async fn a_withdrawn_consent_takes_the_code_and_after_release_calls_the_office(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let first = system(&s.store).save(consent(s.child, s.guardian, Purpose::Overnight)).await.unwrap();
    let withdraw = |consent| WithdrawConsent { consent, how: "电话".into() };
    assert_eq!(s.coordinator.save(withdraw(first)).await.unwrap(), 0);
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Requested);
    assert_eq!(code(s.coordinator.save(ApproveStay { stay }).await), "stay.consent_missing");
    let again = s.coordinator.save(consent(s.child, s.guardian, Purpose::Overnight)).await.unwrap();
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &s.digits(stay).await)).await.unwrap();
    assert_eq!(s.at(&s.coordinator, FETCHED).await.save(withdraw(again)).await.unwrap(), 1, "one child is away");
    s.store.close().await.unwrap();
}

async fn a_teacher_of_another_class_sees_nothing(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let class = naheya_store::school::AddClass { school: s.school, name: "四(1)班".into(), grade: Some(4) };
    let class = system(&s.store).save(class).await.unwrap();
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(class.0)).await;
    assert_eq!(other.gate_list(FETCHED.date()).await.unwrap(), []);
    assert_eq!(other.passing(&[stay]).await, Err(Error::NotFound));
    assert_eq!(other.save(EndorseStay { stay, yes: true, words: String::new() }).await, Err(Error::NotFound));
    let duty = desk_as(&s.store, Role::ClassTeacher, Place::School(s.school.0)).await;
    let seen = duty.gate_list(FETCHED.date()).await.unwrap();
    assert_eq!((seen[0].carer_name.as_str(), seen[0].tail()), ("李样例", "0001"));
    let stranger = desk_as(&s.store, Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    let cancel = CancelStay { stay, reason: "有事".into() };
    assert_eq!(stranger.save(cancel.clone()).await, Err(Error::NotFound));
    s.mother.save(cancel).await.unwrap();
    s.store.close().await.unwrap();
}
