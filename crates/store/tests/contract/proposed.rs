//! What a volunteer reads of whom she is asked about in a round, and what she may take back.

use naheya_domain::Role;
use naheya_domain::choice::Side;
use naheya_domain::id::ProposalId;
use naheya_domain::proposal::ProposalState;
use naheya_domain::round::RoundState;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::account::AddGrant;
use naheya_store::guardian::GroupSiblings;
use naheya_store::household::RaiseCapacity;
use naheya_store::pair::BeginPair;
use naheya_store::proposal::{AnswerProposal, UndoAnswer, UndoProposal};
use naheya_store::round::{OpenRound, RoundDetails, StepRound, TakePart};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::round::{a_child, circle, uuid};

on_both_engines![
    whoever_is_asked_about_a_child_reads_its_card_again,
    a_volunteer_takes_back_what_is_hers_alone,
    whoever_was_asked_hears_when_somebody_else_ends_it,
    whoever_is_in_two_rounds_is_shown_the_one_that_waits_for_her,
    in_a_round_that_is_over_no_no_is_taken_back,
    brothers_and_sisters_who_must_stay_together_begin_when_all_have_said_yes,
    whoever_is_the_volunteer_too_writes_down_no_yes_of_the_child_to_herself,
];

fn answer(proposal: ProposalId, side: Side, yes: bool) -> AnswerProposal {
    AnswerProposal { proposal, side, yes }
}

async fn whoever_is_asked_about_a_child_reads_its_card_again(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    // The third home is asked about the first child, and about nobody else.
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[2].0)).await;
    let looks = desk.child_trail(circle.children[0]).await.unwrap().len();
    assert_eq!(mother.open_card(1).await.unwrap().head.number, 1);
    assert_eq!(desk.child_trail(circle.children[0]).await.unwrap().len(), looks + 1, "this look too is recorded");
    assert_eq!(mother.open_card(2).await, Err(Error::NotFound));
    desk.save(UndoProposal { proposal: proposals[0] }).await.unwrap();
    assert_eq!(mother.open_card(1).await, Err(Error::NotFound));
    store.close().await.unwrap();
}

async fn a_volunteer_takes_back_what_is_hers_alone(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[2].0)).await;
    let shown = async || {
        let mine = mother.my_round().await.unwrap().unwrap().proposals;
        mine.iter().map(|p| (p.state, p.answer, p.may_take_back)).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, [(ProposalState::Offered, None, false)]);
    mother.save(answer(proposals[0], Side::Volunteer, false)).await.unwrap();
    assert_eq!(shown().await, [(ProposalState::Declined, Some(false), true)]);
    mother.save(UndoAnswer { proposal: proposals[0], side: Side::Volunteer }).await.unwrap();
    mother.save(answer(proposals[0], Side::Volunteer, true)).await.unwrap();
    assert_eq!(shown().await, [(ProposalState::Offered, Some(true), true)]);
    desk.save(answer(proposals[0], Side::Child, false)).await.unwrap();
    assert_eq!(shown().await, [(ProposalState::Declined, Some(true), false)], "the child's no is not hers");
    store.close().await.unwrap();
}

async fn whoever_was_asked_hears_when_somebody_else_ends_it(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[2].0)).await;
    let proposals = circle.offered(&desk).await;
    let account = uuid(&ground, mother.viewer().account.0);
    let told = format!("SELECT kind FROM outbox WHERE kind = 'proposal.over' AND to_account = {account}");
    let (child, hers) = (Side::Child, Side::Volunteer);
    mother.save(answer(proposals[0], hers, false)).await.unwrap();
    assert_eq!(ground.texts(&told).await.len(), 0, "her own no she knows");
    mother.save(UndoAnswer { proposal: proposals[0], side: hers }).await.unwrap();
    desk.save(answer(proposals[0], child, false)).await.unwrap();
    assert_eq!(ground.texts(&told).await.len(), 1);
    desk.save(UndoAnswer { proposal: proposals[0], side: child }).await.unwrap();
    desk.save(UndoProposal { proposal: proposals[0] }).await.unwrap();
    assert_eq!(ground.texts(&told).await.len(), 2);
    store.close().await.unwrap();
}

