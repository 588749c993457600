//! Which lines of a sheet are rows of the roster, and what each of their cells stands for.

use std::collections::HashMap;

use naheya_domain::person_name::PersonName;
use naheya_domain::typing::{compact, means_nothing};

use super::field::Field;
use super::header::{Column, Header};
use crate::workbook::{Cell, Content, Row, Sheet};

/// One row of the roster: a cell for each column, `同上` and merged cells already filled in.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// The number that Excel shows.
    pub number: u32,
    /// Aligned with the header's columns; `None` is blank.
    pub cells: Vec<Option<&'a Cell>>,
}

/// Every row of the roster, in order.
pub(super) fn lines<'a>(sheet: &'a Sheet, header: &'a Header) -> impl Iterator<Item = Line<'a>> {
    let spread = Spread::new(sheet, header.last_row);
    let mut above: Vec<Option<&'a Cell>> = vec![None; header.columns.len()];
    sheet.rows.iter().filter(|row| row.number > header.last_row).filter_map(move |row| {
        if !is_row(row, &header.columns, &spread) {
            return None;
        }
        let cells: Vec<_> = header
            .columns
            .iter()
            .zip(&above)
            .map(|(column, above)| value(row, column.index, *above, &spread))
            .collect();
        above.clone_from(&cells);
        Some(Line { number: row.number, cells })
    })
}

fn value<'a>(row: &'a Row, column: u16, above: Option<&'a Cell>, spread: &Spread<'a>) -> Option<&'a Cell> {
    let cell = row.cell(column).or_else(|| spread.at(row.number, column))?;
    match &cell.content {
        Content::Text(text) if means_the_same(text) => above,
        Content::Text(text) if means_nothing(text) => None,
        _ => Some(cell),
    }
}

fn means_the_same(text: &str) -> bool {
    matches!(
        compact(text).trim_matches(|c| matches!(c, '(' | ')')),
        "同上" | "同上行" | "〃" | "″" | "\"" | "''" | "”" | "″″"
    )
}

/// Cells merged over several rows below the header: the value stands for all of them.
struct Spread<'a> {
    columns: HashMap<u16, Vec<(u32, u32, &'a Cell)>>,
    wide: HashMap<u32, u16>,
}

impl<'a> Spread<'a> {
    fn new(sheet: &'a Sheet, below: u32) -> Self {
        let mut spread = Self { columns: HashMap::new(), wide: HashMap::new() };
        for region in sheet.merged.iter().filter(|region| region.first_row > below) {
            if region.last_column > region.first_column {
                let width = region.last_column - region.first_column + 1;
                spread.wide.insert(region.first_row, width);
            }
            if region.last_row == region.first_row {
                continue;
            }
            let row = sheet
                .rows
                .binary_search_by_key(&region.first_row, |row| row.number)
                .ok()
                .and_then(|at| sheet.rows.get(at));
            if let Some(cell) = row.and_then(|row| row.cell(region.first_column)) {
                spread.columns.entry(region.first_column).or_default().push((region.first_row, region.last_row, cell));
            }
        }
        for regions in spread.columns.values_mut() {
            regions.sort_by_key(|(first, _, _)| *first);
        }
        spread
    }

    fn at(&self, row: u32, column: u16) -> Option<&'a Cell> {
        let regions = self.columns.get(&column)?;
        let behind = regions.partition_point(|(first, _, _)| *first <= row);
        let (_, last, cell) = regions.get(behind.checked_sub(1)?)?;
        (row <= *last).then_some(*cell)
    }

    /// How many columns the widest merged cell of this row covers.
    fn width(&self, row: u32) -> u16 {
        self.wide.get(&row).copied().unwrap_or(1)
    }
}

fn is_row(row: &Row, columns: &[Column], spread: &Spread<'_>) -> bool {
    let first_texts: Vec<String> = row.cells.iter().take(3).map(|cell| compact(&cell.content.text())).collect();
    let Some(first) = first_texts.first() else { return false };
    if is_signature(first) || first_texts.iter().any(|text| is_total(text)) {
        return false;
    }
    if is_example(row, columns)
        || repeats_header(row, columns)
        || is_numbering(row)
        || continues_above(row, columns, spread)
    {
        return false;
    }
    let serial = cell_of(row, columns, Field::Serial).is_some();
    let said: Vec<(&Column, String)> = columns
        .iter()
        .filter(|column| column.field.is_some_and(|field| field != Field::Serial))
        .filter_map(|column| Some((column, row.cell(column.index)?.content.text())))
        .filter(|(_, text)| !means_nothing(text))
        .collect();
    if said.len() < 4 && is_remark(row, columns) {
        return false;
    }
    match said.as_slice() {
        [] => false,
        [(column, text)] if !serial => {
            spread.width(row.number) < 3 && column.field == Some(Field::Name) && is_name(text)
        }
        _ => true,
    }
}

