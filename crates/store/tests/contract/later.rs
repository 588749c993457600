//! A return that is agreed for later: nothing rings until the new hour, and then everything, from the first step.

use std::collections::BTreeSet;

use naheya_domain::code::Window;
use naheya_domain::id::StayId;
use naheya_domain::stay::ladder::Ladder;
use naheya_domain::stay::{RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Refusal, Role, Timestamp};
use naheya_store::account::AddGrant;
use naheya_store::concern::RaiseConcern;
use naheya_store::consent::{AnswerConsent, Purpose, WithdrawConsent};
use naheya_store::stay::{
    AgreeAllLater, AgreeLater, AgreedLater, AnnounceLate, ArrangeHandBack, CloseLate, Lack, Outcome, Regain, Where,
};
use naheya_store::{Desk, Error, SystemTask};

use crate::alarm::{away, confirm, raise, release, steps};
use crate::concern::said;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::reason::kept_words;
use crate::stay::code;
use crate::story::{DUE, FETCHED, Story, story};

on_both_engines![
    only_the_office_agrees_on_a_later_return_and_never_the_carer_herself,
    only_a_child_that_is_with_its_carer_stays_longer,
    a_stay_that_has_to_end_at_once_is_put_off_by_nobody,
    a_later_hour_lies_ahead_and_at_most_three_days_after_the_one_agreed,
    a_return_that_is_late_by_days_is_agreed_on_like_any_other,
    a_later_return_wants_words,
    what_rings_ends_with_the_words_and_the_stay_stays_open,
    at_the_new_hour_the_ladder_climbs_again_from_its_first_step_each_step_once,
    an_alarm_of_the_hour_before_is_not_told_as_one_of_the_new_hour,
    a_child_that_is_back_before_the_new_hour_is_received_as_ever,
    the_roll_the_code_and_the_phones_have_the_new_day,
    brothers_and_sisters_who_went_together_come_back_together,
    several_are_put_off_at_once_and_who_is_not_with_a_carer_stays_as_it_was,
    carer_guardian_and_class_teacher_hear_of_a_later_return,
    a_night_more_that_no_consent_covers_is_told_and_not_refused,
    an_open_concern_is_read_by_its_circle_before_a_night_is_added,
    a_yes_that_ends_before_the_new_hour_is_asked_for_again_until_somebody_says_it,
    a_yes_said_again_to_the_day_before_is_no_taking_back_when_the_return_is_later,
    a_yes_to_the_next_weekend_leaves_this_one_as_it_was,
    a_yes_to_fewer_nights_of_a_child_that_is_away_calls_the_office,
    an_early_hand_back_is_moved_later_again_on_its_day_and_what_rings_is_over,
    with_whom_an_early_return_was_agreed_on_is_told_to_the_next_colleague,
    a_paper_that_does_not_reach_to_the_later_hour_stands_on_the_weekends_page,
    a_child_that_comes_from_hospital_back_to_its_carer_is_awaited_again,
    only_the_office_writes_down_that_a_carer_has_the_child_again_and_for_no_stay_that_must_end,
];

pub const DAY: i64 = 24 * 60;
/// Monday 18:30.
pub const NEXT: Timestamp = Timestamp(DUE.0 + DAY * 60_000);
const WORDS: &str = "和周末妈妈、安样父都说好了，雪大封路";

pub fn later(stay: StayId, by: Timestamp) -> AgreeLater {
    AgreeLater { stay, by, words: WORDS.into() }
}

