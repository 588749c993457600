//! The door: password, growing delay, slip, second factor, set-up, sessions.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use totp_rs::Builder;

use crate::browser::Browser;
use crate::site::{PASSWORD, Site, empty_site, real_site, site};

async fn coordinator_with_password(site: &Site) -> String {
    let (account, login) = site.account(Role::Coordinator, Place::County).await;
    site.signed_in(account).await;
    login
}

#[tokio::test]
async fn a_right_password_opens_and_a_wrong_one_says_nothing_about_the_account() {
    let site = site().await;
    let login = coordinator_with_password(&site).await;
    let mut browser = site.visitor();
    let wrong = browser.submit("/sign-in", "/sign-in", &[("login", &login), ("password", "nothing like it")]).await;
    let nobody =
        browser.submit("/sign-in", "/sign-in", &[("login", "nobody-here"), ("password", "nothing like it")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("用户名或密码不对") && nobody.body.contains("用户名或密码不对"));
    assert!(wrong.body.contains("<title>出错："));
    assert!(!wrong.body.contains("nothing like it"), "a password never comes back");
    let right =
        browser.submit("/sign-in", "/sign-in", &[("login", &login.to_uppercase()), ("password", PASSWORD)]).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/start"));
    assert_eq!(browser.get("/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn waiting_begins_after_a_few_wrong_tries_even_with_the_right_password_and_ends() {
    let site = site().await;
    let login = coordinator_with_password(&site).await;
    let mut browser = site.visitor();
    for _ in 0..4 {
        browser.submit("/sign-in", "/sign-in", &[("login", &login), ("password", "wrong")]).await;
    }
    let held = browser.submit("/sign-in", "/sign-in", &[("login", &login), ("password", PASSWORD)]).await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(held.body.contains("试得太多了"));
    site.wait_minutes(16);
    let later = browser.submit("/sign-in", "/sign-in", &[("login", &login), ("password", PASSWORD)]).await;
    assert_eq!(later.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn strangers_who_try_a_name_do_not_keep_its_owner_out_of_her_own_browser() {
    let site = site().await;
    let login = coordinator_with_password(&site).await;
    let right = [("login", login.as_str()), ("password", PASSWORD)];
    let (mut own, mut shared) = (site.visitor(), site.visitor());
    own.submit("/sign-in", "/sign-in", &right).await;
    own.submit("/me", "/sign-out", &[]).await;
    let with_others = [("login", login.as_str()), ("password", PASSWORD), ("shared", "on")];
    shared.submit("/sign-in", "/sign-in", &with_others).await;
    assert!(own.cookie("naheya-known").is_some() && shared.cookie("naheya-known").is_none());
    let mut stranger = site.visitor();
    for _ in 0..4 {
        stranger.submit("/sign-in", "/sign-in", &[("login", &login), ("password", "wrong")]).await;
    }
    let elsewhere = site.visitor().submit("/sign-in", "/sign-in", &right).await;
    assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(own.submit("/sign-in", "/sign-in", &right).await.location(), "/start");
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_the_door_and_back() {
    let site = site().await;
    let login = coordinator_with_password(&site).await;
    let mut browser = site.visitor();
    let led = browser.get("/me?x=1").await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fme%3Fx%3D1"));
    let page = led.location().to_owned();
    let back = browser.submit(&page, "/sign-in", &[("login", &login), ("password", PASSWORD)]).await;
    assert_eq!(back.location(), "/me?x=1");
    let evil = browser.submit("/slip", "/slip", &[("code", "")]).await;
    assert_eq!(evil.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_foreign_next_address_is_not_followed() {
    let site = site().await;
    let login = coordinator_with_password(&site).await;
    let mut browser = site.visitor();
    let typed = [("login", login.as_str()), ("password", PASSWORD), ("next", "//evil.example/x")];
    assert_eq!(browser.submit("/sign-in", "/sign-in", &typed).await.location(), "/start");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let token = browser.cookie("naheya").unwrap().to_owned();
    let out = browser.submit("/me", "/sign-out", &[]).await;
    assert_eq!(out.location(), "/sign-in");
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    browser.set_cookie("naheya", &token);
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
}

/// Only a script knows what a phone keeps: it comes along also where somebody signs out who keeps nothing.
#[tokio::test]
async fn whoever_may_sign_out_has_the_script_that_knows_what_a_phone_keeps() {
    let site = site().await;
    for role in [Role::Coordinator, Role::Guardian, Role::Volunteer] {
        let body = site.as_role(role).await.get("/me").await.body;
        assert_eq!(body.matches(naheya_web::asset::ASSETS.phone.as_str()).count(), 1, "{role:?}");
    }
}

#[tokio::test]
async fn signing_out_spares_the_acts_that_a_phone_could_not_send() {
    let site = site().await;
    let mut browser = site.as_role(Role::Volunteer).await;
    let out = browser.submit("/me", "/sign-out", &[("kept", "1")]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\"");
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn ending_all_other_sessions_leaves_this_one() {
    let site = site().await;
    let (account, login) = site.account(Role::Coordinator, Place::County).await;
    let mut here = site.signed_in(account).await;
    let mut there = site.visitor();
    there.submit("/sign-in", "/sign-in", &[("login", &login), ("password", PASSWORD)]).await;
    assert_eq!(there.get("/me").await.status, StatusCode::OK);
    let done = here.submit("/me", "/me/sessions/end", &[]).await;
    assert_eq!(done.location(), "/me");
    assert!(here.get("/me").await.body.contains("已退出 1 处"), "the toast tells how many");
    assert!(!here.get("/me").await.body.contains("已退出"), "the toast is said once");
    assert_eq!(there.get("/me").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_shared_machine_signs_out_after_fifteen_idle_minutes() {
    let site = site().await;
    let login = coordinator_with_password(&site).await;
    let mut browser = site.visitor();
    let typed = [("login", login.as_str()), ("password", PASSWORD), ("shared", "on")];
    browser.submit("/sign-in", "/sign-in", &typed).await;
    for _ in 0..3 {
        site.wait_minutes(10);
        assert_eq!(browser.get("/me").await.status, StatusCode::OK, "somebody at work stays in");
    }
    site.wait_minutes(16);
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_nobody_in_on_a_shared_machine_and_puts_nobody_out_elsewhere() {
    let site = site().await;
    let login = coordinator_with_password(&site).await;
    let (mut shared, mut own) = (site.visitor(), site.visitor());
    let typed = [("login", login.as_str()), ("password", PASSWORD)];
    own.submit("/sign-in", "/sign-in", &typed).await;
    shared.submit("/sign-in", "/sign-in", &[typed[0], typed[1], ("shared", "on")]).await;
    site.wait_minutes(-60);
    assert_eq!(shared.get("/me").await.status, StatusCode::SEE_OTHER, "who was there last, nobody knows");
    assert_eq!(own.get("/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_slip_works_once_and_its_password_opens() {
    let site = site().await;
    let (account, login) = site.account(Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    let desk = site.system();
    let slip = desk.save(naheya_store::slip::MakeSlip { account }).await.unwrap();
    let (code, _, _) = desk.slip_code(slip).await.unwrap();
    let mut browser = site.visitor();
    let asked = browser.submit("/slip", "/slip", &[("code", &code.to_lowercase())]).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.body.contains(&login) && asked.body.contains("填手机号一样登录"), "{}", asked.body);
    let form = asked.form("/slip");
    let typed = crate::browser::filled(form.clone(), &[("password", PASSWORD), ("again", "something else")]);
    assert!(browser.post("/slip", &typed).await.body.contains("和上面的不一样"));
    let typed = crate::browser::filled(form, &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(browser.post("/slip", &typed).await.location(), "/start");
    assert_eq!(browser.get("/me").await.status, StatusCode::OK);
    let again = site.visitor().submit("/slip", "/slip", &[("code", &code)]).await;
    assert!(again.body.contains("这个码不对，或者用过了"));
    assert!(desk.slip_code(slip).await.is_err(), "a used code is not shown again");
}

#[tokio::test]
async fn a_slips_form_whose_answer_was_lost_on_the_way_lets_in_when_it_is_sent_again() {
    let site = site().await;
    let (account, _) = site.account(Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    let desk = site.system();
    let slip = desk.save(naheya_store::slip::MakeSlip { account }).await.unwrap();
    let (code, _, _) = desk.slip_code(slip).await.unwrap();
    let mut browser = site.visitor();
    let form = browser.submit("/slip", "/slip", &[("code", &code)]).await.form("/slip");
    let own = "a password of her own";
    let typed = crate::browser::filled(form.clone(), &[("password", own), ("again", own)]);
    // The server heard it, the phone heard nothing.
    assert_eq!(browser.clone().post("/slip", &typed).await.location(), "/start");
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
    let other =
        crate::browser::filled(form, &[("password", "somebody else's word"), ("again", "somebody else's word")]);
    assert!(browser.clone().post("/slip", &other).await.body.contains("这个码不对，或者用过了"));
    assert_eq!(browser.post("/slip", &typed).await.location(), "/start");
    assert_eq!(browser.get("/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_office_role_sees_no_record_before_the_second_factor() {
    let site = real_site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let led = browser.get("/me").await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/second-factor?next=%2Fme"));
    let page = browser.get("/second-factor?next=%2Fme").await;
    assert!(!page.body.contains("class=\"rail\""), "half in shows no navigation");
    assert!(page.body.contains("应用商店"), "who has no such program yet reads where one is had");
    let shown = page.body.split("id=\"secret\">").nth(1).unwrap().split("</code>").next().unwrap();
    let shown = shown.replace("<span>", "").replace("</span>", "");
    let secret = data_encoding::BASE32_NOPAD.decode(shown.as_bytes()).unwrap();
    let secret: [u8; 20] = secret.try_into().unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(site.now().0 / 1000).unwrap();
    let digits = totp.generate(now).to_string();
    let wrong = if digits == "000000" { "111111" } else { "000000" };
    let refused = browser.submit("/second-factor?next=%2Fme", "/second-factor", &[("digits", wrong)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let passed = browser.submit("/second-factor?next=%2Fme", "/second-factor", &[("digits", &digits)]).await;
    assert_eq!(passed.status, StatusCode::OK, "the recovery codes are shown, this once");
    assert!(page.body.contains("<svg") && page.body.contains("class=\"qr\""));
    assert_eq!(browser.get("/me").await.status, StatusCode::OK);
    let codes = codes(&passed.body);
    assert_eq!(codes.len(), 10);

    // Another browser of the same account: the phone is gone, a code lets in, once.
    let mut later = browser.clone();
    later.submit("/me", "/sign-out", &[]).await;
    let enter = |code: String| {
        let site = &site;
        async move {
            let mut browser = site.visitor();
            let typed = [("login", login_of(site).await), ("password", PASSWORD.to_owned())];
            let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (*n, v.as_str())).collect();
            browser.submit("/sign-in", "/sign-in", &typed).await;
            let passed = browser.submit("/second-factor?next=%2Fme", "/second-factor", &[("digits", &code)]).await;
            (passed, browser)
        }
    };
    let (passed, mut inside) = enter(codes[3].to_lowercase()).await;
    assert_eq!((passed.status, passed.location()), (StatusCode::SEE_OTHER, "/me"), "{}", passed.body);
    assert!(inside.get("/me").await.body.contains("还剩 9 个"));
    let (again, _) = enter(codes[3].clone()).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "each counts once");

    // A browser left open makes no second factor of its own.
    for typed in ["", "AAAAA-AAAAA"] {
        let refused = inside.submit("/me", "/me/recovery-codes", &[("digits", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(self::codes(&refused.body).is_empty() && !refused.body.contains("AAAAA"), "{}", refused.body);
    }
    assert!(inside.get("/me").await.body.contains("还剩 9 个"), "those on paper stay");

    // A new set makes the old one worthless.
    let fresh = inside.submit("/me", "/me/recovery-codes", &[("digits", codes[5].as_str())]).await;
    assert_eq!(self::codes(&fresh.body).len(), 10);
    let (old, _) = enter(codes[4].clone()).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
}

fn codes(body: &str) -> Vec<String> {
    body.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// The user name of the only account of the site.
async fn login_of(site: &crate::site::Site) -> String {
    let view = naheya_store::account::AccountView::default();
    let rows = site.system().accounts(view, &naheya_store::order::Turn::First).await.unwrap().rows;
    rows[0].login.clone()
}

#[tokio::test]
async fn a_teacher_needs_no_second_factor() {
    let site = real_site().await;
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_ended_grant_closes_the_view_with_the_next_request() {
    let site = site().await;
    let (account, _) = site.account(Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    let mut browser = site.signed_in(account).await;
    assert_eq!(browser.get("/me").await.status, StatusCode::OK);
    let grant = site.system().account(account).await.unwrap().grants[0].id;
    site.system().save(naheya_store::account::EndGrant { grant }).await.unwrap();
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_set_up_link_makes_administrator_and_leader_once() {
    let site = empty_site().await;
    let code = site.store.set_up_code(site.now()).await.unwrap().unwrap();
    let page = format!("/set-up?code={code}");
    assert_eq!(site.visitor().get("/set-up").await.status, StatusCode::OK);
    let typed = [
        ("county", "150825"),
        ("name", "试样工"),
        ("login", "it"),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("leader_name", "王示范"),
        ("leader_login", "lead"),
    ];
    let mut browser = site.visitor();
    let mut broken = typed;
    broken[0].1 = "999999";
    let refused = browser.submit(&page, "/set-up", &broken).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("不在代码表里") && refused.body.contains("试样工"), "nothing typed is lost");
    let done = browser.submit(&page, "/set-up", &typed).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert!(done.body.contains("://naheya.test/slip") && done.body.contains("lead"), "where to type it: {}", done.body);
    assert!(browser.get("/me").await.location().starts_with("/second-factor"), "the administrator goes on");
    assert_eq!(site.store.set_up_code(site.now()).await.unwrap(), None);
    let again = site.visitor().submit(&page, "/set-up", &typed).await;
    assert_ne!(again.status, StatusCode::OK, "the link works once");
    assert_eq!(site.visitor().get("/set-up").await.location(), "/sign-in", "a house that stands greets nobody anew");
    let start = done.body.find("<code id=\"code\">").unwrap() + 16;
    let slip = &done.body[start..start + 14];
    let leader = site.visitor().submit("/slip", "/slip", &[("code", slip)]).await;
    assert!(leader.body.contains("王示范") && leader.body.contains("lead"));
}

#[tokio::test]
async fn a_code_of_old_sets_up_the_county_of_now_and_one_of_another_region_is_known() {
    for (typed, opened) in [("152826", 150_825), ("330106", 330_106)] {
        let site = empty_site().await;
        let code = site.store.set_up_code(site.now()).await.unwrap().unwrap();
        let form = [
            ("county", typed),
            ("name", "试样工"),
            ("login", "it"),
            ("password", PASSWORD),
            ("again", PASSWORD),
            ("leader_name", "王示范"),
            ("leader_login", "lead"),
        ];
        let done = site.visitor().submit(&format!("/set-up?code={code}"), "/set-up", &form).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let counties = site.store.counties(site.now()).await.unwrap();
        assert_eq!(counties.iter().map(|(area, _)| area.0).collect::<Vec<_>>(), [opened]);
    }
}

#[tokio::test]
async fn the_first_start_tells_all_its_faults_at_once_and_opens_no_county_before() {
    let site = empty_site().await;
    let above = naheya_store::account::AddAccount {
        login: "taken".into(),
        display_name: "样例".into(),
        language: String::new(),
    };
    site.system().save(above).await.unwrap();
    let code = site.store.set_up_code(site.now()).await.unwrap().unwrap();
    let page = format!("/set-up?code={code}");
    let mut typed = vec![
        ("county", "150825"),
        ("name", "试样工"),
        ("login", "taken"),
        ("phone", "13900000001"),
        ("password", "short"),
        ("again", "shorter"),
        ("leader_name", "王示范"),
        ("leader_login", "lead"),
        ("leader_phone", "13900000001"),
    ];
    let refused = site.visitor().submit(&page, "/set-up", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["login", "password", "again", "leader_phone"] {
        assert!(refused.body.contains(&format!("id=\"e-{field}\"")), "{field}: {}", refused.body);
    }
    assert!(["王示范", "13900000001", &code].iter().all(|kept| refused.body.contains(*kept)), "nothing typed is lost");
    assert_eq!(site.store.counties(site.now()).await.unwrap(), []);
    typed.push(("code", "AAAA-AAAA-AAAA"));
    let without = site.visitor().submit("/set-up", "/set-up", &typed).await;
    for field in ["code", "password", "again"] {
        assert!(without.body.contains(&format!("id=\"e-{field}\"")), "{field}: {}", without.body);
    }
    assert!(!without.body.contains("id=\"e-login\""), "without the code nobody hears which names there are");
}

#[tokio::test]
async fn faults_of_the_first_start_use_up_no_tries() {
    let site = empty_site().await;
    let code = site.store.set_up_code(site.now()).await.unwrap().unwrap();
    let somewhere = ConnectInfo(SocketAddr::from(([198, 51, 100, 7], 1)));
    let mut browser = Browser::new(site.app.clone().layer(Extension(somewhere)));
    for _ in 0..15 {
        let again = browser.submit(&format!("/set-up?code={code}"), "/set-up", &[("county", "1")]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    }
}

#[tokio::test]
async fn a_role_without_work_here_is_told_so_and_the_others_are_not() {
    let site = site().await;
    for (role, words) in [(Role::Treasurer, "请先用原来的账本"), (Role::Coordinator, "您的角色、登录和显示")]
    {
        let page = site.as_role(role).await.get("/me").await;
        assert!(page.body.contains(words), "{role:?}: {}", page.body);
    }
}

#[tokio::test]
async fn an_applicant_reads_how_far_her_application_is_and_whom_to_call() {
    let s = crate::story::story().await;
    let mut leader = s.site.as_role(Role::Leader).await;
    leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    let mut her = s.site.as_grant(Role::Applicant, Place::Person(s.carer.volunteer.0)).await;
    let page = her.get("/me").await.body;
    for words in ["申请办到哪一步", "身份", "无犯罪查询", "家访", "两人面谈", "培训", "旗妇联签字", "tel:0478-5550001"]
    {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    assert!(page.contains("好了") && !page.contains("还没到"), "{page}");
    assert!(page.contains("申请通过了") && page.contains("请协调员给您加上"), "and what comes next: {page}");
    let other = s.site.as_role(Role::Treasurer).await.get("/me").await.body;
    assert!(!other.contains("申请办到哪一步") && other.contains("tel:0478-5550001"), "{other}");
}

#[tokio::test]
async fn whoever_chooses_a_language_reads_in_it_where_the_device_has_none_of_its_own() {
    let site = site().await;
    let mut browser = site.as_role(Role::Coordinator).await;
    let odd = browser.submit("/me", "/me/language", &[("language", "tlh")]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let kept = browser.submit("/me", "/me/language", &[("language", "en")]).await;
    assert_eq!(kept.location(), "/me", "{}", kept.body);
    let page = browser.get("/me").await.body;
    assert!(page.contains("<html lang=\"en\"") && page.contains("Language of your notices"), "{page}");
    browser.set_cookie("naheya-look", "zh-Hans");
    assert!(browser.get("/me").await.body.contains("通知用哪种语言"));
}
