//! A month is signed by the leader, seen above from the day of its totals on, and checked when asked.

use naheya_domain::figure::{Figure, Shown};
use naheya_domain::snapshot::{Month, SnapshotState};
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role, Timestamp};
use naheya_store::account::{AddAccount, AddGrant};
use naheya_store::level::{InviteAbove, Reported};
use naheya_store::snapshot::{AskSnapshot, RemindSnapshot, SignSnapshot, TellMoved, Waiting, seen};
use naheya_store::{Desk, Error, Store, SystemTask};
use tracing_subscriber::layer::SubscriberExt;

use crate::few::Ear;
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as};
use crate::on_both_engines;

on_both_engines![
    a_leader_signs_what_was_shown_and_nobody_else_does,
    a_month_in_which_there_was_nobody_does_not_wait,
    a_month_is_signed_again_with_a_reason_and_only_when_something_moved,
    a_month_whose_numbers_contradict_each_other_is_not_signed,
    a_leader_hears_once_of_each_edition_that_the_records_have_moved,
    above_a_month_is_seen_from_the_tenth_on_and_no_month_that_runs,
    what_is_signed_in_the_last_minute_is_on_record_before_totals_are_shown,
    a_month_that_was_over_before_a_county_was_opened_is_not_missing,
    a_county_without_a_leader_is_not_called_missing,
    what_is_signed_late_stands_in_its_own_row_and_not_in_the_totals,
    a_league_whose_first_months_are_signed_has_no_hours_of_a_quarter_yet,
    small_counts_and_what_gives_them_away_stay_in_the_county,
    what_the_public_reads_of_a_county_gives_no_neighbours_small_count_back,
    months_side_by_side_give_no_small_count_back_and_what_was_told_stays,
    a_correction_of_what_some_month_hides_waits_for_the_next_month,
    a_correction_after_the_totals_is_told_apart_from_what_they_hold,
    a_month_whose_numbers_cannot_be_keeps_no_later_one_from_being_told,
    nobody_sees_an_area_beside_or_above_the_own,
    whoever_sees_other_counties_is_let_in_at_the_machine_alone,
    a_question_from_above_reaches_the_leader_and_is_answered_by_a_later_edition,
    a_month_behind_waits_for_the_leader_as_long_as_it_is_unsigned_or_asked_about,
];

const LEAGUE: AreaId = AreaId(150_800);
/// November 2026, which runs on the day of [`NOW`].
fn november() -> Month {
    Month::of(NOW.date())
}

/// A day and hour of December 2026.
fn december(day: i8) -> Timestamp {
    Timestamp::from_shanghai(jiff::civil::date(2026, 12, day).at(9, 0, 0, 0))
}

async fn above(store: &Store, area: AreaId, now: Timestamp) -> Desk {
    let desk = store.as_system(SystemTask::Demo, area, NOW);
    let login = format!("above-{}", uuid::Uuid::now_v7().simple());
    let add = AddAccount { login, display_name: "样例".into(), language: "zh-Hans".into() };
    let account = desk.save(add).await.unwrap();
    let (role, place) = (Role::HigherLevel, Place::County);
    let grant = AddGrant { account, role, place, from_on: NOW.date(), to_on: None };
    let grant = desk.save(grant).await.unwrap();
    store.desk_of_grant(grant, now).await.unwrap()
}

async fn at(store: &Store, who: &Desk, now: Timestamp) -> Desk {
    store.desk_of_grant(who.viewer().grant, now).await.unwrap()
}

async fn sign(leader: &Desk, month: Month, reason: &str) -> Result<(), Error> {
    let seen = seen(&leader.month(month).await?.counted);
    leader.save(SignSnapshot { month, seen, reason: reason.into() }).await.map(|_| ())
}

