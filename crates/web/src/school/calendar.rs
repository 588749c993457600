//! A school's weeks: the term at a glance, the rhythm, terms, days of its own.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::access::Noun;
use naheya_domain::id::{SchoolId, SchoolTermId};
use naheya_domain::school::{DayDetails, Rhythm};
use naheya_domain::term::TermDetails;
use naheya_domain::weekend::Weekend;
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::school::{AddTerm, ChangeRhythm, DropSchoolDay, DropTerm, SchoolCalendar, SchoolDay, SetSchoolDay};
use naheya_store::stay::MovedStay;
use uuid::Uuid;

use super::KEEPS;
use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::words::Words;
use crate::{Answer, Fields, Frame, Id, Posted, Route, Sheet, Signed, Toast, page_as};

pub(super) fn routes() -> Vec<Route> {
    let area = Noun::Area;
    vec![
        Route::get("/schools/{id}/calendar", KEEPS, area, show),
        Route::post("/schools/{id}/rhythm", KEEPS, area, change_rhythm),
        Route::post("/schools/{id}/terms", KEEPS, area, add_term),
        Route::post("/schools/{id}/terms/{term}/end", KEEPS, area, drop_term),
        Route::post("/schools/{id}/days", KEEPS, area, set_day),
        Route::post("/schools/{id}/days/{day}/end", KEEPS, area, drop_day),
    ]
}

/// One weekend of the term.
pub(crate) struct Tile {
    /// Its days.
    pub(crate) days: String,
    /// What it is, and how long.
    pub(crate) about: String,
    /// Whether it is too long to be planned as a weekend.
    pub(crate) vacation: bool,
    /// What distinguishes it: `small`, `holiday` or nothing.
    pub(crate) kind: &'static str,
}

/// Weekends by the month in which they begin.
pub(crate) fn months<T>(w: Words, all: Vec<(Date, T)>) -> Vec<(String, Vec<T>)> {
    let mut months: Vec<((i16, i8), String, Vec<T>)> = Vec::new();
    for (on, tile) in all {
        let key = (on.year(), on.month());
        match months.last_mut() {
            Some((last, _, tiles)) if *last == key => tiles.push(tile),
            _ => months.push((key, w.month(on), vec![tile])),
        }
    }
    months.into_iter().map(|(_, name, tiles)| (name, tiles)).collect()
}

/// What a weekend is called: a holiday by its name, else by the rhythm.
pub(crate) fn about(w: Words, weekend: &Weekend, by_turns: bool) -> String {
    let name = weekend.name.clone().unwrap_or_else(|| {
        w.t(match (weekend.is_small(), by_turns) {
            _ if weekend.is_vacation() => "stay-tile-long",
            (true, _) => "stay-tile-small",
            (false, true) => "school-tile-big",
            (false, false) => "stay-tile-weekend",
        })
    });
    w.t2("stay-tile-about", "name", name, "n", weekend.days)
}

fn tile(w: Words, weekend: &Weekend, by_turns: bool) -> Tile {
    Tile {
        days: w.span(weekend.leaves_on, weekend.last),
        about: about(w, weekend, by_turns),
        vacation: weekend.is_vacation(),
        kind: match (weekend.is_small(), weekend.name.is_some()) {
            (true, _) => "small",
            (false, true) => "holiday",
            (false, false) => "",
        },
    }
}

#[derive(Template)]
#[template(path = "school/calendar.html")]
struct CalendarPage {
    f: Frame,
    id: SchoolId,
    calendar: SchoolCalendar,
    months: Vec<(String, Vec<Tile>)>,
    days: Vec<SchoolDay>,
    moved: Vec<MovedStay>,
    rhythm: Sheet,
    rhythms: Vec<(String, String)>,
    term: Sheet,
    day: Sheet,
    kinds: Vec<(String, String)>,
}

impl CalendarPage {
    /// How many weekends are left; the holidays after the last of them are none.
    fn weekends(&self) -> usize {
        self.calendar.weekends.iter().filter(|weekend| !weekend.is_vacation()).count()
    }

    /// The day as it is said everywhere else, with the day of the week.
    fn day_of(&self, row: &SchoolDay) -> String {
        let on = row.on_date.parse::<Date>();
        on.map_or_else(|_| row.on_date.clone(), |on| format!("{} {}", self.f.w.long_date(on), self.f.w.weekday(on)))
    }
}

/// The forms of the page; the one that came back is put in its place.
enum Came {
    None,
    Rhythm(Sheet),
    Term(Sheet),
    Day(Sheet),
}

async fn show(me: Signed, Id(id): Id<SchoolId>) -> Answer {
    calendar_page(&me, id, Came::None).await
}

