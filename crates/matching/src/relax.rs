//! Weights for the rows of a [`Frame`], from the relaxation in which pairs may be made in part, solved by [`crate::simplex`].
//!
//! Rows of stability, combs and envy rows are added when they are missed. Nothing here need be right: weights are rounded to whole numbers, and what they
//! prove is worked out by [`Goal::bound`].
#![expect(clippy::indexing_slicing, reason = "units, homes and pairs are linked by numbers that the frame made")]

use std::collections::HashSet;
use std::rc::Rc;

use crate::frame::{Bound, Domain, Frame, Goal, NEVER, SCALE, State, Weights};
use crate::simplex::{Ended, Simplex};

mod envy;

/// Pivots between two looks at what the bound strikes out.
const STRETCH: usize = 250;
/// Pivots after which it is asked whether the bound closes the node: one look costs as much as one or two of them.
const PART: usize = 50;
/// Pivots to try a pair.
const PROBE: usize = 40;
/// Rows added at once, and how much each must be missed by.
const ROWS_ADDED: usize = 300;
/// Beyond so many added rows those that bind nothing are left out.
const ROWS_KEPT: usize = 900;
const MISSED: f64 = 1e-4;
/// A group is left out of a comb's shaft when its share is at least so great.
const LEFT_OUT: f64 = 0.3;
/// Costs are changed by about so much of a unit, so that few points are equally good.
const JITTER: f64 = 1e-5;

/// What a row of the relaxation is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Row {
    Unit(u32),
    Home(u32),
    Placed,
    Kept,
    Together,
    Group,
    Union(usize, usize),
    Without(usize, usize),
    Pair(u32),
    Comb(Vec<u32>),
    Envy(Vec<u32>),
}

/// What a look found.
pub(crate) struct Look {
    pub weights: Weights,
    pub bound: Bound,
    /// Nothing better is left to find as long as no rows are added.
    pub optimal: bool,
    /// All rows hold and nothing better is left to find: splitting must go on.
    pub settled: bool,
}

/// The relaxation of a domain and of what is narrower than it.
#[derive(Clone)]
pub(crate) struct Relaxation<'f> {
    frame: &'f Frame,
    goal: Goal,
    lp: Simplex,
    /// Shared, as what is large and changes seldom: at each node copies are made.
    rows: Rc<Vec<Row>>,
    /// By pair its column, [`NEVER`] where it was out already.
    column_of: Rc<Vec<u32>>,
    pairs: Rc<Vec<u32>>,
    /// How far each pair is made.
    shares: Vec<f64>,
    ended: Ended,
    fixed_rows: usize,
    stale: bool,
    /// Pivots were made already to try this: the bound is looked at before there are more.
    tried: bool,
}

impl<'f> Relaxation<'f> {
    pub(crate) fn new(frame: &'f Frame, goal: Goal, domain: &Domain) -> Self {
        let mut column_of = vec![NEVER; frame.pairs.len()];
        let pairs: Vec<u32> = (0..number(frame.pairs.len())).filter(|&p| domain.open(p as usize)).collect();
        let mut jitter = 0_u32;
        let mut cost = Vec::new();
        for (k, &p) in pairs.iter().enumerate() {
            column_of[p as usize] = number(k);
            jitter = jitter.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(jitter >> 8) / f64::from(1 << 24);
            cost.push(-signed(goal.of_pair(frame, p as usize)) - JITTER * noise);
        }
        let grouped = goal.grouped();
        if grouped {
            cost.extend(vec![-signed(goal.of_group()); frame.unions.len() + frame.groups.len()]);
        }
        let mut relaxation = Self {
            frame,
            goal,
            lp: Simplex::new(cost),
            rows: Rc::default(),
            column_of: Rc::new(column_of),
            pairs: Rc::new(pairs),
            shares: vec![0.0; frame.pairs.len()],
            ended: Ended::Unfinished,
            fixed_rows: 0,
            stale: true,
            tried: false,
        };
        relaxation.first_rows(grouped);
        relaxation.enter(domain);
        relaxation
    }

