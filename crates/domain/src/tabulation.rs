//! The county's table for print: whom the programme reaches, town by town, in numbered columns that must agree with each
//! other (勾稽关系), as the totals sheet of the national register of left-behind children (农村留守儿童基本情况登记表,
//! 2016) has them: "1 = 2 + 3".
//!
//! Every column is counted from the records by itself and none is worked out from others, so an equation that does not
//! hold says that something is wrong.

use crate::Date;
use crate::calendar_date::age_on;
use crate::figure::Figure;
use crate::sex::Sex;

const HAN: &str = "01";
const MONGOL: &str = "02";

/// One numbered column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Children as [`Figure::ChildrenSupported`] counts them.
    Children,
    /// Boys.
    Boys,
    /// Girls.
    Girls,
    /// Nobody wrote down which.
    SexUnknown,
    /// Han, GB/T 3304 code 01.
    Han,
    /// Mongol, code 02.
    Mongol,
    /// Any other group.
    OtherGroup,
    /// No group on file.
    GroupUnknown,
    /// Not yet six years old on the day.
    UnderSix,
    /// Six to eleven.
    SixToEleven,
    /// Twelve to fifteen.
    TwelveToFifteen,
    /// Sixteen and older.
    FromSixteen,
    /// No birth date on file.
    AgeUnknown,
    /// With a pair that goes on.
    InPair,
    /// Without.
    NotInPair,
    /// Pairs ever begun.
    Pairs,
    /// Those that go on.
    PairsActive,
    /// Those that have ended.
    PairsEnded,
    /// Those of which exactly one side is Han.
    PairsInterethnic,
    /// The others.
    PairsOther,
    /// Volunteers as [`Figure::Volunteers`] counts them.
    Volunteers,
    /// Han.
    VolunteersHan,
    /// Mongol.
    VolunteersMongol,
    /// Any other group.
    VolunteersOther,
    /// No group on file.
    VolunteersUnknown,
}

impl Item {
    /// Every column, in its order.
    pub const ALL: [Item; 25] = [
        Item::Children,
        Item::Boys,
        Item::Girls,
        Item::SexUnknown,
        Item::Han,
        Item::Mongol,
        Item::OtherGroup,
        Item::GroupUnknown,
        Item::UnderSix,
        Item::SixToEleven,
        Item::TwelveToFifteen,
        Item::FromSixteen,
        Item::AgeUnknown,
        Item::InPair,
        Item::NotInPair,
        Item::Pairs,
        Item::PairsActive,
        Item::PairsEnded,
        Item::PairsInterethnic,
        Item::PairsOther,
        Item::Volunteers,
        Item::VolunteersHan,
        Item::VolunteersMongol,
        Item::VolunteersOther,
        Item::VolunteersUnknown,
    ];

    /// Its number in the head of the table, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        Item::ALL.iter().position(|one| *one == self).map_or(0, |place| place + 1)
    }

    /// The word in texts.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Item::Children => "children",
            Item::Boys => "boys",
            Item::Girls => "girls",
            Item::SexUnknown => "sex_unknown",
            Item::Han => "han",
            Item::Mongol => "mongol",
            Item::OtherGroup => "other_group",
            Item::GroupUnknown => "group_unknown",
            Item::UnderSix => "under_six",
            Item::SixToEleven => "six_to_eleven",
            Item::TwelveToFifteen => "twelve_to_fifteen",
            Item::FromSixteen => "from_sixteen",
            Item::AgeUnknown => "age_unknown",
            Item::InPair => "in_pair",
            Item::NotInPair => "not_in_pair",
            Item::Pairs => "pairs",
            Item::PairsActive => "pairs_active",
            Item::PairsEnded => "pairs_ended",
            Item::PairsInterethnic => "pairs_interethnic",
            Item::PairsOther => "pairs_other",
            Item::Volunteers => "volunteers",
            Item::VolunteersHan => "volunteers_han",
            Item::VolunteersMongol => "volunteers_mongol",
            Item::VolunteersOther => "volunteers_other",
            Item::VolunteersUnknown => "volunteers_unknown",
        }
    }

    /// The figure of the report that the total of this column must be.
    #[must_use]
    pub fn figure(self) -> Option<Figure> {
        match self {
            Item::Children => Some(Figure::ChildrenSupported),
            Item::Pairs => Some(Figure::Pairs),
            Item::PairsActive => Some(Figure::PairsActive),
            Item::PairsInterethnic => Some(Figure::PairsInterethnic),
            Item::Volunteers => Some(Figure::Volunteers),
            _ => None,
        }
    }
}

/// A column that must be the sum of others, in every line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Equation {
    /// What stands left of the sign.
    pub sum: Item,
    /// What is added up.
    pub parts: &'static [Item],
}

