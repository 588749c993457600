//! Yes and no to a stay: the class teacher's word, refusal, calling off, and who is told of it. The office's yes is in
//! `approve`.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::id::StayId;
use naheya_domain::pair::PairState;
use naheya_domain::stay::{StayState, Step};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::approve::told_settled;
use super::fact::{Claim, Dossier};
use super::{
    TABLE, Why, after, call_off, code, is_off, seen, state, tell_carer, tell_family, tell_role, tell_unsettled, why,
};
use crate::Error;
use crate::account::reads_for;
use crate::carer::not_own;
use crate::consent::ends_short;
use crate::sealed::act::Act;
use crate::sealed::entity::{pair, stay};
use crate::sealed::tx::Tx;

/// The letters that say that what was called off is on again, to begin within a day or later.
pub(super) const RESTORED: [&str; 2] = ["stay.restored_now", "stay.restored"];
/// Who was to fetch a child within a day may be on the way already.
const HOLD_AT_ONCE: i64 = 24 * 3_600_000;

/// The class teacher's word on a request; may be changed until the child has left. A no stands in the way of other requests for
/// these days: where the request is off by now, it may still become a yes until the days begin, and the volunteer hears that
/// she may ask again.
#[derive(Clone, Debug)]
pub struct EndorseStay {
    /// Which stay.
    pub stay: StayId,
    /// Yes or no.
    pub yes: bool,
    /// Words to the coordinator, up to 300 characters; sealed.
    pub words: String,
}

impl Act for EndorseStay {
    const NAME: &'static str = "stay.endorse";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::EndorseStay)?;
        let before = seen(tx, self.stay).await?;
        let is_afterwards = self.yes && is_turned_down(tx, &before);
        if !is_afterwards {
            may_have_word(&before)?;
        }
        if self.yes {
            // Her no stops the weekend, and needs nobody beside her.
            not_own(tx, &before, "stay.own_yes").await?;
        }
        let words = within(&self.words, 300, "words")?;
        keep_word(tx, &before, self.yes, words).await?;
        if is_afterwards { told_of_yes(tx, &before).await } else { Ok(()) }
    }
}

/// Whether it is off and the school said no to it, and its days lie ahead.
pub(super) fn is_turned_down(tx: &Tx, row: &stay::Model) -> bool {
    is_off(state(row)) && row.teacher_answer.as_deref() == Some("no") && row.starts_at > tx.now().0
}

/// The office hears that the school has said yes after all, and the volunteer, while her pair stands, that she may ask again.
pub(super) async fn told_of_yes(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    tell_role(tx, "stay.teacher_said_yes", "coordinator", row.id, tx.now().0);
    let pair = tx.for_rule::<pair::Entity>().id(row.pair_id).first(tx).await?;
    let stands = pair.and_then(|pair| PairState::parse(&pair.state)).is_some_and(PairState::shows_child);
    if stands { tell_carer(tx, "stay.may_ask_again", row, tx.now().0).await } else { Ok(()) }
}

/// Whether the school may still say something to it: the child has not left.
pub(super) fn may_have_word(row: &stay::Model) -> Result<(), Error> {
    match state(row) {
        StayState::Requested | StayState::Consented | StayState::Approved => Ok(()),
        _ => Err(Error::refused("stay.step_impossible")),
    }
}

/// Keeps the school's word on a weekend, and what follows from it.
pub(super) async fn keep_word(tx: &Tx, before: &stay::Model, yes: bool, words: &str) -> Result<(), Error> {
    let mut row = before.clone();
    row.teacher_answer = Some(if yes { "yes" } else { "no" }.into());
    row.teacher_words_sealed = tx.seal_some(TABLE, "teacher_words_sealed", row.id, Some(words))?;
    row.endorsed_by = Some(tx.account());
    row.endorsed_at = Some(tx.now().0);
    let stops = !yes && state(before) == StayState::Approved;
    if stops {
        row.state = after(before, Step::Undo)?;
        code::take_back(&mut row);
    }
    tx.change::<stay::Entity>(before, row).await?;
    if stops {
        return told_to_stop(tx, before).await;
    }
    if yes {
        asks_again(tx, before);
    } else {
        tell_role(tx, "stay.teacher_said_no", "coordinator", before.id, tx.now().0);
    }
    Ok(())
}

/// A text of at most `most` characters.
pub(super) fn within<'a>(text: &'a str, most: usize, field: &'static str) -> Result<&'a str, Error> {
    let text = text.trim();
    if text.chars().count() > most { Err(Error::field(field, "text.too_long")) } else { Ok(text) }
}

/// A text that must be there.
pub(crate) fn reason<'a>(text: &'a str, most: usize, field: &'static str) -> Result<&'a str, Error> {
    match within(text, most, field)? {
        "" => Err(Error::field(field, "required.missing")),
        text => Ok(text),
    }
}

/// The office's no. The home reads only the neutral word unless `words` say more.
#[derive(Clone, Debug)]
pub struct RefuseStay {
    /// Which stay.
    pub stay: StayId,
    /// What the home reads, up to 300 characters; empty for "not this weekend".
    pub words: String,
}

