//! A month's figures as the leader signs them (R23). They are the running totals as of the month's last day; the levels
//! above see what was signed and nothing else. A correction is a later edition with a reason; no edition goes away.

use std::collections::{BTreeMap, HashMap};

use naheya_domain::access::Action;
use naheya_domain::child::short_text;
use naheya_domain::id::SnapshotId;
use naheya_domain::measure::{Measure, Measures};
use naheya_domain::snapshot::{Month, SnapshotState};
use naheya_domain::{Role, Timestamp};
use sea_orm::{ColumnTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::display_names;
use crate::sealed::act::Act;
use crate::sealed::entity::{county, meta, pair, snapshot, volunteer};
use crate::sealed::tally;
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, grant, rollup};

mod moved;

pub use moved::TellMoved;

const TABLE: &str = "snapshots";
/// Characters of a reason or of a question from above.
const WORDS: usize = 200;
/// In `meta`: changes with every edition, so that whoever keeps a picture of all of them knows that it is old.
const STAMP: &str = "snapshots.stamp";

/// One edition of a month's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Which.
    pub id: SnapshotId,
    /// 1 for the first of its month.
    pub edition: i32,
    /// Whether it holds.
    pub state: SnapshotState,
    /// What was signed.
    pub numbers: Measures,
    /// Who signed.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Timestamp,
    /// Why it took the place of the one before.
    pub reason: Option<String>,
    /// When somebody above asked to check it, and with which words.
    pub asked: Option<(Timestamp, String)>,
}

/// Where a month stands in its county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthStanding {
    /// The month.
    pub month: Month,
    /// What the records say today for its last day.
    pub counted: Measures,
    /// Its editions, newest first.
    pub editions: Vec<Edition>,
}

impl MonthStanding {
    /// The edition that holds.
    #[must_use]
    pub fn newest(&self) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.state != SnapshotState::Replaced)
    }

    /// Whether the records have moved since it was signed.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        self.newest().is_some_and(|edition| edition.numbers != self.counted)
    }
}

/// The numbers as a form carries them: what the leader saw is what is signed, or nothing is.
#[must_use]
pub fn seen(numbers: &Measures) -> String {
    let all = Measure::ALL.into_iter().map(|measure| numbers.get(measure).to_string());
    all.collect::<Vec<_>>().join(",")
}

/// The column of a measure, by the names that `m0026_rollup` gives them.
pub(crate) fn column(measure: Measure) -> snapshot::Column {
    match measure {
        Measure::Volunteers => snapshot::Column::Volunteers,
        Measure::Families => snapshot::Column::Families,
        Measure::ChildrenSupported => snapshot::Column::ChildrenSupported,
        Measure::Pairs => snapshot::Column::Pairs,
        Measure::PairsActive => snapshot::Column::PairsActive,
        Measure::PairsInterethnic => snapshot::Column::PairsInterethnic,
        Measure::StayMinutes => snapshot::Column::StayMinutes,
        Measure::PaperMinutes => snapshot::Column::PaperMinutes,
        Measure::TrainingMinutes => snapshot::Column::TrainingMinutes,
        Measure::ActivityMinutes => snapshot::Column::ActivityMinutes,
        Measure::CorrectionMinutes => snapshot::Column::CorrectionMinutes,
        Measure::TalksDue => snapshot::Column::TalksDue,
        Measure::TalksOnTime => snapshot::Column::TalksOnTime,
    }
}

/// The numbers of a row.
pub(crate) fn numbers(row: &snapshot::Model) -> Measures {
    tally::numbers(row, column)
}

/// What the picture of all editions was made from; see [`STAMP`].
pub(crate) async fn stamp(tx: &Tx) -> Result<String, Error> {
    let kept = tx.common::<meta::Entity>().and(meta::Column::Key.eq(STAMP)).first(tx).await?;
    Ok(kept.map(|kept| kept.value).unwrap_or_default())
}

