//! Where the child is, on the pages of those who are not at the office: never more than somebody knows.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use naheya_store::SystemTask;
use naheya_store::consent::Purpose;
use naheya_store::notice::ExpandLetters;

use crate::browser::{Browser, Reply, filled};
use crate::site::COUNTY;
use crate::story::{Story, TO_FRIDAY, TO_SUNDAY, consent, story};

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

fn not(reply: &Reply, words: &str) {
    assert!(!reply.body.contains(words), "{words} is in {}", reply.body);
}

async fn parent(s: &Story) -> Browser {
    s.site.as_grant(Role::Guardian, Place::Person(s.guardian.0)).await
}

async fn family(s: &Story) -> Reply {
    parent(s).await.get("/family").await
}

/// The guardian takes the yes to nights away back.
async fn takes_back(s: &Story) {
    let given = s.site.system().consents(s.child).await.unwrap();
    let yes = given.iter().find(|c| c.purpose == Purpose::Overnight).unwrap().id;
    let page = format!("/consents/{yes}/withdrawal");
    parent(s).await.submit(&page, &page, &[]).await;
}

#[tokio::test]
async fn while_a_child_is_with_her_the_offices_number_stands_beside_it_and_once() {
    let mut s = story().await;
    s.leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    let numbers = |page: &Reply| -> Vec<usize> {
        let parts = page.body.split("id=\"h-kids\"");
        parts.map(|part| part.matches("href=\"tel:").count()).collect()
    };
    assert_eq!(numbers(&s.mother.get("/home").await), [0, 1]);
    s.released().await;
    assert_eq!(numbers(&s.mother.get("/home").await), [1, 0]);
}

#[tokio::test]
async fn a_weekend_that_she_called_off_no_longer_says_to_fetch_the_child() {
    let mut s = story().await;
    let stay = s.approved().await;
    saw(&s.mother.get("/home").await, "接安小草回家");
    let off = s.mother.submit("/home", &at(stay, "/cancellation"), &[("reason", "家里来客人")]).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.body);
    let home = s.mother.get("/home").await;
    saw(&home, "这次不接安小草了");
    not(&home, "接安小草回家");
    not(&home, "前送回");
}

#[tokio::test]
async fn the_code_at_the_gate_stands_before_what_waits_for_her_answer() {
    let mut s = story().await;
    s.approved().await;
    let new = format!("/terms/new?pair={}", s.pair);
    let plan = s.coordinator.submit(&new, "/terms", &[("weekend", "2026-11-27")]).await.location().to_owned();
    let asks_first = |page: &Reply| page.body.find(&plan).unwrap() < page.body.find("class=\"visit\"").unwrap();
    assert!(asks_first(&s.mother.get("/home").await), "while nothing is due it is what she has to do");
    s.site.wait_minutes(TO_FRIDAY);
    let gate = s.mother.get("/home").await;
    assert!(gate.body.contains("class=\"code\"") && !asks_first(&gate), "{}", gate.body);
}

#[tokio::test]
async fn before_a_weekend_the_guardian_reads_where_the_child_is_until_then() {
    let (mut asked, mut settled, mut gone) = (story().await, story().await, story().await);
    asked.asked().await;
    saw(&family(&asked).await, "现在在学校。");
    settled.approved().await;
    saw(&family(&settled).await, "现在在学校。");
    gone.released().await;
    not(&family(&gone).await, "现在在学校。");
}

#[tokio::test]
async fn the_guardian_reads_how_far_they_are_by_her_last_word() {
    let mut s = story().await;
    let stay = s.released().await;
    s.says(stay, "pick_up").await;
    let way = family(&s).await;
    saw(&way, "安小草和李样例在回家路上");
    not(&way, "在李样例家里");
    for (event, finding, note) in [
        ("arrival", "安小草在李样例家里", "17:40 到了李样例家。"),
        ("leaving", "安小草和李样例在回学校的路上", "17:50 从李样例家出发。"),
        ("return", "李样例说 18:00 把安小草送到了", "等学校点名。"),
    ] {
        s.site.wait_minutes(10);
        s.says(stay, event).await;
        let page = family(&s).await;
        saw(&page, &format!("<h1 class=\"hello\">{finding}</h1>"));
        saw(&page, note);
        not(&page, "后来没有消息");
    }
}

