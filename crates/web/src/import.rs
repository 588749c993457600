//! Imports, as pages: choose a file, look at what it would do, write it, sign it, take it back.
//!
//! Long because: one preview stands between the file and the register, and every step leads back to it.

use std::collections::BTreeMap;
use std::ops::Range;

use askama::Template;
use axum::extract::State;
use naheya_documents::file_fault::FileFault;
use naheya_documents::marked::{Marking, mark};
use naheya_documents::roster::{CellError, Column, Field};
use naheya_documents::workbook::Workbook;
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::area_code::County;
use naheya_domain::id::{ImportBatchId, OperationId};
use naheya_domain::operation::OperationKind;
use naheya_domain::{Date, FieldError};
use naheya_store::field::sha256;
use naheya_store::import::{
    Batch, COUNTED, DropUpload, EnrolImported, Fix, FixUpload, ImportRoster, Imported, Judgement, KeepUpload, KeptRow,
    MOST_KEPT, RowChange, SchoolChoice, UndoImport, UnfixUpload, Uploaded, Verdict,
};
use naheya_store::operation::{Asked, Roster};
use naheya_store::volunteer::{SignVolunteers, Signature};
use naheya_store::{Desk, Error};

use crate::answer::{download, see_other_saying};
use crate::order::{Order, Pager};
use crate::roster::{Kind, Reading, Shown};
use crate::{
    Answer, App, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, operation, page,
    page_as, see_other,
};

mod export;
mod left;
mod school;

pub(crate) use left::left_out;

/// A roster may weigh 20 MB; the form around it a little more.
const UPLOAD_LIMIT: usize = (20 << 20) + (64 << 10);
/// Rows of the preview that one view shows.
const MOST_SHOWN: usize = 50;
/// Classes to be made that are named.
const MOST_NAMED: usize = 20;
/// Rows at fault that the summary on top tells.
const MOST_TOLD: usize = 20;
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
        Route::get("/imports", Knock::Sees(Noun::Import, Class::Work), Noun::Import, list),
        Route::get("/imports.xlsx", Knock::May(Action::Export), Noun::Import, export::workbook),
        Route::get("/imports/new", may, Noun::Import, blank),
        Route::post("/imports/new", may, Noun::Import, upload).limit(UPLOAD_LIMIT),
        Route::get("/imports/preview", may, Noun::Import, preview),
        Route::post("/imports/preview/cells", may, Noun::Import, fix),
        Route::post("/imports/preview/cells/removal", may, Noun::Import, unfix),
        Route::post("/imports/preview/schools", may, Noun::Import, school::choose),
        Route::get("/imports/preview/marked", may, Noun::Import, marked),
        Route::post("/imports", may, Noun::Import, commit),
        Route::get("/imports/{id}", Knock::Sees(Noun::Import, Class::Work), Noun::Import, done),
        Route::get("/imports/{id}/left-out", may, Noun::Import, left::file),
        Route::post("/imports/{id}/undo", may, Noun::Import, undo),
        Route::post("/imports/{id}/enrolment", may, Noun::Import, enrolment),
        Route::post("/imports/{id}/signature", sign, Noun::Import, signature),
    ]
}

#[derive(Template)]
#[template(path = "import/list.html")]
struct ListPage {
    f: Frame,
    batches: Vec<Batch>,
    pager: Pager,
    may_sign: bool,
    may_export: bool,
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let order = Order::unsorted("/imports".to_owned(), &wanted);
    let listed = me.desk.imports(&order.turn).await?;
    let pager = order.pager(w, &listed, w.counted(me.desk.count_imports().await?, COUNTED));
    let [may_sign, may_export] = [Action::ApproveVolunteer, Action::Export].map(|action| me.desk.may(action));
    page(&ListPage { f: me.frame("import-list-title"), batches: listed.rows, pager, may_sign, may_export })
}

