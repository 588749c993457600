//! The public front page: what this is, its true figures, how one takes part.

use askama::Template;
use axum::extract::State;
use naheya_domain::figure::{Figure, Figures};
use naheya_domain::phone::Phone;
use naheya_store::SystemTask;

use crate::figure::{Line, exact, line, public};
use crate::{Answer, App, Frame, Knock, Problem, Route, Visitor, page};

/// Sprouts in one row of the field.
const ROW: i64 = 20;
/// More pairs than this are not drawn one by one.
const MOST_DRAWN: i64 = 400;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/", Knock::Public, "front", front)]
}

#[derive(Template)]
#[template(path = "front/index.html")]
struct FrontPage {
    f: Frame,
    area: Option<String>,
    /// How many there are, where that is told exactly: “<5” makes no sentence.
    volunteers: Option<String>,
    ledger: Vec<Line>,
    field: Option<Field>,
}

/// One sprout a pair; two colours where Han and another group are paired.
struct Field {
    pairs: i64,
    mixed: i64,
    height: i64,
    sprouts: Vec<Sprout>,
}

struct Sprout {
    x: i64,
    y: i64,
    mixed: bool,
}

async fn front(State(app): State<App>, you: Visitor) -> Answer {
    let figures = public(&app, &you).await?;
    let w = you.w();
    let shown = [Figure::Volunteers, Figure::ChildrenSupported, Figure::Pairs, Figure::ServiceHours];
    // A county that has only been opened has nothing to show yet: a row of noughts recruits nobody.
    let told = figures.as_ref().filter(|told| !shown.into_iter().all(|one| exact(told, one) == Some(0)));
    let ledger = told.into_iter().flat_map(|told| shown.into_iter().filter_map(|one| line(w, told, one))).collect();
    let page_of = FrontPage {
        f: you.frame("front-title").public().calling(number(&app, &you).await?),
        area: figures.as_ref().map(|told| told.name.clone()).filter(|name| !name.is_empty()),
        volunteers: told.and_then(|told| exact(told, Figure::Volunteers)).filter(|n| *n > 0).map(|n| w.count(n)),
        ledger,
        field: figures.as_ref().and_then(field),
    };
    page(&page_of)
}

/// Whom to call who wants to take part; nothing before the county is open, or while it gives no number.
async fn number(app: &App, you: &Visitor) -> Result<Option<Phone>, Problem> {
    let Some((area, _)) = app.store.public_county(you.now).await? else { return Ok(None) };
    let (settings, _) = app.store.as_system(SystemTask::Public, area, you.now).settings().await?;
    Ok(settings.office_phone)
}

fn field(figures: &Figures) -> Option<Field> {
    let (pairs, mixed) = (exact(figures, Figure::Pairs)?, exact(figures, Figure::PairsInterethnic)?);
    if pairs == 0 || pairs > MOST_DRAWN {
        return None;
    }
    let place = |n: i64| Sprout { x: 14 + n % ROW * 34, y: 24 + n / ROW * 30, mixed: n < mixed };
    Some(Field { pairs, mixed, height: 36 + (pairs - 1) / ROW * 30, sprouts: (0..pairs).map(place).collect() })
}
