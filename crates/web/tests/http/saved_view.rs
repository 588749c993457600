//! Lists as a person has set them: kept under a name, opened, put in order, taken away; nothing typed in an address.

use axum::http::StatusCode;
use naheya_domain::Role;

use crate::browser::Browser;
use crate::child::{child, class_with};
use crate::site::site;

/// The current tab of a list.
fn current(body: &str) -> Vec<String> {
    let tabs = body.split("class=\"tabs\"").nth(1).unwrap().split("</nav>").next().unwrap();
    let here = tabs.split("<a ").filter(|a| a.contains("aria-current"));
    here.map(|a| a.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

async fn keep(me: &mut Browser, page: &str, typed: &[(&str, &str)]) -> String {
    let kept = me.submit(page, "/saved-views", typed).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    kept.location().to_owned()
}

#[tokio::test]
async fn a_filtered_list_is_kept_and_opened_again_with_nothing_typed_in_any_address() {
    let site = site().await;
    child(&site, "安小草").await;
    child(&site, "石小榴").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let led = me.submit("/children", "/children/search", &[("q", "石小榴")]).await;
    let at = keep(&mut me, led.location(), &[("name", "石家的")]).await;
    assert!(at.starts_with("/children?saved=") && !at.contains('%'), "{at}");
    // The words typed last are others by now; the view has its own.
    me.submit("/children", "/children/search", &[("q", "安")]).await;
    let shown = me.get(&at).await;
    assert!(shown.body.contains("石小榴") && !shown.body.contains("安小草"), "{}", shown.body);
    assert_eq!(current(&shown.body), ["石家的"]);
    assert!(!shown.body.contains("存成我的视图"), "what is kept need not be kept again");
    for link in shown.body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(!link.contains("%E7%9F%B3"), "a name in {link}");
    }
    let excel = shown.body.split("href=\"/children.xlsx?").nth(1).unwrap().split('"').next().unwrap();
    assert!(excel.contains("saved="), "the list that is taken out is the one shown: {excel}");
    let mut other = site.as_role(Role::Coordinator).await;
    let absent = other.get(&at).await;
    assert!(absent.body.contains("安小草") && absent.body.contains("这个视图已经去掉了"));
    assert!(!absent.body.contains("石家的"));
}

#[tokio::test]
async fn a_list_opens_with_the_view_that_was_chosen_and_the_whole_list_is_one_tap_away() {
    let site = site().await;
    let (_, paired) = class_with(&site, "示例第一小学", "安小草").await;
    child(&site, "石小榴").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let school = me.get(&format!("/children/{paired}")).await;
    assert_eq!(school.status, StatusCode::OK);
    let schools = me.get("/children").await;
    let id = schools.body.split("<option value=\"").find(|o| o.contains("示例第一小学")).unwrap();
    let id = id.split('"').next().unwrap().to_owned();
    keep(&mut me, &format!("/children?view=here&school={id}"), &[("name", "一小"), ("opens", "on")]).await;
    let opened = me.get("/children").await;
    assert!(opened.body.contains("安小草") && !opened.body.contains("石小榴"));
    assert_eq!(current(&opened.body), ["一小"]);
    let whole = me.get("/children?view=here").await;
    assert!(whole.body.contains("石小榴"), "an address that names a tab means what it says");
    // A search that is cleared leads to everything, not to the view.
    keep(&mut me, "/pairs?state=active", &[("name", "在的"), ("opens", "on")]).await;
    let cleared = me.submit("/pairs?state=", "/pairs/search", &[("q", "")]).await;
    assert_eq!(cleared.location(), "/pairs?saved=no");
    assert_eq!(current(&me.get("/pairs").await.body), ["在的"]);
    assert_eq!(current(&me.get("/pairs?saved=no").await.body), ["全部"]);
    assert!(me.get("/pairs").await.body.contains("href=\"/pairs?saved=no\""));
    let mut other = site.as_role(Role::Coordinator).await;
    assert!(other.get("/children").await.body.contains("石小榴"), "another person's list begins as it did");
}

#[tokio::test]
async fn a_view_that_asks_for_what_is_no_more_says_so_and_shows_the_rest() {
    let site = site().await;
    child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let at = keep(
        &mut me,
        "/children?view=here",
        &[("name", "没了的学校"), ("school", "0190a6e0-0000-7000-8000-000000000000")],
    )
    .await;
    let shown = me.get(&at).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("这个视图里的学校现在没有了") && shown.body.contains("安小草"), "{}", shown.body);
    let at = keep(&mut me, "/follow-ups?late=on", &[("name", "远处"), ("town", "999999999")]).await;
    assert!(me.get(&at).await.body.contains("这个视图里的苏木镇现在没有了"));
}

