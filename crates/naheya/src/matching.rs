//! `naheya match`: two-way choice from a file, as the public format has it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use naheya_matching::{Document, Options, Report, Written, solve_until};

use crate::clock::now;
use crate::failure::Failure;
use crate::say::tell;

/// Flags of `naheya match`.
#[derive(Debug, Args)]
pub struct MatchArgs {
    /// The instance: a JSON file in the format naheya-hrt-1
    instance: PathBuf,
    /// With --check: the result to be checked against the instance
    #[arg(requires = "check")]
    result: Option<PathBuf>,
    /// Check a result, ours or another's: stable, numbers right, what is called proven proved
    #[arg(long, requires = "result", conflicts_with_all = ["out", "exact", "time_limit"])]
    check: bool,
    /// Write the result to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The text from which lots are drawn
    #[arg(long, value_name = "TEXT", default_value = "", allow_hyphen_values = true)]
    seed: String,
    /// Ask for a proven optimum: most children, then fewest siblings apart, then most fit; without it the best of some tries
    /// comes. "proven" in the result says what was reached
    #[arg(long)]
    exact: bool,
    /// How long the search for a proven optimum may take; 10 seconds unless said
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time_limit: Option<Duration>,
}

/// How long the search for a proven optimum takes at most when nothing is said.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Reads the instance, solves it, writes the result; or checks a result.
pub fn run(args: &MatchArgs) -> Result<ExitCode, Failure> {
    let document = read(&args.instance)?;
    for field in &document.unknown_fields {
        tell!("{}: {field:?} is no field of the format and was passed over.", args.instance.display());
    }
    if let Some(result) = args.result.as_deref().filter(|_| args.check) {
        return check(&document, result);
    }
    let options = Options { seed: args.seed.clone(), exact: args.exact, ..Options::default() };
    let limit = args.time_limit.unwrap_or(TIME_LIMIT).as_millis();
    let begun = now();
    let mut over = || u128::from(now().0.abs_diff(begun.0)) >= limit;
    let outcome = solve_until(&document.instance, &options, &mut over).map_err(|error| {
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

/// Checks a written result; a failure names the first thing that is wrong.
fn check(document: &Document, file: &Path) -> Result<ExitCode, Failure> {
    let name = file.display();
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::new(format!("{name} cannot be read: {error}."), "Check the file's name and that you may read it.")
    })?;
    let written: Written = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::new(
            format!("{name} is no result: {error}."),
            "Give a result that `naheya match` wrote, or at least its \"assign\".",
        )
    })?;
    written.check(&document.instance).map_err(|wrong| {
        Failure::new(
            format!("{name} does not hold: {wrong}."),
            "Do not use it; make the result anew with `naheya match`.",
        )
    })?;
    let placed = written.assign.iter().flatten().count();
    let summary = serde_json::json!({ "valid": true, "stable": true, "placed": placed, "proven": written.proven });
    write(None, format!("{summary}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Document, Failure> {
    let name = file.display();
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::new(format!("{name} cannot be read: {error}."), "Check the file's name and that you may read it.")
    })?;
    // Windows' own editor puts a mark before UTF-8.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Document::from_json(text).map_err(|fault| {
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may end here")]
    use super::*;

    fn args(instance: PathBuf, out: Option<PathBuf>) -> MatchArgs {
        MatchArgs { instance, result: None, check: false, out, seed: "lot".into(), exact: true, time_limit: None }
    }

    /// Runs the command on a document in a folder of the test's own, and checks the result; the document or the failure's words.
    fn matched(name: &str, document: &str) -> Result<String, String> {
        let folder = std::env::temp_dir().join(format!("naheya-match-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (instance, out) = (folder.join("instance.json"), folder.join("result.json"));
        std::fs::write(&instance, document).unwrap();
        let result = run(&args(instance.clone(), Some(out.clone()))).map_err(|failure| failure.to_string());
        let text = result.map(|_| std::fs::read_to_string(&out).unwrap());
        if text.is_ok() {
            let check = MatchArgs { check: true, result: Some(out.clone()), ..args(instance.clone(), None) };
            run(&check).unwrap();
            std::fs::write(&out, r#"{"assign":[-1,-1]}"#).unwrap();
            assert!(run(&check).unwrap_err().to_string().contains("is not stable"));
        }
        std::fs::remove_dir_all(&folder).unwrap();
        text
    }

    #[test]
    fn the_result_is_one_document_with_the_contract_s_keys() {
        let text = matched(
            "good",
            r#"{"format":"naheya-hrt-1","children":2,"volunteers":1,"capacity":[1],
                "child_prefs":[[[0]],[[0]]],"volunteer_prefs":[[[1],[0]]],"fit":[[1,0,4]]}"#,
        );
        let result: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
        let expected = serde_json::json!({
            "assign": [-1, 0], "placed": 1, "fit": 4, "stable": true, "proven_optimal": true,
            "proven": {"size": true, "apart": true, "fit": true}, "bound": 1, "seed": "lot", "blocking_pairs": [],
        });
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(result.get(key), Some(value), "{key}");
        }
        assert_eq!(result.get("reasons").and_then(|reasons| reasons.as_array()).map(Vec::len), Some(2));
    }

    #[test]
    fn a_mark_before_the_text_is_no_part_of_it() {
        let text = matched(
            "marked",
            "\u{feff}{\"format\":\"naheya-hrt-1\",\"children\":2,\"volunteers\":1,\"capacity\":[1],\
             \"child_prefs\":[[[0]],[[0]]],\"volunteer_prefs\":[[[1],[0]]]}",
        );
        assert!(text.unwrap().contains("\"assign\":[-1,0]"));
    }

    #[test]
    fn a_malformed_instance_is_refused_in_two_lines_that_name_the_place() {
        let words = matched("bad", r#"{"format":"naheya-hrt-1","capacity":[0]}"#).unwrap_err();
        assert_eq!(words.lines().count(), 2, "{words}");
        assert!(words.contains("capacity[0]: must be between 1 and 4294967295"), "{words}");
    }

    #[test]
    fn a_file_that_is_not_there_is_refused_in_two_lines() {
        let args = args(std::env::temp_dir().join("naheya-no-such-instance.json"), None);
        assert_eq!(run(&args).unwrap_err().to_string().lines().count(), 2);
    }

    #[test]
    fn a_time_limit_is_a_number_of_seconds_above_zero() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2_500)));
        for text in ["", "0", "-1", "ten", "NaN", "inf", "1e300"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
