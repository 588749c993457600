//! Imports, as pages: choose a file, look at what it would do, put cells right, write it. One preview stands between the file and
//! the register, and every step leads back to it.

use askama::Template;
use axum::extract::State;
use naheya_documents::file_fault::FileFault;
use naheya_documents::marked::{Marking, mark};
use naheya_documents::roster::{CellError, Column, Field, Kind};
use naheya_documents::workbook::Workbook;
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::area_code::County;
use naheya_domain::id::{ImportBatchId, OperationId};
use naheya_domain::operation::OperationKind;
use naheya_domain::{Date, FieldError};
use naheya_store::field::sha256;
use naheya_store::import::{
    DropUpload, Fix, FixUpload, ImportRoster, Imported, Judgement, KeepUpload, SchoolChoice, UnfixUpload, Uploaded,
};
use naheya_store::operation::{Asked, Roster};
use naheya_store::{Desk, Error};

use crate::answer::{download, see_other_saying};
use crate::roster::{Reading, Shown};
use crate::{
    Answer, App, Frame, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, operation, page_as,
    see_other,
};

mod batch;
mod export;
mod left;
mod preview;
mod school;

pub(crate) use left::left_out;

/// A roster may weigh 20 MB; the form around it a little more.
const UPLOAD_LIMIT: usize = (20 << 20) + (64 << 10);
/// Characters of a cell that is put right here.
const LONGEST_CELL: usize = 500;
/// The fault of a row whose identity number and birth date contradict each other.
const TWO_BIRTH_DATES: &str = "id_number.birth_date_mismatch";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let may = Knock::May(Action::Import);
    let sign = Knock::May(Action::ApproveVolunteer);
    vec![
        Route::get("/imports", Knock::Sees(Noun::Import, Class::Work), Noun::Import, batch::list),
        Route::get("/imports.xlsx", Knock::May(Action::Export), Noun::Import, export::workbook),
        Route::get("/imports/new", may, Noun::Import, blank),
        Route::post("/imports/new", may, Noun::Import, upload).limit(UPLOAD_LIMIT),
        Route::get("/imports/preview", may, Noun::Import, preview::show),
        Route::post("/imports/preview/cells", may, Noun::Import, fix),
        Route::post("/imports/preview/cells/removal", may, Noun::Import, unfix),
        Route::post("/imports/preview/schools", may, Noun::Import, school::choose),
        Route::get("/imports/preview/marked", may, Noun::Import, marked),
        Route::post("/imports", may, Noun::Import, commit),
        Route::get("/imports/{id}", Knock::Sees(Noun::Import, Class::Work), Noun::Import, batch::show),
        Route::get("/imports/{id}/left-out", may, Noun::Import, left::file),
        Route::post("/imports/{id}/undo", may, Noun::Import, batch::undo),
        Route::post("/imports/{id}/enrolment", may, Noun::Import, batch::enrolment),
        Route::post("/imports/{id}/signature", sign, Noun::Import, batch::signature),
    ]
}

#[derive(Template)]
#[template(path = "import/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    kinds: Vec<(&'static str, String)>,
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    let kind = wanted.given("kind").and_then(Kind::parse).unwrap_or(Kind::Children);
    form(&me, Sheet::filled("import", crate::Fields::of([("kind", kind.code())])))
}

fn form(me: &Signed, sheet: Sheet) -> Answer {
    let kinds = Kind::ALL.into_iter().map(|k| (k.code(), me.w().code("import-kind", k.code()))).collect();
    page_as(sheet.status(), &NewPage { f: me.frame("import-new-title").with(&sheet), sheet, kinds })
}

