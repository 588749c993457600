use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::ChildId;
use naheya_domain::viewer::Place;

use crate::browser::{Browser, filled};
use crate::round::{opened, slip};
use crate::site::site;
use crate::story::{child, paired, roomy, story};

/// What the script sends while somebody types: the form without its key.
async fn type_into(browser: &mut Browser, page: &str, action: &str, typed: &[(&str, &str)]) -> StatusCode {
    let shown = browser.get(page).await;
    let start = shown.body.find("data-draft=\"").unwrap() + 12;
    let name = shown.body[start..].split('"').next().unwrap().to_owned();
    let mut fields = filled(shown.form(action), typed);
    fields.retain(|(field, _)| field != "key");
    browser.post(&format!("/drafts/{name}"), &fields).await.status
}

#[tokio::test]
async fn a_form_left_half_way_is_there_after_signing_out_and_gone_once_sent() {
    let site = site().await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut before = site.signed_in(account).await;
    let typed = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let kept = type_into(&mut before, "/volunteers/new", "/volunteers", &typed).await;
    assert_eq!(kept, StatusCode::NO_CONTENT);
    let out = before.submit("/me", "/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);

    let mut after = site.signed_in(account).await;
    let shown = after.get("/volunteers/new").await;
    assert!(shown.body.contains("您上次没写完的") && shown.body.contains("李样例"), "{}", shown.body);
    let mut another = site.as_role(Role::Coordinator).await;
    assert!(!another.get("/volunteers/new").await.body.contains("李样例"), "a draft is its writer's alone");

    let sent = after.submit("/volunteers/new", "/volunteers", &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "what was kept is a whole form: {}", sent.body);
    let fresh = after.get("/volunteers/new").await;
    assert!(!fresh.body.contains("李样例") && !fresh.body.contains("您上次没写完的"));
}

#[tokio::test]
async fn a_form_whose_fields_are_full_of_chinese_is_kept_and_taken() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let most = [("care", 1000), ("words", 500), ("needs", 2000), ("health", 2000), ("family", 2000), ("note", 2000)];
    let full: Vec<(&str, String)> = most.iter().map(|(field, letters)| (*field, "草".repeat(*letters))).collect();
    let mut typed = vec![("name", "安小草"), ("birth_on", "2016-03-05")];
    typed.extend(full.iter().map(|(field, words)| (*field, words.as_str())));
    let kept = type_into(&mut clerk, "/children/new", "/children", &typed).await;
    assert_eq!(kept, StatusCode::NO_CONTENT);
    let sent = clerk.submit("/children/new", "/children", &typed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
}

#[tokio::test]
async fn a_begun_form_can_be_thrown_away() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    type_into(&mut clerk, "/children/new", "/children", &[("name", "韩样草"), ("words", "我怕狗")]).await;
    let page = clerk.get("/children/new").await;
    assert!(page.body.contains("我怕狗"));
    let gone = clerk.submit("/children/new", "/drafts/child/removal", &[]).await;
    assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, "/children/new"));
    assert!(!clerk.get("/children/new").await.body.contains("我怕狗"));
}

#[tokio::test]
async fn a_worry_that_was_begun_is_kept_nowhere() {
    let site = site().await;
    for mut browser in [site.visitor(), site.as_role(Role::ClassTeacher).await] {
        let page = browser.get("/concerns/new").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("data-draft"));
        let bare = browser.submit("/concerns/new", "/concerns", &[("contact", "手臂上有伤")]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!browser.get("/concerns/new").await.body.contains("手臂上有伤"));
    }
}

#[tokio::test]
async fn a_form_that_was_refused_is_there_again_as_it_was_sent() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let typed = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    type_into(&mut clerk, "/volunteers/new", "/volunteers", &[("name", "李样"), ("phone", "139")]).await;
    let faulty = filled(clerk.get("/volunteers/new").await.form("/volunteers"), &typed);
    let faulty = clerk.post("/volunteers", &filled(faulty, &[("phone", "12")])).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);

    let shown = clerk.get("/volunteers/new").await;
    assert!(shown.body.contains("您上次没写完的"), "{}", shown.body);
    let form = shown.form("/volunteers");
    for (field, value) in [("name", "李样例"), ("phone", "12"), ("birth_on", "1985-04-06")] {
        assert!(form.contains(&(field.to_owned(), value.to_owned())), "{field}: {form:?}");
    }
    let sent = clerk.post("/volunteers", &filled(form, &[("phone", "13900000001")])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(!clerk.get("/volunteers/new").await.body.contains("李样例"));
}

