//! A child's whole file opened in an emergency: each rule, with only that one broken.
//!
//! Long because: each clause of one rule is tried on the same ground.

use naheya_domain::Key;
use naheya_domain::Role;
use naheya_domain::Timestamp;
use naheya_domain::break_glass::{GlassState, Verdict};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{AccountId, BreakGlassId, ChildId, GuardianId, SchoolId};
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountState, AddAccount, AddGrant, SetAccountState};
use naheya_store::break_glass::{Emergency, EndGlass, GlassView, ReviewGlass, TellLateReviews, Whom};
use naheya_store::child::OpenFile;
use naheya_store::guardian::AddGuardian;
use naheya_store::merge::ApproveMerge;
use naheya_store::order::Turn;
use naheya_store::school::AddSchool;
use naheya_store::session::Session;
use naheya_store::sign_in::SignIn;
use naheya_store::slip::{MakeSlip, UseSlip};
use naheya_store::{Desk, Error, Store, Submission, SystemTask};
use totp_rs::Builder;

use crate::child::details;
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    an_emergency_shows_the_whole_file_of_a_child_that_is_not_seen_otherwise,
    an_emergency_shows_no_other_child,
    an_opening_is_for_nobody_else,
    a_browser_left_signed_in_elsewhere_shows_nothing,
    without_a_second_factor_nothing_is_opened,
    a_wrong_second_factor_opens_nothing_and_a_right_one_counts_once,
    a_session_alone_makes_itself_no_second_factor,
    of_two_processes_one_takes_a_recovery_code,
    wrong_second_factors_sent_to_two_processes_at_once_count_each,
    without_a_reason_nothing_is_opened,
    a_child_is_named_whole_or_not_found,
    a_name_and_a_number_are_read_as_files_have_them,
    a_number_on_old_paper_leads_to_the_file_that_stayed,
    who_has_left_hides_nobody_of_the_same_name,
    wrong_guesses_stand_in_the_trail_and_are_made_to_wait,
    opening_the_same_once_more_forgives_no_wrong_guess,
    the_sixty_first_minute_is_over,
    signing_out_ends_it,
    a_locked_account_ends_it,
    who_opened_it_ends_it,
    one_child_at_a_time,
    of_two_processes_one_opens_a_child,
    a_session_that_runs_out_sooner_ends_it_sooner,
    own_openings_hide_no_others_review,
    two_others_are_told_at_once,
    without_two_others_nothing_is_opened,
    who_sees_no_files_opens_none,
    who_opened_it_does_not_review_it,
    what_a_leader_opened_the_coordinator_reviews,
    without_another_leader_the_coordinator_reviews_and_is_reminded,
    a_review_says_what_it_was_and_why,
    a_late_review_is_told_once_to_who_can_make_it,
    looks_through_it_are_left_out_of_who_looked,
    looks_are_counted_of_each_opening,
];

const PASSWORD: &str = "three horses drink";
const HERE: &str = "示例第一小学";
const REASON: &str = "孩子从车上摔下来，在送医院";

/// A child at a school, with a mother; a child director of another town, a leader and a coordinator.
struct Night {
    store: Store,
    school: SchoolId,
    child: ChildId,
    mother: GuardianId,
    worker: Person,
    leader: Person,
    coordinator: Person,
}

/// Somebody with a browser.
struct Person {
    account: AccountId,
    token: String,
}

impl Person {
    async fn at(&self, store: &Store, now: Timestamp) -> Session {
        store.session(&self.token, now).await.unwrap().unwrap()
    }

    async fn desk(&self, store: &Store, now: Timestamp) -> Desk {
        self.at(store, now).await.desk().unwrap()
    }
}

async fn person(store: &Store, role: Role, place: Place) -> Person {
    let desk = system(store);
    let login = format!("{}-{}", role.code(), uuid::Uuid::now_v7().simple());
    let add = AddAccount { login: login[..38].to_owned(), display_name: "样例".into(), language: String::new() };
    let account = desk.save(add).await.unwrap();
    desk.save(AddGrant { account, role, place, from_on: NOW.date(), to_on: None }).await.unwrap();
    let slip = desk.save(MakeSlip { account }).await.unwrap();
    let (code, _, _) = desk.slip_code(slip).await.unwrap();
    let (address, agent) = (String::new(), "test".to_owned());
    let given = UseSlip { code, password: PASSWORD.into(), address, agent, shared: false };
    Person { account, token: store.use_slip(&given, NOW).await.unwrap().token }
}

