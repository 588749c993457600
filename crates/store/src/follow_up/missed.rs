//! Follow-ups that nobody made: the clock gives them up, and whoever should know hears of it once in a morning.

use std::collections::BTreeSet;

use naheya_domain::follow_up::{self, FollowUpState, With};
use naheya_domain::{AreaId, Role, Timestamp};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{TABLE, next};
use crate::account::let_in;
use crate::grant::holders;
use crate::sealed::act::Act;
use crate::sealed::entity::{follow_up as row, outbox};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::sealed::{nation, visible};
use crate::{Error, Store, SystemTask};

/// The letter of the morning.
const KIND: &str = "follow_up.missed";

/// Clock-driven: what is long past due counts as missed. While the pair goes on, the same person is asked again after a term
/// all the same: a child that was forgotten once is not forgotten for good. Coordinators, and whoever had planned it, hear of it.
/// Returns how many.
#[derive(Clone, Debug)]
pub struct MarkMissed;

impl Act for MarkMissed {
    const NAME: &'static str = "follow_up.miss";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let late = tx.visible::<row::Entity>().and(given_up(tx.now())).limit(500).all(tx).await?;
        let planners: BTreeSet<Uuid> = late.iter().filter_map(|row| row.planned_by).collect();
        let mut count = 0;
        for before in late {
            let mut after = before.clone();
            FollowUpState::Missed.code().clone_into(&mut after.state);
            tx.change::<row::Entity>(&before, after).await?;
            if let Some(with) = With::parse(&before.with_whom) {
                next(tx, &before, with).await?;
            }
            count += 1;
        }
        if count > 0 {
            tell(tx, planners).await?;
        }
        Ok(count)
    }
}

/// Follow-ups that nobody will make any more.
fn given_up(now: Timestamp) -> Condition {
    let limit = now.plus_minutes(-follow_up::MISSED_AFTER_DAYS * 24 * 60);
    Condition::all().add(visible::is(row::Column::State, FollowUpState::Due.code())).add(row::Column::DueAt.lt(limit.0))
}

/// One letter to each for the next morning, however many were missed since the last one.
async fn tell(tx: &Tx, planners: BTreeSet<Uuid>) -> Result<(), Error> {
    use outbox::Column as C;
    let office = Role::Coordinator.code();
    if !waits(tx, C::ToRole.eq(office)).await? {
        letter(tx, None, Some(office));
    }
    let told = holders(tx, &[Role::Coordinator]).await?;
    for account in let_in(tx, planners.difference(&told).copied()).await? {
        if !waits(tx, C::ToAccount.eq(account)).await? {
            letter(tx, Some(account), None);
        }
    }
    Ok(())
}

/// Whether the next morning's letter to somebody lies there already.
async fn waits(tx: &Tx, to: SimpleExpr) -> Result<bool, Error> {
    use outbox::Column as C;
    let morning = C::DueAt.eq(follow_up::told_at(tx.now()).0);
    let queued = tx.for_rule::<outbox::Entity>().and(visible::is(C::State, "queued")).and(morning);
    Ok(queued.and(visible::is(C::Kind, KIND)).and(to).first(tx).await?.is_some())
}

fn letter(tx: &Tx, to_account: Option<Uuid>, to_role: Option<&'static str>) {
    let due_at = follow_up::told_at(tx.now()).0;
    tx.notify(Letter { kind: KIND, to_account, to_role, to_person: None, about: (TABLE, None), due_at });
}

impl Store {
    /// The counties with a follow-up that [`MarkMissed`] would mark.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_missed_follow_ups(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<row::Entity>(&tx, [given_up(now)]).await
    }
}
