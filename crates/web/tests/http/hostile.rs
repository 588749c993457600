//! Every form and every address with nothing, too much, the wrong kind and the worst: an answer in
//! words, never a fault of ours.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_web::listing;

use crate::browser::{Browser, Reply, filled};
use crate::site::{Site, told_site};
use crate::walk::{Form, asked_names, forms, pattern, signed_in, walk};

/// Roles whose doors differ, so that together they stand before every form.
const PEOPLE: [Role; 7] = [
    Role::Coordinator,
    Role::Leader,
    Role::TownWorker,
    Role::ClassTeacher,
    Role::Volunteer,
    Role::Guardian,
    Role::ItAdmin,
];

/// Forms after which nobody is signed in any more, or another day has come.
const WAYS_OUT: [&str; 3] = ["/sign-out", "/me/sessions/end", "/demo/clock"];

const ODD: [&str; 20] = [
    "",
    "x",
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    "2026-02-30",
    "0000-00-00",
    "+10000-01-01",
    "25:61",
    "\u{0}\u{1}\u{7f}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE children; --",
    "{{7*7}}${7*7}%s%n",
    "\u{202e}\u{2066}翻过来",
    "👩‍👧 𠮷 é",
    "../../etc/passwd",
    "0190a6e0-0000-7000-8000-000000000000",
    "　",
];

/// What is wrong with answers, a line for each, so that one run shows them all.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn judge(&mut self, reply: &Reply, of: &str) {
        let json = reply.header("content-type").starts_with("application/problem+json");
        if reply.status.is_server_error() {
            self.0.push(format!("{of}: {}", reply.status));
        } else if reply.status.is_client_error() && !json && !reply.body.contains("<h1") {
            self.0.push(format!("{of}: {} without words", reply.status));
        }
        if reply.body.contains("<script>alert") || reply.body.contains("<img src=x") {
            self.0.push(format!("{of}: markup that was typed is markup on the page"));
        }
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{} faults:\n{}", self.0.len(), self.0.join("\n"));
    }
}

struct Person {
    role: Role,
    browser: Browser,
    forms: Vec<Form>,
    asked: Vec<String>,
    paths: Vec<String>,
}

/// Walks the site as `role` and takes one form of each kind.
async fn person(site: &Site, role: Role, faults: &mut Faults) -> Person {
    let mut browser = signed_in(site, role).await;
    let pages = walk(&mut browser, &["/", "/me"]).await;
    assert!(pages.len() > 1, "{} has no page", role.code());
    let mut kinds: Vec<(String, Form)> = Vec::new();
    for (path, reply) in &pages {
        faults.judge(reply, path);
        for form in forms(reply) {
            let kind = pattern(&form.action);
            if !WAYS_OUT.contains(&form.action.as_str()) && !kinds.iter().any(|(known, _)| *known == kind) {
                kinds.push((kind, form));
            }
        }
    }
    let forms = kinds.into_iter().map(|(_, form)| form).collect();
    let paths = pages.iter().map(|(path, _)| path.clone()).collect();
    Person { role, browser, forms, asked: asked_names(&pages), paths }
}

impl Person {
    /// The form with a key of its own, so that no answer is a repetition.
    fn fresh(&mut self, form: &Form, n: usize) -> Vec<(String, String)> {
        let key = format!("hostile-{}-{n:012}", self.role.code().replace('_', "-"));
        filled(form.fields.clone(), &[("key", &key)])
    }

