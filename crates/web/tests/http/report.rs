//! The report: one value as page, document, workbook; each figure leads to its records.

use std::time::Duration;

use axum::http::StatusCode;
use naheya_documents::workbook::{Content, Workbook};
use naheya_domain::figure::{Figure, Shown};
use naheya_domain::follow_up::With;
use naheya_domain::holiday::HolidayDay;
use naheya_domain::measure::Measure;
use naheya_domain::snapshot::Month;
use naheya_domain::{Date, Role, Timestamp};
use naheya_store::SystemTask;
use naheya_store::audit::AuditFilter;
use naheya_store::child::ChildFilter;
use naheya_store::follow_up::PlanFollowUp;
use naheya_store::holiday::EnterHolidays;
use naheya_store::notice::About;
use naheya_web::SiteSettings;
use naheya_web::notice::way;
use naheya_web::operation::Long;

use crate::figure::told;
use crate::site::{COUNTY, NOW, PASSWORD, site_with};
use crate::story::story;

fn grouped(n: i64) -> String {
    if n < 1000 { n.to_string() } else { format!("{},{:03}", n / 1000, n % 1000) }
}

#[tokio::test]
async fn page_document_and_workbook_say_the_same() {
    let site = told().await;
    let mut leader = site.as_role(Role::Leader).await;
    let figures = site.system().figures(NOW.date()).await.unwrap();
    let page = leader.get("/report").await;
    let document = leader.get("/api/v1/figures").await.json();
    for (figure, shown) in figures.all() {
        let Shown::Exact(count) = shown else { panic!("{figure:?}") };
        assert!(page.body.contains(&format!("{} ", grouped(count))), "{figure:?}");
        assert_eq!(document[figure.key()].as_i64(), Some(count));
    }
    let book = leader.get("/report/workbook").await;
    assert_eq!(book.status, StatusCode::OK);
    assert!(book.header("content-type").contains("spreadsheetml"));
    assert!(book.header("content-disposition").starts_with("attachment"));
    for sheet in Workbook::read(&book.bytes, "a.xlsx").unwrap().sheets {
        let last = sheet.rows.last().unwrap().cells[0].content.text();
        assert!(last.contains("样例") && last.contains("导出于 2026-11-20"), "{last}");
    }
}

#[tokio::test]
async fn every_figure_of_the_report_leads_to_the_records_behind_it() {
    let site = told().await;
    let mut leader = site.as_role(Role::Leader).await;
    let page = leader.get("/report").await.body;
    for figure in Figure::ALL {
        let path = format!("/report/{}?as_of=2026-11-20", figure.key());
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}");
        let records = leader.get(&path).await;
        assert_eq!(records.status, StatusCode::OK, "{path}");
        assert_eq!(records.body.matches("<tr><td><a href=\"/").count(), 50, "{path}");
        assert!(records.body.contains("rel=\"next\""), "{path}");
    }
    assert_eq!(leader.get("/report/bases").await.status, StatusCode::NOT_FOUND);
    assert_eq!(leader.get("/report/pairs?after=x").await.status, StatusCode::OK, "no place is the first one");
}

