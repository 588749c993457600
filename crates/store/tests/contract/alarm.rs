//! Product.md rule 3: a missing return is an alarm, never a default. Each step at its minute, once, to
//! its people; ended by a person alone.

use naheya_domain::alarm::Alarm;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::StayId;
use naheya_domain::setting::Settings;
use naheya_domain::stay::RunsFrom;
use naheya_domain::stay::ladder::{Ladder, Rung};
use naheya_domain::viewer::Place;
use naheya_domain::{Refusal, Role, Timestamp};
use naheya_store::account::AddGrant;
use naheya_store::alarm::{ChangeLadder, CloseAlarm, Word};
use naheya_store::custody::Witness;
use naheya_store::guardian::AddGuardian;
use naheya_store::notice::{ExpandLetters, PassOn};
use naheya_store::school::AddSchool;
use naheya_store::setting::ChangeSettings;
use naheya_store::stay::{
    AnnounceLate, ArrangeHandBack, CancelStay, CloseLate, ConfirmReturn, Outcome, ReleaseProof, ReleaseStay, ReopenStay,
};
use naheya_store::{Desk, Error, Store, SystemTask};

use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{DUE, FETCHED, Story, literal, story};

on_both_engines![
    each_rung_is_raised_at_its_minute_and_not_one_minute_before_and_once,
    a_server_that_was_down_over_three_rungs_tells_each_person_once,
    siblings_are_one_letter_to_each_person,
    an_alarm_is_not_ended_by_the_confirmation_of_another_child,
    an_alarm_is_ended_by_a_person_with_a_reason_and_never_by_a_job,
    two_processes_raise_an_alarm_once,
    a_schools_ladder_beats_the_countys,
    an_announced_delay_puts_off_family_and_coordinator_within_the_bound,
    what_is_announced_once_the_office_was_called_spares_nobody_the_reason,
    an_hour_agreed_anew_is_put_off_by_nothing_announced_before,
    who_cannot_sign_in_any_more_is_told_by_hand,
    who_has_not_opened_her_account_yet_is_told_by_hand,
    who_has_the_child_is_not_called_as_its_family_though_her_account_does_not_open,
    who_is_late_herself_is_no_coordinator_who_was_told,
    a_child_whom_nobody_fetched_is_told_to_coordinator_and_teacher_and_asked_of_the_carer,
    a_carer_without_an_account_who_has_not_come_is_asked_by_hand,
    a_return_taken_back_raises_the_alarm_anew,
    in_hospital_nobody_is_called_again,
    a_family_is_told_when_somebody_passed_it_on_and_not_when_a_text_lies_there,
    siblings_are_told_by_the_one_letter_of_their_party,
    a_family_waits_for_a_call_as_long_as_one_of_the_siblings_is_missed,
    a_child_that_is_back_leaves_no_family_to_be_told,
    after_a_change_of_school_the_gate_of_the_new_one_is_told,
];

pub async fn raise(store: &Store, now: Timestamp) -> u32 {
    store.as_system(SystemTask::Job, COUNTY, now).raise_alarms().await.unwrap()
}

pub async fn away(s: &Story) -> StayId {
    let stay = s.approved().await;
    release(s, &[stay]).await;
    stay
}

pub async fn release(s: &Story, stays: &[StayId]) {
    let proof = ReleaseProof::Code(s.digits(stays[0]).await);
    let act = ReleaseStay { stays: stays.to_vec(), proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(act).await.unwrap();
}

pub async fn confirm(s: &Story, stay: StayId, now: Timestamp) -> bool {
    s.at(&s.teacher, now).await.save(ConfirmReturn { stay, witness: Witness::by("sight") }).await.unwrap()
}

/// The letters of alarms so far, by kind.
pub async fn letters(ground: &Ground) -> Vec<String> {
    ground.texts("SELECT kind FROM outbox WHERE kind LIKE 'alarm.%' ORDER BY at, kind").await
}

/// The steps raised so far of a stay, as the office sees them.
pub async fn steps(s: &Story, stay: StayId) -> Vec<&'static str> {
    let traces = s.coordinator.alarm_traces(&[stay]).await.unwrap();
    traces.get(&stay).into_iter().flatten().map(|t| t.alarm.code()).collect()
}

