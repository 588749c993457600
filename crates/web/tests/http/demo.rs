//! The demo's clock.

use axum::http::StatusCode;

use crate::site::{PASSWORD, site, told_site};

#[tokio::test]
async fn outside_a_demo_there_is_no_clock_to_put() {
    let site = site().await;
    let mut browser = site.visitor();
    let page = browser.get("/").await;
    assert!(!page.body.contains("/demo/clock"));
    let form = browser.get("/sign-in").await.form("/sign-in");
    assert_eq!(browser.post("/demo/clock", &form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_clock_moves_to_friday_and_nobody_is_signed_out() {
    let site = told_site().await;
    let mut browser = site.visitor();
    let form = browser.get("/sign-in").await.form("/sign-in");
    let form = with(with(form, "login", "coordinator"), "password", PASSWORD);
    assert_eq!(browser.post("/sign-in", &form).await.status, StatusCode::SEE_OTHER);
    let today = browser.get("/today").await;
    assert!(today.body.contains("11月20日"));
    let moved = browser.post("/demo/clock", &with(today.form("/demo/clock"), "to", "sunday")).await;
    assert_eq!(moved.location(), "/today");
    let after = browser.get("/today").await;
    assert_eq!(after.status, StatusCode::OK, "still signed in");
    assert!(after.body.contains("11月22日 周日 17:50"));
    for (field, value) in [("at", "2020-01-01T00:00"), ("at", "9999-12-31T23:59"), ("at", "soon"), ("to", "never")] {
        let form = with(after.form("/demo/clock"), field, value);
        assert_eq!(browser.post("/demo/clock", &form).await.status, StatusCode::SEE_OTHER, "{value}");
        assert!(browser.get("/today").await.body.contains("11月22日 周日 17:50"), "{value} moves nothing");
    }
}

fn with(mut form: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    form.retain(|(field, _)| field != name);
    form.push((name.to_owned(), value.to_owned()));
    form
}
