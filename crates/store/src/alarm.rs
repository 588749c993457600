//! Alarms: raised by the clock, each once and to exactly its people; ended by a person, never by a job.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt};
use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended, Watched};
use naheya_domain::custody::Holder;
use naheya_domain::id::AlarmId;
use naheya_domain::stay::StayState;
use naheya_domain::stay::ladder::Rung;
use naheya_domain::{AreaId, Timestamp};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::carer::not_own;
use crate::sealed::act::Act;
use crate::sealed::entity::{alarm, custody_event, stay};
use crate::sealed::tx::Tx;
use crate::sealed::{nation, visible};
use crate::{Desk, Error, Store, SystemTask, custody};

mod ladder;
mod list;
mod told;
mod word;

pub(crate) use ladder::Ladders;
pub use ladder::{ChangeLadder, SchoolLadder};
pub use list::{AlarmLine, Trace};
pub use word::Word;

use told::{Around, To};

const TABLE: &str = "alarms";
/// The letter that asks the volunteer herself why she has not fetched the child.
const FETCH: &str = "alarm.fetch";
/// A stay that ended longer ago than this and never began is no news.
const OLD: i64 = 24 * 3_600_000;
/// Stays that are asked about at once.
const AT_ONCE: usize = 500;
/// Families whose alarms are raised side by side.
const TOGETHER: usize = 32;

/// What is due of one stay and not raised yet.
struct Due {
    stay: stay::Model,
    turn: i64,
    alarms: Vec<(Alarm, Timestamp)>,
}

#[derive(Debug, FromQueryResult)]
struct Turn {
    stay_id: Option<Uuid>,
    n: i64,
}

/// How often each stay was missed anew: after "here" was taken back, after somebody gave the child back.
async fn turns(tx: &Tx, stays: &[Uuid]) -> Result<BTreeMap<Uuid, i64>, Error> {
    use custody_event::Column as C;
    let rows: Vec<Turn> = tx
        .for_rule::<custody_event::Entity>()
        .and(C::StayId.is_in(stays.iter().copied()))
        .and(C::Kind.is_in(["correction", "hand_back"]))
        .grouped(&[C::StayId], vec![(C::Id.count(), "n")], tx)
        .await?;
    Ok(rows.into_iter().filter_map(|t| Some((t.stay_id?, t.n))).collect())
}

/// The turns that an hour agreed before has used up: steps of the ladder that were due before the hour that stands now. Where
/// the office has agreed on a later one ([`crate::stay::AgreeLater`]), the ladder is climbed from its first step again.
fn used_up(stays: &[stay::Model], said: &[alarm::Model]) -> BTreeMap<Uuid, i64> {
    let ends: BTreeMap<Uuid, i64> = stays.iter().map(|stay| (stay.id, stay.ends_at)).collect();
    let mut used: BTreeMap<Uuid, i64> = BTreeMap::new();
    for row in said {
        let is_late = Alarm::parse(&row.kind).is_some_and(Alarm::is_late);
        if is_late && ends.get(&row.subject_id).is_some_and(|end| row.due_at < *end) {
            let turns = used.entry(row.subject_id).or_insert(0);
            *turns = Ord::max(*turns, row.turn + 1);
        }
    }
    used
}

/// What the clock has to say of these stays that was not said yet. Many are asked about in several turns: an engine takes
/// only so many ids in one question, and a day on which thousands are late must not be the one without an alarm.
async fn missing(tx: &Tx, rows: Vec<stay::Model>) -> Result<Vec<Due>, Error> {
    let mut due = Vec::new();
    for some in rows.chunks(AT_ONCE) {
        due.extend(missing_of(tx, some).await?);
    }
    Ok(due)
}

