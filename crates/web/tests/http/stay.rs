//! A weekend as its people play it, without script: asked for, approved, fetched, brought back.
//!
//! Long because: the steps of one weekend are tried on the same ground.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::holiday::HolidayDay;
use naheya_domain::id::StayId;
use naheya_domain::viewer::Place;
use naheya_store::SystemTask;
use naheya_store::account::{AccountView, EndGrant};
use naheya_store::guardian::AddGuardian;
use naheya_store::holiday::EnterHolidays;
use naheya_store::notice::ExpandLetters;
use naheya_store::order::Turn;
use naheya_store::pair::PausePair;
use naheya_store::school::AddClass;
use uuid::Uuid;

use crate::browser::{Reply, filled};
use crate::site::COUNTY;
use crate::story::{Story, TO_FRIDAY, TO_SUNDAY, child, paired, roomy, story, unasked};

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

async fn count(s: &mut Story, view: &str) -> usize {
    s.leader.get(view).await.body.matches("class=\"who\"").count()
}

#[tokio::test]
async fn a_request_is_made_from_the_schools_weekends_and_a_double_tap_makes_one() {
    let mut s = story().await;
    let shown = s.mother.get("/stays/new").await;
    saw(&shown, "11月20—22日");
    saw(&shown, "哪几个周末接安小草");
    let form = shown.form("/stays");
    let at_home: Vec<&String> = form.iter().filter(|(n, _)| n == "adults").map(|(_, id)| id).collect();
    assert_eq!(at_home, s.adults.iter().collect::<Vec<_>>(), "whoever lives there, until she takes somebody out");
    assert_eq!(shown.body.matches(" checked").count(), s.adults.len(), "nothing else is chosen beforehand");
    let own = form.into_iter().filter(|(n, _)| n != "starts_on" && n != "adults");
    let fields: Vec<_> = own.chain(s.wanted()).collect();
    for _ in 0..2 {
        let reply = s.mother.post("/stays", &fields).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/home"), "{}", reply.body);
    }
    assert_eq!(count(&mut s, "/stays").await, 1);
    // The same key with another body is refused, and what was typed is kept.
    let mut other = fields.clone();
    other.push(("plan".into(), "去集市".into()));
    let reply = s.mother.post("/stays", &other).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    saw(&reply, "去集市");
    saw(&s.mother.get("/stays/new").await, "申请过了");
}

#[tokio::test]
async fn days_of_a_year_whose_holidays_nobody_has_entered_are_offered_with_a_word() {
    let mut s = story().await;
    let pages = ["/stays/new".to_owned(), format!("/terms/new?pair={}", s.pair)];
    for page in &pages {
        saw(&s.mother.get(page).await, "2027 年怎么放假还没录");
    }
    let days = HolidayDay::parse("2027-01-01", "2027-01-03", "off", "元旦").unwrap();
    s.site.system().save(EnterHolidays { days }).await.unwrap();
    for page in &pages {
        assert!(!s.mother.get(page).await.body.contains("还没录"), "{page}");
    }
}

