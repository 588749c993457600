use naheya_domain::candidate::Bar;
use naheya_domain::choice::Side;
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::PairId;
use naheya_domain::pair::{EndReason, PairState};
use naheya_domain::parting::{Contact, NoticeBy, NoticeDetails, Parting};
use naheya_domain::setting::Settings;
use naheya_domain::term::PlanState;
use naheya_domain::viewer::Place;
use naheya_domain::{Refusal, Role};
use naheya_store::child::ChildFilter;
use naheya_store::concern::{NameInConcern, RaiseConcern, Suspend};
use naheya_store::guardian::AddGuardian;
use naheya_store::meeting::{DropMeeting, KeepMeeting};
use naheya_store::pair::{BeginPair, EndPair, PairFilter, PausePair, ResumePair, SettlePair};
use naheya_store::parting::{AtOnce, GiveNotice, KeepParting, WithdrawNotice};
use naheya_store::proposal::AnswerProposal;
use naheya_store::setting::ChangeSettings;
use naheya_store::volunteer::{Step, StepVolunteer};
use naheya_store::{Desk, Error, Store};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::round::{Circle, circle};
use crate::story::{literal, story};
use crate::term::{proposed, with_term};

on_both_engines![
    what_came_up_since_the_two_were_asked_keeps_their_pair_from_beginning,
    whom_a_closed_concern_still_suspends_begins_no_pair,
    a_pair_settles_rests_and_is_closed_by_a_leader,
    no_night_before_the_first_meetings_by_day,
    a_pair_is_closed_after_notice_talk_and_good_bye_and_not_before,
    what_cannot_wait_is_closed_at_once_with_the_words_why,
    a_child_is_left_in_peace_for_three_weeks_before_somebody_new,
    whoever_rests_from_a_pair_does_not_see_the_child_meanwhile,
    a_home_that_filled_up_in_between_takes_nobody,
    pairs_are_listed_for_those_who_may_see_them,
    nobody_is_asked_about_the_term_of_a_pair_that_is_over,
    whoever_leaves_takes_nothing_with_her_that_was_proposed,
    each_yes_that_is_missing_alone_keeps_a_pair_from_beginning,
    a_pair_neither_rests_nor_ends_while_its_child_is_away,
    a_pair_that_a_concern_suspended_does_not_go_on,
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

async fn what_came_up_since_the_two_were_asked_keeps_their_pair_from_beginning(ground: Ground) {
    let store = ground.store().await;
    let (circle, proposals) = agreed(&ground, &store).await;
    let desk = system(&store);
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let (child, home) = (circle.children[0], circle.homes[2]);
    let begin = || BeginPair { proposal: proposals[0] };
    let form = ConcernForm { words: "她说不想去", ..ConcernForm::default() };
    let said = NewConcern::parse(&form).unwrap();
    let concern = leader.save(RaiseConcern { said, child: None }).await.unwrap();
    leader.save(NameInConcern { concern, child: None, volunteer: Some(home), account: None }).await.unwrap();
    let barred = |bar: Bar| Err::<PairId, Error>(Refusal::new("proposal.barred").with("bar", bar.code()).into());
    assert_eq!(desk.save(begin()).await, barred(Bar::NotNow));
    ground.sql("UPDATE concerns SET state = 'closed'").await;
    let phone = desk.volunteer(home).await.unwrap().phone.unwrap();
    let form = GuardianForm {
        name: "李样例",
        relation: "其他",
        phone: &phone,
        blocked: true,
        blocked_reason: "法院禁止接近",
        ..GuardianForm::default()
    };
    desk.save(AddGuardian { child, details: GuardianDetails::parse(&form).unwrap() }).await.unwrap();
    assert_eq!(desk.save(begin()).await, barred(Bar::Blocked));
    ground.sql("UPDATE guardianships SET blocked = FALSE").await;
    desk.save(begin()).await.unwrap();
    store.close().await.unwrap();
}

async fn whom_a_closed_concern_still_suspends_begins_no_pair(ground: Ground) {
    let store = ground.store().await;
    let (circle, proposals) = agreed(&ground, &store).await;
    let desk = system(&store);
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let begin = || BeginPair { proposal: proposals[0] };
    let form = ConcernForm { words: "她说不想去", ..ConcernForm::default() };
    let said = NewConcern::parse(&form).unwrap();
    let concern = leader.save(RaiseConcern { said, child: None }).await.unwrap();
    let volunteer = Some(circle.homes[2]);
    leader.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
    leader.save(Suspend { concern }).await.unwrap();
    ground.sql("UPDATE concerns SET state = 'closed'").await;
    let barred = Refusal::new("proposal.barred").with("bar", Bar::NotNow.code());
    assert_eq!(desk.save(begin()).await, Err(barred.into()));
    ground.sql("UPDATE concerns SET suspended_at = NULL").await;
    desk.save(begin()).await.unwrap();
    store.close().await.unwrap();
}

async fn begun(ground: &Ground, store: &Store) -> (Circle, Vec<PairId>) {
    let (circle, proposals) = agreed(ground, store).await;
    let mut pairs = Vec::new();
    for proposal in proposals {
        pairs.push(system(store).save(BeginPair { proposal }).await.unwrap());
    }
    (circle, pairs)
}

/// The pair began two weeks ago, and the two have met twice since.
async fn meet(ground: &Ground, desk: &Desk, pair: PairId) {
    ground.sql("UPDATE pairs SET begun_on = '2026-11-06'").await;
    for day in ["2026-11-07", "2026-11-14"] {
        desk.save(KeepMeeting { pair, on: day.into(), place: "base".into() }).await.unwrap();
    }
}

fn at_once(reason: EndReason) -> Option<AtOnce> {
    Some(AtOnce { reason, words: "孩子说不想再去".into() })
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
    meet(&ground, &coordinator, pair).await;
    coordinator.save(SettlePair { pair }).await.unwrap();
    assert_eq!(coordinator.save(SettlePair { pair }).await, impossible);
    coordinator.save(PausePair { pair }).await.unwrap();
    coordinator.save(ResumePair { pair }).await.unwrap();
    assert_eq!(state(&coordinator, pair).await, PairState::Active);
    let end = EndPair { pair, at_once: at_once(EndReason::FamilyHome) };
    assert_eq!(coordinator.save(end.clone()).await, Err(Error::Forbidden));
    leader.save(end.clone()).await.unwrap();
    assert_eq!(leader.save(end).await, impossible);
    let file = leader.pair(pair).await.unwrap();
    assert_eq!((file.row.end_reason.as_deref(), file.taken), (Some("family_home"), 0));
    assert!(file.row.ended_on.is_some());
    store.close().await.unwrap();
}

async fn no_night_before_the_first_meetings_by_day(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let (_, pairs) = begun(&ground, &store).await;
    let pair = pairs[0];
    let missing =
        |met: &str| Err(Error::Refused(Refusal::new("pair.meetings_missing").with("met", met).with("needed", "2")));
    assert_eq!(desk.save(SettlePair { pair }).await, missing("0"));
    ground.sql("UPDATE pairs SET begun_on = '2026-11-01'").await;
    let met = |on: &str, place: &str| KeepMeeting { pair, on: on.into(), place: place.into() };
    desk.save(met("2026-11-02", "school")).await.unwrap();
    assert_eq!(desk.save(met("2026-11-02", "base")).await, Err(Error::field("met_on", "meeting.twice")));
    assert_eq!(desk.save(met("2026-10-31", "base")).await, Err(Error::field("met_on", "meeting.before_pair")));
    assert_eq!(desk.save(SettlePair { pair }).await, missing("1"));
    let wrong = DropMeeting { pair, on: "2026-11-02".parse().unwrap() };
    desk.save(wrong.clone()).await.unwrap();
    assert_eq!(desk.save(wrong).await, Err(Error::NotFound));
    assert_eq!(desk.save(SettlePair { pair }).await, missing("0"));
    desk.save(met("2026-11-02", "school")).await.unwrap();
    desk.save(met("2026-11-03", "home")).await.unwrap();
    assert_eq!(desk.meetings(pair).await.unwrap().1, 2);
    desk.save(SettlePair { pair }).await.unwrap();
    assert_eq!(desk.save(met("2026-11-04", "home")).await, Err(Error::refused("meeting.settled")));
    // A county that asks for none asks for none.
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let settings = Settings { day_meetings: 0, ..Settings::default() };
    leader.save(ChangeSettings { version: 0, settings }).await.unwrap();
    desk.save(SettlePair { pair: pairs[1] }).await.unwrap();
    store.close().await.unwrap();
}

async fn a_pair_is_closed_after_notice_talk_and_good_bye_and_not_before(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let (_, pairs) = begun(&ground, &store).await;
    let pair = pairs[0];
    let end = EndPair { pair, at_once: None };
    let refused = |code| Err(Error::refused(code));
    assert_eq!(leader.save(end.clone()).await, refused("parting.no_notice"));
    let today = NOW.date();
    let details = NoticeDetails { on: today, by: NoticeBy::Guardian, reason: EndReason::FamilyHome };
    desk.save(GiveNotice { pair, details: details.clone() }).await.unwrap();
    assert_eq!(desk.save(GiveNotice { pair, details: details.clone() }).await, refused("parting.given"));
    assert_eq!(leader.save(end.clone()).await, refused("parting.no_talk"));
    desk.save(WithdrawNotice { pair }).await.unwrap();
    assert_eq!(desk.parting(pair).await.unwrap(), None);
    assert_eq!(leader.save(end.clone()).await, refused("parting.no_notice"), "it goes on after all");
    desk.save(GiveNotice { pair, details }).await.unwrap();
    let steps = Parting { talk_on: Some(today), farewell_on: Some(today), contact: Some(Contact::Letters) };
    let version = desk.parting(pair).await.unwrap().unwrap().version;
    let talk = |talk: &str| KeepParting { pair, version, steps: steps.clone(), talk: talk.into() };
    desk.save(talk("写信")).await.unwrap();
    assert_eq!(desk.save(talk("")).await, Err(Error::Stale), "what was talked about is not lost to an older form");
    let shown = desk.parting(pair).await.unwrap().unwrap();
    assert_eq!((shown.steps, shown.talk.as_deref()), (steps, Some("写信")));
    assert_eq!(desk.save(end.clone()).await, Err(Error::Forbidden));
    leader.save(end).await.unwrap();
    assert_eq!(leader.pair(pair).await.unwrap().row.end_reason.as_deref(), Some("family_home"));
    // The volunteer reads nothing of what was talked about.
    let home = leader.pair(pair).await.unwrap().row.volunteer;
    let mother = desk_as(&store, Role::Volunteer, Place::Person(home.0)).await;
    assert_eq!(mother.parting(pair).await.unwrap(), None);
    store.close().await.unwrap();
}

async fn what_cannot_wait_is_closed_at_once_with_the_words_why(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let (_, pairs) = begun(&ground, &store).await;
    let pair = pairs[0];
    let wordless = EndPair { pair, at_once: Some(AtOnce { reason: EndReason::ChildWish, words: " ".into() }) };
    assert_eq!(leader.save(wordless).await, Err(Error::field("words", "required.missing")));
    assert_eq!(state(&leader, pair).await, PairState::Settling);
    leader.save(EndPair { pair, at_once: at_once(EndReason::ChildWish) }).await.unwrap();
    let shown = leader.parting(pair).await.unwrap().unwrap();
    assert_eq!(shown.at_once.as_deref(), Some("孩子说不想再去"));
    assert_eq!(leader.pair(pair).await.unwrap().row.end_reason.as_deref(), Some("child_wish"));
    store.close().await.unwrap();
}

async fn a_child_is_left_in_peace_for_three_weeks_before_somebody_new(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let (circle, proposals) = agreed(&ground, &store).await;
    let (child, other) = (id(&ground, circle.children[0].0), id(&ground, circle.homes[0].0));
    let pair = desk.save(BeginPair { proposal: proposals[1] }).await.unwrap();
    // A pair of the first child with somebody else ended twenty days ago.
    let ended = NOW.plus_minutes(-20 * 24 * 60).date();
    let earlier = format!(
        "UPDATE pairs SET child_id = {child}, volunteer_id = {other}, state = 'ended', ended_on = '{ended}' WHERE id = {}",
        id(&ground, pair.0)
    );
    ground.sql(&earlier).await;
    let day = NOW.plus_minutes(24 * 60).date().to_string();
    let too_soon = Err(Error::Refused(Refusal::new("pair.too_soon").with("day", day)));
    assert_eq!(desk.save(BeginPair { proposal: proposals[0] }).await, too_soon);
    let ended = NOW.plus_minutes(-21 * 24 * 60).date();
    ground.sql(&format!("UPDATE pairs SET ended_on = '{ended}' WHERE state = 'ended'")).await;
    desk.save(BeginPair { proposal: proposals[0] }).await.unwrap();
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
    meet(&ground, &desk, pair).await;
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
    let (_, pairs) = begun(&ground, &store).await;
    let (rows, more) = desk.pairs(&PairFilter::default()).await.unwrap();
    assert_eq!((rows.len(), more), (3, false));
    let found = PairFilter { search: Some("baiyun".into()), ..PairFilter::default() };
    let (rows, _) = desk.pairs(&found).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [pairs[1]]);
    assert_eq!(desk.count_pairs(&PairFilter { state: Some(PairState::Ended), ..PairFilter::default() }).await, Ok(0));
    let page = PairFilter { after: rows[0].begun_on.map(|d| (d, rows[0].id)), ..PairFilter::default() };
    assert_eq!(desk.count_pairs(&page).await, Ok(3));
    assert_eq!(desk.pairs(&page).await.unwrap().0.iter().map(|r| r.id).collect::<Vec<_>>(), [pairs[0]]);
    let auditor = desk_as(&store, Role::Auditor, Place::County).await;
    assert_eq!(auditor.pairs(&PairFilter::default()).await, Ok((Vec::new(), false)));
    store.close().await.unwrap();
}

