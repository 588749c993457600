//! The one registry of figures (programme.md, "The figures"): each with its key, unit and definition,
//! and what of it may leave the county. How they are counted from records stands in the store; page,
//! JSON, workbook and command are made from one [`Figures`].
//!
//! A figure whose records cannot be kept yet is not in this list, and so absent everywhere.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{AreaId, Date};

/// A figure that is counted from records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// People approved as volunteers on or before the date and not left by it.
    Volunteers,
    /// Homes with at least one such volunteer.
    Families,
    /// Different children with a pair, a stay that took place, or a talk that was held, on or before
    /// the date. (Activities join in when their attendance is kept.)
    ChildrenSupported,
    /// Pairs ever begun on or before the date: one volunteer, one child, one period.
    Pairs,
    /// Those of the pairs that had not ended by the date.
    PairsActive,
    /// Those of the pairs in which exactly one of the two is Han (GB/T 3304 code 01). A pair in which
    /// one side's group is not known is not among them.
    PairsInterethnic,
    /// Credited minutes of volunteers over 60, of entries that ended on or before the date; training
    /// and activities once another person has confirmed them.
    ServiceHours,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// People.
    Person,
    /// Homes.
    Home,
    /// Pairs of people.
    Pair,
    /// Hours.
    Hour,
}

/// Counts of people below this are not told outside the county.
pub(crate) const FEW: i64 = 5;

impl Figure {
    /// Every figure, in the order in which they are shown.
    pub const ALL: [Figure; 7] = [
        Figure::Volunteers,
        Figure::Families,
        Figure::ChildrenSupported,
        Figure::Pairs,
        Figure::PairsActive,
        Figure::PairsInterethnic,
        Figure::ServiceHours,
    ];

    /// The name in documents and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Figure::Volunteers => "volunteers",
            Figure::Families => "families",
            Figure::ChildrenSupported => "children_supported",
            Figure::Pairs => "pairs",
            Figure::PairsActive => "pairs_active",
            Figure::PairsInterethnic => "pairs_interethnic",
            Figure::ServiceHours => "service_hours",
        }
    }

    /// The figure with this key.
    #[must_use]
    pub fn parse(key: &str) -> Option<Figure> {
        Figure::ALL.into_iter().find(|figure| figure.key() == key)
    }

    /// What is counted.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Figure::Volunteers | Figure::ChildrenSupported => Unit::Person,
            Figure::Families => Unit::Home,
            Figure::Pairs | Figure::PairsActive | Figure::PairsInterethnic => Unit::Pair,
            Figure::ServiceHours => Unit::Hour,
        }
    }

    /// Whether a small count could point at people, so that 1 to 4 stay in the county.
    #[must_use]
    pub fn is_people(self) -> bool {
        self.unit() != Unit::Hour
    }
}

/// Where credited hours come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoursKind {
    /// From the custody chain of a stay.
    Stay,
    /// From the paper ledger of the years before.
    Paper,
    /// Training given.
    Training,
    /// Activities helped with.
    Activity,
    /// Corrections of the others.
    Correction,
}

impl HoursKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [HoursKind; 5] = [Self::Stay, Self::Paper, Self::Training, Self::Activity, Self::Correction];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            HoursKind::Stay => "stay",
            HoursKind::Paper => "paper",
            HoursKind::Training => "training",
            HoursKind::Activity => "activity",
            HoursKind::Correction => "correction",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<HoursKind> {
        HoursKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether an entry of this kind counts only when another person has confirmed it.
    #[must_use]
    pub fn needs_confirming(self) -> bool {
        matches!(self, HoursKind::Training | HoursKind::Activity)
    }
}

/// Who reads the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The county itself: exact.
    County,
    /// The public and the levels above: small counts of people are not told.
    Outside,
}

/// A number as it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// This many.
    Exact(i64),
    /// One to four: "<5".
    Few,
    /// Kept back so that no "<5" can be found by subtraction; see [`crate::suppression`].
    Withheld,
}

impl Shown {
    /// A count of people as it may leave its county by itself.
    #[must_use]
    pub fn of_people(count: i64) -> Shown {
        if (1..FEW).contains(&count) { Shown::Few } else { Shown::Exact(count) }
    }
}

/// The figures of one area as of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The county.
    pub area: AreaId,
    /// Its name.
    pub name: String,
    /// The day, its end included.
    pub as_of: Date,
    /// Who reads them.
    pub audience: Audience,
    counts: Vec<(Figure, i64)>,
    minutes: Vec<(HoursKind, i64)>,
}

impl Figures {
    /// Puts the counts together; the hours follow from the minutes by kind.
    #[must_use]
    pub fn new(
        area: AreaId,
        name: String,
        as_of: Date,
        audience: Audience,
        mut counts: Vec<(Figure, i64)>,
        minutes: Vec<(HoursKind, i64)>,
    ) -> Figures {
        let all: i64 = minutes.iter().map(|(_, minutes)| minutes).sum();
        counts.push((Figure::ServiceHours, all.div_euclid(60)));
        Figures { area, name, as_of, audience, counts, minutes }
    }

    /// One figure as this audience may see it; none when it is not counted.
    #[must_use]
    pub fn get(&self, figure: Figure) -> Option<Shown> {
        let count = self.counts.iter().find(|(f, _)| *f == figure).map(|(_, count)| *count)?;
        let few = self.audience == Audience::Outside && figure.is_people() && (1..FEW).contains(&count);
        Some(if few { Shown::Few } else { Shown::Exact(count) })
    }

