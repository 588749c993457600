//! One cell, with the kind of its content.

/// A cell that holds something.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Column, from 0.
    pub column: u16,
    /// What it holds.
    pub content: Content,
    /// Whether a formula made it.
    pub is_formula: bool,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text, as stored.
    Text(String),
    /// A number; integers above 15 digits are no longer exact.
    Number(f64),
    /// A number that the sheet shows as a date.
    Date {
        /// Days since the workbook's first day, see [`naheya_domain::calendar_date::CalendarDate::from_serial`].
        serial: f64,
        /// Whether the workbook counts from 1904.
        since_1904: bool,
    },
    /// True or false.
    Flag(bool),
    /// A formula that failed, such as `#N/A`.
    Fault,
}

impl Content {
    /// The content as a person would read it: whole numbers without a fraction, dates as `2014-05-06`.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date { serial, since_1904 } => day_text(*serial, *since_1904),
            Self::Flag(true) => "TRUE".to_owned(),
            Self::Flag(false) => "FALSE".to_owned(),
            Self::Fault => "#N/A".to_owned(),
        }
    }

    /// Whether it shows nothing.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.chars().all(naheya_domain::typing::is_invisible))
    }
}

fn day_text(serial: f64, since_1904: bool) -> String {
    use naheya_domain::calendar_date::CalendarDate;
    CalendarDate::from_serial(serial, since_1904).map_or_else(|| serial.to_string(), |day| day.first_day().to_string())
}
