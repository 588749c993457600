//! A dual simplex method for boxed columns, to which rows can be added and whose bounds can be moved.
//!
//! Sources: R. Bixby, *Solving Real-World Linear Programs: A Decade and More of Progress*, 2002, for the whole; J. Forrest, D. Goldfarb, *Steepest-edge Simplex
//! Algorithms for Linear Programming*, 1992; I. Maros, *A Generalized Dual Phase-2 Simplex Algorithm*, 2003, for the ratio test that passes bounds.
//! The basis is kept as a product of elementary columns. Every column has two bounds, so any basis has a dual-feasible point: each point on the way
//! proves a bound, and nothing of this need be trusted, since bounds are worked out again in whole numbers.
//!
//! Long because: every step reads and writes the same arrays, and a split would have to open them to the crate.
#![expect(clippy::indexing_slicing, reason = "rows and columns are linked by numbers made here")]

const NONE: u32 = u32::MAX;
/// How far a row or bound may be missed.
const FEASIBLE: f64 = 1e-7;
/// Pivots smaller than this are passed over.
const PIVOT: f64 = 1e-7;
/// What is left of a missed bound when passing further bounds mends nothing.
const SPENT: f64 = 1e-9;
/// Elementary columns added before the basis is factored anew.
const REFACTOR: usize = 64;

/// How a stretch of pivots ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Optimal,
    /// The rows contradict each other; [`Simplex::ray`] says which.
    Infeasible,
    /// There is more to do.
    Unfinished,
}

/// Rows, each with the column to become basic there.
type Pivots = Vec<(u32, u32)>;

/// A column that differs from the identity's.
#[derive(Debug, Clone)]
struct Eta {
    row: u32,
    pivot: f64,
    rest: Vec<(u32, f64)>,
}

