//! What each side of a weekend reads while it runs: where the child is, what an approval rests on, what waits.
//!
//! Long because: each side of one weekend reads its own page of the same story.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::check::{CheckDetails, CheckForm, CheckKind, Subject};
use naheya_domain::id::{PairId, StayId};
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use naheya_store::SystemTask;
use naheya_store::check::{CheckLine, EnterChecks};
use naheya_store::pair::PausePair;
use naheya_store::volunteer::{Step, StepVolunteer};

use crate::browser::Reply;
use crate::site::{COUNTY, NOW};
use crate::story::{Story, TO_FRIDAY, TO_SUNDAY, child, paired, roomy, story, unasked};

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

#[tokio::test]
async fn the_childs_whereabouts_at_home_follow_her_last_word() {
    let mut s = story().await;
    let stay = s.released().await;
    let home = s.mother.get("/home").await;
    saw(&home, "老师已放行，接到安小草了请点一下");
    assert!(!home.body.contains("安小草在您家"), "{}", home.body);
    for (event, words) in [
        ("pick_up", "您和安小草在回家路上"),
        ("arrival", "安小草在您家"),
        ("leaving", "您和安小草在返校路上"),
        ("return", "您说安小草送回了"),
    ] {
        s.site.wait_minutes(10);
        s.says(stay, event).await;
        saw(&s.mother.get("/home").await, words);
    }
}

/// Two of one home, approved for the same weekend.
async fn siblings(s: &mut Story) -> Vec<StayId> {
    child(&s.site, "安小满", s.school, s.class).await;
    roomy(s).await;
    paired(&s.site, "安小满").await;
    let pairs = s.site.system().pairs_of_volunteer(s.carer.volunteer).await.unwrap();
    let mut typed = s.wanted();
    typed.extend(pairs.iter().map(|p| ("pairs".to_owned(), p.id.to_string())));
    s.ask(&typed).await;
    let list = s.leader.get("/stays").await.body;
    let named = list.split("href=\"/stays/").filter_map(|rest| StayId::parse(rest.split('"').next()?));
    let mut stays: Vec<StayId> = named.collect();
    stays.sort_unstable();
    stays.dedup();
    for stay in stays.clone() {
        s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "yes"), ("alone", "on")]).await;
        s.teacher.submit("/friday", &at(stay, "/endorsement"), &[("answer", "yes")]).await;
        s.coordinator.submit(&at(stay, ""), &at(stay, "/approval"), &[]).await;
    }
    stays
}

#[tokio::test]
async fn of_siblings_at_the_gate_each_is_ticked_and_one_may_stay_behind() {
    let mut s = story().await;
    let stays = siblings(&mut s).await;
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stays[0]).await;
    let card = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    let form = card.form("/releases");
    assert!(!form.iter().any(|(name, _)| name == "stay"), "nobody goes unticked");
    let nobody = s.teacher.post("/releases", &form).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["安小草", "安小满", "请选一项：这次跟着走的孩子"] {
        saw(&nobody, words);
    }
    let mut one = nobody.form("/releases");
    one.push(("stay".to_owned(), stays[0].to_string()));
    assert_eq!(s.teacher.post("/releases", &one).await.status, StatusCode::SEE_OTHER);
    let mut states = Vec::new();
    for stay in &stays {
        states.push(s.site.system().stay_line(*stay).await.unwrap().state);
    }
    assert_eq!(states, [StayState::Released, StayState::Approved]);
}

