//! The first days of a county: what its pages say while there is little or nothing on them.

use naheya_domain::Role;

use crate::import::{CHILDREN, send};
use crate::site::site;
use crate::story::story;

const VOLUNTEERS: &str = "姓名,联系电话,出生年月,加入时间\n苏小禾,13900000011,1985.4,2026.11\n";

#[tokio::test]
async fn a_new_county_is_told_what_to_do_first() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut office = site.as_role(Role::Coordinator).await;
    let page = office.get("/today").await.body;
    assert!(page.contains("先做好这几步") && page.contains("做好了 0 步，一共 10 步"), "{page}");
    assert!(page.contains("<a class=\"btn btn--sm\" href=\"/schools\">"), "the first of them stands out: {page}");
    assert!(!page.contains("这个周末的都定了") && page.contains("还没有结对的孩子"), "{page}");
    assert!(!page.contains("个周末去家里的孩子"), "thirteen noughts: {page}");
    assert!(!page.contains("href=\"/settings\"") && page.contains("请负责人或系统管理员来填"), "{page}");
    let page = leader.get("/today").await.body;
    assert!(!page.contains("请负责人或系统管理员来填") && page.matches("href=\"/settings\"").count() > 1, "{page}");
    assert!(!page.contains("/snapshots?month="), "there was nobody last month: {page}");
    leader.submit("/settings", "/settings", &[("office_phone", "0478 555 0001")]).await;
    assert!(office.get("/today").await.body.contains("做好了 1 步，一共 10 步"));
}

#[tokio::test]
async fn no_first_step_stands_before_one_that_it_needs() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let page = office.get("/today").await.body;
    let at = |words: &str| page.find(&format!("<div class=\"what\">{words}</div>")).unwrap();
    assert!(at("记下家长的同意") < at("结对"), "a round takes only children whose guardian agreed: {page}");
    assert!(at("登记志愿者") < at("登记核查，负责人签字"), "the leader signs when the checks are there: {page}");
    send(&mut office, "volunteers", "志愿者.csv", VOLUNTEERS.as_bytes()).await;
    office.submit("/imports/preview", "/imports", &[]).await;
    let page = office.get("/today").await.body;
    assert!(page.contains("做好了 1 步，一共 10 步") && page.contains("href=\"/checks/new\""), "{page}");
}

#[tokio::test]
async fn a_leader_alone_with_a_new_county_reads_where_a_coordinator_comes_from() {
    let site = site().await;
    let words = "先在“账号”里给她开一个";
    assert!(site.as_role(Role::Leader).await.get("/today").await.body.contains(words));
    assert!(!site.as_role(Role::Coordinator).await.get("/today").await.body.contains(words), "she is here");
}

#[tokio::test]
async fn a_list_of_weekends_without_a_row_speaks_of_no_keys() {
    let mut s = story().await;
    assert!(!s.coordinator.get("/stays").await.body.contains("<kbd>J</kbd>"));
    s.asked().await;
    assert!(s.coordinator.get("/stays").await.body.contains("<kbd>J</kbd>"));
}

#[tokio::test]
async fn imported_volunteers_wait_on_the_leaders_day_until_they_are_signed() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut office = site.as_role(Role::Coordinator).await;
    send(&mut office, "volunteers", "志愿者.csv", VOLUNTEERS.as_bytes()).await;
    let place = office.submit("/imports/preview", "/imports", &[]).await.location().to_owned();
    let done = office.get(&place).await.body;
    assert!(done.contains("href=\"/volunteers?view=screening\"") && !done.contains("请另一位负责人签字"), "{done}");
    let list = office.get("/volunteers").await.body;
    assert!(list.contains("在岗的还没有") && list.contains("1 位待审"), "{list}");
    let day = leader.get("/today").await.body;
    assert!(day.contains("1 位志愿者等您签字") && day.contains(&format!("href=\"{place}\"")), "{day}");
    assert!(!office.get("/today").await.body.contains("等您签字"), "it is the leader's");
    leader.submit(&place, &format!("{place}/signature"), &[]).await;
    assert!(!leader.get("/today").await.body.contains("等您签字"));
    let done = office.get(&place).await.body;
    assert!(done.contains("这一批已经在岗") && !done.contains("还在审核"), "{done}");
}

#[tokio::test]
async fn a_month_that_was_over_before_the_county_began_here_waits_for_no_signature() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let long_there = VOLUNTEERS.replace("2026.11", "2014.9");
    send(&mut office, "volunteers", "志愿者.csv", long_there.as_bytes()).await;
    office.submit("/imports/preview", "/imports", &[]).await;
    let day = site.as_role(Role::Leader).await.get("/today").await.body;
    assert!(day.contains("1 位志愿者等您签字") && !day.contains("/snapshots?month="), "{day}");
    // November is the first that she is asked for: the county began in it.
    site.wait_minutes(12 * 24 * 60);
    let day = site.as_role(Role::Leader).await.get("/today").await.body;
    assert!(day.contains("/snapshots?month=2026-11"), "{day}");
}

#[tokio::test]
async fn imported_children_are_taken_in_together() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    send(&mut office, "children", "名单.csv", CHILDREN.as_bytes()).await;
    let place = office.submit("/imports/preview", "/imports", &[]).await.location().to_owned();
    assert!(office.get(&place).await.body.contains("2 个孩子还是“申请中”"));
    let enrolment = format!("{place}/enrolment");
    office.submit(&place, &enrolment, &[]).await;
    let done = office.get(&place).await.body;
    assert!(done.contains("2 个孩子加入了") && !done.contains(&enrolment), "{done}");
    assert!(!done.contains(&format!("{place}/undo")), "whoever was taken in stays: {done}");
    assert!(office.get("/children").await.body.contains("2 个孩子，2 个在等结对"));
    let keeper = site.as_role(Role::TownWorker).await.post(&enrolment, &[]).await;
    assert!(!keeper.status.is_success() && !keeper.status.is_redirection(), "{}", keeper.status);
}

#[tokio::test]
async fn an_empty_list_says_that_it_is_empty_and_a_narrow_one_that_nothing_was_found() {
    let site = site().await;
    let mut office = site.as_role(Role::Coordinator).await;
    for (list, empty) in [
        ("/children", "还没有孩子的档案"),
        ("/volunteers", "这里还没有志愿者"),
        ("/pairs", "还没有结对"),
        ("/stays", "这个周末还没有人申请"),
    ] {
        let page = office.get(list).await.body;
        assert!(page.contains(empty), "{list}: {page}");
    }
    assert!(office.get("/children?view=paired").await.body.contains("没有找到孩子"));
    let report = office.get("/report").await.body;
    assert!(report.contains("还没有记下的服务时长") && !report.contains("id=\"hours-t\""), "{report}");
    assert!(office.get("/volunteers?free=on").await.body.contains("没有找到志愿者"));
    assert!(office.get("/pairs?state=ended").await.body.contains("这里没有。"));
}
