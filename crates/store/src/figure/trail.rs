//! From a figure back to the records that it counts.

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::figure::{Audience, Figure};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{Rows, rows_of};
use crate::child::PAGE;
use crate::order::{Page, Turn, beyond, turned};
use crate::sealed::entity::{child, hours_entry, household, pair, volunteer};
use crate::sealed::record::Record;
use crate::sealed::tally;
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

/// Records behind a figure are counted no further.
pub const MOST_BEHIND: u64 = 1_000;

/// Which page a record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// `/volunteers/{id}`.
    Volunteer(Uuid),
    /// `/children/{id}`.
    Child(Uuid),
    /// `/pairs/{id}`.
    Pair(Uuid),
    /// `/stays/{id}`.
    Stay(Uuid),
}

/// One record that a figure counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The record's id: the key of paging.
    pub id: Uuid,
    /// What it is called: names, or the number of a home.
    pub label: String,
    /// From which day it counts.
    pub since: Option<String>,
    /// Credited minutes, for hours.
    pub minutes: Option<i32>,
    /// Its page.
    pub path: Path,
}

impl Desk {
    /// A page of the records that `figure` counts as of a day, by id; for the county's own office. Levels above see figures,
    /// not records.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else.
    pub async fn records_behind(&self, figure: Figure, as_of: Date, turn: &Turn) -> Result<Page<Behind>, Error> {
        self.may_see_records()?;
        let tx = self.read();
        let rows = match rows_of(&tx, figure, as_of) {
            Rows::Volunteers(which) if figure == Figure::Families => homes(&tx, which, as_of, turn).await?,
            Rows::Volunteers(which) => volunteers(&tx, which, turn).await?,
            Rows::Children(which) => children(&tx, which, as_of, turn).await?,
            Rows::Pairs(which) => pairs(&tx, which, turn).await?,
            Rows::Hours(which) => hours(&tx, which, turn).await?,
        };
        Ok(turned(rows, turn, |row| row.id))
    }

    /// How many records that are, counted no further than [`MOST_BEHIND`]: of hours the entries, which the figure does not
    /// tell.
    ///
    /// # Errors
    /// As [`Desk::records_behind`].
    pub async fn count_records_behind(&self, figure: Figure, as_of: Date) -> Result<u64, Error> {
        self.may_see_records()?;
        let tx = self.read();
        match rows_of(&tx, figure, as_of) {
            Rows::Volunteers(which) if figure == Figure::Families => {
                homes_of(&tx, which).count_to(MOST_BEHIND, &tx).await
            }
            Rows::Volunteers(which) => counted(tx.visible::<volunteer::Entity>(), which, &tx).await,
            Rows::Children(which) => counted(tx.visible::<child::Entity>(), which, &tx).await,
            Rows::Pairs(which) => counted(tx.visible::<pair::Entity>(), which, &tx).await,
            Rows::Hours(which) => counted(tx.visible::<hours_entry::Entity>(), which, &tx).await,
        }
    }

    fn may_see_records(&self) -> Result<(), Error> {
        self.require(Action::SeeReport)?;
        if self.audience() == Audience::County { Ok(()) } else { Err(Error::Forbidden) }
    }
}

async fn counted<E: Record>(seen: Visible<E>, which: Condition, tx: &Tx) -> Result<u64, Error>
where
    E::Model: Send + Sync,
{
    seen.and(which).count_to(MOST_BEHIND, tx).await
}

/// Rows of one page by id, and one more.
fn on_page<E: Record>(seen: Visible<E>, id: E::Column, turn: &Turn) -> Visible<E>
where
    E::Model: Send + Sync,
{
    beyond(seen, [id], turn.is_back(), turn.mark().map(|mark| [mark.id.into()])).limit(PAGE + 1)
}

async fn volunteers(tx: &Tx, which: Condition, turn: &Turn) -> Result<Vec<Behind>, Error> {
    let seen = tx.visible::<volunteer::Entity>().and(which);
    let found = on_page(seen, volunteer::Column::Id, turn).all(tx).await?;
    let row = |v: volunteer::Model| Behind {
        id: v.id,
        label: v.name,
        since: v.joined_on,
        minutes: None,
        path: Path::Volunteer(v.id),
    };
    Ok(found.into_iter().map(row).collect())
}

