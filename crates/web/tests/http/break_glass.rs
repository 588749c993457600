//! A child's whole file opened in an emergency, as pages.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::ChildId;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::guardian::AddGuardian;
use naheya_store::school::AddSchool;
use totp_rs::Builder;

use crate::browser::{Browser, Reply, filled};
use crate::child::details;
use crate::site::{PASSWORD, Site, real_site, site, told_site};
use crate::story::{TO_SUNDAY, story};
use crate::walk::signed_in;

const NEW: &str = "/break-glasses/new";
const LIST: &str = "/break-glasses";
const REASON: &str = "孩子从车上摔下来，在送医院";

/// A child of a town, at a school whose id the form asks for.
async fn child(site: &Site, town: &str) -> (ChildId, String) {
    let desk = site.system();
    let add =
        AddSchool {
            name: "示例小学".into(), town_code: None, release_at: "17:00".into(), return_at: "18:30".into()
        };
    let school = desk.save(add).await.unwrap();
    let mut file = details(site, "安小草");
    file.school_id = Some(school.0);
    file.town_code = Some(town.into());
    file.health = Some("癫痫，随身带药".into());
    (desk.save(OpenFile { details: file }).await.unwrap(), school.to_string())
}

/// A child director of the town `150825100`, while a leader and a coordinator are at work.
async fn worker(site: &Site) -> Browser {
    site.as_role(Role::Leader).await;
    site.as_role(Role::Coordinator).await;
    site.as_role(Role::TownWorker).await
}

async fn opened(me: &mut Browser, school: &str) -> String {
    let typed = [("name", "安小草"), ("school", school), ("reason", REASON)];
    let reply = me.submit(NEW, LIST, &typed).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    reply.location().to_owned()
}