async fn each_rung_is_raised_at_its_minute_and_not_one_minute_before_and_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    for (n, (rung, minute)) in Ladder::default().rungs().iter().enumerate() {
        assert_eq!(raise(&s.store, DUE.plus_minutes(minute - 1)).await, 0, "{rung:?}");
        assert_eq!(raise(&s.store, DUE.plus_minutes(*minute)).await, 1, "{rung:?}");
        assert_eq!(raise(&s.store, DUE.plus_minutes(*minute)).await, 0, "{rung:?}, once");
        assert_eq!(steps(&s, stay).await.len(), n + 1);
    }
    let each = ["volunteer", "guardian", "coordinator", "school", "leader", "police"];
    assert_eq!(steps(&s, stay).await, each);
    let traces = s.coordinator.alarm_traces(&[stay]).await.unwrap();
    assert!(traces[&stay].iter().all(|t| t.told == 1 && t.open), "{traces:?}");
    assert_eq!(letters(&ground).await, each.map(|rung| format!("alarm.{rung}")));
    assert_eq!(raise(&s.store, DUE.plus_minutes(6000)).await, 0, "nobody calls the police by itself, nor again");
    s.is_sound(DUE).await;
    s.store.close().await.unwrap();
}

async fn a_server_that_was_down_over_three_rungs_tells_each_person_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(20)).await, 3);
    assert_eq!(letters(&ground).await, ["alarm.coordinator", "alarm.guardian", "alarm.volunteer"]);
    assert_eq!(raise(&s.store, DUE.plus_minutes(200)).await, 3, "school, leader, 110");
    let mut all = letters(&ground).await;
    all.drain(..3);
    assert_eq!(all, ["alarm.police", "alarm.school"], "the leader hears the highest step");
    assert_eq!(steps(&s, stay).await.len(), 6, "and each step leaves its trace");
    s.store.close().await.unwrap();
}

async fn siblings_are_one_letter_to_each_person(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    release(&s, &stays).await;
    assert_eq!(raise(&s.store, DUE).await, 2);
    assert_eq!(letters(&ground).await, ["alarm.volunteer"]);
    s.store.close().await.unwrap();
}

async fn an_alarm_is_not_ended_by_the_confirmation_of_another_child(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    release(&s, &stays).await;
    raise(&s.store, DUE.plus_minutes(10)).await;
    assert_eq!(s.coordinator.count_open_alarms().await.unwrap(), 2, "two steps each");
    assert!(confirm(&s, stays[0], DUE.plus_minutes(12)).await);
    let open: Vec<_> = s.coordinator.open_alarms().await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(s.coordinator.count_open_alarms().await.unwrap(), 1);
    assert_eq!(s.coordinator.open_alarms_besides_late().await.unwrap(), []);
    assert_eq!((open[0].stay, open[0].alarm), (Some(stays[1]), Alarm::Late(Rung::Guardian)));
    assert_eq!(raise(&s.store, DUE.plus_minutes(15)).await, 1, "and it goes on");
    s.store.close().await.unwrap();
}

async fn an_alarm_is_ended_by_a_person_with_a_reason_and_never_by_a_job(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    raise(&s.store, DUE.plus_minutes(31)).await;
    assert!(!confirm(&s, stay, DUE.plus_minutes(32)).await, "received, and still open");
    assert_eq!(raise(&s.store, DUE.plus_minutes(200)).await, 0, "who is here is missed no more");
    let open = s.coordinator.open_alarms().await.unwrap();
    assert_eq!(open.len(), 1, "one line for each child");
    let close = |reason: &str| CloseLate { stay, outcome: Outcome::Back, guardian: None, reason: reason.into() };
    let by_clock = s.store.as_system(SystemTask::Job, COUNTY, DUE.plus_minutes(40));
    assert_eq!(by_clock.save(close("到了")).await, Err(Error::Forbidden));
    let row = CloseAlarm { alarm: open[0].id, reason: "到了".into() };
    assert_eq!(by_clock.save(row.clone()).await, Err(Error::Forbidden));
    assert_eq!(s.teacher.save(row.clone()).await, Err(Error::Forbidden));
    let office = s.at(&s.coordinator, DUE.plus_minutes(40)).await;
    assert_eq!(office.save(row).await, Err(Error::Refused(Refusal::new("alarm.wants_result"))));
    assert_eq!(office.save(close(" ")).await, Err(Error::field("reason", "required.missing")));
    assert_eq!(s.coordinator.open_alarms().await.unwrap().len(), 1);
    office.save(close("车陷在雪里，人都好")).await.unwrap();
    assert_eq!(s.coordinator.open_alarms().await.unwrap(), []);
    let over = letters(&ground).await.iter().filter(|k| *k == "alarm.closed").count();
    assert_eq!(over, 3, "volunteer, guardian and teacher hear that it is over; who closed it knows");
    s.store.close().await.unwrap();
}