impl Act for RefuseStay {
    const NAME: &'static str = "stay.refuse";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ApproveStay)?;
        let before = seen(tx, self.stay).await?;
        let words = within(&self.words, 300, "words")?;
        let mut row = before.clone();
        row.state = after(&before, Step::Refuse)?;
        row.refusal = match words {
            "" => Some("stay.not_this_weekend".to_owned()),
            words => why::refused(tx, &before, words)?,
        };
        tx.change::<stay::Entity>(&before, row).await?;
        tell_carer(tx, "stay.refused", &before, tx.now().0).await
    }
}

/// Calls a stay off before the child has left: the volunteer hers, the office any.
#[derive(Clone, Debug)]
pub struct CancelStay {
    /// Which stay.
    pub stay: StayId,
    /// Why, up to 300 characters.
    pub reason: String,
}

impl Act for CancelStay {
    const NAME: &'static str = "stay.cancel";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RequestStay).or_else(|_| tx.require(Action::ApproveStay))?;
        let before = seen(tx, self.stay).await?;
        let words = reason(&self.reason, 300, "reason")?;
        call_off(tx, &before, Why::Words(words)).await
    }
}

/// Gate and home hear that a stay is off. Who was to fetch the child within a day may be on the way, and hears of it outside
/// the app too, unless she called it off herself. A family that was to hand the child over, or to receive it, waits no longer, any
/// other hears that it is off, and a volunteer without an account that opens is told by hand.
pub(super) async fn told_off(tx: &Tx, before: &stay::Model) -> Result<(), Error> {
    let to_account = reads_for(tx, before.volunteer_id).await?;
    let is_known = tx.is_clock() || to_account == Some(tx.account());
    let is_urgent = !is_known && state(before) == StayState::Approved && is_soon(tx, before);
    let kind = if is_urgent { "stay.stopped_now" } else { "stay.cancelled" };
    tell_all(tx, kind, before).await
}

/// Gate and home hear that a stay that was off is on again, whoever was to fetch the child within a day outside the app too: a
/// letter said the opposite before. The codes of one that was approved again go out as after any yes.
pub(super) async fn told_on(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    let is_urgent = state(row) == StayState::Approved && is_soon(tx, row);
    let [now, later] = RESTORED;
    tell_all(tx, if is_urgent { now } else { later }, row).await?;
    match row.codes_at {
        Some(out) => told_settled(tx, row, out).await,
        None => Ok(()),
    }
}

/// Whoever read that a weekend is on again reads that it is not, where the yes to it was taken back.
pub(super) async fn told_back(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    tell_all(tx, stopped(tx, row), row).await
}

/// The class teacher, the family that hands the child over or receives it, and the volunteer, by hand where she has no account
/// that opens.
async fn tell_all(tx: &Tx, kind: &'static str, row: &stay::Model) -> Result<(), Error> {
    tell_role(tx, kind, "class_teacher", row.id, tx.now().0);
    if state(row) == StayState::Approved {
        tell_family(tx, kind, row).await?;
    }
    tell_carer(tx, kind, row, tx.now().0).await
}

/// The open stays of a child, each with whether a guardian's yes covers it.
async fn rested(tx: &Tx, child: Uuid) -> Result<Vec<(stay::Model, bool)>, Error> {
    let open = tx
        .for_rule::<stay::Entity>()
        .and(stay::Column::ChildId.eq(child))
        .and(stay::Column::State.is_in(StayState::OPEN))
        .all(tx)
        .await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let claims: Vec<Claim> = open.iter().map(|row| Claim::of(row, &[])).collect();
    let dossier = Dossier::of(tx, &claims).await?;
    let covered: Vec<bool> = claims.iter().map(|claim| dossier.consent(claim).is_some()).collect();
    Ok(open.into_iter().zip(covered).collect())
}

/// The consent under some stays is gone: those not begun fall back to requests and lose their codes;
/// for a child already away the coordinator is called at once (product.md rule 14). Returns how many
/// children are away.
pub(crate) async fn consent_lost(tx: &Tx, child: Uuid) -> Result<u64, Error> {
    let mut away = 0;
    for (before, covered) in rested(tx, child).await? {
        if state(&before).is_away() {
            away += 1;
            call_office(tx, &before);
        } else if !covered {
            fall(tx, &before, true).await?;
        }
    }
    Ok(away)
}

/// A child is away, and nights that were agreed to are not any more: the office hears it at once (product.md rule 14).
fn call_office(tx: &Tx, row: &stay::Model) {
    for role in ["coordinator", "leader"] {
        tell_role(tx, "consent.withdrawn_after_release", role, row.id, tx.now().0);
    }
}

/// The open stays of a child that no yes covers now: asked before something changes, for [`consent_moved`].
pub(crate) async fn uncovered(tx: &Tx, child: Uuid) -> Result<BTreeSet<Uuid>, Error> {
    let rested = rested(tx, child).await?;
    Ok(rested.into_iter().filter(|(_, covered)| !covered).map(|(row, _)| row.id).collect())
}

