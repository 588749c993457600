//! A class: its name, its grade, and its teacher on the way to another class.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{AccountId, ClassId};
use naheya_domain::school::ClassDetails;
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::school::{ChangeClass, ClassFile, MoveTeacher};

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
    ]
}

#[derive(Template)]
#[template(path = "class/edit.html")]
struct EditPage {
    f: Frame,
    file: ClassFile,
    sheet: Sheet,
    moving: Sheet,
    teachers: Vec<(String, String)>,
    others: Vec<(String, String)>,
    /// Whether the reader opens the account of whoever comes after a teacher.
    may_open: bool,
    /// Whether the reader makes accounts for all the guardians of the class.
    for_guardians: bool,
}

async fn show(me: Signed, Id(id): Id<ClassId>) -> Answer {
    let file = me.desk.class(id).await?;
    let sheet = me.sheet_of("class", &file);
    edit_page(&me, file, sheet, Sheet::blank("class"))
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

fn edit_page(me: &Signed, file: ClassFile, sheet: Sheet, moving: Sheet) -> Answer {
    let told = if sheet.status().is_success() { &moving } else { &sheet };
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
            edit_page(&me, file, sheet, Sheet::blank("class"))
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
            edit_page(&me, file, sheet, Sheet::again("class", &posted, error)?)
        }
    }
}