/// The same in a demo, where nobody has a second factor, or outside of one.
async fn night_in(ground: &Ground, is_demo: bool) -> Night {
    let store = ground.store().await;
    if is_demo {
        store.mark_demo(NOW).await.unwrap();
    }
    let desk = system(&store);
    let school =
        AddSchool { name: HERE.into(), town_code: None, release_at: "17:00".into(), return_at: "18:30".into() };
    let school = desk.save(school).await.unwrap();
    let mut file = details("安小草");
    file.school_id = Some(school.0);
    file.health = Some("癫痫，随身带药".into());
    let child = desk.save(OpenFile { details: file }).await.unwrap();
    let form = GuardianForm { name: "安大河", relation: "母亲", phone: "13900000000", ..GuardianForm::default() };
    let add = AddGuardian { child, details: GuardianDetails::parse(&form).unwrap() };
    let mother = desk.save(add).await.unwrap();
    let worker = person(&store, Role::TownWorker, Place::Town("150825100".into())).await;
    let leader = person(&store, Role::Leader, Place::County).await;
    let coordinator = person(&store, Role::Coordinator, Place::County).await;
    Night { store, school, child, mother, worker, leader, coordinator }
}

async fn night(ground: &Ground) -> Night {
    night_in(ground, true).await
}

fn once() -> Submission {
    Submission { key: Key::parse(&uuid::Uuid::new_v4().simple().to_string()).unwrap(), body: [0; 32] }
}

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        Err(Error::Invalid(faults)) => faults.iter().map(|f| f.code).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    }
}

impl Night {
    fn named(&self, name: &str) -> Whom {
        Whom::Named { name: name.into(), school: Some(self.school) }
    }

    async fn try_as(&self, who: &Person, whom: Whom, now: Timestamp) -> Result<BreakGlassId, Error> {
        let given = Emergency { whom, reason: REASON.into(), digits: String::new() };
        who.at(&self.store, now).await.break_glass(given, once()).await
    }

    async fn opened(&self) -> BreakGlassId {
        self.try_as(&self.worker, self.named("安小草"), NOW).await.unwrap()
    }

    async fn is_open(&self, id: BreakGlassId, now: Timestamp) -> bool {
        match self.worker.desk(&self.store, now).await.emergency_file(id).await {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error, Error::NotFound);
                false
            }
        }
    }
}

async fn an_emergency_shows_the_whole_file_of_a_child_that_is_not_seen_otherwise(ground: Ground) {
    let n = night(&ground).await;
    let desk = n.worker.desk(&n.store, NOW).await;
    assert_eq!(desk.child_file(n.child).await.err(), Some(Error::NotFound));
    let id = n.opened().await;
    let open = desk.emergency_file(id).await.unwrap();
    assert_eq!((open.file.name.as_str(), open.secret.health.as_deref()), ("安小草", Some("癫痫，随身带药")));
    assert_eq!(open.adults[0].line.phone.as_deref(), Some("13900000000"));
    assert_eq!(open.until, NOW.plus_minutes(60));
    assert_eq!(desk.child_file(n.child).await.err(), Some(Error::NotFound), "nothing else is wider");
    assert_eq!(desk.child_secret(n.child, REASON).await.err(), Some(Error::NotFound));
    assert_eq!(n.store.verify(COUNTY, true, NOW).await.unwrap(), []);
    n.store.close().await.unwrap();
}

async fn an_emergency_shows_no_other_child(ground: Ground) {
    let n = night(&ground).await;
    let mut brother = details("安小树");
    brother.school_id = Some(n.school.0);
    let brother = system(&n.store).save(OpenFile { details: brother }).await.unwrap();
    let form = GuardianForm { name: "安大河", relation: "母亲", phone: "13900000000", ..GuardianForm::default() };
    system(&n.store)
        .save(AddGuardian { child: brother, details: GuardianDetails::parse(&form).unwrap() })
        .await
        .unwrap();
    let id = n.opened().await;
    let desk = n.worker.desk(&n.store, NOW).await;
    assert!(desk.emergency_file(id).await.unwrap().file.siblings.is_empty());
    assert_eq!(desk.child_file(brother).await.err(), Some(Error::NotFound));
    assert_eq!(desk.open_glass_of(brother).await, Ok(None));
    assert_eq!(desk.open_glass_of(n.child).await.unwrap().map(|(glass, _)| glass), Some(id));
    n.store.close().await.unwrap();
}

