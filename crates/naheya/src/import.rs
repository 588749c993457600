//! `naheya import`: a roster into the register. What the file and the register say of each row goes
//! out as one document; the exit status is 1 when rows are at fault and nothing was written.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use naheya_documents::file_fault::FileFault;
use naheya_documents::roster::{CellError, Kind};
use naheya_documents::workbook::{LARGEST_FILE, Workbook};
use naheya_domain::area_code::{Area, County};
use naheya_store::area::AreaRow;
use naheya_store::field::sha256;
use naheya_store::import::{ImportRoster, Imported, Judgement, Verdict};
use naheya_store::{Desk, Error, SystemTask};
use naheya_web::roster::Reading;
use naheya_web::{Lang, Words};
use serde::Serialize;

use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::{say, tell};

/// What `naheya import` takes.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Which roster it is
    #[arg(value_enum)]
    kind: KindArg,
    /// The file: .xlsx, .xls or .csv
    file: PathBuf,
    /// Six-digit code of the county
    #[arg(long, value_name = "CODE")]
    county: String,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
    /// Write the good rows although others are at fault
    #[arg(long)]
    good_rows: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindArg {
    Children,
    Volunteers,
    Pairs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// The result. `row` is the number that Excel shows.
#[derive(Debug, Serialize)]
struct Document {
    rows: usize,
    new: usize,
    changed: usize,
    unchanged: usize,
    invalid: usize,
    committed: bool,
    errors: Vec<Fault>,
    /// Headers of columns that the register has no place for.
    columns_not_taken: Vec<String>,
    /// Sheets of the same kind that were not read.
    other_sheets: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Fault {
    sheet: String,
    row: u32,
    column: String,
    code: &'static str,
    detail: String,
}

/// Runs the command.
pub async fn run(args: ImportArgs) -> Result<ExitCode, Failure> {
    let kind = match args.kind {
        KindArg::Children => Kind::Children,
        KindArg::Volunteers => Kind::Volunteers,
        KindArg::Pairs => Kind::Pairs,
    };
    let county = County::known(args.county.trim()).and_then(|county| Some((county, county.area_id()?)));
    let (county, area) = county.ok_or_else(|| {
        Failure::new(
            format!("No county of the code list has the code {}.", args.county),
            "Use the six digits of the county's area code, for example 150825.",
        )
    })?;
    let bytes = bytes_of(&args.file).map_err(|error| {
        say_refused(&args, "file.unreadable", &error.to_string());
        Failure::new(
            format!("file.unreadable: {} cannot be read: {error}.", args.file.display()),
            "Check the name and its rights.",
        )
    })?;
    let now = crate::clock::now();
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let read = Workbook::read(&bytes, &name).and_then(|book| Reading::of(kind, &book, county, now.date()));
    let mut reading = read.map_err(|fault| refused(&args, fault))?;
    let store = args.place.open().await?;
    let desk = store.as_system(SystemTask::Import, area, now);
    let done = work(&args, &desk, county, &mut reading, sha256(&bytes)).await;
    store.close().await?;
    let (judgement, imported) = done?;
    let document = document(&reading, &judgement, imported.is_some());
    Ok(tell(&args, &document))
}

/// The file, or as much of it as shows that it is too large.
fn bytes_of(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Judges, and writes unless it is a rehearsal or rows are at fault.
async fn work(
    args: &ImportArgs,
    desk: &Desk,
    county: County,
    reading: &mut Reading,
    file_hash: [u8; 32],
) -> Result<(Judgement, Option<Imported>), Failure> {
    // A rehearsal opens none: a county behind a mistyped code would stand for ever.
    if !args.dry_run {
        desk.open_county().await?;
    }
    let towns = match desk.areas().await {
        Err(Error::NotFound) => listed(county),
        towns => towns?,
    };
    reading.at_towns(&towns);
    let judgement = desk.judge_import(&reading.lines).await?;
    let faults = reading.invalid + judgement.faults();
    if args.dry_run || (faults > 0 && !args.good_rows) {
        return Ok((judgement, None));
    }
    let act = ImportRoster {
        lines: reading.lines.clone(),
        file_hash,
        invalid: u32::try_from(reading.invalid).unwrap_or(u32::MAX),
        good_rows_only: args.good_rows,
        // The file lies where the command was given.
        left_out: None,
    };
    let imported = desk.save(act).await?;
    // The roster is in; plans that are older than they could be are no reason to say otherwise.
    let _ = desk.store().tend().await;
    Ok((judgement, Some(imported)))
}

/// The towns of a county that is not open yet, as the code list has them.
fn listed(county: County) -> Vec<AreaRow> {
    let row = |town: &Area| AreaRow {
        code: town.code.to_owned(),
        name: town.name.to_owned(),
        level: town.level,
        parent: town.parent.to_owned(),
        own: false,
        retired_into: None,
    };
    county.towns().map(row).collect()
}

fn document(reading: &Reading, judgement: &Judgement, committed: bool) -> Document {
    let words = Words { lang: Lang::Zh };
    let fault = |error: CellError| Fault {
        detail: words.fault(error.code, &error.column),
        sheet: error.sheet.to_string(),
        row: error.row,
        column: error.column.to_string(),
        code: error.code,
    };
    Document {
        rows: reading.shown.len(),
        new: judgement.count(Verdict::New),
        changed: judgement.count(Verdict::Changed),
        unchanged: judgement.count(Verdict::Unchanged),
        invalid: reading.invalid + judgement.faults(),
        committed,
        errors: reading.all_errors(judgement).into_iter().map(fault).collect(),
        columns_not_taken: reading.columns_taken(false),
        other_sheets: reading.other_sheets.clone(),
    }
}

fn tell(args: &ImportArgs, document: &Document) -> ExitCode {
    if args.format == Format::Json {
        say!("{}", serde_json::to_string(document).unwrap_or_default());
    } else {
        print_plainly(document);
    }
    let stopped = document.invalid > 0 && !document.committed && !args.dry_run;
    if stopped {
        tell!("{} of {} rows are at fault; nothing was written.", document.invalid, document.rows);
        tell!("Put them right in the file, or write the others now: --good-rows.");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn print_plainly(d: &Document) {
    say!("{} rows: {} new, {} changed, {} unchanged, {} at fault", d.rows, d.new, d.changed, d.unchanged, d.invalid);
    for error in &d.errors {
        say!("{}\t{}\t{}\t{}\t{}", error.sheet, error.row, error.column, error.code, error.detail);
    }
    if !d.columns_not_taken.is_empty() {
        say!("Columns that are not kept: {}", d.columns_not_taken.join(", "));
    }
    if !d.other_sheets.is_empty() {
        say!("Sheets that were not read, save each as a file of its own: {}", d.other_sheets.join(", "));
    }
    say!("{}", if d.committed { "Written." } else { "Nothing was written." });
}

/// A file that cannot be taken at all: the code stands in the document and in the first line.
fn refused(args: &ImportArgs, fault: FileFault) -> Failure {
    say_refused(args, fault.code(), &Words { lang: Lang::Zh }.fault(fault.detail(), ""));
    let why = match fault {
        FileFault::HeaderUnknown => "has no header row of such a roster".to_owned(),
        FileFault::TooLarge(_) | FileFault::Unreadable(_) => format!("cannot be taken ({})", fault.detail()),
    };
    let todo = match fault {
        FileFault::HeaderUnknown => "Say which roster it is (children, volunteers or pairs) and keep its header row.",
        FileFault::TooLarge(_) => "A roster has at most 20 MB and 50,000 rows: split it.",
        FileFault::Unreadable(_) => "Save it as .xlsx without macros, links or password, or as .csv, and try again.",
    };
    Failure::new(format!("{}: {} {why}.", fault.code(), args.file.display()), todo)
}

/// The document of a file of which no row was read.
fn say_refused(args: &ImportArgs, code: &str, detail: &str) {
    if args.format == Format::Json {
        let document = serde_json::json!({
            "rows": 0, "new": 0, "changed": 0, "unchanged": 0, "invalid": 0, "committed": false,
            "errors": [{ "sheet": "", "row": 0, "column": "", "code": code, "detail": detail }],
        });
        say!("{document}");
    }
}
