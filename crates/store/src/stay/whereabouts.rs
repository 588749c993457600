//! Where every child of this weekend is: counted for each school, and by name as many as a page can show.
//!
//! Long because: who is counted and who is named are told by the same conditions.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{try_join_all, try_join4, try_join5};
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Class};
use naheya_domain::custody::Holder;
use naheya_domain::id::{ChildId, SchoolId, StayId};
use naheya_domain::stay::ladder::Rung;
use naheya_domain::stay::{LONGEST_DAYS, Leg, RunsFrom, StayState};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::board::held;
use super::late::announced;
use super::state;
use crate::alarm::watched;
use crate::sealed::entity::{child, guardian, guardianship, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, at, is_one_of, same};
use crate::{Desk, Error, custody};

mod tally;

pub use tally::Tally;

const DAY: i64 = 24 * 3_600_000;
/// Of each kind of those whom somebody has to see to, by name beside very many others: more than one office calls in an hour.
const MOST_URGENT: u64 = 100;
const AWAY: [&str; 2] = ["released", "in_care"];

/// Where a child of this weekend is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Not fetched yet.
    Waiting,
    /// On the way or at the home, in time.
    Away,
    /// Not back, by so many minutes.
    Late(i64),
    /// In hospital.
    Hospital,
    /// With the police.
    Police,
    /// Received, but late: waits for a reason.
    BackLate,
    /// Back where the stay was to end.
    Back,
    /// The family has come for the child: it is not at school.
    WithFamily,
}

impl Where {
    /// Whether somebody has to see to a child in this place now.
    #[must_use]
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::Late(_) | Self::Hospital | Self::Police | Self::BackLate)
    }

    /// Whether the child is back at school or with its family.
    #[must_use]
    pub fn is_home(self) -> bool {
        matches!(self, Self::Back | Self::BackLate | Self::WithFamily)
    }
}

/// A child of this weekend on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereLine {
    /// The stay.
    pub stay: StayId,
    /// The child.
    pub child: ChildId,
    /// Name.
    pub child_name: String,
    /// School.
    pub school: Option<SchoolId>,
    /// Its name.
    pub school_name: Option<String>,
    /// The volunteer.
    pub carer_name: String,
    /// Her phone.
    pub carer_phone: Option<String>,
    /// The first guardian to call, name and phone; only of whom somebody has to see to.
    pub guardian: Option<(String, String)>,
    /// The school's phone.
    pub school_phone: Option<String>,
    /// Where it begins: a child that goes from home is at no gate.
    pub start: RunsFrom,
    /// When it began.
    pub starts_at: Timestamp,
    /// Until when the child is due back.
    pub ends_at: Timestamp,
    /// Where the child is.
    pub place: Where,
    /// How far they are, by what was said last, while the child is away.
    pub leg: Leg,
    /// Minutes since it was to be fetched, once that is so long ago that the office is told.
    pub unfetched: Option<i64>,
    /// Nobody waits for the volunteer at school: the family was there first.
    pub with_family: bool,
    /// The hour at which it was due back has passed.
    pub is_overdue: bool,
    /// When it was received.
    pub returned_at: Option<Timestamp>,
    /// When they come later than agreed, by the carer's own word, and why.
    pub said_late: Option<(Timestamp, String)>,
    /// The highest step of the ladder reached.
    pub rung: Option<Rung>,
    /// The next one, and when.
    pub next: Option<(Rung, Timestamp)>,
}

impl WhereLine {
    /// Whether somebody has to see to this child now: also when she says that she handed it over and nobody there says so, and
    /// when nobody has come for the child.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.unfetched.is_some()
            || self.place.is_urgent()
            || (self.place == Where::Away && matches!(self.leg, Leg::SaidBack(_)))
    }

    /// When the child was received; what the volunteer says of it is no receipt.
    #[must_use]
    pub fn received_at(&self) -> Option<Timestamp> {
        self.returned_at.filter(|_| self.place.is_home())
    }
}

/// The children of this weekend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// By name, the longest late first, then by their hour.
    pub lines: Vec<WhereLine>,
    /// Whether everybody is named; else only those are whom somebody has to see to.
    pub names_all: bool,
    /// How many there are of each school, named or not.
    pub tallies: BTreeMap<Option<SchoolId>, Tally>,
}

impl Whereabouts {
    /// All schools together.
    #[must_use]
    pub fn tally(&self) -> Tally {
        together(&self.tallies)
    }
}

/// How many there are of each school.
type Tallies = BTreeMap<Option<SchoolId>, Tally>;

fn together(tallies: &Tallies) -> Tally {
    tallies.values().fold(Tally::default(), |all, one| all.and(*one))
}

/// Stays of one state by the child's school.
#[derive(Debug, FromQueryResult)]
struct Counted {
    bucket: Option<Uuid>,
    state: String,
    n: i64,
}

