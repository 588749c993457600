//! A copy of what is held: for the guardian, for the volunteer, from the office on paper; nothing of others in it.

use naheya_domain::Role;
use naheya_domain::category::Category;
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::export::ALONE;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, GuardianId};
use naheya_domain::viewer::Place;
use naheya_store::category::AddCategory;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::concern::{NameInConcern, RaiseConcern, Suspend};
use naheya_store::export::Out;
use naheya_store::guardian::AddGuardian;
use naheya_store::note::SaveNote;
use naheya_store::{Desk, Error};
use uuid::Uuid;

use crate::child::details;
use crate::family::away;
use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{FETCHED, Story, story};

on_both_engines![
    a_guardian_takes_a_copy_of_the_own_child_and_of_no_other,
    rule_5_a_copy_that_left_stands_in_the_trail,
    a_copy_of_ones_own_is_opened_without_the_locked_part_and_one_on_paper_with_it,
    a_copy_tells_nothing_of_others,
    a_copy_on_paper_goes_to_a_guardian_on_file_who_is_not_kept_away,
    whose_access_is_suspended_gets_a_copy_from_the_leader_alone,
    copies_count_with_the_lists_of_a_day,
    a_volunteer_takes_a_copy_of_her_own_file_without_the_children,
    who_takes_no_lists_out_gives_no_copy,
];

const WHY: &str = "父亲书面申请，核对过身份证";

async fn father(s: &Story) -> Desk {
    desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await
}

async fn adult(s: &Story, child: ChildId, form: &GuardianForm<'_>) -> GuardianId {
    let details = GuardianDetails::parse(form).unwrap();
    system(&s.store).save(AddGuardian { child, details }).await.unwrap()
}

/// A file in which every field is filled, and its guardian.
async fn full(s: &Story) -> (ChildId, GuardianId) {
    let form = ChildForm {
        name: "石小榴",
        birth_on: "2016-03-05",
        student_number: "G150825000000000001",
        address: "样例嘎查 3 号",
        health: "对青霉素过敏",
        family: "父亲常年在外",
        note: "名册备注",
        likes: "画马",
        ..ChildForm::default()
    };
    let details = ChildDetails::parse(&form, NOW.date()).unwrap();
    let child = system(&s.store).save(OpenFile { details }).await.unwrap();
    let mother =
        GuardianForm { name: "石样母", relation: "母亲", phone: "13900000008", ..GuardianForm::default() };
    (child, adult(s, child, &mother).await)
}

/// The child is at the volunteer's home, and she wrote of it, with a worry.
async fn told(s: &Story) {
    let note = SaveNote {
        stay: away(s).await,
        kinds: vec![],
        words: "她教我家小的画马".into(),
        worry: Some("手上有道口子".into()),
        pictures: vec![],
    };
    s.at(&s.mother, FETCHED).await.save(note).await.unwrap();
}

