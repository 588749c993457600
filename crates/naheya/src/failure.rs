//! A command that did not do its work: one line what, one line what to do.

use naheya_store::Error;

/// Why a command ends with exit status 1.
#[derive(Debug)]
pub struct Failure {
    /// What is the matter.
    pub what: String,
    /// What to do about it; may be empty when the first line says it all.
    pub todo: String,
}

impl Failure {
    /// What and what to do.
    pub fn new(what: impl Into<String>, todo: impl Into<String>) -> Failure {
        Failure { what: what.into(), todo: todo.into() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)?;
        if self.todo.is_empty() { Ok(()) } else { write!(f, "\n{}", self.todo) }
    }
}

fn other_tables() -> Failure {
    Failure::new(
        "The tables of this place are not those of this program.",
        "Bring them up to date: naheya migrate. If that does not help, put a backup back into an empty place.",
    )
}

/// A table or a column is not there: SQLite's general error, PostgreSQL's `undefined_table` and `undefined_column`.
fn lacks_tables(text: &str) -> bool {
    matches!(text.split(' ').next(), Some("1" | "42P01" | "42703"))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::WrongKey => Failure::new(
                "The key does not belong to these records.",
                "Give the key file that was made with them: --key-file FILE, or put it back from the recovery sheet.",
            ),
            Error::Refused(refusal) if refusal.code == "county.unknown" => Failure::new(
                "No county of the code list has this code.",
                "Use the six digits of the county's area code, for example 150825.",
            ),
            Error::Full => Failure::new(
                "The disk is full: nothing new can be kept.",
                "Make room on the disk of the records, then run this again.",
            ),
            Error::Database(text) if text.split(' ').next() == Some("26") => Failure::new(
                "The file naheya.db in this place is no database of Naheya.",
                "Name the folder of the records, or put a backup back into an empty one: naheya restore FILE --data DIR.",
            ),
            Error::Refused(refusal) if refusal.code == "schema.older" => other_tables(),
            Error::Database(text) if lacks_tables(&text) => other_tables(),
            Error::Database(text) => Failure::new(
                format!("The database did not do its part: {text}."),
                "Check that the place exists, may be written, and that the server is running.",
            ),
            other => Failure::new(format!("It did not go through: {other}."), ""),
        }
    }
}
