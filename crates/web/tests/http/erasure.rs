//! The page on which a file is erased: what it says before, who decides, what is left.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::child::ChildState;
use naheya_domain::id::ChildId;
use naheya_store::child::ChangeState;
use uuid::Uuid;

use crate::browser::filled;
use crate::child::child;
use crate::consent::guardian;
use crate::import::{CHILDREN, send};
use crate::site::{Site, site};

async fn left(site: &Site) -> ChildId {
    let child = child(site, "安小草").await;
    site.system().save(ChangeState { child, next: ChildState::Left }).await.unwrap();
    child
}

#[tokio::test]
async fn the_page_says_what_goes_and_two_people_erase_a_file() {
    let site = site().await;
    let child = left(&site).await;
    guardian(&site, child, "安样母", "13900000001").await;
    let (mut office, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let at = format!("/children/{child}/erasure");
    assert!(office.get(&format!("/children/{child}")).await.body.contains(&format!("href=\"{at}\"")));
    let before = office.get(&at).await;
    for said in ["谁也找不回来", "安样母", "最近十四份", "只留年份"] {
        assert!(before.body.contains(said), "{said}");
    }
    let silent = office.submit(&at, &at, &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.submit(&at, &at, &[("reason", "11月18日 第 3 号书面申请")]).await.location(), at);
    assert!(!office.get(&at).await.body.contains("/approval"), "who asked does not decide");
    let day = leader.get("/today").await;
    assert!(day.body.contains("有人申请抹去档案") && day.body.contains(&format!("href=\"{at}\"")), "{}", day.body);
    let page = leader.get(&at).await;
    assert!(page.body.contains("第 3 号书面申请"), "{}", page.body);
    let mut ways = page.body.split("action=\"").filter_map(|rest| rest.split('"').next());
    let yes = ways.find(|to| to.ends_with("/approval")).unwrap().to_owned();
    assert_eq!(leader.submit(&at, &yes, &[]).await.location(), at);
    let done = leader.get(&at).await;
    assert!(done.body.contains("这份档案抹去了") && !done.body.contains("安小草"), "{}", done.body);
    let file = leader.get(&format!("/children/{child}")).await;
    assert!(file.status == StatusCode::OK && !file.body.contains("安小草") && !file.body.contains("对花生过敏"));
    assert!(file.body.contains("这份档案抹去了") && file.body.contains(&format!("href=\"{at}\"")), "{}", file.body);
    for way in ["edit", "talks/new", "follow-ups/new", "copy", "hand-over", "guardians/new"] {
        assert!(!file.body.contains(&format!("/children/{child}/{way}\"")), "{way}: it takes nothing new");
    }
    assert!(leader.get(&format!("/children/{child}/trail")).await.body.contains("抹去了档案"));
}

#[tokio::test]
async fn what_is_under_way_is_said_before_anybody_asks() {
    let site = site().await;
    let child = child(&site, "安小草").await;
    let mut office = site.as_role(Role::Coordinator).await;
    let at = format!("/children/{child}/erasure");
    assert!(!office.get(&format!("/children/{child}")).await.body.contains(&at), "the child is here");
    let page = office.get(&at).await.body;
    assert!(page.contains("孩子还在项目里") && !page.contains("name=\"reason\""), "{page}");
    // A page that was open before: its form is sent all the same.
    let copy = format!("/children/{child}/copy");
    let open = filled(office.get(&copy).await.form(&copy), &[("reason", "第 3 号书面申请")]);
    let refused = office.post(&at, &open).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let absent = office.get(&format!("/children/{}/erasure", Uuid::now_v7())).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_upload_that_may_name_the_child_is_thrown_away_where_it_stands_in_the_way() {
    let site = site().await;
    let child = left(&site).await;
    let (mut office, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let at = format!("/children/{child}/erasure");
    let removal = format!("{at}/uploads/removal");
    send(&mut office, "children", "名单.csv", CHILDREN.as_bytes()).await;
    let before = office.get(&at).await.body;
    assert!(before.contains("上传了还没导入的花名册") && !before.contains(&removal), "nobody has asked yet: {before}");
    office.submit(&at, &at, &[("reason", "11月18日 第 3 号书面申请")]).await;
    let page = leader.get(&at).await.body;
    assert!(page.contains("有花名册上传了还没导入") && page.contains(&removal), "{page}");
    assert_eq!(leader.submit(&at, &removal, &[]).await.location(), at);
    let page = leader.get(&at).await.body;
    assert!(!page.contains(&removal) && !page.contains("现在还不能抹去"), "{page}");
    assert_eq!(office.get("/imports/preview").await.location(), "/imports/new");
}
