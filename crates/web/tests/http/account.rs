//! Accounts as pages: made, given roles, let in by a slip, kept out.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::SchoolId;
use naheya_domain::person_name::PersonName;
use naheya_domain::viewer::Place;
use naheya_store::SystemTask;
use naheya_store::account::{Invite, Login, NewAccount, NewGrant};
use naheya_store::notice::ExpandLetters;
use naheya_store::school::{AddClass, AddSchool};

use crate::site::{COUNTY, PASSWORD, Site, site};

async fn school(site: &Site) -> SchoolId {
    let school = AddSchool {
        name: "示例寄宿学校".into(),
        town_code: None,
        release_at: "17:00".into(),
        return_at: "18:30".into(),
    };
    site.system().save(school).await.unwrap()
}

async fn class(site: &Site) -> String {
    let school = school(site).await;
    let class = site.system().save(AddClass { school, name: "三(2)班".into(), grade: Some(3) }).await.unwrap();
    format!("class:{class}")
}

#[tokio::test]
async fn whoever_says_the_old_password_has_a_new_one_and_other_browsers_are_out() {
    let site = site().await;
    let (account, login) = site.account(Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await;
    let mut me = site.signed_in(account).await;
    let mut other = site.visitor();
    other.submit("/sign-in", "/sign-in", &[("login", &login), ("password", PASSWORD)]).await;
    assert_eq!(other.get("/me").await.status, StatusCode::OK);
    let (page, new) = ("/me/password", "four camels in the snow");
    assert!(me.get("/me").await.body.contains(&format!("href=\"{page}\"")));
    let wrong =
        [("nothing like it", new, new, "密码不对"), (PASSWORD, new, "else", "不一样"), ("", new, new, "还没填")];
    for (old, password, again, words) in wrong.into_iter().chain([(PASSWORD, "short", "short", "太短")]) {
        let typed = [("old", old), ("password", password), ("again", again)];
        let refused = me.submit(page, page, &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(refused.body.contains(words) && !refused.body.contains(new), "{words}: {}", refused.body);
    }
    let changed = me.submit(page, page, &[("old", PASSWORD), ("password", new), ("again", new)]).await;
    assert_eq!((changed.status, changed.location()), (StatusCode::SEE_OTHER, "/me"), "{}", changed.body);
    assert!(me.get("/me").await.body.contains("密码换好了"), "she stays where she is");
    assert_ne!(other.get("/me").await.status, StatusCode::OK);
    for (password, is_in) in [(PASSWORD, false), (new, true)] {
        let reply = site.visitor().submit("/sign-in", "/sign-in", &[("login", &login), ("password", password)]).await;
        assert_eq!(reply.status == StatusCode::SEE_OTHER, is_in, "{}", reply.body);
    }
}

#[tokio::test]
async fn a_teacher_is_let_in_from_the_form_to_the_first_page() {
    let site = site().await;
    let class = class(&site).await;
    let mut office = site.as_role(Role::Coordinator).await;
    let typed = [("name", "周老师"), ("login", "zhou"), ("role", "class_teacher"), ("place", class.as_str())];
    let made = office.submit("/accounts/new", "/accounts", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let account = made.location().to_owned();
    let shown = office.get(&account).await;
    assert!(shown.body.contains("周老师") && shown.body.contains("示例寄宿学校 三(2)班"));
    assert!(!shown.body.contains("<title>周老师"), "no name of a person in a title");
    let slip = office.post(&format!("{account}/slips"), &shown.form(&format!("{account}/slips"))).await;
    let paper = office.get(slip.location()).await;
    let start = paper.body.find("<code id=\"slip-code\">").unwrap() + 21;
    let code = &paper.body[start..start + 14];
    let mut teacher = site.visitor();
    let asked = teacher.submit("/slip", "/slip", &[("code", code)]).await;
    let typed = crate::browser::filled(asked.form("/slip"), &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(teacher.post("/slip", &typed).await.location(), "/start");
    assert!(teacher.get("/me").await.body.contains("周老师"));
    assert_eq!(office.get(slip.location()).await.status, StatusCode::NOT_FOUND, "a used slip is gone");
}

#[tokio::test]
async fn the_account_of_a_person_on_file_begins_at_the_file_with_the_name_filled_in() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let person = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let file = office.submit("/volunteers/new", "/volunteers", &person).await.location().to_owned();
    let id = file.rsplit('/').next().unwrap();
    let form = format!("/accounts/new?role=applicant&place=person:{id}");
    let link = form.replace('&', "&#38;");
    assert!(office.get(&file).await.body.contains(&link), "{link}");
    assert!(office.get(&form).await.body.contains("value=\"李样例\""));
    let place = format!("person:{id}");
    let typed = [("login", "li-yangli"), ("role", "applicant"), ("place", &place)];
    let made = office.submit(&form, "/accounts", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let shown = office.get(&file).await.body;
    assert!(!shown.contains(&link) && shown.contains("看账号"), "nobody needs a second account");
    let mut keeper = site.as_role(Role::ItAdmin).await;
    assert!(!keeper.get(&form).await.body.contains("李样例"), "whoever sees no files is told no name");
}

#[tokio::test]
async fn the_page_of_an_account_says_by_what_one_signs_in() {
    let site = site().await;
    let class = class(&site).await;
    let mut me = site.as_role(Role::Coordinator).await;
    let mut pages = Vec::new();
    for (login, phone) in [("teacher-a", "13900000031"), ("teacher-b", "")] {
        let typed =
            [("name", "示例老师"), ("login", login), ("phone", phone), ("role", "class_teacher"), ("place", &class)];
        let made = me.submit("/accounts/new", "/accounts", &typed).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        pages.push(me.get(made.location()).await.body);
    }
    assert!(pages[0].contains("用户名和手机号都能登录") && !pages[0].contains("只能用用户名登录"), "{}", pages[0]);
    assert!(pages[1].contains("没有手机号，只能用用户名登录"), "{}", pages[1]);
}

#[tokio::test]
async fn whose_number_lets_somebody_else_in_is_told_to_go_by_the_user_name() {
    let site = site().await;
    let class = class(&site).await;
    let mut office = site.as_role(Role::Coordinator).await;
    let phone = ("phone", "13900000001");
    let person = [("name", "李样例"), phone, ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let file = office.submit("/volunteers/new", "/volunteers", &person).await.location().to_owned();
    let husband = [("name", "韩老师"), ("login", "han"), phone, ("role", "class_teacher"), ("place", class.as_str())];
    let made = office.submit("/accounts/new", "/accounts", &husband).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let place = format!("person:{}", file.rsplit('/').next().unwrap());
    let form = format!("/accounts/new?role=applicant&place={place}");
    let hers = [("login", "li-yangli"), ("role", "applicant"), ("place", place.as_str())];
    let both = [hers[0], hers[1], hers[2], phone];
    let taken = office.submit(&form, "/accounts", &both).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.body.contains("另一位这里空着，用用户名登录"), "what to do stands beside the field: {}", taken.body);
    let alone = [hers[0], hers[1], hers[2], ("phone", "")];
    let account = office.submit(&form, "/accounts", &alone).await.location().to_owned();
    let shown = office.get(&account).await.body;
    assert!(shown.contains("已经是另一个账号的登录号") && !shown.contains("没有手机号"), "{shown}");
    let saved = office.submit(&format!("{file}/edit"), &file, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let told = office.get(saved.location()).await.body;
    assert!(told.contains("请告诉本人用用户名登录"), "{told}");
}

#[tokio::test]
async fn whoever_applied_becomes_a_volunteer_in_the_account_that_is_theirs() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let person = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let file = office.submit("/volunteers/new", "/volunteers", &person).await.location().to_owned();
    let place = format!("person:{}", file.rsplit('/').next().unwrap());
    let form = format!("/accounts/new?role=applicant&place={place}");
    let typed = [("login", "li-yangli"), ("role", "applicant"), ("place", &place)];
    let account = office.submit(&form, "/accounts", &typed).await.location().to_owned();
    let shown = office.get(&account).await.body;
    assert!(
        shown.contains(&format!("<option value=\"{place}\"")) && shown.contains("本人的档案 · 报名的人"),
        "{shown}"
    );
    let typed = [("role", "volunteer"), ("place", place.as_str())];
    let given = office.submit(&account, &format!("{account}/grants"), &typed).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    let shown = office.get(&account).await.body;
    assert!(shown.contains("<b>周末妈妈 · ") && shown.contains("<b>报名的人 · "), "{shown}");
    let ends = shown.matches("/end\"").count();
    assert_eq!(ends, 1, "whoever is a volunteer applies no longer: {shown}");
}

#[tokio::test]
async fn a_teacher_who_becomes_a_volunteer_is_one_in_the_account_she_has() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let person = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    let file = office.submit("/volunteers/new", "/volunteers", &person).await.location().to_owned();
    let place = format!("person:{}", file.rsplit('/').next().unwrap());
    let (teacher, _) = site.account(Role::ClassTeacher, Place::County).await;
    let page = format!("/accounts/{teacher}");
    let grants = format!("{page}/grants");
    let named = [("role", "applicant"), ("person", "李样例")];
    let asked = office.submit(&page, &grants, &named).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let option = format!("<option value=\"{place}\">李样例 · V2026-000001</option>");
    assert!(asked.body.contains(&option) && asked.body.contains("请选是哪一位"), "{}", asked.body);
    assert!(!office.get(&page).await.body.contains("<b>报名的人"), "a name alone gives nobody a file");
    let nobody = office.submit(&page, &grants, &[("role", "applicant"), ("person", "没有这人")]).await;
    assert!(nobody.body.contains("没有找到") && nobody.body.contains("value=\"没有这人\""), "{}", nobody.body);
    let chosen = [named[0], named[1], ("place", place.as_str())];
    let given = office.submit(&page, &grants, &chosen).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    let shown = office.get(&page).await.body;
    assert!(shown.contains("<b>报名的人 · 本人的档案 · 李样例</b>"), "whose file it is: {shown}");
    let (other, _) = site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let page = format!("/accounts/{other}");
    let second = office.submit(&page, &format!("{page}/grants"), &chosen).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert!(second.body.contains("这份档案已经有账号了"), "{}", second.body);
}

#[tokio::test]
async fn a_form_that_cannot_be_taken_comes_back_filled_with_every_fault() {
    let site = site().await;
    let mut office = site.as_role(Role::Leader).await;
    let typed = [("name", ""), ("login", "123"), ("phone", "1380"), ("role", "king"), ("from_on", "tomorrow")];
    let back = office.submit("/accounts/new", "/accounts", &typed).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["姓名还没填", "用户名要 2 到 40 个字", "href=\"#f-phone\"", "href=\"#f-role\"", "href=\"#f-from_on\""]
    {
        assert!(back.body.contains(said), "{said}");
    }
    assert!(back.body.contains("value=\"1380\""), "nothing typed is lost");
}

#[tokio::test]
async fn a_role_of_the_whole_county_needs_no_place_and_one_of_a_file_begins_there() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let form = leader.get("/accounts/new").await.body;
    for role in ["volunteer", "applicant", "guardian"] {
        assert!(!form.contains(&format!("<option value=\"{role}\"")), "{role}: {form}");
    }
    let typed = [("name", "样例同事"), ("login", "colleague"), ("role", "coordinator")];
    let made = leader.submit("/accounts/new", "/accounts", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let typed = [("name", "周老师"), ("login", "zhou"), ("role", "class_teacher")];
    let asked = leader.submit("/accounts/new", "/accounts", &typed).await;
    assert!(asked.status == StatusCode::UNPROCESSABLE_ENTITY && asked.body.contains("请选在哪里"), "{}", asked.body);
}

#[tokio::test]
async fn the_list_tells_each_accounts_place_once() {
    let site = site().await;
    let class = class(&site).await;
    let mut office = site.as_role(Role::Coordinator).await;
    let typed = [("name", "周老师"), ("login", "zhou"), ("role", "class_teacher"), ("place", class.as_str())];
    office.submit("/accounts/new", "/accounts", &typed).await;
    let list = office.get("/accounts?view=invited").await;
    assert_eq!(list.body.matches("示例寄宿学校 三(2)班").count(), 1, "{}", list.body);
}

#[tokio::test]
async fn the_list_names_the_town_the_school_and_the_county_of_a_role() {
    let site = site().await;
    site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let mut office = site.as_role(Role::Coordinator).await;
    let town = office.get("/accounts").await.body;
    assert!(town.contains("巴音宝力格镇</span>") && !town.contains("示例寄宿学校"), "{town}");
    let school = school(&site).await;
    site.account(Role::ClassTeacher, Place::School(school.0)).await;
    let both = office.get("/accounts").await.body;
    let named = |name: &str| both.contains(&format!("<span class=\"sub2\">{name}</span>"));
    assert!(named("巴音宝力格镇") && named("示例寄宿学校") && named("乌拉特后旗"), "{both}");
}

#[tokio::test]
async fn a_grant_without_a_last_day_says_from_when_it_holds() {
    let site = site().await;
    let (account, _) = site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let mut office = site.as_role(Role::ItAdmin).await;
    let page = office.get(&format!("/accounts/{account}")).await.body;
    assert!(page.contains("日起</span>"), "{page}");
}

#[tokio::test]
async fn a_slip_says_where_its_code_is_typed() {
    let site = site().await;
    let (account, _) = site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let mut office = site.as_role(Role::ItAdmin).await;
    let page = format!("/accounts/{account}");
    let slip = office.submit(&page, &format!("{page}/slips"), &[]).await;
    let paper = office.get(slip.location()).await;
    assert!(paper.body.contains("://naheya.test/slip"), "{}", paper.body);
}

#[tokio::test]
async fn a_slip_says_where_its_code_is_typed_when_the_host_stands_in_the_address_alone() {
    let site = site().await;
    let (account, _) = site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let mut office = site.as_role(Role::ItAdmin).await;
    let page = format!("/accounts/{account}");
    let slip = office.submit(&page, &format!("{page}/slips"), &[]).await;
    // So an address comes over HTTP/2, which every browser speaks where the program has its own certificate.
    let paper = office.get(&format!("https://h2.test{}", slip.location())).await;
    assert!(paper.body.contains("://h2.test/slip"), "{}", paper.body);
}

#[tokio::test]
async fn a_coordinator_cannot_hand_the_leader_a_new_password() {
    let site = site().await;
    let (leader, _) = site.account(Role::Leader, Place::County).await;
    let mut office = site.as_role(Role::Coordinator).await;
    let page = format!("/accounts/{leader}");
    let slip = office.submit(&page, &format!("{page}/slips"), &[]).await;
    assert_eq!(slip.status, StatusCode::CONFLICT);
    assert!(slip.body.contains("这个角色要由负责人或系统管理员来给"));
}

#[tokio::test]
async fn a_locked_account_is_out_and_can_be_opened_again() {
    let site = site().await;
    let (account, _) = site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let mut worker = site.signed_in(account).await;
    let mut office = site.as_role(Role::ItAdmin).await;
    let page = format!("/accounts/{account}");
    let action = format!("{page}/state");
    let locked = office.submit(&page, &action, &[("state", "locked")]).await;
    assert_eq!(locked.status, StatusCode::SEE_OTHER, "{}", locked.body);
    assert_eq!(worker.get("/me").await.status, StatusCode::SEE_OTHER);
    assert!(office.get("/accounts?view=locked").await.body.contains(&page));
    let opened = office.submit(&page, &action, &[("state", "active")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    assert!(!office.get("/accounts?view=locked").await.body.contains(&page));
}

#[tokio::test]
async fn a_leader_hears_of_a_new_leader_at_once_and_the_notice_leads_to_the_account() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut keeper = site.as_role(Role::ItAdmin).await;
    let typed = [("name", "样例主席"), ("login", "new-leader"), ("role", "leader"), ("place", "county")];
    let made = keeper.submit("/accounts/new", "/accounts", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    site.store.as_system(SystemTask::Job, COUNTY, site.now()).save(ExpandLetters).await.unwrap();
    let notices = leader.get("/notices").await.body;
    assert!(notices.contains("有个账号拿到了能看档案或管账号的角色") && notices.contains("马上看"), "{notices}");
    let notice =
        notices.split("href=\"/notices/").skip(1).find_map(|rest| rest.split('"').next().filter(|id| id.len() == 36));
    let opened = leader.get(&format!("/notices/{}", notice.unwrap())).await;
    assert_eq!(opened.location(), made.location());
    assert_eq!(leader.get(opened.location()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_role_that_is_held_already_is_not_given_again() {
    let site = site().await;
    let (account, _) = site.account(Role::TownWorker, Place::Town("150825100".into())).await;
    let mut office = site.as_role(Role::Leader).await;
    let page = format!("/accounts/{account}");
    let again = [("role", "town_worker"), ("place", "town:150825100")];
    let refused = office.submit(&page, &format!("{page}/grants"), &again).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("已经有同样的授权了"));
}

#[tokio::test]
async fn where_there_are_too_many_classes_for_a_list_a_teachers_class_is_typed() {
    let site = site().await;
    let school = format!("school:{}", crate::child::many_classes(&site).await);
    let mut keeper = site.as_role(Role::Coordinator).await;
    let blank = keeper.get("/accounts/new").await.body;
    assert!(blank.contains("<option value=\"三年级7班\">") && !blank.contains("value=\"class:"), "{blank}");
    let typed = |class| {
        let at = [("role", "class_teacher"), ("place", school.as_str()), ("class", class)];
        [("name", "周老师"), ("login", "zhou"), at[0], at[1], at[2]]
    };
    let wrong = keeper.submit("/accounts/new", "/accounts", &typed("九年级1班")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"九年级1班\"") && wrong.body.contains("不在这所学校里"), "{}", wrong.body);
    let made = keeper.submit("/accounts/new", "/accounts", &typed("3(7)班")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert!(keeper.get(made.location()).await.body.contains("示例第九小学 三年级7班"));
}

/// More colleagues than a list of a form holds, each 样例 but one.
async fn many_colleagues(site: &Site) {
    for n in 0..=200 {
        let account = NewAccount {
            login: Login::parse(&format!("laoshi-{n}")).unwrap(),
            phone: None,
            name: PersonName::parse(if n == 7 { "王样例" } else { "样例" }).unwrap(),
            language: String::new(),
        };
        let from_on = site.now().date();
        let grant = NewGrant { role: Role::ClassTeacher, place: Place::County, from_on, to_on: None };
        site.system().save(Invite { account, grant }).await.unwrap();
    }
}

#[tokio::test]
async fn where_there_are_too_many_colleagues_for_a_list_one_is_named() {
    let site = site().await;
    many_colleagues(&site).await;
    let mut office = site.as_role(Role::Coordinator).await;
    let person = [("name", "李样例"), ("phone", "13900000001"), ("birth_on", "1985-04-06"), ("travel_minutes", "20")];
    office.submit("/volunteers/new", "/volunteers", &person).await;
    let page = "/checks/new?kind=interview";
    let table = office.get(page).await.body;
    assert!(table.contains("请写全名") && !table.contains("<select class=\"inp\" id=\"f-second\""), "{table}");
    let nothing = office.submit(page, "/checks", &[("second", "王样例")]).await.body;
    assert!(nothing.contains("href=\"#f-lines\"") && nothing.contains("id=\"f-lines\""), "{nothing}");
    let typed = |second| [("line.0.outcome", "passed"), ("line.0.done_on", "2026-11-02"), ("second", second)];
    for (second, said) in [("样例", "有几位同事叫这个名字"), ("赵样例", "没有叫这个名字的同事")]
    {
        let back = office.submit(page, "/checks", &typed(second)).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.body.contains(said) && back.body.contains(&format!("value=\"{second}\"")), "{}", back.body);
    }
    let entered = office.submit(page, "/checks", &typed("王样例")).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
}
