//! The browser tests of `e2e/`, on the system's Chromium, against the built binary.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{run, target, workspace};
use crate::tool::Browser;
use crate::{Failure, Outcome};

/// Installs the test runner by its lock file, then runs all tests, or those whose title holds `grep`.
pub fn check(browser: &Browser, grep: Option<&str>) -> Outcome {
    let binary = target().join("debug").join(format!("naheya{}", std::env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        return Err(Failure::new("the program has not been built", "cargo build"));
    }
    let folder = ready()?;
    let mut command = Command::new(folder.join("node_modules/.bin/playwright"));
    command.current_dir(&folder).arg("test");
    command.env("NAHEYA_BINARY", binary).env("NAHEYA_CHROMIUM", &browser.chromium);
    if let Some(text) = grep {
        command.args(["--grep", text]);
    }
    let outcome = run(&mut command);
    println!("pictures of every page at both widths: {}", folder.join("shots").display());
    outcome
}

/// The folder of the browser tests, with what they need installed.
pub fn ready() -> Result<PathBuf, Failure> {
    let folder = workspace().join("e2e");
    install(&folder)?;
    Ok(folder)
}

/// `npm ci` unless what is there was made from this very lock file.
fn install(folder: &Path) -> Outcome {
    let stamp = folder.join("node_modules/.installed-from");
    let lock = std::fs::read_to_string(folder.join("package-lock.json")).map_err(|error| {
        Failure::new(format!("e2e/package-lock.json: {error}"), "take it from the repository again")
    })?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(Command::new("npm").current_dir(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    std::fs::write(&stamp, lock)
        .map_err(|error| Failure::new(format!("{}: {error}", stamp.display()), "check the rights of e2e/node_modules"))
}
