//! Languages a person speaks. A wish and a weight in pairing, never a bar.

use crate::code_list::{Entry, coded};
use crate::typing::compact;

/// Codes of ISO 639 (two letters where there are two).
const LIST: &[Entry] = &[
    Entry::new("zh", "汉语", &["汉", "汉话", "普通话", "中文", "国语", "汉文", "国家通用语言", "国家通用语", "国通语"]),
    Entry::new("mn", "蒙古语", &["蒙", "蒙语", "蒙古", "蒙文", "蒙古文", "蒙古话", "蒙话"]),
    Entry::new("dta", "达斡尔语", &["达斡尔", "达语"]),
    Entry::new("evn", "鄂温克语", &["鄂温克"]),
    Entry::new("orh", "鄂伦春语", &["鄂伦春"]),
    Entry::new("mnc", "满语", &["满", "满文"]),
    Entry::new("ko", "朝鲜语", &["朝鲜", "朝语", "朝鲜文", "韩语"]),
    Entry::new("kk", "哈萨克语", &["哈萨克", "哈语"]),
    Entry::new("ug", "维吾尔语", &["维吾尔", "维语"]),
    Entry::new("bo", "藏语", &["藏", "藏文"]),
    Entry::new("za", "壮语", &["壮"]),
    Entry::new("ii", "彝语", &["彝"]),
    Entry::new("hmn", "苗语", &["苗"]),
    Entry::new("ru", "俄语", &["俄罗斯语"]),
    Entry::new("en", "英语", &["英文"]),
    Entry::new("ja", "日语", &["日文"]),
    Entry::new("csl", "手语", &["中国手语"]),
];

/// Both languages of the banner in one word.
const BILINGUAL: &[&str] =
    &["双语", "蒙汉双语", "汉蒙双语", "蒙汉", "汉蒙", "蒙汉兼通", "蒙汉语", "汉蒙语", "蒙古语汉语", "汉语蒙古语"];

coded! {
    /// One language.
    Language in LIST
}

/// Languages in the order written, each once, and the words that name none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages {
    /// What was understood.
    pub known: Vec<Language>,
    /// What was not, as written.
    pub unknown: Vec<String>,
}

impl Languages {
    /// Reads `蒙古语、汉语`, `蒙汉双语`, `汉语 蒙语`.
    #[must_use]
    pub fn from_words(text: &str) -> Self {
        let mut read = Self::default();
        for word in text.split(parts_words).map(compact).filter(|word| !word.is_empty()) {
            if BILINGUAL.contains(&word.as_str()) {
                ["mn", "zh"].into_iter().filter_map(Language::parse).for_each(|language| read.add(language));
            } else if let Some(language) = Language::from_words(&word) {
                read.add(language);
            } else {
                read.unknown.push(word);
            }
        }
        read
    }

    /// The form kept in records: codes and the words that are none, joined by commas.
    #[must_use]
    pub fn record(&self) -> String {
        let codes = self.known.iter().map(|l| l.code().to_owned());
        codes.chain(self.unknown.iter().cloned()).collect::<Vec<_>>().join(",")
    }

    /// Reads the form kept in records.
    #[must_use]
    pub fn from_record(text: &str) -> Self {
        let mut read = Self::default();
        for word in text.split(',').filter(|w| !w.is_empty()) {
            match Language::parse(word) {
                Some(language) => read.add(language),
                None => read.unknown.push(word.to_owned()),
            }
        }
        read
    }

    fn add(&mut self, language: Language) {
        if !self.known.contains(&language) {
            self.known.push(language);
        }
    }
}

fn parts_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | '，' | ',' | ';' | '；' | '/' | '／' | '+' | '＋' | '和' | '及' | '与')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        Languages::from_words(text).known.into_iter().map(Language::code).collect()
    }

    #[test]
    fn one_or_several_languages_are_read_in_order() {
        assert_eq!(codes("蒙古语、汉语"), ["mn", "zh"]);
        assert_eq!(codes("汉语"), ["zh"]);
        assert_eq!(codes("普通话，蒙语/蒙文"), ["zh", "mn"]);
        assert_eq!(codes("蒙汉双语"), ["mn", "zh"]);
    }

    #[test]
    fn a_word_that_names_no_language_is_kept_as_written() {
        let read = Languages::from_words("汉语、示例语");
        assert_eq!(read.unknown, ["示例语"]);
    }
}
