//! Why somebody looked or did something: the trail proves the words and holds none of them (product.md rule 16).

use std::collections::BTreeSet;

use data_encoding::HEXUPPER;
use naheya_domain::Role;
use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::id::ChildId;
use naheya_domain::viewer::Place;
use naheya_store::audit::AuditFilter;
use naheya_store::check::{EnterChecks, StrikeCheck};
use naheya_store::child::OpenFile;
use naheya_store::field::{Ring, Spot, sha256};
use naheya_store::volunteer::{Step, StepVolunteer};
use naheya_store::{Desk, Location, Store};
use uuid::Uuid;

use crate::audit::findings;
use crate::child::details;
use crate::erasure::erase;
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::story;
use crate::volunteer::{approved, line};

on_both_engines![
    rule_16_no_event_holds_the_words_of_a_reason_and_who_reads_the_file_reads_them,
    changed_removed_and_added_words_are_named_and_read_by_nobody,
    erased_words_leave_the_chain_whole,
    an_event_from_before_keeps_its_words_and_its_place_in_the_chain,
    words_come_back_with_a_backup_on_either_engine,
    why_entries_about_an_erased_volunteer_were_struck_goes_as_far_as_it_names_her,
];

const REASON: &str = "安小草的妈妈来电话，核对过敏药";
const HERE: &str = "WHERE area_id = 150825 AND n";

/// A child whose locked part a coordinator has opened, as the last thing that happened.
async fn one_look(ground: &Ground) -> (Store, Desk, ChildId) {
    let store = ground.store().await;
    let id = system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    desk.child_secret(id, REASON).await.unwrap();
    (store, desk, id)
}

/// The reasons of looks as the child's file tells them, newest first.
async fn told(desk: &Desk, id: ChildId) -> Vec<Option<String>> {
    desk.child_trail(id).await.unwrap().into_iter().filter(|l| l.act == "look").map(|l| l.reason).collect()
}

/// The number of the newest event.
async fn last(ground: &Ground) -> i64 {
    let last = ground.texts("SELECT CAST(max(n) AS varchar(20)) FROM audit_events WHERE area_id = 150825").await;
    last[0].parse().unwrap()
}

/// How a column of bytes is read as text.
fn hex(ground: &Ground, column: &str) -> String {
    match ground.location {
        Location::Folder(_) => format!("hex({column})"),
        Location::Postgres(_) => format!("upper(encode({column}, 'hex'))"),
    }
}

fn blob(ground: &Ground, bytes: &[u8]) -> String {
    let hex = HEXUPPER.encode(bytes);
    match ground.location {
        Location::Folder(_) => format!("x'{hex}'"),
        Location::Postgres(_) => format!("'\\x{hex}'"),
    }
}

fn spot(n: i64) -> Spot<'static> {
    let id = Uuid::from_u128(u128::try_from(n).unwrap());
    Spot { table: "audit_reasons", column: "words_sealed", area: COUNTY.0, id }
}

/// What lies sealed beside the events of an act, opened with the key of the tests.
pub async fn kept_words(ground: &Ground, act: &str) -> BTreeSet<String> {
    let sealed = hex(ground, "r.words_sealed");
    let rows = format!(
        "SELECT r.n || ' ' || {sealed} FROM audit_reasons r \
         JOIN audit_events e ON e.area_id = r.area_id AND e.n = r.n WHERE e.act = '{act}'"
    );
    let ring = Ring::new(&KEY).unwrap();
    let opened = |line: &String| {
        let (n, sealed) = line.split_once(' ').unwrap();
        let plain = ring.open(spot(n.parse().unwrap()), &HEXUPPER.decode(sealed.as_bytes()).unwrap()).unwrap();
        // Random bytes stand before the words; of erased ones there is nothing at all.
        String::from_utf8(plain.get(16..).unwrap_or_default().to_vec()).unwrap()
    };
    ground.texts(&rows).await.iter().map(opened).collect()
}

