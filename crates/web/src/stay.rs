//! Stays, as pages: the office's requests and board, the gate on Friday and Sunday, the volunteer's
//! weekend.

mod board;
mod export;
mod gate;
mod hand_back;
mod home;
mod office;
mod request;

pub(crate) use export::{heads_out, values_out};
pub(crate) use office::{filter, weekend_words};

use naheya_domain::Refusal;
use naheya_domain::stay::StayState;
use naheya_domain::stay::gate::NEUTRAL;
use naheya_store::stay::Where;

use crate::words::Words;
use crate::{Problem, Route, Signed};

/// The routes of this noun.
#[must_use]
pub fn routes() -> Vec<Route> {
    [office::routes(), hand_back::routes(), board::routes(), gate::routes(), home::routes(), request::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The grown-ups of the volunteer's own home, as a form offers them.
pub(crate) async fn own_adults(me: &Signed) -> Result<Vec<(String, String)>, Problem> {
    let file = home::own_file(me).await?;
    Ok(file.adults.iter().map(|a| (a.member.id.to_string(), a.member.name.clone())).collect())
}

/// The text that says where a child is.
pub(crate) fn place_text(place: &Where) -> &'static str {
    match place {
        Where::Waiting => "stay-place-waiting",
        Where::Away => "stay-place-away",
        Where::Late(_) => "stay-place-late",
        Where::Hospital => "stay-place-hospital",
        Where::Police => "stay-place-police",
        Where::BackLate => "stay-place-back_late",
        Where::Back => "stay-place-back",
    }
}

/// The tag that goes with it, of the shape and colour of the dots above.
pub(crate) fn place_tag(place: &Where) -> &'static str {
    match place {
        Where::Away => "wait",
        Where::Late(_) => "stop",
        Where::Waiting | Where::Hospital | Where::Police | Where::BackLate => "due",
        Where::Back => "ok",
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

/// The same as a sentence.
pub(crate) fn late_by(w: &Words, minutes: &i64) -> String {
    let (n, unit) = late_parts(w, minutes);
    w.t2("stay-late-by", "n", n, "unit", unit)
}

/// Why a stay does not take place: what somebody wrote, or the sentence for what happened by rule.
pub(crate) fn said(w: &Words, words: &str) -> String {
    match words {
        NEUTRAL => w.refusal(&Refusal::new(NEUTRAL)),
        "pair.paused" => w.t("stay-why-paused"),
        "pair.ended" => w.t("stay-why-ended"),
        words => words.to_owned(),
    }
}
