//! The public's figures: true, for everybody, and never about few.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::follow_up::With;
use naheya_store::follow_up::{PlanFollowUp, RecordFollowUp};

use crate::site::{COUNTY, NOW, PASSWORD, Site, empty_site, site};

/// A site on which the demo's story is told.
pub async fn told() -> Site {
    let site = empty_site().await;
    site.store.tell_demo("naheya", PASSWORD, NOW).await.unwrap();
    site
}

#[tokio::test]
async fn the_public_document_has_the_programmes_figures_and_nothing_else_to_choose() {
    let site = told().await;
    let mut browser = site.visitor();
    let told = browser.get("/api/v1/figures").await.json();
    assert_eq!((told["area"].as_str(), told["as_of"].as_str()), (Some("150825"), Some("2026-11-20")));
    assert_eq!((told["volunteers"].as_i64(), told["pairs"].as_i64()), (Some(180), Some(180)));
    assert_eq!(told["pairs_interethnic"].as_i64(), Some(102));
    assert!((20_000..=30_000).contains(&told["service_hours"].as_i64().unwrap()), "{told}");
    assert_eq!(told["suppressed"].as_bool(), Some(false));
    assert!(told.get("bases").is_none() && told.get("awards").is_none(), "{told}");
    let other = browser.get("/api/v1/figures?as_of=2015-01-01&area=150826").await.json();
    assert_eq!(other, told, "the public chooses neither day nor area");
}

#[tokio::test]
async fn few_people_are_null_and_named_as_kept_back() {
    let site = site().await;
    let desk = site.store.as_system(naheya_store::SystemTask::Demo, COUNTY, NOW);
    for name in ["安小草", "白云朵"] {
        let form = naheya_domain::child::ChildForm { name, birth_on: "2016-03-05", ..Default::default() };
        let details = naheya_domain::child::ChildDetails::parse(&form, NOW.date()).unwrap();
        let child = desk.save(naheya_store::child::OpenFile { details }).await.unwrap();
        let plan = PlanFollowUp { child, with: With::Child, due_at: NOW.plus_minutes(60) };
        let follow_up = desk.save(plan).await.unwrap();
        let answers = ["好", "好", "好", "", ""].map(str::to_owned);
        let record = RecordFollowUp { follow_up, way: "talk".into(), alone: "yes".into(), answers };
        desk.save(record).await.unwrap();
    }
    let mut browser = site.visitor();
    let reply = browser.get("/api/v1/figures").await;
    let told = reply.json();
    assert!(told["children_supported"].is_null(), "{told}");
    assert_eq!(told["suppressed"].as_bool(), Some(true));
    assert_eq!(told["suppressed_figures"], serde_json::json!(["children_supported"]));
    assert_eq!(told["pairs"].as_i64(), Some(0));
    assert!(browser.get("/").await.body.contains("&#60;5"));
    let mut leader = site.as_role(Role::Leader).await;
    let report = leader.get("/report").await;
    assert!(report.body.contains("2<small>名</small>"), "the county sees its own exactly: {}", report.body);
}

#[tokio::test]
async fn before_a_county_is_kept_there_is_a_page_and_no_figure() {
    let site = empty_site().await;
    let mut browser = site.visitor();
    assert_eq!(browser.get("/api/v1/figures").await.status, StatusCode::NOT_FOUND);
    let front = browser.get("/").await;
    assert_eq!(front.status, StatusCode::OK);
    assert!(!front.body.contains("class=\"ledger\""));
}

#[tokio::test]
async fn a_county_that_has_only_been_opened_shows_no_row_of_noughts() {
    let site = site().await;
    let front = site.visitor().get("/").await.body;
    assert!(!front.contains("0 位“周末妈妈”") && front.contains("“周末妈妈”每到周末和假期"), "{front}");
    assert!(!front.contains("class=\"ledger\""), "{front}");
}

#[tokio::test]
async fn the_front_page_draws_a_sprout_for_each_pair() {
    let site = told().await;
    let front = site.visitor().get("/").await.body;
    assert_eq!(front.matches("<use href=\"#a\"").count(), 102);
    assert_eq!(front.matches("<use href=\"#b\"").count(), 78);
    assert!(front.contains("180 位“周末妈妈”"), "{front}");
}
