//! A return that is agreed for later, as the office writes it down and as the others read it.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::StayId;
use naheya_domain::viewer::Place;
use naheya_store::SystemTask;

use crate::browser::{Browser, Reply, filled};
use crate::site::COUNTY;
use crate::story::{Story, TO_SUNDAY, story};

const WORDS: &str = "和李样例、安样父都说好了，雪大封路";

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

/// Sunday 18:50, and the child is not back; the office, signed in.
async fn late() -> (Story, StayId, Browser) {
    let mut s = story().await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 20);
    s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now()).raise_alarms().await.unwrap();
    let office = s.office().await;
    (s, stay, office)
}

#[tokio::test]
async fn the_office_puts_a_late_return_off_and_nobody_is_missed_until_then() {
    let (mut s, stay, mut office) = late().await;
    let page = at(stay, "/later");
    for from in ["/board".to_owned(), at(stay, ""), at(stay, "/result")] {
        saw(&office.get(&from).await, &format!("href=\"{page}\""));
    }
    let form = office.get(&page).await;
    for words in ["安小草晚些回来", "tel:13900000001", "tel:13900000009", "value=\"2026-11-23\"", "value=\"18:30\""]
    {
        saw(&form, words);
    }
    let sent = office.submit(&page, &page, &[("words", WORDS)]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/board"), "{}", sent.body);
    let board = office.get("/board").await;
    assert!(!board.body.contains("要盯着的"), "{}", board.body);
    saw(&s.mother.get("/home").await, "11月23日 周一 18:30");
    // She is not awaited tonight; should she be brought all the same, she is received there.
    let roll = s.teacher.get("/sunday").await;
    saw(&roll, "返校：今天没有要返校的");
    saw(&roll, "还在外面、今天不用回来：1 个");
    saw(&roll, &format!("action=\"{}\"", at(stay, "/return")));
    s.site.wait_minutes(23 * 60);
    let roll = s.teacher.get("/sunday").await;
    saw(&roll, "安小草");
    assert!(!roll.body.contains("还在外面"), "{}", roll.body);
}

#[tokio::test]
async fn a_later_hour_that_does_not_fit_is_told_at_its_field_and_the_words_stay() {
    let (_s, stay, mut office) = late().await;
    let page = at(stay, "/later");
    for (on, by, told) in [
        ("2026-11-26", "18:30", "一次最多往后改三天"),
        ("2026-11-22", "18:40", "已经过了"),
        ("", "18:30", "改到哪天还没填"),
        ("2026-11-23", "25:99", "请写成 17:30 这样"),
    ] {
        let sent = office.submit(&page, &page, &[("on", on), ("by", by), ("words", WORDS)]).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{on} {by}");
        for words in [told, WORDS] {
            saw(&sent, words);
        }
    }
    // What was sent is kept until it fits, also for the next look at the page.
    saw(&office.get(&page).await, WORDS);
    let short = [("on", "2026-11-23"), ("by", "18:30"), ("words", "封路")];
    saw(&office.submit(&page, &page, &short).await, "再写清楚一点");
}

/// The yes reaches to Sunday, and the child comes back on Monday.
async fn short(s: &Story, stay: StayId, office: &mut Browser) {
    let (new, consents) = (format!("/children/{}/consents/new", s.child), format!("/children/{}/consents", s.child));
    let (guardian, by_phone) =
        (s.guardian.to_string(), [("answer", "yes"), ("how", "voice"), ("evidence", "电话里说的")]);
    let overnight = [("guardian", guardian.as_str()), ("purpose", "overnight")];
    let until = [overnight.as_slice(), &by_phone, &[("to_on", "2026-11-22")]].concat();
    assert_eq!(office.submit(&new, &consents, &until).await.location(), consents);
    let page = at(stay, "/later");
    office.submit(&page, &page, &[("words", WORDS)]).await;
}

#[tokio::test]
async fn a_yes_to_the_nights_until_the_child_is_back_is_taken_twice_on_a_bad_road() {
    let (s, stay, mut office) = late().await;
    short(&s, stay, &mut office).await;
    let mut parent = s.site.as_grant(Role::Guardian, Place::Person(s.guardian.0)).await;
    let ask = format!("/family/{}/questions/3", s.child);
    let form = filled(parent.get(&ask).await.form(&ask), &[("answer", "away")]);
    for _ in 0..2 {
        let said = parent.post(&ask, &form).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    }
}

#[tokio::test]
async fn a_night_that_the_guardians_yes_does_not_reach_is_asked_for_and_nobody_is_said_to_have_taken_it_back() {
    let (s, stay, mut office) = late().await;
    short(&s, stay, &mut office).await;
    let today = office.get("/today").await;
    for words in ["家长的同意到 11月22日 为止，安小草要 11月23日 周一 18:30 才回来", "打电话，问后面的几晚"]
    {
        saw(&today, words);
    }
    assert!(!today.body.contains("收回了同意"), "{}", today.body);
    saw(&office.get(&at(stay, "")).await, "家长的同意到 11月22日 为止");
    let whom = office.get(&at(stay, "/hand-back")).await;
    for words in ["安小草后面的几晚，要再问家长", "tel:13900000009", "2026-11-23"] {
        saw(&whom, words);
    }
    let new = format!("/children/{}/consents/new", s.child);
    let form = office.get(&format!("{new}?purpose=overnight&to_on=2026-11-23")).await;
    saw(&form, "value=\"2026-11-23\"");
    let mut parent = s.site.as_grant(Role::Guardian, Place::Person(s.guardian.0)).await;
    saw(&parent.get("/family").await, "您的同意到 11月22日 为止");
    let ask = format!("/family/{}/questions/3", s.child);
    saw(&parent.get(&ask).await, "可以，到 2026年11月23日 回来为止");
    let said = parent.submit(&ask, &ask, &[("answer", "away")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    assert!(!parent.get("/family").await.body.contains("您的同意到"));
    s.site.wait_minutes(1);
    let today = office.get("/today").await;
    assert!(!today.body.contains("家长的同意到"), "{}", today.body);
}

#[tokio::test]
async fn the_page_of_the_stay_says_when_a_later_return_was_agreed_and_with_whom() {
    let (_s, stay, mut office) = late().await;
    assert!(!office.get(&at(stay, "")).await.body.contains("约好晚些回来："));
    let page = at(stay, "/later");
    office.submit(&page, &page, &[("words", WORDS)]).await;
    let shown = office.get(&at(stay, "")).await;
    saw(&shown, "11月22日 周日 18:50 约好晚些回来：");
    saw(&shown, WORDS);
}

#[tokio::test]
async fn a_child_that_has_not_left_has_no_hour_to_put_off() {
    let mut s = story().await;
    let stay = s.approved().await;
    let reply = s.coordinator.get(&at(stay, "/later")).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/board"));
    assert!(!s.coordinator.get(&at(stay, "")).await.body.contains("/later\""));
    assert_eq!(s.teacher.get(&at(stay, "/later")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_child_comes_from_hospital_back_to_its_carer_by_a_page_of_its_own() {
    let mut s = story().await;
    let stay = s.released().await;
    let mut office = s.office().await;
    let (result, page) = (at(stay, "/result"), at(stay, "/regain"));
    saw(&office.get(&at(stay, "")).await, &format!("href=\"{result}\""));
    let not_there = office.get(&page).await;
    assert_eq!((not_there.status, not_there.location()), (StatusCode::SEE_OTHER, "/board"));
    office.submit(&result, &result, &[("outcome", "hospital"), ("reason", "发烧，在旗医院打针")]).await;
    for from in ["/board".to_owned(), at(stay, "")] {
        saw(&office.get(&from).await, &format!("href=\"{page}\""));
    }
    saw(&s.mother.get("/home").await, "孩子又回到您身边了，马上打给协调员记一笔");
    let form = office.get(&page).await;
    for words in ["安小草又回到周末妈妈那里", "tel:13900000001", "value=\"2026-11-22\"", "value=\"18:30\""]
    {
        saw(&form, words);
    }
    let short = office.submit(&page, &page, &[("words", "好了")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    saw(&short, "再写清楚一点");
    let sent = office.submit(&page, &page, &[("words", WORDS)]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/board"), "{}", sent.body);
    saw(&s.mother.get("/home").await, "接到安小草了请点一下");
}

#[tokio::test]
async fn several_children_are_put_off_from_one_page_once_they_are_ticked() {
    let (mut s, stay, mut office) = late().await;
    let (page, form) = ("/stays/later-returns/new", "/stays/later-returns");
    for words in ["安小草 · 李样例 13900000001", "value=\"2026-11-23\"", "value=\"18:30\""] {
        saw(&office.get(page).await, words);
    }
    let none = office.submit(page, form, &[("words", WORDS)]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["请勾说好了的孩子", WORDS] {
        saw(&none, words);
    }
    let id = stay.to_string();
    let sent = office.submit(page, form, &[("stay", id.as_str()), ("words", WORDS)]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/board"), "{}", sent.body);
    saw(&s.mother.get("/home").await, "11月23日 周一 18:30");
    assert_eq!(s.teacher.get(page).await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.get(&format!("{page}?school=x")).await.status, StatusCode::NOT_FOUND);
}
