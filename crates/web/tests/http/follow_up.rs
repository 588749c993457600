//! Follow-ups: planned, asked alone, written once, the late ones first.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::follow_up::FollowUpState;
use naheya_domain::viewer::Place;
use naheya_store::notice::About;
use uuid::Uuid;

use crate::browser::{Browser, filled};
use crate::child::{child, class_with};
use crate::site::site;
use crate::story::story;

pub async fn planned(me: &mut Browser, child: impl std::fmt::Display, with: &str, on: &str) -> StatusCode {
    let (page, action) = (format!("/children/{child}/follow-ups/new"), format!("/children/{child}/follow-ups"));
    me.submit(&page, &action, &[("with", with), ("due_on", on)]).await.status
}

#[tokio::test]
async fn a_class_teachers_list_leads_to_those_to_be_asked_and_back() {
    let mut s = story().await;
    assert!(s.teacher.get("/children").await.body.contains("href=\"/follow-ups\""));
    assert!(s.teacher.get("/follow-ups").await.body.contains("<a class=\"plain\" href=\"/children\">"));
    assert!(!s.mother.get("/children").await.body.contains("href=\"/follow-ups\""), "she asks nobody");
}

#[tokio::test]
async fn a_follow_up_is_planned_for_a_day_to_come() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    for (with, on) in [("child", "2026-11-19"), ("nobody", "2026-11-30"), ("child", "x"), ("", "")] {
        assert_eq!(planned(&mut me, id, with, on).await, StatusCode::UNPROCESSABLE_ENTITY, "{with} {on}");
    }
    assert_eq!(planned(&mut me, id, "child", "2026-11-30").await, StatusCode::SEE_OTHER);
    assert_eq!(site.system().follow_up_book(id).await.unwrap().len(), 1);
    assert!(me.get("/follow-ups").await.body.contains("安小草"));
}

#[tokio::test]
async fn the_same_question_is_planned_for_several_children_at_once_or_for_none() {
    let site = site().await;
    let (one, two) = (child(&site, "安小草").await, child(&site, "安小树").await);
    let mut me = site.as_role(Role::Coordinator).await;
    let (page, action) = (format!("/children/{one}/follow-ups/new"), format!("/children/{one}/follow-ups"));
    let typed = |others: &'static str| [("with", "child"), ("due_on", "2026-11-30"), ("others", others)];
    let unknown = me.submit(&page, &action, &typed("安小树、安小花")).await.body;
    assert!(unknown.contains("安小花没找到") && unknown.contains("value=\"安小树、安小花\""), "{unknown}");
    assert!(site.system().follow_up_book(two).await.unwrap().is_empty(), "nothing is planned by halves");
    assert_eq!(me.submit(&page, &action, &typed("安小树，安小草")).await.location(), "/follow-ups");
    for id in [one, two] {
        assert_eq!(site.system().follow_up_book(id).await.unwrap().len(), 1, "one for each, however often named");
    }
}

#[tokio::test]
async fn a_child_is_asked_alone_or_has_not_been_asked() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    planned(&mut me, id, "child", "2026-11-30").await;
    let row = site.system().follow_up_book(id).await.unwrap().remove(0).row.id;
    let page = format!("/follow-ups/{row}");
    let typed = [("way", "talk"), ("alone", "no"), ("sleep", "睡得好")];
    let refused = me.submit(&page, &page, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("睡得好"), "nothing typed is lost");
    let form = filled(me.get(&page).await.form(&page), &[("way", "talk"), ("alone", "yes"), ("sleep", "睡得好")]);
    assert_eq!(me.post(&page, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(me.post(&page, &form).await.status, StatusCode::SEE_OTHER, "the same answer again");
    let (kept, answers) = site.system().follow_up(row).await.unwrap();
    assert_eq!((kept.state, answers[0].as_str()), (FollowUpState::Done, "睡得好"));
    assert!(me.get(&page).await.body.contains("睡得好"));
}

#[tokio::test]
async fn a_worry_in_a_follow_up_is_read_once_more_where_a_concern_is_one_tap_away() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    planned(&mut me, id, "child", "2026-11-30").await;
    planned(&mut me, id, "child", "2026-12-01").await;
    let book = site.system().follow_up_book(id).await.unwrap();
    let [one, two] = [book[0].row.id, book[1].row.id].map(|row| format!("/follow-ups/{row}"));
    let calm = me.submit(&one, &one, &[("way", "talk"), ("alone", "yes"), ("sleep", "睡得好")]).await;
    assert_eq!(calm.location(), "/follow-ups");
    let way = format!("href=\"/concerns/new?child={id}\">听到不对劲的，马上告诉专人</a>");
    assert!(!me.get(&one).await.body.contains(&way), "nothing was said");
    let said = me.submit(&two, &two, &[("way", "talk"), ("alone", "yes"), ("worry", "家里没人")]).await;
    assert_eq!(said.location(), two);
    let page = me.get(&two).await.body;
    assert!(page.contains("家里没人") && page.contains(&way), "{page}");
    let talks = format!("/children/{id}/talks");
    let typed = [("with", "child"), ("way", "talk"), ("alone", "yes"), ("worry", "家里没人")];
    let led = me.submit(&format!("{talks}/new"), &talks, &typed).await.location().to_owned();
    assert!(me.get(&led).await.body.contains("听到不对劲的，点“我担心”告诉专人"), "{led}");
}

