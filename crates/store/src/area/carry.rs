//! What names a town or gacha that was merged away goes over to what took its place. Files keep the old code until somebody
//! changes them: whoever is responsible for the new place does not see them before, and nobody changes forty by hand.

use naheya_domain::access::Action;
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};

use super::{AreaRow, grid};
use crate::sealed::act::Act;
use crate::sealed::entity::{charge, child, grant, household, school, station};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// How much names an area that was merged away, or what lay in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// Children's files, those of children who have left too: the tables of earlier days count them.
    pub children: u64,
    /// Homes of volunteers.
    pub homes: u64,
    /// Schools and stations.
    pub places: u64,
    /// Roles that hold there and nowhere else: these are not carried over, people decide.
    pub roles: u64,
}

impl LeftBehind {
    /// Whether there is nothing to carry over.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.children + self.homes + self.places == 0
    }

    fn add(&mut self, other: LeftBehind) {
        self.children += other.children;
        self.homes += other.homes;
        self.places += other.places;
    }
}

/// What a town or gacha has become: itself while it stands, else what it was merged into, over as many mergers as there were.
#[must_use]
pub fn heir<'a>(areas: &'a [AreaRow], code: &str) -> Option<&'a AreaRow> {
    let of = |code: &str| areas.iter().find(|area| area.code == code);
    let mut area = of(code)?;
    // Each merger leads on to another area: there are no more of them than areas.
    for _ in areas {
        let Some(into) = area.retired_into.as_deref() else { return Some(area) };
        area = of(into)?;
    }
    None
}

/// The codes of this area and of what lies in it that were merged away, each with the code of what took its place.
fn heirs(areas: &[AreaRow], code: &str) -> Vec<(String, String)> {
    let gone = areas.iter().filter(|area| area.code.starts_with(code) && area.retired_into.is_some());
    gone.filter_map(|area| Some((area.code.clone(), heir(areas, &area.code)?.code.clone()))).collect()
}

impl Desk {
    /// How much still names an area that was merged away, with the parts of it that were.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever does not keep the areas.
    pub async fn left_behind(&self, code: &str) -> Result<LeftBehind, Error> {
        self.require(Action::KeepSchool)?;
        let tx = self.read();
        let mut left = LeftBehind::default();
        let old: Vec<String> = heirs(&grid(&tx).await?, code).into_iter().map(|(old, _)| old).collect();
        if old.is_empty() {
            return Ok(left);
        }
        let children = tx.visible::<child::Entity>().and(child::Column::TownCode.is_in(old.iter().map(String::as_str)));
        left.children = children.count(&tx).await?;
        let homes = household::Column::TownCode.is_in(old.iter().map(String::as_str));
        left.homes = tx.visible::<household::Entity>().and(homes).count(&tx).await?;
        let schools = school::Column::TownCode.is_in(old.iter().map(String::as_str));
        let stations = station::Column::TownCode.is_in(old.iter().map(String::as_str));
        left.places = tx.visible::<school::Entity>().and(schools).count(&tx).await?
            + tx.visible::<station::Entity>().and(stations).count(&tx).await?;
        let roles = tx.common::<grant::Entity>().and(grant::Column::AreaId.eq(tx.area_id()));
        let roles = roles.and(grant::Column::PlaceKind.eq("town")).and(grant::Column::EndedAt.is_null());
        left.roles = roles.and(grant::Column::PlaceRef.is_in(old)).count(&tx).await?;
        Ok(left)
    }
}

/// Everything that names an area that was merged away, or what lay in it, names from now on what took its place: children's
/// files, volunteers' homes, schools, stations with their keepers. Who is responsible for an area and who may see it is left to
/// people.
#[derive(Clone, Debug)]
pub struct CarryArea {
    /// Which.
    pub code: String,
}

impl Act for CarryArea {
    const NAME: &'static str = "area.carry";
    type Answer = LeftBehind;

    async fn run(&self, tx: &Tx) -> Result<LeftBehind, Error> {
        tx.require(Action::KeepSchool)?;
        let areas = grid(tx).await?;
        let area = areas.iter().find(|area| area.code == self.code).ok_or(Error::NotFound)?;
        if area.retired_into.is_none() {
            return Err(Error::refused("area.stands"));
        }
        let mut carried = LeftBehind::default();
        for (old, now) in heirs(&areas, &self.code) {
            carried.add(carry(tx, &old, &now).await?);
        }
        Ok(carried)
    }
}

async fn carry(tx: &Tx, old: &str, now: &str) -> Result<LeftBehind, Error> {
    let children = tx.visible::<child::Entity>().and(child::Column::TownCode.eq(old)).all(tx).await?;
    let homes = tx.visible::<household::Entity>().and(household::Column::TownCode.eq(old)).all(tx).await?;
    let schools = tx.visible::<school::Entity>().and(school::Column::TownCode.eq(old)).all(tx).await?;
    let stations = tx.visible::<station::Entity>().and(station::Column::TownCode.eq(old)).all(tx).await?;
    let of_stations = tx.visible::<charge::Entity>().and(charge::Column::TownCode.eq(old));
    let keepers = of_stations.and(charge::Column::StationId.is_not_null()).all(tx).await?;
    let carried = LeftBehind {
        children: children.len() as u64,
        homes: homes.len() as u64,
        places: (schools.len() + stations.len()) as u64,
        roles: 0,
    };
    let to = || Some(now.to_owned());
    let row = |row: child::Model| (row.clone(), child::Model { town_code: to(), ..row });
    tx.change_all::<child::Entity>(children.into_iter().map(row).collect()).await?;
    let row = |row: household::Model| (row.clone(), household::Model { town_code: to(), ..row });
    tx.change_all::<household::Entity>(homes.into_iter().map(row).collect()).await?;
    let row = |row: school::Model| (row.clone(), school::Model { town_code: to(), ..row });
    tx.change_all::<school::Entity>(schools.into_iter().map(row).collect()).await?;
    let row = |row: station::Model| (row.clone(), station::Model { town_code: now.to_owned(), ..row });
    tx.change_all::<station::Entity>(stations.into_iter().map(row).collect()).await?;
    let row = |row: charge::Model| (row.clone(), charge::Model { town_code: now.to_owned(), ..row });
    tx.change_all::<charge::Entity>(keepers.into_iter().map(row).collect()).await?;
    Ok(carried)
}

#[cfg(test)]
mod tests {
    use naheya_domain::area_code::AreaLevel;

    use super::{AreaRow, heir};

    fn area(code: &str, into: Option<&str>) -> AreaRow {
        AreaRow {
            code: code.to_owned(),
            name: code.to_owned(),
            level: AreaLevel::Town,
            parent: String::new(),
            own: true,
            retired_into: into.map(str::to_owned),
        }
    }

    #[test]
    fn what_was_merged_twice_has_become_what_stands_at_the_end() {
        let areas = [area("1", Some("2")), area("2", Some("3")), area("3", None)];
        let now = |code| heir(&areas, code).map(|area| area.code.as_str());
        assert_eq!((now("1"), now("3"), now("4")), (Some("3"), Some("3"), None));
        let round = [area("1", Some("2")), area("2", Some("1"))];
        assert_eq!(heir(&round, "1"), None, "a circle ends nowhere");
    }
}
