//! Letters on their way: whom they reach, by which channel, in which order, how often, and never twice.

use naheya_domain::id::AccountId;
use naheya_domain::notice::{Channel, ChannelConfig, Choice, NoticeState, Verdict};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::channel::{ChangeLimits, SetChannel};
use naheya_store::contact::{Contact, KeepContact};
use naheya_store::notice::ExpandLetters;
use naheya_store::notice::{
    Answered, ClaimNotices, Handed, PassOn, ReadAlike, ReadAllNotices, ReadNotice, SendTest, SettleNotice, TryAgain,
};
use naheya_store::purge::PurgeOld;
use naheya_store::{Desk, Error, Letter, Location, Store, SystemTask};
use uuid::Uuid;

use crate::account::{invitation, token};
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::leave::Leave;
use crate::on_both_engines;

on_both_engines![
    a_letter_reaches_its_account_in_the_app_and_where_it_chose,
    notices_of_a_kind_are_read_together_and_no_others,
    a_letter_to_a_role_reaches_whoever_holds_it_and_its_group_once,
    a_notice_of_a_concern_reaches_its_circle_only_and_stands_in_no_queue,
    who_cannot_be_told_is_passed_on_by_hand,
    an_alarm_that_waits_to_be_passed_on_stands_before_all_good_news,
    messages_of_a_lane_go_one_after_the_other_and_an_alarm_overtakes,
    two_processes_never_hold_the_same_message,
    a_crash_in_mid_send_is_taken_up_once_with_the_same_number,
    quiet_hours_hold_everything_but_alarms,
    caps_hold_for_the_day_and_the_week_and_not_for_alarms,
    a_robot_is_given_twenty_a_minute,
    a_wrong_setting_is_told_and_a_failed_message_is_sent_again_by_a_person,
    an_address_stands_in_no_row_in_clear_and_is_its_owners,
    notices_are_thrown_away_after_ninety_days,
    a_session_knows_of_letters_that_came_by_another_process_and_of_those_just_read,
    each_of_the_office_s_acts_needs_the_right,
];

fn letter(kind: &'static str) -> Letter {
    Letter { kind, to_account: None, to_role: None, to_person: None, about: ("rounds", None), due_at: NOW.0 }
}

pub fn to(kind: &'static str, account: AccountId) -> Letter {
    Letter { to_account: Some(account.0), ..letter(kind) }
}

pub fn to_role(kind: &'static str, role: Role) -> Letter {
    Letter { to_role: Some(role.code()), ..letter(kind) }
}

fn job(store: &Store, now: Timestamp) -> Desk {
    store.as_system(SystemTask::Job, COUNTY, now)
}

pub async fn leave(store: &Store, letters: Vec<Letter>) {
    job(store, NOW).save(Leave(letters)).await.unwrap();
    // The bell has rung: this returns at once.
    store.letters().await;
    job(store, NOW).save(ExpandLetters).await.unwrap();
}

pub async fn claim(store: &Store, now: Timestamp) -> Vec<Handed> {
    job(store, now).save(ClaimNotices { most: 100 }).await.unwrap().handed
}

fn answered(verdict: Verdict) -> Answered {
    Answered { verdict, code: "200".into(), provider_id: Some("p-1".into()), settings: false }
}

pub async fn settle(store: &Store, handed: &Handed, verdict: Verdict, now: Timestamp) -> bool {
    let act = SettleNotice { handed: handed.clone(), answered: answered(verdict) };
    job(store, now).save(act).await.unwrap()
}

fn config(channel: Channel) -> ChannelConfig {
    let typed = |name: &str| match name {
        "url" => "https://example.cn/robot?key=very-secret",
        "secret" => "SECvery-secret",
        "host" => "smtp.example.cn",
        "port" => "465",
        "security" => "tls",
        "from" => "naheya@example.cn",
        "body" => "{phone} {text}",
        "success" => "ok",
        "to_coordinator" => "on",
        _ => "",
    };
    ChannelConfig::parse(channel, typed, None).unwrap()
}

