use naheya_domain::Role;
use naheya_domain::code::Code;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::account::AddGrant;
use naheya_store::consent::{AnswerConsent, MakeConsentLink, Purpose};
use naheya_store::custody::Witness;
use naheya_store::note::{NewPicture, SaveNote};
use naheya_store::stay::{ReleaseProof, ReleaseStay};

use crate::ground::{Ground, NOW, system};
use crate::on_both_engines;
use crate::story::{FETCHED, consent, story};

on_both_engines![
    a_guardian_answers_by_link_and_code_and_nothing_is_chosen_beforehand,
    five_wrong_codes_kill_a_link,
    a_no_where_no_yes_was_is_not_told_as_a_yes_taken_back,
    a_picture_without_consent_is_refused_and_withdrawal_hides_it,
    rule_14_whoever_takes_the_child_home_writes_down_no_consent_whatever_else_she_is,
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
