//! A weekend asked for, agreed to, refused and undone: each clause of rule 2 alone, at each gate.
//!
//! Long because: each clause is tried on its own, on the same ground.

use futures_util::future::join_all;
use naheya_domain::code::Code;
use naheya_domain::custody::Event;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::proof::Proof;
use naheya_domain::stay::{RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::account::EndGrant;
use naheya_store::consent::{Purpose, WithdrawConsent};
use naheya_store::custody::Witness;
use naheya_store::notice::ExpandLetters;
use naheya_store::school::AddClass;
use naheya_store::stay::{
    AnnounceLate, ApproveStay, ApproveStays, CancelStay, CloseLate, ConfirmReturn, EndorseStay, Outcome, ReleaseProof,
    ReleaseStay, ReopenStay, ReportStay, RequestStay, RequestStays, Tally, TellNotAsked, UndoApproval, UndoApprovals,
    Where,
};
use naheya_store::{Desk, Error, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, child_of, consent, literal, story};

on_both_engines![
    whoever_asked_does_not_approve,
    an_approval_is_undone_until_the_codes_are_out,
    a_code_lets_one_child_go_once_and_in_its_window,
    five_wrong_codes_pause_the_gate_and_tell_the_coordinator,
    of_many_codes_typed_at_once_at_a_gate_five_are_judged,
    the_printed_list_needs_a_call,
    a_weekend_runs_from_request_to_hours_and_a_talk,
    siblings_go_with_one_code_in_one_act_and_count_once,
    of_siblings_it_is_said_once_that_they_come_later,
    the_teacher_of_each_sibling_hears_that_they_come_later,
    a_late_return_is_closed_by_a_person_with_a_reason,
    a_carer_who_announces_being_late_is_shown_and_stops_no_alarm,
    a_mistaken_here_is_corrected_by_further_entries,
    a_mistaken_here_is_not_corrected_once_something_else_has_happened,
    the_board_counts_every_child_of_the_county,
    a_board_with_too_many_names_counts_everybody_and_names_who_is_missed,
    a_weekend_called_off_with_its_pair_says_so_at_home,
    weekends_ahead_follow_the_schools_calendar_and_say_what_stands_on_them,
    of_several_weekends_the_possible_ones_are_asked_for,
    a_withdrawn_consent_takes_the_code_and_after_release_calls_the_office,
    a_teacher_of_another_class_sees_nothing,
    a_volunteer_who_signs_in_is_told_herself_until_her_role_ends,
    of_several_each_is_judged_by_itself_and_once,
    an_approval_of_several_is_undone_as_one_until_the_codes_are_out,
    what_an_approval_rests_on_is_told_with_its_dates_to_whoever_approves,
    who_lives_there_and_is_left_out_of_a_request_is_told_to_the_office,
    a_carer_reads_whom_to_call_at_the_school_of_her_child_only,
    of_a_child_nobody_asked_the_office_hears_once_and_anew_when_the_clock_was_set_back,
];

pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

fn by_code(stay: StayId, code: &Code) -> ReleaseStay {
    ReleaseStay { stays: vec![stay], proof: ReleaseProof::Code(code.clone()), witness: Witness::default() }
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

async fn of_many_codes_typed_at_once_at_a_gate_five_are_judged(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let digits = s.digits(stay).await;
    let wrong = Code::parse(if digits.as_str() == "000001" { "000002" } else { "000001" }).unwrap();
    let gate = s.at(&s.teacher, FETCHED).await;
    let answers = join_all((0..12).map(|_| gate.try_code(&wrong))).await;
    let judged = answers.into_iter().filter(|answer| *answer == Err(Error::refused("code.wrong"))).count();
    assert_eq!(judged, 5);
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
    assert_eq!(
        office.whereabouts(None, 500).await.unwrap().lines[0].place,
        Where::Away,
        "until somebody receives the child"
    );
    assert!(confirm(&s, stay, DUE.plus_minutes(-10)).await.unwrap());
    assert_eq!(code(confirm(&s, stay, DUE).await), "stay.step_impossible");
    let file = s.coordinator.volunteer(s.carer.volunteer).await.unwrap();
    // Friday 18:00 to midnight, Saturday and Sunday capped at eight hours.
    assert_eq!(file.years.iter().map(|y| y.minutes).sum::<i64>(), (6 + 8 + 8) * 60);
    let talks = system(&s.store).follow_up_book(s.child).await.unwrap();
    assert_eq!(talks.len(), 1, "after the first stay");
    s.store.close().await.unwrap();
}

async fn siblings_go_with_one_code_in_one_act_and_count_once(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
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

async fn of_siblings_it_is_said_once_that_they_come_later(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let gone = ReleaseStay { stays: stays.clone(), ..by_code(stays[0], &s.digits(stays[0]).await) };
    s.at(&s.teacher, FETCHED).await.save(gone).await.unwrap();
    let mother = s.at(&s.mother, DUE.plus_minutes(-30)).await;
    mother.save(late(stays[0])).await.unwrap();
    for stay in stays {
        let said = mother.my_stay(stay).await.unwrap().said_late;
        assert_eq!(said, Some((DUE.plus_minutes(40), "集市堵车".to_owned())));
    }
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn the_teacher_of_each_sibling_hears_that_they_come_later(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let gone = ReleaseStay { stays: stays.clone(), ..by_code(stays[0], &s.digits(stays[0]).await) };
    s.at(&s.teacher, FETCHED).await.save(gone).await.unwrap();
    let other = AddClass { school: s.school, name: "五(1)班".into(), grade: Some(5) };
    let other = system(&s.store).save(other).await.unwrap();
    let brother = s.leader.stay_line(stays[1]).await.unwrap().child;
    let (class, child) = (literal(&ground, other.0), literal(&ground, brother.0));
    ground.sql(&format!("UPDATE children SET class_id = {class} WHERE id = {child}")).await;
    let teacher = desk_as(&s.store, Role::ClassTeacher, Place::Class(other.0)).await;
    let now = DUE.plus_minutes(-30);
    s.at(&s.mother, now).await.save(late(stays[0])).await.unwrap();
    let job = s.store.as_system(SystemTask::Job, COUNTY, now);
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    for hears in [&s.teacher, &teacher] {
        let told = s.at(hears, now).await.my_notices().await.unwrap().0;
        let told: Vec<&str> = told.iter().map(|notice| notice.kind.as_str()).collect();
        assert_eq!(told.iter().filter(|kind| **kind == "stay.late_announced").count(), 1, "{told:?}");
    }
    s.store.close().await.unwrap();
}

fn late(stay: StayId) -> AnnounceLate {
    AnnounceLate { stay, minutes: 40, words: "集市堵车".into() }
}

async fn a_late_return_is_closed_by_a_person_with_a_reason(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &s.digits(stay).await)).await.unwrap();
    let office = s.at(&s.coordinator, DUE.plus_minutes(52)).await;
    let board = office.whereabouts(None, 500).await.unwrap().lines;
    assert_eq!(board[0].place, Where::Late(52));
    assert!(board[0].carer_phone.is_some() && board[0].guardian.is_some());
    assert!(!confirm(&s, stay, DUE.plus_minutes(52)).await.unwrap(), "received, and still open");
    let close = |reason: &str| CloseLate { stay, outcome: Outcome::Back, guardian: None, reason: reason.into() };
    assert_eq!(office.save(close("")).await, Err(Error::field("reason", "required.missing")));
    assert_eq!(s.teacher.save(close("车陷在雪里")).await, Err(Error::Forbidden));
    office.save(close("车陷在雪里，人都好")).await.unwrap();
    assert_eq!(office.stay_line(stay).await.unwrap().state, StayState::Closed);
    s.store.close().await.unwrap();
}

async fn a_carer_who_announces_being_late_is_shown_and_stops_no_alarm(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let late = |minutes| AnnounceLate { stay, minutes, words: "集市堵车".into() };
    assert_eq!(code(s.mother.save(late(40)).await), "stay.step_impossible");
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &s.digits(stay).await)).await.unwrap();
    let on_the_way = s.at(&s.mother, DUE.plus_minutes(-30)).await;
    for wrong in [4, 721] {
        assert_eq!(on_the_way.save(late(wrong)).await, Err(Error::field("late_minutes", "stay.late_minutes")));
    }
    on_the_way.save(late(40)).await.unwrap();
    let said = Some((DUE.plus_minutes(40), "集市堵车".to_owned()));
    assert_eq!(on_the_way.my_stay(stay).await.unwrap().said_late, said);
    let gate = s.at(&s.teacher, DUE.plus_minutes(20)).await;
    assert_eq!(gate.back_list(DUE.date()).await.unwrap()[0].said_late, said);
    let board = s.at(&s.coordinator, DUE.plus_minutes(20)).await.whereabouts(None, 500).await.unwrap().lines;
    assert_eq!((board[0].place, &board[0].said_late), (Where::Late(20), &said), "late from the agreed time on");
    assert!(board[0].rung.is_some());
    let over = s.at(&s.mother, DUE.plus_minutes(50)).await;
    assert_eq!(over.save(late(40)).await, Err(Error::field("late_minutes", "stay.late_in_past")));
    let stranger = desk_as(&s.store, Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    assert_eq!(stranger.save(late(60)).await, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn minutes(s: &Story) -> i64 {
    s.coordinator.volunteer(s.carer.volunteer).await.unwrap().years.iter().map(|y| y.minutes).sum()
}

async fn a_mistaken_here_is_corrected_by_further_entries(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &s.digits(stay).await)).await.unwrap();
    assert!(confirm(&s, stay, DUE.plus_minutes(-60)).await.unwrap());
    let credited = minutes(&s).await;
    assert!(credited > 0);
    let gate = s.at(&s.teacher, DUE.plus_minutes(-50)).await;
    assert_eq!(s.mother.save(ReopenStay { stay }).await, Err(Error::Forbidden));
    gate.save(ReopenStay { stay }).await.unwrap();
    assert_eq!(minutes(&s).await, 0);
    let office = s.at(&s.coordinator, DUE.plus_minutes(25)).await;
    assert_eq!(office.stay_line(stay).await.unwrap().state, StayState::InCare);
    assert_eq!(office.whereabouts(None, 500).await.unwrap().lines[0].place, Where::Late(25), "missing again");
    assert_eq!(code(gate.save(ReopenStay { stay }).await), "stay.step_impossible");
    assert!(confirm(&s, stay, DUE).await.unwrap());
    assert!(minutes(&s).await >= credited, "credited anew, once");
    assert!(minutes(&s).await < 2 * credited);
    assert_eq!(system(&s.store).follow_up_book(s.child).await.unwrap().len(), 1, "one talk");
    s.is_sound(DUE).await;
    // And once more, the ledger stays in balance.
    s.at(&s.teacher, DUE.plus_minutes(1)).await.save(ReopenStay { stay }).await.unwrap();
    assert_eq!(minutes(&s).await, 0);
    s.store.close().await.unwrap();
}

async fn a_mistaken_here_is_not_corrected_once_something_else_has_happened(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &s.digits(stay).await)).await.unwrap();
    confirm(&s, stay, DUE).await.unwrap();
    let next_day = s.at(&s.teacher, DUE.plus_minutes(24 * 60 + 1)).await;
    assert_eq!(code(next_day.save(ReopenStay { stay }).await), "stay.too_late_to_correct");
    let child = literal(&ground, s.child.0);
    ground.sql(&taken_to(&child, "hospital")).await;
    let gate = s.at(&s.teacher, DUE.plus_minutes(1)).await;
    assert_eq!(code(gate.save(ReopenStay { stay }).await), "custody.out_of_order");
    s.store.close().await.unwrap();
}

