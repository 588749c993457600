use naheya_domain::Role;
use naheya_domain::candidate::{Bar, Weights};
use naheya_domain::choice::Side;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, GuardianId, ProposalId, RoundId, VolunteerId};
use naheya_domain::proposal::ProposalState;
use naheya_domain::round::{LeftWhy, RoundState, Unwritten};
use naheya_domain::viewer::Place;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::choice::{SlipText, WriteChildSlip, WriteHomeSlip, WriteOwnSlip};
use naheya_store::guardian::{AddGuardian, GroupSiblings};
use naheya_store::household::RaiseCapacity;
use naheya_store::pair::BeginPair;
use naheya_store::proposal::{AnswerProposal, LapseProposals, OfferProposals, UndoAnswer, UndoProposal};
use naheya_store::round::{Early, OpenRound, RoundDetails, StepRound, TakePart};
use naheya_store::{Desk, Error, Location, Store, SystemTask};
use uuid::Uuid;

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::{child, on_both_engines, volunteer};

on_both_engines![
    children_come_in_with_consent_and_volunteers_when_approved,
    a_blocked_persons_yes_brings_no_child_into_a_round,
    mothers_slips_open_when_all_childrens_are_in,
    the_same_round_gives_the_same_result_on_both_engines,
    ethnic_group_takes_no_part,
    brothers_and_sisters_who_must_stay_together_come_into_one_home_or_none,
    a_pair_begins_only_on_two_yeses,
    an_answer_can_be_taken_back_until_the_pair_has_begun,
    a_proposal_lapses_after_seven_days,
    a_wish_written_after_the_run_stops_the_confirming,
    nobody_confirms_while_slips_are_missing_unless_a_reason_is_written,
    a_volunteer_reads_cards_without_names_and_each_look_is_recorded,
    who_said_no_stays_hidden_and_the_no_is_final,
    somebody_to_be_kept_away_strikes_the_home_out,
    a_round_that_nobody_may_see_is_not_found,
];

/// A round with children and homes by number; index 0 is number 1.
pub struct Circle {
    pub round: RoundId,
    pub children: Vec<ChildId>,
    pub homes: Vec<VolunteerId>,
    pub households: Vec<naheya_domain::id::HouseholdId>,
}

/// An id as the engine's SQL says it.
pub fn uuid(ground: &Ground, id: Uuid) -> String {
    match &ground.location {
        Location::Folder(_) => format!("x'{}'", id.simple()),
        Location::Postgres(_) => format!("'{id}'"),
    }
}

/// A guardian's consent for pairing, written as a row.
pub async fn consent(ground: &Ground, child: ChildId, guardian: GuardianId) {
    let (id, child, guardian) = (uuid(ground, Uuid::now_v7()), uuid(ground, child.0), uuid(ground, guardian.0));
    let sql = format!(
        "INSERT INTO consents (area_id, id, child_id, guardian_id, purpose, text_version, from_on, how, answer, given_at, version) \
         VALUES ({}, {id}, {child}, {guardian}, 'pairing', '1', '2026-01-01', 'paper', TRUE, 1, 1)",
        COUNTY.0
    );
    ground.sql(&sql).await;
}

fn guardian(name: &str, phone: &str, blocked: bool) -> GuardianDetails {
    let reason = if blocked { "法院禁止接近" } else { "" };
    let form =
        GuardianForm { name, relation: "母亲", phone, blocked, blocked_reason: reason, ..GuardianForm::default() };
    GuardianDetails::parse(&form).unwrap()
}

pub async fn a_child(ground: &Ground, desk: &Desk, name: &str, consenting: bool) -> ChildId {
    let id = desk.save(OpenFile { details: child::details(name) }).await.unwrap();
    let phone = format!("1390000{:04}", id.0.as_u128() % 10_000);
    let details = guardian(&format!("{name}妈"), &phone, false);
    let mother = desk.save(AddGuardian { child: id, details }).await.unwrap();
    if consenting {
        consent(ground, id, mother).await;
    }
    id
}

/// Three children, three approved homes, all in a round.
pub async fn circle(ground: &Ground, store: &Store, children: usize, homes: usize) -> Circle {
    let desk = system(store);
    let round = open(&desk).await;
    let mut all = Circle { round, children: Vec::new(), homes: Vec::new(), households: Vec::new() };
    for n in 0..children {
        let name = ["安小草", "白云朵", "石小榴", "余小川", "林小溪", "林小川"][n % 6];
        all.children.push(a_child(ground, &desk, name, true).await);
    }
    for n in 0..homes {
        let name = ["李样例", "王示范", "赵试写", "张样本"][n % 4];
        let registered = volunteer::approved(store, name).await;
        all.homes.push(registered.volunteer);
        all.households.push(registered.household);
    }
    let take = TakePart { round, children: all.children.clone(), volunteers: all.homes.clone() };
    let took = desk.save(take).await.unwrap();
    assert_eq!(took.left_out, []);
    all
}

