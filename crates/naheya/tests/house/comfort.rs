//! What every list and every form of the pages has. A list is walked by keys, goes out as Excel and says when there is
//! nothing in it; a form in which much is typed keeps a draft on the server, and one of a record with a version shows both
//! versions side by side. What differs stands here by name, with the reason.

use crate::none;
use crate::tree::ending;

const PAGES: &str = "crates/web/templates";

/// What differs, and why.
type Except = (&'static str, &'static str);

/// Lists that are not taken out as Excel.
const STAYS_HERE: &[Except] = &[
    ("candidate/show.html", "homes for one child, weighed for this hour; the round's own lists go out"),
    ("channel/list.html", "the ways to send, with their settings"),
    ("check/table.html", "a form of many rows; the volunteers' list goes out"),
    ("choice/mine.html", "numbers on a volunteer's own phone"),
    ("consent/lacking.html", "an answer to one question of the day; the children's list goes out"),
    ("consent/list.html", "part of one child's file"),
    ("export/list.html", "what was taken out stands in the trail, which goes out"),
    ("import/preview.html", "rows that are not on file yet; those left out are a file of their own"),
    ("note/list.html", "words of carers for the child's family"),
    ("notice/list.html", "one's own notices"),
    ("operation/list.html", "one's own work, with its files"),
    ("own_act/list.html", "what one did oneself; the trail goes out"),
    ("report/records.html", "records of other lists, which go out with their own rule"),
    ("saved_view/list.html", "one's own settings"),
    ("search/show.html", "what somebody looked for"),
    ("stay/board.html", "where each child is this minute; the weekends' list goes out"),
    ("today/index.html", "what is to be done today, with the ways to the lists behind it"),
    ("visit/index.html", "a role that takes no list out"),
    ("wish/list.html", "part of one child's file"),
];

/// Lists that are not walked by keys.
const NOT_WALKED: &[Except] = &[
    ("check/table.html", "the keys are typed into its fields"),
    ("choice/mine.html", "on a phone"),
    ("consent/list.html", "its rows open nothing"),
    ("holiday/list.html", "its rows open nothing"),
    ("import/preview.html", "the keys are typed into its fields"),
    ("note/list.html", "on a phone"),
    ("saved_view/list.html", "its rows are forms"),
    ("wish/list.html", "its rows open nothing"),
];

/// Lists without the picture of an empty one.
const NEVER_BLANK: &[Except] = &[
    ("area/list.html", "a sentence, with the form for the first one beside it"),
    ("candidate/show.html", "its heading says that nobody is left, and beside it stands why"),
    ("channel/list.html", "the ways to send are always there"),
    ("check/table.html", "a sentence and the way on, for it goes on behind the last row"),
    ("import/preview.html", "its heading says what was read"),
    ("phone/acts.html", "its heading says that nothing waits"),
    ("proposal/results.html", "its heading says that nothing was worked out yet"),
    ("report/records.html", "its heading says the number"),
    ("round/list.html", "its heading says so, with the way to the first"),
    ("round/show.html", "a sentence in each table's place"),
    ("today/index.html", "its heading says that nothing waits"),
    ("visit/index.html", "a sentence in each list's place"),
];

/// Forms that keep no draft: template and where they post to.
const KEPT_NOWHERE: &[((&str, &str), &str)] = &[
    (("break_glass/new.html", "/break-glasses"), "the digits of the second factor are among its fields"),
    (("channel/form.html", "/channels/"), "secrets of other houses are among its fields"),
    (("concern/file.html", "/concerns/"), "a worry is kept nowhere but in its file"),
    (("concern/new.html", "/concerns"), "a worry that was begun is kept nowhere"),
    (("sign_in/set_up.html", "/set-up"), "there is no account yet, and a password is among its fields"),
];

/// A template's name below the others.
fn name_of(path: &str) -> &str {
    path.strip_prefix(PAGES).map_or(path, |name| name.trim_start_matches('/'))
}

/// A list of the pages: its name below the templates, and its text.
fn lists() -> Vec<(String, String)> {
    let files = ending(PAGES, &[".html"]).into_iter();
    files
        .map(|file| (name_of(&file.path).to_owned(), file.text))
        .filter(|(name, text)| {
            let is_list = name.ends_with("/list.html") || text.contains("m::pages(") || text.contains("data-list");
            is_list && !name.starts_with("frame/")
        })
        .collect()
}

