//! A month's figures in the county: what the records say, what was signed, what was asked from above, and the leader's
//! signature.

use askama::Template;
use naheya_documents::excel::{Excel, Form, Head};
use naheya_domain::Date;
use naheya_domain::access::{Action, Noun};
use naheya_domain::figure::{Audience, Figure, Figures};
use naheya_domain::id::SnapshotId;
use naheya_domain::measure::{Measure, Measures};
use naheya_domain::snapshot::{Month, SnapshotState};
use naheya_store::snapshot::{Edition, MonthStanding, SignSnapshot, seen};

use crate::answer::{download, see_other_saying};
use crate::export::{KIND, stamp_of_numbers};
use crate::figure::{exact, line};
use crate::level::month_words;
use crate::tabulation::signs;
use crate::{Answer, Frame, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page_as};

/// Months that can be chosen.
const MONTHS: i32 = 24;
/// Talks are no figures of the report, but signed with them: the levels above are told the share of those held in time.
/// Measure, what it is called, what it counts.
const TALKS: [(Measure, &str, &str); 2] = [
    (Measure::TalksDue, "snapshot-talks-due", "snapshot-talks-due-counts"),
    (Measure::TalksOnTime, "snapshot-talks-on_time", "snapshot-talks-on_time-counts"),
];

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/snapshots", Knock::May(Action::SeeReport), Noun::Snapshot, month),
        Route::get("/snapshots/workbook", Knock::May(Action::SeeReport), Noun::Snapshot, workbook),
        Route::post("/snapshots", Knock::May(Action::SignSnapshot), Noun::Snapshot, sign),
    ]
}

#[derive(Template)]
#[template(path = "snapshot/show.html")]
struct ShowPage {
    f: Frame,
    sheet: Sheet,
    standing: MonthStanding,
    months: Vec<Month>,
    heading: String,
    lead: String,
    lines: Vec<Row>,
    seen: String,
    may_sign: bool,
    /// On the last month's page, from when this month can be signed.
    next: Option<String>,
    /// Whether the totals above are made already: what is signed now stands in the county's own row.
    behind: bool,
}

/// A number now, and as it was signed.
struct Row {
    name: String,
    value: String,
    definition: String,
    /// Where the records behind it stand.
    records: Option<String>,
    signed: Option<String>,
    differs: bool,
}

impl ShowPage {
    fn is(&self, month: &Month) -> bool {
        self.standing.month == *month
    }

    fn month_of(&self, month: &Month) -> String {
        month_words(self.f.w, *month)
    }

    fn is_signed(&self) -> bool {
        self.standing.newest().is_some()
    }

    /// What somebody above asks, while it waits.
    fn asked(&self) -> Option<&str> {
        let newest = self.standing.newest().filter(|edition| edition.state == SnapshotState::Asked)?;
        newest.asked.as_ref().map(|(_, words)| words.as_str())
    }

    /// Whether the records have moved by less than the numbers show.
    fn moved_unseen(&self) -> bool {
        self.standing.has_moved() && self.lines.iter().all(|row| !row.differs)
    }

    /// Whether the numbers of now can stand beside each other: others nobody signs.
    fn is_possible(&self) -> bool {
        self.standing.counted.are_possible()
    }

    /// Whether there is something to sign: nothing was, the records have moved, or it was asked for.
    fn can_sign(&self) -> bool {
        self.may_sign
            && self.is_possible()
            && (!self.is_signed() || self.standing.has_moved() || self.asked().is_some())
    }

    fn edition(&self, edition: &Edition) -> String {
        signed(self.f.w, edition)
    }
}

/// Which edition, by whom and when.
fn signed(w: Words, edition: &Edition) -> String {
    let by = edition.signed_by.clone().unwrap_or_else(|| "—".to_owned());
    w.t3("snapshot-edition", "n", edition.edition, "by", by, "when", w.when(edition.signed_at))
}

/// The month that is asked for, or that of the edition that a letter is about; else the last one.
async fn month_of(me: &Signed, wanted: &Wanted) -> Result<Month, Problem> {
    let last = Month::over_by(me.today());
    if let Some(edition) = wanted.given("edition") {
        let id = SnapshotId::parse(edition).ok_or_else(Problem::not_found)?;
        return Ok(me.desk.month_of_edition(id).await?);
    }
    match wanted.given("month") {
        None => Ok(last),
        Some(typed) => Month::parse(typed).filter(|month| *month <= last).ok_or_else(Problem::not_found),
    }
}

async fn month(me: Signed, wanted: Wanted) -> Answer {
    let month = month_of(&me, &wanted).await?;
    show(&me, month, Sheet::blank("snapshot")).await
}

async fn show(me: &Signed, month: Month, sheet: Sheet) -> Answer {
    let standing = me.desk.month(month).await?;
    let w = me.w();
    let last = Month::over_by(me.today());
    let name = month_words(w, month);
    let heading = match standing.newest() {
        None => w.t1("snapshot-unsigned", "month", &name),
        Some(edition) if edition.state == SnapshotState::Asked => w.t1("snapshot-asked", "month", &name),
        Some(_) if standing.has_moved() => w.t1("snapshot-moved", "month", &name),
        Some(_) => w.t1("snapshot-signed", "month", &name),
    };
    let shown = ShowPage {
        f: me.frame("snapshot-title").with(&sheet),
        heading,
        lead: w.t1("snapshot-lead", "day", w.long_date(month.last_day())),
        lines: rows(w, me, &standing),
        seen: seen(&standing.counted),
        may_sign: me.desk.may(Action::SignSnapshot),
        next: if month == last { this_month(w, me.today()) } else { None },
        months: (0..MONTHS).map(|ago| last.earlier(ago)).collect(),
        behind: me.now >= month.totals_at(),
        sheet,
        standing,
    };
    page_as(shown.sheet.status(), &shown)
}