async fn missing_of(tx: &Tx, rows: &[stay::Model]) -> Result<Vec<Due>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|s| s.id).collect();
    let children: Vec<Uuid> = rows.iter().map(|s| s.child_id).collect();
    let ends = custody::newest(tx, &children).await?;
    let ends: BTreeMap<Uuid, &custody_event::Model> = ends.iter().map(|end| (end.child_id, end)).collect();
    let ladders = Ladders::of(tx, rows).await?;
    let turns = turns(tx, &ids).await?;
    let said = tx.for_rule::<alarm::Entity>().and(alarm::Column::StayId.is_in(ids)).all(tx).await?;
    let used_up = used_up(rows, &said);
    let said: BTreeSet<(Uuid, i64, String)> = said.into_iter().map(|a| (a.subject_id, a.turn, a.kind)).collect();
    let mut due = Vec::new();
    for stay in rows {
        let of = |turns: &BTreeMap<Uuid, i64>| turns.get(&stay.id).copied().unwrap_or(0);
        let turn = of(&used_up) + of(&turns);
        let watched = watched(stay, ends.get(&stay.child_id).copied());
        let mut alarms = watched.due(ladders.of_stay(stay), tx.now());
        alarms.retain(|(alarm, _)| !said.contains(&(stay.id, turn, alarm.code().to_owned())));
        if !alarms.is_empty() {
            due.push(Due { stay: stay.clone(), turn, alarms });
        }
    }
    Ok(due)
}

/// What the clock must know of a stay whose child's newest link is `end`.
pub(crate) fn watched(row: &stay::Model, end: Option<&custody_event::Model>) -> Watched {
    let fetched = end.filter(|_| custody::port(&row.start_kind) != Holder::Guardian);
    let fetched = fetched.filter(|end| custody::holder(end) == Holder::Guardian);
    Watched {
        state: StayState::parse(&row.state).unwrap_or(StayState::Closed),
        holder: end.map_or(Holder::School, custody::holder),
        starts_at: Timestamp(row.starts_at),
        ends_at: Timestamp(row.ends_at),
        late_until: row.late_until.map(Timestamp),
        suspended: row.suspended_by.is_some(),
        family_since: fetched.map(custody::happened),
    }
}

/// Stays of which the clock may have something to say: those away whose time is over, and those that nobody let go. Two
/// conditions, since each goes by its states; asked as one, SQLite reads every stay of the county.
fn worth_a_look(now: Timestamp) -> [Condition; 2] {
    use stay::Column as C;
    let away = Condition::all().add(visible::is_one_of(C::State, &["released", "in_care"])).add(C::EndsAt.lte(now.0));
    let waits = Condition::all().add(visible::is(C::State, "approved"));
    [away, waits.add(C::StartsAt.lte(now.0)).add(C::EndsAt.gt(now.0 - OLD))]
}

async fn watched_now(tx: &Tx) -> Result<Vec<stay::Model>, Error> {
    let mut rows = Vec::new();
    for condition in worth_a_look(tx.now()) {
        rows.extend(tx.for_rule::<stay::Entity>().and(condition).all(tx).await?);
    }
    Ok(rows)
}

impl Store {
    /// The counties with a stay of which [`Desk::raise_alarms`] may have something to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_to_watch(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<stay::Entity>(&tx, worth_a_look(now)).await
    }
}

impl Desk {
    /// Raises what is due and was not raised: after a server was down, every step that was reached
    /// meanwhile. A family that fails stops no other. Returns how many alarms there are more.
    ///
    /// # Errors
    /// The last failure; what could be raised is raised.
    pub async fn raise_alarms(&self) -> Result<u32, Error> {
        self.require(Action::CloseLateReturn)?;
        let tx = self.read();
        let rows = watched_now(&tx).await?;
        let parties: BTreeSet<Uuid> = missing(&tx, rows).await?.into_iter().map(|d| d.stay.party_id).collect();
        let (mut raised, mut failed) = (0, None);
        // Side by side, so that they are committed together.
        let acts = parties.into_iter().map(|party| self.save(RaiseAlarms { party }));
        let mut answers = stream::iter(acts).buffer_unordered(TOGETHER);
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(more) => raised += more,
                // Another process has raised it in the same moment: once is what is wanted.
                Err(Error::Database(text)) if text.contains(TABLE) => {}
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(raised), Err)
    }
}