async fn an_opening_is_for_nobody_else(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    let other = person(&n.store, Role::TownWorker, Place::Town("150825101".into())).await;
    for who in [&other, &n.leader, &n.coordinator] {
        assert_eq!(who.desk(&n.store, NOW).await.emergency_file(id).await.err(), Some(Error::NotFound));
    }
    let theirs = other.desk(&n.store, NOW).await;
    assert_eq!(theirs.break_glass(id).await.err(), Some(Error::NotFound));
    assert_eq!(theirs.break_glasses(GlassView::All, &Turn::First).await.unwrap().rows, []);
    n.store.close().await.unwrap();
}

async fn a_browser_left_signed_in_elsewhere_shows_nothing(ground: Ground) {
    let n = night(&ground).await;
    let login = system(&n.store).account(n.worker.account).await.unwrap().login;
    let (address, agent) = (String::new(), "test".to_owned());
    let given = SignIn { login, password: PASSWORD.into(), address, known: None, agent, shared: false };
    let there = Person { account: n.worker.account, token: n.store.sign_in(&given, NOW).await.unwrap().token };
    let id = n.opened().await;
    let desk = there.desk(&n.store, NOW).await;
    assert_eq!(desk.emergency_file(id).await.err(), Some(Error::NotFound), "nobody typed the second factor there");
    assert_eq!(desk.open_glass_of(n.child).await, Ok(None));
    let second = n.try_as(&there, n.named("安小草"), NOW).await.unwrap();
    assert_ne!(second, id);
    assert!(desk.emergency_file(second).await.is_ok() && n.is_open(id, NOW).await);
    let told = ground.texts("SELECT kind FROM outbox WHERE kind = 'break_glass.opened'").await;
    assert_eq!(told.len(), 4, "it is another opening");
    n.store.close().await.unwrap();
}

async fn without_a_second_factor_nothing_is_opened(ground: Ground) {
    let n = night_in(&ground, false).await;
    let session = n.worker.at(&n.store, NOW).await;
    assert_eq!(session.lacks_factor().await, Ok(true));
    assert_eq!(code(n.try_as(&n.worker, n.named("安小草"), NOW).await), "required.missing");
    let given = Emergency { whom: n.named("安小草"), reason: REASON.into(), digits: "123456".into() };
    assert_eq!(code(session.break_glass(given, once()).await), "factor.missing");
    assert_eq!(ground.texts("SELECT kind FROM outbox WHERE kind = 'break_glass.opened'").await, Vec::<String>::new());
    n.store.close().await.unwrap();
}

async fn a_wrong_second_factor_opens_nothing_and_a_right_one_counts_once(ground: Ground) {
    let n = night_in(&ground, false).await;
    let session = n.worker.at(&n.store, NOW).await;
    let (secret, _) = bound(&session).await;
    assert_eq!(session.lacks_factor().await, Ok(false));
    let later = NOW.plus_minutes(2);
    let session = n.worker.at(&n.store, later).await;
    let given = |digits: String| Emergency { whom: n.named("安小草"), reason: REASON.into(), digits };
    let right = digits(secret, later);
    let wrong = if right == "000000" { "111111" } else { "000000" };
    assert_eq!(code(session.break_glass(given(wrong.into()), once()).await), "factor.wrong");
    let id = session.break_glass(given(right.clone()), once()).await.unwrap();
    session.desk().unwrap().save(EndGlass { glass: id }).await.unwrap();
    assert_eq!(code(session.break_glass(given(right), once()).await), "factor.wrong", "a code counts once");
    n.store.close().await.unwrap();
}

/// What an authenticator with this secret shows.
fn digits(secret: [u8; 20], now: Timestamp) -> String {
    let app = Builder::new().with_secret(secret).build().unwrap();
    app.generate(u64::try_from(now.0 / 1000).unwrap()).to_string()
}

/// Binds an authenticator to the account of `session`: its secret, and the recovery codes.
async fn bound(session: &Session) -> ([u8; 20], Vec<String>) {
    let planned = session.plan_factor(PASSWORD).await.unwrap();
    let secret = data_encoding::BASE32_NOPAD.decode(planned.base32.as_bytes()).unwrap();
    let secret: [u8; 20] = secret.try_into().unwrap();
    let codes = session.pass_factor(&digits(secret, NOW)).await.unwrap();
    (secret, codes)
}

