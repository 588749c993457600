//! Concerns, from the first word to the end of what they suspend.
//!
//! Long because: what one act stops, and what comes back when it is lifted, is one story.

use naheya_domain::Role;
use naheya_domain::concern::{ConcernForm, ConcernState, NewConcern};
use naheya_domain::household::{MemberDetails, MemberForm};
use naheya_domain::id::{ChildId, ConcernId};
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountState, AddGrant, EndGrant, SetAccountState};
use naheya_store::child::OpenFile;
use naheya_store::concern::{
    AddToConcern, CloseConcern, HandOnConcerns, LiftSuspension, NameInConcern, RaiseConcern, RemindConcerns,
    ReportConcern, Suspend, TakeUpConcern,
};
use naheya_store::household::AddMember;
use naheya_store::stay::{EndorseStay, RequestStay, RestoreStay};
use naheya_store::{Desk, Error, Store, SystemTask};
use uuid::Uuid;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{Story, child_of, literal, pair, story};
use crate::volunteer::approved;

on_both_engines![
    a_visitor_raises_a_concern_and_a_handler_takes_it_to_its_end,
    whom_a_concern_is_about_never_learns_that_it_exists,
    a_concern_always_has_somebody_who_sees_it,
    who_may_take_a_concern_up_hears_once_more_when_its_time_is_over,
    the_others_hear_that_whoever_took_it_up_is_out_of_it,
    a_concern_about_the_leader_is_handed_on_to_a_successor,
    whoever_comes_or_stays_finds_what_lay_in_nobody_s_hands,
    the_others_hear_that_whoever_took_it_up_has_left,
    nobody_outside_the_circle_finds_a_concern,
    suspending_takes_the_view_away_the_same_moment,
    a_colleague_who_is_a_volunteer_too_is_reached_as_both,
    a_role_that_is_given_while_a_concern_suspends_sees_nothing_until_it_is_lifted,
    lifting_restores_what_this_concern_suspended_and_no_more,
    the_year_s_concerns_never_run_out_of_numbers,
    an_open_concern_stands_first_however_many_are_closed,
    a_heap_of_visitors_concerns_is_kept_whole_and_called_out_a_few_times,
    the_list_goes_out_with_times_and_only_what_the_reader_sees,
    what_a_concern_calls_off_is_told_at_the_gate_like_any_weekend_that_does_not_begin,
    a_family_that_would_hand_the_child_over_hears_that_a_weekend_does_not_begin_and_not_why,
    what_a_concern_called_off_comes_back_by_restoring_once_nothing_suspends_it,
    a_mark_that_outlived_its_suspension_keeps_no_weekend_off,
    a_yes_that_had_fallen_before_a_concern_suspended_does_not_come_back_with_the_weekend,
    a_weekend_under_way_stays_suspended_while_another_concern_reaches_it,
    whom_a_closed_concern_still_suspends_takes_no_other_child_home,
    the_child_of_a_closed_concern_goes_home_with_somebody_else,
    rule_2_a_concern_about_somebody_who_lives_there_keeps_the_child_from_that_home,
    a_child_that_is_away_where_somebody_suspended_lives_is_to_be_fetched_now,
];

pub(crate) fn said(words: &str) -> RaiseConcern {
    let form = ConcernForm { words, situations: vec!["mr4"], ..ConcernForm::default() };
    RaiseConcern { said: NewConcern::parse(&form).unwrap(), child: None }
}

async fn a_visitor_raises_a_concern_and_a_handler_takes_it_to_its_end(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let visitor = store.as_system(SystemTask::Public, COUNTY, NOW).for_visitor(Uuid::from_u128(5));
    let id = visitor.save(said("她说不想回去")).await.unwrap();
    let rows = leader.concerns().await.unwrap();
    assert_eq!((rows[0].id, rows[0].raised_as.as_str()), (id, "public"));
    assert_eq!(rows[0].take_up_by, NOW.plus_minutes(15));
    let early = leader.save(CloseConcern { concern: id, result: "孩子已安顿".into() }).await;
    assert_eq!(early, Err(Error::refused("concern.step_not_possible")));
    leader.save(TakeUpConcern { concern: id }).await.unwrap();
    leader.save(ReportConcern { concern: id, to: "police".into() }).await.unwrap();
    leader.save(AddToConcern { concern: id, words: "校医看过，三处旧伤".into() }).await.unwrap();
    leader.save(CloseConcern { concern: id, result: "孩子已安顿".into() }).await.unwrap();
    let file = leader.concern(id).await.unwrap();
    assert_eq!(file.row.state, ConcernState::Closed);
    assert_eq!(file.words, "她说不想回去");
    let kinds: Vec<&str> = file.entries.iter().map(|e| e.2.as_str()).collect();
    assert_eq!(kinds, ["taken_up", "reported", "words", "closed"]);
    store.close().await.unwrap();
}

