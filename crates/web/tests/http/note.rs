//! Notes of a weekend: pictures come back small and without their place, a worry goes its own way.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::id::{PictureId, StayId};
use naheya_domain::viewer::Place;
use naheya_store::consent::Purpose;

use crate::browser::{Browser, Reply, filled};
use crate::story::{Story, consent, story};

const WORDS: &str = "她教我家小的画马";

/// A JPEG with a camera's data in it, as phones send.
fn jpeg() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(900, 600, |x, y| image::Rgb([x as u8, y as u8, 90]));
    let mut plain = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut plain).encode_image(&picture).unwrap();
    let data = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0SECRETPLACE";
    let mut whole = plain[..2].to_vec();
    whole.extend([0xFF, 0xE1]);
    whole.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
    whole.extend(data);
    whole.extend(&plain[2..]);
    whole
}

/// Sends the form of the note with these fields and pictures.
async fn send(browser: &mut Browser, stay: StayId, typed: &[(&str, &str)], pictures: &[Vec<u8>]) -> Reply {
    let page = format!("/stays/{stay}/note");
    let shown = browser.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let mut body = Vec::new();
    for (field, value) in filled(shown.form(&page), typed).iter().filter(|(n, _)| n != "pictures") {
        let part = format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for picture in pictures {
        let head = "--B\r\nContent-Disposition: form-data; name=\"pictures\"; filename=\"1.jpg\"\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(picture);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--B--\r\n");
    browser.post_body(&page, "multipart/form-data; boundary=B", body).await
}

async fn with_photo_consent() -> (Story, StayId) {
    let mut s = story().await;
    s.site.system().save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    let stay = s.released().await;
    (s, stay)
}

fn first_picture(page: &Reply) -> PictureId {
    let id = page.body.split("src=\"/pictures/").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    PictureId::parse(id.split('"').next().unwrap()).unwrap()
}

#[tokio::test]
async fn a_picture_comes_back_small_upright_and_without_its_place() {
    let (mut s, stay) = with_photo_consent().await;
    let typed = [("words", WORDS), ("worried", "no"), ("kinds", "reading")];
    let reply = send(&mut s.mother, stay, &typed, &[jpeg(), jpeg()]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let page = s.mother.get(reply.location()).await;
    assert!(page.body.contains(WORDS) && page.body.matches("<img").count() == 2, "{}", page.body);
    let picture = format!("/pictures/{}", first_picture(&page));
    let shown = s.coordinator.get(&picture).await;
    assert_eq!((shown.status, shown.header("content-type")), (StatusCode::OK, "image/jpeg"));
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(!shown.body.contains("SECRETPLACE") && !shown.body.contains("Exif"));
    let father = s.site.as_grant(Role::Guardian, Place::Person(s.guardian.0)).await;
    for (mut browser, status) in [
        (father, StatusCode::OK),
        (s.teacher.clone(), StatusCode::NOT_FOUND),
        (s.site.as_role(Role::Volunteer).await, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(browser.get(&picture).await.status, status);
    }
    assert_eq!(s.site.visitor().get(&picture).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_withdrawn_photo_consent_hides_the_picture_and_refuses_new_ones_in_words() {
    let mut s = story().await;
    let photo = s.site.system().save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    let stay = s.released().await;
    let typed = [("words", WORDS), ("worried", "no")];
    let reply = send(&mut s.mother, stay, &typed, &[jpeg()]).await;
    let note = reply.location().to_owned();
    let picture = format!("/pictures/{}", first_picture(&s.mother.get(&note).await));
    let withdraw = naheya_store::consent::WithdrawConsent { consent: photo, how: "电话".into() };
    s.site.system().save(withdraw).await.unwrap();
    assert_eq!(s.mother.get(&picture).await.status, StatusCode::NOT_FOUND);
    assert!(!s.mother.get(&note).await.body.contains("<img"));
    let refused = send(&mut s.mother, stay, &typed, &[jpeg()]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for words in ["家长还没有同意拍照", WORDS] {
        assert!(refused.body.contains(words), "{}", refused.body);
    }
}

#[tokio::test]
async fn what_is_no_picture_too_many_or_too_large_is_said_and_the_words_stay() {
    let (mut s, stay) = with_photo_consent().await;
    let typed = [("words", WORDS), ("worried", "no")];
    let mut cut = jpeg();
    cut.truncate(40);
    let ten = vec![jpeg(); 10];
    let cases: [(&[Vec<u8>], &str); 4] = [
        (&[b"%PDF-1.7 not a picture".to_vec()], "不是照片"),
        (&[cut], "打不开"),
        (&ten, "最多 9 张"),
        (&[vec![0xFF; 20 * 1024 * 1024 + 1]], "超过 20 MB"),
    ];
    for (pictures, words) in cases {
        let reply = send(&mut s.mother, stay, &typed, pictures).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        for words in [words, WORDS, "照片没有存下来，请再选一次"] {
            assert!(reply.body.contains(words), "{words}: {}", reply.body);
        }
    }
    assert!(s.mother.get("/notes").await.body.contains("还有 1 个周末没写"));
}

#[tokio::test]
async fn the_question_after_worries_has_no_answer_beforehand_and_must_be_answered() {
    let (mut s, stay) = with_photo_consent().await;
    let page = s.mother.get(&format!("/stays/{stay}/note")).await;
    assert!(!page.body.contains(" checked"));
    let unanswered = send(&mut s.mother, stay, &[("words", WORDS)], &[]).await;
    assert_eq!(unanswered.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unanswered.body.contains("请选一项：有没有让您担心的事？") && unanswered.body.contains(WORDS));
    let wordless = send(&mut s.mother, stay, &[("words", WORDS), ("worried", "yes")], &[]).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let empty = send(&mut s.mother, stay, &[("words", ""), ("worried", "no")], &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let long = "长".repeat(4001);
    for typed in [[("words", long.as_str()), ("worry", "")], [("words", "<script>"), ("worry", long.as_str())]] {
        let reply = send(&mut s.mother, stay, &[typed[0], typed[1], ("worried", "no")], &[]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!reply.body.contains("<script>"));
    }
}

#[tokio::test]
async fn a_worry_in_a_note_that_was_begun_is_kept_nowhere_and_asked_for_anew() {
    let (mut s, stay) = with_photo_consent().await;
    let (page, worry) = (format!("/stays/{stay}/note"), [("worried", "yes"), ("worry", "手臂上有伤")]);
    let wordless = send(&mut s.mother, stay, &[("words", ""), worry[0], worry[1]], &[]).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wordless.body.contains("手臂上有伤"), "it stands in the form that came back: {}", wordless.body);
    assert!(!s.mother.get(&page).await.body.contains("手臂上有伤"));

    let typed = filled(s.mother.get(&page).await.form(&page), &[("words", WORDS), worry[0], worry[1]]);
    let kept = s.mother.post(&format!("/drafts/note-{stay}"), &typed).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let again = s.mother.get(&page).await.body;
    assert!(again.contains(WORDS) && !again.contains("手臂上有伤") && !again.contains(" checked"), "{again}");
}

#[tokio::test]
async fn a_worry_reaches_its_handlers_and_nobody_who_reads_the_note() {
    let (mut s, stay) = with_photo_consent().await;
    const WORRY: &str = "胳膊上有一块青的";
    let typed = [("words", WORDS), ("worried", "yes"), ("worry", WORRY)];
    let reply = send(&mut s.mother, stay, &typed, &[]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    let concerns = s.leader.get("/concerns").await;
    assert_eq!(concerns.body.matches("class=\"what\"").count(), 1);
    let mut father = s.site.as_grant(Role::Guardian, Place::Person(s.guardian.0)).await;
    let note = reply.location().to_owned();
    for (browser, page) in [(&mut father, note.as_str()), (&mut s.coordinator, "/notes"), (&mut s.mother, "/notes")] {
        let shown = browser.get(page).await;
        assert!(shown.body.contains(WORDS) && !shown.body.contains(WORRY), "{page}: {}", shown.body);
    }
}

#[tokio::test]
async fn a_note_begun_on_the_road_does_not_say_that_the_child_is_at_her_home() {
    let mut s = story().await;
    let stay = s.released().await;
    let page = s.mother.get(&format!("/stays/{stay}/note")).await.body;
    assert!(page.contains("接走，还没送回。") && !page.contains("现在在您家"), "{page}");
    assert!(page.contains("<h1 class=\"hello\">这个周末，"), "a heading breaks behind its comma only: {page}");
}

#[tokio::test]
async fn a_note_is_changed_for_a_day_and_a_double_tap_makes_one() {
    let (mut s, stay) = with_photo_consent().await;
    let reply = send(&mut s.mother, stay, &[("words", WORDS), ("worried", "no")], &[]).await;
    let note = reply.location().to_owned();
    let changed = s.mother.submit(&note, &note, &[("words", "画的是羊")]).await;
    assert_eq!(changed.location(), note);
    let page = s.mother.get(&note).await;
    assert!(page.body.contains("画的是羊"));
    let form = page.form(&note);
    let empty = s.mother.post(&note, &filled(form.clone(), &[("words", "")])).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    s.site.wait_minutes(24 * 60 + 1);
    let late = s.mother.post(&note, &filled(form, &[("words", "画的是牛")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("过了 24 小时") && !s.mother.get(&note).await.body.contains("画的是牛"));
    let mut stranger = s.site.as_role(Role::Volunteer).await;
    assert_eq!(stranger.get(&note).await.status, StatusCode::NOT_FOUND);
}