    fn first_rows(&mut self, grouped: bool) {
        let frame = self.frame;
        let most = (0.0, f64::INFINITY);
        let least = (f64::NEG_INFINITY, 0.0);
        for unit in 0..frame.units() {
            self.add(Row::Unit(unit), frame.of_unit(unit).map(|p| (p, 1.0)).collect(), Vec::new(), 1.0, most);
        }
        for home in 0..frame.homes() {
            let here = frame.of_home(home).iter().map(|&p| (p as usize, f64::from(frame.size(p as usize)))).collect();
            self.add(Row::Home(home), here, Vec::new(), f64::from(frame.places[home as usize]), most);
        }
        if self.goal.least_placed() > 0 {
            let all = (0..frame.pairs.len()).map(|p| (p, f64::from(frame.size(p)))).collect();
            self.add(Row::Placed, all, Vec::new(), f64::from(self.goal.least_placed()), least);
        }
        if self.goal.least_kept() > 0 {
            let had = (0..frame.pairs.len()).filter(|&p| frame.pairs[p].kept > 0);
            let had = had.map(|p| (p, f64::from(frame.pairs[p].kept))).collect();
            self.add(Row::Kept, had, Vec::new(), f64::from(self.goal.least_kept()), least);
        }
        if grouped {
            let (unions, groups) = (self.pairs.len(), self.pairs.len() + frame.unions.len());
            let alone = |k: usize| number(k);
            for (k, union) in frame.unions.iter().enumerate() {
                for (m, &p) in union.pairs.iter().enumerate() {
                    self.add(Row::Union(k, m), vec![(p as usize, -1.0)], vec![(alone(unions + k), 1.0)], 0.0, most);
                }
            }
            for (g, units) in frame.groups.iter().enumerate() {
                for (m, &unit) in units.iter().enumerate() {
                    let made = frame.of_unit(unit).map(|p| (p, 1.0)).collect();
                    self.add(Row::Without(g, m), made, vec![(alone(groups + g), 1.0)], 1.0, most);
                }
                let of = |k: &usize| frame.unions[*k].group as usize == g;
                let mut ways: Vec<(u32, f64)> =
                    (0..frame.unions.len()).filter(of).map(|k| (alone(unions + k), 1.0)).collect();
                ways.push((alone(groups + g), 1.0));
                self.add(Row::Group, Vec::new(), ways, 1.0, most);
            }
            if self.goal.least_together() > 0 {
                let all = (unions..groups + frame.groups.len()).map(|k| (alone(k), 1.0)).collect();
                self.add(Row::Together, Vec::new(), all, f64::from(self.goal.least_together()), least);
            }
        }
        self.fixed_rows = self.rows.len();
    }

    fn add(&mut self, row: Row, pairs: Vec<(usize, f64)>, others: Vec<(u32, f64)>, right: f64, slack: (f64, f64)) {
        let terms = pairs.into_iter().map(|(p, factor)| (self.column_of[p], factor));
        let terms = terms.filter(|&(column, _)| column != NEVER).chain(others);
        self.lp.add_row(terms, right, slack);
        Rc::make_mut(&mut self.rows).push(row);
        self.stale = true;
    }

    /// Takes over what is known at a node.
    pub(crate) fn enter(&mut self, domain: &Domain) {
        for (k, &p) in self.pairs.iter().enumerate() {
            let (lower, upper) = match domain.states[p as usize] {
                State::Open => (0.0, 1.0),
                State::Made => (1.0, 1.0),
                State::Out => (0.0, 0.0),
            };
            self.lp.bound(k, lower, upper);
        }
        for unit in 0..self.frame.units() {
            let free = if domain.certain[unit as usize] == NEVER { f64::INFINITY } else { 0.0 };
            self.lp.bound(self.lp.slack(unit as usize), 0.0, free);
        }
        if self.goal.grouped() {
            let unions = self.pairs.len();
            let truth = |yes: bool| f64::from(u8::from(yes));
            for (k, union) in self.frame.unions.iter().enumerate() {
                let whole = union.pairs.iter().all(|&p| domain.open(p as usize))
                    && domain.groups[union.group as usize] != State::Out;
                self.lp.bound(unions + k, 0.0, truth(whole));
            }
            for (g, units) in self.frame.groups.iter().enumerate() {
                let alone =
                    units.iter().all(|&unit| domain.certain[unit as usize] == NEVER) && domain.groups[g] != State::Out;
                self.lp.bound(unions + self.frame.unions.len() + g, 0.0, truth(alone));
            }
            let rows = (0..self.fixed_rows).filter(|&row| self.rows[row] == Row::Group);
            for (row, state) in rows.zip(&domain.groups) {
                let free = if *state == State::Made { 0.0 } else { f64::INFINITY };
                self.lp.bound(self.lp.slack(row), 0.0, free);
            }
        }
        self.stale = true;
        self.ended = Ended::Unfinished;
    }

