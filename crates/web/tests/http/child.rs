//! Children's files: whom the list shows, what a foreign child looks like, what forms keep.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm, ChildState};
use naheya_domain::id::{ChildId, SchoolId};
use naheya_domain::viewer::Place;
use naheya_store::child::{ChangeState, ChildFilter, OpenFile};
use naheya_store::school::{AddClass, AddSchool};
use uuid::Uuid;

use crate::browser::{Browser, filled};
use crate::site::{Site, site, told_site};
use crate::walk::signed_in;

pub fn details(site: &Site, name: &str) -> ChildDetails {
    let form = ChildForm { name, birth_on: "2016-03-05", vital: "对花生过敏", ..ChildForm::default() };
    ChildDetails::parse(&form, site.now().date()).unwrap()
}

pub async fn child(site: &Site, name: &str) -> ChildId {
    site.system().save(OpenFile { details: details(site, name) }).await.unwrap()
}

/// A class with one child in it.
pub async fn class_with(site: &Site, school: &str, name: &str) -> (Uuid, ChildId) {
    let desk = site.system();
    let add = AddSchool { name: school.into(), town_code: None, release_at: "17:00".into(), return_at: "18:30".into() };
    let school = desk.save(add).await.unwrap();
    let class = desk.save(AddClass { school, name: "三年级一班".into(), grade: Some(3) }).await.unwrap();
    let mut details = details(site, name);
    details.school_id = Some(school.0);
    details.class_id = Some(class.0);
    (class.0, desk.save(OpenFile { details }).await.unwrap())
}

async fn count(site: &Site) -> u64 {
    site.system().count_children(&ChildFilter::default()).await.unwrap()
}

#[tokio::test]
async fn the_list_finds_by_name_pinyin_and_initials_and_pages_by_fifty() {
    let site = site().await;
    for n in 0..60 {
        child(&site, if n == 7 { "石小榴" } else { "安小草" }).await;
    }
    let mut me = site.as_role(Role::Coordinator).await;
    for typed in ["石小榴", "shixiaoliu", "sxl"] {
        let led = me.submit("/children", "/children/search", &[("q", typed)]).await;
        assert_eq!(led.location(), "/children?view=here&found=1", "no name in the address");
        let found = me.get(led.location()).await;
        assert_eq!(found.body.matches("class=\"who\"").count(), 1, "{typed}");
    }
    let first = me.get("/children").await;
    assert_eq!(first.body.matches("class=\"who\"").count(), 50);
    let next = first.body.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(!next.contains(&coded("安")), "no name in the address: {next}");
    let second = me.get(&next.replace("&#38;", "&")).await;
    assert_eq!(second.body.matches("class=\"who\"").count(), 10);
}