impl Desk {
    /// Every child that is, or today was, away on a stay, or waits to be fetched today; of one school or of all. A child is
    /// counted even when it is not named: when there are more than `most`, only those are named whom somebody has to see to: of
    /// those in hospital or with the police, of the late, of those to be fetched by now, and of those back without a
    /// reason the first of each.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn whereabouts(&self, school: Option<SchoolId>, most: u64) -> Result<Whereabouts, Error> {
        self.require(Action::HandOver)?;
        let read = self.read_whereabouts(school, most);
        self.remembered_alike("whereabouts", format!("{school:?} {most}"), read).await
    }

    async fn read_whereabouts(&self, school: Option<SchoolId>, most: u64) -> Result<Whereabouts, Error> {
        let tx = self.read();
        // The children of one school are mostly few enough to be named, and are counted as they are read.
        let counted = if school.is_none() { Some(tallies(&tx, school).await?) } else { None };
        let are_few = counted.as_ref().is_none_or(|tallies| together(tallies).all() <= most);
        let named = if are_few { everybody(&tx, school, most).await? } else { None };
        let names_all = named.is_some();
        let tallies = match (counted, &named) {
            (Some(tallies), _) => tallies,
            (None, Some(rows)) => tallied(school, rows),
            (None, None) => tallies(&tx, school).await?,
        };
        let rows: Vec<stay::Model> = match named {
            Some(rows) => rows.into_iter().map(|(row, _)| row).collect(),
            None => urgent(&tx, school, Ord::min(most, MOST_URGENT)).await?,
        };
        let mut found = Whereabouts { lines: lines(&tx, &rows).await?, names_all, tallies };
        found.place_held();
        Ok(found)
    }
}

impl Whereabouts {
    /// Who is in hospital or with the police was counted as away or late: both are told by the chain, not by the stay.
    fn place_held(&mut self) {
        for line in self.lines.iter().filter(|l| matches!(l.place, Where::Hospital | Where::Police)) {
            let tally = self.tallies.entry(line.school).or_default();
            let by_state = if line.is_overdue { Where::Late(0) } else { Where::Away };
            let counted = tally.at(by_state);
            *counted = counted.saturating_sub(1);
            *tally.at(line.place) += 1;
        }
    }
}

fn of_school(tx: &Tx, school: Option<SchoolId>) -> Visible<stay::Entity> {
    let children = |id: SchoolId| tx.visible::<child::Entity>().and(child::Column::SchoolId.eq(id.0));
    let of = |id| stay::Column::ChildId.in_subquery(children(id).ids(child::Column::Id));
    tx.visible::<stay::Entity>().and_if(school.map(of))
}

async fn tallies(tx: &Tx, school: Option<SchoolId>) -> Result<Tallies, Error> {
    let mut tallies = Tallies::new();
    let all = parts(tx.now()).map(|(which, overdue)| async move {
        Ok::<_, Error>((counted(tx, of_school(tx, school).and(which)).await?, overdue))
    });
    for (rows, overdue) in try_join_all(all).await? {
        for row in rows {
            let state = StayState::parse(&row.state).unwrap_or(StayState::Closed);
            let tally = tallies.entry(row.bucket.map(SchoolId)).or_default();
            *tally.at(place_of(state, overdue.then_some(0))) += u64::try_from(row.n).unwrap_or(0);
        }
    }
    Ok(tallies)
}

/// The same of the children of one school who have been read.
fn tallied(school: Option<SchoolId>, rows: &[(stay::Model, bool)]) -> Tallies {
    let mut tallies = Tallies::new();
    for (row, overdue) in rows {
        *tallies.entry(school).or_default().at(place_of(state(row), overdue.then_some(0))) += 1;
    }
    tallies
}

async fn counted(tx: &Tx, rows: Visible<stay::Entity>) -> Result<Vec<Counted>, Error> {
    use stay::Column as C;
    const CHILD: [child::Column; 2] = [child::Column::Id, child::Column::SchoolId];
    let beside = rows.beside(tx.visible::<child::Entity>(), CHILD, same(child::Column::Id, C::ChildId));
    beside.bucketed(at(child::Column::SchoolId), &[C::State], vec![(at(C::Id).count(), "n")], tx).await
}

/// The stays of this weekend, each with whether it is late; none where there are more than `most`.
async fn everybody(tx: &Tx, school: Option<SchoolId>, most: u64) -> Result<Option<Vec<(stay::Model, bool)>>, Error> {
    let all = parts(tx.now()).map(|(which, overdue)| async move {
        Ok::<_, Error>((of_school(tx, school).and(which).limit(most + 1).all(tx).await?, overdue))
    });
    let mut rows = Vec::new();
    for (some, overdue) in try_join_all(all).await? {
        rows.extend(some.into_iter().map(|row| (row, overdue)));
    }
    Ok((rows.len() as u64 <= most).then_some(rows))
}

