//! Stays, as pages: the office's requests and board, the gate on Friday and Sunday, the volunteer's
//! weekend.

mod board;
mod gate;
mod home;
mod office;

use naheya_domain::Refusal;
use naheya_domain::stay::gate::NEUTRAL;
use naheya_store::stay::Where;

use crate::Route;
use crate::words::Words;

/// The routes of this noun.
#[must_use]
pub fn routes() -> Vec<Route> {
    [office::routes(), board::routes(), gate::routes(), home::routes()].into_iter().flatten().collect()
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

/// The office's words to the home; the neutral ones where it wrote none.
pub(crate) fn said(w: &Words, words: &str) -> String {
    if words == NEUTRAL { w.refusal(&Refusal::new(NEUTRAL)) } else { words.to_owned() }
}
