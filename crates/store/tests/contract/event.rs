//! The pairing event: what rules take out before a run, dry runs, drop-outs.

use naheya_domain::Role;
use naheya_domain::candidate::Bar;
use naheya_domain::choice::Side;
use naheya_domain::proposal::ProposalState;
use naheya_domain::round::{RoundState, Unwritten};
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::choice::{SlipText, WriteChildSlip, WriteOwnSlip};
use naheya_store::guardian::GroupSiblings;
use naheya_store::household::RaiseCapacity;
use naheya_store::proposal::{AnswerProposal, OfferProposals};
use naheya_store::round::{LetPart, StepRound, Withdraw};
use naheya_store::run::MoreTaken;

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::round::{circle, text};

on_both_engines![
    a_dry_run_tells_what_would_change_and_keeps_nothing,
    what_the_rules_take_out_is_told_before_the_run,
    only_a_leader_lets_brothers_and_sisters_part_and_says_why,
    whoever_drops_out_leaves_all_others_as_they_were,
    a_place_more_in_a_home_counts_in_the_round_that_runs,
    a_trial_while_slips_are_missing_changes_nothing,
    who_was_asked_and_names_nobody_counts_as_asked,
];

async fn a_dry_run_tells_what_would_change_and_keeps_nothing(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let circle = circle(&ground, &store, 3, 2).await;
    circle.child_slip(&desk, 1, "1", "").await;
    circle.child_slip(&desk, 2, "1, 2", "").await;
    circle.child_slip(&desk, 3, "2", "").await;
    circle.home_slip(&desk, 1, "2, 1", "").await;
    circle.home_slip(&desk, 2, "3, 2", "").await;
    let two = MoreTaken { home: 1, places: 2 };
    let found = desk.trials(circle.round, "417", &[two, MoreTaken { home: 2, places: 0 }]).await.unwrap();
    let placed: Vec<_> = found.trials.iter().map(|t| (t.placed, t.first, t.bound)).collect();
    assert_eq!(placed, [(2, 2, 2), (3, 3, 3), (1, 1, 1)]);
    // The first child has a home only if the first home takes two, the third none if the second takes none.
    assert_eq!(found.moved(), [0, 2]);
    let homes: Vec<_> = found.trials.iter().map(|t| t.homes[0].as_ref().map(|h| h.number)).collect();
    assert_eq!(homes, [None, Some(1), None]);
    // Each change is tried by itself: the places of the first are as before in the second.
    assert_eq!(desk.trials(circle.round, "417", &[]).await.unwrap().trials[0], found.trials[0]);
    assert_eq!(desk.results(circle.round).await.unwrap(), None);
    assert_eq!(desk.round(circle.round).await.unwrap().state, RoundState::Collecting);
    let refused = |code| Err(Error::refused(code));
    let unknown = MoreTaken { home: 9, places: 1 };
    assert_eq!(desk.trials(circle.round, "", &[unknown]).await, refused("trial.home_unknown"));
    let four = MoreTaken { home: 1, places: 4 };
    assert_eq!(desk.trials(circle.round, "", &[four]).await, refused("trial.places"));
    assert_eq!(desk.trials(circle.round, "", &[two; 4]).await, refused("trial.too_many"));
    store.close().await.unwrap();
}

async fn what_the_rules_take_out_is_told_before_the_run(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let circle = circle(&ground, &store, 3, 2).await;
    desk.save(GroupSiblings { children: circle.children[..2].to_vec(), must: Some(true) }).await.unwrap();
    circle.child_slip(&desk, 1, "1, 2", "").await;
    circle.child_slip(&desk, 3, "1", "2").await;
    let found = desk.strikes(circle.round).await.unwrap();
    let told: Vec<_> = found.rules.iter().map(|s| (s.bar, s.homes, s.wishes, s.names.len())).collect();
    // Two children, each with both homes on the slip they share; who said no to whom is counted and not named.
    assert_eq!(told, [(Bar::Siblings, 2, 4, 2), (Bar::Refused, 1, 0, 0)]);
    assert_eq!(found.groups.len(), 1);
    assert_eq!((found.groups[0].names.len(), found.groups[0].roomy), (2, 0));
    store.close().await.unwrap();
}