/// How an import stands: the look of its tag, and the word.
fn state(batch: &Batch) -> (&'static str, &'static str) {
    match batch {
        Batch { undone_at: Some(_), .. } => ("off", "import-state-undone"),
        Batch { to_sign: true, .. } => ("wait", "import-state-to_sign"),
        Batch { .. } => ("ok", "import-state-done"),
    }
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
    let work = move || {
        let kind = Kind::parse(&file.kind).ok_or(FileFault::HeaderUnknown)?;
        let county = county.ok_or(FileFault::HeaderUnknown)?;
        let book = fixed(&file)?;
        let mut reading = Reading::of(kind, &book, county, today)?;
        reading.at_schools(&meant);
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

/// A line of the preview.
struct Line {
    row: u32,
    name: String,
    second: String,
    faults: Vec<String>,
    /// What the row changes in the file on record.
    changes: Vec<String>,
    /// Cells at fault, to be put right here.
    cells: Vec<FaultyCell>,
}

/// A cell at fault with what stands in it.
struct FaultyCell {
    /// Its field in the form.
    name: String,
    column: String,
    value: String,
}

/// The first rows of a page, the one before and the one after, as Excel numbers them: what is put right leaves the view, and
/// counted from its beginning rows would be passed over. Zero: the page is the first, or there is none.
#[derive(Default)]
struct Place {
    here: u32,
    previous: u32,
    next: u32,
}

/// The field of a cell in the form.
fn cell_field(row: u32, column: u16) -> String {
    format!("c-{row}-{column}")
}

#[derive(Template)]
#[template(path = "import/preview.html")]
struct PreviewPage {
    f: Frame,
    kind: &'static str,
    name: String,
    sheet: String,
    rows: usize,
    fresh: usize,
    changed: usize,
    unchanged: usize,
    invalid: usize,
    view: &'static str,
    lines: Vec<Line>,
    /// Which rows of how many these are, and the ways to the others.
    pages: Pager,
    at: Place,
    /// What tells this preview from another one, of another file or of other cells.
    seen: String,
    /// Cells put right so far.
    fixes: usize,
    /// The first rows at fault, each once with all that is wrong in it.
    first: Vec<(u32, String)>,
    /// Rows at fault after them.
    untold: usize,
    known: Vec<String>,
    unknown: Vec<String>,
    other_sheets: Vec<String>,
    /// Schools that are not on file, each with what may be meant.
    schools: Vec<school::Line>,
    /// Those that are made without a question.
    new_schools: Vec<String>,
    /// How many classes will be made, and some of them, each with its school.
    classes: usize,
    new_classes: Vec<String>,
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

impl PreviewPage {
    /// Whether cells and schools are put right by one form: what was chosen must not be lost over what was typed.
    fn fixes_with_schools(&self) -> bool {
        self.view == "faults" && !self.lines.is_empty() && !self.schools.is_empty()
    }

    /// Rows that an import would write or find written.
    fn good(&self) -> usize {
        self.fresh + self.changed
    }
}

async fn preview(me: Signed, wanted: Wanted) -> Answer {
    let Some((opened, judgement)) = judged(&me).await? else { return see_other("/imports/new") };
    let reading = &opened.reading;
    let errors = reading.all_errors(&judgement);
    let invalid = reading.invalid + judgement.faults();
    let counts = [
        ("faults", invalid),
        ("changed", judgement.count(Verdict::Changed)),
        ("new", judgement.count(Verdict::New)),
        ("unchanged", judgement.count(Verdict::Unchanged)),
    ];
    let asked = counts.iter().find(|(view, _)| *view == wanted.text("view"));
    let view = asked.or_else(|| counts.iter().find(|(_, n)| *n > 0)).map_or("new", |(view, _)| *view);
    let (mut lines, pages, at) = lines(&me, reading, &judgement, &errors, (view, &wanted));
    let meant = school::meant(&me.desk, &opened.schools).await?;
    for line in &mut lines {
        if let Some(name) = meant.get(&line.second) {
            line.second = me.w().t2("import-school-meant", "name", name, "named", &line.second);
        }
    }
    let first = told(me.w(), &errors);
    let (schools, new_schools) = school::lines(&me, &opened.schools, &judgement.new_schools).await?;
    page(&PreviewPage {
        f: me.frame("import-preview-title"),
        kind: opened.kind.code(),
        name: opened.name,
        sheet: reading.sheet.clone(),
        rows: reading.shown.len(),
        fresh: judgement.count(Verdict::New),
        changed: judgement.count(Verdict::Changed),
        unchanged: judgement.count(Verdict::Unchanged),
        invalid,
        view,
        untold: invalid.saturating_sub(first.len()),
        first,
        lines,
        pages,
        at,
        seen: mark_of(&opened.hash),
        fixes: opened.fixes,
        known: reading.columns_taken(true),
        unknown: unknown(me.w(), reading),
        other_sheets: reading.other_sheets.clone(),
        schools,
        new_schools,
        classes: judgement.new_classes.len(),
        new_classes: some_classes(&judgement),
    })
}

/// Some of the classes that will be made, each with its school.
fn some_classes(judgement: &Judgement) -> Vec<String> {
    let named = judgement.new_classes.iter().take(MOST_NAMED);
    named.map(|(school, class)| format!("{school} {class}")).collect()
}

/// The headers of columns that are not kept, but for our own of a file that was given back.
fn unknown(w: Words, reading: &Reading) -> Vec<String> {
    let ours = [w.t("import-left-head"), w.t("import-advice")];
    reading.columns_taken(false).into_iter().filter(|header| !ours.contains(header)).collect()
}

/// What to do about a cell, where its column's words stand before it.
fn advice(w: Words, code: &str) -> String {
    w.fault(code, "").trim_start_matches(['：', ':', ' ']).to_owned()
}

/// The rows at fault in their order, each once.
fn told(w: Words, errors: &[CellError]) -> Vec<(u32, String)> {
    let mut rows: BTreeMap<u32, Vec<&CellError>> = BTreeMap::new();
    for error in errors {
        rows.entry(error.row).or_default().push(error);
    }
    let stop = w.t("import-and");
    let words = |of: Vec<&CellError>| of.iter().map(|e| w.fault(e.code, &e.column)).collect::<Vec<_>>().join(&stop);
    rows.into_iter().take(MOST_TOLD).map(|(row, of)| (row, words(of))).collect()
}

fn lines(
    me: &Signed,
    reading: &Reading,
    judgement: &Judgement,
    errors: &[CellError],
    (view, wanted): (&'static str, &Wanted),
) -> (Vec<Line>, Pager, Place) {
    let place = |fields: &[Field]| {
        fields.iter().find_map(|wanted| reading.columns.iter().position(|c| c.field == Some(*wanted)))
    };
    let name = place(&[Field::Name]);
    let second = place(&[Field::School, Field::SchoolClass, Field::VolunteerName, Field::Employer]);
    let verdict_of = |row: u32| {
        let at = judgement.rows.binary_search_by_key(&row, |(r, _)| *r).ok();
        at.and_then(|at| judgement.rows.get(at)).map(|(_, verdict)| *verdict)
    };
    let fits = |row: u32| match (verdict_of(row), view) {
        (None | Some(Verdict::Fault { .. }), wanted) => wanted == "faults",
        (Some(Verdict::New), wanted) => wanted == "new",
        (Some(Verdict::Changed), wanted) => wanted == "changed",
        (Some(Verdict::Unchanged), wanted) => wanted == "unchanged",
    };
    let text = |texts: &[String], at: Option<usize>| at.and_then(|at| texts.get(at)).cloned().unwrap_or_default();
    let all: Vec<_> = reading.shown.iter().filter(|shown| fits(shown.row)).collect();
    let (rows, place) = stretch(&all, wanted.text("row").parse().unwrap_or(0));
    let way = |row| if row > 0 { format!("/imports/preview?view={view}&row={row}") } else { String::new() };
    let [begins, ends, total] = [rows.start + 1, rows.end, all.len()].map(|n| me.w().count(n));
    let words = me.w().t3("frame-rows", "first", begins, "last", ends, "total", total);
    let pages = Pager { words, previous: way(place.previous), next: way(place.next) };
    let shown = all.get(rows).unwrap_or_default().iter().map(|shown| {
        let own: Vec<&CellError> = errors.iter().filter(|error| error.row == shown.row).collect();
        Line {
            row: shown.row,
            name: text(&shown.texts, name),
            second: text(&shown.texts, second),
            faults: own.iter().map(|e| me.w().fault(e.code, &e.column)).collect(),
            changes: changes(me.w(), judgement, shown.row),
            cells: cells(reading, shown, &own),
        }
    });
    (shown.collect(), pages, place)
}

/// The rows of the page that begins with this one, or with the next that is left.
fn stretch(all: &[&Shown], begin: u32) -> (Range<usize>, Place) {
    let from = all.partition_point(|shown| shown.row < begin).min(all.len().saturating_sub(1));
    let to = all.len().min(from + MOST_SHOWN);
    let first = |at: Option<usize>| at.and_then(|at| all.get(at)).map_or(0, |shown| shown.row);
    let here = first(Some(from).filter(|from| *from > 0));
    let previous = first((from > 0).then(|| from.saturating_sub(MOST_SHOWN)));
    (from..to, Place { here, previous, next: first(Some(to)) })
}

/// What a row changes: each field that may be shown, as it is and as it will be; the others by name.
fn changes(w: Words, judgement: &Judgement, row: u32) -> Vec<String> {
    let at = judgement.changes.binary_search_by_key(&row, |(r, _)| *r).ok();
    let all = at.and_then(|at| judgement.changes.get(at)).map(|(_, all)| all.as_slice()).unwrap_or_default();
    let name = |change: &RowChange| w.code("import-field", change.field.trim_end_matches("_sealed"));
    let or_nothing = |text: &str| if text.is_empty() { w.t("import-change-nothing") } else { text.to_owned() };
    let shown = all.iter().filter_map(|change| {
        let (before, after) = change.values.as_ref()?;
        let (before, after) = (or_nothing(before), or_nothing(after));
        Some(w.t3("import-change", "field", name(change), "before", before, "after", after))
    });
    let others: Vec<String> = all.iter().filter(|change| change.values.is_none()).map(name).collect();
    let more = (!others.is_empty()).then(|| w.t1("import-change-more", "fields", others.join(&w.t("import-comma"))));
    shown.chain(more).collect()
}

/// The cells of a row that are at fault, each once.
fn cells(reading: &Reading, shown: &Shown, own: &[&CellError]) -> Vec<FaultyCell> {
    let mut cells: Vec<FaultyCell> = Vec::new();
    for (index, column) in own.iter().flat_map(|error| at_fault(reading, error)) {
        let name = cell_field(shown.row, index);
        if cells.iter().all(|cell| cell.name != name) {
            let value = said(reading, shown, index).to_owned();
            cells.push(FaultyCell { name, column, value });
        }
    }
    cells
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

/// Takes what was typed into cells at fault, and what was chosen beside them. A cell that still says the same stays as the
/// file has it.
async fn fix(me: Signed, posted: Posted) -> Answer {
    let submission = posted.submission()?;
    let Some((opened, judgement)) = judged(&me).await? else { return see_other("/imports/new") };
    if is_other(&posted, &opened.hash) {
        return seen_anew();
    }
    let reading = &opened.reading;
    let mut fixes: Vec<Fix> = Vec::new();
    let errors = reading.all_errors(&judgement);
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

#[derive(Template)]
#[template(path = "import/done.html")]
struct DonePage {
    f: Frame,
    batch: Batch,
    may_sign: bool,
    /// Whether the reader signs what others import.
    is_signer: bool,
    may_undo: bool,
    /// Children of the import who are still applicants.
    applicants: u64,
    until: naheya_domain::Timestamp,
    /// Until when the rows that were left out can be fetched.
    left_until: Option<naheya_domain::Timestamp>,
    /// Who stays of an import that was taken back, and whether there are more than are listed.
    kept: Vec<KeptRow>,
    kept_more: bool,
}

async fn done(me: Signed, Id(id): Id<ImportBatchId>) -> Answer {
    let batch = me.desk.import(id).await?;
    let days = naheya_store::import::UNDO_DAYS;
    let may_import = me.desk.may(Action::Import);
    let applicants = if may_import { me.desk.applicants_of_import(id).await? } else { 0 };
    // Whoever was taken in stays: nothing of such an import can be taken back.
    let is_built_on = batch.kind == Kind::Children.code() && batch.changed == 0 && applicants == 0;
    let mut kept = me.desk.kept_of_import(id).await?;
    let kept_more = kept.len() > MOST_KEPT;
    kept.truncate(MOST_KEPT);
    page(&DonePage {
        kept,
        kept_more,
        left_until: me.desk.left_out_until(id).await?,
        applicants,
        f: me.frame("import-done-title"),
        may_sign: batch.to_sign && me.desk.may(Action::ApproveVolunteer) && !batch.by_reader,
        is_signer: me.desk.may(Action::ApproveVolunteer),
        may_undo: batch.undoable && may_import && !is_built_on,
        until: batch.committed_at.plus_minutes(days * 24 * 60),
        batch,
    })
}

async fn undo(me: Signed, Id(id): Id<ImportBatchId>, posted: Posted) -> Answer {
    match me.desk.save_once(UndoImport { batch: id }, posted.submission()?).await? {
        0 => see_other_saying("/imports", Toast::new("import-undone")),
        kept => see_other_saying(format!("/imports/{id}"), Toast::new("import-undone-but").with("n", kept)),
    }
}

async fn signature(me: Signed, Id(id): Id<ImportBatchId>, posted: Posted) -> Answer {
    let act = SignVolunteers { what: Signature::Batch(id) };
    let signed = me.desk.save_once(act, posted.submission()?).await?;
    see_other_saying(format!("/imports/{id}"), Toast::new("import-signed").with("n", signed.approved))
}

async fn enrolment(me: Signed, Id(id): Id<ImportBatchId>, posted: Posted) -> Answer {
    let enrolled = me.desk.save_once(EnrolImported { batch: id }, posted.submission()?).await?;
    see_other_saying(format!("/imports/{id}"), Toast::new("import-enrolled").with("n", enrolled))
}
