//! One person with two roles: what must not hang on the carer's word alone is said by nobody of her home, whatever else
//! somebody there is (product.md rules 2, 3, 4 and 15).

use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::follow_up::With;
use naheya_domain::household::{MemberDetails, MemberForm};
use naheya_domain::id::{MemberId, PairId, StayId};
use naheya_domain::phone::Phone;
use naheya_domain::phone_act::{ActKind, PhoneClock};
use naheya_domain::stay::RunsFrom;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::account::AddGrant;
use naheya_store::check::{CheckLine, EnterChecks, StrikeCheck};
use naheya_store::concern::{NameInConcern, RaiseConcern};
use naheya_store::consent::{AnswerConsent, Purpose};
use naheya_store::custody::{ComeBack, Witness};
use naheya_store::follow_up::{DropFollowUp, PlanFollowUp, RecordFollowUp};
use naheya_store::household::{ChangeMember, RaiseCapacity};
use naheya_store::meeting::KeepMeeting;
use naheya_store::notice::ExpandLetters;
use naheya_store::pair::SettlePair;
use naheya_store::phone_act::{Said, TakePhoneAct};
use naheya_store::stay::{
    ApproveStay, ApproveStays, ConfirmReturn, EndorseForSchool, EndorseStay, GiveToCarer, Instead, PassChild,
    RefuseStay, ReleaseProof, ReleaseStay, RequestStay,
};
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer};
use naheya_store::wish::{Answer, RecordWish};
use naheya_store::{Desk, Error, SystemTask};
use uuid::Uuid;

use crate::account::invitation;
use crate::concern::said;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, literal, story};
use crate::term::{parent, proposed, theirs};
use crate::volunteer::{DONE, details, line};

on_both_engines![
    rule_2_the_carer_says_no_teachers_yes_to_her_own_weekend_and_may_say_no,
    rule_3_the_carer_lets_no_child_go_to_herself,
    rule_3_a_guardian_who_is_the_carer_hands_no_child_to_herself,
    rule_3_the_carer_writes_of_no_child_of_hers_that_its_family_took_it_or_brought_it,
    whoever_lives_with_the_carer_says_none_of_the_three_words_until_he_has_moved_out,
    a_phone_that_let_a_child_go_to_its_own_home_calls_the_office_and_brings_no_child_back,
    nobody_approves_a_weekend_of_the_own_home,
    where_every_teacher_is_of_the_home_the_office_writes_down_the_schools_yes,
    where_every_teacher_is_of_the_home_the_office_puts_a_no_right_after_the_request_is_off,
    the_gate_names_who_speaks_for_a_child_of_the_own_home,
    nobody_enters_or_strikes_the_checks_of_the_own_home_nor_was_the_second_at_them,
    nobody_says_of_the_own_home_who_lives_there_and_how_many_children_it_takes,
    rule_15_the_carer_reads_no_answer_of_the_child_and_drops_no_talk_with_it,
    nobody_writes_that_the_own_pair_gets_on,
    rule_14_a_guardian_who_is_the_carer_says_no_yes_to_the_nights,
    rule_14_a_guardian_who_is_the_carer_agrees_to_no_terms_plan_for_both_sides,
    rule_4_a_concern_about_a_child_comes_to_its_carer_only_where_there_is_nobody_else,
    rule_4_a_leader_who_lives_in_the_home_that_a_concern_names_does_not_see_it,
    rule_4_a_request_tells_a_leader_of_no_concern_about_herself,
    rule_2_a_request_tells_the_office_nothing_of_what_a_child_said_of_its_own_home,
];

const NUMBER: &str = "13900000077";

/// The same account is the child's weekend mother as well.
async fn cares_too(s: &Story, desk: &Desk) {
    let (account, place) = (desk.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
}

/// What the home says of the husband now.
async fn husband_is(s: &Story, version: i32, form: &MemberForm<'_>) {
    let details = MemberDetails::parse(form, NOW.date()).unwrap();
    let member = MemberId(s.husband);
    s.coordinator.save(ChangeMember { member, version, details }).await.unwrap();
}

fn husband() -> MemberForm<'static> {
    MemberForm { name: "韩样夫", birth_on: "1984-01-02", phone: NUMBER, ..MemberForm::default() }
}

/// The husband teaches the class; that it is he, his telephone tells.
async fn husband_teaches(s: &Story) -> Desk {
    husband_is(s, 1, &husband()).await;
    let mut invite = invitation("teacher-han", Role::ClassTeacher);
    invite.account.phone = Some(Phone::parse(NUMBER).unwrap());
    invite.grant.place = Place::Class(s.class.0);
    let account = system(&s.store).save(invite).await.unwrap();
    let grant = s.leader.account(account).await.unwrap().grants[0].id;
    s.store.desk_of_grant(grant, NOW).await.unwrap()
}