async fn only_the_office_agrees_on_a_later_return_and_never_the_carer_herself(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let now = DUE.plus_minutes(20);
    for desk in [&s.mother, &s.teacher] {
        assert_eq!(s.at(desk, now).await.save(later(stay, NEXT)).await, Err(Error::Forbidden));
    }
    let clock = s.store.as_system(SystemTask::Job, COUNTY, now);
    assert_eq!(clock.save(later(stay, NEXT)).await, Err(Error::Forbidden));
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    let (account, place) = (s.coordinator.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    assert_eq!(code(s.at(&s.coordinator, now).await.save(later(stay, NEXT)).await), "stay.own_return");
    s.at(&s.leader, now).await.save(later(stay, NEXT)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn only_a_child_that_is_with_its_carer_stays_longer(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    assert_eq!(code(s.coordinator.save(later(stay, NEXT)).await), "stay.step_impossible");
    release(&s, &[stay]).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(16)).await;
    let hospital =
        CloseLate { stay, outcome: Outcome::Hospital, guardian: None, reason: "旗医院，妈妈陪着".into() };
    office.save(hospital).await.unwrap();
    assert_eq!(code(office.save(later(stay, NEXT)).await), "stay.step_impossible");
    assert_eq!(code(office.later(stay).await), "stay.step_impossible");
    s.store.close().await.unwrap();
}

async fn a_stay_that_has_to_end_at_once_is_put_off_by_nobody(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    ground.sql("UPDATE stays SET suspended_by = id").await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(20)).await;
    assert_eq!(code(office.later(stay).await), "stay.must_end");
    assert_eq!(code(office.save(later(stay, NEXT)).await), "stay.must_end");
    assert_eq!(raise(&s.store, DUE.plus_minutes(60)).await, 6, "and everything rings");
    s.store.close().await.unwrap();
}

async fn a_later_hour_lies_ahead_and_at_most_three_days_after_the_one_agreed(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let early = s.at(&s.coordinator, DUE.plus_minutes(-60)).await;
    assert_eq!(early.save(later(stay, DUE)).await, Err(Error::field("by", "stay.not_later")));
    let office = s.at(&s.coordinator, DUE.plus_minutes(30)).await;
    assert_eq!(office.save(later(stay, DUE.plus_minutes(30))).await, Err(Error::field("by", "stay.hour_past")));
    let far = DUE.plus_minutes(3 * DAY);
    assert_eq!(office.save(later(stay, far.plus_minutes(1))).await, Err(Error::field("on", "stay.too_late")));
    office.save(later(stay, far)).await.unwrap();
    assert_eq!(office.stay_line(stay).await.unwrap().ends_at, far);
    s.store.close().await.unwrap();
}

async fn a_return_that_is_late_by_days_is_agreed_on_like_any_other(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(60)).await, 6);
    let office = s.at(&s.coordinator, DUE.plus_minutes(80 * 60)).await;
    let fourth = DUE.plus_minutes(4 * DAY);
    assert_eq!(office.later(stay).await.unwrap().suggested, fourth);
    let far = DUE.plus_minutes(6 * DAY + 1);
    assert_eq!(office.save(later(stay, far)).await, Err(Error::field("on", "stay.too_late")));
    office.save(later(stay, fourth)).await.unwrap();
    assert_eq!((office.stay_line(stay).await.unwrap().ends_at, office.open_alarms().await.unwrap()), (fourth, vec![]));
    assert_eq!(raise(&s.store, fourth).await, 1, "and the ladder is climbed anew");
    s.store.close().await.unwrap();
}

async fn a_later_return_wants_words(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(30)).await;
    for (words, fault) in [
        (String::new(), "required.missing"),
        ("封路".to_owned(), "stay.words_short"),
        ("雪".repeat(201), "text.too_long"),
    ] {
        let act = AgreeLater { words, ..later(stay, NEXT) };
        assert_eq!(office.save(act).await, Err(Error::field("words", fault)));
    }
    assert_eq!(office.stay_line(stay).await.unwrap().ends_at, DUE);
    s.store.close().await.unwrap();
}

async fn what_rings_ends_with_the_words_and_the_stay_stays_open(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let said = AnnounceLate { stay, minutes: 60, words: "路上雪大".into() };
    s.at(&s.mother, DUE.plus_minutes(-10)).await.save(said).await.unwrap();
    assert_eq!(raise(&s.store, DUE.plus_minutes(31)).await, 4);
    let office = s.at(&s.coordinator, DUE.plus_minutes(40)).await;
    office.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(office.open_alarms().await.unwrap(), []);
    assert_eq!(ground.texts("SELECT closed_how FROM alarms").await, ["words"; 4]);
    let line = office.whereabouts(None, 500).await.unwrap().lines.remove(0);
    assert_eq!((line.place, line.ends_at, line.said_late), (Where::Away, NEXT, None));
    assert_eq!(office.stay_line(stay).await.unwrap().state, StayState::Released);
    assert_eq!(kept_words(&ground, "stay.agree_later").await, BTreeSet::from([WORDS.to_owned()]));
    s.store.close().await.unwrap();
}

