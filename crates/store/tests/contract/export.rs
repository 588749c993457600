use naheya_domain::Role;
use naheya_domain::child::ChildState;
use naheya_domain::export::{ALONE, ExportState, LIVES, TOGETHER};
use naheya_domain::follow_up::With;
use naheya_domain::id::ExportId;
use naheya_domain::pair::PairState;
use naheya_domain::viewer::Place;
use naheya_store::account::AccountView;
use naheya_store::child::{ChangeState, ChildFilter, ChildView, OpenFile};
use naheya_store::export::{ApproveExport, AskExport, Out, OutRow, RefuseExport, Weighed, WithdrawExport, children_of};
use naheya_store::follow_up::{FollowUpFilter, PlanFollowUp};
use naheya_store::pair::PairFilter;
use naheya_store::round::{RoundOutcome, RoundPerson};
use naheya_store::stay::{StayFilter, StayView};
use naheya_store::{Desk, Error, Store};
use uuid::Uuid;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::round::{circle, uuid};
use crate::{on_both_engines, volunteer};

on_both_engines![
    another_person_lets_a_long_list_out_and_the_trail_names_every_child,
    nobody_lets_the_own_list_out,
    a_short_list_needs_nobody_else,
    several_short_lists_of_one_day_are_one_long_list,
    lists_that_leave_at_the_same_moment_know_of_each_other,
    what_a_second_person_let_out_counts_for_nobody_alone,
    a_list_is_asked_for_with_a_purpose,
    a_list_that_was_refused_or_taken_back_stays_in,
    a_list_goes_to_whoever_asked_for_it,
    a_list_can_be_fetched_for_a_day,
    a_list_that_has_grown_is_asked_for_again,
    a_kept_list_holds_the_children_it_was_asked_for,
    a_teacher_asks_for_no_list,
    pairs_stays_and_follow_ups_of_more_than_fifty_children_need_a_second_person,
    a_list_counts_its_children_and_not_its_rows,
    a_list_comes_page_by_page_whole_and_each_row_once,
    a_filter_goes_with_the_list_that_was_asked_for,
    the_own_area_goes_with_the_follow_ups_that_were_asked_for,
    a_list_of_accounts_names_each_of_them_and_goes_to_whoever_takes_lists_out,
    what_was_asked_for_before_other_lists_left_is_still_the_childrens,
    a_round_of_more_than_fifty_children_leaves_with_a_second_person_and_with_wishes_by_number,
    acts_of_phones_leave_by_the_rule_of_the_other_lists,
];

/// Every child of the office with a pair, a stay that begins tomorrow and a follow-up that is due tomorrow.
async fn lived(ground: &Ground, o: &Office) -> [Out; 3] {
    let tomorrow = NOW.plus_minutes(24 * 60);
    let her = volunteer::approved(&o.store, "李样例").await;
    let whole = o.leader.page_out(&Out::Children(ChildFilter::default())).await.unwrap();
    let rest = o.leader.page_out(&whole.1.unwrap()).await.unwrap().0;
    for row in whole.0.iter().chain(&rest) {
        let child = row.child().unwrap();
        o.coordinator.save(PlanFollowUp { child, with: With::Child, due_at: tomorrow }).await.unwrap();
        let (pair, child) = (uuid(ground, Uuid::now_v7()), uuid(ground, child.0));
        let (her, home) = (uuid(ground, her.volunteer.0), uuid(ground, her.household.0));
        let area = COUNTY.0;
        let sql = format!(
            "INSERT INTO pairs (area_id, id, child_id, volunteer_id, state, begun_on, source, created_at, version) \
             VALUES ({area}, {pair}, {child}, {her}, 'active', '2026-09-04', 'staff', 1, 1)"
        );
        ground.sql(&sql).await;
        let stay = uuid(ground, Uuid::now_v7());
        let (from, to) = (tomorrow.0, tomorrow.plus_minutes(2 * 24 * 60).0);
        let sql = format!(
            "INSERT INTO stays (area_id, id, pair_id, child_id, volunteer_id, household_id, party_id, starts_at, \
             ends_at, start_kind, end_kind, state, requested_by, requested_at, day_only, version) VALUES ({area}, \
             {stay}, {pair}, {child}, {her}, {home}, {stay}, {from}, {to}, 'school', 'school', 'requested', {stay}, 1, \
             FALSE, 1)"
        );
        ground.sql(&sql).await;
    }
    let stays = StayFilter { view: StayView::Waiting, from: NOW, to: tomorrow.plus_minutes(60), after: None };
    [Out::Pairs(PairFilter::default()), Out::Stays(stays), Out::FollowUps(FollowUpFilter::default())]
}

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
    AskExport { out: Out::Children(filter), purpose: "报旗教育局摸底".into() }
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
    let all = Out::Children(ChildFilter::default());
    assert_eq!(code(o.leader.list_out(&all).await), "export.needs_second", "the leader neither");
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
        let trail = o.leader.child_trail(row.child().unwrap()).await.unwrap();
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
    assert_eq!(o.coordinator.list_out(&Out::Children(left)).await.unwrap().len(), 1);
    o.store.close().await.unwrap();
}