#[tokio::test]
async fn the_guardian_reads_that_the_child_is_late_and_whom_to_call() {
    let mut s = story().await;
    s.leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    let stay = s.released().await;
    for event in ["pick_up", "arrival"] {
        s.says(stay, event).await;
    }
    s.site.wait_minutes(TO_SUNDAY + 20);
    let late = family(&s).await;
    for words in ["说好 18:30 回校，安小草还没到", "晚了 20 分", "后来没有消息", "着急就打给协调员", "还没到</div>"]
    {
        saw(&late, words);
    }
    saw(&late, "tel:0478-5550001");
    not(&late, "在李样例家里");
    s.site.wait_minutes(60);
    s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now()).raise_alarms().await.unwrap();
    saw(&family(&s).await, "协调员在联系");
}

#[tokio::test]
async fn a_child_in_hospital_is_read_there_though_its_stay_goes_on() {
    let mut s = story().await;
    let stay = s.released().await;
    for event in ["pick_up", "arrival"] {
        s.says(stay, event).await;
    }
    s.site.wait_minutes(TO_SUNDAY + 20);
    let page = at(stay, "/result");
    let written = [("outcome", "hospital"), ("reason", "发烧，在旗医院")];
    s.office().await.submit(&page, &page, &written).await;
    let ill = family(&s).await;
    saw(&ill, "<h1 class=\"hello\">安小草在医院</h1>");
    not(&ill, "在李样例家里");
    let hers = s.mother.get("/home").await;
    saw(&hers, "<h1 class=\"hello\">安小草在医院</h1>");
    not(&hers, "晚了");
    let roll = s.teacher.get("/sunday").await;
    saw(&roll, "在医院</b> 回学校了，打给协调员记一笔。");
    not(&roll, "晚了 20");
    not(&roll, &at(stay, "/return\""));
    let day = s.office().await.get("/today").await;
    saw(&day, "安小草在医院");
    not(&day, "个孩子没按时回来");
}

#[tokio::test]
async fn the_office_agrees_on_an_early_return_of_any_child_that_is_away() {
    let mut s = story().await;
    let stay = s.released().await;
    let (page, mut office) = (at(stay, "/early"), s.office().await);
    assert_eq!(office.get(&at(stay, "/hand-back")).await.status, StatusCode::NOT_FOUND, "no yes is missing");
    saw(&office.get(&at(stay, "")).await, &format!("href=\"{page}\""));
    let shown = office.get(&page).await;
    saw(&shown, "安小草要提前送回来");
    not(&shown, "家长同意了，记下来");
    let by = [("to", "school"), ("by", "21:00"), ("words", "和李样例说好了")];
    assert_eq!(office.submit(&page, &page, &by).await.location(), "/board");
    saw(&office.get(&at(stay, "")).await, "11月20日 周五 21:00");
    saw(&s.teacher.get("/sunday").await, "安小草");
}

#[tokio::test]
async fn after_an_early_hand_back_every_page_says_that_the_child_is_with_its_family() {
    let mut s = story().await;
    let stay = s.released().await;
    for event in ["pick_up", "arrival"] {
        s.says(stay, event).await;
    }
    takes_back(&s).await;
    saw(&family(&s).await, "收回了过夜同意，提前送回的事，打给协调员问。");
    let (page, mut office) = (at(stay, "/hand-back"), s.office().await);
    let before = s.site.system().child_trail(s.child).await.unwrap().len();
    let whom = office.get(&page).await;
    for words in ["安样父", "tel:13900000009", "李样例", "tel:13900000001"] {
        saw(&whom, words);
    }
    assert!(s.site.system().child_trail(s.child).await.unwrap().len() > before, "a look at numbers is recorded");
    let by = [("to", "guardian"), ("by", "20:00"), ("words", "和爸爸说好")];
    assert_eq!(office.submit(&page, &page, &by).await.location(), "/board");
    let home = s.mother.get("/home").await;
    for words in ["20:00 前交给安样父（爸爸），不回学校", "不回学校，当面交给", "tel:13900000009", "我们出发了"]
    {
        saw(&home, words);
    }
    not(&home, "我们出发回学校了");
    not(&s.teacher.get("/sunday").await, "安小草");
    s.says(stay, "leaving").await;
    let way = s.mother.get("/home").await;
    saw(&way, "交给家长了</button>");
    saw(&family(&s).await, "安小草和李样例在送回家的路上");
    let hand = format!("/family/stays/{stay}");
    parent(&s).await.submit(&hand, &hand, &[]).await;
    let back = family(&s).await;
    saw(&back, "<h1 class=\"hello\">安小草在自己家里</h1>");
    saw(&back, "回到家人身边");
    not(&back, "安小草在学校");
    saw(&s.teacher.get(&format!("/children/{}/hand-over", s.child)).await, "在家里");
}

