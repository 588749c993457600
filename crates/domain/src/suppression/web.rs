//! The tables of several months as one: every count that is hidden or could be, and the rules that tie it to others.
//!
//! A rule is a sum of an area, a part that is no more than its whole, or what may not fall from month to month. Told
//! counts cannot move, so that a rule knows only how much it has to spare at the true counts. A proof moves one hidden
//! count by one person, and sets right what it breaks by moving others, none of them both up and down for one person and
//! none farther than [`FAR`] from the truth; so a rule with more to spare is left out.
//!
//! The search is bounded, so that it may miss a proof; it never finds a wrong one.
#![expect(clippy::indexing_slicing, reason = "cells and rules are numbered here")]

use std::collections::{HashMap, HashSet};

use super::scales::{Scales, Weight};
use super::{Area, Earlier, Published};
use crate::figure::{FEW, Figure, Shown};

/// The figures of which one month says something of another: pairs once begun stay begun, and children once supported
/// stay so. Volunteers and homes come and go.
pub(super) const FIGURES: [Figure; 4] =
    [Figure::Pairs, Figure::PairsActive, Figure::PairsInterethnic, Figure::ChildrenSupported];
const PAIRS: usize = 0;
const ACTIVE: usize = 1;
const INTERETHNIC: usize = 2;
const CHILDREN: usize = 3;
/// How far a count is moved at most. A small one goes from 1 to 4, and others three times as far where several lean on them.
const FAR: i64 = 9;
/// Stands for "without bound" where small counts move.
const ENOUGH: i64 = 1 << 40;
/// How many moves may be tried for one person.
const TRIES: usize = 100;
/// How far away from a small count it is looked for what keeps it from moving.
const SEEN: usize = 300;
/// Among how many hidden counts everything is weighed.
const MOST: usize = 100;
/// How many ways to set one rule right are tried.
const WAYS: usize = 4;
/// Among how many they are chosen.
const LOOKED_AT: usize = 40;

/// What is known of one count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    /// Not counted.
    Absent,
    Known(i64),
    /// The place of a cell.
    Cell(usize),
}

type Row = [Value; FIGURES.len()];

#[derive(Debug)]
struct Cell {
    truth: i64,
    now: i64,
    low: i64,
    high: i64,
    hidden: bool,
    /// Worth of what is lost when it is withheld: a level's total is four of the level below.
    worth: u64,
    /// Area and figure in the new month.
    at: Option<(usize, Figure)>,
    rules: Vec<(usize, i64)>,
}

#[derive(Debug)]
struct Rule {
    /// Nought for a sum; otherwise not negative.
    spare: i64,
    is_sum: bool,
    cells: Vec<(usize, i64)>,
}

impl Rule {
    fn is_broken_at(&self, spare: i64) -> bool {
        if self.is_sum { spare != 0 } else { spare < 0 }
    }
}

/// The tables of all months up to the new one.
#[derive(Debug, Default)]
pub(super) struct Web {
    cells: Vec<Cell>,
    rules: Vec<Rule>,
    /// Moves of this proof; those of the last person from `step` on.
    moves: Vec<(usize, i64)>,
    step: usize,
    tries: usize,
}

