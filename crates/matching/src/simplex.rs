//! A dual simplex method for boxed columns, to which rows can be added and whose bounds can be moved.
//!
//! Sources: R. Bixby, *Solving Real-World Linear Programs: A Decade and More of Progress*, 2002, for the whole; J. Forrest, D. Goldfarb, *Steepest-edge Simplex
//! Algorithms for Linear Programming*, 1992; I. Maros, *A Generalized Dual Phase-2 Simplex Algorithm*, 2003, for the ratio test that passes bounds.
//! Every column has two bounds, so any basis has a dual-feasible point: each point on the way
//! proves a bound, and nothing of this need be trusted, since bounds are worked out again in whole numbers.
//!
//! Long because: every step reads and writes the same arrays, and a split would have to open them to the crate.
#![expect(clippy::indexing_slicing, reason = "rows and columns are linked by numbers made here")]

use std::rc::Rc;

use crate::factor::{Factors, Halfway, Lists, NONE};

/// How far a row or bound may be missed.
const FEASIBLE: f64 = 1e-7;
/// Pivots smaller than this are passed over.
const PIVOT: f64 = 1e-7;
/// What is left of a missed bound when passing further bounds mends nothing.
const SPENT: f64 = 1e-9;
/// Changes before the basis is factored anew.
const REFACTOR: usize = 64;
/// So many candidates are sorted at once: mostly the first few are enough.
const SORTED: usize = 24;

/// How a stretch of pivots ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Optimal,
    /// The rows contradict each other; [`Simplex::ray`] says which.
    Infeasible,
    /// There is more to do.
    Unfinished,
}

/// What a variable has to do with the row of the tableau.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    Idle,
    Touched,
}

/// Vectors of one pivot, kept so that they need not be made anew.
#[derive(Debug, Clone, Default)]
struct Work {
    /// The row of the basis' inverse.
    rho: Vec<f64>,
    /// By variable its entry in the row of the tableau, and those that may have one.
    alpha: Vec<f64>,
    touched: Vec<u32>,
    candidates: Vec<(f64, u32)>,
    /// The column that comes in.
    column: Vec<f64>,
    moved: Vec<f64>,
    forth: Halfway,
    back: Halfway,
}

/// Least cost · x with rows · x + slack = right-hand side, everything within bounds. Variables are columns, then one slack a row.
#[derive(Debug, Clone)]
pub(crate) struct Simplex {
    columns: usize,
    cost: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    by_row: Rc<Lists>,
    /// As `by_row`, once the basis was factored.
    by_column: Rc<Lists>,
    right: Vec<f64>,
    /// By row the variable that is basic there.
    basic: Vec<u32>,
    /// By variable its row, [`NONE`] where it is not basic.
    row_of: Vec<u32>,
    /// Whether a variable that is not basic sits at its upper bound.
    at_upper: Vec<bool>,
    /// By variable whether it could come in: it is neither basic nor fixed; [`Part::Touched`] while it is in the row of the tableau.
    part: Vec<Part>,
    value: Vec<f64>,
    reduced: Vec<f64>,
    edge: Vec<f64>,
    /// By row how far its variable misses its bounds, squared.
    missed: Vec<f64>,
    factors: Factors,
    /// Rows came or went since the basis was factored.
    stale: bool,
    work: Work,
    ray: Vec<f64>,
    slope: f64,
}

