//! Every text says something and is used somewhere. That each exists in Chinese and in English, with the same values,
//! is held by the build of crates/web itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::{none, tree};

const LOCALES: &str = "crates/web/locales";
const WHOLE: [&str; 2] = ["zh-Hans", "en"];
/// Where a text may be named.
const READERS: [&str; 3] = ["crates/web/src", "crates/web/templates", "crates/naheya/src"];

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
fn no_text_is_empty() {
    let mut faults = Vec::new();
    for name in WHOLE {
        for (file, messages) in language(name) {
            for (id, text) in &messages {
                let has_attributes = messages.keys().any(|other| other.starts_with(&format!("{id}.")));
                if text.is_empty() && !has_attributes {
                    faults.push(format!("{name}/{file}: {id} is empty"));
                }
            }
        }
    }
    none("texts that say nothing", &faults);
}

/// A text is named in full, labels a field of a sheet, or is made of a prefix that stands in quotes: `code("child-state", state)`, `"today-{kind}"`.
#[test]
fn every_text_is_used() {
    let source: String = READERS.iter().flat_map(|folder| tree::under(folder)).map(|file| file.text).collect();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let named: BTreeSet<&str> = source.split(|c| !is_part(c)).collect();
    let mut faults = Vec::new();
    for (file, messages) in language("zh-Hans") {
        let inner: String = messages.values().filter_map(|text| text.split_once('{')).map(|(_, rest)| rest).collect();
        let ids = messages.keys().filter(|id| !id.contains('.') && !id.starts_with('-'));
        let unused = ids.filter(|id| {
            !named.contains(id.as_str())
                && !is_made(&source, id)
                && !is_label(&source, id)
                && !inner.contains(id.as_str())
        });
        faults.extend(unused.map(|id| format!("{file}: {id}")));
    }
    none("texts that nobody shows", &faults);
}

/// In quotes, and no page, button or state: examples, the beginning of a sentence, words of other programs, what is not there.
const SAID: [&str; 18] = [
    "四年级2班",
    "3=5",
    "5=7",
    "3, 5=7, 2",
    "=",
    "<5",
    "Naheya",
    "这个周末先不接",
    "今天先不接",
    "先别来接",
    "不能接",
    "全部到齐",
    "一条不缺，一条没改",
    "已保存",
    "立即",
    "文本",
    "加签",
    "换一台服务器",
];

/// What stands on the pages in Chinese, without quotes and full stop; the trail's words for acts are no buttons.
fn shown() -> BTreeSet<String> {
    let texts = language("zh-Hans");
    let on_pages = texts.values().flatten().filter(|(id, _)| !id.starts_with("audit_event-act-"));
    let plain = on_pages.map(|(_, text)| text.replace(['“', '”', '"'], "").trim_end_matches('。').to_owned());
    plain.chain(SAID.map(str::to_owned)).collect()
}

/// Words in quotes that are not `known`; what holds a value is not compared.
fn misnamed<'a>(line: &'a str, known: &BTreeSet<String>) -> Vec<&'a str> {
    let quoted = line.split(['“', '”', '"']).skip(1).step_by(2);
    quoted.filter(|word| !word.contains('{') && !known.contains(word.trim_end_matches('。'))).collect()
}

#[test]
fn a_text_names_buttons_and_states_as_they_stand() {
    let known = shown();
    let mut faults = Vec::new();
    for (file, messages) in language("zh-Hans") {
        for (id, text) in messages.iter().filter(|(_, text)| text.contains('“')) {
            faults.extend(misnamed(text, &known).into_iter().map(|word| format!("{file}: {id} names {word}")));
        }
    }
    none("names that stand on no page", &faults);
}

#[test]
fn the_guide_names_pages_and_buttons_as_they_stand() {
    let mut known = shown();
    let guide = tree::ending("docs/guide", &[".md"]);
    let guide: Vec<_> = guide.iter().filter(|file| !file.path.ends_with(".en.md")).collect();
    let headings = guide.iter().flat_map(|file| file.text.lines()).filter_map(|line| line.strip_prefix("## "));
    known.extend(headings.map(str::to_owned));
    let mut faults = Vec::new();
    for file in guide {
        let mut is_code = false;
        for (at, line) in file.lines() {
            is_code ^= line.trim_start().starts_with("```");
            let prose: String = if is_code { String::new() } else { line.split('`').step_by(2).collect() };
            faults.extend(misnamed(&prose, &known).into_iter().map(|word| format!("{}:{at} names {word}", file.path)));
        }
    }
    none("names that stand on no page", &faults);
}

