//! Notices on pages: one's own list, the number in the frame, the office's queue, channels and limits.

use axum::http::StatusCode;
use naheya_domain::id::AccountId;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::notice::ExpandLetters;
use naheya_store::{Letter, SystemTask};
use uuid::Uuid;

use crate::browser::filled;
use crate::leave::Leave;
use crate::site::{COUNTY, Site, site, told_site};
use crate::story::{TO_FRIDAY, TO_SUNDAY, story};
use crate::walk::signed_in;

async fn told() -> Site {
    let site = told_site().await;
    site.store.as_system(SystemTask::Job, COUNTY, site.now()).save(ExpandLetters).await.unwrap();
    site
}

/// The addresses of the notices on a page, each on a line of its own.
fn listed(body: &str) -> Vec<String> {
    let links = body.split("href=\"/notices/").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|id| id.len() == 36).map(|id| format!("/notices/{id}")).collect()
}

#[tokio::test]
async fn a_notice_is_counted_in_the_frame_until_it_is_opened_and_leads_to_what_it_is_about() {
    let site = told().await;
    let mut office = signed_in(&site, Role::Coordinator).await;
    let page = office.get("/notices").await;
    let unread = listed(&page.body);
    let title = page.body.split("<h1 class=\"h-song\">").nth(1).unwrap();
    let count: usize = title.split(' ').next().unwrap().parse().unwrap();
    assert!(!unread.is_empty() && unread.len() <= count, "{}", page.body);
    let hot = |n: usize| format!("<b class=\"n hot\">{n}</b>");
    assert!(office.get("/today").await.body.contains(&hot(count)));
    let opened = office.get(&unread[0]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    assert_eq!(office.get(opened.location()).await.status, StatusCode::OK, "{}", opened.location());
    let fewer = office.get("/notices").await;
    assert_eq!(fewer.body.contains(&hot(count - 1)), count > 1);
    let read = office.submit("/notices", "/notices/reading", &[]).await;
    assert_eq!(read.status, StatusCode::SEE_OTHER);
    assert!(!office.get("/today").await.body.contains("n hot\">1"));
    let mut other = signed_in(&site, Role::Volunteer).await;
    assert_eq!(other.get(&unread[0]).await.status, StatusCode::NOT_FOUND);
    for path in listed(&other.get("/notices").await.body) {
        let way = other.get(&path).await;
        assert_eq!(other.get(way.location()).await.status, StatusCode::OK, "{}", way.location());
    }
}

fn to(account: AccountId, kind: &'static str, stay: Uuid, now: Timestamp) -> Letter {
    let about = ("stays", Some(stay));
    Letter { kind, to_account: Some(account.0), to_role: None, to_person: None, about, due_at: now.0 }
}

/// The address of the line that stands for several notices.
fn several(body: &str) -> String {
    let line = body.split("href=\"/notices/").find(|rest| rest.split('"').next().unwrap().ends_with("/alike")).unwrap();
    format!("/notices/{}", line.split('"').next().unwrap())
}

#[tokio::test]
async fn notices_of_a_kind_are_one_line_that_leads_to_the_page_of_all_of_them() {
    let site = site().await;
    let (account, _) = site.account(Role::Leader, Place::County).await;
    let mut leader = site.signed_in(account).await;
    let kinds = ["stay.requested", "stay.requested", "alarm.police", "alarm.police", "alarm.police", "stay.cancelled"];
    let letters = kinds.map(|kind| to(account, kind, Uuid::now_v7(), site.now())).into();
    let job = site.store.as_system(SystemTask::Job, COUNTY, site.now());
    job.save(Leave(letters)).await.unwrap();
    job.save(ExpandLetters).await.unwrap();
    let page = leader.get("/notices").await.body;
    let lines = ["有几份周末申请等您定", "有孩子到现在没回来，请打 110", "有一次周末取消了", "3 条，", "2 条，"];
    for words in lines {
        assert_eq!(page.matches(words).count(), 1, "{words}: {page}");
    }
    let mut ways = Vec::new();
    for _ in 0..2 {
        let line = several(&leader.get("/notices").await.body);
        let opened = leader.get(&line).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER);
        ways.push(opened.location().to_owned());
    }
    ways.sort_unstable();
    assert_eq!(ways, ["/board", "/stays"]);
    let page = leader.get("/notices").await.body;
    // The other one is that of her new account.
    assert!(page.contains("有一次周末取消了") && page.contains("2 条还没看"), "{page}");
}

