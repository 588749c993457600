use naheya_domain::Role;
use naheya_domain::choice::Side;
use naheya_domain::id::PairId;
use naheya_domain::pair::{EndReason, PairState};
use naheya_domain::viewer::Place;
use naheya_store::child::ChildFilter;
use naheya_store::pair::{BeginPair, EndPair, PairFilter, PausePair, ResumePair, SettlePair};
use naheya_store::proposal::AnswerProposal;
use naheya_store::{Desk, Error, Store};

use crate::ground::{Ground, desk_as, system};
use crate::on_both_engines;
use crate::round::{Circle, circle};

on_both_engines![
    a_pair_settles_rests_and_is_closed_by_a_leader,
    whoever_rests_from_a_pair_does_not_see_the_child_meanwhile,
    a_home_that_filled_up_in_between_takes_nobody,
    pairs_are_listed_for_those_who_may_see_them,
];

/// A circle of three in which everybody said yes; nothing has begun.
async fn agreed(ground: &Ground, store: &Store) -> (Circle, Vec<naheya_domain::id::ProposalId>) {
    let desk = system(store);
    let circle = circle(ground, store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    for proposal in &proposals {
        for side in [Side::Child, Side::Volunteer] {
            desk.save(AnswerProposal { proposal: *proposal, side, yes: true }).await.unwrap();
        }
    }
    (circle, proposals)
}

async fn begun(ground: &Ground, store: &Store) -> (Circle, Vec<PairId>) {
    let (circle, proposals) = agreed(ground, store).await;
    let mut pairs = Vec::new();
    for proposal in proposals {
        pairs.push(system(store).save(BeginPair { proposal }).await.unwrap());
    }
    (circle, pairs)
}

async fn state(desk: &Desk, pair: PairId) -> PairState {
    desk.pair(pair).await.unwrap().row.state
}

async fn a_pair_settles_rests_and_is_closed_by_a_leader(ground: Ground) {
    let store = ground.store().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let (_, pairs) = begun(&ground, &store).await;
    let pair = pairs[0];
    let impossible = Err(Error::refused("pair.step_impossible"));
    assert_eq!(coordinator.save(PausePair { pair }).await, impossible);
    coordinator.save(SettlePair { pair }).await.unwrap();
    assert_eq!(coordinator.save(SettlePair { pair }).await, impossible);
    coordinator.save(PausePair { pair }).await.unwrap();
    coordinator.save(ResumePair { pair }).await.unwrap();
    assert_eq!(state(&coordinator, pair).await, PairState::Active);
    let end = EndPair { pair, reason: EndReason::FamilyHome };
    assert_eq!(coordinator.save(end.clone()).await, Err(Error::Forbidden));
    leader.save(end.clone()).await.unwrap();
    assert_eq!(leader.save(end).await, impossible);
    let file = leader.pair(pair).await.unwrap();
    assert_eq!((file.row.end_reason.as_deref(), file.taken), (Some("family_home"), 0));
    assert!(file.row.ended_on.is_some());
    store.close().await.unwrap();
}

async fn whoever_rests_from_a_pair_does_not_see_the_child_meanwhile(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let (circle, pairs) = begun(&ground, &store).await;
    let pair = pairs[0];
    let home = desk.pair(pair).await.unwrap().row.volunteer;
    assert!(circle.homes.contains(&home));
    let mother = desk_as(&store, Role::Volunteer, Place::Person(home.0)).await;
    desk.save(SettlePair { pair }).await.unwrap();
    assert_eq!(mother.pair(pair).await.unwrap().row.child_name, "安小草");
    desk.save(PausePair { pair }).await.unwrap();
    assert_eq!(mother.count_children(&ChildFilter::default()).await.unwrap(), 0);
    assert_eq!(mother.pair(pair).await.unwrap().row.child_name, "", "she knows of the pair, not of the child");
    assert_eq!(mother.pair(pairs[1]).await, Err(Error::NotFound));
    store.close().await.unwrap();
}

async fn a_home_that_filled_up_in_between_takes_nobody(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let (_, proposals) = agreed(&ground, &store).await;
    desk.save(BeginPair { proposal: proposals[0] }).await.unwrap();
    // The leader's record says otherwise by now: no home has a place any more.
    ground.sql("UPDATE households SET capacity = 1").await;
    let first = desk.pairs(&PairFilter::default()).await.unwrap().0.remove(0);
    let household = desk.volunteer(first.volunteer).await.unwrap().home.id;
    ground.sql(&format!("UPDATE volunteers SET household_id = {}", id(&ground, household.0))).await;
    let refused = desk.save(BeginPair { proposal: proposals[1] }).await;
    assert_eq!(refused, Err(Error::refused("pair.home_full")));
    store.close().await.unwrap();
}

fn id(ground: &Ground, id: uuid::Uuid) -> String {
    match &ground.location {
        naheya_store::Location::Folder(_) => format!("x'{}'", id.simple()),
        naheya_store::Location::Postgres(_) => format!("'{id}'"),
    }
}

async fn pairs_are_listed_for_those_who_may_see_them(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let (circle, pairs) = begun(&ground, &store).await;
    let (rows, more) = desk.pairs(&PairFilter::default()).await.unwrap();
    assert_eq!((rows.len(), more), (3, false));
    let found = PairFilter { search: Some("baiyun".into()), ..PairFilter::default() };
    let (rows, _) = desk.pairs(&found).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [pairs[1]]);
    assert_eq!(desk.pair_of_child(circle.children[1]).await.unwrap().map(|r| r.id), Some(pairs[1]));
    assert_eq!(desk.count_pairs(&PairFilter { state: Some(PairState::Ended), ..PairFilter::default() }).await, Ok(0));
    let page = PairFilter { after: rows[0].begun_on.map(|d| (d, rows[0].id)), ..PairFilter::default() };
    assert_eq!(desk.count_pairs(&page).await, Ok(3));
    assert_eq!(desk.pairs(&page).await.unwrap().0.iter().map(|r| r.id).collect::<Vec<_>>(), [pairs[0]]);
    let auditor = desk_as(&store, Role::Auditor, Place::County).await;
    assert_eq!(auditor.pairs(&PairFilter::default()).await, Ok((Vec::new(), false)));
    store.close().await.unwrap();
}
