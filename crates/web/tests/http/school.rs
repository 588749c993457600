//! Schools: once by name, hours as people write them, days and duties.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::{ClassId, SchoolId};
use naheya_domain::viewer::Place;
use naheya_store::account::{AddAccount, AddGrant};
use naheya_store::audit::AuditFilter;

use crate::browser::filled;
use crate::child::class_with;
use crate::export::cells;
use crate::import::send;
use crate::site::site;

#[tokio::test]
async fn a_school_is_added_once_and_its_name_is_its_own() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let form = filled(me.get("/schools/new").await.form("/schools"), &[("name", "示例第一小学")]);
    let first = me.post("/schools", &form).await;
    assert_eq!((first.status, first.location()), (StatusCode::SEE_OTHER, me.post("/schools", &form).await.location()));
    let again = me.submit("/schools/new", "/schools", &[("name", "示例第一小学")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let odd = me.submit("/schools/new", "/schools", &[("name", "示例第二小学"), ("release_at", "下午")]).await;
    assert!(odd.body.contains("id=\"e-release_at\"") && odd.body.contains("示例第二小学"));
    assert_eq!(site.system().schools().await.unwrap().len(), 1);
}

#[tokio::test]
async fn hours_days_classes_and_duties_are_kept() {
    let site = site().await;
    let (class, _) = class_with(&site, "示例第一小学", "安小草").await;
    let (teacher, _) = site.account(Role::ClassTeacher, Place::Class(class)).await;
    let school: SchoolId = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/schools/{school}");
    let at = |tail: &str| format!("{page}/{tail}");
    me.submit(&page, &page, &[("name", "示例第一小学"), ("release_at", "16：30"), ("return_at", "18:00")]).await;
    me.submit(&page, &at("classes"), &[("name", "四年级一班"), ("grade", "4")]).await;
    let calendar = at("calendar");
    me.submit(&calendar, &at("days"), &[("on_date", "2026-12-04"), ("kind", "closed"), ("name", "运动会")]).await;
    let duty = [("on_date", "2026-11-27"), ("account", &teacher.to_string())];
    assert_eq!(me.submit(&page, &at("duties"), &duty).await.status, StatusCode::SEE_OTHER);
    let kept = site.system().school(school).await.unwrap();
    assert_eq!((kept.school.release_at.as_str(), kept.school.classes.len()), ("16:30", 2));
    assert_eq!((kept.days.len(), kept.duties.len()), (1, 1));
    me.submit(&calendar, &at(&format!("days/{}/end", kept.days[0].id)), &[]).await;
    assert!(site.system().school(school).await.unwrap().days.is_empty());
}

#[tokio::test]
async fn a_day_of_a_schools_own_is_said_with_its_day_of_the_week() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (_, child) = class_with(&site, "示例第一小学", "安小草").await;
    let school = site.system().child_file(child).await.unwrap().school.unwrap().0;
    let (page, days) = (format!("/schools/{school}/calendar"), format!("/schools/{school}/days"));
    me.submit(&page, &days, &[("on_date", "2026-12-05"), ("kind", "open"), ("name", "补课")]).await;
    let shown = me.get(&page).await.body;
    assert!(shown.contains("<b>2026年12月5日 周六</b><span>补课</span>"), "{shown}");
}

#[tokio::test]
async fn whoever_is_on_duty_and_teaches_here_no_more_is_marked() {
    let site = site().await;
    let (class, _) = class_with(&site, "示例第一小学", "安小草").await;
    let (teacher, _) = site.account(Role::ClassTeacher, Place::Class(class)).await;
    let school: SchoolId = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/schools/{school}");
    let duty = [("on_date", "2026-11-27"), ("account", &teacher.to_string())];
    me.submit(&page, &format!("{page}/duties"), &duty).await;
    let words = "那天不在这里带班";
    assert!(!me.get(&page).await.body.contains(words));
    let hers = format!("/accounts/{teacher}");
    // With her class her day at the gate may end too: what is left to end is read anew each time.
    loop {
        let shown = me.get(&hers).await.body;
        let mut actions = shown.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let Some(end) = actions.find(|to| to.contains("/grants/") && to.ends_with("/end")) else { break };
        me.submit(&hers, end, &[]).await;
    }
    let file = me.get(&page).await.body;
    assert!(file.contains("2026年11月27日") && file.contains(words), "{file}");
}

