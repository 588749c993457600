//! The county by town: children, volunteers, who is responsible, stations, what is late; each number leads to its list. And
//! one town or gacha with its people and stations.

use askama::Template;
use naheya_documents::excel::{Head, Value};
use naheya_domain::access::{Action, Noun};
use naheya_store::area::{AreaRow, heir};
use naheya_store::charge::Charge;
use naheya_store::grid::{Counts, Grid, GridLine, NOWHERE};
use naheya_store::station::Station;

use crate::export::table_out;
use crate::{Answer, Frame, Id, Knock, Problem, Route, Signed, Words, page};

const KEEPS: Knock = Knock::May(Action::KeepGrid);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let charge = Noun::Charge;
    vec![
        Route::get("/grid", KEEPS, charge, index),
        Route::get("/grid.xlsx", Knock::May(Action::Export), charge, download),
        Route::get("/grid/{code}", KEEPS, charge, show),
    ]
}

/// A town with its gachas.
struct Town {
    line: GridLine,
    parts: Vec<GridLine>,
}

#[derive(Template)]
#[template(path = "grid/index.html")]
struct IndexPage {
    f: Frame,
    heading: String,
    lead: String,
    towns: Vec<Town>,
    nowhere: Option<Counts>,
    has_stations: bool,
}

/// Hundredths of a bar, one after the other: x and width of each part.
struct Bar {
    paired: i64,
    waiting: i64,
    paused: i64,
    waiting_at: i64,
    paused_at: i64,
}

impl IndexPage {
    /// The parts of a town's children, beside the most that a town has: long bars are big towns.
    fn bar(&self, counts: &Counts) -> Bar {
        let most = self.towns.iter().map(|town| town.line.counts.children()).max().unwrap_or(1).max(1);
        let part = |n: i64| n * 100 / most;
        let (paired, waiting, paused) = (part(counts.paired), part(counts.waiting), part(counts.paused));
        Bar { paired, waiting, paused, waiting_at: paired, paused_at: paired + waiting }
    }
}

/// The list that a number of children leads to.
pub(crate) fn children(code: impl AsRef<str>, view: &str) -> String {
    format!("/children?view={view}&town={}", code.as_ref())
}

async fn index(me: Signed) -> Answer {
    let w = me.w();
    let grid = me.desk.grid().await?;
    let gaps = grid.lines.iter().filter(|line| line.is_gap()).count();
    let is_town = |line: &&GridLine| line.area.code.len() == 9;
    let towns: Vec<Town> = grid
        .lines
        .iter()
        .filter(is_town)
        .map(|line| Town {
            line: line.clone(),
            parts: grid.lines.iter().filter(|part| part.area.parent == line.area.code).cloned().collect(),
        })
        .collect();
    let standing = towns.iter().filter(|town| town.line.area.retired_into.is_none()).count();
    let stations: usize = grid.lines.iter().map(|line| line.stations.len()).sum();
    let heading = if gaps == 0 {
        w.t1("grid-heading-whole", "towns", standing)
    } else {
        w.t2("grid-heading", "towns", standing, "gaps", gaps)
    };
    let lead = w.t3(
        "grid-lead",
        "children",
        w.count(grid.all.children()),
        "volunteers",
        w.count(grid.all.volunteers),
        "stations",
        w.count(stations),
    );
    let nowhere = Some(grid.nowhere).filter(|counts| *counts != Counts::default());
    page(&IndexPage { f: me.frame("grid-title"), heading, lead, towns, nowhere, has_stations: stations > 0 })
}

/// The same as a file.
async fn download(me: Signed) -> Answer {
    let w = me.w();
    let grid = me.desk.grid_out().await?;
    let columns = [
        ("code", 14.0),
        ("area", 20.0),
        ("children", 8.0),
        ("paired", 8.0),
        ("waiting", 8.0),
        ("applying", 8.0),
        ("paused", 8.0),
        ("volunteers", 8.0),
        ("people", 40.0),
        ("stations", 40.0),
        ("late", 10.0),
    ];
    let heads: Vec<Head> = columns.into_iter().map(|(id, width)| Head::new(w.code("grid-column", id), width)).collect();
    let rows = rows(w, &grid);
    table_out(&me, w.t("grid-title"), heads, rows.into_iter()).await
}

