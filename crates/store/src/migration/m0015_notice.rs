//! Letters to people who have no account.

use super::shape::{Column, Shape};

pub(super) fn shapes() -> Vec<Shape> {
    Vec::new()
}

/// Whom a letter is for when it is for a person on file without an account.
pub(super) fn columns() -> Vec<Column> {
    vec![Column::text("outbox", "person_kind"), Column::uuid("outbox", "person_id")]
}
