//! Stays, as pages: the office's requests and board, the gate on Friday and Sunday, the volunteer's
//! weekend.

mod beside;
mod board;
mod export;
mod gate;
mod hand_back;
mod home;
mod later;
mod later_all;
mod office;
mod request;
mod standing;
mod weekend_off;

pub(crate) use export::{heads_out, values_out};
pub(crate) use home::{at_school, own_file};
pub(crate) use office::{filter, weekend_words};
pub(crate) use standing::{Paper, papers};
pub(crate) use weekend_off::call_off_of;

use naheya_domain::stay::gate::NEUTRAL;
use naheya_domain::stay::{Leg, RunsFrom, StayState};
use naheya_domain::{Date, Refusal, Timestamp};
use naheya_store::Desk;
use naheya_store::stay::{HandBack, Hold, Lack, Where, WhereLine};
use naheya_store::volunteer::VolunteerFile;

use crate::alarm::hour;
use crate::words::Words;
use crate::{Fields, Problem, Route, Signed};

/// The routes of this noun.
#[must_use]
pub fn routes() -> Vec<Route> {
    [
        office::routes(),
        weekend_off::routes(),
        hand_back::routes(),
        later::routes(),
        later_all::routes(),
        board::routes(),
        gate::routes(),
        home::routes(),
        request::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The grown-ups of the volunteer's own home, as a form offers them.
pub(crate) async fn own_adults(me: &Signed) -> Result<Vec<(String, String)>, Problem> {
    Ok(adults_of(&home::own_file(me).await?))
}

/// The same of the home of this file.
pub(crate) fn adults_of(file: &VolunteerFile) -> Vec<(String, String)> {
    file.adults.iter().map(|a| (a.member.id.to_string(), a.member.name.clone())).collect()
}

/// The fields of a form in which everybody who lives in the volunteer's own home is named: whom she takes out, she says to be
/// away.
pub(crate) async fn all_at_home(me: &Signed) -> Result<Fields, Problem> {
    Ok(living_in(&home::own_file(me).await?))
}

/// The same of the home of this file.
pub(crate) fn living_in(file: &VolunteerFile) -> Fields {
    let live = file.adults.iter().filter(|a| !a.member.guest);
    Fields::of(live.map(|a| ("adults", a.member.id.to_string())))
}

/// The year whose holidays nobody has entered, when days through `last` are offered: they may still change.
pub(crate) async fn unknown_year(desk: &Desk, last: Option<Date>) -> Result<Option<i16>, Problem> {
    let missing = desk.missing_holidays().await?;
    Ok(missing.filter(|year| last.is_some_and(|last| last.year() >= *year)))
}

/// Why a weekend that was approved does not begin, as the gate may read it.
pub(crate) fn held_note(hold: &Hold) -> &'static str {
    match hold {
        Hold::Guardian(_) => "stay-held-note",
        Hold::Word(_) => "stay-stopped-note",
    }
}

/// What is missing of a yes to the nights of a child that is away.
pub(crate) fn lacks(w: &Words, line: &HandBack) -> String {
    let (name, back) = (&line.child_name, w.when(line.ends_at));
    match line.lack {
        Lack::MustEnd if line.is_arranged => w.t2("today-must-end-arranged", "name", name, "when", back),
        Lack::MustEnd => w.t1("today-must-end", "name", name),
        Lack::TakenBack(_) if line.is_arranged => w.t2("today-hand-back-arranged", "name", name, "when", back),
        Lack::TakenBack(_) => w.t1("today-hand-back", "name", name),
        Lack::Ends(day) => w.t3("today-night", "name", name, "day", w.day(day), "back", back),
        Lack::Nothing => w.t1("hand-back-heading", "name", name),
    }
}

/// Where a child is, in words: on which stretch of the way, while it is away.
pub(crate) fn place_words(w: &Words, line: &WhereLine) -> String {
    match line.place {
        Where::Waiting if line.unfetched.is_some() => w.t(from_home("stay-place-unfetched", line.start)),
        Where::Waiting if line.with_family => w.t("stay-place-family"),
        Where::Waiting => w.t("stay-place-waiting"),
        Where::Away => w.code("stay-leg", line.leg.code()),
        Where::Late(_) => w.t("stay-place-late"),
        Where::Hospital => w.t("stay-place-hospital"),
        Where::Police => w.t("stay-place-police"),
        Where::BackLate => w.t("stay-place-back_late"),
        Where::Back => w.t("stay-place-back"),
        Where::WithFamily => w.t("stay-place-family"),
    }
}

/// A text about a child that nobody let go, which is another one where it is at home with its family.
pub(crate) fn from_home(id: &str, start: RunsFrom) -> String {
    if start == RunsFrom::Guardian { format!("{id}-guardian") } else { id.to_owned() }
}

/// The same where the hours of those who are late stand: a word of three signs.
pub(crate) fn place_short(w: &Words, line: &WhereLine) -> String {
    match line.place {
        Where::Waiting => w.t(from_home("stay-short-unfetched", line.start)),
        Where::Away => w.t("stay-short-said_back"),
        _ => place_words(w, line),
    }
}

/// The last thing that is known of a child who is away, as a sentence.
pub(crate) fn last_known(w: &Words, leg: &Leg, carer: &str, now: &Timestamp) -> String {
    match leg {
        Leg::Going => w.t("stay-known-going"),
        Leg::AtHome(at) => w.t1("stay-known-at_home", "time", hour(w, at, now)),
        Leg::Returning(at) => w.t1("stay-known-returning", "time", hour(w, at, now)),
        Leg::SaidBack(at) => w.t2("stay-known-said_back", "name", carer, "time", hour(w, at, now)),
    }
}

/// The tag that goes with it, of the shape and colour of the dots above.
pub(crate) fn place_tag(line: &WhereLine) -> &'static str {
    match line.place {
        Where::Away if line.is_urgent() => "due",
        Where::Away => "wait",
        Where::Late(_) => "stop",
        Where::Waiting | Where::Hospital | Where::Police | Where::BackLate => "due",
        Where::Back | Where::WithFamily => "ok",
    }
}

