use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_store::backup::Contents;

use crate::browser::filled;
use crate::site::site;

#[tokio::test]
async fn what_is_set_holds_and_a_second_setter_is_told() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut other = site.as_role(Role::ItAdmin).await;
    let old = other.get("/settings").await.form("/settings");
    let saved = leader.submit("/settings", "/settings", &[("police", "50"), ("stale_months", "3")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let (settings, _) = site.system().settings().await.unwrap();
    assert_eq!(settings.stale_months, 3);
    assert!(settings.ladder.record().starts_with("0,10,15,30,45,50"));
    let late = other.post("/settings", &filled(old, &[("shared_idle", "20")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "somebody else set something meanwhile");
    assert!(late.body.contains("value=\"20\""), "nothing typed is lost");
    let again = other.post("/settings", &late.form("/settings")).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_keeps_the_server_reads_in_the_settings_of_the_last_backup_and_finds_the_channels() {
    let site = site().await;
    let mut keeper = site.as_role(Role::ItAdmin).await;
    let none = keeper.get("/settings").await.body;
    assert!(none.contains("还没有备份") && none.contains("naheya backup"), "{none}");
    assert!(none.contains("<a class=\"btn btn--quiet\" href=\"/channels\">"), "{none}");
    site.store.backup_done(Contents { rows: 1, at: site.now() }, site.now()).await.unwrap();
    let kept = keeper.get("/settings").await.body;
    assert!(kept.contains("读回来核对过") && !kept.contains("还没有备份"), "{kept}");
}

#[tokio::test]
async fn the_coordinators_number_stands_where_somebody_is_told_to_call() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert!(!teacher.get("/friday").await.body.contains("href=\"tel:"), "nobody has said whom to call");
    assert!(!site.visitor().get("/").await.body.contains("href=\"tel:"), "nor whom to apply to");
    let wrong = leader.submit("/settings", "/settings", &[("office_phone", "办公室")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"e-office_phone\"") && wrong.body.contains("value=\"办公室\""), "{}", wrong.body);
    let saved = leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let front = site.visitor().get("/").await;
    assert!(front.body.contains("href=\"tel:0478-5550001\">打电话报名"), "{}", front.body);
    for page in ["/friday", "/sunday"] {
        assert!(teacher.get(page).await.body.contains("href=\"tel:0478-5550001\""), "{page}");
    }
    assert!(teacher.get("/phone/bundle").await.body.contains("\"office\":\"0478-5550001\""));
}

#[tokio::test]
async fn a_number_that_cannot_be_is_told_beside_its_field() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    for (field, value) in [("police", "5"), ("daily_cap", "99"), ("stale_months", ""), ("shared_idle", "很久")] {
        let back = leader.submit("/settings", "/settings", &[(field, value)]).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(back.body.contains(&format!("id=\"e-{field}\"")), "{field}: {}", back.body);
    }
    let mut clerk = site.as_role(Role::Coordinator).await;
    assert_eq!(clerk.get("/settings").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_shared_pc_is_signed_out_after_the_minutes_that_are_set() {
    use naheya_domain::viewer::Place;
    use naheya_store::slip::{MakeSlip, UseSlip};
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    leader.submit("/settings", "/settings", &[("shared_idle", "30")]).await;
    let (account, _) = site.account(Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await;
    let desk = site.system();
    let slip = desk.save(MakeSlip { account }).await.unwrap();
    let (code, _, _) = desk.slip_code(slip).await.unwrap();
    let password = crate::site::PASSWORD.to_owned();
    let given = UseSlip { code, password, address: String::new(), agent: "test".into(), shared: true };
    let mut browser = site.visitor();
    browser.set_cookie("naheya", &site.store.use_slip(&given, site.now()).await.unwrap().token);
    site.wait_minutes(25);
    assert_eq!(browser.get("/me").await.status, StatusCode::OK);
    site.wait_minutes(31);
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
}
