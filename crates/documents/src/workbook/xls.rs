//! `.xls`: records (BIFF) in a compound file. The records are walked once to check what a reader
//! would allocate for, then the stream alone is handed over in a compound file of our own.

use std::io::{Cursor, Read, Write};

use calamine::{Data, Dimensions, Reader, SheetVisible, Xls};
use cfb::CompoundFile;

use super::budget::{Budget, MOST_SHEETS, put_in_order};
use super::{Content, LARGEST_FILE, Region, Sheet, Workbook};
use crate::file_fault::{BOMB, FileFault, NOT_WORKBOOK, TOO_MUCH, Unreadable};

/// The reader lays each sheet out as a full rectangle.
const LARGEST_RECTANGLE: u64 = 4_000_000;
/// Formula texts can be fifty times longer than their records.
const MOST_FORMULA_BYTES: usize = 4 * 1024 * 1024;

pub(super) fn read(bytes: &[u8]) -> Result<Workbook, FileFault> {
    let stream = workbook_stream(bytes)?;
    Walk::new(&stream).check()?;
    let clean = compound_of(&stream).map_err(|_| NOT_WORKBOOK)?;
    let mut book: Xls<_> = Xls::new(Cursor::new(clean)).map_err(|_| NOT_WORKBOOK)?;
    let since_1904 = book.has_1904_epoch();
    let mut budget = Budget::new();
    let mut sheets = Vec::new();
    for tab in book.sheets_metadata().to_vec() {
        if tab.typ != calamine::SheetType::WorkSheet {
            continue;
        }
        let range = book.worksheet_range(&tab.name).map_err(|_| NOT_WORKBOOK)?;
        let formulas = book.worksheet_formula(&tab.name).map_err(|_| NOT_WORKBOOK)?;
        let regions = book.merge_cells_by_sheet_name(&tab.name).unwrap_or_default();
        let merged = regions.iter().filter_map(region).collect();
        let mut sheet =
            Sheet { name: tab.name, hidden: tab.visible != SheetVisible::Visible, rows: Vec::new(), merged };
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let (row, column) = (place(first_row, row)?, place(first_column, column)?);
            let is_formula = formulas.get_value((row, column)).is_some_and(|formula| !formula.is_empty());
            if let Some(content) = content_of(value, since_1904) {
                budget.put(&mut sheet, row, column, content, is_formula)?;
            }
        }
        put_in_order(&mut sheet);
        sheets.push(sheet);
    }
    Ok(Workbook { sheets })
}

fn place(first: u32, offset: usize) -> Result<u32, FileFault> {
    u32::try_from(offset).ok().and_then(|offset| first.checked_add(offset)).ok_or(NOT_WORKBOOK)
}

fn content_of(value: &Data, since_1904: bool) -> Option<Content> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Content::Text(text.clone()),
        #[expect(clippy::cast_precision_loss, reason = "a cell's number is a double in Excel too")]
        Data::Int(number) => Content::Number(*number as f64),
        Data::Float(number) => Content::Number(*number),
        Data::Bool(flag) => Content::Flag(*flag),
        Data::DateTime(at) if at.is_datetime() => Content::Date { serial: at.as_f64(), since_1904 },
        Data::DateTime(at) => Content::Number(at.as_f64()),
        Data::Error(_) => Content::Fault,
    })
}

pub(super) fn region(dimensions: &Dimensions) -> Option<Region> {
    Some(Region {
        first_row: dimensions.start.0.checked_add(1)?,
        last_row: dimensions.end.0.checked_add(1)?,
        first_column: u16::try_from(dimensions.start.1).ok()?,
        last_column: u16::try_from(dimensions.end.1).ok()?,
    })
}

fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, FileFault> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| NOT_WORKBOOK)?;
    let mut stream_path = None;
    for entry in file.walk() {
        let name = entry.name();
        let why = match name {
            "_VBA_PROJECT_CUR" | "_VBA_PROJECT" | "VBA" => Unreadable::Macros,
            "EncryptedPackage" | "EncryptionInfo" => Unreadable::Encrypted,
            "\u{1}Ole10Native" | "ObjectPool" => Unreadable::EmbeddedObjects,
            _ if entry.is_storage() && name.starts_with("MBD") => Unreadable::EmbeddedObjects,
            "Workbook" | "Book" if entry.is_stream() && stream_path.is_none() => {
                stream_path = Some(entry.path().to_owned());
                continue;
            }
            _ => continue,
        };
        return Err(FileFault::Unreadable(why));
    }
    let stream = file.open_stream(stream_path.ok_or(NOT_WORKBOOK)?).map_err(|_| NOT_WORKBOOK)?;
    let mut content = Vec::new();
    let limit = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX);
    stream.take(limit).read_to_end(&mut content).map_err(|_| NOT_WORKBOOK)?;
    Ok(content)
}

