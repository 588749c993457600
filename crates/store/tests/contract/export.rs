use naheya_domain::Role;
use naheya_domain::child::ChildState;
use naheya_domain::export::{ALONE, ExportState, LIVES};
use naheya_domain::id::ExportId;
use naheya_domain::viewer::Place;
use naheya_store::child::{ChangeState, ChildFilter, ChildView, OpenFile};
use naheya_store::export::{ApproveExport, AskExport, RefuseExport, WithdrawExport};
use naheya_store::{Desk, Error, Store};

use crate::child::details;
use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    another_person_lets_a_long_list_out_and_the_trail_names_every_child,
    nobody_lets_the_own_list_out,
    a_short_list_needs_nobody_else,
    a_list_is_asked_for_with_a_purpose,
    a_list_that_was_refused_or_taken_back_stays_in,
    a_list_goes_to_whoever_asked_for_it,
    a_list_can_be_fetched_for_a_day,
    a_list_that_has_grown_is_asked_for_again,
    a_kept_list_holds_the_children_it_was_asked_for,
    a_teacher_asks_for_no_list,
];

/// A store with one child more than one person takes out, and both halves of the office.
struct Office {
    store: Store,
    coordinator: Desk,
    leader: Desk,
}

async fn office(ground: &Ground) -> Office {
    let store = ground.store().await;
    for _ in 0..=ALONE {
        system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    }
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    Office { store, coordinator, leader }
}

fn wish(filter: ChildFilter) -> AskExport {
    AskExport { filter, purpose: "报旗教育局摸底".into() }
}

async fn asked(desk: &Desk) -> ExportId {
    desk.save(wish(ChildFilter::default())).await.unwrap()
}

async fn approved(o: &Office) -> ExportId {
    let export = asked(&o.coordinator).await;
    o.leader.save(ApproveExport { export }).await.unwrap();
    export
}

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        other => format!("{other:?}"),
    }
}

async fn another_person_lets_a_long_list_out_and_the_trail_names_every_child(ground: Ground) {
    let o = office(&ground).await;
    let all = ChildFilter::default();
    assert_eq!(code(o.leader.children_out(&all).await), "export.needs_second", "the leader neither");
    let export = asked(&o.coordinator).await;
    assert_eq!(code(o.coordinator.take_export(export).await), "export.not_approved");
    let (waiting, _) = o.leader.exports().await.unwrap();
    assert_eq!((waiting[0].children, waiting[0].purpose.as_str(), waiting[0].own), (51, "报旗教育局摸底", false));
    assert_eq!(o.leader.count_exports().await, Ok(1));
    assert_eq!(o.coordinator.count_exports().await, Ok(0), "the own one waits for somebody else");
    o.leader.save(ApproveExport { export }).await.unwrap();
    let rows = o.coordinator.take_export(export).await.unwrap();
    assert_eq!(rows.len(), 51);
    for row in [&rows[0], &rows[50]] {
        let trail = o.leader.child_trail(row.id).await.unwrap();
        assert!(trail.iter().any(|line| line.fields == "export"));
    }
    let (_, done) = o.coordinator.exports().await.unwrap();
    assert_eq!((done[0].taken, done[0].open_until), (1, Some(NOW.plus_minutes(LIVES))));
    let kinds = ground.texts("SELECT kind FROM outbox ORDER BY kind").await;
    assert!(kinds.contains(&"export.asked".to_owned()) && kinds.contains(&"export.approved".to_owned()), "{kinds:?}");
    assert_eq!(o.store.verify(crate::ground::COUNTY, true, NOW).await.unwrap(), []);
    o.store.close().await.unwrap();
}

async fn nobody_lets_the_own_list_out(ground: Ground) {
    let o = office(&ground).await;
    let export = asked(&o.leader).await;
    assert_eq!(code(o.leader.save(ApproveExport { export }).await), "export.own");
    o.coordinator.save(ApproveExport { export }).await.unwrap();
    assert_eq!(o.leader.take_export(export).await.unwrap().len(), 51);
    o.store.close().await.unwrap();
}

async fn a_short_list_needs_nobody_else(ground: Ground) {
    let o = office(&ground).await;
    let child = o.coordinator.children(&ChildFilter::default()).await.unwrap().0[0].id;
    o.coordinator.save(ChangeState { child, next: ChildState::Left }).await.unwrap();
    let left = ChildFilter { view: ChildView::Left, ..ChildFilter::default() };
    assert_eq!(code(o.coordinator.save(wish(left.clone())).await), "export.alone");
    assert_eq!(o.coordinator.children_out(&left).await.unwrap().len(), 1);
    o.store.close().await.unwrap();
}

