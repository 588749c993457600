//! The county by town: who is responsible, gaps, stations, and the own area before all others.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::ChildId;
use naheya_domain::viewer::Place;
use naheya_store::audit::AuditFilter;
use naheya_store::child::OpenFile;

use crate::browser::Browser;
use crate::child::details;
use crate::export::cells;
use crate::follow_up::planned;
use crate::site::{Site, site, told_site};

const TOWN: &str = "150825100";
const PAGE: &str = "/grid/150825100";

async fn responsible(me: &mut Browser, typed: &[(&str, &str)]) -> crate::browser::Reply {
    me.submit(&format!("{PAGE}/charges/new"), &format!("{PAGE}/charges"), typed).await
}

async fn child_in(site: &Site, name: &str, town: &str) -> ChildId {
    let mut of = details(site, name);
    of.town_code = Some(town.to_owned());
    site.system().save(OpenFile { details: of }).await.unwrap()
}

#[tokio::test]
async fn somebody_is_responsible_until_the_last_day_and_the_end_can_be_taken_back() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    assert!(me.get(PAGE).await.body.contains("还没有人"));
    let bad = responsible(&mut me, &[("duty", "child_director"), ("name", "示例乌兰"), ("phone", "1")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("示例乌兰") && bad.body.contains("id=\"e-phone\""), "nothing typed is lost");
    let typed = [("duty", "child_director"), ("name", "示例乌兰"), ("phone", "199 0000 0001")];
    assert_eq!(responsible(&mut me, &typed).await.status, StatusCode::SEE_OTHER);
    let again = responsible(&mut me, &typed).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = me.get(PAGE).await;
    assert!(shown.body.contains("示例乌兰") && shown.body.contains("19900000001") && !shown.body.contains("还没有人"));
    let id = site.system().charges(TOWN).await.unwrap().remove(0).id;
    let end = format!("/charges/{id}/end");
    let form = shown.form(&end);
    let ended = me.post(&end, &form).await;
    assert_eq!((ended.status, ended.location()), (StatusCode::SEE_OTHER, PAGE));
    assert_eq!(me.post(&end, &form).await.status, StatusCode::SEE_OTHER, "the same answer again");
    let shown = me.get(PAGE).await;
    assert!(shown.body.contains("今天最后一天"));
    let undo = format!("{end}/undo");
    let back = me.post(&undo, &shown.form(&undo)).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    assert_eq!(site.system().charge(id).await.unwrap().days.to, None);
}

#[tokio::test]
async fn a_town_that_will_have_nobody_stands_on_the_offices_day_and_leads_to_the_next_one() {
    let site = site().await;
    child_in(&site, "安小草", TOWN).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let typed = [("duty", "child_director"), ("name", "示例乌兰"), ("phone", "19900000001"), ("to_on", "2026-11-30")];
    assert_eq!(responsible(&mut me, &typed).await.status, StatusCode::SEE_OTHER);
    let day = me.get("/today").await.body;
    let row = day.split("data-row").find(|row| row.contains("巴音宝力格镇那天起没有人负责")).unwrap();
    assert!(row.contains(&format!("href=\"{PAGE}/charges/new\"")) && row.contains("示例乌兰"), "{row}");
}

#[tokio::test]
async fn a_last_day_that_was_wrong_is_put_right_also_when_it_is_over() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let typed = [("duty", "child_director"), ("name", "示例乌兰"), ("phone", "19900000001")];
    let over = [("from_on", "2026-09-01"), ("to_on", "2026-11-18")];
    let made = responsible(&mut me, &[typed.as_slice(), over.as_slice()].concat()).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let id = site.system().charges(TOWN).await.unwrap().remove(0).id;
    let page = format!("/charges/{id}");
    let area = me.get(PAGE).await.body;
    assert!(area.contains("以前负责过的 1 位") && area.contains(&page), "{area}");
    let changed = me.submit(&page, &page, &[("to_on", "")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    assert!(!me.get(PAGE).await.body.contains("还没有人"));
}

#[tokio::test]
async fn a_form_that_was_overtaken_says_so_and_keeps_what_was_typed() {
    let site = site().await;
    let mut me = site.as_role(Role::Leader).await;
    responsible(&mut me, &[("duty", "grid_worker"), ("name", "示例乌兰"), ("phone", "19900000001")]).await;
    let id = site.system().charges(TOWN).await.unwrap().remove(0).id;
    let page = format!("/charges/{id}");
    let older = me.get(&page).await.form(&page);
    assert_eq!(me.submit(&page, &page, &[("phone", "0478-5550002")]).await.status, StatusCode::SEE_OTHER);
    let late = crate::browser::filled(older, &[("phone", "0478-5550003")]);
    let reply = me.post(&page, &late).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert!(reply.body.contains("0478-5550003"));
    let chosen = crate::browser::filled(reply.form(&page), &[("take.phone", "mine")]);
    let again = me.post(&page, &chosen).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "whoever saw both may choose");
    assert_eq!(site.system().charges(TOWN).await.unwrap()[0].phone.as_deref(), Some("0478-5550003"));
}

