//! The basis of [`crate::simplex`] as a product of two triangles, and its changes since.
//!
//! Sources: H. Markowitz, *The Elimination Form of the Inverse*, 1957, for pivots that fill in little; Q. Huangfu, J. Hall, *Novel Update Techniques for the
//! Revised Simplex Method*, 2015, for the middle product form: a change is kept between the triangles as two columns that solving has found already.
//!
//! Long because: factoring, solving both ways and changes share the same arrays.
#![expect(clippy::indexing_slicing, reason = "rows and columns are linked by numbers made here")]

use std::rc::Rc;

pub(crate) const NONE: u32 = u32::MAX;
/// A pivot is no less than such a part of the greatest of its row.
const THRESHOLD: f64 = 0.1;
/// Columns with less are left over.
const LEAST: f64 = 1e-7;
/// What is nearer to 0 counts as 0.
const ZERO: f64 = 1e-13;
/// Lists looked through for a pivot.
const SEARCHED: u32 = 4;

/// Sparse vectors, one after another.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    terms: Vec<(u32, f64)>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { starts: vec![0], terms: Vec::new() }
    }
}

impl Lists {
    pub(crate) fn push(&mut self, terms: impl IntoIterator<Item = (u32, f64)>) {
        self.terms.extend(terms);
        self.starts.push(number(self.terms.len()));
    }

    pub(crate) fn of(&self, k: usize) -> &[(u32, f64)] {
        &self.terms[self.starts[k] as usize..self.starts[k + 1] as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn clear(&mut self) {
        self.starts.truncate(1);
        self.terms.clear();
    }

    /// The same terms by what they name, of which there are so many; the lists are numbered by `names`.
    pub(crate) fn turned(&self, many: usize, names: &dyn Fn(usize) -> u32) -> Self {
        let mut starts = vec![0_u32; many + 1];
        self.terms.iter().for_each(|&(other, _)| starts[other as usize + 1] += 1);
        (0..many).for_each(|k| starts[k + 1] += starts[k]);
        let mut at = starts.clone();
        let mut terms = vec![(0, 0.0); self.terms.len()];
        for k in 0..self.len() {
            for &(other, factor) in self.of(k) {
                terms[at[other as usize] as usize] = (names(k), factor);
                at[other as usize] += 1;
            }
        }
        Self { starts, terms }
    }
}

/// A basis of rows and as many columns; a column goes by the row that it was pivoted in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Factors {
    /// Shared by copies until one is factored anew.
    base: Rc<Triangles>,
    /// By change: one divided by its pivot; the new column less the old between the triangles; the row of the upper triangle's inverse.
    changes: Vec<f64>,
    spikes: Lists,
    rows: Lists,
}

/// The basis when it was factored.
#[derive(Debug, Default)]
struct Triangles {
    /// Rows in the order of pivots; those of slacks come first and are not among them.
    order: Vec<u32>,
    /// By row: one divided by its pivot.
    inverse: Vec<f64>,
    /// By step of [`Triangles::lower_rows`]: what the row takes from rows pivoted later.
    lower: Lists,
    lower_rows: Vec<u32>,
    /// By row: what rows pivoted earlier take from it.
    lower_turned: Lists,
    /// By row: its column in rows pivoted earlier.
    upper: Lists,
    /// By row: its terms in columns pivoted later.
    upper_turned: Lists,
    /// Rows of slacks.
    slacks: Vec<u32>,
}

/// A vector found half-way through solving.
pub(crate) type Halfway = Vec<(u32, f64)>;

impl Factors {
    /// How often the basis was changed since it was factored.
    pub(crate) fn changes(&self) -> usize {
        self.changes.len()
    }