async fn a_leader_signs_what_was_shown_and_nobody_else_does(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(sign(&leader, november(), "").await, Err(Error::refused("snapshot.not_over")));
    let leader = at(&store, &leader, december(2)).await;
    assert_eq!(leader.month_waiting().await.unwrap(), Some((november(), Waiting::Unsigned)));
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let coordinator = at(&store, &coordinator, december(2)).await;
    assert_eq!(sign(&coordinator, november(), "").await, Err(Error::Forbidden));
    let old = SignSnapshot { month: november(), seen: "1,2,3".into(), reason: String::new() };
    assert_eq!(leader.save(old).await, Err(Error::refused("snapshot.moved")));
    sign(&leader, november(), "").await.unwrap();
    let standing = coordinator.month(november()).await.unwrap();
    let newest = standing.newest().unwrap();
    assert_eq!((newest.edition, newest.state, newest.numbers), (1, SnapshotState::Signed, standing.counted));
    assert_eq!(leader.month_waiting().await.unwrap(), None);
    store.close().await.unwrap();
}

async fn a_month_in_which_there_was_nobody_does_not_wait(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(leader.month_waiting().await.unwrap(), None);
    store.close().await.unwrap();
}

async fn a_month_is_signed_again_with_a_reason_and_only_when_something_moved(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let leader = at(&store, &leader, december(2)).await;
    sign(&leader, november(), "").await.unwrap();
    assert_eq!(sign(&leader, november(), "再报").await, Err(Error::refused("snapshot.same")));
    let later = "UPDATE rollups SET pairs = pairs + 1 WHERE day = (SELECT max(day) FROM rollups WHERE pairs > 0)";
    ground.sql(later).await;
    assert!(leader.month(november()).await.unwrap().has_moved());
    assert_eq!(sign(&leader, november(), " ").await, Err(Error::field("reason", "required.missing")));
    sign(&leader, november(), "补录了一对").await.unwrap();
    let editions = leader.month(november()).await.unwrap().editions;
    let told: Vec<_> = editions.iter().map(|e| (e.edition, e.state, e.reason.as_deref())).collect();
    assert_eq!(told, [(2, SnapshotState::Signed, Some("补录了一对")), (1, SnapshotState::Replaced, None)]);
    store.close().await.unwrap();
}

async fn a_month_whose_numbers_contradict_each_other_is_not_signed(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let leader = at(&store, &leader, december(2)).await;
    let last = "(SELECT max(day) FROM rollups WHERE pairs > 0)";
    ground.sql(&format!("UPDATE rollups SET pairs_active = pairs_active + 1000 WHERE day = {last}")).await;
    assert_eq!(sign(&leader, november(), "").await, Err(Error::refused("snapshot.impossible")));
    assert_eq!(leader.month(november()).await.unwrap().editions, []);
    ground.sql(&format!("UPDATE rollups SET pairs_active = pairs_active - 1000 WHERE day = {last}")).await;
    sign(&leader, november(), "").await.unwrap();
    store.close().await.unwrap();
}

