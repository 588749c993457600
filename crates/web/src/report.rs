//! The county's report: figures as of a day, charts with their numbers, the records behind each
//! figure, and the same as a workbook.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use naheya_documents::excel::{Excel, Head, Value};
use naheya_domain::access::Action;
use naheya_domain::figure::{Audience, Figure, Figures};
use naheya_domain::time::Date;
use naheya_store::figure::{Behind, MOST_BEHIND, Path as Way, Report, Survival, Year};
use naheya_store::operation::Asked;

use crate::answer::download;
use crate::chart::{self, Mark};
use crate::export::stamp_of_numbers;
use crate::figure::{Line, exact, line};
use crate::order::{Order, Pager};
use crate::words::Words;
use crate::{Answer, App, Frame, Knock, Problem, Route, Signed, Wanted, page, page_as};

/// Years in a chart.
pub(crate) const YEARS: i16 = 14;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let knock = || Knock::May(Action::SeeReport);
    vec![
        Route::get("/report", knock(), "figure", report),
        Route::get("/report/workbook", knock(), "figure", workbook),
        Route::get("/report/{figure}", knock(), "figure", behind),
    ]
}

#[derive(Template)]
#[template(path = "report/index.html")]
struct ReportPage {
    f: Frame,
    as_of: Date,
    typed: String,
    fault: Option<&'static str>,
    area: String,
    exact: bool,
    top: Vec<Line>,
    all: Vec<Line>,
    kinds: Vec<(String, String)>,
    charts: Vec<Chart>,
    /// How long pairs last; empty outside the county, where such counts can be few.
    survival: Vec<Survival>,
}

impl ReportPage {
    /// How many weekend mothers have been there for how many children.
    fn finding(&self) -> String {
        let of = |figure: Figure| self.top.iter().find(|line| line.key == figure.key()).map(|line| line.value.as_str());
        match (of(Figure::Volunteers), of(Figure::ChildrenSupported)) {
            (Some(mothers), Some(children)) => self.f.w.t2("report-finding", "mothers", mothers, "children", children),
            _ => self.f.w.t("report-title"),
        }
    }
}

