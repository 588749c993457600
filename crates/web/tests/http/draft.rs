use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::viewer::Place;

use crate::browser::{Browser, filled};
use crate::site::site;

/// What the script sends while somebody types: the form without its key.
async fn type_into(browser: &mut Browser, page: &str, action: &str, typed: &[(&str, &str)]) -> StatusCode {
    let shown = browser.get(page).await;
    let start = shown.body.find("data-draft=\"").unwrap() + 12;
    let name = shown.body[start..].split('"').next().unwrap().to_owned();
    let mut fields = filled(shown.form(action), typed);
    fields.retain(|(field, _)| field != "key");
    browser.post(&format!("/drafts/{name}"), &fields).await.status
}

#[tokio::test]
async fn a_form_left_half_way_is_there_after_signing_out_and_gone_once_sent() {
    let site = site().await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut before = site.signed_in(account).await;
    let typed = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let kept = type_into(&mut before, "/volunteers/new", "/volunteers", &typed).await;
    assert_eq!(kept, StatusCode::NO_CONTENT);
    let out = before.submit("/me", "/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);

    let mut after = site.signed_in(account).await;
    let shown = after.get("/volunteers/new").await;
    assert!(shown.body.contains("您上次没写完的") && shown.body.contains("李样例"), "{}", shown.body);
    let mut another = site.as_role(Role::Coordinator).await;
    assert!(!another.get("/volunteers/new").await.body.contains("李样例"), "a draft is its writer's alone");

    // A form with a fault keeps its draft, one that was taken does not.
    let faulty = after.submit("/volunteers/new", "/volunteers", &[("phone", "12")]).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(after.get("/volunteers/new").await.body.contains("李样例"));
    let sent = after.submit("/volunteers/new", "/volunteers", &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "what was kept is a whole form: {}", sent.body);
    let fresh = after.get("/volunteers/new").await;
    assert!(!fresh.body.contains("李样例") && !fresh.body.contains("您上次没写完的"));
}

#[tokio::test]
async fn a_begun_form_can_be_thrown_away() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    type_into(&mut clerk, "/children/new", "/children", &[("name", "韩样草"), ("words", "我怕狗")]).await;
    let page = clerk.get("/children/new").await;
    assert!(page.body.contains("我怕狗"));
    let gone = clerk.submit("/children/new", "/drafts/child/removal", &[]).await;
    assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, "/children/new"));
    assert!(!clerk.get("/children/new").await.body.contains("我怕狗"));
}

#[tokio::test]
async fn a_worry_begun_without_signing_in_is_kept_nowhere() {
    let site = site().await;
    let page = site.visitor().get("/concerns/new").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("data-draft"));
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    type_into(&mut teacher, "/concerns/new", "/concerns", &[("words", "手臂上有伤")]).await;
    assert!(teacher.get("/concerns/new").await.body.contains("手臂上有伤"));
}

#[tokio::test]
async fn a_draft_needs_a_plain_name_a_token_and_somebody() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let bare = clerk.post("/drafts/child", &[("name".into(), "x".into())]).await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN, "without the token of its page");
    let token = clerk.get("/children/new").await.form("/children");
    for name in ["import", "A", "a%2Fb"] {
        assert_eq!(clerk.post(&format!("/drafts/{name}"), &token).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(site.visitor().post("/drafts/child", &token).await.status, StatusCode::UNAUTHORIZED);
    let heavy = [token, vec![("words".to_owned(), "长".repeat(40_000))]].concat();
    assert_eq!(clerk.post("/drafts/child", &heavy).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
