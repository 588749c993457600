//! What an erased file must not tell by a way round: words beside events of other tables, a file that became part of it, a form
//! that was begun, the list of doubles; and that nobody writes words into it again.

use std::collections::BTreeSet;

use naheya_domain::Timestamp;
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::follow_up::With;
use naheya_domain::merge::MergeKind;
use naheya_domain::phone_act::{ActKind, PhoneClock};
use naheya_store::concern::{NameInConcern, RaiseConcern};
use naheya_store::draft::KeepDraft;
use naheya_store::erasure::ApproveErasure;
use naheya_store::follow_up::{PlanFollowUp, WriteTalk};
use naheya_store::merge::ApproveMerge;
use naheya_store::note::{ChangeNote, SaveNote};
use naheya_store::phone_act::{Said, TakePhoneAct};
use naheya_store::stay::AgreeLater;
use naheya_store::wish::{Answer, RecordWish};
use uuid::Uuid;

use crate::alarm::{away, confirm, raise};
use crate::erasure::{asked, code, erase, left};
use crate::ground::{Ground, NOW, system};
use crate::merge::propose;
use crate::on_both_engines;
use crate::reason::kept_words;
use crate::story::{DUE, FETCHED, Story, literal, story};

on_both_engines![
    no_talk_and_no_wish_is_written_into_an_erased_file,
    a_note_of_an_erased_file_gets_no_words_again,
    a_note_of_a_phone_for_an_erased_file_is_not_kept_and_its_worry_is_raised,
    what_was_said_of_a_late_return_goes_beside_each_event_that_tells_of_it,
    why_somebody_looked_at_a_file_that_became_part_of_an_erased_one_goes_too,
    a_form_that_was_begun_about_a_talk_goes_with_the_file,
    two_erased_files_are_nobodys_doubles,
    an_open_concern_about_the_carer_keeps_what_it_may_need,
];

/// Why a return was agreed for later.
const SAID: &str = "和安样父说好了，雪大封路";
/// What the volunteer wrote.
const TOLD: &str = "安小草教我家小的画马";

async fn no_talk_and_no_wish_is_written_into_an_erased_file(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    erase(&s, child).await;
    let plan = PlanFollowUp { child, with: With::Child, due_at: NOW.plus_minutes(60) };
    assert_eq!(code(s.coordinator.save(plan).await), "child.erased");
    let answers = std::array::from_fn(|_| "石小榴说都好".to_owned());
    let talk = WriteTalk { child, with: With::Child.code().into(), way: "phone".into(), alone: "yes".into(), answers };
    assert_eq!(code(s.coordinator.save(talk).await), "child.erased");
    let wish = RecordWish { child, stay: None, answer: Answer::Yes, words: "想去看羊".into(), alone: true };
    assert_eq!(code(system(&s.store).save(wish).await), "child.erased");
    s.store.close().await.unwrap();
}

/// A weekend that is over, of a child that has left since; nothing of it is under way.
async fn over(ground: &Ground, s: &Story, back: Timestamp) {
    let stay = away(s).await;
    let now = DUE.plus_minutes(20);
    assert!(raise(&s.store, now).await > 0, "it is late");
    let later = AgreeLater { stay, by: DUE.plus_minutes(120), words: SAID.into() };
    s.at(&s.coordinator, now).await.save(later).await.unwrap();
    let note = SaveNote { stay, kinds: vec![], words: TOLD.into(), worry: None, pictures: vec![] };
    s.at(&s.mother, FETCHED.plus_minutes(60)).await.save(note).await.unwrap();
    confirm(s, stay, back).await;
    ground.sql("UPDATE follow_ups SET state = 'missed'").await;
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-23'").await;
    let child = literal(ground, s.child.0);
    ground.sql(&format!("UPDATE children SET state = 'left', left_on = '2026-11-23' WHERE id = {child}")).await;
}

/// Erases the file of the story's child at this time.
async fn erase_at(s: &Story, now: Timestamp) {
    let erasure = asked(&s.at(&s.coordinator, now).await, s.child).await;
    s.at(&s.leader, now).await.save(ApproveErasure { erasure }).await.unwrap();
}

async fn a_note_of_an_erased_file_gets_no_words_again(ground: Ground) {
    let s = story(&ground).await;
    over(&ground, &s, DUE.plus_minutes(60)).await;
    let mother = s.at(&s.mother, FETCHED.plus_minutes(120)).await;
    let note = mother.notes(Some(s.child), None).await.unwrap().remove(0);
    erase_at(&s, DUE.plus_minutes(24 * 60)).await;
    let change = ChangeNote { note: note.id, kinds: vec![], words: TOLD.into() };
    assert_eq!(code(mother.save(change).await), "child.erased");
    let stay = note.stay.unwrap();
    let more = SaveNote { stay, kinds: vec![], words: TOLD.into(), worry: None, pictures: vec![] };
    assert_eq!(code(mother.save(more).await), "child.erased");
    s.store.close().await.unwrap();
}