#[tokio::test]
async fn of_siblings_at_the_gate_the_one_who_must_not_go_holds_no_other_back() {
    let mut s = story().await;
    let stays = siblings(&mut s).await;
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stays[0]).await;
    let ill = s.site.system().stay_line(stays[1]).await.unwrap();
    let page = format!("/children/{}/hand-over", ill.child);
    let came = [("guardian", "other"), ("guardian_name", "安样姑")];
    let home = [&came[..], &[("to", "guardian"), ("words", "发烧了，接回家")]].concat();
    let home = s.teacher.submit(&page, &page, &home).await;
    assert_eq!(home.status, StatusCode::SEE_OTHER, "{}", home.body);
    let before = s.teacher.get(&page).await;
    ["以前的交接", "家里人接走", "安样姑：发烧了，接回家"].iter().for_each(|words| saw(&before, words));
    let card = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    saw(&card, &format!("先别放行{}。", ill.child_name));
    let mut form = card.form("/releases");
    form.push(("stay".to_owned(), stays[0].to_string()));
    assert_eq!(s.teacher.post("/releases", &form).await.status, StatusCode::SEE_OTHER);
    let mut states = Vec::new();
    for stay in &stays {
        states.push(s.site.system().stay_line(*stay).await.unwrap().state);
    }
    assert_eq!(states, [StayState::Released, StayState::Approved]);
}

#[tokio::test]
async fn the_guardian_reads_at_her_home_only_once_the_child_is_there() {
    let mut s = story().await;
    let guardian = Place::Person(s.guardian.0);
    let stay = s.approved().await;
    saw(&s.site.as_grant(Role::Guardian, guardian.clone()).await.get("/family").await, "<h2>去李样例家</h2>");
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stay).await;
    let card = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    s.teacher.post("/releases", &card.form("/releases")).await;
    let way = s.site.as_grant(Role::Guardian, guardian.clone()).await.get("/family").await;
    saw(&way, "<h2>和李样例在路上</h2>");
    assert!(!way.body.contains("说声谢谢"), "nothing to thank for yet");
    for event in ["pick_up", "arrival"] {
        s.site.wait_minutes(10);
        s.says(stay, event).await;
    }
    let there = s.site.as_grant(Role::Guardian, guardian.clone()).await.get("/family").await;
    saw(&there, "<h2>在李样例家</h2>");
    saw(&there, "说声谢谢");
    s.site.wait_minutes(TO_SUNDAY - 60);
    s.teacher.submit("/sunday", &at(stay, "/return"), &[]).await;
    let back = s.site.as_grant(Role::Guardian, guardian).await.get("/family").await;
    for words in ["从李样例家回来了", "<b>11月22日 周日 17:50 回到学校。</b>", "周末妈妈还没写这个周末"]
    {
        saw(&back, words);
    }
}

#[tokio::test]
async fn the_approval_page_shows_what_one_decides_on() {
    let mut s = story().await;
    let stay = s.asked().await;
    let waits = s.coordinator.get(&at(stay, "")).await;
    saw(&waits, "班主任还没点头，请提醒一声");
    assert!(!waits.body.contains("孩子说："), "{}", waits.body);
    let said = [("wish", "yes"), ("wish_words", "想去，阿姨做的面片好吃"), ("alone", "on")];
    s.teacher.submit("/friday", &at(stay, "/wish"), &said).await;
    s.teacher.submit("/friday", &at(stay, "/endorsement"), &[("answer", "yes")]).await;
    let page = s.coordinator.get(&at(stay, "")).await;
    let files = [format!("/children/{}", s.child), format!("/volunteers/{}", s.carer.volunteer)];
    for link in files {
        saw(&page, &format!("href=\"{link}\""));
    }
    for words in [
        "对花生过敏",
        "孩子说：想去。",
        "想去，阿姨做的面片好吃",
        "安样父",
        "韩样夫",
        "从学校接，送到学校",
        "这几天不出门",
    ] {
        saw(&page, words);
    }
    assert!(page.body.matches("到2027年").count() >= 4, "the dates stand beside the ticks: {}", page.body);
    assert!(!page.body.contains("还缺"), "{}", page.body);
}

#[tokio::test]
async fn a_request_is_refused_and_only_an_approved_one_called_off() {
    let mut s = story().await;
    let stay = s.endorsed().await;
    let waits = s.coordinator.get(&at(stay, "")).await;
    assert!(waits.body.contains(&at(stay, "/refusal")) && !waits.body.contains(&at(stay, "/cancellation")));
    s.coordinator.submit(&at(stay, ""), &at(stay, "/approval"), &[]).await;
    let approved = s.coordinator.get(&at(stay, "")).await;
    assert!(!approved.body.contains(&at(stay, "/refusal")) && approved.body.contains(&at(stay, "/cancellation")));
}

