//! A weekend called off for everybody, as when the roads are snowed in.

use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::id::{PairId, SchoolId, VolunteerId};
use naheya_domain::merge::VolunteerPart;
use naheya_domain::stay::StayState;
use naheya_store::Error;
use naheya_store::check::EnterChecks;
use naheya_store::household::AddMember;
use naheya_store::merge::ApproveMerge;
use naheya_store::pair::{PausePair, ResumePair};
use naheya_store::school::AddSchool;
use naheya_store::stay::{
    ApproveStay, CallOffWeekend, CalledOff, CancelStay, RequestStay, RestoreStay, RestoreStays, Restored, UndoApproval,
    Whose,
};

use crate::ground::{Ground, NOW, system};
use crate::merge_volunteer::{double, propose};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{FETCHED, literal, story};
use crate::volunteer::{DONE, line, member};

on_both_engines![
    a_weekend_is_called_off_for_everybody_but_who_has_gone,
    a_weekend_is_called_off_for_one_school_alone,
    the_weekends_of_one_volunteer_are_called_off_and_nobody_elses,
    whoever_was_to_fetch_a_child_today_hears_of_it_outside_the_app_too,
    a_volunteer_without_an_account_is_told_by_hand_that_a_weekend_is_off,
    what_a_rest_called_off_is_found_again_when_it_is_over,
    what_was_called_off_together_comes_back_together_and_whoever_heard_of_it_hears_it,
    what_was_used_since_stays_off_and_is_counted,
    what_came_back_by_itself_is_not_taken_up_twice,
    a_weekend_that_comes_back_is_judged_anew_by_every_clause,
    rule_2_whoever_moves_in_while_a_weekend_is_off_needs_a_query_before_it_comes_back,
    only_what_was_approved_is_approved_again_and_by_nobody_who_asked_for_it,
    what_its_own_volunteer_called_off_is_hers_to_ask_for_again,
    what_a_volunteer_called_off_stays_hers_when_two_files_of_hers_become_one,
    a_weekend_whose_hour_has_passed_does_not_come_back,
    what_was_called_off_by_a_slip_after_its_hour_comes_back_for_ten_minutes,
    whoever_heard_that_a_weekend_is_on_again_hears_that_this_was_taken_back,
];

fn off(school: Option<SchoolId>, reason: &str) -> CallOffWeekend {
    off_of(school.map_or(Whose::Everybody, Whose::School), reason)
}

fn off_of(whose: Whose, reason: &str) -> CallOffWeekend {
    CallOffWeekend { from: NOW, to: NOW.plus_minutes(3 * 24 * 60), whose, reason: reason.into() }
}

async fn a_weekend_is_called_off_for_everybody_but_who_has_gone(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let gone = literal(&ground, stays[0].0);
    ground.sql(&format!("UPDATE stays SET state = 'in_care' WHERE id = {gone}")).await;
    let found = s.coordinator.weekend_off(NOW, NOW.plus_minutes(3 * 24 * 60), Whose::Everybody).await.unwrap();
    assert_eq!((found.all.approved, found.all.waiting, found.away), (1, 0, 1));
    let of_school: Vec<_> = found.schools.iter().map(|(id, _, planned)| (*id, planned.all())).collect();
    assert_eq!(of_school, [(s.school, 1)]);
    assert_eq!(s.coordinator.save(off(None, " ")).await, Err(Error::field("reason", "required.missing")));
    assert_eq!(s.mother.save(off(None, "大雪封路")).await, Err(Error::Forbidden));
    let off_now = CalledOff { done: 1, left: 0, one: Some(stays[1]) };
    assert_eq!(s.coordinator.save(off(None, "大雪封路")).await, Ok(off_now));
    assert_eq!(ground.texts("SELECT state FROM stays ORDER BY state").await, ["cancelled", "in_care"]);
    assert_eq!(code(s.coordinator.save(off(None, "大雪封路")).await), "stay.none_to_call_off");
    s.store.close().await.unwrap();
}

