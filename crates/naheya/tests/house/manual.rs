//! The guide for whoever runs the server names every command, flag and variable.

use std::collections::BTreeSet;
use std::process::Command;

use crate::{none, tree};

/// What the program says of itself.
fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_naheya")).args(arguments).arg("--help").output();
    let output = output.unwrap_or_else(|error| panic!("{error}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// First words of the lines under `Commands:`.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    let lines = listed.take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("    "));
    lines.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// All `--long` flags of a help text.
fn flags(help: &str) -> BTreeSet<String> {
    let starts = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = starts.flat_map(str::split_whitespace).filter(|word| word.starts_with("--"));
    let names = words.map(|word| word.trim_end_matches([',', '.']).split('=').next().unwrap_or_default().to_owned());
    names.filter(|flag| flag.len() > 2 && flag != "--help" && flag != "--version").collect()
}

fn guide() -> String {
    tree::ending("docs/guide", &[".md"])
        .iter()
        .filter(|file| file.stem().starts_with("it-admin"))
        .map(|file| file.text.clone())
        .collect()
}

#[test]
fn every_command_and_flag_is_in_the_guide() {
    let guide = guide();
    let mut faults = Vec::new();
    let commands_now = commands(&help(&[]));
    assert!(!commands_now.is_empty(), "the program's help names no commands");
    for command in commands_now {
        let text = help(&[&command]);
        if !guide.contains(&format!("naheya {command}")) {
            faults.push(format!("naheya {command}"));
        }
        for inner in commands(&text) {
            let flags = flags(&help(&[&command, &inner]));
            faults.extend(
                flags.into_iter().filter(|flag| !guide.contains(flag)).map(|flag| format!("{command} {inner} {flag}")),
            );
        }
        faults.extend(
            flags(&text).into_iter().filter(|flag| !guide.contains(flag)).map(|flag| format!("{command} {flag}")),
        );
    }
    none("not told in docs/guide/it-admin.md", &faults);
}

#[test]
fn every_variable_is_in_the_guide() {
    let guide = guide();
    let mut faults = BTreeSet::new();
    for file in tree::ending("crates", &[".rs"]).iter().filter(|file| file.path.contains("/src/")) {
        for name in file.text.split('"').filter(|word| is_variable(word) && !guide.contains(word)) {
            faults.insert(name.to_owned());
        }
    }
    none("not told in docs/guide/it-admin.md", &faults.into_iter().collect::<Vec<_>>());
}

#[test]
fn the_unit_starts_the_program_again_and_not_after_what_needs_a_person() {
    let guide = guide();
    let unit = guide.split("```ini").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    for line in ["Restart=always", "RestartPreventExitStatus=1 2", "StartLimitIntervalSec=0"] {
        assert!(unit.lines().any(|said| said == line), "{line}");
    }
    assert!(unit.contains("naheya serve --supervised "), "without it every failure ends with 1");
}

fn is_variable(word: &str) -> bool {
    let rest = word.strip_prefix("NAHEYA_");
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with("TEST_") && rest.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

#[test]
fn the_help_is_read_as_it_is_written() {
    let text = "Naheya\n\nCommands:\n  demo   a banner\n  match  pairs\n         second line\n  help   this\n\nOptions:\n  -p, --port <PORT>  Where\n      --data <DIR>   Place, see --port\n  -h, --help\n";
    assert_eq!(commands(text), ["demo", "match"]);
    assert_eq!(flags(text).into_iter().collect::<Vec<_>>(), ["--data", "--port"]);
}
