//! What people are found by: a town's children, and children by the name of a guardian.

use super::shape::{Reindex, Shape};

/// A spelling of a guardian's whole name: characters, pinyin, initials.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county_by("guardian_tokens", &["token", "guardian_id"])
            .bytewise("token")
            .refers("guardian_id", "guardians")
            .index(&["guardian_id"]),
    ]
}

/// A child director's list is counted and listed out of the index alone: behind each child of a large town a row would be looked
/// up otherwise, for each tab anew.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![Reindex::county(
        "children",
        &["town_code", "name", "id"],
        &["town_code", "name", "id", "state", "confirmed_at"],
    )]
}