async fn a_session_alone_makes_itself_no_second_factor(ground: Ground) {
    let n = night_in(&ground, false).await;
    let session = n.worker.at(&n.store, NOW).await;
    assert_eq!(code(session.plan_factor("nothing like it").await), "factor.password", "who has none binds none");
    let (secret, codes) = bound(&session).await;
    for typed in ["", "AAAAA-AAAAA", digits(secret, NOW).as_str()] {
        assert_eq!(code(session.renew_recovery_codes(typed).await), "factor.wrong", "{typed}: nor new codes");
    }
    assert_eq!(session.desk().unwrap().recovery_codes_left().await, Ok(Some(10)));
    assert_eq!(session.renew_recovery_codes(&codes[0]).await.unwrap().len(), 10);
    assert_eq!(code(session.renew_recovery_codes(&codes[1]).await), "factor.wrong", "the old ones are worth nothing");
    n.store.close().await.unwrap();
}

async fn of_two_processes_one_takes_a_recovery_code(ground: Ground) {
    let n = night_in(&ground, false).await;
    let (_, codes) = bound(&n.worker.at(&n.store, NOW).await).await;
    let second = Store::open(&ground.location, &KEY).await.unwrap();
    let (here, there) = (n.worker.at(&n.store, NOW).await, n.worker.at(&second, NOW).await);
    for typed in &codes[..4] {
        let (one, two) = tokio::join!(here.pass_factor(typed), there.pass_factor(typed));
        assert_eq!([one.is_ok(), two.is_ok()].into_iter().filter(|taken| *taken).count(), 1, "{one:?} {two:?}");
    }
    second.close().await.unwrap();
    n.store.close().await.unwrap();
}

async fn wrong_second_factors_sent_to_two_processes_at_once_count_each(ground: Ground) {
    let n = night_in(&ground, false).await;
    bound(&n.worker.at(&n.store, NOW).await).await;
    let second = Store::open(&ground.location, &KEY).await.unwrap();
    let (here, there) = (n.worker.at(&n.store, NOW).await, n.worker.at(&second, NOW).await);
    let wrong = "AAAAA-AAAAA";
    // Four are free, the fifth waits.
    for _ in 0..2 {
        let (one, two) = tokio::join!(here.pass_factor(wrong), there.pass_factor(wrong));
        assert_eq!([code(one), code(two)], ["factor.wrong", "factor.wrong"]);
    }
    assert_eq!(code(here.pass_factor(wrong).await), "sign_in.wait");
    second.close().await.unwrap();
    n.store.close().await.unwrap();
}

async fn without_a_reason_nothing_is_opened(ground: Ground) {
    let n = night(&ground).await;
    let session = n.worker.at(&n.store, NOW).await;
    for reason in ["", "   ", "急救"] {
        let given = Emergency { whom: n.named("安小草"), reason: reason.into(), digits: String::new() };
        assert_eq!(code(session.break_glass(given, once()).await), "required.missing", "{reason}");
    }
    n.store.close().await.unwrap();
}

async fn a_child_is_named_whole_or_not_found(ground: Ground) {
    let n = night(&ground).await;
    let number = n.leader.desk(&n.store, NOW).await.child_file(n.child).await.unwrap().number;
    let elsewhere = Whom::Named { name: "安小草".into(), school: Some(SchoolId::new()) };
    for whom in [n.named("安小"), elsewhere, Whom::Number(number[..6].to_owned())] {
        assert_eq!(code(n.try_as(&n.worker, whom.clone(), NOW).await), "break_glass.not_found", "{whom:?}");
    }
    // A file that she does not see is opened by no id either.
    assert_eq!(n.try_as(&n.worker, Whom::Child(n.child), NOW).await, Err(Error::NotFound));
    let id = n.try_as(&n.worker, Whom::Number(number), NOW).await.unwrap();
    assert!(n.is_open(id, NOW).await);
    let mut twin = details("安小草");
    twin.school_id = Some(n.school.0);
    system(&n.store).save(OpenFile { details: twin }).await.unwrap();
    assert_eq!(code(n.try_as(&n.leader, n.named("安小草"), NOW).await), "break_glass.several");
    n.store.close().await.unwrap();
}

async fn a_name_and_a_number_are_read_as_files_have_them(ground: Ground) {
    let n = night(&ground).await;
    let mut file = details("阿依·古丽");
    file.school_id = Some(n.school.0);
    let child = system(&n.store).save(OpenFile { details: file }).await.unwrap();
    let number = n.leader.desk(&n.store, NOW).await.child_file(child).await.unwrap().number;
    let (year, running) = number.split_once('-').unwrap();
    let id = n.try_as(&n.worker, n.named("阿依•古 丽"), NOW).await.unwrap();
    for typed in [format!("{year}——{running}"), format!(" {year}－{running}")] {
        assert_eq!(n.try_as(&n.worker, Whom::Number(typed.clone()), NOW).await, Ok(id), "{typed}");
    }
    n.store.close().await.unwrap();
}

