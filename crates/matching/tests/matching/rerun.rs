//! Re-runs that stay near to an earlier assignment.

use naheya_matching::{Cause, Draft, Instance, Judge, Options, Outcome, Report, SiblingGroup, Written, solve};
use proptest::prelude::*;

use crate::brute::{self, Assign};
use crate::draw::{Numbers, Shape, config, draft};
use crate::promise::{by_id, named, permuted};

const ANY: Shape = Shape { children: 24, volunteers: 14, capacity: 4, ties: true, groups: true };
const TINY: Shape = Shape { children: 5, volunteers: 4, capacity: 3, ties: true, groups: true };
const ALONE: Shape = Shape { groups: false, ..TINY };

type Pairs = Vec<(u32, u32)>;

fn rerun(draft: &Draft, keep: &[(u32, u32)], exact: bool) -> (Instance, Outcome) {
    let instance = Instance::new(draft.clone()).unwrap().keeping(keep.to_vec()).unwrap();
    let options = Options { seed: "again".into(), exact, ..Options::default() };
    let outcome = solve(&instance, &options).unwrap();
    (instance, outcome)
}

/// Of most children one home each that both sides chose, without a thought of places, stability or siblings.
fn any_pairs(draft: &Draft, seed: u64) -> Pairs {
    let mut numbers = Numbers::new(seed);
    let instance = Instance::new(draft.clone()).unwrap();
    let mut pairs = Pairs::new();
    for child in (0..).take(draft.child_prefs.len()) {
        let homes: Vec<u32> = draft.child_prefs[child as usize]
            .iter()
            .flatten()
            .copied()
            .filter(|&v| instance.acceptable(child, v))
            .collect();
        if !homes.is_empty() && numbers.below(5) > 0 {
            pairs.push((child, homes[usize::try_from(numbers.below(homes.len() as u64)).unwrap()]));
        }
    }
    numbers.mix(&mut pairs);
    pairs
}

/// Solves, lets about every eighth of each side drop out, and gives what remains with the pairs that remain.
fn after_drop_outs(draft: &Draft, seed: u64) -> (Draft, Pairs) {
    let mut numbers = Numbers::new(seed);
    let instance = Instance::new(draft.clone()).unwrap();
    let options = Options { seed: "first".into(), exact: numbers.below(2) == 0, ..Options::default() };
    let before = solve(&instance, &options).unwrap();
    let mut new_numbers = |people: usize| {
        let mut left = 0..;
        (0..people).map(|_| if numbers.below(8) > 0 { left.next() } else { None }).collect::<Vec<Option<u32>>>()
    };
    let (child_at, home_at) = (new_numbers(draft.child_prefs.len()), new_numbers(draft.capacity.len()));
    let list = |list: &Vec<Vec<u32>>, at: &[Option<u32>]| -> Vec<Vec<u32>> {
        let ties = list.iter().map(|tie| tie.iter().filter_map(|&other| at[other as usize]).collect::<Vec<u32>>());
        ties.filter(|tie| !tie.is_empty()).collect()
    };
    let lists = |lists: &[Vec<Vec<u32>>], own: &[Option<u32>], others: &[Option<u32>]| {
        let there = lists.iter().zip(own).filter(|(_, at)| at.is_some());
        there.map(|(row, _)| list(row, others)).collect()
    };
    let pair = |child: u32, home: u32| Some((child_at[child as usize]?, home_at[home as usize]?));
    let mut rest = Draft {
        child_prefs: lists(&draft.child_prefs, &child_at, &home_at),
        volunteer_prefs: lists(&draft.volunteer_prefs, &home_at, &child_at),
        capacity: draft.capacity.iter().zip(&home_at).filter(|(_, at)| at.is_some()).map(|(&c, _)| c).collect(),
        forbidden: draft.forbidden.iter().filter_map(|&(child, home)| pair(child, home)).collect(),
        ..Draft::default()
    };
    for fit in &draft.fit {
        if let Some((child, volunteer)) = pair(fit.child, fit.volunteer) {
            rest.fit.push(naheya_matching::Fit { child, volunteer, ..*fit });
        }
    }
    for group in &draft.siblings {
        let members: Vec<u32> = group.members.iter().filter_map(|&child| child_at[child as usize]).collect();
        if !members.is_empty() {
            rest.siblings.push(SiblingGroup { members, mode: group.mode });
        }
    }
    let pairs = (0_u32..).zip(&before.assign).filter_map(|(child, &home)| pair(child, home?)).collect();
    (rest, pairs)
}

