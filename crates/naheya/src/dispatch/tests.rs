//! Show 5: each stand-in refuses for five minutes in its own error language, or takes a message and
//! loses the answer. The clock is injected and moved by hand; effects are read at the stand-in and in the rows.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use naheya_domain::id::AccountId;
use naheya_domain::notice::{Channel, ChannelConfig, Choice, NoticeState};
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role, Timestamp};
use naheya_store::account::{AddAccount, AddGrant};
use naheya_store::channel::{ChangeLimits, SetChannel};
use naheya_store::contact::{Contact, KeepContact};
use naheya_store::notice::QueueRow;
use naheya_store::{Desk, Letter, Location, Store, SystemTask};
use naheya_web::Clock;

use self::leave::Leave;
use super::Dispatcher;
use super::stand_in::{Arrived, Mood, StandIn};

#[path = "../../../store/tests/contract/leave.rs"]
mod leave;

/// 2026-11-20 10:00 in Asia/Shanghai, a Friday.
const TEN: i64 = 1_795_140_000_000;
const COUNTY: AreaId = AreaId(150_825);
const WECOM_BUSY: &[Mood] = &[
    Mood::Says(200, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#),
    Mood::Says(502, "bad gateway"),
    Mood::Says(200, r#"{"errcode":-1,"errmsg":"system busy"}"#),
    Mood::Says(503, ""),
];

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A county with a leader who keeps its channels, a clock in our hands and the dispatcher.
struct Show {
    store: Store,
    now: Arc<AtomicI64>,
    clock: Clock,
    dispatcher: Dispatcher,
    leader: Desk,
    folder: PathBuf,
}

impl Show {
    async fn begin() -> Show {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("naheya-show-5-{}-{n}", std::process::id()));
        let store = Store::open(&Location::Folder(folder.clone()), &[7; 32]).await.unwrap();
        store.prepare(Timestamp(TEN)).await.unwrap();
        store.as_system(SystemTask::Demo, COUNTY, Timestamp(TEN)).open_county().await.unwrap();
        let now = Arc::new(AtomicI64::new(TEN));
        let hand = Arc::clone(&now);
        let clock: Clock = Arc::new(move || Timestamp(hand.load(Ordering::SeqCst)));
        let origin = Some("https://naheya.example.cn".to_owned());
        let dispatcher = Dispatcher::new(store.clone(), clock.clone(), origin);
        let leader = somebody(&store, Role::Leader).await;
        Show { store, now, clock, dispatcher, leader, folder }
    }

    async fn opens(&self, channel: Channel, fields: &[(&str, String)]) {
        let typed = |name: &str| fields.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str());
        let config = ChannelConfig::parse(channel, typed, None).unwrap();
        self.leader.save(SetChannel { config, active: true, version: 0 }).await.unwrap();
    }

    async fn leaves(&self, letters: Vec<Letter>) {
        self.store.as_system(SystemTask::Job, COUNTY, (self.clock)()).save(Leave(letters)).await.unwrap();
    }

    /// Moves the clock on by steps, and lets the dispatcher do all it can at each.
    async fn passes(&self, minutes: i64, step_seconds: i64) {
        let end = self.now.load(Ordering::SeqCst) + minutes * 60_000;
        while self.now.load(Ordering::SeqCst) < end {
            while self.dispatcher.step(COUNTY).await.unwrap() > 0 {}
            self.now.fetch_add(step_seconds * 1_000, Ordering::SeqCst);
        }
    }

    async fn queue(&self) -> [Vec<QueueRow>; 4] {
        self.leader.notice_queue().await.unwrap()
    }

    async fn end(self) {
        self.store.close().await.unwrap();
        let _ = std::fs::remove_dir_all(self.folder);
    }
}

async fn somebody(store: &Store, role: Role) -> Desk {
    let desk = store.as_system(SystemTask::Demo, COUNTY, Timestamp(TEN));
    let login = format!("{}-{}", role.code(), NEXT.fetch_add(1, Ordering::Relaxed));
    let who = AddAccount { login, display_name: "样例".into(), language: "zh-Hans".into() };
    let account = desk.save(who).await.unwrap();
    let grant = AddGrant { account, role, place: Place::County, from_on: Timestamp(TEN).date(), to_on: None };
    store.desk_of_grant(desk.save(grant).await.unwrap(), Timestamp(TEN)).await.unwrap()
}

async fn reachable(store: &Store, choice: Choice) -> AccountId {
    let desk = somebody(store, Role::Coordinator).await;
    let (mail, phone) = (Some("wang@example.cn".into()), Some("13800000000".into()));
    desk.save(KeepContact { contact: Contact { choice, mail, phone, version: 0 } }).await.unwrap();
    desk.viewer().account
}

