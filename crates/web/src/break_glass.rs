//! A child's whole file opened in an emergency, as pages: what will happen, the file while it is open, the review, the list.

use askama::Template;
use naheya_domain::Role;
use naheya_domain::access::{Action, Class, Noun, Reach, reach};
use naheya_domain::break_glass::{GlassState, MINUTES, REVIEW_DAYS, Verdict};
use naheya_domain::id::{BreakGlassId, ChildId, SchoolId};
use naheya_store::Error;
use naheya_store::break_glass::{Emergency, EndGlass, GlassLine, GlassSheet, GlassView, ReviewGlass, Whom};

use crate::answer::see_other_saying;
use crate::order::{Order, Pager};
use crate::{
    Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as, see_other,
};

mod export;
mod file;

const SEEN: Knock = Knock::Sees(Noun::BreakGlass, Class::Work);
const OPENS: Knock = Knock::May(Action::BreakGlass);
const LIST: &str = "/break-glasses";
/// No list counts further.
const MOST: u64 = 500;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let glass = Noun::BreakGlass;
    vec![
        Route::get(LIST, SEEN, glass, list),
        Route::get("/break-glasses.xlsx", Knock::May(Action::Export), glass, export::workbook),
        Route::get("/break-glasses/new", OPENS, glass, blank),
        Route::post(LIST, OPENS, glass, open),
        Route::get("/break-glasses/{id}", SEEN, glass, show),
        Route::post("/break-glasses/{id}/end", SEEN, glass, end),
        Route::post("/break-glasses/{id}/review", Knock::May(Action::ReviewBreakGlass), glass, review),
    ]
}

/// Minutes that are left, the one that has begun counted whole.
pub(crate) fn minutes_left(until: naheya_domain::Timestamp, now: naheya_domain::Timestamp) -> i64 {
    (until.0 - now.0 + 59_999).div_euclid(60_000).max(0)
}

/// The kind of the tag that says how far an opening is.
fn kind(state: GlassState) -> &'static str {
    match state {
        GlassState::Open => "stop",
        GlassState::ToReview => "due",
        GlassState::Reviewed(Verdict::Justified) => "ok",
        GlassState::Reviewed(Verdict::Unjustified) => "half",
    }
}

fn said(w: Words, state: GlassState) -> String {
    w.code("break_glass-state", state.code())
}

#[derive(Template)]
#[template(path = "break_glass/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    /// The child whose file led here, and its name.
    child: Option<(ChildId, String)>,
    schools: Vec<(String, String)>,
    /// Whether the reader has no second factor to do it with.
    lacks_factor: bool,
    /// Whether the reader opens such files anyway, with a reason.
    sees_anyway: bool,
    minutes: i64,
    days: i64,
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    let child = wanted.given("child").map(|id| ChildId::parse(id).ok_or_else(Problem::not_found)).transpose()?;
    form(&me, child, Sheet::blank("break_glass")).await
}