async fn asked(s: &Story) -> StayId {
    s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap()[0]
}

fn word(stay: StayId, yes: bool) -> EndorseStay {
    EndorseStay { stay, yes, words: String::new() }
}

async fn by_code(s: &Story, stay: StayId) -> ReleaseStay {
    let proof = ReleaseProof::Code(s.digits(stay).await);
    ReleaseStay { stays: vec![stay], proof, witness: Witness::default() }
}

fn by_list(stay: StayId) -> ReleaseStay {
    let proof = ReleaseProof::List { called: "样例专干".into() };
    ReleaseStay { stays: vec![stay], proof, witness: Witness::default() }
}

fn here(stay: StayId) -> ConfirmReturn {
    ConfirmReturn { stay, witness: Witness::by("sight") }
}

async fn rule_2_the_carer_says_no_teachers_yes_to_her_own_weekend_and_may_say_no(ground: Ground) {
    let s = story(&ground).await;
    let stay = asked(&s).await;
    cares_too(&s, &s.teacher).await;
    assert_eq!(s.teacher.save(word(stay, true)).await, Err(Error::refused("stay.own_yes")));
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    other.save(word(stay, true)).await.unwrap();
    s.teacher.save(word(stay, false)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn rule_3_the_carer_lets_no_child_go_to_herself(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    for desk in [&s.teacher, &s.coordinator] {
        cares_too(&s, desk).await;
        let gate = s.at(desk, FETCHED).await;
        for release in [by_code(&s, stay).await, by_list(stay)] {
            assert_eq!(gate.save(release).await, Err(Error::refused("stay.own_release")));
        }
    }
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    s.at(&other, FETCHED).await.save(by_code(&s, stay).await).await.unwrap();
    let back = ComeBack { child: s.child, words: "我送回来的".into() };
    assert_eq!(s.at(&s.teacher, DUE).await.save(back).await, Err(Error::refused("stay.own_return")));
    s.store.close().await.unwrap();
}

async fn rule_3_a_guardian_who_is_the_carer_hands_no_child_to_herself(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved_from_home().await;
    let family = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    cares_too(&s, &family).await;
    let give = GiveToCarer { stay, code: s.digits(stay).await };
    assert_eq!(s.at(&family, FETCHED).await.save(give).await, Err(Error::refused("stay.own_release")));
    s.store.close().await.unwrap();
}

async fn rule_3_the_carer_writes_of_no_child_of_hers_that_its_family_took_it_or_brought_it(ground: Ground) {
    let s = story(&ground).await;
    let pass = |to| PassChild { child: s.child, to, words: "安样父到校门口".into() };
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    cares_too(&s, &s.teacher).await;
    assert_eq!(s.teacher.save(pass(RunsFrom::Guardian)).await, Err(Error::refused("stay.own_pass")));
    other.save(pass(RunsFrom::Guardian)).await.unwrap();
    assert_eq!(s.teacher.save(pass(RunsFrom::School)).await, Err(Error::refused("stay.own_return")));
    other.save(pass(RunsFrom::School)).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn whoever_lives_with_the_carer_says_none_of_the_three_words_until_he_has_moved_out(ground: Ground) {
    let s = story(&ground).await;
    let his = husband_teaches(&s).await;
    let stay = asked(&s).await;
    assert_eq!(his.save(word(stay, true)).await, Err(Error::refused("stay.own_yes")));
    s.endorsed(stay, s.child).await;
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let release = by_code(&s, stay).await;
    let refused = s.at(&his, FETCHED).await.save(release.clone()).await;
    assert_eq!(refused, Err(Error::refused("stay.own_release")));
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let at_the_gate = s.at(&his, DUE).await;
    assert_eq!(at_the_gate.save(here(stay)).await, Err(Error::refused("stay.own_return")));
    husband_is(&s, 2, &MemberForm { to_on: "2026-11-19", ..husband() }).await;
    at_the_gate.save(here(stay)).await.unwrap();
    s.store.close().await.unwrap();
}

fn act(kind: ActKind, stay: StayId, at: Timestamp, sequence: i64, said: Said) -> TakePhoneAct {
    TakePhoneAct {
        id: Uuid::now_v7(),
        device: Uuid::from_u128(7),
        sequence,
        kind,
        stay: Some(stay),
        clock: PhoneClock { at, offset: 480, sent: at, last: None },
        said,
        hash: [u8::try_from(sequence).unwrap(); 32],
    }
}

async fn a_phone_that_let_a_child_go_to_its_own_home_calls_the_office_and_brings_no_child_back(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let digits = s.digits(stay).await.as_str().to_owned();
    cares_too(&s, &s.teacher).await;
    let with_code = Said { code: Some(digits), ..Said::default() };
    let release = act(ActKind::Release, stay, FETCHED, 1, with_code);
    let taken = s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("stay.own_release")));
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["released"], "the child is gone");
    assert_eq!(ground.texts("SELECT kind FROM alarms").await, ["release_refused"]);
    let here = act(ActKind::Confirmation, stay, DUE, 2, Said::default());
    let taken = s.at(&s.teacher, DUE).await.save(here).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("stay.own_return")));
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["released"]);
    s.store.close().await.unwrap();
}

