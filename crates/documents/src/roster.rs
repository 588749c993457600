//! Rosters: from a workbook to typed rows, each right or with every fault that the file alone can
//! show. What needs the register (is the child known, is she paired already) is left to the store.

mod child;
mod field;
mod header;
mod kind;
mod line;
mod pair;
mod reading;
mod school_class;
mod twin;
mod volunteer;

use std::sync::Arc;

use naheya_domain::time::Date;

pub use child::{ChildRow, GuardianEntry};
pub use field::Field;
pub use header::Column;
pub use kind::Kind;
pub use pair::PairRow;
pub use school_class::SchoolClass;
pub use volunteer::VolunteerRow;

use crate::file_fault::{FileFault, TooLarge};
use crate::workbook::{MOST_ROWS, Workbook};
use reading::Reading;
use twin::Twins;

/// A roster as it stands in a file.
#[derive(Clone, Debug)]
pub struct Roster<T> {
    /// The sheet it was found on.
    pub sheet: Arc<str>,
    /// Other sheets that hold rows under such a header and were not read; hidden ones are left out.
    pub other_sheets: Vec<String>,
    /// The row in which its header ends, as Excel numbers it.
    pub header_row: u32,
    /// Its columns from the left, also those not understood.
    pub columns: Vec<Column>,
    /// Its rows, in the order of the file.
    pub rows: Vec<RosterRow<T>>,
}

/// One row of a roster.
#[derive(Clone, Debug)]
pub struct RosterRow<T> {
    /// The number that Excel shows.
    pub number: u32,
    /// What its cells show, aligned with [`Roster::columns`]; `同上` and merged cells filled in.
    pub texts: Vec<String>,
    /// The row's meaning, or all that is wrong with it.
    pub value: Result<T, Vec<CellError>>,
}

/// One fault, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// The sheet.
    pub sheet: Arc<str>,
    /// The row that Excel shows.
    pub row: u32,
    /// The words above the column as in the file; the usual words when the file lacks the column.
    pub column: Arc<str>,
    /// The column's place from 0; `None` when the file lacks the column.
    pub index: Option<u16>,
    /// A code of the import result.
    pub code: &'static str,
}

/// Words that belong to a list but are not in it; no fault, shown to whoever imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Which field.
    pub field: Field,
    /// The words as written.
    pub text: String,
}

/// A row of one kind of roster.
pub trait RosterEntry: Sized {
    /// The roster's kind.
    const KIND: Kind;

    /// Reads one line; faults are noted in `reading`.
    #[doc(hidden)]
    fn read(reading: &mut Reading<'_>) -> Option<Self>;
}

impl<T: RosterEntry> Roster<T> {
    /// Finds and reads the roster of this kind. `today` decides ages and what lies in the future.
    ///
    /// # Errors
    /// [`FileFault::HeaderUnknown`], or [`FileFault::TooLarge`] above 50,000 rows.
    pub fn read(book: &Workbook, today: Date) -> Result<Self, FileFault> {
        let (sheet, header) = header::find(book, T::KIND)?;
        let name: Arc<str> = sheet.name.as_str().into();
        let mut twins = Twins::default();
        let mut rows = Vec::new();
        for line in line::lines(sheet, &header) {
            if rows.len() >= MOST_ROWS {
                return Err(FileFault::TooLarge(TooLarge::Rows));
            }
            let mut reading = Reading::new(&name, &header.columns, &line, today);
            let entry = T::read(&mut reading);
            if let Some(field) = reading.take_likeness().and_then(|likeness| twins.add(likeness)) {
                reading.fail(field, "duplicate.in_file");
            }
            rows.push(RosterRow { number: line.number, texts: reading.texts(), value: reading.finish(entry) });
        }
        let other_sheets = header::others(book, T::KIND, sheet);
        Ok(Self { sheet: name, other_sheets, header_row: header.last_row, columns: header.columns, rows })
    }

    /// How many rows have at least one fault.
    #[must_use]
    pub fn invalid(&self) -> usize {
        self.rows.iter().filter(|row| row.value.is_err()).count()
    }

    /// Every fault, from the top and from the left.
    pub fn errors(&self) -> impl Iterator<Item = &CellError> {
        self.rows.iter().filter_map(|row| row.value.as_ref().err()).flatten()
    }

    /// The good rows with their numbers.
    pub fn good(&self) -> impl Iterator<Item = (u32, &T)> {
        self.rows.iter().filter_map(|row| Some((row.number, row.value.as_ref().ok()?)))
    }

    /// The words above the column of `field`, for faults that only the register can show.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == Some(field))
    }

    /// A fault in this roster that the file alone could not show.
    #[must_use]
    pub fn error_at(&self, row: u32, field: Field, code: &'static str) -> CellError {
        let column = self.column(field);
        let header = column.map_or_else(|| reading::usual_words(field).into(), |column| Arc::clone(&column.header));
        CellError {
            sheet: Arc::clone(&self.sheet),
            row,
            column: header,
            index: column.map(|column| column.index),
            code,
        }
    }
}