#[tokio::test]
async fn what_a_browser_keeps_late_is_not_put_in_the_place_of_later_words() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let typed = [("name", "李样例"), ("phone", "12"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let form = filled(clerk.get("/volunteers/new").await.form("/volunteers"), &typed);
    let early = filled(form.clone(), &[("name", "李样"), ("draft_turn", "7")]);
    let refused = clerk.post("/volunteers", &filled(form.clone(), &[("draft_turn", "8")])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clerk.post("/drafts/volunteer", &early).await.status, StatusCode::NO_CONTENT);
    assert!(clerk.get("/volunteers/new").await.body.contains("李样例"), "an older turn of the same page");
    // Whoever goes back and writes on is later.
    let back = filled(form.clone(), &[("name", "李样花"), ("draft_turn", "9")]);
    clerk.post("/drafts/volunteer", &back).await;
    assert!(clerk.get("/volunteers/new").await.body.contains("李样花"));

    let right = filled(form, &[("phone", "13900000001"), ("draft_turn", "10")]);
    assert_eq!(clerk.post("/volunteers", &right).await.status, StatusCode::SEE_OTHER);
    let late = filled(right, &[("draft_turn", "11")]);
    assert_eq!(clerk.post("/drafts/volunteer", &late).await.status, StatusCode::NO_CONTENT);
    assert!(!clerk.get("/volunteers/new").await.body.contains("李样例"), "the form of that page was taken");
}

#[tokio::test]
async fn whoever_is_signed_out_while_writing_is_told_what_is_kept_and_led_back() {
    let site = site().await;
    let (account, _) = site.account(Role::Coordinator, Place::County).await;
    let mut clerk = site.signed_in(account).await;
    type_into(&mut clerk, "/volunteers/new", "/volunteers", &[("name", "李样例")]).await;
    let form = filled(clerk.get("/volunteers/new").await.form("/volunteers"), &[("name", "李样例二")]);
    clerk.submit("/me", "/sign-out", &[]).await;
    clerk.headers.push(("referer", "http://naheya.test/volunteers/new".to_owned()));
    let out = clerk.post("/volunteers", &form).await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED);
    assert!(out.body.contains("边写边存"), "{}", out.body);
    assert!(out.body.contains("href=\"/sign-in?next=%2Fvolunteers%2Fnew\""), "{}", out.body);
    let mut after = site.signed_in(account).await;
    assert!(after.get("/volunteers/new").await.body.contains("李样例"), "what was kept while she wrote");
}

