//! The style sheet, the scripts, the icon and the manifest: embedded, each under an address that
//! holds the hash of its content, so that browsers keep it for good. The worker alone has a plain
//! address, by which browsers know it again.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, VARY};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::knock::Knock;
use crate::pack;
use crate::problem::Problem;
use crate::routes::Route;

/// In the order of the cascade.
const CSS: &str = concat!(
    include_str!("../static/css/token.css"),
    include_str!("../static/css/base.css"),
    include_str!("../static/css/shell.css"),
    include_str!("../static/css/part.css"),
    include_str!("../static/css/form.css"),
    include_str!("../static/css/diff.css"),
    include_str!("../static/css/noun.css"),
    include_str!("../static/css/public.css"),
    include_str!("../static/css/narrow.css"),
    include_str!("../static/css/print.css"),
);
const SCRIPT: &str = include_str!("../static/naheya.js");
/// What phone roles have besides: a store, a queue and what the worker needs.
const PHONE: &str = include_str!("../static/phone.js");
/// The pages without network.
const OFFLINE: &str = include_str!("../static/phone-offline.js");
/// The service worker; the names of what it keeps are put in.
const WORKER: &str = include_str!("../static/worker.js");
/// What goes over the wire of style and scripts: a phone on a bad road pays for every comment.
static LEAN: LazyLock<Lean> = LazyLock::new(|| Lean {
    css: lean_css(CSS),
    script: lean_script(SCRIPT),
    phone: lean_script(PHONE),
    offline: lean_script(OFFLINE),
});

struct Lean {
    css: String,
    script: String,
    phone: String,
    offline: String,
}

/// The same, packed once.
static PACKED: LazyLock<Vec<(&'static str, Vec<u8>)>> = LazyLock::new(|| {
    let all = [&LEAN.css, &LEAN.script, &LEAN.phone, &LEAN.offline].map(String::as_str);
    all.into_iter().chain([ICON, MANIFEST]).filter_map(|plain| Some((plain, pack::for_good(plain)?))).collect()
});

/// Signs of a script beside which a space says nothing.
const SIGNS: [&str; 18] = [
    " => ", "; ", ", ", " = ", " === ", " !== ", " && ", " || ", " + ", " - ", " * ", " < ", " > ", " ? ", " : ", "{ ",
    " }", " {",
];

/// Without indents, empty lines, lines that are a comment and spaces that say nothing. No text of ours runs over a line's end,
/// and no comment stands behind code.
fn lean_script(text: &str) -> String {
    let bare = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let lines: Vec<String> = bare.map(tight).collect();
    joined(lines.iter().map(String::as_str), &[';', '{', ','])
}

/// A line of script without the spaces beside its signs. Words stand between two `'`, none of which is one of the words, and
/// stay as they are; no pattern of ours has one of these signs with its spaces.
fn tight(line: &str) -> String {
    let close = |code: &str| SIGNS.iter().fold(code.to_owned(), |code, sign| code.replace(sign, sign.trim()));
    let parts = line.split('\'').enumerate();
    let parts = parts.map(|(n, part)| if n % 2 == 1 { part.to_owned() } else { close(part) });
    parts.collect::<Vec<_>>().join("'")
}

/// Lines one after the other, without the empty ones; behind these signs the end of a line says nothing.
fn joined<'a>(lines: impl Iterator<Item = &'a str>, signs: &[char]) -> String {
    let lines = lines.filter(|line| !line.is_empty());
    lines.fold(String::new(), |all, line| all + line + if line.ends_with(signs) { "" } else { "\n" })
}

/// Without comments, indents and ends of lines.
fn lean_css(text: &str) -> String {
    let mut parts = text.split("/*");
    let before = parts.next().unwrap_or_default().to_owned();
    let bare = parts.fold(before, |all, part| all + part.split_once("*/").map_or("", |(_, rest)| rest));
    joined(bare.lines().map(str::trim), &[';', '{', '}', ','])
}

/// The icon of an installed app: 192 pixels, drawn from `icon.svg`.
const ICON_PNG: &[u8] = include_bytes!("../static/icon-192.png");
static ICON: &str = include_str!("../static/icon.svg");
static MANIFEST: &str = include_str!("../static/manifest.json");

