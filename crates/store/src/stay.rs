//! Stays: asking, saying yes or no, letting the child go, receiving it, closing. Each of the three
//! gates judges rule 2 anew ([`fact`]).

use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::id::StayId;
use naheya_domain::stay::{RunsFrom, StayState, Step};
use uuid::Uuid;

use crate::Error;
use crate::account::reads_for;
use crate::guardian::tell_guardians;
use crate::sealed::entity::{stay, stay_adult};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;

mod approve;
mod at_school;
mod basis;
mod board;
mod chain;
mod close;
pub(crate) mod code;
mod concerned;
mod decide;
mod doubt;
pub(crate) mod fact;
mod foreseen;
mod gate;
mod hand;
mod hand_back;
mod held;
mod instead;
mod kept_away;
mod lapse;
mod late;
mod later;
mod later_all;
mod list;
mod moved;
mod new_class;
mod pass;
pub(crate) mod phone_act;
mod receiver;
mod regain;
mod reopen;
mod request;
mod restore;
mod roll;
mod spot;
mod told_family;
mod unasked;
mod weekend;
mod weekend_off;
mod whereabouts;
mod why;

pub use approve::{ApproveStay, ApproveStays, Approved, UndoApproval, UndoApprovals};
pub use at_school::AtSchool;
pub use basis::Basis;
pub use board::{Elsewhere, Roll};
pub use chain::{Agreed, ChainLine, StayChain};
pub use code::CountWrongCode;
pub(crate) use concerned::homes_of;
pub use decide::{CancelStay, EndorseStay, RefuseStay};
pub(crate) use decide::{asks_again, child_said_no, consent_lost, consent_moved, reason, told_without_why, uncovered};
pub(crate) use doubt::{tell_doubts, tell_kept_away};
pub use gate::{CarerCode, GateLine, HomeLine, Passing};
pub(crate) use gate::{let_go_here, received_here};
pub use hand::{ConfirmReturn, ReleaseProof, ReleaseStay, ReportStay};
pub use hand_back::{ArrangeHandBack, Callable, HandBack, Lack};
pub use held::{Held, Hold};
pub(crate) use held::{has_fallen, held, unfetched};
pub use instead::{EndorseForSchool, Instead};
pub use lapse::LapseStays;
pub(crate) use lapse::TOLD_WITHIN;
pub use late::{AnnounceLate, CloseLate, CloseLateSeen};
pub use later::{AgreeLater, Later};
pub use later_all::{AgreeAllLater, AgreedLater};
pub use list::{StayFilter, StayLine, StayView, Tick, Ticks, WEEKEND_PAGE};
pub(crate) use list::{first_rows, found};
pub use moved::MovedStay;
pub(crate) use moved::{Moves, Noted, follow_schools, moved};
pub use naheya_domain::custody::Outcome;
pub(crate) use new_class::{ask_new_teachers, give_yes_back};
pub use pass::{GiveToCarer, PassChild, PassChildTo, ReceiveFromCarer};
pub use receiver::Receiver;
pub use regain::Regain;
pub use reopen::ReopenStay;
pub use request::{RequestStay, RequestStays, Requested};
pub use restore::{RestoreStay, RestoreStays, Restored};
pub use roll::BackLine;
pub use spot::Spot;
pub use unasked::TellNotAsked;
pub use weekend::{Ahead, Free};
pub(crate) use weekend::{hour, is_begun, taken};
pub use weekend_off::{CallOffWeekend, CalledOff, Planned, WeekendOff, Whose};
pub use whereabouts::{Tally, Where, WhereLine, Whereabouts};
pub(crate) use why::Why;

pub(crate) const TABLE: &str = "stays";
/// The letter that tells the volunteer of the office's yes, when the codes are out.
pub(crate) const APPROVED: &str = "stay.approved";
/// The letter that tells the family so: the paper that it answered promises it.
pub(crate) const SETTLED: &str = "stay.settled";
/// The letter that tells a family that what it was told is settled is not.
const UNSETTLED: &str = "stay.unsettled";
/// The letter that asks the class teacher about a weekend.
pub(crate) const TEACHER_ASKED: &str = "stay.teacher_asked";

/// The letter that tells the school and the office that a carer comes later, by her own word.
pub(crate) const LATE_ANNOUNCED: &str = "stay.late_announced";
/// The letters that tell when a child that is away comes back: earlier, later, or later in this very night.
pub(crate) const OTHER_HOUR: [&str; 3] = ["stay.hand_back", "stay.later", "stay.later_now"];

