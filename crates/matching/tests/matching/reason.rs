//! Reasons.

use naheya_matching::{Draft, Missed, Mode, Reason, SiblingGroup, Why};

use crate::solved;

fn above(reason: &Reason) -> Vec<(u32, Why)> {
    match reason {
        Reason::ChildPlaced { above, .. }
        | Reason::ChildNoneInCommon { above, .. }
        | Reason::ChildAllFull { above, .. } => {
            above.iter().map(|Missed { volunteer, why, .. }| (*volunteer, *why)).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn each_missed_choice_says_why() {
    // Child 0 wants 0 (struck out), 1 (did not choose it), 2 (full with a child ranked higher), then 3.
    let draft = Draft {
        child_prefs: vec![vec![vec![0], vec![1], vec![2], vec![3]], vec![vec![2]], vec![]],
        volunteer_prefs: vec![vec![vec![0]], vec![vec![2]], vec![vec![1], vec![0]], vec![vec![0]]],
        capacity: vec![1, 1, 1, 1],
        forbidden: vec![(0, 0)],
        ..Draft::default()
    };
    let (instance, outcome) = solved(&draft, "");
    let reasons = outcome.reasons(&instance);
    assert!(matches!(reasons[0], Reason::ChildPlaced { volunteer: 3, child_rank: 4, volunteer_rank: 1, .. }));
    assert_eq!(above(&reasons[0]), [(0, Why::StruckOut), (1, Why::NotChosenBack), (2, Why::FullRankedHigher)]);
    assert!(matches!(reasons[1], Reason::ChildPlaced { volunteer: 2, child_rank: 1, volunteer_rank: 1, .. }));
    assert_eq!(reasons[2], Reason::ChildNoChoice { child: 2 });
    assert!(matches!(
        reasons[3],
        Reason::VolunteerFree { volunteer: 0, free: 1, struck_out: 1, better_elsewhere: 0, .. }
    ));
    assert!(matches!(reasons[4], Reason::VolunteerFree { volunteer: 1, free: 1, not_chosen_by: 1, .. }));
    assert_eq!(reasons.len(), 5);
}

#[test]
fn an_unplaced_child_learns_whether_lots_or_ranks_decided() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![0]]],
        volunteer_prefs: vec![vec![vec![0, 1]]],
        capacity: vec![1],
        ..Draft::default()
    };
    let (instance, outcome) = solved(&draft, "");
    let out = outcome.assign.iter().position(Option::is_none).unwrap();
    let reasons = outcome.reasons(&instance);
    assert!(matches!(reasons[out], Reason::ChildAllFull { .. }));
    assert_eq!(above(&reasons[out]), [(0, Why::FullRankedEqual)]);
}

#[test]
fn a_child_whom_nobody_may_take_is_told_apart_from_one_who_found_all_full() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0]]],
        volunteer_prefs: vec![vec![vec![0]]],
        capacity: vec![1],
        forbidden: vec![(0, 0)],
        ..Draft::default()
    };
    let (instance, outcome) = solved(&draft, "");
    let reasons = outcome.reasons(&instance);
    assert!(matches!(reasons[0], Reason::ChildNoneInCommon { .. }));
    assert_eq!(above(&reasons[0]), [(0, Why::StruckOut)]);
}

#[test]
fn siblings_learn_that_a_home_is_too_small_or_ranked_lower_by_the_other() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0], vec![1], vec![2]], vec![vec![0], vec![2], vec![1]]],
        volunteer_prefs: vec![vec![vec![0, 1]]; 3],
        capacity: vec![1, 2, 2],
        siblings: vec![SiblingGroup { members: vec![0, 1], mode: Mode::Must }],
        ..Draft::default()
    };
    let (instance, outcome) = solved(&draft, "");
    let home = outcome.assign[0].unwrap();
    assert_eq!(outcome.assign[1], Some(home));
    let reasons = outcome.reasons(&instance);
    let (glad, other) = if home == 1 { (0, 1) } else { (1, 0) };
    assert_eq!(above(&reasons[glad]), [(0, Why::SiblingsNotAcceptable)]);
    let lower = if home == 1 { 2 } else { 1 };
    assert_eq!(above(&reasons[other]), [(0, Why::SiblingsNotAcceptable), (lower, Why::SiblingsRankLower)]);
}

#[test]
fn a_home_with_a_free_place_learns_where_the_children_are() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0, 1]]],
        volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![0], vec![1]]],
        capacity: vec![2, 2],
        ..Draft::default()
    };
    let (instance, outcome) = solved(&draft, "");
    let told: Vec<Reason> = outcome.reasons(&instance).split_off(2);
    for reason in told {
        let Reason::VolunteerFree { volunteer, free, better_elsewhere, equal_elsewhere, .. } = reason else {
            panic!("{reason:?}")
        };
        let here = outcome.assign.iter().filter(|&&at| at == Some(volunteer)).count();
        assert_eq!(free as usize, 2 - here);
        assert_eq!(better_elsewhere, u32::from(volunteer == 1));
        assert_eq!(better_elsewhere + equal_elsewhere, 2 - u32::try_from(here).unwrap());
    }
}
