//! A file erased on a written request: by two people, not while anything is under way, and whole: no value stays, and figures,
//! ledgers and the trail do.
//!
//! Long because: what stands in the way, what goes and what stays are tried on one story, and a volunteer's file shares its
//! helpers.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm, ChildState};
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::erasure::Whose;
use naheya_domain::follow_up::With;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, ErasureId, GuardianId};
use naheya_domain::setting::Settings;
use naheya_domain::viewer::Place;
use naheya_store::child::edit::EditFile;
use naheya_store::child::{ChangeState, ChildFilter, OpenFile};
use naheya_store::concern::RaiseConcern;
use naheya_store::draft::KeepDraft;
use naheya_store::erasure::inventory::{Inventory, OF_CHILD, OF_VOLUNTEER};
use naheya_store::erasure::{ApproveErasure, AskErasure, RefuseErasure, WithdrawErasure};
use naheya_store::follow_up::PlanFollowUp;
use naheya_store::guardian::AddGuardian;
use naheya_store::setting::ChangeSettings;
use naheya_store::{Desk, Error};
use uuid::Uuid;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{Story, literal, story};

on_both_engines![
    an_erased_file_tells_nothing_and_leaves_the_trail_whole,
    nobody_erases_what_they_asked_for_themselves,
    a_file_is_erased_once_the_child_has_left_and_nothing_is_under_way,
    what_nobody_may_know_of_stands_in_the_way_under_one_word,
    a_county_keeps_files_for_as_long_as_it_must,
    a_guardian_of_another_child_stays_and_one_of_none_goes,
    a_number_is_free_once_its_file_is_erased,
    an_erased_file_is_not_filled_again,
    a_request_that_was_refused_or_taken_back_changes_nothing,
];

const NUMBER: &str = "150825201603050010";
pub const WHY: &str = "母亲书面申请，2026 年第 3 号";

/// A child that has left, with every part of its file filled.
pub async fn left(s: &Story, name: &str) -> ChildId {
    let form = ChildForm {
        name,
        birth_on: "2016-03-05",
        address: "样例嘎查 3 号",
        health: "对青霉素过敏",
        words: "想当骑手",
        ..ChildForm::default()
    };
    let details = ChildDetails::parse(&form, NOW.date()).unwrap();
    let child = system(&s.store).save(OpenFile { details }).await.unwrap();
    s.coordinator.save(ChangeState { child, next: ChildState::Left }).await.unwrap();
    child
}

async fn mother(s: &Story, child: ChildId) -> GuardianId {
    let form = GuardianForm { name: "石样母", relation: "母亲", phone: "13900000008", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    system(&s.store).save(AddGuardian { child, details }).await.unwrap()
}

pub async fn asked(desk: &Desk, whose: impl Into<Whose>) -> ErasureId {
    desk.save(AskErasure { whose: whose.into(), reason: WHY.into() }).await.unwrap()
}

pub async fn erase(s: &Story, whose: impl Into<Whose>) {
    let erasure = asked(&s.coordinator, whose).await;
    s.leader.save(ApproveErasure { erasure }).await.unwrap();
}

pub fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        other => format!("{other:?}"),
    }
}