async fn at_the_new_hour_the_ladder_climbs_again_from_its_first_step_each_step_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(60)).await, 6, "up to 110");
    s.at(&s.coordinator, DUE.plus_minutes(65)).await.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(raise(&s.store, NEXT.plus_minutes(-1)).await, 0, "all night everybody knows where the child is");
    for (n, (rung, minute)) in Ladder::default().rungs().iter().enumerate() {
        assert_eq!(raise(&s.store, NEXT.plus_minutes(*minute)).await, 1, "{rung:?}");
        assert_eq!(raise(&s.store, NEXT.plus_minutes(*minute)).await, 0, "{rung:?}, once");
        assert_eq!(steps(&s, stay).await.len(), n + 1, "those of this hour");
    }
    let third = NEXT.plus_minutes(DAY);
    s.at(&s.coordinator, NEXT.plus_minutes(65)).await.save(later(stay, third)).await.unwrap();
    assert_eq!(raise(&s.store, third.plus_minutes(60)).await, 6, "and when it is agreed once more");
    assert_eq!(raise(&s.store, third.plus_minutes(600)).await, 0);
    s.is_sound(third).await;
    s.store.close().await.unwrap();
}

async fn an_alarm_of_the_hour_before_is_not_told_as_one_of_the_new_hour(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    raise(&s.store, DUE.plus_minutes(15)).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(20)).await;
    office.save(later(stay, NEXT)).await.unwrap();
    let traces = office.alarm_traces(&[stay]).await.unwrap();
    assert!(traces[&stay].iter().all(|t| !t.open && t.is_of(DUE) && !t.is_of(NEXT)), "{traces:?}");
    s.store.close().await.unwrap();
}

async fn a_child_that_is_back_before_the_new_hour_is_received_as_ever(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(15)).await, 3, "the coordinator is called");
    s.at(&s.coordinator, DUE.plus_minutes(20)).await.save(later(stay, NEXT)).await.unwrap();
    assert!(confirm(&s, stay, NEXT.plus_minutes(-30)).await, "nobody asks for a reason");
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Closed);
    assert_eq!(ground.texts("SELECT kind FROM hours_entries").await, ["stay"]);
    assert_eq!(raise(&s.store, NEXT.plus_minutes(60)).await, 0);
    s.store.close().await.unwrap();
}

async fn the_roll_the_code_and_the_phones_have_the_new_day(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let before = DUE.plus_minutes(-120);
    s.at(&s.coordinator, before).await.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(s.at(&s.teacher, before).await.back_list(DUE.date()).await.unwrap(), []);
    let (gate, mother) = (s.at(&s.teacher, NEXT).await, s.at(&s.mother, NEXT).await);
    let roll = gate.back_list(NEXT.date()).await.unwrap();
    assert_eq!(roll.iter().map(|l| (l.stay, l.ends_at)).collect::<Vec<_>>(), [(stay, NEXT)]);
    let phone = gate.phone_list(NEXT.date()).await.unwrap();
    assert_eq!(phone.back.iter().map(|l| l.line.ends_at).collect::<Vec<_>>(), [NEXT]);
    let home = mother.phone_home().await.unwrap().remove(0);
    assert_eq!((home.line.ends_at, home.back.unwrap().1), (NEXT, Window::back(NEXT)));
    let (digits, _) = mother.return_code(stay).await.unwrap().unwrap();
    assert_eq!(gate.try_return_code(&digits).await.unwrap(), [stay]);
    s.store.close().await.unwrap();
}

async fn brothers_and_sisters_who_went_together_come_back_together(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    release(&s, &stays).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(10)).await, 4);
    let office = s.at(&s.coordinator, DUE.plus_minutes(12)).await;
    let named: Vec<String> = office.later(stays[0]).await.unwrap().siblings.into_iter().map(|(_, name)| name).collect();
    let child = office.stay_line(stays[1]).await.unwrap().child_name;
    assert_eq!(named, [child]);
    office.save(later(stays[0], NEXT)).await.unwrap();
    assert_eq!(office.open_alarms().await.unwrap(), []);
    for stay in &stays {
        assert_eq!(office.stay_line(*stay).await.unwrap().ends_at, NEXT);
    }
    assert_eq!(raise(&s.store, NEXT.plus_minutes(-1)).await, 0);
    assert_eq!(raise(&s.store, NEXT).await, 2);
    s.store.close().await.unwrap();
}

async fn carer_guardian_and_class_teacher_hear_of_a_later_return(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    s.at(&s.coordinator, DUE.plus_minutes(-60)).await.save(later(stay, NEXT)).await.unwrap();
    let told = "SELECT COALESCE(to_role, person_kind, 'herself') FROM outbox WHERE kind = 'stay.later' ORDER BY 1";
    assert_eq!(ground.texts(told).await, ["class_teacher", "guardians", "herself"]);
    s.store.close().await.unwrap();
}