impl Simplex {
    /// Columns with their costs; bounds 0 and 1.
    pub(crate) fn new(cost: Vec<f64>) -> Self {
        let columns = cost.len();
        Self {
            columns,
            lower: vec![0.0; columns],
            upper: vec![1.0; columns],
            by_row: Rc::default(),
            by_column: Rc::default(),
            right: Vec::new(),
            basic: Vec::new(),
            row_of: vec![NONE; columns],
            part: Vec::new(),
            at_upper: cost.iter().map(|&cost| cost < 0.0).collect(),
            value: vec![0.0; columns],
            reduced: cost.clone(),
            cost,
            edge: Vec::new(),
            missed: Vec::new(),
            factors: Factors::default(),
            stale: true,
            work: Work::default(),
            ray: Vec::new(),
            slope: 0.0,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.right.len()
    }

    /// Adds a row and the bounds of its slack. [`Simplex::refresh`] is to be called before the next pivots.
    pub(crate) fn add_row(&mut self, terms: impl IntoIterator<Item = (u32, f64)>, right: f64, slack: (f64, f64)) {
        let row = number(self.rows());
        Rc::make_mut(&mut self.by_row).push(terms);
        self.right.push(right);
        self.basic.push(number(self.cost.len()));
        self.row_of.push(row);
        self.cost.push(0.0);
        self.lower.push(slack.0);
        self.upper.push(slack.1);
        self.at_upper.push(false);
        self.value.push(0.0);
        self.reduced.push(0.0);
        self.edge.push(1.0);
        self.stale = true;
    }

    /// Leaves out rows that bind nothing, as far as `may` allows. Those that stay keep their order.
    pub(crate) fn purge(&mut self, may: &dyn Fn(usize) -> bool) -> Vec<bool> {
        let columns = self.columns;
        let stays: Vec<bool> = (0..self.rows()).map(|row| self.binds(row) || !may(row)).collect();
        let kept: Vec<usize> = (0..stays.len()).filter(|&row| stays[row]).collect();
        let mut new_row = vec![NONE; stays.len()];
        for (k, &row) in kept.iter().enumerate() {
            new_row[row] = number(k);
        }
        let moved = |list: &[f64]| -> Vec<f64> {
            list[..columns].iter().copied().chain(kept.iter().map(|&row| list[columns + row])).collect()
        };
        (self.cost, self.lower, self.upper) = (moved(&self.cost), moved(&self.lower), moved(&self.upper));
        (self.value, self.reduced) = (moved(&self.value), moved(&self.reduced));
        let slack_upper: Vec<bool> = kept.iter().map(|&row| self.at_upper[columns + row]).collect();
        self.at_upper.truncate(columns);
        self.at_upper.extend(slack_upper);
        let mut by_row = Lists::default();
        kept.iter().for_each(|&row| by_row.push(self.by_row.of(row).iter().copied()));
        self.by_row = Rc::new(by_row);
        self.right = kept.iter().map(|&row| self.right[row]).collect();
        let renamed = |(&variable, &edge): (&u32, &f64)| {
            let slack = (variable as usize).checked_sub(columns);
            let variable = slack.map_or(Some(variable), |row| {
                let row = new_row[row];
                (row != NONE).then(|| number(columns) + row)
            });
            variable.map(|variable| (variable, edge))
        };
        (self.basic, self.edge) = self.basic.iter().zip(&self.edge).filter_map(renamed).unzip();
        self.row_of = vec![NONE; self.cost.len()];
        for (row, &variable) in self.basic.iter().enumerate() {
            self.row_of[variable as usize] = number(row);
        }
        self.stale = true;
        self.refresh();
        stays
    }

    /// Leaves out columns that are not basic, as far as `may` allows; they count as 0 from then on. Those that stay keep their order.
    pub(crate) fn thin(&mut self, may: &dyn Fn(usize) -> bool) -> Vec<bool> {
        let columns = self.columns;
        let stays: Vec<bool> = (0..columns).map(|column| self.row_of[column] != NONE || !may(column)).collect();
        let mut new_column = vec![NONE; columns];
        let kept = (0..columns).filter(|&column| stays[column]);
        (0_u32..).zip(kept).for_each(|(k, column)| new_column[column] = k);
        let kept = |variable: usize| stays.get(variable).copied().unwrap_or(true);
        let moved = |list: &[f64]| -> Vec<f64> {
            list.iter().enumerate().filter(|&(k, _)| kept(k)).map(|(_, &value)| value).collect()
        };
        (self.cost, self.lower, self.upper) = (moved(&self.cost), moved(&self.lower), moved(&self.upper));
        (self.value, self.reduced) = (moved(&self.value), moved(&self.reduced));
        let upper = self.at_upper.iter().enumerate().filter(|&(k, _)| kept(k));
        self.at_upper = upper.map(|(_, &upper)| upper).collect();
        let row_of = self.row_of.iter().enumerate().filter(|&(k, _)| kept(k));
        self.row_of = row_of.map(|(_, &row)| row).collect();
        self.columns = stays.iter().filter(|&&stays| stays).count();
        let mut by_row = Lists::default();
        for row in 0..self.by_row.len() {
            let terms = self.by_row.of(row).iter().map(|&(column, factor)| (new_column[column as usize], factor));
            by_row.push(terms.filter(|&(column, _)| column != NONE));
        }
        self.by_row = Rc::new(by_row);
        for variable in &mut self.basic {
            *variable = match (*variable as usize).checked_sub(columns) {
                Some(row) => number(self.columns + row),
                None => new_column[*variable as usize],
            };
        }
        self.stale = true;
        stays
    }

    /// Whether a row holds with nothing to spare.
    pub(crate) fn binds(&self, row: usize) -> bool {
        self.row_of[self.columns + row] == NONE
    }

    pub(crate) fn bound(&mut self, variable: usize, lower: f64, upper: f64) {
        (self.lower[variable], self.upper[variable]) = (lower, upper);
    }

    pub(crate) fn slack(&self, row: usize) -> usize {
        self.columns + row
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.value[..self.columns]
    }

    /// Works out everything anew, and factors the basis unless it was little changed; each variable that is not basic goes where its reduced cost wants it.
    pub(crate) fn refresh(&mut self) {
        if self.stale || self.factors.changes() > REFACTOR / 2 {
            self.factor();
        }
        let mut prices: Vec<f64> = self.basic.iter().map(|&variable| self.cost[variable as usize]).collect();
        self.factors.backward(&mut prices, None);
        for variable in 0..self.cost.len() {
            if self.row_of[variable] != NONE {
                self.reduced[variable] = 0.0;
                continue;
            }
            let mut reduced = self.cost[variable];
            self.each_of(variable, |row, factor| reduced -= prices[row as usize] * factor);
            self.reduced[variable] = reduced;
            let (lower, upper) = (self.lower[variable], self.upper[variable]);
            let wants = if upper.is_infinite() { false } else { lower.is_infinite() || reduced < 0.0 };
            self.at_upper[variable] = wants;
            self.value[variable] = if wants { upper } else { lower };
        }
        self.part = (0..self.cost.len()).map(|variable| self.part_of(variable)).collect();
        self.place_basics();
    }

    fn part_of(&self, variable: usize) -> Part {
        let moves = self.row_of[variable] == NONE && self.lower[variable] < self.upper[variable];
        if moves { Part::Idle } else { Part::None }
    }

    fn place_basics(&mut self) {
        let mut rest = self.right.clone();
        for variable in 0..self.cost.len() {
            let value = self.value[variable];
            if self.row_of[variable] == NONE && value != 0.0 {
                self.each_of(variable, |row, factor| rest[row as usize] -= factor * value);
            }
        }
        self.factors.forward(&mut rest, None);
        self.missed.resize(rest.len(), 0.0);
        for (row, &value) in rest.iter().enumerate() {
            self.value[self.basic[row] as usize] = value;
            self.miss(row);
        }
    }

    fn each_of(&self, variable: usize, mut visit: impl FnMut(u32, f64)) {
        match variable.checked_sub(self.columns) {
            Some(row) => visit(number(row), 1.0),
            None => self.by_column.of(variable).iter().for_each(|&(row, factor)| visit(row, factor)),
        }
    }

    /// What the rows are worth at this point, except those whose slack is fixed: prices by row, at most 0 for rows "at most", at least 0 for rows "at least".
    pub(crate) fn prices(&self) -> Vec<f64> {
        (0..self.rows()).map(|row| -self.reduced[self.columns + row]).collect()
    }

    /// After [`Ended::Infeasible`]: prices in the direction of which the bound grows without end, and how fast.
    pub(crate) fn ray(&self) -> (&[f64], f64) {
        (&self.ray, self.slope)
    }

    /// Factors the basis. Columns that depend on others make room for slacks.
    fn factor(&mut self) {
        let rows = self.rows();
        if std::mem::take(&mut self.stale) {
            self.by_column = Rc::new(self.by_row.turned(self.columns, &number));
        }
        let mut edge_of = vec![1.0; self.cost.len()];
        let mut columns: Vec<u32> = Vec::new();
        let mut free = vec![true; rows];
        for (row, &variable) in self.basic.iter().enumerate() {
            edge_of[variable as usize] = self.edge[row];
            self.row_of[variable as usize] = NONE;
            match (variable as usize).checked_sub(self.columns) {
                Some(own) => free[own] = false,
                None => columns.push(variable),
            }
        }
        let row_of = self.factors.renew(&self.by_row, &self.by_column, &columns, &free);
        for (row, basic) in self.basic.iter_mut().enumerate() {
            *basic = number(self.columns + row);
        }
        for column in columns {
            let row = row_of[column as usize];
            if row != NONE {
                self.basic[row as usize] = column;
            }
        }
        for (row, &variable) in self.basic.iter().enumerate() {
            self.row_of[variable as usize] = number(row);
            self.edge[row] = edge_of[variable as usize];
        }
    }

    /// Pivots until the point is optimal, the rows contradict each other, or so many pivots are done.
    pub(crate) fn run(&mut self, pivots: usize) -> Ended {
        for _ in 0..pivots {
            if self.factors.changes() >= REFACTOR {
                self.renew();
            }
            let Some(row) = self.leaving() else { return Ended::Optimal };
            match self.pivot(row) {
                Some(true) => {}
                Some(false) | None if self.factors.changes() > 0 => self.renew(),
                Some(false) => self.edge[row] *= 1e6,
                None => return Ended::Infeasible,
            }
        }
        Ended::Unfinished
    }

    fn renew(&mut self) {
        self.factor();
        self.refresh();
    }

    fn misses(&self, variable: usize) -> f64 {
        let value = self.value[variable];
        if value < self.lower[variable] {
            value - self.lower[variable]
        } else {
            (value - self.upper[variable]).max(0.0)
        }
    }

    fn miss(&mut self, row: usize) {
        let missed = self.misses(self.basic[row] as usize);
        self.missed[row] = if missed.abs() > FEASIBLE { missed * missed } else { 0.0 };
    }

    fn leaving(&self) -> Option<usize> {
        let mut best = (0.0, None);
        for (row, (&missed, &edge)) in self.missed.iter().zip(&self.edge).enumerate() {
            if missed > best.0 * edge {
                best = (missed / edge, Some(row));
            }
        }
        best.1
    }

    /// One pivot; `Some(false)` when it would be too small, `None` when no variable can come in.
    fn pivot(&mut self, row: usize) -> Option<bool> {
        let mut work = std::mem::take(&mut self.work);
        let done = self.pivot_with(row, &mut work);
        for &variable in &work.touched {
            let part = &mut self.part[variable as usize];
            *part = if *part == Part::Touched { Part::Idle } else { Part::None };
        }
        work.touched.clear();
        self.work = work;
        done
    }

    fn pivot_with(&mut self, row: usize, work: &mut Work) -> Option<bool> {
        let leaves = self.basic[row] as usize;
        let missed = self.misses(leaves);
        let sign = if missed < 0.0 { -1.0 } else { 1.0 };
        self.tableau_row(row, work);
        let Some(enters) = self.entering(sign, missed.abs(), work) else {
            self.ray = work.rho.iter().map(|&weight| sign * weight).collect();
            return None;
        };
        let alpha = work.alpha[enters];
        work.column.clear();
        work.column.resize(self.rows(), 0.0);
        self.each_of(enters, |k, factor| work.column[k as usize] = factor);
        self.factors.forward(&mut work.column, Some(&mut work.forth));
        let pivot = work.column[row];
        if pivot.abs() < PIVOT || (pivot - alpha).abs() > 1e-6 * (1.0 + pivot.abs()) {
            return Some(false);
        }
        self.flip(enters, work);
        let target = if sign < 0.0 { self.lower[leaves] } else { self.upper[leaves] };
        let step = (self.value[leaves] - target) / pivot;
        let theta = self.reduced[enters] / alpha;
        for &variable in &work.touched {
            self.reduced[variable as usize] -= theta * work.alpha[variable as usize];
        }
        (self.reduced[enters], self.reduced[leaves]) = (0.0, -theta);
        let norm: f64 = work.rho.iter().map(|value| value * value).sum();
        let tau = &mut work.rho;
        self.factors.forward(tau, None);
        for (k, &factor) in work.column.iter().enumerate() {
            if factor != 0.0 && k != row {
                self.value[self.basic[k] as usize] -= step * factor;
                let ratio = factor / pivot;
                self.edge[k] = (self.edge[k] - 2.0 * ratio * tau[k] + ratio * ratio * norm).max(1e-4);
                self.miss(k);
            }
        }
        self.value[enters] += step;
        self.value[leaves] = target;
        self.edge[row] = (norm / (pivot * pivot)).max(1e-4);
        self.factors.change(number(row), &work.forth, &work.back, pivot);
        self.at_upper[leaves] = sign > 0.0;
        (self.row_of[leaves], self.row_of[enters]) = (NONE, number(row));
        self.basic[row] = number(enters);
        // Where the leaving variable is touched, it is so by rounding alone.
        self.part[enters] = Part::None;
        self.part[leaves] = self.part_of(leaves);
        self.miss(row);
        Some(true)
    }

    /// The row of the basis' inverse, and that of the tableau.
    fn tableau_row(&mut self, row: usize, work: &mut Work) {
        work.rho.clear();
        work.rho.resize(self.rows(), 0.0);
        work.rho[row] = 1.0;
        self.factors.backward(&mut work.rho, Some(&mut work.back));
        work.alpha.resize(self.cost.len(), 0.0);
        for (k, &weight) in work.rho.iter().enumerate() {
            if weight.abs() > 1e-13 {
                for &(column, factor) in self.by_row.of(k) {
                    let part = &mut self.part[column as usize];
                    match part {
                        Part::None => {}
                        Part::Touched => work.alpha[column as usize] += weight * factor,
                        Part::Idle => {
                            *part = Part::Touched;
                            work.alpha[column as usize] = weight * factor;
                            work.touched.push(column);
                        }
                    }
                }
                let slack = self.columns + k;
                if self.part[slack] == Part::Idle {
                    self.part[slack] = Part::Touched;
                    work.alpha[slack] = weight;
                    work.touched.push(number(slack));
                }
            }
        }
    }

    /// The variable that comes in, after the bounds that may be passed: those stand before [`Simplex::slope`]'s rest in the list of candidates.
    fn entering(&mut self, sign: f64, missed: f64, work: &mut Work) -> Option<usize> {
        let Work { alpha, touched, candidates, .. } = work;
        candidates.clear();
        for &variable in touched.iter() {
            let k = variable as usize;
            let turned = sign * alpha[k];
            let able = if self.at_upper[k] { turned < -PIVOT } else { turned > PIVOT };
            if able {
                candidates.push(((self.reduced[k] / turned).max(0.0), variable));
            }
        }
        let mut slope = missed;
        let mut enters: Option<usize> = None;
        let (mut passed, mut sorted) = (0, 0);
        for k in 0..candidates.len() {
            if k == sorted {
                sorted = sort_next(candidates, sorted);
            }
            let (ratio, variable) = (candidates[k].0, candidates[k].1 as usize);
            // Among almost equal ratios the largest pivot is taken.
            if let Some(chosen) = enters.filter(|_| slope < SPENT) {
                let limit = (self.reduced[chosen] / (sign * alpha[chosen])).max(0.0) + 1e-9;
                if ratio > limit {
                    break;
                }
                if alpha[variable].abs() > alpha[chosen].abs() {
                    enters = Some(variable);
                }
                continue;
            }
            slope -= alpha[variable].abs() * (self.upper[variable] - self.lower[variable]);
            enters = Some(variable);
            if slope >= SPENT {
                passed += 1;
            }
        }
        candidates.truncate(passed);
        self.slope = slope;
        enters.filter(|_| slope < SPENT)
    }

    /// Variables whose bounds the ratio test passed go over to the other bound.
    fn flip(&mut self, enters: usize, work: &mut Work) {
        let passed = work.candidates.iter().map(|&(_, variable)| variable as usize);
        if passed.len() == 0 {
            return;
        }
        work.moved.clear();
        work.moved.resize(self.rows(), 0.0);
        for variable in passed.filter(|&variable| variable != enters) {
            self.at_upper[variable] = !self.at_upper[variable];
            let value = if self.at_upper[variable] { self.upper[variable] } else { self.lower[variable] };
            let by = value - self.value[variable];
            self.value[variable] = value;
            let moved = &mut work.moved;
            self.each_of(variable, |row, factor| moved[row as usize] += factor * by);
        }
        self.factors.forward(&mut work.moved, None);
        for (row, &by) in work.moved.iter().enumerate() {
            if by != 0.0 {
                self.value[self.basic[row] as usize] -= by;
                self.miss(row);
            }
        }
    }
}

/// Sorts some more of a list sorted so far, and says how far it is now.
fn sort_next(candidates: &mut [(f64, u32)], sorted: usize) -> usize {
    let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    let rest = &mut candidates[sorted..];
    let next = rest.len().min(SORTED);
    if next < rest.len() {
        rest.select_nth_unstable_by(next, order);
    }
    rest[..next].sort_unstable_by(order);
    sorted + next
}

fn number(k: usize) -> u32 {
    u32::try_from(k).unwrap_or(NONE)
}