/// The one child who has left the school; fifty are there.
async fn one_and_fifty(o: &Office) -> [Out; 2] {
    let child = o.coordinator.children(&ChildFilter::default()).await.unwrap().0[0].id;
    o.coordinator.save(ChangeState { child, next: ChildState::Left }).await.unwrap();
    [ChildView::Left, ChildView::Here].map(|view| Out::Children(ChildFilter { view, ..ChildFilter::default() }))
}

async fn several_short_lists_of_one_day_are_one_long_list(ground: Ground) {
    let o = office(&ground).await;
    let [one, fifty] = one_and_fifty(&o).await;
    assert_eq!(o.coordinator.list_out(&one).await.unwrap().len(), 1);
    assert_eq!(o.coordinator.list_out(&one).await.unwrap().len(), 1, "the same child is no other child");
    let weighed = Weighed { children: 50, before: 1, needs_second: true };
    assert_eq!(o.coordinator.weigh_export(&fifty).await, Ok(weighed));
    assert_eq!(code(o.coordinator.list_out(&fifty).await), "export.needs_second");
    assert_eq!(o.leader.list_out(&fifty).await.unwrap().len(), 50, "somebody else has taken out nobody");
    let ask = AskExport { out: fifty.clone(), purpose: "报旗教育局摸底".into() };
    let export = o.coordinator.save(ask).await.unwrap();
    o.leader.save(ApproveExport { export }).await.unwrap();
    assert_eq!(o.coordinator.take_export(export).await.unwrap().len(), 50);
    let grant = o.coordinator.viewer().grant;
    let last = o.store.desk_of_grant(grant, NOW.plus_minutes(TOGETHER)).await.unwrap();
    assert_eq!(code(last.list_out(&fifty).await), "export.needs_second");
    let next = o.store.desk_of_grant(grant, NOW.plus_minutes(TOGETHER + 1)).await.unwrap();
    assert_eq!(next.list_out(&fifty).await.unwrap().len(), 50, "a day later");
    assert_eq!(code(next.list_out(&one).await), "export.needs_second", "the other way round");
    o.store.close().await.unwrap();
}

async fn lists_that_leave_at_the_same_moment_know_of_each_other(ground: Ground) {
    let o = office(&ground).await;
    let [one, fifty] = one_and_fifty(&o).await;
    let (few, many) = tokio::join!(o.coordinator.list_out(&one), o.coordinator.list_out(&fifty));
    assert!(few.is_err() || many.is_err(), "51 children of one person: {few:?} {many:?}");
    o.store.close().await.unwrap();
}

async fn what_a_second_person_let_out_counts_for_nobody_alone(ground: Ground) {
    let o = office(&ground).await;
    let export = approved(&o).await;
    assert_eq!(o.coordinator.take_export(export).await.unwrap().len(), 51);
    let [one, fifty] = one_and_fifty(&o).await;
    let weighed = Weighed { children: 50, before: 0, needs_second: false };
    assert_eq!(o.coordinator.weigh_export(&fifty).await, Ok(weighed));
    assert_eq!(o.coordinator.list_out(&fifty).await.unwrap().len(), 50);
    assert_eq!(code(o.coordinator.list_out(&one).await), "export.needs_second");
    o.store.close().await.unwrap();
}

