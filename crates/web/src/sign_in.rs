//! The door as pages: sign-in, the second factor, the paper slip, sign-out.

use askama::Template;
use axum::extract::State;
use axum::http::header::HeaderName;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use naheya_documents::qr;
use naheya_domain::FieldError;
use naheya_store::session::{Session as Stored, Standing};
use naheya_store::sign_in::{FactorSecret, SignIn, SignedIn};
use naheya_store::slip::{OpenSlip, UseSlip};
use naheya_store::{Error, Store};

use crate::answer::{local_path, page_as, see_other};
use crate::frame::home;
use crate::session::COOKIE;
use crate::{Answer, App, Asker, Frame, Knock, Posted, Problem, Route, Sheet, Visitor, Wanted};

/// How long the cookie of a machine of one's own is kept; the records may end the session sooner.
const COOKIE_SECONDS: i64 = 30 * 24 * 3600;
/// By what a browser is known in which somebody signed in before; browsers keep nothing longer than 400 days.
const KNOWN: &str = "naheya-known";
const KNOWN_SECONDS: i64 = 400 * 24 * 3600;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", Knock::Public, "sign_in", show),
        Route::post("/sign-in", Knock::Public, "sign_in", enter),
        Route::get("/start", Knock::SignedIn, "sign_in", start),
        Route::post("/sign-out", Knock::HalfIn, "sign_in", leave),
        Route::get("/second-factor", Knock::HalfIn, "sign_in", show_factor),
        Route::post("/second-factor", Knock::HalfIn, "sign_in", pass_factor),
        Route::get("/slip", Knock::Public, "slip", show_slip),
        Route::post("/slip", Knock::Public, "slip", use_slip),
    ]
}

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct SignInPage {
    f: Frame,
    sheet: Sheet,
    next: String,
}

async fn show(you: Visitor, wanted: Wanted) -> Answer {
    if you.session().is_some() {
        return see_other("/start");
    }
    sign_in_page(&you, Sheet::blank("sign_in"), wanted.text("next"))
}

fn sign_in_page(you: &Visitor, sheet: Sheet, next: &str) -> Answer {
    let f = you.frame("sign_in-title").with(&sheet).public();
    page_as(sheet.status(), &SignInPage { f, sheet, next: next.to_owned() })
}

async fn enter(State(app): State<App>, you: Visitor, posted: Posted) -> Answer {
    let given = named(&you, &posted);
    let tried = match missing(&posted, &["login", "password"]) {
        Some(error) => Err(error),
        None => app.store.sign_in(&given, you.now).await,
    };
    match tried {
        Ok(signed_in) => {
            let_in(&you, &signed_in, given.shared);
            see_other(first_page(posted.text("next")))
        }
        Err(error) => sign_in_page(&you, turned_away("sign_in", &posted, error)?, posted.text("next")),
    }
}

/// The name and the password of a form.
fn named(you: &Visitor, posted: &Posted) -> SignIn {
    SignIn {
        login: posted.text("login").to_owned(),
        password: posted.raw("password").unwrap_or_default().to_owned(),
        address: you.address.clone(),
        known: you.cookie(KNOWN).map(str::to_owned),
        agent: you.agent.clone(),
        shared: posted.is_on("shared"),
    }
}

/// The form again, with the status that fits: too many tries is 429, wrong is 422.
pub(crate) fn turned_away(noun: &'static str, posted: &Posted, error: Error) -> Result<Sheet, Problem> {
    let wait = matches!(&error, Error::Refused(refusal) if refusal.code == "sign_in.wait");
    let sheet = Sheet::again(noun, posted, error)?;
    Ok(sheet.answering(if wait { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY }))
}

