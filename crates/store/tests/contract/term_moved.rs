//! A term whose calendar changes between the proposal and the second yes.

use naheya_domain::id::PairId;
use naheya_domain::school::DayDetails;
use naheya_domain::term::TermDetails;
use naheya_store::school::{AddTerm, SetSchoolDay};
use naheya_store::stay::RequestStay;
use naheya_store::term::AskAgain;

use crate::ground::{Ground, NOW};
use crate::on_both_engines;
use crate::story::story;
use crate::term::{day, hers, parent, proposed, theirs, with_term};

on_both_engines![a_proposed_weekend_that_became_school_is_not_asked_for, the_days_between_two_terms_are_holidays];

async fn a_proposed_weekend_that_became_school_is_not_asked_for(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    let saturday = |open| SetSchoolDay {
        school: s.school,
        day: DayDetails { on: day("2026-11-28"), open, name: "补课".into() },
    };
    s.coordinator.save(saturday(true)).await.unwrap();
    let done = parent(&s).await.save(theirs(plan)).await.unwrap();
    assert_eq!((done.yes, done.asked.len(), done.refused), (5, 4, 1));
    let settled = s.coordinator.plan(plan).await.unwrap();
    let why: Vec<&str> = settled.weekends.iter().filter_map(|w| w.refusal.as_deref()).collect();
    assert_eq!(why, ["plan.calendar_moved"]);
    // The day is free again: what both wanted is asked for after all.
    s.coordinator.save(saturday(false)).await.unwrap();
    assert_eq!(s.coordinator.save(AskAgain { plan }).await.unwrap().asked.len(), 1);
    s.store.close().await.unwrap();
}

async fn the_days_between_two_terms_are_holidays(ground: Ground) {
    let s = story(&ground).await;
    let term = |name: &str, from: &str, to: &str| AddTerm {
        school: s.school,
        term: TermDetails { name: name.into(), from_on: day(from), to_on: day(to) },
        everywhere: true,
    };
    s.coordinator.save(term("2026 年秋季学期", "2026-09-01", "2026-12-18")).await.unwrap();
    let asked = async |first: &str, last: &str| {
        s.mother.save(RequestStay { new: s.days(&[s.pair], first, last) }).await.unwrap()[0]
    };
    let winter = asked("2026-12-18", "2026-12-30").await;
    let at_the_gate = asked("2027-01-08", "2027-01-10").await;
    let moved = async || {
        let moved = s.coordinator.school_calendar(s.school).await.unwrap().moved;
        moved.into_iter().map(|m| (m.id, m.misfit.code())).collect::<Vec<_>>()
    };
    assert_eq!(moved().await, [(winter, "school")], "nobody has said yet that these days are holidays");
    s.coordinator.save(term("2027 年春季学期", "2027-02-26", "2027-07-07")).await.unwrap();
    let nobody = [(winter, "no_receive"), (at_the_gate, "no_release")];
    assert_eq!(moved().await, nobody, "nobody stands at the gate in the holidays");
    assert!(!ground.texts("SELECT kind FROM outbox WHERE kind = 'stay.calendar_moved'").await.is_empty());
    let ahead = s.mother.weekends_ahead(PairId(s.pair)).await.unwrap().weekends;
    let days: Vec<_> = ahead.iter().map(|free| (free.weekend.leaves_on, free.weekend.last)).collect();
    let at = days.iter().position(|span| *span == (day("2026-12-18"), day("2027-02-25"))).unwrap();
    assert!(ahead[at].weekend.is_vacation());
    assert_eq!(days[at + 1], (day("2027-02-26"), day("2027-02-28")), "then school begins again");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}