async fn a_note_of_a_phone_for_an_erased_file_is_not_kept_and_its_worry_is_raised(ground: Ground) {
    let s = story(&ground).await;
    over(&ground, &s, DUE.plus_minutes(60)).await;
    erase_at(&s, DUE.plus_minutes(24 * 60)).await;
    let now = DUE.plus_minutes(25 * 60);
    let mother = s.at(&s.mother, now).await;
    let stay = mother.notes(None, None).await.unwrap().remove(0).stay.unwrap();
    let note = TakePhoneAct {
        id: Uuid::now_v7(),
        device: Uuid::from_u128(7),
        sequence: 1,
        kind: ActKind::Note,
        stay: Some(stay),
        clock: PhoneClock { at: FETCHED.plus_minutes(600), offset: 480, sent: now, last: None },
        said: Said { words: TOLD.into(), worry: Some("手上有道口子".into()), ..Said::default() },
        hash: [1; 32],
    };
    let taken = mother.save(note).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("child.erased")));
    assert_eq!(mother.notes(None, Some(stay)).await.unwrap().len(), 1, "the one from before");
    assert_eq!(ground.texts("SELECT kind FROM phone_acts WHERE body_sealed IS NOT NULL").await, Vec::<String>::new());
    let heard = "SELECT number FROM concerns WHERE child_id IS NOT NULL";
    assert_eq!(ground.texts(heard).await.len(), 1, "a worry is heard all the same, and of whom");
    s.store.close().await.unwrap();
}

async fn what_was_said_of_a_late_return_goes_beside_each_event_that_tells_of_it(ground: Ground) {
    let s = story(&ground).await;
    over(&ground, &s, DUE.plus_minutes(60)).await;
    assert_eq!(kept_words(&ground, "stay.agree_later").await, BTreeSet::from([SAID.to_owned()]));
    let of = "SELECT DISTINCT noun FROM audit_events WHERE act = 'stay.agree_later' AND reason IS NOT NULL ORDER BY 1";
    assert_eq!(ground.texts(of).await, ["alarms", "stays"]);
    erase_at(&s, DUE.plus_minutes(24 * 60)).await;
    assert_eq!(kept_words(&ground, "stay.agree_later").await, BTreeSet::from([String::new()]));
    s.store.close().await.unwrap();
}

async fn why_somebody_looked_at_a_file_that_became_part_of_an_erased_one_goes_too(ground: Ground) {
    let s = story(&ground).await;
    let (child, other) = (left(&s, "石小榴").await, left(&s, "石小榴").await);
    s.leader.child_secret(other, "石小榴住院，给医院报病史").await.unwrap();
    let merge = propose(&s.coordinator, child, other, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    let told = async || {
        let trail = s.leader.child_trail(child).await.unwrap();
        trail.into_iter().filter_map(|line| line.reason).filter(|words| words.contains("石小榴")).count()
    };
    assert_eq!(told().await, 1, "who looked at either file is told of the one");
    erase(&s, child).await;
    assert_eq!(told().await, 0);
    s.store.close().await.unwrap();
}

async fn a_form_that_was_begun_about_a_talk_goes_with_the_file(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    let plan = PlanFollowUp { child, with: With::Child, due_at: NOW.plus_minutes(60) };
    let talk = s.coordinator.save(plan).await.unwrap();
    let form = format!("follow-up-{talk}");
    let begun = KeepDraft { form: form.clone(), body: "a=石小榴说都好".into(), page: None };
    s.coordinator.save(begun).await.unwrap();
    ground.sql("UPDATE follow_ups SET state = 'missed'").await;
    erase(&s, child).await;
    assert!(s.coordinator.draft(&form).await.unwrap().is_none());
    s.store.close().await.unwrap();
}

async fn two_erased_files_are_nobodys_doubles(ground: Ground) {
    let s = story(&ground).await;
    for name in ["石小榴", "石小枣"] {
        let child = left(&s, name).await;
        erase(&s, child).await;
    }
    let born = ground.texts("SELECT birth_on FROM children WHERE name = '—'").await;
    assert_eq!(born, ["2016-01-01", "2016-01-01"], "written alike");
    assert_eq!(s.coordinator.suspects(MergeKind::Child).await.unwrap().0, []);
    let school = literal(&ground, s.school.0);
    ground.sql(&format!("UPDATE children SET birth_on = NULL, school_id = {school} WHERE name = '—'")).await;
    assert_eq!(s.leader.suspects(MergeKind::Child).await.unwrap().0, []);
    s.store.close().await.unwrap();
}

async fn an_open_concern_about_the_carer_keeps_what_it_may_need(ground: Ground) {
    let s = story(&ground).await;
    let child = literal(&ground, s.child.0);
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-01-01'").await;
    ground.sql(&format!("UPDATE children SET state = 'left', left_on = '2026-01-01' WHERE id = {child}")).await;
    let said = NewConcern::parse(&ConcernForm { words: "另一个孩子说起她", ..ConcernForm::default() }).unwrap();
    let concern = s.leader.save(RaiseConcern { said, child: None }).await.unwrap();
    let volunteer = Some(s.carer.volunteer);
    assert_eq!(s.coordinator.erasure_of(s.child).await.unwrap().in_the_way, [], "nobody is named yet");
    s.leader.save(NameInConcern { concern, child: None, volunteer, account: None }).await.unwrap();
    let erasure = asked(&s.coordinator, s.child).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.not_now");
    s.store.close().await.unwrap();
}