#[tokio::test]
async fn proposals_that_lapse_together_are_one_line_to_the_rounds() {
    let site = site().await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut office = site.signed_in(account).await;
    let letters = ["proposal.lapsed"; 3].map(|kind| to(account, kind, Uuid::now_v7(), site.now())).into();
    let job = site.store.as_system(SystemTask::Job, COUNTY, site.now());
    job.save(Leave(letters)).await.unwrap();
    job.save(ExpandLetters).await.unwrap();
    let page = office.get("/notices").await.body;
    assert_eq!(page.matches("有几份试配 7 天没回话，过期了").count(), 1, "{page}");
    assert_eq!(office.get(&several(&page)).await.location(), "/rounds");
}

#[tokio::test]
async fn a_line_of_alarms_counts_the_children_that_are_late_now_and_not_the_notices() {
    let mut s = story().await;
    let (account, _) = s.site.account(Role::Leader, Place::County).await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 6 * 60);
    let job = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now());
    job.raise_alarms().await.unwrap();
    job.save(Leave(vec![to(account, "alarm.police", stay.0, s.site.now())])).await.unwrap();
    job.save(ExpandLetters).await.unwrap();
    let page = s.site.signed_in(account).await.get("/notices").await.body;
    assert!(page.contains("1 个孩子到现在没回来，请打 110") && page.contains("2 条，"), "{page}");
}

#[tokio::test]
async fn children_whom_nobody_fetched_are_one_line_that_says_how_many() {
    let mut s = story().await;
    let (account, _) = s.site.account(Role::Coordinator, Place::County).await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY + 61);
    let job = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now());
    job.raise_alarms().await.unwrap();
    job.save(Leave(vec![to(account, "alarm.not_fetched", stay.0, s.site.now())])).await.unwrap();
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    let mut office = s.site.signed_in(account).await;
    let page = office.get("/notices").await.body;
    assert!(page.contains("1 个孩子到点没人来接，请马上问一问") && page.contains("2 条，"), "{page}");
    assert!(!page.contains("有一件急事"), "{page}");
    let opened = office.get(&several(&page)).await;
    assert_eq!(opened.location(), "/board");
}

#[tokio::test]
async fn the_board_says_that_a_family_was_told_only_when_somebody_told_it() {
    let mut s = story().await;
    s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 20);
    let job = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now());
    job.raise_alarms().await.unwrap();
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    let mut office = s.office().await;
    let board = office.get("/board").await.body;
    for words in ["18:50 问了周末妈妈；该告诉家长，还没人转告；告诉了协调员", "打过电话了，去记一笔"]
    {
        assert!(board.contains(words), "{words}: {board}");
    }
    let roll = s.teacher.get("/sunday").await.body;
    assert!(roll.contains("该告诉家长，还没人转告") && !roll.contains("/notices/queue"), "{roll}");
    let today = office.get("/today").await.body;
    assert!(
        today.contains("1 位家长或周末妈妈还没用上账号，请转告") && today.contains("href=\"/notices/queue\""),
        "{today}"
    );
    let queue = office.get("/notices/queue").await.body;
    for words in ["安小草", "安样父", "tel:13900000009"] {
        assert!(queue.contains(words), "{words}: {queue}");
    }
    let house = s.site.as_role(Role::ItAdmin).await.get("/notices/queue").await.body;
    assert!(
        house.contains("还没用上账号的家长") && !house.contains("安样父"),
        "who keeps the house sees no file: {house}"
    );
    let hand = queue.split("action=\"").filter_map(|rest| rest.split('"').next()).find(|a| a.ends_with("/handing"));
    let reply = office.submit("/notices/queue", hand.unwrap(), &[]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let board = office.get("/board").await.body;
    assert!(board.contains("；转告了家长；") && !board.contains("打过电话了，去记一笔"), "{board}");
    assert!(!office.get("/today").await.body.contains("还没用上账号，请转告"));
}

