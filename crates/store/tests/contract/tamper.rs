//! Whatever is changed in the records behind the program's back, the conscience names the row.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::Store;
use naheya_store::audit::Finding;
use uuid::Uuid;

use crate::ground::{Ground, KEY, NOW, desk_as};
use crate::on_both_engines;
use crate::story::literal;

on_both_engines![
    a_changed_column_of_any_row_is_named,
    a_row_written_in_or_taken_away_is_named,
    a_changed_or_cut_trail_is_named,
    a_row_that_cannot_be_read_any_more_is_named,
    an_event_that_cannot_be_read_any_more_is_named,
    all_readers_of_an_examination_see_one_moment_while_others_write,
];

/// The six that product.md's promises stand on, and every other table of a county that is kept by the trail.
const WATCHED: [&str; 16] = [
    "children",
    "volunteers",
    "pairs",
    "stays",
    "custody_events",
    "checks",
    "guardians",
    "guardianships",
    "households",
    "household_members",
    "consents",
    "wishes",
    "choices",
    "notes",
    "follow_ups",
    "hours_entries",
];

/// What a changed row says afterwards, by the kind of its column.
fn altered(ground: &Ground, column: &str, kind: &str) -> String {
    match kind {
        "varchar" | "character varying" => format!("coalesce({column}, '') || 'x'"),
        "INTEGER" | "integer" | "bigint" => format!("coalesce({column}, 0) + 1"),
        "boolean" => format!("NOT {column}"),
        "varbinary_blob" | "bytea" => if sqlite(ground) { "x'00ff'" } else { "'\\x00ff'" }.to_owned(),
        "uuid_text" | "uuid" => literal(ground, Uuid::from_u128(7)),
        other => panic!("a column of kind {other}"),
    }
}

fn sqlite(ground: &Ground) -> bool {
    matches!(ground.location, naheya_store::Location::Folder(_))
}

/// Runs several statements as somebody who also knows how to get past constraints.
async fn tamper(ground: &Ground, statements: &[String]) {
    let past = if sqlite(ground) {
        let drops = ground.texts("SELECT 'DROP INDEX \"' || name || '\"' FROM sqlite_master WHERE type = 'index' AND sql LIKE '%UNIQUE%'").await;
        format!("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; {}", drops.join(";"))
    } else {
        let checks = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) \
            FROM pg_constraint WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace";
        let unique = "SELECT format('DROP INDEX %I', i.indexname) FROM pg_indexes i \
            WHERE i.schemaname = 'public' AND i.indexname LIKE 'ux!_%' ESCAPE '!'";
        [ground.texts(checks).await, ground.texts(unique).await].concat().join(";")
    };
    ground.sql(&format!("{past};{}", statements.join(";"))).await;
}

async fn columns(ground: &Ground, table: &str) -> Vec<(String, String)> {
    let sql = if sqlite(ground) {
        format!("SELECT name || ' ' || type FROM pragma_table_info('{table}')")
    } else {
        format!("SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_name = '{table}'")
    };
    let lines = ground.texts(&sql).await;
    lines.iter().map(|l| l.split_once(' ').unwrap()).map(|(n, k)| (n.to_owned(), k.to_owned())).collect()
}

async fn ids(ground: &Ground, table: &str, count: usize) -> Vec<Uuid> {
    let id = if sqlite(ground) { "hex(id)" } else { "id::text" };
    let found = ground.texts(&format!("SELECT {id} FROM {table} ORDER BY id LIMIT {count}")).await;
    found.iter().map(|id| Uuid::try_parse(id).unwrap()).collect()
}

/// Table, code and row of everything that is found.
async fn found(ground: &Ground) -> BTreeSet<(String, String, String)> {
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    let findings = store.examine(true, NOW).await.unwrap();
    store.close().await.unwrap();
    // SQLite also names the references and lists that the changes broke; the row is what counts here.
    // So do totals that no longer are a recount of the changed rows, and names by which nobody is found.
    let row = |f: &Finding| !["reference.broken", "file.damaged", "rollup.differs", "search.differs"].contains(&f.code);
    findings.iter().filter(|f| row(f)).map(|f| (f.table.to_owned(), f.code.to_owned(), f.row.clone())).collect()
}

async fn a_changed_column_of_any_row_is_named(ground: Ground) {
    ground.told().await.close().await.unwrap();
    assert_eq!(found(&ground).await, BTreeSet::new());
    let (mut statements, mut expected) = (Vec::new(), BTreeSet::new());
    for table in WATCHED {
        let columns = columns(&ground, table).await;
        let rows = ids(&ground, table, columns.len()).await;
        assert_eq!(rows.len(), columns.len(), "{table} has too few rows for its columns");
        for ((column, kind), row) in columns.iter().zip(rows) {
            if column == "id" {
                continue;
            }
            let value = altered(&ground, column, kind);
            statements.push(format!("UPDATE {table} SET {column} = {value} WHERE id = {}", literal(&ground, row)));
            let code = if column == "area_id" { "row.missing" } else { "row.changed" };
            expected.insert((table.to_owned(), code.to_owned(), row.to_string()));
        }
    }
    tamper(&ground, &statements).await;
    let found = found(&ground).await;
    assert_eq!(expected.difference(&found).collect::<Vec<_>>(), Vec::<&(String, String, String)>::new(), "not found");
    assert_eq!(found.difference(&expected).collect::<Vec<_>>(), Vec::<&(String, String, String)>::new(), "not changed");
}

