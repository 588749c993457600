//! The one table of routes: method, path, knock, noun, handler. Each noun's file gives its part; a
//! route without a knock cannot be written.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{self, MethodRouter};
use serde::Serialize;
use tower_http::timeout::TimeoutLayer;

use crate::App;
use crate::knock::{Door, Knock, Topic, heard};

/// What a form without files may weigh, in bytes: as much as a draft, so that whatever is kept can be sent.
pub const FORM_LIMIT: usize = naheya_store::draft::LONGEST;

/// What a bad road carries in a second, in bytes: nine pictures of a note take two minutes on it.
const BAD_ROAD: u64 = 8 * 1024;
/// Nobody holds a connection longer with one request, in seconds.
const LONGEST: u64 = 600;

/// Every route of the site.
#[must_use]
pub fn all() -> Vec<Route> {
    [
        crate::account::routes(),
        crate::alarm::routes(),
        crate::api::routes(),
        crate::appearance::routes(),
        crate::area::routes(),
        crate::asset::routes(),
        crate::audit_event::routes(),
        crate::break_glass::routes(),
        crate::candidate::routes(),
        crate::category::routes(),
        crate::channel::routes(),
        crate::charge::routes(),
        crate::consent::routes(),
        crate::custody::routes(),
        crate::family::routes(),
        crate::wish::routes(),
        crate::choice::routes(),
        crate::draft::routes(),
        crate::erasure::routes(),
        crate::export::routes(),
        crate::figure::routes(),
        crate::front::routes(),
        crate::grid::routes(),
        crate::check::routes(),
        crate::child::routes(),
        crate::concern::routes(),
        crate::demo::routes(),
        crate::follow_up::routes(),
        crate::school::routes(),
        crate::class::routes(),
        crate::health::routes(),
        crate::holiday::routes(),
        crate::hours::routes(),
        crate::import::routes(),
        crate::level::routes(),
        crate::me::routes(),
        crate::meeting::routes(),
        crate::merge::routes(),
        crate::note::routes(),
        crate::notice::routes(),
        crate::operation::routes(),
        crate::report::routes(),
        crate::tabulation::routes(),
        crate::went::routes(),
        crate::own_act::routes(),
        crate::pair::routes(),
        crate::parting::routes(),
        crate::personal_copy::routes(),
        crate::phone::routes(),
        crate::phone_act::routes(),
        crate::proposal::routes(),
        crate::restriction::routes(),
        crate::round::routes(),
        crate::saved_view::routes(),
        crate::search::routes(),
        crate::set_up::routes(),
        crate::setting::routes(),
        crate::sign_in::routes(),
        crate::snapshot::routes(),
        crate::today::routes(),
        crate::visit::routes(),
        crate::volunteer::routes(),
        crate::station::routes(),
        crate::stay::routes(),
        crate::term::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The table as data, sorted by path and method: `naheya routes` prints it, the door test walks it.
#[must_use]
pub fn listing() -> Vec<RouteInfo> {
    let mut rows: Vec<RouteInfo> = all().iter().map(Route::info).collect();
    rows.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    rows
}

/// One row of [`listing`], as contract.md has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RouteInfo {
    /// `GET`, `POST`.
    pub method: String,
    /// With places in braces: `/children/{id}`.
    pub path: String,
    /// `["public"]`, `["signed_in"]` or codes of roles.
    pub knock: Vec<&'static str>,
    /// What it is about.
    pub noun: &'static str,
}

/// One method of one path.
pub struct Route {
    method: Method,
    path: &'static str,
    knock: Knock,
    topic: Topic,
    limit: usize,
    handler: MethodRouter<App>,
}

impl Route {
    /// A page or document; HEAD is answered too.
    pub fn get<H, T>(path: &'static str, knock: Knock, topic: impl Into<Topic>, handler: H) -> Route
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Route::new(Method::GET, path, knock, topic.into(), routing::get(handler))
    }

    /// A change.
    pub fn post<H, T>(path: &'static str, knock: Knock, topic: impl Into<Topic>, handler: H) -> Route
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Route::new(Method::POST, path, knock, topic.into(), routing::post(handler))
    }

    fn new(method: Method, path: &'static str, knock: Knock, topic: Topic, handler: MethodRouter<App>) -> Route {
        Route { method, path, knock, topic, limit: FORM_LIMIT, handler }
    }

    /// Lets the body weigh up to `bytes`: for files.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Route {
        self.limit = bytes;
        self
    }

    /// The row of the table.
    #[must_use]
    pub fn info(&self) -> RouteInfo {
        RouteInfo {
            method: self.method.to_string(),
            path: self.path.to_owned(),
            knock: self.knock.names(),
            noun: self.topic.name(),
        }
    }

    pub(crate) fn mount(self, router: Router<App>, app: &App) -> Router<App> {
        let door = Door { app: app.clone(), knock: self.knock, topic: self.topic };
        let end = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, patience(self.limit));
        let handler = self.handler.route_layer(DefaultBodyLimit::max(self.limit));
        router.route(self.path, handler.route_layer(from_fn_with_state(door, heard)).route_layer(end))
    }
}

/// How long a request may take from its head to its answer, where the body may weigh so many bytes: a minute, and what a bad
/// road takes for it. Who may not knock is sent away before the body.
#[must_use]
pub fn patience(limit: usize) -> Duration {
    let road = u64::try_from(limit).unwrap_or(u64::MAX) / BAD_ROAD;
    Duration::from_secs(LONGEST.min(60 + road))
}
