//! What a line of the children's roster must hold.

use jiff::civil::date;
use naheya_documents::roster::{ChildRow, Roster};

use super::draft::{D, codes, id_number, line, read, sheet};

/// Reads lines under name, sex, birth date, identity number and school.
fn people(lines: Vec<Vec<D>>) -> Roster<ChildRow> {
    let mut rows = vec![line("姓名|性别|出生日期|身份证号|学校")];
    rows.extend(lines);
    read(&[sheet("花名册", rows)])
}

fn born(birth: impl Into<D>, number: &str) -> Vec<D> {
    vec!["白小样".into(), "".into(), birth.into(), number.into(), "示例学校".into()]
}

fn one_code(cells: Vec<D>) -> Vec<&'static str> {
    people(vec![cells]).errors().map(|error| error.code).collect()
}

const GIRL_2014: &str = "150825201412310027";

#[test]
fn names_lose_the_spaces_inside() {
    let roster = people(vec![line("张　小　样|女|2014.12.31||示例学校")]);
    assert_eq!(roster.good().next().unwrap().1.name.as_str(), "张小样");
}

#[test]
fn typing_slips_in_an_identity_number_are_put_right() {
    for number in
        [" 150825201412310027 ", "'150825201412310027", "１５０８２５２０１４１２３１００２７", "150825 20141231 0027"]
    {
        let roster = people(vec![born("2014.12.31", number)]);
        assert_eq!(roster.good().next().unwrap().1.id_number.unwrap().as_str(), GIRL_2014, "{number}");
    }
    let roster = people(vec![born("", "15082520140910103x")]);
    assert_eq!(roster.good().next().unwrap().1.id_number.unwrap().as_str(), "15082520140910103X");
}

#[test]
fn an_identity_number_in_a_number_cell_has_lost_its_digits() {
    let mut cells = born("2014.12.31", "");
    cells[3] = D::Number(150_825_201_412_310_027.0);
    assert_eq!(one_code(cells), ["id_number.digits_lost"]);
    assert_eq!(one_code(born("2014.12.31", "1.50825E+17")), ["id_number.digits_lost"]);
}

#[test]
fn fifteen_digits_are_wrong_for_somebody_born_after_1999() {
    assert_eq!(one_code(born("2014.12.31", "150825141231002")), ["id_number.length"]);
    assert_eq!(one_code(born("", "150825141231002")), ["id_number.length"]);
}

#[test]
fn number_date_and_sex_must_agree() {
    assert_eq!(one_code(born("2013.12.31", GIRL_2014)), ["id_number.birth_date_mismatch"]);
    assert_eq!(one_code(line(&format!("白小样|男|2014.12.31|{GIRL_2014}|示例学校"))), ["id_number.sex_mismatch"]);
    assert_eq!(one_code(born("2014.11", GIRL_2014)), ["id_number.birth_date_mismatch"]);
    assert_eq!(one_code(born("2014.12", GIRL_2014)), Vec::<&str>::new());
}

#[test]
fn a_retired_county_prefix_is_right() {
    let number = id_number("15282620141231002");
    assert_eq!(one_code(born("2014.12.31", &number)), Vec::<&str>::new());
}

#[test]
fn dates_are_read_in_every_usual_form() {
    for cell in [
        D::from("2014.12.31"),
        D::from("2014年12月31日"),
        D::from("2014-12-31"),
        D::from("2014/12/31"),
        D::from("20141231"),
        D::from(20_141_231.0),
        D::Day(2014, 12, 31),
        D::from(42_004.0),
        D::Formula("=DATE(2014,12,31)", "42004"),
    ] {
        let roster = people(vec![born(cell.clone(), "")]);
        assert_eq!(roster.good().next().map(|(_, child)| child.birth_date), Some(date(2014, 12, 31)), "{cell:?}");
    }
}

