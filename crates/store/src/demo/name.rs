//! Invented names. Each carries a character that says so (示, 样, 例, 范) or is made of plants, weather and
//! stones, so that nobody can be meant.

use std::collections::HashSet;

use super::lot::Lot;

const CHILD_FAMILY: &[&str] =
    &["安", "白", "石", "苗", "沙", "那", "花", "林", "山", "云", "水", "田", "金", "温", "麦", "江", "车", "青"];
const CHILD_GIVEN: &[&str] = &[
    "小草", "云朵", "小榴", "青青", "小枣", "小河", "小满", "小苗", "星星", "小麦", "小溪", "朵朵", "小雨", "小禾",
    "小鹿", "阳阳", "小雪", "小山", "石头", "小风", "小荞", "柳柳", "小燕", "圆圆", "小舟", "苇苇", "小棠", "果果",
    "小泉", "夏夏", "小橡", "亮亮",
];
const MONGOL_CHILD: &[&str] = &[
    "苏日娜",
    "青格尔",
    "阿木尔",
    "巴特尔",
    "娜荷雅",
    "苏德",
    "萨仁",
    "塔娜",
    "其其格",
    "牧仁",
    "哈斯",
    "朝鲁",
    "阿茹娜",
    "呼和",
    "乌日汗",
    "孟根",
    "宝音",
    "那仁",
    "希日",
    "艾丽雅",
    "特木尔",
    "吉雅",
    "乌云嘎",
    "图雅",
    "毕力格",
    "斯日古楞",
    "萨日盖",
    "额尔德尼",
    "莫日根",
    "查干",
    "温都苏",
    "海日",
    "敖特根",
    "娜木汗",
    "苏力德",
    "旭日",
    "阿斯汗",
    "德力格尔",
    "乌力罕",
    "珠拉",
    "赛罕",
    "阿荣",
];
const FAMILY: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "罗", "郑",
    "梁", "谢", "宋", "唐", "韩",
];
const GIVEN: &[&str] = &[
    "示范", "样例", "示梅", "例兰", "样娟", "示芳", "例玲", "样霞", "示英", "例华", "样琴", "示萍", "例红", "样秀",
    "示莲", "例敏",
];
const MAN_GIVEN: &[&str] = &["示强", "例军", "样平", "示海", "例东", "样刚", "示林", "例山"];
const MONGOL: &[&str] = &[
    "乌云",
    "其其格",
    "萨仁",
    "高娃",
    "娜仁",
    "斯琴",
    "乌兰",
    "托娅",
    "金花",
    "阿拉坦",
    "哈斯",
    "琪琪",
    "萨茹拉",
    "乌日娜",
    "索龙高",
    "敖登",
    "南丁",
    "格日勒",
    "都兰",
    "苏布德",
    "珊丹",
    "莎仁",
    "牡丹",
    "海棠",
    "塔拉",
    "娜布其",
    "索布德",
    "吉木斯",
];
const MONGOL_MAN: &[&str] = &[
    "巴雅尔",
    "孟和",
    "朝克",
    "布和",
    "额尔敦",
    "宝力高",
    "达来",
    "青山",
    "乌恩",
    "铁木",
    "满都拉",
    "照日格",
    "苏和",
    "白音",
    "德格",
    "那森",
    "特古斯",
    "胡日查",
    "阿古拉",
    "森格",
    "都仁",
    "昂沁",
    "吉日木",
    "哈达",
];
const MARK: &[&str] = &["例", "样", "示", "范"];
/// Mongolian spellings of a few names.
const SPELLED: &[(&str, &str)] = &[
    ("萨仁", "ᠰᠠᠷᠠ"),
    ("娜仁", "ᠨᠠᠷᠠᠨ"),
    ("其其格", "ᠴᠡᠴᠡᠭ"),
    ("巴特尔", "ᠪᠠᠭᠠᠲᠤᠷ"),
    ("哈斯", "ᠬᠠᠰ"),
    ("图雅", "ᠲᠤᠶᠠᠭᠠ"),
];

/// Gives each name once, as long as there are enough.
#[derive(Default)]
pub(super) struct Names {
    given: HashSet<String>,
}

impl Names {
    pub(super) fn child(&mut self, lot: &mut Lot, mongol: bool) -> String {
        self.fresh(lot, |lot| if mongol { marked(lot, MONGOL_CHILD) } else { joined(lot, CHILD_FAMILY, CHILD_GIVEN) })
    }

    /// A sibling carries the same family name, or the same mark.
    pub(super) fn sibling(&mut self, lot: &mut Lot, of: &str, mongol: bool) -> String {
        self.fresh(lot, |lot| {
            if mongol {
                let mark = of.rsplit('·').next().unwrap_or("例");
                format!("{}·{mark}", lot.pick(MONGOL_CHILD))
            } else {
                let family: String = of.chars().take(1).collect();
                format!("{family}{}", lot.pick(CHILD_GIVEN))
            }
        })
    }

    pub(super) fn adult(&mut self, lot: &mut Lot, mongol: bool, man: bool) -> String {
        self.fresh(lot, |lot| match (mongol, man) {
            (true, true) => marked(lot, MONGOL_MAN),
            (true, false) => marked(lot, MONGOL),
            (false, true) => joined(lot, FAMILY, MAN_GIVEN),
            (false, false) => joined(lot, FAMILY, GIVEN),
        })
    }

    fn fresh(&mut self, lot: &mut Lot, draw: impl Fn(&mut Lot) -> String) -> String {
        let mut name = draw(lot);
        for _ in 0..40 {
            if self.given.insert(name.clone()) {
                break;
            }
            name = draw(lot);
        }
        name
    }
}

/// How a name is written in Mongolian, when it is one of a few.
pub(super) fn spelled(name: &str) -> Option<String> {
    let given = name.split('·').next().unwrap_or(name);
    SPELLED.iter().find(|(han, _)| *han == given).map(|(_, mongolian)| (*mongolian).to_owned())
}

fn marked(lot: &mut Lot, given: &[&str]) -> String {
    format!("{}·{}", lot.pick(given), lot.pick(MARK))
}

fn joined(lot: &mut Lot, family: &[&str], given: &[&str]) -> String {
    format!("{}{}", lot.pick(family), lot.pick(given))
}
