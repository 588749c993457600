//! `.xlsx`: a zip of XML parts. The parts that hold cells are unpacked here, counted byte by byte,
//! and handed to the reader in a new container, so that nothing else of the file can reach it.

use std::io::{Cursor, Read, Write};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::budget::{Budget, MOST_SHEETS, put_in_order};
use super::{Content, Region, Sheet, Workbook};
use crate::file_fault::{BOMB, FileFault, NOT_WORKBOOK, TOO_MUCH, Unreadable};

const MOST_PARTS: usize = 2_000;
const MOST_UNPACKED: u64 = 192 * 1024 * 1024;
/// XML of a real roster shrinks to a tenth or a thirtieth; only what was made to grow passes this.
const HIGHEST_RATIO: u64 = 150;
const RATIO_COUNTS_FROM: u64 = 8 * 1024 * 1024;
/// A roster has some dozens; each one is looked up for rows below the header.
const MOST_MERGED: usize = 20_000;

type Container = Cursor<Vec<u8>>;

pub(super) fn read(bytes: &[u8]) -> Result<Workbook, FileFault> {
    let clean = repack(bytes)?;
    let mut book: Xlsx<Container> = Xlsx::new(Cursor::new(clean)).map_err(|_| NOT_WORKBOOK)?;
    let tabs: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    if tabs.len() > MOST_SHEETS {
        return Err(TOO_MUCH);
    }
    let mut budget = Budget::new();
    let sheets = tabs.into_iter().map(|(name, hidden)| read_sheet(&mut book, name, hidden, &mut budget));
    Ok(Workbook { sheets: sheets.collect::<Result<_, _>>()? })
}

fn read_sheet(book: &mut Xlsx<Container>, name: String, hidden: bool, budget: &mut Budget) -> Result<Sheet, FileFault> {
    let merged = merged_regions(book, &name);
    let mut sheet = Sheet { name, hidden, rows: Vec::new(), merged };
    let since_1904 = book.has_1904_epoch();
    let mut cells = book.worksheet_cells_reader(&sheet.name).map_err(|_| NOT_WORKBOOK)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|_| NOT_WORKBOOK)? {
        if let Some(content) = content_of(&cell.value, since_1904) {
            budget.put(&mut sheet, cell.pos.0, cell.pos.1, content, cell.formula.is_some())?;
        }
    }
    put_in_order(&mut sheet);
    Ok(sheet)
}

fn content_of(value: &DataRef<'_>, since_1904: bool) -> Option<Content> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::SharedString(text) => Content::Text((*text).to_owned()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Content::Text(text.clone()),
        #[expect(clippy::cast_precision_loss, reason = "a cell's number is a double in the file too")]
        DataRef::Int(number) => Content::Number(*number as f64),
        DataRef::Float(number) => Content::Number(*number),
        DataRef::Bool(flag) => Content::Flag(*flag),
        DataRef::DateTime(at) if at.is_datetime() => Content::Date { serial: at.as_f64(), since_1904 },
        DataRef::DateTime(at) => Content::Number(at.as_f64()),
        DataRef::Error(_) => Content::Fault,
    })
}

fn merged_regions(book: &mut Xlsx<Container>, sheet: &str) -> Vec<Region> {
    let regions = book.merge_cells_by_sheet_name(sheet).unwrap_or_default();
    regions.iter().take(MOST_MERGED).filter_map(super::xls::region).collect()
}

