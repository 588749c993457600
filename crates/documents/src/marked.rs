//! An uploaded roster given back: every row at its place, faults marked in their cells, and beside
//! each row what to do about it.

use std::collections::HashMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook as Writer, Worksheet, XlsxError};

use crate::excel::{ExcelFault, could_be_formula, fitting, guarded, sheet_name};
use crate::roster::CellError;
use crate::workbook::{Cell, Content, Region, Row, Sheet, Workbook};

const ADVICE_WIDTH: f64 = 48.0;
const DATE: &str = "yyyy-mm-dd";

/// What the marked workbook needs to know beside the uploaded one.
#[derive(Clone, Copy)]
pub struct Marking<'a> {
    /// The sheet that was read.
    pub sheet: &'a str,
    /// The row in which its header ends.
    pub header_row: u32,
    /// The words above the added column.
    pub advice_head: &'a str,
    /// Every fault, those of the file and those of the register.
    pub errors: &'a [CellError],
}

/// Writes the sheet that was read, with its faults marked. `say` puts a code into the reader's words.
///
/// # Errors
/// [`ExcelFault`] when the sheet cannot be written.
pub fn mark(
    book: &Workbook,
    marking: &Marking<'_>,
    say: impl Fn(&'static str) -> String,
) -> Result<Vec<u8>, ExcelFault> {
    let mut writer = Writer::new();
    let target = writer.add_worksheet();
    if let Some(source) = book.sheets.iter().find(|sheet| sheet.name == marking.sheet) {
        target.set_name(sheet_name(&source.name))?;
        let mut copy = MarkedSheet::new(source, marking);
        copy.widths(target)?;
        copy.merges(target);
        source.rows.iter().try_for_each(|row| copy.row(target, row, &say))?;
    }
    Ok(writer.save_to_buffer()?)
}

struct MarkedSheet<'a> {
    source: &'a Sheet,
    marking: &'a Marking<'a>,
    faults: HashMap<u32, Vec<&'a CellError>>,
    advice_column: u16,
    plain: Format,
    date: Format,
    wrong: Format,
    wrong_date: Format,
    advice: Format,
    head: Format,
}

impl<'a> MarkedSheet<'a> {
    fn new(source: &'a Sheet, marking: &'a Marking<'a>) -> Self {
        let mut faults: HashMap<u32, Vec<&CellError>> = HashMap::new();
        for error in marking.errors {
            faults.entry(error.row).or_default().push(error);
        }
        let last = source.rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column).max();
        let wrong = Format::new().set_background_color(Color::RGB(0x00FF_D9D2)).set_font_color(Color::RGB(0x008A_1C0B));
        Self {
            source,
            marking,
            faults,
            advice_column: last.map_or(0, |last| last + 1),
            plain: Format::new(),
            date: Format::new().set_num_format(DATE),
            wrong_date: wrong.clone().set_num_format(DATE),
            wrong,
            advice: Format::new().set_text_wrap().set_align(FormatAlign::Top).set_font_color(Color::RGB(0x008A_1C0B)),
            head: Format::new().set_bold(),
        }
    }

    fn widths(&self, target: &mut Worksheet) -> Result<(), XlsxError> {
        for column in 0..self.advice_column {
            let cells = self.source.rows.iter().filter_map(|row| row.cell(column));
            let longest = cells.take(200).map(|cell| shown_width(&cell.content.text())).max().unwrap_or(8);
            target.set_column_width(column, f64::from(longest.clamp(6, 36)) + 1.0)?;
        }
        target.set_column_width(self.advice_column, ADVICE_WIDTH)?;
        target.set_freeze_panes(self.marking.header_row, 0)?;
        Ok(())
    }

    /// Titles and groups keep their shape; what a file merged wrongly is left unmerged.
    fn merges(&self, target: &mut Worksheet) {
        let centred = Format::new().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        for Region { first_row, last_row, first_column, last_column } in &self.source.merged {
            if *first_row <= self.marking.header_row && first_row > &0 && *last_column < self.advice_column {
                let _ = target.merge_range(
                    first_row - 1,
                    *first_column,
                    last_row.saturating_sub(1),
                    *last_column,
                    "",
                    &centred,
                );
            }
        }
    }

    fn row(
        &mut self,
        target: &mut Worksheet,
        row: &Row,
        say: &impl Fn(&'static str) -> String,
    ) -> Result<(), XlsxError> {
        let at = row.number.saturating_sub(1);
        let faults = self.faults.remove(&row.number).unwrap_or_default();
        for cell in &row.cells {
            let wrong = faults.iter().any(|fault| fault.index == Some(cell.column));
            self.cell(target, at, cell, wrong)?;
        }
        for fault in &faults {
            if let Some(column) = fault.index.filter(|column| row.cell(*column).is_none()) {
                target.write_blank(at, column, &self.wrong)?;
            }
        }
        if row.number == self.marking.header_row {
            target.write_string_with_format(at, self.advice_column, fitting(self.marking.advice_head), &self.head)?;
        }
        if !faults.is_empty() {
            let advice: Vec<String> =
                faults.iter().map(|fault| format!("{}：{}", fault.column, say(fault.code))).collect();
            target.write_string_with_format(at, self.advice_column, fitting(&advice.join("\n")), &self.advice)?;
        }
        Ok(())
    }

    fn cell(&self, target: &mut Worksheet, row: u32, cell: &Cell, wrong: bool) -> Result<(), XlsxError> {
        let format = if wrong { &self.wrong } else { &self.plain };
        match &cell.content {
            Content::Text(text) if could_be_formula(text) => {
                target.write_string_with_format(row, cell.column, fitting(text), &guarded(format.clone()))?
            }
            Content::Text(text) => target.write_string_with_format(row, cell.column, fitting(text), format)?,
            Content::Number(number) if number.is_finite() => {
                target.write_number_with_format(row, cell.column, *number, format)?
            }
            Content::Date { serial, since_1904: false } if serial.is_finite() => target.write_number_with_format(
                row,
                cell.column,
                *serial,
                if wrong { &self.wrong_date } else { &self.date },
            )?,
            content => target.write_string_with_format(row, cell.column, fitting(&content.text()), format)?,
        };
        Ok(())
    }
}

/// Width in half-width characters.
fn shown_width(text: &str) -> u32 {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
