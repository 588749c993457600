//! Tables out, as `.xlsx`. Rows are written as they come and not kept in memory.

use naheya_domain::time::Date;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook as Writer, Worksheet, XlsxError};

mod form;

pub use form::Form;

const LONGEST_CELL: usize = 32_767;
const LONGEST_SHEET_NAME: usize = 31;
const MINUTES_A_DAY: f64 = 1_440.0;
const FEN_A_YUAN: f64 = 100.0;

/// The workbook could not be written: more rows or columns than Excel holds.
#[derive(Debug, thiserror::Error)]
#[error("the table does not fit into a workbook")]
pub struct ExcelFault(#[from] XlsxError);

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Blank,
    /// Text; stays text whatever it begins with.
    Text(String),
    /// A count.
    Whole(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// A day.
    Date(Date),
    /// Minutes, shown as hours and minutes (`27:30`).
    Minutes(i64),
    /// Money in fen, shown in yuan.
    Fen(i64),
}

/// The head of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The words of the header.
    pub text: String,
    /// Width in characters of half width.
    pub width: f64,
}

impl Head {
    /// A column that is `width` half-width characters wide.
    pub fn new(text: impl Into<String>, width: f64) -> Self {
        Self { text: text.into(), width }
    }
}

/// A workbook while it is written.
pub struct Excel {
    writer: Writer,
    formats: Formats,
    /// Who took it out and when; below the rows and on top of every printed page.
    stamp: Option<String>,
}

struct Formats {
    head: Format,
    text: Format,
    guarded: Format,
    date: Format,
    minutes: Format,
    yuan: Format,
}

impl Default for Excel {
    fn default() -> Self {
        Self::new()
    }
}

impl Excel {
    /// A workbook without sheets.
    #[must_use]
    pub fn new() -> Self {
        let number = |format: &str| Format::new().set_num_format(format);
        let formats = Formats {
            head: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x00F1_F1EC))
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::VerticalCenter),
            text: Format::new(),
            guarded: guarded(Format::new()),
            date: number("yyyy-mm-dd"),
            minutes: number("[h]:mm"),
            yuan: number("#,##0.00"),
        };
        Self { writer: Writer::new(), formats, stamp: None }
    }

    /// A workbook whose sheets say who took them out and when: in a line below the rows, and on top of each printed page.
    #[must_use]
    pub fn stamped(stamp: impl Into<String>) -> Self {
        Self { stamp: Some(stamp.into()), ..Self::new() }
    }

    /// Adds a sheet: the header stays in sight, the rows follow as they come.
    ///
    /// # Errors
    /// [`ExcelFault`] above 1,048,576 rows or 16,384 columns, or when a sheet of this name is there.
    pub fn sheet(
        &mut self,
        name: &str,
        heads: &[Head],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<(), ExcelFault> {
        let formats = &self.formats;
        let sheet = self.writer.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(name))?.set_freeze_panes(1, 0)?;
        for (column, head) in (0u16..).zip(heads) {
            sheet.set_column_width(column, head.width)?;
            sheet.write_string_with_format(0, column, fitting(&head.text), &formats.head)?;
        }
        if let Some(stamp) = &self.stamp {
            // An ampersand begins a code of its own in a header.
            sheet.set_header(format!("&L{}", fitting_header(stamp).replace('&', "&&")));
        }
        let mut below = 1;
        for (row, values) in (1u32..).zip(rows) {
            for (column, value) in (0u16..).zip(&values) {
                formats.write(sheet, row, column, value)?;
            }
            below = row + 1;
        }
        if let Some(stamp) = &self.stamp {
            formats.write(sheet, below, 0, &Value::Text(stamp.clone()))?;
        }
        Ok(())
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`ExcelFault`] when two sheets have one name.
    pub fn finish(mut self) -> Result<Vec<u8>, ExcelFault> {
        Ok(self.writer.save_to_buffer()?)
    }
}

/// One sheet as a file.
///
/// # Errors
/// See [`Excel::sheet`].
pub fn table(name: &str, heads: &[Head], rows: impl IntoIterator<Item = Vec<Value>>) -> Result<Vec<u8>, ExcelFault> {
    let mut excel = Excel::new();
    excel.sheet(name, heads, rows)?;
    excel.finish()
}

impl Formats {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a cell's number is a double; counts, minutes and fen stay below 2^53"
    )]
    fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, value: &Value) -> Result<(), XlsxError> {
        match value {
            Value::Text(text) => {
                let format = if could_be_formula(text) { &self.guarded } else { &self.text };
                sheet.write_string_with_format(row, column, fitting(text), format)?
            }
            Value::Whole(number) => sheet.write_number(row, column, *number as f64)?,
            Value::Decimal(number) if number.is_finite() => sheet.write_number(row, column, *number)?,
            Value::Decimal(_) | Value::Blank => return Ok(()),
            Value::Date(date) => write_date(sheet, row, column, *date, &self.date)?,
            Value::Minutes(minutes) => {
                sheet.write_number_with_format(row, column, *minutes as f64 / MINUTES_A_DAY, &self.minutes)?
            }
            Value::Fen(fen) => sheet.write_number_with_format(row, column, *fen as f64 / FEN_A_YUAN, &self.yuan)?,
        };
        Ok(())
    }
}

/// Days before 1900 have no number in Excel and are written as text.
fn write_date<'a>(
    sheet: &'a mut Worksheet,
    row: u32,
    column: u16,
    date: Date,
    format: &Format,
) -> Result<&'a mut Worksheet, XlsxError> {
    let parts = (u16::try_from(date.year()), u8::try_from(date.month()), u8::try_from(date.day()));
    let (Ok(year @ 1900..), Ok(month), Ok(day)) = parts else {
        return sheet.write_string(row, column, date.to_string());
    };
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(year, month, day)?;
    sheet.write_datetime_with_format(row, column, date, format)
}

/// Stored as text either way; the mark keeps it text when somebody edits the cell or saves as text.
pub(crate) fn guarded(format: Format) -> Format {
    format.set_quote_prefix()
}

/// Whether a spreadsheet would take the text for a formula, were it typed in.
pub(crate) fn could_be_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// Cut to what one cell of Excel holds.
pub(crate) fn fitting(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= LONGEST_CELL
        })
        .collect()
}

/// Excel holds 255 characters in a header; half of them, should each be an ampersand.
fn fitting_header(text: &str) -> String {
    text.chars().take(120).collect()
}

/// A name that Excel takes for a sheet.
pub(crate) fn sheet_name(name: &str) -> String {
    let allowed = name.chars().filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !c.is_control());
    let name: String = allowed.take(LONGEST_SHEET_NAME).collect();
    let name = name.trim_matches('\'').trim();
    if name.is_empty() || name.encode_utf16().count() > LONGEST_SHEET_NAME {
        "Sheet1".to_owned()
    } else {
        name.to_owned()
    }
}