#[tokio::test]
async fn a_weekend_that_waits_for_the_teacher_heads_her_page_until_she_answers() {
    let mut s = story().await;
    let stay = s.asked().await;
    let page = s.teacher.get("/friday").await;
    saw(&page, "1 个周末等您点头");
    let number = "放学 <b class=\"n hot\">1</b>";
    saw(&s.teacher.get("/me").await, number);
    assert!(page.body.find("h-asked").unwrap() < page.body.find("class=\"codebox\"").unwrap(), "{}", page.body);
    s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "unsure"), ("alone", "on")]).await;
    saw(&s.teacher.get("/friday").await, "孩子说：说不准。");
    s.teacher.submit("/friday", &at(stay, "/endorsement"), &[("answer", "yes")]).await;
    let answered = s.teacher.get("/friday").await;
    saw(&answered, "点过头的");
    saw(&answered, "孩子病了、不去了，点“改我的回答”");
    assert!(!answered.body.contains("等您点头") && !answered.body.contains(number), "{}", answered.body);
}

#[tokio::test]
async fn the_coordinator_asks_in_the_place_of_a_volunteer_and_another_person_approves() {
    let mut s = story().await;
    let page = format!("/stays/new?pairs={}", s.pair);
    saw(&s.coordinator.get(&format!("/pairs/{}", s.pair)).await, &format!("href=\"{page}\""));
    let shown = s.coordinator.get(&page).await;
    saw(&shown, "哪几个周末接安小草");
    saw(&shown, &format!("href=\"/pairs/{}\"", s.pair));
    let mut fields = shown.form("/stays");
    fields.retain(|(name, _)| name != "adults");
    fields.extend(s.wanted());
    let reply = s.coordinator.post("/stays", &fields).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/stays"), "{}", reply.body);
    let list = s.leader.get("/stays").await.body;
    let stay = list.split("href=\"/stays/").find_map(|rest| StayId::parse(rest.split('"').next()?)).unwrap();
    s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "yes"), ("alone", "on")]).await;
    s.teacher.submit("/friday", &at(stay, "/endorsement"), &[("answer", "yes")]).await;
    let own = s.coordinator.get(&at(stay, "")).await;
    saw(&own, "这份是您申请的，要另一个人准许");
    assert!(!own.body.contains(&at(stay, "/approval")), "{}", own.body);
    let approved = s.leader.submit(&at(stay, ""), &at(stay, "/approval"), &[]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
    saw(&s.mother.get("/home").await, "已准许");
}

#[tokio::test]
async fn whoever_asks_in_the_place_of_a_volunteer_is_told_to_open_the_pair_first() {
    let mut s = story().await;
    saw(&s.coordinator.get("/stays").await, "打电话来的，打开那一对");
    assert_eq!(s.coordinator.get("/stays/new").await.location(), "/pairs", "the office asks for a pair");
    saw(&s.coordinator.get("/pairs").await, "先打开那一对，再点“替周末妈妈申请周末”");
}

#[tokio::test]
async fn the_coordinator_who_ticks_no_child_keeps_what_she_typed_for_the_volunteer() {
    let mut s = story().await;
    let mut fields = s.coordinator.get(&format!("/stays/new?pairs={}", s.pair)).await.form("/stays");
    fields.retain(|(name, _)| !["adults", "pairs", "guests"].contains(&name.as_str()));
    fields.extend(s.wanted());
    fields.push(("guests".to_owned(), "白老师".to_owned()));
    let reply = s.coordinator.post("/stays", &fields).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.body);
    saw(&reply, "白老师");
}

