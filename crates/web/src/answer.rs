//! What a handler gives back: a page, or a redirect after a change with one line said once.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// What every handler returns.
pub type Answer = Result<Response, Problem>;

/// A page, 200.
///
/// # Errors
/// When the template cannot be rendered.
pub fn page(template: &impl Template) -> Answer {
    page_as(StatusCode::OK, template)
}

/// A page with another status, e.g. that of a form shown again ([`crate::Sheet::status`]).
///
/// # Errors
/// When the template cannot be rendered.
pub fn page_as(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a template failed");
        Problem::internal()
    })?;
    Ok((status, Html(html)).into_response())
}

/// 303 to a path of this site: after every successful change.
///
/// # Errors
/// When the path holds what no header can.
pub fn see_other(path: impl AsRef<str>) -> Answer {
    let mut headers = HeaderMap::new();
    let place = HeaderValue::try_from(path.as_ref()).map_err(|_| Problem::internal())?;
    headers.insert(LOCATION, place);
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// The same, and the next page says `toast` once.
///
/// # Errors
/// As [`see_other`].
pub fn see_other_saying(path: impl AsRef<str>, toast: Toast) -> Answer {
    let mut response = see_other(path)?;
    response.extensions_mut().insert(toast);
    Ok(response)
}

/// A file to keep: a workbook, a backup. `name` may be Chinese; it must name no person.
///
/// # Errors
/// When the name holds what no header can.
pub fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> Answer {
    let coded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let coded = coded.replace('+', "%20");
    let disposition = format!("attachment; filename=\"naheya\"; filename*=UTF-8''{coded}");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(disposition).map_err(|_| Problem::internal())?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// One line said once on the next page, with a way back for a change that can be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toast {
    /// The text's id.
    #[serde(rename = "t")]
    pub text: String,
    /// Words to put in.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
    /// Where an empty form is posted to take the change back.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

impl Toast {
    /// Says the text `id`.
    #[must_use]
    pub fn new(id: &str) -> Toast {
        Toast { text: id.to_owned(), args: Vec::new(), undo: None }
    }

    /// With one more word put in.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Toast {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// With a button that posts to `path`.
    #[must_use]
    pub fn undo(mut self, path: impl Into<String>) -> Toast {
        self.undo = Some(path.into());
        self
    }
}

/// `path` when it leads to a page of this site, else `/`.
#[must_use]
pub fn local_path(path: &str) -> &str {
    let mut letters = path.chars();
    let local = letters.next() == Some('/') && !matches!(letters.next(), Some('/' | '\\'));
    let plain = path.len() < 2000 && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if local && plain { path } else { "/" }
}
