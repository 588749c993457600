//! Weekends that never took place: asked for or approved, and the days are over.

use std::collections::BTreeSet;

use naheya_domain::alarm::FAMILY_FIRST;
use naheya_domain::custody::Event;
use naheya_domain::stay::{RunsFrom, Step};
use naheya_domain::{AreaId, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{after, code};
use crate::custody::happened;
use crate::sealed::act::Act;
use crate::sealed::entity::{custody_event, stay};
use crate::sealed::tx::Tx;
use crate::sealed::{nation, visible};
use crate::{Error, Store, SystemTask};

/// A phone without network tells of a release within so long of the stay's end.
pub(crate) const TOLD_WITHIN: i64 = 72 * 3_600_000;
/// Weekends ended in one act.
const ROUND: u64 = 500;
/// Why: nobody fetched the child.
const NOT_FETCHED: &str = "stay.nobody_fetched";
/// Why: the family was there first.
const WITH_FAMILY: &str = "stay.family_fetched";
/// Why: it was to begin with the family, and nobody wrote down that the child was handed over.
const NOT_GIVEN: &str = "stay.nobody_gave";
/// Why: nobody decided.
const UNDECIDED: &str = "stay.nobody_decided";

/// Clock-driven: a stay that was never begun, whose days are three days over, is called off and says why. The alarm about a child
/// whom nobody fetched stays open until a person ends it. Returns how many.
#[derive(Clone, Debug)]
pub struct LapseStays;

impl Act for LapseStays {
    const NAME: &'static str = "stay.lapse";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let mut lapsed = 0;
        for (state, why) in KINDS {
            let over = tx.visible::<stay::Entity>().and(never_begun(state, tx.now())).limit(ROUND).all(tx).await?;
            let fetched = if why == NOT_FETCHED { fetched(tx, &over).await? } else { BTreeSet::new() };
            for before in over {
                let mut row = before.clone();
                row.state = after(&before, Step::Cancel)?;
                row.cancelled_reason = Some(match why {
                    NOT_FETCHED if before.start_kind == RunsFrom::Guardian.code() => NOT_GIVEN.to_owned(),
                    NOT_FETCHED if fetched.contains(&before.id) => WITH_FAMILY.to_owned(),
                    why => why.to_owned(),
                });
                code::take_back(&mut row);
                tx.change::<stay::Entity>(&before, row).await?;
                lapsed += 1;
            }
        }
        Ok(lapsed)
    }
}

/// Of these stays those whose child the family fetched shortly before it was to go, or while it was to be away.
async fn fetched(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeSet<Uuid>, Error> {
    use custody_event::Column as C;
    let Some(first) = rows.iter().map(|row| row.starts_at).min() else { return Ok(BTreeSet::new()) };
    let of = tx.for_rule::<custody_event::Entity>().holding(C::ChildId, rows.iter().map(|row| row.child_id));
    let of = of.and(C::Kind.eq(Event::GuardianPickUp.code())).and(C::ServerAt.gte(first - FAMILY_FIRST));
    let links = of.all(tx).await?;
    let was_there = |row: &&stay::Model| {
        let days = row.starts_at - FAMILY_FIRST..=row.ends_at;
        links.iter().any(|link| link.child_id == row.child_id && days.contains(&happened(link).0))
    };
    Ok(rows.iter().filter(was_there).map(|row| row.id).collect())
}

const KINDS: [(&str, &str); 3] = [("approved", NOT_FETCHED), ("consented", UNDECIDED), ("requested", UNDECIDED)];

fn never_begun(state: &'static str, now: Timestamp) -> Condition {
    use stay::Column as C;
    let over = now.0 - TOLD_WITHIN;
    // Its beginning stands in the index; its end decides.
    let of_state = Condition::all().add(visible::is(C::State, state)).add(C::StartsAt.lt(over));
    of_state.add(C::EndsAt.lt(over)).add(C::SuspendedBy.is_null())
}

impl Store {
    /// The counties with a stay that [`LapseStays`] would end.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_lapsed_stays(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<stay::Entity>(&tx, KINDS.map(|(state, _)| never_begun(state, now))).await
    }
}