#[tokio::test]
async fn the_office_that_asks_for_another_is_not_told_to_wait_for_itself() {
    let mut s = story().await;
    let (child, _) = unasked(&s.site, "安小满", s.school, s.class).await;
    roomy(&s).await;
    paired(&s.site, "安小满").await;
    let pairs = s.site.system().pairs_of_volunteer(s.carer.volunteer).await.unwrap();
    let hers = pairs.iter().find(|pair| pair.child == child).unwrap().id;
    let mut fields = s.coordinator.get(&format!("/stays/new?pairs={hers}")).await.form("/stays");
    fields.retain(|(name, _)| name != "adults");
    fields.extend(s.wanted());
    let refused = s.coordinator.post("/stays", &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    saw(&refused, "还没有单独问过孩子");
    assert!(!refused.body.contains("已经请协调员去问孩子了"), "{}", refused.body);
    saw(&refused, &format!("href=\"/children/{child}/wishes\""));
}

#[tokio::test]
async fn a_teachers_yes_stays_among_what_waits_until_the_child_was_asked() {
    let mut s = story().await;
    let stay = s.asked().await;
    s.teacher.submit("/friday", &at(stay, "/endorsement"), &[("answer", "yes")]).await;
    let page = s.teacher.get("/friday").await;
    saw(&page, "1 个周末等您点头");
    saw(&page, "您说可以");
    s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "yes"), ("alone", "on")]).await;
    let page = s.teacher.get("/friday").await;
    saw(&page, "点过头的");
    assert!(!page.body.contains("等您点头"), "{}", page.body);
}

#[tokio::test]
async fn a_child_asked_in_hearing_of_the_home_is_to_be_asked_again_and_waits_for_the_teacher() {
    let mut s = story().await;
    let stay = s.asked().await;
    s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "yes")]).await;
    let page = s.teacher.get("/friday").await;
    saw(&page, "记下了。那家人在旁边，不算问过");
    saw(&page, "请换个时候单独问");
    s.teacher.submit("/friday", &at(stay, "/endorsement"), &[("answer", "yes")]).await;
    let page = s.teacher.get("/friday").await;
    saw(&page, "1 个周末等您点头");
    saw(&page, "那家人在旁边，不算问过");
    s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "yes"), ("alone", "on")]).await;
    let page = s.teacher.get("/friday").await;
    saw(&page, "点过头的");
    assert!(!page.body.contains("不算问过"), "{}", page.body);
}

#[tokio::test]
async fn nobody_is_missed_on_sunday_before_the_first_agreed_hour() {
    let mut s = story().await;
    s.released().await;
    s.site.wait_minutes(TO_SUNDAY - 60);
    let early = s.teacher.get("/sunday").await;
    saw(&early, "今天有 1 个要回来");
    assert!(!early.body.contains("没到</h2>"), "{}", early.body);
    s.site.wait_minutes(61);
    saw(&s.teacher.get("/sunday").await, "还有 1 个没到");
}

#[tokio::test]
async fn a_late_childs_line_on_sunday_has_a_button_that_calls_her_home() {
    let mut s = story().await;
    s.released().await;
    let button = "<a class=\"btn btn--quiet call\" href=\"tel:1";
    s.site.wait_minutes(TO_SUNDAY - 60);
    assert!(!s.teacher.get("/sunday").await.body.contains(button), "nobody is late yet");
    s.site.wait_minutes(80);
    saw(&s.teacher.get("/sunday").await, button);
}

#[tokio::test]
async fn the_boards_parts_add_up_to_its_whole() {
    let mut s = story().await;
    s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 20);
    s.coordinator = s.office().await;
    saw(&s.coordinator.get("/board").await, "一共 1 个：没到 1，等接 0，路上或家里 0，回来 0");
}

#[tokio::test]
async fn a_step_of_an_alarm_says_its_day_once_that_is_not_today() {
    let mut s = story().await;
    s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 30);
    let job = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now());
    job.raise_alarms().await.unwrap();
    s.coordinator = s.office().await;
    let board = s.coordinator.get("/board").await;
    saw(&board, "19:00 正在发给周末妈妈");
    assert!(!board.body.contains("11月22日 19:00"), "{}", board.body);
    s.site.wait_minutes(24 * 60);
    s.coordinator = s.office().await;
    saw(&s.coordinator.get("/board").await, "11月22日 19:00 正在发给周末妈妈");
}

