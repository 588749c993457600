//! Long work: taken up by one process, taken over from a dead one, stopped without a trace, for whoever may have it.

use std::sync::Arc;

use naheya_domain::export::ALONE;
use naheya_domain::operation::{LEASE, LIVES, OPEN, OperationKind, OperationState, THERE, TURNS};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::audit::AuditFilter;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::export::{ApproveExport, AskExport, Out};
use naheya_store::grant::EndGrant;
use naheya_store::notice::ExpandLetters;
use naheya_store::operation::run::{ClaimOperation, FailOperation, FinishOperation, Held, MoveOperation};
use naheya_store::operation::{Asked, SeeOperation, StartOperation, StopOperation};
use naheya_store::purge::PurgeOld;
use naheya_store::volunteer::VolunteerFilter;
use naheya_store::{Desk, Error, Store, SystemTask};
use uuid::Uuid;

use crate::child::details;
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;

mod write;

on_both_engines![
    an_operation_is_taken_up_by_one_process_alone,
    what_a_dead_process_had_in_hand_is_taken_over_and_its_word_no_longer_counts,
    what_felled_three_processes_is_given_up,
    stopping_changes_nothing_and_leaves_no_file,
    a_right_withdrawn_meanwhile_lets_nothing_out,
    a_file_of_more_than_fifty_children_obeys_the_second_person,
    a_file_names_in_the_trail_who_left_the_house,
    a_file_is_for_whoever_asked_for_it,
    a_long_file_comes_back_as_it_went_in,
    a_file_lives_a_day_and_is_purged,
    the_same_wish_twice_is_one_operation,
    nobody_has_more_than_three_operations_waiting,
    two_operations_run_at_a_time_in_a_county,
    the_end_is_told_to_whoever_left_and_to_nobody_at_the_page,
    a_list_that_is_not_for_a_role_is_not_made_for_it,
    only_the_clock_takes_operations_up,
];

fn events() -> Asked {
    Asked::AuditEvents(AuditFilter::default())
}

fn of_noun(noun: &str) -> Asked {
    Asked::AuditEvents(AuditFilter { noun: Some(noun.into()), ..AuditFilter::default() })
}

fn start(asked: Asked) -> StartOperation {
    StartOperation { asked, total: 2_000, language: "zh-Hans".into(), awaited_until: NOW }
}

fn clock(store: &Store, at: Timestamp) -> Desk {
    store.as_system(SystemTask::Job, COUNTY, at)
}

fn later(milliseconds: i64) -> Timestamp {
    Timestamp(NOW.0 + milliseconds)
}

async fn claimed(store: &Store, at: Timestamp) -> Held {
    clock(store, at).save(ClaimOperation).await.unwrap().unwrap()
}

fn finish(held: &Held) -> FinishOperation {
    FinishOperation { held: held.clone(), file: Arc::from(b"file".as_slice()), ids: Arc::from([]) }
}

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        other => format!("{other:?}"),
    }
}

async fn leader(store: &Store) -> Desk {
    desk_as(store, Role::Leader, Place::County).await
}

async fn an_operation_is_taken_up_by_one_process_alone(ground: Ground) {
    let store = ground.store().await;
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    let id = leader(&store).await.save(start(events())).await.unwrap();
    let (one, two) = (clock(&store, NOW), clock(&other, NOW));
    let (one, two) = tokio::join!(one.save(ClaimOperation), two.save(ClaimOperation));
    let taken: Vec<Held> = [one, two].into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!((taken[0].operation(), taken[0].turn), (id, 1));
    other.close().await.unwrap();
    store.close().await.unwrap();
}

async fn what_a_dead_process_had_in_hand_is_taken_over_and_its_word_no_longer_counts(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(events())).await.unwrap();
    let dead = claimed(&store, NOW).await;
    assert_eq!(clock(&store, NOW).save(MoveOperation { held: dead.clone(), done: 400, of: None }).await, Ok(true));
    assert_eq!(clock(&store, later(LEASE)).save(ClaimOperation).await, Ok(None), "it may be alive");
    let alive = claimed(&store, later(LEASE + 1)).await;
    assert_eq!((alive.id, alive.turn), (dead.id, 2));
    assert_eq!(me.operation(id).await.unwrap().done, 0, "begun anew");
    assert_eq!(clock(&store, NOW).save(MoveOperation { held: dead.clone(), done: 800, of: None }).await, Ok(false));
    assert_eq!(me.save(finish(&dead)).await, Ok(false));
    let fail = FailOperation { held: dead, code: "operation.broken".into() };
    assert_eq!(clock(&store, NOW).save(fail).await, Ok(false));
    assert_eq!(me.save(finish(&alive)).await, Ok(true));
    assert_eq!(me.fetch_operation(id).await, Ok(b"file".to_vec()));
    store.close().await.unwrap();
}

async fn what_felled_three_processes_is_given_up(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(events())).await.unwrap();
    for turn in 0..TURNS {
        claimed(&store, later(i64::from(turn) * (LEASE + 1))).await;
    }
    let after = later(i64::from(TURNS) * (LEASE + 1));
    assert_eq!(clock(&store, after).save(ClaimOperation).await, Ok(None));
    let line = me.operation(id).await.unwrap();
    assert_eq!((line.state, line.failure.as_deref()), (OperationState::Failed, Some("operation.given_up")));
    store.close().await.unwrap();
}

