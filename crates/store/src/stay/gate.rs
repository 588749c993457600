//! What the gate sees on Friday and on Sunday, and what the volunteer sees at home.
//!
//! Long because: both ends of a hand-over are told from the same rows, in the same terms.

use std::collections::BTreeMap;

use naheya_domain::access::{Action, Class};
use naheya_domain::custody::{Event, Holder};
use naheya_domain::error::Refusal;
use naheya_domain::id::{ChildId, PairId, StayId};
use naheya_domain::stay::gate::Gate;
use naheya_domain::stay::{LONGEST_DAYS, Leg, RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::at_school::{AtSchool, at_schools};
use super::fact::{Claim, Dossier, heard};
use super::hand::is_within;
use super::held::{Hold, held, unfetched};
use super::late::announced;
use super::receiver::{Receiver, receivers};
use super::{adults, code, state, why};
use crate::alarm::watched;
use crate::carer::Somebody;
use crate::child::TABLE as CHILDREN;
use crate::notice::COUNTED;
use crate::sealed::entity::{child, class, custody_event, note, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::is;
use crate::{Desk, Error, custody};

/// More than any school lets go in a day: whoever waits at a gate must not wait for a child that the list left out. Who sees a
/// whole county has the board ([`Desk::whereabouts`]).
const MOST_AT_A_GATE: u64 = 5_000;

const DAY: i64 = 24 * 3_600_000;

/// A child that goes home with its volunteer on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateLine {
    /// The stay.
    pub stay: StayId,
    /// Siblings who go together have the same.
    pub party: Uuid,
    /// The child.
    pub child: ChildId,
    /// Name.
    pub child_name: String,
    /// The school that lets it go; none where the stay begins elsewhere.
    pub school: Option<String>,
    /// Class.
    pub class: Option<String>,
    /// Who fetches it.
    pub carer_name: String,
    /// Her phone.
    pub phone: Option<String>,
    /// The agreed hour.
    pub starts_at: Timestamp,
    /// Until when it is due back.
    pub ends_at: Timestamp,
    /// State.
    pub state: StayState,
    /// When it left.
    pub released_at: Option<Timestamp>,
    /// When it was received.
    pub returned_at: Option<Timestamp>,
    /// How far they are, by what was said last, while the child is away.
    pub leg: Leg,
    /// Whether the family came for the child instead, before the weekend or after it: it is not at school.
    pub with_family: bool,
    /// Hospital or police, where the child is by the newest link though the stay goes on.
    pub elsewhere: Option<Holder>,
    /// Minutes that it is late now; of a child in hospital or with the police somebody has written down where it is.
    pub late: Option<i64>,
    /// Minutes since the agreed hour, when it should have been fetched long ago.
    pub unfetched: Option<i64>,
    /// What is vital.
    pub vital: Option<String>,
    /// What the class teacher has answered: yes, no, nothing.
    pub teacher: Option<bool>,
    /// When they come later than agreed, by the carer's own word, and why.
    pub said_late: Option<(Timestamp, String)>,
    /// Whether it goes to the reader's own home: somebody else says yes, lets it go and receives it.
    pub own: bool,
}

impl GateLine {
    /// The last four digits of the phone.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.phone.as_deref().and_then(|p| p.len().checked_sub(4).and_then(|n| p.get(n..))).unwrap_or_default()
    }

    /// Whether the child is still to be fetched.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == StayState::Approved
    }

    /// Whether the child is away.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.state.is_away()
    }
}

/// A release that is about to be made: the large card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passing {
    /// The children, one or siblings.
    pub lines: Vec<GateLine>,
    /// What stands against those of them who must not go.
    pub against: BTreeMap<StayId, Vec<Refusal>>,
}

impl Passing {
    /// Those who may go: that one of siblings must not holds no other back.
    pub fn free(&self) -> impl Iterator<Item = &GateLine> {
        self.lines.iter().filter(|line| !self.against.contains_key(&line.stay))
    }
}

