//! The county's holidays: a year at a glance, days entered one by one or pasted from a table, and the
//! last entry taken back.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::holiday::{HolidayDay, HolidayKind, LineFault};
use naheya_domain::id::HolidayId;
use naheya_store::Error;
use naheya_store::holiday::{DropHoliday, EnterHolidays, HolidayLine, HolidayYear, UndoHolidays};
use naheya_store::stay::MovedStay;
use uuid::Uuid;

use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, page_as};

mod export;

const KEEPS: Knock = Knock::May(Action::KeepSchool);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let area = Noun::Area;
    vec![
        Route::get("/holidays", KEEPS, area, show),
        Route::get("/holidays.xlsx", Knock::May(Action::Export), area, export::workbook),
        Route::post("/holidays", KEEPS, area, enter),
        Route::post("/holidays/lines", KEEPS, area, paste),
        Route::post("/holidays/{id}/end", KEEPS, area, drop_one),
        Route::post("/holidays/{id}/undo", KEEPS, area, undo),
    ]
}

/// Days in a row with one meaning.
struct Run {
    name: String,
    days: String,
    n: usize,
    tag: &'static str,
    kind: String,
    own: Vec<HolidayId>,
}

#[derive(Template)]
#[template(path = "holiday/list.html")]
struct YearPage {
    f: Frame,
    year: i16,
    years: Vec<i16>,
    missing: Option<i16>,
    runs: Vec<Run>,
    last: Option<(Uuid, String, usize)>,
    moved: Vec<MovedStay>,
    one: Sheet,
    lines: Sheet,
    unread: Vec<(usize, String)>,
    kinds: Vec<(String, String)>,
    may_export: bool,
}

/// The forms of the page.
enum Came {
    None,
    One(Sheet),
    Lines(Sheet, Vec<LineFault>),
}

async fn show(me: Signed, wanted: Wanted) -> Answer {
    year_page(&me, year(wanted.text("year")), Came::None).await
}

/// The year that an address or a form asks for.
fn year(text: &str) -> Option<i16> {
    text.parse().ok().filter(|year| (2000..2200).contains(year))
}

async fn year_page(me: &Signed, year: Option<i16>, came: Came) -> Answer {
    let w = me.w();
    let HolidayYear { year, days, known, missing, last, moved } =
        me.desk.holidays(year.unwrap_or_else(|| me.today().year())).await?;
    me.desk.looked("stays", moved.iter().map(|s| s.id.0).collect(), "work", None).await?;
    let mut one = me.resumed("holiday", Sheet::blank("holiday")).await?;
    let mut lines = me.resumed("holiday-lines", Sheet::blank("holiday")).await?;
    let mut unread = Vec::new();
    match came {
        Came::None => {}
        Came::One(sheet) => one = sheet,
        Came::Lines(sheet, faults) => {
            lines = sheet;
            unread = faults.into_iter().map(|f| (f.line, w.fault(f.code, w.t("holiday-this-line")))).collect();
        }
    }
    let mut years = known;
    years.extend([year, me.today().year(), me.today().year().saturating_add(1)]);
    years.sort_unstable();
    years.dedup();
    let status = if one.is_faulty() { one.status() } else { lines.status() };
    let shown = YearPage {
        f: me.frame("holiday-title").with(if one.is_faulty() { &one } else { &lines }),
        year,
        years,
        missing,
        runs: runs(w, days),
        last: last.map(|l| (l.batch, w.when(l.at), l.days)),
        moved,
        kinds: HolidayKind::ALL.map(|k| (k.code().to_owned(), w.code("holiday-is", k.code()))).to_vec(),
        one,
        lines,
        unread,
        may_export: me.desk.may(Action::Export),
    };
    page_as(status, &shown)
}

fn runs(w: Words, days: Vec<HolidayLine>) -> Vec<Run> {
    let mut groups: Vec<Vec<HolidayLine>> = Vec::new();
    for day in days {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| goes_on(last, &day)) => group.push(day),
            _ => groups.push(vec![day]),
        }
    }
    groups.into_iter().filter_map(|group| run(w, &group)).collect()
}

fn goes_on(last: &HolidayLine, next: &HolidayLine) -> bool {
    last.on.tomorrow().is_ok_and(|day| day == next.on)
        && (last.kind, &last.name, last.own.is_some()) == (next.kind, &next.name, next.own.is_some())
}

fn run(w: Words, group: &[HolidayLine]) -> Option<Run> {
    let (first, last) = (group.first()?, group.last()?);
    Some(Run {
        name: first.name.clone(),
        days: w.span(first.on, last.on),
        n: group.len(),
        tag: match first.kind {
            HolidayKind::Off => "ok",
            HolidayKind::Work => "due",
            HolidayKind::Plain => "off",
        },
        kind: w.code("holiday-is", first.kind.code()),
        own: group.iter().filter_map(|day| day.own).collect(),
    })
}

async fn enter(me: Signed, posted: Posted) -> Answer {
    let typed = |name| posted.text(name);
    let done = async {
        let days = HolidayDay::parse(typed("from_on"), typed("to_on"), typed("kind"), typed("name"))?;
        let year = days.first().map(|day| day.on.year());
        Ok::<_, Error>((year, me.desk.save_once(EnterHolidays { days }, posted.submission()?).await?))
    };
    match done.await {
        Ok((year, n)) => entered(year, n),
        Err(error) => {
            let one = Came::One(Sheet::again("holiday", &posted, error)?);
            year_page(&me, year(posted.text("year")), one).await
        }
    }
}

fn entered(year: Option<i16>, n: usize) -> Answer {
    let to = year.map_or_else(|| "/holidays".to_owned(), |year| format!("/holidays?year={year}"));
    see_other_saying(to, Toast::new("holiday-entered").with("n", n))
}

async fn paste(me: Signed, posted: Posted) -> Answer {
    let shown = year(posted.text("year"));
    let lines = posted.fields.raw("lines").unwrap_or_default();
    let days = match HolidayDay::parse_lines(lines, shown.unwrap_or_else(|| me.today().year())) {
        Ok(days) => days,
        Err(unread) => {
            let error = Error::field("lines", "holiday.unread");
            return year_page(&me, shown, Came::Lines(Sheet::again("holiday", &posted, error)?, unread)).await;
        }
    };
    let year = days.first().map(|day| day.on.year());
    let done = async { me.desk.save_once(EnterHolidays { days }, posted.submission()?).await };
    match done.await {
        Ok(n) => entered(year, n),
        Err(error) => year_page(&me, shown, Came::Lines(Sheet::again("holiday", &posted, error)?, Vec::new())).await,
    }
}

async fn drop_one(me: Signed, Id(holiday): Id<HolidayId>, posted: Posted) -> Answer {
    me.desk.save_once(DropHoliday { holiday }, posted.submission()?).await?;
    see_other_saying("/holidays", Toast::new("holiday-dropped"))
}

async fn undo(me: Signed, Id(batch): Id<Uuid>, posted: Posted) -> Answer {
    let n = me.desk.save_once(UndoHolidays { batch }, posted.submission()?).await?;
    see_other_saying("/holidays", Toast::new("holiday-undone").with("n", n))
}
