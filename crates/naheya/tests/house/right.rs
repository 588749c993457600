//! The guide's table of rights is printed from the code. `NAHEYA_TEST_PRINT=1 cargo test -p naheya --test house right`
//! prints it anew.

use std::collections::BTreeMap;
use std::fmt::Write;

use naheya_domain::Role;
use naheya_domain::access::{Action, Class, Noun, Reach, may, reach};

use crate::tree;

const PAGE: &str = "docs/guide/rights.md";
const HEAD: &str = "\
# 权限表

这一页是从程序里印出来的，改权限就是改程序，这里会跟着变。

看：*全旗县* 是本旗县全部，*所管* 是授权写明的苏木、学校或班级，*自己* 是自己结对的、自己的孩子、自己的申请，*指派* 是点名交给自己的。
括号里是看得到哪几类内容：**工作**（名字、班级、状态、照顾要知道的），**个人**（电话、住址、生日），**秘密**（证件号、健康细节、核查、关切；打开要写理由）。
没有写到的，对他来说就像不存在。
";

#[test]
fn the_guide_shows_the_rights_as_they_are() {
    let page = page();
    if std::env::var_os("NAHEYA_TEST_PRINT").is_some() {
        std::fs::write(tree::top().join(PAGE), &page).unwrap_or_else(|error| panic!("{PAGE}: {error}"));
    }
    assert!(tree::read(PAGE) == page, "{PAGE} is not what the code says; print it anew as the head of this file tells");
}

