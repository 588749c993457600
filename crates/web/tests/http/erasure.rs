//! The page on which a file is erased: what it says before, who decides, what is left.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::child::ChildState;
use naheya_domain::household::HouseholdDetails;
use naheya_domain::id::{ChildId, VolunteerId};
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_store::child::ChangeState;
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, Step, StepVolunteer};
use uuid::Uuid;

use crate::browser::filled;
use crate::child::child;
use crate::consent::guardian;
use crate::import::{CHILDREN, send};
use crate::site::{NOW, Site, site};

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

async fn volunteer(site: &Site, name: &str) -> VolunteerId {
    let form = VolunteerForm { name, birth_on: "1985-04-06", phone: "13900000008", ..VolunteerForm::default() };
    let details = VolunteerDetails::parse(&form, NOW.date()).unwrap();
    let home = HomeChoice::New(HouseholdDetails::default(), Vec::new());
    site.system().save(RegisterVolunteer { details, home }).await.unwrap().volunteer
}

#[tokio::test]
async fn two_people_erase_the_file_of_a_volunteer_who_has_left() {
    let site = site().await;
    let volunteer = volunteer(&site, "石样玉").await;
    let (mut office, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let file = format!("/volunteers/{volunteer}");
    let at = format!("{file}/erasure");
    let link = format!("href=\"{at}\"");
    assert!(!office.get(&file).await.body.contains(&link), "she is here");
    let early = office.get(&at).await.body;
    assert!(early.contains("先办离开") && !early.contains("name=\"reason\""), "{early}");
    let gone = StepVolunteer { volunteer, step: Step::Leave, reason: "搬走了".into() };
    site.system().save(gone).await.unwrap();
    assert!(office.get(&file).await.body.contains(&link));
    let before = office.get(&at).await.body;
    for said in ["谁也找不回来", "登录马上结束", "最近十四份", "一位已抹去档案的志愿者"] {
        assert!(before.contains(said), "{said}: {before}");
    }
    assert_eq!(office.submit(&at, &at, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.submit(&at, &at, &[("reason", "11月18日 第 3 号书面申请")]).await.location(), at);
    assert!(!office.get(&at).await.body.contains("/approval"), "who asked does not decide");
    let day = leader.get("/today").await;
    assert!(day.body.contains("有人申请抹去档案") && day.body.contains(&link), "{}", day.body);
    let page = leader.get(&at).await;
    let mut ways = page.body.split("action=\"").filter_map(|rest| rest.split('"').next());
    let yes = ways.find(|to| to.ends_with("/approval")).unwrap().to_owned();
    assert_eq!(leader.submit(&at, &yes, &[]).await.location(), at);
    let done = leader.get(&at).await.body;
    assert!(done.contains("这份档案抹去了") && !done.contains("石样玉"), "{done}");
    let shown = leader.get(&file).await;
    assert!(shown.status == StatusCode::OK && !shown.body.contains("石样玉") && !shown.body.contains("13900000008"));
    assert!(shown.body.contains("这份档案抹去了") && shown.body.contains(&link), "{}", shown.body);
    for way in ["edit", "home", "copy"] {
        assert!(!shown.body.contains(&format!("{file}/{way}\"")), "{way}: it takes nothing new");
    }
    let absent = office.get(&format!("/volunteers/{}/erasure", Uuid::now_v7())).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}
