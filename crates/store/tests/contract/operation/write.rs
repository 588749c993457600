//! What was taken over from a dead process, or stopped, for each kind of work: it ends once, or not at all.

use std::sync::Arc;

use naheya_domain::Role;
use naheya_domain::export::ALONE;
use naheya_domain::follow_up::With;
use naheya_domain::operation::{LEASE, LIVES, OperationKind, OperationState};
use naheya_domain::viewer::Place;
use naheya_store::account::AccountView;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::export::{ApproveExport, AskExport, Out};
use naheya_store::follow_up::{FollowUpFilter, PlanFollowUp};
use naheya_store::import::{ImportRoster, KeepUpload, Lines, Uploaded};
use naheya_store::operation::proof::{FinishProof, Proven};
use naheya_store::operation::run::{FailOperation, FinishOperation, Held};
use naheya_store::operation::write::{FinishImport, FinishRun};
use naheya_store::operation::{Asked, Roster, StopOperation, failure_of};
use naheya_store::order::Turn;
use naheya_store::{Desk, Error, Store};
use uuid::Uuid;

use super::{claimed, clock, code, events, everybody, finish, later, leader, of_noun, start};
use crate::child::details;
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::import::child as line;
use crate::on_both_engines;
use crate::round::circle;

on_both_engines![
    every_kind_of_list_that_was_taken_over_ends_once,
    a_roster_that_was_taken_over_is_taken_in_once,
    a_roster_that_was_stopped_is_not_taken_in,
    a_roster_is_taken_in_as_it_was_looked_at,
    a_roster_that_came_while_another_was_taken_in_is_still_to_be_looked_at,
    a_roster_with_a_fault_ends_with_the_reason_and_writes_nothing,
    a_round_that_was_taken_over_is_kept_once,
    a_round_that_was_stopped_is_not_kept,
    a_proof_keeps_what_it_found_for_whoever_asked_for_a_day,
    what_was_asked_for_before_the_schema_grew_is_there_still,
];

/// Taken up by a process that died, and by the next one.
async fn taken_over(store: &Store) -> (Held, Held) {
    let dead = claimed(store, NOW).await;
    let alive = claimed(store, later(LEASE + 1)).await;
    assert_eq!((alive.id, alive.turn), (dead.id, dead.turn + 1));
    (dead, alive)
}

/// A follow-up list of more than fifty children, let out to the coordinator.
async fn follow_ups_let_out(store: &Store) -> (Desk, Asked) {
    let me = desk_as(store, Role::Coordinator, Place::County).await;
    for _ in 0..=ALONE {
        let child = system(store).save(OpenFile { details: details("安小草") }).await.unwrap();
        me.save(PlanFollowUp { child, with: With::Child, due_at: NOW }).await.unwrap();
    }
    let out = Out::FollowUps(FollowUpFilter::default());
    let export = me.save(AskExport { out, purpose: "报旗教育局摸底".into() }).await.unwrap();
    leader(store).await.save(ApproveExport { export }).await.unwrap();
    let other = Asked::LetOut(OperationKind::Pairs, export);
    assert_eq!(me.save(start(other)).await, Err(Error::NotFound), "it was let out as another list");
    (me, Asked::LetOut(OperationKind::FollowUps, export))
}

async fn every_kind_of_list_that_was_taken_over_ends_once(ground: Ground) {
    let store = ground.store().await;
    let (me, follow_ups) = follow_ups_let_out(&store).await;
    assert_eq!(me.rows_of_operation(&follow_ups).await, Ok(51));
    for asked in [follow_ups, Asked::Accounts(AccountView::Staff), Asked::Report(NOW.date())] {
        let kind = asked.kind();
        let id = me.save(start(asked)).await.unwrap();
        let (dead, alive) = taken_over(&store).await;
        let ids: Arc<[Uuid]> = if kind == OperationKind::FollowUps { everybody(&me).await } else { Arc::from([]) };
        let finished = |held: &Held| FinishOperation { ids: Arc::clone(&ids), ..finish(held) };
        assert_eq!(me.save(finished(&dead)).await, Ok(false), "{kind:?}");
        assert_eq!(me.save(finished(&alive)).await, Ok(true), "{kind:?}");
        assert_eq!(me.save(finished(&alive)).await, Ok(false), "{kind:?} ends once");
        assert_eq!(me.fetch_operation(id).await, Ok(b"file".to_vec()));
    }
    assert_eq!(me.exports().await.unwrap().1[0].taken, 1);
    store.close().await.unwrap();
}

const HASH: [u8; 32] = [7; 32];