/// A school's weeks as their form is filled from them.
struct Weeks<'c>(SchoolId, &'c SchoolCalendar);

impl Versioned for Weeks<'_> {
    fn records(&self) -> Vec<Record> {
        vec![Record::School(self.0.0)]
    }

    fn version(&self) -> i32 {
        self.1.version
    }

    fn fields(&self) -> Fields {
        let anchor = match self.1.rhythm {
            Rhythm::BigSmall(day) => day.to_string(),
            Rhythm::Weekly => String::new(),
        };
        Fields::of([("rhythm", self.1.rhythm.code().to_owned()), ("anchor", anchor)])
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        if name == "rhythm" { w.sent_code("school-rhythm-is", value) } else { value.to_owned() }
    }
}

async fn calendar_page(me: &Signed, id: SchoolId, came: Came) -> Answer {
    let w = me.w();
    let calendar = me.desk.school_calendar(id).await?;
    let file = me.desk.school(id).await?;
    me.desk.looked("stays", calendar.moved.iter().map(|s| s.id.0).collect(), "work", None).await?;
    let by_turns = matches!(calendar.rhythm, Rhythm::BigSmall(_));
    let mut rhythm = me.sheet_of("school-week", &Weeks(id, &calendar));
    let mut term = me.resumed(&format!("school-term-{id}"), Sheet::blank("school-term")).await?;
    let mut day = me.resumed(&format!("school-day-{id}"), Sheet::blank("school-day")).await?;
    let (place, sheet) = match came {
        Came::None => (None, None),
        Came::Rhythm(sheet) => (Some(&mut rhythm), Some(sheet)),
        Came::Term(sheet) => (Some(&mut term), Some(sheet)),
        Came::Day(sheet) => (Some(&mut day), Some(sheet)),
    };
    let mut frame = me.frame("school-calendar-title");
    let mut status = axum::http::StatusCode::OK;
    if let (Some(place), Some(sheet)) = (place, sheet) {
        frame = frame.with(&sheet);
        status = sheet.status();
        *place = sheet;
    }
    let tiles = calendar.weekends.iter().map(|weekend| (weekend.first, tile(w, weekend, by_turns)));
    let shown = CalendarPage {
        f: frame,
        id,
        months: months(w, tiles.collect()),
        days: file.days,
        moved: calendar.moved.clone(),
        rhythms: ["weekly", "big_small"].map(|k| (k.to_owned(), w.code("school-rhythm-is", k))).to_vec(),
        kinds: ["closed", "open"].map(|k| (k.to_owned(), w.code("school-day-is", k))).to_vec(),
        rhythm,
        term,
        day,
        calendar,
    };
    page_as(status, &shown)
}

fn here(id: SchoolId) -> String {
    format!("/schools/{id}/calendar")
}

async fn change_rhythm(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let rhythm = Rhythm::parse(posted.text("rhythm"), posted.text("anchor"))?;
        me.desk.save_once(ChangeRhythm { school: id, version, rhythm }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(here(id), Toast::new("school-changed")),
        Err(error) => {
            let calendar = me.desk.school_calendar(id).await?;
            let sheet = me.again("school-week", &posted, error, &Weeks(id, &calendar)).await?;
            calendar_page(&me, id, Came::Rhythm(sheet)).await
        }
    }
}

async fn add_term(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let term = TermDetails::parse(posted.text("term_name"), posted.text("from_on"), posted.text("to_on"))?;
        let act = AddTerm { school: id, term, everywhere: posted.fields.is_on("everywhere") };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(n) => see_other_saying(here(id), Toast::new("school-term-added").with("n", n)),
        Err(error) => calendar_page(&me, id, Came::Term(Sheet::again("school-term", &posted, error)?)).await,
    }
}

async fn drop_term(me: Signed, Id((id, term)): Id<(SchoolId, SchoolTermId)>, posted: Posted) -> Answer {
    me.desk.save_once(DropTerm { school: id, term }, posted.submission()?).await?;
    crate::see_other(here(id))
}

async fn set_day(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let day = DayDetails::parse(posted.text("on_date"), posted.text("kind"), posted.text("name"))?;
        me.desk.save_once(SetSchoolDay { school: id, day }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(here(id), Toast::new("school-day-set")),
        Err(error) => calendar_page(&me, id, Came::Day(Sheet::again("school-day", &posted, error)?)).await,
    }
}

async fn drop_day(me: Signed, Id((id, day)): Id<(SchoolId, Uuid)>, posted: Posted) -> Answer {
    me.desk.save_once(DropSchoolDay { school: id, day }, posted.submission()?).await?;
    crate::see_other(here(id))
}
