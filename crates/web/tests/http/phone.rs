//! What a phone takes with it and what it brings back.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::StayId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::{Browser, Reply, filled};
use crate::site::NOW;
use crate::story::{Story, TO_FRIDAY, story};

fn act(n: u128, kind: &str, stay: StayId, rest: Value) -> Value {
    let at = NOW.plus_minutes(TO_FRIDAY).0;
    let mut act =
        json!({ "id": Uuid::from_u128(n), "sequence": 1, "kind": kind, "stay": stay, "at": at, "offset": 480 });
    act.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    act
}

async fn deliver(browser: &mut Browser, acts: Value) -> Reply {
    let body = json!({ "device": Uuid::from_u128(7), "sent": NOW.plus_minutes(TO_FRIDAY).0, "acts": acts });
    browser.post_body("/phone/acts", "application/json", body.to_string().into_bytes()).await
}

fn standings(reply: &Reply) -> Vec<(String, bool)> {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let answers = reply.json()["answers"].clone();
    let one = |a: &Value| (a["standing"].as_str().unwrap().to_owned(), a["again"].as_bool().unwrap());
    answers.as_array().unwrap().iter().map(one).collect()
}

fn said(standings: &[(&str, bool)]) -> Vec<(String, bool)> {
    standings.iter().map(|(s, again)| ((*s).to_owned(), *again)).collect()
}

#[tokio::test]
async fn each_act_is_answered_on_its_own_and_once() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let digits = s.mother.get("/phone/bundle").await.json()["stays"][0]["fetch"]["digits"].clone();
    let none = json!({});
    let hers = json!([
        act(1, "pick_up", stay, none.clone()),
        act(2, "fly", stay, none.clone()),
        { "id": "no id" },
        act(3, "arrival", StayId(Uuid::from_u128(5)), none.clone()),
        act(4, "note", stay, json!({ "words": "去看了羊。", "pictures": [] })),
    ]);
    let heard = deliver(&mut s.mother, hers.clone()).await;
    let first = said(&[("kept", false), ("refused", false), ("refused", false), ("refused", false), ("kept", false)]);
    assert_eq!(standings(&heard), first);
    assert!(heard.body.contains("没有找到这个周末"), "{}", heard.body);
    let release = json!([act(9, "release", stay, json!({ "code": digits }))]);
    assert_eq!(standings(&deliver(&mut s.teacher, release.clone()).await), said(&[("done", false)]));
    assert_eq!(standings(&deliver(&mut s.teacher, release).await), said(&[("done", true)]));
    let again = standings(&deliver(&mut s.mother, hers).await);
    assert_eq!((&again[0], &again[4]), (&("done".to_owned(), true), &("done".to_owned(), true)));
    let other = json!([act(1, "leaving", stay, none)]);
    assert_eq!(standings(&deliver(&mut s.mother, other).await), said(&[("conflict", false)]));
    assert!(s.mother.get("/notes").await.body.contains("去看了羊。"));
}

#[tokio::test]
async fn half_a_sign_in_a_note_holds_up_nothing() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let note = act(2, "note", stay, json!({ "words": "去看了羊HALF" }));
    let acts = json!([act(1, "pick_up", stay, json!({})), note]);
    let body = json!({ "device": Uuid::from_u128(7), "sent": NOW.plus_minutes(TO_FRIDAY).0, "acts": acts });
    let body = body.to_string().replace("HALF", "\\ud83d").into_bytes();
    let heard = s.mother.post_body("/phone/acts", "application/json", body).await;
    assert_eq!(standings(&heard), said(&[("kept", false), ("kept", false)]));
}

/// A release by a phone whose clock was set meanwhile: the office looks at it.
async fn by_moved_clock(s: &mut Story) -> Reply {
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let digits = s.mother.get("/phone/bundle").await.json()["stays"][0]["fetch"]["digits"].clone();
    let (now, hours) = (NOW.plus_minutes(TO_FRIDAY).0, 3 * 3_600_000);
    let known = json!({ "code": digits, "at": now - hours, "heard": now - 600_000, "behind": hours });
    deliver(&mut s.teacher, json!([act(9, "release", stay, known)])).await
}

#[tokio::test]
async fn a_clock_that_was_set_before_the_sending_is_told_to_whoever_did_it() {
    let mut s = story().await;
    let heard = by_moved_clock(&mut s).await;
    assert_eq!(standings(&heard), said(&[("look", false)]));
    assert!(heard.body.contains("手机的钟调过"), "{}", heard.body);
}

