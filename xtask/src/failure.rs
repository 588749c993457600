//! Why a task failed and what to do about it.

use std::fmt;

/// One line that says what went wrong and one that says what to do.
#[derive(Debug)]
pub struct Failure {
    what: String,
    todo: String,
}

impl Failure {
    /// `what` went wrong; `todo` is the next thing to try.
    pub fn new(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { what: what.into(), todo: todo.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        write!(f, "  -> {}", self.todo)
    }
}