async fn two_processes_raise_an_alarm_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let second = Store::open(&ground.location, &KEY).await.unwrap();
    let now = DUE.plus_minutes(20);
    let (one, other) =
        (s.store.as_system(SystemTask::Job, COUNTY, now), second.as_system(SystemTask::Job, COUNTY, now));
    let both = tokio::join!(one.raise_alarms(), other.raise_alarms());
    assert_eq!((both.0.unwrap() + both.1.unwrap()), 3);
    assert_eq!(steps(&s, stay).await.len(), 3);
    assert_eq!(letters(&ground).await.len(), 3);
    second.close().await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_schools_ladder_beats_the_countys(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let set = |text: &str| Ladder::parse(text).unwrap();
    let settings = Settings { ladder: set("5,10,15,30,45,60"), ..Settings::default() };
    s.leader.save(ChangeSettings { version: 0, settings }).await.unwrap();
    assert_eq!(raise(&s.store, DUE.plus_minutes(4)).await, 0, "the county's setting");
    let held = s.coordinator.school_ladder(s.school).await.unwrap();
    assert_eq!((held.own, held.version), (false, 0));
    let own = ChangeLadder { school: s.school, version: 0, ladder: Some(set("2,3,4,30,45,60")) };
    assert_eq!(s.teacher.save(own.clone()).await, Err(Error::Forbidden));
    s.coordinator.save(own.clone()).await.unwrap();
    assert_eq!(s.coordinator.save(own).await, Err(Error::Stale));
    assert_eq!(raise(&s.store, DUE.plus_minutes(4)).await, 3, "the school's own");
    assert_eq!(steps(&s, stay).await.len(), 3);
    let board = s.at(&s.coordinator, DUE.plus_minutes(4)).await.whereabouts(None, 500).await.unwrap().lines;
    assert_eq!(board[0].rung, Some(Rung::Coordinator));
    assert!(!confirm(&s, stay, DUE.plus_minutes(4)).await, "the coordinator has it: a reason is wanted");
    let back = ChangeLadder { school: s.school, version: 1, ladder: None };
    s.coordinator.save(back).await.unwrap();
    assert!(!s.coordinator.school_ladder(s.school).await.unwrap().own);
    s.store.close().await.unwrap();
}

async fn an_announced_delay_puts_off_family_and_coordinator_within_the_bound(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let early = s.at(&s.mother, DUE.plus_minutes(-30)).await;
    early.save(AnnounceLate { stay, minutes: 720, words: "路上雪大".into() }).await.unwrap();
    assert_eq!(raise(&s.store, DUE.plus_minutes(29)).await, 1, "the volunteer herself is asked in time");
    assert_eq!(raise(&s.store, DUE.plus_minutes(30)).await, 3, "then family, coordinator and school at once");
    assert_eq!(steps(&s, stay).await, ["volunteer", "guardian", "coordinator", "school"]);
    s.store.close().await.unwrap();
}

async fn what_is_announced_once_the_office_was_called_spares_nobody_the_reason(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(15)).await, 3, "the coordinator is called");
    let late = AnnounceLate { stay, minutes: 30, words: "路上雪大".into() };
    s.at(&s.mother, DUE.plus_minutes(16)).await.save(late).await.unwrap();
    assert!(!confirm(&s, stay, DUE.plus_minutes(20)).await, "received, and still open");
    assert_eq!(s.coordinator.open_alarms().await.unwrap().len(), 1);
    s.store.close().await.unwrap();
}