async fn whom_a_concern_is_about_never_learns_that_it_exists(ground: Ground) {
    let store = ground.store().await;
    let one = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let id = one.save(said("关于一位同事")).await.unwrap();
    one.save(NameInConcern { concern: id, child: None, volunteer: None, account: Some(other.viewer().account) })
        .await
        .unwrap();
    assert_eq!(other.concerns().await.unwrap(), []);
    assert_eq!(other.open_concerns().await.unwrap(), [], "nor on the day's page");
    assert_eq!(other.concern(id).await, Err(Error::NotFound));
    assert_eq!(other.save(TakeUpConcern { concern: id }).await, Err(Error::NotFound));
    assert_eq!(one.concerns().await.unwrap().len(), 1);
    store.close().await.unwrap();
}

async fn a_concern_always_has_somebody_who_sees_it(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = system(&store).save(said("拿不准")).await.unwrap();
    let about = |account| NameInConcern { concern: id, child: None, volunteer: None, account: Some(account) };
    leader.save(about(coordinator.viewer().account)).await.unwrap();
    let alone = leader.save(about(leader.viewer().account)).await;
    assert_eq!(alone, Err(Error::refused("concern.nobody_left")));
    assert_eq!(leader.concern(id).await.unwrap().people.len(), 1, "nothing of it stands");
    // With another named handler it goes on to her, and she hears of it.
    let late = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(late.concern(id).await.err(), Some(Error::NotFound));
    leader.save(about(leader.viewer().account)).await.unwrap();
    assert_eq!(leader.concern(id).await.err(), Some(Error::NotFound));
    assert_eq!(late.concern(id).await.unwrap().people.len(), 2);
    late.save(TakeUpConcern { concern: id }).await.unwrap();
    store.close().await.unwrap();
}

