//! A county's holidays, a school's terms, and the weekends of a term agreed to by both sides.

use naheya_domain::Role;
use naheya_domain::custody::Holder;
use naheya_domain::holiday::{HolidayDay, HolidayKind};
use naheya_domain::id::{GuardianId, PairId, TermPlanId};
use naheya_domain::school::{DayDetails, Rhythm};
use naheya_domain::stay::{Going, RunsFrom, StayState};
use naheya_domain::term::{PlanState, Side, TermDetails};
use naheya_domain::viewer::Place;
use naheya_store::consent::{AnswerConsent, MakeConsentLink, Purpose, WithdrawConsent};
use naheya_store::guardian::GroupSiblings;
use naheya_store::holiday::{EnterHolidays, UndoHolidays};
use naheya_store::order::Turn;
use naheya_store::school::{AddTerm, ChangeRhythm, SetSchoolDay};
use naheya_store::stay::{
    ApproveStay, CancelStay, CountWrongCode, GiveToCarer, PassChild, ReceiveFromCarer, RequestStay,
};
use naheya_store::term::{AnswerPlan, AskAgain, AtHome, ProposePlans, RecordPlanAnswer, Whom, WithdrawPlan};
use naheya_store::wish::{Answer, RecordWish};
use naheya_store::{Desk, Error};