async fn a_number_on_old_paper_leads_to_the_file_that_stayed(ground: Ground) {
    let n = night(&ground).await;
    let mut twice = details("安小草");
    twice.school_id = Some(n.school.0);
    let other = system(&n.store).save(OpenFile { details: twice }).await.unwrap();
    let leader = n.leader.desk(&n.store, NOW).await;
    let old = leader.child_file(other).await.unwrap().number;
    let office = n.coordinator.desk(&n.store, NOW).await;
    let merge = crate::merge::propose(&office, n.child, other, &[]).await.unwrap();
    leader.save(ApproveMerge { merge }).await.unwrap();
    let id = n.try_as(&n.worker, Whom::Number(old), NOW).await.unwrap();
    let open = n.worker.desk(&n.store, NOW).await.emergency_file(id).await.unwrap();
    assert_eq!(open.file.id, n.child);
    n.store.close().await.unwrap();
}

async fn who_has_left_hides_nobody_of_the_same_name(ground: Ground) {
    let n = night(&ground).await;
    let mut grown = details("安小草");
    grown.school_id = Some(n.school.0);
    let grown = system(&n.store).save(OpenFile { details: grown }).await.unwrap();
    let whose = crate::round::uuid(&ground, grown.0);
    ground.sql(&format!("UPDATE children SET state = 'left' WHERE id = {whose}")).await;
    let id = n.opened().await;
    let open = n.worker.desk(&n.store, NOW).await.emergency_file(id).await.unwrap();
    assert_eq!(open.file.id, n.child);
    n.store.close().await.unwrap();
}

async fn opening_the_same_once_more_forgives_no_wrong_guess(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    for _ in 0..3 {
        assert_eq!(code(n.try_as(&n.worker, n.named("安小花"), NOW).await), "break_glass.not_found");
    }
    assert_eq!(n.try_as(&n.worker, n.named("安小草"), NOW).await, Ok(id), "nobody is told once more");
    assert_eq!(code(n.try_as(&n.worker, n.named("安小花"), NOW).await), "sign_in.wait");
    n.store.close().await.unwrap();
}

async fn wrong_guesses_stand_in_the_trail_and_are_made_to_wait(ground: Ground) {
    let n = night(&ground).await;
    for _ in 0..4 {
        assert_eq!(code(n.try_as(&n.worker, n.named("安小花"), NOW).await), "break_glass.not_found");
    }
    assert_eq!(code(n.try_as(&n.worker, n.named("安小草"), NOW).await), "sign_in.wait");
    let wrong = "SELECT act FROM audit_events WHERE act = 'break_glass.wrong'";
    assert_eq!(ground.texts(wrong).await.len(), 4);
    assert!(n.try_as(&n.worker, n.named("安小草"), NOW.plus_minutes(16)).await.is_ok());
    n.store.close().await.unwrap();
}

async fn the_sixty_first_minute_is_over(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    assert!(n.is_open(id, NOW.plus_minutes(59)).await);
    assert!(!n.is_open(id, NOW.plus_minutes(60)).await);
    assert!(!n.is_open(id, NOW.plus_minutes(61)).await);
    let desk = n.worker.desk(&n.store, NOW.plus_minutes(61)).await;
    assert_eq!(desk.open_glass_of(n.child).await, Ok(None));
    assert_eq!(desk.break_glass(id).await.unwrap().line.state, GlassState::ToReview);
    n.store.close().await.unwrap();
}

async fn signing_out_ends_it(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    n.store.sign_out(&n.worker.token, NOW.plus_minutes(5)).await.unwrap();
    let again = system(&n.store);
    let slip = again.save(MakeSlip { account: n.worker.account }).await.unwrap();
    let (code, _, _) = again.slip_code(slip).await.unwrap();
    let (address, agent) = (String::new(), "test".to_owned());
    let given = UseSlip { code, password: "four horses drink".into(), address, agent, shared: false };
    let token = n.store.use_slip(&given, NOW.plus_minutes(6)).await.unwrap().token;
    let back = Person { account: n.worker.account, token };
    let desk = back.desk(&n.store, NOW.plus_minutes(7)).await;
    assert_eq!(desk.emergency_file(id).await.err(), Some(Error::NotFound));
    assert_eq!(desk.break_glass(id).await.unwrap().line.over_at, NOW.plus_minutes(5));
    n.store.close().await.unwrap();
}

