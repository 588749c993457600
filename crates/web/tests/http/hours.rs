//! The book of hours as pages: hers and the office's, two people for what does not come from a stay.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_store::audit::AuditFilter;

use crate::browser::filled;
use crate::export::cells;
use crate::story::{Story, TO_SUNDAY, story};

const SERVICE: [(&str, &str); 5] =
    [("kind", "training"), ("on", "2026-11-14"), ("from", "9:00"), ("to", "11:30"), ("words", "讲急救")];

async fn back(s: &mut Story) {
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY - 60);
    let reply = s.teacher.submit("/sunday", &format!("/stays/{stay}/return"), &[]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
}

#[tokio::test]
async fn she_sees_each_weekend_with_its_days_and_the_sum() {
    let mut s = story().await;
    assert!(s.mother.get("/hours").await.body.contains("还没有时长"));
    back(&mut s).await;
    let minutes = s.site.system().hours(s.carer.volunteer).await.unwrap().minutes();
    let exact = format!("{} 小时", minutes / 60);
    let page = s.mother.get("/hours").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("安小草") && page.body.contains(&exact), "{}", page.body);
    assert!(page.body.contains("超过一天最多能记的"), "the days that were longer are named");
    assert!(s.mother.get("/home").await.body.contains("href=\"/hours\""));
    let book = s.mother.get(&format!("/volunteers/{}/hours.xlsx", s.carer.volunteer)).await;
    assert!(book.status == StatusCode::OK && book.header("content-type").contains("spreadsheetml"));
    let trail = s.site.system().child_trail(s.child).await.unwrap();
    assert!(
        trail.iter().any(|line| line.fields == "export" && line.role == "volunteer"),
        "a file that left is no look"
    );
}

#[tokio::test]
async fn whoever_looks_at_a_pair_has_looked_at_the_child() {
    let mut s = story().await;
    let by = async |role: &str| {
        let trail = s.site.system().child_trail(s.child).await.unwrap();
        trail.iter().filter(|line| line.act == "look" && line.role == role).count()
    };
    let before = by("coordinator").await;
    let page = s.coordinator.get(&format!("/pairs/{}", s.pair)).await;
    assert!(page.status == StatusCode::OK && page.body.contains("安小草"), "{}", page.body);
    assert_eq!(by("coordinator").await, before + 1);
}