async fn a_leader_hears_once_of_each_edition_that_the_records_have_moved(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let leader = at(&store, &leader, december(2)).await;
    let look = async || store.as_system(SystemTask::Job, COUNTY, december(2)).save(TellMoved).await;
    sign(&leader, november(), "").await.unwrap();
    assert_eq!(look().await, Ok(0));
    let later = "UPDATE rollups SET pairs = pairs + 1 WHERE day = (SELECT max(day) FROM rollups WHERE pairs > 0)";
    let told = "SELECT kind FROM outbox WHERE kind = 'snapshot.moved' AND to_role = 'leader'";
    for editions in [1, 2] {
        ground.sql(later).await;
        assert_eq!(look().await, Ok(1));
        // Letters are thrown away in time: what was told is known without them.
        assert_eq!(ground.texts(told).await.len(), 1);
        ground.sql("DELETE FROM outbox").await;
        assert_eq!(look().await, Ok(0), "edition {editions}");
        sign(&leader, november(), "补录了一对").await.unwrap();
    }
    assert_eq!(leader.save(TellMoved).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn above_a_month_is_seen_from_the_tenth_on_and_no_month_that_runs(ground: Ground) {
    let store = ground.told().await;
    let league = above(&store, LEAGUE, NOW).await;
    let october = november().earlier(1);
    let page = league.level(LEAGUE, october).await.unwrap();
    assert_eq!((page.own.name.as_str(), page.own.counties, page.own.reported), ("巴彦淖尔市", 1, 1));
    assert_eq!(page.own.get(Figure::Pairs), Some(Shown::Exact(178)), "two began in November");
    assert_eq!(
        page.rows.iter().map(|row| (row.area, row.state)).collect::<Vec<_>>(),
        [(COUNTY, Some(Reported::Signed))]
    );
    assert_eq!(league.level(LEAGUE, november()).await.err(), Some(Error::NotFound), "it still runs");
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    sign(&at(&store, &leader, december(3)).await, november(), "").await.unwrap();
    let ninth = at(&store, &league, december(9)).await.level(LEAGUE, november()).await.unwrap();
    assert_eq!((ninth.own.told.len(), ninth.rows[0].told.len(), ninth.own.reported), (0, 0, 1));
    assert!(ninth.from.is_some());
    let tenth = at(&store, &league, december(10)).await.level(LEAGUE, november()).await.unwrap();
    assert_eq!(tenth.own.get(Figure::Pairs), Some(Shown::Exact(180)));
    assert_eq!(tenth.from, None);
    store.close().await.unwrap();
}

async fn what_is_signed_in_the_last_minute_is_on_record_before_totals_are_shown(ground: Ground) {
    let store = ground.told().await;
    let (league, midnight) = (above(&store, LEAGUE, NOW).await, november().totals_at());
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let early = at(&store, &league, midnight.plus_minutes(1)).await.level(LEAGUE, november()).await.unwrap();
    assert_eq!((early.own.told.len(), early.from.is_some()), (0, true));
    // It was asked for before midnight, and had to wait for its turn.
    sign(&at(&store, &leader, midnight.plus_minutes(-1)).await, november(), "").await.unwrap();
    let page = at(&store, &league, midnight.plus_minutes(5)).await.level(LEAGUE, november()).await.unwrap();
    assert_eq!((page.own.get(Figure::Pairs), page.from), (Some(Shown::Exact(180)), None));
    store.close().await.unwrap();
}

async fn a_month_that_was_over_before_a_county_was_opened_is_not_missing(ground: Ground) {
    let store = ground.store().await;
    desk_as(&store, Role::Leader, Place::County).await;
    let league = at(&store, &above(&store, LEAGUE, NOW).await, december(12)).await;
    let october = league.level(COUNTY, november().earlier(1)).await.unwrap();
    assert_eq!(october.own.state, Some(Reported::Before), "nobody could sign it");
    let november = league.level(COUNTY, november()).await.unwrap();
    assert_eq!(november.own.state, Some(Reported::Missing), "it was opened in the course of this one");
    store.close().await.unwrap();
}

async fn a_county_without_a_leader_is_not_called_missing(ground: Ground) {
    let store = ground.store().await;
    desk_as(&store, Role::Coordinator, Place::County).await;
    let league = at(&store, &above(&store, LEAGUE, NOW).await, december(12)).await;
    let state = async || {
        let page = league.level(LEAGUE, november()).await.unwrap();
        (page.rows[0].state, league.level(COUNTY, november()).await.unwrap().own.state)
    };
    assert_eq!(state().await, (Some(Reported::Vacant), Some(Reported::Vacant)), "nobody hears a reminder");
    let remind = league.below(COUNTY).await.unwrap().save(RemindSnapshot { month: november() }).await;
    assert_eq!(remind, Err(Error::refused("snapshot.nobody")));
    desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(state().await, (Some(Reported::Missing), Some(Reported::Missing)));
    store.close().await.unwrap();
}

async fn what_is_signed_late_stands_in_its_own_row_and_not_in_the_totals(ground: Ground) {
    let store = ground.told().await;
    let league = at(&store, &above(&store, LEAGUE, NOW).await, december(12)).await;
    let page = league.level(LEAGUE, november()).await.unwrap();
    assert_eq!((page.rows[0].state, page.own.reported), (Some(Reported::Missing), 0));
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    sign(&at(&store, &leader, december(11)).await, november(), "").await.unwrap();
    let page = league.level(LEAGUE, november()).await.unwrap();
    assert_eq!((page.rows[0].state, page.rows[0].get(Figure::Pairs)), (Some(Reported::Late), Some(Shown::Exact(180))));
    assert_eq!(page.own.told, [], "of what was not summed up there is no number, and not the number nought");
    assert_eq!((page.own.hours, page.own.reported, page.own.summed), (None, 1, 0));
    store.close().await.unwrap();
}

async fn a_league_whose_first_months_are_signed_has_no_hours_of_a_quarter_yet(ground: Ground) {
    let store = ground.told().await;
    neighbour(&ground, &store, AreaId(150_122)).await;
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, december(10)).await;
    let page = nation.level(AreaId(150_100), november()).await.unwrap();
    assert_eq!((page.own.reported, page.own.hours, page.rows[0].hours), (1, None, None), "not known, and not nought");
    store.close().await.unwrap();
}

/// A second county of the league, with two pairs and nothing else.
async fn neighbour(ground: &Ground, store: &Store, area: AreaId) {
    kept_since(ground, store, area, 2, "2026-01-01").await;
    sign(&store.as_system(SystemTask::Demo, area, december(3)), november(), "").await.unwrap();
}

/// A county that has had so many pairs since a day, and as many volunteers, homes and children.
async fn kept_since(ground: &Ground, store: &Store, area: AreaId, pairs: i64, day: &str) {
    store.as_system(SystemTask::SetUp, area, NOW).open_county().await.unwrap();
    let columns = "families, children_supported, stay_minutes, paper_minutes, training_minutes, activity_minutes, \
        correction_minutes, talks_due, talks_on_time";
    let row = format!(
        "INSERT INTO rollups (area_id, day, volunteers, pairs, pairs_active, pairs_interethnic, {columns}) \
         VALUES ({area}, '{day}', {pairs}, {pairs}, {pairs}, 0, {pairs}, {pairs}, 0, 0, 0, 0, 0, 0, 0)"
    );
    ground.sql(&row).await;
}

async fn small_counts_and_what_gives_them_away_stay_in_the_county(ground: Ground) {
    let store = ground.told().await;
    neighbour(&ground, &store, AreaId(150_824)).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    sign(&at(&store, &leader, december(3)).await, november(), "").await.unwrap();
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, december(10)).await;
    let page = nation.level(LEAGUE, november()).await.unwrap();
    let told: Vec<_> = page.rows.iter().map(|row| (row.area.0, row.get(Figure::Pairs))).collect();
    assert_eq!(told[0], (150_824, Some(Shown::Few)));
    // 182 and 180 would give the 2 back: one of them is kept back, at every level at once.
    let tops: Vec<Option<Shown>> = {
        let mut tops = vec![page.own.get(Figure::Pairs)];
        for area in [AreaId(150_000), AreaId::NATION] {
            let own = nation.level(area, november()).await.unwrap().own;
            assert_eq!(own.name, if area == AreaId::NATION { "全国" } else { "内蒙古自治区" });
            tops.push(own.get(Figure::Pairs));
        }
        tops
    };
    let exact = |shown: &Option<Shown>| matches!(shown, Some(Shown::Exact(_)));
    assert!(!(exact(&told[1].1) && tops.iter().any(exact)), "{told:?} {tops:?}");
    assert_eq!(page.rows[0].get(Figure::PairsInterethnic), Some(Shown::Exact(0)));
    store.close().await.unwrap();
}

