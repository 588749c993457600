//! A child is found by who speaks for it, by whoever may see that person.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::category::Category;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::ChildId;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::guardian::{AddGuardian, CallFirst, ChangeGuardian};
use naheya_store::import::{Lines, UndoImport};
use naheya_store::{Desk, Error, Store, SystemTask};

use crate::child::details;
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::import::{child as line, import};
use crate::on_both_engines;
use crate::story::story;

on_both_engines![
    a_child_is_found_by_its_guardians_whole_name_pinyin_and_initials,
    one_letter_of_a_name_finds_nobody_by_a_guardian,
    whoever_sees_no_guardian_finds_no_child_by_one,
    a_child_director_finds_by_guardians_of_the_own_town_alone,
    from_whom_a_child_is_kept_away_does_not_speak_for_it,
    whoever_is_kept_away_does_not_come_back_by_another_number,
    whoever_is_kept_away_does_not_come_back_under_the_entry_of_somebody_else,
    whoever_is_kept_away_does_not_come_back_spelled_otherwise,
    nobody_else_is_called_by_the_number_of_whoever_is_kept_away,
    whoever_is_kept_away_is_so_under_every_entry_of_the_name,
    that_somebody_is_kept_away_no_more_is_told_to_the_leaders,
    a_guardian_who_is_renamed_is_found_by_the_new_name_alone,
    guardians_of_an_import_are_found_and_go_with_it,
    what_was_written_beside_a_child_since_keeps_it_when_its_import_is_taken_back,
    imports_are_taken_back_one_after_the_other_the_last_one_first,
    guardians_from_before_are_found_after_the_next_start,
    a_guardian_who_is_not_found_by_the_own_name_is_named_by_the_conscience,
    whoever_can_be_reached_is_put_first_of_those_who_are_called,
];

const TOWN: &str = "150825100";

fn adult(name: &str, blocked: bool) -> GuardianDetails {
    let blocked_reason = if blocked { "家长要求（示例）" } else { "" };
    let form = GuardianForm { name, relation: "母亲", blocked, blocked_reason, ..GuardianForm::default() };
    GuardianDetails::parse(&form).unwrap()
}

/// A child of a town with a guardian.
async fn child_of(store: &Store, name: &str, town: &str, guardian: GuardianDetails) -> ChildId {
    let mut details = details(name);
    details.town_code = Some(town.to_owned());
    let desk = system(store);
    let child = desk.save(OpenFile { details }).await.unwrap();
    desk.save(AddGuardian { child, details: guardian }).await.unwrap();
    child
}

/// Whom `typed` finds, each with the guardians who were meant.
async fn found(desk: &Desk, typed: &str) -> Vec<(String, Vec<String>)> {
    let found = desk.children_of_guardian(typed).await.unwrap();
    found.into_iter().map(|one| (one.row.name, one.guardians.into_iter().collect())).collect()
}

fn only(child: &str, guardian: &str) -> Vec<(String, Vec<String>)> {
    vec![(child.to_owned(), vec![guardian.to_owned()])]
}

async fn a_child_is_found_by_its_guardians_whole_name_pinyin_and_initials(ground: Ground) {
    let store = ground.store().await;
    child_of(&store, "安小草", TOWN, adult("王样芳", false)).await;
    child_of(&store, "石小榴", TOWN, adult("乌云·例", false)).await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    for typed in ["王样芳", "王样", "wangyangfang", "WangYang", "wyf"] {
        assert_eq!(found(&office, typed).await, only("安小草", "王样芳"), "{typed}");
    }
    for typed in ["乌云", "乌云·例", "wuyunli"] {
        assert_eq!(found(&office, typed).await, only("石小榴", "乌云·例"), "{typed}");
    }
    assert_eq!(found(&office, "安小草").await, [], "by the own name a child is found elsewhere");
    for odd in ["", "   ", "%", "''", "王样芳芳"] {
        assert_eq!(found(&office, odd).await, [], "{odd}");
    }
    store.close().await.unwrap();
}

async fn one_letter_of_a_name_finds_nobody_by_a_guardian(ground: Ground) {
    let store = ground.store().await;
    child_of(&store, "安小草", TOWN, adult("王样芳", false)).await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!((found(&office, "王").await, found(&office, "w").await), (vec![], vec![]));
    store.close().await.unwrap();
}