#[tokio::test]
async fn who_writes_a_talk_down_after_a_colleague_is_told_so_and_keeps_her_words_in_sight() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let (mut me, mut other) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    planned(&mut me, id, "child", "2026-11-30").await;
    let row = site.system().follow_up_book(id).await.unwrap().remove(0).row.id;
    let page = format!("/follow-ups/{row}");
    let typed = |sleep| [("way", "talk"), ("alone", "yes"), ("sleep", sleep)];
    let late = filled(me.get(&page).await.form(&page), &typed("夜里醒了两次"));
    assert_eq!(other.submit(&page, &page, &typed("睡得好")).await.status, StatusCode::SEE_OTHER);
    let refused = me.post(&page, &late).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for words in ["这个回访已经做过了", "夜里醒了两次", "睡得好"] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
}

#[tokio::test]
async fn what_is_late_is_said_first_and_a_try_without_an_answer_is_kept() {
    let site = site().await;
    let (late, coming) = (child(&site, "安小草").await, child(&site, "石小榴").await);
    let mut me = site.as_role(Role::Coordinator).await;
    planned(&mut me, coming, "guardian", "2026-12-30").await;
    planned(&mut me, late, "guardian", "2026-11-21").await;
    site.wait_minutes(3 * 24 * 60);
    let mut me = site.as_role(Role::Coordinator).await;
    let list = me.get("/follow-ups").await;
    assert!(list.body.contains("1 个回访过期了"));
    assert!(list.body.find("安小草").unwrap() < list.body.find("石小榴").unwrap());
    let row = site.system().follow_up_book(late).await.unwrap().remove(0).row.id;
    me.submit("/follow-ups", &format!("/follow-ups/{row}/no-answer"), &[]).await;
    assert_eq!(site.system().follow_up(row).await.unwrap().0.tries, 1);
}

#[tokio::test]
async fn a_long_list_of_follow_ups_goes_on_and_its_number_is_that_of_all() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    for _ in 0..52 {
        assert_eq!(planned(&mut me, id, "guardian", "2026-11-21").await, StatusCode::SEE_OTHER);
    }
    site.wait_minutes(3 * 24 * 60);
    let mut me = site.as_role(Role::Coordinator).await;
    let rows = |body: &str| body.matches("data-edit=\"/follow-ups/").count();
    let first = me.get("/follow-ups?late=on").await.body;
    assert!(first.contains("52 个回访过期了"), "{first}");
    assert_eq!(rows(&first), 50);
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let rest = me.get(&next.replace("&#38;", "&").replace("&amp;", "&")).await.body;
    assert!(rest.contains("52 个回访过期了") && rest.contains("rel=\"prev\""), "{rest}");
    assert_eq!(rows(&rest), 2);
}

#[tokio::test]
async fn a_foreign_follow_up_is_an_absent_one() {
    let site = site().await;
    let (class, _) = class_with(&site, "示例第一小学", "安小草").await;
    let (_, other) = class_with(&site, "示例第二小学", "石小榴").await;
    let mut me = site.as_role(Role::Coordinator).await;
    planned(&mut me, other, "teacher", "2026-11-30").await;
    let row = site.system().follow_up_book(other).await.unwrap().remove(0).row.id;
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    for id in [row.0, Uuid::now_v7()] {
        assert_eq!(teacher.get(&format!("/follow-ups/{id}")).await.status, StatusCode::NOT_FOUND);
    }
    assert!(!teacher.get("/follow-ups").await.body.contains("石小榴"));
}

#[tokio::test]
async fn a_class_teacher_is_led_to_the_follow_ups_of_her_class_and_to_no_others() {
    let site = site().await;
    let (class, own) = class_with(&site, "示例第一小学", "安小草").await;
    let (_, other) = class_with(&site, "示例第二小学", "石小榴").await;
    let mut office = site.as_role(Role::Coordinator).await;
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    planned(&mut office, other, "child", "2026-11-30").await;
    assert!(!teacher.get("/children").await.body.contains("次回访等着问"), "another class's");
    planned(&mut office, own, "child", "2026-11-30").await;
    let page = teacher.get("/children").await.body;
    assert!(page.contains("还有 1 次回访等着问") && page.contains("href=\"/follow-ups\""), "{page}");
    assert!(!office.get("/children").await.body.contains("次回访等着问"), "the office has its own place for them");
}

#[tokio::test]
async fn a_planned_follow_up_is_dropped_from_its_page() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    planned(&mut me, id, "teacher", "2026-11-30").await;
    let row = site.system().follow_up_book(id).await.unwrap().remove(0).row.id;
    let page = format!("/follow-ups/{row}");
    let reply = me.submit(&page, &format!("{page}/removal"), &[]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/follow-ups"));
    assert_eq!(site.system().follow_up_book(id).await.unwrap().len(), 0);
    assert_eq!(me.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_letter_about_missed_follow_ups_leads_to_their_list() {
    use naheya_store::SystemTask;
    use naheya_store::follow_up::MarkMissed;
    use naheya_web::notice::way;
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    planned(&mut me, id, "guardian", "2026-11-21").await;
    site.wait_minutes(20 * 24 * 60);
    site.store.as_system(SystemTask::Job, crate::site::COUNTY, site.now()).save(MarkMissed).await.unwrap();
    let about = About { kind: "follow_up.missed".into(), noun: "follow_ups".into(), id: None };
    let mut me = site.as_role(Role::Coordinator).await;
    let list = me.get(&way(&about, Role::Coordinator)).await.body;
    assert!(list.contains("1 个回访错过了") && list.contains("安小草"), "{list}");
    assert!(!me.get("/follow-ups").await.body.contains("安小草"));
    assert_eq!(way(&about, Role::Guardian), "/family", "a page that she may open");
}
