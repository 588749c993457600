//! A class: its name, its grade, its teacher on the way to another class, and its end.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{AccountId, ClassId, SchoolId};
use naheya_domain::school::ClassDetails;
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::school::{ChangeClass, ClassFile, CloseClass, MoveClass, MoveTeacher, ReopenClass};

use crate::account::may_make_for_guardians;
use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

pub(crate) mod group;
pub mod typed;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let keeps = Knock::May(Action::KeepSchool);
    vec![
        Route::get("/classes/{id}", keeps, Noun::Area, show),
        Route::post("/classes/{id}", keeps, Noun::Area, change),
        Route::post("/classes/{id}/teacher", keeps, Noun::Area, move_teacher),
        Route::post("/classes/{id}/school", keeps, Noun::Area, to_school),
        Route::post("/classes/{id}/closure", keeps, Noun::Area, close),
        Route::post("/classes/{id}/closure/undo", keeps, Noun::Area, reopen),
    ]
}

#[derive(Template)]
#[template(path = "class/edit.html")]
struct EditPage {
    f: Frame,
    file: ClassFile,
    sheet: Sheet,
    moving: Sheet,
    leaving: Sheet,
    closing: Sheet,
    teachers: Vec<(String, String)>,
    others: Vec<(String, String)>,
    /// Other schools, to which it may go.
    schools: Vec<(String, String)>,
    /// Whether the reader opens the account of whoever comes after a teacher.
    may_open: bool,
    /// Whether the reader makes accounts for all the guardians of the class.
    for_guardians: bool,
}

async fn show(me: Signed, Id(id): Id<ClassId>) -> Answer {
    let file = me.desk.class(id).await?;
    let sheet = me.sheet_of("class", &file);
    edit_page(&me, file, Forms { sheet, ..Forms::blank() }).await
}

/// The forms of the page; the one that came back is put in its place.
struct Forms {
    sheet: Sheet,
    moving: Sheet,
    leaving: Sheet,
    closing: Sheet,
}

impl Forms {
    fn blank() -> Forms {
        let blank = || Sheet::blank("class");
        Forms { sheet: blank(), moving: blank(), leaving: blank(), closing: blank() }
    }
}

impl Versioned for ClassFile {
    fn records(&self) -> Vec<Record> {
        vec![Record::Class(self.class.id.0)]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        let grade = self.class.grade.map(|grade| grade.to_string()).unwrap_or_default();
        Fields::of([("name", self.class.name.clone()), ("grade", grade)])
    }
}

async fn edit_page(me: &Signed, file: ClassFile, forms: Forms) -> Answer {
    let Forms { sheet, moving, leaving, closing } = forms;
    let own = file.school;
    let schools = me.desk.school_names().await?.into_iter().filter(|(id, _)| *id != own);
    let told = [&sheet, &leaving, &closing].into_iter().find(|one| !one.status().is_success()).unwrap_or(&moving);
    let (status, frame) = (told.status(), me.frame("class-edit-title").with(told));
    page_as(
        status,
        &EditPage {
            f: frame,
            teachers: file.teachers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
            others: file.others.iter().map(|class| (class.id.to_string(), class.name.clone())).collect(),
            may_open: me.desk.may(Action::KeepAccount),
            for_guardians: may_make_for_guardians(me),
            file,
            sheet,
            moving,
            leaving,
            closing,
            schools: schools.map(|(id, name)| (id.to_string(), name)).collect(),
        },
    )
}

async fn change(me: Signed, Id(id): Id<ClassId>, posted: Posted) -> Answer {
    let file = me.desk.class(id).await?;
    let school = file.school;
    let done = async {
        let details = ClassDetails::parse(posted.text("name"), posted.text("grade"))?;
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(ChangeClass { class: id, version, details }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/schools/{school}"), Toast::new("class-changed")),
        Err(error) => {
            let file = me.desk.class(id).await?;
            let sheet = me.again("class", &posted, error, &file).await?;
            edit_page(&me, file, Forms { sheet, ..Forms::blank() }).await
        }
    }
}

async fn move_teacher(me: Signed, Id(id): Id<ClassId>, posted: Posted) -> Answer {
    let file = me.desk.class(id).await?;
    let done = async {
        let missing = |field: &'static str| Error::field(field, "required.missing");
        let account = posted.given("account").and_then(AccountId::parse).ok_or_else(|| missing("account"))?;
        let to = posted.given("to").and_then(ClassId::parse).ok_or_else(|| missing("to"))?;
        me.desk.save_once(MoveTeacher { account, from: id, to }, posted.submission()?).await?;
        Ok(to)
    };
    match done.await {
        Ok(to) => see_other_saying(format!("/classes/{to}"), Toast::new("class-moved")),
        Err(error) => {
            let sheet = me.sheet_of("class", &file);
            let moving = Sheet::again("class", &posted, error)?;
            edit_page(&me, file, Forms { sheet, moving, ..Forms::blank() }).await
        }
    }
}

async fn to_school(me: Signed, Id(id): Id<ClassId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let to = posted.given("school").and_then(SchoolId::parse);
        let to = to.ok_or_else(|| Error::field("school", "required.missing"))?;
        me.desk.save_once(MoveClass { class: id, version, to }, posted.submission()?).await?;
        Ok(to)
    };
    match done.await {
        Ok(to) => see_other_saying(format!("/schools/{to}"), Toast::new("class-went")),
        Err(error) => {
            let file = me.desk.class(id).await?;
            let sheet = me.sheet_of("class", &file);
            let leaving = Sheet::again("class", &posted, error)?;
            edit_page(&me, file, Forms { sheet, leaving, ..Forms::blank() }).await
        }
    }
}

async fn close(me: Signed, Id(id): Id<ClassId>, posted: Posted) -> Answer {
    let school = me.desk.class(id).await?.school;
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(CloseClass { class: id, version }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => {
            let toast = Toast::new("class-closed").undo(format!("/classes/{id}/closure/undo"));
            see_other_saying(format!("/schools/{school}"), toast)
        }
        Err(error) => {
            let file = me.desk.class(id).await?;
            let sheet = me.sheet_of("class", &file);
            let closing = Sheet::again("class", &posted, error)?;
            edit_page(&me, file, Forms { sheet, closing, ..Forms::blank() }).await
        }
    }
}

async fn reopen(me: Signed, Id(id): Id<ClassId>, posted: Posted) -> Answer {
    me.desk.save_once(ReopenClass { class: id }, posted.submission()?).await?;
    see_other_saying(format!("/classes/{id}"), Toast::new("class-reopened"))
}