/// A line that counts or signs: words where the running number stands, and no name beside them.
fn is_remark(row: &Row, columns: &[Column]) -> bool {
    let words = |field| cell_of(row, columns, field).map(|cell| compact(&cell.content.text())).unwrap_or_default();
    let (serial, name) = (words(Field::Serial), words(Field::Name));
    let numbers = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    serial.chars().count() > 1 && !serial.contains(|c: char| c.is_ascii_digit()) && numbers(&name)
        || serial.chars().count() == 1 && !numbers(&serial) && !name.is_empty() && numbers(&name)
}

fn cell_of<'a>(row: &'a Row, columns: &[Column], field: Field) -> Option<&'a Cell> {
    let column = columns.iter().find(|column| column.field == Some(field))?;
    row.cell(column.index)
}

fn is_total(text: &str) -> bool {
    let text = text.trim_end_matches([':', '：']);
    let text = ["本页", "全校", "全班", "全旗", "以上", "人数"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text);
    let word =
        ["合计", "总计", "小计", "共计", "累计", "总人数", "总数"].iter().find_map(|word| text.strip_prefix(word));
    let counted = |rest: &str| {
        rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | ':' | '人' | '名'))
    };
    let all_together = text.strip_prefix('共').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    word.is_some_and(counted) || all_together
}

/// Words of a line of signatures, wherever they stand.
const SEALS: &[&str] = &["签名", "签字", "签章", "盖章", "公章", "以下空白", "以下无正文", "本页无正文"];
/// What stands before the colon of such a line, or of a note.
const BEFORE_COLON: &[&str] = &[
    "负责人",
    "填表人",
    "制表人",
    "制表",
    "审核人",
    "审核",
    "复核人",
    "经办人",
    "填报人",
    "填报单位",
    "填表单位",
    "填表日期",
    "填表时间",
    "填报时间",
    "填报日期",
    "制表日期",
    "制表时间",
    "制表单位",
    "日期",
    "时间",
    "联系人",
    "联系电话",
    "电话",
    "注",
    "备注",
    "说明",
    "填表说明",
    "填写说明",
    "单位",
    "审批人",
    "主管领导",
    "领导",
    "校长",
    "班主任",
    "统计人",
    "统计时间",
    "备考",
    "附",
    "附注",
];

/// Lines of signatures, seals, dates and notes. Only the first cell of a row tells: further right
/// stand the words of the roster itself.
fn is_signature(text: &str) -> bool {
    if SEALS.iter().any(|seal| text.contains(seal)) {
        return true;
    }
    let before = text.split_once(':').map(|(before, _)| before);
    let labelled = before.is_some_and(|before| BEFORE_COLON.iter().any(|word| before.ends_with(word)));
    let note = ["注1", "注①", "说明1", "备注1", "注、"].iter().any(|start| text.starts_with(start));
    labelled || note
}

fn is_example(row: &Row, columns: &[Column]) -> bool {
    let serial = cell_of(row, columns, Field::Serial).or_else(|| row.cells.first().filter(|cell| cell.column == 0));
    serial.is_some_and(|cell| {
        matches!(
            compact(&cell.content.text()).as_str(),
            "例" | "示例" | "样例" | "范例" | "举例" | "填写示例" | "例如" | "(例)" | "例:"
        )
    })
}

/// Headers are printed again on each page of some rosters.
fn repeats_header(row: &Row, columns: &[Column]) -> bool {
    let same = columns.iter().filter(|column| {
        let text = row.cell(column.index).map(|cell| compact(&cell.content.text())).unwrap_or_default();
        !text.is_empty() && compact(&column.header).ends_with(&text)
    });
    let named = cell_of(row, columns, Field::Name).map(|cell| cell.content.text());
    named.is_some_and(|text| super::field::meaning(&text).is_some()) && same.take(3).count() >= 2
}

/// `1 2 3 4 …` under the header.
fn is_numbering(row: &Row) -> bool {
    let short = |cell: &Cell| {
        let text = compact(&cell.content.text());
        text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())
            || matches!(text.as_str(), "甲" | "乙" | "丙" | "丁")
    };
    row.cells.len() >= 3 && row.cells.iter().all(short)
}

/// A second line of the person above: every name in it is a cell merged from there.
fn continues_above(row: &Row, columns: &[Column], spread: &Spread<'_>) -> bool {
    let mut names = columns
        .iter()
        .filter(|column| matches!(column.field, Some(Field::Name | Field::VolunteerName | Field::VolunteerNamePhone)))
        .peekable();
    names.peek().is_some()
        && names.all(|column| row.cell(column.index).is_none() && spread.at(row.number, column.index).is_some())
}

/// A lone word without a serial number is a person, not the heading of a school or town.
fn is_name(text: &str) -> bool {
    const HEADINGS: &[&str] =
        &["学校", "小学", "中学", "幼儿园", "镇", "苏木", "嘎查", "村", "班", "年级", "社区", "名单", "情况"];
    let text = compact(text);
    PersonName::parse(&text).is_ok()
        && !text.contains(':')
        && text.chars().count() <= 12
        && !HEADINGS.iter().any(|heading| text.ends_with(heading))
        && !text.chars().any(|c| c.is_ascii_digit())
}