use crate::ground::{Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{DUE, FETCHED, Story, child_of, consent, literal, pair, story};

on_both_engines![
    a_term_is_planned_and_only_what_both_agree_to_is_asked_for,
    silence_is_never_yes,
    what_a_guardian_said_without_a_phone_is_written_down_with_its_proof,
    brothers_and_sisters_are_answered_for_together_on_the_days_they_share,
    a_weekend_outside_the_consent_waits_for_it,
    one_refused_weekend_does_not_stop_the_others,
    a_plan_is_read_and_answered_by_its_own_people_alone,
    a_whole_school_is_planned_at_once_and_what_is_taken_is_left_out,
    a_school_day_moved_lists_and_tells_the_stays_and_moves_none,
    the_countys_days_stand_over_the_notice_and_are_undone_together,
    big_and_small_weeks_and_terms_are_kept,
    a_link_asks_for_brothers_and_sisters_one_by_one,
    a_yes_by_link_is_taken_back_by_the_same_link_as_long_as_it_holds,
    a_holiday_begins_and_ends_in_the_guardians_hand,
];

pub fn day(text: &str) -> naheya_domain::Date {
    text.parse().unwrap()
}

pub async fn with_term(s: &Story) {
    let term =
        TermDetails { name: "2026 年秋季学期".into(), from_on: day("2026-09-01"), to_on: day("2026-12-20") };
    assert_eq!(s.coordinator.save(AddTerm { school: s.school, term, everywhere: true }).await.unwrap(), 1);
}

/// The last school days before the weekends of the term that can be proposed.
async fn eves(s: &Story, desk: &Desk) -> Vec<naheya_domain::Date> {
    eves_by(desk, PairId(s.pair)).await
}

async fn eves_by(desk: &Desk, pair: PairId) -> Vec<naheya_domain::Date> {
    let ahead = desk.term_ahead(Whom::Pair(pair)).await.unwrap();
    ahead.weekends.iter().map(|t| t.weekend.leaves_on).collect()
}

pub async fn proposed(s: &Story, by: &Desk) -> TermPlanId {
    let weekends = eves(s, by).await;
    let done = by.save(ProposePlans { whom: Whom::Pair(PairId(s.pair)), weekends }).await.unwrap();
    done.plans[0]
}

pub fn hers(s: &Story, plan: TermPlanId, out: usize, file: &naheya_store::term::PlanFile) -> AnswerPlan {
    let home = AtHome { adults: vec![s.carer.member.0, s.husband], guests: Vec::new(), going: Going::Nowhere };
    AnswerPlan {
        plan,
        yes: true,
        out: file.weekends.iter().take(out).map(|w| w.id).collect(),
        home: Some(home),
        also: Vec::new(),
    }
}

pub fn theirs(plan: TermPlanId) -> AnswerPlan {
    AnswerPlan { plan, yes: true, out: Vec::new(), home: None, also: Vec::new() }
}

pub async fn parent(s: &Story) -> Desk {
    desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await
}

async fn a_term_is_planned_and_only_what_both_agree_to_is_asked_for(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let parent = parent(&s).await;
    let told = async |desk: &Desk| {
        let account = literal(&ground, desk.viewer().account.0);
        let sql = format!("SELECT kind FROM outbox WHERE to_account = {account} AND kind LIKE 'plan.%'");
        ground.texts(&sql).await
    };
    assert_eq!(told(&s.mother).await, ["plan.proposed"]);
    let file = s.mother.plan(plan).await.unwrap();
    // 20 and 27 November, 4, 11 and 18 December: all under a consent without an end.
    assert_eq!(file.weekends.len(), 5);
    assert!(file.weekends.iter().all(|w| w.covered && w.stay.is_none()));
    let done = s.mother.save(hers(&s, plan, 1, &file)).await.unwrap();
    assert_eq!((done.yes, done.out, done.asked.len()), (4, 1, 0));
    assert_eq!(told(&parent).await, ["plan.answered"]);
    // Nothing is asked for until the guardian has said yes, and the one taken out never is.
    assert!(s.coordinator.plan(plan).await.unwrap().weekends.iter().all(|w| w.stay.is_none()));
    let done = parent.save(theirs(plan)).await.unwrap();
    assert_eq!((done.yes, done.asked.len(), done.refused), (4, 4, 0));
    let settled = s.coordinator.plan(plan).await.unwrap();
    assert_eq!(settled.state, PlanState::Settled);
    let stays: Vec<_> = settled.weekends.iter().filter_map(|w| w.stay).collect();
    assert!(stays.len() == 4 && stays.iter().all(|(_, state)| *state == StayState::Consented));
    assert!(settled.weekends[0].stay.is_none());
    // The volunteer asked, so the office that planned may approve.
    s.endorsed(stays[0].0, s.child).await;
    s.coordinator.save(ApproveStay { stay: stays[0].0 }).await.unwrap();
    assert_eq!(code(s.mother.save(hers(&s, plan, 0, &settled)).await), "plan.over");
    s.store.close().await.unwrap();
}

async fn silence_is_never_yes(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.mother).await;
    // Her proposal is not her yes: she says who is at home with it.
    let parent = parent(&s).await;
    let done = parent.save(theirs(plan)).await.unwrap();
    assert!(done.asked.is_empty());
    let missing = s.mother.save(AnswerPlan { home: None, ..theirs(plan) }).await;
    assert_eq!(missing, Err(Error::field("adults", "required.missing")));
    assert!(s.mother.plan(plan).await.unwrap().weekends.iter().all(|w| w.answers.volunteer.is_none()));
    assert_eq!(code(parent.save(theirs(plan)).await), "plan.nothing_to_answer");
    // The office answers for nobody.
    assert_eq!(s.coordinator.save(theirs(plan)).await, Err(Error::Forbidden));
    // A no to all of them asks for nothing, and a plan taken back takes no answers.
    let none = s.mother.save(AnswerPlan { yes: false, ..theirs(plan) }).await.unwrap();
    assert_eq!((none.yes, none.out, none.asked.len()), (0, 5, 0));
    let again = proposed(&s, &s.coordinator).await;
    s.coordinator.save(WithdrawPlan { plan: again }).await.unwrap();
    assert_eq!(code(parent.save(theirs(again)).await), "plan.over");
    s.store.close().await.unwrap();
}