/// The leader, with these channels in use.
pub async fn leader(store: &Store, channels: &[Channel]) -> Desk {
    let leader = desk_as(store, Role::Leader, Place::County).await;
    for channel in channels {
        let act = SetChannel { config: config(*channel), active: true, version: 0 };
        leader.save(act).await.unwrap();
    }
    // What the settings rang for is not waited for by any test.
    if !channels.is_empty() {
        store.letters().await;
    }
    leader
}

pub async fn chooses(desk: &Desk, choice: Choice) {
    let contact =
        Contact { choice, mail: Some("wang@example.cn".into()), phone: Some("13800000000".into()), version: 0 };
    desk.save(KeepContact { contact }).await.unwrap();
}

async fn a_letter_reaches_its_account_in_the_app_and_where_it_chose(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::Mail, Channel::Sms]).await;
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Mail).await;
    let account = she.viewer().account;
    leave(&store, vec![to("stay.approved", account), to("alarm.volunteer", account)]).await;
    let rows = "SELECT channel || ' ' || kind || ' ' || state FROM notices ORDER BY kind, channel";
    let expected = [
        "in_app alarm.volunteer sent",
        "mail alarm.volunteer queued",
        "sms alarm.volunteer queued",
        "in_app stay.approved sent",
        "mail stay.approved queued",
    ];
    assert_eq!(ground.texts(rows).await, expected);
    assert_eq!(she.unread_notices().await, Ok(2));
    let (unread, read) = she.my_notices().await.unwrap();
    assert_eq!((unread.len(), read.len()), (2, 0));
    let about = she.save(ReadNotice { id: unread[0].id }).await.unwrap();
    assert_eq!(about.noun, "rounds");
    assert_eq!(she.unread_notices().await, Ok(1));
    let stranger = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(stranger.save(ReadNotice { id: unread[1].id }).await, Err(Error::NotFound));
    assert_eq!(she.save(ReadAllNotices).await, Ok(1));
    assert_eq!(she.unread_notices().await, Ok(0));
    store.close().await.unwrap();
}

async fn notices_of_a_kind_are_read_together_and_no_others(ground: Ground) {
    let store = ground.store().await;
    let she = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let (hers, others) = (she.viewer().account, other.viewer().account);
    let alarms = vec![to("alarm.police", hers), to("alarm.police", hers), to("alarm.leader", hers)];
    leave(&store, alarms.into_iter().chain([to("alarm.police", others)]).collect()).await;
    let newest = she.my_notices().await.unwrap().0.iter().find(|n| n.kind == "alarm.police").unwrap().id;
    assert_eq!(other.save(ReadAlike { newest }).await, Err(Error::NotFound));
    assert_eq!(she.save(ReadAlike { newest }).await.unwrap().kind, "alarm.police");
    let (unread, read) = she.my_notices().await.unwrap();
    assert_eq!((unread.len(), unread[0].kind.as_str(), read.len()), (1, "alarm.leader", 2));
    assert_eq!(other.unread_notices().await, Ok(1));
    store.close().await.unwrap();
}

async fn a_session_knows_of_letters_that_came_by_another_process_and_of_those_just_read(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-li", Role::ClassTeacher)).await.unwrap();
    let mut colleague = invitation("teacher-bao", Role::ClassTeacher);
    colleague.account.phone = None;
    let other_account = system(&store).save(colleague).await.unwrap();
    let (cookie, others) = (token(&store, account).await, token(&store, other_account).await);
    let at_once = |store: &Store, cookie: &str, now| {
        let (store, cookie) = (store.clone(), cookie.to_owned());
        async move { store.session(&cookie, now).await.unwrap().unwrap().desk().unwrap() }
    };
    // What the new accounts were told is out of the way.
    leave(&store, vec![letter("stay.approved")]).await;
    for cookie in [&cookie, &others] {
        at_once(&store, cookie, NOW).await.save(ReadAllNotices).await.unwrap();
        assert_eq!(at_once(&store, cookie, NOW).await.unread_notices().await, Ok(0));
    }
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    leave(&other, vec![to("stay.approved", account), to("stay.cancelled", account)]).await;
    // A file is remembered for three seconds whoever writes beside this process.
    let soon = match ground.location {
        Location::Folder(_) => NOW.plus_minutes(1),
        Location::Postgres(_) => NOW,
    };
    let desk = at_once(&store, &cookie, soon).await;
    assert_eq!(desk.unread_notices().await, Ok(2));
    assert_eq!(at_once(&store, &others, soon).await.unread_notices().await, Ok(0), "somebody else's");
    let (unread, _) = desk.my_notices().await.unwrap();
    desk.save(ReadNotice { id: unread[0].id }).await.unwrap();
    assert_eq!(desk.unread_notices().await, Ok(1), "what was read at the door counts until the request saves");
    assert_eq!(at_once(&store, &cookie, soon).await.unread_notices().await, Ok(1));
    other.close().await.unwrap();
    store.close().await.unwrap();
}

