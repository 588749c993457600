use naheya_domain::break_glass::{GlassState, Verdict};
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role};
use naheya_store::break_glass::GlassView;
use naheya_store::child::ChildFilter;
use naheya_store::demo::{COUNTY, Simulation, Told};
use naheya_store::level::InviteAbove;
use naheya_store::order::Turn;
use naheya_store::{Error, SystemTask};

use crate::ground::{Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    the_story_leaves_nothing_for_the_conscience_to_find,
    in_the_story_an_emergency_lies_behind_with_its_two_witnesses_its_looks_and_its_review,
    counting_how_rows_spread_changes_no_record_and_can_be_done_again,
    a_place_with_records_is_no_place_for_a_story,
    a_story_that_is_not_told_leaves_no_county_behind,
    the_clock_of_a_demo_goes_forward_and_is_kept,
    records_that_are_no_demo_have_no_clock_to_put,
    a_simulation_tells_as_much_as_was_asked_and_leaves_nothing_to_find,
];

async fn the_story_leaves_nothing_for_the_conscience_to_find(ground: Ground) {
    let store = ground.told().await;
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    let mark = store.demo_mark(NOW).await.unwrap().unwrap();
    assert_eq!((mark.password.as_str(), mark.day.as_str()), ("abcd-efgh-jkmn", "2026-11-20"));
    let half_a_year_ago = NOW.plus_minutes(-183 * 24 * 60);
    let stale = ChildFilter { stale_since: Some(half_a_year_ago), ..ChildFilter::default() };
    assert_eq!(system(&store).count_children(&stale).await.unwrap(), 11);
    store.close().await.unwrap();
}

async fn in_the_story_an_emergency_lies_behind_with_its_two_witnesses_its_looks_and_its_review(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let openings = leader.break_glasses(GlassView::All, &Turn::First).await.unwrap().rows;
    assert_eq!(openings.len(), 1);
    let sheet = leader.break_glass(openings[0].id).await.unwrap();
    assert_eq!(sheet.line.state, GlassState::Reviewed(Verdict::Justified));
    assert_eq!((sheet.line.by.as_str(), sheet.line.reviewed_by.as_deref()), ("范例主任", Some("样例副主席")));
    assert_eq!((sheet.told, sheet.looks), (vec!["示例主席".to_owned(), "样例专干".to_owned()], 3));
    assert_eq!(sheet.line.over_at.minutes_since(sheet.line.opened_at), 34, "closed by hand");
    let director = desk_as(&store, Role::TownWorker, Place::Town("150825100".into())).await;
    let (child, _) = sheet.line.child.unwrap();
    assert_eq!(director.child_file(child).await.unwrap_err(), Error::NotFound, "of another town");
    store.close().await.unwrap();
}

async fn counting_how_rows_spread_changes_no_record_and_can_be_done_again(ground: Ground) {
    let store = ground.told().await;
    let filter = ChildFilter::default();
    let before = system(&store).children(&filter).await.unwrap();
    store.tend().await.unwrap();
    store.tend().await.unwrap();
    assert_eq!(system(&store).children(&filter).await.unwrap(), before);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_place_with_records_is_no_place_for_a_story(ground: Ground) {
    let store = ground.told().await;
    let again = store.tell_demo("naheya", "abcd-efgh-jkmn", NOW).await;
    assert_eq!(again, Err(Error::refused("demo.not_empty")));
    store.close().await.unwrap();
}

async fn a_story_that_is_not_told_leaves_no_county_behind(ground: Ground) {
    let store = ground.empty(&KEY).await;
    store.prepare_demo(NOW).await.unwrap();
    let above = store.as_system(SystemTask::SetUp, AreaId(150_800), NOW);
    above.save(InviteAbove { login: "above-them".into(), name: "样例".into() }).await.unwrap();
    let told = store.tell_demo("naheya", "abcd-efgh-jkmn", NOW).await;
    assert_eq!(told, Err(Error::refused("demo.not_empty")), "somebody is here");
    assert_eq!(store.counties(NOW).await.unwrap(), []);
    assert_eq!(store.prepare_demo(NOW).await, Ok(()), "and the next start finds no other records");
    store.close().await.unwrap();
}

async fn the_clock_of_a_demo_goes_forward_and_is_kept(ground: Ground) {
    let store = ground.told().await;
    assert_eq!(store.put_demo_clock(60_000, NOW).await, Ok(60_000));
    assert_eq!(store.put_demo_clock(1_000, NOW).await, Ok(61_000));
    for back in [0, -1, i64::MIN] {
        assert_eq!(store.put_demo_clock(back, NOW).await, Err(Error::refused("demo.clock_back")));
    }
    assert_eq!(store.demo_mark(NOW).await.unwrap().unwrap().ahead, 61_000);
    store.close().await.unwrap();
}

async fn records_that_are_no_demo_have_no_clock_to_put(ground: Ground) {
    let store = ground.empty(&KEY).await;
    store.prepare(NOW).await.unwrap();
    assert_eq!(store.put_demo_clock(60_000, NOW).await, Err(Error::NotFound));
    store.close().await.unwrap();
}

async fn a_simulation_tells_as_much_as_was_asked_and_leaves_nothing_to_find(ground: Ground) {
    let store = ground.empty(&KEY).await;
    store.prepare(NOW).await.unwrap();
    // More than are told at once, so that the parts of a county are tried against each other.
    let what = Simulation { counties: 2, children: 84, stays: 120, seed: "1".into(), part: 41, running: true };
    let mut said = Vec::new();
    let told = store.simulate(&what, "abcd-efgh-jkmn", NOW, |told| said.push(told)).await.unwrap();
    assert_eq!((told.counties, told.children, told.stays), (2, 84, 120));
    assert_eq!(said.iter().map(|told| told.children).collect::<Vec<_>>(), [40, 80, 84]);
    for (area, _) in store.counties(NOW).await.unwrap() {
        assert_eq!(store.verify(area, true, NOW).await.unwrap(), []);
    }
    let closed = "stays WHERE starts_at < (SELECT MIN(starts_at) FROM stays WHERE state <> 'closed')";
    for (table, told) in [("children", told.children), ("pairs", told.pairs), (closed, told.stays)] {
        let counted = ground.texts(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).await;
        assert_eq!(counted, [told.to_string()], "{table}");
    }
    let running = ground.texts("SELECT CAST(COUNT(*) AS TEXT) FROM stays WHERE state <> 'closed'").await;
    assert_eq!(running, [told.pairs.to_string()], "one for each pair: this weekend or the next");
    let again = store.simulate(&what, "abcd-efgh-jkmn", NOW, |_: Told| ()).await;
    assert_eq!(again, Err(Error::refused("demo.not_empty")));
    store.close().await.unwrap();
}
