//! Lists sorted by their heads: said to everybody, kept on the way and in a view, nobody's name in an address.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::name_order::by_sound;
use naheya_domain::viewer::Place;
use naheya_store::child::OpenFile;
use naheya_store::order::SORTED;

use crate::child::details;
use crate::site::told_site;
use crate::walk::signed_in;

/// The heads of the table: its word, `aria-sort`, where it leads.
fn heads(body: &str) -> Vec<(String, String, Option<String>)> {
    let row = body.split("<thead><tr>").nth(1).unwrap().split("</tr>").next().unwrap();
    let value = |part: &str, name: &str| {
        let rest = part.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next().map(|v| v.replace("&#38;", "&"))
    };
    let head = |th: &str| {
        let (tag, inner) = th.split_once('>').unwrap();
        let word = inner.split("</th>").next().unwrap();
        let word = word.rsplit("\">").next().unwrap().split('<').next().unwrap();
        (word.to_owned(), value(tag, "aria-sort").unwrap_or_default(), value(inner, "href"))
    };
    row.split("<th").skip(1).map(head).collect()
}

fn way_of(body: &str, word: &str) -> String {
    heads(body).into_iter().find(|(name, ..)| name == word).and_then(|(.., href)| href).unwrap_or_default()
}

fn sorted(body: &str) -> Vec<(String, String)> {
    heads(body).into_iter().filter(|(_, sort, _)| !sort.is_empty()).map(|(word, sort, _)| (word, sort)).collect()
}

/// The rows, by where they lead.
fn rows(body: &str) -> Vec<String> {
    let table = body.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let row = |tr: &str| tr.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    table.split("<tr").skip(1).map(row).collect()
}

fn turn(body: &str, rel: &str) -> String {
    let link = body.split(&format!("rel=\"{rel}\" href=\"")).nth(1).unwrap_or_default();
    link.split('"').next().unwrap().replace("&#38;", "&")
}

#[tokio::test]
async fn the_heads_of_a_list_sort_it_and_say_so() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    let lies = me.get("/children").await.body;
    assert_eq!(sorted(&lies), [("孩子".to_owned(), "ascending".to_owned())]);
    let up = me.get(&way_of(&lies, "最近去家里")).await.body;
    assert_eq!(sorted(&up), [("最近去家里".to_owned(), "ascending".to_owned())]);
    let down = me.get(&way_of(&up, "最近去家里")).await.body;
    assert_eq!(sorted(&down), [("最近去家里".to_owned(), "descending".to_owned())]);
    assert_ne!(rows(&up), rows(&down));
    let back = me.get(&way_of(&down, "孩子")).await.body;
    assert_eq!(rows(&back), rows(&lies));
    let volunteers = me.get("/volunteers").await.body;
    let most = me.get(&way_of(&volunteers, "今年时长")).await.body;
    assert_eq!(sorted(&most), [("今年时长".to_owned(), "descending".to_owned())], "the most hours first");
    let pairs = me.get("/pairs").await.body;
    assert_eq!(sorted(&pairs), [("开始".to_owned(), "descending".to_owned())]);
    let by_child = me.get(&way_of(&pairs, "孩子")).await.body;
    assert_eq!(sorted(&by_child), [("孩子".to_owned(), "ascending".to_owned())]);
}

#[tokio::test]
async fn a_sorted_list_goes_on_and_back_with_its_filters_and_without_a_name_in_the_address() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    for at in
        ["/children?view=here", "/children?view=here&by=-updated", "/volunteers?by=check", "/pairs", "/pairs?by=child"]
    {
        let first = me.get(at).await.body;
        assert!(first.contains("第 1—50 个，共 ") && turn(&first, "prev").is_empty(), "{at}");
        let on = turn(&first, "next");
        assert!(on.starts_with(at.split('?').next().unwrap()), "{on}");
        assert!(!on.contains("%E") && on.contains("after="), "no name: {on}");
        let second = me.get(&on).await.body;
        assert!(second.contains("第 51—100 个，共 "), "{at}");
        assert!(rows(&first).iter().all(|row| !rows(&second).contains(row)), "{at}");
        assert_eq!(sorted(&first), sorted(&second));
        let again = me.get(&turn(&second, "prev")).await.body;
        assert_eq!(rows(&again), rows(&first), "{at}");
        assert!(again.contains("第 1—50 个，共 ") && turn(&again, "prev").is_empty(), "{at}");
    }
}

