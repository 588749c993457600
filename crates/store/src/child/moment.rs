//! What happened with a child, newest first: weekends, notes, follow-ups, each as far as the reader sees it.

use naheya_domain::Timestamp;
use naheya_domain::id::{FollowUpId, StayId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::file::ChildFile;
use crate::sealed::entity::{account, follow_up, note, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Rows of each kind that a page of the timeline reads.
const MOST: u64 = 40;

/// What it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A weekend at the volunteer's home, or one that is planned.
    Stay {
        /// Which stay.
        id: StayId,
        /// Her name.
        volunteer: String,
        /// Until when.
        ends_at: Timestamp,
        /// Code of the state.
        state: String,
    },
    /// Words about a weekend.
    Note {
        /// What was written.
        words: String,
        /// Whether it corrects an earlier one.
        corrects: bool,
    },
    /// A talk with somebody around the child.
    FollowUp {
        /// Which.
        id: FollowUpId,
        /// Code of who is asked.
        with: String,
        /// Code of the state.
        state: String,
    },
}

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Who wrote or did it, when that is known.
    pub who: Option<String>,
    /// What.
    pub what: Happened,
}

impl Desk {
    /// The timeline of a child's file. Whoever holds the file was let in to it, and the look stands in the trail.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Crypto`] when words cannot be opened.
    pub async fn child_moments(&self, file: &ChildFile) -> Result<Vec<Moment>, Error> {
        let tx = self.read();
        let id = file.id.0;
        let mut all = stays(&tx, id).await?;
        all.extend(notes(&tx, id).await?);
        all.extend(follow_ups(&tx, id).await?);
        all.sort_by_key(|m| std::cmp::Reverse(m.at));
        Ok(all)
    }
}

async fn stays(tx: &Tx, child: Uuid) -> Result<Vec<Moment>, Error> {
    let rows = tx
        .visible::<stay::Entity>()
        .and(stay::Column::ChildId.eq(child))
        .and(stay::Column::State.is_not_in(["refused", "cancelled"]))
        .by_desc(stay::Column::StartsAt)
        .limit(MOST)
        .all(tx)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|s| s.volunteer_id).collect();
    let people = tx.for_rule::<volunteer::Entity>().among(ids).all(tx).await?;
    let name = |id: Uuid| people.iter().find(|v| v.id == id).map(|v| v.name.clone()).unwrap_or_default();
    let line = |s: stay::Model| Moment {
        at: Timestamp(s.starts_at),
        who: None,
        what: Happened::Stay {
            id: StayId(s.id),
            volunteer: name(s.volunteer_id),
            ends_at: Timestamp(s.ends_at),
            state: s.state,
        },
    };
    Ok(rows.into_iter().map(line).collect())
}

async fn notes(tx: &Tx, child: Uuid) -> Result<Vec<Moment>, Error> {
    let rows = tx
        .visible::<note::Entity>()
        .and(note::Column::ChildId.eq(child))
        .and(note::Column::State.eq("saved"))
        .by_desc(note::Column::SavedAt)
        .limit(MOST)
        .all(tx)
        .await?;
    let names = names(tx, rows.iter().map(|n| n.author).collect()).await?;
    let mut all = Vec::new();
    for row in rows {
        all.push(Moment {
            at: Timestamp(row.saved_at.unwrap_or(row.created_at)),
            who: name_of(&names, row.author),
            what: Happened::Note {
                words: tx.open("notes", "words_sealed", row.id, &row.words_sealed)?,
                corrects: row.corrects.is_some(),
            },
        });
    }
    Ok(all)
}

async fn follow_ups(tx: &Tx, child: Uuid) -> Result<Vec<Moment>, Error> {
    let rows = tx
        .visible::<follow_up::Entity>()
        .and(follow_up::Column::ChildId.eq(child))
        .by_desc(follow_up::Column::DueAt)
        .limit(MOST)
        .all(tx)
        .await?;
    let names = names(tx, rows.iter().filter_map(|f| f.done_by).collect()).await?;
    let line = |f: follow_up::Model| Moment {
        at: Timestamp(f.done_at.unwrap_or(f.due_at)),
        who: f.done_by.and_then(|id| name_of(&names, id)),
        what: Happened::FollowUp { id: FollowUpId(f.id), with: f.with_whom, state: f.state },
    };
    Ok(rows.into_iter().map(line).collect())
}

async fn names(tx: &Tx, ids: Vec<Uuid>) -> Result<Vec<account::Model>, Error> {
    tx.common::<account::Entity>().among(ids).all(tx).await
}

fn name_of(people: &[account::Model], id: Uuid) -> Option<String> {
    people.iter().find(|a| a.id == id).map(|a| a.display_name.clone())
}
