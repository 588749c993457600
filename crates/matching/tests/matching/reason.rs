//! Reasons.

use std::cmp::Ordering;

use naheya_matching::{Draft, Missed, Mode, Reason, SiblingGroup, Why};
use proptest::prelude::*;

use crate::draw::{Shape, config, draft};
use crate::{brute, solved};

const TINY: Shape = Shape { children: 6, volunteers: 4, capacity: 3, ties: true, groups: true };

fn place(list: &[Vec<u32>], other: u32) -> Option<u32> {
    list.iter().position(|tie| tie.contains(&other)).map(|place| u32::try_from(place).unwrap())
}

/// The definitions of all reasons written down again, slowly.
struct Told<'a> {
    draft: &'a Draft,
    assign: &'a brute::Assign,
    units: Vec<Vec<u32>>,
}

impl Told<'_> {
    fn unit(&self, child: u32) -> &[u32] {
        self.units.iter().find(|unit| unit.contains(&child)).unwrap()
    }

    fn why(&self, child: u32, home: u32) -> Why {
        if self.draft.forbidden.contains(&(child, home)) {
            return Why::StruckOut;
        }
        if place(&self.draft.volunteer_prefs[home as usize], child).is_none() {
            return Why::NotChosenBack;
        }
        let unit = self.unit(child);
        let Some((own, theirs)) = brute::ranks(self.draft, unit, home) else { return Why::SiblingsNotAcceptable };
        let has = self.assign[child as usize].map(|has| brute::ranks(self.draft, unit, has).unwrap().0);
        if unit.len() > 1 && has.is_some_and(|has| own >= has) {
            return Why::SiblingsRankLower;
        }
        let here = self.units.iter().filter(|other| self.assign[other[0] as usize] == Some(home));
        let last = here.map(|other| brute::ranks(self.draft, other, home).unwrap().1).max();
        match last.map(|last| last.cmp(&theirs)) {
            Some(Ordering::Less) => Why::FullRankedHigher,
            Some(Ordering::Equal) => Why::FullRankedEqual,
            None | Some(Ordering::Greater) => Why::PlacesWouldBeLost,
        }
    }

    fn child(&self, child: u32) -> Reason {
        let list = &self.draft.child_prefs[child as usize];
        let mine = self.assign[child as usize];
        let until = mine.map_or(list.len(), |home| place(list, home).unwrap() as usize);
        let choices = (1..).zip(&list[..until]).flat_map(|(rank, tie)| tie.iter().map(move |home| (rank, *home)));
        let missed = |(rank, volunteer)| Missed { volunteer, rank, why: self.why(child, volunteer) };
        let above: Vec<Missed> = choices.map(missed).collect();
        let never = [Why::StruckOut, Why::NotChosenBack, Why::SiblingsNotAcceptable];
        match mine {
            Some(volunteer) => {
                let rank = |list: &[Vec<u32>], other| place(list, other).unwrap() + 1;
                let volunteer_rank = rank(&self.draft.volunteer_prefs[volunteer as usize], child);
                Reason::ChildPlaced { child, volunteer, child_rank: rank(list, volunteer), volunteer_rank, above }
            }
            None if list.concat().is_empty() => Reason::ChildNoChoice { child },
            None if above.iter().all(|missed| never.contains(&missed.why)) => {
                Reason::ChildNoneInCommon { child, above }
            }
            None => Reason::ChildAllFull { child, above },
        }
    }

    fn home(&self, volunteer: u32) -> Option<Reason> {
        let taken = self.assign.iter().filter(|&&at| at == Some(volunteer)).count();
        let free = self.draft.capacity[volunteer as usize] - u32::try_from(taken).unwrap();
        let [mut better, mut equal, mut not_chosen, mut struck, mut siblings] = [0; 5];
        for &child in self.draft.volunteer_prefs[volunteer as usize].iter().flatten() {
            let list = &self.draft.child_prefs[child as usize];
            let mine = self.assign[child as usize];
            match place(list, volunteer) {
                None => not_chosen += 1,
                Some(_) if mine == Some(volunteer) => {}
                Some(_) if self.draft.forbidden.contains(&(child, volunteer)) => struck += 1,
                Some(own) if mine.is_some_and(|home| place(list, home).unwrap() < own) => better += 1,
                Some(_) if self.unit(child).len() > 1 => siblings += 1,
                Some(_) => equal += 1,
            }
        }
        (free > 0).then_some(Reason::VolunteerFree {
            volunteer,
            free,
            better_elsewhere: better,
            equal_elsewhere: equal,
            not_chosen_by: not_chosen,
            struck_out: struck,
            siblings,
        })
    }
}

/// Choices of one rank stand in no order.
fn in_order(mut reason: Reason) -> Reason {
    if let Reason::ChildPlaced { above, .. }
    | Reason::ChildNoneInCommon { above, .. }
    | Reason::ChildAllFull { above, .. } = &mut reason
    {
        above.sort_unstable_by_key(|missed| (missed.rank, missed.volunteer));
    }
    reason
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_reason_is_what_its_definition_says(draft in draft(TINY), seed in "[a-z]{0,3}") {
        let (instance, outcome) = solved(&draft, &seed);
        let told = Told { draft: &draft, assign: &outcome.assign, units: brute::units(&draft) };
        let children = (0..).take(draft.child_prefs.len()).map(|child| told.child(child));
        let homes = (0..).take(draft.capacity.len()).filter_map(|home| told.home(home));
        let expected: Vec<Reason> = children.chain(homes).map(in_order).collect();
        let reasons: Vec<Reason> = outcome.reasons(&instance).into_iter().map(in_order).collect();
        prop_assert_eq!(reasons, expected);
    }
}

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