async fn a_letter_to_a_role_reaches_whoever_holds_it_and_its_group_once(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::WeCom]).await;
    let one = desk_as(&store, Role::Coordinator, Place::County).await;
    let two = desk_as(&store, Role::Coordinator, Place::County).await;
    let urgent = to_role("stay.cancelled", Role::Coordinator);
    leave(&store, vec![urgent, to_role("stay.requested", Role::Coordinator)]).await;
    for desk in [&one, &two] {
        assert_eq!(desk.unread_notices().await, Ok(2));
    }
    let group = "SELECT kind FROM notices WHERE channel = 'wecom'";
    assert_eq!(ground.texts(group).await, ["stay.cancelled"]);
    let twice = "SELECT number FROM notices GROUP BY number HAVING COUNT(DISTINCT letter_id) > 1";
    assert_eq!(ground.texts(twice).await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn a_notice_of_a_concern_reaches_its_circle_only_and_stands_in_no_queue(ground: Ground) {
    use naheya_domain::concern::{ConcernForm, NewConcern};
    use naheya_store::concern::RaiseConcern;
    let store = ground.store().await;
    let leader = leader(&store, &[Channel::WeCom, Channel::Mail]).await;
    chooses(&leader, Choice::App).await;
    let form = ConcernForm { words: "她说不想回去", situations: vec!["mr4"], ..ConcernForm::default() };
    let said = RaiseConcern { said: NewConcern::parse(&form).unwrap(), child: None };
    store.as_system(SystemTask::Public, COUNTY, NOW).for_visitor(Uuid::from_u128(5)).save(said).await.unwrap();
    let late = desk_as(&store, Role::Coordinator, Place::County).await;
    job(&store, NOW).save(ExpandLetters).await.unwrap();
    assert_eq!(leader.unread_notices().await, Ok(1));
    assert_eq!(late.unread_notices().await, Ok(0), "outside the circle");
    let channels = "SELECT channel FROM notices ORDER BY channel";
    assert_eq!(ground.texts(channels).await, ["in_app", "mail"]);
    assert!(late.notice_queue().await.unwrap().iter().all(Vec::is_empty));
    // A letter that names somebody outside the circle reaches nobody, not even by hand.
    let stray = Letter { about: ("concern", Some(Uuid::from_u128(77))), ..to("concern.raised", late.viewer().account) };
    leave(&store, vec![stray]).await;
    assert_eq!(late.unread_notices().await, Ok(0));
    assert_eq!(ground.texts("SELECT channel FROM notices WHERE channel = 'copy'").await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn who_cannot_be_told_is_passed_on_by_hand(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[]).await;
    let person = Letter { to_person: Some(("guardians", Uuid::from_u128(9))), ..letter("alarm.guardian") };
    leave(&store, vec![person]).await;
    let [by_hand, ..] = leader.notice_queue().await.unwrap();
    assert_eq!((by_hand.len(), by_hand[0].channel), (1, Channel::Copy));
    assert_eq!(by_hand[0].person, Some(("guardians".into(), Uuid::from_u128(9))));
    leader.save(PassOn { id: by_hand[0].id }).await.unwrap();
    let again = leader.save(PassOn { id: by_hand[0].id }).await;
    assert_eq!(again, Err(Error::refused("notice.passed_on")));
    let [by_hand, _, _, sent] = leader.notice_queue().await.unwrap();
    assert_eq!((by_hand.len(), sent.len()), (0, 1));
    assert_eq!(sent[0].sent_at, Some(leader.now()));
    store.close().await.unwrap();
}

async fn an_alarm_that_waits_to_be_passed_on_stands_before_all_good_news(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[]).await;
    let by_hand = |kind| Letter { to_person: Some(("guardians", Uuid::from_u128(9))), ..letter(kind) };
    let good_news = (0..55).map(|_| by_hand("plan.proposed"));
    leave(&store, std::iter::once(by_hand("alarm.guardian")).chain(good_news).collect()).await;
    let [list, ..] = leader.notice_queue().await.unwrap();
    assert_eq!((list[0].kind.as_str(), list.len()), ("alarm.guardian", 50));
    store.close().await.unwrap();
}

async fn messages_of_a_lane_go_one_after_the_other_and_an_alarm_overtakes(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::Mail]).await;
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Mail).await;
    let account = she.viewer().account;
    let plain = || to("stay.approved", account);
    leave(&store, vec![plain(), plain(), plain()]).await;
    let order = ground.texts("SELECT number FROM notices WHERE channel = 'mail' ORDER BY at, id").await;
    let first = claim(&store, NOW).await;
    assert_eq!(first.len(), 1);
    assert_eq!(job(&store, NOW).parcel(&first[0]).await.unwrap().number, order[0]);
    assert_eq!(claim(&store, NOW).await, [], "the lane is taken");
    leave(&store, vec![to("alarm.volunteer", account)]).await;
    assert_eq!(claim(&store, NOW).await.len(), 1, "an alarm goes past it");
    assert!(settle(&store, &first[0], Verdict::Refused, NOW).await);
    assert_eq!(claim(&store, NOW).await, [], "what stands behind waits with it");
    let later = NOW.plus_minutes(5);
    let again = claim(&store, later).await;
    let numbers: Vec<String> = {
        let mut numbers = Vec::new();
        for handed in &again {
            numbers.push(job(&store, later).parcel(handed).await.unwrap().number);
        }
        numbers
    };
    assert!(numbers.contains(&order[0]), "{numbers:?}");
    for handed in &again {
        assert!(settle(&store, handed, Verdict::Taken, later).await);
    }
    let second = claim(&store, later).await;
    assert_eq!(job(&store, later).parcel(&second[0]).await.unwrap().number, order[1]);
    store.close().await.unwrap();
}

