//! Rows of a roster that were not taken in, given back as a roster of their own: title and header as they stand in the
//! file, below them only these rows, and beside each what to do about it. Put right, it is imported like any other.

use std::collections::{BTreeMap, HashMap};

use crate::excel::ExcelFault;
use crate::marked::{Marking, mark};
use crate::roster::{CellError, Column};
use crate::workbook::{Cell, Content, Row, Sheet, Workbook};

/// A row that was not taken in.
pub struct LeftRow<'a> {
    /// The row that Excel shows in the file.
    pub number: u32,
    /// What its cells show, aligned with the roster's columns; what the file says once for several rows stands in each.
    pub texts: &'a [String],
}

/// Writes these rows, the faults of `marking` marked in their cells. `say` puts a code into the reader's words.
///
/// # Errors
/// [`ExcelFault`] when the sheet cannot be written.
pub fn left_out(
    book: &Workbook,
    marking: &Marking<'_>,
    columns: &[Column],
    rows: &[LeftRow<'_>],
    say: impl Fn(&'static str) -> String,
) -> Result<Vec<u8>, ExcelFault> {
    let Some(source) = book.sheets.iter().find(|sheet| sheet.name == marking.sheet) else {
        return mark(&Workbook::default(), marking, say);
    };
    let (sheet, places) = parted(source, marking, columns, rows);
    let moved = |error: &CellError| Some(CellError { row: *places.get(&error.row)?, ..error.clone() });
    let errors: Vec<CellError> = marking.errors.iter().filter_map(moved).collect();
    let marking = Marking { errors: &errors, ..*marking };
    mark(&Workbook { sheets: vec![sheet] }, &marking, say)
}

/// The header with these rows right below it, and where each of them stands now.
fn parted(
    source: &Sheet,
    marking: &Marking<'_>,
    columns: &[Column],
    rows: &[LeftRow<'_>],
) -> (Sheet, HashMap<u32, u32>) {
    // A file that was given back before has the column of advice already: it is written anew, not beside itself.
    let advice = columns.iter().find(|column| *column.header == *marking.advice_head);
    let is_old = |cell: &Cell| advice.is_some_and(|column| column.index == cell.column);
    let head = source.rows.iter().filter(|row| row.number <= marking.header_row);
    let mut all: Vec<Row> = head.cloned().collect();
    let mut places = HashMap::new();
    for (number, left) in (marking.header_row + 1..).zip(rows) {
        places.insert(left.number, number);
        all.push(Row { number, cells: filled(source, columns, left) });
    }
    for row in &mut all {
        row.cells.retain(|cell| !is_old(cell));
    }
    let merged = source.merged.iter().filter(|region| region.last_row <= marking.header_row);
    let sheet = Sheet { name: source.name.clone(), hidden: false, rows: all, merged: merged.copied().collect() };
    (sheet, places)
}

/// A row's cells as they are; where the file says `同上` or merges cells, what that stands for.
fn filled(source: &Sheet, columns: &[Column], left: &LeftRow<'_>) -> Vec<Cell> {
    let at = source.rows.binary_search_by_key(&left.number, |row| row.number).ok();
    let own = at.and_then(|at| source.rows.get(at)).map(|row| row.cells.as_slice()).unwrap_or_default();
    let mut cells: BTreeMap<u16, Cell> = own.iter().map(|cell| (cell.column, cell.clone())).collect();
    for (column, text) in columns.iter().zip(left.texts).filter(|(_, text)| !text.is_empty()) {
        let says = cells.get(&column.index).is_some_and(|cell| cell.content.text() == *text);
        if !says {
            let content = Content::Text(text.clone());
            cells.insert(column.index, Cell { column: column.index, content, is_formula: false });
        }
    }
    cells.into_values().collect()
}
