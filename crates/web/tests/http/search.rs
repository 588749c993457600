use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::viewer::Place;
use naheya_store::audit::AuditFilter;
use naheya_store::child::OpenFile;
use naheya_store::guardian::AddGuardian;

use crate::child::{child, details};
use crate::site::{Site, site};
use crate::story::{Story, TO_SUNDAY, story};

async fn search(site: &Site, role: Role, typed: &str) -> String {
    let mut browser = site.as_role(role).await;
    let led = browser.submit("/search", "/search", &[("q", typed)]).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.body);
    assert!(!led.location().contains("q="), "no name in the address: {}", led.location());
    browser.get(led.location()).await.body
}

#[tokio::test]
async fn people_schools_and_pages_are_found_by_name_pinyin_and_initials() {
    let site = site().await;
    site.system().save(OpenFile { details: details(&site, "石小榴") }).await.unwrap();
    let mut clerk = site.as_role(Role::Coordinator).await;
    let typed = [("name", "石样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    assert_eq!(clerk.submit("/volunteers/new", "/volunteers", &typed).await.status, StatusCode::SEE_OTHER);
    for typed in ["石", "shi", "s"] {
        let body = search(&site, Role::Coordinator, typed).await;
        assert!(body.contains("石小榴") && body.contains("石样例"), "{typed}: {body}");
    }
    let pages = search(&site, Role::Coordinator, "zhi").await;
    assert!(pages.contains("<b>志愿者</b>"), "{pages}");
    let title = pages.split("<title>").nth(1).unwrap().split("</title>").next().unwrap().to_owned();
    assert!(!title.contains("zhi"));
    let none = search(&site, Role::Coordinator, "没有这个人").await;
    assert!(none.contains("没有对得上的"));
    // What is typed comes back as text, whatever it is.
    let hostile = search(&site, Role::Coordinator, "<script>alert(1)</script>").await;
    assert!(!hostile.contains("<script>alert"));
}

#[tokio::test]
async fn nobody_finds_who_is_not_in_their_care() {
    let site = site().await;
    site.system().save(OpenFile { details: details(&site, "石小榴") }).await.unwrap();
    let town = search(&site, Role::TownWorker, "石小榴").await;
    assert!(!town.contains("/children/0"), "{town}");
    let mut auditor = site.as_role(Role::Auditor).await;
    assert_eq!(auditor.get("/search").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_child_is_found_by_its_guardian_and_the_page_says_whose_guardian_that_is() {
    let site = site().await;
    let child = child(&site, "石小榴").await;
    let form = GuardianForm { name: "王样芳", relation: "母亲", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    site.system().save(AddGuardian { child, details }).await.unwrap();
    for typed in ["王样芳", "wyf"] {
        let body = search(&site, Role::Coordinator, typed).await;
        assert!(body.contains(&format!("/children/{child}")) && body.contains("监护人 王样芳"), "{typed}: {body}");
        let elsewhere = search(&site, Role::TownWorker, typed).await;
        assert!(!elsewhere.contains("石小榴") && !elsewhere.contains("监护人 王样芳"), "{typed}: {elsewhere}");
    }
    let own = search(&site, Role::Coordinator, "石小榴").await;
    assert!(own.contains(&format!("/children/{child}")) && !own.contains("按监护人找到的孩子"), "{own}");
}

#[tokio::test]
async fn a_search_is_its_writers_and_counts_only_where_the_address_says_so() {
    let site = site().await;
    for name in ["石小榴", "安小草"] {
        site.system().save(OpenFile { details: details(&site, name) }).await.unwrap();
    }
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut one = site.signed_in(account).await;
    one.submit("/children", "/children/search", &[("q", "石")]).await;
    let all = one.get("/children").await.body;
    assert!(all.contains("石小榴") && all.contains("安小草"));
    let found = one.get("/children?found=1").await.body;
    assert!(found.contains("石小榴") && !found.contains("安小草"));
    let mut other = site.as_role(Role::Coordinator).await;
    assert!(other.get("/children?found=1").await.body.contains("安小草"));
    // Emptying the box is no search.
    let led = one.submit("/children?found=1", "/children/search", &[("q", "")]).await;
    assert_eq!(led.location(), "/children?view=here");
}

#[tokio::test]
async fn pages_and_what_one_may_begin_are_found_by_any_of_their_words_and_by_nobody_else() {
    let site = site().await;
    let meant = [("新建", "/children/new"), ("daoru", "/imports"), ("jjr", "/holidays"), ("核查", "/checks/new")];
    for (typed, path) in meant {
        let body = search(&site, Role::Coordinator, typed).await;
        assert!(body.contains(&format!("<a class=\"cell\" href=\"{path}\"")), "{typed}: {body}");
    }
    let town = search(&site, Role::TownWorker, "新建").await;
    assert!(!town.contains("/accounts/new"), "a child director makes no accounts");
}

#[tokio::test]
async fn a_page_is_found_by_what_is_done_there_and_by_nobody_whom_it_does_not_let_in() {
    let site = site().await;
    let meant = [
        ("无犯罪", "/checks/new"),
        ("合并", "/merges"),
        ("改名", "/schools"),
        ("密码", "/accounts"),
        ("转告", "/notices/queue"),
    ];
    for (typed, path) in meant {
        let body = search(&site, Role::Coordinator, typed).await;
        assert!(body.contains(&format!("<a class=\"cell\" href=\"{path}\"")), "{typed}: {body}");
    }
    let one = search(&site, Role::Coordinator, "转").await;
    assert!(!one.contains("<a class=\"cell\" href=\"/notices/queue\""), "one letter is no word: {one}");
    let town = search(&site, Role::TownWorker, "密码").await;
    assert!(!town.contains("<a class=\"cell\" href=\"/accounts\""), "a child director keeps no accounts: {town}");
}

#[tokio::test]
async fn an_account_is_found_by_whoever_keeps_accounts() {
    let site = site().await;
    let typed = [("name", "周样例"), ("login", "zhou-laoshi"), ("role", "coordinator"), ("place", "county")];
    let made = site.as_role(Role::Leader).await.submit("/accounts/new", "/accounts", &typed).await;
    let account = made.location().to_owned();
    for typed in ["周样例", "zyl", "zhou-l"] {
        assert!(search(&site, Role::Coordinator, typed).await.contains(&account), "{typed}");
        let mut keeper = site.as_role(Role::ItAdmin).await;
        let led = keeper.submit("/accounts", "/accounts/search", &[("q", typed)]).await;
        assert!(!led.location().contains("q="), "no name in the address: {}", led.location());
        assert!(keeper.get(led.location()).await.body.contains(&account), "{typed}");
    }
    assert!(!search(&site, Role::TownWorker, "周样例").await.contains(&account));
    let mut keeper = site.as_role(Role::ItAdmin).await;
    let none = keeper.submit("/accounts", "/accounts/search", &[("q", "没有这个人")]).await;
    assert!(keeper.get(none.location()).await.body.contains("没有找到"));
}

#[tokio::test]
async fn a_child_that_is_found_is_told_with_where_it_is_now_to_who_hands_children_over() {
    let mut s = story().await;
    let body = search(&s.site, Role::Coordinator, "安小草").await;
    assert!(body.contains("安小草") && !body.contains("现在："), "nobody has ever handed it over: {body}");
    s.released().await;
    let body = search(&s.site, Role::Coordinator, "安小草").await;
    assert!(body.contains("现在：在回家路上，李样例接的"), "{body}");
    s.site.wait_minutes(TO_SUNDAY + 60);
    let body = search(&s.site, Role::Leader, "安小草").await;
    assert!(body.contains("现在：没到，李样例接的"), "{body}");
    assert!(!search(&s.site, Role::TownWorker, "安小草").await.contains("现在："));
}

/// How often this role has looked at the child of the story.
pub async fn looks(s: &Story, role: Role) -> usize {
    let filter = AuditFilter { about: Some(s.child.0), ..AuditFilter::default() };
    let (trail, _) = s.site.system().audit_events(&filter).await.unwrap();
    trail.iter().filter(|line| line.act == "look" && line.role == role.code()).count()
}

#[tokio::test]
async fn rule_5_whoever_is_told_by_a_search_where_a_child_is_has_looked() {
    let mut s = story().await;
    let before = looks(&s, Role::Coordinator).await;
    search(&s.site, Role::Coordinator, "安小草").await;
    assert_eq!(looks(&s, Role::Coordinator).await, before, "its school and class, as in any list");
    s.released().await;
    let before = looks(&s, Role::Coordinator).await;
    search(&s.site, Role::Coordinator, "安小草").await;
    assert_eq!(looks(&s, Role::Coordinator).await, before + 1);
}

#[tokio::test]
async fn the_gate_and_the_roll_are_found_by_the_office_which_has_no_tab_for_them() {
    let site = site().await;
    for (typed, page) in [("放学", "href=\"/friday\""), ("返校", "href=\"/sunday\"")] {
        assert!(search(&site, Role::Coordinator, typed).await.contains(page), "{typed}");
        assert!(!search(&site, Role::TownWorker, typed).await.contains(page), "{typed}");
    }
}

#[tokio::test]
async fn what_somebody_wants_to_do_is_found_by_her_own_words_and_says_how() {
    let site = site().await;
    for (typed, what, href) in [
        ("转学", "孩子转学、转班", "/children"),
        ("同意书", "家长的同意书", "/children"),
        ("孩子的妈妈电话号码换了", "家长换了电话", "/children"),
        ("生病", "周末妈妈病了、这阵子来不了", "/volunteers"),
        ("升班", "新学年升班", "/schools"),
        ("放假", "放假、调休怎么录", "/holidays"),
        ("季报", "上个月的数报上去", "/snapshots"),
        ("撤销", "准许错了，撤回一份", "/stays?view=approved"),
        ("下雪", "下大雪、路不通，都不接了", "/stays/cancellations/new"),
    ] {
        let body = search(&site, Role::Coordinator, typed).await;
        assert!(body.contains("怎么办") && body.contains(what), "{typed}: {body}");
        assert!(body.contains(&format!("href=\"{href}\"")), "{typed}: {body}");
    }
    // Nothing is typed, or nothing found: what is often done. Each way opens, and only to whom it is open.
    let mut office = site.as_role(Role::Coordinator).await;
    let all = office.get("/search").await.body;
    assert!(all.contains("常办的事"), "{all}");
    let (_, below) = all.split_once("常办的事").unwrap();
    let ways: Vec<&str> =
        below.split("class=\"cell\" href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(ways.len() > 15, "{ways:?}");
    for way in ways {
        assert_eq!(office.get(way).await.status, StatusCode::OK, "{way}");
    }
    let none = search(&site, Role::Coordinator, "没有这个人").await;
    assert!(none.contains("没有对得上的") && none.contains("常办的事"), "{none}");
    let town = search(&site, Role::TownWorker, "放假").await;
    assert!(!town.contains("href=\"/holidays\""), "{town}");
}
