//! A child director's round: who waits, a talk written down, a worry said, and nobody else's children.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::follow_up::With;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::ChildId;
use naheya_domain::viewer::Place;
use naheya_store::account::AddGrant;
use naheya_store::child::{ConfirmFile, OpenFile};
use naheya_store::follow_up::PlanFollowUp;
use naheya_store::guardian::AddGuardian;

use crate::child::details;
use crate::site::{NOW, Site, real_site, site};

const TOWN: &str = "150825100";

async fn child_in(site: &Site, name: &str, town: &str) -> ChildId {
    let mut of = details(site, name);
    of.town_code = Some(town.to_owned());
    site.system().save(OpenFile { details: of }).await.unwrap()
}

async fn due(site: &Site, child: ChildId) {
    let plan = PlanFollowUp { child, with: With::Child, due_at: NOW.plus_minutes(60) };
    site.system().save(plan).await.unwrap();
}

/// The part of the page under "waiting".
fn waiting(body: &str) -> &str {
    let from = body.split("id=\"due\"").nth(1).unwrap_or_default();
    from.split("</section>").next().unwrap_or_default()
}

#[tokio::test]
async fn a_child_director_begins_with_the_round_of_the_own_area() {
    let site = site().await;
    let one = child_in(&site, "安小草", TOWN).await;
    child_in(&site, "白云朵", "150825101").await;
    due(&site, one).await;
    let mut me = site.as_role(Role::TownWorker).await;
    let start = me.get("/start").await;
    assert_eq!(start.location(), "/visits");
    let page = me.get("/visits").await;
    assert!(page.body.contains("安小草") && !page.body.contains("白云朵"), "{}", page.body);
    assert!(page.body.contains("巴音宝力格镇"));
    for role in [Role::Coordinator, Role::ClassTeacher, Role::Volunteer] {
        let status = site.as_role(role).await.get("/visits").await.status;
        assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{role:?}");
    }
}

#[tokio::test]
async fn what_waits_is_said_in_whole_sentences_in_english_too() {
    let site = site().await;
    let child = child_in(&site, "安小草", TOWN).await;
    due(&site, child).await;
    let mut me = site.as_role(Role::TownWorker).await;
    me.set_cookie("naheya-look", "en");
    let page = me.get("/visits").await.body;
    assert!(waiting(&page).contains("Ask the child by ") && page.contains(": one child in all."), "{page}");
    site.wait_minutes(120);
    let late = me.get("/visits").await.body;
    assert!(waiting(&late).contains("Overdue since ") && waiting(&late).contains(": ask the child"), "{late}");
}

