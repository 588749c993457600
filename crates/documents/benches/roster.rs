//! Speed of reading and checking a roster of 20,000 children.
#![expect(clippy::unwrap_used, reason = "a bench that cannot run should stop")]

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::civil::date;
use naheya_documents::roster::{ChildRow, Roster};
use naheya_documents::workbook::Workbook;
use rust_xlsxwriter::Workbook as Writer;

const CHILDREN: u32 = 20_000;
const HEAD: [&str; 16] = [
    "序号",
    "姓名",
    "性别",
    "民族",
    "出生日期",
    "身份证号",
    "学校",
    "班级",
    "是否寄宿",
    "监护人姓名",
    "监护人电话",
    "与儿童关系",
    "家庭住址",
    "儿童类别",
    "语言",
    "备注",
];

fn main() {
    divan::main();
}

fn roster() -> Vec<u8> {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet();
    sheet.write_row(0, 0, HEAD).unwrap();
    for row in 1..=CHILDREN {
        let name = format!("白{}", char::from_u32(0x4E00 + row % 20_000).unwrap());
        let birth = format!("20{:02}.{}.{}", 9 + row % 10, 1 + row % 12, 1 + row % 28);
        let phone = format!("139{row:08}");
        let cells = [
            "1",
            &name,
            "女",
            "蒙古",
            &birth,
            "",
            "示例蒙古族学校",
            "4(3)班",
            "是",
            "监护样",
            &phone,
            "外祖父",
            "获各琦苏木",
            "单亲、留守",
            "蒙古语、汉语",
            "",
        ];
        sheet.write_row(row, 0, cells).unwrap();
    }
    writer.save_to_buffer().unwrap()
}

#[divan::bench]
fn read_and_check(bencher: Bencher) {
    let bytes = roster();
    bencher.counter(ItemsCount::new(CHILDREN)).bench(|| {
        let book = Workbook::read(&bytes, "a.xlsx").unwrap();
        Roster::<ChildRow>::read(&book, date(2026, 9, 1)).unwrap().rows.len()
    });
}

#[divan::bench]
fn open_only(bencher: Bencher) {
    let bytes = roster();
    bencher.counter(ItemsCount::new(CHILDREN)).bench(|| Workbook::read(&bytes, "a.xlsx").unwrap().sheets.len());
}
