//! What is known of a request before its handler runs, and what every answer carries: request id,
//! nonce, language, cookies, security headers.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, HeaderName,
    HeaderValue, ORIGIN, REFERER, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY, USER_AGENT,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use futures_util::FutureExt;
use hmac::{Hmac, KeyInit, Mac};
use naheya_domain::{Date, Timestamp};
use naheya_store::draft::KeepDraft;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use crate::answer::{Toast, local_path};
use crate::appearance::Appearance;
use crate::frame::Frame;
use crate::meter;
use crate::problem::{self, Problem};
use crate::session::Session;
use crate::words::{Lang, Words};
use crate::{App, SiteSettings};

/// A request that takes this long is told of in the log: by its route, which holds no id and nothing typed.
const SLOW: Duration = Duration::from_secs(2);
/// No path or query of ours is longer.
const LONGEST_ADDRESS: usize = 4096;

/// Whoever asks, as far as the request tells; a cheap handle that middleware, handler and error page share.
#[derive(Clone)]
pub struct Asker(Arc<Known>);

/// See [`Asker`].
pub struct Known {
    /// Shown on error pages and written to the log: 32 hex digits.
    pub request_id: String,
    /// The Content-Security-Policy nonce of this page.
    pub nonce: String,
    /// When the request came.
    pub now: Timestamp,
    /// Its path, without the query.
    pub path: String,
    /// Its query, undecoded and without the question mark.
    pub query: String,
    /// Wants a document, not a page: under `/api/`, or accepts no HTML.
    pub json: bool,
    /// Large type, theme and language chosen on this device.
    pub appearance: Appearance,
    /// Where the request came from, for the growing delay at the door; empty when unknown.
    pub address: String,
    /// The browser's words about itself.
    pub agent: String,
    /// What the site is.
    pub settings: Arc<SiteSettings>,
    host: String,
    accepted: Lang,
    cookies: Vec<(String, String)>,
    came_from: Option<String>,
    session: OnceLock<Session>,
    unread: OnceLock<u64>,
    to_endorse: OnceLock<u64>,
    visitor: OnceLock<String>,
    set: Mutex<Vec<String>>,
    sending: OnceLock<KeepDraft>,
}

impl std::ops::Deref for Asker {
    type Target = Known;
    fn deref(&self) -> &Known {
        &self.0
    }
}

impl Asker {
    pub(crate) fn of(app: &App, request: &Request) -> Asker {
        let headers = request.headers();
        let cookies = cookies(headers);
        let appearance = Appearance::parse(find(&cookies, Appearance::COOKIE).unwrap_or_default());
        let path = request.uri().path().to_owned();
        Asker(Arc::new(Known {
            request_id: uuid::Uuid::new_v4().simple().to_string(),
            nonce: uuid::Uuid::new_v4().simple().to_string(),
            now: (app.clock)(),
            json: path.starts_with("/api/") || !accepts_html(headers),
            path,
            query: request.uri().query().unwrap_or_default().to_owned(),
            appearance,
            address: address(&app.settings, request),
            agent: text(headers, &USER_AGENT).chars().take(200).collect(),
            settings: app.settings.clone(),
            host: host(request).to_owned(),
            accepted: Lang::accepted(text(headers, &ACCEPT_LANGUAGE)),
            cookies,
            came_from: came_from(&app.settings, request),
            session: OnceLock::new(),
            unread: OnceLock::new(),
            to_endorse: OnceLock::new(),
            visitor: OnceLock::new(),
            set: Mutex::new(Vec::new()),
            sending: OnceLock::new(),
        }))
    }

    /// The texts in the reader's language: chosen on this device, else of the account, else of the browser.
    #[must_use]
    pub fn w(&self) -> Words {
        let account = || self.session().and_then(|s| s.lang);
        Words { lang: self.appearance.lang.or_else(account).unwrap_or(self.accepted) }
    }