async fn a_list_is_asked_for_with_a_purpose(ground: Ground) {
    let o = office(&ground).await;
    let silent = AskExport { filter: ChildFilter::default(), purpose: "  ".into() };
    assert_eq!(o.coordinator.save(silent).await, Err(Error::field("purpose", "required.missing")));
    let long = AskExport { filter: ChildFilter::default(), purpose: "长".repeat(201) };
    assert!(matches!(o.coordinator.save(long).await, Err(Error::Invalid(_))));
    o.store.close().await.unwrap();
}

async fn a_list_that_was_refused_or_taken_back_stays_in(ground: Ground) {
    let o = office(&ground).await;
    let export = asked(&o.coordinator).await;
    let silent = RefuseExport { export, words: String::new() };
    assert_eq!(o.leader.save(silent).await, Err(Error::field("answer", "required.missing")));
    o.leader.save(RefuseExport { export, words: "只要人数就够了".into() }).await.unwrap();
    assert_eq!(code(o.coordinator.take_export(export).await), "export.not_approved");
    assert_eq!(code(o.leader.save(ApproveExport { export }).await), "export.decided");
    let export = asked(&o.coordinator).await;
    assert_eq!(code(o.leader.save(WithdrawExport { export }).await), "export.not_own");
    o.coordinator.save(WithdrawExport { export }).await.unwrap();
    assert_eq!(code(o.leader.save(ApproveExport { export }).await), "export.decided");
    assert_eq!(code(o.coordinator.take_export(export).await), "export.not_approved");
    let (waiting, done) = o.coordinator.exports().await.unwrap();
    assert!(waiting.is_empty());
    let told: Vec<_> = done.iter().map(|line| (line.state, line.answer.as_deref())).collect();
    assert_eq!(told, [(ExportState::Withdrawn, None), (ExportState::Refused, Some("只要人数就够了"))]);
    o.store.close().await.unwrap();
}

async fn a_list_goes_to_whoever_asked_for_it(ground: Ground) {
    let o = office(&ground).await;
    let export = approved(&o).await;
    assert_eq!(code(o.leader.take_export(export).await), "export.not_own");
    o.store.close().await.unwrap();
}

async fn a_list_can_be_fetched_for_a_day(ground: Ground) {
    let o = office(&ground).await;
    let export = approved(&o).await;
    let grant = o.coordinator.viewer().grant;
    let last = o.store.desk_of_grant(grant, NOW.plus_minutes(LIVES)).await.unwrap();
    assert_eq!(last.take_export(export).await.unwrap().len(), 51);
    let after = o.store.desk_of_grant(grant, NOW.plus_minutes(LIVES + 1)).await.unwrap();
    assert_eq!(code(after.take_export(export).await), "export.over");
    assert_eq!(after.exports().await.unwrap().1[0].open_until, None);
    o.store.close().await.unwrap();
}

async fn a_list_that_has_grown_is_asked_for_again(ground: Ground) {
    let o = office(&ground).await;
    let export = approved(&o).await;
    system(&o.store).save(OpenFile { details: details("石小榴") }).await.unwrap();
    assert_eq!(code(o.coordinator.take_export(export).await), "export.grown");
    assert_eq!(o.coordinator.exports().await.unwrap().1[0].taken, 0);
    o.store.close().await.unwrap();
}

async fn a_kept_list_holds_the_children_it_was_asked_for(ground: Ground) {
    let o = office(&ground).await;
    let child = system(&o.store).save(OpenFile { details: details("石小榴") }).await.unwrap();
    o.coordinator.save(ChangeState { child, next: ChildState::Left }).await.unwrap();
    let filter = ChildFilter { view: ChildView::Here, ..ChildFilter::default() };
    let export = o.coordinator.save(wish(filter)).await.unwrap();
    assert_eq!(o.leader.exports().await.unwrap().0[0].filter.view, ChildView::Here);
    o.leader.save(ApproveExport { export }).await.unwrap();
    let rows = o.coordinator.take_export(export).await.unwrap();
    assert!(rows.len() == 51 && rows.iter().all(|row| row.name == "安小草"), "who has left stays in");
    o.store.close().await.unwrap();
}

async fn a_teacher_asks_for_no_list(ground: Ground) {
    let o = office(&ground).await;
    let teacher = desk_as(&o.store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.save(wish(ChildFilter::default())).await, Err(Error::Forbidden));
    assert_eq!(teacher.exports().await.err(), Some(Error::Forbidden));
    assert_eq!(teacher.count_exports().await, Err(Error::Forbidden));
    o.store.close().await.unwrap();
}