#[tokio::test]
async fn the_page_says_what_will_happen_and_opens_one_file_for_an_hour() {
    let site = site().await;
    let (child, school) = child(&site, "150825101").await;
    let mut me = worker(&site).await;
    let page = me.get(NEW).await;
    for words in ["60 分钟", "负责人和协调员马上收到通知", "3 天以内", "留痕"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert_eq!(me.get(&format!("/children/{child}")).await.status, StatusCode::NOT_FOUND);
    let at = opened(&mut me, &school).await;
    let open = me.get(&at).await;
    for words in ["安小草", "癫痫，随身带药", "对花生过敏", "还剩 60 分钟", "没有交接过"] {
        assert!(open.body.contains(words), "{words}: {}", open.body);
    }
    assert_eq!(open.header("refresh"), "3601", "left on a screen, it closes too");
    let led = me.get(&format!("/children/{child}")).await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, at.as_str()), "its page leads there");
    site.wait_minutes(60);
    let over = me.get(&at).await;
    assert!(over.status == StatusCode::OK && !over.body.contains("癫痫"), "{}", over.body);
    assert!(over.body.contains("等负责人复核") && over.body.contains(REASON));
    assert_eq!(me.get(&format!("/children/{child}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_child_taken_to_hospital_is_read_there_though_its_weekend_goes_on() {
    let mut s = story().await;
    let stay = s.released().await;
    for event in ["pick_up", "arrival"] {
        s.says(stay, event).await;
    }
    s.site.wait_minutes(TO_SUNDAY + 20);
    let mut me = worker(&s.site).await;
    let at = opened(&mut me, &s.school.to_string()).await;
    let away = me.get(&at).await;
    assert!(away.body.contains("在周末妈妈 李样例 那儿") && away.body.contains("后来没有消息"), "{}", away.body);
    let result = format!("/stays/{stay}/result");
    let written = [("outcome", "hospital"), ("reason", "发烧，在旗医院")];
    s.office().await.submit(&result, &result, &written).await;
    let ill = me.get(&at).await;
    assert!(ill.body.contains("<b>在医院</b>"), "{}", ill.body);
    assert!(!ill.body.contains("那儿") && !ill.body.contains("后来没有消息"), "{}", ill.body);
    assert!(ill.body.contains("李样例"), "whom to call about the child");
}

#[tokio::test]
async fn who_opened_it_closes_it_by_a_button() {
    let site = site().await;
    let (_, school) = child(&site, "150825101").await;
    let mut me = worker(&site).await;
    let at = opened(&mut me, &school).await;
    let closed = me.submit(&at, &format!("{at}/end"), &[]).await;
    assert_eq!(closed.location(), at);
    let over = me.get(&at).await;
    assert!(over.body.contains("关上了") && !over.body.contains("癫痫"), "{}", over.body);
}

#[tokio::test]
async fn whoever_was_told_closes_what_should_not_be_open() {
    let site = site().await;
    let (_, school) = child(&site, "150825101").await;
    site.as_role(Role::Leader).await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    let mut me = site.as_role(Role::TownWorker).await;
    let at = opened(&mut me, &school).await;
    let closed = coordinator.submit(&at, &format!("{at}/end"), &[]).await;
    assert_eq!(closed.location(), at, "the review is the leader's all the same");
    assert!(!me.get(&at).await.body.contains("癫痫"));
}

#[tokio::test]
async fn on_the_page_of_a_child_that_is_seen_anyway_stands_how_long_it_is_open() {
    let site = site().await;
    let (child, _) = child(&site, "150825100").await;
    let mut me = worker(&site).await;
    let file = format!("/children/{child}");
    let before = me.get(&file).await;
    let new = format!("{NEW}?child={child}");
    assert!(before.body.contains(&format!("href=\"{new}\"")) && !before.body.contains("癫痫"), "{}", before.body);
    let reply = me.submit(&new, LIST, &[("reason", REASON)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let strip = me.get(&file).await;
    assert!(strip.body.contains("还剩 60 分钟") && strip.body.contains(reply.location()), "{}", strip.body);
    assert!(me.get("/visits").await.body.contains("href=\"/break-glasses/new\""));
}

#[tokio::test]
async fn a_form_that_was_refused_keeps_the_reason_and_names_no_child() {
    let site = site().await;
    let (_, school) = child(&site, "150825101").await;
    let mut me = worker(&site).await;
    let typed = [("name", "安小"), ("school", school.as_str()), ("reason", REASON), ("digits", "123456")];
    let reply = me.submit(NEW, LIST, &typed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("没有找到这个孩子") && reply.body.contains(REASON), "{}", reply.body);
    assert!(!reply.body.contains("安小草") && !reply.body.contains("123456"));
    let silent = me.submit(NEW, LIST, &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_leader_finds_the_review_on_the_day_with_its_time_and_says_what_it_was() {
    let site = site().await;
    let (_, school) = child(&site, "150825101").await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    let mut me = site.as_role(Role::TownWorker).await;
    assert!(!leader.get("/today").await.body.contains("紧急查看"));
    let at = opened(&mut me, &school).await;
    assert!(leader.get("/today").await.body.contains("有一份档案正被紧急查看"));
    site.wait_minutes(61);
    let day = leader.get("/today").await;
    assert!(day.body.contains("复核一次紧急查看") && day.body.contains(&format!("href=\"{at}\"")), "{}", day.body);
    assert!(!coordinator.get("/today").await.body.contains("复核一次紧急查看"), "it is the leader's");
    assert!(!coordinator.get(&at).await.body.contains("name=\"verdict\""));
    let silent = leader.submit(&at, &format!("{at}/review"), &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = [("verdict", "justified"), ("words", "医院证实了")];
    assert_eq!(leader.submit(&at, &format!("{at}/review"), &said).await.location(), at);
    assert!(!leader.get("/today").await.body.contains("复核一次紧急查看"), "it is done");
    let told = me.get(&at).await;
    assert!(told.body.contains("复核过了：有必要") && told.body.contains("医院证实了"), "{}", told.body);
    let list = coordinator.get(&format!("{LIST}?view=reviewed")).await;
    assert!(list.body.contains("有必要") && list.body.contains("安小草"), "{}", list.body);
    assert!(me.get(LIST).await.body.contains(&at), "one's own");
    let file = leader.get("/break-glasses.xlsx?view=reviewed").await;
    let rows = crate::export::cells(&file.bytes);
    assert_eq!((rows.len(), rows[1][5].as_str()), (3, "有必要"), "{rows:?}");
    assert!(rows.iter().flatten().all(|cell| !cell.contains("安小草")), "by number: {rows:?}");
}

#[tokio::test]
async fn a_late_review_is_told_on_the_day_as_late() {
    let site = site().await;
    let (_, school) = child(&site, "150825101").await;
    let mut me = worker(&site).await;
    opened(&mut me, &school).await;
    site.wait_minutes(3 * 24 * 60 + 60);
    let day = site.as_role(Role::Leader).await.get("/today").await;
    assert!(day.body.contains("复核一次紧急查看") && day.body.contains("已过 60 分钟"), "{}", day.body);
}

#[tokio::test]
async fn roles_without_files_find_no_such_page() {
    let site = site().await;
    for role in [Role::Volunteer, Role::Guardian, Role::ClassTeacher, Role::ItAdmin, Role::HigherLevel, Role::Auditor] {
        let mut browser = site.as_role(role).await;
        for path in [NEW, LIST] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path} as {}", role.code());
        }
    }
}

/// The six digits that an authenticator shows, from the page on which it is bound.
fn app(page: &Reply) -> impl Fn(naheya_domain::Timestamp) -> String + use<> {
    let shown = page.body.split("id=\"secret\">").nth(1).unwrap().split("</code>").next().unwrap();
    let shown = shown.replace("<span>", "").replace("</span>", "");
    let secret = data_encoding::BASE32_NOPAD.decode(shown.as_bytes()).unwrap();
    let secret: [u8; 20] = secret.try_into().unwrap();
    move |now| {
        let totp = Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(now.0 / 1000).unwrap()).to_string()
    }
}

const BIND: &str = "/second-factor?next=%2Fbreak-glasses%2Fnew";

/// Fills `digits` into the form of a page that asks for them, and sends it.
async fn typed_into(me: &mut Browser, page: &Reply, digits: &str) -> Reply {
    me.post("/second-factor", &filled(page.form("/second-factor"), &[("digits", digits)])).await
}

/// The page from which an authenticator was bound with the password.
async fn bound(site: &Site, me: &mut Browser) -> Reply {
    let shown = me.submit(BIND, "/second-factor", &[("password", PASSWORD)]).await;
    let digits = app(&shown)(site.now());
    let done = typed_into(me, &shown, &digits).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    shown
}

#[tokio::test]
async fn a_browser_left_open_is_given_no_second_factor_by_whoever_finds_it() {
    let site = real_site().await;
    let mut me = worker(&site).await;
    let asked = me.get(BIND).await;
    assert!(!asked.body.contains("id=\"secret\"") && !asked.body.contains("otpauth:"), "{}", asked.body);
    for password in ["", "nothing like it"] {
        let refused = me.submit(BIND, "/second-factor", &[("password", password)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(!refused.body.contains("otpauth:") && !refused.body.contains("nothing like it"), "{}", refused.body);
    }
    let shown = me.submit(BIND, "/second-factor", &[("password", PASSWORD)]).await;
    let digits = app(&shown)(site.now());
    let wrong = if digits == "000000" { "111111" } else { "000000" };
    let again = typed_into(&mut me, &shown, wrong).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!again.body.contains("otpauth:") && again.body.contains("name=\"digits\""), "{}", again.body);
    assert_eq!(typed_into(&mut me, &again, &digits).await.status, StatusCode::OK, "what was scanned stays");
}

#[tokio::test]
async fn an_account_without_a_second_factor_is_told_how_to_set_one_up_and_then_opens() {
    let site = real_site().await;
    let (_, school) = child(&site, "150825101").await;
    let mut me = worker(&site).await;
    let page = me.get(NEW).await;
    assert!(page.body.contains("还没有绑定验证器") && !page.body.contains("name=\"digits\""), "{}", page.body);
    assert!(page.body.contains(&format!("href=\"{BIND}\"")), "{}", page.body);
    let digits = app(&bound(&site, &mut me).await);
    site.wait_minutes(1);
    let typed = [("name", "安小草"), ("school", school.as_str()), ("reason", REASON)];
    let without = me.submit(NEW, LIST, &typed).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let now = digits(site.now());
    let wrong = if now == "000000" { "111111" } else { "000000" };
    let refused = me.submit(NEW, LIST, &[typed.as_slice(), &[("digits", wrong)]].concat()).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(!refused.body.contains(&format!("value=\"{wrong}\"")), "what proves who is there never comes back");
    let done = me.submit(NEW, LIST, &[typed.as_slice(), &[("digits", now.as_str())]].concat()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

#[tokio::test]
async fn who_must_not_have_the_child_stands_last_and_is_no_button_to_call() {
    let site = real_site().await;
    let (child, school) = child(&site, "150825101").await;
    let father = GuardianForm {
        name: "安样父",
        relation: "父亲",
        phone: "13900000007",
        blocked: true,
        blocked_reason: "法院有禁令",
        ..GuardianForm::default()
    };
    let mother =
        GuardianForm { name: "安样母", relation: "母亲", phone: "13900000008", ..GuardianForm::default() };
    for form in [father, mother] {
        let details = GuardianDetails::parse(&form).unwrap();
        site.system().save(AddGuardian { child, details }).await.unwrap();
    }
    let mut me = worker(&site).await;
    let digits = app(&bound(&site, &mut me).await);
    site.wait_minutes(1);
    let now = digits(site.now());
    let typed = [("name", "安小草"), ("school", school.as_str()), ("reason", REASON), ("digits", now.as_str())];
    let done = me.submit(NEW, LIST, &typed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let open = me.get(done.location()).await;
    let whom = open.body.split("打给谁").nth(1).unwrap();
    assert!(whom.find("安样母").unwrap() < whom.find("安样父").unwrap(), "{whom}");
    assert!(open.body.contains("tel:13900000008") && !open.body.contains("tel:13900000007"), "{}", open.body);
    assert!(open.body.contains("13900000007"), "the police may ask for it");
}

/// Two others have to be told: with one coordinator and one leader, neither of them could open anything.
#[tokio::test]
async fn in_the_demo_whoever_of_the_office_opens_a_file_finds_two_others_who_are_told() {
    let site = told_site().await;
    let (children, _) = site.system().children(&ChildFilter::default()).await.unwrap();
    for role in [Role::Coordinator, Role::Leader, Role::TownWorker] {
        let mut me = signed_in(&site, role).await;
        let typed = [("number", children[0].number.as_str()), ("reason", REASON)];
        let reply = me.submit(NEW, LIST, &typed).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}: {}", role.code(), reply.body);
        let open = me.get(reply.location()).await;
        assert!(open.body.contains("还剩 60 分钟"), "{}: {}", role.code(), open.body);
    }
}
