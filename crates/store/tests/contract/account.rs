//! Accounts, grants, slips, sessions: the same on both engines.
//!
//! Long because: each rule of an account is tried on its own, on the same ground.

use naheya_domain::id::AccountId;
use naheya_domain::person_name::PersonName;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role};
use naheya_store::account::{
    AccountState, AccountView, AddGrant, EndGrant, Invite, Login, NewAccount, NewGrant, ResetFactor, SetAccountState,
};
use naheya_store::order::Turn;
use naheya_store::session::Standing;
use naheya_store::sign_in::SignIn;
use naheya_store::slip::{MakeSlip, UseSlip};
use naheya_store::volunteer::{Step, StepVolunteer};
use naheya_store::{Desk, Error, Store};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::literal;
use crate::volunteer::approved;

pub(crate) const PASSWORD: &str = "three horses drink";

on_both_engines!(
    a_slip_opens_an_account_whose_session_lasts_as_long_as_its_grant,
    a_coordinator_gives_no_role_to_herself_and_none_above_her_own,
    another_countys_account_does_not_exist,
    an_account_is_found_by_name_pinyin_initials_and_user_name,
    a_colleague_is_named_where_there_are_too_many_for_a_list,
    a_slip_is_no_way_up,
    a_slip_opens_for_seven_days_and_no_longer_than_a_newer_one,
    the_last_leader_stays,
    whose_days_are_over_or_who_is_locked_out_is_no_other_leader,
    the_same_role_at_the_same_place_is_held_once,
    taking_a_role_back_takes_back_each_that_is_like_it,
    every_leader_hears_of_a_role_that_opens_files_but_who_gave_it,
    every_leader_hears_of_a_new_way_into_an_account_that_opens_files,
    a_closed_account_is_out_at_once,
    a_session_that_has_ended_meanwhile_changes_no_password,
    whoever_comes_back_has_the_account_that_was_theirs,
    a_closed_account_keeps_neither_roles_nor_phone,
    no_county_closes_an_account_that_works_in_another_one_too,
    a_school_signs_in_from_one_address_all_day_and_wrong_tries_of_it_count,
    wrong_tries_of_one_keep_no_school_from_signing_in_with_right_passwords,
    a_password_pasted_with_a_blank_behind_it_lets_in,
    strangers_who_try_a_name_keep_nobody_waiting_where_they_signed_in_before,
    many_use_their_slips_from_one_address_at_once_and_wrong_codes_count,
);

pub(crate) fn invitation(login: &str, role: Role) -> Invite {
    Invite {
        account: NewAccount {
            login: Login::parse(login).unwrap(),
            phone: Some(naheya_domain::phone::Phone::parse("13800000137").unwrap()),
            name: PersonName::parse("样例").unwrap(),
            language: String::new(),
        },
        grant: NewGrant { role, place: Place::County, from_on: NOW.date(), to_on: None },
    }
}

pub(crate) async fn token(store: &Store, account: naheya_domain::id::AccountId) -> String {
    let desk = system(store);
    let slip = desk.save(MakeSlip { account }).await.unwrap();
    let (code, _, _) = desk.slip_code(slip).await.unwrap();
    let given =
        UseSlip { code, password: PASSWORD.into(), address: "192.0.2.1".into(), agent: String::new(), shared: false };
    store.use_slip(&given, NOW).await.unwrap().token
}

async fn a_slip_opens_an_account_whose_session_lasts_as_long_as_its_grant(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-li", Role::ClassTeacher)).await.unwrap();
    let cookie = token(&store, account).await;
    let session = store.session(&cookie, NOW).await.unwrap().unwrap();
    assert_eq!((session.viewer.role, session.standing), (Role::ClassTeacher, Standing::Full));
    assert_eq!(session.county, "乌拉特后旗");
    let by_phone = SignIn {
        login: "138 0000 0137".into(),
        password: PASSWORD.into(),
        address: String::new(),
        known: None,
        agent: String::new(),
        shared: false,
    };
    assert!(store.sign_in(&by_phone, NOW).await.is_ok());
    system(&store).save(EndGrant { grant: session.viewer.grant }).await.unwrap();
    assert!(store.session(&cookie, NOW).await.unwrap().is_none());
    assert!(store.session("nothing", NOW).await.unwrap().is_none());
    assert!(store.verify(crate::ground::COUNTY, true, NOW).await.unwrap().is_empty());
}