fn coded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_class_teacher_sees_the_own_class_and_a_foreign_child_is_an_absent_one() {
    let site = site().await;
    let (class, mine) = class_with(&site, "示例第一小学", "安小草").await;
    let (_, other) = class_with(&site, "示例第二小学", "石小榴").await;
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    let list = teacher.get("/children").await;
    assert!(list.body.contains("安小草") && !list.body.contains("石小榴"));
    assert_eq!(teacher.get(&format!("/children/{mine}")).await.status, StatusCode::OK);
    let absent = Uuid::now_v7();
    for tail in ["", "/follow-ups/new"] {
        for id in [other.0, absent] {
            let reply = teacher.get(&format!("/children/{id}{tail}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{id}{tail}");
        }
    }
    // Seen, but not theirs to do; and the locked part does not exist for them.
    assert_eq!(teacher.get(&format!("/children/{mine}/edit")).await.status, StatusCode::FORBIDDEN);
    assert!(!teacher.get(&format!("/children/{mine}")).await.body.contains("/secret"));
}

#[tokio::test]
async fn a_teacher_confirms_that_nothing_changed_and_the_trail_says_so() {
    let site = site().await;
    let (class, id) = class_with(&site, "示例第一小学", "安小草").await;
    site.wait_minutes(200 * 24 * 60);
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    assert!(teacher.get("/children?view=stale").await.body.contains("安小草"));
    let done = teacher.submit("/children", &format!("/children/{id}/confirmation"), &[]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/children"));
    assert!(!teacher.get("/children?view=stale").await.body.contains("安小草"));
    let trail = site.system().child_trail(id).await.unwrap();
    assert!(trail.iter().any(|line| line.act == "child.confirm_file" && line.role == "class_teacher"));
}

#[tokio::test]
async fn what_the_house_did_by_itself_is_said_once_in_the_trail() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let trail = me.get(&format!("/children/{id}/trail")).await.body;
    assert!(trail.contains("建了档案") && !trail.contains("系统（系统）"), "{trail}");
}

#[tokio::test]
async fn a_look_at_a_file_stands_in_the_trail_before_the_page_is_sent() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&format!("/children/{id}")).await;
    assert!(page.body.contains("对花生过敏"));
    assert!(!page.body.split("</title>").next().unwrap().contains("安小草"), "no name in the title");
    let trail = site.system().child_trail(id).await.unwrap();
    assert!(trail.iter().any(|line| line.act == "look" && line.role == "coordinator"));
    assert!(me.get(&format!("/children/{id}/trail")).await.body.contains("看了档案"));
}

#[tokio::test]
async fn a_double_submit_opens_one_file_and_faults_stand_beside_what_was_typed() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let form = me.get("/children/new").await.form("/children");
    let bad = me.post("/children", &filled(form.clone(), &[("name", "安小草"), ("birth_on", "不知道")])).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("value=\"安小草\"") && bad.body.contains("id=\"e-birth_on\""));
    let good = filled(form, &[("name", "安小草"), ("birth_on", "2016-03-05"), ("languages", "汉语、蒙古语")]);
    let first = me.post("/children", &good).await;
    let second = me.post("/children", &good).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    assert_eq!(first.location(), second.location());
    assert_eq!(count(&site).await, 1);
}

#[tokio::test]
async fn a_second_file_with_the_same_name_and_birth_date_is_opened_only_on_a_word() {
    let site = site().await;
    let first = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let typed = [("name", "安小草"), ("birth_on", "2016-03-05")];
    let asked = me.submit("/children/new", "/children", &typed).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.body.contains("同一天出生") && asked.body.contains(&format!("href=\"/children/{first}\"")));
    assert_eq!(count(&site).await, 1, "nothing is opened without a word");
    let other = [typed[0], ("birth_on", "2016-03-06")];
    assert_eq!(me.submit("/children/new", "/children", &other).await.status, StatusCode::SEE_OTHER);
    let said = [typed[0], typed[1], ("another", "on")];
    assert_eq!(me.submit("/children/new", "/children", &said).await.status, StatusCode::SEE_OTHER);
    assert_eq!(count(&site).await, 3);
}

#[tokio::test]
async fn whoever_may_not_see_pairs_is_never_told_that_a_child_has_none() {
    let site = site().await;
    let mut of = details(&site, "安小草");
    of.town_code = Some("150825100".into());
    let id = site.system().save(OpenFile { details: of }).await.unwrap();
    site.system().save(ChangeState { child: id, next: ChildState::Enrolled }).await.unwrap();
    let mut town = site.as_role(Role::TownWorker).await;
    for page in ["/children".to_owned(), "/children?view=waiting".to_owned(), format!("/children/{id}")] {
        let seen = town.get(&page).await;
        assert!(seen.body.contains("安小草"), "{page}");
        for words in ["结对", "周末妈妈</", "还没有</dd>"] {
            assert!(!seen.body.contains(words), "{page} says {words}");
        }
    }
    let mut office = site.as_role(Role::Coordinator).await;
    let seen = office.get("/children").await;
    assert!(seen.body.contains("1 个孩子，1 个在等结对"));
    assert!(office.get(&format!("/children/{id}")).await.body.contains("等待结对"));
}

