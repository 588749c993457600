//! The uploaded roster given back with its faults.

use naheya_documents::marked::{Marking, mark};
use naheya_documents::roster::{ChildRow, Field, Roster};
use naheya_documents::workbook::{Content, Workbook};

use super::draft::{D, Draft, line, sheet, today, xlsx};

fn uploaded() -> Workbook {
    let mut second =
        vec!["2".into(), "石小样".into(), D::Number(150_825_201_501_020_016.0), "示例学校".into(), D::Day(2015, 1, 2)];
    second.push("=1+1".into());
    let rows = vec![
        line("儿童花名册（示例）"),
        line("序号|姓名|身份证号|学校|出生日期|备注"),
        line("1|白小样|150825201412310027|示例学校|2014.12.31|"),
        second,
        line("3|那小样||  |2015.1.2|"),
        line("合计|3"),
    ];
    let draft = Draft { merged: vec![(0, 0, 0, 5)], ..sheet("名单", rows) };
    Workbook::read(&xlsx(&[sheet("说明", vec![line("示例")]), draft]), "a.xlsx").unwrap()
}

#[test]
fn every_cell_keeps_its_place_and_faults_say_what_to_do() {
    let book = uploaded();
    let roster: Roster<ChildRow> = Roster::read(&book, today()).unwrap();
    let mut errors: Vec<_> = roster.errors().cloned().collect();
    errors.push(roster.error_at(3, Field::IdNumber, "duplicate.in_register"));
    let marking =
        Marking { sheet: &roster.sheet, header_row: roster.header_row, advice_head: "怎么改", errors: &errors };
    let bytes = mark(&book, &marking, |code| format!("请改（{code}）")).unwrap();

    let back = Workbook::read(&bytes, "b.xlsx").unwrap();
    assert_eq!(back.sheets.len(), 1);
    let row = |number: u32| back.sheets[0].rows.iter().find(|row| row.number == number).unwrap();
    assert_eq!(row(1).cell(0).unwrap().content.text(), "儿童花名册（示例）");
    assert_eq!(row(2).cell(6).unwrap().content.text(), "怎么改");
    assert_eq!(row(3).cell(6).unwrap().content.text(), "身份证号：请改（duplicate.in_register）");
    assert_eq!(row(4).cell(6).unwrap().content.text(), "身份证号：请改（id_number.digits_lost）");
    assert_eq!(row(4).cell(4).unwrap().content.text(), "2015-01-02");
    assert_eq!(row(4).cell(5).unwrap().content, Content::Text("=1+1".to_owned()));
    assert!(row(5).cell(6).unwrap().content.text().contains("required.missing"));
    assert!(row(6).cell(6).is_none());
    for (before, after) in book.sheets[1].rows.iter().zip(&back.sheets[0].rows) {
        assert_eq!(before.number, after.number);
        assert!(
            before.cells.iter().all(|cell| after.cell(cell.column).map(|cell| &cell.content) == Some(&cell.content))
        );
    }
}

#[test]
fn the_marked_roster_can_be_uploaded_again_with_the_same_faults() {
    let book = uploaded();
    let roster: Roster<ChildRow> = Roster::read(&book, today()).unwrap();
    let errors: Vec<_> = roster.errors().cloned().collect();
    let marking =
        Marking { sheet: &roster.sheet, header_row: roster.header_row, advice_head: "怎么改", errors: &errors };
    let back = Workbook::read(&mark(&book, &marking, str::to_owned).unwrap(), "b.xlsx").unwrap();
    let again: Roster<ChildRow> = Roster::read(&back, today()).unwrap();
    assert_eq!(again.errors().cloned().collect::<Vec<_>>(), errors);
    assert_eq!(again.rows.len(), roster.rows.len());
}

#[test]
fn a_fault_in_an_empty_cell_is_coloured_too() {
    let book = uploaded();
    let roster: Roster<ChildRow> = Roster::read(&book, today()).unwrap();
    let errors: Vec<_> = roster.errors().cloned().collect();
    let marking =
        Marking { sheet: &roster.sheet, header_row: roster.header_row, advice_head: "怎么改", errors: &errors };
    let bytes = mark(&book, &marking, str::to_owned).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let xml = std::io::read_to_string(zip.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    let school = xml.split("r=\"D5\"").nth(1).unwrap();
    assert!(school.trim_start().starts_with("s=\""), "{}", &school[..40]);
}
