//! An act of a phone, carried out on its stay. The rules of the merge are the domain's
//! (`naheya_domain::phone_act::judge`); here they meet the rows.

use naheya_domain::Timestamp;
use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::code::Code;
use naheya_domain::custody::{Event, HandOver, Holder};
use naheya_domain::id::StayId;
use naheya_domain::note::NoteKind;
use naheya_domain::phone_act::{ActKind, Standing, Verdict, earliest, fits, is_received, judge};
use naheya_domain::stay::gate::Gate;
use naheya_domain::stay::{StayState, Step};
use sea_orm::ColumnTrait;

use super::close::{credit, is_corrected};
use super::fact::{Claim, Dossier, heard, start_of};
use super::hand::ConfirmReturn;
use super::{adults, after, code, state, tell_role};
use crate::Error;
use crate::alarm::{self, release_refused};
use crate::carer::has_stay;
use crate::consented::consented;
use crate::custody::{self, Witness};
use crate::draft;
use crate::note::SaveNote;
use crate::phone_act::{Said, SentPicture, settle};
use crate::sealed::act::Act;
use crate::sealed::entity::{custody_event, stay};
use crate::sealed::tx::Tx;

/// What happened is kept, the hour that the phone says is not: the child was not gone yet.
pub(crate) const BEFORE_RELEASE: &str = "phone.before_release";
/// "Here" was said before the child was let go: it is not carried out.
pub(crate) const HERE_TOO_EARLY: &str = "phone.here_too_early";
/// "Here" was said before somebody took it back: it is not carried out.
const HERE_TAKEN_BACK: &str = "phone.here_taken_back";
/// "Here" was said by the carer or her home: somebody else says so.
const OWN_RETURN: &str = "stay.own_return";
/// The carer or her home let the child go to her: what happened is kept, and somebody asks.
const OWN_RELEASE: &str = "stay.own_release";
/// The phone's clock was set meanwhile: when it was is to be asked.
const CLOCK_MOVED: &str = "phone.clock_moved";

/// What a phone says was done.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) kind: ActKind,
    /// When, without the error of the phone's clock.
    pub(crate) happened: Timestamp,
    pub(crate) phone_at: Timestamp,
    pub(crate) phone_offset: i32,
    pub(crate) said: Said,
}

impl Deed {
    fn witness(&self, how: &'static str, note: Option<&str>) -> Witness {
        Witness {
            how,
            phone_at: Some(self.phone_at),
            phone_offset: Some(self.phone_offset),
            happened: Some(self.happened),
            note: note.map(str::to_owned),
            ..Witness::default()
        }
    }

    /// The digits or who was called, as the chain keeps how an adult was known.
    fn how(&self) -> (&'static str, Option<&str>) {
        match (&self.said.code, &self.said.called) {
            (Some(_), _) => ("code", None),
            (None, Some(called)) => ("list", Some(called.as_str())),
            (None, None) => ("sight", None),
        }
    }
}

/// What has become of it.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) standing: Standing,
    pub(crate) code: Option<String>,
    /// Whether what it said is still needed.
    pub(crate) keeps_body: bool,
}

impl Outcome {
    pub(crate) fn done() -> Outcome {
        Outcome { standing: Standing::Done, code: None, keeps_body: false }
    }

    fn kept() -> Outcome {
        Outcome { standing: Standing::Kept, code: None, keeps_body: true }
    }

    /// Not carried out; a person looks.
    pub(crate) fn look(code: &str) -> Outcome {
        Outcome { standing: Standing::Look, code: Some(code.to_owned()), keeps_body: true }
    }

    /// Carried out; a person looks all the same.
    fn amiss(code: &str) -> Outcome {
        Outcome { keeps_body: false, ..Outcome::look(code) }
    }

    /// The same by a clock that was set meanwhile: a person asks when it was.
    pub(crate) fn by_moved_clock(self) -> Outcome {
        if self.standing == Standing::Done { Outcome::amiss(CLOCK_MOVED) } else { self }
    }
}

/// Carries out `deed` on the stay `before`.
pub(crate) async fn carry_out(tx: &Tx, before: &stay::Model, deed: &Deed) -> Result<Outcome, Error> {
    let is_release = deed.kind == ActKind::Release;
    if is_release && judge(state(before), &[], Event::Release) == Verdict::Link {
        return release(tx, before, deed).await;
    }
    let outcome = follow(tx, before, deed).await?;
    if is_release {
        // With an earlier hour of the release, what lay before it may fit.
        settle(tx, before.id).await?;
    }
    Ok(outcome)
}