async fn a_locked_account_ends_it(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    let system = system(&n.store);
    for state in [AccountState::Locked, AccountState::Active] {
        let version = system.account(n.worker.account).await.unwrap().version;
        system.save(SetAccountState { account: n.worker.account, state, version }).await.unwrap();
    }
    let line = n.leader.desk(&n.store, NOW.plus_minutes(1)).await.break_glass(id).await.unwrap().line;
    assert_eq!(line.state, GlassState::ToReview);
    n.store.close().await.unwrap();
}

async fn who_opened_it_ends_it(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    let then = NOW.plus_minutes(10);
    n.worker.desk(&n.store, then).await.save(EndGlass { glass: id }).await.unwrap();
    assert!(!n.is_open(id, then).await);
    let other = person(&n.store, Role::TownWorker, Place::Town("150825101".into())).await;
    let theirs = other.desk(&n.store, then).await;
    assert_eq!(theirs.save(EndGlass { glass: id }).await, Err(Error::NotFound), "nobody else's is there");
    n.store.close().await.unwrap();
}

async fn one_child_at_a_time(ground: Ground) {
    let n = night(&ground).await;
    let mut other = details("白云朵");
    other.school_id = Some(n.school.0);
    system(&n.store).save(OpenFile { details: other }).await.unwrap();
    let id = n.opened().await;
    assert_eq!(n.try_as(&n.worker, n.named("安小草"), NOW).await, Ok(id), "the same once more is the same");
    assert_eq!(code(n.try_as(&n.worker, n.named("白云朵"), NOW).await), "break_glass.another");
    n.worker.desk(&n.store, NOW).await.save(EndGlass { glass: id }).await.unwrap();
    assert!(n.try_as(&n.worker, n.named("白云朵"), NOW).await.is_ok());
    n.store.close().await.unwrap();
}

async fn of_two_processes_one_opens_a_child(ground: Ground) {
    let n = night(&ground).await;
    let mut other = details("白云朵");
    other.school_id = Some(n.school.0);
    system(&n.store).save(OpenFile { details: other }).await.unwrap();
    let second = Store::open(&ground.location, &KEY).await.unwrap();
    for minute in 0..4 {
        let now = NOW.plus_minutes(minute);
        let (here, there) = (n.worker.at(&n.store, now).await, n.worker.at(&second, now).await);
        let given = |name: &str| Emergency { whom: n.named(name), reason: REASON.into(), digits: String::new() };
        let (one, two) =
            tokio::join!(here.break_glass(given("安小草"), once()), there.break_glass(given("白云朵"), once()));
        let open: Vec<BreakGlassId> = [one, two].into_iter().filter_map(Result::ok).collect();
        assert_eq!(open.len(), 1, "{open:?}");
        n.worker.desk(&n.store, now).await.save(EndGlass { glass: open[0] }).await.unwrap();
    }
    second.close().await.unwrap();
    n.store.close().await.unwrap();
}

async fn a_session_that_runs_out_sooner_ends_it_sooner(ground: Ground) {
    let n = night(&ground).await;
    let whose = crate::round::uuid(&ground, n.worker.account.0);
    let last = NOW.plus_minutes(20);
    ground.sql(&format!("UPDATE sessions SET expires_at = {} WHERE account_id = {whose}", last.0)).await;
    let id = n.opened().await;
    let desk = n.worker.desk(&n.store, NOW).await;
    assert_eq!(desk.open_glass_of(n.child).await, Ok(Some((id, last))), "beside the file too");
    assert_eq!(desk.emergency_file(id).await.unwrap().until, last);
    n.store.close().await.unwrap();
}

async fn own_openings_hide_no_others_review(ground: Ground) {
    let n = night(&ground).await;
    person(&n.store, Role::Coordinator, Place::County).await;
    let leader = n.leader.desk(&n.store, NOW).await;
    for _ in 0..20 {
        let id = n.try_as(&n.leader, Whom::Child(n.child), NOW).await.unwrap();
        leader.save(EndGlass { glass: id }).await.unwrap();
    }
    let id = n.try_as(&n.worker, n.named("安小草"), NOW.plus_minutes(1)).await.unwrap();
    let waits = n.leader.desk(&n.store, NOW.plus_minutes(62)).await.break_glasses_to_review().await.unwrap();
    assert_eq!(waits.iter().map(|line| line.id).collect::<Vec<_>>(), [id]);
    n.store.close().await.unwrap();
}