#[tokio::test]
async fn a_volunteer_who_is_late_reads_first_whom_to_call() {
    let mut s = story().await;
    s.leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    let stay = s.released().await;
    for event in ["pick_up", "arrival", "leaving"] {
        s.says(stay, event).await;
    }
    s.site.wait_minutes(TO_SUNDAY - 30);
    let page = at(stay, "/delay");
    s.mother.submit(&page, &page, &[("late_minutes", "30")]).await;
    saw(&s.mother.get("/home").await, "您和安小草在路上，您说 19:00 前到。");
    s.site.wait_minutes(50);
    let announced = s.mother.get("/home").await;
    saw(&announced, "<h1 class=\"hello\">晚了 20 分。您说 19:00 前到。</h1>");
    s.site.wait_minutes(35);
    let late = s.mother.get("/home").await;
    saw(&late, "<h1 class=\"hello\">晚了 55 分。请马上打给学校。</h1>");
    saw(&late, "strip--stop");
    saw(&late, "班主任：");
    assert!(late.body.find("tel:0478-5550001").unwrap() < late.body.find("class=\"visit").unwrap(), "{}", late.body);
    s.says(stay, "return").await;
    saw(&s.mother.get("/home").await, "学校还没点名");
}

#[tokio::test]
async fn a_request_that_lost_its_consent_waits_for_the_office_once_there_is_another() {
    let mut s = story().await;
    let stay = s.asked().await;
    takes_back(&s).await;
    saw(&s.leader.get(&at(stay, "")).await, "等同意书");
    s.site.wait_minutes(1);
    s.site.system().save(consent(s.child, s.guardian, Purpose::Overnight)).await.unwrap();
    let page = s.leader.get(&at(stay, "")).await;
    not(&page, "等同意书");
    saw(&page, "等准许");
}

#[tokio::test]
async fn a_yes_taken_back_before_the_pick_up_stands_on_every_page() {
    let mut s = story().await;
    s.approved().await;
    s.site.wait_minutes(TO_FRIDAY - 20);
    takes_back(&s).await;
    let home = s.mother.get("/home").await;
    saw(&home, "<h1 class=\"hello\">先别来接安小草：家长收回了过夜同意</h1>");
    for words in ["等回话", "等同意书", "去接。"] {
        not(&home, words);
    }
    let job = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now());
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    for reader in [&mut s.mother, &mut s.teacher] {
        saw(&reader.get("/notices").await, "马上要接的这次先别接");
    }
    for page in ["/friday", "/friday/list"] {
        saw(&s.teacher.get(page).await, "今天先不接：安小草");
    }
    let today = s.office().await.get("/today").await;
    saw(&today, "家长 17:10 收回了过夜同意");
    not(&today, "家长还没有答复");
    let mine = family(&s).await;
    saw(&mine, "您 11月20日 周五 17:10 收回了过夜同意");
    saw(&mine, "<summary class=\"k\">改主意了</summary>");
    saw(&mine, "安小草在学校");
    let consents = parent(&s).await.get("/family/consents").await;
    saw(&consents, "您 11月20日 周五 17:10 收回了");
}

#[tokio::test]
async fn a_family_reads_that_an_approved_weekend_was_called_off_and_not_why() {
    let mut s = story().await;
    s.approved().await;
    not(&family(&s).await, "先不去了");
    let typed = [("school", "all"), ("reason", "大雪封路")];
    s.coordinator.submit("/stays/cancellations/new", "/stays/cancellations", &typed).await;
    let mine = family(&s).await;
    saw(&mine, "家，先不去了");
    not(&mine, "大雪封路");
}

#[tokio::test]
async fn a_childs_no_after_the_approval_stands_on_every_page_and_nobody_reads_why() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY - 20);
    let said = s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "no"), ("wish_words", "肚子疼")]).await;
    assert_eq!(said.location(), "/friday");
    saw(&s.teacher.get("/friday").await, "这次先不接");
    for page in ["/friday", "/friday/list"] {
        let list = s.teacher.get(page).await;
        saw(&list, "今天先不接：安小草");
        not(&list, "13900000001");
    }
    let home = s.mother.get("/home").await;
    saw(&home, "<h1 class=\"hello\">这个周末先不接安小草，请打给协调员。</h1>");
    saw(&home, "17:10 起先不接");
    let mine = family(&s).await;
    saw(&mine, "安小草在学校");
    saw(&mine, "<h2>先不去李样例家</h2>");
    saw(&mine, "17:10 起先不接");
    not(&mine, "孩子愿意去");
    for page in [home, mine] {
        not(&page, "肚子疼");
        not(&page, "class=\"code\"");
    }
    let today = s.office().await.get("/today").await;
    saw(&today, "孩子或班主任 17:10 说了不");
    not(&today, &at(stay, "/approval"));
    let job = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now());
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    saw(&s.mother.get("/notices").await, "马上要接的这次先别接，请打开看");
}