#[tokio::test]
async fn a_form_from_an_older_reading_tells_both_versions_and_then_stands() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let (page, action) = (format!("/children/{id}/edit"), format!("/children/{id}"));
    let mut mine = site.as_role(Role::Coordinator).await;
    let mut other = site.as_role(Role::Coordinator).await;
    let opened = mine.get(&page).await.form(&action);
    other.submit(&page, &action, &[("likes", "画画")]).await;
    let stale = mine.post(&action, &filled(opened, &[("likes", "马头琴")])).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("画画") && stale.body.contains("马头琴"));
    let again = mine.post(&action, &filled(stale.form(&action), &[("take.likes", "mine")])).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    assert_eq!(site.system().child_file(id).await.unwrap().likes.as_deref(), Some("马头琴"));
}

#[tokio::test]
async fn what_is_locked_stays_when_the_form_leaves_it_empty() {
    let site = site().await;
    let mut typed = details(&site, "安小草");
    typed.health = Some("示例病史".into());
    typed.student_number = Some("G1508250001".into());
    let id = site.system().save(OpenFile { details: typed }).await.unwrap();
    let mut me = site.as_role(Role::Coordinator).await;
    let (page, action) = (format!("/children/{id}/edit"), format!("/children/{id}"));
    assert!(!me.get(&page).await.body.contains("示例病史"));
    assert_eq!(me.submit(&page, &action, &[("likes", "画画")]).await.status, StatusCode::SEE_OTHER);
    let secret = site.system().child_secret(id, "核对学籍").await.unwrap();
    assert_eq!(secret.health.as_deref(), Some("示例病史"));
    assert_eq!(secret.student_number.as_deref(), Some("G1508250001"));
}

