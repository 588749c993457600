//! Two files of one child: listed, compared, proposed, agreed to by another person, taken apart.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm, ChildState};
use naheya_domain::id::ChildId;
use naheya_store::child::{ChangeState, OpenFile};

use crate::browser::filled;
use crate::child::child;
use crate::site::{Site, site};

/// The same child once more, with something that the first file does not say.
async fn double(site: &Site) -> ChildId {
    let form = ChildForm { name: "安小草", birth_on: "2016-03-05", likes: "画画", ..ChildForm::default() };
    let details = ChildDetails::parse(&form, site.now().date()).unwrap();
    site.system().save(OpenFile { details }).await.unwrap()
}

#[tokio::test]
async fn two_files_are_compared_proposed_agreed_to_and_taken_apart() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, double(&site).await);
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let list = me.get("/merges").await;
    assert!(list.body.contains("同名，同一天出生"), "{}", list.body);
    let new = format!("/merges/new?kept={kept}&other={other}");
    let page = me.get(&new).await;
    assert!(
        page.body.contains("对花生过敏") && page.body.contains("画画") && page.body.contains("没写"),
        "{}",
        page.body
    );
    let form = filled(page.form("/merges"), &[("part_vital", "kept"), ("part_likes", "other")]);
    let led = me.post("/merges", &form).await;
    let merge = led.location().to_owned();
    assert!(merge.starts_with("/merges/"), "{}", led.body);
    assert_eq!(me.post("/merges", &form).await.location(), merge, "a double tap makes one record");
    assert!(!me.get(&merge).await.body.contains("/approval"), "the own one has no such button");
    let yes = format!("{merge}/approval");
    assert!(leader.get("/today").await.body.contains("有 1 份合并等您看"));
    assert!(!me.get("/today").await.body.contains("有 1 份合并等您看"), "the own one waits for somebody else");
    let own = me.submit(&merge, &format!("{merge}/withdrawal"), &[]).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
    let page = me.get(&new).await;
    let form = filled(page.form("/merges"), &[("part_likes", "other")]);
    let merge = me.post("/merges", &form).await.location().to_owned();
    let done = leader.submit(&merge, &yes.replace(yes.trim_end_matches("/approval"), &merge), &[]).await;
    assert_eq!(done.location(), format!("/children/{kept}"));
    assert!(leader.get(&format!("/children/{kept}")).await.body.contains("画画"));
    assert_eq!(me.get(&format!("/children/{other}")).await.location(), format!("/children/{kept}"));
    assert!(!me.get("/merges").await.body.contains("同名，同一天出生"));
    let apart = leader.submit(&merge, &format!("{merge}/undo"), &[]).await;
    assert_eq!(apart.location(), merge);
    assert_eq!(me.get(&format!("/children/{other}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_no_says_why() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, double(&site).await);
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let page = me.get(&format!("/merges/new?kept={kept}&other={other}")).await;
    let merge = me.post("/merges", &filled(page.form("/merges"), &[])).await.location().to_owned();
    let no = format!("{merge}/refusal");
    let silent = leader.submit(&merge, &no, &[("answer", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leader.submit(&merge, &no, &[("answer", "是表姐妹")]).await.status, StatusCode::SEE_OTHER);
    assert!(me.get(&merge).await.body.contains("是表姐妹"));
}

#[tokio::test]
async fn what_was_told_apart_is_not_listed_any_more() {
    let site = site().await;
    child(&site, "安小草").await;
    double(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let told = me.submit("/merges", "/merges/distinctions", &[]).await;
    assert_eq!(told.location(), "/merges?kind=child");
    assert!(me.get("/merges").await.body.contains("没有看起来重复的档案"));
}

#[tokio::test]
async fn the_other_file_is_looked_for_and_no_name_stands_in_the_address() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, child(&site, "安小苗").await);
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/merges/new?kept={kept}");
    assert!(me.get(&format!("/children/{kept}")).await.body.contains(&page));
    let led = me.submit(&page, "/merges/search", &[("q", "axm")]).await;
    assert_eq!(led.location(), format!("/merges/new?kind=child&kept={kept}&found=1"));
    let found = me.get(led.location()).await;
    assert!(found.body.contains(&other.to_string()), "{}", found.body);
}

#[tokio::test]
async fn a_file_that_changed_since_is_compared_again_with_everything_chosen() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, double(&site).await);
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&format!("/merges/new?kept={kept}&other={other}")).await;
    let form = filled(page.form("/merges"), &[("part_vital", "other")]);
    site.system().save(ChangeState { child: kept, next: ChildState::Enrolled }).await.unwrap();
    let stale = me.post("/merges", &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let again = filled(stale.form("/merges"), &[]);
    assert_eq!(me.post("/merges", &again).await.status, StatusCode::SEE_OTHER);
    assert_eq!(me.get(&format!("/merges/new?kind=child&kept={kept}")).await.status, StatusCode::OK);
    assert_eq!(me.get("/merges/new?kept=nonsense").await.status, StatusCode::NOT_FOUND);
    assert_eq!(me.get("/merges/nonsense").await.status, StatusCode::NOT_FOUND);
}
