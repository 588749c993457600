//! What one row says. The day on which something counts is the first day of the figure that has it (see `crate::figure`).

use naheya_domain::Timestamp;
use naheya_domain::figure::HoursKind;
use naheya_domain::hours::counted_on;
use naheya_domain::measure::Measure;

use super::{Cause, Marks, Step};
use crate::sealed::entity::{child, follow_up, hours_entry, pair, stay, volunteer};

/// From the first day to the day on which it no longer holds.
pub(super) type Span = (String, Option<String>);

/// The day of an instant, in Asia/Shanghai.
fn day(at: i64) -> String {
    Timestamp(at).date().to_string()
}

/// The days on which somebody counts as a volunteer: approved, joined and not left.
pub(super) fn volunteer_span(
    approved_at: Option<i64>,
    joined_on: Option<&str>,
    left_on: Option<&str>,
    state: &str,
) -> Option<Span> {
    let from = joined_on.map_or_else(|| approved_at.map(day), |on| approved_at.map(|_| on.to_owned()))?;
    match left_on {
        Some(to) => (to > from.as_str()).then(|| (from, Some(to.to_owned()))),
        None => matches!(state, "approved" | "paused").then_some((from, None)),
    }
}

/// The days on which a pair goes on.
fn pair_span(begun_on: &str, ended_on: Option<&str>, state: &str) -> Option<Span> {
    match ended_on {
        Some(to) => (to > begun_on).then(|| (begun_on.to_owned(), Some(to.to_owned()))),
        None => (state != "ended").then(|| (begun_on.to_owned(), None)),
    }
}

/// One more from the first day, one less from the day on which it no longer holds.
pub(super) fn steps_of_span(measure: Measure, span: Option<Span>) -> Vec<Step> {
    let Some((from, to)) = span else { return Vec::new() };
    let ends = to.map(|to| (to, measure, -1));
    std::iter::once((from, measure, 1)).chain(ends).collect()
}

/// The day on which a stay that took place began.
pub(super) fn took_place(state: &str, starts_at: i64) -> Option<String> {
    matches!(state, "released" | "in_care" | "returned" | "closed").then(|| day(starts_at))
}

/// The day on which a talk was held.
pub(super) fn stood(state: &str, done_at: Option<i64>) -> Option<String> {
    done_at.filter(|_| state == "done").map(day)
}

/// A pair has begun, and goes on.
pub(super) fn pair_steps(begun_on: &str, ended_on: Option<&str>, state: &str) -> Vec<Step> {
    let mut steps = vec![(begun_on.to_owned(), Measure::Pairs, 1)];
    steps.extend(steps_of_span(Measure::PairsActive, pair_span(begun_on, ended_on, state)));
    steps
}

/// Minutes count on the day on which they end; some only when somebody else has confirmed them.
pub(super) fn minutes_step(kind: &str, ends_at: i64, confirmed: bool, minutes: i32) -> Option<Step> {
    let kind = HoursKind::parse(kind)?;
    let step = || (counted_on(Timestamp(ends_at)).to_string(), Measure::of_minutes(kind), i64::from(minutes));
    (confirmed || !kind.needs_confirming()).then(step)
}

/// A talk is due, and was held in time when it was held by the end of that day.
pub(super) fn talk_steps(due_at: i64, state: &str, done_at: Option<i64>) -> Vec<Step> {
    let due = day(due_at);
    let held = stood(state, done_at).is_some_and(|held| held <= due);
    let kept = held.then(|| (due.clone(), Measure::TalksOnTime, 1));
    std::iter::once((due, Measure::TalksDue, 1)).chain(kept).collect()
}

pub(super) fn of_stay(row: &stay::Model) -> Marks {
    let of = took_place(&row.state, row.starts_at).map(|on| (Cause::Child(row.child_id), on));
    Marks { own: Vec::new(), of: of.into_iter().collect() }
}

pub(super) fn of_pair(row: &pair::Model) -> Marks {
    let own = pair_steps(&row.begun_on, row.ended_on.as_deref(), &row.state);
    let who = format!("{} {} {}", row.begun_on, row.child_id, row.volunteer_id);
    let of = [(Cause::Child(row.child_id), row.begun_on.clone()), (Cause::Pair(row.id), who)];
    Marks { own, of: of.into_iter().collect() }
}

pub(super) fn of_hours(row: &hours_entry::Model) -> Marks {
    let step = minutes_step(&row.kind, row.ends_at, row.confirmed_by.is_some(), row.minutes);
    Marks { own: step.into_iter().collect(), ..Marks::default() }
}

pub(super) fn of_talk(row: &follow_up::Model) -> Marks {
    let of = stood(&row.state, row.done_at).map(|on| (Cause::Child(row.child_id), on));
    Marks { own: talk_steps(row.due_at, &row.state, row.done_at), of: of.into_iter().collect() }
}

pub(super) fn of_volunteer(row: &volunteer::Model) -> Marks {
    let span = volunteer_span(row.approved_at, row.joined_on.as_deref(), row.left_on.as_deref(), &row.state);
    let home = span.clone().map(|span| (Cause::Home(row.household_id), format!("{} {span:?}", row.id)));
    let group = (Cause::PairsOfVolunteer(row.id), row.ethnic.clone().unwrap_or_default());
    let of = home.into_iter().chain([group]).collect();
    Marks { own: steps_of_span(Measure::Volunteers, span), of }
}

pub(super) fn of_child(row: &child::Model) -> Marks {
    let group = (Cause::PairsOfChild(row.id), row.ethnic.clone().unwrap_or_default());
    Marks { own: Vec::new(), of: [group].into_iter().collect() }
}
