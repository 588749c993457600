//! What rosters say of people and the first files had no place for.

use super::shape::{Column, Shape};

pub(super) fn shapes() -> Vec<Shape> {
    Vec::new()
}

/// Boarding, needs, family and remarks of children; schooling of volunteers.
pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::flag("children", "boards"),
        Column::bin("children", "needs_sealed"),
        Column::bin("children", "family_sealed"),
        Column::bin("children", "note_sealed"),
        Column::text("volunteers", "education"),
    ]
}
