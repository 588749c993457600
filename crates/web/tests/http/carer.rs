//! One person with two roles: a teacher whose child goes to her own home reads who speaks for it, and the office helps on.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::StayId;
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountView, AddGrant};

use crate::browser::Reply;
use crate::story::{Story, TO_FRIDAY, story};

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

/// The teacher of the class is the weekend mother as well, by the same account.
async fn teaches_too(s: &Story) {
    let desk = s.site.system();
    let account = desk.find_accounts(AccountView::Staff, "class_teacher").await.unwrap()[0].id;
    let (role, place) = (Role::Volunteer, Place::Person(s.carer.volunteer.0));
    desk.save(AddGrant { account, role, place, from_on: s.site.now().date(), to_on: None }).await.unwrap();
}

#[tokio::test]
async fn a_teacher_reads_who_speaks_for_a_child_of_her_own_home_and_the_office_writes_down_the_schools_yes() {
    let mut s = story().await;
    let stay = s.asked().await;
    teaches_too(&s).await;
    let friday = s.teacher.get("/friday").await;
    for words in ["这次有孩子去您家", "请打给协调员", "办公室可以找：样例", "去您家，请别人来点"]
    {
        saw(&friday, words);
    }
    assert!(!friday.body.contains("/endorsement") && !friday.body.contains(&at(stay, "/wish")), "{}", friday.body);
    let page = at(stay, "");
    saw(&s.coordinator.get(&page).await, "班里的老师就是接孩子的这一家");
    let word = at(stay, "/school-word");
    let empty = s.coordinator.submit(&page, &word, &[("school_words", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = s.coordinator.submit(&page, &word, &[("school_words", "马老师电话里说可以")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    saw(&s.coordinator.get(&page).await, "马老师电话里说可以");
    s.coordinator.submit(&page, &at(stay, "/wish"), &[("wish", "yes"), ("alone", "on")]).await;
    s.coordinator.submit(&page, &at(stay, "/approval"), &[]).await;
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stay).await;
    let card = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    saw(&card, "这次有孩子去您家");
    assert!(!card.body.contains("action=\"/releases\""), "{}", card.body);
    let list = s.teacher.get("/friday/list").await;
    saw(&list, "这一家的人自己不放行");
}