#[tokio::test]
async fn an_approval_of_all_says_what_is_left_and_is_undone_as_one() {
    let mut s = story().await;
    let stay = s.endorsed().await;
    let all = s.coordinator.get("/stays").await;
    saw(&all, "1 份都齐了，可以准许");
    saw(&all, "11月20—22日，已准许 0 份");
    s.coordinator.post("/stays/approvals", &all.form("/stays/approvals")).await;
    let done = s.coordinator.get("/stays?view=approved").await;
    saw(&done, "准许了 1 份");
    saw(&done, "申请都定了");
    assert!(!done.body.contains("份还要看"), "{}", done.body);
    let undo = at(stay, "/approvals/undo");
    assert_eq!(s.coordinator.post(&undo, &done.form(&undo)).await.location(), "/stays");
    saw(&s.coordinator.get("/stays").await, "撤回了 1 份");
}

#[tokio::test]
async fn today_counts_this_weekend_and_the_next_apart() {
    let mut s = story().await;
    let mut typed = s.wanted();
    typed[0].1 = "2026-11-27T17:30/2026-11-29T18:30".into();
    s.ask(&typed).await;
    s.site.wait_minutes(2 * 24 * 60);
    let mut office = s.office().await;
    let today = office.get("/today").await;
    saw(&today, "这个周末的都定了。下个周末（11月27—29日）还有 1 个等您定。");
    saw(&today, "11月27日 周五 12:00 前");
    saw(&office.get("/stays").await, "1 份要您看一眼");
    saw(&office.get("/stays").await, "看 12月4—6日");
}

#[tokio::test]
async fn her_childs_page_begins_with_whom_to_call_and_leads_back_to_today() {
    let mut s = story().await;
    let page = s.mother.get(&format!("/children/{}", s.child)).await;
    saw(&page, "班主任：");
    assert!(page.body.contains("href=\"/home\"") && !page.body.contains("档案 2026-"), "{}", page.body);
    assert!(page.body.find("班主任：").unwrap() < page.body.find("class=\"tabs\"").unwrap());
}

#[tokio::test]
async fn a_carer_whose_pair_rests_reads_so_and_finds_no_way_to_the_child() {
    let mut s = story().await;
    s.site.system().save(PausePair { pair: PairId::parse(&s.pair).unwrap() }).await.unwrap();
    let home = s.mother.get("/home").await;
    saw(&home, "有结对在休息，先不安排周末");
    assert!(!home.body.contains(&format!("/children/{}", s.child)), "{}", home.body);
    let asking = s.mother.get("/stays/new").await;
    assert_eq!(asking.status, StatusCode::OK, "{}", asking.body);
    saw(&asking, "现在没有可以接的孩子");
    saw(&asking, "有结对在休息，先不安排周末");
}

#[tokio::test]
async fn a_carer_who_rests_is_told_so_and_not_led_to_a_request() {
    let mut s = story().await;
    let asks = "<a class=\"btn btn--block\" href=\"/stays/new\">";
    saw(&s.mother.get("/home").await, asks);
    let rest = StepVolunteer { volunteer: s.carer.volunteer, step: Step::Pause, reason: String::new() };
    s.site.system().save(rest).await.unwrap();
    let home = s.mother.get("/home").await;
    saw(&home, "您现在在休息，先不安排周末");
    assert!(!home.body.contains(asks), "{}", home.body);
}