    /// Every figure counted, in the order in which they are shown.
    #[must_use]
    pub fn all(&self) -> Vec<(Figure, Shown)> {
        Figure::ALL.into_iter().filter_map(|figure| self.get(figure).map(|shown| (figure, shown))).collect()
    }

    /// Whole hours by kind, only kinds with entries. Rounded down each, so that they may add up to
    /// less than the total.
    #[must_use]
    pub fn hours_by_kind(&self) -> Vec<(HoursKind, i64)> {
        let some = HoursKind::ALL.into_iter().filter_map(|kind| {
            let minutes = self.minutes.iter().find(|(k, _)| *k == kind)?.1;
            (minutes != 0).then_some((kind, minutes.div_euclid(60)))
        });
        some.collect()
    }
}

/// The document of contract.md: `area`, `as_of`, each figure under its key (null when it is not told),
/// `suppressed` and which, hours by kind.
impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("area", &self.area.to_string())?;
        map.serialize_entry("area_name", &self.name)?;
        map.serialize_entry("as_of", &self.as_of.to_string())?;
        let mut kept_back = Vec::new();
        for (figure, shown) in self.all() {
            match shown {
                Shown::Exact(count) => map.serialize_entry(figure.key(), &count)?,
                Shown::Few | Shown::Withheld => {
                    kept_back.push(figure.key());
                    map.serialize_entry(figure.key(), &None::<i64>)?;
                }
            }
        }
        map.serialize_entry("suppressed", &!kept_back.is_empty())?;
        map.serialize_entry("suppressed_figures", &kept_back)?;
        let by_kind: std::collections::BTreeMap<&str, i64> =
            self.hours_by_kind().into_iter().map(|(kind, hours)| (kind.code(), hours)).collect();
        map.serialize_entry("service_hours_by_kind", &by_kind)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn figures(audience: Audience, volunteers: i64) -> Figures {
        let counts = vec![(Figure::Volunteers, volunteers), (Figure::Pairs, 180)];
        let minutes = vec![(HoursKind::Stay, 179), (HoursKind::Correction, -60)];
        Figures::new(AreaId(150_825), "旗".into(), date(2026, 11, 23), audience, counts, minutes)
    }

    #[test]
    fn one_to_four_people_are_told_inside_the_county_only() {
        for (count, told) in [(0, true), (1, false), (4, false), (5, true), (180, true)] {
            let outside = figures(Audience::Outside, count).get(Figure::Volunteers);
            assert_eq!(outside, Some(if told { Shown::Exact(count) } else { Shown::Few }), "{count}");
            assert_eq!(figures(Audience::County, count).get(Figure::Volunteers), Some(Shown::Exact(count)));
        }
    }

    #[test]
    fn hours_are_no_people_and_are_told_however_few() {
        assert_eq!(figures(Audience::Outside, 0).get(Figure::ServiceHours), Some(Shown::Exact(1)));
    }

    #[test]
    fn a_figure_that_was_not_counted_is_absent() {
        let figures = figures(Audience::County, 7);
        assert_eq!(figures.get(Figure::Families), None);
        assert!(figures.all().iter().all(|(figure, _)| *figure != Figure::Families));
    }

    #[test]
    fn keys_lead_back() {
        for figure in Figure::ALL {
            assert_eq!(Figure::parse(figure.key()), Some(figure));
        }
        for kind in HoursKind::ALL {
            assert_eq!(HoursKind::parse(kind.code()), Some(kind));
        }
    }

    #[test]
    fn homes_and_pairs_are_people_too_and_hours_are_not() {
        use Figure::{ChildrenSupported, Families, Pairs, PairsActive, PairsInterethnic, ServiceHours, Volunteers};
        for figure in Figure::ALL {
            assert_eq!(figure.is_people(), figure != Figure::ServiceHours, "{figure:?}");
        }
        for (unit, figures) in [
            (Unit::Person, vec![Volunteers, ChildrenSupported]),
            (Unit::Home, vec![Families]),
            (Unit::Pair, vec![Pairs, PairsActive, PairsInterethnic]),
            (Unit::Hour, vec![ServiceHours]),
        ] {
            assert!(figures.iter().all(|figure| figure.unit() == unit), "{unit:?}");
        }
    }

    #[test]
    fn of_people_one_to_four_are_few_wherever_they_are_told() {
        let shown = [0, 1, 4, 5].map(Shown::of_people);
        assert_eq!(shown, [Shown::Exact(0), Shown::Few, Shown::Few, Shown::Exact(5)]);
    }

    #[test]
    fn training_and_activities_count_when_another_person_has_confirmed_them_and_nothing_else_waits() {
        let waits: Vec<HoursKind> = HoursKind::ALL.into_iter().filter(|kind| kind.needs_confirming()).collect();
        assert_eq!(waits, [HoursKind::Training, HoursKind::Activity]);
    }

    #[test]
    fn hours_by_kind_are_whole_rounded_down_and_only_of_kinds_with_entries() {
        let minutes = vec![(HoursKind::Activity, 0), (HoursKind::Stay, 179), (HoursKind::Correction, -61)];
        let figures = Figures::new(AreaId(1), String::new(), date(2026, 11, 23), Audience::County, vec![], minutes);
        assert_eq!(figures.hours_by_kind(), [(HoursKind::Stay, 2), (HoursKind::Correction, -2)]);
        assert_eq!(figures.get(Figure::ServiceHours), Some(Shown::Exact(1)), "the sum is rounded, not each");
    }
}