/// Reads the file once to refuse it at once, and keeps it for the preview.
async fn upload(me: Signed, posted: Posted) -> Answer {
    let done = async {
        let missing = |field: &'static str| Error::Invalid(vec![FieldError::new(field, "required.missing")]);
        let kind = Kind::parse(posted.text("kind")).ok_or_else(|| missing("kind"))?;
        let file = posted.file("roster").ok_or_else(|| missing("roster"))?;
        let (kind, name) = (kind.code().into(), file.name.clone());
        let kept = Uploaded { kind, name, fixes: Vec::new(), schools: Vec::new(), bytes: file.bytes.to_vec() };
        let read = read(&me.desk, me.today(), kept.clone()).await?;
        read.map_err(|fault| Error::Invalid(vec![FieldError::new("roster", fault.detail())]))?;
        me.desk.save(KeepUpload(kept)).await
    };
    match done.await {
        Ok(()) => see_other("/imports/preview"),
        Err(error) => form(&me, Sheet::again("import", &posted, error)?),
    }
}

/// A roster with the workbook that it stands in.
pub(crate) struct Opened {
    kind: Kind,
    name: String,
    pub(crate) hash: [u8; 32],
    fixes: usize,
    schools: Vec<SchoolChoice>,
    book: Workbook,
    pub(crate) reading: Reading,
}

/// The file as it came, with what was put right on the page.
fn fixed(file: &Uploaded) -> Result<Workbook, FileFault> {
    let mut book = Workbook::read(&file.bytes, &file.name)?;
    for fix in &file.fixes {
        if let Some(sheet) = book.sheets.iter_mut().find(|sheet| sheet.name == fix.sheet) {
            sheet.type_over(fix.row, fix.column, &fix.text);
        }
    }
    Ok(book)
}

/// What tells one import from another: the file, what was put right in it, and which schools are meant.
fn hash(file: &Uploaded) -> [u8; 32] {
    if file.fixes.is_empty() && file.schools.is_empty() {
        return sha256(&file.bytes);
    }
    let mut all = file.bytes.clone();
    for fix in &file.fixes {
        all.extend_from_slice(format!("\n{}\n{}\n{}\n{}", fix.sheet, fix.row, fix.column, fix.text).as_bytes());
    }
    for SchoolChoice { named, to } in &file.schools {
        all.extend_from_slice(format!("\n{named}\n{}", to.unwrap_or_default()).as_bytes());
    }
    sha256(&all)
}

/// Reads a roster where nobody else waits for it. What is wrong with the file is its own answer: that the schools cannot be
/// asked for is no fault of the file.
pub(crate) async fn read(desk: &Desk, today: Date, file: Uploaded) -> Result<Result<Opened, FileFault>, Error> {
    let county = County::known(&desk.viewer().area.to_string());
    let unreadable = FileFault::Unreadable(naheya_documents::file_fault::Unreadable::NotWorkbook);
    let meant = school::meant(desk, &file.schools).await?;
    let areas = desk.areas().await?;
    let work = move || {
        let kind = Kind::parse(&file.kind).ok_or(FileFault::HeaderUnknown)?;
        let county = county.ok_or(FileFault::HeaderUnknown)?;
        let book = fixed(&file)?;
        let mut reading = Reading::of(kind, &book, county, today)?;
        reading.at_schools(&meant);
        reading.at_towns(&areas);
        let (hash, fixes) = (hash(&file), file.fixes.len());
        Ok(Opened { kind, hash, fixes, schools: file.schools, name: file.name, book, reading })
    };
    Ok(tokio::task::spawn_blocking(work).await.unwrap_or(Err(unreadable)))
}

