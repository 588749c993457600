//! Accounts for many guardians at once: what comes of each is told before, and is what is done.

use naheya_domain::Role;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, GuardianId};
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountView, GuardiansOf, InviteGuardians, Login, Outlook};
use naheya_store::guardian::AddGuardian;
use naheya_store::order::Turn;
use naheya_store::sign_in::SignIn;
use naheya_store::slip::UseSlip;
use naheya_store::{Error, Store};

use crate::account::{PASSWORD, invitation};
use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{Story, story};

on_both_engines!(
    accounts_for_a_class_are_made_in_one_act_and_each_slip_lets_in,
    of_a_couple_with_one_number_the_second_signs_in_by_name,
    whoever_has_an_account_gets_no_second_one,
    whoever_must_not_come_near_a_child_gets_no_account_among_many,
    whoever_has_not_signed_in_gets_a_new_slip_and_the_old_one_is_void,
    a_user_name_that_somebody_has_gets_digits,
    accounts_for_guardians_are_made_by_whoever_keeps_accounts_and_sees_them,
);

async fn adult(s: &Story, child: ChildId, name: &str, phone: &str, blocked: bool) -> GuardianId {
    let blocked_reason = if blocked { "家长要求（示例）" } else { "" };
    let form = GuardianForm { name, relation: "母亲", phone, blocked, blocked_reason, ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    system(&s.store).save(AddGuardian { child, details }).await.unwrap()
}

/// What the list of the class says of each.
async fn told(s: &Story) -> Vec<(String, Outlook)> {
    let lines = s.coordinator.guardians_of(GuardiansOf::Class(s.class)).await.unwrap();
    lines.into_iter().map(|line| (line.name, line.outlook)).collect()
}

fn one(name: &str, outlook: Outlook) -> (String, Outlook) {
    (name.to_owned(), outlook)
}

async fn accounts_of_guardians(s: &Story) -> usize {
    s.coordinator.accounts(AccountView::Guardians, &Turn::First).await.unwrap().rows.len()
}

async fn enters(store: &Store, code: &str) -> Result<String, Error> {
    let given = UseSlip {
        code: code.to_owned(),
        password: PASSWORD.into(),
        address: "192.0.2.1".into(),
        agent: String::new(),
        shared: false,
    };
    Ok(store.use_slip(&given, NOW).await?.token)
}

async fn signs_in(store: &Store, login: &str) -> bool {
    let given = SignIn {
        login: login.into(),
        password: PASSWORD.into(),
        address: String::new(),
        known: None,
        agent: String::new(),
        shared: false,
    };
    store.sign_in(&given, NOW).await.is_ok()
}

async fn accounts_for_a_class_are_made_in_one_act_and_each_slip_lets_in(ground: Ground) {
    let s = story(&ground).await;
    let mother = adult(&s, s.child, "安样母", "", false).await;
    assert_eq!(told(&s).await, [one("安样父", Outlook::New), one("安样母", Outlook::NoPhone)]);
    let of_school = s.coordinator.guardians_of(GuardiansOf::School(s.school)).await.unwrap();
    assert_eq!(of_school.len(), 2);
    assert_eq!(of_school[0].children, [(s.child, "安小草".to_owned(), Some(s.class))]);
    let done = s.coordinator.save(InviteGuardians { guardians: vec![s.guardian, mother] }).await.unwrap();
    assert_eq!((done.slips, done.left), (2, 0));
    let slips = s.coordinator.slips_until(done.until).await.unwrap();
    let printed: Vec<_> = slips.iter().map(|slip| (slip.name.as_str(), slip.login.as_str(), slip.by_phone)).collect();
    assert_eq!(printed, [("安样父", "安样父", true), ("安样母", "安样母", false)]);
    for (slip, person) in slips.iter().zip([s.guardian, mother]) {
        let token = enters(&s.store, &slip.code).await.unwrap();
        let viewer = s.store.session(&token, NOW).await.unwrap().unwrap().viewer;
        assert_eq!((viewer.role, viewer.place), (Role::Guardian, Place::Person(person.0)));
        assert!(signs_in(&s.store, &slip.login).await);
    }
    assert!(signs_in(&s.store, "139 0000 0009").await, "by the number on file");
    assert_eq!(s.coordinator.slips_until(done.until).await, Err(Error::NotFound), "a used slip is gone");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn of_a_couple_with_one_number_the_second_signs_in_by_name(ground: Ground) {
    let s = story(&ground).await;
    let mother = adult(&s, s.child, "安样母", "13900000009", false).await;
    assert_eq!(told(&s).await, [one("安样父", Outlook::New), one("安样母", Outlook::PhoneTaken)]);
    let done = s.coordinator.save(InviteGuardians { guardians: vec![s.guardian, mother] }).await.unwrap();
    let slips = s.coordinator.slips_until(done.until).await.unwrap();
    let by_phone: Vec<bool> = slips.iter().map(|slip| slip.by_phone).collect();
    assert_eq!(by_phone, [true, false]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn whoever_has_an_account_gets_no_second_one(ground: Ground) {
    let s = story(&ground).await;
    let mother = adult(&s, s.child, "安样母", "13900000008", false).await;
    let mut his = invitation("an-yangfu", Role::Guardian);
    his.account.phone = None;
    his.grant.place = Place::Person(s.guardian.0);
    let his = s.coordinator.save(his).await.unwrap();
    crate::account::token(&s.store, his).await;
    // The mother teaches, and signs in by the number that is in her file as a mother.
    let mut hers = invitation("an-laoshi", Role::ClassTeacher);
    hers.account.name = PersonName::parse("安样母").unwrap();
    hers.account.phone = Some(Phone::parse("13900000008").unwrap());
    hers.grant.place = Place::Class(s.class.0);
    system(&s.store).save(hers).await.unwrap();
    assert_eq!(told(&s).await, [one("安样父", Outlook::Has(his)), one("安样母", Outlook::Known)]);
    let done = s.coordinator.save(InviteGuardians { guardians: vec![s.guardian, mother] }).await.unwrap();
    assert_eq!((done.slips, done.left), (0, 2));
    assert_eq!(accounts_of_guardians(&s).await, 1);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn whoever_must_not_come_near_a_child_gets_no_account_among_many(ground: Ground) {
    let s = story(&ground).await;
    let uncle = adult(&s, s.child, "安样叔", "13900000007", true).await;
    assert_eq!(told(&s).await, [one("安样父", Outlook::New), one("安样叔", Outlook::KeptAway)]);
    let done = s.coordinator.save(InviteGuardians { guardians: vec![uncle, s.guardian] }).await.unwrap();
    assert_eq!((done.slips, done.left), (1, 1));
    let slips = s.coordinator.slips_until(done.until).await.unwrap();
    assert_eq!(slips.iter().map(|slip| slip.name.as_str()).collect::<Vec<_>>(), ["安样父"]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn whoever_has_not_signed_in_gets_a_new_slip_and_the_old_one_is_void(ground: Ground) {
    let s = story(&ground).await;
    let made = async || {
        let done = s.coordinator.save(InviteGuardians { guardians: vec![s.guardian] }).await.unwrap();
        assert_eq!((done.slips, done.left), (1, 0));
        s.coordinator.slips_until(done.until).await.unwrap()[0].code.clone()
    };
    let first = made().await;
    assert!(matches!(told(&s).await[..], [(_, Outlook::Waits(_))]));
    let second = made().await;
    assert_ne!(first, second);
    assert_eq!(accounts_of_guardians(&s).await, 1, "and no second account");
    assert_eq!(enters(&s.store, &first).await, Err(Error::refused("slip.wrong")));
    assert!(enters(&s.store, &second).await.is_ok());
    assert!(matches!(told(&s).await[..], [(_, Outlook::Has(_))]));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_user_name_that_somebody_has_gets_digits(ground: Ground) {
    let s = story(&ground).await;
    let mut other = invitation("x-y", Role::TownWorker);
    other.account.login = Login::parse("安样父").unwrap();
    other.grant.place = Place::Town("150825100".into());
    system(&s.store).save(other).await.unwrap();
    let done = s.coordinator.save(InviteGuardians { guardians: vec![s.guardian] }).await.unwrap();
    assert_eq!(s.coordinator.slips_until(done.until).await.unwrap()[0].login, "安样父2");
    s.store.close().await.unwrap();
}

async fn accounts_for_guardians_are_made_by_whoever_keeps_accounts_and_sees_them(ground: Ground) {
    let s = story(&ground).await;
    let act = InviteGuardians { guardians: vec![s.guardian] };
    assert_eq!(s.teacher.save(act.clone()).await, Err(Error::Forbidden));
    assert_eq!(s.teacher.guardians_of(GuardiansOf::Class(s.class)).await, Err(Error::Forbidden));
    let keeper = desk_as(&s.store, Role::ItAdmin, Place::County).await;
    assert_eq!(keeper.guardians_of(GuardiansOf::Class(s.class)).await, Ok(Vec::new()));
    assert_eq!(keeper.save(act.clone()).await, Err(Error::NotFound), "no file, no account");
    let with_nobody = InviteGuardians { guardians: vec![s.guardian, GuardianId::new()] };
    assert_eq!(s.coordinator.save(with_nobody).await, Err(Error::NotFound));
    assert_eq!(accounts_of_guardians(&s).await, 0, "then nothing is made at all");
    let done = s.coordinator.save(act).await.unwrap();
    assert_eq!(s.leader.slips_until(done.until).await, Err(Error::NotFound), "only who made them prints them");
    s.store.close().await.unwrap();
}
