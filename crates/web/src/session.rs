//! Who is signed in: the thin place where a cookie becomes a viewer with a desk.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use naheya_domain::id::AccountId;
use naheya_domain::{FieldError, Key, Refusal, Viewer};
use sha2::{Digest, Sha256};

use crate::App;
use crate::ask::Asker;
use crate::problem::Problem;
use crate::words::Lang;

/// Stands in until the store room is there.
#[derive(Clone, Debug, Default)]
pub struct Store;

/// Stands in until the store room is there.
#[derive(Debug)]
pub struct Desk;

/// Stands in until the store room is there.
#[derive(Debug)]
pub struct Save<A> {
    /// What to do.
    pub act: A,
    /// The submission's key.
    pub key: Option<Key>,
    /// What was submitted.
    pub body_hash: [u8; 32],
}

/// Stands in until the store room is there.
#[derive(Debug)]
pub enum Error {
    /// Absent or not visible.
    NotFound,
    /// Visible but not allowed.
    Forbidden,
    /// Changed by somebody else.
    Stale,
    /// Fields.
    Invalid(Vec<FieldError>),
    /// A rule.
    Refused(Refusal),
    /// Key with another body.
    KeyReused,
    /// Try again.
    Busy,
    /// In the log.
    Database,
}

/// The cookie of a signed-in browser.
pub const COOKIE: &str = "naheya";

/// A signed-in person, as pages need it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Under which grant.
    pub viewer: Viewer,
    /// The person's name.
    pub name: String,
    /// The county's name.
    pub office: String,
    /// The account's language, where it chose one.
    pub lang: Option<Lang>,
    /// How many grants the person holds; with more than one, pages offer to switch.
    pub grants: usize,
    /// What the cookie holds.
    pub(crate) token: String,
}

/// The session of the request's cookie, when there is one that still holds.
///
/// # Errors
/// When the records cannot be reached.
#[expect(clippy::unused_async, reason = "asks the store as soon as it is there")]
pub(crate) async fn find(app: &App, asker: &Asker) -> Result<Option<Session>, Problem> {
    let _ = &app.store;
    let Some(_token) = asker.cookie(COOKIE) else { return Ok(None) };
    Ok(None)
}

/// Keeps that somebody knocked where it is not allowed.
#[expect(clippy::unused_async, reason = "writes to the trail as soon as the store is there")]
pub(crate) async fn note_refusal(app: &App, asker: &Asker, noun: &'static str) {
    let _ = &app.store;
    tracing::info!(request_id = asker.request_id, noun, "not allowed");
}

/// Somebody signed in, with the desk at which records are read and changed.
pub struct Signed {
    /// The records that this person may see.
    pub desk: Desk,
    /// Who, as what, where.
    pub viewer: Viewer,
    asker: Asker,
}

impl Deref for Signed {
    type Target = Asker;
    fn deref(&self) -> &Asker {
        &self.asker
    }
}

impl FromRequestParts<App> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let asker = Asker::from_request_parts(parts, app).await?;
        let viewer = asker.session().ok_or_else(|| Problem::of_code("signed_out"))?.viewer.clone();
        Ok(Signed { desk: Desk, viewer, asker })
    }
}

/// Somebody on a public page, signed in or not: known by a random cookie that carries nothing else.
pub struct Visitor {
    /// Under which the idempotency keys of this browser's public forms are kept.
    pub account: AccountId,
    asker: Asker,
}

impl Deref for Visitor {
    type Target = Asker;
    fn deref(&self) -> &Asker {
        &self.asker
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asker = Asker::from_request_parts(parts, state).await?;
        let account = match asker.session() {
            Some(session) => session.viewer.account,
            None => account_of(asker.visitor()),
        };
        Ok(Visitor { account, asker })
    }
}

/// A browser's word is never stored as it is.
fn account_of(visitor: &str) -> AccountId {
    let hash = Sha256::new().chain_update(b"naheya visitor").chain_update(visitor.as_bytes()).finalize();
    let mut bytes = [0_u8; 16];
    for (byte, from) in bytes.iter_mut().zip(hash.iter()) {
        *byte = *from;
    }
    AccountId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Whether requests can be served, else the reason in one word.
///
/// # Errors
/// The reason.
#[expect(clippy::unused_async, reason = "asks the store as soon as it is there")]
pub(crate) async fn is_ready(app: &App) -> Result<(), &'static str> {
    let _ = &app.store;
    Ok(())
}
