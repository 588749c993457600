//! Lists of children that leave the house as a file.

use super::shape::Shape;

/// What is asked for by one person and let out by another.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("exports")
            .bin(&["filter_sealed"])
            .int(&["children"])
            .bin(&["purpose_sealed"])
            .one_of("state", &["asked", "approved", "refused", "withdrawn"])
            .uuid(&["by_account"])
            .instant(&["asked_at"])
            .uuid(&["decided_by?"])
            .instant(&["decided_at?"])
            .bin(&["answer_sealed?"])
            .int(&["taken"])
            .instant(&["taken_at?"])
            .int(&["version"])
            .index(&["state", "asked_at", "id"]),
    ]
}
