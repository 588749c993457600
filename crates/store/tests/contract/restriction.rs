//! A file whose processing is restricted: what rests until a leader lifts it, and what never does.

use naheya_domain::candidate::Bar;
use naheya_domain::choice::Side;
use naheya_domain::id::ChildId;
use naheya_domain::viewer::Place;
use naheya_domain::{Refusal, Role};
use naheya_store::child::ChildFilter;
use naheya_store::consent::Purpose;
use naheya_store::erasure::ApproveErasure;
use naheya_store::export::{Out, children_of};
use naheya_store::import::{Lines, PairLine, Verdict};
use naheya_store::note::{NewPicture, SaveNote};
use naheya_store::pair::BeginPair;
use naheya_store::proposal::AnswerProposal;
use naheya_store::restriction::{LiftRestriction, Restrict};
use naheya_store::round::TakePart;
use naheya_store::{Desk, Error};

use crate::alarm::{away, confirm};
use crate::erasure::{asked, code, erase, left};
use crate::ground::{Ground, NOW, desk_as, system};
use crate::import::pair as paper;
use crate::merge::propose;
use crate::on_both_engines;
use crate::round::{a_child, circle};
use crate::story::{DUE, FETCHED, consent, story};

on_both_engines![
    a_leader_alone_restricts_a_file_and_lifts_it_and_says_why,
    a_file_is_restricted_once_at_a_time_and_never_when_it_is_erased,
    a_restricted_file_is_not_erased_until_what_is_disputed_was_examined,
    a_child_whose_file_is_restricted_comes_into_no_round,
    no_pair_begins_while_the_childs_file_is_restricted,
    no_pair_of_paper_goes_on_for_a_child_whose_file_is_restricted,
    pictures_of_a_restricted_file_rest_and_come_back,
    a_restricted_file_stands_in_no_list_of_children_that_leaves,
    a_restricted_file_is_merged_with_no_other,
    a_weekend_goes_on_while_the_file_is_restricted,
    the_office_and_the_childs_guardian_read_that_a_file_is_restricted,
];

const GROUND: &str = "11月18日父亲到办公室说住址不对";
const WORDS: &str = "核对过户口簿，改了住址，电话里答复了";

async fn restrict(desk: &Desk, child: ChildId) {
    desk.save(Restrict { child, ground: GROUND.into() }).await.unwrap();
}

async fn lift(desk: &Desk, child: ChildId) {
    desk.save(LiftRestriction { child, words: WORDS.into() }).await.unwrap();
}

