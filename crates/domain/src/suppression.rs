//! Which figures of a tree of areas may be told to the levels above a county (programme.md, "The
//! figures"): counts of people of 1 to 4 are told as "<5", and so many others are withheld that no
//! subtraction gives a small one back.
//!
//! This is complementary cell suppression: L. H. Cox, *Suppression Methodology and Statistical
//! Disclosure Control*, Journal of the American Statistical Association 75 (1980), and L. Willenborg,
//! T. de Waal, *Elements of Statistical Disclosure Control* (2001). Finding the fewest cells is hard in
//! general, so this looks for few, not for the fewest.
//!
//! # What is promised
//!
//! Whoever holds all that is published, of all levels and all figures at once, and knows this rule,
//! still finds for every "<5" each of 1, 2, 3 and 4 possible, in whole numbers. What they know is:
//!
//! * each number that is told, zeros too;
//! * "<5" is 1 to 4;
//! * a county that is withheld has at least 5; an area with others in it that is withheld says nothing;
//! * an area's count is the sum of those in it;
//! * in one area families ≤ volunteers, active pairs ≤ pairs, interethnic pairs ≤ pairs, and, because a
//!   child has at most one pair that goes on, active pairs ≤ children ([`LINKS`]);
//! * what one county tells the public by itself ([`Area::public`]): withholding it here would hide nothing.
//!
//! An area whose small count comes from one area alone is told as "<5" like that one. When it comes
//! from two or more, "<5" for all of them would tell too much (four counties with one each add up to
//! at most 4, so all are known): the sum is withheld then, and may be 5 or more for all that is told.
//!
//! # How
//!
//! Each "<5" is moved, one by one, up to 4 and down to 1, with other hidden counts giving way
//! ([`witness`]): such a table is a proof. Where there is none, more is withheld: a county's count
//! before a league's, small before large, ties by area code ([`choice`]). Withholding more never spoils
//! a proof, so one round over all small counts is enough.

mod board;
mod choice;
mod witness;

use crate::figure::{Figure, Shown};
use board::Board;

/// Figures of which the first is never more than the second in the same area.
pub const LINKS: [(Figure, Figure); 4] = [
    (Figure::Families, Figure::Volunteers),
    (Figure::PairsActive, Figure::Pairs),
    (Figure::PairsInterethnic, Figure::Pairs),
    (Figure::PairsActive, Figure::ChildrenSupported),
];

/// An area and what was counted in it.
#[derive(Clone, Copy, Debug)]
pub struct Area<'a> {
    /// Its administrative code; of equals the smaller is withheld first.
    pub code: u32,
    /// Where in the list the area stands that it lies in; none at the top.
    pub parent: Option<usize>,
    /// People's figures must be the sum over the areas that lie in it. A figure that is missing counts
    /// as zero in the sums and is not told.
    pub counts: &'a [(Figure, i64)],
    /// Whether it stands on a page of its own for everybody: then a count of 5 or more is known anyway,
    /// and another one is withheld in its place.
    pub public: bool,
}

/// Why counts cannot be protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// An area stands before the one it lies in.
    #[error("area {0} stands before the area it lies in")]
    Order(u32),
    /// Less than nobody.
    #[error("area {0} has a negative count of {key}", key = .1.key())]
    Negative(u32, Figure),
    /// The count is not the sum of those in it.
    #[error("area {0} is not the sum of its areas in {key}", key = .1.key())]
    Sum(u32, Figure),
    /// The figure is more than the one it is part of.
    #[error("area {0} has more {key} than there can be", key = .1.key())]
    Part(u32, Figure),
}

/// What is told of every area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    rows: Vec<[Option<Shown>; Figure::ALL.len()]>,
}

impl Published {
    /// What is told of the area at this place of the list; none when it was not counted.
    #[must_use]
    pub fn get(&self, place: usize, figure: Figure) -> Option<Shown> {
        let at = Figure::ALL.iter().position(|other| *other == figure)?;
        *self.rows.get(place)?.get(at)?
    }

    /// All that is told of the area at this place of the list, in the order in which it is shown.
    pub fn area(&self, place: usize) -> impl Iterator<Item = (Figure, Shown)> {
        let row = self.rows.get(place).into_iter().flatten();
        Figure::ALL.into_iter().zip(row).filter_map(|(figure, shown)| Some((figure, (*shown)?)))
    }
}

/// What may be told of these areas to everybody at once.
///
/// # Errors
/// When the areas are no tree with parents first, or the counts cannot be true.
pub fn protect(areas: &[Area<'_>]) -> Result<Published, Unsound> {
    let mut board = Board::new(areas)?;
    choice::choose(&mut board);
    let rows = areas.iter().enumerate().map(|(place, area)| {
        let told = |figure| area.counts.iter().find(|(f, _)| *f == figure).map(|(_, n)| board.told(place, figure, *n));
        Figure::ALL.map(told)
    });
    Ok(Published { rows: rows.collect() })
}