fn as_assign(draft: &Draft, pairs: &[(u32, u32)]) -> Assign {
    let mut assign = vec![None; draft.child_prefs.len()];
    pairs.iter().for_each(|&(child, home)| assign[child as usize] = Some(home));
    assign
}

fn kept(assign: &Assign, pairs: &[(u32, u32)]) -> usize {
    pairs.iter().filter(|&&(child, home)| assign[child as usize] == Some(home)).count()
}

/// Stable, and what is said of who moved is so.
fn sound(draft: &Draft, pairs: &[(u32, u32)], (instance, outcome): &(Instance, Outcome)) -> Result<(), TestCaseError> {
    prop_assert!(brute::valid(draft, &outcome.assign));
    prop_assert!(brute::blocking(draft, &outcome.assign).iter().all(|(.., occupancy)| !occupancy));
    let rerun = outcome.rerun.as_ref().unwrap();
    prop_assert_eq!(rerun.kept as usize, kept(&outcome.assign, pairs));
    prop_assert_eq!(rerun.kept as usize + rerun.moved.len(), pairs.len());
    for moved in &rerun.moved {
        prop_assert!(pairs.contains(&(moved.child, moved.from)));
        prop_assert!(moved.to != Some(moved.from) && outcome.assign[moved.child as usize] == moved.to);
        for &child in &moved.instead {
            prop_assert!(outcome.assign[child as usize] == Some(moved.from) && !pairs.contains(&(child, moved.from)));
        }
        said_of(draft, outcome, pairs, moved)?;
    }
    let text = serde_json::to_vec(&Report::new(instance, outcome)).unwrap();
    let written: Written = serde_json::from_slice(&text).unwrap();
    prop_assert_eq!(written.check(instance), Ok(()));
    prop_assert_eq!(written.moved.unwrap().len(), rerun.moved.len());
    Ok(())
}

