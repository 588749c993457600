//! A round from its first page to a pair, as coordinator and volunteer play it without script.
//!
//! Long because: the steps of one round are tried on the same ground.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::check::{CheckDetails, CheckForm, CheckKind, Subject};
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::household::{HouseholdDetails, HouseholdForm};
use naheya_domain::id::{ChildId, VolunteerId};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_store::check::{CheckLine, EnterChecks};
use naheya_store::child::OpenFile;
use naheya_store::consent::{Purpose, RecordConsent};
use naheya_store::guardian::AddGuardian;
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, SignVolunteers, Signature};

use crate::browser::Browser;
use crate::export::cells;
use crate::import::send;
use crate::site::{NOW, Site, site};

/// The day of the site's clock.
const TODAY: &str = "2026-11-20";

async fn child(site: &Site, name: &str) -> ChildId {
    let desk = site.system();
    let form =
        ChildForm {
            name, birth_on: "2018-03-05", languages: "蒙古语", words: "想学写字。", ..ChildForm::default()
        };
    let child = desk.save(OpenFile { details: ChildDetails::parse(&form, NOW.date()).unwrap() }).await.unwrap();
    let form = GuardianForm { name: "周样母", relation: "母亲", phone: "13900000009", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let guardian = desk.save(AddGuardian { child, details }).await.unwrap();
    let consent = RecordConsent {
        child,
        guardian,
        purpose: Purpose::Pairing,
        answer: true,
        how: "paper".into(),
        evidence: "示例柜子里".into(),
        from_on: NOW.date(),
        to_on: None,
        stay: None,
    };
    desk.save(consent).await.unwrap();
    child
}

async fn volunteer(site: &Site, name: &str) -> VolunteerId {
    let desk = site.system();
    let form = VolunteerForm {
        name,
        birth_on: "1985-04-06",
        phone: "13900000001",
        languages: "汉语、蒙古语",
        ..VolunteerForm::default()
    };
    let details = VolunteerDetails::parse(&form, NOW.date()).unwrap();
    let home = HouseholdForm { travel_minutes: "10", ..HouseholdForm::default() };
    let home = HomeChoice::New(HouseholdDetails::parse(&home).unwrap(), Vec::new());
    let made = desk.save(RegisterVolunteer { details, home }).await.unwrap();
    let about = |kind: CheckKind| match kind {
        CheckKind::HomeVisit => Subject::Home(made.household.0),
        CheckKind::Identity | CheckKind::NoOffence | CheckKind::Health => Subject::Adult(made.member.0),
        _ => Subject::Volunteer(made.volunteer.0),
    };
    let line = |kind: CheckKind| {
        let form = CheckForm {
            kind: kind.code(),
            outcome: "passed",
            done_on: "2026-03-12",
            number: "示例0310",
            ..CheckForm::default()
        };
        CheckLine { subject: about(kind), details: CheckDetails::parse(&form, NOW.date()).unwrap(), second: None }
    };
    desk.save(EnterChecks { lines: CheckKind::ALL.into_iter().map(line).collect() }).await.unwrap();
    desk.save(SignVolunteers { what: Signature::One(made.volunteer) }).await.unwrap();
    made.volunteer
}

/// A round with two children and two homes, all of them in.
pub async fn opened(site: &Site, browser: &mut Browser) -> (String, Vec<VolunteerId>) {
    for name in ["安小草", "白云朵"] {
        child(site, name).await;
    }
    let homes = vec![volunteer(site, "李样例").await, volunteer(site, "王示范").await];
    let reply =
        browser.submit("/rounds/new", "/rounds", &[("name", "2026年秋季结对"), ("held_on", "2026-11-28")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let people = reply.location().to_owned();
    let page = browser.get(&people).await;
    assert!(page.body.contains("2 个孩子、2 个家庭可以参加"), "{}", page.body);
    let mut form = page.form(&people);
    for name in ["child", "volunteer"] {
        let tag = format!("name=\"{name}\" value=\"");
        form.extend(
            page.body.split(&tag).skip(1).map(|rest| (name.to_owned(), rest.split('"').next().unwrap().to_owned())),
        );
    }
    let reply = browser.post(&people, &form).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    (reply.location().to_owned(), homes)
}

/// Writes one slip, as typed at its form.
pub async fn slip(
    browser: &mut Browser,
    round: &str,
    side: &str,
    number: &str,
    wishes: &[&str],
    refused: &str,
) -> StatusCode {
    let action = format!("{round}/wishes");
    let mut form = browser.get(&format!("{action}?side={side}&n={number}")).await.form(&action);
    form.retain(|(name, _)| name != "wish" && name != "refused");
    form.extend(wishes.iter().map(|w| ("wish".to_owned(), (*w).to_owned())));
    form.push(("refused".into(), refused.into()));
    browser.post(&action, &form).await.status
}

#[tokio::test]
async fn a_home_whose_checks_are_not_in_order_is_marked_where_homes_are_chosen() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    volunteer(&site, "李样例").await;
    let roster = "姓名,联系电话,出生年月\n苏小禾,13900000011,1985.4\n";
    send(&mut me, "volunteers", "志愿者.csv", roster.as_bytes()).await;
    let batch = me.submit("/imports/preview", "/imports", &[]).await.location().to_owned();
    site.as_role(Role::Leader).await.submit(&batch, &format!("{batch}/signature"), &[]).await;
    let people = me.submit("/rounds/new", "/rounds", &[("name", "2026年秋季结对")]).await.location().to_owned();
    let page = me.get(&people).await.body;
    assert!(page.contains("0 个孩子、2 个家庭可以参加"), "{page}");
    assert_eq!(page.matches("核查不齐").count(), 1, "{page}");
}

#[tokio::test]
async fn a_round_is_played_from_its_opening_to_a_pair_without_script() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, homes) = opened(&site, &mut staff).await;
    let page = staff.get(&round).await;
    assert!(page.body.contains("还有 2 个孩子的意愿单没录"));
    assert_eq!(slip(&mut staff, &round, "volunteer", "1", &["1"], "").await, StatusCode::CONFLICT);
    assert_eq!(slip(&mut staff, &round, "child", "1", &["1", "2"], "").await, StatusCode::SEE_OTHER);
    assert_eq!(slip(&mut staff, &round, "child", "2", &["1=2"], "").await, StatusCode::SEE_OTHER);
    assert_eq!(slip(&mut staff, &round, "volunteer", "1", &["1", "2"], "").await, StatusCode::SEE_OTHER);
    // The other mother writes her own on her phone.
    let mut mother = site.as_grant(Role::Volunteer, Place::Person(homes[1].0)).await;
    let mine = mother.get("/choices").await;
    assert!(mine.body.contains("2 个孩子在等一个家"), "{}", mine.body);
    let card = mother.get("/choices/1").await;
    assert!(card.body.contains("想学写字") && card.body.contains("蒙古语") && card.body.contains("6–8"));
    assert!(card.body.contains("href=\"/choices/2\""), "the next card is a tap away");
    assert!(mother.get("/choices/2").await.body.contains("回去写志愿"));
    for named in ["安小草", "周样母"] {
        assert!(!mine.body.contains(named) && !card.body.contains(named), "{named} on a choice card");
    }
    let reply = mother.submit("/choices", "/choices", &[("wishes", "2")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    // Worked out, confirmed, answered by both.
    let reply = staff.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await;
    let results = reply.location().to_owned();
    let page = staff.get(&results).await;
    assert!(page.body.contains("2 个孩子配上了"), "{}", page.body);
    assert!(page.body.contains("有孩子更想去别家的，那一家并不更想换成他。"));
    // The seed is for whoever checks the lots: in the details.
    let (read_by_all, lots) = page.body.split_once("<summary>抽签的数</summary>").unwrap();
    assert!(lots.contains("种子 417") && !read_by_all.contains("种子"), "{}", page.body);
    let reply = staff.submit(&results, &format!("{round}/proposals"), &[]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let mine = mother.get("/choices").await;
    let action = mine.body.split("action=\"").find(|a| a.starts_with("/proposals/")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let mut form = mine.form(&action);
    form.retain(|(name, _)| name != "answer");
    form.push(("answer".into(), "yes".into()));
    assert_eq!(mother.post(&action, &form).await.location(), "/choices");
    assert!(mother.get("/choices").await.body.contains("您答应了"));
    let child_side = action.replace("/volunteer", "/child");
    let page = staff.get(&results).await;
    let mut form = page.form(&child_side);
    form.push(("answer".into(), "yes".into()));
    assert_eq!(staff.post(&child_side, &form).await.location(), results);
    let page = staff.get(&results).await;
    let begin = action.replace("/answers/volunteer", "/pair");
    let reply = staff.post(&begin, &page.form(&begin)).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let pair = reply.location().to_owned();
    let page = staff.get(&pair).await;
    assert!(page.body.contains("熟悉中") && page.body.contains("白云朵"), "{}", page.body);
    assert!(!page.body.contains(&format!("{pair}/settling")), "no night before they have met by day");
    let mut leader = site.as_role(Role::Leader).await;
    leader.submit("/settings", "/settings", &[("day_meetings", "1")]).await;
    let meeting = [("met_on", TODAY), ("met_at", "base")];
    let kept = staff.submit(&pair, &format!("{pair}/meetings"), &meeting).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    assert_eq!(staff.submit(&pair, &format!("{pair}/settling"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(staff.get("/pairs?state=active").await.body.contains("白云朵"));
    // Closing is the leader's, after notice, talk and good-bye.
    let notice = [("notice_on", TODAY), ("notice_by", "guardian"), ("reason", "family_home")];
    let kept = staff.submit(&pair, &format!("{pair}/notice"), &notice).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    assert!(!leader.get(&pair).await.body.contains(&format!("{pair}/end\"")), "no talk and no good-bye yet");
    let steps = [("talk_on", TODAY), ("farewell_on", TODAY), ("contact", "letters"), ("talk", "常写信")];
    staff.submit(&pair, &format!("{pair}/parting"), &steps).await;
    assert!(!staff.get(&pair).await.body.contains(&format!("{pair}/end\"")));
    let wordless = leader.submit(&pair, &format!("{pair}/end/at-once"), &[]).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leader.submit(&pair, &format!("{pair}/end"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(leader.get(&pair).await.body.contains("父母回来了"));
}

#[tokio::test]
async fn the_page_of_a_round_says_whose_slips_are_missing_until_all_are_in() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    let page = staff.get(&round).await;
    assert!(page.body.contains("还有 2 个孩子没写志愿。还有 2 家没写志愿。"), "{}", page.body);
    assert_eq!(slip(&mut staff, &round, "child", "1", &["1"], "").await, StatusCode::SEE_OTHER);
    assert!(staff.get(&round).await.body.contains("还有 1 个孩子没写志愿。还有 2 家没写志愿。"));
    for (side, number) in [("child", "2"), ("volunteer", "1")] {
        assert_eq!(slip(&mut staff, &round, side, number, &["1"], "").await, StatusCode::SEE_OTHER);
    }
    let page = staff.get(&round).await;
    assert!(page.body.contains("还有 1 家没写志愿。") && !page.body.contains("个孩子没写志愿"), "{}", page.body);
    assert_eq!(slip(&mut staff, &round, "volunteer", "2", &["2"], "").await, StatusCode::SEE_OTHER);
    let page = staff.get(&round).await;
    assert!(!page.body.contains("没写志愿") && page.body.contains("都录好了，可以试配"), "{}", page.body);
}

#[tokio::test]
async fn nobody_confirms_while_slips_are_missing_unless_a_reason_is_written() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    for (side, number) in [("child", "1"), ("child", "2"), ("volunteer", "1")] {
        assert_eq!(slip(&mut staff, &round, side, number, &["1"], "").await, StatusCode::SEE_OTHER);
    }
    let reply = staff.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await;
    let results = reply.location().to_owned();
    let page = staff.get(&results).await;
    assert!(page.body.contains("试算，2 个写了志愿的孩子里 1 个能配上"), "{}", page.body);
    assert!(page.body.contains("不等了，确认这 1 对") && !page.body.contains("class=\"short\""), "{}", page.body);
    let offers = format!("{round}/proposals");
    let reply = staff.submit(&results, &offers, &[("reason", " ")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("意愿单还没交齐。等齐了再确认，或者写明为什么不等"), "{}", reply.body);
    assert!(!staff.get(&round).await.body.contains("没等齐就确认了"));
    let reply = staff.submit(&results, &offers, &[("reason", "王家出远门，先不等")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let kept = "没等齐就确认了 1 对，因为：王家出远门，先不等";
    for page in [&round, &results] {
        let page = staff.get(page).await.body;
        assert!(page.contains(kept) && page.contains("class=\"short\""), "{page}");
    }
}

#[tokio::test]
async fn a_trial_while_slips_are_missing_leaves_the_round_where_it_is() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    assert!(!staff.get(&round).await.body.contains("看试算的结果"));
    assert_eq!(slip(&mut staff, &round, "child", "1", &["1"], "").await, StatusCode::SEE_OTHER);
    staff.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await;
    let page = staff.get(&round).await.body;
    assert!(page.contains("aria-current=\"step\">收意愿") && page.contains("看试算的结果"), "{page}");
    assert_eq!(slip(&mut staff, &round, "child", "2", &["1"], "").await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_trial_with_what_is_no_number_says_so() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    let unknown = "这一轮没有这个编号的家庭";
    for odd in ["abc", "999999999999"] {
        let page = staff.get(&format!("{round}/trials?home1={odd}&places1=2")).await;
        assert!(page.status == StatusCode::OK && page.body.contains(unknown), "{odd}: {}", page.body);
    }
    assert!(!staff.get(&format!("{round}/trials?home1=1&places1=2")).await.body.contains(unknown));
}

/// Says of somebody, at the form of the slip, that nobody is named this time.
async fn names_nobody(browser: &mut Browser, round: &str, side: &str, number: &str) -> StatusCode {
    let action = format!("{round}/wishes");
    let mut form = browser.get(&format!("{action}?side={side}&n={number}")).await.form(&action);
    form.retain(|(name, _)| name != "none");
    form.push(("none".into(), "on".into()));
    browser.post(&action, &form).await.status
}

#[tokio::test]
async fn who_was_asked_and_names_nobody_is_shown_as_asked() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, homes) = opened(&site, &mut staff).await;
    let blank = slip(&mut staff, &round, "child", "1", &["", ""], "").await;
    assert_eq!(blank, StatusCode::UNPROCESSABLE_ENTITY, "an empty slip is no answer");
    assert_eq!(names_nobody(&mut staff, &round, "child", "1").await, StatusCode::SEE_OTHER);
    assert_eq!(slip(&mut staff, &round, "child", "2", &["1"], "").await, StatusCode::SEE_OTHER);
    assert_eq!(slip(&mut staff, &round, "volunteer", "1", &["2"], "").await, StatusCode::SEE_OTHER);
    let mut mother = site.as_grant(Role::Volunteer, Place::Person(homes[1].0)).await;
    let both = mother.submit("/choices", "/choices", &[("wishes", "2"), ("none", "on")]).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(both.body.contains("就不要再写编号"), "{}", both.body);
    let nobody = mother.submit("/choices", "/choices", &[("wishes", ""), ("none", "on")]).await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{}", nobody.body);
    assert!(mother.get("/choices").await.body.contains("value=\"on\" checked"));
    let page = staff.get(&round).await.body;
    assert_eq!(page.matches("问过了，这次不选").count(), 2, "{page}");
    assert!(!page.contains("没写志愿"), "{page}");
    let again = staff.get(&format!("{round}/wishes?side=child&n=1")).await.body;
    assert!(again.contains("name=\"none\" value=\"on\" checked"), "{again}");
    staff.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await;
    assert!(staff.get(&format!("{round}/results")).await.body.contains("问过了，这次不选"));
    let rows = cells(&staff.get(&format!("{round}/results.xlsx")).await.bytes);
    let asked = rows.iter().filter(|row| row.iter().any(|cell| cell == "问过了，这次不选"));
    assert_eq!(asked.count(), 2, "the file says it as the page does: {rows:?}");
}

#[tokio::test]
async fn leaving_a_round_is_folded_away_and_says_what_it_takes_back() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    let page = staff.get(&round).await;
    let folds: Vec<&str> = page.body.split("<details class=\"fold\">").skip(1).collect();
    assert_eq!(folds.len(), 4);
    assert!(folds.iter().all(|fold| fold.contains("编号留着") && fold.contains("/withdrawal\"")), "{}", page.body);
    let to = folds[0].split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = page.body.split("id=\"leave\"").nth(1).unwrap();
    let field = |name: &str| {
        let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap();
        (name.to_owned(), value.to_owned())
    };
    assert_eq!(staff.post(&to, &[field("form_token"), field("key")]).await.location(), round);
    assert_eq!(staff.get(&round).await.body.matches("class=\"fold\"").count(), 3);
}

#[tokio::test]
async fn a_slip_with_a_slip_of_the_pen_comes_back_as_it_was_typed() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    let action = format!("{round}/wishes");
    let mut form = staff.get(&format!("{action}?side=child&n=1")).await.form(&action);
    form.retain(|(name, _)| name != "wish" && name != "refused");
    form.extend([("wish".to_owned(), "77".to_owned()), ("refused".to_owned(), "<b>".to_owned())]);
    let reply = staff.post(&action, &form).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("value=\"77\"") && reply.body.contains("value=\"&#60;b&#62;\""), "{}", reply.body);
    let (key, value) = form.iter_mut().find(|(name, _)| name == "number").unwrap();
    assert_eq!(key, "number");
    *value = "9".into();
    assert_eq!(staff.post(&action, &form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn candidates_say_what_speaks_for_a_home_and_what_rules_one_out() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    let page = staff.get(&round).await;
    let link = page.body.split("href=\"").find(|l| l.contains("/candidates\"")).unwrap();
    let link = link.split('"').next().unwrap();
    let all = staff.get(link).await.body;
    assert!(all.contains("2 家都合适"), "no rule speaks against a home: {all}");
    assert_eq!(slip(&mut staff, &round, "child", "1", &["1"], "2").await, StatusCode::SEE_OTHER);
    let page = staff.get(link).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("2 家里，1 家合适")
            && page.body.contains("都讲蒙古语")
            && page.body.contains("离学校 10 分钟")
    );
    assert!(page.body.contains("是哪一家，谁也看不到") && !page.body.contains("王示范"), "{}", page.body);
    assert!(page.body.contains("民族只用来计数"));
    let cards = staff.get(&format!("{round}/cards")).await;
    assert!(cards.body.contains("想学写字") && !cards.body.contains("安小草"));
}

#[tokio::test]
async fn whoever_opens_a_card_to_write_it_has_looked_at_the_child() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    let page = staff.get(&round).await.body;
    let child = page.split(&format!("{round}/children/")).nth(1).unwrap().split('/').next().unwrap().to_owned();
    let id = ChildId::parse(&child).unwrap();
    let looks =
        async || site.system().child_trail(id).await.unwrap().iter().filter(|l| l.fields == "choice_card").count();
    assert_eq!(looks().await, 0);
    assert_eq!(staff.get(&format!("{round}/children/{child}/card")).await.status, StatusCode::OK);
    assert_eq!(looks().await, 1);
}

#[tokio::test]
async fn a_volunteer_outside_the_round_reads_no_card() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut staff).await;
    let outside = volunteer(&site, "陶样言").await;
    let mut outside = site.as_grant(Role::Volunteer, Place::Person(outside.0)).await;
    assert!(outside.get("/choices").await.body.contains("现在没有结对轮次"));
    for path in ["/choices/1".to_owned(), round.clone(), format!("{round}/results")] {
        let status = outside.get(&path).await.status;
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{path}: {status}");
    }
}

#[tokio::test]
async fn the_rounds_as_excel_say_what_the_list_says() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    assert!(!me.get("/rounds").await.body.contains("/rounds.xlsx"), "nothing to take out");
    let opened = me.submit("/rounds/new", "/rounds", &[("name", "2026年秋季结对"), ("held_on", "2026-12-12")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    assert!(me.get("/rounds").await.body.contains("/rounds.xlsx"));
    let rows = cells(&me.get("/rounds.xlsx").await.bytes);
    let row = rows.iter().find(|row| row.first().is_some_and(|cell| cell == "2026年秋季结对")).unwrap();
    assert_eq!(row[2..6], ["2026-12-12", "0", "0", "0"], "{rows:?}");
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert!(teacher.get("/rounds.xlsx").await.is_refused());
}

#[tokio::test]
async fn a_round_leaves_as_excel_with_wishes_by_number_and_later_with_what_it_came_to() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut me).await;
    let file = format!("{round}/people.xlsx");
    assert!(me.get(&round).await.body.contains(&format!("href=\"{file}\"")));
    assert_eq!(slip(&mut me, &round, "child", "1", &["1", "2"], "").await, StatusCode::SEE_OTHER);
    assert_eq!(slip(&mut me, &round, "child", "2", &["1"], "2").await, StatusCode::SEE_OTHER);
    assert_eq!(slip(&mut me, &round, "volunteer", "1", &["1=2"], "").await, StatusCode::SEE_OTHER);
    let rows = cells(&me.get(&file).await.bytes);
    assert_eq!(rows[1][..3], ["孩子", "1", "安小草"], "{rows:?}");
    assert_eq!((rows[1][5].as_str(), rows[2][5].as_str()), ("1, 2", "1"), "a no is told to nobody: {rows:?}");
    assert_eq!((rows[3][0].as_str(), rows[3][5].as_str()), ("家庭", "1=2"));
    assert_eq!(rows[4][4..6], ["还没录", ""]);
    assert!(rows[5][0].contains("样例") && rows[5][0].contains("导出于 2026-"), "{rows:?}");
    let results = format!("{round}/results");
    let none = cells(&me.get(&format!("{results}.xlsx")).await.bytes);
    assert_eq!(none.len(), 2, "a heading, and who and when: {none:?}");
    me.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await;
    assert!(me.get(&results).await.body.contains(&format!("href=\"{results}.xlsx\"")));
    let rows = cells(&me.get(&format!("{results}.xlsx")).await.bytes);
    let placed = rows.iter().find(|row| row[7] == "配上了，还没确认").unwrap();
    assert_eq!((placed[3].as_str(), placed[4].as_str()), ("1", "李样例"), "{rows:?}");
    assert!(
        rows.iter().any(|row| row[1].is_empty() && row[4] == "王示范" && row[7].contains("没有写志愿")),
        "{rows:?}"
    );
    assert_eq!(rows.len(), 1 + 3 + 1, "one pair, a child and a home without: {rows:?}");
    for role in [Role::ClassTeacher, Role::Volunteer, Role::ItAdmin] {
        let mut other = site.as_role(role).await;
        assert!(other.get(&file).await.is_refused(), "{role:?}");
    }
    let absent = "/rounds/0190a6e0-0000-7000-8000-000000000000/people.xlsx";
    assert_eq!(me.get(absent).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_round_of_more_than_fifty_children_goes_the_way_of_the_childrens_list() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (round, _) = opened(&site, &mut me).await;
    for _ in 0..49 {
        child(&site, "石小榴").await;
    }
    let people = format!("{round}/people");
    let page = me.get(&people).await;
    let mut form = page.form(&people);
    let ids = page.body.split("name=\"child\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    form.extend(ids.map(|id| ("child".to_owned(), id.to_owned())));
    assert_eq!(me.post(&people, &form).await.status, StatusCode::SEE_OTHER);
    let id = round.rsplit('/').next().unwrap();
    let way = me.get(&format!("{round}/people.xlsx")).await.location().to_owned();
    assert!(way.starts_with("/exports/new?") && way.contains("list=round_people") && way.contains(id), "{way}");
    let page = me.get(&way).await;
    assert!(page.body.contains("这份名单有 51 个孩子") && page.body.contains("2026年秋季结对"), "{}", page.body);
    let ask = format!("/exports?{}", way.split_once('?').unwrap().1);
    let mut asked = page.form(&ask.replace('&', "&#38;"));
    asked.retain(|(name, _)| name != "purpose");
    asked.push(("purpose".to_owned(), "见面会要用".to_owned()));
    assert_eq!(me.post(&ask, &asked).await.location(), "/exports");
    let export = site.system().exports().await.unwrap().0[0].id;
    let file = format!("/exports/{export}/file");
    assert_eq!(me.get(&file).await.status, StatusCode::CONFLICT);
    let mut leader = site.as_role(Role::Leader).await;
    assert!(leader.get("/exports").await.body.contains("这一轮的人和志愿 · 2026年秋季结对"));
    leader.submit("/exports", &format!("/exports/{export}/approval"), &[]).await;
    assert_eq!(cells(&me.get(&file).await.bytes).len(), 1 + 51 + 2 + 1);
}

#[tokio::test]
async fn the_day_of_a_round_is_written_once_it_is_settled() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let opened = office.submit("/rounds/new", "/rounds", &[("name", "秋季结对")]).await;
    let round = opened.location().trim_end_matches("/people").to_owned();
    let details = format!("{round}/details");
    assert!(office.get(&round).await.body.contains(&details));
    let wrong = office.submit(&details, &details, &[("held_on", "下周六")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.submit(&details, &details, &[("held_on", "2026-11-28")]).await.location(), round);
    assert!(office.get(&round).await.body.contains("11月28日"));
}

#[tokio::test]
async fn whoever_was_asked_reads_what_became_of_it_and_takes_a_slip_of_the_finger_back() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, homes) = opened(&site, &mut staff).await;
    for (side, number, wish) in
        [("child", "1", "1"), ("child", "2", "2"), ("volunteer", "1", "1"), ("volunteer", "2", "2")]
    {
        assert_eq!(slip(&mut staff, &round, side, number, &[wish], "").await, StatusCode::SEE_OTHER);
    }
    let results = staff.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await.location().to_owned();
    let mut mother = site.as_grant(Role::Volunteer, Place::Person(homes[1].0)).await;
    assert!(mother.get("/choices").await.body.contains("等协调员回话"));
    staff.submit(&results, &format!("{round}/proposals"), &[]).await;
    let mine = mother.get("/choices").await;
    assert!(mine.body.contains("href=\"/choices/2\""), "{}", mine.body);
    assert!(mother.get("/home").await.body.contains("给您试配了孩子"), "her own page leads there");
    let card = mother.get("/choices/2").await.body;
    assert!(card.contains("想学写字") && card.contains("回去回话"), "{card}");
    let action = mine.body.split("action=\"").find(|a| a.starts_with("/proposals/")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    assert_eq!(answered(&mut mother, "/choices", &action, "no").await, StatusCode::SEE_OTHER);
    // The offer to undo on the toast is gone on the next page; the way back stays.
    mother.get("/choices").await;
    assert_eq!(mother.submit("/choices", &format!("{action}/undo"), &[]).await.location(), "/choices");
    assert!(mother.get("/choices").await.body.contains("我愿意"), "she is asked again");
    let undo = action.replace("/answers/volunteer", "/undo");
    staff.submit(&results, &undo, &[]).await;
    assert!(
        mother.get("/choices").await.body.contains("协调员收回了这一次"),
        "a page that tells her nothing is no answer"
    );
}

/// Presses yes or no to a proposal.
async fn answered(browser: &mut Browser, page: &str, action: &str, answer: &str) -> StatusCode {
    let mut form = browser.get(page).await.form(action);
    form.retain(|(name, _)| name != "answer");
    form.push(("answer".into(), answer.into()));
    browser.post(action, &form).await.status
}

#[tokio::test]
async fn a_no_that_was_written_down_wrongly_is_taken_back_on_a_later_day() {
    let site = site().await;
    let mut staff = site.as_role(Role::Coordinator).await;
    let (round, homes) = opened(&site, &mut staff).await;
    let slips = [("child", "1", "1"), ("child", "2", "2"), ("volunteer", "1", "1"), ("volunteer", "2", "2")];
    for (side, number, wish) in slips {
        assert_eq!(slip(&mut staff, &round, side, number, &[wish], "").await, StatusCode::SEE_OTHER);
    }
    let results = staff.submit(&round, &format!("{round}/runs"), &[("seed", "417")]).await.location().to_owned();
    staff.submit(&results, &format!("{round}/proposals"), &[]).await;
    assert!(staff.get(&round).await.body.contains("有人晚来"), "who comes late has a way in");
    assert!(!staff.get(&round).await.body.contains("走了就结束这一轮"));
    staff.submit(&round, &format!("{round}/state"), &[]).await;
    assert!(staff.get(&round).await.body.contains("走了就结束这一轮"), "the last step is said to be the last");
    // One volunteer says no herself, of the other pair the office writes down the child's.
    let mut mother = site.as_grant(Role::Volunteer, Place::Person(homes[1].0)).await;
    let mine = mother.get("/choices").await.body;
    let own = mine.split("action=\"").find(|a| a.starts_with("/proposals/")).unwrap();
    let own = own.split('"').next().unwrap().to_owned();
    assert_eq!(answered(&mut mother, "/choices", &own, "no").await, StatusCode::SEE_OTHER);
    let page = staff.get(&results).await.body;
    let child = page.split("action=\"").find(|a| a.split('"').next().unwrap().ends_with("/answers/child")).unwrap();
    let child = child.split('"').next().unwrap().to_owned();
    assert_eq!(answered(&mut staff, &results, &child, "no").await, StatusCode::SEE_OTHER);
    staff.get(&results).await;
    let later = staff.get(&results).await.body;
    assert_eq!(later.matches("记错了").count(), 1, "what she said herself is hers: {later}");
    assert!(later.contains("0 个孩子配上了"), "who said no is matched to nobody: {later}");
    assert!(later.contains("有 2 对没有成"), "and what is to do is said: {later}");
    assert_eq!(staff.submit(&results, &format!("{child}/undo"), &[]).await.location(), results);
    assert!(staff.get(&results).await.body.contains("等孩子和家长"));
}

#[tokio::test]
async fn a_round_in_which_nobody_takes_part_yet_says_what_comes_first() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let people = office.submit("/rounds/new", "/rounds", &[("name", "秋季结对")]).await.location().to_owned();
    let shown = office.get(&people).await.body;
    assert!(shown.contains("href=\"/children?view=waiting\"") && shown.contains("找周末妈妈"), "{shown}");
    let round = people.trim_end_matches("/people").to_owned();
    let shown = office.get(&round).await.body;
    assert!(shown.contains("还没有孩子参加。先点") && !shown.contains("意愿单都录好了"), "{shown}");
}