/// The fields that must be there and are not.
pub(crate) fn missing(posted: &Posted, names: &[&'static str]) -> Option<Error> {
    let absent = |name: &&&'static str| posted.given(name).is_none();
    let faults: Vec<_> = names.iter().filter(absent).map(|n| FieldError::new(*n, "required.missing")).collect();
    (!faults.is_empty()).then_some(Error::Invalid(faults))
}

/// Gives the browser its cookie, and one by which it is known the next time; none on a machine that others use.
pub(crate) fn let_in(asker: &Asker, signed_in: &SignedIn, shared: bool) {
    asker.set_cookie(COOKIE, &signed_in.token, (!shared).then_some(COOKIE_SECONDS));
    if let Some(known) = signed_in.known.as_ref().filter(|_| !shared) {
        asker.set_cookie(KNOWN, known, Some(KNOWN_SECONDS));
    }
}

fn first_page(next: &str) -> &str {
    match local_path(next) {
        "/" => "/start",
        path => path,
    }
}

async fn start(asker: Asker) -> Answer {
    see_other(home(asker.session()))
}

/// Whatever the browser holds goes with the session; only acts that a phone could not send stay, sealed for their account.
async fn leave(State(app): State<App>, asker: Asker, posted: Posted) -> Answer {
    if let Some(token) = asker.cookie(COOKIE) {
        match app.store.sign_out(token, asker.now).await {
            // That this browser lets go of it needs neither room nor a database: the next one at a shared machine is somebody else.
            Err(error) if error == Error::Full || error.is_away() => {
                tracing::error!(%error, "a session was not ended in the records");
            }
            ended => ended?,
        }
    }
    asker.set_cookie(COOKIE, "", Some(0));
    let mut response: Response = see_other("/sign-in")?;
    let name = HeaderName::from_static("clear-site-data");
    let what = if posted.text("kept") == "1" { "\"cache\"" } else { "\"cache\", \"storage\"" };
    response.headers_mut().insert(name, HeaderValue::from_static(what));
    Ok(response)
}

/// A secret in groups of four, for typing it off the screen.
fn fours(secret: &str) -> Vec<String> {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect()).collect()
}

/// What the page of the second factor asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// The digits of one that is bound.
    Digits,
    /// The password, before one is bound.
    Password,
    /// The digits of the app that is being bound.
    App,
}

#[derive(Template)]
#[template(path = "sign_in/factor.html")]
struct FactorPage {
    f: Frame,
    sheet: Sheet,
    next: String,
    asked: Asked,
    /// What the app needs; nothing where it stood on the page before.
    secret: Option<FactorSecret>,
    qr: String,
}

impl FactorPage {
    fn binds(&self) -> bool {
        self.asked != Asked::Digits
    }

    fn asks_password(&self) -> bool {
        self.asked == Asked::Password
    }
}

async fn show_factor(asker: Asker, wanted: Wanted) -> Answer {
    factor_page(&asker, Sheet::blank("factor"), wanted.text("next")).await
}

/// Whether a second factor is bound here: the role asks for one, or signs in without it and needs it to open a file in an
/// emergency.
async fn binds(session: &Stored) -> Result<bool, Error> {
    match session.standing {
        Standing::Full => session.lacks_factor().await,
        Standing::FactorDue => Ok(false),
        Standing::FactorMissing => Ok(true),
    }
}

async fn factor_page(asker: &Asker, sheet: Sheet, next: &str) -> Answer {
    let session = &asker.session().ok_or_else(|| Problem::of_code("signed_out"))?.stored;
    if binds(session).await? {
        if session.says_password_to_bind() {
            return asking(asker, sheet, next, Asked::Password, None);
        }
        let secret = session.plan_factor("").await?;
        return asking(asker, sheet, next, Asked::App, Some(secret));
    }
    match session.standing {
        Standing::Full => see_other(first_page(next)),
        Standing::FactorDue | Standing::FactorMissing => asking(asker, sheet, next, Asked::Digits, None),
    }
}

fn asking(asker: &Asker, sheet: Sheet, next: &str, asked: Asked, secret: Option<FactorSecret>) -> Answer {
    let qr = match &secret {
        Some(secret) => qr::svg(&secret.address, &asker.w().t("factor-qr")).map_err(|_| Problem::internal())?,
        None => String::new(),
    };
    let title = if asked == Asked::Digits { "factor-title" } else { "factor-new-title" };
    let f = asker.frame(title).with(&sheet).public();
    page_as(sheet.status(), &FactorPage { f, sheet, next: next.to_owned(), asked, secret, qr })
}

async fn pass_factor(asker: Asker, posted: Posted) -> Answer {
    if posted.raw("password").is_some() {
        return bind_factor(&asker, &posted).await;
    }
    let session = &asker.session().ok_or_else(|| Problem::of_code("signed_out"))?.stored;
    let next = posted.text("next");
    let passed = match missing(&posted, &["digits"]) {
        Some(error) => Err(error),
        None => session.pass_factor(posted.text("digits")).await,
    };
    match passed {
        Ok(codes) if codes.is_empty() => see_other(first_page(next)),
        Ok(codes) => recovery_page(&asker, codes, first_page(next)),
        Err(error) => {
            let sheet = turned_away("factor", &posted, error)?;
            if posted.is_on("app") && session.says_password_to_bind() {
                return asking(&asker, sheet, next, Asked::App, None);
            }
            factor_page(&asker, sheet, next).await
        }
    }
}

