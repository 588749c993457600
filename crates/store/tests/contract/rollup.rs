//! Running totals equal a recount after whatever happens, and the figures counted live on every day.

use std::collections::BTreeMap;

use naheya_domain::figure::{Audience, Figure, Figures, Shown};
use naheya_domain::hours::NewCorrection;
use naheya_domain::snapshot::Month;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::custody::Witness;
use naheya_store::hours::{ConfirmHours, CorrectHours};
use naheya_store::stay::{ConfirmReturn, ReleaseProof, ReleaseStay, ReopenStay};
use naheya_store::{Desk, Error, Store};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::rows::Lot;
use crate::story::{DUE, FETCHED, Story, story};
use act::Hands;

mod act;

/// Monday after the weekend.
const AFTER: Timestamp = Timestamp(DUE.0 + 15 * 3_600_000);

on_both_engines![
    totals_of_the_demo_are_the_figures_of_each_month,
    after_any_acts_totals_equal_a_recount_and_the_live_figures,
    each_step_of_a_weekend_moves_totals_and_figures_alike,
    totals_of_older_records_are_made_when_the_place_is_prepared,
    a_total_that_was_changed_is_named,
];

/// Totals as of the month's last day, and the same counted live.
async fn both(leader: &Desk, month: Month) -> (String, String) {
    let live = leader.figures(month.last_day()).await.unwrap();
    let kept = leader.month(month).await.unwrap().counted;
    let kept = kept.figures(COUNTY, live.name.clone(), month.last_day(), Audience::County);
    let said = |figures: &Figures| serde_json::to_string(figures).unwrap();
    (said(&kept), said(&live))
}

async fn differing(store: &Store) -> Vec<String> {
    let findings = store.examine(true, NOW).await.unwrap();
    findings.into_iter().filter(|f| f.code == "rollup.differs").map(|f| f.row).collect()
}

async fn totals_of_the_demo_are_the_figures_of_each_month(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    for ago in [0, 1, 2, 3, 7, 14, 30, 60, 100, 150, 300] {
        let (kept, live) = both(&leader, Month::of(NOW.date()).earlier(ago)).await;
        assert_eq!(kept, live, "{ago} months ago");
    }
    assert_eq!(differing(&store).await, Vec::<String>::new());
    store.close().await.unwrap();
}

/// Months over which acts are done, each at the last or the first moment of a day.
async fn after_any_acts_totals_equal_a_recount_and_the_live_figures(ground: Ground) {
    let store = ground.told().await;
    let mut hands = Hands::of(&store).await;
    let (mut lot, mut done) = (Lot(2_026), BTreeMap::<&str, usize>::new());
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    for round in 0..16_i64 {
        let day = NOW.plus_minutes(round * 7 * 1440).date();
        let now = if round % 2 == 0 { day.at(23, 59, 59, 0) } else { day.at(0, 0, 0, 0) };
        hands.go_on(&store, Timestamp::from_shanghai(now)).await;
        for _ in 0..16 {
            match hands.act(&mut lot).await {
                (kind, Ok(())) => *done.entry(kind).or_default() += 1,
                (_, Err(Error::Refused(_) | Error::Invalid(_) | Error::Stale | Error::NotFound)) => {}
                (kind, Err(error)) => panic!("{kind}: {error}"),
            }
        }
        let leader = store.desk_of_grant(leader.viewer().grant, Timestamp::from_shanghai(now)).await.unwrap();
        for month in [Month::of(day), Month::of(day).earlier(1), Month::of(NOW.date()).earlier(20)] {
            let (kept, live) = both(&leader, month).await;
            assert_eq!(kept, live, "round {round}, {month}");
        }
    }
    assert_eq!(done.len(), 10, "every kind of act went through: {done:?}");
    assert!(done.values().sum::<usize>() >= 60, "{done:?}");
    assert_eq!(differing(&store).await, Vec::<String>::new());
    store.close().await.unwrap();
}

/// Totals, recount and figures say the same.
async fn agree(s: &Story, step: &str) {
    let leader = s.at(&s.leader, DUE.plus_minutes(24 * 60)).await;
    for month in [Month::of(NOW.date()), Month::of(NOW.date()).earlier(1)] {
        let (kept, live) = both(&leader, month).await;
        assert_eq!(kept, live, "{step}, {month}");
    }
    assert_eq!(differing(&s.store).await, Vec::<String>::new(), "{step}");
}

async fn each_step_of_a_weekend_moves_totals_and_figures_alike(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    // Its pair was put in from outside; here it is still to begin, so that the weekend is what counts.
    ground.sql("UPDATE pairs SET begun_on = '2027-01-01'").await;
    ground.sql("DELETE FROM rollups").await;
    ground.sql("DELETE FROM meta WHERE key = 'rollups'").await;
    s.store.prepare(NOW).await.unwrap();
    agree(&s, "approved").await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    agree(&s, "released").await;
    let supported = s.leader.figures(NOW.date()).await.unwrap().get(Figure::ChildrenSupported);
    assert_eq!(supported, Some(Shown::Exact(1)), "the weekend has begun");
    let here = || ConfirmReturn { stay, witness: Witness::by("sight") };
    s.at(&s.teacher, DUE.plus_minutes(-60)).await.save(here()).await.unwrap();
    agree(&s, "back").await;
    s.at(&s.teacher, DUE.plus_minutes(-50)).await.save(ReopenStay { stay }).await.unwrap();
    agree(&s, "back by mistake").await;
    s.at(&s.teacher, DUE).await.save(here()).await.unwrap();
    agree(&s, "back again").await;
    let (office, leader) = (s.at(&s.coordinator, AFTER).await, s.at(&s.leader, AFTER).await);
    let entry = office.hours(s.carer.volunteer).await.unwrap().lines[0].entry.unwrap();
    let shorter = Some((FETCHED.plus_minutes(60), FETCHED.plus_minutes(180)));
    let new = NewCorrection { span: shorter, reason: "周五晚上就回了学校".into() };
    let claim = office.save(CorrectHours { entry, new }).await.unwrap();
    leader.save(ConfirmHours { claim }).await.unwrap();
    agree(&s, "corrected").await;
    s.store.close().await.unwrap();
}

async fn totals_of_older_records_are_made_when_the_place_is_prepared(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let month = Month::of(NOW.date());
    let (before, _) = both(&leader, month).await;
    ground.sql("DELETE FROM rollups").await;
    ground.sql("DELETE FROM meta WHERE key = 'rollups'").await;
    assert_ne!(both(&leader, month).await.0, before);
    store.prepare(NOW).await.unwrap();
    assert_eq!(both(&leader, month).await.0, before);
    assert_eq!(differing(&store).await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn a_total_that_was_changed_is_named(ground: Ground) {
    let store = ground.told().await;
    ground.sql("UPDATE rollups SET pairs = pairs + 1 WHERE day = (SELECT max(day) FROM rollups WHERE pairs > 0)").await;
    let day = ground.texts("SELECT max(day) FROM rollups WHERE pairs > 0").await;
    assert_eq!(differing(&store).await, day);
    store.close().await.unwrap();
}
