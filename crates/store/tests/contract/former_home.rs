//! A home that a volunteer had left before her name was put right: it goes with her file.

use naheya_store::draft::KeepDraft;
use naheya_store::household::{MoveVolunteer, Whither};
use naheya_store::volunteer::ChangeVolunteer;

use crate::erased_volunteer::leave;
use crate::erasure::erase;
use crate::ground::{Ground, NOW};
use crate::on_both_engines;
use crate::story::story;
use crate::volunteer::{approved, details};

on_both_engines![a_former_home_under_an_old_spelling_of_her_name_is_erased_too];

async fn a_former_home_under_an_old_spelling_of_her_name_is_erased_too(ground: Ground) {
    let s = story(&ground).await;
    let (hers, other) = (approved(&s.store, "石样王").await, approved(&s.store, "林样月").await);
    let volunteer = hers.volunteer;
    let moved = MoveVolunteer { volunteer, to: Whither::OwnHome, reason: "自己租了房".into() };
    s.coordinator.save(moved).await.unwrap();
    let version = s.leader.volunteer(volunteer).await.unwrap().version;
    s.coordinator.save(ChangeVolunteer { volunteer, version, details: details("石样玉") }).await.unwrap();
    let homes = "SELECT name FROM households ORDER BY name";
    let before = ground.texts(homes).await;
    assert!(["石样王家", "石样玉家"].iter().all(|name| before.iter().any(|one| one == name)), "{before:?}");
    let searched = KeepDraft { form: "search-volunteers".into(), body: "石样王".into(), page: None };
    s.coordinator.save(searched).await.unwrap();
    leave(&s.coordinator, volunteer).await;
    erase(&s, volunteer).await;
    let after = ground.texts(homes).await;
    assert!(after.iter().all(|name| !name.contains("石样")), "{after:?}");
    assert_eq!(after.iter().filter(|name| *name == "—").count(), 2, "{after:?}");
    assert!(s.coordinator.draft("search-volunteers").await.unwrap().is_none(), "what was looked for names her too");
    let kept = s.leader.volunteer(other.volunteer).await.unwrap();
    assert_eq!((kept.home.name.as_str(), kept.members.len()), ("林样月家", 3), "made beside it and somebody else's");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}
