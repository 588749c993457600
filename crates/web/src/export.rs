//! Lists of children that leave the house: up to fifty at once, more with another person's yes.

use askama::Template;
use axum::extract::State;
use naheya_documents::excel::{Excel, Head, Value};
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Noun};
use naheya_domain::export::{ALONE, ExportState};
use naheya_domain::id::{ExportId, RoundId, SchoolId};
use naheya_store::child::{ChildFilter, ChildView};
use naheya_store::export::{ApproveExport, AskExport, ExportLine, Out, RefuseExport, Weighed, WithdrawExport};
use naheya_store::operation::Asked;

use crate::answer::{download, see_other_saying};
use crate::area::towns;
use crate::{
    Answer, App, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, operation, page_as,
};

mod list;

pub(crate) use list::{columns, heads, hour, sent, some, values};

const MAY: Knock = Knock::May(Action::Export);
const LIST: &str = "/exports";
pub(crate) const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let export = Noun::Export;
    vec![
        Route::get(LIST, MAY, export, list),
        Route::get("/exports/new", MAY, export, blank),
        Route::post(LIST, MAY, export, ask),
        Route::get("/exports/{id}/file", MAY, export, file),
        Route::post("/exports/{id}/approval", MAY, export, approve),
        Route::post("/exports/{id}/refusal", MAY, export, refuse),
        Route::post("/exports/{id}/withdrawal", MAY, export, withdraw),
    ]
}

#[derive(Template)]
#[template(path = "export/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    weighed: Weighed,
    what: String,
    /// The list on the screen.
    path: String,
    /// Its file.
    file: String,
    /// The list again, as an address asks for it.
    query: String,
    alone: usize,
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    form(&me, &wanted, Sheet::blank("export")).await
}

async fn form(me: &Signed, wanted: &Wanted, sheet: Sheet) -> Answer {
    let out = list::wanted_out(me, wanted).await?;
    let weighed = me.desk.weigh_export(&out).await?;
    let what = Shown::of(me).await?.words(me.w(), &out);
    let f = me.frame("export-new-title").with(&sheet);
    let query = wanted.with("after", "").with("from", "").query();
    let (path, file) = (list::path(&out), list::file(&out));
    page_as(sheet.status(), &NewPage { f, sheet, weighed, what, path, file, query, alone: ALONE })
}

async fn ask(me: Signed, wanted: Wanted, posted: Posted) -> Answer {
    let out = list::wanted_out(&me, &wanted).await?;
    let act = AskExport { out, purpose: posted.text("purpose").to_owned() };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(_) => see_other_saying(LIST, Toast::new("export-asked")),
        Err(error) => form(&me, &wanted, Sheet::again("export", &posted, error)?).await,
    }
}

/// What filters are called: names of schools and towns.
struct Shown {
    schools: Vec<(SchoolId, String)>,
    towns: Vec<(String, String)>,
    rounds: Vec<(RoundId, String)>,
}

impl Shown {
    async fn of(me: &Signed) -> Result<Shown, Problem> {
        let rounds = me.desk.rounds().await?.into_iter().map(|round| (round.id, round.name)).collect();
        Ok(Shown { schools: me.desk.school_names().await?, towns: towns(me).await?, rounds })
    }