async fn two_processes_never_hold_the_same_message(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::Mail]).await;
    let mut letters = Vec::new();
    for _ in 0..6 {
        let desk = desk_as(&store, Role::Coordinator, Place::County).await;
        chooses(&desk, Choice::Mail).await;
        letters.push(to("stay.approved", desk.viewer().account));
    }
    job(&store, NOW).save(Leave(letters)).await.unwrap();
    let other = Store::open(&ground.location, &crate::ground::KEY).await.unwrap();
    let rounds = |store: Store| async move {
        let mut held = Vec::new();
        for _ in 0..4 {
            // The slower of two that expand the same letter writes nothing and comes again.
            let _ = job(&store, NOW).save(ExpandLetters).await;
            held.extend(claim(&store, NOW).await);
        }
        held
    };
    let (one, two) = tokio::join!(rounds(store.clone()), rounds(other.clone()));
    let mut ids: Vec<Uuid> = one.iter().chain(&two).map(|h| h.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), one.len() + two.len()), (6, 6));
    assert_eq!(ground.texts("SELECT channel FROM notices WHERE channel = 'mail'").await.len(), 6);
    other.close().await.unwrap();
    store.close().await.unwrap();
}

async fn a_crash_in_mid_send_is_taken_up_once_with_the_same_number(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::Mail]).await;
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Mail).await;
    leave(&store, vec![to("stay.approved", she.viewer().account)]).await;
    let first = claim(&store, NOW).await;
    let number = job(&store, NOW).parcel(&first[0]).await.unwrap().number;
    // The process falls here. Nobody touches the message before its lease is over.
    assert_eq!(claim(&store, Timestamp(NOW.0 + 59_999)).await, []);
    let later = NOW.plus_minutes(1);
    let second = claim(&store, later).await;
    assert_eq!(job(&store, later).parcel(&second[0]).await.unwrap().number, number);
    assert!(!settle(&store, &first[0], Verdict::Taken, later).await, "the fallen one's answer counts no more");
    // It falls again: twice is as often as it may have arrived.
    assert_eq!(claim(&store, NOW.plus_minutes(5)).await, []);
    let row = "SELECT state || ' ' || answer_code FROM notices WHERE channel = 'mail'";
    assert_eq!(ground.texts(row).await, ["failed answer.lost"]);
    store.close().await.unwrap();
}