    /// A stretch of pivots, and rows added that are missed; what is proved so far.
    pub(crate) fn run(&mut self, domain: &Domain, reached: i64) -> Look {
        if std::mem::take(&mut self.stale) {
            self.lp.refresh();
        }
        let (mut weights, mut bound) = self.pivot(domain, reached);
        if self.ended == Ended::Infeasible {
            for power in [1.0, 1e3, 1e6] {
                let further = self.weights(Some(power));
                let better = self.goal.bound(self.frame, domain, &further);
                if better.value < bound.value {
                    (weights, bound) = (further, better);
                }
                if bound.whole() <= reached {
                    break;
                }
            }
        }
        for (&p, &value) in self.pairs.iter().zip(self.lp.values()) {
            self.shares[p as usize] = value;
        }
        let mut settled = self.ended == Ended::Infeasible;
        if self.ended == Ended::Optimal && bound.whole() > reached {
            if self.rows.len() > self.fixed_rows + ROWS_KEPT {
                self.purge();
            }
            settled = !self.cut(domain);
        }
        Look { weights, bound, optimal: self.ended == Ended::Optimal, settled }
    }

    /// A stretch of pivots, or as many as it takes to prove that nothing is worth more than `reached`.
    fn pivot(&mut self, domain: &Domain, reached: i64) -> (Weights, Bound) {
        let mut left = STRETCH;
        let mut part = if std::mem::take(&mut self.tried) { 0 } else { PART };
        loop {
            self.ended = self.lp.run(std::mem::replace(&mut part, PART).min(left));
            left = left.saturating_sub(PART);
            let weights = self.weights(None);
            let bound = self.goal.bound(self.frame, domain, &weights);
            if self.ended != Ended::Unfinished || left == 0 || bound.whole() <= reached {
                return (weights, bound);
            }
        }
    }

    fn purge(&mut self) {
        let fixed = self.fixed_rows;
        let stays = self.lp.purge(&|row| row >= fixed);
        let mut stays = stays.into_iter();
        Rc::make_mut(&mut self.rows).retain(|_| stays.next().unwrap_or(true));
    }

    /// The relaxation of a narrower domain, without the columns that are out there.
    pub(crate) fn narrowed(&self, domain: &Domain) -> Self {
        let mut narrow = self.clone();
        narrow.purge();
        narrow.enter(domain);
        let out = |k: usize| self.pairs.get(k).is_some_and(|&p| domain.states[p as usize] == State::Out);
        let stays = narrow.lp.thin(&out);
        let pairs: Vec<u32> = self.pairs.iter().zip(&stays).filter(|&(_, &stays)| stays).map(|(&p, _)| p).collect();
        let mut column_of = vec![NEVER; self.column_of.len()];
        for (k, &p) in pairs.iter().enumerate() {
            column_of[p as usize] = number(k);
        }
        (narrow.pairs, narrow.column_of) = (Rc::new(pairs), Rc::new(column_of));
        narrow.shares.fill(0.0);
        narrow
    }

    /// The rows that hold with nothing to spare, of those added.
    pub(crate) fn binding(&self) -> Vec<Row> {
        let added = self.rows.iter().enumerate().skip(self.fixed_rows);
        added.filter(|&(row, _)| self.lp.binds(row)).map(|(_, row)| row.clone()).collect()
    }

    /// Adds the rows that bind in another relaxation and are not in this one.
    pub(crate) fn learn(&mut self, other: &Self) {
        let known: HashSet<&Row> = self.rows.iter().skip(self.fixed_rows).collect();
        let mut binding = other.binding();
        binding.retain(|row| !known.contains(row));
        self.add_rows(binding);
    }

    pub(crate) fn add_rows(&mut self, rows: Vec<Row>) {
        for row in rows {
            let times =
                |terms: Vec<(usize, u32)>| terms.into_iter().map(|(p, factor)| (p, f64::from(factor))).collect();
            let (terms, right) = match &row {
                Row::Pair(p) => (times(self.frame.row(*p as usize)), self.frame.need(*p as usize)),
                Row::Comb(teeth) => {
                    let (terms, right) = self.frame.comb(teeth).unwrap_or_default();
                    (times(terms), right)
                }
                Row::Envy(pairs) => (self.frame.envy(pairs).map(|(p, factor)| (p, f64::from(factor))).collect(), 0),
                _ => continue,
            };
            self.add(row, terms, Vec::new(), f64::from(right), (f64::NEG_INFINITY, 0.0));
        }
    }