async fn open(desk: &Desk) -> RoundId {
    let details = RoundDetails::parse("2026年秋季结对", "2026-11-28", "").unwrap();
    desk.save(OpenRound { details }).await.unwrap()
}

pub fn text(wishes: &str, refused: &str) -> SlipText {
    SlipText { wishes: wishes.into(), refused: refused.into(), nobody: false }
}

impl Circle {
    pub async fn child_slip(&self, desk: &Desk, number: usize, wishes: &str, refused: &str) {
        let child = self.children[number - 1];
        desk.save(WriteChildSlip { round: self.round, child, slip: text(wishes, refused) }).await.unwrap();
    }

    pub async fn home_slip(&self, desk: &Desk, number: usize, wishes: &str, refused: &str) {
        let volunteer = self.homes[number - 1];
        desk.save(WriteHomeSlip { round: self.round, volunteer, slip: text(wishes, refused) }).await.unwrap();
    }

    /// Everybody wishes for everybody, in an order that asks for a real decision.
    pub async fn slips(&self, desk: &Desk) {
        self.child_slip(desk, 1, "1, 2, 3", "").await;
        self.child_slip(desk, 2, "1, 3, 2", "").await;
        self.child_slip(desk, 3, "1=2", "").await;
        self.home_slip(desk, 1, "3, 2, 1", "").await;
        self.home_slip(desk, 2, "1=3, 2", "").await;
        self.home_slip(desk, 3, "2, 1", "").await;
    }

    /// Pairs of the last run as (child's number, home's number).
    pub async fn pairs(&self, desk: &Desk) -> Vec<(i32, i32)> {
        let results = desk.results(self.round).await.unwrap().unwrap();
        let mut pairs: Vec<_> = results.rows.iter().map(|r| (r.child.number, r.home.number)).collect();
        pairs.sort_unstable();
        pairs
    }

    /// Worked out and confirmed; the proposals by child's number.
    pub async fn offered(&self, desk: &Desk) -> Vec<ProposalId> {
        desk.run_round(self.round, "417", None).await.unwrap();
        desk.save(OfferProposals { round: self.round, children: Vec::new(), reason: None }).await.unwrap();
        let mut rows = desk.results(self.round).await.unwrap().unwrap().rows;
        rows.sort_by_key(|r| r.child.number);
        rows.into_iter().map(|r| r.proposal.unwrap().id).collect()
    }
}

fn answer(proposal: ProposalId, side: Side, yes: bool) -> AnswerProposal {
    AnswerProposal { proposal, side, yes }
}

async fn children_come_in_with_consent_and_volunteers_when_approved(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let round = open(&desk).await;
    let (with, without) =
        (a_child(&ground, &desk, "安小草", true).await, a_child(&ground, &desk, "白云朵", false).await);
    let ready = volunteer::approved(&store, "李样例").await.volunteer;
    let waiting = volunteer::register(&desk, "王示范").await.volunteer;
    let eligible = desk.eligible(round).await.unwrap();
    assert_eq!(eligible.children.iter().map(|c| c.id).collect::<Vec<_>>(), [with]);
    assert_eq!(eligible.homes.iter().map(|h| (h.id, h.free)).collect::<Vec<_>>(), [(ready, 1)]);
    let took =
        desk.save(TakePart { round, children: vec![with, without], volunteers: vec![ready, waiting] }).await.unwrap();
    assert_eq!((took.children, took.volunteers), (1, 1));
    let expected = [(without.0, Bar::ConsentMissing.code()), (waiting.0, Bar::VolunteerNotApproved.code())];
    assert_eq!(took.left_out.iter().map(|(id, code)| (*id, code.as_str())).collect::<Vec<_>>(), expected);
    let again = desk.save(TakePart { round, children: vec![with], volunteers: vec![ready] }).await.unwrap();
    assert_eq!((again.children, again.volunteers), (1, 1));
    let file = desk.round(round).await.unwrap();
    assert_eq!(file.children.iter().map(|c| c.number).collect::<Vec<_>>(), [1]);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap().len(), 1, "the row of consent written from outside");
    store.close().await.unwrap();
}