impl Desk {
    /// The children of the viewer's class or school whose stay begins on `day`; today behind those whom nobody has fetched on
    /// the days before.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn gate_list(&self, day: Date) -> Result<Vec<GateLine>, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        let (from, to) = day_of(day);
        let here = Condition::all()
            .add(stay::Column::StartsAt.gte(from))
            .add(stay::Column::StartsAt.lt(to))
            .add(stay::Column::State.is_in(["approved", "released", "in_care", "returned", "closed"]));
        let of_day = gate_lines(&tx, let_go_here(&tx).add(here)).await?;
        if day != tx.now().date() {
            return Ok(of_day);
        }
        let mut lines = gate_lines(&tx, let_go_here(&tx).add(left_waiting(&tx))).await?;
        lines.extend(of_day);
        Ok(lines)
    }

    /// The requests on which the class teacher has not said yes or no, and those said on, by their day.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn to_endorse(&self) -> Result<Vec<GateLine>, Error> {
        self.require(Action::EndorseStay)?;
        let tx = self.read();
        gate_lines(&tx, to_come(&tx)).await
    }

    /// The weekends that are off and to which the school said no, by their day, as long as they lie ahead: a no that was a slip
    /// becomes a yes here ([`super::EndorseStay`]).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn turned_down(&self) -> Result<Vec<GateLine>, Error> {
        self.require(Action::EndorseStay)?;
        let tx = self.read();
        let off = Condition::all()
            .add(stay::Column::State.is_in([StayState::Refused.code(), StayState::Cancelled.code()]))
            .add(stay::Column::TeacherAnswer.eq("no"))
            .add(stay::Column::StartsAt.gt(tx.now().0));
        gate_lines(&tx, off).await
    }

    /// How many requests wait for the viewer's word, counted to [`COUNTED`]; none where it is not asked for.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_to_endorse(&self) -> Result<u64, Error> {
        if !self.may(Action::EndorseStay) {
            return Ok(0);
        }
        let count = async {
            let tx = self.read();
            let unanswered = to_come(&tx).add(stay::Column::TeacherAnswer.is_null());
            tx.visible::<stay::Entity>().and(unanswered).count_to(COUNTED, &tx).await
        };
        self.remembered("stays.to_endorse", String::new(), count).await
    }

    /// The large card for stays found by a code or picked from the list, with what stands against it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn passing(&self, stays: &[StayId]) -> Result<Passing, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        let these = Condition::all().add(stay::Column::Id.is_in(stays.iter().map(|s| s.0)));
        let rows = tx.visible::<stay::Entity>().and(these.clone()).all(&tx).await?;
        if rows.len() != stays.len() || rows.is_empty() {
            return Err(Error::NotFound);
        }
        let adults = adults(&tx, rows.iter().map(|r| r.id)).await?;
        let claims: Vec<Claim> = rows.iter().map(|r| Claim::of(r, &adults)).collect();
        let dossier = Dossier::of(&tx, &claims).await?;
        let mut against = BTreeMap::new();
        for (row, claim) in rows.iter().zip(&claims) {
            let refusals = heard(&tx, &dossier, claim, Gate::Release).await?;
            if !refusals.is_empty() {
                against.insert(StayId(row.id), refusals);
            }
        }
        Ok(Passing { lines: gate_lines(&tx, these).await?, against })
    }
}

impl Desk {
    /// Lines of the viewer's class or school.
    pub(crate) async fn gate_lines(&self, which: Condition) -> Result<Vec<GateLine>, Error> {
        self.require(Action::HandOver)?;
        gate_lines(&self.read(), which).await
    }
}

/// Weekends not begun that may still take place.
fn to_come(tx: &Tx) -> Condition {
    Condition::all()
        .add(stay::Column::State.is_in(["requested", "consented", "approved"]))
        .add(stay::Column::StartsAt.gt(tx.now().0))
}

/// Stays of the days before that nobody has begun and that still last: with the coordinator on the phone a late carer gets the
/// child ([`super::ReleaseProof::List`]). Who is let go without a line here is awaited by nobody.
fn left_waiting(tx: &Tx) -> Condition {
    use stay::Column as S;
    let (midnight, _) = day_of(tx.now().date());
    let begun = S::StartsAt.between(midnight - i64::from(LONGEST_DAYS) * DAY, midnight - 1);
    Condition::all().add(is(S::State, "approved")).add(begun).add(S::EndsAt.gt(tx.now().0))
}