impl Web {
    /// Reads what was told before, and what shall be told of the new month, as a reader does who knows of what counties
    /// said since what `knows` says of a county's code and numbers.
    pub(super) fn new(
        before: &[Earlier<'_>],
        areas: &[Area<'_>],
        published: &Published,
        knows: impl Fn(u32, &[(Figure, i64)]) -> bool,
    ) -> Web {
        let mut web = Web::default();
        let mut last: HashMap<u32, Row> = HashMap::new();
        for month in before {
            let mut rows = web.month(month.areas, month.told, false);
            for (code, counts) in month.since.iter().filter(|(code, counts)| knows(*code, counts)) {
                let row = rows.entry(*code).or_insert([Value::Absent; FIGURES.len()]);
                web.say_again(row, counts);
            }
            web.follow(&mut last, rows);
        }
        let rows = web.month(areas, published, true);
        web.follow(&mut last, rows);
        web
    }

    /// Adds one month's table; returns the rows of its counties by code.
    fn month(&mut self, areas: &[Area<'_>], told: &Published, is_new: bool) -> HashMap<u32, Row> {
        let (height, within) = shape(areas);
        let mut rows: Vec<Row> = Vec::with_capacity(areas.len());
        for (place, area) in areas.iter().enumerate() {
            let row = FIGURES.map(|figure| {
                let shown = told.get(place, figure);
                let value = self.value(area, figure, shown, height[place], is_new);
                if let (Value::Cell(cell), true) = (value, is_new) {
                    self.cells[cell].at = Some((place, figure));
                }
                value
            });
            rows.push(row);
        }
        for (place, inside) in within.iter().enumerate().filter(|(_, inside)| !inside.is_empty()) {
            for (f, sum) in rows[place].into_iter().enumerate() {
                let parts = inside.iter().map(|child| (rows[*child][f], -1));
                let parts = parts.filter(|(value, _)| *value != Value::Absent);
                self.rule(std::iter::once((sum, 1)).chain(parts), true);
            }
        }
        let mut counties = HashMap::new();
        for place in (0..areas.len()).filter(|place| within[*place].is_empty()) {
            let row = rows[place];
            for (part, whole) in [(ACTIVE, PAIRS), (INTERETHNIC, PAIRS), (ACTIVE, CHILDREN)] {
                self.rule([(row[whole], 1), (row[part], -1)], false);
            }
            counties.insert(areas[place].code, row);
        }
        counties
    }

    fn value(&mut self, area: &Area<'_>, figure: Figure, told: Option<Shown>, height: u32, is_new: bool) -> Value {
        let count = area.counts.iter().find(|(one, _)| *one == figure).map_or(0, |(_, count)| *count);
        let open = area.public && count >= FEW;
        let (low, high) = match told {
            None => return Value::Absent,
            Some(Shown::Exact(_)) if !is_new || count == 0 || open => return Value::Known(count),
            Some(Shown::Few) => (1, FEW - 1),
            Some(Shown::Withheld) if open => return Value::Known(count),
            Some(Shown::Exact(_) | Shown::Withheld) if height == 0 => (FEW, ENOUGH),
            Some(Shown::Exact(_) | Shown::Withheld) => (0, ENOUGH),
        };
        let hidden = !matches!(told, Some(Shown::Exact(_)));
        let worth = 4_u64.pow(height.min(20));
        self.cells.push(Cell { truth: count, now: count, low, high, hidden, worth, at: None, rules: Vec::new() });
        Value::Cell(self.cells.len() - 1)
    }

    /// What a county said of a month by itself after its totals were made: known, unless it is as it was.
    fn say_again(&self, row: &mut Row, counts: &[(Figure, i64)]) {
        for (value, figure) in row.iter_mut().zip(FIGURES) {
            let Some((_, count)) = counts.iter().find(|(one, _)| *one == figure) else { continue };
            if self.count(*value) != Some(*count) {
                *value = Value::Known(*count);
            }
        }
    }

    fn count(&self, value: Value) -> Option<i64> {
        match value {
            Value::Absent => None,
            Value::Known(count) => Some(count),
            Value::Cell(cell) => Some(self.cells[cell].now),
        }
    }

    /// What a county's month says of the one before it: no pair and no supported child is undone, so neither are pairs
    /// that ended, nor those that are not interethnic.
    fn follow(&mut self, last: &mut HashMap<u32, Row>, rows: HashMap<u32, Row>) {
        let mut rows: Vec<(u32, Row)> = rows.into_iter().collect();
        rows.sort_unstable_by_key(|(code, _)| *code);
        for (code, now) in rows.into_iter().filter(|(_, row)| *row != [Value::Absent; FIGURES.len()]) {
            if let Some(then) = last.insert(code, now) {
                for f in [PAIRS, INTERETHNIC, CHILDREN] {
                    self.rule([(now[f], 1), (then[f], -1)], false);
                }
                for part in [ACTIVE, INTERETHNIC] {
                    self.rule([(now[PAIRS], 1), (now[part], -1), (then[PAIRS], -1), (then[part], 1)], false);
                }
            }
        }
    }

    /// Adds a rule where it holds in truth and could be broken.
    fn rule(&mut self, terms: impl IntoIterator<Item = (Value, i64)>, is_sum: bool) {
        let mut rule = Rule { spare: 0, is_sum, cells: Vec::new() };
        for (value, sign) in terms {
            let Some(count) = self.count(value) else { return };
            rule.spare += sign * count;
            if let Value::Cell(cell) = value {
                rule.cells.push((cell, sign));
            }
        }
        let most = FAR * i64::try_from(rule.cells.len()).unwrap_or(ENOUGH);
        let is_loose = !is_sum && rule.spare >= most;
        if rule.cells.is_empty() || is_loose || rule.is_broken_at(rule.spare) {
            return;
        }
        for (cell, sign) in &rule.cells {
            self.cells[*cell].rules.push((self.rules.len(), *sign));
        }
        self.rules.push(rule);
    }

    /// Every "<5".
    pub(super) fn few(&self) -> Vec<usize> {
        (0..self.cells.len()).filter(|cell| self.cells[*cell].high < FEW).collect()
    }

    /// Which cells of the new month are hidden.
    pub(super) fn hidden(&self) -> impl Iterator<Item = (usize, Figure)> {
        self.cells.iter().filter(|cell| cell.hidden).filter_map(|cell| cell.at)
    }

    /// Withholds a cell, or tells it again.
    pub(super) fn hide(&mut self, cell: usize, hidden: bool) {
        self.cells[cell].hidden = hidden;
    }

    /// In which order cells are withheld: lower levels first, then small counts.
    pub(super) fn price(&self, cell: usize) -> (u64, i64, usize) {
        (self.cells[cell].worth, self.cells[cell].now, cell)
    }

    /// Told cells of the new month that keep a small count from moving, nearest first, then the cheapest.
    pub(super) fn near(&self, few: usize) -> Vec<usize> {
        let (mut found, mut open, mut at) = (Vec::new(), vec![few], 0);
        let mut seen = HashSet::from([few]);
        while let Some(cell) = open.get(at).copied().filter(|_| at < SEEN && found.len() < SEEN) {
            at += 1;
            let mut told = Vec::new();
            for (rule, _) in &self.cells[cell].rules {
                for (other, _) in &self.rules[*rule].cells {
                    if seen.insert(*other) {
                        let list = if self.cells[*other].hidden { &mut open } else { &mut told };
                        list.push(*other);
                    }
                }
            }
            told.sort_unstable_by_key(|cell| self.price(*cell));
            found.extend(told);
        }
        found
    }

    /// How far down and up, from 1 to 4, a small count is shown to be possible.
    pub(super) fn reach(&mut self, few: usize) -> (i64, i64) {
        let truth = self.cells[few].truth;
        let down = self.walk(few, -1, truth - 1);
        (truth - down, truth + self.walk(few, 1, FEW - 1 - truth))
    }

    /// How many persons a count can move: by single moves as far as they lead, then by weighing everything at once.
    fn walk(&mut self, cell: usize, way: i64, most: i64) -> i64 {
        let mut walked = self.steps(cell, way, most);
        self.step = 0;
        self.rewind(0);
        while walked < most && self.weigh(cell, way * (walked + 1)) {
            walked += 1;
        }
        walked
    }

    fn steps(&mut self, cell: usize, way: i64, most: i64) -> i64 {
        for walked in 0..most {
            self.step = self.moves.len();
            self.tries = TRIES;
            if !self.fits(cell, way) {
                return walked;
            }
            self.go(cell, way);
            self.moves.push((cell, way));
            if !self.settle() {
                return walked;
            }
        }
        most
    }

    /// Whether a count can be off by so much, as far as all hidden counts that hang together are not too many.
    fn weigh(&self, cell: usize, by: i64) -> bool {
        let (mut places, mut open, mut rules) = (HashMap::from([(cell, 0)]), vec![cell], HashSet::new());
        let mut at = 0;
        while let Some(cell) = open.get(at).copied() {
            at += 1;
            for rule in self.cells[cell].rules.iter().map(|(rule, _)| *rule).filter(|rule| rules.insert(*rule)) {
                for (other, _) in self.rules[rule].cells.iter().filter(|(other, _)| self.cells[*other].hidden) {
                    places.entry(*other).or_insert_with(|| {
                        open.push(*other);
                        open.len() - 1
                    });
                }
            }
            if open.len() > MOST {
                return false;
            }
        }
        let room = |cell: &usize| {
            let Cell { truth, low, high, .. } = self.cells[*cell];
            ((low - truth).max(-FAR), (high - truth).min(FAR))
        };
        let mut rules: Vec<usize> = rules.into_iter().collect();
        rules.sort_unstable();
        let terms = |rule: &Rule| {
            rule.cells.iter().filter_map(|(cell, sign)| Some((*places.get(cell)?, *sign))).collect::<Vec<_>>()
        };
        let rules = rules.into_iter().map(|rule| &self.rules[rule]);
        let rules = rules.map(|rule| Weight { spare: rule.spare, is_sum: rule.is_sum, terms: terms(rule) }).collect();
        Scales { rules }.hold(open.iter().map(room).collect(), by)
    }

    fn fits(&self, cell: usize, way: i64) -> bool {
        let Cell { truth, now, low, high, hidden, .. } = self.cells[cell];
        let next = now + way;
        let within = hidden && (low..=high).contains(&next) && (next - truth).abs() <= FAR;
        within && !self.moves[self.step..].contains(&(cell, -way))
    }

    fn go(&mut self, cell: usize, way: i64) {
        self.cells[cell].now += way;
        for (rule, sign) in &self.cells[cell].rules {
            self.rules[*rule].spare += sign * way;
        }
    }

    fn rewind(&mut self, to: usize) {
        while self.moves.len() > to {
            let Some((cell, way)) = self.moves.pop() else { return };
            self.go(cell, -way);
        }
    }

    fn broken(&self) -> Option<&Rule> {
        let moved = self.moves[self.step..].iter().rev();
        let mut rules = moved.flat_map(|(cell, _)| &self.cells[*cell].rules).map(|(rule, _)| &self.rules[*rule]);
        rules.find(|rule| rule.is_broken_at(rule.spare))
    }

    /// Sets every rule right again, by the moves first that break the fewest others.
    fn settle(&mut self) -> bool {
        let Some(rule) = self.broken() else { return true };
        let up = -rule.spare.signum();
        let ways = rule.cells.iter().map(|(cell, sign)| (*cell, sign * up));
        let mut ways: Vec<(usize, usize, i64)> = ways
            .filter(|(cell, way)| self.fits(*cell, *way))
            .take(LOOKED_AT)
            .map(|(cell, way)| (self.breaks(cell, way), cell, way))
            .collect();
        ways.sort_unstable();
        for (_, cell, way) in ways.into_iter().take(WAYS) {
            let Some(tries) = self.tries.checked_sub(1) else { return false };
            self.tries = tries;
            let kept = self.moves.len();
            self.go(cell, way);
            self.moves.push((cell, way));
            if self.settle() {
                return true;
            }
            self.rewind(kept);
        }
        false
    }

    /// How many of its rules are broken once a cell has moved.
    fn breaks(&self, cell: usize, way: i64) -> usize {
        let rules = self.cells[cell].rules.iter().map(|(rule, sign)| (&self.rules[*rule], sign * way));
        rules.filter(|(rule, by)| rule.is_broken_at(rule.spare + by)).count()
    }
}

/// How many levels lie in each area, and which areas lie directly in it.
fn shape(areas: &[Area<'_>]) -> (Vec<u32>, Vec<Vec<usize>>) {
    let mut height = vec![0_u32; areas.len()];
    let mut within = vec![Vec::new(); areas.len()];
    for (place, area) in areas.iter().enumerate().rev() {
        if let Some(parent) = area.parent {
            height[parent] = height[parent].max(height[place] + 1);
            within[parent].push(place);
        }
    }
    (height, within)
}
