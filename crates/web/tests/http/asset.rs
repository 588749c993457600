//! Style sheet and scripts as they go out: less than stands in the files, the same to whoever runs them, and such that a
//! browser of 2019 (`WeChat`'s own is Chromium 66) finds what it must.

use crate::browser::Browser;
use crate::site::site;

const SCRIPTS: [(&str, &str); 3] = [
    (".js", include_str!("../../static/naheya.js")),
    (".phone.js", include_str!("../../static/phone.js")),
    (".offline.js", include_str!("../../static/phone-offline.js")),
];

/// What browsers of 2019 do not know; a script that names one of these stops at it, or at its first line.
const YOUNGER: [&str; 16] = [
    "?.",
    "??",
    "||=",
    "&&=",
    ".at(",
    ".flat(",
    ".flatMap(",
    ".replaceAll(",
    ".matchAll(",
    ".replaceChildren(",
    "Object.fromEntries",
    "Object.hasOwn",
    "Promise.allSettled",
    "Promise.any",
    "globalThis",
    "structuredClone",
];

/// What goes out under the address with this ending, once of those that the page of `path` names.
async fn sent(browser: &mut Browser, path: &str, ending: &str) -> String {
    let page = browser.get(path).await.body;
    let of = |address: &&str| {
        address.starts_with("/static/naheya-")
            && address[15..].find('.').is_some_and(|dot| &address[15 + dot..] == ending)
    };
    let address = page.split('"').find(of).unwrap().to_owned();
    browser.get(&address).await.body
}

/// A script's words, which stand between two `'`, and all else without spaces; comments left out.
fn said(script: &str) -> (Vec<String>, String) {
    let code = script.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let (mut words, mut rest) = (Vec::new(), String::new());
    for (n, part) in code.split('\'').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            rest.extend(part.chars().filter(|sign| !sign.is_whitespace()));
        }
    }
    (words, rest)
}

#[tokio::test]
async fn a_script_goes_out_without_spaces_that_say_nothing_and_with_all_its_words() {
    let mut browser = site().await.visitor();
    for (ending, file) in SCRIPTS {
        let path = if ending == ".js" { "/sign-in" } else { "/phone" };
        let lean = sent(&mut browser, path, ending).await;
        assert_eq!(said(&lean), said(file), "{ending}");
        assert!(lean.len() * 10 < file.len() * 8, "{ending}: {} of {}", lean.len(), file.len());
    }
}

#[test]
fn no_script_asks_for_what_a_browser_of_2019_does_not_know() {
    for (ending, file) in SCRIPTS {
        let (_, code) = said(file);
        for word in YOUNGER {
            assert!(!code.contains(word), "{ending}: {word}");
        }
    }
}

/// What the first rule that begins like this says.
fn rule<'a>(css: &'a str, selector: &str) -> &'a str {
    css.split(selector).nth(1).unwrap().split('}').next().unwrap()
}

#[tokio::test]
async fn a_browser_of_2019_finds_the_tab_bar_at_the_foot_and_its_large_buttons_large() {
    let mut browser = site().await.visitor();
    let css = sent(&mut browser, "/sign-in", ".css").await;
    let bar = rule(&css, ".tabbar{display:grid;");
    assert!(bar.contains("position:fixed") && bar.contains("bottom:0") && !bar.contains("inset:"), "{bar}");
    for selector in [".btn--big{", ".radios .opt{", ".tabbar a{display:grid;", ".field select{width:100%;"] {
        let says = rule(&css, selector);
        let high = says.split(';').find(|one| one.starts_with("min-height:")).unwrap();
        assert!(!high.contains("max("), "{selector} {high}");
    }
}