async fn a_weekend_is_called_off_for_one_school_alone(ground: Ground) {
    let s = story(&ground).await;
    let one = Some(s.asked().await);
    let other = AddSchool {
        name: "另一所示例学校".into(),
        town_code: None,
        release_at: "17:30".into(),
        return_at: "18:30".into(),
    };
    let other = system(&s.store).save(other).await.unwrap();
    assert_eq!(code(s.coordinator.save(off(Some(other), "流感")).await), "stay.none_to_call_off");
    let done = s.coordinator.save(off(Some(s.school), "流感")).await;
    assert_eq!(done, Ok(CalledOff { done: 1, left: 0, one }), "what still waited is off too");
    s.store.close().await.unwrap();
}

async fn the_weekends_of_one_volunteer_are_called_off_and_nobody_elses(ground: Ground) {
    let s = story(&ground).await;
    let one = s.approved().await;
    let (hers, another) = (Whose::Volunteer(s.carer.volunteer), Whose::Volunteer(double(&s).await.volunteer));
    let until = NOW.plus_minutes(3 * 24 * 60);
    let found = s.coordinator.weekend_off(NOW, until, hers).await.unwrap();
    assert_eq!((found.volunteer.as_deref(), found.all.all()), (Some("李样例"), 1));
    assert_eq!(s.coordinator.weekend_off(NOW, until, another).await.unwrap().all.all(), 0);
    let nobody = Whose::Volunteer(VolunteerId(s.pair));
    assert_eq!(s.coordinator.weekend_off(NOW, until, nobody).await.err(), Some(Error::NotFound));
    assert_eq!(code(s.coordinator.save(off_of(another, "她病了")).await), "stay.none_to_call_off");
    let ahead = s.coordinator.volunteer(s.carer.volunteer).await.unwrap().ahead;
    assert_eq!(ahead.iter().map(|stay| (stay.id, stay.state)).collect::<Vec<_>>(), [(one, StayState::Approved)]);
    let done = s.coordinator.save(off_of(hers, "她病了")).await;
    assert_eq!(done, Ok(CalledOff { done: 1, left: 0, one: Some(one) }));
    assert!(s.coordinator.volunteer(s.carer.volunteer).await.unwrap().ahead.is_empty());
    let back = s.coordinator.save(RestoreStays { stay: one }).await;
    assert_eq!(back, Ok(Restored { approved: 1, waiting: 0, left: 0 }), "and they come back together");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn whoever_was_to_fetch_a_child_today_hears_of_it_outside_the_app_too(ground: Ground) {
    let s = story(&ground).await;
    let told = "SELECT COALESCE(to_role, 'herself') FROM outbox WHERE kind = 'stay.stopped_now' ORDER BY 1";
    let hers = s.approved().await;
    s.mother.save(CancelStay { stay: hers, reason: "家里有事".into() }).await.unwrap();
    assert_eq!(ground.texts(told).await, Vec::<String>::new(), "she knows it herself");
    s.approved().await;
    s.coordinator.save(off(None, "大雪封路")).await.unwrap();
    assert_eq!(ground.texts(told).await, ["class_teacher", "herself"]);
    // Also when the weekend goes with its pair.
    s.approved().await;
    s.coordinator.save(PausePair { pair: PairId(s.pair) }).await.unwrap();
    assert_eq!(ground.texts(told).await.len(), 4);
    s.store.close().await.unwrap();
}

async fn what_a_rest_called_off_is_found_again_when_it_is_over(ground: Ground) {
    let s = story(&ground).await;
    let pair = PairId(s.pair);
    let stay = s.approved().await;
    let other = s.mother.save(RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") }).await.unwrap()[0];
    s.coordinator.save(CancelStay { stay: other, reason: "孩子发烧".into() }).await.unwrap();
    let off = async || {
        let off = s.coordinator.off_by_rest(pair).await.unwrap();
        off.into_iter().map(|(id, ..)| id).collect::<Vec<_>>()
    };
    s.coordinator.save(PausePair { pair }).await.unwrap();
    assert!(off().await.is_empty(), "nothing comes back while it rests");
    s.coordinator.save(ResumePair { pair }).await.unwrap();
    assert_eq!(off().await, [stay], "what was called off for another reason stays off");
    s.coordinator.save(RestoreStay { stay }).await.unwrap();
    assert!(off().await.is_empty());
    assert_eq!(s.mother.off_by_rest(pair).await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn a_volunteer_without_an_account_is_told_by_hand_that_a_weekend_is_off(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    s.coordinator.save(CancelStay { stay, reason: "孩子发烧".into() }).await.unwrap();
    let by_hand = "SELECT person_kind FROM outbox WHERE kind = 'stay.stopped_now' AND person_kind IS NOT NULL";
    assert_eq!(ground.texts(by_hand).await, ["volunteers"]);
    s.store.close().await.unwrap();
}

async fn what_was_called_off_together_comes_back_together_and_whoever_heard_of_it_hears_it(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let stay = s.coordinator.save(off(None, "大雪封路")).await.unwrap().one.unwrap();
    assert_eq!(s.mother.save(RestoreStays { stay }).await, Err(Error::Forbidden));
    let back = s.coordinator.save(RestoreStays { stay }).await;
    assert_eq!(back, Ok(Restored { approved: 2, waiting: 0, left: 0 }));
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["approved"; 2]);
    let told = "SELECT COALESCE(to_role, 'herself') FROM outbox WHERE kind = 'stay.restored_now' ORDER BY 1";
    assert_eq!(ground.texts(told).await, ["class_teacher", "class_teacher", "herself", "herself"]);
    let (one, other) = (s.digits(stays[0]).await, s.digits(stays[1]).await);
    assert_eq!(one.as_str(), other.as_str(), "and they go with one code");
    let again = s.coordinator.save(RestoreStays { stay }).await;
    assert_eq!(again, Ok(Restored { approved: 0, waiting: 0, left: 2 }), "once is enough");
    s.store.close().await.unwrap();
}

async fn what_was_used_since_stays_off_and_is_counted(ground: Ground) {
    let s = story(&ground).await;
    s.siblings_approved(&ground).await;
    let stay = s.coordinator.save(off(None, "大雪封路")).await.unwrap().one.unwrap();
    s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap();
    let back = s.coordinator.save(RestoreStays { stay }).await;
    assert_eq!(back, Ok(Restored { approved: 1, waiting: 0, left: 1 }), "the child has another one by now");
    s.store.close().await.unwrap();
}

async fn what_came_back_by_itself_is_not_taken_up_twice(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    s.coordinator.save(off(None, "大雪封路")).await.unwrap();
    assert_eq!(s.coordinator.save(RestoreStay { stay: stays[0] }).await, Ok(true));
    // Called off once more by itself, it is no part of what was called off together.
    s.coordinator.save(CancelStay { stay: stays[0], reason: "孩子发烧".into() }).await.unwrap();
    let back = s.coordinator.save(RestoreStays { stay: stays[1] }).await;
    assert_eq!(back, Ok(Restored { approved: 1, waiting: 0, left: 1 }));
    assert_eq!(s.leader.stay_line(stays[0]).await.unwrap().state, StayState::Cancelled);
    s.store.close().await.unwrap();
}

async fn a_weekend_that_comes_back_is_judged_anew_by_every_clause(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.coordinator.save(CancelStay { stay, reason: "点错了".into() }).await.unwrap();
    ground.sql("UPDATE consents SET to_on = '2026-11-20' WHERE purpose = 'overnight'").await;
    assert_eq!(code(s.coordinator.save(RestoreStay { stay }).await), "stay.consent_missing");
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["cancelled"]);
    ground.sql("UPDATE consents SET to_on = NULL WHERE purpose = 'overnight'").await;
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(true));
    assert_eq!(code(s.coordinator.save(RestoreStay { stay }).await), "stay.step_impossible");
    assert_eq!(s.leader.stay_line(stay).await.unwrap().words, None, "why it was off is nobody's any more");
    s.store.close().await.unwrap();
}

async fn rule_2_whoever_moves_in_while_a_weekend_is_off_needs_a_query_before_it_comes_back(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.coordinator.save(CancelStay { stay, reason: "大雪封路".into() }).await.unwrap();
    let comes = AddMember { household: s.carer.household, details: member("周样人", "1990-01-02") };
    let lodger = s.coordinator.save(comes).await.unwrap();
    assert_eq!(code(s.coordinator.save(RestoreStay { stay }).await), "stay.no_offence_missing");
    let lines = vec![line(Subject::Adult(lodger.0), CheckKind::NoOffence, "passed", DONE)];
    s.coordinator.save(EnterChecks { lines }).await.unwrap();
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(true));
    s.store.close().await.unwrap();
}