async fn form(me: &Signed, child: Option<ChildId>, sheet: Sheet) -> Answer {
    let session = me.session().ok_or_else(|| Problem::of_code("signed_out"))?;
    let child = match child {
        Some(id) => Some((id, me.desk.child_in_list(id).await?.0)),
        None => None,
    };
    let schools = if child.is_none() { me.desk.schools().await? } else { Vec::new() };
    let shown = NewPage {
        f: me.frame_calling("break_glass-new-title").await?.with(&sheet),
        child,
        schools: schools.into_iter().map(|school| (school.id.to_string(), school.name)).collect(),
        lacks_factor: session.stored.lacks_factor().await?,
        sees_anyway: reach(me.viewer.role, Noun::Child, Class::Secret) != Reach::Nothing,
        minutes: MINUTES,
        days: REVIEW_DAYS,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// The child that the form names: the one whose file led here, a number, or a name at a school.
fn whom(posted: &Posted) -> Result<Whom, Error> {
    if let Some(id) = posted.given("child") {
        return ChildId::parse(id).map(Whom::Child).ok_or(Error::NotFound);
    }
    if let Some(number) = posted.given("number") {
        return Ok(Whom::Number(number.to_owned()));
    }
    Ok(Whom::Named { name: posted.text("name").to_owned(), school: SchoolId::parse(posted.text("school")) })
}

async fn open(me: Signed, posted: Posted) -> Answer {
    let session = me.session().ok_or_else(|| Problem::of_code("signed_out"))?;
    let done = async {
        let given = Emergency {
            whom: whom(&posted)?,
            reason: posted.text("reason").to_owned(),
            digits: posted.text("digits").to_owned(),
        };
        session.stored.break_glass(given, posted.submission()?).await
    };
    match done.await {
        Ok(id) => see_other(format!("{LIST}/{id}")),
        Err(error) => {
            let child = posted.given("child").and_then(ChildId::parse);
            // What was typed to prove who is there does not come back.
            let values = posted.typed.with("digits", "");
            form(&me, child, Sheet::again("break_glass", &posted, error)?.with_values(values)).await
        }
    }
}

/// The file while it is open, for whoever opened it; else what is known of the opening.
async fn show(me: Signed, Id(id): Id<BreakGlassId>) -> Answer {
    let glass = me.desk.break_glass(id).await?;
    if glass.line.own && glass.line.state == GlassState::Open {
        match me.desk.emergency_file(id).await {
            // It was opened in another browser, or ended between the two readings.
            Err(Error::NotFound) => {}
            found => return file::show(&me, found?),
        }
    }
    let sheet = Sheet::blank("break_glass");
    let sheet = if glass.line.may_review { me.resumed(&format!("glass-{id}"), sheet).await? } else { sheet };
    about(&me, glass, sheet)
}

#[derive(Template)]
#[template(path = "break_glass/show.html")]
struct AboutPage {
    f: Frame,
    sheet: Sheet,
    glass: GlassSheet,
    kind: &'static str,
    state: String,
    role: String,
    time: String,
    heading: String,
    lead: String,
    verdicts: Vec<(String, String)>,
    /// Whether it holds, and the reader may end it.
    may_end: bool,
    /// Whether the reader opened it in another browser, and sees it here once it is opened here.
    is_elsewhere: bool,
}

fn about(me: &Signed, glass: GlassSheet, sheet: Sheet) -> Answer {
    let w = me.w();
    let line = &glass.line;
    let heading = match line.state {
        GlassState::Open => w.t("break_glass-heading-open"),
        GlassState::ToReview if line.may_review => w.t("break_glass-heading-yours"),
        GlassState::ToReview => w.t("break_glass-heading-waits"),
        GlassState::Reviewed(verdict) => w.code("break_glass-heading", verdict.code()),
    };
    let is_elsewhere = line.own && line.state == GlassState::Open;
    let lead = match line.state {
        GlassState::Open if is_elsewhere => w.t1("break_glass-lead-elsewhere", "at", w.when(line.over_at)),
        GlassState::Open => w.t1("break_glass-lead-open", "at", w.when(line.over_at)),
        GlassState::ToReview => w.t1("break_glass-lead-review", "by", w.when(line.review_by)),
        GlassState::Reviewed(_) => w.t2(
            "break_glass-lead-reviewed",
            "who",
            line.reviewed_by.clone().unwrap_or_default(),
            "at",
            line.reviewed_at.map(|at| w.when(at)).unwrap_or_default(),
        ),
    };
    let shown = AboutPage {
        f: me.frame("break_glass-title").with(&sheet),
        kind: kind(line.state),
        state: said(w, line.state),
        role: w.code("role", line.role.code()),
        time: time(w, line),
        heading,
        lead,
        verdicts: Verdict::ALL.map(|v| (v.code().to_owned(), w.code("break_glass-verdict", v.code()))).to_vec(),
        // Whoever was told of it at once closes what should not be open, also where somebody else reviews it.
        may_end: line.state == GlassState::Open && (line.own || me.desk.may(Action::ReviewBreakGlass)),
        is_elsewhere,
        glass,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// From when to when it was open.
fn time(w: Words, line: &GlassLine) -> String {
    let same_day = line.opened_at.date() == line.over_at.date();
    let to = if same_day { w.time(line.over_at) } else { w.when(line.over_at) };
    w.t2("break_glass-from-to", "from", w.when(line.opened_at), "to", to)
}

async fn end(me: Signed, Id(glass): Id<BreakGlassId>, posted: Posted) -> Answer {
    me.desk.save_once(EndGlass { glass }, posted.submission()?).await?;
    see_other_saying(format!("{LIST}/{glass}"), Toast::new("break_glass-ended"))
}

async fn review(me: Signed, Id(glass): Id<BreakGlassId>, posted: Posted) -> Answer {
    let done = async {
        let verdict = Verdict::parse(posted.text("verdict"));
        let act = ReviewGlass { glass, verdict, words: posted.text("words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("{LIST}/{glass}"), Toast::new("break_glass-reviewed")),
        Err(error) => {
            let sheet = Sheet::again("break_glass", &posted, error)?;
            about(&me, me.desk.break_glass(glass).await?, sheet)
        }
    }
}

#[derive(Template)]
#[template(path = "break_glass/list.html")]
struct ListPage {
    f: Frame,
    heading: String,
    lead: String,
    view: GlassView,
    lines: Vec<Line>,
    pager: Pager,
    may_open: bool,
    may_export: bool,
}

/// An opening in words.
struct Line {
    id: BreakGlassId,
    opened: String,
    until: String,
    who: String,
    child: String,
    kind: &'static str,
    state: String,
    note: String,
}

impl ListPage {
    fn tabs(&self) -> Vec<(&'static str, String, bool)> {
        let tab = |view: GlassView| (view.code(), self.f.w.code("break_glass-view", view.code()), view == self.view);
        GlassView::ALL.map(tab).to_vec()
    }
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let view = GlassView::parse(wanted.text("view")).unwrap_or_default();
    let order = Order::unsorted(LIST.to_owned(), &wanted);
    let mut found = me.desk.break_glasses(view, &order.turn).await?;
    let pager = order.pager(w, &found, w.counted(me.desk.count_break_glasses(view).await?, MOST));
    let waiting = me.desk.break_glasses_to_review().await?.iter().filter(|line| line.may_review).count();
    let rows = std::mem::take(&mut found.rows);
    page(&ListPage {
        f: me.frame("break_glass-list-title"),
        heading: match waiting {
            0 => w.t("break_glass-list-title"),
            n => w.t1("break_glass-list-waiting", "n", n),
        },
        lead: w.t(if me.viewer.role == Role::TownWorker { "break_glass-list-own" } else { "break_glass-list-lead" }),
        view,
        lines: rows.into_iter().map(|row| line(w, row)).collect(),
        pager,
        may_open: me.desk.may(Action::BreakGlass),
        may_export: me.desk.may(Action::Export),
    })
}

fn line(w: Words, row: GlassLine) -> Line {
    Line {
        id: row.id,
        opened: w.when(row.opened_at),
        until: w.time(row.over_at),
        who: format!("{} · {}", row.by, w.code("role", row.role.code())),
        child: match &row.child {
            Some((_, name)) => format!("{name} · {}", row.number),
            None => row.number.clone(),
        },
        kind: kind(row.state),
        state: said(w, row.state),
        note: match (row.state, row.reviewed_by) {
            (GlassState::Reviewed(_), Some(by)) => by,
            (GlassState::ToReview, _) => w.t1("break_glass-by", "by", w.when(row.review_by)),
            _ => String::new(),
        },
    }
}
