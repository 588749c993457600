//! The replay of a proof's steps.

use crate::exact::Step;
use crate::frame::{Domain, Frame, Goal, State, homes_of, made};

/// Replays a proof that no stable matching is worth more than `bound`. `false` when a step is missing or proves too little.
///
/// A search that did not yet know its best matching took out less than the bound allows; a node may then close here before it did there, and the
/// steps that follow for it are passed over.
pub(crate) fn replay(frame: &Frame, goal: Goal, bound: i64, steps: &[Step], stable: &dyn Fn(&[u32]) -> bool) -> bool {
    // A node is `None` once it is closed.
    let settle = |mut domain: Domain| -> Option<Domain> {
        domain.propagate(frame).ok()?;
        let open = !domain.decided() || exceeds(frame, goal, bound, &domain, stable);
        open.then_some(domain)
    };
    let mut waiting = Vec::new();
    let mut node = settle(Domain::new(frame));
    let mut steps = steps.iter();
    loop {
        match steps.next() {
            None => return false,
            Some(Step::Weigh(weights)) => {
                node = node.and_then(|mut domain| {
                    let proved = goal.bound(frame, &domain, weights);
                    if proved.whole() <= bound || goal.strike(frame, &mut domain, &proved, bound).is_err() {
                        return None;
                    }
                    settle(domain)
                });
            }
            Some(&Step::Split(p)) => {
                if p as usize >= frame.pairs.len() {
                    return false;
                }
                let branch = |state: State| {
                    let mut branch = node.clone()?;
                    branch.set(p as usize, state).ok()?;
                    settle(branch)
                };
                waiting.push(branch(State::Out));
                node = branch(State::Made);
            }
            Some(&Step::Gather(group)) => {
                if group as usize >= frame.groups.len() {
                    return false;
                }
                let branch = |state: State| {
                    let mut branch = node.clone()?;
                    branch.set_group(group as usize, state).ok()?;
                    settle(branch)
                };
                waiting.push(branch(State::Out));
                node = branch(State::Made);
            }
            Some(Step::Close) => {
                if node.is_some() {
                    return false;
                }
                match waiting.pop() {
                    Some(next) => node = next,
                    None => return steps.next().is_none(),
                }
            }
        }
    }
}

/// Whether a decided node is a stable matching worth more than the bound.
fn exceeds(frame: &Frame, goal: Goal, bound: i64, domain: &Domain, stable: &dyn Fn(&[u32]) -> bool) -> bool {
    let made = made(frame, domain);
    let homes = homes_of(frame, &made);
    goal.worth(frame, &homes, &made).is_some_and(|worth| worth > bound) && stable(&homes)
}
