//! A return that is agreed for later, as the office writes it down and as the others read it.

use axum::http::StatusCode;
use naheya_domain::id::StayId;
use naheya_store::SystemTask;

use crate::browser::{Browser, Reply};
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
    assert!(!s.teacher.get("/sunday").await.body.contains("安小草"), "she is not awaited tonight");
    s.site.wait_minutes(23 * 60);
    saw(&s.teacher.get("/sunday").await, "安小草");
}

#[tokio::test]
async fn a_later_hour_that_does_not_fit_is_told_at_its_field_and_the_words_stay() {
    let (_s, stay, mut office) = late().await;
    let page = at(stay, "/later");
    for (on, by, told) in [
        ("2026-11-26", "18:30", "最多改到原来说好的三天以后"),
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
    let sent = office.submit(&page, &page, &[("words", "封路")]).await;
    saw(&sent, "再写清楚一点");
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