async fn stopping_changes_nothing_and_leaves_no_file(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(events())).await.unwrap();
    let held = claimed(&store, NOW).await;
    me.save(StopOperation { operation: id }).await.unwrap();
    assert_eq!(clock(&store, NOW).save(MoveOperation { held: held.clone(), done: 400, of: None }).await, Ok(false));
    assert_eq!(me.save(finish(&held)).await, Ok(false));
    assert_eq!(ground.texts("SELECT act FROM audit_events WHERE fields = 'export'").await, Vec::<String>::new());
    assert_eq!(ground.texts("SELECT kind FROM operations WHERE expires_at IS NOT NULL").await, Vec::<String>::new());
    assert_eq!(code(me.fetch_operation(id).await), "operation.not_done");
    assert_eq!(code(me.save(StopOperation { operation: id }).await), "operation.ended");
    assert_eq!(clock(&store, later(LEASE + 1)).save(ClaimOperation).await, Ok(None), "it stays stopped");
    store.close().await.unwrap();
}

async fn a_right_withdrawn_meanwhile_lets_nothing_out(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    // The last leader of a county stays.
    leader(&store).await;
    me.save(start(events())).await.unwrap();
    let held = claimed(&store, NOW).await;
    assert!(store.desk_of_grant(held.grant(), NOW).await.is_ok());
    system(&store).save(EndGrant { grant: held.grant() }).await.unwrap();
    let gone = store.desk_of_grant(held.grant(), NOW).await;
    assert_eq!(gone.map(|_| ()), Err(Error::NotFound), "no desk, no file");
    store.close().await.unwrap();
}

/// One child more than one person takes out, let out by the leader to the coordinator.
async fn let_out(store: &Store) -> (Desk, Asked) {
    for _ in 0..=ALONE {
        system(store).save(OpenFile { details: details("安小草") }).await.unwrap();
    }
    let me = desk_as(store, Role::Coordinator, Place::County).await;
    let ask = AskExport { out: Out::Children(ChildFilter::default()), purpose: "报旗教育局摸底".into() };
    let export = me.save(ask).await.unwrap();
    assert_eq!(code(me.save(start(Asked::LetOut(OperationKind::Children, export))).await), "export.not_approved");
    leader(store).await.save(ApproveExport { export }).await.unwrap();
    (me, Asked::LetOut(OperationKind::Children, export))
}

async fn everybody(me: &Desk) -> Arc<[Uuid]> {
    let (mut rows, _) = me.children(&ChildFilter::default()).await.unwrap();
    let after = rows.last().map(|row| (row.name.clone(), row.id));
    rows.extend(me.children(&ChildFilter { after, ..ChildFilter::default() }).await.unwrap().0);
    rows.iter().map(|row| row.id.0).collect()
}

async fn a_file_of_more_than_fifty_children_obeys_the_second_person(ground: Ground) {
    let store = ground.store().await;
    let (me, asked) = let_out(&store).await;
    assert_eq!(me.rows_of_operation(&asked).await, Ok(51));
    let other = leader(&store).await;
    assert_eq!(code(other.save(start(asked.clone())).await), "export.not_own");
    let id = me.save(start(asked)).await.unwrap();
    let held = claimed(&store, NOW).await;
    let ids: Arc<[Uuid]> = everybody(&me).await;
    assert_eq!(ids.len(), 51);
    let grown = ids.iter().copied().chain([Uuid::now_v7()]).collect();
    assert_eq!(code(me.save(FinishOperation { ids: grown, ..finish(&held) }).await), "export.grown");
    assert_eq!(me.exports().await.unwrap().1[0].taken, 0);
    assert_eq!(me.save(FinishOperation { ids, ..finish(&held) }).await, Ok(true));
    assert_eq!(me.exports().await.unwrap().1[0].taken, 1);
    let until = me.operation(id).await.unwrap().open_until.unwrap();
    assert_eq!(until, NOW.plus_minutes(naheya_domain::export::LIVES), "no longer than the yes");
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_file_names_in_the_trail_who_left_the_house(ground: Ground) {
    let store = ground.store().await;
    let (me, asked) = let_out(&store).await;
    let id = me.save(start(asked)).await.unwrap();
    let held = claimed(&store, NOW).await;
    let ids = everybody(&me).await;
    me.save(FinishOperation { ids: Arc::clone(&ids), ..finish(&held) }).await.unwrap();
    for id in [ids[0], ids[50]] {
        let trail = me.child_trail(naheya_domain::id::ChildId(id)).await.unwrap();
        assert!(trail.iter().any(|line| line.fields == "export"), "{trail:?}");
    }
    me.fetch_operation(id).await.unwrap();
    assert_eq!(ground.texts("SELECT noun FROM audit_events WHERE act = 'operation.fetch'").await, ["operations"]);
    store.close().await.unwrap();
}

async fn a_file_is_for_whoever_asked_for_it(ground: Ground) {
    let store = ground.store().await;
    let (me, other) = (leader(&store).await, leader(&store).await);
    let id = me.save(start(events())).await.unwrap();
    me.save(finish(&claimed(&store, NOW).await)).await.unwrap();
    assert_eq!(other.operation(id).await, Err(Error::NotFound));
    assert_eq!(other.fetch_operation(id).await, Err(Error::NotFound));
    assert_eq!(other.save(StopOperation { operation: id }).await, Err(Error::NotFound));
    assert_eq!(other.operations().await, Ok(Vec::new()));
    store.close().await.unwrap();
}

async fn a_long_file_comes_back_as_it_went_in(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(events())).await.unwrap();
    let held = claimed(&store, NOW).await;
    let file: Vec<u8> = (0..600_000_u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[2]).collect();
    me.save(FinishOperation { file: Arc::from(file.as_slice()), ..finish(&held) }).await.unwrap();
    assert_eq!(me.fetch_operation(id).await.unwrap(), file);
    store.close().await.unwrap();
}

