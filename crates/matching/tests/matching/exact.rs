//! The exact search and its certificates.

use naheya_matching::{
    Cover, Draft, Fit, Instance, Invalid, Judge, Mode, Options, Outcome, ProofStep, Report, RowWeights, SiblingGroup,
    Written, Wrong, solve, solve_until,
};
use proptest::prelude::*;

use crate::draw::{Shape, config, draft};
use crate::{brute, solved};

const TINY: Shape = Shape { children: 5, volunteers: 4, capacity: 3, ties: true, groups: true };
const SMALL: Shape = Shape { children: 7, volunteers: 6, capacity: 2, ties: true, groups: false };

fn exactly(draft: &Draft) -> (Instance, Outcome) {
    let instance = Instance::new(draft.clone()).unwrap();
    let options = Options { seed: "exact".into(), exact: true, ..Options::default() };
    let outcome = solve(&instance, &options).unwrap();
    (instance, outcome)
}

/// More children, fewer groups apart, more fit.
fn worth(draft: &Draft, assign: &brute::Assign) -> (usize, i64, i64) {
    let torn = |group: &&SiblingGroup| {
        let home = |child: &u32| assign[*child as usize];
        group.members.iter().any(|child| home(child) != home(&group.members[0]))
    };
    let apart = i64::try_from(draft.siblings.iter().filter(torn).count()).unwrap();
    let fit = draft.fit.iter().filter(|fit| assign[fit.child as usize] == Some(fit.volunteer)).map(|fit| fit.weight);
    (brute::placed(assign), -apart, fit.sum())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_exact_search_finds_the_best_of_all_stable_matchings_and_proves_it(draft in draft(TINY)) {
        let (instance, outcome) = exactly(&draft);
        let best = brute::stable_matchings(&draft).iter().map(|assign| worth(&draft, assign)).max().unwrap();
        prop_assert_eq!(worth(&draft, &outcome.assign), best);
        prop_assert!(brute::valid(&draft, &outcome.assign));
        prop_assert!(brute::blocking(&draft, &outcome.assign).iter().all(|(.., occupancy)| !occupancy));
        prop_assert!(outcome.proven.size && outcome.proven.apart && outcome.proven.fit, "{:?}", outcome.proven);
        let judge = Judge::new(&instance);
        prop_assert!(outcome.proofs.iter().all(|proof| judge.proves(proof)));
        let text = serde_json::to_vec(&Report::new(&instance, &outcome)).unwrap();
        let written: Written = serde_json::from_slice(&text).unwrap();
        prop_assert_eq!(written.check(&instance), Ok(()));
    }

    #[test]
    fn no_certificate_proves_less_than_there_is(draft in draft(TINY), cut in any::<prop::sample::Index>()) {
        let (instance, outcome) = exactly(&draft);
        let judge = Judge::new(&instance);
        for proof in &outcome.proofs {
            let mut lower = proof.clone();
            lower.bound -= 1;
            prop_assert!(!judge.proves(&lower));
            let mut shorter = proof.clone();
            shorter.steps.remove(cut.index(shorter.steps.len()));
            shorter.bound -= 1;
            prop_assert!(!judge.proves(&shorter));
        }
    }

    #[test]
    fn the_fast_mode_keeps_two_thirds_of_the_proven_optimum(draft in draft(SMALL)) {
        let (_, fast) = solved(&draft, "fast");
        let (_, exact) = exactly(&draft);
        prop_assert!(exact.proven.size);
        prop_assert!(fast.placed <= exact.placed && 3 * fast.placed >= 2 * exact.placed);
    }
}

/// Two children who are equal to the one home that both wish for; the first also has another, which it ranks lower.
fn tied() -> Draft {
    Draft {
        child_prefs: vec![vec![vec![0], vec![1]], vec![vec![0]]],
        volunteer_prefs: vec![vec![vec![0, 1]], vec![vec![0]]],
        capacity: vec![1, 1],
        fit: vec![Fit { child: 0, volunteer: 1, weight: 3 }],
        siblings: vec![SiblingGroup { members: vec![0, 1], mode: Mode::Prefer }],
        ..Draft::default()
    }
}

#[test]
fn a_search_that_is_over_says_honestly_what_it_does_not_know() {
    let draft = tied();
    let instance = Instance::new(draft).unwrap();
    let options = Options { exact: true, orders: Some(1), ..Options::default() };
    for calls in 0..4 {
        let mut left = calls;
        let mut over = || {
            left -= 1;
            left < 0
        };
        let outcome = solve_until(&instance, &options, &mut over).unwrap();
        assert!(outcome.verdict.stable());
        assert!(outcome.placed <= outcome.bound);
        assert_eq!(outcome.proven.size, outcome.placed == outcome.bound);
    }
}