#[tokio::test]
async fn a_request_says_what_is_missing_and_keeps_what_was_typed() {
    let mut s = story().await;
    let nobody = ("adults".into(), String::new());
    let empty = s.ask(&[("pairs".into(), s.pair.clone()), ("plan".into(), "去看羊".into()), nobody]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["请选一个周末", "请选这些天家里过夜的大人", "请选出不出门", "去看羊"] {
        saw(&empty, words);
    }
    let mut typed = s.wanted();
    typed.push(("guests".into(), "客样人".into()));
    let refused = s.ask(&typed).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    saw(&refused, "客样人的查询管不到最后一天");
    for odd in ["x", "2026-11-20T17:30", "2026-11-20T99:99/2026-11-22T18:30", "/", "2026-11-22T18:30/2026-11-20T17:30"]
    {
        let mut typed = s.wanted();
        typed[0].1 = odd.into();
        assert_eq!(s.ask(&typed).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd}");
    }
    let mut foreign = s.wanted();
    foreign.push(("pairs".into(), Uuid::now_v7().to_string()));
    assert_eq!(s.ask(&foreign).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_several_weekends_those_that_are_not_possible_come_back_with_their_reasons() {
    let mut s = story().await;
    s.asked().await;
    let mut typed = s.wanted();
    typed.push(("weekend".into(), "2026-11-27T17:30/2026-11-29T18:30".into()));
    let reply = s.ask(&typed).await;
    assert_eq!(reply.status, StatusCode::OK);
    saw(&reply, "1 份申请送出了");
    saw(&reply, "11月20—22日</b> 这几天孩子已经有一份申请或安排");
}

#[tokio::test]
async fn of_a_child_nobody_asked_the_coordinator_finds_a_notice() {
    let mut s = story().await;
    let (child, _) = unasked(&s.site, "安小满", s.school, s.class).await;
    roomy(&s).await;
    paired(&s.site, "安小满").await;
    let pairs = s.site.system().pairs_of_volunteer(s.carer.volunteer).await.unwrap();
    let hers = pairs.iter().find(|pair| pair.child == child).unwrap().id;
    let mut typed = s.wanted();
    typed.push(("pairs".to_owned(), hers.to_string()));
    let refused = s.ask(&typed).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    saw(&refused, "还没有单独问过孩子");
    saw(&refused, "已经请协调员去问孩子了");
    let way = format!("/children/{child}/wishes");
    assert!(!refused.body.contains(&way), "the child's word is not hers to write: {}", refused.body);
    let job = s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now());
    while job.save(ExpandLetters).await.unwrap() > 0 {}
    saw(&s.coordinator.get("/notices").await, "有孩子还没单独问过想不想去");
}

#[tokio::test]
async fn whoever_lives_there_and_is_left_out_is_named_to_the_office_which_then_looks() {
    let mut s = story().await;
    let left_out = s.adults.pop().unwrap();
    let stay = s.endorsed().await;
    let file = s.site.system().volunteer(s.carer.volunteer).await.unwrap();
    let name = &file.adults.iter().find(|a| a.member.id.to_string() == left_out).unwrap().member.name;
    let words = format!("{name}住这一家，申请里说这几天不在");
    let list = s.coordinator.get("/stays").await;
    saw(&list, &words);
    assert!(!list.body.contains("/stays/approvals\""), "not among the clean ones");
    saw(&s.coordinator.get(&at(stay, "")).await, &words);
}

#[tokio::test]
async fn an_approval_in_the_row_is_undone_until_the_codes_are_out() {
    let mut s = story().await;
    let stay = s.endorsed().await;
    let (approval, undo) = (at(stay, "/approval"), at(stay, "/approval/undo"));
    let all = s.coordinator.get("/stays").await;
    saw(&all, "1 份都齐了");
    let reply = s.coordinator.post("/stays/approvals", &all.form("/stays/approvals")).await;
    assert_eq!(reply.location(), "/stays?view=approved");
    let reply = s.coordinator.submit("/stays?view=approved", &undo, &[]).await;
    assert_eq!(reply.location(), "/stays");
    assert_eq!(count(&mut s, "/stays?view=approved").await, 0);
    s.coordinator.submit(&at(stay, ""), &approval, &[]).await;
    let shown = s.coordinator.get(&at(stay, "")).await;
    s.site.wait_minutes(10);
    let late = s.coordinator.post(&undo, &shown.form(&undo)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    saw(&late, "接送码已经发出，不能撤回");
    // Nobody approves what is not there or not theirs.
    let form = shown.form(&undo);
    assert_eq!(s.mother.post(&approval, &form).await.status, StatusCode::FORBIDDEN);
    let absent = s.coordinator.get(&format!("/stays/{}", Uuid::now_v7())).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refusal_reads_neutral_at_home_unless_words_are_written() {
    let mut s = story().await;
    let stay = s.asked().await;
    let page = s.coordinator.get(&at(stay, "")).await;
    saw(&page, "班主任还没点头");
    let long = "长".repeat(301);
    let reply = s.coordinator.submit(&at(stay, ""), &at(stay, "/refusal"), &[("words", &long)]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    saw(&reply, &long);
    s.coordinator.submit(&at(stay, ""), &at(stay, "/refusal"), &[]).await;
    saw(&s.mother.get("/home").await, "这个周末先不接，请打给协调员");
    saw(&s.coordinator.get(&at(stay, "")).await, "这次不去：");
}

#[tokio::test]
async fn a_childs_no_is_told_to_the_office_and_not_to_the_home() {
    let mut s = story().await;
    let stay = s.asked().await;
    s.teacher.submit("/friday", &at(stay, "/wish"), &[("wish", "no"), ("wish_words", "不想去")]).await;
    saw(&s.coordinator.get(&at(stay, "")).await, "孩子说这次不想去");
    let form = s.coordinator.get("/stays").await;
    assert!(!form.body.contains("/stays/approvals\""), "not among the clean ones");
    let home = s.mother.get("/home").await;
    assert!(!home.body.contains("不想去"), "{}", home.body);
}

#[tokio::test]
async fn a_weekend_called_off_with_the_pair_says_why_in_words() {
    let mut s = story().await;
    let stay = s.approved().await;
    let pair = naheya_domain::id::PairId::parse(&s.pair).unwrap();
    s.site.system().save(PausePair { pair }).await.unwrap();
    let page = s.coordinator.get(&at(stay, "")).await;
    saw(&page, "这一对在休息，周末先停下");
    assert!(!page.body.contains("pair.paused"));
    assert!(!s.mother.get("/home").await.body.contains("pair.paused"));
}

#[tokio::test]
async fn the_printed_list_and_the_call_let_a_child_go_when_a_phone_fails() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY + 120);
    let list = s.teacher.get("/friday/list").await;
    for words in ["安小草", "李样例", "13900000001", "对花生过敏"] {
        saw(&list, words);
    }
    let page = at(stay, "/release");
    let bare = s.teacher.submit(&page, "/releases", &[("called", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    saw(&bare, "接电话的协调员还没填");
    let reply = s.teacher.submit(&page, "/releases", &[("called", "样例专干")]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/friday"));
    saw(&s.teacher.get("/friday").await, "都接走了");
    saw(&s.coordinator.get("/board").await, "安小草");
}

#[tokio::test]
async fn a_code_is_refused_when_wrong_early_late_foreign_or_used() {
    let mut s = story().await;
    let stay = s.approved().await;
    let school = s.school;
    let other = s.site.system().save(AddClass { school, name: "四(1)班".into(), grade: Some(4) }).await.unwrap();
    let mut other = s.site.as_grant(Role::ClassTeacher, Place::Class(other.0)).await;
    saw(&s.mother.get(&at(stay, "/code")).await, "接送码 11月20日 周五 16:30 出现");
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stay).await;
    let wrong = if code == "000001" { "000002" } else { "000001" };
    let malformed = s.teacher.submit("/friday", "/friday/code", &[("code", "12")]).await;
    assert_eq!(malformed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = s.teacher.submit("/friday", "/friday/code", &[("code", wrong)]).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    saw(&reply, "先别放行");
    let reply = other.submit("/friday", "/friday/code", &[("code", &code)]).await;
    saw(&reply, "别的班或别的学校的");
    assert_eq!(other.get(&at(stay, "/release")).await.status, StatusCode::NOT_FOUND);
    let card = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    for words in ["安小草", "李样例", "尾号 0001", "对花生过敏"] {
        saw(&card, words);
    }
    let form = card.form("/releases");
    // A wrong child's stay with this code, and the card sent twice.
    let foreign = filled(form.clone(), &[("stay", &Uuid::now_v7().to_string())]);
    assert_eq!(s.teacher.post("/releases", &foreign).await.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        assert_eq!(s.teacher.post("/releases", &form).await.status, StatusCode::SEE_OTHER);
    }
    let used = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    saw(&used, "已经用过");
    s.site.wait_minutes(24 * 60);
    let late = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_code_of_another_child_lets_that_child_go_and_no_other() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stay).await;
    let wrong = if code == "000001" { "000002" } else { "000001" };
    let card = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    let swapped = filled(card.form("/releases"), &[("code", wrong)]);
    let reply = s.teacher.post("/releases", &swapped).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    saw(&reply, "码不对，或不是今天的");
    saw(&s.teacher.get("/friday").await, "还有 1 个孩子没接走");
}

#[tokio::test]
async fn after_five_wrong_codes_only_the_list_works() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stay).await;
    let wrong = if code == "000001" { "000002" } else { "000001" };
    for _ in 0..5 {
        s.teacher.submit("/friday", "/friday/code", &[("code", wrong)]).await;
    }
    let paused = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    saw(&paused, "连着输错 5 次");
    let reply = s.teacher.submit(&at(stay, "/release"), "/releases", &[("called", "样例专干")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_weekend_runs_from_the_gate_to_closed_and_each_step_is_said_once() {
    let mut s = story().await;
    let stay = s.released().await;
    saw(&s.mother.get("/home").await, "我接到孩子了");
    for event in ["pick_up", "arrival", "leaving", "return"] {
        s.site.wait_minutes(10);
        let reply = s.says(stay, event).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/home"), "{event}: {}", reply.body);
    }
    saw(&s.mother.get("/home").await, "等学校点名");
    let form = s.mother.get("/stays/new").await.form("/stays");
    let again = s.mother.post(&at(stay, "/report"), &filled(form.clone(), &[("event", "return")])).await;
    assert_eq!(again.location(), "/home", "said before, on whichever phone");
    let odd = s.mother.post(&at(stay, "/report"), &filled(form, &[("event", "release")])).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    s.site.wait_minutes(TO_SUNDAY - 60);
    s.coordinator = s.office().await;
    saw(&s.teacher.get("/sunday").await, "今天有 1 个要回来");
    let reply = s.teacher.submit("/sunday", &at(stay, "/return"), &[]).await;
    assert_eq!(reply.location(), "/sunday");
    saw(&s.teacher.get("/sunday").await, "都到了");
    let closed = s.coordinator.get(&at(stay, "")).await;
    saw(&closed, "回来了");
    saw(&s.mother.get("/home").await, "写周末记录");
}

#[tokio::test]
async fn a_late_arrival_is_announced_and_stands_on_the_board_and_the_roll() {
    let mut s = story().await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY - 30);
    s.coordinator = s.office().await;
    let page = at(stay, "/delay");
    let nothing = s.mother.submit(&page, &page, &[("late_words", "集市堵车")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    saw(&nothing, "集市堵车");
    let odd = s.mother.submit(&page, &page, &[("late_minutes", "99999999")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = s.mother.submit(&page, &page, &[("late_minutes", "45"), ("late_words", "集市堵车")]).await;
    assert_eq!(reply.location(), "/home");
    saw(&s.mother.get("/home").await, "说要晚到：19:15");
    s.site.wait_minutes(50);
    for page in [s.coordinator.get("/board").await, s.teacher.get("/sunday").await] {
        saw(&page, "说要晚到：19:15");
        saw(&page, "集市堵车");
        assert!(page.body.contains("<div class=\"min\">20<") || page.body.contains("晚了 20 分"), "{}", page.body);
    }
    let absent = format!("/stays/{}/delay", Uuid::now_v7());
    assert_eq!(s.mother.get(&absent).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_mistaken_here_is_taken_back_where_the_finger_is() {
    let mut s = story().await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY - 10);
    s.teacher.submit("/sunday", &at(stay, "/return"), &[]).await;
    let toast = s.teacher.get("/sunday").await;
    saw(&toast, "都到了");
    let undo = at(stay, "/return/undo");
    let reply = s.teacher.post(&undo, &toast.form(&undo)).await;
    assert_eq!(reply.location(), "/sunday");
    saw(&s.teacher.get("/sunday").await, "今天有 1 个要回来");
    let again = s.teacher.post(&undo, &s.teacher.clone().get("/sunday").await.form(&at(stay, "/return"))).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(s.mother.post(&undo, &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_late_return_stays_on_the_board_until_somebody_writes_what_became_of_it() {
    let mut s = story().await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 52);
    s.coordinator = s.office().await;
    let board = s.coordinator.get("/board").await;
    saw(&board, "还有 1 个孩子没按时回来");
    saw(&board, "13900000009");
    s.teacher.submit("/sunday", &at(stay, "/return"), &[]).await;
    saw(&s.coordinator.get("/board").await, "晚到了");
    let page = at(stay, "/result");
    let bare = s.coordinator.submit(&page, &page, &[("outcome", "back")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = s.coordinator.submit(&page, &page, &[("outcome", "back"), ("reason", "车陷在雪里，人都好")]).await;
    assert_eq!(reply.location(), "/board");
    saw(&s.coordinator.get("/board").await, "孩子都在学校或自己家");
}

#[tokio::test]
async fn the_board_counts_the_children_at_home_too() {
    let mut s = story().await;
    child(&s.site, "安小满", s.school, s.class).await;
    s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 20);
    s.coordinator = s.office().await;
    let board = s.coordinator.get("/board").await;
    saw(&board, "2 个孩子都算在这一页上：不在学校也不在自己家 1，在学校或自己家 1");
}

#[tokio::test]
async fn a_foreign_stay_is_an_absent_one_for_everybody() {
    let mut s = story().await;
    let stay = s.approved().await;
    let mut stranger = s.site.as_role(Role::Volunteer).await;
    let mut teacher = s.site.as_role(Role::ClassTeacher).await;
    for tail in ["/code", "/delay", "/note"] {
        assert_eq!(stranger.get(&at(stay, tail)).await.status, StatusCode::NOT_FOUND, "{tail}");
    }
    assert_eq!(teacher.get(&at(stay, "/release")).await.status, StatusCode::NOT_FOUND);
    let form = s.mother.get("/stays/new").await.form("/stays");
    for (tail, typed) in [("/cancellation", ("reason", "有事")), ("/report", ("event", "pick_up"))] {
        // The form token of another browser never passes, and with its own the stay is not there.
        let status = stranger.post(&at(stay, tail), &filled(form.clone(), &[typed])).await.status;
        assert!(status.is_client_error(), "{tail}: {status}");
    }
}

#[tokio::test]
async fn siblings_are_asked_for_together() {
    let mut s = story().await;
    child(&s.site, "安小满", s.school, s.class).await;
    roomy(&s).await;
    paired(&s.site, "安小满").await;
    let pairs = s.site.system().pairs_of_volunteer(s.carer.volunteer).await.unwrap();
    let mut typed = s.wanted();
    typed.extend(pairs.iter().map(|p| ("pairs".to_owned(), p.id.to_string())));
    let reply = s.ask(&typed).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    assert_eq!(count(&mut s, "/stays").await, 2);
}

#[tokio::test]
async fn a_code_is_heard_digit_by_digit_and_not_as_one_number() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let digits: Vec<String> = s.digits(stay).await.chars().map(String::from).collect();
    let heard = format!("aria-label=\"接送码 {}\"", digits.join(" "));
    for path in ["/home".to_owned(), at(stay, "/code")] {
        let page = s.mother.get(&path).await.body;
        assert!(page.contains(&heard), "{path}: {page}");
    }
}

#[tokio::test]
async fn calling_off_needs_a_reason_and_reaches_the_home() {
    let mut s = story().await;
    let stay = s.approved().await;
    let bare = s.mother.submit("/home", &at(stay, "/cancellation"), &[("reason", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The way from the fault on top leads to the field, which lies open.
    assert!(bare.body.contains("href=\"#f-reason\"") && bare.body.contains("id=\"f-reason\""), "{}", bare.body);
    assert!(bare.body.contains("<details class=\"more\" open>"), "{}", bare.body);
    let reply = s.coordinator.submit(&at(stay, ""), &at(stay, "/cancellation"), &[("reason", "路封了")]).await;
    assert_eq!(reply.location(), "/stays");
    saw(&s.mother.get("/home").await, "路封了");
    // What is to be done for the child stands where it was called off.
    let off = s.coordinator.get(&at(stay, "")).await;
    for way in [format!("/children/{}/hand-over", s.child), "/notices/queue".to_owned()] {
        saw(&off, &format!("href=\"{way}\""));
    }
}

#[tokio::test]
async fn neither_a_hand_over_nor_a_result_gives_a_child_to_who_must_not_take_it() {
    let mut s = story().await;
    kept_away(&s).await;
    let words = "不能接走：安大树（";
    let page = format!("/children/{}/hand-over", s.child);
    saw(&s.teacher.get(&page).await, words);
    let given = [("to", "guardian"), ("words", "安大树到校门口接走")];
    let refused = s.teacher.submit(&page, &page, &given).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    saw(&refused, "安大树不能接走这个孩子");
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 52);
    s.coordinator = s.office().await;
    let page = at(stay, "/result");
    saw(&s.coordinator.get(&page).await, words);
    let written = [("outcome", "family"), ("reason", "安大树 接走了")];
    let refused = s.coordinator.submit(&page, &page, &written).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    saw(&refused, "安大树不能接走这个孩子");
    saw(&refused, words);
    assert!(s.site.system().stay_line(stay).await.unwrap().state.is_away(), "nothing is closed");
}

/// Somebody of the child's family who must not take it.
async fn kept_away(s: &Story) {
    let form = GuardianForm {
        name: "安大树",
        relation: "父亲",
        blocked: true,
        blocked_reason: "法院禁止接触",
        ..GuardianForm::default()
    };
    let details = GuardianDetails::parse(&form).unwrap();
    s.site.system().save(AddGuardian { child: s.child, details }).await.unwrap();
}

#[tokio::test]
async fn the_printed_list_names_the_school_at_whose_gate_it_lies() {
    let mut s = story().await;
    s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    saw(&s.office().await.get("/friday/list").await, "<h2>示例寄宿学校</h2>");
    saw(&s.teacher.get("/friday/list").await, "<h2>示例寄宿学校</h2>");
}

#[tokio::test]
async fn who_must_not_take_a_child_is_said_on_its_file_on_the_card_and_on_paper() {
    let mut s = story().await;
    kept_away(&s).await;
    let stay = s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let code = s.digits(stay).await;
    let words = "不能接走：安大树（";
    saw(&s.office().await.get(&format!("/children/{}", s.child)).await, words);
    saw(&s.teacher.get("/friday/list").await, words);
    let card = s.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
    saw(&card, words);
    assert!(!card.body.contains("法院禁止接触"), "the reason is not for the gate");
}

#[tokio::test]
async fn a_request_of_a_class_without_a_teachers_account_leads_to_one() {
    let mut s = story().await;
    let page = format!("/stays/{}", s.asked().await);
    let way = "href=\"/accounts/new?role=class_teacher\"";
    assert!(!s.coordinator.get(&page).await.body.contains(way), "she has a teacher to remind");
    let desk = s.site.system();
    let staff = desk.accounts(AccountView::Staff, &Turn::First).await.unwrap().rows;
    for grant in staff.iter().flat_map(|row| &row.grants).filter(|grant| grant.role == Role::ClassTeacher) {
        desk.save(EndGrant { grant: grant.id }).await.unwrap();
    }
    let shown = s.coordinator.get(&page).await.body;
    assert!(shown.contains("这个班还没有班主任的账号") && shown.contains(way), "{shown}");
}