#[tokio::test]
async fn a_child_that_nobody_fetches_is_told_to_all_three_with_whom_to_call() {
    let mut s = story().await;
    s.leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY + 65);
    let gate = s.teacher.get("/friday").await;
    for words in ["1 个孩子到点没人来接", "没人接", "tel:13900000001", "tel:0478-5550001"] {
        saw(&gate, words);
    }
    let home = s.mother.get("/home").await;
    saw(&home, "<h1 class=\"hello\">说好 17:30 接安小草，还没接到。请马上打个电话。</h1>");
    saw(&home, "tel:0478-5550001");
    not(&home, "等您");
    let mine = family(&s).await;
    saw(&mine, "<h1 class=\"hello\">说好 17:30 接安小草，还没有人来</h1>");
    saw(&mine, "记录里孩子还在学校。 着急就打给协调员。");
    saw(&mine, "tel:0478-5550001");
    not(&mine, "孩子愿意去");
    s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now()).raise_alarms().await.unwrap();
    s.site.wait_minutes(14 * 60);
    let next_day = s.teacher.get("/friday").await;
    saw(&next_day, "安小草：到点没人来接");
    saw(&next_day, "孩子在不在学校，请告诉协调员；周末妈妈那边也问一声。");
    saw(&s.mother.get("/home").await, "接送码过了时间");
    // Whoever ends the alarm is led to the list first: the child may have been fetched.
    let mut office = s.office().await;
    let board = office.get("/board").await.body;
    let end = board.split("href=\"/alarms/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    saw(&office.get(&format!("/alarms/{end}")).await, &at(stay, "/release"));
    // Who comes a day late still gets the child, with a call to the office.
    saw(&next_day, &at(stay, "/release"));
    saw(&s.teacher.get("/friday/list").await, "11月20日 周五 17:30");
    let gone = s.teacher.submit(&at(stay, "/release"), "/releases", &[("called", "样例专干")]).await;
    assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, "/friday"));
    not(&s.teacher.get("/friday").await, &at(stay, "/release"));
}

#[tokio::test]
async fn a_second_tap_or_a_second_phone_reads_that_it_is_kept() {
    let mut s = story().await;
    let stay = s.released().await;
    let other = s.mother.get("/home").await;
    s.says(stay, "pick_up").await;
    let report = at(stay, "/report");
    let again = s.mother.post(&report, &other.form(&report)).await;
    assert_eq!(again.location(), "/home", "{}", again.body);
    saw(&s.mother.get("/home").await, "已经记过了");
    s.site.wait_minutes(TO_SUNDAY - 10);
    let other = s.teacher.get("/sunday").await;
    let confirmed = at(stay, "/return");
    s.teacher.submit("/sunday", &confirmed, &[]).await;
    s.teacher.get("/sunday").await;
    let again = s.teacher.post(&confirmed, &other.form(&confirmed)).await;
    assert_eq!(again.location(), "/sunday", "{}", again.body);
    saw(&s.teacher.get("/sunday").await, "已经点过“到了”");
    let home = s.mother.get("/home").await;
    saw(&home, "<h1 class=\"hello\">安小草 18:20 回到学校了，辛苦您了。</h1>");
    saw(&home, "写周末记录");
    not(&family(&s).await, "这个周末没有安排");
    saw(&s.office().await.get(&at(stay, "")).await, "自己在手机上点的");
}

#[tokio::test]
async fn a_wrong_code_on_the_way_back_lets_the_child_in_first() {
    let mut s = story().await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY - 10);
    let wrong = s.teacher.submit("/sunday", "/sunday/code", &[("code", "000001")]).await;
    saw(&wrong, "先把孩子接进来");
    not(&wrong, "先别放行");
    let gone = s.teacher.get(&at(stay, "/release")).await;
    saw(&gone, "17:30 已经放行，李样例接走了。");
    not(&gone, "记录里孩子现在在别处");
}

#[tokio::test]
async fn the_code_of_the_way_back_is_said_to_come_and_not_to_be_over_before_its_hour() {
    let mut s = story().await;
    let stay = s.released().await;
    let early = s.mother.get(&at(stay, "/code")).await;
    saw(&early, "接送码 11月22日 周日 12:30 出现");
    not(&early, "现在没有接送码");
}