async fn a_coordinator_gives_no_role_to_herself_and_none_above_her_own(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let refused = desk.save(invitation("new-leader", Role::Leader)).await;
    assert_eq!(refused.unwrap_err(), Error::refused("grant.role_too_high"));
    let own = AddGrant {
        account: desk.viewer().account,
        role: Role::Volunteer,
        place: Place::County,
        from_on: NOW.date(),
        to_on: None,
    };
    assert_eq!(desk.save(own).await.unwrap_err(), Error::refused("grant.own"));
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.save(invitation("x-y", Role::Volunteer)).await.unwrap_err(), Error::Forbidden);
    let misplaced = desk.save(invitation("a-teacher", Role::ClassTeacher)).await;
    assert_eq!(misplaced.unwrap_err(), Error::field("place", "place.role"));
    let mut unknown = invitation("a-volunteer", Role::Volunteer);
    unknown.grant.place = Place::Person(uuid::Uuid::now_v7());
    assert_eq!(desk.save(unknown).await.unwrap_err(), Error::field("place", "place.not_found"));
    let mut teacher = invitation("a-teacher", Role::ClassTeacher);
    teacher.grant.place = Place::Class(uuid::Uuid::now_v7());
    assert!(desk.save(teacher.clone()).await.is_ok());
    assert_eq!(desk.save(teacher).await.unwrap_err(), Error::field("login", "login.taken"));
}

async fn whoever_comes_back_has_the_account_that_was_theirs(ground: Ground) {
    let store = ground.store().await;
    let carer = approved(&store, "李样例").await;
    let mut her = invitation("li-yangli", Role::Volunteer);
    her.grant.place = Place::Person(carer.volunteer.0);
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let account = desk.save(her).await.unwrap();
    let step = |step| StepVolunteer { volunteer: carer.volunteer, step, reason: "搬到外地".into() };
    desk.save(step(Step::Leave)).await.unwrap();
    desk.save(step(Step::ScreenAgain)).await.unwrap();
    assert_eq!(desk.account_on_file(carer.volunteer.0).await, Ok(Some(account)));
    let other = AddGrant {
        account,
        role: Role::ClassTeacher,
        place: Place::Class(uuid::Uuid::now_v7()),
        from_on: NOW.date(),
        to_on: None,
    };
    let other = desk.save(other).await.unwrap();
    assert_eq!(desk.account_on_file(carer.volunteer.0).await, Ok(None), "somebody else's by now");
    desk.save(EndGrant { grant: other }).await.unwrap();
    let version = desk.account(account).await.unwrap().version;
    desk.save(SetAccountState { account, state: AccountState::Closed, version }).await.unwrap();
    assert_eq!(desk.account_on_file(carer.volunteer.0).await, Ok(None), "closed for good");
    store.close().await.unwrap();
}

async fn another_countys_account_does_not_exist(ground: Ground) {
    let store = ground.store().await;
    let elsewhere = store.as_system(naheya_store::SystemTask::Demo, AreaId(150_821), NOW);
    elsewhere.open_county().await.unwrap();
    let account = elsewhere.save(invitation("far-away", Role::Volunteer)).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(desk.account(account).await.unwrap_err(), Error::NotFound);
    assert_eq!(desk.save(MakeSlip { account }).await.unwrap_err(), Error::NotFound);
    for view in AccountView::ALL {
        assert!(desk.accounts(view, &Turn::First).await.unwrap().rows.iter().all(|row| row.id != account));
    }
}