async fn a_blocked_persons_yes_brings_no_child_into_a_round(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let round = open(&desk).await;
    let child = a_child(&ground, &desk, "安小草", true).await;
    ground.sql("UPDATE guardianships SET blocked = TRUE").await;
    assert_eq!(desk.eligible(round).await.unwrap().children, []);
    let took = desk.save(TakePart { round, children: vec![child], volunteers: Vec::new() }).await.unwrap();
    assert_eq!(took.left_out, [(child.0, Bar::ConsentMissing.code().to_owned())]);
    store.close().await.unwrap();
}

async fn mothers_slips_open_when_all_childrens_are_in(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 2, 2).await;
    circle.child_slip(&desk, 1, "1, 2", "").await;
    let mother = WriteHomeSlip { round: circle.round, volunteer: circle.homes[0], slip: text("1", "") };
    assert_eq!(desk.save(mother.clone()).await, Err(Error::refused("choice.children_first")));
    circle.child_slip(&desk, 2, "2", "1").await;
    desk.save(mother).await.unwrap();
    let slip = desk.slip(circle.round, Side::Child, circle.children[1].0).await.unwrap();
    assert_eq!((slip.wishes_text().as_str(), slip.refused_text().as_str()), ("2", "1"));
    // Written again, the slip is the new one and nothing of the old.
    circle.child_slip(&desk, 2, "1=2", "").await;
    let slip = desk.slip(circle.round, Side::Child, circle.children[1].0).await.unwrap();
    assert_eq!((slip.wishes_text().as_str(), slip.refused_text().as_str()), ("1=2", ""));
    let wrong = WriteChildSlip { round: circle.round, child: circle.children[0], slip: text("7", "") };
    assert_eq!(desk.save(wrong).await, Err(Error::field("wishes", "choice.unknown")));
    store.close().await.unwrap();
}

async fn the_same_round_gives_the_same_result_on_both_engines(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 4, 3).await;
    circle.child_slip(&desk, 4, "", "2").await;
    circle.slips(&desk).await;
    let kept = desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!((kept.number, kept.placed), (1, 3));
    // Both engines are held against the same constants: child by child, home by home.
    let expected = [(1, 3), (2, 1), (3, 2)];
    assert_eq!(circle.pairs(&desk).await, expected);
    let results = desk.results(circle.round).await.unwrap().unwrap();
    assert!(results.stable && !results.changed);
    assert_eq!((results.seed.as_str(), results.bound), ("417", 3));
    let left: Vec<_> = results.left_children.iter().map(|l| (l.child.number, l.why)).collect();
    assert_eq!(left, [(4, LeftWhy::NoWish)]);
    assert_eq!(results.left_homes, []);
    // The same wishes and seed again: the same result, under the next number.
    let again = desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(again.number, 2);
    assert_eq!(circle.pairs(&desk).await, expected);
    store.close().await.unwrap();
}

async fn ethnic_group_takes_no_part(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    desk.run_round(circle.round, "417", None).await.unwrap();
    let before = circle.pairs(&desk).await;
    let order = |c: naheya_store::candidate::Candidates| c.homes.iter().map(|h| h.home.number).collect::<Vec<_>>();
    let child = circle.children[0];
    let shown = order(desk.candidates(circle.round, child, Weights::USUAL).await.unwrap());
    for (at, child) in circle.children.iter().enumerate() {
        let code = ["MG", "HA", "HU"][at];
        ground.sql(&format!("UPDATE children SET ethnic = '{code}' WHERE id = {}", uuid(&ground, child.0))).await;
    }
    ground.sql("UPDATE volunteers SET ethnic = 'MG'").await;
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(circle.pairs(&desk).await, before);
    assert_eq!(order(desk.candidates(circle.round, child, Weights::USUAL).await.unwrap()), shown);
    store.close().await.unwrap();
}