    /// Solves basis · x = vector.
    pub(crate) fn forward(&self, vector: &mut [f64], halfway: Option<&mut Halfway>) {
        let base = &*self.base;
        for (k, &row) in base.lower_rows.iter().enumerate() {
            let at = vector[row as usize];
            if at != 0.0 {
                base.lower.of(k).iter().for_each(|&(other, factor)| vector[other as usize] -= factor * at);
            }
        }
        for (k, &inverse) in self.changes.iter().enumerate() {
            let sum = dot(self.rows.of(k), vector) * inverse;
            if sum != 0.0 {
                self.spikes.of(k).iter().for_each(|&(row, factor)| vector[row as usize] -= factor * sum);
            }
        }
        if let Some(halfway) = halfway {
            keep(vector, halfway);
        }
        for &row in base.order.iter().rev() {
            let at = vector[row as usize];
            if at != 0.0 {
                let at = at * base.inverse[row as usize];
                vector[row as usize] = at;
                base.upper.of(row as usize).iter().for_each(|&(other, factor)| vector[other as usize] -= factor * at);
            }
        }
    }

    /// Solves x · basis = vector.
    pub(crate) fn backward(&self, vector: &mut [f64], halfway: Option<&mut Halfway>) {
        let base = &*self.base;
        for &row in base.slacks.iter().chain(&base.order) {
            let at = vector[row as usize];
            if at != 0.0 {
                let at = at * base.inverse[row as usize];
                vector[row as usize] = at;
                let terms = base.upper_turned.of(row as usize).iter();
                terms.for_each(|&(other, factor)| vector[other as usize] -= factor * at);
            }
        }
        if let Some(halfway) = halfway {
            keep(vector, halfway);
        }
        for (k, &inverse) in self.changes.iter().enumerate().rev() {
            let sum = dot(self.spikes.of(k), vector) * inverse;
            if sum != 0.0 {
                self.rows.of(k).iter().for_each(|&(row, factor)| vector[row as usize] -= factor * sum);
            }
        }
        for &row in base.order.iter().rev() {
            let at = vector[row as usize];
            if at != 0.0 {
                let terms = base.lower_turned.of(row as usize).iter();
                terms.for_each(|&(other, factor)| vector[other as usize] -= factor * at);
            }
        }
    }

    /// Puts another column in the place of that of a row: the new one half-way forward, the row's own vector half-way backward, and the pivot.
    pub(crate) fn change(&mut self, row: u32, column: &Halfway, back: &Halfway, pivot: f64) {
        let base = &*self.base;
        self.changes.push(1.0 / pivot);
        self.rows.push(back.iter().copied());
        let old = base.upper.of(row as usize).iter().map(|&(other, factor)| (other, -factor));
        let old = old.chain(std::iter::once((row, -1.0 / base.inverse[row as usize])));
        self.spikes.push(column.iter().copied().chain(old));
    }

    /// Factors a basis of rows, given by row and by column: its columns, and the rows whose slack is none of it. By column the row it was pivoted in, [`NONE`] where it depends on others;
    /// rows left over take their slacks.
    pub(crate) fn renew(&mut self, by_row: &Lists, by_column: &Lists, columns: &[u32], free: &[bool]) -> Vec<u32> {
        let mut making = Making::new(by_row, by_column, columns, free);
        making.thin();
        making.dense();
        let many = free.len();
        let slacks = (0..number(many)).filter(|&row| !free[row as usize]).collect();
        self.changes.clear();
        self.spikes.clear();
        self.rows.clear();
        let Making { mut order, mut inverse, lower, lower_rows, upper, row_of, open_row, .. } = making;
        let left = (0..number(many)).filter(|&row| open_row[row as usize]);
        for row in left {
            order.push(row);
            inverse[row as usize] = 1.0;
        }
        let rows = |terms: &[(u32, f64)]| -> Vec<(u32, f64)> {
            let named = terms.iter().map(|&(column, factor)| (row_of[column as usize], factor));
            named.filter(|&(row, _)| row != NONE).collect()
        };
        let mut turned = Lists::default();
        upper.iter().for_each(|terms| turned.push(rows(terms)));
        let lower_turned = lower.turned(many, &|k| lower_rows[k]);
        let (upper, upper_turned) = (turned.turned(many, &number), turned);
        let base = Triangles { order, inverse, lower, lower_rows, lower_turned, upper, upper_turned, slacks };
        self.base = Rc::new(base);
        row_of
    }
}

fn keep(vector: &[f64], halfway: &mut Halfway) {
    halfway.clear();
    halfway.extend((0_u32..).zip(vector).filter(|&(_, &value)| value.abs() > ZERO).map(|(row, &value)| (row, value)));
}

fn dot(terms: &[(u32, f64)], vector: &[f64]) -> f64 {
    terms.iter().map(|&(row, factor)| factor * vector[row as usize]).sum()
}

/// A basis while it is factored.
struct Making<'m> {
    by_row: &'m Lists,
    by_column: &'m Lists,
    open_row: Vec<bool>,
    open_column: Vec<bool>,
    in_row: Vec<u32>,
    in_column: Vec<u32>,
    columns: &'m [u32],
    order: Vec<u32>,
    inverse: Vec<f64>,
    lower: Lists,
    lower_rows: Vec<u32>,
    /// By row: its terms in open columns when it was pivoted.
    upper: Vec<Vec<(u32, f64)>>,
    row_of: Vec<u32>,
}

