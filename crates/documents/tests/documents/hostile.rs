//! Files made to harm: each is refused with a code, none brings the reader down.

use std::io::{Cursor, Read, Write};

use naheya_documents::file_fault::{FileFault, Unreadable};
use naheya_documents::roster::{ChildRow, PairRow, Roster, VolunteerRow};
use naheya_documents::workbook::Workbook;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::biff::{B, compound, stream, xls};
use super::draft::{line, sheet, today, xlsx};

fn sample() -> Vec<u8> {
    xlsx(&[sheet(
        "名单",
        vec![line("姓名|出生日期|学校|监护人及电话"), line("白小样|2014.12.31|示例学校4(3)班|监护白 13900000001")],
    )])
}

/// The sample with parts added or changed.
fn with_parts(change: impl Fn(&str, Vec<u8>) -> Vec<u8>, added: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(sample())).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().to_string();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        to.start_file(&name, SimpleFileOptions::default()).unwrap();
        to.write_all(&change(&name, content)).unwrap();
    }
    for (name, content) in added {
        to.start_file(*name, SimpleFileOptions::default()).unwrap();
        to.write_all(content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn with_part(name: &str, content: &[u8]) -> Vec<u8> {
    with_parts(|_, content| content, &[(name, content.to_vec())])
}

fn replaced(part: &'static str, from: &'static str, to: &'static str) -> Vec<u8> {
    with_parts(
        |name, content| {
            if name != part {
                return content;
            }
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(from), "{name} does not hold {from}");
            text.replace(from, to).into_bytes()
        },
        &[],
    )
}

fn why(bytes: &[u8]) -> FileFault {
    let fault = Workbook::read(bytes, "a.xlsx").unwrap_err();
    assert_eq!(fault.code(), "file.unreadable");
    fault
}

#[test]
fn the_untouched_sample_is_read() {
    let book = Workbook::read(&with_parts(|_, content| content, &[]), "a.xlsx").unwrap();
    assert_eq!(Roster::<ChildRow>::read(&book, today()).unwrap().invalid(), 0);
}

#[test]
fn macros_are_refused() {
    assert_eq!(why(&with_part("xl/vbaProject.bin", b"x")), FileFault::Unreadable(Unreadable::Macros));
    assert_eq!(why(&with_part("xl/macrosheets/sheet1.xml", b"<x/>")), FileFault::Unreadable(Unreadable::Macros));
    let renamed = replaced(
        "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
        "application/vnd.ms-excel.sheet.macroEnabled.main",
    );
    assert_eq!(why(&renamed), FileFault::Unreadable(Unreadable::Macros));
}

#[test]
fn links_to_other_files_are_refused() {
    assert_eq!(
        why(&with_part("xl/externalLinks/externalLink1.xml", b"<x/>")),
        FileFault::Unreadable(Unreadable::ExternalLinks)
    );
    assert_eq!(why(&with_part("xl/connections.xml", b"<x/>")), FileFault::Unreadable(Unreadable::ExternalLinks));
    let referenced = replaced(
        "xl/workbook.xml",
        "<sheets>",
        "<externalReferences><externalReference r:id=\"rId9\"/></externalReferences><sheets>",
    );
    assert_eq!(why(&referenced), FileFault::Unreadable(Unreadable::ExternalLinks));
}

#[test]
fn embedded_files_are_refused() {
    assert_eq!(
        why(&with_part("xl/embeddings/oleObject1.bin", b"x")),
        FileFault::Unreadable(Unreadable::EmbeddedObjects)
    );
}

#[test]
fn what_grows_beyond_bounds_is_refused() {
    let bomb = with_part("xl/worksheets/sheet2.xml", &vec![b' '; 64 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(why(&bomb), FileFault::Unreadable(Unreadable::Bomb));
}

#[test]
fn entities_are_refused_before_they_can_grow() {
    let entity = replaced("xl/worksheets/sheet1.xml", "<worksheet", "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><worksheet");
    assert_eq!(why(&entity), FileFault::Unreadable(Unreadable::Bomb));
}

#[test]
fn a_false_count_of_strings_sets_no_memory_aside() {
    for claim in ["9999999999999", "900000000000", "18446744073709551615"] {
        let strings = format!("<sst count=\"1\" uniqueCount=\"{claim}\"><si><t>姓名</t></si></sst>");
        let bytes = with_parts(
            |name, content| if name == "xl/sharedStrings.xml" { strings.clone().into_bytes() } else { content },
            &[],
        );
        let read = Workbook::read(&bytes, "a.xlsx");
        assert!(read.is_err() || read.is_ok_and(|book| !book.sheets.is_empty()));
    }
}

#[test]
fn a_cell_far_away_takes_no_memory_and_too_many_columns_are_refused() {
    let far = replaced("xl/worksheets/sheet1.xml", "r=\"A2\"", "r=\"A1048576\"");
    assert!(Workbook::read(&far, "a.xlsx").is_ok());
    let wide = replaced("xl/worksheets/sheet1.xml", "r=\"B2\"", "r=\"XFD2\"");
    assert_eq!(Workbook::read(&wide, "a.xlsx").unwrap_err().code(), "file.too_large");
}

fn old(extra: &[(u16, Vec<u8>)], sheet_extra: &[(u16, Vec<u8>)], storages: &[&str]) -> Result<Workbook, FileFault> {
    let rows = vec![
        vec![B::Text("姓名"), B::Text("学校"), B::Text("出生日期")],
        vec![B::Text("白小样"), B::Text("示例学校"), B::Number(42_004.0)],
    ];
    Workbook::read(&compound(&stream(&rows, extra, sheet_extra), storages), "a.xls")
}

#[test]
fn old_workbooks_with_macros_links_objects_or_passwords_are_refused() {
    assert!(old(&[], &[], &[]).is_ok());
    assert_eq!(old(&[], &[], &["_VBA_PROJECT_CUR"]), Err(FileFault::Unreadable(Unreadable::Macros)));
    assert_eq!(old(&[], &[], &["MBD0001"]), Err(FileFault::Unreadable(Unreadable::EmbeddedObjects)));
    assert_eq!(old(&[], &[], &["EncryptionInfo"]), Err(FileFault::Unreadable(Unreadable::Encrypted)));
    assert_eq!(old(&[(0x002F, vec![1, 0, 1, 0])], &[], &[]), Err(FileFault::Unreadable(Unreadable::Encrypted)));
    let other_file = [1, 0, 9, 0, 1, 1].to_vec();
    assert_eq!(old(&[(0x01AE, other_file)], &[], &[]), Err(FileFault::Unreadable(Unreadable::ExternalLinks)));
    assert!(old(&[(0x01AE, vec![1, 0, 1, 4])], &[], &[]).is_ok(), "a link to itself is none");
}

#[test]
fn an_old_workbook_cannot_claim_a_huge_sheet() {
    let claim = |first: u32, last: u32, columns: u16| {
        let mut data = first.to_le_bytes().to_vec();
        data.extend(last.to_le_bytes());
        data.extend(0u16.to_le_bytes());
        data.extend(columns.to_le_bytes());
        data.extend([0, 0]);
        old(&[], &[(0x0200, data)], &[]).map(|_| ()).map_err(FileFault::code)
    };
    assert_eq!(claim(0, 2, 3), Ok(()));
    assert_eq!(claim(0, 4_000_000_000, 60_000), Err("file.too_large"));
    assert_eq!(claim(9, 3, 3), Err("file.unreadable"));
}

#[test]
fn an_old_workbook_cannot_spread_two_cells_over_everything() {
    let corner = |row: u16, column: u16| {
        let mut data = row.to_le_bytes().to_vec();
        data.extend(column.to_le_bytes());
        data.extend([0, 0]);
        data.extend(1.0f64.to_le_bytes());
        (0x0203, data)
    };
    assert_eq!(old(&[], &[corner(65_535, 65_535)], &[]).unwrap_err().code(), "file.too_large");
}

fn survives(bytes: &[u8], name: &str) {
    if let Ok(book) = Workbook::read(bytes, name) {
        let _ = Roster::<ChildRow>::read(&book, today());
        let _ = Roster::<VolunteerRow>::read(&book, today());
        let _ = Roster::<PairRow>::read(&book, today());
    }
}

fn mutated(mut bytes: Vec<u8>, changes: &[(usize, u8)], cut: usize) -> Vec<u8> {
    for (at, value) in changes {
        let length = bytes.len();
        bytes[at % length] = *value;
    }
    let kept = bytes.len() - cut % bytes.len();
    bytes.truncate(kept);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_bring_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), head in 0usize..3) {
        let start: &[u8] = [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b""][head];
        survives(&[start, &bytes].concat(), "a.csv");
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "(姓名|学校|出生日期|周末妈妈|儿童姓名|结对时间|\\PC|[,\n\"0-9.-]){0,200}") {
        survives(text.as_bytes(), "a.csv");
    }

    #[test]
    fn no_change_to_a_workbook_brings_the_reader_down(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..12), cut in 0usize..3) {
        survives(&mutated(sample(), &changes, cut), "a.xlsx");
    }

    #[test]
    fn no_change_to_a_sheets_text_brings_the_reader_down(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..12)) {
        let bytes = with_parts(|name, content| if name.contains("sheet1") { mutated(content, &changes, 0) } else { content }, &[]);
        survives(&bytes, "a.xlsx");
    }

    #[test]
    fn no_change_to_an_old_workbook_brings_the_reader_down(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..12), cut in 0usize..600) {
        let rows = vec![vec![B::Text("姓名"), B::Text("学校"), B::Text("出生日期")], vec![B::Text("白小样"), B::Text("示例学校"), B::Number(42_004.0)]];
        survives(&mutated(xls(&rows), &changes, cut), "a.xls");
    }

    #[test]
    fn no_change_to_an_old_workbooks_records_brings_the_reader_down(changes in proptest::collection::vec((0usize..400, any::<u8>()), 1..8)) {
        let rows = vec![vec![B::Text("姓名"), B::Text("学校"), B::Text("出生日期")], vec![B::Text("白小样"), B::Text("示例学校"), B::Number(42_004.0)]];
        let records = mutated(stream(&rows, &[], &[]), &changes, 0);
        survives(&compound(&records, &[]), "a.xls");
    }
}