async fn a_file_lives_a_day_and_is_purged(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(events())).await.unwrap();
    me.save(finish(&claimed(&store, NOW).await)).await.unwrap();
    let day = NOW.plus_minutes(LIVES);
    clock(&store, day).save(PurgeOld).await.unwrap();
    assert_eq!(me.fetch_operation(id).await, Ok(b"file".to_vec()), "to its last moment");
    clock(&store, Timestamp(day.0 + 1)).save(PurgeOld).await.unwrap();
    assert_eq!(me.operation(id).await, Err(Error::NotFound));
    assert_eq!(ground.texts("SELECT kind FROM operations").await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn the_same_wish_twice_is_one_operation(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(events())).await.unwrap();
    assert_eq!(me.save(start(events())).await, Ok(id));
    assert_ne!(me.save(start(of_noun("stays"))).await, Ok(id));
    store.close().await.unwrap();
}

async fn nobody_has_more_than_three_operations_waiting(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let mut first = None;
    for noun in ["stays", "children", "pairs"].iter().take(OPEN) {
        first.get_or_insert(me.save(start(of_noun(noun))).await.unwrap());
    }
    assert_eq!(code(me.save(start(events())).await), "operation.many");
    me.save(StopOperation { operation: first.unwrap() }).await.unwrap();
    assert!(me.save(start(events())).await.is_ok());
    store.close().await.unwrap();
}

async fn two_operations_run_at_a_time_in_a_county(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    for noun in ["stays", "children", "pairs"] {
        me.save(start(of_noun(noun))).await.unwrap();
    }
    let first = claimed(&store, NOW).await;
    claimed(&store, NOW).await;
    assert_eq!(clock(&store, NOW).save(ClaimOperation).await, Ok(None));
    me.save(finish(&first)).await.unwrap();
    claimed(&store, NOW).await;
    store.close().await.unwrap();
}

async fn the_end_is_told_to_whoever_left_and_to_nobody_at_the_page(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let told = async || {
        clock(&store, later(2 * THERE)).save(ExpandLetters).await.unwrap();
        ground.texts("SELECT kind FROM notices WHERE kind LIKE 'operation%'").await.len()
    };
    let at = async |moment: Timestamp, held: &Held| {
        let desk = store.desk_of_grant(held.grant(), moment).await.unwrap();
        desk.save(finish(held)).await.unwrap();
    };
    me.save(start(of_noun("stays"))).await.unwrap();
    at(NOW, &claimed(&store, NOW).await).await;
    assert_eq!(told().await, 0, "still in the request");
    let seen = me.save(start(of_noun("pairs"))).await.unwrap();
    me.save(SeeOperation { operation: seen }).await.unwrap();
    at(later(THERE), &claimed(&store, NOW).await).await;
    assert_eq!(told().await, 0, "at the page");
    me.save(start(of_noun("children"))).await.unwrap();
    at(later(1), &claimed(&store, NOW).await).await;
    assert_eq!(told().await, 1, "gone");
    store.close().await.unwrap();
}

async fn a_list_that_is_not_for_a_role_is_not_made_for_it(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let volunteers = || Asked::Volunteers(VolunteerFilter::default());
    assert_eq!(code(coordinator.save(start(volunteers())).await), "volunteer.export_needs_leader");
    let short = StartOperation { total: 50, ..start(volunteers()) };
    assert!(coordinator.save(short).await.is_ok());
    assert_eq!(coordinator.save(start(events())).await, Err(Error::Forbidden));
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(Uuid::now_v7())).await;
    assert_eq!(teacher.save(start(volunteers())).await, Err(Error::Forbidden));
    assert_eq!(teacher.rows_of_operation(&volunteers()).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn only_the_clock_takes_operations_up(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    me.save(start(events())).await.unwrap();
    assert_eq!(me.save(ClaimOperation).await, Err(Error::Forbidden));
    let held = claimed(&store, NOW).await;
    assert_eq!(me.save(MoveOperation { held: held.clone(), done: 1, of: None }).await, Err(Error::Forbidden));
    let fail = FailOperation { held, code: "operation.broken".into() };
    assert_eq!(me.save(fail).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}
