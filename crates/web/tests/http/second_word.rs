//! What takes two people: the pages say that it waits, and for whom.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::check::{CheckDetails, CheckForm, Subject};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_store::check::{CheckLine, EnterChecks};
use naheya_store::guardian::AddGuardian;

use crate::browser::{Browser, Reply, filled};
use crate::site::NOW;
use crate::story::story;

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

/// Says on the form of an adult that a child need not be kept from it any more.
async fn unticks(browser: &mut Browser, page: &str, action: &str) -> Reply {
    let mut form = filled(browser.get(page).await.form(action), &[("relation", "51")]);
    form.retain(|(name, _)| name != "blocked");
    browser.post(action, &form).await
}

#[tokio::test]
async fn somebody_is_kept_away_until_another_of_the_office_unticks_it_too() {
    let mut s = story().await;
    let form = GuardianForm {
        name: "安大树",
        relation: "父亲",
        blocked: true,
        blocked_reason: "法院禁止接触",
        ..GuardianForm::default()
    };
    let details = GuardianDetails::parse(&form).unwrap();
    let adult = s.site.system().save(AddGuardian { child: s.child, details }).await.unwrap();
    let file = format!("/children/{}", s.child);
    let (page, action) = (format!("{file}/guardians/{adult}/edit"), format!("{file}/guardians/{adult}"));
    for _ in 0..2 {
        let asked = unticks(&mut s.coordinator, &page, &action).await;
        assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", asked.body);
        saw(&s.coordinator.get(&page).await, "您说过可以接触了，现在还是不能");
    }
    saw(&s.leader.get(&file).await, "不能接走");
    saw(&s.leader.get(&page).await, "说可以接触了");
    let lifted = unticks(&mut s.leader, &page, &action).await;
    assert_eq!(lifted.location(), file, "{}", lifted.body);
    assert!(!s.leader.get(&file).await.body.contains("不能接走"));
}

#[tokio::test]
async fn an_entry_that_says_no_stands_until_a_second_leader_strikes_it() {
    let mut s = story().await;
    let husband = s.site.system().volunteer(s.carer.volunteer).await.unwrap();
    let husband = husband.adults.iter().find(|adult| !adult.herself).unwrap().member.id.0;
    let form = CheckForm {
        kind: "no_offence",
        outcome: "failed",
        done_on: "2026-11-02",
        number: "示例0399",
        ..CheckForm::default()
    };
    let details = CheckDetails::parse(&form, NOW.date()).unwrap();
    let lines = vec![CheckLine { subject: Subject::Adult(husband), details, second: None }];
    let entry = s.site.system().save(EnterChecks { lines }).await.unwrap()[0].to_string();
    let place = format!("/checks?kind=no_offence&of=adult:{husband}");
    let typed = [("entry", entry.as_str()), ("reason", "录到别人名下了")];
    let asked = s.leader.submit(&place, "/checks/strikes", &typed).await;
    assert_eq!(asked.location(), place, "{}", asked.body);
    let shown = s.leader.get(&place).await;
    saw(&shown, "示例0399");
    saw(&shown, "您说过录错了");
    let mut another = s.site.as_role(Role::Leader).await;
    saw(&another.get(&place).await, "说录错了（录到别人名下了）");
    another.submit(&place, "/checks/strikes", &typed).await;
    assert!(!another.get(&place).await.body.contains("示例0399"));
}

#[tokio::test]
async fn a_carer_reads_at_home_and_without_network_to_which_school_she_brings_a_child() {
    let mut s = story().await;
    s.released().await;
    saw(&s.mother.get("/home").await, "学校：示例寄宿学校");
    let stay = s.mother.get("/phone/bundle").await.json()["stays"][0].clone();
    assert_eq!(stay["school"], "学校：示例寄宿学校", "{stay}");
}
