//! The decisions are numbered without gaps and are all told in the same way.

use crate::{none, tree};

#[test]
fn decisions_are_numbered_without_gaps() {
    let numbers: Vec<String> = tree::ending("docs/adr", &[".md"])
        .iter()
        .map(|file| file.stem().split('-').next().unwrap_or_default().to_owned())
        .filter(|number| number != "README")
        .collect();
    let wanted: Vec<String> = (1..=numbers.len()).map(|number| format!("{number:04}")).collect();
    assert!(!numbers.is_empty(), "there are no decisions");
    assert_eq!(numbers, wanted);
}

#[test]
fn a_decision_has_context_decision_and_consequences_on_one_page() {
    let mut faults = Vec::new();
    for file in tree::ending("docs/adr", &[".md"]).iter().filter(|file| file.stem() != "README") {
        let missing =
            ["## Context", "## Decision", "## Consequences"].iter().filter(|part| !file.text.contains(**part));
        faults.extend(missing.map(|part| format!("{} lacks {part}", file.path)));
        if file.text.lines().count() > 70 {
            faults.push(format!("{} is longer than a page", file.path));
        }
    }
    none("decisions", &faults);
}

#[test]
fn a_link_between_documents_leads_somewhere() {
    let mut faults = Vec::new();
    for file in tree::ending("", &[".md"]) {
        let folder = tree::top().join(&file.path);
        for link in file.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            let outside = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !outside && !folder.parent().is_some_and(|folder| folder.join(target).exists()) {
                faults.push(format!("{} -> {target}", file.path));
            }
        }
    }
    none("links that lead nowhere", &faults);
}
