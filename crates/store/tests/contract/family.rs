//! The guardian far away: own children only, thanks once, who looked, a yes taken back at any moment.

use naheya_domain::Role;
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::custody::Event;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, GuardianId, StayId};
use naheya_domain::stay::{Leg, RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::concern::RaiseConcern;
use naheya_store::consent::{ConsentState, MakeConsentLink, Purpose, RecordConsents, WithdrawConsent};
use naheya_store::custody::Witness;
use naheya_store::export::Out;
use naheya_store::guardian::AddGuardian;
use naheya_store::note::{NewPicture, SaveNote};
use naheya_store::stay::{
    ApproveStay, ArrangeHandBack, CancelStay, EndorseStay, Lack, ReleaseProof, ReleaseStay, ReportStay, RequestStay,
};
use naheya_store::thanks::SayThanks;
use naheya_store::{Desk, Error, Submission};

use crate::child::details;
use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, consent, literal, story};

on_both_engines![
    a_guardian_reads_the_weekends_of_the_own_child_and_of_no_other,
    a_guardian_reads_each_settled_weekend_to_come_and_that_one_is_off,
    a_guardian_reads_that_a_settled_weekend_after_the_next_one_is_held_back,
    thanks_are_said_once_and_the_volunteer_reads_them,
    who_looked_leaves_out_looks_under_a_concern_and_the_own,
    a_look_by_a_link_is_told_by_name_and_the_own_is_left_out,
    a_reason_given_twice_on_a_day_is_one_line,
    a_look_is_told_however_often_others_have_looked_since,
    a_list_that_left_the_house_is_told_as_what_it_is_however_it_left,
    rule_14_a_yes_is_taken_back_at_any_moment_and_after_release_the_child_comes_back_early,
    rule_14_what_others_wrote_down_the_guardian_is_told_and_undoes,
    a_no_is_not_taken_back_and_a_yes_only_once,
    of_one_paper_with_several_answers_the_guardian_is_told_once,
    what_a_blocked_person_said_counts_for_nothing,
    the_same_form_shows_the_same_link,
    a_guardian_who_has_not_opened_the_account_is_told_as_one_without,
];