/// With the password, the page shows what the app needs.
async fn bind_factor(asker: &Asker, posted: &Posted) -> Answer {
    let session = &asker.session().ok_or_else(|| Problem::of_code("signed_out"))?.stored;
    let next = posted.text("next");
    if !binds(session).await? {
        return factor_page(asker, Sheet::blank("factor"), next).await;
    }
    let planned = match missing(posted, &["password"]) {
        Some(error) => Err(error),
        None => session.plan_factor(posted.raw("password").unwrap_or_default()).await,
    };
    match planned {
        Ok(secret) => asking(asker, Sheet::blank("factor"), next, Asked::App, Some(secret)),
        Err(error) => factor_page(asker, turned_away("factor", posted, error)?, next).await,
    }
}

#[derive(Template)]
#[template(path = "sign_in/recovery.html")]
struct RecoveryPage {
    f: Frame,
    /// Whether the second factor has just been bound: the last of three steps.
    first: bool,
    codes: Vec<String>,
    /// Whose they are.
    name: String,
    next: String,
}

/// Recovery codes, this once: no address leads here.
pub(crate) fn recovery_page(asker: &Asker, codes: Vec<String>, next: &str) -> Answer {
    let f = asker.frame("factor-codes-title").public();
    let name = asker.session().map(|session| session.name.clone()).unwrap_or_default();
    page_as(StatusCode::OK, &RecoveryPage { f, first: next != "/me", codes, name, next: next.to_owned() })
}

#[derive(Template)]
#[template(path = "sign_in/slip.html")]
struct SlipPage {
    f: Frame,
    sheet: Sheet,
    slip: Option<OpenSlip>,
}

async fn show_slip(you: Visitor) -> Answer {
    slip_page(&you, Sheet::blank("slip"), None)
}

fn slip_page(you: &Visitor, sheet: Sheet, slip: Option<OpenSlip>) -> Answer {
    let f = you.frame("slip-title").with(&sheet).public();
    page_as(sheet.status(), &SlipPage { f, sheet, slip })
}

/// First the code alone; with it, the page asks for the new password.
async fn use_slip(State(app): State<App>, you: Visitor, posted: Posted) -> Answer {
    let code = posted.text("code");
    if let Some(error) = missing(&posted, &["code"]) {
        return slip_page(&you, turned_away("slip", &posted, error)?, None);
    }
    if posted.raw("password").is_none() {
        return match app.store.open_slip(code, &you.address, you.now).await {
            Ok(slip) if slip.sets_up => see_other(format!("/set-up?code={}", coded(code))),
            Ok(slip) => slip_page(&you, Sheet::filled("slip", posted.fields.clone()), Some(slip)),
            Err(error) => slip_page(&you, turned_away("slip", &posted, error)?, None),
        };
    }
    match redeem(&app.store, &you, &posted).await {
        Ok(signed_in) => {
            let_in(&you, &signed_in, posted.is_on("shared"));
            see_other("/start")
        }
        Err(error) => {
            let slip = app.store.open_slip(code, &you.address, you.now).await.ok();
            slip_page(&you, turned_away("slip", &posted, error)?, slip)
        }
    }
}

async fn redeem(store: &Store, you: &Visitor, posted: &Posted) -> Result<SignedIn, Error> {
    let password = posted.raw("password").unwrap_or_default();
    if posted.raw("again") != Some(password) {
        return Err(Error::field("again", "password.differs"));
    }
    let given = UseSlip {
        code: posted.text("code").to_owned(),
        password: password.to_owned(),
        address: you.address.clone(),
        agent: you.agent.clone(),
        shared: posted.is_on("shared"),
    };
    match store.use_slip(&given, you.now).await {
        Err(Error::Refused(refusal)) if refusal.code == "slip.wrong" => {
            // This form came before and its answer was lost on the way: the password that it set lets in.
            let entered = store.sign_in(&named(you, posted), you.now).await;
            entered.map_err(|error| if matches!(error, Error::Refused(_)) { Error::Refused(refusal) } else { error })
        }
        used => used,
    }
}

pub(crate) fn coded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
