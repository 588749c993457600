//! A worry needs nothing but words; nobody outside its circle learns that it exists.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::ConcernId;
use naheya_domain::viewer::Place;
use uuid::Uuid;

use crate::browser::filled;
use crate::child::child;
use crate::site::{Site, site};

const WORDS: &str = "我不想回去。叔叔喝了酒，会拿皮带。";

/// The first concern that the leader sees.
async fn first(browser: &mut crate::browser::Browser) -> ConcernId {
    let list = browser.get("/concerns").await;
    let id = list.body.split("href=\"/concerns/").find_map(|rest| ConcernId::parse(rest.split('"').next()?));
    id.unwrap()
}

async fn raise(site: &Site, typed: &[(&str, &str)]) {
    let reply = site.visitor().submit("/concerns/new", "/concerns", typed).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/concerns/said"));
}

#[tokio::test]
async fn anybody_says_a_worry_without_an_account_and_110_comes_first() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let page = site.visitor().get("/concerns/new").await;
    let (call, form) =
        (page.body.find("tel:110").unwrap(), page.body.find("<form method=\"post\" action=\"/concerns\"").unwrap());
    assert!(call < form);
    let nothing = site.visitor().submit("/concerns/new", "/concerns", &[("words", " ")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    raise(&site, &[("words", WORDS), ("situation", "mr4")]).await;
    assert!(site.visitor().get("/concerns/said").await.body.contains("tel:110"));
    let id = first(&mut leader).await;
    let file = leader.get(&format!("/concerns/{id}")).await;
    assert!(file.body.contains(WORDS) && file.body.contains("现在就要报公安"));
    assert!(!leader.get("/concerns").await.body.contains(WORDS));
}

#[tokio::test]
async fn of_several_counties_a_worry_goes_to_the_one_that_was_chosen() {
    let site = site().await;
    let mut here = site.as_role(Role::Leader).await;
    assert!(!site.visitor().get("/concerns/new").await.body.contains("name=\"county\""), "one needs no choice");
    let there = naheya_domain::AreaId(150_122);
    let newcomer = |login: &str| naheya_store::county::Newcomer { login: login.into(), name: "样例".into() };
    let join = naheya_store::county::JoinCounty { admin: newcomer("it-there"), leader: newcomer("lead-there") };
    site.wait_minutes(1);
    site.store.as_system(naheya_store::SystemTask::SetUp, there, site.now()).save(join).await.unwrap();
    let page = site.visitor().get("/concerns/new").await.body;
    let (first, second) = (page.find("value=\"150825\"").unwrap(), page.find("value=\"150122\"").unwrap());
    assert!(first < second, "the county of the public page comes first: {page}");
    raise(&site, &[("words", WORDS), ("county", "150122")]).await;
    assert!(!here.get("/concerns").await.body.contains("class=\"what\""), "it is not for this county");
    raise(&site, &[("words", WORDS), ("county", "999999")]).await;
    assert_eq!(here.get("/concerns").await.body.matches("class=\"what\"").count(), 1, "no choice loses a worry");
    assert!(!here.get("/concerns/new").await.body.contains("name=\"county\""), "who is signed in says it at home");
}

#[tokio::test]
async fn a_child_that_is_hurt_or_ill_is_one_tap_from_an_ambulance() {
    let site = site().await;
    for page in ["/concerns/new", "/concerns/said", "/phone"] {
        let body = site.visitor().get(page).await.body;
        assert!(body.contains("href=\"tel:120\"") && body.contains("受伤、急病，打 120"), "{page}: {body}");
    }
    let glass = site.as_role(Role::TownWorker).await.get("/break-glasses/new").await.body;
    assert!(glass.contains("href=\"tel:120\""), "{glass}");
}

#[tokio::test]
async fn the_form_of_a_worry_is_kept_by_no_browser() {
    let site = site().await;
    let page = site.visitor().get("/concerns/new").await;
    assert_eq!(page.headers["cache-control"], "no-store");
    let form = page.body.split("<form method=\"post\" action=\"/concerns\"").nth(1).unwrap();
    let form = form.split('>').next().unwrap();
    assert!(form.contains("autocomplete=\"off\"") && form.contains("data-forget"), "{form}");
}

#[tokio::test]
async fn the_same_worry_sent_twice_is_one() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut visitor = site.visitor();
    let form = filled(visitor.get("/concerns/new").await.form("/concerns"), &[("words", WORDS)]);
    visitor.post("/concerns", &form).await;
    visitor.post("/concerns", &form).await;
    assert_eq!(leader.get("/concerns").await.body.matches("class=\"what\"").count(), 1);
}

