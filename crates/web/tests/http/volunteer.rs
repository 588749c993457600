use axum::http::StatusCode;
use naheya_domain::Role;

use crate::site::site;

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
    let none = coordinator.submit("/checks/new", "/checks", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let absent = coordinator.get("/volunteers/0190a6e0-0000-7000-8000-000000000000").await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}