#[tokio::test]
async fn what_somebody_found_out_about_an_act_is_there_when_a_colleague_was_quicker() {
    let mut s = story().await;
    by_moved_clock(&mut s).await;
    let (mut first, mut second) = (s.office().await, s.office().await);
    let seen = format!("/phone/acts/{}/seen", Uuid::from_u128(9));
    let form = second.get("/phone/acts").await.form(&seen);
    let long = second.post(&seen, &filled(form.clone(), &[("words", &"长".repeat(301))])).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.body.contains(&"长".repeat(301)), "nothing typed is lost");
    let kept = first.submit("/phone/acts", &seen, &[("words", "问过老师，五点半放的")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let late = second.post(&seen, &filled(form, &[("words", "门卫也这么说")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("门卫也这么说"), "{}", late.body);
}

#[tokio::test]
async fn a_delivery_that_is_none_is_refused_as_a_whole() {
    let mut s = story().await;
    let form = s.mother.post_body("/phone/acts", "application/x-www-form-urlencoded", b"a=1".to_vec()).await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let odd = s.mother.post_body("/phone/acts", "application/json", b"{\"acts\":7}".to_vec()).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let many: Vec<Value> = (0..60).map(|_| json!({})).collect();
    assert_eq!(deliver(&mut s.mother, json!(many)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut guardian = s.site.as_role(Role::Guardian).await;
    assert_ne!(deliver(&mut guardian, json!([])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn acts_of_one_account_are_not_taken_from_the_session_of_another() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let owner = s.teacher.get("/phone/bundle").await.json()["owner"].clone();
    assert!(owner.is_string(), "{owner}");
    let release = json!([act(9, "release", stay, json!({}))]);
    let sent = NOW.plus_minutes(TO_FRIDAY).0;
    let body = json!({ "owner": owner, "device": Uuid::from_u128(7), "sent": sent, "acts": release });
    let body = body.to_string().into_bytes();
    // The teacher's session has ended, and the coordinator has signed in on the same phone.
    let refused = s.coordinator.post_body("/phone/acts", "application/json", body.clone()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.body);
    let taken = s.teacher.post_body("/phone/acts", "application/json", body).await;
    let again = standings(&taken);
    assert!(again.iter().all(|(_, again)| !again), "nothing of it was kept before: {again:?}");
}

#[tokio::test]
async fn a_weekend_that_nobody_has_approved_sends_no_phone_off_to_fetch_the_child() {
    let mut s = story().await;
    let stay = s.asked().await;
    let asked = s.mother.get("/phone/bundle").await.json()["stays"][0].clone();
    assert_eq!(asked["stay"].as_str(), Some(stay.to_string().as_str()));
    assert!(asked["asked"].as_str().unwrap().contains("申请送出了，等回话"), "{asked}");
    assert!(asked["standing"].is_string() && asked["fetch"].is_null(), "{asked}");
    let mut s = story().await;
    s.approved().await;
    let settled = s.mother.get("/phone/bundle").await.json()["stays"][0].clone();
    assert!(settled["asked"].is_null() && settled["standing"].is_null() && settled["stay"].is_string(), "{settled}");
}

#[tokio::test]
async fn the_bundles_hold_this_weekend_and_no_code_stands_on_the_gates_list() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let home = s.mother.get("/phone/bundle").await;
    assert_eq!(home.header("cache-control"), "no-store");
    let item = home.json()["stays"][0].clone();
    assert_eq!((item["stay"].as_str().unwrap(), item["child"].as_str()), (stay.to_string().as_str(), Some("安小草")));
    let digits = item["fetch"]["digits"].as_str().unwrap().to_owned();
    assert!(item["fetch"]["qr"].as_str().unwrap().starts_with("<svg"), "{item}");
    let gate = s.teacher.get("/phone/bundle").await;
    assert!(gate.body.contains("安小草") && !gate.body.contains(&digits), "{}", gate.body);
    let line = gate.json()["gate"][0].clone();
    assert_eq!(line["tail"].as_str().map(str::len), Some(4));
    assert!(line["tag"].is_string() && line["phone"].is_null() && line["code"].is_null(), "{line}");
    let mut stranger = s.site.as_role(Role::ClassTeacher).await;
    assert_eq!(stranger.get("/phone/bundle").await.json()["gate"], json!([]));
    assert_eq!(s.coordinator.get("/phone/bundle").await.status, StatusCode::FORBIDDEN);
    // Each account has a key of its own for what lies unsent.
    assert_ne!(home.json()["key"], gate.json()["key"]);
    // The frame without network is the same for everybody.
    let frame = s.mother.get("/phone").await;
    assert_eq!(frame.status, StatusCode::OK);
    assert!(!frame.body.contains("安小草") && !frame.body.contains("样例"), "{}", frame.body);
}

#[tokio::test]
async fn the_gates_list_without_network_tells_whom_the_family_has_fetched() {
    let mut s = story().await;
    s.approved().await;
    s.site.wait_minutes(TO_FRIDAY - 30);
    let waits = s.teacher.get("/phone/bundle").await.json()["gate"][0].clone();
    assert_eq!((&waits["state"], &waits["family"]), (&json!("approved"), &json!(false)), "{waits}");
    let pass = format!("/children/{}/hand-over", s.child);
    let came = [("to", "guardian"), ("guardian", "other"), ("guardian_name", "安样婆"), ("words", "到校门口接走")];
    s.teacher.submit(&pass, &pass, &came).await;
    let line = s.teacher.get("/phone/bundle").await.json()["gate"][0].clone();
    assert_eq!((&line["state"], &line["family"]), (&json!("approved"), &json!(true)), "{line}");
    let frame = s.teacher.get("/phone").await.body;
    assert!(frame.contains("\nfamily=家里人先接走了"), "{frame}");
}

#[tokio::test]
async fn the_worker_keeps_the_scripts_of_this_build() {
    let mut visitor = story().await.site.visitor();
    let worker = visitor.get("/worker.js").await;
    assert!(worker.header("content-type").starts_with("text/javascript"), "{:?}", worker.headers);
    let kept: Vec<&str> = worker.body.split('\'').filter(|t| t.starts_with("/static/")).collect();
    assert_eq!(kept.len(), 6);
    for path in kept {
        assert_eq!(visitor.get(path).await.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
    }
}

#[tokio::test]
async fn a_phone_sends_nobody_off_for_a_child_that_its_family_has_fetched() {
    let mut s = story().await;
    s.approved().await;
    s.site.wait_minutes(TO_FRIDAY - 30);
    let pass = format!("/children/{}/hand-over", s.child);
    s.teacher.submit(&pass, &pass, &[("to", "guardian"), ("words", "安样父到校门口接走")]).await;
    let stay = s.mother.get("/phone/bundle").await.json()["stays"][0].clone();
    assert_eq!(stay["asked"], "安小草家里人接走了，先别去接", "{stay}");
    assert_eq!(stay["standing"], "家里人接走了", "{stay}");
}
