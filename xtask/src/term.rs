//! A term of weekends with faults, through the real records and the real round of alarms, and its tally.
//! The play itself is a test of the store (`crates/store/tests/contract/fault.rs`), where it runs short.

use crate::{Failure, Outcome, process};

const TEST: &str = "fault::a_term_with_faults_forks_no_custody_and_misses_no_child::sqlite";

/// Plays it and prints the tally; a child that was missed or a fork ends it with an error.
pub fn term(rest: &[&str]) -> Outcome {
    let (pairs, weekends) = match rest {
        [] => ("180", "16"),
        [pairs] => (*pairs, "16"),
        [pairs, weekends, ..] => (*pairs, *weekends),
    };
    let mut told = false;
    let mut play = process::cargo();
    play.args(["test", "-p", "naheya-store", "--test", "contract", "--", "--exact", "--nocapture", TEST]);
    play.env("NAHEYA_TERM_PAIRS", pairs).env("NAHEYA_TERM_WEEKENDS", weekends);
    process::stream(&mut play, |line| {
        if let Some(words) = line.strip_prefix("term: ") {
            println!("{words}");
            told = true;
        }
    })?;
    if told { Ok(()) } else { Err(Failure::new("the term was not played", format!("is {TEST} still there?"))) }
}