#[tokio::test]
async fn a_channel_is_set_up_its_secret_never_shown_and_a_test_stands_in_the_queue() {
    let site = site().await;
    let mut it = site.as_role(Role::ItAdmin).await;
    let form = "/channels/wecom/settings";
    let bad = it.submit(form, form, &[("url", "http://example.cn/"), ("active", "on")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("id=\"e-url\"") && bad.body.contains("http://example.cn/"), "{}", bad.body);
    let url = "https://example.cn/send?key=very-secret";
    let good = it.submit(form, form, &[("url", url), ("active", "on")]).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", good.body);
    let again = it.get(form).await;
    assert!(!again.body.contains("very-secret"));
    let kept = it.submit(form, form, &[("url", ""), ("active", "on"), ("to_leader", "on")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let tested = it.submit(form, "/channels/wecom/test", &[]).await;
    assert_eq!(tested.location(), "/notices/queue");
    assert!(it.get("/notices/queue").await.body.contains("测试消息"));
    assert_eq!(it.get("/channels/in_app/settings").await.status, StatusCode::NOT_FOUND);
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/channels").await.status, StatusCode::NOT_FOUND);
    assert_eq!(teacher.get("/notices/queue").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_wrong_in_limits_and_contact_is_told_beside_its_field() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let fresh = office.get("/channels/limits").await.form("/channels/limits");
    for (field, value) in [("quiet_from", "25:00"), ("sms_day", "x"), ("mail_week", "1")] {
        let back = office.submit("/channels/limits", "/channels/limits", &[(field, value)]).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(back.body.contains(&format!("id=\"e-{field}\"")), "{field}: {}", back.body);
    }
    let set = office.post("/channels/limits", &filled(fresh, &[("quiet_from", "22:00")])).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    for (typed, field) in [
        ([("choice", "mail"), ("mail", ""), ("phone", "")], "mail"),
        ([("choice", "sms"), ("mail", "x"), ("phone", "")], "mail"),
        ([("choice", "sms"), ("mail", ""), ("phone", "12345")], "phone"),
    ] {
        let back = office.submit("/me/contact", "/me/contact", &typed).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(back.body.contains(&format!("id=\"e-{field}\"")), "{field}: {}", back.body);
    }
    let given = [("choice", "sms"), ("phone", "138 0000 0000")];
    assert_eq!(office.submit("/me/contact", "/me/contact", &given).await.status, StatusCode::SEE_OTHER);
    assert!(office.get("/me/contact").await.body.contains("13800000000"));
    let mut stranger = site.as_role(Role::Coordinator).await;
    assert!(!stranger.get("/me/contact").await.body.contains("13800000000"));
}

#[tokio::test]
async fn who_is_called_by_the_number_on_file_reads_that_a_new_one_belongs_there_too() {
    let site = site().await;
    for (role, is_on_file) in [(Role::Guardian, true), (Role::Volunteer, true), (Role::ClassTeacher, false)] {
        let page = site.as_role(role).await.get("/me/contact").await.body;
        assert_eq!(page.contains("是按档案里的号码打给您的"), is_on_file, "{}: {page}", role.code());
    }
}

#[tokio::test]
async fn the_day_says_since_when_notices_do_not_go_out() {
    let site = site().await;
    let letter = Letter {
        kind: "stay.requested",
        to_account: None,
        to_role: Some(Role::Coordinator.code()),
        to_person: None,
        about: ("stays", None),
        due_at: site.now().0,
    };
    site.store.as_system(SystemTask::Job, COUNTY, site.now()).save(Leave(vec![letter])).await.unwrap();
    let soon = site.as_role(Role::Coordinator).await.get("/today").await.body;
    assert!(!soon.contains("有通知没发出去"), "{soon}");
    site.wait_minutes(10);
    let late = site.as_role(Role::Coordinator).await.get("/today").await.body;
    assert!(late.contains("有通知没发出去") && late.contains("href=\"/notices/queue\""), "{late}");
}
