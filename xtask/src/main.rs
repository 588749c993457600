//! Everything one runs on this repository besides `cargo run`: the tests, the format, the benches.
//! One file per task; `process.rs` runs other programs, `tool.rs` finds or installs them.

mod bench;
mod browser;
mod clippy;
mod clock;
mod cluster;
mod failure;
mod libtest;
mod licence;
mod process;
mod prove;
mod suite;
mod term;
mod tool;

use std::process::ExitCode;

use failure::Failure;

const USAGE: &str = "\
cargo xtask test                 everything that must hold: format, lints, tests on both engines, browser
cargo xtask lint                 format and clippy only
cargo xtask fmt                  lay out all Rust files
cargo xtask e2e [--grep TEXT]    browser tests only
cargo xtask bench [--list] [NAME …]   measure against the goals
cargo xtask term [PAIRS [WEEKENDS]]   a term with faults through the real records (180 pairs, 16 weekends)
cargo xtask prove processes [--kills N]   two processes on one PostgreSQL, one killed so often (100)
cargo xtask prove saves [--kills N]   64 people saving on SQLite, the process killed so often (20)
cargo xtask deny                 licences, advisories and sources of the dependencies (needs cargo-deny)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => suite::test(),
        ["lint"] => suite::lint(),
        ["fmt"] => process::run(process::cargo().args(["fmt", "--all"])),
        ["e2e"] => suite::e2e(None),
        ["e2e", "--grep", text] => suite::e2e(Some(text)),
        ["bench", rest @ ..] => bench::bench(rest),
        ["term", rest @ ..] => term::term(rest),
        ["prove", rest @ ..] => prove::prove(rest),
        ["deny"] => licence::all(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

/// What a task ends with.
type Outcome = Result<(), Failure>;
