//! What holds on every page that anybody can open.

use naheya_domain::Role;
use naheya_store::child::ChildFilter;
use naheya_store::volunteer::VolunteerFilter;
use tokio::sync::OnceCell;

use crate::site::{Site, told_site};
use crate::walk::{signed_in, walk};

/// Pages as each role, and a visitor, can open them, and names of people whose files are among them.
struct Everything {
    pages: Vec<(String, String)>,
    names: Vec<String>,
}

static EVERYTHING: OnceCell<Everything> = OnceCell::const_new();

async fn names(site: &Site) -> Vec<String> {
    let (children, _) = site.system().children(&ChildFilter::default()).await.unwrap();
    let (volunteers, _) = site.system().volunteers(&VolunteerFilter::default()).await.unwrap();
    children.into_iter().map(|c| c.name).chain(volunteers.into_iter().map(|v| v.name)).collect()
}

async fn walked() -> Everything {
    let site = told_site().await;
    let mut browsers = vec![("a visitor", site.visitor())];
    for role in Role::ALL {
        browsers.push((role.code(), signed_in(&site, role).await));
    }
    let mut pages = Vec::new();
    for (who, mut browser) in browsers {
        let opened = walk(&mut browser, &["/", "/sign-in", "/me"]).await;
        let html = opened.into_iter().filter(|(_, reply)| reply.header("content-type").starts_with("text/html"));
        pages.extend(html.map(|(path, reply)| (format!("{path} as {who}"), reply.body)));
    }
    Everything { pages, names: names(&site).await }
}