/// The same for everything but a first release: what may have waited for one.
pub(crate) async fn follow(tx: &Tx, before: &stay::Model, deed: &Deed) -> Result<Outcome, Error> {
    let Some(event) = deed.kind.event() else { return note(tx, before, deed).await };
    let verdict = judge(state(before), &said(tx, before).await?, event);
    if event == Event::Confirmation && verdict != Verdict::Wait {
        if let Some(code) = not_received(tx, before, deed.happened).await? {
            return Ok(Outcome::look(code));
        }
        if has_stay(tx, before).await? {
            return Ok(Outcome::look(OWN_RETURN));
        }
    }
    match verdict {
        Verdict::Wait => Ok(Outcome::kept()),
        Verdict::Time => time(tx, before, event, deed.happened).await,
        Verdict::Link => link(tx, before, event, deed).await,
    }
}

/// What stands in the chain about this stay.
async fn said(tx: &Tx, row: &stay::Model) -> Result<Vec<Event>, Error> {
    let rows = tx.for_rule::<custody_event::Entity>().and(custody_event::Column::StayId.eq(row.id)).all(tx).await?;
    let way = [Event::Release, Event::PickUp, Event::Arrival, Event::Leaving, Event::Return];
    Ok(rows.iter().filter_map(|r| Event::parse(&r.kind)).filter(|e| way.contains(e)).collect())
}

/// The child is gone. What the gate would have said is asked all the same, and a no is an alarm.
async fn release(tx: &Tx, before: &stay::Model, deed: &Deed) -> Result<Outcome, Error> {
    let (how, called) = deed.how();
    let claim = Claim::of(before, &adults(tx, [before.id]).await?);
    let refused = against(tx, before, &claim, deed).await?;
    let next = HandOver {
        event: Event::Release,
        from: start_of(claim.start),
        to: Holder::Volunteer(before.volunteer_id),
        stay: Some(before.id),
        person: None,
    };
    // With somebody else by the records: no link can be true. A person finds out.
    if let Err(refusal) = custody::chain(tx, before.child_id).await?.append(next) {
        release_refused(tx, before).await?;
        return Ok(Outcome::look(refusal.code));
    }
    custody::append(tx, before.child_id, next, &deed.witness(how, called)).await?;
    let mut row = before.clone();
    row.state = after(before, Step::Gone)?;
    row.released_at = earliest(before.released_at, deed.happened.0);
    tx.change::<stay::Entity>(before, row).await?;
    alarm::end(tx, before, |a| a == Alarm::NotFetched, Ended::Released, None).await?;
    if how == "list" {
        tell_role(tx, "stay.released_by_list", "coordinator", before.id, tx.now().0);
    }
    settle(tx, before.id).await?;
    match refused {
        None => Ok(Outcome::done()),
        Some(code) => {
            release_refused(tx, before).await?;
            Ok(Outcome::amiss(code))
        }
    }
}

/// What the gate would have said at that hour, in words that the teacher may hear.
async fn against(tx: &Tx, row: &stay::Model, claim: &Claim, deed: &Deed) -> Result<Option<&'static str>, Error> {
    if has_stay(tx, row).await? {
        return Ok(Some(OWN_RELEASE));
    }
    if let Err(error) = proof(tx, row, deed) {
        return match error {
            Error::Refused(refusal) => Ok(Some(refusal.code)),
            Error::Invalid(faults) => Ok(faults.first().map(|f| f.code)),
            other => Err(other),
        };
    }
    let dossier = Dossier::of(tx, std::slice::from_ref(claim)).await?;
    Ok(heard(tx, &dossier, claim, Gate::Release).await?.first().map(|r| r.code))
}

fn proof(tx: &Tx, row: &stay::Model, deed: &Deed) -> Result<(), Error> {
    if state(row) != StayState::Approved {
        return Err(Error::refused("stay.not_approved"));
    }
    match (&deed.said.code, &deed.said.called) {
        (Some(typed), _) => {
            let typed = Code::parse(typed).map_err(|code| Error::field("code", code))?;
            code::judge_at(tx, row, &typed, deed.happened)
        }
        (None, Some(called)) if !called.trim().is_empty() => match code::moment_at(row, deed.happened) {
            Err(Error::Refused(r)) if r.code == "code.expired" && deed.happened.0 < row.ends_at => Ok(()),
            other => other,
        },
        (None, _) => Err(Error::field("called", "required.missing")),
    }
}

