//! The fence around people's records: what clippy forbids, and where it may be forbidden less.

use crate::{none, tree};

/// What clippy.toml must go on forbidding.
const FORBIDDEN: [&str; 19] = [
    "sea_orm::EntityTrait::find",
    "sea_orm::EntityTrait::find_by_id",
    "sea_orm::EntityTrait::insert",
    "sea_orm::EntityTrait::insert_many",
    "sea_orm::EntityTrait::update_many",
    "sea_orm::EntityTrait::delete_many",
    "sea_orm::EntityTrait::delete_by_id",
    "sea_orm::EntityOrSelect::select",
    "sea_orm::ModelTrait::find_related",
    "sea_orm::LoaderTrait::load_one",
    "sea_orm::LoaderTrait::load_many",
    "sea_orm::Database::connect",
    "sea_orm::Statement::from_string",
    "sea_orm::Statement::from_sql_and_values",
    "sea_query::Expr::cust",
    "sea_query::Expr::cust_with_values",
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "jiff::Timestamp::now",
];

/// Where `#[expect(clippy::disallowed_methods, …)]` may stand: the fence itself, the files that read the clock, and tests
/// that have to spoil a database in order to see it noticed.
const MAY_OPEN: [&str; 4] =
    ["crates/store/src/sealed/", "crates/naheya/src/clock.rs", "xtask/src/clock.rs", "crates/store/tests/"];

#[test]
fn clippy_forbids_what_starts_a_query_and_what_reads_the_clock() {
    let list: toml::Table = tree::read("clippy.toml").parse().unwrap_or_else(|error| panic!("clippy.toml: {error}"));
    let entries = list.get("disallowed-methods").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let told = |path: &str| {
        let entry = entries.iter().find(|entry| entry.get("path").and_then(toml::Value::as_str) == Some(path));
        entry
            .and_then(|entry| entry.get("reason"))
            .and_then(toml::Value::as_str)
            .is_some_and(|reason| reason.len() > 10)
    };
    let faults: Vec<String> = FORBIDDEN.iter().filter(|path| !told(path)).map(|path| (*path).to_owned()).collect();
    none("not forbidden, or without a reason, in clippy.toml", &faults);
}

#[test]
fn the_lint_is_an_error() {
    let workspace: toml::Table = tree::read("Cargo.toml").parse().unwrap_or_else(|error| panic!("Cargo.toml: {error}"));
    let lints = workspace.get("workspace").and_then(|it| it.get("lints"));
    let of = |group: &str, lint: &str| lints.and_then(|it| it.get(group)).and_then(|it| it.get(lint)).cloned();
    assert_eq!(of("rust", "unsafe_code"), Some("forbid".into()));
    let all = of("clippy", "all").and_then(|it| it.get("level").cloned());
    assert_eq!(all, Some("deny".into()), "`disallowed_methods` is part of `all`");
    assert_eq!(of("clippy", "disallowed_methods"), None, "nothing may weaken it by name");
}

#[test]
fn the_fence_opens_only_where_it_may() {
    let mut faults = Vec::new();
    for file in tree::ending("", &[".rs"]) {
        if MAY_OPEN.iter().any(|place| file.path.starts_with(place)) || file.path.ends_with("tests/house/fence.rs") {
            continue;
        }
        faults.extend(
            file.lines()
                .filter(|(_, line)| line.contains("disallowed_methods") && !line.trim_start().starts_with("//"))
                .map(|(at, _)| format!("{}:{at}", file.path)),
        );
    }
    none("places that open the fence", &faults);
}

/// Ledgers: a correction is a further entry (product.md rule 8). Two files of one child that become one carry their rows over by
/// a list of tables, not by name; and an erased file loses the words beside the entries, the entries stay.
const LEDGERS: [&str; 5] = ["audit_event", "concern_entry", "custody_event", "hours_entry", "thanks"];