/// A state stands in the glossary as its code and its word: `applying 申请中`.
#[test]
fn a_state_has_the_same_word_in_the_glossary_and_on_the_pages() {
    let texts: BTreeMap<String, String> = language("zh-Hans").into_values().flatten().collect();
    let (mut faults, mut compared) = (Vec::new(), 0);
    for line in tree::read("docs/glossary.md").lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, _, term, what] = cells.as_slice() else { continue };
        let noun = term.trim_matches('`').to_lowercase();
        for part in what.split([',', ';', ':']) {
            let words: Vec<&str> = part.split_whitespace().collect();
            let [code, word] = words.as_slice() else { continue };
            let shown = ["state", "step"].iter().find_map(|kind| texts.get(&format!("{noun}-{kind}-{code}")));
            compared += usize::from(shown.is_some());
            faults.extend(shown.filter(|shown| shown != word).map(|shown| format!("{noun} {code}: {word}, {shown}")));
        }
    }
    assert!(compared > 20, "{compared} states were compared");
    none("states with two words", &faults);
}

/// What begins with a capital is a type; anything else is a module, a row, a field or a function of this name.
#[test]
fn a_term_of_the_glossary_stands_in_the_code() {
    let files = tree::ending("crates", &[".rs"]).into_iter().filter(|file| file.path.contains("/src/"));
    let source: String = files.map(|file| file.text).collect();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words: Vec<&str> = source.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let types: BTreeSet<&str> = words
        .windows(2)
        .filter_map(|two| match two {
            ["struct" | "enum", name] => Some(*name),
            _ => None,
        })
        .collect();
    let all: BTreeSet<&str> = words.into_iter().collect();
    let (mut faults, mut compared) = (Vec::new(), 0);
    for line in tree::read("docs/glossary.md").lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, word, terms, _] = cells.as_slice() else { continue };
        for term in terms.split('`').skip(1).step_by(2) {
            let of_type = term.split("::").find(|part| part.starts_with(|c: char| c.is_ascii_uppercase()));
            compared += 1;
            if !of_type.map_or_else(|| all.contains(term), |name| types.contains(name)) {
                faults.push(format!("{word}: {term}"));
            }
        }
    }
    assert!(compared > 60, "{compared} terms were compared");
    none("terms that the code does not have", &faults);
}

#[test]
fn every_table_whose_changes_are_audited_has_a_word_on_the_trails_page() {
    let texts: BTreeMap<String, String> = language("zh-Hans").into_values().flatten().collect();
    let list = tree::read("crates/store/src/sealed/record/list.rs");
    let audited = list.lines().filter(|line| line.contains("!(") && line.contains("audited: true"));
    let tables: Vec<&str> = audited.filter_map(|line| line.split('"').nth(1)).collect();
    assert!(tables.len() > 40, "tables are told in another way now: look for that");
    let wordless = tables.iter().filter(|table| !texts.contains_key(&format!("audit_event-of-{table}")));
    none("audited tables without a word", &wordless.map(|table| (*table).to_owned()).collect::<Vec<_>>());
}

/// Acts that change no audited table: the trail's page has nothing of them.
const SILENT: [&str; 26] = [
    "demo.clock",
    "demo.mark",
    "draft.",
    "guardian.spell",
    "import.drop_upload",
    "import.fix",
    "import.schools",
    "import.unfix",
    "import.upload",
    "made.mark",
    "notice.claim",
    "notice.expand",
    "notice.read",
    "operation.claim",
    "operation.fail",
    "operation.move",
    "operation.see",
    "rollup.recount",
    "saved_view.",
    "session.touch",
    "sign_in.give_back",
    "sign_in.try",
    "simulate.end",
    "snapshot.keep_told",
    "test.",
    "volunteer.free_numbers",
];

/// Acts that change a volunteer, her home or somebody in it; what a concern suspends is told to nobody there.
const OF_HER: [&str; 16] = [
    "demo.tell",
    "erasure.approve",
    "household.change",
    "household.raise_capacity",
    "household_member.add",
    "household_member.change",
    "import.commit",
    "import.undo",
    "merge.approve",
    "merge.undo",
    "operation.import",
    "volunteer.change",
    "volunteer.move_home",
    "volunteer.register",
    "volunteer.sign",
    "volunteer.step",
];

/// Names of acts that have no text `{prefix}-{name}`.
fn wordless<'a>(prefix: &str, acts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let texts: BTreeMap<String, String> = language("zh-Hans").into_values().flatten().collect();
    let without = acts.filter(|act| !texts.contains_key(&format!("{prefix}-{}", act.replace('.', "-"))));
    without.map(str::to_owned).collect()
}

#[test]
fn every_act_has_words_on_the_trails_page() {
    let store = tree::under("crates/store/src");
    let named = store.iter().flat_map(|file| file.text.split("const NAME: &'static str = \"").skip(1));
    let acts: BTreeSet<&str> = named.filter_map(|rest| rest.split('"').next()).collect();
    assert!(acts.len() > 100, "acts are named in another way now: look for that");
    let told = acts.into_iter().filter(|act| !SILENT.iter().any(|silent| act.starts_with(silent)));
    none("acts without a word", &wordless("audit_event-act", told));
}

