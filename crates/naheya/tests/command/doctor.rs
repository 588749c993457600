//! `naheya doctor`: nothing to say of sound records, and the row's name when one was changed by SQL.

use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::{AreaId, Timestamp};
use naheya_store::child::OpenFile;
use naheya_store::{Location, Store, SystemTask};
use sqlx::{Connection, SqliteConnection};

use crate::program::{Folder, Served, assert_refused_in_words, request, words};

const NOW: Timestamp = Timestamp(1_795_140_000_000);

/// A place with two children; the id of the first.
async fn small_place(folder: &Folder) -> String {
    let store = Store::open(&Location::Folder(folder.path("data")), &crate::program::KEY).await.unwrap();
    store.prepare(NOW).await.unwrap();
    let desk = store.as_system(SystemTask::Demo, AreaId(150_825), NOW);
    desk.open_county().await.unwrap();
    let child = |name| {
        let form = ChildForm { name, birth_on: "2016-03-05", likes: "马", ..ChildForm::default() };
        OpenFile { details: ChildDetails::parse(&form, NOW.date()).unwrap() }
    };
    let first = desk.save(child("安小草")).await.unwrap();
    desk.save(child("白云朵")).await.unwrap();
    store.close().await.unwrap();
    first.to_string()
}

async fn sql(folder: &Folder, statement: &'static str) {
    let url = format!("sqlite://{}", folder.path("data").join("naheya.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn sound_records_end_well_and_a_row_changed_by_sql_is_named() {
    let folder = Folder::new();
    let child = small_place(&folder).await;
    for deep in [&["doctor", "--data", "data"][..], &["doctor", "--deep", "--data", "data"]] {
        let sound = folder.run(deep);
        assert!(sound.status.success(), "{}", words(&sound.stderr));
        assert_eq!(words(&sound.stdout).trim(), "Nothing found.");
    }
    sql(&folder, "UPDATE children SET likes = '羊' WHERE name = '安小草'").await;
    let found = folder.run(&["doctor", "--deep", "--data", "data"]);
    assert_eq!(found.status.code(), Some(1));
    assert_eq!(words(&found.stdout).trim(), format!("row.changed: children {child} (county 150825)"));
    assert_refused_in_words(&found, "a finding");
    let json = folder.run(&["doctor", "--deep", "--data", "data", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(told["findings"][0]["row"], child.as_str());
    assert_eq!(json.status.code(), Some(1));
    let plain = folder.run(&["doctor", "--data", "data"]);
    assert_eq!((plain.status.code(), plain.stdout), (Some(1), found.stdout));
}

#[tokio::test]
async fn a_trail_that_is_gone_as_a_whole_is_found_without_looking_deep() {
    let folder = Folder::new();
    let child = small_place(&folder).await;
    sql(&folder, "DELETE FROM audit_events; DELETE FROM audit_heads").await;
    let found = folder.run(&["doctor", "--data", "data"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(words(&found.stdout).contains(&format!("row.unknown: children {child}")), "{}", words(&found.stdout));
}

#[tokio::test]
async fn a_trail_above_the_counties_without_its_head_is_found() {
    let folder = Folder::new();
    small_place(&folder).await;
    let above = folder.run(&["level", "150800", "--login", "above", "--name", "样例", "--data", "data"]);
    assert!(above.status.success(), "{}", words(&above.stderr));
    sql(&folder, "DELETE FROM audit_heads WHERE area_id = 150800").await;
    let found = folder.run(&["doctor", "--data", "data"]);
    assert_eq!(found.status.code(), Some(1));
    let said = words(&found.stdout);
    assert!(said.contains("audit.tail_cut: audit_events") && said.contains("(county 150800)"), "{said}");
}

#[tokio::test]
async fn tables_of_an_older_program_are_no_finding() {
    let folder = Folder::new();
    small_place(&folder).await;
    sql(&folder, "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)").await;
    for command in [&["doctor", "--data", "data"][..], &["backup", "copy", "--data", "data"]] {
        let older = folder.run(command);
        assert_refused_in_words(&older, &command.join(" "));
        assert!(words(&older.stderr).contains("naheya migrate"), "{}", words(&older.stderr));
        assert!(older.stdout.is_empty(), "{}", words(&older.stdout));
    }
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused_in_words_and_left_as_they_are() {
    let folder = Folder::new();
    small_place(&folder).await;
    sql(&folder, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)").await;
    let before = std::fs::read(folder.path("data").join("naheya.db")).unwrap();
    for command in [
        &["serve", "--data", "data", "--listen", "127.0.0.1:0"][..],
        &["migrate", "--data", "data"],
        &["doctor", "--data", "data"],
        &["backup", "copy", "--data", "data"],
        &["figures", "--data", "data"],
    ] {
        let newer = folder.run(command);
        assert_refused_in_words(&newer, &command.join(" "));
        assert!(words(&newer.stderr).contains("a newer version of Naheya"), "{}", words(&newer.stderr));
        assert!(newer.stdout.is_empty(), "{}", words(&newer.stdout));
    }
    assert_eq!(std::fs::read(folder.path("data").join("naheya.db")).unwrap(), before);
}

#[tokio::test]
async fn a_server_whose_tables_a_newer_program_has_changed_is_no_longer_ready() {
    let folder = Folder::new();
    small_place(&folder).await;
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    let served = Served::start(command);
    let ready = || request(&served.address, "GET", "/readyz", "", None).unwrap();
    assert_eq!(ready().status, 200);
    sql(&folder, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)").await;
    let newer = ready();
    assert!(newer.status == 503 && newer.body.contains("schema"), "{} {}", newer.head, newer.body);
}

#[tokio::test]
async fn a_table_and_a_column_that_are_gone_are_named_and_the_way_back_too() {
    let folder = Folder::new();
    small_place(&folder).await;
    sql(&folder, "PRAGMA foreign_keys = OFF; DROP TABLE wishes; ALTER TABLE children DROP COLUMN likes").await;
    let found = folder.run(&["doctor", "--deep", "--data", "data"]);
    assert_refused_in_words(&found, "a table is gone");
    assert_eq!(words(&found.stdout), "table.missing: wishes\ncolumn.missing: children likes\n");
    assert!(words(&found.stderr).contains("naheya restore FILE"), "{}", words(&found.stderr));
}

#[tokio::test]
async fn an_index_that_is_gone_is_named_and_a_restored_backup_has_it_again() {
    let folder = Folder::new();
    small_place(&folder).await;
    sql(&folder, "DROP INDEX ux_pairs_child_id; CREATE INDEX of_the_operator ON pairs (ended_on)").await;
    let found = folder.run(&["doctor", "--data", "data"]);
    assert_refused_in_words(&found, "an index is gone");
    assert_eq!(words(&found.stdout), "index.missing: pairs ux_pairs_child_id\n", "what the operator added is his");
    let json = folder.run(&["doctor", "--data", "data", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(told["findings"][0]["code"], "index.missing");
    assert!(folder.run(&["backup", "copy", "--data", "data"]).status.success());
    assert!(folder.run(&["restore", "copy", "--data", "anew"]).status.success());
    let sound = folder.run(&["doctor", "--deep", "--data", "anew"]);
    assert!(sound.status.success(), "{}", words(&sound.stdout));
}

#[tokio::test]
async fn a_cut_trail_is_found_without_looking_deep() {
    let folder = Folder::new();
    small_place(&folder).await;
    sql(&folder, "DELETE FROM audit_events WHERE area_id = 150825 AND n = (SELECT max(n) FROM audit_events WHERE area_id = 150825)").await;
    let found = folder.run(&["doctor", "--data", "data"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(words(&found.stdout).contains("audit.tail_cut: audit_events"), "{}", words(&found.stdout));
}

#[tokio::test]
async fn a_reference_to_nothing_is_found_without_looking_deep() {
    let folder = Folder::new();
    let child = small_place(&folder).await;
    sql(&folder, "PRAGMA foreign_keys = OFF; UPDATE children SET school_id = x'00000000000000000000000000000007' WHERE name = '安小草'").await;
    let found = folder.run(&["doctor", "--data", "data"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(words(&found.stdout).contains(&format!("reference.broken: children {child}")), "{}", words(&found.stdout));
}