fn compound_of(stream: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file =
        CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::with_capacity(stream.len() * 2)))?;
    file.create_stream("/Workbook")?.write_all(stream)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// The records of a workbook stream, as a reader will meet them ([MS-XLS] 2.1.4).
struct Walk<'a> {
    stream: &'a [u8],
    formula_bytes: usize,
}

impl<'a> Walk<'a> {
    fn new(stream: &'a [u8]) -> Self {
        Self { stream, formula_bytes: 0 }
    }

    fn check(mut self) -> Result<(), FileFault> {
        let mut sheets = Vec::new();
        for (kind, data) in Records(self.stream) {
            match kind {
                0x002F => return Err(FileFault::Unreadable(Unreadable::Encrypted)),
                0x0085 => sheets.push(sheet_start(data)?),
                0x01AE if names_another_file(data) => return Err(FileFault::Unreadable(Unreadable::ExternalLinks)),
                0x00D3 => return Err(FileFault::Unreadable(Unreadable::Macros)),
                0x000A => break,
                _ => {}
            }
        }
        if sheets.len() > MOST_SHEETS {
            return Err(TOO_MUCH);
        }
        sheets.into_iter().try_for_each(|start| self.check_sheet(start))
    }

    fn check_sheet(&mut self, start: usize) -> Result<(), FileFault> {
        let mut rows = Ends::new();
        let mut columns = Ends::new();
        let mut depth = 0usize;
        for (kind, data) in Records(self.stream.get(start..).ok_or(NOT_WORKBOOK)?) {
            match kind {
                // A chart inside the sheet is a stream of its own between these two.
                0x0809 => depth += 1,
                0x000A if depth <= 1 => break,
                0x000A => depth -= 1,
                _ if depth > 1 => {}
                0x0200 => check_dimensions(data)?,
                0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 | 0x00BD => {
                    rows.add(u16_at(data, 0).ok_or(NOT_WORKBOOK)?);
                    columns.add(u16_at(data, 2).ok_or(NOT_WORKBOOK)?);
                    if kind == 0x00BD {
                        columns.add(u16_at(data, data.len().saturating_sub(2)).ok_or(NOT_WORKBOOK)?);
                    }
                    if kind == 0x0006 {
                        self.formula_bytes += data.len();
                    }
                }
                _ => {}
            }
        }
        if rows.length() * columns.length() > LARGEST_RECTANGLE || self.formula_bytes > MOST_FORMULA_BYTES {
            return Err(TOO_MUCH);
        }
        Ok(())
    }
}

/// Smallest and largest of the numbers added.
struct Ends(u16, u16);

impl Ends {
    fn new() -> Self {
        Self(u16::MAX, 0)
    }

    fn add(&mut self, number: u16) {
        self.0 = self.0.min(number);
        self.1 = self.1.max(number);
    }

    fn length(&self) -> u64 {
        u64::from(self.1.saturating_sub(self.0)) + 1
    }
}

struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = u16_at(self.0, 0)?;
        let length = usize::from(u16_at(self.0, 2)?);
        let data = self.0.get(4..4 + length)?;
        self.0 = self.0.get(4 + length..)?;
        Some((kind, data))
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// `BoundSheet8`: where the sheet begins, how it is shown, what it is (1: a sheet of old macros).
fn sheet_start(data: &[u8]) -> Result<usize, FileFault> {
    if data.get(5).is_some_and(|kind| *kind == 1) {
        return Err(FileFault::Unreadable(Unreadable::Macros));
    }
    let start = u32_at(data, 0).ok_or(NOT_WORKBOOK)?;
    usize::try_from(start).map_err(|_| NOT_WORKBOOK)
}

/// `SupBook`: 0x0401 is this workbook itself, 0x3A01 the program's own functions.
fn names_another_file(data: &[u8]) -> bool {
    u16_at(data, 2).is_some_and(|length| !matches!(length, 0x0401 | 0x3A01))
}

fn check_dimensions(data: &[u8]) -> Result<(), FileFault> {
    let (first, last, columns) = match data.len() {
        10 => (u16_at(data, 0).map(u32::from), u16_at(data, 2).map(u32::from), u16_at(data, 6)),
        14 | 16 => (u32_at(data, 0), u32_at(data, 4), u16_at(data, 10)),
        _ => return Err(NOT_WORKBOOK),
    };
    let (Some(first), Some(last), Some(columns)) = (first, last, columns) else { return Err(NOT_WORKBOOK) };
    if last == 0 || columns == 0 {
        return Ok(());
    }
    let rows = u64::from(last.checked_sub(first).ok_or(BOMB)?);
    if rows * u64::from(columns) > LARGEST_RECTANGLE { Err(TOO_MUCH) } else { Ok(()) }
}