async fn an_account_is_found_by_name_pinyin_initials_and_user_name(ground: Ground) {
    let store = ground.store().await;
    let mut invite = invitation("laoshi-3", Role::Auditor);
    invite.account.name = PersonName::parse("周小榴").unwrap();
    let account = system(&store).save(invite).await.unwrap();
    let keeper = desk_as(&store, Role::ItAdmin, Place::County).await;
    for typed in ["周小榴", "zhouxiao", "zxl", " LAOSHI"] {
        let found = keeper.find_accounts(AccountView::Staff, typed).await.unwrap();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [account], "{typed}");
        assert_eq!(found[0].grants.len(), 1);
    }
    for (view, typed) in [(AccountView::Guardians, "周小榴"), (AccountView::Staff, "小草"), (AccountView::Staff, " ")]
    {
        assert!(keeper.find_accounts(view, typed).await.unwrap().is_empty(), "{typed}");
    }
    let auditor = desk_as(&store, Role::Auditor, Place::County).await;
    assert_eq!(auditor.find_accounts(AccountView::Staff, "周小榴").await.unwrap_err(), Error::Forbidden);
}

async fn a_colleague_is_named_where_there_are_too_many_for_a_list(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let mut named = invitation("wang-laoshi", Role::ClassTeacher);
    named.account.name = PersonName::parse("王样例").unwrap();
    let one = system(&store).save(named).await.unwrap();
    let called = desk.colleagues().await.unwrap().unwrap();
    assert!(called.iter().any(|(id, name)| *id == one && name == "王样例"));
    for n in 0..200 {
        let mut one = invitation(&format!("teacher-{n}"), Role::ClassTeacher);
        one.account.phone = None;
        system(&store).save(one).await.unwrap();
    }
    assert_eq!(desk.colleagues().await, Ok(None));
    assert_eq!(desk.people_for_charges().await, Ok(None));
    assert_eq!(desk.colleague_called("second", " 王样例 ").await, Ok(one));
    assert_eq!(desk.colleague_called("second", "Wang-laoshi").await, Ok(one));
    assert!(desk.colleague_called("second", "teacher-7").await.is_ok());
    let said = async |typed| desk.colleague_called("second", typed).await;
    assert_eq!(said("样例").await, Err(Error::field("second", "account.several")));
    assert_eq!(said("李样例").await, Err(Error::field("second", "account.nobody")));
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.colleague_called("second", "王样例").await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn a_slip_is_no_way_up(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let volunteer = desk_as(&store, Role::Volunteer, Place::County).await;
    let too_high = Error::refused("grant.role_too_high");
    let account = leader.viewer().account;
    assert_eq!(coordinator.save(MakeSlip { account }).await.unwrap_err(), too_high);
    assert_eq!(coordinator.save(ResetFactor { account }).await.unwrap_err(), too_high);
    assert_eq!(coordinator.save(EndGrant { grant: leader.viewer().grant }).await.unwrap_err(), too_high);
    let own = MakeSlip { account: coordinator.viewer().account };
    assert_eq!(coordinator.save(own).await.unwrap_err(), Error::refused("account.own"));
    let slip = coordinator.save(MakeSlip { account: volunteer.viewer().account }).await.unwrap();
    assert!(coordinator.slip_code(slip).await.is_ok());
    assert_eq!(leader.slip_code(slip).await.unwrap_err(), Error::NotFound, "only who made it can print it");
}

async fn the_last_leader_stays(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let end = EndGrant { grant: leader.viewer().grant };
    assert_eq!(system(&store).save(end.clone()).await.unwrap_err(), Error::refused("grant.last"));
    desk_as(&store, Role::Leader, Place::County).await;
    assert!(system(&store).save(end).await.is_ok());
}

async fn whose_days_are_over_or_who_is_locked_out_is_no_other_leader(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let other = literal(&ground, other.viewer().account.0);
    let end = EndGrant { grant: leader.viewer().grant };
    for (shut_out, let_in) in [
        ("UPDATE grants SET from_on = '2026-01-01', to_on = '2026-11-19'", "UPDATE grants SET to_on = NULL"),
        ("UPDATE accounts SET state = 'locked'", "UPDATE accounts SET state = 'active'"),
    ] {
        let whose = if shut_out.contains("accounts") { "id" } else { "account_id" };
        ground.sql(&format!("{shut_out} WHERE {whose} = {other}")).await;
        assert_eq!(system(&store).save(end.clone()).await.unwrap_err(), Error::refused("grant.last"), "{shut_out}");
        ground.sql(&format!("{let_in} WHERE {whose} = {other}")).await;
    }
    assert!(system(&store).save(end).await.is_ok());
}

/// A role in the county for an account, for these days.
fn role_of(account: AccountId, role: Role, from: &str, to: Option<&str>) -> AddGrant {
    let day = |text: &str| text.parse().unwrap();
    AddGrant { account, role, place: Place::County, from_on: day(from), to_on: to.map(day) }
}

async fn the_same_role_at_the_same_place_is_held_once(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let account = desk_as(&store, Role::Volunteer, Place::County).await.viewer().account;
    let held = Error::refused("grant.held");
    let days = |from, to| role_of(account, Role::Treasurer, from, to);
    leader.save(days("2026-12-01", Some("2026-12-31"))).await.unwrap();
    for (from, to) in [("2026-11-20", None), ("2026-12-31", None), ("2026-11-20", Some("2026-12-01"))] {
        assert_eq!(leader.save(days(from, to)).await.unwrap_err(), held, "{from}");
    }
    assert!(leader.save(days("2026-11-20", Some("2026-11-30"))).await.is_ok(), "other days");
    let later = leader.save(days("2027-01-01", None)).await.unwrap();
    assert!(leader.save(role_of(account, Role::Auditor, "2026-12-01", None)).await.is_ok(), "another role");
    leader.save(EndGrant { grant: later }).await.unwrap();
    assert!(leader.save(days("2027-02-01", None)).await.is_ok(), "what was taken back may be given again");
    assert_eq!(leader.account(account).await.unwrap().grants.len(), 6);
}

async fn taking_a_role_back_takes_back_each_that_is_like_it(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let own = leader.viewer().account;
    let account = desk_as(&store, Role::Volunteer, Place::County).await.viewer().account;
    ground.sql("UPDATE grants SET to_on = '2027-01-31' WHERE role = 'leader'").await;
    let one = leader.save(role_of(account, Role::Treasurer, "2026-11-20", Some("2027-01-31"))).await.unwrap();
    for (whose, role) in [(account, Role::Treasurer), (account, Role::Auditor), (own, Role::Leader)] {
        system(&store).save(role_of(whose, role, "2027-02-01", None)).await.unwrap();
    }
    // As it was before anybody looked: two for the same days.
    ground.sql("UPDATE grants SET from_on = '2026-11-20' WHERE from_on = '2027-02-01'").await;
    leader.save(EndGrant { grant: one }).await.unwrap();
    let whose = literal(&ground, account.0);
    let open = format!("SELECT role FROM grants WHERE ended_at IS NULL AND account_id = {whose} ORDER BY role");
    assert_eq!(ground.texts(&open).await, ["auditor", "volunteer"]);
    let last = EndGrant { grant: leader.viewer().grant };
    assert_eq!(system(&store).save(last).await.unwrap_err(), Error::refused("grant.last"), "both are hers");
}

/// The kinds of the letters to an account, in order.
async fn told(ground: &Ground, account: AccountId) -> Vec<String> {
    let whose = literal(ground, account.0);
    ground.texts(&format!("SELECT kind FROM outbox WHERE to_account = {whose} ORDER BY kind")).await
}

async fn every_leader_hears_of_a_role_that_opens_files_but_who_gave_it(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let keeper = desk_as(&store, Role::ItAdmin, Place::County).await;
    let account = desk_as(&store, Role::Treasurer, Place::County).await.viewer().account;
    let (hers, others) = (leader.viewer().account, other.viewer().account);
    let invited = keeper.save(invitation("new-leader", Role::Leader)).await.unwrap();
    assert_eq!(told(&ground, hers).await, ["account.role_given"]);
    assert_eq!(told(&ground, others).await, ["account.role_given"]);
    assert!(told(&ground, invited).await.is_empty(), "she knows");
    leader.save(role_of(account, Role::Coordinator, "2026-11-20", None)).await.unwrap();
    assert_eq!(told(&ground, hers).await.len(), 1, "who gave it knows");
    assert_eq!(told(&ground, others).await.len(), 2);
    assert_eq!(told(&ground, invited).await, ["account.role_given"], "she is a leader now");
    keeper.save(role_of(invited, Role::Treasurer, "2026-11-20", None)).await.unwrap();
    assert_eq!(told(&ground, hers).await.len(), 1, "a role that opens no files");
}

async fn every_leader_hears_of_a_new_way_into_an_account_that_opens_files(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let keeper = desk_as(&store, Role::ItAdmin, Place::County).await;
    let hers = leader.viewer().account;
    let coordinator = keeper.save(invitation("coordinator-li", Role::Coordinator)).await.unwrap();
    keeper.save(MakeSlip { account: coordinator }).await.unwrap();
    assert_eq!(told(&ground, hers).await, ["account.role_given"], "the first slip belongs to the role");
    keeper.save(MakeSlip { account: coordinator }).await.unwrap();
    keeper.save(ResetFactor { account: coordinator }).await.unwrap();
    assert_eq!(told(&ground, hers).await, ["account.reset", "account.reset", "account.role_given"]);
    keeper.save(ResetFactor { account: hers }).await.unwrap();
    assert_eq!(told(&ground, hers).await.len(), 4, "most of all of her own");
    let volunteer = desk_as(&store, Role::Volunteer, Place::County).await.viewer().account;
    keeper.save(ResetFactor { account: volunteer }).await.unwrap();
    leader.save(ResetFactor { account: coordinator }).await.unwrap();
    assert_eq!(told(&ground, hers).await.len(), 4);
}

async fn a_closed_account_is_out_at_once(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    let cookie = token(&store, account).await;
    let version = system(&store).account(account).await.unwrap().version;
    let old = SetAccountState { account, state: AccountState::Locked, version: version - 1 };
    assert_eq!(system(&store).save(old).await.unwrap_err(), Error::Stale);
    let lock = SetAccountState { account, state: AccountState::Locked, version };
    system(&store).save(lock).await.unwrap();
    assert!(store.session(&cookie, NOW).await.unwrap().is_none());
    let given = SignIn {
        login: "teacher-wang".into(),
        password: PASSWORD.into(),
        address: String::new(),
        known: None,
        agent: String::new(),
        shared: false,
    };
    assert_eq!(store.sign_in(&given, NOW).await.unwrap_err(), Error::refused("sign_in.wrong"));
}

async fn a_session_that_has_ended_meanwhile_changes_no_password(ground: Ground) {
    const NEW: &str = "four camels in the snow";
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    let mine = token(&store, account).await;
    let mine = store.session(&mine, NOW).await.unwrap().unwrap();
    let elsewhere = SignIn {
        login: "teacher-wang".into(),
        password: PASSWORD.into(),
        address: String::new(),
        known: None,
        agent: String::new(),
        shared: false,
    };
    let other = store.sign_in(&elsewhere, NOW).await.unwrap().token;
    let other = store.session(&other, NOW).await.unwrap().unwrap();
    assert_eq!(mine.change_password(PASSWORD, NEW).await, Ok(1));
    assert_eq!(other.change_password(NEW, PASSWORD).await, Err(Error::Forbidden), "she is out by now");
    let version = system(&store).account(account).await.unwrap().version;
    system(&store).save(SetAccountState { account, state: AccountState::Locked, version }).await.unwrap();
    assert_eq!(mine.change_password(NEW, PASSWORD).await, Err(Error::Forbidden));
    assert_eq!(system(&store).account(account).await.unwrap().state, AccountState::Locked, "and stays locked");
    store.close().await.unwrap();
}

async fn close(keeper: &Desk, account: AccountId) -> Result<(), Error> {
    let version = keeper.account(account).await.unwrap().version;
    keeper.save(SetAccountState { account, state: AccountState::Closed, version }).await
}

async fn a_closed_account_keeps_neither_roles_nor_phone(ground: Ground) {
    let keeper = system(&ground.store().await);
    let account = keeper.save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    let again = invitation("teacher-wang2", Role::ClassTeacher);
    assert_eq!(keeper.save(again.clone()).await, Err(Error::field("phone", "phone.taken")));
    close(&keeper, account).await.unwrap();
    let ended: Vec<_> = keeper.account(account).await.unwrap().grants.iter().map(|grant| grant.ended_at).collect();
    assert_eq!(ended, [Some(NOW)], "what waits for a class teacher waits for nobody who is gone");
    assert!(keeper.save(again).await.is_ok(), "the number is free for whoever has it now");
}

async fn no_county_closes_an_account_that_works_in_another_one_too(ground: Ground) {
    let store = ground.store().await;
    let elsewhere = store.as_system(naheya_store::SystemTask::Demo, AreaId(150_821), NOW);
    elsewhere.open_county().await.unwrap();
    let account = elsewhere.save(invitation("two-counties", Role::ClassTeacher)).await.unwrap();
    let there = elsewhere.account(account).await.unwrap().grants[0].id;
    let keeper = system(&store);
    let here = keeper.save(role_of(account, Role::ClassTeacher, "2026-11-20", None)).await.unwrap();
    assert_eq!(close(&keeper, account).await, Err(Error::refused("account.elsewhere")));
    assert_eq!(keeper.account(account).await.unwrap().grants[0].ended_at, None, "nothing of it stands");
    elsewhere.save(EndGrant { grant: there }).await.unwrap();
    close(&keeper, account).await.unwrap();
    assert_eq!(store.desk_of_grant(here, NOW).await.err(), Some(Error::NotFound));
}

/// Somebody of a school that has one address for all.
fn from_school(login: &str, password: &str) -> SignIn {
    SignIn {
        login: login.into(),
        password: password.into(),
        address: "10.15.8.25".into(),
        known: None,
        agent: String::new(),
        shared: false,
    }
}

async fn a_school_signs_in_from_one_address_all_day_and_wrong_tries_of_it_count(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    token(&store, account).await;
    for n in 0..35 {
        let let_in = store.sign_in(&from_school("teacher-wang", PASSWORD), NOW).await;
        assert!(let_in.is_ok(), "time {n}: {let_in:?}");
    }
    let code = |tried: Result<_, Error>| match tried {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };
    for n in 0..30 {
        let tried = store.sign_in(&from_school(&format!("somebody-{n}"), "three horses sleep"), NOW).await;
        assert_eq!(code(tried), "sign_in.wrong");
    }
    assert_eq!(code(store.sign_in(&from_school("somebody-else", PASSWORD), NOW).await), "sign_in.wait");
    store.close().await.unwrap();
}

async fn a_password_pasted_with_a_blank_behind_it_lets_in(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    token(&store, account).await;
    let given = |password: String| SignIn {
        login: "teacher-wang".into(),
        password,
        address: String::new(),
        known: None,
        agent: String::new(),
        shared: false,
    };
    for pasted in [format!("{PASSWORD} "), format!(" {PASSWORD}\n")] {
        assert!(store.sign_in(&given(pasted), NOW).await.is_ok());
    }
    let other = store.sign_in(&given(PASSWORD.replace(' ', "")), NOW).await;
    assert_eq!(other.unwrap_err(), Error::refused("sign_in.wrong"), "blanks within count");
    store.close().await.unwrap();
}

async fn wrong_tries_of_one_keep_no_school_from_signing_in_with_right_passwords(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    token(&store, account).await;
    let mut now = NOW;
    for n in 0..45 {
        now = now.plus_minutes(1);
        let tried = store.sign_in(&from_school(&format!("nobody-{n}"), "three horses sleep"), now).await;
        assert_eq!(tried.unwrap_err(), Error::refused("sign_in.wrong"), "a minute is the longest wait, try {n}");
    }
    now = now.plus_minutes(1);
    for n in 0..20 {
        let let_in = store.sign_in(&from_school("teacher-wang", PASSWORD), now).await;
        assert!(let_in.is_ok(), "one right one makes nobody wait, time {n}: {let_in:?}");
    }
    store.close().await.unwrap();
}

fn waits<T>(tried: &Result<T, Error>) -> bool {
    matches!(tried, Err(Error::Refused(refusal)) if refusal.code == "sign_in.wait")
}

async fn strangers_who_try_a_name_keep_nobody_waiting_where_they_signed_in_before(ground: Ground) {
    let store = ground.store().await;
    for login in ["teacher-wang", "teacher-bai"] {
        let mut invited = invitation(login, Role::ClassTeacher);
        invited.account.phone = None;
        let account = system(&store).save(invited).await.unwrap();
        token(&store, account).await;
    }
    let known = |login, known: Option<&String>| SignIn { known: known.cloned(), ..from_school(login, PASSWORD) };
    let hers = store.sign_in(&known("teacher-wang", None), NOW).await.unwrap().known;
    let others = store.sign_in(&known("teacher-bai", None), NOW).await.unwrap().known;
    let tried = async |given: SignIn| store.sign_in(&given, NOW).await.map(|signed_in| signed_in.known);
    for n in 0..4 {
        let from = format!("203.0.113.{n}");
        let wrong = SignIn { address: from, ..from_school("teacher-wang", "three horses sleep") };
        assert_eq!(tried(wrong).await, Err(Error::refused("sign_in.wrong")));
    }
    for word in [None, others.as_ref()] {
        assert!(waits(&tried(known("teacher-wang", word)).await), "whoever is not known waits");
    }
    let at_home = tried(known("teacher-wang", hers.as_ref())).await;
    assert_eq!(at_home, Ok(None), "her own browser does not, and is known already");
    for _ in 0..4 {
        let wrong = SignIn { password: "three horses sleep".into(), ..known("teacher-wang", hers.as_ref()) };
        assert_eq!(tried(wrong).await, Err(Error::refused("sign_in.wrong")));
    }
    assert!(waits(&tried(known("teacher-wang", hers.as_ref())).await), "wrong ones count there too");
    store.close().await.unwrap();
}

async fn a_slip_opens_for_seven_days_and_no_longer_than_a_newer_one(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    let made = async || {
        let slip = system(&store).save(MakeSlip { account }).await.unwrap();
        system(&store).slip_code(slip).await.unwrap().0
    };
    let opens = async |code: &str, minutes| store.open_slip(code, "192.0.2.1", NOW.plus_minutes(minutes)).await.is_ok();
    let week = 7 * 24 * 60;
    let code = made().await;
    assert!(opens(&code, week - 1).await);
    assert!(!opens(&code, week).await);
    let newer = made().await;
    assert!(!opens(&code, 1).await, "the newer one is the only one");
    assert!(opens(&newer, 1).await);
    store.close().await.unwrap();
}

async fn many_use_their_slips_from_one_address_at_once_and_wrong_codes_count(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    let slip = system(&store).save(MakeSlip { account }).await.unwrap();
    let (code, _, _) = system(&store).slip_code(slip).await.unwrap();
    let school = "10.15.8.25";
    for n in 0..40 {
        let opened = store.open_slip(&code, school, NOW).await;
        assert!(opened.is_ok(), "time {n}: {opened:?}");
    }
    let mut now = NOW;
    for n in 0..40 {
        now = now.plus_minutes(1);
        let opened = store.open_slip("KQ7M-2XWB-9FHT", school, now).await;
        assert_eq!(opened.unwrap_err(), Error::refused("slip.wrong"), "a minute is the longest wait, try {n}");
    }
    let at_once = store.open_slip(&code, school, now).await;
    assert!(waits(&at_once));
    assert!(store.open_slip(&code, school, now.plus_minutes(1)).await.is_ok());
    store.close().await.unwrap();
}