#[tokio::test]
async fn a_station_is_opened_changed_and_closed() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (new, to) = (format!("{PAGE}/stations/new"), format!("{PAGE}/stations"));
    assert_eq!(me.submit(&new, &to, &[("kind", ""), ("name", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = [("kind", "gacha_room"), ("name", "示例活动室"), ("opening", "周末 9:00—17:00")];
    assert_eq!(me.submit(&new, &to, &typed).await.status, StatusCode::SEE_OTHER);
    assert!(me.get("/grid").await.body.contains("示例活动室"));
    let id = site.system().stations(TOWN).await.unwrap().remove(0).id;
    let page = format!("/stations/{id}");
    let last = [("kind", "gacha_room"), ("from_on", "2026-01-01"), ("to_on", "2026-11-19")];
    let closed = me.submit(&page, &page, &last).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    assert!(!me.get("/grid").await.body.contains("示例活动室"));
    assert!(me.get(PAGE).await.body.contains("不再用的"));
    for absent in ["/stations/0190a6e0-0000-7000-8000-000000000000", "/grid/150824100", "/grid/x", "/charges/x"] {
        assert_eq!(me.get(absent).await.status, StatusCode::NOT_FOUND, "{absent}");
    }
}

#[tokio::test]
async fn the_overview_marks_the_gap_and_each_number_leads_to_its_list() {
    let site = told_site().await;
    let mut me = crate::walk::signed_in(&site, Role::Coordinator).await;
    let page = me.get("/grid").await;
    assert!(page.body.contains("6 个苏木镇，1 处还没有人负责"), "{}", page.body);
    assert_eq!(page.body.matches("town town--gap").count(), 1);
    let links: Vec<&str> = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut lists = 0;
    for link in links.iter().filter(|link| link.contains("town=")) {
        let link = link.replace("&#38;", "&").replace("&amp;", "&");
        assert_eq!(me.get(&link).await.status, StatusCode::OK, "{link}");
        lists += 1;
    }
    assert!(lists >= 36, "{lists} links for six towns");
    let late = me.get("/follow-ups?town=150825100&late=1").await;
    assert!(late.body.contains("只看巴音宝力格镇过期的"));
    let file = me.get("/grid.xlsx").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-type").contains("spreadsheetml"));
}

#[tokio::test]
async fn whose_role_ends_at_a_town_is_promised_no_other() {
    let site = site().await;
    child_in(&site, "安小草", TOWN).await;
    let (account, _) = site.account(Role::TownWorker, Place::Town(TOWN.into())).await;
    let mut office = site.as_role(Role::Coordinator).await;
    responsible(&mut office, &[("duty", "child_director"), ("account", &account.to_string())]).await;
    let list = site.signed_in(account).await.get("/children").await.body;
    assert!(list.contains("安小草"), "{list}");
    assert!(!list.contains("先看您负责的") && !list.contains("看全旗县"), "{list}");
}

#[tokio::test]
async fn a_list_begins_with_the_own_area_says_so_and_one_tap_shows_all() {
    let site = site().await;
    child_in(&site, "安小草", TOWN).await;
    child_in(&site, "白云朵", "150825101").await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut me = site.signed_in(account).await;
    assert!(me.get("/children").await.body.contains("白云朵"), "who is responsible nowhere sees all");
    let account = account.to_string();
    responsible(&mut me, &[("duty", "federation_head"), ("account", &account)]).await;
    let own = me.get("/children").await;
    assert!(own.body.contains("安小草") && !own.body.contains("白云朵"));
    assert!(own.body.contains("先看您负责的：巴音宝力格镇"));
    assert!(own.body.contains("view=paired&#38;town=mine") || own.body.contains("view=paired&amp;town=mine"));
    let all = me.get("/children?town=all").await;
    assert!(all.body.contains("白云朵") && !all.body.contains("先看您负责的"));
    // Somebody's link means what it says.
    assert!(me.get("/children?view=here").await.body.contains("白云朵"));
    let found = me.submit("/children", "/children/search", &[("q", "白云朵"), ("town", "mine")]).await;
    assert!(found.location().contains("town=mine"), "{}", found.location());
    assert!(!me.get(found.location()).await.body.contains(">白云朵</a>"), "a search stays where the list is");
    let homes = me.get("/volunteers").await;
    assert!(homes.body.contains("先看您负责的") && homes.body.contains("/volunteers?town=all"));
}

#[tokio::test]
async fn follow_ups_begin_with_the_own_area_and_so_do_their_views_and_their_file() {
    let site = site().await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut me = site.signed_in(account).await;
    for (name, town) in [("安小草", TOWN), ("白云朵", "150825101")] {
        let child = child_in(&site, name, town).await;
        assert_eq!(planned(&mut me, child, "guardian", "2026-11-30").await, StatusCode::SEE_OTHER);
    }
    assert!(me.get("/follow-ups").await.body.contains("白云朵"), "who is responsible nowhere sees all");
    responsible(&mut me, &[("duty", "federation_head"), ("account", &account.to_string())]).await;
    let own = me.get("/follow-ups").await.body.replace("&#38;", "&amp;");
    assert!(own.contains("安小草") && !own.contains("白云朵"), "{own}");
    let ways = ["\"/follow-ups?town=all\"", "town=mine&amp;late=on", ".xlsx?town=mine"];
    for said in ["先看您负责的：巴音宝力格镇"].into_iter().chain(ways) {
        assert!(own.contains(said), "{said}: {own}");
    }
    let all = me.get("/follow-ups?town=all").await.body;
    assert!(all.contains("白云朵") && !all.contains("先看您负责的"), "{all}");
    assert!(all.contains("\"/follow-ups?town=mine\""), "and the way back: {all}");
    let other = me.get("/follow-ups?town=150825101").await.body;
    assert!(other.contains("白云朵") && !other.contains("安小草"), "somebody's link means what it says: {other}");
    let file = format!("{:?}", cells(&me.get("/follow-ups.xlsx?town=mine").await.bytes));
    assert!(file.contains("安小草") && !file.contains("白云朵"), "{file}");
}

#[tokio::test]
async fn the_stations_as_excel_have_those_that_are_closed_too() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    assert!(!me.get("/grid").await.body.contains("/stations.xlsx"), "nothing to take out");
    for (name, to) in [("巴音活动室", ""), ("老活动室", "2026-10-31")] {
        let typed = [("kind", "gacha_room"), ("name", name), ("from_on", "2026-09-01"), ("to_on", to)];
        let made = me.submit(&format!("{PAGE}/stations/new"), &format!("{PAGE}/stations"), &typed).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    }
    assert!(me.get("/grid").await.body.contains("/stations.xlsx"));
    let rows = cells(&me.get("/stations.xlsx").await.bytes);
    let of = |name: &str| rows.iter().find(|row| row[2] == name).unwrap();
    assert_eq!(of("巴音活动室")[..4], [TOWN, "巴音宝力格镇", "巴音活动室", "嘎查活动室"], "{rows:?}");
    assert_eq!((of("巴音活动室")[7].as_str(), of("老活动室")[7].as_str()), ("", "2026-10-31"), "{rows:?}");
    let filter = AuditFilter { noun: Some("stations".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 2, "{trail:?}");
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/stations.xlsx").await.status, StatusCode::NOT_FOUND);
}