async fn whoever_sees_no_guardian_finds_no_child_by_one(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(found(&s.coordinator, "安样父").await, only("安小草", "安样父"));
    assert_eq!(found(&s.teacher, "安样父").await, only("安小草", "安样父"), "whom to ask for a yes");
    assert_eq!(s.mother.count_children(&ChildFilter::default()).await.unwrap(), 1, "the volunteer sees the child");
    assert_eq!(found(&s.mother, "安样父").await, []);
    s.store.close().await.unwrap();
}

async fn a_child_director_finds_by_guardians_of_the_own_town_alone(ground: Ground) {
    let store = ground.store().await;
    child_of(&store, "安小草", TOWN, adult("王样芳", false)).await;
    let there = desk_as(&store, Role::TownWorker, Place::Town(TOWN.into())).await;
    assert_eq!(found(&there, "王样芳").await, only("安小草", "王样芳"));
    let elsewhere = desk_as(&store, Role::TownWorker, Place::Town("150825101".into())).await;
    assert_eq!(found(&elsewhere, "王样芳").await, []);
    store.close().await.unwrap();
}

async fn from_whom_a_child_is_kept_away_does_not_speak_for_it(ground: Ground) {
    let store = ground.store().await;
    child_of(&store, "安小草", TOWN, adult("王样芳", true)).await;
    child_of(&store, "石小榴", TOWN, adult("王样兰", false)).await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(found(&office, "王样").await, only("石小榴", "王样兰"));
    store.close().await.unwrap();
}

