use naheya_domain::saved_view::{List, MOST, NewView};
use naheya_domain::viewer::Place;
use naheya_domain::{Refusal, Role};
use naheya_store::account::{AccountState, SetAccountState};
use naheya_store::purge::PurgeOld;
use naheya_store::saved_view::{KeepView, MoveView, OpenWithView, RemoveView, RenameView, RestoreView};
use naheya_store::{Desk, Error, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    a_view_is_its_keepers_alone_and_nothing_of_it_stands_open,
    the_same_name_takes_the_place_of_what_was_kept_before,
    views_stand_in_their_keepers_order,
    one_view_of_a_list_opens_it_and_no_other,
    a_view_taken_away_can_be_had_back_until_it_is_old,
    a_list_has_twenty_views_of_one_person_and_no_more,
    views_go_with_their_account,
];

fn view(list: List, name: &str, filters: &[(&str, &str)], search: Option<&str>) -> KeepView {
    KeepView { view: NewView::parse(list, name, filters, search).unwrap(), opens: false }
}

fn waiting(name: &str) -> KeepView {
    view(List::Children, name, &[("view", "waiting")], None)
}

async fn names(desk: &Desk) -> Vec<String> {
    desk.saved_views(List::Children).await.unwrap().into_iter().map(|view| view.name).collect()
}

