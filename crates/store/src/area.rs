//! The county's own part of the grid: towns and sumus, and the gachas and villages in them. The
//! State's list is where it begins; the county adds what is missing, corrects names and says what was
//! merged into what. A code that is gone stays, because files name it.

use naheya_domain::access::Action;
use naheya_domain::area_code::AreaLevel;
use sea_orm::{ColumnTrait, Condition};

use crate::grid::NOWHERE;
use crate::sealed::act::Act;
use crate::sealed::entity::{area, county};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

mod carry;

pub use carry::{CarryArea, LeftBehind, heir};

const TABLE: &str = "areas";
/// Digits of a town's code; a gacha's has three more.
const TOWN_DIGITS: usize = 9;
/// Codes that a county gives itself end in 901 to 999, which the statistics bureau leaves free.
const OWN_CODES: std::ops::RangeInclusive<u32> = 901..=999;

/// A town, sumu, gacha or village of the county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaRow {
    /// Nine or twelve digits.
    pub code: String,
    /// Name.
    pub name: String,
    /// Level.
    pub level: AreaLevel,
    /// The code of the town it lies in; the county's for a town.
    pub parent: String,
    /// Whether the county made it.
    pub own: bool,
    /// The code of what it was merged into; none while it stands.
    pub retired_into: Option<String>,
}

/// The county's six digits of now.
async fn county_code(tx: &Tx) -> Result<String, Error> {
    let row = tx.common::<county::Entity>().and(county::Column::AreaId.eq(tx.area_id())).first(tx).await?;
    row.map(|c| c.code).ok_or(Error::NotFound)
}

/// Codes that begin with `code`, as a range of the index. `LIKE` would read every row. The end is made of digits, as codes are: a
/// server's language may put every other sign before them.
pub(crate) fn within<C: ColumnTrait>(column: C, code: &str) -> Condition {
    Condition::all().add(column.gte(code)).add(column.lt(format!("{code}999999999999")))
}

/// Rows of any of these towns and gachas and of what lies in them; of everywhere when none is named.
pub(crate) fn within_any<C: ColumnTrait>(column: C, codes: &[String]) -> Condition {
    if codes.is_empty() {
        return Condition::all();
    }
    codes.iter().fold(Condition::any(), |any, code| any.add(within(column, code)))
}

async fn below(tx: &Tx, code: &str) -> Result<Vec<area::Model>, Error> {
    tx.common::<area::Entity>()
        .and(within(area::Column::Code, code))
        .and(area::Column::Code.ne(code))
        .by(area::Column::Code)
        .all(tx)
        .await
}

async fn one(tx: &Tx, code: &str) -> Result<area::Model, Error> {
    let county = county_code(tx).await?;
    let all = below(tx, &county).await?;
    all.into_iter().find(|a| a.code == code).ok_or(Error::NotFound)
}

/// A town or gacha of the county that has not been merged away.
pub(crate) async fn standing(tx: &Tx, code: &str) -> Result<area::Model, Error> {
    let area = one(tx, code).await?;
    if area.retired_into.is_some() { Err(Error::refused("area.retired")) } else { Ok(area) }
}

/// Every town and gacha of the county, by code.
pub(crate) async fn grid(tx: &Tx) -> Result<Vec<AreaRow>, Error> {
    let county = county_code(tx).await?;
    Ok(below(tx, &county).await?.into_iter().filter_map(shown).collect())
}

/// Rows of a town or gacha and what lies in it; for [`NOWHERE`] those that lie in none of the county's, or that say none.
pub(crate) async fn in_town<C: ColumnTrait>(tx: &Tx, column: C, code: &str) -> Result<Condition, Error> {
    if code != NOWHERE {
        return Ok(within(column, code));
    }
    let mut known = Condition::any();
    for town in grid(tx).await?.iter().filter(|area| area.code.len() == TOWN_DIGITS) {
        known = known.add(within(column, &town.code));
    }
    Ok(Condition::any().add(column.is_null()).add(known.not()))
}

fn shown(row: area::Model) -> Option<AreaRow> {
    Some(AreaRow {
        level: AreaLevel::parse(&row.level)?,
        parent: row.parent.unwrap_or_default(),
        code: row.code,
        name: row.name,
        own: row.own,
        retired_into: row.retired_into,
    })
}

impl Desk {
    /// Every town and gacha of the county, by code: each town before what lies in it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn areas(&self) -> Result<Vec<AreaRow>, Error> {
        let tx = self.read();
        let county = self.store().county(&tx, tx.area()).await?.ok_or(Error::NotFound)?;
        Ok(below(&tx, &county.code).await?.into_iter().filter_map(shown).collect())
    }

    /// The same for a file. Who took it out is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn areas_out(&self) -> Result<Vec<AreaRow>, Error> {
        self.require(Action::Export)?;
        let areas = self.areas().await?;
        self.left(TABLE).await?;
        Ok(areas)
    }

    /// Whether the county has, or had, a town or gacha of this code.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_area(&self, code: &str) -> Result<bool, Error> {
        let tx = self.read();
        let county = self.store().county(&tx, tx.area()).await?.ok_or(Error::NotFound)?;
        let own = code.starts_with(&county.code) && code.len() > county.code.len();
        Ok(own && tx.common::<area::Entity>().and(area::Column::Code.eq(code)).first(&tx).await?.is_some())
    }

    /// The towns and sumus of the county alone, by code: what a filter offers.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn towns(&self) -> Result<Vec<AreaRow>, Error> {
        let towns = async {
            let tx = self.read();
            let county = self.store().county(&tx, tx.area()).await?.ok_or(Error::NotFound)?;
            let all = tx.common::<area::Entity>().and(within(area::Column::Code, &county.code));
            let towns = all.and(area::Column::Parent.eq(county.code.as_str())).by(area::Column::Code);
            Ok(towns.all(&tx).await?.into_iter().filter_map(shown).collect())
        };
        self.remembered("towns", String::new(), towns).await
    }
}