async fn rule_16_no_event_holds_the_words_of_a_reason_and_who_reads_the_file_reads_them(ground: Ground) {
    let (store, desk, id) = one_look(&ground).await;
    assert_eq!(told(&desk, id).await, [Some(REASON.to_owned())]);
    let held = ground.texts("SELECT reason FROM audit_events WHERE reason IS NOT NULL").await;
    assert!(held.len() == 1 && held[0].starts_with("mac:") && held[0].len() == 26, "{held:?}");
    let sealed = hex(&ground, "words_sealed");
    let rows = ground.texts(&format!("SELECT {sealed} FROM audit_reasons")).await;
    assert_eq!(rows.len(), 1, "nothing stands beside an event without a reason");
    assert!(!rows[0].contains(&HEXUPPER.encode("安小草".as_bytes())), "{rows:?}");
    assert_eq!(kept_words(&ground, "look").await, BTreeSet::from([REASON.to_owned()]));
    assert_eq!(findings(&store).await, []);
    store.close().await.unwrap();
    let Location::Folder(folder) = &ground.location else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(REASON.len()).any(|part| part == REASON.as_bytes()), "in no file");
    }
}

async fn changed_removed_and_added_words_are_named_and_read_by_nobody(ground: Ground) {
    let (store, desk, id) = one_look(&ground).await;
    desk.child_secret(id, "给医院报病史").await.unwrap();
    desk.child_secret(id, "核对药量").await.unwrap();
    let n = last(&ground).await;
    let (changed, removed) = (n - 2, n - 1);
    let other = format!("SELECT words_sealed FROM audit_reasons {HERE} = {removed}");
    ground.sql(&format!("UPDATE audit_reasons SET words_sealed = ({other}) {HERE} = {changed}")).await;
    ground.sql(&format!("DELETE FROM audit_reasons {HERE} = {removed}")).await;
    let added = format!("SELECT area_id, 1, words_sealed FROM audit_reasons {HERE} = {n}");
    ground.sql(&format!("INSERT INTO audit_reasons (area_id, n, words_sealed) {added}")).await;
    let named = |code, n: i64| (code, "audit_reasons", n.to_string());
    let expected = [named("row.unknown", 1), named("row.changed", changed), named("row.missing", removed)];
    assert_eq!(findings(&store).await, expected);
    assert_eq!(store.verify(COUNTY, false, NOW).await.unwrap(), [], "the chain itself is whole");
    assert_eq!(told(&desk, id).await, [Some("核对药量".to_owned()), None, None]);
    store.close().await.unwrap();
}

async fn erased_words_leave_the_chain_whole(ground: Ground) {
    let (store, desk, id) = one_look(&ground).await;
    let n = last(&ground).await;
    let erased = |n| blob(&ground, &Ring::new(&KEY).unwrap().seal(spot(n), b"").unwrap());
    let erase = |mark: String| format!("UPDATE audit_reasons SET words_sealed = {mark} {HERE} = {n}");
    ground.sql(&erase(erased(n))).await;
    assert_eq!(findings(&store).await, []);
    assert_eq!(told(&desk, id).await, [None]);
    let auditor = desk_as(&store, Role::Auditor, Place::County).await;
    assert_eq!(auditor.prove_chain().await, Ok(Vec::new()));
    let filter = AuditFilter { noun: Some("children".into()), ..AuditFilter::default() };
    let (events, _) = auditor.audit_events(&filter).await.unwrap();
    assert!(events[0].reasoned, "that there was a reason stays");
    ground.sql(&erase(erased(n + 1))).await;
    assert_eq!(findings(&store).await, [("row.changed", "audit_reasons", n.to_string())], "another event's mark");
    store.close().await.unwrap();
}

