//! Long lists: one person asks, another agrees, and the file is fetched by whoever asked.

use axum::http::StatusCode;
use naheya_documents::workbook::{Row, Workbook};
use naheya_domain::Role;
use naheya_domain::child::ChildState;
use naheya_domain::follow_up::With;
use naheya_store::child::{ChangeState, ChildFilter};
use naheya_store::follow_up::PlanFollowUp;

use crate::browser::filled;
use crate::child::child;
use crate::site::{Site, site};

const NEW: &str = "/exports/new?view=here";

/// The rows of a workbook's first sheet as texts.
pub(crate) fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let book = Workbook::read(bytes, "a.xlsx").unwrap();
    let text = |row: &Row, at| row.cell(at).map(|cell| cell.content.text().to_string()).unwrap_or_default();
    let texts = |row: &Row| (0..10).map(|at| text(row, at)).collect();
    book.sheets[0].rows.iter().map(texts).collect()
}

async fn crowd() -> Site {
    let site = site().await;
    for _ in 0..51 {
        child(&site, "安小草").await;
    }
    site
}

#[tokio::test]
async fn a_long_list_is_asked_for_agreed_to_and_fetched_with_name_and_time() {
    let site = crowd().await;
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    assert!(me.get("/exports").await.body.contains("还没有人申请过导出"));
    let page = me.get(NEW).await;
    assert!(page.body.contains("这份名单有 51 个孩子"), "{}", page.body);
    let silent = me.submit(NEW, "/exports?view=here", &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = filled(page.form("/exports?view=here"), &[("purpose", "报旗教育局摸底")]);
    assert_eq!(me.post("/exports?view=here", &form).await.location(), "/exports");
    assert_eq!(me.post("/exports?view=here", &form).await.location(), "/exports", "a double tap");
    let (waiting, _) = site.system().exports().await.unwrap();
    assert_eq!(waiting.len(), 1, "makes one record");
    let id = waiting[0].id;
    let (yes, file) = (format!("/exports/{id}/approval"), format!("/exports/{id}/file"));
    assert!(!me.get("/exports").await.body.contains(&yes), "the own one has no such button");
    assert_eq!(me.get(&file).await.status, StatusCode::CONFLICT);
    let list = leader.get("/children").await;
    assert!(list.body.contains("有 1 份导出等您看"), "{}", list.body);
    assert!(leader.get("/exports").await.body.contains("报旗教育局摸底"));
    assert_eq!(leader.submit("/exports", &yes, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(me.get("/exports").await.body.contains(&file));
    assert_eq!(leader.get(&file).await.status, StatusCode::CONFLICT, "whoever agreed does not fetch it");
    let reply = me.get(&file).await;
    assert!(reply.status == StatusCode::OK && reply.header("content-type").contains("spreadsheetml"));
    let book = Workbook::read(&reply.bytes, "a.xlsx").unwrap();
    let last = book.sheets[0].rows.last().unwrap().cells[0].content.text();
    assert!(last.contains("样例") && last.contains("导出于 2026-"), "{last}");
    assert!(leader.get("/exports").await.body.contains("1 次"));
}

#[tokio::test]
async fn a_no_says_why_and_the_one_who_asked_reads_it() {
    let site = crowd().await;
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    me.submit(NEW, "/exports?view=here", &[("purpose", "看看")]).await;
    let id = site.system().exports().await.unwrap().0[0].id;
    let no = format!("/exports/{id}/refusal");
    let silent = leader.submit("/exports", &no, &[("answer", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leader.submit("/exports", &no, &[("answer", "请写明用途")]).await.status, StatusCode::SEE_OTHER);
    assert!(me.get("/exports").await.body.contains("请写明用途"));
}

#[tokio::test]
async fn an_export_that_waits_stands_on_the_day_of_whoever_can_agree_and_of_nobody_else() {
    let site = crowd().await;
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let words = "有 1 份导出等您同意";
    assert!(!leader.get("/today").await.body.contains("份导出等您同意"), "nothing waits");
    me.submit(NEW, "/exports?view=here", &[("purpose", "看看")]).await;
    let day = leader.get("/today").await;
    assert!(day.body.contains(words) && day.body.contains("href=\"/exports\""), "{}", day.body);
    assert!(!me.get("/today").await.body.contains(words), "the own one is a colleague's to see");
    let id = site.system().exports().await.unwrap().0[0].id;
    leader.submit("/exports", &format!("/exports/{id}/approval"), &[]).await;
    assert!(!leader.get("/today").await.body.contains(words), "it is decided");
}

#[tokio::test]
async fn a_list_that_has_become_short_is_simply_fetched() {
    let site = site().await;
    child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(NEW).await;
    assert!(page.body.contains("/children.xlsx?view=here"), "{}", page.body);
    assert!(!page.body.contains("name=\"purpose\""));
}

#[tokio::test]
async fn a_list_that_makes_more_than_fifty_with_what_was_taken_out_before_is_asked_for_and_says_why() {
    let site = crowd().await;
    let child = site.system().children(&ChildFilter::default()).await.unwrap().0[0].id;
    site.system().save(ChangeState { child, next: ChildState::Left }).await.unwrap();
    let mut me = site.as_role(Role::Coordinator).await;
    assert_eq!(me.get("/children.xlsx?view=left").await.status, StatusCode::OK);
    let led = me.get("/children.xlsx?view=here").await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, NEW));
    let page = me.get(NEW).await;
    assert!(page.body.contains("这份名单有 50 个孩子，要另一位同事同意"), "{}", page.body);
    assert!(page.body.contains("您直接导出过另外 1 个孩子") && page.body.contains("name=\"purpose\""), "{}", page.body);
    let asked = me.submit(NEW, "/exports?view=here", &[("purpose", "报旗教育局摸底")]).await;
    assert_eq!(asked.location(), "/exports");
}

/// More children than one person takes out, each with a follow-up that is due.
async fn due() -> Site {
    let site = crowd().await;
    let desk = site.system();
    let mut filter = ChildFilter::default();
    loop {
        let (rows, more) = desk.children(&filter).await.unwrap();
        filter.after = rows.last().map(|row| (row.name.clone(), row.id));
        for row in rows {
            desk.save(PlanFollowUp { child: row.id, with: With::Child, due_at: site.now() }).await.unwrap();
        }
        if !more {
            return site;
        }
    }
}

#[tokio::test]
async fn follow_ups_of_more_than_fifty_children_go_the_way_of_the_childrens_list() {
    let site = due().await;
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    assert!(me.get("/follow-ups").await.body.contains("href=\"/follow-ups.xlsx?"));
    let way = me.get("/follow-ups.xlsx").await.location().to_owned();
    assert_eq!(way, "/exports/new?list=follow_ups");
    let page = me.get(&way).await;
    assert!(page.body.contains("这份名单有 51 个孩子") && page.body.contains("href=\"/follow-ups\""), "{}", page.body);
    let asked = me.submit(&way, "/exports?list=follow_ups", &[("purpose", "给苏木镇的同事")]).await;
    assert_eq!(asked.location(), "/exports");
    let id = site.system().exports().await.unwrap().0[0].id;
    let file = format!("/exports/{id}/file");
    assert_eq!(me.get(&file).await.status, StatusCode::CONFLICT);
    assert!(leader.get("/exports").await.body.contains("· 回访"));
    leader.submit("/exports", &format!("/exports/{id}/approval"), &[]).await;
    let book = Workbook::read(&me.get(&file).await.bytes, "a.xlsx").unwrap();
    assert_eq!(book.sheets[0].rows.len(), 1 + 51 + 1, "a heading, the rows, who and when");
    let last = book.sheets[0].rows.last().unwrap().cells[0].content.text();
    assert!(last.contains("样例") && last.contains("导出于 2026-"), "{last}");
}

#[tokio::test]
async fn a_short_list_of_each_kind_is_fetched_at_once_with_name_and_time() {
    let site = site().await;
    let child = child(&site, "安小草").await;
    let plan = PlanFollowUp { child, with: With::Child, due_at: site.now() };
    site.system().save(plan).await.unwrap();
    let mut me = site.as_role(Role::Coordinator).await;
    for (file, rows) in [
        ("/pairs.xlsx", 0),
        ("/stays.xlsx?view=approved", 0),
        ("/follow-ups.xlsx", 1),
        ("/follow-ups.xlsx?late=on", 0),
        ("/accounts.xlsx?view=staff", 1),
        ("/phone/acts.xlsx", 0),
    ] {
        let reply = me.get(file).await;
        assert_eq!(reply.status, StatusCode::OK, "{file}: {}", reply.body);
        assert!(reply.header("content-type").contains("spreadsheetml"), "{file}");
        let book = Workbook::read(&reply.bytes, "a.xlsx").unwrap();
        let rows_in = &book.sheets[0].rows;
        assert_eq!(rows_in.len(), 1 + rows + 1, "{file}");
        let last = rows_in.last().unwrap().cells[0].content.text();
        assert!(last.contains("样例") && last.contains("导出于 2026-"), "{file}: {last}");
    }
}

#[tokio::test]
async fn lists_leave_through_the_hands_of_the_office_alone() {
    let site = site().await;
    let files = ["/pairs.xlsx", "/stays.xlsx", "/follow-ups.xlsx", "/accounts.xlsx", "/phone/acts.xlsx"];
    for role in [Role::ItAdmin, Role::ClassTeacher, Role::TownWorker, Role::Auditor, Role::Volunteer] {
        let mut me = site.as_role(role).await;
        for file in files {
            let status = me.get(file).await.status;
            assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{role:?} {file} {status}");
        }
    }
    let mut keeper = site.as_role(Role::ItAdmin).await;
    assert!(!keeper.get("/accounts").await.body.contains("/accounts.xlsx"), "no way where there is no right");
}
