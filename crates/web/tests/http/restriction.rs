//! The page on which the processing of a file is restricted, and what the file says of it.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use uuid::Uuid;

use crate::child::child;
use crate::consent::guardian;
use crate::site::site;

#[tokio::test]
async fn a_leader_restricts_a_file_on_its_page_and_lifts_it_again() {
    let site = site().await;
    let child = child(&site, "安小草").await;
    let who = guardian(&site, child, "安样父", "13900000001").await;
    let mut father = site.as_grant(Role::Guardian, Place::Person(who.0)).await;
    let (mut office, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let (file, at) = (format!("/children/{child}"), format!("/children/{child}/restriction"));
    let end = format!("{at}/end");
    assert!(office.get(&file).await.body.contains(&format!("href=\"{at}\"")));
    let read = office.get(&at).await.body;
    assert!(read.contains("由负责人来限制和解除") && !read.contains("name=\"ground\""), "{read}");
    assert!(read.contains("孩子的安全在前面"), "what goes on is said: {read}");
    assert_eq!(leader.submit(&at, &at, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leader.submit(&at, &at, &[("ground", "11月18日父亲说住址不对")]).await.location(), at);
    assert!(office.get(&file).await.body.contains("这份档案现在限制处理"));
    assert!(father.get("/family").await.body.contains("这份档案先限制处理"), "its guardian reads it too");
    let read = office.get(&at).await.body;
    assert!(read.contains("父亲说住址不对") && !read.contains(&end), "{read}");
    assert_eq!(leader.submit(&at, &end, &[("words", "核对过户口簿，改了住址")]).await.location(), at);
    assert!(!office.get(&file).await.body.contains("这份档案现在限制处理"));
    assert!(office.get(&at).await.body.contains("核对过户口簿，改了住址"), "what came of it stays to be read");
    let absent = leader.get(&format!("/children/{}/restriction", Uuid::now_v7())).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_restricted_file_is_on_the_page_of_children_and_goes_to_no_other_program() {
    let site = site().await;
    let (kept, child) = (child(&site, "林小溪").await, child(&site, "安小草").await);
    let (mut office, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let at = format!("/children/{child}/restriction");
    leader.submit(&at, &at, &[("ground", "11月18日父亲说住址不对")]).await;
    assert!(office.get("/children").await.body.contains("安小草"), "whoever looks after it finds it");
    let told = office.get("/api/v1/children").await.json();
    let ids: Vec<&str> = told["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [kept.to_string()]);
    leader.submit(&at, &format!("{at}/end"), &[("words", "核对过户口簿，改了住址")]).await;
    let told = office.get("/api/v1/children").await.json();
    assert_eq!(told["items"].as_array().unwrap().len(), 2);
}