/// The reason holds by the definitions.
fn said_of(
    draft: &Draft,
    outcome: &Outcome,
    pairs: &[(u32, u32)],
    moved: &naheya_matching::Moved,
) -> Result<(), TestCaseError> {
    let unit = brute::units(draft).into_iter().find(|unit| unit.contains(&moved.child)).unwrap();
    let had = brute::ranks(draft, &unit, moved.from);
    let Some((own, theirs)) = had else {
        prop_assert_eq!(moved.why, Cause::Siblings);
        return Ok(());
    };
    let now = moved.to.map_or(usize::MAX, |to| brute::ranks(draft, &unit, to).unwrap().0);
    let units = brute::units(draft);
    let here = units.iter().filter(|other| outcome.assign[other[0] as usize] == Some(moved.from));
    let ranks: Vec<usize> = here.map(|other| brute::ranks(draft, other, moved.from).unwrap().1).collect();
    let places = draft.capacity[moved.from as usize] as usize;
    let full = outcome.assign.iter().filter(|&&home| home == Some(moved.from)).count() == places;
    let holds = match moved.why {
        Cause::RanksHigher => now < own,
        Cause::FewerPlaces => pairs.iter().filter(|&&(_, home)| home == moved.from).count() > places,
        Cause::Siblings => false,
        Cause::FullRankedHigher => full && ranks.iter().all(|&rank| rank < theirs),
        Cause::FullRankedEqual => full && ranks.iter().max() == Some(&theirs) && now > own,
        Cause::RanksEqual => now == own,
        Cause::PlacesWouldBeLost => unit.len() > 1 || units.iter().any(|other| other.len() > 1),
    };
    prop_assert!(holds, "{moved:?}");
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_rerun_is_stable_whatever_was_before(draft in draft(ANY), seed in any::<u64>()) {
        let pairs = any_pairs(&draft, seed);
        sound(&draft, &pairs, &rerun(&draft, &pairs, false))?;
    }

    #[test]
    fn a_rerun_after_drop_outs_is_stable(draft in draft(ANY), seed in any::<u64>()) {
        let (rest, pairs) = after_drop_outs(&draft, seed);
        sound(&rest, &pairs, &rerun(&rest, &pairs, false))?;
    }

    #[test]
    fn nobody_moves_when_what_remains_is_stable_and_largest(draft in draft(TINY), seed in any::<u64>()) {
        let (rest, pairs) = after_drop_outs(&draft, seed);
        let before = as_assign(&rest, &pairs);
        let stable = brute::stable_matchings(&rest);
        let most = stable.iter().map(brute::placed).max().unwrap();
        if stable.contains(&before) && brute::placed(&before) == most {
            for exact in [false, true] {
                let (_, outcome) = rerun(&rest, &pairs, exact);
                prop_assert_eq!(&outcome.assign, &before);
                prop_assert!(outcome.rerun.unwrap().moved.is_empty());
            }
        }
    }

    #[test]
    fn the_exact_search_moves_as_few_as_any_stable_matching_of_its_size(
        draft in draft(TINY), seed in any::<u64>(), dropped in any::<bool>()
    ) {
        let (draft, pairs) = if dropped { after_drop_outs(&draft, seed) } else { (draft.clone(), any_pairs(&draft, seed)) };
        let found = rerun(&draft, &pairs, true);
        sound(&draft, &pairs, &found)?;
        let (instance, outcome) = found;
        let worth = |assign: &Assign| {
            let torn = draft.siblings.iter().filter(|group| {
                group.members.iter().any(|&child| assign[child as usize] != assign[group.members[0] as usize])
            });
            let fit = draft.fit.iter().filter(|fit| assign[fit.child as usize] == Some(fit.volunteer));
            let apart = i64::try_from(torn.count()).unwrap();
            (brute::placed(assign), kept(assign, &pairs), -apart, fit.map(|fit| fit.weight).sum::<i64>())
        };
        let best = brute::stable_matchings(&draft).iter().map(worth).max().unwrap();
        prop_assert_eq!(worth(&outcome.assign), best);
        let proven = outcome.proven;
        prop_assert!(proven.size && proven.kept == Some(true) && proven.apart && proven.fit, "{proven:?}");
        let judge = Judge::new(&instance);
        for proof in &outcome.proofs {
            prop_assert!(judge.proves(proof));
            let mut lower = proof.clone();
            lower.bound -= 1;
            prop_assert!(!judge.proves(&lower));
        }
    }

    #[test]
    fn what_a_fast_rerun_calls_proven_is_true(draft in draft(TINY), seed in any::<u64>()) {
        let (rest, pairs) = after_drop_outs(&draft, seed);
        let (_, outcome) = rerun(&rest, &pairs, false);
        for other in brute::stable_matchings(&rest) {
            let placed = brute::placed(&other);
            prop_assert!(!outcome.proven.size || placed <= outcome.placed as usize);
            let near = outcome.proven.kept == Some(true) && placed == outcome.placed as usize;
            prop_assert!(!near || kept(&other, &pairs) <= kept(&outcome.assign, &pairs));
        }
    }

    #[test]
    fn a_rerun_keeps_two_thirds_of_the_largest(draft in draft(ALONE), seed in any::<u64>()) {
        let pairs = any_pairs(&draft, seed);
        let instance = Instance::new(draft.clone()).unwrap().keeping(pairs).unwrap();
        for options in [Options::default(), Options { orders: Some(1), ..Options::default() }] {
            let outcome = solve(&instance, &options).unwrap();
            let most = brute::stable_matchings(&draft).iter().map(brute::placed).max().unwrap();
            prop_assert!(3 * outcome.placed as usize >= 2 * most, "{} of {most}", outcome.placed);
        }
    }

    #[test]
    fn a_rerun_gives_the_same_homes_in_any_order_of_input(draft in draft(ANY), seed in any::<u64>(), shuffle in any::<u64>()) {
        let draft = named(draft);
        let pairs = any_pairs(&draft, seed);
        let (first, outcome) = rerun(&draft, &pairs, false);
        let turned = permuted(&draft, shuffle);
        let at = |ids: &Option<Vec<String>>, id: &str| {
            u32::try_from(ids.as_ref().unwrap().iter().position(|other| other == id).unwrap()).unwrap()
        };
        let moved: Pairs = pairs
            .iter()
            .map(|&(child, home)| (at(&turned.child_ids, &first.child_id(child)), at(&turned.volunteer_ids, &first.volunteer_id(home))))
            .collect();
        let (second, other) = rerun(&turned, &moved, false);
        prop_assert_eq!((outcome.placed, outcome.proven, outcome.orders), (other.placed, other.proven, other.orders));
        prop_assert_eq!(by_id(&first, &outcome.assign), by_id(&second, &other.assign));
    }

    #[test]
    fn without_an_earlier_assignment_nothing_is_said_of_one(draft in draft(ANY)) {
        let (instance, outcome) = crate::solved(&draft, "alone");
        let text = serde_json::to_string(&Report::new(&instance, &outcome)).unwrap();
        prop_assert!(!text.contains("kept") && !text.contains("move"));
    }
}