/// Those whom somebody has to see to: in hospital or with the police, then late, not fetched, back without a reason.
async fn urgent(tx: &Tx, school: Option<SchoolId>, most: u64) -> Result<Vec<stay::Model>, Error> {
    use stay::Column as C;
    let held: Vec<Uuid> = held(tx).await?.iter().map(|e| e.child_id).collect();
    let of = || of_school(tx, school).by(C::EndsAt).by(C::Id).limit(most);
    let waits = C::State.eq("approved").and(C::StartsAt.lte(tx.now().0)).and(C::EndsAt.gt(tx.now().0));
    let (held, late, waiting, back) = try_join4(
        of().and(C::State.is_in(AWAY)).and(C::ChildId.is_in(held.clone())).all(tx),
        of().and(is_late(tx.now())).and(C::ChildId.is_not_in(held)).all(tx),
        of().and(waits).all(tx),
        of().and(C::State.eq("returned")).all(tx),
    )
    .await?;
    Ok([held, late, waiting, back].into_iter().flatten().collect())
}

/// These stays as lines of the board, who is late first.
pub(super) async fn lines(tx: &Tx, rows: &[stay::Model]) -> Result<Vec<WhereLine>, Error> {
    let people = People::of(tx, rows).await?;
    let ladders = crate::alarm::Ladders::of(tx, rows).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let mut line = people.line(tx, row)?;
        let of_school = ladders.of_stay(row);
        if line.place == Where::Waiting && row.suspended_by.is_none() && !line.with_family {
            let minutes = tx.now().minutes_since(line.starts_at);
            line.unfetched = Some(minutes).filter(|minutes| *minutes >= of_school.not_fetched());
        }
        if let Where::Late(late) = line.place {
            let ladder = watched(row, None).ladder(of_school);
            line.rung = ladder.reached(late);
            line.next = ladder.next(late).map(|(rung, at)| (rung, line.ends_at.plus_minutes(at)));
        }
        lines.push(line);
    }
    let called: Vec<Uuid> = lines.iter().filter(|line| line.is_urgent()).map(|line| line.child.0).collect();
    let called = first_to_call(tx, called).await?;
    for line in &mut lines {
        line.guardian = called.get(&line.child.0).cloned();
    }
    lines.sort_by_key(|l| (std::cmp::Reverse(if let Where::Late(m) = l.place { m } else { -1 }), l.ends_at, l.stay));
    Ok(lines)
}

/// Whom of its family to call first for each of these children, of those who have a number: the name and the number.
async fn first_to_call(tx: &Tx, children: Vec<Uuid>) -> Result<BTreeMap<Uuid, (String, String)>, Error> {
    if children.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ties = tx
        .visible::<guardianship::Entity>()
        .and(guardianship::Column::ChildId.is_in(children))
        .and(guardianship::Column::Blocked.eq(false))
        .by(guardianship::Column::ContactOrder)
        .all(tx)
        .await?;
    let people = ties.iter().map(|tie| tie.guardian_id);
    let people = tx.visible_as::<guardian::Entity>(Class::Personal).among(people).all(tx).await?;
    let people = by_id(people, |guardian| guardian.id);
    let mut called = BTreeMap::new();
    for tie in ties {
        let (Some(one), false) = (people.get(&tie.guardian_id), called.contains_key(&tie.child_id)) else { continue };
        if let Some(phone) = tx.open_some("guardians", "phone_sealed", one.id, one.phone_sealed.as_ref())? {
            called.insert(tie.child_id, (one.name.clone(), phone));
        }
    }
    Ok(called)
}

fn is_late(now: Timestamp) -> Condition {
    Condition::all().add(is_one_of(stay::Column::State, &AWAY)).add(stay::Column::EndsAt.lt(now.0))
}