async fn a_list_is_asked_for_with_a_purpose(ground: Ground) {
    let o = office(&ground).await;
    let silent = AskExport { out: Out::Children(ChildFilter::default()), purpose: "  ".into() };
    assert_eq!(o.coordinator.save(silent).await, Err(Error::field("purpose", "required.missing")));
    let long = AskExport { out: Out::Children(ChildFilter::default()), purpose: "长".repeat(201) };
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
    let kept = o.leader.exports().await.unwrap().0[0].out.clone();
    assert!(matches!(kept, Out::Children(ChildFilter { view: ChildView::Here, .. })), "{kept:?}");
    o.leader.save(ApproveExport { export }).await.unwrap();
    let rows = o.coordinator.take_export(export).await.unwrap();
    assert!(rows.len() == 51 && rows.iter().all(|row| row.child() != Some(child)), "who has left stays in");
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

async fn pairs_stays_and_follow_ups_of_more_than_fifty_children_need_a_second_person(ground: Ground) {
    let o = office(&ground).await;
    for out in lived(&ground, &o).await {
        let kind = out.kind();
        assert_eq!(code(o.leader.list_out(&out).await), "export.needs_second", "{kind:?}");
        let ask = AskExport { out, purpose: "报旗教育局摸底".into() };
        let export = o.coordinator.save(ask).await.unwrap();
        assert_eq!(o.leader.exports().await.unwrap().0[0].children, 51, "{kind:?}");
        assert_eq!(code(o.coordinator.take_export(export).await), "export.not_approved");
        o.leader.save(ApproveExport { export }).await.unwrap();
        let rows = o.coordinator.take_export(export).await.unwrap();
        assert_eq!(rows.len(), 51, "{kind:?}");
        let nouns = ground.texts("SELECT noun FROM audit_events WHERE fields = 'export'").await;
        assert!(nouns.iter().any(|noun| noun == kind.code()), "{kind:?} itself");
    }
    let named = ground.texts("SELECT noun FROM audit_events WHERE fields = 'export' AND noun = 'children'").await;
    assert_eq!(named.len(), 3 * 51, "each child of each list");
    o.store.close().await.unwrap();
}

async fn a_list_counts_its_children_and_not_its_rows(ground: Ground) {
    let o = office(&ground).await;
    let (rows, _) = o.coordinator.page_out(&Out::Children(ChildFilter::default())).await.unwrap();
    for row in &rows {
        for with in [With::Child, With::Guardian] {
            o.coordinator.save(PlanFollowUp { child: row.child().unwrap(), with, due_at: NOW }).await.unwrap();
        }
    }
    let out = Out::FollowUps(FollowUpFilter::default());
    assert_eq!(o.coordinator.weigh_export(&out).await.unwrap().children, 50);
    assert_eq!(o.coordinator.list_out(&out).await.unwrap().len(), 100);
    o.store.close().await.unwrap();
}

async fn a_list_comes_page_by_page_whole_and_each_row_once(ground: Ground) {
    let o = office(&ground).await;
    for out in lived(&ground, &o).await {
        let kind = out.kind();
        let (mut all, mut next) = (Vec::new(), Some(out));
        while let Some(out) = next {
            let (rows, more) = o.coordinator.page_out(&out).await.unwrap();
            all.extend(rows);
            next = more;
        }
        assert_eq!((all.len(), children_of(&all).len()), (51, 51), "{kind:?}");
    }
    o.store.close().await.unwrap();
}

async fn a_filter_goes_with_the_list_that_was_asked_for(ground: Ground) {
    let o = office(&ground).await;
    let [_, stays, _] = lived(&ground, &o).await;
    let Out::Stays(stays) = stays else { panic!("stays") };
    let none = [
        Out::Pairs(PairFilter { state: Some(PairState::Ended), ..PairFilter::default() }),
        Out::Stays(StayFilter { view: StayView::Off, ..stays.clone() }),
        Out::Stays(StayFilter { to: NOW, ..stays }),
        Out::FollowUps(FollowUpFilter { late: true, ..FollowUpFilter::default() }),
    ];
    for out in none {
        assert_eq!(o.coordinator.list_out(&out).await.unwrap(), [], "{out:?}");
    }
    let active = Out::Pairs(PairFilter { state: Some(PairState::Active), ..PairFilter::default() });
    let export = o.coordinator.save(AskExport { out: active, purpose: "报旗教育局摸底".into() }).await.unwrap();
    o.leader.save(ApproveExport { export }).await.unwrap();
    let kept = o.coordinator.list_of_export(export).await.unwrap();
    assert!(matches!(kept, Out::Pairs(PairFilter { state: Some(PairState::Active), .. })), "{kept:?}");
    o.store.close().await.unwrap();
}

async fn the_own_area_goes_with_the_follow_ups_that_were_asked_for(ground: Ground) {
    let o = office(&ground).await;
    lived(&ground, &o).await;
    ground.sql("UPDATE children SET town_code = '150825100'").await;
    let of = |town: &str| Out::FollowUps(FollowUpFilter { areas: vec![town.to_owned()], ..FollowUpFilter::default() });
    assert_eq!(o.coordinator.list_out(&of("150825101")).await.unwrap(), []);
    let act = AskExport { out: of("150825100"), purpose: "报旗教育局摸底".into() };
    let export = o.coordinator.save(act).await.unwrap();
    o.leader.save(ApproveExport { export }).await.unwrap();
    let kept = o.coordinator.list_of_export(export).await.unwrap();
    assert!(matches!(&kept, Out::FollowUps(filter) if filter.areas == ["150825100"]), "{kept:?}");
    assert_eq!(o.coordinator.take_export(export).await.unwrap().len(), 51);
    o.store.close().await.unwrap();
}

async fn a_list_of_accounts_names_each_of_them_and_goes_to_whoever_takes_lists_out(ground: Ground) {
    let o = office(&ground).await;
    let rows = o.coordinator.accounts_out(AccountView::Staff).await.unwrap();
    assert_eq!(rows.len(), 2);
    let named = ground.texts("SELECT noun FROM audit_events WHERE fields = 'export' AND noun = 'accounts'").await;
    assert_eq!(named.len(), 2);
    for role in [Role::ItAdmin, Role::ClassTeacher, Role::Auditor] {
        let desk = desk_as(&o.store, role, Place::County).await;
        assert_eq!(desk.accounts_out(AccountView::Staff).await, Err(Error::Forbidden), "{role:?}");
    }
    o.store.close().await.unwrap();
}

async fn what_was_asked_for_before_other_lists_left_is_still_the_childrens(ground: Ground) {
    let o = office(&ground).await;
    let export = approved(&o).await;
    // The children's filter stands bare, as it was kept when there was no other list.
    let out = o.coordinator.list_of_export(export).await.unwrap();
    assert!(matches!(out, Out::Children(_)), "{out:?}");
    o.store.close().await.unwrap();
}

async fn a_round_of_more_than_fifty_children_leaves_with_a_second_person_and_with_wishes_by_number(ground: Ground) {
    let store = ground.store().await;
    let round = circle(&ground, &store, ALONE + 1, 2).await;
    round.child_slip(&system(&store), 1, "2, 1", "").await;
    round.child_slip(&system(&store), 2, "1", "2").await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let out = Out::RoundPeople(round.round);
    assert_eq!(code(leader.list_out(&out).await), "export.needs_second");
    let export = coordinator.save(AskExport { out, purpose: "见面会要用".into() }).await.unwrap();
    assert_eq!(leader.exports().await.unwrap().0[0].children, 51);
    leader.save(ApproveExport { export }).await.unwrap();
    let kept = coordinator.list_of_export(export).await.unwrap();
    assert!(matches!(kept, Out::RoundPeople(id) if id == round.round), "{kept:?}");
    let rows = coordinator.take_export(export).await.unwrap();
    assert_eq!((rows.len(), children_of(&rows).len()), (ALONE + 1 + 2, ALONE + 1), "homes are no children");
    let wishes: Vec<_> = rows
        .iter()
        .filter_map(|row| match row {
            OutRow::RoundPerson(row) => Some(row.as_ref().clone()),
            _ => None,
        })
        .map(|row| match row {
            RoundPerson::Child(_, wishes) | RoundPerson::Home(_, wishes) => wishes,
        })
        .collect();
    assert_eq!(wishes[..3], [Some("2, 1".to_owned()), Some("1".to_owned()), None], "a no is told to nobody");
    let nouns = ground.texts("SELECT noun FROM audit_events WHERE fields = 'export' ORDER BY noun").await;
    assert_eq!((nouns.len(), nouns.last().map(String::as_str)), (52, Some("rounds")), "each child, and the round");
    let results = Out::RoundResults(round.round);
    assert_eq!(coordinator.list_out(&results).await, Ok(Vec::new()), "nothing came of it yet");
    coordinator.run_round(round.round, "417", None).await.unwrap();
    assert_eq!(code(leader.list_out(&results).await), "export.needs_second");
    let (rows, next) = leader.page_out(&results).await.unwrap();
    assert!(next.is_none() && rows.len() > ALONE, "in one piece");
    let placed =
        rows.iter().filter(|row| matches!(row, OutRow::RoundOutcome(row) if matches!(**row, RoundOutcome::Pair(_))));
    assert_eq!(placed.count(), 0, "no home has wished yet");
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.list_out(&results).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn acts_of_phones_leave_by_the_rule_of_the_other_lists(ground: Ground) {
    let o = office(&ground).await;
    assert_eq!(o.coordinator.list_out(&Out::PhoneActs).await, Ok(Vec::new()));
    let nouns = ground.texts("SELECT noun FROM audit_events WHERE fields = 'export'").await;
    assert_eq!(nouns, ["phone_acts"]);
    let auditor = desk_as(&o.store, Role::Auditor, Place::County).await;
    assert_eq!(auditor.list_out(&Out::PhoneActs).await, Err(Error::Forbidden));
    o.store.close().await.unwrap();
}
