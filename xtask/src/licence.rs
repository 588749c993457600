//! Licences, sources, doubles and advisories of the dependencies, by `deny.toml`.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{answer, cargo, run, target, workspace};
use crate::{Failure, Outcome};

/// The version that the build server installs for itself.
const VERSION: &str = "=0.20.2";

/// What the test run checks: everything whose answer lies in the repository, so that news of the day cannot turn it red.
/// `None` when cargo-deny is absent and this is not the build server, where it is installed (80 s on two cores, measured).
pub fn settled() -> Option<Outcome> {
    let on_build_server = std::env::var_os("CI").is_some();
    match program() {
        Some(program) => Some(check(program, &["bans", "licenses", "sources"])),
        None if on_build_server => Some(install().and_then(|program| check(program, &["bans", "licenses", "sources"]))),
        None => None,
    }
}

/// Everything, with the advisories of today, which are fetched.
pub fn all() -> Outcome {
    let program =
        program().ok_or_else(|| Failure::new("cargo-deny is not installed", "cargo install --locked cargo-deny"))?;
    check(program, &[])
}

fn check(program: PathBuf, what: &[&str]) -> Outcome {
    run(Command::new(program)
        .current_dir(workspace())
        .args(["--workspace", "check", "--hide-inclusion-graph"])
        .args(what))
}

fn program() -> Option<PathBuf> {
    [PathBuf::from("cargo-deny"), own_folder().join("bin/cargo-deny")]
        .into_iter()
        .find(|program| program.to_str().is_some_and(|name| answer(name, &["--version"]).is_some()))
}

/// Unoptimised: it runs for a second and compiles in a third of the time.
fn install() -> Result<PathBuf, Failure> {
    run(cargo()
        .args(["install", "--locked", "--debug", "--quiet", "--version", VERSION, "--root"])
        .arg(own_folder())
        .arg("cargo-deny"))?;
    program().ok_or_else(|| Failure::new("cargo-deny was installed and does not run", "look at target/tool"))
}

fn own_folder() -> PathBuf {
    target().join("tool")
}
