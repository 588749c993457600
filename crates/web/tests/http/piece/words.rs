use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, static_loader};
use naheya_web::words::*;

static_loader! {
    static FLUENT = {
        locales: "./locales",
        fallback_language: "zh-Hans",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The ids of a language's texts, and the words that each asks for.
fn texts(lang: Lang) -> HashMap<String, BTreeSet<String>> {
    let mut found: HashMap<String, BTreeSet<String>> = HashMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang.code());
    for file in fs::read_dir(folder).unwrap() {
        let mut current = String::new();
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            match line.split_once(" =") {
                Some((id, _)) if !line.starts_with([' ', '#', '[', '*']) => id.clone_into(&mut current),
                _ => {}
            }
            let word = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !current.is_empty() && !line.starts_with('#') {
                found.entry(current.clone()).or_default().extend(line.split('$').skip(1).map(word));
            }
        }
    }
    found
}

#[test]
fn every_text_reads_as_fluent_reads_it() {
    for lang in Lang::ALL {
        let id: LanguageIdentifier = lang.code().parse().unwrap();
        let texts = texts(lang);
        assert!(texts.len() > 3_000);
        for (text, names) in texts {
            for word in ["12", "字 <b>", "1", ""] {
                let words: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), word.to_owned())).collect();
                let value = || word.parse::<i64>().map_or_else(|_| FluentValue::from(word), FluentValue::from);
                let given: HashMap<&str, FluentValue<'_>> = names.iter().map(|n| (n.as_str(), value())).collect();
                let given = (!given.is_empty()).then_some(&given);
                let fluent = FLUENT.lookup_single_language(&id, &text, given).unwrap();
                assert_eq!(Words { lang }.args(&text, &words), fluent, "{text}");
            }
        }
    }
}

#[test]
fn every_file_of_texts_can_be_read() {
    for lang in Lang::ALL {
        assert!(!Words { lang }.t("frame-brand").is_empty());
    }
}

#[test]
fn the_best_liked_language_wins_and_chinese_is_what_others_get() {
    assert_eq!(Lang::accepted("en-GB,en;q=0.9,zh;q=0.1"), Lang::En);
    assert_eq!(Lang::accepted("fr, zh-CN;q=0.8, en;q=0.7"), Lang::Zh);
    assert_eq!(Lang::accepted("mn"), Lang::Zh);
    assert_eq!(Lang::accepted(""), Lang::Zh);
    assert_eq!(Lang::accepted("en;q=zero"), Lang::Zh);
}

#[test]
fn a_number_chooses_the_plural_form() {
    let words = Words { lang: Lang::En };
    assert_eq!(words.t1("frame-error-count", "n", 1), "One thing to change");
    assert_eq!(words.t1("frame-error-count", "n", 3), "3 things to change");
}

#[test]
fn a_name_of_two_parts_is_not_broken_at_its_dot() {
    assert_eq!(unbroken("安·例 17:00 等您。"), "安\u{2060}·\u{2060}例 17:00 等您。");
    // A question that fits no line of a phone ends it at the name, and not before its last sign.
    assert_eq!(format!("可以拍{}的照片吗？", apart("安小草")), "可以拍\u{200B}安小草\u{200B}的照片吗？");
}
