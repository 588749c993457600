//! Two files of one volunteer: found, merged with another person's yes, taken apart without a trace in the rows.

use naheya_domain::Role;
use naheya_domain::household::{HouseholdDetails, HouseholdForm};
use naheya_domain::id::{MergeId, VolunteerId};
use naheya_domain::merge::{File, MergeKind, VolunteerPart, Why};
use naheya_domain::viewer::Place;
use naheya_store::account::EndGrant;
use naheya_store::household::ChangeHousehold;
use naheya_store::merge::{ApproveMerge, ProposeMerge, UndoMerge};
use naheya_store::volunteer::{Registered, Step, StepVolunteer, VolunteerFilter};
use naheya_store::{Desk, Error};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::rows::{Around, Lot};
use crate::story::{Story, story};
use crate::volunteer::register;

on_both_engines![
    two_files_of_a_volunteer_become_one_and_her_home_comes_along,
    two_volunteers_who_both_sign_in_stay_two_files,
    homes_at_two_addresses_stay_two_files,
    whoever_was_refused_does_not_come_in_through_another_file,
    a_volunteer_with_a_pair_does_not_become_one_who_may_have_none,
    doubles_of_volunteers_are_found_by_phone_and_by_birth,
    a_merge_of_volunteers_taken_apart_leaves_the_rows_as_they_were,
];

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        other => format!("{other:?}"),
    }
}

async fn propose(
    desk: &Desk,
    kept: VolunteerId,
    other: VolunteerId,
    parts: &[VolunteerPart],
) -> Result<MergeId, Error> {
    let found = desk.compare_files(kept.into(), other.into()).await?;
    let act = ProposeMerge {
        kept: (kept.into(), found.kept.version),
        other: (other.into(), found.other.version),
        from_other: parts.iter().map(|part| part.code().to_owned()).collect(),
    };
    desk.save(act).await
}

async fn double(s: &Story) -> Registered {
    register(&system(&s.store), "李样例").await
}