async fn what_a_guardian_said_without_a_phone_is_written_down_with_its_proof(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    let said = RecordPlanAnswer {
        plan,
        guardian: s.guardian,
        yes: true,
        out: vec![file.weekends[0].id],
        also: Vec::new(),
        how: "phone".into(),
        evidence: "示例老师在场听见".into(),
    };
    // Never by the volunteer, and never without its proof or in a stranger's name.
    assert_eq!(s.mother.save(said.clone()).await, Err(Error::Forbidden));
    let bare = RecordPlanAnswer { evidence: " ".into(), ..said.clone() };
    assert_eq!(s.coordinator.save(bare).await, Err(Error::field("evidence", "required.missing")));
    let unheard = RecordPlanAnswer { how: "link".into(), ..said.clone() };
    assert_eq!(s.coordinator.save(unheard).await, Err(Error::field("how", "choice.unknown")));
    let stranger = RecordPlanAnswer { guardian: GuardianId(uuid::Uuid::now_v7()), ..said.clone() };
    assert_eq!(s.coordinator.save(stranger).await, Err(Error::field("guardian", "guardian.unknown")));
    assert!(s.coordinator.plan_records(plan).await.unwrap().is_empty());
    let done = s.coordinator.save(said.clone()).await.unwrap();
    assert_eq!((done.yes, done.out, done.asked.len()), (4, 1, 4));
    let kept = s.coordinator.plan_records(plan).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].how.as_str(), kept[0].evidence.as_deref()), ("phone", Some("示例老师在场听见")));
    assert_eq!(ground.texts("SELECT kind FROM outbox WHERE kind = 'plan.recorded'").await.len(), 1);
    // The guardian reads what was written down, the volunteer does not.
    assert_eq!(parent(&s).await.plan_records(plan).await.unwrap().len(), 1);
    assert!(s.mother.plan_records(plan).await.unwrap().is_empty());
    assert_eq!(code(s.coordinator.save(said).await), "plan.over");
    s.store.close().await.unwrap();
}

async fn brothers_and_sisters_are_answered_for_together_on_the_days_they_share(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let (second, _) = child_of(&s.store, "安小木", s.school, s.class).await;
    let (stranger, _) = child_of(&s.store, "王小石", s.school, s.class).await;
    let twin = pair(&ground, second, s.carer).await;
    let other = pair(&ground, stranger, s.carer).await;
    s.coordinator.save(GroupSiblings { children: vec![s.child, second], must: Some(false) }).await.unwrap();
    let plan = proposed(&s, &s.coordinator).await;
    let eves = eves_by(&s.coordinator, PairId(twin)).await;
    let few = ProposePlans { whom: Whom::Pair(PairId(twin)), weekends: eves[..3].to_vec() };
    let twin = s.coordinator.save(few).await.unwrap().plans[0];
    let few = ProposePlans { whom: Whom::Pair(PairId(other)), weekends: eves[..3].to_vec() };
    let other = s.coordinator.save(few).await.unwrap().plans[0];
    let file = s.mother.plan(plan).await.unwrap();
    assert_eq!(file.siblings.iter().map(|x| x.id).collect::<Vec<_>>(), [twin], "a stranger's plan is no sibling's");
    let open: Vec<_> = file.weekends.iter().collect();
    assert_eq!(file.siblings[0].shared(&open, Side::Volunteer), 3);
    // The first weekend is taken out for both, the others are wanted for both.
    let both = AnswerPlan { also: vec![twin], ..hers(&s, plan, 1, &file) };
    let done = s.mother.save(both).await.unwrap();
    assert_eq!((done.yes, done.out), (4 + 2, 1 + 1));
    let answers =
        |file: naheya_store::term::PlanFile| file.weekends.iter().map(|w| w.answers.volunteer).collect::<Vec<_>>();
    assert_eq!(answers(s.mother.plan(twin).await.unwrap()), [Some(false), Some(true), Some(true)]);
    assert_eq!(
        answers(s.mother.plan(other).await.unwrap()),
        [None, None, None],
        "nobody answers for what was not named"
    );
    s.store.close().await.unwrap();
}