async fn what_the_public_reads_of_a_county_gives_no_neighbours_small_count_back(ground: Ground) {
    let store = ground.told().await;
    neighbour(&ground, &store, AreaId(150_826)).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    sign(&at(&store, &leader, december(3)).await, november(), "").await.unwrap();
    let public = store.as_system(SystemTask::Public, COUNTY, december(3)).figures(november().last_day()).await.unwrap();
    assert_eq!(public.get(Figure::Pairs), Some(Shown::Exact(180)), "on the front page");
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, december(10)).await;
    let page = nation.level(LEAGUE, november()).await.unwrap();
    let told: Vec<_> = page.rows.iter().map(|row| (row.area.0, row.get(Figure::Pairs))).collect();
    assert_eq!(told, [(150_825, Some(Shown::Exact(180))), (150_826, Some(Shown::Few))]);
    for area in [LEAGUE, AreaId(150_000), AreaId::NATION] {
        let own = nation.level(area, november()).await.unwrap().own;
        assert_eq!(own.get(Figure::Pairs), Some(Shown::Withheld), "{area}");
    }
    store.close().await.unwrap();
}

/// Two neighbours of the county with the public page: one with 20 pairs, which its October says, and one that begins with
/// two in November.
async fn twenty_and_two(ground: &Ground, store: &Store) -> [Desk; 2] {
    let (many, few) = (AreaId(150_826), AreaId(150_824));
    kept_since(ground, store, many, 20, "2026-01-01").await;
    kept_since(ground, store, few, 2, "2026-11-05").await;
    let leader = desk_as(store, Role::Leader, Place::County).await;
    sign(&at(store, &leader, december(3)).await, november(), "").await.unwrap();
    let [many, few] = [many, few].map(|area| store.as_system(SystemTask::Demo, area, december(3)));
    sign(&many, november().earlier(1), "").await.unwrap();
    for desk in [&many, &few] {
        sign(desk, november(), "").await.unwrap();
    }
    [many, few]
}

