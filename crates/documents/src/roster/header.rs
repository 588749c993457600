//! Finding the roster in a workbook: its sheet, its header of one or two rows, its columns.

use std::sync::Arc;

use naheya_domain::typing::compact;

use super::field::{Field, meaning, plain};
use super::kind::{Kind, Words, score};
use crate::file_fault::FileFault;
use crate::workbook::{Content, Region, Row, Sheet, Workbook};

/// Titles, units and dates stand above the header, but not more than this.
const ROWS_SEARCHED: usize = 60;
const LONGEST_GROUP: usize = 16;

/// One column of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its place, from 0.
    pub index: u16,
    /// The words above it, as in the file; group and field with a blank between.
    pub header: Arc<str>,
    /// What it holds, when that was understood.
    pub field: Option<Field>,
}

/// The header found on a sheet.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub columns: Vec<Column>,
    /// The row in which the header ends, as Excel numbers it.
    pub last_row: u32,
}

impl Header {
    fn score(&self) -> usize {
        let fields: Vec<_> = self.columns.iter().map(|column| column.field).collect();
        score(&fields)
    }
}

/// The sheet whose header says most; of equals the one with most rows, then the first. Hidden
/// sheets are looked at only when no other has a header.
pub(super) fn find(book: &Workbook, kind: Kind) -> Result<(&Sheet, Header), FileFault> {
    for hidden in [false, true] {
        let sheets = book.sheets.iter().filter(|sheet| sheet.hidden == hidden);
        let found = sheets.filter_map(|sheet| Some((sheet, on_sheet(sheet, kind)?)));
        let best = found.rev().max_by_key(|(sheet, header)| (header.score(), sheet.rows.len()));
        if let Some(best) = best {
            return Ok(best);
        }
    }
    Err(FileFault::HeaderUnknown)
}

/// The tabs of shown sheets beside `read` whose header is one of this kind and heads at least one row.
pub(super) fn others(book: &Workbook, kind: Kind, read: &Sheet) -> Vec<String> {
    let others = book.sheets.iter().filter(|sheet| !sheet.hidden && !std::ptr::eq(*sheet, read));
    let has_rows = |sheet: &&Sheet| {
        on_sheet(sheet, kind).is_some_and(|header| super::line::lines(sheet, &header).next().is_some())
    };
    others.filter(has_rows).map(|sheet| sheet.name.clone()).collect()
}

fn on_sheet(sheet: &Sheet, kind: Kind) -> Option<Header> {
    let rows = sheet.rows.get(..sheet.rows.len().min(ROWS_SEARCHED))?;
    rows.iter().enumerate().find_map(|(at, row)| {
        let next = sheet.rows.get(at + 1).filter(|next| next.number == row.number + 1);
        choose(sheet, kind, row, next)
    })
}

fn choose(sheet: &Sheet, kind: Kind, row: &Row, next: Option<&Row>) -> Option<Header> {
    let single = one_row(kind, row);
    let double = next.and_then(|next| two_rows(sheet, kind, row, next));
    let below = next.and_then(|next| one_row(kind, next));
    let points = |header: &Option<Header>| header.as_ref().map_or(0, Header::score);
    let double_says_more =
        points(&double) > points(&single) || (next.is_some_and(is_all_words) && points(&double) == points(&single));
    if points(&double) > points(&below) && double_says_more { double } else { single }
}

fn one_row(kind: Kind, row: &Row) -> Option<Header> {
    if tells_of_a_person(row) {
        return None;
    }
    let labels = row.cells.iter().map(|cell| (cell.column, Words { group: String::new(), label: cell.content.text() }));
    header_of(kind, labels.collect(), row.number)
}

/// Numbers, dates and telephones stand below a header, not in it.
fn tells_of_a_person(row: &Row) -> bool {
    row.cells.iter().any(|cell| match &cell.content {
        Content::Text(text) => text.chars().filter(char::is_ascii_digit).count() > 8,
        _ => true,
    })
}

/// Whether every cell of the row is a header's word; a row of people never is.
fn is_all_words(row: &Row) -> bool {
    row.cells.iter().all(|cell| meaning(&cell.content.text()).is_some())
}

fn two_rows(sheet: &Sheet, kind: Kind, upper: &Row, lower: &Row) -> Option<Header> {
    if tells_of_a_person(upper) || tells_of_a_person(lower) {
        return None;
    }
    let groups = groups_of(sheet, upper, lower);
    let mut labels: Vec<(u16, Words)> = Vec::new();
    for cell in &lower.cells {
        let group =
            groups.iter().find(|group| group.covers(cell.column)).map_or(String::new(), |group| group.text.clone());
        labels.push((cell.column, Words { group, label: cell.content.text() }));
    }
    for cell in upper.cells.iter().filter(|cell| lower.cell(cell.column).is_none()) {
        labels.push((cell.column, Words { group: String::new(), label: cell.content.text() }));
    }
    labels.sort_by_key(|(column, _)| *column);
    header_of(kind, labels, lower.number)
}

struct Group {
    text: String,
    first: u16,
    last: u16,
}

impl Group {
    fn covers(&self, column: u16) -> bool {
        (self.first..=self.last).contains(&column)
    }
}

/// Cells of the upper row that head cells of the lower one: as far as they are merged, or else to
/// the next cell of the upper row.
fn groups_of(sheet: &Sheet, upper: &Row, lower: &Row) -> Vec<Group> {
    let width = lower.cells.len().max(upper.cells.len());
    let mut groups = Vec::new();
    for (at, cell) in upper.cells.iter().enumerate() {
        let text = cell.content.text();
        let merged = region_at(sheet, upper.number, cell.column);
        let last = match (merged, upper.cells.get(at + 1)) {
            (Some(region), _) => region.last_column,
            (None, Some(next)) => next.column.saturating_sub(1),
            (None, None) => u16::MAX,
        };
        let is_title = upper.cells.len() == 1 && (merged.is_none() || usize::from(last - cell.column) + 2 >= width);
        let heads = lower.cell(cell.column).is_some();
        if heads && !is_title && is_group(&text) {
            groups.push(Group { text, first: cell.column, last });
        }
    }
    groups
}

fn is_group(text: &str) -> bool {
    let text = compact(text);
    text.chars().count() <= LONGEST_GROUP && !text.contains(':') && !text.chars().any(|c| c.is_ascii_digit())
}

fn region_at(sheet: &Sheet, row: u32, column: u16) -> Option<&Region> {
    sheet.merged.iter().find(|region| region.first_row == row && region.first_column == column)
}

fn header_of(kind: Kind, labels: Vec<(u16, Words)>, last_row: u32) -> Option<Header> {
    let (indexes, words): (Vec<u16>, Vec<Words>) = labels.into_iter().unzip();
    let fields = kind.fields(&words);
    if !kind.is_header(&words, &fields) {
        return None;
    }
    let columns = indexes
        .into_iter()
        .zip(words)
        .zip(fields)
        .map(|((index, words), field)| Column { index, header: shown(&words), field })
        .collect();
    Some(Header { columns, last_row })
}

fn shown(words: &Words) -> Arc<str> {
    let label = words.label.trim();
    if plain(&words.group).is_empty() { label.into() } else { format!("{} {label}", words.group.trim()).into() }
}