    /// Scheme and host as a phone needs them that was never here.
    pub(crate) fn origin(&self) -> String {
        if let Some(origin) = &self.settings.public_origin {
            return origin.trim_end_matches('/').to_owned();
        }
        let scheme = if self.settings.secure_cookies { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// Today in Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.date()
    }

    /// The frame of a page whose title is the text `title`.
    #[must_use]
    pub fn frame(&self, title: &str) -> Frame {
        Frame::of(self, self.w().t(title))
    }

    /// The frame of a page with this title. Names of people do not belong in titles.
    #[must_use]
    pub fn frame_titled(&self, title: String) -> Frame {
        Frame::of(self, title)
    }

    /// The session behind the request, once its knock has been heard.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.session.get()
    }

    pub(crate) fn recognise(&self, session: Session) {
        self.session.get_or_init(|| session);
    }

    /// How many of the reader's notices are unread, once the door has counted them for a page.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.unread.get().copied().unwrap_or_default()
    }

    pub(crate) fn count_unread(&self, unread: u64) {
        self.unread.get_or_init(|| unread);
    }

    /// How many weekends wait for the reader's word, once the door has counted them for a page.
    #[must_use]
    pub fn to_endorse(&self) -> u64 {
        self.to_endorse.get().copied().unwrap_or_default()
    }

    pub(crate) fn count_to_endorse(&self, waiting: u64) {
        self.to_endorse.get_or_init(|| waiting);
    }

    /// Path and query of the page of this site from which the request came, when the browser says so.
    #[must_use]
    pub fn came_from(&self) -> Option<&str> {
        self.came_from.as_deref()
    }

    /// Whether the browser sent any cookie along.
    #[must_use]
    pub fn brought_cookies(&self) -> bool {
        !self.cookies.is_empty()
    }

    /// The draft whose form this request sends, with the words in it: it goes when the form was taken, else they stand in it.
    pub(crate) fn sends(&self, draft: KeepDraft) {
        self.sending.get_or_init(|| draft);
    }

    /// See [`Asker::sends`].
    pub(crate) fn sent(&self) -> Option<&KeepDraft> {
        self.sending.get()
    }

    /// The value of a cookie of ours.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        find(&self.cookies, &self.cookie_name(name))
    }

    /// Sets a cookie for `seconds` (for the browser's session when `None`, deleted when zero).
    pub fn set_cookie(&self, name: &str, value: &str, seconds: Option<i64>) {
        let name = self.cookie_name(name);
        let secure = if self.settings.secure_cookies { "; Secure" } else { "" };
        let age = seconds.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        self.set.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// `__Host-` binds a cookie to this host and to TLS; browsers refuse the name on plain HTTP.
    fn cookie_name(&self, name: &str) -> String {
        if self.settings.secure_cookies { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The random word of a browser that is not signed in: from its cookie, or a new one that is set
    /// with the answer.
    pub(crate) fn visitor(&self) -> &str {
        self.visitor.get_or_init(|| {
            const NAME: &str = "naheya-visitor";
            let known = self.cookie(NAME).filter(|v| v.len() == 32 && v.bytes().all(|b| b.is_ascii_hexdigit()));
            if let Some(known) = known {
                return known.to_owned();
            }
            let fresh = uuid::Uuid::new_v4().simple().to_string();
            self.set_cookie(NAME, &fresh, Some(7 * 24 * 3600));
            fresh
        })
    }

    /// `HMAC-SHA256(session or visitor, purpose)`: what only this browser's pages can carry.
    pub(crate) fn seal(&self, purpose: &str, content: &[u8]) -> [u8; 32] {
        let secret = match self.session() {
            Some(session) => session.token.as_str(),
            None => self.visitor(),
        };
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
            return [0; 32];
        };
        mac.chain_update(purpose.as_bytes()).chain_update([0]).chain_update(content).finalize().into_bytes().into()
    }

    /// The form token, masked afresh for each page: a compressed page never repeats a secret (BREACH).
    #[must_use]
    pub fn form_token(&self) -> String {
        let token = self.seal("form", b"");
        let mut masked = [0_u8; 64];
        let (pad, sum) = masked.split_at_mut(32);
        if getrandom::fill(pad).is_err() {
            pad.fill(0x5a);
        }
        for ((sum, pad), token) in sum.iter_mut().zip(pad.iter()).zip(token) {
            *sum = pad ^ token;
        }
        BASE64URL_NOPAD.encode(&masked)
    }

    /// Whether `given` is a form token of this session.
    #[must_use]
    pub fn is_form_token(&self, given: &str) -> bool {
        let Some(masked) = BASE64URL_NOPAD.decode(given.as_bytes()).ok().filter(|m| m.len() == 64) else {
            return false;
        };
        let (pad, sum) = masked.split_at(32);
        let token: Vec<u8> = pad.iter().zip(sum).map(|(a, b)| a ^ b).collect();
        token.ct_eq(&self.seal("form", b"")).into()
    }

    /// Keeps `toast` for the next page of this browser.
    pub(crate) fn keep_toast(&self, toast: &Toast) {
        let body = serde_json::to_vec(toast).unwrap_or_default();
        let seal = self.seal("toast", &body);
        let value = format!("{}.{}", BASE64URL_NOPAD.encode(&body), BASE64URL_NOPAD.encode(&seal));
        self.set_cookie("naheya-toast", &value, Some(60));
    }

    /// The toast kept by the request before this one; it is then gone.
    pub(crate) fn take_toast(&self) -> Option<Toast> {
        let (body, seal) = self.cookie("naheya-toast")?.split_once('.')?;
        self.set_cookie("naheya-toast", "", Some(0));
        let body = BASE64URL_NOPAD.decode(body.as_bytes()).ok()?;
        let seal = BASE64URL_NOPAD.decode(seal.as_bytes()).ok()?;
        let own: bool = seal.ct_eq(&self.seal("toast", &body)).into();
        if own { serde_json::from_slice(&body).ok() } else { None }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Asker>().cloned().ok_or_else(Problem::internal)
    }
}

/// Wraps every request: who asks, is it from our own pages, the answer in words, the headers.
pub async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asker = Asker::of(&app, &request);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let began = Instant::now();
    let refused = refused(&asker, &request);
    request.extensions_mut().insert(asker.clone());
    let response = match refused {
        Some(problem) => problem.into_response(),
        None => AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(request_id = asker.request_id, "a handler panicked");
            meter::count_panic();
            Problem::internal().into_response()
        }),
    };
    let mut response = problem::in_words(&asker, response);
    dress(&asker, response.headers_mut());
    let took = began.elapsed();
    meter::count(route.as_ref().map(MatchedPath::as_str), response.status(), took);
    tell_of_failure(&asker, route.as_ref(), response.status());
    if took >= SLOW {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let route = route.as_ref().map_or("none", MatchedPath::as_str);
        tracing::warn!(request_id = asker.request_id, route, millis, "a slow request");
    }
    response
}

