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
async fn a_worry_that_was_begun_is_kept_nowhere() {
    let site = site().await;
    for mut browser in [site.visitor(), site.as_role(Role::ClassTeacher).await] {
        let page = browser.get("/concerns/new").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("data-draft"));
        let bare = browser.submit("/concerns/new", "/concerns", &[("contact", "手臂上有伤")]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!browser.get("/concerns/new").await.body.contains("手臂上有伤"));
    }
}

#[tokio::test]
async fn a_form_that_was_refused_is_there_again_as_it_was_sent() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let typed = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    type_into(&mut clerk, "/volunteers/new", "/volunteers", &[("name", "李样"), ("phone", "139")]).await;
    let faulty = filled(clerk.get("/volunteers/new").await.form("/volunteers"), &typed);
    let faulty = clerk.post("/volunteers", &filled(faulty, &[("phone", "12")])).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);

    let shown = clerk.get("/volunteers/new").await;
    assert!(shown.body.contains("您上次没写完的"), "{}", shown.body);
    let form = shown.form("/volunteers");
    for (field, value) in [("name", "李样例"), ("phone", "12"), ("birth_on", "1985-04-06")] {
        assert!(form.contains(&(field.to_owned(), value.to_owned())), "{field}: {form:?}");
    }
    let sent = clerk.post("/volunteers", &filled(form, &[("phone", "13900000001")])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(!clerk.get("/volunteers/new").await.body.contains("李样例"));
}

#[tokio::test]
async fn what_a_browser_keeps_late_is_not_put_in_the_place_of_later_words() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let typed = [("name", "李样例"), ("phone", "12"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let form = filled(clerk.get("/volunteers/new").await.form("/volunteers"), &typed);
    let early = filled(form.clone(), &[("name", "李样"), ("draft_turn", "7")]);
    let refused = clerk.post("/volunteers", &filled(form.clone(), &[("draft_turn", "8")])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clerk.post("/drafts/volunteer", &early).await.status, StatusCode::NO_CONTENT);
    assert!(clerk.get("/volunteers/new").await.body.contains("李样例"), "an older turn of the same page");
    // Whoever goes back and writes on is later.
    let back = filled(form.clone(), &[("name", "李样花"), ("draft_turn", "9")]);
    clerk.post("/drafts/volunteer", &back).await;
    assert!(clerk.get("/volunteers/new").await.body.contains("李样花"));

    let right = filled(form, &[("phone", "13900000001"), ("draft_turn", "10")]);
    assert_eq!(clerk.post("/volunteers", &right).await.status, StatusCode::SEE_OTHER);
    let late = filled(right, &[("draft_turn", "11")]);
    assert_eq!(clerk.post("/drafts/volunteer", &late).await.status, StatusCode::NO_CONTENT);
    assert!(!clerk.get("/volunteers/new").await.body.contains("李样例"), "the form of that page was taken");
}

#[tokio::test]
async fn whoever_is_signed_out_while_writing_is_told_what_is_kept_and_led_back() {
    let site = site().await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut clerk = site.signed_in(account).await;
    type_into(&mut clerk, "/volunteers/new", "/volunteers", &[("name", "李样例")]).await;
    let form = filled(clerk.get("/volunteers/new").await.form("/volunteers"), &[("name", "李样例二")]);
    clerk.submit("/me", "/sign-out", &[]).await;
    clerk.headers.push(("referer", "http://naheya.test/volunteers/new".to_owned()));
    let out = clerk.post("/volunteers", &form).await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED);
    assert!(out.body.contains("边写边存") && !out.body.contains("草稿都在"), "{}", out.body);
    assert!(out.body.contains("href=\"/sign-in?next=%2Fvolunteers%2Fnew\""), "{}", out.body);
    let mut after = site.signed_in(account).await;
    assert!(after.get("/volunteers/new").await.body.contains("李样例"), "what was kept while she wrote");
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