    async fn post(&mut self, form: &Form, fields: &[(String, String)], how: &str, faults: &mut Faults) {
        let reply = self.browser.post(&form.action, fields).await;
        faults.judge(&reply, &format!("{} posts {how} to {}", self.role.code(), form.action));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_field_of_any_form_can_bring_the_site_down() {
    let site = told_site().await;
    let mut faults = Faults::default();
    let (mut n, mut met) = (0, BTreeSet::new());
    for role in PEOPLE {
        let mut one = person(&site, role, &mut faults).await;
        for form in one.forms.clone() {
            if !met.insert(pattern(&form.action)) {
                continue;
            }
            let tokens: Vec<_> =
                one.fresh(&form, n).into_iter().filter(|(f, _)| f == "form_token" || f == "key").collect();
            one.post(&form, &tokens, "nothing but tokens", &mut faults).await;
            let typed: Vec<String> =
                form.fields.iter().map(|(f, _)| f.clone()).filter(|f| f != "form_token" && f != "key").collect();
            // A table of a hundred lines has the same fields again and again: sixteen of them, spread over it.
            let apart = typed.len().div_ceil(16).max(1);
            for (at, field) in typed.iter().enumerate().step_by(apart) {
                let long = "长".repeat(6_000);
                for value in [ODD[n % 20], if at % 3 == 0 { &long } else { ODD[(n + 7) % 20] }] {
                    n += 1;
                    let fields = filled(one.fresh(&form, n), &[(field, value)]);
                    one.post(
                        &form,
                        &fields,
                        &format!("{field}={}", value.chars().take(20).collect::<String>()),
                        &mut faults,
                    )
                    .await;
                }
            }
            // Each form meets five of them in all its fields at once, the next form the next five.
            for odd in ODD.into_iter().cycle().skip(met.len() * 5).take(5) {
                n += 1;
                let all: Vec<(&str, &str)> = typed.iter().map(|f| (f.as_str(), odd)).collect();
                let fields = filled(one.fresh(&form, n), &all);
                one.post(&form, &fields, &format!("{odd:?} everywhere"), &mut faults).await;
            }
        }
    }
    faults.none();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_of_any_form_can_bring_the_site_down() {
    let site = told_site().await;
    let mut faults = Faults::default();
    for role in [Role::Coordinator, Role::Volunteer, Role::ItAdmin] {
        let mut one = person(&site, role, &mut faults).await;
        for (n, form) in one.forms.clone().into_iter().enumerate() {
            let token = form.fields.iter().find(|(f, _)| f == "form_token").map(|(_, v)| v.clone()).unwrap_or_default();
            let head = format!("form_token={token}&key=hostile-body-{n:06}");
            let name = form.fields.iter().map(|(f, _)| f.as_str()).find(|f| *f != "form_token" && *f != "key");
            let name = name.unwrap_or("x");
            let bodies: Vec<(&str, Vec<u8>)> = vec![
                ("application/x-www-form-urlencoded", format!("{head}&{name}=%ED%A0%80%FF%C0%80%00").into_bytes()),
                (
                    "application/x-www-form-urlencoded",
                    format!("{head}{}", format!("&{name}=1").repeat(4_500)).into_bytes(),
                ),
                ("application/x-www-form-urlencoded", format!("{head}&{}=1", "n".repeat(30_000)).into_bytes()),
                ("application/x-www-form-urlencoded", [head.as_bytes(), &vec![b'x'; 200_000]].concat()),
                ("application/json", format!("{{\"form_token\":\"{token}\",\"{name}\":[[[[]]]]}}").into_bytes()),
                ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"".to_vec()),
                ("multipart/form-data; boundary=b", multipart(&token, name, b"PK\x03\x04 no workbook")),
                ("multipart/form-data; boundary=b", multipart(&token, name, b"")),
                ("multipart/form-data", b"x".to_vec()),
                ("text/plain", head.clone().into_bytes()),
                ("", Vec::new()),
            ];
            for (kind, body) in bodies {
                let reply = one.browser.post_body(&form.action, kind, body).await;
                faults.judge(&reply, &format!("{} posts {kind} to {}", role.code(), form.action));
            }
        }
    }
    faults.none();
}

fn multipart(token: &str, name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in [("form_token", token), ("key", "hostile-multipart-1")] {
        body.extend_from_slice(
            format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"../x.xlsx\"\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_query_of_any_page_can_bring_the_site_down() {
    let site = told_site().await;
    let mut faults = Faults::default();
    let mut met = BTreeSet::new();
    for role in PEOPLE {
        let mut one = person(&site, role, &mut faults).await;
        let mut names = one.asked.clone();
        names.extend(["after", "before", "page", "q", "as_of", "school", "week", "limit"].map(str::to_owned));
        let documents = ["/api/v1/children", "/api/v1/volunteers", "/api/v1/pairs", "/api/v1/stays", "/api/v1/figures"];
        one.paths.extend(documents.map(str::to_owned));
        for (at, path) in one.paths.clone().iter().enumerate() {
            let bare = path.split('?').next().unwrap_or_default();
            if !met.insert(pattern(bare)) {
                continue;
            }
            for n in 0..3 {
                let value = ODD[(at + n * 7) % 20];
                let query = names.iter().map(|name| (name.as_str(), value));
                let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
                let path = format!("{bare}?{query}");
                let reply = one.browser.get(&path).await;
                faults.judge(&reply, &format!("{} opens {path}", role.code()));
            }
            let raw = format!("{bare}?after=%ED%A0%80%00&q=%&%FF=%FF&&=&state={}", "x".repeat(3_000));
            let reply = one.browser.get(&raw).await;
            faults.judge(&reply, &format!("{} opens {raw}", role.code()));
        }
    }
    faults.none();
}

/// So that a form that no walk meets is not left out: each door, with a good token and strange words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_door_can_be_brought_down_with_a_good_token() {
    let site = told_site().await;
    let mut faults = Faults::default();
    for role in Role::ALL {
        let mut browser = signed_in(&site, role).await;
        let me = browser.get("/me").await;
        if me.status != StatusCode::OK {
            continue;
        }
        let token = me.form("/sign-out").into_iter().find(|(name, _)| name == "form_token").unwrap();
        for (n, route) in listing().iter().filter(|r| r.method == "POST").enumerate() {
            if WAYS_OUT.contains(&route.path.as_str()) {
                continue;
            }
            let absent = "0190a6e0-0000-7000-8000-000000000000";
            let path = route.path.split('/').map(|p| if p.starts_with('{') { absent } else { p });
            let path = path.collect::<Vec<_>>().join("/");
            let key = ("key".to_owned(), format!("hostile-door-{n:08}"));
            let reply = browser.post(&path, &[token.clone(), key, ("reason".into(), "x".repeat(50_000))]).await;
            faults.judge(&reply, &format!("{} posts to {path}", role.code()));
        }
    }
    faults.none();
}

/// What may stand where an id should.
const ODD_IDS: [&str; 4] = ["x", "%00", "%ED%A0%80", "{0190a6e0-0000-7000-8000-000000000000}"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_can_bring_the_site_down() {
    let site = told_site().await;
    let mut faults = Faults::default();
    let mut people = [signed_in(&site, Role::Leader).await, Browser::new(site.app.clone())];
    for route in listing().iter().filter(|route| route.path.contains('{')) {
        for odd in ODD_IDS {
            let path = route.path.split('/').map(|p| if p.starts_with('{') { odd } else { p });
            let path = path.collect::<Vec<_>>().join("/");
            for browser in &mut people {
                let reply =
                    if route.method == "GET" { browser.get(&path).await } else { browser.post(&path, &[]).await };
                faults.judge(&reply, &format!("{} {path}", route.method));
            }
        }
    }
    faults.none();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_head_of_a_request_can_bring_the_site_down() {
    let site = told_site().await;
    let mut faults = Faults::default();
    let me = signed_in(&site, Role::Leader).await;
    let long = "x".repeat(7_000);
    for name in [
        "cookie",
        "host",
        "origin",
        "referer",
        "accept-language",
        "accept",
        "user-agent",
        "range",
        "if-none-match",
        "x-forwarded-for",
        "content-length",
        "idempotency-key",
    ] {
        for value in [
            "",
            "=",
            ";;;",
            "null",
            "-1",
            "http://",
            "\u{202e}娜荷芽",
            ";q=9e999,*;q=-1",
            "bytes=0-99999999999999999999",
            &long,
        ] {
            let mut browser = me.clone();
            browser.headers.push((name, value.to_owned()));
            for path in ["/", "/children", "/api/v1/figures", "/api/v1/children"] {
                let reply = browser.get(path).await;
                faults.judge(&reply, &format!("{name}: {} at {path}", value.chars().take(20).collect::<String>()));
            }
            let reply = browser.post("/me/language", &[]).await;
            faults.judge(&reply, &format!("{name}: {} posts", value.chars().take(20).collect::<String>()));
        }
    }
    faults.none();
}
