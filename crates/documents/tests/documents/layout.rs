//! Where the roster stands in a workbook, and which lines are its rows.

use naheya_documents::file_fault::FileFault;
use naheya_documents::roster::{ChildRow, Field, PairRow, Roster, VolunteerRow};
use naheya_documents::workbook::Workbook;

use super::draft::{D, Draft, codes, line, read, row, sheet, today, xlsx};

const HEAD: &str = "序号|姓名|性别|出生日期|学校|班级";

fn names(roster: &Roster<ChildRow>) -> Vec<(u32, String)> {
    roster.good().map(|(number, child)| (number, child.name.as_str().to_owned())).collect()
}

fn child(name: &str) -> Vec<D> {
    row(&["1", name, "女", "2015.3.4", "示例学校", "3班"])
}

#[test]
fn the_roster_need_not_be_the_first_sheet() {
    let roster: Roster<ChildRow> = read(&[
        sheet("填表说明", vec![line("姓名：写户口簿上的姓名"), line("学校：写全称")]),
        sheet("汇总", vec![line("学校|人数"), line("示例学校|1")]),
        sheet("名单", vec![line(HEAD), child("白小样")]),
    ]);
    assert_eq!(&*roster.sheet, "名单");
    assert_eq!(names(&roster), [(2, "白小样".to_owned())]);
}

#[test]
fn a_hidden_sheet_is_not_preferred() {
    let old = Draft {
        hidden: true,
        ..sheet(
            "去年",
            vec![line("序号|姓名|性别|民族|出生日期|学校|班级"), line("1|旧名单|女|汉|2015.3.4|示例学校|3班")],
        )
    };
    let roster: Roster<ChildRow> = read(&[sheet("今年", vec![line(HEAD), child("白小样")]), old]);
    assert_eq!(&*roster.sheet, "今年");
}

#[test]
fn titles_and_date_lines_above_the_header_are_passed_over() {
    let mut draft = sheet(
        "Sheet1",
        vec![
            line("示例旗儿童花名册"),
            vec![],
            line("填表单位：示例妇联|||填表时间：2026年9月1日"),
            line(HEAD),
            child("白小样"),
        ],
    );
    draft.merged = vec![(0, 0, 0, 5)];
    let roster: Roster<ChildRow> = read(&[draft]);
    assert_eq!(roster.header_row, 4);
    assert_eq!(names(&roster), [(5, "白小样".to_owned())]);
}

#[test]
fn columns_stand_in_any_order_and_under_other_words() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "Sheet1",
        vec![
            line("所在班级|就读学校|公民身份号码|出生年月|学生姓名|族别|家长联系电话|现居住地|家长"),
            line("四年级1班|示例学校|150825201412310027|2014.12|白小样|蒙|13900000001|示例嘎查|监护样"),
        ],
    )]);
    let (_, child) = roster.good().next().unwrap();
    assert_eq!(child.name.as_str(), "白小样");
    assert_eq!(child.id_number.unwrap().as_str(), "150825201412310027");
    assert_eq!(child.school.class.as_deref(), Some("四年级1班"));
    assert_eq!(child.ethnic_group.unwrap().code(), "02");
    assert_eq!(child.address.as_deref(), Some("示例嘎查"));
    let guardian = &child.guardians[0];
    assert_eq!(guardian.name.as_ref().unwrap().as_str(), "监护样");
    assert_eq!(guardian.phone.as_ref().unwrap().as_str(), "13900000001");
}

fn two_row_header() -> Draft {
    Draft {
        name: "花名册",
        rows: vec![
            line("儿童花名册（示例）"),
            line("序号|儿童基本情况|||学校情况||监护人情况|||备注"),
            line("|姓名|性别|出生年月|名称|班级|姓名|电话|关系|"),
            line("1|白小样|女|2015.3.4|示例学校|3班|监护样|13900000001|奶奶|"),
        ],
        merged: vec![(0, 0, 0, 9), (1, 0, 2, 0), (1, 1, 1, 3), (1, 4, 1, 5), (1, 6, 1, 8), (1, 9, 2, 9)],
        hidden: false,
    }
}