#[tokio::test]
async fn visitors_who_say_the_same_word_for_word_stand_in_one_line_and_each_can_be_opened() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    for _ in 0..3 {
        raise(&site, &[("words", WORDS)]).await;
    }
    raise(&site, &[("words", WORDS), ("situation", "mr4")]).await;
    raise(&site, &[("words", WORDS), ("contact", "13900000000")]).await;
    let list = leader.get("/concerns").await.body;
    assert_eq!(
        list.matches("class=\"what\"").count(),
        3,
        "what was ticked and who can be reached is something else: {list}"
    );
    assert!(list.contains("还有 2 条写得一字不差"), "{list}");
    for id in list.split("href=\"/concerns/").filter_map(|rest| ConcernId::parse(rest.split('"').next()?)) {
        assert_eq!(leader.get(&format!("/concerns/{id}")).await.status, StatusCode::OK);
    }
    let above = list.split("还有 2 条").next().and_then(|before| before.rsplit("href=\"/concerns/").next()).unwrap();
    let id = above.split('"').next().unwrap();
    leader.submit(&format!("/concerns/{id}"), &format!("/concerns/{id}/taking-up"), &[]).await;
    let list = leader.get("/concerns").await.body;
    assert!(list.contains("还有 1 条写得一字不差"), "what is in hand stands for itself: {list}");
    let waiting = leader.get("/today").await.body.matches("btn--quiet\" href=\"/concerns/").count();
    assert_eq!(waiting, 3, "one line for the two");
}

#[tokio::test]
async fn a_childs_page_hands_the_child_on_and_the_list_names_nobody() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/concerns/new?child={id}");
    me.submit(&page, "/concerns", &[("words", WORDS)]).await;
    assert!(!leader.get("/concerns").await.body.contains("安小草"));
    let concern = first(&mut leader).await;
    let file = leader.get(&format!("/concerns/{concern}")).await;
    assert!(file.body.contains("安小草"));
    assert!(!file.body.split("</title>").next().unwrap().contains("安小草"));
}