#[tokio::test]
async fn who_was_asked_or_worried_about_is_gone_from_what_waits() {
    let site = site().await;
    let (asked, worried) = (child_in(&site, "安小草", TOWN).await, child_in(&site, "白云朵", TOWN).await);
    due(&site, asked).await;
    due(&site, worried).await;
    let mut me = site.as_role(Role::TownWorker).await;
    let page = me.get("/visits").await;
    assert!(waiting(&page.body).contains("安小草") && waiting(&page.body).contains("白云朵"));
    let talk = site.system().follow_up_book(asked).await.unwrap().remove(0).row.id;
    let to = format!("/follow-ups/{talk}");
    assert!(waiting(&page.body).contains(&to), "one tap to what is due");
    let done = me.submit(&to, &to, &[("way", "visit"), ("alone", "yes"), ("sleep", "睡得好")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/visits"));
    let form = format!("/concerns/new?child={worried}");
    let said = me.submit(&form, "/concerns", &[("words", "胳膊上有伤")]).await;
    assert_eq!(said.location(), "/concerns/said");
    assert!(me.get("/concerns/said").await.body.contains("href=\"/visits\""));
    let page = me.get("/visits").await;
    assert!(!waiting(&page.body).contains("安小草") && !waiting(&page.body).contains("白云朵"));
    assert!(page.body.contains("今天看过的") && !page.body.contains("胳膊上有伤"));
    let mut other = site.as_role(Role::TownWorker).await;
    assert!(waiting(&other.get("/visits").await.body).contains("白云朵"), "a worry is nobody else's to see");
}

/// The ways on and back below a list.
fn way(body: &str, rel: &str) -> String {
    let rest = body.split(&format!("rel=\"{rel}\" href=\"")).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().replace("&#38;", "&")
}

#[tokio::test]
async fn everybody_else_stands_on_full_pages_that_go_on_and_back() {
    let site = site().await;
    due(&site, child_in(&site, "安小草", TOWN).await).await;
    let guardian =
        GuardianForm { name: "周样母", relation: "母亲", phone: "13900000009", ..GuardianForm::default() };
    for _ in 0..60 {
        let child = child_in(&site, "石小榴", TOWN).await;
        let details = GuardianDetails::parse(&guardian).unwrap();
        site.system().save(AddGuardian { child, details }).await.unwrap();
        site.system().save(ConfirmFile { child }).await.unwrap();
    }
    let mut me = site.as_role(Role::TownWorker).await;
    let first = me.get("/visits").await.body;
    assert!(first.contains("一共 61 个孩子") && first.contains("第 1—50 个，共 60 个"), "{first}");
    let second = me.get(&way(&first, "next")).await.body;
    assert!(second.contains("第 51—60 个，共 60 个") && waiting(&second).is_empty(), "{second}");
    let back = me.get(&way(&second, "prev")).await.body;
    assert!(back.contains("第 1—50 个，共 60 个") && waiting(&back).contains("安小草"), "{back}");
}

#[tokio::test]
async fn a_talk_is_written_down_without_a_plan_and_nothing_typed_is_lost() {
    let site = site().await;
    let child = child_in(&site, "安小草", TOWN).await;
    let mut me = site.as_role(Role::TownWorker).await;
    let (page, to) = (format!("/children/{child}/talks/new"), format!("/children/{child}/talks"));
    let bare = me.submit(&page, &to, &[("way", "visit"), ("sleep", "睡得好")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("睡得好") && bare.body.contains("id=\"e-with\""));
    let done = me.submit(&page, &to, &[("with", "guardian"), ("way", "phone"), ("sleep", "睡得好")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/visits"));
    assert_eq!(site.system().follow_up_book(child).await.unwrap().len(), 1);
    let far = child_in(&site, "白云朵", "150825101").await;
    assert_eq!(me.get(&format!("/children/{far}/talks/new")).await.status, StatusCode::NOT_FOUND);
    let mut office = site.as_role(Role::Coordinator).await;
    let back = office.submit(&page, &to, &[("with", "teacher"), ("way", "talk"), ("wish", "想学骑车")]).await;
    assert_eq!(back.location(), format!("/children/{child}"));
}

#[tokio::test]
async fn one_tap_calls_and_a_sample_is_never_a_link() {
    use naheya_domain::guardian::{GuardianDetails, GuardianForm};
    use naheya_store::guardian::AddGuardian;
    let real = real_site().await;
    let child = child_in(&real, "安小草", TOWN).await;
    let form = GuardianForm { name: "示例", relation: "62", phone: "19900000008", ..GuardianForm::default() };
    real.system().save(AddGuardian { child, details: GuardianDetails::parse(&form).unwrap() }).await.unwrap();
    let mut me = real.as_grant(Role::TownWorker, Place::Town(TOWN.into())).await;
    let page = me.get("/visits").await.body;
    assert!(page.contains("href=\"tel:19900000008\"") && (page.contains("奶奶") || page.contains("爷爷")));
    let told = crate::site::told_site().await;
    let page = crate::walk::signed_in(&told, Role::TownWorker).await.get("/visits").await.body;
    assert!(page.contains("1990000") && !page.contains("tel:1990"));
}

/// The page shows one place at a time: what is late in the others is not left unsaid.
#[tokio::test]
async fn whoever_looks_after_several_places_reads_what_is_late_in_the_others_and_goes_there() {
    let site = site().await;
    let (account, _) = site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let second = AddGrant {
        account,
        role: Role::TownWorker,
        place: Place::Town("150825101".into()),
        from_on: site.now().date(),
        to_on: None,
    };
    site.system().save(second).await.unwrap();
    let child = child_in(&site, "白云朵", "150825101").await;
    due(&site, child).await;
    site.wait_minutes(24 * 60);
    let mut me = site.signed_in(account).await;
    let mut page = me.get("/visits").await.body;
    // She may stand in either role at first.
    if page.contains("白云朵") {
        me.submit("/visits", "/me/grant", &[]).await;
        page = me.get("/visits").await.body;
    }
    assert!(page.contains("您还管") && page.contains("呼和温都尔镇") && page.contains("1 次回访过了日子"), "{page}");
    let moved = me.submit("/visits", "/me/grant", &[]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    assert!(me.get("/visits").await.body.contains("白云朵"));
}

#[tokio::test]
async fn a_director_of_a_merged_town_reads_where_its_children_are() {
    let site = site().await;
    let mut me = site.as_role(Role::TownWorker).await;
    assert!(!me.get("/visits").await.body.contains("已经并入"));
    let merge = naheya_store::area::RetireArea { code: "150825100".into(), into: "150825101".into() };
    site.system().save(merge).await.unwrap();
    assert!(me.get("/visits").await.body.contains("已经并入呼和温都尔镇"));
    let office = site.as_role(Role::Coordinator).await.get("/areas/150825100").await.body;
    assert!(office.contains("还有 1 份授权只管这里"), "{office}");
}
