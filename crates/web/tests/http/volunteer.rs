use axum::http::StatusCode;
use naheya_domain::Role;

use crate::site::{site, told_site};
use crate::story::story;

const PERSON: [(&str, &str); 6] = [
    ("name", "李样例"),
    ("phone", "13900000001"),
    ("birth_on", "1985-04-06"),
    ("member.0.name", "韩样夫"),
    ("member.0.birth_on", "1984-01-02"),
    ("travel_minutes", "20"),
];

#[tokio::test]
async fn a_volunteer_is_registered_checked_and_signed_by_two_people() {
    let site = site().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    let saved = coordinator.submit("/volunteers/new", "/volunteers", &PERSON).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let place = saved.location().to_owned();
    let file = coordinator.get(&place).await;
    assert!(file.body.contains("韩样夫") && file.body.contains("还没登记"), "{}", file.body);
    let mut leader = site.as_role(Role::Leader).await;
    let refused = leader.submit(&place, &format!("{place}/signature"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("核查还没齐"), "{}", refused.body);
    for kind in ["identity", "no_offence", "home_visit"] {
        let page = format!("/checks/new?kind={kind}");
        let typed = [
            ("line.0.outcome", "passed"),
            ("line.0.done_on", "2026-11-02"),
            ("line.0.number", "示例0310"),
            ("line.1.outcome", if kind == "home_visit" { "" } else { "passed" }),
            ("line.1.done_on", "2026-11-02"),
            ("line.1.number", "示例0311"),
        ];
        let entered = coordinator.submit(&page, "/checks", &typed).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{kind}: {}", entered.body);
    }
    let alone = [("line.0.outcome", "passed"), ("line.0.done_on", "2026-11-02")];
    let entered = coordinator.submit("/checks/new?kind=interview", "/checks", &alone).await;
    assert_eq!(entered.status, StatusCode::UNPROCESSABLE_ENTITY, "an interview is held by two");
    let second = site.account(Role::Coordinator, naheya_domain::viewer::Place::County).await.0.to_string();
    let both = [alone[0], alone[1], ("second", &second)];
    let entered = coordinator.submit("/checks/new?kind=interview", "/checks", &both).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let signed = leader.submit(&place, &format!("{place}/signature"), &[]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    assert!(leader.get("/volunteers").await.body.contains("李样例"));
    assert!(!leader.get("/today").await.body.contains("等您签字"), "it is done");
}

#[tokio::test]
async fn whose_checks_are_in_stands_among_what_the_leader_has_to_do() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let place = office.submit("/volunteers/new", "/volunteers", &PERSON).await.location().to_owned();
    let mut leader = site.as_role(Role::Leader).await;
    let second = site.account(Role::Coordinator, naheya_domain::viewer::Place::County).await.0.to_string();
    for kind in ["identity", "no_offence", "home_visit", "interview"] {
        assert!(!leader.get("/today").await.body.contains("李样例"), "{kind} is missing");
        assert!(!office.get(&place).await.body.contains("只差签字"), "{kind} is missing");
        let is_of_one = matches!(kind, "home_visit" | "interview");
        let typed = [
            ("line.0.outcome", "passed"),
            ("line.0.done_on", "2026-11-02"),
            ("line.0.number", "示例0310"),
            ("line.1.outcome", if is_of_one { "" } else { "passed" }),
            ("line.1.done_on", "2026-11-02"),
            ("line.1.number", "示例0311"),
            ("second", &second),
        ];
        office.submit(&format!("/checks/new?kind={kind}"), "/checks", &typed).await;
    }
    let today = leader.get("/today").await.body;
    assert!(today.contains("李样例的核查齐了，等您签字"), "{today}");
    assert!(today.contains(&format!("href=\"{place}\"")), "{today}");
    assert!(office.get(&place).await.body.contains("只差签字"));
    assert!(!office.get("/today").await.body.contains("等您签字"), "the coordinator signs nobody");
}

#[tokio::test]
async fn the_checks_of_one_home_lead_from_kind_to_kind_and_back_to_her_file() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let alone = [PERSON[0], PERSON[1], PERSON[2]];
    let place = office.submit("/volunteers/new", "/volunteers", &alone).await.location().to_owned();
    let file = office.get(&place).await.body;
    let home = &file.split("/checks/new?home=").nth(1).unwrap()[..36];
    let second = site.account(Role::Coordinator, naheya_domain::viewer::Place::County).await.0.to_string();
    let typed = [
        ("line.0.outcome", "passed"),
        ("line.0.done_on", "2026-11-02"),
        ("line.0.number", "示例0310"),
        ("second", second.as_str()),
    ];
    let mut page = format!("/checks/new?home={home}&all=on");
    for kind in ["health", "home_visit"] {
        page = office.submit(&page, "/checks", &typed).await.location().to_owned();
        assert!(page.contains(&format!("kind={kind}&")) && page.contains(home), "{page}");
    }
    for _ in 0..7 {
        assert!(page.starts_with("/checks/new?"), "{page}");
        page = office.submit(&page, "/checks", &typed).await.location().to_owned();
    }
    assert_eq!(page, place);
    assert!(office.get(&place).await.body.contains("这一家都登记过了"));
}