impl<'m> Making<'m> {
    fn new(by_row: &'m Lists, by_column: &'m Lists, columns: &'m [u32], free: &[bool]) -> Self {
        let mut making = Self {
            by_row,
            by_column,
            open_row: free.to_vec(),
            open_column: vec![false; by_column.len()],
            in_row: vec![0; free.len()],
            in_column: vec![0; by_column.len()],
            columns,
            order: Vec::new(),
            inverse: vec![1.0; free.len()],
            lower: Lists::default(),
            lower_rows: Vec::new(),
            upper: vec![Vec::new(); free.len()],
            row_of: vec![NONE; by_column.len()],
        };
        columns.iter().for_each(|&column| making.open_column[column as usize] = true);
        for &column in columns {
            for &(row, factor) in by_column.of(column as usize) {
                if free[row as usize] {
                    making.in_row[row as usize] += 1;
                    making.in_column[column as usize] += 1;
                } else {
                    making.upper[row as usize].push((column, factor));
                }
            }
        }
        making
    }

    /// Columns with one open row and rows with one open column, which fill nothing in.
    fn thin(&mut self) {
        let mut thin_rows: Vec<u32> = (0..number(self.in_row.len()))
            .filter(|&row| self.open_row[row as usize] && self.in_row[row as usize] == 1)
            .collect();
        let of = self.columns.iter().copied();
        let mut thin: Vec<u32> = of.filter(|&column| self.in_column[column as usize] == 1).collect();
        loop {
            let found = if let Some(column) = thin.pop() {
                let mut terms = self.by_column.of(column as usize).iter();
                let term = terms.find(|&&(row, _)| self.open_row[row as usize]);
                term.filter(|_| self.open_column[column as usize]).map(|&(row, pivot)| (row, column, pivot))
            } else if let Some(row) = thin_rows.pop() {
                let mut terms = self.by_row.of(row as usize).iter();
                let term = terms.find(|&&(column, _)| self.open_column[column as usize]);
                term.filter(|_| self.open_row[row as usize]).map(|&(column, pivot)| (row, column, pivot))
            } else {
                return;
            };
            let Some((row, column, pivot)) = found.filter(|&(.., pivot)| pivot.abs() > LEAST) else { continue };
            (self.open_row[row as usize], self.open_column[column as usize]) = (false, false);
            let by_row = self.by_row;
            for &(other, factor) in by_row.of(row as usize) {
                if self.open_column[other as usize] {
                    self.upper[row as usize].push((other, factor));
                    self.in_column[other as usize] -= 1;
                    if self.in_column[other as usize] == 1 {
                        thin.push(other);
                    }
                }
            }
            let below: Vec<(u32, f64)> = {
                let terms = self.by_column.of(column as usize).iter();
                let open = terms.filter(|&&(other, _)| self.open_row[other as usize]);
                open.map(|&(other, factor)| (other, factor / pivot)).collect()
            };
            for &(other, _) in &below {
                self.in_row[other as usize] -= 1;
                if self.in_row[other as usize] == 1 {
                    thin_rows.push(other);
                }
            }
            self.pivoted(row, column, pivot, below);
        }
    }

