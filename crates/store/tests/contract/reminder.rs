//! Volunteers reminded of a check that ends soon.

use naheya_store::Error;
use naheya_store::volunteer::{RemindOfChecks, Reminded};

use crate::ground::{Ground, NOW};
use crate::on_both_engines;
use crate::story::story;

on_both_engines![whose_check_ends_soon_is_reminded_once_a_week_and_called_where_no_account_is];

async fn whose_check_ends_soon_is_reminded_once_a_week_and_called_where_no_account_is(ground: Ground) {
    let s = story(&ground).await;
    let (from, by) = (NOW.date(), NOW.plus_minutes(366 * 24 * 60).date());
    let soon = RemindOfChecks { from, by: NOW.plus_minutes(24 * 60).date() };
    assert_eq!(s.coordinator.save(soon).await, Ok(Reminded::default()), "nothing ends before tomorrow");
    let told = "SELECT COALESCE(person_kind, 'herself') FROM outbox WHERE kind = 'volunteer.checks_ending' ORDER BY at";
    let year = RemindOfChecks { from, by };
    assert_eq!(s.mother.save(year.clone()).await, Err(Error::Forbidden));
    let once = Reminded { told: 1, ..Reminded::default() };
    assert_eq!(s.coordinator.save(year.clone()).await, Ok(once));
    let again = Reminded { before: 1, ..Reminded::default() };
    assert_eq!(s.leader.save(year.clone()).await, Ok(again), "whoever of the office sends it");
    assert_eq!(ground.texts(told).await, ["herself"]);
    s.is_sound(NOW).await;
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    let week = s.at(&s.coordinator, NOW.plus_minutes(8 * 24 * 60)).await;
    let by_hand = Reminded { by_hand: 1, ..Reminded::default() };
    assert_eq!(week.save(year).await, Ok(by_hand));
    assert_eq!(ground.texts(told).await, ["herself", "volunteers"]);
    s.store.close().await.unwrap();
}
