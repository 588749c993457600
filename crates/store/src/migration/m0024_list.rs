//! Lists in their order: what was sorted at each look lies sorted.

use super::shape::Reindex;

/// A school's and a class's children by name; a child's stays by their beginning, so that the last one is found at once.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![
        Reindex::county("children", &["school_id"], &["school_id", "name", "id"]),
        Reindex::county("children", &["class_id"], &["class_id", "name", "id"]),
        Reindex::county("stays", &["child_id", "state", "starts_at"], &["child_id", "starts_at", "state"]),
    ]
}
