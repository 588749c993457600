//! Figures of the areas below, for the levels above: what counties signed, month by month. No name of a person, and no
//! way to one.

use askama::Template;
use axum::extract::{Path, State};
use naheya_documents::excel::{Head, Value};
use naheya_domain::AreaId;
use naheya_domain::access::{Action, Noun};
use naheya_domain::figure::{Figure, Shown};
use naheya_domain::level::Level;
use naheya_domain::snapshot::Month;
use naheya_store::Error;
use naheya_store::level::{LevelPage, LevelRow, Reported};
use naheya_store::snapshot::{AskSnapshot, RemindSnapshot};

use crate::answer::{see_other, see_other_saying};
use crate::export::numbers_out;
use crate::{Answer, App, Frame, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as};

const MAY: Knock = Knock::May(Action::SeeLevels);
/// Months that can be chosen.
const MONTHS: i32 = 24;
/// The columns of the table, besides hours and talks.
const SHOWN: [Figure; 3] = [Figure::Volunteers, Figure::ChildrenSupported, Figure::PairsActive];

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let noun = Noun::Snapshot;
    vec![
        Route::get("/levels", MAY, noun, own),
        Route::get("/levels/{area}", MAY, noun, level),
        Route::get("/levels/{area}/workbook", MAY, noun, workbook),
        Route::post("/levels/{area}/question", MAY, noun, ask),
        Route::post("/levels/{area}/reminder", MAY, noun, remind),
    ]
}

#[derive(Template)]
#[template(path = "level/show.html")]
struct ShowPage {
    f: Frame,
    sheet: Sheet,
    page: LevelPage,
    months: Vec<Month>,
    heading: String,
    lead: String,
    top: Vec<Told>,
    lines: Vec<Line>,
    /// Counties of the table that have not signed though it is due.
    late: usize,
}

/// While a month is told for the first time.
#[derive(Template)]
#[template(path = "level/wait.html")]
struct WaitPage {
    f: Frame,
    heading: String,
}

/// One figure in words.
struct Told {
    value: String,
    unit: String,
    name: String,
}

/// One area of the table.
struct Line {
    href: String,
    area: AreaId,
    name: String,
    cells: Vec<(String, String)>,
    hours: String,
    on_time: Option<i64>,
    kind: &'static str,
    state: String,
    missing: bool,
}

impl ShowPage {
    fn is_county(&self) -> bool {
        Level::of(self.page.own.area) == Level::County
    }

    fn may_ask(&self) -> bool {
        self.is_county() && matches!(self.page.own.state, Some(Reported::Signed | Reported::Late | Reported::Corrected))
    }

    fn is_missing(&self) -> bool {
        self.page.own.state == Some(Reported::Missing)
    }

    fn state(&self) -> String {
        self.page.own.state.map(|state| self.f.w.code("level-state", state.code())).unwrap_or_default()
    }

    fn is(&self, month: &Month) -> bool {
        self.page.month == *month
    }

    fn month_of(&self, month: &Month) -> String {
        month_words(self.f.w, *month)
    }
}

/// `2026年10月`, `October 2026`.
pub(crate) fn month_words(w: Words, month: Month) -> String {
    let name = w.code("month", month.number().to_string());
    w.t2("month-of-year", "year", month.year().to_string(), "month", name)
}

fn shown(w: Words, told: Option<Shown>) -> String {
    match told {
        Some(Shown::Exact(count)) => w.count(count),
        Some(Shown::Few) => "<5".to_owned(),
        Some(Shown::Withheld) => w.t("figure-withheld"),
        None => "—".to_owned(),
    }
}

fn month_of(me: &Signed, wanted: &Wanted) -> Result<Month, Problem> {
    let last = Month::over_by(me.today());
    match wanted.given("month") {
        // A month that has no totals yet is not where one begins.
        None if me.now < last.shown_at() => Ok(last.earlier(1)),
        None => Ok(last),
        Some(typed) => Month::parse(typed).filter(|month| *month <= last).ok_or_else(Problem::not_found),
    }
}

fn area_of(typed: &str) -> Result<AreaId, Problem> {
    AreaId::parse(typed).ok_or_else(Problem::not_found)
}