async fn pairs_of(nation: &Desk, area: AreaId, month: Month) -> Option<Shown> {
    nation.level(area, month).await.unwrap().own.get(Figure::Pairs)
}

async fn months_side_by_side_give_no_small_count_back_and_what_was_told_stays(ground: Ground) {
    let store = ground.told().await;
    let [many, few] = twenty_and_two(&ground, &store).await.map(|desk| desk.viewer().area);
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, december(10)).await;
    // October tells 20 of the one. If November's total were told, there were 2 at most in the other.
    assert_eq!(pairs_of(&nation, many, november().earlier(1)).await, Some(Shown::Exact(20)));
    assert_eq!(pairs_of(&nation, few, november()).await, Some(Shown::Few));
    for area in [LEAGUE, AreaId(150_000), AreaId::NATION] {
        assert_eq!(pairs_of(&nation, area, november()).await, Some(Shown::Withheld), "{area}");
    }
    let kept = "SELECT value FROM meta WHERE key = 'snapshots.told.2026-11'";
    let told = ground.texts(kept).await;
    let page = nation.level(LEAGUE, november()).await.unwrap();
    store.close().await.unwrap();
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    let nation = at(&store, &nation, december(20)).await;
    assert_eq!(nation.level(LEAGUE, november()).await.unwrap(), page);
    assert_eq!(ground.texts(kept).await, told);
    store.close().await.unwrap();
}

async fn a_correction_of_what_some_month_hides_waits_for_the_next_month(ground: Ground) {
    let store = ground.told().await;
    let desks = twenty_and_two(&ground, &store).await;
    let [many, few] = desks.each_ref().map(|desk| desk.viewer().area);
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, december(12)).await;
    assert_eq!(pairs_of(&nation, few, november()).await, Some(Shown::Few));
    let more = "UPDATE rollups SET pairs = pairs + 5, volunteers = volunteers + 5";
    ground.sql(&format!("{more} WHERE area_id IN ({many}, {few})")).await;
    for area in [many, few] {
        let desk = store.as_system(SystemTask::Demo, area, december(11));
        sign(&desk, november(), "补录了五对").await.unwrap();
        assert_eq!(pairs_of(&nation, area, november()).await, Some(Shown::Withheld), "{area}");
    }
    let own = nation.level(few, november()).await.unwrap().own;
    assert_eq!(own.get(Figure::Volunteers), Some(Shown::Exact(7)), "they come and go, so no other month speaks of it");
    assert_eq!(own.get(Figure::ChildrenSupported), Some(Shown::Few), "as it was");
    store.close().await.unwrap();
}

