//! A worry, said by anybody on any day: the form that asks for nothing but words, and what its
//! handlers see. No child's name stands in a list, an address or a title.

use askama::Template;
use axum::extract::State;
use naheya_domain::access::{Action, Noun};
use naheya_domain::concern::{ConcernForm, ConcernState, NewConcern, Situation};
use naheya_domain::id::{ChildId, ConcernId};
use naheya_domain::{AreaId, Role};
use naheya_store::concern::{ConcernRow, RaiseConcern};
use naheya_store::{Desk, SystemTask};

use crate::session::Visitor;
use crate::{
    Answer, App, Frame, Knock, Posted, Problem, Route, Sheet, Signed, Wanted, Words, page, page_as, see_other,
};

mod export;
mod file;

const HANDLES: Knock = Knock::May(Action::HandleConcern);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let concern = Noun::Concern;
    vec![
        Route::get("/concerns/new", Knock::Public, concern, ask),
        Route::post("/concerns", Knock::Public, concern, raise),
        Route::get("/concerns/said", Knock::Public, concern, said),
        Route::get("/concerns", HANDLES, concern, list),
        Route::get("/concerns.xlsx", HANDLES, concern, export::workbook),
        Route::get("/concerns/{id}", HANDLES, concern, file::show),
        Route::post("/concerns/{id}/taking-up", HANDLES, concern, file::take_up),
        Route::post("/concerns/{id}/report", HANDLES, concern, file::report),
        Route::post("/concerns/{id}/entries", HANDLES, concern, file::add),
        Route::post("/concerns/{id}/people", HANDLES, concern, file::name),
        Route::post("/concerns/{id}/suspension", HANDLES, concern, file::suspend),
        Route::post("/concerns/{id}/suspension/end", HANDLES, concern, file::lift),
        Route::post("/concerns/{id}/closure", HANDLES, concern, file::close),
    ]
}

#[derive(Template)]
#[template(path = "concern/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    child: String,
    /// Whoever is not signed in says to which county it goes, where there are several.
    counties: Vec<(String, String)>,
    situations: Vec<(&'static str, String)>,
}

async fn ask(State(app): State<App>, you: Visitor, wanted: Wanted) -> Answer {
    let child = wanted.given("child").and_then(ChildId::parse).map(|id| id.to_string());
    // A phone is shared, signed in or not: a worry that was begun is kept nowhere.
    form(&app, &you, Sheet::blank("concern"), child.unwrap_or_default()).await
}

async fn form(app: &App, you: &Visitor, sheet: Sheet, child: String) -> Answer {
    let w = you.w();
    let counties =
        if own_county(app, you).await?.is_some() { Vec::new() } else { app.store.counties_that_hear(you.now).await? };
    page_as(
        sheet.status(),
        &NewPage {
            f: you.frame("concern-new-title").with(&sheet),
            situations: Situation::ALL.map(|s| (s.code(), w.code("concern-situation", s.code()))).to_vec(),
            counties: counties.into_iter().map(|(area, name)| (area.to_string(), name)).collect(),
            sheet,
            child,
        },
    )
}

