//! Lists in the order of their columns: every row once, whichever way one turns.

use std::collections::BTreeSet;
use std::fmt::Debug;

use naheya_domain::Role;
use naheya_domain::pair::PairState;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;
use naheya_store::Desk;
use naheya_store::child::{ChildColumn, ChildFilter, ChildView, ConfirmFile};
use naheya_store::order::{Mark, Page, Turn};
use naheya_store::pair::{PairColumn, PairFilter, PairRow};
use naheya_store::search::matches;
use naheya_store::volunteer::{VolunteerColumn, VolunteerFilter};
use uuid::Uuid;

use crate::ground::{Ground, desk_as, system};
use crate::on_both_engines;
use crate::story::literal;

on_both_engines![
    children_are_sorted_by_a_column_each_of_them_once,
    volunteers_are_sorted_by_a_column_each_of_them_once,
    pairs_are_sorted_by_a_column_each_of_them_once,
    a_file_confirmed_between_two_pages_hides_no_other_one,
    whoever_sees_few_children_sorts_those,
    whoever_is_found_by_letters_stands_once_on_its_pages,
    pairs_of_whom_letters_find_stand_once_and_newest_first,
    letters_that_find_very_many_find_the_same_pairs_and_signs_alone_none,
    a_list_that_goes_on_from_somebody_whom_the_letters_do_not_find_begins_anew,
];

/// Every page, forwards; on the way each is compared with the one that the way back leads to.
async fn walked<T: Clone + Debug + PartialEq>(page: impl AsyncFn(Turn) -> Page<T>) -> Vec<T> {
    let mut last = page(Turn::First).await;
    assert_eq!(last.previous, None, "nothing stands before the first page");
    let mut rows = last.rows.clone();
    while let Some(mark) = last.next.clone() {
        let next = page(Turn::After(carried(&mark))).await;
        let back = next.previous.clone().unwrap();
        assert_eq!(page(Turn::Before(carried(&back))).await, last);
        rows.extend(next.rows.clone());
        last = next;
    }
    rows
}

/// As an address carries it.
fn carried(mark: &Mark) -> Mark {
    Mark::parse(&mark.code()).unwrap()
}

/// Whether values stand in their order, and those that are none at the end.
fn is_sorted<K: PartialOrd>(keys: &[Option<K>], down: bool) -> bool {
    keys.windows(2).all(|two| match (&two[0], &two[1]) {
        (Some(one), Some(other)) => {
            if down {
                one >= other
            } else {
                one <= other
            }
        }
        (None, Some(_)) => false,
        (_, None) => true,
    })
}

/// How many different ones there are.
fn different<I: Ord>(ids: impl IntoIterator<Item = I>) -> u64 {
    ids.into_iter().collect::<BTreeSet<I>>().len() as u64
}

async fn children_are_sorted_by_a_column_each_of_them_once(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let filter = ChildFilter { view: ChildView::Here, ..ChildFilter::default() };
    let all = desk.count_children(&filter).await.unwrap();
    assert!(all > 100, "several pages");
    let by_name = desk.children_sorted(&filter, ChildColumn::Name, false, &Turn::First).await.unwrap();
    assert_eq!(by_name.rows, desk.children(&filter).await.unwrap().0, "by name as the list lies");
    for (by, down) in [
        (ChildColumn::Name, false),
        (ChildColumn::LastStay, false),
        (ChildColumn::LastStay, true),
        (ChildColumn::Confirmed, false),
        (ChildColumn::Confirmed, true),
    ] {
        let rows = walked(async |turn| desk.children_sorted(&filter, by, down, &turn).await.unwrap()).await;
        assert_eq!((rows.len() as u64, different(rows.iter().map(|row| row.id))), (all, all), "{by:?}");
        let sorted = match by {
            ChildColumn::Name => true,
            ChildColumn::LastStay => is_sorted(&rows.iter().map(|row| row.last_stay_on).collect::<Vec<_>>(), down),
            ChildColumn::Confirmed => is_sorted(&rows.iter().map(|row| row.confirmed_at).collect::<Vec<_>>(), down),
        };
        assert!(sorted, "{by:?} {down}");
    }
    store.close().await.unwrap();
}