/// Two homes, three children; the first home's child dropped out. A chain of vacancies would move two, and must move one.
#[test]
fn a_free_place_goes_to_whom_the_home_ranks_highest_and_the_reason_is_said() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0], vec![1]], vec![vec![1]]],
        volunteer_prefs: vec![vec![vec![0], vec![1]], vec![vec![0, 1, 2]]],
        capacity: vec![1, 2],
        ..Draft::default()
    };
    let (_, outcome) = rerun(&draft, &[(0, 1), (1, 1)], false);
    assert_eq!(outcome.assign, [Some(0), Some(1), Some(1)]);
    let rerun = outcome.rerun.unwrap();
    assert_eq!(rerun.kept, 1);
    let moved = &rerun.moved[0];
    assert_eq!((moved.child, moved.from, moved.to, moved.why), (0, 1, Some(0), Cause::RanksHigher));
    assert_eq!(moved.instead, [2]);
}

/// All orders of the first run are open between equals; the re-run leaves them as they were.
#[test]
fn equals_stay_where_they_were() {
    let all: Vec<Vec<u32>> = vec![(0..6).collect()];
    let draft = Draft {
        child_prefs: vec![all.clone(); 6],
        volunteer_prefs: vec![all; 6],
        capacity: vec![1; 6],
        ..Draft::default()
    };
    let pairs: Pairs = (0..5).map(|child| (child, (child + 3) % 6)).collect();
    for seed in 0..20 {
        let instance = Instance::new(draft.clone()).unwrap().keeping(pairs.clone()).unwrap();
        let outcome = solve(&instance, &Options { seed: seed.to_string(), ..Options::default() }).unwrap();
        assert_eq!(outcome.placed, 6);
        assert_eq!(outcome.rerun.unwrap().kept, 5, "seed {seed}");
    }
}

/// A home for two takes only one from now on.
#[test]
fn of_those_who_no_longer_fit_the_one_ranked_higher_stays() {
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![0], vec![1]]],
        volunteer_prefs: vec![vec![vec![1], vec![0]], vec![vec![1]]],
        capacity: vec![1, 1],
        ..Draft::default()
    };
    let (_, outcome) = rerun(&draft, &[(0, 0), (1, 0)], true);
    assert_eq!(outcome.assign, [None, Some(0)]);
    assert_eq!(outcome.rerun.unwrap().moved[0].why, Cause::FewerPlaces);
}

/// Beyond the size at which other orders are tried too.
#[test]
fn in_a_large_county_too_nobody_moves_when_nothing_happened() {
    let mut numbers = Numbers::new(5);
    let people = 2_100;
    let mut draft = Draft { capacity: vec![1; people], ..Draft::default() };
    let mut chosen_by: Vec<Vec<u32>> = vec![Vec::new(); people];
    for child in (0..).take(people) {
        let mut list: Vec<u32> = (0..8).map(|_| u32::try_from(numbers.below(people as u64)).unwrap()).collect();
        list.sort_unstable();
        list.dedup();
        numbers.mix(&mut list);
        list.iter().for_each(|&home| chosen_by[home as usize].push(child));
        draft.child_prefs.push(list.chunks(2).map(<[u32]>::to_vec).collect());
    }
    draft.volunteer_prefs = chosen_by.iter().map(|list| list.chunks(3).map(<[u32]>::to_vec).collect()).collect();
    let instance = Instance::new(draft.clone()).unwrap();
    let before = solve(&instance, &Options::default()).unwrap();
    let pairs: Pairs = (0_u32..).zip(&before.assign).filter_map(|(child, &home)| Some((child, home?))).collect();
    let (_, outcome) = rerun(&draft, &pairs, false);
    assert_eq!(outcome.assign, before.assign);
}
