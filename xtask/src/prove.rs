//! Promises about processes that are killed, kept by real ones. The plays are tests of the front door
//! (`crates/naheya/tests/command`), where they run short; `NAHEYA_BINARY` names another program to play them.

use std::process::Command;

use crate::cluster::Cluster;
use crate::{Failure, Outcome, process, tool};

const PROCESSES: &str = "process::two_processes_lose_nothing_and_say_nothing_twice_when_either_is_killed";
const SAVES: &str = "kill::a_killed_server_loses_nothing_that_was_answered_and_doubles_nothing";

/// `processes`: two on one PostgreSQL, one of them killed a hundred times. `saves`: one on SQLite while sixty-four people save,
/// killed twenty times.
pub fn prove(words: &[&str]) -> Outcome {
    let (what, kills) = match words {
        [what] => (*what, None),
        [what, "--kills", kills] => (*what, Some(*kills)),
        _ => return Err(usage()),
    };
    match what {
        "processes" => {
            let cluster = Cluster::start(&tool::postgres().ok_or_else(no_postgres)?)?;
            let mut play = play(PROCESSES, kills.unwrap_or("100"));
            told(play.env("NAHEYA_TEST_POSTGRES", &cluster.url))
        }
        "saves" => told(play(SAVES, kills.unwrap_or("20")).env("NAHEYA_PROVE_CLIENTS", "64")),
        _ => Err(usage()),
    }
}

fn usage() -> Failure {
    Failure::new("that is not understood", "cargo xtask prove processes|saves [--kills N]")
}

fn no_postgres() -> Failure {
    Failure::new("PostgreSQL is not installed", "cargo xtask test installs it on Debian")
}

fn play(test: &str, kills: &str) -> Command {
    let mut play = process::cargo();
    play.args(["test", "-p", "naheya", "--test", "command", "--", "--exact", "--nocapture", test]);
    play.env("NAHEYA_PROVE_KILLS", kills).env_remove("RUST_LOG");
    if let Some(other) = std::env::var_os("NAHEYA_BINARY") {
        play.env("NAHEYA_PROVE_BINARY", other);
    }
    play
}

/// Plays it and prints its tally.
fn told(play: &mut Command) -> Outcome {
    let mut told = false;
    process::stream(play, |line| {
        if let Some(words) = line.strip_prefix("prove: ") {
            println!("{words}");
            told = true;
        }
    })?;
    if told {
        Ok(())
    } else {
        Err(Failure::new("nothing was proved", "the play has another name now: xtask/src/prove.rs"))
    }
}