/// The link that an event with its words in clear had: h[n] = SHA-256(h[n-1] ‖ event).
fn old_link(before: &[u8], n: i64, account: Uuid, child: Uuid) -> [u8; 32] {
    let mut bytes = before.to_vec();
    bytes.extend(COUNTY.0.to_be_bytes());
    bytes.extend(n.to_be_bytes());
    bytes.extend(NOW.0.to_be_bytes());
    bytes.extend(account.as_bytes());
    let parts: [&[u8]; 6] = [b"coordinator", b"look", b"children", b"secret", child.as_bytes(), REASON.as_bytes()];
    for part in parts {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part);
    }
    bytes.extend(u64::MAX.to_be_bytes());
    sha256(&bytes)
}

async fn an_event_from_before_keeps_its_words_and_its_place_in_the_chain(ground: Ground) {
    let (store, desk, id) = one_look(&ground).await;
    let n = last(&ground).await;
    let before = format!("SELECT {} FROM audit_events {HERE} = {}", hex(&ground, "hash"), n - 1);
    let before = HEXUPPER.decode(ground.texts(&before).await[0].as_bytes()).unwrap();
    let link = old_link(&before, n, desk.viewer().account.0, id.0);
    let (hash, mac) = (blob(&ground, &link), Ring::new(&KEY).unwrap().chain_mac(COUNTY.0, n, &link));
    let mac = blob(&ground, &mac);
    ground.sql("DELETE FROM audit_reasons").await;
    ground.sql(&format!("UPDATE audit_events SET reason = '{REASON}', hash = {hash} {HERE} = {n}")).await;
    ground.sql(&format!("UPDATE audit_heads SET hash = {hash}, mac = {mac} WHERE area_id = 150825")).await;
    assert_eq!(findings(&store).await, []);
    assert_eq!(told(&desk, id).await, [Some(REASON.to_owned())]);
    desk.child_secret(id, "给医院报病史").await.unwrap();
    assert_eq!(findings(&store).await, []);
    assert_eq!(told(&desk, id).await, [Some("给医院报病史".to_owned()), Some(REASON.to_owned())]);
    store.close().await.unwrap();
}

async fn words_come_back_with_a_backup_on_either_engine(ground: Ground) {
    let (store, _, id) = one_look(&ground).await;
    let mut file = Vec::new();
    store.backup(&mut file, NOW).await.unwrap();
    store.close().await.unwrap();
    let mut others = vec![Ground::sqlite()];
    others.extend(Ground::postgres("reason"));
    for other in others {
        let restored = other.empty(&KEY).await;
        restored.restore(&mut file.as_slice()).await.unwrap();
        restored.prepare(NOW).await.unwrap();
        assert_eq!(findings(&restored).await, []);
        assert_eq!(told(&system(&restored), id).await, [Some(REASON.to_owned())]);
        restored.close().await.unwrap();
        Ground::leave(other.location.clone()).await;
    }
}

async fn why_entries_about_an_erased_volunteer_were_struck_goes_as_far_as_it_names_her(ground: Ground) {
    let s = story(&ground).await;
    let hers = approved(&s.store, "石样玉").await;
    let leave = StepVolunteer { volunteer: hers.volunteer, step: Step::Leave, reason: "不做了".into() };
    s.coordinator.save(leave).await.unwrap();
    let another = desk_as(&s.store, Role::Leader, Place::County).await;
    for reason in ["石样玉的录错了", "录了两遍"] {
        let lines = vec![line(Subject::Adult(hers.member.0), CheckKind::NoOffence, "failed", "2026-11-01")];
        let check = s.coordinator.save(EnterChecks { lines }).await.unwrap()[0];
        for leader in [&s.leader, &another] {
            leader.save(StrikeCheck { check, reason: reason.into() }).await.unwrap();
        }
    }
    erase(&s, hers.volunteer).await;
    assert_eq!(kept_words(&ground, "check.strike").await, BTreeSet::from([String::new(), "录了两遍".to_owned()]));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}
