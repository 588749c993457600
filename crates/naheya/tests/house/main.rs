//! Proves that the map of the house is true: who may use whom, where the fence may be opened, what a file looks like,
//! that every text has its languages and that the guide names every command. What the compiler holds is not tested here.
#![expect(clippy::panic, reason = "a house test fails with the list of what is wrong")]

mod adr;
mod comfort;
mod fence;
mod manual;
mod right;
mod room;
mod style;
mod tree;
mod word;

/// Fails with one line per fault.
#[track_caller]
fn none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}\n", faults.join("\n  "));
}