async fn raise(State(app): State<App>, you: Visitor, posted: Posted) -> Answer {
    let desk = desk_of(&app, &you, posted.text("county")).await?;
    let done = async {
        let form = ConcernForm {
            words: posted.text("words"),
            situations: posted.all("situation"),
            contact: posted.text("contact"),
        };
        let said = NewConcern::parse(&form)?;
        let child = posted.given("child").and_then(ChildId::parse);
        desk.save_once(RaiseConcern { said, child }, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other("/concerns/said"),
        Err(error) => {
            let child = posted.given("child").and_then(ChildId::parse).map(|id| id.to_string());
            form(&app, &you, Sheet::again("concern", &posted, error)?, child.unwrap_or_default()).await
        }
    }
}

/// The county of somebody who is signed in, when it is kept here.
async fn own_county(app: &App, you: &Visitor) -> Result<Option<AreaId>, Problem> {
    let Some(session) = you.session() else { return Ok(None) };
    let own = session.viewer.area;
    Ok(app.store.counties(you.now).await?.into_iter().map(|(area, _)| area).find(|area| *area == own))
}

/// Somebody of the county says it as who they are; everybody else says it to the county that was chosen, or to the first that
/// hears.
async fn desk_of(app: &App, you: &Visitor, chosen: &str) -> Result<Desk, Problem> {
    if let (Some(session), Some(_)) = (you.session(), own_county(app, you).await?) {
        return Ok(session.stored.desk()?);
    }
    let hear: Vec<AreaId> = app.store.counties_that_hear(you.now).await?.into_iter().map(|(area, _)| area).collect();
    let chosen = AreaId::parse(chosen).filter(|area| hear.contains(area));
    let area = chosen.or_else(|| hear.first().copied()).ok_or_else(|| Problem::of_code("busy"))?;
    Ok(app.store.as_system(SystemTask::Public, area, you.now).for_visitor(you.account.0))
}

#[derive(Template)]
#[template(path = "concern/said.html")]
struct SaidPage {
    f: Frame,
    /// A child director goes on with the round.
    on_round: bool,
}

async fn said(you: Visitor) -> Answer {
    let on_round = you.session().is_some_and(|session| session.viewer.role == Role::TownWorker);
    page(&SaidPage { f: you.frame("concern-said-title"), on_round })
}

#[derive(Template)]
#[template(path = "concern/list.html")]
struct ListPage {
    f: Frame,
    lines: Vec<Line>,
}

/// One concern, without a name.
struct Line {
    id: ConcernId,
    title: String,
    clock: String,
    about: String,
    kind: &'static str,
    word: String,
    is_closed: bool,
    suspended: bool,
    /// Others that say the same word for word, with their numbers.
    same: Vec<(ConcernId, String)>,
}

async fn list(me: Signed) -> Answer {
    let w = me.w();
    let (rows, repeated) = (me.desk.concerns().await?, me.desk.repeated_concerns().await?);
    let (same, rows): (Vec<ConcernRow>, Vec<ConcernRow>) =
        rows.into_iter().partition(|row| repeated.contains_key(&row.id));
    let mut lines: Vec<Line> = rows.iter().map(|row| line(w, row, me.now)).collect();
    for line in &mut lines {
        let others = same.iter().filter(|other| repeated.get(&other.id) == Some(&line.id));
        line.same = others.map(|other| (other.id, other.number.clone())).collect();
    }
    page(&ListPage { f: me.frame("concern-list-title"), lines })
}

fn line(w: Words, row: &ConcernRow, now: naheya_domain::Timestamp) -> Line {
    let late = row.state == ConcernState::Raised && row.take_up_by < now;
    let must = row.situations.len();
    let when = w.when(row.raised_at);
    let role = by(w, row);
    let about = match must {
        0 => w.t2("concern-row", "when", when, "who", role),
        _ => w.t3("concern-row-must", "when", when, "who", role, "n", must),
    };
    Line {
        id: row.id,
        title: w.t1("concern-number", "number", &row.number),
        clock: clock(w, row, now),
        about,
        kind: match row.state {
            ConcernState::Raised if late => "stop",
            ConcernState::Raised => "due",
            ConcernState::TakenUp | ConcernState::InHand => "wait",
            ConcernState::Reported => "half",
            ConcernState::Closed => "off",
        },
        word: if late { w.t("concern-late") } else { w.code("concern-state", row.state.code()) },
        is_closed: row.state == ConcernState::Closed,
        suspended: row.suspended,
        same: Vec::new(),
    }
}

/// Who said it, by role.
fn by(w: Words, row: &ConcernRow) -> String {
    w.maybe(format!("role-{}", row.raised_as)).unwrap_or_else(|| w.t("concern-by-public"))
}

/// Hours and minutes from the first word to now.
fn clock(w: Words, row: &ConcernRow, now: naheya_domain::Timestamp) -> String {
    let minutes = now.minutes_since(row.raised_at).max(0);
    match (minutes / (24 * 60), minutes / 60 % 24, minutes % 60) {
        (0, 0, m) => w.t1("concern-minutes", "m", m),
        (0, h, m) => w.t2("concern-hours", "h", h, "m", m),
        (d, h, _) => w.t2("concern-days", "d", d, "h", h),
    }
}
