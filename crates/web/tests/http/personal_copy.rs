//! A copy of what is held: on the guardian's phone, on the volunteer's, at the counter of the office.

use axum::http::StatusCode;
use naheya_documents::workbook::Workbook;
use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::viewer::Place;
use naheya_store::child::OpenFile;
use naheya_store::consent::Purpose;
use uuid::Uuid;

use crate::child::class_with;
use crate::consent::{agreed, guardian};
use crate::site::{Site, site, told_site};
use crate::walk::signed_in;

/// The names of a workbook's sheets, and all that stands in them.
fn book(bytes: &[u8]) -> (Vec<String>, String) {
    let book = Workbook::read(bytes, "a.xlsx").unwrap();
    let names = book.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let cells = book.sheets.iter().flat_map(|sheet| &sheet.rows).flat_map(|row| &row.cells);
    (names, cells.map(|cell| cell.content.text()).collect::<Vec<_>>().join("\n"))
}

async fn locked(site: &Site) -> naheya_domain::id::ChildId {
    let form =
        ChildForm { name: "石小榴", birth_on: "2016-03-05", health: "对青霉素过敏", ..ChildForm::default() };
    let details = ChildDetails::parse(&form, site.now().date()).unwrap();
    site.system().save(OpenFile { details }).await.unwrap()
}

#[tokio::test]
async fn a_guardian_takes_a_copy_on_paper_and_as_a_workbook_of_the_own_child_alone() {
    let site = site().await;
    let (_, mine) = class_with(&site, "示例第一小学", "安小草").await;
    let other = locked(&site).await;
    let who = guardian(&site, mine, "安样母", "13900000001").await;
    agreed(&site, mine, who, Purpose::Photo).await;
    let mut me = site.as_grant(Role::Guardian, Place::Person(who.0)).await;
    let at = format!("/family/{mine}/copy");
    assert!(me.get("/family/looks").await.body.contains(&format!("href=\"{at}\"")));
    assert!(me.get("/me").await.body.contains("<a class=\"cell\" href=\"/family/looks\">"), "where one looks for it");
    let page = me.get(&at).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for held in ["安小草的档案副本", "对花生过敏", "示例第一小学", "13900000001", "拍照片", "2016年3月5日"]
    {
        assert!(page.body.contains(held), "{held}");
    }
    assert!(!page.body.contains("学校柜子"), "where the paper lies is the office's");
    assert!(!page.body.split("</title>").next().unwrap().contains("安小草"));
    let file = me.get(&format!("{at}.xlsx")).await;
    assert!(!file.header("content-disposition").contains("%E5%AE%89"), "the file's name names nobody");
    let (sheets, cells) = book(&file.bytes);
    assert_eq!(sheets, ["档案", "结对", "周末", "周末记录", "同意", "谁看过"]);
    assert!(cells.contains("对花生过敏") && cells.contains("拍照片") && cells.contains("请收好"), "{cells}");
    for path in [format!("/family/{other}/copy"), format!("/family/{other}/copy.xlsx")] {
        assert_eq!(me.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_office_gives_a_copy_for_a_reason_that_the_guardian_reads() {
    let site = site().await;
    let child = locked(&site).await;
    let who = guardian(&site, child, "石样母", "13900000002").await;
    let mut office = site.as_role(Role::Coordinator).await;
    let at = format!("/children/{child}/copy");
    assert!(office.get(&format!("/children/{child}")).await.body.contains(&format!("href=\"{at}\"")));
    let silent = office.submit(&at, &at, &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("请选交给哪位家长"), "{}", silent.body);
    let (to, why) = (who.to_string(), "书面申请，身份证核对过");
    let short = office.submit(&at, &at, &[("guardian_id", to.as_str()), ("reason", "要")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let given = office.submit(&at, &at, &[("guardian_id", to.as_str()), ("reason", why)]).await;
    assert!(given.status == StatusCode::OK && given.body.contains("对青霉素过敏"), "{}", given.body);
    let typed = [("guardian_id", to.as_str()), ("reason", why), ("shape", "book")];
    let file = office.submit(&at, &at, &typed).await;
    assert!(book(&file.bytes).1.contains("对青霉素过敏"));
    let mut me = site.as_grant(Role::Guardian, Place::Person(who.0)).await;
    assert!(me.get("/family/looks").await.body.contains(why));
    assert!(!me.get(&format!("/family/{child}/copy")).await.body.contains("青霉素"), "locked on a phone");
    let absent = office.get(&format!("/children/{}/copy", Uuid::now_v7())).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_volunteer_takes_a_copy_of_her_own_file_and_whoever_applies_too() {
    let site = told_site().await;
    for role in [Role::Volunteer, Role::Applicant] {
        let mut me = signed_in(&site, role).await;
        assert!(me.get("/me").await.body.contains("href=\"/me/copy\""), "{}", role.code());
        let page = me.get("/me/copy").await;
        assert!(page.status == StatusCode::OK && page.body.contains("的档案副本"), "{}", page.body);
        let (sheets, _) = book(&me.get("/me/copy.xlsx").await.bytes);
        assert_eq!(sheets, ["档案", "家里的人", "核查", "结对", "周末", "时长"]);
    }
    let mut office = signed_in(&site, Role::Coordinator).await;
    assert!(!office.get("/me").await.body.contains("/me/copy"), "the office has no file");
}