async fn only_what_was_approved_is_approved_again_and_by_nobody_who_asked_for_it(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    s.coordinator.save(off(None, "大雪封路")).await.unwrap();
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(false), "nobody had said yes");
    assert_eq!(s.leader.stay_line(stay).await.unwrap().state, StayState::Consented);
    s.coordinator.save(CancelStay { stay, reason: "改成自己申请".into() }).await.unwrap();
    let own = s.coordinator.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap()[0];
    s.endorsed(own, s.child).await;
    s.leader.save(ApproveStay { stay: own }).await.unwrap();
    s.coordinator.save(CancelStay { stay: own, reason: "点错了".into() }).await.unwrap();
    assert_eq!(s.coordinator.save(RestoreStay { stay: own }).await, Ok(false), "she had asked for it");
    s.store.close().await.unwrap();
}

async fn what_its_own_volunteer_called_off_is_hers_to_ask_for_again(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.mother.save(CancelStay { stay, reason: "家里有事".into() }).await.unwrap();
    assert_eq!(code(s.coordinator.save(RestoreStay { stay }).await), "stay.off_by_carer");
    assert_eq!(code(s.coordinator.save(RestoreStays { stay }).await), "stay.step_impossible");
    s.store.close().await.unwrap();
}

async fn what_a_volunteer_called_off_stays_hers_when_two_files_of_hers_become_one(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.mother.save(CancelStay { stay, reason: "家里有事".into() }).await.unwrap();
    let other = double(&s).await;
    let parts = [VolunteerPart::State];
    let merge = propose(&s.coordinator, other.volunteer, s.carer.volunteer, &parts).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    assert_eq!(code(s.coordinator.save(RestoreStay { stay }).await), "stay.off_by_carer");
    s.store.close().await.unwrap();
}