/// Least cost · x with rows · x + slack = right-hand side, everything within bounds. Variables are columns, then one slack a row.
#[derive(Debug, Clone)]
pub(crate) struct Simplex {
    columns: usize,
    cost: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    by_column: Vec<Vec<(u32, f64)>>,
    by_row: Vec<Vec<(u32, f64)>>,
    right: Vec<f64>,
    /// By row the variable that is basic there.
    basic: Vec<u32>,
    /// By variable its row, [`NONE`] where it is not basic.
    row_of: Vec<u32>,
    /// Whether a variable that is not basic sits at its upper bound.
    at_upper: Vec<bool>,
    value: Vec<f64>,
    reduced: Vec<f64>,
    edge: Vec<f64>,
    etas: Vec<Eta>,
    fresh: usize,
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
            by_column: vec![Vec::new(); columns],
            by_row: Vec::new(),
            right: Vec::new(),
            basic: Vec::new(),
            row_of: vec![NONE; columns],
            at_upper: cost.iter().map(|&cost| cost < 0.0).collect(),
            value: vec![0.0; columns],
            reduced: cost.clone(),
            cost,
            edge: Vec::new(),
            etas: Vec::new(),
            fresh: 0,
            ray: Vec::new(),
            slope: 0.0,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.right.len()
    }

    /// Adds a row and the bounds of its slack. [`Simplex::refresh`] is to be called before the next pivots.
    pub(crate) fn add_row(&mut self, terms: Vec<(u32, f64)>, right: f64, slack: (f64, f64)) {
        let row = number(self.rows());
        for &(column, factor) in &terms {
            self.by_column[column as usize].push((row, factor));
        }
        self.by_row.push(terms);
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
    }

    /// Leaves out rows that bind nothing, as far as `may` allows. Those that stay keep their order.
    pub(crate) fn purge(&mut self, may: &dyn Fn(usize) -> bool) -> Vec<bool> {
        let columns = self.columns;
        let stays: Vec<bool> = (0..self.rows()).map(|row| self.row_of[columns + row] == NONE || !may(row)).collect();
        let kept: Vec<usize> = (0..stays.len()).filter(|&row| stays[row]).collect();
        let mut new_row = vec![NONE; stays.len()];
        for (k, &row) in kept.iter().enumerate() {
            new_row[row] = number(k);
        }
        let moved = |list: &[f64]| -> Vec<f64> {
            list[..columns].iter().copied().chain(kept.iter().map(|&row| list[columns + row])).collect()
        };
        let basic = std::mem::take(&mut self.basic);
        (self.cost, self.lower, self.upper) = (moved(&self.cost), moved(&self.lower), moved(&self.upper));
        (self.value, self.reduced) = (moved(&self.value), moved(&self.reduced));
        let slack_upper: Vec<bool> = kept.iter().map(|&row| self.at_upper[columns + row]).collect();
        self.at_upper.truncate(columns);
        self.at_upper.extend(slack_upper);
        self.by_row = kept.iter().map(|&row| std::mem::take(&mut self.by_row[row])).collect();
        self.right = kept.iter().map(|&row| self.right[row]).collect();
        self.by_column.iter_mut().for_each(Vec::clear);
        for (row, terms) in self.by_row.iter().enumerate() {
            for &(column, factor) in terms {
                self.by_column[column as usize].push((number(row), factor));
            }
        }
        let renamed = basic.into_iter().filter_map(|variable| {
            let slack = (variable as usize).checked_sub(columns);
            slack.map_or(Some(variable), |row| (new_row[row] != NONE).then(|| number(columns) + new_row[row]))
        });
        self.basic = renamed.collect();
        self.edge = vec![1.0; self.basic.len()];
        self.row_of = vec![NONE; self.cost.len()];
        for (row, &variable) in self.basic.iter().enumerate() {
            self.row_of[variable as usize] = number(row);
        }
        self.refresh();
        stays
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

    /// Factors the basis and works out everything anew; each variable that is not basic goes where its reduced cost wants it.
    pub(crate) fn refresh(&mut self) {
        self.factor();
        let mut prices: Vec<f64> = self.basic.iter().map(|&variable| self.cost[variable as usize]).collect();
        self.backward(&mut prices);
        for variable in 0..self.cost.len() {
            self.reduced[variable] = if self.row_of[variable] == NONE {
                self.cost[variable]
                    - self.column(variable).iter().map(|&(row, factor)| prices[row as usize] * factor).sum::<f64>()
            } else {
                0.0
            };
            if self.row_of[variable] == NONE {
                let (lower, upper) = (self.lower[variable], self.upper[variable]);
                let wants =
                    if upper.is_infinite() { false } else { lower.is_infinite() || self.reduced[variable] < 0.0 };
                self.at_upper[variable] = wants;
                self.value[variable] = if wants { upper } else { lower };
            }
        }
        self.place_basics();
    }

    fn place_basics(&mut self) {
        let mut rest = self.right.clone();
        for variable in 0..self.cost.len() {
            let value = self.value[variable];
            if self.row_of[variable] == NONE && value != 0.0 {
                self.each_of(variable, |row, factor| rest[row as usize] -= factor * value);
            }
        }
        self.forward(&mut rest);
        for (row, &variable) in self.basic.iter().enumerate() {
            self.value[variable as usize] = rest[row];
        }
    }

    fn column(&self, variable: usize) -> Vec<(u32, f64)> {
        let mut column = Vec::new();
        self.each_of(variable, |row, factor| column.push((row, factor)));
        column
    }

    fn each_of(&self, variable: usize, mut visit: impl FnMut(u32, f64)) {
        match variable.checked_sub(self.columns) {
            Some(row) => visit(number(row), 1.0),
            None => self.by_column[variable].iter().for_each(|&(row, factor)| visit(row, factor)),
        }
    }

    /// What the rows are worth at this point: prices by row, at most 0 for rows "at most", at least 0 for rows "at least".
    pub(crate) fn prices(&self) -> Vec<f64> {
        (0..self.rows()).map(|row| -self.reduced[self.columns + row]).collect()
    }

    /// After [`Ended::Infeasible`]: prices in the direction of which the bound grows without end, and how fast.
    pub(crate) fn ray(&self) -> (&[f64], f64) {
        (&self.ray, self.slope)
    }

    fn forward(&self, vector: &mut [f64]) {
        for eta in &self.etas {
            let at = vector[eta.row as usize];
            if at != 0.0 {
                vector[eta.row as usize] = at * eta.pivot;
                for &(row, factor) in &eta.rest {
                    vector[row as usize] += factor * at;
                }
            }
        }
    }

    fn backward(&self, vector: &mut [f64]) {
        for eta in self.etas.iter().rev() {
            let mut sum = vector[eta.row as usize] * eta.pivot;
            for &(row, factor) in &eta.rest {
                sum += factor * vector[row as usize];
            }
            vector[eta.row as usize] = sum;
        }
    }

    fn push_eta(&mut self, row: usize, column: &[f64]) {
        let pivot = 1.0 / column[row];
        let rest = column.iter().enumerate().filter(|&(k, value)| k != row && value.abs() > 1e-12);
        let rest = rest.map(|(k, value)| (number(k), -value * pivot)).collect();
        self.etas.push(Eta { row: number(row), pivot, rest });
    }

    /// Makes the product anew: rows with one column first, then what is left, then columns with one row, so that little fills in.
    fn factor(&mut self) {
        let rows = self.rows();
        self.etas.clear();
        let mut edge_of = vec![1.0; self.cost.len()];
        let mut columns: Vec<u32> = Vec::new();
        let mut free = vec![true; rows];
        let mut basic = vec![NONE; rows];
        for (row, &variable) in self.basic.iter().enumerate() {
            edge_of[variable as usize] = self.edge[row];
            match (variable as usize).checked_sub(self.columns) {
                Some(own) => (free[own], basic[own]) = (false, variable),
                None => columns.push(variable),
            }
        }
        let (first, last) = self.order(&columns, &free);
        let middle: Vec<u32> = {
            let mut done = vec![false; self.columns];
            first.iter().chain(&last).for_each(|&(_, column)| done[column as usize] = true);
            let mut middle: Vec<u32> = columns.into_iter().filter(|&column| !done[column as usize]).collect();
            middle.sort_by_key(|&column| self.by_column[column as usize].len());
            middle
        };
        let wished = first.iter().map(|&(row, column)| (Some(row), column));
        let wished = wished.chain(middle.into_iter().map(|column| (None, column)));
        let wished: Vec<_> = wished.chain(last.iter().rev().map(|&(row, column)| (Some(row), column))).collect();
        let mut reserved = vec![false; rows];
        last.iter().for_each(|&(row, _)| reserved[row as usize] = true);
        let mut vector = vec![0.0; rows];
        let mut left_over = Vec::new();
        for (wish, column) in wished {
            vector.fill(0.0);
            self.by_column[column as usize].iter().for_each(|&(row, factor)| vector[row as usize] = factor);
            self.forward(&mut vector);
            let good = |row: &u32| free[*row as usize] && vector[*row as usize].abs() > 1e-3;
            let row = wish.filter(good).or_else(|| {
                let open = (0..number(rows)).filter(|&row| free[row as usize] && !reserved[row as usize]);
                open.max_by(|&a, &b| vector[a as usize].abs().total_cmp(&vector[b as usize].abs()))
            });
            match row.filter(|&row| vector[row as usize].abs() > 1e-6) {
                Some(row) => {
                    (free[row as usize], basic[row as usize]) = (false, column);
                    self.push_eta(row as usize, &vector);
                }
                None => left_over.push(column),
            }
        }
        // Columns that depend on others make room for slacks.
        for column in left_over {
            self.row_of[column as usize] = NONE;
        }
        for (row, basic) in basic.iter_mut().enumerate().filter(|(_, basic)| **basic == NONE) {
            *basic = number(self.columns + row);
        }
        self.basic = basic;
        for (row, &variable) in self.basic.iter().enumerate() {
            self.row_of[variable as usize] = number(row);
            self.edge[row] = edge_of[variable as usize];
        }
        self.fresh = self.etas.len();
    }

    /// Rows with one open column, in order, and columns with one open row.
    fn order(&self, columns: &[u32], free: &[bool]) -> (Pivots, Pivots) {
        let mut open_row = free.to_vec();
        let mut open_column = vec![false; self.columns];
        let mut in_row = vec![0_u32; free.len()];
        let mut in_column = vec![0_u32; self.columns];
        for &column in columns {
            open_column[column as usize] = true;
            for &(row, _) in &self.by_column[column as usize] {
                if open_row[row as usize] {
                    in_row[row as usize] += 1;
                    in_column[column as usize] += 1;
                }
            }
        }
        let (mut first, mut last) = (Vec::new(), Vec::new());
        let mut thin_rows: Vec<u32> =
            (0..number(free.len())).filter(|&row| open_row[row as usize] && in_row[row as usize] == 1).collect();
        let mut thin: Vec<u32> = columns.iter().copied().filter(|&column| in_column[column as usize] == 1).collect();
        loop {
            let found = if let Some(column) = thin.pop() {
                let row = self.by_column[column as usize].iter().find(|&&(row, _)| open_row[row as usize]);
                row.filter(|_| open_column[column as usize]).map(|&(row, _)| (row, column, false))
            } else if let Some(row) = thin_rows.pop() {
                let terms = if open_row[row as usize] { self.by_row[row as usize].as_slice() } else { &[] };
                terms.iter().find(|&&(column, _)| open_column[column as usize]).map(|&(column, _)| (row, column, true))
            } else {
                return (first, last);
            };
            let Some((row, column, by_row)) = found else { continue };
            if by_row {
                first.push((row, column))
            } else {
                last.push((row, column))
            }
            (open_row[row as usize], open_column[column as usize]) = (false, false);
            for &(other, _) in &self.by_row[row as usize] {
                if open_column[other as usize] {
                    in_column[other as usize] -= 1;
                    if in_column[other as usize] == 1 {
                        thin.push(other);
                    }
                }
            }
            for &(other, _) in &self.by_column[column as usize] {
                if open_row[other as usize] {
                    in_row[other as usize] -= 1;
                    if in_row[other as usize] == 1 {
                        thin_rows.push(other);
                    }
                }
            }
        }
    }

    /// Pivots until the point is optimal, the rows contradict each other, or so many pivots are done.
    pub(crate) fn run(&mut self, pivots: usize) -> Ended {
        for _ in 0..pivots {
            if self.etas.len() > self.fresh + REFACTOR {
                self.refresh();
            }
            let Some(row) = self.leaving() else { return Ended::Optimal };
            match self.pivot(row) {
                Some(true) => {}
                Some(false) if self.etas.len() > self.fresh => self.refresh(),
                Some(false) => self.edge[row] *= 1e6,
                None if self.etas.len() > self.fresh => self.refresh(),
                None => return Ended::Infeasible,
            }
        }
        Ended::Unfinished
    }

    fn missed(&self, variable: usize) -> f64 {
        let value = self.value[variable];
        if value < self.lower[variable] {
            value - self.lower[variable]
        } else {
            (value - self.upper[variable]).max(0.0)
        }
    }

    fn leaving(&self) -> Option<usize> {
        let mut best = (0.0, None);
        for (row, &variable) in self.basic.iter().enumerate() {
            let missed = self.missed(variable as usize);
            if missed.abs() > FEASIBLE && missed * missed > best.0 * self.edge[row] {
                best = (missed * missed / self.edge[row], Some(row));
            }
        }
        best.1
    }

    /// One pivot; `Some(false)` when it would be too small, `None` when no variable can come in.
    fn pivot(&mut self, row: usize) -> Option<bool> {
        let leaves = self.basic[row] as usize;
        let missed = self.missed(leaves);
        let mut rho = vec![0.0; self.rows()];
        rho[row] = 1.0;
        self.backward(&mut rho);
        // The row of the tableau, turned so that the leaving variable grows.
        let sign = if missed < 0.0 { -1.0 } else { 1.0 };
        let mut alpha = vec![0.0; self.cost.len()];
        for (k, &weight) in rho.iter().enumerate() {
            if weight.abs() > 1e-13 {
                self.by_row[k].iter().for_each(|&(column, factor)| alpha[column as usize] += weight * factor);
                alpha[self.columns + k] = weight;
            }
        }
        let mut candidates: Vec<(f64, usize)> = Vec::new();
        for (variable, &factor) in alpha.iter().enumerate() {
            if self.row_of[variable] != NONE || self.lower[variable] >= self.upper[variable] {
                continue;
            }
            let turned = sign * factor;
            let able = if self.at_upper[variable] { turned < -PIVOT } else { turned > PIVOT };
            if able {
                let ratio = (self.reduced[variable] / turned).max(0.0);
                candidates.push((ratio, variable));
            }
        }
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut slope = missed.abs();
        let mut enters: Option<usize> = None;
        let mut passed = 0;
        for &(ratio, variable) in &candidates {
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
        let Some(enters) = enters.filter(|_| slope < SPENT) else {
            self.ray = rho.iter().map(|&weight| sign * weight).collect();
            self.slope = slope;
            return None;
        };
        let mut column = vec![0.0; self.rows()];
        self.each_of(enters, |k, factor| column[k as usize] = factor);
        self.forward(&mut column);
        let pivot = column[row];
        if pivot.abs() < PIVOT || (pivot - alpha[enters]).abs() > 1e-6 * (1.0 + pivot.abs()) {
            return Some(false);
        }
        let flips: Vec<usize> =
            candidates[..passed].iter().map(|&(_, variable)| variable).filter(|&variable| variable != enters).collect();
        self.flip(&flips);
        let target = if sign < 0.0 { self.lower[leaves] } else { self.upper[leaves] };
        let step = (self.value[leaves] - target) / pivot;
        for (k, &factor) in column.iter().enumerate() {
            if factor != 0.0 {
                self.value[self.basic[k] as usize] -= step * factor;
            }
        }
        self.value[enters] += step;
        self.value[leaves] = target;
        let theta = self.reduced[enters] / alpha[enters];
        for (variable, &factor) in alpha.iter().enumerate() {
            if factor != 0.0 && self.row_of[variable] == NONE {
                self.reduced[variable] -= theta * factor;
            }
        }
        (self.reduced[enters], self.reduced[leaves]) = (0.0, -theta);
        let mut tau = rho;
        let norm: f64 = tau.iter().map(|value| value * value).sum();
        self.forward(&mut tau);
        for (k, &factor) in column.iter().enumerate() {
            if factor != 0.0 && k != row {
                let ratio = factor / pivot;
                self.edge[k] = (self.edge[k] - 2.0 * ratio * tau[k] + ratio * ratio * norm).max(1e-4);
            }
        }
        self.edge[row] = (norm / (pivot * pivot)).max(1e-4);
        self.push_eta(row, &column);
        self.at_upper[leaves] = sign > 0.0;
        (self.row_of[leaves], self.row_of[enters]) = (NONE, number(row));
        self.basic[row] = number(enters);
        Some(true)
    }

    /// Variables whose bounds the ratio test passed go over to the other bound.
    fn flip(&mut self, variables: &[usize]) {
        if variables.is_empty() {
            return;
        }
        let mut moved = vec![0.0; self.rows()];
        for &variable in variables {
            self.at_upper[variable] = !self.at_upper[variable];
            let value = if self.at_upper[variable] { self.upper[variable] } else { self.lower[variable] };
            let by = value - self.value[variable];
            self.value[variable] = value;
            self.each_of(variable, |row, factor| moved[row as usize] += factor * by);
        }
        self.forward(&mut moved);
        for (row, &by) in moved.iter().enumerate() {
            self.value[self.basic[row] as usize] -= by;
        }
    }
}

fn number(k: usize) -> u32 {
    u32::try_from(k).unwrap_or(NONE)
}
