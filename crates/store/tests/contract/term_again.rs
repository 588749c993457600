//! A term plan about which somebody has changed her mind, before anything was asked for and after.

use naheya_domain::id::PairId;
use naheya_domain::term::{Answers, PlanState, Side};
use naheya_store::Error;
use naheya_store::term::{AnswerPlan, ProposePlans, RecordPlanAnswer, ReopenPlan, RestorePlan, Whom, WithdrawPlan};

use crate::ground::{Ground, NOW};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::story;
use crate::term::{day, hers, parent, proposed, theirs, with_term};

on_both_engines![
    whoever_changes_her_mind_before_anything_was_asked_for_answers_anew,
    the_office_takes_back_only_what_it_wrote_down,
    a_weekend_that_was_taken_out_is_proposed_again_to_that_pair_alone,
    what_was_taken_back_by_a_slip_is_asked_about_again_with_its_answers,
];

async fn whoever_changes_her_mind_before_anything_was_asked_for_answers_anew(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let parent = parent(&s).await;
    let back = ReopenPlan { plan, side: Side::Guardian };
    assert_eq!(code(parent.save(back.clone()).await), "plan.nothing_to_take_back");
    parent.save(theirs(plan)).await.unwrap();
    assert_eq!(s.mother.save(back.clone()).await, Err(Error::Forbidden), "each side its own");
    assert_eq!(parent.save(back.clone()).await, Ok(5));
    let file = s.mother.plan(plan).await.unwrap();
    let done = s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    assert_eq!((done.yes, done.asked.len()), (5, 0), "nothing is asked for on a yes that was taken back");
    let less = AnswerPlan { out: vec![file.weekends[0].id], ..theirs(plan) };
    assert_eq!(parent.save(less).await.unwrap().asked.len(), 4);
    // What was asked for is called off instead; the one that she took out she may want after all.
    assert_eq!(parent.save(back.clone()).await, Ok(1));
    assert_eq!(s.coordinator.plan(plan).await.unwrap().state, PlanState::Open);
    assert_eq!(parent.save(theirs(plan)).await.unwrap().asked.len(), 1);
    assert_eq!(code(parent.save(back).await), "plan.nothing_to_take_back");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn the_office_takes_back_only_what_it_wrote_down(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    let hers = ReopenPlan { plan, side: Side::Volunteer };
    assert_eq!(code(s.coordinator.save(hers.clone()).await), "plan.her_own_word");
    assert_eq!(s.mother.save(hers).await, Ok(5));
    let said = RecordPlanAnswer {
        plan,
        guardian: s.guardian,
        yes: false,
        out: Vec::new(),
        also: Vec::new(),
        how: "phone".into(),
        evidence: "示例老师在场听见".into(),
    };
    s.coordinator.save(said.clone()).await.unwrap();
    assert_eq!(s.coordinator.plan(plan).await.unwrap().state, PlanState::Settled);
    let theirs = ReopenPlan { plan, side: Side::Guardian };
    assert_eq!(s.coordinator.save(theirs).await, Ok(5));
    let done = s.coordinator.save(RecordPlanAnswer { yes: true, ..said }).await.unwrap();
    assert_eq!((done.yes, done.out), (5, 0));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_weekend_that_was_taken_out_is_proposed_again_to_that_pair_alone(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 1, &file)).await.unwrap();
    let free = async |whom: Whom| {
        let ahead = s.coordinator.term_ahead(whom).await.unwrap();
        ahead.weekends.iter().map(|x| x.free).collect::<Vec<_>>()
    };
    let whom = Whom::Pair(PairId(s.pair));
    assert_eq!(free(whom).await, [1, 0, 0, 0, 0], "the others are being asked about");
    assert_eq!(free(Whom::School(s.school)).await, [0; 5], "a whole school does not ask anew whoever said no");
    let again = ProposePlans { whom, weekends: vec![day("2026-11-20")] };
    let done = s.coordinator.save(again).await.unwrap();
    assert_eq!((done.plans, done.weekends, done.left), (vec![plan], 1, 0));
    let asked = s.mother.plan(plan).await.unwrap();
    assert_eq!((asked.weekends.len(), asked.weekends[0].answers), (5, Answers::default()));
    assert_eq!(s.mother.save(hers(&s, plan, 0, &asked)).await.unwrap().yes, 1);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn what_was_taken_back_by_a_slip_is_asked_about_again_with_its_answers(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let restore = RestorePlan { plan };
    assert_eq!(code(s.coordinator.save(restore.clone()).await), "plan.not_withdrawn");
    parent(&s).await.save(theirs(plan)).await.unwrap();
    s.coordinator.save(WithdrawPlan { plan }).await.unwrap();
    s.coordinator.save(restore.clone()).await.unwrap();
    let file = s.mother.plan(plan).await.unwrap();
    assert_eq!(file.state, PlanState::Open);
    assert!(file.weekends.iter().all(|w| w.answers.guardian == Some(true)), "nobody is asked twice");
    // Where another plan of the pair is asked about by now, it stays taken back: there is one at a time.
    s.coordinator.save(WithdrawPlan { plan }).await.unwrap();
    let other = proposed(&s, &s.coordinator).await;
    assert_eq!(code(s.coordinator.save(restore.clone()).await), "plan.newer");
    s.coordinator.save(WithdrawPlan { plan: other }).await.unwrap();
    // What went with its pair does not come back.
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-20'").await;
    assert_eq!(code(s.coordinator.save(restore).await), "plan.over");
    s.store.close().await.unwrap();
}