/// A guardian has answered for other days, or another guardian's word counts than before. What was approved and nothing covers
/// any more falls back now, and not at the gate; of what nothing covered `before` and a yes covers again the office hears, and of
/// a child that is away and to whose last nights nobody says yes now. A letter says that consent was taken back only where a
/// guardian spoke (`by_word`).
pub(crate) async fn consent_moved(tx: &Tx, child: Uuid, before: &BTreeSet<Uuid>, by_word: bool) -> Result<(), Error> {
    for (row, covered) in rested(tx, child).await? {
        if state(&row).is_away() {
            // A yes to fewer days takes back the others, of a child that is away too.
            if by_word && !before.contains(&row.id) && ends_short(tx, &[&row]).await?.contains_key(&row.id) {
                call_office(tx, &row);
            }
            continue;
        }
        if !covered {
            fall(tx, &row, by_word).await?;
        } else if before.contains(&row.id) {
            asks_again(tx, &row);
        }
    }
    Ok(())
}

/// A stay that has not begun is a request again, without codes, and whoever counted on it is told.
async fn fall(tx: &Tx, before: &stay::Model, by_word: bool) -> Result<(), Error> {
    if state(before) == StayState::Requested {
        return Ok(());
    }
    let mut row = before.clone();
    row.state = after(before, Step::LoseConsent)?;
    row.consent_id = None;
    code::take_back(&mut row);
    tx.change::<stay::Entity>(before, row).await?;
    let was_approved = state(before) == StayState::Approved;
    if by_word {
        tell_role(tx, "consent.withdrawn", "coordinator", before.id, tx.now().0);
    }
    match (was_approved, by_word) {
        (true, true) => hold_back(tx, before).await,
        (true, false) => told_to_stop(tx, before).await,
        (false, _) => Ok(()),
    }
}

/// The child does not want to: what was approved and has not begun, this stay or every one, waits for the office
/// again, and whoever was told that the child is fetched is told that it is not.
pub(crate) async fn child_said_no(tx: &Tx, child: Uuid, only: Option<StayId>) -> Result<(), Error> {
    let approved = Condition::all()
        .add(stay::Column::ChildId.eq(child))
        .add(stay::Column::State.eq(StayState::Approved.code()))
        .add_option(only.map(|id| stay::Column::Id.eq(id.0)));
    for before in tx.for_rule::<stay::Entity>().and(approved).all(tx).await? {
        let mut row = before.clone();
        row.state = after(&before, Step::Undo)?;
        code::take_back(&mut row);
        tx.change::<stay::Entity>(&before, row).await?;
        told_to_stop(tx, &before).await?;
    }
    Ok(())
}

/// A no is gone: the office hears that what it had approved waits for it again.
pub(crate) fn asks_again(tx: &Tx, row: &stay::Model) {
    if super::held::has_fallen(row) {
        tell_role(tx, "stay.requested", "coordinator", row.id, tx.now().0);
    }
}

/// Whether it begins so soon that somebody may be on the way.
fn is_soon(tx: &Tx, row: &stay::Model) -> bool {
    row.starts_at - tx.now().0 < HOLD_AT_ONCE
}

/// Office, carer and class teacher hear that a weekend does not begin, and nobody why.
pub(super) async fn told_to_stop(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    let kind = stopped(tx, row);
    tell_role(tx, kind, "coordinator", row.id, tx.now().0);
    tell_gate(tx, row);
    crate::alarm::end(tx, row, |a| a == Alarm::NotFetched, Ended::CalledOff, None).await?;
    tell_family(tx, kind, row).await?;
    tell_carer(tx, kind, row, tx.now().0).await
}

/// The letter that says so.
fn stopped(tx: &Tx, row: &stay::Model) -> &'static str {
    if is_soon(tx, row) { "stay.stopped_now" } else { "stay.stopped" }
}

/// What a concern has called off: the gate hears it like any weekend that does not begin, and so does a family that would hand
/// the child over, or wait for it, or was told that it is settled.
pub(crate) async fn told_without_why(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    tell_gate(tx, row);
    if !tx.is_clock() {
        crate::alarm::end(tx, row, |a| a == Alarm::NotFetched, Ended::CalledOff, None).await?;
    }
    tell_family(tx, stopped(tx, row), row).await
}

/// The class teacher alone hears it: her list is printed, and her phone may have no network.
fn tell_gate(tx: &Tx, row: &stay::Model) {
    tell_role(tx, stopped(tx, row), "class_teacher", row.id, tx.now().0);
}

/// Who was told that the child is fetched is told that it is not: she would stand at the gate, and the teacher has a list.
async fn hold_back(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    let kind = if is_soon(tx, row) { "stay.held_now" } else { "stay.held" };
    tell_role(tx, kind, "class_teacher", row.id, tx.now().0);
    tell_unsettled(tx, row).await?;
    tell_carer(tx, kind, row, tx.now().0).await
}