#[test]
fn a_ledger_is_only_added_to() {
    let mut faults = Vec::new();
    let mut entries = 0;
    for file in tree::ending("crates/store/src", &[".rs"]) {
        for ledger in LEDGERS {
            let alias =
                file.text.split(&format!("{ledger} as ")).nth(1).and_then(|rest| rest.split([',', ';', '}']).next());
            for name in [Some(ledger), alias].into_iter().flatten() {
                let ways = ["change", "change_all", "change_alike", "remove", "remove_all", "clear"];
                let calls = ways.map(|call| format!("{call}::<{name}::Entity>"));
                let spoilt = calls.iter().any(|call| file.text.contains(call));
                faults.extend(spoilt.then(|| format!("{}: {ledger}", file.path)));
                entries += usize::from(file.text.contains(&format!("insert::<{name}::Entity>")));
            }
        }
    }
    assert!(entries >= LEDGERS.len() - 1, "entries are written in another way now: look for that");
    none("ledgers that are changed", &faults);
}

/// Names of the tables in the list of a macro of a file.
fn listed(file: &str, list: &str) -> Vec<String> {
    let text = tree::read(file);
    let rest = text.split(&format!("macro_rules! {list} ")).nth(1).and_then(|rest| rest.split("$call!(").nth(1));
    let tables = rest.and_then(|rest| rest.split(')').next()).unwrap_or_default();
    tables.split(',').map(|table| table.trim().to_owned()).collect()
}

#[test]
fn every_table_is_in_a_backup_and_every_audited_one_is_examined() {
    let (copy, verify) = ("crates/store/src/sealed/copy.rs", "crates/store/src/sealed/verify.rs");
    let copied = listed(copy, "every_table");
    let examined = [("county!(", listed(verify, "county_tables")), ("common!(", listed(verify, "common_tables"))];
    let (mut faults, mut tables) = (Vec::new(), 0);
    for line in tree::read("crates/store/src/sealed/record/list.rs").lines() {
        for (kind, examined) in &examined {
            let Some(table) = line.strip_prefix(kind).and_then(|rest| rest.split(',').next()) else { continue };
            tables += 1;
            let is_in = |list: &[String]| list.iter().any(|other| other == table);
            faults.extend((!is_in(&copied)).then(|| format!("{table} is in no backup")));
            let unwatched = line.contains("audited: true") && !is_in(examined);
            faults.extend(unwatched.then(|| format!("{table} is audited and not examined")));
        }
    }
    assert_eq!(tables, copied.len(), "tables are told in another way now: look for that");
    none("tables that are left out", &faults);
}

/// How the store asks for a state by its word.
const ASKED: [&str; 6] =
    ["State.eq(\"", "State.ne(\"", "State.is_in([\"", "State.is_not_in([\"", ".state == \"", ".state != \""];

/// One that no row can have finds nothing, and no compiler notices.
#[test]
fn a_state_that_is_asked_for_by_its_word_is_in_the_closed_list_of_a_table() {
    let quoted = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let known: Vec<String> =
        tree::ending("crates/store/src/migration", &[".rs"]).iter().flat_map(|file| quoted(&file.text)).collect();
    let (mut faults, mut asked) = (Vec::new(), 0);
    for file in tree::ending("crates/store/src", &[".rs"]) {
        for mark in ASKED {
            let end = if mark.contains('[') { ']' } else { '"' };
            let lists = file.text.split(mark).skip(1).filter_map(|rest| rest.split(end).next());
            let words = lists.flat_map(|list| list.split('"').step_by(2)).filter(|word| !word.is_empty());
            for word in words {
                asked += 1;
                faults.extend((!known.iter().any(|other| other == word)).then(|| format!("{}: {word}", file.path)));
            }
        }
    }
    assert!(asked > 50, "states are asked for in another way now: look for that");
    none("states that no row can have", &faults);
}

#[test]
fn no_entity_brings_a_loader_with_it() {
    let marks = ["#[sea_orm::model]", "::load()"];
    let mut faults = Vec::new();
    for file in tree::ending("crates/store/src", &[".rs"]) {
        let lines = file.lines().filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
        faults.extend(lines.map(|(at, _)| format!("{}:{at}", file.path)));
    }
    none("loaders run queries that clippy cannot name", &faults);
}

#[test]
fn row_types_stay_inside_the_store() {
    let mut faults = Vec::new();
    for file in tree::ending("crates", &[".rs"]).iter().filter(|file| !file.path.starts_with("crates/store/")) {
        let lines = file.lines().filter(|(_, line)| line.contains("sea_orm") || line.contains("::entity::"));
        let lines = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
        faults.extend(
            lines.filter(|_| !file.path.contains("/tests/house/")).map(|(at, _)| format!("{}:{at}", file.path)),
        );
    }
    none("database types outside the store", &faults);
}