async fn own(State(app): State<App>, me: Signed, wanted: Wanted) -> Answer {
    open(&app, &me, me.viewer.area, &wanted).await
}

async fn level(State(app): State<App>, me: Signed, Path(area): Path<String>, wanted: Wanted) -> Answer {
    open(&app, &me, area_of(&area)?, &wanted).await
}

async fn open(app: &App, me: &Signed, area: AreaId, wanted: &Wanted) -> Answer {
    let month = month_of(me, wanted)?;
    match in_time(app, me.desk.level(area, month)).await? {
        Some(page) => shown_as(me, month, page, Sheet::blank("level")),
        None => wait(me, month),
    }
}

async fn show(me: &Signed, area: AreaId, wanted: &Wanted, sheet: Sheet) -> Answer {
    let month = month_of(me, wanted)?;
    shown_as(me, month, me.desk.level(area, month).await?, sheet)
}

/// What is read in the time in which somebody looks at a page that is still white. A month of a nation with years behind it
/// is told once, beside the request, and may take minutes.
async fn in_time<T>(app: &App, reading: impl Future<Output = Result<T, Error>>) -> Result<Option<T>, Problem> {
    let patience = app.settings.long.telling;
    let over = async {
        if !patience.is_zero() {
            tokio::time::sleep(patience).await;
        }
    };
    // Asked first: who may not read it hears so at once.
    tokio::select! {
        biased;
        read = reading => Ok(Some(read?)),
        () = over => Ok(None),
    }
}

/// A page that comes anew by itself until the month is told.
fn wait(me: &Signed, month: Month) -> Answer {
    let heading = me.w().t1("level-wait", "month", month_words(me.w(), month));
    page(&WaitPage { f: me.frame("level-title"), heading })
}

fn shown_as(me: &Signed, month: Month, page: LevelPage, sheet: Sheet) -> Answer {
    let w = me.w();
    let last = Month::over_by(me.today());
    let lines: Vec<Line> = page.rows.iter().map(|row| line(w, month, row)).collect();
    let shown = ShowPage {
        f: me.frame("level-title").with(&sheet),
        heading: heading(w, &page.own),
        lead: lead(w, month, &page.own),
        top: top(w, &page.own),
        late: lines.iter().filter(|line| line.missing).count(),
        months: (0..MONTHS).map(|ago| last.earlier(ago)).collect(),
        lines,
        sheet,
        page,
    };
    page_as(shown.sheet.status(), &shown)
}

fn heading(w: Words, own: &LevelRow) -> String {
    match Level::of(own.area) {
        Level::County => own.name.clone(),
        Level::Nation | Level::Region | Level::League => {
            w.t2("level-finding", "counties", w.count(own.counties), "reported", w.count(own.reported))
        }
    }
}

/// The place and the month; a county's name is its heading already.
fn lead(w: Words, month: Month, own: &LevelRow) -> String {
    let month = month_words(w, month);
    match Level::of(own.area) {
        Level::County => month,
        Level::Nation | Level::Region | Level::League => {
            let lead = w.t2("level-lead", "area", &own.name, "month", month);
            match own.reported.saturating_sub(own.summed) {
                0 => lead,
                late => w.t2("level-lead-late", "lead", lead, "n", w.count(late)),
            }
        }
    }
}

fn top(w: Words, own: &LevelRow) -> Vec<Told> {
    let told = |figure: &Figure| Told {
        value: shown(w, own.get(*figure)),
        unit: w.code("figure-unit", figure.key()),
        name: w.code("figure-name", figure.key()),
    };
    if own.told.is_empty() {
        return Vec::new();
    }
    let county = Level::of(own.area) == Level::County;
    let people = Figure::ALL.iter().filter(|one| one.is_people() && (county || SHOWN.contains(one)));
    let mut all: Vec<Told> = people.map(told).collect();
    all.push(Told {
        value: own.hours.map_or_else(|| "—".to_owned(), |hours| w.count(hours)),
        unit: w.t("figure-unit-service_hours"),
        name: w.t("level-hours"),
    });
    all
}

