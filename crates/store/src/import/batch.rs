//! The imports of a county, newest first.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{AccountId, ImportBatchId};
use uuid::Uuid;

use super::UNDO_DAYS;
use crate::sealed::entity::{account, import_batch};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "import_batches";
/// Imports on the page.
const MOST: u64 = 100;
/// Rows of one file.
const MOST_OUT: u64 = 5_000;

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Which one.
    pub id: ImportBatchId,
    /// `children`, `volunteers` or `pairs`.
    pub kind: String,
    /// Rows of the file.
    pub rows: i32,
    /// Rows that were not on file.
    pub fresh: i32,
    /// Rows that changed a file.
    pub changed: i32,
    /// Rows that said what was on file.
    pub unchanged: i32,
    /// Rows that were not taken.
    pub invalid: i32,
    /// When.
    pub committed_at: Timestamp,
    /// By whom.
    pub by: AccountId,
    /// The name colleagues know; none for the command line.
    pub by_name: Option<String>,
    /// When a leader signed it.
    pub signed_at: Option<Timestamp>,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// Whether it waits for a leader's signature.
    pub to_sign: bool,
    /// Whether it can still be taken back, as far as time tells.
    pub undoable: bool,
    /// Whether this reader imported it and therefore does not sign.
    pub by_reader: bool,
}

impl Desk {
    /// The county's latest imports.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn imports(&self) -> Result<Vec<Batch>, Error> {
        latest(&self.read(), MOST).await
    }

    /// The same for a file, further back. Who took it out is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn imports_out(&self) -> Result<Vec<Batch>, Error> {
        self.require(Action::Export)?;
        let batches = latest(&self.read(), MOST_OUT).await?;
        self.looked(TABLE, batches.iter().map(|batch| batch.id.0).collect(), "export", None).await?;
        Ok(batches)
    }

    /// One import.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn import(&self, id: ImportBatchId) -> Result<Batch, Error> {
        let tx = self.read();
        let row = tx.visible::<import_batch::Entity>().id(id).one(&tx).await?;
        let by = tx.common::<account::Entity>().id(row.by_account).first(&tx).await?;
        Ok(shown(&row, by.map(|a| a.display_name), tx.now(), tx.account()))
    }

    /// Imported volunteers that wait for the leader's signature; none for readers who do not sign.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn imports_to_sign(&self) -> Result<Vec<Batch>, Error> {
        if !self.may(Action::ApproveVolunteer) {
            return Ok(Vec::new());
        }
        Ok(self.imports().await?.into_iter().filter(|b| b.to_sign).collect())
    }
}

async fn latest(tx: &Tx, most: u64) -> Result<Vec<Batch>, Error> {
    let newest = tx.visible::<import_batch::Entity>().by_desc(import_batch::Column::CommittedAt);
    let rows = newest.limit(most).all(tx).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.by_account).collect();
    let people = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let name = |id: Uuid| people.iter().find(|a| a.id == id).map(|a| a.display_name.clone());
    let now = tx.now();
    Ok(rows.into_iter().map(|row| shown(&row, name(row.by_account), now, tx.account())).collect())
}

fn shown(row: &import_batch::Model, by_name: Option<String>, now: Timestamp, reader: Uuid) -> Batch {
    let until = Timestamp(row.committed_at).plus_minutes(UNDO_DAYS * 24 * 60);
    let stands = row.undone_at.is_none();
    Batch {
        id: ImportBatchId(row.id),
        kind: row.kind.clone(),
        rows: row.rows,
        fresh: row.fresh,
        changed: row.changed,
        unchanged: row.unchanged,
        invalid: row.invalid,
        committed_at: Timestamp(row.committed_at),
        by: AccountId(row.by_account),
        by_name,
        signed_at: row.signed_at.map(Timestamp),
        undone_at: row.undone_at.map(Timestamp),
        to_sign: stands && row.kind == "volunteers" && row.fresh > 0 && row.signed_at.is_none(),
        undoable: stands && row.signed_at.is_none() && now <= until,
        by_reader: row.by_account == reader,
    }
}
