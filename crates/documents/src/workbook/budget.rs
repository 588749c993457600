//! How much a workbook may hold, counted while it is read.

use super::{Cell, Content, MOST_ROWS, Row, Sheet};
use crate::file_fault::{FileFault, TOO_MUCH, TooLarge};

/// Rows of titles, headers, totals and signatures beside the roster's own.
const OTHER_ROWS: usize = 1_000;
const MOST_COLUMNS: u32 = 256;
pub(super) const MOST_SHEETS: usize = 64;
const MOST_CELLS: usize = 4_000_000;
const MOST_TEXT: usize = 96 * 1024 * 1024;
/// Excel's own limit for one cell is 32,767 characters of at most four bytes.
const LONGEST_TEXT: usize = 4 * 32_767;

/// What is left over all sheets of one workbook.
pub(super) struct Budget {
    cells: usize,
    text: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { cells: MOST_CELLS, text: MOST_TEXT }
    }

    /// Adds a cell to a sheet that is filled from the top. `row` and `column` count from 0.
    pub(super) fn put(
        &mut self,
        sheet: &mut Sheet,
        row: u32,
        column: u32,
        content: Content,
        is_formula: bool,
    ) -> Result<(), FileFault> {
        if content.is_blank() {
            return Ok(());
        }
        self.spend(&content)?;
        let column =
            if column < MOST_COLUMNS { u16::try_from(column).map_err(|_| TOO_MUCH)? } else { return Err(TOO_MUCH) };
        let number = row.saturating_add(1);
        if sheet.rows.last().is_none_or(|last| last.number != number) {
            if sheet.rows.len() >= MOST_ROWS + OTHER_ROWS {
                return Err(FileFault::TooLarge(TooLarge::Rows));
            }
            sheet.rows.push(Row { number, cells: Vec::new() });
        }
        if let Some(last) = sheet.rows.last_mut() {
            last.cells.push(Cell { column, content, is_formula });
        }
        Ok(())
    }

    fn spend(&mut self, content: &Content) -> Result<(), FileFault> {
        let bytes = if let Content::Text(text) = content { text.len() } else { 0 };
        if bytes > LONGEST_TEXT {
            return Err(TOO_MUCH);
        }
        self.cells = self.cells.checked_sub(1).ok_or(TOO_MUCH)?;
        self.text = self.text.checked_sub(bytes).ok_or(TOO_MUCH)?;
        Ok(())
    }
}

/// Puts rows and cells in order when a file did not: the last cell written at a place is kept.
pub(super) fn put_in_order(sheet: &mut Sheet) {
    if !sheet.rows.is_sorted_by(|a, b| a.number < b.number) {
        sheet.rows.sort_by_key(|row| row.number);
        sheet.rows.dedup_by(|later, earlier| {
            let same = later.number == earlier.number;
            if same {
                earlier.cells.append(&mut later.cells);
            }
            same
        });
    }
    for row in &mut sheet.rows {
        if !row.cells.is_sorted_by(|a, b| a.column < b.column) {
            row.cells.reverse();
            row.cells.sort_by_key(|cell| cell.column);
            row.cells.dedup_by_key(|cell| cell.column);
        }
    }
}