/// Stays that the viewer receives: the return is confirmed by whoever receives the child, and what ends with the family ends
/// in the guardian's hand, what ends at the base by the office's call. Late children are everybody's.
pub(crate) fn received_here(tx: &Tx) -> Condition {
    if !matches!(tx.viewer().place, Place::School(_) | Place::Class(_)) {
        return Condition::all();
    }
    let late = Condition::all()
        .add(stay::Column::EndsAt.lt(tx.now().0))
        .add(stay::Column::State.is_in(["released", "in_care"]));
    let here = Condition::any().add(stay::Column::EndKind.eq(RunsFrom::School.code())).add(late);
    Condition::all().add(here)
}

/// Stays whose child the viewer lets go: what begins with the family begins in the guardian's hand, and no school has it then.
pub(crate) fn let_go_here(tx: &Tx) -> Condition {
    if !matches!(tx.viewer().place, Place::School(_) | Place::Class(_)) {
        return Condition::all();
    }
    Condition::all().add(stay::Column::StartKind.ne(RunsFrom::Guardian.code()))
}

pub(super) fn day_of(day: Date) -> (i64, i64) {
    let from = Timestamp::from_shanghai(day.at(0, 0, 0, 0)).0;
    (from, from + 24 * 3_600_000)
}

pub(super) async fn gate_lines(tx: &Tx, which: Condition) -> Result<Vec<GateLine>, Error> {
    let rows = tx.visible::<stay::Entity>().and(which).by(stay::Column::StartsAt).by(stay::Column::Id);
    let rows = rows.limit(MOST_AT_A_GATE).all(tx).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let children = tx.visible::<child::Entity>().among(rows.iter().map(|r| r.child_id)).all(tx).await?;
    let children: BTreeMap<Uuid, child::Model> = children.into_iter().map(|c| (c.id, c)).collect();
    let classes = tx.visible::<class::Entity>().all(tx).await?;
    let schools = tx.visible::<school::Entity>().among(rows.iter().filter_map(|r| r.start_school_id)).all(tx).await?;
    let carers = tx.visible_as::<volunteer::Entity>(Class::Personal).among(rows.iter().map(|r| r.volunteer_id));
    let carers: BTreeMap<Uuid, volunteer::Model> = carers.all(tx).await?.into_iter().map(|v| (v.id, v)).collect();
    let legs = custody::legs(tx, &rows.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
    let to_school = |r: &stay::Model| state(r) == StayState::Closed && r.end_kind != RunsFrom::Guardian.code();
    let told = rows.iter().filter(|r| state(r).is_away() || to_school(r) || state(r) == StayState::Approved);
    let newest = custody::newest(tx, &told.map(|r| r.child_id).collect::<Vec<_>>()).await?;
    let newest: BTreeMap<Uuid, custody_event::Model> = newest.into_iter().map(|e| (e.child_id, e)).collect();
    let with_family = |row: &stay::Model| {
        let last = newest.get(&row.child_id);
        let after = last.filter(|e| e.stay_id == Some(row.id));
        after.is_some_and(|e| custody::holder(e) == Holder::Guardian) || watched(row, last).is_with_family()
    };
    let elsewhere = |row: &stay::Model| {
        let held = newest.get(&row.child_id).map(custody::holder);
        held.filter(|h| state(row).is_away() && matches!(h, Holder::Hospital | Holder::Police))
    };
    let unfetched = unfetched(tx, &rows).await?;
    let own = Somebody::at_work(tx).await?.stays_among(tx, &rows).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(child) = children.get(&row.child_id) else { continue };
        let carer = carers.get(&row.volunteer_id);
        let phone = match carer {
            Some(v) => tx.open_some("volunteers", "phone_sealed", v.id, v.phone_sealed.as_ref())?,
            None => None,
        };
        let late = tx.now().minutes_since(Timestamp(row.ends_at));
        let elsewhere = elsewhere(row);
        lines.push(GateLine {
            stay: StayId(row.id),
            party: row.party_id,
            child: ChildId(child.id),
            child_name: child.name.clone(),
            school: row.start_school_id.and_then(|id| schools.iter().find(|s| s.id == id)).map(|s| s.name.clone()),
            class: child.class_id.and_then(|id| classes.iter().find(|c| c.id == id)).map(|c| c.name.clone()),
            carer_name: carer.map(|v| v.name.clone()).unwrap_or_default(),
            phone,
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            state: state(row),
            released_at: row.released_at.map(Timestamp),
            returned_at: row.returned_at.map(Timestamp),
            leg: legs.get(&row.id).copied().unwrap_or_default(),
            with_family: with_family(row),
            elsewhere,
            late: (state(row).is_away() && elsewhere.is_none() && late > 0).then_some(late),
            unfetched: unfetched.get(&row.id).copied(),
            vital: tx.open_some(CHILDREN, "vital_sealed", child.id, child.vital_sealed.as_ref())?,
            teacher: row.teacher_answer.as_deref().map(|a| a == "yes"),
            said_late: announced(tx, row)?,
            own: own.contains(&row.id),
        });
    }
    Ok(lines)
}

