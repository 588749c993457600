//! Who is signed in: the thin place where a cookie becomes a viewer with a desk.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use naheya_domain::Viewer;
use naheya_domain::id::AccountId;
use naheya_store::draft::DropDraft;
use naheya_store::session::{Held, Session as Stored, Standing};
use naheya_store::{Desk, Error};
use sha2::{Digest, Sha256};

use crate::App;
use crate::ask::Asker;
use crate::frame::Frame;
use crate::problem::Problem;
use crate::words::Lang;

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
    /// The grants that hold today; with more than one, pages offer to switch.
    pub grants: Vec<Held>,
    /// What the cookie holds.
    pub(crate) token: String,
    /// As the store knows it.
    pub(crate) stored: Stored,
}

/// What the request's cookie is worth.
pub(crate) enum Found {
    /// Nobody is signed in.
    Nobody,
    /// The records are open.
    Full(Box<Session>),
    /// The second factor stands before them.
    Half(Box<Session>),
}

/// The session of the request's cookie, when there is one that still holds.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn find(app: &App, asker: &Asker) -> Result<Found, Problem> {
    let Some(token) = asker.cookie(COOKIE) else { return Ok(Found::Nobody) };
    let Some(stored) = app.store.session(token, asker.now).await? else { return Ok(Found::Nobody) };
    let full = stored.standing == Standing::Full;
    let session = Box::new(Session {
        viewer: stored.viewer.clone(),
        name: stored.name.clone(),
        office: stored.county.clone(),
        lang: Lang::parse(&stored.language),
        grants: stored.grants.clone(),
        token: token.to_owned(),
        stored,
    });
    Ok(if full { Found::Full(session) } else { Found::Half(session) })
}

/// What a form takes that comes in one go, in milliseconds: until then nothing is asked twice.
const IN_ONE_GO: u64 = 1_000;

/// A body comes in its own time: whoever was signed out, or lost the role, between the head of a request and the end of its form
/// has sent it as nobody (product.md rule 6).
///
/// # Errors
/// `signed_out`; when the records cannot be reached.
pub(crate) async fn still(app: &App, asker: &Asker) -> Result<(), Problem> {
    let Some(session) = asker.session() else { return Ok(()) };
    let now = (app.clock)();
    if now.0.abs_diff(asker.now.0) < IN_ONE_GO {
        return Ok(());
    }
    let found = app.store.session(&session.token, now).await?;
    let holds = |found: &Stored| {
        let has_grant = found.grants.iter().any(|held| held.id == session.viewer.grant);
        has_grant && found.standing == session.stored.standing
    };
    if found.as_ref().is_some_and(holds) { Ok(()) } else { Err(Problem::of_code("signed_out")) }
}

/// Keeps in the trail that somebody knocked where it is not allowed.
pub(crate) async fn note_refusal(asker: &Asker, noun: &'static str) {
    let Some(Ok(desk)) = asker.session().map(|s| s.stored.desk()) else { return };
    if let Err(error) = desk.refused(noun).await {
        tracing::error!(request_id = asker.request_id, %error, "a refusal was not kept");
    }
}

/// Counts for the frame what waits for the reader: unread notices, and for a class teacher the weekends to answer, each one
/// read by one index. A page without the numbers is better than no page.
pub(crate) async fn count_waiting(asker: &Asker) {
    let Some(Ok(desk)) = asker.session().map(|s| s.stored.desk()) else { return };
    match desk.unread_notices().await {
        Ok(unread) => asker.count_unread(unread),
        Err(error) => tracing::error!(request_id = asker.request_id, %error, "unread notices were not counted"),
    }
    match desk.count_to_endorse().await {
        Ok(waiting) => asker.count_to_endorse(waiting),
        Err(error) => tracing::error!(request_id = asker.request_id, %error, "weekends to answer were not counted"),
    }
}

/// Lets go of the draft of a form that was just taken.
pub(crate) async fn forget_draft(asker: &Asker) {
    let (Some(sent), Some(Ok(desk))) = (asker.sent(), asker.session().map(|s| s.stored.desk())) else { return };
    if let Err(error) = desk.save(DropDraft { form: sent.form.clone() }).await {
        // The form itself is saved; its draft goes when it is old.
        tracing::error!(request_id = asker.request_id, %error, "a draft was not let go");
    }
}

/// Keeps the words of a form that was not taken, so that they are there again wherever its writer goes from the answer.
pub(crate) async fn keep_draft(asker: &Asker) {
    let (Some(sent), Some(Ok(desk))) = (asker.sent(), asker.session().map(|s| s.stored.desk())) else { return };
    if let Err(error) = desk.save(sent.clone()).await {
        tracing::error!(request_id = asker.request_id, %error, "a draft was not kept");
    }
}

/// Somebody signed in, with the desk at which records are read and changed.
pub struct Signed {
    /// The records that this person may see.
    pub desk: Desk,
    /// Who, as what, where.
    pub viewer: Viewer,
    asker: Asker,
}

impl Signed {
    /// The frame of a page on which the coordinator may have to be called at once.
    ///
    /// # Errors
    /// When the records cannot be reached.
    pub async fn frame_calling(&self, title: &str) -> Result<Frame, Problem> {
        Ok(self.frame(title).calling(self.desk.settings().await?.0.office_phone))
    }
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
        let session = asker.session().ok_or_else(|| Problem::of_code("signed_out"))?;
        let (desk, viewer) = (session.stored.desk()?, session.viewer.clone());
        Ok(Signed { desk, viewer, asker })
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
pub(crate) async fn is_ready(app: &App) -> Result<(), &'static str> {
    if app.store.is_full() {
        return Err("disk");
    }
    let read = match app.store.counties((app.clock)()).await {
        Ok(_) => app.store.check_schema().await,
        Err(error) => Err(error),
    };
    match read {
        Ok(()) => Ok(()),
        Err(Error::WrongKey) => Err("key"),
        // Another version has changed the tables while this one serves.
        Err(Error::Refused(_)) => Err("schema"),
        Err(_) => Err("database"),
    }
}
