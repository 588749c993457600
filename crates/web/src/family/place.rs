//! Where the own child is, in words: by the custody chain, by what was said last on the way, and by the clock. Nothing is said
//! that nobody knows.

use naheya_domain::Timestamp;
use naheya_domain::alarm::FAMILY_FIRST;
use naheya_domain::custody::Holder;
use naheya_domain::id::GuardianId;
use naheya_domain::stay::{Leg, RunsFrom, StayState};
use naheya_store::consent::GuardianWord;
use naheya_store::family::{FamilyChild, FamilyStay};

use crate::Words;
use crate::alarm::hour;
use crate::stay::late_by;

/// The sentence that matters.
pub(super) fn finding(w: Words, child: &FamilyChild, now: Timestamp) -> String {
    let name = &child.name;
    match &child.next {
        Some(stay) if stay.state.is_away() && !is_elsewhere(child.holder) => away(w, name, stay, now),
        Some(stay) if is_fetched(child, stay, now) => w.t1("family-now-guardian", "name", name),
        Some(stay) if stay.state == StayState::Approved && !is_elsewhere(child.holder) => goes(w, name, stay, now),
        Some(stay) if is_open(stay) && !is_elsewhere(child.holder) => {
            let on = w.date(stay.starts_at);
            w.t3("family-might-go", "name", name, "with", &stay.volunteer, "on", on)
        }
        _ => w.t1(format!("family-now-{}", child.holder.code()), "name", name),
    }
}

/// In hospital or with the police, whatever stay is open beside it.
fn is_elsewhere(holder: Holder) -> bool {
    matches!(holder, Holder::Hospital | Holder::Police)
}

/// The family was there first: the hour of a weekend that was to begin elsewhere has come, and the child is at home.
fn is_fetched(child: &FamilyChild, stay: &FamilyStay, now: Timestamp) -> bool {
    let waits = stay.state == StayState::Approved && stay.start != RunsFrom::Guardian && stay.starts_at <= now;
    let lately = child.since.is_some_and(|since| since.0 >= stay.starts_at.0 - FAMILY_FIRST);
    waits && lately && child.holder == Holder::Guardian
}

/// Asked for, and no guardian is against it.
fn is_open(stay: &FamilyStay) -> bool {
    !stay.state.is_away() && stay.word.against().is_none() && stay.stopped.is_none()
}

fn goes(w: Words, name: &str, stay: &FamilyStay, now: Timestamp) -> String {
    let with = &stay.volunteer;
    if stay.unfetched.is_some() {
        return w.t2("family-unfetched", "name", name, "time", hour(&w, &stay.starts_at, &now));
    }
    if stay.starts_at.date() == now.date() {
        return w.t2("family-goes-today", "name", name, "with", with);
    }
    w.t3("family-goes", "name", name, "with", with, "on", w.date(stay.starts_at))
}

fn away(w: Words, name: &str, stay: &FamilyStay, now: Timestamp) -> String {
    let (with, to) = (&stay.volunteer, stay.end.code());
    match stay.leg {
        Leg::SaidBack(at) => w.t3("family-says-back", "name", name, "with", with, "time", hour(&w, &at, &now)),
        _ if stay.late(now).is_some() => {
            w.t2(format!("family-late-{to}"), "name", name, "time", hour(&w, &stay.ends_at, &now))
        }
        Leg::Returning(_) => w.t2(format!("family-returns-{to}"), "name", name, "with", with),
        Leg::AtHome(_) => w.t2("family-is-there", "name", name, "with", with),
        Leg::Going => w.t2("family-on-the-way", "name", name, "with", with),
    }
}

/// What is known beside it: since when, until when, by whose word.
pub(super) fn note(w: Words, child: &FamilyChild, is_just_back: bool, now: Timestamp) -> String {
    match &child.next {
        _ if is_elsewhere(child.holder) => since(w, child, now),
        Some(stay) if is_fetched(child, stay, now) => since(w, child, now),
        Some(stay) if stay.state.is_away() => on_the_way(w, stay, now),
        Some(stay) if stay.unfetched.is_some() => {
            joined([w.t(format!("family-still-{}", child.holder.code())), w.t("family-call")])
        }
        Some(stay) if is_open(stay) => {
            joined([here(w, child, is_just_back), w.t1("family-until", "when", w.when(stay.ends_at))])
        }
        next => {
            let since =
                if child.holder == Holder::School || is_just_back { String::new() } else { since(w, child, now) };
            let pair = if next.is_some() || is_just_back { String::new() } else { paired(w, child) };
            joined([since, pair])
        }
    }
}

/// Where the child is while the sentence above tells of a weekend to come; once it came back that is said already.
fn here(w: Words, child: &FamilyChild, is_just_back: bool) -> String {
    if is_just_back { String::new() } else { w.t(format!("family-here-{}", child.holder.code())) }
}

fn paired(w: Words, child: &FamilyChild) -> String {
    match &child.volunteer {
        Some(_) if child.rests => w.t("family-pair-rests"),
        Some(with) => w.t1("family-paired-with", "with", with),
        None => w.t("family-no-pair"),
    }
}

fn since(w: Words, child: &FamilyChild, now: Timestamp) -> String {
    child.since.map(|at| w.t1("family-since", "when", w.when_of(at, now.date()))).unwrap_or_default()
}

