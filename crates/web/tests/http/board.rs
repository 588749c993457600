//! Where a child is, as those who have to know read it: the board, the day's page, the teacher's roll, the result.

use axum::http::StatusCode;
use naheya_domain::id::StayId;
use naheya_store::SystemTask;

use crate::browser::Reply;
use crate::site::COUNTY;
use crate::story::{Story, TO_FRIDAY, TO_SUNDAY, story};

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

/// The child is on its way back, by the mother's word, an hour before it is due.
async fn on_the_way_back() -> (Story, StayId) {
    let mut s = story().await;
    let stay = s.released().await;
    for event in ["pick_up", "arrival"] {
        s.site.wait_minutes(10);
        s.says(stay, event).await;
    }
    s.site.wait_minutes(TO_SUNDAY - 80);
    s.says(stay, "leaving").await;
    (s, stay)
}

#[tokio::test]
async fn the_board_says_on_which_stretch_of_the_way_a_child_is() {
    let mut s = story().await;
    let stay = s.released().await;
    saw(&s.coordinator.get("/board").await, "在回家路上");
    for (event, words) in [("pick_up", "在回家路上"), ("arrival", "在家里"), ("leaving", "在送回的路上")]
    {
        s.site.wait_minutes(10);
        s.says(stay, event).await;
        saw(&s.coordinator.get("/board").await, words);
    }
}

#[tokio::test]
async fn the_office_reaches_the_gates_list_from_the_board() {
    let mut s = story().await;
    saw(&s.coordinator.get("/board").await, "href=\"/friday/list\"");
    assert_eq!(s.coordinator.get("/friday/list").await.status, StatusCode::OK);
}

#[tokio::test]
async fn from_the_board_the_office_comes_to_the_numbers_of_whoever_has_the_child_and_of_the_family() {
    let mut s = story().await;
    s.released().await;
    let mut office = s.office().await;
    let file = format!("/children/{}", s.child);
    let way = format!("<a href=\"{file}\">安小草</a>");
    saw(&office.get("/board").await, &way);
    for number in ["13900000001", "13900000009"] {
        saw(&office.get(&file).await, &format!("href=\"tel:{number}\""));
    }
    let teacher = s.teacher.get("/board").await;
    assert!(teacher.body.contains("安小草") && !teacher.body.contains(&way), "{}", teacher.body);
}

#[tokio::test]
async fn who_is_said_to_be_back_and_is_not_confirmed_stands_among_those_to_see_to() {
    let (mut s, stay) = on_the_way_back().await;
    let office = s.office().await.get("/board").await;
    assert!(!office.body.contains("要盯着的"), "{}", office.body);
    s.site.wait_minutes(10);
    s.says(stay, "return").await;
    let board = s.office().await.get("/board").await;
    for words in ["要盯着的", "说送回了，还没点名", "李样例说 17:40 送到了，还没有人点名。"]
    {
        saw(&board, words);
    }
    saw(&s.teacher.get("/sunday").await, "李样例说 17:40 送到了，还没有人点名。");
}

#[tokio::test]
async fn of_a_late_child_the_day_says_what_is_known_last_and_not_where_it_is() {
    let (mut s, _) = on_the_way_back().await;
    s.site.wait_minutes(90);
    let today = s.office().await.get("/today").await;
    saw(&today, "安小草还没回来（从李样例家）");
    saw(&today, "17:30 从家里出发，后来没有消息。");
    saw(&s.teacher.get("/sunday").await, "17:30 从家里出发，后来没有消息。");
}

#[tokio::test]
async fn a_result_says_whose_it_is_and_is_written_once() {
    let (mut s, stay) = on_the_way_back().await;
    s.site.wait_minutes(90);
    s.coordinator = s.office().await;
    let page = s.coordinator.get(&at(stay, "/result")).await;
    for words in ["安小草：写下结果", "李样例送回", "17:30 从家里出发"] {
        saw(&page, words);
    }
    let written = [("outcome", "back"), ("reason", "车陷在雪里，人都好")];
    s.coordinator.submit(&at(stay, "/result"), &at(stay, "/result"), &written).await;
    let again = s.coordinator.get(&at(stay, "/result")).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, "/board"));
}