async fn who_may_take_a_concern_up_hears_once_more_when_its_time_is_over(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = system(&store).save(said("拿不准")).await.unwrap();
    let taken = system(&store).save(said("另一件")).await.unwrap();
    coordinator.save(TakeUpConcern { concern: taken }).await.unwrap();
    let account = Some(leader.viewer().account);
    coordinator.save(NameInConcern { concern: id, child: None, volunteer: None, account }).await.unwrap();
    let remind = async |minutes: i64| {
        let job = store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(minutes));
        job.save(RemindConcerns).await.unwrap()
    };
    assert_eq!(remind(15).await, 0, "its time is not over");
    assert_eq!(store.counties_with_late_concerns(NOW.plus_minutes(15)).await.unwrap(), []);
    assert_eq!((remind(16).await, remind(17).await), (1, 0), "once");
    let told = format!(
        "SELECT kind FROM outbox WHERE kind = 'concern.waits' AND to_account = {}",
        literal(&ground, coordinator.viewer().account.0)
    );
    assert_eq!(ground.texts(&told).await.len(), 1);
    let all = ground.texts("SELECT kind FROM outbox WHERE kind = 'concern.waits'").await;
    assert_eq!(all.len(), 1, "whom it is about hears nothing");
    assert_eq!(coordinator.save(RemindConcerns).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn the_others_hear_that_whoever_took_it_up_is_out_of_it(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = system(&store).save(said("拿不准")).await.unwrap();
    coordinator.save(TakeUpConcern { concern: id }).await.unwrap();
    let account = Some(coordinator.viewer().account);
    leader.save(NameInConcern { concern: id, child: None, volunteer: None, account }).await.unwrap();
    let to = |desk: &naheya_store::Desk| {
        let whose = literal(&ground, desk.viewer().account.0);
        format!("SELECT kind FROM outbox WHERE kind = 'concern.raised' AND to_account = {whose}")
    };
    assert_eq!(ground.texts(&to(&leader)).await.len(), 2);
    assert_eq!(ground.texts(&to(&coordinator)).await.len(), 1, "of what she is told no more");
    store.close().await.unwrap();
}

/// A concern about the county's leader, whom its coordinator has named.
async fn about_the_leader(store: &Store) -> (ConcernId, Desk, Desk) {
    let leader = desk_as(store, Role::Leader, Place::County).await;
    let coordinator = desk_as(store, Role::Coordinator, Place::County).await;
    let concern = system(store).save(said("关于一位同事")).await.unwrap();
    let account = Some(leader.viewer().account);
    coordinator.save(NameInConcern { concern, child: None, volunteer: None, account }).await.unwrap();
    (concern, leader, coordinator)
}

async fn closed(store: &Store, desk: &Desk) {
    let account = desk.viewer().account;
    let version = system(store).account(account).await.unwrap().version;
    system(store).save(SetAccountState { account, state: AccountState::Closed, version }).await.unwrap();
}

async fn a_concern_about_the_leader_is_handed_on_to_a_successor(ground: Ground) {
    let store = ground.store().await;
    let (concern, leader, coordinator) = about_the_leader(&store).await;
    // The successor is there before she goes.
    let successor = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(successor.concern(concern).await.err(), Some(Error::NotFound), "it is in somebody's hands");
    system(&store).save(EndGrant { grant: coordinator.viewer().grant }).await.unwrap();
    assert_eq!(leader.concern(concern).await.err(), Some(Error::NotFound));
    successor.save(TakeUpConcern { concern }).await.unwrap();
    let to = literal(&ground, successor.viewer().account.0);
    let letters = format!("SELECT kind FROM outbox WHERE kind = 'concern.raised' AND to_account = {to}");
    assert_eq!(ground.texts(&letters).await.len(), 1);
    store.close().await.unwrap();
}

async fn whoever_comes_or_stays_finds_what_lay_in_nobody_s_hands(ground: Ground) {
    let store = ground.store().await;
    let (concern, leader, coordinator) = about_the_leader(&store).await;
    closed(&store, &coordinator).await;
    assert_eq!(leader.concern(concern).await.err(), Some(Error::NotFound));
    let newcomer = desk_as(&store, Role::Coordinator, Place::County).await;
    newcomer.concern(concern).await.unwrap();
    // A role that ends by its own last day is no act: the clock hands on.
    let third = desk_as(&store, Role::Coordinator, Place::County).await;
    let grant = literal(&ground, newcomer.viewer().grant.0);
    ground.sql(&format!("UPDATE grants SET from_on = '2026-01-01', to_on = '2026-11-19' WHERE id = {grant}")).await;
    assert_eq!(third.save(HandOnConcerns).await, Err(Error::Forbidden));
    assert_eq!(third.concern(concern).await.err(), Some(Error::NotFound));
    let job = store.as_system(SystemTask::Job, COUNTY, NOW);
    assert_eq!((job.save(HandOnConcerns).await, job.save(HandOnConcerns).await), (Ok(1), Ok(0)));
    third.concern(concern).await.unwrap();
    store.close().await.unwrap();
}

async fn the_others_hear_that_whoever_took_it_up_has_left(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = system(&store).save(said("拿不准")).await.unwrap();
    coordinator.save(TakeUpConcern { concern: id }).await.unwrap();
    closed(&store, &coordinator).await;
    let to = literal(&ground, leader.viewer().account.0);
    let letters = format!("SELECT kind FROM outbox WHERE kind = 'concern.raised' AND to_account = {to}");
    assert_eq!(ground.texts(&letters).await.len(), 2, "nobody goes on with it");
    store.close().await.unwrap();
}

async fn nobody_outside_the_circle_finds_a_concern(ground: Ground) {
    let store = ground.store().await;
    let in_time = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = system(&store).save(said("拿不准")).await.unwrap();
    let late = desk_as(&store, Role::Coordinator, Place::County).await;
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(Uuid::from_u128(1))).await;
    assert_eq!(in_time.concerns().await.unwrap().len(), 1);
    assert_eq!(late.concerns().await.unwrap(), []);
    assert_eq!(late.concern(id).await, Err(Error::NotFound));
    assert_eq!(teacher.concern(id).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn suspending_takes_the_view_away_the_same_moment(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let colleague = desk_as(&store, Role::Coordinator, Place::County).await;
    system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let id = leader.save(said("关于一位同事")).await.unwrap();
    leader
        .save(NameInConcern { concern: id, child: None, volunteer: None, account: Some(colleague.viewer().account) })
        .await
        .unwrap();
    let done = leader.save(Suspend { concern: id }).await.unwrap();
    assert_eq!(done.grants, 1);
    assert_eq!(store.desk_of_grant(colleague.viewer().grant, NOW).await.err(), Some(Error::NotFound));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_colleague_who_is_a_volunteer_too_is_reached_as_both(ground: Ground) {
    let s = story(&ground).await;
    let account = s.mother.viewer().account;
    let (role, place, from_on) = (Role::Coordinator, Place::County, NOW.date());
    let office = system(&s.store).save(AddGrant { account, role, place, from_on, to_on: None }).await.unwrap();
    for by_account in [true, false] {
        s.asked().await;
        let concern = s.leader.save(said("关于一位同事")).await.unwrap();
        let (volunteer, account) = if by_account { (None, Some(account)) } else { (Some(s.carer.volunteer), None) };
        s.leader.save(NameInConcern { concern, child: None, volunteer, account }).await.unwrap();
        let done = s.leader.save(Suspend { concern }).await.unwrap();
        assert_eq!((done.pairs, done.stays, done.grants), (1, 1, 2), "named as a colleague: {by_account}");
        assert_eq!(s.store.desk_of_grant(office, NOW).await.err(), Some(Error::NotFound));
        let result = "查过，没有这回事".to_owned();
        s.leader.save(LiftSuspension { concern, reason: result.clone() }).await.unwrap();
        s.leader.save(TakeUpConcern { concern }).await.unwrap();
        s.leader.save(CloseConcern { concern, result }).await.unwrap();
    }
    s.store.close().await.unwrap();
}

async fn a_role_that_is_given_while_a_concern_suspends_sees_nothing_until_it_is_lifted(ground: Ground) {
    let s = story(&ground).await;
    let concern = s.leader.save(said("手上有伤")).await.unwrap();
    let name = NameInConcern { concern, child: None, volunteer: Some(s.carer.volunteer), account: None };
    s.leader.save(name).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    let (account, place) = (s.mother.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Applicant, place, from_on: NOW.date(), to_on: None };
    let grant = s.coordinator.save(add).await.unwrap();
    assert_eq!(s.store.desk_of_grant(grant, NOW).await.err(), Some(Error::NotFound));
    s.leader.save(LiftSuspension { concern, reason: "公安查过，家里安全".into() }).await.unwrap();
    s.store.desk_of_grant(grant, NOW).await.unwrap();
    assert_eq!(s.store.verify(COUNTY, true, NOW).await.unwrap(), []);
    s.store.close().await.unwrap();
}

async fn lifting_restores_what_this_concern_suspended_and_no_more(ground: Ground) {
    let s = story(&ground).await;
    let planned = s.approved().await;
    let one = s.leader.save(said("手上有伤")).await.unwrap();
    let other = s.leader.save(said("家里来了陌生人")).await.unwrap();
    for concern in [one, other] {
        let name = NameInConcern { concern, child: Some(s.child), volunteer: Some(s.carer.volunteer), account: None };
        s.leader.save(name).await.unwrap();
    }
    let lift = |concern| LiftSuspension { concern, reason: "公安查过，家里安全".into() };
    assert_eq!(s.leader.save(lift(one)).await, Err(Error::refused("concern.not_suspended")));
    s.leader.save(Suspend { concern: one }).await.unwrap();
    s.leader.save(Suspend { concern: other }).await.unwrap();
    let mother = s.mother.viewer().grant;
    assert_eq!(s.store.desk_of_grant(mother, NOW).await.err(), Some(Error::NotFound));
    // The other concern still stands: nothing opens.
    let bare = LiftSuspension { concern: one, reason: " 好 ".into() };
    assert_eq!(s.leader.save(bare).await, Err(Error::field("lift_reason", "text.few_words")));
    let first = s.leader.save(lift(one)).await.unwrap();
    assert_eq!((first.pairs, first.grants, first.kept), (0, 0, 2));
    assert_eq!(s.store.desk_of_grant(mother, NOW).await.err(), Some(Error::NotFound));
    let last = s.leader.save(lift(other)).await.unwrap();
    assert_eq!((last.pairs, last.grants, last.kept), (1, 1, 0));
    let back = s.store.desk_of_grant(mother, NOW).await.unwrap();
    let pair = s.coordinator.child_file(s.child).await.unwrap().pair.unwrap();
    assert_eq!(pair.state, "active");
    let stays = back.my_stays(NOW).await.unwrap();
    let called_off = stays.iter().find(|l| l.stay == planned).unwrap();
    assert_eq!(called_off.state, naheya_domain::stay::StayState::Cancelled, "what was called off stays so");
    let file = s.leader.concern(other).await.unwrap();
    assert!(!file.row.suspended && file.entries.iter().any(|e| e.2 == "lifted" && e.3 == "公安查过，家里安全"));
    assert_eq!(s.store.verify(COUNTY, true, NOW).await.unwrap(), []);
    s.store.close().await.unwrap();
}

async fn the_year_s_concerns_never_run_out_of_numbers(ground: Ground) {
    let store = ground.told().await;
    let visitor = store.as_system(SystemTask::Public, COUNTY, NOW).for_visitor(Uuid::from_u128(5));
    for _ in 0..3 {
        visitor.save(said("她说不想回去")).await.unwrap();
    }
    ground.sql("UPDATE concerns SET number = '2026-9999' WHERE number = '2026-0004'").await;
    for _ in 0..2 {
        visitor.save(said("她说不想回去")).await.unwrap();
    }
    let numbers = ground.texts("SELECT number FROM concerns WHERE number LIKE '2026-1%' ORDER BY number").await;
    assert_eq!(numbers, ["2026-10000", "2026-10001"]);
    store.close().await.unwrap();
}

async fn the_list_goes_out_with_times_and_only_what_the_reader_sees(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let id = leader.save(said("手上有伤")).await.unwrap();
    // Begun after the concern: outside its circle.
    let late = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(late.concerns_out().await.unwrap(), (Vec::new(), false));
    leader.save(TakeUpConcern { concern: id }).await.unwrap();
    let (out, _) = leader.concerns_out().await.unwrap();
    assert_eq!((out.len(), out[0].row.id, out[0].taken_up_at, out[0].closed_at), (1, id, Some(NOW), None));
    let looks = "SELECT fields FROM audit_events WHERE noun = 'concerns' AND act = 'look' AND ref_id IS NOT NULL";
    assert_eq!(ground.texts(looks).await, ["export"]);
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(Uuid::from_u128(1))).await;
    assert_eq!(teacher.concerns_out().await.err(), Some(Error::Forbidden));
    store.close().await.unwrap();
}

async fn a_heap_of_visitors_concerns_is_kept_whole_and_called_out_a_few_times(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let hers = literal(&ground, leader.viewer().account.0);
    let letters = format!("SELECT kind FROM outbox WHERE kind = 'concern.raised' AND to_account = {hers}");
    let from_outside = |minutes| store.as_system(SystemTask::Public, COUNTY, NOW.plus_minutes(minutes));
    for n in 0..8 {
        from_outside(0).for_visitor(Uuid::from_u128(n)).save(said("乱写的")).await.unwrap();
    }
    let at_once = format!("{letters} AND due_at <= {}", NOW.0);
    assert_eq!(ground.texts(&at_once).await.len(), 5);
    assert_eq!(ground.texts(&letters).await.len(), 6, "and one word of the others when the ten minutes are over");
    assert_eq!(leader.concerns().await.unwrap().len(), 8, "none is refused");
    coordinator.save(said("她说不想回去")).await.unwrap();
    assert_eq!(ground.texts(&letters).await.len(), 7, "who is known is always heard");
    from_outside(10).save(said("她说不想回去")).await.unwrap();
    assert_eq!(ground.texts(&letters).await.len(), 8, "it begins anew");
    store.close().await.unwrap();
}

async fn an_open_concern_stands_first_however_many_are_closed(ground: Ground) {
    let s = story(&ground).await;
    for _ in 0..201 {
        s.leader.save(said("早就办完的事")).await.unwrap();
    }
    ground.sql("UPDATE concerns SET state = 'closed'").await;
    let later = s.at(&s.leader, NOW.plus_minutes(60)).await;
    let new = later.save(said("她说不想回去")).await.unwrap();
    let rows = later.concerns().await.unwrap();
    assert_eq!((rows[0].id, rows[0].state), (new, ConcernState::Raised));
    assert_eq!(rows.len(), 201, "of those closed, the latest two hundred");
    let open = later.open_concerns().await.unwrap();
    assert_eq!(open, rows[..1], "the day's page reads no others");
    s.store.close().await.unwrap();
}

async fn what_a_concern_calls_off_is_told_at_the_gate_like_any_weekend_that_does_not_begin(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    let concern = s.leader.save(RaiseConcern { child: Some(s.child), ..said("手臂上有伤") }).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    let teachers = "SELECT kind FROM outbox WHERE to_role = 'class_teacher' AND kind LIKE 'stay.stopped%'";
    assert_eq!(ground.texts(teachers).await, ["stay.stopped_now"], "she may stand there without network");
    let herself = literal(&ground, s.mother.viewer().account.0);
    let hers = format!("SELECT kind FROM outbox WHERE to_account = {herself}");
    assert_eq!(ground.texts(&hers).await, ["stay.approved"]);
    s.store.close().await.unwrap();
}

async fn a_family_that_would_hand_the_child_over_hears_that_a_weekend_does_not_begin_and_not_why(ground: Ground) {
    let s = story(&ground).await;
    s.approved_from_home().await;
    let concern = s.leader.save(RaiseConcern { child: Some(s.child), ..said("手臂上有伤") }).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    let family = "SELECT kind FROM outbox WHERE person_kind = 'guardians' AND kind LIKE 'stay.stopped%'";
    assert_eq!(ground.texts(family).await, ["stay.stopped_now"], "at holidays it waits with the child");
    s.store.close().await.unwrap();
}

/// A concern that names the child and its carer, and suspends.
async fn suspending(s: &Story, words: &str) -> ConcernId {
    let concern = s.leader.save(said(words)).await.unwrap();
    let name = NameInConcern { concern, child: Some(s.child), volunteer: Some(s.carer.volunteer), account: None };
    s.leader.save(name).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    concern
}

/// Nothing came of it: the suspension ends, and the concern with it.
async fn ended(s: &Story, concern: ConcernId) {
    s.leader.save(LiftSuspension { concern, reason: "公安查过，家里安全".into() }).await.unwrap();
    s.leader.save(TakeUpConcern { concern }).await.unwrap();
    s.leader.save(CloseConcern { concern, result: "查过，没有这回事".into() }).await.unwrap();
}

async fn what_a_concern_called_off_comes_back_by_restoring_once_nothing_suspends_it(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let (one, other) = (suspending(&s, "手上有伤").await, suspending(&s, "家里来了陌生人").await);
    for concern in [one, other] {
        assert!(s.coordinator.save(RestoreStay { stay }).await.is_err(), "something suspends it");
        ended(&s, concern).await;
    }
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(true));
    assert_eq!(ground.texts("SELECT state FROM stays WHERE suspended_by IS NULL").await, ["approved"]);
    s.digits(stay).await;
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_mark_that_outlived_its_suspension_keeps_no_weekend_off(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let concern = suspending(&s, "手上有伤").await;
    ended(&s, concern).await;
    // As an earlier version left it.
    ground.sql(&format!("UPDATE stays SET suspended_by = {}", literal(&ground, concern.0))).await;
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(true));
    s.digits(stay).await;
    s.store.close().await.unwrap();
}

async fn a_yes_that_had_fallen_before_a_concern_suspended_does_not_come_back_with_the_weekend(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.teacher.save(EndorseStay { stay, yes: false, words: String::new() }).await.unwrap();
    s.teacher.save(EndorseStay { stay, yes: true, words: String::new() }).await.unwrap();
    let concern = suspending(&s, "手上有伤").await;
    ended(&s, concern).await;
    assert_eq!(s.coordinator.save(RestoreStay { stay }).await, Ok(false), "it waits for the office again");
    s.store.close().await.unwrap();
}

async fn a_weekend_under_way_stays_suspended_while_another_concern_reaches_it(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    let (one, other) = (suspending(&s, "手上有伤").await, suspending(&s, "家里来了陌生人").await);
    let marked = "SELECT state FROM stays WHERE suspended_by IS NOT NULL";
    ended(&s, one).await;
    assert_eq!(ground.texts(marked).await, ["in_care"], "no night is added to it");
    ended(&s, other).await;
    assert_eq!(ground.texts(marked).await, Vec::<String>::new());
    s.store.close().await.unwrap();
}

/// A concern that names the carer, suspends, and is closed with its result; the suspension stays.
async fn found_true(s: &Story, child: Option<ChildId>) -> ConcernId {
    let concern = s.leader.save(said("手上有伤")).await.unwrap();
    let name = NameInConcern { concern, child, volunteer: Some(s.carer.volunteer), account: None };
    s.leader.save(name).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    s.leader.save(TakeUpConcern { concern }).await.unwrap();
    s.leader.save(CloseConcern { concern, result: "公安查实，孩子已经安顿好".into() }).await.unwrap();
    concern
}

async fn whom_a_closed_concern_still_suspends_takes_no_other_child_home(ground: Ground) {
    let s = story(&ground).await;
    let concern = found_true(&s, None).await;
    let (other, _) = child_of(&s.store, "石小榴", s.school, s.class).await;
    let later = pair(&ground, other, s.carer).await;
    let request = || RequestStay { new: s.weekend(&[later]) };
    assert!(s.coordinator.save(request()).await.is_err(), "she is suspended");
    s.leader.save(LiftSuspension { concern, reason: "公安复查，没有这回事".into() }).await.unwrap();
    s.coordinator.save(request()).await.unwrap();
    s.store.close().await.unwrap();
}

async fn the_child_of_a_closed_concern_goes_home_with_somebody_else(ground: Ground) {
    let s = story(&ground).await;
    found_true(&s, Some(s.child)).await;
    let somebody = approved(&s.store, "苏小禾").await;
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-19'").await;
    let mut new = s.weekend(&[pair(&ground, s.child, somebody).await]);
    new.adults = vec![somebody.member.0];
    s.coordinator.save(RequestStay { new }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn rule_2_a_concern_about_somebody_who_lives_there_keeps_the_child_from_that_home(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let other = approved(&s.store, "苏小禾").await;
    let concern = s.leader.save(said("那个人")).await.unwrap();
    let volunteer = Some(other.volunteer);
    s.leader.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
    let told = async || {
        let refusals = s.leader.stay_line(stay).await.unwrap().refusals;
        refusals.iter().any(|refusal| refusal.code == "stay.concern_open")
    };
    assert!(!told().await, "she has a home of her own");
    lives_with_the_carer(&s).await;
    assert!(told().await);
    s.store.close().await.unwrap();
}

/// The other volunteer sleeps in the carer's home too, by her telephone.
async fn lives_with_the_carer(s: &Story) {
    let form = MemberForm { name: "苏小禾", birth_on: "1985-04-06", phone: "13900000001", ..MemberForm::default() };
    let details = MemberDetails::parse(&form, NOW.date()).unwrap();
    s.coordinator.save(AddMember { household: s.carer.household, details }).await.unwrap();
}

async fn a_child_that_is_away_where_somebody_suspended_lives_is_to_be_fetched_now(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    let volunteer = Some(approved(&s.store, "苏小禾").await.volunteer);
    lives_with_the_carer(&s).await;
    let about = async || {
        let concern = s.leader.save(said("那个人")).await.unwrap();
        s.leader.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
        concern
    };
    let (one, other) = (about().await, about().await);
    let done = s.leader.save(Suspend { concern: one }).await.unwrap();
    assert_eq!((done.pairs, done.stays, done.under_way), (0, 0, 1));
    let letters = "SELECT kind FROM outbox WHERE kind = 'stay.end_now'";
    assert_eq!(ground.texts(letters).await, ["stay.end_now"]);
    s.leader.save(Suspend { concern: other }).await.unwrap();
    let stopped = "SELECT state FROM stays WHERE suspended_by IS NOT NULL";
    for (concern, left) in [(one, 1), (other, 0)] {
        s.leader.save(LiftSuspension { concern, reason: "公安查过，家里安全".into() }).await.unwrap();
        assert_eq!(ground.texts(stopped).await.len(), left, "the other concern still reaches her");
    }
    s.store.close().await.unwrap();
}