async fn nobody_is_asked_about_the_term_of_a_pair_that_is_over(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let parent = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    assert_eq!(parent.plan(plan).await.unwrap().state, PlanState::Open);
    s.leader.save(EndPair { pair: PairId(s.pair), at_once: at_once(EndReason::FamilyHome) }).await.unwrap();
    assert_eq!(parent.plan(plan).await.unwrap().state, PlanState::Withdrawn);
    assert_eq!((parent.plans().await.unwrap().len(), s.mother.plans().await.unwrap().len()), (0, 0));
    s.store.close().await.unwrap();
}

async fn whoever_leaves_takes_nothing_with_her_that_was_proposed(ground: Ground) {
    let store = ground.store().await;
    let (circle, proposals) = agreed(&ground, &store).await;
    let desk = system(&store);
    // The child of the first proposal and the home it was made to, as the test of what came up since has them.
    let leaves = StepVolunteer { volunteer: circle.homes[2], step: Step::Leave, reason: "搬到外地".into() };
    desk.save(leaves).await.unwrap();
    let begin = |proposal| BeginPair { proposal };
    assert_eq!(desk.save(begin(proposals[0])).await, Err(Error::refused("pair.needs_two_yeses")), "taken back");
    desk.save(begin(proposals[1])).await.unwrap();
    store.close().await.unwrap();
}

