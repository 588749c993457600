//! The three kinds of file, and what each cell keeps.

use naheya_documents::file_fault::{FileFault, TooLarge};
use naheya_documents::roster::{ChildRow, Roster};
use naheya_documents::workbook::{Content, LARGEST_FILE, Region, Workbook};

use super::biff::{B, xls};
use super::draft::{D, line, sheet, today, xlsx};

const TEXT: &str = "姓名,出生日期,身份证号,学校\r\n白小样,2014.12.31,150825201412310027,示例学校\r\n\r\n石小样,2015.1.2,1.50825E+17,\"示例\n学校\"\r\n";

fn faults(bytes: &[u8], name: &str) -> Vec<(u32, &'static str)> {
    let book = Workbook::read(bytes, name).unwrap();
    let roster: Roster<ChildRow> = Roster::read(&book, today()).unwrap();
    assert_eq!(roster.rows.len(), 2, "{name}");
    roster.errors().map(|error| (error.row, error.code)).collect()
}

#[test]
fn cells_keep_their_place_and_kind() {
    let mut rows = vec![vec![], line("甲||丙")];
    rows.push(vec!["".into(), D::Number(1.5), D::Day(2014, 5, 6), D::Formula("=1+1", "2")]);
    let book = Workbook::read(&xlsx(&[sheet("名单", rows)]), "a.xlsx").unwrap();
    let sheet = &book.sheets[0];
    assert_eq!(sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(sheet.rows[0].cells.iter().map(|cell| cell.column).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(sheet.rows[1].cell(1).unwrap().content, Content::Number(1.5));
    assert_eq!(sheet.rows[1].cell(2).unwrap().content, Content::Date { serial: 41_765.0, since_1904: false });
    assert_eq!(sheet.rows[1].cell(2).unwrap().content.text(), "2014-05-06");
    assert!(sheet.rows[1].cell(3).unwrap().is_formula);
    assert!(!sheet.rows[1].cell(1).unwrap().is_formula);
}

#[test]
fn text_files_are_read_in_utf_8_and_gb18030() {
    let expected = [(4, "id_number.digits_lost")];
    let with_mark = format!("\u{FEFF}{TEXT}");
    let gb18030 = encoding_rs::GB18030.encode(TEXT).0;
    let utf_16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [TEXT.as_bytes(), with_mark.as_bytes(), &gb18030, &utf_16] {
        assert_eq!(faults(bytes, "名单.csv"), expected);
    }
}

#[test]
fn tabs_and_semicolons_part_values_too() {
    for mark in ["\t", ";"] {
        assert_eq!(faults(TEXT.replace(',', mark).as_bytes(), "a.csv"), [(4, "id_number.digits_lost")]);
    }
}

#[test]
fn a_value_guarded_against_excel_is_text() {
    let text =
        "姓名,出生日期,身份证号,学校\n白小样,2014.12.31,=\"150825201412310027\",示例学校\n石小样,2015.1.2,,示例学校\n";
    assert_eq!(faults(text.as_bytes(), "a.csv"), []);
}

#[test]
fn rows_of_text_files_have_the_numbers_that_excel_shows() {
    let text = "\n\n姓名,出生日期,学校\n\n\"白\n小样\",2014.12.31,示例学校\n,,\n石小样,x,示例学校\n";
    assert_eq!(faults(text.as_bytes(), "a.csv"), [(7, "date.unreadable")]);
}

#[test]
fn old_workbooks_are_read() {
    let rows = vec![
        vec![B::Text("姓名"), B::Text("出生日期"), B::Text("身份证号"), B::Text("学校"), B::Text("监护人电话")],
        vec![
            B::Text("白小样"),
            B::Day(42_004.0),
            B::Text("150825201412310027"),
            B::Text("示例学校"),
            B::Number(13_900_000_001.0),
        ],
        vec![B::Text("石小样"), B::Text("2015.1.2"), B::Number(150_825_201_501_020_016.0), B::Text("示例学校")],
    ];
    let bytes = xls(&rows);
    assert_eq!(faults(&bytes, "名单.xls"), [(3, "id_number.digits_lost")]);
    let book = Workbook::read(&bytes, "名单.xls").unwrap();
    assert_eq!(book.sheets[0].name, "花名册");
    assert!(matches!(book.sheets[0].rows[1].cells[1].content, Content::Date { .. }));
}

#[test]
fn the_content_decides_not_the_extension() {
    let bytes = xlsx(&[sheet(
        "名单",
        vec![line("姓名|出生日期|学校"), line("白小样|2014.12.31|示例学校"), line("石小样|2014.12|示例学校")],
    )]);
    assert_eq!(faults(&bytes, "名单.xls"), [(3, "date.unreadable")]);
}

#[test]
fn what_is_no_workbook_is_unreadable() {
    for (bytes, name) in [
        (&b""[..], "a.xlsx"),
        (b"PK\x03\x04 cut off", "a.xlsx"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 cut off", "a.xls"),
        (b"%PDF-1.7", "a.pdf"),
        (TEXT.as_bytes(), "a.xlsx"),
        (b"\x00\x01\x02\x03", "a.csv"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv"),
        (b"", "a.csv"),
        (b"\xFF\xFF\xFF", "a.csv"),
    ] {
        assert_eq!(Workbook::read(bytes, name).unwrap_err().code(), "file.unreadable", "{name}");
    }
}

#[test]
fn more_than_twenty_megabytes_are_not_opened() {
    let bytes = vec![b' '; LARGEST_FILE + 1];
    assert_eq!(Workbook::read(&bytes, "a.csv").unwrap_err(), FileFault::TooLarge(TooLarge::Bytes));
}

#[test]
fn what_is_typed_over_a_cell_stands_there_as_text() {
    let rows = vec![line("甲||丙"), line("丁|戊")];
    let mut book = Workbook::read(&xlsx(&[sheet("名单", rows)]), "a.xlsx").unwrap();
    let sheet = &mut book.sheets[0];
    sheet.type_over(1, 0, "2014-05-06");
    sheet.type_over(1, 1, "乙");
    sheet.type_over(1, 2, " ");
    sheet.type_over(2, 9, "");
    sheet.type_over(7, 0, "没有这一行");
    let texts = |row: usize| sheet.rows[row].cells.iter().map(|c| (c.column, c.content.text())).collect::<Vec<_>>();
    assert_eq!(texts(0), [(0, "2014-05-06".to_owned()), (1, "乙".to_owned())]);
    assert_eq!(texts(1), [(0, "丁".to_owned()), (1, "戊".to_owned())]);
    assert_eq!(sheet.rows.len(), 2);
}

#[test]
fn cells_shown_as_one_stay_one_when_typed_over() {
    let mut book = Workbook::read(&xlsx(&[sheet("名单", vec![line("甲|乙"), line("|丙")])]), "a.xlsx").unwrap();
    let sheet = &mut book.sheets[0];
    sheet.merged.push(Region { first_row: 1, last_row: 2, first_column: 0, last_column: 0 });
    sheet.type_over(2, 0, "丁");
    assert_eq!(sheet.rows[0].cell(0).unwrap().content.text(), "丁");
    assert!(sheet.rows[1].cell(0).is_none());
}
