//! Where a child is, as those far from the office read it: the guardian, the volunteer, the teacher. By the chain and the clock.

use naheya_domain::Role;
use naheya_domain::custody::{Event, Holder};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::StayId;
use naheya_domain::stay::{Leg, RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_store::consent::{AnswerConsent, GuardianWord, Purpose, WithdrawConsent};
use naheya_store::custody::Witness;
use naheya_store::family::FamilyChild;
use naheya_store::guardian::AddGuardian;
use naheya_store::stay::{
    ApproveStay, ArrangeHandBack, CancelStay, CloseLate, ConfirmReturn, EndorseStay, Hold, Outcome, PassChild,
    ReceiveFromCarer, ReleaseProof, ReleaseStay, ReportStay,
};
use naheya_store::wish::{Answer, RecordWish};
use naheya_store::{Desk, Error};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, consent, literal, story};

on_both_engines![
    the_guardian_reads_how_far_they_are_and_that_nobody_has_received_the_child,
    the_guardian_reads_the_newest_holder_of_the_chain,
    a_child_that_goes_home_is_on_no_schools_roll_until_it_is_late,
    a_child_that_is_brought_early_is_on_the_roll_as_soon_as_the_carer_says_so,
    a_child_that_comes_to_school_instead_of_home_is_written_down_there,
    a_child_that_is_brought_to_the_base_is_on_no_schools_roll_and_in_no_teachers_hand,
    a_carer_reads_to_whom_she_brings_a_child_that_goes_home,
    a_yes_taken_back_before_the_pick_up_is_told_to_carer_and_teacher,
    a_yes_taken_back_is_not_an_answer_to_come,
    a_no_of_child_or_teacher_after_the_approval_stops_the_weekend_and_is_told,
    a_child_that_nobody_fetches_is_read_by_all_three,
    a_child_that_nobody_fetched_on_friday_is_on_the_list_as_long_as_its_weekend_lasts,
    a_pair_that_rests_is_not_read_as_none,
    a_yes_said_again_while_the_child_is_away_needs_no_hand_back,
    whoever_is_about_to_fetch_a_child_hears_that_its_family_was_there_first,
    a_family_that_waits_with_the_child_hears_that_nobody_comes,
    the_teacher_hears_of_a_child_that_goes_home_and_not_back_to_school,
    the_family_hears_that_its_child_comes_back_early,
    the_first_of_the_family_who_has_a_number_stands_on_the_board,
];

async fn guardian(s: &Story) -> Desk {
    desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await
}

async fn released(s: &Story) -> StayId {
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    stay
}

async fn says(s: &Story, stay: StayId, event: Event, minutes: i64) {
    let mother = s.at(&s.mother, FETCHED.plus_minutes(minutes)).await;
    mother.save(ReportStay { stay, event, witness: Witness::by("staff") }).await.unwrap();
}

/// What the guardian reads of the child so many minutes after the release.
async fn read(s: &Story, minutes: i64) -> FamilyChild {
    let me = s.at(&guardian(s).await, FETCHED.plus_minutes(minutes)).await;
    me.family().await.unwrap().remove(0)
}

async fn the_guardian_reads_how_far_they_are_and_that_nobody_has_received_the_child(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    says(&s, stay, Event::PickUp, 5).await;
    assert_eq!(read(&s, 6).await.next.unwrap().leg, Leg::Going, "picked up is not at her home");
    let steps = [(Event::Arrival, 10), (Event::Leaving, 20), (Event::Return, 30)];
    for (event, minutes) in steps {
        says(&s, stay, event, minutes).await;
        let at = FETCHED.plus_minutes(minutes);
        let leg = match event {
            Event::Arrival => Leg::AtHome(at),
            Event::Leaving => Leg::Returning(at),
            _ => Leg::SaidBack(at),
        };
        let next = read(&s, minutes + 1).await.next.unwrap();
        assert_eq!((next.leg, next.late(FETCHED)), (leg, None));
    }
    let late = DUE.plus_minutes(55);
    let next = read(&s, late.minutes_since(FETCHED)).await.next.unwrap();
    assert_eq!((next.late(late), next.called, next.ended), (Some(55), false, None));
    s.store.as_system(naheya_store::SystemTask::Job, crate::ground::COUNTY, late).raise_alarms().await.unwrap();
    assert!(read(&s, late.minutes_since(FETCHED)).await.next.unwrap().called, "the coordinator has been called");
    s.store.close().await.unwrap();
}