/// Lists that lack what the others have, and exceptions that are none any more.
fn odd(has: impl Fn(&str) -> bool, except: &[Except]) -> Vec<String> {
    let lacking: Vec<String> = lists().into_iter().filter(|(_, text)| !has(text)).map(|(name, _)| name).collect();
    let known = |name: &str| except.iter().any(|(excepted, _)| *excepted == name);
    let idle = except.iter().filter(|(name, _)| !lacking.iter().any(|lacks| lacks == name));
    let idle = idle.map(|(name, _)| format!("{name} is excepted and need not be"));
    lacking.iter().filter(|name| !known(name)).cloned().chain(idle).collect()
}

#[test]
fn every_list_goes_out_as_excel_or_says_why_not() {
    let out = |text: &str| [".xlsx", "{{ export }}", "self.export()"].iter().any(|way| text.contains(way));
    none("lists without a way out", &odd(out, STAYS_HERE));
}

#[test]
fn every_list_is_walked_by_keys_or_says_why_not() {
    none("lists without data-list", &odd(|text| text.contains("data-list"), NOT_WALKED));
}

#[test]
fn every_list_says_that_it_is_empty() {
    none("lists without m::empty", &odd(|text| text.contains("m::empty("), NEVER_BLANK));
}

/// A form of a template that changes something.
struct Form {
    template: String,
    action: String,
    /// The form's text, its tag included.
    text: String,
}

impl Form {
    fn of(template: &str, text: &str) -> Option<Form> {
        let (tag, _) = text.split_once("{{ m::tokens() }}")?;
        let (_, rest) = tag.split_once("action=\"")?;
        let (action, _) = rest.split_once('"')?;
        Some(Form { template: template.to_owned(), action: action.to_owned(), text: text.to_owned() })
    }

    /// Whether losing it costs somebody a while: lines of words, or three fields and more.
    fn is_long(&self) -> bool {
        let fields =
            ["m::text(", "m::select(", "m::called(", "m::suggested(", "<input class=\"inp\"", "<select class=\"inp\""];
        let typed: usize = fields.iter().map(|field| self.text.matches(field).count()).sum();
        typed > 2 || ["m::area(", "<textarea"].iter().any(|lines| self.text.contains(lines))
    }

    fn is_excepted(&self, except: (&str, &str)) -> bool {
        self.template == except.0 && self.action.starts_with(except.1)
    }

    fn said(&self) -> String {
        format!("{}: {}", self.template, self.action)
    }
}

fn forms() -> Vec<Form> {
    let mut found = Vec::new();
    for file in ending(PAGES, &[".html"]) {
        let name = name_of(&file.path);
        let texts = file.text.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
        found.extend(texts.filter_map(|text| Form::of(name, text)));
    }
    found
}

#[test]
fn every_form_in_which_much_is_typed_keeps_a_draft_or_says_why_not() {
    let long: Vec<Form> = forms().into_iter().filter(Form::is_long).collect();
    assert!(long.len() > 40, "the forms of the pages are found: {}", long.len());
    let kept = |form: &Form| form.text.contains("{{ m::drafting(") && form.text.contains("{{ m::drafted(");
    let excepted = |form: &Form| KEPT_NOWHERE.iter().any(|(except, _)| form.is_excepted(*except));
    let lost = long.iter().filter(|form| !kept(form) && !excepted(form)).map(Form::said);
    let idle =
        KEPT_NOWHERE.iter().filter(|(except, _)| !long.iter().any(|form| !kept(form) && form.is_excepted(*except)));
    let idle = idle.map(|((template, _), _)| format!("{template} is excepted and need not be"));
    none("forms without a draft", &lost.chain(idle).collect::<Vec<_>>());
}

#[test]
fn what_was_begun_is_told_above_its_form() {
    let kept = ending(PAGES, &[".html"]).into_iter().filter(|file| !file.path.ends_with("frame/macro.html"));
    let silent =
        kept.filter(|file| file.text.matches("m::drafting(").count() != file.text.matches("m::resumed(").count());
    none("templates that keep a draft and do not say so", &silent.map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn a_form_with_a_version_shows_both_versions_side_by_side() {
    let versioned: Vec<Form> = forms().into_iter().filter(|form| form.text.contains("m::version(")).collect();
    assert!(versioned.len() > 10, "{}", versioned.len());
    let silent = versioned.iter().filter(|form| !form.text.contains("m::summary(")).map(Form::said);
    none("forms with a version that do not tell of the other's", &silent.collect::<Vec<_>>());
}