async fn a_night_more_that_no_consent_covers_is_told_and_not_refused(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(-60)).await;
    let known = office.later(stay).await.unwrap();
    assert_eq!((known.suggested, known.against), (NEXT, Vec::new()));
    ground.sql("UPDATE consents SET to_on = '2026-11-23' WHERE purpose = 'overnight'").await;
    // A moment later, so that nothing is told from memory.
    let office = s.at(&s.coordinator, DUE.plus_minutes(30 * 60)).await;
    let known = office.later(stay).await.unwrap();
    let second = DUE.plus_minutes(2 * DAY);
    assert_eq!(known.suggested, second, "the first that lies ahead");
    assert_eq!(known.against, [(second.date(), vec![Refusal::new("stay.consent_missing")])]);
    office.save(later(stay, second)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn an_open_concern_is_read_by_its_circle_before_a_night_is_added(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let about = RaiseConcern { child: Some(s.child), ..said("她说晚上害怕") };
    s.at(&s.teacher, DUE.plus_minutes(-90)).await.save(about).await.unwrap();
    let outside = desk_as(&s.store, Role::Coordinator, Place::County).await;
    let read = async |desk: &Desk| {
        let known = s.at(desk, DUE.plus_minutes(-60)).await.later(stay).await.unwrap();
        known.against.into_iter().flat_map(|(_, all)| all).map(|one| one.code).collect::<Vec<_>>()
    };
    assert_eq!(read(&s.coordinator).await, ["stay.concern_open"]);
    assert_eq!(read(&outside).await, Vec::<&str>::new(), "nobody else learns of it");
    s.store.close().await.unwrap();
}

/// The guardian's desk at this time.
async fn guardian(s: &Story, now: Timestamp) -> Desk {
    let me = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    s.at(&me, now).await
}

/// A yes of the guardian to the nights through this day, or from one to another.
fn yes(s: &Story, from_on: Option<Date>, to_on: Date) -> AnswerConsent {
    AnswerConsent {
        child: s.child,
        guardian: s.guardian,
        purpose: Purpose::Overnight,
        answer: true,
        from_on,
        to_on: Some(to_on),
        link: None,
    }
}

/// What is missing of the yeses to children who are away.
async fn lacks(s: &Story, now: Timestamp) -> Vec<Lack> {
    let office = s.at(&s.coordinator, now).await;
    office.hand_backs().await.unwrap().into_iter().map(|line| line.lack).collect()
}

async fn a_yes_that_ends_before_the_new_hour_is_asked_for_again_until_somebody_says_it(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    ground.sql("UPDATE consents SET to_on = '2026-11-22' WHERE purpose = 'overnight'").await;
    let now = DUE.plus_minutes(-60);
    assert_eq!(lacks(&s, now).await, [], "it holds to the hour agreed so far");
    let me = guardian(&s, now).await;
    assert_eq!(me.overnight_spans(s.child).await.unwrap().away_until, None);
    s.at(&s.coordinator, now).await.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(lacks(&s, now).await, [Lack::Ends(DUE.date())]);
    assert_eq!(me.family().await.unwrap()[0].next.as_ref().unwrap().ends_short, Some(DUE.date()));
    assert_eq!(me.overnight_spans(s.child).await.unwrap().away_until, Some(NEXT.date()));
    let soon = now.plus_minutes(10);
    guardian(&s, soon).await.save(yes(&s, None, NEXT.date())).await.unwrap();
    assert_eq!(lacks(&s, soon).await, []);
    s.store.close().await.unwrap();
}

async fn a_yes_said_again_to_the_day_before_is_no_taking_back_when_the_return_is_later(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let saturday = FETCHED.plus_minutes(DAY);
    let given = s.coordinator.consents(s.child).await.unwrap();
    let consent = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let me = guardian(&s, saturday).await;
    me.save(WithdrawConsent { consent, how: String::new() }).await.unwrap();
    assert_eq!(lacks(&s, saturday).await, [Lack::TakenBack(saturday)]);
    let again = saturday.plus_minutes(30);
    guardian(&s, again).await.save(yes(&s, None, DUE.date())).await.unwrap();
    assert_eq!(lacks(&s, again).await, []);
    let now = DUE.plus_minutes(-60);
    s.at(&s.coordinator, now).await.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(lacks(&s, now).await, [Lack::Ends(DUE.date())]);
    assert_eq!(lacks(&s, DUE.plus_minutes(12 * 60)).await, [Lack::Ends(DUE.date())], "also on the day after");
    s.store.close().await.unwrap();
}

async fn a_yes_to_the_next_weekend_leaves_this_one_as_it_was(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let now = DUE.plus_minutes(-60);
    let next = |days: i64| NOW.plus_minutes(days * DAY).date();
    guardian(&s, now).await.save(yes(&s, Some(next(7)), next(9))).await.unwrap();
    assert_eq!(lacks(&s, now).await, []);
    ground.sql("UPDATE consents SET to_on = '2026-11-22' WHERE to_on IS NULL").await;
    let now = now.plus_minutes(5);
    s.at(&s.coordinator, now).await.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(lacks(&s, now).await, [Lack::Ends(DUE.date())], "and says nothing of the night between");
    s.store.close().await.unwrap();
}

async fn a_yes_to_fewer_nights_of_a_child_that_is_away_calls_the_office(ground: Ground) {
    let s = story(&ground).await;
    away(&s).await;
    let saturday = FETCHED.plus_minutes(DAY);
    guardian(&s, saturday).await.save(yes(&s, None, saturday.date())).await.unwrap();
    let told = "SELECT to_role FROM outbox WHERE kind = 'consent.withdrawn_after_release' ORDER BY to_role";
    assert_eq!(ground.texts(told).await, ["coordinator", "leader"]);
    assert_eq!(lacks(&s, saturday).await, [Lack::Ends(saturday.date())]);
    s.store.close().await.unwrap();
}

async fn an_early_hand_back_is_moved_later_again_on_its_day_and_what_rings_is_over(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let saturday = DUE.plus_minutes(-DAY - 5 * 60);
    let arrange = |by| ArrangeHandBack { stay, to: RunsFrom::School, by, words: WORDS.into() };
    let by = saturday.plus_minutes(120);
    s.at(&s.coordinator, saturday).await.save(arrange(by)).await.unwrap();
    assert_eq!(raise(&s.store, by.plus_minutes(20)).await, 3, "the car has broken down");
    let office = s.at(&s.coordinator, by.plus_minutes(25)).await;
    let again = by.plus_minutes(90);
    office.save(arrange(again)).await.unwrap();
    assert_eq!((office.stay_line(stay).await.unwrap().ends_at, office.open_alarms().await.unwrap()), (again, vec![]));
    assert_eq!(raise(&s.store, again.plus_minutes(-1)).await, 0);
    let sunday = by.plus_minutes(DAY);
    assert_eq!(office.save(arrange(sunday)).await, Err(Error::field("on", "stay.later_than_agreed")));
    ground.sql("UPDATE stays SET suspended_by = id").await;
    assert_eq!(code(office.save(arrange(again.plus_minutes(30))).await), "stay.must_end");
    s.store.close().await.unwrap();
}

fn in_hospital(stay: StayId) -> CloseLate {
    CloseLate { stay, outcome: Outcome::Hospital, guardian: None, reason: "发烧，妈妈陪着打针".into() }
}

fn back_with_carer(stay: StayId, by: Timestamp) -> Regain {
    Regain { stay, by, words: WORDS.into() }
}

async fn a_child_that_comes_from_hospital_back_to_its_carer_is_awaited_again(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let saturday = FETCHED.plus_minutes(DAY);
    s.at(&s.coordinator, saturday).await.save(in_hospital(stay)).await.unwrap();
    let office = s.at(&s.coordinator, saturday.plus_minutes(180)).await;
    assert_eq!(office.regain(stay).await.unwrap().suggested, DUE, "the hour that was agreed stands");
    office.save(back_with_carer(stay, DUE)).await.unwrap();
    let told = "SELECT COALESCE(to_role, person_kind, 'herself') FROM outbox WHERE kind = 'stay.later' ORDER BY 1";
    assert_eq!(ground.texts(told).await, Vec::<String>::new(), "and nobody is told of another one");
    assert_eq!(code(office.save(back_with_carer(stay, DUE)).await), "custody.out_of_order");
    assert_eq!(raise(&s.store, DUE.plus_minutes(15)).await, 3, "it is not back");
    s.at(&s.coordinator, DUE.plus_minutes(20)).await.save(in_hospital(stay)).await.unwrap();
    assert_eq!(raise(&s.store, DUE.plus_minutes(90)).await, 0);
    let office = s.at(&s.coordinator, DUE.plus_minutes(100)).await;
    let past = office.save(back_with_carer(stay, DUE)).await;
    assert_eq!(past, Err(Error::field("by", "stay.hour_past")), "the hour that has passed is agreed on anew");
    let tonight = DUE.plus_minutes(150);
    office.save(back_with_carer(stay, tonight)).await.unwrap();
    assert_eq!(ground.texts(told).await, ["class_teacher", "guardians", "herself"]);
    assert_eq!(raise(&s.store, tonight.plus_minutes(-1)).await, 0);
    assert_eq!(raise(&s.store, tonight).await, 1, "from the first step");
    assert!(!confirm(&s, stay, tonight.plus_minutes(30)).await, "received late: somebody writes why");
    s.store.close().await.unwrap();
}

async fn only_the_office_writes_down_that_a_carer_has_the_child_again_and_for_no_stay_that_must_end(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    assert_eq!(code(s.coordinator.regain(stay).await), "stay.step_impossible", "she has it");
    let saturday = FETCHED.plus_minutes(DAY);
    let office = s.at(&s.coordinator, saturday).await;
    office.save(in_hospital(stay)).await.unwrap();
    for desk in [&s.mother, &s.teacher] {
        assert_eq!(s.at(desk, saturday).await.save(back_with_carer(stay, DUE)).await, Err(Error::Forbidden));
    }
    ground.sql("UPDATE stays SET suspended_by = id").await;
    assert_eq!(code(office.save(back_with_carer(stay, DUE)).await), "stay.must_end");
    s.store.close().await.unwrap();
}

async fn with_whom_an_early_return_was_agreed_on_is_told_to_the_next_colleague(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let now = DUE.plus_minutes(-120);
    let arrange = ArrangeHandBack { stay, to: RunsFrom::School, by: DUE.plus_minutes(-60), words: WORDS.into() };
    s.at(&s.coordinator, now).await.save(arrange).await.unwrap();
    let chain = s.at(&s.leader, now.plus_minutes(1)).await.stay_chain(stay).await.unwrap();
    let agreed: Vec<_> = chain.agreed.iter().map(|one| (one.at, one.words.as_str(), one.is_early)).collect();
    assert_eq!(agreed, [(now, WORDS, true)]);
    assert!(chain.agreed[0].by.is_some());
    s.store.close().await.unwrap();
}

async fn a_paper_that_does_not_reach_to_the_later_hour_stands_on_the_weekends_page(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    ground.sql("UPDATE checks SET valid_until = '2026-11-22' WHERE kind = 'insurance'").await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(-60)).await;
    let codes = async || office.stay_line(stay).await.unwrap().refusals.iter().map(|r| r.code).collect::<Vec<_>>();
    assert_eq!(codes().await, Vec::<&str>::new());
    office.save(later(stay, NEXT)).await.unwrap();
    assert_eq!(codes().await, ["stay.insurance_missing"]);
    s.store.close().await.unwrap();
}

