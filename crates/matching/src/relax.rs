//! Weights for the rows of a [`Frame`], found by a first-order method on the relaxation in which pairs may be made in part.
//!
//! Source: A. Chambolle, T. Pock, *A First-Order Primal-Dual Algorithm for Convex Problems*, 2011, with their diagonal steps (T. Pock, A. Chambolle, ICCV
//! 2011) and the restarts from averages of D. Applegate and others, *Practical Large-Scale Linear Programming using Primal-Dual Hybrid Gradient*, 2021.
//! Sums over "no worse than" are prefix sums, so that a step is linear in the pairs. Nothing here need be right: weights are
//! rounded to whole numbers and what they prove is worked out by [`Goal::bound`].
#![expect(clippy::indexing_slicing, reason = "units, homes and pairs are linked by numbers that the frame made")]

use crate::frame::{Bound, Domain, Frame, Goal, NEVER, SCALE, State, Weights};

/// Steps between two looks at the bound.
const STRETCH: u32 = 40;

/// Both sides of the saddle point.
#[derive(Debug, Clone, Default)]
pub(crate) struct Point {
    pub x: Vec<f64>,
    unions: Vec<f64>,
    without: Vec<f64>,
    pairs: Vec<f64>,
    homes: Vec<f64>,
    units: Vec<f64>,
    groups: Vec<f64>,
    placed: f64,
    together: f64,
    in_union: Vec<f64>,
    in_without: Vec<f64>,
}

impl Point {
    fn way(&self, other: &Self) -> (f64, f64) {
        let squares = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum() };
        (
            squares(&self.x, &other.x).sqrt(),
            (squares(&self.pairs, &other.pairs) + squares(&self.homes, &other.homes)).sqrt(),
        )
    }
}

/// Numbers of the frame that do not change from node to node.
pub(crate) struct Layout {
    /// By pair: the class of the unit's list, the class of the home's list, both numbered through.
    unit_class: Vec<u32>,
    home_class: Vec<u32>,
    /// Whether a class is the first of its list.
    unit_first: Vec<bool>,
    home_first: Vec<bool>,
    /// By member of a union and of a group: union and pair, group and unit.
    union_members: Vec<(u32, u32)>,
    group_members: Vec<(u32, u32)>,
}

impl Layout {
    pub(crate) fn new(frame: &Frame) -> Self {
        let (mut unit_class, mut unit_first) = (vec![0; frame.pairs.len()], Vec::new());
        for unit in 0..frame.units() {
            let row: Vec<usize> = frame.of_unit(unit).collect();
            for (k, tie) in row.chunk_by(|&a, &b| frame.pairs[a].own == frame.pairs[b].own).enumerate() {
                tie.iter().for_each(|&p| unit_class[p] = number(unit_first.len()));
                unit_first.push(k == 0);
            }
        }
        let (mut home_class, mut home_first) = (vec![0; frame.pairs.len()], Vec::new());
        for home in 0..frame.homes() {
            let same = |a: &u32, b: &u32| frame.pairs[*a as usize].theirs == frame.pairs[*b as usize].theirs;
            for (k, tie) in frame.of_home(home).chunk_by(same).enumerate() {
                tie.iter().for_each(|&p| home_class[p as usize] = number(home_first.len()));
                home_first.push(k == 0);
            }
        }
        let unions = (0..).zip(&frame.unions).flat_map(|(k, union)| union.pairs.iter().map(move |&p| (k, p)));
        let groups = (0..).zip(&frame.groups).flat_map(|(g, units)| units.iter().map(move |&unit| (g, unit)));
        Self {
            unit_class,
            home_class,
            unit_first,
            home_first,
            union_members: unions.collect(),
            group_members: groups.collect(),
        }
    }

    fn forward(classes: &mut [f64], first: &[bool]) {
        let mut sum = 0.0;
        for (value, &first) in classes.iter_mut().zip(first) {
            sum = if first { *value } else { sum + *value };
            *value = sum;
        }
    }

    fn backward(classes: &mut [f64], first: &[bool]) {
        let mut sum = 0.0;
        for (value, &first) in classes.iter_mut().zip(first).rev() {
            sum += *value;
            *value = sum;
            if first {
                sum = 0.0;
            }
        }
    }
}

fn number(k: usize) -> u32 {
    u32::try_from(k).unwrap_or(NEVER)
}