#[tokio::test]
async fn while_a_pair_rests_the_guardian_does_not_read_that_there_is_none() {
    let s = story().await;
    saw(&family(&s).await, "周末妈妈是李样例");
    let pair = s.site.system().pairs_of_volunteer(s.carer.volunteer).await.unwrap()[0].id;
    s.site.system().save(naheya_store::pair::PausePair { pair }).await.unwrap();
    let rests = family(&s).await;
    saw(&rests, "这个周末先不接，有事打给协调员。");
    not(&rests, "还没有结对");
}

/// Approved, and the family has the child: it hands it over, and receives it.
async fn from_home(s: &mut Story) -> StayId {
    let mut typed = s.wanted();
    typed.retain(|(name, _)| name != "weekend");
    let by_hand = [
        ("starts_on", "2026-11-20"),
        ("starts_at", "17:30"),
        ("ends_on", "2026-11-22"),
        ("ends_at", "18:30"),
        ("start_kind", "guardian"),
        ("end_kind", "guardian"),
        ("hands", "外婆送来，外婆接走"),
    ];
    typed.extend(by_hand.map(|(name, text)| (name.to_owned(), text.to_owned())));
    let asked = s.ask(&typed).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let list = s.leader.get("/stays").await.body;
    let stay = list.split("href=\"/stays/").find_map(|rest| StayId::parse(rest.split('"').next()?)).unwrap();
    s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "yes"), ("alone", "on")]).await;
    s.teacher.submit("/friday", &at(stay, "/endorsement"), &[("answer", "yes")]).await;
    s.coordinator.submit(&at(stay, ""), &at(stay, "/approval"), &[]).await;
    s.site.wait_minutes(TO_FRIDAY);
    let pass = format!("/children/{}/hand-over", s.child);
    s.teacher.submit(&pass, &pass, &[("to", "guardian"), ("words", "安样父到校门口接走")]).await;
    stay
}

#[tokio::test]
async fn a_child_that_is_handed_over_twice_is_not_back() {
    let mut s = story().await;
    let stay = from_home(&mut s).await;
    let code = s.digits(stay).await;
    let hand = format!("/family/stays/{stay}");
    let (mut one, mut other) = (parent(&s).await, parent(&s).await);
    let forms = [one.get(&hand).await.form(&hand), other.get(&hand).await.form(&hand)];
    let [hers, his] = forms.map(|form| filled(form, &[("code", &code)]));
    // The answer is lost and the form sent again; then the phone of the other parent.
    for _ in 0..2 {
        assert_eq!(one.post(&hand, &hers).await.location(), "/family");
    }
    assert_eq!(other.post(&hand, &his).await.location(), "/family");
    assert_eq!(s.site.system().stay_line(stay).await.unwrap().state, StayState::Released);
    s.site.wait_minutes(TO_SUNDAY - 60);
    let forms = [one.get(&hand).await.form(&hand), other.get(&hand).await.form(&hand)];
    for _ in 0..2 {
        assert_eq!(one.post(&hand, &forms[0]).await.location(), "/family");
    }
    assert_eq!(other.post(&hand, &forms[1]).await.location(), "/family");
    assert_eq!(s.site.system().stay_line(stay).await.unwrap().state, StayState::Closed);
}

#[tokio::test]
async fn a_child_that_its_family_has_fetched_is_missed_on_no_page() {
    let mut s = story().await;
    s.approved().await;
    s.site.wait_minutes(TO_FRIDAY - 30);
    let page = format!("/children/{}/hand-over", s.child);
    let passed = s.teacher.submit(&page, &page, &[("to", "guardian"), ("words", "安样父到校门口接走")]).await;
    assert_eq!(passed.status, StatusCode::SEE_OTHER, "{}", passed.body);
    s.site.wait_minutes(95);
    let raised = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now()).raise_alarms().await.unwrap();
    assert_eq!(raised, 0);
    saw(&family(&s).await, "<h1 class=\"hello\">安小草在自己家里</h1>");
    let friday = s.teacher.get("/friday").await;
    saw(&friday, "家里人接走了");
    not(&friday, "没人接");
    not(&friday, "/release\"");
    saw(&friday, "放学：都接走了");
    saw(&s.teacher.get("/friday/list").await, "家里人接走了");
    let home = s.mother.get("/home").await;
    saw(&home, "<h1 class=\"hello\">安小草家里人接走了，先别去接</h1>");
    saw(&home, "打给协调员问一声");
    not(&home, "接安小草回家");
    not(&s.office().await.get("/board").await, "到点没人来接");
}
