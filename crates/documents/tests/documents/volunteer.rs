//! What a line of the volunteers' roster must hold.

use jiff::civil::date;
use naheya_documents::roster::{Roster, VolunteerRow};
use naheya_domain::calendar_date::CalendarDate;

use super::draft::{codes, id_number, line, read, sheet};

const HEAD: &str = "序号|姓名|性别|民族|出生年月|身份证号|政治面貌|文化程度|工作单位及职务|联系电话|家庭住址|特长|加入时间|结对儿童|备注";

fn people(lines: &[String]) -> Roster<VolunteerRow> {
    let mut rows = vec![line("“周末妈妈”志愿者花名册（示例）"), line(HEAD)];
    rows.extend(lines.iter().map(|text| line(text)));
    read(&[sheet("Sheet1", rows)])
}

fn volunteer(birth: &str, number: &str, phone: &str) -> String {
    format!("1|苏样样|女|蒙古|{birth}|{number}|党员|大专|示例单位|{phone}|示例镇|绘画|2025.4|石小样|")
}

fn one_code(text: String) -> Vec<&'static str> {
    people(&[text]).errors().map(|error| error.code).collect()
}

#[test]
fn a_whole_line_is_read() {
    let roster = people(&[volunteer("1990.3", "152826199003071123", "13900000001")]);
    let (number, read) = roster.good().next().unwrap();
    assert_eq!(number, 3);
    assert_eq!(read.name.as_str(), "苏样样");
    assert_eq!(read.phone.as_str(), "13900000001");
    assert_eq!(read.birth, CalendarDate::Day(date(1990, 3, 7)));
    assert_eq!(read.political_status.unwrap().code(), "01");
    assert_eq!(read.education.unwrap().code(), "30");
    assert_eq!(read.employer.as_deref(), Some("示例单位"));
    assert_eq!(read.joined, Some(date(2025, 4, 1)));
    assert_eq!(read.strengths.as_deref(), Some("绘画"));
}

#[test]
fn name_phone_and_number_or_birth_month_must_be_there() {
    assert_eq!(one_code(volunteer("1990.3", "", "13900000001")), Vec::<&str>::new());
    assert_eq!(one_code(volunteer("", "152826199003071123", "13900000001")), Vec::<&str>::new());
    assert_eq!(one_code(volunteer("", "", "13900000001")), ["required.missing"]);
    assert_eq!(one_code(volunteer("1990.3", "", "无")), ["required.missing"]);
    assert_eq!(one_code("1||女|汉|1990.3||||| 13900000001".to_owned()), ["required.missing"]);
}

#[test]
fn fifteen_and_eighteen_digits_are_one_number() {
    let roster = people(&[
        volunteer("1990.3", "152826900307112", "13900000001"),
        volunteer("1990.3.7", "152826199003071123", "13900000002"),
    ]);
    assert_eq!(codes(&roster), [(4, "duplicate.in_file")]);
}

#[test]
fn without_number_name_and_phone_are_the_person() {
    let roster = people(&[
        volunteer("1990.3", "", "13900000001"),
        volunteer("1990.3", "", "13900000002"),
        volunteer("1990.3", "", "139-0000-0001"),
    ]);
    assert_eq!(codes(&roster), [(5, "duplicate.in_file")]);
}

#[test]
fn whoever_is_not_yet_18_is_no_volunteer() {
    assert_eq!(one_code(volunteer("2012.5", "", "13900000001")), ["age.out_of_range"]);
    assert_eq!(one_code(volunteer("2008.10", "", "13900000001")), ["age.out_of_range"]);
    assert_eq!(one_code(volunteer("2008.9", "", "13900000001")), Vec::<&str>::new());
}

#[test]
fn words_dates_and_groups_that_cannot_be_read_are_faults() {
    assert_eq!(one_code(volunteer("二零零一", "152826199003071123", "13900000001")), ["date.unreadable"]);
    assert_eq!(
        one_code(volunteer("1990.3", &id_number("15282619900307113"), "13900000001")),
        ["id_number.sex_mismatch"]
    );
    assert_eq!(one_code(volunteer("1990.3", "", "13900000001").replace("|蒙古|", "|蒙汉|")), ["ethnic_group.unknown"]);
    assert_eq!(one_code(volunteer("1990.3", "", "13900000001").replace("2025.4", "2025.13")), ["date.unreadable"]);
    assert_eq!(one_code(volunteer("1990.3", "", "13900000001").replace("2025.4", "2027.4")), ["date.in_future"]);
}

#[test]
fn the_name_of_the_paired_child_is_not_taken_for_the_volunteers() {
    let roster: Roster<VolunteerRow> = read(&[sheet(
        "Sheet1",
        vec![line("结对儿童|志愿者姓名|出生年月|手机号码|监护人电话"), line("石小样|苏样样|1990.3|13900000001|12345")],
    )]);
    assert_eq!(roster.good().next().unwrap().1.name.as_str(), "苏样样");
}
