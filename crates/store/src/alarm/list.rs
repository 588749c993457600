//! The alarms that are open, and who was told of a stay when.

use std::collections::BTreeMap;

use futures_util::future::try_join;
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Class};
use naheya_domain::alarm::Alarm;
use naheya_domain::id::{AlarmId, ChildId, SchoolId, StayId};
use naheya_domain::stay::RunsFrom;
use naheya_domain::stay::ladder::Rung;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::word::{self, Word};
use crate::sealed::entity::{account, alarm, child, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

/// More open alarms than a page can show.
const MOST: u64 = 2_000;

/// A step that was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Which.
    pub alarm: Alarm,
    /// When it was raised.
    pub at: Timestamp,
    /// When it was due.
    pub due_at: Timestamp,
    /// How many people it was for; nobody when there was none to tell.
    pub told: i32,
    /// Whether the word has reached them.
    pub word: Word,
    /// Whether it still stands.
    pub open: bool,
}

impl Trace {
    /// Whether it tells of a stay that is to be over at `ends_at`. Steps that were due before that hour belong to one agreed
    /// before: nobody was told of this one yet.
    #[must_use]
    pub fn is_of(&self, ends_at: Timestamp) -> bool {
        !self.alarm.is_late() || self.due_at >= ends_at
    }
}

/// An open alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmLine {
    /// Which one.
    pub id: AlarmId,
    /// What.
    pub alarm: Alarm,
    /// Since when.
    pub since: Timestamp,
    /// How many people were told.
    pub told: i32,
    /// The stay, where it is about one.
    pub stay: Option<StayId>,
    /// The child.
    pub child: Option<(ChildId, String)>,
    /// Its school.
    pub school: Option<SchoolId>,
    /// The school's name, or who stands at the gate.
    pub place: Option<String>,
    /// The number of the stay's volunteer, where the reader may see it.
    pub phone: Option<String>,
    /// Whether the child is with its family and goes from there, and from no school.
    pub from_home: bool,
}

impl Desk {
    /// The open alarms that the viewer sees: for each stay its highest step, the longest open first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn open_alarms(&self) -> Result<Vec<AlarmLine>, Error> {
        self.require(Action::HandOver)?;
        // Apart, so that a day on which very many are late hides nothing else.
        self.remembered_alike("alarms", String::new(), self.read_open_alarms(&[false, true])).await
    }

    /// Those of them that are no step of the ladder: whoever is late stands on the same page by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn open_alarms_besides_late(&self) -> Result<Vec<AlarmLine>, Error> {
        self.require(Action::HandOver)?;
        self.remembered_alike("alarms.besides", String::new(), self.read_open_alarms(&[false])).await
    }

    /// How many open alarms there are, the steps of one stay counted once.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn count_open_alarms(&self) -> Result<u64, Error> {
        self.require(Action::HandOver)?;
        let count = async {
            let tx = self.read();
            let count = |late: bool| open(&tx, late).count_different(alarm::Column::SubjectId, &tx);
            let (others, late) = try_join(count(false), count(true)).await?;
            Ok(others + late)
        };
        self.remembered_alike("alarms.count", String::new(), count).await
    }

    async fn read_open_alarms(&self, late: &[bool]) -> Result<Vec<AlarmLine>, Error> {
        let tx = self.read();
        let mut rows = Vec::new();
        for late in late {
            rows.extend(open(&tx, *late).by_desc(alarm::Column::RaisedAt).limit(MOST).all(&tx).await?);
        }
        let mut top: BTreeMap<(Uuid, bool), (Alarm, alarm::Model)> = BTreeMap::new();
        for row in rows {
            let Some(alarm) = Alarm::parse(&row.kind) else { continue };
            let of = (row.subject_id, alarm.is_late());
            if top.get(&of).is_none_or(|(other, _)| *other < alarm) {
                top.insert(of, (alarm, row));
            }
        }
        let mut lines = named(&tx, top.into_values().collect()).await?;
        lines.sort_by_key(|l| (l.since, l.id));
        Ok(lines)
    }

    /// One alarm, open or ended.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Database`].
    pub async fn alarm(&self, id: AlarmId) -> Result<AlarmLine, Error> {
        self.require(Action::CloseLateReturn)?;
        let tx = self.read();
        let row = tx.visible::<alarm::Entity>().id(id).one(&tx).await?;
        let alarm = Alarm::parse(&row.kind).ok_or(Error::NotFound)?;
        named(&tx, vec![(alarm, row)]).await?.into_iter().next().ok_or(Error::NotFound)
    }

    /// What was raised for each of these stays in its newest turn, first to last. Whether a word has left is told by no
    /// trail: where other processes send it too, that may be three seconds old.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn alarm_traces(&self, stays: &[StayId]) -> Result<BTreeMap<StayId, Vec<Trace>>, Error> {
        if stays.is_empty() {
            return Ok(BTreeMap::new());
        }
        let of = stays.iter().map(ToString::to_string).collect();
        self.remembered_alike("alarms.traces", of, self.read_alarm_traces(stays)).await
    }

    async fn read_alarm_traces(&self, stays: &[StayId]) -> Result<BTreeMap<StayId, Vec<Trace>>, Error> {
        let tx = self.read();
        let mut all: BTreeMap<StayId, Vec<Trace>> = BTreeMap::new();
        for some in stays.chunks(500) {
            let rows = tx.visible::<alarm::Entity>().and(alarm::Column::StayId.is_in(some.iter().map(|s| s.0)));
            let rows = rows.by(alarm::Column::RaisedAt).all(&tx).await?;
            let words = word::of(&tx, &rows).await?;
            let turn = |id: Option<Uuid>| {
                let late = rows.iter().filter(|r| r.stay_id == id).filter(|r| is_late(r));
                late.map(|r| r.turn).max().unwrap_or(0)
            };
            for row in &rows {
                let (Some(id), Some(alarm)) = (row.stay_id, Alarm::parse(&row.kind)) else { continue };
                if alarm.is_late() && row.turn != turn(row.stay_id) {
                    continue;
                }
                let (at, due_at) = (Timestamp(row.raised_at), Timestamp(row.due_at));
                let word = words.get(&row.id).copied().unwrap_or(Word::Nobody);
                let trace = Trace { alarm, at, due_at, told: row.told, word, open: row.closed_at.is_none() };
                all.entry(StayId(id)).or_default().push(trace);
            }
        }
        for traces in all.values_mut() {
            traces.sort_by_key(|t| (t.at, t.alarm));
        }
        Ok(all)
    }
}

