//! Rosters, rounds and the report beside the request.

use std::time::Duration;

use axum::http::StatusCode;
use naheya_documents::workbook::Workbook;
use naheya_domain::Role;
use naheya_domain::id::RoundId;
use naheya_store::child::ChildFilter;
use naheya_store::order::Turn;
use naheya_web::SiteSettings;
use naheya_web::operation::Long;

use super::worked;
use crate::browser::Browser;
use crate::import::{CHILDREN, send};
use crate::round::{opened, slip};
use crate::site::{Site, site_with};

/// A site at which everything is long.
async fn long(patience: Duration) -> Site {
    let long = Long { rows: 2, round: 2, report: 0, proof: 0, patience, ..Long::default() };
    let site = site_with(SiteSettings { long, ..SiteSettings::default() }).await;
    site.system().open_county().await.unwrap();
    site.store.mark_demo(site.now()).await.unwrap();
    site
}

async fn children(site: &Site) -> u64 {
    site.system().count_children(&ChildFilter::default()).await.unwrap()
}

/// Looks at a roster and takes it in; where that leads.
async fn taken_in(me: &mut Browser, roster: &str) -> String {
    send(me, "children", "名单.csv", roster.as_bytes()).await;
    let form = me.get("/imports/preview").await.form("/imports");
    let way = me.post("/imports", &form).await.location().to_owned();
    assert_eq!(me.post("/imports", &form).await.location(), way, "a double tap is one");
    way
}

#[tokio::test]
async fn a_long_roster_is_taken_in_beside_the_request_and_leads_to_its_page() {
    let site = long(Duration::ZERO).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let way = taken_in(&mut me, CHILDREN).await;
    assert!(way.starts_with("/operations/"), "{way}");
    let page = me.get(&way).await;
    assert!(page.body.contains("花名册导入") && page.body.contains("role=\"progressbar\""), "{}", page.body);
    assert_eq!(children(&site).await, 0);
    assert_eq!(worked(&site).await, 1);
    assert_eq!(children(&site).await, 2);
    let page = me.get(&way).await;
    let batch = site.system().imports(&Turn::First).await.unwrap().rows[0].id;
    assert!(page.body.contains(&format!("href=\"/imports/{batch}\"")), "{}", page.body);
    assert!(!page.body.contains(&format!("{way}/file")), "{}", page.body);
    assert_eq!(me.get(&format!("{way}/file")).await.status, StatusCode::CONFLICT);
    assert_eq!(me.get("/imports/preview").await.location(), "/imports/new", "the upload is let go of");
}

#[tokio::test]
async fn a_long_roster_that_is_taken_in_in_time_leads_to_its_page_at_once() {
    let site = long(Duration::from_mins(5)).await;
    let mut me = site.as_role(Role::Coordinator).await;
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    let form = me.get("/imports/preview").await.form("/imports");
    let way = me.post("/imports", &form).await.location().to_owned();
    let batch = site.system().imports(&Turn::First).await.unwrap().rows[0].id;
    assert_eq!(way, format!("/imports/{batch}"));
    assert_eq!(me.post("/imports", &form).await.location(), way, "a double tap that comes late leads there too");
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    assert_eq!(children(&site).await, 2);
}

