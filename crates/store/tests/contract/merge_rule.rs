//! What keeps two files of one volunteer apart, each rule broken alone: the same two files become one as soon as it holds
//! again.

use naheya_domain::choice::Side;
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::figure::HoursKind;
use naheya_domain::hours::{NewCorrection, NewService};
use naheya_domain::id::VolunteerId;
use naheya_domain::merge::VolunteerPart;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::concern::{NameInConcern, RaiseConcern};
use naheya_store::hours::{ConfirmHours, CorrectHours, EnterService};
use naheya_store::household::RaiseCapacity;
use naheya_store::merge::ApproveMerge;
use naheya_store::proposal::AnswerProposal;
use naheya_store::round::{OpenRound, RoundDetails, TakePart};
use naheya_store::stay::RequestStay;
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, Registered};
use naheya_store::{Desk, Store};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::merge_volunteer::{code, double, propose};
use crate::on_both_engines;
use crate::round::circle;
use crate::story::{Story, child_of, literal, pair, story};
use crate::volunteer::{approved, details, register};

on_both_engines![
    stays_at_the_same_time_are_two_volunteers,
    the_same_hour_is_not_counted_twice,
    two_who_had_the_same_child_on_the_same_days_stay_two_files,
    two_in_the_same_round_stay_two_files,
    an_offer_that_waits_is_answered_before_its_volunteer_s_files_become_one,
    a_home_takes_no_more_children_because_two_files_become_one,
    the_other_volunteers_of_a_home_are_counted_without_herself,
    a_concern_that_names_a_volunteer_is_counted_in_its_circle_only,
];

/// What is said to the story's volunteer and another file, whichever of them is to stay; both are in the programme.
async fn said(desk: &Desk, kept: VolunteerId, other: VolunteerId) -> [String; 2] {
    let state = [VolunteerPart::State];
    [code(propose(desk, kept, other, &[]).await), code(propose(desk, other, kept, &state).await)]
}

/// They become one; nothing else stood in the way.
async fn become_one(s: &Story, kept: VolunteerId, other: VolunteerId, parts: &[VolunteerPart]) {
    let merge = propose(&s.coordinator, kept, other, parts).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
}

async fn stays_at_the_same_time_are_two_volunteers(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    s.asked().await;
    let week_after = s.days(&[s.pair], "2026-11-27", "2026-11-29");
    let second = s.mother.save(RequestStay { new: week_after }).await.unwrap()[0];
    let (stay, to) = (literal(&ground, second.0), literal(&ground, other.volunteer.0));
    let change = async |set: &str| ground.sql(&format!("UPDATE stays SET {set} WHERE id = {stay}")).await;
    change(&format!("volunteer_id = {to}, household_id = {}", literal(&ground, other.household.0))).await;
    let week = 7 * 24 * 3_600_000_i64;
    let length = 49 * 3_600_000_i64;
    // Its last minute is the first one's first.
    change(&format!("starts_at = starts_at - {week} - {length} + 1, ends_at = ends_at - {week} - {length} + 1")).await;
    let overlap = ["merge.stays_overlap", "merge.stays_overlap"];
    assert_eq!(said(&s.coordinator, s.carer.volunteer, other.volunteer).await, overlap);
    change("state = 'cancelled'").await;
    propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    ground.sql("UPDATE merges SET state = 'withdrawn'").await;
    change("state = 'closed'").await;
    assert_eq!(said(&s.coordinator, s.carer.volunteer, other.volunteer).await, overlap);
    change("starts_at = starts_at - 1, ends_at = ends_at - 1").await;
    become_one(&s, s.carer.volunteer, other.volunteer, &[]).await;
    s.store.close().await.unwrap();
}

/// Activity of an hour, entered by one person and confirmed by another.
async fn served(s: &Story, volunteer: VolunteerId, from: Timestamp) {
    let new =
        NewService {
            kind: HoursKind::Activity, span: (from, from.plus_minutes(60)), words: "给孩子们讲急救".into()
        };
    let claim = s.coordinator.save(EnterService { volunteer, others: vec![], new }).await.unwrap();
    s.leader.save(ConfirmHours { claim }).await.unwrap();
}

