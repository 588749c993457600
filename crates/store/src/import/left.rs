//! The rows that an import left out, as a file to be put right and imported again: sealed, for whoever may import in the
//! county, as long as the import can be taken back. Who imported may be away, or have left. They lie beside the account's drafts,
//! as the upload did.

use std::sync::Arc;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::ImportBatchId;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::UNDO_DAYS;
use crate::sealed::act::Act;
use crate::sealed::entity::{draft, import_batch};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "drafts";
const COLUMN: &str = "body_sealed";
/// What the name of such a draft begins with; no form has a colon in its name.
pub(crate) const NAMED: &str = "import:";

/// What a file leaves out.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The workbook.
    pub file: Arc<[u8]>,
    /// Rows that stand in it because the register cannot take them, in the order of the roster.
    pub refused: Vec<u32>,
}

fn name(batch: Uuid) -> String {
    format!("{NAMED}{batch}")
}

fn of(account: Uuid, batch: Uuid) -> Condition {
    Condition::all().add(draft::Column::AccountId.eq(account)).add(draft::Column::Form.eq(name(batch)))
}

/// Each is sealed for its own import: two of them changed about do not open.
pub(super) fn spot(account: Uuid, batch: Uuid) -> Uuid {
    Uuid::from_u128(account.as_u128() ^ batch.as_u128())
}

pub(super) async fn keep(tx: &Tx, batch: Uuid, left: &LeftOut) -> Result<(), Error> {
    tx.insert::<draft::Entity>(draft::Model {
        area_id: tx.area_id(),
        account_id: tx.account(),
        form: name(batch),
        body_sealed: tx.seal_bytes(TABLE, COLUMN, spot(tx.account(), batch), &left.file)?,
        updated_at: tx.now().0,
    })
    .await
}

/// With an import that is taken back, what it left out goes too: the whole file is imported anew.
pub(super) async fn drop_of(tx: &Tx, batch: &import_batch::Model) -> Result<(), Error> {
    tx.clear::<draft::Entity>(of(batch.by_account, batch.id)).await?;
    Ok(())
}

/// The imports of the county whose rows left out are kept, oldest first.
pub(super) async fn with_rows(tx: &Tx) -> Result<Vec<import_batch::Model>, Error> {
    let kept = tx.for_rule::<draft::Entity>().and(draft::Column::Form.starts_with(NAMED)).all(tx).await?;
    let ids = kept.iter().filter_map(|row| Uuid::try_parse(row.form.strip_prefix(NAMED)?).ok());
    let of = tx.for_rule::<import_batch::Entity>().among(ids);
    of.by(import_batch::Column::CommittedAt).by(import_batch::Column::Id).all(tx).await
}

/// Clock-driven, with what else is old.
pub(crate) async fn purge(tx: &Tx) -> Result<u64, Error> {
    let limit = tx.now().plus_minutes(-UNDO_DAYS * 24 * 60).0;
    let old = Condition::all().add(draft::Column::Form.starts_with(NAMED)).add(draft::Column::UpdatedAt.lt(limit));
    tx.clear::<draft::Entity>(old).await
}

/// Until when they can be fetched.
fn until(row: &draft::Model) -> Timestamp {
    Timestamp(row.updated_at).plus_minutes(UNDO_DAYS * 24 * 60)
}

async fn of_import(tx: &Tx, batch: ImportBatchId) -> Result<Option<draft::Model>, Error> {
    tx.require(Action::Import)?;
    let batch = tx.visible::<import_batch::Entity>().id(batch).one(tx).await?;
    let row = tx.for_rule::<draft::Entity>().and(of(batch.by_account, batch.id)).first(tx).await?;
    Ok(row.filter(|row| tx.now() <= until(row)))
}

/// That they were fetched; written down before the file is sent.
struct FetchLeft {
    batch: ImportBatchId,
}

impl Act for FetchLeft {
    const NAME: &'static str = "import.left_out";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        of_import(tx, self.batch).await?.ok_or(Error::NotFound)?;
        tx.note("import_batches", Some(self.batch.0), "left_out");
        Ok(())
    }
}

impl Desk {
    /// Until when the rows that an import left out can be fetched; none when there are none, when that time is over, and
    /// for whoever does not import.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an import of another county; [`Error::Database`].
    pub async fn left_out_until(&self, batch: ImportBatchId) -> Result<Option<Timestamp>, Error> {
        if !self.may(Action::Import) {
            return Ok(None);
        }
        Ok(of_import(&self.read(), batch).await?.as_ref().map(until))
    }

    /// The rows that an import left out, as a workbook. That they were fetched stands in the trail first.
    ///
    /// # Errors
    /// [`Error::NotFound`] also where [`Desk::left_out_until`] says none; [`Error::Forbidden`], [`Error::WrongKey`].
    pub async fn left_out(&self, batch: ImportBatchId) -> Result<Vec<u8>, Error> {
        self.require(Action::Import)?;
        self.save(FetchLeft { batch }).await?;
        let tx = self.read();
        let row = of_import(&tx, batch).await?.ok_or(Error::NotFound)?;
        tx.open_bytes(TABLE, COLUMN, spot(row.account_id, batch.0), &row.body_sealed)
    }
}
