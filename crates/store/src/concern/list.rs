//! Concerns as their handlers read them: the list without a name, one that is opened, and times for a file.

use std::collections::{BTreeMap, HashMap};

use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Class};
use naheya_domain::concern::{ConcernState, Situation};
use naheya_domain::id::{ChildId, ConcernId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{PUBLIC, TABLE, about_me, mine};
use crate::account::display_names;
use crate::order::at_most;
use crate::sealed::entity::{account, child, concern, concern_circle, concern_entry, concern_person, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, is, is_not};
use crate::{Desk, Error};

/// Rows of one file.
const MOST_OUT: u64 = 5_000;
/// Closed concerns on the page; all of them leave as a file.
const MOST_CLOSED: u64 = 200;

/// A concern in the handlers' list: no name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcernRow {
    /// Which.
    pub id: ConcernId,
    /// Number.
    pub number: String,
    /// When the first word was said.
    pub raised_at: Timestamp,
    /// Role of whoever said it, or `public`.
    pub raised_as: String,
    /// State.
    pub state: ConcernState,
    /// Until when it must be taken up.
    pub take_up_by: Timestamp,
    /// Situations ticked.
    pub situations: Vec<Situation>,
    /// Whether pair, stays, codes and access are suspended.
    pub suspended: bool,
}

/// A concern and when its steps were taken, for a file that proves "at once".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcernTimes {
    /// The row of the list.
    pub row: ConcernRow,
    /// When it was taken up.
    pub taken_up_at: Option<Timestamp>,
    /// When it was reported.
    pub reported_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// A concern opened by a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcernFile {
    /// The row of the list.
    pub row: ConcernRow,
    /// What was said.
    pub words: String,
    /// How to reach whoever said it.
    pub contact: Option<String>,
    /// When and by whom it was taken up.
    pub taken_up: Option<(Timestamp, String)>,
    /// When and to whom it was reported.
    pub reported: Option<(Timestamp, String)>,
    /// The child's name, when one is named.
    pub child: Option<(ChildId, String)>,
    /// Others whom it is about: kind and name.
    pub people: Vec<(String, String)>,
    /// Who can see it.
    pub circle: Vec<String>,
    /// What was written, oldest first: when, who, kind, words.
    pub entries: Vec<(Timestamp, Option<String>, String, String)>,
    /// The result.
    pub result: Option<String>,
}

fn open(concerns: Visible<concern::Entity>) -> Visible<concern::Entity> {
    concerns.and(is_not(concern::Column::State, ConcernState::Closed.code()))
}

/// The most urgent first, closed ones last.
fn in_order(rows: &[concern::Model]) -> Vec<ConcernRow> {
    let mut rows: Vec<ConcernRow> = rows.iter().map(row_of).collect();
    rows.sort_by_key(|r| (r.state == ConcernState::Closed, r.state != ConcernState::Raised, r.take_up_by));
    rows
}

impl Desk {
    /// The concerns of this reader: all that are open, most urgent first, then the latest that are closed. Those about the
    /// reader are not among them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn concerns(&self) -> Result<Vec<ConcernRow>, Error> {
        let tx = self.read();
        let mine = of_reader(&tx).await?;
        let mut rows = open(mine.clone()).all(&tx).await?;
        let closed = mine.and(is(concern::Column::State, ConcernState::Closed.code()));
        rows.extend(closed.by_desc(concern::Column::RaisedAt).limit(MOST_CLOSED).all(&tx).await?);
        Ok(in_order(&rows))
    }

    /// Those of them that are open, in the same order: for who shows no others.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_concerns(&self) -> Result<Vec<ConcernRow>, Error> {
        let tx = self.read();
        let mut rows = open(tx.visible::<concern::Entity>()).all(&tx).await?;
        // Where there is none, nobody has to be kept from any.
        if !rows.is_empty() {
            let hidden = about_me(&tx).await?;
            rows.retain(|row| !hidden.contains(&row.id));
        }
        Ok(in_order(&rows))
    }

    /// Visitors' concerns that wait and say word for word what another one said before, each with that one: who sends the same
    /// in heaps must not push the others out of sight.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Database`].
    pub async fn repeated_concerns(&self) -> Result<BTreeMap<ConcernId, ConcernId>, Error> {
        use concern::Column as C;
        let tx = self.read();
        let waiting = of_reader(&tx).await?.and(is(C::State, ConcernState::Raised.code())).and(C::RaisedAs.eq(PUBLIC));
        let (mut first, mut repeated) = (HashMap::new(), BTreeMap::new());
        for row in waiting.by(C::RaisedAt).by(C::Id).all(&tx).await? {
            let words = tx.open(TABLE, "words_sealed", row.id, &row.words_sealed)?;
            let contact = tx.open_some(TABLE, "contact_sealed", row.id, row.contact_sealed.as_ref())?;
            let said = (words, contact, row.situation, row.child_id);
            let before = *first.entry(said).or_insert(row.id);
            if before != row.id {
                repeated.insert(ConcernId(row.id), ConcernId(before));
            }
        }
        Ok(repeated)
    }

    /// The concerns of this reader for a file, newest first: numbers and times, no name and no word of what was said. That
    /// it left the house is on the trail, for whoever may read of concerns there, before this returns. Also says whether there
    /// are more than go into one file.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn concerns_out(&self) -> Result<(Vec<ConcernTimes>, bool), Error> {
        self.require(Action::HandleConcern)?;
        self.require(Action::Export)?;
        let tx = self.read();
        let rows = of_reader(&tx).await?.by_desc(concern::Column::RaisedAt).by_desc(concern::Column::Id);
        let (rows, more) = at_most(MOST_OUT, rows.limit(MOST_OUT + 1).all(&tx).await?);
        self.looked(TABLE, rows.iter().map(|row| row.id).collect(), "export", None).await?;
        let at = |at: Option<i64>| at.map(Timestamp);
        let times = |row: &concern::Model| ConcernTimes {
            taken_up_at: at(row.taken_up_at),
            reported_at: at(row.reported_at),
            closed_at: at(row.closed_at),
            row: row_of(row),
        };
        Ok((rows.iter().map(times).collect(), more))
    }

    /// Opens a concern; the look stays inside its circle.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the circle, and for whom it is about.
    pub async fn concern(&self, id: ConcernId) -> Result<ConcernFile, Error> {
        let tx = self.read();
        let row = mine(&tx, id).await?;
        let file = read(&tx, &row).await?;
        self.looked(TABLE, vec![id.0], "secret", None).await?;
        Ok(file)
    }
}