fn roster(held: &Held) -> FinishImport {
    let lines = Lines::Children(vec![line(2, "安小草", "", "4(3)班"), line(3, "白云朵", "", "4(3)班")]);
    let roster = ImportRoster { lines, file_hash: HASH, invalid: 0, good_rows_only: false, left_out: None };
    FinishImport { held: held.clone(), roster }
}

fn looked_at() -> Asked {
    Asked::Import(Roster { hash: HASH, good_rows_only: false })
}

async fn children(me: &Desk) -> u64 {
    me.count_children(&ChildFilter::default()).await.unwrap()
}

async fn a_roster_that_was_taken_over_is_taken_in_once(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(looked_at())).await.unwrap();
    let (dead, alive) = taken_over(&store).await;
    assert_eq!(me.save(roster(&dead)).await, Ok(None));
    assert_eq!(children(&me).await, 0);
    let imported = me.save(roster(&alive)).await.unwrap().unwrap();
    assert_eq!(imported.fresh, 2);
    assert_eq!(me.save(roster(&alive)).await, Ok(None), "once");
    let line = me.operation(id).await.unwrap();
    assert_eq!((line.state, line.result), (OperationState::Done, imported.batch.map(|batch| batch.0)));
    assert_eq!(me.imports(&Turn::First).await.unwrap().rows.len(), 1);
    assert_eq!(line.open_until, None, "there is no file");
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_roster_that_was_stopped_is_not_taken_in(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(looked_at())).await.unwrap();
    let held = claimed(&store, NOW).await;
    me.save(StopOperation { operation: id }).await.unwrap();
    assert_eq!(me.save(roster(&held)).await, Ok(None));
    assert_eq!((children(&me).await, me.imports(&Turn::First).await.unwrap().rows.len()), (0, 0));
    store.close().await.unwrap();
}

async fn a_roster_that_came_while_another_was_taken_in_is_still_to_be_looked_at(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let file = |name: &str| {
        let (kind, name, bytes) = ("children".into(), name.into(), b"PK".to_vec());
        KeepUpload(Uploaded { kind, name, fixes: Vec::new(), schools: Vec::new(), bytes })
    };
    me.save(file("第一份.xlsx")).await.unwrap();
    me.save(start(looked_at())).await.unwrap();
    let held = claimed(&store, NOW).await;
    let window = store.desk_of_grant(me.viewer().grant, later(1)).await.unwrap();
    window.save(file("第二份.xlsx")).await.unwrap();
    assert_eq!(me.save(roster(&held)).await.unwrap().unwrap().fresh, 2);
    assert_eq!(me.upload().await.unwrap().name, "第二份.xlsx");
    window.save(start(looked_at())).await.unwrap();
    let held = claimed(&store, later(1)).await;
    assert_eq!(window.save(roster(&held)).await.unwrap().unwrap().unchanged, 2);
    assert_eq!(window.upload().await, Err(Error::NotFound), "it goes with its own import");
    store.close().await.unwrap();
}

async fn a_roster_is_taken_in_as_it_was_looked_at(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    me.save(start(looked_at())).await.unwrap();
    let held = claimed(&store, NOW).await;
    let mut other = roster(&held);
    other.roster.file_hash = [8; 32];
    assert_eq!(code(me.save(other).await), "operation.other_file");
    let mut more = roster(&held);
    more.roster.good_rows_only = true;
    assert_eq!(code(me.save(more).await), "operation.other_file", "faults were not to be left out");
    assert_eq!(children(&me).await, 0);
    store.close().await.unwrap();
}

async fn a_roster_with_a_fault_ends_with_the_reason_and_writes_nothing(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let id = me.save(start(looked_at())).await.unwrap();
    let held = claimed(&store, NOW).await;
    let mut faulty = roster(&held);
    faulty.roster.invalid = 1;
    let fault = me.save(faulty).await.unwrap_err();
    assert_eq!((me.operation(id).await.unwrap().state, children(&me).await), (OperationState::Running, 0));
    let fail = FailOperation { held, code: failure_of(&fault) };
    assert_eq!(clock(&store, NOW).save(fail).await, Ok(true));
    let line = me.operation(id).await.unwrap();
    assert_eq!((line.state, line.failure.as_deref()), (OperationState::Failed, Some("import.has_faults")));
    store.close().await.unwrap();
}

