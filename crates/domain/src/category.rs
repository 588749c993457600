//! Why a child is in the programme. There is no national code list; the codes are ours. The groups
//! follow 国发〔2016〕36号 (困境儿童), 国发〔2016〕13号 (留守), 民发〔2019〕62号 (事实无人抚养) and the
//! 2024 plan for 流动儿童.

use crate::typing::compact;

/// The text names no category.
pub const UNKNOWN: &str = "category.unknown";

/// One category; a child may carry several, each from a date to a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// 农村留守儿童: both parents away for work, or one away and the other unable to care; under 16.
    LeftBehind,
    /// 流动儿童: away from the registered county for six months or more with a parent; under 16.
    Migrant,
    /// Hardship because the family is poor.
    PoorFamily,
    /// Hardship because of the child's own disability or severe illness.
    Disability,
    /// Hardship because guardianship is missing or improper; to be seen by few.
    GuardianshipFailure,
    /// 社会散居孤儿: an orphan raised by relatives.
    OrphanAtHome,
    /// 机构养育孤儿: an orphan raised by an institution.
    OrphanInInstitution,
    /// 事实无人抚养儿童: parents alive or missing who in fact cannot raise the child.
    Unsupported,
    /// Living with or affected by HIV; hidden from ordinary roles.
    Hiv,
    /// 流浪儿童: found without a home.
    Street,
    /// A parent is in prison or detention.
    ParentInPrison,
    /// A parent uses drugs.
    ParentOnDrugs,
    /// Harmed by violence; hidden from ordinary roles.
    Violence,
    /// 单亲家庭儿童: raised by one parent.
    SingleParent,
    /// 其他困境儿童: in hardship, no closer reason given.
    OtherHardship,
}

use Category::{
    Disability, GuardianshipFailure, Hiv, LeftBehind, Migrant, OrphanAtHome, OrphanInInstitution, OtherHardship,
    ParentInPrison, ParentOnDrugs, PoorFamily, SingleParent, Street, Unsupported, Violence,
};

/// Category, code, name, and the words of rosters without endings such as `儿童`.
type Line = (Category, &'static str, &'static str, &'static [&'static str]);

const LIST: &[Line] = &[
    (
        LeftBehind,
        "LS",
        "农村留守儿童",
        &["留守", "农村留守", "牧区留守", "农牧区留守", "双亲外出", "父母外出", "父母外出务工", "父母外出打工"],
    ),
    (Migrant, "LD", "流动儿童", &["流动", "随迁", "进城务工人员随迁", "外来务工"]),
    (
        PoorFamily,
        "K1",
        "家庭贫困儿童",
        &[
            "贫困",
            "家庭贫困",
            "困难",
            "家庭困难",
            "低保",
            "低保户",
            "低保边缘",
            "特困",
            "低收入",
            "建档立卡",
            "脱贫",
            "脱贫户",
            "经济困难",
            "生活困难",
            "家庭经济困难",
            "监测户",
            "边缘易致贫",
            "防返贫监测",
        ],
    ),
    (
        Disability,
        "K2",
        "残疾或重病儿童",
        &["残疾", "病残", "重残", "重病", "大病", "患病", "自身残疾", "残障", "重病重残", "重病或重残", "残疾或重病"],
    ),
    (
        GuardianshipFailure,
        "K3",
        "监护缺失或不当儿童",
        &["监护缺失", "监护不当", "监护困境", "失管", "监护缺失或不当", "监护缺失或监护不当"],
    ),
    (OrphanAtHome, "GE1", "社会散居孤儿", &["孤", "孤儿", "散居孤儿", "社会散居孤儿", "父母双亡"]),
    (OrphanInInstitution, "GE2", "机构养育孤儿", &["机构孤儿", "机构养育孤儿", "集中养育孤儿", "福利机构孤儿"]),
    (Unsupported, "SW", "事实无人抚养儿童", &["事实孤儿", "事实无人抚养", "无人抚养", "事实无人扶养"]),
    (Hiv, "HIV", "受艾滋病影响儿童", &["艾滋病", "受艾滋病影响", "艾滋病影响", "艾滋病病毒感染"]),
    (Street, "LL", "流浪儿童", &["流浪", "流浪乞讨", "流浪未成年人"]),
    (
        ParentInPrison,
        "FX",
        "服刑在押人员未成年子女",
        &["服刑", "服刑人员", "服刑在押人员", "服刑在押人员未成年", "服刑人员未成年", "父母服刑", "在押人员"],
    ),
    (
        ParentOnDrugs,
        "XD",
        "吸毒人员未成年子女",
        &["吸毒", "吸毒人员", "吸毒人员未成年", "戒毒人员", "父母吸毒", "强制戒毒人员"],
    ),
    (Violence, "BL", "受暴力侵害儿童", &["受暴力侵害", "家暴", "受虐待", "受侵害", "家庭暴力"]),
    (
        SingleParent,
        "DQ",
        "单亲家庭儿童",
        &["单亲", "离异", "父母离异", "离异单亲", "丧父", "丧母", "父亡", "母亡", "父母一方去世"],
    ),
    (
        OtherHardship,
        "QT",
        "其他困境儿童",
        &["困境", "其他困境", "其他", "其它", "其它困境", "其他需要帮助", "其他需要帮助的困境"],
    ),
];