async fn volunteers_are_sorted_by_a_column_each_of_them_once(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let filter = VolunteerFilter { state: Some(VolunteerState::Approved), ..VolunteerFilter::default() };
    let all = desk.count_volunteers(&filter).await.unwrap();
    assert!(all > 100, "several pages");
    for by in [VolunteerColumn::Name, VolunteerColumn::NextCheck, VolunteerColumn::Hours] {
        for down in [false, true] {
            let rows = walked(async |turn| desk.volunteers_sorted(&filter, by, down, &turn).await.unwrap()).await;
            assert_eq!((rows.len() as u64, different(rows.iter().map(|row| row.id))), (all, all), "{by:?}");
            let hours: Vec<_> = rows.iter().map(|row| Some(row.minutes_this_year)).collect();
            let checks: Vec<_> = rows.iter().map(|row| row.next_check.as_ref().map(|next| next.until)).collect();
            match by {
                VolunteerColumn::Name => {}
                VolunteerColumn::NextCheck => assert!(is_sorted(&checks, down), "{down}"),
                VolunteerColumn::Hours => assert!(is_sorted(&hours, down), "{down}"),
            }
        }
    }
    store.close().await.unwrap();
}

async fn pairs_are_sorted_by_a_column_each_of_them_once(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let filter = PairFilter::default();
    let all = desk.count_pairs(&filter).await.unwrap();
    assert!(all > 100, "several pages");
    let newest = desk.pairs_sorted(&filter, PairColumn::Begun, true, &Turn::First).await.unwrap();
    assert_eq!(newest.rows, desk.pairs(&filter).await.unwrap().0, "newest first as the list lies");
    for by in [PairColumn::Begun, PairColumn::Child, PairColumn::Volunteer] {
        for down in [false, true] {
            let rows = walked(async |turn| desk.pairs_sorted(&filter, by, down, &turn).await.unwrap()).await;
            assert_eq!((rows.len() as u64, different(rows.iter().map(|row| row.id))), (all, all), "{by:?}");
            let keys: Vec<Option<String>> = rows
                .iter()
                .map(|row| match by {
                    PairColumn::Begun => row.begun_on.map(|on| on.to_string()),
                    PairColumn::Child => Some(row.child_name.clone()),
                    PairColumn::Volunteer => Some(row.volunteer_name.clone()),
                })
                .collect();
            assert!(is_sorted(&keys, down), "{by:?} {down}");
        }
    }
    store.close().await.unwrap();
}

async fn a_file_confirmed_between_two_pages_hides_no_other_one(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let filter = ChildFilter { view: ChildView::Here, ..ChildFilter::default() };
    let page = async |turn: Turn| desk.children_sorted(&filter, ChildColumn::Confirmed, false, &turn).await.unwrap();
    let first = page(Turn::First).await;
    let mark = first.next.clone().unwrap();
    let second = page(Turn::After(mark.clone())).await;
    // The last row of the first page goes to the end of the list.
    system(&store).save(ConfirmFile { child: first.rows.last().unwrap().id }).await.unwrap();
    assert_eq!(page(Turn::After(mark)).await.rows, second.rows);
    store.close().await.unwrap();
}

async fn whoever_sees_few_children_sorts_those(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let active = PairFilter { state: Some(PairState::Active), ..PairFilter::default() };
    let pair = office.pairs(&active).await.unwrap().0.remove(0);
    let mother = desk_as(&store, Role::Volunteer, Place::Person(pair.volunteer.0)).await;
    let filter = ChildFilter::default();
    let own = mother.children(&filter).await.unwrap().0;
    assert!(own.iter().any(|row| row.id == pair.child) && own.len() < 4);
    for by in [ChildColumn::Name, ChildColumn::LastStay, ChildColumn::Confirmed] {
        let page = mother.children_sorted(&filter, by, false, &Turn::First).await.unwrap();
        assert_eq!((different(page.rows.iter().map(|row| row.id)), page.next), (own.len() as u64, None), "{by:?}");
    }
    store.close().await.unwrap();
}

/// Many are found by several spellings, in a county of one letter's hundreds too.
async fn whoever_is_found_by_letters_stands_once_on_its_pages(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let children = |search| ChildFilter { view: ChildView::Here, search, ..ChildFilter::default() };
    let listed = async |filter: &ChildFilter| {
        walked(async |turn| desk.children_sorted(filter, ChildColumn::Name, false, &turn).await.unwrap()).await
    };
    let everybody = listed(&children(None)).await;
    let meant = |typed: &str| -> BTreeSet<_> {
        everybody.iter().filter(|row| matches(&row.name, typed)).map(|row| row.id).collect()
    };
    let most =
        ('a'..='z').map(String::from).map(|typed| (meant(&typed), typed)).max_by_key(|(who, _)| who.len()).unwrap();
    let filter = children(Some(most.1));
    let found = listed(&filter).await;
    assert!(found.len() > 50, "several pages");
    assert_eq!(found.len() as u64, desk.count_children(&filter).await.unwrap());
    assert_eq!(found.len() as u64, different(found.iter().map(|row| row.id)), "each of them once");
    assert!(most.0.is_subset(&found.iter().map(|row| row.id).collect()), "and nobody is missing");

    for typed in ('a'..='z').map(String::from) {
        let filter = VolunteerFilter { search: Some(typed.clone()), ..VolunteerFilter::default() };
        let page = async |turn| desk.volunteers_sorted(&filter, VolunteerColumn::Name, false, &turn).await.unwrap();
        let found = walked(page).await;
        assert_eq!(found.len() as u64, desk.count_volunteers(&filter).await.unwrap(), "{typed}");
        assert_eq!(found.len() as u64, different(found.iter().map(|row| row.id)), "{typed}");
    }
    store.close().await.unwrap();
}

