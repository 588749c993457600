//! The child's own words, written once, as said.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::wish::{Answer, Occasion};

use crate::browser::filled;
use crate::child::class_with;
use crate::site::site;

#[tokio::test]
async fn a_teacher_writes_down_what_the_child_said_once_and_as_said() {
    let site = site().await;
    let (class, id) = class_with(&site, "示例第一小学", "安小草").await;
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    let page = format!("/children/{id}/wishes");
    assert!(!teacher.get(&page).await.body.contains(" checked"), "nothing is chosen beforehand");
    let bare = teacher.submit(&page, &page, &[("words", "我想先看看她家的狗")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("我想先看看她家的狗"));
    let typed = [("occasion", "pairing"), ("answer", "unsure"), ("words", "我想先看看<狗>"), ("alone", "on")];
    let form = filled(teacher.get(&page).await.form(&page), &typed);
    assert_eq!(teacher.post(&page, &form).await.location(), page);
    teacher.post(&page, &form).await;
    let kept = site.system().wishes(id).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].occasion, kept[0].answer, kept[0].alone), (Occasion::Pairing, Answer::Unsure, true));
    let shown = teacher.get(&page).await;
    assert!(shown.body.contains("我想先看看") && !shown.body.contains("看看<狗>"));
}

#[tokio::test]
async fn odd_input_to_a_wish_comes_back_filled() {
    let site = site().await;
    let (_, id) = class_with(&site, "示例第一小学", "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/children/{id}/wishes");
    let long = "长".repeat(501);
    let base = [("occasion", "term"), ("answer", "no"), ("words", "不去")];
    for odd in [("words", long.as_str()), ("occasion", "x"), ("occasion", "stay"), ("answer", "<b>")] {
        let reply = me.submit(&page, &page, &[&base[..], &[odd]].concat()).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd:?}");
    }
    assert!(site.system().wishes(id).await.unwrap().is_empty());
}
