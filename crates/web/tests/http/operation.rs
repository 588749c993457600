//! Long lists: made beside the request, with a page that says how far they are.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use naheya_documents::workbook::Workbook;
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::operation::StopOperation;
use naheya_web::operation::{Long, work};
use naheya_web::{Clock, SiteSettings};

use crate::child::child;
use crate::site::{COUNTY, Site, site, site_with};

mod write;

const LIST: &str = "/audit-events.xlsx";

/// A site at which three rows are a long list, and a request waits so long.
async fn patient(patience: Duration) -> Site {
    let site =
        site_with(SiteSettings { long: Long { rows: 3, patience, ..Long::default() }, ..SiteSettings::default() })
            .await;
    site.system().open_county().await.unwrap();
    site.store.mark_demo(site.now()).await.unwrap();
    for _ in 0..3 {
        child(&site, "安小草").await;
    }
    site
}

/// What the rounds of the front door do.
async fn worked(site: &Site) -> usize {
    let now = site.now();
    let clock: Clock = Arc::new(move || now);
    work(&site.store, &clock, COUNTY).await.unwrap()
}

#[tokio::test]
async fn a_long_list_that_is_made_in_time_comes_as_it_always_did() {
    let site = patient(Duration::from_mins(5)).await;
    let mut me = site.as_role(Role::Leader).await;
    let reply = me.get(LIST).await;
    assert!(reply.status == StatusCode::OK && reply.header("content-type").contains("spreadsheetml"));
    let book = Workbook::read(&reply.bytes, "a.xlsx").unwrap();
    assert!(book.sheets[0].rows.len() > 3);
    assert!(!me.get("/notices").await.body.contains("您等的事"), "nobody is told of what is in their hands");
}

#[tokio::test]
async fn whoever_waits_longer_sees_how_far_it_is_and_fetches_it_when_it_is_done() {
    let site = patient(Duration::ZERO).await;
    let mut me = site.as_role(Role::Leader).await;
    let way = me.get(LIST).await.location().to_owned();
    assert!(way.starts_with("/operations/"), "{way}");
    assert_eq!(me.get(LIST).await.location(), way, "asked twice, made once");
    let page = me.get(&way).await;
    for part in
        ["role=\"progressbar\"", "aria-valuenow=\"0\"", "http-equiv=\"refresh\"", "停下", "行，前面的做完就轮到"]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let file = format!("{way}/file");
    assert_eq!(me.get(&file).await.status, StatusCode::CONFLICT);
    assert_eq!(worked(&site).await, 1);
    let page = me.get(&way).await;
    assert!(page.body.contains(&file) && !page.body.contains("http-equiv"), "{}", page.body);
    let reply = me.get(&file).await;
    let book = Workbook::read(&reply.bytes, "a.xlsx").unwrap();
    let last = book.sheets[0].rows.last().unwrap().cells[0].content.text();
    assert!(last.contains("样例") && last.contains("导出于 2026-"), "{last}");
    assert!(me.get("/operations").await.body.contains("做好了"));
    assert!(me.get("/me").await.body.contains("href=\"/operations\""));
}

#[tokio::test]
async fn stopped_work_says_that_nothing_was_changed() {
    let site = patient(Duration::ZERO).await;
    let mut me = site.as_role(Role::Leader).await;
    let way = me.get(LIST).await.location().to_owned();
    let stop = format!("{way}/stop");
    assert_eq!(me.submit(&way, &stop, &[]).await.location(), way);
    let page = me.get(&way).await;
    assert!(page.body.contains("停下了，什么都没改"), "{}", page.body);
    assert_eq!(worked(&site).await, 0);
    assert!(!me.get(&way).await.body.contains(&stop));
}

#[tokio::test]
async fn nobody_else_comes_to_a_file() {
    let site = patient(Duration::ZERO).await;
    let (mut me, mut other) = (site.as_role(Role::Leader).await, site.as_role(Role::Leader).await);
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    let way = me.get(LIST).await.location().to_owned();
    worked(&site).await;
    for browser in [&mut other, &mut teacher] {
        assert_eq!(browser.get(&way).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&format!("{way}/file")).await.status, StatusCode::NOT_FOUND);
    }
    assert!(other.get("/operations").await.body.contains("现在没有要等的事"));
}

#[tokio::test]
async fn a_file_that_is_over_says_so() {
    let site = patient(Duration::ZERO).await;
    let (account, _) = site.account(Role::Leader, Place::County).await;
    let way = site.signed_in(account).await.get(LIST).await.location().to_owned();
    worked(&site).await;
    let id = naheya_domain::id::OperationId::parse(way.rsplit('/').next().unwrap()).unwrap();
    let stop = site.system().save(StopOperation { operation: id }).await;
    assert_eq!(stop, Err(naheya_store::Error::NotFound), "the house itself has none");
    site.wait_minutes(24 * 60 + 1);
    let mut me = site.signed_in(account).await;
    let page = me.get(&way).await;
    assert!(page.body.contains("只留 24 小时"), "{}", page.body);
    assert_eq!(me.get(&format!("{way}/file")).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_grant_that_ended_meanwhile_gets_no_file() {
    let site = patient(Duration::ZERO).await;
    let (account, _) = site.account(Role::Leader, Place::County).await;
    // The last leader of a county stays.
    site.account(Role::Leader, Place::County).await;
    let mut me = site.signed_in(account).await;
    me.get(LIST).await;
    let grant = site.system().account(account).await.unwrap().grants[0].id;
    site.system().save(naheya_store::grant::EndGrant { grant }).await.unwrap();
    assert_eq!(worked(&site).await, 1);
    assert_eq!(worked(&site).await, 0, "it is not tried for ever");
}

#[tokio::test]
async fn a_short_list_is_made_in_the_request() {
    let site = site().await;
    child(&site, "安小草").await;
    let mut me = site.as_role(Role::Leader).await;
    assert_eq!(me.get(LIST).await.status, StatusCode::OK);
    assert!(me.get("/operations").await.body.contains("现在没有要等的事"));
}