/// The stays of this weekend, each in one part, and whether those of a part are late. Asked apart, each goes by its states;
/// as one question every stay that the county ever had would be read.
pub(super) fn parts(now: Timestamp) -> [(Condition, bool); 5] {
    use stay::Column as C;
    let midnight = Timestamp::from_shanghai(now.date().at(0, 0, 0, 0)).0;
    // One that ended today began no longer ago than the longest that can be asked for, and as long late.
    let earliest = midnight - 2 * i64::from(LONGEST_DAYS) * DAY;
    let of = |states: &[&'static str]| Condition::all().add(is_one_of(C::State, states));
    let waits = of(&["approved"]).add(C::StartsAt.lt(midnight + DAY)).add(C::EndsAt.gt(midnight));
    let came_back = of(&["closed"]).add(C::StartsAt.gte(earliest)).add(C::ReturnedAt.gte(midnight));
    [
        (is_late(now), true),
        (of(&AWAY).add(C::EndsAt.gte(now.0)), false),
        (of(&["returned"]), false),
        (waits, false),
        (came_back, false),
    ]
}

/// Where a stay of this state leaves the child, by itself: `late` are the minutes since it should have been back.
fn place_of(state: StayState, late: Option<i64>) -> Where {
    match (state, late) {
        (StayState::Released | StayState::InCare, Some(late)) => Where::Late(late),
        (StayState::Released | StayState::InCare, None) => Where::Away,
        (StayState::Returned, _) => Where::BackLate,
        (StayState::Closed, _) => Where::Back,
        _ => Where::Waiting,
    }
}

struct People {
    children: BTreeMap<Uuid, child::Model>,
    carers: BTreeMap<Uuid, volunteer::Model>,
    schools: BTreeMap<Uuid, school::Model>,
    holders: BTreeMap<Uuid, Holder>,
    /// The stays before which the family has fetched the child.
    fetched: BTreeSet<Uuid>,
    legs: BTreeMap<Uuid, Leg>,
}

impl People {
    async fn of(tx: &Tx, rows: &[stay::Model]) -> Result<People, Error> {
        let children: Vec<Uuid> = rows.iter().map(|r| r.child_id).collect();
        let carers = rows.iter().map(|r| r.volunteer_id);
        let stays: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let (newest, legs, carers, schools, children) = try_join5(
            custody::newest(tx, &children),
            custody::legs(tx, &stays),
            tx.visible_as::<volunteer::Entity>(Class::Personal).among(carers).all(tx),
            tx.visible::<school::Entity>().all(tx),
            tx.visible::<child::Entity>().among(children.iter().copied()).all(tx),
        )
        .await?;
        let newest = by_id(newest, |end| end.child_id);
        let fetched = |row: &&stay::Model| watched(row, newest.get(&row.child_id)).is_with_family();
        Ok(People {
            fetched: rows.iter().filter(fetched).map(|row| row.id).collect(),
            carers: by_id(carers, |v| v.id),
            schools: by_id(schools, |s| s.id),
            holders: newest.iter().map(|(child, end)| (*child, custody::holder(end))).collect(),
            children: by_id(children, |c| c.id),
            legs,
        })
    }

    fn line(&self, tx: &Tx, row: &stay::Model) -> Result<WhereLine, Error> {
        let child = self.children.get(&row.child_id);
        let carer = self.carers.get(&row.volunteer_id);
        let school = child.and_then(|c| c.school_id).and_then(|id| self.schools.get(&id));
        let phone = |table: &str, id: Option<Uuid>, sealed: Option<&Vec<u8>>| match id {
            Some(id) => tx.open_some(table, "phone_sealed", id, sealed),
            None => Ok(None),
        };
        Ok(WhereLine {
            stay: StayId(row.id),
            child: ChildId(row.child_id),
            child_name: child.map(|c| c.name.clone()).unwrap_or_default(),
            school: school.map(|s| SchoolId(s.id)),
            school_name: school.map(|s| s.name.clone()),
            school_phone: phone("schools", school.map(|s| s.id), school.and_then(|s| s.phone_sealed.as_ref()))?,
            carer_name: carer.map(|v| v.name.clone()).unwrap_or_default(),
            carer_phone: phone("volunteers", carer.map(|v| v.id), carer.and_then(|v| v.phone_sealed.as_ref()))?,
            guardian: None,
            start: RunsFrom::parse(&row.start_kind).unwrap_or(RunsFrom::School),
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            place: self.place(row, tx.now()),
            leg: self.legs.get(&row.id).copied().unwrap_or_default(),
            unfetched: None,
            with_family: self.fetched.contains(&row.id),
            is_overdue: tx.now().0 > row.ends_at,
            returned_at: row.returned_at.map(Timestamp),
            said_late: announced(tx, row)?,
            rung: None,
            next: None,
        })
    }

    fn place(&self, row: &stay::Model, now: Timestamp) -> Where {
        let late = (now.0 > row.ends_at).then(|| now.minutes_since(Timestamp(row.ends_at)));
        match (place_of(state(row), late), self.holders.get(&row.child_id)) {
            (Where::Away | Where::Late(_), Some(Holder::Hospital)) => Where::Hospital,
            (Where::Away | Where::Late(_), Some(Holder::Police)) => Where::Police,
            (Where::Back, Some(Holder::Guardian)) if row.end_kind != RunsFrom::Guardian.code() => Where::WithFamily,
            (place, _) => place,
        }
    }
}

fn by_id<T>(rows: Vec<T>, id: fn(&T) -> Uuid) -> BTreeMap<Uuid, T> {
    rows.into_iter().map(|row| (id(&row), row)).collect()
}