#[tokio::test]
async fn the_locked_part_opens_once_with_a_reason_and_is_kept_in_no_cache() {
    let site = site().await;
    let mut typed = details(&site, "安小草");
    typed.health = Some("示例病史".into());
    let id = site.system().save(OpenFile { details: typed }).await.unwrap();
    let mut me = site.as_role(Role::Leader).await;
    let page = format!("/children/{id}/secret");
    let bare = me.submit(&page, &page, &[("reason", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!bare.body.contains("示例病史"));
    let opened = me.submit(&page, &page, &[("reason", "核对过敏史")]).await;
    assert!(opened.body.contains("示例病史"));
    assert_eq!(opened.header("cache-control"), "no-store");
    let trail = site.system().child_trail(id).await.unwrap();
    assert!(trail.iter().any(|line| line.fields == "secret" && line.reason.as_deref() == Some("核对过敏史")));
    let mut town = site.as_role(Role::TownWorker).await;
    assert!(town.get(&page).await.is_refused());
}

#[tokio::test]
async fn up_to_fifty_children_leave_the_house_at_once_and_more_are_asked_for() {
    let site = site().await;
    for _ in 0..51 {
        child(&site, "安小草").await;
    }
    let one = child(&site, "石小榴").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let led = me.get("/children.xlsx?view=here").await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/exports/new?view=here"));
    let led = me.submit("/children", "/children/search", &[("q", "石小榴")]).await;
    let few = me.get(&led.location().replace("/children?", "/children.xlsx?")).await;
    assert_eq!(few.status, StatusCode::OK);
    assert!(few.header("content-type").contains("spreadsheetml"));
    let trail = site.system().child_trail(one).await.unwrap();
    assert!(trail.iter().any(|line| line.fields == "export"));
    let mut teacher = site.as_role(Role::ClassTeacher).await;
    assert_eq!(teacher.get("/children.xlsx").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_file_just_begun_says_what_comes_before_a_pair() {
    let site = site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    let typed = [("name", "安小草"), ("birth_on", "2016-03-05")];
    let page = me.submit("/children/new", "/children", &typed).await.location().to_owned();
    let file = me.get(&page).await.body;
    for way in [format!("{page}/guardians/new"), format!("{page}/consents/new"), "#state".to_owned()] {
        assert!(file.contains(&format!("<a class=\"tap\" href=\"{way}\"")), "{way}: {file}");
    }
    me.submit(&page, &format!("{page}/state"), &[("next", "enrolled")]).await;
    assert!(!me.get(&page).await.body.contains("还在申请中"));
}

#[tokio::test]
async fn nobody_around_a_child_is_offered_as_its_spouse_or_its_son() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let form = me.get(&format!("/children/{id}/guardians/new")).await.body;
    assert!(form.contains("value=\"52\""), "{form}");
    for code in ["10", "20", "30", "40"] {
        assert!(!form.contains(&format!("value=\"{code}\"")), "{code}: {form}");
    }
}

#[tokio::test]
async fn somebody_who_is_kept_away_needs_a_reason_and_is_marked() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (page, action) = (format!("/children/{id}/guardians/new"), format!("/children/{id}/guardians"));
    let typed = [("name", "安大树"), ("relation", "83"), ("blocked", "on")];
    let bare = me.submit(&page, &action, &typed).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = me.submit(&page, &action, &[&typed[..], &[("blocked_reason", "法院禁止接触")]].concat()).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER);
    let file = me.get(&format!("/children/{id}")).await;
    assert!(file.body.contains("不能接走") && !file.body.contains("法院禁止接触"));
    let adult = site.system().child_file(id).await.unwrap().guardians[0].id;
    let (page, action) =
        (format!("/children/{id}/guardians/{adult}/edit"), format!("/children/{id}/guardians/{adult}"));
    let changed = me.submit(&page, &action, &[("relation", "83"), ("phone", "13900000000")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let kept = site.system().child_secret(id, "核对原因").await.unwrap().blocked;
    assert_eq!(kept, [("安大树".to_owned(), "法院禁止接触".to_owned())]);
}

#[tokio::test]
async fn brothers_and_sisters_are_put_together_by_name_or_number() {
    let site = site().await;
    let (one, two) = (child(&site, "石小榴").await, child(&site, "石小满").await);
    let mut me = site.as_role(Role::Coordinator).await;
    let page = format!("/children/{one}/siblings");
    let unknown = me.submit(&page, &page, &[("other", "没有这个人"), ("mode", "must")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    me.submit(&page, &page, &[("other", "石小满"), ("mode", "must")]).await;
    let siblings = site.system().child_file(two).await.unwrap().siblings;
    assert_eq!(siblings, [(one, "石小榴".to_owned())]);
}

#[tokio::test]
async fn odd_input_is_never_our_fault() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    for query in [
        "view=x",
        "school=x&town=%00&after=x",
        "from=-1&after=",
        "q=%27%22%3Cscript%3E",
        "after=00000000-0000-0000-0000-000000000000",
    ] {
        let reply = me.get(&format!("/children?{query}")).await;
        assert!(!reply.status.is_server_error(), "{query}");
        assert!(!reply.body.contains("<script>"), "{query}");
    }
    let long = "长".repeat(5000);
    let page = format!("/children/{id}/edit");
    for name in
        ["name", "birth_on", "id_number", "school_id", "class_id", "ethnic", "town_code", "care", "sex", "version"]
    {
        for value in ["", "<b>", long.as_str()] {
            let reply = me.submit(&page, &format!("/children/{id}"), &[(name, value)]).await;
            assert!(!reply.status.is_server_error(), "{name}: {}", reply.status);
        }
    }
    let shown = me.get(&format!("/children/{id}")).await.form(&format!("/children/{id}/confirmation"));
    let state = me.post(&format!("/children/{id}/state"), &filled(shown, &[("next", "nonsense")])).await;
    assert_eq!(state.status, StatusCode::BAD_REQUEST);
}

/// A school with so many classes that no list of a form holds them, and its id.
pub async fn many_classes(site: &Site) -> SchoolId {
    let desk = site.system();
    let named = "示例第九小学".into();
    let add = AddSchool { name: named, town_code: None, release_at: "17:00".into(), return_at: "18:30".into() };
    let school = desk.save(add).await.unwrap();
    for n in 1..=201 {
        desk.save(AddClass { school, name: format!("三年级{n}班"), grade: Some(3) }).await.unwrap();
    }
    school
}

#[tokio::test]
async fn where_there_are_too_many_classes_for_a_list_the_class_is_typed() {
    let site = site().await;
    let school = many_classes(&site).await.to_string();
    let mut me = site.as_role(Role::Coordinator).await;
    let blank = me.get("/children/new").await.body;
    assert!(blank.contains("先选学校，再写班级") && blank.contains("<option value=\"三年级7班\">"), "{blank}");
    let typed = |class| {
        let at = [("school_id", school.as_str()), ("class_id", class)];
        [("name", "安小草"), ("sex", "female"), ("birth_on", "2016-03-05"), at[0], at[1]]
    };
    let wrong = me.submit("/children/new", "/children", &typed("九年级1班")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"九年级1班\"") && wrong.body.contains("不在这所学校里"), "{}", wrong.body);
    let saved = me.submit("/children/new", "/children", &typed("3(7)班")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let edit = format!("{}/edit", saved.location());
    let form = me.get(&edit).await.body;
    assert!(form.contains("name=\"class_id\" value=\"三年级7班\""), "{form}");
    // Sent as it stands it changes nothing; another name is another class.
    assert_eq!(me.submit(&edit, saved.location(), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(me.get(saved.location()).await.body.contains("三年级7班"));
    me.submit(&edit, saved.location(), &[("class_id", "三年级8班")]).await;
    assert!(me.get(saved.location()).await.body.contains("三年级8班"));
}

/// A child of the demo that has been away for weekends.
async fn one_away(me: &mut Browser) -> ChildId {
    let list = me.get("/children?view=paired&by=-last").await.body;
    let id = list.split("class=\"who\" href=\"/children/").nth(1).unwrap().split('"').next().unwrap();
    ChildId::parse(id).unwrap()
}

fn tabs(body: &str) -> &str {
    body.split("class=\"tabs\"").nth(1).unwrap().split("</nav>").next().unwrap()
}

#[tokio::test]
async fn the_views_of_a_file_are_tabs_and_the_child_stays_in_its_place() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    let id = one_away(&mut me).await;
    let (name, _) = site.system().child_in_list(id).await.unwrap();
    let views = [
        ("", "成长"),
        ("/weekends", "周末"),
        ("/follow-ups", "回访"),
        ("/consents", "同意书"),
        ("/wishes", "孩子的话"),
        ("/trail", "谁看过"),
    ];
    for (end, word) in views {
        let page = me.get(&format!("/children/{id}{end}")).await;
        assert_eq!(page.status, StatusCode::OK, "{end}");
        let here = tabs(&page.body).split("<a ").find(|a| a.contains("aria-current")).unwrap();
        assert!(here.contains(&format!(">{word}<")), "{end}: {here}");
        assert_eq!(tabs(&page.body).matches("<a ").count(), views.len());
        assert!(!tabs(&page.body).contains("/new"), "a tab is a view, never a form");
        assert!(page.body.contains(&format!("class=\"h-song\">{name}")), "{end}: whose file it is");
    }
    let file = me.get(&format!("/children/{id}")).await.body;
    for act in ["/talks/new", "/follow-ups/new", "/hand-over", "/edit"] {
        assert!(file.contains(&format!("href=\"/children/{id}{act}\"")), "{act}");
    }
}

#[tokio::test]
async fn every_weekend_of_a_child_stands_in_its_file_and_the_look_in_the_trail() {
    let site = told_site().await;
    let mut me = signed_in(&site, Role::Coordinator).await;
    let id = one_away(&mut me).await;
    let all = site.system().child_weekends(id).await.unwrap();
    assert!(all.is_sorted_by(|one, other| one.starts_at >= other.starts_at), "newest first");
    let looks = async || site.system().child_trail(id).await.unwrap().len();
    let before = looks().await;
    let page = me.get(&format!("/children/{id}/weekends")).await.body;
    assert_eq!(page.matches("data-l=\"去谁家\"").count(), all.len());
    let went = all.iter().filter(|one| one.took_place()).count();
    assert!(went > 0 && page.contains(&format!("去过 {went} 个周末")), "{page}");
    assert!(looks().await > before, "a look stands in the trail before the page is sent");
    let mut town = signed_in(&site, Role::TownWorker).await;
    let list = town.get("/children").await.body;
    let seen = list.split("class=\"who\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = town.get(&seen).await.body;
    assert!(!tabs(&file).contains("/weekends") && tabs(&file).contains("/follow-ups"), "{}", tabs(&file));
    assert_eq!(town.get(&format!("{seen}/weekends")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_follow_ups_of_a_child_stand_in_its_file_with_what_was_said() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let view = format!("/children/{id}/follow-ups");
    assert!(me.get(&view).await.body.contains("还没有回访"));
    let form = format!("/children/{id}/talks/new");
    let said = [("with", "guardian"), ("way", "phone"), ("sleep", "睡得好")];
    let done = me.submit(&form, &format!("/children/{id}/talks"), &said).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let plan = [("with", "child"), ("due_on", "2026-11-30")];
    me.submit(&format!("{view}/new"), &view, &plan).await;
    let page = me.get(&view).await.body;
    assert!(page.contains("睡得好") && page.contains("问家长") && page.contains("问孩子"), "{page}");
    assert!(page.contains("回访做过 1 次") && page.contains("href=\"/follow-ups/"), "{page}");
    assert!(!page.split("</title>").next().unwrap().contains("安小草"), "no name in the title");
    let mut mother = site.as_role(Role::Volunteer).await;
    assert!(mother.get(&view).await.is_refused(), "whoever is asked about does not read it");
}

#[tokio::test]
async fn the_button_on_an_adults_page_puts_that_adult_first_of_those_who_are_called() {
    let site = site().await;
    let (_, mine) = class_with(&site, "示例第一小学", "安小草").await;
    crate::consent::guardian(&site, mine, "安样母", "13900000001").await;
    let second = crate::consent::guardian(&site, mine, "安样父", "13900000002").await;
    let mut office = site.as_role(Role::Coordinator).await;
    let page = format!("/children/{mine}/guardians/{second}");
    let reply = office.submit(&format!("{page}/edit"), &format!("{page}/calling"), &[]).await;
    assert_eq!(reply.location(), format!("/children/{mine}"), "{}", reply.body);
    assert_eq!(site.system().who_may_consent(mine).await.unwrap()[0].id, second);
}

#[tokio::test]
async fn a_filtered_list_begins_with_what_the_filter_found() {
    let site = site().await;
    class_with(&site, "示例第一小学", "安小草").await;
    class_with(&site, "示例第二小学", "安小木").await;
    let second = site.system().schools().await.unwrap().into_iter().find(|s| s.name == "示例第二小学").unwrap().id;
    let mut me = site.as_role(Role::Coordinator).await;
    let page = me.get(&format!("/children?school={second}")).await.body;
    assert!(page.contains("示例第二小学：1 个孩子，一共 2 个"), "{page}");
    let all = me.get("/children").await.body;
    assert!(all.contains("2 个孩子，") && !all.contains("一共 2 个"), "{all}");
    assert!(me.get("/volunteers?free=on").await.body.contains("：0 家，一共 0 家"));
    assert!(me.get("/volunteers?free=on&view=xyz").await.body.contains("：0 家，一共 0 家"));
}