async fn a_weekend_outside_the_consent_waits_for_it(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let parent = parent(&s).await;
    let until = naheya_store::consent::RecordConsent {
        to_on: Some(day("2026-11-30")),
        ..consent(s.child, s.guardian, Purpose::Overnight)
    };
    s.coordinator.save(until).await.unwrap();
    let file = parent.plan(plan).await.unwrap();
    assert_eq!(file.weekends.iter().map(|w| w.covered).collect::<Vec<_>>(), [true, true, false, false, false]);
    assert_eq!(parent.save(theirs(plan)).await.unwrap().yes, 2);
    assert_eq!(code(parent.save(theirs(plan)).await), "plan.nothing_to_answer");
    let open = parent.plan(plan).await.unwrap();
    assert!(open.state == PlanState::Open && open.weekends[2].answers.guardian.is_none());
    // With the consent for the term the other days can be agreed to.
    parent
        .save(AnswerConsent {
            child: s.child,
            guardian: s.guardian,
            purpose: Purpose::Overnight,
            answer: true,
            from_on: None,
            to_on: Some(day("2026-12-20")),
            link: None,
        })
        .await
        .unwrap();
    assert_eq!(parent.save(theirs(plan)).await.unwrap().yes, 3);
    s.store.close().await.unwrap();
}

async fn one_refused_weekend_does_not_stop_the_others(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    // Meanwhile another request takes the first weekend.
    let taken = s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap()[0];
    let parent = parent(&s).await;
    let file = s.mother.plan(plan).await.unwrap();
    s.mother.save(hers(&s, plan, 0, &file)).await.unwrap();
    let done = parent.save(theirs(plan)).await.unwrap();
    assert_eq!((done.yes, done.asked.len(), done.refused), (5, 4, 1));
    let after = s.coordinator.plan(plan).await.unwrap();
    assert_eq!(after.weekends[0].refusal.as_deref(), Some("stay.overlap"));
    s.mother.save(CancelStay { stay: taken, reason: "家里有事".into() }).await.unwrap();
    let again = s.coordinator.save(AskAgain { plan }).await.unwrap();
    assert_eq!((again.asked.len(), again.refused), (1, 0));
    // A child's no is told to nobody outside: the neutral word is all that is kept.
    let no = RecordWish { child: s.child, stay: None, answer: Answer::No, words: String::new(), alone: true };
    s.teacher.save(no).await.unwrap();
    let stay = after.weekends[1].stay.unwrap().0;
    s.mother.save(CancelStay { stay, reason: "家里有事".into() }).await.unwrap();
    let second = s
        .coordinator
        .save(ProposePlans { whom: Whom::Pair(PairId(s.pair)), weekends: vec![after.weekends[1].starts_at.date()] });
    let second = second.await.unwrap().plans[0];
    let file = s.mother.plan(second).await.unwrap();
    s.mother.save(hers(&s, second, 0, &file)).await.unwrap();
    assert_eq!(parent.save(theirs(second)).await.unwrap().refused, 1);
    let told = s.mother.plan(second).await.unwrap();
    assert_eq!(told.weekends[0].refusal.as_deref(), Some("stay.not_this_weekend"));
    // The office, which may read it, asks once more: the plan keeps no more than before.
    assert_eq!(s.coordinator.save(AskAgain { plan: second }).await.unwrap().refused, 1);
    let told = s.mother.plan(second).await.unwrap();
    assert_eq!(told.weekends[0].refusal.as_deref(), Some("stay.not_this_weekend"));
    s.store.close().await.unwrap();
}