#[test]
fn a_certificate_that_names_nobody_proves_nothing() {
    let (instance, outcome) = exactly(&tied());
    let judge = Judge::new(&instance);
    assert_eq!(outcome.placed, 2);
    let goal = naheya_matching::ProofGoal::Size;
    for step in [
        ProofStep::Split(9, 0),
        ProofStep::Gather(9),
        ProofStep::Weigh(RowWeights { homes: vec![(9, 1)], ..RowWeights::default() }),
        ProofStep::Weigh(RowWeights { pairs: vec![(1, 1, 1)], ..RowWeights::default() }),
        ProofStep::Close,
    ] {
        let proof = naheya_matching::Proof { goal, bound: 1, steps: vec![step, ProofStep::Close] };
        assert!(!judge.proves(&proof));
    }
}

/// The home ranks the first child higher, or both the same: only then may the second be there while the first has what it likes less.
#[test]
fn an_envy_row_that_stability_does_not_ask_for_proves_nothing() {
    let half = 1 << 19;
    let weights =
        RowWeights { homes: vec![(0, half)], envies: vec![(vec![(0, 0), (1, 0)], half)], ..RowWeights::default() };
    let steps = vec![ProofStep::Weigh(weights), ProofStep::Close];
    let proof = naheya_matching::Proof { goal: naheya_matching::ProofGoal::Size, bound: 1, steps };
    let ranked = Draft { volunteer_prefs: vec![vec![vec![0], vec![1]], vec![vec![0]]], ..tied() };
    assert!(Judge::new(&Instance::new(ranked).unwrap()).proves(&proof));
    assert!(!Judge::new(&Instance::new(tied()).unwrap()).proves(&proof));
}

#[test]
fn the_checker_names_what_is_wrong_with_a_result() {
    let (instance, outcome) = exactly(&tied());
    let text = serde_json::to_string(&Report::new(&instance, &outcome)).unwrap();
    let good: Written = serde_json::from_str(&text).unwrap();
    assert_eq!(good.check(&instance), Ok(()));
    let wrong = |change: &dyn Fn(&mut Written)| {
        let mut written = good.clone();
        change(&mut written);
        written.check(&instance).unwrap_err()
    };
    assert!(matches!(wrong(&|w| w.assign = vec![None, None]), Wrong::Blocked { .. }));
    assert!(matches!(wrong(&|w| w.assign = vec![Some(1), Some(1)]), Wrong::Invalid(_)));
    assert!(matches!(wrong(&|w| w.placed = Some(1)), Wrong::Number { field: "placed", named: 1, found: 2 }));
    assert!(matches!(wrong(&|w| w.fit = Some(4)), Wrong::Number { field: "fit", .. }));
    assert!(matches!(wrong(&|w| w.stable = Some(false)), Wrong::CalledUnstable));
    assert!(matches!(wrong(&|w| w.bound = Some(1)), Wrong::Bound(1)));
    assert!(matches!(wrong(&|w| w.cover = None), Wrong::Bound(2) | Wrong::Unproven("size")));
}

#[test]
fn what_names_more_or_fewer_children_than_there_are_is_no_matching() {
    let instance = Instance::new(tied()).unwrap();
    let judge = Judge::new(&instance);
    for assign in [vec![], vec![None], vec![None, None, None]] {
        let length = Invalid::Length { children: 2, found: assign.len() };
        assert_eq!(judge.judge(&assign).unwrap_err(), length);
    }
    assert!(judge.judge(&[None, None]).is_ok());
}

#[test]
fn a_cover_leaves_no_pair_open_and_asks_for_none_that_nobody_may_make() {
    // 0 and its home choose each other; 1 is not chosen back; 2 is struck out.
    let draft = Draft {
        child_prefs: vec![vec![vec![0]], vec![vec![1]], vec![vec![2]]],
        volunteer_prefs: vec![vec![vec![0]], vec![], vec![vec![2]]],
        capacity: vec![2, 1, 1],
        forbidden: vec![(2, 2)],
        ..Draft::default()
    };
    let bound = |draft: &Draft, children: &[u32], volunteers: &[u32]| {
        let cover = Cover { children: children.to_vec(), volunteers: volunteers.to_vec() };
        Judge::new(&Instance::new(draft.clone()).unwrap()).bound(&cover)
    };
    assert_eq!(bound(&draft, &[], &[]), None, "the first pair is open");
    assert_eq!(bound(&draft, &[], &[0]), Some(2));
    assert_eq!(bound(&draft, &[0], &[]), Some(1));
    assert_eq!((bound(&draft, &[9], &[]), bound(&draft, &[], &[9])), (None, None));
    // Of two who must stay together both are covered, or their homes are.
    let together = Draft {
        child_prefs: vec![vec![vec![0]]; 2],
        volunteer_prefs: vec![vec![vec![0, 1]]],
        capacity: vec![2],
        siblings: vec![SiblingGroup { members: vec![0, 1], mode: Mode::Must }],
        ..Draft::default()
    };
    assert_eq!((bound(&together, &[0], &[]), bound(&together, &[1], &[])), (None, None));
    assert_eq!((bound(&together, &[0, 1], &[]), bound(&together, &[], &[0])), (Some(2), Some(2)));
}
