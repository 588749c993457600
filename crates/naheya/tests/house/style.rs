//! What a file looks like.

use crate::{none, tree};

/// Files longer than this say why.
const LONG: usize = 500;
/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 12] = [
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "manager",
    "service",
    "services",
    "process_manager",
    "misc",
    "shared",
    "base",
];

#[test]
fn a_long_file_says_why_it_is_long() {
    let mut faults = Vec::new();
    for file in tree::ending("", &[".rs", ".html", ".css", ".js", ".mjs", ".ftl"]) {
        let lines = file.text.lines().count();
        if lines > LONG && !file.text.lines().take(20).any(|line| line.contains("Long because: ")) {
            faults.push(format!("{} has {lines} lines and no line `Long because: …` at its head", file.path));
        }
    }
    none("long files", &faults);
}

#[test]
fn a_file_is_named_after_what_is_inside() {
    let named = tree::ending("", &[".rs", ".mjs", ".js", ".html", ".ftl"]);
    let mut faults: Vec<String> =
        named.iter().filter(|file| EMPTY_NAMES.contains(&file.stem())).map(|file| file.path.clone()).collect();
    for file in &named {
        faults.extend(file.path.split('/').filter(|folder| EMPTY_NAMES.contains(folder)).map(|_| file.path.clone()));
    }
    none("empty names", &faults);
}

#[test]
fn a_lint_is_expected_with_a_reason_never_allowed() {
    let allow = concat!("#[", "allow(");
    let inner = concat!("#![", "allow(");
    let mut faults = Vec::new();
    for file in tree::ending("", &[".rs"]) {
        faults.extend(
            file.lines()
                .filter(|(_, line)| line.contains(allow) || line.contains(inner))
                .map(|(at, _)| format!("{}:{at}", file.path)),
        );
    }
    none("use #[expect(lint, reason = …)]", &faults);
}

#[test]
fn no_test_is_ignored() {
    let mark = concat!("#[", "ignore");
    let skips =
        [concat!("test.", "skip"), concat!("test.", "fixme"), concat!("test.", "only"), concat!("test.", "fail(")];
    let mut faults = Vec::new();
    for file in tree::ending("", &[".rs", ".mjs"]) {
        let lines =
            file.lines().filter(|(_, line)| line.contains(mark) || skips.iter().any(|skip| line.contains(skip)));
        faults.extend(lines.map(|(at, _)| format!("{}:{at}", file.path)));
    }
    none("tests that do not run", &faults);
}

#[test]
fn no_test_sleeps() {
    let words = [concat!("thread::", "sleep"), concat!("time::", "sleep("), concat!("waitFor", "Timeout")];
    let mut faults = Vec::new();
    let tests = |path: &str| path.contains("/tests/") || path.starts_with("e2e/");
    for file in tree::ending("", &[".rs", ".mjs"]).iter().filter(|file| tests(&file.path)) {
        let lines = file.lines().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        faults.extend(lines.map(|(at, _)| format!("{}:{at}", file.path)));
    }
    none("wait for the effect, not for a time", &faults);
}

/// The room of pages has no tests of its own (`test = false`): one that stands in it is never run.
#[test]
fn no_test_stands_where_none_is_run() {
    let mark = concat!("#[cfg(", "test)]");
    let mut faults = Vec::new();
    for file in tree::ending("crates/web/src", &[".rs"]) {
        let lines = file.lines().filter(|(_, line)| line.contains(mark));
        faults.extend(lines.map(|(at, _)| format!("{}:{at}", file.path)));
    }
    none("tests belong in crates/web/tests/http/piece", &faults);
}

/// Lock files are made by tools and name where a package comes from.
#[test]
fn no_file_names_a_machine_or_a_registry() {
    let words = [
        concat!("/work", "/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/tmp", "/wt"),
        concat!("/Us", "ers/"),
        concat!("C:\\", "Users"),
        concat!("registry.", "npm"),
        concat!("npm", "mirror"),
        concat!("rs", "proxy"),
        concat!("static.", "crates.io"),
        concat!("index.", "crates.io"),
        concat!("deb.", "debian.org"),
        concat!("mirrors", "."),
        concat!("arti", "factory"),
    ];
    let mut faults = Vec::new();
    for file in tree::under("").iter().filter(|file| file.path != "Cargo.lock") {
        for (at, line) in file.lines() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                faults.push(format!("{}:{at} {word}", file.path));
            }
        }
    }
    none("places of one machine", &faults);
}

/// One computer of a school is many people's: what a child said is suggested to nobody who types there next.
#[test]
fn a_browser_keeps_nothing_of_what_is_typed_into_a_line() {
    let mut faults = Vec::new();
    for file in tree::ending("crates/web/templates", &[".html"]) {
        for (at, line) in file.lines() {
            let tags = line.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
            let kept = tags.filter(|tag| !tag.contains("autocomplete=") && !is_chosen(tag));
            faults.extend(kept.map(|_| format!("{}:{at}", file.path)));
        }
    }
    none("inputs without autocomplete", &faults);
}

/// Whether it is no line of words: ticked, picked, counted or not seen.
fn is_chosen(tag: &str) -> bool {
    let kinds = ["hidden", "radio", "checkbox", "file", "date", "time", "datetime-local", "number"];
    kinds.iter().any(|kind| tag.contains(&format!("type=\"{kind}\"")))
}

#[test]
fn nothing_raises_its_voice() {
    let mut faults = Vec::new();
    for file in tree::ending("", &[".ftl", ".html", ".md"]) {
        let lines = file.lines().filter(|(_, line)| line.contains('！') || line.chars().any(is_emoji));
        faults.extend(lines.map(|(at, _)| format!("{}:{at}", file.path)));
    }
    none("exclamation marks or pictures in text", &faults);
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F300..=0x1FAFF | 0x1F000..=0x1F2FF | 0x2728 | 0x2705 | 0x274C | 0x26A0 | 0x2B50)
}