/// The number on the page leads to this line, and this line to those before it. Whoever watches hears it from the answer.
fn tell_of_failure(asker: &Asker, route: Option<&MatchedPath>, status: StatusCode) {
    let route = route.map_or("none", MatchedPath::as_str);
    if status.is_server_error() && route != "/readyz" {
        let (request_id, status) = (&asker.request_id, status.as_u16());
        tracing::error!(request_id, route, status, "a request was not carried out");
    }
}

fn refused(asker: &Asker, request: &Request) -> Option<Problem> {
    if is_past_proxy(asker, request) {
        return Some(Problem::of_code("past_proxy"));
    }
    if asker.path.len() + asker.query.len() > LONGEST_ADDRESS {
        return Some(Problem::of_code("address_too_long"));
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    (changes && !is_from_our_pages(&asker.settings, request)).then(|| Problem::of_code("foreign_origin"))
}

/// `Sec-Fetch-Site` and `Origin` (Fetch standard) of a changing request. Clients that send neither
/// are not browsers; the form token still stops them without the page.
fn is_from_our_pages(settings: &SiteSettings, request: &Request) -> bool {
    let headers = request.headers();
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return false;
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    origin.to_str().is_ok_and(|origin| is_ours(settings, request, origin))
}

/// Whether `origin` is where this site is reached.
fn is_ours(settings: &SiteSettings, request: &Request, origin: &str) -> bool {
    if let Some(ours) = &settings.public_origin {
        return origin.eq_ignore_ascii_case(ours.trim_end_matches('/'));
    }
    let host = host(request);
    !host.is_empty() && origin.split_once("://").is_some_and(|(_, it)| it.eq_ignore_ascii_case(host))
}

/// The host that was asked for; over HTTP/2, as browsers speak under TLS, it stands in the address alone (RFC 9113, 8.3.1).
fn host(request: &Request) -> &str {
    request.uri().authority().map_or_else(|| text(request.headers(), &HOST), |authority| authority.as_str())
}

fn came_from(settings: &SiteSettings, request: &Request) -> Option<String> {
    let page: Uri = text(request.headers(), &REFERER).parse().ok()?;
    let origin = format!("{}://{}", page.scheme_str()?, page.authority()?);
    let path = page.path_and_query()?.as_str();
    (is_ours(settings, request, &origin) && local_path(path) == path).then(|| path.to_owned())
}

/// Whether this is a part of pages that browsers keep for good: style, scripts, icon. What a page may do is said by the page; on
/// a bad road a phone pays for it once.
fn is_part(headers: &HeaderMap) -> bool {
    headers.get(CACHE_CONTROL).is_some_and(|kept| kept.as_bytes().ends_with(b"immutable"))
}

fn policy(asker: &Asker, headers: &HeaderMap) -> String {
    if is_part(headers) {
        return "default-src 'none'; frame-ancestors 'none'".to_owned();
    }
    let nonce = &asker.nonce;
    format!(
        "default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; img-src 'self' data: blob:; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
}

fn dress(asker: &Asker, headers: &mut HeaderMap) {
    let policy = policy(asker, headers);
    let mut fixed = vec![
        (CONTENT_SECURITY_POLICY, policy.as_str()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("x-request-id"), asker.request_id.as_str()),
    ];
    if !is_part(headers) {
        fixed.extend([
            (REFERRER_POLICY, "same-origin"),
            (HeaderName::from_static("permissions-policy"), "geolocation=(), microphone=(), payment=(), usb=()"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ]);
    }
    if asker.settings.secure_cookies {
        fixed.push((STRICT_TRANSPORT_SECURITY, "max-age=31536000"));
    }
    for (name, value) in fixed {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    // Whatever did not say otherwise may hold people: it stays in no cache.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for line in asker.set.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        if let Ok(line) = HeaderValue::from_str(&line) {
            headers.append(SET_COOKIE, line);
        }
    }
    if headers.get(CONTENT_TYPE).is_some_and(|t| t == "text/html") {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
}

fn address(settings: &SiteSettings, request: &Request) -> String {
    let caller = peer(request).map(|peer| match &settings.behind_proxy {
        Some(proxies) => proxies.caller(peer, request.headers()),
        None => peer,
    });
    caller.map(|address| address.to_string()).unwrap_or_default()
}

/// The machine at the other end of the connection.
fn peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// Whether it came over a network and not through our proxy, so that nothing protects what is sent. Whoever watches the
/// machine may look all the same: there is nobody in those answers.
fn is_past_proxy(asker: &Asker, request: &Request) -> bool {
    // Whoever knocks at a closed door does not fill the log.
    static TOLD: Once = Once::new();
    let Some((proxies, peer)) = asker.settings.behind_proxy.as_ref().zip(peer(request)) else { return false };
    if proxies.let_in(peer) || ["/healthz", "/readyz"].contains(&asker.path.as_str()) {
        return false;
    }
    TOLD.call_once(
        || tracing::warn!(%peer, "a request came past the proxy and is refused, as all such are from now on"),
    );
    true
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = text(headers, &ACCEPT);
    accept.is_empty() || accept.contains("text/html") || accept.contains("*/*")
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

fn cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .take(40)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn find<'a>(cookies: &'a [(String, String)], name: &str) -> Option<&'a str> {
    cookies.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}
