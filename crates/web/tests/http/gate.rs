//! The list that lies at the gate, before its day and on it; and whom the office calls.

use axum::http::StatusCode;
use naheya_domain::id::StayId;

use crate::browser::Reply;
use crate::story::story;

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

#[tokio::test]
async fn a_childs_file_leads_the_office_to_the_weekend_mother_and_tells_her_phone() {
    let mut s = story().await;
    let page = format!("/children/{}", s.child);
    let file = s.office().await.get(&page).await;
    let her = file.body.split("<a href=\"/volunteers/").nth(1).unwrap();
    let line = her.split("</dd>").next().unwrap();
    assert!(line.contains(">李样例</a>") && line.contains("<a class=\"tap nb\" href=\"tel:13900000001\">"), "{line}");
    let file = s.teacher.get(&page).await;
    saw(&file, "李样例");
    assert!(!file.body.contains("/volunteers/") && !file.body.contains("13900000001"), "{}", file.body);
}

#[tokio::test]
async fn a_number_on_a_file_is_called_by_a_tap() {
    let s = story().await;
    let mut office = s.office().await;
    let (child, volunteer) = (format!("/children/{}", s.child), format!("/volunteers/{}", s.carer.volunteer.0));
    saw(&office.get(&child).await, "<a class=\"tap nb\" href=\"tel:13900000009\">");
    saw(&office.get(&volunteer).await, "<a class=\"tap nb\" href=\"tel:13900000001\">");
}

#[tokio::test]
async fn the_list_of_a_day_to_come_is_reached_and_says_that_it_may_change() {
    let mut s = story().await;
    let mut typed = s.wanted();
    typed[0].1 = "2026-11-27T17:30/2026-11-29T18:30".into();
    assert_eq!(s.ask(&typed).await.location(), "/home");
    let next = s.leader.get("/stays?week=next").await.body;
    let id = next.split("href=\"/stays/").find_map(|rest| StayId::parse(rest.split('"').next()?));
    let stay = id.unwrap();
    for (tail, typed) in [("/wish", vec![("wish", "yes"), ("alone", "on")]), ("/endorsement", vec![("answer", "yes")])]
    {
        s.teacher.submit("/friday", &at(stay, tail), &typed).await;
    }
    let approved = s.coordinator.submit(&at(stay, ""), &at(stay, "/approval"), &[]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
    let today = s.teacher.get("/friday/list").await;
    saw(&today, "今天没有孩子要接");
    saw(&today, "href=\"/friday/list?on=2026-11-27\"");
    let list = s.teacher.get("/friday/list?on=2026-11-27").await;
    for words in ["放学名单 11月27日 周五", "安小草", "放行当天再印一张"] {
        saw(&list, words);
    }
    assert!(!list.body.contains("超过 4 小时"), "{}", list.body);
    saw(&s.teacher.get("/friday/list?on=2026-11-26").await, "这一天没有孩子要接");
    saw(&s.teacher.get("/friday/list?on=x").await, "今天没有孩子要接");
}

#[tokio::test]
async fn the_printed_list_says_who_has_left_already() {
    let mut s = story().await;
    s.released().await;
    saw(&s.teacher.get("/friday/list").await, "已接走</td>");
}