async fn quiet_hours_hold_everything_but_alarms(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::Mail, Channel::Sms]).await;
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Sms).await;
    let account = she.viewer().account;
    leave(&store, vec![to("stay.approved", account)]).await;
    let night = NOW.plus_minutes(12 * 60); // 22:00
    assert_eq!(claim(&store, night).await, []);
    leave(&store, vec![to("alarm.volunteer", account)]).await;
    assert_eq!(claim(&store, night).await.len(), 2, "by mail and by phone");
    let morning = NOW.plus_minutes(21 * 60); // 07:00
    let handed = claim(&store, morning).await;
    assert!(!handed.is_empty());
    let kinds = "SELECT kind FROM notices WHERE state = 'sending' AND urgency = 'ordinary'";
    assert_eq!(ground.texts(kinds).await, ["stay.approved"]);
    store.close().await.unwrap();
}

async fn caps_hold_for_the_day_and_the_week_and_not_for_alarms(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[Channel::Sms]).await;
    let (mut limits, version) = leader.notice_limits().await.unwrap();
    (limits.caps.sms.day, limits.caps.sms.week) = (2, 3);
    leader.save(ChangeLimits { version, limits }).await.unwrap();
    assert_eq!(leader.save(ChangeLimits { version, limits }).await, Err(Error::Stale));
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Sms).await;
    let account = she.viewer().account;
    let day = |n: i64| NOW.plus_minutes(n * 24 * 60);
    let run = async |letters: Vec<Letter>, now: Timestamp| {
        leave(&store, letters).await;
        let mut sent = 0;
        loop {
            let claimed = job(&store, now).save(ClaimNotices { most: 100 }).await.unwrap();
            if claimed.handed.is_empty() && claimed.moved == 0 {
                return sent;
            }
            for handed in &claimed.handed {
                assert!(settle(&store, handed, Verdict::Taken, now).await);
                sent += 1;
            }
        }
    };
    let plain = |n: usize| vec![to("stay.approved", account); n];
    assert_eq!(run(plain(3), day(0)).await, 2, "two a day");
    assert_eq!(run(plain(2), day(1)).await, 1, "three a week");
    assert_eq!(run(vec![to("alarm.volunteer", account); 4], day(1)).await, 4, "alarms are not counted");
    assert_eq!(run(plain(1), day(7)).await, 1, "the first day is out of the week");
    let capped = "SELECT answer_code FROM notices WHERE state = 'capped'";
    assert_eq!(ground.texts(capped).await, ["cap.reached", "cap.reached"]);
    store.close().await.unwrap();
}

async fn a_robot_is_given_twenty_a_minute(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::WeCom]).await;
    leave(&store, vec![to_role("alarm.coordinator", Role::Coordinator); 25]).await;
    let run = async |now: Timestamp| {
        let mut sent = 0;
        loop {
            let handed = claim(&store, now).await;
            let Some(handed) = handed.first() else { return sent };
            assert!(settle(&store, handed, Verdict::Taken, now).await);
            sent += 1;
        }
    };
    assert_eq!(run(NOW).await, 20);
    assert_eq!(run(Timestamp(NOW.0 + 59_999)).await, 0);
    assert_eq!(run(NOW.plus_minutes(1)).await, 5);
    store.close().await.unwrap();
}

