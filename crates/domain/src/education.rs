//! Level of schooling, GB/T 4658-2006. The words of GB 4658-84, which old papers still use, are
//! read as the nearest line of the newer list.

use crate::code_list::{Entry, coded};

const LIST: &[Entry] = &[
    Entry::new("10", "研究生教育", &["研究生", "研究生学历", "研究生及以上"]),
    Entry::new("11", "博士研究生毕业", &["博士", "博士研究生"]),
    Entry::new("12", "博士研究生结业", &[]),
    Entry::new("13", "博士研究生肄业", &[]),
    Entry::new("14", "硕士研究生毕业", &["硕士", "硕士研究生", "研究生毕业"]),
    Entry::new("15", "硕士研究生结业", &[]),
    Entry::new("16", "硕士研究生肄业", &[]),
    Entry::new("17", "研究生班毕业", &[]),
    Entry::new("18", "研究生班结业", &[]),
    Entry::new("19", "研究生班肄业", &[]),
    Entry::new(
        "20",
        "大学本科教育",
        &["本科", "大学本科", "大学", "大本", "本科学历", "大学学历", "全日制本科", "在职本科", "本科及以上"],
    ),
    Entry::new("21", "大学本科毕业", &["本科毕业", "大学毕业"]),
    Entry::new("22", "大学本科结业", &[]),
    Entry::new("23", "大学本科肄业", &["大学肄业"]),
    Entry::new("28", "大学普通班毕业", &[]),
    Entry::new("30", "大学专科教育", &["大专", "专科", "大学专科", "高职", "大专学历", "专科学历"]),
    Entry::new("31", "大学专科毕业", &["大专毕业", "专科毕业"]),
    Entry::new("32", "大学专科结业", &[]),
    Entry::new("33", "大学专科肄业", &["专科肄业"]),
    Entry::new(
        "40",
        "中等职业教育",
        &["中专", "中职", "职高", "技校", "中等专业", "中专学历", "职业高中", "中技", "技工学校", "中等专科"],
    ),
    Entry::new("41", "中等专科毕业", &["中专毕业"]),
    Entry::new("42", "中等专科结业", &[]),
    Entry::new("43", "中等专科肄业", &[]),
    Entry::new("44", "职业高中毕业", &[]),
    Entry::new("45", "职业高中结业", &[]),
    Entry::new("46", "职业高中肄业", &[]),
    Entry::new("47", "技工学校毕业", &[]),
    Entry::new("48", "技工学校结业", &[]),
    Entry::new("49", "技工学校肄业", &[]),
    Entry::new("60", "普通高级中学教育", &["高中", "普通高中", "高中学历"]),
    Entry::new("61", "普通高中毕业", &["高中毕业"]),
    Entry::new("62", "普通高中结业", &[]),
    Entry::new("63", "普通高中肄业", &["高中肄业"]),
    Entry::new("70", "初级中学教育", &["初中", "初中学历"]),
    Entry::new("71", "初中毕业", &[]),
    Entry::new("73", "初中肄业", &[]),
    Entry::new("80", "小学教育", &["小学", "小学学历"]),
    Entry::new("81", "小学毕业", &[]),
    Entry::new("83", "小学肄业", &[]),
    Entry::new("90", "其他", &["其它", "文盲", "半文盲", "文盲或半文盲", "文盲半文盲"]),
];

coded! {
    /// The highest level of schooling.
    Education in LIST
}

/// The levels that a file tells apart: the lines of the standard that end in a nought.
const LEVELS: [&str; 8] = ["10", "20", "30", "40", "60", "70", "80", "90"];

impl Education {
    /// The level a line belongs to: a master's degree to the graduate level, and so on.
    #[must_use]
    pub fn level(self) -> Self {
        let first = self.code().chars().next();
        Self::levels().find(|level| level.code().chars().next() == first).unwrap_or(self)
    }

    /// Every level, the highest first.
    pub fn levels() -> impl Iterator<Item = Self> {
        LEVELS.iter().filter_map(|code| Self::parse(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_volunteer_rosters_are_read() {
        for (text, code) in [
            ("研究生", "10"),
            ("本科", "20"),
            ("大学", "20"),
            ("大专", "30"),
            ("高中", "60"),
            ("初中", "70"),
            ("小学", "80"),
            ("中专", "40"),
        ] {
            assert_eq!(Education::from_words(text).map(Education::code), Some(code), "{text}");
        }
        assert_eq!(Education::from_words("很好"), None);
    }

    #[test]
    fn every_line_belongs_to_one_level() {
        assert_eq!(Education::levels().count(), LEVELS.len());
        for entry in Education::all() {
            assert!(LEVELS.contains(&entry.level().code()), "{}", entry.name());
        }
        assert_eq!(Education::from_words("硕士").map(|e| e.level().code()), Some("10"));
    }

    #[test]
    fn no_word_means_two_levels() {
        let mut seen = std::collections::HashSet::new();
        for entry in LIST {
            assert!(seen.insert(entry.name), "{}", entry.name);
            for word in entry.words {
                assert!(seen.insert(word), "{word}");
            }
        }
    }
}
