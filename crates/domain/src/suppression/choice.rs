//! What else is withheld: for each small count that is not safe yet the cheapest that makes it safe.
//!
//! One county's count where one is enough; then one county's linked counts together, then several
//! counties'; then a sum on a lower level with counties in it; and last the known sum itself, after
//! which the next one above is looked at. At the latest when no sum is known any more, all are safe.
#![expect(clippy::indexing_slicing, reason = "columns are those of the board")]

use super::board::{Board, Cell, NONE, PEOPLE, links};
use super::witness::Witness;

/// How many ways of one kind are tried before the next kind.
const WAYS: usize = 40;
/// Among how many linked small counts it is tried whether less is enough.
const MOST_SPARED: usize = 200;

/// Withholds what must be withheld.
pub(super) fn choose(board: &mut Board) {
    let witness = Witness::new(board);
    let mut choice = Choice { witness, board, families: families(), new: Vec::new(), all: Vec::new() };
    for f in 0..PEOPLE {
        for cell in choice.board.few(f) {
            choice.make_safe(cell);
        }
    }
    choice.spare_all();
}

struct Choice<'b> {
    board: &'b mut Board,
    witness: Witness,
    /// For each column those linked with it, itself first.
    families: [Vec<usize>; PEOPLE],
    /// What was withheld for the small count at hand.
    new: Vec<Cell>,
    /// What was withheld for all of them.
    all: Vec<Cell>,
}

fn families() -> [Vec<usize>; PEOPLE] {
    let mut families: [Vec<usize>; PEOPLE] = std::array::from_fn(|f| vec![f]);
    for (part, whole) in links() {
        let (parts, wholes) = (families[part].clone(), families[whole].clone());
        for f in &parts {
            families[*f].extend(&wholes);
        }
        for f in &wholes {
            families[*f].extend(&parts);
        }
    }
    families
}

