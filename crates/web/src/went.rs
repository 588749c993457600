//! The children who were with a family in a month, town by town, for the page, for print and for Excel; each number leads to
//! the children.

use askama::Template;
use naheya_documents::excel::{Excel, Form, Head};
use naheya_domain::snapshot::Month;
use naheya_store::figure::{MonthOfStays, Went};

use crate::answer::download;
use crate::export::{KIND, stamp_of_numbers};
use crate::level::month_words;
use crate::tabulation::{OFFICE, signs};
use crate::{Answer, Frame, Problem, Route, Signed, Wanted, Words, page};

/// Months offered.
const MONTHS: i32 = 24;
/// In an address: the whole county, and what lies in none of its towns.
const ALL: &str = "all";
const NOWHERE: &str = "none";
/// Children of a town that are named, the first by name.
const MOST_NAMED: usize = 500;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/report/month", OFFICE, "figure", show),
        Route::get("/report/month.xlsx", OFFICE, "figure", workbook),
    ]
}

#[derive(Template)]
#[template(path = "went/show.html")]
struct ShowPage {
    f: Frame,
    month: Month,
    months: Vec<Month>,
    heading: String,
    lead: String,
    /// Whether the month still runs.
    runs: bool,
    lines: Vec<Line>,
    total: Line,
    /// The town that was asked for, and its children.
    shown: Option<(String, Vec<Went>)>,
    /// Whether more of them were there than are named.
    more: bool,
}

impl ShowPage {
    fn is(&self, month: &Month) -> bool {
        self.month == *month
    }

    fn words(&self, month: &Month) -> String {
        month_words(self.f.w, *month)
    }

    fn way(&self, line: &Line) -> String {
        format!("/report/month?month={}&town={}#who", self.month, line.code)
    }
}

/// A town, or all of them.
struct Line {
    /// As an address names it.
    code: String,
    name: String,
    children: usize,
    stays: i64,
}

/// The month that is asked for; else the one that runs.
fn month_of(me: &Signed, wanted: &Wanted) -> Result<Month, Problem> {
    let now = Month::of(me.today());
    match wanted.given("month") {
        None => Ok(now),
        Some(typed) => Month::parse(typed).filter(|month| *month <= now).ok_or_else(Problem::not_found),
    }
}

async fn show(me: Signed, wanted: Wanted) -> Answer {
    let month = month_of(&me, &wanted)?;
    let found = me.desk.went_in(month).await?;
    let (w, now) = (me.w(), Month::of(me.today()));
    let (lines, total) = (lines(w, &found), line(&found, ALL, w.t("tabulation-sum")));
    let asked = wanted.text("town");
    let town = lines.iter().chain([&total]).find(|line| line.code == asked);
    let more = town.is_some_and(|line| line.children > MOST_NAMED);
    let shown = town.map(|line| {
        let heading = w.t2("went-in", "town", &line.name, "n", w.count(line.children));
        (heading, of_town(&found, asked).take(MOST_NAMED).cloned().collect())
    });
    page(&ShowPage {
        f: me.frame("went-title"),
        heading: heading(w, month, &total),
        lead: w.t1("went-lead", "stays", w.count(total.stays)),
        runs: month == now,
        months: (0..MONTHS).map(|ago| now.earlier(ago)).collect(),
        month,
        lines,
        total,
        shown,
        more,
    })
}

fn heading(w: Words, month: Month, total: &Line) -> String {
    let month = month_words(w, month);
    match total.children {
        0 => w.t1("went-heading-none", "month", month),
        n => w.t2("went-heading", "month", month, "n", w.count(n)),
    }
}

/// The children of a town, as an address names it.
fn of_town<'a>(found: &'a MonthOfStays, code: &'a str) -> impl Iterator<Item = &'a Went> {
    found.children.iter().filter(move |child| code == ALL || child.town.as_deref().unwrap_or(NOWHERE) == code)
}

fn line(found: &MonthOfStays, code: &str, name: String) -> Line {
    let stays = of_town(found, code).map(|child| child.stays).sum();
    Line { children: of_town(found, code).count(), stays, code: code.to_owned(), name }
}

/// Every town; one that was merged into another stands only while records name it, and so does what lies in none.
fn lines(w: Words, found: &MonthOfStays) -> Vec<Line> {
    let name = |town| crate::area::in_table(w, town);
    let towns = found.towns.iter().map(|town| (line(found, &town.code, name(town)), town.retired_into.is_none()));
    let nowhere = (line(found, NOWHERE, w.t("tabulation-nowhere")), false);
    let all = towns.chain([nowhere]).filter(|(line, stands)| *stands || line.children > 0);
    all.map(|(line, _)| line).collect()
}

async fn workbook(me: Signed, wanted: Wanted) -> Answer {
    let month = month_of(&me, &wanted)?;
    let found = me.desk.went_out(month).await?;
    let w = me.w();
    let who = me.session().map(|session| session.name.clone()).unwrap_or_default();
    let mut excel = Excel::stamped(stamp_of_numbers(w, &who, me.now));
    let total = line(&found, ALL, w.t("tabulation-sum"));
    let number = |line: Line| (line.name, vec![i64::try_from(line.children).unwrap_or(i64::MAX), line.stays]);
    let heads = ["went-children", "went-stays"].map(|id| Head::new(w.t(id), 14.0));
    let form = Form {
        title: heading(w, month, &total),
        lead: w.t1("went-lead", "stays", w.count(total.stays)),
        corner: Head::new(w.t("tabulation-town"), 20.0),
        groups: vec![(month_words(w, month), heads.into())],
        rows: lines(w, &found).into_iter().chain([total]).map(number).collect(),
        below: vec![w.t("tabulation-own")],
        signs: signs(w, me.today()),
    };
    let name = w.t("went-title");
    excel.form(&name, &form).map_err(|_| Problem::internal())?;
    let bytes = excel.finish().map_err(|_| Problem::internal())?;
    download(&format!("{name} {month}.xlsx"), KIND, bytes)
}