fn letter(kind: &'static str) -> Letter {
    Letter { kind, to_account: None, to_role: None, to_person: None, about: ("rounds", None), due_at: TEN }
}

fn to_group(kind: &'static str) -> Letter {
    Letter { to_role: Some("coordinator"), ..letter(kind) }
}

fn to(kind: &'static str, account: AccountId) -> Letter {
    Letter { to_account: Some(account.0), ..letter(kind) }
}

/// The short number in what arrived.
fn number(arrived: &Arrived) -> String {
    let text = arrived.text.replace("\\u7f16\\u53f7", "编号");
    let after = text.rsplit("编号 ").next().unwrap();
    after.chars().take(5).collect()
}

fn numbers(arrived: &[Arrived]) -> Vec<String> {
    arrived.iter().map(number).collect()
}

/// The numbers of these rows, oldest first.
fn in_order(rows: &[QueueRow]) -> Vec<String> {
    let mut rows: Vec<&QueueRow> = rows.iter().collect();
    rows.sort_by_key(|row| (row.at, row.id));
    rows.into_iter().map(|row| row.number.clone()).collect()
}

fn never_more_than_twenty_a_minute(arrived: &[Arrived]) {
    for one in arrived {
        let near = arrived.iter().filter(|other| (one.at..one.at + 60_000).contains(&other.at)).count();
        assert!(near <= 20, "{near} within a minute");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wecom_refuses_for_five_minutes_and_each_message_arrives_once_in_order_within_the_caps() {
    let show = Show::begin().await;
    let robot = StandIn::http(show.clock.clone(), r#"{"errcode":0,"errmsg":"ok"}"#);
    let url = format!("http://127.0.0.1:{}/cgi-bin/webhook/send?key=k", robot.port);
    show.opens(Channel::WeCom, &[("url", url), ("to_coordinator", "on".into())]).await;
    let (mut limits, version) = show.leader.notice_limits().await.unwrap();
    limits.caps.group.day = 25;
    show.leader.save(ChangeLimits { version, limits }).await.unwrap();
    robot.is(WECOM_BUSY);
    show.leaves(vec![to_group("stay.cancelled"); 30]).await;
    show.leaves(vec![to_group("alarm.coordinator"); 3]).await;
    show.passes(5, 5).await;
    assert!(robot.arrived().is_empty() && robot.calls() > 5, "{} calls", robot.calls());
    robot.is(&[Mood::Takes]);
    show.passes(20, 15).await;
    let arrived = robot.arrived();
    let [_, failed, waiting, sent] = show.queue().await;
    assert_eq!((arrived.len(), sent.len(), waiting.len()), (28, 28, 0));
    // Twenty-five a day and no more; three alarms are not counted.
    assert_eq!(failed.len(), 5);
    assert!(failed.iter().all(|row| row.state == NoticeState::Capped));
    let told = numbers(&arrived);
    let alarms: Vec<QueueRow> = sent.iter().filter(|row| row.kind == "alarm.coordinator").cloned().collect();
    let others: Vec<QueueRow> = sent.iter().filter(|row| row.kind != "alarm.coordinator").cloned().collect();
    let (alarms, others) = (in_order(&alarms), in_order(&others));
    let only = |of: &[String]| told.iter().filter(|n| of.contains(n)).cloned().collect::<Vec<_>>();
    assert_eq!(only(&alarms), alarms, "in order, each once");
    assert_eq!(only(&others), others, "in order, each once");
    never_more_than_twenty_a_minute(&arrived);
    assert!(arrived.iter().all(|a| a.text.contains("https://naheya.example.cn/notices")));
    assert!(sent.iter().all(|row| row.code.as_deref() == Some("errcode 0") && row.sent_at.is_some()));
    show.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_only_the_answer_is_lost_a_message_arrives_at_most_twice_with_the_same_number() {
    let show = Show::begin().await;
    let robot = StandIn::http(show.clock.clone(), r#"{"errcode":0,"errmsg":"ok"}"#);
    let url = format!("http://127.0.0.1:{}/cgi-bin/webhook/send?key=k", robot.port);
    show.opens(Channel::WeCom, &[("url", url), ("to_coordinator", "on".into())]).await;
    // Lost, refused, taken; and one whose answer is lost each time.
    let refuses = Mood::Says(200, r#"{"errcode":45009}"#);
    robot.is(&[Mood::TakesInSilence, refuses, Mood::Takes]);
    show.leaves(vec![to_group("stay.cancelled"); 4]).await;
    show.passes(30, 15).await;
    let mut times = BTreeMap::<String, usize>::new();
    for number in numbers(&robot.arrived()) {
        *times.entry(number).or_default() += 1;
    }
    let [_, failed, waiting, sent] = show.queue().await;
    assert_eq!((sent.len(), failed.len(), waiting.len()), (4, 0, 0));
    assert_eq!(times.keys().cloned().collect::<std::collections::BTreeSet<_>>(), in_order(&sent).into_iter().collect());
    assert!(times.values().all(|n| (1..=2).contains(n)) && times.values().any(|n| *n == 2), "{times:?}");
    robot.is(&[Mood::TakesInSilence]);
    show.leaves(vec![to_group("alarm.coordinator")]).await;
    show.passes(30, 15).await;
    let [_, failed, ..] = show.queue().await;
    assert_eq!(failed[0].code.as_deref(), Some("answer.lost"));
    assert_eq!(numbers(&robot.arrived()).iter().filter(|n| **n == failed[0].number).count(), 2);
    show.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dingtalk_is_signed_and_waited_for_in_its_own_language() {
    let show = Show::begin().await;
    let robot = StandIn::http(show.clock.clone(), r#"{"errcode":0,"errmsg":"ok"}"#);
    let url = format!("http://127.0.0.1:{}/robot/send?access_token=t", robot.port);
    let fields = [("url", url.clone()), ("secret", "SECabc".into()), ("to_coordinator", "on".into())];
    show.opens(Channel::DingTalk, &fields).await;
    robot.is(&[Mood::Says(200, r#"{"errcode":130101,"errmsg":"send too fast"}"#), Mood::Says(500, "")]);
    show.leaves(vec![to_group("stay.cancelled"); 3]).await;
    show.passes(5, 5).await;
    assert!(robot.arrived().is_empty());
    robot.is(&[Mood::TakesInSilence, Mood::Takes, Mood::Takes, Mood::Takes]);
    show.passes(40, 15).await;
    let [_, failed, waiting, sent] = show.queue().await;
    assert_eq!((sent.len(), failed.len(), waiting.len()), (3, 0, 0));
    let arrived = robot.arrived();
    let mut told = numbers(&arrived);
    assert_eq!(told.len(), 4, "one twice");
    told.dedup();
    assert_eq!(told, in_order(&sent));
    for one in &arrived {
        let signed = crate::channel::dingtalk::signed("/robot/send?access_token=t", "SECabc", Timestamp(one.at));
        assert_eq!(one.path, signed);
    }
    // A signature that does not fit is told on the settings page, once.
    robot.is(&[Mood::Says(200, r#"{"errcode":310000,"errmsg":"sign not match"}"#)]);
    show.leaves(vec![to_group("stay.cancelled"); 2]).await;
    show.passes(5, 15).await;
    let row = &show.leader.channels().await.unwrap()[0];
    assert_eq!(row.fault.as_ref().map(|(code, _)| code.as_str()), Some("errcode 310000"));
    assert_eq!(show.queue().await[1].len(), 2);
    show.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sms_gateway_refuses_loses_and_takes() {
    let show = Show::begin().await;
    let gateway = StandIn::http(show.clock.clone(), r#"{"code":0,"msgid":"m-1"}"#);
    let fields = [
        ("url", format!("http://127.0.0.1:{}/send?to={{phone}}", gateway.port)),
        ("body", r#"{"text":"{text}"}"#.into()),
        ("success", r#""code":0"#.into()),
        ("headers", "X-Key: geheim".into()),
    ];
    show.opens(Channel::Sms, &fields).await;
    let account = reachable(&show.store, Choice::Sms).await;
    gateway.is(&[Mood::Says(200, r#"{"code":1043,"msg":"too often"}"#), Mood::Says(503, ""), Mood::Says(429, "")]);
    show.leaves(vec![to("stay.approved", account), to("stay.approved", account)]).await;
    show.leaves(vec![to("alarm.volunteer", account); 3]).await;
    show.passes(5, 5).await;
    assert!(gateway.arrived().is_empty());
    gateway.is(&[Mood::TakesInSilence, Mood::Takes, Mood::Takes, Mood::Takes, Mood::Takes, Mood::Takes]);
    show.passes(30, 15).await;
    let [_, failed, waiting, sent] = show.queue().await;
    assert_eq!((sent.len(), failed.len(), waiting.len()), (5, 0, 0));
    let arrived = gateway.arrived();
    assert_eq!(arrived.len(), 6, "one twice");
    assert!(arrived.iter().all(|one| one.path == "/send?to=13800000000"));
    let told: std::collections::BTreeSet<String> = numbers(&arrived).into_iter().collect();
    assert_eq!(told, in_order(&sent).into_iter().collect());
    assert!(sent.iter().all(|row| row.provider_id.as_deref() == Some("m-1")));
    show.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_refuses_for_now_loses_the_line_and_takes() {
    let show = Show::begin().await;
    let server = StandIn::smtp(show.clock.clone());
    let fields = [
        ("host", "127.0.0.1".to_owned()),
        ("port", server.port.to_string()),
        ("security", "none".into()),
        ("from", "naheya@example.cn".into()),
    ];
    show.opens(Channel::Mail, &fields).await;
    let account = reachable(&show.store, Choice::Mail).await;
    server.is(&[Mood::Says(0, "451 4.7.1 try again later"), Mood::Says(0, "421 4.3.2 closing")]);
    show.leaves(vec![to("stay.approved", account); 3]).await;
    show.passes(5, 5).await;
    assert!(server.arrived().is_empty() && server.calls() > 2);
    server.is(&[Mood::TakesInSilence, Mood::Takes, Mood::Takes, Mood::Takes]);
    show.passes(40, 15).await;
    let [_, failed, waiting, sent] = show.queue().await;
    assert_eq!((sent.len(), failed.len(), waiting.len()), (3, 0, 0));
    let arrived = server.arrived();
    let ids: Vec<&str> = arrived.iter().filter_map(|a| a.text.lines().find(|l| l.starts_with("Message-ID"))).collect();
    assert_eq!(ids.len(), 4, "one twice");
    assert_eq!(ids[0], ids[1], "known by its number for the same");
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    assert!(sent.iter().all(|row| row.code.as_deref() == Some("SMTP 250")));
    // For good: no such box. The message fails, the settings are not blamed.
    server.is(&[Mood::Says(0, "550 5.1.1 no such user")]);
    show.leaves(vec![to("stay.approved", account)]).await;
    show.passes(1, 15).await;
    assert_eq!(show.queue().await[1][0].code.as_deref(), Some("SMTP 550"));
    assert_eq!(show.leader.channels().await.unwrap()[0].fault, None);
    show.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_not_followed_and_a_server_that_is_away_is_tried_again() {
    let show = Show::begin().await;
    let robot = StandIn::http(show.clock.clone(), r#"{"errcode":0}"#);
    let url = format!("http://127.0.0.1:{}/a", robot.port);
    show.opens(Channel::WeCom, &[("url", url), ("to_coordinator", "on".into())]).await;
    robot.is(&[Mood::Says(302, "")]);
    show.leaves(vec![to_group("stay.cancelled")]).await;
    show.passes(1, 15).await;
    assert_eq!(show.queue().await[1][0].code.as_deref(), Some("HTTP 302"));
    assert_eq!(robot.calls(), 1);
    show.end().await;
}

/// Every body that the sample banner's letters and every known kind give: no name, school or phone of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_carries_a_name_a_school_or_a_phone_of_the_sample_banner() {
    use naheya_domain::notice::KINDS;
    use sqlx::Connection;
    let folder = std::env::temp_dir().join(format!("naheya-bodies-{}", std::process::id()));
    let store = Store::open(&Location::Folder(folder.clone()), &[7; 32]).await.unwrap();
    store.prepare(Timestamp(TEN)).await.unwrap();
    store.tell_demo("naheya", "a password of the demo", Timestamp(TEN)).await.unwrap();
    let place = format!("sqlite://{}", folder.join("naheya.db").display());
    let mut records = sqlx::SqliteConnection::connect(&place).await.unwrap();
    let names = "SELECT name FROM children UNION SELECT name FROM volunteers UNION SELECT name FROM guardians \
        UNION SELECT name FROM schools UNION SELECT name FROM household_members UNION SELECT name FROM households";
    let names: Vec<(String,)> = sqlx::query_as(names).fetch_all(&mut records).await.unwrap();
    assert!(names.len() > 500, "{}", names.len());
    let kinds: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT kind FROM outbox").fetch_all(&mut records).await.unwrap();
    records.close().await.unwrap();
    let known = |kind: &str| KINDS.iter().any(|(known, _)| *known == kind);
    for (kind,) in &kinds {
        assert!(known(kind), "{kind} has no words of its own");
    }
    for (kind, _) in KINDS {
        for (language, origin, without_account) in
            [("zh-Hans", Some("https://n.example.cn"), false), ("en", None, false), ("zh-Hans", None, true)]
        {
            let told = naheya_web::notice::Told { kind, number: "K7M3Q", language, origin, without_account };
            let said = naheya_web::notice::said(&told);
            for text in [&said.subject, &said.body] {
                for (name,) in names.iter().filter(|(name,)| name.chars().count() > 1) {
                    assert!(!text.contains(name.as_str()), "{kind}: {name} in {text}");
                }
                let digits = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
                assert!(digits.unwrap_or(0) <= 3, "{kind}: {text}");
            }
        }
    }
    store.close().await.unwrap();
    let _ = std::fs::remove_dir_all(folder);
}