#[tokio::test]
async fn a_draft_needs_a_plain_name_a_token_and_somebody() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let bare = clerk.post("/drafts/child", &[("name".into(), "x".into())]).await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN, "without the token of its page");
    let token = clerk.get("/children/new").await.form("/children");
    for name in ["import", "A", "a%2Fb"] {
        assert_eq!(clerk.post(&format!("/drafts/{name}"), &token).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(site.visitor().post("/drafts/child", &token).await.status, StatusCode::UNAUTHORIZED);
    let heavy = [token, vec![("words".to_owned(), "长".repeat(40_000))]].concat();
    assert_eq!(clerk.post("/drafts/child", &heavy).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn forms_added_later_are_there_again_too() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    for (page, action, field) in [
        ("/rounds/new", "/rounds", "name"),
        ("/schools/new", "/schools", "name"),
        ("/areas", "/areas", "name"),
        ("/accounts/new", "/accounts", "login"),
        ("/channels/limits", "/channels/limits", "quiet_from"),
        ("/me/contact", "/me/contact", "mail"),
    ] {
        let kept = type_into(&mut office, page, action, &[(field, "写到一半")]).await;
        assert_eq!(kept, StatusCode::NO_CONTENT, "{page}");
        let again = office.get(page).await;
        assert!(again.body.contains("您上次没写完的"), "{page}: {}", again.body);
        assert!(again.form(action).contains(&(field.to_owned(), "写到一半".to_owned())), "{page}");
    }
}

#[tokio::test]
async fn a_form_of_a_record_that_was_begun_is_still_told_of_the_other_version() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut other = site.as_role(Role::ItAdmin).await;
    type_into(&mut other, "/settings", "/settings", &[("stale_months", "4")]).await;
    let first = leader.submit("/settings", "/settings", &[("stale_months", "3")]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let late = other.submit("/settings", "/settings", &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let form = late.form("/settings");
    assert!(form.contains(&("theirs.stale_months".to_owned(), "3".to_owned())), "{form:?}");
    assert!(form.contains(&("stale_months".to_owned(), "4".to_owned())), "{form:?}");
}

#[tokio::test]
async fn a_check_begun_for_somebody_who_is_gone_stands_beside_nobody_else() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let person = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    clerk.submit("/volunteers/new", "/volunteers", &person).await;
    let page = "/checks/new?kind=no_offence";
    let begun = [("line.0.number", "示例0310")];
    assert_eq!(type_into(&mut clerk, page, "/checks", &begun).await, StatusCode::NO_CONTENT);
    assert!(clerk.get(page).await.body.contains("value=\"示例0310\""), "it is there for whom it was begun");
    let gone = [begun[0], ("line.0.subject", "adult:0190a6e0-0000-7000-8000-000000000000")];
    type_into(&mut clerk, page, "/checks", &gone).await;
    let table = clerk.get(page).await.body;
    assert!(table.contains("李样例") && !table.contains("示例0310"), "{table}");
}

#[tokio::test]
async fn a_fault_in_one_form_of_a_page_empties_no_other() {
    let mut s = story().await;
    let page = format!("/pairs/{}", s.pair);
    let at = |tail: &str| format!("{page}/{tail}");
    let notice = [("notice_on", "2026-11-20"), ("notice_by", "guardian"), ("reason", "family_home")];
    let given = s.leader.submit(&page, &at("notice"), &notice).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    let steps = [("talk_on", "2026-11-20"), ("contact", "letters"), ("talk", "常写信")];
    let kept = s.leader.submit(&page, &at("parting"), &steps).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let wordless = s.leader.submit(&page, &at("end/at-once"), &[("reason", "family_home")]).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wordless.body.contains("常写信</textarea>"), "{}", wordless.body);
    assert!(wordless.form(&at("parting")).contains(&("talk_on".to_owned(), "2026-11-20".to_owned())));
    assert!(wordless.body.contains("<option value=\"family_home\" selected>"), "nothing chosen is lost");
}

#[tokio::test]
async fn one_more_adult_with_a_fault_stands_open_where_the_form_is() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let person = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let file = clerk.submit("/volunteers/new", "/volunteers", &person).await.location().to_owned();
    let members = format!("{file}/members");
    assert!(!clerk.get(&file).await.body.contains("<details open>"));
    let faulty = [("member.name", "韩样夫"), ("member.birth_on", "不知道")];
    let back = clerk.submit(&file, &members, &faulty).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = clerk.get(&file).await;
    for shown in [&back, &again] {
        assert!(shown.body.contains("<details open>"), "{}", shown.body);
        assert!(shown.form(&members).contains(&("member.name".to_owned(), "韩样夫".to_owned())));
    }
}

#[tokio::test]
async fn a_slip_begun_before_a_colleague_handed_it_in_does_not_hide_it() {
    let site = site().await;
    let mut mine = site.as_role(Role::Coordinator).await;
    let mut other = site.as_role(Role::Leader).await;
    let (round, _) = opened(&site, &mut mine).await;
    let (page, action) = (format!("{round}/wishes?side=child&n=1"), format!("{round}/wishes"));
    assert_eq!(type_into(&mut mine, &page, &action, &[("wish", "2")]).await, StatusCode::NO_CONTENT);
    let begun = mine.get(&page).await;
    assert!(begun.body.contains("您上次没写完的"), "{}", begun.body);
    assert!(begun.form(&action).contains(&("wish".to_owned(), "2".to_owned())));
    assert_eq!(slip(&mut other, &round, "child", "1", &["1"], "").await, StatusCode::SEE_OTHER);
    let shown = mine.get(&page).await;
    assert!(!shown.body.contains("您上次没写完的"), "{}", shown.body);
    assert!(shown.form(&action).contains(&("wish".to_owned(), "1".to_owned())), "what was handed in stands");
}

