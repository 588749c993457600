//! Accounts, grants, slips, sessions: the same on both engines.

use naheya_domain::person_name::PersonName;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role};
use naheya_store::account::{
    AccountState, AccountView, AddGrant, EndGrant, Invite, Login, NewAccount, NewGrant, ResetFactor, SetAccountState,
};
use naheya_store::session::Standing;
use naheya_store::sign_in::SignIn;
use naheya_store::slip::{MakeSlip, UseSlip};
use naheya_store::{Error, Store};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;

const PASSWORD: &str = "three horses drink";

on_both_engines!(
    a_slip_opens_an_account_whose_session_lasts_as_long_as_its_grant,
    a_coordinator_gives_no_role_to_herself_and_none_above_her_own,
    another_countys_account_does_not_exist,
    a_slip_is_no_way_up,
    the_last_leader_stays,
    a_closed_account_is_out_at_once,
    a_school_signs_in_from_one_address_all_day_and_wrong_tries_of_it_count,
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

async fn another_countys_account_does_not_exist(ground: Ground) {
    let store = ground.store().await;
    let elsewhere = store.as_system(naheya_store::SystemTask::Demo, AreaId(150_821), NOW);
    elsewhere.open_county().await.unwrap();
    let account = elsewhere.save(invitation("far-away", Role::Volunteer)).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(desk.account(account).await.unwrap_err(), Error::NotFound);
    assert_eq!(desk.save(MakeSlip { account }).await.unwrap_err(), Error::NotFound);
    for view in AccountView::ALL {
        assert!(desk.accounts(view, None).await.unwrap().0.iter().all(|row| row.id != account));
    }
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
        agent: String::new(),
        shared: false,
    };
    assert_eq!(store.sign_in(&given, NOW).await.unwrap_err(), Error::refused("sign_in.wrong"));
}

async fn a_school_signs_in_from_one_address_all_day_and_wrong_tries_of_it_count(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-wang", Role::ClassTeacher)).await.unwrap();
    token(&store, account).await;
    let given = |login: &str, password: &str| SignIn {
        login: login.into(),
        password: password.into(),
        address: "10.15.8.25".into(),
        agent: String::new(),
        shared: false,
    };
    for n in 0..35 {
        let let_in = store.sign_in(&given("teacher-wang", PASSWORD), NOW).await;
        assert!(let_in.is_ok(), "time {n}: {let_in:?}");
    }
    let code = |tried: Result<_, Error>| match tried {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };
    for n in 0..30 {
        let tried = store.sign_in(&given(&format!("somebody-{n}"), "three horses sleep"), NOW).await;
        assert_eq!(code(tried), "sign_in.wrong");
    }
    assert_eq!(code(store.sign_in(&given("somebody-else", PASSWORD), NOW).await), "sign_in.wait");
}