async fn brothers_and_sisters_who_must_stay_together_come_into_one_home_or_none(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 2).await;
    let pair = circle.children[..2].to_vec();
    desk.save(GroupSiblings { children: pair, must: Some(true) }).await.unwrap();
    circle.child_slip(&desk, 1, "1, 2", "").await;
    circle.child_slip(&desk, 3, "1, 2", "").await;
    circle.home_slip(&desk, 1, "2, 3", "").await;
    circle.home_slip(&desk, 2, "3, 1", "").await;
    // One slip counts for both; with one place each, no home can take them.
    let brother = desk.slip(circle.round, Side::Child, circle.children[1].0).await.unwrap();
    assert_eq!(brother.wishes_text(), "1, 2");
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(circle.pairs(&desk).await, [(3, 1)]);
    let results = desk.results(circle.round).await.unwrap().unwrap();
    let left: Vec<_> = results.left_children.iter().map(|l| (l.child.number, l.why)).collect();
    assert_eq!(left, [(1, LeftWhy::AllStruck), (2, LeftWhy::AllStruck)]);
    let raise = RaiseCapacity { household: circle.households[0], capacity: 2, reason: "姐弟俩".into() };
    desk.save(raise).await.unwrap();
    desk.save(StepRound { round: circle.round, to: RoundState::Checking }).await.unwrap();
    desk.save(TakePart { round: circle.round, children: vec![], volunteers: vec![circle.homes[0]] }).await.unwrap();
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(circle.pairs(&desk).await, [(1, 1), (2, 1), (3, 2)]);
    // Confirming one of them confirms both.
    let one = OfferProposals { round: circle.round, children: vec![circle.children[0]], reason: None };
    assert_eq!(desk.save(one).await, Ok(2));
    store.close().await.unwrap();
}

async fn a_pair_begins_only_on_two_yeses(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    let begin = BeginPair { proposal: proposals[0] };
    assert_eq!(desk.save(begin.clone()).await, Err(Error::refused("pair.needs_two_yeses")));
    desk.save(answer(proposals[0], Side::Child, true)).await.unwrap();
    assert_eq!(desk.save(begin.clone()).await, Err(Error::refused("pair.needs_two_yeses")));
    // The volunteer answers for herself and for nobody else.
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[2].0)).await;
    assert_eq!(mother.save(answer(proposals[0], Side::Child, true)).await, Err(Error::Forbidden));
    assert_eq!(mother.save(answer(proposals[1], Side::Volunteer, true)).await, Err(Error::NotFound));
    let mine = mother.my_round().await.unwrap().unwrap().proposals;
    assert_eq!(mine.iter().map(|p| (p.id, p.number)).collect::<Vec<_>>(), [(proposals[0], 1)]);
    mother.save(answer(proposals[0], Side::Volunteer, true)).await.unwrap();
    // She sees no file before the pair has begun, and this child's file from then on.
    assert_eq!(mother.count_children(&ChildFilter::default()).await.unwrap(), 0);
    let pair = desk.save(begin.clone()).await.unwrap();
    assert_eq!(desk.save(begin).await, Err(Error::refused("pair.begun_already")));
    let (rows, _) = mother.children(&ChildFilter::default()).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [circle.children[0]]);
    let file = desk.pair(pair).await.unwrap();
    assert_eq!(file.row.state, naheya_domain::pair::PairState::Settling);
    assert_eq!((file.row.child, file.row.volunteer), (circle.children[0], circle.homes[2]));
    let account = uuid(&ground, mother.viewer().account.0);
    let told = format!("SELECT kind FROM outbox WHERE kind = 'pair.begun' AND to_account = {account}");
    assert_eq!(ground.texts(&told).await.len(), 1, "she hears of it where she signs in");
    // A no leaves no pair.
    desk.save(answer(proposals[1], Side::Volunteer, false)).await.unwrap();
    assert_eq!(desk.save(BeginPair { proposal: proposals[1] }).await, Err(Error::refused("pair.needs_two_yeses")));
    store.close().await.unwrap();
}

async fn an_answer_can_be_taken_back_until_the_pair_has_begun(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    desk.save(answer(proposals[0], Side::Child, false)).await.unwrap();
    desk.save(UndoAnswer { proposal: proposals[0], side: Side::Child }).await.unwrap();
    desk.save(answer(proposals[0], Side::Child, true)).await.unwrap();
    desk.save(answer(proposals[0], Side::Volunteer, true)).await.unwrap();
    desk.save(BeginPair { proposal: proposals[0] }).await.unwrap();
    let late = UndoAnswer { proposal: proposals[0], side: Side::Child };
    assert_eq!(desk.save(late).await, Err(Error::refused("proposal.begun")));
    let late = UndoProposal { proposal: proposals[0] };
    assert_eq!(desk.save(late).await, Err(Error::refused("proposal.begun")));
    // Another confirmation is taken back: the pair waits to be confirmed again.
    desk.save(UndoProposal { proposal: proposals[1] }).await.unwrap();
    let open = OfferProposals { round: circle.round, children: vec![circle.children[1]], reason: None };
    assert_eq!(desk.save(open).await, Ok(1));
    store.close().await.unwrap();
}

