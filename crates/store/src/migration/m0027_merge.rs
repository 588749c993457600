//! Two files of one child: proposed, merged, taken apart, told apart.

use super::shape::{Reindex, Shape};

/// What somebody said of two files. Neither is a reference: a file that became part of another is no row any more, and
/// what taking it apart needs (its row, what moved) is kept sealed.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("merges")
            .uuid(&["kept_id", "other_id"])
            .int(&["kept_version", "other_version"])
            .text(&["other_number", "chosen"])
            .one_of("state", &["asked", "done", "refused", "withdrawn", "undone", "distinct"])
            .uuid(&["by_account"])
            .instant(&["asked_at"])
            .uuid(&["decided_by?"])
            .instant(&["decided_at?"])
            .bin(&["answer_sealed?"])
            .uuid(&["undone_by?"])
            .instant(&["undone_at?"])
            .bin(&["undo_sealed?"])
            .int(&["version"])
            .index(&["state", "asked_at", "id"])
            .index(&["kept_id"])
            .index(&["other_id"])
            .index(&["other_number"]),
    ]
}

/// Children of the same birth date and name stand side by side, those without a birth date together.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![Reindex::further("children", &["birth_on", "name"])]
}