/// The XML parts of the workbook in a container of our own, without compression.
fn repack(bytes: &[u8]) -> Result<Vec<u8>, FileFault> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NOT_WORKBOOK)?;
    if zip.len() > MOST_PARTS {
        return Err(BOMB);
    }
    let mut clean = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() * 8)));
    let mut left = MOST_UNPACKED;
    let mut seen = std::collections::HashSet::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(|_| NOT_WORKBOOK)?;
        let name = part.name().map_err(|_| NOT_WORKBOOK)?.replace('\\', "/");
        let lower = name.to_ascii_lowercase();
        refuse_by_name(&lower)?;
        if !holds_cells(&lower) {
            continue;
        }
        if !seen.insert(lower.clone()) {
            return Err(BOMB);
        }
        let mut content = unpack(&mut part, &mut left)?;
        refuse_by_content(&lower, &content)?;
        if lower.ends_with("sharedstrings.xml") {
            forget_count(&mut content);
        }
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        clean.start_file(name, options).map_err(|_| NOT_WORKBOOK)?;
        clean.write_all(&content).map_err(|_| NOT_WORKBOOK)?;
    }
    refuse_growth(MOST_UNPACKED - left, bytes.len())?;
    Ok(clean.finish().map_err(|_| NOT_WORKBOOK)?.into_inner())
}

fn refuse_growth(unpacked: u64, packed: usize) -> Result<(), FileFault> {
    let ratio = unpacked / u64::try_from(packed.max(1)).unwrap_or(u64::MAX);
    if unpacked > RATIO_COUNTS_FROM && ratio > HIGHEST_RATIO { Err(BOMB) } else { Ok(()) }
}

fn unpack(part: &mut impl Read, left: &mut u64) -> Result<Vec<u8>, FileFault> {
    let mut content = Vec::new();
    let read = part.take(*left + 1).read_to_end(&mut content).map_err(|_| NOT_WORKBOOK)?;
    *left = left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)).ok_or(BOMB)?;
    Ok(content)
}

fn refuse_by_name(lower: &str) -> Result<(), FileFault> {
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let why = if has(&["vbaproject", "vbadata", "macrosheets/", "dialogsheets/", "activex/"]) {
        Unreadable::Macros
    } else if has(&["externallinks/", "xl/connections.", "querytables/"]) {
        Unreadable::ExternalLinks
    } else if has(&["embeddings/", "oleobject"]) {
        Unreadable::EmbeddedObjects
    } else {
        return Ok(());
    };
    Err(FileFault::Unreadable(why))
}

/// Only these parts are needed to read cells; pictures, themes and print settings stay behind.
fn holds_cells(lower: &str) -> bool {
    let shape = lower == "[content_types].xml"
        || lower == "_rels/.rels"
        || lower.ends_with("workbook.xml")
        || lower.ends_with("workbook.xml.rels");
    let values = lower.ends_with("sharedstrings.xml") || lower.ends_with("styles.xml");
    let sheet = lower.contains("worksheets/") && !lower.contains("_rels/");
    shape || values || sheet
}

fn refuse_by_content(lower: &str, content: &[u8]) -> Result<(), FileFault> {
    let start = content.get(..content.len().min(4096)).unwrap_or_default();
    if start.iter().take(4).any(|byte| matches!(byte, 0 | 0xFE | 0xFF))
        || find(start, b"<!DOCTYPE")
        || find(start, b"<!ENTITY")
    {
        return Err(BOMB);
    }
    let describes = lower.contains("_rels/") || lower == "[content_types].xml" || lower.ends_with("workbook.xml");
    if !describes {
        return Ok(());
    }
    if find(content, b"macroEnabled") || find(content, b"vbaProject") || find(content, b"xlMacrosheet") {
        return Err(FileFault::Unreadable(Unreadable::Macros));
    }
    if find(content, b"externalLink") || find(content, b"externalReference") {
        return Err(FileFault::Unreadable(Unreadable::ExternalLinks));
    }
    Ok(())
}

fn find(content: &[u8], word: &[u8]) -> bool {
    content.windows(word.len()).any(|window| window == word)
}

/// The reader would set memory aside for as many strings as the file claims to have.
fn forget_count(content: &mut [u8]) {
    const CLAIM: &[u8] = b"uniqueCount";
    let mut at = 0;
    while let Some(found) =
        content.get(at..).and_then(|rest| rest.windows(CLAIM.len()).position(|window| window == CLAIM))
    {
        if let Some(letter) = content.get_mut(at + found + 6) {
            *letter = b'K';
        }
        at += found + CLAIM.len();
    }
}