async fn an_hour_agreed_anew_is_put_off_by_nothing_announced_before(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let saturday = DUE.plus_minutes(-30 * 60);
    let late = AnnounceLate { stay, minutes: 30, words: "路上雪大".into() };
    s.at(&s.mother, saturday).await.save(late).await.unwrap();
    let by = saturday.plus_minutes(120);
    let early = ArrangeHandBack { stay, to: RunsFrom::School, by, words: "电话里说好送回学校".into() };
    s.at(&s.coordinator, saturday.plus_minutes(5)).await.save(early).await.unwrap();
    assert_eq!(raise(&s.store, by.plus_minutes(15)).await, 3, "family and coordinator in their minutes");
    s.store.close().await.unwrap();
}

async fn who_cannot_sign_in_any_more_is_told_by_hand(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    for (desk, state) in [(&s.mother, "locked"), (&s.coordinator, "closed")] {
        let id = literal(&ground, desk.viewer().account.0);
        ground.sql(&format!("UPDATE accounts SET state = '{state}' WHERE id = {id}")).await;
    }
    let now = DUE.plus_minutes(15);
    assert_eq!(raise(&s.store, now).await, 3);
    expand(&s, now).await;
    let traces = s.at(&s.leader, now).await.alarm_traces(&[stay]).await.unwrap();
    let words: Vec<Word> = traces[&stay].iter().map(|t| t.word).collect();
    assert_eq!(words, [Word::ByHand, Word::ByHand, Word::Sent], "what lies in an account that is shut reaches nobody");
    let leader = literal(&ground, s.leader.viewer().account.0);
    let hers = format!("SELECT kind FROM outbox WHERE kind LIKE 'alarm.%' AND to_account = {leader}");
    assert_eq!(ground.texts(&hers).await, ["alarm.coordinator"], "without a coordinator the leader hears it");
    s.store.close().await.unwrap();
}

async fn who_has_not_opened_her_account_yet_is_told_by_hand(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let hers = literal(&ground, s.mother.viewer().account.0);
    ground.sql(&format!("UPDATE accounts SET state = 'invited' WHERE id = {hers}")).await;
    assert_eq!(raise(&s.store, DUE).await, 1);
    expand(&s, DUE).await;
    assert_eq!(words(&s, stay).await, [Word::ByHand], "her slip may lie in a drawer");
    s.store.close().await.unwrap();
}

async fn who_has_the_child_is_not_called_as_its_family_though_her_account_does_not_open(ground: Ground) {
    let s = story(&ground).await;
    away(&s).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", phone: "13900000008", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let mother = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let (account, place) = (s.mother.viewer().account, Place::Person(s.guardian.0));
    let add = AddGrant { account, role: Role::Guardian, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    let hers = literal(&ground, account.0);
    ground.sql(&format!("UPDATE accounts SET state = 'invited' WHERE id = {hers}")).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(10)).await, 2);
    let to =
        format!("SELECT kind FROM outbox WHERE kind LIKE 'alarm.%' AND person_id = {}", literal(&ground, mother.0));
    assert_eq!(ground.texts(&to).await, ["alarm.guardian"], "the next of the family");
    s.store.close().await.unwrap();
}

