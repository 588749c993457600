//! Volunteers reminded of a check that ends soon.

use naheya_store::Error;
use naheya_store::volunteer::{RemindOfChecks, Reminded, VolunteerFilter};

use crate::ground::{Ground, NOW};
use crate::on_both_engines;
use crate::story::story;

on_both_engines![
    whose_check_ends_soon_is_reminded_once_a_week_and_called_where_no_account_is,
    whoever_is_not_on_the_list_is_not_reminded,
];

/// Reminds whoever has a check that ends within so many days.
fn within(days: i64) -> RemindOfChecks {
    let (from, by) = (NOW.date(), NOW.plus_minutes(days * 24 * 60).date());
    let filter = VolunteerFilter { expiring_from: Some(from), expiring_by: Some(by), ..VolunteerFilter::default() };
    RemindOfChecks { filter }
}

async fn whose_check_ends_soon_is_reminded_once_a_week_and_called_where_no_account_is(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(s.coordinator.save(within(1)).await, Ok(Reminded::default()), "nothing ends before tomorrow");
    let told = "SELECT COALESCE(person_kind, 'herself') FROM outbox WHERE kind = 'volunteer.checks_ending' ORDER BY at";
    let year = within(366);
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

async fn whoever_is_not_on_the_list_is_not_reminded(ground: Ground) {
    let s = story(&ground).await;
    let of = |words: &str| {
        let RemindOfChecks { filter } = within(366);
        RemindOfChecks { filter: VolunteerFilter { search: Some(words.into()), ..filter } }
    };
    assert_eq!(
        s.coordinator.save(of("石样玉")).await,
        Ok(Reminded::default()),
        "the list is narrowed to somebody else"
    );
    assert_eq!(s.coordinator.save(of("李样例")).await, Ok(Reminded { told: 1, ..Reminded::default() }));
    s.store.close().await.unwrap();
}