#[tokio::test]
async fn a_day_that_cannot_be_read_or_is_still_to_come_is_told() {
    let site = told().await;
    let mut leader = site.as_role(Role::Leader).await;
    for typed in ["2026-13-40", "gestern", "2099-01-01", "0"] {
        let reply = leader.get(&format!("/report?as_of={typed}")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(reply.body.contains("id=\"e-as_of\""), "{typed}");
    }
    let earlier = leader.get("/report?as_of=2016-06-30").await;
    assert_eq!(earlier.status, StatusCode::OK);
    assert!(!earlier.body.contains(">180<small>"));
}

#[tokio::test]
async fn levels_above_see_figures_and_no_record() {
    let site = told().await;
    let mut above = site.as_role(Role::HigherLevel).await;
    // A day of one's own choice would tell what that day added.
    for exact in ["/report", "/report/pairs", "/children"] {
        assert_eq!(above.get(exact).await.status, StatusCode::NOT_FOUND, "{exact}");
    }
    assert_eq!(above.get("/snapshots").await.status, StatusCode::FORBIDDEN);
    let page = above.get("/levels").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("乌拉特后旗") && page.body.contains(">178<small>"), "{}", page.body);
    assert!(!page.body.contains("/children/") && !page.body.contains("/volunteers/"));
    for elsewhere in ["/levels/150824", "/levels/000000", "/levels/x", "/levels?month=2026-11", "/levels?month=x"] {
        assert_eq!(above.get(elsewhere).await.status, StatusCode::NOT_FOUND, "{elsewhere}");
    }
    let file = above.get("/levels/150825/workbook").await;
    assert!(file.header("content-type").contains("spreadsheetml"));
    let book = Workbook::read(&file.bytes, "a.xlsx").unwrap();
    let stamp = format!("{:?}", book.sheets[0].rows.last());
    assert!(stamp.contains("导出于") && !stamp.contains("个人信息"), "nobody stands in it: {stamp}");
    let filter = AuditFilter { noun: Some("snapshots".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 1, "that it left is known: {trail:?}");
}

#[tokio::test]
async fn a_signed_month_goes_out_as_a_form_to_sign_and_seal() {
    let site = told().await;
    let mut leader = site.as_role(Role::Leader).await;
    let page = leader.get("/snapshots?month=2026-10").await.body;
    assert!(page.contains("/snapshots/workbook?month=2026-10") && page.contains("填报单位（盖章）"), "{page}");
    let file = leader.get("/snapshots/workbook?month=2026-10").await;
    let book = Workbook::read(&file.bytes, "a.xlsx").unwrap();
    let told = format!("{:?}", book.sheets[0].rows);
    for part in ["乌拉特后旗2026年10月月报", "签字时", "现在数出来", "（对）", "单位负责人"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let filter = AuditFilter { noun: Some("snapshots".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 1, "that it left is known: {trail:?}");
    let above = site.as_role(Role::HigherLevel).await.get("/snapshots/workbook?month=2026-10").await;
    assert_eq!(above.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_county_seen_from_above_is_named_once_in_its_head() {
    let site = told().await;
    let mut above = site.as_role(Role::HigherLevel).await;
    let page = above.get("/levels/150825?month=2026-10").await.body;
    assert!(page.contains(">乌拉特后旗</h1><p class=\"lead\">2026年10月"), "{page}");
}

#[tokio::test]
async fn a_month_that_is_still_being_told_has_a_page_that_comes_anew_by_itself() {
    let long = Long { telling: Duration::ZERO, ..Long::default() };
    let site = site_with(SiteSettings { long, ..SiteSettings::default() }).await;
    site.store.tell_demo("naheya", PASSWORD, NOW).await.unwrap();
    let mut above = site.as_role(Role::HigherLevel).await;
    let page = above.get("/levels").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["正在算2026年10月的数字", "http-equiv=\"refresh\"", "data-poll"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains(">178<small>"));
    let file = above.get("/levels/150825/workbook?month=2026-10").await;
    assert_eq!(file.location(), "/levels/150825?month=2026-10", "no file without its numbers");
    assert_eq!(above.get("/levels/150824").await.status, StatusCode::NOT_FOUND, "nobody waits for what is not theirs");
}

#[tokio::test]
async fn who_looks_for_the_month_that_runs_reads_from_which_day_it_is_signed() {
    let site = told().await;
    let mut leader = site.as_role(Role::Leader).await;
    let words = "2026年11月还没过完，12月1日起在这里签";
    let last = leader.get("/snapshots").await;
    assert!(last.body.contains(words), "{}", last.body);
    assert!(!leader.get("/snapshots?month=2026-09").await.body.contains(words));
}

#[tokio::test]
async fn of_a_month_that_is_late_the_office_reads_too_since_the_leader_may_be_away() {
    let site = told().await;
    let month = "/snapshots?month=2026-11";
    site.wait_minutes(12 * 24 * 60);
    let leader = site.as_role(Role::Leader).await.get("/today").await.body;
    assert!(leader.contains(month) && leader.contains("5 日前"), "{leader}");
    assert!(!site.as_role(Role::Coordinator).await.get("/today").await.body.contains(month), "not late yet");
    site.wait_minutes(5 * 24 * 60);
    let leader = site.as_role(Role::Leader).await.get("/today").await.body;
    assert!(leader.contains("过了 5 日") && !leader.contains("5 日前"), "{leader}");
    let office = site.as_role(Role::Coordinator).await.get("/today").await.body;
    assert!(office.contains(month) && office.contains("给代班的人开"), "{office}");
}

#[tokio::test]
async fn a_leader_signs_a_month_again_when_somebody_above_asks() {
    let site = told().await;
    let mut above = site.as_role(Role::HigherLevel).await;
    let (page, to) = ("/levels/150825?month=2026-10", "/levels/150825/question?month=2026-10");
    let empty = above.submit(page, to, &[("words", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("e-words"));
    assert_eq!(above.submit(page, to, &[("words", "结对数请核对")]).await.status, StatusCode::SEE_OTHER);
    assert!(above.get(page).await.body.contains("在核对"));
    let mut leader = site.as_role(Role::Leader).await;
    assert!(leader.get("/today").await.body.contains("/snapshots?month=2026-10"));
    let (page, to) = ("/snapshots?month=2026-10", "/snapshots?month=2026-10");
    assert!(leader.get(page).await.body.contains("结对数请核对"));
    let again = leader.submit(page, to, &[("reason", "核对过，没有错")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    let shown = leader.get(page).await.body;
    assert!(shown.contains("核对过，没有错") && !shown.contains("name=\"seen\""), "signed, and nothing to sign");
    let mut coordinator = site.as_role(Role::Coordinator).await;
    assert!(!coordinator.get(page).await.body.contains("name=\"seen\""));
}

#[tokio::test]
async fn a_letter_about_a_month_leads_to_that_month_and_not_to_the_last() {
    let site = told().await;
    let standing = site.system().month(Month::parse("2026-10").unwrap()).await.unwrap();
    let id = standing.newest().unwrap().id;
    let about = About { kind: "snapshot.moved".into(), noun: "snapshots".into(), id: Some(id.0) };
    site.wait_minutes(40 * 24 * 60);
    let mut leader = site.as_role(Role::Leader).await;
    let page = leader.get(&way(&about, Role::Leader)).await.body;
    assert!(page.contains("2026年10月的数字已经报上去了"), "{page}");
    for absent in ["x", "018f0000-0000-7000-8000-000000000000"] {
        assert_eq!(leader.get(&format!("/snapshots?edition={absent}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_leader_sees_each_number_that_is_signed_and_which_of_them_has_moved() {
    let site = told().await;
    let mut leader = site.as_role(Role::Leader).await;
    let page = "/snapshots?month=2026-10";
    let then = Timestamp::from_shanghai(Date::new(2026, 10, 20).unwrap().at(9, 0, 0, 0));
    let desk = site.store.as_system(SystemTask::Demo, COUNTY, then);
    let child = desk.children(&ChildFilter::default()).await.unwrap().0[0].id;
    desk.save(PlanFollowUp { child, with: With::Child, due_at: then.plus_minutes(60) }).await.unwrap();
    let standing = site.system().month(Month::parse("2026-10").unwrap()).await.unwrap();
    let (now, signed) = (&standing.counted, &standing.newest().unwrap().numbers);
    let [due, was_due] = [now, signed].map(|numbers| numbers.get(Measure::TalksDue));
    assert_ne!(due, was_due);
    let shown = leader.get(page).await.body;
    assert!(shown.contains("记录有了变化") && shown.contains("到期的回访"), "{shown}");
    assert!(shown.contains("按时做的回访") && shown.contains(&grouped(now.get(Measure::TalksOnTime))), "{shown}");
    assert!(shown.contains(&grouped(due)) && shown.contains(&format!("<b>{}</b>", grouped(was_due))), "{shown}");
}

#[tokio::test]
async fn today_puts_the_late_child_first_and_counts_the_weekend() {
    let site = told().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let page = office.get("/today").await;
    assert_eq!(page.status, StatusCode::OK);
    let items = page.body.split("<ol data-list>").nth(1).unwrap();
    assert!(items.find("还没有回来").unwrap() < items.find("放学前要定").unwrap());
    assert!(page.body.contains("11 份孩子档案好久没确认"), "{}", page.body);
    assert!(page.body.matches("class=\"d-").count() >= 12);
    assert_eq!(site.as_role(Role::ClassTeacher).await.get("/today").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_number_that_the_county_sets_stands_fixed_in_no_sentence() {
    let site = told().await;
    let mut leader = site.as_role(Role::Leader).await;
    let saved = leader.submit("/settings", "/settings", &[("stale_months", "3"), ("daily_cap", "10")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    for page in ["/today", "/children?view=stale"] {
        let body = leader.get(page).await.body;
        assert!(body.contains("好久没确认") && !body.contains("半年"), "{page}: {body}");
    }
    let report = leader.get("/report").await.body;
    assert!(report.contains("由旗县定") && !report.contains("最多 8 小时"), "{report}");
}

#[tokio::test]
async fn the_chart_of_weekends_names_long_holidays_and_the_present_weekend() {
    let site = told().await;
    let page = site.as_role(Role::Coordinator).await.get("/today").await;
    // 25 September and 2 October.
    assert_eq!(page.body.matches(">长假</text>").count(), 2, "{}", page.body);
    assert_eq!(page.body.matches(">今</text>").count(), 1);
}

#[tokio::test]
async fn the_chart_of_weekends_names_holidays_that_the_county_entered() {
    let mut s = story().await;
    // Without a child that ever went there is no chart.
    s.asked().await;
    let (site, mut office) = (s.site, s.coordinator);
    let enter = async |from: &str, to: &str, kind: &str| {
        let days = HolidayDay::parse(from, to, kind, "示例节").unwrap();
        site.system().save(EnterHolidays { days }).await.unwrap();
    };
    enter("2026-10-15", "2026-10-19", "off").await;
    assert_eq!(office.get("/today").await.body.matches(">长假</text>").count(), 3);
    enter("2026-10-02", "2026-10-02", "plain").await;
    assert_eq!(office.get("/today").await.body.matches(">长假</text>").count(), 2, "the county's word stands");
}

#[tokio::test]
async fn a_chart_of_two_colours_says_what_they_mean() {
    let site = told().await;
    let page = site.as_role(Role::Coordinator).await.get("/report").await;
    assert!(page.body.contains("</svg>周末接家 ") && page.body.contains("</svg>纸质台账和其他 "), "{}", page.body);
}

#[tokio::test]
async fn the_table_for_print_shows_its_equations_and_lines_to_sign() {
    let site = told().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    assert!(coordinator.get("/report").await.body.contains("href=\"/report/table?as_of=2026-11-20\""));
    let page = coordinator.get("/report/table?as_of=2026-11-20").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("1 = 2 + 3 + 4") && page.body.contains("16 = 19 + 20"));
    assert!(!page.body.contains("class=\"err\""), "everything agrees");
    assert_eq!(page.body.matches("<dt>").count(), 5, "three signatures, the day, the seal");
    for figure in ["children_supported", "pairs", "pairs_active", "pairs_interethnic", "volunteers"] {
        assert!(page.body.contains(&format!("href=\"/report/{figure}?as_of=2026-11-20\"")), "{figure}");
    }
    assert_eq!(coordinator.get("/report/table.xlsx?as_of=gestern").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_table_for_print_goes_out_as_the_form_that_is_filed() {
    let site = told().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    let reply = coordinator.get("/report/table.xlsx?as_of=2026-11-20").await;
    assert!(reply.header("content-type").contains("spreadsheetml"));
    let book = Workbook::read(&reply.bytes, "a.xlsx").unwrap();
    let sheet = &book.sheets[0];
    let row = |begins: &str| {
        let found = sheet.rows.iter().find(|row| row.cell(0).is_some_and(|cell| cell.content.text() == begins));
        found.unwrap_or_else(|| panic!("{begins}"))
    };
    assert!(sheet.rows[0].cell(0).unwrap().content.text().contains("乌拉特后旗"), "the title");
    let number = |begins: &str, column: u16| match row(begins).cell(column).unwrap().content {
        Content::Number(number) => number.to_string(),
        ref other => panic!("{other:?}"),
    };
    assert_eq!([number("合计", 16), number("合计", 19)], ["180", "102"], "pairs and those of two groups, as numbers");
    assert_eq!([number("栏次", 1), number("栏次", 25)], ["1", "25"]);
    let joined = |first: u16, last: u16| sheet.merged.iter().any(|r| (r.first_column, r.last_column) == (first, last));
    assert!(joined(0, 25) && joined(2, 4) && joined(9, 13), "title and groups over their columns: {:?}", sheet.merged);
    let words: Vec<String> = sheet.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.content.text()).collect();
    let signs = ["单位负责人（签名）", "复核人（签名）", "填表人（签名）", "填报单位（盖章）"];
    for sign in signs.into_iter().chain(["1 = 2 + 3 + 4  对得上"]) {
        assert!(words.iter().any(|text| text == sign), "{sign}");
    }
}

#[tokio::test]
async fn a_month_leads_from_each_towns_number_to_its_children_and_goes_out_as_a_form() {
    let mut s = story().await;
    s.released().await;
    let (mut office, mut leader) = (s.office().await, s.site.as_role(Role::Leader).await);
    assert!(office.get("/report").await.body.contains("href=\"/report/month\""));
    let page = office.get("/report/month").await;
    assert!(page.body.contains("2026年11月，1 个孩子去了周末妈妈家"), "{}", page.body);
    assert!(!page.body.contains("安小草"), "names come when they are asked for");
    for town in ["none", "all"] {
        let way = format!("/report/month?month=2026-11&#38;town={town}#who");
        assert!(page.body.contains(&format!("href=\"{way}\"")), "{way}: {}", page.body);
        let listed = office.get(&format!("/report/month?month=2026-11&town={town}")).await.body;
        assert!(listed.contains("安小草") && listed.contains(&format!("href=\"/children/{}\"", s.child)), "{listed}");
    }
    let empty = office.get("/report/month?month=2026-10&town=all").await.body;
    assert!(empty.contains("2026年10月还没有孩子去周末妈妈家") && !empty.contains("安小草"), "{empty}");
    for odd in ["2026-12", "x"] {
        let page = office.get(&format!("/report/month?month={odd}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{odd}");
    }
    assert_eq!(s.teacher.get("/report/month").await.status, StatusCode::NOT_FOUND);
    let file = leader.get("/report/month.xlsx?month=2026-11").await;
    let book = Workbook::read(&file.bytes, "a.xlsx").unwrap();
    let words: Vec<String> = book
        .sheets
        .iter()
        .flat_map(|sheet| &sheet.rows)
        .flat_map(|row| &row.cells)
        .map(|cell| cell.content.text())
        .collect();
    assert!(
        words.iter().any(|text| text == "没写苏木镇") && words.iter().any(|text| text == "单位负责人（签名）"),
        "{words:?}"
    );
    assert!(!words.iter().any(|text| text.contains("安小草")), "numbers, no names");
}