#[test]
fn year_and_month_are_enough_only_beside_a_number() {
    assert_eq!(one_code(born("2014.12", "")), ["date.unreadable"]);
    let roster = people(vec![born("2014.12", GIRL_2014)]);
    assert_eq!(roster.good().next().unwrap().1.birth_date, date(2014, 12, 31));
}

#[test]
fn october_typed_as_a_number_is_not_taken_for_january() {
    let number = id_number("15082520141005002");
    assert_eq!(one_code(born(2014.1, &number)), Vec::<&str>::new());
    assert_eq!(one_code(born("2014.1", &number)), ["id_number.birth_date_mismatch"]);
}

#[test]
fn dates_that_are_none_lie_ahead_or_make_an_adult_are_refused() {
    assert_eq!(one_code(born("2014.13.40", "")), ["date.unreadable"]);
    assert_eq!(one_code(born("不详", GIRL_2014)), ["date.unreadable"]);
    assert_eq!(one_code(born("2026.9.2", "")), ["date.in_future"]);
    assert_eq!(one_code(born("2008.9.1", "")), ["age.out_of_range"]);
    assert_eq!(one_code(born("2008.9.2", "")), Vec::<&str>::new());
    assert_eq!(one_code(born("", &id_number("15082520060304484"))), ["age.out_of_range"]);
}

#[test]
fn a_wrong_number_does_not_hide_what_else_is_wrong() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "花名册",
        vec![
            line("姓名|身份证号|民族|监护人电话|儿童类别|出生日期"),
            line("白小样|150825201412310028|草原族|12345|甲类|2031.1.1"),
        ],
    )]);
    let codes: Vec<_> = roster.errors().map(|error| error.code).collect();
    assert_eq!(
        codes,
        [
            "id_number.checksum",
            "ethnic_group.unknown",
            "phone.invalid",
            "category.unknown",
            "date.in_future",
            "required.missing"
        ]
    );
    assert_eq!(roster.invalid(), 1);
    assert_eq!(roster.errors().last().unwrap().column.as_ref(), "学校");
}

#[test]
fn number_and_birth_date_missing_together_are_one_fault() {
    assert_eq!(one_code(born("", "")), ["required.missing"]);
    assert_eq!(one_code(born("无", "—")), ["required.missing"]);
}

#[test]
fn name_and_school_must_be_there() {
    assert_eq!(one_code(line("|女|2014.12.31||示例学校")), ["required.missing"]);
    assert_eq!(one_code(line("白小样|女|2014.12.31||/")), ["required.missing"]);
}

#[test]
fn the_later_line_of_one_person_is_the_twin() {
    let roster = people(vec![
        born("2014.12.31", GIRL_2014),
        line(&format!("石小样|女|2014.12.31|{GIRL_2014}|示例学校")),
        line("那小样|男|2015.1.2||示例学校"),
        line("那小样|男|2015年1月2日||示例学校"),
        line("那小样|男|2015.1.2||示范学校"),
        line(&format!("那小样|男|2015.1.2|{}|示例学校", id_number("15082520150102001"))),
        line(&format!("苗小样|男|2015.1.2|{}|示例学校", id_number("15082520150102003"))),
        line(&format!("苗小样|男|2015.1.2|{}|示例学校", id_number("15082520150102005"))),
    ]);
    assert_eq!(codes(&roster), [(3, "duplicate.in_file"), (5, "duplicate.in_file"), (7, "duplicate.in_file")]);
}

#[test]
fn a_twin_is_found_even_when_a_line_has_another_fault() {
    let roster = people(vec![
        line(&format!("白小样|女|2014.12.31|{GIRL_2014}|")),
        line(&format!("白小样|女|2014.12.31|{GIRL_2014}|示例学校")),
    ]);
    assert_eq!(codes(&roster), [(2, "required.missing"), (3, "duplicate.in_file")]);
}

