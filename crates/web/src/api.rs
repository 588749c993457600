//! Read access for other programs, under the same session, rights and errors as the pages, and its
//! description. Lists come in pages of 50; `next` is given back as `after`. Whoever reads here keeps it: what goes out stands in
//! the trail, and children are counted like those of a list that is taken out as a file.

use axum::response::IntoResponse;
use naheya_domain::FieldError;
use naheya_domain::access::{Class, Noun};
use naheya_domain::child::ChildState;
use naheya_domain::id::{ChildId, PairId, StayId, VolunteerId};
use naheya_domain::operation::OperationKind;
use naheya_domain::pair::PairState;
use naheya_domain::stay::StayState;
use naheya_domain::time::{Date, Timestamp};
use naheya_domain::volunteer::VolunteerState;
use naheya_store::child::{ChildFilter, ChildRow};
use naheya_store::pair::{PairFilter, PairRow};
use naheya_store::stay_register::Entry;
use naheya_store::volunteer::{VolunteerFilter, VolunteerRow};
use serde::Serialize;
use utoipa::OpenApi;

use crate::{Answer, Knock, Problem, Route, Signed, Wanted};

mod document;

pub use document::{Child, FiguresDocument, Named, Pair, ProblemDocument, Stay, Volunteer};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let sees = |noun| Knock::Sees(noun, Class::Work);
    vec![
        Route::get("/api/v1/openapi.json", Knock::Public, "api", description),
        Route::get("/api/v1/children", sees(Noun::Child), Noun::Child, children),
        Route::get("/api/v1/volunteers", sees(Noun::Volunteer), Noun::Volunteer, volunteers),
        Route::get("/api/v1/pairs", sees(Noun::Pair), Noun::Pair, pairs),
        Route::get("/api/v1/stays", sees(Noun::Stay), Noun::Stay, stays),
    ]
}

async fn description() -> Answer {
    Ok(axum::Json(document::Description::openapi()).into_response())
}

/// A page of a list.
#[derive(Serialize)]
struct Listed<T> {
    items: Vec<T>,
    next: Option<String>,
}

fn answer<R, T>(rows: Vec<R>, more: bool, key: impl Fn(&R) -> Option<(String, String)>, item: impl Fn(R) -> T) -> Answer
where
    T: Serialize,
{
    let next = rows.last().filter(|_| more).and_then(key).map(|(sort, id)| cursor(&sort, &id));
    Ok(axum::Json(Listed { items: rows.into_iter().map(item).collect(), next }).into_response())
}

fn cursor(sort: &str, id: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(format!("{sort}\u{1f}{id}").as_bytes())
}

/// The place of the last row seen, taken apart by `read`.
fn after<T>(wanted: &Wanted, read: impl Fn(&str, &str) -> Option<T>) -> Result<Option<T>, Problem> {
    let Some(given) = wanted.given("after") else { return Ok(None) };
    let text = data_encoding::BASE64URL_NOPAD.decode(given.as_bytes()).ok().and_then(|b| String::from_utf8(b).ok());
    let found = text.as_deref().and_then(|text| text.split_once('\u{1f}')).and_then(|(sort, id)| read(sort, id));
    found.map(Some).ok_or_else(|| wrong("after", "cursor.unknown"))
}

fn state<T>(wanted: &Wanted, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    let Some(given) = wanted.given("state") else { return Ok(None) };
    parse(given).map(Some).ok_or_else(|| wrong("state", "state.unknown"))
}

fn wrong(field: &'static str, code: &'static str) -> Problem {
    Problem::invalid(vec![FieldError::new(field, code)])
}

fn search(wanted: &Wanted) -> Option<String> {
    wanted.given("q").map(str::to_owned)
}

