//! Concerns, whom they are about, who handles them.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![concerns(), concern_people(), concern_circle(), concern_entries()]
}

/// A worry about a child's safety. `take_up_by` is the deadline.
fn concerns() -> Shape {
    Shape::county("concerns")
        .text(&["number"])
        .instant(&["raised_at"])
        .uuid(&["raised_by?"])
        .text(&["raised_as", "situation?"])
        .bin(&["words_sealed", "contact_sealed?"])
        .refers("child_id?", "children")
        .one_of("state", &["raised", "taken_up", "reported", "in_hand", "closed"])
        .instant(&["take_up_by", "taken_up_at?"])
        .uuid(&["taken_up_by?"])
        .instant(&["reported_at?"])
        .text(&["reported_to?"])
        .instant(&["closed_at?"])
        .bin(&["result_sealed?"])
        .instant(&["suspended_at?"])
        .int(&["version"])
        .unique(&["number"])
        .index(&["state", "take_up_by"])
        .index(&["child_id"])
}

/// Somebody a concern is about. Such a person never sees it.
fn concern_people() -> Shape {
    Shape::county("concern_people")
        .refers("concern_id", "concerns")
        .one_of("kind", &["volunteer", "guardian", "teacher", "staff", "leader", "household"])
        .uuid(&["ref_id"])
        .unique(&["concern_id", "kind", "ref_id"])
        .index(&["kind", "ref_id"])
}

/// An account that handles the concern and may read it.
fn concern_circle() -> Shape {
    Shape::county("concern_circle")
        .refers("concern_id", "concerns")
        .uuid(&["account_id"])
        .unique(&["concern_id", "account_id"])
        .index(&["account_id"])
}

/// A line in the record of how a concern was handled. Only added to.
fn concern_entries() -> Shape {
    Shape::county("concern_entries")
        .refers("concern_id", "concerns")
        .instant(&["at"])
        .uuid(&["by_account?"])
        .text(&["kind"])
        .bin(&["words_sealed"])
        .index(&["concern_id", "at"])
}
