//! What a column holds, told from the words above it.

use naheya_domain::typing::compact;

/// What a roster's column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each name says what the column holds; the words are in the tables below")]
pub enum Field {
    Serial,
    Name,
    Sex,
    EthnicGroup,
    BirthDate,
    IdNumber,
    StudentNumber,
    School,
    Grade,
    Class,
    SchoolClass,
    Boarding,
    Phone,
    Town,
    Village,
    Address,
    Domicile,
    Health,
    Categories,
    Languages,
    Needs,
    Family,
    Strengths,
    Notes,
    GuardianName,
    GuardianPhone,
    GuardianNamePhone,
    Relation,
    FatherName,
    FatherPhone,
    FatherNamePhone,
    MotherName,
    MotherPhone,
    MotherNamePhone,
    PoliticalStatus,
    Education,
    Employer,
    Joined,
    VolunteerName,
    VolunteerPhone,
    VolunteerNamePhone,
    VolunteerIdNumber,
    PairBegin,
    PairEnd,
    PairSpan,
    PaperNumber,
}

/// Whose name, phone or number a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Child,
    Guardian,
    Father,
    Mother,
    /// `妈妈`: the mother on a roster of children, the volunteer in a ledger of pairs.
    Mama,
    Volunteer,
    Other,
}

/// What is said of the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    /// The owner's word stands alone: `监护人`.
    Name,
    Phone,
    NamePhone,
    IdNumber,
    Of(Field),
}

/// The words of each owner. Longer words first: `周末妈妈` is no mother of the child's.
const OWNERS: &[(Owner, &str)] = &[
    (
        Owner::Volunteer,
        "周末妈妈 爱心妈妈 代理妈妈 结对妈妈 志愿者妈妈 妈妈志愿者 结对志愿者 志愿者 爱心家长 \
     代理家长 帮扶责任人 帮扶人",
    ),
    (
        Owner::Other,
        "班主任 紧急联系人 填表人 配偶 家属 负责人 祖父 祖母 外祖父 外祖母 老师 推荐人 \
     介绍人",
    ),
    (
        Owner::Child,
        "结对儿童 留守儿童 困境儿童 受助儿童 帮扶儿童 服务对象 帮扶对象 被监护人 儿童 孩子 \
     学生 幼儿 未成年人 受助人",
    ),
    (
        Owner::Guardian,
        "实际监护人 委托监护人 受委托人 临时监护人 法定监护人 主要监护人 监护人 家长 抚养人 \
     照料人 照护人 看护人 联系人",
    ),
    (Owner::Father, "父亲 爸爸"),
    (Owner::Mother, "母亲"),
    (Owner::Mama, "妈妈"),
];

const NAME: &[&str] = &["姓名", "名字", "姓名全称", "真实姓名"];
const PHONE: &[&str] = &[
    "联系电话",
    "电话",
    "手机",
    "手机号",
    "手机号码",
    "电话号码",
    "联系方式",
    "联系手机",
    "移动电话",
    "联系号码",
    "联系电话号码",
    "手机电话",
    "电话手机",
    "联系人电话",
];
const ID_NUMBER: &[&str] = &["身份证", "公民身份", "身份号码", "身份证件", "证件号"];
const AND: &[&str] = &["及", "和", "与", "、", "/", "+", "，", ",", "兼", "&"];