/// Takes the last line of a book back.
async fn taken_back(s: &Story, volunteer: VolunteerId) {
    let lines = s.coordinator.hours(volunteer).await.unwrap().lines;
    let entry = lines.iter().filter_map(|line| line.entry).next_back().unwrap();
    let new = NewCorrection { span: None, reason: "是同一次活动".into() };
    let claim = s.coordinator.save(CorrectHours { entry, new }).await.unwrap();
    s.leader.save(ConfirmHours { claim }).await.unwrap();
}

async fn the_same_hour_is_not_counted_twice(ground: Ground) {
    let s = story(&ground).await;
    let other = approved(&s.store, "李样例").await;
    let morning = NOW.plus_minutes(-24 * 60);
    served(&s, s.carer.volunteer, morning).await;
    served(&s, other.volunteer, morning.plus_minutes(60)).await;
    propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    ground.sql("UPDATE merges SET state = 'withdrawn'").await;
    // The last hour of one begins in the other's.
    served(&s, s.carer.volunteer, morning.plus_minutes(119)).await;
    let twice = ["merge.hours_twice", "merge.hours_twice"];
    assert_eq!(said(&s.coordinator, s.carer.volunteer, other.volunteer).await, twice);
    taken_back(&s, other.volunteer).await;
    let of = async |whose| s.coordinator.hours(whose).await.unwrap().minutes();
    let before = of(s.carer.volunteer).await + of(other.volunteer).await;
    become_one(&s, s.carer.volunteer, other.volunteer, &[]).await;
    assert_eq!((before, of(s.carer.volunteer).await), (120, 120));
    s.store.close().await.unwrap();
}

async fn two_who_had_the_same_child_on_the_same_days_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    let other = approved(&s.store, "李样例").await;
    let (second, _) = child_of(&s.store, "安小苗", s.school, s.class).await;
    let earlier = literal(&ground, pair(&ground, second, other).await);
    let child = literal(&ground, s.child.0);
    let change = async |set: &str| ground.sql(&format!("UPDATE pairs SET {set} WHERE id = {earlier}")).await;
    change("state = 'ended', begun_on = '2025-09-01', ended_on = '2026-03-16'").await;
    propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    ground.sql("UPDATE merges SET state = 'withdrawn'").await;
    change(&format!("child_id = {child}")).await;
    let same = ["merge.same_child", "merge.same_child"];
    assert_eq!(said(&s.coordinator, s.carer.volunteer, other.volunteer).await, same);
    // It went from one to the other on the day on which the pair of the story began.
    change("ended_on = '2026-03-15'").await;
    become_one(&s, s.carer.volunteer, other.volunteer, &[]).await;
    s.store.close().await.unwrap();
}

/// A round in which these volunteers take part.
async fn round_of(store: &Store, name: &str, volunteers: Vec<VolunteerId>) {
    let desk = system(store);
    let details = RoundDetails::parse(name, "2026-11-28", "").unwrap();
    let round = desk.save(OpenRound { details }).await.unwrap();
    let took = desk.save(TakePart { round, children: Vec::new(), volunteers }).await.unwrap();
    assert_eq!(took.left_out, []);
}

async fn two_in_the_same_round_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-01'").await;
    let other = approved(&s.store, "李样例").await;
    round_of(&s.store, "2026年秋季结对", vec![s.carer.volunteer]).await;
    round_of(&s.store, "2026年冬季结对", vec![other.volunteer]).await;
    propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    ground.sql("UPDATE merges SET state = 'withdrawn'").await;
    round_of(&s.store, "2027年春季结对", vec![s.carer.volunteer, other.volunteer]).await;
    let both = ["merge.both_in_round", "merge.both_in_round"];
    assert_eq!(said(&s.coordinator, s.carer.volunteer, other.volunteer).await, both);
    ground.sql("UPDATE rounds SET state = 'closed' WHERE name = '2027年春季结对'").await;
    become_one(&s, s.carer.volunteer, other.volunteer, &[]).await;
    s.store.close().await.unwrap();
}

