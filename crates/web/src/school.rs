//! Schools, classes, hours, days that differ, who stands at the gate.

use askama::Template;
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::id::{AccountId, SchoolId};
use naheya_domain::school::{ClassDetails, SchoolDetails, day};
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::school::{
    AddClass, AddSchool, ChangeSchool, CloseSchool, DropDuty, ReopenSchool, School, SchoolFile, SetDuty, Ungraded,
};
use uuid::Uuid;

use crate::answer::{see_other, see_other_saying};
use crate::area::choices;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page, page_as};

pub(crate) mod calendar;
mod export;
mod year;

const KEEPS: Knock = Knock::May(Action::KeepSchool);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let area = Noun::Area;
    let mut routes = calendar::routes();
    routes.extend(year::routes());
    routes.extend([
        Route::get("/schools", Knock::Sees(area, Class::Work), area, list),
        Route::get("/schools.xlsx", Knock::May(Action::Export), area, export::workbook),
        Route::get("/schools/new", KEEPS, area, blank),
        Route::post("/schools", KEEPS, area, add),
        Route::get("/schools/{id}", KEEPS, area, show),
        Route::post("/schools/{id}", KEEPS, area, change),
        Route::post("/schools/{id}/closure", KEEPS, area, close),
        Route::post("/schools/{id}/closure/undo", KEEPS, area, reopen),
        Route::post("/schools/{id}/classes", KEEPS, area, add_class),
        Route::post("/schools/{id}/duties", KEEPS, area, set_duty),
        Route::post("/schools/{id}/duties/{duty}/end", KEEPS, area, drop_duty),
    ]);
    routes
}

#[derive(Template)]
#[template(path = "school/list.html")]
struct ListPage {
    f: Frame,
    schools: Vec<School>,
    /// Schools that are closed, for whoever may open them again.
    closed: Vec<(SchoolId, String)>,
    may_keep: bool,
    may_export: bool,
}

async fn list(me: Signed) -> Answer {
    let schools = me.desk.schools().await?;
    let [may_keep, may_export] = [Action::KeepSchool, Action::Export].map(|action| me.desk.may(action));
    let closed = if may_keep { me.desk.closed_schools().await? } else { Vec::new() };
    page(&ListPage { f: me.frame("school-list-title"), schools, closed, may_keep, may_export })
}

#[derive(Template)]
#[template(path = "school/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    towns: Vec<(String, String)>,
}

async fn blank(me: Signed) -> Answer {
    let usual = Fields::of([("release_at", "17:00"), ("return_at", "18:30")]);
    let sheet = me.resumed("school", Sheet::filled("school", usual)).await?;
    new_form(&me, sheet).await
}

async fn new_form(me: &Signed, sheet: Sheet) -> Answer {
    let towns = choices(me).await?;
    page_as(sheet.status(), &NewPage { f: me.frame("school-new-title").with(&sheet), sheet, towns })
}

fn details(posted: &Posted) -> Result<SchoolDetails, Error> {
    let hours = [posted.text("release_at"), posted.text("return_at")];
    Ok(SchoolDetails::parse(posted.text("name"), hours, posted.text("phone"))?)
}