async fn who_is_late_herself_is_no_coordinator_who_was_told(ground: Ground) {
    let s = story(&ground).await;
    away(&s).await;
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    let (account, place) = (s.coordinator.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    assert_eq!(raise(&s.store, DUE.plus_minutes(15)).await, 3);
    let told = async |desk: &Desk| {
        let id = literal(&ground, desk.viewer().account.0);
        ground.texts(&format!("SELECT kind FROM outbox WHERE kind LIKE 'alarm.%' AND to_account = {id}")).await
    };
    assert_eq!(told(&s.coordinator).await, ["alarm.volunteer"]);
    assert_eq!(told(&s.leader).await, ["alarm.coordinator"]);
    let office = s.at(&s.coordinator, DUE.plus_minutes(16)).await;
    let alarm = office.open_alarms().await.unwrap()[0].id;
    let close = CloseAlarm { alarm, reason: "在我家".into() };
    assert_eq!(office.save(close).await, Err(Error::refused("alarm.own_stay")), "nor does she end it");
    s.store.close().await.unwrap();
}

async fn a_child_whom_nobody_fetched_is_told_to_coordinator_and_teacher_and_asked_of_the_carer(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    assert_eq!(raise(&s.store, FETCHED.plus_minutes(59)).await, 0);
    assert_eq!(raise(&s.store, FETCHED.plus_minutes(60)).await, 1);
    assert_eq!(raise(&s.store, FETCHED.plus_minutes(90)).await, 0, "once");
    let all = ["alarm.fetch", "alarm.not_fetched", "alarm.not_fetched"];
    assert_eq!(letters(&ground).await, all, "the carer, coordinator and class teacher");
    assert_eq!(s.teacher.open_alarms().await.unwrap().len(), 1);
    let words = CloseAlarm {
        alarm: s.coordinator.open_alarms().await.unwrap()[0].id,
        reason: "家里有事，改下周".into(),
    };
    s.coordinator.save(words).await.unwrap();
    s.coordinator.save(CancelStay { stay, reason: "改下周".into() }).await.unwrap();
    assert_eq!(s.coordinator.open_alarms().await.unwrap(), []);
    s.store.close().await.unwrap();
}

async fn a_carer_without_an_account_who_has_not_come_is_asked_by_hand(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    let now = FETCHED.plus_minutes(60);
    assert_eq!(raise(&s.store, now).await, 1);
    expand(&s, now).await;
    let office = s.at(&s.coordinator, now.plus_minutes(1)).await;
    assert_eq!(office.count_untold().await.unwrap(), 1);
    let [by_hand, ..] = office.notice_queue().await.unwrap();
    let text = by_hand.iter().find(|row| row.kind == "alarm.fetch").unwrap();
    let callee = text.callee.as_ref().unwrap();
    let child = callee.child.as_ref().map(|(_, name)| name.as_str());
    assert_eq!((callee.name.as_str(), child), ("李样例", Some("安小草")));
    office.save(PassOn { id: text.id }).await.unwrap();
    assert_eq!(office.count_untold().await.unwrap(), 0);
    s.store.close().await.unwrap();
}

async fn a_return_taken_back_raises_the_alarm_anew(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    raise(&s.store, DUE).await;
    assert!(confirm(&s, stay, DUE.plus_minutes(5)).await);
    assert_eq!(s.coordinator.open_alarms().await.unwrap(), []);
    s.at(&s.teacher, DUE.plus_minutes(20)).await.save(ReopenStay { stay }).await.unwrap();
    assert_eq!(raise(&s.store, DUE.plus_minutes(20)).await, 3, "whoever was calmed hears it again");
    assert_eq!(raise(&s.store, DUE.plus_minutes(20)).await, 0);
    s.store.close().await.unwrap();
}

async fn in_hospital_nobody_is_called_again(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    raise(&s.store, DUE.plus_minutes(15)).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(16)).await;
    let hospital =
        CloseLate { stay, outcome: Outcome::Hospital, guardian: None, reason: "旗医院，妈妈陪着".into() };
    office.save(hospital).await.unwrap();
    assert_eq!(raise(&s.store, DUE.plus_minutes(600)).await, 0);
    assert_eq!(s.coordinator.open_alarms().await.unwrap(), []);
    let back = CloseLate { stay, outcome: Outcome::Back, guardian: None, reason: "好了，送回学校".into() };
    s.at(&s.coordinator, DUE.plus_minutes(700)).await.save(back.clone()).await.unwrap();
    assert_eq!(code(s.coordinator.save(back).await), "stay.step_impossible");
    s.store.close().await.unwrap();
}

/// Notices are made of every letter that is due.
async fn expand(s: &Story, now: Timestamp) {
    while s.store.as_system(SystemTask::Job, COUNTY, now).save(ExpandLetters).await.unwrap() > 0 {}
}