/// Children that the reader sees, by name. As in every list that leaves, those are not in it whose file is restricted; each that
/// is stands in the trail, and counts with what the reader takes out alone within 24 hours.
#[utoipa::path(get, path = "/api/v1/children", tag = "children",
    params(("q" = Option<String>, Query, description = "Name, pinyin or initials begin with this"),
        ("state" = Option<String>, Query, description = "applying, enrolled, paused, left"),
        ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = document::Children), (status = 401, body = ProblemDocument),
        (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
async fn children(me: Signed, wanted: Wanted) -> Answer {
    let filter = ChildFilter {
        state: state(&wanted, ChildState::parse)?,
        search: search(&wanted),
        after: after(&wanted, |name, id| Some((name.to_owned(), ChildId::parse(id)?)))?,
        ..ChildFilter::default()
    };
    let (rows, more) = me.desk.children_to_leave(&filter).await?;
    me.desk.tell_program(OperationKind::Children, rows.iter().map(|row| row.id).collect()).await?;
    answer(rows, more, |row: &ChildRow| Some((row.name.clone(), row.id.to_string())), Child::from)
}

/// Volunteers that the reader sees, by name.
#[utoipa::path(get, path = "/api/v1/volunteers", tag = "volunteers",
    params(("q" = Option<String>, Query, description = "Name, pinyin or initials begin with this"),
        ("state" = Option<String>, Query, description = "applied, screening, approved, paused, left, refused"),
        ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = document::Volunteers), (status = 401, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
async fn volunteers(me: Signed, wanted: Wanted) -> Answer {
    let filter = VolunteerFilter {
        state: state(&wanted, VolunteerState::parse)?,
        search: search(&wanted),
        after: after(&wanted, |_, id| VolunteerId::parse(id))?,
        ..VolunteerFilter::default()
    };
    let (rows, more) = me.desk.volunteers(&filter).await?;
    me.desk.looked("volunteers", rows.iter().map(|row| row.id.0).collect(), "export", None).await?;
    answer(rows, more, |row: &VolunteerRow| Some((row.name.clone(), row.id.to_string())), Volunteer::from)
}

/// Pairs that the reader sees, newest first. Their children count like those of the children's list.
#[utoipa::path(get, path = "/api/v1/pairs", tag = "pairs",
    params(("state" = Option<String>, Query, description = "settling, active, paused, ended"),
        ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = document::Pairs), (status = 401, body = ProblemDocument),
        (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
async fn pairs(me: Signed, wanted: Wanted) -> Answer {
    let filter = PairFilter {
        state: state(&wanted, PairState::parse)?,
        search: search(&wanted),
        after: after(&wanted, |day, id| Some((day.parse::<Date>().ok()?, PairId::parse(id)?)))?,
        ..PairFilter::default()
    };
    let (rows, more) = me.desk.pairs(&filter).await?;
    let named = rows.iter().filter(|row| !row.child_name.is_empty()).map(|row| row.child);
    me.desk.tell_program(OperationKind::Pairs, named.collect()).await?;
    answer(rows, more, |row: &PairRow| Some((row.begun_on?.to_string(), row.id.to_string())), Pair::from)
}

/// Stays that the reader sees, newest first. Their children count like those of the children's list.
#[utoipa::path(get, path = "/api/v1/stays", tag = "stays",
    params(("state" = Option<String>, Query, description = "requested, consented, approved, released, in_care, returned, closed, refused, cancelled"),
        ("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = document::Stays), (status = 401, body = ProblemDocument),
        (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
async fn stays(me: Signed, wanted: Wanted) -> Answer {
    let state = state(&wanted, StayState::parse)?;
    let after = after(&wanted, |at, id| Some((Timestamp(at.parse().ok()?), StayId::parse(id)?)))?;
    let (rows, more) = me.desk.stay_register(state, after).await?;
    let named = rows.iter().filter(|row| !row.child_name.is_empty()).map(|row| row.child);
    me.desk.tell_program(OperationKind::Stays, named.collect()).await?;
    answer(rows, more, |row: &Entry| Some((row.starts_at.0.to_string(), row.id.to_string())), Stay::from)
}
