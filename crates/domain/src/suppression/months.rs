//! What else is withheld of a month because of what was told of the months before it.

use super::web::Web;

/// How many cells are tried one by one before several are withheld.
const ALONE: usize = 24;
/// How many cells may be withheld for one small count.
const MOST: usize = 300;
/// From 1 to 4: nothing is lost.
const ALL: (i64, i64) = (1, 4);

/// Withholds what must be withheld. Withholding more never spoils a proof, so one round is enough.
pub(super) fn choose(web: &mut Web) {
    for few in web.few() {
        let now = web.reach(few);
        if now != ALL {
            widen(web, few, now);
        }
    }
}

/// Withholds as little as gives a small count all the room it can still have. What is lost already, by what was told or
/// because its neighbours of 0 and "<5" say so, is not bought back.
fn widen(web: &mut Web, few: usize, now: (i64, i64)) {
    let near = web.near(few);
    let mut all = Vec::new();
    while all.len() < MOST {
        let mut more = web.near(few);
        more.truncate(MOST);
        if more.is_empty() {
            break;
        }
        for cell in &more {
            web.hide(*cell, true);
        }
        all.extend(more);
    }
    let most = web.reach(few);
    for cell in &all {
        web.hide(*cell, false);
    }
    if most == now {
        return;
    }
    for cell in near.into_iter().take(ALONE) {
        web.hide(cell, true);
        if web.reach(few) == most {
            return;
        }
        web.hide(cell, false);
    }
    let mut new = fewest(web, few, most, &all);
    new.sort_unstable_by_key(|cell| std::cmp::Reverse(web.price(*cell)));
    for cell in new {
        web.hide(cell, false);
        if web.reach(few) != most {
            web.hide(cell, true);
        }
    }
}

/// The shortest beginning of these cells that is enough when it is withheld: more is never worse.
fn fewest(web: &mut Web, few: usize, most: (i64, i64), all: &[usize]) -> Vec<usize> {
    let (mut short, mut enough) = (0, all.len());
    while short < enough {
        let half = usize::midpoint(short, enough);
        for (at, cell) in all.iter().enumerate() {
            web.hide(*cell, at < half);
        }
        if web.reach(few) == most { enough = half } else { short = half + 1 }
    }
    for (at, cell) in all.iter().enumerate() {
        web.hide(*cell, at < enough);
    }
    all.iter().take(enough).copied().collect()
}