async fn a_view_is_its_keepers_alone_and_nothing_of_it_stands_open(ground: Ground) {
    let store = ground.store().await;
    let one = desk_as(&store, Role::Coordinator, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let id = one.save(view(List::Children, "韩家的", &[("view", "here")], Some("韩样草"))).await.unwrap();
    let kept = one.saved_views(List::Children).await.unwrap();
    assert_eq!((kept[0].name.as_str(), kept[0].search.as_deref()), ("韩家的", Some("韩样草")));
    assert_eq!(kept[0].filters, [("view".to_owned(), "here".to_owned())]);
    assert_eq!(other.saved_views(List::Children).await.unwrap(), []);
    assert_eq!(other.all_saved_views().await.unwrap(), []);
    assert_eq!(other.save(RenameView { view: id, name: "我的".into() }).await, Err(Error::NotFound));
    assert_eq!(other.save(MoveView { view: id, forward: true }).await, Err(Error::NotFound));
    assert_eq!(other.save(OpenWithView { view: id, opens: true }).await, Err(Error::NotFound));
    assert_eq!(other.save(RemoveView { view: id }).await, Err(Error::NotFound));
    assert_eq!(other.save(RestoreView { view: id }).await, Err(Error::NotFound));
    assert_eq!(one.saved_views(List::Volunteers).await.unwrap(), [], "a view is of one list");
    for column in ["name_sealed", "filter_sealed", "search_sealed"] {
        let hex = match ground.location {
            naheya_store::Location::Folder(_) => format!("hex({column})"),
            naheya_store::Location::Postgres(_) => format!("encode({column}, 'hex')"),
        };
        let sealed = ground.texts(&format!("SELECT {hex} FROM saved_views")).await.remove(0).to_lowercase();
        for open in ["韩", "here", "草"] {
            let bytes: String = open.bytes().map(|b| format!("{b:02x}")).collect();
            assert!(!sealed.contains(&bytes), "{column} stands open");
        }
    }
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn the_same_name_takes_the_place_of_what_was_kept_before(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let first = desk.save(waiting("等")).await.unwrap();
    desk.save(waiting("停")).await.unwrap();
    let again = desk.save(view(List::Children, "等", &[("view", "paused")], None)).await.unwrap();
    assert_eq!(first, again);
    let kept = desk.saved_views(List::Children).await.unwrap();
    assert_eq!(kept[0].filters, [("view".to_owned(), "paused".to_owned())]);
    assert_eq!(names(&desk).await, ["等", "停"]);
    let taken = desk.save(RenameView { view: first, name: "停".into() }).await;
    assert!(matches!(taken, Err(Error::Invalid(faults)) if faults[0].code == "view.name_taken"));
    desk.save(RenameView { view: first, name: " 等着的 ".into() }).await.unwrap();
    assert_eq!(names(&desk).await, ["等着的", "停"]);
    store.close().await.unwrap();
}

async fn views_stand_in_their_keepers_order(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let mut ids = Vec::new();
    for name in ["一", "二", "三"] {
        ids.push(desk.save(waiting(name)).await.unwrap());
    }
    desk.save(MoveView { view: ids[2], forward: true }).await.unwrap();
    assert_eq!(names(&desk).await, ["一", "三", "二"]);
    desk.save(MoveView { view: ids[0], forward: true }).await.unwrap();
    desk.save(MoveView { view: ids[1], forward: false }).await.unwrap();
    assert_eq!(names(&desk).await, ["一", "三", "二"], "at the end of the row a view stays where it is");
    desk.save(MoveView { view: ids[0], forward: false }).await.unwrap();
    assert_eq!(names(&desk).await, ["三", "一", "二"]);
    store.close().await.unwrap();
}

async fn one_view_of_a_list_opens_it_and_no_other(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let first = desk.save(KeepView { opens: true, ..waiting("一") }).await.unwrap();
    let second = desk.save(KeepView { opens: true, ..waiting("二") }).await.unwrap();
    let opens = async || -> Vec<bool> {
        desk.saved_views(List::Children).await.unwrap().into_iter().map(|view| view.opens).collect()
    };
    assert_eq!(opens().await, [false, true]);
    desk.save(OpenWithView { view: first, opens: true }).await.unwrap();
    assert_eq!(opens().await, [true, false]);
    desk.save(OpenWithView { view: first, opens: false }).await.unwrap();
    assert_eq!(opens().await, [false, false]);
    // Another list's beginning is its own matter.
    desk.save(OpenWithView { view: second, opens: true }).await.unwrap();
    desk.save(KeepView { opens: true, ..view(List::Pairs, "歇着的", &[("state", "paused")], None) }).await.unwrap();
    assert_eq!(opens().await, [false, true]);
    store.close().await.unwrap();
}

async fn a_view_taken_away_can_be_had_back_until_it_is_old(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let first = desk.save(KeepView { opens: true, ..waiting("一") }).await.unwrap();
    let second = desk.save(waiting("二")).await.unwrap();
    desk.save(RemoveView { view: first }).await.unwrap();
    assert_eq!(names(&desk).await, ["二"]);
    assert_eq!(desk.save(RenameView { view: first, name: "甲".into() }).await, Err(Error::NotFound));
    desk.save(OpenWithView { view: second, opens: true }).await.unwrap();
    desk.save(RestoreView { view: first }).await.unwrap();
    desk.save(RestoreView { view: first }).await.unwrap();
    let kept = desk.saved_views(List::Children).await.unwrap();
    assert_eq!(names(&desk).await, ["一", "二"]);
    assert_eq!((kept[0].opens, kept[1].opens), (false, true), "what was chosen meanwhile stands");
    desk.save(RemoveView { view: first }).await.unwrap();
    let after = |days: i64| store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(days * 24 * 60));
    after(90).save(PurgeOld).await.unwrap();
    desk.save(RestoreView { view: first }).await.unwrap();
    desk.save(RemoveView { view: first }).await.unwrap();
    after(91).save(PurgeOld).await.unwrap();
    assert_eq!(desk.save(RestoreView { view: first }).await, Err(Error::NotFound));
    assert_eq!(names(&desk).await, ["二"]);
    store.close().await.unwrap();
}

async fn a_list_has_twenty_views_of_one_person_and_no_more(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let mut ids = Vec::new();
    for n in 0..MOST {
        ids.push(desk.save(waiting(&format!("第{n}"))).await.unwrap());
    }
    let full = Err(Error::Refused(Refusal::new("view.too_many").with("n", MOST.to_string())));
    assert_eq!(desk.save(waiting("多一个")).await, full);
    desk.save(waiting("第3")).await.unwrap();
    desk.save(view(List::Pairs, "别的列表", &[("state", "active")], None)).await.unwrap();
    desk.save(RemoveView { view: ids[0] }).await.unwrap();
    desk.save(waiting("多一个")).await.unwrap();
    assert_eq!(desk.save(RestoreView { view: ids[0] }).await.map(drop), full.map(drop));
    store.close().await.unwrap();
}

async fn views_go_with_their_account(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let stays = desk_as(&store, Role::Coordinator, Place::County).await;
    desk.save(waiting("等")).await.unwrap();
    stays.save(waiting("等")).await.unwrap();
    let account = desk.viewer().account;
    let version = system(&store).account(account).await.unwrap().version;
    system(&store).save(SetAccountState { account, state: AccountState::Closed, version }).await.unwrap();
    assert_eq!(ground.texts("SELECT list FROM saved_views").await.len(), 1);
    assert_eq!(names(&stays).await, ["等"]);
    store.close().await.unwrap();
}
