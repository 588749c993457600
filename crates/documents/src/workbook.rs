//! Reading workbooks as people send them: `.xlsx`, `.xls` and `.csv`. Every cell keeps its place as
//! Excel shows it and its kind, because a number where text should stand may have lost digits.
//!
//! Nothing in a file is trusted: sizes are checked before a reader allocates by them, and whatever
//! a reader does not survive becomes [`FileFault::Unreadable`].

mod budget;
mod cell;
mod delimited;
mod xls;
mod xlsx;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use cell::{Cell, Content};

use crate::file_fault::{FileFault, NOT_WORKBOOK, TooLarge};

/// The largest file that is opened, in bytes.
pub const LARGEST_FILE: usize = 20 * 1024 * 1024;
/// The most rows that a roster may have.
pub const MOST_ROWS: usize = 50_000;

/// A file's sheets in the order of their tabs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workbook {
    /// At least one sheet.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The name on its tab; empty for text files.
    pub name: String,
    /// Whether Excel hides it.
    pub hidden: bool,
    /// Rows that hold anything, from the top.
    pub rows: Vec<Row>,
    /// Cells shown as one.
    pub merged: Vec<Region>,
}

/// One row that holds at least one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The number that Excel shows, from 1.
    pub number: u32,
    /// Its cells from the left; blank ones are left out.
    pub cells: Vec<Cell>,
}

/// A rectangle of cells shown as one, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// First row, from 1.
    pub first_row: u32,
    /// Last row, from 1.
    pub last_row: u32,
    /// First column, from 0.
    pub first_column: u16,
    /// Last column, from 0.
    pub last_column: u16,
}

impl Row {
    /// The cell in this column (from 0).
    #[must_use]
    pub fn cell(&self, column: u16) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        self.cells.get(at)
    }
}

impl Region {
    fn holds(&self, row: u32, column: u16) -> bool {
        (self.first_row..=self.last_row).contains(&row) && (self.first_column..=self.last_column).contains(&column)
    }
}

impl Sheet {
    /// Puts `text` into a cell, as somebody would who types over it; cells shown as one stay one. A row that holds nothing
    /// is left as it is.
    pub fn type_over(&mut self, row: u32, column: u16, text: &str) {
        let region = self.merged.iter().find(|region| region.holds(row, column));
        let (row, column) = region.map_or((row, column), |region| (region.first_row, region.first_column));
        let Ok(at) = self.rows.binary_search_by_key(&row, |row| row.number) else { return };
        let Some(row) = self.rows.get_mut(at) else { return };
        let typed = Cell { column, content: Content::Text(text.to_owned()), is_formula: false };
        let empty = typed.content.is_blank();
        match row.cells.binary_search_by_key(&column, |cell| cell.column) {
            Ok(at) if empty => drop(row.cells.remove(at)),
            Ok(at) => row.cells.splice(at..=at, [typed]).for_each(drop),
            Err(_) if empty => {}
            Err(at) => row.cells.insert(at, typed),
        }
    }
}

impl Workbook {
    /// Opens a file by what it holds; the name only tells whether plain text may be meant.
    ///
    /// # Errors
    /// [`FileFault::Unreadable`] or [`FileFault::TooLarge`].
    pub fn read(bytes: &[u8], file_name: &str) -> Result<Self, FileFault> {
        if bytes.len() > LARGEST_FILE {
            return Err(FileFault::TooLarge(TooLarge::Bytes));
        }
        let read = catch_unwind(AssertUnwindSafe(|| Self::open(bytes, file_name)));
        let book = read.unwrap_or(Err(NOT_WORKBOOK))?;
        if book.sheets.is_empty() { Err(NOT_WORKBOOK) } else { Ok(book) }
    }

    fn open(bytes: &[u8], file_name: &str) -> Result<Self, FileFault> {
        if bytes.starts_with(b"PK") {
            return xlsx::read(bytes);
        }
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            return xls::read(bytes);
        }
        let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("csv" | "txt" | "tsv") => delimited::read(bytes),
            _ => Err(NOT_WORKBOOK),
        }
    }
}
