//! Where a name stands in a list that people read by eye: by its sound, as a class register or a dictionary has it.
//!
//! A database sorts by code point, which puts 王 before 白. Long lists are read page by page along an index and stay so;
//! what is read as a whole (schools, classes, colleagues, who may come into a round, a weekend's lines) is sorted by
//! [`by_sound`].

use pinyin::ToPinyin;

/// Family names that are read otherwise than the character usually is.
const FAMILY: [(char, &str); 17] = [
    ('单', "shan"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('朴', "piao"),
    ('查', "zha"),
    ('盖', "ge"),
    ('区', "ou"),
    ('翟', "zhai"),
    ('覃', "qin"),
    ('冼', "xian"),
    ('员', "yun"),
    ('缪', "miao"),
    ('乐', "yue"),
    ('任', "ren"),
    ('华', "hua"),
    ('纪', "ji"),
];

/// What a written figure counts when it stands before it; elsewhere it is a character of a name.
const COUNTED: &str = "年班级中(（";

/// Place of a name among others. Made once for each name: `sort_by_cached_key`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameOrder(Vec<Part>);

/// A piece of a name. Figures come first, and by what they count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    /// Its sound, then itself: people of one family name stand together though another one sounds the same.
    Letter(String, char),
}

/// Where `name` stands: syllable by syllable by pinyin without tones, letters of other scripts among them by themselves,
/// figures by their value (`2班` before `10班`, `第一小学` before `第二小学`). What cannot be heard apart stands by code
/// point. The first character is read as a family name.
#[must_use]
pub fn by_sound(name: &str) -> NameOrder {
    let letters: Vec<char> = name.trim().to_lowercase().chars().collect();
    let (mut parts, mut at) = (Vec::new(), 0);
    while let Some(letter) = letters.get(at) {
        let figures = letters.iter().skip(at).map_while(|c| figure(*c)).count();
        let beside = (at.checked_sub(1).and_then(|before| letters.get(before)), letters.get(at + figures));
        let counts =
            letter.is_ascii_digit() || beside.0 == Some(&'第') || beside.1.is_some_and(|c| COUNTED.contains(*c));
        match number(letters.iter().skip(at).take(figures)).filter(|_| counts) {
            Some(number) => {
                parts.push(Part::Number(number));
                at += figures;
            }
            None => {
                parts.push(Part::Letter(sound(*letter, at == 0), *letter));
                at += 1;
            }
        }
    }
    NameOrder(parts)
}

fn sound(letter: char, first: bool) -> String {
    let family = FAMILY.iter().find(|(name, _)| first && *name == letter).map(|(_, sound)| *sound);
    let read = family.or_else(|| letter.to_pinyin().map(|sound| sound.plain()));
    read.map_or_else(|| letter.to_string(), |sound| sound.replace('ü', "v"))
}

/// A figure as ten times what stands before it plus this; 十 is told apart by [`number`].
fn figure(letter: char) -> Option<u64> {
    let written = "〇一二三四五六七八九十".chars().position(|c| c == letter).and_then(|n| u64::try_from(n).ok());
    letter.to_digit(10).map(u64::from).or(written)
}

/// `12`, `十二`, `二十` as a number; none for none, or for one too long to be a count.
fn number<'a>(figures: impl Iterator<Item = &'a char>) -> Option<u64> {
    let mut all = None;
    for letter in figures {
        let (before, value) = (all.unwrap_or(0_u64), figure(*letter)?);
        all = Some(match (value, before) {
            (10, 0) => 10,
            (10, tens) => tens.checked_mul(10)?,
            // After 十 the ones are added: 十二, 二十三.
            (ones, tens) if !letter.is_ascii_digit() && tens >= 10 && tens % 10 == 0 => tens.checked_add(ones)?,
            (ones, tens) => tens.checked_mul(10)?.checked_add(ones)?,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&'static str]) -> Vec<&'static str> {
        let mut names = names.to_vec();
        names.sort_by_cached_key(|name| by_sound(name));
        names
    }

    #[test]
    fn names_stand_by_their_sound_and_not_by_code_point() {
        assert_eq!(sorted(&["王示范", "李样例", "白云朵", "安小草"]), ["安小草", "白云朵", "李样例", "王示范"]);
        assert_eq!(sorted(&["示例镇中学", "阿日昆", "示例第一小学"]), ["阿日昆", "示例第一小学", "示例镇中学"]);
    }

    #[test]
    fn one_family_name_stands_together_though_another_sounds_the_same() {
        assert_eq!(sorted(&["黎安", "李安", "黎白", "李白"]), ["李安", "李白", "黎安", "黎白"]);
    }

    #[test]
    fn a_family_name_is_read_as_one() {
        assert_eq!(sorted(&["单小草", "丁小草", "曾小草", "程小草"]), ["程小草", "丁小草", "单小草", "曾小草"]);
    }

    #[test]
    fn figures_stand_by_what_they_count() {
        assert_eq!(sorted(&["10班", "2班", "1班"]), ["1班", "2班", "10班"]);
        assert_eq!(sorted(&["4(10)班", "4(9)班"]), ["4(9)班", "4(10)班"]);
        let schools = ["第二小学", "第十二小学", "第一小学", "第二十小学", "第十小学"];
        assert_eq!(sorted(&schools), ["第一小学", "第二小学", "第十小学", "第十二小学", "第二十小学"]);
        assert_eq!(sorted(&["五班", "一班", "二班"]), ["一班", "二班", "五班"]);
        assert_eq!(sorted(&["丁一", "丁二"]), ["丁二", "丁一"], "a name's character is no figure");
    }

    #[test]
    fn whatever_stands_there_has_a_place() {
        for name in ["", "第", "一", "第〇", "99999999999999999999999班", "Aruna", "·", "巴图孟和·额尔德尼"]
        {
            assert_eq!(by_sound(name), by_sound(name), "{name}");
        }
    }

    #[test]
    fn written_figures_count_on_over_ten_and_stand_for_themselves_below() {
        let classes = ["二十三班", "二十班", "一百班", "十一班", "三十班", "十班", "九班"];
        let counted = ["九班", "十班", "十一班", "二十班", "二十三班", "三十班"];
        assert_eq!(sorted(&classes).into_iter().filter(|name| *name != "一百班").collect::<Vec<_>>(), counted);
        assert_eq!(sorted(&["110班", "101班", "20班"]), ["20班", "101班", "110班"]);
    }
}
