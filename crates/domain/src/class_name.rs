//! Names of school classes, however they are written: `4(3)班` and `四年级三班` are one class.

const DIGITS: &str = "零一二三四五六七八九";

/// What the names of one class have in common within its school. Two classes have two keys.
///
/// ```
/// use naheya_domain::class_name::key;
///
/// assert_eq!(key("4(3)班"), key("四年级三班"));
/// assert_eq!(key("初一（2）班"), key("七年级2班"));
/// assert_ne!(key("7班"), key("七年级"));
/// ```
#[must_use]
pub fn key(name: &str) -> String {
    let name: Vec<char> = name.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let mut parts: Vec<String> = Vec::new();
    // Behind 初 and 高 stands the year of that school alone: 高二十班 is its second year's tenth class.
    let (mut numbers, mut above) = (0, 0);
    let mut rest = name.as_slice();
    while let Some(first) = rest.first().copied() {
        let grade = if above > 0 { rest.get(..1).unwrap_or_default() } else { rest };
        if let Some((number, used)) = number(grade) {
            parts.push((number + above).to_string());
            (numbers, above) = (numbers + 1, 0);
            rest = rest.get(used..).unwrap_or_default();
            continue;
        }
        match first {
            '初' => above = 6,
            '高' => above = 9,
            '年' | '级' | '班' | '第' => {}
            c if c.is_alphanumeric() => parts.push(c.to_lowercase().collect()),
            _ => {}
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    // A whole grade is no class of that number.
    if numbers == 1 && name.contains(&'级') {
        parts.push("级".to_owned());
    }
    parts.join(".")
}

/// Names of the grades as they are written.
const GRADES: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

/// The name of the same class one grade higher, where the name says that it is of `grade`. None where it does not say it, or
/// where the next grade is of another school.
///
/// ```
/// use naheya_domain::class_name::moved_up;
///
/// assert_eq!(moved_up("四年级三班", 4).as_deref(), Some("五年级三班"));
/// assert_eq!(moved_up("4(3)班", 4).as_deref(), Some("5(3)班"));
/// assert_eq!(moved_up("初一2班", 7).as_deref(), Some("初二2班"));
/// assert_eq!(moved_up("大班", 1), None);
/// ```
#[must_use]
pub fn moved_up(name: &str, grade: i32) -> Option<String> {
    let written = |grade: i32| GRADES.get(usize::try_from(grade).ok()?.checked_sub(1)?).copied();
    let (now, next) = (written(grade)?, written(grade.checked_add(1)?)?);
    let mut ways = vec![(format!("{now}年级"), format!("{next}年级"))];
    ways.push((format!("{grade}年级"), format!("{}年级", grade + 1)));
    for bracket in ['(', '（', '.'] {
        ways.push((format!("{now}{bracket}"), format!("{next}{bracket}")));
        ways.push((format!("{grade}{bracket}"), format!("{}{bracket}", grade + 1)));
    }
    for (school, below) in [("初", 6), ("高", 9)] {
        // The last year of either leads to another school.
        if (below + 1..below + 3).contains(&grade)
            && let (Some(now), Some(next)) = (written(grade - below), written(grade - below + 1))
        {
            ways.push((format!("{school}{now}"), format!("{school}{next}")));
        }
    }
    ways.into_iter().find_map(|(from, to)| Some(format!("{to}{}", name.strip_prefix(from.as_str())?)))
}

/// The number that a text begins with and how many characters it takes: Arabic digits, or Chinese up to 99.
fn number(text: &[char]) -> Option<(u64, usize)> {
    let arabic: String = text.iter().take_while(|c| c.is_ascii_digit()).collect();
    if !arabic.is_empty() {
        return arabic.parse().ok().map(|number| (number, arabic.len()));
    }
    let digit = |at: usize| text.get(at).and_then(|c| DIGITS.chars().position(|d| d == *c)).map(|d| d as u64);
    let is_ten = |at: usize| text.get(at) == Some(&'十');
    match (digit(0), is_ten(0), is_ten(1)) {
        (Some(tens), _, true) => Some((tens * 10 + digit(2).unwrap_or(0), 2 + usize::from(digit(2).is_some()))),
        (Some(one), ..) => Some((one, 1)),
        (None, true, _) => Some((10 + digit(1).unwrap_or(0), 1 + usize::from(digit(1).is_some()))),
        (None, false, _) => None,
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{key, moved_up};

    #[test]
    fn a_class_moves_up_only_where_its_name_says_its_grade() {
        for (name, grade, next) in [
            ("一年级一班", 1, Some("二年级一班")),
            ("十年级3班", 10, Some("十一年级3班")),
            ("4年级(3)班", 4, Some("5年级(3)班")),
            ("四（3）班", 4, Some("五（3）班")),
            ("高一10班", 10, Some("高二10班")),
            ("初三2班", 9, None),
            ("十二年级一班", 12, None),
            ("十二年级一班", 2, None),
            ("二年级一班", 3, None),
            ("大班", 0, None),
            ("大班", i32::MAX, None),
        ] {
            assert_eq!(moved_up(name, grade).as_deref(), next, "{name} {grade}");
        }
    }

    #[test]
    fn one_class_has_one_key_however_it_is_written() {
        for alike in [
            ["四年级三班", "4(3)班", "四年级（3）班", "4.3班", "四(三)班", "４（３）班", "四 年级 三班"].as_slice(),
            ["初一2班", "初一（2）班", "七年级2班", "7(2)班"].as_slice(),
            ["高二十班", "高二(10)班"].as_slice(),
            ["三年级十二班", "3(12)班", "三（十二）班"].as_slice(),
            ["七年级", "7年级", "初一年级"].as_slice(),
            ["大班", " 大班"].as_slice(),
        ] {
            for name in alike {
                assert_eq!(key(name), key(alike.first().copied().unwrap_or_default()), "{name}");
            }
        }
    }

    #[test]
    fn two_classes_have_two_keys() {
        let names = [
            "一年级1班",
            "一年级11班",
            "十一年级1班",
            "1班",
            "11班",
            "七年级",
            "7班",
            "初一1班",
            "高一1班",
            "大一班",
            "大班",
            "学前1班",
            "一年级蒙1班",
        ];
        for (n, one) in names.iter().enumerate() {
            for other in names.iter().skip(n + 1) {
                assert_ne!(key(one), key(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn numbers_above_ten_and_marks_that_count_nothing_are_read_alike() {
        for (one, other) in [
            ("三年级二十三班", "3(23)班"),
            ("三年级二十班", "3(20)班"),
            ("三年级第一班", "3(1)班"),
            ("四年级三班", "4(3)"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("三年级二十三班"), key("三年级二十班"));
    }

    #[test]
    fn figures_move_up_too_and_the_last_year_of_a_school_does_not() {
        for (name, grade, next) in [
            ("4(3)班", 4, Some("5(3)班")),
            ("4.3班", 4, Some("5.3班")),
            ("初二1班", 8, Some("初三1班")),
            ("高二1班", 11, Some("高三1班")),
            ("高三1班", 12, None),
        ] {
            assert_eq!(moved_up(name, grade).as_deref(), next, "{name}");
        }
    }
}