/// The code of a stay as its carer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarerCode {
    /// Not out yet: from when.
    From(Timestamp),
    /// The digits, and until when they hold.
    Open(String, Timestamp),
    /// Used, over, or none yet.
    None,
}

/// A stay of the volunteer who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeLine {
    /// The stay.
    pub stay: StayId,
    /// The pair.
    pub pair: PairId,
    /// The child, while she sees its file.
    pub child: Option<(ChildId, String)>,
    /// From.
    pub starts_at: Timestamp,
    /// To.
    pub ends_at: Timestamp,
    /// State.
    pub state: StayState,
    /// The office's words when it said no or called it off.
    pub refusal: Option<String>,
    /// When they come later than agreed, by her own word, and why.
    pub said_late: Option<(Timestamp, String)>,
    /// The code.
    pub code: CarerCode,
    /// What is vital.
    pub vital: Option<String>,
    /// What she says next.
    pub next: Option<Event>,
    /// How far they are, by what was said last.
    pub leg: Leg,
    /// Hospital or police, where the child is by the newest link though the stay goes on.
    pub elsewhere: Option<Holder>,
    /// Whether its family hands the child to her, and no school.
    pub from_home: bool,
    /// Where she brings the child.
    pub end: RunsFrom,
    /// The school at whose gate she fetches it, or brings it back once it is with her.
    pub school: Option<AtSchool>,
    /// Who of the family receives it, where it ends there and the child is with her.
    pub receivers: Vec<Receiver>,
    /// Why she must not fetch the child, though the weekend was approved.
    pub held: Option<Hold>,
    /// Minutes since the agreed hour, when she should have fetched the child long ago.
    pub unfetched: Option<i64>,
    /// Whether the family was there before her: nobody waits for her at school.
    pub with_family: bool,
    /// When it was received.
    pub returned_at: Option<Timestamp>,
    /// With whom, by the custody chain, where it came back within a day.
    pub ended: Option<Holder>,
    /// Whether a note is kept.
    pub noted: bool,
}

impl HomeLine {
    /// Whether the child was, or is, in her home and nothing is written about it yet.
    #[must_use]
    pub fn wants_note(&self) -> bool {
        let was_there = matches!(self.state, StayState::Returned | StayState::Closed);
        !self.noted && self.child.is_some() && (was_there || self.state.is_away())
    }

    /// Minutes since the agreed hour, while the child is with her and has not been received.
    #[must_use]
    pub fn late(&self, now: Timestamp) -> Option<i64> {
        let late = now.minutes_since(self.ends_at);
        (self.state.is_away() && self.elsewhere.is_none() && late > 0).then_some(late)
    }
}

impl Desk {
    /// The volunteer's own stays that end after `since`, the next one first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn my_stays(&self, since: Timestamp) -> Result<Vec<HomeLine>, Error> {
        self.require(Action::RequestStay)?;
        let tx = self.read();
        let rows = tx
            .visible::<stay::Entity>()
            .and(stay::Column::EndsAt.gt(since.0))
            .by(stay::Column::StartsAt)
            .by(stay::Column::Id)
            .limit(100)
            .all(&tx)
            .await?;
        home_lines(&tx, rows).await
    }

    /// One own stay.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn my_stay(&self, id: StayId) -> Result<HomeLine, Error> {
        let tx = self.read();
        let row = super::seen(&tx, id).await?;
        home_lines(&tx, vec![row]).await?.into_iter().next().ok_or(Error::NotFound)
    }
}

