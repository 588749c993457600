//! What an adult is to a child, after GB/T 4761-2008 (the part used for guardians). Read "the
//! guardian is the child's …".

use crate::code_list::{Entry, coded};

const LIST: &[Entry] = &[
    Entry::new("01", "本人", &["自己"]),
    Entry::new("10", "配偶", &["夫妻", "丈夫", "妻子", "爱人"]),
    Entry::new("20", "子", &["儿子"]),
    Entry::new("30", "女", &["女儿"]),
    Entry::new("40", "孙子、孙女或外孙子、外孙女", &["孙子", "孙女", "外孙", "外孙女", "外孙子"]),
    Entry::new("50", "父母", &["父母亲", "双亲"]),
    Entry::new("51", "父亲", &["父", "爸爸", "爸", "父子", "父女", "生父", "亲生父亲"]),
    Entry::new("52", "母亲", &["母", "妈妈", "妈", "母子", "母女", "生母", "亲生母亲"]),
    Entry::new("57", "继父或养父", &["继父", "养父"]),
    Entry::new("58", "继母或养母", &["继母", "养母"]),
    Entry::new("60", "祖父母或外祖父母", &["祖父母", "外祖父母", "祖孙", "爷孙", "隔代", "祖辈"]),
    Entry::new("61", "祖父", &["爷爷", "爷"]),
    Entry::new("62", "祖母", &["奶奶", "奶"]),
    Entry::new("63", "外祖父", &["外公", "姥爷"]),
    Entry::new("64", "外祖母", &["外婆", "姥姥", "姥娘"]),
    Entry::new("70", "兄、弟、姐、妹", &["兄弟姐妹", "兄妹", "姐弟", "姐妹", "兄弟"]),
    Entry::new("71", "兄", &["哥哥", "哥", "兄长"]),
    Entry::new("73", "弟", &["弟弟"]),
    Entry::new("75", "姐姐", &["姐"]),
    Entry::new("77", "妹妹", &["妹"]),
    Entry::new("80", "其他", &[]),
    Entry::new("81", "伯父", &["伯伯", "大伯", "大爷", "伯"]),
    Entry::new("82", "伯母", &["大娘", "大妈", "伯娘"]),
    Entry::new("83", "叔父", &["叔叔", "叔", "叔侄"]),
    Entry::new("84", "婶母", &["婶婶", "婶子", "婶"]),
    Entry::new("85", "舅父", &["舅舅", "舅"]),
    Entry::new("86", "舅母", &["舅妈"]),
    Entry::new("87", "姨父", &["姨夫", "姨丈"]),
    Entry::new("88", "姨母", &["姨妈", "姨", "阿姨", "小姨", "大姨"]),
    Entry::new("89", "姑父", &["姑夫", "姑丈"]),
    Entry::new("90", "姑母", &["姑姑", "姑妈", "姑"]),
    Entry::new("97", "其他亲属", &["亲属", "亲戚", "其他亲戚", "其它亲属"]),
    Entry::new("99", "非亲属", &["其他人", "邻居", "朋友", "无血缘", "非亲属关系"]),
];

coded! {
    /// Father, mother, grandparent, other relative, or nobody of the family (`99`).
    Relation in LIST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_lead_to_the_standard() {
        for (text, code) in [
            ("母亲", "52"),
            ("妈妈", "52"),
            ("母女", "52"),
            ("爷爷", "61"),
            ("姥姥", "64"),
            ("外祖父", "63"),
            ("祖父", "61"),
            ("舅舅", "85"),
        ] {
            assert_eq!(Relation::from_words(text).map(Relation::code), Some(code), "{text}");
        }
        assert_eq!(Relation::from_words("示例"), None);
    }

    #[test]
    fn no_word_means_two_relations() {
        let mut seen = std::collections::HashSet::new();
        for entry in LIST {
            assert!(seen.insert(entry.name), "{}", entry.name);
            for word in entry.words {
                assert!(seen.insert(word), "{word}");
            }
        }
    }
}
