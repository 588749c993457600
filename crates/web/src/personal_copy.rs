//! What is held of a person, as a copy for that person (个人信息保护法, art. 45): one page made for printing, and a workbook of
//! the same tables. Guardians and volunteers fetch their own; the office gives one on a request on paper.

use askama::Template;
use naheya_documents::excel::{Excel, Head, Value};
use naheya_domain::Role;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, GuardianId, VolunteerId};
use naheya_store::personal_copy::{ChildCopy, VolunteerCopy};

use crate::answer::download;
use crate::export::{KIND, moment};
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, page, page_as};

mod child;
mod volunteer;

const GUARDIAN: Knock = Knock::Roles(&[Role::Guardian]);
pub(crate) const HERSELF: Knock = Knock::Roles(&[Role::Volunteer, Role::Applicant]);
const OFFICE: Knock = Knock::May(Action::Export);
/// What a copy may be, by the word of its form: a page on paper, a workbook.
const SHAPES: [&str; 2] = [PAGE, BOOK];
const PAGE: &str = "page";
const BOOK: &str = "book";
/// Width of a column of the workbook, in half-width characters.
const WIDTH: f64 = 24.0;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/family/{id}/copy", GUARDIAN, Noun::Child, own_child),
        Route::get("/family/{id}/copy.xlsx", GUARDIAN, Noun::Child, own_child_book),
        Route::get("/me/copy", HERSELF, Noun::Volunteer, herself),
        Route::get("/me/copy.xlsx", HERSELF, Noun::Volunteer, herself_book),
        Route::get("/children/{id}/copy", OFFICE, Noun::Child, ask_child),
        Route::post("/children/{id}/copy", OFFICE, Noun::Child, child_on_paper),
        Route::get("/volunteers/{id}/copy", OFFICE, Noun::Volunteer, ask_volunteer),
        Route::post("/volunteers/{id}/copy", OFFICE, Noun::Volunteer, volunteer_on_paper),
    ]
}

/// One table: of the page, and as a sheet of the workbook.
struct Part {
    title: String,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Part {
    /// What is said of what, where a row holds no more than that: a phone would put both heads before each.
    fn facts(&self) -> Option<Vec<(&str, &str)>> {
        self.rows
            .iter()
            .map(|row| match row.as_slice() {
                [what, said] => Some((what.as_str(), said.as_str())),
                _ => None,
            })
            .collect()
    }

    /// A row's cells, each with the head of its column.
    fn cells<'a>(&'a self, row: &'a [String]) -> Vec<(&'a str, &'a str)> {
        self.heads.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect()
    }
}

/// A copy in words.
struct Copied {
    name: String,
    parts: Vec<Part>,
    /// Pictures that are shown: which, and of when.
    pictures: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "personal_copy/show.html")]
struct CopyPage {
    f: Frame,
    back: String,
    copied: Copied,
    /// Where the workbook is fetched; the office chooses it on its form.
    book: Option<String>,
    /// Whether the locked part is in it.
    whole: bool,
}

fn shown(me: &Signed, back: String, copied: Copied, book: Option<String>) -> Answer {
    page(&CopyPage { f: me.frame("personal_copy-title"), back, copied, whole: book.is_none(), book })
}

async fn own_child(me: Signed, Id(id): Id<ChildId>) -> Answer {
    let copied = in_words(&me, me.desk.own_child_copy(id).await?);
    shown(&me, "/family/looks".to_owned(), copied, Some(format!("/family/{id}/copy.xlsx")))
}

async fn own_child_book(me: Signed, Id(id): Id<ChildId>) -> Answer {
    let copied = in_words(&me, me.desk.own_child_copy(id).await?);
    workbook(&me, copied).await
}

async fn herself(me: Signed) -> Answer {
    let copied = of_volunteer(&me, &me.desk.own_volunteer_copy().await?);
    shown(&me, "/me".to_owned(), copied, Some("/me/copy.xlsx".to_owned()))
}

