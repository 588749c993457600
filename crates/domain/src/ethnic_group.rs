//! The ethnic groups of China, GB/T 3304-1991, codes 01 to 56; 57 and 58 are common practice of
//! registers. The figure "inter-ethnic pairs" counts by it; nobody is chosen by it.

use crate::code_list::{Entry, coded};

/// The text names no ethnic group.
pub const UNKNOWN: &str = "ethnic_group.unknown";

const LIST: &[Entry] = &[
    Entry::new("01", "汉族", &["汉"]),
    Entry::new("02", "蒙古族", &["蒙古", "蒙", "蒙族"]),
    Entry::new("03", "回族", &["回"]),
    Entry::new("04", "藏族", &["藏"]),
    Entry::new("05", "维吾尔族", &["维吾尔", "维", "维族"]),
    Entry::new("06", "苗族", &["苗"]),
    Entry::new("07", "彝族", &["彝"]),
    Entry::new("08", "壮族", &["壮"]),
    Entry::new("09", "布依族", &["布依"]),
    Entry::new("10", "朝鲜族", &["朝鲜", "朝", "朝族", "鲜族"]),
    Entry::new("11", "满族", &["满"]),
    Entry::new("12", "侗族", &["侗"]),
    Entry::new("13", "瑶族", &["瑶"]),
    Entry::new("14", "白族", &["白"]),
    Entry::new("15", "土家族", &["土家"]),
    Entry::new("16", "哈尼族", &["哈尼"]),
    Entry::new("17", "哈萨克族", &["哈萨克", "哈族"]),
    Entry::new("18", "傣族", &["傣"]),
    Entry::new("19", "黎族", &["黎"]),
    Entry::new("20", "傈僳族", &["傈僳"]),
    Entry::new("21", "佤族", &["佤"]),
    Entry::new("22", "畲族", &["畲"]),
    Entry::new("23", "高山族", &["高山"]),
    Entry::new("24", "拉祜族", &["拉祜"]),
    Entry::new("25", "水族", &["水"]),
    Entry::new("26", "东乡族", &["东乡"]),
    Entry::new("27", "纳西族", &["纳西"]),
    Entry::new("28", "景颇族", &["景颇"]),
    Entry::new("29", "柯尔克孜族", &["柯尔克孜", "柯族"]),
    Entry::new("30", "土族", &["土"]),
    Entry::new("31", "达斡尔族", &["达斡尔", "达", "达族"]),
    Entry::new("32", "仫佬族", &["仫佬"]),
    Entry::new("33", "羌族", &["羌"]),
    Entry::new("34", "布朗族", &["布朗"]),
    Entry::new("35", "撒拉族", &["撒拉"]),
    Entry::new("36", "毛南族", &["毛南"]),
    Entry::new("37", "仡佬族", &["仡佬"]),
    Entry::new("38", "锡伯族", &["锡伯"]),
    Entry::new("39", "阿昌族", &["阿昌"]),
    Entry::new("40", "普米族", &["普米"]),
    Entry::new("41", "塔吉克族", &["塔吉克"]),
    Entry::new("42", "怒族", &["怒"]),
    Entry::new("43", "乌孜别克族", &["乌孜别克"]),
    Entry::new("44", "俄罗斯族", &["俄罗斯", "俄", "俄族"]),
    Entry::new("45", "鄂温克族", &["鄂温克"]),
    Entry::new("46", "德昂族", &["德昂"]),
    Entry::new("47", "保安族", &["保安"]),
    Entry::new("48", "裕固族", &["裕固"]),
    Entry::new("49", "京族", &["京"]),
    Entry::new("50", "塔塔尔族", &["塔塔尔"]),
    Entry::new("51", "独龙族", &["独龙"]),
    Entry::new("52", "鄂伦春族", &["鄂伦春"]),
    Entry::new("53", "赫哲族", &["赫哲"]),
    Entry::new("54", "门巴族", &["门巴"]),
    Entry::new("55", "珞巴族", &["珞巴"]),
    Entry::new("56", "基诺族", &["基诺"]),
    Entry::new("57", "其他", &["其他(未识别民族)", "未识别民族", "其他民族", "未识别"]),
    Entry::new("58", "外国血统中国籍人士", &["入籍", "外国血统"]),
];

coded! {
    /// One ethnic group, as registered.
    EthnicGroup in LIST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_names_and_usual_short_forms_are_read() {
        for text in ["蒙古族", "蒙古", "蒙", "蒙族", " 蒙 古 族 "] {
            assert_eq!(EthnicGroup::from_words(text).map(EthnicGroup::code), Some("02"), "{text}");
        }
        for (text, code) in
            [("汉", "01"), ("回族", "03"), ("达斡尔", "31"), ("满", "11"), ("维族", "05"), ("鄂温克族", "45")]
        {
            assert_eq!(EthnicGroup::from_words(text).map(EthnicGroup::code), Some(code), "{text}");
        }
    }

    #[test]
    fn what_is_no_ethnic_group_is_refused() {
        for text in ["草原族", "蒙汉", "族", "", "中国", "汉蒙"] {
            assert_eq!(EthnicGroup::from_words(text), None, "{text}");
        }
    }

    #[test]
    fn there_are_fifty_six_groups_and_two_further_codes() {
        assert_eq!(EthnicGroup::all().count(), 58);
    }

    #[test]
    fn no_word_means_two_groups() {
        let mut seen = std::collections::HashSet::new();
        for entry in LIST {
            assert!(seen.insert(entry.name), "{}", entry.name);
            for word in entry.words {
                assert!(seen.insert(word), "{word}");
            }
        }
    }
}