const ENDINGS: &[&str] = &["未成年人", "儿童", "家庭", "子女", "学生", "孩子", "类", "户"];

impl Category {
    /// Every category, in the order shown to people.
    pub fn all() -> impl Iterator<Item = Self> {
        LIST.iter().map(|line| line.0)
    }

    fn line(self) -> Option<&'static Line> {
        LIST.iter().find(|line| line.0 == self)
    }

    /// The code kept in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.line().map_or("", |line| line.1)
    }

    /// Reads a code kept in records.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        LIST.iter().find(|line| line.1 == code).map(|line| line.0)
    }

    /// The usual Chinese name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.line().map_or("", |line| line.2)
    }

    /// Reads one or several categories as written in a roster: `单亲、留守`, `困境`, `单亲留守儿童`.
    /// Each is named once, in the order written; blank text is no category.
    ///
    /// # Errors
    /// [`UNKNOWN`] when any of the words names none.
    pub fn from_words(text: &str) -> Result<Vec<Self>, &'static str> {
        let mut read = Vec::new();
        let text = without_brackets(text);
        for word in text.split(parts_words).map(compact).filter(|word| !word.is_empty()) {
            for category in words_of(&word).ok_or(UNKNOWN)? {
                if !read.contains(&category) {
                    read.push(category);
                }
            }
        }
        Ok(read)
    }
}

/// What stands in brackets explains the word before it: `留守（父母外出）`. A text of brackets alone stays.
fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    if compact(&kept).is_empty() { text.to_owned() } else { kept }
}

fn parts_words(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '、' | '，' | ',' | '。' | ';' | '；' | '/' | '／' | '+' | '＋' | '|' | '和' | '及' | '与' | '兼'
        )
}

fn words_of(word: &str) -> Option<Vec<Category>> {
    one_category(word).map(|one| vec![one]).or_else(|| run_together(word))
}

fn one_category(word: &str) -> Option<Category> {
    let listed = |word: &str| LIST.iter().find(|line| line.2 == word || line.3.contains(&word)).map(|line| line.0);
    listed(word).or_else(|| {
        ENDINGS
            .iter()
            .filter_map(|ending| word.strip_suffix(ending))
            .find_map(|stem| listed(stem).or_else(|| one_category(stem)))
    })
}

