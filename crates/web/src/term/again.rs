//! Whoever has changed her mind about proposed weekends takes back what she said and is asked anew: her own answer on her page,
//! what was written down for her by the office.

use naheya_domain::id::TermPlanId;
use naheya_domain::term::{PlanState, Side};
use naheya_domain::{Role, Timestamp};
use naheya_store::term::{PlanFile, ReopenPlan};
use naheya_store::{Desk, Error};

use super::{read, said, side};
use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Posted, Signed, Toast};

/// The answer that takes the one before back.
const AGAIN: &str = "again";

/// Whether a form takes back an answer.
pub(super) fn is_meant(posted: &Posted) -> bool {
    posted.text("answer") == AGAIN
}

/// Keeps what a side says to a plan, or takes back what it said; what came of it is said once.
///
/// # Errors
/// Faults of the form, and refusals of the acts.
pub(crate) async fn keep(
    desk: &Desk,
    role: Role,
    plan: TermPlanId,
    posted: &Posted,
    now: Timestamp,
) -> Result<Toast, Error> {
    if let Some(side) = side(role).filter(|_| is_meant(posted)) {
        let n = desk.save_once(ReopenPlan { plan, side }, posted.submission()?).await?;
        return Ok(taken_back(n));
    }
    let act = read(plan, role, posted, now)?;
    Ok(said(&desk.save_once(act, posted.submission()?).await?))
}

/// The office takes back what was written down for a side, and writes down what is said now.
pub(super) async fn by_office(me: &Signed, plan: TermPlanId, side: Side, posted: &Posted) -> Answer {
    let n = me.desk.save_once(ReopenPlan { plan, side }, posted.submission()?).await?;
    see_other_saying(form_of(plan, side), taken_back(n))
}

fn taken_back(n: u32) -> Toast {
    Toast::new("term-taken-back-n").with("n", n)
}

/// Where the office writes down what a side says.
fn form_of(plan: TermPlanId, side: Side) -> String {
    let form = match side {
        Side::Volunteer => "hers",
        Side::Guardian => "record",
    };
    format!("/terms/{plan}/{form}")
}

/// What was written down for whom and may be taken back by the office.
pub(super) struct Written {
    /// For the volunteer, and the reader writes her answers down.
    pub(super) hers: bool,
    /// For a guardian.
    pub(super) theirs: bool,
}

/// The buttons by which the reader may take an answer back: where each leads, and its word.
pub(super) fn buttons(
    w: Words,
    plan: &PlanFile,
    reader: Option<Side>,
    own: &str,
    written: &Written,
) -> Vec<(String, String)> {
    let given = |side: Side| plan.weekends.iter().any(|x| x.may_take_back(side) && !x.to_put_right);
    if plan.state == PlanState::Withdrawn {
        return Vec::new();
    }
    if let Some(side) = reader {
        return if given(side) { vec![(own.to_owned(), w.t("term-again"))] } else { Vec::new() };
    }
    let hers = written.hers && given(Side::Volunteer);
    let theirs = written.theirs && given(Side::Guardian);
    let button = |side, word: &str| (form_of(plan.id, side), w.t(word));
    let of = [
        theirs.then(|| button(Side::Guardian, "term-again-guardian")),
        hers.then(|| button(Side::Volunteer, "term-again-hers")),
    ];
    of.into_iter().flatten().collect()
}