/// A home leads to the file of a volunteer who lives in it.
async fn homes(tx: &Tx, which: Condition, as_of: Date, turn: &Turn) -> Result<Vec<Behind>, Error> {
    let found = on_page(homes_of(tx, which.clone()), household::Column::Id, turn).all(tx).await?;
    let homes: Vec<Uuid> = found.iter().map(|home| home.id).collect();
    let days = tally::homes_since(tx, &homes, &as_of.to_string()).await?;
    let mothers =
        tx.visible::<volunteer::Entity>().and(which).and(volunteer::Column::HouseholdId.is_in(homes)).all(tx).await?;
    let rows = found.into_iter().filter_map(|home| {
        let mother = mothers.iter().find(|v| v.household_id == home.id)?;
        let path = Path::Volunteer(mother.id);
        Some(Behind { id: home.id, label: home.name, since: days.get(&home.id).cloned(), minutes: None, path })
    });
    Ok(rows.collect())
}

fn homes_of(tx: &Tx, which: Condition) -> Visible<household::Entity> {
    let ids = tx.visible::<volunteer::Entity>().and(which).ids(volunteer::Column::HouseholdId);
    tx.visible::<household::Entity>().and(household::Column::Id.in_subquery(ids))
}

async fn children(tx: &Tx, which: Condition, as_of: Date, turn: &Turn) -> Result<Vec<Behind>, Error> {
    let found = on_page(tx.visible::<child::Entity>().and(which), child::Column::Id, turn).all(tx).await?;
    let ids: Vec<Uuid> = found.iter().map(|child| child.id).collect();
    let days = tally::children_since(tx, &ids, &as_of.to_string()).await?;
    let row = |c: child::Model| Behind {
        id: c.id,
        label: c.name,
        since: days.get(&c.id).cloned(),
        minutes: None,
        path: Path::Child(c.id),
    };
    Ok(found.into_iter().map(row).collect())
}

async fn pairs(tx: &Tx, which: Condition, turn: &Turn) -> Result<Vec<Behind>, Error> {
    let found = on_page(tx.visible::<pair::Entity>().and(which), pair::Column::Id, turn).all(tx).await?;
    let (kids, mothers): (Vec<Uuid>, Vec<Uuid>) = found.iter().map(|p| (p.child_id, p.volunteer_id)).unzip();
    let kids = tx.visible::<child::Entity>().among(kids).all(tx).await?;
    let mothers = tx.visible::<volunteer::Entity>().among(mothers).all(tx).await?;
    let row = |p: pair::Model| {
        let child = kids.iter().find(|c| c.id == p.child_id).map(|c| c.name.as_str()).unwrap_or_default();
        let mother = mothers.iter().find(|v| v.id == p.volunteer_id).map(|v| v.name.as_str()).unwrap_or_default();
        let label = format!("{child} — {mother}");
        Behind { id: p.id, label, since: Some(p.begun_on), minutes: None, path: Path::Pair(p.id) }
    };
    Ok(found.into_iter().map(row).collect())
}

/// An entry of a stay leads to the stay, another one to the pair, or else to the volunteer.
async fn hours(tx: &Tx, which: Condition, turn: &Turn) -> Result<Vec<Behind>, Error> {
    let found = on_page(tx.visible::<hours_entry::Entity>().and(which), hours_entry::Column::Id, turn).all(tx).await?;
    let mothers: Vec<Uuid> = found.iter().map(|h| h.volunteer_id).collect();
    let mothers = tx.visible::<volunteer::Entity>().among(mothers).all(tx).await?;
    let row = |h: hours_entry::Model| {
        let label = mothers.iter().find(|v| v.id == h.volunteer_id).map(|v| v.name.clone()).unwrap_or_default();
        let path = h.stay_id.map(Path::Stay).or(h.pair_id.map(Path::Pair)).unwrap_or(Path::Volunteer(h.volunteer_id));
        let since = Some(naheya_domain::Timestamp(h.starts_at).date().to_string());
        Behind { id: h.id, label, since, minutes: Some(h.minutes), path }
    };
    Ok(found.into_iter().map(row).collect())
}