#[tokio::test]
async fn an_adult_of_a_home_is_registered_in_it_from_the_own_entry() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let hers = office.submit("/volunteers/new", "/volunteers", &PERSON).await.location().to_owned();
    let file = office.get(&hers).await.body;
    let entry = file.split(&format!("href=\"{hers}/members/")).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let form = format!("/volunteers/new?of={}&member={entry}", hers.rsplit('/').next().unwrap());
    let shown = office.get(&format!("{hers}/members/{entry}")).await.body;
    assert!(shown.contains(&form.replace('&', "&amp;")), "{shown}");
    let blank = office.get(&form).await.body;
    assert!(blank.contains("value=\"韩样夫\"") && blank.contains("value=\"1984-01-02\""), "{blank}");
    assert!(!blank.contains("name=\"address\"") && !blank.contains("name=\"member.0.name\""), "{blank}");
    let wrong = office.submit(&form, "/volunteers", &[("name", "韩样兄"), ("phone", "13900000002")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("对不上") && wrong.body.contains("name=\"member\""), "{}", wrong.body);
    let saved = office.submit(&form, "/volunteers", &[("name", "韩样夫"), ("phone", "13900000002")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let his = office.get(saved.location()).await.body;
    let home = |body: &str| body.split("/checks/new?home=").nth(1).map(|rest| rest[..36].to_owned());
    assert!(home(&his).is_some() && home(&his) == home(&file), "one home, hers and his: {his}");
    let unseen = office.get("/volunteers/new?of=0190a1b2-0000-7000-8000-000000000000&member=x").await;
    assert_eq!(unseen.status, StatusCode::OK, "what names nobody is a new volunteer's form");
}

#[tokio::test]
async fn who_may_not_take_out_so_many_stays_on_the_list_and_reads_who_may() {
    let site = told_site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let asked = office.get("/volunteers.xlsx?view=approved").await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    assert!(asked.location().starts_with("/volunteers?"), "{}", asked.location());
    let list = office.get(asked.location()).await;
    assert!(list.body.contains("超过 50 位的名单，由负责人登录导出"), "{}", list.body);
    let file = site.as_role(Role::Leader).await.get("/volunteers.xlsx?view=approved").await;
    assert_eq!(file.status, StatusCode::OK);
}

#[tokio::test]
async fn why_a_volunteer_leaves_is_kept_in_the_trail() {
    let site = site().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    let place = coordinator.submit("/volunteers/new", "/volunteers", &PERSON).await.location().to_owned();
    let mut leader = site.as_role(Role::Leader).await;
    let trail = "/audit-events?kind=volunteers";
    assert!(!leader.get(trail).await.body.contains("写了理由"));
    let bare = coordinator.submit(&place, &format!("{place}/steps"), &[("step", "leave")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody goes by one tap");
    assert!(bare.body.contains("id=\"e-leave_reason\""), "{}", bare.body);
    let typed = [("step", "leave"), ("leave_reason", "搬到外地去了")];
    let left = coordinator.submit(&place, &format!("{place}/steps"), &typed).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.body);
    let file = coordinator.get(&place).await.body;
    assert!(file.contains("想再来？") && !file.contains("想歇一阵？"), "{file}");
    assert!(leader.get(trail).await.body.contains("写了理由"));
}

#[tokio::test]
async fn a_form_with_faults_comes_back_with_everything_typed() {
    let site = site().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    let typed =
        [("name", "李样例"), ("id_number", "12345"), ("member.1.name", "韩样夫"), ("member.1.birth_on", "昨天")];
    let back = coordinator.submit("/volunteers/new", "/volunteers", &typed).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["李样例", "12345", "韩样夫", "昨天", "应该是 18 位", "联系电话还没填"] {
        assert!(back.body.contains(words), "{words} in {}", back.body);
    }
}

#[tokio::test]
async fn checks_with_faults_say_so_in_their_rows() {
    let site = site().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    coordinator.submit("/volunteers/new", "/volunteers", &PERSON).await;
    let typed = [("line.1.outcome", "passed"), ("line.1.done_on", "2027-01-01")];
    let back = coordinator.submit("/checks/new", "/checks", &typed).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("在今天之后") && back.body.contains("编号还没填"), "{}", back.body);
    let row = back.body.split("name=\"line.1.subject\"").next().unwrap();
    let name = row.rsplit("<b>").next().unwrap().split('<').next().unwrap();
    let named = format!("<a href=\"#f-line.1.done_on\">{name}：");
    assert!(["李样例", "韩样夫"].contains(&name) && back.body.contains(&named), "{named} in {}", back.body);
    let none = coordinator.submit("/checks/new", "/checks", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let absent = coordinator.get("/volunteers/0190a6e0-0000-7000-8000-000000000000").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_day_is_put_into_the_ticked_rows_seen_and_saved_by_another_press() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    clerk.submit("/volunteers/new", "/volunteers", &PERSON).await;
    let page = "/checks/new?kind=health";
    let form = clerk.get(page).await.form("/checks");
    let put = [("fill_outcome", "passed"), ("fill_done_on", "2026-11-02"), ("line.0.number", "示例0310")];
    let unticked = clerk.post("/checks/rows", &crate::browser::filled(form.clone(), &put)).await;
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unticked.body.contains("先勾上要填的行") && unticked.body.contains("示例0310"), "{}", unticked.body);
    let ticked = [put[0], put[1], put[2], ("line.1.pick", "on")];
    let shown = clerk.post("/checks/rows", &crate::browser::filled(form.clone(), &ticked)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    assert!(shown.body.contains("填进了 1 行，还没有存"), "{}", shown.body);
    let values = shown.form("/checks");
    let value = |name: &str| values.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    assert_eq!((value("line.0.done_on"), value("line.1.done_on")), (Some(""), Some("2026-11-02")));
    assert_eq!(value("line.0.number"), Some("示例0310"), "nothing typed is lost");
    let none = clerk.get("/checks/new?kind=health&all=on").await;
    assert!(!none.body.contains("2026-11-02"), "nothing is saved yet");
    let every = [put[0], put[1], put[2], ("fill_every", "on")];
    let both = clerk.post("/checks/rows", &crate::browser::filled(form, &every)).await;
    // A choice of several is no input of the form that the test reads.
    let chosen = [("line.0.outcome", "passed"), ("line.1.outcome", "passed")];
    assert_eq!(both.body.matches("<option value=\"passed\" selected>").count(), 3, "{}", both.body);
    let saved = clerk.post("/checks", &crate::browser::filled(both.form("/checks"), &chosen)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let table = clerk.get("/checks/new?kind=health&all=on").await;
    assert!(!table.body.contains("还没登记"), "{}", table.body);
}

#[tokio::test]
async fn the_table_lists_the_checks_that_run_out_within_sixty_days_and_no_others() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    clerk.submit("/volunteers/new", "/volunteers", &PERSON).await;
    let page = "/checks/new?kind=health&ends=on";
    assert!(clerk.get(page).await.body.contains("这一项没有快到期的"), "what is missing runs out at no day");
    let today = naheya_domain::Date::constant(2026, 11, 2);
    let day = |days: i64| site.now().plus_minutes(days * 24 * 60).date().to_string();
    let (near, far, done) = (day(60), day(61), today.to_string());
    let typed = [
        ("line.0.outcome", "passed"),
        ("line.0.done_on", done.as_str()),
        ("line.0.valid_until", near.as_str()),
        ("line.1.outcome", "passed"),
        ("line.1.done_on", done.as_str()),
        ("line.1.valid_until", far.as_str()),
    ];
    let entered = clerk.submit("/checks/new?kind=health", "/checks", &typed).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let shown = clerk.get(page).await;
    assert_eq!(shown.body.matches(".subject\"").count(), 1, "{}", shown.body);
    assert!(shown.body.contains("60 天内到期的"), "{}", shown.body);
    let renewed = [("line.0.outcome", "passed"), ("line.0.done_on", done.as_str())];
    let saved = clerk.submit(page, "/checks", &renewed).await;
    assert_eq!(saved.location(), "/checks/new?kind=health&ends=on&from=0", "{}", saved.body);
}

#[tokio::test]
async fn a_leader_strikes_a_check_that_was_entered_by_mistake_and_says_why() {
    let site = site().await;
    let mut coordinator = site.as_role(Role::Coordinator).await;
    coordinator.submit("/volunteers/new", "/volunteers", &PERSON).await;
    let typed = [("line.0.outcome", "passed"), ("line.0.done_on", "2026-11-02"), ("line.0.number", "示例0310")];
    let entered = coordinator.submit("/checks/new?kind=no_offence", "/checks", &typed).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let link = |page: &str| page.split("href=\"/checks?").nth(1)?.split('"').next().map(|q| q.replace("&amp;", "&"));
    let all = "/checks/new?kind=no_offence&all=on";
    assert_eq!(link(&coordinator.get(all).await.body), None, "only who approves volunteers strikes their checks");
    let mut leader = site.as_role(Role::Leader).await;
    let place = format!("/checks?{}", link(&leader.get(all).await.body).unwrap());
    assert_eq!(coordinator.get(&place).await.status, StatusCode::FORBIDDEN);
    let shown = leader.get(&place).await;
    assert!(shown.body.contains("编号 示例0310") && shown.body.contains("登记"), "{}", shown.body);
    let id = shown.body.split("name=\"entry\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let unsaid = leader.submit(&place, "/checks/strikes", &[("entry", id)]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.body.contains("示例0310"), "it still stands: {}", unsaid.body);
    let struck = leader.submit(&place, "/checks/strikes", &[("entry", id), ("reason", "录错人")]).await;
    assert_eq!(struck.location(), place, "{}", struck.body);
    assert!(leader.get(&place).await.body.contains("一条也没有登记"));
    assert_eq!(leader.get("/checks?kind=no_offence&of=nobody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_file_the_home_and_each_person_in_it_are_changed_and_what_is_locked_stays() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let number = "110101199003070011";
    let typed = [PERSON[0], PERSON[1], ("id_number", number), ("sex", "male"), PERSON[3], PERSON[4], PERSON[5]];
    let saved = clerk.submit("/volunteers/new", "/volunteers", &typed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let place = saved.location().to_owned();
    let edit = format!("{place}/edit");
    let form = clerk.get(&edit).await;
    assert!(!form.body.contains(number) && form.body.contains("身份证号已经有了"), "{}", form.body);
    let done = clerk.submit(&edit, &place, &[("work_unit", "示例苏木政府"), ("phone", "13900000009")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let id = naheya_domain::id::VolunteerId::parse(place.rsplit('/').next().unwrap()).unwrap();
    assert_eq!(site.system().volunteer_id_number(id).await.unwrap().as_deref(), Some(number));
    let file = site.system().volunteer(id).await.unwrap();
    assert_eq!((file.work_unit.as_deref(), file.phone.as_deref()), (Some("示例苏木政府"), Some("13900000009")));
    let against = clerk.submit(&edit, &place, &[("birth_on", "1985-04-06")]).await;
    assert_eq!(against.status, StatusCode::UNPROCESSABLE_ENTITY, "a date against the number on file");

    let home = format!("{place}/home");
    let moved = clerk.submit(&home, &home, &[("rooms", "3"), ("animals", "一条狗"), ("town_code", "150825101")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    assert!(!clerk.get(&place).await.body.contains("搬了家，要重新家访"));
    let moved = clerk.submit(&home, &home, &[("address", "示例小区2号楼"), ("moved", "on")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    assert!(clerk.get(&place).await.body.contains("搬了家，要重新家访"));
    let odd = clerk.submit(&home, &home, &[("rooms", "很多")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.body.contains("很多"), "nothing typed is lost");

    let member = file.members.iter().find(|m| m.name == "韩样夫").unwrap().id;
    let person = format!("{place}/members/{member}");
    let left = clerk.submit(&person, &person, &[("member.to_on", "2026-11-01")]).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.body);
    assert!(clerk.get(&place).await.body.contains("（搬走了）"));
    let nameless = clerk.submit(&person, &person, &[("member.name", "")]).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let herself = file.members.iter().find(|m| m.name == "李样例").unwrap().id;
    let own = format!("{place}/members/{herself}");
    let refused = clerk.submit(&own, &own, &[("member.name", "别人")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "her own entry follows her file");
    let absent = format!("{place}/members/0190a6e0-0000-7000-8000-000000000000");
    assert_eq!(clerk.get(&absent).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_changed_the_file_later_is_told_that_somebody_was_first() {
    let site = site().await;
    let mut one = site.as_role(Role::Coordinator).await;
    let place = one.submit("/volunteers/new", "/volunteers", &PERSON).await.location().to_owned();
    let mut two = site.as_role(Role::Leader).await;
    let old = two.get(&format!("{place}/edit")).await.form(&place);
    one.submit(&format!("{place}/edit"), &place, &[("trade", "兽医")]).await;
    let late = two.post(&place, &crate::browser::filled(old, &[("trade", "老师")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("老师"));
    // The form that came back carries the newer version: with a choice made and sent again, it holds.
    let again = two.post(&place, &crate::browser::filled(late.form(&place), &[("take.trade", "mine")])).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
}

#[tokio::test]
async fn a_check_table_that_comes_back_keeps_each_value_at_its_person() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let place = clerk.submit("/volunteers/new", "/volunteers", &PERSON).await.location().to_owned();
    // Her own query stands; the table opens with her husband alone in its first row.
    let both = clerk.get("/checks/new?kind=no_offence").await;
    let row = |name: &str| {
        let at = both.body.find(&format!("<b>{name}</b>")).unwrap();
        both.body[at..].split("line.").nth(1).unwrap().split('.').next().unwrap().to_owned()
    };
    let hers = format!("line.{}.", row("李样例"));
    let fields = [("outcome", "passed"), ("done_on", "2026-11-02"), ("number", "示例0310")]
        .map(|(name, value)| (format!("{hers}{name}"), value));
    let typed: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let entered = clerk.submit("/checks/new?kind=no_offence", "/checks", &typed).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let faulty = [("line.0.outcome", "passed"), ("line.0.done_on", "2027-01-01"), ("line.0.number", "示例0311")];
    let back = clerk.submit("/checks/new?kind=no_offence", "/checks", &faulty).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("韩样夫") && !back.body.contains("<b>李样例</b>"), "{}", back.body);
    // The table of one home shows that home alone.
    let home = clerk.get(&place).await.body;
    let link = home
        .split("href=\"/checks/new?home=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let own = clerk.get(&format!("/checks/new?home={link}")).await;
    assert!(own.body.contains("李样例") && own.body.contains("韩样夫"), "{}", own.body);
    let none = clerk.get("/checks/new?home=0190a6e0-0000-7000-8000-000000000000&all=on").await;
    assert!(!none.body.contains("李样例"));
    // Whoever saves stays where they were.
    let again = [("line.0.outcome", "passed"), ("line.0.done_on", "2026-11-03"), ("line.0.number", "示例0312")];
    let from_all = clerk.submit("/checks/new?kind=no_offence&all=on", "/checks", &again).await;
    assert_eq!(from_all.location(), "/checks/new?kind=no_offence&all=on&from=0");
}

#[tokio::test]
async fn a_carer_looks_up_how_long_each_check_of_her_home_holds() {
    let mut s = story().await;
    let hers = s.mother.get("/me").await;
    for what in ["李样例的意外险", "李样例的培训", "韩样夫的无犯罪查询"] {
        let line = hers.body.split(what).nth(1).unwrap_or_else(|| panic!("{what} is not in {}", hers.body));
        let line = line.split("</li>").next().unwrap();
        assert!(line.contains("tag--ok") && line.contains("到 202"), "{what}: {line}");
    }
    assert!(!s.teacher.get("/me").await.body.contains("接孩子要的核查"));
    let without = s.site.as_role(Role::Volunteer).await.get("/me").await;
    assert!(without.body.contains("action=\"/sign-out\"") && !without.body.contains("接孩子要的核查"));
}

#[tokio::test]
async fn a_table_of_checks_says_whom_it_lists_and_does_not_call_nobody_complete() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let empty = clerk.get("/checks/new").await.body;
    assert!(empty.contains("还没有要核查的人") && !empty.contains("这一项都齐了"), "{empty}");
    assert!(empty.contains("href=\"/volunteers/new\"") && !empty.contains("接着登记"), "{empty}");
    clerk.submit("/volunteers/new", "/volunteers", &PERSON).await;
    let listed = clerk.get("/checks/new?kind=training").await.body;
    assert!(listed.contains("<b>李样例</b>") && listed.contains("45 天内到期的"), "{listed}");
    assert!(!clerk.get("/checks/new?kind=training&all=on").await.body.contains("45 天内到期的"), "everybody is listed");
    let typed = [("line.0.outcome", "passed"), ("line.0.done_on", "2026-11-02")];
    clerk.submit("/checks/new?kind=training", "/checks", &typed).await;
    let done = clerk.get("/checks/new?kind=training").await.body;
    assert!(done.contains("这一项都齐了") && done.contains("接着登记协议"), "{done}");
    assert!(done.contains("href=\"/checks/new?kind=agreement\""), "the kind behind it: {done}");
}

#[tokio::test]
async fn a_table_of_checks_goes_on_behind_a_volunteer_and_says_where_it_ends() {
    let site = site().await;
    let mut clerk = site.as_role(Role::Coordinator).await;
    let other = [("name", "赵样例"), ("phone", "13900000002"), ("birth_on", "1986-04-06"), ("travel_minutes", "20")];
    let first = clerk.submit("/volunteers/new", "/volunteers", &PERSON).await.location().to_owned();
    let last = clerk.submit("/volunteers/new", "/volunteers", &other).await.location().to_owned();
    let after = |place: &str| format!("/checks/new?kind=training&after={}", place.rsplit('/').next().unwrap());
    let table = clerk.get(&after(&first)).await.body;
    assert!(table.contains("<b>赵样例</b>") && !table.contains("<b>李样例</b>"), "{table}");
    let typed = [("line.0.outcome", "passed"), ("line.0.done_on", "2026-11-02")];
    let entered = clerk.submit(&after(&first), "/checks", &typed).await;
    assert!(entered.location().starts_with(&after(&first)), "whoever saves stays where they were");
    assert!(clerk.get(entered.location()).await.body.contains("看到最后一位了"));
    assert!(clerk.get("/checks/new?kind=training").await.body.contains("<b>李样例</b>"));
    assert!(clerk.get(&after(&last)).await.body.contains("看到最后一位了"));
}

#[tokio::test]
async fn whoever_falls_ill_has_her_weekends_called_off_at_once_from_her_file_and_may_rest_then() {
    let mut s = story().await;
    let stay = s.approved().await;
    let file = format!("/volunteers/{}", s.carer.volunteer);
    let steps = format!("{file}/steps");
    let refused = s.coordinator.submit(&file, &steps, &[("step", "pause")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for words in ["还没过完的周末", &format!("href=\"/stays/{stay}\""), "href=\"/pairs/"] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let way = refused.body.split("href=\"").find(|rest| rest.starts_with("/stays/cancellations/new?")).unwrap();
    let way = way.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    let form = "/stays/cancellations";
    let page = s.coordinator.get(&way).await;
    for words in ["李样例，11月20—22日不接了", "已准许 1 份，等您定 0 份", &format!("href=\"{file}\"")]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("取消哪些"), "it is hers alone: {}", page.body);
    let bare = s.coordinator.submit(&way, form, &[("reason", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("李样例，11月20—22日不接了"), "{}", bare.body);
    assert!(!bare.body.contains("请选取消哪些"), "{}", bare.body);
    let off = s.coordinator.submit(&way, form, &[("reason", "她病了")]).await;
    assert_eq!((off.status, off.location()), (StatusCode::SEE_OTHER, file.as_str()), "{}", off.body);
    assert!(!s.coordinator.get(&file).await.body.contains("还没过完的周末"));
    let rests = s.coordinator.submit(&file, &steps, &[("step", "pause")]).await;
    assert_eq!(rests.status, StatusCode::SEE_OTHER, "{}", rests.body);
    // Nobody's weekends are nobody's.
    for nobody in ["x", "0190a1b2-0000-7000-8000-000000000000"] {
        let page = s.coordinator.get(&format!("/stays/cancellations/new?volunteer={nobody}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{nobody}");
    }
}

#[tokio::test]
async fn whose_check_ends_soon_is_reminded_from_the_list_that_shows_it() {
    let site = told_site().await;
    let mut me = site.as_role(Role::Coordinator).await;
    assert!(!me.get("/volunteers").await.body.contains("给这些家发提醒"), "only where they are listed");
    let list = "/volunteers?view=expiring";
    let sent = me.submit(list, "/volunteers/reminders", &[]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, list), "{}", sent.body);
    let said = me.get(list).await.body;
    assert!(said.contains("发了 "), "{said}");
    me.submit(list, "/volunteers/reminders", &[]).await;
    let again = me.get(list).await.body;
    assert!(again.contains("发了 0 条提醒，要您打电话的 0 位"), "nobody hears it twice: {again}");
}
