//! `cargo xtask test`: what must hold before anything is said to be done, in one run, with nothing left out.

use std::path::Path;
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::cluster::Cluster;
use crate::libtest::Tally;
use crate::process::{cargo, run, stream};
use crate::{Failure, Outcome, browser, clippy, licence, tool};

/// The variable by which the store's contract tests learn of a PostgreSQL; they create databases of their own in it.
const POSTGRES: &str = "NAHEYA_TEST_POSTGRES";

/// Everything. Goes on after a failure, so that one run shows all of them; fails when anything failed or was skipped.
pub fn test() -> Outcome {
    let mut report = Report::default();
    let tools = tool::all()?;
    report.step("Format", format);
    report.step("Lints and build", clippy::build);
    report.step("Tests, on SQLite and PostgreSQL", || tests(&tools.postgres));
    report.step_unless_left(
        "Dependencies",
        licence::settled,
        "left to `cargo xtask deny`: cargo-deny is not installed here",
    );
    report.step("Browser", || browser::check(&tools.browser, None));
    report.end()
}

/// Format and lints.
pub fn lint() -> Outcome {
    let mut report = Report::default();
    report.step("Format", format);
    report.step("Lints", clippy::check);
    report.end()
}

/// Builds the program and runs the browser tests.
pub fn e2e(grep: Option<&str>) -> Outcome {
    let found = tool::browser()?;
    run(cargo().args(["build", "--package", "naheya"]))?;
    browser::check(&found, grep)
}

fn format() -> Outcome {
    run(cargo().args(["fmt", "--all", "--check"]))
}

/// Also builds the program that the browser tests start, with the same features: a separate build would compile twice.
fn tests(postgres: &Path) -> Outcome {
    let cluster = Cluster::start_for_tests(postgres)?;
    let mut tally = Tally::default();
    let mut command = cargo();
    command
        .args(clippy::WHILE_BUILDING)
        // Warnings were shown by the step before; as JSON they can be told from what the tests say.
        .args(["test", "--workspace", "--no-fail-fast", "--message-format=json"])
        .env(POSTGRES, &cluster.url)
        .env_remove("RUST_LOG");
    let ended = stream(&mut command, |line| {
        if line.starts_with(r#"{"reason":"#) {
            return;
        }
        println!("{line}");
        tally.read(line);
    });
    println!("\n{} tests passed, {} failed, {} left out", tally.passed, tally.failed, tally.ignored_sum);
    ended?;
    if tally.left_out() {
        return Err(Failure::new(
            format!("tests were left out: {}", tally.ignored.join(", ")),
            "let them run or take them away; an ignored test is none",
        ));
    }
    Ok(())
}

/// What came of each step.
#[derive(Default)]
struct Report {
    lines: Vec<(String, Duration, String)>,
    failed: bool,
    /// A step was left to another command.
    left: bool,
}

impl Report {
    fn step(&mut self, title: &str, work: impl FnOnce() -> Outcome) {
        self.step_unless_left(title, || Some(work()), "");
    }

    /// `work` gives nothing when it has to be left to another command; `left` says to which.
    fn step_unless_left(&mut self, title: &str, work: impl FnOnce() -> Option<Outcome>, left: &str) {
        println!("\n=== {title} ===");
        let watch = Stopwatch::start();
        let result = match work() {
            Some(Ok(())) => "ok".to_owned(),
            Some(Err(failure)) => {
                self.failed = true;
                format!("FAILED: {failure}")
            }
            None => {
                self.left = true;
                left.to_owned()
            }
        };
        self.lines.push((title.to_owned(), watch.elapsed(), result));
    }

    fn end(self) -> Outcome {
        println!("\n=== Summary ===");
        for (title, time, result) in &self.lines {
            println!("{:5} s  {title}: {result}", time.as_secs());
        }
        if self.failed {
            return Err(Failure::new(
                "Not everything holds",
                "the summary names the steps; each step's output says why",
            ));
        }
        let end = if self.left { "All that ran holds; what was left is named above." } else { "Everything holds." };
        println!("{end}");
        Ok(())
    }
}
