//! The State's list: every region, league, city and county, and the towns of Inner Mongolia, so that any county can begin
//! tomorrow. The statistics bureau's codes as of 2023-06-30 (modood/Administrative-divisions-of-China, WTFPL), without the three
//! cities that have no counties, and without zones that are no towns (codes 400 to 599). What is a city only for the list's sake
//! (`市辖区`) has the region's name before it.

use std::sync::LazyLock;

use super::{Area, AreaLevel};

/// A code and a name a line, by code: each area after what it lies in.
const LIST: &str = include_str!("nation.tsv");

static AREAS: LazyLock<Vec<Area>> = LazyLock::new(|| LIST.lines().filter_map(read).collect());

fn read(line: &'static str) -> Option<Area> {
    let (code, name) = line.split_once('\t')?;
    let (level, around) = match code.len() {
        2 => (AreaLevel::Province, 0),
        4 => (AreaLevel::City, 2),
        6 => (AreaLevel::County, 4),
        9 if name.ends_with("苏木") => (AreaLevel::Sumu, 6),
        9 => (AreaLevel::Town, 6),
        _ => return None,
    };
    Some(Area::new(code, name, level, code.get(..around)?))
}

/// The area with this code.
pub(super) fn area(code: &str) -> Option<&'static Area> {
    let place = AREAS.binary_search_by(|area| area.code.cmp(code)).ok()?;
    AREAS.get(place)
}

/// The areas that lie directly in `code`, by code.
pub(super) fn within(code: &str) -> impl Iterator<Item = &'static Area> {
    AREAS.iter().filter(move |area| area.parent == code)
}

#[cfg(test)]
mod tests {
    use super::super::AreaTable;
    use super::*;

    #[test]
    fn each_area_of_the_list_comes_after_the_one_that_it_lies_in() {
        assert_eq!(AREAS.len(), LIST.lines().count(), "each line is read");
        let mut before = "";
        for one in AREAS.iter() {
            assert!(before < one.code, "{}", one.code);
            assert!(one.parent.is_empty() || area(one.parent).is_some(), "{}", one.code);
            before = one.code;
        }
    }

    #[test]
    fn what_comes_with_the_software_stands_in_the_list_alike() {
        for one in AreaTable::EMBEDDED.areas() {
            assert_eq!(area(one.code), Some(one));
        }
    }
}