#[tokio::test]
async fn what_was_begun_for_one_child_stands_beside_no_other_who_is_asked_for() {
    let mut s = story().await;
    roomy(&s).await;
    child(&s.site, "安小苗", s.school, s.class).await;
    paired(&s.site, "安小苗").await;
    let pairs = s.site.system().pairs_of_volunteer(s.carer.volunteer).await.unwrap();
    let other = pairs.iter().map(|pair| pair.id.to_string()).find(|id| *id != s.pair).unwrap();
    let (hers, others) = (format!("/stays/new?pairs={}", s.pair), format!("/stays/new?pairs={other}"));
    let kept = type_into(&mut s.mother, &hers, "/stays", &[("plan", "带小草去看马")]).await;
    assert_eq!(kept, StatusCode::NO_CONTENT);
    let shown = s.mother.get(&others).await;
    assert!(!shown.body.contains("带小草去看马"), "{}", shown.body);
    assert!(shown.form("/stays").contains(&("pairs".to_owned(), other)), "the child whose name was tapped is ticked");
    assert!(s.mother.get(&hers).await.body.contains("带小草去看马"), "and it is there for whom it was begun");
}

#[tokio::test]
async fn throwing_away_what_was_begun_leads_to_its_page_also_where_another_form_came_back() {
    let mut s = story().await;
    let page = format!("/pairs/{}", s.pair);
    let (at_once, notice) = (format!("{page}/end/at-once"), format!("{page}/notice"));
    let draft = format!("/drafts/at-once-{}", s.pair);
    let begun = filled(s.leader.get(&page).await.form(&at_once), &[("words", "写到一半")]);
    assert_eq!(s.leader.post(&draft, &begun).await.status, StatusCode::NO_CONTENT);
    let faulty = s.leader.submit(&page, &notice, &[]).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let removal = format!("{draft}/removal");
    let gone = s.leader.post(&removal, &faulty.form(&removal)).await;
    assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, page.as_str()));
    assert!(!s.leader.get(&page).await.body.contains("写到一半"));
}

#[tokio::test]
async fn what_was_begun_of_an_adult_beside_one_child_stands_beside_no_sibling() {
    let mut s = story().await;
    let (sibling, guardian) = child(&s.site, "安小苗", s.school, s.class).await;
    assert_eq!(guardian, s.guardian, "one father of both");
    let page = |of: ChildId| format!("/children/{of}/guardians/{guardian}/edit");
    let action = format!("/children/{}/guardians/{guardian}", s.child);
    let begun = [("blocked", "on"), ("blocked_reason", "法院的裁定")];
    let kept = type_into(&mut s.coordinator, &page(s.child), &action, &begun).await;
    assert_eq!(kept, StatusCode::NO_CONTENT);
    assert!(s.coordinator.get(&page(s.child)).await.body.contains("法院的裁定"));
    let other = s.coordinator.get(&page(sibling)).await;
    assert_eq!(other.status, StatusCode::OK);
    assert!(!other.body.contains("法院的裁定") && !other.body.contains("您上次没写完的"), "{}", other.body);
}

#[tokio::test]
async fn an_account_that_was_begun_is_not_shown_to_who_comes_for_another_role() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let begun = [("login", "shili-banshi"), ("name", "王样例")];
    assert_eq!(type_into(&mut office, "/accounts/new", "/accounts", &begun).await, StatusCode::NO_CONTENT);
    let teacher = office.get("/accounts/new?role=class_teacher").await;
    assert_eq!(teacher.status, StatusCode::OK);
    assert!(!teacher.body.contains("shili-banshi"), "{}", teacher.body);
    assert!(teacher.body.contains("<option value=\"class_teacher\" selected>"), "{}", teacher.body);
    assert!(office.get("/accounts/new").await.body.contains("shili-banshi"));
}