#[tokio::test]
async fn every_list_with_filters_keeps_views_and_shows_them_as_tabs() {
    let site = site().await;
    for (role, page) in [
        (Role::Leader, "/children?view=paused"),
        (Role::Leader, "/volunteers?view=applied"),
        (Role::Leader, "/pairs?state=paused"),
        (Role::Leader, "/stays?view=approved&week=next"),
        (Role::Leader, "/follow-ups?late=on"),
        (Role::Leader, "/checks/new?kind=health"),
        (Role::Leader, "/checks/new?kind=health&ends=on"),
        (Role::ItAdmin, "/accounts?view=invited"),
        (Role::Auditor, "/audit-events?kind=children"),
    ] {
        let mut me = site.as_role(role).await;
        let at = keep(&mut me, page, &[("name", "我常看的")]).await;
        let shown = me.get(&at).await;
        assert_eq!(shown.status, StatusCode::OK, "{at}");
        assert_eq!(current(&shown.body), ["我常看的"], "{at}");
        let order = me.get("/saved-views").await;
        assert!(order.body.contains(&format!("href=\"{at}\"")), "{}", order.body);
    }
}

#[tokio::test]
async fn views_are_renamed_moved_and_taken_away_with_a_way_back() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let first = keep(&mut me, "/pairs?state=active", &[("name", "甲")]).await;
    keep(&mut me, "/pairs?state=paused", &[("name", "乙")]).await;
    let id = first.split('=').nth(1).unwrap().to_owned();
    let of = |tail: &str| format!("/saved-views/{id}/{tail}");
    let faulty = me.submit("/saved-views", &of("name"), &[("name", "乙")]).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(faulty.body.contains("视图的名字已经用过") && faulty.body.contains("value=\"乙\""), "{}", faulty.body);
    me.submit("/saved-views", &of("name"), &[("name", "丙")]).await;
    me.submit("/saved-views", &of("place"), &[("to", "back")]).await;
    let order = me.get("/pairs").await.body;
    assert!(order.find(">乙<").unwrap() < order.find(">丙<").unwrap());
    me.submit("/saved-views", &of("beginning"), &[]).await;
    assert_eq!(current(&me.get("/pairs").await.body), ["丙"]);
    let gone = me.submit("/saved-views", &of("removal"), &[]).await;
    assert_eq!(gone.location(), "/saved-views");
    let told = me.get("/saved-views").await;
    assert!(told.body.contains(&of("removal/undo")) && !told.body.contains(">丙<"), "{}", told.body);
    let token = told.form(&of("removal/undo"));
    assert_eq!(me.post(&of("removal/undo"), &token).await.status, StatusCode::SEE_OTHER);
    assert!(me.get("/saved-views").await.body.contains(">丙<"));
}

#[tokio::test]
async fn a_view_without_a_name_or_without_a_filter_comes_back_with_what_was_set() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let back = me.submit("/pairs?state=active", "/saved-views", &[("name", " ")]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("视图的名字还没填") && back.body.contains("name=\"state\" value=\"active\""));
    let kept = me.post("/saved-views", &crate::browser::filled(back.form("/saved-views"), &[("name", "在的")])).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let bare = me.submit("/pairs", "/saved-views", &[("name", "全部")]).await;
    assert!(bare.body.contains("现在什么都没筛"), "{}", bare.body);
    let unknown = crate::browser::filled(back.form("/saved-views"), &[("list", "concerns"), ("name", "x")]);
    assert_eq!(me.post("/saved-views", &unknown).await.status, StatusCode::NOT_FOUND);
    let foreign = crate::browser::filled(back.form("/saved-views"), &[("list", "audit_events"), ("name", "x")]);
    assert_eq!(me.post("/saved-views", &foreign).await.status, StatusCode::NOT_FOUND, "not a list of this role");
}

#[tokio::test]
async fn a_view_is_found_as_a_page_and_only_where_its_list_is_opened() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    keep(&mut me, "/children?view=stale", &[("name", "半年没更新的")]).await;
    let led = me.submit("/search", "/search", &[("q", "半年")]).await;
    let found = me.get(led.location()).await;
    assert!(found.body.contains("我的视图") && found.body.contains("半年没更新的"), "{}", found.body);
    assert!(found.body.contains("href=\"/children?saved="));
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert!(!teacher.get("/children").await.body.contains("存成我的视图"));
}
