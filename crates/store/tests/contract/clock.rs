//! The clock goes only where it has something to do: with 2,844 counties it would otherwise leave nobody a turn.

use std::collections::BTreeSet;

use naheya_domain::follow_up::{MISSED_AFTER_DAYS, With};
use naheya_domain::id::{PairId, StayId};
use naheya_domain::pair::PairState;
use naheya_domain::stay::{RunsFrom, StayState};
use naheya_domain::{AreaId, Timestamp};
use naheya_store::audit::AuditFilter;
use naheya_store::child::ChildFilter;
use naheya_store::follow_up::{MarkMissed, PlanFollowUp};
use naheya_store::notice::ExpandLetters;
use naheya_store::operation::run::{ClaimOperation, FailOperation};
use naheya_store::operation::{Asked, StartOperation};
use naheya_store::pair::LapsePairs;
use naheya_store::stay::{LapseStays, PassChild, RequestStay};
use naheya_store::{Error, Store, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{DUE, FETCHED, Story, story};

on_both_engines![
    a_letter_that_is_due_calls_the_clock_until_it_is_a_notice,
    a_child_who_was_not_fetched_or_is_not_back_calls_the_clock,
    work_that_waits_or_is_in_hand_calls_the_clock,
    a_follow_up_nobody_made_calls_the_clock_until_it_is_marked,
    a_weekend_that_never_began_ends_when_no_phone_can_tell_of_it_any_more,
    a_weekend_whose_child_the_family_fetched_first_ends_and_says_so,
    a_weekend_from_home_of_which_nobody_wrote_down_a_hand_over_ends_and_says_so,
    a_pair_whose_last_day_has_come_ends_for_list_gate_and_view_and_calls_off_what_was_planned,
    a_pair_whose_child_is_away_ends_when_the_child_is_back,
    a_pair_goes_on_while_a_phone_may_yet_tell_that_its_child_went,
];

/// Another county, in which nothing happens.
async fn neighbour(store: &Store) {
    store.as_system(SystemTask::Demo, AreaId(150_826), NOW).open_county().await.unwrap();
}

async fn a_letter_that_is_due_calls_the_clock_until_it_is_a_notice(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    let job = story.store.as_system(SystemTask::Job, COUNTY, NOW);
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    assert_eq!(story.store.counties_with_letters(NOW).await.unwrap(), BTreeSet::new());
    story.approved().await;
    assert_eq!(story.store.counties_with_letters(NOW).await.unwrap(), BTreeSet::from([COUNTY]));
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    assert_eq!(story.store.counties_with_letters(NOW).await.unwrap(), BTreeSet::new());
    story.store.close().await.unwrap();
}

async fn a_child_who_was_not_fetched_or_is_not_back_calls_the_clock(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    let stay = story.approved().await;
    assert_eq!(story.store.counties_to_watch(FETCHED.plus_minutes(-1)).await.unwrap(), []);
    assert_eq!(story.store.counties_to_watch(FETCHED).await.unwrap(), [COUNTY], "nobody has come for her");
    let day_after = DUE.plus_minutes(24 * 60);
    assert_eq!(story.store.counties_to_watch(day_after).await.unwrap(), [], "never let go, and long over");
    let away = format!("UPDATE stays SET state = 'in_care' WHERE id = {}", crate::story::literal(&ground, stay.0));
    ground.sql(&away).await;
    assert_eq!(story.store.counties_to_watch(DUE.plus_minutes(-1)).await.unwrap(), []);
    assert_eq!(story.store.counties_to_watch(DUE).await.unwrap(), [COUNTY], "not back");
    assert_eq!(story.store.counties_to_watch(day_after).await.unwrap(), [COUNTY], "still not back");
    story.store.close().await.unwrap();
}

async fn work_that_waits_or_is_in_hand_calls_the_clock(ground: Ground) {
    let store = ground.store().await;
    neighbour(&store).await;
    let auditor = desk_as(&store, naheya_domain::Role::Auditor, naheya_domain::viewer::Place::County).await;
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), []);
    let asked = Asked::AuditEvents(AuditFilter::default());
    auditor.save(StartOperation { asked, total: 2_000, language: "zh-Hans".into(), awaited_until: NOW }).await.unwrap();
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), [COUNTY]);
    let job = store.as_system(SystemTask::Job, COUNTY, NOW);
    let held = job.save(ClaimOperation).await.unwrap().unwrap();
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), [COUNTY], "its process may fall");
    assert!(job.save(FailOperation { held, code: "operation.given_up".into() }).await.unwrap());
    assert_eq!(store.counties_with_operations(NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_follow_up_nobody_made_calls_the_clock_until_it_is_marked(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    story.coordinator.save(PlanFollowUp { child: story.child, with: With::Child, due_at: NOW }).await.unwrap();
    let given_up = NOW.plus_minutes(MISSED_AFTER_DAYS * 24 * 60);
    assert_eq!(story.store.counties_with_missed_follow_ups(given_up).await.unwrap(), []);
    let after = given_up.plus_minutes(1);
    assert_eq!(story.store.counties_with_missed_follow_ups(after).await.unwrap(), [COUNTY]);
    assert_eq!(story.store.as_system(SystemTask::Job, COUNTY, after).save(MarkMissed).await, Ok(1));
    assert_eq!(story.store.counties_with_missed_follow_ups(after).await.unwrap(), []);
    story.store.close().await.unwrap();
}

async fn a_weekend_that_never_began_ends_when_no_phone_can_tell_of_it_any_more(ground: Ground) {
    let story = story(&ground).await;
    neighbour(&story.store).await;
    let approved = story.approved().await;
    let three_days = DUE.plus_minutes(72 * 60);
    assert_eq!(story.store.counties_with_lapsed_stays(three_days).await.unwrap(), []);
    let after = three_days.plus_minutes(1);
    assert_eq!(story.store.counties_with_lapsed_stays(after).await.unwrap(), [COUNTY]);
    assert_eq!(story.coordinator.save(LapseStays).await, Err(Error::Forbidden));
    assert_eq!(story.store.as_system(SystemTask::Job, COUNTY, after).save(LapseStays).await, Ok(1));
    let line = story.coordinator.stay_line(approved).await.unwrap();
    assert_eq!((line.state, line.words.as_deref()), (StayState::Cancelled, Some("stay.nobody_fetched")));
    assert_eq!(story.store.counties_with_lapsed_stays(after).await.unwrap(), []);
    story.store.close().await.unwrap();
}

/// Why the clock called a weekend off that was approved and never began.
async fn lapsed(s: &Story, stay: StayId) -> Option<String> {
    let after = DUE.plus_minutes(72 * 60 + 1);
    assert_eq!(s.store.as_system(SystemTask::Job, COUNTY, after).save(LapseStays).await, Ok(1));
    s.coordinator.stay_line(stay).await.unwrap().words
}

async fn a_weekend_whose_child_the_family_fetched_first_ends_and_says_so(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let pass = |to, words: &str| PassChild { child: s.child, to, words: words.into() };
    let before = FETCHED.plus_minutes(-30);
    s.at(&s.teacher, before).await.save(pass(RunsFrom::Guardian, "安样父到校门口接走")).await.unwrap();
    s.at(&s.teacher, DUE).await.save(pass(RunsFrom::School, "安样父送来")).await.unwrap();
    assert_eq!(lapsed(&s, stay).await.as_deref(), Some("stay.family_fetched"));
    s.store.close().await.unwrap();
}

async fn a_weekend_from_home_of_which_nobody_wrote_down_a_hand_over_ends_and_says_so(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved_from_home().await;
    assert_eq!(lapsed(&s, stay).await.as_deref(), Some("stay.nobody_gave"));
    s.is_sound(DUE.plus_minutes(72 * 60 + 2)).await;
    s.store.close().await.unwrap();
}

async fn a_pair_whose_last_day_has_come_ends_for_list_gate_and_view_and_calls_off_what_was_planned(ground: Ground) {
    let s = story(&ground).await;
    neighbour(&s.store).await;
    let planned = RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") };
    let planned = s.mother.save(planned).await.unwrap()[0];
    ground.sql("UPDATE pairs SET source = 'paper', ended_on = '2026-11-25'").await;
    let midnight = Timestamp::from_shanghai(jiff::civil::date(2026, 11, 25).at(0, 0, 0, 0));
    let eve = midnight.plus_minutes(-1);
    let job = |now| s.store.as_system(SystemTask::Job, COUNTY, now);
    let sees = async |now| s.at(&s.mother, now).await.count_children(&ChildFilter::default()).await.unwrap();
    let beyond = RequestStay { new: s.days(&[s.pair], "2026-12-04", "2026-12-06") };
    assert_eq!(code(s.mother.save(beyond).await), "stay.pair_not_active", "no weekend outlives its pair");
    let ahead = s.mother.weekends_ahead(PairId(s.pair)).await.unwrap().weekends;
    assert!(ahead.iter().all(|free| free.weekend.last <= midnight.date()), "{ahead:?}");
    assert_eq!(s.store.counties_with_lapsed_pairs(eve).await.unwrap(), []);
    assert_eq!((job(eve).save(LapsePairs).await, sees(eve).await), (Ok(0), 1));
    assert_eq!(s.store.counties_with_lapsed_pairs(midnight).await.unwrap(), [COUNTY]);
    assert_eq!(s.coordinator.save(LapsePairs).await, Err(Error::Forbidden));
    assert_eq!(job(midnight).save(LapsePairs).await, Ok(1));
    assert_eq!(s.store.counties_with_lapsed_pairs(midnight).await.unwrap(), []);
    assert_eq!(sees(midnight).await, 0, "with the pair the view is lost");
    let pair = s.coordinator.pair(PairId(s.pair)).await.unwrap().row;
    assert_eq!((pair.state, pair.ended_on), (PairState::Ended, Some(midnight.date())));
    let line = s.coordinator.stay_line(planned).await.unwrap();
    assert_eq!((line.state, line.words.as_deref()), (StayState::Cancelled, Some("pair.ended")));
    let told = "SELECT kind || ' ' || COALESCE(to_role, 'herself') FROM outbox \
                WHERE kind IN ('stay.cancelled', 'pair.ended') ORDER BY 1";
    let all = [
        "pair.ended coordinator",
        "pair.ended herself",
        "stay.cancelled class_teacher",
        "stay.cancelled coordinator",
        "stay.cancelled herself",
    ];
    assert_eq!(ground.texts(told).await, all);
    s.store.close().await.unwrap();
}

async fn a_pair_whose_child_is_away_ends_when_the_child_is_back(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    ground.sql("UPDATE pairs SET source = 'paper', ended_on = '2026-11-22'").await;
    let begins = Timestamp::from_shanghai(jiff::civil::date(2026, 11, 22).at(0, 0, 0, 0));
    let first = s.store.as_system(SystemTask::Job, COUNTY, begins);
    assert_eq!(first.save(LapsePairs).await, Ok(0), "a weekend that lies within its days may still come");
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    let job = s.store.as_system(SystemTask::Job, COUNTY, DUE);
    assert_eq!(job.save(LapsePairs).await, Ok(0), "nobody loses sight of a child on the way");
    ground.sql("UPDATE stays SET state = 'returned'").await;
    assert_eq!(job.save(LapsePairs).await, Ok(1));
    s.store.close().await.unwrap();
}

async fn a_pair_goes_on_while_a_phone_may_yet_tell_that_its_child_went(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    ground.sql("UPDATE pairs SET source = 'paper', ended_on = '2026-11-22'").await;
    let lapse = async |hours: i64| {
        s.store.as_system(SystemTask::Job, COUNTY, DUE.plus_minutes(hours * 60)).save(LapsePairs).await
    };
    assert_eq!(lapse(71).await, Ok(0), "nobody has told whether the child went");
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Approved);
    assert_eq!(lapse(73).await, Ok(1));
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().state, StayState::Cancelled);
    s.store.close().await.unwrap();
}