/// The upload read again and compared with the register; back to the form when there is none.
async fn judged(me: &Signed) -> Result<Option<(Opened, Judgement)>, Problem> {
    let kept = match me.desk.upload().await {
        Ok(kept) => kept,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Ok(opened) = read(&me.desk, me.today(), kept).await? else { return Ok(None) };
    let judgement = me.desk.judge_import(&opened.reading.lines).await?;
    Ok(Some((opened, judgement)))
}

/// The field of a cell in the form.
fn cell_field(row: u32, column: u16) -> String {
    format!("c-{row}-{column}")
}

/// What a preview's forms bring back, so that nothing is done to a file that another page has put in its place.
fn mark_of(hash: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(hash.get(..8).unwrap_or_default())
}

/// Whether the form stood on a preview of another file than the one kept now, or of other cells.
fn is_other(posted: &Posted, hash: &[u8; 32]) -> bool {
    posted.given("seen").is_some_and(|seen| seen != mark_of(hash))
}

/// Back to the preview, with what is kept now.
fn seen_anew() -> Answer {
    see_other_saying("/imports/preview", Toast::new("import-other"))
}

/// What to do about a cell, where its column's words stand before it.
fn advice(w: Words, code: &str) -> String {
    w.fault(code, "").trim_start_matches(['：', ':', ' ']).to_owned()
}

/// Where a fault can be put right: its own cell, and the one that contradicts it.
fn at_fault(reading: &Reading, error: &CellError) -> Vec<(u16, String)> {
    let own = error.index.map(|index| (index, error.column.to_string()));
    let is_birth = |column: &&Column| column.field == Some(Field::BirthDate);
    let other = reading.columns.iter().find(is_birth).filter(|_| error.code == TWO_BIRTH_DATES);
    own.into_iter().chain(other.map(|column| (column.index, column.header.to_string()))).collect()
}

/// What a cell shows.
fn said<'a>(reading: &Reading, shown: &'a Shown, index: u16) -> &'a str {
    let at = reading.columns.iter().position(|column| column.index == index);
    at.and_then(|at| shown.texts.get(at)).map_or("", String::as_str)
}

/// What was typed into cells at fault. A cell that still says the same stays as the file has it.
fn fixes(reading: &Reading, judgement: &Judgement, posted: &Posted) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    let errors = reading.all_errors(judgement);
    let cells = |error: &CellError| at_fault(reading, error).into_iter().map(|(column, _)| column).collect::<Vec<_>>();
    for (row, column) in errors.iter().flat_map(|e| cells(e).into_iter().map(|column| (e.row, column))) {
        let Ok(at) = reading.shown.binary_search_by_key(&row, |s| s.row) else { continue };
        let (Some(shown), Some(typed)) = (reading.shown.get(at), posted.raw(&cell_field(row, column))) else {
            continue;
        };
        let text: String = typed.trim().chars().take(LONGEST_CELL).collect();
        let is_new = fixes.iter().all(|fix| (fix.row, fix.column) != (row, column));
        if is_new && text != said(reading, shown, column) {
            fixes.push(Fix { sheet: reading.sheet.clone(), row, column, text });
        }
    }
    fixes
}

/// Whether cells were put right before another button than theirs was pressed: they are kept first, and what comes of them is
/// shown before anything is written.
async fn has_fixes(me: &Signed, posted: &Posted) -> Result<bool, Problem> {
    if !posted.pairs().any(|(name, _)| name.starts_with("c-")) {
        return Ok(false);
    }
    let Some((opened, judgement)) = judged(me).await? else { return Ok(false) };
    Ok(!is_other(posted, &opened.hash) && !fixes(&opened.reading, &judgement, posted).is_empty())
}

/// Takes what was typed into cells at fault, and what was chosen beside them.
async fn fix(me: Signed, posted: Posted) -> Answer {
    let submission = posted.submission()?;
    let Some((opened, judgement)) = judged(&me).await? else { return see_other("/imports/new") };
    if is_other(&posted, &opened.hash) {
        return seen_anew();
    }
    let fixes = fixes(&opened.reading, &judgement, &posted);
    let chosen = school::keep(&me, &posted, &opened.schools).await?;
    let n = fixes.len();
    if n > 0 {
        me.desk.save_once(FixUpload(fixes), submission).await?;
    }
    let goes = posted.given("go");
    let place = goes.or(posted.given("row")).and_then(|row| row.parse::<u32>().ok());
    let place = place.map(|row| format!("?view=faults&row={row}")).unwrap_or_default();
    let place = format!("/imports/preview{place}");
    match n {
        0 if goes.is_some() => see_other(place),
        0 if chosen => see_other_saying(place, Toast::new("import-schools-kept")),
        0 => see_other_saying(place, Toast::new("import-fixed-none")),
        _ => see_other_saying(place, Toast::new("import-fixed").with("n", n)),
    }
}