/// Raises what is due for siblings who went together, in one act: nobody is told the same twice.
struct RaiseAlarms {
    party: Uuid,
}

impl Act for RaiseAlarms {
    const NAME: &'static str = "alarm.raise";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        tx.require(Action::CloseLateReturn)?;
        let party = tx.for_rule::<stay::Entity>().and(stay::Column::PartyId.eq(self.party));
        let due = missing(tx, party.by(stay::Column::Id).all(tx).await?).await?;
        let mut letters = Letters::default();
        let mut raised = 0;
        for Due { stay, turn, alarms } in due {
            let around = Around::of(tx, &stay).await?;
            for (alarm, at) in alarms {
                let people = around.people(alarm).await?;
                raise(tx, alarm, (stay.id, Some(stay.id)), turn, at, people.len()).await?;
                letters.add(alarm.letter(), people, ("stays", stay.id));
                if alarm == Alarm::NotFetched {
                    letters.add(FETCH, around.carer(), ("stays", stay.id));
                }
                raised += 1;
            }
        }
        letters.leave(tx);
        Ok(raised)
    }
}

async fn raise(
    tx: &Tx,
    alarm: Alarm,
    (subject, stay): (Uuid, Option<Uuid>),
    turn: i64,
    due: Timestamp,
    told: usize,
) -> Result<(), Error> {
    tx.insert::<alarm::Entity>(alarm::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        subject_id: subject,
        stay_id: stay,
        kind: alarm.code().into(),
        turn,
        due_at: due.0,
        raised_at: tx.now().0,
        told: i32::try_from(told).unwrap_or(i32::MAX),
        closed_at: None,
        closed_by: None,
        closed_how: None,
        closed_words_sealed: None,
        version: 1,
    })
    .await
}

/// Five wrong codes at this account's gate.
pub(crate) async fn code_paused(tx: &Tx) -> Result<(), Error> {
    let people = told::holders(tx, "coordinator").await?;
    raise(tx, Alarm::CodePaused, (tx.account(), None), tx.now().0, tx.now(), people.len()).await?;
    let mut letters = Letters::default();
    letters.add(Alarm::CodePaused.letter(), people, ("accounts", tx.account()));
    letters.leave(tx);
    Ok(())
}

/// A release made without network that would have been refused: coordinator and leader are told.
pub(crate) async fn release_refused(tx: &Tx, stay: &stay::Model) -> Result<(), Error> {
    let turn = tx.now().0;
    let same = tx.for_rule::<alarm::Entity>().and(alarm::Column::SubjectId.eq(stay.id));
    let same = same.and(alarm::Column::Kind.eq(Alarm::ReleaseRefused.code())).and(alarm::Column::Turn.eq(turn));
    if same.first(tx).await?.is_some() {
        // Two acts of one message: told once.
        return Ok(());
    }
    let people = Around::of(tx, stay).await?.people(Alarm::ReleaseRefused).await?;
    raise(tx, Alarm::ReleaseRefused, (stay.id, Some(stay.id)), turn, tx.now(), people.len()).await?;
    let mut letters = Letters::default();
    letters.add(Alarm::ReleaseRefused.letter(), people, ("stays", stay.id));
    letters.leave(tx);
    Ok(())
}

/// Letters of one act: each person gets one, of the highest step.
#[derive(Default)]
struct Letters(BTreeMap<To, (&'static str, (&'static str, Uuid))>);

impl Letters {
    /// Later ones take the place of earlier ones; the ladder comes first step first.
    fn add(&mut self, kind: &'static str, people: Vec<To>, about: (&'static str, Uuid)) {
        for to in people {
            self.0.insert(to, (kind, about));
        }
    }

    fn leave(self, tx: &Tx) {
        for (to, (kind, about)) in self.0 {
            tx.notify(to.letter(kind, about, tx.now().0));
        }
    }
}

