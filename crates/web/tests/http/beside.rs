//! Two people of the office write about one child at once: who comes second reads her own words beside those of the first.

use axum::http::StatusCode;
use naheya_domain::id::StayId;

use crate::browser::{Browser, Reply, filled};
use crate::story::{Story, TO_SUNDAY, story};

const HERS: &str = "和李样例、安样父都说好了，雪大封路";

fn at(stay: StayId, tail: &str) -> String {
    format!("/stays/{stay}{tail}")
}

fn saw(reply: &Reply, words: &str) {
    assert!(reply.body.contains(words), "{words} is not in {}", reply.body);
}

/// Sunday 18:50, the child is not back, and two of the office have its weekend open.
async fn late() -> (Story, StayId, Browser, Browser) {
    let mut s = story().await;
    let stay = s.released().await;
    s.site.wait_minutes(TO_SUNDAY + 20);
    let (first, second) = (s.office().await, s.office().await);
    (s, stay, first, second)
}

/// The form of a page, filled in and not sent.
async fn begun(browser: &mut Browser, page: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    filled(browser.get(page).await.form(page), typed)
}

#[tokio::test]
async fn a_result_that_comes_second_stands_beside_the_first_until_it_is_thrown_away() {
    let (_s, stay, mut first, mut second) = late().await;
    let page = at(stay, "/result");
    let form = begun(&mut second, &page, &[("outcome", "back"), ("reason", HERS)]).await;
    let written = [("outcome", "family"), ("reason", "爸爸在路口接走了")];
    assert_eq!(first.submit(&page, &page, &written).await.status, StatusCode::SEE_OTHER);
    let beside = second.post(&page, &form).await;
    assert_eq!(beside.status, StatusCode::CONFLICT);
    for words in [HERS, "回到了说好的地方", "爸爸在路口接走了"] {
        saw(&beside, words);
    }
    let again = second.get(&page).await;
    assert_eq!(again.status, StatusCode::OK);
    saw(&again, HERS);
    let removal = format!("/drafts/result-{stay}/removal");
    let gone = second.post(&removal, &again.form(&removal)).await;
    assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, at(stay, "").as_str()));
    let bare = second.get(&page).await;
    assert_eq!((bare.status, bare.location()), (StatusCode::SEE_OTHER, "/board"), "whoever has typed nothing");
}

#[tokio::test]
async fn a_result_that_knows_nothing_of_a_colleagues_is_asked_for_once_more_before_it_stands() {
    let (_s, stay, mut first, mut second) = late().await;
    let page = at(stay, "/result");
    let typed = [("outcome", "back"), ("reason", HERS)];
    let form = begun(&mut second, &page, &typed).await;
    first.submit(&page, &page, &[("outcome", "hospital"), ("reason", "发烧，在旗医院打针")]).await;
    let asked = second.post(&page, &form).await;
    assert_eq!(asked.status, StatusCode::CONFLICT, "the child is in hospital by now");
    for words in [HERS, "发烧，在旗医院打针"] {
        saw(&asked, words);
    }
    saw(&first.get(&at(stay, "")).await, "/regain\"");
    let sure = second.post(&page, &filled(asked.form(&page), &typed)).await;
    assert_eq!((sure.status, sure.location()), (StatusCode::SEE_OTHER, "/board"), "{}", sure.body);
}

#[tokio::test]
async fn a_later_return_that_comes_after_a_result_stands_beside_it() {
    let (_s, stay, mut first, mut second) = late().await;
    let (page, result) = (at(stay, "/later"), at(stay, "/result"));
    let form = begun(&mut second, &page, &[("words", HERS)]).await;
    first.submit(&result, &result, &[("outcome", "hospital"), ("reason", "发烧，在旗医院打针")]).await;
    let beside = second.post(&page, &form).await;
    assert_eq!(beside.status, StatusCode::CONFLICT);
    for words in [HERS, "2026-11-23", "发烧，在旗医院打针"] {
        saw(&beside, words);
    }
}

#[tokio::test]
async fn a_child_that_is_written_down_as_regained_twice_keeps_the_words_of_both() {
    let (_s, stay, mut first, mut second) = late().await;
    let (page, result) = (at(stay, "/regain"), at(stay, "/result"));
    first.submit(&result, &result, &[("outcome", "hospital"), ("reason", "发烧，在旗医院打针")]).await;
    let form = begun(&mut second, &page, &[("words", HERS)]).await;
    let regained = first.submit(&page, &page, &[("words", "烧退了，李样例接回家了")]).await;
    assert_eq!(regained.status, StatusCode::SEE_OTHER, "{}", regained.body);
    let beside = second.post(&page, &form).await;
    assert_eq!(beside.status, StatusCode::CONFLICT);
    for words in [HERS, "烧退了，李样例接回家了"] {
        saw(&beside, words);
    }
}

#[tokio::test]
async fn what_was_typed_of_a_child_whom_the_reader_does_not_see_is_absent_like_any_other() {
    let (_s, stay, _, mut second) = late().await;
    let form = begun(&mut second, &at(stay, "/result"), &[("outcome", "back"), ("reason", HERS)]).await;
    for tail in ["/result", "/later", "/regain", "/hand-back"] {
        let absent = format!("/stays/0190a6e0-0000-7000-8000-000000000000{tail}");
        assert_eq!(second.post(&absent, &form).await.status, StatusCode::NOT_FOUND, "{tail}");
    }
}

#[tokio::test]
async fn why_a_weekend_is_refused_is_shown_again_when_a_colleague_has_approved_it() {
    let mut s = story().await;
    let stay = s.endorsed().await;
    let (page, refusal) = (at(stay, ""), at(stay, "/refusal"));
    let form = filled(s.leader.get(&page).await.form(&refusal), &[("words", "家里要来客人")]);
    s.coordinator.submit(&page, &at(stay, "/approval"), &[]).await;
    let late = s.leader.post(&refusal, &form).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    saw(&late, "家里要来客人");
}
