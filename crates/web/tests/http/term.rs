//! The weekends of a term, from the office to two phones, and the hand-over at holidays.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::audit::AuditFilter;
use naheya_store::consent::MakeConsentLink;

use crate::export::cells;
use crate::site::site;
use crate::story::{child, paired, roomy, story};

#[tokio::test]
async fn a_term_is_planned_in_the_office_and_agreed_by_both_without_script() {
    let mut s = story().await;
    let new = format!("/terms/new?school={}", s.school);
    let shown = s.coordinator.get(&new).await;
    assert!(shown.status == StatusCode::OK && !shown.body.contains(" checked"), "nothing is chosen beforehand");
    let none = s.coordinator.submit(&new, "/terms", &[]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.body.contains("id=\"e-weekend\""));
    let made = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await;
    let plan = made.location().to_owned();
    assert!(plan.starts_with("/terms/"), "{plan}");
    assert!(s.coordinator.get(&plan).await.body.contains("等两边回话"));
    assert!(s.mother.get("/home").await.body.contains(&plan));

    // The guardian by link.
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (page, code) = (format!("/c/{}", link.token), link.code.as_str().to_owned());
    s.site.system().save(link).await.unwrap();
    let mut phone = s.site.visitor();
    phone.submit(&page, &page, &[("code", &code)]).await;
    let by_link = format!("{page}{plan}");
    assert!(phone.get(&format!("{page}/end")).await.body.contains(&by_link));
    let bare = phone.submit(&by_link, &by_link, &[]).await;
    assert_eq!(bare.status, StatusCode::CONFLICT);
    let yes = phone.submit(&by_link, &by_link, &[("answer", "yes")]).await;
    assert_eq!(yes.location(), by_link);
    assert!(phone.get(&by_link).await.body.contains("等周末妈妈"));

    // The volunteer says who is at home; without that nothing is kept.
    let answer = format!("{plan}/answer");
    let faulty = s.mother.submit(&plan, &answer, &[("answer", "yes"), ("adults", "")]).await;
    assert!(faulty.body.contains("id=\"e-adults\"") && faulty.body.contains("id=\"e-going\""));
    let adults = s.adults.clone();
    let said = [("answer", "yes"), ("adults", adults[0].as_str()), ("going", "no")];
    assert_eq!(s.mother.submit(&plan, &answer, &said).await.location(), plan);
    let settled = s.coordinator.get(&plan).await;
    assert_eq!(settled.body.matches("href=\"/stays/").count(), 1, "{}", settled.body);
    // The office answers for nobody, a stranger sees nothing.
    let mut other = s.site.as_role(Role::Guardian).await;
    assert_eq!(other.get(&plan).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_yes_to_a_term_names_the_ticks_that_it_leaves_out_beside_those_of_another_kind() {
    let mut s = story().await;
    let new = format!("/terms/new?pair={}", s.pair);
    let plan = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await;
    let page = s.mother.get(plan.location()).await.body;
    assert!(page.contains("name=\"adults\"") && page.contains("个，勾了“不去”的除外"), "{page}");
}

#[tokio::test]
async fn the_office_finds_where_the_next_term_is_planned_and_may_plan_for_one_pair_of_a_school() {
    let mut s = story().await;
    roomy(&s).await;
    child(&s.site, "安小树", s.school, s.class).await;
    paired(&s.site, "安小树").await;
    let new = format!("/terms/new?school={}", s.school);
    let shown = s.coordinator.get(&new).await.body;
    let one = format!("/terms/new?pair={}", s.pair);
    assert!(shown.contains(&format!("<a class=\"cell\" href=\"{one}\">")), "{shown}");
    let plan = s.coordinator.submit(&one, "/terms", &[("weekend", "2026-11-27")]).await;
    assert!(plan.location().starts_with("/terms/"), "for one pair: {}", plan.location());
    let list = s.coordinator.get("/terms").await.body;
    for way in ["/schools", "/pairs"] {
        assert!(list.contains(&format!("<a class=\"tap\" href=\"{way}\">")), "{way}: {list}");
    }
    assert!(!s.mother.get("/terms").await.body.contains("href=\"/schools\""), "she plans from her own page");
}

#[tokio::test]
async fn a_child_goes_home_for_the_holidays_and_the_chain_says_so() {
    let mut s = story().await;
    let page = format!("/children/{}/hand-over", s.child);
    assert!(s.teacher.get(&page).await.body.contains("在学校"));
    let faulty = s.teacher.submit(&page, &page, &[("to", "guardian")]).await;
    assert!(faulty.body.contains("id=\"e-words\""));
    let unnamed = s.teacher.submit(&page, &page, &[("to", "guardian"), ("words", "外婆到校门口接走")]).await;
    assert!(unnamed.status == StatusCode::CONFLICT && unnamed.body.contains("写上名字"), "{}", unnamed.body);
    let home = [("to", "guardian"), ("guardian", "other"), ("guardian_name", "安样婆"), ("words", "到校门口接走")];
    assert_eq!(s.teacher.submit(&page, &page, &home).await.status, StatusCode::SEE_OTHER);
    assert!(s.teacher.get(&page).await.body.contains("在家里"));
    let back = [("to", "school"), ("words", "外婆送来")];
    assert_eq!(s.teacher.submit(&page, &page, &back).await.status, StatusCode::SEE_OTHER);
    assert!(s.teacher.get(&page).await.body.contains("在学校"));
    let mut stranger = s.site.as_grant(Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await;
    assert_eq!(stranger.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn other_peoples_plans_and_links_are_not_there() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    for path in ["/terms/new", "/terms/new?pair=x", "/terms/0190a6e0-0000-7000-8000-000000000000"] {
        assert_eq!(me.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(me.get("/terms").await.status, StatusCode::OK);
    let dead = site.visitor().get("/c/nosuchlink/terms/0190a6e0-0000-7000-8000-000000000000").await;
    assert!(dead.status == StatusCode::NOT_FOUND && dead.body.contains("请打电话给班主任"));
}

#[tokio::test]
async fn term_plans_as_excel_name_nobody() {
    let mut s = story().await;
    assert!(!s.coordinator.get("/terms").await.body.contains("/terms.xlsx"), "nothing to take out");
    let new = format!("/terms/new?school={}", s.school);
    s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await;
    assert!(s.coordinator.get("/terms").await.body.contains("/terms.xlsx"));
    let list = s.mother.get("/terms").await;
    assert!(list.status == StatusCode::OK && !list.body.contains("/terms.xlsx"), "the office's alone");
    let rows = cells(&s.coordinator.get("/terms.xlsx").await.bytes);
    let child = s.site.system().child_file(s.child).await.unwrap();
    let row = rows.iter().find(|row| row[0] == child.number).unwrap();
    assert_eq!(row[3..10], ["2026-11-27", "2026-11-29", "1", "1", "1", "0", "0"], "{rows:?}");
    assert!(!rows.iter().flatten().any(|cell| cell.contains(&child.name)), "{rows:?}");
    let filter = AuditFilter { noun: Some("term_plans".into()), ..AuditFilter::default() };
    let (trail, _) = s.site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 1, "{trail:?}");
    assert_eq!(s.mother.get("/terms.xlsx").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_volunteer_who_calls_has_her_answer_written_down_and_puts_it_right_on_her_phone() {
    let mut s = story().await;
    let new = format!("/terms/new?school={}", s.school);
    let plan = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await.location().to_owned();
    let hers = format!("{plan}/hers");
    assert!(s.coordinator.get(&plan).await.body.contains(&hers));
    // Nothing typed is lost, and how it was said is asked for.
    let adults = s.adults.clone();
    let said = [("answer", "yes"), ("adults", adults[0].as_str()), ("going", "no"), ("said", "")];
    let faulty = s.coordinator.submit(&hers, &hers, &said).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(faulty.body.contains("id=\"e-said\""), "{}", faulty.body);
    let said = [("answer", "no"), ("said", "中午打来电话")];
    assert_eq!(s.coordinator.submit(&hers, &hers, &said).await.location(), plan);
    let shown = s.mother.get(&plan).await;
    assert!(shown.body.contains("有人替您答过了") && shown.body.contains("替她记的"), "{}", shown.body);
    let out = shown.body.split("name=\"out\"").nth(1).and_then(|rest| rest.split('>').next()).unwrap();
    assert!(out.contains(" checked"), "what was written down stands there: {out}");
    let own = [("answer", "yes"), ("adults", adults[0].as_str()), ("going", "no"), ("out", "")];
    assert_eq!(s.mother.submit(&plan, &format!("{plan}/answer"), &own).await.location(), plan);
    let settled = s.coordinator.get(&plan).await;
    assert!(settled.body.contains("等家长") && !settled.body.contains("替她记的"), "{}", settled.body);
    assert_eq!(s.leader.get(&hers).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_guardian_who_changes_her_mind_answers_anew_by_her_link() {
    let mut s = story().await;
    let new = format!("/terms/new?school={}", s.school);
    let plan = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await.location().to_owned();
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (page, code) = (format!("/c/{}", link.token), link.code.as_str().to_owned());
    s.site.system().save(link).await.unwrap();
    let mut phone = s.site.visitor();
    phone.submit(&page, &page, &[("code", &code)]).await;
    let by_link = format!("{page}{plan}");
    assert!(!phone.get(&by_link).await.body.contains("改主意了"), "nothing was said yet");
    phone.submit(&by_link, &by_link, &[("answer", "yes")]).await;
    assert!(phone.get(&by_link).await.body.contains("改主意了，重新答"));
    assert!(!s.coordinator.get(&plan).await.body.contains("改主意了"), "her own word is hers to take back");
    // The form that is left takes the answer back.
    assert_eq!(phone.submit(&by_link, &by_link, &[]).await.location(), by_link);
    assert!(phone.get(&by_link).await.body.contains("1 个周末，行吗"), "she is asked again");
}

#[tokio::test]
async fn the_office_writes_anew_what_a_volunteer_says_who_calls_twice() {
    let mut s = story().await;
    let new = format!("/terms/new?school={}", s.school);
    let plan = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await.location().to_owned();
    let hers = format!("{plan}/hers");
    let said = [("answer", "no"), ("said", "中午打来电话")];
    assert_eq!(s.coordinator.submit(&hers, &hers, &said).await.location(), plan);
    assert!(!s.leader.get(&plan).await.body.contains("志愿者改主意了"), "whoever only signs writes nothing down");
    assert_eq!(s.coordinator.submit(&plan, &hers, &[]).await.location(), hers);
    assert!(s.coordinator.get(&hers).await.body.contains("她接这 1 个"));
}

#[tokio::test]
async fn a_guardian_without_a_phone_gets_the_weekends_on_paper() {
    let mut s = story().await;
    let new = format!("/terms/new?school={}", s.school);
    let plan = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await.location().to_owned();
    let paper = format!("{plan}/paper");
    assert!(s.coordinator.get(&plan).await.body.contains(&paper));
    let sheet = s.coordinator.get(&paper).await.body;
    for words in ["安小草的家长：", "11月27", "□ 去　□ 不去", "签名："] {
        assert!(sheet.contains(words), "{words}: {sheet}");
    }
    assert_eq!(s.mother.get(&paper).await.status, StatusCode::FORBIDDEN);
    s.coordinator.submit(&plan, &format!("{plan}/withdrawal"), &[]).await;
    assert!(s.coordinator.get(&paper).await.body.contains("现在没有等家长回话的周末"));
}

#[tokio::test]
async fn a_plan_that_was_taken_back_by_a_slip_is_asked_about_again() {
    let mut s = story().await;
    let new = format!("/terms/new?school={}", s.school);
    let plan = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await.location().to_owned();
    let undo = format!("{plan}/withdrawal/undo");
    assert_eq!(s.coordinator.submit(&plan, &format!("{plan}/withdrawal"), &[]).await.location(), "/terms");
    assert!(s.coordinator.get("/terms").await.body.contains(&undo), "the toast takes it back");
    assert!(s.mother.get(&plan).await.body.contains("这份安排撤回了"));
    assert_eq!(s.coordinator.submit(&plan, &undo, &[]).await.location(), plan);
    assert!(s.mother.get(&plan).await.body.contains("1 个周末，行吗"), "she is asked again");
}