async fn an_offer_that_waits_is_answered_before_its_volunteer_s_files_become_one(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let circle = circle(&ground, &store, 1, 1).await;
    let other = approved(&store, "李样例").await.volunteer;
    let desk = system(&store);
    circle.child_slip(&desk, 1, "1", "").await;
    circle.home_slip(&desk, 1, "1", "").await;
    let proposal = circle.offered(&desk).await[0];
    let offered = ["merge.offered", "merge.offered"];
    assert_eq!(said(&coordinator, circle.homes[0], other).await, offered);
    desk.save(AnswerProposal { proposal, side: Side::Volunteer, yes: false }).await.unwrap();
    let merge = propose(&coordinator, circle.homes[0], other, &[]).await.unwrap();
    leader.save(ApproveMerge { merge }).await.unwrap();
    store.close().await.unwrap();
}

async fn a_home_takes_no_more_children_because_two_files_become_one(ground: Ground) {
    let s = story(&ground).await;
    let other = approved(&s.store, "李样例").await;
    let (second, _) = child_of(&s.store, "安小苗", s.school, s.class).await;
    pair(&ground, second, other).await;
    let full = ["merge.no_room", "merge.no_room"];
    assert_eq!(said(&s.coordinator, s.carer.volunteer, other.volunteer).await, full);
    let raise = RaiseCapacity { household: other.household, capacity: 2, reason: "两个房间".into() };
    s.leader.save(raise).await.unwrap();
    let without = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &[]).await;
    assert_eq!(code(without), "merge.no_room", "the home that stays takes one");
    become_one(&s, s.carer.volunteer, other.volunteer, &[VolunteerPart::Home]).await;
    s.store.close().await.unwrap();
}

/// Another volunteer who lives in the home.
async fn housemate(store: &Store, home: Registered, name: &str) -> VolunteerId {
    let act = RegisterVolunteer { details: details(name), home: HomeChoice::Known(home.household) };
    system(store).save(act).await.unwrap().volunteer
}

/// How many rows of a table are told in a comparison: in the file that stays, in the other one.
async fn told(desk: &Desk, kept: VolunteerId, other: VolunteerId, table: &str) -> Option<(u64, u64)> {
    let found = desk.compare_files(kept.into(), other.into()).await.unwrap();
    found.rows.iter().find(|rows| rows.table == table).map(|rows| (rows.kept, rows.other))
}

async fn the_other_volunteers_of_a_home_are_counted_without_herself(ground: Ground) {
    let s = story(&ground).await;
    let other = register(&system(&s.store), "李样例").await;
    let others = async || told(&s.leader, s.carer.volunteer, other.volunteer, "volunteers").await;
    assert_eq!(others().await, None, "she alone is nobody to come along");
    let friend = housemate(&s.store, other, "何样友").await;
    assert_eq!(others().await, Some((0, 1)));
    housemate(&s.store, s.carer, "王示范").await;
    housemate(&s.store, s.carer, "赵试写").await;
    assert_eq!(others().await, Some((2, 1)));
    assert_eq!(told(&s.leader, other.volunteer, friend, "volunteers").await, None, "one home stays as it is");
    s.store.close().await.unwrap();
}

async fn a_concern_that_names_a_volunteer_is_counted_in_its_circle_only(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let form = ConcernForm { words: "手上有伤", situations: vec!["mr4"], ..ConcernForm::default() };
    let raise = RaiseConcern { said: NewConcern::parse(&form).unwrap(), child: None };
    let concern = s.leader.save(raise).await.unwrap();
    let name = NameInConcern { concern, child: None, volunteer: Some(other.volunteer), account: None };
    s.leader.save(name).await.unwrap();
    let seen = async |desk: &Desk| told(desk, s.carer.volunteer, other.volunteer, "concern_people").await;
    assert_eq!(seen(&s.leader).await, Some((0, 1)));
    let late = desk_as(&s.store, Role::Coordinator, Place::County).await;
    assert_eq!(seen(&late).await, None, "not even as a number");
    s.store.close().await.unwrap();
}