async fn a_proposal_lapses_after_seven_days(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposals = circle.offered(&desk).await;
    desk.save(answer(proposals[2], Side::Child, true)).await.unwrap();
    desk.save(answer(proposals[2], Side::Volunteer, true)).await.unwrap();
    let later = |minutes| store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(minutes));
    assert_eq!(later(7 * 24 * 60).save(LapseProposals).await, Ok(0));
    let over = NOW.plus_minutes(7 * 24 * 60 + 1);
    assert_eq!(store.counties_with_lapsed_proposals(NOW.plus_minutes(7 * 24 * 60)).await.unwrap(), []);
    assert_eq!(store.counties_with_lapsed_proposals(over).await.unwrap(), [COUNTY]);
    assert_eq!(later(7 * 24 * 60 + 1).save(LapseProposals).await, Ok(2), "the accepted one stays");
    assert_eq!(store.counties_with_lapsed_proposals(over).await.unwrap(), []);
    let answered = later(7 * 24 * 60 + 1).save(answer(proposals[0], Side::Child, true)).await;
    assert_eq!(answered, Err(Error::refused("proposal.not_open")));
    let rows = desk.results(circle.round).await.unwrap().unwrap().rows;
    let states: Vec<_> = rows.iter().filter_map(|r| r.proposal.as_ref()).map(|p| p.state).collect();
    assert_eq!(states, [ProposalState::Accepted]);
    store.close().await.unwrap();
}

async fn a_wish_written_after_the_run_stops_the_confirming(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    desk.run_round(circle.round, "417", None).await.unwrap();
    let closed = WriteChildSlip { round: circle.round, child: circle.children[0], slip: text("3", "") };
    assert_eq!(desk.save(closed).await, Err(Error::refused("round.wishes_closed")));
    desk.save(StepRound { round: circle.round, to: RoundState::Checking }).await.unwrap();
    circle.child_slip(&desk, 1, "3", "").await;
    desk.save(StepRound { round: circle.round, to: RoundState::Proposed }).await.unwrap();
    assert!(desk.results(circle.round).await.unwrap().unwrap().changed);
    let confirm = OfferProposals { round: circle.round, children: Vec::new(), reason: None };
    assert_eq!(desk.save(confirm).await, Err(Error::refused("run.changed")));
    store.close().await.unwrap();
}

async fn nobody_confirms_while_slips_are_missing_unless_a_reason_is_written(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let circle = circle(&ground, &store, 3, 3).await;
    circle.child_slip(&desk, 1, "1, 2, 3", "").await;
    circle.child_slip(&desk, 2, "1, 3, 2", "").await;
    circle.child_slip(&desk, 3, "1=2", "").await;
    circle.home_slip(&desk, 1, "3, 2, 1", "").await;
    circle.home_slip(&desk, 2, "1=3, 2", "").await;
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(desk.round(circle.round).await.unwrap().unwritten, Unwritten { children: 0, homes: 1 });
    let confirm = OfferProposals { round: circle.round, children: Vec::new(), reason: None };
    let missing = Err(Error::field("reason", "round.slips_missing"));
    assert_eq!(desk.save(confirm.clone()).await, missing);
    assert_eq!(desk.save(OfferProposals { reason: Some("  ".into()), ..confirm.clone() }).await, missing);
    assert_eq!(desk.round(circle.round).await.unwrap().early, []);
    let why = "这一家出远门，先不等";
    assert_eq!(desk.save(OfferProposals { reason: Some(why.into()), ..confirm }).await, Ok(2));
    let early = desk.round(circle.round).await.unwrap().early;
    assert_eq!(early, [Early { at: NOW, pairs: 2, reason: why.into() }]);
    assert_eq!(desk.round(circle.round).await.unwrap().state, RoundState::Proposed, "what was offered is answered");
    store.close().await.unwrap();
}

