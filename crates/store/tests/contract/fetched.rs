//! A child whom its family has fetched before the weekend: nobody is called because nobody came for it.

use naheya_domain::stay::RunsFrom;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::account::AddGrant;
use naheya_store::stay::PassChild;
use naheya_store::{Desk, Error};

use crate::alarm::{letters, raise};
use crate::ground::{Ground, NOW, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, story};

on_both_engines![
    a_child_whom_its_family_has_fetched_is_missed_at_no_gate,
    what_rings_because_nobody_came_is_over_when_the_family_has_the_child,
    whose_home_the_child_goes_to_ends_no_alarm_by_saying_that_the_family_has_it,
];

/// The teacher, or whoever `desk` is, writes down that the family has fetched the child.
async fn fetched_by_family(s: &Story, desk: &Desk, now: Timestamp) {
    let home = PassChild { child: s.child, to: RunsFrom::Guardian, words: "家里人到校门口接走".into() };
    s.at(desk, now).await.save(home).await.unwrap();
}

async fn a_child_whom_its_family_has_fetched_is_missed_at_no_gate(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    fetched_by_family(&s, &s.teacher, FETCHED.plus_minutes(-30)).await;
    let now = FETCHED.plus_minutes(60);
    assert_eq!(raise(&s.store, now).await, 0);
    let office = s.at(&s.coordinator, now).await;
    let board = office.whereabouts(None, 500).await.unwrap();
    let line = board.lines.iter().find(|line| line.stay == stay).unwrap();
    assert_eq!((line.unfetched, line.with_family, line.is_urgent()), (None, true, false));
    let gate = s.at(&s.teacher, now).await.gate_list(FETCHED.date()).await.unwrap();
    let lines: Vec<_> = gate.iter().map(|line| (line.unfetched, line.with_family)).collect();
    assert_eq!(lines, [(None, true)]);
    let back = PassChild { child: s.child, to: RunsFrom::School, words: "家里人又送回学校".into() };
    s.at(&s.teacher, now).await.save(back).await.unwrap();
    assert_eq!(raise(&s.store, now.plus_minutes(1)).await, 1, "who is brought back waits again");
    s.is_sound(DUE).await;
    s.store.close().await.unwrap();
}

async fn what_rings_because_nobody_came_is_over_when_the_family_has_the_child(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    assert_eq!(raise(&s.store, FETCHED.plus_minutes(60)).await, 1);
    fetched_by_family(&s, &s.teacher, FETCHED.plus_minutes(90)).await;
    assert_eq!(s.coordinator.open_alarms().await.unwrap(), []);
    let ended = "SELECT closed_how FROM alarms WHERE kind = 'not_fetched'";
    assert_eq!(ground.texts(ended).await, ["words"]);
    assert!(letters(&ground).await.contains(&"alarm.closed".to_owned()), "who was told hears that it is over");
    assert_eq!(raise(&s.store, FETCHED.plus_minutes(120)).await, 0);
    s.store.close().await.unwrap();
}

async fn whose_home_the_child_goes_to_ends_no_alarm_by_saying_that_the_family_has_it(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    ground.sql("UPDATE grants SET ended_at = 1 WHERE role = 'volunteer'").await;
    let (account, place) = (s.coordinator.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    assert_eq!(raise(&s.store, FETCHED.plus_minutes(60)).await, 1);
    let home = PassChild { child: s.child, to: RunsFrom::Guardian, words: "家里人到校门口接走".into() };
    let said = s.at(&s.coordinator, FETCHED.plus_minutes(90)).await.save(home).await;
    assert_eq!(said, Err(Error::refused("stay.own_pass")));
    assert_eq!(s.leader.open_alarms().await.unwrap().len(), 1);
    s.store.close().await.unwrap();
}