async fn a_correction_after_the_totals_is_told_apart_from_what_they_hold(ground: Ground) {
    let store = ground.told().await;
    let [many, _] = twenty_and_two(&ground, &store).await;
    let area = many.viewer().area;
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, december(12)).await;
    let state = async || nation.level(area, november()).await.unwrap().own.state;
    assert_eq!(state().await, Some(Reported::Signed));
    ground.sql(&format!("UPDATE rollups SET pairs = pairs + 5 WHERE area_id = {area}")).await;
    sign(&store.as_system(SystemTask::Demo, area, december(11)), november(), "补录了五对").await.unwrap();
    assert_eq!(state().await, Some(Reported::Corrected), "its row and the sum above differ");
    store.close().await.unwrap();
}

async fn a_month_whose_numbers_cannot_be_keeps_no_later_one_from_being_told(ground: Ground) {
    let store = ground.told().await;
    let [many, few] = twenty_and_two(&ground, &store).await.map(|desk| desk.viewer().area);
    let broken = format!("UPDATE snapshots SET pairs_active = pairs + 1 WHERE area_id = {many} AND month = '2026-11'");
    ground.sql(&broken).await;
    let january = |day| Timestamp::from_shanghai(jiff::civil::date(2027, 1, day).at(9, 0, 0, 0));
    let later = november().later(1);
    sign(&store.as_system(SystemTask::Demo, few, january(3)), later, "").await.unwrap();
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, january(10)).await;
    assert_eq!(pairs_of(&nation, few, later).await, Some(Shown::Few));
    let of_november = nation.level(AreaId::NATION, november()).await;
    assert_eq!(of_november, Err(Error::refused("level.unsound")), "of numbers that cannot be nothing is told");
    store.close().await.unwrap();
}

/// On SQLite alone, where all of it is asked on the test's own thread.
#[tokio::test]
async fn a_month_is_told_once_and_to_its_end_whoever_closes_the_page_meanwhile() {
    let ground = Ground::sqlite();
    let store = ground.told().await;
    twenty_and_two(&ground, &store).await;
    let nation = at(&store, &above(&store, AreaId::NATION, NOW).await, december(10)).await;
    let ear = Ear::default();
    let _heard = tracing::subscriber::set_default(tracing_subscriber::registry().with(ear.clone()));
    let gathered = || ear.0.lock().unwrap().iter().filter(|sql| sql.contains("\"snapshots\".\"month\" <= ")).count();
    let other = nation.clone();
    let closed = tokio::spawn(async move { other.level(AreaId::NATION, november()).await });
    while gathered() == 0 && !closed.is_finished() {
        tokio::task::yield_now().await;
    }
    closed.abort();
    assert!(closed.await.is_err(), "closed before it was told");
    assert_eq!(pairs_of(&nation, AreaId::NATION, november()).await, Some(Shown::Withheld));
    let months = ground.texts("SELECT key FROM meta WHERE key LIKE 'snapshots.told.%'").await;
    assert_eq!(gathered(), months.len(), "{months:?}");
    store.close().await.unwrap();
}

async fn nobody_sees_an_area_beside_or_above_the_own(ground: Ground) {
    let store = ground.told().await;
    let league = above(&store, LEAGUE, NOW).await;
    let month = november().earlier(1);
    for area in [AreaId::NATION, AreaId(150_000), AreaId(150_700), AreaId(620_100), AreaId(150_802)] {
        assert_eq!(league.level(area, month).await.err(), Some(Error::NotFound), "{area}");
        assert_eq!(league.below(area).await.err(), Some(Error::NotFound), "{area}");
    }
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(leader.level(COUNTY, month).await.err(), Some(Error::Forbidden));
    let below = league.below(COUNTY).await.unwrap();
    assert_eq!(below.figures(NOW.date()).await.err(), Some(Error::Forbidden));
    assert_eq!(below.month(month).await.err(), Some(Error::Forbidden), "exact figures stay in the county");
    assert_eq!(below.children(&naheya_store::child::ChildFilter::default()).await.map(|(rows, _)| rows.len()), Ok(0));
    store.close().await.unwrap();
}