impl Choice<'_> {
    fn make_safe(&mut self, few: Cell) {
        self.new.clear();
        while !self.safe(few) && !self.one_more(few) {
            let Some(sum) = self.known_sums(few).into_iter().min_by_key(|sum| self.board.price(*sum)) else { return };
            self.hide(sum);
        }
        self.spare(few);
    }

    fn safe(&mut self, few: Cell) -> bool {
        self.witness.proves(self.board, few)
    }

    fn hide(&mut self, cell: Cell) {
        self.board.hide(cell, true);
        self.new.push(cell);
    }

    /// Tells again what was withheld after the first `kept`.
    fn tell(&mut self, kept: usize) {
        while self.new.len() > kept {
            if let Some(cell) = self.new.pop() {
                self.board.hide(cell, false);
            }
        }
    }

    /// Tells again what turned out to be needless, the dearest first. Earlier small counts were safe
    /// without it.
    fn spare(&mut self, few: Cell) {
        let mut new = std::mem::take(&mut self.new);
        new.sort_unstable_by_key(|cell| std::cmp::Reverse(self.board.price(*cell)));
        let several = new.len() > 1;
        for cell in new {
            if several {
                self.board.hide(cell, false);
                if self.safe(few) {
                    continue;
                }
                self.board.hide(cell, true);
            }
            self.all.push(cell);
        }
    }

    /// Tells again what is needless now that all is chosen, the dearest first: what was withheld for one
    /// small count may serve another for which something else was withheld before.
    fn spare_all(&mut self) {
        let mut all = std::mem::take(&mut self.all);
        all.sort_unstable_by_key(|cell| std::cmp::Reverse(self.board.price(*cell)));
        for cell in all {
            if self.has_company(cell) {
                self.board.hide(cell, false);
                if !self.nobody_needs(cell) {
                    self.board.hide(cell, true);
                }
            }
        }
    }

    /// Whether anything else is withheld that could serve in its place.
    fn has_company(&mut self, (place, f): Cell) -> bool {
        let sums = self.known_sums((place, f));
        let open = self.board.under((place, f)) == NONE;
        open || sums.len() > 1 || sums.into_iter().any(|sum| self.board.group(sum.0, sum.1).withheld.len() > 1)
    }

    /// Whether every small count that could lean on the cell is safe without it.
    fn nobody_needs(&mut self, cell: Cell) -> bool {
        let mut sums = self.known_sums(cell);
        let under = (self.board.under(cell), cell.1);
        let itself = self.board.could_hide_sum(cell).then_some(cell);
        sums.extend(itself.into_iter().chain((under.0 != NONE).then_some(under)));
        let mut small = self.small_with(cell);
        let mut at = 0;
        while let Some(sum) = sums.get(at).copied() {
            at += 1;
            for member in self.members(sum) {
                small.extend(self.small_with((member, sum.1)));
                for linked in self.known_sums((member, sum.1)) {
                    if !sums.contains(&linked) {
                        sums.push(linked);
                    }
                }
            }
            if small.len() > MOST_SPARED {
                return false;
            }
        }
        small.sort_unstable();
        small.dedup();
        small.into_iter().all(|few| self.safe(few))
    }

    /// Small counts of the same county in linked figures.
    fn small_with(&self, (place, f): Cell) -> Vec<Cell> {
        let linked = self.families[f].iter().map(|g| (place, *g));
        linked.filter(|cell| self.board.is_few(*cell)).collect()
    }

    /// Known sums that a small count, or what is linked with it, is hidden under.
    fn known_sums(&self, (place, f): Cell) -> Vec<Cell> {
        let hidden = self.families[f].iter().map(|g| (place, *g)).filter(|cell| self.board.is_hidden(*cell));
        hidden.map(|cell| (self.board.under(cell), cell.1)).filter(|sum| sum.0 != NONE).collect()
    }

    /// Something below the known sums that makes it safe.
    fn one_more(&mut self, few: Cell) -> bool {
        let near = self.known_sums(few);
        if self.counties(few, &near) {
            return true;
        }
        let far = self.further(&near);
        if far.len() > near.len() && self.counties(few, &far) {
            return true;
        }
        near.into_iter().any(|sum| self.lower_sum(few, sum))
    }

    /// The known sums of whatever is linked with the hidden counties of these groups, too.
    fn further(&mut self, near: &[Cell]) -> Vec<Cell> {
        let mut sums = near.to_vec();
        for sum in near {
            for member in self.members(*sum) {
                for linked in self.known_sums((member, sum.1)) {
                    if !sums.contains(&linked) {
                        sums.push(linked);
                    }
                }
            }
        }
        sums
    }

    fn members(&mut self, (sum, f): Cell) -> Vec<u32> {
        let group = self.board.group(sum, f);
        group.withheld.iter().chain(&group.few).copied().collect()
    }

    /// One or more counties of these groups.
    fn counties(&mut self, few: Cell, sums: &[Cell]) -> bool {
        let mut cells = Vec::new();
        for sum in sums {
            cells.extend(self.board.group(sum.0, sum.1).told.iter().map(|place| (*place, sum.1)));
            for member in self.members(*sum) {
                cells.extend(self.families[sum.1].iter().map(|g| (member, *g)));
            }
        }
        self.any_of(few, cells)
    }

    /// The cheapest of these cells; or with what is linked with it; or several.
    fn any_of(&mut self, few: Cell, mut cells: Vec<Cell>) -> bool {
        cells.retain(|cell| self.board.could_hide(*cell));
        cells.sort_unstable_by_key(|cell| self.board.price(*cell));
        cells.dedup();
        let kept = self.new.len();
        for cell in cells.iter().take(WAYS) {
            self.hide(*cell);
            if self.safe(few) {
                return true;
            }
            self.tell(kept);
        }
        for (place, f) in cells.iter().take(WAYS) {
            for g in self.families[*f].clone() {
                if self.board.could_hide((*place, g)) {
                    self.hide((*place, g));
                }
            }
            if self.new.len() > kept + 1 && self.safe(few) {
                return true;
            }
            self.tell(kept);
        }
        self.several(few, &cells)
    }

    /// As many as it takes, the cheapest first; those that turn out not to help are told again.
    fn several(&mut self, few: Cell, cells: &[Cell]) -> bool {
        let kept = self.new.len();
        for cell in cells {
            self.hide(*cell);
            if !self.safe(few) {
                continue;
            }
            for cell in self.new.split_off(kept) {
                self.board.hide(cell, false);
                if !self.safe(few) {
                    self.hide(cell);
                }
            }
            return true;
        }
        self.tell(kept);
        false
    }

    /// A sum that is told below a known one, with counties in it; in this figure, or in all linked ones.
    fn lower_sum(&mut self, few: Cell, (sum, f): Cell) -> bool {
        let lower = self.told_sums((sum, f));
        self.opens(few, &lower, &[f])
            || (self.families[f].len() > 1 && self.opens(few, &lower, &self.families[f].clone()))
    }

    fn told_sums(&mut self, (sum, f): Cell) -> Vec<Cell> {
        let mut sums: Vec<Cell> = self.board.group(sum, f).sums.iter().map(|place| (*place, f)).collect();
        sums.sort_unstable_by_key(|cell| self.board.price(*cell));
        sums.truncate(WAYS);
        sums
    }

    fn opens(&mut self, few: Cell, sums: &[Cell], figures: &[usize]) -> bool {
        let kept = self.new.len();
        for (place, f) in sums.iter().copied() {
            let told = self.board.group(place, f).told.iter().map(|county| (*county, f)).collect();
            let lower = self.told_sums((place, f));
            for g in figures {
                if self.board.could_hide_sum((place, *g)) {
                    self.hide((place, *g));
                }
            }
            if self.safe(few) || self.any_of(few, told) || self.opens(few, &lower, figures) {
                return true;
            }
            self.tell(kept);
        }
        false
    }
}
