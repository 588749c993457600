//! The promise, on ten thousand invented forests.

use naheya_domain::figure::Shown;
use proptest::prelude::*;

use crate::forest::{open_forest, people};
use crate::outsider::FAMILIES;

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_small_count_can_be_each_of_one_to_four(forest in open_forest(14)) {
        let published = forest.published();
        let leaks = forest.leaks(|place, figure| forest.told(&published, place, figure));
        prop_assert!(leaks.is_empty(), "{leaks:?}\n{published:?}");
    }

    #[test]
    fn what_is_told_is_true(forest in open_forest(30)) {
        let published = forest.published();
        for place in 0..forest.parents.len() {
            for figure in people() {
                let (count, several) = (forest.count(place, figure), forest.sources(place, figure) > 1);
                match published.get(place, figure).unwrap() {
                    Shown::Exact(told) => prop_assert!(told == count && !(1..5).contains(&count)),
                    Shown::Few => prop_assert!((1..5).contains(&count) && !several),
                    Shown::Withheld => {
                        prop_assert!((count >= 5 && forest.public != Some(place)) || several);
                    }
                }
            }
        }
    }

    #[test]
    fn without_small_counts_nothing_is_withheld(forest in open_forest(30)) {
        let published = forest.published();
        for family in FAMILIES {
            let cells = || (0..forest.parents.len()).flat_map(|place| family.iter().map(move |figure| (place, *figure)));
            let small = cells().any(|(place, figure)| (1..5).contains(&forest.count(place, figure)));
            let hidden = cells().any(|(place, figure)| !matches!(published.get(place, figure), Some(Shown::Exact(_))));
            prop_assert_eq!(small, hidden);
        }
    }
}