/// Pictures that were made before are old.
pub(crate) async fn new_stamp(tx: &Tx) -> Result<(), Error> {
    let next = meta::Model { key: STAMP.into(), value: Uuid::now_v7().to_string() };
    match tx.common::<meta::Entity>().and(meta::Column::Key.eq(STAMP)).first(tx).await? {
        Some(kept) => tx.change::<meta::Entity>(&kept, next).await.map(|_| ()),
        None => tx.insert::<meta::Entity>(next).await,
    }
}

/// The leader signs a month that is over. What the form showed must be what the records say now.
#[derive(Clone, Debug)]
pub struct SignSnapshot {
    /// The month.
    pub month: Month,
    /// [`seen`] of what was shown.
    pub seen: String,
    /// Why, when an edition is there already: 1 to 200 characters, sealed.
    pub reason: String,
}

impl Act for SignSnapshot {
    const NAME: &'static str = "snapshot.sign";
    type Answer = SnapshotId;

    async fn run(&self, tx: &Tx) -> Result<SnapshotId, Error> {
        tx.require(Action::SignSnapshot)?;
        if !self.month.is_over(tx.now().date()) {
            return Err(Error::refused("snapshot.not_over"));
        }
        let counted = rollup::totals(tx, self.month.last_day()).await?;
        if seen(&counted) != self.seen {
            return Err(Error::refused("snapshot.moved"));
        }
        if !counted.are_possible() {
            return Err(Error::refused("snapshot.impossible"));
        }
        let mut editions = of_month(tx, self.month).await?;
        editions.sort_by_key(|row| row.edition);
        let last = editions.pop();
        let id = Uuid::now_v7();
        let reason = match &last {
            None => None,
            Some(last) => Some(replace(tx, last, &counted, &self.reason, id).await?),
        };
        let edition = last.map_or(1, |last| last.edition + 1);
        tx.insert::<snapshot::Entity>(row(tx, id, self.month, edition, &counted, reason)).await?;
        new_stamp(tx).await?;
        Ok(SnapshotId(id))
    }
}

/// The edition before gives way; returns the reason, sealed for the next one.
async fn replace(
    tx: &Tx,
    last: &snapshot::Model,
    counted: &Measures,
    reason: &str,
    next: Uuid,
) -> Result<Vec<u8>, Error> {
    let asked = last.state == SnapshotState::Asked.code();
    if numbers(last) == *counted && !asked {
        return Err(Error::refused("snapshot.same"));
    }
    let sealed = tx.seal(TABLE, "reason_sealed", next, &words("reason", reason)?)?;
    let mut after = last.clone();
    after.state = SnapshotState::Replaced.code().to_owned();
    tx.change::<snapshot::Entity>(last, after).await?;
    Ok(sealed)
}

fn words(field: &'static str, typed: &str) -> Result<String, Error> {
    match short_text(typed, WORDS) {
        Ok(Some(words)) => Ok(words),
        Ok(None) => Err(Error::field(field, "required.missing")),
        Err(code) => Err(Error::field(field, code)),
    }
}

/// A new edition's row, signed by whoever is at work.
pub(crate) fn row(
    tx: &Tx,
    id: Uuid,
    month: Month,
    edition: i32,
    counted: &Measures,
    reason: Option<Vec<u8>>,
) -> snapshot::Model {
    snapshot::Model {
        area_id: tx.area_id(),
        id,
        month: month.to_string(),
        edition,
        state: SnapshotState::Signed.code().to_owned(),
        volunteers: counted.get(Measure::Volunteers),
        families: counted.get(Measure::Families),
        children_supported: counted.get(Measure::ChildrenSupported),
        pairs: counted.get(Measure::Pairs),
        pairs_active: counted.get(Measure::PairsActive),
        pairs_interethnic: counted.get(Measure::PairsInterethnic),
        stay_minutes: counted.get(Measure::StayMinutes),
        paper_minutes: counted.get(Measure::PaperMinutes),
        training_minutes: counted.get(Measure::TrainingMinutes),
        activity_minutes: counted.get(Measure::ActivityMinutes),
        correction_minutes: counted.get(Measure::CorrectionMinutes),
        talks_due: counted.get(Measure::TalksDue),
        talks_on_time: counted.get(Measure::TalksOnTime),
        signed_by: tx.account(),
        signed_at: tx.now().0,
        reason_sealed: reason,
        asked_by: None,
        asked_at: None,
        asked_sealed: None,
        version: 1,
    }
}

