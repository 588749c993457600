//! Fails the build when a text is missing: each message must stand in Chinese and in English, once
//! each, with the same places for words, and each message that a page or a source file names by a
//! literal must exist.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs, process};

const LANGUAGES: [&str; 2] = ["zh-Hans", "en"];

/// The calls whose first argument is a message id.
const CALLS: [&str; 9] =
    [".t(\"", ".t1(\"", ".t2(\"", ".t3(\"", ".args(\"", ".frame(\"", "Toast::new(\"", ".undo_as(\"", ".has(\"text:"];

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let root = Path::new(&root);
    let mut faults = Vec::new();
    let mut texts = Vec::new();
    for language in LANGUAGES {
        texts.push(messages(&root.join("locales").join(language), &mut faults));
    }
    if let [chinese, english] = texts.as_slice() {
        compare(chinese, english, &mut faults);
        for folder in ["src", "templates"] {
            named(&root.join(folder), chinese, &mut faults);
        }
    }
    for folder in ["locales", "templates", "src", "static"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    if !faults.is_empty() {
        for fault in &faults {
            println!("cargo:warning={fault}");
        }
        eprintln!("{}", faults.join("\n"));
        process::exit(1);
    }
}

/// Message id to the words that its text asks for.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn messages(folder: &Path, faults: &mut Vec<String>) -> Messages {
    let mut found = Messages::new();
    for (path, text) in files(folder, "ftl") {
        let mut current: Option<String> = None;
        for line in text.lines() {
            if let Some((id, _)) = line.split_once('=').filter(|(id, _)| is_id(id.trim_end())) {
                let id = id.trim_end().to_owned();
                if found.insert(id.clone(), BTreeSet::new()).is_some() {
                    faults.push(format!("{path}: {id} stands twice"));
                }
                current = Some(id);
            }
            if let Some(words) = current.as_ref().and_then(|id| found.get_mut(id)) {
                words.extend(places(line));
            }
        }
    }
    found
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// The `$names` of one line.
fn places(line: &str) -> Vec<String> {
    line.split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect())
        .collect()
}

fn compare(chinese: &Messages, english: &Messages, faults: &mut Vec<String>) {
    for (id, words) in chinese {
        match english.get(id) {
            None => faults.push(format!("locales/en lacks {id}")),
            Some(others) if others != words => {
                faults.push(format!("{id}: zh-Hans asks for {words:?}, en for {others:?}"));
            }
            Some(_) => {}
        }
    }
    for id in english.keys().filter(|id| !chinese.contains_key(*id)) {
        faults.push(format!("locales/zh-Hans lacks {id}"));
    }
}

fn named(folder: &Path, known: &Messages, faults: &mut Vec<String>) {
    for (path, text) in files(folder, "rs").into_iter().chain(files(folder, "html")) {
        for call in CALLS {
            for rest in text.split(call).skip(1) {
                let id = rest.split('"').next().unwrap_or_default();
                if is_id(id) && !known.contains_key(id) {
                    faults.push(format!("{path}: no text {id}"));
                }
            }
        }
    }
}

fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending)
            && let Ok(text) = fs::read_to_string(&path)
        {
            found.push((path.display().to_string(), text));
        }
    }
    found
}
