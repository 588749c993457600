//! Certificates that suppose a `prefer` group to be together, and then apart.

use naheya_matching::{Draft, Instance, Judge, Mode, Proof, ProofGoal, ProofStep, RowWeights, SiblingGroup, Written};

/// Three times the same: two siblings wish for one home of two places, where a third child surely is, and each has a home for itself beside. A fourth group has
/// a home for both.
fn draft() -> Draft {
    let mut draft = Draft::default();
    for first in [0, 3, 6] {
        let (second, third) = (first + 1, first + 2);
        // The home of two places goes by the first sibling's number, those of one place by the numbers after it.
        let children = [vec![vec![first], vec![second]], vec![vec![first], vec![third]], vec![vec![first]]];
        draft.child_prefs.extend(children);
        draft.volunteer_prefs.extend([vec![vec![third], vec![first, second]], vec![vec![first]], vec![vec![second]]]);
        draft.capacity.extend([2, 1, 1]);
        draft.siblings.push(SiblingGroup { members: vec![first, second], mode: Mode::Prefer });
    }
    draft.child_prefs.extend([vec![vec![9]], vec![vec![9]]]);
    draft.volunteer_prefs.push(vec![vec![9, 10]]);
    draft.capacity.push(2);
    draft.siblings.push(SiblingGroup { members: vec![9, 10], mode: Mode::Prefer });
    draft
}

/// Half the places of the second home and half of each sibling's pair there: of its group no more than a half is together.
fn half() -> ProofStep {
    let half = 1 << 19;
    let unions = vec![(1, 3, 3, half), (1, 3, 4, half)];
    ProofStep::Weigh(RowWeights { homes: vec![(3, half)], unions, ..RowWeights::default() })
}

/// That no more than one group is together, when everybody is placed.
fn proof(steps: Vec<ProofStep>) -> Proof {
    Proof { goal: ProofGoal::Together { placed: 11, kept: 0 }, bound: 1, steps }
}

/// Where the first of the three is together there is no room. Where it is apart, half a group, the third and the fourth are left, so that no matching worth more
/// leaves the third apart, and there is no room for it either. With the first group left over, nothing of the kind can be said.
fn walk(first: ProofStep) -> Vec<ProofStep> {
    vec![first, ProofStep::Close, half(), ProofStep::Close]
}

#[test]
fn a_group_supposed_together_and_then_apart_closes_what_pairs_do_not() {
    let instance = Instance::new(draft()).unwrap();
    let judge = Judge::new(&instance);
    assert!(judge.proves(&proof(walk(ProofStep::Gather(0)))));
    assert!(!judge.proves(&proof(vec![half(), ProofStep::Close])));
    for (child, homes) in (0_u32..).zip(&draft().child_prefs) {
        for &home in homes.iter().flatten() {
            assert!(!judge.proves(&proof(walk(ProofStep::Split(child, home)))), "{child} at {home}");
        }
    }
}

#[test]
fn a_changed_step_about_a_group_proves_nothing() {
    let instance = Instance::new(draft()).unwrap();
    let judge = Judge::new(&instance);
    // The fourth group may well be together; more there are none.
    for group in [3, 4, u32::MAX] {
        assert!(!judge.proves(&proof(walk(ProofStep::Gather(group)))), "group {group}");
    }
    let (gather, close) = (ProofStep::Gather(0), ProofStep::Close);
    let one_side = vec![gather.clone(), close.clone()];
    let apart_first = vec![gather.clone(), half(), close.clone(), close.clone()];
    let nothing_weighed = vec![gather.clone(), close.clone(), close.clone()];
    let twice = vec![gather.clone(), gather, close.clone(), half(), close];
    for steps in [one_side, apart_first, nothing_weighed, twice] {
        assert!(!judge.proves(&proof(steps.clone())), "{steps:?}");
    }
    let mut bolder = proof(walk(ProofStep::Gather(0)));
    bolder.bound = 0;
    assert!(!judge.proves(&bolder));
}

/// The same from outside, where a result is read as a document.
#[test]
fn a_result_with_a_changed_step_about_a_group_is_refused() {
    let instance = Instance::new(draft()).unwrap();
    let result = |group: u32| -> Written {
        let steps = serde_json::json!([{ "gather": group }, "close", half(), "close"]);
        let proof = serde_json::json!({ "goal": "together", "placed": 11, "bound": 1, "steps": steps });
        let assign = [1, 0, 0, 4, 3, 3, 7, 6, 6, 9, 9];
        let text = serde_json::json!({ "assign": assign, "placed": 11, "apart": [0, 1, 2], "proofs": [proof] });
        serde_json::from_value(text).unwrap()
    };
    assert_eq!(result(0).check(&instance), Ok(()));
    assert!(result(3).check(&instance).is_err());
}
