//! What a command says: its work on standard output, everything beside it on standard error. Whoever listens may leave before
//! the end (`naheya routes | head`): the rest is then said to nobody, and the work goes on. Words that a full disk did not take
//! are remembered, so that no command ends as if it had said them.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};
use std::sync::OnceLock;

use crate::failure::Failure;

/// A line, as `println!` writes it.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::line(format_args!($($words)*)) };
}
pub(crate) use say;

/// A line on standard error. `eprintln!` would panic where nobody can be told.
macro_rules! tell {
    ($($words:tt)*) => { $crate::say::aside(format_args!($($words)*)) };
}
pub(crate) use tell;

/// Why the first line that was lost was lost.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes the line.
pub(crate) fn line(words: Arguments<'_>) {
    let Err(error) = writeln!(stdout().lock(), "{words}") else { return };
    if error.kind() != ErrorKind::BrokenPipe {
        drop(LOST.set(error.to_string()));
    }
}

/// Writes the line beside the work.
pub(crate) fn aside(words: Arguments<'_>) {
    let _ = writeln!(stderr().lock(), "{words}");
}

/// A failure when words of the work did not arrive, although whoever asked still listens.
pub(crate) fn arrived() -> Result<(), Failure> {
    LOST.get().map_or(Ok(()), |error| {
        Err(Failure::new(
            format!("What this command says did not arrive on standard output: {error}."),
            "Make room where it goes. The work itself is done: ask again only for its words.",
        ))
    })
}
