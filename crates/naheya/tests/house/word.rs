//! Every text the reader sees exists in Chinese and in English, says something, and is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::{none, tree};

const LOCALES: &str = "crates/web/locales";
const WHOLE: [&str; 2] = ["zh-Hans", "en"];

/// Message ids of one file, each with its text; attributes as `id.attribute`, terms with their dash.
fn messages(text: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    let mut message = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let is_inner = line.starts_with([' ', '\t']);
        let trimmed = line.trim();
        match trimmed.split_once('=') {
            Some((name, value)) if !is_inner && is_id(name.trim()) => {
                name.trim().clone_into(&mut message);
                last.clone_from(&message);
                found.insert(last.clone(), value.trim().to_owned());
            }
            Some((name, value)) if is_inner && name.starts_with('.') && is_id(name.trim().trim_start_matches('.')) => {
                last = format!("{message}{}", name.trim());
                found.insert(last.clone(), value.trim().to_owned());
            }
            _ if is_inner => {
                if let Some(text) = found.get_mut(&last) {
                    text.push_str(trimmed);
                }
            }
            _ => {}
        }
    }
    found
}

fn is_id(word: &str) -> bool {
    let word = word.strip_prefix('-').unwrap_or(word);
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// File name -> messages, of one language.
fn language(name: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let files = tree::ending(&format!("{LOCALES}/{name}"), &[".ftl"]);
    files
        .into_iter()
        .map(|file| (file.path.rsplit('/').next().unwrap_or_default().to_owned(), messages(&file.text)))
        .collect()
}

#[test]
fn chinese_and_english_have_the_same_files_and_messages() {
    let [chinese, english] = WHOLE.map(language);
    let mut faults = Vec::new();
    for name in chinese.keys().chain(english.keys()).collect::<BTreeSet<_>>() {
        let ids = |side: &BTreeMap<String, BTreeMap<String, String>>| -> BTreeSet<String> {
            side.get(name).map(|messages| messages.keys().cloned().collect()).unwrap_or_default()
        };
        let (zh, en) = (ids(&chinese), ids(&english));
        faults.extend(zh.difference(&en).map(|id| format!("en/{name}: {id} is missing")));
        faults.extend(en.difference(&zh).map(|id| format!("zh-Hans/{name}: {id} is missing")));
    }
    none("texts with one language only", &faults);
}

#[test]
fn both_languages_put_in_the_same_values() {
    let [chinese, english] = WHOLE.map(language);
    let mut faults = Vec::new();
    for (name, messages) in &chinese {
        for (id, text) in messages {
            let Some(other) = english.get(name).and_then(|messages| messages.get(id)) else { continue };
            if values(text) != values(other) {
                faults.push(format!("{name}: {id}"));
            }
        }
    }
    none("texts whose languages name different values", &faults);
}

/// Names of the values a text puts in: `{ $name }`.
fn values(text: &str) -> BTreeSet<String> {
    let starts = text.split('$').skip(1);
    starts
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect())
        .collect()
}

#[test]
fn no_text_is_empty_and_no_id_stands_twice() {
    let mut faults = Vec::new();
    for name in WHOLE {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (file, messages) in language(name) {
            for (id, text) in &messages {
                let has_attributes = messages.keys().any(|other| other.starts_with(&format!("{id}.")));
                if text.is_empty() && !has_attributes {
                    faults.push(format!("{name}/{file}: {id} is empty"));
                }
                if let Some(first) = seen.insert(id.clone(), file.clone()) {
                    faults.push(format!("{name}/{file}: {id} also stands in {first}"));
                }
            }
        }
    }
    none("texts", &faults);
}

#[test]
fn messages_are_read_as_they_are_written() {
    let text = "# note\n-brand = 娜荷芽\nstay-title = 周末\n    第二行\nstay-form =\n    .label = 从哪天\n    { $n ->\n       *[other] 天\n    }\n";
    let found = messages(text);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["-brand", "stay-form", "stay-form.label", "stay-title"]);
    assert_eq!(found.get("stay-title").map(String::as_str), Some("周末第二行"));
    assert_eq!(values("{ $count } 个 { $who }"), ["count", "who"].map(str::to_owned).into());
}
