//! What a command says on standard output. Whoever listens may leave before the end (`naheya routes | head`): the rest is then
//! said to nobody, and the work goes on.

use std::fmt::Arguments;
use std::io::{Write, stdout};

/// A line, as `println!` writes it.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::line(format_args!($($words)*)) };
}
pub(crate) use say;

/// Writes the line.
pub(crate) fn line(words: Arguments<'_>) {
    let _ = writeln!(stdout().lock(), "{words}");
}