async fn the_guardian_reads_the_newest_holder_of_the_chain(ground: Ground) {
    let s = story(&ground).await;
    let fresh = read(&s, 0).await;
    assert_eq!((fresh.holder, fresh.since), (Holder::School, None));
    let home = |to| PassChild { child: s.child, to, words: "外婆到校门口接走".into() };
    s.teacher.save(home(RunsFrom::Guardian)).await.unwrap();
    let at_home = read(&s, 0).await;
    assert_eq!((at_home.holder, at_home.since), (Holder::Guardian, Some(NOW)));
    assert_eq!(s.teacher.holder_of(s.child).await.unwrap().1, Holder::Guardian, "one answer for all");
    s.teacher.save(home(RunsFrom::School)).await.unwrap();
    let stay = released(&s).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(30)).await;
    let settle = |outcome| CloseLate { stay, outcome, guardian: None, reason: "问清楚了".into() };
    office.save(settle(Outcome::Hospital)).await.unwrap();
    let minutes = DUE.plus_minutes(40).minutes_since(FETCHED);
    let ill = read(&s, minutes).await;
    assert_eq!((ill.holder, ill.since), (Holder::Hospital, Some(DUE.plus_minutes(30))));
    assert!(ill.next.is_some_and(|next| next.state.is_away()), "the stay goes on, the child is not at her home");
    office.save(settle(Outcome::Family)).await.unwrap();
    let fetched = read(&s, minutes).await;
    assert_eq!((fetched.holder, fetched.next), (Holder::Guardian, None));
    assert_eq!(fetched.past[0].ended, Some(Holder::Guardian), "no school has received it");
    s.store.close().await.unwrap();
}

/// The office has arranged that the child goes home to its family, an hour after the release.
async fn handed_back(s: &Story, stay: StayId) {
    let now = FETCHED.plus_minutes(60);
    let given = s.coordinator.consents(s.child).await.unwrap();
    let yes = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let me = s.at(&guardian(s).await, now).await;
    me.save(WithdrawConsent { consent: yes, how: String::new() }).await.unwrap();
    let (to, by) = (RunsFrom::Guardian, now.plus_minutes(90));
    let arrange = ArrangeHandBack { stay, to, by, words: "和妈妈说好".into() };
    s.at(&s.coordinator, now).await.save(arrange).await.unwrap();
}

async fn a_child_that_goes_home_is_on_no_schools_roll_until_it_is_late(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    handed_back(&s, stay).await;
    let by = FETCHED.plus_minutes(150);
    let roll = async |desk: &Desk, now| s.at(desk, now).await.back_list(by.date()).await.unwrap().len();
    assert_eq!(roll(&s.teacher, by).await, 0, "the school does not receive it");
    let duty = desk_as(&s.store, Role::ClassTeacher, Place::School(s.school.0)).await;
    assert_eq!(roll(&duty, by).await, 0);
    assert_eq!(roll(&s.coordinator, by).await, 1, "the office sees every child");
    assert_eq!(roll(&s.teacher, by.plus_minutes(1)).await, 1, "a late child is everybody's");
    let parent = s.at(&guardian(&s).await, by.plus_minutes(2)).await;
    parent.save(ReceiveFromCarer { stay }).await.unwrap();
    assert_eq!(roll(&s.teacher, by.plus_minutes(3)).await, 0, "it is not at school");
    s.store.close().await.unwrap();
}

