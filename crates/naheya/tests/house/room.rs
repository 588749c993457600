//! The six rooms and who may use whom.

use std::collections::BTreeMap;

use crate::{none, tree};

/// Each room with the rooms it may use. ARCHITECTURE.md says why.
const MAY_USE: [(&str, &[&str]); 6] = [
    ("matching", &[]),
    ("domain", &[]),
    ("store", &["domain", "matching"]),
    ("documents", &["domain"]),
    ("web", &["store", "documents", "domain"]),
    ("naheya", &["web", "store", "documents", "domain", "matching"]),
];

/// What a room must never use, because another room owns it.
const OWNED: [(&str, &str, &str); 8] = [
    ("sea-orm", "store", "only the store speaks SQL"),
    ("sea-orm-migration", "store", "only the store speaks SQL"),
    ("sqlx", "store", "only the store speaks SQL"),
    ("askama", "web", "only the web makes pages"),
    ("calamine", "documents", "only documents read workbooks"),
    ("rust_xlsxwriter", "documents", "only documents write workbooks"),
    ("qrcode", "documents", "only documents draw codes"),
    ("clap", "naheya", "only the front door reads the command line"),
];

fn manifest(room: &str) -> toml::Table {
    let text = tree::read(&format!("crates/{room}/Cargo.toml"));
    text.parse().unwrap_or_else(|error| panic!("crates/{room}/Cargo.toml: {error}"))
}

/// Names of the dependencies in a table of the manifest, with the name the crate has in the registry.
fn dependencies(room: &str, table: &str) -> Vec<String> {
    let manifest = manifest(room);
    manifest.get(table).and_then(toml::Value::as_table).map(|names| names.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn there_are_six_rooms() {
    let folders = std::fs::read_dir(tree::top().join("crates")).map(Iterator::flatten);
    let mut found: Vec<String> =
        folders.into_iter().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    let mut told: Vec<String> = MAY_USE.iter().map(|(room, _)| (*room).to_owned()).collect();
    told.sort();
    assert_eq!(found, told);
}

#[test]
fn a_room_uses_only_the_rooms_it_may() {
    let mut faults = Vec::new();
    for (room, may) in MAY_USE {
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for used in dependencies(room, table) {
                let ours = used.strip_prefix("naheya-").filter(|other| *other != room);
                if ours.is_some_and(|other| !may.contains(&other)) {
                    faults.push(format!("{room} uses {used} in [{table}]"));
                }
            }
        }
    }
    none("rooms that reach too far", &faults);
}

#[test]
fn what_one_room_owns_no_other_room_uses() {
    let mut faults = Vec::new();
    for (room, _) in MAY_USE {
        for used in dependencies(room, "dependencies") {
            for (name, owner, because) in OWNED {
                if used == name && room != owner {
                    faults.push(format!("{room} uses {name}: {because}"));
                }
            }
        }
    }
    none("crates in the wrong room", &faults);
}

#[test]
fn the_inner_rooms_touch_neither_disk_nor_network_nor_clock() {
    let forbidden = ["std::fs", "std::net", "std::process", "tokio::", "axum::", "sea_orm::", "::now()"];
    let mut faults = Vec::new();
    for room in ["domain", "matching"] {
        for file in tree::ending(&format!("crates/{room}/src"), &[".rs"]) {
            for (at, line) in file.lines().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                if let Some(word) = forbidden.iter().find(|word| line.contains(**word)) {
                    faults.push(format!("{}:{at} {word}", file.path));
                }
            }
        }
    }
    none("rules that reach outside", &faults);
}

#[test]
fn every_dependency_has_its_version_in_the_workspace() {
    let mut faults = Vec::new();
    for (room, _) in MAY_USE {
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let manifest = manifest(room);
            for (name, told) in manifest.get(table).and_then(toml::Value::as_table).into_iter().flatten() {
                if told.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                    faults.push(format!("crates/{room}/Cargo.toml: {name} in [{table}]"));
                }
            }
        }
    }
    none("dependencies told outside the workspace's list", &faults);
}

#[test]
fn every_room_takes_the_house_lints() {
    let faults: Vec<String> = MAY_USE
        .iter()
        .map(|(room, _)| *room)
        .filter(|room| {
            manifest(room).get("lints").and_then(|it| it.get("workspace")).and_then(toml::Value::as_bool) != Some(true)
        })
        .map(str::to_owned)
        .collect();
    none("rooms without `[lints] workspace = true`", &faults);
}

#[test]
fn no_dependency_comes_from_a_git_repository() {
    let faults: Vec<String> = tree::read("Cargo.lock")
        .lines()
        .filter(|line| line.starts_with("source = \"git+"))
        .map(str::to_owned)
        .collect();
    none("dependencies from git", &faults);
}

#[test]
fn every_path_that_the_architecture_names_exists() {
    let text = tree::read("ARCHITECTURE.md");
    let paths = text.split('`').skip(1).step_by(2).filter(|word| is_path(word));
    let faults: Vec<String> = paths.filter(|path| !tree::top().join(path).exists()).map(str::to_owned).collect();
    none("paths in ARCHITECTURE.md that are not there", &faults);
}

#[test]
fn the_architecture_names_every_room_and_its_edges() {
    let text = tree::read("ARCHITECTURE.md");
    let mut faults = Vec::new();
    for (room, may) in MAY_USE {
        if !text.contains(&format!("`crates/{room}`")) {
            faults.push(format!("`crates/{room}` is not named"));
        }
        let row = text.lines().find(|line| line.starts_with(&format!("| `crates/{room}`"))).unwrap_or_default();
        let told: BTreeMap<&str, bool> = may.iter().map(|other| (*other, row.contains(other))).collect();
        faults.extend(
            told.iter().filter(|(_, is)| !**is).map(|(other, _)| format!("{room}'s row does not name {other}")),
        );
    }
    none("ARCHITECTURE.md", &faults);
}

/// Words in back quotes that mean a place of the repository: with a slash, from the top, without pattern signs.
fn is_path(word: &str) -> bool {
    let starts = ["crates/", "docs/", "e2e/", "xtask/", ".ci/"];
    starts.iter().any(|start| word.starts_with(start)) && !word.contains(['<', '*', '{', ' '])
}
