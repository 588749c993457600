//! What whoever watches the machine must know of the records: numbers and times, nobody's name.

use naheya_domain::{AreaId, Timestamp};
use sea_orm::{ColumnTrait, Condition};

use crate::notice::held_up;
use crate::sealed::entity::{alarm, notice, outbox};
use crate::sealed::nation;
use crate::{Error, Store, SystemTask};

/// No queue is counted further.
const COUNTED: u64 = 10_000;

/// How things stand over all counties of this database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Messages that are due and not sent, up to 10,000 for each county.
    pub waiting: u64,
    /// When the oldest of them was due.
    pub oldest: Option<Timestamp>,
    /// Alarms that nobody has closed.
    pub alarms: u64,
    /// When the last verified backup was taken.
    pub backup: Option<Timestamp>,
}

impl Store {
    /// How things stand.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn watch(&self, now: Timestamp) -> Result<Watch, Error> {
        let backup = self.last_backup(now).await?.map(|kept| kept.at);
        let mut all = Watch { backup, ..Watch::default() };
        let mut counties = self.counties_with_letters(now).await?;
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        let unclosed = Condition::all().add(alarm::Column::ClosedAt.is_null());
        counties.extend(nation::counties_with::<alarm::Entity>(&tx, [unclosed]).await?);
        for area in counties {
            self.watch_county(area, now, &mut all).await?;
        }
        Ok(all)
    }

    async fn watch_county(&self, area: AreaId, now: Timestamp, all: &mut Watch) -> Result<(), Error> {
        let tx = self.as_system(SystemTask::Job, area, now).read();
        let letters = || {
            let due = tx.for_rule::<outbox::Entity>().and(outbox::Column::State.eq("queued"));
            due.and(outbox::Column::DueAt.lte(now.0))
        };
        let notices = || tx.for_rule::<notice::Entity>().and(held_up(now.0));
        all.waiting += letters().count_to(COUNTED, &tx).await? + notices().count_to(COUNTED, &tx).await?;
        let letter = letters().by(outbox::Column::DueAt).first(&tx).await?.map(|row| row.due_at);
        // One that is tried again every ten minutes has been due since the first time.
        let notice = notices().by(notice::Column::DueAt).first(&tx).await?.map(|row| row.due_at);
        all.oldest = [letter.map(Timestamp), notice.map(Timestamp), all.oldest].into_iter().flatten().min();
        let open = tx.for_rule::<alarm::Entity>().and(alarm::Column::ClosedAt.is_null());
        all.alarms += open.count_to(COUNTED, &tx).await?;
        Ok(())
    }
}