async fn nobody_approves_a_weekend_of_the_own_home(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    cares_too(&s, &s.coordinator).await;
    assert_eq!(s.coordinator.save(ApproveStay { stay }).await, Err(Error::refused("stay.own_weekend")));
    let several = s.coordinator.save(ApproveStays { stays: vec![stay] }).await.unwrap();
    assert_eq!(several.left, [(stay, "stay.own_weekend".to_owned())]);
    let shown = s.coordinator.stay_line(stay).await.unwrap();
    assert!(shown.own_home && !shown.own_request && !shown.is_clean());
    assert!(s.leader.stay_line(stay).await.unwrap().is_clean());
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn where_every_teacher_is_of_the_home_the_office_writes_down_the_schools_yes(ground: Ground) {
    let s = story(&ground).await;
    let stay = asked(&s).await;
    let said = |words: &str| EndorseForSchool { stay, words: words.into() };
    let answers = Err(Error::refused("stay.teacher_answers"));
    assert_eq!(s.coordinator.save(said("马老师电话里说可以")).await, answers, "she is asked herself");
    cares_too(&s, &s.teacher).await;
    s.store.as_system(SystemTask::Job, COUNTY, NOW).save(ExpandLetters).await.unwrap();
    let told = "SELECT channel FROM notices WHERE kind = 'stay.teacher_asked'";
    assert_eq!(ground.texts(told).await, ["copy"], "by the office, and not her");
    assert_eq!(s.coordinator.speaks_for_school(stay).await, Ok(true));
    let unnamed = Err(Error::field("school_words", "required.missing"));
    assert_eq!(s.coordinator.save(said(" ")).await, unnamed);
    s.coordinator.save(said("马老师电话里说可以")).await.unwrap();
    let shown = s.coordinator.stay_line(stay).await.unwrap();
    assert_eq!(shown.teacher_words.as_deref(), Some("马老师电话里说可以"));
    desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    assert_eq!(s.coordinator.save(said("马老师电话里说可以")).await, answers, "another teacher of the class");
    s.store.close().await.unwrap();
}

async fn where_every_teacher_is_of_the_home_the_office_puts_a_no_right_after_the_request_is_off(ground: Ground) {
    let s = story(&ground).await;
    let stay = asked(&s).await;
    let said = || EndorseForSchool { stay, words: "马老师电话里说可以".into() };
    cares_too(&s, &s.teacher).await;
    s.teacher.save(word(stay, false)).await.unwrap();
    s.coordinator.save(RefuseStay { stay, words: String::new() }).await.unwrap();
    assert_eq!(s.teacher.save(word(stay, true)).await, Err(Error::refused("stay.own_yes")), "she cannot");
    s.coordinator.save(said()).await.unwrap();
    let told = "SELECT kind FROM outbox WHERE kind IN ('stay.may_ask_again', 'stay.teacher_said_yes') ORDER BY kind";
    assert_eq!(ground.texts(told).await, ["stay.may_ask_again", "stay.teacher_said_yes"]);
    assert_eq!(s.coordinator.save(said()).await, Err(Error::refused("stay.step_impossible")), "once");
    s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn the_gate_names_who_speaks_for_a_child_of_the_own_home(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let gate = s.at(&s.teacher, FETCHED).await;
    assert!(!gate.gate_list(FETCHED.date()).await.unwrap()[0].own);
    cares_too(&s, &s.teacher).await;
    assert!(gate.gate_list(FETCHED.date()).await.unwrap()[0].own);
    let whom = gate.instead(&[stay]).await.unwrap();
    assert_eq!(whom, Instead { school: Vec::new(), office: vec!["样例".into()] });
    husband_teaches(&s).await;
    assert_eq!(gate.instead(&[stay]).await.unwrap(), whom, "nobody of the home");
    desk_as(&s.store, Role::ClassTeacher, Place::School(s.school.0)).await;
    assert_eq!(gate.instead(&[stay]).await.unwrap().school, ["样例"]);
    s.store.close().await.unwrap();
}

async fn nobody_enters_or_strikes_the_checks_of_the_own_home_nor_was_the_second_at_them(ground: Ground) {
    let s = story(&ground).await;
    cares_too(&s, &s.leader).await;
    let own = Err(Error::refused("check.own_home"));
    let home = Subject::Home(s.carer.household.0);
    for (subject, kind) in [
        (home, CheckKind::HomeVisit),
        (Subject::Adult(s.husband), CheckKind::NoOffence),
        (Subject::Volunteer(s.carer.volunteer.0), CheckKind::Training),
    ] {
        let lines = vec![line(subject, kind, "passed", DONE)];
        assert_eq!(s.leader.save(EnterChecks { lines }).await.map(|_| ()), own, "{kind:?}");
    }
    let (_, entries) = s.leader.check_entries(CheckKind::HomeVisit, home).await.unwrap();
    let strike = StrikeCheck { check: entries[0].id, reason: "写错了".into() };
    assert_eq!(s.leader.save(strike).await.map(|_| ()), own);
    let visit = line(home, CheckKind::HomeVisit, "passed", DONE);
    let visit = CheckLine { second: Some(s.leader.viewer().account), ..visit };
    let refused = s.coordinator.save(EnterChecks { lines: vec![visit.clone()] }).await;
    assert_eq!(refused, Err(Error::field("second", "check.second_at_home")));
    s.coordinator.save(EnterChecks { lines: vec![CheckLine { second: None, ..visit }] }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn nobody_says_of_the_own_home_who_lives_there_and_how_many_children_it_takes(ground: Ground) {
    let s = story(&ground).await;
    cares_too(&s, &s.leader).await;
    let own = Err(Error::refused("household.own_home"));
    let gone = MemberForm { to_on: "2026-11-19", ..husband() };
    let details = MemberDetails::parse(&gone, NOW.date()).unwrap();
    let away = ChangeMember { member: MemberId(s.husband), version: 1, details };
    assert_eq!(s.leader.save(away.clone()).await, own, "his query would be asked for no more");
    let reason = "兄妹俩想在一起".to_owned();
    let two = RaiseCapacity { household: s.carer.household, capacity: 2, reason };
    assert_eq!(s.leader.save(two).await, own);
    s.coordinator.save(away).await.unwrap();
    s.store.close().await.unwrap();
}

async fn rule_15_the_carer_reads_no_answer_of_the_child_and_drops_no_talk_with_it(ground: Ground) {
    let s = story(&ground).await;
    let plan = || PlanFollowUp { child: s.child, with: With::Child, due_at: NOW.plus_minutes(60) };
    let done = s.coordinator.save(plan()).await.unwrap();
    let answers = ["睡得好".into(), String::new(), String::new(), "想学马头琴".into(), String::new()];
    let record = RecordFollowUp { follow_up: done, way: "talk".into(), alone: "yes".into(), answers };
    s.coordinator.save(record).await.unwrap();
    let planned = s.leader.save(plan()).await.unwrap();
    assert_eq!(s.coordinator.follow_up(done).await.unwrap().1.len(), 5);
    cares_too(&s, &s.coordinator).await;
    assert!(s.coordinator.follow_up(done).await.unwrap().1.is_empty());
    let book = s.coordinator.follow_up_book(s.child).await.unwrap();
    assert!(book.iter().all(|entry| entry.answers.is_empty()));
    let dropped = s.coordinator.save(DropFollowUp { follow_up: planned }).await;
    assert_eq!(dropped, Err(Error::refused("follow_up.by_the_carer")));
    let book = s.leader.follow_up_book(s.child).await.unwrap();
    assert!(book.iter().any(|entry| !entry.answers.is_empty()));
    s.store.close().await.unwrap();
}

async fn nobody_writes_that_the_own_pair_gets_on(ground: Ground) {
    let s = story(&ground).await;
    ground.sql("UPDATE pairs SET state = 'settling'").await;
    cares_too(&s, &s.coordinator).await;
    let pair = PairId(s.pair);
    let own = Err(Error::refused("pair.own_home"));
    let met = |on: &str| KeepMeeting { pair, on: on.into(), place: "base".into() };
    assert_eq!(s.coordinator.save(met("2026-11-14")).await, own);
    assert_eq!(s.coordinator.save(SettlePair { pair }).await, own);
    s.leader.save(met("2026-11-14")).await.unwrap();
    s.store.close().await.unwrap();
}

async fn rule_14_a_guardian_who_is_the_carer_says_no_yes_to_the_nights(ground: Ground) {
    let s = story(&ground).await;
    let family = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let said = |purpose, answer| AnswerConsent {
        child: s.child,
        guardian: s.guardian,
        purpose,
        answer,
        from_on: None,
        to_on: None,
        link: None,
    };
    family.save(said(Purpose::Overnight, true)).await.unwrap();
    cares_too(&s, &family).await;
    let own = Err(Error::refused("consent.by_the_carer"));
    assert_eq!(family.save(said(Purpose::Overnight, true)).await, own);
    family.save(said(Purpose::Photo, true)).await.unwrap();
    family.save(said(Purpose::Overnight, false)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn rule_14_a_guardian_who_is_the_carer_agrees_to_no_terms_plan_for_both_sides(ground: Ground) {
    let s = story(&ground).await;
    let plan = proposed(&s, &s.coordinator).await;
    let family = parent(&s).await;
    cares_too(&s, &family).await;
    let agreed = family.save(theirs(plan)).await.map(|_| ());
    assert_eq!(agreed, Err(Error::refused("consent.by_the_carer")));
    s.store.close().await.unwrap();
}

async fn rule_4_a_concern_about_a_child_comes_to_its_carer_only_where_there_is_nobody_else(ground: Ground) {
    let s = story(&ground).await;
    cares_too(&s, &s.leader).await;
    let about = || RaiseConcern { child: Some(s.child), ..said("她说晚上害怕") };
    let first = s.teacher.save(about()).await.unwrap();
    assert_eq!(s.leader.concern(first).await.err(), Some(Error::NotFound));
    assert_eq!(s.leader.concerns().await.unwrap(), []);
    assert!(s.coordinator.concern(first).await.is_ok());
    let hers = literal(&ground, s.leader.viewer().account.0);
    let told = format!("SELECT kind FROM outbox WHERE kind = 'concern.raised' AND to_account = {hers}");
    assert_eq!(ground.texts(&told).await, Vec::<String>::new());
    cares_too(&s, &s.coordinator).await;
    let second = s.teacher.save(about()).await.unwrap();
    assert!(s.leader.concern(second).await.is_ok(), "nobody else is left");
    s.store.close().await.unwrap();
}

async fn rule_4_a_leader_who_lives_in_the_home_that_a_concern_names_does_not_see_it(ground: Ground) {
    let s = story(&ground).await;
    let mut his = details("韩样夫");
    his.birth_on = "1984-01-02".parse().unwrap();
    his.phone = Phone::parse(NUMBER).unwrap();
    let home = HomeChoice::Member(MemberId(s.husband));
    let his = s.coordinator.save(RegisterVolunteer { details: his, home }).await.unwrap();
    let leader = desk_as(&s.store, Role::Leader, Place::County).await;
    let (account, place) = (leader.viewer().account, Place::Person(his.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    let concern = s.teacher.save(said("那一家")).await.unwrap();
    assert!(leader.concern(concern).await.is_ok(), "nobody has said yet whom it is about");
    let volunteer = Some(s.carer.volunteer);
    s.coordinator.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
    assert_eq!(leader.concern(concern).await.err(), Some(Error::NotFound));
    assert!(s.leader.concern(concern).await.is_ok());
    s.store.close().await.unwrap();
}

async fn rule_4_a_request_tells_a_leader_of_no_concern_about_herself(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let concern = s.teacher.save(said("那一家")).await.unwrap();
    let volunteer = Some(s.carer.volunteer);
    s.coordinator.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
    let told = async || {
        let refusals = s.leader.stay_line(stay).await.unwrap().refusals;
        refusals.iter().any(|refusal| refusal.code == "stay.concern_open")
    };
    assert!(told().await);
    // She becomes a volunteer after the home was named.
    cares_too(&s, &s.leader).await;
    assert!(!told().await);
    s.store.close().await.unwrap();
}

async fn rule_2_a_request_tells_the_office_nothing_of_what_a_child_said_of_its_own_home(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let no = RecordWish { child: s.child, stay: Some(stay), answer: Answer::No, words: String::new(), alone: true };
    s.teacher.save(no).await.unwrap();
    cares_too(&s, &s.leader).await;
    let told = async |desk: &Desk| {
        let refusals = desk.stay_line(stay).await.unwrap().refusals;
        refusals.iter().any(|refusal| refusal.code == "stay.child_said_no")
    };
    assert_eq!((told(&s.coordinator).await, told(&s.leader).await), (true, false));
    s.store.close().await.unwrap();
}
