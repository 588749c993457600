//! `naheya match`: two-way choice from a file, as the public format has it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use naheya_matching::{Document, Options, Report, solve};

use crate::failure::Failure;

/// Flags of `naheya match`.
#[derive(Debug, Args)]
pub struct MatchArgs {
    /// The instance: a JSON file in the format naheya-hrt-1
    instance: PathBuf,
    /// Write the result to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The text from which lots are drawn
    #[arg(long, value_name = "TEXT", default_value = "", allow_hyphen_values = true)]
    seed: String,
    /// Ask for a proven optimum; "proven" in the result says what was reached
    #[arg(long)]
    exact: bool,
    /// How long the search for a proven optimum may take
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time_limit: Option<Duration>,
}

/// Reads the instance, solves it, writes the result.
pub fn run(args: &MatchArgs) -> Result<ExitCode, Failure> {
    let document = read(&args.instance)?;
    for field in &document.unknown_fields {
        eprintln!("{}: {field:?} is no field of the format and was passed over.", args.instance.display());
    }
    let options = Options { seed: args.seed.clone(), exact: args.exact, time_limit: args.time_limit, orders: None };
    let outcome = solve(&document.instance, &options).map_err(|error| {
        Failure::new(
            format!("The result did not pass the stability check: {error}."),
            "Nothing was written. Please report it together with the instance and the seed.",
        )
    })?;
    let mut text = serde_json::to_vec(&Report::new(&document.instance, &outcome)).map_err(|error| {
        Failure::new(format!("The result cannot be written as JSON: {error}."), "Please report it.")
    })?;
    text.push(b'\n');
    write(args.out.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Document, Failure> {
    let name = file.display();
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::new(format!("{name} cannot be read: {error}."), "Check the file's name and that you may read it.")
    })?;
    Document::from_json(&bytes).map_err(|fault| {
        Failure::new(
            format!("{name}: {fault}"),
            "Correct the file at this place (positions count from 0) and run again.",
        )
    })
}

fn write(out: Option<&Path>, text: &[u8]) -> Result<(), Failure> {
    let (name, done) = match out {
        Some(file) => (file.display().to_string(), std::fs::write(file, text)),
        None => {
            let mut stdout = std::io::stdout().lock();
            ("standard output".to_owned(), stdout.write_all(text).and_then(|()| stdout.flush()))
        }
    };
    done.map_err(|error| {
        Failure::new(
            format!("The result cannot be written to {name}: {error}."),
            "Check that the place exists, has room and may be written.",
        )
    })
}

/// Seconds above zero, fractions allowed.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("not a number of seconds above zero".to_owned()),
    }
}
