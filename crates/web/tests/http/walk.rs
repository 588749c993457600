//! A person who opens every page there is a way to, and notes every form on the way.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use naheya_domain::Role;

use crate::browser::{Browser, Reply};
use crate::site::{PASSWORD, Site};

/// Pages of one pattern that are opened: the first ones met.
const OF_ONE_PATTERN: usize = 2;
/// No role has more pages than this; a walk that goes on is going in circles.
const MOST: usize = 800;

/// A browser in which the demo's person of this role has signed in.
pub async fn signed_in(site: &Site, role: Role) -> Browser {
    let mut browser = site.visitor();
    let typed = [("login", role.code()), ("password", PASSWORD)];
    let reply = browser.submit("/sign-in", "/sign-in", &typed).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    browser
}

/// A form as it stands on a page.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    /// Names with what stands in them.
    pub fields: Vec<(String, String)>,
}

/// Everything one person can open: addresses with their pages, in the order met.
pub async fn walk(browser: &mut Browser, starts: &[&str]) -> Vec<(String, Reply)> {
    let mut ahead: Vec<String> = starts.iter().map(|s| (*s).to_owned()).collect();
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let mut pages = Vec::new();
    let mut next = 0;
    while let Some(path) = ahead.get(next).cloned() {
        next += 1;
        let seen = met.entry(pattern(&path)).or_default();
        *seen += 1;
        if *seen > OF_ONE_PATTERN {
            continue;
        }
        let reply = browser.get(&path).await;
        assert!(pages.len() < MOST, "the walk goes in circles at {path}");
        let links = links(&reply).into_iter().filter(|link| !ahead.contains(link)).collect::<Vec<_>>();
        ahead.extend(links);
        pages.push((path, reply));
    }
    pages
}

/// The address with ids and values taken out.
pub fn pattern(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts = path.split('/').map(|part| if is_id(part) { "{id}" } else { part });
    let mut names: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
    names.sort_unstable();
    format!("{}?{}", parts.collect::<Vec<_>>().join("/"), names.join("&"))
}

fn is_id(part: &str) -> bool {
    part.len() > 5 && part.chars().any(|c| c.is_ascii_digit())
}

fn links(reply: &Reply) -> Vec<String> {
    let mut found: Vec<String> = attributes(&reply.body, "href");
    if reply.status.is_redirection() {
        found.push(reply.location().to_owned());
    }
    found.retain(|link| link.starts_with('/') && !link.starts_with("//") && !link.starts_with("/static/"));
    found.iter().map(|link| link.split('#').next().unwrap_or_default().to_owned()).collect()
}

fn attributes(html: &str, name: &str) -> Vec<String> {
    let mark = format!(" {name}=\"");
    let values = html.split(&mark).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(|v| v.replace("&#38;", "&").replace("&amp;", "&")).collect()
}

/// Every form of the page that changes something.
pub fn forms(reply: &Reply) -> Vec<Form> {
    let posts = reply.body.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
    posts.filter_map(form).collect()
}

fn form(html: &str) -> Option<Form> {
    let head = html.split('>').next()?;
    if !head.to_ascii_lowercase().contains("method=\"post\"") {
        return None;
    }
    let action = attributes(head, "action").pop()?;
    let tags =
        html.split('<').filter(|tag| ["input", "select", "textarea", "button"].iter().any(|t| tag.starts_with(t)));
    let named = tags.filter_map(|tag| {
        let tag = tag.split('>').next()?;
        let value = attributes(tag, "value").pop().unwrap_or_default();
        Some((attributes(tag, "name").pop()?, value))
    });
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, value) in named {
        if !fields.iter().any(|(known, _)| *known == name) {
            fields.push((name, value));
        }
    }
    Some(Form { action, fields })
}

/// Names under which the pages' links and filters ask.
pub fn asked_names(pages: &[(String, Reply)]) -> Vec<String> {
    let mut names = Vec::new();
    for (path, reply) in pages {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        names.extend(query.split('&').filter_map(|pair| pair.split('=').next()).map(str::to_owned));
        let filters = reply.body.split("<form").skip(1).filter(|form| form.contains("method=\"get\""));
        names.extend(filters.filter_map(|f| f.split("</form>").next()).flat_map(|form| attributes(form, "name")));
    }
    names.sort_unstable();
    names.dedup();
    names.retain(|name| !name.is_empty());
    names
}
