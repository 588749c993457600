//! Administrative codes (GB/T 2260 and the statistics bureau's codes for towns), with the codes that
//! were retired but live on in identity numbers. Embedded: Inner Mongolia's leagues and cities, the
//! counties of Bayannur and the towns of Urad Rear Banner, as of 2023-06-30. A county edits its own
//! tree in the records; this table is what the software knows before anybody typed anything. Any other county of the nation
//! is found in the State's list (`nation`) when it opens.

use crate::area::AreaId;

mod nation;

/// How high an area stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaLevel {
    /// 省、自治区, two digits.
    Province,
    /// 市、盟, four digits.
    City,
    /// 县、旗、区, six digits.
    County,
    /// 镇, nine digits.
    Town,
    /// 苏木, nine digits.
    Sumu,
    /// 村、嘎查, twelve digits.
    Village,
}

impl AreaLevel {
    /// The code kept in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Town => "town",
            Self::Sumu => "sumu",
            Self::Village => "village",
        }
    }

    /// Reads a code kept in records.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Province, Self::City, Self::County, Self::Town, Self::Sumu, Self::Village]
            .into_iter()
            .find(|level| level.code() == code)
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Two, four, six, nine or twelve digits.
    pub code: &'static str,
    /// The official Chinese name.
    pub name: &'static str,
    /// Its level.
    pub level: AreaLevel,
    /// The code of the area it lies in; empty for a province.
    pub parent: &'static str,
}

impl Area {
    const fn new(code: &'static str, name: &'static str, level: AreaLevel, parent: &'static str) -> Self {
        Self { code, name, level, parent }
    }
}

/// A code that is no longer given, and the area that it became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetiredCode {
    /// The six digits of old.
    pub code: &'static str,
    /// The name of its day.
    pub name: &'static str,
    /// The six digits of now.
    pub now: &'static str,
}

/// Areas and retired codes.
#[derive(Clone, Copy, Debug)]
pub struct AreaTable {
    areas: &'static [Area],
    retired: &'static [RetiredCode],
}

const AREAS: &[Area] = &[
    Area::new("15", "内蒙古自治区", AreaLevel::Province, ""),
    Area::new("1501", "呼和浩特市", AreaLevel::City, "15"),
    Area::new("1502", "包头市", AreaLevel::City, "15"),
    Area::new("1503", "乌海市", AreaLevel::City, "15"),
    Area::new("1504", "赤峰市", AreaLevel::City, "15"),
    Area::new("1505", "通辽市", AreaLevel::City, "15"),
    Area::new("1506", "鄂尔多斯市", AreaLevel::City, "15"),
    Area::new("1507", "呼伦贝尔市", AreaLevel::City, "15"),
    Area::new("1508", "巴彦淖尔市", AreaLevel::City, "15"),
    Area::new("1509", "乌兰察布市", AreaLevel::City, "15"),
    Area::new("1522", "兴安盟", AreaLevel::City, "15"),
    Area::new("1525", "锡林郭勒盟", AreaLevel::City, "15"),
    Area::new("1529", "阿拉善盟", AreaLevel::City, "15"),
    Area::new("150802", "临河区", AreaLevel::County, "1508"),
    Area::new("150821", "五原县", AreaLevel::County, "1508"),
    Area::new("150822", "磴口县", AreaLevel::County, "1508"),
    Area::new("150823", "乌拉特前旗", AreaLevel::County, "1508"),
    Area::new("150824", "乌拉特中旗", AreaLevel::County, "1508"),
    Area::new("150825", "乌拉特后旗", AreaLevel::County, "1508"),
    Area::new("150826", "杭锦后旗", AreaLevel::County, "1508"),
    Area::new("150825100", "巴音宝力格镇", AreaLevel::Town, "150825"),
    Area::new("150825101", "呼和温都尔镇", AreaLevel::Town, "150825"),
    Area::new("150825102", "潮格温都尔镇", AreaLevel::Town, "150825"),
    Area::new("150825200", "获各琦苏木", AreaLevel::Sumu, "150825"),
    Area::new("150825201", "巴音前达门苏木", AreaLevel::Sumu, "150825"),
    Area::new("150825202", "乌盖苏木", AreaLevel::Sumu, "150825"),
];

/// 巴彦淖尔盟 became a city at the end of 2003; its counties changed their prefix from 1528 to 1508.
const RETIRED: &[RetiredCode] = &[
    RetiredCode { code: "152801", name: "临河市", now: "150802" },
    RetiredCode { code: "152822", name: "五原县", now: "150821" },
    RetiredCode { code: "152823", name: "磴口县", now: "150822" },
    RetiredCode { code: "152824", name: "乌拉特前旗", now: "150823" },
    RetiredCode { code: "152825", name: "乌拉特中旗", now: "150824" },
    RetiredCode { code: "152826", name: "乌拉特后旗", now: "150825" },
    RetiredCode { code: "152827", name: "杭锦后旗", now: "150826" },
];

impl AreaTable {
    /// The table that comes with the software.
    pub const EMBEDDED: Self = Self { areas: AREAS, retired: RETIRED };

    /// A table of one's own, for tests and other regions.
    #[must_use]
    pub const fn new(areas: &'static [Area], retired: &'static [RetiredCode]) -> Self {
        Self { areas, retired }
    }