async fn each_yes_that_is_missing_alone_keeps_a_pair_from_beginning(ground: Ground) {
    let store = ground.store().await;
    let (_, proposals) = agreed(&ground, &store).await;
    let desk = system(&store);
    let begin = || BeginPair { proposal: proposals[0] };
    for (column, missing, given) in [
        ("state", "'offered'", "'accepted'"),
        ("child_answer", "NULL", "'yes'"),
        ("child_answer", "'no'", "'yes'"),
        ("volunteer_answer", "NULL", "'yes'"),
        ("volunteer_answer", "'no'", "'yes'"),
    ] {
        ground.sql(&format!("UPDATE proposals SET {column} = {missing}")).await;
        let refused = Err(Error::refused("pair.needs_two_yeses"));
        assert_eq!(desk.save(begin()).await, refused, "{column} {missing}");
        ground.sql(&format!("UPDATE proposals SET {column} = {given}")).await;
    }
    desk.save(begin()).await.unwrap();
    store.close().await.unwrap();
}

async fn a_pair_neither_rests_nor_ends_while_its_child_is_away(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    let pair = PairId(s.pair);
    for state in ["released", "in_care"] {
        ground.sql(&format!("UPDATE stays SET state = '{state}'")).await;
        let away = Err(Error::refused("pair.child_away"));
        assert_eq!(s.coordinator.save(PausePair { pair }).await, away, "{state}");
        let end = EndPair { pair, at_once: at_once(EndReason::ChildWish) };
        assert_eq!(s.leader.save(end).await, away, "{state}");
    }
    ground.sql("UPDATE stays SET state = 'returned'").await;
    s.coordinator.save(PausePair { pair }).await.unwrap();
    s.leader.save(EndPair { pair, at_once: at_once(EndReason::ChildWish) }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_pair_that_a_concern_suspended_does_not_go_on(ground: Ground) {
    let s = story(&ground).await;
    let pair = PairId(s.pair);
    let by = literal(&ground, uuid::Uuid::from_u128(1));
    ground.sql(&format!("UPDATE pairs SET state = 'paused', suspended_by = {by}")).await;
    assert_eq!(s.leader.save(ResumePair { pair }).await, Err(Error::refused("pair.not_now")));
    ground.sql("UPDATE pairs SET suspended_by = NULL").await;
    s.coordinator.save(ResumePair { pair }).await.unwrap();
    s.store.close().await.unwrap();
}