#[tokio::test]
async fn a_teacher_on_duty_tells_her_class_from_the_school_she_has_for_the_day() {
    let site = site().await;
    let (class, _) = class_with(&site, "示例第一小学", "安小草").await;
    let (teacher, _) = site.account(Role::ClassTeacher, Place::Class(class)).await;
    let mut hers = site.signed_in(teacher).await;
    assert!(!hers.get("/me").await.body.contains("示例第一小学"), "one role needs no place");
    let school: SchoolId = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/schools/{school}");
    let today = site.now().date().to_string();
    me.submit(&page, &format!("{page}/duties"), &[("on_date", &today), ("account", &teacher.to_string())]).await;
    let page = hers.get("/me").await.body;
    for place in ["<span>示例第一小学</span>", "<span>示例第一小学 三年级一班</span>"] {
        assert!(page.contains(place), "{page}");
    }
}

#[tokio::test]
async fn a_class_is_there_once_however_it_is_written() {
    let site = site().await;
    // Its class is 三年级一班.
    class_with(&site, "示例第一小学", "安小草").await;
    let school: SchoolId = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/schools/{school}");
    let add = format!("{page}/classes");
    let again = me.submit(&page, &add, &[("name", "三年级（1）班")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("已经有这个班，只是写法不一样"), "{}", again.body);
    assert!(again.body.contains("value=\"三年级（1）班\""), "nothing typed is lost");
    let head = "姓名,性别,出生日期,学校,班级\n";
    let rows = "白云朵,女,2017-03-05,示例第一小学,3(1)班\n石小榴,女,2017-03-06,示例第一小学,三(2)班\n";
    let roster = format!("{head}{rows}");
    send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
    let preview = me.get("/imports/preview").await;
    assert!(preview.body.contains("会新建 1 个班级：示例第一小学 三(2)班。"), "{}", preview.body);
    me.submit("/imports/preview", "/imports", &[]).await;
    assert_eq!(site.system().school(school).await.unwrap().school.classes.len(), 2);
}

#[tokio::test]
async fn a_schools_phone_is_kept_by_who_keeps_schools_and_each_change_is_in_the_trail() {
    let site = site().await;
    let (class, _) = class_with(&site, "示例第一小学", "安小草").await;
    let school: SchoolId = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/schools/{school}");
    let phone = || async { site.system().school(school).await.unwrap().phone };
    assert_eq!(me.submit(&page, &page, &[("phone", "0478 5550002")]).await.location(), page);
    assert_eq!(phone().await.as_deref(), Some("0478-5550002"));
    assert!(me.get(&page).await.body.contains("value=\"0478-5550002\""));
    let odd = me.submit(&page, &page, &[("phone", "门卫室")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.body.contains("id=\"e-phone\"") && odd.body.contains("门卫室"), "{}", odd.body);
    let hour = me.submit(&page, &page, &[("phone", "0478-5550002"), ("return_at", "18:00")]).await;
    assert_eq!(hour.location(), page, "{}", hour.body);
    assert_eq!(phone().await.as_deref(), Some("0478-5550002"), "another field changes nothing here");
    me.submit(&page, &page, &[("phone", "")]).await;
    assert_eq!(phone().await, None);
    let filter = AuditFilter { noun: Some("schools".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields.contains("phone_sealed")).count(), 2, "{trail:?}");
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    assert_eq!(teacher.get(&page).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_a_teacher_of_the_school_stands_at_its_gate() {
    let site = site().await;
    class_with(&site, "示例第一小学", "安小草").await;
    let (class, _) = class_with(&site, "示例第二小学", "石小榴").await;
    let (own, _) = site.account(Role::ClassTeacher, Place::Class(class)).await;
    let schools = site.system().schools().await.unwrap();
    let one = schools.iter().find(|s| !s.classes.iter().any(|c| c.id == ClassId(class))).unwrap().id;
    let two = schools.iter().find(|s| s.id != one).unwrap().id;
    let mut me = site.as_role(Role::Coordinator).await;
    let form = me.get(&format!("/schools/{two}")).await.form(&format!("/schools/{two}/duties"));
    let typed = filled(form, &[("on_date", "2026-11-27"), ("account", &own.to_string())]);
    let foreign = me.post(&format!("/schools/{one}/duties"), &typed).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(site.system().school(one).await.unwrap().duties.is_empty());
}

#[tokio::test]
async fn who_does_not_keep_schools_changes_none() {
    let site = site().await;
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/schools").await.status, StatusCode::OK);
    assert_eq!(teacher.get("/schools/new").await.status, StatusCode::FORBIDDEN);
    let mut volunteer = site.as_role(Role::Volunteer).await;
    assert_eq!(volunteer.get("/schools").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_class_is_renamed_with_its_children_and_its_teacher_moves_to_another() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    let (teacher, _) = site.account(Role::ClassTeacher, Place::Class(class)).await;
    let mut at_school = site.signed_in(teacher).await;
    let school: SchoolId = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/classes/{class}");
    me.submit(&format!("/schools/{school}"), &format!("/schools/{school}/classes"), &[("name", "五年级一班")]).await;
    let other = site.system().schools().await.unwrap()[0].classes.iter().find(|c| c.id.0 != class).unwrap().id;
    // When she leaves, the way to whoever comes after her begins here.
    let shown = me.get(&page).await.body;
    let opened = format!("/accounts/new?role=class_teacher&place=class:{class}");
    assert!(shown.contains(&opened.replace('&', "&amp;")), "{shown}");
    assert!(shown.contains(&format!("href=\"/accounts/{teacher}\"")), "{shown}");
    let form = me.get(&opened).await.body;
    assert!(form.contains("value=\"class_teacher\" selected"), "{form}");
    // A name that another class has is refused beside the field, and what was typed is still there.
    let taken = me.submit(&page, &page, &[("name", "五年级一班"), ("grade", "5")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.body.contains("id=\"e-name\"") && taken.body.contains("value=\"5\""), "{}", taken.body);
    let renamed = me.submit(&page, &page, &[("name", "六年级一班"), ("grade", "6")]).await;
    assert_eq!(renamed.location(), format!("/schools/{school}"), "{}", renamed.body);
    assert!(me.get(&format!("/children/{child}")).await.body.contains("六年级一班"));
    assert_eq!(at_school.get(&format!("/children/{child}")).await.status, StatusCode::OK);
    let moved = me.submit(&page, &format!("{page}/teacher"), &[("to", &other.to_string())]).await;
    assert_eq!(moved.location(), format!("/classes/{other}"), "{}", moved.body);
    assert_eq!(site.system().class(other).await.unwrap().teachers.iter().map(|t| t.0).collect::<Vec<_>>(), [teacher]);
    // At once: the children of the class that was left are gone from sight.
    assert_ne!(at_school.get(&format!("/children/{child}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn rhythm_and_terms_are_kept_and_faults_stand_beside_their_fields() {
    let site = site().await;
    class_with(&site, "示例第一小学", "安小草").await;
    let school = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/schools/{school}/calendar");
    let at = |tail: &str| format!("/schools/{school}/{tail}");
    let term = [("term_name", "2026 年秋季学期"), ("from_on", "2026-09-01"), ("to_on", "2027-01-15")];
    assert_eq!(me.submit(&page, &at("terms"), &term).await.status, StatusCode::SEE_OTHER);
    let again = me.submit(&page, &at("terms"), &term).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("id=\"e-from_on\""));
    let odd = me.submit(&page, &at("rhythm"), &[("rhythm", "big_small"), ("anchor", "")]).await;
    assert!(odd.body.contains("id=\"e-anchor\""));
    let turns = [("rhythm", "big_small"), ("anchor", "2026-11-18")];
    assert_eq!(me.submit(&page, &at("rhythm"), &turns).await.status, StatusCode::SEE_OTHER);
    let shown = me.get(&page).await;
    assert!(
        shown.body.contains("大周")
            && shown.body.contains("2026 年秋季学期")
            && shown.body.contains("2027 年的放假通知")
    );
}

#[tokio::test]
async fn after_a_fault_the_holidays_of_the_same_year_are_shown() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = "/holidays?year=2027";
    let here = "href=\"/holidays?year=2027\" aria-current=\"true\"";
    assert!(me.get(page).await.body.contains(here));
    let lines = me.submit(page, "/holidays/lines", &[("lines", "春节 2027-02-05 何时")]).await;
    assert!(lines.status == StatusCode::UNPROCESSABLE_ENTITY && lines.body.contains(here), "{}", lines.body);
    let one = me.submit(page, "/holidays", &[("name", "元旦"), ("from_on", "何时")]).await;
    assert!(one.status == StatusCode::UNPROCESSABLE_ENTITY && one.body.contains(here), "{}", one.body);
}

#[tokio::test]
async fn holidays_are_pasted_named_when_unread_and_taken_back() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let paste = |lines: &'static str| [("lines", lines)];
    let odd = me.submit("/holidays", "/holidays/lines", &paste("元旦\t2027-01-01\n春节\t何时")).await;
    assert!(
        odd.status == StatusCode::UNPROCESSABLE_ENTITY && odd.body.contains("第 2 行") && odd.body.contains("何时")
    );
    let good = me.submit("/holidays", "/holidays/lines", &paste("元旦\t2027-01-01\t2027-01-03\t休")).await;
    assert_eq!(good.location(), "/holidays?year=2027");
    let year = me.get("/holidays?year=2027").await;
    assert!(year.body.contains("元旦") && !year.body.contains("还没有 2027 年"));
    let last = site.system().holidays(2027).await.unwrap().last.unwrap();
    me.submit("/holidays?year=2027", &format!("/holidays/{}/undo", last.batch), &[]).await;
    assert!(site.system().holidays(2027).await.unwrap().days.is_empty());
    let one = [("name", ""), ("from_on", "2027-02-30"), ("kind", "off")];
    let faulty = me.submit("/holidays", "/holidays", &one).await;
    assert!(faulty.body.contains("id=\"e-name\"") && faulty.body.contains("id=\"e-from_on\""));
}

#[tokio::test]
async fn the_state_councils_notice_is_pasted_as_it_stands() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let notice = "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n\
        二、春节：2月5日（周五）至12日（周五）放假调休，共8天。1月31日（周日）上班。\n2026年11月4日";
    let paste = |year: &'static str| [("lines", notice), ("year", year)];
    let wrong = me.submit("/holidays?year=2026", "/holidays/lines", &paste("2026")).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("星期几"), "{}", wrong.body);
    let good = me.submit("/holidays?year=2027", "/holidays/lines", &paste("2027")).await;
    assert_eq!(good.location(), "/holidays?year=2027", "{}", good.body);
    assert_eq!(site.system().holidays(2027).await.unwrap().days.len(), 3 + 8 + 1);
    let odd = me
        .submit("/holidays?year=2027", "/holidays/lines", &[("lines", "春节 2027-02-05 何时"), ("year", "2027")])
        .await;
    assert!(odd.body.contains("读不出是放假还是上班") && !odd.body.contains("卡片上的号"), "{}", odd.body);
}

#[tokio::test]
async fn the_schools_as_excel_have_a_row_for_each_class_and_the_trail_knows() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    assert!(!me.get("/schools").await.body.contains("/schools.xlsx"), "nothing to take out");
    class_with(&site, "示例第一小学", "安小草").await;
    me.submit("/schools/new", "/schools", &[("name", "示例第二小学")]).await;
    assert!(me.get("/schools").await.body.contains("/schools.xlsx"));
    let rows = cells(&me.get("/schools.xlsx").await.bytes);
    let of = |name: &str| rows.iter().find(|row| row.first().is_some_and(|cell| cell == name)).unwrap();
    assert!(!of("示例第一小学")[1].is_empty() && of("示例第二小学")[1].is_empty(), "{rows:?}");
    let filter = AuditFilter { noun: Some("schools".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 2, "{trail:?}");
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert!(teacher.get("/schools.xlsx").await.is_refused());
}

#[tokio::test]
async fn the_holidays_of_a_year_as_excel_have_a_row_for_each_day() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    assert!(!me.get("/holidays?year=2027").await.body.contains("/holidays.xlsx"), "nothing to take out");
    let days = [("lines", "元旦\t2027-01-01\t2027-01-02\t休")];
    me.submit("/holidays", "/holidays/lines", &days).await;
    assert!(me.get("/holidays?year=2027").await.body.contains("/holidays.xlsx?year=2027"));
    let rows = cells(&me.get("/holidays.xlsx?year=2027").await.bytes);
    let new_year: Vec<_> = rows.iter().filter(|row| row[1] == "元旦").collect();
    assert_eq!(new_year.len(), 2, "{rows:?}");
    assert_eq!(new_year[0][..4], ["2027-01-01", "元旦", "放假", "旗里录的"], "{rows:?}");
    let filter = AuditFilter { noun: Some("county_holidays".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 1, "{trail:?}");
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/holidays.xlsx").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_offers_classes_by_school_and_those_of_the_school_that_is_known_first() {
    let site = site().await;
    let (_, child) = class_with(&site, "示例第一小学", "安小草").await;
    class_with(&site, "示例第二小学", "安小木").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let other = site.system().schools().await.unwrap().into_iter().find(|s| s.name == "示例第二小学").unwrap();
    let schools = |page: &str| -> Vec<String> {
        let groups = page.split("<optgroup label=\"").skip(1);
        groups.filter_map(|group| group.split('"').next()).map(str::to_owned).collect()
    };
    let blank = me.get("/children/new").await.body;
    assert_eq!(schools(&blank).len(), 2, "{blank}");
    let edit = me.get(&format!("/children/{child}/edit")).await.body;
    assert_eq!(schools(&edit), ["示例第一小学", "示例第二小学"], "{edit}");
    // Sent back with another school, the form offers the classes of that one.
    let action = format!("/children/{child}");
    let typed = [("school_id", other.id.to_string()), ("name", String::new())];
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let again = me.submit(&format!("{action}/edit"), &action, &typed).await.body;
    assert_eq!(schools(&again), ["示例第二小学", "示例第一小学"], "{again}");
    let places = me.get("/accounts/new").await.body;
    assert!(places.contains("<optgroup label=\"示例第二小学\">"), "{places}");
}

#[tokio::test]
async fn without_script_a_child_moves_to_another_school_and_its_class_in_one_go() {
    let site = site().await;
    let (_, child) = class_with(&site, "示例第一小学", "安小草").await;
    class_with(&site, "示例第二小学", "安小木").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let other = site.system().schools().await.unwrap().into_iter().find(|s| s.name == "示例第二小学").unwrap();
    let action = format!("/children/{child}");
    let edit = me.get(&format!("{action}/edit")).await;
    let offered = format!("<option value=\"{}\">示例第二小学", other.classes[0].id);
    assert!(edit.body.contains(&offered), "{}", edit.body);
    assert!(!edit.body.contains(" hidden disabled>"), "a browser without script opens no group: {}", edit.body);
    let (school, class) = (other.id.to_string(), other.classes[0].id.to_string());
    let typed = [("school_id", school.as_str()), ("class_id", class.as_str()), ("sex", "female")];
    let moved = me.submit(&format!("{action}/edit"), &action, &typed).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    let fields = site.system().child_fields(child).await.unwrap();
    assert_eq!((fields.school, fields.class), (Some(other.id), Some(other.classes[0].id)));
}

#[tokio::test]
async fn the_days_page_says_which_class_has_no_teacher_before_long_and_leads_to_it() {
    let site = site().await;
    let (class, _) = class_with(&site, "示例第一小学", "安小草").await;
    let mut office = site.as_role(Role::Coordinator).await;
    let desk = site.system();
    let add = AddAccount { login: "teacher-bai".into(), display_name: "白样例".into(), language: String::new() };
    let account = desk.save(add).await.unwrap();
    let (role, place, from_on) = (Role::ClassTeacher, Place::Class(class), site.now().date());
    let to_on = Some(site.now().plus_minutes(3 * 24 * 60).date());
    assert!(!office.get("/today").await.body.contains("没有班主任"));
    desk.save(AddGrant { account, role, place, from_on, to_on }).await.unwrap();
    let body = office.get("/today").await.body;
    let row = body.split("data-row").find(|row| row.contains("那天起没有班主任")).unwrap();
    assert!(row.contains("示例第一小学") && row.contains(&format!("href=\"/classes/{class}\"")), "{row}");
    assert!(row.contains("白样例带到前一天。班里有 1 个孩子"), "{row}");
}

#[tokio::test]
async fn a_class_moves_up_to_the_last_grade_though_none_on_file_is_above_it() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let form = filled(me.get("/schools/new").await.form("/schools"), &[("name", "示例第一小学")]);
    let page = me.post("/schools", &form).await.location().to_owned();
    me.submit(&page, &format!("{page}/classes"), &[("name", "五年级一班"), ("grade", "5")]).await;
    let shown = me.get(&format!("{page}/grades")).await.body;
    assert!(shown.contains("value=\"六年级一班\"") && !shown.contains("届五年级"), "{shown}");
}

#[tokio::test]
async fn the_classes_of_a_school_move_up_at_once_and_the_highest_leave_their_names() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let form = filled(me.get("/schools/new").await.form("/schools"), &[("name", "示例第一小学")]);
    let page = me.post("/schools", &form).await.location().to_owned();
    let (classes, grades) = (format!("{page}/classes"), format!("{page}/grades"));
    for (name, grade) in [("五年级一班", "5"), ("六年级一班", "6"), ("兴趣班", "")] {
        me.submit(&page, &classes, &[("name", name), ("grade", grade)]).await;
    }
    assert!(me.get(&page).await.body.contains(&format!("href=\"{grades}\"")));
    let shown = me.get(&grades).await;
    for words in ["value=\"六年级一班\"", "value=\"2026届六年级一班\"", "value=\"兴趣班\""] {
        assert!(shown.body.contains(words), "{words}: {}", shown.body);
    }
    // Two classes of one name are none, and what was typed is still there.
    let fields = shown.form(&grades);
    let name = fields.iter().find(|(_, value)| value == "六年级一班").unwrap().0.clone();
    let clash = me.post(&grades, &filled(fields.clone(), &[(name.as_str(), "2026届6（1）班")])).await;
    assert_eq!(clash.status, StatusCode::CONFLICT, "{}", clash.body);
    assert!(clash.body.contains("value=\"2026届6（1）班\"") && clash.body.contains("改一个再存"), "{}", clash.body);
    let empty = me.submit(&grades, &grades, &[(name.as_str(), "")]).await;
    assert_eq!(empty.status, StatusCode::CONFLICT, "{}", empty.body);
    // What was typed and refused still stands there on the next visit; she writes it anew.
    assert!(me.get(&grades).await.body.contains(&format!("name=\"{name}\" value=\"\"")));
    let kept = me.submit(&grades, &grades, &[(name.as_str(), "六年级一班")]).await;
    assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", kept.body);
    let school = &site.system().schools().await.unwrap()[0];
    let mut now: Vec<_> = school.classes.iter().map(|class| (class.name.as_str(), class.grade)).collect();
    now.sort_unstable();
    assert_eq!(now, [("2026届六年级一班", None), ("六年级一班", Some(6)), ("兴趣班", None)]);
    let mut teacher = site.as_role(Role::TownWorker).await;
    assert_eq!(teacher.get(&grades).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_holidays_after_a_term_are_shown_and_are_no_weekend_of_it() {
    let site = site().await;
    class_with(&site, "示例第一小学", "安小草").await;
    let school = site.system().schools().await.unwrap()[0].id;
    let mut me = site.as_role(Role::Coordinator).await;
    let (page, terms) = (format!("/schools/{school}/calendar"), format!("/schools/{school}/terms"));
    for (name, from, to) in [("秋季学期", "2026-09-01", "2026-12-18"), ("春季学期", "2027-02-26", "2027-07-07")]
    {
        let term = [("term_name", name), ("from_on", from), ("to_on", to)];
        assert_eq!(me.submit(&page, &terms, &term).await.status, StatusCode::SEE_OTHER);
    }
    let shown = me.get(&page).await.body;
    assert!(shown.contains("秋季学期，还有 4 个周末") && shown.contains("假期 · 放 69 天"), "{shown}");
}
