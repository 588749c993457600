//! Two people change one record: nothing is overwritten, what does not clash is joined, the rest is chosen.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::{ChildId, RoundId};
use naheya_store::child::OpenFile;

use crate::browser::{Browser, Reply, filled};
use crate::child::{child, details};
use crate::round::opened;
use crate::site::{Site, site};
use crate::story::story;

type Form = Vec<(String, String)>;

/// A child's file opened by one person while another changes it.
struct Two {
    site: Site,
    id: ChildId,
    mine: Browser,
    opened: Form,
}

async fn two(changes: &[(&str, &str)]) -> Two {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let (page, action) = (format!("/children/{id}/edit"), format!("/children/{id}"));
    let mut mine = site.as_role(Role::Coordinator).await;
    let mut other = site.as_role(Role::Leader).await;
    let opened = mine.get(&page).await.form(&action);
    site.wait_minutes(2);
    let done = other.submit(&page, &action, changes).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    Two { site, id, mine, opened }
}

impl Two {
    fn action(&self) -> String {
        format!("/children/{}", self.id)
    }

    async fn send(&mut self, form: Form, typed: &[(&str, &str)]) -> Reply {
        let action = self.action();
        self.mine.post(&action, &filled(form, typed)).await
    }

    async fn stale(&mut self, typed: &[(&str, &str)]) -> (Form, String) {
        let back = self.send(self.opened.clone(), typed).await;
        assert_eq!(back.status, StatusCode::CONFLICT, "{}", back.body);
        (back.form(&self.action()), back.body)
    }

    async fn kept(&self) -> [String; 3] {
        let file = self.site.system().child_fields(self.id).await.unwrap();
        [file.likes, file.vital, file.address].map(Option::unwrap_or_default)
    }
}

fn value<'f>(form: &'f Form, name: &str) -> &'f str {
    form.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
}

