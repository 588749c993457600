//! Two people changed one record from the same reading: what of it can be joined without asking, and what only a person
//! can decide. A change is what differs from the version that both began with; where that version is not known, whatever
//! differs is asked.

use std::collections::{BTreeMap, BTreeSet};

/// What came of two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join<V> {
    /// Every field, joined; what clashes stands as in the own version.
    pub values: BTreeMap<String, V>,
    /// Fields that only the own version changed.
    pub mine: BTreeSet<String>,
    /// Fields that only the other version changed.
    pub theirs: BTreeSet<String>,
    /// Fields that both changed, each in another way.
    pub clashes: BTreeSet<String>,
}

/// Joins the fields of `theirs` with those of `mine`. Of the version that both began with, a print of each value is
/// enough, made by `print`.
#[must_use]
pub fn join<V: Clone + PartialEq, K: PartialEq>(
    base: Option<&BTreeMap<String, K>>,
    mine: &BTreeMap<String, V>,
    theirs: &BTreeMap<String, V>,
    print: impl Fn(&V) -> K,
) -> Join<V> {
    let (values, sets) = (mine.clone(), <[BTreeSet<String>; 3]>::default());
    let [own, other, both] = sets;
    let mut join = Join { values, mine: own, theirs: other, clashes: both };
    for (name, theirs) in theirs {
        let own = mine.get(name).filter(|own| *own != theirs);
        let Some(own) = own else {
            join.values.insert(name.clone(), theirs.clone());
            continue;
        };
        match base.and_then(|base| base.get(name)) {
            Some(base) if print(own) == *base => {
                join.values.insert(name.clone(), theirs.clone());
                join.theirs.insert(name.clone());
            }
            Some(base) if print(theirs) == *base => {
                join.mine.insert(name.clone());
            }
            _ => {
                join.clashes.insert(name.clone());
            }
        }
    }
    join
}

/// A text cut in three: what two texts begin with alike, what is its own, what they end with alike.
#[must_use]
pub fn apart<'t>(text: &'t str, other: &str) -> (&'t str, &'t str, &'t str) {
    let alike = |(a, b): &(char, char)| a == b;
    let head: usize = text.chars().zip(other.chars()).take_while(alike).map(|(c, _)| c.len_utf8()).sum();
    let (before, rest) = text.split_at(head);
    let others = other.get(head..).unwrap_or_default();
    let tail: usize = rest.chars().rev().zip(others.chars().rev()).take_while(alike).map(|(c, _)| c.len_utf8()).sum();
    let (own, after) = rest.split_at(rest.len() - tail);
    (before, own, after)
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    use super::*;

    type Fields = BTreeMap<String, u8>;

    fn changed(base: &Fields, changes: &Fields) -> Fields {
        base.iter().map(|(name, value)| (name.clone(), *changes.get(name).unwrap_or(value))).collect()
    }

    fn of(pairs: &[(&str, u8)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }

    fn names(pairs: &[&str]) -> BTreeSet<String> {
        pairs.iter().map(|name| (*name).to_owned()).collect()
    }

    fn joined(base: Option<&Fields>, mine: &Fields, theirs: &Fields) -> Join<u8> {
        join(base, mine, theirs, |value| *value)
    }

    proptest! {
        #[test]
        fn joins_of_disjoint_changes_equal_both_applied(
            base in btree_map("[a-h]", any::<u8>(), 0..8),
            one in btree_map("[a-d]", any::<u8>(), 0..4),
            other in btree_map("[e-h]", any::<u8>(), 0..4),
        ) {
            let (mine, theirs) = (changed(&base, &one), changed(&base, &other));
            let join = joined(Some(&base), &mine, &theirs);
            prop_assert_eq!(&join.values, &changed(&changed(&base, &one), &other));
            prop_assert!(join.clashes.is_empty());
            prop_assert_eq!(join.values, joined(Some(&base), &theirs, &mine).values);
        }

        #[test]
        fn exactly_what_both_changed_differently_clashes(
            base in btree_map("[a-f]", 0_u8..3, 0..6),
            one in btree_map("[a-f]", 0_u8..3, 0..6),
            other in btree_map("[a-f]", 0_u8..3, 0..6),
        ) {
            let (mine, theirs) = (changed(&base, &one), changed(&base, &other));
            let join = joined(Some(&base), &mine, &theirs);
            for (name, was) in &base {
                let (Some(own), Some(their)) = (mine.get(name), theirs.get(name)) else { panic!("{name} is gone") };
                let clashes = own != was && their != was && own != their;
                prop_assert_eq!(join.clashes.contains(name), clashes);
                let value = if own == was { their } else { own };
                prop_assert_eq!(join.values.get(name), Some(value));
            }
        }

        #[test]
        fn a_text_cut_apart_is_whole_again_and_its_ends_are_the_others(text in "[ab花]{0,8}", other in "[ab花]{0,8}") {
            let (before, own, after) = apart(&text, &other);
            prop_assert_eq!(format!("{before}{own}{after}"), text.clone());
            prop_assert!(other.starts_with(before) && other.ends_with(after));
            prop_assert!(before.len() + after.len() <= other.len());
            prop_assert_eq!(text == other, own.is_empty() && before.len() + after.len() == other.len());
        }
    }

    #[test]
    fn what_one_of_two_changed_is_taken_and_told() {
        let base = of(&[("a", 1), ("b", 1), ("c", 1)]);
        let join = joined(Some(&base), &of(&[("a", 2), ("b", 1), ("c", 2)]), &of(&[("a", 1), ("b", 2), ("c", 3)]));
        assert_eq!(join.values, of(&[("a", 2), ("b", 2), ("c", 2)]));
        assert_eq!((join.mine, join.theirs, join.clashes), (names(&["a"]), names(&["b"]), names(&["c"])));
    }

    #[test]
    fn without_the_version_that_both_began_with_whatever_differs_is_asked() {
        let join = joined(None, &of(&[("a", 2), ("b", 1)]), &of(&[("a", 1), ("b", 1)]));
        assert_eq!(join.clashes, names(&["a"]));
        let older = of(&[("b", 1)]);
        let join = joined(Some(&older), &of(&[("a", 2), ("b", 1)]), &of(&[("a", 1), ("b", 1)]));
        assert_eq!(join.clashes, names(&["a"]), "a field that the first version did not have");
    }

    #[test]
    fn what_the_record_does_not_show_stays_as_typed() {
        let join = joined(None, &of(&[("health", 5)]), &of(&[("a", 1)]));
        assert_eq!(join.values, of(&[("a", 1), ("health", 5)]));
    }

    #[test]
    fn two_texts_show_where_they_part() {
        assert_eq!(apart("花生过敏，药在书包。", "花生过敏，药换了。"), ("花生过敏，药", "在书包", "。"));
        assert_eq!(apart("aa", "aaa"), ("aa", "", ""));
    }
}