async fn add(me: Signed, posted: Posted) -> Answer {
    let done = async {
        let SchoolDetails { name, release_at, return_at, .. } = details(&posted)?;
        let town_code = posted.given("town_code").map(str::to_owned);
        let known = choices(&me).await?;
        if town_code.as_ref().is_some_and(|code| !known.iter().any(|(c, _)| c == code)) {
            return Err(Error::field("town_code", "town.unknown"));
        }
        let act = AddSchool { name, town_code, release_at, return_at };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(id) => see_other_saying(format!("/schools/{id}"), Toast::new("school-added")),
        Err(error) => new_form(&me, Sheet::again("school", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "school/file.html")]
struct FilePage {
    f: Frame,
    file: SchoolFile,
    hours: Sheet,
    class: Sheet,
    duty: Sheet,
    closing: Sheet,
    teachers: Vec<(String, String)>,
    /// Until when moving up is taken back, while it can be.
    back_until: Option<String>,
}

impl FilePage {
    /// Classes that have left the school, and others that nobody is in: what may be closed.
    fn ending(&self) -> Vec<&Ungraded> {
        let ends = |one: &&Ungraded| one.children == 0 || year::has_left(&one.class.name);
        self.file.ungraded.iter().filter(ends).collect()
    }

    fn day(&self, on: &str) -> String {
        on.parse::<naheya_domain::Date>().map_or_else(|_| on.to_owned(), |day| self.f.w.long_date(day))
    }
}

/// The forms of the page; the one that came back is put in its place.
enum Came {
    None,
    Hours(Sheet),
    Class(Sheet),
    Duty(Sheet),
    Closing(Sheet),
}

async fn show(me: Signed, Id(id): Id<SchoolId>) -> Answer {
    file_page(&me, id, Came::None).await
}

async fn file_page(me: &Signed, id: SchoolId, came: Came) -> Answer {
    let file = me.desk.school(id).await?;
    let back_until = me.desk.named_back_until(id).await?.map(|at| me.w().time(at));
    let mut hours = me.resumed_of(&format!("school-{id}"), "school", &file).await?;
    let mut class = Sheet::blank("school-class");
    let mut duty = Sheet::blank("school-duty");
    let mut closing = Sheet::blank("school");
    let mut frame = me.frame("school-file-title");
    let mut status = axum::http::StatusCode::OK;
    let (place, sheet) = match came {
        Came::None => (None, None),
        Came::Hours(sheet) => (Some(&mut hours), Some(sheet)),
        Came::Class(sheet) => (Some(&mut class), Some(sheet)),
        Came::Duty(sheet) => (Some(&mut duty), Some(sheet)),
        Came::Closing(sheet) => (Some(&mut closing), Some(sheet)),
    };
    if let (Some(place), Some(sheet)) = (place, sheet) {
        frame = frame.with(&sheet);
        status = sheet.status();
        *place = sheet;
    }
    page_as(
        status,
        &FilePage {
            f: frame,
            teachers: file.teachers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
            file,
            hours,
            class,
            duty,
            closing,
            back_until,
        },
    )
}

async fn change(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let act = ChangeSchool { school: id, version, details: details(&posted)? };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/schools/{id}"), Toast::new("school-changed")),
        Err(error) => {
            let file = me.desk.school(id).await?;
            file_page(&me, id, Came::Hours(me.again("school", &posted, error, &file).await?)).await
        }
    }
}

async fn close(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(CloseSchool { school: id, version }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => {
            let toast = Toast::new("school-closed").undo(format!("/schools/{id}/closure/undo"));
            see_other_saying("/schools", toast)
        }
        Err(error) => file_page(&me, id, Came::Closing(Sheet::again("school", &posted, error)?)).await,
    }
}

async fn reopen(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    me.desk.save_once(ReopenSchool { school: id }, posted.submission()?).await?;
    see_other_saying(format!("/schools/{id}"), Toast::new("school-reopened"))
}

impl Versioned for SchoolFile {
    fn records(&self) -> Vec<Record> {
        vec![Record::School(self.school.id.0)]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        let school = &self.school;
        Fields::of([
            ("name", school.name.clone()),
            ("release_at", school.release_at.clone()),
            ("return_at", school.return_at.clone()),
            ("phone", self.phone.clone().unwrap_or_default()),
        ])
    }
}

async fn add_class(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let ClassDetails { name, grade } = ClassDetails::parse(posted.text("name"), posted.text("grade"))?;
        me.desk.save_once(AddClass { school: id, name, grade }, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/schools/{id}"), Toast::new("school-class-added")),
        Err(error) => file_page(&me, id, Came::Class(Sheet::again("school-class", &posted, error)?)).await,
    }
}

async fn set_duty(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let on = day(posted.text("on_date")).map_err(|code| Error::field("on_date", code))?;
        let account = posted.given("account").and_then(AccountId::parse);
        let account = account.ok_or_else(|| Error::field("account", "required.missing"))?;
        me.desk.save_once(SetDuty { school: id, on, account }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/schools/{id}"), Toast::new("school-duty-set")),
        Err(error) => file_page(&me, id, Came::Duty(Sheet::again("school-duty", &posted, error)?)).await,
    }
}

async fn drop_duty(me: Signed, Id((id, duty)): Id<(SchoolId, Uuid)>, posted: Posted) -> Answer {
    me.desk.save_once(DropDuty { school: id, duty }, posted.submission()?).await?;
    see_other(format!("/schools/{id}"))
}