async fn everything() -> &'static Everything {
    EVERYTHING.get_or_init(walked).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worry_is_one_tap_from_every_page() {
    let others = everything().await.pages.iter().filter(|(path, _)| !path.starts_with("/concerns/new"));
    let without: Vec<&String> =
        others.filter(|(_, body)| !body.contains("href=\"/concerns/new")).map(|(p, _)| p).collect();
    assert_eq!(without, Vec::<&String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_without_a_pair_has_no_dash_for_a_weekend_mother() {
    let all = everything().await;
    let with = |words: &str| -> Vec<&String> {
        all.pages.iter().filter(|(_, body)| body.contains(words)).map(|(path, _)| path).collect()
    };
    assert_eq!(with("周末妈妈 —"), Vec::<&String>::new());
    assert_ne!(with("周末妈妈 "), Vec::<&String>::new(), "a teacher's list was opened");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_title_of_a_page_names_a_person() {
    let all = everything().await;
    let between = |body: &str, from: &str, to: &str| {
        body.split_once(from)
            .and_then(|(_, rest)| rest.split_once(to))
            .map(|(text, _)| text.to_owned())
            .unwrap_or_default()
    };
    let named = |text: &str| all.names.iter().any(|name| text.contains(name.as_str()));
    let titled: Vec<&String> = all
        .pages
        .iter()
        .filter(|(_, body)| named(&between(body, "<title>", "</title>")))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(titled, Vec::<&String>::new());
    let headed = all.pages.iter().filter(|(_, body)| named(&between(body, "<h1", "</h1>"))).count();
    assert!(headed > 5, "files were opened, and their names stand on the page");
}

/// The tags of this name on a page, each with where it begins.
fn tags<'a>(html: &'a str, name: &str) -> Vec<(usize, &'a str)> {
    let open = format!("<{name}");
    let found = html.match_indices(&open).filter_map(|(at, _)| {
        let tag = html[at..].split_once('>')?.0;
        // `<input` is no `<in`.
        tag[open.len()..].chars().next().is_none_or(char::is_whitespace).then_some((at, tag))
    });
    found.collect()
}

fn value<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"')).map(|(text, _)| text)
}

/// Whether what begins there stands between the tags of this name.
fn is_within(html: &str, at: usize, name: &str) -> bool {
    let before = &html[..at];
    let open = before.rfind(&format!("<{name}"));
    open.is_some_and(|open| before.rfind(&format!("</{name}>")).is_none_or(|end| end < open))
}

/// A field is named by a label of its own, by one around it, or by itself.
fn is_named(html: &str, at: usize, tag: &str) -> bool {
    let inside = is_within(html, at, "label");
    let labelled = value(tag, "id").is_some_and(|id| html.contains(&format!(" for=\"{id}\"")));
    inside || labelled || tag.contains(" aria-label=") || tag.contains(" aria-labelledby=")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_is_named_for_whoever_hears_the_page() {
    let mut without = Vec::new();
    for (path, body) in &everything().await.pages {
        let fields = ["input", "select", "textarea"].into_iter().flat_map(|name| tags(body, name));
        let shown = fields.filter(|(_, tag)| !matches!(value(tag, "type"), Some("hidden" | "submit")));
        without.extend(shown.filter(|(at, tag)| !is_named(body, *at, tag)).map(|(_, tag)| format!("{path}: {tag}")));
    }
    assert_eq!(without, Vec::<String>::new());
}

/// The ids that fields and groups of a page name as what describes them.
fn described(html: &str) -> Vec<&str> {
    let lists = html.split(" aria-describedby=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    lists.flat_map(|(ids, _)| ids.split_whitespace()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hint_of_a_group_and_the_unit_of_a_number_are_heard_with_them() {
    let (mut heard, mut unheard) = (0, Vec::new());
    for (path, body) in &everything().await.pages {
        let told = described(body);
        let hints = tags(body, "p")
            .into_iter()
            .filter(|(at, tag)| value(tag, "class") == Some("hint") && is_within(body, *at, "fieldset"));
        let units = tags(body, "span").into_iter().filter(|(_, tag)| value(tag, "class") == Some("unit"));
        for (_, tag) in hints.chain(units) {
            if value(tag, "id").is_some_and(|id| told.contains(&id)) {
                heard += 1;
            } else {
                unheard.push(format!("{path}: {tag}"));
            }
        }
    }
    assert!(heard > 10, "hints and units stand on pages: {heard}");
    assert_eq!(unheard, Vec::<String>::new());
}

/// Links of a list and what they lead to: the same words twice on a page lead to two places.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_in_the_row_of_a_list_says_of_whom() {
    let mut seen = 0;
    for (path, body) in &everything().await.pages {
        for (at, tag) in tags(body, "a") {
            let to = value(tag, "href").unwrap_or_default();
            let parts: Vec<&str> = to.split(['/', '?']).collect();
            let of_row = match parts.as_slice() {
                ["", "rounds", _, "children", _, "card" | "candidates"] => path.split('/').count() == 3,
                ["", "rounds", _, "wishes", query] => query.contains("n=") && path.split('/').count() == 3,
                ["", "areas", _] => path.starts_with("/areas as "),
                _ => false,
            };
            if of_row {
                seen += 1;
                let words = body[at..].split_once("</a>").map_or("", |(words, _)| words);
                assert!(words.contains("class=\"vh\""), "{path}: {words}");
            }
        }
    }
    assert!(seen > 5, "rounds and areas have lists: {seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_page_points_at_stands_on_it_once() {
    let mut amiss = Vec::new();
    for (path, body) in &everything().await.pages {
        for name in ["aria-labelledby", "aria-describedby", "for"] {
            for text in body.split(&format!(" {name}=\"")).skip(1) {
                let ids = text.split_once('"').map_or("", |(ids, _)| ids).split_whitespace();
                let odd = ids.filter(|id| body.matches(&format!(" id=\"{id}\"")).count() != 1);
                amiss.extend(odd.map(|id| format!("{path}: {name} {id}")));
            }
        }
    }
    amiss.dedup();
    assert_eq!(amiss, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_has_a_caption_and_heads() {
    let mut without = Vec::new();
    for (path, body) in &everything().await.pages {
        for table in body.split("<table").skip(1).filter_map(|rest| rest.split_once("</table>")) {
            let headed = table.0.contains("<th>") || table.0.contains("<th ");
            if !table.0.contains("<caption") || !headed {
                without.push(path);
            }
        }
    }
    assert_eq!(without, Vec::<&String>::new());
}

/// Forms in which much is typed and that keep no draft: worries, what holds a second factor's digits or another house's
/// secrets, and a cell of a list, which is kept as soon as it is sent.
const UNKEPT: [&str; 4] = ["/concerns", "/break-glasses", "/channels/", "/imports/preview/cells"];

/// Whether losing a form costs somebody a while: lines of words, or three fields and more to be typed or chosen.
fn is_long(form: &str) -> bool {
    let untyped = ["hidden", "submit", "radio", "checkbox", "file", "search"];
    let inputs =
        tags(form, "input").into_iter().filter(|(_, tag)| !untyped.contains(&value(tag, "type").unwrap_or("")));
    form.contains("<textarea") || inputs.count() + tags(form, "select").len() > 2
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_in_which_much_is_typed_is_kept_while_it_is_written() {
    let (mut kept, mut lost) = (0, Vec::new());
    for (path, body) in &everything().await.pages {
        let forms = body.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
        for form in forms.filter(|form| is_long(form) && !form.contains("type=\"password\"")) {
            let tag = form.split('>').next().unwrap_or(form);
            let action = value(tag, "action").unwrap_or_default();
            let excepted = !tag.contains("method=\"post\"")
                || UNKEPT.iter().any(|to| action.starts_with(to) && action != "/channels/limits");
            if tag.contains(" data-draft=\"") {
                kept += 1;
            } else if !excepted {
                lost.push(format!("{path}: {action}"));
            }
        }
    }
    assert!(kept > 30, "forms were opened: {kept}");
    assert_eq!(lost, Vec::<String>::new());
}

/// The buttons of the page's forms that post to this act of a weekend.
fn buttons_of<'a>(body: &'a str, act: &str) -> Vec<&'a str> {
    let posts = |form: &&str| form.split('>').next().is_some_and(|tag| tag.contains("\"/stays/") && tag.contains(act));
    let forms = body.split("<form").skip(1).filter(posts).map(|form| form.split("</form>").next().unwrap_or(form));
    forms.flat_map(|form| form.split("<button").skip(1)).filter_map(|rest| rest.split("</button>").next()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_list_of_children_a_button_says_for_which() {
    let mut seen = 0;
    for (path, body) in everything().await.pages.iter().filter(|(path, _)| !path.contains("/stays/")) {
        for button in ["/approval\"", "/return\"", "/endorsement\""].iter().flat_map(|act| buttons_of(body, act)) {
            seen += 1;
            assert!(button.contains("class=\"vh\""), "{path}: {button}");
        }
    }
    assert!(seen > 0, "a weekend waits for somebody");
}
