use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_store::area::AddArea;
use naheya_store::audit::AuditFilter;
use naheya_store::child::ChildFilter;

use crate::export::cells;
use crate::import::send;
use crate::site::site;

const TOWN: &str = "150825100";

#[tokio::test]
async fn a_gacha_is_added_named_anew_merged_and_restored() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    for name in ["样例嘎查", "样例二嘎查"] {
        let added = clerk.submit("/areas", "/areas", &[("parent", TOWN), ("name", name)]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    }
    let (one, two) = ("150825100901", "150825100902");
    assert!(clerk.get("/areas").await.body.contains("样例二嘎查"));
    assert!(clerk.get("/children/new").await.body.contains("巴音宝力格镇 样例嘎查"), "forms offer it");
    let page = format!("/areas/{one}");
    let named = clerk.submit(&page, &format!("{page}/name"), &[("name", "样例新嘎查")]).await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.body);
    let taken = clerk.submit(&page, &format!("{page}/name"), &[("name", "样例二嘎查")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    let merged = clerk.submit(&page, &format!("{page}/retirement"), &[("into", two)]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.body);
    assert!(clerk.get("/areas").await.body.contains("已并入样例二嘎查"));
    assert!(clerk.get("/children/new").await.body.contains("样例新嘎查（旧）"), "old files still name it");
    let restored = clerk.submit(&page, &format!("{page}/retirement/undo"), &[]).await;
    assert_eq!(restored.status, StatusCode::SEE_OTHER);
    assert!(!clerk.get("/areas").await.body.contains("已并入"));
}

#[tokio::test]
async fn a_town_that_still_has_gachas_is_not_merged_away() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    clerk.submit("/areas", "/areas", &[("parent", TOWN), ("name", "样例嘎查")]).await;
    let page = format!("/areas/{TOWN}");
    let merged = clerk.submit(&page, &format!("{page}/retirement"), &[("into", "150825101")]).await;
    assert_eq!(merged.status, StatusCode::CONFLICT);
    assert!(merged.body.contains("先把它们并到别处"));
}

#[tokio::test]
async fn files_of_a_merged_town_are_carried_over_from_its_page_and_the_overview_leads_there() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let mut of = crate::child::details(&site, "安小草");
    of.town_code = Some(TOWN.into());
    site.system().save(naheya_store::child::OpenFile { details: of }).await.unwrap();
    let page = format!("/areas/{TOWN}");
    assert!(!clerk.get(&page).await.body.contains("/carrying"), "it stands");
    let merged = clerk.submit(&page, &format!("{page}/retirement"), &[("into", "150825101")]).await;
    assert_eq!(merged.location(), page, "what still names it is told at once");
    let grid = clerk.get("/grid").await.body;
    assert!(grid.contains("已并入别处") && grid.contains(&format!("href=\"{page}\">把档案转过去")), "{grid}");
    assert!(clerk.get(&format!("/grid/{TOWN}")).await.body.contains("已并入呼和温都尔镇"));
    assert!(clerk.get(&page).await.body.contains("还有 1 份孩子的档案"));
    let carried = clerk.submit(&page, &format!("{page}/carrying"), &[]).await;
    assert_eq!((carried.status, carried.location()), (StatusCode::SEE_OTHER, "/areas"), "{}", carried.body);
    assert!(!clerk.get(&page).await.body.contains("/carrying"));
}

#[tokio::test]
async fn a_county_keeps_its_own_codes_and_no_others() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    for (typed, field) in [
        ([("parent", ""), ("name", ""), ("code", "")], "name"),
        ([("parent", "150824100"), ("name", "样例嘎查"), ("code", "")], "parent"),
        ([("parent", ""), ("name", "样例镇"), ("code", "150824300")], "code"),
        ([("parent", ""), ("name", "样例镇"), ("code", TOWN)], "code"),
        ([("parent", ""), ("name", "巴音宝力格镇"), ("code", "")], "name"),
    ] {
        let back = clerk.submit("/areas", "/areas", &typed).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(back.body.contains(&format!("id=\"e-{field}\"")), "{typed:?}: {}", back.body);
    }
    for foreign in ["150824", "1508", "150825", "x", "150825999"] {
        assert_eq!(clerk.get(&format!("/areas/{foreign}")).await.status, StatusCode::NOT_FOUND, "{foreign}");
    }
}

#[tokio::test]
async fn towns_and_gachas_as_excel_say_where_each_lies_and_the_trail_knows() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    for name in ["样例嘎查", "样例二嘎查"] {
        clerk.submit("/areas", "/areas", &[("parent", TOWN), ("name", name)]).await;
    }
    let page = "/areas/150825100901";
    clerk.submit(page, &format!("{page}/retirement"), &[("into", "150825100902")]).await;
    assert!(clerk.get("/areas").await.body.contains("/areas.xlsx"));
    let rows = cells(&clerk.get("/areas.xlsx").await.bytes);
    let of = |code: &str| rows.iter().find(|row| row[0] == code).unwrap();
    assert_eq!(of(TOWN)[1..5], ["巴音宝力格镇", "", "", ""], "{rows:?}");
    let says = |words: &str| rows.iter().flatten().any(|cell| cell.contains(words));
    assert!(says("导出于") && !says("个人信息"), "who and when, and no warning where nobody stands in it: {rows:?}");
    assert_eq!(of("150825100901")[1..5], ["样例嘎查", "巴音宝力格镇", "本旗自己加的", "样例二嘎查"]);
    let filter = AuditFilter { noun: Some("areas".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 1, "{trail:?}");
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/areas.xlsx").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_town_that_the_county_made_itself_is_found_in_a_roster() {
    let site = site().await;
    let desk = site.system();
    let own = AddArea { parent: String::new(), name: "示例新镇".into(), code: String::new() };
    let town = desk.save(own).await.unwrap();
    let mut me = site.as_role(Role::Coordinator).await;
    let roster = "姓名,性别,出生日期,学校,班级,苏木镇\n\
安小草,女,2016-03-05,示例第一小学,4(3)班,示例新镇\n\
白云朵,女,2017-03-05,示例第一小学,3(1)班,示例新\n\
石小榴,女,2017-03-06,示例第一小学,3(1)班,哪儿也不是镇\n";
    send(&mut me, "children", "名单.csv", roster.as_bytes()).await;
    let done = me.submit("/imports/preview", "/imports", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let here = ChildFilter { town: Some(town), ..ChildFilter::default() };
    let names: Vec<String> = desk.children(&here).await.unwrap().0.into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["安小草", "白云朵"], "by its name, and by what people call it");
}
