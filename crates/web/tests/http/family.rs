//! The guardian's phone: own children only, a thanks, who looked.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::consent::Purpose;

use crate::browser::filled;
use crate::child::{child, class_with};
use crate::consent::{agreed, guardian};
use crate::site::site;
use crate::story::story;

#[tokio::test]
async fn a_guardian_reads_of_the_own_child_and_of_no_other() {
    let site = site().await;
    let (_, mine) = class_with(&site, "示例第一小学", "安小草").await;
    child(&site, "石小榴").await;
    let who = guardian(&site, mine, "安样母", "13900000001").await;
    agreed(&site, mine, who, Purpose::Photo).await;
    let mut me = site.as_grant(Role::Guardian, Place::Person(who.0)).await;
    let home = me.get("/family").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("安小草在学校") && !home.body.contains("石小榴"));
    assert!(!home.body.split("</title>").next().unwrap().contains("安小草"));
    let consents = me.get("/family/consents").await;
    assert!(consents.body.contains("拍照片") && consents.body.contains("/withdrawal"));
    assert!(!consents.body.contains("学校柜子"), "where the paper lies is the office's");
    assert!(me.get("/family/looks").await.body.contains("没有人看过"));
    let mut office = site.as_role(Role::Coordinator).await;
    office.get(&format!("/children/{mine}")).await;
    let looks = me.get("/family/looks").await;
    assert!(looks.body.contains("样例") && looks.body.contains("协调员"));
    let mut volunteer = site.as_role(Role::Volunteer).await;
    for page in ["/family", "/family/consents", "/family/looks"] {
        assert!(volunteer.get(page).await.is_refused(), "{page}");
    }
}

#[tokio::test]
async fn a_guardian_with_an_account_answers_the_same_questions() {
    let site = site().await;
    let (_, mine) = class_with(&site, "示例第一小学", "安小草").await;
    let who = guardian(&site, mine, "安样母", "13900000001").await;
    let mut me = site.as_grant(Role::Guardian, Place::Person(who.0)).await;
    let at = format!("/family/{mine}/questions/3");
    let bare = me.submit(&at, &at, &[]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = filled(me.get(&at).await.form(&at), &[("answer", "half")]);
    assert_eq!(me.post(&at, &form).await.location(), format!("/family/{mine}/questions/4"));
    me.post(&at, &form).await;
    let kept = site.system().consents(mine).await.unwrap();
    assert_eq!(kept.len(), 1, "a double tap is one answer");
    assert_eq!(
        (kept[0].purpose, kept[0].to_on.map(|d| d.to_string())),
        (Purpose::Overnight, Some("2027-05-20".into()))
    );
    for odd in ["0", "6", "x"] {
        assert_eq!(me.get(&format!("/family/{mine}/questions/{odd}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_guardian_who_changes_one_answer_is_told_that_it_is_kept_and_asked_nothing_again() {
    let site = site().await;
    let (_, mine) = class_with(&site, "示例第一小学", "安小草").await;
    let who = guardian(&site, mine, "安样母", "13900000001").await;
    for purpose in [Purpose::File, Purpose::Pairing, Purpose::Overnight, Purpose::Photo, Purpose::Publication] {
        agreed(&site, mine, who, purpose).await;
    }
    let mut me = site.as_grant(Role::Guardian, Place::Person(who.0)).await;
    let at = format!("/family/{mine}/questions/3");
    assert!(me.get(&at).await.body.contains("答完了"), "the button says that nothing comes after it");
    assert_eq!(me.submit(&at, &at, &[("answer", "half")]).await.location(), "/family/consents");
    assert!(me.get("/family/consents").await.body.contains("记下了"));
}

#[tokio::test]
async fn thanks_for_a_weekend_that_is_not_the_own_childs_go_nowhere() {
    let mut s = story().await;
    let thanks = format!("/stays/{}/thanks", s.released().await);
    let other = child(&s.site, "石小榴").await;
    let stranger = guardian(&s.site, other, "石样母", "13900000002").await;
    let them = [(other, stranger, StatusCode::NOT_FOUND), (s.child, s.guardian, StatusCode::SEE_OTHER)];
    for (child, guardian, status) in them {
        let mut me = s.site.as_grant(Role::Guardian, Place::Person(guardian.0)).await;
        let at = format!("/family/{child}/questions/1");
        let token = me.get(&at).await.form(&at);
        assert_eq!(me.post(&thanks, &token).await.status, status);
    }
}

#[tokio::test]
async fn rule_14_the_other_parents_yes_stands_without_a_way_to_take_it_back() {
    let site = site().await;
    let (_, mine) = class_with(&site, "示例第一小学", "安小草").await;
    let mother = guardian(&site, mine, "安样母", "13900000001").await;
    let father = guardian(&site, mine, "安样父", "13900000002").await;
    agreed(&site, mine, mother, Purpose::Photo).await;
    let page = format!("/consents/{}/withdrawal", site.system().consents(mine).await.unwrap()[0].id);
    let mut hers = site.as_grant(Role::Guardian, Place::Person(mother.0)).await;
    assert!(hers.get("/family/consents").await.body.contains(&page));
    assert_eq!(hers.get(&page).await.status, StatusCode::OK);
    let mut his = site.as_grant(Role::Guardian, Place::Person(father.0)).await;
    let list = his.get("/family/consents").await.body;
    assert!(list.contains("另一位家长") && !list.contains(&page), "{list}");
    assert_eq!(his.get(&page).await.status, StatusCode::NOT_FOUND);
}