async fn only_a_leader_lets_brothers_and_sisters_part_and_says_why(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let circle = circle(&ground, &store, 3, 2).await;
    desk.save(GroupSiblings { children: circle.children[..2].to_vec(), must: Some(true) }).await.unwrap();
    circle.child_slip(&desk, 1, "1, 2", "").await;
    circle.child_slip(&desk, 3, "1", "").await;
    circle.home_slip(&desk, 1, "1, 2", "").await;
    circle.home_slip(&desk, 2, "1, 2", "").await;
    let part = |reason: &str| LetPart { round: circle.round, child: circle.children[1], reason: Some(reason.into()) };
    assert_eq!(desk.save(part("两家隔壁")).await, Err(Error::Forbidden));
    assert_eq!(leader.save(part(" ")).await, Err(Error::field("reason", "required.missing")));
    let alone = LetPart { child: circle.children[2], ..part("两家隔壁") };
    assert_eq!(leader.save(alone).await, Err(Error::refused("round.no_group")));
    assert_eq!(desk.run_round(circle.round, "417", None).await.unwrap().placed, 0);
    leader.save(part("两家隔壁")).await.unwrap();
    let found = desk.strikes(circle.round).await.unwrap();
    assert_eq!((found.rules, found.groups[0].apart.as_deref()), (vec![], Some("两家隔壁")));
    assert!(found.groups[0].apart_by.is_some(), "whose word it is stands beside it");
    assert!(desk.results(circle.round).await.unwrap().unwrap().changed, "the run does not stand any more");
    assert_eq!(desk.run_round(circle.round, "417", None).await.unwrap().placed, 2);
    let back = LetPart { reason: None, ..part("") };
    leader.save(back).await.unwrap();
    assert_eq!(desk.strikes(circle.round).await.unwrap().rules[0].bar, Bar::Siblings);
    store.close().await.unwrap();
}

async fn whoever_drops_out_leaves_all_others_as_they_were(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let circle = circle(&ground, &store, 4, 3).await;
    circle.child_slip(&desk, 4, "3, 2", "").await;
    circle.slips(&desk).await;
    circle.home_slip(&desk, 3, "2, 1, 4", "").await;
    let proposals = circle.offered(&desk).await;
    let before = circle.pairs(&desk).await;
    assert_eq!(before, [(1, 3), (2, 1), (3, 2)]);
    for proposal in &proposals {
        for side in [Side::Child, Side::Volunteer] {
            desk.save(AnswerProposal { proposal: *proposal, side, yes: true }).await.unwrap();
        }
    }
    desk.save(StepRound { round: circle.round, to: RoundState::Meeting }).await.unwrap();
    let out = Withdraw { round: circle.round, child: Some(circle.children[0]), volunteer: None };
    assert_eq!(desk.save(out).await, Ok(1), "its own proposal goes with it");
    let results = desk.results(circle.round).await.unwrap().unwrap();
    assert!(results.changed);
    let kept = desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(kept.placed, 1, "the child who waited takes the place");
    assert_eq!(desk.round(circle.round).await.unwrap().state, RoundState::Meeting);
    assert_eq!(circle.pairs(&desk).await, [(2, 1), (3, 2), (4, 3)]);
    let rows = desk.results(circle.round).await.unwrap().unwrap().rows;
    let stand = rows.iter().filter_map(|r| r.proposal.as_ref());
    let stand: Vec<_> = stand.map(|p| (p.id, p.state)).collect();
    assert_eq!(stand, [(proposals[1], ProposalState::Accepted), (proposals[2], ProposalState::Accepted)]);
    desk.save(OfferProposals { round: circle.round, children: Vec::new(), reason: None }).await.unwrap();
    // A home drops out: the child that was promised to it waits again.
    let out = Withdraw { round: circle.round, child: None, volunteer: Some(circle.homes[1]) };
    assert_eq!(desk.save(out).await, Ok(1));
    let waiting = desk.round(circle.round).await.unwrap().children.into_iter().filter(|c| !c.paired);
    assert_eq!(waiting.map(|c| c.number).collect::<Vec<_>>(), [3]);
    // The rows of consent were written from outside: that is all that is amiss.
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap().len(), 4);
    store.close().await.unwrap();
}

