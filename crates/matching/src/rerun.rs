//! What became of an earlier assignment: who moved, and why.

use serde::Serialize;

use crate::check::{Guest, Judge};

/// What became of the pairs that were to be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rerun {
    /// Children who keep the home they had.
    pub kept: u32,
    /// Children who do not, by number.
    pub moved: Vec<Moved>,
}

/// A child who does not keep the home it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The child.
    pub child: u32,
    /// The volunteer it was with.
    pub from: u32,
    /// The volunteer it is with now; `None` when it has no home.
    pub to: Option<u32>,
    /// Why.
    pub why: Cause,
    /// Children who are now where it was, and were not before.
    pub instead: Vec<u32>,
}

/// Why a child does not keep its home. Of siblings who hold together always, the worst of their ranks counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It ranks its new home higher, and that home lets it in: neither would have left it at that.
    RanksHigher,
    /// The home has fewer places than children who were there.
    FewerPlaces,
    /// The home is not acceptable to all who hold together with the child, or for them.
    Siblings,
    /// The home is full now with children whom it ranks higher.
    FullRankedHigher,
    /// The home is full now with children whom it ranks no lower, some equally: so more children are placed, or fewer moved.
    FullRankedEqual,
    /// The child ranks its new home equally: so more children are placed, or fewer moved.
    RanksEqual,
    /// The siblings could only have stayed if places were lost.
    PlacesWouldBeLost,
}

impl Rerun {
    /// Compares an assignment with the instance's earlier one; `None` when there is none.
    pub(crate) fn new(judge: &Judge<'_>, assign: &[Option<u32>]) -> Option<Self> {
        let keep = judge.instance().keep()?;
        let mut rerun = Self::default();
        for &(child, from) in keep {
            let to = assign.get(child as usize).copied().flatten();
            if to == Some(from) {
                rerun.kept += 1;
            } else {
                rerun.moved.push(Moved { child, from, to, why: Cause::RanksEqual, instead: Vec::new() });
            }
        }
        if !rerun.moved.is_empty() {
            let view = View::new(judge, keep, assign);
            for moved in &mut rerun.moved {
                moved.why = view.cause(moved);
                moved.instead = view.newcomers(moved.from);
            }
        }
        Some(rerun)
    }
}

/// Both assignments seen from the homes.
struct View<'v> {
    judge: &'v Judge<'v>,
    keep: &'v [(u32, u32)],
    assign: &'v [Option<u32>],
    /// (home, child), sorted: who is there now, and who was.
    now: Vec<(u32, u32)>,
    before: Vec<(u32, u32)>,
}

impl<'v> View<'v> {
    fn new(judge: &'v Judge<'v>, keep: &'v [(u32, u32)], assign: &'v [Option<u32>]) -> Self {
        let mut now: Vec<(u32, u32)> =
            (0_u32..).zip(assign).filter_map(|(child, &home)| Some((home?, child))).collect();
        now.sort_unstable();
        let mut before: Vec<(u32, u32)> = keep.iter().map(|&(child, home)| (home, child)).collect();
        before.sort_unstable();
        Self { judge, keep, assign, now, before }
    }

    fn newcomers(&self, home: u32) -> Vec<u32> {
        let came = |child: &u32| self.keep.binary_search(&(*child, home)).is_err();
        at(&self.now, home).iter().map(|&(_, child)| child).filter(came).collect()
    }

    fn guest(&self, unit: u32, home: u32) -> Option<Guest> {
        self.judge.guests(home).iter().copied().find(|guest| guest.unit == unit)
    }

    fn cause(&self, moved: &Moved) -> Cause {
        let unit = self.judge.unit(moved.child);
        let Some(had) = self.guest(unit, moved.from) else { return Cause::Siblings };
        let own = moved.to.and_then(|to| self.guest(unit, to)).map_or(u32::MAX, |guest| guest.own);
        if own < had.own {
            return Cause::RanksHigher;
        }
        let capacity = self.judge.instance().capacity(moved.from) as usize;
        if at(&self.before, moved.from).len() > capacity {
            return Cause::FewerPlaces;
        }
        let here = self.judge.guests(moved.from).iter();
        let here = here.filter(|guest| self.assign.get(guest.unit as usize) == Some(&Some(moved.from)));
        let worst = here.map(|guest| guest.theirs).max();
        let full = at(&self.now, moved.from).len() >= capacity;
        match worst.filter(|_| full) {
            Some(worst) if worst < had.theirs => Cause::FullRankedHigher,
            _ if own == had.own => Cause::RanksEqual,
            Some(worst) if worst == had.theirs => Cause::FullRankedEqual,
            _ => Cause::PlacesWouldBeLost,
        }
    }
}

/// The entries of one home in a sorted list.
fn at(list: &[(u32, u32)], home: u32) -> &[(u32, u32)] {
    let from = list.partition_point(|&(other, _)| other < home);
    let to = list.partition_point(|&(other, _)| other <= home);
    list.get(from..to).unwrap_or_default()
}