async fn whoever_is_in_two_rounds_is_shown_the_one_that_waits_for_her(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 1, 1).await;
    let raise = RaiseCapacity { household: circle.households[0], capacity: 2, reason: "住得下".into() };
    desk.save(raise).await.unwrap();
    circle.child_slip(&desk, 1, "1", "").await;
    circle.home_slip(&desk, 1, "1", "").await;
    let proposals = circle.offered(&desk).await;
    // A second round with who is left: she has a place more.
    let details = RoundDetails::parse("2026年冬季结对", "2026-12-12", "").unwrap();
    let second = desk.save(OpenRound { details }).await.unwrap();
    let children = vec![a_child(&ground, &desk, "白云朵", true).await];
    let took = desk.save(TakePart { round: second, children, volunteers: circle.homes.clone() }).await.unwrap();
    assert_eq!((took.children, took.volunteers), (1, 1));
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[0].0)).await;
    let shown = async || mother.my_round().await.unwrap().unwrap().id;
    assert_eq!(shown().await, circle.round, "seven days run from the offer");
    mother.save(answer(proposals[0], Side::Volunteer, true)).await.unwrap();
    assert_eq!(shown().await, second);
    store.close().await.unwrap();
}

async fn in_a_round_that_is_over_no_no_is_taken_back(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    for proposal in &proposals {
        desk.save(answer(*proposal, Side::Child, false)).await.unwrap();
    }
    let written = async || {
        let rows = desk.results(circle.round).await.unwrap().unwrap().rows;
        rows.iter().filter(|row| row.written_no.is_some()).count()
    };
    assert_eq!(written().await, 3);
    for to in [RoundState::Meeting, RoundState::Closed] {
        desk.save(StepRound { round: circle.round, to }).await.unwrap();
    }
    assert_eq!(written().await, 0);
    let back = UndoAnswer { proposal: proposals[0], side: Side::Child };
    assert_eq!(desk.save(back).await, Err(Error::refused("run.closed")));
    store.close().await.unwrap();
}

async fn brothers_and_sisters_who_must_stay_together_begin_when_all_have_said_yes(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 2, 1).await;
    desk.save(GroupSiblings { children: circle.children.clone(), must: Some(true) }).await.unwrap();
    let raise = RaiseCapacity { household: circle.households[0], capacity: 2, reason: "姐弟俩".into() };
    desk.save(raise).await.unwrap();
    circle.child_slip(&desk, 1, "1", "").await;
    circle.home_slip(&desk, 1, "1, 2", "").await;
    let proposals = circle.offered(&desk).await;
    assert_eq!(proposals.len(), 2);
    let begin = |at: usize| BeginPair { proposal: proposals[at] };
    let alone = Err(Error::refused("pair.siblings_first"));
    for side in [Side::Child, Side::Volunteer] {
        desk.save(answer(proposals[0], side, true)).await.unwrap();
    }
    assert_eq!(desk.save(begin(0)).await, alone, "nobody has asked the other yet");
    desk.save(answer(proposals[1], Side::Child, false)).await.unwrap();
    assert_eq!(desk.save(begin(0)).await, alone, "the other does not come");
    desk.save(UndoAnswer { proposal: proposals[1], side: Side::Child }).await.unwrap();
    for side in [Side::Child, Side::Volunteer] {
        desk.save(answer(proposals[1], side, true)).await.unwrap();
    }
    desk.save(begin(0)).await.unwrap();
    desk.save(begin(1)).await.unwrap();
    store.close().await.unwrap();
}

async fn whoever_is_the_volunteer_too_writes_down_no_yes_of_the_child_to_herself(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let (account, place) = (office.viewer().account, Place::Person(circle.homes[2].0));
    desk.save(AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None }).await.unwrap();
    for yes in [true, false] {
        let own = Err(Error::refused("proposal.own_home"));
        assert_eq!(office.save(answer(proposals[0], Side::Child, yes)).await, own);
    }
    office.save(answer(proposals[0], Side::Volunteer, true)).await.unwrap();
    let colleague = desk_as(&store, Role::Coordinator, Place::County).await;
    colleague.save(answer(proposals[0], Side::Child, true)).await.unwrap();
    store.close().await.unwrap();
}
