//! The public's figures, for the front page and as a document: one area, today, nothing to choose, so
//! that nothing can be subtracted.

use axum::extract::State;
use axum::response::IntoResponse;
use naheya_domain::figure::{Figure, Figures, Shown};
use naheya_store::SystemTask;

use crate::words::Words;
use crate::{Answer, App, Knock, Problem, Route, Visitor};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/figures", Knock::Public, "figure", document)]
}

/// The county's public figures.
#[utoipa::path(get, path = "/api/v1/figures", tag = "figures",
    responses((status = 200, body = crate::api::FiguresDocument), (status = 404, body = crate::api::ProblemDocument)))]
pub(crate) async fn document(State(app): State<App>, you: Visitor) -> Answer {
    let figures = public(&app, &you).await?.ok_or_else(Problem::not_found)?;
    Ok(axum::Json(figures).into_response())
}

/// What the public may know of the county that is kept here, of several the one that was opened first; none before one is.
///
/// # Errors
/// When the records cannot be read.
pub(crate) async fn public(app: &App, you: &Visitor) -> Result<Option<Figures>, Problem> {
    let Some((area, _)) = app.store.public_county(you.now).await? else { return Ok(None) };
    let desk = app.store.as_system(SystemTask::Public, area, you.now);
    Ok(Some(desk.figures(you.today()).await?))
}

/// A figure in words of a page.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Which.
    pub(crate) key: &'static str,
    /// `180`, `25,400`, `<5`.
    pub(crate) value: String,
    /// 位, 对, 小时.
    pub(crate) unit: String,
    /// What it is called.
    pub(crate) name: String,
    /// What it counts.
    pub(crate) definition: String,
}

/// One figure in words; none when it is not counted.
pub(crate) fn line(w: Words, figures: &Figures, figure: Figure) -> Option<Line> {
    let value = match figures.get(figure)? {
        Shown::Exact(count) => w.count(count),
        Shown::Few => "<5".to_owned(),
        Shown::Withheld => w.t("figure-withheld"),
    };
    let key = figure.key();
    Some(Line {
        key,
        value,
        unit: w.code("figure-unit", key),
        name: w.code("figure-name", key),
        definition: w.code("figure-definition", key),
    })
}

/// The count when it is told exactly.
pub(crate) fn exact(figures: &Figures, figure: Figure) -> Option<i64> {
    match figures.get(figure)? {
        Shown::Exact(count) => Some(count),
        Shown::Few | Shown::Withheld => None,
    }
}
