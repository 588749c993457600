//! Two files of one person, a child or a volunteer: listed, compared, proposed, agreed to by another person, taken apart.

use axum::http::StatusCode;
use naheya_documents::workbook::Workbook;
use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm, ChildState};
use naheya_domain::household::{HouseholdDetails, HouseholdForm, MemberDetails, MemberForm};
use naheya_domain::id::{ChildId, VolunteerId};
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_store::child::{ChangeState, ChildFilter, OpenFile};
use naheya_store::household::{AddMember, ChangeHousehold};
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, Registered};

use crate::browser::filled;
use crate::child::child;
use crate::import::{CHILDREN, send};
use crate::site::{Site, site};

/// The same child once more, with something that the first file does not say.
async fn double(site: &Site) -> ChildId {
    let form = ChildForm { name: "安小草", birth_on: "2016-03-05", likes: "画画", ..ChildForm::default() };
    let details = ChildDetails::parse(&form, site.now().date()).unwrap();
    site.system().save(OpenFile { details }).await.unwrap()
}

#[tokio::test]
async fn two_files_are_compared_proposed_agreed_to_and_taken_apart() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, double(&site).await);
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let list = me.get("/merges").await;
    assert!(list.body.contains("同名，同一天出生"), "{}", list.body);
    let new = format!("/merges/new?kept={kept}&other={other}");
    let page = me.get(&new).await;
    assert!(
        page.body.contains("对花生过敏") && page.body.contains("画画") && page.body.contains("没写"),
        "{}",
        page.body
    );
    let form = filled(page.form("/merges"), &[("part_vital", "kept"), ("part_likes", "other")]);
    let led = me.post("/merges", &form).await;
    let merge = led.location().to_owned();
    assert!(merge.starts_with("/merges/"), "{}", led.body);
    assert_eq!(me.post("/merges", &form).await.location(), merge, "a double tap makes one record");
    assert!(!me.get(&merge).await.body.contains("/approval"), "the own one has no such button");
    let yes = format!("{merge}/approval");
    assert!(leader.get("/today").await.body.contains("有 1 份合并等您看"));
    assert!(!me.get("/today").await.body.contains("有 1 份合并等您看"), "the own one waits for somebody else");
    let own = me.submit(&merge, &format!("{merge}/withdrawal"), &[]).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
    let page = me.get(&new).await;
    let form = filled(page.form("/merges"), &[("part_likes", "other")]);
    let merge = me.post("/merges", &form).await.location().to_owned();
    let done = leader.submit(&merge, &yes.replace(yes.trim_end_matches("/approval"), &merge), &[]).await;
    assert_eq!(done.location(), format!("/children/{kept}"));
    assert!(leader.get(&format!("/children/{kept}")).await.body.contains("画画"));
    assert_eq!(me.get(&format!("/children/{other}")).await.location(), format!("/children/{kept}"));
    assert!(!me.get("/merges").await.body.contains("同名，同一天出生"));
    let apart = leader.submit(&merge, &format!("{merge}/undo"), &[]).await;
    assert_eq!(apart.location(), merge);
    let two = leader.get(&merge).await.body;
    for file in [&kept, &other] {
        assert!(two.contains(&format!("href=\"/children/{file}\"")), "the way on to each of them: {two}");
    }
    assert_eq!(me.get(&format!("/children/{other}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_merge_whose_file_went_with_its_import_says_so_and_is_sent_back() {
    let site = site().await;
    let kept = child(&site, "安小草").await;
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    send(&mut me, "children", "名单.csv", CHILDREN.as_bytes()).await;
    let import = me.submit("/imports/preview", "/imports", &[]).await.location().to_owned();
    let (rows, _) = site.system().children(&ChildFilter::default()).await.unwrap();
    let other = rows.iter().find(|row| row.name == "安小草" && row.id != kept).unwrap().id;
    let form = me.get(&format!("/merges/new?kept={kept}&other={other}")).await.form("/merges");
    let merge = me.post("/merges", &form).await.location().to_owned();
    assert!(!leader.get(&merge).await.body.contains("已经不在了"));
    me.submit(&import, &format!("{import}/undo"), &[]).await;
    let page = leader.get(&merge).await;
    assert!(page.body.contains("已经不在了") && !page.body.contains("/approval"), "{}", page.body);
    let back = leader.submit(&merge, &format!("{merge}/refusal"), &[("answer", "随导入撤回了")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
}

#[tokio::test]
async fn whoever_made_one_file_of_two_reads_where_they_are_taken_apart() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, double(&site).await);
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let page = me.get(&format!("/merges/new?kept={kept}&other={other}")).await;
    let merge = me.post("/merges", &filled(page.form("/merges"), &[])).await.location().to_owned();
    let led = leader.submit(&merge, &format!("{merge}/approval"), &[]).await.location().to_owned();
    let file = leader.get(&led).await.body;
    assert!(file.contains("三十天内从“重复的档案”里拆开"), "{file}");
    assert!(leader.get("/merges").await.body.contains(&merge), "and there it is");
}

#[tokio::test]
async fn a_no_says_why() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, double(&site).await);
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let page = me.get(&format!("/merges/new?kept={kept}&other={other}")).await;
    let merge = me.post("/merges", &filled(page.form("/merges"), &[])).await.location().to_owned();
    let no = format!("{merge}/refusal");
    let silent = leader.submit(&merge, &no, &[("answer", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leader.submit(&merge, &no, &[("answer", "是表姐妹")]).await.status, StatusCode::SEE_OTHER);
    assert!(me.get(&merge).await.body.contains("是表姐妹"));
}

#[tokio::test]
async fn what_was_told_apart_is_not_listed_any_more() {
    let site = site().await;
    child(&site, "安小草").await;
    double(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let told = me.submit("/merges", "/merges/distinctions", &[]).await;
    assert_eq!(told.location(), "/merges?kind=child");
    assert!(me.get("/merges").await.body.contains("没有看起来重复的档案"));
}

#[tokio::test]
async fn the_other_file_is_looked_for_and_no_name_stands_in_the_address() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, child(&site, "安小苗").await);
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/merges/new?kept={kept}");
    assert!(me.get(&format!("/children/{kept}")).await.body.contains(&page));
    let led = me.submit(&page, "/merges/search", &[("q", "axm")]).await;
    assert_eq!(led.location(), format!("/merges/new?kind=child&kept={kept}&found=1"));
    let found = me.get(led.location()).await;
    assert!(found.body.contains(&other.to_string()), "{}", found.body);
}

#[tokio::test]
async fn a_file_that_changed_since_is_compared_again_with_everything_chosen() {
    let site = site().await;
    let (kept, other) = (child(&site, "安小草").await, double(&site).await);
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&format!("/merges/new?kept={kept}&other={other}")).await;
    let form = filled(page.form("/merges"), &[("part_vital", "other")]);
    site.system().save(ChangeState { child: kept, next: ChildState::Enrolled }).await.unwrap();
    let stale = me.post("/merges", &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let again = filled(stale.form("/merges"), &[]);
    assert_eq!(me.post("/merges", &again).await.status, StatusCode::SEE_OTHER);
    assert_eq!(me.get(&format!("/merges/new?kind=child&kept={kept}")).await.status, StatusCode::OK);
    assert_eq!(me.get("/merges/new?kept=nonsense").await.status, StatusCode::NOT_FOUND);
    assert_eq!(me.get("/merges/nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_told_apart_by_mistake_is_taken_back_on_the_list() {
    let site = site().await;
    child(&site, "安小草").await;
    double(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    me.submit("/merges", "/merges/distinctions", &[]).await;
    let list = me.get("/merges?kind=child").await;
    assert!(list.body.contains("说过是两个人的") && list.body.contains("安小草"), "{}", list.body);
    let id = between(&list.body, "/merges/distinctions/", "/withdrawal");
    let back = me.submit("/merges?kind=child", &format!("/merges/distinctions/{id}/withdrawal"), &[]).await;
    assert_eq!(back.location(), "/merges?kind=child");
    let list = me.get("/merges?kind=child").await;
    assert!(list.body.contains("同名，同一天出生") && !list.body.contains("说过是两个人的"), "{}", list.body);
    let gone = list.form("/merges/distinctions");
    assert_eq!(me.post(&format!("/merges/distinctions/{id}/withdrawal"), &gone).await.status, StatusCode::NOT_FOUND);
}

fn between<'a>(body: &'a str, before: &str, after: &str) -> &'a str {
    body.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap().0
}

/// A volunteer with a home of her own; what is known of her besides tells two files apart.
async fn carer(site: &Site, number: &str, work_unit: &str) -> Registered {
    let form = VolunteerForm {
        name: "何样友",
        birth_on: "1985-04-06",
        phone: "13900000001",
        id_number: number,
        work_unit,
        ..VolunteerForm::default()
    };
    let details = VolunteerDetails::parse(&form, site.now().date()).unwrap();
    let home = HomeChoice::New(HouseholdDetails::default(), Vec::new());
    site.system().save(RegisterVolunteer { details, home }).await.unwrap()
}

async fn two_carers(site: &Site) -> (VolunteerId, VolunteerId) {
    (carer(site, "", "").await.volunteer, carer(site, "", "示例中学").await.volunteer)
}

fn compare_page((kept, other): (VolunteerId, VolunteerId)) -> String {
    format!("/merges/new?kind=volunteer&kept={kept}&other={other}")
}

#[tokio::test]
async fn two_files_of_a_volunteer_are_compared_proposed_agreed_to_and_taken_apart() {
    let site = site().await;
    let two = two_carers(&site).await;
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    assert!(me.get("/volunteers").await.body.contains("/merges?kind=volunteer"));
    let list = me.get("/merges?kind=volunteer").await;
    assert!(list.body.contains("同名，同一天出生") && list.body.contains("电话一样"), "{}", list.body);
    assert!(!me.get("/merges?kind=child").await.body.contains("何样友"), "each kind on a page of its own");
    let page = me.get(&compare_page(two)).await;
    assert!(page.body.contains("示例中学") && page.body.contains("一个人住一个家"), "{}", page.body);
    let form = filled(page.form("/merges"), &[("part_work_unit", "other")]);
    let merge = me.post("/merges", &form).await.location().to_owned();
    assert_eq!(me.post("/merges", &form).await.location(), merge, "a double tap makes one record");
    assert!(leader.get("/merges").await.body.contains("aria-current=\"true\">志愿者"), "where something waits");
    let done = leader.submit(&merge, &format!("{merge}/approval"), &[]).await;
    assert_eq!(done.location(), format!("/volunteers/{}", two.0), "{}", done.body);
    assert!(leader.get(done.location()).await.body.contains("示例中学"));
    assert_eq!(me.get(&format!("/volunteers/{}", two.1)).await.location(), format!("/volunteers/{}", two.0));
    assert!(me.get("/merges?kind=volunteer").await.body.contains("没有看起来重复的档案"));
    let apart = leader.submit(&merge, &format!("{merge}/undo"), &[]).await;
    assert_eq!(apart.location(), merge, "{}", apart.body);
    assert_eq!(me.get(&format!("/volunteers/{}", two.1)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_no_to_a_merge_of_volunteers_says_why_and_leads_back_to_their_list() {
    let site = site().await;
    let two = two_carers(&site).await;
    let (mut me, mut leader) = (site.as_role(Role::Coordinator).await, site.as_role(Role::Leader).await);
    let page = me.get(&compare_page(two)).await;
    let merge = me.post("/merges", &filled(page.form("/merges"), &[])).await.location().to_owned();
    let no = leader.submit(&merge, &format!("{merge}/refusal"), &[("answer", "是姐妹俩")]).await;
    assert_eq!(no.location(), "/merges?kind=volunteer");
    assert!(me.get(&merge).await.body.contains("是姐妹俩"));
    let page = me.get(&compare_page(two)).await;
    let merge = me.post("/merges", &filled(page.form("/merges"), &[])).await.location().to_owned();
    let back = me.submit(&merge, &format!("{merge}/withdrawal"), &[]).await;
    assert_eq!(back.location(), "/merges?kind=volunteer");
}

#[tokio::test]
async fn a_home_that_changed_since_is_compared_again_with_everything_chosen() {
    let site = site().await;
    let two = two_carers(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&compare_page(two)).await;
    let form = filled(page.form("/merges"), &[("part_work_unit", "kept")]);
    let home = site.system().volunteer(two.1).await.unwrap().home;
    let details = HouseholdForm { address: "示例小区1号楼", travel_minutes: "20", ..HouseholdForm::default() };
    let details = HouseholdDetails::parse(&details).unwrap();
    site.system().save(ChangeHousehold { household: home.id, version: home.version, details }).await.unwrap();
    let stale = me.post("/merges", &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let again = stale.form("/merges");
    assert!(again.contains(&("part_work_unit".to_owned(), "kept".to_owned())), "{again:?}");
    let mended = me.post("/merges", &filled(again, &[])).await;
    assert_eq!(mended.status, StatusCode::SEE_OTHER, "{}", mended.body);
}

#[tokio::test]
async fn what_stands_in_the_way_of_two_volunteers_says_what_to_do() {
    let site = site().await;
    let two = two_carers(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let form = me.get(&compare_page(two)).await.form("/merges");
    for volunteer in [two.0, two.1] {
        site.account(Role::Volunteer, naheya_domain::viewer::Place::Person(volunteer.0)).await;
    }
    let page = me.get(&compare_page(two)).await;
    assert!(page.body.contains("两份都能登录") && !page.body.contains("请同事看"), "{}", page.body);
    let refused = me.post("/merges", &form).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("两份都能登录"), "{}", refused.body);
    // Of two kinds, of nobody, of one and the same.
    let child = child(&site, "安小草").await;
    for other in [child.to_string(), two.0.to_string(), "nonsense".to_owned()] {
        let page = me.get(&format!("/merges/new?kind=volunteer&kept={}&other={other}", two.0)).await;
        assert!(page.status == StatusCode::NOT_FOUND || page.body.contains("这是同一份档案") || other == "nonsense");
        let answer = me.post("/merges", &filled(form.clone(), &[("other", &other)])).await;
        assert!(answer.status.is_client_error(), "{other}: {}", answer.status);
    }
}

#[tokio::test]
async fn the_list_goes_out_as_excel_by_kind_and_names_nobody() {
    let site = site().await;
    let two = two_carers(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&compare_page(two)).await;
    me.post("/merges", &filled(page.form("/merges"), &[])).await;
    let read = |reply: &crate::browser::Reply| {
        let book = Workbook::read(&reply.bytes, "a.xlsx").unwrap();
        let cells =
            book.sheets[0].rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.content.text().to_string()));
        cells.collect::<Vec<String>>().join("|")
    };
    let carers = me.get("/merges.xlsx?kind=volunteer").await;
    assert!(carers.header("content-type").contains("spreadsheetml"));
    let text = read(&carers);
    assert!(text.contains("V2026-000001") && text.contains("等同事看") && !text.contains("何样友"), "{text}");
    assert!(!read(&me.get("/merges.xlsx?kind=child").await).contains("V2026-000001"));
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/merges.xlsx").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_stands_in_two_homes_is_listed_with_the_way_to_the_entry() {
    let site = site().await;
    let (hers, there) = (carer(&site, "150825198504060024", "").await, carer(&site, "", "示例中学").await);
    let form = MemberForm { name: "何样女", id_number: "150825198504060024", ..MemberForm::default() };
    let details = MemberDetails::parse(&form, site.now().date()).unwrap();
    let member = site.system().save(AddMember { household: there.household, details }).await.unwrap();
    let mut me = site.as_role(Role::Coordinator).await;
    let list = me.get("/merges?kind=volunteer").await;
    let entry = format!("/volunteers/{}/members/{member}", there.volunteer);
    assert!(list.body.contains("一个人登记了两处") && list.body.contains(&entry), "{}", list.body);
    assert!(list.body.contains(&format!("/volunteers/{}", hers.volunteer)));
    assert_eq!(me.get(&entry).await.status, StatusCode::OK);
}