async fn a_question_from_above_reaches_the_leader_and_is_answered_by_a_later_edition(ground: Ground) {
    let store = ground.told().await;
    let league = above(&store, LEAGUE, NOW).await;
    let october = november().earlier(1);
    let below = league.below(COUNTY).await.unwrap();
    let ask = AskSnapshot { month: october, words: "结对数比上月少".into() };
    below.save(ask.clone()).await.unwrap();
    assert_eq!(below.save(ask).await, Err(Error::refused("snapshot.asked_already")));
    assert_eq!(below.save(RemindSnapshot { month: october }).await, Err(Error::refused("snapshot.there")));
    let letters = ground.texts("SELECT kind FROM outbox WHERE kind LIKE 'snapshot.%' ORDER BY kind").await;
    assert_eq!(letters, ["snapshot.asked"]);
    assert_eq!(league.level(COUNTY, october).await.unwrap().own.state, Some(Reported::Asked));
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(leader.month_waiting().await.unwrap(), Some((october, Waiting::Asked)));
    let asked = leader.month(october).await.unwrap().newest().unwrap().asked.clone().unwrap();
    assert_eq!(asked.1, "结对数比上月少");
    sign(&leader, october, "核对过，没有错").await.unwrap();
    assert_eq!(league.level(COUNTY, october).await.unwrap().own.state, Some(Reported::Signed));
    let note = store.verify(COUNTY, true, NOW).await.unwrap();
    assert_eq!(note, []);
    store.close().await.unwrap();
}

async fn whoever_sees_other_counties_is_let_in_at_the_machine_alone(ground: Ground) {
    let store = ground.told().await;
    let invite = InviteAbove { login: "above-them".into(), name: "样例".into() };
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(leader.save(invite.clone()).await, Err(Error::Forbidden));
    let machine = |area| store.as_system(SystemTask::SetUp, area, NOW);
    assert_eq!(machine(COUNTY).save(invite.clone()).await, Err(Error::refused("level.county")));
    let slip = machine(LEAGUE).save(invite.clone()).await.unwrap();
    assert!(machine(LEAGUE).slip_code(slip).await.unwrap().0.len() > 10);
    assert_eq!(machine(LEAGUE).save(invite).await, Err(Error::field("login", "login.taken")));
    let roles = ground
        .texts("SELECT CAST(area_id AS TEXT) || role FROM grants WHERE area_id = 150800 ORDER BY created_at")
        .await;
    assert_eq!(roles, ["150800higher_level"; 2], "the demo's and this one");
    store.close().await.unwrap();
}

async fn a_month_behind_waits_for_the_leader_as_long_as_it_is_unsigned_or_asked_about(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let waits = async |day| at(&store, &leader, day).await.month_waiting().await.unwrap();
    let december = november().later(1);
    let january = Timestamp::from_shanghai(jiff::civil::date(2027, 1, 4).at(9, 0, 0, 0));
    // Two months are over and neither is signed.
    assert_eq!(waits(january).await, Some((november(), Waiting::Unsigned)));
    sign(&at(&store, &leader, january).await, december, "").await.unwrap();
    assert_eq!(waits(january).await, Some((november(), Waiting::Unsigned)), "the later one hides no gap");
    // A question about an older month comes first.
    let below = above(&store, LEAGUE, NOW).await.below(COUNTY).await.unwrap();
    let asked = november().earlier(1);
    below.save(AskSnapshot { month: asked, words: "请核对".into() }).await.unwrap();
    assert_eq!(waits(january.plus_minutes(1)).await, Some((asked, Waiting::Asked)));
    store.close().await.unwrap();
}