#[tokio::test]
async fn service_is_entered_by_one_and_confirmed_by_another() {
    let mut s = story().await;
    let of = format!("/volunteers/{}/hours", s.carer.volunteer);
    let new = format!("{of}/new");
    let wrong = s.coordinator.submit(&new, &of, &[("words", "讲急救"), ("on", "2026-11-14"), ("from", "9点")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("讲急救") && wrong.body.contains("f-from"), "nothing typed is lost");
    let form = filled(s.coordinator.get(&new).await.form(&of), &SERVICE);
    assert_eq!(s.coordinator.post(&of, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(s.coordinator.post(&of, &form).await.status, StatusCode::SEE_OTHER, "a double tap");
    let waiting = s.site.system().hours_claims().await.unwrap().waiting;
    assert_eq!(waiting.len(), 1, "makes one record");
    let yes = format!("/hours-claims/{}/confirmation", waiting[0].id);
    assert!(!s.coordinator.get("/hours-claims").await.body.contains(&yes), "the own entry has no such button");
    assert!(s.leader.get("/volunteers").await.body.contains("/hours-claims"));
    assert_eq!(s.leader.submit("/hours-claims", &yes, &[]).await.status, StatusCode::SEE_OTHER);
    let hers = s.mother.get("/hours").await;
    assert!(hers.body.contains("2 小时 30 分") && hers.body.contains("讲急救"), "{}", hers.body);
}

#[tokio::test]
async fn one_training_is_entered_for_several_at_once_or_for_nobody() {
    let mut s = story().await;
    let person = [("name", "赵样例"), ("phone", "13900000002"), ("birth_on", "1986-04-06"), ("travel_minutes", "20")];
    s.coordinator.submit("/volunteers/new", "/volunteers", &person).await;
    let of = format!("/volunteers/{}/hours", s.carer.volunteer);
    let new = format!("{of}/new");
    let typed = |others: &'static str| [&SERVICE[..], &[("others", others)]].concat();
    let unknown = s.coordinator.submit(&new, &of, &typed("赵样例、钱样例")).await.body;
    assert!(unknown.contains("钱样例没找到") && unknown.contains("value=\"赵样例、钱样例\""), "{unknown}");
    let twice = s.coordinator.submit(&new, &of, &typed("赵样例，赵样例")).await.body;
    assert!(twice.contains("赵样例这段时间已经记过"), "{twice}");
    assert!(s.site.system().hours_claims().await.unwrap().waiting.is_empty(), "nothing is kept by halves");
    assert_eq!(s.coordinator.submit(&new, &of, &typed("赵样例")).await.location(), "/hours-claims");
    let waiting = s.site.system().hours_claims().await.unwrap().waiting;
    let mut whose: Vec<&str> = waiting.iter().map(|claim| claim.volunteer_name.as_str()).collect();
    whose.sort_unstable();
    assert_eq!(whose, ["李样例", "赵样例"]);
    assert!(waiting.iter().all(|claim| claim.span == waiting[0].span), "of the same times");
}

#[tokio::test]
async fn a_correction_is_asked_for_with_a_reason_and_told_to_her() {
    let mut s = story().await;
    back(&mut s).await;
    s.site.wait_minutes(24 * 60);
    let (mut office, mut leader) = (s.office().await, s.site.as_role(Role::Leader).await);
    let entry = s.site.system().hours(s.carer.volunteer).await.unwrap().lines[0].entry.unwrap();
    let page = format!("/hours/{entry}/correction");
    let silent = office.submit(&page, &page, &[("how", "nothing")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = [("how", "nothing"), ("reason", "那天住在亲戚家")];
    assert_eq!(office.submit(&page, &page, &said).await.status, StatusCode::SEE_OTHER);
    let waiting = s.site.system().hours_claims().await.unwrap().waiting;
    let no = format!("/hours-claims/{}/refusal", waiting[0].id);
    let bare = leader.submit("/hours-claims", &no, &[("answer", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a no says why");
    let yes = format!("/hours-claims/{}/confirmation", waiting[0].id);
    assert_eq!(leader.submit("/hours-claims", &yes, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(s.mother.get("/hours").await.body.contains("那天住在亲戚家"));
    assert_eq!(office.get(&page).await.status, StatusCode::CONFLICT, "it has been corrected");
}

#[tokio::test]
async fn a_correction_begun_before_a_colleagues_goes_on_for_the_line_that_counts_now() {
    let mut s = story().await;
    back(&mut s).await;
    s.site.wait_minutes(24 * 60);
    let (mut office, mut leader) = (s.office().await, s.site.as_role(Role::Leader).await);
    let entry = async || s.site.system().hours(s.carer.volunteer).await.unwrap().lines[0].entry;
    let before = entry().await.unwrap();
    let page = format!("/hours/{before}/correction");
    let mine = [("how", "times"), ("from", "18:00"), ("reason", "门卫说六点才走")];
    let form = filled(office.get(&page).await.form(&page), &mine);
    let theirs = [("how", "times"), ("from", "20:00"), ("reason", "那天住在亲戚家")];
    assert_eq!(leader.submit(&page, &page, &theirs).await.status, StatusCode::SEE_OTHER);
    let waiting = s.site.system().hours_claims().await.unwrap().waiting;
    let yes = format!("/hours-claims/{}/confirmation", waiting[0].id);
    assert_eq!(s.office().await.submit("/hours-claims", &yes, &[]).await.status, StatusCode::SEE_OTHER);
    let now = format!("/hours/{}/correction", entry().await.unwrap());
    assert_ne!(page, now);
    let late = office.post(&page, &form).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("门卫说六点才走") && late.body.contains("上面是现在的"), "{}", late.body);
    assert!(office.get(&page).await.body.contains("门卫说六点才走"), "what was begun is there again");
    let sent = office.post(&now, &filled(late.form(&now), &mine)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert_eq!(office.get(&page).await.status, StatusCode::CONFLICT, "and gone once it is sent");
}

#[tokio::test]
async fn why_hours_go_back_is_there_again_when_it_could_not_be_kept() {
    let mut s = story().await;
    let of = format!("/volunteers/{}/hours", s.carer.volunteer);
    s.coordinator.submit(&format!("{of}/new"), &of, &SERVICE).await;
    let waiting = s.site.system().hours_claims().await.unwrap().waiting;
    let at = |tail: &str| format!("/hours-claims/{}/{tail}", waiting[0].id);
    let form = s.leader.get("/hours-claims").await.form(&at("refusal"));
    let long = s.leader.post(&at("refusal"), &filled(form.clone(), &[("answer", &"长".repeat(201))])).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.body.contains(&"长".repeat(201)), "nothing typed is lost");
    assert_eq!(s.office().await.submit("/hours-claims", &at("confirmation"), &[]).await.status, StatusCode::SEE_OTHER);
    let late = s.leader.post(&at("refusal"), &filled(form, &[("answer", "那天没有课")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("那天没有课"), "{}", late.body);
}

#[tokio::test]
async fn a_book_is_not_there_for_others() {
    let mut s = story().await;
    let of = format!("/volunteers/{}/hours", s.carer.volunteer);
    for mut other in [s.teacher.clone(), s.site.as_role(Role::Volunteer).await, s.site.as_role(Role::TownWorker).await]
    {
        assert!(other.get(&of).await.is_refused());
        assert!(other.get("/hours-claims").await.is_refused());
    }
    assert_eq!(s.mother.get(&of).await.status, StatusCode::OK);
    assert_eq!(s.mother.get(&format!("{of}/new")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn claims_of_hours_as_excel_keep_what_was_written_in_the_house() {
    let mut s = story().await;
    assert!(!s.coordinator.get("/hours-claims").await.body.contains("/hours-claims.xlsx"), "nothing to take out");
    let of = format!("/volunteers/{}/hours", s.carer.volunteer);
    s.coordinator.submit(&format!("{of}/new"), &of, &SERVICE).await;
    assert!(s.coordinator.get("/hours-claims").await.body.contains("/hours-claims.xlsx"));
    let rows = cells(&s.coordinator.get("/hours-claims.xlsx").await.bytes);
    let row = rows.iter().find(|row| row[1] == "讲了培训").unwrap();
    assert_eq!([&row[2], &row[3], &row[5]], ["2026-11-14 09:00", "2026-11-14 11:30", "等确认"], "{rows:?}");
    assert!(!row[0].is_empty() && !rows.iter().flatten().any(|cell| cell.contains("讲急救")), "{rows:?}");
    let out = async |noun: &str| {
        let filter = AuditFilter { noun: Some(noun.into()), ..AuditFilter::default() };
        let (trail, _) = s.site.system().audit_events(&filter).await.unwrap();
        trail.iter().filter(|line| line.fields == "export").count()
    };
    assert_eq!((out("hours_claims").await, out("volunteers").await), (1, 1), "whoever is named stands in the trail");
    assert_eq!(s.teacher.get("/hours-claims.xlsx").await.status, StatusCode::NOT_FOUND);
    assert_eq!(s.mother.get("/hours-claims.xlsx").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_correction_of_a_line_that_was_credited_anew_says_so_where_it_is_decided() {
    let mut s = story().await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY - 60);
    let here = format!("/stays/{stay}/return");
    assert_eq!(s.teacher.submit("/sunday", &here, &[]).await.status, StatusCode::SEE_OTHER);
    let entry = s.site.system().hours(s.carer.volunteer).await.unwrap().lines[0].entry.unwrap();
    let page = format!("/hours/{entry}/correction");
    let (mut office, mut leader) = (s.office().await, s.site.as_role(Role::Leader).await);
    let said = [("how", "nothing"), ("reason", "那天住在亲戚家")];
    assert_eq!(office.submit(&page, &page, &said).await.status, StatusCode::SEE_OTHER);
    let undone = s.teacher.submit("/sunday", &format!("{here}/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.body);
    s.site.wait_minutes(5);
    assert_eq!(s.teacher.submit("/sunday", &here, &[]).await.status, StatusCode::SEE_OTHER);
    let decides = leader.get("/hours-claims").await.body;
    assert!(decides.contains("这一条又重新记过") && decides.contains("请写的人收回"), "{decides}");
    assert!(!decides.contains("/confirmation\""), "nobody can confirm it: {decides}");
    let now = s.site.system().hours(s.carer.volunteer).await.unwrap().lines[0].entry.unwrap();
    let own = office.get("/hours-claims").await.body;
    assert!(own.contains(&format!("href=\"/hours/{now}/correction\"")) && own.contains("/withdrawal\""), "{own}");
}