/// A new link of the chain and what it changes on the row.
async fn link(tx: &Tx, before: &stay::Model, event: Event, deed: &Deed) -> Result<Outcome, Error> {
    let carer = Holder::Volunteer(before.volunteer_id);
    let chain = custody::chain(tx, before.child_id).await?;
    let outcome = outcome_of(before, event, deed.happened);
    if event == Event::Confirmation {
        let to = custody::received_at(tx, before);
        let next = HandOver { event, from: carer, to, stay: Some(before.id), person: Some(tx.account()) };
        if let Err(refusal) = chain.append(next) {
            return Ok(Outcome::look(refusal.code));
        }
        let how = if deed.said.code.is_some() { "code" } else { "sight" };
        ConfirmReturn { stay: StayId(before.id), witness: deed.witness(how, None) }.run(tx).await?;
        return Ok(outcome);
    }
    let next = HandOver { event, from: carer, to: carer, stay: Some(before.id), person: None };
    if let Err(refusal) = chain.append(next) {
        return Ok(Outcome::look(refusal.code));
    }
    let happened = Some(if outcome.code.is_none() { deed.happened } else { tx.now() });
    let witness = Witness { happened, ..deed.witness("staff", None) };
    custody::append(tx, before.child_id, next, &witness).await?;
    let mut row = timed(before, event, deed.happened);
    row.state = after(before, Step::TakeIn)?;
    tx.change::<stay::Entity>(before, row).await?;
    Ok(outcome)
}

/// Why a "here" said at `at` does not tell where the child is now.
async fn not_received(tx: &Tx, row: &stay::Model, at: Timestamp) -> Result<Option<&'static str>, Error> {
    use custody_event::Column as C;
    if !is_received(at.0, row.released_at, None) {
        return Ok(Some(HERE_TOO_EARLY));
    }
    let of_stay = tx.for_rule::<custody_event::Entity>().and(C::StayId.eq(row.id));
    let taken_back = of_stay.and(C::Kind.eq(Event::Correction.code())).all(tx).await?;
    let last = taken_back.iter().map(|link| link.server_at).max();
    Ok((!is_received(at.0, row.released_at, last)).then_some(HERE_TAKEN_BACK))
}

/// What becomes of an event that is said to have been at `at`: an hour that cannot be is laid before a person.
fn outcome_of(before: &stay::Model, event: Event, at: Timestamp) -> Outcome {
    if !fits(event, at.0, before.released_at) {
        return Outcome::amiss(BEFORE_RELEASE);
    }
    if event == Event::Release && at < code::window(before).from {
        return Outcome::amiss("code.not_yet");
    }
    Outcome::done()
}

/// The row with the first word on when `event` was, as far as it can be.
fn timed(before: &stay::Model, event: Event, at: Timestamp) -> stay::Model {
    let mut row = before.clone();
    match event {
        _ if outcome_of(before, event, at).code.is_some() => {}
        Event::Release => row.released_at = earliest(row.released_at, at.0),
        Event::Arrival => row.arrived_at = earliest(row.arrived_at, at.0),
        Event::Leaving => row.left_at = earliest(row.left_at, at.0),
        Event::Confirmation => row.returned_at = earliest(row.returned_at, at.0),
        _ => {}
    }
    row
}

/// The chain is past it, its hour still counts; hours that were credited are credited anew, unless two people have corrected
/// them by now.
async fn time(tx: &Tx, before: &stay::Model, event: Event, at: Timestamp) -> Result<Outcome, Error> {
    let (row, outcome) = (timed(before, event, at), outcome_of(before, event, at));
    if row == *before {
        return Ok(outcome);
    }
    let row = tx.change::<stay::Entity>(before, row).await?;
    if state(&row) == StayState::Closed && !is_corrected(tx, &row).await? {
        credit(tx, &row).await?;
    }
    Ok(outcome)
}

/// A note of a phone is always a note of its own: one that is there already stays as it is. Pictures
/// without the guardian's consent are not kept, the words are. An erased file takes no words any more; a worry is heard all the same.
async fn note(tx: &Tx, before: &stay::Model, deed: &Deed) -> Result<Outcome, Error> {
    let said = &deed.said;
    if !state(before).is_away() && !matches!(state(before), StayState::Returned | StayState::Closed) {
        return Ok(Outcome::kept());
    }
    let allowed =
        said.pictures.is_empty() || consented(tx, &[before.child_id], "photo").await?.contains(&before.child_id);
    let pictures =
        if allowed { said.pictures.iter().map(SentPicture::open).collect::<Result<_, _>>()? } else { Vec::new() };
    let act = SaveNote {
        stay: StayId(before.id),
        kinds: said.kinds.iter().filter_map(|k| NoteKind::parse(k)).collect(),
        words: said.words.clone(),
        worry: said.worry.clone(),
        pictures,
    };
    match crate::erasure::not_erased(tx, before.child_id).await {
        Err(Error::Refused(refusal)) => {
            act.raise_worry(tx, before.child_id).await?;
            return Ok(Outcome::amiss(refusal.code));
        }
        judged => judged?,
    }
    act.run(tx).await?;
    // What she had begun on the page stands in it: she is not asked to send it once more.
    draft::drop_note(tx, before.id, deed.happened).await?;
    Ok(if allowed { Outcome::done() } else { Outcome::amiss("note.photo_consent_missing") })
}