async fn two_others_are_told_at_once(ground: Ground) {
    let n = night(&ground).await;
    person(&n.store, Role::Coordinator, Place::County).await;
    let id = n.opened().await;
    let mut told = Vec::new();
    for (name, who) in [("worker", &n.worker), ("leader", &n.leader), ("coordinator", &n.coordinator)] {
        let whose = crate::round::uuid(&ground, who.account.0);
        let sql = format!("SELECT kind FROM outbox WHERE kind = 'break_glass.opened' AND to_account = {whose}");
        if !ground.texts(&sql).await.is_empty() {
            told.push(name);
        }
    }
    assert_eq!(told, ["leader", "coordinator"]);
    assert_eq!(ground.texts("SELECT kind FROM outbox WHERE kind = 'break_glass.opened'").await.len(), 2);
    assert_eq!(n.leader.desk(&n.store, NOW).await.break_glass(id).await.unwrap().told.len(), 2);
    n.store.close().await.unwrap();
}

async fn without_two_others_nothing_is_opened(ground: Ground) {
    let n = night(&ground).await;
    // The coordinator herself leaves only the leader.
    assert_eq!(code(n.try_as(&n.coordinator, n.named("安小草"), NOW).await), "break_glass.nobody_to_tell");
    let rows = n.leader.desk(&n.store, NOW).await.break_glasses(GlassView::All, &Turn::First).await.unwrap().rows;
    assert_eq!(rows, []);
    n.store.close().await.unwrap();
}

async fn who_sees_no_files_opens_none(ground: Ground) {
    let n = night(&ground).await;
    let roles = [
        (Role::ClassTeacher, Place::School(n.school.0)),
        (Role::Guardian, Place::Person(n.mother.0)),
        (Role::Auditor, Place::County),
        (Role::ItAdmin, Place::County),
        (Role::HigherLevel, Place::County),
    ];
    for (role, place) in roles {
        let who = person(&n.store, role, place).await;
        assert_eq!(n.try_as(&who, n.named("安小草"), NOW).await, Err(Error::Forbidden), "{}", role.code());
    }
    n.store.close().await.unwrap();
}

fn review(glass: BreakGlassId) -> ReviewGlass {
    ReviewGlass { glass, verdict: Some(Verdict::Justified), words: "孩子确实在医院".into() }
}

async fn who_opened_it_does_not_review_it(ground: Ground) {
    let n = night(&ground).await;
    let second = person(&n.store, Role::Coordinator, Place::County).await;
    let id = n.try_as(&n.leader, n.named("安小草"), NOW).await.unwrap();
    let over = NOW.plus_minutes(61);
    let leader = n.leader.desk(&n.store, over).await;
    assert_eq!(code(leader.save(review(id)).await), "break_glass.own");
    assert_eq!(leader.break_glasses_to_review().await, Ok(Vec::new()));
    assert_eq!(n.worker.desk(&n.store, over).await.save(review(id)).await, Err(Error::Forbidden));
    second.desk(&n.store, over).await.save(review(id)).await.unwrap();
    n.store.close().await.unwrap();
}

async fn what_a_leader_opened_the_coordinator_reviews(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    let over = NOW.plus_minutes(61);
    let coordinator = n.coordinator.desk(&n.store, over).await;
    assert_eq!(code(coordinator.save(review(id)).await), "break_glass.leader");
    assert_eq!(coordinator.break_glasses_to_review().await, Ok(Vec::new()));
    person(&n.store, Role::Coordinator, Place::County).await;
    let hers = n.try_as(&n.leader, n.named("安小草"), over).await.unwrap();
    let later = over.plus_minutes(61);
    let waiting = n.coordinator.desk(&n.store, later).await.break_glasses_to_review().await.unwrap();
    assert_eq!(waiting.iter().map(|line| line.id).collect::<Vec<_>>(), [hers]);
    n.store.close().await.unwrap();
}

async fn without_another_leader_the_coordinator_reviews_and_is_reminded(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    let desk = system(&n.store);
    let version = desk.account(n.leader.account).await.unwrap().version;
    desk.save(SetAccountState { account: n.leader.account, state: AccountState::Locked, version }).await.unwrap();
    let late = NOW.plus_minutes(3 * 24 * 60 + 1);
    assert_eq!(n.store.as_system(SystemTask::Job, COUNTY, late).save(TellLateReviews).await, Ok(1));
    let whose = crate::round::uuid(&ground, n.coordinator.account.0);
    let told = format!("SELECT kind FROM outbox WHERE kind = 'break_glass.late' AND to_account = {whose}");
    assert_eq!(ground.texts(&told).await.len(), 1);
    let coordinator = n.coordinator.desk(&n.store, NOW.plus_minutes(61)).await;
    let waits = coordinator.break_glasses_to_review().await.unwrap();
    assert_eq!(waits.iter().map(|line| line.id).collect::<Vec<_>>(), [id]);
    coordinator.save(review(id)).await.unwrap();
    n.store.close().await.unwrap();
}

