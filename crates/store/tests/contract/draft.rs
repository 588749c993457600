use naheya_domain::viewer::Place;
use naheya_domain::{Key, Role};
use naheya_store::draft::{DropDraft, KeepDraft, LONGEST, MOST, Typed, is_name};
use naheya_store::purge::PurgeOld;
use naheya_store::{Error, Submission, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;

on_both_engines![
    a_draft_is_its_writers_alone_and_the_last_words_stand,
    a_draft_goes_after_ninety_days,
    an_account_keeps_so_many_drafts_and_no_more,
    whoever_began_the_form_that_makes_room_is_told_and_what_was_searched_for_goes_first,
    a_draft_whose_form_was_taken_is_gone_also_when_nobody_let_go_of_it,
    words_that_arrive_late_do_not_replace_later_ones,
];

fn keep(form: &str, body: &str) -> KeepDraft {
    KeepDraft { form: form.into(), body: body.into(), page: None }
}

async fn a_draft_is_its_writers_alone_and_the_last_words_stand(ground: Ground) {
    let store = ground.store().await;
    let one = desk_as(&store, Role::Coordinator, Place::County).await;
    let other = desk_as(&store, Role::Coordinator, Place::County).await;
    one.save(keep("child", "name=韩")).await.unwrap();
    one.save(keep("child", "name=韩样草")).await.unwrap();
    let kept = one.draft("child").await.unwrap().unwrap();
    assert_eq!((kept.body.as_str(), kept.at), ("name=韩样草", NOW));
    assert_eq!(other.draft("child").await, Ok(None));
    other.save(DropDraft { form: "child".into() }).await.unwrap();
    assert!(one.draft("child").await.unwrap().is_some(), "nobody throws away what another began");
    one.save(DropDraft { form: "child".into() }).await.unwrap();
    assert_eq!(one.draft("child").await, Ok(None));
    // What an import has put aside is no form.
    assert_eq!(one.save(keep("import", "x=1")).await, Err(Error::NotFound));
    assert!(!is_name("") && !is_name("Child") && !is_name("a/b") && is_name("stay-note-0190a6e0"));
    assert!(matches!(one.save(keep("child", &"x".repeat(LONGEST + 1))).await, Err(Error::Invalid(_))));
    store.close().await.unwrap();
}

async fn words_that_arrive_late_do_not_replace_later_ones(ground: Ground) {
    let store = ground.store().await;
    let one = desk_as(&store, Role::Coordinator, Place::County).await;
    let key = |n: u8| Key::parse(&format!("page-of-this-form-{n}")).unwrap();
    let typed = |n: u8, turn: u64, sent: bool, body: &str| KeepDraft {
        page: Some(Typed { key: key(n), turn, sent }),
        ..keep("child", body)
    };
    let kept = async || one.draft("child").await.unwrap().map(|draft| draft.body);
    one.save(typed(1, 20, false, "name=later")).await.unwrap();
    one.save(typed(1, 10, false, "name=earlier")).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("name=later"));
    one.save(typed(1, 15, true, "name=sent")).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("name=sent"), "what was sent and came back stands");
    one.save(typed(2, 1, false, "name=another page")).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("name=another page"));

    let taken = Submission { key: key(2), body: [1; 32] };
    one.save_once(DropDraft { form: "child".into() }, taken).await.unwrap();
    one.save(typed(2, 30, false, "name=too late")).await.unwrap();
    assert_eq!(kept().await, None, "the form of that page was taken");
    one.save(typed(2, 30, true, "name=sent otherwise")).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("name=sent otherwise"));
    store.close().await.unwrap();
}

async fn a_draft_goes_after_ninety_days(ground: Ground) {
    let store = ground.store().await;
    let writer = desk_as(&store, Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    writer.save(keep("stay", "plan=包饺子")).await.unwrap();
    let after = |days: i64| store.as_system(SystemTask::Job, COUNTY, NOW.plus_minutes(days * 24 * 60));
    after(90).save(PurgeOld).await.unwrap();
    assert!(writer.draft("stay").await.unwrap().is_some());
    after(91).save(PurgeOld).await.unwrap();
    assert_eq!(writer.draft("stay").await, Ok(None));
    store.close().await.unwrap();
}

async fn an_account_keeps_so_many_drafts_and_no_more(ground: Ground) {
    let store = ground.store().await;
    let writer = desk_as(&store, Role::Coordinator, Place::County).await;
    for n in 0..=MOST {
        writer.save(keep(&format!("form-{n}"), "a=1")).await.unwrap();
    }
    let mut kept = 0;
    for n in 0..=MOST {
        kept += usize::from(writer.draft(&format!("form-{n}")).await.unwrap().is_some());
    }
    assert_eq!(kept, MOST);
    assert!(writer.draft(&format!("form-{MOST}")).await.unwrap().is_some());
    store.close().await.unwrap();
}

async fn whoever_began_the_form_that_makes_room_is_told_and_what_was_searched_for_goes_first(ground: Ground) {
    let store = ground.store().await;
    let writer = desk_as(&store, Role::Coordinator, Place::County).await;
    let told = async || ground.texts("SELECT kind FROM outbox WHERE kind = 'draft.gone'").await.len();
    let later = |minutes: i64| store.desk_of_grant(writer.viewer().grant, NOW.plus_minutes(minutes));
    for n in 0..MOST - 1 {
        writer.save(keep(&format!("form-{n}"), "a=1")).await.unwrap();
    }
    later(1).await.unwrap().save(keep("search-children", "q=an")).await.unwrap();
    let writer = later(2).await.unwrap();
    writer.save(keep("form-new", "a=1")).await.unwrap();
    assert_eq!(writer.draft("search-children").await, Ok(None));
    assert_eq!(told().await, 0, "it is soon typed again");
    writer.save(keep("form-newer", "a=1")).await.unwrap();
    assert_eq!(told().await, 1);
    writer.save(keep("form-newer", "a=2")).await.unwrap();
    assert_eq!(told().await, 1, "who goes on writing loses nothing");
    store.close().await.unwrap();
}

async fn a_draft_whose_form_was_taken_is_gone_also_when_nobody_let_go_of_it(ground: Ground) {
    let store = ground.store().await;
    let one = desk_as(&store, Role::Coordinator, Place::County).await;
    let key = || Key::parse("page-of-this-form-1").unwrap();
    let typed = |turn: u64, sent: bool, body: &str| KeepDraft {
        page: Some(Typed { key: key(), turn, sent }),
        ..keep("child", body)
    };
    one.save(typed(5, false, "name=begun")).await.unwrap();
    assert!(one.draft("child").await.unwrap().is_some());
    // The process fell between the two acts: the form was taken, and nothing else came.
    let later = store.desk_of_grant(one.viewer().grant, NOW.plus_minutes(1)).await.unwrap();
    let taken = Submission { key: key(), body: [1; 32] };
    later.save_once(DropDraft { form: "another".into() }, taken).await.unwrap();
    assert_eq!(later.draft("child").await, Ok(None));
    let later = store.desk_of_grant(one.viewer().grant, NOW.plus_minutes(2)).await.unwrap();
    later.save(typed(6, true, "name=sent otherwise")).await.unwrap();
    assert!(later.draft("child").await.unwrap().is_some());
    store.close().await.unwrap();
}
