//! A volunteer's answer to a term plan that she gave by phone, written down by the coordinator.

use naheya_domain::id::TermPlanId;
use naheya_domain::stay::Going;
use naheya_domain::term::PlanState;
use naheya_store::Error;
use naheya_store::audit::{AuditFilter, AuditRow};
use naheya_store::term::{AtHome, RecordHerAnswer};

use crate::ground::{Ground, NOW};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{Story, literal, story};
use crate::term::{hers, parent, proposed, theirs, with_term};

on_both_engines![
    what_a_volunteer_said_by_phone_is_written_down_with_how_it_was_said,
    who_lives_in_her_home_does_not_write_her_answer_down,
    what_she_says_herself_later_comes_in_place_of_what_was_written_down,
];

/// What a volunteer said by phone, as the coordinator writes it down.
fn heard(s: &Story, plan: TermPlanId, yes: bool) -> RecordHerAnswer {
    let home = AtHome { adults: vec![s.carer.member.0, s.husband], guests: Vec::new(), going: Going::Nowhere };
    let said = "中午打来电话，示例接的".to_owned();
    RecordHerAnswer { plan, yes, out: Vec::new(), home: yes.then_some(home), also: Vec::new(), said }
}

async fn what_a_volunteer_said_by_phone_is_written_down_with_how_it_was_said(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    // Never in her own name by herself, never without how it was said, and not by whoever only signs.
    assert_eq!(s.mother.save(heard(&s, plan, true)).await, Err(Error::Forbidden));
    assert_eq!(s.leader.save(heard(&s, plan, true)).await, Err(Error::Forbidden));
    let bare = RecordHerAnswer { said: " ".into(), ..heard(&s, plan, true) };
    assert_eq!(s.coordinator.save(bare).await, Err(Error::field("said", "required.missing")));
    let homeless = RecordHerAnswer { home: None, ..heard(&s, plan, true) };
    assert_eq!(s.coordinator.save(homeless).await, Err(Error::field("adults", "required.missing")));
    let done = s.coordinator.save(heard(&s, plan, true)).await.unwrap();
    assert_eq!((done.yes, done.asked.len()), (5, 0));
    let file = s.mother.plan(plan).await.unwrap();
    assert!(file.weekends.iter().all(|w| w.answers.volunteer == Some(true) && w.to_put_right));
    assert!(s.coordinator.plan(plan).await.unwrap().weekends.iter().all(|w| !w.to_put_right), "hers alone");
    let kept = s.mother.her_plan_record(plan).await.unwrap().unwrap();
    assert_eq!((kept.at, kept.said.as_deref()), (NOW, Some("中午打来电话，示例接的")));
    assert_eq!(ground.texts("SELECT kind FROM outbox WHERE kind = 'plan.recorded'").await.len(), 1);
    let (trail, _) = s.leader.audit_events(&AuditFilter::default()).await.unwrap();
    let who = s.coordinator.viewer().account;
    let told = |line: &AuditRow| line.act == "term_plan.record_hers" && line.account == Some(who) && line.reasoned;
    assert!(trail.iter().any(told), "{trail:?}");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn who_lives_in_her_home_does_not_write_her_answer_down(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    // The coordinator is this volunteer herself, in another role.
    let own = literal(&ground, s.coordinator.viewer().account.0);
    let hers = literal(&ground, s.mother.viewer().account.0);
    ground.sql(&format!("UPDATE grants SET account_id = {own} WHERE account_id = {hers}")).await;
    assert_eq!(code(s.coordinator.save(heard(&s, plan, true)).await), "plan.own_home");
    assert!(s.leader.plan(plan).await.unwrap().weekends.iter().all(|w| w.answers.volunteer.is_none()));
    s.store.close().await.unwrap();
}

async fn what_she_says_herself_later_comes_in_place_of_what_was_written_down(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    // A no to all of them closes the plan; her own yes opens it again.
    s.coordinator.save(heard(&s, plan, false)).await.unwrap();
    let closed = s.mother.plan(plan).await.unwrap();
    assert_eq!(closed.state, PlanState::Settled);
    let done = s.mother.save(hers(&s, plan, 1, &closed)).await.unwrap();
    assert_eq!((done.yes, done.out), (4, 1));
    let open = s.coordinator.plan(plan).await.unwrap();
    assert_eq!(open.state, PlanState::Open);
    assert_eq!(s.mother.her_plan_record(plan).await.unwrap(), None);
    // Her own word stands: it is said once, and nobody writes another one over it.
    assert_eq!(code(s.mother.save(hers(&s, plan, 0, &open)).await), "plan.nothing_to_answer");
    assert_eq!(code(s.coordinator.save(heard(&s, plan, true)).await), "plan.nothing_to_answer");
    assert_eq!(parent(&s).await.save(theirs(plan)).await.unwrap().asked.len(), 4);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}