#[test]
fn a_phone_typed_as_a_number_and_two_phones_in_one_cell_are_read() {
    let with_phone = |phone: D| {
        let roster: Roster<ChildRow> = read(&[sheet(
            "花名册",
            vec![
                line("姓名|出生日期|学校|监护人姓名|监护人电话|与儿童关系"),
                vec!["白小样".into(), "2014.12.31".into(), "示例学校".into(), "监护样".into(), phone, "姥姥".into()],
            ],
        )]);
        let child = roster.good().next().map(|(_, child)| child.clone()).unwrap();
        child.guardians[0].phone.as_ref().map(|phone| phone.as_str().to_owned())
    };
    assert_eq!(with_phone(D::Number(13_900_000_001.0)).as_deref(), Some("13900000001"));
    assert_eq!(with_phone("13900000001、13900000002".into()).as_deref(), Some("13900000001"));
    assert_eq!(with_phone("0478-5550001".into()).as_deref(), Some("0478-5550001"));
    assert_eq!(with_phone("无".into()), None);
}

#[test]
fn columns_of_parents_become_guardians() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "花名册",
        vec![
            line("姓名|出生日期|学校|父亲姓名|父亲电话|母亲姓名|母亲电话|监护人及电话|关系"),
            line("白小样|2014.12.31|示例学校|父样|13900000001|母样|无|奶样13900000003|奶奶"),
        ],
    )]);
    let (_, child) = roster.good().next().unwrap();
    let read: Vec<_> = child
        .guardians
        .iter()
        .map(|guardian| {
            (
                guardian.name.as_ref().unwrap().as_str(),
                guardian.relation.unwrap().code(),
                guardian.phone.as_ref().map(naheya_domain::phone::Phone::as_str),
            )
        })
        .collect();
    assert_eq!(read, [("奶样", "62", Some("13900000003")), ("父样", "51", Some("13900000001")), ("母样", "52", None)]);
}

#[test]
fn categories_languages_and_boarding_are_read_and_strange_words_kept() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "花名册",
        vec![
            line("姓名|出生日期|学校|儿童类别|语言|是否寄宿|与监护人关系|健康状况|备注"),
            line("白小样|2014.12.31|示例学校|单亲、留守|蒙古语、汉语、示例语|是|示例关系|花粉过敏|示例备注"),
        ],
    )]);
    let (_, child) = roster.good().next().unwrap();
    assert_eq!(child.categories.iter().map(|category| category.code()).collect::<Vec<_>>(), ["DQ", "LS"]);
    assert_eq!(child.languages.iter().map(|language| language.code()).collect::<Vec<_>>(), ["mn", "zh"]);
    assert_eq!(child.boards, Some(true));
    assert_eq!(child.health.as_deref(), Some("花粉过敏"));
    let mut unread: Vec<_> = child.unread.iter().map(|unread| unread.text.as_str()).collect();
    unread.sort_unstable();
    assert_eq!(unread, ["示例关系", "示例语"]);
}

#[test]
fn school_and_class_in_one_cell_are_parted() {
    let roster: Roster<ChildRow> = read(&[sheet(
        "花名册",
        vec![line("姓名|出生日期|就读学校及班级"), line("白小样|2014.12.31|示例蒙古族学校4（3）班")],
    )]);
    let (_, child) = roster.good().next().unwrap();
    assert_eq!((child.school.school.as_str(), child.school.class.as_deref()), ("示例蒙古族学校", Some("4(3)班")));
}

#[test]
fn a_name_that_is_markup_or_a_formula_is_refused() {
    assert_eq!(one_code(line("<script>|女|2014.12.31||示例学校")), ["name.invalid"]);
    assert_eq!(one_code(line("=HYPERLINK(\"http://example.invalid\")|女|2014.12.31||示例学校")), ["name.invalid"]);
}

#[test]
fn a_fault_names_sheet_row_and_the_words_above_the_cell() {
    let roster = people(vec![born("2014.12.31", "123")]);
    let error = roster.errors().next().unwrap();
    assert_eq!(
        (error.sheet.as_ref(), error.row, error.column.as_ref(), error.index),
        ("花名册", 2, "身份证号", Some(3))
    );
}