impl Desk {
    /// How many people without an account in use wait to be told by hand, as long as the alarm is open: families and
    /// volunteers of a child who is late, volunteers who have not fetched theirs.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn count_untold(&self) -> Result<u64, Error> {
        self.require(Action::KeepNotice)?;
        let count = async {
            let tx = self.read();
            let open = tx.visible::<alarm::Entity>().and(alarm::Column::ClosedAt.is_null());
            word::count_by_hand(&tx, &BY_HAND, open).await
        };
        self.remembered_alike("untold", String::new(), count).await
    }
}

/// The letters that go to people of whom some have no account in use, each with its alarm.
const BY_HAND: [(Alarm, &str); 3] = [
    (Alarm::Late(Rung::Volunteer), "alarm.volunteer"),
    (Alarm::Late(Rung::Guardian), "alarm.guardian"),
    (Alarm::NotFetched, super::FETCH),
];

/// Open alarms: the steps of the ladder, or all others.
fn open(tx: &Tx, late: bool) -> Visible<alarm::Entity> {
    let kinds = Alarm::ALL.into_iter().filter(|alarm| alarm.is_late() == late).map(Alarm::code);
    let open = tx.visible::<alarm::Entity>().and(alarm::Column::ClosedAt.is_null());
    open.and(alarm::Column::Kind.is_in(kinds))
}

fn is_late(row: &alarm::Model) -> bool {
    Alarm::parse(&row.kind).is_some_and(Alarm::is_late)
}

async fn named(tx: &Tx, rows: Vec<(Alarm, alarm::Model)>) -> Result<Vec<AlarmLine>, Error> {
    let stays = tx.visible::<stay::Entity>().among(rows.iter().filter_map(|(_, r)| r.stay_id)).all(tx).await?;
    let stays: BTreeMap<Uuid, stay::Model> = stays.into_iter().map(|s| (s.id, s)).collect();
    let children = tx.visible::<child::Entity>().among(stays.values().map(|s| s.child_id)).all(tx).await?;
    let children: BTreeMap<Uuid, child::Model> = children.into_iter().map(|c| (c.id, c)).collect();
    let schools = tx.visible::<school::Entity>().among(children.values().filter_map(|c| c.school_id)).all(tx).await?;
    let schools: BTreeMap<Uuid, school::Model> = schools.into_iter().map(|s| (s.id, s)).collect();
    let carers = stays.values().map(|s| s.volunteer_id);
    let carers = tx.visible_as::<volunteer::Entity>(Class::Personal).among(carers).all(tx).await?;
    let carers: BTreeMap<Uuid, volunteer::Model> = carers.into_iter().map(|v| (v.id, v)).collect();
    let others: Vec<Uuid> = rows.iter().filter(|(_, r)| r.stay_id.is_none()).map(|(_, r)| r.subject_id).collect();
    let people = tx.common::<account::Entity>().among(others).all(tx).await?;
    let line = |(alarm, row): (Alarm, alarm::Model)| {
        let stay = row.stay_id.and_then(|id| stays.get(&id));
        let child = stay.and_then(|s| children.get(&s.child_id));
        let school = child.and_then(|c| c.school_id).and_then(|id| schools.get(&id));
        let person = people.iter().find(|a| a.id == row.subject_id).map(|a| a.display_name.clone());
        let carer = stay.and_then(|s| carers.get(&s.volunteer_id));
        let phone = match carer {
            Some(v) => tx.open_some("volunteers", "phone_sealed", v.id, v.phone_sealed.as_ref())?,
            None => None,
        };
        Ok(AlarmLine {
            id: AlarmId(row.id),
            alarm,
            since: Timestamp(row.due_at),
            told: row.told,
            stay: row.stay_id.map(StayId),
            child: child.map(|c| (ChildId(c.id), c.name.clone())),
            school: school.map(|s| SchoolId(s.id)),
            place: school.map(|s| s.name.clone()).or(person),
            phone,
            from_home: stay.is_some_and(|s| s.start_kind == RunsFrom::Guardian.code()),
        })
    };
    rows.into_iter().map(line).collect()
}