/// The words of each field, with spaces between them.
const WORDS: &[(Field, &str)] = &[
    (Field::Serial, "序号 序 编号 号 no no. № 顺序 顺序号"),
    (Field::Sex, "性别"),
    (Field::EthnicGroup, "民族 族别 民族成份 民族成分"),
    (
        Field::BirthDate,
        "出生日期 出生年月 出生年月日 生日 出生时间 出生 出生日 生年月日 出生年月日期 \
     出生年份月份 生辰",
    ),
    (Field::StudentNumber, "学籍号 全国学籍号 学籍编号 学号 学籍号码 全国学籍编号"),
    (
        Field::School,
        "学校 就读学校 所在学校 学校名称 在读学校 就学学校 校名 就读学校名称 所在学校名称 \
     学籍学校 现就读学校 所属学校 学校全称",
    ),
    (Field::Grade, "年级 所在年级 就读年级"),
    (
        Field::Class,
        "班级 所在班级 年级班级 就读班级 年级班 班 年班 班级名称 现就读班级 年级及班级 \
     年级和班级 所在年级班级 就读年级班级 所属班级",
    ),
    (
        Field::SchoolClass,
        "学校班级 学校及班级 学校和班级 学校年级 学校年级班级 就读学校班级 就读学校及班级 \
     所在学校班级 所在学校及班级 就读学校年级 就读学校及年级 学校及年级 学校年级及班级 \
     学校年班 就学学校及班级 就读学校和班级 所在学校年级班级 学校班 在读学校班级 \
     在读学校及班级",
    ),
    (
        Field::Boarding,
        "是否寄宿 寄宿 住校 是否住校 寄宿情况 是否寄宿生 是否学校寄宿 住宿情况 是否住宿 \
     寄宿走读 住校情况 是否在校寄宿 是否住宿生 寄宿生",
    ),
    (
        Field::Town,
        "苏木镇 乡镇 所属乡镇 所在苏木镇 镇 苏木 所在乡镇 乡镇街道 镇苏木 所属苏木镇 \
     苏木乡镇 乡镇苏木 所在镇 镇街",
    ),
    (
        Field::Village,
        "嘎查村 村 嘎查 社区 嘎查村社区 村社区 所在村 村居 所在嘎查村 嘎查社区 所属嘎查村 \
     村嘎查",
    ),
    (
        Field::Address,
        "家庭住址 住址 现居住地 现住址 居住地 地址 家庭地址 居住地址 联系地址 现居住地址 \
     详细地址 详细住址 家庭详细住址 常住地 现住地 通讯地址 住所 居住地点 现家庭住址 \
     家庭详细地址 现居住地详细地址 常住地址 家庭居住地 家庭现住址 居住详细地址 现居地",
    ),
    (Field::Domicile, "户籍 户籍所在地 户籍地 户籍地址 户口所在地 户籍住址 户口地址 户口地"),
    (
        Field::Health,
        "健康 健康状况 身体状况 身体情况 健康情况 身体健康状况 身体健康情况 健康状态 病史 \
     过敏史",
    ),
    (
        Field::Languages,
        "语言 使用语言 语种 语言能力 掌握语言 日常语言 日常用语 母语 常用语言 会说语言 \
     语言情况 交流语言 熟悉语言 所用语言 会何种语言",
    ),
    (
        Field::Needs,
        "需求 心愿 微心愿 愿望 帮扶需求 关爱需求 主要困难 困难需求 需求情况 主要需求 意愿 \
     个人意愿",
    ),
    (Field::Family, "家庭情况 家庭状况 家庭基本情况 家庭概况 家庭简况"),
    (
        Field::Strengths,
        "特长 爱好 兴趣爱好 专长 爱好特长 特长爱好 兴趣 服务特长 技能 个人特长 特长技能 \
     兴趣特长",
    ),
    (Field::Notes, "备注 说明 其他 其它 附注 备注说明 其他说明 其他情况 备考"),
    (Field::PoliticalStatus, "政治面貌 政治面目 党派 面貌 政治身份"),
    (Field::Education, "文化程度 学历 教育程度 受教育程度 最高学历 文化水平 学历层次 文化"),
    (
        Field::Employer,
        "工作单位及职务 工作单位 单位 单位及职务 所在单位 职业 职务 单位职务 工作单位职务 \
     单位名称 工作单位和职务 工作单位及职业 所在单位及职务 工作 工作单位职业",
    ),
    (
        Field::Joined,
        "加入时间 加入日期 加入年月 入队时间 注册时间 注册日期 参加时间 参与时间 入会时间 \
     登记时间 报名时间 入队日期 参加日期 登记日期 加入志愿者时间 参加志愿服务时间 \
     加入团队时间",
    ),
    (
        Field::PairBegin,
        "结对时间 结对日期 开始时间 开始日期 起始时间 起始日期 结对开始时间 结对开始日期 \
     结对起始时间 结对年月 开始 起始 结对起始日期 开始年月 起 结对开始",
    ),
    (
        Field::PairEnd,
        "结束时间 结束日期 终止时间 终止日期 解除时间 解除日期 结对结束时间 结对结束日期 \
     截止时间 截止日期 到期时间 结对终止时间 解除结对时间 结束 终止 结束年月 止 结对结束 \
     结对终止日期 结对解除时间",
    ),
    (Field::PairSpan, "起止时间 结对起止时间 结对期限 起止日期 结对起止日期 结对期间 起止年月 结对起止"),
    (
        Field::PaperNumber,
        "协议编号 协议号 协议书编号 结对编号 合同编号 结对协议编号 结对协议号 档案编号 \
     协议书号 文号 结对协议书编号",
    ),
];