/// Only a person closes a late return or an alarm (product.md rule 3): a job may do much, but never this.
pub(crate) fn by_a_person(tx: &Tx) -> Result<(), Error> {
    tx.require(Action::CloseLateReturn)?;
    if tx.is_clock() { Err(Error::Forbidden) } else { Ok(()) }
}

/// A person ends the open alarms of a stay that `which` picks; whoever was told of them hears that it
/// is over. A job cannot.
pub(crate) async fn end(
    tx: &Tx,
    stay: &stay::Model,
    which: fn(Alarm) -> bool,
    how: Ended,
    words: Option<&str>,
) -> Result<(), Error> {
    if tx.is_clock() {
        return Err(Error::Forbidden);
    }
    let open = tx.for_rule::<alarm::Entity>().and(alarm::Column::StayId.eq(stay.id));
    let open = open.and(alarm::Column::ClosedAt.is_null()).all(tx).await?;
    if open.is_empty() {
        return Ok(());
    }
    let (around, mut letters) = (Around::of(tx, stay).await?, Letters::default());
    for row in open {
        let Some(alarm) = Alarm::parse(&row.kind).filter(|a| which(*a)) else { continue };
        close(tx, &row, how, words).await?;
        letters.add("alarm.closed", around.people(alarm).await?, ("stays", stay.id));
    }
    letters.0.remove(&To::Account(tx.account()));
    letters.leave(tx);
    Ok(())
}

/// Whether a step from the coordinator's on is open for this stay: then a person writes why it is over.
pub(crate) async fn has_reached_office(tx: &Tx, stay: &stay::Model) -> Result<bool, Error> {
    let from_office = Rung::ALL.into_iter().filter(|rung| *rung >= Rung::Coordinator);
    let from_office = from_office.map(|rung| Alarm::Late(rung).code());
    let open = tx.for_rule::<alarm::Entity>().and(alarm::Column::StayId.eq(stay.id));
    let open = open.and(alarm::Column::ClosedAt.is_null()).and(alarm::Column::Kind.is_in(from_office));
    Ok(open.first(tx).await?.is_some())
}

async fn close(tx: &Tx, row: &alarm::Model, how: Ended, words: Option<&str>) -> Result<(), Error> {
    let mut after = row.clone();
    after.closed_at = Some(tx.now().0);
    after.closed_by = Some(tx.account());
    after.closed_how = Some(how.code().into());
    after.closed_words_sealed = tx.seal_some(TABLE, "closed_words_sealed", row.id, words)?;
    tx.change::<alarm::Entity>(row, after).await.map(|_| ())
}

/// A person of the office writes why an alarm is over. One of the ladder whose child is still away, or
/// back and without a result, ends with the stay's result only ([`crate::stay::CloseLate`]).
#[derive(Clone, Debug)]
pub struct CloseAlarm {
    /// Which.
    pub alarm: AlarmId,
    /// Why, 1 to 500 characters; sealed.
    pub reason: String,
}

impl Act for CloseAlarm {
    const NAME: &'static str = "alarm.close";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        by_a_person(tx)?;
        let row = tx.visible::<alarm::Entity>().id(self.alarm).one(tx).await?;
        let words = crate::stay::reason(&self.reason, 500, "reason")?;
        let of = match row.stay_id {
            Some(id) => tx.for_rule::<stay::Entity>().id(id).first(tx).await?,
            None => None,
        };
        if let Some(stay) = &of {
            // Who has the child ends no alarm about it, whatever else she is; nor does her home.
            not_own(tx, stay, "alarm.own_stay").await?;
        }
        let state = of.as_ref().and_then(|s| StayState::parse(&s.state));
        let unsettled = state.is_some_and(|s| s.is_away() || s == StayState::Returned);
        if Alarm::parse(&row.kind).is_some_and(Alarm::is_late) && unsettled {
            return Err(Error::refused("alarm.wants_result"));
        }
        if row.closed_at.is_some() {
            return Err(Error::Stale);
        }
        close(tx, &row, Ended::Words, Some(words)).await
    }
}
