//! A round's name and day, changed after it was opened.

use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::round::{ChangeRound, OpenRound, RoundDetails};

use crate::ground::{Ground, desk_as};
use crate::on_both_engines;

on_both_engines![the_day_of_a_round_is_settled_later_by_whoever_read_it_last];

async fn the_day_of_a_round_is_settled_later_by_whoever_read_it_last(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let open = OpenRound { details: RoundDetails::parse("秋季结对", "", "").unwrap() };
    let round = office.save(open).await.unwrap();
    let version = office.round_details(round).await.unwrap().version;
    let moved =
        |day| ChangeRound { round, version, details: RoundDetails::parse("秋季结对", day, "大雪").unwrap() };
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.save(moved("2026-11-28")).await, Err(Error::Forbidden));
    office.save(moved("2026-11-28")).await.unwrap();
    assert_eq!(office.save(moved("2026-12-05")).await, Err(Error::Stale), "somebody else was quicker");
    let now = office.round_details(round).await.unwrap().details;
    assert_eq!((now.held_on.unwrap().to_string().as_str(), now.note.as_deref()), ("2026-11-28", Some("大雪")));
    assert_eq!(office.round(round).await.unwrap().held_on, now.held_on);
    store.close().await.unwrap();
}