async fn home_lines(tx: &Tx, rows: Vec<stay::Model>) -> Result<Vec<HomeLine>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let children: Vec<Uuid> = rows.iter().map(|r| r.child_id).collect();
    let children = tx.visible::<child::Entity>().among(children).all(tx).await?;
    let events =
        tx.visible::<custody_event::Entity>().and(custody_event::Column::StayId.is_in(ids.clone())).all(tx).await?;
    let notes = tx.visible::<note::Entity>().and(note::Column::StayId.is_in(ids)).all(tx).await?;
    let away: Vec<&stay::Model> = rows.iter().filter(|r| state(r).is_away()).collect();
    let legs = custody::legs(tx, &away.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
    let open = rows.iter().filter(|r| state(r).is_away() || state(r) == StayState::Approved);
    let newest = custody::newest(tx, &open.map(|r| r.child_id).collect::<Vec<_>>()).await?;
    let end = |row: &stay::Model| newest.iter().find(|e| e.child_id == row.child_id);
    let elsewhere = |row: &stay::Model| {
        let held = end(row).map(custody::holder);
        held.filter(|h| state(row).is_away() && matches!(h, Holder::Hospital | Holder::Police))
    };
    let held = held(tx, &rows).await?;
    let unfetched = unfetched(tx, &rows).await?;
    let just_back = |row: &&stay::Model| row.returned_at.is_some_and(|at| tx.now().0 - at < DAY);
    let ends = custody::ends(tx, &rows.iter().filter(just_back).map(|r| r.id).collect::<Vec<_>>()).await?;
    let (mut receivers, mut schools) = (receivers(tx, &rows).await?, at_schools(tx, &rows).await?);
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let child = children.iter().find(|c| c.id == row.child_id);
        let said = |event: Event| events.iter().any(|e| e.stay_id == Some(row.id) && e.kind == event.code());
        let vital = match child {
            Some(c) => tx.open_some(CHILDREN, "vital_sealed", c.id, c.vital_sealed.as_ref())?,
            None => None,
        };
        lines.push(HomeLine {
            stay: StayId(row.id),
            pair: PairId(row.pair_id),
            child: child.map(|c| (ChildId(c.id), c.name.clone())),
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            state: state(row),
            refusal: why::said(tx, row)?,
            said_late: announced(tx, row)?,
            code: carer_code(tx, row)?,
            vital,
            next: if state(row).is_away() { next_of(said) } else { None },
            leg: legs.get(&row.id).copied().unwrap_or_default(),
            elsewhere: elsewhere(row),
            from_home: row.start_kind == RunsFrom::Guardian.code(),
            end: RunsFrom::parse(&row.end_kind).unwrap_or(RunsFrom::School),
            school: schools.remove(&row.id),
            receivers: receivers.remove(&StayId(row.id)).unwrap_or_default(),
            held: held.get(&row.id).copied(),
            unfetched: unfetched.get(&row.id).copied(),
            with_family: watched(row, end(row)).is_with_family(),
            returned_at: row.returned_at.map(Timestamp),
            ended: ends.get(&row.id).copied(),
            noted: notes.iter().any(|n| n.stay_id == Some(row.id) && n.state == "saved"),
        });
    }
    Ok(lines)
}

/// What comes after the last thing she said; nothing after the return.
fn next_of(said: impl Fn(Event) -> bool) -> Option<Event> {
    let way = [Event::PickUp, Event::Arrival, Event::Leaving, Event::Return];
    let done = way.iter().rposition(|e| said(*e)).map_or(0, |n| n + 1);
    way.get(done).copied()
}

fn carer_code(tx: &Tx, row: &stay::Model) -> Result<CarerCode, Error> {
    if state(row) != StayState::Approved || row.suspended_by.is_some() {
        return Ok(CarerCode::None);
    }
    let window = code::window(row);
    if is_within(row, tx.now()) {
        return Ok(code::open(tx, row)?.map_or(CarerCode::None, |c| CarerCode::Open(c.as_str().to_owned(), window.to)));
    }
    let from = row.codes_at.map_or(window.from, |at| window.from.max(Timestamp(at)));
    Ok(if tx.now() < from { CarerCode::From(from) } else { CarerCode::None })
}
