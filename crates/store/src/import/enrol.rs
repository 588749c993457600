//! The children of an import are taken in as one, once somebody has looked through them.

use naheya_domain::access::Action;
use naheya_domain::child::ChildState;
use naheya_domain::id::ImportBatchId;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::child::enrolled;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, import_batch};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

/// Children are counted no further.
const COUNTED: u64 = 100_000;

impl Desk {
    /// How many children of an import are still applicants.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn applicants_of_import(&self, id: ImportBatchId) -> Result<u64, Error> {
        let tx = self.read();
        applicants(&tx, id.0).count_to(COUNTED, &tx).await
    }
}

fn applicants(tx: &Tx, batch: Uuid) -> Visible<child::Entity> {
    let of_batch = tx.visible::<child::Entity>().and(child::Column::BatchId.eq(batch));
    of_batch.and(child::Column::State.eq(ChildState::Applying.code()))
}

/// All children of an import who are applicants are enrolled.
#[derive(Clone, Copy, Debug)]
pub struct EnrolImported {
    /// Which import.
    pub batch: ImportBatchId,
}

impl Act for EnrolImported {
    const NAME: &'static str = "import.enrol";
    type Answer = usize;

    async fn run(&self, tx: &Tx) -> Result<usize, Error> {
        tx.require(Action::Import)?;
        tx.require(Action::KeepChild)?;
        let batch = tx.visible::<import_batch::Entity>().id(self.batch).one(tx).await?;
        let rows = applicants(tx, batch.id).by(child::Column::Id).all(tx).await?;
        if batch.undone_at.is_some() || rows.is_empty() {
            return Err(Error::refused("import.not_to_enrol"));
        }
        let all = rows.len();
        let today = tx.now().date();
        let changes = rows.into_iter().filter_map(|before| enrolled(tx, &before, today).map(|after| (before, after)));
        tx.change_all::<child::Entity>(changes.collect()).await?;
        Ok(all)
    }
}