/// The relaxation at one node.
pub(crate) struct Relaxation<'f> {
    frame: &'f Frame,
    layout: &'f Layout,
    goal: Goal,
    /// What one unit of the objective is in the numbers worked with.
    scale: f64,
    gain: Vec<f64>,
    size: Vec<f64>,
    need: Vec<f64>,
    active: Vec<bool>,
    least: Vec<f64>,
    most: Vec<f64>,
    union_most: Vec<f64>,
    without_most: Vec<f64>,
    free: Vec<bool>,
    step_x: Vec<f64>,
    step_pairs: Vec<f64>,
    step_homes: Vec<f64>,
    step_units: Vec<f64>,
    step_placed: f64,
    balance: f64,
    pub now: Point,
    sum: Point,
    start: Point,
    steps: u32,
    // Working space.
    unit_sums: Vec<f64>,
    home_sums: Vec<f64>,
    group_sums: Vec<f64>,
    rows: Vec<f64>,
    slope: Vec<f64>,
    ahead: Vec<f64>,
    at_homes: Vec<f64>,
    at_units: Vec<f64>,
}

impl<'f> Relaxation<'f> {
    pub(crate) fn new(frame: &'f Frame, layout: &'f Layout, goal: Goal, domain: &Domain, from: Option<Point>) -> Self {
        let pairs = frame.pairs.len();
        let gain: Vec<i64> = (0..pairs).map(|p| goal.of_pair(frame, p)).collect();
        let scale = match goal {
            Goal::Fit { .. } => gain.iter().map(|gain| gain.unsigned_abs()).max().unwrap_or(1).max(1),
            _ => 1,
        };
        let scale = real(scale);
        let now = from.unwrap_or_else(|| Point {
            x: vec![0.0; pairs],
            unions: vec![0.0; frame.unions.len()],
            without: vec![0.0; frame.groups.len()],
            pairs: vec![0.0; pairs],
            homes: vec![0.0; frame.places.len()],
            units: vec![0.0; frame.sizes.len()],
            groups: vec![0.0; frame.groups.len()],
            placed: 0.0,
            together: 0.0,
            in_union: vec![0.0; layout.union_members.len()],
            in_without: vec![0.0; layout.group_members.len()],
        });
        let mut relaxation = Self {
            frame,
            layout,
            goal,
            scale,
            gain: gain.iter().map(|&gain| signed(gain) / scale).collect(),
            size: (0..pairs).map(|p| f64::from(frame.size(p))).collect(),
            need: (0..pairs).map(|p| f64::from(frame.need(p))).collect(),
            active: vec![true; pairs],
            least: Vec::new(),
            most: Vec::new(),
            union_most: Vec::new(),
            without_most: Vec::new(),
            free: Vec::new(),
            step_x: Vec::new(),
            step_pairs: Vec::new(),
            step_homes: Vec::new(),
            step_units: Vec::new(),
            step_placed: 0.0,
            balance: 1.0,
            sum: now.clone(),
            start: now.clone(),
            now,
            steps: 0,
            unit_sums: vec![0.0; layout.unit_first.len()],
            home_sums: vec![0.0; layout.home_first.len()],
            group_sums: vec![0.0; frame.places.len()],
            rows: vec![0.0; pairs],
            slope: vec![0.0; pairs],
            ahead: vec![0.0; pairs],
            at_homes: vec![0.0; frame.places.len()],
            at_units: vec![0.0; frame.sizes.len()],
        };
        relaxation.enter(domain);
        relaxation
    }

    /// Takes over what is known at a node.
    pub(crate) fn enter(&mut self, domain: &Domain) {
        let frame = self.frame;
        self.least = domain.states.iter().map(|&state| f64::from(u8::from(state == State::Made))).collect();
        self.most = domain.states.iter().map(|&state| f64::from(u8::from(state != State::Out))).collect();
        self.free = domain.certain.iter().map(|&certain| certain != NEVER).collect();
        for (p, pair) in frame.pairs.iter().enumerate() {
            self.active[p] = pair.own < domain.certain[pair.unit as usize];
            if !self.active[p] {
                self.now.pairs[p] = 0.0;
            }
            self.now.x[p] = self.now.x[p].clamp(self.least[p], self.most[p]);
        }
        let whole = |union: &crate::frame::Union| union.pairs.iter().all(|&p| domain.open(p as usize));
        let groups = !matches!(self.goal, Goal::Size);
        let truth = |yes: bool| if yes && groups { 1.0 } else { 0.0 };
        self.union_most = frame.unions.iter().map(|union| truth(whole(union))).collect();
        let alone = |units: &Vec<u32>| units.iter().all(|&unit| domain.certain[unit as usize] == NEVER);
        self.without_most = frame.groups.iter().map(|units| truth(alone(units))).collect();
        self.steps_from_rows();
        self.begin_again();
    }

