//! How large the fast mode's matchings are, against proven optima.

use naheya_matching::{Draft, Instance, Options, solve};

use crate::draw::Numbers;

/// 60 children and 60 homes, random lists; every next entry continues the tie before it with a chance of `tied` in 100.
fn instance(seed: u64, length: usize, tied: u64, both: bool) -> Instance {
    let mut numbers = Numbers::new(seed);
    let mut chosen_by: Vec<Vec<u32>> = vec![Vec::new(); 60];
    let mut draft = Draft { capacity: vec![1; 60], ..Draft::default() };
    for child in 0..60 {
        let mut list: Vec<u32> = (0..60).collect();
        numbers.mix(&mut list);
        list.truncate(length);
        list.iter().for_each(|&home| chosen_by[home as usize].push(child));
        draft.child_prefs.push(classes(&list, if both { tied } else { 0 }, &mut numbers));
    }
    for mut list in chosen_by {
        numbers.mix(&mut list);
        draft.volunteer_prefs.push(classes(&list, tied, &mut numbers));
    }
    Instance::new(draft).unwrap()
}

fn classes(list: &[u32], tied: u64, numbers: &mut Numbers) -> Vec<Vec<u32>> {
    let mut classes: Vec<Vec<u32>> = Vec::new();
    for &other in list {
        match classes.last_mut() {
            Some(class) if numbers.below(100) < tied => class.push(other),
            _ => classes.push(vec![other]),
        }
    }
    classes
}

/// Of so many instances, at how many the fast mode is at the proven optimum; and its mean size in hundredths.
fn at_optimum(length: usize, tied: u64, both: bool) -> (u32, u32) {
    let (mut hits, mut placed) = (0, 0);
    for seed in 0..100 {
        let instance = instance(seed, length, tied, both);
        let fast = solve(&instance, &Options::default()).unwrap();
        let exact = solve(&instance, &Options { exact: true, ..Options::default() }).unwrap();
        assert!(exact.proven.size, "seed {seed}");
        hits += u32::from(fast.placed == exact.placed);
        placed += fast.placed;
    }
    (hits, placed)
}

#[test]
fn fast_mode_is_at_the_proven_optimum_with_lists_of_3() {
    let (hits, placed) = at_optimum(3, 50, true);
    assert!(hits >= 90 && placed > 5485, "{hits} of 100, {placed}");
}

#[test]
fn fast_mode_is_at_the_proven_optimum_with_lists_of_5() {
    let (hits, placed) = at_optimum(5, 50, true);
    assert!(hits >= 90 && placed > 5805, "{hits} of 100, {placed}");
}

#[test]
fn fast_mode_is_at_the_proven_optimum_with_lists_of_5_and_ties_at_homes_only() {
    let (hits, placed) = at_optimum(5, 85, false);
    assert!(hits >= 90 && placed > 5890, "{hits} of 100, {placed}");
}

#[test]
fn fast_mode_is_at_the_proven_optimum_with_lists_of_10() {
    let (hits, placed) = at_optimum(10, 85, true);
    assert!(hits >= 98 && placed > 5950, "{hits} of 100, {placed}");
}
