//! Tokens, keys, origins, odd input: what every form stands.

use std::sync::atomic::Ordering;

use axum::http::{Method, StatusCode};
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_web::routes::FORM_LIMIT;

use crate::browser::filled;
use crate::site::{PASSWORD, site};

#[tokio::test]
async fn a_form_without_the_browsers_own_token_is_refused() {
    let site = site().await;
    let mut mine = site.as_role(Role::Coordinator).await;
    let mut other = site.as_role(Role::Coordinator).await;
    let foreign = other.get("/me").await.form("/sign-out");
    assert_eq!(mine.post("/me/sessions/end", &foreign).await.status, StatusCode::FORBIDDEN);
    for token in ["", "x", &"A".repeat(86)] {
        let form = filled(mine.get("/me").await.form("/sign-out"), &[("form_token", token)]);
        assert_eq!(mine.post("/me/sessions/end", &form).await.status, StatusCode::FORBIDDEN, "{token:?}");
    }
}

#[tokio::test]
async fn rule_6_a_form_whose_sender_was_signed_out_before_it_was_whole_is_not_taken() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let form = filled(browser.get("/me").await.form("/me/language"), &[("language", "en")]);
    let (hand, later) = (site.hand(), site.now().plus_minutes(1));
    let slow = async move { hand.store(later.0, Ordering::Relaxed) };
    let taken = browser.post_after("/me/language", &form, slow).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let form = filled(browser.get("/me").await.form("/me/language"), &[("language", "zh-Hans")]);
    let (store, now, token) = (site.store.clone(), site.now(), browser.cookie("naheya").unwrap().to_owned());
    let hand = site.hand();
    let signs_out = async move {
        store.sign_out(&token, now).await.unwrap();
        hand.store(now.plus_minutes(1).0, Ordering::Relaxed);
    };
    let late = browser.post_after("/me/language", &form, signs_out).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED, "{}", late.body);
}

#[tokio::test]
async fn an_expired_form_leads_back_to_the_page_it_came_from_and_nowhere_else() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let stale = filled(browser.get("/me").await.form("/sign-out"), &[("form_token", "x")]);
    for (referer, way) in [
        ("http://naheya.test/children?search=a", Some("/children?search=a")),
        ("http://naheya.test/me", Some("/me")),
        ("https://evil.example/children", None),
        ("http://naheya.test@evil.example/children", None),
        ("http://naheya.test//evil.example", None),
        ("http://naheya.test/no/such/evil", None),
        ("http://naheya.test/me/sessions/end", None),
        ("/children", None),
        ("javascript:evil()", None),
    ] {
        browser.headers = vec![("referer", referer.to_owned())];
        let page = browser.post("/me/sessions/end", &stale).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{referer}");
        let button = way.map(|way| format!("<a class=\"btn\" href=\"{way}\">回到刚才那一页</a>"));
        assert_eq!(page.body.contains("回到刚才那一页"), button.is_some(), "{referer}: {}", page.body);
        assert!(button.is_none_or(|button| page.body.contains(&button)), "{referer}: {}", page.body);
        assert!(!page.body.contains("evil") && !page.body.contains("Cookie"), "{referer}: {}", page.body);
    }
    let mut bare = site.visitor();
    let page = bare.post("/sign-in", &[("form_token".to_owned(), "x".to_owned())]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("浏览器没有带来本站的 Cookie"), "{}", page.body);
}

#[tokio::test]
async fn a_request_from_another_origin_is_refused() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let form = browser.get("/me").await.form("/sign-out");
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://naheya.test.evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        browser.headers = vec![(name, value.to_owned())];
        let refused = browser.post("/me/sessions/end", &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    browser.headers = vec![("origin", "http://naheya.test".to_owned()), ("sec-fetch-site", "same-origin".to_owned())];
    assert_eq!(browser.post("/me/sessions/end", &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_same_submission_twice_is_one_and_the_same_key_with_another_body_is_refused() {
    let site = site().await;
    let (account, login) = site.account(Role::Coordinator, Place::County).await;
    let mut browser = site.signed_in(account).await;
    let mut other = site.visitor();
    other.submit("/sign-in", "/sign-in", &[("login", &login), ("password", PASSWORD)]).await;
    let form = browser.get("/me").await.form("/me/sessions/end");
    browser.post("/me/sessions/end", &form).await;
    assert!(browser.get("/me").await.body.contains("已退出 1 处"));
    assert_eq!(browser.post("/me/sessions/end", &form).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/me").await.body.contains("已退出 1 处"), "the first answer again, not a second act");
    let altered = filled(form, &[("more", "1")]);
    assert_eq!(browser.post("/me/sessions/end", &altered).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_form_without_a_key_saves_nothing() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    for key in ["", "short", "with space in it 12345", &"k".repeat(65)] {
        let form = filled(browser.get("/me").await.form("/sign-out"), &[("key", key)]);
        let refused = browser.post("/me/sessions/end", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{key:?}");
    }
}

#[tokio::test]
async fn no_odd_body_or_address_is_a_fault_of_ours() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let bodies: Vec<(&str, Vec<u8>, StatusCode)> = vec![
        ("application/x-www-form-urlencoded", vec![], StatusCode::FORBIDDEN),
        ("application/x-www-form-urlencoded", b"%%%=&&&=\xff\xfe%00".to_vec(), StatusCode::FORBIDDEN),
        ("application/x-www-form-urlencoded", vec![b'a'; FORM_LIMIT + 1], StatusCode::PAYLOAD_TOO_LARGE),
        ("application/x-www-form-urlencoded", b"a=1&".repeat(4_001), StatusCode::PAYLOAD_TOO_LARGE),
        ("application/json", b"{}".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/plain", b"x".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense".to_vec(), StatusCode::BAD_REQUEST),
        ("multipart/form-data", b"".to_vec(), StatusCode::BAD_REQUEST),
    ];
    for (kind, body, expected) in bodies {
        let reply = browser.post_body("/me/sessions/end", kind, body).await;
        assert_eq!(reply.status, expected, "{kind}");
        assert!(reply.body.contains("<h1"), "a page with words: {kind}");
    }
    for (path, expected) in [
        ("/me/sessions/not-an-id/end", StatusCode::NOT_FOUND),
        ("/me/sessions/%ff%00/end", StatusCode::NOT_FOUND),
        ("/me/sessions/0190a6e0-0000-7000-8000-000000000000/end", StatusCode::NOT_FOUND),
    ] {
        let form = browser.get("/me").await.form("/sign-out");
        assert_eq!(browser.post(path, &form).await.status, expected, "{path}");
    }
    let long = format!("/sign-in?next={}", "x".repeat(5000));
    assert_eq!(browser.get(&long).await.status, StatusCode::URI_TOO_LONG);
    assert_eq!(browser.get("/nothing/here").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.send(Method::DELETE, "/me", None).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn hostile_words_in_a_form_come_back_as_text() {
    let site = site().await;
    let mut browser = site.visitor();
    let hostile = "\"><script>alert(1)</script>";
    let typed = [("login", hostile), ("password", "x"), ("next", hostile)];
    let reply = browser.submit("/sign-in", "/sign-in", &typed).await;
    assert!(!reply.body.contains("<script>alert"));
    assert!(reply.body.contains("&#60;script&#62;alert"), "what was typed is still there");
}
