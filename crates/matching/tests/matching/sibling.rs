//! Brothers and sisters.

use naheya_matching::{Draft, Instance, Invalid, Judge, Mode, Options, Outcome, SiblingGroup, solve};

use crate::solved;

fn group(members: &[u32], mode: Mode) -> Vec<SiblingGroup> {
    vec![SiblingGroup { members: members.to_vec(), mode }]
}

#[test]
fn siblings_who_must_stay_together_go_to_the_home_with_room_for_both() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0], vec![1]]],
        volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![0, 1]]],
        capacity: vec![1, 2],
        siblings: group(&[0, 1], Mode::Must),
        ..Draft::default()
    };
    assert_eq!(solved(&draft, "").1.assign, [Some(1), Some(1)]);
}

#[test]
fn siblings_who_must_stay_together_stay_unplaced_rather_than_part() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![1]]],
        volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![0, 1]]],
        capacity: vec![2, 2],
        siblings: group(&[0, 1], Mode::Must),
        ..Draft::default()
    };
    assert_eq!(solved(&draft, "").1.assign, [None, None]);
}

#[test]
fn a_child_alone_does_not_throw_out_two_brothers_whom_the_home_likes_less() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![0]], vec![vec![0]]],
        volunteer_prefs: vec![vec![vec![2], vec![0, 1]]],
        capacity: vec![2],
        siblings: group(&[0, 1], Mode::Must),
        ..Draft::default()
    };
    let (_, outcome) = solved(&draft, "");
    // Either the child came first and the brothers found no room, or the brothers sit and are not sent away: no place is lost.
    assert!(outcome.verdict.stable());
    if outcome.assign == [Some(0), Some(0), None] {
        assert_eq!(outcome.verdict.blocking.len(), 1);
        assert!(!outcome.verdict.blocking[0].occupancy);
    } else {
        assert_eq!(outcome.assign, [None, None, Some(0)]);
    }
}

#[test]
fn siblings_who_prefer_it_are_brought_together_within_equal_ranks() {
    // Whatever the lot says, both homes are equal to both children.
    let draft = Draft {
        child_prefs: vec![vec![vec![0, 1]]; 4],
        volunteer_prefs: vec![vec![vec![0, 1, 2, 3]]; 2],
        capacity: vec![2, 2],
        siblings: group(&[0, 3], Mode::Prefer),
        ..Draft::default()
    };
    for seed in ["", "a", "b", "c", "d", "e", "f"] {
        let (_, outcome) = solved(&draft, seed);
        assert_eq!(outcome.assign[0], outcome.assign[3], "seed {seed}");
        assert_eq!(outcome.placed, 4);
        assert!(outcome.proven.apart && outcome.apart.is_empty());
    }
}

#[test]
fn siblings_stay_apart_where_together_would_leave_a_wish_open() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0], vec![1]], vec![vec![1], vec![0]]],
        volunteer_prefs: vec![vec![vec![0], vec![1]], vec![vec![1], vec![0]]],
        capacity: vec![2, 2],
        siblings: group(&[0, 1], Mode::Prefer),
        ..Draft::default()
    };
    let (_, outcome) = solved(&draft, "");
    assert_eq!(outcome.assign, [Some(0), Some(1)]);
    assert_eq!(outcome.apart, [0]);
    assert!(!outcome.proven.apart);
}

#[test]
fn siblings_without_a_common_home_are_proven_apart_when_all_are_placed() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![1]]],
        volunteer_prefs: vec![vec![vec![0]], vec![vec![1]]],
        capacity: vec![1, 1],
        siblings: group(&[0, 1], Mode::Prefer),
        ..Draft::default()
    };
    let (_, outcome) = solved(&draft, "");
    assert_eq!(outcome.apart, [0]);
    assert!(outcome.proven.size && outcome.proven.apart && outcome.proven.fit);
}

/// One order only: with many, a good one hides a bad exchange.
fn one_order(draft: &Draft, seed: u32) -> Outcome {
    let instance = Instance::new(draft.clone()).unwrap();
    let options = Options { seed: seed.to_string(), orders: Some(1), ..Options::default() };
    solve(&instance, &options).unwrap()
}

#[test]
fn no_other_child_is_worse_off_for_siblings_to_be_together() {
    // Child 2 could give way to child 1, and nothing would block: but it ranks its second home lower.
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![0, 1]], vec![vec![0], vec![1]]],
        volunteer_prefs: vec![vec![vec![0, 1, 2]], vec![vec![1, 2]]],
        capacity: vec![2, 1],
        siblings: group(&[0, 1], Mode::Prefer),
        ..Draft::default()
    };
    for seed in 0..40 {
        let outcome = one_order(&draft, seed);
        assert_eq!(outcome.assign, [Some(0), Some(1), Some(0)], "seed {seed}");
        assert_eq!(outcome.apart, [0]);
    }
}

#[test]
fn no_group_is_torn_for_another_to_be_together() {
    // One of the children 1 to 4 sits in the small home; only child 1 there tears one group, child 2 would tear two.
    let both = vec![vec![0, 1]];
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], both.clone(), both.clone(), both.clone(), both],
        volunteer_prefs: vec![vec![vec![0, 1, 2, 3, 4]], vec![vec![1, 2, 3, 4]]],
        capacity: vec![4, 1],
        siblings: [[0, 1], [2, 3], [2, 4]]
            .map(|pair| SiblingGroup { members: pair.to_vec(), mode: Mode::Prefer })
            .into(),
        ..Draft::default()
    };
    for seed in 0..40 {
        let outcome = one_order(&draft, seed);
        assert_eq!((outcome.placed, outcome.apart.len()), (5, 1), "seed {seed}");
    }
}

#[test]
fn the_judge_takes_no_siblings_apart_nor_where_one_of_them_is_not_wanted_nor_beyond_the_places() {
    // The second home does not want the second of the two; a third child is alone.
    let draft = Draft {
        child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0], vec![1]], vec![vec![0]]],
        volunteer_prefs: vec![vec![vec![0, 1, 2]], vec![vec![0]]],
        capacity: vec![2, 2],
        siblings: group(&[0, 1], Mode::Must),
        ..Draft::default()
    };
    let instance = Instance::new(draft).unwrap();
    let judge = Judge::new(&instance);
    assert!(judge.judge(&[Some(0), Some(0), None]).is_ok());
    let apart = |child, volunteer| Invalid::NotAcceptable { child, volunteer };
    for (assign, invalid) in [
        ([Some(0), None, None], apart(0, 0)),
        ([None, Some(0), None], apart(1, 0)),
        ([Some(1), Some(1), None], apart(0, 1)),
        ([Some(0), Some(0), Some(1)], apart(2, 1)),
        ([Some(0), Some(0), Some(0)], Invalid::Overfull { volunteer: 0 }),
    ] {
        assert_eq!(judge.judge(&assign).unwrap_err(), invalid, "{assign:?}");
    }
}
