//! What the program counts of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};

use naheya_domain::Role;
use naheya_store::backup::Contents;
use naheya_web::{App, SiteSettings};

use crate::browser::Browser;
use crate::site::{NOW, site, site_with, told_site};
use crate::walk::signed_in;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_counted_by_route_and_nobody_is_named() {
    let site = told_site().await;
    let mut office = signed_in(&site, Role::Coordinator).await;
    let list = office.get("/children").await;
    let file = list.body.split("href=\"/children/").filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 36);
    let file = file.unwrap();
    let read = office.get(&format!("/children/{file}")).await;
    assert!(read.status.is_success());
    let state = App { store: site.store.clone(), clock: Arc::new(|| NOW), settings: Arc::new(SiteSettings::default()) };
    let mut watcher = Browser::new(naheya_web::meter::site(state));
    let told = watcher.get("/metrics").await;
    assert!(told.header("content-type").starts_with("application/openmetrics-text"));
    assert!(told.body.contains("naheya_requests_total{route=\"/children/{id}\",status=\"2xx\"}"), "{}", told.body);
    assert!(told.body.contains("naheya_request_seconds_count{route=\"/children\"}"));
    assert!(told.body.contains("naheya_alarms_open") && told.body.trim_end().ends_with("# EOF"));
    assert!(told.body.contains("naheya_disk_full 0") && told.body.contains("naheya_disk_scarce 0"), "{}", told.body);
    assert!(!told.body.contains(file));
    // It is no part of the site, and the site is no part of it.
    assert_eq!(office.get("/metrics").await.status, 404);
    assert_eq!(watcher.get("/children").await.status, 404);
}

#[tokio::test]
async fn the_health_line_of_today_tells_a_backup_of_this_night_from_an_older_one() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    assert!(office.get("/today").await.body.contains("还没有备份"));
    site.store.backup_done(Contents { rows: 1, at: site.now() }, site.now()).await.unwrap();
    site.wait_minutes(25 * 60);
    let fresh = site.as_role(Role::Coordinator).await.get("/today").await.body;
    assert!(fresh.contains("读回来核对过") && !fresh.contains("请告诉管服务器的人"), "{fresh}");
    site.wait_minutes(2 * 60);
    let old = site.as_role(Role::Coordinator).await.get("/today").await.body;
    assert!(old.contains("上次备份是") && old.contains("请告诉管服务器的人"), "{old}");
}

#[tokio::test]
async fn today_tells_of_a_clock_that_is_behind_the_last_backup() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let ahead = site.now().plus_minutes(24 * 60);
    site.store.backup_done(Contents { rows: 1, at: ahead }, site.now()).await.unwrap();
    let behind = office.get("/today").await.body;
    assert!(behind.contains("服务器的时钟慢了"), "{behind}");
    site.wait_minutes(24 * 60);
    assert!(!site.as_role(Role::Coordinator).await.get("/today").await.body.contains("服务器的时钟慢了"));
}

#[tokio::test]
async fn today_tells_of_a_certificate_that_ends_soon_and_of_none_that_lasts() {
    for (days, is_told) in [(-1, true), (13, true), (15, false)] {
        let certificate = Some(Arc::new(AtomicI64::new(NOW.plus_minutes(days * 24 * 60).0)));
        let site = site_with(SiteSettings { certificate, ..SiteSettings::default() }).await;
        site.store.mark_demo(NOW).await.unwrap();
        let today = site.as_role(Role::Coordinator).await.get("/today").await.body;
        assert_eq!(today.contains("这个网址的证书"), is_told, "{days}: {today}");
    }
}

#[tokio::test]
async fn today_tells_of_a_disk_that_is_nearly_full() {
    for is_scarce in [true, false] {
        let scarce = Some(Arc::new(AtomicBool::new(is_scarce)));
        let site = site_with(SiteSettings { scarce, ..SiteSettings::default() }).await;
        site.store.mark_demo(NOW).await.unwrap();
        let today = site.as_role(Role::Coordinator).await.get("/today").await.body;
        assert_eq!(today.contains("服务器的硬盘快满了"), is_scarce, "{today}");
    }
}
