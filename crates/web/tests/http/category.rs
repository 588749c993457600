//! Categories over time, in the locked part.

use axum::http::StatusCode;
use naheya_domain::Role;
use uuid::Uuid;

use crate::browser::filled;
use crate::child::child;
use crate::site::site;

#[tokio::test]
async fn a_category_is_added_once_ended_with_a_day_and_kept() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (page, action) = (format!("/children/{id}/categories/new"), format!("/children/{id}/categories"));
    let bare = me.submit(&page, &action, &[("code", ""), ("basis", "家访"), ("from_on", "昨天")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bare.body.contains("家访") && bare.body.contains("id=\"e-code\"") && bare.body.contains("id=\"e-from_on\"")
    );
    let form = filled(me.get(&page).await.form(&action), &[("code", "DQ"), ("from_on", "2026-09-01")]);
    assert_eq!(me.post(&action, &form).await.location(), format!("/children/{id}"));
    me.post(&action, &form).await;
    let lines = site.system().child_secret(id, "核对类别").await.unwrap().categories;
    assert_eq!(lines.len(), 1);
    let again = me.submit(&page, &action, &[("code", "DQ"), ("from_on", "2026-10-01")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let secret = format!("/children/{id}/secret");
    let opened = me.submit(&secret, &secret, &[("reason", "核对类别")]).await;
    assert!(opened.body.contains("单亲家庭儿童"));
    let end = format!("/children/{id}/categories/{}/end", lines[0].id);
    for (typed, status) in [
        ("2026-08-01", StatusCode::UNPROCESSABLE_ENTITY),
        ("不知道", StatusCode::UNPROCESSABLE_ENTITY),
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("2026-11-01", StatusCode::SEE_OTHER),
    ] {
        assert_eq!(me.submit(&end, &end, &[("to_on", typed)]).await.status, status, "{typed}");
    }
    let lines = site.system().child_secret(id, "核对类别").await.unwrap().categories;
    assert_eq!(lines[0].to_on.map(|d| d.to_string()).as_deref(), Some("2026-11-01"));
}

#[tokio::test]
async fn who_may_not_open_the_locked_part_finds_no_form_of_it() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut town = site.as_role(Role::TownWorker).await;
    let mut office = site.as_role(Role::Leader).await;
    assert!(town.get(&format!("/children/{id}/categories/new")).await.is_refused());
    for child in [id.0, Uuid::now_v7()] {
        let absent = office.get(&format!("/children/{child}/categories/{}/end", Uuid::now_v7())).await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND);
    }
}
