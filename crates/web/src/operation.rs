//! Long work: a list from a thousand rows on is made beside the request, and so is a long roster taken in, a large round
//! worked out, a large county's report made, a long trail's chain proven. Who waits three seconds is led to a page that
//! says how far it is; who goes on to something else is told of its end.

use std::time::Duration;

use askama::Template;
use axum::response::Response;
use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::OperationId;
use naheya_domain::operation::{LONG, LONG_PROOF, LONG_REPORT, LONG_ROUND, OperationKind, OperationState};
use naheya_store::Submission;
use naheya_store::operation::{Asked, OperationLine, SeeOperation, StartOperation, StopOperation};

use crate::answer::{download, see_other, see_other_saying};
use crate::audit_event::PROOF;
use crate::export::KIND;
use crate::{Answer, App, Frame, Id, Knock, Posted, Problem, Route, Signed, Toast, Words, page};

mod run;

pub use run::work;

const LIST: &str = "/operations";
/// Whoever may ask for one of these.
pub(crate) const MAY: Knock =
    Knock::MayAny(&[Action::Export, Action::Audit, Action::Import, Action::RunRound, Action::SeeReport]);

/// When work is long, and how long a request waits for it.
#[derive(Clone, Copy, Debug)]
pub struct Long {
    /// Rows from which a list is made, or a roster taken in, beside the request.
    pub rows: u64,
    /// People of a round from which it is worked out beside the request.
    pub round: u64,
    /// Records from which the report's workbook is made beside the request.
    pub report: u64,
    /// Events of the trail from which its chain is proven beside the request.
    pub proof: u64,
    /// How long the request waits before it leads to the page. Zero: not at all, and the work is left to the rounds of
    /// the front door.
    pub patience: Duration,
    /// How long a request waits for a month that is told for the first time, before it has a page that comes anew by itself.
    /// Zero: not at all.
    pub telling: Duration,
}

impl Default for Long {
    fn default() -> Long {
        let (patience, telling) = (Duration::from_secs(3), Duration::from_secs(3));
        Long { rows: LONG, round: LONG_ROUND, report: LONG_REPORT, proof: LONG_PROOF, patience, telling }
    }
}

impl Long {
    /// From how much on work of this kind is done beside the request.
    fn from(self, kind: OperationKind) -> u64 {
        match kind {
            OperationKind::Run => self.round,
            OperationKind::Report => self.report,
            OperationKind::Proof => self.proof,
            _ => self.rows,
        }
    }
}

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(LIST, MAY, "operation", list),
        Route::get("/operations/{id}", MAY, "operation", show),
        Route::get("/operations/{id}/file", MAY, "operation", file),
        Route::post("/operations/{id}/stop", MAY, "operation", stop),
    ]
}

/// The file of a long list, or the way to where it is made. Nothing when the list is short.
pub(crate) async fn beside(me: &Signed, app: &App, asked: Asked) -> Result<Option<Response>, Problem> {
    let total = me.desk.rows_of_operation(&asked).await?;
    if is_short(app, asked.kind(), total) {
        return Ok(None);
    }
    begun(me, app, asked, total, None).await.map(Some)
}

/// Whether so much is done in the request.
pub(crate) fn is_short(app: &App, kind: OperationKind, total: u64) -> bool {
    total < app.settings.long.from(kind)
}

/// Begins work beside the request and waits a moment for it: what it made, or the way to where it is made. A form's
/// `key` begins it once.
pub(crate) async fn begun(me: &Signed, app: &App, asked: Asked, total: u64, key: Option<Submission>) -> Answer {
    let patience = app.settings.long.patience;
    let waits = i64::try_from(patience.as_millis()).unwrap_or(i64::MAX);
    let awaited_until = Timestamp(me.now.0.saturating_add(waits));
    let start = StartOperation { asked, total, language: me.w().lang.code().to_owned(), awaited_until };
    let id = match key {
        Some(key) => me.desk.save_once(start, key).await?,
        None => me.desk.save(start).await?,
    };
    if !patience.is_zero() {
        let (store, clock, area) = (app.store.clone(), app.clock.clone(), me.viewer.area);
        // Goes on when the request ends.
        let working = tokio::spawn(async move { work(&store, &clock, area).await });
        let _ = tokio::time::timeout(patience, working).await;
    }
    led(me, id).await
}

/// What came of it, or the way to where it is made.
pub(crate) async fn led(me: &Signed, id: OperationId) -> Answer {
    let line = me.desk.operation(id).await?;
    match result(&line) {
        _ if line.open_until.is_some() => sent(me, id, line.kind).await,
        Some(result) => see_other(result),
        None => see_other(way(id)),
    }
}

/// Where what it wrote is seen: nowhere while it is not done, or where it leaves a file.
fn result(line: &OperationLine) -> Option<String> {
    if line.state != OperationState::Done || line.kind.leaves_file() {
        return None;
    }
    Some(match (line.kind, line.result) {
        (OperationKind::Proof, _) => format!("/audit-events?{PROOF}={}", line.id),
        (OperationKind::Run, Some(round)) => format!("/rounds/{round}/results"),
        (_, Some(batch)) => format!("/imports/{batch}"),
        // Nothing had to be written.
        (_, None) => "/imports".to_owned(),
    })
}

/// The page of an operation.
fn way(id: OperationId) -> String {
    format!("{LIST}/{id}")
}

