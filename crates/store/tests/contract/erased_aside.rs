//! What lies put aside when a file is erased: imports that can still be taken back, rows that they left out, uploads, forms that
//! name the child only in what stands in them, searches.

use naheya_domain::child::ChildState;
use naheya_domain::id::ChildId;
use naheya_store::child::{ChangeState, ChildFilter};
use naheya_store::draft::KeepDraft;
use naheya_store::erasure::{ApproveErasure, ThrowUploadAway};
use naheya_store::import::{ImportRoster, KeepUpload, LeftOut, Lines, UndoImport, Uploaded};
use naheya_store::{Desk, Error, Letter, SystemTask};

use crate::erasure::{asked, code, erase, left};
use crate::ground::{COUNTY, Ground, NOW};
use crate::import::{child, import, number};
use crate::notice::leave;
use crate::on_both_engines;
use crate::story::{Story, literal, story};

on_both_engines![
    an_import_is_taken_back_but_for_the_row_of_an_erased_file,
    rows_that_an_import_left_out_go_with_an_erased_file_and_are_said_before,
    an_upload_stands_before_an_erasure_until_it_is_thrown_away,
    whose_upload_was_thrown_away_for_an_erasure_reads_why_unless_she_did_it_herself,
    an_upload_is_thrown_away_only_for_a_file_that_waits_to_be_erased,
    a_request_for_weekends_that_names_the_child_inside_goes_with_the_file,
    a_search_for_the_child_goes_with_the_file_and_one_for_another_stays,
    a_new_file_begun_for_an_erased_child_goes_and_one_for_a_namesake_stays,
    a_page_that_stood_open_keeps_no_words_about_an_erased_child,
    nobody_is_to_be_called_whose_name_and_number_are_gone,
];

/// What an import keeps to be taken back, in bytes.
async fn kept_bytes(ground: &Ground) -> usize {
    let sizes = "SELECT CAST(length(body_sealed) AS TEXT) FROM drafts WHERE form LIKE 'import:%:before'";
    ground.texts(sizes).await.iter().map(|size| size.parse::<usize>().unwrap()).sum()
}

async fn called(desk: &Desk, name: &str) -> ChildId {
    let filter = ChildFilter { search: Some(name.into()), ..ChildFilter::default() };
    desk.children(&filter).await.unwrap().0[0].id
}