    fn pivoted(&mut self, row: u32, column: u32, pivot: f64, below: Vec<(u32, f64)>) {
        self.order.push(row);
        self.inverse[row as usize] = 1.0 / pivot;
        self.row_of[column as usize] = row;
        if !below.is_empty() {
            self.lower_rows.push(row);
            self.lower.push(below);
        }
    }

    /// What is left: the pivot in the row and column with fewest terms first.
    fn dense(&mut self) {
        let rows: Vec<u32> = (0..number(self.open_row.len())).filter(|&row| self.open_row[row as usize]).collect();
        let columns: Vec<u32> =
            self.columns.iter().copied().filter(|&column| self.open_column[column as usize]).collect();
        let mut rest = Rest::new(self.by_column, &rows, &columns, self.open_row.len());
        let mut work = vec![0.0; self.by_column.len()];
        while let Some((row, column, pivot)) = rest.pivot() {
            (self.open_row[row as usize], self.open_column[column as usize]) = (false, false);
            let (beside, below) = rest.eliminate(row, column, pivot, &mut work);
            self.upper[row as usize] = beside;
            self.pivoted(row, column, pivot, below);
        }
    }
}

/// Open rows and columns in which every row and column has several terms.
struct Rest {
    rows: Vec<Vec<(u32, f64)>>,
    columns: Vec<Vec<u32>>,
    open_row: Vec<bool>,
    open_column: Vec<bool>,
    /// By number of terms: rows and columns that had so many at some time.
    thin_rows: Vec<Vec<u32>>,
    thin_columns: Vec<Vec<u32>>,
}

impl Rest {
    fn new(by_column: &Lists, rows: &[u32], columns: &[u32], many: usize) -> Self {
        let mut rest = Self {
            rows: vec![Vec::new(); many],
            columns: vec![Vec::new(); by_column.len()],
            open_row: vec![false; many],
            open_column: vec![false; by_column.len()],
            thin_rows: Vec::new(),
            thin_columns: Vec::new(),
        };
        rows.iter().for_each(|&row| rest.open_row[row as usize] = true);
        for &column in columns {
            rest.open_column[column as usize] = true;
            for &(row, factor) in by_column.of(column as usize) {
                if rest.open_row[row as usize] {
                    rest.rows[row as usize].push((column, factor));
                    rest.columns[column as usize].push(row);
                }
            }
        }
        rows.iter().for_each(|&row| rest.note_row(row));
        columns.iter().for_each(|&column| rest.note_column(column));
        rest
    }

    fn note_row(&mut self, row: u32) {
        note(&mut self.thin_rows, self.rows[row as usize].len(), row);
    }

    fn note_column(&mut self, column: u32) {
        note(&mut self.thin_columns, self.columns[column as usize].len(), column);
    }

