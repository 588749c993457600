//! Pairs that cannot be made together, and *envy rows*, which say so of many at once.

use super::{Frame, Variable};

impl Frame {
    /// Whether *q* would make room for *p* at their home, the other being as many children.
    pub(crate) fn yields(&self, q: usize, p: usize) -> bool {
        self.pairs[q].theirs > self.pairs[p].theirs && self.size(q) == self.size(p)
    }

    /// Whether two pairs cannot both be made: of one unit, of one home without the places, or because one unit would take the place of the other.
    pub(crate) fn exclude(&self, a: usize, b: usize) -> bool {
        let (one, two) = (self.pairs[a], self.pairs[b]);
        if one.unit == two.unit {
            return a != b;
        }
        if one.home == two.home {
            return self.size(a) + self.size(b) > self.places[one.home as usize];
        }
        self.envies(a, b) || self.envies(b, a)
    }

    /// Whether the unit of *a* would rather be where *b* is, and *b* would make room for it.
    fn envies(&self, a: usize, b: usize) -> bool {
        let (own, home) = (self.pairs[a].own, self.pairs[b].home);
        let mut better = self.of_unit(self.pairs[a].unit).take_while(|&p| self.pairs[p].own < own);
        better.find(|&p| self.pairs[p].home == home).is_some_and(|p| self.yields(b, p))
    }

    /// Whether these are the pairs of an envy row: one that names a unit and a rank, and others, no two of which can be made together, that would make
    /// room for the unit at homes that it ranks no lower.
    pub(crate) fn is_envy(&self, row: &[u32]) -> bool {
        let Some((&least, others)) = row.split_first() else { return false };
        let known = row.iter().all(|&p| (p as usize) < self.pairs.len());
        known
            && others.iter().enumerate().all(|(k, &q)| {
                let mut wanted = self.wanted(least as usize);
                let at = wanted.find(|&p| self.pairs[p].home == self.pairs[q as usize].home);
                at.is_some_and(|p| self.yields(q as usize, p))
                    && others[..k].iter().all(|&other| self.exclude(q as usize, other as usize))
            })
    }

    /// The terms of an envy row, which are at least 0 together.
    pub(crate) fn envy<'f>(&'f self, row: &'f [u32]) -> impl Iterator<Item = (usize, i32)> + 'f {
        let wanted = row.first().into_iter().flat_map(|&least| self.wanted(least as usize));
        wanted.map(|p| (p, 1)).chain(row.iter().skip(1).map(|&q| (q as usize, -1)))
    }

    /// The pairs of the unit that it ranks no lower.
    fn wanted(&self, least: usize) -> impl Iterator<Item = usize> + '_ {
        let Variable { unit, own, .. } = self.pairs[least];
        self.of_unit(unit).take_while(move |&p| self.pairs[p].own <= own)
    }
}