async fn an_import_is_taken_back_but_for_the_row_of_an_erased_file(ground: Ground) {
    let s = story(&ground).await;
    let at = |minutes| s.store.as_system(SystemTask::Demo, COUNTY, NOW.plus_minutes(minutes));
    let [one, two] = [number("20160305", 1), number("20160305", 2)];
    let both = |class: &str| Lines::Children(vec![child(2, "石小榴", &one, class), child(3, "白云朵", &two, class)]);
    import(&at(0), both("4(3)班")).await;
    let batch = import(&at(1), both("5(3)班")).await.batch.unwrap();
    let gone = called(&s.coordinator, "石小榴").await;
    s.coordinator.save(ChangeState { child: gone, next: ChildState::Left }).await.unwrap();
    let before = kept_bytes(&ground).await;
    erase(&s, gone).await;
    assert!(kept_bytes(&ground).await < before, "what stood in the file is struck out");
    assert_eq!(at(2).save(UndoImport { batch }).await, Ok(1));
    let kept = s.coordinator.kept_of_import(batch).await.unwrap();
    assert_eq!(kept.iter().map(|row| (row.id, row.is_erased())).collect::<Vec<_>>(), [(gone.0, true)]);
    let other = called(&s.coordinator, "白云朵").await;
    let (_, class) = s.coordinator.child_file(other).await.unwrap().class.unwrap();
    assert_eq!(class, "4(3)班", "the other row is as before the import");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn rows_that_an_import_left_out_go_with_an_erased_file_and_are_said_before(ground: Ground) {
    let s = story(&ground).await;
    let lines = Lines::Children(vec![child(2, "安小满", "", "4(3)班")]);
    let left_out = Some(LeftOut { file: b"PK-left".as_slice().into(), refused: Vec::new() });
    let roster = ImportRoster { lines, file_hash: [1; 32], invalid: 1, good_rows_only: true, left_out };
    let batch = s.coordinator.save(roster).await.unwrap().batch.unwrap();
    let child = left(&s, "石小榴").await;
    let said = s.leader.erasure_of(child).await.unwrap();
    assert_eq!(said.in_the_way, [], "an import of these days is nothing to wait for");
    assert_eq!(said.aside.left.iter().map(|one| one.import).collect::<Vec<_>>(), [batch]);
    erase(&s, child).await;
    assert_eq!(s.coordinator.left_out_until(batch).await, Ok(None));
    assert_eq!(ground.texts("SELECT form FROM drafts").await, Vec::<String>::new());
    let trail = ground.texts("SELECT act FROM audit_events WHERE fields = 'left_out'").await;
    assert_eq!(trail, ["erasure.approve"]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn upload(desk: &Desk) {
    let (fixes, schools) = (Vec::new(), Vec::new());
    let sent = Uploaded { kind: "children".into(), name: "a.csv".into(), fixes, schools, bytes: b"x".to_vec() };
    desk.save(KeepUpload(sent)).await.unwrap();
}

async fn an_upload_stands_before_an_erasure_until_it_is_thrown_away(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    let erasure = asked(&s.coordinator, child).await;
    upload(&s.coordinator).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.import_open");
    let waiting = s.leader.erasure_of(child).await.unwrap().aside.waiting.remove(0);
    assert_eq!((waiting.account, waiting.own, waiting.at), (s.coordinator.viewer().account, false, NOW));
    assert!(waiting.by.is_some() && s.coordinator.erasure_of(child).await.unwrap().aside.waiting[0].own);
    let throw = ThrowUploadAway { whose: child.into(), account: waiting.account, by: waiting.at };
    assert_eq!(s.teacher.save(throw).await, Err(Error::Forbidden));
    s.leader.save(ThrowUploadAway { by: NOW.plus_minutes(-1), ..throw }).await.unwrap();
    assert!(s.coordinator.upload().await.is_ok(), "one that came since is still to be looked at");
    s.leader.save(throw).await.unwrap();
    assert_eq!(s.coordinator.upload().await, Err(Error::NotFound));
    s.leader.save(ApproveErasure { erasure }).await.unwrap();
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn whose_upload_was_thrown_away_for_an_erasure_reads_why_unless_she_did_it_herself(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    asked(&s.coordinator, child).await;
    let account = s.coordinator.viewer().account;
    let throw = ThrowUploadAway { whose: child.into(), account, by: NOW };
    let mine =
        format!("SELECT kind FROM outbox WHERE kind LIKE 'import.%' AND to_account = {}", literal(&ground, account.0));
    upload(&s.coordinator).await;
    s.coordinator.save(throw).await.unwrap();
    s.leader.save(throw).await.unwrap();
    assert_eq!(ground.texts(&mine).await, Vec::<String>::new(), "her own doing, and then there was none");
    upload(&s.coordinator).await;
    s.leader.save(throw).await.unwrap();
    assert_eq!(ground.texts(&mine).await, ["import.thrown_away"]);
    s.store.close().await.unwrap();
}

async fn an_upload_is_thrown_away_only_for_a_file_that_waits_to_be_erased(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    upload(&s.coordinator).await;
    let throw = ThrowUploadAway { whose: child.into(), account: s.coordinator.viewer().account, by: NOW };
    assert_eq!(code(s.leader.save(throw).await), "erasure.decided");
    assert!(s.coordinator.upload().await.is_ok());
    s.store.close().await.unwrap();
}

/// The story's child has left, and nothing is under way.
async fn gone(ground: &Ground, s: &Story) {
    let child = literal(ground, s.child.0);
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-01-01'").await;
    ground.sql(&format!("UPDATE children SET state = 'left', left_on = '2026-01-01' WHERE id = {child}")).await;
}

async fn begin(desk: &Desk, form: &str, body: &str) {
    desk.save(KeepDraft { form: form.into(), body: body.into(), page: None }).await.unwrap();
}

async fn is_begun(desk: &Desk, form: &str) -> bool {
    desk.draft(form).await.unwrap().is_some()
}

async fn a_request_for_weekends_that_names_the_child_inside_goes_with_the_file(ground: Ground) {
    let s = story(&ground).await;
    gone(&ground, &s).await;
    let of_brother = format!("stay-{}", uuid::Uuid::now_v7());
    begin(&s.leader, "stay", &format!("pairs={}&plan=安小草想去看羊", s.pair)).await;
    begin(&s.leader, &of_brother, &format!("pairs={}&plan=两个都来", s.pair)).await;
    begin(&s.mother, "stay", "pairs=&plan=安小草想去看羊").await;
    begin(&s.coordinator, "stay", "plan=包饺子").await;
    erase(&s, s.child).await;
    assert!(!is_begun(&s.leader, "stay").await, "it names the pair");
    assert!(!is_begun(&s.leader, &of_brother).await, "a brother's, with the child ticked as well");
    assert!(!is_begun(&s.mother, "stay").await, "she had the child and has ticked nobody");
    assert!(is_begun(&s.coordinator, "stay").await, "somebody who never had the child");
    s.store.close().await.unwrap();
}

async fn a_search_for_the_child_goes_with_the_file_and_one_for_another_stays(ground: Ground) {
    let s = story(&ground).await;
    gone(&ground, &s).await;
    let of = [("search-children", "安小草"), ("search-pairs", "axc"), ("search-search", "安小草 三(2)班")];
    let of_father = [("search-merges", "安样父"), ("search-volunteers", "139 0000 0009")];
    for (form, typed) in of.into_iter().chain(of_father) {
        begin(&s.coordinator, form, typed).await;
    }
    begin(&s.leader, "search-children", "白云朵").await;
    erase(&s, s.child).await;
    for (form, typed) in of.into_iter().chain(of_father) {
        assert!(!is_begun(&s.coordinator, form).await, "{typed}");
    }
    assert!(is_begun(&s.leader, "search-children").await);
    s.store.close().await.unwrap();
}

async fn a_new_file_begun_for_an_erased_child_goes_and_one_for_a_namesake_stays(ground: Ground) {
    let s = story(&ground).await;
    gone(&ground, &s).await;
    begin(&s.coordinator, "child", "name=安小草&birth_on=2016.3.5&health=对花生过敏").await;
    begin(&s.leader, "child", "name=安小草&birth_on=2012-01-01&health=").await;
    erase(&s, s.child).await;
    assert!(!is_begun(&s.coordinator, "child").await);
    assert!(is_begun(&s.leader, "child").await, "another child of the name");
    s.store.close().await.unwrap();
}

async fn a_page_that_stood_open_keeps_no_words_about_an_erased_child(ground: Ground) {
    let s = story(&ground).await;
    gone(&ground, &s).await;
    let (talk, parting) = (format!("talk-{}", s.child), format!("parting-{}", s.pair));
    begin(&s.coordinator, &talk, "words=安小草说想家").await;
    erase(&s, s.child).await;
    for form in [&talk, &parting] {
        begin(&s.coordinator, form, "words=安小草说想家").await;
        assert!(!is_begun(&s.coordinator, form).await, "{form}");
    }
    let other = format!("talk-{}", uuid::Uuid::now_v7());
    begin(&s.coordinator, &other, "words=都好").await;
    assert!(is_begun(&s.coordinator, &other).await);
    s.store.close().await.unwrap();
}

async fn nobody_is_to_be_called_whose_name_and_number_are_gone(ground: Ground) {
    let s = story(&ground).await;
    gone(&ground, &s).await;
    let text = Letter {
        kind: "plan.proposed",
        to_account: None,
        to_role: None,
        to_person: Some(("guardians", s.guardian.0)),
        about: ("rounds", None),
        due_at: NOW.0,
    };
    leave(&s.store, vec![text]).await;
    let waits = async || {
        let [by_hand, ..] = s.coordinator.notice_queue().await.unwrap();
        by_hand.iter().filter(|row| row.kind == "plan.proposed").count()
    };
    assert_eq!(waits().await, 1);
    erase(&s, s.child).await;
    assert_eq!(waits().await, 0);
    s.store.close().await.unwrap();
}
