//! Pages and API: a request is decoded, one call is made to the desk, a page or a document goes
//! out. No SQL and no rules here. `README.md` tells how to add a page.

pub mod account;
pub mod alarm;
pub mod answer;
pub mod api;
pub mod appearance;
pub mod area;
pub mod ask;
pub mod asset;
pub mod audit_event;
mod beginning;
pub mod break_glass;
pub mod candidate;
pub mod category;
pub mod channel;
mod charge;
pub mod chart;
pub mod check;
pub mod child;
pub mod choice;
pub mod clash;
pub mod class;
pub mod concern;
pub mod consent;
pub mod custody;
pub mod demo;
pub mod draft;
pub mod erasure;
pub mod export;
pub mod family;
pub mod figure;
pub mod follow_up;
pub mod form;
pub mod format;
pub mod frame;
pub mod front;
mod grid;
pub mod health;
pub mod holiday;
pub mod hours;
pub mod icon;
pub mod import;
pub mod knock;
pub mod level;
pub mod me;
pub mod meeting;
pub mod merge;
pub mod meter;
pub mod note;
pub mod notice;
pub mod operation;
pub mod order;
pub mod own_act;
mod pack;
pub mod pair;
pub mod parting;
pub mod personal_copy;
pub mod phone;
pub mod phone_act;
pub mod problem;
pub mod proposal;
pub mod proxy;
pub mod report;
pub mod restriction;
pub mod roster;
pub mod round;
pub mod routes;
pub mod saved_view;
pub mod school;
pub mod search;
pub mod session;
pub mod set_up;
pub mod setting;
pub mod sign_in;
pub mod snapshot;
pub mod station;
pub mod stay;
pub mod tabulation;
pub mod term;
pub mod today;
pub mod visit;
pub mod volunteer;
pub mod went;
pub mod wish;
pub mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use axum::Router;
use naheya_domain::Timestamp;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

pub use answer::{Answer, Toast, page, page_as, see_other};
pub use ask::Asker;
pub use form::{Fields, Id, Posted, Sheet, Upload, Wanted};
pub use frame::Frame;
pub use knock::Knock;
pub use problem::Problem;
pub use proxy::Proxies;
pub use routes::{Route, RouteInfo, listing};
pub use session::{Signed, Visitor};
pub use words::{Lang, Words};

/// Where the present moment comes from; the only clock of this room.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What every handler can reach.
#[derive(Clone)]
pub struct App {
    /// The records, behind desks.
    pub store: naheya_store::Store,
    /// The clock.
    pub clock: Clock,
    /// What the site is.
    pub settings: Arc<SiteSettings>,
}

/// What the site is: given at start, never changed while it runs.
#[derive(Clone, Debug, Default)]
pub struct SiteSettings {
    /// Every page says that its people are invented, and offers this clock. `None` everywhere but in
    /// a demo.
    pub demo: Option<Arc<demo::DemoClock>>,
    /// Cookies travel over TLS only and carry the `__Host-` name. False on loopback HTTP alone.
    pub secure_cookies: bool,
    /// Scheme, host and port as browsers see them, e.g. `https://naheya.example.cn`; without one the
    /// `Host` header is believed.
    pub public_origin: Option<String>,
    /// The proxies of ours that stand before the site; who comes over a network without them is refused.
    pub behind_proxy: Option<Proxies>,
    /// When the certificate with which this process serves ends, in milliseconds; none behind a proxy. It moves when a new one
    /// is taken up.
    pub certificate: Option<Arc<AtomicI64>>,
    /// Whether the disk of the records is nearly full, as it was a moment ago; none where nobody looks.
    pub scarce: Option<Arc<AtomicBool>>,
    /// When work is long, and how long a request waits for it.
    pub long: operation::Long,
}

impl SiteSettings {
    /// When the certificate with which this process serves ends.
    #[must_use]
    pub fn certificate_ends(&self) -> Option<Timestamp> {
        self.certificate.as_ref().map(|end| Timestamp(end.load(Ordering::Relaxed)))
    }

    /// Whether the disk of the records is nearly full.
    #[must_use]
    pub fn is_scarce(&self) -> bool {
        self.scarce.as_ref().is_some_and(|scarce| scarce.load(Ordering::Relaxed))
    }
}

/// The whole site: every route behind its knock, with headers, limits, errors in words.
pub fn app(state: App) -> Router {
    let mut router = Router::new();
    for route in routes::all() {
        router = route.mount(router, &state);
    }
    router
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(state.clone(), ask::around))
        .layer(axum::middleware::from_fn(pack::pages))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Precise(4)).compress_when(compressible()))
        .with_state(state)
}

/// Text above a packet; workbooks and pictures are packed already.
fn compressible() -> impl Predicate {
    SizeAbove::new(860)
        .and(NotForContentType::new("application/vnd.openxmlformats"))
        .and(NotForContentType::new("application/octet-stream"))
        .and(NotForContentType::IMAGES)
}
