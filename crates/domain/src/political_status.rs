//! Political status, GB/T 4762-1984.

use crate::code_list::{Entry, coded};

const LIST: &[Entry] = &[
    Entry::new("01", "中国共产党党员", &["党员", "中共党员", "共产党员", "中共", "中共正式党员", "正式党员"]),
    Entry::new("02", "中国共产党预备党员", &["预备党员", "中共预备党员"]),
    Entry::new("03", "中国共产主义青年团团员", &["团员", "共青团员", "共青团", "青年团员"]),
    Entry::new("04", "中国国民党革命委员会会员", &["民革", "民革会员", "民革党员"]),
    Entry::new("05", "中国民主同盟盟员", &["民盟", "民盟盟员", "民盟成员"]),
    Entry::new("06", "中国民主建国会会员", &["民建", "民建会员"]),
    Entry::new("07", "中国民主促进会会员", &["民进", "民进会员"]),
    Entry::new("08", "中国农工民主党党员", &["农工党", "农工党党员", "农工党员"]),
    Entry::new("09", "中国致公党党员", &["致公党", "致公党党员", "致公党员"]),
    Entry::new("10", "九三学社社员", &["九三", "九三学社"]),
    Entry::new("11", "台湾民主自治同盟盟员", &["台盟", "台盟盟员"]),
    Entry::new("12", "无党派民主人士", &["无党派", "无党派人士"]),
    Entry::new("13", "群众", &["普通群众", "普通公民"]),
];

coded! {
    /// Membership of the party, the league, a democratic party, or none (`13`, 群众).
    PoliticalStatus in LIST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_volunteer_rosters_are_read() {
        for (text, code) in [
            ("党员", "01"),
            ("中共党员", "01"),
            ("预备党员", "02"),
            ("团员", "03"),
            ("共青团员", "03"),
            ("群众", "13"),
            ("民盟", "05"),
        ] {
            assert_eq!(PoliticalStatus::from_words(text).map(PoliticalStatus::code), Some(code), "{text}");
        }
        assert_eq!(PoliticalStatus::from_words("少先队员"), None);
    }
}