    fn begin_again(&mut self) {
        self.sum = self.now.clone();
        self.start = self.now.clone();
        self.steps = 0;
    }

    /// Diagonal steps: one over the sum of a column's or a row's coefficients.
    fn steps_from_rows(&mut self) {
        let ones: Vec<f64> = self.most.clone();
        self.apply(&ones);
        self.step_pairs = self.rows.iter().map(|&sum| 1.0 / (sum.max(0.0) + 1.0)).collect();
        let active: Vec<f64> = self.active.iter().map(|&active| f64::from(u8::from(active))).collect();
        self.adjoint(&active);
        let extra = if self.goal.least_placed() > 0 { 1.0 } else { 0.0 };
        self.step_x =
            self.slope.iter().zip(&self.size).map(|(&sum, &size)| 1.0 / (sum + 1.0 + size * (1.0 + extra))).collect();
        let (mut homes, mut units, mut all) =
            (vec![1.0; self.frame.places.len()], vec![1.0; self.frame.sizes.len()], 1.0);
        for (p, pair) in self.frame.pairs.iter().enumerate() {
            homes[pair.home as usize] += self.size[p] * self.most[p];
            units[pair.unit as usize] += self.most[p];
            all += self.size[p] * self.most[p];
        }
        self.step_homes = homes.iter().map(|sum| 1.0 / sum).collect();
        self.step_units = units.iter().map(|sum| 1.0 / sum).collect();
        // One row over all columns: a short step for each would leave it behind.
        self.step_placed = 8.0 / all;
    }

    /// Row sums of the stability rows.
    fn apply(&mut self, x: &[f64]) {
        let layout = self.layout;
        self.unit_sums.fill(0.0);
        self.home_sums.fill(0.0);
        self.group_sums.fill(0.0);
        for (p, &x) in x.iter().enumerate() {
            self.unit_sums[layout.unit_class[p] as usize] += x;
            if self.size[p] > 1.0 {
                self.group_sums[self.frame.pairs[p].home as usize] += self.size[p] * x;
            } else {
                self.home_sums[layout.home_class[p] as usize] += x;
            }
        }
        Layout::forward(&mut self.unit_sums, &layout.unit_first);
        Layout::forward(&mut self.home_sums, &layout.home_first);
        for (p, &x) in x.iter().enumerate() {
            self.rows[p] = self.need[p] * self.unit_sums[layout.unit_class[p] as usize]
                + self.home_sums[layout.home_class[p] as usize]
                + self.group_sums[self.frame.pairs[p].home as usize]
                - self.size[p] * x;
        }
    }

    /// Column sums of the stability rows.
    fn adjoint(&mut self, rows: &[f64]) {
        let layout = self.layout;
        self.unit_sums.fill(0.0);
        self.home_sums.fill(0.0);
        self.group_sums.fill(0.0);
        for (p, &weight) in rows.iter().enumerate() {
            self.unit_sums[layout.unit_class[p] as usize] += self.need[p] * weight;
            self.home_sums[layout.home_class[p] as usize] += weight;
            self.group_sums[self.frame.pairs[p].home as usize] += weight;
        }
        Layout::backward(&mut self.unit_sums, &layout.unit_first);
        Layout::backward(&mut self.home_sums, &layout.home_first);
        for (p, &weight) in rows.iter().enumerate() {
            let at_home = if self.size[p] > 1.0 {
                self.group_sums[self.frame.pairs[p].home as usize]
            } else {
                self.home_sums[layout.home_class[p] as usize]
            };
            self.slope[p] = self.unit_sums[layout.unit_class[p] as usize] + self.size[p] * (at_home - weight);
        }
    }

