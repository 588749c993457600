//! The imports of a county, newest first.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{AccountId, ImportBatchId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::UNDO_DAYS;
use crate::child::PAGE;
use crate::order::{Page, Turn, along, at_most, turned};
use crate::sealed::entity::{account, import_batch};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "import_batches";
/// Imports are counted no further.
pub const COUNTED: u64 = 10_000;
/// Imports on the leader's day.
const MOST_TO_SIGN: u64 = 100;
/// Rows of one file.
const MOST_OUT: u64 = 5_000;
/// Of which kind are those that a leader signs.
const SIGNED_KIND: &str = "volunteers";

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
    /// A page of the county's imports, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the list goes on from one that is not there; [`Error::Database`].
    pub async fn imports(&self, turn: &Turn) -> Result<Page<Batch>, Error> {
        let tx = self.read();
        let all = tx.visible::<import_batch::Entity>();
        let rows = along(all, [import_batch::Column::CommittedAt, import_batch::Column::Id], true, turn, &tx).await?;
        let mut page = turned(rows.limit(PAGE + 1).all(&tx).await?, turn, |row| row.id);
        let rows = std::mem::take(&mut page.rows);
        Ok(page.with(told(&tx, rows).await?))
    }

    /// How many imports there are, counted no further than [`COUNTED`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_imports(&self) -> Result<u64, Error> {
        let tx = self.read();
        tx.visible::<import_batch::Entity>().count_to(COUNTED, &tx).await
    }

    /// The newest of them for a file, and whether there are older ones. Who took it out is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn imports_out(&self) -> Result<(Vec<Batch>, bool), Error> {
        use import_batch::Column as C;
        self.require(Action::Export)?;
        let tx = self.read();
        let newest = tx.visible::<import_batch::Entity>().by_desc(C::CommittedAt).by_desc(C::Id);
        let (rows, more) = at_most(MOST_OUT, newest.limit(MOST_OUT + 1).all(&tx).await?);
        let batches = told(&tx, rows).await?;
        self.looked(TABLE, batches.iter().map(|batch| batch.id.0).collect(), "export", None).await?;
        Ok((batches, more))
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

    /// Imported volunteers that wait for the leader's signature, however many imports have come since; none for readers who do
    /// not sign.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn imports_to_sign(&self) -> Result<Vec<Batch>, Error> {
        use import_batch::Column as C;
        if !self.may(Action::ApproveVolunteer) {
            return Ok(Vec::new());
        }
        let waiting = async {
            let tx = self.read();
            let fresh = tx.visible::<import_batch::Entity>().and(C::Kind.eq(SIGNED_KIND)).and(C::Fresh.gt(0));
            let waiting = fresh.and(C::SignedAt.is_null()).and(C::UndoneAt.is_null());
            let newest = waiting.by_desc(C::CommittedAt).by_desc(C::Id);
            told(&tx, newest.limit(MOST_TO_SIGN).all(&tx).await?).await
        };
        self.remembered("imports.to_sign", String::new(), waiting).await
    }
}

async fn told(tx: &Tx, rows: Vec<import_batch::Model>) -> Result<Vec<Batch>, Error> {
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
        to_sign: stands && row.kind == SIGNED_KIND && row.fresh > 0 && row.signed_at.is_none(),
        undoable: stands && row.signed_at.is_none() && now <= until,
        by_reader: row.by_account == reader,
    }
}
