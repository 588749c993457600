//! What went wrong, once: as a page in the reader's language with a way onward, or as
//! `application/problem+json` (RFC 9457). Never a word of the database; the request id leads to the log.

use std::borrow::Cow;

use askama::Template;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use naheya_domain::{FieldError, Refusal};
use naheya_store::Error;
use serde_json::json;

use crate::answer::Toast;
use crate::ask::Asker;
use crate::frame::{Frame, home, is_page};
use crate::words::Words;

/// Why a request was not answered as asked. Its texts are `problem-<code>` and `problem-<code>-detail`.
#[derive(Clone, Debug)]
pub struct Problem(Box<What>);

#[derive(Clone, Debug)]
struct What {
    code: Cow<'static, str>,
    status: StatusCode,
    errors: Vec<FieldError>,
    refusal: Option<Refusal>,
}

/// The codes that have texts of their own, each with its status.
pub const CODES: [(&str, StatusCode); 20] = [
    ("bad_request", StatusCode::BAD_REQUEST),
    ("signed_out", StatusCode::UNAUTHORIZED),
    ("forbidden", StatusCode::FORBIDDEN),
    ("foreign_origin", StatusCode::FORBIDDEN),
    ("past_proxy", StatusCode::FORBIDDEN),
    ("form_token", StatusCode::FORBIDDEN),
    ("not_found", StatusCode::NOT_FOUND),
    ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED),
    ("stale", StatusCode::CONFLICT),
    ("key_reused", StatusCode::CONFLICT),
    ("refused", StatusCode::CONFLICT),
    ("too_large", StatusCode::PAYLOAD_TOO_LARGE),
    ("address_too_long", StatusCode::URI_TOO_LONG),
    ("media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ("invalid", StatusCode::UNPROCESSABLE_ENTITY),
    ("too_many", StatusCode::TOO_MANY_REQUESTS),
    ("internal", StatusCode::INTERNAL_SERVER_ERROR),
    ("busy", StatusCode::SERVICE_UNAVAILABLE),
    ("away", StatusCode::SERVICE_UNAVAILABLE),
    ("full", StatusCode::INSUFFICIENT_STORAGE),
];

impl Problem {
    /// The problem with this code of the table above; an unknown code is `internal`.
    #[must_use]
    pub fn of_code(code: &'static str) -> Problem {
        let status = CODES.iter().find(|(c, _)| *c == code).map_or(StatusCode::INTERNAL_SERVER_ERROR, |(_, s)| *s);
        Problem(Box::new(What { code: Cow::Borrowed(code), status, errors: Vec::new(), refusal: None }))
    }

    /// Absent, foreign, or a malformed id: all look alike.
    #[must_use]
    pub fn not_found() -> Problem {
        Problem::of_code("not_found")
    }

    /// Seen, but not theirs to do.
    #[must_use]
    pub fn forbidden() -> Problem {
        Problem::of_code("forbidden")
    }

    /// A fault of ours; the log knows more.
    #[must_use]
    pub fn internal() -> Problem {
        Problem::of_code("internal")
    }

    /// Fields that cannot be taken as given. Pages show the form again instead ([`crate::Sheet`]).
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Problem {
        let mut problem = Problem::of_code("invalid");
        problem.0.errors = errors;
        problem
    }