    /// One step of both sides.
    fn step(&mut self) {
        let mut now = std::mem::take(&mut self.now);
        self.adjoint(&now.pairs);
        let frame = self.frame;
        let groups = !matches!(self.goal, Goal::Size);
        if groups {
            for (&(_, p), &weight) in self.layout.union_members.iter().zip(&now.in_union) {
                self.slope[p as usize] += weight;
            }
            for (&(_, unit), &weight) in self.layout.group_members.iter().zip(&now.in_without) {
                frame.of_unit(unit).for_each(|p| self.slope[p] -= weight);
            }
        }
        let mut ahead = std::mem::take(&mut self.ahead);
        let (mut homes, mut units) = (std::mem::take(&mut self.at_homes), std::mem::take(&mut self.at_units));
        homes.fill(0.0);
        units.fill(0.0);
        let mut all = 0.0;
        self.steps += 1;
        let part = 1.0 / f64::from(self.steps);
        for (p, pair) in frame.pairs.iter().enumerate() {
            let slope = self.gain[p] + self.slope[p] + self.size[p] * (now.placed - now.homes[pair.home as usize])
                - now.units[pair.unit as usize];
            let next = (now.x[p] + self.balance * self.step_x[p] * slope).clamp(self.least[p], self.most[p]);
            ahead[p] = 2.0 * next - now.x[p];
            now.x[p] = next;
            self.sum.x[p] += (next - self.sum.x[p]) * part;
            homes[pair.home as usize] += self.size[p] * ahead[p];
            units[pair.unit as usize] += ahead[p];
            all += self.size[p] * ahead[p];
        }
        self.apply(&ahead);
        let back = 1.0 / self.balance;
        for p in 0..ahead.len() {
            if self.active[p] {
                now.pairs[p] = (now.pairs[p] + back * self.step_pairs[p] * (self.need[p] - self.rows[p])).max(0.0);
                self.sum.pairs[p] += (now.pairs[p] - self.sum.pairs[p]) * part;
            } else {
                self.sum.pairs[p] = 0.0;
            }
        }
        for (v, &taken) in homes.iter().enumerate() {
            now.homes[v] = (now.homes[v] + back * self.step_homes[v] * (taken - f64::from(frame.places[v]))).max(0.0);
            self.sum.homes[v] += (now.homes[v] - self.sum.homes[v]) * part;
        }
        for (u, &made) in units.iter().enumerate() {
            let next = now.units[u] + back * self.step_units[u] * (made - 1.0);
            now.units[u] = if self.free[u] { next } else { next.max(0.0) };
            self.sum.units[u] += (now.units[u] - self.sum.units[u]) * part;
        }
        let least = f64::from(self.goal.least_placed());
        now.placed = if least > 0.0 { (now.placed + back * self.step_placed * (least - all)).max(0.0) } else { 0.0 };
        self.sum.placed += (now.placed - self.sum.placed) * part;
        if groups {
            self.step_groups(&mut now, &ahead, &units, part);
        }
        (self.now, self.ahead, self.at_homes, self.at_units) = (now, ahead, homes, units);
    }