    /// Codes no longer given, with the code that took their place.
    pub fn retired(&self) -> impl Iterator<Item = &'static RetiredCode> + use<> {
        self.retired.iter()
    }

    /// Every area, parents before what lies in them.
    pub fn areas(&self) -> impl Iterator<Item = &'static Area> + use<> {
        self.areas.iter()
    }

    /// The area with this code; a retired county code leads to the county of now.
    #[must_use]
    pub fn area(&self, code: &str) -> Option<&'static Area> {
        let now = self.retired.iter().find(|retired| retired.code == code).map_or(code, |retired| retired.now);
        self.areas.iter().find(|area| area.code == now)
    }

    /// The areas that lie directly in `code`.
    pub fn within(&self, code: &str) -> impl Iterator<Item = &'static Area> {
        self.areas.iter().filter(move |area| area.parent == code)
    }

    /// The area in `parent` that a text begins with, by its official name or without the ending
    /// (`潮格温都尔` for `潮格温都尔镇`). The longest name wins.
    #[must_use]
    pub fn named_in(&self, parent: &str, text: &str) -> Option<&'static Area> {
        self.within(parent).filter(|area| is_named(area.name, text)).max_by_key(|area| area.name.len())
    }

    /// The area with this official name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&'static Area> {
        self.areas.iter().find(|area| area.name == name)
    }
}

/// Whether a text names an area: by its name anywhere, or because it begins with the name without the ending (`潮格温都尔` for
/// `潮格温都尔镇`). One letter alone names none.
#[must_use]
pub fn is_named(name: &str, text: &str) -> bool {
    let stem = stem(name);
    text.contains(name) || (stem.chars().count() > 1 && text.starts_with(stem))
}

fn stem(name: &str) -> &str {
    ["苏木", "镇", "乡", "旗", "县", "区", "市", "盟"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name)
}

/// A county of the State's list: the unit that registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct County(&'static Area);

impl County {
    /// The county with this six-digit code, current or retired. `None` when the list does not know it.
    #[must_use]
    pub fn known(code: &str) -> Option<Self> {
        let listed = AreaTable::EMBEDDED.area(code).or_else(|| nation::area(code));
        listed.filter(|area| area.level == AreaLevel::County).map(Self)
    }

    /// The six digits of now.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// The official Chinese name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The code of the city or league it lies in.
    #[must_use]
    pub fn city(self) -> &'static str {
        self.0.parent
    }

    /// The number that its rows begin with when it registers today.
    #[must_use]
    pub fn area_id(self) -> Option<AreaId> {
        AreaId::parse(self.0.code)
    }

    /// Its towns and sumu, as far as the list knows them.
    pub fn towns(self) -> impl Iterator<Item = &'static Area> {
        nation::within(self.0.code)
    }

    /// What the list says of the grid around it and in it: its region, its league or city, itself, its towns.
    pub fn grid(self) -> impl Iterator<Item = &'static Area> {
        let city = nation::area(self.city());
        let region = city.and_then(|city| nation::area(city.parent));
        region.into_iter().chain(city).chain([self.0]).chain(self.towns())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn a_retired_county_code_is_the_county_of_now() {
        assert_eq!(County::known("152826"), County::known("150825"));
        assert_eq!(County::known("150825").unwrap().name(), "乌拉特后旗");
    }

    #[test]
    fn only_counties_of_the_table_are_known() {
        for code in ["1508", "15", "150825100", "999999", "", "15082"] {
            assert_eq!(County::known(code), None, "{code}");
        }
    }

    #[test]
    fn a_county_of_any_region_is_known() {
        for (code, name) in [("152221", "科尔沁右翼前旗"), ("110101", "东城区"), ("659001", "石河子市")] {
            assert_eq!(County::known(code).unwrap().name(), name);
        }
    }

    #[test]
    fn the_grid_of_a_county_goes_from_its_region_to_its_towns() {
        let grid: Vec<_> = County::known("152221").unwrap().grid().collect();
        let names: Vec<_> = grid.iter().take(3).map(|area| area.name).collect();
        assert_eq!(names, ["内蒙古自治区", "兴安盟", "科尔沁右翼前旗"]);
        assert!(grid.iter().skip(3).any(|town| town.level == AreaLevel::Sumu));
        assert!(grid.iter().skip(3).all(|town| town.parent == "152221"));
    }

    #[test]
    fn the_banner_has_three_towns_and_three_sumu() {
        let towns: Vec<_> = County::known("150825").unwrap().towns().collect();
        assert_eq!(towns.iter().filter(|town| town.level == AreaLevel::Town).count(), 3);
        assert_eq!(towns.iter().filter(|town| town.level == AreaLevel::Sumu).count(), 3);
    }

    #[test]
    fn a_town_is_found_in_an_address() {
        let town = |text| AreaTable::EMBEDDED.named_in("150825", text).map(|area| area.code);
        assert_eq!(town("潮格温都尔镇"), Some("150825102"));
        assert_eq!(town("乌拉特后旗获各琦苏木示例嘎查"), Some("150825200"));
        assert_eq!(town("呼和温都尔"), Some("150825101"));
        assert_eq!(town("示例路1号"), None);
    }

    #[test]
    fn every_area_lies_in_one_that_comes_before_it() {
        let mut seen = vec![""];
        for area in AreaTable::EMBEDDED.areas() {
            assert!(seen.contains(&area.parent), "{}", area.name);
            assert!(area.code.starts_with(area.parent), "{}", area.name);
            seen.push(area.code);
        }
        for retired in RETIRED {
            assert!(seen.contains(&retired.now), "{}", retired.name);
        }
    }
}