/// What a guardian says yes to is what happens.
#[test]
fn the_question_about_pictures_names_whoever_sees_them_and_nobody_else() {
    let texts = tree::read("crates/web/locales/zh-Hans/consent.ftl");
    let asked = texts.lines().find_map(|line| line.strip_prefix("consent-why-photo = ")).unwrap_or_default();
    for role in Role::ALL {
        let word = match role {
            Role::Guardian => "您".to_owned(),
            Role::Coordinator | Role::Leader => "妇联".to_owned(),
            other => chinese(other),
        };
        let sees = reach(role, Noun::Note, Class::Work) != Reach::Nothing;
        assert_eq!(asked.contains(&word), sees, "{word}: {asked}");
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for role in Role::ALL {
        let _ = write!(page, "\n## {} `{}`\n\n", chinese(role), role.code());
        let seen = seen(role);
        let done: Vec<&str> = Action::ALL.into_iter().filter(|action| may(role, *action)).map(done).collect();
        if seen.is_empty() && done.is_empty() {
            page.push_str("还没有他要用的页面。\n");
        }
        for ((far, classes), nouns) in seen {
            let _ = writeln!(page, "- 看{far}（{classes}）：{}", nouns.join("、"));
        }
        if !done.is_empty() {
            let _ = writeln!(page, "- 办：{}", done.join("；"));
        }
    }
    page
}

/// How far and in which classes -> what.
fn seen(role: Role) -> BTreeMap<(&'static str, String), Vec<&'static str>> {
    let mut seen: BTreeMap<(&'static str, String), Vec<&'static str>> = BTreeMap::new();
    for noun in Noun::ALL {
        let mut classes: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for (class, name) in [(Class::Work, "工作"), (Class::Personal, "个人"), (Class::Secret, "秘密")] {
            if let Some(far) = far(reach(role, noun, class)) {
                classes.entry(far).or_default().push(name);
            }
        }
        for (far, names) in classes {
            seen.entry((far, names.join("、"))).or_default().push(seen_as(noun));
        }
    }
    seen
}

fn far(reach: Reach) -> Option<&'static str> {
    match reach {
        Reach::Nothing => None,
        Reach::County => Some("全旗县"),
        Reach::Place => Some("所管"),
        Reach::Own => Some("自己"),
        Reach::Assigned => Some("指派"),
    }
}

/// The page's own word, as the texts have it.
fn chinese(role: Role) -> String {
    let texts = tree::read("crates/web/locales/zh-Hans/frame.ftl");
    let start = format!("role-{} = ", role.code());
    let text = texts.lines().find_map(|line| line.strip_prefix(&start));
    text.unwrap_or_else(|| panic!("no text for {}", role.code())).to_owned()
}

fn seen_as(noun: Noun) -> &'static str {
    match noun {
        Noun::Area => "地区与学校",
        Noun::Account => "账号",
        Noun::Child => "孩子",
        Noun::Guardian => "家长",
        Noun::Charge => "谁负责",
        Noun::Station => "阵地",
        Noun::Volunteer => "志愿者",
        Noun::Household => "家庭",
        Noun::Check => "核查",
        Noun::Consent => "同意",
        Noun::Wish => "孩子的意愿",
        Noun::Round => "结对轮次",
        Noun::Pair => "结对",
        Noun::Stay => "周末",
        Noun::Custody => "交接",
        Noun::Note => "记录与照片",
        Noun::FollowUp => "回访",
        Noun::Concern => "关切",
        Noun::Hours => "时长",
        Noun::Notice => "通知",
        Noun::Import => "导入",
        Noun::Export => "导出",
        Noun::BreakGlass => "紧急查看",
        Noun::AuditEvent => "留痕",
        Noun::Snapshot => "月报",
        Noun::Setting => "设置",
    }
}

fn done(action: Action) -> &'static str {
    match action {
        Action::KeepChild => "建、改孩子的档案",
        Action::ConfirmChild => "确认档案没变",
        Action::AskErasure => "按书面申请，申请抹去孩子或志愿者的档案",
        Action::EraseFile => "同意抹去孩子或志愿者的档案",
        Action::RestrictFile => "限制处理孩子的档案、解除限制",
        Action::MergeFiles => "找重复的档案、提出和同意合并、拆开",
        Action::KeepSchool => "管学校、班级、值班、校历和地区",
        Action::KeepGrid => "管谁在哪里负责、管阵地",
        Action::KeepVolunteer => "登记志愿者和家庭、填核查",
        Action::ApproveVolunteer => "批准志愿者",
        Action::RaiseCapacity => "放宽一个家的位子",
        Action::Import => "导入花名册",
        Action::Export => "导出 Excel",
        Action::RecordConsent => "记下家长的同意、发同意链接",
        Action::GiveConsent => "自己点同意、撤回同意",
        Action::SayThanks => "为孩子的周末说声谢谢",
        Action::RecordWish => "记下孩子的话",
        Action::RunRound => "开结对轮次",
        Action::ChooseInRound => "在轮次里选",
        Action::LiftRule => "写明理由，让兄弟姐妹在一轮里分到两家",
        Action::KeepPair => "记见面、确认可以过夜、暂停和恢复结对、记怎么分开",
        Action::EndPair => "结束结对",
        Action::RequestStay => "申请周末",
        Action::ApproveStay => "准许周末",
        Action::EndorseStay => "班主任点头",
        Action::HandOver => "放行、确认返校",
        Action::ReportCustody => "报接到、到家、出发、送回",
        Action::CloseLateReturn => "写明原因、关掉晚归",
        Action::WriteNote => "写周末记录",
        Action::FollowUp => "安排、记回访",
        Action::HandleConcern => "接手、处理关切",
        Action::BreakGlass => "紧急查看一个孩子的档案",
        Action::ReviewBreakGlass => "复核别人的紧急查看",
        Action::KeepHours => "登记、确认别的时长",
        Action::SeeReport => "看报表",
        Action::SignSnapshot => "签月报、报上去",
        Action::SeeLevels => "看下面各地签过字的数字、请核对",
        Action::KeepAccount => "管账号、授权、纸条",
        Action::KeepSetting => "管设置、备份",
        Action::KeepNotice => "管通知的渠道和限额、看发送凭据",
        Action::Audit => "查留痕、验留痕",
    }
}