fn rows(w: Words, grid: &Grid) -> Vec<Vec<Value>> {
    let numbers =
        |c: &Counts| [c.children(), c.paired, c.waiting, c.applying, c.paused, c.volunteers].map(Value::Whole);
    let row = |code: &str, name: String, c: &Counts, people: String, stations: String| {
        let mut row = vec![Value::Text(code.to_owned()), Value::Text(name)];
        row.extend(numbers(c));
        row.extend([Value::Text(people), Value::Text(stations), Value::Whole(c.late)]);
        row
    };
    let line = |line: &GridLine| {
        let people = if line.is_gap() && line.people.is_empty() { w.t("grid-nobody") } else { people(w, &line.people) };
        let stations: Vec<&str> = line.stations.iter().map(|s| s.details.name.as_str()).collect();
        let name = crate::area::in_table(w, &line.area);
        row(&line.area.code, name, &line.counts, people, stations.join(w.t("grid-comma").as_str()))
    };
    let mut rows: Vec<Vec<Value>> = grid.lines.iter().map(line).collect();
    if grid.nowhere != Counts::default() {
        rows.push(row("", w.t("grid-nowhere"), &grid.nowhere, String::new(), String::new()));
    }
    rows
}

/// `儿童主任 某某、网格员 某某`.
fn people(w: Words, people: &[Charge]) -> String {
    let one = |charge: &Charge| format!("{} {}", w.code("charge-duty", charge.duty.code()), charge.name);
    people.iter().map(one).collect::<Vec<_>>().join(w.t("grid-comma").as_str())
}

#[derive(Template)]
#[template(path = "grid/show.html")]
struct ShowPage {
    f: Frame,
    area: AreaRow,
    /// The town it lies in: code and name.
    town: Option<(String, String)>,
    /// What it has become, when it was merged away.
    merged: Option<String>,
    parts: Vec<AreaRow>,
    now: Vec<Charge>,
    past: Vec<Charge>,
    stations: Vec<Station>,
    closed: Vec<Station>,
}

impl ShowPage {
    fn is_gap(&self) -> bool {
        let standing = self.area.retired_into.is_none();
        standing && !self.now.iter().any(|one| one.answers() && one.days.holds(self.f.today))
    }

    fn ends_today(&self, one: &Charge) -> bool {
        one.days.to == Some(self.f.today)
    }

    /// `从 2026年9月1日` or `2026年9月1日 — 2027年7月15日`.
    fn days(&self, days: &naheya_domain::charge::Days) -> String {
        let w = self.f.w;
        match days.to {
            Some(to) => format!("{} — {}", w.long_date(days.from), w.long_date(to)),
            None => w.t1("grid-since", "on", w.long_date(days.from)),
        }
    }
}

async fn show(me: Signed, Id(code): Id<String>) -> Answer {
    let areas = me.desk.areas().await?;
    let area = areas.iter().find(|area| area.code == code).cloned().ok_or_else(Problem::not_found)?;
    let today = me.today();
    let (past, now) = me.desk.charges(&code).await?.into_iter().partition(|one| one.days.is_over(today));
    let (closed, stations) =
        me.desk.stations(&code).await?.into_iter().partition(|one| one.details.days.is_over(today));
    page(&ShowPage {
        f: me.frame_titled(area.name.clone()),
        town: areas.iter().find(|town| town.code == area.parent).map(|town| (town.code.clone(), town.name.clone())),
        merged: heir(&areas, &code).filter(|now| now.code != code).map(|now| now.name.clone()),
        parts: areas.into_iter().filter(|part| part.parent == code).collect(),
        area,
        now,
        past,
        stations,
        closed,
    })
}