/// What the reader sees; whoever a concern is about does not.
pub(crate) async fn of_reader(tx: &Tx) -> Result<Visible<concern::Entity>, Error> {
    let hidden = about_me(tx).await?;
    let hidden = (!hidden.is_empty()).then(|| concern::Column::Id.is_not_in(hidden));
    Ok(tx.visible::<concern::Entity>().and_if(hidden))
}

fn row_of(row: &concern::Model) -> ConcernRow {
    ConcernRow {
        id: ConcernId(row.id),
        number: row.number.clone(),
        raised_at: Timestamp(row.raised_at),
        raised_as: row.raised_as.clone(),
        state: ConcernState::parse(&row.state).unwrap_or(ConcernState::Raised),
        take_up_by: Timestamp(row.take_up_by),
        situations: row.situation.iter().flat_map(|s| s.split(',')).filter_map(Situation::parse).collect(),
        suspended: row.suspended_at.is_some(),
    }
}

async fn read(tx: &Tx, row: &concern::Model) -> Result<ConcernFile, Error> {
    let circle = tx
        .visible_as::<concern_circle::Entity>(Class::Secret)
        .and(concern_circle::Column::ConcernId.eq(row.id))
        .all(tx)
        .await?;
    let entries = tx
        .visible_as::<concern_entry::Entity>(Class::Secret)
        .and(concern_entry::Column::ConcernId.eq(row.id))
        .by(concern_entry::Column::Id)
        .all(tx)
        .await?;
    let ids = circle.iter().map(|c| Some(c.account_id)).chain(entries.iter().map(|e| e.by_account));
    let known = display_names(tx, ids.chain([row.taken_up_by])).await?;
    let name = |id: Uuid| known.get(&id).cloned();
    let mut lines = Vec::new();
    for entry in &entries {
        let words = tx.open("concern_entries", "words_sealed", entry.id, &entry.words_sealed)?;
        lines.push((Timestamp(entry.at), entry.by_account.and_then(name), entry.kind.clone(), words));
    }
    let child = match row.child_id {
        Some(id) => tx.for_rule::<child::Entity>().id(id).first(tx).await?.map(|c| (ChildId(c.id), c.name)),
        None => None,
    };
    Ok(ConcernFile {
        row: row_of(row),
        words: tx.open(TABLE, "words_sealed", row.id, &row.words_sealed)?,
        contact: tx.open_some(TABLE, "contact_sealed", row.id, row.contact_sealed.as_ref())?,
        taken_up: row.taken_up_at.map(Timestamp).zip(row.taken_up_by.and_then(name)),
        reported: row.reported_at.map(Timestamp).zip(row.reported_to.clone()),
        child,
        people: people(tx, row.id).await?,
        circle: circle.iter().filter_map(|c| name(c.account_id)).collect(),
        entries: lines,
        result: tx.open_some(TABLE, "result_sealed", row.id, row.result_sealed.as_ref())?,
    })
}

async fn people(tx: &Tx, concern: Uuid) -> Result<Vec<(String, String)>, Error> {
    let rows =
        tx.for_rule::<concern_person::Entity>().and(concern_person::Column::ConcernId.eq(concern)).all(tx).await?;
    let mut all = Vec::new();
    for row in rows {
        let name = match row.kind.as_str() {
            "volunteer" => tx.for_rule::<volunteer::Entity>().id(row.ref_id).first(tx).await?.map(|v| v.name),
            "household" => None,
            _ => tx.common::<account::Entity>().id(row.ref_id).first(tx).await?.map(|a| a.display_name),
        };
        all.extend(name.map(|name| (row.kind, name)));
    }
    Ok(all)
}