async fn a_guardian_takes_a_copy_of_the_own_child_and_of_no_other(ground: Ground) {
    let s = story(&ground).await;
    told(&s).await;
    let (other, _) = full(&s).await;
    let me = s.at(&father(&s).await, FETCHED).await;
    let copy = me.own_child_copy(s.child).await.unwrap();
    assert_eq!((copy.file.name.as_str(), copy.pairs.len(), copy.stays.len()), ("安小草", 1, 1));
    assert_eq!((copy.pairs[0].with.as_str(), copy.stays[0].with.as_deref()), ("李样例", Some("李样例")));
    assert_eq!(copy.notes.iter().map(|n| n.words.as_str()).collect::<Vec<_>>(), ["她教我家小的画马"]);
    assert_eq!((copy.consents.len(), copy.consents[0].evidence.as_deref()), (1, None));
    assert!(!format!("{copy:?}").contains("口子"), "a worry is nobody's but its handlers'");
    assert_eq!(me.own_child_copy(other).await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn rule_5_a_copy_that_left_stands_in_the_trail(ground: Ground) {
    let s = story(&ground).await;
    let me = father(&s).await;
    me.own_child_copy(s.child).await.unwrap();
    let trail = s.leader.child_trail(s.child).await.unwrap();
    assert_eq!(trail.iter().filter(|l| l.role == "guardian" && l.fields == "export").count(), 1);
    s.coordinator.child_copy_on_paper(s.child, Some(s.guardian), WHY).await.unwrap();
    let looks = me.looks(s.child).await.unwrap();
    let read: Vec<(bool, bool, Option<&str>)> =
        looks.iter().map(|l| (l.locked, l.taken_out, l.reason.as_deref())).collect();
    assert!(read.contains(&(true, false, Some(WHY))) && read.contains(&(false, true, Some(WHY))), "{read:?}");
    let again = s.coordinator.child_copy_on_paper(s.child, Some(s.guardian), WHY).await.unwrap();
    assert!(again.looks.iter().any(|l| l.taken_out), "what the office itself did is told in the copy too");
    s.store.close().await.unwrap();
}

async fn a_copy_of_ones_own_is_opened_without_the_locked_part_and_one_on_paper_with_it(ground: Ground) {
    let s = story(&ground).await;
    let (child, mother) = full(&s).await;
    let me = desk_as(&s.store, Role::Guardian, Place::Person(mother.0)).await;
    let own = me.own_child_copy(child).await.unwrap();
    assert!(own.locked.is_none());
    assert_eq!(own.file.personal.unwrap().address.as_deref(), Some("样例嘎查 3 号"));
    let given = s.coordinator.child_copy_on_paper(child, Some(mother), WHY).await.unwrap().locked.unwrap();
    assert_eq!(given.health.as_deref(), Some("对青霉素过敏"));
    assert_eq!(given.student_number.as_deref(), Some("G150825000000000001"));
    s.store.close().await.unwrap();
}

async fn a_copy_tells_nothing_of_others(ground: Ground) {
    let s = story(&ground).await;
    let (child, mother) = full(&s).await;
    let away = GuardianForm {
        name: "石样父",
        relation: "父亲",
        phone: "13900000007",
        blocked: true,
        blocked_reason: "法院裁定",
        ..GuardianForm::default()
    };
    adult(&s, child, &away).await;
    for (category, basis) in [(Category::ParentInPrison, "判决书"), (Category::LeftBehind, "家访记着的")] {
        let from_on = NOW.date();
        let add = AddCategory { child, category, from_on, basis: basis.into() };
        s.coordinator.save(add).await.unwrap();
    }
    let copy = s.coordinator.child_copy_on_paper(child, Some(mother), WHY).await.unwrap();
    let told = format!("{copy:?}");
    for others in ["石样父", "13900000007", "法院裁定", "父亲常年在外", "名册备注", "判决书", "家访记着的"]
    {
        assert!(!told.contains(others), "{others}");
    }
    assert!(told.contains("石样母") && told.contains("13900000008"));
    let codes: Vec<String> = copy.locked.unwrap().categories.into_iter().map(|line| line.code).collect();
    assert_eq!(codes, [Category::LeftBehind.code()]);
    s.store.close().await.unwrap();
}

async fn a_copy_on_paper_goes_to_a_guardian_on_file_who_is_not_kept_away(ground: Ground) {
    let s = story(&ground).await;
    let kept_away = GuardianForm {
        name: "安样伯",
        relation: "伯父",
        phone: "13900000006",
        blocked: true,
        blocked_reason: "法院裁定",
        ..GuardianForm::default()
    };
    let kept_away = adult(&s, s.child, &kept_away).await;
    let (_, stranger) = full(&s).await;
    let choose = Some(Error::field("guardian_id", "option.missing"));
    for to in [None, Some(kept_away), Some(stranger), Some(GuardianId(Uuid::now_v7()))] {
        assert_eq!(s.leader.child_copy_on_paper(s.child, to, WHY).await.err(), choose, "{to:?}");
    }
    let silent = s.leader.child_copy_on_paper(s.child, Some(s.guardian), "要").await.err();
    assert_eq!(silent, Some(Error::field("reason", "text.few_words")));
    assert!(s.leader.child_trail(s.child).await.unwrap().iter().all(|l| l.fields != "export"), "nothing left");
    s.store.close().await.unwrap();
}

async fn whose_access_is_suspended_gets_a_copy_from_the_leader_alone(ground: Ground) {
    let s = story(&ground).await;
    let me = father(&s).await;
    let said = NewConcern::parse(&ConcernForm { words: "关于孩子的父亲", ..ConcernForm::default() }).unwrap();
    let concern = s.leader.save(RaiseConcern { said, child: None }).await.unwrap();
    let account = Some(me.viewer().account);
    s.leader.save(NameInConcern { concern, child: None, volunteer: None, account }).await.unwrap();
    s.leader.save(Suspend { concern }).await.unwrap();
    let refused = s.coordinator.child_copy_on_paper(s.child, Some(s.guardian), WHY).await.err();
    assert_eq!(refused, Some(Error::refused("personal_copy.by_leader")));
    s.leader.child_copy_on_paper(s.child, Some(s.guardian), WHY).await.unwrap();
    s.store.close().await.unwrap();
}

async fn copies_count_with_the_lists_of_a_day(ground: Ground) {
    let s = story(&ground).await;
    for _ in 0..ALONE {
        system(&s.store).save(OpenFile { details: details("石小榴") }).await.unwrap();
    }
    let others = ChildFilter { search: Some("石小榴".into()), ..ChildFilter::default() };
    assert_eq!(s.coordinator.list_out(&Out::Children(others)).await.unwrap().len(), ALONE);
    let refused = s.coordinator.child_copy_on_paper(s.child, Some(s.guardian), WHY).await.err();
    assert_eq!(refused, Some(Error::refused("personal_copy.by_another")));
    s.leader.child_copy_on_paper(s.child, Some(s.guardian), WHY).await.unwrap();
    father(&s).await.own_child_copy(s.child).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_volunteer_takes_a_copy_of_her_own_file_without_the_children(ground: Ground) {
    let s = story(&ground).await;
    told(&s).await;
    let me = s.at(&s.mother, FETCHED).await;
    let copy = me.own_volunteer_copy().await.unwrap();
    assert_eq!((copy.file.name.as_str(), copy.file.pairs.len(), copy.stays.len()), ("李样例", 1, 1));
    assert!(!format!("{copy:?}").contains("安小草"), "a child is not hers to carry away");
    assert_eq!(copy.file.adults.len(), 1, "her husband's checks are his");
    assert_eq!(copy.id_number, None);
    let given = s.coordinator.volunteer_copy_on_paper(s.carer.volunteer, WHY).await.unwrap();
    assert_eq!(given.id_number, s.leader.volunteer_id_number(s.carer.volunteer).await.unwrap());
    assert_eq!(s.teacher.own_volunteer_copy().await.err(), Some(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn who_takes_no_lists_out_gives_no_copy(ground: Ground) {
    let s = story(&ground).await;
    for desk in [&s.teacher, &s.mother] {
        let child = desk.child_copy_on_paper(s.child, Some(s.guardian), WHY).await.err();
        assert_eq!(child, Some(Error::Forbidden));
        let her = desk.volunteer_copy_on_paper(s.carer.volunteer, WHY).await.err();
        assert_eq!(her, Some(Error::Forbidden));
        assert_eq!(desk.own_child_copy(s.child).await.err(), Some(Error::NotFound));
    }
    s.store.close().await.unwrap();
}