async fn a_leader_alone_restricts_a_file_and_lifts_it_and_says_why(ground: Ground) {
    let s = story(&ground).await;
    let asked = Restrict { child: s.child, ground: GROUND.into() };
    assert_eq!(s.coordinator.save(asked.clone()).await, Err(Error::Forbidden));
    let silent = Restrict { ground: "错".into(), ..asked.clone() };
    assert_eq!(s.leader.save(silent).await, Err(Error::field("ground", "required.missing")));
    s.leader.save(asked).await.unwrap();
    let read = s.coordinator.restrictions_of(s.child).await.unwrap();
    assert_eq!((read.holds.unwrap().ground.as_str(), read.lifted.len()), (GROUND, 0));
    let silent = LiftRestriction { child: s.child, words: String::new() };
    assert_eq!(s.leader.save(silent).await, Err(Error::field("words", "required.missing")));
    lift(&s.leader, s.child).await;
    let read = s.coordinator.restrictions_of(s.child).await.unwrap();
    assert_eq!((read.holds, read.lifted[0].words.as_deref()), (None, Some(WORDS)));
    let trail = s.leader.child_trail(s.child).await.unwrap();
    let told: Vec<&str> = trail.iter().map(|l| l.act.as_str()).filter(|act| act.starts_with("restriction.")).collect();
    assert_eq!(told, ["restriction.lift", "restriction.begin"], "newest first");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_file_is_restricted_once_at_a_time_and_never_when_it_is_erased(ground: Ground) {
    let s = story(&ground).await;
    let lifted = LiftRestriction { child: s.child, words: WORDS.into() };
    assert_eq!(code(s.leader.save(lifted).await), "restriction.lifted");
    restrict(&s.leader, s.child).await;
    let again = Restrict { child: s.child, ground: GROUND.into() };
    assert_eq!(code(s.leader.save(again.clone()).await), "restriction.holds");
    lift(&s.leader, s.child).await;
    s.leader.save(again).await.unwrap();
    let child = left(&s, "石小榴").await;
    erase(&s, child).await;
    assert_eq!(code(s.leader.save(Restrict { child, ground: GROUND.into() }).await), "child.erased");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_restricted_file_is_not_erased_until_what_is_disputed_was_examined(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    restrict(&s.leader, child).await;
    let erasure = asked(&s.coordinator, child).await;
    let view = s.leader.erasure_of(child).await.unwrap();
    assert_eq!(view.in_the_way, [Refusal::new("erasure.restricted")], "the page says what comes first");
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.restricted");
    lift(&s.leader, child).await;
    s.leader.save(ApproveErasure { erasure }).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_child_whose_file_is_restricted_comes_into_no_round(ground: Ground) {
    let store = ground.store().await;
    let circle = circle(&ground, &store, 1, 1).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let child = a_child(&ground, &leader, "林小溪", true).await;
    restrict(&leader, child).await;
    assert_eq!(leader.eligible(circle.round).await.unwrap().children, []);
    let part = TakePart { round: circle.round, children: vec![child], volunteers: Vec::new() };
    let took = leader.save(part.clone()).await.unwrap();
    assert_eq!(took.left_out, [(child.0, Bar::ConsentMissing.code().to_owned())]);
    lift(&leader, child).await;
    assert_eq!(leader.save(part).await.unwrap().children, 1);
    store.close().await.unwrap();
}

async fn no_pair_begins_while_the_childs_file_is_restricted(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let circle = circle(&ground, &store, 3, 3).await;
    circle.slips(&desk).await;
    let proposal = circle.offered(&desk).await[0];
    for side in [Side::Child, Side::Volunteer] {
        desk.save(AnswerProposal { proposal, side, yes: true }).await.unwrap();
    }
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    restrict(&leader, circle.children[0]).await;
    assert_eq!(code(desk.save(BeginPair { proposal }).await), "pair.consent_missing");
    lift(&leader, circle.children[0]).await;
    desk.save(BeginPair { proposal }).await.unwrap();
    store.close().await.unwrap();
}

async fn no_pair_of_paper_goes_on_for_a_child_whose_file_is_restricted(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    restrict(&s.leader, child).await;
    let line = |row, to| PairLine {
        volunteer_phone: None,
        child_birth: None,
        ..paper(row, "李样例", "石小榴", (2019, if row == 1 { 10 } else { 12 }), to)
    };
    let over = || line(1, Some((2019, 12)));
    let lines = || Lines::Pairs(vec![over(), line(2, None)]);
    let judged = s.coordinator.judge_import(&lines()).await.unwrap();
    let said: Vec<_> = judged.rows.iter().map(|(_, verdict)| *verdict).collect();
    let held = Verdict::Fault { field: "child_name", code: "restriction.holds" };
    assert_eq!(said, [Verdict::New, held], "what is over is told as it was");
    lift(&s.leader, child).await;
    let judged = s.coordinator.judge_import(&lines()).await.unwrap();
    let said: Vec<_> = judged.rows.iter().map(|(_, verdict)| *verdict).collect();
    assert_eq!(said, [Verdict::New; 2]);
    s.store.close().await.unwrap();
}

async fn pictures_of_a_restricted_file_rest_and_come_back(ground: Ground) {
    let s = story(&ground).await;
    s.coordinator.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    let stay = away(&s).await;
    let mother = s.at(&s.mother, FETCHED.plus_minutes(60)).await;
    let picture = NewPicture { jpeg: vec![1, 2, 3], width: 10, height: 10 };
    let note = SaveNote { stay, kinds: vec![], words: "画马".into(), worry: None, pictures: vec![picture] };
    let id = mother.save(note.clone()).await.unwrap();
    let kept = mother.note(id).await.unwrap().pictures[0];
    restrict(&s.leader, s.child).await;
    for desk in [&mother, &s.coordinator] {
        assert_eq!(desk.picture(kept).await, Err(Error::NotFound));
    }
    assert_eq!(mother.note(id).await.unwrap().words, "画马", "what was written stays readable");
    assert_eq!(code(mother.save(note).await), "note.photo_consent_missing");
    lift(&s.leader, s.child).await;
    assert_eq!(mother.picture(kept).await.unwrap(), [1, 2, 3]);
    s.store.close().await.unwrap();
}

async fn a_restricted_file_stands_in_no_list_of_children_that_leaves(ground: Ground) {
    let s = story(&ground).await;
    let other = left(&s, "石小榴").await;
    restrict(&s.leader, s.child).await;
    let all = Out::Children(ChildFilter::default());
    let out = children_of(&s.coordinator.list_out(&all).await.unwrap());
    assert!(out.contains(&other.0) && !out.contains(&s.child.0));
    let shown = s.coordinator.children(&ChildFilter::default()).await.unwrap().0;
    assert!(shown.iter().any(|row| row.id == s.child), "at the office it is found as before");
    lift(&s.leader, s.child).await;
    assert!(children_of(&s.coordinator.list_out(&all).await.unwrap()).contains(&s.child.0));
    s.store.close().await.unwrap();
}

async fn a_restricted_file_is_merged_with_no_other(ground: Ground) {
    let s = story(&ground).await;
    let (one, other) = (left(&s, "石小榴").await, left(&s, "石小榴").await);
    restrict(&s.leader, other).await;
    assert_eq!(code(propose(&s.coordinator, one, other, &[]).await), "restriction.holds");
    lift(&s.leader, other).await;
    propose(&s.coordinator, one, other, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_weekend_goes_on_while_the_file_is_restricted(ground: Ground) {
    let s = story(&ground).await;
    restrict(&s.leader, s.child).await;
    let stay = away(&s).await;
    confirm(&s, stay, DUE).await;
    let closed = ground.texts("SELECT state FROM stays").await;
    assert!(matches!(closed.as_slice(), [state] if state == "returned" || state == "closed"), "{closed:?}");
    s.store.close().await.unwrap();
}

async fn the_office_and_the_childs_guardian_read_that_a_file_is_restricted(ground: Ground) {
    let s = story(&ground).await;
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    assert_eq!(father.says_restricted(s.child).await, Ok(false));
    restrict(&s.leader, s.child).await;
    for (desk, says) in [(&father, true), (&s.coordinator, true), (&s.teacher, false), (&s.mother, false)] {
        assert_eq!(desk.says_restricted(s.child).await, Ok(says), "{:?}", desk.viewer().role);
    }
    assert_eq!(father.restrictions_of(s.child).await.err(), Some(Error::Forbidden), "why is the office's");
    s.store.close().await.unwrap();
}