#[tokio::test]
async fn outside_the_circle_a_concern_is_an_absent_one() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    raise(&site, &[("words", WORDS)]).await;
    let id = first(&mut leader).await;
    // Came after the concern: not in its circle.
    let mut late = site.as_role(Role::Coordinator).await;
    assert_eq!(late.get(&format!("/concerns/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(leader.get(&format!("/concerns/{}", Uuid::now_v7())).await.status, StatusCode::NOT_FOUND);
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/concerns").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whom_it_is_about_loses_sight_of_it() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut about = site.signed_in(account).await;
    raise(&site, &[("words", WORDS)]).await;
    let id = first(&mut leader).await;
    assert_eq!(about.get(&format!("/concerns/{id}")).await.status, StatusCode::OK);
    let (page, action) = (format!("/concerns/{id}"), format!("/concerns/{id}/people"));
    leader.submit(&page, &action, &[("account", &account.to_string())]).await;
    assert_eq!(about.get(&page).await.status, StatusCode::NOT_FOUND);
    assert!(!about.get("/concerns").await.body.contains(&id.to_string()));
}

#[tokio::test]
async fn it_is_taken_up_reported_written_on_suspended_and_closed_with_a_result() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    raise(&site, &[("words", WORDS), ("situation", "mr4")]).await;
    let id = first(&mut leader).await;
    let page = format!("/concerns/{id}");
    let step = |tail: &str| format!("/concerns/{id}/{tail}");
    // Reporting takes it up by itself.
    leader.submit(&page, &step("report"), &[("to", "police")]).await;
    assert!(leader.get(&page).await.body.contains("报给公安"));
    leader.submit(&page, &step("entries"), &[("words", "校医看过了")]).await;
    assert!(leader.get(&page).await.body.contains("校医看过了"));
    leader.submit(&page, &step("suspension"), &[]).await;
    assert!(leader.get(&page).await.body.contains("已经停了"));
    let bare = leader.submit(&page, &step("suspension/end"), &[("lift_reason", "好")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    leader.submit(&page, &step("suspension/end"), &[("lift_reason", "公安查过，家里安全")]).await;
    let lifted = leader.get(&page).await;
    assert!(lifted.body.contains("公安查过，家里安全") && !lifted.body.contains("suspension/end"));
    let bare = leader.submit(&page, &step("closure"), &[("result", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    leader.submit(&page, &step("closure"), &[("result", "孩子在奶奶家，平安")]).await;
    assert!(leader.get(&page).await.body.contains("孩子在奶奶家，平安"));
}

#[tokio::test]
async fn an_answer_of_too_few_words_is_told_so_and_not_that_it_is_missing() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    raise(&site, &[("words", WORDS), ("situation", "mr4")]).await;
    let page = format!("/concerns/{}", first(&mut leader).await);
    let (taken, closure) = (format!("{page}/taking-up"), format!("{page}/closure"));
    leader.submit(&page, &taken, &[]).await;
    let none = leader.submit(&page, &closure, &[("result", "")]).await.body;
    assert!(none.contains("请写结果，孩子现在怎样") && !none.contains("至少四个"), "{none}");
    let few = leader.submit(&page, &closure, &[("result", "已安顿")]).await.body;
    assert!(few.contains("至少四个") && few.contains(">已安顿</textarea>"), "what was typed stays: {few}");
    assert!(!few.contains("请写结果，孩子现在怎样"), "{few}");
}

#[tokio::test]
async fn a_closed_concern_counts_no_hours_in_the_list() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    raise(&site, &[("words", WORDS)]).await;
    let id = first(&mut leader).await;
    assert!(leader.get("/concerns").await.body.contains("从第一句话起"));
    let page = format!("/concerns/{id}");
    leader.submit(&page, &format!("{page}/report"), &[("to", "police")]).await;
    leader.submit(&page, &format!("{page}/closure"), &[("result", "孩子在奶奶家，平安")]).await;
    let list = leader.get("/concerns").await.body;
    assert!(list.contains("办结") && !list.contains("从第一句话起"), "{list}");
}

#[tokio::test]
async fn who_names_nobody_is_asked_for_one_of_the_three() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    raise(&site, &[("words", WORDS)]).await;
    let page = format!("/concerns/{}", first(&mut leader).await);
    let bare = leader.submit(&page, &format!("{page}/people"), &[]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("请至少写一位") && !bare.body.contains("档案编号还没填"), "{}", bare.body);
}

#[tokio::test]
async fn odd_input_to_a_worry_is_never_our_fault() {
    let site = site().await;
    let long = "长".repeat(4001);
    for typed in [[("words", long.as_str()), ("contact", "")], [("words", "<script>"), ("contact", long.as_str())]] {
        let reply = site.visitor().submit("/concerns/new?child=x", "/concerns", &typed).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!reply.body.contains("<script>"));
    }
}

#[tokio::test]
async fn the_list_as_excel_has_times_and_neither_a_name_nor_a_word() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    assert!(!leader.get("/concerns").await.body.contains("/concerns.xlsx"), "nothing to take out");
    raise(&site, &[("words", WORDS), ("situation", "mr4")]).await;
    assert!(leader.get("/concerns").await.body.contains("/concerns.xlsx"));
    let reply = leader.get("/concerns.xlsx").await;
    assert!(reply.status == StatusCode::OK && reply.header("content-type").contains("spreadsheetml"));
    let book = naheya_documents::workbook::Workbook::read(&reply.bytes, "a.xlsx").unwrap();
    let cells = book.sheets[0].rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.content.text().to_string()));
    let text = cells.collect::<Vec<String>>().join("|");
    assert!(text.contains("2026-11-20 10:00") && !text.contains("皮带"), "{text}");
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/concerns.xlsx").await.status, StatusCode::NOT_FOUND, "nor that there is such a list");
}