/// What has become of the word of each step of a stay, first to last.
async fn words(s: &Story, stay: StayId) -> Vec<Word> {
    let traces = s.coordinator.alarm_traces(&[stay]).await.unwrap();
    traces.get(&stay).into_iter().flatten().map(|t| t.word).collect()
}

async fn a_family_is_told_when_somebody_passed_it_on_and_not_when_a_text_lies_there(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let (now, later) = (DUE.plus_minutes(20), DUE.plus_minutes(25));
    assert_eq!(raise(&s.store, now).await, 3);
    assert_eq!(words(&s, stay).await, [Word::Sending; 3], "nothing has left yet");
    expand(&s, now).await;
    assert_eq!(words(&s, stay).await, [Word::Sent, Word::ByHand, Word::Sent]);
    let office = s.at(&s.coordinator, later).await;
    assert_eq!(office.count_untold().await.unwrap(), 1);
    let [by_hand, ..] = office.notice_queue().await.unwrap();
    let text = by_hand.iter().find(|row| row.kind == "alarm.guardian").unwrap();
    office.save(PassOn { id: text.id }).await.unwrap();
    assert_eq!(words(&s, stay).await, [Word::Sent, Word::PassedOn(later), Word::Sent]);
    assert_eq!(office.count_untold().await.unwrap(), 0);
    assert_eq!(s.mother.count_untold().await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn siblings_are_told_by_the_one_letter_of_their_party(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    release(&s, &stays).await;
    raise(&s.store, DUE).await;
    expand(&s, DUE).await;
    for stay in stays {
        assert_eq!(words(&s, stay).await, [Word::Sent]);
    }
    s.store.close().await.unwrap();
}

async fn a_family_waits_for_a_call_as_long_as_one_of_the_siblings_is_missed(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    release(&s, &stays).await;
    raise(&s.store, DUE.plus_minutes(10)).await;
    expand(&s, DUE.plus_minutes(10)).await;
    // The letter names the last of them.
    let named = stays.iter().copied().max_by_key(|stay| stay.0).unwrap();
    let other = stays.iter().copied().min_by_key(|stay| stay.0).unwrap();
    let untold = |minute| {
        let s = &s;
        async move { s.at(&s.coordinator, DUE.plus_minutes(minute)).await.count_untold().await.unwrap() }
    };
    assert!(confirm(&s, named, DUE.plus_minutes(12)).await);
    assert_eq!(untold(13).await, 1);
    assert!(confirm(&s, other, DUE.plus_minutes(14)).await);
    assert_eq!(untold(15).await, 0);
    s.store.close().await.unwrap();
}

async fn a_child_that_is_back_leaves_no_family_to_be_told(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    raise(&s.store, DUE.plus_minutes(10)).await;
    expand(&s, DUE.plus_minutes(10)).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(13)).await;
    assert_eq!(office.count_untold().await.unwrap(), 1);
    assert!(confirm(&s, stay, DUE.plus_minutes(12)).await);
    assert_eq!(office.count_untold().await.unwrap(), 0);
    s.store.close().await.unwrap();
}

async fn after_a_change_of_school_the_gate_of_the_new_one_is_told(ground: Ground) {
    let s = story(&ground).await;
    let left = desk_as(&s.store, Role::ClassTeacher, Place::School(s.school.0)).await;
    away(&s).await;
    let school = AddSchool {
        name: "示例第二学校".into(),
        town_code: None,
        release_at: "17:30".into(),
        return_at: "18:30".into(),
    };
    let school = system(&s.store).save(school).await.unwrap();
    let new = desk_as(&s.store, Role::ClassTeacher, Place::School(school.0)).await;
    let id = literal(&ground, school.0);
    ground.sql(&format!("UPDATE children SET school_id = {id}, class_id = NULL")).await;
    raise(&s.store, DUE.plus_minutes(200)).await;
    let told = async |desk: &Desk| {
        let account = literal(&ground, desk.viewer().account.0);
        let letters = format!("SELECT kind FROM outbox WHERE kind = 'alarm.school' AND to_account = {account}");
        ground.texts(&letters).await.len()
    };
    assert_eq!((told(&new).await, told(&left).await), (1, 0), "whoever has the child on the roll");
    s.store.close().await.unwrap();
}
