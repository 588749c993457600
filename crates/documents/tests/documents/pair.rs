//! What a line of the ledger of pairs must hold.

use jiff::civil::date;
use naheya_documents::roster::{PairRow, Roster};
use naheya_domain::calendar_date::CalendarDate;

use super::draft::{D, Draft, codes, line, read, sheet};

const HEAD: &str =
    "序号|周末妈妈|联系电话|儿童姓名|性别|民族|出生年月|学校班级|监护人及电话|结对时间|结束时间|协议编号|备注";

fn ledger(lines: &[&str]) -> Roster<PairRow> {
    let mut rows = vec![line("“周末妈妈”结对台账（示例）"), line(HEAD)];
    rows.extend(lines.iter().map(|text| line(text)));
    read(&[sheet("台账", rows)])
}

fn first(roster: &Roster<PairRow>) -> &PairRow {
    roster.good().next().unwrap().1
}

#[test]
fn a_whole_line_is_read_and_two_things_in_one_cell_are_parted() {
    let roster = ledger(&[
        "1|苏样样|13900000001|白小样|女|达斡尔|2019.8.17|示例蒙古族学校4(3)班|监护白 13900000002|2019.10|2025.6|示协0001|",
    ]);
    let pair = first(&roster);
    assert_eq!(pair.volunteer_name.as_str(), "苏样样");
    assert_eq!(pair.volunteer_phone.as_ref().unwrap().as_str(), "13900000001");
    assert_eq!(pair.child_name.as_str(), "白小样");
    assert_eq!(pair.child_birth, Some(CalendarDate::Day(date(2019, 8, 17))));
    let school = pair.school.as_ref().unwrap();
    assert_eq!((school.school.as_str(), school.class.as_deref()), ("示例蒙古族学校", Some("4(3)班")));
    assert_eq!(pair.guardian_name.as_ref().unwrap().as_str(), "监护白");
    assert_eq!(pair.guardian_phone.as_ref().unwrap().as_str(), "13900000002");
    assert_eq!((pair.begin, pair.end), (date(2019, 10, 1), Some(date(2025, 6, 1))));
    assert_eq!(pair.paper_number.as_deref(), Some("示协0001"));
}

#[test]
fn an_empty_end_means_the_pair_goes_on() {
    for end in ["", "至今", "—"] {
        let text = format!("1|苏样样|13900000001|白小样|女|汉|2019.8.17|示例学校|监护白|2019年10月8日|{end}||");
        let roster = ledger(&[&text]);
        assert_eq!((first(&roster).begin, first(&roster).end), (date(2019, 10, 8), None), "{end}");
    }
}

#[test]
fn dates_that_cannot_be_are_faults() {
    let roster = ledger(&[
        "1|苏样样|13900000001|白小样|女|汉|2019.8.17|示例学校|监护白|2024.13|||",
        "2|苏样样|13900000001|白小样|女|汉|2019.8.17|示例学校|监护白|2027.1|||",
        "3|苏样样|13900000001|白小样|女|汉|2019.8.17|示例学校|监护白||||",
        "4|苏样样|13900000001|白小样|女|汉|2019.8.17|示例学校|监护白|2024.5|2023.5||",
    ]);
    assert_eq!(
        codes(&roster),
        [(3, "date.unreadable"), (4, "date.in_future"), (5, "required.missing"), (6, "date.out_of_order")]
    );
}

#[test]
fn both_names_must_be_there_and_phones_right() {
    let roster = ledger(&[
        "1||13900000001|白小样|女|汉|2019.8.17|示例学校|监护白|2024.5|||",
        "2|苏样样|13900000001||女|汉|2019.8.17|示例学校|监护白|2024.5|||",
        "3|苏样样|12345|白小样|女|汉|2019.8.17|示例学校|监护白 1390000|2024.5|||",
    ]);
    assert_eq!(
        codes(&roster),
        [(3, "required.missing"), (4, "required.missing"), (5, "phone.invalid"), (5, "phone.invalid")]
    );
}