    /// Row, column and pivot that fill in least, of a few looked at.
    fn pivot(&mut self) -> Option<(u32, u32, f64)> {
        let mut best: Option<(usize, u32, u32, f64)> = None;
        let mut searched = 0;
        for terms in 1..self.thin_rows.len().max(self.thin_columns.len()) {
            if best.is_some_and(|(fills, ..)| fills <= (terms - 1) * (terms - 1)) {
                break;
            }
            let mut k = 0;
            while let Some(&column) = self.thin_columns.get(terms).and_then(|list| list.get(k)) {
                if !self.open_column[column as usize] || self.columns[column as usize].len() != terms {
                    self.thin_columns[terms].swap_remove(k);
                    continue;
                }
                k += 1;
                for &row in &self.columns[column as usize] {
                    let here = &self.rows[row as usize];
                    let greatest = here.iter().fold(LEAST, |most, &(_, factor)| factor.abs().max(most));
                    let pivot = here.iter().find(|&&(other, _)| other == column).map_or(0.0, |&(_, factor)| factor);
                    let fills = (here.len() - 1) * (terms - 1);
                    if pivot.abs() >= greatest * THRESHOLD && best.is_none_or(|(least, ..)| fills < least) {
                        best = Some((fills, row, column, pivot));
                    }
                }
                searched += 1;
                if searched >= SEARCHED && best.is_some() {
                    break;
                }
            }
            k = 0;
            while let Some(&row) = self.thin_rows.get(terms).and_then(|list| list.get(k)) {
                if searched >= SEARCHED && best.is_some() {
                    break;
                }
                if !self.open_row[row as usize] || self.rows[row as usize].len() != terms {
                    self.thin_rows[terms].swap_remove(k);
                    continue;
                }
                k += 1;
                let here = &self.rows[row as usize];
                let greatest = here.iter().fold(LEAST, |most, &(_, factor)| factor.abs().max(most));
                for &(column, pivot) in here {
                    let fills = (self.columns[column as usize].len() - 1) * (terms - 1);
                    if pivot.abs() >= greatest * THRESHOLD && best.is_none_or(|(least, ..)| fills < least) {
                        best = Some((fills, row, column, pivot));
                    }
                }
                searched += 1;
            }
            if searched >= SEARCHED && best.is_some() {
                break;
            }
        }
        best.map(|(_, row, column, pivot)| (row, column, pivot))
    }

    /// Takes the pivot's row and column out; what the row has beside it, and by how much other rows took it.
    fn eliminate(&mut self, row: u32, column: u32, pivot: f64, work: &mut [f64]) -> (Halfway, Halfway) {
        let mut beside = std::mem::take(&mut self.rows[row as usize]);
        beside.retain(|&(other, _)| other != column);
        (self.open_row[row as usize], self.open_column[column as usize]) = (false, false);
        for &(other, factor) in &beside {
            work[other as usize] = factor;
            self.columns[other as usize].retain(|&here| here != row);
        }
        let mut below = Vec::new();
        for other in std::mem::take(&mut self.columns[column as usize]) {
            if other == row {
                continue;
            }
            let mut terms = std::mem::take(&mut self.rows[other as usize]);
            let Some(at) = terms.iter().position(|&(here, _)| here == column) else { continue };
            let (_, factor) = terms.swap_remove(at);
            let times = factor / pivot;
            below.push((other, times));
            let mut met = 0;
            for (here, factor) in &mut terms {
                let taken = work[*here as usize];
                if taken != 0.0 {
                    *factor -= times * taken;
                    met += 1;
                }
            }
            if met < beside.len() {
                let before = terms.len();
                for &(here, taken) in &beside {
                    if !terms[..before].iter().any(|&(known, _)| known == here) {
                        terms.push((here, -times * taken));
                        self.columns[here as usize].push(other);
                    }
                }
            }
            if met > 0 {
                terms.retain(|&(here, factor)| {
                    let stays = factor.abs() > ZERO;
                    if !stays {
                        self.columns[here as usize].retain(|&known| known != other);
                    }
                    stays
                });
            }
            self.rows[other as usize] = terms;
            self.note_row(other);
        }
        for &(other, _) in &beside {
            work[other as usize] = 0.0;
            self.note_column(other);
        }
        (beside, below)
    }
}

fn note(lists: &mut Vec<Vec<u32>>, terms: usize, which: u32) {
    if lists.len() <= terms {
        lists.resize(terms + 1, Vec::new());
    }
    lists[terms].push(which);
}

fn number(k: usize) -> u32 {
    u32::try_from(k).unwrap_or(NONE)
}

#[cfg(test)]
mod tests;