#[test]
fn a_header_of_two_rows_tells_the_childs_name_from_the_guardians() {
    for merged in [true, false] {
        let mut draft = two_row_header();
        if !merged {
            draft.merged.clear();
        }
        let roster: Roster<ChildRow> = read(&[draft]);
        assert_eq!(roster.header_row, 3, "merged: {merged}");
        let (number, child) = roster.good().next().unwrap();
        assert_eq!((number, child.name.as_str()), (4, "白小样"));
        assert_eq!(child.school.school, "示例学校");
        assert_eq!(child.guardians[0].name.as_ref().unwrap().as_str(), "监护样");
        assert_eq!(child.guardians[0].relation.unwrap().code(), "62");
        assert_eq!(roster.column(Field::GuardianPhone).unwrap().header.as_ref(), "监护人情况 电话");
    }
}

#[test]
fn a_group_over_some_columns_only_leaves_the_others_with_one_row() {
    let roster: Roster<ChildRow> = read(&[Draft {
        name: "花名册",
        rows: vec![
            line("序号|姓名|性别|出生日期|学校|班级|监护人|"),
            line("||||||姓名|联系电话"),
            line("1|白小样|女|2015.3.4|示例学校|3班|监护样|13900000001"),
        ],
        merged: vec![(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 1, 3), (0, 4, 1, 4), (0, 5, 1, 5), (0, 6, 0, 7)],
        hidden: false,
    }]);
    assert_eq!(names(&roster), [(3, "白小样".to_owned())]);
    assert!(roster.good().next().unwrap().1.guardians[0].phone.is_some());
}

#[test]
fn blank_rows_totals_signatures_seals_and_notes_are_no_rows() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "Sheet1",
        vec![
            line(HEAD),
            child("白小样"),
            vec![],
            line("小计|1人"),
            line("二、示例中学"),
            child("石小样"),
            line("3|||||"),
            line("4|无|-|—|/|"),
            line("合　计|2人||||"),
            line("|合计|2|||"),
            line("单位负责人（签名）：||复核人（签名）：||填表人（签名）：样例"),
            line("||（盖章）"),
            line("注：本表一式两份"),
            line("填表人：样例||联系电话：13900000001"),
            line("共2人"),
        ],
    )]);
    assert_eq!(names(&roster), [(2, "白小样".to_owned()), (6, "石小样".to_owned())]);
    assert_eq!(roster.rows.len(), 2);
}

#[test]
fn a_header_printed_again_a_numbering_line_and_an_example_are_no_rows() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "Sheet1",
        vec![
            line(HEAD),
            line("1|2|3|4|5|6"),
            line("例|张三|男|2015.1.1|示例学校|1班"),
            child("白小样"),
            line(HEAD),
            child("石小样"),
        ],
    )]);
    assert_eq!(roster.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [4, 6]);
}

#[test]
fn a_row_with_hardly_anything_is_still_a_row_with_faults() {
    let roster: Roster<ChildRow> =
        read(&[sheet("Sheet1", vec![line(HEAD), line("1|白小样||||"), line("2||女|2015.3.4|示例学校|3班")])]);
    assert_eq!(codes(&roster), [(2, "required.missing"), (2, "required.missing"), (3, "required.missing")]);
    assert_eq!(roster.invalid(), 2);
}

#[test]
fn the_same_as_above_is_the_value_above_in_that_column() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "Sheet1",
        vec![
            line(HEAD),
            line("1|白小样|女|2015.3.4|示例学校|3班"),
            line("2|石小样|同上|2015.3.5|同上|4班"),
            vec![],
            line("小计|2人"),
            line("3|那小样|男|2015.3.6|同 上|〃"),
        ],
    )]);
    let read: Vec<_> = roster
        .good()
        .map(|(_, child)| {
            (child.sex.unwrap().code(), child.school.school.as_str(), child.school.class.as_deref().unwrap())
        })
        .collect();
    assert_eq!(read, [("female", "示例学校", "3班"), ("female", "示例学校", "4班"), ("male", "示例学校", "4班")]);
    assert_eq!(roster.rows[1].texts, ["2", "石小样", "女", "2015.3.5", "示例学校", "4班"]);
}

