//! A return that is late: announced by the carer, closed by a person with a reason, never by itself.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::custody::{Event, HandOver, Holder};
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use naheya_domain::stay::ladder::Ladder;

use super::close::close;
use super::decide::{reason, within};
use super::hand::{end_of, receive};
use super::{TABLE, seen, state, tell_role};
use crate::Error;
use crate::custody::{self, Witness};
use crate::sealed::act::Act;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;

/// The county's ladder.
pub(super) async fn ladder(tx: &Tx) -> Result<Ladder, Error> {
    Ok(crate::setting::settings(tx).await?.ladder)
}

/// The carer says that they come later than agreed. The board and the school's roll show it; the
/// alarm's clock goes on, because a carer's word alone stops no alarm.
#[derive(Clone, Debug)]
pub struct AnnounceLate {
    /// The stay.
    pub stay: StayId,
    /// Minutes after the agreed time, 5 to 720.
    pub minutes: i64,
    /// Why, up to 200 characters; sealed.
    pub words: String,
}

impl Act for AnnounceLate {
    const NAME: &'static str = "stay.announce_late";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ReportCustody)?;
        let before = seen(tx, self.stay).await?;
        if !state(&before).is_away() {
            return Err(Error::refused("stay.step_impossible"));
        }
        let words = within(&self.words, 200, "late_words")?;
        if !(5..=720).contains(&self.minutes) {
            return Err(Error::field("late_minutes", "stay.late_minutes"));
        }
        let until = Timestamp(before.ends_at).plus_minutes(self.minutes);
        if until <= tx.now() {
            return Err(Error::field("late_minutes", "stay.late_in_past"));
        }
        let mut row = before.clone();
        row.late_until = Some(until.0);
        row.late_words_sealed = tx.seal_some(TABLE, "late_words_sealed", row.id, Some(words))?;
        tx.change::<stay::Entity>(&before, row).await?;
        tell_role(tx, "stay.late_announced", "coordinator", before.id, tx.now().0);
        tell_role(tx, "stay.late_announced", "class_teacher", before.id, tx.now().0);
        Ok(())
    }
}

/// When they come, by the carer's own word, and why.
pub(super) fn announced(tx: &Tx, row: &stay::Model) -> Result<Option<(Timestamp, String)>, Error> {
    let Some(until) = row.late_until else { return Ok(None) };
    let words = tx.open_some(TABLE, "late_words_sealed", row.id, row.late_words_sealed.as_ref())?;
    Ok(Some((Timestamp(until), words.unwrap_or_default())))
}

/// Where the child is, as the person who closes has made sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Back where the stay ends.
    Back,
    /// The family has the child.
    Family,
    /// In hospital; the stay stays open.
    Hospital,
    /// With the police; the stay stays open.
    Police,
}

impl Outcome {
    /// The outcome with this code: `back`, `family`, `hospital`, `police`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Outcome> {
        match code {
            "back" => Some(Outcome::Back),
            "family" => Some(Outcome::Family),
            "hospital" => Some(Outcome::Hospital),
            "police" => Some(Outcome::Police),
            _ => None,
        }
    }
}

/// A person of the office writes down what became of a late return. Hospital and police go into the
/// chain and leave the stay open until the child is back or with its family.
#[derive(Clone, Debug)]
pub struct CloseLate {
    /// The stay.
    pub stay: StayId,
    /// Where the child is.
    pub outcome: Outcome,
    /// What was found out and done, 1 to 500 characters; sealed.
    pub reason: String,
}

impl Act for CloseLate {
    const NAME: &'static str = "stay.close_late";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::CloseLateReturn)?;
        let before = seen(tx, self.stay).await?;
        let words = reason(&self.reason, 500, "reason")?;
        if !matches!(state(&before), StayState::Released | StayState::InCare | StayState::Returned) {
            return Err(Error::refused("stay.step_impossible"));
        }
        let mut row = self.settle(tx, &before).await?;
        let again = row.clone();
        row.late_closed_by = Some(tx.account());
        row.late_closed_reason_sealed = Some(tx.seal(TABLE, "late_closed_reason_sealed", row.id, words)?);
        let row = tx.change::<stay::Entity>(&again, row).await?;
        if matches!(self.outcome, Outcome::Back | Outcome::Family) { close(tx, row).await } else { Ok(()) }
    }
}

impl CloseLate {
    /// Brings chain and row to what is so now.
    async fn settle(&self, tx: &Tx, before: &stay::Model) -> Result<stay::Model, Error> {
        if state(before) == StayState::Returned {
            return Ok(before.clone());
        }
        let witness = Witness { how: "staff", note: Some(self.reason.trim().to_owned()), ..Witness::default() };
        let from = custody::chain(tx, before.child_id).await?.holder();
        let hand = |event, to| HandOver { event, from, to, stay: Some(before.id) };
        let next = match (self.outcome, from) {
            (Outcome::Back, Holder::Volunteer(_)) => return receive(tx, before, end_of(before), &witness).await,
            (Outcome::Back, _) => hand(Event::HandBack, end_of(before)),
            (Outcome::Family, _) => hand(Event::GuardianPickUp, Holder::Guardian),
            (Outcome::Hospital, _) => hand(Event::Hospital, Holder::Hospital),
            (Outcome::Police, _) => hand(Event::Police, Holder::Police),
        };
        custody::append(tx, before.child_id, next, &witness).await?;
        if matches!(self.outcome, Outcome::Hospital | Outcome::Police) {
            return Ok(before.clone());
        }
        let mut row = before.clone();
        row.returned_at = Some(tx.now().0);
        tx.change::<stay::Entity>(before, row).await
    }
}
