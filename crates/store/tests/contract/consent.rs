use futures_util::future::join_all;
use naheya_domain::Role;
use naheya_domain::code::Code;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use naheya_store::account::AddGrant;
use naheya_store::concern::{LiftSuspension, NameInConcern, Suspend};
use naheya_store::consent::{AnswerConsent, MakeConsentLink, Purpose, RecordConsent, WithdrawConsent};
use naheya_store::custody::Witness;
use naheya_store::guardian::{AddGuardian, ChangeGuardian};
use naheya_store::note::{NewPicture, SaveNote};
use naheya_store::stay::{Hold, ReleaseProof, ReleaseStay};
use naheya_store::{Error, Store};

use crate::concern::said;
use crate::ground::{Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{FETCHED, consent, literal, story};

on_both_engines![
    a_guardian_answers_by_link_and_code_and_nothing_is_chosen_beforehand,
    five_wrong_codes_kill_a_link,
    wrong_codes_of_a_link_count_each_through_however_many_processes_they_come,
    of_many_codes_that_are_tried_at_once_five_are_judged,
    whose_access_a_concern_suspends_comes_in_by_no_link,
    a_no_where_no_yes_was_is_not_told_as_a_yes_taken_back,
    a_picture_without_consent_is_refused_and_withdrawal_hides_it,
    rule_14_whoever_takes_the_child_home_writes_down_no_consent_whatever_else_she_is,
    rule_14_a_guardian_takes_back_no_yes_of_another_guardian,
    a_yes_to_other_days_takes_the_code_of_a_weekend_that_it_does_not_cover,
    the_office_hears_of_a_yes_that_is_given_again,
    a_weekend_that_rests_on_somebody_kept_away_since_is_stopped_before_the_gate,
    a_guardian_reads_no_answer_of_somebody_who_is_kept_away,
    a_child_whose_consent_ends_before_a_day_is_listed_for_it_while_its_pair_lasts,
];

async fn a_guardian_answers_by_link_and_code_and_nothing_is_chosen_beforehand(ground: Ground) {
    let s = story(&ground).await;
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (token, code) = (link.token.clone(), link.code.clone());
    s.teacher.save(link).await.unwrap();
    assert_eq!(s.store.consent_link_stands("nosuchlink", NOW).await, Err(Error::NotFound));
    s.store.consent_link_stands(&token, NOW).await.unwrap();
    let view = s.store.open_consent_link(&token, &code, NOW).await.unwrap();
    assert_eq!(view.children, [(s.child, "安小草".to_owned())]);
    let questions = view.desk.consent_questions(s.child, view.guardian).await.unwrap();
    let open: Vec<Purpose> = questions.iter().filter(|q| q.answer.is_none()).map(|q| q.purpose).collect();
    assert_eq!(open, [Purpose::File, Purpose::Pairing, Purpose::Photo, Purpose::Publication]);
    let answer = AnswerConsent {
        child: s.child,
        guardian: view.guardian,
        purpose: Purpose::Photo,
        answer: false,
        from_on: None,
        to_on: None,
        link: None,
    };
    view.desk.save(answer).await.unwrap();
    let after = view.desk.consent_questions(s.child, view.guardian).await.unwrap();
    assert_eq!(after[3].answer, Some(false));
    let week = NOW.plus_minutes(7 * 24 * 60);
    assert_eq!(s.store.consent_link_stands(&token, week).await, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn five_wrong_codes_kill_a_link(ground: Ground) {
    let s = story(&ground).await;
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (token, code) = (link.token.clone(), link.code.clone());
    s.coordinator.save(link).await.unwrap();
    let wrong = Code::parse(if code.as_str() == "000001" { "000002" } else { "000001" }).unwrap();
    for _ in 0..5 {
        let refused = s.store.open_consent_link(&token, &wrong, NOW).await.err();
        assert_eq!(refused, Some(Error::refused("code.wrong")));
    }
    assert_eq!(s.store.open_consent_link(&token, &code, NOW).await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn wrong_codes_of_a_link_count_each_through_however_many_processes_they_come(ground: Ground) {
    let s = story(&ground).await;
    let second = Store::open(&ground.location, &KEY).await.unwrap();
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (token, code) = (link.token.clone(), link.code.clone());
    s.coordinator.save(link).await.unwrap();
    let wrong = Code::parse(if code.as_str() == "000001" { "000002" } else { "000001" }).unwrap();
    let tries = |store: Store| {
        let (token, wrong) = (token.clone(), wrong.clone());
        async move { store.open_consent_link(&token, &wrong, NOW).await.err() }
    };
    let refused = Some(Error::refused("code.wrong"));
    for _ in 0..2 {
        let both = tokio::join!(tries(s.store.clone()), tries(second.clone()));
        assert_eq!(both, (refused.clone(), refused.clone()));
    }
    assert_eq!(tries(second.clone()).await, refused, "the fifth");
    assert_eq!(s.store.open_consent_link(&token, &code, NOW).await.err(), Some(Error::NotFound));
    second.close().await.unwrap();
    s.store.close().await.unwrap();
}

async fn of_many_codes_that_are_tried_at_once_five_are_judged(ground: Ground) {
    let s = story(&ground).await;
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (token, code) = (link.token.clone(), link.code.clone());
    s.coordinator.save(link).await.unwrap();
    let wrong = Code::parse(if code.as_str() == "000001" { "000002" } else { "000001" }).unwrap();
    let answers = join_all((0..12).map(|_| s.store.open_consent_link(&token, &wrong, NOW))).await;
    let judged = answers.iter().filter(|answer| answer.as_ref().err() == Some(&Error::refused("code.wrong"))).count();
    assert_eq!(judged, 5);
    s.store.close().await.unwrap();
}

async fn whose_access_a_concern_suspends_comes_in_by_no_link(ground: Ground) {
    let s = story(&ground).await;
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (token, code) = (link.token.clone(), link.code.clone());
    s.coordinator.save(link).await.unwrap();
    s.store.open_consent_link(&token, &code, NOW).await.unwrap();
    let concern = s.leader.save(said("关于孩子的父亲")).await.unwrap();
    let account = Some(father.viewer().account);
    s.leader.save(NameInConcern { concern, child: None, volunteer: None, account }).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    assert_eq!(s.store.consent_link_stands(&token, NOW).await, Err(Error::NotFound));
    assert_eq!(s.store.open_consent_link(&token, &code, NOW).await.err(), Some(Error::NotFound));
    s.leader.save(LiftSuspension { concern, reason: "公安查过，家里安全".into() }).await.unwrap();
    s.store.open_consent_link(&token, &code, NOW).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_picture_without_consent_is_refused_and_withdrawal_hides_it(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let note = SaveNote {
        stay,
        kinds: vec![],
        words: "她教我家小的画马".into(),
        worry: None,
        pictures: vec![NewPicture { jpeg: vec![1, 2, 3], width: 10, height: 10 }],
    };
    let refused = s.mother.save(note.clone()).await;
    assert_eq!(refused, Err(Error::refused("note.photo_consent_missing")));
    let photo = s.coordinator.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    s.mother.save(note).await.unwrap();
    let notes = s.mother.notes(None, Some(stay)).await.unwrap();
    let picture = notes[0].pictures[0];
    assert_eq!(s.coordinator.picture(picture).await.unwrap(), [1, 2, 3]);
    let withdraw = naheya_store::consent::WithdrawConsent { consent: photo, how: "电话".into() };
    s.coordinator.save(withdraw).await.unwrap();
    assert_eq!(s.coordinator.picture(picture).await, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn a_no_where_no_yes_was_is_not_told_as_a_yes_taken_back(ground: Ground) {
    let s = story(&ground).await;
    let publication = || consent(s.child, s.guardian, Purpose::Publication);
    let said = |answer| naheya_store::consent::RecordConsent { answer, ..publication() };
    let mut told = Vec::new();
    for answer in [false, true, false] {
        s.coordinator.save(said(answer)).await.unwrap();
        let kinds = "SELECT kind FROM outbox WHERE kind IN ('consent.refused', 'consent.withdrawn') ORDER BY kind";
        told.push(ground.texts(kinds).await);
    }
    assert_eq!(told[0], ["consent.refused"], "the first answer took nothing back");
    assert_eq!(told[1], told[0]);
    assert_eq!(told[2], ["consent.refused", "consent.withdrawn"]);
    s.store.close().await.unwrap();
}

async fn rule_14_whoever_takes_the_child_home_writes_down_no_consent_whatever_else_she_is(ground: Ground) {
    let s = story(&ground).await;
    // The teacher is the child's weekend mother as well, by the same account.
    let (account, place) = (s.teacher.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    let refused = Error::refused("consent.by_the_carer");
    let yes = || consent(s.child, s.guardian, Purpose::Photo);
    assert_eq!(s.teacher.save(yes()).await, Err(refused.clone()));
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    assert_eq!(s.teacher.save(link).await, Err(refused));
    s.coordinator.save(yes()).await.unwrap();
    s.store.close().await.unwrap();
}

async fn rule_14_a_guardian_takes_back_no_yes_of_another_guardian(ground: Ground) {
    let s = story(&ground).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", phone: "13900000010", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let mother = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let hers = s.coordinator.save(consent(s.child, mother, Purpose::Photo)).await.unwrap();
    let his_desk = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let her_desk = desk_as(&s.store, Role::Guardian, Place::Person(mother.0)).await;
    let withdraw = || WithdrawConsent { consent: hers, how: String::new() };
    assert_eq!(his_desk.save(withdraw()).await, Err(Error::NotFound), "she would read that she took it back");
    let no = AnswerConsent {
        child: s.child,
        guardian: s.guardian,
        purpose: Purpose::Photo,
        answer: false,
        from_on: None,
        to_on: None,
        link: None,
    };
    his_desk.save(no).await.unwrap();
    assert_eq!(her_desk.save(withdraw()).await, Ok(0));
    s.store.close().await.unwrap();
}

async fn a_yes_to_other_days_takes_the_code_of_a_weekend_that_it_does_not_cover(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let winter = naheya_store::consent::RecordConsent {
        from_on: "2027-01-20".parse().unwrap(),
        to_on: Some("2027-02-10".parse().unwrap()),
        ..consent(s.child, s.guardian, Purpose::Overnight)
    };
    s.coordinator.save(winter).await.unwrap();
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Requested);
    assert_eq!(s.mother.my_stay(stay).await.unwrap().held, Some(Hold::Guardian(NOW)), "not found out at the gate");
    let teachers = "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind LIKE 'stay.held%'";
    assert_eq!(ground.texts(teachers).await, ["stay.held_now"]);
    s.store.close().await.unwrap();
}

async fn the_office_hears_of_a_yes_that_is_given_again(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    let asked = "SELECT kind FROM outbox WHERE to_role = 'coordinator' AND kind = 'stay.requested'";
    let given = s.coordinator.consents(s.child).await.unwrap();
    let yes = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let me = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    me.save(WithdrawConsent { consent: yes, how: String::new() }).await.unwrap();
    let before = ground.texts(asked).await.len();
    for _ in 0..2 {
        s.coordinator.save(consent(s.child, s.guardian, Purpose::Overnight)).await.unwrap();
        assert_eq!(ground.texts(asked).await.len(), before + 1, "once");
    }
    s.store.close().await.unwrap();
}

async fn a_weekend_that_rests_on_somebody_kept_away_since_is_stopped_before_the_gate(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let version = s.coordinator.guardian_fields(s.child, s.guardian).await.unwrap().version;
    let form = GuardianForm {
        name: "安样父",
        relation: "父亲",
        phone: "13900000009",
        blocked: true,
        blocked_reason: "法院判决（示例）",
        ..GuardianForm::default()
    };
    let details = GuardianDetails::parse(&form).unwrap();
    let block = ChangeGuardian { child: s.child, guardian: s.guardian, version, details };
    s.coordinator.save(block).await.unwrap();
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Requested);
    let herself = literal(&ground, s.mother.viewer().account.0);
    let hers = format!("SELECT kind FROM outbox WHERE to_account = {herself} ORDER BY at, id");
    assert_eq!(ground.texts(&hers).await, ["stay.approved", "stay.stopped_now"], "and nobody learns why");
    let teachers = "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind LIKE 'stay.stopped%'";
    assert_eq!(ground.texts(teachers).await, ["stay.stopped_now"]);
    s.store.close().await.unwrap();
}

async fn a_guardian_reads_no_answer_of_somebody_who_is_kept_away(ground: Ground) {
    let s = story(&ground).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", phone: "13900000010", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let mother = s.coordinator.save(AddGuardian { child: s.child, details }).await.unwrap();
    let photo = s.coordinator.save(consent(s.child, mother, Purpose::Photo)).await.unwrap();
    s.coordinator.save(WithdrawConsent { consent: photo, how: "电话".into() }).await.unwrap();
    s.coordinator.save(consent(s.child, mother, Purpose::File)).await.unwrap();
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    assert_eq!(father.consents(s.child).await.unwrap().len(), 3);
    let id = literal(&ground, mother.0);
    ground.sql(&format!("UPDATE guardianships SET blocked = TRUE WHERE guardian_id = {id}")).await;
    let read = father.consents(s.child).await.unwrap();
    assert!(read.len() == 1 && read.iter().all(|line| line.guardian == s.guardian), "{read:?}");
    assert_eq!(father.own_child_copy(s.child).await.unwrap().consents, read);
    assert_eq!(s.coordinator.consents(s.child).await.unwrap().len(), 3, "the office reads them all");
    s.store.close().await.unwrap();
}

async fn a_child_whose_consent_ends_before_a_day_is_listed_for_it_while_its_pair_lasts(ground: Ground) {
    let s = story(&ground).await;
    let (soon, later) = (NOW.plus_minutes(5 * 24 * 60).date(), NOW.plus_minutes(30 * 24 * 60).date());
    assert!(s.coordinator.without_consent(later, None).await.unwrap().is_empty(), "a yes without an end");
    let until = Some(NOW.plus_minutes(10 * 24 * 60).date());
    let ends = RecordConsent { to_on: until, ..consent(s.child, s.guardian, Purpose::Overnight) };
    s.coordinator.save(ends).await.unwrap();
    assert!(s.coordinator.without_consent(soon, None).await.unwrap().is_empty());
    let lacking = s.coordinator.without_consent(later, Some(s.school)).await.unwrap();
    let told: Vec<_> =
        lacking.iter().map(|row| (row.id, row.pair.as_ref().map(|pair| pair.volunteer.as_str()))).collect();
    assert_eq!(told, [(s.child, Some("李样例"))]);
    let elsewhere = Some(naheya_domain::id::SchoolId(s.pair));
    assert!(s.coordinator.without_consent(later, elsewhere).await.unwrap().is_empty());
    assert_eq!(s.teacher.without_consent(later, None).await.err(), Some(Error::Forbidden));
    ground.sql("UPDATE pairs SET state = 'paused'").await;
    assert!(s.coordinator.without_consent(later, None).await.unwrap().is_empty(), "a pair that rests needs none");
    s.store.close().await.unwrap();
}