async fn pairs_of_whom_letters_find_stand_once_and_newest_first(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let listed = async |filter: &PairFilter| {
        walked(async |turn| desk.pairs_sorted(filter, PairColumn::Begun, true, &turn).await.unwrap()).await
    };
    let all = listed(&PairFilter::default()).await;
    let mut longest = 0;
    for typed in ('a'..='z').map(String::from) {
        let filter = PairFilter { search: Some(typed.clone()), ..PairFilter::default() };
        let found = listed(&filter).await;
        let ids: BTreeSet<_> = found.iter().map(|row| row.id).collect();
        let in_order: Vec<_> = all.iter().filter(|row| ids.contains(&row.id)).cloned().collect();
        assert_eq!(found, in_order, "{typed}: each once, as the whole list has them");
        assert_eq!(found.len() as u64, desk.count_pairs(&filter).await.unwrap(), "{typed}");
        let is_meant = |row: &PairRow| matches(&row.child_name, &typed) || matches(&row.volunteer_name, &typed);
        assert!(all.iter().filter(|row| is_meant(row)).all(|row| ids.contains(&row.id)), "{typed}: nobody is missing");
        longest = longest.max(found.len());
    }
    assert!(longest > 50, "several pages");
    let ended = PairFilter { state: Some(PairState::Ended), search: Some("s".into()), ..PairFilter::default() };
    assert!(listed(&ended).await.iter().all(|row| row.state == PairState::Ended));
    store.close().await.unwrap();
}

/// Somebody has another name since, or typed other letters in another window.
async fn a_list_that_goes_on_from_somebody_whom_the_letters_do_not_find_begins_anew(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let page = async |search: Option<&str>, turn: Turn| {
        let filter = ChildFilter { view: ChildView::Here, search: search.map(Into::into), ..ChildFilter::default() };
        desk.children_sorted(&filter, ChildColumn::Name, false, &turn).await.unwrap()
    };
    let rows = page(None, Turn::First).await.rows;
    let called = rows[0].name.as_str();
    let other = rows.iter().find(|row| !matches(&row.name, called)).unwrap();
    let first = page(Some(called), Turn::First).await;
    for turn in [Turn::After, Turn::Before] {
        assert_eq!(page(Some(called), turn(Mark { key: None, id: other.id.0 })).await, first);
    }
    store.close().await.unwrap();
}

async fn letters_that_find_very_many_find_the_same_pairs_and_signs_alone_none(ground: Ground) {
    let store = ground.told().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let listed = async |desk: &Desk, typed: &str| {
        let filter = PairFilter { search: Some(typed.to_owned()), ..PairFilter::default() };
        walked(async |turn| desk.pairs_sorted(&filter, PairColumn::Begun, true, &turn).await.unwrap()).await
    };
    let before = (listed(&desk, "s").await, listed(&desk, "wa").await);
    // Somebody without a pair, spelled in twenty thousand ways: from then on each pair is asked whose it is.
    let nobody = literal(&ground, Uuid::nil());
    for kind in ["child", "volunteer"] {
        let many = format!(
            "INSERT INTO search_tokens (area_id, kind, token, person_id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT \
             i + 1 FROM n WHERE i < 20000) SELECT (SELECT MIN(area_id) FROM pairs), '{kind}', 's' || i, {nobody} FROM n"
        );
        ground.sql(&many).await;
    }
    assert!(!before.0.is_empty());
    // Whoever asked before is answered for a minute by what was counted then.
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!((listed(&desk, "s").await, listed(&desk, "wa").await), before);
    assert_eq!(listed(&desk, "··").await, [], "signs begin every spelling and are nobody's name");
    store.close().await.unwrap();
}
