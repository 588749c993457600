//! The table as an outsider sees it: which counts are hidden, and which sums are known of them.
//!
//! Zeros are told and take no part. An area with a count in one area alone has the same count: the two
//! are one cell. So every cell is a county (an area with none in it) or a sum of two or more that are
//! not zero. Hidden counties under the same lowest published sum are a group: their sum is known, by
//! subtraction, and nothing else is. A hidden sum is no more than the counties in it.
#![expect(clippy::indexing_slicing, reason = "places are numbered here, and every array is built to their range")]

use super::{Area, LINKS, Unsound};
use crate::figure::{FEW, Figure, Shown};

/// How many figures count people.
pub(super) const PEOPLE: usize = 6;
/// Stands for "without bound" where small counts move.
const ENOUGH: i64 = 1 << 40;
/// Nothing above: no sum is known.
pub(super) const NONE: u32 = u32::MAX;

/// A cell: the place of a county or of a sum, and the figure's column.
pub(super) type Cell = (u32, usize);

/// What a place is in one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Zero,
    /// A county.
    Own,
    /// The same as the one area in it.
    Same(u32),
    /// Of two or more.
    Sum,
}

/// By how many people hidden counts can fall and rise while everything else in their areas stays true.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    pub(super) fall: i64,
    pub(super) rise: i64,
}

impl Room {
    fn and(self, other: Room) -> Room {
        Room { fall: self.fall + other.fall, rise: self.rise + other.rise }
    }

    /// Whether without one county's own room there is this much.
    pub(super) fn suffices(self, own: Room, need: Room) -> bool {
        self.fall - own.fall >= need.fall && self.rise - own.rise >= need.rise
    }
}

/// Counties and sums whose lowest published sum is the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// Hidden counties with 5 or more.
    pub(super) withheld: Vec<u32>,
    /// Hidden counties with 1 to 4.
    pub(super) few: Vec<u32>,
    /// Counties that are told and could be withheld.
    pub(super) told: Vec<u32>,
    /// Sums that are told and could be withheld.
    pub(super) sums: Vec<u32>,
    /// Of all hidden counties together.
    pub(super) room: Room,
    /// The same if parts gave way to wholes and wholes to parts: there is never more.
    pub(super) most: Room,
}

/// The table.
pub(super) struct Board {
    code: Vec<u32>,
    /// Told to everybody elsewhere.
    public: Vec<bool>,
    /// The areas that lie in a place: a range of `inner`.
    within: Within,
    inner: Vec<u32>,
    count: Vec<[i64; PEOPLE]>,
    links: [(usize, usize); LINKS.len()],
    kind: Vec<[Kind; PEOPLE]>,
    hidden: Vec<[bool; PEOPLE]>,
    /// The next sum above.
    above: Vec<[u32; PEOPLE]>,
    weight: Vec<[u64; PEOPLE]>,
    group: Vec<[Option<Box<Group>>; PEOPLE]>,
}

/// The column of a figure that counts people: its place among [`Figure::ALL`], in which hours come last.
pub(super) fn column(figure: Figure) -> Option<usize> {
    figure.is_people().then_some(figure as usize)
}

/// [`LINKS`] in columns: part and whole.
pub(super) fn links() -> [(usize, usize); LINKS.len()] {
    LINKS.map(|(part, whole)| (column(part).unwrap_or(PEOPLE), column(whole).unwrap_or(PEOPLE)))
}

