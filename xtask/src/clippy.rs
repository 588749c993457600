//! Clippy over everything. `all` and the compiler's own warnings fail the run; `pedantic` is counted and shown.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::process::{cargo, stream};
use crate::{Failure, Outcome};

/// What one line of the compiler's JSON means for the run.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    /// Nothing to say: progress, an artifact, a summary.
    Nothing,
    /// A hint of a warn-level clippy lint.
    Hint(String),
    /// Fails the run; the text is what the compiler shows.
    Fault(String),
}

/// Judges without building. Dependencies are only checked, so this shares nothing with the test build but the download.
pub fn check() -> Outcome {
    let mut command = cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--keep-going", "--quiet", "--message-format=json"]);
    judged(&mut command)
}

/// Judges while building everything that the tests need, so that a bare machine compiles each crate once and not twice.
pub fn build() -> Outcome {
    let mut command = cargo();
    // Not `--all-targets`: that builds the unit tests also of a crate that says it has none.
    command.args(WHILE_BUILDING).args(["test", "--workspace", "--no-run"]);
    command.args(["--bins", "--tests", "--examples", "--benches"]);
    command.args(["--quiet", "--message-format=json"]);
    judged(&mut command)
}

/// Lets clippy stand in for the compiler of our own crates. As an argument and not in the environment, so that a test
/// which starts cargo itself gets the plain compiler.
pub const WHILE_BUILDING: [&str; 2] = ["--config", "build.rustc-workspace-wrapper='clippy-driver'"];

fn judged(command: &mut Command) -> Outcome {
    let mut hints: BTreeMap<String, u32> = BTreeMap::new();
    // A target and its test target say the same twice.
    let mut faults: BTreeSet<String> = BTreeSet::new();
    let ended = stream(command, |line| match judge(line) {
        Finding::Nothing => {}
        Finding::Hint(lint) => *hints.entry(lint).or_default() += 1,
        Finding::Fault(text) => {
            if !faults.contains(&text) {
                println!("{text}");
            }
            faults.insert(text);
        }
    });
    show(&hints);
    if !faults.is_empty() {
        return Err(Failure::new(
            format!("clippy has {} findings", faults.len()),
            "mend them; `#[expect(lint, reason = …)]` where the lint is wrong",
        ));
    }
    ended
}

fn show(hints: &BTreeMap<String, u32>) {
    let sum: u32 = hints.values().sum();
    println!("clippy pedantic: {sum} hints (they do not fail the run)");
    for (lint, count) in hints {
        println!("  {count:5}  {lint}");
    }
}

fn judge(line: &str) -> Finding {
    let Ok(entry) = serde_json::from_str::<Value>(line) else { return Finding::Nothing };
    if entry.get("reason").and_then(Value::as_str) != Some("compiler-message") {
        return Finding::Nothing;
    }
    let message = entry.get("message").unwrap_or(&Value::Null);
    let code = message.pointer("/code/code").and_then(Value::as_str).unwrap_or_default();
    let text = message.get("rendered").and_then(Value::as_str).unwrap_or_default();
    match message.get("level").and_then(Value::as_str) {
        Some("warning") if code.starts_with("clippy::") => Finding::Hint(code.to_owned()),
        Some("warning") if is_sum(message) => Finding::Nothing,
        Some("warning" | "error") => Finding::Fault(text.to_owned()),
        _ => Finding::Nothing,
    }
}

/// The closing line "3 warnings emitted" is a warning too.
fn is_sum(message: &Value) -> bool {
    let text = message.get("message").and_then(Value::as_str).unwrap_or_default();
    text.ends_with("warning emitted") || text.ends_with("warnings emitted")
}

#[cfg(test)]
mod tests {
    use super::{Finding, judge};

    fn line(level: &str, code: &str, text: &str) -> String {
        format!(
            r#"{{"reason":"compiler-message","message":{{"level":"{level}","message":"{text}","code":{code},"rendered":"{text}"}}}}"#
        )
    }

    #[test]
    fn a_warned_clippy_lint_is_a_hint() {
        let line = line("warning", r#"{"code":"clippy::too_many_lines"}"#, "long");
        assert_eq!(judge(&line), Finding::Hint("clippy::too_many_lines".into()));
    }

    #[test]
    fn a_warning_of_the_compiler_fails() {
        assert_eq!(
            judge(&line("warning", r#"{"code":"unused_variables"}"#, "unused")),
            Finding::Fault("unused".into())
        );
    }

    #[test]
    fn a_path_in_clippy_toml_that_does_not_resolve_fails() {
        assert_eq!(judge(&line("warning", "null", "no such path")), Finding::Fault("no such path".into()));
    }

    #[test]
    fn a_denied_clippy_lint_fails() {
        let line = line("error", r#"{"code":"clippy::unwrap_used"}"#, "unwrap");
        assert_eq!(judge(&line), Finding::Fault("unwrap".into()));
    }

    #[test]
    fn the_sum_of_warnings_is_no_finding() {
        assert_eq!(judge(&line("warning", "null", "2 warnings emitted")), Finding::Nothing);
    }
}