    /// `全部结对 · 在结对 · 找“巴”`.
    fn words(&self, w: Words, out: &Out) -> String {
        let searched = |typed: &Option<String>| typed.as_ref().map(|typed| w.t1("export-searched", "typed", typed));
        let title = Some(operation::title(w, out.kind()));
        let parts = match out {
            Out::Children(filter) => return self.children(w, filter),
            Out::Pairs(filter) => {
                vec![title, filter.state.map(|state| w.code("pair-state", state.code())), searched(&filter.search)]
            }
            Out::Stays(filter) => {
                let last = filter.to.plus_minutes(-1).date();
                let days = format!("{} — {}", w.long_date(filter.from.date()), w.long_date(last));
                vec![title, Some(w.code("stay-view", filter.view.code())), Some(days)]
            }
            Out::FollowUps(filter) => {
                let town = filter.town.as_ref().map(|code| self.town(code));
                vec![title, town, filter.late.then(|| w.t("follow_up-view-late"))]
            }
            Out::RoundPeople(round) | Out::RoundResults(round) => {
                let known = self.rounds.iter().find(|(id, _)| id == round);
                vec![title, known.map(|(_, name)| name.clone())]
            }
            Out::PhoneActs => vec![title],
        };
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn town(&self, code: &str) -> String {
        let known = self.towns.iter().find(|(town, _)| town == code);
        known.map_or_else(|| code.to_owned(), |(_, name)| name.clone())
    }

    /// `等待结对 · 示例小学 · 找“巴”`.
    fn children(&self, w: Words, filter: &ChildFilter) -> String {
        let school = filter.school.map(|id| {
            let known = self.schools.iter().find(|(school, _)| *school == id);
            known.map_or_else(|| w.t("child-school_id"), |(_, name)| name.clone())
        });
        let town = filter.town.as_ref().map(|code| self.town(code));
        let search = filter.search.as_ref().map(|typed| w.t1("export-searched", "typed", typed));
        let view = if filter.view == ChildView::All { ChildView::Here } else { filter.view };
        let view = Some(w.code("child-view", view.code()));
        [view, school, town, search].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// A line with its filter in words.
struct Line {
    what: String,
    row: ExportLine,
}

#[derive(Template)]
#[template(path = "export/list.html")]
struct ListPage {
    f: Frame,
    waiting: Vec<Line>,
    open: Vec<Line>,
    done: Vec<Line>,
    sheet: Sheet,
    /// The one whose refusal came back.
    at: Option<ExportId>,
}

impl ListPage {
    fn others(&self) -> usize {
        self.waiting.iter().filter(|line| !line.row.own).count()
    }

    fn is_at(&self, line: &Line) -> bool {
        self.at == Some(line.row.id)
    }
}

async fn list(me: Signed) -> Answer {
    list_page(&me, Sheet::blank("export"), None).await
}

async fn list_page(me: &Signed, sheet: Sheet, at: Option<ExportId>) -> Answer {
    let (waiting, decided) = me.desk.exports().await?;
    let (shown, w) = (Shown::of(me).await?, me.w());
    let line = |row: ExportLine| Line { what: shown.words(w, &row.out), row };
    let (open, done): (Vec<ExportLine>, Vec<ExportLine>) =
        decided.into_iter().partition(|row| row.open_until.is_some());
    let lines = |rows: Vec<ExportLine>| rows.into_iter().map(line).collect();
    let f = me.frame("export-title").with(&sheet);
    let shown = ListPage { f, waiting: lines(waiting), open: lines(open), done: lines(done), sheet, at };
    page_as(shown.sheet.status(), &shown)
}

async fn approve(me: Signed, Id(export): Id<ExportId>, posted: Posted) -> Answer {
    match me.desk.save_once(ApproveExport { export }, posted.submission()?).await {
        Ok(()) => see_other_saying(LIST, Toast::new("export-approved")),
        Err(error) => list_page(&me, Sheet::again("export", &posted, error)?, Some(export)).await,
    }
}

async fn refuse(me: Signed, Id(export): Id<ExportId>, posted: Posted) -> Answer {
    let words = posted.text("answer").to_owned();
    match me.desk.save_once(RefuseExport { export, words }, posted.submission()?).await {
        Ok(()) => see_other_saying(LIST, Toast::new("export-refused")),
        Err(error) => list_page(&me, Sheet::again("export", &posted, error)?, Some(export)).await,
    }
}

async fn withdraw(me: Signed, Id(export): Id<ExportId>, posted: Posted) -> Answer {
    match me.desk.save_once(WithdrawExport { export }, posted.submission()?).await {
        Ok(()) => see_other_saying(LIST, Toast::new("export-withdrawn")),
        Err(error) => list_page(&me, Sheet::again("export", &posted, error)?, None).await,
    }
}

/// A list of a thousand is made beside the request; that it was fetched is written down when it is.
async fn file(State(app): State<App>, me: Signed, Id(export): Id<ExportId>) -> Answer {
    let kind = me.desk.list_of_export(export).await?.kind();
    if let Some(answer) = operation::beside(&me, &app, Asked::LetOut(kind, export)).await? {
        return Ok(answer);
    }
    let rows = me.desk.take_export(export).await?;
    list::workbook(&me, kind, rows).await
}

/// A table for a file that leaves the house. Who took it out and when stands below the rows and on every printed page.
pub(crate) async fn table_out(
    me: &Signed,
    name: String,
    heads: Vec<Head>,
    rows: impl Iterator<Item = Vec<Value>> + Send + 'static,
) -> Answer {
    out(me, stamp, name, heads, rows).await
}

/// The same of numbers and places: nobody stands in it, so nobody is warned of personal data.
pub(crate) async fn numbers_out(
    me: &Signed,
    name: String,
    heads: Vec<Head>,
    rows: impl Iterator<Item = Vec<Value>> + Send + 'static,
) -> Answer {
    out(me, stamp_of_numbers, name, heads, rows).await
}

/// The rows of a file that holds the newest of a list. Where there are older ones, a line below the rows says so.
pub(crate) fn newest(
    w: Words,
    rows: Vec<Vec<Value>>,
    is_cut: bool,
) -> impl Iterator<Item = Vec<Value>> + Send + 'static {
    let said = is_cut.then(|| cut(w, "export-newest", rows.len()));
    rows.into_iter().chain(said)
}

/// The line below the first `n` rows of a list that goes on, in the words of the text `id`.
pub(crate) fn cut(w: Words, id: &str, n: usize) -> Vec<Value> {
    vec![Value::Text(w.t1(id, "n", w.count(n as u64)))]
}

async fn out(
    me: &Signed,
    stamped: fn(Words, &str, Timestamp) -> String,
    name: String,
    heads: Vec<Head>,
    rows: impl Iterator<Item = Vec<Value>> + Send + 'static,
) -> Answer {
    let who = me.session().map(|session| session.name.clone()).unwrap_or_default();
    let bytes =
        written(stamped(me.w(), &who, me.now), name.clone(), heads, rows).await.ok_or_else(Problem::internal)?;
    download(&format!("{name}-{}.xlsx", me.today()), KIND, bytes)
}

/// Who took a file out, and when.
pub(crate) fn stamp(w: Words, who: &str, now: Timestamp) -> String {
    w.t2("export-stamp", "who", who, "when", moment(now))
}

/// The same for numbers: nobody stands in them.
pub(crate) fn stamp_of_numbers(w: Words, who: &str, now: Timestamp) -> String {
    w.t2("tabulation-stamp", "who", who, "when", moment(now))
}

/// `2026-11-20 17:30`: when a file was taken out.
pub(crate) fn moment(now: Timestamp) -> String {
    now.shanghai().strftime("%Y-%m-%d %H:%M").to_string()
}

/// The bytes of a workbook of one sheet, made where nobody else waits for it.
pub(crate) async fn written(
    stamp: String,
    sheet: String,
    heads: Vec<Head>,
    rows: impl Iterator<Item = Vec<Value>> + Send + 'static,
) -> Option<Vec<u8>> {
    let work = tokio::task::spawn_blocking(move || {
        let mut excel = Excel::stamped(stamp);
        excel.sheet(&sheet, &heads, rows)?;
        excel.finish()
    });
    work.await.ok().and_then(Result::ok)
}

impl ListPage {
    fn result(&self, line: &Line) -> String {
        let (w, row) = (self.f.w, &line.row);
        let by = row.decided_by.as_deref().filter(|_| row.state != ExportState::Withdrawn);
        let state = w.code("export-state", row.state.code());
        [Some(state.as_str()), by].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