    /// A rule forbids it.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Problem {
        let mut problem = Problem::of_code("refused");
        problem.0.code = Cow::Borrowed(refusal.code);
        problem.0.refusal = Some(refusal);
        problem
    }

    /// The status that it answers with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    fn of_status(status: StatusCode) -> Problem {
        let code = CODES.iter().find(|(_, s)| *s == status).map(|(c, _)| *c);
        match code {
            Some("signed_out" | "forbidden") => Problem::forbidden(),
            Some(code) => Problem::of_code(code),
            None if status.is_client_error() => Problem::of_code("bad_request"),
            None => Problem::internal(),
        }
    }

    /// What has gone wrong, in a few words.
    pub fn title(&self, w: Words) -> String {
        w.t(if self.0.refusal.is_some() { "problem-refused".to_owned() } else { format!("problem-{}", self.0.code) })
    }

    /// What to do about it.
    pub fn detail(&self, w: Words) -> String {
        match &self.0.refusal {
            Some(refusal) => w.refusal(refusal),
            None => w.t(format!("problem-{}-detail", self.0.code)),
        }
    }

    fn document(&self, asker: &Asker) -> Response {
        let w = asker.w();
        let errors: Vec<_> = self.0.errors.iter().map(|e| fault(w, e)).collect();
        let mut body = json!({
            "type": format!("urn:naheya:problem:{}", self.0.code),
            "title": self.title(w),
            "status": self.0.status.as_u16(),
            "detail": self.detail(w),
            "code": self.0.code,
            "request_id": asker.request_id,
        });
        if let Some(object) = body.as_object_mut().filter(|_| !errors.is_empty()) {
            object.insert("errors".to_owned(), errors.into());
        }
        let kind = (CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        (self.0.status, [kind], body.to_string()).into_response()
    }

    fn page(&self, asker: &Asker) -> Response {
        let w = asker.w();
        let mut f = Frame::of(asker, self.title(w));
        f.search = f.search && self.0.status == StatusCode::NOT_FOUND;
        let expired = self.0.code == "form_token";
        let signed_out = self.0.code == "signed_out";
        let from = asker.came_from().filter(|page| is_page(page));
        let coded = |page: &str| form_urlencoded::byte_serialize(page.as_bytes()).collect::<String>();
        let template = ProblemPage {
            detail: self.detail(w),
            errors: self.0.errors.iter().map(|e| w.fault(e.code, &e.field)).collect(),
            home: home(asker.session()),
            back: self.0.status == StatusCode::CONFLICT || self.0.status == StatusCode::UNPROCESSABLE_ENTITY,
            signed_out,
            next: from.filter(|_| signed_out).map(coded),
            way_back: from.filter(|_| expired).map(str::to_owned),
            no_cookie: expired && !asker.brought_cookies(),
            f,
        };
        match template.render() {
            Ok(html) => (self.0.status, Html(html)).into_response(),
            Err(_) => self.0.status.into_response(),
        }
    }
}

fn fault(w: Words, error: &FieldError) -> serde_json::Value {
    json!({ "field": error.field, "code": error.code, "detail": w.fault(error.code, &error.field) })
}

#[derive(Template)]
#[template(path = "frame/problem.html")]
struct ProblemPage {
    f: Frame,
    detail: String,
    errors: Vec<String>,
    home: &'static str,
    back: bool,
    signed_out: bool,
    /// The page to which signing in leads back, coded for an address.
    next: Option<String>,
    /// The page whose form was too old.
    way_back: Option<String>,
    /// Whether the browser keeps none of our cookies, without which no form is taken.
    no_cookie: bool,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::NotFound => Problem::not_found(),
            Error::Forbidden => Problem::forbidden(),
            Error::Stale => Problem::of_code("stale"),
            Error::Invalid(errors) => Problem::invalid(errors),
            Error::Refused(refusal) => Problem::refused(refusal),
            Error::KeyReused => Problem::of_code("key_reused"),
            Error::Full => {
                tracing::error!("the disk is full: nothing new can be kept until there is room");
                Problem::of_code("full")
            }
            Error::WrongKey | Error::Database(_) => {
                tracing::error!(%error, "the store could not answer");
                if error.is_away() { Problem::of_code("away") } else { Problem::internal() }
            }
        }
    }
}

/// Carried to [`in_words`], which knows who reads.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts a problem, ours or the framework's, into the reader's language; keeps a toast for the next page.
pub(crate) fn in_words(asker: &Asker, mut response: Response) -> Response {
    if let Some(toast) = response.extensions_mut().remove::<Toast>() {
        asker.keep_toast(&toast);
    }
    let bare = is_bare(response.status(), response.headers());
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if bare => Problem::of_status(response.status()),
        None => return response,
    };
    let mut said = if asker.json { problem.document(asker) } else { problem.page(asker) };
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != axum::http::header::CONTENT_LENGTH {
            said.headers_mut().append(name, value.clone());
        }
    }
    if problem.status() == StatusCode::SERVICE_UNAVAILABLE {
        said.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    said
}

/// Whether the framework refused by itself, in its own English words.
fn is_bare(status: StatusCode, headers: &HeaderMap) -> bool {
    let plain = headers.get(CONTENT_TYPE).is_none_or(|t| t.as_bytes().starts_with(b"text/plain"));
    plain && (status.is_client_error() || status.is_server_error())
}

/// No such address.
pub(crate) async fn not_found() -> Problem {
    Problem::not_found()
}

/// The address is known, the method is not.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::of_code("method_not_allowed")
}