#[test]
fn a_volunteers_file_tells_each_change_in_words() {
    none("acts without a word", &wordless("volunteer-act", OF_HER.into_iter()));
}

/// What comes before a code that ends up before a reader's eyes, and the text it is put into words by.
const SPOKEN: [(&str, &str); 4] =
    [("Error::field(", "fault"), (".in_field(", "fault"), ("faults.push(", "fault"), ("Error::refused(", "refusal")];
/// Codes that only commands meet; they have their own words in crates/naheya. A key is made by the page.
const UNSPOKEN: [&str; 10] = [
    "backup.",
    "county.absent",
    "county.first",
    "county.joined",
    "restore.",
    "demo.",
    "key.",
    "level.",
    "simulate.",
    "schema.",
];

#[test]
fn every_fault_and_refusal_has_words() {
    let texts: BTreeSet<String> =
        language("zh-Hans").into_values().flat_map(|messages| messages.into_keys().collect::<Vec<_>>()).collect();
    let mut faults = Vec::new();
    for file in ["crates/domain/src", "crates/store/src", "crates/web/src"].into_iter().flat_map(tree::under) {
        for (call, prefix) in SPOKEN {
            for rest in file.text.split(call).skip(1) {
                let said = rest.split(')').next().unwrap_or_default().rsplit(',').find(|part| part.contains('.'));
                let Some(code) = said.and_then(|part| part.split('"').nth(1)).filter(|code| is_code(code)) else {
                    continue;
                };
                let text = format!("{prefix}-{}", code.replace('.', "-"));
                if !UNSPOKEN.iter().any(|own| code.starts_with(own)) && !texts.contains(&text) {
                    faults.push(format!("{}: {code} lacks {text}", file.path));
                }
            }
        }
    }
    none("codes without words", &faults);
}

/// `text.too_long`
fn is_code(word: &str) -> bool {
    word.split('.').count() == 2 && word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_'))
}

fn is_made(source: &str, id: &str) -> bool {
    let ends = id.match_indices('-').map(|(at, _)| at);
    ends.filter_map(|at| id.split_at_checked(at)).any(|(prefix, _)| {
        let quoted = source.contains(&format!("\"{prefix}\"")) && prefix.contains('-');
        let passed = ["code(\"", "id_of(\""].iter().any(|call| source.contains(&format!("{call}{prefix}\"")));
        let joined = source.contains(&format!("\"{prefix}-{{")) || source.contains(&format!("\"{prefix}-\""));
        quoted || passed || joined
    })
}

/// `child-birth_on` labels the field `birth_on` of the sheet `child`, with `-hint` and `-missing` behind it; `household-member-phone` the field `member.0.phone`.
fn is_label(source: &str, id: &str) -> bool {
    let Some((noun, field)) = id.split_once('-') else { return false };
    let field = ["-hint", "-missing"].iter().find_map(|end| field.strip_suffix(end)).unwrap_or(field);
    let last = field.rsplit('-').next().unwrap_or(field);
    let sheet = source.contains(&format!("\"{noun}\""));
    sheet
        && (source.contains(&format!("sheet, \"{field}\""))
            || is_of_a_form(source, field)
            || source.contains(&format!("field(\"{field}\","))
            || (field != last && source.contains(&format!(".{last}\""))))
}

/// Whether a field stands in one of several forms of a page: `m::text(forms.meeting, "met_on")`.
fn is_of_a_form(source: &str, field: &str) -> bool {
    let given = format!(", \"{field}\"");
    let sheet = |at| source.get(..at).and_then(|before: &str| before.rsplit('(').next()).unwrap_or_default();
    source.match_indices(&given).any(|(at, _)| sheet(at).starts_with("forms."))
}

#[test]
fn messages_are_read_as_they_are_written() {
    let text = "# note\n-brand = 娜荷芽\nstay-title = 周末\n    第二行\nstay-form =\n    .label = 从哪天\n    { $n ->\n       *[other] 天\n    }\n";
    let found = messages(text);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["-brand", "stay-form", "stay-form.label", "stay-title"]);
    assert_eq!(found.get("stay-title").map(String::as_str), Some("周末第二行"));
    assert!(is_made(r#"words.code("stay-state", state)"#, "stay-state-released"));
    assert!(is_made(r#"format!("today-{kind}")"#, "today-late"));
    assert!(!is_made(r#"words.t("stay-state")"#, "stay-title"));
    let page = r#"Sheet::blank("child") {{ m::text(sheet, "birth_on") }} "member.{row}.phone""#;
    assert!(is_label(page, "child-birth_on-hint") && is_label(page, "child-member-phone"));
    assert!(is_label(page, "child-birth_on-missing") && !is_label(page, "child-birth_on-lacking"));
    assert!(!is_label(page, "child-name") && !is_label(page, "stay-birth_on"));
}
