//! What the program counts of itself, for Prometheus (OpenMetrics text, <https://prometheus.io/docs/specs/om/>): requests by
//! route, never by address, and how long they took; and how the records stand. No names, no ids.

use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use naheya_domain::Timestamp;
use naheya_store::watch::Watch;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::App;

type Labels<const N: usize> = [(&'static str, String); N];
type Times = Family<Labels<1>, Histogram, fn() -> Histogram>;

/// Seconds: from a page out of memory to a report that somebody waits for.
const BUCKETS: [f64; 10] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0];

struct Meter {
    registry: Registry,
    requests: Family<Labels<2>, Counter>,
    seconds: Times,
    panics: Counter,
}

static METER: LazyLock<Meter> = LazyLock::new(|| {
    let mut registry = Registry::with_prefix("naheya");
    let requests = Family::default();
    let seconds = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
    let panics = Counter::default();
    registry.register("requests", "Requests answered, by route and class of status", requests.clone());
    registry.register("request_seconds", "How long requests took, by route", seconds.clone());
    registry.register("panics", "Handlers that panicked; each was answered in words", panics.clone());
    Meter { registry, requests, seconds, panics }
});

/// Counts a request that was answered. `route` has its places in braces; none is a path of nobody's.
pub(crate) fn count(route: Option<&str>, status: StatusCode, took: Duration) {
    let route = route.unwrap_or("none").to_owned();
    let class = format!("{}xx", status.as_u16() / 100);
    METER.requests.get_or_create(&[("route", route.clone()), ("status", class)]).inc();
    METER.seconds.get_or_create(&[("route", route)]).observe(took.as_secs_f64());
}

/// Counts a handler that panicked.
pub(crate) fn count_panic() {
    METER.panics.inc();
}

/// A site of its own with one page, `/metrics`: for an address that only whoever watches the machine can reach.
pub fn site(state: App) -> Router {
    Router::new().route("/metrics", get(show)).with_state(state)
}

async fn show(State(app): State<App>) -> Response {
    let now = (app.clock)();
    let watch = match app.store.watch(now).await {
        Ok(watch) => watch,
        Err(error) => {
            tracing::error!(%error, "the records could not be watched");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let mut text = String::new();
    let disk = (app.store.is_full(), app.settings.is_scarce());
    let written = encode_registry(&mut text, &METER.registry)
        .and_then(|()| encode_registry(&mut text, &standing(&watch, disk, now)))
        .and_then(|()| encode_eof(&mut text));
    match written {
        Ok(()) => {
            ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The records and the process as they stand now.
fn standing(watch: &Watch, (full, scarce): (bool, bool), now: Timestamp) -> Registry {
    let mut registry = Registry::with_prefix("naheya");
    let mut tell = |name: &str, help: &str, value: Option<f64>| {
        if let Some(value) = value {
            let gauge = Gauge::<f64, AtomicU64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        }
    };
    let ago = |at: Timestamp| seconds(now.0 - at.0);
    tell("messages_waiting", "Messages that are due and not sent", Some(number(watch.waiting)));
    tell(
        "messages_oldest_seconds",
        "For how long the oldest of them has been due",
        Some(watch.oldest.map_or(0.0, ago)),
    );
    tell("alarms_open", "Alarms that nobody has closed", Some(number(watch.alarms)));
    tell("backup_age_seconds", "Since the last verified backup", watch.backup.map(ago));
    tell("disk_full", "1 while the disk has no room for anything new", Some(number(u64::from(full))));
    tell("disk_scarce", "1 while the disk of the records is nearly full", Some(number(u64::from(scarce))));
    tell("process_resident_bytes", "Memory that the process holds", resident().map(number));
    tell("process_open_files", "Files and sockets that the process holds open", open_files().map(number));
    registry
}

#[expect(clippy::cast_precision_loss, reason = "what is counted here is far below 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of an age are far below 2^53")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

/// From `/proc`, where there is one (proc(5)).
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

fn open_files() -> Option<u64> {
    u64::try_from(std::fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}
