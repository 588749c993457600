//! The definitions written down again, slowly, and all matchings tried.

use naheya_matching::{Draft, Mode};

/// An assignment: for each child its volunteer.
pub type Assign = Vec<Option<u32>>;

fn rank(list: &[Vec<u32>], other: u32) -> Option<usize> {
    list.iter().position(|tie| tie.contains(&other))
}

/// Children who go together or not at all.
pub fn units(draft: &Draft) -> Vec<Vec<u32>> {
    let mut units: Vec<Vec<u32>> =
        draft.siblings.iter().filter(|group| group.mode == Mode::Must).map(|group| group.members.clone()).collect();
    for child in (0_u32..).take(draft.child_prefs.len()) {
        if !units.iter().any(|unit| unit.contains(&child)) {
            units.push(vec![child]);
        }
    }
    for unit in &mut units {
        unit.sort_unstable();
    }
    units
}

/// Both ranks of a unit and a home, when they find each other acceptable.
pub fn ranks(draft: &Draft, unit: &[u32], home: u32) -> Option<(usize, usize)> {
    let list = &draft.volunteer_prefs[home as usize];
    let (mut own, mut theirs) = (0, 0);
    for &child in unit {
        if draft.forbidden.contains(&(child, home)) {
            return None;
        }
        own = own.max(rank(&draft.child_prefs[child as usize], home)?);
        theirs = theirs.max(rank(list, child)?);
    }
    (unit.len() <= draft.capacity[home as usize] as usize).then_some((own, theirs))
}

/// Whether the assignment is a matching.
pub fn valid(draft: &Draft, assign: &Assign) -> bool {
    let together = |unit: &Vec<u32>| {
        let home = assign[unit[0] as usize];
        unit.iter().all(|&child| assign[child as usize] == home)
            && home.is_none_or(|home| ranks(draft, unit, home).is_some())
    };
    let fits =
        |home: u32| assign.iter().filter(|&&at| at == Some(home)).count() <= draft.capacity[home as usize] as usize;
    units(draft).iter().all(together) && (0..).take(draft.capacity.len()).all(fits)
}

/// Blocking pairs: the unit, the home, and whether it blocks by occupancy; sorted.
pub fn blocking(draft: &Draft, assign: &Assign) -> Vec<(Vec<u32>, u32, bool)> {
    let units = units(draft);
    let mut found = Vec::new();
    for unit in &units {
        let has = assign[unit[0] as usize].map(|home| ranks(draft, unit, home).unwrap().0);
        for home in (0_u32..).take(draft.capacity.len()) {
            let Some((own, theirs)) = ranks(draft, unit, home) else { continue };
            if has.is_some_and(|has| has <= own) {
                continue;
            }
            let here: Vec<&Vec<u32>> = units.iter().filter(|other| assign[other[0] as usize] == Some(home)).collect();
            let room = draft.capacity[home as usize] as usize - here.iter().map(|other| other.len()).sum::<usize>();
            let worse: Vec<usize> = here
                .iter()
                .filter(|other| ranks(draft, other, home).unwrap().1 > theirs)
                .map(|other| other.len())
                .collect();
            if room + worse.iter().sum::<usize>() < unit.len() {
                continue;
            }
            let left = |set: u32| (0..worse.len()).filter(|k| set >> k & 1 == 1).map(|k| worse[k]).sum::<usize>();
            let occupancy =
                (0..1_u32 << worse.len()).map(left).any(|left| left <= unit.len() && room + left >= unit.len());
            found.push((unit.clone(), home, occupancy));
        }
    }
    found.sort_unstable();
    found
}

/// Calls `visit` with every matching.
pub fn each_matching(draft: &Draft, visit: &mut impl FnMut(&Assign)) {
    let units = units(draft);
    let mut assign = vec![None; draft.child_prefs.len()];
    place(draft, &units, 0, &mut assign, visit);
}

fn place(draft: &Draft, units: &[Vec<u32>], k: usize, assign: &mut Assign, visit: &mut impl FnMut(&Assign)) {
    let Some(unit) = units.get(k) else { return visit(assign) };
    place(draft, units, k + 1, assign, visit);
    for home in (0_u32..).take(draft.capacity.len()) {
        let taken = assign.iter().filter(|&&at| at == Some(home)).count();
        if ranks(draft, unit, home).is_some() && taken + unit.len() <= draft.capacity[home as usize] as usize {
            seat(assign, unit, Some(home));
            place(draft, units, k + 1, assign, visit);
            seat(assign, unit, None);
        }
    }
}

fn seat(assign: &mut Assign, unit: &[u32], home: Option<u32>) {
    for &child in unit {
        assign[child as usize] = home;
    }
}

/// All stable matchings; with `must` groups the occupancy-stable ones.
pub fn stable_matchings(draft: &Draft) -> Vec<Assign> {
    let mut found = Vec::new();
    each_matching(draft, &mut |assign| {
        if blocking(draft, assign).iter().all(|(.., occupancy)| !occupancy) {
            found.push(assign.clone());
        }
    });
    found
}

/// How many children have a home.
pub fn placed(assign: &Assign) -> usize {
    assign.iter().flatten().count()
}

/// The child's rank of its home; without a home worse than any.
pub fn own_rank(draft: &Draft, assign: &Assign, child: usize) -> usize {
    assign[child].map_or(usize::MAX, |home| rank(&draft.child_prefs[child], home).unwrap())
}
