//! The style sheet, the script, the icon and the manifest: embedded, each under an address that
//! holds the hash of its content, so that browsers keep it for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::knock::Knock;
use crate::problem::Problem;
use crate::routes::Route;

/// In the order of the cascade.
const CSS: &str = concat!(
    include_str!("../static/css/token.css"),
    include_str!("../static/css/base.css"),
    include_str!("../static/css/shell.css"),
    include_str!("../static/css/part.css"),
    include_str!("../static/css/form.css"),
    include_str!("../static/css/noun.css"),
    include_str!("../static/css/public.css"),
    include_str!("../static/css/narrow.css"),
    include_str!("../static/css/print.css"),
);
const SCRIPT: &str = include_str!("../static/naheya.js");
const ICON: &str = include_str!("../static/icon.svg");
const MANIFEST: &str = include_str!("../static/manifest.json");

/// The addresses that pages link to.
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script.
    pub script: String,
    /// The icon.
    pub icon: String,
    /// The web app manifest.
    pub manifest: String,
}

/// The addresses of this build.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: address("css", CSS),
    script: address("js", SCRIPT),
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
    ]
}

async fn favicon() -> Response {
    answer("image/svg+xml", ICON, "public, max-age=86400")
}

async fn serve(Path(file): Path<String>) -> Result<Response, Problem> {
    let path = format!("/static/{file}");
    let (kind, content, current) = match file.rsplit('.').next() {
        Some("css") => ("text/css; charset=utf-8", CSS, &ASSETS.css),
        Some("js") => ("text/javascript; charset=utf-8", SCRIPT, &ASSETS.script),
        Some("svg") => ("image/svg+xml", ICON, &ASSETS.icon),
        Some("webmanifest") => ("application/manifest+json", MANIFEST, &ASSETS.manifest),
        _ => return Err(Problem::not_found()),
    };
    // A page kept open over an update asks for the old address: it gets the new content, uncached.
    let ours = file.starts_with("naheya-") && file.len() < 60;
    match (ours, path == *current) {
        (true, true) => Ok(answer(kind, content, "public, max-age=31536000, immutable")),
        (true, false) => Ok(answer(kind, content, "no-cache")),
        (false, _) => Err(Problem::not_found()),
    }
}

fn answer(kind: &'static str, content: &'static str, cache: &'static str) -> Response {
    let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, kind), (CACHE_CONTROL, cache)];
    (headers, content).into_response()
}
