//! The promises that hold for every instance.

use naheya_matching::{Draft, Instance, Judge, SiblingGroup};
use proptest::prelude::*;

use crate::draw::{Numbers, Shape, config, draft};
use crate::{brute, solved};

const ANY: Shape = Shape { children: 24, volunteers: 14, capacity: 4, ties: true, groups: true };
const TINY: Shape = Shape { children: 5, volunteers: 4, capacity: 3, ties: true, groups: true };
/// So few that each of their matchings is tried.
const FEW: Shape = Shape { children: 4, volunteers: 3, ..TINY };
const ALONE: Shape = Shape { groups: false, ..TINY };

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_child_and_home_would_both_rather_have_each_other(draft in draft(ANY), seed in "[a-z]{0,3}") {
        let (_, outcome) = solved(&draft, &seed);
        prop_assert!(brute::valid(&draft, &outcome.assign));
        let blocking = brute::blocking(&draft, &outcome.assign);
        prop_assert!(blocking.iter().all(|(.., occupancy)| !occupancy), "{blocking:?}");
        let listed: Vec<_> = outcome.verdict.blocking.iter().map(|b| (b.children.clone(), b.volunteer, b.occupancy)).collect();
        let mut listed = listed;
        listed.sort_unstable();
        prop_assert_eq!(listed, blocking);
    }

    #[test]
    fn no_child_is_placed_against_a_hard_rule(draft in draft(ANY)) {
        let (instance, outcome) = solved(&draft, "rule");
        for (child, home) in (0..).zip(&outcome.assign) {
            prop_assert!(home.is_none_or(|home| !draft.forbidden.contains(&(child, home)) && !instance.is_forbidden(child, home)));
        }
    }

    #[test]
    fn at_least_two_thirds_of_the_largest_stable_matching_are_placed(draft in draft(ALONE)) {
        let (_, outcome) = solved(&draft, "");
        let most = brute::stable_matchings(&draft).iter().map(brute::placed).max().unwrap();
        prop_assert!(3 * outcome.placed as usize >= 2 * most, "{} of {most}", outcome.placed);
    }

    #[test]
    fn a_single_order_already_keeps_two_thirds(draft in draft(ALONE)) {
        let instance = Instance::new(draft.clone()).unwrap();
        let options = naheya_matching::Options { orders: Some(1), ..naheya_matching::Options::default() };
        let outcome = naheya_matching::solve(&instance, &options).unwrap();
        let most = brute::stable_matchings(&draft).iter().map(brute::placed).max().unwrap();
        prop_assert!(3 * outcome.placed as usize >= 2 * most, "{} of {most}", outcome.placed);
    }

    #[test]
    fn what_is_called_proven_is_true(draft in draft(TINY)) {
        let (instance, outcome) = solved(&draft, "proof");
        let judge = Judge::new(&instance);
        let by_cover = judge.bound(&outcome.cover).unwrap();
        prop_assert!(u64::from(outcome.bound) <= by_cover);
        prop_assert!(outcome.proofs.iter().all(|proof| judge.proves(proof)));
        prop_assert!(u64::from(outcome.bound) == by_cover || outcome.proofs.iter().any(|proof| proof.bound == i64::from(outcome.bound)));
        let apart = |assign: &brute::Assign| draft.siblings.iter().filter(|group| {
            group.members.iter().any(|&child| assign[child as usize] != assign[group.members[0] as usize])
        }).count();
        let fit = |assign: &brute::Assign| -> i64 {
            draft.fit.iter().filter(|fit| assign[fit.child as usize] == Some(fit.volunteer)).map(|fit| fit.weight).sum()
        };
        prop_assert_eq!(outcome.apart.len(), apart(&outcome.assign));
        prop_assert_eq!(outcome.fit, fit(&outcome.assign));
        prop_assert_eq!(outcome.proven.size, outcome.placed == outcome.bound);
        for other in brute::stable_matchings(&draft) {
            prop_assert!(brute::placed(&other) <= outcome.bound as usize);
            if !outcome.proven.size || brute::placed(&other) < outcome.placed as usize {
                continue;
            }
            prop_assert!(!outcome.proven.apart || apart(&other) >= outcome.apart.len());
            if outcome.proven.fit && apart(&other) == outcome.apart.len() {
                prop_assert!(fit(&other) <= outcome.fit);
            }
        }
    }

    #[test]
    fn without_ties_no_child_does_better_in_any_stable_matching(draft in draft(Shape { ties: false, ..ALONE })) {
        let (_, outcome) = solved(&draft, "");
        for other in brute::stable_matchings(&draft) {
            for child in 0..draft.child_prefs.len() {
                prop_assert!(brute::own_rank(&draft, &outcome.assign, child) <= brute::own_rank(&draft, &other, child));
            }
        }
    }

    #[test]
    fn the_judge_finds_just_what_the_definition_finds(draft in draft(TINY), picks in prop::collection::vec(any::<u16>(), 5)) {
        let judged = Instance::new(draft.clone()).unwrap();
        let judge = Judge::new(&judged);
        let homes = u16::try_from(draft.capacity.len()).unwrap();
        let pick = |pick: &u16| Some(u32::from(pick % (homes + 1))).filter(|&home| home < u32::from(homes));
        let mut assign: brute::Assign = picks.iter().map(pick).collect();
        assign.resize(draft.child_prefs.len(), None);
        match judge.judge(&assign) {
            Err(_) => prop_assert!(!brute::valid(&draft, &assign)),
            Ok(verdict) => {
                prop_assert!(brute::valid(&draft, &assign));
                let mut found: Vec<_> = verdict.blocking.into_iter().map(|b| (b.children, b.volunteer, b.occupancy)).collect();
                found.sort_unstable();
                prop_assert_eq!(found, brute::blocking(&draft, &assign));
            }
        }
    }

    /// What is drawn by chance is seldom a matching: here each that there is is judged.
    #[test]
    fn the_judge_finds_in_each_matching_just_what_the_definition_finds(draft in draft(FEW)) {
        let judged = Instance::new(draft.clone()).unwrap();
        let judge = Judge::new(&judged);
        let mut wrong = None;
        brute::each_matching(&draft, &mut |assign| {
            let verdict = judge.judge(assign).unwrap();
            let (is_stable, blocking) = (verdict.stable(), brute::blocking(&draft, assign));
            let mut found: Vec<_> =
                verdict.blocking.into_iter().map(|b| (b.children, b.volunteer, b.occupancy)).collect();
            found.sort_unstable();
            if found != blocking || is_stable != blocking.iter().all(|(.., occupancy)| !occupancy) {
                wrong = Some((assign.clone(), found));
            }
        });
        prop_assert_eq!(wrong, None);
    }

    #[test]
    fn a_cover_that_leaves_a_pair_open_proves_nothing(draft in draft(TINY)) {
        let (instance, outcome) = solved(&draft, "");
        let judge = Judge::new(&instance);
        for k in 0..outcome.cover.children.len() {
            let mut cover = outcome.cover.clone();
            cover.children.remove(k);
            prop_assert!(judge.bound(&cover).is_none_or(|bound| bound >= u64::from(outcome.placed)));
        }
        let nobody = naheya_matching::Cover::default();
        prop_assert_eq!(judge.bound(&nobody).is_some(), judge.bound(&outcome.cover) == Some(0));
    }

    #[test]
    fn the_same_people_get_the_same_homes_in_any_order_of_input(draft in draft(ANY), shuffle in any::<u64>(), seed in "[a-z]{0,3}") {
        let named = named(draft);
        let (first, outcome) = solved(&named, &seed);
        let turned = permuted(&named, shuffle);
        let (second, other) = solved(&turned, &seed);
        prop_assert_eq!((outcome.placed, outcome.fit, outcome.bound), (other.placed, other.fit, other.bound));
        prop_assert_eq!((outcome.proven, outcome.orders), (other.proven, other.orders));
        prop_assert_eq!(by_id(&first, &outcome.assign), by_id(&second, &other.assign));
    }

    #[test]
    fn the_exact_search_gives_the_same_homes_in_any_order_of_input(draft in draft(TINY), shuffle in any::<u64>()) {
        let named = named(draft);
        let exactly = |draft: &Draft| {
            let instance = Instance::new(draft.clone()).unwrap();
            let options = naheya_matching::Options { exact: true, ..naheya_matching::Options::default() };
            let outcome = naheya_matching::solve(&instance, &options).unwrap();
            by_id(&instance, &outcome.assign)
        };
        prop_assert_eq!(exactly(&named), exactly(&permuted(&named, shuffle)));
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(draft in draft(ANY)) {
        let text = || {
            let (instance, outcome) = solved(&draft, "twice");
            serde_json::to_string(&naheya_matching::Report::new(&instance, &outcome)).unwrap()
        };
        prop_assert_eq!(text(), text());
    }
}

