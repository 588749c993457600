//! A child that leaves or rests: what goes with it is read first, and a pair ends on its own page before.

use naheya_domain::Role;

use crate::child::child;
use crate::site::site;
use crate::story::story;

#[tokio::test]
async fn leaving_and_resting_say_what_goes_with_them_before_the_press() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut me = site.as_role(Role::Coordinator).await;
    let (page, action) = (format!("/children/{id}"), format!("/children/{id}/state"));
    let first = me.get(&page).await.body;
    assert!(first.contains("<summary>离开项目</summary><p class=\"small\">离开以后列在“已离开”里"), "{first}");
    me.submit(&page, &action, &[("next", "enrolled")]).await;
    let enrolled = me.get(&page).await.body;
    assert!(enrolled.contains("<summary>暂停</summary><p class=\"small\">排好的周末会一起取消"), "{enrolled}");
    assert!(!enrolled.contains("看这一对"), "there is none");
    me.submit(&page, &action, &[("next", "left")]).await;
    let left = me.get(&page).await.body;
    assert!(left.contains("name=\"next\" value=\"applying\"") && !left.contains("<summary>暂停"), "{left}");
}

#[tokio::test]
async fn a_child_with_a_pair_is_led_to_the_pair_before_it_leaves() {
    let mut s = story().await;
    let page = s.coordinator.get(&format!("/children/{}", s.child)).await.body;
    assert!(page.contains("<summary>离开项目</summary><p class=\"small\">还和李样例结着对"), "{page}");
    let way = format!("href=\"/pairs/{}\">看这一对</a>", s.pair);
    assert_eq!(page.matches(&way).count(), 2, "beside her name, and where the child would leave: {page}");
    assert!(!page.contains("value=\"left\""), "no button that is always refused");
}