impl Equation {
    /// All that must hold.
    pub const ALL: [Equation; 7] = [
        Equation { sum: Item::Children, parts: &[Item::Boys, Item::Girls, Item::SexUnknown] },
        Equation { sum: Item::Children, parts: &[Item::Han, Item::Mongol, Item::OtherGroup, Item::GroupUnknown] },
        Equation {
            sum: Item::Children,
            parts: &[Item::UnderSix, Item::SixToEleven, Item::TwelveToFifteen, Item::FromSixteen, Item::AgeUnknown],
        },
        Equation { sum: Item::Children, parts: &[Item::InPair, Item::NotInPair] },
        Equation { sum: Item::Pairs, parts: &[Item::PairsActive, Item::PairsEnded] },
        Equation { sum: Item::Pairs, parts: &[Item::PairsInterethnic, Item::PairsOther] },
        Equation {
            sum: Item::Volunteers,
            parts: &[Item::VolunteersHan, Item::VolunteersMongol, Item::VolunteersOther, Item::VolunteersUnknown],
        },
    ];

    /// Whether it holds in a line.
    #[must_use]
    pub fn holds(&self, line: &Counts) -> bool {
        line.get(self.sum) == self.parts.iter().map(|part| line.get(*part)).sum::<i64>()
    }
}

/// As paper has it: `1 = 2 + 3 + 4`.
impl std::fmt::Display for Equation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} =", self.sum.number())?;
        for (n, part) in self.parts.iter().enumerate() {
            write!(f, "{} {}", if n == 0 { "" } else { " +" }, part.number())?;
        }
        Ok(())
    }
}

/// The numbers of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([i64; Item::ALL.len()]);

impl Counts {
    /// One column.
    #[must_use]
    pub fn get(&self, item: Item) -> i64 {
        self.0.get(item.number().wrapping_sub(1)).copied().unwrap_or_default()
    }

    /// One more in each of these columns.
    pub fn count(&mut self, items: impl IntoIterator<Item = Item>) {
        for item in items {
            if let Some(n) = self.0.get_mut(item.number().wrapping_sub(1)) {
                *n = n.saturating_add(1);
            }
        }
    }

    /// Adds another line.
    pub fn add(&mut self, other: &Counts) {
        for (n, more) in self.0.iter_mut().zip(other.0) {
            *n = n.saturating_add(more);
        }
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Counts::default()
    }
}

/// The columns in which a child counts on a day.
#[must_use]
pub fn of_child(sex: Option<Sex>, ethnic: Option<&str>, birth_on: Option<Date>, in_pair: bool, on: Date) -> [Item; 5] {
    let sex = match sex {
        Some(Sex::Male) => Item::Boys,
        Some(Sex::Female) => Item::Girls,
        None => Item::SexUnknown,
    };
    let group = group(ethnic, [Item::Han, Item::Mongol, Item::OtherGroup, Item::GroupUnknown]);
    let age = match birth_on.map(|birth| age_on(birth, on)) {
        None => Item::AgeUnknown,
        Some(..6) => Item::UnderSix,
        Some(6..=11) => Item::SixToEleven,
        Some(12..=15) => Item::TwelveToFifteen,
        Some(16..) => Item::FromSixteen,
    };
    [Item::Children, sex, group, age, if in_pair { Item::InPair } else { Item::NotInPair }]
}

/// The columns in which a pair counts.
#[must_use]
pub fn of_pair(active: bool, interethnic: bool) -> [Item; 3] {
    let standing = if active { Item::PairsActive } else { Item::PairsEnded };
    [Item::Pairs, standing, if interethnic { Item::PairsInterethnic } else { Item::PairsOther }]
}

/// The columns in which a volunteer counts.
#[must_use]
pub fn of_volunteer(ethnic: Option<&str>) -> [Item; 2] {
    let groups = [Item::VolunteersHan, Item::VolunteersMongol, Item::VolunteersOther, Item::VolunteersUnknown];
    [Item::Volunteers, group(ethnic, groups)]
}

