//! Rosters of many makes, each made while the test runs: one fault or one oddity in each, and what
//! must come of it. The rows are told by number, as Excel shows them.

use naheya_documents::roster::{ChildRow, Roster, VolunteerRow};
use naheya_documents::workbook::Workbook;

use super::draft::{D, Draft, codes, id_number, line, read, row, sheet, today};

const HEAD: &str = "序号|姓名|性别|民族|出生日期|身份证号|学校|班级|监护人|关系|联系电话|儿童类别";

/// A girl born on 4 March 2015, with a number of her own.
fn girl(n: usize) -> Vec<String> {
    let number = id_number(&format!("15082520150304{n:02}2"));
    let texts =
        ["", "", "女", "蒙古族", "2015.3.4", &number, "示例学校", "3班", "监护样", "母亲", "13900000001", "留守"];
    let mut cells: Vec<String> = texts.map(str::to_owned).to_vec();
    cells[0] = n.to_string();
    cells[1] = format!("白小{}", ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"][n % 10]);
    cells
}

fn cells(texts: Vec<String>) -> Vec<D> {
    texts.into_iter().map(D::from).collect()
}

/// One row for each text, which stands in the column of this name; all else is right.
fn with(column: &str, texts: &[&str]) -> Roster<ChildRow> {
    let at = HEAD.split('|').position(|head| head == column).unwrap();
    let mut rows = vec![line(HEAD)];
    for (n, text) in texts.iter().enumerate() {
        let mut person = girl(n + 10);
        (*text).clone_into(&mut person[at]);
        person[1] = if column == "姓名" {
            person[1].clone()
        } else {
            format!("{}{}", person[1], "样草花木"[..].chars().nth(n / 10).unwrap())
        };
        rows.push(cells(person));
    }
    read(&[sheet("花名册", rows)])
}

/// Each text with the code that must come of it, or none.
fn judged(column: &str, expected: &[(&str, Option<&'static str>)]) {
    let texts: Vec<&str> = expected.iter().map(|(text, _)| *text).collect();
    let roster = with(column, &texts);
    assert_eq!(roster.rows.len(), expected.len());
    for ((text, code), row) in expected.iter().zip(&roster.rows) {
        let found: Vec<_> = row.value.as_ref().err().into_iter().flatten().map(|error| error.code).collect();
        assert_eq!(found, code.iter().copied().collect::<Vec<_>>(), "{column}: {text:?}");
    }
}

#[test]
fn telephones_of_every_writing_are_read_and_others_refused() {
    let bad = Some("phone.invalid");
    judged(
        "联系电话",
        &[
            ("139 0000 0001", None),
            ("+86 139-0000-0001", None),
            ("１３９００００００01", None),
            ("13900000001（妈妈）", None),
            ("13900000001/13900000002", None),
            ("13900000001\n13900000002", None),
            ("（0478）5234567", None),
            ("暂无", None),
            ("—", None),
            ("不详", bad),
            ("5234567", bad),
            ("1390000000", bad),
            ("12900000001", bad),
            ("1.39E+10", bad),
            ("0478-1234567", bad),
            ("13900000001（备用12）", bad),
            ("#N/A", bad),
        ],
    );
}

#[test]
fn dates_of_every_writing_are_read_and_others_refused() {
    let bad = Some("date.unreadable");
    judged(
        "出生日期",
        &[
            ("2015年3月4日", None),
            ("二〇一五年三月四日", None),
            ("二零一五年三月四号", None),
            ("2015年三月四日", None),
            ("2015 3 4", None),
            ("2015·3·4", None),
            ("２０１５．３．４", None),
            ("'2015-03-04", None),
            ("2015-03-04 00:00:00", None),
            ("42067", None),
            ("2015年3月", None),
            ("暂无", None),
            ("二零一五", bad),
            ("15.3.4", bad),
            ("3/4/2015", bad),
            ("2015.2.30", bad),
            ("2015年十三月四日", bad),
            ("二〇一五年三十月四日", bad),
            ("年月日", bad),
        ],
    );
}

#[test]
fn identity_numbers_are_put_right_or_refused_by_what_is_wrong() {
    let own = |n: usize| girl(n)[5].clone();
    let spaced = format!("{} {} {}", &own(30)[..6], &own(30)[6..14], &own(30)[14..]);
    let wide: String = own(31).chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let quoted = format!("‘{}\u{3000}", own(32));
    let short = own(33)[..17].to_owned();
    let mut wrong = own(34);
    let last = if wrong.pop() == Some('1') { '2' } else { '1' };
    wrong.push(last);
    judged(
        "身份证号",
        &[
            (&spaced, None),
            (&wide, None),
            (&quoted, None),
            ("无", None),
            ("暂无", None),
            ("不详", Some("id_number.length")),
            (&short, Some("id_number.length")),
            (&wrong, Some("id_number.checksum")),
            ("150825********1122", Some("id_number.checksum")),
            ("1.50825E+17", Some("id_number.digits_lost")),
            ("1.50825e+017", Some("id_number.digits_lost")),
            ("150825150304112", Some("id_number.length")),
            (&id_number("15082520150305112"), Some("id_number.birth_date_mismatch")),
            (&id_number("15082520150304111"), Some("id_number.sex_mismatch")),
            ("#N/A", Some("id_number.length")),
            ("身份证遗失", Some("id_number.length")),
        ],
    );
}

#[test]
fn ethnic_groups_and_categories_are_read_in_short_and_in_full() {
    let unknown = Some("ethnic_group.unknown");
    judged(
        "民族",
        &[
            ("汉", None),
            ("蒙", None),
            ("蒙族", None),
            (" 达斡尔 ", None),
            ("鄂温克族", None),
            ("草原族", unknown),
            ("蒙汉", unknown),
        ],
    );
    let unknown = Some("category.unknown");
    judged(
        "儿童类别",
        &[
            ("留守儿童", None),
            ("留守（父母外出）", None),
            ("父母外出务工", None),
            ("单亲、留守", None),
            ("留守+单亲", None),
            ("防返贫监测户", None),
            ("—", None),
            ("甲类", unknown),
            ("留守、甲类", unknown),
            ("（留守）", unknown),
        ],
    );
}

#[test]
fn names_of_every_people_are_read_and_no_number_is_a_name() {
    let bad = Some("name.invalid");
    judged(
        "姓名",
        &[
            ("张　三", None),
            ("阿拉坦•其其格", None),
            ("斯琴高娃", None),
            ("𠮷小样", None),
            ("ᠨᠠᠷᠠ", None),
            ("Alatan Gerel", None),
            ("王*明", bad),
            ("？", bad),
            ("12", bad),
            ("张三/李四", bad),
        ],
    );
}

#[test]
fn a_failed_formula_is_nobodys_name_and_no_school() {
    let text = "姓名,出生日期,学校,家庭住址\n#N/A,2015.3.4,示例学校,\n白小样,2015.3.4,#REF!,\n石小样,2015.3.4,示例学校,#VALUE!\n";
    let book = Workbook::read(text.as_bytes(), "a.csv").unwrap();
    let roster = Roster::<ChildRow>::read(&book, today()).unwrap();
    assert_eq!(codes(&roster), [(2, "required.missing"), (3, "required.missing")]);
    assert_eq!(roster.good().next().unwrap().1.address, None);
}

/// Lines that stand among the people of real rosters and are nobody.
const NOBODY: &[&str] = &[
    "小计|3",
    "合计||3",
    "总计：3人",
    "共3人",
    "以上共计3人",
    "本页小计|3",
    "全校合计|3",
    "总人数|3",
    "||合计：3人",
    "男|1|女|2",
    "注：以上为2026年数据",
    "备注||以上名单由各学校核实",
    "填表人：样例||||联系电话：13900000001",
    "主管领导签字：||||经办人：",
    "（公章）",
    "旗妇联|||||||2026年9月1日",
    "2026年9月1日",
    "1.本表由学校填写",
    "第1页 共1页",
    "一、示例学校",
    "（一）潮格温都尔镇",
    "—",
];

#[test]
fn what_is_nobody_is_no_row_in_the_middle_or_at_the_end() {
    for nobody in NOBODY {
        let rows = vec![line(HEAD), cells(girl(11)), line(nobody), cells(girl(12)), line(nobody)];
        let roster: Roster<ChildRow> = read(&[sheet("花名册", rows)]);
        let numbers: Vec<u32> = roster.rows.iter().map(|row| row.number).collect();
        assert_eq!((numbers.as_slice(), roster.invalid()), (&[2, 4][..], 0), "{nobody}");
    }
}

#[test]
fn a_row_without_a_name_is_still_a_row_when_it_tells_of_somebody() {
    let mut nameless = girl(12);
    nameless[1].clear();
    let mut lettered = girl(13);
    "补".clone_into(&mut lettered[0]);
    let rows = vec![line(HEAD), cells(girl(11)), cells(nameless), cells(lettered)];
    let roster: Roster<ChildRow> = read(&[sheet("花名册", rows)]);
    assert_eq!((roster.rows.len(), codes(&roster)), (3, vec![(3, "required.missing")]));
}

#[test]
fn rosters_on_several_sheets_are_told_and_not_passed_over_in_silence() {
    let one = |name, n| sheet(name, vec![line(HEAD), cells(girl(n))]);
    let hidden = Draft { hidden: true, ..one("去年", 14) };
    let two = sheet("二班", vec![line(HEAD), cells(girl(12)), cells(girl(13))]);
    let empty = sheet("三班", vec![line(HEAD)]);
    let roster: Roster<ChildRow> = read(&[sheet("说明", vec![row(&["姓名"])]), one("一班", 11), two, empty, hidden]);
    assert_eq!((&*roster.sheet, roster.rows.len()), ("二班", 2));
    assert_eq!(roster.other_sheets, ["一班"]);
}

#[test]
fn text_files_are_parted_by_what_parts_their_lines_alike() {
    let address = "某镇,某村,一组,二户,三号";
    for (mark, text) in [
        (
            ';',
            format!(
                "姓名;出生日期;学校;家庭住址\n白小样;2015.3.4;示例学校;{address}\n石小样;2015.3.4;示例学校;{address},四\n"
            ),
        ),
        (
            '\t',
            format!(
                "姓名\t出生日期\t学校\t家庭住址\n白小样\t2015.3.4\t示例学校\t{address}\n石小样\t2015.3.4\t示例学校\t\n"
            ),
        ),
        (
            ',',
            "姓名,出生日期,学校,家庭住址\n白小样,2015.3.4,示例学校,\"一;二;三;四;五\"\n石小样,2015.3.4,示例学校,\n"
                .to_owned(),
        ),
    ] {
        for bytes in [
            text.clone().into_bytes(),
            encoding_rs::GB18030.encode(&text).0.into_owned(),
            [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(),
        ] {
            let book = Workbook::read(&bytes, "a.csv").unwrap();
            let roster = Roster::<ChildRow>::read(&book, today()).unwrap();
            assert_eq!((roster.rows.len(), roster.invalid()), (2, 0), "{mark:?}");
        }
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_swallows_nobody() {
    let text = "姓名,学校,出生日期\n\"白小样,示例学校,2015.3.4\n石小样,示例学校,2015.3.4\n";
    let book = Workbook::read(text.as_bytes(), "a.csv").unwrap();
    let roster = Roster::<ChildRow>::read(&book, today()).unwrap();
    assert_eq!(roster.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_volunteer_is_of_age_on_the_eighteenth_birthday() {
    let head = line("姓名|出生年月|联系电话");
    let roster: Roster<VolunteerRow> = read(&[sheet(
        "Sheet1",
        vec![
            head,
            line("苏小样|2008.9.1|13900000001"),
            line("苏大样|2008.9.2|13900000002"),
            line("苏中样|2008.10|13900000003"),
        ],
    )]);
    assert_eq!(codes(&roster), [(3, "age.out_of_range"), (4, "age.out_of_range")]);
}
