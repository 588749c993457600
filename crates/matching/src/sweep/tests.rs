//! What the rounds promise, on instances far smaller than those they are for.
#![expect(clippy::unwrap_used, reason = "a test may end here")]
use super::*;
use crate::lot::Stream;
use crate::{Draft, Judge, Options, solve};

fn classes(mut list: Vec<u32>, stream: &mut Stream, ties: usize) -> Vec<Vec<u32>> {
    stream.shuffle(&mut list);
    list.truncate(stream.below(list.len() + 1));
    let mut classes: Vec<Vec<u32>> = Vec::new();
    for other in list {
        match classes.last_mut() {
            Some(class) if stream.below(4) < ties => class.push(other),
            _ => classes.push(vec![other]),
        }
    }
    classes
}

fn draft(seed: u32, most: [usize; 3]) -> Draft {
    let mut stream = Stream::new("sweep", seed);
    let [children, homes, places] = most;
    let (children, homes, ties) = (1 + stream.below(children), 1 + stream.below(homes), stream.below(4));
    let all = |people: usize| (0..count(people)).collect::<Vec<u32>>();
    let mut draft = Draft::default();
    for child in all(children) {
        draft.child_prefs.push(classes(all(homes), &mut stream, ties));
        if stream.below(4) == 0 {
            draft.forbidden.push((child, count(stream.below(homes))));
        }
    }
    for _ in 0..homes {
        draft.volunteer_prefs.push(classes(all(children), &mut stream, ties));
        draft.capacity.push(1 + count(stream.below(places)));
    }
    draft.child_ids = Some((0..children).map(|child| format!("c{child}")).collect());
    draft.volunteer_ids = Some((0..homes).map(|home| format!("v{home}")).collect());
    draft
}

/// The same people the other way round.
fn turned(draft: &Draft) -> Draft {
    let (children, homes) = (count(draft.child_prefs.len()), count(draft.capacity.len()));
    let lists = |lists: &[Vec<Vec<u32>>], others: u32| {
        let class = |class: &Vec<u32>| class.iter().map(|other| others - 1 - other).collect();
        lists.iter().rev().map(|list| list.iter().map(class).collect()).collect()
    };
    let ids = |ids: &Option<Vec<String>>| ids.as_ref().map(|ids| ids.iter().rev().cloned().collect());
    Draft {
        child_prefs: lists(&draft.child_prefs, homes),
        volunteer_prefs: lists(&draft.volunteer_prefs, children),
        capacity: draft.capacity.iter().rev().copied().collect(),
        forbidden: draft.forbidden.iter().map(|&(c, v)| (children - 1 - c, homes - 1 - v)).collect(),
        child_ids: ids(&draft.child_ids),
        volunteer_ids: ids(&draft.volunteer_ids),
        ..Draft::default()
    }
}

/// Stable, two thirds of the largest, and the same in another order of input.
#[test]
fn ten_thousand_small_instances_are_matched_as_promised() {
    for seed in 0..10_000 {
        let draft = draft(seed, [7, 5, 3]);
        let instance = Instance::new(draft.clone()).unwrap();
        let home_of = run(&instance, "lots");
        let assign: Vec<Option<u32>> = home_of.iter().map(|&home| (home != NONE).then_some(home)).collect();
        assert!(Judge::new(&instance).judge(&assign).unwrap().stable(), "seed {seed}");
        let placed = count(assign.iter().flatten().count());
        let exact = solve(&instance, &Options { exact: true, ..Options::default() }).unwrap();
        assert!(exact.proven.size && 3 * placed >= 2 * exact.placed, "seed {seed}: {placed} of {}", exact.placed);
        let other = run(&Instance::new(turned(&draft)).unwrap(), "lots");
        let back: Vec<u32> =
            other.iter().rev().map(|&v| if v == NONE { v } else { count(draft.capacity.len()) - 1 - v }).collect();
        assert_eq!(home_of, back, "seed {seed}");
    }
}

/// Without ties there is one matching that is best for every child, and both engines find it.
#[test]
fn without_ties_every_child_has_the_best_home_that_any_stable_matching_gives_it() {
    for seed in 0..10_000 {
        let mut draft = draft(seed, [9, 7, 3]);
        for list in draft.child_prefs.iter_mut().chain(&mut draft.volunteer_prefs) {
            *list = list.iter().flatten().map(|&other| vec![other]).collect();
        }
        let instance = Instance::new(draft).unwrap();
        let home_of = run(&instance, "lots");
        let assign: Vec<Option<u32>> = home_of.iter().map(|&home| (home != NONE).then_some(home)).collect();
        assert_eq!(solve(&instance, &Options::default()).unwrap().assign, assign, "seed {seed}");
    }
}

/// Lists that do not fit into lines, and homes with many places.
#[test]
fn long_lists_and_large_homes_are_matched_in_any_order_of_input() {
    for seed in 0..2_000 {
        let draft = draft(seed, [60, 40, 9]);
        let instance = Instance::new(draft.clone()).unwrap();
        let home_of = run(&instance, "lots");
        let assign: Vec<Option<u32>> = home_of.iter().map(|&home| (home != NONE).then_some(home)).collect();
        assert!(Judge::new(&instance).judge(&assign).unwrap().stable(), "seed {seed}");
        let other = run(&Instance::new(turned(&draft)).unwrap(), "lots");
        let back: Vec<u32> =
            other.iter().rev().map(|&v| if v == NONE { v } else { count(draft.capacity.len()) - 1 - v }).collect();
        assert_eq!(home_of, back, "seed {seed}");
    }
}
