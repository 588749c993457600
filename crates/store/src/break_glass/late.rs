//! Reviews that nobody has made in time.

use naheya_domain::{AreaId, Role, Timestamp};
use sea_orm::{ColumnTrait, Condition};

use super::{at_work, tell};
use crate::sealed::act::Act;
use crate::sealed::entity::break_glass;
use crate::sealed::nation;
use crate::sealed::tx::Tx;
use crate::{Error, Store, SystemTask};

/// Clock-driven: whoever can still review an opening hears once that it is late. Says of how many.
#[derive(Clone, Debug)]
pub struct TellLateReviews;

impl Act for TellLateReviews {
    const NAME: &'static str = "break_glass.late";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let late = tx.for_rule::<break_glass::Entity>().and(late(tx.now())).limit(100).all(tx).await?;
        let mut count = 0;
        for before in late {
            for account in reviewers(tx, &before).await? {
                tell(tx, "break_glass.late", account, before.id);
            }
            let after = break_glass::Model { late_at: Some(tx.now().0), ..before.clone() };
            tx.change::<break_glass::Entity>(&before, after).await?;
            count += 1;
        }
        Ok(count)
    }
}

/// Who may review it: the leaders but the one who opened it, and the coordinators where a leader did or there is no other leader.
async fn reviewers(tx: &Tx, row: &break_glass::Model) -> Result<Vec<uuid::Uuid>, Error> {
    let mut people = at_work(tx, Role::Leader).await?;
    people.retain(|account| *account != row.account_id);
    if people.is_empty() || row.role == Role::Leader.code() {
        people.extend(at_work(tx, Role::Coordinator).await?);
    }
    people.sort_unstable();
    people.dedup();
    people.retain(|account| *account != row.account_id);
    Ok(people)
}

/// Openings whose review is late and of which nobody has been reminded.
fn late(now: Timestamp) -> Condition {
    use break_glass::Column as C;
    Condition::all().add(C::ReviewedAt.is_null()).add(C::ReviewBy.lt(now.0)).add(C::LateAt.is_null())
}

impl Store {
    /// The counties in which [`TellLateReviews`] has something to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_late_reviews(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<break_glass::Entity>(&tx, [late(now)]).await
    }
}
