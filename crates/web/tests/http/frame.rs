//! Headers, languages, looks, problems, static files: what every page shares.

use axum::http::StatusCode;
use naheya_domain::Role;

use crate::site::site;

#[tokio::test]
async fn every_page_carries_the_headers_that_keep_it_safe() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    for path in ["/me", "/sign-in", "/nowhere"] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("x-request-id").len(), 32, "{path}");
    }
}

#[tokio::test]
async fn a_page_has_one_heading_a_skip_link_no_inline_style_and_a_nonce_of_its_own() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let mut nonces = Vec::new();
    for path in ["/me", "/nowhere"] {
        let page = browser.get(path).await;
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert!(page.body.contains("class=\"skip\" href=\"#main\"") && page.body.contains("id=\"main\""), "{path}");
        assert!(!page.body.contains(" style=\"") && !page.body.contains(" onclick="), "{path}");
        let policy = page.header("content-security-policy");
        let start = policy.find("nonce-").unwrap() + 6;
        let nonce = policy[start..].split('\'').next().unwrap().to_owned();
        assert!(page.body.contains(&format!("nonce=\"{nonce}\"")), "{path}");
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 2);
}

#[tokio::test]
async fn the_language_is_the_devices_choice_then_the_browsers() {
    let site = site().await;
    let mut browser = site.visitor();
    assert!(browser.get("/sign-in").await.body.contains("lang=\"zh-Hans\""));
    browser.headers = vec![("accept-language", "en-GB,en;q=0.9".to_owned())];
    assert!(browser.get("/sign-in").await.body.contains("<html lang=\"en\""));
    let mut form = browser.get("/sign-in").await.form("/look");
    form.push(("lang".into(), "zh-Hans".into()));
    form.push(("size".into(), "large".into()));
    let changed = browser.post("/look", &form).await;
    assert_eq!(changed.location(), "/sign-in");
    let page = browser.get("/sign-in").await;
    assert!(page.body.contains("<html lang=\"zh-Hans\" data-size=\"large\">"));
}

#[tokio::test]
async fn a_problem_is_a_page_for_people_and_a_document_for_programs() {
    let site = site().await;
    let mut browser = site.visitor();
    let page = browser.get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("没有这一页") && page.body.contains(page.header("x-request-id")));
    browser.headers = vec![("accept", "application/json".to_owned()), ("accept-language", "en".to_owned())];
    let document = browser.get("/nowhere").await;
    assert_eq!(document.header("content-type"), "application/problem+json");
    let json = document.json();
    assert_eq!(json["status"], 404);
    assert_eq!(json["code"], "not_found");
    assert_eq!(json["title"], "There is no such page");
    assert_eq!(json["request_id"], document.header("x-request-id"));
    assert!(json["type"].is_string() && json["detail"].is_string());
    let held = browser.get("/me").await;
    assert_eq!((held.status, held.json()["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("signed_out")));
}

#[tokio::test]
async fn static_files_are_kept_for_good_under_the_hash_of_their_content() {
    let site = site().await;
    let mut browser = site.visitor();
    let page = browser.get("/sign-in").await.body;
    for ending in ["css\"", "js\"", "svg\"", "webmanifest\""] {
        let end = page.find(&format!(".{ending}")).unwrap() + ending.len();
        let start = page[..end].rfind("/static/").unwrap();
        let path = &page[start..end];
        let file = browser.get(path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert!(file.header("cache-control").contains("immutable"), "{path}");
        assert!(!file.body.contains("url(http") && !file.body.contains("@import"), "{path}");
    }
    assert_eq!(browser.get("/static/naheya-0000.css").await.header("cache-control"), "no-cache");
    // A page of the build before asks for its own scripts: none of them is another one.
    for old in ["/static/naheya-0000.js", "/static/naheya-0000.phone.js", "/static/naheya-0000.offline.js"] {
        let ending = old.split_once('.').unwrap().1;
        let worker = browser.get("/worker.js").await.body;
        let new =
            worker.split('\'').find(|t| t.split_once('.').is_some_and(|(_, end)| end == ending)).unwrap().to_owned();
        assert_eq!(browser.get(old).await.body, browser.get(&new).await.body, "{old}");
    }
    assert_eq!(browser.get("/static/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/static/other.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_machine_says_that_it_lives_and_that_it_can_serve() {
    let site = site().await;
    let mut browser = site.visitor();
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
}