    /// The part of a step that concerns `prefer` groups.
    fn step_groups(&mut self, now: &mut Point, ahead: &[f64], units: &[f64], part: f64) {
        let layout = self.layout;
        let gain = signed(self.goal.of_group()) + now.together;
        let (pace, back) = (self.balance * 0.2, 0.2 / self.balance);
        let mut union_slope: Vec<f64> =
            self.frame.unions.iter().map(|union| gain - now.groups[union.group as usize]).collect();
        let mut without_slope: Vec<f64> = now.groups.iter().map(|&group| gain - group).collect();
        for (&(k, _), &weight) in layout.union_members.iter().zip(&now.in_union) {
            union_slope[k as usize] -= weight;
        }
        for (&(g, _), &weight) in layout.group_members.iter().zip(&now.in_without) {
            without_slope[g as usize] -= weight;
        }
        let mut group_sums = vec![0.0; self.frame.groups.len()];
        let mut total = 0.0;
        let advance = |value: &mut f64, slope: f64, most: f64| {
            let next = (*value + pace * slope).clamp(0.0, most);
            let ahead = 2.0 * next - *value;
            *value = next;
            ahead
        };
        let mut union_ahead = vec![0.0; union_slope.len()];
        for (k, union) in self.frame.unions.iter().enumerate() {
            union_ahead[k] = advance(&mut now.unions[k], union_slope[k], self.union_most[k]);
            group_sums[union.group as usize] += union_ahead[k];
            total += union_ahead[k];
        }
        let mut without_ahead = vec![0.0; without_slope.len()];
        for (g, ahead) in without_ahead.iter_mut().enumerate() {
            *ahead = advance(&mut now.without[g], without_slope[g], self.without_most[g]);
            group_sums[g] += *ahead;
            total += *ahead;
        }
        let blend = |mean: &mut f64, value: f64| *mean += (value - *mean) * part;
        for (g, &made) in group_sums.iter().enumerate() {
            now.groups[g] = (now.groups[g] + back * (made - 1.0)).max(0.0);
            blend(&mut self.sum.groups[g], now.groups[g]);
        }
        for (m, &(k, p)) in layout.union_members.iter().enumerate() {
            now.in_union[m] = (now.in_union[m] + back * (union_ahead[k as usize] - ahead[p as usize])).max(0.0);
            blend(&mut self.sum.in_union[m], now.in_union[m]);
        }
        for (m, &(g, unit)) in layout.group_members.iter().enumerate() {
            let over = without_ahead[g as usize] + units[unit as usize] - 1.0;
            now.in_without[m] = (now.in_without[m] + back * over).max(0.0);
            blend(&mut self.sum.in_without[m], now.in_without[m]);
        }
        for (mean, &value) in self.sum.unions.iter_mut().zip(&now.unions) {
            blend(mean, value);
        }
        for (mean, &value) in self.sum.without.iter_mut().zip(&now.without) {
            blend(mean, value);
        }
        let least = f64::from(self.goal.least_together());
        let pace = back / (1.0 + real(self.frame.groups.len() as u64));
        now.together = if least > 0.0 { (now.together + pace * (least - total)).max(0.0) } else { 0.0 };
        blend(&mut self.sum.together, now.together);
    }

    /// A stretch of steps; the better of the last point and the average, with what it proves. Now and then it begins again from there.
    pub(crate) fn run(&mut self, domain: &Domain) -> (Weights, Bound) {
        for _ in 0..STRETCH {
            self.step();
        }
        let (last, mean) = (self.weights(&self.now), self.weights(&self.sum));
        let of_last = self.goal.bound(self.frame, domain, &last);
        let of_mean = self.goal.bound(self.frame, domain, &mean);
        let better = of_mean.value < of_last.value;
        let (weights, bound) = if better { (mean, of_mean) } else { (last, of_last) };
        if self.steps >= 4 * STRETCH && (better || self.steps >= 16 * STRETCH) {
            if better {
                self.now = self.sum.clone();
            }
            let (way_x, way_rows) = self.now.way(&self.start);
            if way_x > 1e-9 && way_rows > 1e-9 {
                self.balance = (0.5 * (way_x / way_rows).ln() + 0.5 * self.balance.ln()).exp().clamp(0.5, 4.0);
            }
            self.begin_again();
        }
        (weights, bound)
    }

    /// How far each pair is made on the average.
    pub(crate) fn shares(&self) -> &[f64] {
        &self.sum.x
    }

    fn weights(&self, point: &Point) -> Weights {
        let whole = |value: &f64| rounded(*value * self.scale);
        let mut weights = Weights {
            pairs: point.pairs.iter().map(whole).collect(),
            homes: point.homes.iter().map(whole).collect(),
            placed: whole(&point.placed),
            together: whole(&point.together),
            unions: self.frame.unions.iter().map(|union| vec![0; union.pairs.len()]).collect(),
            without: self.frame.groups.iter().map(|units| vec![0; units.len()]).collect(),
        };
        if matches!(self.goal, Goal::Size) {
            return weights;
        }
        let unions = weights.unions.iter_mut().flatten().zip(&point.in_union);
        let groups = weights.without.iter_mut().flatten().zip(&point.in_without);
        unions.chain(groups).for_each(|(weight, value)| *weight = whole(value));
        weights
    }
}

#[expect(clippy::cast_precision_loss, reason = "weights of a search, checked afterwards in whole numbers")]
fn real(value: u64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "weights of a search, checked afterwards in whole numbers")]
fn signed(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "beyond the range the nearest whole number is taken")]
fn rounded(value: f64) -> i64 {
    (value * signed(SCALE)).round() as i64
}
