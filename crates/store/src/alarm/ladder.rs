//! The ladder of a school: its own, or the county's.

use std::collections::BTreeMap;

use naheya_domain::access::Action;
use naheya_domain::id::SchoolId;
use naheya_domain::stay::ladder::Ladder;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{child, ladder, school, stay};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Where the return is awaited: the school of the stay's end, else the child's own.
fn school_of(stay: &stay::Model, of_child: Option<Uuid>) -> Option<Uuid> {
    stay.end_school_id.or(of_child)
}

/// The ladders of a county, for stays.
#[derive(Clone, Debug)]
pub(crate) struct Ladders {
    county: Ladder,
    schools: BTreeMap<Uuid, Ladder>,
    of_child: BTreeMap<Uuid, Uuid>,
}

impl Ladders {
    /// Those of the schools that wait for these stays.
    pub(crate) async fn of(tx: &Tx, stays: &[stay::Model]) -> Result<Ladders, Error> {
        let own = tx.for_rule::<ladder::Entity>().all(tx).await?;
        let elsewhere = stays.iter().filter(|s| s.end_school_id.is_none()).map(|s| s.child_id);
        let elsewhere: Vec<Uuid> = if own.is_empty() { Vec::new() } else { elsewhere.collect() };
        let children = tx.for_rule::<child::Entity>().among(elsewhere).all(tx).await?;
        Ok(Ladders {
            county: crate::setting::settings(tx).await?.ladder,
            schools: own.iter().filter_map(|l| Some((l.school_id, Ladder::parse(&l.minutes)?))).collect(),
            of_child: children.iter().filter_map(|c| Some((c.id, c.school_id?))).collect(),
        })
    }

    /// The one that this stay climbs, before anything is announced.
    pub(crate) fn of_stay(&self, stay: &stay::Model) -> &Ladder {
        let school = school_of(stay, self.of_child.get(&stay.child_id).copied());
        school.and_then(|id| self.schools.get(&id)).unwrap_or(&self.county)
    }
}

/// A school's ladder and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolLadder {
    /// What holds.
    pub ladder: Ladder,
    /// Whether it is the school's own; else the county's.
    pub own: bool,
    /// Counts changes; the form carries it back. 0 while the school has none of its own.
    pub version: i32,
}

impl Desk {
    /// The ladder that holds at a school.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn school_ladder(&self, id: SchoolId) -> Result<SchoolLadder, Error> {
        let tx = self.read();
        tx.visible::<school::Entity>().id(id).one(&tx).await?;
        let row = tx.for_rule::<ladder::Entity>().and(ladder::Column::SchoolId.eq(id.0)).first(&tx).await?;
        let own = row.as_ref().and_then(|l| Ladder::parse(&l.minutes));
        Ok(SchoolLadder {
            own: own.is_some(),
            version: row.map_or(0, |l| l.version),
            ladder: match own {
                Some(ladder) => ladder,
                None => crate::setting::settings(&tx).await?.ladder,
            },
        })
    }
}

/// A school gets a ladder of its own, or goes back to the county's.
#[derive(Clone, Debug)]
pub struct ChangeLadder {
    /// The school.
    pub school: SchoolId,
    /// The version that was read.
    pub version: i32,
    /// Its own from now on; none for the county's.
    pub ladder: Option<Ladder>,
}

impl Act for ChangeLadder {
    const NAME: &'static str = "ladder.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        let row = tx.for_rule::<ladder::Entity>().and(ladder::Column::SchoolId.eq(self.school.0)).first(tx).await?;
        if row.as_ref().map_or(0, |l| l.version) != self.version {
            return Err(Error::Stale);
        }
        match (row, &self.ladder) {
            (Some(before), Some(ladder)) => {
                let after = ladder::Model { minutes: ladder.record(), ..before.clone() };
                tx.change::<ladder::Entity>(&before, after).await.map(|_| ())
            }
            (Some(before), None) => tx.remove::<ladder::Entity>(&before).await,
            (None, Some(ladder)) => {
                let (school_id, minutes) = (self.school.0, ladder.record());
                let row = ladder::Model { area_id: tx.area_id(), id: Uuid::now_v7(), school_id, minutes, version: 1 };
                tx.insert::<ladder::Entity>(row).await
            }
            (None, None) => Ok(()),
        }
    }
}
