//! Stations of the grid: opened, changed, closed by their last day; none is ever taken away.

use naheya_domain::access::Action;
use naheya_domain::charge::Days;
use naheya_domain::id::StationId;
use naheya_domain::name_order::by_sound;
use naheya_domain::station::{StationDetails, StationKind};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::area::standing;
use crate::sealed::act::Act;
use crate::sealed::entity::station as row;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "stations";

/// A station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Which.
    pub id: StationId,
    /// The code of the town or gacha it stands in.
    pub town_code: String,
    /// Kind, name, address, opening words and days.
    pub details: StationDetails,
    /// Counts changes; the form carries it back.
    pub version: i32,
}

impl Desk {
    /// One station.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none for this reader.
    pub async fn station(&self, id: StationId) -> Result<Station, Error> {
        let tx = self.read();
        let found = tx.visible::<row::Entity>().id(id).one(&tx).await?;
        shown(found).ok_or(Error::NotFound)
    }

    /// The stations that stand in exactly this area, those closed too, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn stations(&self, town_code: &str) -> Result<Vec<Station>, Error> {
        let tx = self.read();
        let rows = tx.visible::<row::Entity>().and(row::Column::TownCode.eq(town_code));
        let mut rows = rows.by(row::Column::Id).all(&tx).await?;
        rows.sort_by_cached_key(|station| by_sound(&station.name));
        Ok(rows.into_iter().filter_map(shown).collect())
    }

    /// Every station for a file, those closed too, by area and name. Who took it out is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn stations_out(&self) -> Result<Vec<Station>, Error> {
        self.require(Action::Export)?;
        let all = by_area(&self.read()).await?;
        self.looked(TABLE, all.iter().map(|station| station.id.0).collect(), "export", None).await?;
        Ok(all)
    }

    /// The stations that the reader sees and that are open today, by area and name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_stations(&self) -> Result<Vec<Station>, Error> {
        open_stations(&self.read()).await
    }
}

pub(crate) async fn open_stations(tx: &Tx) -> Result<Vec<Station>, Error> {
    let today = tx.now().date();
    Ok(by_area(tx).await?.into_iter().filter(|station| station.details.days.holds(today)).collect())
}

/// Those that the reader sees, closed ones too, by area and name.
async fn by_area(tx: &Tx) -> Result<Vec<Station>, Error> {
    let mut rows = tx.visible::<row::Entity>().all(tx).await?;
    rows.sort_by_cached_key(|station| (station.town_code.clone(), by_sound(&station.name)));
    Ok(rows.into_iter().filter_map(shown).collect())
}

fn shown(row: row::Model) -> Option<Station> {
    Some(Station {
        id: StationId(row.id),
        town_code: row.town_code,
        details: StationDetails {
            kind: StationKind::parse(&row.kind)?,
            name: row.name,
            address: row.address,
            opening: row.opening,
            days: days(&row.from_on, row.to_on.as_deref())?,
        },
        version: row.version,
    })
}

/// The days of a record. `None` when a day in it cannot be read.
pub(crate) fn days(from_on: &str, to_on: Option<&str>) -> Option<Days> {
    let to = match to_on {
        Some(day) => Some(day.parse().ok()?),
        None => None,
    };
    Some(Days { from: from_on.parse().ok()?, to })
}

/// A station opens in a town or gacha of the county.
#[derive(Clone, Debug)]
pub struct OpenStation {
    /// The area's code.
    pub town_code: String,
    /// What it is.
    pub details: StationDetails,
}

impl Act for OpenStation {
    const NAME: &'static str = "station.open";
    type Answer = StationId;

    async fn run(&self, tx: &Tx) -> Result<StationId, Error> {
        tx.require(Action::KeepGrid)?;
        let area = standing(tx, &self.town_code).await?;
        let id = Uuid::now_v7();
        tx.insert::<row::Entity>(filled(
            &self.details,
            row::Model {
                area_id: tx.area_id(),
                id,
                town_code: area.code,
                kind: String::new(),
                name: String::new(),
                address: None,
                opening: None,
                from_on: String::new(),
                to_on: None,
                version: 1,
            },
        ))
        .await?;
        Ok(StationId(id))
    }
}

fn filled(details: &StationDetails, row: row::Model) -> row::Model {
    row::Model {
        kind: details.kind.code().to_owned(),
        name: details.name.clone(),
        address: details.address.clone(),
        opening: details.opening.clone(),
        from_on: details.days.from.to_string(),
        to_on: details.days.to.map(|day| day.to_string()),
        ..row
    }
}

/// What is said of a station changes: also its last day.
#[derive(Clone, Debug)]
pub struct ChangeStation {
    /// Which.
    pub station: StationId,
    /// The version that was read.
    pub version: i32,
    /// What holds now.
    pub details: StationDetails,
}

impl Act for ChangeStation {
    const NAME: &'static str = "station.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepGrid)?;
        let before = tx.visible::<row::Entity>().id(self.station).one(tx).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        tx.change::<row::Entity>(&before, filled(&self.details, before.clone())).await?;
        Ok(())
    }
}