#[tokio::test]
async fn accounts_and_the_records_of_a_figure_say_how_many_there_are_and_go_back() {
    let site = told_site().await;
    for _ in 0..60 {
        site.account(Role::Partner, Place::County).await;
    }
    let mut me = signed_in(&site, Role::Leader).await;
    for at in ["/accounts?view=staff", "/report/pairs?as_of=2026-11-20", "/report/volunteers"] {
        let first = me.get(at).await.body;
        assert!(first.contains("第 1—50 个，共 ") && turn(&first, "prev").is_empty(), "{at}: {first}");
        let second = me.get(&turn(&first, "next")).await.body;
        assert!(second.contains("第 51—"), "{at}");
        assert!(rows(&first).iter().all(|row| !rows(&second).contains(row)), "{at}");
        let again = me.get(&turn(&second, "prev")).await.body;
        assert_eq!(rows(&again), rows(&first), "{at}");
        assert!(again.contains("第 1—50 个，共 ") && turn(&again, "prev").is_empty(), "{at}");
    }
    assert!(me.get("/report/service_hours").await.body.contains("共 至少 1,000 个"), "nobody counts further");
}

#[tokio::test]
async fn a_list_too_long_to_be_sorted_has_plain_heads() {
    let site = told_site().await;
    for n in 0..u32::try_from(SORTED).unwrap() {
        let name: String = ['示', char::from_u32(0x4e00 + n).unwrap()].into_iter().collect();
        site.system().save(OpenFile { details: details(&site, &name) }).await.unwrap();
    }
    let mut me = signed_in(&site, Role::Coordinator).await;
    let all = me.get("/children?view=here&by=last").await.body;
    assert_eq!(sorted(&all), [("孩子".to_owned(), "ascending".to_owned())]);
    assert!(heads(&all).iter().all(|(.., href)| href.is_none()), "{:?}", heads(&all));
    assert!(!all.contains("class=\"sorts\""), "a phone is offered no more than a table");
    let few = me.get("/children?view=paired&by=last").await.body;
    assert_eq!(sorted(&few), [("最近去家里".to_owned(), "ascending".to_owned())]);
}

#[tokio::test]
async fn a_phone_without_heads_has_the_same_ways_to_sort() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    let nav = |body: &str| {
        let nav = body.split("<nav class=\"sorts\"").nth(1).unwrap_or_default();
        nav.split("</nav>").next().unwrap_or_default().replace("&#38;", "&")
    };
    for list in ["/children", "/volunteers", "/pairs"] {
        let body = me.get(list).await.body;
        let heads: Vec<String> = heads(&body).into_iter().filter_map(|(.., href)| href).collect();
        let nav = nav(&body);
        let links: Vec<&str> = nav.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(links, heads, "{list}");
        assert!(nav.contains("aria-current"), "it says how the list lies: {nav}");
    }
    let ending = me.get("/volunteers?view=expiring").await.body;
    assert_eq!(nav(&ending), "", "these stand in an order of their own");
    let mut weekend = String::new();
    for week in ["/stays?by=carer", "/stays?week=next&by=carer"] {
        weekend.push_str(&nav(&me.get(week).await.body));
    }
    assert!(["by=starts", "by=-carer", "by=child"].iter().all(|way| weekend.contains(way)), "{weekend}");
}

#[tokio::test]
async fn an_order_is_kept_in_a_view_and_in_a_search() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    let kept = me.submit("/children?view=paired&by=last", "/saved-views", &[("name", "好久没去家里")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let shown = me.get(kept.location()).await.body;
    assert_eq!(sorted(&shown), [("最近去家里".to_owned(), "ascending".to_owned())]);
    let by_name = me.get(&way_of(&shown, "孩子")).await.body;
    assert_eq!(sorted(&by_name), [("孩子".to_owned(), "ascending".to_owned())], "the view gives way to its reader");
    let found = me.submit("/children?view=here&by=last", "/children/search", &[("q", "小")]).await;
    assert!(found.location().contains("by=last"), "{}", found.location());
}

#[tokio::test]
async fn a_weekends_requests_are_sorted_by_child_or_carer() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    let names = |body: &str| {
        let part = body.split("<form method=\"post\" action=\"/stays/approvals\"").nth(1).unwrap_or_default();
        let part = part.split("</form>").next().unwrap_or_default();
        let names =
            part.split("class=\"who\"").skip(1).map(|a| a.split('>').nth(1).unwrap().split('<').next().unwrap());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    for week in ["/stays?by=child", "/stays?week=next&by=child"] {
        let shown = names(&me.get(week).await.body);
        assert!(shown.is_sorted_by_key(|name| by_sound(name)), "{shown:?}");
    }
}

#[tokio::test]
async fn an_order_that_is_none_leaves_the_list_as_it_lies() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    let lies = rows(&me.get("/children").await.body);
    for odd in ["by=x", "by=--last", "by=hours", "after=9_x", "before=-_", "from=99999999999999999999"] {
        let reply = me.get(&format!("/children?{odd}")).await;
        assert_eq!((reply.status, rows(&reply.body)), (StatusCode::OK, lies.clone()), "{odd}");
    }
    for list in ["volunteers", "pairs", "stays"] {
        let reply = me.get(&format!("/{list}?by=x&after=5_00000000-0000-0000-0000-000000000000&from=7")).await;
        assert!(!reply.status.is_server_error(), "{list}");
    }
}