async fn of_month(tx: &Tx, month: Month) -> Result<Vec<snapshot::Model>, Error> {
    tx.visible::<snapshot::Entity>().and(snapshot::Column::Month.eq(month.to_string())).all(tx).await
}

/// Whether there was a pair or a volunteer by the end of the month, so that there is something to sign.
async fn had_begun(tx: &Tx, month: Month) -> Result<bool, Error> {
    let last = month.last_day().to_string();
    if tx.visible::<pair::Entity>().and(pair::Column::BegunOn.lte(last.as_str())).count_to(1, tx).await? > 0 {
        return Ok(true);
    }
    let joined = tx.visible::<volunteer::Entity>().and(volunteer::Column::JoinedOn.lte(last));
    Ok(joined.count_to(1, tx).await? > 0)
}

/// Whether the month was over before the county was kept here: above it reads as not begun yet, and nobody waits for it.
async fn was_before(tx: &Tx, month: Month) -> Result<bool, Error> {
    let here = tx.common::<county::Entity>().and(county::Column::AreaId.eq(tx.area_id())).first(tx).await?;
    Ok(here.is_some_and(|county| month.is_over(Timestamp(county.opened_at).date())))
}

/// Somebody above asks the county to check what it signed.
#[derive(Clone, Debug)]
pub struct AskSnapshot {
    /// The month.
    pub month: Month,
    /// What is to be checked, 1 to 200 characters; sealed.
    pub words: String,
}

impl Act for AskSnapshot {
    const NAME: &'static str = "snapshot.ask";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::SeeLevels)?;
        let words = words("words", &self.words)?;
        let rows = of_month(tx, self.month).await?;
        let newest = rows.into_iter().find(|row| row.state != SnapshotState::Replaced.code());
        let before = newest.ok_or_else(|| Error::refused("snapshot.missing"))?;
        if before.state == SnapshotState::Asked.code() {
            return Err(Error::refused("snapshot.asked_already"));
        }
        is_heard(tx).await?;
        let mut after = before.clone();
        after.state = SnapshotState::Asked.code().to_owned();
        after.asked_by = Some(tx.account());
        after.asked_at = Some(tx.now().0);
        after.asked_sealed = Some(tx.seal(TABLE, "asked_sealed", before.id, &words)?);
        tx.change::<snapshot::Entity>(&before, after).await?;
        tell_leader(tx, "snapshot.asked", Some(before.id));
        new_stamp(tx).await
    }
}

/// Somebody above reminds a county whose month is not signed.
#[derive(Clone, Debug)]
pub struct RemindSnapshot {
    /// The month.
    pub month: Month,
}

impl Act for RemindSnapshot {
    const NAME: &'static str = "snapshot.remind";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::SeeLevels)?;
        if !self.month.is_over(tx.now().date()) {
            return Err(Error::refused("snapshot.not_over"));
        }
        if !of_month(tx, self.month).await?.is_empty() {
            return Err(Error::refused("snapshot.there"));
        }
        is_heard(tx).await?;
        tx.note(TABLE, None, "reminded");
        tell_leader(tx, "snapshot.due", None);
        Ok(())
    }
}

/// Somebody is there who hears it: whoever asks is not told that it arrived when nobody was.
async fn is_heard(tx: &Tx) -> Result<(), Error> {
    let leaders = grant::holders(tx, &[Role::Leader]).await?;
    if leaders.is_empty() { Err(Error::refused("snapshot.nobody")) } else { Ok(()) }
}

fn tell_leader(tx: &Tx, kind: &'static str, about: Option<Uuid>) {
    tx.notify(Letter {
        kind,
        to_account: None,
        to_role: Some(Role::Leader.code()),
        to_person: None,
        about: (TABLE, about),
        due_at: tx.now().0,
    });
}

