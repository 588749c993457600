//! A table as it is filed on paper: title, a head of two rows, a grid, lines below it and places to sign.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::{Excel, ExcelFault, Head, could_be_formula, fitting, fitting_header, guarded, sheet_name};

/// The number of A4 among Excel's paper sizes.
const A4: u8 = 9;
/// Height of the title, and of the line on which is signed, in points.
const TITLE_HEIGHT: f64 = 30.0;
const SIGN_HEIGHT: f64 = 48.0;
/// Rows above the grid: title, line below it, two of the head.
const ABOVE: u32 = 4;

/// What is filed. It is printed across, as wide as the sheet, with its head on every page.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Over all columns.
    pub title: String,
    /// Below the title.
    pub lead: String,
    /// The first column.
    pub corner: Head,
    /// The other columns, those of one kind under one word.
    pub groups: Vec<(String, Vec<Head>)>,
    /// The rows of the grid: a name, and a number in each column.
    pub rows: Vec<(String, Vec<i64>)>,
    /// Lines below the grid.
    pub below: Vec<String>,
    /// Who signs, and where the seal goes; side by side.
    pub signs: Vec<String>,
}

struct Inks {
    title: Format,
    plain: Format,
    guarded: Format,
    head: Format,
    number: Format,
    text: Format,
    sign: Format,
}

impl Inks {
    fn new() -> Inks {
        let boxed = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let centred = || boxed().set_align(FormatAlign::Center);
        Inks {
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            plain: Format::new(),
            guarded: guarded(boxed()),
            head: centred().set_bold().set_text_wrap(),
            number: centred(),
            text: boxed(),
            sign: Format::new().set_align(FormatAlign::Top).set_text_wrap(),
        }
    }
}

impl Excel {
    /// Adds a form as a sheet.
    ///
    /// # Errors
    /// As [`Excel::sheet`].
    pub fn form(&mut self, name: &str, form: &Form) -> Result<(), ExcelFault> {
        let inks = Inks::new();
        // Joined cells need the whole sheet in memory.
        let sheet = self.writer.add_worksheet();
        sheet.set_name(sheet_name(name))?.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        if let Some(stamp) = &self.stamp {
            sheet.set_header(format!("&L{}", fitting_header(stamp).replace('&', "&&")));
        }
        let last = write_head(sheet, &inks, form)?;
        let mut row = ABOVE;
        for (name, numbers) in &form.rows {
            write_row(sheet, &inks, row, name, numbers)?;
            row += 1;
        }
        row += 1;
        for line in &form.below {
            joined(sheet, (row, 0), (row, last), line, &inks.plain)?;
            row += 1;
        }
        row = write_signs(sheet, &inks, row + 1, last, &form.signs)?;
        if let Some(stamp) = &self.stamp {
            joined(sheet, (row, 0), (row, last), stamp, &inks.plain)?;
        }
        Ok(())
    }
}

/// Title and head; answers the last column.
fn write_head(sheet: &mut Worksheet, inks: &Inks, form: &Form) -> Result<u16, XlsxError> {
    let columns: usize = form.groups.iter().map(|(_, heads)| heads.len()).sum();
    let last = u16::try_from(columns).unwrap_or(u16::MAX);
    joined(sheet, (0, 0), (0, last), &form.title, &inks.title)?;
    sheet.set_row_height(0, TITLE_HEIGHT)?;
    joined(sheet, (1, 0), (1, last), &form.lead, &inks.plain)?;
    joined(sheet, (2, 0), (3, 0), &form.corner.text, &inks.head)?;
    sheet.set_column_width(0, form.corner.width)?;
    let mut column: u16 = 1;
    for (group, heads) in form.groups.iter().filter(|(_, heads)| !heads.is_empty()) {
        let to = column + u16::try_from(heads.len()).unwrap_or(u16::MAX).saturating_sub(1);
        joined(sheet, (2, column), (2, to), group, &inks.head)?;
        for head in heads {
            sheet.set_column_width(column, head.width)?;
            sheet.write_string_with_format(3, column, fitting(&head.text), &inks.head)?;
            column += 1;
        }
    }
    sheet.set_repeat_rows(2, ABOVE - 1)?.set_freeze_panes(ABOVE, 1)?;
    Ok(last)
}

#[expect(clippy::cast_precision_loss, reason = "a cell's number is a double; counts stay below 2^53")]
fn write_row(sheet: &mut Worksheet, inks: &Inks, row: u32, name: &str, numbers: &[i64]) -> Result<(), XlsxError> {
    let format = if could_be_formula(name) { &inks.guarded } else { &inks.text };
    sheet.write_string_with_format(row, 0, fitting(name), format)?;
    for (column, number) in (1u16..).zip(numbers) {
        sheet.write_number_with_format(row, column, *number as f64, &inks.number)?;
    }
    Ok(())
}

/// Places to sign, side by side; answers the row below them.
fn write_signs(sheet: &mut Worksheet, inks: &Inks, row: u32, last: u16, signs: &[String]) -> Result<u32, XlsxError> {
    let many = u16::try_from(signs.len()).unwrap_or(u16::MAX).max(1);
    let wide = (last.saturating_add(1) / many).max(1);
    for (n, sign) in (0u16..).zip(signs) {
        let from = n * wide;
        joined(sheet, (row, from), (row, from + wide - 1), sign, &inks.sign)?;
    }
    sheet.set_row_height(row, SIGN_HEIGHT)?;
    Ok(row + 1)
}

/// A text over several cells; over one, where there is only one.
fn joined(
    sheet: &mut Worksheet,
    from: (u32, u16),
    to: (u32, u16),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let text = fitting(text);
    if from == to {
        sheet.write_string_with_format(from.0, from.1, text, format)?;
    } else {
        sheet.merge_range(from.0, from.1, to.0, to.1, &text, format)?;
    }
    Ok(())
}
