//! The follow-ups of one child, as a view of its file.

use naheya_domain::access::Action;
use naheya_domain::id::ChildId;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{FollowUpRow, TABLE, is_carer, shown};
use crate::sealed::entity::{account, child, follow_up as row};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Follow-ups of one child that are shown.
const MOST: u64 = 200;

/// A follow-up with what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpEntry {
    /// The follow-up.
    pub row: FollowUpRow,
    /// Who asked.
    pub done_by: Option<String>,
    /// The answers in the order of the questions: only for whoever asks such questions, and none while it is due.
    pub answers: Vec<String>,
}

impl Desk {
    /// Every follow-up of a child, newest first. Answers are read by those who may follow up, and never by the child's carer or
    /// her home; which were read, stands in the trail before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn follow_up_book(&self, child: ChildId) -> Result<Vec<FollowUpEntry>, Error> {
        let tx = self.read();
        tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let rows = tx
            .visible::<row::Entity>()
            .and(row::Column::ChildId.eq(child.0))
            .by_desc(row::Column::DueAt)
            .by_desc(row::Column::Id)
            .limit(MOST)
            .all(&tx)
            .await?;
        let reads = self.may(Action::FollowUp) && !is_carer(&tx, child.0).await?;
        let told: Vec<Uuid> = rows.iter().filter(|r| reads && r.answers_sealed.is_some()).map(|r| r.id).collect();
        let entries = entries(&tx, rows, reads).await?;
        self.looked("children", vec![child.0], "work", None).await?;
        if !told.is_empty() {
            self.looked(TABLE, told, "answers", None).await?;
        }
        Ok(entries)
    }
}

async fn entries(tx: &Tx, rows: Vec<row::Model>, reads: bool) -> Result<Vec<FollowUpEntry>, Error> {
    let askers = tx.common::<account::Entity>().among(rows.iter().filter_map(|r| r.done_by)).all(tx).await?;
    let mut said = Vec::with_capacity(rows.len());
    for row in &rows {
        let sealed = row.answers_sealed.as_ref().filter(|_| reads);
        let text = tx.open_some(TABLE, "answers_sealed", row.id, sealed)?;
        let answers = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let by = askers.iter().find(|one| Some(one.id) == row.done_by).map(|one| one.display_name.clone());
        said.push((row.id, by, answers));
    }
    let shown = shown(tx, rows).await?;
    let entry = |row: FollowUpRow| {
        let said = said.iter_mut().find(|(id, ..)| *id == row.id.0);
        let (done_by, answers) = said.map(|(_, by, answers)| (by.take(), std::mem::take(answers))).unwrap_or_default();
        FollowUpEntry { row, done_by, answers }
    };
    Ok(shown.into_iter().map(entry).collect())
}