async fn a_review_says_what_it_was_and_why(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    n.worker.desk(&n.store, NOW).await.emergency_file(id).await.unwrap();
    assert_eq!(code(n.leader.desk(&n.store, NOW).await.save(review(id)).await), "break_glass.still_open");
    let leader = n.leader.desk(&n.store, NOW.plus_minutes(61)).await;
    let silent = ReviewGlass { verdict: None, words: " ".into(), ..review(id) };
    assert_eq!(code(leader.save(silent).await), "required.missing required.missing");
    let waits = leader.break_glasses_to_review().await.unwrap();
    assert_eq!((waits.len(), waits[0].review_by), (1, NOW.plus_minutes(3 * 24 * 60)));
    leader.save(ReviewGlass { verdict: Some(Verdict::Unjustified), ..review(id) }).await.unwrap();
    let sheet = n.worker.desk(&n.store, NOW.plus_minutes(62)).await.break_glass(id).await.unwrap();
    assert_eq!(sheet.line.state, GlassState::Reviewed(Verdict::Unjustified));
    assert_eq!((sheet.reason.as_str(), sheet.words.as_deref(), sheet.looks), (REASON, Some("孩子确实在医院"), 1));
    assert_eq!(code(leader.save(review(id)).await), "break_glass.reviewed");
    assert_eq!(ground.texts("SELECT kind FROM outbox WHERE kind = 'break_glass.reviewed'").await.len(), 1);
    assert_eq!(leader.break_glasses(GlassView::ToReview, &Turn::First).await.unwrap().rows, []);
    assert_eq!(n.store.verify(COUNTY, true, NOW).await.unwrap(), []);
    n.store.close().await.unwrap();
}

async fn a_late_review_is_told_once_to_who_can_make_it(ground: Ground) {
    let n = night(&ground).await;
    n.opened().await;
    let due = NOW.plus_minutes(3 * 24 * 60);
    assert_eq!(n.store.counties_with_late_reviews(due).await.unwrap(), []);
    let late = due.plus_minutes(1);
    assert_eq!(n.store.counties_with_late_reviews(late).await.unwrap(), [COUNTY]);
    let job = n.store.as_system(SystemTask::Job, COUNTY, late);
    assert_eq!(job.save(TellLateReviews).await, Ok(1));
    let whose = crate::round::uuid(&ground, n.leader.account.0);
    let told = format!("SELECT kind FROM outbox WHERE kind = 'break_glass.late' AND to_account = {whose}");
    assert_eq!(ground.texts(&told).await.len(), 1);
    assert_eq!(job.save(TellLateReviews).await, Ok(0));
    assert_eq!(ground.texts("SELECT kind FROM outbox WHERE kind = 'break_glass.late'").await.len(), 1);
    n.store.close().await.unwrap();
}

async fn looks_through_it_are_left_out_of_who_looked(ground: Ground) {
    let n = night(&ground).await;
    let id = n.opened().await;
    assert!(n.is_open(id, NOW).await);
    let looks = "SELECT act FROM audit_events WHERE act = 'look.break_glass' AND noun = 'children'";
    assert_eq!(ground.texts(looks).await.len(), 1);
    let mother = desk_as(&n.store, Role::Guardian, Place::Person(n.mother.0)).await;
    assert_eq!(mother.looks(n.child).await.unwrap(), []);
    let trail = n.leader.desk(&n.store, NOW).await.child_trail(n.child).await.unwrap();
    assert!(trail.iter().all(|line| !line.act.contains("break_glass")), "{trail:?}");
    n.store.close().await.unwrap();
}

async fn looks_are_counted_of_each_opening(ground: Ground) {
    let n = night(&ground).await;
    let first = n.opened().await;
    assert!(n.is_open(first, NOW).await);
    let desk = n.worker.desk(&n.store, NOW).await;
    desk.save(EndGlass { glass: first }).await.unwrap();
    let second = n.opened().await;
    for _ in 0..2 {
        assert!(n.is_open(second, NOW).await);
    }
    let looks = async |id| desk.break_glass(id).await.unwrap().looks;
    assert_eq!((looks(first).await, looks(second).await), (1, 2));
    n.store.close().await.unwrap();
}