/// Whether somebody said no to it or called it off.
pub(crate) fn is_off(state: &StayState) -> bool {
    matches!(state, StayState::Refused | StayState::Cancelled)
}

/// How late, as a number and its unit: minutes, from two hours on hours, from two days on days.
pub(crate) fn late_parts(w: &Words, minutes: &i64) -> (i64, String) {
    match *minutes {
        minutes @ ..120 => (minutes, w.t("stay-minutes")),
        minutes @ 120..2880 => (minutes / 60, w.t("stay-hours")),
        minutes => (minutes / 1440, w.t("stay-days")),
    }
}

/// The same as a sentence, hours with their minutes.
pub(crate) fn late_by(w: &Words, minutes: &i64) -> String {
    let part = |n: i64, unit: &str| w.t2("stay-amount", "n", n, "unit", w.t(unit));
    let late = match *minutes {
        minutes @ ..60 => part(minutes, "stay-minutes"),
        minutes @ 60..2880 if minutes % 60 == 0 => part(minutes / 60, "stay-hours"),
        minutes @ 60..2880 => {
            let (hours, rest) = (part(minutes / 60, "stay-hours"), part(minutes % 60, "stay-minutes"));
            w.t2("stay-amounts", "one", hours, "other", rest)
        }
        minutes => part(minutes / 1440, "stay-days"),
    };
    w.t1("stay-late-by", "late", late)
}

/// Why a stay does not take place: what somebody wrote, or the sentence for what happened by rule.
pub(crate) fn said(w: &Words, words: &str) -> String {
    match words {
        NEUTRAL => w.refusal(&Refusal::new(NEUTRAL)),
        "child.paused" => w.t("stay-why-child_paused"),
        "pair.paused" => w.t("stay-why-paused"),
        "pair.ended" => w.t("stay-why-ended"),
        "volunteer.moved_home" => w.t("stay-why-moved_home"),
        "stay.nobody_fetched" => w.t("stay-why-not_fetched"),
        "stay.family_fetched" => w.t("stay-why-family_fetched"),
        "stay.nobody_gave" => w.t("stay-why-not_given"),
        "stay.nobody_decided" => w.t("stay-why-undecided"),
        words => words.to_owned(),
    }
}