async fn herself_book(me: Signed) -> Answer {
    let copied = of_volunteer(&me, &me.desk.own_volunteer_copy().await?);
    workbook(&me, copied).await
}

#[derive(Template)]
#[template(path = "personal_copy/ask.html")]
struct AskPage {
    f: Frame,
    sheet: Sheet,
    /// The file.
    back: String,
    /// Who may get it; nobody is chosen where it is the person herself.
    people: Option<Vec<(String, String)>>,
    shapes: Vec<(&'static str, String)>,
}

fn blank() -> Sheet {
    Sheet::filled("personal_copy", Fields::of([("shape", PAGE)]))
}

fn form(me: &Signed, back: String, people: Option<Vec<(String, String)>>, sheet: Sheet) -> Answer {
    let w = me.w();
    let shapes = SHAPES.into_iter().map(|shape| (shape, w.code("personal_copy-shape", shape))).collect();
    let f = me.frame("personal_copy-title").with(&sheet);
    page_as(sheet.status(), &AskPage { f, sheet, back, people, shapes })
}

async fn ask_child(me: Signed, Id(id): Id<ChildId>) -> Answer {
    child_form(&me, id, blank()).await
}

async fn child_form(me: &Signed, id: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let asked = me.desk.who_may_consent(id).await?;
    let named = |a: naheya_store::consent::Asked| {
        (a.id.to_string(), format!("{} · {}", a.name, w.code("child-relation", &a.relation)))
    };
    form(me, format!("/children/{id}"), Some(asked.into_iter().map(named).collect()), sheet)
}

async fn child_on_paper(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    let to = posted.given("guardian_id").and_then(GuardianId::parse);
    match me.desk.child_copy_on_paper(id, to, posted.text("reason")).await {
        Ok(copy) => given(&me, format!("/children/{id}"), in_words(&me, copy), &posted).await,
        Err(error) => child_form(&me, id, Sheet::again("personal_copy", &posted, error)?).await,
    }
}

async fn ask_volunteer(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    // Not visible is absent, also for the question.
    me.desk.volunteer(id).await?;
    form(&me, format!("/volunteers/{id}"), None, blank())
}

async fn volunteer_on_paper(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    match me.desk.volunteer_copy_on_paper(id, posted.text("reason")).await {
        Ok(copy) => given(&me, format!("/volunteers/{id}"), of_volunteer(&me, &copy), &posted).await,
        Err(error) => form(&me, format!("/volunteers/{id}"), None, Sheet::again("personal_copy", &posted, error)?),
    }
}

/// In the shape that the office chose.
async fn given(me: &Signed, back: String, copied: Copied, posted: &Posted) -> Answer {
    if posted.text("shape") == BOOK { workbook(me, copied).await } else { shown(me, back, copied, None) }
}

fn in_words(me: &Signed, copy: ChildCopy) -> Copied {
    child::in_words(me.w(), copy)
}

fn of_volunteer(me: &Signed, copy: &VolunteerCopy) -> Copied {
    volunteer::in_words(me.w(), copy)
}

/// The tables as sheets, made where nobody else waits for it. The file's name names nobody.
async fn workbook(me: &Signed, copied: Copied) -> Answer {
    let w = me.w();
    let who = me.session().map(|session| session.name.clone()).unwrap_or_default();
    let stamp = w.t2("personal_copy-stamp", "who", who, "when", moment(me.now));
    let work = tokio::task::spawn_blocking(move || {
        let mut excel = Excel::stamped(stamp);
        for part in copied.parts {
            let heads: Vec<Head> = part.heads.into_iter().map(|head| Head::new(head, WIDTH)).collect();
            let rows = part.rows.into_iter().map(|row| row.into_iter().map(Value::Text).collect());
            excel.sheet(&part.title, &heads, rows)?;
        }
        excel.finish()
    });
    let bytes = work.await.ok().and_then(Result::ok).ok_or_else(Problem::internal)?;
    download(&format!("{}-{}.xlsx", w.t("personal_copy-title"), me.today()), KIND, bytes)
}