/// A link that puts the child into other hands, beside any stay.
pub fn taken_to(child: &str, holder: &str) -> String {
    format!(
        "INSERT INTO custody_events (area_id, id, child_id, seq, kind, holder_kind, how, by_account, server_at) \
         VALUES (150825, {child}, {child}, 900, 'hospital', '{holder}', 'staff', {child}, 0)"
    )
}

async fn the_board_counts_every_child_of_the_county(ground: Ground) {
    let s = story(&ground).await;
    let (ill, _) = child_of(&s.store, "安小满", s.school, s.class).await;
    ground.sql(&taken_to(&literal(&ground, ill.0), "hospital")).await;
    let elsewhere = s.coordinator.elsewhere().await.unwrap();
    assert_eq!(elsewhere.len(), 1, "without any stay");
    assert_eq!((elsewhere[0].child_name.as_str(), elsewhere[0].holder.code()), ("安小满", "hospital"));
    let roll = s.coordinator.roll().await.unwrap();
    let told: Vec<_> = roll.iter().map(|r| (r.name.as_str(), r.children)).collect();
    assert_eq!(told, [("示例寄宿学校", 2)]);
    ground.sql("DELETE FROM custody_events").await;
    let later = s.at(&s.coordinator, NOW.plus_minutes(1)).await;
    assert_eq!(later.elsewhere().await.unwrap(), []);
    // A stay of weeks ago that never came back is on the board, whatever the weekend.
    let stay = s.approved().await;
    s.at(&s.teacher, FETCHED).await.save(by_code(stay, &s.digits(stay).await)).await.unwrap();
    let weeks = s.at(&s.coordinator, DUE.plus_minutes(20 * 24 * 60)).await.whereabouts(None, 500).await.unwrap().lines;
    assert_eq!(weeks[0].place, Where::Late(20 * 24 * 60));
    assert_eq!(s.teacher.elsewhere().await, Ok(Vec::new()), "the gate sees the own school's");
    assert_eq!(s.mother.elsewhere().await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn a_board_with_too_many_names_counts_everybody_and_names_who_is_missed(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let gate = s.at(&s.teacher, FETCHED).await;
    gate.save(ReleaseStay { stays: stays.clone(), ..by_code(stays[0], &s.digits(stays[0]).await) }).await.unwrap();
    let board = async |minutes, most| {
        let office = s.at(&s.coordinator, DUE.plus_minutes(minutes)).await;
        office.whereabouts(Some(s.school), most).await.unwrap()
    };
    let tally = |away, late, hospital| Tally { away, late, hospital, ..Tally::default() };
    let calm = board(-60, 1).await;
    assert_eq!((calm.lines.len(), calm.names_all, calm.tally()), (0, false, tally(2, 0, 0)));
    assert_eq!(board(-60, 2).await.lines.len(), 2, "few enough");
    let missed = board(20, 1).await;
    assert_eq!((missed.lines.len(), missed.tally()), (1, tally(0, 2, 0)), "the first of two who are late");
    let office = s.at(&s.coordinator, DUE.plus_minutes(25)).await;
    let ill = missed.lines[0].stay;
    let hospital =
        CloseLate { stay: ill, outcome: Outcome::Hospital, guardian: None, reason: "旗医院，妈妈陪着".into() };
    office.save(hospital).await.unwrap();
    let both = board(30, 1).await;
    assert_eq!(both.tally(), tally(0, 1, 1), "counted where it is");
    let places: Vec<Where> = both.lines.iter().map(|line| line.place).collect();
    assert_eq!(places, [Where::Late(30), Where::Hospital], "nobody is pushed off the page by the other kind");
    let other = naheya_domain::id::SchoolId(uuid::Uuid::now_v7());
    assert_eq!(office.whereabouts(Some(other), 1).await.unwrap().tally(), Tally::default());
    s.store.close().await.unwrap();
}

async fn a_weekend_called_off_with_its_pair_says_so_at_home(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.coordinator.save(naheya_store::pair::PausePair { pair: naheya_domain::id::PairId(s.pair) }).await.unwrap();
    let line = s.coordinator.stay_line(stay).await.unwrap();
    assert_eq!((line.state, line.words.as_deref()), (StayState::Cancelled, Some("pair.paused")));
    assert_eq!(s.mother.my_stay(stay).await.unwrap().refusal.as_deref(), Some("pair.paused"));
    let told = "SELECT COALESCE(to_role, 'herself') FROM outbox \
                WHERE kind IN ('stay.cancelled', 'stay.stopped_now') ORDER BY 1";
    assert_eq!(ground.texts(told).await, ["class_teacher", "coordinator", "herself"], "who waits for it is told");
    s.store.close().await.unwrap();
}

async fn weekends_ahead_follow_the_schools_calendar_and_say_what_stands_on_them(ground: Ground) {
    let s = story(&ground).await;
    s.asked().await;
    let day = |on: &str, kind: &str| naheya_domain::school::DayDetails::parse(on, kind, "排练").unwrap();
    for day in [day("2026-11-28", "open"), day("2026-12-07", "closed")] {
        let set = naheya_store::school::SetSchoolDay { school: s.school, day };
        system(&s.store).save(set).await.unwrap();
    }
    let pair = naheya_domain::id::PairId(s.pair);
    let ahead = s.mother.weekends_ahead(pair).await.unwrap();
    assert_eq!((ahead.release_at.as_str(), ahead.return_at.as_str(), ahead.settling), ("17:30", "18:30", false));
    let told: Vec<_> = ahead.weekends.iter().take(3).map(|f| (f.weekend.days, f.taken)).collect();
    assert_eq!(told, [(2, Some(StayState::Consented)), (1, None), (3, None)]);
    let stranger = desk_as(&s.store, Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    assert_eq!(stranger.weekends_ahead(pair).await, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn of_several_weekends_the_possible_ones_are_asked_for(ground: Ground) {
    let s = story(&ground).await;
    s.asked().await;
    let later = s.days(&[s.pair], "2026-11-27", "2026-11-29");
    let both = RequestStays { new: vec![s.weekend(&[s.pair]), later.clone()] };
    let done = s.mother.save(both.clone()).await.unwrap();
    assert_eq!((done.made.len(), done.left), (1, vec![0]));
    assert_eq!(code(s.mother.save(both).await), "stay.overlap", "none of them was possible");
    let none = RequestStays { new: vec![] };
    assert_eq!(s.mother.save(none).await, Err(Error::field("weekend", "required.missing")));
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

async fn a_volunteer_who_signs_in_is_told_herself_until_her_role_ends(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let herself = literal(&ground, s.mother.viewer().account.0);
    let told = format!("SELECT kind FROM outbox WHERE to_account = {herself} ORDER BY at, id");
    assert_eq!(ground.texts(&told).await, ["stay.approved"]);
    system(&s.store).save(EndGrant { grant: s.mother.viewer().grant }).await.unwrap();
    s.coordinator.save(CancelStay { stay, reason: "孩子发烧".into() }).await.unwrap();
    assert_eq!(ground.texts(&told).await, ["stay.approved"], "she has no page any more to read it on");
    s.store.close().await.unwrap();
}

async fn of_several_each_is_judged_by_itself_and_once(ground: Ground) {
    let s = story(&ground).await;
    let clean = s.asked().await;
    let new = s.days(&[s.pair], "2026-11-27", "2026-11-29");
    let own = s.coordinator.save(RequestStay { new }).await.unwrap()[0];
    s.endorsed(own, s.child).await;
    let done = s.coordinator.save(ApproveStays { stays: vec![own, clean, clean] }).await.unwrap();
    assert_eq!(done.approved, [clean]);
    assert_eq!(done.left, [(own, "stay.approver_is_requester".to_owned())]);
    let unknown = ApproveStays { stays: vec![own, StayId(uuid::Uuid::nil())] };
    assert_eq!(s.leader.save(unknown).await, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn an_approval_of_several_is_undone_as_one_until_the_codes_are_out(ground: Ground) {
    let s = story(&ground).await;
    let ask = async |first: &str, last: &str| {
        let stay = s.mother.save(RequestStay { new: s.days(&[s.pair], first, last) }).await.unwrap()[0];
        s.endorsed(stay, s.child).await;
        stay
    };
    let stays = vec![ask("2026-11-20", "2026-11-22").await, ask("2026-11-27", "2026-11-29").await];
    assert_eq!(s.coordinator.save(ApproveStays { stays: stays.clone() }).await.unwrap().approved, stays);
    let too_late = s.at(&s.coordinator, NOW.plus_minutes(10)).await;
    assert_eq!(code(too_late.save(UndoApprovals { stay: stays[0] }).await), "stay.codes_are_out");
    let later = s.at(&s.coordinator, NOW.plus_minutes(9)).await;
    assert_eq!(later.save(UndoApprovals { stay: stays[0] }).await, Ok(2));
    for stay in &stays {
        assert_eq!(s.coordinator.stay_line(*stay).await.unwrap().state, StayState::Consented);
    }
    assert_eq!(code(later.save(UndoApprovals { stay: stays[1] }).await), "stay.step_impossible");
    s.store.close().await.unwrap();
}

async fn what_an_approval_rests_on_is_told_with_its_dates_to_whoever_approves(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap()[0];
    assert_eq!(s.leader.stay_basis(stay).await.unwrap().teacher, None);
    s.endorsed(stay, s.child).await;
    let basis = s.coordinator.stay_basis(stay).await.unwrap();
    assert_eq!(basis.teacher.map(|(at, who)| (at, who.is_some())), Some((NOW, true)));
    assert!(basis.consent.is_some_and(|(who, _)| who.is_some()));
    assert!(!basis.adults.is_empty() && basis.adults.iter().all(|(_, proof)| *proof != Proof::Missing));
    assert!(basis.home_visit.until().is_some() && basis.agreement != Proof::Missing);
    assert_eq!((basis.from, basis.to), (RunsFrom::School, RunsFrom::School));
    assert_eq!(s.mother.stay_basis(stay).await, Err(Error::Forbidden));
    assert_eq!(s.teacher.stay_basis(stay).await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn who_lives_there_and_is_left_out_of_a_request_is_told_to_the_office(ground: Ground) {
    let s = story(&ground).await;
    let whole = s.asked().await;
    let line = s.coordinator.stay_line(whole).await.unwrap();
    assert!(line.is_clean() && line.away.is_empty(), "{line:?}");
    let mut new = s.days(&[s.pair], "2026-11-27", "2026-11-29");
    new.adults.retain(|adult| *adult != s.husband);
    let stay = s.mother.save(RequestStay { new }).await.unwrap()[0];
    s.endorsed(stay, s.child).await;
    let file = s.coordinator.volunteer(s.carer.volunteer).await.unwrap();
    let husband = file.adults.into_iter().find(|a| !a.herself).unwrap().member;
    let line = s.coordinator.stay_line(stay).await.unwrap();
    assert_eq!(line.away, [husband.name]);
    assert!(line.refusals.is_empty() && !line.is_clean(), "somebody looks before it goes with the others");
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_carer_reads_whom_to_call_at_the_school_of_her_child_only(ground: Ground) {
    let s = story(&ground).await;
    let contact = s.mother.school_contact(s.child).await.unwrap();
    assert_eq!(contact.teachers.len(), 1);
    assert_eq!(s.mother.school_contact(ChildId::new()).await, Err(Error::NotFound));
    let other = desk_as(&s.store, Role::Volunteer, Place::Person(uuid::Uuid::from_u128(9))).await;
    assert_eq!(other.school_contact(s.child).await, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn of_a_child_nobody_asked_the_office_hears_once_and_anew_when_the_clock_was_set_back(ground: Ground) {
    let s = story(&ground).await;
    ground.sql("UPDATE wishes SET alone = FALSE").await;
    let tell = TellNotAsked { new: s.weekend(&[s.pair]) };
    assert_eq!(s.mother.save(tell.clone()).await, Ok(1));
    assert_eq!(s.mother.save(tell.clone()).await, Ok(0), "who asks again is heard once");
    ground.sql("UPDATE outbox SET due_at = due_at + 864000000 WHERE kind = 'stay.child_not_asked'").await;
    assert_eq!(s.mother.save(tell).await, Ok(1), "that letter is not due for ten days");
    s.store.close().await.unwrap();
}