/// The same with an identity for everybody.
pub fn named(mut draft: Draft) -> Draft {
    draft.child_ids = Some((0..draft.child_prefs.len()).map(|c| format!("child-{c}")).collect());
    draft.volunteer_ids = Some((0..draft.capacity.len()).map(|v| format!("home-{v}")).collect());
    draft
}

/// Who has which home, by identity.
pub fn by_id(instance: &Instance, assign: &brute::Assign) -> Vec<(String, Option<String>)> {
    let pair =
        |(child, home): (u32, &Option<u32>)| (instance.child_id(child), home.map(|home| instance.volunteer_id(home)));
    let mut pairs: Vec<_> = (0..).zip(assign).map(pair).collect();
    pairs.sort_unstable();
    pairs
}

/// The same content with everything that is a set in another order.
pub fn permuted(draft: &Draft, shuffle: u64) -> Draft {
    let mut turn = Numbers::new(shuffle);
    let children = turn.order(draft.child_prefs.len());
    let homes = turn.order(draft.capacity.len());
    let at = |order: &[usize], old: u32| u32::try_from(order.iter().position(|&k| k == old as usize).unwrap()).unwrap();
    let mut lists = |lists: &[Vec<Vec<u32>>], people: &[usize], others: &[usize]| -> Vec<Vec<Vec<u32>>> {
        let mut tie = |tie: &Vec<u32>| {
            let mut tie: Vec<u32> = tie.iter().map(|&other| at(others, other)).collect();
            turn.mix(&mut tie);
            tie
        };
        people.iter().map(|&old| lists[old].iter().map(&mut tie).collect()).collect()
    };
    let child_prefs = lists(&draft.child_prefs, &children, &homes);
    let volunteer_prefs = lists(&draft.volunteer_prefs, &homes, &children);
    let mut siblings: Vec<SiblingGroup> = draft.siblings.clone();
    for group in &mut siblings {
        group.members.iter_mut().for_each(|child| *child = at(&children, *child));
        turn.mix(&mut group.members);
    }
    turn.mix(&mut siblings);
    let mut forbidden: Vec<_> = draft.forbidden.iter().map(|&(c, v)| (at(&children, c), at(&homes, v))).collect();
    turn.mix(&mut forbidden);
    let mut fit = draft.fit.clone();
    for fit in &mut fit {
        (fit.child, fit.volunteer) = (at(&children, fit.child), at(&homes, fit.volunteer));
    }
    turn.mix(&mut fit);
    let ids = |ids: &Option<Vec<String>>, order: &[usize]| {
        ids.as_ref().map(|ids| order.iter().map(|&old| ids[old].clone()).collect())
    };
    Draft {
        child_prefs,
        volunteer_prefs,
        capacity: homes.iter().map(|&old| draft.capacity[old]).collect(),
        siblings,
        forbidden,
        fit,
        child_ids: ids(&draft.child_ids, &children),
        volunteer_ids: ids(&draft.volunteer_ids, &homes),
    }
}

/// Child 0 finds both homes equal, child 1 knows only the first, which likes child 0 better.
#[test]
fn a_child_with_an_equal_free_home_makes_room_for_one_without() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0, 1]], vec![vec![0]]],
        volunteer_prefs: vec![vec![vec![0], vec![1]], vec![vec![0]]],
        capacity: vec![1, 1],
        ..Draft::default()
    };
    let instance = Instance::new(draft).unwrap();
    for seed in 0..20 {
        let options = naheya_matching::Options { seed: seed.to_string(), orders: Some(1), ..Default::default() };
        assert_eq!(naheya_matching::solve(&instance, &options).unwrap().assign, [Some(1), Some(0)], "seed {seed}");
    }
}