async fn several_are_put_off_at_once_and_who_is_not_with_a_carer_stays_as_it_was(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    release(&s, &stays).await;
    assert_eq!(raise(&s.store, DUE.plus_minutes(15)).await, 6);
    let office = s.at(&s.coordinator, DUE.plus_minutes(20)).await;
    let all = |stays: &[StayId], by| AgreeAllLater { stays: stays.to_vec(), by, words: WORDS.into() };
    assert_eq!(office.save(all(&[], NEXT)).await, Err(Error::field("stay", "required.missing")));
    assert_eq!(office.save(all(&stays, DUE)).await, Err(Error::field("by", "stay.hour_past")));
    let mother = s.at(&s.mother, DUE.plus_minutes(20)).await;
    assert_eq!(mother.save(all(&stays, NEXT)).await, Err(Error::Forbidden));
    assert_eq!(office.save(all(&stays, NEXT)).await, Ok(AgreedLater { done: 2, left: 0 }));
    assert_eq!(office.open_alarms().await.unwrap(), []);
    office.save(in_hospital(stays[1])).await.unwrap();
    let third = NEXT.plus_minutes(DAY);
    assert_eq!(office.save(all(&stays, third)).await, Ok(AgreedLater { done: 1, left: 1 }));
    assert_eq!(office.stay_line(stays[0]).await.unwrap().ends_at, third);
    assert_eq!(office.stay_line(stays[1]).await.unwrap().ends_at, NEXT);
    s.store.close().await.unwrap();
}
