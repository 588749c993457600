use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_store::child::OpenFile;

use crate::child::details;
use crate::export::cells;
use crate::site::{Site, site};

async fn child(site: &Site, name: &str) -> String {
    site.system().save(OpenFile { details: details(site, name) }).await.unwrap().to_string()
}

#[tokio::test]
async fn the_auditor_reads_ids_and_names_of_fields_and_no_name_of_a_child() {
    let site = site().await;
    let id = child(&site, "石小榴").await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    assert_eq!(clerk.get(&format!("/children/{id}")).await.status, StatusCode::OK);
    let mut auditor = site.as_role(Role::Auditor).await;
    let page = auditor.get("/audit-events?kind=children").await;
    assert!(page.body.contains("看了") && page.body.contains("链条完好"), "{}", page.body);
    assert!(page.body.contains(&format!("about={id}")));
    assert!(page.body.contains("工作资料"), "classes of data have words: {}", page.body);
    assert!(!page.body.contains("石小榴") && !page.body.contains("花生"));
    let about = auditor.get(&format!("/audit-events?about={id}")).await;
    assert!(about.body.contains(&id[28..]));
    let none = auditor.get("/audit-events?from=2027-01-01").await;
    assert!(none.body.contains("没有对得上的留痕"));
    for odd in ["from=x&to=2026-13-40", "before=-1", "account=x&about=%00", "kind=%F0%9F"] {
        assert_eq!(auditor.get(&format!("/audit-events?{odd}")).await.status, StatusCode::OK, "{odd}");
    }
    let book = auditor.get("/audit-events.xlsx?kind=children").await;
    assert!(book.header("content-type").contains("spreadsheetml"));
    assert!(auditor.get("/audit-events").await.body.contains("读了留痕"), "that it was taken out stands in it");
    assert_eq!(clerk.get("/audit-events").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn which_columns_changed_is_said_in_words() {
    let site = site().await;
    let id = child(&site, "石小榴").await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let page = format!("/children/{id}/edit");
    let changed = clerk.submit(&page, &format!("/children/{id}"), &[("likes", "画画")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let trail = site.as_role(Role::Leader).await.get(&format!("/audit-events?about={id}")).await.body;
    assert!(trail.contains("喜欢、谁确认的"), "{trail}");
    assert!(!trail.contains("confirmed_by") && !trail.contains("likes"), "{trail}");
}

#[tokio::test]
async fn whoever_was_turned_away_stands_in_the_trail_with_the_word_for_what_she_wanted() {
    let site = site().await;
    let away = site.as_role(Role::Volunteer).await.get("/accounts").await;
    assert!(away.is_refused(), "{}", away.body);
    let mut auditor = site.as_role(Role::Auditor).await;
    let rows = cells(&auditor.get("/audit-events.xlsx").await.bytes);
    let row = rows.iter().find(|row| row[4] == "想进，没让进").unwrap();
    assert_eq!(row[5], "账号", "{row:?}");
}

#[tokio::test]
async fn the_trail_as_excel_says_who_did_what_in_the_words_of_the_page() {
    let site = site().await;
    let id = child(&site, "石小榴").await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    clerk.get(&format!("/children/{id}")).await;
    let mut auditor = site.as_role(Role::Auditor).await;
    let rows = cells(&auditor.get(&format!("/audit-events.xlsx?about={id}")).await.bytes);
    let row = |act: &str| rows.iter().find(|row| row[4] == act).unwrap().clone();
    assert_eq!((row("看了")[3].as_str(), row("看了")[5].as_str()), ("协调员", "孩子"), "{rows:?}");
    assert_eq!((row("建档")[2].as_str(), row("建档")[7].as_str()), ("系统", "新建"), "{rows:?}");
}

#[tokio::test]
async fn that_a_list_was_taken_out_is_said_in_words() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    assert_eq!(leader.get("/accounts.xlsx").await.status, StatusCode::OK);
    let mut auditor = site.as_role(Role::Auditor).await;
    let rows = cells(&auditor.get("/audit-events.xlsx").await.bytes);
    assert!(rows.iter().any(|row| row[7] == "导出"), "{rows:?}");
    assert!(rows.iter().all(|row| row[7] != "export"), "{rows:?}");
}

#[tokio::test]
async fn the_chain_is_proven_from_its_first_event() {
    let site = site().await;
    child(&site, "石小榴").await;
    let mut leader = site.as_role(Role::Leader).await;
    let proven = leader.submit("/audit-events", "/audit-events/proof", &[]).await;
    assert!(proven.body.contains("一条不缺"), "{}", proven.body);
}

#[tokio::test]
async fn a_leader_does_not_learn_from_the_trail_that_a_concern_exists() {
    let site = site().await;
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    let said = teacher.submit("/concerns/new", "/concerns", &[("words", "手臂上有伤")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let mut leader = site.as_role(Role::Leader).await;
    for path in ["/audit-events", "/audit-events?kind=concerns"] {
        let page = leader.get(path).await.body;
        let table = page.split("<tbody>").nth(1).unwrap_or_default();
        for word in ["concern", "关切", "担心"] {
            assert!(!table.contains(word), "{path}: {table}");
        }
        assert!(!page.contains("序号") && !page.contains(" 条</span>"), "a gap in the numbers would tell it: {page}");
    }
    let mut auditor = site.as_role(Role::Auditor).await;
    assert!(auditor.get("/audit-events?kind=concerns").await.body.contains("说了担心"));
}

#[tokio::test]
async fn the_trail_comes_in_pages_that_neither_miss_nor_repeat_an_event() {
    let site = site().await;
    for _ in 0..60 {
        child(&site, "安小草").await;
    }
    let mut auditor = site.as_role(Role::Auditor).await;
    let numbers = |body: &str| {
        let cells = body.split("<td class=\"r mut\" data-l=\"序号\">").skip(1);
        cells.map(|cell| cell.split('<').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let way = |body: &str, rel: &str| {
        let rest = body.split(&format!("rel=\"{rel}\" href=\"")).nth(1)?;
        rest.split('"').next().map(|href| href.replace("&#38;", "&"))
    };
    let first = auditor.get("/audit-events?kind=children&from=2026-11-01").await.body;
    assert!(first.contains("第 1—50 条，共 60 条") && way(&first, "prev").is_none(), "{first}");
    let older = way(&first, "next").unwrap();
    assert!(older.contains("from=2026-11-01"), "the day is kept: {older}");
    let second = auditor.get(&older).await.body;
    assert!(second.contains("第 51—60 条，共 60 条") && way(&second, "next").is_none(), "{second}");
    let back = auditor.get(&way(&second, "prev").unwrap()).await.body;
    assert!(back.contains("第 1—50 条，共 60 条") && way(&back, "prev").is_none(), "{back}");
    assert_eq!(numbers(&back), numbers(&first));
    let seen = [numbers(&first), numbers(&second)].concat();
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (60, 60));
}

#[tokio::test]
async fn who_works_in_the_office_finds_what_she_did_on_a_day_with_the_way_to_it() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let typed = [("name", "石样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let place = clerk.submit("/volunteers/new", "/volunteers", &typed).await.location().to_owned();
    assert!(place.starts_with("/volunteers/"), "{place}");
    assert!(clerk.get("/me").await.body.contains("href=\"/me/acts\""));
    let today = clerk.get("/me/acts").await.body;
    assert!(today.contains(&format!("href=\"{place}\"")) && today.contains("石样例"), "{today}");
    assert!(today.contains("2026年11月20日办了"), "{today}");
    let before = today.split("rel=\"prev\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert_eq!(before, "/me/acts?day=2026-11-19");
    let before = clerk.get(&before).await.body;
    assert!(before.contains("没有办过什么") && !before.contains("石样例"), "{before}");
    for odd in ["day=x", "day=2099-01-01"] {
        assert!(clerk.get(&format!("/me/acts?{odd}")).await.body.contains("2026年11月20日"), "{odd}");
    }
    let other = site.as_role(Role::Leader).await.get("/me/acts").await;
    assert!(!other.body.contains("石样例"), "{}", other.body);
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/me/acts").await.status, StatusCode::NOT_FOUND);
    assert!(!teacher.get("/me").await.body.contains("/me/acts"));
}