#[tokio::test]
async fn what_one_of_two_changed_is_joined_and_what_both_changed_is_chosen() {
    let mut two = two(&[("likes", "画画"), ("address", "东街 1 号")]).await;
    let (form, body) = two.stale(&[("likes", "马头琴"), ("vital", "对花生、牛奶过敏")]).await;
    assert_eq!((value(&form, "likes"), value(&form, "theirs.likes")), ("马头琴", "画画"), "what was typed stands");
    assert_eq!((value(&form, "vital"), value(&form, "address")), ("对花生、牛奶过敏", "东街 1 号"));
    assert_eq!(body.matches("class=\"diff\"").count(), 1, "only what clashes stands side by side");
    assert!(body.contains("您写的时候，这里有人也改了") && body.contains("负责人 样例"), "{body}");
    assert!(body.contains("<mark>画画</mark>") && body.contains("<mark>马头琴</mark>"));
    let saved = two.send(form, &[("take.likes", "theirs")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert_eq!(two.kept().await, ["画画", "对花生、牛奶过敏", "东街 1 号"]);
}

#[tokio::test]
async fn changes_that_do_not_meet_are_joined_and_stand_after_one_more_look() {
    let mut two = two(&[("likes", "画画")]).await;
    let (form, body) = two.stale(&[("address", "西街 2 号")]).await;
    assert!(body.contains("已经合好") && !body.contains("class=\"diff\""), "{body}");
    assert_eq!(two.send(form, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(two.kept().await, ["画画", "对花生过敏", "西街 2 号"]);
}

#[tokio::test]
async fn what_is_not_chosen_is_asked_again_with_both_versions_in_sight() {
    let mut two = two(&[("likes", "画画")]).await;
    let (form, _) = two.stale(&[("likes", "马头琴")]).await;
    let asked = two.send(form, &[]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.body.contains("两份不一样，选一份") && asked.body.contains("class=\"diff\""), "{}", asked.body);
    assert_eq!(two.kept().await[0], "画画", "nothing is saved over anybody");
    let form = asked.form(&two.action());
    let faulty = two.send(form, &[("take.likes", "both"), ("name", "")]).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = faulty.form(&two.action());
    assert_eq!((value(&form, "likes"), value(&form, "take.likes")), ("马头琴", "both"), "a choice outlives a fault");
    assert_eq!(two.send(form, &[("name", "安小草")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(two.kept().await[0], "马头琴；画画");
}

#[tokio::test]
async fn a_third_change_is_told_again() {
    let mut two = two(&[("likes", "画画")]).await;
    let (form, _) = two.stale(&[("likes", "马头琴")]).await;
    let (page, action) = (format!("{}/edit", two.action()), two.action());
    let mut third = two.site.as_role(Role::Coordinator).await;
    assert_eq!(third.submit(&page, &action, &[("likes", "足球")]).await.status, StatusCode::SEE_OTHER);
    let again = two.send(form, &[("take.likes", "mine")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let form = again.form(&action);
    assert_eq!((value(&form, "likes"), value(&form, "theirs.likes")), ("马头琴", "足球"));
    assert_eq!(two.send(form, &[("take.likes", "mine")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(two.kept().await[0], "马头琴");
}

#[tokio::test]
async fn without_the_version_that_both_began_with_whatever_differs_is_asked() {
    let mut two = two(&[("likes", "画画")]).await;
    let (form, body) = two.stale(&[("base", ""), ("address", "西街 2 号")]).await;
    assert_eq!(body.matches("class=\"diff\"").count(), 2, "{body}");
    let saved = two.send(form, &[("take.likes", "theirs"), ("take.address", "mine")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(two.kept().await, ["画画", "对花生过敏", "西街 2 号"]);
}

#[tokio::test]
async fn what_is_locked_is_not_told_by_a_comparison_and_not_overwritten_unasked() {
    let mut two = two(&[("health", "示例病史甲")]).await;
    let (form, body) = two.stale(&[("health", "示例病史乙")]).await;
    assert!(!body.contains("示例病史甲"), "locked words are shown to nobody");
    assert!(body.contains("内容上锁，这里看不到"), "{body}");
    assert_eq!(value(&form, "theirs.health"), "");
    let form = filled(form, &[("health", "示例病史乙")]);
    assert_eq!(two.send(form.clone(), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(two.send(form, &[("take.health", "theirs")]).await.status, StatusCode::SEE_OTHER);
    let secret = two.site.system().child_secret(two.id, "核对病史").await.unwrap();
    assert_eq!(secret.health.as_deref(), Some("示例病史甲"));
}

#[tokio::test]
async fn locked_words_leave_no_print_in_the_form() {
    let site = site().await;
    let mut typed = details(&site, "安小草");
    typed.health = Some("示例病史".into());
    let id = site.system().save(OpenFile { details: typed }).await.unwrap();
    let mut me = site.as_role(Role::Coordinator).await;
    let form = me.get(&format!("/children/{id}/edit")).await.form(&format!("/children/{id}"));
    let base = value(&form, "base");
    assert!(base.contains(";likes=") && !base.contains("health"), "{base}");
}

#[tokio::test]
async fn a_draft_with_an_open_choice_comes_back_with_it() {
    let mut two = two(&[("likes", "画画")]).await;
    let (mut form, _) = two.stale(&[("likes", "马头琴")]).await;
    form.retain(|(name, _)| name != "key");
    let draft = format!("/drafts/child-{}", two.id);
    assert_eq!(two.mine.post(&draft, &form).await.status, StatusCode::NO_CONTENT);
    let page = format!("{}/edit", two.action());
    let resumed = two.mine.get(&page).await;
    assert!(resumed.body.contains("class=\"diff\"") && resumed.body.contains("<mark>画画</mark>"), "{}", resumed.body);
    let form = resumed.form(&two.action());
    assert_eq!(two.send(form.clone(), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "still to be chosen");
    assert_eq!(two.send(form, &[("take.likes", "mine")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(two.kept().await[0], "马头琴");
}

#[tokio::test]
async fn settings_of_two_people_are_joined() {
    let site = site().await;
    let mut leader = site.as_role(Role::Leader).await;
    let mut other = site.as_role(Role::ItAdmin).await;
    let old = other.get("/settings").await.form("/settings");
    leader.submit("/settings", "/settings", &[("police", "50"), ("stale_months", "3")]).await;
    let late = other.post("/settings", &filled(old, &[("shared_idle", "20"), ("stale_months", "4")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let form = late.form("/settings");
    assert_eq!((value(&form, "police"), value(&form, "shared_idle")), ("50", "20"));
    assert_eq!((value(&form, "stale_months"), value(&form, "theirs.stale_months")), ("4", "3"));
    assert!(late.body.contains("负责人 样例"), "{}", late.body);
    let saved = other.post("/settings", &filled(form, &[("take.stale_months", "theirs")])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let (settings, _) = site.system().settings().await.unwrap();
    assert_eq!((settings.stale_months, settings.shared_idle), (3, 20));
}

#[tokio::test]
async fn an_adult_of_a_child_is_not_overwritten_by_an_older_form() {
    let site = site().await;
    let id = child(&site, "安小草").await;
    let mut mine = site.as_role(Role::Coordinator).await;
    let mut other = site.as_role(Role::Leader).await;
    let add = format!("/children/{id}/guardians");
    let adult = [("name", "安样例"), ("relation", "52"), ("phone", "13900000001")];
    assert_eq!(mine.submit(&format!("{add}/new"), &add, &adult).await.status, StatusCode::SEE_OTHER);
    let file = mine.get(&format!("/children/{id}")).await.body;
    let (new, of) = (format!("{add}/new"), format!("{add}/"));
    let page = file.split("href=\"").find(|rest| rest.starts_with(&of) && !rest.starts_with(&new));
    let page = page.unwrap().split('"').next().unwrap().to_owned();
    let action = page.strip_suffix("/edit").unwrap().to_owned();
    let old = filled(mine.get(&page).await.form(&action), &[("relation", "52")]);
    let changed = other.submit(&page, &action, &[("relation", "52"), ("phone", "13900000002")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let late = mine.post(&action, &filled(old, &[("phone", "13900000003"), ("away", "on")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let form = late.form(&action);
    assert_eq!((value(&form, "phone"), value(&form, "theirs.phone")), ("13900000003", "13900000002"));
    let saved = mine.post(&action, &filled(form, &[("relation", "52"), ("take.phone", "theirs")])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let kept = mine.get(&page).await;
    assert!(kept.body.contains("13900000002") && kept.form(&action).contains(&("away".into(), "on".into())));
}

#[tokio::test]
async fn what_was_said_at_a_parting_is_not_lost_to_an_older_page() {
    let mut s = story().await;
    let page = format!("/pairs/{}", s.pair);
    let keep = format!("{page}/parting");
    let notice = [("notice_on", "2026-11-20"), ("notice_by", "guardian"), ("reason", "family_home")];
    s.coordinator.submit(&page, &format!("{page}/notice"), &notice).await;
    let old = s.leader.get(&page).await.form(&keep);
    let said = [("talk_on", "2026-11-20"), ("talk", "常写信")];
    let first = s.coordinator.submit(&page, &keep, &said).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let late = s.leader.post(&keep, &filled(old, &[("farewell_on", "2026-11-20"), ("talk", "")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("常写信</textarea>"), "both stand: {}", late.body);
    let both = filled(late.form(&keep), &[("talk", "常写信")]);
    assert_eq!(s.leader.post(&keep, &both).await.status, StatusCode::SEE_OTHER);
    let kept = s.coordinator.get(&page).await;
    let form = kept.form(&keep);
    for field in ["talk_on", "farewell_on"] {
        assert_eq!(value(&form, field), "2026-11-20", "{field}");
    }
    assert!(kept.body.contains("常写信</textarea>"), "{}", kept.body);
}

#[tokio::test]
async fn who_gives_notice_after_a_colleague_or_of_a_pair_that_has_ended_is_told_so() {
    let mut s = story().await;
    let page = format!("/pairs/{}", s.pair);
    let (notice, at_once) = (format!("{page}/notice"), format!("{page}/end/at-once"));
    let given = [("notice_on", "2026-11-20"), ("notice_by", "guardian"), ("reason", "family_home")];
    let late = filled(s.coordinator.get(&page).await.form(&notice), &given);
    let first = s.leader.submit(&page, &notice, &given).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let refused = s.coordinator.post(&notice, &late).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("已经有人提出过了"), "{}", refused.body);

    let closed = s.leader.submit(&page, &at_once, &[("reason", "family_home"), ("words", "全家今天搬走")]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    let over = s.coordinator.post(&notice, &late).await;
    assert_eq!(over.status, StatusCode::CONFLICT);
    assert!(over.body.contains("这一对现在不能这样办"), "{}", over.body);
}

#[tokio::test]
async fn a_childs_words_on_a_card_are_not_lost_to_an_older_page() {
    let site = site().await;
    let mut mine = site.as_role(Role::Coordinator).await;
    let mut other = site.as_role(Role::Leader).await;
    let (round, _) = opened(&site, &mut mine).await;
    let id = RoundId::parse(round.rsplit('/').next().unwrap()).unwrap();
    let child = site.system().round(id).await.unwrap().children[0].id;
    let card = format!("{round}/children/{child}/card");
    let old = mine.get(&card).await.form(&card);
    let said = other.submit(&card, &card, &[("words", "想学写字，也想养小羊")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let late = mine.post(&card, &filled(old, &[("words", ""), ("care", "怕黑，晚上留一盏灯")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    for words in ["想学写字，也想养小羊", "怕黑，晚上留一盏灯"] {
        assert!(late.body.contains(words), "{words}: {}", late.body);
    }
    assert_eq!(site.system().round(id).await.unwrap().children[0].care, None, "nothing is kept before it is chosen");
}
