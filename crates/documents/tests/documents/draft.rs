//! Small workbooks made while a test runs, and rosters read back from them.

use jiff::civil::{Date, date};
use naheya_documents::roster::{Roster, RosterEntry};
use naheya_documents::workbook::Workbook;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook as Writer};

/// What a test writes into a cell.
#[derive(Clone, Debug)]
pub enum D {
    Text(String),
    Number(f64),
    Day(u16, u8, u8),
    Formula(&'static str, &'static str),
}

impl From<&str> for D {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for D {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for D {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// One sheet: rows from the top, merged ranges as (first row, first column, last row, last column) from 0.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub name: &'static str,
    pub rows: Vec<Vec<D>>,
    pub merged: Vec<(u32, u16, u32, u16)>,
    pub hidden: bool,
}

/// A row of texts.
pub fn row(texts: &[&str]) -> Vec<D> {
    texts.iter().map(|text| D::from(*text)).collect()
}

/// A row whose texts are written with `|` between them.
pub fn line(text: &str) -> Vec<D> {
    text.split('|').map(D::from).collect()
}

pub fn sheet(name: &'static str, rows: Vec<Vec<D>>) -> Draft {
    Draft { name, rows, ..Draft::default() }
}

pub fn xlsx(drafts: &[Draft]) -> Vec<u8> {
    let mut writer = Writer::new();
    let day = Format::new().set_num_format("yyyy/m/d");
    for draft in drafts {
        let sheet = writer.add_worksheet();
        sheet.set_name(draft.name).unwrap().set_hidden(draft.hidden);
        for (first_row, first_column, last_row, last_column) in &draft.merged {
            sheet.merge_range(*first_row, *first_column, *last_row, *last_column, "", &Format::new()).unwrap();
        }
        for (at, cells) in (0u32..).zip(&draft.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    D::Text(text) if text.is_empty() => continue,
                    D::Text(text) => sheet.write_string(at, column, text).unwrap(),
                    D::Number(number) => sheet.write_number(at, column, *number).unwrap(),
                    D::Day(year, month, date) => {
                        let moment = ExcelDateTime::from_ymd(*year, *month, *date).unwrap();
                        sheet.write_datetime_with_format(at, column, moment, &day).unwrap()
                    }
                    D::Formula(formula, result) => {
                        let formula = rust_xlsxwriter::Formula::new(*formula).set_result(*result);
                        sheet.write_formula(at, column, formula).unwrap()
                    }
                };
            }
        }
    }
    writer.save_to_buffer().unwrap()
}

/// The day on which every test takes place.
pub fn today() -> Date {
    date(2026, 9, 1)
}

pub fn read<T: RosterEntry>(drafts: &[Draft]) -> Roster<T> {
    let book = Workbook::read(&xlsx(drafts), "sample.xlsx").unwrap();
    Roster::read(&book, today()).unwrap()
}

/// The faults as (row, code).
pub fn codes<T: RosterEntry>(roster: &Roster<T>) -> Vec<(u32, &'static str)> {
    roster.errors().map(|error| (error.row, error.code)).collect()
}

/// An invented identity number with a right check character.
pub fn id_number(first_17: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first_17.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11];
    format!("{first_17}{check}")
}
