//! The rows that were not taken in, as a roster of their own.

use naheya_documents::left_out::{LeftRow, left_out};
use naheya_documents::marked::Marking;
use naheya_documents::roster::{ChildRow, Roster};
use naheya_documents::workbook::{Content, Workbook};

use super::draft::{D, Draft, line, sheet, today, xlsx};

const HEAD: &str = "要改的地方";

/// Two good rows, each followed by a faulty one that says the school is the same.
fn uploaded() -> Workbook {
    let number = D::Number(150_825_201_501_020_016.0);
    let digits_lost = vec!["2".into(), "石小样".into(), number, "〃".into(), D::Day(2015, 1, 2), "=1+1".into()];
    let rows = vec![
        line("儿童花名册（示例）"),
        line("序号|姓名|身份证号|学校|出生日期|备注"),
        line("1|白小样|150825201412310027|示例学校|2014.12.31|"),
        digits_lost,
        line("3|安小样||示例二校|2015.1.2|"),
        line("4|那小样||同上|2071.1.2|"),
        line("合计|4"),
    ];
    let draft = Draft { merged: vec![(0, 0, 0, 5)], ..sheet("名单", rows) };
    Workbook::read(&xlsx(&[sheet("说明", vec![line("示例")]), draft]), "a.xlsx").unwrap()
}

/// The faulty rows of a file, as a file.
fn parted(book: &Workbook) -> Workbook {
    let roster: Roster<ChildRow> = Roster::read(book, today()).unwrap();
    let errors: Vec<_> = roster.errors().cloned().collect();
    let marking = Marking { sheet: &roster.sheet, header_row: roster.header_row, advice_head: HEAD, errors: &errors };
    let faulty = roster.rows.iter().filter(|row| row.value.is_err());
    let rows: Vec<_> = faulty.map(|row| LeftRow { number: row.number, texts: &row.texts }).collect();
    let bytes = left_out(book, &marking, &roster.columns, &rows, |code| format!("请改（{code}）")).unwrap();
    Workbook::read(&bytes, "b.xlsx").unwrap()
}

#[test]
fn rows_left_out_stand_below_their_header_with_all_that_they_say() {
    let back = parted(&uploaded());
    assert_eq!(back.sheets.len(), 1);
    let rows = &back.sheets[0].rows;
    let text = |row: usize, column: u16| rows[row].cell(column).map(|cell| cell.content.text()).unwrap_or_default();
    assert_eq!(rows.len(), 4, "title, header, two rows");
    assert_eq!((text(0, 0).as_str(), text(1, 1).as_str()), ("儿童花名册（示例）", "姓名"));
    assert_eq!(text(1, 6), HEAD);
    assert_eq!((text(2, 1).as_str(), text(2, 3).as_str()), ("石小样", "示例学校"), "what stood above is written out");
    assert_eq!((text(3, 1).as_str(), text(3, 3).as_str()), ("那小样", "示例二校"));
    assert_eq!(text(2, 6), "身份证号：请改（id_number.digits_lost）");
    assert!(text(3, 6).contains("date.in_future"), "{}", text(3, 6));
    assert!(matches!(rows[2].cell(4).unwrap().content, Content::Date { .. }), "a date stays one");
    assert_eq!(rows[2].cell(5).unwrap().content, Content::Text("=1+1".to_owned()));
}

#[test]
fn rows_put_right_are_good_and_the_rest_comes_back_with_one_column_of_advice() {
    let mut back = parted(&uploaded());
    back.sheets[0].type_over(4, 4, "2015.1.3");
    let roster: Roster<ChildRow> = Roster::read(&back, today()).unwrap();
    assert_eq!((roster.rows.len(), roster.invalid()), (2, 1));
    assert_eq!(roster.good().next().unwrap().1.school.school, "示例二校");
    let again = parted(&back);
    let header = &again.sheets[0].rows[1];
    assert_eq!(header.cells.iter().filter(|cell| cell.content.text() == HEAD).count(), 1);
    assert_eq!(again.sheets[0].rows.len(), 3);
}