#[test]
fn a_cell_merged_over_several_rows_stands_for_each_of_them() {
    let mut draft = sheet(
        "Sheet1",
        vec![
            line(HEAD),
            line("1|白小样|女|2015.3.4|示例学校|3班"),
            line("2|石小样|男|2015.3.5||4班"),
            line("3|那小样|男|2015.3.6||5班"),
        ],
    );
    draft.merged = vec![(1, 4, 3, 4)];
    let roster: Roster<ChildRow> = read(&[draft]);
    assert_eq!(roster.invalid(), 0);
    assert!(roster.good().all(|(_, child)| child.school.school == "示例学校"));
}

#[test]
fn a_workbook_without_a_header_of_the_kind_is_refused() {
    let book =
        Workbook::read(&xlsx(&[sheet("Sheet1", vec![line("日期|天气|地点"), line("2026.9.1|晴|示例旗")])]), "a.xlsx")
            .unwrap();
    assert_eq!(Roster::<ChildRow>::read(&book, today()).unwrap_err(), FileFault::HeaderUnknown);
    assert_eq!(Roster::<VolunteerRow>::read(&book, today()).unwrap_err().code(), "header.unknown");
    assert_eq!(Roster::<PairRow>::read(&book, today()).unwrap_err().code(), "header.unknown");
}

#[test]
fn a_ledger_needs_both_people_in_its_header() {
    let book = Workbook::read(&xlsx(&[sheet("Sheet1", vec![line(HEAD), child("白小样")])]), "a.xlsx").unwrap();
    assert_eq!(Roster::<PairRow>::read(&book, today()).unwrap_err(), FileFault::HeaderUnknown);
}

#[test]
fn more_than_fifty_thousand_rows_are_too_many() {
    let text = |rows: u32| {
        let lines = (0..rows).map(|at| format!("{at},白{at},2015.3.4,示例学校"));
        std::iter::once("序号,姓名,出生日期,学校".to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
    };
    let book = Workbook::read(text(50_000).as_bytes(), "a.csv").unwrap();
    assert_eq!(Roster::<ChildRow>::read(&book, today()).unwrap().rows.len(), 50_000);
    let fault = Workbook::read(text(50_001).as_bytes(), "a.csv")
        .and_then(|book| Roster::<ChildRow>::read(&book, today()))
        .unwrap_err();
    assert_eq!(fault.code(), "file.too_large");
}

#[test]
fn a_ledger_of_pairs_is_no_roster_of_children_or_volunteers() {
    let ledger = sheet(
        "台账",
        vec![
            line("周末妈妈|联系电话|儿童姓名|出生年月|学校班级|结对时间|结束时间"),
            line("苏样样|13900000001|白小样|2019.8.17|示例学校|2024.5|"),
        ],
    );
    let book = Workbook::read(&xlsx(&[ledger]), "a.xlsx").unwrap();
    assert_eq!(Roster::<ChildRow>::read(&book, today()).unwrap_err(), FileFault::HeaderUnknown);
    assert_eq!(Roster::<VolunteerRow>::read(&book, today()).unwrap_err(), FileFault::HeaderUnknown);
    assert_eq!(Roster::<PairRow>::read(&book, today()).unwrap().invalid(), 0);
}

#[test]
fn a_roster_of_children_may_say_who_cares_for_each() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "Sheet1",
        vec![line("姓名|出生日期|学校|结对妈妈|结对时间"), line("白小样|2015.3.4|示例学校|苏样样|2024.5")],
    )]);
    assert_eq!(names(&roster), [(2, "白小样".to_owned())]);
}

#[test]
fn words_in_a_row_of_people_are_not_taken_for_a_header() {
    let rows = vec![line(HEAD), child("白小样"), line("2|母亲|女|儿童|学校|班级")];
    let book = Workbook::read(&xlsx(&[sheet("Sheet1", rows)]), "a.xlsx").unwrap();
    assert_eq!(Roster::<PairRow>::read(&book, today()).unwrap_err(), FileFault::HeaderUnknown);
}