#[tokio::test]
async fn a_roster_stopped_before_it_is_written_leaves_the_upload_to_be_looked_at() {
    let site = long(Duration::ZERO).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let way = taken_in(&mut me, CHILDREN).await;
    me.submit(&way, &format!("{way}/stop"), &[]).await;
    assert_eq!(worked(&site).await, 0);
    assert_eq!(children(&site).await, 0);
    assert!(me.get(&way).await.body.contains("什么都没改。要的话，再做一次"));
    assert_eq!(me.get("/imports/preview").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_roster_changed_while_it_waits_is_not_taken_in() {
    let site = long(Duration::ZERO).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let way = taken_in(&mut me, CHILDREN).await;
    let other = CHILDREN.replace("白云朵", "石小榴");
    send(&mut me, "children", "名单.csv", other.as_bytes()).await;
    assert_eq!(worked(&site).await, 1);
    assert_eq!(children(&site).await, 0);
    assert!(me.get(&way).await.body.contains("等的时候换了文件"));
}

/// A round of two children and two homes who wish for each other.
async fn wished(site: &Site, staff: &mut Browser) -> String {
    let (round, _) = opened(site, staff).await;
    for side in ["child", "volunteer"] {
        for n in ["1", "2"] {
            let first = if n == "1" { ["1", "2"] } else { ["2", "1"] };
            slip(staff, &round, side, n, &first, "").await;
        }
    }
    round
}

#[tokio::test]
async fn a_large_round_is_worked_out_beside_the_request_and_leads_to_its_result() {
    let site = long(Duration::ZERO).await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let round = wished(&site, &mut staff).await;
    let runs = format!("{round}/runs");
    let reply = staff.submit(&round, &runs, &[("seed", "417")]).await;
    let way = reply.location().to_owned();
    assert!(way.starts_with("/operations/"), "{} {way}", reply.body);
    assert!(staff.get(&way).await.body.contains("试配"));
    let id = RoundId::parse(round.rsplit('/').next().unwrap()).unwrap();
    assert!(site.system().results(id).await.unwrap().is_none());
    assert_eq!(worked(&site).await, 1);
    assert_eq!(site.system().results(id).await.unwrap().unwrap().rows.len(), 2);
    let page = staff.get(&way).await;
    assert!(page.body.contains(&format!("href=\"{round}/results\"")), "{}", page.body);
}

#[tokio::test]
async fn a_run_that_was_stopped_keeps_nothing() {
    let site = long(Duration::ZERO).await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let round = wished(&site, &mut staff).await;
    let way = staff.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await.location().to_owned();
    staff.submit(&way, &format!("{way}/stop"), &[]).await;
    assert_eq!(worked(&site).await, 0);
    let id = RoundId::parse(round.rsplit('/').next().unwrap()).unwrap();
    assert!(site.system().results(id).await.unwrap().is_none());
}

#[tokio::test]
async fn the_report_of_a_large_county_is_made_beside_the_request() {
    let site = long(Duration::ZERO).await;
    let mut me = site.as_role(Role::Leader).await;
    let way = me.get("/report/workbook").await.location().to_owned();
    assert!(way.starts_with("/operations/"), "{way}");
    assert!(me.get(&way).await.body.contains("前面的做完就轮到"));
    assert_eq!(worked(&site).await, 1);
    let book = Workbook::read(&me.get(&format!("{way}/file")).await.bytes, "a.xlsx").unwrap();
    assert!(!book.sheets[0].rows.is_empty());
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert!(teacher.get("/report/workbook").await.is_refused());
}

#[tokio::test]
async fn accounts_are_made_beside_the_request_when_there_are_many() {
    let site = long(Duration::ZERO).await;
    let (mut me, _other) = (site.as_role(Role::Leader).await, site.as_role(Role::Coordinator).await);
    let way = me.get("/accounts.xlsx?view=staff").await.location().to_owned();
    assert!(way.starts_with("/operations/"), "{way}");
    assert_eq!(worked(&site).await, 1);
    let book = Workbook::read(&me.get(&format!("{way}/file")).await.bytes, "a.xlsx").unwrap();
    assert_eq!(book.sheets[0].rows.len(), 1 + 2 + 1);
}

#[tokio::test]
async fn a_long_trail_is_proven_beside_the_request() {
    let site = long(Duration::ZERO).await;
    let mut me = site.as_role(Role::Auditor).await;
    let form = me.get("/audit-events").await.form("/audit-events/proof");
    let way = me.post("/audit-events/proof", &form).await.location().to_owned();
    assert!(way.starts_with("/operations/"), "{way}");
    assert_eq!(me.post("/audit-events/proof", &form).await.location(), way, "a double tap is one");
    let mut leader = site.as_role(Role::Leader).await;
    let hers = leader.submit("/audit-events", "/audit-events/proof", &[]).await.location().to_owned();
    assert_eq!(worked(&site).await, 2);
    let page = leader.get(&hers).await.body;
    assert!(page.contains("留痕的核验") && !page.contains(" 条"), "a leader does not learn how long it is: {page}");
    let found = |way: &str| format!("/audit-events?proof={}", way.rsplit('/').next().unwrap());
    assert!(me.get(&way).await.body.contains(&format!("href=\"{}\"", found(&way))));
    assert!(me.get(&found(&way)).await.body.contains("一条不缺"));
    assert!(leader.get(&found(&hers)).await.body.contains("从第一条验到最后一条"));
    assert!(!leader.get(&found(&way)).await.body.contains("一条不缺"), "another one's");
    assert_eq!(me.get(&format!("{way}/file")).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_long_trail_that_is_proven_in_time_leads_to_what_was_found_at_once() {
    let site = long(Duration::from_mins(5)).await;
    let mut me = site.as_role(Role::Auditor).await;
    let way = me.submit("/audit-events", "/audit-events/proof", &[]).await.location().to_owned();
    assert!(way.starts_with("/audit-events?proof="), "{way}");
    assert!(me.get(&way).await.body.contains("一条不缺"));
}