async fn two_files_of_a_volunteer_become_one_and_her_home_comes_along(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let other = double(&s).await;
    let parts = [VolunteerPart::State];
    let merge = propose(&s.coordinator, other.volunteer, s.carer.volunteer, &parts).await.unwrap();
    assert_eq!(code(s.coordinator.save(ApproveMerge { merge }).await), "merge.own");
    assert_eq!(s.leader.save(ApproveMerge { merge }).await, Ok(File::Volunteer(other.volunteer)));
    let file = s.coordinator.volunteer(other.volunteer).await.unwrap();
    assert_eq!((file.members.len(), file.pairs.len()), (3, 1), "who stands in both homes is one person");
    assert_eq!(s.coordinator.volunteer(s.carer.volunteer).await.err(), Some(Error::NotFound));
    assert_eq!(s.coordinator.merged_into(s.carer.volunteer.into()).await, Ok(other.volunteer.into()));
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().child_name, "安小草");
    let mother = s.at(&s.mother, NOW).await;
    assert_eq!(mother.volunteer(other.volunteer).await.unwrap().name, "李样例", "her account comes along");
    s.leader.save(UndoMerge { merge }).await.unwrap();
    let file = s.coordinator.volunteer(s.carer.volunteer).await.unwrap();
    assert_eq!((file.members.len(), file.pairs.len()), (3, 1));
    let mother = s.at(&s.mother, NOW).await;
    assert_eq!(mother.volunteer(other.volunteer).await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn two_volunteers_who_both_sign_in_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let second = desk_as(&s.store, Role::Volunteer, Place::Person(other.volunteer.0)).await;
    assert_eq!(code(propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await), "merge.both_accounts");
    system(&s.store).save(EndGrant { grant: second.viewer().grant }).await.unwrap();
    propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

/// Writes an address into a volunteer's home.
async fn lives(desk: &Desk, volunteer: VolunteerId, address: &str, town: &str) {
    let home = desk.volunteer(volunteer).await.unwrap().home;
    let form = HouseholdForm { address, town_code: town, travel_minutes: "20", ..HouseholdForm::default() };
    let details = HouseholdDetails::parse(&form).unwrap();
    desk.save(ChangeHousehold { household: home.id, version: home.version, details }).await.unwrap();
}

async fn homes_at_two_addresses_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    lives(&s.coordinator, s.carer.volunteer, "示例小区1号楼", "").await;
    lives(&s.coordinator, other.volunteer, "示例小区2号楼", "").await;
    assert_eq!(code(propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await), "merge.two_homes");
    lives(&s.coordinator, other.volunteer, "示例小区 1号楼", "").await;
    propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn whoever_was_refused_does_not_come_in_through_another_file(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let refuse = StepVolunteer { volunteer: other.volunteer, step: Step::Refuse, reason: "不合适".into() };
    s.leader.save(refuse).await.unwrap();
    assert_eq!(code(propose(&s.leader, s.carer.volunteer, other.volunteer, &[]).await), "merge.refused_once");
    s.store.close().await.unwrap();
}

async fn a_volunteer_with_a_pair_does_not_become_one_who_may_have_none(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let (kept, gone) = (other.volunteer, s.carer.volunteer);
    assert_eq!(code(propose(&s.leader, kept, gone, &[]).await), "merge.state_with_pair");
    propose(&s.leader, kept, gone, &[VolunteerPart::State]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn doubles_of_volunteers_are_found_by_phone_and_by_birth(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(s.coordinator.suspects(MergeKind::Volunteer).await.unwrap().0, []);
    let other = double(&s).await;
    let found = s.coordinator.suspects(MergeKind::Volunteer).await.unwrap().0;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].other.id, found[0].why.clone()), (other.volunteer.into(), vec![Why::Birth, Why::Phone]));
    assert_eq!(s.coordinator.suspects(MergeKind::Child).await.unwrap().0, []);
    assert_eq!(s.teacher.suspects(MergeKind::Volunteer).await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

/// Tables with rows of a volunteer, her home and her entry in it, and the column that says whose they are.
const AROUND: [(&str, &str); 17] = [
    ("volunteers", "id"),
    ("households", "id"),
    ("household_members", "household_id"),
    ("search_tokens", "person_id"),
    ("uniq", "ref_id"),
    ("checks", "household_id"),
    ("round_volunteers", "volunteer_id"),
    ("choices", "volunteer_id"),
    ("proposals", "volunteer_id"),
    ("pairs", "volunteer_id"),
    ("stays", "volunteer_id"),
    ("stay_adults", "member_id"),
    ("term_plans", "volunteer_id"),
    ("custody_events", "holder_id"),
    ("hours_entries", "volunteer_id"),
    ("hours_claims", "volunteer_id"),
    ("concern_people", "ref_id"),
];

/// Volunteers of the demo, two by two as a lot draws them, with what a lot chooses from each. Each has an address and an
/// account of her own there, so the other one's account is ended and her home written to the same address first.
async fn a_merge_of_volunteers_taken_apart_leaves_the_rows_as_they_were(ground: Ground) {
    let store = ground.told().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let carers = coordinator.volunteers(&VolunteerFilter::default()).await.unwrap().0;
    let around = Around::of(&ground, &AROUND).await;
    let (mut lot, mut done) = (Lot(32), 0);
    for carer in &carers {
        lives(&coordinator, carer.id, "示例小区1号楼", "150825100").await;
        let id = carer.id.0;
        ground.sql(&format!("UPDATE grants SET ended_at = 1 WHERE place_kind = 'person' AND place_ref = '{id}'")).await;
    }
    for _ in 0..300 {
        let (kept, other) = (carers[lot.below(carers.len())].id, carers[lot.below(carers.len())].id);
        let parts: Vec<VolunteerPart> = VolunteerPart::ALL.into_iter().filter(|_| lot.below(2) == 0).collect();
        let Ok(merge) = propose(&coordinator, kept, other, &parts).await else { continue };
        let mut ids = Vec::new();
        for of in [kept, other] {
            let file = coordinator.volunteer(of).await.unwrap();
            ids.extend([of.0, file.home.id.0]);
            ids.extend(file.members.iter().map(|member| member.id.0));
        }
        let before = around.rows(&ids).await;
        leader.save(ApproveMerge { merge }).await.unwrap();
        assert_ne!(around.rows(&ids).await, before);
        if done % 4 == 0 {
            let found = store.examine(true, NOW).await.unwrap();
            // The roles were ended from outside: no event knows it.
            assert!(found.iter().all(|finding| finding.table == "grants"), "{found:?}");
        }
        coordinator.save(UndoMerge { merge }).await.unwrap();
        assert_eq!(around.rows(&ids).await, before, "{parts:?}");
        done += 1;
        if done == 12 {
            break;
        }
    }
    assert!(done >= 8, "the lot drew too few that can be merged: {done}");
    store.close().await.unwrap();
}