/// A chart with its finding and its numbers.
struct Chart {
    finding: String,
    svg: String,
    /// What its colours mean, where it has several.
    key: Vec<(&'static str, String)>,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Chart {
    /// What there is to say while there is nothing to draw.
    fn bare(finding: String) -> Chart {
        Chart { finding, svg: String::new(), key: Vec::new(), heads: Vec::new(), rows: Vec::new() }
    }
}

/// The day asked for; an unreadable or future one is told, and today's report shown.
pub(crate) fn day_of(wanted: &Wanted, today: Date) -> (Date, Option<&'static str>) {
    match wanted.given("as_of").map(|typed| typed.trim().parse::<Date>()) {
        None => (today, None),
        Some(Ok(day)) if day <= today => (day, None),
        Some(Ok(_)) => (today, Some("report-as_of-future")),
        Some(Err(_)) => (today, Some("report-as_of-unreadable")),
    }
}

async fn report(me: Signed, wanted: Wanted) -> Answer {
    let (as_of, fault) = day_of(&wanted, me.today());
    let Report { figures, years, survival } = me.desk.report(as_of, YEARS).await?;
    let exact = figures.audience == Audience::County;
    let w = me.w();
    let top =
        [Figure::Volunteers, Figure::ChildrenSupported, Figure::Pairs, Figure::PairsInterethnic, Figure::ServiceHours];
    let shown = ReportPage {
        f: me.frame("report-title"),
        as_of,
        typed: as_of.to_string(),
        fault,
        area: figures.name.clone(),
        exact,
        top: top.into_iter().filter_map(|one| line(w, &figures, one)).collect(),
        all: Figure::ALL.into_iter().filter_map(|one| line(w, &figures, one)).collect(),
        kinds: kinds(w, &figures),
        charts: charts(w, &figures, &years),
        survival,
    };
    page_as(if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &shown)
}

fn kinds(w: Words, figures: &Figures) -> Vec<(String, String)> {
    let word =
        |(kind, hours): (naheya_domain::figure::HoursKind, i64)| (w.code("figure-kind", kind.code()), w.count(hours));
    figures.hours_by_kind().into_iter().map(word).collect()
}

fn charts(w: Words, figures: &Figures, years: &[Year]) -> Vec<Chart> {
    let mut charts = vec![hours_chart(w, years)];
    // Pairs of one year can be few: outside the county their chart is left out.
    if figures.audience == Audience::County {
        charts.push(pairs_chart(w, years));
    }
    charts.extend(mixed_chart(w, figures));
    charts.extend(growth_chart(w, figures, years));
    charts
}

fn short_year(year: i16) -> String {
    format!("{:02}", year.rem_euclid(100))
}

fn hours_chart(w: Words, years: &[Year]) -> Chart {
    let hours = |minutes: i64| minutes.div_euclid(60);
    let all = |year: &Year| hours(year.stay_minutes + year.other_minutes);
    let Some(best) = years.iter().max_by_key(|year| all(year)).filter(|best| all(best) > 0) else {
        return Chart::bare(w.t("report-hours-none"));
    };
    let finding = w.t2("report-hours-best", "year", best.year.to_string(), "hours", w.count(all(best)));
    let mark = |year: &Year| Mark {
        label: short_year(year.year),
        parts: heights(year),
        shown: w.count(all(year)),
        strong: true,
    };
    let marks: Vec<Mark> = years.iter().map(mark).collect();
    let row = |year: &Year| {
        vec![
            year.year.to_string(),
            w.count(hours(year.stay_minutes)),
            w.count(hours(year.other_minutes)),
            w.count(all(year)),
        ]
    };
    Chart {
        svg: chart::bars("hours", &w.t("report-hours"), &finding, &marks),
        key: vec![("c1", w.t("report-of-stays")), ("c3", w.t("report-of-others"))],
        finding,
        heads: ["report-year", "report-of-stays", "report-of-others", "report-sum"]
            .into_iter()
            .map(|id| w.t(id))
            .collect(),
        rows: years.iter().map(row).collect(),
    }
}

/// Hours of stays and others as they stand upon each other. What corrections take away is taken off the stays, so that the bar
/// is as high as its number says.
#[must_use]
pub fn heights(year: &Year) -> Vec<i64> {
    let (stays, others) = (year.stay_minutes + year.other_minutes.min(0), year.other_minutes.max(0));
    vec![stays.div_euclid(60), others.div_euclid(60)]
}

fn pairs_chart(w: Words, years: &[Year]) -> Chart {
    let Some(best) = years.iter().max_by_key(|year| year.pairs).filter(|best| best.pairs > 0) else {
        return Chart::bare(w.t("report-pairs-none"));
    };
    let now = years.last().map_or(0, |year| year.pairs);
    let (year, most) = (best.year.to_string(), w.count(best.pairs));
    let finding = w.t3("report-pairs-best", "year", year, "pairs", most, "now", w.count(now));
    let last = years.len().saturating_sub(1);
    let mark = |(n, year): (usize, &Year)| Mark {
        strong: n == last,
        ..Mark::new(short_year(year.year), year.pairs, w.count(year.pairs))
    };
    let marks: Vec<Mark> = years.iter().enumerate().map(mark).collect();
    Chart {
        svg: chart::bars("pairs", &w.t("report-pairs"), &finding, &marks),
        key: Vec::new(),
        finding,
        heads: vec![w.t("report-year"), w.t("report-pairs-begun")],
        rows: years.iter().map(|year| vec![year.year.to_string(), w.count(year.pairs)]).collect(),
    }
}

fn mixed_chart(w: Words, figures: &Figures) -> Option<Chart> {
    let (pairs, mixed) = (exact(figures, Figure::Pairs)?, exact(figures, Figure::PairsInterethnic)?);
    let rest = pairs - mixed;
    let told = figures.audience == Audience::County || rest == 0 || rest > 4;
    if pairs == 0 || !told {
        return None;
    }
    let finding = w.t2("report-mixed-finding", "pairs", w.count(pairs), "mixed", w.count(mixed));
    let (one, other) = (w.t("report-mixed"), w.t("report-same"));
    let marks = [Mark::new(one.clone(), mixed, w.count(mixed)), Mark::new(other.clone(), rest, w.count(rest))];
    Some(Chart {
        svg: chart::parts("mixed", &w.t("report-mixed-title"), &finding, &marks),
        key: Vec::new(),
        finding,
        heads: vec![w.t("report-what"), w.t("report-pairs-count")],
        rows: vec![vec![one, w.count(mixed)], vec![other, w.count(rest)]],
    })
}

fn growth_chart(w: Words, figures: &Figures, years: &[Year]) -> Option<Chart> {
    let total = exact(figures, Figure::ServiceHours).filter(|total| *total > 0)?;
    let of = |year: &Year| year.stay_minutes + year.other_minutes;
    // What was credited before the first year of the chart is below its first point; the total is in
    // whole hours, so what was cut off from it is not less than nothing.
    let mut sum = (total * 60 - years.iter().map(of).sum::<i64>()).max(0);
    let sums: Vec<(i16, i64)> = years
        .iter()
        .map(|year| {
            sum += of(year);
            (year.year, sum.div_euclid(60))
        })
        .collect();
    let finding = w.t1("report-growth-finding", "hours", w.count(total));
    let marks: Vec<Mark> = sums.iter().map(|(year, n)| Mark::new(short_year(*year), *n, w.count(*n))).collect();
    Some(Chart {
        svg: chart::line("growth", &w.t("report-growth"), &finding, &marks),
        key: Vec::new(),
        finding,
        heads: vec![w.t("report-year"), w.t("report-sum")],
        rows: sums.iter().map(|(year, n)| vec![year.to_string(), w.count(*n)]).collect(),
    })
}

#[derive(Template)]
#[template(path = "report/records.html")]
struct RecordsPage {
    f: Frame,
    line: Line,
    as_of: Date,
    rows: Vec<Row>,
    pager: Pager,
}

impl RecordsPage {
    /// Whether time is counted: people and pairs have no column for it.
    fn timed(&self) -> bool {
        self.rows.iter().any(|row| row.minutes.is_some())
    }
}

struct Row {
    label: String,
    href: String,
    since: String,
    minutes: Option<String>,
}

async fn behind(me: Signed, Path(key): Path<String>, wanted: Wanted) -> Answer {
    let figure = Figure::parse(&key).ok_or_else(Problem::not_found)?;
    let (as_of, _) = day_of(&wanted, me.today());
    let order = Order::unsorted(format!("/report/{}", figure.key()), &wanted.with("as_of", &as_of.to_string()));
    let found = me.desk.records_behind(figure, as_of, &order.turn).await?;
    let total = me.desk.count_records_behind(figure, as_of).await?;
    let figures = me.desk.figures(as_of).await?;
    let w = me.w();
    let line = line(w, &figures, figure).ok_or_else(Problem::not_found)?;
    let title = format!("{} · {} {}", line.name, line.value, line.unit);
    let shown = RecordsPage {
        f: me.frame_titled(title),
        line,
        as_of,
        pager: order.pager(w, &found, w.counted(total, MOST_BEHIND)),
        rows: found.rows.into_iter().map(|row| row_of(w, row)).collect(),
    };
    page(&shown)
}

fn row_of(w: Words, row: Behind) -> Row {
    let href = match row.path {
        Way::Volunteer(id) => format!("/volunteers/{id}"),
        Way::Child(id) => format!("/children/{id}"),
        Way::Pair(id) => format!("/pairs/{id}"),
        Way::Stay(id) => format!("/stays/{id}"),
    };
    let minutes = row.minutes.map(|minutes| w.t1("hours-whole", "h", w.hours(minutes)));
    let since = row.since.and_then(|day| day.parse::<Date>().ok()).map(|day| w.long_date(day));
    Row { label: row.label, href, since: since.unwrap_or_default(), minutes }
}

async fn workbook(State(app): State<App>, me: Signed, wanted: Wanted) -> Answer {
    let (as_of, fault) = day_of(&wanted, me.today());
    if fault.is_some() {
        return Err(Problem::of_code("bad_request"));
    }
    if let Some(answer) = crate::operation::beside(&me, &app, Asked::Report(as_of)).await? {
        return Ok(answer);
    }
    let (figures, years) = me.desk.figures_out(as_of, YEARS).await?;
    let who = me.session().map(|session| session.name.clone()).unwrap_or_default();
    let stamp = stamp_of_numbers(me.w(), &who, me.now);
    let bytes = book(me.w(), stamp, &figures, &years).map_err(|_| Problem::internal())?;
    let name = format!("{} {as_of}.xlsx", me.w().t("report-title"));
    download(&name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes)
}

pub(crate) fn book(
    w: Words,
    stamp: String,
    figures: &Figures,
    years: &[Year],
) -> Result<Vec<u8>, naheya_documents::excel::ExcelFault> {
    let mut excel = Excel::stamped(stamp);
    let heads = [
        Head::new(w.t("report-what"), 24.0),
        Head::new(w.t("report-number"), 12.0),
        Head::new(w.t("report-unit"), 8.0),
        Head::new(w.t("report-definition"), 70.0),
        Head::new(w.t("report-as-of"), 12.0),
    ];
    let rows = Figure::ALL.into_iter().filter_map(|figure| {
        let line = line(w, figures, figure)?;
        let number = exact(figures, figure).map_or_else(|| Value::Text(line.value.clone()), Value::Whole);
        Some(vec![
            Value::Text(line.name),
            number,
            Value::Text(line.unit),
            Value::Text(line.definition),
            Value::Date(figures.as_of),
        ])
    });
    excel.sheet(&w.t("report-sheet-figures"), &heads, rows)?;
    if !years.is_empty() {
        let heads = ["report-year", "report-pairs-begun", "report-of-stays", "report-of-others"];
        let heads: Vec<Head> = heads.into_iter().map(|id| Head::new(w.t(id), 16.0)).collect();
        let rows = years.iter().map(|year| {
            let stays = Value::Minutes(year.stay_minutes);
            vec![Value::Whole(year.year.into()), Value::Whole(year.pairs), stays, Value::Minutes(year.other_minutes)]
        });
        excel.sheet(&w.t("report-sheet-years"), &heads, rows)?;
    }
    excel.finish()
}