fn group(code: Option<&str>, [han, mongol, other, unknown]: [Item; 4]) -> Item {
    match code {
        None => unknown,
        Some(HAN) => han,
        Some(MONGOL) => mongol,
        Some(_) => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Counts, Equation, Item, of_child, of_pair, of_volunteer};
    use crate::Date;
    use crate::figure::Figure;
    use crate::sex::Sex;

    fn day(text: &str) -> Date {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn a_part_that_is_missing_breaks_its_equation_and_no_other() {
        let mut line = Counts::default();
        line.count(of_child(Some(Sex::Male), Some("02"), Some(day("2017-05-01")), true, day("2026-11-20")));
        assert!(Equation::ALL.iter().all(|equation| equation.holds(&line)));
        line.count([Item::Boys]);
        let broken: Vec<String> =
            Equation::ALL.iter().filter(|one| !one.holds(&line)).map(ToString::to_string).collect();
        assert_eq!(broken, ["1 = 2 + 3 + 4"]);
    }

    #[test]
    fn a_child_is_six_on_the_birthday() {
        let age = |on| of_child(None, None, Some(day("2020-11-20")), false, day(on));
        assert!(age("2026-11-19").contains(&Item::UnderSix));
        assert!(age("2026-11-20").contains(&Item::SixToEleven));
    }

    #[test]
    fn what_nobody_wrote_down_has_its_own_column() {
        let child = of_child(None, None, None, false, day("2026-11-20"));
        let unknown = [Item::SexUnknown, Item::GroupUnknown, Item::AgeUnknown];
        assert!(unknown.iter().all(|item| child.contains(item)));
        assert!(of_volunteer(None).contains(&Item::VolunteersUnknown));
    }

    #[test]
    fn columns_are_numbered_from_one_without_a_gap() {
        let numbers: Vec<usize> = Item::ALL.iter().map(|item| item.number()).collect();
        assert_eq!(numbers, (1..=Item::ALL.len()).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn every_equation_holds_whoever_is_counted(
            children in prop::collection::vec((0..3_u8, 0..4_u8, 0..25_i16, any::<bool>()), 0..40),
            pairs in prop::collection::vec((any::<bool>(), any::<bool>()), 0..40),
            volunteers in prop::collection::vec(0..4_u8, 0..40),
        ) {
            let group = |n: u8| [None, Some("01"), Some("02"), Some("11")].get(usize::from(n)).copied().flatten();
            let mut line = Counts::default();
            for (sex, ethnic, age, paired) in children {
                let sex = [None, Some(Sex::Male), Some(Sex::Female)].get(usize::from(sex)).copied().flatten();
                let birth = (age < 24).then(|| day(&format!("{}-06-01", 2026 - age)));
                line.count(of_child(sex, group(ethnic), birth, paired, day("2026-11-20")));
            }
            for (active, mixed) in pairs {
                line.count(of_pair(active, mixed));
            }
            for ethnic in volunteers {
                line.count(of_volunteer(group(ethnic)));
            }
            for equation in Equation::ALL {
                prop_assert!(equation.holds(&line), "{}", equation);
            }
        }
    }

    #[test]
    fn a_child_counts_as_what_was_written_of_it_and_as_nothing_else() {
        let on = day("2026-11-20");
        let child = |sex, ethnic, birth: &str, paired| of_child(sex, ethnic, Some(day(birth)), paired, on);
        let boy = [Item::Children, Item::Boys, Item::Han, Item::SixToEleven, Item::InPair];
        assert_eq!(child(Some(Sex::Male), Some("01"), "2017-05-01", true), boy);
        let girl = [Item::Children, Item::Girls, Item::Mongol, Item::TwelveToFifteen, Item::NotInPair];
        assert_eq!(child(Some(Sex::Female), Some("02"), "2013-05-01", false), girl);
        assert_eq!(child(None, Some("11"), "2013-05-01", false)[2], Item::OtherGroup);
    }

    #[test]
    fn each_column_of_ages_has_its_first_and_its_last_day() {
        let age = |birth: &str| of_child(None, None, Some(day(birth)), false, day("2026-11-20"))[3];
        for (born, column) in [
            ("2020-11-21", Item::UnderSix),
            ("2020-11-20", Item::SixToEleven),
            ("2014-11-21", Item::SixToEleven),
            ("2014-11-20", Item::TwelveToFifteen),
            ("2010-11-21", Item::TwelveToFifteen),
            ("2010-11-20", Item::FromSixteen),
        ] {
            assert_eq!(age(born), column, "{born}");
        }
    }

    #[test]
    fn a_pair_goes_on_or_has_ended_and_is_of_two_groups_or_is_not() {
        assert_eq!(of_pair(true, true), [Item::Pairs, Item::PairsActive, Item::PairsInterethnic]);
        assert_eq!(of_pair(false, false), [Item::Pairs, Item::PairsEnded, Item::PairsOther]);
    }

    #[test]
    fn a_volunteer_counts_in_the_column_of_her_group() {
        for (code, column) in [
            (Some("01"), Item::VolunteersHan),
            (Some("02"), Item::VolunteersMongol),
            (Some("11"), Item::VolunteersOther),
            (None, Item::VolunteersUnknown),
        ] {
            assert_eq!(of_volunteer(code), [Item::Volunteers, column], "{code:?}");
        }
    }

    #[test]
    fn the_total_of_a_column_is_the_figure_of_the_same_name() {
        let of: Vec<(Item, Figure)> = Item::ALL.into_iter().filter_map(|item| Some((item, item.figure()?))).collect();
        let expected = [
            (Item::Children, Figure::ChildrenSupported),
            (Item::Pairs, Figure::Pairs),
            (Item::PairsActive, Figure::PairsActive),
            (Item::PairsInterethnic, Figure::PairsInterethnic),
            (Item::Volunteers, Figure::Volunteers),
        ];
        assert_eq!(of, expected);
    }

    #[test]
    fn lines_are_added_column_by_column_and_each_child_counts_one() {
        let mut line = Counts::default();
        assert!(line.is_nothing());
        line.count([Item::Boys, Item::Pairs]);
        line.count([Item::Boys]);
        let mut all = line;
        all.add(&line);
        assert_eq!([Item::Boys, Item::Pairs, Item::Girls].map(|item| all.get(item)), [4, 2, 0]);
        assert!(!line.is_nothing());
    }
}