async fn a_row_written_in_or_taken_away_is_named(ground: Ground) {
    ground.told().await.close().await.unwrap();
    let (mut statements, mut expected) = (Vec::new(), BTreeSet::new());
    for (n, table) in WATCHED.into_iter().enumerate() {
        let rows = ids(&ground, table, 2).await;
        let (gone, copied, fresh) = (rows[0], rows[1], Uuid::from_u128(0xabc0 + n as u128));
        let names: Vec<String> = columns(&ground, table).await.into_iter().map(|c| c.0).collect();
        let values: Vec<String> =
            names.iter().map(|n| if n == "id" { literal(&ground, fresh) } else { n.clone() }).collect();
        statements.push(format!("DELETE FROM {table} WHERE id = {}", literal(&ground, gone)));
        statements.push(format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE id = {}",
            names.join(", "),
            values.join(", "),
            literal(&ground, copied)
        ));
        expected.insert((table.to_owned(), "row.missing".to_owned(), gone.to_string()));
        expected.insert((table.to_owned(), "row.unknown".to_owned(), fresh.to_string()));
    }
    tamper(&ground, &statements).await;
    assert_eq!(found(&ground).await, expected);
}

async fn a_changed_or_cut_trail_is_named(ground: Ground) {
    ground.told().await.close().await.unwrap();
    let event = |code: &str, n: usize| ("audit_events".to_owned(), code.to_owned(), n.to_string());
    let here = "WHERE area_id = 150825 AND n";
    let (mut statements, mut expected) = (Vec::new(), BTreeSet::new());
    for (place, (column, kind)) in columns(&ground, "audit_events").await.iter().enumerate() {
        if column == "area_id" || column == "n" {
            continue;
        }
        let n = (place + 1) * 10;
        // Looks belong to no row; these events are of rows, so that every column says something.
        let value = altered(&ground, column, kind);
        statements.push(format!("UPDATE audit_events SET {column} = {value} {here} = {n}"));
        expected.insert(event("audit.chain_broken", n));
        if column == "hash" {
            expected.insert(event("audit.chain_broken", n + 1));
        }
    }
    tamper(&ground, &statements).await;
    let trail = found(&ground).await.into_iter().filter(|f| f.0 == "audit_events").collect::<BTreeSet<_>>();
    assert_eq!(trail, expected);

    let last = ground.texts("SELECT CAST(max(n) AS varchar(20)) FROM audit_events WHERE area_id = 150825").await;
    let last: usize = last[0].parse().unwrap();
    ground.sql(&format!("DELETE FROM audit_events {here} > {}", last - 3)).await;
    assert!(found(&ground).await.contains(&event("audit.tail_cut", last - 3)));
    // Whoever also moves the head back cannot sign it.
    ground
        .sql(&format!(
            "UPDATE audit_heads SET n = {}, hash = (SELECT hash FROM audit_events {here} = {}) WHERE area_id = 150825",
            last - 3,
            last - 3
        ))
        .await;
    assert!(found(&ground).await.contains(&event("audit.tail_cut", last - 3)));
}

/// Only SQLite keeps text in a column of numbers; a server refuses it.
async fn a_row_that_cannot_be_read_any_more_is_named(ground: Ground) {
    if !sqlite(&ground) {
        return;
    }
    ground.told().await.close().await.unwrap();
    let (pair, home) = (ids(&ground, "pairs", 5).await[4], ids(&ground, "households", 1).await[0]);
    let (pair_in_sql, home_in_sql) = (literal(&ground, pair), literal(&ground, home));
    let statements = [
        format!("UPDATE pairs SET child_id = 'nobody' WHERE id = {pair_in_sql}"),
        format!("UPDATE households SET capacity = 'many' WHERE id = {home_in_sql}"),
    ];
    tamper(&ground, &statements).await;
    let named = |table: &str, row: Uuid| (table.to_owned(), "row.changed".to_owned(), row.to_string());
    assert_eq!(found(&ground).await, BTreeSet::from([named("pairs", pair), named("households", home)]));
}

/// As above. An event has no id and is named by its number.
async fn an_event_that_cannot_be_read_any_more_is_named(ground: Ground) {
    if !sqlite(&ground) {
        return;
    }
    ground.told().await.close().await.unwrap();
    ground.sql("UPDATE audit_events SET at = 'soon' WHERE area_id = 150825 AND n = 20").await;
    let trail: Vec<_> = found(&ground).await.into_iter().filter(|f| f.0 == "audit_events").collect();
    assert_eq!(trail, [("audit_events".to_owned(), "audit.chain_broken".to_owned(), "20".to_owned())]);
}

async fn all_readers_of_an_examination_see_one_moment_while_others_write(ground: Ground) {
    let store = ground.told().await;
    let done = AtomicBool::new(false);
    // An account is a row of the nation, its grant one of the county: a reader that came later would miss one of them.
    let write = async {
        let mut accounts = 0;
        while !done.load(Ordering::Relaxed) {
            desk_as(&store, Role::Coordinator, Place::County).await;
            accounts += 1;
        }
        accounts
    };
    let examine = async {
        for _ in 0..4 {
            assert_eq!(store.examine(true, NOW).await.unwrap(), []);
        }
        done.store(true, Ordering::Relaxed);
    };
    let (accounts, ()) = tokio::join!(write, examine);
    assert!(accounts > 0);
    store.close().await.unwrap();
}
