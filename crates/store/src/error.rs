//! What can come back from the store instead of an answer.

use naheya_domain::{FieldError, Refusal};

use crate::sealed::db;
use crate::sealed::writer::UNHEARD;

/// Why a read or an act did not go through. No variant carries the text of the database: its
/// detail holds values of rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Absent, or not visible to this viewer: the two cannot be told apart.
    #[error("not found")]
    NotFound,
    /// Visible, but this role may not do that.
    #[error("not permitted")]
    Forbidden,
    /// Somebody else changed the record in between.
    #[error("changed by somebody else in the meantime")]
    Stale,
    /// Fields that cannot be taken as given.
    #[error("invalid input")]
    Invalid(Vec<FieldError>),
    /// A rule of the programme forbids it.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
    /// The idempotency key was used before with another body.
    #[error("this key was used for something else")]
    KeyReused,
    /// The key file does not fit this database, or a sealed field does not open.
    #[error("the key does not fit these records")]
    WrongKey,
    /// The disk has no room for anything new. Nothing of the act was kept; reads go on, and so do acts once there is room.
    #[error("the disk is full")]
    Full,
    /// The database did not do its part; the code is SQLSTATE or SQLite's, with the constraint's name.
    #[error("database: {0}")]
    Database(String),
}

impl Error {
    /// One invalid field.
    #[must_use]
    pub fn field(field: &'static str, code: &'static str) -> Error {
        Error::Invalid(vec![FieldError::new(field, code)])
    }

    /// An absent record that a field named is that field's fault; whatever else went wrong stays what it is.
    pub(crate) fn in_field(self, field: &'static str, code: &'static str) -> Error {
        if self == Error::NotFound { Error::field(field, code) } else { self }
    }

    /// Whether the database was not reached, or went away before it answered: it may be back in a moment.
    #[must_use]
    pub fn is_away(&self) -> bool {
        let Error::Database(text) = self else { return false };
        let waited = ["pool timed out", "no connection in time"].iter().any(|said| text.ends_with(said));
        waited || text == "busy" || text.starts_with(UNHEARD) || db::is_lost(self)
    }

    /// A refusal by rule `code`.
    #[must_use]
    pub fn refused(code: &'static str) -> Error {
        Error::Refused(Refusal::new(code))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal)
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(faults: Vec<FieldError>) -> Error {
        Error::Invalid(faults)
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Error {
        match error {
            sea_orm::DbErr::RecordNotFound(_) => Error::NotFound,
            sea_orm::DbErr::RecordNotUpdated => Error::Stale,
            other if crate::sealed::db::is_full(&other) => Error::Full,
            other => Error::Database(crate::sealed::db::safe_text(&other)),
        }
    }
}