async fn a_volunteer_reads_cards_without_names_and_each_look_is_recorded(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 2, 2).await;
    let words = "我叫安小草，想学写字。";
    let shown = desk.round(circle.round).await.unwrap().children;
    let card = naheya_store::round::WriteCard {
        round: circle.round,
        child: circle.children[0],
        version: shown.iter().find(|child| child.id == circle.children[0]).unwrap().version,
        words: words.into(),
        care: "小草怕黑，晚上留一盏灯。".into(),
    };
    desk.save(card.clone()).await.unwrap();
    let older = naheya_store::round::WriteCard { words: String::new(), ..card };
    assert_eq!(desk.save(older).await, Err(naheya_store::Error::Stale), "an older form takes no words away");
    let mother = desk_as(&store, Role::Volunteer, Place::Person(circle.homes[0].0)).await;
    let outside = volunteer::approved(&store, "陶样言").await.volunteer;
    let outside = desk_as(&store, Role::Volunteer, Place::Person(outside.0)).await;
    let mine = mother.my_round().await.unwrap().unwrap();
    assert_eq!(mine.cards.iter().map(|c| (c.number, c.band)).collect::<Vec<_>>(), [(1, "9-11"), (2, "9-11")]);
    let looks = desk.child_trail(circle.children[0]).await.unwrap().len();
    let card = mother.open_card(1).await.unwrap();
    assert_eq!(card.words.as_deref(), Some("我叫…，想学写字。"));
    assert_eq!(card.care.as_deref(), Some("…怕黑，晚上留一盏灯。"));
    assert_eq!(desk.child_trail(circle.children[0]).await.unwrap().len(), looks + 1);
    assert_eq!(mother.open_card(9).await, Err(Error::NotFound));
    assert_eq!(outside.my_round().await, Ok(None));
    assert_eq!(outside.open_card(1).await, Err(Error::NotFound));
    // Her own list waits for the children's.
    let own = WriteOwnSlip { round: circle.round, slip: text("1", "") };
    assert_eq!(mother.save(own.clone()).await, Err(Error::refused("choice.children_first")));
    circle.child_slip(&desk, 1, "1", "").await;
    circle.child_slip(&desk, 2, "2", "").await;
    mother.save(own.clone()).await.unwrap();
    circle.home_slip(&desk, 2, "2", "").await;
    assert_eq!(outside.save(own).await, Err(Error::NotFound));
    assert_eq!(mother.slip(circle.round, Side::Child, circle.children[0].0).await, Err(Error::Forbidden));
    // The cards close with the wishes.
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(mother.open_card(1).await, Err(Error::NotFound));
    store.close().await.unwrap();
}

async fn who_said_no_stays_hidden_and_the_no_is_final(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 2, 2).await;
    circle.child_slip(&desk, 1, "1", "").await;
    circle.child_slip(&desk, 2, "2", "1").await;
    circle.home_slip(&desk, 1, "2", "1").await;
    circle.home_slip(&desk, 2, "2", "").await;
    let of = |child| desk.candidates(circle.round, child, Weights::USUAL);
    for child in &circle.children {
        // Once the home refused, once the child: the page reads the same.
        let candidates = of(*child).await.unwrap();
        let struck: Vec<_> = candidates.struck.iter().map(|s| (s.bar, s.count, s.names.len())).collect();
        assert_eq!(struck, [(Bar::Refused, 1, 0)]);
        assert_eq!(candidates.homes.iter().map(|h| h.home.number).collect::<Vec<_>>(), [2]);
    }
    desk.run_round(circle.round, "417", None).await.unwrap();
    assert_eq!(circle.pairs(&desk).await, [(2, 2)]);
    store.close().await.unwrap();
}

async fn somebody_to_be_kept_away_strikes_the_home_out(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 1, 1).await;
    let of = || desk.candidates(circle.round, circle.children[0], Weights::USUAL);
    assert_eq!(of().await.unwrap().homes.len(), 1);
    // The phone of the volunteer of the fixture.
    let away = AddGuardian { child: circle.children[0], details: guardian("李样例", "13900000001", true) };
    desk.save(away).await.unwrap();
    let candidates = of().await.unwrap();
    assert_eq!(candidates.homes, []);
    assert_eq!(candidates.struck.iter().map(|s| (s.bar, s.names.len())).collect::<Vec<_>>(), [(Bar::Blocked, 0)]);
    store.close().await.unwrap();
}

async fn a_round_that_nobody_may_see_is_not_found(ground: Ground) {
    let store = ground.store().await;
    let circle = circle(&ground, &store, 1, 1).await;
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(Uuid::now_v7())).await;
    assert_eq!(teacher.rounds().await, Ok(Vec::new()));
    assert_eq!(teacher.round(circle.round).await, Err(Error::Forbidden));
    let other = store.as_system(SystemTask::Demo, naheya_domain::AreaId(150_822), NOW);
    assert_eq!(other.round(circle.round).await, Err(Error::NotFound));
    store.close().await.unwrap();
}