impl Board {
    /// Reads the areas and hides what must be hidden in any case.
    pub(super) fn new(areas: &[Area<'_>]) -> Result<Board, Unsound> {
        let count = counts(areas)?;
        let (within, inner) = children(areas)?;
        let places = areas.len();
        let mut board = Board {
            code: areas.iter().map(|area| area.code).collect(),
            public: areas.iter().map(|area| area.public).collect(),
            within,
            inner,
            count,
            links: links(),
            kind: vec![[Kind::Zero; PEOPLE]; places],
            hidden: vec![[false; PEOPLE]; places],
            above: vec![[NONE; PEOPLE]; places],
            weight: vec![[0; PEOPLE]; places],
            group: std::iter::repeat_with(Default::default).take(places).collect(),
        };
        board.check_sums(areas)?;
        board.sort_out(areas);
        Ok(board)
    }

    fn check_sums(&self, areas: &[Area<'_>]) -> Result<(), Unsound> {
        for (place, area) in areas.iter().enumerate() {
            let within = self.within(place);
            for (f, figure) in Figure::ALL.iter().enumerate().take(PEOPLE) {
                let sum: i64 = within.iter().map(|child| self.count[*child as usize][f]).sum();
                if !within.is_empty() && sum != self.count[place][f] {
                    return Err(Unsound::Sum(area.code, *figure));
                }
            }
            for (part, whole) in self.links {
                // Of a child on paper two pairs may overlap, so that this one link can fail.
                let is_sure = Figure::ALL[whole] != Figure::ChildrenSupported;
                if is_sure && !self.binds(u32::try_from(place).unwrap_or(NONE), part, whole) {
                    return Err(Unsound::Part(area.code, Figure::ALL[part]));
                }
            }
        }
        Ok(())
    }

    /// Kinds and weights from below, sums above from above.
    fn sort_out(&mut self, areas: &[Area<'_>]) {
        let mut height = vec![0_u32; areas.len()];
        for place in (0..areas.len()).rev() {
            if let Some(parent) = areas[place].parent {
                height[parent] = height[parent].max(height[place] + 1);
            }
            for f in 0..PEOPLE {
                self.kind[place][f] = self.kind_of(place, f);
                // A level's total is worth four of the level below: two leagues before a region.
                let own = 4_u64.pow(height[place].min(20));
                let (cell, _) = self.cell(place, f);
                self.weight[cell as usize][f] += own;
                let small = (1..FEW).contains(&self.count[place][f]);
                self.hidden[place][f] = small && matches!(self.kind[place][f], Kind::Own | Kind::Sum);
            }
        }
        for (place, area) in areas.iter().enumerate() {
            let Some(parent) = area.parent else { continue };
            for f in 0..PEOPLE {
                let is_sum = self.kind[parent][f] == Kind::Sum;
                self.above[place][f] = u32::try_from(parent).ok().filter(|_| is_sum).unwrap_or(self.above[parent][f]);
            }
        }
    }

    fn kind_of(&self, place: usize, f: usize) -> Kind {
        if self.count[place][f] == 0 {
            return Kind::Zero;
        }
        let mut some = self.within(place).iter().filter(|child| self.count[**child as usize][f] > 0);
        match (some.next(), some.next()) {
            (None, _) => Kind::Own,
            (Some(only), None) => Kind::Same(*only),
            _ => Kind::Sum,
        }
    }

    fn within(&self, place: usize) -> &[u32] {
        let (from, to) = self.within[place];
        &self.inner[from as usize..to as usize]
    }

    /// The cell that a place's count is.
    fn cell(&self, place: usize, f: usize) -> Cell {
        let mut place = place;
        while let Kind::Same(only) = self.kind[place][f] {
            place = only as usize;
        }
        (u32::try_from(place).unwrap_or(NONE), f)
    }

    /// How a count is told.
    pub(super) fn told(&self, place: usize, figure: Figure, count: i64) -> Shown {
        let Some(f) = column(figure) else { return Shown::Exact(count) };
        let cell = self.cell(place, f);
        match (self.is_hidden(cell), self.kind[cell.0 as usize][f]) {
            (false, _) => Shown::Exact(count),
            (true, Kind::Own) if count < FEW => Shown::Few,
            (true, _) => Shown::Withheld,
        }
    }

    /// The counties with 1 to 4 in a figure, by code.
    pub(super) fn few(&self, f: usize) -> Vec<Cell> {
        let cells = (0..u32::try_from(self.count.len()).unwrap_or(NONE)).map(|place| (place, f));
        let mut few: Vec<Cell> = cells.filter(|cell| self.is_few(*cell)).collect();
        few.sort_unstable_by_key(|(place, _)| (self.code[*place as usize], *place));
        few
    }

    fn is_own(&self, (place, f): Cell) -> bool {
        self.kind[place as usize][f] == Kind::Own
    }

    pub(super) fn count(&self, (place, f): Cell) -> i64 {
        self.count[place as usize][f]
    }

    pub(super) fn counts(&self) -> &[[i64; PEOPLE]] {
        &self.count
    }

    pub(super) fn is_hidden(&self, (place, f): Cell) -> bool {
        self.hidden[place as usize][f]
    }

    /// Whether this is a county's count of 1 to 4.
    pub(super) fn is_few(&self, cell: Cell) -> bool {
        self.is_own(cell) && self.count(cell) < FEW
    }

    /// Whether in this place the part is no more than the whole. Where it is, it cannot become more.
    pub(super) fn binds(&self, place: u32, part: usize, whole: usize) -> bool {
        self.count[place as usize][part] <= self.count[place as usize][whole]
    }

    /// Whether this is a county's count that is told now and could be withheld.
    pub(super) fn could_hide(&self, cell: Cell) -> bool {
        self.is_own(cell) && !self.is_hidden(cell) && !self.public[cell.0 as usize]
    }

    /// Whether this is a sum that is told now and could be withheld.
    pub(super) fn could_hide_sum(&self, cell: Cell) -> bool {
        self.kind[cell.0 as usize][cell.1] == Kind::Sum && !self.is_hidden(cell)
    }

    /// In which order cells are withheld: lower levels first, then small counts, then by code.
    pub(super) fn price(&self, (place, f): Cell) -> (u64, i64, u32, u32, usize) {
        let at = place as usize;
        (self.weight[at][f], self.count[at][f], self.code[at], place, f)
    }

    /// The published sum that a cell is hidden under; [`NONE`] when no sum above it is known.
    pub(super) fn under(&self, (place, f): Cell) -> u32 {
        let mut sum = self.above[place as usize][f];
        while sum != NONE && self.hidden[sum as usize][f] {
            sum = self.above[sum as usize][f];
        }
        sum
    }

    /// Withholds a cell, or tells it again.
    pub(super) fn hide(&mut self, cell: Cell, hidden: bool) {
        let (place, f) = cell;
        self.hidden[place as usize][f] = hidden;
        self.group[place as usize][f] = None;
        let sum = self.under(cell);
        if sum != NONE {
            self.group[sum as usize][f] = None;
        }
    }

    /// The group under a published sum.
    pub(super) fn group(&mut self, sum: u32, f: usize) -> &Group {
        if self.group[sum as usize][f].is_none() {
            self.group[sum as usize][f] = Some(Box::new(self.gather(sum, f)));
        }
        self.group[sum as usize][f].get_or_insert_default()
    }

    /// The room of one hidden county by itself, and the most it could have.
    pub(super) fn room(&self, (place, f): Cell) -> (Room, Room) {
        let row = self.count[place as usize];
        let (mut from, mut to) = if row[f] < FEW { (1, FEW - 1) } else { (FEW, ENOUGH) };
        let most = Room { fall: row[f] - from, rise: to - row[f] };
        for (part, whole) in self.links.into_iter().filter(|(part, whole)| self.binds(place, *part, *whole)) {
            if whole == f {
                from = from.max(row[part]);
            } else if part == f {
                to = to.min(row[whole]);
            }
        }
        (Room { fall: row[f] - from, rise: to - row[f] }, most)
    }

    fn gather(&self, sum: u32, f: usize) -> Group {
        let mut group = Group::default();
        let mut open = vec![sum];
        while let Some(place) = open.pop() {
            for child in self.within(place as usize) {
                let child = self.cell(*child as usize, f);
                match (self.kind[child.0 as usize][f], self.is_hidden(child)) {
                    (Kind::Zero | Kind::Same(_), _) => {}
                    (Kind::Own, true) if self.count(child) < FEW => group.few.push(child.0),
                    (Kind::Own, true) => group.withheld.push(child.0),
                    (Kind::Own, false) if self.public[child.0 as usize] => {}
                    (Kind::Own, false) => group.told.push(child.0),
                    (Kind::Sum, true) => open.push(child.0),
                    (Kind::Sum, false) => group.sums.push(child.0),
                }
            }
        }
        for county in group.withheld.iter().chain(&group.few) {
            let (room, most) = self.room((*county, f));
            group.room = group.room.and(room);
            group.most = group.most.and(most);
        }
        group
    }
}

fn counts(areas: &[Area<'_>]) -> Result<Vec<[i64; PEOPLE]>, Unsound> {
    let mut count = vec![[0; PEOPLE]; areas.len()];
    for (area, row) in areas.iter().zip(&mut count) {
        for (figure, n) in area.counts {
            let Some(f) = column(*figure) else { continue };
            if *n < 0 {
                return Err(Unsound::Negative(area.code, *figure));
            }
            row[f] = *n;
        }
    }
    Ok(count)
}

/// For each place where in the list the areas stand that lie in it.
type Within = Vec<(u32, u32)>;

/// The areas in each area, by code.
fn children(areas: &[Area<'_>]) -> Result<(Within, Vec<u32>), Unsound> {
    let mut order = Vec::new();
    for (place, area) in areas.iter().enumerate() {
        let Some(parent) = area.parent else { continue };
        if parent >= place {
            return Err(Unsound::Order(area.code));
        }
        order.push((parent, area.code, u32::try_from(place).unwrap_or(NONE)));
    }
    order.sort_unstable();
    let mut within = vec![(0, 0); areas.len()];
    for (at, (parent, ..)) in (0_u32..).zip(&order) {
        let (from, to) = &mut within[*parent];
        if *to == 0 {
            *from = at;
        }
        *to = at + 1;
    }
    Ok((within, order.into_iter().map(|(.., place)| place).collect()))
}
