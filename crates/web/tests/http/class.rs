//! Classes over the years: moved up and called as before again, left, closed, opened again.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::child::ChildState;
use naheya_domain::id::{ChildId, ClassId, SchoolId};
use naheya_domain::viewer::Place;
use naheya_store::child::{ChangeState, OpenFile};
use naheya_store::school::{CloseClass, SetDuty};
use uuid::Uuid;

use crate::browser::Browser;
use crate::child::{class_with, details};
use crate::import::send;
use crate::site::{Site, site};

/// A school whose class 三年级一班 has a child, and the page of the school.
async fn school_of(site: &Site) -> (Uuid, SchoolId, String) {
    let (class, _) = class_with(site, "示例第一小学", "安小草").await;
    let school = site.system().schools().await.unwrap()[0].id;
    (class, school, format!("/schools/{school}"))
}

async fn names(site: &Site, school: SchoolId) -> Vec<String> {
    let file = site.system().school(school).await.unwrap();
    file.school.classes.into_iter().map(|class| class.name).collect()
}

async fn moved_up(me: &mut Browser, page: &str) {
    let grades = format!("{page}/grades");
    let kept = me.submit(&grades, &grades, &[]).await;
    assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, page), "{}", kept.body);
}

/// The child of the class leaves the programme.
async fn emptied(site: &Site, child: ChildId) {
    site.system().save(ChangeState { child, next: ChildState::Left }).await.unwrap();
}