#[tokio::test]
async fn a_child_that_its_family_fetched_is_not_shown_as_back_at_school() {
    let (mut s, stay) = on_the_way_back().await;
    s.site.wait_minutes(90);
    s.coordinator = s.office().await;
    let page = at(stay, "/result");
    let written = [("outcome", "family"), ("reason", "妈妈在路上接走了")];
    let reply = s.coordinator.submit(&page, &page, &written).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    saw(&s.coordinator.get("/board").await, "家里人接走了");
    saw(&s.teacher.get("/sunday").await, "家里人接走了");
}

#[tokio::test]
async fn a_child_that_nobody_fetched_stands_among_those_to_see_to() {
    let mut s = story().await;
    s.approved().await;
    s.site.wait_minutes(TO_FRIDAY);
    let early = s.office().await.get("/board").await;
    assert!(!early.body.contains("没人来接"), "{}", early.body);
    s.site.wait_minutes(70);
    let board = s.office().await.get("/board").await;
    for words in ["要盯着的", "没人来接", "该接，没人来。"] {
        saw(&board, words);
    }
}

#[tokio::test]
async fn a_child_that_nobody_fetched_is_said_once_on_the_board() {
    let mut s = story().await;
    s.approved().await;
    s.site.wait_minutes(TO_FRIDAY + 70);
    s.site.store.as_system(SystemTask::Job, COUNTY, s.site.now()).raise_alarms().await.unwrap();
    let board = s.office().await.get("/board").await;
    saw(&board, "该接，没人来。");
    assert!(!board.body.contains("h-open"), "{}", board.body);
    // It has not gone, so there is no result to write: it is let go by the list, or what rings is ended with a reason.
    let row = board.body.split("data-row").find(|row| row.contains("安小草")).unwrap();
    assert!(row.contains("/release\"") && row.contains("href=\"/alarms/") && !row.contains("/result\""), "{row}");
}

#[tokio::test]
async fn a_stay_tells_its_hand_overs_one_by_one() {
    let (mut s, stay) = on_the_way_back().await;
    s.site.wait_minutes(90);
    s.coordinator = s.office().await;
    let page = at(stay, "/result");
    let written = [("outcome", "back"), ("reason", "车陷在雪里，人都好")];
    s.coordinator.submit(&page, &page, &written).await;
    let told = s.coordinator.get(&at(stay, "")).await;
    for words in ["交接经过", "放行", "对过接送码", "接到孩子", "到家", "从家里出发", "车陷在雪里，人都好"]
    {
        saw(&told, words);
    }
}

#[tokio::test]
async fn past_weekends_are_looked_at_week_by_week() {
    let mut s = story().await;
    let stay = s.approved().await;
    s.site.wait_minutes(7 * 24 * 60);
    s.coordinator = s.office().await;
    let now = s.coordinator.get("/stays?view=approved").await;
    assert!(!now.body.contains(&stay.to_string()), "{}", now.body);
    saw(&now, "href=\"/stays?week=-1\"");
    saw(&s.coordinator.get("/stays?view=approved&week=-1").await, &stay.to_string());
    let odd = s.coordinator.get("/stays?week=-999999").await;
    assert_eq!(odd.status, StatusCode::OK, "an address may say anything");
}

#[tokio::test]
async fn the_day_begins_with_who_is_missed() {
    let (mut s, _) = on_the_way_back().await;
    s.site.wait_minutes(140);
    let today = s.office().await.get("/today").await;
    saw(&today, "1 个孩子没按时回来");
    saw(&s.teacher.get("/sunday").await, "晚了 1 小时 20 分");
}
