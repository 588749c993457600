//! The demo's clock runs ahead of the wall's, so that a weekend can be rehearsed on a Monday. It is
//! kept with the records: a demo that is opened again goes on where it stood.

use naheya_domain::Timestamp;
use sea_orm::ColumnTrait;

use super::{COUNTY, DemoMark, MARK};
use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{meta, session};
use crate::sealed::tx::Tx;

impl Store {
    /// Puts a demo's clock `by` milliseconds further ahead and says how far ahead it is then. Whoever
    /// is signed in stays so: nobody has sat idle in between.
    ///
    /// # Errors
    /// [`Error::NotFound`] when these records are no demo; refused with `demo.clock_back` when `by` is
    /// not positive: custody and trail know no way back.
    pub async fn put_demo_clock(&self, by: i64, now: Timestamp) -> Result<i64, Error> {
        self.as_system(SystemTask::Demo, COUNTY, now).save(PutForward { by }).await
    }
}

struct PutForward {
    by: i64,
}

impl Act for PutForward {
    const NAME: &'static str = "demo.clock";
    type Answer = i64;

    async fn run(&self, tx: &Tx) -> Result<i64, Error> {
        if self.by <= 0 {
            return Err(Error::refused("demo.clock_back"));
        }
        let kept = tx.common::<meta::Entity>().and(meta::Column::Key.eq(MARK)).first(tx).await?;
        let kept = kept.ok_or(Error::NotFound)?;
        let mut mark: DemoMark = serde_json::from_str(&kept.value).map_err(|_| Error::Database("mark".into()))?;
        mark.ahead = mark.ahead.saturating_add(self.by);
        let value = serde_json::to_string(&mark).map_err(|_| Error::Database("mark".into()))?;
        tx.change::<meta::Entity>(&kept, meta::Model { value, ..kept.clone() }).await?;
        let open = tx.common::<session::Entity>().and(session::Column::EndedAt.is_null()).all(tx).await?;
        for row in open {
            let (seen_at, expires_at) = (row.seen_at.saturating_add(self.by), row.expires_at.saturating_add(self.by));
            tx.change::<session::Entity>(&row, session::Model { seen_at, expires_at, ..row.clone() }).await?;
        }
        Ok(mark.ahead)
    }
}