#[tokio::test]
async fn a_carer_reads_at_home_which_paper_ends_soon() {
    let mut s = story().await;
    assert!(!s.mother.get("/home").await.body.contains("请早点找协调员续上"));
    let form = CheckForm {
        kind: "insurance",
        outcome: "passed",
        done_on: "2026-11-02",
        number: "示例0311",
        valid_until: "2026-12-05",
        ..CheckForm::default()
    };
    let details = CheckDetails::parse(&form, NOW.date()).unwrap();
    assert_eq!(details.kind, CheckKind::Insurance);
    let line = CheckLine { subject: Subject::Volunteer(s.carer.volunteer.0), details, second: None };
    s.site.system().save(EnterChecks { lines: vec![line] }).await.unwrap();
    saw(&s.mother.get("/home").await, "李样例的意外险到2026年12月5日为止，请早点找协调员续上");
}

#[tokio::test]
async fn all_that_a_weekend_off_lacks_is_said_at_once() {
    let mut s = story().await;
    s.approved().await;
    let (page, form) = ("/stays/cancellations/new", "/stays/cancellations");
    let reply = s.coordinator.submit(page, form, &[("school", ""), ("reason", "")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    saw(&reply, "请选取消哪些");
    saw(&reply, "请写一句原因");
}

#[tokio::test]
async fn a_weekend_is_called_off_for_everybody_from_one_page() {
    let mut s = story().await;
    let stay = s.approved().await;
    let (page, form) = ("/stays/cancellations/new", "/stays/cancellations");
    saw(&s.coordinator.get("/stays").await, page);
    let shown = s.coordinator.get(page).await;
    for words in ["11月20—22日，都不接了", "已准许 1 份，等您定 0 份", "示例寄宿学校，1 份"] {
        saw(&shown, words);
    }
    let reply = s.coordinator.submit(page, form, &[("school", "all"), ("reason", "")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    saw(&reply, "请写一句原因");
    let reply = s.coordinator.submit(page, form, &[("school", "all"), ("reason", "大雪封路")]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/stays?view=off"), "{}", reply.body);
    saw(&s.coordinator.get(&at(stay, "")).await, "大雪封路");
    saw(&s.coordinator.get(page).await, "这几天没有要取消的");
    // Taken back together, and once more from its own page.
    let undone = s.coordinator.submit(&at(stay, ""), &at(stay, "/restoration"), &[]).await;
    assert_eq!(undone.location(), at(stay, ""), "{}", undone.body);
    assert!(!s.coordinator.get(&at(stay, "")).await.body.contains("大雪封路"));
    let reply = s.coordinator.submit(page, form, &[("school", "all"), ("reason", "大雪封路")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let undo = at(stay, "/restorations");
    let undone = s.coordinator.submit("/stays?view=off", &undo, &[]).await;
    assert_eq!(undone.location(), "/stays?view=approved", "{}", undone.body);
    saw(&s.coordinator.get("/stays?view=approved").await, "安小草");
    s.coordinator.submit(page, form, &[("school", "all"), ("reason", "大雪封路")]).await;
    // Days that are none are those of the weekend; nobody else comes here.
    saw(&s.coordinator.get(&format!("{page}?from=x&to=2026-01-01")).await, "11月20—22日");
    assert_eq!(s.teacher.get(page).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_teachers_slip_is_put_right_on_her_page_after_the_request_is_off() {
    let mut s = story().await;
    let stay = s.endorsed().await;
    let word = at(stay, "/endorsement");
    s.teacher.submit("/friday", &word, &[("answer", "no")]).await;
    let refused = s.coordinator.submit(&at(stay, ""), &at(stay, "/refusal"), &[]).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.body);
    saw(&s.teacher.get("/friday").await, "没去成的");
    let right = s.teacher.submit("/friday", &word, &[]).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/friday"), "{}", right.body);
    assert!(!s.teacher.get("/friday").await.body.contains("没去成的"));
    let again = s.ask(&s.wanted()).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
}

#[tokio::test]
async fn who_is_late_stands_on_the_day_with_the_number_to_call() {
    let mut s = story().await;
    s.released().await;
    assert!(!s.office().await.get("/today").await.body.contains("tel:13900000001"), "nobody is late yet");
    s.site.wait_minutes(TO_SUNDAY + 60);
    let day = s.office().await.get("/today").await.body;
    assert!(day.contains("href=\"tel:13900000001\""), "{day}");
}