/// Header words in one spelling: no spaces, half-width, no star of "must be filled".
pub(super) fn plain(text: &str) -> String {
    let mut text = compact(text).to_lowercase();
    text.retain(|c| !matches!(c, '*' | '★' | ':' | '"' | '“' | '”' | '【' | '】' | '_' | '.' | '※'));
    text
}

/// Whose column it is, and what it says of the owner. `None` when the words mean nothing here.
pub(super) fn meaning(label: &str) -> Option<(Option<Owner>, Attribute)> {
    let label = plain(label);
    let inside_kept: String = label.chars().filter(|c| !matches!(c, '(' | ')' | '[' | ']')).collect();
    read_label(&inside_kept).or_else(|| read_label(&without_brackets(&label)))
}

/// The owner that a group of columns (`监护人情况`) belongs to.
pub(super) fn owner_of_group(group: &str) -> Option<Owner> {
    owner_in(&plain(group)).map(|(owner, _)| owner)
}

fn without_brackets(label: &str) -> String {
    let mut depth = 0i32;
    let mut kept = String::new();
    for c in label.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ if depth <= 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

fn read_label(label: &str) -> Option<(Option<Owner>, Attribute)> {
    if label.is_empty() {
        return None;
    }
    if let Some(field) = whole_word(label) {
        return Some((None, Attribute::Of(field)));
    }
    if is_relation(label) {
        return Some((None, Attribute::Of(Field::Relation)));
    }
    if is_category(label) {
        return Some((None, Attribute::Of(Field::Categories)));
    }
    match owner_in(label) {
        Some((owner, rest)) => attribute(&rest, true).map(|attribute| (Some(owner), attribute)),
        None => attribute(label, false).map(|attribute| (None, attribute)),
    }
}

fn whole_word(label: &str) -> Option<Field> {
    let without_marks: String =
        label.chars().filter(|c| !matches!(c, '、' | '/' | ',' | '，' | '+' | '-' | '|')).collect();
    let is_word = |words: &str| words.split_whitespace().any(|word| word == label || word == without_marks);
    WORDS.iter().find(|(_, words)| is_word(words)).map(|(field, _)| *field)
}

fn is_relation(label: &str) -> bool {
    label.contains("关系") && !label.contains("关系人") && !label.contains("关系电话") || label == "称谓"
}

fn is_category(label: &str) -> bool {
    let kind = ["类别", "类型", "分类", "属性"].iter().any(|word| label.contains(word));
    kind && !["残疾", "患病", "疾病", "病种", "学校", "户口", "户籍", "证件", "监护", "服务", "志愿"]
        .iter()
        .any(|word| label.contains(word))
}

/// The owner named in the text and what is left of it.
fn owner_in(text: &str) -> Option<(Owner, String)> {
    OWNERS.iter().find_map(|(owner, words)| {
        let word = words.split_whitespace().find(|word| text.contains(word))?;
        Some((*owner, text.replacen(word, "", 1)))
    })
}

fn attribute(rest: &str, owned: bool) -> Option<Attribute> {
    let rest = rest.trim_start_matches('的').trim_matches(|c| matches!(c, '-' | '·'));
    if ID_NUMBER.iter().any(|word| rest.contains(word)) {
        return Some(Attribute::IdNumber);
    }
    if NAME.contains(&rest) || (owned && (rest.is_empty() || rest == "名称" || rest == "信息")) {
        return Some(Attribute::Name);
    }
    if PHONE.contains(&rest) {
        return Some(Attribute::Phone);
    }
    if is_name_and_phone(rest, owned) {
        return Some(Attribute::NamePhone);
    }
    if owned { whole_word(rest).map(Attribute::Of) } else { None }
}

/// `姓名及电话`; behind an owner also `及电话`.
fn is_name_and_phone(rest: &str, owned: bool) -> bool {
    let after_name = NAME.iter().find_map(|name| rest.strip_prefix(name));
    let without_and = |text: &str| AND.iter().find_map(|and| text.strip_prefix(and)).map(str::to_owned);
    match after_name {
        Some(after) => PHONE.contains(&without_and(after).as_deref().unwrap_or(after)),
        None => owned && without_and(rest).is_some_and(|phone| PHONE.contains(&phone.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_and_what_is_said_of_it_are_read_from_one_label() {
        for (label, owner, said) in [
            ("监护人姓名", Owner::Guardian, Attribute::Name),
            ("监护人", Owner::Guardian, Attribute::Name),
            ("家长联系电话", Owner::Guardian, Attribute::Phone),
            ("监护人及电话", Owner::Guardian, Attribute::NamePhone),
            ("监护人姓名、联系方式", Owner::Guardian, Attribute::NamePhone),
            ("监护人（姓名、电话）", Owner::Guardian, Attribute::NamePhone),
            ("周末妈妈", Owner::Volunteer, Attribute::Name),
            ("“周末妈妈”姓名", Owner::Volunteer, Attribute::Name),
            ("志愿者手机号", Owner::Volunteer, Attribute::Phone),
            ("母亲电话", Owner::Mother, Attribute::Phone),
            ("学生姓名", Owner::Child, Attribute::Name),
            ("儿童身份证号码", Owner::Child, Attribute::IdNumber),
            ("班主任及电话", Owner::Other, Attribute::NamePhone),
            ("儿童出生年月", Owner::Child, Attribute::Of(Field::BirthDate)),
        ] {
            assert_eq!(meaning(label), Some((Some(owner), said)), "{label}");
        }
    }

    #[test]
    fn labels_without_owner_are_read_in_many_spellings() {
        for (label, said) in [
            ("姓　名", Attribute::Name),
            ("* 姓名", Attribute::Name),
            ("公民身份号码", Attribute::IdNumber),
            ("身份证号\n（18位）", Attribute::IdNumber),
            ("出生年月", Attribute::Of(Field::BirthDate)),
            ("出生日期（例：2014.5.6）", Attribute::Of(Field::BirthDate)),
            ("苏木（镇）", Attribute::Of(Field::Town)),
            ("就读学校", Attribute::Of(Field::School)),
            ("学校、班级", Attribute::Of(Field::SchoolClass)),
            ("年级/班级", Attribute::Of(Field::Class)),
            ("与儿童关系", Attribute::Of(Field::Relation)),
            ("儿童类别", Attribute::Of(Field::Categories)),
            ("联系电话（手机）", Attribute::Phone),
        ] {
            assert_eq!(meaning(label), Some((None, said)), "{label}");
        }
    }

    #[test]
    fn words_that_are_no_header_mean_nothing() {
        for label in ["", "白小溪", "2014.5.6", "年龄", "填表时间2026年9月1日", "示范第一小学", "残疾类别"]
        {
            assert_eq!(meaning(label), None, "{label}");
        }
    }
}