    /// Adds the rows missed most; `false` when none is.
    fn cut(&mut self, domain: &Domain) -> bool {
        let mut missed: Vec<(f64, Row)> = Vec::new();
        for home in 0..self.frame.homes() {
            self.missed_combs(home, &mut missed);
        }
        for p in 0..self.frame.pairs.len() {
            let pair = self.frame.pairs[p];
            if pair.own >= domain.certain[pair.unit as usize] && domain.certain[pair.unit as usize] != NEVER - 1 {
                continue;
            }
            let need = f64::from(self.frame.need(p));
            let better = self.frame.of_unit(pair.unit).take_while(|&q| self.frame.pairs[q].own <= pair.own);
            let sum = need * better.map(|q| self.shares[q]).sum::<f64>();
            if sum >= need - MISSED {
                continue;
            }
            let mut sum = sum;
            for &q in self.frame.of_home(pair.home) {
                let q = q as usize;
                if q != p && self.frame.stays(q, p) {
                    sum += f64::from(self.frame.size(q)) * self.shares[q];
                }
            }
            if sum < need - MISSED {
                missed.push(((need - sum) / need, Row::Pair(number(p))));
            }
        }
        self.missed_envies(&mut missed);
        missed.sort_by(|a, b| b.0.total_cmp(&a.0));
        missed.truncate(ROWS_ADDED);
        let any = !missed.is_empty();
        self.add_rows(missed.into_iter().map(|(_, row)| row).collect());
        any
    }

    /// The comb of the home missed most, with as many of its groups left out of the shaft as is best, those with the greatest shares first.
    fn missed_combs(&self, home: u32, missed: &mut Vec<(f64, Row)>) {
        let frame = self.frame;
        let here = frame.of_home(home);
        let mut groups: Vec<u32> = here.iter().copied().filter(|&p| frame.size(p as usize) > 1).collect();
        groups.sort_by(|&a, &b| self.shares[b as usize].total_cmp(&self.shares[a as usize]));
        let mut found: Option<(f64, Vec<u32>)> = None;
        let mut teeth = frame.places[home as usize];
        for left in 0..=groups.len() {
            if let Some(&p) = left.checked_sub(1).and_then(|last| groups.get(last)) {
                if self.shares[p as usize] < LEFT_OUT || frame.size(p as usize) >= teeth {
                    break;
                }
                teeth -= frame.size(p as usize);
            }
            let (left, rest) = groups.split_at(left);
            let shaft = rest.iter().map(|&p| f64::from(frame.size(p as usize).min(teeth)) * self.shares[p as usize]);
            if teeth > 1 || !left.is_empty() {
                self.missed_comb(here, left, shaft.sum(), teeth as usize, &mut found);
            }
        }
        missed.extend(found.map(|(by, teeth)| (by, Row::Comb(teeth))));
    }

    /// The comb missed most by rank: the teeth are those who have least beside the home, or one again who has less with it.
    fn missed_comb(&self, here: &[u32], left: &[u32], groups: f64, places: usize, found: &mut Option<(f64, Vec<u32>)>) {
        let (frame, size) = (self.frame, f64::from(number(places)));
        let mut shaft = groups;
        let mut teeth: Vec<(f64, u32)> = Vec::new();
        let mut again = (f64::INFINITY, NEVER);
        for tie in here.chunk_by(|&a, &b| frame.pairs[a as usize].theirs == frame.pairs[b as usize].theirs) {
            for &p in tie.iter().filter(|&&p| frame.size(p as usize) == 1) {
                let pair = frame.pairs[p as usize];
                shaft += self.shares[p as usize];
                let beside = frame.of_unit(pair.unit).filter(|&q| q != p as usize && frame.pairs[q].own <= pair.own);
                let beside: f64 = beside.map(|q| self.shares[q]).sum();
                teeth.push((beside, p));
                if beside + self.shares[p as usize] < again.0 {
                    again = (beside + self.shares[p as usize], p);
                }
            }
            teeth.sort_by(|a, b| a.0.total_cmp(&b.0));
            teeth.truncate(places);
            let distinct = teeth.iter().filter(|&&(beside, _)| beside <= again.0).count();
            let repeated = if distinct < places { again.0 * f64::from(number(places - distinct)) } else { 0.0 };
            let sum = shaft + teeth[..distinct].iter().map(|&(beside, _)| beside).sum::<f64>() + repeated;
            let by = (size - sum) / size;
            if sum < size - MISSED && found.as_ref().is_none_or(|&(most, _)| by > most) {
                let mut all: Vec<u32> = teeth[..distinct].iter().map(|&(_, p)| p).collect();
                all.resize(places, again.1);
                all.extend(left);
                *found = Some((by, all));
            }
        }
    }