async fn whoever_is_kept_away_does_not_come_back_by_another_number(ground: Ground) {
    let s = story(&ground).await;
    s.coordinator.save(AddGuardian { child: s.child, details: adult("王样芳", true) }).await.unwrap();
    let form = GuardianForm { name: "王样芳", relation: "母亲", phone: "13900000010", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let again = s.coordinator.save(AddGuardian { child: s.child, details }).await;
    assert_eq!(again, Err(Error::field("name", "guardian.kept_away")));
    s.coordinator.save(AddGuardian { child: s.child, details: adult("王样兰", false) }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn whoever_is_kept_away_does_not_come_back_under_the_entry_of_somebody_else(ground: Ground) {
    let s = story(&ground).await;
    s.coordinator.save(AddGuardian { child: s.child, details: adult("王样芳", true) }).await.unwrap();
    let change = async |name| {
        let version = s.coordinator.guardian_fields(s.child, s.guardian).await.unwrap().version;
        let form = GuardianForm { name, relation: "父亲", phone: "13900000009", ..GuardianForm::default() };
        let details = GuardianDetails::parse(&form).unwrap();
        s.coordinator.save(ChangeGuardian { child: s.child, guardian: s.guardian, version, details }).await
    };
    assert_eq!(change("王样芳").await, Err(Error::field("name", "guardian.kept_away")));
    change("王样兰").await.unwrap();
    s.store.close().await.unwrap();
}

async fn whoever_is_kept_away_does_not_come_back_spelled_otherwise(ground: Ground) {
    let s = story(&ground).await;
    s.coordinator.save(AddGuardian { child: s.child, details: adult("乌云·例", true) }).await.unwrap();
    for name in ["乌云例", "乌云 例", "乌\u{200D}云·例"] {
        let again = s.coordinator.save(AddGuardian { child: s.child, details: adult(name, false) }).await;
        assert_eq!(again, Err(Error::field("name", "guardian.kept_away")), "{name:?}");
    }
    s.coordinator.save(AddGuardian { child: s.child, details: adult("乌云例（姑姑）", false) }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn nobody_else_is_called_by_the_number_of_whoever_is_kept_away(ground: Ground) {
    let s = story(&ground).await;
    let with = |name, relation, blocked| {
        let blocked_reason = if blocked { "法院判决（示例）" } else { "" };
        let phone = "13900000010";
        let form = GuardianForm { name, relation, phone, blocked, blocked_reason, ..GuardianForm::default() };
        GuardianDetails::parse(&form).unwrap()
    };
    s.coordinator.save(AddGuardian { child: s.child, details: with("王样芳", "母亲", true) }).await.unwrap();
    let taken = Error::field("phone", "guardian.number_kept_away");
    let added = s.coordinator.save(AddGuardian { child: s.child, details: with("王样兰", "母亲", false) }).await;
    assert_eq!(added, Err(taken.clone()));
    let version = s.coordinator.guardian_fields(s.child, s.guardian).await.unwrap().version;
    let details = with("安样父", "父亲", false);
    let changed = s.coordinator.save(ChangeGuardian { child: s.child, guardian: s.guardian, version, details }).await;
    assert_eq!(changed, Err(taken));
    s.store.close().await.unwrap();
}

async fn whoever_is_kept_away_is_so_under_every_entry_of_the_name(ground: Ground) {
    let s = story(&ground).await;
    let entry = |name, phone, blocked| {
        let blocked_reason = if blocked { "法院判决（示例）" } else { "" };
        let form = GuardianForm { name, relation: "母亲", phone, blocked, blocked_reason, ..GuardianForm::default() };
        GuardianDetails::parse(&form).unwrap()
    };
    let add = async |details| s.coordinator.save(AddGuardian { child: s.child, details }).await.unwrap();
    let first = add(entry("王样芳", "13900000010", false)).await;
    add(entry("王样芳", "13900000011", false)).await;
    add(entry("乌云·例", "13900000012", false)).await;
    let away = "SELECT g.name FROM guardianships t JOIN guardians g ON g.id = t.guardian_id WHERE t.blocked ORDER BY 1";
    let version = s.coordinator.guardian_fields(s.child, first).await.unwrap().version;
    let details = entry("王样芳", "13900000010", true);
    s.coordinator.save(ChangeGuardian { child: s.child, guardian: first, version, details }).await.unwrap();
    assert_eq!(ground.texts(away).await, ["王样芳", "王样芳"], "she has two numbers");
    add(entry("乌云例", "", true)).await;
    assert_eq!(ground.texts(away).await.len(), 4, "who adds her has not seen her entry");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn that_somebody_is_kept_away_no_more_is_told_to_the_leaders(ground: Ground) {
    let s = story(&ground).await;
    let add = AddGuardian { child: s.child, details: adult("王样芳", true) };
    let guardian = s.coordinator.save(add).await.unwrap();
    let told = "SELECT to_role FROM outbox WHERE kind = 'child.kept_away_ended'";
    let change = async |details| {
        let version = s.coordinator.guardian_fields(s.child, guardian).await.unwrap().version;
        s.coordinator.save(ChangeGuardian { child: s.child, guardian, version, details }).await.unwrap();
        ground.texts(told).await
    };
    assert_eq!(change(adult("王样兰", true)).await, Vec::<String>::new(), "only the name");
    assert_eq!(change(adult("王样兰", false)).await, Vec::<String>::new(), "by one person alone she is not");
    let another = desk_as(&s.store, Role::Coordinator, Place::County).await;
    let version = another.guardian_fields(s.child, guardian).await.unwrap().version;
    let details = adult("王样兰", false);
    another.save(ChangeGuardian { child: s.child, guardian, version, details }).await.unwrap();
    assert_eq!(ground.texts(told).await, ["leader"]);
    s.store.close().await.unwrap();
}

async fn a_guardian_who_is_renamed_is_found_by_the_new_name_alone(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let child = desk.save(OpenFile { details: details("安小草") }).await.unwrap();
    let guardian = desk.save(AddGuardian { child, details: adult("王样芳", false) }).await.unwrap();
    let details = adult("王样英", false);
    desk.save(ChangeGuardian { child, guardian, version: 2, details }).await.unwrap();
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(found(&office, "wangyangfang").await, []);
    assert_eq!(found(&office, "wangyangying").await, only("安小草", "王样英"));
    store.close().await.unwrap();
}

async fn guardians_of_an_import_are_found_and_go_with_it(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let mut row = line(2, "安小草", "", "4(3)班");
    row.guardians.truncate(1);
    row.guardians[0].name = Some(PersonName::parse("王样芳").unwrap());
    let done = import(&office, Lines::Children(vec![row])).await;
    assert_eq!(found(&office, "wyf").await, only("安小草", "王样芳"));
    office.save(UndoImport { batch: done.batch.unwrap() }).await.unwrap();
    assert_eq!(ground.texts("SELECT token FROM guardian_tokens").await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn what_was_written_beside_a_child_since_keeps_it_when_its_import_is_taken_back(ground: Ground) {
    let store = ground.store().await;
    let at = |minutes| store.as_system(SystemTask::Demo, COUNTY, NOW.plus_minutes(minutes));
    let names = ["安小草", "石小榴", "白云朵"];
    let lines = (2..).zip(names).map(|(row, name)| line(row, name, "", "4(3)班")).collect();
    let batch = import(&at(0), Lines::Children(lines)).await.batch.unwrap();
    let filter = ChildFilter { search: Some("安小草".into()), ..ChildFilter::default() };
    let child = at(0).children(&filter).await.unwrap().0[0].id;
    // Somebody from whom the child is kept away; and a category of the next roster.
    at(1).save(AddGuardian { child, details: adult("王样芳", true) }).await.unwrap();
    let mut more = line(2, "石小榴", "", "4(3)班");
    more.categories.extend(Category::from_words("孤儿").unwrap());
    import(&at(1), Lines::Children(vec![more])).await;
    assert_eq!(at(2).save(UndoImport { batch }).await, Ok(2));
    let kept = at(2).kept_of_import(batch).await.unwrap();
    let kept: BTreeSet<&str> = kept.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(kept, BTreeSet::from(["安小草", "石小榴"]));
    assert_eq!(ground.texts("SELECT name FROM guardians WHERE name = '王样芳'").await.len(), 1);
    assert_eq!(store.verify(COUNTY, true, NOW.plus_minutes(2)).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn imports_are_taken_back_one_after_the_other_the_last_one_first(ground: Ground) {
    let store = ground.store().await;
    let at = |minutes| store.as_system(SystemTask::Demo, COUNTY, NOW.plus_minutes(minutes));
    let first = import(&at(0), Lines::Children(vec![line(2, "安小草", "", "4(3)班")])).await.batch.unwrap();
    let mut more = line(2, "安小草", "", "4(3)班");
    more.guardians[0].phone = Phone::parse("13900000003").ok();
    let second = import(&at(1), Lines::Children(vec![more])).await.batch.unwrap();
    for batch in [second, first] {
        assert_eq!(at(2).save(UndoImport { batch }).await, Ok(0));
    }
    assert_eq!(at(2).count_children(&ChildFilter::default()).await, Ok(0));
    assert_eq!(store.verify(COUNTY, true, NOW.plus_minutes(2)).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn guardians_from_before_are_found_after_the_next_start(ground: Ground) {
    let store = ground.store().await;
    child_of(&store, "安小草", TOWN, adult("王样芳", false)).await;
    child_of(&store, "石小榴", TOWN, adult("王样兰", false)).await;
    store.close().await.unwrap();
    ground.sql("DELETE FROM guardian_tokens").await;
    ground.sql("DELETE FROM meta WHERE key = 'guardian_tokens'").await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.prepare(NOW).await.unwrap();
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(found(&office, "wangyang").await.len(), 2);
    store.prepare(NOW).await.unwrap();
    let findings = store.examine(true, NOW).await.unwrap();
    assert!(findings.iter().all(|finding| finding.code != "search.differs"), "{findings:?}");
    store.close().await.unwrap();
}

async fn a_guardian_who_is_not_found_by_the_own_name_is_named_by_the_conscience(ground: Ground) {
    let store = ground.store().await;
    let child = child_of(&store, "安小草", TOWN, adult("王样芳", false)).await;
    assert_eq!(store.examine(true, NOW).await.unwrap(), []);
    ground.sql("DELETE FROM guardian_tokens WHERE token = 'wyf'").await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let guardian = office.child_file(child).await.unwrap().guardians[0].id;
    let findings = store.examine(true, NOW).await.unwrap();
    let named: Vec<(&str, String)> = findings.iter().map(|finding| (finding.code, finding.row.clone())).collect();
    assert_eq!(named, [("search.differs", guardian.to_string())]);
    store.close().await.unwrap();
}

async fn whoever_can_be_reached_is_put_first_of_those_who_are_called(ground: Ground) {
    let s = story(&ground).await;
    let mother = system(&s.store).save(AddGuardian { child: s.child, details: adult("安样母", false) }).await.unwrap();
    let called = async || {
        let order = s.coordinator.who_may_consent(s.child).await.unwrap();
        order.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(called().await, ["安样父", "安样母"]);
    let first = |guardian| CallFirst { child: s.child, guardian };
    for _ in 0..2 {
        s.coordinator.save(first(mother)).await.unwrap();
        assert_eq!(called().await, ["安样母", "安样父"]);
    }
    s.coordinator.save(first(s.guardian)).await.unwrap();
    assert_eq!(called().await, ["安样父", "安样母"]);
    let elsewhere = desk_as(&s.store, Role::TownWorker, Place::Town(TOWN.into())).await;
    assert_eq!(elsewhere.save(first(mother)).await, Err(Error::NotFound), "a child of another town");
    s.store.close().await.unwrap();
}