/// The stay, if the viewer sees it.
async fn seen(tx: &Tx, id: StayId) -> Result<stay::Model, Error> {
    tx.visible::<stay::Entity>().id(id).one(tx).await
}

/// Its state.
pub(crate) fn state(row: &stay::Model) -> StayState {
    StayState::parse(&row.state).unwrap_or(StayState::Closed)
}

/// Whether somebody said no to it or called it off.
pub(crate) fn is_off(state: StayState) -> bool {
    matches!(state, StayState::Refused | StayState::Cancelled)
}

/// Whether the child went, be it back by now or not.
pub(crate) fn has_left(row: &stay::Model) -> bool {
    matches!(state(row), StayState::Released | StayState::InCare | StayState::Returned | StayState::Closed)
}

/// The state after `step`, or `stay.step_impossible`.
fn after(row: &stay::Model, step: Step) -> Result<String, Error> {
    let next = state(row).after(step).ok_or_else(|| Error::refused("stay.step_impossible"))?;
    Ok(next.code().to_owned())
}

/// Who sleeps there during these stays.
async fn adults(tx: &Tx, stays: impl IntoIterator<Item = Uuid> + Send) -> Result<Vec<stay_adult::Model>, Error> {
    tx.for_rule::<stay_adult::Entity>().holding(stay_adult::Column::StayId, stays).all(tx).await
}

/// A letter to everybody with a role in the county.
fn tell_role(tx: &Tx, kind: &'static str, role: &'static str, stay: Uuid, due_at: i64) {
    tx.notify(Letter {
        kind,
        to_account: None,
        to_role: Some(role),
        to_person: None,
        about: ("stays", Some(stay)),
        due_at,
    });
}

/// Calls off a stay that has not begun: its codes go, nobody waits at the gate for it any more, and whoever counted on it is
/// told. An alarm is a person's to end, never the clock's.
pub(crate) async fn call_off(tx: &Tx, before: &stay::Model, why: Why<'_>) -> Result<(), Error> {
    tell_role(tx, "stay.cancelled", "coordinator", before.id, tx.now().0);
    off(tx, before, why).await
}

/// The same, without a letter to the office, which does it itself.
async fn off(tx: &Tx, before: &stay::Model, why: Why<'_>) -> Result<(), Error> {
    let mut row = before.clone();
    row.state = after(before, Step::Cancel)?;
    row.cancelled_reason = why::cancelled(tx, before, why)?;
    if state(before) != StayState::Approved {
        // A yes that had fallen already is none that comes back with it.
        (row.approved_by, row.approved_at) = (None, None);
    }
    code::take_back(&mut row);
    (row.return_code_sealed, row.return_code_hash) = (None, None);
    tx.change::<stay::Entity>(before, row).await?;
    if !tx.is_clock() {
        crate::alarm::end(tx, before, |a| a == Alarm::NotFetched, Ended::CalledOff, None).await?;
    }
    decide::told_off(tx, before).await
}

/// A letter to the family about a weekend that does not begin: this one where it hands the child over or receives it, since at
/// holidays it waits with the child, or for it; else see [`tell_unsettled`].
async fn tell_family(tx: &Tx, kind: &'static str, row: &stay::Model) -> Result<(), Error> {
    let home = RunsFrom::Guardian.code();
    if row.start_kind == home || row.end_kind == home {
        tell_guardians(tx, kind, row.child_id, (TABLE, Some(row.id))).await
    } else {
        tell_unsettled(tx, row).await
    }
}

/// A family hears that a weekend is off for now, where it was told that it is settled: when the codes were out.
async fn tell_unsettled(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    if row.codes_at.is_some_and(|out| out <= tx.now().0) {
        tell_guardians(tx, UNSETTLED, row.child_id, (TABLE, Some(row.id))).await?;
    }
    Ok(())
}

/// A letter to the volunteer of a stay: to the account that opens, or to the person on file. Around a stay that a concern has
/// suspended nobody writes to her person: who speaks to her is the circle's to say.
async fn tell_carer(tx: &Tx, kind: &'static str, row: &stay::Model, due_at: i64) -> Result<(), Error> {
    let to_account = reads_for(tx, row.volunteer_id).await?;
    let is_told_by_hand = to_account.is_none() && row.suspended_by.is_none();
    let to_person = is_told_by_hand.then_some((crate::volunteer::TABLE, row.volunteer_id));
    if to_account.is_some() || to_person.is_some() {
        tx.notify(Letter { kind, to_account, to_role: None, to_person, about: (TABLE, Some(row.id)), due_at });
    }
    Ok(())
}