/// Whoever looks for the month that runs reads from which day it is here.
fn this_month(w: Words, today: Date) -> Option<String> {
    let first = today.last_of_month().tomorrow().ok()?;
    Some(w.t2("snapshot-next", "month", w.month(today), "day", w.day(first)))
}

fn rows(w: Words, me: &Signed, standing: &MonthStanding) -> Vec<Row> {
    let figures = |numbers: &Measures| {
        numbers.figures(me.viewer.area, String::new(), standing.month.last_day(), Audience::County)
    };
    let now = figures(&standing.counted);
    let signed = standing.newest().map(|edition| figures(&edition.numbers));
    let row = |figure: Figure| {
        let signed = signed.as_ref().and_then(|signed| line(w, signed, figure)).map(|line| line.value);
        let line = line(w, &now, figure)?;
        let differs = signed.as_ref().is_some_and(|signed| *signed != line.value);
        let value = format!("{} {}", line.value, line.unit);
        let records = Some(format!("/report/{}?as_of={}", line.key, standing.month.last_day()));
        Some(Row { name: line.name, value, definition: line.definition, records, signed, differs })
    };
    Figure::ALL.into_iter().filter_map(row).chain(TALKS.map(|talks| talk_row(w, standing, talks))).collect()
}

fn talk_row(w: Words, standing: &MonthStanding, (measure, name, counts): (Measure, &str, &str)) -> Row {
    let value = w.count(standing.counted.get(measure));
    let signed = standing.newest().map(|edition| w.count(edition.numbers.get(measure)));
    let differs = signed.as_ref().is_some_and(|signed| *signed != value);
    Row { name: w.t(name), value, definition: w.t(counts), records: None, signed, differs }
}

/// What was signed and what the records say now, as a form to sign and seal.
async fn workbook(me: Signed, wanted: Wanted) -> Answer {
    let month = month_of(&me, &wanted).await?;
    let standing = me.desk.month_out(month).await?;
    let w = me.w();
    let session = me.session().ok_or_else(Problem::internal)?;
    let mut excel = Excel::stamped(stamp_of_numbers(w, &session.name, me.now));
    let name = w.t("snapshot-title");
    excel.form(&name, &form(&me, &session.office, &standing)).map_err(|_| Problem::internal())?;
    let bytes = excel.finish().map_err(|_| Problem::internal())?;
    download(&format!("{name} {month}.xlsx"), KIND, bytes)
}

fn form(me: &Signed, office: &str, standing: &MonthStanding) -> Form {
    let (w, month) = (me.w(), standing.month);
    let newest = standing.newest().map(|edition| &edition.numbers);
    let columns: Vec<&Measures> = newest.into_iter().chain([&standing.counted]).collect();
    let heads = if newest.is_some() { vec!["snapshot-then", "snapshot-now"] } else { vec!["snapshot-now"] };
    let figures =
        |numbers: &&Measures| numbers.figures(me.viewer.area, String::new(), month.last_day(), Audience::County);
    let told: Vec<Figures> = columns.iter().map(figures).collect();
    let row = |figure: Figure| {
        let numbers: Vec<i64> = told.iter().filter_map(|one| exact(one, figure)).collect();
        let (name, unit) = (w.code("figure-name", figure.key()), w.code("figure-unit", figure.key()));
        (numbers.len() == told.len()).then(|| (w.t2("snapshot-row", "name", name, "unit", unit), numbers))
    };
    let talks = |(measure, name, _): (Measure, &str, &str)| {
        (w.t(name), columns.iter().map(|numbers| numbers.get(measure)).collect::<Vec<i64>>())
    };
    Form {
        title: w.t2("snapshot-form", "area", office, "month", month_words(w, month)),
        lead: w.t1("snapshot-lead", "day", w.long_date(month.last_day())),
        corner: Head::new(w.t("report-what"), 30.0),
        groups: vec![(month_words(w, month), heads.into_iter().map(|id| Head::new(w.t(id), 16.0)).collect())],
        rows: Figure::ALL.into_iter().filter_map(row).chain(TALKS.map(talks)).collect(),
        below: standing.editions.iter().map(|edition| signed(w, edition)).collect(),
        signs: signs(w, me.today()),
    }
}

async fn sign(me: Signed, wanted: Wanted, posted: Posted) -> Answer {
    let month = month_of(&me, &wanted).await?;
    let act = SignSnapshot { month, seen: posted.text("seen").to_owned(), reason: posted.text("reason").to_owned() };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(_) => see_other_saying(format!("/snapshots?month={month}"), Toast::new("snapshot-sent")),
        Err(error) => show(&me, month, Sheet::again("snapshot", &posted, error)?).await,
    }
}