fn joined(sentences: impl IntoIterator<Item = String>) -> String {
    sentences.into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The last thing known; while she is late also that nothing came since, and who is on it.
fn on_the_way(w: Words, stay: &FamilyStay, now: Timestamp) -> String {
    let (with, end) = (&stay.volunteer, hour(&w, &stay.ends_at, &now));
    let said_back = matches!(stay.leg, Leg::SaidBack(_));
    let known = match stay.leg {
        Leg::Going => String::new(),
        Leg::AtHome(at) => w.t2("family-known-at_home", "with", with, "time", hour(&w, &at, &now)),
        Leg::Returning(at) => w.t2("family-known-returning", "with", with, "time", hour(&w, &at, &now)),
        Leg::SaidBack(_) => w.t(format!("family-awaits-{}", stay.end.code())),
    };
    let announced = stay.said_late.filter(|_| !said_back);
    let announced = announced.map(|at| w.t2("family-said-late", "with", with, "time", hour(&w, &at, &now)));
    let announced = announced.unwrap_or_default();
    let Some(late) = stay.late(now) else {
        let until = if said_back { String::new() } else { w.t1("family-until", "when", end) };
        // A yes that only ends too early is asked for anew, and was not taken back.
        let against = stay.word.against().filter(|_| stay.ends_short.is_none());
        let against = against.map(|(at, _)| w.t1("family-held-away", "when", hour(&w, &at, &now)));
        return joined([known, until, announced, against.unwrap_or_default()]);
    };
    let agreed = if said_back { w.t1("family-agreed", "time", end) } else { late_by(&w, &late) };
    let is_to_come = stay.said_late.is_some_and(|at| at > now);
    let silent = if said_back || is_to_come { String::new() } else { w.t("family-silent") };
    let call = w.t(if stay.called { "family-called" } else { "family-call" });
    joined([agreed, known, announced, silent, call])
}

/// Whether the office's number has to stand first: the child is late, was not fetched, is in hospital or with the police.
pub(super) fn is_urgent(child: &FamilyChild, now: Timestamp) -> bool {
    let missed = |stay: &FamilyStay| stay.late(now).is_some() || stay.unfetched.is_some();
    is_elsewhere(child.holder) || child.next.as_ref().is_some_and(missed)
}

/// How far a weekend is, in a word.
pub(super) fn tag(w: Words, stay: &FamilyStay, holder: Holder, now: Timestamp) -> String {
    match stay.word {
        _ if stay.state.is_away() => match (holder, stay.leg) {
            (Holder::Hospital, _) => w.t("stay-place-hospital"),
            (Holder::Police, _) => w.t("stay-place-police"),
            (_, leg @ Leg::SaidBack(_)) => w.code("family-leg", leg.code()),
            _ if stay.late(now).is_some() => w.t("family-leg-late"),
            (_, leg) => w.code("family-leg", leg.code()),
        },
        GuardianWord::TakenBack(..) | GuardianWord::No(..) => w.t("family-state-held"),
        _ if stay.stopped.is_some() => w.t("family-state-held"),
        _ if stay.unfetched.is_some() => w.t("family-state-unfetched"),
        GuardianWord::Yes if stay.state == StayState::Requested => w.code("family-state", StayState::Consented.code()),
        GuardianWord::Yes | GuardianWord::Open => w.code("family-state", stay.state.code()),
    }
}

/// With whom, as far as the weekend has come: a child is "at her home" only while it is there.
pub(super) fn with(w: Words, stay: &FamilyStay, holder: Holder, now: Timestamp) -> String {
    let id = match stay.state {
        StayState::Returned | StayState::Closed => "family-with-back",
        _ if !stay.state.is_away() && (stay.word.against().is_some() || stay.stopped.is_some()) => "family-with-held",
        state if !state.is_away() || is_elsewhere(holder) => "family-with-to",
        _ => match stay.leg {
            Leg::SaidBack(_) => "family-with-said_back",
            _ if stay.late(now).is_some() => "family-with-late",
            Leg::Returning(_) => "family-with-returning",
            Leg::AtHome(_) => "family-with",
            Leg::Going => "family-with-way",
        },
    };
    w.t1(id, "with", &stay.volunteer)
}

/// That a guardian said it does not take place, and when: not asked again in the same breath.
pub(super) fn held(w: Words, stay: &FamilyStay, reader: Option<GuardianId>) -> Option<String> {
    let (at, who) = stay.word.against()?;
    let id = match (stay.word, Some(who) == reader) {
        (GuardianWord::No(..), true) => "family-refused",
        (GuardianWord::No(..), false) => "family-refused-other",
        (_, true) => "family-held",
        (_, false) => "family-held-other",
    };
    Some(w.t1(id, "when", w.when(at)))
}

/// When the child was received, and where: what somebody far away wants to read first.
pub(super) fn back(w: Words, stay: &FamilyStay, now: Timestamp) -> Option<String> {
    let id = match (stay.ended, stay.end) {
        (Some(Holder::Guardian), _) => "family-back-guardian",
        (Some(Holder::School), _) | (_, RunsFrom::School) => "family-back-school",
        (Some(Holder::Base), _) | (_, RunsFrom::Base) => "family-back-base",
        (_, RunsFrom::Guardian) => "family-back-guardian",
    };
    Some(w.t1(id, "when", w.when_of(stay.returned_at?, now.date())))
}