async fn a_child_that_is_brought_early_is_on_the_roll_as_soon_as_the_carer_says_so(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    let today = FETCHED.date();
    let teacher = s.at(&s.teacher, FETCHED.plus_minutes(60)).await;
    let roll = async || teacher.back_list(today).await.unwrap().iter().map(|line| line.state).collect::<Vec<_>>();
    let out = async |desk: &Desk| desk.out_list(today).await.unwrap().len();
    assert_eq!((roll().await, out(&teacher).await), (vec![], 1), "it is due on Sunday");
    assert_eq!(out(&s.at(&s.coordinator, FETCHED.plus_minutes(60)).await).await, 0, "the office has the board");
    says(&s, stay, Event::Return, 30).await;
    assert_eq!((roll().await, out(&teacher).await), (vec![StayState::InCare], 0));
    teacher.save(ConfirmReturn { stay, witness: Witness::by("sight") }).await.unwrap();
    assert_eq!(
        (roll().await, out(&teacher).await),
        (vec![StayState::Closed], 0),
        "a mistaken here is taken back there"
    );
    let tomorrow = s.at(&s.teacher, FETCHED.plus_minutes(24 * 60)).await;
    assert_eq!(tomorrow.back_list(FETCHED.plus_minutes(24 * 60).date()).await.unwrap(), []);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_child_that_comes_to_school_instead_of_home_is_written_down_there(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    handed_back(&s, stay).await;
    let late = FETCHED.plus_minutes(151);
    let here = ConfirmReturn { stay, witness: Witness::by("sight") };
    let closed = s.at(&s.teacher, late).await.save(here).await.unwrap();
    assert!(!closed, "the office asks why before the weekend is over");
    let reader = s.at(&s.coordinator, late).await;
    assert_eq!(reader.holder_of(s.child).await.unwrap().1, Holder::School, "nobody of the family has it");
    let told = "SELECT kind FROM outbox WHERE kind = 'stay.returned_late'";
    assert_eq!(ground.texts(told).await.len(), 1);
    s.store.close().await.unwrap();
}

async fn a_child_that_is_brought_to_the_base_is_on_no_schools_roll_and_in_no_teachers_hand(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    ground.sql("UPDATE stays SET end_kind = 'base', end_school_id = NULL").await;
    let roll =
        async |now: naheya_domain::Timestamp| s.at(&s.teacher, now).await.back_list(now.date()).await.unwrap().len();
    assert_eq!(roll(DUE.plus_minutes(-5)).await, 0, "the base receives it");
    let late = DUE.plus_minutes(5);
    assert_eq!(roll(late).await, 1, "a late child is everybody's");
    let here = ConfirmReturn { stay, witness: Witness::by("sight") };
    let closed = s.at(&s.teacher, late).await.save(here).await.unwrap();
    assert!(!closed, "the office asks why it came to school");
    let reader = s.at(&s.coordinator, late).await;
    assert_eq!(reader.holder_of(s.child).await.unwrap().1, Holder::School);
    s.store.close().await.unwrap();
}

async fn a_carer_reads_to_whom_she_brings_a_child_that_goes_home(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    let mine = async |minutes| s.at(&s.mother, FETCHED.plus_minutes(minutes)).await.my_stay(stay).await.unwrap();
    let school = mine(1).await;
    assert_eq!((school.end, school.receivers), (RunsFrom::School, vec![]), "no family's number without need");
    handed_back(&s, stay).await;
    let home = mine(61).await;
    assert_eq!(home.end, RunsFrom::Guardian);
    let who: Vec<_> = home.receivers.iter().map(|r| (r.name.as_str(), r.phone.as_deref())).collect();
    assert_eq!(who, [("安样父", Some("13900000009"))]);
    ground.sql("UPDATE guardianships SET blocked = TRUE").await;
    assert_eq!(mine(62).await.receivers, [], "never to a blocked person");
    ground.sql("UPDATE guardianships SET blocked = FALSE").await;
    s.at(&guardian(&s).await, FETCHED.plus_minutes(63)).await.save(ReceiveFromCarer { stay }).await.unwrap();
    assert_eq!(mine(64).await.receivers, [], "the number goes with the need");
    s.store.close().await.unwrap();
}

async fn a_yes_taken_back_before_the_pick_up_is_told_to_carer_and_teacher(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let herself = literal(&ground, s.mother.viewer().account.0);
    let hers = format!("SELECT kind FROM outbox WHERE to_account = {herself} ORDER BY at, id");
    let teachers = "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind LIKE 'stay.held%' ORDER BY at, id";
    let given = s.coordinator.consents(s.child).await.unwrap();
    let yes = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let minutes = FETCHED.plus_minutes(-20);
    let me = s.at(&guardian(&s).await, minutes).await;
    me.save(WithdrawConsent { consent: yes, how: String::new() }).await.unwrap();
    assert_eq!(ground.texts(&hers).await, ["stay.approved", "stay.held_now"]);
    assert_eq!(ground.texts(teachers).await, ["stay.held_now"]);
    let home = s.at(&s.mother, minutes).await.my_stay(stay).await.unwrap();
    assert_eq!((home.state, home.held), (StayState::Requested, Some(Hold::Guardian(minutes))));
    assert!(s.at(&s.mother, minutes).await.phone_home().await.unwrap().is_empty(), "nor does her phone say to fetch");
    let gate = s.at(&s.teacher, minutes).await;
    assert!(gate.gate_list(FETCHED.date()).await.unwrap().is_empty());
    let held = gate.held_back(FETCHED.date()).await.unwrap();
    let of: Vec<_> = held.iter().map(|h| (h.line.stay, h.line.child_name.as_str(), h.hold)).collect();
    assert_eq!(of, [(stay, "安小草", Hold::Guardian(minutes))]);
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await;
    assert_eq!(other.held_back(FETCHED.date()).await.unwrap(), []);
    s.coordinator.save(consent(s.child, s.guardian, Purpose::Overnight)).await.unwrap();
    s.at(&s.coordinator, minutes).await.save(ApproveStay { stay }).await.unwrap();
    assert_eq!(s.at(&s.mother, minutes).await.my_stay(stay).await.unwrap().held, None);
    assert_eq!(gate.held_back(FETCHED.date()).await.unwrap(), []);
    s.store.close().await.unwrap();
}

async fn a_no_of_child_or_teacher_after_the_approval_stops_the_weekend_and_is_told(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let herself = literal(&ground, s.mother.viewer().account.0);
    let hers = format!("SELECT kind FROM outbox WHERE to_account = {herself} ORDER BY at, id");
    let offices = "SELECT kind FROM outbox WHERE to_role = 'coordinator' AND kind LIKE 'stay.stopped%' ORDER BY at, id";
    let teachers = "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind LIKE 'stay.stopped%'";
    let at = FETCHED.plus_minutes(-20);
    let gate = s.at(&s.teacher, at).await;
    let says = async |answer| {
        let wish = RecordWish { child: s.child, stay: Some(stay), answer, words: String::new(), alone: true };
        gate.save(wish).await.unwrap();
    };
    says(Answer::No).await;
    assert_eq!(ground.texts(&hers).await, ["stay.approved", "stay.stopped_now"]);
    assert_eq!(ground.texts(offices).await, ["stay.stopped_now"]);
    assert_eq!(ground.texts(teachers).await, ["stay.stopped_now"]);
    let home = s.at(&s.mother, at).await.my_stay(stay).await.unwrap();
    assert_eq!((home.state, home.held), (StayState::Consented, Some(Hold::Word(at))));
    assert!(gate.gate_list(FETCHED.date()).await.unwrap().is_empty(), "nor is it on the list that is printed");
    let held: Vec<Hold> = gate.held_back(FETCHED.date()).await.unwrap().iter().map(|h| h.hold).collect();
    assert_eq!(held, [Hold::Word(at)]);
    assert_eq!(read(&s, -20).await.next.unwrap().stopped, Some(at));
    let office = s.at(&s.coordinator, at).await;
    assert_eq!(office.said_no(&[stay]).await.unwrap().get(&stay), Some(&at));
    assert_eq!(office.save(ApproveStay { stay }).await, Err(Error::refused("stay.child_said_no")));

    says(Answer::Yes).await;
    let asked = "SELECT kind FROM outbox WHERE to_role = 'coordinator' AND kind = 'stay.requested'";
    assert!(!ground.texts(asked).await.is_empty(), "the office hears that it can approve again");
    office.save(ApproveStay { stay }).await.unwrap();
    gate.save(EndorseStay { stay, yes: false, words: "发烧了".into() }).await.unwrap();
    let home = s.at(&s.mother, at).await.my_stay(stay).await.unwrap();
    assert_eq!((home.state, home.held), (StayState::Consented, Some(Hold::Word(at))));
    s.store.close().await.unwrap();
}

async fn a_child_that_nobody_fetches_is_read_by_all_three(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let seen = async |minutes| {
        let at = s.at(&s.mother, FETCHED).await.my_stay(stay).await.unwrap().starts_at.plus_minutes(minutes);
        let gate = s.at(&s.teacher, at).await.gate_list(at.date()).await.unwrap().remove(0);
        let home = s.at(&s.mother, at).await.my_stay(stay).await.unwrap();
        let family = s.at(&guardian(&s).await, at).await.family().await.unwrap().remove(0);
        [gate.unfetched, home.unfetched, family.next.unwrap().unfetched]
    };
    assert_eq!(seen(59).await, [None; 3], "they may be on the way");
    assert_eq!(seen(60).await, [Some(60); 3]);
    s.store.close().await.unwrap();
}

async fn a_child_that_nobody_fetched_on_friday_is_on_the_list_as_long_as_its_weekend_lasts(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let saturday = FETCHED.plus_minutes(15 * 60);
    let list = async |now: naheya_domain::Timestamp, day: naheya_domain::Timestamp| {
        let lines = s.at(&s.teacher, now).await.gate_list(day.date()).await.unwrap();
        lines.iter().map(|line| line.stay).collect::<Vec<_>>()
    };
    assert_eq!(list(FETCHED, saturday).await, [], "a day to come has its own");
    assert_eq!(list(saturday, saturday).await, [stay]);
    assert_eq!(list(DUE, DUE).await, [], "the weekend is over");
    let gate = s.at(&s.teacher, saturday).await;
    let proof = ReleaseProof::List { called: "样例专干".into() };
    gate.save(ReleaseStay { stays: vec![stay], proof, witness: Witness::default() }).await.unwrap();
    assert_eq!(list(saturday.plus_minutes(5), saturday).await, [], "it has left");
    let roll = s.at(&s.teacher, DUE).await.back_list(DUE.date()).await.unwrap();
    assert_eq!(roll.len(), 1, "and on Sunday it is awaited");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_yes_taken_back_is_not_an_answer_to_come(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let word = async || s.coordinator.guardian_words(&[stay]).await.unwrap()[&stay];
    assert_eq!(word().await, GuardianWord::Yes);
    let given = s.coordinator.consents(s.child).await.unwrap();
    let yes = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let me = guardian(&s).await;
    me.save(WithdrawConsent { consent: yes, how: String::new() }).await.unwrap();
    assert_eq!(word().await, GuardianWord::TakenBack(NOW, s.guardian));
    assert_eq!(me.family().await.unwrap()[0].next.as_ref().unwrap().word, GuardianWord::TakenBack(NOW, s.guardian));
    let question = |all: Vec<naheya_store::consent::Question>| {
        all.into_iter().find(|q| q.purpose == Purpose::Overnight).map(|q| (q.answer, q.taken_back))
    };
    let asked = me.consent_questions(s.child, s.guardian).await.unwrap();
    assert_eq!(question(asked), Some((None, Some(NOW))));
    let mut no = consent(s.child, s.guardian, Purpose::Overnight);
    no.answer = false;
    s.coordinator.save(no).await.unwrap();
    assert_eq!(word().await, GuardianWord::TakenBack(NOW, s.guardian), "a no after a yes takes it back too");
    s.coordinator.save(consent(s.child, s.guardian, Purpose::Overnight)).await.unwrap();
    assert_eq!(word().await, GuardianWord::Yes);
    let asked = me.consent_questions(s.child, s.guardian).await.unwrap();
    assert_eq!(question(asked), Some((Some(true), None)));
    s.store.close().await.unwrap();
}

async fn a_pair_that_rests_is_not_read_as_none(ground: Ground) {
    let s = story(&ground).await;
    let now = read(&s, 0).await;
    assert_eq!((now.volunteer.as_deref(), now.rests), (Some("李样例"), false));
    ground.sql("UPDATE pairs SET state = 'paused'").await;
    let rests = read(&s, 1).await;
    assert_eq!((rests.volunteer.as_deref(), rests.rests), (Some("李样例"), true), "whatever the reason");
    s.store.close().await.unwrap();
}

async fn a_yes_said_again_while_the_child_is_away_needs_no_hand_back(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    let saturday = FETCHED.plus_minutes(24 * 60);
    let given = s.coordinator.consents(s.child).await.unwrap();
    let yes = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let me = guardian(&s).await;
    s.at(&me, saturday).await.save(WithdrawConsent { consent: yes, how: String::new() }).await.unwrap();
    let office = s.at(&s.coordinator, saturday.plus_minutes(20)).await;
    assert_eq!(office.hand_backs().await.unwrap().len(), 1);
    let again = AnswerConsent {
        child: s.child,
        guardian: s.guardian,
        purpose: Purpose::Overnight,
        answer: true,
        from_on: None,
        to_on: Some(DUE.date()),
        link: None,
    };
    s.at(&me, saturday.plus_minutes(10)).await.save(again).await.unwrap();
    assert_eq!(office.hand_backs().await.unwrap(), [], "the days that are left are agreed to");
    assert_eq!(office.guardian_words(&[stay]).await.unwrap()[&stay], GuardianWord::Yes);
    s.store.close().await.unwrap();
}

async fn whoever_is_about_to_fetch_a_child_hears_that_its_family_was_there_first(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    let home = PassChild { child: s.child, to: RunsFrom::Guardian, words: "家里人到校门口接走".into() };
    s.at(&s.teacher, FETCHED.plus_minutes(-30)).await.save(home).await.unwrap();
    let told = "SELECT COALESCE(to_role, 'herself') FROM outbox WHERE kind = 'stay.with_family' ORDER BY 1";
    assert_eq!(ground.texts(told).await, ["coordinator", "herself"]);
    s.store.close().await.unwrap();
}

async fn a_family_that_waits_with_the_child_hears_that_nobody_comes(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved_from_home().await;
    s.mother.save(CancelStay { stay, reason: "雪太大，路封了".into() }).await.unwrap();
    let told = "SELECT COALESCE(to_role, person_kind, 'herself') FROM outbox WHERE kind = 'stay.cancelled' ORDER BY 1";
    assert_eq!(ground.texts(told).await, ["class_teacher", "coordinator", "guardians", "herself"]);
    s.store.close().await.unwrap();
}

async fn the_teacher_hears_of_a_child_that_goes_home_and_not_back_to_school(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    handed_back(&s, stay).await;
    let told =
        "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind IN ('stay.goes_home', 'stay.hand_back')";
    assert_eq!(ground.texts(told).await, ["stay.goes_home"], "on Sunday it is not on her roll");
    s.store.close().await.unwrap();
}

async fn the_family_hears_that_its_child_comes_back_early(ground: Ground) {
    let s = story(&ground).await;
    let stay = released(&s).await;
    handed_back(&s, stay).await;
    let told = "SELECT kind FROM outbox WHERE kind = 'stay.hand_back' AND to_account IS NOT NULL";
    assert_eq!(ground.texts(told).await.len(), 2, "the carer, and the guardian, who signs in");
    s.store.close().await.unwrap();
}

async fn the_first_of_the_family_who_has_a_number_stands_on_the_board(ground: Ground) {
    let s = story(&ground).await;
    released(&s).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", phone: "13900000010", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let called = async |most| {
        let office = s.at(&s.coordinator, DUE.plus_minutes(30)).await;
        office.whereabouts(None, most).await.unwrap().lines.remove(0).guardian.map(|(name, _)| name)
    };
    assert_eq!(called(10).await.as_deref(), Some("安样父"));
    ground.sql("UPDATE guardians SET phone_sealed = NULL, phone_bi = NULL WHERE name = '安样父'").await;
    assert_eq!(called(11).await.as_deref(), Some("安样母"), "a late child is not without anybody to call");
    s.store.close().await.unwrap();
}
