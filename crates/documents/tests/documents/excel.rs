//! Tables out and read back.

use jiff::civil::date;
use naheya_documents::excel::{Excel, Form, Head, Value, table};
use naheya_documents::workbook::{Content, Region, Workbook};

fn heads() -> Vec<Head> {
    ["姓名", "时长", "日期", "金额", "人数"].into_iter().map(|text| Head::new(text, 12.0)).collect()
}

#[test]
fn values_come_back_with_their_kind() {
    let rows = vec![vec![
        Value::Text("白小样".to_owned()),
        Value::Minutes(1_650),
        Value::Date(date(2026, 9, 5)),
        Value::Fen(123_456),
        Value::Whole(42),
        Value::Blank,
        Value::Decimal(0.5),
    ]];
    let book = Workbook::read(&table("孩子", &heads(), rows).unwrap(), "a.xlsx").unwrap();
    assert_eq!(book.sheets[0].name, "孩子");
    let cell = |column| &book.sheets[0].rows[1].cell(column).unwrap().content;
    assert_eq!(cell(0), &Content::Text("白小样".to_owned()));
    assert_eq!(cell(2).text(), "2026-09-05");
    assert_eq!(cell(3), &Content::Number(1_234.56));
    assert_eq!(cell(4), &Content::Number(42.0));
    assert!(book.sheets[0].rows[1].cell(5).is_none());
    assert_eq!(cell(6), &Content::Number(0.5));
}

#[test]
fn text_that_looks_like_a_formula_stays_text() {
    let texts = ["=1+1", "+8613900000001", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", "\t=1", "＝1+1", "15082520141231002"];
    let rows = texts.iter().map(|text| vec![Value::Text((*text).to_owned())]);
    let book = Workbook::read(&table("表", &heads(), rows).unwrap(), "a.xlsx").unwrap();
    for (row, text) in book.sheets[0].rows[1..].iter().zip(texts) {
        assert_eq!(row.cells[0].content, Content::Text(text.to_owned()));
        assert!(!row.cells[0].is_formula);
    }
}

#[test]
fn names_and_texts_that_excel_does_not_take_are_made_to_fit() {
    let mut excel = Excel::new();
    excel.sheet("一/二:[三]*?", &heads(), vec![vec![Value::Text("字".repeat(40_000))]]).unwrap();
    excel.sheet(&"长".repeat(40), &heads(), Vec::new()).unwrap();
    excel.sheet("", &[], Vec::new()).unwrap();
    let book = Workbook::read(&excel.finish().unwrap(), "a.xlsx").unwrap();
    assert_eq!(book.sheets[0].name, "一二三");
    assert_eq!(book.sheets[0].rows[1].cells[0].content.text().chars().count(), 32_767);
    assert_eq!(book.sheets[1].name.chars().count(), 31);
    assert_eq!(book.sheets[2].name, "Sheet1");
}

#[test]
fn days_before_1900_are_written_as_text() {
    let book =
        Workbook::read(&table("表", &heads(), vec![vec![Value::Date(date(1899, 12, 31))]]).unwrap(), "a.xlsx").unwrap();
    assert_eq!(book.sheets[0].rows[1].cells[0].content, Content::Text("1899-12-31".to_owned()));
}

#[test]
fn a_stamped_sheet_says_below_its_rows_who_took_it_out() {
    let mut excel = Excel::stamped("样例专干 & 2026-11-28 09:10");
    excel.sheet("孩子", &heads(), vec![vec![Value::Text("白小样".to_owned())]]).unwrap();
    excel.sheet("空", &heads(), Vec::new()).unwrap();
    let book = Workbook::read(&excel.finish().unwrap(), "a.xlsx").unwrap();
    let last = |sheet: usize| book.sheets[sheet].rows.last().unwrap().cells[0].content.text();
    assert_eq!(book.sheets[0].rows.len(), 3);
    assert_eq!((last(0).as_str(), last(1).as_str()), ("样例专干 & 2026-11-28 09:10", "样例专干 & 2026-11-28 09:10"));
}

#[test]
fn a_form_has_its_words_over_joined_columns_numbers_as_numbers_and_places_to_sign() {
    let head = |text: &str| Head::new(text, 8.0);
    let form = Form {
        title: "示例旗统计表".into(),
        lead: "截至 2026年11月20日".into(),
        corner: head("苏木镇"),
        groups: vec![("合计".into(), vec![head("孩子")]), ("性别".into(), vec![head("男"), head("女")])],
        rows: vec![("=示例镇".into(), vec![3, 1, 2])],
        below: vec!["1 = 2 + 3".into()],
        signs: vec!["填表人（签名）".into(), "填报单位（盖章）".into()],
    };
    let mut excel = Excel::stamped("样例 2026-11-28");
    excel.form("统计表", &form).unwrap();
    let book = Workbook::read(&excel.finish().unwrap(), "a.xlsx").unwrap();
    let sheet = &book.sheets[0];
    let at = |number: u32, column: u16| {
        let row = sheet.rows.iter().find(|row| row.number == number).unwrap();
        row.cell(column).map(|cell| cell.content.clone())
    };
    let text = |words: &str| Some(Content::Text(words.to_owned()));
    assert_eq!((at(1, 0), at(3, 2), at(4, 2)), (text("示例旗统计表"), text("性别"), text("男")));
    let joined = |first_row, last_row, first_column, last_column| {
        sheet.merged.contains(&Region { first_row, last_row, first_column, last_column })
    };
    let base = sheet.merged.iter().map(|region| region.first_row).min().unwrap();
    assert!(joined(base, base, 0, 3), "the title over all columns: {:?}", sheet.merged);
    assert!(joined(base + 2, base + 3, 0, 0) && joined(base + 2, base + 2, 2, 3), "{:?}", sheet.merged);
    assert_eq!((at(5, 0), at(5, 1)), (text("=示例镇"), Some(Content::Number(3.0))));
    assert_eq!(at(7, 0), text("1 = 2 + 3"));
    assert_eq!((at(9, 0), at(9, 2)), (text("填表人（签名）"), text("填报单位（盖章）")));
    assert_eq!(at(10, 0), text("样例 2026-11-28"));
}