#[tokio::test]
async fn classes_that_moved_up_together_are_called_as_before_in_one_press() {
    let site = site().await;
    let (_, school, page) = school_of(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    me.submit(&page, &format!("{page}/classes"), &[("name", "四年级一班"), ("grade", "4")]).await;
    moved_up(&mut me, &page).await;
    assert_eq!(names(&site, school).await, ["四年级一班", "五年级一班"]);
    let shown = me.get(&page).await.body;
    assert!(shown.contains("以前可以撤回"), "{shown}");
    let back = me.submit(&page, &format!("{page}/grades/undo"), &[]).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", back.body);
    assert_eq!(names(&site, school).await, ["三年级一班", "四年级一班"]);
    let shown = me.get(&page).await.body;
    assert!(shown.contains("2 个班改回来了") && !shown.contains("以前可以撤回"), "{shown}");
}

#[tokio::test]
async fn whoever_is_about_to_move_classes_up_a_second_time_reads_so() {
    let site = site().await;
    let (_, _, page) = school_of(&site).await;
    let (mut me, grades) = (site.as_role(Role::Coordinator).await, format!("{page}/grades"));
    let words = "已经升过班了";
    assert!(!me.get(&grades).await.body.contains(words));
    moved_up(&mut me, &page).await;
    assert!(me.get(&grades).await.body.contains(words));
    me.submit(&page, &format!("{page}/grades/undo"), &[]).await;
    assert!(!me.get(&grades).await.body.contains(words), "it was put back");
}

#[tokio::test]
async fn moving_up_is_taken_back_for_ten_minutes() {
    let site = site().await;
    let (_, school, page) = school_of(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    moved_up(&mut me, &page).await;
    let undo = me.get(&page).await.form(&format!("{page}/grades/undo"));
    site.wait_minutes(10);
    let late = me.post(&format!("{page}/grades/undo"), &undo).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    assert!(!me.get(&page).await.body.contains("以前可以撤回"));
    assert_eq!(names(&site, school).await, ["四年级一班"]);
}

#[tokio::test]
async fn moving_up_is_not_taken_back_once_a_child_came_into_a_class_under_its_new_name() {
    let site = site().await;
    let (class, school, page) = school_of(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    moved_up(&mut me, &page).await;
    let mut new = details(&site, "石小榴");
    (new.school_id, new.class_id) = (Some(school.0), Some(class));
    site.system().save(OpenFile { details: new }).await.unwrap();
    let used = me.submit(&page, &format!("{page}/grades/undo"), &[]).await;
    assert_eq!(used.status, StatusCode::CONFLICT, "{}", used.body);
    assert!(used.body.contains("四年级一班升班以后又改过"), "{}", used.body);
    assert_eq!(names(&site, school).await, ["四年级一班"]);
}

#[tokio::test]
async fn moving_up_is_not_taken_back_once_a_class_was_changed_by_itself() {
    let site = site().await;
    let (class, school, page) = school_of(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    moved_up(&mut me, &page).await;
    let own = format!("/classes/{class}");
    me.submit(&own, &own, &[("name", "四年级二班")]).await;
    let used = me.submit(&page, &format!("{page}/grades/undo"), &[]).await;
    assert_eq!(used.status, StatusCode::CONFLICT, "{}", used.body);
    assert_eq!(names(&site, school).await, ["四年级二班"]);
}

#[tokio::test]
async fn moving_up_is_not_taken_back_once_somebody_teaches_a_class_under_its_new_name() {
    let site = site().await;
    let (class, school, page) = school_of(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    moved_up(&mut me, &page).await;
    site.account(Role::ClassTeacher, Place::Class(class)).await;
    let used = me.submit(&page, &format!("{page}/grades/undo"), &[]).await;
    assert_eq!(used.status, StatusCode::CONFLICT, "{}", used.body);
    assert_eq!(names(&site, school).await, ["四年级一班"]);
}

#[tokio::test]
async fn a_class_with_children_is_not_closed_and_leads_to_them() {
    let site = site().await;
    let (class, _, _) = school_of(&site).await;
    class_with(&site, "示例第二小学", "石小榴").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&format!("/classes/{class}")).await.body;
    assert!(page.contains("班里还有 1 个孩子") && !page.contains("/closure\""), "{page}");
    let list = me.get(&format!("/children?class={class}")).await.body;
    assert!(list.contains("安小草") && !list.contains("石小榴"), "{list}");
    let refused = site.system().save(CloseClass { class: ClassId(class), version: 1 }).await.unwrap_err();
    assert!(format!("{refused:?}").contains("class.has_children"), "{refused:?}");
}

#[tokio::test]
async fn a_class_is_not_closed_while_somebody_teaches_it() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    emptied(&site, child).await;
    site.account(Role::ClassTeacher, Place::Class(class)).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&format!("/classes/{class}")).await.body;
    assert!(page.contains("先给班主任换班") && !page.contains("/closure\""), "{page}");
    let refused = site.system().save(CloseClass { class: ClassId(class), version: 1 }).await.unwrap_err();
    assert!(format!("{refused:?}").contains("class.has_teacher"), "{refused:?}");
}

#[tokio::test]
async fn a_closed_class_takes_no_child_and_no_teacher_and_is_still_read() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    emptied(&site, child).await;
    let school = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let own = format!("/classes/{class}");
    let closed = me.submit(&own, &format!("{own}/closure"), &[]).await;
    let page = format!("/schools/{school}");
    assert_eq!((closed.status, closed.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", closed.body);
    // What a page offered before says why it is over.
    let mut new = details(&site, "石小榴");
    (new.school_id, new.class_id) = (Some(school.0), Some(class));
    let refused = site.system().save(OpenFile { details: new }).await.unwrap_err();
    assert!(format!("{refused:?}").contains("class.closed"), "{refused:?}");
    let back = site.system().save(ChangeState { child, next: ChildState::Applying }).await.unwrap_err();
    assert!(format!("{back:?}").contains("child.class_closed"), "{back:?}");
    let (teacher, _) = site.account(Role::ClassTeacher, Place::Class(class)).await;
    let form = me.get(&format!("/accounts/{teacher}")).await.body;
    assert!(!form.contains("三年级一班"), "{form}");
    let duty = SetDuty { school, on: site.now().date(), account: teacher };
    assert!(site.system().save(duty).await.is_err(), "nobody of the class stands at the gate");
    let file = me.get(&format!("/children/{child}")).await.body;
    assert!(file.contains("三年级一班"), "{file}");
    // A file that is put right keeps the class it was in.
    let (edit, to) = (format!("/children/{child}/edit"), format!("/children/{child}"));
    let (of, within) = (school.to_string(), class.to_string());
    let form = me.get(&edit).await.body;
    assert!(form.contains(&format!("value=\"{within}\" selected")), "{form}");
    let typed = [("likes", "爱唱歌"), ("school_id", of.as_str()), ("class_id", within.as_str())];
    let put_right = me.submit(&edit, &to, &typed).await;
    assert_eq!(put_right.location(), to, "{}", put_right.body);
    let file = me.get(&to).await.body;
    assert!(file.contains("三年级一班"), "{file}");
    assert!(me.get(&page).await.body.contains(&own), "still found");
    let reopened = me.submit(&own, &format!("{own}/closure/undo"), &[]).await;
    assert_eq!(reopened.location(), own);
    assert_eq!(names(&site, school).await, ["三年级一班"]);
}

#[tokio::test]
async fn nobody_is_given_a_closed_class_to_teach() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    let (other, _) = class_with(&site, "示例第二小学", "石小榴").await;
    emptied(&site, child).await;
    site.system().save(CloseClass { class: ClassId(class), version: 1 }).await.unwrap();
    let (teacher, _) = site.account(Role::ClassTeacher, Place::Class(other)).await;
    let (leader, _) = site.account(Role::Leader, Place::County).await;
    let mut me = site.signed_in(leader).await;
    let page = format!("/accounts/{teacher}");
    let place = format!("class:{class}");
    let typed = [("role", "class_teacher"), ("place", place.as_str()), ("from_on", "2026-11-20")];
    let refused = me.submit(&page, &format!("{page}/grants"), &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("已经关了"), "{}", refused.body);
}

#[tokio::test]
async fn an_import_puts_nobody_into_a_closed_class() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    emptied(&site, child).await;
    site.system().save(CloseClass { class: ClassId(class), version: 1 }).await.unwrap();
    let mut me = site.as_role(Role::Coordinator).await;
    let roster = "姓名,性别,出生日期,学校,班级\n白云朵,女,2017-03-05,示例第一小学,3(1)班\n";
    send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
    let preview = me.get("/imports/preview").await.body;
    assert!(preview.contains("班级已经关了"), "{preview}");
}

#[tokio::test]
async fn an_import_that_is_taken_back_puts_nobody_into_a_class_that_was_closed_since() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let born = site.system().child_fields(child).await.unwrap().birth_on.unwrap();
    let roster = format!("姓名,性别,出生日期,学校,班级\n安小草,女,{born},示例第一小学,四年级1班\n");
    send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
    let taken = me.submit("/imports/preview", "/imports", &[]).await;
    let page = taken.location().to_owned();
    site.system().save(CloseClass { class: ClassId(class), version: 1 }).await.unwrap();
    let undone = me.submit(&page, &format!("{page}/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::CONFLICT, "{}", undone.body);
    assert!(undone.body.contains("三年级一班"), "{}", undone.body);
    me.submit(&format!("/classes/{class}"), &format!("/classes/{class}/closure/undo"), &[]).await;
    assert_eq!(me.submit(&page, &format!("{page}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_class_that_left_is_offered_to_be_closed_once_nobody_is_in_it() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    let school = site.system().schools().await.unwrap()[0].id;
    let page = format!("/schools/{school}");
    let mut me = site.as_role(Role::Coordinator).await;
    let own = format!("/classes/{class}");
    me.submit(&own, &own, &[("name", "六年级一班"), ("grade", "6")]).await;
    moved_up(&mut me, &page).await;
    let shown = me.get(&page).await.body;
    assert!(shown.contains(&format!("/children?class={class}")) && !shown.contains("可以关了"), "{shown}");
    emptied(&site, child).await;
    assert!(me.get(&page).await.body.contains("可以关了"));
}

#[tokio::test]
async fn a_school_becomes_part_of_another_class_by_class_and_is_closed() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    class_with(&site, "示例第二小学", "石小榴").await;
    let schools = site.system().schools().await.unwrap();
    let named = |name: &str| schools.iter().find(|school| school.name == name).unwrap().id;
    let (old, new) = (named("示例第一小学"), named("示例第二小学"));
    let mut me = site.as_role(Role::Coordinator).await;
    let (own, to) = (format!("/classes/{class}"), new.to_string());
    let clash = me.submit(&own, &format!("{own}/school"), &[("school", &to)]).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.body);
    assert!(clash.body.contains("先给这个班改个名字"), "{}", clash.body);
    me.submit(&own, &own, &[("name", "三年级二班")]).await;
    let went = me.submit(&own, &format!("{own}/school"), &[("school", &to)]).await;
    assert_eq!(went.location(), format!("/schools/{new}"), "{}", went.body);
    let file = site.system().child_file(child).await.unwrap();
    assert_eq!(file.school.unwrap().0, new, "the child goes along");
    let page = format!("/schools/{old}");
    let closed = me.submit(&page, &format!("{page}/closure"), &[]).await;
    assert_eq!(closed.location(), "/schools", "{}", closed.body);
    let list = me.get("/schools").await.body;
    assert!(list.contains("关了的学校（1 所）") && list.contains(&page), "{list}");
    // Nobody comes into it any more: not by a form, not by a roster, not as a class.
    let mut alone = details(&site, "白云朵");
    alone.school_id = Some(old.0);
    let refused = site.system().save(OpenFile { details: alone }).await.unwrap_err();
    assert!(format!("{refused:?}").contains("school.closed"), "{refused:?}");
    let roster = "姓名,性别,出生日期,学校,班级\n白云朵,女,2017-03-05,示例第一小学,一年级1班\n";
    send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
    let preview = me.get("/imports/preview").await.body;
    assert!(preview.contains("学校已经关了"), "{preview}");
    let again = me.submit(&page, &format!("{page}/closure/undo"), &[]).await;
    assert_eq!(again.location(), page);
    assert_eq!(site.system().schools().await.unwrap().len(), 2);
}