fn line(w: Words, month: Month, row: &LevelRow) -> Line {
    let cell = |figure: Figure| (w.code("level-col", figure.key()), shown(w, row.get(figure)));
    let all = reported(w, row);
    let state = row.state.map(|state| w.code("level-state", state.code()));
    Line {
        href: format!("/levels/{}?month={month}", row.area),
        area: row.area,
        name: row.name.clone(),
        cells: SHOWN.into_iter().map(cell).collect(),
        hours: row.hours.map_or_else(|| "—".to_owned(), |hours| w.count(hours)),
        on_time: row.on_time,
        kind: kind(row),
        state: state.unwrap_or(all),
        missing: row.state == Some(Reported::Missing),
    }
}

/// How many counties of an area have signed, and how many of them came too late for the totals.
fn reported(w: Words, row: &LevelRow) -> String {
    let (reported, counties) = (w.count(row.reported), w.count(row.counties));
    match row.reported.saturating_sub(row.summed) {
        0 => w.t2("level-reported", "reported", reported, "counties", counties),
        late => w.t3("level-reported-late", "reported", reported, "counties", counties, "n", w.count(late)),
    }
}

fn kind(row: &LevelRow) -> &'static str {
    match row.state {
        Some(Reported::Signed) => "ok",
        Some(Reported::Late | Reported::Corrected | Reported::Asked) => "due",
        Some(Reported::Missing | Reported::Vacant) => "stop",
        Some(Reported::Open | Reported::Before) => "",
        None if row.reported == row.counties && row.reported == row.summed => "ok",
        None => "",
    }
}

async fn ask(me: Signed, Path(area): Path<String>, wanted: Wanted, posted: Posted) -> Answer {
    let (area, month) = (area_of(&area)?, month_of(&me, &wanted)?);
    let act = AskSnapshot { month, words: posted.text("words").to_owned() };
    match me.desk.below(area).await?.save_once(act, posted.submission()?).await {
        Ok(()) => see_other_saying(format!("/levels/{area}?month={month}"), Toast::new("level-asked")),
        Err(error) => show(&me, area, &wanted, Sheet::again("level", &posted, error)?).await,
    }
}

async fn remind(me: Signed, Path(area): Path<String>, wanted: Wanted, posted: Posted) -> Answer {
    let (area, month) = (area_of(&area)?, month_of(&me, &wanted)?);
    match me.desk.below(area).await?.save_once(RemindSnapshot { month }, posted.submission()?).await {
        Ok(()) => see_other_saying(format!("/levels/{area}?month={month}"), Toast::new("level-reminded")),
        Err(error) => show(&me, area, &wanted, Sheet::again("level", &posted, error)?).await,
    }
}

async fn workbook(State(app): State<App>, me: Signed, Path(area): Path<String>, wanted: Wanted) -> Answer {
    let (area, month) = (area_of(&area)?, month_of(&me, &wanted)?);
    if in_time(&app, me.desk.level(area, month)).await?.is_none() {
        return see_other(format!("/levels/{area}?month={month}"));
    }
    let page = me.desk.level_out(area, month).await?;
    let w = me.w();
    let people: Vec<Figure> = Figure::ALL.into_iter().filter(|figure| figure.is_people()).collect();
    let mut heads = vec![Head::new(w.t("level-area"), 24.0)];
    heads.extend(people.iter().map(|figure| Head::new(w.code("figure-name", figure.key()), 14.0)));
    heads.extend(["level-hours", "level-on_time", "level-state"].map(|id| Head::new(w.t(id), 16.0)));
    let row = move |row: LevelRow| {
        let cell = |figure: &Figure| match row.get(*figure) {
            Some(Shown::Exact(count)) => Value::Whole(count),
            told => Value::Text(shown(w, told)),
        };
        let whole = |number: Option<i64>| number.map_or_else(|| Value::Text(String::new()), Value::Whole);
        let mut cells = vec![Value::Text(row.name.clone())];
        cells.extend(people.iter().map(cell));
        cells.extend([whole(row.hours), whole(row.on_time), Value::Text(line(w, month, &row).state)]);
        cells
    };
    let name = format!("{} {month}", page.own.name);
    let rows: Vec<LevelRow> = page.rows.into_iter().chain([page.own]).collect();
    numbers_out(&me, name, heads, rows.into_iter().map(row)).await
}
