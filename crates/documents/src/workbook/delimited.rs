//! Text files: values parted by commas, tabs or semicolons, in UTF-8, UTF-16 or GB18030.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::budget::Budget;
use super::{Content, Sheet, Workbook};
use crate::file_fault::{FileFault, NOT_WORKBOOK};

pub(super) fn read(bytes: &[u8]) -> Result<Workbook, FileFault> {
    let text = decode(bytes)?;
    let quoted = !has_open_quote(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter_of(&text))
        .quoting(quoted)
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut budget = Budget::new();
    let mut record = csv::StringRecord::new();
    let mut lines = LineCount::new(text.as_bytes(), quoted);
    while reader.read_record(&mut record).map_err(|_| NOT_WORKBOOK)? {
        let row = lines.row_of(record.position().map_or(0, csv::Position::byte));
        for (column, value) in (0u32..).zip(&record) {
            budget.put(&mut sheet, row, column, content(value), false)?;
        }
    }
    if sheet.rows.is_empty() { Err(NOT_WORKBOOK) } else { Ok(Workbook { sheets: vec![sheet] }) }
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileFault> {
    let text = if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default())
    } else {
        UTF_8
            .decode_without_bom_handling_and_without_replacement(bytes)
            .or_else(|| GB18030.decode_without_bom_handling_and_without_replacement(bytes))
    };
    let text = text.ok_or(NOT_WORKBOOK)?;
    let binary = text.chars().any(|c| {
        c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{0B}' | '\u{0C}' | '\u{1A}' | '\u{80}'..='\u{9F}')
    });
    if binary { Err(NOT_WORKBOOK) } else { Ok(text) }
}

/// The mark that parts the first lines most evenly; of equals the one that parts most.
fn delimiter_of(text: &str) -> u8 {
    let evenness = |mark: u8| {
        let mut counts: Vec<usize> =
            text.lines().take(20).map(|line| line.bytes().filter(|byte| *byte == mark).count()).collect();
        counts.retain(|count| *count > 0);
        counts.sort_unstable();
        let longest = counts.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).unwrap_or_default();
        (longest.len(), counts.iter().sum::<usize>())
    };
    [b';', b'\t', b','].into_iter().max_by_key(|mark| evenness(*mark)).unwrap_or(b',')
}

/// Whether a quotation mark is opened and never closed: then it is no frame but a slip of the pen,
/// and to read on would swallow all lines behind it.
fn has_open_quote(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
}

/// A failed formula is exported as its words.
fn content(value: &str) -> Content {
    match value.trim() {
        "#N/A" | "#VALUE!" | "#REF!" | "#NAME?" | "#DIV/0!" | "#NULL!" | "#NUM!" => Content::Fault,
        _ => Content::Text(plain(value).to_owned()),
    }
}

/// Programs that export `="0123"` mean the text 0123.
fn plain(value: &str) -> &str {
    value.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

/// The row that Excel shows: line breaks outside quotes begin a new one, blank lines count.
struct LineCount<'a> {
    bytes: &'a [u8],
    at: usize,
    row: u32,
    quotes: bool,
    quoted: bool,
}

impl<'a> LineCount<'a> {
    fn new(bytes: &'a [u8], quotes: bool) -> Self {
        Self { bytes, at: 0, row: 0, quotes, quoted: false }
    }

    /// The row (from 0) of the record whose bytes begin at `start` or, behind blank lines, after it.
    fn row_of(&mut self, start: u64) -> u32 {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.at) {
            let blank_line = matches!(byte, b'\n' | b'\r');
            if self.at >= start && !blank_line {
                break;
            }
            self.step(*byte);
        }
        self.row
    }

    fn step(&mut self, byte: u8) {
        match byte {
            b'"' if self.quotes => self.quoted = !self.quoted,
            b'\n' if !self.quoted => self.row += 1,
            b'\r' if !self.quoted && self.bytes.get(self.at + 1) != Some(&b'\n') => self.row += 1,
            _ => {}
        }
        self.at += 1;
    }
}
