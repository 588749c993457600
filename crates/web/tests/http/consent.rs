//! What a guardian says: by the link, on paper, and taken back.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, GuardianId};
use naheya_domain::viewer::Place;
use naheya_store::consent::{ConsentState, MakeConsentLink, Purpose, RecordConsent};
use naheya_store::guardian::AddGuardian;
use uuid::Uuid;

use crate::browser::{Browser, filled};
use crate::child::class_with;
use crate::site::{NOW, Site, site};

pub async fn guardian(site: &Site, child: ChildId, name: &str, phone: &str) -> GuardianId {
    let form = GuardianForm { name, relation: "母亲", phone, away: true, ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    site.system().save(AddGuardian { child, details }).await.unwrap()
}

pub async fn agreed(site: &Site, child: ChildId, guardian: GuardianId, purpose: Purpose) {
    let yes = RecordConsent {
        child,
        guardian,
        purpose,
        answer: true,
        how: "paper".into(),
        evidence: "学校柜子".into(),
        from_on: site.now().date(),
        to_on: None,
        stay: None,
    };
    site.system().save(yes).await.unwrap();
}

/// A child of a class with its guardian, and the class teacher at her phone.
async fn story(site: &Site) -> (ChildId, GuardianId, Browser) {
    let (class, child) = class_with(site, "示例第一小学", "安小草").await;
    let guardian = guardian(site, child, "安样母", "13900000001").await;
    (child, guardian, site.as_grant(Role::ClassTeacher, Place::Class(class)).await)
}

async fn link(site: &Site, child: ChildId, guardian: GuardianId) -> (String, String) {
    let link = MakeConsentLink::new(child, guardian).unwrap();
    let told = (format!("/c/{}", link.token), link.code.as_str().to_owned());
    site.system().save(link).await.unwrap();
    told
}

async fn states(site: &Site, child: ChildId, purpose: Purpose) -> Vec<ConsentState> {
    let all = site.system().consents(child).await.unwrap();
    all.into_iter().filter(|c| c.purpose == purpose).map(|c| c.state).collect()
}

#[tokio::test]
async fn a_guardian_answers_five_questions_one_a_page_and_nothing_is_chosen_beforehand() {
    let site = site().await;
    let (child, guardian, _) = story(&site).await;
    let (page, code) = link(&site, child, guardian).await;
    let mut phone = site.visitor();
    let door = phone.get(&page).await;
    assert!(!door.body.contains("安小草"), "no name before the code");
    assert!(!door.body.contains("href=\"/notices\""), "a bell that leads to a sign-in she has none for");
    let opened = phone.submit(&page, &page, &[("code", &code)]).await;
    assert_eq!(opened.location(), format!("{page}/1"));
    for n in 1..=5 {
        let at = format!("{page}/{n}");
        let shown = phone.get(&at).await;
        assert!(shown.body.contains("安小草") && shown.body.contains(&format!("第 {n} 问，共 5 问")), "{}", shown.body);
        assert!(!shown.body.split("</title>").next().unwrap().contains("安小草"), "no name in the title");
        assert!(!shown.body.contains(" checked"), "nothing is chosen beforehand");
        let bare = phone.submit(&at, &at, &[]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.body.contains("id=\"e-answer\""));
        let answer = if n == 4 { "no" } else { "year" };
        assert_eq!(phone.submit(&at, &at, &[("answer", answer)]).await.status, StatusCode::SEE_OTHER);
    }
    let end = phone.get(&format!("{page}/end")).await;
    assert!(end.body.contains("都记下了") && end.body.contains("想收回怎么办"));
    assert_eq!(states(&site, child, Purpose::Photo).await, [ConsentState::No]);
    let overnight = site.system().consents(child).await.unwrap();
    let overnight = overnight.iter().find(|c| c.purpose == Purpose::Overnight).unwrap();
    assert_eq!(overnight.to_on.map(|d| d.to_string()).as_deref(), Some("2027-11-20"));
    // The same answer sent twice is one answer; a change of mind is another.
    let at = format!("{page}/4");
    let form = filled(phone.get(&at).await.form(&at), &[("answer", "year")]);
    phone.post(&at, &form).await;
    phone.post(&at, &form).await;
    assert_eq!(states(&site, child, Purpose::Photo).await, [ConsentState::Holds, ConsentState::Replaced]);
}

#[tokio::test]
async fn a_link_does_not_begin_with_a_yes_that_was_taken_back() {
    let site = site().await;
    let (child, guardian, _) = story(&site).await;
    let (page, code) = link(&site, child, guardian).await;
    let mut phone = site.visitor();
    phone.submit(&page, &page, &[("code", &code)]).await;
    for n in 1..=5 {
        let at = format!("{page}/{n}");
        phone.submit(&at, &at, &[("answer", "year")]).await;
    }
    let back = format!("{page}/3/withdrawal");
    assert_eq!(phone.submit(&back, &back, &[]).await.location(), format!("{page}/end"));
    assert_eq!(phone.get(&page).await.location(), format!("{page}/end"));
}

#[tokio::test]
async fn a_link_that_is_over_dead_or_unknown_looks_the_same_and_says_what_to_do() {
    let site = site().await;
    let (child, guardian, _) = story(&site).await;
    let (page, code) = link(&site, child, guardian).await;
    let wrong = if code == "000001" { "000002" } else { "000001" };
    let mut phone = site.visitor();
    for _ in 0..5 {
        let reply = phone.submit(&page, &page, &[("code", wrong)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.body.contains("id=\"e-code\""));
    }
    let (over, _) = link(&site, child, guardian).await;
    let unknown = phone.get("/c/aaaaaaaaaaaaaaaaaaaaaaaaaa").await;
    let dead = phone.get(&page).await;
    site.wait_minutes(7 * 24 * 60);
    let late = phone.get(&over).await;
    let main = |body: &str| body.split("<main").nth(1).unwrap().to_owned();
    for reply in [&unknown, &dead, &late] {
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.body.contains("打电话给班主任"), "{}", reply.body);
        assert_eq!(main(&reply.body), main(&unknown.body));
    }
}

#[tokio::test]
async fn another_browser_needs_the_code_again_and_a_bad_number_is_no_question() {
    let site = site().await;
    let (child, guardian, _) = story(&site).await;
    let (page, code) = link(&site, child, guardian).await;
    let mut phone = site.visitor();
    phone.submit(&page, &page, &[("code", &code)]).await;
    let mut stranger = site.visitor();
    assert_eq!(stranger.get(&format!("{page}/1")).await.location(), page);
    assert_eq!(stranger.get(&format!("{page}/end")).await.location(), page);
    for odd in ["0", "6", "-1", "x", "99999999999999999999"] {
        assert_eq!(phone.get(&format!("{page}/{odd}")).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
    let at = format!("{page}/1");
    let odd = phone.submit(&at, &at, &[("answer", "<script>")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    for typed in ["", "12345", "<b>", "１２３４５６７"] {
        let reply = site.visitor().submit(&page, &page, &[("code", typed)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
    }
}

#[tokio::test]
async fn the_teacher_makes_a_link_that_names_nobody_and_the_same_form_shows_the_same_one() {
    let site = site().await;
    let (child, _, mut teacher) = story(&site).await;
    let (page, action) = (format!("/children/{child}/consents"), format!("/children/{child}/consent-links"));
    let form = teacher.get(&page).await.form(&action);
    let shown = teacher.post(&action, &form).await;
    assert_eq!(shown.status, StatusCode::OK);
    let token = |body: &str| {
        body.split("/c/").nth(1).unwrap().chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
    };
    let told = shown.body.split("id=\"consent-message\">").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(told.contains(&token(&shown.body)) && !told.contains("安小草") && !told.contains("安样母"));
    assert_eq!(token(&shown.body).len(), 26, "128 bits");
    let again = teacher.post(&action, &form).await;
    assert_eq!(token(&again.body), token(&shown.body));
    assert_eq!(site.visitor().get(&format!("/c/{}", token(&again.body))).await.status, StatusCode::OK);
    let form = teacher.get(&page).await.form(&action);
    let odd = teacher.post(&action, &filled(form, &[("guardian", "x")])).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_was_said_on_paper_is_written_once_with_its_evidence() {
    let site = site().await;
    let (child, who, mut teacher) = story(&site).await;
    let (page, action) = (format!("/children/{child}/consents/new"), format!("/children/{child}/consents"));
    let bare = teacher.submit(&page, &action, &[("evidence", "夹在第 12 页"), ("from_on", "不知道")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("夹在第 12 页"), "nothing typed is lost");
    for field in ["guardian", "purpose", "answer", "how", "from_on"] {
        assert!(bare.body.contains(&format!("id=\"e-{field}\"")), "{field}");
    }
    let id = who.to_string();
    let typed = [
        ("guardian", id.as_str()),
        ("purpose", "overnight"),
        ("answer", "yes"),
        ("how", "paper"),
        ("evidence", "夹在第 12 页"),
        ("from_on", "2026-11-20"),
        ("to_on", "2027-01-20"),
    ];
    let form = filled(teacher.get(&page).await.form(&action), &typed);
    assert_eq!(teacher.post(&action, &form).await.location(), action);
    teacher.post(&action, &form).await;
    assert_eq!(states(&site, child, Purpose::Overnight).await, [ConsentState::Holds]);
    assert!(teacher.get(&action).await.body.contains("有效"));
    // The coordinator reads where the paper lies, the teacher needs no second look at it.
    let mut office = site.as_role(Role::Coordinator).await;
    assert!(office.get(&action).await.body.contains("夹在第 12 页"));
    let long = "长".repeat(301);
    for odd in [("evidence", long.as_str()), ("how", "telepathy"), ("to_on", "2020-01-01"), ("guardian", "x")] {
        let reply = teacher.submit(&page, &action, &[&typed[..], &[odd]].concat()).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd:?}");
    }
}

#[tokio::test]
async fn one_paper_answers_several_questions_at_once() {
    let site = site().await;
    let (child, who, mut teacher) = story(&site).await;
    let (page, action) = (format!("/children/{child}/consents/new"), format!("/children/{child}/consents"));
    let id = who.to_string();
    let typed = [("guardian", id.as_str()), ("answer", "yes"), ("how", "paper"), ("evidence", "夹在第 13 页")];
    let mut form = filled(teacher.get(&page).await.form(&action), &typed);
    form.extend(["pairing", "photo"].map(|purpose| ("purpose".to_owned(), purpose.to_owned())));
    assert_eq!(teacher.post(&action, &form).await.location(), action);
    for purpose in [Purpose::Pairing, Purpose::Photo] {
        assert_eq!(states(&site, child, purpose).await, [ConsentState::Holds]);
    }
    assert_eq!(states(&site, child, Purpose::Overnight).await, []);
    let mut form = filled(teacher.get(&page).await.form(&action), &typed);
    form.extend(["overnight", "everything"].map(|purpose| ("purpose".to_owned(), purpose.to_owned())));
    assert_eq!(teacher.post(&action, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "all or none");
    assert_eq!(states(&site, child, Purpose::Overnight).await, []);
}

#[tokio::test]
async fn rule_14_a_recorded_yes_is_taken_back_by_the_guardian_or_with_words_by_staff() {
    let site = site().await;
    let (child, who, mut teacher) = story(&site).await;
    agreed(&site, child, who, Purpose::Photo).await;
    agreed(&site, child, who, Purpose::Overnight).await;
    let all = site.system().consents(child).await.unwrap();
    let of = |purpose| all.iter().find(|c| c.purpose == purpose).unwrap().id;
    let page = format!("/consents/{}/withdrawal", of(Purpose::Photo));
    let bare = teacher.submit(&page, &page, &[("how", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = teacher.submit(&page, &page, &[("how", "妈妈打电话来说的")]).await;
    assert_eq!(done.location(), format!("/children/{child}/consents"));
    assert_eq!(states(&site, child, Purpose::Photo).await, [ConsentState::Withdrawn]);
    let mut mother = site.as_grant(Role::Guardian, Place::Person(who.0)).await;
    let page = format!("/consents/{}/withdrawal", of(Purpose::Overnight));
    // She may have several children: the page says whose yes it takes back.
    assert!(mother.get(&page).await.body.contains("<b>安小草</b>"));
    assert_eq!(mother.submit(&page, &page, &[]).await.location(), "/family/consents");
    assert_eq!(states(&site, child, Purpose::Overnight).await, [ConsentState::Withdrawn]);
    let mut office = site.as_role(Role::Coordinator).await;
    let shown = office.get(&format!("/children/{child}/consents")).await;
    assert!(shown.body.contains("怎么收回的：妈妈打电话来说的"), "what had to be written down is read");
    assert!(!mother.get("/family/consents").await.body.contains("妈妈打电话来说的"));
}

#[tokio::test]
async fn a_foreign_childs_consents_are_absent_ones_and_a_volunteer_never_writes_any() {
    let site = site().await;
    let (child, who, _) = story(&site).await;
    agreed(&site, child, who, Purpose::Photo).await;
    let consent = site.system().consents(child).await.unwrap()[0].id;
    let (class, other) = class_with(&site, "示例第二小学", "石小榴").await;
    let stranger = guardian(&site, other, "石样母", "13900000002").await;
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    let mut mother = site.as_grant(Role::Guardian, Place::Person(stranger.0)).await;
    for id in [child.0, Uuid::now_v7()] {
        for tail in ["consents", "consents/new", "wishes"] {
            let reply = teacher.get(&format!("/children/{id}/{tail}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{id}/{tail}");
        }
        assert_eq!(mother.get(&format!("/family/{id}/questions/1")).await.status, StatusCode::NOT_FOUND);
    }
    for id in [consent.0, Uuid::now_v7()] {
        let page = format!("/consents/{id}/withdrawal");
        assert_eq!(teacher.get(&page).await.status, StatusCode::NOT_FOUND);
        assert_eq!(mother.get(&page).await.status, StatusCode::NOT_FOUND);
    }
    let mut volunteer = site.as_role(Role::Volunteer).await;
    assert!(volunteer.get(&format!("/children/{child}/consents")).await.is_refused());
}

#[tokio::test]
async fn before_a_holiday_whoever_lacks_a_consent_is_listed_and_gets_a_letter() {
    let mut s = crate::story::story().await;
    let list = s.coordinator.get("/consents?until=2026-12-20").await;
    assert!(list.body.contains("到2026年12月20日，结着对的孩子都有过夜的同意书"), "{}", list.body);
    let ends = Some(NOW.plus_minutes(10 * 24 * 60).date());
    let yes = crate::story::consent(s.child, s.guardian, Purpose::Overnight);
    s.site.system().save(RecordConsent { to_on: ends, ..yes }).await.unwrap();
    let list = s.coordinator.get("/consents?until=2026-12-20").await.body;
    assert!(list.contains("1 个孩子的过夜同意书管不到2026年12月20日"), "{list}");
    assert!(list.contains(&format!("href=\"/children/{}/consents\"", s.child)), "{list}");
    let way = list.split("href=\"").find(|rest| rest.starts_with("/consents/letters")).unwrap();
    let way = way.split('"').next().unwrap().to_owned();
    let letters = s.coordinator.get(&way).await.body;
    for words in ["安小草的家长", "李样例", "2026年12月20日", "□ 同意"] {
        assert!(letters.contains(words), "{words}: {letters}");
    }
    assert!(s.coordinator.get("/holidays").await.body.contains("href=\"/consents\""));
    for odd in ["until=x", "until=1999-01-01", "school=x"] {
        assert_eq!(s.coordinator.get(&format!("/consents?{odd}")).await.status, StatusCode::OK, "{odd}");
    }
    assert_eq!(s.teacher.get("/consents").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_letter_to_a_guardian_says_whom_to_call_and_the_trail_tells_of_it() {
    let mut s = crate::story::story().await;
    s.leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    let ends = Some(NOW.plus_minutes(10 * 24 * 60).date());
    let yes = crate::story::consent(s.child, s.guardian, Purpose::Overnight);
    s.site.system().save(RecordConsent { to_on: ends, ..yes }).await.unwrap();
    let (desk, child) = (s.site.system(), s.child);
    let looks = async || desk.child_trail(child).await.unwrap().iter().filter(|line| line.act == "look").count();
    let before = looks().await;
    let letters = s.coordinator.get("/consents/letters?until=2026-12-20").await.body;
    assert_eq!(looks().await, before + 1);
    let letter = letters.split("安小草的家长").nth(1).unwrap();
    assert!(letter.contains("<b class=\"nb\">0478-5550001</b>"), "{letters}");
}
