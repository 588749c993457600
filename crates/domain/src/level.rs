//! The levels above a county, read from its six digits (GB/T 2260): the first two are the region, four the league or
//! city, six the county. A number that ends in zeros stands for the whole level; 0 is the nation.

use crate::AreaId;

/// How high an area stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 全国.
    Nation,
    /// 省、自治区、直辖市.
    Region,
    /// 盟、市.
    League,
    /// 旗、县、区.
    County,
}

impl Level {
    /// The level of an area's number.
    #[must_use]
    pub fn of(area: AreaId) -> Level {
        match area.0 {
            0 => Level::Nation,
            code if code % 10_000 == 0 => Level::Region,
            code if code % 100 == 0 => Level::League,
            _ => Level::County,
        }
    }

    /// The level below; none below a county.
    #[must_use]
    pub fn below(self) -> Option<Level> {
        match self {
            Level::Nation => Some(Level::Region),
            Level::Region => Some(Level::League),
            Level::League => Some(Level::County),
            Level::County => None,
        }
    }

    /// The area of this level in which `county` lies; itself for its own level or a lower one.
    #[must_use]
    pub fn above(self, county: AreaId) -> AreaId {
        AreaId(match self {
            Level::Nation => 0,
            Level::Region => county.0 / 10_000 * 10_000,
            Level::League => county.0 / 100 * 100,
            Level::County => county.0,
        })
    }

    /// The word in addresses and texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Level::Nation => "nation",
            Level::Region => "region",
            Level::League => "league",
            Level::County => "county",
        }
    }
}

/// Whether `inner` is `outer` or lies in it.
#[must_use]
pub fn lies_in(inner: AreaId, outer: AreaId) -> bool {
    Level::of(inner) >= Level::of(outer) && Level::of(outer).above(inner) == outer
}

/// The area one level up; none above the nation.
#[must_use]
pub fn parent(area: AreaId) -> Option<AreaId> {
    match Level::of(area) {
        Level::Nation => None,
        Level::Region => Some(Level::Nation.above(area)),
        Level::League => Some(Level::Region.above(area)),
        Level::County => Some(Level::League.above(area)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: AreaId = AreaId(150_825);

    #[test]
    fn a_county_lies_in_its_league_region_and_nation() {
        let chain: Vec<i32> = std::iter::successors(Some(HERE), |a| parent(*a)).map(|a| a.0).collect();
        assert_eq!(chain, [150_825, 150_800, 150_000, 0]);
        for above in chain {
            assert!(lies_in(HERE, AreaId(above)), "{above}");
        }
    }

    #[test]
    fn nothing_lies_in_a_neighbour_or_below_itself() {
        for (inner, outer) in [(150_825, 150_700), (150_825, 620_000), (150_800, 150_825), (0, 150_000)] {
            assert!(!lies_in(AreaId(inner), AreaId(outer)), "{inner} in {outer}");
        }
    }

    #[test]
    fn levels_are_told_apart_by_their_zeros() {
        let told = [0, 150_000, 150_800, 150_825].map(|code| Level::of(AreaId(code)).code());
        assert_eq!(told, ["nation", "region", "league", "county"]);
    }
}