async fn a_wrong_setting_is_told_and_a_failed_message_is_sent_again_by_a_person(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[Channel::WeCom]).await;
    let number = leader.save(SendTest { channel: Channel::WeCom }).await.unwrap();
    let handed = claim(&store, NOW).await;
    let wrong = Answered { settings: true, code: "errcode 93000".into(), ..answered(Verdict::Rejected) };
    let act = SettleNotice { handed: handed[0].clone(), answered: wrong };
    assert_eq!(job(&store, NOW).save(act).await, Ok(true));
    let fault = |rows: Vec<naheya_store::channel::ChannelRow>| rows[0].fault.clone().map(|(code, _)| code);
    assert_eq!(fault(leader.channels().await.unwrap()).as_deref(), Some("errcode 93000"));
    let [_, failed, ..] = leader.notice_queue().await.unwrap();
    assert_eq!((failed[0].number.as_str(), failed[0].state), (number.as_str(), NoticeState::Failed));
    leader.save(TryAgain { id: failed[0].id }).await.unwrap();
    assert_eq!(leader.save(TryAgain { id: failed[0].id }).await, Err(Error::refused("notice.not_failed")));
    let handed = claim(&store, NOW).await;
    assert_eq!(job(&store, NOW).parcel(&handed[0]).await.unwrap().number, number);
    assert!(settle(&store, &handed[0], Verdict::Taken, NOW).await);
    assert_eq!(fault(leader.channels().await.unwrap()), None);
    let [.., sent] = leader.notice_queue().await.unwrap();
    assert_eq!((sent[0].code.as_deref(), sent[0].provider_id.as_deref()), (Some("200"), Some("p-1")));
    store.close().await.unwrap();
}

async fn an_address_stands_in_no_row_in_clear_and_is_its_owners(ground: Ground) {
    let store = ground.store().await;
    leader(&store, &[Channel::DingTalk, Channel::Sms]).await;
    let she = desk_as(&store, Role::Coordinator, Place::County).await;
    chooses(&she, Choice::Sms).await;
    assert_eq!(she.my_contact().await.unwrap().phone.as_deref(), Some("13800000000"));
    let other = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(other.my_contact().await, Ok(Contact::default()));
    leave(&store, vec![to("stay.approved", she.viewer().account)]).await;
    for (table, columns) in [("contacts", "mail_sealed, phone_sealed"), ("channels", "config_sealed, config_sealed")] {
        for column in columns.split(", ") {
            let hex = if store.engine() == naheya_store::Engine::Sqlite { "hex" } else { "encode" };
            let format = if hex == "encode" { ", 'hex'" } else { "" };
            let rows = ground.texts(&format!("SELECT {hex}({column}{format}) FROM {table}")).await;
            assert!(!rows.is_empty());
            for secret in ["13800000000", "wang@example.cn", "very-secret"] {
                let hidden: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
                assert!(rows.iter().all(|row| !row.to_lowercase().contains(&hidden)), "{table}.{column}");
            }
        }
    }
    assert!(!format!("{:?}", she.my_contact().await).contains("138"));
    store.close().await.unwrap();
}

async fn notices_are_thrown_away_after_ninety_days(ground: Ground) {
    let store = ground.store().await;
    let leader = leader(&store, &[]).await;
    leave(&store, vec![to("stay.approved", leader.viewer().account)]).await;
    let after = |days: i64| job(&store, NOW.plus_minutes(days * 24 * 60));
    assert_eq!(after(90).save(PurgeOld).await, Ok(0));
    assert_eq!(after(91).save(PurgeOld).await, Ok(2), "the letter and its notice");
    assert_eq!(leader.unread_notices().await, Ok(0));
    store.close().await.unwrap();
}

async fn each_of_the_office_s_acts_needs_the_right(ground: Ground) {
    let store = ground.store().await;
    let auditor = desk_as(&store, Role::Auditor, Place::County).await;
    assert_eq!(auditor.save(SendTest { channel: Channel::Mail }).await, Err(Error::Forbidden));
    assert_eq!(auditor.save(TryAgain { id: Uuid::nil() }).await, Err(Error::Forbidden));
    assert_eq!(auditor.save(PassOn { id: Uuid::nil() }).await, Err(Error::Forbidden));
    let act = SetChannel { config: config(Channel::WeCom), active: true, version: 0 };
    assert_eq!(auditor.save(act).await, Err(Error::Forbidden));
    assert_eq!(auditor.channels().await.err(), Some(Error::Forbidden));
    assert_eq!(auditor.notice_queue().await.err(), Some(Error::Forbidden));
    let leader = leader(&store, &[]).await;
    assert_eq!(leader.save(ExpandLetters).await, Err(Error::Forbidden));
    assert_eq!(leader.save(ClaimNotices { most: 1 }).await, Err(Error::Forbidden));
    let it = desk_as(&store, Role::ItAdmin, Place::County).await;
    assert!(it.channels().await.is_ok() && it.notice_queue().await.is_ok());
    store.close().await.unwrap();
}
