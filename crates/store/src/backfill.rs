//! What is made once for records that are older than it: running totals, spellings of names. A backup from before, put back
//! under a newer program, has no mark, and it is made at the next start.

use sea_orm::ColumnTrait;

use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::meta;
use crate::sealed::tx::Tx;

/// Whether it has been made here.
pub(crate) async fn is_made(tx: &Tx, what: &str) -> Result<bool, Error> {
    Ok(tx.common::<meta::Entity>().and(meta::Column::Key.eq(what)).first(tx).await?.is_some())
}

/// It has been made everywhere.
pub(crate) struct Mark(pub(crate) &'static str);

impl Act for Mark {
    const NAME: &'static str = "made.mark";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if is_made(tx, self.0).await? {
            return Ok(());
        }
        tx.insert::<meta::Entity>(meta::Model { key: self.0.into(), value: tx.now().0.to_string() }).await
    }
}
