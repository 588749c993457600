//! School and class, in two cells or in one (`示例蒙古族学校4(3)班`).

use naheya_domain::typing::half_width;

use super::field::Field;
use super::reading::Reading;

/// Where a child learns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchoolClass {
    /// The school's name as in the roster, without spaces.
    pub school: String,
    /// The class's name as in the roster, with half-width digits and brackets.
    pub class: Option<String>,
}

const SCHOOL_ENDS: &[&str] =
    &["学校", "小学", "中学", "高中", "初中", "幼儿园", "校区", "分校", "完小", "职校", "中专", "学院", "附小", "附中"];

impl SchoolClass {
    /// Parts a text that holds both.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = plain(text);
        let (school, class) = text.split_at_checked(end_of_school(&text))?;
        let school = school.trim_end_matches(is_mark);
        let class = class.trim_start_matches(is_mark);
        if school.is_empty() {
            return None;
        }
        Some(Self { school: school.to_owned(), class: (!class.is_empty()).then(|| class.to_owned()) })
    }

    /// Reads the columns of a line; the school must be there.
    pub(super) fn read(reading: &mut Reading<'_>) -> Option<Self> {
        if !reading.has_column(Field::School) && reading.has_column(Field::SchoolClass) {
            let text = reading.required_text(Field::SchoolClass)?;
            return Self::parse(&text);
        }
        let school = plain(&reading.required_text(Field::School)?);
        Some(Self { school, class: class_of(reading) })
    }

    /// The same, when a line may lack it.
    pub(super) fn read_optional(reading: &mut Reading<'_>) -> Option<Self> {
        if reading.cell(Field::School).is_some() || reading.cell(Field::SchoolClass).is_some() {
            Self::read(reading)
        } else {
            None
        }
    }
}

fn class_of(reading: &mut Reading<'_>) -> Option<String> {
    let grade = reading.text(Field::Grade).map(|text| plain(&text));
    let class = reading.text(Field::Class).map(|text| plain(&text));
    match (grade, class) {
        (Some(grade), Some(class)) if !class.starts_with(&grade) && !class.contains("年级") => {
            Some(format!("{grade}{class}"))
        }
        (grade, class) => class.or(grade),
    }
}

fn plain(text: &str) -> String {
    text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect()
}

fn is_mark(c: char) -> bool {
    matches!(c, ',' | '、' | '/' | '-' | ';' | ':' | '|' | '·' | '，')
}

/// Where the school's name ends: behind the last word for a school that a class can follow, or
/// before the first digit.
fn end_of_school(text: &str) -> usize {
    let ends = SCHOOL_ENDS.iter().flat_map(|end| text.match_indices(end).map(|(at, word)| at + word.len()));
    let by_word = ends.filter(|end| text.get(*end..).is_some_and(may_be_class)).max();
    by_word.or_else(|| text.find(|c: char| c.is_ascii_digit())).unwrap_or(text.len())
}

fn may_be_class(rest: &str) -> bool {
    let rest = rest.trim_start_matches(is_mark);
    rest.is_empty()
        || rest.starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十初高大中小学前(".contains(c))
        || rest.ends_with('班')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn a_cell_with_both_is_parted_behind_the_school() {
        for (text, school, class) in [
            ("示例蒙古族学校4(3)班", "示例蒙古族学校", Some("4(3)班")),
            ("示范第三完全小学 四年级2班", "示范第三完全小学", Some("四年级2班")),
            ("示范第一小学", "示范第一小学", None),
            ("示例中学初一（2）班", "示例中学", Some("初一(2)班")),
            ("示例一中3班", "示例一中", Some("3班")),
            ("示例幼儿园、大班", "示例幼儿园", Some("大班")),
            ("示范第一小学/五年级", "示范第一小学", Some("五年级")),
        ] {
            let read = SchoolClass::parse(text).unwrap();
            assert_eq!((read.school.as_str(), read.class.as_deref()), (school, class), "{text}");
        }
        assert_eq!(SchoolClass::parse("4(3)班"), None);
    }
}
