//! Fails the build when a text is missing: each message must stand in Chinese and in English, once
//! each, with the same places for words, and each message that a page or a source file names by a
//! literal must exist. Texts without a choice in them, nearly all, are cut into pieces here, so that nothing has to be
//! read while a page is put together.

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
        let pieces = format!("{}{}", plain("ZH", chinese), plain("EN", english));
        let out = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("plain.rs");
        if let Err(error) = fs::write(&out, pieces) {
            faults.push(format!("{}: {error}", out.display()));
        }
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

/// Message id to its text.
type Messages = BTreeMap<String, Message>;

#[derive(Default)]
struct Message {
    /// The words that the text asks for.
    words: BTreeSet<String>,
    /// Its lines, the first one without the id.
    lines: Vec<String>,
}

/// `static NAME: &[(&str, &[Piece])]`: each text that is one line of letters and words to put in.
fn plain(name: &str, messages: &Messages) -> String {
    let mut code = format!("static {name}: &[(&str, &[Piece])] = &[\n");
    for (id, message) in messages {
        if let [line] = message.lines.as_slice()
            && let Some(pieces) = pieces(line.trim())
        {
            code.push_str(&format!("    ({id:?}, &[{}]),\n", pieces.join(", ")));
        }
    }
    code.push_str("];\n");
    code
}

/// The pieces of a text; none where Fluent has to choose or to unescape.
fn pieces(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}')?;
        let word = inside.trim().strip_prefix('$').filter(|word| is_id(word))?;
        if !before.is_empty() {
            found.push(format!("Piece::Text({before:?})"));
        }
        found.push(format!("Piece::Word({word:?})"));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(format!("Piece::Text({rest:?})"));
    }
    (!found.is_empty()).then_some(found)
}

fn messages(folder: &Path, faults: &mut Vec<String>) -> Messages {
    let mut found = Messages::new();
    for (path, text) in files(folder, "ftl") {
        let mut current: Option<String> = None;
        for line in text.lines() {
            let mut said = line;
            if let Some((id, text)) = line.split_once('=').filter(|(id, _)| is_id(id.trim_end())) {
                let id = id.trim_end().to_owned();
                if found.insert(id.clone(), Message::default()).is_some() {
                    faults.push(format!("{path}: {id} stands twice"));
                }
                current = Some(id);
                said = text;
            } else if line.starts_with('#') {
                current = None;
            }
            if let Some(message) = current.as_ref().and_then(|id| found.get_mut(id)) {
                message.words.extend(places(said));
                if !said.trim().is_empty() {
                    message.lines.push(said.to_owned());
                }
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
    for (id, message) in chinese {
        let words = &message.words;
        match english.get(id).map(|m| &m.words) {
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