async fn a_round_that_was_taken_over_is_kept_once(ground: Ground) {
    let store = ground.store().await;
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&system(&store)).await;
    let me = leader(&store).await;
    let asked = Asked::Run(circle.round, "417".into());
    assert_eq!(me.rows_of_operation(&asked).await, Ok(6), "people");
    let id = me.save(start(asked)).await.unwrap();
    let (dead, alive) = taken_over(&store).await;
    let worked = async |held: &Held| {
        let worked = me.work_round(circle.round, "417", |tried, of| tried <= of).await.unwrap();
        FinishRun { held: held.clone(), worked }
    };
    assert_eq!(me.save(worked(&dead).await).await, Ok(None));
    assert!(me.results(circle.round).await.unwrap().is_none());
    let other =
        FinishRun { worked: me.work_round(circle.round, "418", |_, _| true).await.unwrap(), held: alive.clone() };
    assert_eq!(me.save(other).await, Err(Error::NotFound), "other lots than were asked for");
    let kept = me.save(worked(&alive).await).await.unwrap().unwrap();
    assert_eq!((kept.number, kept.placed), (1, 3));
    assert_eq!(me.save(worked(&alive).await).await, Ok(None), "once");
    assert_eq!(ground.texts("SELECT seed FROM runs").await, ["417"]);
    assert_eq!(me.operation(id).await.unwrap().result, Some(circle.round.0));
    store.close().await.unwrap();
}

async fn a_round_that_was_stopped_is_not_kept(ground: Ground) {
    let store = ground.store().await;
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&system(&store)).await;
    let me = leader(&store).await;
    let id = me.save(start(Asked::Run(circle.round, "417".into()))).await.unwrap();
    let held = claimed(&store, NOW).await;
    let worked = me.work_round(circle.round, "417", |_, _| false).await.unwrap();
    me.save(StopOperation { operation: id }).await.unwrap();
    assert_eq!(me.save(FinishRun { held, worked }).await, Ok(None));
    assert!(me.results(circle.round).await.unwrap().is_none());
    store.close().await.unwrap();
}

async fn a_proof_keeps_what_it_found_for_whoever_asked_for_a_day(ground: Ground) {
    let store = ground.store().await;
    let (me, other) = (leader(&store).await, leader(&store).await);
    let n = me.rows_of_operation(&Asked::Proof).await.unwrap();
    assert!(n > 0, "the events of the chain");
    let id = me.save(start(Asked::Proof)).await.unwrap();
    let (dead, alive) = taken_over(&store).await;
    let found = |held: &Held| FinishProof { held: held.clone(), faults: (1..=30).map(|n| n.to_string()).collect() };
    assert_eq!(me.save(found(&dead)).await, Ok(false));
    assert_eq!(me.proven(id).await, Ok(None), "not done yet");
    assert_eq!(me.save(finish(&alive)).await, Err(Error::NotFound), "what it makes is no file");
    assert_eq!(me.save(found(&alive)).await, Ok(true));
    assert_eq!(me.save(found(&alive)).await, Ok(false), "once");
    let faults = (1..=20).map(|n| n.to_string()).collect();
    assert_eq!(me.proven(id).await, Ok(Some(Proven { faults, n: None })), "how long it is, is for the auditor");
    assert_eq!(other.proven(id).await, Ok(None));
    assert_eq!(me.operation(id).await.unwrap().open_until, None);
    assert_eq!(code(me.fetch_operation(id).await), "operation.over");
    let tomorrow = store.desk_of_grant(me.viewer().grant, NOW.plus_minutes(LIVES + 1)).await.unwrap();
    assert_eq!(tomorrow.proven(id).await, Ok(None));
    let clerk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(clerk.save(start(Asked::Proof)).await, Err(Error::Forbidden));
    let proofs = ground.texts("SELECT noun FROM audit_events WHERE act = 'operation.proof'").await;
    assert_eq!(proofs, ["audit_events"], "that it was proven stands in it once");
    store.close().await.unwrap();
}

async fn what_was_asked_for_before_the_schema_grew_is_there_still(ground: Ground) {
    let store = ground.store().await;
    let me = leader(&store).await;
    let done = me.save(start(events())).await.unwrap();
    me.save(finish(&claimed(&store, NOW).await)).await.unwrap();
    let waiting = me.save(start(of_noun("stays"))).await.unwrap();
    let (account, grant) = (me.viewer().account, me.viewer().grant);
    store.close().await.unwrap();
    ground.sql("ALTER TABLE operations DROP COLUMN result").await;
    ground.sql("DELETE FROM seaql_migrations WHERE version IN ('m0031_work', 'm0034_out', 'm0036_proof')").await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.upgrade(NOW).await.unwrap();
    let me = store.desk_of_grant(grant, NOW).await.unwrap();
    assert_eq!(me.viewer().account, account);
    assert_eq!(me.fetch_operation(done).await, Ok(b"file".to_vec()));
    assert_eq!(claimed(&store, NOW).await.operation(), waiting);
    assert!(me.save(start(Asked::Accounts(AccountView::Staff))).await.is_ok(), "and the new kinds");
    for kind in ["round_people", "round_results", "phone_acts", "proof"] {
        ground.sql(&format!("UPDATE operations SET kind = '{kind}'")).await;
    }
    store.close().await.unwrap();
}