    /// What some pivots prove of a narrower domain.
    pub(crate) fn probe(&mut self, domain: &Domain) -> i128 {
        self.enter(domain);
        self.lp.refresh();
        self.ended = self.lp.run(PROBE);
        self.tried = true;
        if self.ended == Ended::Infeasible {
            return i128::MIN;
        }
        self.goal.bound(self.frame, domain, &self.weights(None)).value
    }

    /// How far each pair is made.
    pub(crate) fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// How far each group is together.
    pub(crate) fn together(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.frame.groups.len()];
        if self.goal.grouped() {
            let (unions, groups) = self.lp.values()[self.pairs.len()..].split_at(self.frame.unions.len());
            for (union, value) in self.frame.unions.iter().zip(unions) {
                shares[union.group as usize] += value;
            }
            shares.iter_mut().zip(groups).for_each(|(share, value)| *share += value);
        }
        shares
    }

    /// The pairs made when none is made in part: by unit its pair, [`NEVER`] where it has none.
    pub(crate) fn whole(&self) -> Option<Vec<u32>> {
        let near = |&share: &f64| !(1e-5..=1.0 - 1e-5).contains(&share);
        let whole = self.ended == Ended::Optimal && self.shares.iter().all(near);
        let made = |unit: u32| self.frame.of_unit(unit).find(|&p| self.shares[p] > 0.5).map_or(NEVER, number);
        whole.then(|| (0..self.frame.units()).map(made).collect())
    }

    /// The weights of the point at hand; further out on the ray of a contradiction.
    fn weights(&self, further: Option<f64>) -> Weights {
        let frame = self.frame;
        let mut weights = Weights {
            pairs: vec![0; frame.pairs.len()],
            homes: vec![0; frame.places.len()],
            placed: 0,
            kept: 0,
            together: 0,
            unions: frame.unions.iter().map(|union| vec![0; union.pairs.len()]).collect(),
            without: frame.groups.iter().map(|units| vec![0; units.len()]).collect(),
            combs: Vec::new(),
            envies: Vec::new(),
        };
        let mut prices = self.lp.prices();
        if let Some(power) = further {
            let (ray, slope) = self.lp.ray();
            let times = power / slope.max(1e-6);
            prices.iter_mut().zip(ray).for_each(|(price, along)| *price += times * along);
        }
        for (row, price) in self.rows.iter().zip(prices) {
            // Rows "at most" have prices below 0, rows "at least" above.
            let whole = match row {
                Row::Placed | Row::Kept | Row::Together | Row::Pair(_) | Row::Comb(_) | Row::Envy(_) => {
                    rounded(price.max(0.0))
                }
                _ => rounded((-price).max(0.0)),
            };
            match row {
                Row::Unit(_) | Row::Group => {}
                Row::Home(home) => weights.homes[*home as usize] = whole,
                Row::Placed => weights.placed = whole,
                Row::Kept => weights.kept = whole,
                Row::Together => weights.together = whole,
                Row::Union(k, m) => weights.unions[*k][*m] = whole,
                Row::Without(g, m) => weights.without[*g][*m] = whole,
                Row::Pair(p) => weights.pairs[*p as usize] = whole,
                Row::Comb(teeth) if whole > 0 => weights.combs.push((teeth.clone(), whole)),
                Row::Envy(pairs) if whole > 0 => weights.envies.push((pairs.clone(), whole)),
                Row::Comb(_) | Row::Envy(_) => {}
            }
        }
        weights
    }
}

fn number(k: usize) -> u32 {
    u32::try_from(k).unwrap_or(NEVER)
}

#[expect(clippy::cast_precision_loss, reason = "weights of a search, checked afterwards in whole numbers")]
fn signed(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "beyond the range the nearest whole number is taken")]
fn rounded(value: f64) -> i64 {
    (value * signed(SCALE)).round() as i64
}