#[test]
fn one_child_and_one_volunteer_may_stand_in_several_lines() {
    let roster = ledger(&[
        "1|苏样样|13900000001|白小样|女|汉|2019.8.17|示例学校|监护白|2020.5|2021.5||",
        "2|苏样样|13900000001|白小样|女|汉|2019.8.17|示例学校|监护白|2022.5|||",
        "3|同上|同上|石小样|男|汉|2018.8.17|同上|监护石|2022.5|||",
    ]);
    assert_eq!(roster.invalid(), 0);
    assert_eq!(roster.good().nth(2).unwrap().1.volunteer_name.as_str(), "苏样样");
}

#[test]
fn grown_up_children_stay_in_the_ledger() {
    let roster = ledger(&["1|苏样样|13900000001|白小样|女|汉|2003.8.17|示例学校|监护白|2013.5|2020.5||"]);
    assert_eq!(roster.invalid(), 0);
}

#[test]
fn groups_tell_the_volunteers_columns_from_the_childs() {
    let roster: Roster<PairRow> = read(&[Draft {
        name: "台账",
        rows: vec![
            line("结对台账"),
            line("序号|儿童|||||周末妈妈||监护人||结对|||"),
            line("|姓名|性别|出生日期|学校|班级|姓名|电话|姓名|电话|开始时间|结束时间|协议编号"),
            line("1|白小样|女|2019.8.17|示例学校|3班|苏样样|13900000001|监护白|13900000002|2024.5||示协1"),
        ],
        merged: vec![(0, 0, 0, 12), (1, 0, 2, 0), (1, 1, 1, 5), (1, 6, 1, 7), (1, 8, 1, 9), (1, 10, 1, 12)],
        hidden: false,
    }]);
    let pair = first(&roster);
    assert_eq!((pair.child_name.as_str(), pair.volunteer_name.as_str()), ("白小样", "苏样样"));
    assert_eq!(pair.volunteer_phone.as_ref().unwrap().as_str(), "13900000001");
    assert_eq!(pair.guardian_phone.as_ref().unwrap().as_str(), "13900000002");
    assert_eq!(pair.school.as_ref().unwrap().class.as_deref(), Some("3班"));
}

#[test]
fn words_standing_twice_belong_to_the_person_on_their_left() {
    let roster: Roster<PairRow> = read(&[sheet(
        "台账",
        vec![
            line("周末妈妈|性别|民族|电话|儿童姓名|性别|民族|出生日期|电话|结对时间"),
            line("苏样样|女|汉|13900000001|白小样|男|蒙|2019.8.17|13900000002|2024.5"),
        ],
    )]);
    let pair = first(&roster);
    assert_eq!(pair.volunteer_phone.as_ref().unwrap().as_str(), "13900000001");
    assert_eq!(pair.guardian_phone.as_ref().unwrap().as_str(), "13900000002");
    assert_eq!(pair.child_sex.unwrap().code(), "male");
    assert_eq!(pair.child_ethnic_group.unwrap().code(), "02");
}

#[test]
fn begin_and_end_in_one_cell_are_parted() {
    for (text, end) in [
        ("2019.10-2025.6", Some(date(2025, 6, 1))),
        ("2019年10月至2025年6月", Some(date(2025, 6, 1))),
        ("2019.10至今", None),
        ("2019-10至2025-06", Some(date(2025, 6, 1))),
    ] {
        let roster: Roster<PairRow> = read(&[sheet(
            "台账",
            vec![
                line("志愿者姓名|结对儿童|出生日期|起止时间"),
                vec!["苏样样".into(), "白小样".into(), D::Day(2019, 8, 17), text.into()],
            ],
        )]);
        let pair = first(&roster);
        assert_eq!((pair.begin, pair.end), (date(2019, 10, 1), end), "{text}");
    }
}