/// `单亲留守儿童` and its like: listed words without anything between them.
fn run_together(word: &str) -> Option<Vec<Category>> {
    let stem = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let mut rest = stem;
    let mut read = Vec::new();
    while !rest.is_empty() {
        let (category, length) = longest_start(rest)?;
        read.push(category);
        rest = rest.get(length..)?;
        rest = ENDINGS.iter().find_map(|ending| rest.strip_prefix(ending)).unwrap_or(rest);
    }
    (read.len() > 1).then_some(read)
}

fn longest_start(text: &str) -> Option<(Category, usize)> {
    LIST.iter()
        .flat_map(|line| line.3.iter().map(move |word| (line.0, *word)))
        .filter(|(_, word)| word.chars().count() > 1 && text.starts_with(word))
        .map(|(category, word)| (category, word.len()))
        .max_by_key(|(_, length)| *length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_words_lead_to_one_category() {
        for (text, category) in [
            ("留守", LeftBehind),
            ("留守儿童", LeftBehind),
            ("农村留守儿童", LeftBehind),
            ("困境", OtherHardship),
            ("困境儿童", OtherHardship),
            ("流动儿童", Migrant),
            ("单亲", SingleParent),
            ("单亲家庭", SingleParent),
            ("单亲家庭儿童", SingleParent),
            ("孤儿", OrphanAtHome),
            ("事实无人抚养儿童", Unsupported),
            ("低保户", PoorFamily),
            ("残疾儿童", Disability),
            ("服刑人员子女", ParentInPrison),
            ("留守（父母外出）", LeftBehind),
            ("父母外出务工", LeftBehind),
            ("父母双亡", OrphanAtHome),
        ] {
            assert_eq!(Category::from_words(text), Ok(vec![category]), "{text}");
        }
    }

    #[test]
    fn several_are_parted_by_a_mark_or_run_together() {
        for text in ["单亲、留守", "单亲，留守", "单亲/留守儿童", "单亲 留守", "单亲留守儿童", "单亲留守"]
        {
            assert_eq!(Category::from_words(text), Ok(vec![SingleParent, LeftBehind]), "{text}");
        }
        assert_eq!(Category::from_words("留守、留守儿童"), Ok(vec![LeftBehind]));
        assert_eq!(Category::from_words("留守困境儿童"), Ok(vec![LeftBehind, OtherHardship]));
        assert_eq!(Category::from_words(" "), Ok(vec![]));
    }

    #[test]
    fn one_unknown_word_makes_the_cell_unknown() {
        for text in ["甲类", "留守、甲类", "儿童", "一般", "留守x"] {
            assert_eq!(Category::from_words(text), Err(UNKNOWN), "{text}");
        }
    }

    #[test]
    fn codes_lead_back_and_no_word_means_two_categories() {
        let mut seen = std::collections::HashSet::new();
        for line in LIST {
            assert_eq!(Category::parse(line.0.code()), Some(line.0));
            assert!(line.3.iter().all(|word| seen.insert(word)), "{}", line.2);
            assert_eq!(Category::from_words(line.2), Ok(vec![line.0]), "{}", line.2);
        }
    }

    #[test]
    fn every_mark_that_people_put_between_words_parts_them() {
        for mark in "、，,。;；/／+＋|和及与兼 \t".chars() {
            let text = format!("单亲{mark}留守");
            assert_eq!(Category::from_words(&text), Ok(vec![SingleParent, LeftBehind]), "{mark:?}");
        }
    }

    #[test]
    fn what_stands_in_brackets_of_either_kind_is_left_out_with_brackets_in_it() {
        for text in ["留守(甲类)", "留守（甲类）", "留守（甲（乙）类）", "留守((甲)类)", "（甲）留守", "留守（甲"]
        {
            assert_eq!(Category::from_words(text), Ok(vec![LeftBehind]), "{text}");
        }
        assert_eq!(Category::from_words("（甲）留守（乙）甲"), Err(UNKNOWN), "between two brackets it counts");
        assert_eq!(Category::from_words("（甲类）"), Err(UNKNOWN), "nothing else stands there");
    }
}