/// The code of the town, of these, in which a place lies.
pub(crate) fn town_of<'a>(towns: &'a [AreaRow], code: Option<&str>) -> Option<&'a str> {
    let code = code?;
    towns.iter().map(|town| town.code.as_str()).find(|town| code.starts_with(town))
}

pub(crate) fn named(name: &str) -> Result<String, Error> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Error::field("name", "required.missing")),
        1 => Err(Error::field("name", "text.too_short")),
        2..=30 => Ok(name.to_owned()),
        _ => Err(Error::field("name", "text.too_long")),
    }
}

fn is_free(rows: &[area::Model], parent: &str, name: &str, but: &str) -> Result<(), Error> {
    let taken = rows
        .iter()
        .any(|a| a.parent.as_deref() == Some(parent) && a.name == name && a.code != but && a.retired_into.is_none());
    if taken { Err(Error::field("name", "area.exists")) } else { Ok(()) }
}

/// A town or sumu of the county, or a gacha of a town, that the State's list does not have yet.
#[derive(Clone, Debug)]
pub struct AddArea {
    /// The town's code; empty for a town of the county.
    pub parent: String,
    /// Name, 2 to 30 characters, unique in its parent.
    pub name: String,
    /// The statistics bureau's code where it is known; empty for one of the county's own.
    pub code: String,
}

impl Act for AddArea {
    const NAME: &'static str = "area.add";
    type Answer = String;

    async fn run(&self, tx: &Tx) -> Result<String, Error> {
        tx.require(Action::KeepSchool)?;
        let name = named(&self.name)?;
        let county = county_code(tx).await?;
        let rows = below(tx, &county).await?;
        let parent = match self.parent.trim() {
            "" => county,
            code => {
                let town = rows.iter().find(|a| a.code == code && a.code.len() == 9 && a.retired_into.is_none());
                town.ok_or_else(|| Error::field("parent", "town.unknown"))?.code.clone()
            }
        };
        is_free(&rows, &parent, &name, "")?;
        let code = self.code_in(&parent, &rows)?;
        let level = match (parent.len(), name.ends_with("苏木")) {
            (6, true) => AreaLevel::Sumu,
            (6, false) => AreaLevel::Town,
            _ => AreaLevel::Village,
        };
        tx.insert::<area::Entity>(area::Model {
            code: code.clone(),
            name,
            level: level.code().into(),
            parent: Some(parent),
            retired_into: None,
            own: true,
        })
        .await?;
        tx.note(TABLE, None, "code");
        Ok(code)
    }
}

impl AddArea {
    fn code_in(&self, parent: &str, rows: &[area::Model]) -> Result<String, Error> {
        let taken = |code: &str| rows.iter().any(|a| a.code == code);
        let typed = self.code.trim();
        if typed.is_empty() {
            let mut own = OWN_CODES.map(|n| format!("{parent}{n}"));
            return own.find(|code| !taken(code)).ok_or_else(|| Error::field("code", "area.code_taken"));
        }
        let fits = typed.len() == parent.len() + 3 && typed.starts_with(parent);
        if !fits || !typed.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::field("code", "area.code_wrong"));
        }
        if taken(typed) { Err(Error::field("code", "area.code_taken")) } else { Ok(typed.to_owned()) }
    }
}

/// Another name; the code stays.
#[derive(Clone, Debug)]
pub struct RenameArea {
    /// Which.
    pub code: String,
    /// Name, 2 to 30 characters, unique in its parent.
    pub name: String,
}

impl Act for RenameArea {
    const NAME: &'static str = "area.rename";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = one(tx, &self.code).await?;
        let name = named(&self.name)?;
        let parent = before.parent.clone().unwrap_or_default();
        is_free(&below(tx, &parent).await?, &parent, &name, &before.code)?;
        tx.change::<area::Entity>(&before, area::Model { name, ..before.clone() }).await?;
        Ok(())
    }
}

/// It was merged into another of its level. Files keep the old code until somebody changes them, or all at once ([`CarryArea`]).
#[derive(Clone, Debug)]
pub struct RetireArea {
    /// Which.
    pub code: String,
    /// Into which.
    pub into: String,
}

impl Act for RetireArea {
    const NAME: &'static str = "area.retire";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = one(tx, &self.code).await?;
        let into = one(tx, &self.into).await.map_err(|error| error.in_field("into", "town.unknown"))?;
        let fits = into.code != before.code && into.code.len() == before.code.len() && into.retired_into.is_none();
        if !fits {
            return Err(Error::field("into", "town.unknown"));
        }
        if below(tx, &before.code).await?.iter().any(|part| part.retired_into.is_none()) {
            return Err(Error::refused("area.has_parts"));
        }
        tx.change::<area::Entity>(&before, area::Model { retired_into: Some(into.code), ..before.clone() }).await?;
        Ok(())
    }
}

/// It stands again: the merger was an error.
#[derive(Clone, Debug)]
pub struct RestoreArea {
    /// Which.
    pub code: String,
}

impl Act for RestoreArea {
    const NAME: &'static str = "area.restore";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = one(tx, &self.code).await?;
        let parent = before.parent.clone().unwrap_or_default();
        if before.code.len() > TOWN_DIGITS && one(tx, &parent).await?.retired_into.is_some() {
            // It would stand in a town that is not there.
            return Err(Error::refused("area.town_gone"));
        }
        is_free(&below(tx, &parent).await?, &parent, &before.name, &before.code)?;
        tx.change::<area::Entity>(&before, area::Model { retired_into: None, ..before.clone() }).await?;
        Ok(())
    }
}
