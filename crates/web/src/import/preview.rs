//! What an import would do: its rows by what becomes of them, a view and a page at a time, and the cells to be put right.

use std::collections::BTreeMap;
use std::ops::Range;

use askama::Template;
use naheya_documents::roster::{CellError, Field};
use naheya_store::import::{Judgement, RowChange, Verdict};

use super::{at_fault, cell_field, judged, mark_of, said, school};
use crate::order::Pager;
use crate::roster::{Reading, Shown};
use crate::{Answer, Frame, Signed, Wanted, Words, page, see_other};

/// Rows of the preview that one view shows.
const MOST_SHOWN: usize = 50;
/// Classes to be made, or towns that are not known, that are named.
const MOST_NAMED: usize = 20;
/// Rows at fault that the summary on top tells.
const MOST_TOLD: usize = 20;

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
    /// Some of the towns that the county does not have by these names.
    unknown_towns: Vec<String>,
}

impl PreviewPage {
    /// Whether cells are put right on this view of it.
    fn puts_right(&self) -> bool {
        self.view == "faults" && !self.lines.is_empty()
    }

    /// Whether cells and schools are put right by one form: what was chosen must not be lost over what was typed.
    fn fixes_with_schools(&self) -> bool {
        self.puts_right() && !self.schools.is_empty()
    }

    /// Rows that an import would write or find written.
    fn good(&self) -> usize {
        self.fresh + self.changed
    }
}

pub(super) async fn show(me: Signed, wanted: Wanted) -> Answer {
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
        unknown_towns: reading.towns_unknown().into_iter().take(MOST_NAMED).collect(),
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
