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
//! # Month after month
//!
//! Whoever holds the tables of several months knows more: a pair once begun stays begun, a child once supported stays
//! supported, and a pair that ended, or is not interethnic, stays so. So in each county pairs, interethnic pairs, children,
//! pairs without the active and pairs without the interethnic ones do not fall ([`protect_after`]). Of a month as much more
//! is withheld as keeps every "<5" of it, and of the months told before, as open as it can still be. What zeros and "<5"
//! of one county say of one another without any other number stays known: they are told by law. What is possible for a
//! hidden count by all that is told, and by bounds that are known beforehand, is its feasibility interval: *Handbook on
//! Statistical Disclosure Control* (<https://sdctools.github.io/HandbookSDC>), 4.2. Here months of one county are such
//! bounds for one another.
//!
//! # How
//!
//! Each "<5" is moved, one by one, up to 4 and down to 1, with other hidden counts giving way
//! ([`witness`]): such a table is a proof. Where there is none, more is withheld: a county's count
//! before a league's, small before large, ties by area code ([`choice`]). Withholding more never spoils
//! a proof, so one round over all small counts is enough.

mod board;
mod choice;
mod months;
mod scales;
mod web;
mod witness;

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::figure::{Figure, Shown};
use board::Board;
use web::Web;

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

    fn withhold(&mut self, place: usize, figure: Figure) {
        let at = Figure::ALL.iter().position(|other| *other == figure).unwrap_or_default();
        if let Some(shown) = self.rows.get_mut(place).and_then(|row| row.get_mut(at))
            && matches!(shown, Some(Shown::Exact(_)))
        {
            *shown = Some(Shown::Withheld);
        }
    }

    /// Withholds what must be because of the months before, for a reader who knows of what was said since what `knows` says.
    fn withhold_after(
        &mut self,
        before: &[Earlier<'_>],
        areas: &[Area<'_>],
        knows: impl Fn(u32, &[(Figure, i64)]) -> bool,
    ) {
        let mut web = Web::new(before, areas, self, knows);
        months::choose(&mut web);
        for (place, figure) in web.hidden() {
            self.withhold(place, figure);
        }
    }

    /// What is hidden, to be kept: a line for each area in which something is, with its code and a letter for each figure.
    #[must_use]
    pub fn to_text(&self, areas: &[Area<'_>]) -> String {
        let mut text = String::new();
        for (area, row) in areas.iter().zip(&self.rows) {
            let letters: String = row.iter().map(|shown| letter(*shown)).collect();
            if letters.contains([FEW_LETTER, WITHHELD_LETTER]) {
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{}:{letters}", area.code);
            }
        }
        text
    }

    /// The same read back, for the same areas.
    #[must_use]
    pub fn from_text(areas: &[Area<'_>], text: &str) -> Published {
        let lines: HashMap<u32, &str> = lines(text).collect();
        let row = |area: &Area<'_>| {
            let letters = lines.get(&area.code).copied().unwrap_or_default();
            let mut letters = letters.chars().chain(std::iter::repeat(' '));
            Figure::ALL.map(|figure| {
                let letter = letters.next().unwrap_or(' ');
                let (_, count) = area.counts.iter().find(|(one, _)| *one == figure)?;
                Some(match letter {
                    FEW_LETTER => Shown::Few,
                    WITHHELD_LETTER => Shown::Withheld,
                    _ => Shown::Exact(*count),
                })
            })
        };
        Published { rows: areas.iter().map(row).collect() }
    }
}

const FEW_LETTER: char = 'f';
const WITHHELD_LETTER: char = 'w';

fn letter(shown: Option<Shown>) -> char {
    match shown {
        Some(Shown::Few) => FEW_LETTER,
        Some(Shown::Withheld) => WITHHELD_LETTER,
        Some(Shown::Exact(_)) | None => '.',
    }
}

fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(code, letters)| Some((code.parse().ok()?, letters)))
}

/// The areas of a kept text of which a figure is hidden that [`lasts`].
pub fn hides(text: &str) -> impl Iterator<Item = u32> {
    let is_hidden = |letter| [FEW_LETTER, WITHHELD_LETTER].contains(&letter);
    let hides = move |letters: &str| {
        letters.chars().zip(Figure::ALL).any(|(letter, figure)| is_hidden(letter) && lasts(figure))
    };
    lines(text).filter(move |(_, letters)| hides(letters)).map(|(code, _)| code)
}

/// Whether one month's count of a figure says something of another month's.
#[must_use]
pub fn lasts(figure: Figure) -> bool {
    web::FIGURES.contains(&figure)
}

/// Whether a county's own new numbers of a month wait for the next one where no other month hides anything of it: one of
/// them is a small count of a figure that [`lasts`].
#[must_use]
pub fn waits(counts: &[(Figure, i64)]) -> bool {
    counts.iter().any(|(figure, count)| lasts(*figure) && Shown::of_people(*count) == Shown::Few)
}

/// A month that has been told.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Its areas and counts.
    pub areas: &'a [Area<'a>],
    /// What was told of them.
    pub told: &'a Published,
    /// What counties said of it by themselves after its totals were made, by code: known to some readers and not to others
    /// where it [`waits`] or any month hides something of the county, and known to all elsewhere.
    pub since: &'a [(u32, Vec<(Figure, i64)>)],
}

impl Earlier<'_> {
    /// The areas of which a figure that lasts is hidden.
    fn hides(&self) -> Vec<u32> {
        let hidden = |(place, area): (usize, &Area<'_>)| {
            let mut shown = web::FIGURES.into_iter().filter_map(|figure| self.told.get(place, figure));
            shown.any(|shown| !matches!(shown, Shown::Exact(_))).then_some(area.code)
        };
        self.areas.iter().enumerate().filter_map(hidden).collect()
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

/// What may be told of these areas to everybody who has kept what was told of the months before, the oldest first.
///
/// # Errors
/// As [`protect`].
pub fn protect_after(areas: &[Area<'_>], before: &[Earlier<'_>]) -> Result<Published, Unsound> {
    let mut published = protect(areas)?;
    if before.is_empty() {
        return Ok(published);
    }
    published.withhold_after(before, areas, |_, _| true);
    // Whoever does not know a number that waits is kept from finding a small count as well: to take it for known could make
    // one look lost already that this reader could still only guess.
    let hidden: HashSet<u32> = before.iter().flat_map(Earlier::hides).collect();
    let is_shown = |code: u32, counts: &[(Figure, i64)]| !hidden.contains(&code) && !waits(counts);
    if before.iter().flat_map(|month| month.since).any(|(code, counts)| !is_shown(*code, counts)) {
        published.withhold_after(before, areas, is_shown);
    }
    Ok(published)
}