/// Another child of the class, with another guardian.
async fn others(s: &Story) -> (ChildId, GuardianId) {
    let mut details = details("石小榴");
    (details.school_id, details.class_id) = (Some(s.school.0), Some(s.class.0));
    let child = system(&s.store).save(OpenFile { details }).await.unwrap();
    let form = GuardianForm { name: "石样母", relation: "母亲", phone: "13900000008", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    (child, system(&s.store).save(AddGuardian { child, details }).await.unwrap())
}

async fn guardian(s: &Story) -> Desk {
    desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await
}

/// The next weekend and the one after it, both approved.
async fn two_approved(s: &Story) -> (StayId, StayId) {
    let next = s.approved().await;
    let new = s.days(&[s.pair], "2026-11-27", "2026-11-29");
    let later = s.mother.save(RequestStay { new }).await.unwrap()[0];
    s.endorsed(later, s.child).await;
    s.coordinator.save(ApproveStay { stay: later }).await.unwrap();
    (next, later)
}

async fn a_guardian_reads_that_a_settled_weekend_after_the_next_one_is_held_back(ground: Ground) {
    let s = story(&ground).await;
    let (next, later) = two_approved(&s).await;
    let then = NOW.plus_minutes(20);
    let no = EndorseStay { stay: later, yes: false, words: String::new() };
    s.at(&s.teacher, then).await.save(no).await.unwrap();
    let child = s.at(&guardian(&s).await, then).await.family().await.unwrap().remove(0);
    assert_eq!(child.next.unwrap().id, next);
    assert_eq!(child.ahead.iter().map(|line| line.is_off).collect::<Vec<_>>(), [true]);
    s.store.close().await.unwrap();
}

async fn a_guardian_reads_each_settled_weekend_to_come_and_that_one_is_off(ground: Ground) {
    let s = story(&ground).await;
    let (next, later) = two_approved(&s).await;
    let me = guardian(&s).await;
    let ahead = async |minutes: i64| {
        let child = s.at(&me, NOW.plus_minutes(minutes)).await.family().await.unwrap().remove(0);
        assert_eq!(child.next.unwrap().id, next);
        child.ahead.iter().map(|line| line.is_off).collect::<Vec<_>>()
    };
    assert_eq!(ahead(9).await, Vec::<bool>::new(), "it can still be taken back");
    assert_eq!(ahead(10).await, [false]);
    let off = CancelStay { stay: later, reason: "家里有事".into() };
    s.at(&s.mother, NOW.plus_minutes(20)).await.save(off).await.unwrap();
    assert_eq!(ahead(20).await, [true]);
    let new = s.days(&[s.pair], "2026-11-27", "2026-11-29");
    s.at(&s.mother, NOW.plus_minutes(30)).await.save(RequestStay { new }).await.unwrap();
    assert_eq!(ahead(30).await, Vec::<bool>::new(), "it is asked for anew");
    s.store.close().await.unwrap();
}

/// Friday: the child has left with the volunteer and is at her home.
pub async fn away(s: &Story) -> StayId {
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    for event in [Event::PickUp, Event::Arrival] {
        let report = ReportStay { stay, event, witness: Witness::by("staff") };
        s.at(&s.mother, FETCHED).await.save(report).await.unwrap();
    }
    stay
}

async fn a_guardian_reads_the_weekends_of_the_own_child_and_of_no_other(ground: Ground) {
    let s = story(&ground).await;
    let (other, _) = others(&s).await;
    s.coordinator.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    let stay = away(&s).await;
    let note = SaveNote {
        stay,
        kinds: vec![],
        words: "她教我家小的画马".into(),
        worry: Some("手上有道口子".into()),
        pictures: vec![NewPicture { jpeg: vec![1, 2, 3], width: 10, height: 10 }],
    };
    s.at(&s.mother, FETCHED).await.save(note).await.unwrap();
    let me = s.at(&guardian(&s).await, FETCHED).await;
    let family = me.family().await.unwrap();
    assert_eq!(family.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["安小草"]);
    let next = family[0].next.as_ref().unwrap();
    assert_eq!((next.id, next.state, next.volunteer.as_str()), (stay, StayState::InCare, "李样例"));
    assert_eq!(next.leg, Leg::AtHome(FETCHED));
    assert_eq!(next.notes[0].words, "她教我家小的画马");
    assert_eq!(me.picture(next.notes[0].pictures[0]).await.unwrap(), [1, 2, 3]);
    assert_eq!(me.consents(other).await, Err(Error::NotFound));
    assert_eq!(me.looks(other).await, Err(Error::NotFound));
    // The look of the guardian stands in the trail like any other.
    let trail = s.coordinator.child_trail(s.child).await.unwrap();
    assert!(trail.iter().any(|l| l.act == "look" && l.role == "guardian"));
    s.store.close().await.unwrap();
}

async fn thanks_are_said_once_and_the_volunteer_reads_them(ground: Ground) {
    let s = story(&ground).await;
    let me = guardian(&s).await;
    let stay = s.approved().await;
    assert_eq!(me.save(SayThanks { stay }).await, Err(Error::refused("thanks.too_early")));
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let me = s.at(&me, FETCHED).await;
    me.save(SayThanks { stay }).await.unwrap();
    s.at(&me, DUE).await.save(SayThanks { stay }).await.unwrap();
    assert_eq!(s.mother.thanked(&[stay]).await.unwrap().get(&stay), Some(&FETCHED));
    let (_, stranger) = others(&s).await;
    let stranger = desk_as(&s.store, Role::Guardian, Place::Person(stranger.0)).await;
    assert_eq!(s.at(&stranger, FETCHED).await.save(SayThanks { stay }).await, Err(Error::NotFound));
    assert_eq!(s.mother.save(SayThanks { stay }).await, Err(Error::Forbidden));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn who_looked_leaves_out_looks_under_a_concern_and_the_own(ground: Ground) {
    let s = story(&ground).await;
    let me = guardian(&s).await;
    me.family().await.unwrap();
    let form = ConcernForm { words: "她说不想回去", situations: vec!["mr4"], ..ConcernForm::default() };
    let said = NewConcern::parse(&form).unwrap();
    let about = s.coordinator.save(RaiseConcern { said: said.clone(), child: Some(s.child) }).await.unwrap();
    let nobody = s.coordinator.save(RaiseConcern { said, child: None }).await.unwrap();
    assert_eq!(s.leader.child_file_under(s.child, nobody).await.err(), Some(Error::NotFound));
    s.leader.child_file_under(s.child, about).await.unwrap();
    assert_eq!(me.looks(s.child).await.unwrap(), []);
    s.coordinator.child_file(s.child).await.unwrap();
    s.coordinator.child_file(s.child).await.unwrap();
    s.coordinator.child_secret(s.child, "核对过敏史").await.unwrap();
    let looks = me.looks(s.child).await.unwrap();
    let read: Vec<(bool, usize, Option<&str>)> =
        looks.iter().map(|l| (l.locked, l.times, l.reason.as_deref())).collect();
    assert_eq!(read, [(true, 1, Some("核对过敏史")), (false, 2, None)]);
    s.coordinator.child_secret(s.child, "给医院报病史").await.unwrap();
    let looks = me.looks(s.child).await.unwrap();
    let mut reasons: Vec<&str> = looks.iter().filter_map(|l| l.reason.as_deref()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["核对过敏史", "给医院报病史"], "each reason is told");
    s.store.close().await.unwrap();
}

async fn a_look_by_a_link_is_told_by_name_and_the_own_is_left_out(ground: Ground) {
    let s = story(&ground).await;
    let me = guardian(&s).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let mother = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    for who in [s.guardian, mother] {
        let link = MakeConsentLink::new(s.child, who).unwrap();
        let (token, code) = (link.token.clone(), link.code.clone());
        s.teacher.save(link).await.unwrap();
        let view = s.store.open_consent_link(&token, &code, NOW).await.unwrap();
        view.desk.looked("children", vec![s.child.0], "work", None).await.unwrap();
    }
    let looks = me.looks(s.child).await.unwrap();
    assert_eq!(looks.iter().map(|look| look.who.as_deref()).collect::<Vec<_>>(), [Some("安样母")]);
    s.store.close().await.unwrap();
}

async fn a_reason_given_twice_on_a_day_is_one_line(ground: Ground) {
    let s = story(&ground).await;
    let me = guardian(&s).await;
    for reason in ["核对过敏史", "给医院报病史", "核对过敏史"] {
        s.coordinator.child_secret(s.child, reason).await.unwrap();
    }
    let looks = me.looks(s.child).await.unwrap();
    let read: Vec<(usize, Option<&str>)> = looks.iter().map(|l| (l.times, l.reason.as_deref())).collect();
    assert_eq!(read, [(2, Some("核对过敏史")), (1, Some("给医院报病史"))]);
    s.store.close().await.unwrap();
}

async fn a_look_is_told_however_often_others_have_looked_since(ground: Ground) {
    let s = story(&ground).await;
    let me = guardian(&s).await;
    s.coordinator.child_file(s.child).await.unwrap();
    // A phone asks for its list all day long.
    let phone = s.at(&s.teacher, FETCHED).await;
    phone.looked("children", vec![s.child.0; 500], "work,code", None).await.unwrap();
    let next = s.at(&s.teacher, FETCHED.plus_minutes(24 * 60)).await;
    next.looked("children", vec![s.child.0; 3], "work", None).await.unwrap();
    let looks = me.looks(s.child).await.unwrap();
    let read: Vec<(Option<Role>, usize)> = looks.iter().map(|l| (l.role, l.times)).collect();
    let teacher = Some(Role::ClassTeacher);
    assert_eq!(read, [(teacher, 3), (teacher, 500), (Some(Role::Coordinator), 1)]);
    s.store.close().await.unwrap();
}

async fn a_list_that_left_the_house_is_told_as_what_it_is_however_it_left(ground: Ground) {
    let s = story(&ground).await;
    let me = guardian(&s).await;
    let out = Out::Children(ChildFilter::default());
    s.coordinator.list_out(&out).await.unwrap();
    let told = async || {
        let looks = me.looks(s.child).await.unwrap();
        looks.iter().map(|l| (l.taken_out, l.locked, l.times)).collect::<Vec<_>>()
    };
    assert_eq!(told().await, [(true, false, 1)], "at once");
    for act in ["export.take", "operation.finish"] {
        ground.sql(&format!("UPDATE audit_events SET act = '{act}' WHERE fields = 'export'")).await;
        assert_eq!(told().await, [(true, false, 1)], "{act}");
    }
    s.store.close().await.unwrap();
}

async fn rule_14_a_yes_is_taken_back_at_any_moment_and_after_release_the_child_comes_back_early(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let hour = FETCHED.plus_minutes(120);
    let me = s.at(&guardian(&s).await, hour).await;
    let given = me.consents(s.child).await.unwrap();
    let overnight = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap();
    assert_eq!(overnight.state, ConsentState::Holds);
    let office = s.at(&s.coordinator, hour).await;
    assert_eq!(office.hand_backs().await.unwrap(), []);
    let away_now = me.save(WithdrawConsent { consent: overnight.id, how: String::new() }).await.unwrap();
    assert_eq!(away_now, 1);
    let waiting = office.hand_back(stay).await.unwrap();
    assert_eq!((waiting.child, waiting.lack, waiting.ends_at), (s.child, Lack::TakenBack(hour), DUE));
    let family = office.callable(&waiting).await.unwrap().family;
    let call: Vec<_> = family.iter().map(|one| (one.name.as_str(), one.phone.as_deref())).collect();
    assert_eq!(call, [("安样父", Some("13900000009"))]);
    assert_eq!(s.mother.callable(&waiting).await, Err(Error::Forbidden));
    // The child is still hers to bring back: nobody is lost on the way.
    assert_eq!(me.family().await.unwrap()[0].next.as_ref().unwrap().state, StayState::InCare);
    let arrange = |by, words: &str| ArrangeHandBack { stay, to: RunsFrom::Guardian, by, words: words.into() };
    let early = hour.plus_minutes(90);
    assert_eq!(office.save(arrange(early, " ")).await, Err(Error::field("words", "required.missing")));
    assert_eq!(office.save(arrange(hour, "和妈妈说好")).await, Err(Error::field("by", "stay.hour_past")));
    let later = office.save(arrange(DUE.plus_minutes(24 * 60), "和妈妈说好")).await;
    assert_eq!(later, Err(Error::field("on", "stay.later_than_agreed")), "no night is added here");
    assert_eq!(s.mother.save(arrange(early, "和妈妈说好")).await, Err(Error::Forbidden));
    office.save(arrange(early, "和妈妈说好，姑姑来接")).await.unwrap();
    let arranged = office.hand_back(stay).await.unwrap();
    assert_eq!((arranged.ends_at, arranged.end), (early, RunsFrom::Guardian));
    assert!(arranged.is_arranged && !waiting.is_arranged, "a colleague need not call once more");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn rule_14_what_others_wrote_down_the_guardian_is_told_and_undoes(ground: Ground) {
    let s = story(&ground).await;
    let me = guardian(&s).await;
    let photo = s.teacher.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    assert_eq!(s.mother.save(consent(s.child, s.guardian, Purpose::Photo)).await, Err(Error::Forbidden));
    let line = me.consents(s.child).await.unwrap().into_iter().find(|c| c.id == photo).unwrap();
    assert_eq!((line.state, line.how.as_str(), line.evidence), (ConsentState::Holds, "paper", None));
    assert!(line.recorded_by.is_some());
    let account = literal(&ground, me.viewer().account.0);
    let told = format!("SELECT kind FROM outbox WHERE to_account = {account} AND kind = 'consent.recorded'");
    assert_eq!(ground.texts(&told).await.len(), 1, "the guardian hears of it where she signs in");
    me.save(WithdrawConsent { consent: photo, how: "自己在手机上".into() }).await.unwrap();
    let line = s.teacher.consents(s.child).await.unwrap().into_iter().find(|c| c.id == photo).unwrap();
    assert_eq!((line.state, line.withdrawn_at), (ConsentState::Withdrawn, Some(NOW)));
    s.store.close().await.unwrap();
}

async fn a_no_is_not_taken_back_and_a_yes_only_once(ground: Ground) {
    let s = story(&ground).await;
    let mut no = consent(s.child, s.guardian, Purpose::Photo);
    no.answer = false;
    let no = s.coordinator.save(no).await.unwrap();
    let back = |consent| WithdrawConsent { consent, how: "电话".into() };
    assert_eq!(s.coordinator.save(back(no)).await, Err(Error::refused("consent.was_a_no")));
    let yes = s.coordinator.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    s.coordinator.save(back(yes)).await.unwrap();
    assert_eq!(s.coordinator.save(back(yes)).await, Err(Error::refused("consent.withdrawn_already")));
    let states: Vec<ConsentState> = s
        .coordinator
        .consents(s.child)
        .await
        .unwrap()
        .iter()
        .filter(|c| c.purpose == Purpose::Photo)
        .map(|c| c.state)
        .collect();
    assert_eq!(states, [ConsentState::Withdrawn, ConsentState::Replaced]);
    s.store.close().await.unwrap();
}

async fn of_one_paper_with_several_answers_the_guardian_is_told_once(ground: Ground) {
    let s = story(&ground).await;
    guardian(&s).await;
    let all = [Purpose::File, Purpose::Pairing, Purpose::Photo].map(|of| consent(s.child, s.guardian, of)).to_vec();
    assert_eq!(s.teacher.save(RecordConsents(all)).await.unwrap().len(), 3);
    let told = ground.texts("SELECT kind FROM outbox WHERE kind = 'consent.recorded'").await;
    assert_eq!(told.len(), 1);
    s.store.close().await.unwrap();
}

async fn what_a_blocked_person_said_counts_for_nothing(ground: Ground) {
    let s = story(&ground).await;
    s.coordinator.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    ground.sql("UPDATE guardianships SET blocked = TRUE").await;
    let said = s.coordinator.consents(s.child).await.unwrap();
    assert!(!said.is_empty() && said.iter().all(|c| c.state == ConsentState::Blocked), "{said:?}");
    assert!(said.iter().all(|c| !c.state.is_withdrawable()));
    s.store.close().await.unwrap();
}

async fn the_same_form_shows_the_same_link(ground: Ground) {
    let s = story(&ground).await;
    let sent = |key: &str| Submission { key: naheya_domain::Key::parse(key).unwrap(), body: [1; 32] };
    let first = s.teacher.consent_link(s.child, s.guardian, &sent("0123456789abcdef"));
    let again = s.teacher.consent_link(s.child, s.guardian, &sent("0123456789abcdef"));
    let next = s.teacher.consent_link(s.child, s.guardian, &sent("0123456789abcdeg"));
    assert_eq!((&first.token, &first.code), (&again.token, &again.code));
    assert_ne!(first.token, next.token);
    let old: MakeConsentLink = first.clone();
    s.teacher.save_once(first, sent("0123456789abcdef")).await.unwrap();
    s.store.open_consent_link(&old.token, &old.code, NOW).await.unwrap();
    s.teacher.save_once(next, sent("0123456789abcdeg")).await.unwrap();
    // A new link is the end of the old one.
    assert_eq!(s.store.consent_link_stands(&old.token, NOW).await, Err(Error::NotFound));
    let stranger = desk_as(&s.store, Role::ClassTeacher, Place::Class(uuid::Uuid::from_u128(9))).await;
    let foreign = MakeConsentLink::new(s.child, s.guardian).unwrap();
    assert_eq!(stranger.save(foreign).await, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn a_guardian_who_has_not_opened_the_account_is_told_as_one_without(ground: Ground) {
    let s = story(&ground).await;
    let account = literal(&ground, guardian(&s).await.viewer().account.0);
    let ask = async || s.coordinator.save(MakeConsentLink::new(s.child, s.guardian).unwrap()).await.unwrap();
    ask().await;
    ground.sql(&format!("UPDATE accounts SET state = 'invited' WHERE id = {account}")).await;
    ask().await;
    let to = "SELECT COALESCE(person_kind, 'account') FROM outbox WHERE kind = 'consent.asked' ORDER BY 1";
    assert_eq!(ground.texts(to).await, ["account", "guardians"]);
    s.store.close().await.unwrap();
}