async fn a_place_more_in_a_home_counts_in_the_round_that_runs(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let circle = circle(&ground, &store, 2, 1).await;
    circle.child_slip(&leader, 1, "1", "").await;
    circle.child_slip(&leader, 2, "1", "").await;
    circle.home_slip(&leader, 1, "1=2", "").await;
    assert_eq!(leader.run_round(circle.round, "417", None).await.unwrap().placed, 1);
    let raise = RaiseCapacity { household: circle.households[0], capacity: 2, reason: "两个房间".into() };
    leader.save(raise).await.unwrap();
    assert_eq!(leader.run_round(circle.round, "417", None).await.unwrap().placed, 2);
    store.close().await.unwrap();
}

async fn a_trial_while_slips_are_missing_changes_nothing(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let circle = circle(&ground, &store, 2, 2).await;
    let state = || async { desk.round(circle.round).await.unwrap().state };
    circle.child_slip(&desk, 1, "1, 2", "").await;
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(state().await, RoundState::Collecting);
    circle.child_slip(&desk, 2, "2", "").await;
    circle.home_slip(&desk, 1, "1", "").await;
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(state().await, RoundState::Collecting, "a home has not written");
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[1].0)).await;
    mother.save(WriteOwnSlip { round: circle.round, slip: text("2", "") }).await.unwrap();
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(state().await, RoundState::Proposed);
    assert_eq!(circle.pairs(&desk).await, [(1, 1), (2, 2)]);
    store.close().await.unwrap();
}

async fn who_was_asked_and_names_nobody_counts_as_asked(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let circle = circle(&ground, &store, 2, 2).await;
    let nobody = || SlipText { nobody: true, ..text("", "") };
    let child = |slip| WriteChildSlip { round: circle.round, child: circle.children[1], slip };
    let unwritten = || async { desk.round(circle.round).await.unwrap().unwritten };
    circle.child_slip(&desk, 1, "1", "").await;
    assert_eq!(desk.save(child(text("", ""))).await, Err(Error::field("wishes", "choice.blank")));
    let both = SlipText { nobody: true, ..text("1", "") };
    assert_eq!(desk.save(child(both)).await, Err(Error::field("wishes", "choice.nobody_and_some")));
    assert_eq!(unwritten().await, Unwritten { children: 1, homes: 2 });
    desk.save(child(nobody())).await.unwrap();
    circle.home_slip(&desk, 1, "1=2", "").await;
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[1].0)).await;
    assert!(!mother.my_round().await.unwrap().unwrap().written);
    mother.save(WriteOwnSlip { round: circle.round, slip: nobody() }).await.unwrap();
    assert!(mother.my_round().await.unwrap().unwrap().written);
    assert_eq!(unwritten().await, Unwritten::default());
    let file = desk.round(circle.round).await.unwrap();
    assert_eq!(file.children.iter().map(|c| c.wishes).collect::<Vec<_>>(), [Some(1), Some(0)]);
    assert_eq!(file.homes.iter().map(|h| h.wishes).collect::<Vec<_>>(), [Some(2), Some(0)]);
    // Confirmed without a reason, and matched with nobody.
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(circle.pairs(&desk).await, [(1, 1)]);
    let offer = OfferProposals { round: circle.round, children: Vec::new(), reason: None };
    assert_eq!(desk.save(offer).await, Ok(1));
    // Whoever thinks again is asked again, and a slip that was taken away is missing.
    desk.save(StepRound { round: circle.round, to: RoundState::Checking }).await.unwrap();
    circle.child_slip(&desk, 2, "2", "").await;
    let wishes = || async { desk.round(circle.round).await.unwrap().children[1].wishes };
    assert_eq!(wishes().await, Some(1));
    circle.child_slip(&desk, 2, "", "").await;
    assert_eq!(wishes().await, None);
    store.close().await.unwrap();
}