/// What of a month waits for the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// Nobody has signed it.
    Unsigned,
    /// Somebody above asks to check it.
    Asked,
}

impl Desk {
    /// Where a month stands: what the records say and what was signed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report.
    pub async fn month(&self, month: Month) -> Result<MonthStanding, Error> {
        self.require(Action::SeeReport)?;
        let tx = self.read();
        let counted = rollup::totals(&tx, month.last_day()).await?;
        let mut rows = of_month(&tx, month).await?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.edition));
        let people = display_names(&tx, rows.iter().map(|row| Some(row.signed_by))).await?;
        let editions = rows.into_iter().map(|row| edition(&tx, &people, row)).collect::<Result<_, _>>()?;
        Ok(MonthStanding { month, counted, editions })
    }

    /// The same for a file. That it leaves stands in the trail first.
    ///
    /// # Errors
    /// As [`Desk::month`].
    pub async fn month_out(&self, month: Month) -> Result<MonthStanding, Error> {
        let standing = self.month(month).await?;
        self.left(TABLE).await?;
        Ok(standing)
    }

    /// Of which month an edition is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report; [`Error::NotFound`].
    pub async fn month_of_edition(&self, id: SnapshotId) -> Result<Month, Error> {
        self.require(Action::SeeReport)?;
        let tx = self.read();
        let row = tx.visible::<snapshot::Entity>().id(id).one(&tx).await?;
        Month::parse(&row.month).ok_or(Error::NotFound)
    }

    /// Which month that is over waits for the leader: the oldest that somebody above asks to check, else the oldest without a
    /// signature since the first that was signed. One in which there was nobody yet, or that was over before the county was kept
    /// here, does not. The office reads of it too: a leader may be away.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report.
    pub async fn month_waiting(&self) -> Result<Option<(Month, Waiting)>, Error> {
        self.require(Action::SeeReport)?;
        let last = Month::over_by(self.now().date());
        let waiting = async { waiting(&self.read(), last).await };
        self.remembered("snapshot.waiting", last.to_string(), waiting).await
    }
}

#[derive(FromQueryResult)]
struct Signed {
    month: String,
    state: String,
}

async fn waiting(tx: &Tx, last: Month) -> Result<Option<(Month, Waiting)>, Error> {
    let standing = tx.visible::<snapshot::Entity>().and(snapshot::Column::State.ne(SnapshotState::Replaced.code()));
    let rows: Vec<Signed> = standing.columns([snapshot::Column::Month, snapshot::Column::State], tx).await?;
    let of = |row: &Signed| Some((Month::parse(&row.month)?, row.state == SnapshotState::Asked.code()));
    let signed: BTreeMap<Month, bool> = rows.iter().filter_map(of).collect();
    if let Some((month, _)) = signed.iter().find(|(_, asked)| **asked) {
        return Ok(Some((*month, Waiting::Asked)));
    }
    let Some(first) = signed.keys().next().copied() else {
        let is_due = had_begun(tx, last).await? && !was_before(tx, last).await?;
        return Ok(is_due.then_some((last, Waiting::Unsigned)));
    };
    let mut since = std::iter::successors(Some(first), |month| Some(month.later(1))).take_while(|month| *month <= last);
    Ok(since.find(|month| !signed.contains_key(month)).map(|month| (month, Waiting::Unsigned)))
}

fn edition(tx: &Tx, people: &HashMap<Uuid, String>, row: snapshot::Model) -> Result<Edition, Error> {
    let asked = tx.open_some(TABLE, "asked_sealed", row.id, row.asked_sealed.as_ref())?;
    Ok(Edition {
        id: SnapshotId(row.id),
        edition: row.edition,
        state: SnapshotState::parse(&row.state).unwrap_or(SnapshotState::Replaced),
        numbers: numbers(&row),
        signed_by: people.get(&row.signed_by).cloned(),
        signed_at: Timestamp(row.signed_at),
        reason: tx.open_some(TABLE, "reason_sealed", row.id, row.reason_sealed.as_ref())?,
        asked: row.asked_at.map(Timestamp).zip(asked),
    })
}