async fn a_weekend_whose_hour_has_passed_does_not_come_back(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.coordinator.save(CancelStay { stay, reason: "大雪封路".into() }).await.unwrap();
    let late = s.at(&s.coordinator, FETCHED).await;
    assert_eq!(code(late.save(RestoreStay { stay }).await), "stay.begun");
    s.store.close().await.unwrap();
}

async fn what_was_called_off_by_a_slip_after_its_hour_comes_back_for_ten_minutes(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let office = async |minutes: i64| s.at(&s.coordinator, FETCHED.plus_minutes(minutes)).await;
    let slip = || CancelStay { stay, reason: "点错了".into() };
    office(5).await.save(slip()).await.unwrap();
    assert_eq!(office(15).await.save(RestoreStay { stay }).await, Ok(true), "the child waits at school");
    office(20).await.save(slip()).await.unwrap();
    assert_eq!(code(office(31).await.save(RestoreStay { stay }).await), "stay.begun");
    s.store.close().await.unwrap();
}

async fn whoever_heard_that_a_weekend_is_on_again_hears_that_this_was_taken_back(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let told = "SELECT COALESCE(to_role, 'herself') FROM outbox WHERE kind = 'stay.stopped_now' ORDER BY 1";
    s.coordinator.save(CancelStay { stay, reason: "大雪封路".into() }).await.unwrap();
    assert_eq!(ground.texts(told).await, ["class_teacher", "herself"]);
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(true));
    s.coordinator.save(UndoApproval { stay }).await.unwrap();
    assert_eq!(ground.texts(told).await, ["class_teacher", "class_teacher", "herself", "herself"]);
    // Of a yes that waits for its codes nobody has heard.
    let office = s.at(&s.coordinator, NOW.plus_minutes(1)).await;
    office.save(ApproveStay { stay }).await.unwrap();
    office.save(UndoApproval { stay }).await.unwrap();
    assert_eq!(ground.texts(told).await.len(), 4);
    s.store.close().await.unwrap();
}
