use naheya_domain::Role;
use naheya_domain::id::StayId;
use naheya_domain::note::NoteKind;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::consent::{Purpose, RecordConsent};
use naheya_store::custody::Witness;
use naheya_store::note::{ChangeNote, HidePicture, NewPicture, SaveNote};
use naheya_store::stay::{ReleaseProof, ReleaseStay};

use crate::ground::{Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::story::{FETCHED, Story, consent, literal, story};

on_both_engines![
    a_worry_in_a_note_becomes_a_concern_and_stands_nowhere_in_the_note,
    a_worry_names_the_child_also_when_the_pair_has_ended,
    a_note_is_changed_for_a_day_and_then_corrected_by_a_new_one,
    a_picture_is_seen_by_those_who_see_its_note_while_the_consent_holds,
    a_blocked_persons_consent_to_pictures_counts_for_nothing,
    ten_pictures_and_large_ones_are_refused,
    a_note_is_written_by_the_carer_after_the_child_has_left,
    a_picture_is_taken_out_of_sight_by_its_carer_within_the_day_and_by_the_guardian_at_any_time,
];

const WORRY: &str = "她胳膊上有一块青的，说是摔的";

fn note(stay: StayId) -> SaveNote {
    SaveNote {
        stay, kinds: vec![NoteKind::Homework], words: "她教我家小的画马".into(), worry: None, pictures: vec![]
    }
}

fn picture() -> NewPicture {
    NewPicture { jpeg: vec![1, 2, 3], width: 10, height: 10 }
}

/// A child that has left with its carer.
async fn gone(s: &Story) -> StayId {
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    stay
}

async fn a_worry_in_a_note_becomes_a_concern_and_stands_nowhere_in_the_note(ground: Ground) {
    let s = story(&ground).await;
    let stay = gone(&s).await;
    let mother = s.at(&s.mother, FETCHED.plus_minutes(60)).await;
    let long = SaveNote { worry: Some("长".repeat(4001)), ..note(stay) };
    assert_eq!(mother.save(long).await, Err(Error::field("worry", "text.too_long")));
    assert_eq!(s.leader.concerns().await.unwrap(), [], "a refused note raises nothing");
    mother.save(SaveNote { worry: Some(WORRY.into()), ..note(stay) }).await.unwrap();
    let concerns = s.leader.concerns().await.unwrap();
    assert_eq!((concerns.len(), concerns[0].raised_as.as_str()), (1, "volunteer"));
    let file = s.leader.concern(concerns[0].id).await.unwrap();
    assert_eq!((file.words.as_str(), file.row.raised_at), (WORRY, FETCHED.plus_minutes(60)));
    // The handlers hear it; those who came later, the guardian and the teacher do not.
    assert_eq!(s.coordinator.concerns().await.unwrap().len(), 1);
    let late = desk_as(&s.store, Role::Coordinator, Place::County).await;
    assert_eq!(late.concern(concerns[0].id).await.err(), Some(Error::NotFound));
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let read = father.notes(Some(s.child), None).await.unwrap();
    assert_eq!((read.len(), read[0].words.as_str()), (1, "她教我家小的画马"));
    assert!(!format!("{read:?}").contains(WORRY));
    assert_eq!(father.concerns().await.unwrap(), []);
    assert_eq!(s.teacher.notes(None, None).await.unwrap(), []);
    s.store.close().await.unwrap();
}

async fn a_worry_names_the_child_also_when_the_pair_has_ended(ground: Ground) {
    let s = story(&ground).await;
    let stay = gone(&s).await;
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-21'").await;
    let mother = s.at(&s.mother, FETCHED.plus_minutes(60)).await;
    assert_eq!(mother.child_file(s.child).await.err(), Some(Error::NotFound));
    mother.save(SaveNote { worry: Some(WORRY.into()), ..note(stay) }).await.unwrap();
    let child = literal(&ground, s.child.0);
    let named = format!("SELECT number FROM concerns WHERE child_id = {child}");
    assert_eq!(ground.texts(&named).await.len(), 1, "the handlers know whom she means");
    s.store.close().await.unwrap();
}

async fn a_note_is_changed_for_a_day_and_then_corrected_by_a_new_one(ground: Ground) {
    let s = story(&ground).await;
    let stay = gone(&s).await;
    let written = FETCHED.plus_minutes(60);
    let first = s.at(&s.mother, written).await.save(note(stay)).await.unwrap();
    let change = ChangeNote { note: first, kinds: vec![NoteKind::Talk], words: "画的是羊".into() };
    let in_time = s.at(&s.mother, written.plus_minutes(24 * 60)).await;
    assert_eq!(in_time.note(first).await.unwrap().editable_until, Some(written.plus_minutes(24 * 60)));
    in_time.save(change.clone()).await.unwrap();
    assert_eq!(in_time.note(first).await.unwrap().words, "画的是羊");
    assert_eq!(s.coordinator.save(change.clone()).await, Err(Error::Forbidden));
    assert_eq!(s.coordinator.note(first).await.unwrap().editable_until, None);
    let late = s.at(&s.mother, written.plus_minutes(24 * 60 + 1)).await;
    assert_eq!(late.save(change).await, Err(Error::refused("note.day_over")));
    let second = late.save(note(stay)).await.unwrap();
    let all = late.notes(None, Some(stay)).await.unwrap();
    let told: Vec<_> = all.iter().map(|n| (n.id, n.corrects)).collect();
    assert_eq!(told, [(second, true), (first, false)]);
    s.store.close().await.unwrap();
}

async fn a_picture_is_seen_by_those_who_see_its_note_while_the_consent_holds(ground: Ground) {
    let s = story(&ground).await;
    let stay = gone(&s).await;
    let until = RecordConsent { to_on: Some(FETCHED.date()), ..consent(s.child, s.guardian, Purpose::Photo) };
    s.coordinator.save(until).await.unwrap();
    let mother = s.at(&s.mother, FETCHED.plus_minutes(60)).await;
    assert!(mother.note_ground(stay).await.unwrap().pictures);
    let id = mother.save(SaveNote { pictures: vec![picture(), picture()], ..note(stay) }).await.unwrap();
    let pictures = mother.note(id).await.unwrap().pictures;
    assert_eq!(pictures.len(), 2);
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    for desk in [&mother, &s.coordinator, &father] {
        assert_eq!(desk.picture(pictures[0]).await.unwrap(), [1, 2, 3]);
    }
    let stranger = desk_as(&s.store, Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    for desk in [&s.teacher, &stranger] {
        assert_eq!(desk.picture(pictures[0]).await, Err(Error::NotFound));
    }
    // The day after the last one of the consent.
    let after = s.at(&s.coordinator, FETCHED.plus_minutes(24 * 60)).await;
    assert_eq!(after.picture(pictures[0]).await, Err(Error::NotFound));
    assert_eq!(after.note(id).await.unwrap().pictures, []);
    s.store.close().await.unwrap();
}

async fn a_blocked_persons_consent_to_pictures_counts_for_nothing(ground: Ground) {
    let s = story(&ground).await;
    let stay = gone(&s).await;
    s.coordinator.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    let mother = s.at(&s.mother, FETCHED.plus_minutes(60)).await;
    let id = mother.save(SaveNote { pictures: vec![picture()], ..note(stay) }).await.unwrap();
    let kept = mother.note(id).await.unwrap().pictures[0];
    ground.sql("UPDATE guardianships SET blocked = TRUE").await;
    assert!(!mother.note_ground(stay).await.unwrap().pictures);
    for desk in [&mother, &s.coordinator] {
        assert_eq!(desk.picture(kept).await, Err(Error::NotFound));
    }
    s.store.close().await.unwrap();
}

async fn ten_pictures_and_large_ones_are_refused(ground: Ground) {
    let s = story(&ground).await;
    let stay = gone(&s).await;
    s.coordinator.save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    let ten = SaveNote { pictures: vec![picture(); 10], ..note(stay) };
    assert_eq!(s.mother.save(ten).await, Err(Error::field("pictures", "picture.too_many")));
    let large = NewPicture { jpeg: vec![0; 200_001], ..picture() };
    let large = SaveNote { pictures: vec![large], ..note(stay) };
    assert_eq!(s.mother.save(large).await, Err(Error::field("pictures", "picture.too_large")));
    s.mother.save(SaveNote { pictures: vec![picture(); 9], ..note(stay) }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_note_is_written_by_the_carer_after_the_child_has_left(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    assert_eq!(s.mother.save(note(stay)).await, Err(Error::refused("note.too_early")));
    assert_eq!(s.mother.note_ground(stay).await, Err(Error::refused("note.too_early")));
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let stranger = desk_as(&s.store, Role::Volunteer, Place::Person(uuid::Uuid::now_v7())).await;
    assert_eq!(stranger.save(note(stay)).await, Err(Error::NotFound));
    assert_eq!(s.coordinator.save(note(stay)).await, Err(Error::Forbidden));
    let empty = SaveNote { words: " ".into(), ..note(stay) };
    assert_eq!(s.mother.save(empty).await, Err(Error::field("words", "required.missing")));
    assert_eq!(s.mother.note_ground(stay).await.unwrap().newest, None);
    let id = s.mother.save(note(stay)).await.unwrap();
    let ground = s.mother.note_ground(stay).await.unwrap();
    assert_eq!((ground.child_name.as_str(), ground.newest), ("安小草", Some(id)));
    assert!(s.mother.my_stays(NOW).await.unwrap()[0].noted);
    s.store.close().await.unwrap();
}

async fn a_picture_is_taken_out_of_sight_by_its_carer_within_the_day_and_by_the_guardian_at_any_time(ground: Ground) {
    let s = story(&ground).await;
    desk_as(&s.store, Role::Coordinator, Place::County)
        .await
        .save(consent(s.child, s.guardian, Purpose::Photo))
        .await
        .unwrap();
    let stay = gone(&s).await;
    let written = FETCHED.plus_minutes(60);
    let mother = s.at(&s.mother, written).await;
    let id = mother.save(SaveNote { pictures: vec![picture(), picture(), picture()], ..note(stay) }).await.unwrap();
    let shown = mother.note(id).await.unwrap().pictures;
    let [first, second, third] = shown.as_slice() else { panic!("{shown:?}") };
    assert_eq!(s.teacher.save(HidePicture { picture: *first }).await, Err(Error::NotFound));
    mother.save(HidePicture { picture: *first }).await.unwrap();
    assert_eq!(mother.picture(*first).await, Err(Error::NotFound));
    assert_eq!(mother.save(HidePicture { picture: *first }).await, Err(Error::NotFound), "gone for her too");
    let late = s.at(&s.mother, written.plus_minutes(24 * 60 + 1)).await;
    assert_eq!(late.save(HidePicture { picture: *second }).await, Err(Error::refused("note.day_over")));
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let father = s.at(&father, written.plus_minutes(48 * 60)).await;
    father.save(HidePicture { picture: *second }).await.unwrap();
    assert_eq!(father.note(id).await.unwrap().pictures, [*third]);
    s.at(&s.coordinator, written).await.save(HidePicture { picture: *third }).await.unwrap();
    assert!(mother.note(id).await.unwrap().pictures.is_empty());
    s.store.close().await.unwrap();
}