/// What a kind is called: as the list that it is, or by what it does.
pub(crate) fn title(w: Words, kind: OperationKind) -> String {
    w.t(match kind {
        OperationKind::Children => "child-list-title",
        OperationKind::Volunteers => "volunteer-list-title",
        OperationKind::AuditEvents => "audit_event-list-title",
        OperationKind::Pairs => "pair-list-title",
        OperationKind::Stays => "stay-list-title",
        OperationKind::FollowUps => "follow_up-list-title",
        OperationKind::Accounts => "account-list-title",
        OperationKind::Report => "report-title",
        OperationKind::Import => "operation-import",
        OperationKind::Run => "operation-run",
        OperationKind::RoundPeople => "round-people-out",
        OperationKind::RoundResults => "proposal-results-title",
        OperationKind::PhoneActs => "phone-acts-title",
        OperationKind::Proof => "operation-proof",
    })
}

#[derive(Template)]
#[template(path = "operation/list.html")]
struct ListPage {
    f: Frame,
    rows: Vec<OperationLine>,
}

impl ListPage {
    fn what(&self, row: &OperationLine) -> String {
        title(self.f.w, row.kind)
    }

    /// Rows, where it goes through rows.
    fn rows(&self, row: &OperationLine) -> String {
        match row.kind {
            OperationKind::Run | OperationKind::Report | OperationKind::Proof => String::new(),
            _ => self.f.w.count(row.total),
        }
    }

    fn mark(row: &OperationLine) -> &'static str {
        match row.state {
            OperationState::Waiting => "wait",
            OperationState::Running => "half",
            OperationState::Done => "ok",
            OperationState::Failed => "stop",
            OperationState::Stopped => "off",
        }
    }
}

async fn list(me: Signed) -> Answer {
    let rows = me.desk.operations().await?;
    page(&ListPage { f: me.frame("operation-title"), rows })
}

#[derive(Template)]
#[template(path = "operation/show.html")]
struct ShowPage {
    f: Frame,
    row: OperationLine,
    what: String,
}

impl ShowPage {
    fn is_open(&self) -> bool {
        self.row.state.is_open()
    }

    fn is_stopped(&self) -> bool {
        self.row.state == OperationState::Stopped
    }

    fn leaves_file(&self) -> bool {
        self.row.kind.leaves_file()
    }

    /// Where what it wrote is seen.
    fn result(&self) -> Option<String> {
        result(&self.row)
    }

    /// Every row was checked: what is left is one stroke, which takes no word any more.
    fn is_writing(&self) -> bool {
        let row = &self.row;
        row.kind == OperationKind::Import && row.state == OperationState::Running && row.done >= row.total
    }

    /// `共 1,860 行，明天 18:00 以前可以下载。`
    fn ready(&self, until: &Timestamp) -> String {
        let (w, until) = (self.f.w, self.f.w.when(*until));
        match self.row.kind {
            OperationKind::Report => w.t1("operation-until", "when", until),
            _ => w.t2("operation-ready", "n", w.count(self.row.total), "when", until),
        }
    }

    /// `看了 1,209 行，共 1,860 行，还要约 20 秒。`
    fn progress(&self) -> String {
        let (w, row) = (self.f.w, &self.row);
        let counts_rows = !matches!(row.kind, OperationKind::Run | OperationKind::Report | OperationKind::Proof);
        if row.state == OperationState::Waiting {
            return match counts_rows {
                true => w.t1("operation-queued", "of", w.count(row.total)),
                false => w.t("operation-queued-plain"),
            };
        }
        if self.is_writing() {
            return w.t("operation-writing");
        }
        // Until the first word of the engine nobody knows how many orders there are.
        if row.kind == OperationKind::Run && row.done == 0 {
            return w.t("operation-run-begun");
        }
        let far = match row.kind {
            OperationKind::Run => "operation-far-run",
            OperationKind::Report => "operation-far-report",
            OperationKind::Import => "operation-far-import",
            _ => "operation-far",
        };
        let far = match row.kind {
            // How long the trail is tells a leader of events that are for the auditor.
            OperationKind::Proof => w.t1("operation-percent", "n", row.percent()),
            _ => w.t2(far, "n", w.count(row.done), "of", w.count(row.total)),
        };
        let left = row.seconds_left.map(|seconds| match seconds {
            0..90 => w.t1("operation-seconds-left", "n", seconds),
            _ => w.t1("operation-minutes-left", "n", (seconds + 59) / 60),
        });
        [Some(far), left].into_iter().flatten().collect::<Vec<_>>().join(&w.t("operation-joint"))
    }

    /// Why it came to nothing.
    fn why(&self) -> Option<String> {
        let code = self.row.failure.as_deref()?;
        let id = format!("refusal-{}", code.replace('.', "-"));
        Some(self.f.w.maybe(id).unwrap_or_else(|| self.f.w.t("refusal-operation-broken")))
    }
}

async fn show(me: Signed, Id(id): Id<OperationId>) -> Answer {
    let row = me.desk.operation(id).await?;
    if row.state.is_open() {
        me.desk.save(SeeOperation { operation: id }).await?;
    }
    let what = title(me.w(), row.kind);
    page(&ShowPage { f: me.frame("operation-title"), row, what })
}

async fn file(me: Signed, Id(id): Id<OperationId>) -> Answer {
    let row = me.desk.operation(id).await?;
    sent(&me, id, row.kind).await
}

async fn sent(me: &Signed, id: OperationId, kind: OperationKind) -> Answer {
    let bytes = me.desk.fetch_operation(id).await?;
    download(&format!("{}-{}.xlsx", title(me.w(), kind), me.today()), KIND, bytes)
}

async fn stop(me: Signed, Id(operation): Id<OperationId>, posted: Posted) -> Answer {
    me.desk.save_once(StopOperation { operation }, posted.submission()?).await?;
    see_other_saying(way(operation), Toast::new("operation-stopped"))
}
