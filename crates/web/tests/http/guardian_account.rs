//! Accounts for the guardians of a class, from the list to the slips.

use axum::http::StatusCode;
use naheya_domain::Role;

use crate::site::PASSWORD;
use crate::story::story;

const MAKE: &str = "/accounts/guardians/slips";

#[tokio::test]
async fn accounts_for_a_class_are_made_from_its_list_and_their_slips_stand_on_one_page() {
    let mut s = story().await;
    let list = format!("/accounts/guardians?class={}", s.class);
    let page = s.coordinator.get(&format!("/classes/{}", s.class)).await.body;
    assert!(page.contains(&format!("href=\"{list}\"")), "{page}");
    let shown = s.coordinator.get(&list).await;
    assert!(shown.body.contains("新开，用户名和手机号都能登录"), "{}", shown.body);
    assert!(shown.body.contains("安小草 三(2)班"), "whose guardian it is: {}", shown.body);
    let none = s.coordinator.submit(&list, MAKE, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("请先勾上要开账号的家长"), "{}", none.body);
    let made = s.coordinator.submit(&list, MAKE, &[("all", "on")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let slips = s.coordinator.get(made.location()).await;
    assert!(slips.body.contains("给安样父") && slips.body.contains("://naheya.test/slip"), "{}", slips.body);
    let start = slips.body.find("<code>").unwrap() + 6;
    let code = slips.body[start..start + 14].to_owned();
    assert_eq!(s.leader.get(made.location()).await.status, StatusCode::NOT_FOUND, "only who made them sees them");
    let mut guardian = s.site.visitor();
    let asked = guardian.submit("/slip", "/slip", &[("code", &code)]).await;
    let typed = crate::browser::filled(asked.form("/slip"), &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(guardian.post("/slip", &typed).await.location(), "/start");
    assert_eq!(s.coordinator.get(made.location()).await.status, StatusCode::NOT_FOUND, "a used slip is gone");
    let after = s.coordinator.get(&list).await.body;
    assert!(after.contains("已经有账号") && !after.contains("name=\"guardian\""), "{after}");
}

#[tokio::test]
async fn a_list_of_guardians_is_chosen_by_school_and_class_without_script() {
    let mut s = story().await;
    let blank = s.coordinator.get("/accounts/guardians").await.body;
    assert!(blank.contains("选好学校，再选班级") && !blank.contains("安样父"), "{blank}");
    let school = s.coordinator.get(&format!("/accounts/guardians?school={}&class=", s.school)).await.body;
    assert!(school.contains("安样父") && school.contains(&format!("<option value=\"{}\">", s.class)), "{school}");
    let elsewhere = uuid::Uuid::now_v7();
    let odd = s.coordinator.get(&format!("/accounts/guardians?school={elsewhere}&class=x")).await;
    assert!(odd.status == StatusCode::OK && !odd.body.contains("安样父"), "{}", odd.body);
    for odd in ["0", "-1", "9223372036854775807", "x"] {
        let answer = s.coordinator.get(&format!("/accounts/guardians/slips/{odd}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{odd}");
    }
    let mut keeper = s.site.as_role(Role::ItAdmin).await;
    assert_eq!(keeper.get("/accounts/guardians").await.status, StatusCode::FORBIDDEN);
    assert!(!keeper.get("/accounts").await.body.contains("/accounts/guardians"), "a way that leads nowhere");
}