/// Everything as the file has it.
async fn unfix(me: Signed, posted: Posted) -> Answer {
    let kept = match me.desk.upload().await {
        Err(Error::NotFound) => return see_other("/imports/new"),
        kept => kept?,
    };
    if !kept.fixes.is_empty() && is_other(&posted, &hash(&kept)) {
        return seen_anew();
    }
    me.desk.save_once(UnfixUpload, posted.submission()?).await?;
    see_other_saying("/imports/preview", Toast::new("import-unfixed"))
}

/// The uploaded sheet again, faults marked in their cells and told beside each row.
async fn marked(me: Signed) -> Answer {
    let Some((opened, judgement)) = judged(&me).await? else { return see_other("/imports/new") };
    let (w, reading) = (me.w(), &opened.reading);
    let errors = reading.all_errors(&judgement);
    let head = w.t("import-advice");
    let marking =
        Marking { sheet: &reading.sheet, header_row: reading.header_row, advice_head: &head, errors: &errors };
    let bytes = mark(&opened.book, &marking, |code| advice(w, code));
    download(&w.t("import-marked-name"), XLSX, bytes.map_err(|_| Problem::internal())?)
}

/// A long roster is taken in beside the request. How long it is, the preview has counted: nothing but the way depends on
/// that.
async fn commit(State(app): State<App>, me: Signed, posted: Posted) -> Answer {
    if has_fixes(&me, &posted).await? {
        return fix(me, posted).await;
    }
    if let Some(again) = school::first(&me, &posted).await? {
        return Ok(again);
    }
    let rows = posted.text("rows").parse().unwrap_or(0);
    if !operation::is_short(&app, OperationKind::Import, rows) {
        let kept = match me.desk.upload().await {
            Err(Error::NotFound) => return again(&me, &posted).await,
            kept => kept?,
        };
        let roster = Roster { hash: hash(&kept), good_rows_only: posted.is_on("good_rows") };
        if is_other(&posted, &roster.hash) {
            return seen_anew();
        }
        return operation::begun(&me, &app, Asked::Import(roster), rows, Some(posted.submission()?)).await;
    }
    let Some((opened, judgement)) = judged(&me).await? else { return again(&me, &posted).await };
    if is_other(&posted, &opened.hash) {
        return seen_anew();
    }
    let good_rows_only = posted.is_on("good_rows");
    let left_out = if good_rows_only { left_out(me.w(), &opened, &judgement)? } else { None };
    let act = ImportRoster {
        invalid: u32::try_from(opened.reading.invalid).unwrap_or(u32::MAX),
        lines: opened.reading.lines,
        file_hash: opened.hash,
        good_rows_only,
        left_out,
    };
    let imported = me.desk.save_once(act, posted.submission()?).await?;
    me.desk.save(DropUpload).await?;
    if let Err(error) = me.desk.store().tend().await {
        // The roster is in; only plans are older than they could be.
        tracing::error!(request_id = me.request_id, %error, "the rows were not counted anew");
    }
    taken_in(imported.batch)
}

/// Where an import leads.
fn taken_in(batch: Option<ImportBatchId>) -> Answer {
    match batch {
        Some(batch) => see_other(format!("/imports/{batch}")),
        None => see_other_saying("/imports", Toast::new("import-nothing-new")),
    }
}

/// A form without its roster. Sent twice by a double tap, it leads to where the first one did, which has let go of the roster;
/// otherwise there is a file to be chosen.
async fn again(me: &Signed, posted: &Posted) -> Answer {
    let Ok(submission) = posted.submission() else { return see_other("/imports/new") };
    let Some(answer) = me.desk.answered(submission).await? else { return see_other("/imports/new") };
    if let Ok(imported) = serde_json::from_value::<Imported>(answer.clone()) {
        return taken_in(imported.batch);
    }
    match serde_json::from_value::<OperationId>(answer) {
        Ok(operation) => operation::led(me, operation).await,
        Err(_) => see_other("/imports/new"),
    }
}
