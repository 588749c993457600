//! Pairs of paper whose last day was known beforehand: the clock ends them on it, as figures count them.

use naheya_domain::pair::PairState;
use naheya_domain::{AreaId, Role, Timestamp};
use sea_orm::{ColumnTrait, Condition};

use super::{PLANNED, call_off, is_away, of_pair, tell};
use crate::household::date;
use crate::sealed::act::Act;
use crate::sealed::entity::{pair, stay};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::sealed::{nation, visible};
use crate::stay::TOLD_WITHIN;
use crate::{Error, Store, SystemTask};

/// States of a pair that goes on.
const RUNNING: [&str; 3] = ["settling", "active", "paused"];

/// Clock-driven: a pair whose last day has come ends, what was planned is called off, and the view is lost with it. One whose
/// child is away at that moment, or goes once more by that day, goes on until the child is back; where nobody knows whether it
/// went, until no phone can tell of it any more. Returns how many ended.
#[derive(Clone, Debug)]
pub struct LapsePairs;

impl Act for LapsePairs {
    const NAME: &'static str = "pair.lapse";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let mut ended = 0;
        for before in tx.for_rule::<pair::Entity>().and(over(tx.now())).all(tx).await? {
            if is_away(tx, &before).await? || goes_once_more(tx, &before).await? {
                continue;
            }
            call_off(tx, &before, "pair.ended").await?;
            crate::term::withdraw_of(tx, before.id).await?;
            let mut after = before.clone();
            after.state = PairState::Ended.code().into();
            tx.change::<pair::Entity>(&before, after).await?;
            tell_both(tx, &before).await?;
            ended += 1;
        }
        Ok(ended)
    }
}

/// Whether a weekend within the pair's days may still come; or was approved and over, and a phone without network may yet tell
/// that the child went: a pair that ended meanwhile would leave the child with somebody who has lost the stay.
async fn goes_once_more(tx: &Tx, pair: &pair::Model) -> Result<bool, Error> {
    use stay::Column as C;
    let day_after = date(pair.ended_on.as_deref()).and_then(|last| last.tomorrow().ok());
    let Some(over) = day_after.map(|day| Timestamp::from_shanghai(day.at(0, 0, 0, 0))) else { return Ok(false) };
    let now = tx.now().0;
    let to_come = Condition::all().add(visible::is_one_of(C::State, &PLANNED)).add(C::EndsAt.gt(now));
    let untold = Condition::all().add(visible::is(C::State, "approved")).add(C::EndsAt.gt(now - TOLD_WITHIN));
    let within = tx.for_rule::<stay::Entity>().and(of_pair(pair)).and(C::EndsAt.lte(over.0));
    Ok(within.and(Condition::any().add(to_come).add(untold)).first(tx).await?.is_some())
}

/// The volunteer, and the office, which pressed nothing.
async fn tell_both(tx: &Tx, pair: &pair::Model) -> Result<(), Error> {
    tx.notify(Letter {
        kind: "pair.ended",
        to_account: None,
        to_role: Some(Role::Coordinator.code()),
        to_person: None,
        about: ("pairs", Some(pair.id)),
        due_at: tx.now().0,
    });
    tell(tx, "pair.ended", pair.id, pair.volunteer_id).await
}

/// Pairs that go on though their last day has come.
fn over(now: Timestamp) -> Condition {
    use pair::Column as C;
    Condition::all().add(visible::is_one_of(C::State, &RUNNING)).add(C::EndedOn.lte(now.date().to_string()))
}

impl Store {
    /// The counties with a pair that [`LapsePairs`] would end. Asked when a day begins: of many counties it is no question for
    /// every minute.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_lapsed_pairs(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<pair::Entity>(&tx, [over(now)]).await
    }
}
