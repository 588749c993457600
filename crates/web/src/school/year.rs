//! A new school year: every class of a school under the name of its next grade, looked over and kept at once.

use askama::Template;
use naheya_domain::Refusal;
use naheya_domain::access::Noun;
use naheya_domain::class_name::moved_up;
use naheya_domain::id::{ClassId, SchoolId};
use naheya_domain::school::ClassDetails;
use naheya_store::Error;
use naheya_store::school::{Class, NameClasses, NameClassesBack};

use super::KEEPS;
use crate::answer::see_other_saying;
use crate::{Answer, Fields, Frame, Id, Posted, Route, Sheet, Signed, Toast, Words, page_as};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/schools/{id}/grades", KEEPS, Noun::Area, show),
        Route::post("/schools/{id}/grades", KEEPS, Noun::Area, keep),
        Route::post("/schools/{id}/grades/undo", KEEPS, Noun::Area, back),
    ]
}

#[derive(Template)]
#[template(path = "school/year.html")]
struct YearPage {
    f: Frame,
    id: SchoolId,
    school: String,
    /// The day on which they were moved up not long ago.
    moved_up: Option<String>,
    sheet: Sheet,
    rows: Vec<Row>,
}

/// A class as it is, and what it is going to be.
struct Row {
    id: ClassId,
    version: i32,
    now: String,
    name: String,
    grade: String,
}

impl Row {
    /// With what somebody has typed for it, now or in a draft.
    fn typed(&self, typed: &Fields) -> Row {
        let text = |field: &str| typed.raw(&format!("{field}.{}", self.id)).map(|text| text.trim().to_owned());
        Row {
            version: text("version").and_then(|n| n.parse().ok()).unwrap_or(self.version),
            name: text("name").unwrap_or_else(|| self.name.clone()),
            grade: text("grade").unwrap_or_else(|| self.grade.clone()),
            now: self.now.clone(),
            ..*self
        }
    }

    fn wanted(&self) -> Result<(ClassId, i32, ClassDetails), Error> {
        let read = ClassDetails::parse(&self.name, &self.grade);
        let odd = |_| Error::Refused(Refusal::new("class.unreadable").with("name", self.now.clone()));
        Ok((self.id, self.version, read.map_err(odd)?))
    }
}

/// Grades after which children go to another school, or to none.
const LAST: [i32; 3] = [6, 9, 12];

/// The classes a grade higher. Those of the highest leave where it is the last of a school, and keep their children under the name
/// of the year: of a school whose fifth grade is the highest on file, the sixth is only not known yet.
fn next(w: Words, year: i16, classes: Vec<(Class, i32)>) -> Vec<Row> {
    let top = classes.iter().filter_map(|(class, _)| class.grade).max().filter(|top| LAST.contains(top));
    let row = |(class, version): (Class, i32)| {
        let (name, grade) = match class.grade {
            None => (class.name.clone(), None),
            grade if grade == top => (w.t2("school-year-leaving", "year", year.to_string(), "name", &class.name), None),
            Some(grade) => (moved_up(&class.name, grade).unwrap_or_else(|| class.name.clone()), Some(grade + 1)),
        };
        let grade = grade.map(|grade| grade.to_string()).unwrap_or_default();
        Row { id: class.id, version, now: class.name, name, grade }
    };
    classes.into_iter().map(row).collect()
}

/// Whether the name is one that [`next`] gives to a class that leaves, in either language.
pub(super) fn has_left(name: &str) -> bool {
    let year =
        |text: Option<&str>| text.is_some_and(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()));
    year(name.split_once('届').map(|(year, _)| year)) || year(name.rsplit_once(", left ").map(|(_, year)| year))
}

async fn show(me: Signed, Id(id): Id<SchoolId>) -> Answer {
    let (school, classes) = me.desk.classes_to_name(id).await?;
    let mut rows = next(me.w(), me.today().year(), classes);
    let sheet = me.resumed(&format!("grades-{id}"), Sheet::blank("school-class")).await?;
    if sheet.kept().is_some() {
        rows = rows.iter().map(|row| row.typed(sheet.values())).collect();
    }
    form(&me, id, school, rows, sheet).await
}

async fn form(me: &Signed, id: SchoolId, school: String, rows: Vec<Row>, sheet: Sheet) -> Answer {
    let f = me.frame("school-year-title").with(&sheet);
    let moved_up = me.desk.moved_up_at(id).await?.map(|at| me.w().long_date(at.date()));
    page_as(sheet.status(), &YearPage { f, id, school, moved_up, sheet, rows })
}

async fn keep(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let (school, classes) = me.desk.classes_to_name(id).await?;
    let rows = next(me.w(), me.today().year(), classes).iter().map(|row| row.typed(&posted)).collect::<Vec<_>>();
    let done = async {
        let classes = rows.iter().map(Row::wanted).collect::<Result<Vec<_>, _>>()?;
        me.desk.save_once(NameClasses { school: id, classes }, posted.submission()?).await
    };
    match done.await {
        Ok(0) => see_other_saying(format!("/schools/{id}"), Toast::new("school-year-done").with("n", 0)),
        Ok(n) => {
            let toast = Toast::new("school-year-done").with("n", n).undo(format!("/schools/{id}/grades/undo"));
            see_other_saying(format!("/schools/{id}"), toast)
        }
        Err(error) => form(&me, id, school, rows, Sheet::again("school-class", &posted, error)?).await,
    }
}

async fn back(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let n = me.desk.save_once(NameClassesBack { school: id }, posted.submission()?).await?;
    see_other_saying(format!("/schools/{id}"), Toast::new("school-year-undone").with("n", n))
}