async fn a_plan_is_read_and_answered_by_its_own_people_alone(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let plan = proposed(&s, &s.coordinator).await;
    let other = crate::volunteer::approved(&s.store, "王样例").await;
    let other = desk_as(&s.store, Role::Volunteer, Place::Person(other.volunteer.0)).await;
    let stranger = desk_as(&s.store, Role::Guardian, Place::Person(uuid::Uuid::now_v7())).await;
    for desk in [&other, &stranger] {
        assert_eq!(desk.plan(plan).await.err(), Some(Error::NotFound));
        assert_eq!(desk.save(theirs(plan)).await.err(), Some(Error::NotFound));
        assert!(desk.plans().await.unwrap().is_empty());
    }
    assert_eq!(s.teacher.term_ahead(Whom::School(s.school)).await.err(), Some(Error::Forbidden));
    assert_eq!(s.mother.term_ahead(Whom::School(s.school)).await.err(), Some(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn a_whole_school_is_planned_at_once_and_what_is_taken_is_left_out(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let (second, _) = child_of(&s.store, "安小木", s.school, s.class).await;
    let carer = crate::volunteer::approved(&s.store, "王样例").await;
    pair(&ground, second, carer).await;
    s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap();
    let whom = Whom::School(s.school);
    let ahead = s.coordinator.term_ahead(whom).await.unwrap();
    assert_eq!((ahead.pairs.len(), ahead.weekends.len()), (2, 5));
    assert_eq!(ahead.weekends.iter().map(|t| t.free).collect::<Vec<_>>(), [1, 2, 2, 2, 2]);
    let weekends: Vec<_> = ahead.weekends.iter().take(2).map(|t| t.weekend.leaves_on).collect();
    let done = s.coordinator.save(ProposePlans { whom, weekends: weekends.clone() }).await.unwrap();
    assert_eq!((done.plans.len(), done.weekends, done.left), (2, 3, 1));
    // The same again proposes nothing twice.
    assert_eq!(code(s.coordinator.save(ProposePlans { whom, weekends }).await), "plan.all_taken");
    let odd = s.coordinator.save(ProposePlans { whom, weekends: vec![day("2026-11-25")] }).await;
    assert_eq!(odd, Err(Error::field("weekend", "choice.unknown")));
    assert_eq!(s.coordinator.plans().await.unwrap().len(), 2);
    assert_eq!(s.coordinator.plans_page(&Turn::First).await.unwrap().rows.len(), 2);
    assert_eq!(s.coordinator.count_plans().await.unwrap(), (2, 2), "how many there are, and how many wait");
    assert_eq!(s.mother.plans().await.unwrap().len(), 1);
    s.store.close().await.unwrap();
}

async fn a_school_day_moved_lists_and_tells_the_stays_and_moves_none(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.mother.save(RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") }).await.unwrap()[0];
    assert_eq!(s.coordinator.school_calendar(s.school).await.unwrap().moved, []);
    let day = DayDetails { on: day("2026-11-28"), open: true, name: "补课".into() };
    s.coordinator.save(SetSchoolDay { school: s.school, day }).await.unwrap();
    let moved = s.coordinator.school_calendar(s.school).await.unwrap().moved;
    assert_eq!(moved.iter().map(|m| (m.id, m.misfit.code())).collect::<Vec<_>>(), [(stay, "school")]);
    assert_eq!(moved[0].starts_at.date(), "2026-11-27".parse().unwrap());
    let letters = "SELECT kind FROM outbox WHERE kind = 'stay.calendar_moved'";
    // The volunteer, who signs in, and the office.
    let told = ground.texts(letters).await.len();
    assert!(told >= 1);
    // What did not fit before is not told again.
    let other = DayDetails { on: "2026-12-25".parse().unwrap(), open: false, name: "放假".into() };
    s.coordinator.save(SetSchoolDay { school: s.school, day: other }).await.unwrap();
    assert_eq!(ground.texts(letters).await.len(), told);
    s.store.close().await.unwrap();
}

async fn the_countys_days_stand_over_the_notice_and_are_undone_together(ground: Ground) {
    let s = story(&ground).await;
    let year = s.coordinator.holidays(2027).await.unwrap();
    assert_eq!((year.days.len(), year.missing), (0, Some(2027)));
    let off = |on: &str| HolidayDay { on: day(on), kind: HolidayKind::Off, name: "元旦".into() };
    let days = vec![off("2027-01-01"), off("2027-01-02")];
    assert_eq!(s.coordinator.save(EnterHolidays { days: days.clone() }).await.unwrap(), 2);
    assert_eq!(s.coordinator.save(EnterHolidays { days }).await.unwrap(), 0);
    let year = s.coordinator.holidays(2027).await.unwrap();
    assert_eq!((year.days.len(), year.missing), (2, None));
    let other = HolidayDay { kind: HolidayKind::Plain, ..off("2027-01-02") };
    s.coordinator.save(EnterHolidays { days: vec![other, off("2027-01-03")] }).await.unwrap();
    let last = s.coordinator.holidays(2027).await.unwrap().last.unwrap();
    assert_eq!(last.days, 2);
    assert_eq!(s.coordinator.save(UndoHolidays { batch: last.batch }).await.unwrap(), 2);
    let back = s.coordinator.holidays(2027).await.unwrap().days;
    assert_eq!(
        back.iter().map(|d| (d.on, d.kind)).collect::<Vec<_>>(),
        [(day("2027-01-01"), HolidayKind::Off), (day("2027-01-02"), HolidayKind::Off)]
    );
    // The notice of 2026 stands; the county's word on one of its days stands over it.
    let plain = HolidayDay { on: day("2026-10-10"), kind: HolidayKind::Plain, name: "照常".into() };
    s.coordinator.save(EnterHolidays { days: vec![plain] }).await.unwrap();
    let found = s.coordinator.holidays(2026).await.unwrap().days;
    assert!(found.iter().any(|d| d.on == day("2026-10-10") && d.own.is_some() && d.kind == HolidayKind::Plain));
    assert!(found.iter().any(|d| d.on == day("2026-10-01") && d.own.is_none()));
    assert_eq!(s.teacher.save(EnterHolidays { days: vec![off("2027-05-01")] }).await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn big_and_small_weeks_and_terms_are_kept(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let calendar = s.coordinator.school_calendar(s.school).await.unwrap();
    assert_eq!((calendar.weekends.len(), calendar.rhythm), (5, Rhythm::Weekly));
    let rhythm = Rhythm::BigSmall(day("2026-11-18"));
    s.coordinator.save(ChangeRhythm { school: s.school, version: calendar.version, rhythm }).await.unwrap();
    let turns = s.coordinator.school_calendar(s.school).await.unwrap();
    assert_eq!(turns.rhythm, rhythm);
    assert_eq!(turns.weekends.iter().map(|w| w.days).collect::<Vec<_>>(), [2, 1, 2, 1, 2]);
    let stale = s.coordinator.save(ChangeRhythm { school: s.school, version: calendar.version, rhythm }).await;
    assert_eq!(stale, Err(Error::Stale));
    let again = TermDetails { name: "又一个".into(), from_on: day("2026-12-01"), to_on: day("2027-01-20") };
    let refused = s.coordinator.save(AddTerm { school: s.school, term: again, everywhere: false }).await;
    assert_eq!(refused, Err(Error::field("from_on", "term.overlap")));
    s.store.close().await.unwrap();
}

async fn a_link_asks_for_brothers_and_sisters_one_by_one(ground: Ground) {
    let s = story(&ground).await;
    // The same father by name and phone: one person for both children.
    let (second, same) = child_of(&s.store, "安小木", s.school, s.class).await;
    assert_eq!(same, s.guardian);
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (token, digits) = (link.token.clone(), link.code.clone());
    s.teacher.save(link).await.unwrap();
    let view = s.store.open_consent_link(&token, &digits, NOW).await.unwrap();
    assert_eq!(view.children.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [s.child, second]);
    let no = AnswerConsent {
        child: second,
        guardian: view.guardian,
        purpose: Purpose::Photo,
        answer: false,
        from_on: None,
        to_on: None,
        link: Some(token),
    };
    view.desk.save(no).await.unwrap();
    let first = view.desk.consent_questions(s.child, view.guardian).await.unwrap();
    assert_eq!(first[3].answer, None);
    s.store.close().await.unwrap();
}

async fn a_yes_by_link_is_taken_back_by_the_same_link_as_long_as_it_holds(ground: Ground) {
    let s = story(&ground).await;
    with_term(&s).await;
    let link = MakeConsentLink::new(s.child, s.guardian).unwrap();
    let (token, digits) = (link.token.clone(), link.code.clone());
    s.teacher.save(link).await.unwrap();
    let view = s.store.open_consent_link(&token, &digits, NOW).await.unwrap();
    let spans = view.desk.overnight_spans(s.child).await.unwrap();
    let (weekend, term) = (spans.weekend.unwrap(), spans.term.unwrap());
    assert_eq!((weekend.leaves_on, weekend.last), (day("2026-11-20"), day("2026-11-22")));
    assert_eq!((term.to_on, spans.weekends.len()), (day("2026-12-20"), 5));
    let yes = AnswerConsent {
        child: s.child,
        guardian: view.guardian,
        purpose: Purpose::Overnight,
        answer: true,
        from_on: Some(NOW.date()),
        to_on: Some(term.to_on),
        link: Some(token.clone()),
    };
    view.desk.save(yes).await.unwrap();
    // Weeks later the same link and code still open, and the yes goes.
    let later = NOW.plus_minutes(25 * 24 * 60);
    let view = s.store.open_consent_link(&token, &digits, later).await.unwrap();
    let stands = view.desk.consent_questions(s.child, view.guardian).await.unwrap();
    let consent = stands[2].yes.unwrap();
    view.desk.save(WithdrawConsent { consent, how: "link".into() }).await.unwrap();
    assert_eq!(view.desk.consent_questions(s.child, view.guardian).await.unwrap()[2].answer, None);
    let over = NOW.plus_minutes(40 * 24 * 60);
    assert_eq!(s.store.open_consent_link(&token, &digits, over).await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn a_holiday_begins_and_ends_in_the_guardians_hand(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved_from_home().await;
    let line = s.coordinator.stay_line(stay).await.unwrap();
    assert_eq!(line.plan.as_deref(), Some("外婆送来，外婆接走"));
    let digits = s.digits(stay).await;
    let gate = s.at(&s.teacher, FETCHED).await.gate_list(FETCHED.date()).await.unwrap();
    assert!(gate.is_empty(), "no school lets go whom the family hands over");
    let parent = s.at(&parent(&s).await, FETCHED).await;
    let give = || GiveToCarer { stay, code: digits.clone() };
    // The child is still at school: the family cannot hand over whom it does not have.
    assert_eq!(code(parent.save(give()).await), "stay.child_elsewhere");
    let home = |to| PassChild { child: s.child, to, words: "外婆到校门口接走".into() };
    assert_eq!(s.mother.save(home(RunsFrom::Guardian)).await, Err(Error::Forbidden));
    s.teacher.save(home(RunsFrom::Guardian)).await.unwrap();
    assert_eq!(code(s.teacher.save(home(RunsFrom::Guardian)).await), "custody.not_with_them");
    assert_eq!(s.mother.save(give()).await, Err(Error::Forbidden));
    assert_eq!(parent.save(CountWrongCode).await.unwrap(), 1, "a wrong code of the family's is counted too");
    parent.save(give()).await.unwrap();
    assert_eq!(s.coordinator.holder_of(s.child).await.unwrap().1, Holder::Volunteer(s.carer.volunteer.0));
    // In her hands the child passes by her stay alone.
    assert_eq!(code(s.teacher.save(home(RunsFrom::School)).await), "custody.not_with_them");
    let parent = s.at(&parent, DUE).await;
    assert!(parent.save(ReceiveFromCarer { stay }).await.unwrap(), "in time, the stay is closed");
    assert_eq!(s.coordinator.holder_of(s.child).await.unwrap().1, Holder::Guardian);
    s.teacher.save(home(RunsFrom::School)).await.unwrap();
    assert_eq!(s.coordinator.holder_of(s.child).await.unwrap().1, Holder::School);
    // A stay that is the school's is not the family's to hand over.
    let next = s.mother.save(RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") }).await.unwrap()[0];
    assert_eq!(code(parent.save(GiveToCarer { stay: next, code: digits }).await), "stay.not_from_family");
    assert_eq!(code(parent.save(ReceiveFromCarer { stay: next }).await), "stay.not_to_family");
    s.store.close().await.unwrap();
}
