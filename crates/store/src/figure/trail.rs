//! From a figure back to the records that it counts.

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::figure::{Audience, Figure};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{Rows, rows_of};
use crate::sealed::entity::{child, hours_entry, household, pair, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Records on one page.
const PAGE: u64 = 50;

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

/// A page of the records behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The records.
    pub rows: Vec<Behind>,
    /// The key of the next page, when there is one.
    pub next: Option<Uuid>,
}

impl Desk {
    /// The records that `figure` counts as of a day, by id, after the record `after`; for the county's
    /// own office. Levels above see figures, not records.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else.
    pub async fn records_behind(&self, figure: Figure, as_of: Date, after: Option<Uuid>) -> Result<Page, Error> {
        self.require(Action::SeeReport)?;
        if self.audience() != Audience::County {
            return Err(Error::Forbidden);
        }
        let tx = self.read();
        let after = after.unwrap_or_default();
        let mut rows = match rows_of(&tx, figure, as_of) {
            Rows::Volunteers(which) if figure == Figure::Families => homes(&tx, which, after).await?,
            Rows::Volunteers(which) => volunteers(&tx, which, after).await?,
            Rows::Children(which) => children(&tx, which, after).await?,
            Rows::Pairs(which) => pairs(&tx, which, after).await?,
            Rows::Hours(which) => hours(&tx, which, after).await?,
        };
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(50));
        let next = rows.last().map(|row| row.id).filter(|_| more);
        Ok(Page { rows, next })
    }
}

async fn volunteers(tx: &Tx, which: sea_orm::Condition, after: Uuid) -> Result<Vec<Behind>, Error> {
    use volunteer::Column as V;
    let seen = tx.visible::<volunteer::Entity>().and(which).and(V::Id.gt(after));
    let found = seen.by(V::Id).limit(PAGE + 1).all(tx).await?;
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
async fn homes(tx: &Tx, which: sea_orm::Condition, after: Uuid) -> Result<Vec<Behind>, Error> {
    use household::Column as H;
    let ids = tx.visible::<volunteer::Entity>().and(which.clone()).ids(volunteer::Column::HouseholdId);
    let seen = tx.visible::<household::Entity>().and(H::Id.in_subquery(ids)).and(H::Id.gt(after));
    let found = seen.by(H::Id).limit(PAGE + 1).all(tx).await?;
    let homes: Vec<Uuid> = found.iter().map(|home| home.id).collect();
    let mothers =
        tx.visible::<volunteer::Entity>().and(which).and(volunteer::Column::HouseholdId.is_in(homes)).all(tx).await?;
    let rows = found.into_iter().filter_map(|home| {
        let mother = mothers.iter().find(|v| v.household_id == home.id)?;
        let path = Path::Volunteer(mother.id);
        Some(Behind { id: home.id, label: home.name, since: mother.joined_on.clone(), minutes: None, path })
    });
    Ok(rows.collect())
}

async fn children(tx: &Tx, which: sea_orm::Condition, after: Uuid) -> Result<Vec<Behind>, Error> {
    use child::Column as C;
    let found = tx.visible::<child::Entity>().and(which).and(C::Id.gt(after)).by(C::Id).limit(PAGE + 1).all(tx).await?;
    let row = |c: child::Model| Behind {
        id: c.id,
        label: c.name,
        since: c.enrolled_on,
        minutes: None,
        path: Path::Child(c.id),
    };
    Ok(found.into_iter().map(row).collect())
}

async fn pairs(tx: &Tx, which: sea_orm::Condition, after: Uuid) -> Result<Vec<Behind>, Error> {
    use pair::Column as P;
    let found = tx.visible::<pair::Entity>().and(which).and(P::Id.gt(after)).by(P::Id).limit(PAGE + 1).all(tx).await?;
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
async fn hours(tx: &Tx, which: sea_orm::Condition, after: Uuid) -> Result<Vec<Behind>, Error> {
    use hours_entry::Column as H;
    let found =
        tx.visible::<hours_entry::Entity>().and(which).and(H::Id.gt(after)).by(H::Id).limit(PAGE + 1).all(tx).await?;
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