/// The addresses that pages link to.
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script.
    pub script: String,
    /// The script of the phone roles.
    pub phone: String,
    /// The script of the pages without network.
    pub offline: String,
    /// The icon.
    pub icon: String,
    /// The web app manifest.
    pub manifest: String,
}

/// The addresses of this build.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: address("css", &LEAN.css),
    script: address("js", &LEAN.script),
    phone: address("phone.js", &LEAN.phone),
    offline: address("offline.js", &LEAN.offline),
    icon: address("svg", ICON),
    manifest: address("webmanifest", MANIFEST),
});

fn address(ending: &str, content: &str) -> String {
    let hash = Sha256::digest(content.as_bytes());
    format!("/static/naheya-{}.{ending}", HEXLOWER.encode(hash.get(..8).unwrap_or_default()))
}

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/static/{file}", Knock::Public, "static", serve),
        Route::get("/favicon.ico", Knock::Public, "static", favicon),
        Route::get("/icon-192.png", Knock::Public, "static", icon),
        Route::get("/worker.js", Knock::Public, "static", worker),
    ]
}

async fn favicon() -> Response {
    answer("image/svg+xml", ICON, "public, max-age=86400")
}

async fn icon() -> Response {
    ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "public, max-age=86400")], ICON_PNG).into_response()
}

/// The worker as browsers get it: its text changes with whatever it keeps.
static WORKING: LazyLock<String> = LazyLock::new(|| {
    let kept = [&ASSETS.css, &ASSETS.script, &ASSETS.phone, &ASSETS.offline, &ASSETS.icon, &ASSETS.manifest];
    let names: Vec<String> = kept.iter().map(|name| format!("'{name}'")).collect();
    lean_script(WORKER).replace("'KEPT'", &names.join(", "))
});

async fn worker() -> Response {
    answer("text/javascript; charset=utf-8", WORKING.as_str(), "no-cache")
}

async fn serve(Path(file): Path<String>, asked: HeaderMap) -> Result<Response, Problem> {
    let path = format!("/static/{file}");
    let script = "text/javascript; charset=utf-8";
    let mut ending = file.rsplit('.');
    let (kind, content, current) = match (ending.next(), ending.next()) {
        (Some("js"), Some("phone")) => (script, LEAN.phone.as_str(), &ASSETS.phone),
        (Some("js"), Some("offline")) => (script, LEAN.offline.as_str(), &ASSETS.offline),
        (Some("css"), _) => ("text/css; charset=utf-8", LEAN.css.as_str(), &ASSETS.css),
        (Some("js"), _) => (script, LEAN.script.as_str(), &ASSETS.script),
        (Some("svg"), _) => ("image/svg+xml", ICON, &ASSETS.icon),
        (Some("webmanifest"), _) => ("application/manifest+json", MANIFEST, &ASSETS.manifest),
        _ => return Err(Problem::not_found()),
    };
    // A page kept open over an update asks for the old address: it gets the new content, uncached, and never another script
    // in its place.
    let ours = file.starts_with("naheya-") && file.len() < 60;
    match (ours, path == *current) {
        (true, true) => Ok(kept(kind, content, pack::is_taken(&asked))),
        (true, false) => Ok(answer(kind, content, "no-cache")),
        (false, _) => Err(Problem::not_found()),
    }
}

/// What browsers keep for good, packed for whoever reads that.
fn kept(kind: &'static str, content: &'static str, is_packed: bool) -> Response {
    let cache = (CACHE_CONTROL, "public, max-age=31536000, immutable");
    let packed = PACKED.iter().find(|(plain, _)| std::ptr::eq(*plain, content)).filter(|_| is_packed);
    let Some((_, packed)) = packed else { return answer(kind, content, cache.1) };
    let headers = [(CONTENT_TYPE, kind), cache, (CONTENT_ENCODING, "gzip"), (VARY, "accept-encoding")];
    (headers, packed.as_slice()).into_response()
}

fn answer(kind: &'static str, content: &'static str, cache: &'static str) -> Response {
    let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, kind), (CACHE_CONTROL, cache)];
    (headers, content).into_response()
}