async fn an_erased_file_tells_nothing_and_leaves_the_trail_whole(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    mother(&s, child).await;
    s.leader.child_secret(child, "石小榴住院，给医院报病史").await.unwrap();
    let before = s.leader.erasure_of(child).await.unwrap();
    assert_eq!((before.name.as_str(), before.people.as_slice()), ("石小榴", ["石样母".to_owned()].as_slice()));
    assert_eq!(before.in_the_way, []);
    erase(&s, child).await;
    let file = s.leader.child_file(child).await.unwrap();
    assert_eq!((file.name.as_str(), file.guardians.len(), file.words), ("—", 0, None));
    let personal = file.personal.unwrap();
    assert_eq!((personal.address, personal.birth_on.map(|day| day.to_string())), (None, Some("2016-01-01".into())));
    assert_eq!(s.leader.child_secret(child, "看看还有什么").await.unwrap().health, None);
    let found = ChildFilter { search: Some("石小榴".into()), ..ChildFilter::default() };
    assert_eq!(s.leader.children(&found).await.unwrap().0.len(), 0);
    let trail = s.leader.child_trail(child).await.unwrap();
    assert!(trail.iter().any(|l| l.act == "erasure.approve" && l.reason.as_deref() == Some(WHY)), "{trail:?}");
    assert!(trail.iter().all(|l| l.reason.as_deref().is_none_or(|words| !words.contains("石小榴"))), "{trail:?}");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn nobody_erases_what_they_asked_for_themselves(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    let erasure = asked(&s.leader, child).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.own");
    assert_eq!(s.coordinator.save(ApproveErasure { erasure }).await, Err(Error::Forbidden));
    assert_eq!(s.teacher.save(AskErasure { whose: child.into(), reason: WHY.into() }).await, Err(Error::Forbidden));
    let other = desk_as(&s.store, Role::Leader, Place::County).await;
    other.save(ApproveErasure { erasure }).await.unwrap();
    assert_eq!(code(other.save(ApproveErasure { erasure }).await), "erasure.decided");
    s.store.close().await.unwrap();
}

async fn a_file_is_erased_once_the_child_has_left_and_nothing_is_under_way(ground: Ground) {
    let s = story(&ground).await;
    let here = s.coordinator.save(AskErasure { whose: s.child.into(), reason: WHY.into() }).await;
    assert_eq!(code(here), "erasure.not_left");
    let child = left(&s, "石小榴").await;
    let silent = s.coordinator.save(AskErasure { whose: child.into(), reason: "要".into() }).await;
    assert_eq!(silent, Err(Error::field("reason", "required.missing")));
    let erasure = asked(&s.coordinator, child).await;
    assert_eq!(
        code(s.coordinator.save(AskErasure { whose: child.into(), reason: WHY.into() }).await),
        "erasure.asked_already"
    );
    s.coordinator.save(PlanFollowUp { child, with: With::Child, due_at: NOW.plus_minutes(60) }).await.unwrap();
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.talk_due");
    ground.sql("UPDATE follow_ups SET state = 'missed'").await;
    let who = mother(&s, child).await;
    let account = desk_as(&s.store, Role::Guardian, Place::Person(who.0)).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.account_open");
    let grant = account.viewer().grant;
    s.leader.save(naheya_store::grant::EndGrant { grant }).await.unwrap();
    s.leader.save(ApproveErasure { erasure }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn what_nobody_may_know_of_stands_in_the_way_under_one_word(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    let erasure = asked(&s.coordinator, child).await;
    let said = NewConcern::parse(&ConcernForm { words: "她说不想回去", ..ConcernForm::default() }).unwrap();
    s.leader.save(RaiseConcern { said, child: Some(child) }).await.unwrap();
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.not_now");
    let seen = s.coordinator.erasure_of(child).await.unwrap().in_the_way;
    assert_eq!(seen.iter().map(|refusal| refusal.code).collect::<Vec<_>>(), ["erasure.not_now"]);
    s.store.close().await.unwrap();
}

async fn a_county_keeps_files_for_as_long_as_it_must(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    let (held, version) = s.leader.settings().await.unwrap();
    s.leader.save(ChangeSettings { version, settings: Settings { keep_years: 3, ..held } }).await.unwrap();
    let erasure = asked(&s.coordinator, child).await;
    assert_eq!(code(s.leader.save(ApproveErasure { erasure }).await), "erasure.kept");
    let later = s.at(&s.leader, NOW.plus_minutes((3 * 365 + 2) * 24 * 60)).await;
    later.save(ApproveErasure { erasure }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_guardian_of_another_child_stays_and_one_of_none_goes(ground: Ground) {
    let s = story(&ground).await;
    let (first, second) = (left(&s, "石小榴").await, left(&s, "石小枣").await);
    let who = mother(&s, first).await;
    assert_eq!(mother(&s, second).await, who, "one person");
    erase(&s, first).await;
    let names =
        |rows: Vec<naheya_store::child::file::GuardianLine>| rows.into_iter().map(|g| g.name).collect::<Vec<_>>();
    assert_eq!(names(s.leader.child_file(second).await.unwrap().guardians), ["石样母"]);
    erase(&s, second).await;
    let kept = ground.texts("SELECT name FROM guardians WHERE name LIKE '石%'").await;
    assert_eq!(kept, Vec::<String>::new());
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_number_is_free_once_its_file_is_erased(ground: Ground) {
    let s = story(&ground).await;
    let form = |name| ChildForm { name, id_number: NUMBER, ..ChildForm::default() };
    let open = |name| OpenFile { details: ChildDetails::parse(&form(name), NOW.date()).unwrap() };
    let child = system(&s.store).save(open("石小榴")).await.unwrap();
    s.coordinator.save(ChangeState { child, next: ChildState::Left }).await.unwrap();
    assert_eq!(s.coordinator.save(open("石小榴")).await, Err(Error::field("id_number", "duplicate.in_register")));
    erase(&s, child).await;
    s.coordinator.save(open("石小榴")).await.unwrap();
    s.store.close().await.unwrap();
}

async fn an_erased_file_is_not_filled_again(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    erase(&s, child).await;
    let again = s.coordinator.save(ChangeState { child, next: ChildState::Applying }).await;
    assert_eq!(code(again), "child.erased");
    let version = s.coordinator.child_fields(child).await.unwrap().version;
    let edited = s.coordinator.save(EditFile { child, version, details: details("石小榴") }).await;
    assert_eq!(code(edited), "child.erased");
    let form = GuardianForm { name: "石样母", relation: "母亲", phone: "13900000008", ..GuardianForm::default() };
    let adult = AddGuardian { child, details: GuardianDetails::parse(&form).unwrap() };
    assert_eq!(code(s.coordinator.save(adult).await), "child.erased");
    assert_eq!(code(s.coordinator.save(AskErasure { whose: child.into(), reason: WHY.into() }).await), "child.erased");
    s.store.close().await.unwrap();
}

async fn a_request_that_was_refused_or_taken_back_changes_nothing(ground: Ground) {
    let s = story(&ground).await;
    let child = left(&s, "石小榴").await;
    let erasure = asked(&s.coordinator, child).await;
    assert_eq!(code(s.leader.save(WithdrawErasure { erasure }).await), "erasure.not_own");
    s.coordinator.save(WithdrawErasure { erasure }).await.unwrap();
    let erasure = asked(&s.coordinator, child).await;
    s.leader.save(RefuseErasure { erasure, words: "请先核对是谁申请的".into() }).await.unwrap();
    let view = s.coordinator.erasure_of(child).await.unwrap();
    assert_eq!((view.name.as_str(), view.newest.unwrap().answer.as_deref()), ("石小榴", Some("请先核对是谁申请的")));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

/// A new column that can hold words or sealed bytes is decided by somebody: it goes with an erased file, or stays for a reason.
#[tokio::test]
async fn every_column_that_can_hold_a_value_goes_with_an_erased_file_or_stays_for_a_reason() {
    let ground = Ground::sqlite();
    ground.store().await.close().await.unwrap();
    let of_schema = "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
                     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'seaql_migrations' \
                     AND lower(c.type) NOT IN ('integer', 'bigint', 'boolean', 'uuid_text')";
    let schema: BTreeSet<String> = ground.texts(of_schema).await.into_iter().collect();
    assert!(schema.len() > 300, "the schema was not read: {} columns", schema.len());
    for of in [OF_CHILD, OF_VOLUNTEER] {
        let stays = of.stays().flat_map(|(table, columns, reason)| {
            assert!(reason.len() > 20, "{table}: {reason}");
            named(table, columns)
        });
        let all: Vec<String> = goes(of).into_iter().chain(stays).collect();
        let decided: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(all.len(), decided.len(), "a column is decided twice");
        assert_eq!(schema.difference(&decided).collect::<Vec<_>>(), Vec::<&String>::new(), "nobody has decided");
        assert_eq!(decided.difference(&schema).collect::<Vec<_>>(), Vec::<&String>::new(), "no such column");
    }
}

fn named(table: &str, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| format!("{table}.{column}")).collect()
}

/// The columns whose values go with such a file.
pub fn goes(of: Inventory) -> Vec<String> {
    of.goes().flat_map(|(table, columns)| named(table, columns)).collect()
}

/// Where the rows of the child stand, of each table in the inventory.
fn rows_of(table: &str, ids: &Ids) -> String {
    let Ids { child, guardian, account, tie, pair, stay, plan, .. } = ids;
    match table {
        "children" => format!("id = {child}"),
        "guardians" => format!("id = {guardian}"),
        "guardian_tokens" => format!("guardian_id = {guardian}"),
        "search_tokens" => format!("person_id = {child}"),
        "uniq" => format!("ref_id = {child}"),
        "public_links" => format!("ref_id = {tie}"),
        "accounts" | "contacts" => format!("id = {account}"),
        "drafts" => format!("account_id = {stay}"),
        "partings" | "hours_claims" => format!("pair_id = {pair}"),
        "plan_records" => format!("plan_id = {plan}"),
        "alarms" => format!("subject_id = {stay}"),
        "phone_acts" => format!("stay_id = {stay}"),
        "merges" => format!("kept_id = {child}"),
        "audit_reasons" => format!("n IN (SELECT n FROM audit_events WHERE noun = 'children' AND ref_id = {child})"),
        _ => format!("child_id = {child}"),
    }
}

/// Ids as the engine writes them in SQL.
pub struct Ids {
    child: String,
    guardian: String,
    account: String,
    tie: String,
    pub pair: String,
    pub stay: String,
    plan: String,
    pub volunteer: String,
    pub home: String,
}

/// A row: its table, its columns, their values.
type Row = (&'static str, &'static str, String);

/// A weekend and what stands around it.
fn of_weekend(ids: &Ids, fresh: &dyn Fn() -> String) -> Vec<Row> {
    let Ids { child, guardian, pair, stay, plan, volunteer, home, .. } = ids;
    let note = fresh();
    vec![
        (
            "stays",
            "id, pair_id, child_id, volunteer_id, household_id, party_id, starts_at, ends_at, start_kind, end_kind, state, \
             requested_by, requested_at, day_only, version",
            format!(
                "{stay}, {pair}, {child}, {volunteer}, {home}, {stay}, 1, 2, 'school', 'school', 'closed', {stay}, 1, \
                 FALSE, 1"
            ),
        ),
        (
            "custody_events",
            "id, stay_id, child_id, seq, kind, holder_kind, how, by_account, server_at",
            format!("{}, {stay}, {child}, 900, 'release', 'volunteer', 'code', {stay}, 1", fresh()),
        ),
        (
            "notes",
            "id, stay_id, child_id, author, kinds, words_sealed, state, created_at, version",
            format!("{note}, {stay}, {child}, {stay}, '', x'01', 'saved', 1, 1"),
        ),
        (
            "pictures",
            "id, note_id, child_id, sha256, width, height, bytes_sealed, hidden, created_at",
            format!("{}, {note}, {child}, x'01', 1, 1, x'01', FALSE, 1", fresh()),
        ),
        (
            "term_plans",
            "id, pair_id, child_id, volunteer_id, state, by_side, proposed_by, proposed_at, version",
            format!("{plan}, {pair}, {child}, {volunteer}, 'settled', 'office', {stay}, 1, 1"),
        ),
        (
            "plan_records",
            "id, plan_id, guardian_id, how, evidence_sealed, by_account, at",
            format!("{}, {plan}, {guardian}, 'paper', x'01', {stay}, 1", fresh()),
        ),
        (
            "alarms",
            "id, subject_id, stay_id, kind, turn, due_at, raised_at, told, closed_at, version",
            format!("{}, {stay}, {stay}, 'volunteer', 1, 1, 1, 1, 2, 1", fresh()),
        ),
        (
            "phone_acts",
            "id, account_id, grant_id, device, sequence, kind, stay_id, phone_at, phone_offset, sent_at, happened_at, \
             doubtful, server_at, state, body_hash, version",
            format!(
                "{}, {stay}, {stay}, {stay}, 1, 'release', {stay}, 1, 480, 1, 1, FALSE, 1, 'seen', x'01', 1",
                fresh()
            ),
        ),
    ]
}

/// What the office wrote down of the child, and what its guardian signs in by.
fn of_office(ids: &Ids, form: &str, fresh: &dyn Fn() -> String) -> Vec<Row> {
    let Ids { child, account, tie, pair, stay, volunteer, .. } = ids;
    let round = fresh();
    vec![
        ("child_categories", "id, child_id, code, basis", format!("{}, {child}, 'LS', 'x'", fresh())),
        (
            "follow_ups",
            "id, child_id, with_whom, due_at, state, cause, tries, version",
            format!("{}, {child}, 'child', 1, 'done', 'planned', 0, 1", fresh()),
        ),
        ("rounds", "id, name, state, created_by, version", format!("{round}, 'r', 'closed', {stay}, 1")),
        (
            "round_children",
            "id, round_id, child_id, number, withdrawn, version",
            format!("{}, {round}, {child}, 1, FALSE, 1", fresh()),
        ),
        (
            "partings",
            "id, pair_id, notice_on, reason, notice_by, withdrawn, by_account, version",
            format!("{}, {pair}, '2026-11-01', 'moved', 'office', FALSE, {stay}, 1", fresh()),
        ),
        (
            "break_glasses",
            "id, child_id, account_id, role, session_id, reason_sealed, opened_at, until_at, told_first, told_second, \
             review_by, reviewed_at, version",
            format!("{}, {child}, {stay}, 'leader', {stay}, x'01', 1, 2, {stay}, {stay}, 3, 3, 1", fresh()),
        ),
        (
            "restrictions",
            "id, child_id, ground_sealed, by_account, begun_at, lifted_at, version",
            format!("{}, {child}, x'01', {stay}, 1, 2, 1", fresh()),
        ),
        (
            "hours_claims",
            "id, volunteer_id, pair_id, kind, state, by_account, entered_at, version",
            format!("{}, {volunteer}, {pair}, 'correction', 'withdrawn', {stay}, 1, 1", fresh()),
        ),
        (
            "merges",
            "id, kept_id, other_id, kept_version, other_version, other_number, chosen, state, by_account, asked_at, version",
            format!("{}, {child}, {stay}, 1, 1, '2026-000999', '', 'done', {stay}, 1, 1", fresh()),
        ),
        ("public_links", "token_hash, kind, ref_id, expires_at, tries", format!("x'0102', 'consent', {tie}, 9, 0")),
        ("uniq", "kind, blind_index, ref_id", format!("'child_id_no', x'0103', {child}")),
        ("drafts", "account_id, form, body_sealed, updated_at", format!("{stay}, '{form}', x'01', 1")),
        ("contacts", "id, choice, version", format!("{account}, 'app', 1")),
    ]
}

/// A row of every table around the child, put in from outside.
pub async fn filled(ground: &Ground, s: &Story) -> Ids {
    let account = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await.viewer().account;
    s.coordinator.child_secret(s.child, "给医院报病史").await.unwrap();
    let fresh = || literal(ground, Uuid::now_v7());
    let ids = Ids {
        child: literal(ground, s.child.0),
        guardian: literal(ground, s.guardian.0),
        account: literal(ground, account.0),
        tie: fresh(),
        pair: literal(ground, s.pair),
        stay: fresh(),
        plan: fresh(),
        volunteer: literal(ground, s.carer.volunteer.0),
        home: literal(ground, s.carer.household.0),
    };
    let Ids { child, account, tie, .. } = &ids;
    let area = COUNTY.0;
    let rows = of_weekend(&ids, &fresh).into_iter().chain(of_office(&ids, &format!("child-{}", s.child), &fresh));
    for (table, columns, values) in rows {
        ground.sql(&format!("INSERT INTO {table} (area_id, {columns}) VALUES ({area}, {values})")).await;
    }
    ground.sql(&format!("UPDATE guardianships SET id = {tie} WHERE child_id = {child}")).await;
    ground.sql(&format!("UPDATE children SET state = 'left', left_on = '2026-01-01' WHERE id = {child}")).await;
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-01-01'").await;
    ground.sql(&format!("UPDATE grants SET ended_at = 1 WHERE account_id = {account}")).await;
    ids
}

/// Forms of records around the child are named by those records and not by the child.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_begun_of_a_talk_an_alarm_an_opening_hours_or_a_merged_file_goes_with_the_file() {
    let ground = Ground::sqlite();
    let s = story(&ground).await;
    let Ids { pair, stay, volunteer, .. } = filled(&ground, &s).await;
    let (area, id) = (COUNTY.0, literal(&ground, Uuid::now_v7()));
    ground
        .sql(&format!(
            "INSERT INTO hours_entries (area_id, id, volunteer_id, pair_id, kind, starts_at, ends_at, minutes, by_account, \
             entered_at) VALUES ({area}, {id}, {volunteer}, {pair}, 'stay', 1, 60001, 1, {stay}, 1)"
        ))
        .await;
    let tables = [
        ("follow-up", "follow_ups"),
        ("alarm", "alarms"),
        ("glass", "break_glasses"),
        ("hours-correction", "hours_entries"),
    ];
    let mut begun = Vec::new();
    for (form, table) in tables {
        let ids = ground.texts(&format!("SELECT lower(hex(id)) FROM {table}")).await;
        assert!(!ids.is_empty(), "{table}");
        begun.extend(ids.iter().map(|id| format!("{form}-{}", Uuid::try_parse(id).unwrap())));
    }
    let merged = Uuid::now_v7();
    ground.sql(&format!("UPDATE merges SET other_id = {}", literal(&ground, merged))).await;
    begun.push(format!("child-{merged}"));
    for form in &begun {
        s.leader.save(KeepDraft { form: form.clone(), body: "words=1".into(), page: None }).await.unwrap();
    }
    erase(&s, s.child).await;
    for form in &begun {
        assert_eq!(s.leader.draft(form).await, Ok(None), "{form}");
    }
    s.store.close().await.unwrap();
}

/// Puts a mark into every column whose values go, erases the file, and looks for the mark.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_stays_in_a_column_whose_values_go() {
    let ground = Ground::sqlite();
    let s = story(&ground).await;
    let ids = filled(&ground, &s).await;
    let rows = |table: &str| rows_of(table, &ids);
    mark(&ground, OF_CHILD, &rows).await;
    erase(&s, s.child).await;
    assert_eq!(marked(&ground, OF_CHILD, &rows).await, Vec::<String>::new());
    let born = ground.texts(&format!("SELECT birth_on FROM children WHERE id = {}", ids.child)).await;
    assert_eq!(born, ["2016-01-01"]);
    s.store.close().await.unwrap();
}

/// Puts a mark into every column whose values go with such a file, in the rows that `rows` tells of each table. Of a birth date the
/// year stays.
pub async fn mark(ground: &Ground, of: Inventory, rows: &dyn Fn(&str) -> String) {
    let is_bytes =
        |column: &str| ["_sealed", "_bi", "_hash", "sha256", "blind_index"].iter().any(|end| column.ends_with(end));
    let columns = goes(of);
    let columns = || columns.iter().filter_map(|name| name.split_once('.')).filter(|(_, column)| *column != "birth_on");
    for (table, column) in columns() {
        // A password's hash is text.
        let bytes = is_bytes(column) && column != "password_hash";
        let mark = if bytes { "CAST('MARK' AS BLOB)".to_owned() } else { format!("coalesce({column}, '') || 'MARK'") };
        ground.sql(&format!("UPDATE {table} SET {column} = {mark} WHERE {}", rows(table))).await;
    }
    let there = marked(ground, of, rows).await;
    assert_eq!(there.len(), columns().count(), "a column that goes has no row here: {there:?}");
}

/// The columns in which the mark stands.
pub async fn marked(ground: &Ground, of: Inventory, rows: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut found = Vec::new();
    for name in goes(of) {
        let (table, column) = name.split_once('.').unwrap();
        let marked = format!("{} AND CAST({column} AS TEXT) LIKE '%MARK%'", rows(table));
        found.extend(ground.texts(&format!("SELECT DISTINCT '{name}' FROM {table} WHERE {marked}")).await);
    }
    found
}
